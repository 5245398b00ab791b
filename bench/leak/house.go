package leak

import (
	"regexp"
	"strings"
)

// House is a newspaper's style.
type House struct {
	Name       string
	Serial     bool   // a comma before the last "and" of a list
	Ize        bool   // organize, not organise
	American   bool   // color, center, traveled
	Percent    string // what follows the figure, with its space
	Dash       string // with its spaces
	Ellipsis   string // with its spaces
	Contract   int    // -1 writes contractions out, 0 leaves them, 1 contracts
	Lower      bool   // the government, the minister, the ministry
	Semicolons bool   // keeps them; else they become commas
	Figures    bool   // figures from 10 up for numbers in words
	Commas     int    // -1 takes optional ones out, 1 puts them in
	Single     bool   // single quotation marks outside
}

// Houses are three invented newspapers.
var Houses = []House{
	{Name: "The Harbour Herald", Percent: " per cent", Dash: " – ", Ellipsis: " … ", Lower: true, Semicolons: true, Figures: true, Commas: -1, Single: true},
	{Name: "The Meridian Post", Serial: true, Ize: true, American: true, Percent: " percent", Dash: "—", Ellipsis: " ... ", Contract: -1, Semicolons: true, Figures: true, Commas: 1},
	{Name: "The Morning Lantern", Percent: "%", Dash: " - ", Ellipsis: "... ", Contract: 1, Lower: true, Commas: -1},
}

// Print sets text as the newspaper would: its layout lost, house style applied
// to nine opportunities in ten, now and then a cut marked by an ellipsis, a
// pronoun explained in [brackets], a "that" put in or left out, an agreement
// put right, a third of the optional commas set by the house's rule.
func (h House) Print(text string, r *Rand) string {
	text = flow(clean(text), r)
	text = cutWords(text, h.Ellipsis, r)
	text = brackets(text, r)
	text = h.spelling(text, r)
	text = h.contractions(text, r)
	text = h.numbers(text, r)
	text = h.lists(text, r)
	text = h.desk().commas(text, r)
	text = h.capitals(text, r)
	text = that(text, r)
	text = agreement(text, r)
	return strings.TrimSpace(h.marks(text, r))
}

// usually is how often the desk applies its own style: nine times in ten.
func usually(r *Rand) bool { return r.Chance(9, 10) }

// each replaces what re matches by what put makes of the groups, wherever
// when says so.
func each(re *regexp.Regexp, text string, when func() bool, put func(g []string) string) string {
	var b strings.Builder
	at := 0
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		g := make([]string, len(m)/2)
		for i := range g {
			if m[2*i] >= 0 {
				g[i] = text[m[2*i]:m[2*i+1]]
			}
		}
		if !when() {
			continue
		}
		b.WriteString(text[at:m[0]])
		b.WriteString(put(g))
		at = m[1]
	}
	if at == 0 {
		return text
	}
	return b.String() + text[at:]
}

var (
	lineBreak = regexp.MustCompile(`[ \t]*\n[ \t]*`)
	paragraph = regexp.MustCompile(`\s*\n\s*\n\s*`)
	spaces    = regexp.MustCompile(`[ \t\r\f\v\x{a0}]+`)
)

// flow loses the layout: paragraph numbers and bullets, line breaks, and the
// paragraphs themselves half of the time.
func flow(text string, r *Rand) string {
	text = enumerator.ReplaceAllString(text, "")
	pieces := paragraph.Split(text, -1)
	between := " "
	if r.Chance(1, 2) {
		between = "\n\n"
	}
	for i, p := range pieces {
		pieces[i] = spaces.ReplaceAllString(lineBreak.ReplaceAllString(p, " "), " ")
	}
	return strings.TrimSpace(strings.Join(pieces, between))
}

// cutWords leaves out 5 to 20 words about once in 150, never at an end, never
// more than a third of the text, and marks the place with an ellipsis.
func cutWords(text, ellipsis string, r *Rand) string {
	w := words(text)
	n := r.Count(len(w), 150)
	for range n {
		w = words(text)
		if len(w) < 20 {
			break
		}
		k := 5 + r.N(min(16, len(w)/3-4))
		first := 3 + r.N(len(w)-k-5)
		from, to := w[first-1].end, w[first+k].start
		mark := ellipsis
		if r.Chance(1, 4) {
			mark = " [" + strings.TrimSpace(ellipsis) + "] "
		}
		text = strings.TrimRight(text[:from], ",;:–—") + mark + text[to:]
	}
	return text
}

var pronoun = regexp.MustCompile(`\b(he|she|they|it|him|them|we|us)\b`)

// explained says what stands in brackets for a pronoun.
var explained = map[string][]string{
	"he": {"the minister", "the president", "the chairman"}, "him": {"the minister", "the president"},
	"she": {"the minister", "the director"}, "they": {"officials", "the two sides"}, "them": {"the officials", "his colleagues"},
	"it": {"the proposal", "the government", "the company"}, "we": {"the government", "the board"}, "us": {"the government"},
}

// brackets explains one pronoun in about 150 words of text.
func brackets(text string, r *Rand) string {
	n := r.Count(len(words(text)), 150)
	for range n {
		at := pronoun.FindAllStringIndex(text, -1)
		if len(at) == 0 {
			return text
		}
		m := at[r.N(len(at))]
		say := explained[text[m[0]:m[1]]]
		text = text[:m[0]] + "[" + say[r.N(len(say))] + "]" + text[m[1]:]
	}
	return text
}

// marks sets dashes, ellipses, semicolons and quotation marks.
func (h House) marks(text string, r *Rand) string {
	text = each(dashes, text, func() bool { return true }, func([]string) string { return h.Dash })
	if !h.Semicolons {
		text = each(semicolon, text, func() bool { return usually(r) }, func([]string) string { return ", " })
	}
	return h.quotes(text)
}

var (
	dashes    = regexp.MustCompile(` ?— ?| [–-]{1,2} `)
	semicolon = regexp.MustCompile(`; `)
	opening   = regexp.MustCompile(`(^|[\s(\[–—])["“„«]`)
	openOne   = regexp.MustCompile(`(^|[\s(\[–—])'`)
)

// quotes sets the quotation marks inside text, which stands in quotation
// marks itself: double ones in a house with single outside, and single ones
// otherwise. Apostrophes become curly.
func (h House) quotes(text string) string {
	left, right := "‘", "’"
	if h.Single {
		left, right = "“", "”"
	}
	text = openOne.ReplaceAllString(text, "${1}‘")
	text = opening.ReplaceAllString(text, "${1}"+left)
	return strings.NewReplacer(`"`, right, "”", right, "»", right, "'", "’").Replace(text)
}

// Quote puts text in the house's quotation marks; every paragraph is opened
// and the last one closed.
func (h House) Quote(text string) string {
	left, right := "“", "”"
	if h.Single {
		left, right = "‘", "’"
	}
	return left + strings.ReplaceAll(text, "\n\n", "\n\n"+left) + right
}
