package share

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"frank"
	"frank/internal/canon"
	"frank/internal/derive"
	"frank/internal/enc"
	"frank/internal/merkle"

	"github.com/cloudflare/circl/group"
)

// ManyFormat is the id of the public part of a sharing of many keys.
const ManyFormat = "frank.many/1"

// Many is the public part of a sharing of a key for every copy number of a
// batch. Its hash stands in the ledger.
type Many struct {
	Format    string  `json:"format"`
	Of        Context `json:"of"`
	First     int     `json:"first"` // numbers: First to First+Count-1
	Count     int     `json:"count"`
	Threshold int     `json:"threshold"` // shares it takes to open a key
	Roots     []Root  `json:"roots"`     // in the order of their indices
	Proof     []Value `json:"proof"`     // a masked combination of all the polynomials: its coefficients
}

// Root commits to all the shares of one officer.
type Root struct {
	Index int        `json:"index"`
	Root  frank.Hash `json:"root"`
}

// Held is what one officer holds: a share of every key, and one of the mask.
type Held struct {
	Index  int          `json:"index"`
	Salts  frank.Secret `json:"salts"`  // the leaves' salts come from it
	Shares []byte       `json:"shares"` // 32 bytes each: the keys' in the order of their numbers, then the mask's
}

// Opened is one officer's share of one key, as it is shown to open that key and
// no other.
type Opened struct {
	Index  int          `json:"index"`
	Number int          `json:"number"`
	Share  frank.Secret `json:"share"`
	Salt   frank.Secret `json:"salt"`
	Proof  []frank.Hash `json:"proof"`
}

// DealMany makes a key for each of count copy numbers from first on and splits
// every one so that any k of the shares, which get the given numbers in
// ascending order, open it. It reads 32 bytes of random.
func DealMany(of Context, first, count, k int, indices []int, random io.Reader) ([]frank.Secret, *Many, []Held, error) {
	m := &Many{Format: ManyFormat, Of: of, First: first, Count: count, Threshold: k}
	if err := errors.Join(m.checkNumbers(), checkIndices(k, indices)); err != nil {
		return nil, nil, nil, err
	}
	var seed frank.Secret
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return nil, nil, nil, fmt.Errorf("no randomness: %w", err)
	}
	poly := make([][]group.Scalar, count+1) // the last is the mask
	words := derive.Stream(derive.Key(seed, enc.New("frank/many-polynomials/1")))
	for c := range poly {
		poly[c] = make([]group.Scalar, k)
		for j := range k {
			poly[c][j], _ = draw(words) // a keystream does not end
		}
	}
	keys := make([]frank.Secret, count)
	for c := range keys {
		keys[c] = m.key(first+c, poly[c][0])
	}
	held := make([]Held, len(indices))
	y := number(0)
	for i, x := range indices {
		h := Held{Index: x, Salts: derive.Key(seed, enc.New("frank/many-salts/1").Number(x)), Shares: make([]byte, 0, 32*(count+1))}
		at := number(x)
		for _, a := range poly {
			eval(y, a, at)
			s := encode(y)
			h.Shares = append(h.Shares, s[:]...)
		}
		held[i] = h
		m.Roots = append(m.Roots, Root{x, merkle.Root(m.leaves(&h))})
	}
	m.Proof = make([]Value, k)
	gamma := m.challenge()
	for j := range k {
		sum := number(0)
		for _, a := range poly[:count] {
			sum.Add(sum, a[j])
			sum.Mul(sum, gamma)
		}
		m.Proof[j] = encode(sum.Add(sum, poly[count][j]))
	}
	return keys, m, held, nil
}

func (m *Many) checkNumbers() error {
	if m.First < 1 || m.Count < 1 || m.Count > frank.MaxCopies || m.First > frank.MaxCopies-m.Count+1 {
		return fmt.Errorf("expected numbers from 1 to %d, found %d from %d on", frank.MaxCopies, m.Count, m.First)
	}
	return nil
}

// key is what opens one entry of the map, from the polynomial's value at 0.
func (m *Many) key(n int, secret group.Scalar) frank.Secret {
	return derive.Key(encode(secret), enc.New("frank/map-key/1").Text(m.Of.Dispatch.String()).Number(m.Of.Batch).Number(n))
}

// leafOf is the leaf of one share: the number is 0 for the mask.
func leafOf(salt []byte, index, number int, share []byte) frank.Hash {
	return merkle.Leaf(append(append([]byte(nil), salt...), enc.New("frank/many-share/1").Number(index).Number(number).Bytes(share)...))
}

// leaves returns the leaves of an officer's tree; h has as many shares as it
// should.
func (m *Many) leaves(h *Held) []frank.Hash {
	out := make([]frank.Hash, m.Count+1)
	record := append(make([]byte, 32), enc.New("frank/many-share/1").Number(h.Index).Number(0).Bytes(make([]byte, 32))...)
	salts := derive.Stream(h.Salts)
	number, share := record[len(record)-48:len(record)-40], record[len(record)-32:]
	for c := range out {
		salts.Read(record[:32])
		n := m.First + c
		if c == m.Count {
			n = 0
		}
		binary.BigEndian.PutUint64(number, uint64(n))
		copy(share, h.Shares[32*c:])
		out[c] = merkle.Leaf(record)
	}
	return out
}

// challenge is the number that nobody can know before all shares are fixed: the
// hash to the field of everything that says what they are.
func (m *Many) challenge() group.Scalar {
	e := enc.New("frank/many-challenge/1").Text(m.Of.Dispatch.String()).Number(m.Of.Batch).
		Number(m.First).Number(m.Count).Number(m.Threshold).Number(len(m.Roots))
	for _, r := range m.Roots {
		e = e.Number(r.Index).Bytes(r.Root[:])
	}
	return ristretto.HashToScalar(e, []byte("frank/many-challenge/1"))
}

