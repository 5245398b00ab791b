package leak

import (
	"fmt"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Material is what a simulated newspaper and a simulated editor write with:
// the sentences and the words of articles that quote no dispatch.
type Material struct {
	sentences []string
	words     []string // running, so that common words come up commonly
}

// NewMaterial takes the sentences and words of texts. It panics when they
// have fewer than ten sentences.
func NewMaterial(texts []string) *Material {
	m := &Material{}
	for _, t := range texts {
		t = clean(t)
		for _, s := range sentences(t) {
			if n := len(words(t[s.start:s.end])); n >= 6 && n <= 45 && !strings.Contains(t[s.start:s.end], "\n") {
				m.sentences = append(m.sentences, t[s.start:s.end])
			}
		}
		for _, w := range words(t) {
			if _, mid, _ := core(t[w.start:w.end]); mid != "" && strings.IndexFunc(mid, notLower) < 0 {
				m.words = append(m.words, mid)
			}
		}
	}
	if len(m.sentences) < 10 || len(m.words) == 0 {
		panic(fmt.Sprintf("leak: expected material of at least ten sentences, found %d", len(m.sentences)))
	}
	return m
}

func notLower(r rune) bool { return !unicode.IsLower(r) }

// word returns a word, as often as it is used.
func (m *Material) word(r *Rand) string { return m.words[r.N(len(m.words))] }

// prose returns one to three of the material's sentences, n words or more.
func (m *Material) prose(n int, r *Rand) string {
	var out []string
	for have := 0; have < n; {
		s := m.sentences[r.N(len(m.sentences))]
		out = append(out, s)
		have += len(words(s))
	}
	return strings.Join(out, " ")
}

// articleWords is how long an article is, the quotations in it included;
// at least half as many words are its own.
const articleWords = 400

// PressArticle sets an excerpt in the house style of one of [Houses] and
// quotes it in an article: in one to four quotations with attributions
// between, one time in five in another order, now and then one of them
// without quotation marks; as plain text or as an HTML page.
func PressArticle(excerpt string, with *Material, r *Rand) Exhibit {
	h := Houses[r.N(len(Houses))]
	pieces := pieces(h.Print(excerpt, r), r)
	if len(pieces) > 1 && r.Chance(1, 5) {
		mixed := make([]string, len(pieces))
		for i, j := range r.Perm(len(pieces)) {
			mixed[i] = pieces[j]
		}
		pieces = mixed
	}
	bare := -1
	if r.Chance(1, 4) {
		bare = r.N(len(pieces))
	}
	own := articleWords - len(words(excerpt))
	own = max(own, articleWords/2)
	var paras []para
	share := own / (len(pieces) + 2)
	paras = append(paras, para{text: with.prose(share, r)})
	ex := Exhibit{}
	for i, p := range pieces {
		var set para
		set, p = h.quotation(p, i, i == bare, r)
		ex.Quotes = append(ex.Quotes, p)
		paras = append(paras, set)
		paras = append(paras, para{text: with.prose(share, r)})
	}
	ex.Name, ex.Data = page(with.headline(r), paras, r)
	return ex
}

// Silent is an article of about 400 words that quotes no dispatch.
func Silent(with *Material, r *Rand) Exhibit {
	var paras []para
	for range 8 {
		paras = append(paras, para{text: with.prose(articleWords/8, r)})
	}
	ex := Exhibit{}
	ex.Name, ex.Data = page(with.headline(r), paras, r)
	return ex
}

// para is a paragraph of an article.
type para struct {
	text  string
	block bool // a block quotation, where the page knows them
}

// pieces cuts text into one to four pieces of at least six words, at the ends
// of sentences if it can, else of clauses, else between words.
func pieces(text string, r *Rand) []string {
	w := words(text)
	n := min(1+r.N(4), max(1, len(w)/12))
	var out []string
	at := 0
	for k := 1; k < n; k++ {
		ideal := len(w) * k / n
		best, cost := -1, 1<<30
		for i := ideal - 6; i <= ideal+6; i++ {
			if i < 6 || i > len(w)-6 || w[i].start <= at || len(words(text[at:w[i].start])) < 6 {
				continue
			}
			c := 8 * max(i-ideal, ideal-i)
			switch last := strings.TrimRight(text[:w[i].start], " \n\"'”’"); {
			case strings.HasSuffix(last, "."), strings.HasSuffix(last, "?"), strings.HasSuffix(last, "!"):
			case strings.HasSuffix(last, ","), strings.HasSuffix(last, ";"), strings.HasSuffix(last, ":"):
				c += 40
			default:
				c += 100
			}
			if c < cost {
				best, cost = w[i].start, c
			}
		}
		if best > 0 {
			out = append(out, strings.TrimSpace(text[at:best]))
			at = best
		}
	}
	return append(out, strings.TrimSpace(text[at:]))
}

var (
	sources   = []string{"the author", "the official", "the writer of the note", "the memo", "the document"}
	verbs     = []string{"wrote", "said", "added", "continued", "noted", "warned"}
	leadIns   = []string{"The document says: ", "In one passage it reads: ", "According to the memo, ", "The note goes on: ", "It adds: ", "Elsewhere the author writes: "}
	bareStart = []string{"The document records that ", "According to the note, ", ""}
	small     = map[string]bool{"The": true, "A": true, "An": true, "He": true, "She": true, "They": true, "It": true, "We": true,
		"This": true, "These": true, "There": true, "In": true, "On": true, "At": true, "If": true, "What": true, "As": true,
		"All": true, "None": true, "Some": true, "Most": true, "Our": true, "His": true, "Her": true, "Their": true, "But": true}
)

// quotation makes a paragraph that quotes piece, and returns it with the
// piece as it is printed, without its quotation marks.
func (h House) quotation(piece string, nth int, bare bool, r *Rand) (para, string) {
	if bare {
		start := bareStart[r.N(len(bareStart))]
		if start == "" {
			piece = upperFirst(piece)
		} else if first, _, _ := strings.Cut(piece, " "); small[first] {
			piece = lowerFirst(piece)
		}
		return para{text: start + ended(piece)}, piece
	}
	if first, _ := utf8.DecodeRuneInString(piece); unicode.IsLower(first) && r.Chance(1, 3) {
		piece = "[" + upperFirst(piece)[:utf8.RuneLen(unicode.ToUpper(first))] + "]" + piece[utf8.RuneLen(first):]
	}
	if len(words(piece)) >= 20 && r.Chance(1, 8) {
		return para{text: piece, block: true}, piece
	}
	source, verb := sources[r.N(len(sources))], verbs[r.N(len(verbs))]
	switch r.N(4) {
	case 0: // "…," the author wrote.
		p := strings.TrimRight(piece, ".,;:")
		return para{text: h.Quote(p+",") + " " + source + " " + verb + "."}, p
	case 1: // "…," the author wrote, "…"
		if a, b, ok := halves(piece); ok && !strings.Contains(piece, "\n") {
			p := strings.TrimRight(a, ".,;:")
			return para{text: h.Quote(p+",") + " " + source + " " + verb + ", " + h.Quote(ended(b))}, piece
		}
		fallthrough
	case 2:
		return para{text: leadIns[r.N(len(leadIns))] + h.Quote(ended(piece))}, piece
	default:
		if nth > 0 {
			return para{text: upperFirst(source) + " " + verb + ": " + h.Quote(piece)}, piece
		}
		return para{text: h.Quote(ended(piece)) + " So " + verb + " " + source + "."}, piece
	}
}

// halves cuts piece behind a mark near its middle.
func halves(piece string) (a, b string, ok bool) {
	w := words(piece)
	for d := range len(w)/2 - 2 {
		for _, i := range []int{len(w)/2 - d, len(w)/2 + d} {
			if i > 2 && i < len(w)-2 && strings.ContainsRune(",;:.", rune(piece[w[i-1].end-1])) {
				return strings.TrimSpace(piece[:w[i].start]), piece[w[i].start:], true
			}
		}
	}
	return "", "", false
}

// ended gives a piece without a final mark a full stop.
func ended(piece string) string {
	trimmed := strings.TrimRight(piece, ",;: ")
	last, _ := utf8.DecodeLastRuneInString(trimmed)
	if unicode.IsLetter(last) || unicode.IsDigit(last) {
		return trimmed + "."
	}
	return trimmed
}

// headline is a few words of the material.
func (m *Material) headline(r *Rand) string {
	w := strings.Fields(m.sentences[r.N(len(m.sentences))])
	return strings.TrimRight(strings.Join(w[:min(len(w), 7)], " "), ".,;:")
}

// page sets an article as plain text or as an HTML page, evenly.
func page(title string, paras []para, r *Rand) (name string, data []byte) {
	var b strings.Builder
	if r.Chance(1, 2) {
		b.WriteString(title + "\n\n")
		for _, p := range paras {
			b.WriteString(p.text + "\n\n")
		}
		return "article.txt", []byte(b.String())
	}
	entities := r.Chance(1, 3)
	esc := func(s string) string {
		s = html.EscapeString(s)
		if entities {
			s = strings.NewReplacer("“", "&ldquo;", "”", "&rdquo;", "‘", "&lsquo;", "’", "&rsquo;", "—", "&mdash;", "–", "&ndash;", "…", "&hellip;").Replace(s)
		}
		return s
	}
	t := esc(title)
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>%s | News</title>\n", t)
	b.WriteString("<style>body{font-family:serif}</style>\n<script>var page = \"<p>not this</p>\";</script>\n</head>\n<body>\n" +
		"<nav><ul><li><a href=\"/\">Home</a></li><li><a href=\"/politics\">Politics</a></li><li><a href=\"/sport\">Sport</a></li></ul></nav>\n")
	fmt.Fprintf(&b, "<main>\n<article>\n<h1>%s</h1>\n<p class=\"byline\">By our correspondent</p>\n", t)
	for _, p := range paras {
		open, shut := "<p>", "</p>\n"
		if p.block {
			open, shut = "<blockquote><p>", "</p></blockquote>\n"
		}
		for part := range strings.SplitSeq(p.text, "\n\n") {
			b.WriteString(open + emphasis(part, esc, r) + shut)
		}
	}
	b.WriteString("</article>\n</main>\n<aside><h2>Read more</h2><ul><li><a href=\"/1\">What we know so far</a></li>" +
		"<li><a href=\"/2\">Letters to the editor</a></li></ul></aside>\n<footer>All rights reserved.</footer>\n</body>\n</html>\n")
	return "article.html", []byte(b.String())
}

// emphasis escapes text and, one time in six, makes a word of it a link or
// sets it in italics.
func emphasis(text string, esc func(string) string, r *Rand) string {
	w := words(text)
	if len(w) < 4 || !r.Chance(1, 6) {
		return esc(text)
	}
	s := w[r.N(len(w))]
	open, shut := "<em>", "</em>"
	if r.Chance(1, 2) {
		open, shut = `<a href="/story">`, "</a>"
	}
	return esc(text[:s.start]) + open + esc(text[s.start:s.end]) + shut + esc(text[s.end:])
}
