// Package align lays a printed passage on a dispatch: on the one text with all
// its sites, never on anybody's copy. It says what was printed at each site:
// a reading, several that fit equally well, something else, or nothing.
//
// It knows no copy and no law, and the order in which a site's readings are
// written changes nothing but the numbers they are reported by.
package align

import (
	"slices"

	"frank"
	"frank/prose"
)

// State says what a passage shows of a site.
type State uint8

const (
	Read   State = iota // one or more readings fit
	Edited              // the place was printed, but no reading fits, or which cannot be told
	Cut                 // left out by the printer at an ellipsis or a jump
)

func (s State) String() string {
	return [...]string{"read", "edited", "cut"}[s]
}

// Seen is what a passage shows of one site.
type Seen struct {
	Site     int // index into Master.Sites
	State    State
	Readings []int // when Read: all readings that fit what was printed equally well, ascending
	From, To int   // bytes of the exhibit, with the words the readings run into; empty when nothing was printed
	Block    int   // the first of the sites that run into each other and were laid as one: the Site of their [Piece]

	Elsewhere bool // a reading fits, but the passage fits another place of the dispatch as well: see [WarnPlace]
}

// PieceKind says how a piece of a passage relates to the dispatch.
type PieceKind uint8

const (
	Same    PieceKind = iota // as in the dispatch, but for punctuation and type
	Changed                  // a word printed differently
	Added                    // only printed
	Omitted                  // only in the dispatch
	AtSite                   // printed at a site
)

func (k PieceKind) String() string {
	return [...]string{"same", "changed", "added", "omitted", "site"}[k]
}

// Piece is a part of the passage beside its part of the dispatch.
type Piece struct {
	Kind       PieceKind
	From, To   int // bytes of the exhibit
	Start, End int // bytes of Master.Text
	Site       int // index into Master.Sites for AtSite, else -1
}

// Warnings of an [Alignment].
const (
	// WarnPlace: the passage, or a part of it, fits another place of the
	// dispatch as well. The sites of that part are not Read.
	WarnPlace = "ambiguous-place"
	// WarnNothing: no word of the passage could be laid on the dispatch.
	WarnNothing = "nothing-aligned"
)

// Alignment is a passage laid on a dispatch.
type Alignment struct {
	Words    int     // words of the exhibit laid on words of the dispatch
	Cost     int     // what the print changed, in 1/64 of a word, rounded up
	Sites    []Seen  // the sites between the first and the last word laid, ascending
	Pieces   []Piece // From of the first is from, To of the last is to, and they tile what is between
	Warnings []string
}

// Align lays exhibit[from:to] on m near the bytes start to end of m.Text. The
// spans are clipped to the texts. To lay many passages on one dispatch, use
// [Prepare] once.
func Align(m *frank.Master, exhibit string, from, to int, start, end int) *Alignment {
	return Prepare(m).Align(exhibit, from, to, start, end)
}

// Align lays exhibit[from:to] on the dispatch near the bytes start to end of
// its text. The passage may begin and end anywhere near there, also in the
// middle of a reading.
func (g *Ground) Align(exhibit string, from, to int, start, end int) *Alignment {
	from, to = clip(from, to, len(exhibit))
	start, end = clip(start, end, len(g.m.Text))
	l := &laid{g: g, exhibit: exhibit, from: from, to: to, items: printedItems(exhibit, from, to)}
	l.lay(start, end)
	return l.result()
}

func clip(a, b, n int) (int, int) {
	a = min(max(a, 0), n)
	return a, min(max(b, a), n)
}

// laid is an alignment in the making.
type laid struct {
	g        *Ground
	exhibit  string
	from, to int
	items    []item
	steps    []step
	unclear  bool // some part fits another place as well
}

// step is an op in elements of the whole dispatch and items of the whole
// passage, with what was read there.
type step struct {
	op
	fit [][]int // for a block that was read: per site the readings that fit

	elsewhere bool // it was read, until another place was found
}

// lay finds the steps.
func (l *laid) lay(start, end int) {
	words := countWords(l.items)
	if words == 0 || len(l.g.elems) == 0 {
		return
	}
	lo, hi := l.g.around(start, end, 0)
	margin := marginWords + max(0, words-l.g.words(lo, hi))
	for range lookAround {
		lo, hi = l.g.around(start, end, margin)
		l.layBetween(lo, hi)
		if !l.runsOut(lo, hi) {
			break
		}
		margin *= 4
	}
	l.trim()
	l.judge()
	l.checkPlaces()
}

