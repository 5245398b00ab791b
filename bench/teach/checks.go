package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frank/variant"
)

// checks writes sheets on which every wording that readers found for a pattern
// is held against many more places where the pattern stands.
func checks(args []string) error {
	fs := flag.NewFlagSet("checks", flag.ExitOnError)
	dir := fs.String("labels", "", "folder of places.tsv and lab*.txt")
	out := fs.String("o", "", "folder to write to")
	top := fs.Int("top", 400, "how many patterns")
	files := fs.Int("files", 6, "how many files")
	most := fs.Int("places", 80, "how many places a sheet at most")
	first := fs.Int("first", 10000, "number of the first sheet")
	skip := fs.String("skip", "", "folder of check sheets whose patterns are left out")
	fs.Parse(args)
	lessons, err := readLessons(*dir, fs.Args())
	if err != nil {
		return err
	}
	known := map[string]bool{}
	if *skip != "" {
		names, err := filepath.Glob(filepath.Join(*skip, "sheet*.txt"))
		if err != nil {
			return err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			for _, line := range strings.Split(string(text), "\n") {
				if rest, ok := strings.CutPrefix(line, "# "); ok {
					_, rest, _ = strings.Cut(rest, " ")
					rest, _, _ = strings.Cut(rest, " = ")
					known[rest] = true
				}
			}
		}
	}
	type sheet struct {
		pattern  string
		wordings []*lesson
		best     float64
		t        target
	}
	byPattern := map[string]*sheet{}
	for _, l := range lessons {
		if known[l.pattern] {
			continue
		}
		right := 0
		for _, e := range l.examples {
			if e.right {
				right++
			}
		}
		share := float64(right) / float64(len(l.examples))
		if right == 0 || len(l.examples) > 5 && share < 0.12 {
			continue
		}
		s := byPattern[l.pattern]
		if s == nil {
			s = &sheet{pattern: l.pattern, t: *newTarget(l.pattern)}
			byPattern[l.pattern] = s
		}
		s.wordings = append(s.wordings, l)
		s.best += (float64(right) + 0.3) / (float64(len(l.examples)) + 1)
	}
	var stock strings.Builder
	for _, p := range slices.Sorted(maps.Keys(byPattern)) {
		fmt.Fprintf(&stock, "substitution: %s / +zzz\n  0 in=any:0\n", p)
	}
	find, err := variant.ParseStock(stock.String())
	if err != nil {
		return err
	}
	words := map[string]int{}
	if err := eachDocument(fs.Args(), func(corpus string, d document) {
		words[corpus] += len(strings.Fields(d.Text))
		ps := variant.Proposals(d.Text, variant.ProposeOptions{})
		at := 0
		for _, p := range variant.Proposals(d.Text, variant.ProposeOptions{Stock: find, Kinds: []string{"substitution"}}) {
			for at < len(ps) && ps[at].End <= p.Start {
				at++
			}
			if at < len(ps) && ps[at].Start < p.End {
				continue
			}
			for _, pattern := range find.Matching(d.Text[p.Start:p.End]) {
				byPattern[pattern].t.add(corpus, d, p.Start, p.End)
			}
		}
	}); err != nil {
		return err
	}
	var all []*sheet
	for _, p := range slices.Sorted(maps.Keys(byPattern)) {
		all = append(all, byPattern[p])
	}
	slices.SortStableFunc(all, func(a, b *sheet) int {
		return cmp.Compare(b.best*b.t.rank(words), a.best*a.t.rank(words))
	})
	w, err := newSheetFiles(*out, *files)
	if err != nil {
		return err
	}
	for n, s := range all[:min(*top, len(all))] {
		slices.SortStableFunc(s.wordings, func(a, b *lesson) int { return cmp.Compare(len(b.examples), len(a.examples)) })
		var wordings []string
		for _, l := range s.wordings[:min(8, len(s.wordings))] {
			wordings = append(wordings, l.wording)
		}
		w.sheet(*first+n, s.pattern+" = "+strings.Join(wordings, " / "), &s.t, words, *most, 10)
	}
	return w.close()
}
