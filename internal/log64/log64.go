// Package log64 has logarithms in whole 1/64 bits: the same on every machine.
package log64

import "math/bits"

// Bit is one bit of information.
const Bit = 64

// Log2 returns 64·log2(x), rounded down; of 0, 0.
func Log2(x uint64) int {
	if x == 0 {
		return 0
	}
	whole := bits.Len64(x) - 1
	m := x << (63 - whole) >> 32 // 1 ≤ m/2³¹ < 2
	out := whole
	for range 6 { // square: the next binary digit is whether it passed 2
		m = m * m >> 31
		out <<= 1
		if m >= 1<<32 {
			out |= 1
			m >>= 1
		}
	}
	return out
}
