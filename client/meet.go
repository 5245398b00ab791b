package client

import (
	"context"
	"errors"
	"slices"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
)

// met is a head that somebody else says they were shown.
type met struct {
	ledger.Head
	entry uint64
	note  string // the checkpoint, where the entry has it
}

// meet compares ledgers with everybody who signed one of the entries: a
// statement names the head that its signer had seen, and some carry a
// checkpoint. Each must be one that the ledger had before the entry. A server
// that shows two people different ledgers can then never carry a statement of
// one over to the other; and what was entered in another place than it was
// stated for has seen what was not there yet.
func (c *Client) meet(ctx context.Context, entries []api.Entry) error {
	var list []met
	for _, e := range entries {
		if e.Open == nil {
			continue
		}
		heads, err := c.headsIn(e)
		if err != nil {
			return err
		}
		list = append(list, heads...)
	}
	// One that is proof for everybody is named first.
	slices.SortStableFunc(list, func(a, b met) int { return min(len(b.note), 1) - min(len(a.note), 1) })
	earlier := make([]ledger.Head, len(list))
	for i, m := range list {
		if m.Size > m.entry {
			return alarmf("entry %d is older than its place: whoever signed it had seen a ledger of %d entries", m.entry, m.Size)
		}
		earlier[i] = m.Head
	}
	err := c.view.Head().Continues(ctx, c.wire, earlier...)
	other, ok := errors.AsType[*ledger.Unlike](err)
	if !ok {
		return err
	}
	m := list[other.At]
	if m.note != "" { // signed by the log: proof for everybody
		if err := c.Compare(ctx, []byte(m.note)); err != nil {
			return err
		}
	}
	return frank.WithHint(alarmf("whoever signed entry %d was shown another ledger than you: %w", m.entry, err),
		"compare with them: frank log gives both of you a checkpoint")
}

// headsIn are the heads that an open entry names. What is wrong with the entry
// otherwise is for [Client.take] to say.
func (c *Client) headsIn(e api.Entry) ([]met, error) {
	entry, err := ledger.ParseEntry(e.Open)
	if err != nil {
		return nil, alarmf("entry %d: %w", e.Index, err)
	}
	st, err := entry.Open(e.Commitment)
	if err != nil {
		return nil, alarmf("entry %d: %w", e.Index, err)
	}
	list := []met{{st.Seen, e.Index, ""}}
	var notes []string
	switch st.Kind {
	case dispatch.KindComplete:
		var f dispatch.Complete
		if st.Read(&f) == nil {
			notes = append(notes, f.Checkpoint)
		}
	case directory.KindEnact:
		if do, err := directory.DoOf(st); err == nil {
			if x, ok := do.(directory.Enact); ok {
				notes = append(notes, x.First, x.Second)
			}
		}
	}
	for _, n := range notes {
		if cp, err := c.policy.Verify([]byte(n)); err == nil {
			list = append(list, met{cp.Head, e.Index, n})
		}
	}
	return list, nil
}

// Compare holds a checkpoint that somebody else was shown against the ledger
// that the person is shown. An [*Alarm] means that they are not the same one;
// the memory of the ledger keeps both checkpoints then.
func (c *Client) Compare(ctx context.Context, note []byte) error {
	cp, err := c.policy.Verify(note)
	if err != nil {
		return err
	}
	if cp.Size > c.view.Head().Size {
		if _, err := c.fresh(ctx); err != nil {
			return err
		}
	}
	own := c.view.Latest()
	switch {
	case own == nil:
		return errors.New("you were shown no ledger yet to compare with")
	case cp.Origin != own.Origin:
		return errors.New("the checkpoint is of another ledger")
	case cp.Size > own.Size:
		return frank.WithHint(alarmf("the server shows you a ledger of %d entries, and others one of %d", own.Size, cp.Size), "it may be a moment behind: compare again; if that does not help, the server withholds from you what others see")
	}
	err = own.Head.Continues(ctx, c.wire, cp.Head)
	if _, ok := errors.AsType[*ledger.Unlike](err); !ok {
		return err
	}
	_, err = c.view.Advance(ctx, note, c.wire) // to keep both
	if saved := c.remember(); saved != nil {
		return errors.Join(err, saved)
	}
	if err == nil {
		err = errors.New("the checkpoint does not belong to the ledger that you are shown")
	}
	return suspicious(err)
}
