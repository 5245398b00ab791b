package coverage

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"golang.org/x/net/html/charset"

	"frank"
)

// Limits of a feed: more than any newspaper publishes in one.
const (
	MaxItems  = 10_000
	feedDepth = 200
)

// Item is one entry of a feed. What a feed says of an article, like what a page
// says, is a claim; who wrote it is not read.
type Item struct {
	Name      string // the feed's name and the item's number in it: "world.xml#3"
	Link      string // absolute http or https link, or ""
	Title     string // one line, or ""
	Outlet    string // the source the item names, else the feed's title, else the link's host; or ""
	Published string // as [ValidClaim] wants it, or ""
	Modified  string // likewise
	HTML      string // what the feed carries of the article, or "" for none
	Teaser    bool   // HTML is a summary: the feed carries no more than that
}

// Exhibit makes an exhibit of what the feed carries of the article. The bytes
// to freeze are those of HTML. It is an error when the feed carries none of it.
func (i *Item) Exhibit() (*Exhibit, error) {
	if i.HTML == "" {
		return nil, frank.WithHint(fmt.Errorf("%s has no text of the article in it, only a link", i.Name), "save the page that it points to")
	}
	e, err := readAs(i.Name, []byte(i.HTML), MediaHTML)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		at   *string
		said string
	}{{&e.Title, i.Title}, {&e.Outlet, i.Outlet}, {&e.URL, i.Link}, {&e.Published, i.Published}, {&e.Modified, i.Modified}} {
		if f.said != "" {
			*f.at = f.said
		}
	}
	return e, nil
}

// IsFeed reports whether data looks like a feed: an RSS or Atom document.
func IsFeed(data []byte) bool {
	head := strings.ToLower(string(trimBOM(data[:min(len(data), 4096)])))
	for {
		head = strings.TrimSpace(head)
		switch {
		case strings.HasPrefix(head, "<?"), strings.HasPrefix(head, "<!--"), strings.HasPrefix(head, "<!doctype rss"), strings.HasPrefix(head, "<!doctype rdf"):
			shut := ">"
			if strings.HasPrefix(head, "<!--") {
				shut = "-->"
			}
			_, after, ok := strings.Cut(head, shut)
			if !ok {
				return false
			}
			head = after
		default:
			for _, root := range []string{"<rss", "<feed", "<rdf:rdf", "<atom:feed"} {
				if rest, ok := strings.CutPrefix(head, root); ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n>")) {
					return true
				}
			}
			return false
		}
	}
}

// ReadFeed reads a saved feed, RSS 0.9 to 2.0 or Atom, with its items in their
// order. A feed that breaks off, is nested more than 200 deep or has more than
// [MaxItems] items is refused as a whole: half of it would pass for all of it.
// Every error has a hint.
func ReadFeed(name string, data []byte) ([]Item, error) {
	if len(data) > MaxBytes {
		return nil, frank.WithHint(fmt.Errorf("%s has %d bytes, more than the %d a feed may have", name, len(data), MaxBytes),
			"save the articles by themselves")
	}
	if !IsFeed(data) {
		return nil, frank.WithHint(fmt.Errorf("%s is no RSS or Atom feed", name), "save the feed itself, not the page that shows it")
	}
	f := &feed{name: name, d: xml.NewDecoder(bytes.NewReader(trimBOM(data)))}
	f.d.Strict = false
	f.d.AutoClose = []string{"br", "hr", "img"} // pages pasted in as they are
	f.d.Entity = xml.HTMLEntity
	f.d.CharsetReader = charset.NewReaderLabel
	if err := f.read(); err != nil {
		return nil, frank.WithHint(fmt.Errorf("%s cannot be read as a feed: %w", name, err), "save it again, whole")
	}
	for i := range f.items {
		if it := &f.items[i]; it.Outlet == "" {
			if it.Outlet = f.title; it.Outlet == "" {
				it.Outlet = host(it.Link)
			}
		}
	}
	return f.items, nil
}

type feed struct {
	name  string
	d     *xml.Decoder
	title string // of the feed
	items []Item
}

var (
	errBroken = errors.New("it breaks off, or is no well-formed XML")
	errNested = errors.New("it is nested too deeply")
)

// token returns the next one.
func (f *feed) token() (xml.Token, error) {
	t, err := f.d.Token()
	if err == io.EOF || err == nil {
		return t, err
	}
	return nil, errBroken // the parser's own words quote the feed
}

// read goes through the feed's own elements; path says where it is.
func (f *feed) read() error {
	var path []string
	for {
		t, err := f.token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			name := strings.ToLower(t.Name.Local)
			switch {
			case name == "item" || name == "entry":
				if len(f.items) == MaxItems {
					return fmt.Errorf("it has more than %d items", MaxItems)
				}
				if err := f.item(); err != nil {
					return err
				}
			case name == "title" && len(path) > 0 && (path[len(path)-1] == "channel" || path[len(path)-1] == "feed"):
				c, err := f.content()
				if err != nil {
					return err
				}
				if f.title == "" && plain(t.Name.Space) {
					f.title = tidy(unmarked(c.text), MaxOutlet)
				}
			case len(path) == feedDepth:
				return errNested
			default:
				path = append(path, name)
			}
		case xml.EndElement:
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
		}
	}
}

// plain reports whether a namespace is a feed's own: media:title is not the
// feed's title.
func plain(space string) bool {
	switch strings.ToLower(strings.TrimSpace(space)) {
	case "", "http://www.w3.org/2005/atom", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://backend.userland.com/rss2", "atom", "rss", "http://purl.org/atom/ns#":
		return true
	}
	return false
}

