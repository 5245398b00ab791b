package retold

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank"
	"frank/prose"
)

// Terms returns the terms of a dispatch that satisfies [frank.Master.Validate],
// ascending and each once. They are the same whichever reading comes first and
// whatever the laws.
func Terms(m *frank.Master) []uint16 {
	varies := map[uint16]bool{} // by hash: two words may have the same one
	var plain []uint16
	at := 0 // in the text; what is before was taken in
	for i := 0; i < len(m.Sites); {
		start := spaceBefore(m.Text, at, m.Sites[i].Start)
		next, end := i+1, m.Sites[i].End
		for { // sites that no white space parts share words
			limit := len(m.Text)
			if next < len(m.Sites) {
				limit = m.Sites[next].Start
			}
			if end = spaceAfter(m.Text, end, limit); end < limit || next == len(m.Sites) {
				break
			}
			end = m.Sites[next].End
			next++
		}
		plain = appendValues(plain, m.Text[at:start])
		for _, text := range combine(m, i, next, start, end) {
			for _, v := range appendValues(nil, text) {
				varies[v] = true
			}
		}
		at, i = end, next
	}
	plain = appendValues(plain, m.Text[at:])
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

// spaceBefore returns where the white space before i ends, or from.
func spaceBefore(text string, from, i int) int {
	k := strings.LastIndexFunc(text[from:i], unicode.IsSpace)
	if k < 0 {
		return from
	}
	_, n := utf8.DecodeRuneInString(text[from+k:])
	return from + k + n
}

// spaceAfter returns where the white space at or after i begins, or to.
func spaceAfter(text string, i, to int) int {
	if n := strings.IndexFunc(text[i:to], unicode.IsSpace); n >= 0 {
		return i + n
	}
	return to
}

const maxCombos = 1 << 12 // joint readings of sites that share a word

// combine returns the texts of [start, end) under the readings of the sites
// from a up to, not including, b: all combinations if they are not too many,
// else each site varied alone, the others showing the reading that sorts first.
func combine(m *frank.Master, a, b, start, end int) []string {
	sorted := make([][]string, b-a)
	n := 1
	for i := range sorted {
		sorted[i] = slices.Sorted(slices.Values(m.Sites[a+i].Readings))
		n = min(n*len(sorted[i]), maxCombos+1)
	}
	choice := make([]int, b-a)
	text := func() string {
		var t []byte
		at := start
		for i, r := range choice {
			t = append(append(t, m.Text[at:m.Sites[a+i].Start]...), sorted[i][r]...)
			at = m.Sites[a+i].End
		}
		return string(append(t, m.Text[at:end]...))
	}
	out := []string{text()}
	if n > maxCombos {
		for i := range choice {
			for choice[i] = 1; choice[i] < len(sorted[i]); choice[i]++ {
				out = append(out, text())
			}
			choice[i] = 0
		}
		return out
	}
	for i := 0; i < len(choice); { // as one counts, the first site's reading fastest
		if choice[i]++; choice[i] < len(sorted[i]) {
			out = append(out, text())
			i = 0
			continue
		}
		choice[i] = 0
		i++
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
