// Package fit says how likely a wording is to be right at a place of a text: a
// small network over word vectors, the classes of the words around, and what
// readers said of the same wording elsewhere. It counts in whole numbers, so
// that it says the same on every machine.
//
// The model is trained by bench/teach on labelled places; the vectors derive
// from GloVe (Pennington, Socher and Manning 2014).
package fit

import (
	"strings"

	"frank/prose/wordclass"
)

// Names of the words whose vectors are looked at, in the order of Place.Near:
// the neighbours, and the next noun on either side.
var Near = [...]string{"-2", "-1", "+1", "+2", "-n", "+n"}

// Names of what is seen at a place and counted for each wording.
var Seen = [...]string{"is", "-1", "+1", "-1c", "+1c", "-2c", "+2c", "in", "at", "-k", "+k", "-nk", "+nk"}

// Place is what surrounds the words that a wording may replace.
type Place struct {
	Own   []string           // the words, in small letters
	Near  [len(Near)]string  // "" where there is none
	Class [5]wordclass.Class // of the last own word, and of the words -1, +1, -2, +2
	Value [len(Seen)]string  // "" where nothing is seen
}

// Lesson is what readers said of one wording, in 1/16 of a logarithm of odds.
type Lesson struct {
	Share    int            // how often it was right
	Strength map[string]int // name=value: how much oftener where this is seen
}

// Sizes of the network.
const (
	Dim     = 64 // of a vector
	Hidden  = 32
	base    = 1 + len(Seen)
	perWord = Dim + 3
	onehot  = 5 * int(wordclass.Count)
	Inputs  = base + onehot + 2*Dim + len(Near)*perWord
)

// one is 1 in inputs and weights.
const one = 1 << 10

// Input returns what the network is given, in 1/1024.
func (m *Model) Input(p *Place, written []string, l *Lesson, x []int32) []int32 {
	x = append(x[:0], int32(clip(l.Share*one/32)))
	for k, v := range p.Value {
		s := 0
		if v != "" {
			s = l.Strength[Seen[k]+"="+v]
		}
		x = append(x, int32(clip(s*one/32)))
	}
	for _, c := range p.Class {
		for k := range int(wordclass.Count) {
			if int(c) == k {
				x = append(x, one)
			} else {
				x = append(x, 0)
			}
		}
	}
	var own, new [Dim]int32
	m.mean(p.Own, &own)
	m.mean(written, &new)
	for _, v := range own {
		x = append(x, v*2)
	}
	for _, v := range new {
		x = append(x, v*2)
	}
	for _, w := range p.Near {
		var v [Dim]int32
		m.mean([]string{w}, &v)
		a, b := int64(0), int64(0)
		for k, q := range v {
			x = append(x, q*2)
			a += int64(q) * int64(new[k])
			b += int64(q) * int64(own[k])
		}
		x = append(x, int32(a*2/one), int32(b*2/one), int32((a-b)*4/one))
	}
	return x
}

func clip(n int) int { return max(-4*one, min(4*one, n)) }

// mean adds up the vectors of words that have one, grammar left out unless it
// is all there is, over their number.
func (m *Model) mean(words []string, out *[Dim]int32) {
	n := int32(0)
	for _, w := range words {
		at, ok := m.index[w]
		if !ok || len(words) > 1 && small(w) {
			continue
		}
		n++
		for k, q := range m.vectors[at*Dim : (at+1)*Dim] {
			out[k] += int32(q) * (one / 128)
		}
	}
	for k := range out {
		if n > 1 {
			out[k] /= n
		}
	}
}

func small(w string) bool {
	return strings.Contains(" the of and to a an in that is was for it with as his on be at by had not are but from or have they which were their been has will so up out ", " "+w+" ")
}

// Score returns how sure the network is that the wording is right, as a
// logarithm of odds in 1/1024.
func (m *Model) Score(x []int32) int64 {
	z := int64(m.bias) * one
	for k, s := range m.skip {
		z += int64(s) * int64(x[k])
	}
	var h [Hidden]int64
	for j, b := range m.b1 {
		h[j] = int64(b) * one
	}
	for i, v := range x {
		if v == 0 {
			continue
		}
		row := m.w1[i*Hidden : (i+1)*Hidden]
		for j := range h {
			h[j] += int64(v) * int64(row[j])
		}
	}
	for j, w := range m.w2 {
		if h[j] > 0 {
			z += h[j] / one * int64(w)
		}
	}
	return z / one
}

// Alike returns how alike two words are, as a cosine in 1/100; not ok for a
// word that has no vector.
func (m *Model) Alike(a, b string) (int, bool) {
	i, ok1 := m.index[a]
	j, ok2 := m.index[b]
	if !ok1 || !ok2 {
		return 0, false
	}
	s := 0
	for k, v := range m.vectors[i*Dim : (i+1)*Dim] {
		s += int(v) * int(m.vectors[j*Dim+k])
	}
	return s * 100 / (128 * 128), true
}
