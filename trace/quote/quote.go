// Package quote says what in an exhibit may be quotation: the runs between
// quotation marks, and the runs between those.
package quote

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Passage is a byte span of an exhibit's text.
type Passage struct {
	Start, End int
	Quoted     bool // between quotation marks, the marks included, or in a block quotation
}

// Passages cuts text into quoted and unquoted runs. They tile the text in
// order: the first starts at 0, each starts where the one before it ended, the
// last ends with the text, and none is empty. Paragraphs end at blank lines.
//
// A quotation goes on into the next paragraph when that opens with a mark of
// the same kind; one that is never closed ends with its paragraph. Quotations
// inside a quotation belong to it. The spans blocks, ascending and apart, are
// quoted whatever marks they hold; a span out of order or range is ignored.
func Passages(text string, blocks ...[2]int) []Passage {
	var quoted [][2]int
	at := 0
	for _, b := range blocks {
		if b[0] < at || b[1] <= b[0] || b[1] > len(text) {
			continue
		}
		quoted = scan(text, at, b[0], quoted)
		quoted = append(quoted, b)
		at = b[1]
	}
	quoted = scan(text, at, len(text), quoted)

	var out []Passage
	at = 0
	for _, q := range quoted {
		if at < q[0] {
			out = append(out, Passage{at, q[0], false})
		}
		out = append(out, Passage{q[0], q[1], true})
		at = q[1]
	}
	if at < len(text) {
		out = append(out, Passage{at, len(text), false})
	}
	return out
}

// scan appends the quotations of text[from:to].
func scan(text string, from, to int, quoted [][2]int) [][2]int {
	start, last := -1, from // an open quotation's start; the end of the paragraph before
	var opener rune
	for _, p := range paragraphs(text, from, to) {
		s := marks{text: text[:p[1]], from: p[0]}
		at := p[0]
		if start >= 0 {
			r, n := utf8.DecodeRuneInString(s.text[at:])
			if !sameKind(opener, r) {
				quoted = append(quoted, [2]int{start, last})
				start = -1
			} else {
				opener = r
				at += n
			}
		}
		for {
			if start < 0 {
				start, opener = s.open(at)
				if start < 0 {
					break
				}
				at = start + utf8.RuneLen(opener)
			}
			end := s.shut(at, opener)
			if end < 0 {
				break
			}
			quoted = append(quoted, [2]int{start, end})
			start, at = -1, end
		}
		last = p[1]
	}
	if start >= 0 {
		quoted = append(quoted, [2]int{start, last})
	}
	return quoted
}

// paragraphs returns the spans between blank lines, without the white space
// around them.
func paragraphs(text string, from, to int) [][2]int {
	var out [][2]int
	start, end := -1, from
	for at := from; at < to; {
		stop := to
		if i := strings.IndexByte(text[at:to], '\n'); i >= 0 {
			stop = at + i + 1
		}
		line := text[at:stop]
		if trimmed := strings.TrimLeftFunc(line, unicode.IsSpace); trimmed != "" {
			if start < 0 {
				start = stop - len(trimmed)
			}
			end = at + len(strings.TrimRightFunc(line, unicode.IsSpace))
		} else if start >= 0 {
			out = append(out, [2]int{start, end})
			start = -1
		}
		at = stop
	}
	if start >= 0 {
		out = append(out, [2]int{start, end})
	}
	return out
}

// marks finds quotation marks in one paragraph, text[from:].
type marks struct {
	text string
	from int
}

func (s marks) before(i int) rune {
	if i <= s.from {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s.text[:i])
	return r
}

