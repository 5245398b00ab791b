package odds

import (
	"math/big"
	"math/bits"
)

// Scores and likelihoods are whole numbers of 1/64 bit, from the integer
// logarithm below, so that they are the same on every machine.

// bit is one bit of information as a score.
const bit = 64

// log2 returns the base-2 logarithm of x > 0 in units of 1/64, to the nearest.
func log2(x uint64) int32 {
	n := bits.Len64(x) - 1
	m := x << (63 - n) // 1 ≤ m < 2 as 2^63
	frac := int32(0)
	for range 7 { // by squaring, a binary digit at a time; one more than is kept
		hi, _ := bits.Mul64(m, m) // m² as 2^62
		frac <<= 1
		if hi >= 1<<63 {
			frac |= 1
			m = hi
		} else {
			m = hi << 1
		}
	}
	return int32(n)*bit + (frac+1)>>1
}

// root holds 2^(i/64) as multiples of 2^-62.
var root = func() (t [64]uint64) {
	x := new(big.Int).Lsh(big.NewInt(1), 2*62+1) // 2 as 2^-124
	step := x.Sqrt(x)                            // 2^(1/2) as 2^-62
	for range 5 {
		step = new(big.Int).Sqrt(step.Lsh(step, 62))
	}
	at := new(big.Int).Lsh(big.NewInt(1), 62)
	for i := range t {
		t[i] = at.Uint64()
		at = new(big.Int).Rsh(new(big.Int).Mul(at, step), 62)
	}
	return t
}()

// exp2 returns 2^(x/64) for x ≤ 0 as a multiple of 2^-62, rounded down.
func exp2(x int32) uint64 {
	whole := x >> 6
	if whole < -62 {
		return 0
	}
	return root[x&63] >> uint(-whole)
}

// logMean returns log2 of the mean of 2^(x/64) under a law, in 1/64 bit.
func logMean(x []int32, law []uint64) int32 {
	top := x[0]
	for _, v := range x[1:] {
		top = max(top, v)
	}
	var sum uint64 // as 2^-62: a weighted mean of numbers of at most 2^62
	for i, v := range x {
		hi, lo := bits.Mul64(exp2(v-top), law[i])
		sum += hi<<32 | lo>>32
	}
	return top + log2(sum|1) - 62*bit
}
