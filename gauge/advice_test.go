package gauge

import (
	"strings"
	"testing"

	"frank"
	"frank/prose"
)

// runs lists every run of four words of a text as open.
func runs(text string) []prose.Span {
	out := []prose.Span{}
	w := prose.Words(text)
	for i := 0; i+4 <= len(w); i += 5 {
		out = append(out, prose.Span{Start: w[i].Start, End: w[i+3].End})
	}
	return out
}

func TestAdviceGoesWhereItShortensMost(t *testing.T) {
	// A dense text with one bare sentence of 22 words in it.
	m := binary(12, 5, 1)
	bare := strings.Repeat("nothing may vary here and there ", 3) + "in all of it. "
	at := len(m.Text)
	m.Text += "Now " + bare
	for range 12 {
		for w := range 10 {
			if w > 0 {
				m.Text += " "
			} else {
				m.Text += "Word "
			}
			if w < 5 {
				m.Sites = append(m.Sites, frank.Site{Start: len(m.Text), End: len(m.Text) + 1, Readings: []string{"v", "w"}})
				m.Units = append(m.Units, frank.Unit{Sites: []int{len(m.Sites) - 1}, Joint: [][]int{{0}, {1}}, Law: frank.Uniform(2)})
			}
			m.Text += "v"
		}
		m.Text += ". "
	}
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	g := Measure(m, Options{Readers: 100, Level: 1e-4, Keep: always, Open: runs(m.Text)})
	if len(g.Advice) != 1 {
		t.Fatalf("advice for %d sentences: %+v", len(g.Advice), g.Advice)
	}
	a := g.Advice[0]
	if s := g.Sentences[a.Sentence]; s.Start != at || s.Sites != 0 {
		t.Fatalf("advice for sentence %d at %d, not the bare one at %d", a.Sentence, s.Start, at)
	}
	// One bit is worth one of the sites around, which come at one in two words.
	if !near(a.Two.Bits, 1) || a.Two.Words <= 0.5 || a.Two.Words > 11 || a.Three.Words < a.Two.Words || a.Three.Bits < 1.58 {
		t.Fatalf("%+v", a)
	}
	if len(a.Places) == 0 || len(a.Places) > maxPlaces || a.Places[0].Readings != 1 {
		t.Fatalf("%+v", a.Places)
	}
	if g := Measure(m, Options{Readers: 100, Level: 1e-4, Keep: always}); g.Advice != nil {
		t.Fatal("advice that nobody asked for")
	}
}

func TestAdviceInATextThatNamesNobody(t *testing.T) {
	text := "There is only one place in all of this long sentence where a copy may be worded otherwise, and it is good. Short one."
	i := strings.Index(text, "good")
	m := &frank.Master{Text: text, Sites: []frank.Site{{Start: i, End: i + 4, Readings: []string{"good", "fine"}}},
		Units: []frank.Unit{{Sites: []int{0}, Joint: [][]int{{0}, {1}}, Law: frank.Uniform(2)}}}
	open := runs(text[:i])
	g := Measure(m, Options{Readers: 100, Level: 1e-4, Keep: always, Open: open})
	if len(g.Advice) != 1 || g.Advice[0].Sentence != 0 {
		t.Fatalf("%+v", g.Advice)
	}
	a := g.Advice[0]
	// At one bit in 23 words, a bit more is 23 words fewer.
	if a.Two.Words < 20 || a.Two.Words > 26 {
		t.Errorf("%+v", a.Two)
	}
	last := a.Places[len(a.Places)-1]
	if last.Readings != 2 || last.Start != i || last.Bits < 0.58 || last.Bits > 0.59 {
		t.Errorf("a third reading: %+v", last)
	}
	if n := len(a.Places); n != maxPlaces {
		t.Errorf("%d places", n)
	}
	// Nothing open: nothing to advise.
	if g := Measure(&frank.Master{Text: text}, Options{Readers: 100, Level: 1e-4, Keep: always, Open: []prose.Span{}}); len(g.Advice) != 0 {
		t.Errorf("%+v", g.Advice)
	}
}
