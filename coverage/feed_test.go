package coverage

import (
	"fmt"
	"strings"
	"testing"

	"frank"
)

const rss = `<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- made daily -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>The Gazette &amp; Caf` + "\xe9" + `</title><link>https://gazette.example/</link><image><title>Not this</title></image>
<item><title>Harbour &lt;b&gt;row&lt;/b&gt; deepens</title><link>https://Gazette.example/1#top</link><dc:creator>A Name</dc:creator>
 <media:title>Not this either</media:title><pubDate>Sat, 21 Nov 2026 19:30:00 +0100</pubDate><description>In short.</description>
 <content:encoded><![CDATA[<p>He wrote &ldquo;no&rdquo;.</p><p>Then yes.</p>]]></content:encoded></item>
<item><title>Teaser</title><guid>https://gazette.example/2</guid><description>He wrote &lt;q&gt;no&lt;/q&gt; & left</description><source url="https://wire.example/feed">The Wire</source></item>
<item><title>Only a link</title><guid isPermaLink="false">https://gazette.example/3</guid><link>javascript:alert(1)</link></item>
</channel></rss>`

const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">The &lt;i&gt;Post&lt;/i&gt;</title>
<entry><title>One</title><link rel="self" href="https://post.example/self"/><link href="https://post.example/1"/>
 <published>2026-11-21T10:00:00Z</published><updated>2026-11-21T12:00:00Z</updated><author><name>A Name</name></author>
 <content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>He wrote &#8220;<x:em>no</x:em>&#8221;.</x:p><x:p>1 &lt; 2</x:p></x:div></content></entry>
<entry><title>Two</title><id>https://post.example/2</id><updated>2026-11-22T12:00:00Z</updated><summary type="text">a &lt;b&gt; c</summary>
 <source><title>Elsewhere</title></source></entry></feed>`

func TestReadFeed(t *testing.T) {
	items, err := ReadFeed("rss.xml", []byte(rss))
	if err != nil || len(items) != 3 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	for i, want := range []Item{
		{Name: "rss.xml#1", Link: "https://gazette.example/1", Title: "Harbour row deepens", Outlet: "The Gazette & Café", Published: "2026-11-21T18:30:00Z",
			HTML: "<p>He wrote &ldquo;no&rdquo;.</p><p>Then yes.</p>"},
		{Name: "rss.xml#2", Link: "https://gazette.example/2", Title: "Teaser", Outlet: "The Wire", HTML: "He wrote <q>no</q> & left", Teaser: true},
		{Name: "rss.xml#3", Title: "Only a link", Outlet: "The Gazette & Café"},
	} {
		if items[i] != want {
			t.Errorf("got  %+v\nwant %+v", items[i], want)
		}
	}
	e, err := items[0].Exhibit()
	if err != nil || e.Text != "He wrote “no”.\n\nThen yes." || e.Outlet != "The Gazette & Café" || e.Published != "2026-11-21T18:30:00Z" || e.Title != "Harbour row deepens" {
		t.Errorf("%+v, %v", e, err)
	}
	if r, err := Freeze(e, []byte(items[0].HTML), at); err != nil || r.URL != "https://gazette.example/1" || r.Name != "rss.xml#1" {
		t.Errorf("%+v, %v", r, err)
	}
	if e, err = items[1].Exhibit(); err != nil || e.Text != "He wrote “no” & left" || e.Media != MediaHTML {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := items[2].Exhibit(); err == nil || frank.Hint(err) == "" {
		t.Errorf("a link is an exhibit: %v", err)
	}

	items, err = ReadFeed("atom.xml", []byte(atom))
	if err != nil || len(items) != 2 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	if it := items[0]; it.Outlet != "The Post" || it.Link != "https://post.example/1" || it.Published != "2026-11-21T10:00:00Z" || it.Modified != "2026-11-21T12:00:00Z" {
		t.Errorf("%+v", it)
	}
	for i, want := range []string{"He wrote “no”.\n\n1 < 2", "a <b> c"} {
		if e, err := items[i].Exhibit(); err != nil || e.Text != want {
			t.Errorf("%+v, %v", e, err)
		}
	}
	if it := items[1]; it.Outlet != "Elsewhere" || !it.Teaser || it.Link != "https://post.example/2" {
		t.Errorf("%+v", it)
	}
}

func TestFeedRefused(t *testing.T) {
	deep := "<rss>" + strings.Repeat("<a>", 1_000_000)
	for what, data := range map[string]string{
		"nothing":        "",
		"a page":         "<html><body><p>rss</p></body></html>",
		"broken off":     rss[:len(rss)-30],
		"in an item":     rss[:900],
		"between items":  rss[:strings.Index(rss, "<item><title>Only")],
		"deep, whole":    "<rss>" + strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300) + "</rss>",
		"deep item":      "<rss><item><description>" + strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300) + "</description></item></rss>",
		"deep":           deep,
		"deep in a item": "<rss><channel><item><description>" + deep,
		"too many":       "<rss><channel>" + strings.Repeat("<item/>", MaxItems+1) + "</channel></rss>",
		"too large":      "<rss>" + strings.Repeat(" ", MaxBytes) + "</rss>",
		"bombs":          `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><title>&b;`,
		"encoding":       `<?xml version="1.0" encoding="EBCDIC-9"?><rss></rss>`,
	} {
		items, err := ReadFeed("a.xml", []byte(data))
		if err == nil || frank.Hint(err) == "" || strings.Contains(err.Error(), "\n") || len(err.Error()) > 120 {
			t.Errorf("%s: %d items, %v", what, len(items), err)
		}
	}
}

func TestWhatAPageSaysOfItself(t *testing.T) {
	for _, tc := range []struct{ head, outlet, url, published, modified string }{
		{"", "", "", "", ""},
		{`<meta property="og:site_name" content=" The  Gazette "><link rel="canonical" href="https://Gazette.example/1?a=b#c">
