package retold

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"

	"frank"
	"frank/prose"
	"frank/watch/group"
)

// Terms returns the terms of a dispatch that satisfies [frank.Master.Validate],
// ascending and each once. They are the same whichever reading comes first and
// whatever the laws.
func Terms(m *frank.Master) []uint16 {
	varies := map[uint16]bool{} // by hash: two words may have the same one
	var plain []uint16
	for text, readings := range group.All(m) {
		plain = appendValues(plain, text)
		if readings == nil {
			break
		}
		for text := range readings {
			for _, v := range appendValues(nil, text) {
				varies[v] = true
			}
		}
	}
	out := slices.DeleteFunc(plain, func(v uint16) bool { return varies[v] })
	slices.Sort(out)
	return slices.Compact(out)
}

func appendValues(out []uint16, text string) []uint16 {
	for _, w := range prose.Words(text) {
		if t := Term(w.Norm); t != "" {
			out = append(out, value(t))
		}
	}
	return out
}

// Format is the id of fingerprints with terms, and their first line.
const Format = "frank.fingerprints/2"

// Join returns fingerprints of frank.fingerprints/1 and terms as one.
func Join(fingerprints []byte, terms []uint16) []byte {
	out := append([]byte(Format), '\n')
	out = binary.AppendUvarint(out, uint64(len(fingerprints)))
	return appendSet(append(out, fingerprints...), terms)
}

// Split returns the parts of what [Join] wrote, padded with zeros or not. What
// is not of its format is returned as it is, without terms: package watch knows
// whether it is of an older one.
func Split(data []byte) (fingerprints []byte, terms []uint16, err error) {
	rest, ok := bytes.CutPrefix(data, []byte(Format+"\n"))
	if !ok {
		return data, nil, nil
	}
	n, size := binary.Uvarint(rest)
	if size <= 0 || size > 1 && rest[size-1] == 0 || n > uint64(len(rest)-size) {
		return nil, nil, errForm
	}
	fingerprints, rest = rest[size:size+int(n)], rest[size+int(n):]
	if terms, rest, err = cutSet(rest); err != nil {
		return nil, nil, err
	}
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, nil, errForm
	}
	return fingerprints, terms, nil
}

var errForm = errors.New("the terms are damaged")

// appendSet writes how many terms there are, and of each by how much it exceeds
// the one before, less one.
func appendSet(out []byte, terms []uint16) []byte {
	out = binary.AppendUvarint(out, uint64(len(terms)))
	next := 0
	for _, t := range terms {
		out = binary.AppendUvarint(out, uint64(int(t)-next))
		next = int(t) + 1
	}
	return out
}

func cutSet(data []byte) (terms []uint16, rest []byte, err error) {
	number := func() int {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > values || size > 1 && data[size-1] == 0 {
			err = errForm
			return 0
		}
		data = data[size:]
		return int(n)
	}
	count, next := number(), 0
	for ; count > 0 && err == nil; count-- {
		t := next + number()
		if t >= values {
			return nil, nil, errForm
		}
		terms = append(terms, uint16(t))
		next = t + 1
	}
	if err != nil {
		return nil, nil, err
	}
	return terms, data, nil
}
