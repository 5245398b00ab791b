package align

import "frank/prose"

// backward fills back, the cost from every place between elements to the end,
// and backAt, the cost of the cheapest way that takes each alternative.
func (t *table) backward() {
	last := len(t.rows) - 1
	t.back = make([]row, last+1)
	t.backAt = make([][]int32, last)
	for e := last; e >= 0; e-- {
		b := t.newRow(states - 1)
		if e < last {
			el := &t.g.elems[t.lo+e]
			if el.block == nil {
				two, pair := t.pairAfter(e)
				t.stepBack(&t.back[e+1], &b, &el.token, false, two, pair)
			} else {
				t.backAt[e] = t.blockBack(e, &t.back[e+1], &b, el.block)
			}
		}
		t.settleBack(&b, t.rows[e].live)
		t.back[e] = b
	}
}

// pairAfter returns the row after the word that follows the fixed word e, and
// both words written together.
func (t *table) pairAfter(e int) (*row, string) {
	el := t.g.elems[t.lo:t.hi]
	n := e + 1
	if n < len(el) && el[n].block == nil && el[n].norm == "-" {
		n++
	}
	if n >= len(el) || el[n].block != nil || el[n].class != prose.Word || el[e].class != prose.Word {
		return nil, ""
	}
	return &t.back[n+1], el[e].norm + el[n].norm
}

// every lowers all states of a place.
func (r *row) every(j int, c int32) {
	for s := range r.c {
		if r.c[s] != nil {
			r.c[s][j] = min(r.c[s][j], c)
		}
	}
}

// stepBack is [table.step] from the other side: out is after w, in before it.
func (t *table) stepBack(out, in *row, w *token, site bool, two *row, pair string) {
	fit := t.fit(w, site)
	pass := int32(gapWord)
	if site {
		pass = 0
	}
	for live := out.live; live != 0; live &= live - 1 {
		from, to := t.lot(live)
		for j := from; j < to; j++ {
			if out.cheapest(j) > t.limit {
				continue
			}
			if j > 0 {
				in.every(j-1, out.c[inText][j]+t.at(fit, j-1))
			}
			if w.class != prose.Word {
				leave := t.leaveAt(w, site, j)
				for s := range in.c {
					if in.c[s] != nil && out.c[s] != nil {
						in.c[s][j] = min(in.c[s][j], out.c[s][j]+leave)
					}
				}
				continue
			}
			del := out.c[inDel][j] + delWord
			in.c[inText][j] = min(in.c[inText][j], del+delOpen)
			in.c[inIns][j] = min(in.c[inIns][j], del+delOpen)
			in.c[inDel][j] = min(in.c[inDel][j], del)
			in.c[inGap][j] = min(in.c[inGap][j], out.c[inGap][j]+pass)
			if in.c[inGapIn] != nil && out.c[inGapIn] != nil {
				in.c[inGapIn][j] = min(in.c[inGapIn][j], out.c[inGapIn][j]+pass)
			}
		}
		t.wake(in, from)
		t.wake(in, max(from-1, 0))
	}
	if w.class != prose.Word {
		return
	}
	for _, s := range t.splitsOf(w.norm) {
		in.every(s.at-int(s.width), out.c[inText][s.at]+s.cost)
		t.wake(in, s.at-int(s.width))
	}
	if two != nil {
		for _, s := range t.joined[pair] {
			in.every(s.at-int(s.width), two.c[inText][s.at]+s.cost)
			t.wake(in, s.at-int(s.width))
		}
	}
}

// settleBack is [table.settle] from the other side; only lots in ahead, which
// the way forward reaches, matter.
func (t *table) settleBack(r *row, ahead uint64) {
	gap := r.c[inGap]
	if r.c[inGapIn] != nil {
		gap = r.c[inGapIn]
	}
	before := r.live
	r.live = 0
	goesOn := false
	for from := t.n >> t.shift << t.shift; from >= 0; from -= 1 << t.shift {
		bit := uint64(1) << (from >> t.shift)
		to := min(from+1<<t.shift, t.n+1)
		if ahead&bit == 0 || before&bit == 0 && !goesOn && t.trail[to-1] > t.limit {
			goesOn = false
			continue
		}
		goesOn = false
		for j := to - 1; j >= from; j-- {
			r.c[inText][j] = min(r.c[inText][j], t.trail[j])
			if j < t.n {
				t.passItemBack(r, gap, j)
			}
			c := gap[j] + gapSilent
			r.c[inText][j] = min(r.c[inText][j], c)
			r.c[inIns][j] = min(r.c[inIns][j], c)
			goesOn = r.cheapest(j) <= t.limit
			if goesOn {
				r.live |= bit
			}
		}
	}
}

