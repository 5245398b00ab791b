package align

import "frank/prose"

// kind says what a step of the alignment does.
type kind uint8

const (
	fits  kind = iota // words or marks of the dispatch printed
	left              // a token of the dispatch not printed
	added             // a printed token that is not the dispatch's
	read              // a block printed in one of its readings
	other             // a block printed otherwise, or left out
	over              // an element jumped over
)

// op is one step: the elements e0 to e1 of the table against the columns j0 to
// j1.
type op struct {
	kind   kind
	e0, e1 int
	j0, j1 int
	cost   int32
	first  int // for a block: the first and the last column of its words
	last   int
	words  int // for a block: words printed for words
	part   bool
}

// place is where the way is: a row, a column and a state.
type place struct {
	k, j, s int
}

// walk returns the cheapest way as steps, and its cost. Where several ways
// cost the same it takes one of them by place and kind of step alone.
func (t *table) walk() ([]op, int32) {
	e, j, inBlock, total := t.finish()
	if total >= never {
		return nil, total
	}
	var ops []op
	at := place{e, j, inText}
	if inBlock >= 0 { // the passage ends inside a block
		o, next, ok := t.endInside(e, j, total)
		if !ok {
			return nil, total
		}
		ops = append(ops, o)
		if next.k < 0 {
			return ops, total
		}
		at = next
	}
	for {
		o, next, begun := t.before(at)
		if begun {
			break
		}
		ops = append(ops, o...)
		if next.k < 0 { // the passage begins inside a block
			break
		}
		at = next
	}
	for i, k := 0, len(ops)-1; i < k; i, k = i+1, k-1 {
		ops[i], ops[k] = ops[k], ops[i]
	}
	return ops, total
}

// finish returns the place where the cheapest way ends; of several, the one
// that prints most, then the earliest. inBlock is e when it is inside the
// block e, else -1.
func (t *table) finish() (e, j, inBlock int, total int32) {
	total, inBlock = never, -1
	better := func(r *row, c int) bool {
		v := r.c[inText][c] + t.trail[c]
		if r.live>>(c>>t.shift)&1 == 0 || v > total || v == total && c <= j {
			return false
		}
		total, j = v, c
		return true
	}
	for n := range t.rows {
		for live := t.rows[n].live; live != 0; live &= live - 1 {
			from, to := t.lot(live)
			for c := from; c < to; c++ {
				if better(&t.rows[n], c) {
					e, inBlock = n, -1
				}
			}
		}
		if n >= len(t.inner) {
			continue
		}
		for _, rows := range t.inner[n] {
			for k := 1; k < len(rows)-1; k++ {
				for c := 0; c <= t.n; c++ {
					if better(&rows[k], c) {
						e, inBlock = n, n
					}
				}
			}
		}
	}
	return e, j, inBlock, total
}

// endInside returns the step by which the way ends inside block e.
func (t *table) endInside(e, j int, total int32) (op, place, bool) {
	var best op
	var from place
	found := false
	for a, rows := range t.inner[e] {
		for k := 1; k < len(rows)-1; k++ {
			if rows[k].c[inText][j]+t.trail[j] != total {
				continue
			}
			o, p := t.inside(e, a, place{k, j, inText})
			o.part = true
			if !found || o.j0 > best.j0 {
				best, from, found = o, p, true
			}
		}
	}
	return best, from, found
}

// before returns the steps that lead to a place between elements, and where
// from; begun says that the way begins here.
func (t *table) before(at place) (ops []op, from place, begun bool) {
	r := &t.rows[at.k]
	v := r.c[at.s][at.j]
	if at.s == inText && v == t.lead[at.j] {
		return nil, at, true
	}
	if at.k > 0 {
		e := at.k - 1
		el := &t.g.elems[t.lo+e]
		if el.block != nil {
			if o, p, ok := t.beforeBlock(e, el.block, at, v); ok {
				return []op{o}, p, false
			}
		} else {
			two, pair := t.pairBefore(e)
			if o, p, both, ok := t.unstep(&t.rows[e], &el.token, false, two, pair, at.s, at.j, v); ok {
				o.e0, o.e1 = e, e+1
				p.k = e
				if both {
					for &t.rows[o.e0] != two {
						o.e0--
					}
					p.k = o.e0
				}
				return []op{o}, p, false
			}
		}
	}
	p, ok := t.unsettle(r, at.s, at.j, v)
	if !ok {
		return nil, at, true // not reached: every place has a way to it
	}
	p.k = at.k
	if p.j == at.j {
		return []op{{kind: over, e0: at.k, e1: at.k, j0: p.j, j1: p.j, first: p.j, last: p.j, cost: gapSilent}}, p, false
	}
	return []op{{kind: added, e0: at.k, e1: at.k, j0: p.j, j1: at.j, cost: v - r.c[p.s][p.j]}}, p, false
}

