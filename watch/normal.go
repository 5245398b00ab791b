package watch

import (
	"bytes"
	"slices"
	"strings"

	"frank"
	"frank/prose"
	"frank/watch/group"
)

// maxGroup is how many words a group's readings have, beyond two of them.
const maxGroup = 1 << 12

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

// normal returns the normal form of m.
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
	newlines := 0 // since the last item
	add := func(it item) {
		if newlines > 1 && f.places > 0 && (len(f.breaks) == 0 || f.breaks[len(f.breaks)-1] != f.places) {
			f.breaks = append(f.breaks, f.places)
		}
		newlines = 0
		f.items = append(f.items, it)
		f.places += it.span()
	}
	addAll := func(classes []byte) {
		for _, c := range classes {
			add(item{word: c})
		}
	}
	for plain, texts := range group.All(m) {
		from := 0
		for _, w := range prose.Words(plain) {
			newlines += strings.Count(plain[from:w.Start], "\n")
			add(item{word: of(w.Norm)})
			from = w.End
		}
		newlines += strings.Count(plain[from:], "\n")
		if texts == nil {
			break
		}
		var readings [][]byte
		for text := range texts {
			words := prose.Words(text)
			r := make([]byte, len(words))
			for i, w := range words {
				r[i] = of(w.Norm)
			}
			readings = append(readings, r)
		}
		before, differ, after := neutral(readings)
		addAll(before)
		if differ != nil {
			add(item{group: differ})
		}
		addAll(after)
	}
	return f
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
