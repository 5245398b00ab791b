package watch

import "frank/internal/log64"

// Penalties, in 1/64 bit, for a slip of the printer.
const (
	wrongWord = 3 * log64.Bit
	extraWord = 4 * log64.Bit
	lostWord  = 3 * log64.Bit
	giveUp    = 16 * log64.Bit // a walk ends when it has lost this much
	band      = 8              // words a passage may shift against the dispatch at once
)

// cell is the best way to a point: so many words of the article read, at some
// place of the dispatch.
type cell struct {
	score int32 // 0: there is none
	from  int32 // first word of the article
	agree int32 // words that agree
	place int32 // of the first word in the dispatch
	since int32 // words that agreed in a row since a reading or a slip, up to 3; 0 behind a reading
}

// column is the best way whose last word of the article agreed, and the best
// other one.
type column struct{ agreed, other cell }

// row holds the columns for lo…hi words of the article read; all others are empty.
type row struct {
	at     []column
	lo, hi int
}

func (r *row) empty() bool { return r.lo > r.hi }

// query is an article as an index sees it.
type query struct {
	class []byte
	alone []int32 // worth of a word on its own
	after []int32 // worth when the word before it agrees too
	third []int32 // worth when the three words before it agree too
}

// walker lays an article on a dispatch in one direction, locally (the best
// stretch wins) and within a band about the best way so far.
type walker struct {
	ix   *Index
	q    *query
	back bool // leftwards; q is reversed then

	text  text
	row   row
	next  row
	free  bool // new stretches may begin here
	best  cell
	end   int // words of the article read at best
	place int // of the last word at best
	group [][]byte
	flip  []byte
	whole []bool // at which words of the article some reading stands whole
}

func newWalker(ix *Index, q *query, back bool) *walker {
	n := len(q.class) + 1
	return &walker{ix: ix, q: q, back: back, row: row{at: make([]column, n)}, next: row{at: make([]column, n)}, whole: make([]bool, n)}
}

// run walks from a place where no group is under way and about read words of
// the article have been read, until the passage or the dispatch ends. Stretches
// may begin only before the place until.
func (w *walker) run(t text, place, read, until int) {
	w.text = t
	w.best, w.end = cell{}, 0
	w.row.lo, w.row.hi = 1, 0
	g := t.groupAt(place)
	for start := place; ; {
		if w.back {
			w.free = place > until
		} else {
			w.free = place < until
		}
		if w.free { // offer beginnings about where the article should be
			at := read + place - start
			if w.back {
				at = read + start - place
			}
			w.widen(at-band, at+band)
		} else if w.row.empty() {
			return
		}
		switch {
		case w.back && place == 0, !w.back && place >= len(t.words):
			return
		case w.back:
			if c := t.words[place-1]; c != 0 {
				place--
				w.word(c, place)
				break
			}
			g--
			if g < 0 {
				return // damaged
			}
			at, span, readings := t.group(g, w.group[:0])
			if w.group = readings; at+span != place || span == 0 {
				return
			}
			place = at
			w.site(readings, at, span)
		default:
			if c := t.words[place]; c != 0 {
				w.word(c, place)
				place++
				break
			}
			if g*groupSize >= len(t.groups) {
				return
			}
			at, span, readings := t.group(g, w.group[:0])
			g++
			if w.group = readings; at != place || span == 0 {
				return
			}
			w.site(readings, at, span)
			place += span
		}
		if !w.free {
			w.trim()
		}
	}
}

// widen makes the current row cover lo…hi.
func (w *walker) widen(lo, hi int) {
	lo, hi = max(lo, 0), min(hi, len(w.q.class))
	for j := lo; j <= hi; j++ {
		if w.row.empty() || j < w.row.lo || j > w.row.hi {
			w.row.at[j] = column{}
		}
	}
	w.row.lo, w.row.hi = lo, hi
}

// better replaces to by from, changed by d, if that scores more.
func better(to, from *cell, d int32) bool {
	if s := from.score + d; from.score > 0 && s > to.score {
		*to = *from
		to.score = s
		return true
	}
	return false
}

// word walks over a word that all copies have.
func (w *walker) word(class byte, place int) {
	if w.row.empty() {
		return
	}
	q, in, out := w.q, w.row.at, w.next.at
	lo, hi := w.row.lo, min(w.row.hi+3, len(q.class))
	for j := lo; j <= hi; j++ {
		var c column
		if j <= w.row.hi { // the dispatch's word is not printed
			better(&c.agreed, &in[j].agreed, -lostWord)
			better(&c.other, &in[j].other, -lostWord)
		}
		if j > lo {
			if j-1 <= w.row.hi {
				w.pair(&c, &in[j-1], class, j-1, place)
			}
			before := &out[j-1] // a printed word is not in the dispatch
			better(&c.other, &before.agreed, -extraWord)
			better(&c.other, &before.other, -extraWord)
		}
		out[j] = c
	}
	w.row, w.next = w.next, w.row
	w.row.lo, w.row.hi = lo, hi
}

