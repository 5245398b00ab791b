package odds

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"frank"
)

// The theorem itself, by enumeration: with print and other copies fixed, over
// every draw of one copy by its uneven law, the bound stated for it is at most
// u with a chance of at most u/N.
func TestBoundHoldsExactly(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	stated := 0
	for range 25 {
		units, radix, draws := small(r)
		copies := make([][]uint16, 3+r.IntN(6))
		for c := range copies {
			copies[c] = make([]uint16, len(units))
			for u := range units {
				copies[c][u] = uint16(r.IntN(radix[u]))
				if c == 1 { // a guilty one: it shows what was printed where it can
					copies[c][u] = uint16(slices.Index(units[u].Sites[0].Agree, true))
				}
			}
		}
		g := Group{Level: One, Units: units, Copies: len(copies), Memo: &Memo{}, Readings: func(u int, dst []uint16) {
			for c := range dst {
				dst[c] = copies[c][u]
			}
		}}
		type outcome struct{ bound, chance *big.Rat }
		var all []outcome
		for n := range draws {
			chance := big.NewRat(1, 1)
			for u := range units {
				copies[0][u] = uint16(n % radix[u])
				n /= radix[u]
				chance.Mul(chance, new(big.Rat).SetFrac(new(big.Int).SetUint64(units[u].Law[copies[0][u]]), big.NewInt(frank.LawScale)))
			}
			bound := big.NewRat(1, 1)
			for _, row := range decide(t, &Problem{Groups: []Group{g}, Models: len(usual)}).Rows {
				if row.Copy == 1 {
					bound = row.bound.Rat()
				}
			}
			all = append(all, outcome{bound, chance})
		}
		slices.SortFunc(all, func(a, b outcome) int { return a.bound.Cmp(b.bound) })
		sum := new(big.Rat)
		for i, o := range all {
			sum.Add(sum, o.chance)
			if o.bound.Cmp(big.NewRat(1, 1)) >= 0 {
				break
			}
			stated++
			if i+1 < len(all) && all[i+1].bound.Cmp(o.bound) == 0 {
				continue
			}
			if limit := new(big.Rat).Quo(o.bound, big.NewRat(int64(len(copies)), 1)); sum.Cmp(limit) > 0 {
				t.Fatalf("a bound of at most %s is stated with chance %s, more than %s", o.bound.FloatString(8), sum.FloatString(8), limit.FloatString(8))
			}
		}
	}
	t.Logf("a bound below 1 was stated for %d draws", stated)
	if stated < 300 {
		t.Errorf("a bound below 1 was stated for %d draws only", stated)
	}
}

// small returns units of one and two sites, some printed as any of several
// readings, how many joint readings each has, and how many draws there are.
func small(r *rand.Rand) (units []Unit, radix []int, draws int) {
	draws = 1
	for u := range 7 {
		joint := [][]int{{0}, {1}}
		if u == 0 {
			joint = [][]int{{0}, {1}, {2}}
		}
		if u == 6 {
			joint = [][]int{{0, 0}, {0, 1}, {1, 0}, {2, 1}}
		}
		unit := Unit{Law: make([]uint64, len(joint))}
		left := uint64(frank.LawScale)
		for j := range joint {
			unit.Shown = append(unit.Shown, j)
			if unit.Law[j] = 1 + r.Uint64N(left*2/3); j == len(joint)-1 {
				unit.Law[j] = left
			}
			left -= unit.Law[j]
		}
		for k := range joint[0] {
			s := Site{Readings: 2, Printed: 1, Keep: usual}
			if u == 0 || u == 6 && k == 0 {
				s.Readings, s.Printed = 3, 1+r.IntN(2)
			}
			print := r.IntN(s.Readings)
			for _, shown := range joint {
				s.Agree = append(s.Agree, (shown[k]-print+s.Readings)%s.Readings < s.Printed)
			}
			unit.Sites = append(unit.Sites, s)
		}
		units, radix, draws = append(units, unit), append(radix, len(joint)), draws*len(joint)
	}
	return units, radix, draws
}