<meta property="article:published_time" content="2026-11-21T19:30:00+01:00"><meta property="article:modified_time" content="2026-11-22">
<meta name="author" content="A Name">`,
			"The Gazette", "https://gazette.example/1?a=b", "2026-11-21T18:30:00Z", "2026-11-22"},
		{`<link rel="canonical" href="/relative"><meta property="og:url" content="https://www.post.example/2">`, "post.example", "https://www.post.example/2", "", ""},
		{`<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"No","url":"https://no.example"},
{"@type":"NewsArticle","datePublished":"2026-11-21T19:30:00Z","dateModified":"2026-11-21T20:30:00Z","publisher":{"@type":"Organization","name":"The Wire"},
"url":"https://wire.example/3","author":[{"name":"A Name"}]}]}</script>`, "The Wire", "https://wire.example/3", "2026-11-21T19:30:00Z", "2026-11-21T20:30:00Z"},
		{`<meta name="date" content="yesterday"><meta name="DC.date" content="2026-11-21"><meta itemprop="dateModified" content="21 Nov 2026 10:00 GMT">`, "", "", "2026-11-21", "2026-11-21T10:00:00Z"},
		{`<script type="application/ld+json">` + strings.Repeat("[", 20000) + `</script><link rel=canonical href="javascript:x">`, "", "", "", ""},
	} {
		e := read(t, "a.html", `<html><head>`+tc.head+`</head><body><p>`+story+`</p><p><time itemprop="other" datetime="2020-01-01"></p></body></html>`)
		if e.Outlet != tc.outlet || e.URL != tc.url || e.Published != tc.published || e.Modified != tc.modified {
			t.Errorf("got %q %q %q %q of %.80s", e.Outlet, e.URL, e.Published, e.Modified, tc.head)
		}
		if strings.Contains(fmt.Sprintf("%+v", e), "A Name") {
			t.Errorf("the byline was kept: %+v", e)
		}
	}
}

func FuzzReadFeed(f *testing.F) {
	f.Add([]byte(rss))
	f.Add([]byte(atom))
	f.Add([]byte(`<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel/><item><title>a</title></item></rdf:RDF>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		items, err := ReadFeed("a", data)
		if err != nil {
			if frank.Hint(err) == "" {
				t.Errorf("%v: no hint", err)
			}
			return
		}
		for i := range items {
			it := &items[i]
			e, err := it.Exhibit()
			if err != nil {
				continue
			}
			if _, err := Freeze(e, []byte(it.HTML), at); err != nil {
				t.Errorf("%+v: %v", it, err)
			}
		}
	})
}
