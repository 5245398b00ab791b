package gauge

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"frank"
)

// binary returns a text of sentences of ten words, each with sites two-way
// sites, in units of the given size.
func binary(sentences, sites, together int) *frank.Master {
	m := &frank.Master{}
	for s := range sentences {
		for w := range 10 {
			if w > 0 {
				m.Text += " "
			}
			word := fmt.Sprintf("w%d", w)
			if w == 0 {
				word = fmt.Sprintf("Word%d", s)
			}
			if w < sites {
				at := len(m.Text)
				m.Sites = append(m.Sites, frank.Site{Start: at, End: at + len(word), Readings: []string{word, word + "x"}})
			}
			m.Text += word
		}
		m.Text += ". "
	}
	for i := 0; i < len(m.Sites); i += together {
		u := frank.Unit{Law: frank.Uniform(2), Joint: [][]int{nil, nil}}
		for k := range together {
			u.Sites = append(u.Sites, i+k)
			u.Joint[0], u.Joint[1] = append(u.Joint[0], 0), append(u.Joint[1], 1)
		}
		m.Units = append(m.Units, u)
	}
	return m
}

func always(string) uint32 { return 65536 }

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestBitsAndReachOfEvenlySpreadSites(t *testing.T) {
	m := binary(10, 5, 1)
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	g := Measure(m, Options{Readers: 100, Level: 1e-4, Keep: always})
	if g.Words != 100 || g.Sites != 50 || !near(g.Bits, 50) || !near(g.Surviving, 50) || len(g.Sentences) != 10 {
		t.Fatalf("%+v", g)
	}
	if math.Abs(g.Need-21.93) > 0.01 {
		t.Fatalf("need %v", g.Need)
	}
	// 22 bits from a sentence's start: four whole sentences and two sites.
	s := g.Sentences[0]
	if s.Words != 10 || s.Sites != 5 || !near(s.Bits, 5) || s.Clean != 42 || s.Press != 42 {
		t.Fatalf("%+v", s)
	}
	if g.Clean.Never != 4 || g.Clean.Median != 42 || g.Clean.NinetiethPercentile != 0 {
		t.Fatalf("%+v", g.Clean)
	}
	if len(g.Thin) != 0 {
		t.Fatalf("thin: %v", g.Thin)
	}
}

func TestUnitsCountOnce(t *testing.T) {
	// All five sites of a sentence are one unit of one bit.
	g := Measure(binary(10, 5, 5), Options{Readers: 100, Level: 1e-4, Keep: always})
	if !near(g.Bits, 10) || !near(g.Sentences[3].Bits, 1) {
		t.Fatalf("%v in all, %v in a sentence", g.Bits, g.Sentences[3].Bits)
	}
	// A unit over two sentences counts in each of them, once in all.
	g = Measure(binary(10, 5, 10), Options{Readers: 100, Level: 1e-4, Keep: always})
	if !near(g.Bits, 5) || !near(g.Sentences[3].Bits, 1) {
		t.Fatalf("%v in all, %v in a sentence", g.Bits, g.Sentences[3].Bits)
	}
	if len(g.Thin) != 1 || g.Thin[0] != (Passage{0, 10}) || g.Press.Never != 10 {
		t.Fatalf("thin: %v, %+v", g.Thin, g.Press)
	}
}

func TestSurvival(t *testing.T) {
	if got := survives([]float64{0.75, 0.25}, 0); !near(got, 0) {
		t.Fatalf("a reading printed without regard to the copy carries %v bits", got)
	}
	if got := survives([]float64{0.5, 0.5}, 0.8); !near(got, 1-0.4689955935892812) { // nine in ten agree
		t.Fatalf("four in five kept: %v", got)
	}
	if got := survives([]float64{0.25, 0.25, 0.25, 0.25}, 1); !near(got, 2) {
		t.Fatalf("four-way, kept: %v", got)
	}
	g := Measure(binary(10, 5, 1), Options{Readers: 100, Level: 1e-4, Keep: func(string) uint32 { return 60000 }})
	if g.Surviving >= g.Bits || g.Sentences[0].Press <= g.Sentences[0].Clean {
		t.Fatalf("%v of %v; %+v", g.Surviving, g.Bits, g.Sentences[0])
	}
}

func TestThinPassagesAreFoundWhereTheyAre(t *testing.T) {
	m := binary(30, 5, 1)
	plain := strings.Repeat("Nothing at all may vary here or in what follows it. ", 20)
	m.Text += plain
	g := Measure(m, Options{Readers: 100, Level: 1e-4, Keep: always})
	if len(g.Thin) != 1 || g.Thin[0].To != len(g.Sentences) || g.Thin[0].From < 26 {
		t.Fatalf("thin: %v of %d", g.Thin, len(g.Sentences))
	}
}

func TestNothingToGauge(t *testing.T) {
	for _, text := range []string{"", "…", "One."} {
		g := Measure(&frank.Master{Text: text}, Options{Readers: 1, Level: 1e-4, Keep: always})
		if g.Bits != 0 || g.Press.Median != 0 {
			t.Fatalf("%q: %+v", text, g)
		}
	}
}
