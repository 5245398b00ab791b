// Package merkle keeps lists of hashes as the Merkle trees of RFC 6962, with
// the functions of golang.org/x/mod/sumdb/tlog.
package merkle

import (
	"errors"
	"fmt"

	"frank"

	"golang.org/x/mod/sumdb/tlog"
)

// Leaf is the hash of a record as a leaf of a tree.
func Leaf(record []byte) frank.Hash { return frank.Hash(tlog.RecordHash(record)) }

// Stack takes leaves in order and keeps no more than the root needs.
type Stack struct {
	n     int64
	whole []tlog.Hash // of the complete subtrees, the largest first
}

// Add appends a leaf's hash.
func (s *Stack) Add(leaf frank.Hash) {
	h := tlog.Hash(leaf)
	for m := s.n; m&1 == 1; m >>= 1 {
		last := len(s.whole) - 1
		h = tlog.NodeHash(s.whole[last], h)
		s.whole = s.whole[:last]
	}
	s.whole = append(s.whole, h)
	s.n++
}

// Root returns the root over what was added.
func (s *Stack) Root() frank.Hash {
	if s.n == 0 {
		h, _ := tlog.TreeHash(0, nil) // the hash of nothing; reads nothing
		return frank.Hash(h)
	}
	last := len(s.whole) - 1
	h := s.whole[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(s.whole[i], h)
	}
	return frank.Hash(h)
}

// Root returns the root over leaves.
func Root(leaves []frank.Hash) frank.Hash {
	var s Stack
	for _, l := range leaves {
		s.Add(l)
	}
	return s.Root()
}

// Tree is a whole tree, for proofs.
type Tree struct {
	n      int64
	stored []tlog.Hash
}

// New returns the tree over leaves.
func New(leaves []frank.Hash) *Tree {
	t := &Tree{}
	for _, l := range leaves {
		add, err := tlog.StoredHashesForRecordHash(t.n, tlog.Hash(l), t)
		if err != nil {
			panic("merkle: internal error: " + err.Error())
		}
		t.stored = append(t.stored, add...)
		t.n++
	}
	return t
}

// ReadHashes makes Tree a tlog.HashReader.
func (t *Tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(t.stored)) {
			return nil, errors.New("no such hash")
		}
		out[i] = t.stored[x]
	}
	return out, nil
}

// Prove returns what shows that leaf i stands in the tree, at that place.
func (t *Tree) Prove(i int) ([]frank.Hash, error) {
	if i < 0 || int64(i) >= t.n {
		return nil, fmt.Errorf("there is no leaf %d among %d", i, t.n)
	}
	p, err := tlog.ProveRecord(t.n, int64(i), t)
	if err != nil {
		return nil, err
	}
	out := make([]frank.Hash, len(p))
	for k, h := range p {
		out[k] = frank.Hash(h)
	}
	return out, nil
}

// Check reports whether proof shows that leaf is leaf i of n under root.
func Check(proof []frank.Hash, n, i int, leaf, root frank.Hash) bool {
	if i < 0 || i >= n {
		return false
	}
	p := make(tlog.RecordProof, len(proof))
	for k, h := range proof {
		p[k] = tlog.Hash(h)
	}
	return tlog.CheckRecord(p, int64(n), tlog.Hash(root), int64(i), tlog.Hash(leaf)) == nil
}
