package corpus

import (
	"math/rand/v2"
	"strings"

	"frank"
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
		joint := u.Joint[r.IntN(len(u.Joint))]
		for k, s := range u.Sites {
			reading[s] = joint[k]
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
