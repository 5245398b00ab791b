package leak

import "fmt"

// MixKind is a way of making one text out of several copies.
type MixKind string

// The ways. Each acts on readings, site by site.
const (
	MixRandom   MixKind = "random"   // each site from a copy chosen at random
	MixBlocks   MixKind = "blocks"   // runs of sites, each run from one copy
	MixMajority MixKind = "majority" // what most of the copies show, ties at random
	MixMinority MixKind = "minority" // what fewest of the copies show, ties at random
	MixRedraw   MixKind = "redraw"   // where copies differ, a reading that none of them shows, if there is one
)

// MixKinds lists the ways.
var MixKinds = []MixKind{MixRandom, MixBlocks, MixMajority, MixMinority, MixRedraw}

// Mix returns the readings of a text made out of copies, which are vectors of
// readings, one per site. readings says how many readings each site has. It
// panics when there is no copy, the lengths differ, or kind is unknown.
func Mix(kind MixKind, copies [][]int, readings []int, r *Rand) []int {
	if len(copies) == 0 {
		panic("leak: expected a copy to mix, found none")
	}
	for _, c := range copies {
		if len(c) != len(readings) {
			panic(fmt.Sprintf("leak: expected %d sites in every copy, found %d", len(readings), len(c)))
		}
	}
	out := make([]int, len(readings))
	if kind == MixBlocks {
		return mixBlocks(out, copies, r)
	}
	for s := range out {
		switch kind {
		case MixRandom:
			out[s] = copies[r.N(len(copies))][s]
		case MixMajority:
			out[s] = vote(copies, s, func(a, b int) bool { return a > b }, r)
		case MixMinority:
			out[s] = vote(copies, s, func(a, b int) bool { return a < b }, r)
		case MixRedraw:
			out[s] = redraw(copies, s, readings[s], r)
		default:
			panic(fmt.Sprintf("leak: expected one of MixKinds, found %q", kind))
		}
	}
	return out
}

// mixBlocks changes to another copy at a few places: with k copies, at k-1 to
// 4k-1 places drawn at random, some of which may coincide.
func mixBlocks(out []int, copies [][]int, r *Rand) []int {
	n := len(out)
	if n == 0 {
		return out
	}
	ends := make([]bool, n+1)
	for range len(copies) + r.N(3*len(copies)+1) - 1 {
		ends[r.N(n)] = true
	}
	c := r.N(len(copies))
	for s := range out {
		if s > 0 && ends[s] && len(copies) > 1 {
			c = (c + 1 + r.N(len(copies)-1)) % len(copies)
		}
		out[s] = copies[c][s]
	}
	return out
}

// vote returns a reading shown at site s whose number of copies is best by
// better, ties at random.
func vote(copies [][]int, s int, better func(a, b int) bool, r *Rand) int {
	var best []int
	most := 0
	for i, c := range copies {
		n, first := 0, true
		for j, d := range copies {
			if d[s] == c[s] {
				n++
				first = first && j >= i
			}
		}
		switch {
		case !first:
		case len(best) == 0 || better(n, most):
			best, most = append(best[:0], c[s]), n
		case n == most:
			best = append(best, c[s])
		}
	}
	return best[r.N(len(best))]
}

// redraw returns a reading of site s that no copy shows where the copies
// differ, a reading shown where all are taken, and the common reading where
// they agree: whoever mixes sees no site there.
func redraw(copies [][]int, s, readings int, r *Rand) int {
	shown := make(map[int]bool, len(copies))
	for _, c := range copies {
		shown[c[s]] = true
	}
	if len(shown) == 1 {
		return copies[0][s]
	}
	var free []int
	for k := range readings {
		if !shown[k] {
			free = append(free, k)
		}
	}
	if len(free) == 0 {
		return copies[r.N(len(copies))][s]
	}
	return free[r.N(len(free))]
}
