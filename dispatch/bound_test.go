package dispatch

import (
	"testing"

	"frank"

	"pgregory.net/rapid"
)

// Every addressee can check their own sealed copy, and only theirs.
func TestSealed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(t, "n")
		b, hashes := &Begin{To: make([]Addressee, n)}, make([]frank.Hash, n)
		for i := range hashes {
			hashes[i] = frank.Hash{byte(i)}
		}
		c := &Complete{Sealed: SealedRoot(hashes)}
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		proof, err := ProveSealed(hashes, i)
		if err != nil || !CheckSealed(b, c, hashes[i], i, proof) {
			t.Fatalf("copy %d of %d is not shown: %v", i, n, err)
		}
		if n > 1 && (CheckSealed(b, c, hashes[i], (i+1)%n, proof) || CheckSealed(b, c, hashes[(i+1)%n], i, proof)) {
			t.Error("another copy is shown")
		}
	})
	if _, err := ProveSealed(nil, 0); err == nil {
		t.Error("a copy of none is shown")
	}
}

// Every officer can check their own sealed share, and only theirs.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, MaxOfficers).Draw(t, "n")
		b, hashes := &Begin{Officers: make([]Officer, n)}, make([]frank.Hash, n)
		for i := range hashes {
			hashes[i] = frank.Hash{byte(i)}
		}
		c := &Complete{Shares: SharesRoot(hashes)}
		index := rapid.IntRange(1, n).Draw(t, "index")
		proof, err := ProveShares(hashes, index)
		if err != nil || !CheckShares(b, c, hashes[index-1], index, proof) {
			t.Fatalf("share %d of %d is not shown: %v", index, n, err)
		}
		if n > 1 && (CheckShares(b, c, hashes[index-1], index%n+1, proof) || CheckShares(b, c, hashes[index%n], index, proof)) {
			t.Error("another share is shown")
		}
		for _, none := range []int{-1, 0, n + 1} {
			if _, err := ProveShares(hashes, none); err == nil || CheckShares(b, c, hashes[0], none, proof) {
				t.Errorf("share %d of %d is shown", none, n)
			}
		}
	})
}

func TestBound(t *testing.T) {
	seen := map[frank.Hash]bool{}
	for _, h := range []frank.Hash{
		Precommit(frank.Hash{1}, frank.Hash{}, frank.Hash{}), Precommit(frank.Hash{}, frank.Hash{1}, frank.Hash{}), Precommit(frank.Hash{}, frank.Hash{}, frank.Hash{1}),
		HeadHash(frank.Secret{}, []byte("{}")), HeadHash(frank.Secret{1}, []byte("{}")), HeadHash(frank.Secret{}, []byte("{ }")),
	} {
		seen[h] = true
	}
	if len(seen) != 6 {
		t.Errorf("6 things have %d commitments", len(seen))
	}
}
