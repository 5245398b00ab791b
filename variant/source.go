// Package variant finds and keeps the places where a text may be worded
// otherwise.
//
// A [Source] is a dispatch as its author keeps it: plain text with the sites
// written in it, editable in any editor and friendly to git diff. [Parse] and
// [Source.String] are exact inverses; spec/source.md has the grammar. [Propose]
// marks up a plain text, and [Source.Master] turns a source into the one text
// with sites that everything downstream works on.
package variant

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank"

	"golang.org/x/text/unicode/norm"
)

// SourceFormat is the format's id; a header may state it.
const SourceFormat = "frank.source/1"

// MaxItems bounds a list in free order: five items have 120 orders.
const MaxItems = 5

// Source is a dispatch as its author keeps it.
type Source struct {
	Header []Field
	Nodes  []Node
}

// Field is one line of the header.
type Field struct{ Key, Value string }

// NodeKind says what a [Node] is.
type NodeKind uint8

const (
	Text   NodeKind = iota // text as it stands
	Locked                 // text the author never wants varied
	Break                  // the line goes on: nothing in the text
	Varied                 // a site
)

// Node is a piece of a source.
type Node struct {
	Kind NodeKind
	Text string // of Text and Locked
	Site *Site  // of Varied
}

// Site is a place with its readings, as the author sees it.
type Site struct {
	Kind     string   // see [Kinds]; "" is the author's own
	Link     string   // sites with the same link change together
	Proposed bool     // not yet approved by the author
	Readings []string // two or more, distinct; the first is the author's
	Items    []string // of a list in free order: its items …
	Seps     []string // … and what stands between them, one fewer
}

// List returns a site whose readings are the orders of items.
func List(kind string, items, seps []string) *Site {
	s := &Site{Kind: kind, Items: items, Seps: seps}
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	for {
		var b strings.Builder
		for k, i := range order {
			b.WriteString(items[i])
			if k < len(seps) {
				b.WriteString(seps[k])
			}
		}
		s.Readings = append(s.Readings, b.String())
		if !nextOrder(order) {
			return s
		}
	}
}

// nextOrder steps to the next permutation in lexicographic order.
func nextOrder(p []int) bool {
	i := len(p) - 2
	for i >= 0 && p[i] > p[i+1] {
		i--
	}
	if i < 0 {
		return false
	}
	j := len(p) - 1
	for p[j] < p[i] {
		j--
	}
	p[i], p[j] = p[j], p[i]
	slices.Reverse(p[i+1:])
	return true
}

