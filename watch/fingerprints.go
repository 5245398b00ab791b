package watch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"frank"
)

// Format is the id of fingerprints, and their first line.
const Format = "frank.fingerprints/1"

// Limits of fingerprints.
const (
	MaxPlaces = 1 << 20 // words of a dispatch, with the longest reading at every site
	MaxSize   = 1 << 23 // bytes of fingerprints, padding aside
)

// Fingerprints returns the fingerprints of a dispatch that satisfies
// [frank.Master.Validate]. They are the same whichever reading comes first and
// whatever the laws.
func Fingerprints(m *frank.Master) ([]byte, error) {
	f := normal(m)
	if f.places > MaxPlaces {
		return nil, fmt.Errorf("the dispatch has %d words with the longest readings, more than the %d that fingerprints hold", f.places, MaxPlaces)
	}
	out := f.append(append([]byte(Format), '\n'))
	if len(out) > MaxSize {
		return nil, fmt.Errorf("the fingerprints have %d bytes, more than %d", len(out), MaxSize)
	}
	return out, nil
}

// Pad returns fingerprints stretched to size bytes, or as they are when they
// are longer.
func Pad(fingerprints []byte, size int) []byte {
	return append(bytes.Clone(fingerprints), make([]byte, max(0, size-len(fingerprints)))...)
}

func (f *form) append(out []byte) []byte {
	out = binary.AppendUvarint(out, uint64(f.places))
	out = binary.AppendUvarint(out, uint64(len(f.items)))
	out = binary.AppendUvarint(out, uint64(len(f.breaks)))
	last := 0
	for _, b := range f.breaks {
		out = binary.AppendUvarint(out, uint64(b-last))
		last = b
	}
	for _, it := range f.items {
		out = append(out, it.word)
		if it.word == 0 {
			out = appendGroup(out, it.group)
		}
	}
	return out
}

func appendGroup(out []byte, group [][]byte) []byte {
	out = binary.AppendUvarint(out, uint64(len(group)))
	for _, r := range group {
		out = binary.AppendUvarint(out, uint64(len(r)))
		out = append(out, r...)
	}
	return out
}

var errForm = errors.New("the fingerprints are damaged")

// parse reads what [Fingerprints] and [Pad] write, and nothing else.
func parse(data []byte) (*form, error) {
	rest, ok := bytes.CutPrefix(data, []byte(Format+"\n"))
	if !ok {
		first, _, _ := bytes.Cut(data[:min(len(data), 40)], []byte("\n"))
		return nil, frank.WithHint(fmt.Errorf("expected fingerprints of format %s, found %q", Format, first), "a newer frank may read them")
	}
	r := reader{rest: rest}
	f := &form{places: r.number(MaxPlaces)}
	items, breaks := r.number(2*MaxPlaces), r.number(MaxPlaces)
	for last := 0; breaks > 0 && !r.bad; breaks-- {
		d := r.number(MaxPlaces)
		if last += d; d == 0 || last >= f.places {
			return nil, errForm
		}
		f.breaks = append(f.breaks, last)
	}
	if items > len(r.rest) {
		return nil, errForm
	}
	f.items = make([]item, 0, items)
	places := 0
	for ; items > 0 && !r.bad; items-- {
		it := item{word: r.byte()}
		if it.word == 0 {
			it.group = r.group()
		}
		if places += it.span(); places > f.places {
			return nil, errForm
		}
		f.items = append(f.items, it)
	}
	if r.bad || places != f.places || len(data)-len(r.rest) > MaxSize || len(bytes.Trim(r.rest, "\x00")) > 0 {
		return nil, errForm
	}
	return f, nil
}

// reader reads a form; bad is set by the first thing that is not as it must be.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number(most int) int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(most) || size > 1 && r.rest[size-1] == 0 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.bad = true
		return 1
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) group() (group [][]byte) {
	n := r.number(1 << 16)
	size := 0
	for i := 0; i < n && !r.bad; i++ {
		length := r.number(MaxPlaces)
		if length > len(r.rest) {
			r.bad = true
			break
		}
		reading := r.rest[:length]
		r.rest = r.rest[length:]
		size += length
		if bytes.IndexByte(reading, 0) >= 0 || i > 0 && bytes.Compare(group[i-1], reading) >= 0 || size > maxGroup && i >= 2 {
			r.bad = true
		}
		group = append(group, reading)
	}
	r.bad = r.bad || n < 2
	return group
}
