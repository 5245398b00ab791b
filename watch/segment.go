package watch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"

	"frank"
)

// SegmentFormat is the id of a segment, and its first line.
const SegmentFormat = "frank.watch-segment/1"

// Segment is the index of some dispatches, as it stands in a file. It never
// changes. It is safe for use by several goroutines at once.
//
// Behind the first line and the table of sections it has, all numbers four
// bytes, the lowest first:
//
//	dispatches  per dispatch: its first place, group, byte of readings and break; year, place, number; and one at the end
//	names       the places of references, each behind its length (one byte)
//	breaks      where paragraphs begin, in words of the dispatch
//	words       per place, the class there; 0 in a group
//	groups      per group, its first place and where its readings begin
//	readings    as in fingerprints
//	starts      per list of runs of three words, where it begins; and one at the end
//	runs        the place of the last word, per run
//	next        the class of the word behind each run, or 0
//	pairs       how often each class follows each, [classes+1]² numbers
type Segment struct {
	data   source
	at     [sections + 1]int64
	first  []uint32 // per dispatch, its first place; one more at the end
	refs   []frank.Ref
	counts []uint32 // pairs
	shift  uint     // of a key's hash, to its list
}

const (
	secDispatches = iota
	secNames
	secBreaks
	secWords
	secGroups
	secReadings
	secStarts
	secRuns
	secNext
	secPairs
	sections

	dispatchSize = 7 * 4
	groupSize    = 2 * 4
	rowSize      = classes + 1
	keyBits      = 24
)

// MaxSegment is how many places one segment holds.
const MaxSegment = 1 << 30

// source gives bytes of a segment: those of memory as they are.
type source struct {
	memory []byte
	r      io.ReaderAt
}

// slicer is a reader that has its bytes in memory, as a mapped file has.
type slicer interface {
	Slice(off, n int64) []byte
}

// read returns n bytes. Bytes that cannot be read are zeros: a search finds
// less then, and the reader's error is seen when the segment is opened.
func (s *source) read(off int64, n int) []byte {
	if s.memory != nil {
		return s.memory[off : off+int64(n) : off+int64(n)]
	}
	out := make([]byte, n)
	if got, err := s.r.ReadAt(out, off); got < n && err != nil {
		clear(out)
	}
	return out
}

func number(b []byte, i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }

var errSegment = errors.New("the segment is damaged")

// OpenSegment opens a segment of size bytes. If r also has a method
// Slice(off, n int64) []byte, as a mapped file may, nothing is copied.
func OpenSegment(r io.ReaderAt, size int64) (*Segment, error) {
	s := &Segment{data: source{r: r}}
	if m, ok := r.(slicer); ok && size > 0 {
		s.data.memory = m.Slice(0, size)
	}
	head := len(SegmentFormat) + 1 + 8*(sections+1)
	if size < int64(head) {
		return nil, errSegment
	}
	b := make([]byte, head)
	if _, err := r.ReadAt(b, 0); err != nil {
		return nil, fmt.Errorf("the segment cannot be read: %w", err)
	}
	if string(b[:len(SegmentFormat)+1]) != SegmentFormat+"\n" {
		return nil, frank.WithHint(fmt.Errorf("expected a segment of format %s", SegmentFormat), "a newer frank may read it; it can also be built anew")
	}
	for i := range s.at {
		s.at[i] = int64(binary.LittleEndian.Uint64(b[len(SegmentFormat)+1+8*i:]))
		if s.at[i] < int64(head) || i > 0 && s.at[i] < s.at[i-1] || s.at[i] > size {
			return nil, errSegment
		}
	}
	if s.at[sections] != size || s.len(secDispatches)%dispatchSize != 0 || s.len(secDispatches) == 0 ||
		s.len(secPairs) != 4*rowSize*rowSize || s.len(secGroups)%groupSize != 0 || s.len(secRuns) != 4*s.len(secNext) {
		return nil, errSegment
	}
	return s, s.readTables()
}

// ReadSegment opens a segment that is in memory; data must not change.
func ReadSegment(data []byte) (*Segment, error) { return OpenSegment(memory(data), int64(len(data))) }

func (s *Segment) len(section int) int64 { return s.at[section+1] - s.at[section] }

// bytes returns part of a section, cut to what there is.
func (s *Segment) bytes(section int, off, n int64) []byte {
	off = min(max(off, 0), s.len(section))
	n = min(max(n, 0), s.len(section)-off)
	return s.data.read(s.at[section]+off, int(n))
}

// readTables reads what is kept in memory, and checks what later reading
// relies on.
func (s *Segment) readTables() error {
	lists := s.len(secStarts)/4 - 1
	s.shift = keyBits
	for 1<<(keyBits-s.shift) < lists {
		if s.shift == 0 {
			return errSegment
		}
		s.shift--
	}
	if 1<<(keyBits-s.shift) != lists || s.len(secStarts)%4 != 0 {
		return errSegment
	}
	var names []string
	for b := s.bytes(secNames, 0, s.len(secNames)); len(b) > 0; {
		n := int(b[0])
		if n >= len(b) {
			return errSegment
		}
		names = append(names, string(b[1:1+n]))
		b = b[1+n:]
	}
	b := s.bytes(secDispatches, 0, s.len(secDispatches))
	n := len(b)/dispatchSize - 1
	var last [4]uint32
	for i := 0; i <= n; i++ {
		row := b[i*dispatchSize:]
		for k, most := range []int64{s.len(secWords), s.len(secGroups) / groupSize, s.len(secReadings), s.len(secBreaks) / 4} {
			x := number(row, k)
			if x < last[k] || int64(x) > most || i == 0 && x != 0 || i == n && int64(x) != most {
				return errSegment
			}
			last[k] = x
		}
		s.first = append(s.first, last[0])
		if i == n {
			break
		}
		name := number(row, 5)
		if int(name) >= len(names) {
			return errSegment
		}
		ref := frank.Ref{Year: int(number(row, 4)), Place: names[name], Number: int(number(row, 6))}
		if ref.Validate() != nil {
			return errSegment
		}
		s.refs = append(s.refs, ref)
	}
	b = s.bytes(secPairs, 0, s.len(secPairs))
	s.counts = make([]uint32, rowSize*rowSize)
	for i := range s.counts {
		s.counts[i] = number(b, i)
	}
	return nil
}

