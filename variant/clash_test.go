package variant

import (
	"slices"
	"strings"
	"testing"

	"frank"
)

// master makes a text with sites, written {a|b}.
func master(text string) *frank.Master {
	m := &frank.Master{}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		in, after, _ := strings.Cut(rest, "}")
		r := strings.Split(in, "|")
		m.Sites = append(m.Sites, frank.Site{Start: b.Len(), End: b.Len() + len(r[0]), Readings: r})
		b.WriteString(r[0])
		text = after
	}
	m.Text = b.String()
	return m
}

func TestClashes(t *testing.T) {
	far := strings.Repeat("and on ", 7)
	for text, want := range map[string][]Clash{
		"{help|assist} them and {support|help} us":        {{0, 0, 1, 1}},
		"{begin|start} it, {begin|start} it":              {{0, 1, 1, 1}}, // the author wrote begin twice
		"{regarding|on} it {about|regarding} us":          {{0, 0, 1, 1}}, // small words jar too
		"{the|a} thing {the|a} other":                     nil,            // but not these
		"{starting|going} now, {began|started} then":      {{0, 0, 1, 1}}, // one root
		"{help|assist} them " + far + "{support|help} us": nil,            // too far
		"we {help|help to} {keep|to keep} it":             {{0, 1, 1, 1}}, // to to
		"a {very|most} {very|most} bad day":               nil,            // the author says it twice
		"it is {that|that,} {so|that so} we think":        {{0, 0, 1, 1}}, // where no comma parts them
		"we {help|help to} all {keep|to keep} it":         nil,
		"{big|large} and {large|great} and {small|big}":   {{0, 0, 2, 1}, {0, 1, 1, 0}},
	} {
		if got := Clashes(master(text)); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
