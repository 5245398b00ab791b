package coverage

import (
	"encoding/json"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// A page says the same thing of itself in several places; the first list entry
// that is there counts. There is none for who wrote it, on purpose.
var (
	outletNames    = []string{"og:site_name", "ld:publisher", "dc.publisher", "dcterms.publisher", "citation_publisher", "publisher", "application-name"}
	linkNames      = []string{"canonical", "og:url", "ld:url"}
	publishedNames = []string{"article:published_time", "og:published_time", "ld:published", "datepublished", "parsely-pub-date", "pubdate",
		"publishdate", "publish-date", "publish_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "date"}
	modifiedNames = []string{"article:modified_time", "og:modified_time", "og:updated_time", "ld:modified", "datemodified", "lastmod",
		"last-modified", "dcterms.modified", "dc.date.modified"}
)

// claims takes what the page says of itself.
func (e *Exhibit) claims(doc *html.Node) {
	said := map[string][]string{}
	look(doc, said)
	e.URL = first(said, linkNames, link)
	e.Outlet = first(said, outletNames, func(s string) string { return tidy(s, MaxOutlet) })
	if e.Outlet == "" {
		e.Outlet = host(e.URL)
	}
	e.Published = first(said, publishedNames, claim)
	e.Modified = first(said, modifiedNames, claim)
}

// first returns the first value under the names, in their order, that read
// makes something of.
func first(said map[string][]string, names []string, read func(string) string) string {
	for _, name := range names {
		for _, value := range said[name] {
			if v := read(value); v != "" {
				return v
			}
		}
	}
	return ""
}

// host returns the server's name in a link, which tells the outlet where the
// page does not.
func host(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return tidy(strings.TrimPrefix(u.Hostname(), "www."), MaxOutlet)
}

// most is how many values of one name are kept.
const most = 8

// look collects what meta, link, time and JSON-LD elements say under n.
func look(n *html.Node, said map[string][]string) {
	add := func(name, value string) {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && value != "" && len(said[name]) < most {
			said[name] = append(said[name], value)
		}
	}
	if n.Type == html.ElementNode {
		a := map[string]string{}
		for _, at := range n.Attr {
			if _, again := a[at.Key]; !again {
				a[at.Key] = at.Val
			}
		}
		switch n.Data {
		case "meta":
			for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
				add(a[key], a["content"])
			}
		case "link":
			if strings.EqualFold(strings.TrimSpace(a["rel"]), "canonical") {
				add("canonical", a["href"])
			}
		case "time":
			if _, pub := a["pubdate"]; pub {
				add("pubdate", a["datetime"])
			}
			add(a["itemprop"], a["datetime"])
		case "script":
			if strings.EqualFold(strings.TrimSpace(a["type"]), "application/ld+json") && n.FirstChild != nil {
				linked([]byte(n.FirstChild.Data), add, 0)
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		look(c, said)
	}
}

// thing is what is read of a JSON-LD object.
type thing struct {
	Published json.RawMessage `json:"datePublished"`
	Modified  json.RawMessage `json:"dateModified"`
	Publisher json.RawMessage `json:"publisher"`
	URL       json.RawMessage `json:"url"`
	Graph     json.RawMessage `json:"@graph"`
}

// linked reads JSON-LD: an object, a list of them, or a graph. Only objects
// that say when they were published speak of the article.
func linked(data []byte, add func(name, value string), depth int) {
	if depth > 3 {
		return
	}
	var list []json.RawMessage
	if json.Unmarshal(data, &list) == nil {
		for _, one := range list[:min(len(list), 100)] {
			linked(one, add, depth+1)
		}
		return
	}
	var t thing
	if json.Unmarshal(data, &t) != nil {
		return
	}
	if t.Graph != nil {
		linked(t.Graph, add, depth+1)
	}
	if t.Published == nil {
		return
	}
	add("ld:published", text(t.Published))
	add("ld:modified", text(t.Modified))
	add("ld:publisher", text(t.Publisher))
	add("ld:url", text(t.URL))
}

// text returns a JSON string, or the name of the object or first object there.
func text(data json.RawMessage) string {
	var s string
	if json.Unmarshal(data, &s) == nil {
		return s
	}
	var named struct{ Name string }
	if json.Unmarshal(data, &named) == nil {
		return named.Name
	}
	var list []struct{ Name string }
	if json.Unmarshal(data, &list) == nil && len(list) > 0 {
		return list[0].Name
	}
	return ""
}
