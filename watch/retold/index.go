package retold

import (
	"encoding/binary"
	"errors"
	"fmt"

	"frank"
	"frank/internal/segments"
)

// Index has the terms of an archive's dispatches. It has the methods of package
// segments' Index: what is added is found once it is settled. It is not safe for
// use by several goroutines while it changes; [Index.Find] and [Index.Nearest] alone are.
type Index struct {
	index
	counts [values]uint64 // dispatches that have each term

	place  func(frank.Ref) int // in the order of issue
	issued map[*Segment]*issued
	newest int32 // the last place that a segment reaches
}

// issued is where a segment's dispatches stand in the order of issue, and where
// the last of them does.
type issued struct {
	at    []int32
	last  int32
	times int // that the segment is in the index: one may be attached twice
}

type (
	index = segments.Index[*Segment, []uint16]
	part  = segments.Part[*Segment]
)

// MaxSegment is how many dispatches one segment holds.
const MaxSegment = 1 << 16

// NewIndex returns an empty index of dispatches that were issued in this order.
func NewIndex(place func(frank.Ref) int) *Index {
	ix := &Index{place: place, issued: map[*Segment]*issued{}, newest: -1}
	ix.index = segments.New(MaxSegment, func() segments.Builder[*Segment, []uint16] { return &builder{} }, ix.count)
	return ix
}

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
	segments.Put(&ix.index, ref, terms)
	return nil
}

// count sums up how many dispatches have each term, over all segments, and asks
// when those of a segment were issued.
func (ix *Index) count(s *Segment, times int) {
	is := ix.issued[s]
	if is == nil {
		is = &issued{last: -1}
		for _, ref := range s.refs {
			at := int32(ix.place(ref))
			is.at, is.last = append(is.at, at), max(is.last, at)
		}
		ix.issued[s] = is
	}
	if is.times += times; is.times == 0 {
		delete(ix.issued, s)
	}
	ix.newest = -1
	for _, is := range ix.issued {
		ix.newest = max(ix.newest, is.last)
	}
	for v := range values {
		ix.counts[v] += uint64(times) * uint64(len(s.list(v))) // -1 wraps around, and takes away
	}
}

// within reports whether a dispatch that stands there in the order of issue is in
// a scope. The latest go by places, whether or not the index has what stands there.
func (ix *Index) within(s scope, place int32) bool {
	return s.latest == 0 || place > ix.newest-int32(s.latest)
}

// Segment is the terms of some dispatches, by term. It never changes.
type Segment struct {
	refs   []frank.Ref
	many   []uint16           // terms per dispatch
	starts [values + 1]uint32 // per term, where its list begins; and one at the end
	lists  []uint16           // dispatches, ascending
}

// builder is a [segments.Builder].
type builder struct {
	refs  []frank.Ref
	ends  []int // per dispatch, where its terms end
	terms []uint16
}

func (b *builder) Len() int { return len(b.refs) }

func (b *builder) Fits([]uint16) bool { return len(b.refs) < MaxSegment }

func (b *builder) Add(ref frank.Ref, terms []uint16) {
	b.refs = append(b.refs, ref)
	b.terms = append(b.terms, terms...)
	b.ends = append(b.ends, len(b.terms))
}

func (b *builder) Copy(s *Segment, gone map[int]bool) {
	for i, terms := range s.sets() {
		if !gone[i] {
			b.Add(s.refs[i], terms)
		}
	}
}

func (b *builder) Segment() *Segment {
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
		b.Add(ref, terms)
	}
	if bad || len(data) > 0 {
		return nil, errSegment
	}
	return b.Segment(), nil
}
