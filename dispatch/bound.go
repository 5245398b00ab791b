package dispatch

import (
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
func ProveSealed(hashes []frank.Hash, i int) ([]frank.Hash, error) {
	return merkle.New(sealedLeaves(hashes)).Prove(i)
}

// CheckSealed reports whether proof shows that sealed, the SHA-256 of a sealed
// copy, is that of the addressee with index i of b.To.
func CheckSealed(b *Begin, c *Complete, sealed frank.Hash, i int, proof []frank.Hash) bool {
	return merkle.Check(proof, len(b.To), i, merkle.Leaf(sealed[:]), c.Sealed)
}

func sealedLeaves(hashes []frank.Hash) []frank.Hash {
	leaves := make([]frank.Hash, len(hashes))
	for i, h := range hashes {
		leaves[i] = merkle.Leaf(h[:])
	}
	return leaves
}
