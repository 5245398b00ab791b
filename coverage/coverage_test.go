package coverage

import (
	"crypto/sha256"
	"strings"
	"testing"
	"unicode/utf8"

	"frank"
)

func read(t *testing.T, name, data string) *Exhibit {
	t.Helper()
	e, err := Read(name, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if e.SHA256 != sha256.Sum256([]byte(data)) {
		t.Error("the hash is not of the file's bytes")
	}
	return e
}

func TestPlainText(t *testing.T) {
	for _, tc := range []struct{ name, data, want string }{
		{"as it is", "He wrote “no”.\n\nThen “yes”.\n", "He wrote “no”.\n\nThen “yes”."},
		{"line ends and blank lines", "\ufeffOne\r\ntwo\r\n \r\n\r\n\r\nthree  \r\n", "One\ntwo\n\nthree"},
		{"composed", "cafe\u0301", "café"},
		{"a line is a paragraph", strings.Repeat("long ", 40) + "\nNext.", strings.TrimSpace(strings.Repeat("long ", 40)) + "\n\nNext."},
		{"wrapped lines are not", "One line\nand another.", "One line\nand another."},
		{"less than", "<3 is no tag", "<3 is no tag"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := read(t, "a.txt", tc.data)
			if e.Text != tc.want || e.Media != MediaText {
				t.Errorf("got %q, %s", e.Text, e.Media)
			}
		})
	}
}

const story = `Officials in the port spent the weekend reading what their envoy had to say about the harbour board, and few of
them will have enjoyed it. The note was written in the spring and went to a handful of desks, none of which would say on Monday
whether it had been theirs that lost it, or how long ago.`

func page(body string) string {
	return `<!DOCTYPE html><html><head><title>Harbour row deepens | The Gazette</title><style>p{}</style></head><body>
<nav><a href="/">Home</a> <a href="/x">World</a></nav><article><h1>Harbour row deepens</h1>` + body +
		`</article><aside><p>Subscribe now</p></aside><footer>All rights reserved</footer><script>var x="quoted"</script></body></html>`
}

func TestArticle(t *testing.T) {
	e := read(t, "story", page("<p>"+story+"</p><p>The board is “<em>clum</em>sy&nbsp;&amp;\n <b>inept</b>”, it&rsquo;s said<sup>3</sup>.</p>"+
		"<blockquote><p>We do not believe it.</p><p>Nor do they.</p></blockquote><p>"+story+"</p>"))
	if e.Media != MediaHTML || e.Title != "Harbour row deepens | The Gazette" && e.Title != "Harbour row deepens" {
		t.Errorf("media %q, title %q", e.Media, e.Title)
	}
	if !strings.Contains(e.Text, "\n\nThe board is “clumsy & inept”, it’s said.\n\n") {
		t.Errorf("inline marks or entities went wrong: %q", e.Text)
	}
	if len(e.Quotes) != 1 || e.Text[e.Quotes[0][0]:e.Quotes[0][1]] != "We do not believe it.\n\nNor do they." {
		t.Errorf("block quotations %v of %q", e.Quotes, e.Text)
	}
	for _, no := range []string{"Subscribe", "Home", "rights", "var x"} {
		if strings.Contains(e.Text, no) {
			t.Errorf("%q is not the article's: %q", no, e.Text)
		}
	}
}

func TestSnippet(t *testing.T) {
	for _, tc := range []struct{ name, data, want string }{
		{"short", "<p>He wrote <q>no</q>.<p>Then<br>yes", "He wrote “no”.\n\nThen\nyes"},
		{"nothing but text", "<html>He wrote “no”.", "He wrote “no”."},
		{"hidden", `<div><p>Seen.</p><p hidden>Not.</p><p style="display: none">Not.</p></div>`, "Seen."},
		{"two breaks", "<div>One.<br><br>Two.</div>", "One.\n\nTwo."},
		{"table", "<table><tr><td>One</td><td>Two</td></tr></table>", "One\n\nTwo"},
		{"figures raised", "<p>10<sup>6</sup> of them<sup>[2]</sup></p>", "106 of them"},
		{"Windows", "<html><meta charset=windows-1252><p>He wrote \x93no\x94.", "He wrote “no”."},
		{"Latin, not declared", "<html><p>He wrote \x93caf\xe9\x94.", "He wrote “café”."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if e := read(t, "a", tc.data); e.Text != tc.want || e.Media != MediaHTML {
				t.Errorf("got %q, %s", e.Text, e.Media)
			}
		})
	}
}

func TestSameBytesSameExhibit(t *testing.T) {
	data := page("<div><p>" + story + "</p></div><div><p>" + story + "</p></div>")
	first := read(t, "a", data)
	for range 20 {
		if e := read(t, "a", data); e.Text != first.Text || e.Title != first.Title {
			t.Fatalf("%q, then %q", first.Text, e.Text)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, tc := range []struct{ name, data, says string }{
		{"empty", "", "no text"},
		{"white space", " \n\t\r\n", "no text"},
		{"page without text", "<html><body><img src=x></body></html>", "no text"},
		{"not UTF-8", "abc\xe9def", "byte 3 is 0xe9"},
		{"UTF-16", "\xff\xfea\x00b\x00", "UTF-16"},
		{"binary", "abc\x00def", "byte 3 is 0"},
		{"PDF", "%PDF-1.7\n", "cut off"},
		{"picture", "\x89PNG\r\n\x1a\n", "picture"},
		{"docx", "PK\x03\x04........[Content_Types].xml", "docx"},
		{"zip", "PK\x03\x04............", "ZIP"},
		{"feed", "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>", "feed"},
		{"large", strings.Repeat("a", MaxBytes+1), "more than the 16777216"},
		{"deep", "<html>" + strings.Repeat("<div>", 400_000) + "x", "nested too deeply"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, err := Read("a", []byte(tc.data))
			if err == nil {
				t.Fatalf("read as %.100q", e.Text)
			}
			if !strings.Contains(err.Error(), tc.says) || frank.Hint(err) == "" || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, hint %q", err, frank.Hint(err))
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(page("<p>" + story)))
	f.Add([]byte("<q>a<blockquote>b<sup>1<br><br>"))
	f.Add([]byte("plain\r\n\n“text”"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := Read("a", data)
		if err != nil {
			if frank.Hint(err) == "" {
				t.Errorf("%v: no hint", err)
			}
			return
		}
		if e.Text == "" || !utf8.ValidString(e.Text) {
			t.Errorf("text %q", e.Text)
		}
		at := 0
		for _, q := range e.Quotes {
			if q[0] < at || q[1] <= q[0] || q[1] > len(e.Text) {
				t.Errorf("block quotations %v in %d bytes", e.Quotes, len(e.Text))
			}
			at = q[1]
		}
	})
}
