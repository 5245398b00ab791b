package align

import (
	"math/bits"

	"frank/prose"
)

// The alignment is the cheapest way through a table: one row per place between
// words of the dispatch, with a stretch of rows for every alternative of a
// block, and one column per place between printed tokens. At each place the
// way is in one of a few states.
const (
	inText  = iota // following the text
	inDel          // leaving out words of the dispatch
	inIns          // passing over printed words
	inGap          // in a jump; in an alternative's rows: one that began before the block
	inGapIn        // in a jump that began inside the alternative
	states
)

// row holds the cost of the cheapest way to each place of a row, per state.
// Columns are worked on in lots; live has a bit for each lot that has a place
// cheap enough to matter.
type row struct {
	c    [states][]int32
	live uint64
}

// join is one printed word for two of the dispatch, or the other way.
type join struct {
	at    int   // column at which the printed side ends
	width int32 // printed tokens
	cost  int32
}

// table lays items on the elements lo to hi of a dispatch.
type table struct {
	g      *Ground
	lo, hi int
	items  []item
	n      int
	limit  int32 // ways that cost more are not looked for
	shift  uint  // columns in a lot, as a power of two

	lead, trail []int32 // cost of leaving out the printed tokens before and after a column

	likes  map[string][]int32  // per word: see fitting
	fits   map[string]*fitting // per word
	splits map[string][]join   // per word: places where it is printed as two
	joined map[string][]join   // per pair of words written together: places where one word stands for both

	rows   []row     // [node-lo]
	inner  [][][]row // [element-lo][alternative][tokens passed]
	back   []row     // cost from a place to the end
	arena  []int32
	blank  []int32   // a row's worth of never
	same   []int     // per item, the first with the same word
	backAt [][]int32 // [element-lo][alternative]: cheapest way through that alternative
	other  []int32   // scratch for wordings that are no reading
}

func newTable(g *Ground, lo, hi int, items []item) *table {
	t := &table{g: g, lo: lo, hi: hi, items: items, n: len(items), shift: 2}
	for t.n>>t.shift > 63 {
		t.shift++
	}
	t.likes = map[string][]int32{}
	t.fits, t.splits, t.joined = map[string]*fitting{}, map[string][]join{}, map[string][]join{}
	t.lead, t.trail = make([]int32, t.n+1), make([]int32, t.n+1)
	for j := range items {
		t.lead[j+1] = t.lead[j] + items[j].leaveOut()
	}
	for j := t.n - 1; j >= 0; j-- {
		t.trail[j] = t.trail[j+1] + items[j].leaveOut()
	}
	t.blank = make([]int32, t.n+1)
	for j := range t.blank {
		t.blank[j] = never
	}
	t.same = make([]int, t.n)
	first := map[string]int{}
	for j := range items {
		if _, ok := first[items[j].norm]; !ok {
			first[items[j].norm] = j
		}
		t.same[j] = first[items[j].norm]
	}
	t.findJoins()
	return t
}

// leaveOut returns the cost of an item that stands outside the alignment.
func (it *item) leaveOut() int32 {
	switch {
	case it.class != prose.Word:
		return 0
	case it.bracket:
		return bracketWord
	}
	return outside
}

// cells returns the size of a table, before it is made.
func (g *Ground) cells(lo, hi, columns int) int {
	n := hi - lo + 1
	for _, e := range g.elems[lo:hi] {
		if e.block != nil {
			for _, a := range e.block.alts {
				n += len(a.toks) + 1
			}
		}
	}
	return n * (columns + 1) * (states + 1)
}

// findJoins notes where a printed word may stand for two, and two for one.
func (t *table) findJoins() {
	add := func(m map[string][]join, key string, j join) { m[key] = append(m[key], j) }
	for j := range t.items {
		a := &t.items[j]
		if a.class != prose.Word {
			continue
		}
		add(t.joined, a.norm, join{j + 1, 1, joinEdit})
		for _, full := range spelledOut(a.norm) {
			add(t.joined, full, join{j + 1, 1, shortenEdit})
		}
		k, cost := j+1, int32(joinEdit)
		if k < t.n && t.items[k].norm == "-" {
			if t.items[k].start == a.end {
				cost = hyphenEdit
			}
			k++
		}
		if k < t.n && t.items[k].class == prose.Word {
			add(t.splits, a.norm+t.items[k].norm, join{k + 1, int32(k + 1 - j), cost})
		}
	}
}

