package client

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"frank"
	"frank/bundle"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
)

// Bundle writes the evidence of an inquiry, as its lead or a checker of the
// matter, signed by the person's device. What was opened is opened and traced
// again for it.
func (c *Client) Bundle(ctx context.Context, number uint64, matter frank.Hash, profile bundle.Profile) ([]byte, error) {
	contents, err := c.Evidence(ctx, number, matter)
	if err != nil {
		return nil, err
	}
	return bundle.Write(ctx, contents, profile, c.wire, c.Key)
}

// Evidence gathers what goes into a bundle about a matter on which lead and
// checkers agree.
func (c *Client) Evidence(ctx context.Context, number uint64, matter frank.Hash) (*bundle.Contents, error) {
	s, q, a, err := c.findMatter(ctx, number, matter)
	if err != nil {
		return nil, err
	}
	agreed, err := a.Agreed()
	switch {
	case err != nil:
		return nil, err
	case agreed == nil:
		return nil, frank.WithHint(errors.New("lead and checkers have not all said what they found"), "the lead and both checkers run frank inquiry trace")
	}
	t, err := c.trace(ctx, q, a)
	if err != nil {
		return nil, err
	}
	data, err := t.Report.Encode()
	if err != nil {
		return nil, err
	}
	if hashOf(data) != agreed.Report {
		return nil, errors.New("the trace gives another report now than was agreed on")
	}
	out := &bundle.Contents{Inquiry: q.Entry, Made: c.now(), Report: t.Report, Checkpoint: c.view.Latest().Note, Policy: c.policy.Text()}
	for _, e := range q.Exhibits {
		if !slices.Contains(a.Exhibits, e) {
			continue
		}
		data, err := c.Exhibit(ctx, e)
		if err != nil {
			return nil, err
		}
		out.Exhibits = append(out.Exhibits, bundle.Exhibit{Exhibit: e.Exhibit, Data: data})
	}
	for _, l := range a.Matter.Looks {
		out.Dispatches = append(out.Dispatches, bundle.Dispatch{Ref: l.Dispatch, Book: t.Books[l.Dispatch]})
	}
	for _, n := range q.Matters {
		if n.Matter.Of != matter || n.Named == nil {
			continue
		}
		proofs, err := c.OpenNames(ctx, n)
		if err != nil {
			return nil, err
		}
		for i, h := range n.Named.Holders {
			if !slices.ContainsFunc(out.Named, func(o bundle.Holder) bool { return o.Number == h.Number }) {
				out.Named = append(out.Named, bundle.Holder{HolderOf: h, Batch: proofs[i].Batch.Begin.Batch, Proof: proofs[i].ReaderProof})
			}
		}
	}
	return out, c.proofs(ctx, s, q, a, out)
}

// behind is what the procedure of an inquiry rests on up to a matter: the inquiry
// and those that it joins, whole; of every other one that spent a look before on a
// dispatch of these, the steps up to the release that did, without which it could
// not be told which exhibits came late; of what such a one joins, the beginning. It
// returns the index of the last step to take of each, and all their dispatches.
func behind(s *inquiry.State, q *inquiry.Inquiry, a *inquiry.Asked) (upTo map[*inquiry.Inquiry]uint64, refs []frank.Ref) {
	upTo = map[*inquiry.Inquiry]uint64{}
	add := func(x *inquiry.Inquiry, last uint64) {
		upTo[x] = max(upTo[x], last)
		for _, ref := range x.Open.Scope {
			if !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	for _, x := range s.Joined(q) {
		add(x, math.MaxUint64)
	}
	for more := true; more; {
		more = false
		for _, x := range s.Inquiries() {
			for _, m := range x.Matters {
				if len(m.Releases) == 0 || m.Releases[0].Index <= upTo[x] || len(a.Releases) == 0 || m.Releases[0].Index >= a.Releases[0].Index ||
					!slices.ContainsFunc(m.Matter.Looks, func(l inquiry.Look) bool { return slices.Contains(refs, l.Dispatch) }) {
					continue
				}
				more = true
				for _, y := range s.Joined(x) {
					add(y, y.Entry.Index)
				}
				add(x, m.Releases[0].Index)
			}
		}
	}
	return upTo, refs
}

// proofs gathers the entries of the ledger that a bundle rests on.
func (c *Client) proofs(ctx context.Context, s *inquiry.State, q *inquiry.Inquiry, a *inquiry.Asked, out *bundle.Contents) error {
	upTo, refs := behind(s, q, a)
	var persons []frank.PersonID
	var offices []frank.OfficeID
	know := func(id frank.PersonID) {
		if id != "" && !slices.Contains(persons, id) {
			persons = append(persons, id)
		}
	}
	take := func(k *known) error {
		e, err := c.entryOf(k)
		if err != nil {
			return err
		}
		st, err := e.Open(k.Commitment)
		if err != nil {
			return err
		}
		by, err := c.dir.At(k.Index).Signer(st.By)
		if err != nil {
			return err
		}
		know(by)
		out.Entries = append(out.Entries, directory.Logged{At: directory.Entry{Index: k.Index, Hash: k.Commitment}, Entry: e})
		return nil
	}
	steps := map[uint64]bool{}
	for x, last := range upTo {
		for _, t := range x.Steps {
			if t.Index > last {
				continue
			}
			steps[t.Index] = true
			if m, ok := t.What.(*inquiry.Matter); ok {
				for _, id := range append(slices.Clone(m.Checkers), m.Lead) {
					know(id)
				}
			}
		}
	}
	passed := map[uint64]bool{}
	for _, r := range c.resealed() {
		passed[r.at] = passed[r.at] || slices.Contains(refs, r.Dispatch)
	}
	for i := range c.known {
		k := &c.known[i]
		var about frank.Ref
		switch k.Kind {
		case dispatch.KindBegin:
			about = c.batchAt(k.Index).Begin.Dispatch
		case dispatch.KindComplete:
			var f dispatch.Complete
			if err := k.statement.Read(&f); err != nil {
				return err
			}
			about = f.Dispatch
		}
		if slices.Contains(refs, about) || steps[k.Index] || passed[k.Index] {
			if err := take(k); err != nil {
				return fmt.Errorf("entry %d: %w", k.Index, err)
			}
		}
	}
	for _, ref := range refs {
		for _, b := range c.batches[ref] {
			if !slices.Contains(offices, b.Begin.Office) {
				offices = append(offices, b.Begin.Office)
			}
			for _, o := range b.Begin.Officers {
				know(o.Person)
			}
		}
	}
	for _, h := range out.Named {
		know(h.Person)
		fetched, err := c.fetches(ctx, h.Dispatch, a.Hash)
		if errors.Is(err, errTooFew) {
			continue // the bundle says that it is not shown
		}
		if err != nil {
			return err
		}
		for _, f := range fetched {
			if f.By == h.Person && f.Batch == h.Batch {
				out.Entries = append(out.Entries, directory.Logged{At: directory.Entry{Index: f.Index, Hash: f.Commitment}, Entry: f.Entry})
			}
		}
	}
	slice, err := c.DirectorySlice(persons, offices)
	if err != nil {
		return err
	}
	out.Entries = append(out.Entries, slice...)
	slices.SortFunc(out.Entries, func(a, b directory.Logged) int { return int(int64(a.At.Index) - int64(b.At.Index)) })
	out.Entries = slices.CompactFunc(out.Entries, func(a, b directory.Logged) bool { return a.At == b.At })
	return nil
}
