package page

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence writes s as a sentence: a capital letter, and an end.
func sentence(s string) string {
	s = visible(strings.TrimSpace(s))
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	s = string(unicode.ToUpper(first)) + s[size:]
	if !strings.ContainsRune(".?!:;", rune(s[len(s)-1])) && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return s
}

// upper writes s with its first letter, which is ASCII, in upper case.
func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