// ParseMany reads what [Many.Marshal] writes.
func ParseMany(data []byte) (*Many, error) {
	var m Many
	if err := canon.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("expected %s: %w", ManyFormat, err)
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return &m, nil
}

// Marshal writes m as canonical JSON.
func (m *Many) Marshal() []byte { return canon.Marshal(m) }

// Hash is what the ledger says of m.
func (m *Many) Hash() frank.Hash { return enc.New("frank/many/1").Bytes(m.Marshal()).Sum() }

// Validate reports why m is no public part of a sharing.
func (m *Many) Validate() error {
	if m.Format != ManyFormat {
		return frank.WithHint(fmt.Errorf("expected format %s, found %.40q", ManyFormat, m.Format), "a newer frank may read it")
	}
	indices := make([]int, len(m.Roots))
	for i, r := range m.Roots {
		indices[i] = r.Index
	}
	if err := errors.Join(m.Of.Dispatch.Validate(), m.checkNumbers(), checkIndices(m.Threshold, indices)); err != nil {
		return err
	}
	_, err := m.proof()
	return err
}

func (m *Many) proof() ([]group.Scalar, error) {
	if len(m.Proof) != m.Threshold {
		return nil, fmt.Errorf("expected a proof of %d numbers, found %d", m.Threshold, len(m.Proof))
	}
	out := make([]group.Scalar, len(m.Proof))
	for j, v := range m.Proof {
		var err error
		if out[j], err = decode(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *Many) root(index int) (frank.Hash, bool) {
	for _, r := range m.Roots {
		if r.Index == index {
			return r.Root, true
		}
	}
	return frank.Hash{}, false
}

// Check says whether what an officer was dealt is what was committed to, and
// whether it goes with the other officers' shares: all of it lies on
// polynomials that any k shares open. The error for shares that do not is
// [Bad].
func (m *Many) Check(h *Held) error {
	if err := m.Validate(); err != nil {
		return err
	}
	root, ok := m.root(h.Index)
	if !ok {
		return fmt.Errorf("no share %d was dealt", h.Index)
	}
	if len(h.Shares) != 32*(m.Count+1) {
		return fmt.Errorf("expected shares of %d keys and a mask, found %d bytes", m.Count, len(h.Shares))
	}
	if merkle.Root(m.leaves(h)) != root {
		return &Bad{[]int{h.Index}}
	}
	proof, err := m.proof()
	if err != nil {
		return err
	}
	gamma, sum := m.challenge(), number(0)
	for c := range m.Count + 1 {
		s, err := decode([32]byte(h.Shares[32*c:]))
		if err != nil {
			return &Bad{[]int{h.Index}}
		}
		sum.Add(sum, s)
		if c < m.Count {
			sum.Mul(sum, gamma)
		}
	}
	want := number(0)
	eval(want, proof, number(h.Index))
	if !sum.IsEqual(want) {
		return &Bad{[]int{h.Index}}
	}
	return nil
}

// Open shows an officer's share of one key.
func (m *Many) Open(h *Held, n int) (*Opened, error) {
	c := n - m.First
	if c < 0 || c >= m.Count || len(h.Shares) != 32*(m.Count+1) {
		return nil, fmt.Errorf("there is no share of copy %d's key: the numbers run from %d to %d", n, m.First, m.First+m.Count-1)
	}
	proof, err := merkle.New(m.leaves(h)).Prove(c)
	if err != nil {
		return nil, err
	}
	o := &Opened{Index: h.Index, Number: n, Share: frank.Secret(h.Shares[32*c:]), Proof: proof}
	words := derive.Stream(h.Salts)
	for range c + 1 {
		words.Read(o.Salt[:])
	}
	return o, nil
}

// Verify checks an opened share against its officer's root. The error for one
// that is not what was dealt is [Bad].
func (m *Many) Verify(o *Opened) error {
	root, ok := m.root(o.Index)
	if !ok || !merkle.Check(o.Proof, m.Count+1, o.Number-m.First, leafOf(o.Salt[:], o.Index, o.Number, o.Share[:]), root) || o.Number-m.First >= m.Count {
		return &Bad{[]int{o.Index}}
	}
	if _, err := decode(o.Share); err != nil {
		return &Bad{[]int{o.Index}}
	}
	return nil
}

// Key opens the key of copy number n from as many shares as it takes, or more.
// Every share is checked first; the error that names those that are not what
// was dealt is [Bad].
func (m *Many) Key(n int, opened []*Opened) (frank.Secret, error) {
	var none frank.Secret
	if err := m.Validate(); err != nil {
		return none, err
	}
	var bad Bad
	at, y := make([]int, len(opened)), make([]group.Scalar, len(opened))
	for i, o := range opened {
		if o.Number != n {
			return none, fmt.Errorf("share %d is of copy %d's key, not of copy %d's", o.Index, o.Number, n)
		}
		if slices.Contains(at[:i], o.Index) {
			return none, fmt.Errorf("share %d is given twice", o.Index)
		}
		at[i] = o.Index
		if m.Verify(o) != nil {
			bad.Indices = append(bad.Indices, o.Index)
			continue
		}
		y[i], _ = decode(o.Share)
	}
	if bad.Indices != nil {
		slices.Sort(bad.Indices)
		return none, &bad
	}
	if len(opened) < m.Threshold {
		return none, tooFew(m.Threshold, len(opened))
	}
	secret, ok := reconstruct(at, y, m.Threshold)
	if !ok {
		return none, errors.New("the shares are those dealt, but contradict each other: the dealer dealt badly, and an officer did not complain")
	}
	return m.key(n, secret), nil
}