// passItemBack passes the printed token behind column j.
func (t *table) passItemBack(r *row, gap []int32, j int) {
	it := &t.items[j]
	switch {
	case it.class == prose.Word && !it.bracket:
		c := r.c[inIns][j+1] + insWord
		r.c[inIns][j] = min(r.c[inIns][j], c)
		r.every(j, c+insOpen)
	case it.class == prose.Ellipsis:
		c := min(r.c[inText][j+1]+ellipsisEdit, gap[j+1]+gapShown)
		for s := inText; s <= inIns; s++ {
			r.c[s][j] = min(r.c[s][j], c)
		}
		r.c[inGap][j] = min(r.c[inGap][j], r.c[inGap][j+1]+ellipsisEdit)
		gap[j] = min(gap[j], gap[j+1]+ellipsisEdit)
	default:
		for s := range r.c {
			if r.c[s] != nil {
				r.c[s][j] = min(r.c[s][j], r.c[s][j+1]+it.skip)
			}
		}
	}
}

// blockBack is [table.throughBlock] from the other side. It returns, per
// alternative, the cost of the cheapest way that takes it.
func (t *table) blockBack(e int, out, in *row, b *block) []int32 {
	through := make([]int32, len(b.alts))
	for a := range b.alts {
		toks, rows := b.alts[a].toks, t.inner[e][a]
		through[a] = never
		last := &rows[len(toks)]
		for live := last.live & out.live; live != 0; live &= live - 1 {
			from, to := t.lot(live)
			for j := from; j < to; j++ {
				text := min(last.c[inText][j], last.c[inDel][j], last.c[inIns][j])
				through[a] = min(through[a], text+out.c[inText][j], last.c[inGapIn][j]+out.c[inGap][j])
			}
		}
		for k := 1; k < len(toks); k++ {
			for live := rows[k].live; live != 0; live &= live - 1 {
				from, to := t.lot(live)
				for j := from; j < to; j++ {
					through[a] = min(through[a], rows[k].c[inText][j]+t.trail[j])
				}
			}
		}
		t.altBack(toks, rows, out, in)
	}
	in.live |= out.live
	for j := range t.n + 1 {
		none := out.c[inText][j] + otherNone
		for s := inText; s <= inIns; s++ {
			in.c[s][j] = min(in.c[s][j], none)
		}
		del := out.c[inDel][j] + delWord
		in.c[inText][j] = min(in.c[inText][j], del+delOpen)
		in.c[inIns][j] = min(in.c[inIns][j], del+delOpen)
		in.c[inDel][j] = min(in.c[inDel][j], del)
		in.c[inGap][j] = min(in.c[inGap][j], out.c[inGap][j]+gapWord)
	}
	for live := t.rows[e].live; live != 0; live &= live - 1 {
		from, to := t.lot(live)
		for c := from; c < to; c++ {
			t.otherFrom(c, b.long+otherLonger, func(j int, cost int32) {
				if cost += out.c[inText][j]; cost <= t.limit {
					in.every(c, cost)
					t.wake(in, c)
				}
			})
		}
	}
	return through
}

// altBack passes one alternative from its end to its beginning; ahead are its
// rows of the way forward.
func (t *table) altBack(toks []token, ahead []row, out, in *row) {
	rows := make([]row, len(toks)+1)
	rows[len(toks)] = t.newRow(states)
	last := &rows[len(toks)]
	last.live = out.live & ahead[len(toks)].live
	for live := last.live; live != 0; live &= live - 1 {
		from, to := t.lot(live)
		for j := from; j < to; j++ {
			last.c[inText][j] = out.c[inText][j]
			last.c[inDel][j], last.c[inIns][j] = out.c[inText][j], out.c[inText][j]
			last.c[inGapIn][j] = out.c[inGap][j]
		}
	}
	for k := len(toks) - 1; k >= 0; k-- {
		rows[k] = t.newRow(states)
		var two *row
		pair := ""
		n := k + 1
		if n < len(toks) && toks[n].norm == "-" && n+1 < len(toks) {
			n++
		}
		if n < len(toks) && toks[n].class == prose.Word && toks[k].class == prose.Word {
			two, pair = &rows[n+1], toks[k].norm+toks[n].norm
		}
		t.stepBack(&rows[k+1], &rows[k], &toks[k], true, two, pair)
		if k > 0 {
			t.settleBack(&rows[k], ahead[k].live)
		}
	}
	first := &rows[0]
	in.live |= first.live
	for live := first.live; live != 0; live &= live - 1 {
		from, to := t.lot(live)
		for j := from; j < to; j++ {
			for s := inText; s <= inIns; s++ {
				in.c[s][j] = min(in.c[s][j], first.c[inText][j])
			}
			in.c[inGap][j] = min(in.c[inGap][j], first.c[inGap][j])
		}
	}
}
