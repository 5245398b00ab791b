package odds

import (
	"math/bits"
	"slices"
)

// point is one value a unit's score can take, and the weight of the readings
// that give it.
type point struct {
	deficit int32  // below the unit's highest score, in 1/64 bit
	weight  uint64 // in 2^-32
}

// points returns the distribution of a unit's score under its law: the highest
// score, and the deficits from it ascending, the first of them 0.
func points(score []int32, law []uint64) (top int32, out []point) {
	top = slices.Max(score)
	for j, s := range score {
		d := top - s
		i, found := slices.BinarySearchFunc(out, d, func(p point, d int32) int { return int(p.deficit - d) })
		if found {
			out[i].weight += law[j]
		} else {
			out = slices.Insert(out, i, point{d, law[j]})
		}
	}
	return top, out
}

// tail is the upper tail of the sum of independent units' scores.
type tail struct {
	top  int64  // the highest sum
	upto []Mass // upto[d] ≥ Pr(sum ≥ top-d), for d up to the reach asked for
}

// convolve computes the tail of the sum of the units' scores for sums of at
// least top-reach, in 128-bit fixed point rounded up: a certified upper bound.
// The work is the number of distinct sums in reach, unit by unit.
func convolve(units [][]point, top int64, reach int32) *tail {
	mass := make([]Mass, reach+1)
	used := make([]uint64, reach/64+1) // which deficits have mass
	mass[0], used[0] = One, 1
	order := slices.Clone(units) // like units together keep the sums few for longest
	slices.SortStableFunc(order, func(a, b []point) int {
		return slices.CompareFunc(a, b, func(p, q point) int {
			if p.deficit != q.deficit {
				return int(p.deficit - q.deficit)
			}
			return int(int64(p.weight) - int64(q.weight))
		})
	})
	last := 0 // the last word of used with a bit
	for _, u := range order {
		if len(u) == 1 {
			continue
		}
		// From the highest deficit down, so that no mass is moved twice.
		for w := last; w >= 0; w-- {
			for set := used[w]; set != 0; {
				b := 63 - bits.LeadingZeros64(set)
				set &^= 1 << b
				d := int32(w*64 + b)
				m := mass[d]
				mass[d] = m.weigh(u[0].weight)
				for _, p := range u[1:] {
					to := d + p.deficit
					if to > reach {
						break
					}
					mass[to] = mass[to].add(m.weigh(p.weight))
					used[to>>6] |= 1 << (to & 63)
					last = max(last, int(to>>6))
				}
			}
		}
	}
	for d := int32(1); d <= reach; d++ {
		mass[d] = mass[d].add(mass[d-1])
	}
	return &tail{top, mass}
}

// at returns a bound on Pr(sum ≥ s); 1 where s is out of reach.
func (t *tail) at(s int64) Mass {
	d := t.top - s
	switch {
	case d < 0:
		return Mass{}
	case d >= int64(len(t.upto)):
		return One
	}
	return t.upto[d]
}
