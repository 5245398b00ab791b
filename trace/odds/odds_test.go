package odds

import (
	"context"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"frank"
)

// sim is a family of copies over like sites, drawn by a seeded generator.
type sim struct {
	readings int
	keep     []uint32 // per model
	copies   [][]uint16
}

func newSim(r *rand.Rand, n, sites, readings int, keep ...uint32) *sim {
	s := &sim{readings: readings, keep: keep, copies: make([][]uint16, n)}
	for c := range s.copies {
		s.copies[c] = make([]uint16, sites)
		for i := range s.copies[c] {
			s.copies[c][i] = uint16(r.IntN(readings))
		}
	}
	return s
}

// problem returns the look at what was printed: a reading a site, or -1.
func (s *sim) problem(printed []int, level string) *Problem {
	g := Group{Level: mustMass(level), Copies: len(s.copies)}
	var site []int
	for i, o := range printed {
		if o < 0 {
			continue
		}
		u := Unit{Law: frank.Uniform(s.readings), Sites: []Site{{Readings: s.readings, Printed: 1, Keep: s.keep}}}
		for r := range s.readings {
			u.Sites[0].Agree = append(u.Sites[0].Agree, r == o)
			u.Shown = append(u.Shown, r)
		}
		g.Units = append(g.Units, u)
		site = append(site, i)
	}
	g.Readings = func(unit int, dst []uint16) {
		for c := range dst {
			dst[c] = s.copies[c][site[unit]]
		}
	}
	return &Problem{Groups: []Group{g}, Models: len(s.keep)}
}

func decide(t testing.TB, p *Problem) Result {
	t.Helper()
	res, err := Decide(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return res[0]
}

func named(r Result) (out []int) {
	for _, row := range r.Rows {
		if row.Named {
			out = append(out, row.Copy)
		}
	}
	slices.Sort(out)
	return out
}

var usual = []uint32{58982, 62259, 49152} // keep 0.90, 0.95, 0.75

func TestPower(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const runs = 60
	for _, c := range []struct {
		name            string
		sites, readings int
		guilty          int
		misread         float64
		want            func(named []int) bool
		least           int
	}{
		{"one, clean, 24 three-way sites", 24, 3, 1, 0, func(n []int) bool { return slices.Equal(n, []int{1}) }, runs},
		{"one, 67 three-way sites, one in four misread", 67, 3, 1, 0.25, func(n []int) bool { return slices.Equal(n, []int{1}) }, 53},
		{"two mixed, 150 binary sites", 150, 2, 2, 0, func(n []int) bool { return slices.Equal(n, []int{1, 2}) }, 57},
		{"three mixed, 250 binary sites", 250, 2, 3, 0, func(n []int) bool { return len(n) > 0 && n[len(n)-1] <= 3 }, 58},
	} {
		hit := 0
		for range runs {
			s := newSim(r, 100, c.sites, c.readings, usual...)
			printed := make([]int, c.sites)
			for i := range printed {
				printed[i] = int(s.copies[r.IntN(c.guilty)][i])
				if r.Float64() < c.misread {
					printed[i] = (printed[i] + 1 + r.IntN(c.readings-1)) % c.readings
				}
			}
			res := decide(t, s.problem(printed, "1e-4"))
			if c.want(named(res)) {
				hit++
			}
			for _, row := range res.Rows {
				if slices.Contains(row.Companions, row.Copy) {
					t.Fatalf("copy %d was tested beside itself: it had a part in choosing", row.Copy)
				}
			}
		}
		t.Logf("%s: %d of %d", c.name, hit, runs)
		if hit < c.least {
			t.Errorf("%s: named in %d of %d, expected at least %d", c.name, hit, runs, c.least)
		}
	}
}

// The convolution bounds the exact tail from above and by next to nothing.
func TestTailExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		n := 2 + r.IntN(5)
		units := make([][]point, n)
		var top int64
		type sum struct {
			s int64
			p *big.Rat
		}
		all := []sum{{0, big.NewRat(1, 1)}}
		for u := range units {
			k := 2 + r.IntN(3)
			law := frank.Uniform(k)
			score := make([]int32, k)
			for j := range score {
				score[j] = int32(r.IntN(300) - 150)
			}
			tp, p := points(score, law)
			top += int64(tp)
			units[u] = p
			var next []sum
			for _, a := range all {
				for j := range score {
					q := new(big.Rat).SetFrac(new(big.Int).SetUint64(law[j]), big.NewInt(1<<32))
					next = append(next, sum{a.s + int64(score[j]), q.Mul(q, a.p)})
				}
			}
			all = next
		}
		tl := convolve(units, top, 2000)
		for _, a := range all {
			exact := new(big.Rat)
			for _, b := range all {
				if b.s >= a.s {
					exact.Add(exact, b.p)
				}
			}
			got := tl.at(a.s).Rat()
			slack := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 100))
			if got.Cmp(exact) < 0 || got.Cmp(slack.Add(slack, exact)) > 0 {
				t.Fatalf("tail at %d: %s is no tight upper bound of %s", a.s, got.FloatString(40), exact.FloatString(40))
			}
		}
	}
}

