// Package segments keeps an index of dispatches in segments. What is added is
// first kept apart, and becomes a segment with others that came about the same
// time; segments of a size are merged into larger ones, so that there are few.
package segments

import (
	"errors"
	"fmt"
	"slices"

	"frank"
)

// Max is how many segments an index takes in: far more than any that was built
// has, and few enough that looking into each is no burden.
const Max = 1000

// Segment is what an index has of some dispatches, one or more. It never
// changes.
type Segment interface {
	Dispatches() []frank.Ref // in the order they were added
}

// Builder gathers dispatches, of each of which it takes an Entry, for a segment.
type Builder[S Segment, Entry any] interface {
	Len() int
	Fits(Entry) bool             // whether one more may be added
	Add(frank.Ref, Entry)        // it is none that was added before
	Copy(s S, gone map[int]bool) // adds the dispatches of a segment, but for those that are gone
	Segment() S                  // of what was added, which is something
}

// Index is an index in segments, to be embedded in one that is searched. It is
// not safe for use by several goroutines while it changes.
type Index[S Segment, Entry any] struct {
	parts []*Part[S]
	at    map[frank.Ref]place[S]
	tail  Builder[S, Entry]

	most  int
	build func() Builder[S, Entry]
	count func(s S, times int)
}

// Part is a segment with what of it is no longer there.
type Part[S Segment] struct {
	Segment S
	gone    map[int]bool
}

// Gone reports whether the segment's dispatch i was removed from the index.
func (p *Part[S]) Gone(i int) bool { return p.gone[i] }

func (p *Part[S]) len() int { return len(p.Segment.Dispatches()) }

// place is where a dispatch is: in the tail if part is nil.
type place[S Segment] struct {
	part     *Part[S]
	dispatch int
}

// New returns an empty index. Segments are merged up to most dispatches, beyond
// which merging costs more than one segment more to look into; build returns an
// empty builder; count is told of every segment that comes (1 times) or goes (-1).
func New[S Segment, Entry any](most int, build func() Builder[S, Entry], count func(s S, times int)) Index[S, Entry] {
	return Index[S, Entry]{at: map[frank.Ref]place[S]{}, tail: build(), most: most, build: build, count: count}
}

// Len returns how many dispatches the index has.
func (ix *Index[S, Entry]) Len() int { return len(ix.at) }

// Has reports whether the index has a dispatch.
func (ix *Index[S, Entry]) Has(ref frank.Ref) bool { _, ok := ix.at[ref]; return ok }

// Remove forgets a dispatch, and reports whether the index had it.
func (ix *Index[S, Entry]) Remove(ref frank.Ref) bool {
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
// already. An empty segment is refused, and one more than [Max].
func (ix *Index[S, Entry]) Attach(s S) error {
	if len(s.Dispatches()) == 0 {
		return errors.New("expected a segment with dispatches, found an empty one")
	}
	if len(ix.parts) >= Max {
		return fmt.Errorf("expected %d segments at most, found more", Max)
	}
	ix.attach(s)
	return nil
}

func (ix *Index[S, Entry]) attach(s S) {
	p := &Part[S]{s, map[int]bool{}}
	for i, ref := range s.Dispatches() {
		if ix.Has(ref) {
			p.gone[i] = true
		} else {
			ix.at[ref] = place[S]{p, i}
		}
	}
	ix.parts = append(ix.parts, p)
	ix.count(s, 1)
}

// adopt adds the segment of what the index has and a builder was given.
func (ix *Index[S, Entry]) adopt(b Builder[S, Entry]) {
	if b.Len() == 0 {
		return
	}
	s := b.Segment()
	for _, ref := range s.Dispatches() {
		delete(ix.at, ref)
	}
	ix.attach(s)
}

// Settle makes what was added a segment, so that it is found and written with
// the others.
func (ix *Index[S, Entry]) Settle() {
	if ix.tail.Len() == 0 {
		return
	}
	b := ix.tail
	ix.tail = ix.build()
	ix.adopt(b)
	for len(ix.parts) > 1 { // a segment is more than twice the next
		n := len(ix.parts)
		a, b := ix.parts[n-2].len(), ix.parts[n-1].len()
		if a > 2*b || a+b > ix.most {
			break
		}
		ix.merge(n-2, n)
	}
}

// Compact builds segments anew that have lost a tenth of their dispatches or
// more.
func (ix *Index[S, Entry]) Compact() {
	ix.rebuild(func(p *Part[S]) bool { return 10*len(p.gone) >= p.len() })
}

// Segments returns the index as segments to be written, without what was
// removed.
func (ix *Index[S, Entry]) Segments() []S {
	ix.rebuild(func(p *Part[S]) bool { return len(p.gone) > 0 })
	var out []S
	for _, p := range ix.parts {
		out = append(out, p.Segment)
	}
	return out
}

func (ix *Index[S, Entry]) rebuild(which func(*Part[S]) bool) {
	ix.Settle()
	for i := len(ix.parts) - 1; i >= 0; i-- {
		if which(ix.parts[i]) {
			ix.merge(i, i+1)
		}
	}
}

// merge makes one segment of some, without what was removed.
func (ix *Index[S, Entry]) merge(from, to int) {
	b := ix.build()
	for _, p := range ix.parts[from:to] {
		b.Copy(p.Segment, p.gone)
		ix.count(p.Segment, -1)
	}
	rest := slices.Clone(ix.parts[to:])
	ix.parts = ix.parts[:from]
	ix.adopt(b)
	ix.parts = append(ix.parts, rest...)
}

// Put takes in the entry of a dispatch, in place of what it had. Like [Parts] it
// is no method, so that it is none of a type that has the index in it.
func Put[S Segment, Entry any](ix *Index[S, Entry], ref frank.Ref, e Entry) {
	if !ix.tail.Fits(e) {
		ix.Settle()
	}
	ix.Remove(ref)
	ix.at[ref] = place[S]{}
	ix.tail.Add(ref, e)
}

// Parts returns the segments that a search looks into. Settle comes before it.
func Parts[S Segment, Entry any](ix *Index[S, Entry]) []*Part[S] {
	if ix.tail.Len() > 0 {
		panic("segments: Settle before a search")
	}
	return ix.parts
}
