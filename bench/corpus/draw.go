package corpus

import (
	"math/rand/v2"

	"frank"
)

// Draw returns the reading of each site that a copy shows, by the laws copies are
// drawn by.
func Draw(r *rand.Rand, m *frank.Master) []int {
	reading := make([]int, len(m.Sites))
	for _, u := range m.Units {
		joint := u.Joint[r.IntN(len(u.Joint))]
		for k, s := range u.Sites {
			reading[s] = joint[k]
		}
	}
	return reading
}
