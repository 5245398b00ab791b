package trace

import "math/big"

// log10 turns a log-likelihood ratio in 1/64 bit into a decimal logarithm with
// three places, rounded down.
func log10(v int32) Decimal {
	n, by := int64(v)*30103, int64(6400) // log10(2) = 0.30103, in thousandths
	q := n / by
	if n%by < 0 {
		q--
	}
	return DecimalOf(q, 3)
}

func rat(n int) *big.Rat { return new(big.Rat).SetInt64(int64(n)) }
