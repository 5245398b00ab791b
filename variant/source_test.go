package variant

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"frank"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	src := `---
ref: 26 WASHINGTON 412
title: Talks on fish
---

He {contraction:did not|didn't} come, {?phrase:in order to|so as to|to} {!talk} of {list#a:[fish], [ships] and [coal]}. \
A brace: \{ and \\. {\:a: b|c} {:\[x]|y}{|,} {:?|\|}
`
	s, err := Parse(strings.ReplaceAll(strings.ReplaceAll(src, `{\:a: b|c} {:\[x]|y}`, `{a\: b|c} {\[x]|y}`), `{:?|\|}`, `{\?|\|}`))
	if err != nil {
		t.Fatal(err)
	}
	want := "He did not come, in order to talk of fish, ships and coal. A brace: { and \\. a: b [x] ?\n"
	if s.Text() != want {
		t.Errorf("text:\n%q, expected\n%q", s.Text(), want)
	}
	if s.Field("ref") != "26 WASHINGTON 412" || s.Proposed() != 1 {
		t.Errorf("ref %q, %d proposed", s.Field("ref"), s.Proposed())
	}
	m, err := s.Master()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(m.Sites[2].Readings); n != 6 || m.Sites[2].Readings[5] != "coal, ships and fish" {
		t.Errorf("the list has %d orders, the last %q", n, m.Sites[2].Readings[n-1])
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct {
		src, want string
		line, col int
	}{
		{"a {b|c", "never closed", 1, 3},
		{"a {b|c\n\nd}", "not closed before the paragraph ends", 1, 3},
		{"a } b", "without a {", 1, 3},
		{"é {a}", "at least two readings", 1, 3},
		{"{a|b|a}", "there twice", 1, 1},
		{"x\ny {a|{b|c}}", "a site inside a site", 2, 6},
		{`a \b`, "needs none", 1, 3},
		{`{a|\:b}`, "needs none", 1, 4},
		{`{\:a|b}`, "more simply", 1, 2},
		{"{[a] and b}", "ends with an item", 1, 11},
		{"{[a]}", "has 2 to 5 items", 1, 1},
		{"{[a], [] and [b]}", "empty item", 1, 8},
		{"{!}", "nothing in it", 1, 1},
		{"---\nref\n---\n\n", "expected a header line", 2, 1},
		{"---\na: b\na: c\n---\n\n", "twice", 3, 1},
		{"---\nformat: frank.source/9\n---\n\n", "expected format", 2, 1},
		{"---\nref: x\n---\ntext", "empty line", 4, 1},
		{"a\r\nb", "can be seen", 1, 2},
		{"a\xff", "not UTF-8", 1, 2},
		{"{a|a\u200b}", "can be seen", 1, 5},
		{"\ufeffa", "can be seen", 1, 1},
		{"a\u202eb", "can be seen", 1, 2},
	} {
		_, err := Parse(c.src)
		var at *SyntaxError
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, expected %q", c.src, err, c.want)
		} else if !errors.As(err, &at) || at.Line != c.line || at.Column != c.col {
			t.Errorf("%q: got %v, expected it at line %d, column %d", c.src, err, c.line, c.col)
		}
	}
	if _, err := Parse("{#a:b|c} {#a:d|e|f}"); err == nil || !strings.Contains(err.Error(), "change together") {
		t.Errorf("unequal links: %v", err)
	}
}

// genSource draws a source with every kind of node.
func genSource(t *rapid.T) *Source {
	text := rapid.StringMatching(`[a-z {}|\\\[\]:!?#\-.éß,]{0,12}`)
	solid := text.Filter(func(s string) bool { return s != "" })
	s := &Source{}
	for range rapid.IntRange(0, 2).Draw(t, "fields") {
		k := rapid.StringMatching(`[a-z]{1,5}`).Filter(func(k string) bool { return k != "format" && s.Field(k) == "" }).Draw(t, "key")
		s.Header = append(s.Header, Field{k, rapid.StringMatching(`[a-z:{}|]{1,5}`).Draw(t, "value")})
	}
	var last NodeKind = Break
	for range rapid.IntRange(0, 8).Draw(t, "nodes") {
		switch k := NodeKind(rapid.IntRange(0, 3).Draw(t, "node")); k {
		case Text:
			if last == Text {
				continue // one run of text is one node
			}
			s.Nodes = append(s.Nodes, Node{Kind: Text, Text: solid.Draw(t, "text")})
			last = k
		case Locked:
			s.Nodes = append(s.Nodes, Node{Kind: Locked, Text: solid.Draw(t, "locked")})
			last = k
		case Break:
			s.Nodes = append(s.Nodes, Node{Kind: Break})
			last = k
		case Varied:
			site := &Site{}
			if rapid.Bool().Draw(t, "is list") {
				n := rapid.IntRange(2, 4).Draw(t, "items")
				items := rapid.SliceOfNDistinct(solid, n, n, rapid.ID[string]).Draw(t, "items")
				seps := rapid.SliceOfN(text, n-1, n-1).Draw(t, "seps")
				if site = List("", items, seps); repeated(site.Readings) >= 0 {
					continue
				}
			} else {
				site.Readings = rapid.SliceOfNDistinct(text, 2, 4, rapid.ID[string]).Draw(t, "readings")
			}
			site.Kind = rapid.SampledFrom([]string{"", "phrase", "a-b"}).Draw(t, "kind")
			site.Proposed = rapid.Bool().Draw(t, "proposed")
			s.Nodes = append(s.Nodes, Node{Kind: Varied, Site: site})
			last = k
		}
	}
	return s
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genSource(t)
		out := s.String()
		again, err := Parse(out)
		if err != nil {
			t.Fatalf("%q: %v", out, err)
		}
		if again.String() != out || again.Text() != s.Text() || len(again.Nodes) != len(s.Nodes) {
			t.Fatalf("%q came back as %q", out, again.String())
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"plain", "{a|b}", "{?phrase#x:a|b|}", "{[a], [b] and [c]}", "{!locked} \\{ \\\nnext", "---\nref: x\n---\n\ntext", "---\n---\n\n---\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		s, err := Parse(src)
		if err != nil {
			return
		}
		if s.String() != src {
			t.Fatalf("%q came back as %q", src, s.String())
		}
		m, err := s.Master()
		if err != nil {
			return // too large for a format
		}
		if m.Render(make([]int, len(m.Sites))) != s.Text() {
			t.Fatalf("%q: copy 0 is not the author's wording", src)
		}
	})
}

func TestUnits(t *testing.T) {
	s, err := Parse("The {#x:aid|help|support} was {late|slow}. More {#x:aid|help|support} is {due|late}.")
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Master()
	if err != nil {
		t.Fatal(err)
	}
	var linked *frank.Unit
	for i, u := range m.Units {
		if slices.Contains(u.Sites, 0) {
			linked = &m.Units[i]
		}
	}
	if linked == nil || !slices.Contains(linked.Sites, 2) {
		t.Fatalf("linked sites are not one unit: %+v", m.Units)
	}
	k := slices.Index(linked.Sites, 2)
	for _, joint := range linked.Joint {
		if joint[0] != joint[k] {
			t.Errorf("linked sites show readings %d and %d", joint[0], joint[k])
		}
	}
}
