package variant

import (
	"slices"
	"strings"

	"frank"
	"frank/prose"
)

// Clash is two readings that are each right and jar together.
type Clash struct{ SiteA, ReadingA, SiteB, ReadingB int }

// Clashes returns the pairs of readings at sites within twelve words of each
// other that would say one content word twice: a word that not both sites have
// in the author's own reading; and the pairs at neighbouring sites that would
// say any word twice running where the author does not. SiteA < SiteB; pairs are in order.
func Clashes(m *frank.Master) []Clash {
	words := prose.Words(m.Text)
	at := make([]int, len(m.Sites)) // words before each site
	w := 0
	for i, s := range m.Sites {
		for w < len(words) && words[w].Start < s.Start {
			w++
		}
		at[i] = w
	}
	stems := make([][][]string, len(m.Sites)) // by site and reading
	for i, s := range m.Sites {
		for _, r := range s.Readings {
			stems[i] = append(stems[i], stemsOf(r))
		}
	}
	var out []Clash
	for a := range m.Sites {
		length := len(prose.Words(m.Sites[a].Readings[0]))
		for b := a + 1; b < len(m.Sites) && at[b]-at[a]-length <= window; b++ {
			meet := b == a+1 && strings.TrimSpace(m.Text[m.Sites[a].End:m.Sites[b].Start]) == "" &&
				!stammer(m.Sites[a].Readings[0], m.Sites[b].Readings[0])
			for ra := range stems[a] {
				for rb := range stems[b] {
					if clash(stems[a], ra, stems[b], rb) || meet && stammer(m.Sites[a].Readings[ra], m.Sites[b].Readings[rb]) {
						out = append(out, Clash{a, ra, b, rb})
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y Clash) int {
		return slices.Compare([]int{x.SiteA, x.ReadingA, x.SiteB, x.ReadingB}, []int{y.SiteA, y.ReadingA, y.SiteB, y.ReadingB})
	})
	return out
}

// clash reports a stem that both readings have, unless the author has it at
// both sites too.
func clash(a [][]string, ra int, b [][]string, rb int) bool {
	for _, s := range a[ra] {
		if slices.Contains(b[rb], s) && !(slices.Contains(a[0], s) && slices.Contains(b[0], s)) {
			return true
		}
	}
	return false
}

// stammer reports that b begins with the word that a, before it, ends with, and no
// mark parts them.
func stammer(a, b string) bool {
	x, y := prose.Tokens(a), prose.Tokens(b)
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	end, start := x[len(x)-1], y[0]
	return end.Class == prose.Word && start.Class == prose.Word && end.Norm == start.Norm
}

func stemsOf(reading string) []string {
	var out []string
	for _, t := range prose.Words(reading) {
		st := contentStem(t.Norm)
		if echo()[t.Norm] {
			st = t.Norm
		}
		if st != "" && !slices.Contains(out, st) {
			out = append(out, st)
		}
	}
	return out
}

// echo are words of little content that jar when repeated all the same.
var echo = lazy(func() map[string]bool {
	return set("regarding concerning however also too therefore moreover furthermore almost upon whilst while among amongst so such")
})