// within reports whether an element's namespace is the one that its usual
// prefix stands for, declared or not.
func within(space, prefix, uri string) bool {
	space = strings.ToLower(strings.TrimSpace(space))
	return space == prefix || strings.HasPrefix(space, uri)
}

// item reads one item, up to its end.
func (f *feed) item() error {
	it := Item{Name: fmt.Sprintf("%s#%d", f.name, len(f.items)+1)}
	var full, teaser, guid string
	set := func(at *string, v string) {
		if *at == "" {
			*at = v
		}
	}
	for {
		t, err := f.token()
		if err == io.EOF {
			return errBroken
		}
		if err != nil {
			return err
		}
		if _, end := t.(xml.EndElement); end {
			break
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		name, space := strings.ToLower(start.Name.Local), start.Name.Space
		own := plain(space)
		dublin := within(space, "dc", "http://purl.org/dc/")
		if name == "source" && own && attr(start, "url") == "" { // Atom's: a feed of its own
			title, err := f.inner("title")
			if err != nil {
				return err
			}
			set(&it.Outlet, tidy(unmarked(title), MaxOutlet))
			continue
		}
		c, err := f.content()
		if err != nil {
			return err
		}
		switch {
		case name == "link" && own:
			if rel := attr(start, "rel"); rel == "" || rel == "alternate" {
				set(&it.Link, link(attr(start, "href")))
				set(&it.Link, link(c.text))
			}
		case name == "guid" && own && attr(start, "isPermaLink") != "false", name == "id" && own:
			set(&guid, link(c.text))
		case name == "title" && own:
			set(&it.Title, tidy(unmarked(c.text), 1000))
		case name == "source" && own:
			set(&it.Outlet, tidy(c.text, MaxOutlet))
		case name == "publisher" && dublin:
			set(&it.Outlet, tidy(c.text, MaxOutlet))
		case (name == "pubdate" || name == "published" || name == "issued") && own, name == "date" && dublin:
			set(&it.Published, claim(c.text))
		case (name == "updated" || name == "modified") && own:
			set(&it.Modified, claim(c.text))
		case name == "encoded" && within(space, "content", "http://purl.org/rss/1.0/modules/content"):
			set(&full, c.html(""))
		case name == "content" && own && attr(start, "src") == "":
			set(&full, c.html(attr(start, "type")))
		case name == "summary" && own:
			set(&teaser, c.html(attr(start, "type")))
		case name == "description" && own:
			set(&teaser, c.html(""))
		}
	}
	set(&it.Link, guid)
	it.HTML = full
	if strings.TrimSpace(full) == "" {
		it.HTML, it.Teaser = teaser, strings.TrimSpace(teaser) != ""
	}
	if strings.TrimSpace(it.HTML) == "" {
		it.HTML = ""
	}
	f.items = append(f.items, it)
	return nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

// content is what stands in an element: as text, and with its tags.
type content struct {
	text, marked string
	tags         bool
}

// html returns the content as HTML. kind is Atom's type: text, html (which is
// what RSS means too) or xhtml; other kinds are no article.
func (c content) html(kind string) string {
	switch kind = strings.ToLower(strings.TrimSpace(kind)); {
	case c.tags:
		return c.marked
	case kind == "text" || kind == "text/plain":
		return html.EscapeString(c.text)
	case kind == "" || kind == "html" || kind == "text/html" || kind == "xhtml" || kind == "application/xhtml+xml":
		return c.text
	}
	return ""
}

// content reads an element up to its end.
func (f *feed) content() (content, error) {
	var c content
	var text, marked strings.Builder
	for depth := 1; ; {
		t, err := f.token()
		if err == io.EOF {
			return c, errBroken
		}
		if err != nil {
			return c, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > feedDepth {
				return c, errNested
			}
			c.tags = true
			marked.WriteString("<" + tag(t.Name.Local))
			for _, a := range t.Attr {
				if tag(a.Name.Local) == a.Name.Local {
					fmt.Fprintf(&marked, ` %s="%s"`, a.Name.Local, html.EscapeString(a.Value))
				}
			}
			marked.WriteString(">")
		case xml.EndElement:
			if depth--; depth == 0 {
				c.text, c.marked = text.String(), marked.String()
				return c, nil
			}
			marked.WriteString("</" + tag(t.Name.Local) + ">")
		case xml.CharData:
			text.Write(t)
			marked.WriteString(html.EscapeString(string(t)))
		}
	}
}

// tag keeps an element's or attribute's name from being more than a name.
func tag(name string) string {
	for _, c := range name {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return "span"
		}
	}
	return name
}

// inner reads an element up to its end, and returns the text of its child of a
// name.
func (f *feed) inner(name string) (string, error) {
	found := ""
	for {
		t, err := f.token()
		if err == io.EOF {
			return "", errBroken
		}
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return found, nil
		case xml.CharData:
			if found == "" {
				found = strings.TrimSpace(string(t)) // RSS without a link
			}
		case xml.StartElement:
			c, err := f.content()
			if err != nil {
				return "", err
			}
			if strings.EqualFold(t.Name.Local, name) {
				found = c.text
			}
		}
	}
}

// unmarked takes the tags out of a title that has them, and reads entities that
// were escaped twice.
func unmarked(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	for s != "" {
		before, after, open := strings.Cut(s, "<")
		b.WriteString(before)
		if !open {
			break
		}
		_, rest, shut := strings.Cut(after, ">")
		if !shut || !startsTag(after) {
			b.WriteByte('<')
			s = after
			continue
		}
		s = rest
	}
	return html.UnescapeString(b.String())
}

func startsTag(s string) bool {
	return s != "" && (s[0] == '/' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z')
}
