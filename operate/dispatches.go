package operate

import (
	"frank"
	"frank/dispatch"
	"frank/store"
)

// dispatches holds what the store says of dispatches to what the entries made,
// and looks for those that too few could still open.
func (c *checker) dispatches() error {
	shares, err := c.shares()
	if err != nil {
		return err
	}
	view := c.state.At(c.in)
	for n, ref := range c.refs {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		c.tell("checking dispatches", n, len(c.refs))
		kept, err := c.store.Batches(c.ctx, ref)
		if err != nil {
			return err
		}
		for len(kept) > 0 && kept[len(kept)-1].Begin >= c.in { // not yet under a checkpoint
			kept = kept[:len(kept)-1]
		}
		of := c.of[ref]
		if len(kept) != len(of) {
			c.wrong("%s has %d batches by its entries, and %d in the store", ref, len(of), len(kept))
			continue
		}
		for i, b := range of {
			c.same(b, &kept[i])
			if b.Complete == nil {
				c.note("%s, batch %d: begun in entry %d and not completed", ref, i+1, b.Index)
				continue
			}
			live, sealed := 0, make([]frank.Hash, len(b.Begin.Officers))
			for n, o := range b.Begin.Officers {
				hash, ok := shares[share{b.Index, o.Index, o.Person}]
				if sealed[n] = hash; !ok {
					c.wrong("%s, batch %d: share %d is missing", ref, i+1, o.Index)
				} else if sits(view, o.Person) {
					live++
				}
			}
			if dispatch.SharesRoot(sealed) != b.Complete.Shares {
				c.wrong("%s, batch %d: the sealed shares that are kept are not those it commits to", ref, i+1)
			}
			switch k := b.Begin.Threshold; {
			case live < k:
				c.warning("%s, batch %d: %d of the officers with a share still sit, and it takes %d: it cannot be opened in an inquiry", ref, i+1, live, k)
			case live == k:
				c.warning("%s, batch %d: %d of the officers with a share still sit, and it takes all of them", ref, i+1, live)
			}
		}
	}
	return nil
}

// same holds a batch of the store to its entries.
func (c *checker) same(b *batch, kept *store.Batch) {
	complete, recall := kept.Complete, kept.Recall
	if complete >= c.in {
		complete = 0
	}
	if recall >= c.in {
		recall = 0
	}
	ok := kept.Begin == b.Index && kept.Entry == b.Entry && kept.Office == b.Begin.Office && kept.Embargo == b.Begin.Embargo &&
		kept.Count == len(b.Begin.To) && kept.Batch == b.Begin.Batch && complete == b.complete && recall == b.recall
	if ok && b.Complete != nil {
		ok = kept.Draw == b.Complete.Checkpoint
	}
	if !ok {
		c.wrong("%s, batch %d: the store says something else of it than its entries", kept.Dispatch, kept.Batch)
	}
}

type share struct {
	begin  uint64
	index  int
	person frank.PersonID
}

// shares are all that were dealt, as the store has them.
func (c *checker) shares() (map[share]frank.Hash, error) {
	out := map[share]frank.Hash{}
	for _, person := range c.dealt {
		for from := uint64(0); ; {
			list, err := c.store.Shares(c.ctx, person, from, c.in, 500)
			if err != nil {
				return nil, err
			}
			for _, d := range list {
				out[share{d.Begin, d.Index, person}] = d.Hash
				from = d.Complete + 1
			}
			if len(list) < 500 {
				break
			}
		}
	}
	return out, nil
}
