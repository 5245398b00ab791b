package leak

import (
	_ "embed"
	"strings"
)

//go:embed near.txt
var nearText string

// near holds, for a word, the words of like meaning beside it in near.txt.
var near = func() map[string][]string {
	m := make(map[string][]string)
	for line := range strings.Lines(nearText) {
		group := strings.Fields(line)
		if len(group) == 0 || group[0] == "#" {
			continue
		}
		for i, w := range group {
			for j, v := range group {
				if i != j {
					m[w] = append(m[w], v)
				}
			}
		}
	}
	return m
}()

// Edit changes percent of the words of text, each once: half of them replaced
// (by a word of like meaning where one is known, else by any word), a fifth
// left out, a fifth given a new word in front, a tenth exchanged with the word
// behind. The number of edits is the percentage rounded up or down at random.
// Optional commas are moved as well: twice as many in sixty as words in a
// hundred, up to a third.
func Edit(text string, percent int, with *Material, r *Rand) string {
	text = clean(text)
	w := words(text)
	edits := min(r.Count(len(w)*percent, 100), len(w))
	chosen := make([]bool, len(w))
	for _, i := range r.Perm(len(w))[:edits] {
		chosen[i] = true
	}
	var b strings.Builder
	at := 0
	for i := 0; i < len(w); i++ {
		if !chosen[i] {
			continue
		}
		word := text[w[i].start:w[i].end]
		before, mid, after := core(word)
		gap := text[at:w[i].start]
		at = w[i].end
		k := r.N(10)
		if k == 5 || k == 6 { // the marks of a word left out go to the word before
			gap = strings.TrimRight(gap, " ")
		}
		b.WriteString(gap)
		switch {
		case k < 5 || len(w) == 1:
			b.WriteString(before + matchCase(with.instead(mid, r), mid) + after)
		case k < 7:
			if before != "" {
				b.WriteString(" ")
			}
			b.WriteString(before + after)
		case k < 9:
			b.WriteString(before + matchCase(with.word(r), mid) + " " + mid + after)
		case i+1 < len(w) && !chosen[i+1]:
			nb, nm, na := core(text[w[i+1].start:w[i+1].end])
			b.WriteString(before + matchCase(nm, mid) + after + text[w[i].end:w[i+1].start] + nb + matchCase(mid, nm) + na)
			at = w[i+1].end
			i++
		default:
			b.WriteString(before + matchCase(with.instead(mid, r), mid) + after)
		}
	}
	b.WriteString(text[at:])
	return editor(percent).commas(b.String(), r)
}

// instead returns a word to stand where word stood, and never word itself if
// there is any other.
func (m *Material) instead(word string, r *Rand) string {
	low := strings.ToLower(word)
	if n := near[low]; len(n) > 0 {
		return n[r.N(len(n))]
	}
	for range 8 {
		if w := m.word(r); w != low {
			return w
		}
	}
	return "thing"
}
