package variant

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"

	"frank/prose"
	"frank/prose/wordclass"
	"frank/variant/fit"
)

// class returns the class of token i. A sentence is read when it is first asked
// for: most never are.
func (d *document) class(i int) wordclass.Class {
	if i < 0 || i >= len(d.tok) {
		return wordclass.None
	}
	if d.classOf == nil {
		d.classOf = make([]wordclass.Class, len(d.tok))
		d.classed = make([]bool, len(d.spans)+1)
	}
	s := d.sent[i]
	if !d.classed[s] {
		d.classed[s] = true
		from, to := i, i
		for from > 0 && d.sent[from-1] == s {
			from--
		}
		for to < len(d.tok) && d.sent[to] == s {
			to++
		}
		words := make([]string, to-from)
		for k := range words {
			words[k] = d.raw(from + k)
		}
		copy(d.classOf[from:to], wordclass.Of(words))
	}
	return d.classOf[i]
}

//go:embed company.txt
var companyList string

// company gives the group, by its number, of words that keep like company.
var company = lazy(func() map[string]string {
	m := map[string]string{}
	n := 0
	for _, line := range strings.Split(companyList, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		n++
		id := strconv.Itoa(n)
		for _, w := range strings.Fields(line) {
			m[w] = id
		}
	}
	return m
})

// placeOf describes tokens i to end and what is beside them.
func (d *document) placeOf(i, end int) *fit.Place {
	p := &fit.Place{}
	word := func(at int) string {
		switch {
		case d.near(at, i) < 0 || at < i && d.first[i]:
			return "<>"
		case d.has(at, "FIGURE"):
			return "#"
		case d.has(at, "CAP") && !d.first[at]:
			return "^"
		}
		return d.tok[at].Norm
	}
	class := func(at int) string {
		if d.near(at, i) < 0 {
			return "edge"
		}
		if d.tok[at].Class != prose.Word {
			return d.tok[at].Norm
		}
		return d.class(at).String()
	}
	group := func(at int) string {
		if d.near(at, i) < 0 {
			return ""
		}
		return company()[d.tok[at].Norm]
	}
	nextNoun := func(at, step int) int {
		for n := 0; n < 6 && d.near(at, i) >= 0; n, at = n+1, at+step {
			if c := d.class(at); c == wordclass.Noun || c == wordclass.Nouns || c == wordclass.Name {
				return at
			}
		}
		return -1
	}
	left, right := nextNoun(i-1, -1), nextNoun(end, 1)
	for k := i; k < end; k++ {
		p.Own = append(p.Own, d.tok[k].Norm)
	}
	for k, at := range []int{i - 2, i - 1, end, end + 1, left, right} {
		if d.near(at, i) >= 0 {
			p.Near[k] = d.tok[at].Norm
		}
	}
	for k, at := range []int{end - 1, i - 1, end, i - 2, end + 1} {
		if d.near(at, i) >= 0 {
			p.Class[k] = d.class(at)
		}
	}
	in := "us"
	if d.variety == british {
		in = "uk"
	}
	start := ""
	if d.first[i] {
		start = "start"
	}
	noun := func(at int, of func(int) string) string {
		if at < 0 {
			return ""
		}
		return of(at)
	}
	// In the order of fit.Seen.
	p.Value = [len(fit.Seen)]string{class(end - 1), word(i - 1), word(end), class(i - 1), class(end), class(i - 2), class(end + 1),
		in, start, group(i - 1), group(end), noun(left, group), noun(right, group)}
	return p
}

// Reader looks at places of one text.
type Reader struct{ d *document }

// NewReader reads a text once, to look at many places of it.
func NewReader(text string) *Reader { return &Reader{newDocument(text, nil)} }

func (r *Reader) tokens(start, end int) (int, int) {
	d := r.d
	i, ok := slices.BinarySearchFunc(d.tok, start, func(t prose.Token, at int) int { return t.Start - at })
	for k := i; ok && k < len(d.tok) && d.sent[k] == d.sent[i]; k++ {
		if d.tok[k].End == end {
			return i, k + 1
		}
	}
	return 0, 0
}
