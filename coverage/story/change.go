package story

import (
	"strings"

	"frank/prose"
)

// Change is a difference between one version of an article and the next.
type Change struct {
	Kind   string `json:"kind"`   // "added", "removed" or "reworded"
	Before string `json:"before"` // a sentence; "" where added
	After  string `json:"after"`  // a sentence; "" where removed
}

// maxSentences bounds the comparison of two versions.
const maxSentences = 1500

// changes lists what is different between two texts, sentence by sentence, in
// the order of the later one.
func changes(before, after string) []Change {
	a, b := cutUp(before), cutUp(after)
	// the longest common subsequence, from the end
	best := make([][]int16, len(a)+1)
	for i := range best {
		best[i] = make([]int16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if a[i].key == b[j].key {
				best[i][j] = best[i+1][j+1] + 1
			}
		}
	}
	var out []Change
	var gone, come []sentence
	flush := func() {
		out = append(out, pairUp(gone, come)...)
		gone, come = nil, nil
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i].key == b[j].key:
			flush()
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && best[i+1][j] >= best[i][j+1]:
			gone = append(gone, a[i])
			i++
		default:
			come = append(come, b[j])
			j++
		}
	}
	flush()
	return out
}

type sentence struct {
	text, key string
	content   []string
}

func cutUp(text string) []sentence {
	var out []sentence
	for _, s := range prose.Sentences(text) {
		t := strings.Join(strings.Fields(text[s.Start:s.End]), " ")
		var key []string
		for _, w := range prose.Tokens(t) {
			if w.Class != prose.Quote {
				key = append(key, w.Norm)
			}
		}
		if out = append(out, sentence{t, strings.Join(key, " "), content(t)}); len(out) == maxSentences {
			break
		}
	}
	return out
}

// pairUp takes sentences that went and sentences that came at one place: those
// alike in at least half their words are one sentence, reworded.
func pairUp(gone, come []sentence) []Change {
	used := make([]bool, len(come))
	var removed []Change
	with := make([]int, len(gone))
	for i, g := range gone {
		with[i] = -1
		most := 0
		for j, c := range come {
			if n := shared(g.content, c.content); !used[j] && n > most && n*2 >= min(len(g.content), len(c.content)) {
				most, with[i] = n, j
			}
		}
		if with[i] >= 0 {
			used[with[i]] = true
		} else {
			removed = append(removed, Change{"removed", g.text, ""})
		}
	}
	out := removed
	for j, c := range come {
		kind, before := "added", ""
		for i := range gone {
			if with[i] == j {
				kind, before = "reworded", gone[i].text
			}
		}
		out = append(out, Change{kind, before, c.text})
	}
	return out
}

// small words say nothing of what a sentence is about.
var small = words(`the a an of in to and for on at by with from as that this it its is was are were be been has have had he she they his her their
which who not but or if when after before than then there into over about also will would could should said says say told i we you our your
more most some all any no so up out one two would do did does just only very can may might must being because while during between through`)

// content returns the different words of a text that say what it is about, in
// their order.
func content(text string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range norms(text) {
		if !small[w] && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func shared(a, b []string) int {
	in := map[string]bool{}
	for _, w := range a {
		in[w] = true
	}
	n := 0
	for _, w := range b {
		if in[w] {
			n++
		}
	}
	return n
}
