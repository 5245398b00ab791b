package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a range of bytes of a text.
type Span struct{ Start, End int }

// Paragraphs returns the runs of lines between blank lines, without the white
// space around them. Every character that is not space is in exactly one.
func Paragraphs(text string) []Span {
	var out []Span
	start := -1 // of the open paragraph
	end := 0    // after its last ink
	for at := 0; at < len(text); {
		line := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			line = at + n + 1
		}
		from, to := ink(text, at, line)
		if from == to { // blank: closes
			if start >= 0 {
				out = append(out, Span{start, end})
			}
			start = -1
		} else {
			if start < 0 {
				start = from
			}
			end = to
		}
		at = line
	}
	if start >= 0 {
		out = append(out, Span{start, end})
	}
	return out
}

// Sentences returns the sentences of text in order, without the white space
// around them. Every character that is not space is in exactly one. A sentence
// never crosses a blank line; the number of a numbered paragraph belongs to the
// sentence it introduces.
func Sentences(text string) []Span {
	var out []Span
	for _, p := range Paragraphs(text) {
		out = sentencesOf(out, text, p)
	}
	return out
}

func sentencesOf(out []Span, text string, p Span) []Span {
	start := p.Start
	cut := func(at int) {
		if from, to := ink(text, start, at); from < to {
			out = append(out, Span{from, to})
		}
		start = at
	}
	for i := p.Start; i < p.End; i++ {
		switch c := text[i]; {
		case c == '\n':
			if listItem(text[i+1 : p.End]) {
				cut(i)
			}
		case c == '.' || c == '!' || c == '?' || c == 0xE2 && strings.HasPrefix(text[i:], "…"):
			end := stopEnd(text, i, p.End)
			if end < p.End && closes(text, start, i, end, p.End) {
				cut(end)
			}
			i = end - 1
		}
	}
	cut(p.End)
	return out
}

// stopEnd returns the end of the full stops, spaced points and closing quotes
// and brackets that begin with the stop at i.
func stopEnd(text string, i, limit int) int {
	for i < limit {
		switch c := text[i]; {
		case c == '.' || c == '!' || c == '?' || c == ')' || c == ']' || c == '"' || c == '\'':
			i++
		case strings.HasPrefix(text[i:limit], "…") || strings.HasPrefix(text[i:limit], "’") || strings.HasPrefix(text[i:limit], "”"):
			i += len("…")
		case c == ' ' && i+1 < limit && text[i+1] == '.' && text[i-1] == '.': // . . .
			i++
		default:
			return i
		}
	}
	return i
}

// closes reports whether the stop at i, whose run ends at end, ends the
// sentence that began at start.
func closes(text string, start, i, end, limit int) bool {
	r, _ := utf8.DecodeRuneInString(text[end:])
	if !unicode.IsSpace(r) {
		return false // 4.52, U.K., example.org
	}
	next := strings.TrimLeftFunc(text[end:limit], unicode.IsSpace)
	lead := strings.TrimLeft(next, "\"'“‘([")
	r, _ = utf8.DecodeRuneInString(lead)
	if !unicode.IsUpper(r) && !unicode.IsDigit(r) && !unicode.IsTitle(r) && !listItem(next) {
		return false
	}
	if text[i] != '.' || end > i+1 && text[i+1] == '.' {
		return true
	}
	if before, _ := ink(text, start, i); numbering(text[before:i]) {
		return false // the number of a paragraph
	}
	word := lastWord(text[start:i])
	switch abbreviation(word) {
	case never:
		return false
	case beforeNumber:
		return !unicode.IsDigit(r)
	case perhaps:
		return starter(lead)
	}
	return true
}

const (
	always       = iota
	never        // a title or initial: a name follows
	beforeNumber // No. 5, para. 3
	perhaps      // can end a sentence or not
)

// abbreviation says what a point after word means.
func abbreviation(word string) int {
	if initials(word) {
		if len(word) == 1 {
			if word == "I" {
				return always
			}
			return never // J. A. Lyons
		}
		return perhaps // U.K., a.m.
	}
	switch strings.ToLower(word) {
	case "mr", "mrs", "ms", "messrs", "dr", "prof", "rev", "hon", "st", "gen", "col", "capt", "maj", "lt", "cdr", "adm", "sgt", "sir",
		"gov", "sen", "rep", "pres", "amb", "vs", "viz", "cf", "mme", "mlle", "mgr", "fr", "supt", "brig", "i.e", "e.g":
		return never
	case "no", "nos", "para", "paras", "p", "pp", "art", "arts", "sec", "secs", "ch", "vol", "vols", "fig", "figs", "ref", "tel", "ext",
		"cl", "sched", "approx", "ca", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec":
		return beforeNumber
	case "etc", "jr", "sr", "inc", "ltd", "co", "corp", "govt", "dept", "bros", "ph.d", "esq", "cwlth", "inst", "ult", "prox":
		return perhaps
	}
	return always
}

// lastWord returns the letters, points and digits that end s.
func lastWord(s string) string {
	i := len(s)
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if !isWordRune(r) && r != '.' || i < len(s)-16 {
			break
		}
		i -= n
	}
	return strings.TrimLeft(s[i:], ".")
}

// starter reports whether s begins with a word that opens sentences and is no
// name.
func starter(s string) bool {
	n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if n < 0 {
		n = len(s)
	}
	switch s[:n] {
	case "The", "A", "An", "This", "That", "These", "Those", "It", "He", "She", "We", "They", "You", "I", "In", "On", "At", "As", "For", "If",
		"But", "And", "However", "There", "Our", "His", "Their", "My", "When", "While", "Whilst", "After", "Before", "Since", "With", "To",
		"From", "By", "No", "Not", "Such", "Some", "Any", "Both", "Although", "Though", "What", "Who", "Where", "How", "Why", "Please":
		return true
	}
	return false
}

// numbering reports whether s, from the start of a sentence, is only the number
// or letter of a paragraph: 3, (3), iv, a.
func numbering(s string) bool {
	s = strings.TrimLeft(s, "([")
	s = strings.TrimSuffix(s, ")")
	if len(s) > 4 {
		return false
	}
	if s == "" {
		return true
	}
	if len(s) == 1 && s != "I" && unicode.IsLetter(rune(s[0])) {
		return true
	}
	digits, roman := true, true
	for i := 0; i < len(s); i++ {
		digits = digits && (s[i] >= '0' && s[i] <= '9' || s[i] == '.')
		roman = roman && strings.IndexByte("ivxIVX", s[i]) >= 0
	}
	return digits || roman && s != "I"
}

// listItem reports whether a line begins with a bullet or with numbering.
func listItem(line string) bool {
	if n := strings.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	line = strings.TrimLeft(line, " \t")
	for _, b := range []string{"- ", "* ", "• ", "– ", "— "} {
		if strings.HasPrefix(line, b) {
			return true
		}
	}
	n := strings.IndexAny(line, ".)")
	return n > 0 && n < 6 && n+1 < len(line) && line[n+1] == ' ' && numbering(line[:n])
}

// ink returns the span between from and to without the white space around it.
func ink(text string, from, to int) (int, int) {
	for from < to {
		if text[from] > ' ' && text[from] < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(text[from:to])
		if !unicode.IsSpace(r) {
			break
		}
		from += n
	}
	for from < to {
		if text[to-1] > ' ' && text[to-1] < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeLastRuneInString(text[from:to])
		if !unicode.IsSpace(r) {
			break
		}
		to -= n
	}
	return from, to
}