// splitsOf returns where the dispatch's word w is printed as two.
func (t *table) splitsOf(w string) []join {
	out := t.splits[w]
	for _, full := range spelledOut(w) {
		for _, s := range t.splits[full] {
			s.cost = shortenEdit
			out = append(out[:len(out):len(out)], s)
		}
	}
	return out
}

// fitting is what items cost when printed for a token; costs are worked out
// when they are asked for.
type fitting struct {
	w     *token
	site  bool // inside a site, shape counts
	costs []int32
	alike []int32 // the word's likeness to each item that is the first with its word
}

const unknown = -1

// fit returns the costs of printing items for the token w.
func (t *table) fit(w *token, site bool) *fitting {
	key := w.norm
	if site && w.class == prose.Word {
		key = w.norm + "\x00" + w.shape
	}
	if f, ok := t.fits[key]; ok {
		return f
	}
	f := &fitting{w: w, site: site, costs: t.unknowns()}
	if w.class == prose.Word {
		f.alike = t.likes[w.norm]
		if f.alike == nil {
			f.alike = t.unknowns()
			t.likes[w.norm] = f.alike
		}
	}
	t.fits[key] = f
	return f
}

func (t *table) unknowns() []int32 {
	if len(t.arena) < t.n {
		t.arena = make([]int32, 64*states*(t.n+1))
	}
	s := t.arena[:t.n:t.n]
	t.arena = t.arena[t.n:]
	for j := range s {
		s[j] = unknown
	}
	return s
}

// at returns the cost for item j.
func (t *table) at(f *fitting, j int) int32 {
	if f.costs[j] == unknown {
		f.costs[j] = t.cost(f, j)
	}
	return f.costs[j]
}

func (t *table) cost(f *fitting, j int) int32 {
	w, it := f.w, &t.items[j]
	switch {
	case w.class == prose.Word && it.class == prose.Word:
		c := f.alike[t.same[j]]
		if c == unknown {
			c = likeness(w.form, it.form)
			f.alike[t.same[j]] = c
		}
		if it.other != nil {
			c = min(c, likeness(w.form, it.other))
		}
		if f.site && c == 0 {
			c = it.shapeEdit(w.shape)
		}
		if it.bracket {
			c += bracketFit
		}
		return c
	case w.class == prose.Ellipsis && it.class == prose.Ellipsis:
		return 0
	case w.class == prose.Word || it.class == prose.Word || w.class == prose.Ellipsis || it.class == prose.Ellipsis:
		return never
	case w.norm == it.norm || w.class == prose.Quote && it.class == prose.Quote:
		return 0
	}
	return markEdit
}

// leave is the cost of not printing a token that is no word.
func (w *token) leave() int32 {
	switch w.class {
	case prose.Quote:
		return quoteEdit
	case prose.Ellipsis:
		return ellipsisEdit
	}
	return markEdit
}

// leaveAt is the cost of not printing w at column j. Where a quotation closes
// or opens, and at an ellipsis, a newspaper drops the marks of a site as well as
// putting its own.
func (t *table) leaveAt(w *token, site bool, j int) int32 {
	if site && w.class == prose.Mark && (j > 0 && t.items[j-1].seam || j < t.n && t.items[j].seam) {
		return 0
	}
	return w.leave()
}

// newRow returns a row of the first n states in which no place can be reached.
func (t *table) newRow(n int) row {
	size := t.n + 1
	if len(t.arena) < n*size {
		t.arena = make([]int32, max(64*states*size, n*size))
	}
	var r row
	for s := range n {
		r.c[s] = t.arena[:size:size]
		t.arena = t.arena[size:]
		copy(r.c[s], t.blank)
	}
	return r
}

// cheapest returns the least cost of any state at a place.
func (r *row) cheapest(j int) int32 {
	c := min(r.c[inText][j], r.c[inDel][j], r.c[inIns][j], r.c[inGap][j])
	if r.c[inGapIn] != nil {
		c = min(c, r.c[inGapIn][j])
	}
	return c
}

// lot returns the columns of the first lot in live.
func (t *table) lot(live uint64) (from, to int) {
	from = bits.TrailingZeros64(live) << t.shift
	return from, min(from+1<<t.shift, t.n+1)
}

// wake marks the lot of a column.
func (t *table) wake(r *row, j int) { r.live |= 1 << (j >> t.shift) }

// prune clears the lots that have nothing cheap enough.
func (t *table) prune(r *row) {
	for live := r.live; live != 0; live &= live - 1 {
		from, to := t.lot(live)
		useful := false
		for j := from; j < to && !useful; j++ {
			useful = r.cheapest(j) <= t.limit
		}
		if !useful {
			r.live &^= live & -live
		}
	}
}

