package variant

import (
	"slices"

	"frank/prose"
)

// atOnce is how many neighbouring sites of a sentence never all depart from the
// author's wording at once: each reading is right by itself, but a sentence
// reworded throughout would stand out.
const atOnce = 4

// balance bounds the departures within each sentence, as part of the law by
// which a copy is drawn: neighbouring sites, four by four, become one drawing
// unit without the combinations in which all four depart. Where that would be
// too many combinations, the sites stay as they are.
func (u *units) balance() {
	at := 0
	for _, s := range prose.Sentences(u.m.Text) {
		var sites []int
		for ; at < len(u.m.Sites) && u.m.Sites[at].Start < s.End; at++ {
			if u.m.Sites[at].End > u.m.Sites[at].Start { // not a mere gap
				sites = append(sites, at)
			}
		}
		for len(sites) >= atOnce {
			if u.bound(sites[:atOnce]) {
				sites = sites[atOnce:]
			} else {
				sites = sites[1:]
			}
		}
	}
}

// bound takes out the combinations in which all the sites depart. It reports
// false, and changes nothing, where there would be more than maxJoint.
func (u *units) bound(sites []int) bool {
	var of []int
	joint := 1
	for _, s := range sites {
		if !slices.Contains(of, u.of[s]) {
			of = append(of, u.of[s])
			joint *= len(u.unit[u.of[s]].Joint)
		}
		if joint > maxJoint {
			return false
		}
	}
	slices.Sort(of)
	for _, o := range of[1:] {
		u.join(of[0], o)
	}
	u.drop(of[0], func(combo map[int]int) bool {
		for _, s := range sites {
			if combo[s] == 0 {
				return false
			}
		}
		return true
	})
	return true
}
