package coverage

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// writer collects the visible text of a page, paragraph by paragraph.
type writer struct {
	paras  []paragraph
	line   strings.Builder
	space  bool // white space was seen since the last character
	quoted int  // depth of block quotations
	cited  int  // depth of <q>
	inP    int
	size   int // bytes in paras
	inPara int // of them, in <p>
}

type paragraph struct {
	text   string
	quoted bool
}

// gather returns the visible text under n.
func gather(n *html.Node) *writer {
	w := &writer{}
	w.node(n)
	w.flush()
	return w
}

// text returns the paragraphs as one text, with the spans that were block
// quotations; neighbouring quoted paragraphs make one span.
func (w *writer) text() (string, [][2]int) {
	var b strings.Builder
	var spans [][2]int
	for i, p := range w.paras {
		if i > 0 {
			b.WriteString("\n\n")
		}
		start := b.Len()
		b.WriteString(p.text)
		switch {
		case !p.quoted:
		case i > 0 && w.paras[i-1].quoted:
			spans[len(spans)-1][1] = b.Len()
		default:
			spans = append(spans, [2]int{start, b.Len()})
		}
	}
	return b.String(), spans
}

// unseen are elements whose text is not part of what a reader of the page is
// told.
var unseen = map[string]bool{
	"script": true, "style": true, "noscript": true, "template": true, "head": true, "nav": true, "footer": true,
	"form": true, "button": true, "select": true, "textarea": true, "svg": true, "math": true, "iframe": true,
	"object": true, "audio": true, "video": true, "canvas": true, "dialog": true, "menu": true,
}

// inline are the elements that do not end a paragraph.
var inline = map[string]bool{
	"a": true, "abbr": true, "acronym": true, "b": true, "bdi": true, "bdo": true, "big": true, "cite": true,
	"code": true, "data": true, "del": true, "dfn": true, "em": true, "font": true, "i": true, "img": true,
	"ins": true, "kbd": true, "label": true, "mark": true, "q": true, "s": true, "samp": true, "small": true,
	"span": true, "strike": true, "strong": true, "sub": true, "sup": true, "time": true, "tt": true, "u": true,
	"var": true, "wbr": true, "ruby": true, "rb": true, "rt": true, "rp": true, "picture": true, "source": true,
}

func (w *writer) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.write(n.Data)
		return
	case html.CommentNode, html.DoctypeNode:
		return
	case html.ElementNode:
		if unseen[n.Data] || hidden(n) {
			return
		}
	}
	switch {
	case n.Type != html.ElementNode:
		w.children(n)
	case n.Data == "br":
		w.breakLine()
	case n.Data == "q": // a browser prints the marks
		w.cited++
		open, shut := "“", "”"
		if w.cited%2 == 0 {
			open, shut = "‘", "’"
		}
		w.write(open)
		w.children(n)
		w.space = false
		w.write(shut)
		w.cited--
	case n.Data == "sup" && w.footnote(n):
	case inline[n.Data]:
		w.children(n)
	default:
		w.block(n)
	}
}

func (w *writer) block(n *html.Node) {
	w.flush()
	quote, p := n.Data == "blockquote", n.Data == "p"
	if quote {
		w.quoted++
	}
	if p {
		w.inP++
	}
	w.children(n)
	w.flush()
	if quote {
		w.quoted--
	}
	if p {
		w.inP--
	}
}

func (w *writer) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

// write adds text with its white space collapsed.
func (w *writer) write(s string) {
	for _, r := range s {
		switch r {
		case ' ', '\t', '\n', '\r', '\f', '\u00a0':
			w.space = true
			continue
		}
		if w.space && w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), "\n") {
			w.line.WriteByte(' ')
		}
		w.space = false
		w.line.WriteRune(r)
	}
}

func (w *writer) breakLine() {
	switch s := w.line.String(); {
	case strings.HasSuffix(s, "\n"): // the second in a row
		w.flush()
	case s != "":
		w.line.WriteByte('\n')
	}
	w.space = false
}

// flush ends the paragraph.
func (w *writer) flush() {
	text := norm.NFC.String(strings.TrimSpace(w.line.String()))
	w.line.Reset()
	w.space = false
	if text == "" {
		return
	}
	w.paras = append(w.paras, paragraph{text, w.quoted > 0})
	w.size += len(text)
	if w.inP > 0 {
		w.inPara += len(text)
	}
}

// footnote reports whether a superscript is a reference mark and not part of
// the word before it: figures, after something that is not a figure.
func (w *writer) footnote(n *html.Node) bool {
	var b strings.Builder
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(n)
	if strings.Trim(strings.TrimSpace(b.String()), "[]()0123456789*†‡, ") != "" {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(w.line.String())
	return last < '0' || last > '9'
}

// hidden reports elements that the page itself hides.
func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			if a.Val == "true" {
				return true
			}
		case "style":
			style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}
