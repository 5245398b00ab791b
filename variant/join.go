package variant

import (
	"cmp"
	"slices"
	"strings"

	"frank/prose"
)

// mostJoined is the most readings that a site has from several proposals: its
// author is to read them all.
const mostJoined = 8

// joined returns, for proposals that overlap, proposals with the readings of
// each. Every one of these says the same as the author's words, so each may
// stand in their place in a copy, whichever proposal it comes from; what no
// two of them do is stand there together. [resolve] takes these where they
// carry more than the best that go side by side.
func joined(all []Proposal) []Proposal {
	ps := slices.DeleteFunc(slices.Clone(all), func(p Proposal) bool { return !p.joinable() && len(p.Items) != 2 })
	slices.SortStableFunc(ps, func(a, b Proposal) int {
		return cmp.Or(a.Start-b.Start, b.End-a.End)
	})
	var out []Proposal
	for i := 0; i < len(ps); {
		j, end := i+1, ps[i].End
		for j < len(ps) && ps[j].Start < end {
			end = max(end, ps[j].End)
			j++
		}
		out = append(out, joinedAmong(ps[i:j])...)
		i = j
	}
	return out
}

// joinable reports a proposal of words for words that changes by itself.
func (p Proposal) joinable() bool {
	return p.Link == "" && p.Items == nil && p.Start < p.End && (p.Kind == "phrase" || p.Kind == "substitution" || p.Kind == "connective")
}

// moved returns, for two items in free order with other proposals inside them,
// a proposal with every order of every reading: what stands in an item goes
// with it.
func (d *document) moved(all []Proposal) []Proposal {
	var out []Proposal
	for _, p := range all {
		if len(p.Items) != 2 || p.Link != "" {
			continue
		}
		second := p.End - len(p.Items[1])
		inside := slices.DeleteFunc(slices.Clone(all), func(q Proposal) bool {
			return !q.joinable() || q.Start < p.Start || q.End > p.End || q.End > p.Start+len(p.Items[0]) && q.Start < second
		})
		a, b := []string{p.Items[0]}, []string{p.Items[1]}
		best := resolve(append(inside, joined(inside)...))
		slices.Reverse(best) // so that what is before a place stays where it is
		for _, q := range best {
			side, at := &a, q.Start-p.Start
			if q.Start >= second {
				side, at = &b, q.Start-second
			}
			if 2*len(a)*len(b)*len(q.Readings) > mostJoined {
				continue
			}
			var more []string
			for _, r := range q.Readings {
				for _, s := range *side {
					more = append(more, s[:at]+r+s[at+q.End-q.Start:])
				}
			}
			*side = more
		}
		if len(a)*len(b) == 1 {
			continue
		}
		m := Proposal{Start: p.Start, End: p.End, Kind: p.Kind}
		for _, x := range a {
			for _, y := range b {
				m.Readings = append(m.Readings, x+p.Seps[0]+y, y+p.Seps[0]+x)
			}
		}
		if different(m.Readings) && d.sameArticle(m) {
			out = append(out, m)
		}
	}
	return out
}

// different reports readings of which no two are the same, and none says a
// thing twice where its items now agree.
func different(readings []string) bool {
	seen := map[string]bool{}
	for _, r := range readings {
		r = strings.ToLower(r)
		if a, b, ok := strings.Cut(r, " and "); seen[r] || ok && a == b {
			return false
		}
		seen[r] = true
	}
	return true
}

// sameArticle reports that what stands before a proposal may stand before each
// of its readings.
func (d *document) sameArticle(p Proposal) bool {
	i, _ := slices.BinarySearchFunc(d.tok, p.Start, func(t prose.Token, at int) int { return t.Start - at })
	if d.near(i-1, i) < 0 || !d.any(i-1, []string{"a", "an"}) {
		return true
	}
	return !slices.ContainsFunc(p.Readings, func(r string) bool { return article(firstWord(r)) != d.word(i-1) })
}

// joinedAmong joins what lies within any one proposal or any two that overlap,
// of proposals in order.
func joinedAmong(ps []Proposal) []Proposal {
	var out []Proposal
	seen := map[[2]int]bool{}
	for i, p := range ps {
		for _, q := range ps[i:] {
			if q.Start >= p.End {
				break
			}
			span := [2]int{p.Start, max(p.End, q.End)}
			if seen[span] {
				continue
			}
			seen[span] = true
			in := slices.DeleteFunc(slices.Clone(ps), func(x Proposal) bool { return x.Start < span[0] || x.End > span[1] })
			if len(in) > 1 {
				out = append(out, union(in, span[0], span[1]))
			}
		}
	}
	return out
}

// union is one proposal for the bytes from from to to, which those of in cover:
// the author's wording, and theirs, each by itself. It is of the longest's kind.
func union(in []Proposal, from, to int) Proposal {
	text := make([]byte, to-from)
	for _, p := range in {
		copy(text[p.Start-from:], p.Readings[0])
	}
	slices.SortStableFunc(in, func(a, b Proposal) int { return (b.End - b.Start) - (a.End - a.Start) })
	out := Proposal{Start: from, End: to, Kind: in[0].Kind, Readings: []string{string(text)}}
	for _, p := range in {
		for _, r := range p.Readings[1:] {
			w := string(text[:p.Start-from]) + r + string(text[p.End-from:])
			if len(out.Readings) < mostJoined && !slices.ContainsFunc(out.Readings, func(x string) bool { return strings.EqualFold(x, w) }) {
				out.Readings = append(out.Readings, w)
			}
		}
	}
	return out
}