// SyntaxError is a fault in a source, at a line and column counted from 1 (the
// column in characters).
type SyntaxError struct {
	Line, Column int
	Msg          string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// Field returns the value of a header line, or "".
func (s *Source) Field(key string) string {
	for _, f := range s.Header {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}

// Text returns the author's wording: the first reading everywhere.
func (s *Source) Text() string {
	var b strings.Builder
	for _, n := range s.Nodes {
		switch n.Kind {
		case Text, Locked:
			b.WriteString(n.Text)
		case Varied:
			b.WriteString(n.Site.Readings[0])
		}
	}
	return b.String()
}

// Proposed counts the sites the author has not approved yet.
func (s *Source) Proposed() int {
	n := 0
	for _, node := range s.Nodes {
		if node.Kind == Varied && node.Site.Proposed {
			n++
		}
	}
	return n
}

const fence = "---\n"

// String writes s in its one canonical form.
func (s *Source) String() string {
	var b strings.Builder
	var body strings.Builder
	for _, n := range s.Nodes {
		switch n.Kind {
		case Text:
			escape(&body, n.Text, `{}\`)
		case Locked:
			body.WriteString("{!")
			escape(&body, n.Text, `{}\`)
			body.WriteByte('}')
		case Break:
			body.WriteString("\\\n")
		case Varied:
			writeSite(&body, n.Site)
		}
	}
	if len(s.Header) > 0 || strings.HasPrefix(body.String(), fence) {
		b.WriteString(fence)
		for _, f := range s.Header {
			b.WriteString(f.Key + ": " + f.Value + "\n")
		}
		b.WriteString(fence + "\n")
	}
	b.WriteString(body.String())
	return b.String()
}

func writeSite(b *strings.Builder, s *Site) {
	b.WriteByte('{')
	if s.Proposed {
		b.WriteByte('?')
	}
	var body strings.Builder
	if s.Items != nil {
		for i, it := range s.Items {
			body.WriteByte('[')
			escape(&body, it, `{}|\[]`)
			body.WriteByte(']')
			if i < len(s.Seps) {
				escape(&body, s.Seps[i], `{}|\[]`)
			}
		}
	} else {
		for i, r := range s.Readings {
			if i > 0 {
				body.WriteByte('|')
			}
			if i == 0 && strings.HasPrefix(r, "[") {
				body.WriteByte('\\')
			}
			escape(&body, r, `{}|\`)
		}
	}
	text := body.String()
	if s.Kind != "" || s.Link != "" {
		b.WriteString(s.Kind)
		if s.Link != "" {
			b.WriteString("#" + s.Link)
		}
		b.WriteByte(':')
	} else if n, _, _ := head(text); n > 0 {
		// a reading that looks like a head: note: …
		text = text[:n-1] + `\` + text[n-1:]
	} else if !s.Proposed && text != "" && (text[0] == '!' || text[0] == '?') {
		text = `\` + text
	}
	b.WriteString(text)
	b.WriteByte('}')
}

func escape(b *strings.Builder, s, special string) {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(special, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
}

// head reads "kind:", "kind#link:" or "#link:" at the start of s and returns
// its length, or 0.
func head(s string) (n int, kind, link string) {
	i := 0
	for i < len(s) && (lower(s[i]) || (i > 0 && s[i] == '-')) {
		i++
	}
	kind = s[:i]
	if i < len(s) && s[i] == '#' {
		j := i + 1
		for j < len(s) && (lower(s[j]) || digit(s[j]) || s[j] == '-') {
			j++
		}
		if j == i+1 {
			return 0, "", ""
		}
		link, i = s[i+1:j], j
	}
	if i == 0 || i >= len(s) || s[i] != ':' {
		return 0, "", ""
	}
	return i + 1, kind, link
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool { return '0' <= c && c <= '9' }

// Parse reads a source. It accepts exactly what [Source.String] writes, so
// that a source round-trips to the byte; anything else is a [SyntaxError].
func Parse(src string) (*Source, error) {
	if len(src) > 8*frank.MaxText {
		return nil, fmt.Errorf("the source has %d bytes, more than %d", len(src), 8*frank.MaxText)
	}
	if at := badByte(src); at >= 0 {
		return nil, frank.WithHint(fault(src, at, "this is not a character that can be seen, or not UTF-8"),
			"save the text as UTF-8 with line feeds and nothing invisible; frank propose does that")
	}
	if !norm.NFC.IsNormalString(src) {
		return nil, frank.WithHint(errors.New("the source is not in Unicode normal form C"),
			"frank propose normalises a text; an editor may have written accents as separate characters")
	}
	p := &parser{src: src}
	s, err := p.source()
	if err != nil {
		return nil, err
	}
	if again := s.String(); again != src {
		at := 0
		for at < len(src) && at < len(again) && src[at] == again[at] {
			at++
		}
		return nil, frank.WithHint(fault(src, at, "this could be written more simply"), "a backslash stands only before a character that needs it")
	}
	return s, nil
}

// badByte returns the place of the first byte that is not UTF-8, or of a
// control character other than tab and line feed, or of a character that leaves
// no ink (joiners, direction marks, a byte order mark): Frank marks no copy by
// what cannot be seen. It returns -1 where there is none.
func badByte(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n < 2 {
				return i
			}
		}
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector) {
			return i
		}
	}
	return -1
}

func fault(src string, at int, format string, args ...any) error {
	before := src[:min(at, len(src))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return &SyntaxError{line, column, fmt.Sprintf(format, args...)}
}

type parser struct {
	src string
	at  int
}

func (p *parser) source() (*Source, error) {
	s := &Source{}
	if strings.HasPrefix(p.src, fence) {
		if err := p.header(s); err != nil {
			return nil, err
		}
	}
	var run strings.Builder
	flush := func() {
		if run.Len() > 0 {
			s.Nodes = append(s.Nodes, Node{Kind: Text, Text: run.String()})
			run.Reset()
		}
	}
	for p.at < len(p.src) {
		switch c := p.src[p.at]; c {
		case '{':
			flush()
			n, err := p.brace()
			if err != nil {
				return nil, err
			}
			s.Nodes = append(s.Nodes, n)
		case '}':
			return nil, frank.WithHint(fault(p.src, p.at, "a } without a { before it"), `write \} for the character itself`)
		case '\\':
			if strings.HasPrefix(p.src[p.at:], "\\\n") {
				flush()
				s.Nodes = append(s.Nodes, Node{Kind: Break})
				p.at += 2
				continue
			}
			c, err := p.escaped(`{}\`)
			if err != nil {
				return nil, err
			}
			run.WriteByte(c)
		default:
			run.WriteByte(c)
			p.at++
		}
	}
	flush()
	return s, p.links(s)
}

func (p *parser) header(s *Source) error {
	p.at = len(fence)
	for {
		end := strings.IndexByte(p.src[p.at:], '\n')
		if end < 0 {
			return fault(p.src, p.at, "the header is not closed by a line of three hyphens")
		}
		line := p.src[p.at : p.at+end]
		if line == "---" {
			p.at += end + 1
			if !strings.HasPrefix(p.src[p.at:], "\n") {
				return fault(p.src, p.at, "expected an empty line after the header")
			}
			p.at++
			return nil
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok || key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz-") != "" || value == "" || strings.TrimSpace(value) != value {
			return fault(p.src, p.at, "expected a header line such as %q, found %q", "ref: 26 WASHINGTON 412", short(line))
		}
		if s.Field(key) != "" {
			return fault(p.src, p.at, "the header has %q twice", key)
		}
		if key == "format" && value != SourceFormat {
			return frank.WithHint(fault(p.src, p.at, "expected format %s, found %q", SourceFormat, short(value)), "a newer frank may read it")
		}
		s.Header = append(s.Header, Field{key, value})
		p.at += end + 1
	}
}

// short keeps error messages to a line and from carrying much content.
func short(s string) string {
	if utf8.RuneCountInString(s) <= 24 {
		return s
	}
	return string([]rune(s)[:24]) + "…"
}

// escaped reads a backslash and one of the special characters.
func (p *parser) escaped(special string) (byte, error) {
	if p.at+1 >= len(p.src) || strings.IndexByte(special, p.src[p.at+1]) < 0 {
		return 0, frank.WithHint(fault(p.src, p.at, "a backslash before a character that needs none"),
			`write \\ for the backslash itself; here only these may follow one: %s`, strings.Join(strings.Split(special, ""), " "))
	}
	c := p.src[p.at+1]
	p.at += 2
	return c, nil
}

// brace reads {!locked text} or a site.
func (p *parser) brace() (Node, error) {
	open := p.at
	p.at++
	if strings.HasPrefix(p.src[p.at:], "!") {
		p.at++
		text, _, err := p.run(open, `{}\`, "}")
		if err != nil {
			return Node{}, err
		}
		if text == "" {
			return Node{}, fault(p.src, open, "a locked span with nothing in it")
		}
		return Node{Kind: Locked, Text: text}, nil
	}
	s := &Site{}
	if strings.HasPrefix(p.src[p.at:], "?") {
		s.Proposed = true
		p.at++
	}
	if n, kind, link := head(p.src[p.at:]); n > 0 {
		s.Kind, s.Link = kind, link
		p.at += n
	}
	var err error
	if strings.HasPrefix(p.src[p.at:], "[") {
		err = p.list(open, s)
	} else {
		err = p.readings(open, s)
	}
	if err != nil {
		return Node{}, err
	}
	if i := repeated(s.Readings); i >= 0 {
		return Node{}, fault(p.src, open, "reading %d of this site is there twice", i+1)
	}
	return Node{Kind: Varied, Site: s}, nil
}

func repeated(readings []string) int {
	seen := make(map[string]bool, len(readings))
	for i, r := range readings {
		if seen[r] {
			return i
		}
		seen[r] = true
	}
	return -1
}

func (p *parser) readings(open int, s *Site) error {
	for {
		special := `{}|\`
		if len(s.Readings) == 0 {
			special = `{}|\[:!?`
		}
		text, end, err := p.run(open, special, "|}")
		if err != nil {
			return err
		}
		if len(s.Readings) == frank.MaxReadings {
			return fault(p.src, open, "this site has more than %d readings", frank.MaxReadings)
		}
		s.Readings = append(s.Readings, text)
		if end == '}' {
			break
		}
	}
	if len(s.Readings) < 2 {
		return frank.WithHint(fault(p.src, open, "a site needs at least two readings"), `write {one|other}, or {!text} to lock a span, or \{ for the character itself`)
	}
	return nil
}

func (p *parser) list(open int, s *Site) error {
	const special = `{}|\[]`
	var items, seps []string
	for {
		p.at++ // [
		item, _, err := p.run(open, special, "]")
		if err != nil {
			return err
		}
		if item == "" {
			return fault(p.src, p.at-1, "an empty item in a list")
		}
		items = append(items, item)
		if strings.HasPrefix(p.src[p.at:], "}") {
			p.at++
			break
		}
		sep, end, err := p.run(open, special, "[}")
		if err != nil {
			return err
		}
		if end == '}' {
			return fault(p.src, p.at-1, "a list ends with an item in brackets, not with other text")
		}
		p.at-- // back to [
		seps = append(seps, sep)
	}
	if len(items) < 2 || len(items) > MaxItems {
		return fault(p.src, open, "a list in free order has 2 to %d items, this one has %d", MaxItems, len(items))
	}
	l := List(s.Kind, items, seps)
	s.Items, s.Seps, s.Readings = l.Items, l.Seps, l.Readings
	return nil
}

// run reads text up to one of the bytes in until, which it consumes.
func (p *parser) run(open int, special, until string) (string, byte, error) {
	var b strings.Builder
	for p.at < len(p.src) {
		c := p.src[p.at]
		switch {
		case strings.IndexByte(until, c) >= 0:
			p.at++
			return b.String(), c, nil
		case c == '\\':
			e, err := p.escaped(special)
			if err != nil {
				return "", 0, err
			}
			b.WriteByte(e)
			continue
		case c == '{':
			return "", 0, frank.WithHint(fault(p.src, p.at, "a site inside a site"), "write out the combinations as readings of one site")
		case strings.IndexByte(special, c) >= 0 && strings.IndexByte("[:!?", c) < 0:
			return "", 0, frank.WithHint(fault(p.src, p.at, "a %q where none can stand", c), `write \%c for the character itself`, c)
		case c == '[' && strings.HasSuffix(special, "[]"):
			return "", 0, fault(p.src, p.at, "a [ inside a list item")
		case strings.HasPrefix(p.src[p.at:], "\n\n"):
			return "", 0, frank.WithHint(fault(p.src, open, "this { is not closed before the paragraph ends"), `write \{ for the character itself`)
		}
		b.WriteByte(c)
		p.at++
	}
	return "", 0, frank.WithHint(fault(p.src, open, "this { is never closed"), `write \{ for the character itself`)
}

// links checks that sites with the same link can change together.
func (p *parser) links(s *Source) error {
	size := map[string]int{}
	for _, n := range s.Nodes {
		if n.Kind != Varied || n.Site.Link == "" {
			continue
		}
		if have, ok := size[n.Site.Link]; ok && have != len(n.Site.Readings) {
			return fmt.Errorf("sites linked as #%s have %d and %d readings; they change together and need as many", n.Site.Link, have, len(n.Site.Readings))
		}
		size[n.Site.Link] = len(n.Site.Readings)
	}
	return nil
}
