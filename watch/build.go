package watch

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"frank"
)

// builder is a [segments.Builder].
type builder struct {
	refs     []frank.Ref
	rows     [][4]uint32 // per dispatch, as in a segment
	breaks   []uint32
	words    []byte
	groups   []uint32
	readings []byte
}

func (b *builder) Len() int { return len(b.refs) }

func (b *builder) Fits(f *form) bool {
	return len(b.refs) < mergeLimit && len(b.words)+f.places <= MaxSegment
}

func (b *builder) Add(ref frank.Ref, f *form) {
	b.refs = append(b.refs, ref)
	b.rows = append(b.rows, b.row())
	for _, x := range f.breaks {
		b.breaks = append(b.breaks, uint32(x))
	}
	for _, it := range f.items {
		if it.word != 0 {
			b.words = append(b.words, it.word)
			continue
		}
		b.groups = append(b.groups, uint32(len(b.words)), uint32(len(b.readings)))
		b.readings = appendGroup(b.readings, it.group)
		b.words = append(b.words, make([]byte, it.span())...)
	}
}

func (b *builder) Copy(s *Segment, gone map[int]bool) {
	for i, ref := range s.refs {
		if !gone[i] {
			b.Add(ref, s.form(i))
		}
	}
}

func (b *builder) row() [4]uint32 {
	return [4]uint32{uint32(len(b.words)), uint32(len(b.groups) / 2), uint32(len(b.readings)), uint32(len(b.breaks))}
}

// Segment counts runs, then fills them in.
func (b *builder) Segment() *Segment {
	pairs := make([]uint32, rowSize*rowSize)
	shift := uint(keyBits - min(keyBits, max(8, bits.Len(uint(len(b.words)/2)))))
	starts := make([]uint32, 1<<(keyBits-shift)+1)
	b.eachRun(func(key, _ uint32, _ byte) { starts[spread(key)>>shift]++ }, pairs)
	sum := uint32(0)
	for i, n := range starts {
		starts[i] = sum
		sum += n
	}
	total := int(sum)
	fill := slices.Clone(starts)
	runs := make([]uint64, total) // next word and place, so that they sort by both
	b.eachRun(func(key, place uint32, next byte) {
		l := spread(key) >> shift
		runs[fill[l]] = uint64(next)<<32 | uint64(place)
		fill[l]++
	}, nil)
	fill = nil
	for l := range len(starts) - 1 {
		if starts[l+1]-starts[l] > 1 {
			slices.Sort(runs[starts[l]:starts[l+1]])
		}
	}

	var names []byte
	nameOf := map[string]uint32{}
	var table []byte
	le := binary.LittleEndian
	for i := 0; i <= len(b.refs); i++ {
		row, ref, name := b.row(), frank.Ref{}, uint32(0)
		if i < len(b.refs) {
			row, ref = b.rows[i], b.refs[i]
			var ok bool
			if name, ok = nameOf[ref.Place]; !ok {
				name = uint32(len(nameOf))
				nameOf[ref.Place] = name
				names = append(append(names, byte(len(ref.Place))), ref.Place...)
			}
		}
		for _, x := range row {
			table = le.AppendUint32(table, x)
		}
		table = le.AppendUint32(table, uint32(ref.Year))
		table = le.AppendUint32(table, name)
		table = le.AppendUint32(table, uint32(ref.Number))
	}
	sizes := [sections]int{len(table), len(names), 4 * len(b.breaks), len(b.words), 4 * len(b.groups), len(b.readings),
		4 * len(starts), 4 * total, total, 4 * len(pairs)}
	head := len(SegmentFormat) + 1 + 8*(sections+1)
	size := head
	for _, n := range sizes {
		size += n
	}
	out := append(make([]byte, 0, size), SegmentFormat+"\n"...)
	at := head
	for _, n := range sizes {
		out = le.AppendUint64(out, uint64(at))
		at += n
	}
	out = le.AppendUint64(out, uint64(at))
	numbers := func(list []uint32) {
		for _, x := range list {
			out = le.AppendUint32(out, x)
		}
	}
	out = append(append(out, table...), names...)
	numbers(b.breaks)
	out = append(out, b.words...)
	numbers(b.groups)
	out = append(out, b.readings...)
	numbers(starts)
	for _, x := range runs {
		out = le.AppendUint32(out, uint32(x))
	}
	for _, x := range runs {
		out = append(out, byte(x>>32))
	}
	numbers(pairs)
	s, err := ReadSegment(out)
	if err != nil {
		panic("watch: internal error: " + err.Error())
	}
	return s
}

