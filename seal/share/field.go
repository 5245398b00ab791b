package share

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cloudflare/circl/group"
)

// ristretto is the group; its scalars are the field that everything is shared
// in.
var ristretto = group.Ristretto255

// second is Pedersen's second generator. Nobody knows its logarithm: it is
// hashed to the group.
var second = ristretto.HashToElement([]byte("second generator"), []byte("frank/pedersen/1"))

// decode reads a scalar in its one encoding.
func decode(b [32]byte) (group.Scalar, error) {
	s := ristretto.NewScalar()
	if err := s.UnmarshalBinary(b[:]); err != nil {
		return nil, errors.New("a number is not below the group's order")
	}
	return s, nil
}

func encode(s group.Scalar) (out [32]byte) {
	b, err := s.MarshalBinary()
	if err != nil {
		panic("share: internal error: " + err.Error())
	}
	return [32]byte(b)
}

func decodePoint(v Value) (group.Element, error) {
	e := ristretto.NewElement()
	if e.UnmarshalBinary(v[:]) != nil || encodePoint(e) != v {
		return nil, errors.New("a commitment is no element of the group in its one encoding")
	}
	return e, nil
}

func encodePoint(e group.Element) Value {
	b, err := e.MarshalBinaryCompress()
	if err != nil {
		panic("share: internal error: " + err.Error())
	}
	return Value(b)
}

// draw reads a uniformly random scalar: 253 bits, again and again until they
// are below the group's order. (The library's RandomScalar does not read its
// argument.)
func draw(random io.Reader) (group.Scalar, error) {
	var b [32]byte
	for range 256 { // all refused once in 2^255 times, or when random is none
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return nil, fmt.Errorf("no randomness: %w", err)
		}
		b[31] &= 0x1f
		if s, err := decode(b); err == nil {
			return s, nil
		}
	}
	return nil, errors.New("what was given as randomness is not random")
}

// number is n as a scalar.
func number(n int) group.Scalar { return ristretto.NewScalar().SetUint64(uint64(n)) }

// eval sets y to the value at x of the polynomial with the coefficients a, the
// lowest first.
func eval(y group.Scalar, a []group.Scalar, x group.Scalar) {
	y.Set(a[len(a)-1])
	for _, c := range slices.Backward(a[:len(a)-1]) {
		y.Mul(y, x)
		y.Add(y, c)
	}
}

// interpolate returns the value at x of the polynomial of least degree through
// the points (at[i], y[i]); at holds distinct numbers.
func interpolate(at []int, y []group.Scalar, x int) group.Scalar {
	sum := number(0)
	for i := range at {
		top, bottom := number(1), number(1)
		for j := range at {
			if j != i {
				top.Mul(top, ristretto.NewScalar().Sub(number(x), number(at[j])))
				bottom.Mul(bottom, ristretto.NewScalar().Sub(number(at[i]), number(at[j])))
			}
		}
		top.Mul(top, bottom.Inv(bottom))
		sum.Add(sum, top.Mul(top, y[i]))
	}
	return sum
}

// reconstruct returns the value at 0, if all the points lie on one polynomial
// of degree below k; there are k points or more.
func reconstruct(at []int, y []group.Scalar, k int) (group.Scalar, bool) {
	for i := k; i < len(at); i++ {
		if !interpolate(at[:k], y[:k], at[i]).IsEqual(y[i]) {
			return nil, false
		}
	}
	return interpolate(at[:k], y[:k], 0), true
}

// checkIndices reports why shares cannot be dealt so.
func checkIndices(k int, indices []int) error {
	if k < 1 || k > len(indices) || len(indices) > MaxShares {
		return fmt.Errorf("expected a threshold of 1 to the number of shares, which is at most %d; found %d of %d", MaxShares, k, len(indices))
	}
	for i, x := range indices {
		if x < 1 || x > MaxShares || i > 0 && x <= indices[i-1] {
			return fmt.Errorf("expected shares numbered 1 to %d in ascending order, found %d", MaxShares, x)
		}
	}
	return nil
}