// order is how states are tried.
var order = [...]int{inText, inIns, inDel, inGap, inGapIn}

// unstep finds the step that passed w on the way to a place of cost v; both
// says that it passed the word before as well.
func (t *table) unstep(in *row, w *token, site bool, two *row, pair string, s, j int, v int32) (o op, p place, both, ok bool) {
	back := func(r *row, width int, cost int32) bool {
		if j-width < 0 {
			return false
		}
		for _, q := range order {
			if r.c[q] != nil && r.c[q][j-width]+cost == v {
				o, p = op{kind: fits, j0: j - width, j1: j, cost: cost}, place{0, j - width, q}
				return true
			}
		}
		return false
	}
	if s == inText {
		if j > 0 && back(in, 1, t.at(t.fit(w, site), j-1)) {
			return o, p, false, true
		}
		if w.class == prose.Word {
			for _, sp := range t.splitsOf(w.norm) {
				if sp.at == j && back(in, int(sp.width), sp.cost) {
					return o, p, false, true
				}
			}
			if two != nil {
				for _, jn := range t.joined[pair] {
					if jn.at == j && back(two, int(jn.width), jn.cost) {
						return o, p, true, true
					}
				}
			}
		}
	}
	leave := func(q int, cost int32, k kind) bool {
		if in.c[q] == nil || in.c[q][j]+cost != v {
			return false
		}
		o, p, ok = op{kind: k, j0: j, j1: j, cost: cost}, place{0, j, q}, true
		return true
	}
	pass := int32(gapWord)
	if site {
		pass = 0
	}
	switch {
	case w.class != prose.Word:
		k := left
		if s == inGap || s == inGapIn {
			k = over
		}
		leave(s, t.leaveAt(w, site, j), k)
	case s == inDel:
		_ = leave(inText, delOpen+delWord, left) || leave(inIns, delOpen+delWord, left) || leave(inDel, delWord, left)
	case s == inGap || s == inGapIn:
		leave(s, pass, over)
	}
	return o, p, false, ok
}

// unsettle finds the step within a row that led to a place of cost v.
func (t *table) unsettle(r *row, s, j int, v int32) (place, bool) {
	gap := inGap
	if r.c[inGapIn] != nil {
		gap = inGapIn
	}
	from := func(q, j int, cost int32) (place, bool) {
		return place{0, j, q}, r.c[q] != nil && r.c[q][j]+cost == v
	}
	if j > 0 {
		it := &t.items[j-1]
		switch {
		case it.class == prose.Word && !it.bracket:
			if s == inIns {
				if p, ok := from(inIns, j-1, insWord); ok {
					return p, true
				}
				for _, q := range order {
					if p, ok := from(q, j-1, insOpen+insWord); ok {
						return p, true
					}
				}
			}
		case it.class == prose.Ellipsis:
			for _, q := range order[:3] {
				if p, ok := from(q, j-1, ellipsisEdit); ok && s == inText {
					return p, true
				}
				if p, ok := from(q, j-1, gapShown); ok && s == gap {
					return p, true
				}
			}
			if s == inGap || s == gap {
				if p, ok := from(s, j-1, ellipsisEdit); ok {
					return p, true
				}
			}
		default:
			if p, ok := from(s, j-1, it.skip); ok {
				return p, true
			}
		}
	}
	if s == gap {
		for _, q := range []int{inText, inIns} {
			if p, ok := from(q, j, gapSilent); ok {
				return p, true
			}
		}
	}
	return place{}, false
}

