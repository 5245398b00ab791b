package page_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frank/trace"
	"frank/trace/page"

	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "rewrite the golden pages")

// fixtures returns the reports under testdata by name; none is a failure.
func fixtures(t *testing.T) map[string]*trace.Report {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("expected reports in testdata, found none (%v)", err)
	}
	reports := map[string]*trace.Report{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := trace.ParseReport(data)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		reports[strings.TrimSuffix(filepath.Base(f), ".json")] = r
	}
	return reports
}

func write(t *testing.T, r *trace.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, r := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			got, file := write(t, r), filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the page differs from %s at byte %d; -update rewrites it", file, firstDifference(got, string(want)))
			}
		})
	}
}

func firstDifference(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}

// void are the elements that have no end tag.
var void = map[string]bool{"meta": true, "br": true}

// TestSelfContained reads every page as a browser's tokens: no script, nothing
// from elsewhere, every element closed in order, every id once and every
// reference to one met.
func TestSelfContained(t *testing.T) {
	for name, r := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			text := write(t, r)
			if _, err := html.Parse(strings.NewReader(text)); err != nil {
				t.Fatal(err)
			}
			var open, targets []string
			ids, headings := map[string]bool{}, 0
			z := html.NewTokenizer(strings.NewReader(text))
			for {
				kind := z.Next()
				if kind == html.ErrorToken {
					break
				}
				tok := z.Token()
				switch kind {
				case html.StartTagToken, html.SelfClosingTagToken:
					if kind == html.StartTagToken && !void[tok.Data] {
						open = append(open, tok.Data)
					}
					switch tok.Data {
					case "script", "link", "img", "iframe", "object", "embed", "base", "form", "audio", "video", "image", "use", "foreignobject":
						t.Errorf("expected no <%s>", tok.Data)
					case "h1":
						headings++
					}
					for _, a := range tok.Attr {
						switch {
						case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "srcset", a.Key == "action", a.Key == "xlink:href", a.Key == "style":
							t.Errorf("expected no attribute %s, found it on <%s>", a.Key, tok.Data)
						case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
							t.Errorf("expected links within the page only, found %q", a.Val)
						case a.Key == "id":
							if ids[a.Val] {
								t.Errorf("expected id %q once", a.Val)
							}
							ids[a.Val] = true
						case a.Key == "href":
							targets = append(targets, a.Val[1:])
						case a.Key == "aria-labelledby":
							targets = append(targets, a.Val)
						}
					}
				case html.EndTagToken:
					if len(open) == 0 || open[len(open)-1] != tok.Data {
						t.Fatalf("</%s> closes %v", tok.Data, open)
					}
					open = open[:len(open)-1]
				case html.TextToken:
					if len(open) > 0 && open[len(open)-1] == "style" && (strings.Contains(tok.Data, "url(") || strings.Contains(tok.Data, "@import")) {
						t.Error("expected styles that load nothing")
					}
				}
			}
			if len(open) != 0 {
				t.Errorf("expected every element closed, found %v open", open)
			}
			if headings != 1 {
				t.Errorf("expected one first heading, found %d", headings)
			}
			for _, id := range targets {
				if !ids[id] {
					t.Errorf("expected an element with id %q", id)
				}
			}
		})
	}
}

// shown returns what a reader sees of the page, spaces collapsed.
func shown(t *testing.T, text string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Data == "style" {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return strings.Join(strings.Fields(b.String()), " ")
}

func expect(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("expected the page to say %q", p)
		}
	}
}

func expectNot(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(text, p) {
			t.Errorf("expected the page not to say %q", p)
		}
	}
}

func TestNamedSaysWhatItMeans(t *testing.T) {
	text := shown(t, write(t, fixtures(t)["named"]))
	expect(t, text,
		"Copy 7 is named", "was issued to Head of Fisheries Desk",
		"If copy 7 had no part in this", "the 100 copies tested", "no more than one of every 3,100,000 such inquiries",
		"not the chance that copy 7 is innocent", "does not say that whoever held the copy did anything",
		"who held the codebook", "standing-alone trace, not a frozen inquiry",
		"cap, set by validation", "ENFSI Guideline", "Why no probability of guilt is given")
}

func TestReaderOnlyWhereNamed(t *testing.T) {
	all := fixtures(t)
	for name, r := range all {
		if text := shown(t, write(t, r)); strings.Contains(text, "was issued to ") != (len(r.Dispatches) > 0 && r.Dispatches[0].Verdict == trace.Named) {
			t.Errorf("%s: expected a reader exactly where a copy is named", name)
		}
	}
	r := all["narrowed"]
	r.Dispatches[0].Ranking[0].Reader = "Head of Protocol"
	if err := page.Write(&bytes.Buffer{}, r); err == nil {
		t.Error("expected a report that shows the reader of an unnamed copy to be refused")
	}
}

func TestMixedNamesEachForItself(t *testing.T) {
	expect(t, shown(t, write(t, fixtures(t)["named-two"])),
		"Copies 7 and 23 are named", "If copy 7 had no part", "If copy 23 had no part",
		"This copy was tested beside copy 23", "printed as in another named copy")
}

func TestNarrowed(t *testing.T) {
	text := shown(t, write(t, fixtures(t)["narrowed"]))
	expect(t, text, "Narrowed to 4 of 100 copies", "copies 12, 31, 58 and 90", "at least 99 of every 100",
		"By chance alone, 1.3 of the 100 copies", "not cleared by that")
	expectNot(t, text, "Copy 12 is named", "If copy ", "was issued to ")
}

func TestCannotTellShowsNoAgreement(t *testing.T) {
	text := shown(t, write(t, fixtures(t)["cannot-tell"]))
	expect(t, text, "Cannot tell which copy", "it clears none", "What would change the answer")
	expectNot(t, text, "printed as in copy", "weak support for", "The words for it")
}

func TestNothingQuoted(t *testing.T) {
	text := shown(t, write(t, fixtures(t)["none"]))
	expect(t, text, "No dispatch is quoted", "nothing is said about any reader")
	expectNot(t, text, "Cannot tell")
}

func TestSeveralDispatches(t *testing.T) {
	text := write(t, fixtures(t)["two-dispatches"])
	expect(t, shown(t, text), "2 dispatches are quoted", "Narrowed to", "Cannot tell")
	expect(t, text, `href="#d1"`, `href="#d2"`)
}

func TestHostileText(t *testing.T) {
	text := write(t, fixtures(t)["hostile"])
	expect(t, text, "&lt;script&gt;")
	expect(t, shown(t, text), "[U+202E]", "[U+0007]", "<script>alert(1)</script>")
	expectNot(t, text, "<script", "<img", "onerror=alert(1)>", "\u202e", "\u2066", "javascript:alert(1)\"")
}

// TestSameBytes holds for the golden pages to mean anything, and for a page to
// be checked against its report.
func TestSameBytes(t *testing.T) {
	for name, r := range fixtures(t) {
		first, second := write(t, r), write(t, r)
		if first != second {
			t.Errorf("%s: expected the same page twice", name)
		}
	}
}

func TestRefusesNoReport(t *testing.T) {
	if page.Write(&bytes.Buffer{}, nil) == nil || page.Write(&bytes.Buffer{}, &trace.Report{}) == nil {
		t.Error("expected an error")
	}
}
