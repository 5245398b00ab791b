package client

import (
	"context"
	"errors"
	"fmt"

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
// that shows two people different ledgers can then carry no statement of one
// over to the other; and what was entered in another place than it was stated
// for has seen what was not there yet.
//
// A checkpoint that does not fit is signed by the log and proof for everybody:
// an [*Alarm]. A head is its signer's word against the server's, and one who
// lies must not be able to stop everybody: it is told, and the work goes on.
func (c *Client) meet(ctx context.Context, leaves []frank.Hash, entries []api.Entry) (told []string, err error) {
	var list []met
	var sizes []uint64
	for _, e := range entries {
		if e.Open == nil || e.Commitment != leaves[e.Index-c.done] {
			continue // there is nothing to meet, or no such entry
		}
		heads, err := c.headsIn(e)
		if err != nil {
			return nil, err
		}
		for _, m := range heads {
			if m.Size > m.entry {
				told = append(told, fmt.Sprintf("entry %d stands in another place than it was stated for, or lies: whoever signed it had seen a ledger of %d entries", m.entry, m.Size))
				continue
			}
			list, sizes = append(list, m), append(sizes, m.Size)
		}
	}
	roots, err := c.view.Head().Roots(ctx, c.wire, sizes...)
	if err != nil {
		return nil, err
	}
	for i, m := range list {
		switch {
		case roots[i] == m.Root:
		case m.note != "":
			return nil, c.forked(ctx, []byte(m.note))
		default:
			told = append(told, fmt.Sprintf("whoever signed entry %d was shown another ledger than you, or lies: compare checkpoints with them", m.entry))
		}
	}
	return told, nil
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
	roots, err := own.Roots(ctx, c.wire, cp.Size)
	if err != nil || roots[0] == cp.Root {
		return err
	}
	return c.forked(ctx, note)
}

// forked keeps a checkpoint that is none of the ledger's, and raises the alarm.
func (c *Client) forked(ctx context.Context, note []byte) error {
	_, err := c.view.Advance(ctx, note, c.wire)
	if saved := c.remember(); saved != nil {
		return errors.Join(err, saved)
	}
	if err == nil {
		err = errors.New("the checkpoint does not belong to the ledger that you are shown")
	}
	return suspicious(err)
}