// step passes the token w: from row in to row out. two is the row from which
// w and the word before it are passed together as the word pair, or nil.
func (t *table) step(in, out *row, w *token, site bool, two *row, pair string) {
	fit := t.fit(w, site)
	pass := int32(gapWord)
	if site { // readings of any length are passed alike
		pass = 0
	}
	for live := in.live; live != 0; live &= live - 1 {
		from, to := t.lot(live)
		for j := from; j < to; j++ {
			least := in.cheapest(j)
			if least > t.limit {
				continue
			}
			if j < t.n {
				out.c[inText][j+1] = min(out.c[inText][j+1], least+t.at(fit, j))
			}
			if w.class != prose.Word {
				leave := t.leaveAt(w, site, j)
				for s := range out.c {
					if out.c[s] != nil && in.c[s] != nil {
						out.c[s][j] = min(out.c[s][j], in.c[s][j]+leave)
					}
				}
				continue
			}
			open := min(in.c[inText][j], in.c[inIns][j]) + delOpen + delWord
			out.c[inDel][j] = min(out.c[inDel][j], open, in.c[inDel][j]+delWord)
			out.c[inGap][j] = min(out.c[inGap][j], in.c[inGap][j]+pass)
			if out.c[inGapIn] != nil && in.c[inGapIn] != nil {
				out.c[inGapIn][j] = min(out.c[inGapIn][j], in.c[inGapIn][j]+pass)
			}
		}
		t.wake(out, from)
		t.wake(out, min(to, t.n))
	}
	if w.class != prose.Word {
		return
	}
	for _, s := range t.splitsOf(w.norm) {
		out.c[inText][s.at] = min(out.c[inText][s.at], in.cheapest(s.at-int(s.width))+s.cost)
		t.wake(out, s.at)
	}
	if two != nil {
		for _, s := range t.joined[pair] {
			out.c[inText][s.at] = min(out.c[inText][s.at], two.cheapest(s.at-int(s.width))+s.cost)
			t.wake(out, s.at)
		}
	}
}

// settle passes printed tokens within a row, lets the way begin there, and lets
// jumps begin there.
func (t *table) settle(r *row) {
	gap := r.c[inGap]
	if r.c[inGapIn] != nil {
		gap = r.c[inGapIn]
	}
	before := r.live
	r.live = 0
	goesOn := false
	for from := 0; from <= t.n; from += 1 << t.shift {
		bit := uint64(1) << (from >> t.shift)
		if before&bit == 0 && !goesOn && t.lead[from] > t.limit {
			continue
		}
		goesOn = false
		for j := from; j < min(from+1<<t.shift, t.n+1); j++ {
			if j > 0 {
				t.passItem(r, gap, j)
			}
			r.c[inText][j] = min(r.c[inText][j], t.lead[j])
			gap[j] = min(gap[j], min(r.c[inText][j], r.c[inIns][j])+gapSilent)
			goesOn = r.cheapest(j) <= t.limit
			if goesOn {
				r.live |= bit
			}
		}
	}
}

// passItem passes the printed token before column j.
func (t *table) passItem(r *row, gap []int32, j int) {
	it := &t.items[j-1]
	switch {
	case it.class == prose.Word && !it.bracket:
		r.c[inIns][j] = min(r.c[inIns][j], r.cheapest(j-1)+insOpen+insWord, r.c[inIns][j-1]+insWord)
	case it.class == prose.Ellipsis:
		before := min(r.c[inText][j-1], r.c[inDel][j-1], r.c[inIns][j-1])
		r.c[inText][j] = min(r.c[inText][j], before+ellipsisEdit)
		r.c[inGap][j] = min(r.c[inGap][j], r.c[inGap][j-1]+ellipsisEdit)
		gap[j] = min(gap[j], before+gapShown, gap[j-1]+ellipsisEdit)
	default:
		for s := range r.c {
			if r.c[s] != nil {
				r.c[s][j] = min(r.c[s][j], r.c[s][j-1]+it.skip)
			}
		}
	}
}

// forward fills rows: the cost from the beginning to every place.
func (t *table) forward() {
	t.rows = make([]row, t.hi-t.lo+1)
	t.inner = make([][][]row, t.hi-t.lo)
	t.rows[0] = t.newRow(states - 1)
	t.settle(&t.rows[0])
	for e := range t.inner {
		in := &t.rows[e]
		out := t.newRow(states - 1)
		el := &t.g.elems[t.lo+e]
		if el.block == nil {
			two, pair := t.pairBefore(e)
			t.step(in, &out, &el.token, false, two, pair)
		} else {
			t.inner[e] = t.throughBlock(in, &out, el.block)
		}
		t.settle(&out)
		t.rows[e+1] = out
	}
}