// layBetween lays the passage on the elements lo to hi, a long one lot by lot.
func (l *laid) layBetween(lo, hi int) {
	l.steps = nil
	for at := 0; at < len(l.items); {
		n := min(len(l.items)-at, maxPrinted)
		last := at+n == len(l.items)
		upTo := hi
		if !last {
			upTo = l.g.ahead(lo, hi, countWords(l.items[at:at+n])*3/2+4*marginWords)
		}
		for n > minPrinted && l.g.cells(lo, upTo, n) > maxCells {
			n, last = n/2, false
		}
		for upTo > lo+1 && l.g.cells(lo, upTo, n) > maxCells {
			upTo = lo + (upTo-lo)/2
		}
		steps := l.g.lot(lo, upTo, l.items[at:at+n])
		for i := range steps {
			steps[i].shift(at)
		}
		if last {
			l.join(steps)
			return
		}
		keep := l.seam(steps, at+n*2/3)
		l.join(steps[:keep])
		if keep > 0 {
			at, lo = steps[keep-1].j1, steps[keep-1].e1
		} else {
			at += n * 2 / 3
		}
	}
}

func countWords(items []item) int {
	n := 0
	for i := range items {
		if items[i].class == prose.Word {
			n++
		}
	}
	return n
}

func (s *step) shift(by int) {
	s.j0, s.j1, s.first, s.last = s.j0+by, s.j1+by, s.first+by, s.last+by
}

// seam returns how many steps of a lot to keep, of those before item most: up
// to between two fixed words, so that the next lot begins as surely as this
// one ends. Where sites stand so close that no two fixed words meet, a seam
// behind one must do, and else one behind a reading.
func (l *laid) seam(steps []step, most int) int {
	fixed := func(s *step) bool { return s.kind == fits && l.solid(s) }
	for _, fit := range []func(k int) bool{
		func(k int) bool { return fixed(&steps[k-1]) && fixed(&steps[k]) },
		func(k int) bool { return fixed(&steps[k-1]) },
		func(k int) bool { return l.solid(&steps[k-1]) },
	} {
		for k := len(steps) - 1; k > 0; k-- {
			if steps[k-1].j1 <= most && fit(k) {
				return k
			}
		}
	}
	return 0
}

// join appends the steps of a lot. What is between the lots was printed, or
// passed over.
func (l *laid) join(steps []step) {
	if len(steps) == 0 {
		return
	}
	if n := len(l.steps); n > 0 {
		for j := l.steps[n-1].j1; j < steps[0].j0; j++ {
			e := l.steps[n-1].e1
			l.steps = append(l.steps, step{op: op{kind: added, e0: e, e1: e, j0: j, j1: j + 1, cost: l.items[j].leaveOut()}})
		}
		j := steps[0].j0
		for e := l.steps[n-1].e1; e < steps[0].e0; e++ {
			l.steps = append(l.steps, step{op: op{kind: over, e0: e, e1: e + 1, j0: j, j1: j, first: j, last: j, cost: gapWord}})
		}
	}
	l.steps = append(l.steps, steps...)
}

// lot lays items on the elements lo to hi.
func (g *Ground) lot(lo, hi int, items []item) []step {
	if countWords(items) == 0 {
		return nil
	}
	t := newTable(g, lo, hi, items)
	ops, total := t.solve()
	if len(ops) == 0 {
		return nil
	}
	t.backward()
	steps := make([]step, len(ops))
	for i, o := range ops {
		steps[i].op = o
		if o.kind == read {
			steps[i].fit = t.readings(o, total)
		}
		steps[i].e0 += lo
		steps[i].e1 += lo
	}
	return steps
}

// solve finds the cheapest way. It looks for cheap ways first, and is done
// when the limit was wide enough for all ways that could change the answer.
func (t *table) solve() ([]op, int32) {
	most := t.lead[t.n]*3/2 + 1 // laying nothing costs no more
	for t.limit = min(t.guess(), most); ; t.limit = min(t.limit*4, most) {
		t.forward()
		ops, total := t.walk()
		if t.limit >= most || total < never && total*3/2 <= t.limit {
			return ops, total
		}
		if total < never {
			most = min(most, total*3/2)
		}
	}
}

// guess returns what the passage may cost at first sight: the printed words
// that the dispatch does not have here are other wordings.
func (t *table) guess() int32 {
	has := map[string]bool{}
	for _, e := range t.g.elems[t.lo:t.hi] {
		if e.block == nil {
			has[e.norm] = true
			continue
		}
		for _, a := range e.block.alts {
			for _, w := range a.toks {
				has[w.norm] = true
			}
		}
	}
	guess := int32(4 * word)
	for i := range t.items {
		if it := &t.items[i]; it.class == prose.Word && !has[it.norm] {
			guess += word
		}
	}
	return guess
}

