package variant

import (
	"slices"

	"frank"
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

// stays is how much oftener a copy has the author's wording at a site than any
// other reading. A reader stumbles over departures and never over what the author
// wrote; bits are lost slowly where the chances are not quite even: of two
// readings, two to one leaves 0.92 of a bit and a third fewer departures. For
// so many departures, chances in proportion to a power of stays, by how many
// sites depart, leave the most bits (Gibbs' law).
const stays = 2

// farthest bounds that power, so that the weights of as many combinations as
// a unit may have, MaxReadings, cannot sum to more than LawScale.
const farthest = 20

// law weighs the combinations of a unit by how many of its choices depart:
// sites that are linked are one choice, and those of the author's own making,
// who vouches for each reading, do not count.
func (u *units) law(x frank.Unit, choice []int) []uint64 {
	proposed := map[int]bool{} // choices with a site of a kind
	for k, s := range x.Sites {
		if u.m.Sites[s].Kind != "" {
			proposed[choice[k]] = true
		}
	}
	departs := make([]int, len(x.Joint))
	for j, joint := range x.Joint {
		for k, r := range joint {
			if r > 0 && proposed[choice[k]] && slices.Index(choice, choice[k]) == k {
				departs[j]++
			}
		}
	}
	most := slices.Max(departs)
	weights := make([]uint64, len(departs))
	for j, n := range departs {
		weights[j] = 1
		for range min(most-n, farthest) {
			weights[j] *= stays
		}
	}
	return frank.Weighted(weights)
}
