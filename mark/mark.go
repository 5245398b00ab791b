// Package mark renders the wording of copies.
package mark

import (
	"frank"
	"frank/codebook"
)

// block is how many copies are drawn at a time: enough to use each unit's
// keystream in long runs, few enough to stay in cache.
const block = 256

// Copies renders the copies of batch t in the order of their numbers and hands
// each to yield, which must not keep text. It stops at the first error of
// yield and returns it.
func Copies(m *frank.Master, t *codebook.Batch, yield func(number int, text []byte) error) error {
	unitOf := make([]int, len(m.Sites)) // site → unit
	place := make([]int, len(m.Sites))  // site → place in its unit
	for u, unit := range m.Units {
		for k, s := range unit.Sites {
			unitOf[s], place[s] = u, k
		}
	}
	drawn := make([][]uint16, len(m.Units))
	for u := range drawn {
		drawn[u] = make([]uint16, block)
	}
	var text []byte
	for from := 0; from < t.Count; from += block {
		n := min(block, t.Count-from)
		for u, unit := range m.Units {
			t.Readings(u, unit.Law, t.First+from, drawn[u][:n])
		}
		for c := range n {
			text = text[:0]
			at := 0
			for s := range m.Sites {
				site := &m.Sites[s]
				u := unitOf[s]
				text = append(text, m.Text[at:site.Start]...)
				text = append(text, site.Readings[m.Units[u].Joint[drawn[u][c]][place[s]]]...)
				at = site.End
			}
			text = append(text, m.Text[at:]...)
			if err := yield(t.First+from+c, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// Copy renders one copy of any batch; copy 0 is the author's wording.
func Copy(b *codebook.Book, number int) (string, error) {
	readings, err := b.Copy(number)
	if err != nil {
		return "", err
	}
	return b.Master.Render(readings), nil
}

// Issue renders every copy of t, commits to them in t, and hands each to
// yield.
func Issue(m *frank.Master, t *codebook.Batch, yield func(number int, text []byte) error) (*codebook.Copies, error) {
	tree := codebook.CommitCopies(t)
	err := Copies(m, t, func(number int, text []byte) error {
		tree.Add(text)
		return yield(number, text)
	})
	if err != nil {
		return nil, err
	}
	t.Commitment.Copies, err = tree.Root()
	return tree, err
}
