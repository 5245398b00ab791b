package leak

import (
	"strings"
	"unicode"
)

// Retype gives what somebody types who reads the text off a page: straight
// quotation marks, hyphens for dashes, no line breaks, single spaces, nothing
// invisible, and a slip of the finger in about one word in three hundred (one
// in 150 is tried; short words are safe); one optional comma in twenty is lost
// and one in thirty put in.
func Retype(text string, r *Rand) string {
	dash := []string{" - ", "-", " -- "}[r.N(3)]
	var b strings.Builder
	for _, c := range clean(text) {
		switch {
		case strings.ContainsRune("‘’‚‛′", c):
			b.WriteByte('\'')
		case strings.ContainsRune("“”„‟«»", c):
			b.WriteByte('"')
		case c == '–' || c == '—' || c == '―':
			b.WriteString(dash)
		case c == '‐' || c == '‑' || c == '−':
			b.WriteByte('-')
		case c == '…':
			b.WriteString("...")
		case unicode.IsSpace(c):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Cc, c) || (c >= 0xFE00 && c <= 0xFE0F):
		default:
			b.WriteRune(c)
		}
	}
	out := strings.Fields(b.String())
	for i, w := range out {
		if r.Chance(1, 150) {
			out[i] = slip(w, r)
		}
	}
	return typist.commas(strings.Join(out, " "), r)
}

// keys are the rows of the keyboard: a slip hits the key beside.
const keys = "qwertyuiop asdfghjkl zxcvbnm"

// slip mistypes one letter inside a word: swapped with the next, left out,
// doubled, or the key beside it. Words of fewer than four letters are safe.
func slip(word string, r *Rand) string {
	w := []rune(word)
	var at []int
	for i := 1; i+1 < len(w); i++ {
		if unicode.IsLetter(w[i]) && unicode.IsLetter(w[i+1]) {
			at = append(at, i)
		}
	}
	if len(at) < 2 {
		return word
	}
	i := at[r.N(len(at))]
	switch r.N(4) {
	case 0:
		w[i], w[i+1] = w[i+1], w[i]
	case 1:
		w = append(w[:i:i], w[i+1:]...)
	case 2:
		w = append(w[:i+1:i+1], w[i:]...)
	default:
		if k := strings.IndexRune(keys, w[i]); k > 0 && keys[k-1] != ' ' {
			w[i] = rune(keys[k-1])
		} else {
			w = append(w[:i:i], w[i+1:]...)
		}
	}
	return string(w)
}
