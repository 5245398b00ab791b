package variant

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// houseFirst gives the house's entries their places and drops from all what
// overlaps them: an organisation's own entry holds even where the built-in
// stock has more readings.
func (d *document) houseFirst(opt ProposeOptions, all []Proposal) []Proposal {
	first := resolve(d.of(opt.House, opt.Kinds))
	gone := map[string]bool{} // links that lost a place: they change everywhere or nowhere
	all = slices.DeleteFunc(all, func(p Proposal) bool {
		over := slices.ContainsFunc(first, func(h Proposal) bool {
			return p.Start < h.End && h.Start < p.End || p.Start == h.Start
		})
		if over && p.Link != "" {
			gone[p.Link] = true
		}
		return over
	})
	all = slices.DeleteFunc(all, func(p Proposal) bool { return gone[p.Link] })
	return append(first, all...)
}

// of returns what the entries of another stock propose in d, kind by kind.
func (d *document) of(s *Stock, only []string) []Proposal {
	other := *d
	other.stock, other.fromStock = s, nil
	var out []Proposal
	for _, k := range kinds() {
		if only == nil || slices.Contains(only, k.Name) {
			out = append(out, other.stocked(k.Name)...)
		}
	}
	return out
}

// Line is an entry of a stock's text by itself.
type Line struct {
	Number int    // from 1
	Text   string // as written
	stock  *Stock
}

// Lines reads the text of a stock line by line and returns its entries and what
// is wrong: entries that cannot be read, and those of which some reading can
// never be found or written. Both are in order.
func Lines(text string) ([]Line, []error) {
	var out []Line
	var wrong []error
	written := map[string]int{}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		fault := func(format string, args ...any) {
			wrong = append(wrong, fmt.Errorf("line %d: "+format, append([]any{n + 1}, args...)...))
		}
		e, err := parseEntry(line)
		if err == nil && !known(e.kind) {
			err = fmt.Errorf("there is no kind %q", e.kind)
		}
		if err != nil {
			fault("%w", err)
			continue
		}
		for _, msg := range e.faults() {
			fault("%s", msg)
		}
		if had := written[line]; had != 0 {
			fault("this entry is line %d again", had)
		}
		written[line] = n + 1
		s := newStock()
		s.add(e)
		out = append(out, Line{n + 1, line, s})
	}
	return out, wrong
}

// faults says what in an entry that can be read can never work.
func (e *entry) faults() []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	found, vary := false, map[byte]bool{}
	var seen []string
	classesOf := make([][]string, len(e.readings))
	for i, r := range e.readings {
		found = found || !r.only
		text := ""
		for _, el := range r.elems {
			text += " " + el.word
			switch {
			case el.word == "":
				say("reading %d has a word with nothing in it", i+1)
			case el.tag == 'c' && !knownClass(el.word):
				say("%s is no class of words", el.word)
			case el.tag == 'c':
				classesOf[i] = append(classesOf[i], verbal(el.word))
			case el.tag != 0 && strings.IndexByte("vVnNa", el.tag) < 0:
				say("%s.%c: there is no mark %q for a word", el.word, el.tag, "."+string(el.tag))
			case el.tag != 0:
				vary[el.tag|0x20] = true
			}
			if el.tag != 'c' && !r.only && el.word != "I" && el.word != strings.ToLower(el.word) {
				say("%s: a word that is looked for is written in small letters", el.word)
			}
		}
		if slices.Contains(seen, text) {
			say("reading %d is there twice", i+1)
		}
		seen = append(seen, text)
	}
	if !found {
		say("no reading is ever looked for: at least one must stand without +")
	}
	if len(vary) > 1 {
		say("the readings have verbs, nouns and adjectives marked together")
	}
	for i, r := range e.readings {
		writes := func(j int) bool { return j != i && !e.readings[j].only && within(classesOf[i], classesOf[j]) }
		if r.only && !slices.ContainsFunc(numbers(len(e.readings)), writes) {
			say("reading %d is never written: no other reading has its %s", i+1, strings.Join(classesOf[i], " "))
		}
	}
	for _, c := range e.conds {
		if len(c.list) == 0 {
			say("a condition names no word")
		}
		for _, w := range c.list {
			if w == strings.ToUpper(w) && w != strings.ToLower(w) && !knownClass(w) {
				say("%s is no class of words", w)
			}
		}
	}
	return out
}

// within reports whether each of some words is one of others, every time it comes.
func within(some, others []string) bool {
	others = slices.Clone(others)
	for _, w := range some {
		i := slices.Index(others, w)
		if i < 0 {
			return false
		}
		others = slices.Delete(others, i, i+1)
	}
	return true
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// knownClass reports a class that [document.has] tells, or a reading's own.
func knownClass(name string) bool {
	return classes()[name] != nil || slices.Contains(strings.Fields("EDGE STOP COMMA CAP MONEY FIGURE ADV ING BASE ED VERB FINITE NOUN ADJ LOW PLURAL X I"), name)
}

// Tried is a place where an entry would propose.
type Tried struct {
	Line Line
	Proposal
}

// Try returns every place of a text where each of the entries would propose, by
// entry and then in order. Unlike [Propose] it shows places that overlap.
func Try(text string, entries []Line, opt ProposeOptions) []Tried {
	d := newDocument(text, nil)
	d.setVariety(opt.Variety)
	all, of := newStock(), []Line(nil)
	for _, l := range entries {
		for _, e := range l.stock.entries {
			all.add(e)
			of = append(of, l)
		}
	}
	var out []Tried
	for _, p := range d.of(all, nil) {
		out = append(out, Tried{of[p.entry-1], p})
	}
	slices.SortStableFunc(out, func(a, b Tried) int {
		return cmp.Or(a.Proposal.entry-b.Proposal.entry, a.Proposal.Start-b.Proposal.Start)
	})
	return out
}

// Variety returns the variety of English of a text, "british" or "american", or
// "" if it cannot be told: stated where it is one of them, else as [Propose]
// tells it.
func Variety(text, stated string) string {
	d := newDocument(text, nil)
	d.setVariety(stated)
	return map[variety]string{british: "british", american: "american"}[d.variety]
}

// StockFormat returns what documents the format of entries: the head of the
// first file of the stock that is built in.
func StockFormat() string {
	text, err := stockFiles.ReadFile("stock/core.txt")
	if err != nil {
		panic("the stock that is built in cannot be read: " + err.Error())
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		b.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "#"), " "))
	}
	return b.String()
}
