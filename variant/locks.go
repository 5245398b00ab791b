package variant

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank/prose"
)

// locked says why a span never varies.
type locked uint8

const (
	byAuthor  locked = iota + 1 // {!…}
	quotation                   // somebody else's words
	statute                     // the words are the law
	heading                     // headings, reference lines, headers, addresses
	name                        // names, titles, abbreviations
	figure                      // figures, dates, references
	negation
	operative // obligation, permission, undertaking
)

type lock struct {
	prose.Span
	why locked
}

// Locks returns the spans of text that are never varied, in order and without
// overlap: quotations, names, figures, dates and references, negation, legally
// operative words, headings and header lines, statutory text, addresses, and
// what the author wrote as {!…}.
func Locks(text string) []prose.Span {
	var all []prose.Span
	for _, l := range locks(text, prose.Tokens(text), prose.Sentences(text)) {
		all = append(all, l.Span)
	}
	slices.SortFunc(all, func(a, b prose.Span) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	var out []prose.Span
	for _, s := range all {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

func locks(text string, tok []prose.Token, sent []prose.Span) []lock {
	var out []lock
	for _, s := range authorLocks(text) {
		out = append(out, lock{s, byAuthor})
	}
	paras := prose.Paragraphs(text)
	for _, s := range quotations(text, paras) {
		out = append(out, lock{s, quotation})
	}
	for _, p := range paras {
		in := text[p.Start:p.End]
		switch {
		case strings.HasPrefix(in, ">") || strings.HasPrefix(text[lineStart(text, p.Start):p.Start], "    "):
			out = append(out, lock{p, quotation})
		case statutory(in):
			out = append(out, lock{p, statute})
		default:
			out = headings(out, text, p)
		}
	}
	return wordLocks(addresses(out, text), text, tok, sent)
}

// addresses locks what looks like an address of mail or of a page.
func addresses(out []lock, text string) []lock {
	for at := 0; at < len(text); {
		n := strings.IndexAny(text[at:], " \n\t")
		if n < 0 {
			n = len(text) - at
		}
		field := strings.TrimRight(text[at:at+n], ".,;:)")
		if strings.ContainsRune(field, '@') || strings.Contains(field, "://") || strings.HasPrefix(field, "www.") || domain(field) {
			out = append(out, lock{prose.Span{Start: at, End: at + len(field)}, figure})
		}
		at += n + 1
	}
	return out
}

// domain reports words joined by a point: example.org, but not e.g or U.K.
func domain(field string) bool {
	i := strings.IndexByte(field, '.')
	return i > 2 && i+2 < len(field) && field[i-1] >= 'a' && field[i-1] <= 'z' && field[i+1] >= 'a' && field[i+1] <= 'z'
}

func authorLocks(text string) []prose.Span {
	var out []prose.Span
	for at := 0; ; {
		i := strings.Index(text[at:], "{!")
		if i < 0 {
			return out
		}
		start := at + i
		at = len(text)
		if n := strings.IndexByte(text[start:], '}'); n >= 0 {
			at = start + n + 1
		}
		out = append(out, prose.Span{Start: start, End: at})
	}
}

func lineStart(text string, i int) int { return strings.LastIndexByte(text[:i], '\n') + 1 }

// quotations finds what stands in quotation marks. One that is not closed runs
// to the end of its paragraph, and on through paragraphs that open with the
// mark again.
func quotations(text string, paras []prose.Span) []prose.Span {
	var out []prose.Span
	for _, p := range paras {
		for i := p.Start; i < p.End; {
			r, n := utf8.DecodeRuneInString(text[i:])
			end := 0
			switch {
			case strings.ContainsRune("\"“„«", r):
				end = doubleEnd(text, i+n, p.End, r)
			case (r == '\'' || r == '‘') && opensSingle(text, i, n, p):
				end = singleEnd(text, i+n, p.End)
			}
			if end > 0 {
				out = append(out, prose.Span{Start: i, End: end})
				i = end
				continue
			}
			i += n
		}
	}
	return out
}

func doubleEnd(text string, from, limit int, open rune) int {
	closing := "”\""
	if open == '«' {
		closing = "»"
	}
	if i := strings.IndexAny(text[from:limit], closing); i >= 0 {
		_, n := utf8.DecodeRuneInString(text[from+i:])
		return from + i + n
	}
	return limit
}

func opensSingle(text string, i, n int, p prose.Span) bool {
	before, _ := utf8.DecodeLastRuneInString(text[p.Start:i])
	after, _ := utf8.DecodeRuneInString(text[i+n : p.End])
	return (i == p.Start || unicode.IsSpace(before) || strings.ContainsRune("([{-–—\"“", before)) && (unicode.IsLetter(after) || unicode.IsDigit(after) || after == '.' || after == '(')
}

// singleEnd takes the last mark that can close before the next that opens:
// plural possessives look like closing marks, and too long a lock is safe.
func singleEnd(text string, from, limit int) int {
	end := 0
	for i := from; i < limit; {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == '\'' || r == '’' || r == '‘' {
			before, _ := utf8.DecodeLastRuneInString(text[:i])
			after, _ := utf8.DecodeRuneInString(text[i+n : limit])
			switch {
			case unicode.IsSpace(before) && unicode.IsLetter(after) && end > 0:
				return end
			case !unicode.IsSpace(before) && !unicode.IsLetter(after):
				end = i + n
			}
		}
		i += n
	}
	if end == 0 {
		return limit
	}
	return end
}

// statutory reports a paragraph whose words are the law, or an instrument's.
func statutory(p string) bool {
	for _, s := range []string{"Article ", "ARTICLE ", "Section ", "SECTION ", "Sec. ", "SEC. ", "Clause ", "§"} {
		if strings.HasPrefix(p, s) && len(p) > len(s) && strings.ContainsAny(p[len(s):len(s)+1], "0123456789IVX") {
			return true
		}
	}
	low := strings.ToLower(p)
	return strings.Count(low, " shall ") >= 2 || strings.Contains(low, "hereby") || strings.Contains(low, "whereof") || strings.Contains(p, "WHEREAS") || strings.HasPrefix(low, "whereas")
}

// headings locks lines that are no sentences: headings, reference and address
// lines, telegram headers, lines in capitals.
func headings(out []lock, text string, p prose.Span) []lock {
	for at := p.Start; at < p.End; {
		end := p.End
		if n := strings.IndexByte(text[at:p.End], '\n'); n >= 0 {
			end = at + n
		}
		line := strings.TrimSpace(text[at:end])
		lone := at == p.Start && end == p.End
		if headed(line, lone) {
			out = append(out, lock{prose.Span{Start: at, End: end}, heading})
		}
		at = end + 1
	}
	return out
}

func headed(line string, lone bool) bool {
	words := strings.Fields(line)
	if len(words) == 0 {
		return false
	}
	if !strings.ContainsFunc(line, unicode.IsLower) {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, "\"'”’)] "))
	if lone && len(words) <= 12 && !strings.ContainsRune(".!?;:,", last) {
		return true
	}
	if len(words) > 20 {
		return false
	}
	for _, h := range []string{"Cablegram", "Telegram", "Cable ", "Circular", "Despatch", "Dispatch", "Letter", "Memorandum", "Ref", "Your ref", "Our ref", "Subject:",
		"To:", "From:", "Date:", "Addressed ", "Repeated ", "Dear ", "Yours ", "cc:"} {
		if strings.HasPrefix(line, h) && (lone || strings.HasSuffix(h, ":")) && !strings.ContainsRune(".!?", last) {
			return true
		}
	}
	caps := 0
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsUpper(r) || unicode.IsDigit(r) {
			caps++
		}
	}
	return lone && len(words) > 3 && 3*caps >= 2*len(words)
}

var negative = lazy(func() map[string]bool {
	return set("not no never nor neither none nothing nobody nowhere cannot without n't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't mustn't needn't")
})

var operatives = lazy(func() map[string]bool {
	return set(`shall must may might undertake undertakes undertook undertaken undertaking agree agrees agreed agreement guarantee guarantees
		guaranteed warrant warrants prejudice notwithstanding liable liability obligation obligations oblige obliged bound entitled entitle entitles permit permits permitted
		prohibit prohibits prohibited forbid forbidden authorise authorised authorize authorized require requires required requirement requirements ratify ratified
		consent consents consented reserve reserves reserved waive waives waived hereby herein thereof pursuant condition conditions conditional
		accept accepts accepted acceptance approve approved approves approval mandate mandatory binding treaty`)
})

var calendar = lazy(func() map[string]bool {
	return set("january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday instant ultimo inst ult prox")
})

var referring = lazy(func() map[string]bool {
	return set("no nos para paras paragraph paragraphs section sections article articles chapter annex appendix page pages clause clauses telegram telegrams cablegram cablegrams despatch memorandum part item items rule")
})

// wordLocks locks single words.
func wordLocks(out []lock, text string, tok []prose.Token, sent []prose.Span) []lock {
	at := 0
	opened := false // the first word of the sentence has passed
	for i, t := range tok {
		for at < len(sent) && t.Start >= sent[at].End {
			at++
			opened = false
		}
		raw := text[t.Start:t.End]
		r, _ := utf8.DecodeRuneInString(raw)
		add := func(why locked) { out = append(out, lock{prose.Span{Start: t.Start, End: t.End}, why}) }
		switch {
		case strings.ContainsAny(raw, "@#$£€%") || t.Class == prose.Mark && (unicode.Is(unicode.Sc, r) || strings.ContainsRune("/<>=|\\", r)):
			add(figure)
			for _, k := range []int{i - 1, i + 1} { // 5%, $5, and/or, a@b
				if k >= 0 && k < len(tok) && tok[k].Class == prose.Word && (tok[k].End == t.Start || tok[k].Start == t.End) {
					out = append(out, lock{prose.Span{Start: tok[k].Start, End: tok[k].End}, figure})
				}
			}
		case t.Class != prose.Word:
		case strings.ContainsFunc(raw, unicode.IsDigit):
			add(figure)
			if i > 0 && referring()[tok[i-1].Norm] {
				out = append(out, lock{prose.Span{Start: tok[i-1].Start, End: t.End}, figure})
			}
			opened = opened || i+1 >= len(tok) || tok[i+1].Class == prose.Word
		case unicode.IsUpper(r) && raw != "I" && (opened || allCaps(raw)) && !pronounI(raw):
			add(name)
			opened = true
		case calendar()[t.Norm] && unicode.IsUpper(r):
			add(figure)
			opened = true
		case negative()[t.Norm]:
			add(negation)
			opened = true
		case operatives()[t.Norm]:
			add(operative)
			opened = true
		case strings.Contains(raw, "."): // i.e., a.m., example.org
			add(name)
			opened = true
		default:
			opened = opened || !numberLetter(raw, text, t.End)
		}
	}
	return out
}

// pronounI reports I'm, I've and the like.
func pronounI(s string) bool { return strings.HasPrefix(s, "I'") || strings.HasPrefix(s, "I’") }

func allCaps(s string) bool {
	return utf8.RuneCountInString(s) > 1 && !strings.ContainsFunc(s, unicode.IsLower)
}

// numberLetter reports the letter of a list item: (a) or a.
func numberLetter(raw, text string, end int) bool {
	return len(raw) <= 3 && end < len(text) && (text[end] == ')' || text[end] == '.') && numberingWord(raw)
}

func numberingWord(s string) bool {
	return len(s) == 1 || strings.Trim(s, "ivx") == ""
}