// Len returns how many dispatches the segment holds.
func (s *Segment) Len() int { return len(s.refs) }

// Size returns how many bytes it has.
func (s *Segment) Size() int64 { return s.at[sections] }

// Dispatches returns what it holds, in the order they were added.
func (s *Segment) Dispatches() []frank.Ref { return s.refs }

// WriteTo writes the segment, for [OpenSegment].
func (s *Segment) WriteTo(w io.Writer) (n int64, err error) {
	const chunk = 1 << 20
	for n < s.Size() {
		k, err := w.Write(s.data.read(n, int(min(chunk, s.Size()-n))))
		n += int64(k)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// runKey is the key of three words in a row.
func runKey(a, b, c byte) uint32 { return uint32(a)<<16 | uint32(b)<<8 | uint32(c) }

// list returns the list of a run: keys are spread evenly, and none of the most
// possible lists has two.
func (s *Segment) list(key uint32) uint32 { return spread(key) >> s.shift }

func spread(key uint32) uint32 { return key * 0x9e3779 & (1<<keyBits - 1) }

// runs returns where in the sections the list of a run lies.
func (s *Segment) runs(key uint32) (from, to int64) {
	b := s.bytes(secStarts, 4*int64(s.list(key)), 8)
	from, to = int64(number(b, 0)), int64(number(b, 1))
	if from > to || to > s.len(secNext) {
		return 0, 0
	}
	return from, to
}

// dispatch returns the dispatch of a place.
func (s *Segment) dispatch(place uint32) int {
	return sort.Search(len(s.refs), func(i int) bool { return s.first[i+1] > place })
}

// text is one dispatch as it is laid out.
type text struct {
	words    []byte
	groups   []byte
	readings []byte
	first    uint32 // place
	offset   uint32 // of readings
}

func (s *Segment) text(dispatch int) text {
	a := s.bytes(secDispatches, int64(dispatch)*dispatchSize, 2*dispatchSize)
	z := a[dispatchSize:]
	span := func(section, k int, size int64) []byte {
		return s.bytes(section, size*int64(number(a, k)), size*int64(number(z, k)-number(a, k)))
	}
	return text{words: span(secWords, 0, 1), groups: span(secGroups, 1, groupSize), readings: span(secReadings, 2, 1), first: number(a, 0), offset: number(a, 2)}
}

// groupAt returns the first group that begins at a place of the dispatch or
// behind it.
func (t *text) groupAt(place int) int {
	return sort.Search(len(t.groups)/groupSize, func(i int) bool { return int(number(t.groups, 2*i)-t.first) >= place })
}

// group returns where group i begins and its readings, appended to buf.
func (t *text) group(i int, buf [][]byte) (place, span int, readings [][]byte) {
	place = int(number(t.groups, 2*i) - t.first)
	at := int(number(t.groups, 2*i+1) - t.offset)
	if at < 0 || at > len(t.readings) {
		return place, 0, buf
	}
	b := t.readings[at:]
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return place, 0, buf
	}
	b = b[size:]
	for ; n > 0; n-- {
		length, size := binary.Uvarint(b)
		if size <= 0 || length > uint64(len(b)-size) {
			break
		}
		buf = append(buf, b[size:size+int(length)])
		span = max(span, int(length))
		b = b[size+int(length):]
	}
	return place, min(span, max(0, len(t.words)-place)), buf
}

// paragraph returns in which paragraph, from 1, a word of a dispatch stands.
func (s *Segment) paragraph(dispatch, word int) int {
	a := s.bytes(secDispatches, int64(dispatch)*dispatchSize, 2*dispatchSize)
	from, to := number(a, 3), number(a[dispatchSize:], 3)
	b := s.bytes(secBreaks, 4*int64(from), 4*int64(to-from))
	return 1 + sort.Search(len(b)/4, func(i int) bool { return int(number(b, i)) > word })
}

// form returns a dispatch as it was added.
func (s *Segment) form(dispatch int) *form {
	t := s.text(dispatch)
	f := &form{}
	a := s.bytes(secDispatches, int64(dispatch)*dispatchSize, 2*dispatchSize)
	from, to := number(a, 3), number(a[dispatchSize:], 3)
	b := s.bytes(secBreaks, 4*int64(from), 4*int64(to-from))
	for i := range len(b) / 4 {
		f.breaks = append(f.breaks, int(number(b, i)))
	}
	g := 0
	for f.places < len(t.words) {
		it := item{word: t.words[f.places]}
		if it.word == 0 {
			_, span, readings := t.group(g, nil)
			g++
			if span == 0 {
				break // damaged
			}
			it.group = readings
		}
		f.items = append(f.items, it)
		f.places += it.span()
	}
	return f
}
