// Package share splits secrets among officers, so that any k of them open what
// fewer cannot.
//
// [Deal] shares one secret by Pedersen's verifiable secret sharing over
// ristretto255: the codebook's key comes from it. [DealMany] shares a key for
// every copy number, each openable by itself, at a cost that suits hundreds of
// numbers. spec/sharing.md has the formats, and what each of the two hides and
// proves.
//
// The package takes all its randomness as arguments.
package share

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"frank"
	"frank/internal/derive"
	"frank/internal/enc"

	"github.com/cloudflare/circl/group"
)

// MaxShares is the most shares one secret is split into, and the highest number
// of a share.
const MaxShares = 64

// Value is a public element or number of the group, in its encoding of 32 bytes
// (RFC 9496).
type Value [32]byte

// MarshalText writes v as lower-case hexadecimal.
func (v Value) MarshalText() ([]byte, error) { return frank.Hash(v).MarshalText() }

// UnmarshalText reads what MarshalText writes.
func (v *Value) UnmarshalText(b []byte) error { return (*frank.Hash)(v).UnmarshalText(b) }

// String returns v as lower-case hexadecimal.
func (v Value) String() string { return hex.EncodeToString(v[:]) }

// Context is what a sharing is for: one batch of copies of a dispatch.
type Context struct {
	Dispatch frank.Ref `json:"dispatch"`
	Batch    int       `json:"batch"`
}

// Vector is the dealer's commitments to the two polynomials, one a coefficient,
// the lowest first. It is as long as it takes shares to open the secret.
type Vector []Value

// Share is what one officer holds of a secret.
type Share struct {
	Index int          `json:"index"`
	S     frank.Secret `json:"s"` // of the secret
	T     frank.Secret `json:"t"` // of what hides it in the vector
}

// Bad is the error for shares that are not those dealt.
type Bad struct{ Indices []int }

func (b *Bad) Error() string {
	var list []string
	for _, i := range b.Indices {
		list = append(list, fmt.Sprint(i))
	}
	if len(list) == 1 {
		return "share " + list[0] + " is not the one that was committed to"
	}
	return "shares " + strings.Join(list, ", ") + " are not those that were committed to"
}

// Deal draws a secret and splits it so that any k of the shares, which get the
// given numbers in ascending order, open it.
func Deal(k int, indices []int, random io.Reader) (frank.Secret, Vector, []Share, error) {
	var none frank.Secret
	if err := checkIndices(k, indices); err != nil {
		return none, nil, nil, err
	}
	a, b := make([]group.Scalar, k), make([]group.Scalar, k)
	for j := range k {
		var err error
		if a[j], err = draw(random); err == nil {
			b[j], err = draw(random)
		}
		if err != nil {
			return none, nil, nil, err
		}
	}
	vector := make(Vector, k)
	for j := range k {
		vector[j] = encodePoint(commit(a[j], b[j]))
	}
	shares := make([]Share, len(indices))
	s, t := number(0), number(0)
	for i, x := range indices {
		eval(s, a, number(x))
		eval(t, b, number(x))
		shares[i] = Share{x, encode(s), encode(t)}
	}
	return encode(a[0]), vector, shares, nil
}

func commit(s, t group.Scalar) group.Element {
	e := ristretto.NewElement().Mul(second, t)
	return e.Add(e, ristretto.NewElement().MulGen(s))
}

// Hash is what the ledger says of the vector.
func (v Vector) Hash() frank.Hash {
	e := enc.New("frank/share-vector/1").Number(len(v))
	for _, p := range v {
		e = e.Bytes(p[:])
	}
	return e.Sum()
}

// Validate reports why v is no vector of commitments.
func (v Vector) Validate() error {
	_, err := v.decode()
	return err
}

func (v Vector) decode() ([]group.Element, error) {
	if len(v) < 1 || len(v) > MaxShares {
		return nil, fmt.Errorf("expected 1 to %d commitments, found %d", MaxShares, len(v))
	}
	out := make([]group.Element, len(v))
	for i, p := range v {
		var err error
		if out[i], err = decodePoint(p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Verify checks a share against the commitments. The error for one that does
// not fit is [Bad].
func (v Vector) Verify(s Share) error {
	points, err := v.decode()
	if err != nil {
		return err
	}
	_, err = verify(points, s)
	return err
}

func verify(points []group.Element, share Share) (group.Scalar, error) {
	bad := &Bad{[]int{share.Index}}
	if share.Index < 1 || share.Index > MaxShares {
		return nil, bad
	}
	s, err1 := decode(share.S)
	t, err2 := decode(share.T)
	if errors.Join(err1, err2) != nil {
		return nil, bad
	}
	want, x := ristretto.Identity(), number(share.Index)
	for _, p := range slices.Backward(points) {
		want.Mul(want, x)
		want.Add(want, p)
	}
	if !commit(s, t).IsEqual(want) {
		return nil, bad
	}
	return s, nil
}

// Combine opens the secret from as many shares as it takes, or more. Every
// share is checked first; the error that names those that do not fit is [Bad].
func (v Vector) Combine(shares []Share) (frank.Secret, error) {
	var none frank.Secret
	points, err := v.decode()
	if err != nil {
		return none, err
	}
	var bad Bad
	at, y := make([]int, len(shares)), make([]group.Scalar, len(shares))
	for i, s := range shares {
		if slices.Contains(at[:i], s.Index) {
			return none, fmt.Errorf("share %d is given twice", s.Index)
		}
		at[i] = s.Index
		if y[i], err = verify(points, s); err != nil {
			bad.Indices = append(bad.Indices, s.Index)
		}
	}
	if bad.Indices != nil {
		slices.Sort(bad.Indices)
		return none, &bad
	}
	if len(shares) < len(v) {
		return none, tooFew(len(v), len(shares))
	}
	s, ok := reconstruct(at, y, len(v))
	if !ok {
		return none, errors.New("the shares fit the commitments, but not each other: somebody has broken the commitments")
	}
	return encode(s), nil
}

func tooFew(k, n int) error {
	return frank.WithHint(fmt.Errorf("it takes %d shares to open, and there are %d", k, n), "further officers have to release theirs")
}

// Key is the key that the codebook of a batch is closed with, from the secret
// that was shared.
func Key(secret frank.Secret, of Context) frank.Secret {
	return derive.Key(secret, enc.New("frank/codebook-key/1").Text(of.Dispatch.String()).Number(of.Batch))
}
