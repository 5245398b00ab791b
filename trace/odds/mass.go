package odds

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Mass is a chance in 128-bit fixed point, from 0 to 1. Sums and products that
// bound a tail are rounded up, so that a Mass is never less than the chance it
// stands for.
type Mass struct{ hi, lo uint64 }

// One is certainty.
var One = Mass{1 << 63, 0}

// Floor is the least false-match bound that is ever stated, 1e-9: below it a
// fault in program or procedure is likelier than the chance computed.
var Floor = mustMass("1e-9")

// add returns m+n, at most 1.
func (m Mass) add(n Mass) Mass {
	lo, c := bits.Add64(m.lo, n.lo, 0)
	hi, over := bits.Add64(m.hi, n.hi, c)
	if over != 0 || hi > One.hi || (hi == One.hi && lo > 0) {
		return One
	}
	return Mass{hi, lo}
}

// weigh returns m·w/2^32 rounded up, for w ≤ 2^32.
func (m Mass) weigh(w uint64) Mass {
	h1, l1 := bits.Mul64(m.lo, w)
	h2, l2 := bits.Mul64(m.hi, w)
	mid, c := bits.Add64(h1, l2, 0)
	top := h2 + c
	lo := l1>>32 | mid<<32
	hi := mid>>32 | top<<32
	if uint32(l1) != 0 {
		lo, c = bits.Add64(lo, 1, 0)
		hi += c
	}
	return Mass{hi, lo}
}

// Times returns m·n, at most 1.
func (m Mass) Times(n int) Mass {
	h1, l1 := bits.Mul64(m.lo, uint64(n))
	h2, l2 := bits.Mul64(m.hi, uint64(n))
	hi, c := bits.Add64(h1, l2, 0)
	if h2+c != 0 || hi > One.hi || (hi == One.hi && l1 > 0) {
		return One
	}
	return Mass{hi, l1}
}

// Over returns m/n rounded down, for a level that is split.
func (m Mass) Over(n int) Mass {
	hi, r := m.hi/uint64(n), m.hi%uint64(n)
	lo, _ := bits.Div64(r, m.lo, uint64(n))
	return Mass{hi, lo}
}

// Cmp compares m and n.
func (m Mass) Cmp(n Mass) int {
	switch {
	case m.hi < n.hi || (m.hi == n.hi && m.lo < n.lo):
		return -1
	case m == n:
		return 0
	}
	return 1
}

// ParseMass reads a decimal chance, such as 0.0001 or 1e-4, rounded down.
func ParseMass(s string) (Mass, error) {
	if len(s) > 40 || strings.ContainsAny(s, "/xXpP_") {
		return Mass{}, errors.New("expected a chance such as 0.0001 or 1e-4")
	}
	if _, e, ok := strings.Cut(strings.ToLower(s), "e"); ok {
		if n, err := strconv.Atoi(e); err != nil || n < -40 || n > 40 {
			return Mass{}, errors.New("expected a chance such as 0.0001 or 1e-4")
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || r.Sign() < 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
		return Mass{}, fmt.Errorf("expected a chance between 0 and 1, found %q", s)
	}
	n := new(big.Int).Lsh(r.Num(), 127)
	n.Quo(n, r.Denom())
	return Mass{new(big.Int).Rsh(n, 64).Uint64(), new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1)).Uint64()}, nil
}

func mustMass(s string) Mass {
	m, err := ParseMass(s)
	if err != nil {
		panic(err)
	}
	return m
}

// Rat returns m exactly.
func (m Mass) Rat() *big.Rat {
	n := new(big.Int).SetUint64(m.hi)
	n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(m.lo))
	return new(big.Rat).SetFrac(n, new(big.Int).Lsh(big.NewInt(1), 127))
}
