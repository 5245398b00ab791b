package story

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank/coverage"
	"frank/prose"
	"frank/trace/quote"
)

// element is a word or a mark outside quotations, or a whole quotation.
type element struct {
	start, end int    // bytes of the text
	norm       string // as package prose has it; "" for a quotation
	text       string // as printed
	word       bool
	quote      int // index of the quotation, or -1
}

// paragraph is a paragraph's elements, with the quotations in it. A quotation
// that runs over several paragraphs is in the one where it begins, and what
// stands after its end goes on there.
type paragraph struct {
	elements []element
}

// skeleton takes an exhibit's text apart: its quotations, and what stands
// around them.
func skeleton(e *coverage.Exhibit) (paras []paragraph, quotes [][2]int) {
	for _, p := range quote.Passages(e.Text, e.Quotes...) {
		if p.Quoted {
			quotes = append(quotes, [2]int{p.Start, p.End})
		}
	}
	spans := prose.Paragraphs(e.Text)
	tokens := prose.Tokens(e.Text)
	at, q := 0, 0
	stop := 0
	for _, span := range spans {
		if span.Start >= stop || len(paras) == 0 {
			paras = append(paras, paragraph{})
		}
		p := &paras[len(paras)-1]
		for stop = max(stop, span.End); ; {
			nextToken, nextQuote := len(e.Text), len(e.Text)
			if at < len(tokens) {
				nextToken = tokens[at].Start
			}
			if q < len(quotes) {
				nextQuote = quotes[q][0]
			}
			if min(nextToken, nextQuote) >= span.End {
				break
			}
			if nextQuote <= nextToken {
				stop = max(stop, quotes[q][1])
				p.elements = append(p.elements, element{start: quotes[q][0], end: quotes[q][1], text: e.Text[quotes[q][0]:quotes[q][1]], quote: q})
				for at < len(tokens) && tokens[at].Start < quotes[q][1] {
					at++
				}
				q++
				continue
			}
			t := tokens[at]
			at++
			p.elements = append(p.elements, element{start: t.Start, end: t.End, norm: t.Norm, text: e.Text[t.Start:t.End], word: t.Class == prose.Word, quote: -1})
		}
	}
	return slices.DeleteFunc(paras, func(p paragraph) bool { return len(p.elements) == 0 }), quotes
}

// inner returns a quotation's words without its marks and the white space in
// it; within is the mark that its last word has before the closing one: one of
// ,.?!… or 0.
func inner(s string) (words string, within rune) {
	words = strings.Join(strings.Fields(s), " ")
	words = strings.TrimFunc(words, mark)
	words = strings.TrimSpace(words)
	within, _ = utf8.DecodeLastRuneInString(words)
	if !strings.ContainsRune(",.?!…—–-:;", within) {
		within = 0
	}
	return words, within
}

func mark(r rune) bool { return strings.ContainsRune("“”„‟\"«»‹›‘’‚'", r) }

func capital(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// shortened are words whose point ends no sentence.
var shortened = words(`mr mrs ms dr prof sen rep gov gen col capt lt st hon rev jr sr no vs inc ltd co corp dept jan feb mar apr jun jul aug sep sept oct nov dec`)

// words makes a set of a list.
func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// sentences cuts a paragraph's elements into sentences, as pairs of first and
// end. A quotation that ends in a point ends a sentence where a capital
// follows; one that ends in a comma, or in a question, may go on.
func sentences(el []element) [][2]int {
	var out [][2]int
	from := 0
	for i, e := range el {
		ends := false
		switch {
		case i == len(el)-1:
			ends = true
		case e.quote >= 0:
			_, within := inner(e.text)
			next := el[i+1]
			starts := next.quote >= 0 || next.word && capital(next.text)
			ends = starts && (within == '.' || (within == '?' || within == '!') && !attributes(el[i+1:]))
		case !e.word && (e.norm == "?" || e.norm == "!" || e.norm == "."):
			next := el[i+1]
			ends = next.quote >= 0 || capital(next.text) || !next.word
			if e.norm == "." && i > 0 && (shortened[el[i-1].norm] || el[i-1].word && utf8.RuneCountInString(el[i-1].text) == 1 && capital(el[i-1].text)) {
				ends = false
			}
		}
		if ends {
			out = append(out, [2]int{from, i + 1})
			from = i + 1
		}
	}
	return out
}
