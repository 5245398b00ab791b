package variant

import (
	"cmp"
	"slices"
	"strings"
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
	ps := slices.DeleteFunc(slices.Clone(all), func(p Proposal) bool {
		return p.Link != "" || p.Items != nil || p.Start == p.End || p.Kind != "phrase" && p.Kind != "substitution" && p.Kind != "connective"
	})
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