// pair sets the article's word i against a word of the dispatch.
func (w *walker) pair(c, before *column, class byte, i, place int) {
	q := w.q
	if q.class[i] != class {
		better(&c.other, &before.agreed, -wrongWord)
		better(&c.other, &before.other, -wrongWord)
		return
	}
	best := cell{}
	if w.free {
		best = cell{score: q.alone[i], from: int32(i), place: int32(place)}
	}
	worth := q.third[i]
	switch before.agreed.since { // a word is never weighed by one that not all copies have
	case 0:
		worth = min(q.alone[i], maxAfter)
	case 1, 2:
		worth = q.after[i]
	}
	better(&best, &before.agreed, worth)
	if better(&best, &before.other, q.alone[i]) {
		best.since = 0
	}
	if best.score > 0 {
		best.agree++
		best.since = min(best.since+1, 3)
		if best.score > c.agreed.score {
			c.agreed = best
		}
		w.record(&best, i+1, place)
	}
}

func (w *walker) record(c *cell, end, place int) {
	if c.score > w.best.score {
		w.best, w.end, w.place = *c, end, place
	}
}

// site walks over a group. Whichever reading was printed whole is worth the
// same: what the least telling one is, of so many.
func (w *walker) site(group [][]byte, place, span int) {
	if w.row.empty() {
		return
	}
	worth, least := int32(1<<20), span
	for _, r := range group {
		sum := int32(0)
		for _, c := range r {
			sum += min(w.ix.worth[c], maxAfter)
		}
		worth, least = min(worth, sum), min(least, len(r))
	}
	worth = max(0, worth-int32(log64.Log2(uint64(len(group)))))

	q, in, out := w.q, w.row.at, w.next.at
	lo, hi := w.row.lo, min(w.row.hi+span+2, len(q.class))
	for j := lo; j <= hi; j++ {
		out[j] = column{}
	}
	begins, ends := place, place+span-1
	if w.back {
		begins, ends = ends, begins
	}
	for _, r := range group {
		if w.back {
			w.flip = w.flip[:0]
			for k := range r {
				w.flip = append(w.flip, r[len(r)-1-k])
			}
			r = w.flip
		}
		n := len(r)
		for j := lo; j <= w.row.hi && j+n <= len(q.class); j++ {
			if n > 0 && string(q.class[j:j+n]) != string(r) || j+n > hi {
				continue
			}
			w.whole[j] = true
			best := cell{}
			if w.free && worth > 0 && n > 0 {
				best = cell{score: worth, from: int32(j), place: int32(begins)}
			}
			better(&best, &in[j].agreed, worth)
			better(&best, &in[j].other, worth)
			if best.score > 0 {
				best.agree += int32(n)
				best.since = 0
				if best.score > out[j+n].agreed.score {
					out[j+n].agreed = best
				}
				if n > 0 {
					w.record(&best, j+n, ends)
				}
			}
		}
	}
	for j := lo; j <= w.row.hi; j++ { // other words were printed, or none
		if w.whole[j] {
			w.whole[j] = false
			continue
		}
		for k := 0; k <= span && j+k <= hi; k++ {
			d := int32(-wrongWord * max(k, least, 1))
			better(&out[j+k].other, &in[j].agreed, d)
			better(&out[j+k].other, &in[j].other, d)
		}
	}
	for j := lo + 1; j <= hi; j++ {
		better(&out[j].other, &out[j-1].agreed, -extraWord)
		better(&out[j].other, &out[j-1].other, -extraWord)
	}
	w.row, w.next = w.next, w.row
	w.row.lo, w.row.hi = lo, hi
}

// trim drops what is too far from the best way of the row or has lost too much.
func (w *walker) trim() {
	r := &w.row
	at, top := 0, int32(0)
	for j := r.lo; j <= r.hi; j++ {
		if s := max(r.at[j].agreed.score, r.at[j].other.score); s > top {
			at, top = j, s
		}
	}
	if top == 0 || top < w.best.score-giveUp {
		r.lo, r.hi = 1, 0
		return
	}
	r.lo, r.hi = max(r.lo, at-band), min(r.hi, at+band)
	for r.lo <= r.hi && dead(&r.at[r.lo]) {
		r.lo++
	}
	for r.hi >= r.lo && dead(&r.at[r.hi]) {
		r.hi--
	}
}

func dead(c *column) bool { return c.agreed.score <= 0 && c.other.score <= 0 }