// memory is a segment that was built and not read from anywhere.
type memory []byte

func (m memory) Slice(off, n int64) []byte { return m[off : off+n] }

func (m memory) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(m).ReadAt(p, off)
}

// maxEnds bounds how many pairs of words may stand before a word.
const maxEnds = 256

// eachRun calls post for every three words that follow each other in some
// copy, with the last one's place and the class of the word behind it, 0 where
// that is not the same in all copies. It counts pairs, if pairs is not nil.
func (b *builder) eachRun(post func(key, place uint32, next byte), pairs []uint32) {
	var ends, more []uint32 // the two classes that may stand just before, as a<<8 | b; a is 0 before the second word
	var group [][]byte
	var seen set
	d, g := 0, 0
	for place := 0; place < len(b.words); {
		for d+1 < len(b.rows) && int(b.rows[d+1][0]) <= place { // a dispatch may be empty
			d++
		}
		if int(b.rows[d][0]) == place {
			ends = append(ends[:0], 0)
		}
		end := len(b.words)
		if d+1 < len(b.rows) {
			end = int(b.rows[d+1][0])
		}
		next := func(p int) byte {
			if p < end {
				return b.words[p]
			}
			return 0
		}
		if w := b.words[place]; w != 0 {
			more = more[:0]
			for _, e := range ends {
				if pairs != nil && !slices.Contains(more, e&255<<8|uint32(w)) {
					pairs[e&255<<8|uint32(w)]++
				}
				if e > 255 {
					post(e<<8|uint32(w), uint32(place), next(place+1))
				}
				more = addEnd(more, e&255<<8|uint32(w))
			}
			ends, more = more, ends
			place++
			continue
		}
		group = group[:0]
		t := text{words: b.words, readings: b.readings[b.groups[2*g+1]:]}
		t.groups = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, b.groups[2*g]), 0)
		_, span, group := t.group(0, group)
		g++
		seen.clear()
		more = more[:0]
		for _, r := range group {
			for _, e := range ends {
				for k, w := range r {
					p := place + min(k, span-1)
					after := next(place + span)
					if k+1 < len(r) {
						after = r[k+1]
					}
					if pair := uint64(k)<<32 | 1<<31 | uint64(e&255<<8|uint32(w)); pairs != nil && seen.add(pair) {
						pairs[e&255<<8|uint32(w)]++
					}
					if key := e<<8 | uint32(w); e > 255 {
						if run := uint64(p)<<32 | uint64(key) | uint64(after)<<24; seen.add(run) {
							post(key, uint32(p), after)
						}
					}
					e = e&255<<8 | uint32(w)
				}
				more = addEnd(more, e)
			}
		}
		ends, more = more, ends
		place += span
	}
}

func addEnd(ends []uint32, e uint32) []uint32 {
	if slices.Contains(ends, e) || len(ends) >= maxEnds {
		return ends
	}
	return append(ends, e)
}

// set is a set that is small nearly always.
type set struct {
	few  []uint64
	many map[uint64]bool
}

func (s *set) clear() {
	s.few = s.few[:0]
	if len(s.many) > 0 {
		s.many = nil
	}
}

// add reports whether x was new.
func (s *set) add(x uint64) bool {
	if s.many[x] || slices.Contains(s.few, x) {
		return false
	}
	if len(s.few) < 64 {
		s.few = append(s.few, x)
		return true
	}
	if s.many == nil {
		s.many = map[uint64]bool{}
	}
	s.many[x] = true
	return true
}