func (s marks) after(i int) rune {
	if i >= len(s.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	return r
}

// open returns the place of the first mark from at that opens a quotation, or
// -1.
func (s marks) open(at int) (int, rune) {
	for i, r := range s.text[at:] {
		if strings.ContainsRune("“„‟\"«»‹›‘‚'”", r) && s.opens(at+i, r) {
			return at + i, r
		}
	}
	return -1, 0
}

// opens reports whether the mark r at i opens a quotation, when none is open.
func (s marks) opens(i int, r rune) bool {
	prev, next := s.before(i), s.after(i+utf8.RuneLen(r))
	starts := boundary(prev) && !unicode.IsSpace(next) && next != 0
	switch r {
	case '“', '„', '‟':
		return !wordish(prev) || wordish(next)
	case '«', '‹':
		return !wordish(prev) && next != 0
	case '»', '›', '”':
		return boundary(prev) && wordish(next)
	case '"':
		return starts || strings.ContainsRune(":;,.", prev) && wordish(next)
	case '‚':
		return boundary(prev) && (wordish(next) || isMark(next))
	}
	// ‘ and ' are apostrophes too
	if !starts || s.elision(i+utf8.RuneLen(r)) {
		return false
	}
	return r == '‘' || s.shut(i+1, r) >= 0
}

// shut returns the end of the mark that closes a quotation opened by opener,
// looking from at, or -1 when the paragraph has none.
func (s marks) shut(at int, opener rune) int {
	switch opener {
	case '“', '‟':
		if end := s.nested(at, opener, '”'); end >= 0 {
			return end
		}
		return s.straight(at)
	case '„':
		return s.first(at, "“”")
	case '”':
		return s.first(at, "”")
	case '"':
		if end := s.straight(at); end >= 0 {
			return end
		}
		return s.first(at, "”")
	case '«':
		return s.nested(at, '«', '»')
	case '‹':
		return s.nested(at, '‹', '›')
	case '»':
		return s.first(at, "«")
	case '›':
		return s.first(at, "‹")
	case '‚':
		return s.first(at, "‘’")
	}
	return s.single(at)
}

func (s marks) first(at int, closers string) int {
	for i, r := range s.text[at:] {
		if strings.ContainsRune(closers, r) {
			return at + i + utf8.RuneLen(r)
		}
	}
	return -1
}

// reach is how many bytes are looked at to tell pairs of marks, and
// apostrophes from marks: more than any quotation within one paragraph, and
// little enough that a hostile page costs no time.
const reach = 1 << 13

func (s marks) ahead(at int) string { return s.text[at:min(at+reach, len(s.text))] }

// nested finds the closer of an opening mark, passing over pairs inside. When
// some opener inside has no closer, pairs cannot be told: then the first
// closer counts.
func (s marks) nested(at int, open, shut rune) int {
	depth := 1
	for i, r := range s.ahead(at) {
		switch r {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return at + i + utf8.RuneLen(r)
			}
		}
	}
	return s.first(at, string(shut))
}

// straight finds a straight double mark that closes.
func (s marks) straight(at int) int {
	for i, r := range s.text[at:] {
		if r == '"' && !(boundary(s.before(at+i)) && wordish(s.after(at+i+1))) {
			return at + i + 1
		}
	}
	return -1
}

// single finds the ’ or ' that closes a quotation, and not one that is an
// apostrophe: not inside a word, and not after a plural possessive unless no
// better one comes before the next quotation opens.
func (s marks) single(at int) int {
	possessive := -1
	for i, r := range s.ahead(at) {
		i += at
		if r != '’' && r != '\'' && r != '‘' {
			continue
		}
		prev, end := s.before(i), i+utf8.RuneLen(r)
		next := s.after(end)
		switch {
		case boundary(prev) && prev != '”' || i == at: // opens, or stands alone
			if possessive >= 0 && wordish(next) && !s.elision(end) {
				return possessive
			}
		case r == '‘' || wordish(next): // inside a word
		case (prev == 's' || prev == 'S' || prev == 'z') && s.goesOn(end):
			if possessive < 0 {
				possessive = end
			}
		default:
			return end
		}
	}
	return possessive
}

// goesOn reports whether a space and a small letter follow at i.
func (s marks) goesOn(i int) bool {
	rest := s.text[i:]
	trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
	r, _ := utf8.DecodeRuneInString(trimmed)
	return len(trimmed) < len(rest) && unicode.IsLower(r)
}

// elisions are the words that begin with an apostrophe.
var elisions = []string{"em", "tis", "twas", "til", "till", "cause", "bout", "round", "n", "s"}

// elision reports whether the word at i is one whose first letters were left
// out, or a year such as ’90s.
func (s marks) elision(i int) bool {
	j := i
	for j < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[j:])
		if !wordish(r) {
			break
		}
		j += n
	}
	word := strings.ToLower(s.text[i:j])
	if len(word) >= 2 && len(word) <= 3 && word[0] >= '0' && word[0] <= '9' && word[1] >= '0' && word[1] <= '9' {
		next := s.after(j)
		return len(word) == 3 && word[2] == 's' || len(word) == 2 && next != '’' && next != '\''
	}
	return slices.Contains(elisions, word)
}

// sameKind reports whether r may open the next paragraph of a quotation that
// opener began.
func sameKind(opener, r rune) bool {
	const kinds = "“‟”\"„|‘'’‚|«»|‹›"
	for kind := range strings.SplitSeq(kinds, "|") {
		if strings.ContainsRune(kind, opener) {
			return strings.ContainsRune(kind, r)
		}
	}
	return false
}

func wordish(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isMark(r rune) bool { return strings.ContainsRune("“”\"‘’'«»‹›„‚", r) }

// boundary reports whether a quotation may open after r; 0 is the paragraph's
// start.
func boundary(r rune) bool {
	return r == 0 || unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Ps, r) ||
		strings.ContainsRune("/“‘„‚\"'«‹…", r)
}
