package retold

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"frank"
)

// Index has the terms of an archive's dispatches. What is added is first kept
// apart, and becomes part of a segment with others that came about the same
// time; segments are merged into larger ones, so that there are few. An Index
// is not safe for use by several goroutines while it changes; [Index.Find]
// alone is.
type Index struct {
	segments []*part
	at       map[frank.Ref]place
	counts   [values]uint64 // dispatches that have each term
	tail     builder
}

// part is a segment with what of it is no longer there.
type part struct {
	*Segment
	gone map[int]bool
}

// place is where a dispatch is: in the tail if part is nil.
type place struct {
	part     *part
	dispatch int
}

// MaxSegment is how many dispatches one segment holds.
const MaxSegment = 1 << 16

// NewIndex returns an empty index.
func NewIndex() *Index { return &Index{at: map[frank.Ref]place{}} }

// Len returns how many dispatches the index has, those without terms included.
func (ix *Index) Len() int { return len(ix.at) }

// Has reports whether the index has a dispatch, with terms or without.
func (ix *Index) Has(ref frank.Ref) bool { _, ok := ix.at[ref]; return ok }

// Add takes in the terms of a dispatch, as [Terms] or [Split] returns them, in
// place of those it had. There may be none: then it is never found.
func (ix *Index) Add(ref frank.Ref, terms []uint16) error {
	if err := ref.Validate(); err != nil {
		return err
	}
	for i, t := range terms {
		if t >= values || i > 0 && t <= terms[i-1] {
			return fmt.Errorf("%s: %w", ref, errForm)
		}
	}
	ix.Remove(ref)
	ix.at[ref] = place{nil, len(ix.tail.refs)}
	ix.tail.add(ref, terms)
	if len(ix.tail.refs) == MaxSegment {
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
	ix.tail = builder{}
	ix.adopt(s)
	for len(ix.segments) > 1 { // a segment is more than twice the next
		n := len(ix.segments)
		a, b := ix.segments[n-2], ix.segments[n-1]
		if len(a.refs) > 2*len(b.refs) || len(a.refs)+len(b.refs) > MaxSegment {
			break
		}
		ix.merge(n-2, n)
	}
}

// merge makes one segment of some, without what was removed.
func (ix *Index) merge(from, to int) {
	var b builder
	for _, p := range ix.segments[from:to] {
		for i, terms := range p.sets() {
			if !p.gone[i] {
				b.add(p.refs[i], terms)
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

// count sums up how many dispatches have each term.
func (ix *Index) count() {
	clear(ix.counts[:])
	for _, p := range ix.segments {
		for v := range values {
			ix.counts[v] += uint64(p.starts[v+1] - p.starts[v])
		}
	}
}

// Segment is the terms of some dispatches, by term. It never changes.
type Segment struct {
	refs   []frank.Ref
	many   []uint16           // terms per dispatch
	starts [values + 1]uint32 // per term, where its list begins; and one at the end
	lists  []uint16           // dispatches, ascending
}

// builder gathers dispatches for a segment.
type builder struct {
	refs  []frank.Ref
	ends  []int // per dispatch, where its terms end
	terms []uint16
}

func (b *builder) add(ref frank.Ref, terms []uint16) {
	b.refs = append(b.refs, ref)
	b.terms = append(b.terms, terms...)
	b.ends = append(b.ends, len(b.terms))
}

func (b *builder) segment() *Segment {
	s := &Segment{refs: b.refs, many: make([]uint16, len(b.refs)), lists: make([]uint16, len(b.terms))}
	for _, t := range b.terms {
		s.starts[t+1]++
	}
	for v := range values {
		s.starts[v+1] += s.starts[v]
	}
	next, at := s.starts, 0
	for i, end := range b.ends {
		s.many[i] = uint16(end - at)
		for ; at < end; at++ {
			t := b.terms[at]
			s.lists[next[t]] = uint16(i)
			next[t]++
		}
	}
	return s
}

// sets returns the terms of each dispatch.
func (s *Segment) sets() [][]uint16 {
	sets := make([][]uint16, len(s.refs))
	for i, n := range s.many {
		sets[i] = make([]uint16, 0, n)
	}
	for v := range values {
		for _, i := range s.list(v) {
			sets[i] = append(sets[i], uint16(v))
		}
	}
	return sets
}

func (s *Segment) list(v int) []uint16 { return s.lists[s.starts[v]:s.starts[v+1]] }

// Len returns how many dispatches the segment has.
func (s *Segment) Len() int { return len(s.refs) }

// Dispatches returns what it has, in the order they were added.
func (s *Segment) Dispatches() []frank.Ref { return s.refs }

// SegmentFormat is the id of a segment, and its first line.
const SegmentFormat = "frank.watch-terms/1"

// Bytes returns the segment as it is written: behind the first line, how many
// dispatches there are; of each its year, the length of its place, the place
// and the number; and its terms as in fingerprints.
func (s *Segment) Bytes() []byte {
	out := append([]byte(SegmentFormat), '\n')
	out = binary.AppendUvarint(out, uint64(len(s.refs)))
	for i, terms := range s.sets() {
		r := s.refs[i]
		out = binary.AppendUvarint(out, uint64(r.Year))
		out = binary.AppendUvarint(out, uint64(len(r.Place)))
		out = append(out, r.Place...)
		out = binary.AppendUvarint(out, uint64(r.Number))
		out = appendSet(out, terms)
	}
	return out
}

var errSegment = errors.New("the segment of terms is damaged")

// ReadSegment reads what [Segment.Bytes] writes, and nothing else.
func ReadSegment(data []byte) (*Segment, error) {
	line := SegmentFormat + "\n"
	if len(data) < len(line) || string(data[:len(line)]) != line {
		return nil, frank.WithHint(fmt.Errorf("expected a segment of format %s", SegmentFormat), "a newer frank may read it; it can also be built anew")
	}
	data = data[len(line):]
	bad := false
	number := func() uint64 {
		n, size := binary.Uvarint(data)
		if size <= 0 || size > 1 && data[size-1] == 0 || n > 1<<31-1 {
			bad = true
			return 0
		}
		data = data[size:]
		return n
	}
	var b builder
	n := number()
	if n > MaxSegment {
		return nil, errSegment
	}
	names := map[string]string{}
	for ; n > 0 && !bad; n-- {
		ref := frank.Ref{Year: int(number())}
		length := int(number())
		if length > len(data) {
			return nil, errSegment
		}
		place, ok := names[string(data[:length])]
		if !ok {
			place = string(data[:length])
			names[place] = place
		}
		data = data[length:]
		ref.Place, ref.Number = place, int(number())
		terms, rest, err := cutSet(data)
		if err != nil || bad || ref.Validate() != nil {
			return nil, errSegment
		}
		data = rest
		b.add(ref, terms)
	}
	if bad || len(data) > 0 {
		return nil, errSegment
	}
	return b.segment(), nil
}
