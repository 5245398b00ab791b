package retold

import (
	"cmp"
	"slices"

	"frank"
	"frank/internal/log64"
	"frank/prose"
)

// Neighbour is a dispatch that shares much with a passage of an article.
type Neighbour struct {
	Dispatch frank.Ref `json:"dispatch"`
	From     int       `json:"from"` // the article's words from From up to, not including, To
	To       int       `json:"to"`
	Score    int       `json:"score"` // what the terms shared are worth, in 1/64 bit
	Terms    []string  `json:"terms"` // words of the article that both have, the rarest first
}

// Bits returns what the terms shared are worth, in whole bits.
func (n Neighbour) Bits() int { return n.Score / log64.Bit }

// fewest is how many terms a neighbour shares: this is for articles, and not to
// look up a name by.
const fewest = 4

// MaxNearest is how many neighbours can be asked for.
const MaxNearest = candidates

// Nearest returns the dispatches that share most with a passage of an article,
// whether or not that is more than chance shows: up to n of those issued last
// and up to n of all, each list the best first, without those to be skipped. It
// is for somebody who has reason to think that the article retells a dispatch.
// Words are those of text; n is at most [MaxNearest].
func (ix *Index) Nearest(text string, words []prose.Token, n int, skip map[frank.Ref]bool) (latest, all []Neighbour) {
	f := newFinder(ix, text, words, asked)
	late := f.latest(scopes[ofLatest])
	for from, to := range passages(len(words)) {
		own := f.own(from, to)
		f.look(own)
		all = f.nearer(all, f.top[ofAll], own, from, to, n, skip)
		latest = f.nearer(latest, late, own, from, to, n, skip)
	}
	return latest, all
}

// latest returns all dispatches of a scope.
func (f *finder) latest(in scope) (list []candidate) {
	for k, part := range f.parts {
		is := f.ix.issued[part.Segment]
		if !f.ix.within(in, is.last) {
			continue
		}
		for d, at := range is.at {
			if f.ix.within(in, at) && !part.Gone(d) {
				list = append(list, candidate{k, d, 0})
			}
		}
	}
	return list
}

// nearer returns the best n of these and of what candidates share with a
// passage. Of equals it is the first in the order of references.
func (f *finder) nearer(best []Neighbour, list []candidate, own []int, from, to, n int, skip map[frank.Ref]bool) []Neighbour {
	for _, c := range list {
		ref := f.ref(c)
		if shares := f.weigh(&c, own); shares < fewest || c.score <= 0 || skip[ref] {
			continue
		}
		x := Neighbour{ref, from, to, c.score, nil}
		was := slices.IndexFunc(best, func(o Neighbour) bool { return o.Dispatch == ref })
		switch {
		case was >= 0 && best[was].Score >= x.Score:
			continue
		case was >= 0:
			best = slices.Delete(best, was, was+1)
		}
		at, _ := slices.BinarySearchFunc(best, x, func(a, b Neighbour) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), a.Dispatch.Compare(b.Dispatch))
		})
		if at < min(n, MaxNearest) {
			x.Terms = f.shared(c, own)
			best = slices.Insert(best, at, x)
			best = best[:min(len(best), n, MaxNearest)]
		}
	}
	return best
}
