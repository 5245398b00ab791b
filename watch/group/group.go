// Package group walks a dispatch as every copy of it reads: plain text, which
// they share, and groups, in which they may differ.
package group

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank"
)

// maxCombos is how many joint readings of a group's sites are tried.
const maxCombos = 1 << 12

// All goes through a dispatch that satisfies [frank.Master.Validate]: plain
// text, and the readings of the group behind it, which are nil at the end. Sites
// that no white space parts share words: they are one group, which reaches from
// white space to white space, because no word crosses that.
func All(m *frank.Master) iter.Seq2[string, iter.Seq[string]] {
	return func(yield func(string, iter.Seq[string]) bool) {
		at := 0 // what is before was told
		for sites := m.Sites; len(sites) > 0; {
			start := at
			if k := strings.LastIndexFunc(m.Text[at:sites[0].Start], unicode.IsSpace); k >= 0 {
				_, size := utf8.DecodeRuneInString(m.Text[at+k:])
				start = at + k + size
			}
			n, end := 0, 0
			for more := true; more; {
				end = sites[n].End
				n++
				next := len(m.Text)
				if n < len(sites) {
					next = sites[n].Start
				}
				space := strings.IndexFunc(m.Text[end:next], unicode.IsSpace)
				if more = space < 0 && n < len(sites); space >= 0 {
					end += space
				} else {
					end = next
				}
			}
			if !yield(m.Text[at:start], readings(m.Text[start:end], start, sites[:n])) {
				return
			}
			at, sites = end, sites[n:]
		}
		yield(m.Text[at:], nil)
	}
}

// readings makes the readings of a group, one at a time: all combinations of its
// sites' if they are not too many, else each site's alone, the others showing
// the reading that sorts first. Some may be the same.
func readings(text string, start int, sites []frank.Site) iter.Seq[string] {
	g := frank.Master{Text: text}
	combos := 1
	for _, s := range sites {
		sorted := slices.Sorted(slices.Values(s.Readings))
		g.Sites = append(g.Sites, frank.Site{Start: s.Start - start, End: s.End - start, Readings: sorted})
		combos = min(combos*len(sorted), maxCombos+1)
	}
	return func(yield func(string) bool) {
		choice := make([]int, len(g.Sites))
		if combos > maxCombos {
			for i, s := range g.Sites {
				for choice[i] = range s.Readings {
					if !yield(g.Render(choice)) {
						return
					}
				}
				choice[i] = 0
			}
			return
		}
		for c := range combos {
			for i, s := range g.Sites { // c's digits, to the base of each site
				choice[i], c = c%len(s.Readings), c/len(s.Readings)
			}
			if !yield(g.Render(choice)) {
				return
			}
		}
	}
}
