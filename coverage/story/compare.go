package story

import (
	"cmp"
	"slices"
	"strings"
)

// maxLines is how many sentences of a story are compared.
const maxLines = 5000

// compare says what every outlet has, and what one alone has: sentences in
// nearly the same words, and quotations.
func compare(articles []*article, quotes []Quotation) (everywhere []string, alone []Alone) {
	everywhere, alone = []string{}, []Alone{}
	outlets := map[string]int{} // how many articles each has
	var names []string
	for _, a := range articles {
		if outlets[a.outlet] == 0 {
			names = append(names, a.outlet)
		}
		outlets[a.outlet]++
	}
	if len(names) < 2 {
		return everywhere, alone
	}
	type line struct {
		sentence
		outlet string
		order  int
	}
	var all []line
	grams := []map[string]bool{}
	for _, a := range articles {
		for k, s := range cutUp(a.last().Text) {
			if len(s.content) < 4 || len(all) == maxLines {
				continue
			}
			all = append(all, line{s, a.outlet, k})
			set := map[string]bool{}
			for _, w := range s.content {
				set[w] = true
			}
			grams = append(grams, set)
		}
	}
	has := make([]map[string]bool, len(all))
	for i, l := range all {
		has[i] = map[string]bool{l.outlet: true}
	}
	// words that very many sentences have tell nothing, and are not counted
	often := map[string]int{}
	for _, g := range grams {
		for w := range g {
			often[w]++
		}
	}
	for _, g := range grams {
		for w := range g {
			if often[w] > 2000 {
				delete(g, w)
			}
		}
	}
	for p := range candidates(grams) {
		a, b := all[p[0]], all[p[1]]
		n := shared(a.content, b.content)
		if less := min(len(a.content), len(b.content)); a.outlet != b.outlet && n >= 4 && n*5 >= less*3 {
			has[p[0]][b.outlet] = true
			has[p[1]][a.outlet] = true
		}
	}
	seen := map[string]bool{}
	own := map[string][]string{}
	for i, l := range all {
		switch {
		case len(has[i]) == len(names) && l.outlet == all[0].outlet && !seen[l.key]:
			seen[l.key] = true
			everywhere = append(everywhere, l.text)
		case len(has[i]) == 1:
			if !slices.Contains(own[l.outlet], l.text) {
				own[l.outlet] = append(own[l.outlet], l.text)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(a, b) })
	for _, o := range names {
		a := Alone{Outlet: o, Quotations: []string{}, Sentences: []string{}}
		for _, q := range quotes {
			if len(q.Outlets) == 1 && q.Outlets[0] == o {
				a.Quotations = append(a.Quotations, q.Text)
			}
		}
		for _, s := range own[o] {
			if !slices.ContainsFunc(a.Quotations, func(q string) bool { return len(q) > 10 && strings.Contains(s, q) }) {
				a.Sentences = append(a.Sentences, s)
			}
		}
		if len(a.Quotations)+len(a.Sentences) > 0 {
			alone = append(alone, a)
		}
	}
	return everywhere, alone
}

// candidates returns the pairs that share at least four of their words.
func candidates(of []map[string]bool) map[pair]int {
	out := pairs(of)
	for p, n := range out {
		if n < 4 {
			delete(out, p)
		}
	}
	return out
}