// pairBefore returns the row before the word, or word and hyphen, before the
// fixed word e, and both words written together.
func (t *table) pairBefore(e int) (*row, string) {
	el := t.g.elems[t.lo : t.lo+e+1]
	w := &el[e]
	p := e - 1
	if p > 0 && el[p].block == nil && el[p].norm == "-" {
		p--
	}
	if p < 0 || el[p].block != nil || el[p].class != prose.Word || w.class != prose.Word {
		return nil, ""
	}
	return &t.rows[p], el[p].norm + w.norm
}

// throughBlock passes a block by each of its alternatives, by another wording,
// or in a gap.
func (t *table) throughBlock(in, out *row, b *block) [][]row {
	all := make([][]row, len(b.alts))
	for a := range b.alts {
		toks := b.alts[a].toks
		rows := make([]row, len(toks)+1)
		rows[0] = t.newRow(states)
		rows[0].live = in.live
		for live := in.live; live != 0; live &= live - 1 {
			from, to := t.lot(live)
			for j := from; j < to; j++ {
				rows[0].c[inText][j] = min(in.c[inText][j], in.c[inDel][j], in.c[inIns][j])
				rows[0].c[inGap][j] = in.c[inGap][j]
			}
		}
		for k := range toks {
			rows[k+1] = t.newRow(states)
			two, pair := innerPair(rows, toks, k)
			t.step(&rows[k], &rows[k+1], &toks[k], true, two, pair)
			if k+1 < len(toks) {
				t.settle(&rows[k+1])
			}
		}
		last := &rows[len(toks)]
		t.prune(last)
		out.live |= last.live
		for live := last.live; live != 0; live &= live - 1 {
			from, to := t.lot(live)
			for j := from; j < to; j++ {
				out.c[inText][j] = min(out.c[inText][j], last.c[inText][j], last.c[inDel][j], last.c[inIns][j])
				out.c[inGap][j] = min(out.c[inGap][j], last.c[inGapIn][j])
			}
		}
		all[a] = rows
	}
	other := t.otherWording(in, b.long+otherLonger)
	out.live |= in.live
	for j := range t.n + 1 {
		if other[j] <= t.limit {
			t.wake(out, j)
		}
		out.c[inText][j] = min(out.c[inText][j], other[j], min(in.c[inText][j], in.c[inDel][j], in.c[inIns][j])+otherNone)
		open := min(in.c[inText][j], in.c[inIns][j]) + delOpen + delWord
		out.c[inDel][j] = min(out.c[inDel][j], open, in.c[inDel][j]+delWord)
		out.c[inGap][j] = min(out.c[inGap][j], in.c[inGap][j]+gapWord)
	}
	return all
}

func innerPair(rows []row, toks []token, k int) (*row, string) {
	p := k - 1
	if p > 0 && toks[p].norm == "-" {
		p--
	}
	if p < 0 || toks[p].class != prose.Word || toks[k].class != prose.Word {
		return nil, ""
	}
	return &rows[p], toks[p].norm + toks[k].norm
}

// otherWording returns the cost of reaching each column when printed words, at
// most so many, stand for a block of which they are no reading. It begins and
// ends with a word.
func (t *table) otherWording(in *row, most int) []int32 {
	if t.other == nil {
		t.other = make([]int32, t.n+1)
	}
	copy(t.other, t.blank)
	for live := in.live; live != 0; live &= live - 1 {
		from, to := t.lot(live)
		for c := from; c < to; c++ {
			if start := in.cheapest(c); start <= t.limit {
				t.otherFrom(c, most, func(j int, cost int32) { t.other[j] = min(t.other[j], start+cost) })
			}
		}
	}
	return t.other
}

// otherFrom calls f with the columns at which another wording may end that
// begins at column c, and with its cost.
func (t *table) otherFrom(c, most int, f func(j int, cost int32)) {
	cost, words := int32(otherFirst-otherWord), 0
	for j := c; j < t.n && cost <= t.limit; j++ {
		it := &t.items[j]
		switch {
		case it.class == prose.Word && words < most:
			cost += otherWord
			words++
			f(j+1, cost)
		case it.class == prose.Word || it.class == prose.Ellipsis || words == 0:
			return
		default:
			cost += it.skip
		}
	}
}