// Whatever copy j shows, the tables it is tested by are the same.
func TestOthersChoose(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		s := newSim(r, 4+r.IntN(30), 20, 2+r.IntN(2), usual...)
		printed := make([]int, 20)
		for i := range printed {
			printed[i] = int(s.copies[r.IntN(3)][i])
		}
		j := r.IntN(len(s.copies))
		before := tablesOf(t, s.problem(printed, "1e-3"), j)
		s.copies[j] = newSim(r, 1, 20, s.readings).copies[0]
		if r.IntN(2) == 0 { // make it the very best
			for i := range printed {
				s.copies[j][i] = uint16(printed[i])
			}
		}
		after := tablesOf(t, s.problem(printed, "1e-3"), j)
		if !slices.EqualFunc(before, after, func(a, b []int32) bool { return slices.Equal(a, b) }) {
			t.Fatalf("the score tables applied to copy %d changed with its readings", j+1)
		}
	}
}

// tablesOf returns the companion score tables by which copy j (from 0) is tested.
func tablesOf(t *testing.T, p *Problem, j int) [][]int32 {
	t.Helper()
	d := &decider{p: p, g: &p.Groups[0], family: p.Groups[0].Copies, explained: map[uint64]int32{}}
	if err := d.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	place := slices.Index(d.best, int32(j))
	general, consulted := d.choose(-1)
	if slices.Contains(consulted, place) {
		general, _ = d.choose(place)
	} else if own, _ := d.choose(place); !slices.Equal(own.two, general.two) || !slices.Equal(own.one, general.one) ||
		own.oneMix != general.oneMix || own.twoMix != general.twoMix {
		t.Fatalf("copy %d was not consulted, and yet the choice without it is another", j+1)
	}
	out := d.given(general.oneMix, general.one)
	if general.two != nil {
		out = append(out, d.given(general.twoMix, general.two)...)
	}
	return out
}

// A thousand families without a guilty copy, at a level of one in ten.
func TestLevelKept(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const runs = 1000
	wrong := 0
	for range runs {
		s := newSim(r, 40, 16, 2, usual...)
		printed := make([]int, 16)
		for i := range printed {
			printed[i] = r.IntN(2)
		}
		if len(named(decide(t, s.problem(printed, "0.1")))) > 0 {
			wrong++
		}
	}
	t.Logf("named an innocent copy in %d of %d", wrong, runs)
	if wrong > 131 { // the 99.9 % quantile of the binomial law of 1,000 at 0.1
		t.Errorf("named an innocent copy in %d of %d families at a level of 0.1", wrong, runs)
	}
}

// Of the models, the worst is what print does; the last two are house styles
// that print the other reading more often than the copy's own.
func TestNarrowedHoldsTheSource(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	const runs = 2000
	for _, c := range []struct {
		sites, readings int
		keep            []uint32
	}{
		{12, 3, usual},
		{10, 2, []uint32{9830, 39322, 9830}},
		{20, 3, []uint32{16384, 52429, 16384}},
	} {
		in, worst := 0, int(slices.Min(c.keep))
		for range runs {
			s := newSim(r, 30, c.sites, c.readings, c.keep...)
			printed := make([]int, c.sites)
			for i := range printed {
				printed[i] = int(s.copies[0][i])
				if r.IntN(Scale) >= worst {
					printed[i] = (printed[i] + 1 + r.IntN(c.readings-1)) % c.readings
				}
			}
			if res := decide(t, s.problem(printed, "1e-4")); slices.Contains(res.Consistent, 1) {
				in++
			}
		}
		t.Logf("%d sites of %d readings: the source was consistent in %d of %d", c.sites, c.readings, in, runs)
		if in < runs*985/1000 {
			t.Errorf("%d sites of %d readings: the source was consistent in %d of %d, expected 99 %%", c.sites, c.readings, in, runs)
		}
	}
}

