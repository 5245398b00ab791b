// Package prose cuts text into words and sentences with stable byte offsets,
// and gives words a normal form for comparing what was issued with what was
// printed. It never changes a text.
package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Class says what a token is.
type Class uint8

const (
	Word     Class = iota // letters and digits, with inner apostrophes, points and commas: don't, U.K., 1,000
	Mark                  // one punctuation mark or symbol
	Quote                 // a quotation mark (not an apostrophe inside a word)
	Ellipsis              // … or two and more points, spaced or not
)

// Token is a word or a mark of a text.
type Token struct {
	Start, End int // bytes
	Class      Class
	Norm       string // comparison form: see [Normal]; for marks, one ASCII stand-in
}

// Tokens returns the words and marks of text in order. White space and
// invisible characters are between tokens, never in them.
func Tokens(text string) []Token {
	out := make([]Token, 0, len(text)/5+1)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case isWordRune(r):
			j := wordEnd(text, i)
			out = append(out, Token{i, j, Word, Normal(text[i:j])})
			i = j
		case unicode.IsSpace(r) || invisible(r):
			i += n
		case r == '…':
			out = append(out, Token{i, i + n, Ellipsis, "…"})
			i += n
		case r == '.' && ellipsisEnd(text, i) > 0:
			j := ellipsisEnd(text, i)
			out = append(out, Token{i, j, Ellipsis, "…"})
			i = j
		case isQuote(r):
			out = append(out, Token{i, i + n, Quote, quoteNorm(r)})
			i += n
		default:
			out = append(out, Token{i, i + n, Mark, markNorm(r, text[i:i+n])})
			i += n
		}
	}
	return out
}

// Words returns only the words of text.
func Words(text string) []Token {
	all := Tokens(text)
	out := all[:0]
	for _, t := range all {
		if t.Class == Word {
			out = append(out, t)
		}
	}
	return out
}

// wordEnd returns the end of the word that starts at i. Inside a word stand
// apostrophes between letters, points between single letters (U.K.), and
// points or commas between digits.
func wordEnd(text string, i int) int {
	start := i
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if isWordRune(r) || (i > start && invisible(r) && n > 1 && joins(text, i+n)) {
			i += n
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[i+n:])
		prev, _ := utf8.DecodeLastRuneInString(text[start:i])
		switch {
		case isApostrophe(r) && unicode.IsLetter(prev) && unicode.IsLetter(next):
		case (r == '.' || r == ',') && unicode.IsDigit(prev) && unicode.IsDigit(next):
		case r == '.' && initials(text[start:i]) && unicode.IsLetter(next) && singleLetter(text, i+n):
		case r == '.' && initials(text[start:i]) && i-start > 1: // the last point of U.K.
			return i + n
		default:
			return i
		}
		i += n
	}
	return i
}

// initials reports whether s is one letter, or letters each after a point.
func initials(s string) bool {
	letter := true
	for _, r := range s {
		if letter != unicode.IsLetter(r) || (!letter && r != '.') {
			return false
		}
		letter = !letter
	}
	return !letter && s != ""
}

// singleLetter reports whether one letter stands at i with a point behind it.
func singleLetter(text string, i int) bool {
	_, n := utf8.DecodeRuneInString(text[i:])
	return i+n < len(text) && text[i+n] == '.'
}

func joins(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return isWordRune(r)
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '‘' }

// invisible reports characters that leave no ink: soft hyphens, joiners,
// direction marks. Frank never writes them and never reads them.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) || (r >= 0xFE00 && r <= 0xFE0F)
}

func isQuote(r rune) bool { return strings.ContainsRune("\"'“”„‟‘’‚‛«»‹›", r) }

func quoteNorm(r rune) string {
	if strings.ContainsRune("'‘’‚‛‹›", r) {
		return "'"
	}
	return "\""
}

func markNorm(r rune, s string) string {
	switch {
	case unicode.Is(unicode.Pd, r) || r == '−':
		return "-"
	case r < utf8.RuneSelf:
		return s
	}
	return norm.NFKC.String(s)
}

// ellipsisEnd returns the end of two or more points, spaced or not, that start
// at i, or 0.
func ellipsisEnd(text string, i int) int {
	points, end := 0, 0
	for j := i; j < len(text); j++ {
		if text[j] == '.' {
			points++
			end = j + 1
		} else if text[j] != ' ' {
			break
		}
	}
	if points < 2 {
		return 0
	}
	return end
}

// Normal returns the form of a word in which two printings of it are equal
// when only type differs: lower case, compatibility forms folded, accents and
// invisible characters dropped, apostrophes straight, no final point. Spelling
// is kept: it can be a site.
func Normal(word string) string {
	ascii := true
	for i := 0; i < len(word); i++ {
		if word[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.TrimSuffix(strings.ToLower(word), ".")
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(word) {
		switch {
		case unicode.IsMark(r) || invisible(r):
		case isApostrophe(r):
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.TrimSuffix(b.String(), ".")
}
