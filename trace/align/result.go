package align

import "frank/prose"

// result tells what was found.
func (l *laid) result() *Alignment {
	a := &Alignment{Cost: l.cost()}
	p := &pieces{l: l, at: l.from}
	if len(l.steps) == 0 {
		p.outside(l.to, 0)
		a.Pieces = p.out
		a.Warnings = append(a.Warnings, WarnNothing)
		return a
	}
	p.master = l.g.elems[l.steps[0].e0].start
	p.outside(l.startOf(l.steps[0].j0), p.master)
	for i := range l.steps {
		s := &l.steps[i]
		if l.solid(s) {
			a.Words += countWords(l.items[s.j0:s.j1])
		}
		if b := l.g.elems[min(s.e0, len(l.g.elems)-1)].block; b != nil && s.e1 > s.e0 {
			a.Sites = append(a.Sites, l.seen(s, b)...)
		}
		p.add(s)
	}
	p.outside(l.to, p.master)
	a.Pieces = p.out
	if l.unclear {
		a.Warnings = append(a.Warnings, WarnPlace)
	}
	return a
}

// cost returns what the steps and what is outside them cost, in 1/64 word.
func (l *laid) cost() int {
	if len(l.steps) == 0 {
		return 0
	}
	sum := 0
	for i := range l.steps {
		sum += int(l.steps[i].cost)
	}
	for j := range l.items {
		if j < l.steps[0].j0 || j >= l.steps[len(l.steps)-1].j1 {
			sum += int(l.items[j].leaveOut())
		}
	}
	return (sum + word/64 - 1) / (word / 64)
}

// startOf and endOf return the exhibit's bytes that item j begins at and item
// j-1 ends at.
func (l *laid) startOf(j int) int {
	if j < len(l.items) {
		return l.items[j].start
	}
	return l.to
}

func (l *laid) endOf(j int) int {
	if j > 0 {
		return l.items[j-1].end
	}
	return l.from
}

// seen returns what a step says of a block's sites.
func (l *laid) seen(s *step, b *block) []Seen {
	out := make([]Seen, len(b.sites))
	for k, site := range b.sites {
		v := Seen{Site: site, State: Edited, Block: b.sites[0], Elsewhere: s.elsewhere}
		if s.first < s.last {
			v.From, v.To = l.startOf(s.first), l.endOf(s.last)
		} else {
			v.From = max(l.endOf(s.j0), l.from)
			v.To = v.From
		}
		switch s.kind {
		case read:
			v.State, v.Readings = Read, s.fit[k]
		case over:
			v.State = Cut
		}
		out[k] = v
	}
	return out
}

// pieces collects pieces for showing. White space and marks between pieces go
// with what is the same on both sides.
type pieces struct {
	l      *laid
	out    []Piece
	at     int // bytes of the exhibit told so far
	master int // and of the dispatch
}

// outside tells printed text before or after what was laid.
func (p *pieces) outside(to, master int) {
	if p.at < to {
		p.put(Piece{Added, p.at, to, master, master, -1})
	}
}

// add tells one step.
func (p *pieces) add(s *step) {
	l := p.l
	from, to := l.startOf(s.j0), l.endOf(s.j1)
	if s.j0 == s.j1 {
		from = max(p.at, l.endOf(s.j0))
		to = from
	}
	var start, end int
	if s.e0 < s.e1 {
		start, end = l.g.elems[s.e0].start, l.g.elems[s.e1-1].end
	} else {
		start, end = p.master, p.master
	}
	isWord := s.e0 < s.e1 && (l.g.elems[s.e1-1].block != nil || l.g.elems[s.e1-1].class == prose.Word)
	switch {
	case s.kind == read || s.kind == other:
		site := l.g.elems[s.e0].block.sites[0]
		if s.first < s.last {
			from, to = l.startOf(s.first), l.endOf(s.last)
		}
		p.between(from, start)
		p.put(Piece{AtSite, from, to, start, end, site})
		if rest := l.endOf(s.j1); s.j1 > s.j0 && rest > to { // an ellipsis inside the reading
			p.put(Piece{Same, to, rest, end, end, -1})
		}
	case s.kind == fits && isWord && s.cost > 0 && s.cost != hyphenEdit && s.cost != joinEdit:
		p.between(from, start)
		p.put(Piece{Changed, from, to, start, end, -1})
	case s.kind == fits:
		p.put(Piece{Same, p.at, to, min(p.master, start), end, -1})
	case s.kind == added && (l.items[s.j0].class == prose.Word || l.items[s.j0].bracket):
		p.between(from, p.master)
		p.put(Piece{Added, from, to, p.master, p.master, -1})
	case s.kind == added:
		p.put(Piece{Same, p.at, to, p.master, p.master, -1})
	case isWord: // left out or jumped over
		p.put(Piece{Omitted, p.at, p.at, min(p.master, start), end, -1})
	default:
		p.master = max(p.master, end)
	}
}

// between tells the white space before a piece.
func (p *pieces) between(from, start int) {
	if p.at < from {
		p.put(Piece{Same, p.at, from, p.master, max(p.master, start), -1})
	}
}

// put adds a piece, joining it to one of the same kind before it.
func (p *pieces) put(n Piece) {
	p.at = max(p.at, n.To)
	p.master = max(p.master, n.End)
	if k := len(p.out) - 1; k >= 0 && n.Kind != AtSite && p.out[k].Kind == n.Kind {
		p.out[k].To, p.out[k].End = n.To, max(p.out[k].End, n.End)
		return
	}
	p.out = append(p.out, n)
}
