package coverage

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	readability "codeberg.org/readeck/go-readability"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/unicode/norm"

	"frank"
)

// readHTML takes the main text of a page. Pages that are too short or too
// unusual for the extractor give all their visible text.
func (e *Exhibit) readHTML(data []byte) error {
	data = trimBOM(data)
	if !utf8.Valid(data) {
		enc, _, _ := charset.DetermineEncoding(data, "")
		decoded, err := enc.NewDecoder().Bytes(data)
		if err != nil {
			return frank.WithHint(fmt.Errorf("%s is not in the encoding it declares: %w", e.Name, err),
				"save the page again as UTF-8")
		}
		data = trimBOM(decoded)
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return frank.WithHint(fmt.Errorf("%s: %w", e.Name, errDepth), "copy the article's text into a text file")
	}
	all := gather(doc)
	e.Title = title(doc)
	e.claims(doc)
	main, headline := extract(doc)
	if tooLittle(main, all) {
		main = all
	} else if headline != "" {
		e.Title = headline
	}
	e.Text, e.Quotes = main.text()
	e.Title = norm.NFC.String(strings.Join(strings.Fields(e.Title), " "))
	return nil
}

// maxElements bounds the work of the extractor on a hostile page.
const maxElements = 50_000

// extract runs the readability extractor. It is other people's code run on a
// stranger's page, so a panic in it means no more than "found nothing".
func extract(doc *html.Node) (found *writer, headline string) {
	defer func() {
		if recover() != nil {
			found, headline = &writer{}, ""
		}
	}()
	p := readability.NewParser()
	p.MaxElemsToParse = maxElements
	article, err := p.ParseDocument(doc, nil)
	if err != nil || article.Node == nil {
		return &writer{}, ""
	}
	return gather(article.Node), article.Title
}

// tooLittle reports whether the extractor missed the article: it found hardly
// anything, or less than a fifth of what stands in the page's paragraphs.
func tooLittle(main, all *writer) bool {
	return main.size < 250 && all.size > main.size || main.size*5 < all.inPara
}

func title(n *html.Node) string {
	if n.Type == html.ElementNode && n.Data == "title" && n.FirstChild != nil {
		return n.FirstChild.Data
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if t := title(c); t != "" {
			return t
		}
	}
	return ""
}
