package corpus

import (
	"math"
	"math/rand/v2"
	"strings"

	"frank"
	"frank/codebook"
	"frank/prose"
	"frank/variant"
)

// Stretch chooses sentences of a text that follow one another, of so many words
// and less than twice as many; ok is false if the text is too short.
func Stretch(text string, words int, r *rand.Rand) (from, to int, ok bool) {
	sentences := prose.Sentences(text)
	for range 20 {
		k := r.IntN(len(sentences) + 1)
		n, end := 0, k
		for end < len(sentences) && n < words {
			n += len(prose.Words(text[sentences[end].Start:sentences[end].End]))
			end++
		}
		if n >= words && n < 2*words {
			return sentences[k].Start, sentences[end-1].End, true
		}
	}
	return 0, 0, false
}

// Drawn is text[from:to] of a copy of the whole text: its sites are those that the
// program proposes, drawn by the laws copies are drawn by, and show is what stands
// for a site that has this reading.
func Drawn(text string, from, to int, r *rand.Rand, show func(s frank.Site, reading int) string) (string, error) {
	m, err := variant.Propose(text, variant.ProposeOptions{}).Master()
	if err != nil {
		return "", err
	}
	reading := make([]int, len(m.Sites))
	for _, u := range m.Units {
		var key frank.Secret
		for k := range key {
			key[k] = byte(r.Uint32())
		}
		var joint [1]uint16
		codebook.Draw(key, u.Law, 1, joint[:])
		for k, s := range u.Sites {
			reading[s] = u.Joint[joint[0]][k]
		}
	}
	var out strings.Builder
	at := from
	for k, s := range m.Sites {
		if s.Start < from || s.End > to {
			continue
		}
		out.WriteString(m.Text[at:s.Start])
		out.WriteString(show(s, reading[k]))
		at = s.End
	}
	out.WriteString(m.Text[at:to])
	return out.String(), nil
}

// Bits returns the entropy of a law.
func Bits(law []uint64) float64 {
	h := 0.0
	for _, w := range law {
		p := float64(w) / frank.LawScale
		h -= p * math.Log2(p)
	}
	return h
}
