// Package specimen is dispatches for tests of packages that see no meaning in
// them: words drawn by chance, with sites.
package specimen

import (
	"math/rand/v2"
	"slices"
	"strings"

	"frank"
)

// Ref returns the reference of dispatch i, from 0.
func Ref(i int) frank.Ref { return frank.Ref{Year: 2026, Place: "SARN", Number: i + 1} }

// Style is how dispatches are written.
type Style struct {
	Word    func(*rand.Rand) string
	Between []string // what stands between two words, one as often as another
	Sites   int      // one word in so many is a site
}

// Written returns a dispatch of n words, with two or three readings at a site.
func (s Style) Written(rng *rand.Rand, n int) *frank.Master {
	m := &frank.Master{}
	var b strings.Builder
	word := func() string { return s.Word(rng) }
	for i := range n {
		if i > 0 {
			b.WriteString(s.Between[rng.IntN(len(s.Between))])
		}
		w := word()
		if rng.IntN(s.Sites) == 0 {
			readings := []string{w}
			for range 1 + rng.IntN(2) {
				if r := []string{word(), word(), word() + " " + word(), ""}[rng.IntN(4)]; !slices.Contains(readings, r) {
					readings = append(readings, r)
				}
			}
			if len(readings) > 1 {
				m.Sites = append(m.Sites, frank.Site{Start: b.Len(), End: b.Len() + len(w), Readings: readings})
			}
		}
		b.WriteString(w)
	}
	m.Text = b.String()
	return m
}

// List returns so many dispatches.
func List(count int, written func() *frank.Master) []*frank.Master {
	list := make([]*frank.Master, count)
	for i := range list {
		list[i] = written()
	}
	return list
}

// Turned returns a dispatch whose readings stand in another order: other ones
// come first, and the text says these.
func Turned(rng *rand.Rand, m *frank.Master) *frank.Master {
	out := &frank.Master{}
	var b strings.Builder
	at := 0
	for _, s := range m.Sites {
		b.WriteString(m.Text[at:s.Start])
		r := slices.Clone(s.Readings)
		rng.Shuffle(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] })
		out.Sites = append(out.Sites, frank.Site{Start: b.Len(), End: b.Len() + len(r[0]), Readings: r})
		b.WriteString(r[0])
		at = s.End
	}
	b.WriteString(m.Text[at:])
	out.Text = b.String()
	return out
}

// Copy returns the text of a copy.
func Copy(rng *rand.Rand, m *frank.Master) string {
	r := make([]int, len(m.Sites))
	for i := range r {
		r[i] = rng.IntN(len(m.Sites[i].Readings))
	}
	return m.Render(r)
}
