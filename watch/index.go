package watch

import (
	"fmt"
	"slices"

	"frank"

	"frank/internal/log64"
)

// Index finds passages of the dispatches whose fingerprints it has. What is
// added is first kept apart, and becomes part of a segment with others that
// came about the same time; segments of a size are merged into larger ones, so
// that there are few. An Index is not safe for use by several goroutines while
// it changes; [Index.Find] alone is.
type Index struct {
	segments []*part
	at       map[frank.Ref]place
	total    uint64
	pairs    []uint64 // how often each class follows each
	worth    [rowSize]int32
	tail     *builder
}

// part is a segment with what of it is no longer there.
type part struct {
	*Segment
	gone map[int]bool // dispatches that were removed
}

// place is where a dispatch is: in the tail if part is nil.
type place struct {
	part     *part
	dispatch int
}

// maxTail is how many dispatches are kept in the tail before they are made a
// segment unasked.
const maxTail = mergeLimit

// NewIndex returns an empty index.
func NewIndex() *Index {
	return &Index{at: map[frank.Ref]place{}, pairs: make([]uint64, rowSize*rowSize), tail: &builder{}}
}

// Len returns how many dispatches the index has.
func (ix *Index) Len() int { return len(ix.at) }

// Has reports whether the index has a dispatch.
func (ix *Index) Has(ref frank.Ref) bool { _, ok := ix.at[ref]; return ok }

// Add takes in the fingerprints of a dispatch, padded or not, in place of those
// it had.
func (ix *Index) Add(ref frank.Ref, fingerprints []byte) error {
	if err := ref.Validate(); err != nil {
		return err
	}
	f, err := parse(fingerprints)
	if err != nil {
		return fmt.Errorf("%s: %w", ref, err)
	}
	if len(ix.tail.words)+f.places > MaxSegment {
		ix.Settle()
	}
	ix.Remove(ref)
	ix.at[ref] = place{nil, len(ix.tail.refs)}
	ix.tail.add(ref, f)
	if len(ix.tail.refs) >= maxTail {
		ix.Settle()
	}
	return nil
}

// Remove forgets a dispatch, and reports whether the index had it.
func (ix *Index) Remove(ref frank.Ref) bool {
	p, ok := ix.at[ref]
	if !ok {
		return false
	}
	if p.part == nil {
		ix.Settle() // rare: what is removed was hardly there
		p = ix.at[ref]
	}
	p.part.gone[p.dispatch] = true
	delete(ix.at, ref)
	return true
}

// Attach adds the dispatches of a segment, but for those that the index has
// already.
func (ix *Index) Attach(s *Segment) {
	p := &part{s, map[int]bool{}}
	for i, ref := range s.refs {
		if ix.Has(ref) {
			p.gone[i] = true
		} else {
			ix.at[ref] = place{p, i}
		}
	}
	ix.segments = append(ix.segments, p)
	ix.count()
}

// adopt adds a segment that what the index has was moved into.
func (ix *Index) adopt(s *Segment) {
	for _, ref := range s.refs {
		delete(ix.at, ref)
	}
	ix.Attach(s)
}

// Settle makes what was added a segment, so that it is found and written with
// the others.
func (ix *Index) Settle() {
	if len(ix.tail.refs) == 0 {
		return
	}
	s := ix.tail.segment()
	ix.tail = &builder{}
	ix.adopt(s)
	for len(ix.segments) > 1 { // a segment is more than twice the next
		n := len(ix.segments)
		a, b := ix.segments[n-2], ix.segments[n-1]
		if len(a.refs) > 2*len(b.refs) || len(a.refs)+len(b.refs) > mergeLimit {
			break
		}
		ix.merge(n-2, n)
	}
}

// mergeLimit is how many dispatches segments are merged up to: beyond it
// merging costs more than one segment more to look into.
const mergeLimit = 1 << 17

// Compact merges all segments that have lost a tenth of their dispatches or
// more with what is left of them.
func (ix *Index) Compact() {
	ix.Settle()
	for i := len(ix.segments) - 1; i >= 0; i-- {
		if p := ix.segments[i]; 10*len(p.gone) >= len(p.refs) {
			ix.merge(i, i+1)
		}
	}
}

// merge makes one segment of some, without what was removed.
func (ix *Index) merge(from, to int) {
	b := &builder{}
	for _, p := range ix.segments[from:to] {
		for i, ref := range p.refs {
			if !p.gone[i] {
				b.add(ref, p.form(i))
			}
		}
	}
	rest := slices.Clone(ix.segments[to:])
	ix.segments = ix.segments[:from]
	if len(b.refs) > 0 {
		ix.adopt(b.segment())
	}
	ix.segments = append(ix.segments, rest...)
	ix.count()
}

// Segments returns the index as segments to be written, without what was
// removed.
func (ix *Index) Segments() []*Segment {
	ix.Settle()
	for i := len(ix.segments) - 1; i >= 0; i-- {
		if len(ix.segments[i].gone) > 0 {
			ix.merge(i, i+1)
		}
	}
	var out []*Segment
	for _, p := range ix.segments {
		out = append(out, p.Segment)
	}
	return out
}

// count sums up how often words are used, over all segments.
func (ix *Index) count() {
	clear(ix.pairs)
	for _, p := range ix.segments {
		for i, n := range p.counts {
			ix.pairs[i] += uint64(n)
		}
	}
	var of [rowSize]uint64
	ix.total = 0
	for i, n := range ix.pairs {
		of[i%rowSize] += n
		ix.total += n
	}
	for c, n := range of {
		ix.worth[c] = int32(min(maxAlone, max(0, log64.Log2(ix.total)-log64.Log2(max(n, 1)))))
	}
}