// Copies that show the same are tested by the same tables, whatever their
// numbers and whoever else ties with them.
func TestTiesAreTestedAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		s := newSim(r, 5+r.IntN(15), 5, 2, usual...)
		a := r.IntN(len(s.copies))
		b := (a + 1 + r.IntN(len(s.copies)-1)) % len(s.copies)
		s.copies[a] = s.copies[b]
		printed := make([]int, 5)
		for i := range printed {
			printed[i] = int(s.copies[r.IntN(3)][i])
		}
		p := s.problem(printed, "1")
		if !slices.EqualFunc(tablesOf(t, p, a), tablesOf(t, p, b), func(a, b []int32) bool { return slices.Equal(a, b) }) {
			t.Fatalf("of %d copies, %d and %d show the same and are tested by different tables", len(s.copies), a+1, b+1)
		}
	}
}

// What is kept from one family changes no answer about the next.
func TestMemoChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	some := 0
	for range 60 {
		printed := make([]int, 16)
		for i := range printed {
			printed[i] = r.IntN(2)
		}
		memo := &Memo{}
		for range 12 {
			p := newSim(r, 40, 16, 2, usual...).problem(printed, "0.2")
			fresh := named(decide(t, p))
			p.Groups[0].Memo = memo
			if kept := named(decide(t, p)); !slices.Equal(kept, fresh) {
				t.Fatalf("named %v with what was kept of earlier families, %v without", kept, fresh)
			}
			some += len(fresh)
		}
	}
	if some == 0 {
		t.Error("nobody was named: nothing was tested")
	}
}

func TestMass(t *testing.T) {
	for _, c := range [][2]string{{"1", "1"}, {"0", "0"}, {"0.5", "1/2"}, {"25e-2", "1/4"}} {
		m, err := ParseMass(c[0])
		if err != nil {
			t.Fatal(err)
		}
		if m.Rat().RatString() != c[1] {
			t.Errorf("%s: got %s, expected %s", c[0], m.Rat().RatString(), c[1])
		}
	}
	for _, bad := range []string{"", "x", "-0.1", "1.1", "1/3", "0x1p-3", "1e99999999", "1_0"} {
		if m, err := ParseMass(bad); err == nil {
			t.Errorf("%q was read as %s", bad, m.Rat())
		}
	}
}

func TestMassStaysAtOne(t *testing.T) {
	if got := One.add(One); got != One {
		t.Errorf("1+1 is %s, expected 1", got.Rat())
	}
	if got := One.weigh(1 << 32); got != One {
		t.Errorf("1 weighed by 1 is %s", got.Rat())
	}
	if got := One.Times(1 << 62); got != One {
		t.Errorf("1 times 2^62 is %s, expected 1", got.Rat())
	}
	least := Mass{0, 1}
	if got := least.weigh(1); got != least {
		t.Errorf("the least chance weighed down is %v: not rounded up", got)
	}
}

func BenchmarkTail(b *testing.B) {
	// 150 sites of four kinds and two to four readings; one in eight misread.
	r := rand.New(rand.NewPCG(11, 12))
	units := make([][]point, 150)
	var top, low int64
	for u := range units {
		n := 2 + u%3
		keep := []uint32{60000, 55000, 50000, 45000}[u%4]
		s := Site{Readings: n, Printed: 1, Keep: []uint32{keep}, Agree: make([]bool, n)}
		s.Agree[0] = true
		unit := Unit{Law: frank.Uniform(n), Sites: []Site{s}}
		table := unit.table(0, alone, nil).score
		tp, p := points(table, unit.Law)
		units[u] = p
		top += int64(tp)
		if r.IntN(8) == 0 {
			low += int64(table[1])
		} else {
			low += int64(table[0])
		}
	}
	b.ReportMetric(float64(top-low), "reach")
	for b.Loop() {
		convolve(units, top, int32(top-low))
	}
}

func BenchmarkDecide(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	s := newSim(r, 100, 150, 2, usual...)
	printed := make([]int, 150)
	for i := range printed {
		printed[i] = int(s.copies[r.IntN(2)][i])
	}
	p := s.problem(printed, "1e-4")
	for b.Loop() {
		decide(b, p)
	}
}
