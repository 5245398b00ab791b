package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"frank"
	"frank/bench/corpus"
	"frank/bench/leak"
	"frank/codebook"
	"frank/trace/locate"
	"frank/trace/odds"
	"frank/variant"
)

// spend is the level of the synthetic looks, exactly; twice is the level of
// inquiries of which a first look may spend that.
const (
	spend = "1e-4"
	twice = "2e-4"
)

// trial is a condition of the synthetic part: sites of equally likely readings
// of one word, one at two words in three.
type trial struct {
	name     string
	sites    int
	readings int
	copies   int // that the print is mixed of, site by site
	misread  int // per cent of sites printed as another reading
	reworded int // per cent printed as a word that is no reading
	all      bool
	ceiling  func() string
}

func trials() []trial {
	none := func() string { return "" }
	return []trial{
		{"35 bits issued, one in four another reading", 22, 3, 1, 25, 0, false, func() string { return ceilings(22, 0.75) }},
		{"35 bits issued, one in four reworded", 22, 3, 1, 0, 25, false, func() string { return lostCeilings(22, 0.75) }},
		{"35 bits left, one in four another reading", 67, 3, 1, 25, 0, false, func() string { return ceilings(67, 0.75) }},
		{"two copies mixed at random, both named", 150, 2, 2, 0, 0, true, none},
		{"three copies mixed at random, one or more named", 250, 2, 3, 0, 0, false, none},
	}
}

// synthetic writes the figures of texts made for the purpose.
func synthetic(w io.Writer, opt options) error {
	runs := 10 * opt.runs
	fmt.Fprintf(w, "Synthetic dispatches, a site at two words in three; 100 copies, level %s exactly. Per cent of %d runs in which copies were named.\n", spend, runs)
	fmt.Fprintln(w, "odds: from what was printed at each site; trace: from the text alone, all the way;")
	fmt.Fprintln(w, "ceiling: the most powerful test there is, and in brackets with half of the level; WRONG: runs in which a copy that played no part was named")
	const row = "%-50s %5s | %6s %6s | %-14s | %5s\n"
	fmt.Fprintf(w, row, "condition", "sites", "odds", "trace", "ceiling", "WRONG")
	words := plain(append(corpus.Own(), corpus.Unrelated()...))
	wrongs := 0
	for _, t := range trials() {
		results := make([]trialResult, runs)
		errs := make([]error, runs)
		parallel(runs, func(i int) { results[i], errs[i] = t.run(words, leak.NewRand(opt.seed, t.name, strconv.Itoa(i))) })
		var hit [2]int
		wrong := 0
		for i, r := range results {
			if errs[i] != nil {
				return errs[i]
			}
			for k := range hit {
				hit[k] += count(r.hit[k])
			}
			wrong += count(r.wrong)
		}
		wrongs += wrong
		fmt.Fprintf(w, row, t.name, fmt.Sprint(t.sites), percent(hit[0], runs), percent(hit[1], runs), t.ceiling(), fmt.Sprint(wrong))
	}
	limit := quantile(2*runs*len(trials()), 1e-4)
	fmt.Fprintf(w, "NAMED WRONG: %d runs; the 99.9 %% quantile at 1e-4 for as many inquiries is %d.\n\n", wrongs, limit)
	if err := coverageOfNarrowed(w, 5*runs, opt.seed); err != nil {
		return err
	}
	if wrongs > limit {
		return fmt.Errorf("%d runs named a copy that played no part; at most %d may", wrongs, limit)
	}
	return nil
}

// ceilings gives the power of the likelihood-ratio test between a copy that
// played no part, which agrees at a site one time in three, and the source.
func ceilings(n int, agree float64) string {
	power := func(level float64) float64 {
		for t := 0; t <= n; t++ {
			if upper(n, t, 1.0/3) <= level {
				return upper(n, t, agree)
			}
		}
		return 0
	}
	return fmt.Sprintf("%5.1f (%.1f)", 100*power(1e-6), 100*power(0.5e-6))
}