// readings returns, per site of the block that o passed, the readings by which
// the passage can be laid as cheaply. Where what was printed is no reading
// exactly, those that are nearly as near are among them; but a slip in a word
// says nothing of the marks in which alone two readings differ.
func (t *table) readings(o op, total int32) [][]int {
	b := t.g.elems[t.lo+o.e0].block
	limit := total + o.cost/2
	nearest := map[int]int32{} // by words said
	for a, c := range t.backAt[o.e0] {
		if n, ok := nearest[b.alts[a].said]; !ok || c < n {
			nearest[b.alts[a].said] = c
		}
	}
	out := make([][]int, len(b.sites))
	for a, c := range t.backAt[o.e0] {
		if c > limit || c >= nearest[b.alts[a].said]+markEdit {
			continue
		}
		for _, combo := range b.alts[a].combos {
			for k, r := range combo {
				out[k] = append(out[k], r)
			}
		}
	}
	for k := range out {
		slices.Sort(out[k])
		out[k] = slices.Compact(out[k])
	}
	return out
}

// runsOut reports whether the passage seems to go on outside the elements lo to
// hi that it was laid on.
func (l *laid) runsOut(lo, hi int) bool {
	if len(l.steps) == 0 {
		return lo > 0 || hi < len(l.g.elems)
	}
	first, last := &l.steps[0], &l.steps[len(l.steps)-1]
	before, after := countWords(l.items[:first.j0]), countWords(l.items[last.j1:])
	return before >= leftoverLong && lo > 0 || after >= leftoverLong && hi < len(l.g.elems)
}

// solid reports whether a step lays printed words on words of the dispatch.
func (l *laid) solid(s *step) bool {
	switch s.kind {
	case fits:
		return l.g.elems[s.e1-1].class == prose.Word && s.cost < otherFirst
	case read:
		return s.words > 0
	}
	return false
}

// trim drops steps from both ends until a word stands there.
func (l *laid) trim() {
	for len(l.steps) > 0 && !l.solid(&l.steps[0]) {
		l.steps = l.steps[1:]
	}
	for len(l.steps) > 0 && !l.solid(&l.steps[len(l.steps)-1]) {
		l.steps = l.steps[:len(l.steps)-1]
	}
}

// judge doubts readings. Of blocks read without a word: that nothing was printed
// there is seen only when the words on both sides were printed side by side.
// A reading of which too much was changed is none, and words in [brackets] are
// the editor's.
func (l *laid) judge() {
	found := make([]kind, len(l.steps))
	for i := range l.steps {
		s := &l.steps[i]
		found[i] = s.kind
		if s.kind != read {
			continue
		}
		if s.words == 0 {
			found[i] = max(l.beside(i, -1), l.beside(i, 1))
		}
		// the passage does not end inside a reading when it goes on with other words
		if s.part && (i == 0 && countWords(l.items[:s.j0]) > 0 || i == len(l.steps)-1 && countWords(l.items[s.j1:]) > 0) {
			found[i] = other
		}
		if s.words > 0 && int(s.cost) > slipSite+slipWord*s.words {
			found[i] = other
		}
		for j := s.first; j < s.last; j++ {
			if l.items[j].bracket && l.items[j].class == prose.Word {
				found[i] = other
			}
		}
	}
	for i, k := range found {
		if l.steps[i].kind = k; k != read {
			l.steps[i].fit = nil
		}
	}
}

// beside returns read when, from step i in one direction, a word of the
// dispatch stands next in both texts; over when an ellipsis comes first, and
// other when something else does.
func (l *laid) beside(i, dir int) kind {
	for i += dir; i >= 0 && i < len(l.steps); i += dir {
		s := &l.steps[i]
		switch {
		case l.solid(s):
			if s.part && i > 0 && i < len(l.steps)-1 { // a jump inside it
				return over
			}
			return read
		case s.kind == read: // wordless too
		case s.kind == fits && l.g.elems[s.e0].class != prose.Word && l.g.elems[s.e0].class != prose.Ellipsis:
		case s.kind == left && l.g.elems[s.e0].class != prose.Word:
		case s.kind == added && l.items[s.j0].class == prose.Ellipsis, s.kind == over:
			return over
		case s.kind == added && l.items[s.j0].class != prose.Word:
		default:
			return other
		}
	}
	return other
}
