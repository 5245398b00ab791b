package watch

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank"
	"frank/prose"
)

const (
	maxCombos = 1 << 12 // joint readings of sites that share a word
	maxGroup  = 1 << 12 // words of a group's readings, beyond two of them
)

// form is a dispatch in the site-neutral normal form: nothing in it depends on
// the order of readings, on laws, or on anything secret.
type form struct {
	items  []item
	places int   // words, counting the longest reading of every group
	breaks []int // places where a paragraph begins, but for the first
}

// item is one word, or sites that share a word with all their readings.
type item struct {
	word  byte     // class; 0 for a group
	group [][]byte // two readings or more, ascending, without a common beginning or end; one may be empty
}

// span returns how many places the item takes.
func (it item) span() int {
	if it.word != 0 {
		return 1
	}
	n := 0
	for _, r := range it.group {
		n = max(n, len(r))
	}
	return n
}

// normal returns the normal form of m. A group reaches from white space to
// white space about its sites, because no word crosses that.
func normal(m *frank.Master) *form {
	f := &form{}
	known := map[string]byte{}
	of := func(w string) byte {
		c, ok := known[w]
		if !ok {
			c = class(w)
			known[w] = c
		}
		return c
	}
	at := 0 // in the text; what is before was taken in
	newline := 0
	gap := func(s string) {
		newline += strings.Count(s, "\n")
	}
	add := func(it item) {
		if newline > 1 && f.places > 0 && (len(f.breaks) == 0 || f.breaks[len(f.breaks)-1] != f.places) {
			f.breaks = append(f.breaks, f.places)
		}
		newline = 0
		f.items = append(f.items, it)
		f.places += it.span()
	}
	plain := func(end int) {
		s, from := m.Text[at:end], 0
		for _, w := range prose.Words(s) {
			gap(s[from:w.Start])
			add(item{word: of(w.Norm)})
			from = w.End
		}
		gap(s[from:])
		at = end
	}
	for i := 0; i < len(m.Sites); {
		start := spaceBefore(m.Text, at, m.Sites[i].Start)
		next, end := i+1, m.Sites[i].End
		for {
			limit := len(m.Text)
			if next < len(m.Sites) {
				limit = m.Sites[next].Start
			}
			if end = spaceAfter(m.Text, end, limit); end < limit || next == len(m.Sites) {
				break
			}
			end = m.Sites[next].End
			next++
		}
		plain(start)
		var readings [][]byte
		for _, text := range combine(m, i, next, start, end) {
			r := []byte{}
			for _, w := range prose.Words(text) {
				r = append(r, of(w.Norm))
			}
			readings = append(readings, r)
		}
		before, group, after := neutral(readings)
		for _, c := range before {
			add(item{word: c})
		}
		if group != nil {
			add(item{group: group})
		}
		for _, c := range after {
			add(item{word: c})
		}
		at, i = end, next
	}
	plain(len(m.Text))
	return f
}

// spaceBefore returns where the white space before i ends, or from.
func spaceBefore(text string, from, i int) int {
	for i > from {
		r, n := utf8.DecodeLastRuneInString(text[from:i])
		if unicode.IsSpace(r) {
			break
		}
		i -= n
	}
	return i
}

// spaceAfter returns where the white space at or after i begins, or to.
func spaceAfter(text string, i, to int) int {
	for i < to {
		r, n := utf8.DecodeRuneInString(text[i:to])
		if unicode.IsSpace(r) {
			break
		}
		i += n
	}
	return i
}

// combine returns the texts of [start, end) under the readings of the sites
// from a up to, not including, b: all combinations if they are not too many,
// else each site varied alone, the others showing the reading that sorts first.
func combine(m *frank.Master, a, b, start, end int) []string {
	sorted := make([][]string, b-a)
	n := 1
	for i := range sorted {
		sorted[i] = slices.Sorted(slices.Values(m.Sites[a+i].Readings))
		n = min(n*len(sorted[i]), maxCombos+1)
	}
	choice := make([]int, b-a)
	text := func() string {
		var t []byte
		at := start
		for i, r := range choice {
			t = append(t, m.Text[at:m.Sites[a+i].Start]...)
			t = append(t, sorted[i][r]...)
			at = m.Sites[a+i].End
		}
		return string(append(t, m.Text[at:end]...))
	}
	out := []string{text()}
	if n > maxCombos {
		for i := range choice {
			for r := 1; r < len(sorted[i]); r++ {
				choice[i] = r
				out = append(out, text())
			}
			choice[i] = 0
		}
		return out
	}
	for {
		i := 0
		for ; i < len(choice); i++ {
			if choice[i]++; choice[i] < len(sorted[i]) {
				break
			}
			choice[i] = 0
		}
		if i == len(choice) {
			return out
		}
		out = append(out, text())
	}
}

// neutral sorts readings and cuts off what all of them begin and end with. If
// they are all the same there is no group.
func neutral(readings [][]byte) (before []byte, group [][]byte, after []byte) {
	slices.SortFunc(readings, bytes.Compare)
	readings = slices.CompactFunc(readings, bytes.Equal)
	if len(readings) == 1 {
		return readings[0], nil, nil
	}
	first, last := readings[0], readings[len(readings)-1]
	n := 0
	for n < len(first) && n < len(last) && first[n] == last[n] { // sorted: what these share, all do
		n++
	}
	before = first[:n]
	short := len(first) - n
	for _, r := range readings {
		short = min(short, len(r)-n)
	}
	e := 0
	for e < short && !slices.ContainsFunc(readings, func(r []byte) bool { return r[len(r)-1-e] != first[len(first)-1-e] }) {
		e++
	}
	after = first[len(first)-e:]
	for i, r := range readings {
		readings[i] = r[n : len(r)-e]
	}
	slices.SortFunc(readings, bytes.Compare) // what was cut off held the order up
	size := 0
	for _, r := range readings {
		if size += len(r); size > maxGroup && len(group) >= 2 {
			break
		}
		group = append(group, r)
	}
	return before, group, after
}
