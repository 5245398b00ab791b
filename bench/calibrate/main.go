// Calibrate counts how often a copy that played no part is named.
//
// The unit is one inquiry: a family of copies against a fixed exhibit. Every
// family is drawn anew by the product's own codebook, decided by the product's
// own odds, and counted at four levels. A condition fails when the count
// exceeds the 99.9 % quantile of the binomial law of its level; the guilty
// copies of the same run must be named as often as stated, so that naming
// nobody is no pass; and a dependence planted on purpose must be caught.
package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"frank"
	"frank/codebook"
	"frank/trace/odds"
)

var levels = []string{"0.1", "0.01", "0.001", "0.0001"}

const copies = 100

// condition is how the exhibit of an inquiry comes about.
type condition struct {
	name    string
	units   int
	guilty  int // copies 1 to guilty shaped the exhibit
	misread int // percent of sites printed as another reading
	power   int // percent of families in which a guilty copy must be named at 1e-4
	plant   bool
	favour  bool                                                                       // the first reading is twice as likely as each other, as package variant draws
	print   func(c *condition, m *frank.Master, guilty [][]uint16, r *rand.Rand) []int // joint reading printed, by unit
}

var conditions = []condition{
	{name: "none guilty", units: 20, print: nobody},
	{name: "one", units: 20, guilty: 1, power: 90, print: mixed},
	{name: "one, edited", units: 28, guilty: 1, misread: 15, power: 60, print: mixed},
	{name: "two mixed", units: 32, guilty: 2, power: 60, print: mixed},
	{name: "three mixed", units: 28, guilty: 3, print: mixed},
	{name: "two, imitating a third", units: 20, guilty: 2, print: imitating},
	{name: "two, by blocks", units: 24, guilty: 2, power: 2, print: blocks},
	{name: "author's wording", units: 24, favour: true, print: usual},
	{name: "two, author oftener", units: 32, guilty: 2, power: 50, favour: true, print: mixed},
	{name: "planted dependence", units: 20, guilty: 1, plant: true, print: mixed},
}

func main() {
	families := flag.Int("families", 20000, "inquiries a condition")
	exhibits := flag.Int("exhibits", 50, "fixed exhibits a condition")
	only := flag.String("only", "", "run the conditions whose name has this in it")
	flag.Parse()
	ok := true
	fmt.Printf("%d inquiries a condition, %d copies each; innocent copies named (95 %% bounds of the rate)\n", *families, copies)
	fmt.Printf("%-24s %22s %22s %22s %22s %8s\n", "condition", "1e-1", "1e-2", "1e-3", "1e-4", "power")
	ran := 0
	for i := range conditions {
		if !strings.Contains(conditions[i].name, *only) {
			continue
		}
		ran++
		ok = conditions[i].run(*families, *exhibits) && ok
	}
	if ran == 0 || !ok {
		fmt.Println("calibration FAILED")
		os.Exit(1)
	}
	fmt.Printf("%d passed, 0 failed\n", ran)
}

// master is a dispatch of which only sites and laws matter: units of one site
// with two to four readings, and every fifth of two sites with an uneven law.
func master(units int, favour bool) *frank.Master {
	m := &frank.Master{}
	site := func(n int) int {
		m.Text += "."
		m.Sites = append(m.Sites, frank.Site{Start: len(m.Text) - 1, End: len(m.Text), Readings: []string{".", "b", "c", "d"}[:n]})
		return len(m.Sites) - 1
	}
	for i := range units {
		if i%5 == 4 {
			a, b := site(2), site(3)
			m.Units = append(m.Units, frank.Unit{Sites: []int{a, b}, Joint: [][]int{{0, 0}, {0, 1}, {1, 0}, {1, 2}, {0, 2}},
				Law: []uint64{1 << 30, 1 << 30, 1 << 30, 1 << 29, 1 << 29}})
			continue
		}
		n := 2 + i%3
		u := frank.Unit{Sites: []int{site(n)}, Law: frank.Uniform(n)}
		if favour {
			u.Law = frank.Weighted([]uint64{2, 1, 1, 1}[:n])
		}
		for r := range n {
			u.Joint = append(u.Joint, []int{r})
		}
		m.Units = append(m.Units, u)
	}
	return m
}

