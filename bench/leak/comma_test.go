package leak

import (
	"strings"
	"testing"
)

// How often each hand changes a comma that may go, and a place where one may
// come, for places of every sort.
func TestOptionalCommas(t *testing.T) {
	with := "In the circumstances, we think so. They came, and we left. It was late, but useful. It is, of course, late. They stayed, too."
	without := strings.ReplaceAll(with, ",", "")
	count := func(text string, h hand) (changed int) {
		for seed := range uint64(2000) {
			a, b := strings.Count(text, ","), strings.Count(h.commas(text, NewRand(seed, "commas")), ",")
			changed += max(a-b, b-a)
		}
		return changed
	}
	for _, c := range []struct {
		name    string
		hand    hand
		out, in int // of sixty
	}{
		{"typist", typist, 3, 2},
		{"a house that takes them out", Houses[0].desk(), 20, 3},
		{"a house that puts them in", Houses[1].desk(), 3, 20},
		{"an editor", editor(5), 10, 10},
		{"a heavy editor", editor(20), 20, 20},
	} {
		for _, w := range []struct {
			text string
			rate int
		}{{with, c.out}, {without, c.in}} {
			all := 2000 * 6 // commas: five places, one of them with two
			if got := count(w.text, c.hand); got*60 < all*w.rate*8/10 || got*60 > all*w.rate*12/10 {
				t.Errorf("%s changed %d of %d in %q, expected %d of 60", c.name, got, all, w.text, w.rate)
			}
		}
	}
	for _, keep := range []string{"On 3 May 1938, 50 men left.", "The boy, who came late, left.", "It was red, blue and grey.", "London, 3 May"} {
		if got := (hand{60, 60}).commas(keep, NewRand(1)); got != keep {
			t.Errorf("%q became %q", keep, got)
		}
	}
}