// lostCeilings is the same where sites are lost, and those left all agree.
func lostCeilings(n int, left float64) string {
	power := func(level float64) float64 {
		return upper(n, int(math.Ceil(-math.Log(level)/math.Log(3)-1e-12)), left)
	}
	return fmt.Sprintf("%5.1f (%.1f)", 100*power(1e-6), 100*power(0.5e-6))
}

// upper returns Pr(X ≥ k) for a binomial X.
func upper(n, k int, p float64) float64 {
	sum := 0.0
	for i := max(k, 0); i <= n; i++ {
		sum += math.Exp(choose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

// dense makes a dispatch of distinct words: two sites, a word, two sites, …
func (t *trial) dense(words []string, r *leak.Rand) (m *frank.Master, rest []string) {
	used := map[string]bool{}
	order := r.Perm(len(words))
	next := func() string { // no two words begin alike
		for {
			w := words[order[0]]
			order = order[1:]
			if !used[w[:4]] {
				used[w[:4]] = true
				return w
			}
		}
	}
	s := &variant.Source{}
	for i := range t.sites {
		x := &variant.Site{}
		for range t.readings {
			x.Readings = append(x.Readings, next())
		}
		s.Nodes = append(s.Nodes, variant.Node{Kind: variant.Varied, Site: x})
		gap := " "
		if i%2 == 1 {
			gap = " " + next() + " "
		}
		s.Nodes = append(s.Nodes, variant.Node{Kind: variant.Text, Text: gap})
	}
	m, err := s.Master()
	if err != nil {
		panic(err) // made of distinct plain words
	}
	for len(rest) < t.sites {
		rest = append(rest, next())
	}
	return m, rest
}

type trialResult struct {
	hit   [2]bool // odds, trace
	wrong bool
}

func (t *trial) run(words []string, r *leak.Rand) (res trialResult, err error) {
	m, rest := t.dense(words, r)
	book, err := issue(m, readers, r)
	if err != nil {
		return res, err
	}
	var sources [][]int
	for c := range t.copies { // copies are exchangeable: the first ones are guilty
		v, err := book.Copy(c + 1)
		if err != nil {
			return res, err
		}
		sources = append(sources, v)
	}
	printed := leak.Mix(leak.MixRandom, sources, slices.Repeat([]int{t.readings}, t.sites), r)

	text := &strings.Builder{}
	at := 0
	seen := make([][]int, t.sites)
	for i, s := range m.Sites {
		word := ""
		switch k := r.N(100); {
		case k < t.reworded:
			word = rest[i]
		case k < t.reworded+t.misread:
			printed[i] = (printed[i] + 1 + r.N(t.readings-1)) % t.readings
			fallthrough
		default:
			word = s.Readings[printed[i]]
			seen[i] = []int{printed[i]}
		}
		text.WriteString(m.Text[at:s.Start] + word)
		at = s.End
	}
	text.WriteString(m.Text[at:])
	named, err := decide(m, book, seen)
	if err != nil {
		return res, err
	}
	t.judge(&res, 0, named)

	b := locate.New()
	b.Add(m)
	one := &archive{ids: []string{"synthetic"}, master: []*frank.Master{m}, index: b.Index()}
	report, err := one.trace(leak.Exhibit{Name: "exhibit.txt", Data: []byte(text.String())}, 0, book, twice)
	if err != nil {
		return res, err
	}
	for _, d := range report.Dispatches {
		t.judge(&res, 1, d.Named)
	}
	return res, nil
}

func (t *trial) judge(res *trialResult, stage int, named []int) {
	right := 0
	for _, n := range named {
		right += count(n <= t.copies)
		res.wrong = res.wrong || n > t.copies
	}
	res.hit[stage] = right > 0 && (right == t.copies || !t.all)
}

// decide asks for the odds of what was read at each site, one site a unit.
func decide(m *frank.Master, book *codebook.Book, seen [][]int) (named []int, err error) {
	level, err := odds.ParseMass(spend)
	if err != nil {
		return nil, err
	}
	g := odds.Group{Level: level, Copies: book.Copies()}
	var index []int
	for u, unit := range m.Units {
		printed := seen[unit.Sites[0]]
		if printed == nil {
			continue
		}
		out := odds.Unit{Law: unit.Law}
		site := odds.Site{Readings: len(unit.Joint), Printed: len(printed)}
		for _, k := range []variant.Medium{variant.Press, variant.Retyped, variant.Edited} {
			site.Keep = append(site.Keep, min(variant.Keep("", k), odds.Scale*19/20))
		}
		for j, joint := range unit.Joint {
			site.Agree = append(site.Agree, slices.Contains(printed, joint[0]))
			out.Shown = append(out.Shown, j)
		}
		out.Sites = []odds.Site{site}
		g.Units = append(g.Units, out)
		index = append(index, u)
	}
	g.Readings = func(unit int, dst []uint16) { book.Readings(index[unit], dst) }
	res, err := odds.Decide(context.Background(), &odds.Problem{Groups: []odds.Group{g}, Models: 3})
	if err != nil {
		return nil, err
	}
	for _, row := range res[0].Rows {
		if row.Named {
			named = append(named, row.Copy)
		}
	}
	return named, nil
}

// coverageOfNarrowed counts how often the source is in the narrowed set when
// the print was edited exactly as the worst model states: each site printed as
// the copy shows it with the chance of its kind, or else as any other reading.
func coverageOfNarrowed(w io.Writer, runs int, seed uint64) error {
	fmt.Fprintf(w, "The source in the narrowed set, edited exactly as the worst model states, kinds of site and numbers of readings at random: per cent of %d runs; must be 99.\n", runs)
	const row = "%-10s %7s | %6s | %6s\n"
	fmt.Fprintf(w, row, "sites", "copies", "in", "median")
	kinds := variant.Kinds()
	for _, n := range []int{8, 20, 40, 80} {
		sizes := make([]int, runs)
		in := make([]bool, runs)
		errs := make([]error, runs)
		parallel(runs, func(i int) {
			r := leak.NewRand(seed, "narrowed", strconv.Itoa(n), strconv.Itoa(i))
			g := odds.Group{Copies: readers, Level: odds.Mass{}}
			columns := make([][]uint16, n)
			for u := range n {
				k := 2 + r.N(3)
				site := odds.Site{Readings: k, Printed: 1}
				kind := kinds[r.N(len(kinds))].Name
				for _, m := range []variant.Medium{variant.Press, variant.Retyped, variant.Edited} {
					site.Keep = append(site.Keep, min(variant.Keep(kind, m), odds.Scale*19/20))
				}
				columns[u] = make([]uint16, readers)
				for c := range columns[u] {
					columns[u][c] = uint16(r.N(k))
				}
				printed := int(columns[u][0])
				// Below an even spread over its readings a kind says nothing.
				if keep := max(slices.Min(site.Keep), uint32(odds.Scale/k)); r.N(odds.Scale) >= int(keep) {
					printed = (printed + 1 + r.N(k-1)) % k
				}
				x := odds.Unit{Law: frank.Uniform(k)}
				for j := range k {
					x.Shown = append(x.Shown, j)
					site.Agree = append(site.Agree, j == printed)
				}
				x.Sites = []odds.Site{site}
				g.Units = append(g.Units, x)
			}
			g.Readings = func(unit int, dst []uint16) { copy(dst, columns[unit]) }
			res, err := odds.Decide(context.Background(), &odds.Problem{Groups: []odds.Group{g}, Models: 3})
			if err != nil {
				errs[i] = err
				return
			}
			sizes[i], in[i] = len(res[0].Consistent), slices.Contains(res[0].Consistent, 1)
		})
		hit := 0
		for i := range in {
			if errs[i] != nil {
				return errs[i]
			}
			hit += count(in[i])
		}
		fmt.Fprintf(w, row, fmt.Sprint(n), fmt.Sprint(readers), fmt.Sprintf("%.2f", 100*float64(hit)/float64(runs)), median(sizes))
	}
	return nil
}