// together is how many families are drawn as one batch: their copies are
// disjoint, and every copy is drawn on its own.
const together = 50

// draw returns the readings of fresh families, by family, unit and copy.
func draw(m *frank.Master, seed uint64, families int) [][][]uint16 {
	var author frank.Secret
	binary.LittleEndian.PutUint64(author[:], seed)
	p, err := codebook.Begin(m, 1, families*copies, author)
	if err != nil {
		panic(err)
	}
	batch := p.Complete(frank.Hash{1})
	out := make([][][]uint16, families)
	for u := range m.Units {
		all := make([]uint16, families*copies)
		batch.Readings(u, m.Units[u].Law, 1, all)
		for f := range out {
			out[f] = append(out[f], all[f*copies:(f+1)*copies])
		}
	}
	return out
}

func nobody(c *condition, m *frank.Master, _ [][]uint16, r *rand.Rand) []int {
	out := make([]int, len(m.Units))
	for u := range out {
		out[u] = r.IntN(len(m.Units[u].Joint))
	}
	return out
}

// usual prints what the author wrote everywhere.
func usual(c *condition, m *frank.Master, _ [][]uint16, _ *rand.Rand) []int {
	return make([]int, len(m.Units))
}

// mixed prints each unit from one of the guilty copies, at random.
func mixed(c *condition, m *frank.Master, guilty [][]uint16, r *rand.Rand) []int {
	out := make([]int, len(m.Units))
	for u := range out {
		out[u] = int(guilty[u][r.IntN(c.guilty)])
		if r.IntN(100) < c.misread {
			out[u] = (out[u] + 1 + r.IntN(len(m.Units[u].Joint)-1)) % len(m.Units[u].Joint)
		}
	}
	return out
}

// blocks prints the first half from one copy and the second from the other.
func blocks(c *condition, m *frank.Master, guilty [][]uint16, r *rand.Rand) []int {
	out := make([]int, len(m.Units))
	for u := range out {
		out[u] = int(guilty[u][u*2/len(out)])
	}
	return out
}

// imitating prints, where the guilty copies differ, what neither of them shows
// if there is such a reading: a coalition pointing away from itself.
func imitating(c *condition, m *frank.Master, guilty [][]uint16, r *rand.Rand) []int {
	out := make([]int, len(m.Units))
	for u := range out {
		out[u] = int(guilty[u][r.IntN(2)])
		for j := range m.Units[u].Joint {
			if guilty[u][0] != guilty[u][1] && j != int(guilty[u][0]) && j != int(guilty[u][1]) {
				out[u] = j
			}
		}
	}
	return out
}

// units turns what was printed into what odds reads.
func units(m *frank.Master, printed []int) []odds.Unit {
	keep := []uint32{62259, 62259, 45875}
	out := make([]odds.Unit, len(m.Units))
	for i, u := range m.Units {
		x := odds.Unit{Law: u.Law, Shown: make([]int, len(u.Joint))}
		for j := range u.Joint {
			x.Shown[j] = j
		}
		for k, s := range u.Sites {
			site := odds.Site{Readings: len(m.Sites[s].Readings), Printed: 1, Keep: keep}
			for _, joint := range u.Joint {
				site.Agree = append(site.Agree, joint[k] == u.Joint[printed[i]][k])
			}
			x.Sites = append(x.Sites, site)
		}
		out[i] = x
	}
	return out
}

type tally struct {
	innocent [4]int // families in which some innocent copy is within the level
	guilty   int    // families in which a guilty copy is named at the last level
}

