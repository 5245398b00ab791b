package watch

import (
	"cmp"
	"slices"

	"frank"
)

// oneWord is what one wrong word costs a passage at most.
const oneWord = maxAfter + wrongWord

// settle sorts the passages, drops those that others make superfluous, and puts
// those of the same words beside the first of them.
func (f *finder) settle() (out []Sighting) {
	slices.SortFunc(f.found, func(a, b passage) int {
		return cmp.Or(cmp.Compare(b.Evidence, a.Evidence), cmp.Compare(a.From, b.From), cmp.Compare(a.Dispatch.Year, b.Dispatch.Year),
			cmp.Compare(a.Dispatch.Place, b.Dispatch.Place), cmp.Compare(a.Dispatch.Number, b.Dispatch.Number), cmp.Compare(a.First, b.First), cmp.Compare(a.To, b.To))
	})
	var kept []passage
	located := map[frank.Ref]bool{}
	for _, p := range f.found {
		if slices.ContainsFunc(kept, func(o passage) bool { return o.supersedes(&p.Sighting, int(f.chance)) }) {
			continue
		}
		beside := slices.IndexFunc(out, func(o Sighting) bool { return o.shares(&p.Sighting) })
		strong, firm := f.holds(&p.Sighting)
		if beside < 0 && !strong && (!located[p.Dispatch] || p.Evidence < int(f.more-f.chance)) {
			continue
		}
		located[p.Dispatch] = located[p.Dispatch] || strong
		s := f.parts[p.part].Segment
		p.Paragraph, p.Paragraphs = s.paragraph(p.dispatch, p.First), s.paragraph(p.dispatch, p.Words)
		if beside < 0 {
			p.Doubtful = !firm && f.few
			out = append(out, p.Sighting)
		} else if o := &out[beside]; len(o.Also) < MaxAlso {
			o.Also = append(o.Also, p.Sighting)
			o.Others++
		} else {
			o.Others++
		}
		if kept = append(kept, p); len(kept) == maxFound {
			break
		}
	}
	return out
}

// holds reports whether a passage has the evidence to be reported, and the
// evidence it needs in a whole article.
func (f *finder) holds(s *Sighting) (strong, firm bool) {
	left := int32(len(f.q.class) - s.Printed())
	firm = s.Evidence >= int(margin+min(left*leftOut, f.most))
	return firm || f.few && s.Evidence >= int(min(left*fewLeftOut, f.most)), firm
}

// supersedes reports whether s, the stronger, makes o superfluous.
func (s *Sighting) supersedes(o *Sighting, chance int) bool {
	common := s.common(o)
	if s.Dispatch == o.Dispatch {
		return 2*common > o.Printed()
	}
	return common == o.Printed() && s.Evidence+chance >= overshadowed*(o.Evidence+chance)
}

// shares reports whether the words of s, the stronger, stand in o's dispatch as
// well, but for a wrong one.
func (s *Sighting) shares(o *Sighting) bool {
	return s.Dispatch != o.Dispatch && s.Evidence-o.Evidence <= int(oneWord) && 4*s.common(o) > 3*max(s.Printed(), o.Printed())
}

// common returns how many words of the article both have.
func (s *Sighting) common(o *Sighting) int { return max(0, min(s.To, o.To)-max(s.From, o.From)) }
