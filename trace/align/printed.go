package align

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"frank/prose"
)

// token is a word or mark, of the dispatch or printed.
type token struct {
	start, end int // bytes of the text it stands in
	class      prose.Class
	norm       string
	shape      string // as written, but for type: what a capital or an accent shows in
	form       *form  // of a word
}

// item is a printed token with what an editor may have done to it.
type item struct {
	token
	other   *form // the word without the letters in [brackets]; nil when there are none
	bracket bool  // inside [brackets]
	capital bool  // its capital is no evidence: a sentence may start here, or an editor set it
	skip    int32 // cost of printing it for nothing, when it is no plain word
	seam    bool  // a quotation mark or an ellipsis: the marks beside it are the newspaper's
}

// printedItems returns the tokens of text[from:to] as a newspaper means them.
func printedItems(text string, from, to int) []item {
	known := forms{}
	toks := tokens(text[from:to], from, known)
	var out []item
	bracketEnd := -1
	starts := true
	for i := 0; i < len(toks); {
		n, it := gather(toks, i, known)
		if toks[i].norm == "[" && n == 1 && i > bracketEnd {
			bracketEnd = matching(toks, i)
		}
		it.bracket = it.bracket || i <= bracketEnd
		it.capital = it.capital || starts || upper(it.shape)
		switch it.class {
		case prose.Word:
			starts = false
			if it.bracket {
				it.skip = bracketWord
			}
		case prose.Quote:
			starts, it.skip, it.seam = true, quoteEdit, true
		case prose.Ellipsis:
			starts, it.skip, it.seam = true, ellipsisEdit, true
		default:
			starts = starts || strings.Contains(".!?:;[](", it.norm)
			it.skip = markEdit
		}
		out = append(out, it)
		i += n
	}
	for i := range out { // “… inept,” he said: the comma is the newspaper's; and in “… inept”, he said
		if out[i].class == prose.Mark && (i+1 < len(out) && out[i+1].seam || i > 0 && out[i-1].seam && out[i].norm == ",") {
			out[i].skip = 0
		}
	}
	return out
}

// tokens returns prose's tokens with offsets from base, and with signs that
// stand for words as words.
func tokens(text string, base int, known forms) []token {
	raw := prose.Tokens(text)
	out := make([]token, len(raw))
	for i, t := range raw {
		if t.Class == prose.Mark && (t.Norm == "&" || t.Norm == "%") {
			t.Class = prose.Word
		}
		out[i] = token{t.Start + base, t.End + base, t.Class, t.Norm, shape(text[t.Start:t.End]), nil}
		if t.Class == prose.Word {
			out[i].form = known.of(t.Norm)
		}
	}
	return out
}

// gather returns the token at i, or the several tokens that an editor's
// brackets made of one: [...], [H]owever, minister[s].
func gather(toks []token, i int, known forms) (int, item) {
	t := toks[i]
	closing := map[string]string{"[": "]", "(": ")"}[t.norm]
	if closing != "" && i+2 < len(toks) && toks[i+1].class == prose.Ellipsis && toks[i+2].norm == closing {
		e := toks[i+1]
		e.start, e.end = t.start, toks[i+2].end
		return 3, item{token: e}
	}
	// touching tokens of the form word? [ word ] word?
	j := i
	var with, without strings.Builder
	if t.class == prose.Word {
		with.WriteString(t.norm)
		without.WriteString(t.norm)
		j++
	}
	if j+2 >= len(toks) || toks[j].norm != "[" || toks[j+1].class != prose.Word || toks[j+2].norm != "]" ||
		!touch(toks, i, j+2) {
		return 1, item{token: t}
	}
	with.WriteString(toks[j+1].norm)
	last := j + 2
	if last+1 < len(toks) && toks[last+1].class == prose.Word && touch(toks, last, last+1) {
		last++
		with.WriteString(toks[last].norm)
		without.WriteString(toks[last].norm)
	}
	if last-i < 3 {
		return 1, item{token: t} // [word] alone
	}
	t = token{t.start, toks[last].end, prose.Word, with.String(), with.String(), known.of(with.String())}
	it := item{token: t, capital: true}
	if i != j { // minister[s]: what the editor added may not have been there
		it.other = known.of(without.String())
	}
	return last - i + 1, it
}

func touch(toks []token, i, j int) bool {
	for ; i < j; i++ {
		if toks[i].end != toks[i+1].start {
			return false
		}
	}
	return true
}

// matching returns the index of the ] for the [ at i, or -1 when none is near.
func matching(toks []token, i int) int {
	for j := i + 1; j < len(toks) && j < i+60; j++ {
		switch toks[j].norm {
		case "]":
			return j
		case "[":
			return -1
		}
	}
	return -1
}

// shape folds what only type differs in: apostrophes, composition, invisible
// characters.
func shape(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r == '’' || r == 'ʼ' || r == '‘':
			return '\''
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r):
			return -1
		}
		return r
	}, s))
}

// upper reports whether s has two or more letters, all capitals.
func upper(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 1
}

// shapeEdit returns what the printed shape of a word says against the shape w
// of a reading's equal word.
func (it *item) shapeEdit(w string) int32 {
	switch {
	case it.shape == w:
		return 0
	case it.capital && strings.EqualFold(it.shape, w):
		return 0
	}
	return caseEdit
}
