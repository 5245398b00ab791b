package variant

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJoined(t *testing.T) {
	const text = "he has decided to go"
	at := func(words string, readings ...string) Proposal {
		i := strings.Index(text, words)
		return Proposal{Start: i, End: i + len(words), Kind: "phrase", Readings: append([]string{words}, readings...)}
	}
	for _, c := range []struct {
		name string
		in   []Proposal
		want string // what is left: places parted by semicolons
	}{
		{"apart", []Proposal{at("has", "hath"), at("decided", "resolved")}, "has|hath; decided|resolved"},
		{"the same words", []Proposal{at("decided", "resolved"), at("decided", "chosen", "resolved")}, "decided|chosen|resolved"},
		{"one in another", []Proposal{at("has decided to", "means to"), at("decided", "resolved", "chosen")}, "has decided to|means to|has resolved to|has chosen to"},
		{"across", []Proposal{at("has decided", "intends"), at("decided to go", "chosen to go")}, "has decided to go|has chosen to go|intends to go"},
		{"side by side is worth more", []Proposal{at("has decided to go", "goes"), at("has", "hath", "had"), at("go", "leave", "depart")}, "has|hath|had; go|leave|depart"},
		{"no more than an author reads", []Proposal{at("go", "a", "b", "c", "d"), at("to go", "e", "f", "g", "h", "i")}, "to go|e|f|g|h|i|to a|to b"},
	} {
		var got []string
		for _, p := range resolve(append(slices.Clone(c.in), joined(c.in)...)) {
			got = append(got, strings.Join(p.Readings, "|"))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
	linked := []Proposal{at("decided", "resolved"), at("decided", "chosen")}
	linked[1].Link = "a"
	if got := joined(linked); got != nil {
		t.Errorf("what changes together elsewhere was joined: %v", got)
	}
}

// TestJoinedSayOneThing: every reading of a joined proposal is the author's text
// with one proposal's reading set in.
func TestJoinedSayOneThing(t *testing.T) {
	const text = "abcdefghijklmnopqrst"
	rapid.Check(t, func(t *rapid.T) {
		var all []Proposal
		once := map[string]bool{}
		for range rapid.IntRange(1, 7).Draw(t, "proposals") {
			i := rapid.IntRange(0, len(text)-1).Draw(t, "start")
			j := rapid.IntRange(i+1, min(len(text), i+6)).Draw(t, "end")
			p := Proposal{Start: i, End: j, Kind: "phrase", Readings: []string{text[i:j]}}
			for range rapid.IntRange(1, 3).Draw(t, "readings") {
				r := rapid.StringMatching("[U-Z]{1,3}").Draw(t, "reading")
				p.Readings = append(p.Readings, r)
				once[text[:i]+r+text[j:]] = true
			}
			all = append(all, p)
		}
		for _, p := range joined(all) {
			if p.Readings[0] != text[p.Start:p.End] || len(p.Readings) > mostJoined {
				t.Fatalf("%+v", p)
			}
			for _, r := range p.Readings[1:] {
				if !once[text[:p.Start]+r+text[p.End:]] {
					t.Fatalf("%q at %d to %d is no proposal's", r, p.Start, p.End)
				}
			}
		}
	})
}

// TestNotMoved: what would say a thing twice, come behind the wrong article, or
// be more than an author reads.
func TestNotMoved(t *testing.T) {
	const text = "it was a plan and project then"
	pair := Proposal{Start: 9, End: 25, Kind: "list", Readings: []string{"plan and project", "project and plan"}, Items: []string{"plan", "project"}, Seps: []string{" and "}}
	d := newDocument(text, nil)
	for reading, want := range map[string]int{"scheme": 4, "undertaking": 0, "plan": 0} {
		got := 0
		for _, p := range d.moved([]Proposal{pair, {Start: 18, End: 25, Kind: "substitution", Readings: []string{"project", reading}}}) {
			got += len(p.Readings)
		}
		if got != want {
			t.Errorf("%s: %d readings, want %d", reading, got, want)
		}
	}
	many := []Proposal{pair, {Start: 9, End: 13, Kind: "phrase", Readings: []string{"plan", "scheme", "design", "draft"}}, {Start: 18, End: 25, Kind: "phrase", Readings: []string{"project", "venture"}}}
	if got := d.moved(many); len(got) != 1 || len(got[0].Readings) < 4 || len(got[0].Readings) > mostJoined {
		t.Errorf("many: %v", got)
	}
}

// TestMoved: what stands inside one of two items goes with it.
func TestMoved(t *testing.T) {
	const text = "we need big ships and new guns now"
	at := func(words string, readings ...string) Proposal {
		i := strings.Index(text, words)
		return Proposal{Start: i, End: i + len(words), Kind: "phrase", Readings: append([]string{words}, readings...)}
	}
	pair := at("big ships and new guns", "new guns and big ships")
	pair.Kind, pair.Items, pair.Seps = "list", []string{"big ships", "new guns"}, []string{" and "}
	for _, c := range []struct {
		name string
		in   []Proposal
		want string
	}{
		{"alone", []Proposal{pair}, "big ships and new guns|new guns and big ships"},
		{"in the first", []Proposal{pair, at("big", "large")}, "big ships and new guns|new guns and big ships|large ships and new guns|new guns and large ships"},
		{"in both", []Proposal{pair, at("big", "large"), at("guns", "cannon")},
			"big ships and new guns|new guns and big ships|big ships and new cannon|new cannon and big ships|large ships and new guns|new guns and large ships|large ships and new cannon|new cannon and large ships"},
		{"beside", []Proposal{pair, at("need", "want")}, "need|want; big ships and new guns|new guns and big ships"},
		{"across", []Proposal{pair, at("guns now", "guns soon")}, "big ships and new guns now|new guns and big ships now|big ships and new guns soon"},           // each by itself
		{"over the edge of an item", []Proposal{pair, at("ships and", "vessels and")}, "big ships and new guns|new guns and big ships|big vessels and new guns"}, // each by itself
		{"two in one", []Proposal{pair, at("new", "fresh"), at("guns", "arms")},
			"big ships and new guns|new guns and big ships|big ships and new arms|new arms and big ships|big ships and fresh guns|fresh guns and big ships|big ships and fresh arms|fresh arms and big ships"},
	} {
		var got []string
		for _, p := range resolve(slices.Concat(c.in, joined(c.in), newDocument(text, nil).moved(c.in))) {
			got = append(got, strings.Join(p.Readings, "|"))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}
