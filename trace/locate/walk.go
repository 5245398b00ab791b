package locate

import "frank/internal/log64"

// Penalties, in 1/64 bit, for a slip of the printer.
const (
	wrongWord = 3 * log64.Bit
	extraWord = 4 * log64.Bit
	lostWord  = 3 * log64.Bit
	nearWord  = 4 * log64.Bit  // a word with a slip in it is worth that much less
	giveUp    = 16 * log64.Bit // a walk ends when it has lost this much
	band      = 8              // words a passage may shift against the dispatch at once
)

// cell is the best way to a point: so many words of the exhibit read, at some
// junction of the lattice.
type cell struct {
	score int32  // 0: there is none
	from  int32  // first word of the exhibit
	agree int32  // words that agree
	place uint32 // of the first word in the dispatch
}

// column is the best way whose last word of the exhibit agreed, and the best
// other one.
type column struct{ agreed, other cell }

// row holds the columns for lo…hi words of the exhibit read; all others are empty.
type row struct {
	at     []column
	lo, hi int
}

func (r *row) empty() bool { return r.lo > r.hi }

// walker lays an exhibit on the lattice in one direction, locally (the best
// stretch wins) and within a band about the best way so far.
type walker struct {
	ix   *Index
	q    *query
	back bool // leftwards; q is reversed then

	row, next, keep, out row
	free                 bool // new stretches may begin here
	best                 cell
	end                  int    // words of the exhibit read at best
	place                uint32 // of the last word at best
}

func newWalker(ix *Index, q *query, back bool) *walker {
	n := len(q.id) + 1
	w := &walker{ix: ix, q: q, back: back}
	for _, r := range []*row{&w.row, &w.next, &w.keep, &w.out} {
		r.at = make([]column, n)
	}
	return w
}

// run walks from a junction (a place and the site at or behind it) where about
// read words of the exhibit have been read, until the passage or the dispatch
// ends. Stretches may begin only before the place until.
func (w *walker) run(place uint32, site, read int, first, last, until uint32) {
	l := &w.ix.lat
	w.best, w.end = cell{}, 0
	w.row.lo, w.row.hi = 1, 0
	for start := place; ; {
		if w.back {
			w.free = place > until
		} else {
			w.free = place < until
		}
		if w.free { // offer beginnings about where the exhibit should be
			at := read + int(int32(place-start))
			if w.back {
				at = read + int(int32(start-place))
			}
			w.widen(at-band, at+band)
		} else if w.row.empty() {
			return
		}
		switch {
		case w.back && site > 0 && l.sites[site-1]+l.span(site-1) == place && l.sites[site-1] >= first:
			site--
			place = l.sites[site]
			w.site(site, place)
		case !w.back && site < len(l.sites) && l.sites[site] == place && place+l.span(site) <= last:
			w.site(site, place)
			place += l.span(site)
			site++
		case w.back && place > first:
			place--
			w.word(l.words[place], place)
		case !w.back && place < last:
			w.word(l.words[place], place)
			place++
		default:
			return
		}
		if !w.free {
			w.trim()
		}
	}
}

// widen makes the current row cover lo…hi.
func (w *walker) widen(lo, hi int) {
	w.out.lo, w.out.hi = max(lo, 0), min(hi, len(w.q.id))
	for j := w.out.lo; j <= w.out.hi; j++ {
		w.out.at[j] = column{}
		if j >= w.row.lo && j <= w.row.hi {
			w.out.at[j] = w.row.at[j]
		}
	}
	w.row, w.out = w.out, w.row
}

// site walks all readings of a site and keeps the best way through each column.
func (w *walker) site(s int, place uint32) {
	l := &w.ix.lat
	w.keep.copy(&w.row)
	for k := place; k < place+l.span(s); k++ {
		i := k
		if w.back {
			i = 2*place + l.span(s) - 1 - k
		}
		w.word(l.words[i], i)
	}
	w.out.copy(&w.row)
	for alts := l.others(s); len(alts) > 0; {
		var r []uint32
		r, alts = nextReading(alts)
		w.row.copy(&w.keep)
		for k := range r {
			i := k
			if w.back {
				i = len(r) - 1 - k
			}
			w.word(r[i]&wordMask, place+min(uint32(i), max(l.span(s), 1)-1))
		}
		w.out.merge(&w.row)
	}
	w.row, w.out = w.out, w.row
}

func (r *row) copy(o *row) {
	r.lo, r.hi = o.lo, o.hi
	if !o.empty() {
		copy(r.at[o.lo:o.hi+1], o.at[o.lo:o.hi+1])
	}
}

func (r *row) merge(o *row) {
	if o.empty() {
		return
	}
	if r.empty() {
		r.copy(o)
		return
	}
	for ; r.lo > o.lo; r.lo-- {
		r.at[r.lo-1] = column{}
	}
	for ; r.hi < o.hi; r.hi++ {
		r.at[r.hi+1] = column{}
	}
	for j := o.lo; j <= o.hi; j++ {
		better(&r.at[j].agreed, &o.at[j].agreed, 0)
		better(&r.at[j].other, &o.at[j].other, 0)
	}
}

// better replaces to by from, changed by d, if that scores more.
func better(to, from *cell, d int32) {
	if s := from.score + d; from.score > 0 && s > to.score {
		*to = *from
		to.score = s
	}
}

// word walks over one word of the lattice.
func (w *walker) word(id uint32, place uint32) {
	if w.row.empty() {
		return
	}
	q, in, out := w.q, w.row.at, w.next.at
	lo, hi := w.row.lo, min(w.row.hi+3, len(q.id))
	looks := w.ix.vocab.shape[id]
	for j := lo; j <= hi; j++ {
		var c column
		if j <= w.row.hi { // the dispatch's word is not printed
			better(&c.agreed, &in[j].agreed, -lostWord)
			better(&c.other, &in[j].other, -lostWord)
		}
		if j > lo {
			if j-1 <= w.row.hi {
				w.pair(&c, &in[j-1], id, looks, j-1, place)
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

// pair sets the exhibit's word i against a word of the lattice.
func (w *walker) pair(c, before *column, id, looks uint32, i int, place uint32) {
	q := w.q
	switch {
	case q.id[i] == id:
		best := cell{}
		if w.free {
			best = cell{q.alone[i], int32(i), 0, place}
		}
		better(&best, &before.agreed, q.after[i])
		better(&best, &before.other, q.alone[i])
		if best.score > 0 {
			best.agree++
			if best.score > c.agreed.score {
				c.agreed = best
			}
			if best.score > w.best.score {
				w.best, w.end, w.place = best, i+1, place
			}
		}
	case mayBeNear(looks, q.shape[i]) && near(w.ix.vocab.word[id], q.word[i]):
		worth := max(0, w.worth(id)-nearWord)
		best := cell{}
		better(&best, &before.agreed, min(worth, maxAfter))
		better(&best, &before.other, worth)
		if best.score > 0 {
			best.agree++
			if best.score > c.other.score {
				c.other = best
			}
			if best.score > w.best.score {
				w.best, w.end, w.place = best, i+1, place
			}
		}
	default:
		better(&c.other, &before.agreed, -wrongWord)
		better(&c.other, &before.other, -wrongWord)
	}
}

// worth returns what a word of the dispatch is worth on its own.
func (w *walker) worth(id uint32) int32 {
	return int32(min(max(0, log64.Log2(w.ix.total)-log64.Log2(uint64(w.ix.vocab.count[id]))), maxAlone))
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
