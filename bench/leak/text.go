package leak

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a run of bytes.
type span struct{ start, end int }

// enumerator is what numbers or bullets a paragraph at the start of a line.
var enumerator = regexp.MustCompile(`(?m)^[ \t]*(?:\d{1,3}[.)]|\([a-z0-9]{1,3}\)|[–—•*-])[ \t]+`)

// words returns the words of text as a person counts them: what stands
// between spaces and has a letter or digit, paragraph numbers left out.
func words(text string) []span {
	var out []span
	skip := enumerator.FindAllStringIndex(text, -1)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			i += n
			continue
		}
		s := span{i, i}
		real := false
		for i < len(text) {
			r, n = utf8.DecodeRuneInString(text[i:])
			if unicode.IsSpace(r) {
				break
			}
			real = real || unicode.IsLetter(r) || unicode.IsDigit(r)
			i += n
		}
		s.end = i
		for len(skip) > 0 && skip[0][1] <= s.start {
			skip = skip[1:]
		}
		if real && (len(skip) == 0 || s.start < skip[0][0]) {
			out = append(out, s)
		}
	}
	return out
}

// core returns the part of a word between its leading and trailing marks.
func core(word string) (before, mid, after string) {
	mid = strings.TrimLeftFunc(word, notWord)
	before = word[:len(word)-len(mid)]
	mid = strings.TrimRightFunc(mid, notWord)
	return before, mid, word[len(before)+len(mid):]
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

// sentenceEnd matches what may end a sentence, with the space behind it.
var sentenceEnd = regexp.MustCompile(`[.?!…][”’"')\]]*[ \t]+|\s*\n\s*`)

// numbered are words whose final point ends no sentence before a figure.
var numbered = map[string]bool{"no": true, "nos": true, "art": true, "para": true, "paras": true}

// abbreviated are words whose final point ends no sentence.
var abbreviated = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "st": true, "gen": true, "col": true,
	"capt": true, "lt": true, "sgt": true, "prof": true, "sen": true, "rev": true, "jr": true, "vs": true,
	"cf": true, "approx": true, "dept": true, "govt": true, "etc": true, "hon": true,
}

// sentences returns the sentences of text without the space around them and
// without paragraph numbers before them.
func sentences(text string) []span {
	var out []span
	start := 0
	add := func(end int) {
		s := span{start, end}
		if e := enumerator.FindStringIndex(text[s.start:s.end]); e != nil && e[0] == 0 && lineStart(text, s.start) {
			s.start += e[1]
		}
		for s.start < s.end && asciiSpace(text[s.start]) {
			s.start++
		}
		for s.end > s.start && asciiSpace(text[s.end-1]) {
			s.end--
		}
		if s.start < s.end {
			out = append(out, s)
		}
		start = end
	}
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		if strings.Contains(text[m[0]:m[1]], "\n") || endsHere(text, start, m) {
			add(m[1])
		}
	}
	add(len(text))
	return out
}

func lineStart(text string, i int) bool {
	return i == 0 || strings.HasSuffix(strings.TrimRight(text[:i], " \t"), "\n")
}

func asciiSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// endsHere reports whether the mark at m ends the sentence begun at start:
// not after an abbreviation, an initial or a paragraph number, and not before
// a small letter.
func endsHere(text string, start int, m []int) bool {
	next, _ := utf8.DecodeRuneInString(text[m[1]:])
	if unicode.IsLower(next) {
		return false
	}
	if text[m[0]] != '.' {
		return true
	}
	last := text[start:m[0]]
	if i := strings.LastIndexFunc(last, unicode.IsSpace); i >= 0 {
		last = last[i+1:]
	} else if lineStart(text, start) && strings.Trim(last, "0123456789") == "" {
		return false
	}
	_, mid, _ := core(last)
	mid = strings.ToLower(mid)
	return utf8.RuneCountInString(mid) != 1 && !abbreviated[mid] && !(numbered[mid] && unicode.IsDigit(next))
}

// matchCase gives word the capital that like begins with.
func matchCase(word, like string) string {
	r, _ := utf8.DecodeRuneInString(like)
	if unicode.IsUpper(r) {
		return upperFirst(word)
	}
	return word
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// clean makes text UTF-8.
func clean(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
