package trace

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/coverage"
	"frank/prose"
	"frank/trace/align"
)

// stranger stands for words of a dispatch that are not shown: it is like none
// that is printed.
const stranger = "qzxkqjvw"

// relay lays a passage down again, on what the report and the opened sites say
// of the dispatch there, and takes down what it prints at each site. The words
// that print left out are strangers, and those that it changed are taken as
// printed: neither makes another way of laying the passage cheaper.
func (f *reading) relay(index int, p *Passage, d *Dispatch, e *coverage.Exhibit) error {
	where, err := f.where(p, d)
	if err != nil {
		return err
	}
	m, index2site := f.around(p, where)
	a := align.Align(m, e.Text, p.From, p.From+len(p.Printed), 0, len(m.Text))
	found := map[int]align.Seen{}
	for _, s := range a.Sites {
		if i := index2site[s.Site]; i >= 0 {
			found[i] = s
		}
	}
	at := p.From
	pieces := slices.Clone(p.Pieces)
	for k := range pieces {
		x := &pieces[k]
		from, to := at, at+len(x.Printed)
		at = to
		if x.Kind != AtSite || x.Seen < 0 {
			continue
		}
		for i, site := range where.pieces[k].sites {
			s, ok := found[site]
			same := x.Printed != "" && s.From == from && s.To == to || x.Printed == "" && s.From == s.To
			if !ok || !same || s.State == align.Cut || x.Elsewhere { // not read, as far as can be told here
				s.State, s.Readings = align.Edited, nil
			}
			s.Site = site
			piece := -1
			if i == 0 {
				piece = k
			}
			f.marks = append(f.marks, mark{s, p.Exhibit, index, piece})
		}
		x.Seen = -1
	}
	q := *p
	q.Pieces = pieces
	f.passages, f.laid = append(f.passages, q), append(f.laid, where)
	f.spans = append(f.spans, span{p.Exhibit, p.From, p.From + len(p.Printed)})
	return nil
}

// where checks the places that a passage's pieces claim on the dispatch: they
// follow each other, what is the same is as long there, and the opened sites lie
// exactly where their pieces do.
func (f *reading) where(p *Passage, d *Dispatch) (laid, error) {
	m := f.issued.Master
	out := laid{from: p.From}
	end := 0
	for k := range p.Pieces {
		x := &p.Pieces[k]
		if len(x.Span) != 2 || x.Span[0] < end || x.Span[1] < x.Span[0] || x.Span[1] > frank.MaxText {
			return out, fmt.Errorf("piece %d has no place on the dispatch behind the one before", k+1)
		}
		w := laidPiece{start: x.Span[0], end: x.Span[1], elsewhere: x.Elsewhere}
		end = w.end
		closed := x.Kind == AtSite && x.Seen < 0 // a site that was left out, and is not opened
		inside := f.inside(w, x, next(p.Pieces[k+1:], d))
		switch {
		case x.Kind == Omitted && w.start == w.end:
			return out, fmt.Errorf("piece %d is left out in print, and has no words in the dispatch", k+1)
		case closed, x.Kind == Changed, x.Kind == Omitted:
			if x.Dispatch != "" || x.Kind != Changed && x.Printed != "" {
				return out, fmt.Errorf("piece %d shows words of the dispatch that were not printed", k+1)
			}
		case x.Kind == Added:
			if w.start != w.end || x.Dispatch != "" {
				return out, fmt.Errorf("piece %d is only in print, and has a place on the dispatch", k+1)
			}
		case x.Kind == Same:
			if len(x.Dispatch) != w.end-w.start || !sameWords(x.Printed, x.Dispatch) {
				return out, fmt.Errorf("piece %d is not the same in print and dispatch", k+1)
			}
		case x.Kind == AtSite:
			if len(inside) == 0 || d.Seen[x.Seen].Site != inside[0] || len(x.Dispatch) != w.end-w.start {
				return out, fmt.Errorf("piece %d is at a site that is not opened there", k+1)
			}
			for _, i := range inside {
				s := &m.Sites[i]
				if s.Start < w.start || s.End > w.end || x.Dispatch[s.Start-w.start:s.End-w.start] != s.Readings[0] {
					return out, fmt.Errorf("piece %d is not at the place of site %d", k+1, i)
				}
			}
			w.sites = inside
		}
		if (x.Kind == Same || x.Kind == Changed) && len(inside) > 0 {
			return out, fmt.Errorf("site %d lies within piece %d, which is said to be no site", inside[0], k+1)
		}
		if x.Kind != AtSite && x.Elsewhere {
			return out, errors.New("only a site can be said to stand elsewhere")
		}
		out.pieces = append(out.pieces, w)
	}
	return out, nil
}

// inside are the opened sites that a piece takes in; at a site those up to, not
// including, the one that the next piece at a site begins with.
func (f *reading) inside(w laidPiece, x *Piece, upTo int) (list []int) {
	for i, s := range f.issued.Master.Sites {
		if s.Readings == nil {
			continue
		}
		within := s.Start < w.end && w.start < s.End || s.Start == s.End && w.start < s.Start && s.Start < w.end
		if x.Kind == AtSite { // one without words may lie at its end
			within = within || w.start <= s.Start && s.End <= w.end && i < upTo
		}
		if within {
			list = append(list, i)
		}
	}
	return list
}

// next is the site that the first of pieces at a site begins with.
func next(pieces []Piece, d *Dispatch) int {
	for _, x := range pieces {
		if x.Kind == AtSite && x.Seen >= 0 {
			return d.Seen[x.Seen].Site
		}
	}
	return frank.MaxSites
}

// around makes a dispatch of the part that a passage lies on, and says which its
// sites are.
func (f *reading) around(p *Passage, where laid) (*frank.Master, []int) {
	m := &frank.Master{}
	var text strings.Builder
	var index []int
	for k, x := range p.Pieces {
		w := where.pieces[k]
		if k > 0 && w.start > where.pieces[k-1].end {
			text.WriteString(" ") // marks that were not printed
		}
		switch x.Kind {
		case Same:
			text.WriteString(x.Dispatch)
		case Changed:
			text.WriteString(x.Printed)
		case Omitted:
			text.WriteString(strings.Repeat(" "+stranger, min(max(1, (w.end-w.start+3)/6), 64)) + " ")
		case AtSite:
			if x.Seen < 0 {
				m.Sites, index = append(m.Sites, frank.Site{Start: text.Len(), End: text.Len() + len(stranger), Readings: []string{stranger, stranger + stranger}}), append(index, -1)
				text.WriteString(stranger)
			}
			for _, i := range w.sites {
				s := f.issued.Master.Sites[i]
				by := text.Len() - w.start
				s.Start, s.End = s.Start+by, s.End+by
				m.Sites, index = append(m.Sites, s), append(index, i)
			}
			text.WriteString(x.Dispatch)
		}
	}
	m.Text = text.String()
	return m, index
}

// sameWords reports whether what is printed has the dispatch's words, but for
// marks, type, breaks and what an editor put in brackets. It may have more: those
// that were printed at an ellipsis within a reading.
func sameWords(a, b string) bool {
	spell := func(s string, brackets bool) string {
		var out strings.Builder
		inside := false
		for _, t := range prose.Tokens(s) {
			switch {
			case t.Norm == "[" || t.Norm == "]":
				inside = t.Norm == "["
			case t.Class == prose.Word && (brackets || !inside):
				out.WriteString(t.Norm)
			}
		}
		return out.String()
	}
	want := spell(b, true)
	return strings.Contains(spell(a, true), want) || strings.Contains(spell(a, false), want)
}
