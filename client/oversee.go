package client

import (
	"context"
	"errors"
	"slices"

	"frank"
	"frank/directory"
	"frank/inquiry"
)

// Oversight is what an overseer sees of all inquiries, without what they are
// about.
type Oversight struct {
	Inquiries []inquiry.Summary // in the order of the ledger
	Untold    []uint64          // closed ones that tested copies, and of which those examined were not told
	Unread    int               // entries of inquiries that are in none of these: sealed to others, or no steps
	AsOf      string            // by the person's clock
}

// Oversee brings an overseer's client up to date, which says by itself that the
// overseer was shown what was voted for, and lists the inquiries.
func (c *Client) Oversee(ctx context.Context) (*Oversight, error) {
	s, err := c.Inquiries(ctx)
	if err != nil {
		return nil, err
	}
	if !c.dir.At(c.done).Has(directory.Overseer, c.Person) {
		return nil, frank.WithHint(errors.New("this is for an overseer, and you are none"), "officers list inquiries with frank inquiry list; frank examined is for everybody")
	}
	o := &Oversight{AsOf: c.now()}
	o.Inquiries = inquiry.Overview(s, o.AsOf)
	for i := range c.known {
		if c.known[i].Kind == inquiry.KindStep {
			o.Unread++
		}
	}
	told := c.saidOf(s)
	for _, q := range s.Inquiries() {
		o.Unread -= len(q.Steps)
		if _, people := c.examined(q); q.Closed != nil && len(people) > 0 && !told[q.Entry.Index] {
			o.Untold = append(o.Untold, q.Entry.Index)
		}
	}
	return o, nil
}

// Yearly is the report on the inquiries that were opened in a year.
func (c *Client) Yearly(o *Oversight, year int) *inquiry.Year {
	y := inquiry.Yearly(o.Inquiries, year)
	head := c.view.Head()
	y.Organisation, y.AsOf = c.dir.Name(), inquiry.AsOf{Time: o.AsOf, Log: c.Log, Size: head.Size, Root: head.Root, Unread: o.Unread}
	return y
}

// saidOf are the closed inquiries of which those examined were told, as far as the
// person can see: the last statement of a close is sealed to overseers, too.
func (c *Client) saidOf(s *inquiry.State) map[uint64]bool {
	out := map[uint64]bool{}
	for _, x := range c.closes() {
		if q := s.Find(x.Inquiry); q != nil && q.Closed != nil && x.Index > q.ClosedAt {
			out[x.Inquiry] = true
		}
	}
	return out
}

// closes are the statements that an inquiry was closed, by those who may say so,
// that the person can open.
func (c *Client) closes() (list []Examined) {
	for i := range c.known {
		k := &c.known[i]
		if k.Kind != inquiry.KindClosed {
			continue
		}
		st, err := c.unseal(k)
		if err != nil {
			continue // for others
		}
		then := c.dir.At(k.Index)
		by, err := then.Signer(st.By)
		var x inquiry.Closed
		if err == nil && st.Read(&x) == nil && (then.Has(directory.Officer, by) || then.Has(directory.Overseer, by)) {
			list = append(list, Examined{k.Index, x})
		}
	}
	return list
}

// hadCopy reports whether a copy of one of the dispatches is the person's. Who
// tells of a close, and overseers, can open what they tell others.
func (c *Client) hadCopy(refs []frank.Ref) bool {
	return slices.ContainsFunc(refs, func(ref frank.Ref) bool {
		for _, b := range c.batches[ref] {
			for _, to := range b.Begin.To {
				if to.Person == c.Person {
					return true
				}
			}
		}
		return false
	})
}