func (c *condition) run(families, exhibits int) bool {
	m := master(c.units, c.favour)
	var limits [4]odds.Mass
	for i, l := range levels {
		var err error
		if limits[i], err = odds.ParseMass(l); err != nil {
			panic(err)
		}
	}
	workers := runtime.GOMAXPROCS(0)
	tallies := make([]tally, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for e := w; e < exhibits; e += workers {
				r := rand.New(rand.NewPCG(uint64(e), 20190706))
				guilty := draw(m, 1<<40+uint64(e), 1)[0]
				read := units(m, c.print(c, m, guilty, r))
				memo := &odds.Memo{}
				share := families / exhibits
				if e < families%exhibits {
					share++
				}
				for done := 0; done < share; done += together {
					for _, family := range draw(m, uint64(e)<<32|uint64(done), min(together, share-done)) {
						for u := range family {
							copy(family[u][:c.guilty], guilty[u])
							if c.plant && r.IntN(4) == 0 {
								family[u][copies-1] = guilty[u][0] // an innocent copy that was not drawn alone
							}
						}
						tallies[w].add(c, read, memo, family, limits)
					}
				}
			}
		})
	}
	wait.Wait()
	var sum tally
	for _, t := range tallies {
		for i := range sum.innocent {
			sum.innocent[i] += t.innocent[i]
		}
		sum.guilty += t.guilty
	}
	return c.judge(sum, families)
}

func (t *tally) add(c *condition, read []odds.Unit, memo *odds.Memo, family [][]uint16, limits [4]odds.Mass) {
	g := odds.Group{Level: limits[0], Units: read, Copies: copies, Readings: func(u int, dst []uint16) { copy(dst, family[u]) }, Memo: memo}
	res, err := odds.Decide(context.Background(), &odds.Problem{Groups: []odds.Group{g}, Models: 3})
	if err != nil {
		panic(err)
	}
	for i, limit := range limits {
		if slices.ContainsFunc(res[0].Rows, func(r odds.Row) bool { return r.Copy > c.guilty && r.Family.Cmp(limit) <= 0 }) {
			t.innocent[i]++
		}
	}
	if slices.ContainsFunc(res[0].Rows, func(r odds.Row) bool { return r.Copy <= c.guilty && r.Named && r.Family.Cmp(limits[3]) <= 0 }) {
		t.guilty++
	}
}

func (c *condition) judge(t tally, families int) bool {
	ok := true
	caught := false
	fmt.Printf("%-24s", c.name)
	for i, l := range levels {
		var level float64
		fmt.Sscan(l, &level)
		limit := quantile(families, level)
		lo, hi := clopperPearson(t.innocent[i], families)
		mark := ""
		if t.innocent[i] > limit {
			mark = "!"
			if c.plant {
				caught = true
			} else {
				ok = false
			}
		}
		fmt.Printf(" %22s", fmt.Sprintf("%d%s (%.1e–%.1e)", t.innocent[i], mark, lo, hi))
	}
	if c.guilty > 0 {
		fmt.Printf(" %6.1f %%", 100*float64(t.guilty)/float64(families))
	}
	switch {
	case c.plant && !caught:
		ok = false
		fmt.Print("  planted, and not caught")
	case c.plant:
		fmt.Print("  planted, and caught")
	case t.guilty*100 < c.power*families:
		ok = false
		fmt.Printf("  expected %d %%", c.power)
	}
	fmt.Println()
	return ok
}

// quantile returns the 99.9 % quantile of the binomial law of n at p.
func quantile(n int, p float64) int {
	sum := 0.0
	for k := 0; ; k++ {
		sum += math.Exp(lchoose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
		if sum >= 0.999 {
			return k
		}
	}
}

func lchoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// clopperPearson returns the exact 95 % bounds of a rate, by bisection.
func clopperPearson(k, n int) (lo, hi float64) {
	below := func(p float64, k int) float64 { // Pr(X ≤ k)
		s := 0.0
		for i := range k + 1 {
			s += math.Exp(lchoose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
		}
		return s
	}
	solve := func(k int, want float64) float64 {
		a, b := 1e-15, 1-1e-15
		for range 60 {
			mid := math.Sqrt(a * b)
			if below(mid, k) > want {
				a = mid
			} else {
				b = mid
			}
		}
		return a
	}
	if k > 0 {
		lo = solve(k-1, 0.975)
	}
	return lo, solve(k, 0.025)
}
