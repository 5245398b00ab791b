package variant

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frank"
)

func TestBalance(t *testing.T) {
	s, err := Parse("{A|a1|a2} x {b|b1} x {c|c1} x {d|d1|d2} x {e|e1} there. {Farms|Fields} y {g|g1} y {h|h1} there.\n")
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Master()
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, u := range m.Units {
		sizes = append(sizes, len(u.Joint))
		if len(u.Sites) != 4 {
			continue
		}
		for _, joint := range u.Joint {
			if joint[0] != 0 && joint[1] != 0 && joint[2] != 0 && joint[3] != 0 {
				t.Errorf("a copy may depart at four sites of a sentence at once: %v", joint)
			}
		}
	}
	// 3·2·2·3 less the 2·1·1·2 that depart throughout; the fifth site and the
	// three of the other sentence by themselves.
	if want := []int{32, 2, 2, 2, 2}; len(sizes) != len(want) || sizes[0] != want[0] {
		t.Errorf("the units have %v combinations, not %v", sizes, want)
	}
}

func TestLawFavoursTheAuthor(t *testing.T) {
	for _, c := range []struct {
		source string
		want   [][]uint64 // of each unit, its chances, to scale
	}{
		{"{phrase:in regard to|as regards} this.\n", [][]uint64{{2, 1}}},
		{"{phrase:in regard to|as regards|about} this.\n", [][]uint64{{2, 1, 1}}},
		{"{in regard to|as regards} this.\n", [][]uint64{{1, 1}}},                                           // the author's own
		{"{spelling#1:realise|realize} that they {spelling#1:organise|organize} it.\n", [][]uint64{{2, 1}}}, // one choice
		{"{#1:realise|realize} that they {spelling#1:organise|organize} it.\n", [][]uint64{{2, 1}}},         // one of them proposed
		{"{phrase:very sure|entirely sure} and {phrase:wholly|entirely} right.\n", [][]uint64{{4, 2, 2}}},   // but not both
		{"{phrase:in regard to|as regards} this.\n{phrase:next|then} that.\n", [][]uint64{{2, 1}, {2, 1}}},
	} {
		s, err := Parse(c.source)
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Master()
		if err != nil {
			t.Fatal(err)
		}
		var laws [][]uint64
		for _, u := range m.Units {
			laws = append(laws, u.Law)
		}
		var want [][]uint64
		for _, w := range c.want {
			want = append(want, frank.Weighted(w))
		}
		if !slices.EqualFunc(laws, want, slices.Equal[[]uint64]) {
			t.Errorf("%q is drawn by %v, not %v", c.source, laws, want)
		}
	}
}

// A long chain of readings that exclude each other has few combinations and many
// departures: its law must hold all the same.
func TestLawOfALongChain(t *testing.T) {
	for n := 2; n < 40; n++ {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "It was {phrase:word%c|word%c} here. ", 'a'+rune(i%26), 'a'+rune((i+1)%26))
		}
		s, err := Parse(strings.TrimSpace(text.String()) + "\n")
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Master()
		if err != nil {
			t.Fatalf("%d sites: %v", n, err)
		}
		if len(m.Units) == n {
			t.Fatalf("%d sites: none is drawn with another", n)
		}
	}
}
