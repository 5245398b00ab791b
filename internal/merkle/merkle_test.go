package merkle

import (
	"testing"

	"frank"

	"pgregory.net/rapid"
)

func TestTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "n")
		leaves := make([]frank.Hash, n)
		for i := range leaves {
			leaves[i] = Leaf([]byte{byte(i), byte(i >> 8)})
		}
		tree, root := New(leaves), Root(leaves)
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		proof, err := tree.Prove(i)
		if err != nil || !Check(proof, n, i, leaves[i], root) {
			t.Fatalf("leaf %d of %d is not shown: %v", i, n, err)
		}
		if Check(proof, n, (i+1)%n, leaves[i], root) && n > 1 {
			t.Error("a leaf is shown at another place")
		}
		other := leaves[i]
		other[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if Check(proof, n, i, other, root) {
			t.Error("another leaf is shown")
		}
		for k := range proof {
			proof[k][0] ^= 1
			if Check(proof, n, i, leaves[i], root) {
				t.Error("a changed proof holds")
			}
			proof[k][0] ^= 1
		}
	})
	if _, err := New(nil).Prove(0); err == nil {
		t.Error("a leaf of an empty tree is shown")
	}
	if want := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; Root(nil).String() != want {
		t.Errorf("the root of nothing is %s, not %s", Root(nil), want)
	}
}
