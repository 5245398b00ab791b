package dispatch

import (
	"errors"

	"frank"
	"frank/internal/enc"
	"frank/internal/merkle"
)

// Precommit is what [Begin] says: what the author is bound to before the
// randomness of the draw is known. Book is the codebook's own first entry,
// which binds wording, laws and the author's secret; readers is the root over
// who has which number, and head the commitment to the head.
func Precommit(book, readers, head frank.Hash) frank.Hash {
	return enc.New("frank/precommit/1").Bytes(book[:]).Bytes(readers[:]).Bytes(head[:]).Sum()
}

// Bound says why c cannot be the second entry to b: readers, head and codebook
// are those that b bound.
func Bound(b *Begin, c *Complete) error {
	if Precommit(c.Book, c.ReaderRoot, c.Head) != b.Precommit {
		return errors.New("the codebook, the readers or the head are not what the first entry bound")
	}
	return nil
}

// HeadHash commits to a head, which is canonical JSON. Without the salt nobody
// can test a guess.
func HeadHash(salt frank.Secret, head []byte) frank.Hash {
	return enc.New("frank/head/1").Bytes(salt[:]).Bytes(head).Sum()
}

// SealedRoot is what [Complete] says of the sealed copies, from their SHA-256
// in the order of [Begin].To.
func SealedRoot(hashes []frank.Hash) frank.Hash { return merkle.Root(sealedLeaves(hashes)) }

// ProveSealed returns what shows the addressee with index i of [Begin].To that
// theirs is the sealed copy committed to.
func ProveSealed(hashes []frank.Hash, i int) ([]frank.Hash, error) { return NewSealed(hashes).Prove(i) }

// Sealed proves many copies of one batch: the tree over them is made once.
type Sealed struct {
	Count int
	tree  *merkle.Tree
}

// NewSealed takes the SHA-256 of the sealed copies in the order of [Begin].To.
func NewSealed(hashes []frank.Hash) *Sealed {
	return &Sealed{len(hashes), merkle.New(sealedLeaves(hashes))}
}

// Prove is [ProveSealed].
func (s *Sealed) Prove(i int) ([]frank.Hash, error) { return s.tree.Prove(i) }

// CheckSealed reports whether proof shows that sealed, the SHA-256 of a sealed
// copy, is that of the addressee with index i of b.To.
func CheckSealed(b *Begin, c *Complete, sealed frank.Hash, i int, proof []frank.Hash) bool {
	return merkle.Check(proof, len(b.To), i, merkle.Leaf(sealed[:]), c.Sealed)
}

// SharesRoot is what [Complete] says of the sealed shares, from their SHA-256 in
// the order of [Begin].Officers.
func SharesRoot(hashes []frank.Hash) frank.Hash { return merkle.Root(sealedLeaves(hashes)) }

// ProveShares returns what shows the officer who is dealt the share with an
// index, from 1 as in [Officer], that theirs is the sealed share committed to.
func ProveShares(hashes []frank.Hash, index int) ([]frank.Hash, error) {
	return merkle.New(sealedLeaves(hashes)).Prove(index - 1)
}

// CheckShares reports whether proof shows that sealed, the SHA-256 of a sealed
// share, is that of the officer with the index, from 1, of b.Officers. A share
// that was passed on is sealed anew, and not under it.
func CheckShares(b *Begin, c *Complete, sealed frank.Hash, index int, proof []frank.Hash) bool {
	return merkle.Check(proof, len(b.Officers), index-1, merkle.Leaf(sealed[:]), c.Shares)
}

func sealedLeaves(hashes []frank.Hash) []frank.Hash {
	leaves := make([]frank.Hash, len(hashes))
	for i, h := range hashes {
		leaves[i] = merkle.Leaf(h[:])
	}
	return leaves
}