// beforeBlock finds the step that passed a block on the way to a place of cost
// v behind it. That the block is worded otherwise is preferred to a reading
// that is no cheaper.
func (t *table) beforeBlock(e int, b *block, at place, v int32) (op, place, bool) {
	in := &t.rows[e]
	plain := func(q int, cost int32, k kind) (op, place, bool) {
		o := op{kind: k, e0: e, e1: e + 1, j0: at.j, j1: at.j, first: at.j, last: at.j, cost: cost}
		return o, place{e, at.j, q}, in.c[q][at.j]+cost == v
	}
	switch at.s {
	case inDel:
		for _, q := range order[:2] {
			if o, p, ok := plain(q, delOpen+delWord, other); ok {
				return o, p, true
			}
		}
		return plain(inDel, delWord, other)
	case inGap:
		if o, p, ok := plain(inGap, gapWord, over); ok {
			return o, p, true
		}
	case inText:
		if o, p, ok := t.beforeOther(e, at.j, v); ok {
			return o, p, true
		}
		for _, q := range order[:3] {
			if o, p, ok := plain(q, otherNone, other); ok {
				return o, p, true
			}
		}
	default:
		return op{}, place{}, false
	}
	var best op
	var from place
	found := false
	for a, rows := range t.inner[e] {
		last := &rows[len(rows)-1]
		for _, q := range order {
			if at.s == inGap && q != inGapIn || at.s == inText && (q == inGap || q == inGapIn) || last.c[q][at.j] != v {
				continue
			}
			o, p := t.inside(e, a, place{len(rows) - 1, at.j, q})
			if !found || o.j0 > best.j0 {
				best, from, found = o, p, true
			}
			break
		}
	}
	return best, from, found
}

// beforeOther finds where another wording that ends at column j began.
func (t *table) beforeOther(e, j int, v int32) (o op, p place, ok bool) {
	in := &t.rows[e]
	most := t.g.elems[t.lo+e].block.long + otherLonger
	words := 0
	for c := j - 1; c >= 0 && words <= most && !ok; c-- {
		if t.items[c].class != prose.Word {
			continue
		}
		words++
		t.otherFrom(c, most, func(to int, cost int32) {
			for _, q := range order[:4] {
				if to == j && !ok && in.c[q][c]+cost == v {
					o = op{kind: other, e0: e, e1: e + 1, j0: c, j1: j, first: c, last: j, cost: cost}
					p, ok = place{e, c, q}, true
				}
			}
		})
	}
	return o, p, ok
}

// inside follows alternative a of block e back from a place in its rows to the
// block's beginning. The place it returns has k < 0 when the passage begins
// inside.
func (t *table) inside(e, a int, at place) (op, place) {
	toks, rows := t.g.elems[t.lo+e].block.alts[a].toks, t.inner[e][a]
	end := rows[at.k].c[at.s][at.j]
	o := op{kind: read, e0: e, e1: e + 1, j0: at.j, j1: at.j, first: -1, last: -1}
	for at.k > 0 {
		r := &rows[at.k]
		v := r.c[at.s][at.j]
		settled := at.k < len(toks)
		if settled && at.s == inText && v == t.lead[at.j] {
			o.j0, o.cost, o.part = at.j, end-v, true
			return o, place{-1, at.j, inText}
		}
		two, pair := innerPair(rows, toks, at.k-1)
		if s, p, both, ok := t.unstep(&rows[at.k-1], &toks[at.k-1], true, two, pair, at.s, at.j, v); ok {
			if s.kind == fits {
				o.first = s.j0
				o.last = max(o.last, s.j1)
				if toks[at.k-1].class == prose.Word {
					o.words++
				}
			}
			p.k = at.k - 1
			if both {
				for &rows[p.k] != two {
					p.k--
				}
			}
			at = p
			continue
		}
		p, ok := t.unsettle(r, at.s, at.j, v)
		if !settled || !ok {
			break // not reached
		}
		p.k = at.k
		at = p
	}
	o.j0 = at.j
	v := rows[0].c[at.s][at.j]
	o.cost = end - v
	if o.first < 0 {
		o.first, o.last = o.j1, o.j1
	}
	in := &t.rows[e]
	if at.s == inGap {
		return o, place{e, at.j, inGap}
	}
	for _, q := range order[:3] {
		if in.c[q][at.j] == v {
			return o, place{e, at.j, q}
		}
	}
	return o, place{e, at.j, inText}
}
