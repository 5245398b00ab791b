package leak

// Cut is a contiguous piece of a copy.
type Cut struct {
	Text       string
	Start, End int // bytes of the copy
	Words      int // as a person counts them: between spaces, paragraph numbers left out
}

// Excerpt cuts exactly n words out of a copy, three times in four from the
// start of a sentence and otherwise from any word. It reports false when the
// copy has fewer than n words.
func Excerpt(copyText string, n int, r *Rand) (Cut, bool) {
	w := words(copyText)
	if n < 1 || len(w) < n {
		return Cut{}, false
	}
	first := r.N(len(w) - n + 1)
	if r.Chance(3, 4) {
		if starts := sentenceStarts(copyText, w, n); len(starts) > 0 {
			first = starts[r.N(len(starts))]
		}
	}
	return cut(copyText, w, first, first+n), true
}

// Sentences cuts a run of whole sentences of at least n words out of a copy,
// as few sentences as reach n. It reports false when no run does.
func Sentences(copyText string, n int, r *Rand) (Cut, bool) {
	w := words(copyText)
	starts := sentenceStarts(copyText, w, n)
	if len(starts) == 0 {
		return Cut{}, false
	}
	first := starts[r.N(len(starts))]
	last := len(w)
	for _, s := range sentences(copyText) {
		if s.end >= w[first+n-1].end {
			for last > first+n && w[last-1].start >= s.end {
				last--
			}
			break
		}
	}
	return cut(copyText, w, first, last), true
}

func cut(text string, w []span, first, last int) Cut {
	start, end := w[first].start, w[last-1].end
	return Cut{text[start:end], start, end, last - first}
}

// sentenceStarts returns the words that begin a sentence and have n-1 words
// behind them.
func sentenceStarts(text string, w []span, n int) []int {
	if n < 1 {
		return nil
	}
	var out []int
	i := 0
	for _, s := range sentences(text) {
		for i < len(w) && w[i].start < s.start {
			i++
		}
		if i+n > len(w) {
			break
		}
		if w[i].start < s.end && (len(out) == 0 || out[len(out)-1] != i) {
			out = append(out, i)
		}
	}
	return out
}
