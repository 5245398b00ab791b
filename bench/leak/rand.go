package leak

import (
	"math/bits"
	"math/rand/v2"
)

// Rand is a source of seeded chances. It draws integers only, in an order
// that the platform's word size does not change.
type Rand struct{ pcg *rand.PCG }

// NewRand returns a source that depends on the seed and the labels alone:
// give each cell of an experiment its own labels, and no cell changes when
// another is added.
func NewRand(seed uint64, labels ...string) *Rand {
	h := uint64(14695981039346656037) // FNV-1a, 64 bits
	for _, l := range labels {
		for i := 0; i < len(l); i++ {
			h = (h ^ uint64(l[i])) * 1099511628211
		}
		h = (h ^ 0x1ff) * 1099511628211 // no byte: labels do not run together
	}
	return &Rand{rand.NewPCG(seed, h)}
}

// N returns a number from 0 to n-1; n is at least 1.
func (r *Rand) N(n int) int {
	if n < 1 {
		panic("leak: expected at least one thing to choose from")
	}
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(hi)
}

// Chance is true in num of den cases.
func (r *Rand) Chance(num, den int) bool { return r.N(den) < num }

// Count returns num/den rounded up or down so that it is right on average.
func (r *Rand) Count(num, den int) int { return (num + r.N(den)) / den }

// Perm returns the numbers 0 to n-1 in a random order.
func (r *Rand) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		j := r.N(i + 1)
		p[i], p[j] = p[j], i
	}
	return p
}
