package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"frank"
	"frank/coverage"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/keyring"
	"frank/ledger"
)

// Inquiries brings the client's knowledge of inquiries up to date, from all steps
// that the person may read, and holds each against the rules. An overseer's
// client says by itself that the overseer was shown what was voted for. A step
// that is withheld is an [*Alarm].
func (c *Client) Inquiries(ctx context.Context) (*inquiry.State, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	s, err := c.inquiries(ctx)
	if err != nil {
		return nil, err
	}
	said := false
	for _, q := range s.Inquiries() {
		if c.Gap(q.Entry.Index) != nil {
			continue
		}
		for _, a := range q.Matters {
			step := &inquiry.Seen{Matter: a.Hash}
			if s.Check(q, c.done, c.Person, step) != nil {
				continue
			}
			if _, err := c.step(ctx, q, step, nil); err != nil {
				return nil, err
			}
			said = true
		}
	}
	if said {
		return c.inquiries(ctx)
	}
	return s, nil
}

// inquiries takes in the steps that are known. What somebody stated that is no
// step, or goes on from what is none, is passed over, and where steps of an
// inquiry are withheld only that one stops: no one person can stop the others.
func (c *Client) inquiries(ctx context.Context) (*inquiry.State, error) {
	s := inquiry.New(&inquiryRecord{c})
	c.gaps = map[uint64]error{}
	for i := range c.known {
		k := &c.known[i]
		if k.Kind != inquiry.KindStep {
			continue
		}
		st, err := c.unseal(k)
		if err != nil {
			// For others: the person is involved, or had no role then. Or made badly,
			// by whoever sent it or by the server: others that go on from it show
			// the gap.
			continue
		}
		by, err := c.dir.At(k.Index).Signer(st.By)
		if err != nil {
			return nil, alarmf("entry %d is signed by nobody who could: %w", k.Index, err)
		}
		if c.party(s, st, k.Index, by) {
			continue // whoever is involved states nothing that counts
		}
		if gap, ok := errors.AsType[*inquiry.Withheld](s.Take(k.Index, k.Commitment, by, st)); ok {
			if err := c.withheld(ctx, k, st, gap, by); err != nil {
				return nil, err
			}
		}
	}
	return s, c.meetReleases(ctx, s)
}

// party reports whether a step is by somebody who is involved in what its inquiry
// is about.
func (c *Client) party(s *inquiry.State, st *ledger.Statement, index uint64, by frank.PersonID) bool {
	var step inquiry.Step
	if st.Read(&step) != nil {
		return false
	}
	q := s.Find(step.Inquiry.Index)
	return q != nil && slices.ContainsFunc(q.Open.Scope, func(ref frank.Ref) bool { return s.Involved(index, ref, by) != "" })
}

// withheld keeps the alarm for an inquiry of which the server withholds steps:
// others go on from them, they stand in the log, and the person knows them as
// nothing else.
func (c *Client) withheld(ctx context.Context, k *known, st *ledger.Statement, gap *inquiry.Withheld, by frank.PersonID) error {
	var step inquiry.Step
	if st.Read(&step) != nil || !c.hadPart(step.Inquiry.Index) || c.gaps[step.Inquiry.Index] != nil {
		return nil // it began before the person had a part, or is known to have a gap
	}
	for _, h := range gap.Missing {
		if at, ok := c.leaves[h]; ok || ledger.Marked(h) {
			if !ok || c.at(at).Kind != inquiry.KindStep {
				return nil // it is no step: whoever signed this one made it up
			}
			c.gaps[step.Inquiry.Index] = frank.WithHint(fmt.Errorf("%s, who signed entry %d of the inquiry, goes on from entry %d, which you cannot open", c.name(by), k.Index, at),
				"whoever stated that one sealed it to some and not to others; another inquiry can be opened, and joined to this one")
			return nil
		}
	}
	for from := uint64(0); from < k.Index; from += page {
		leaves, err := c.view.Head().Commitments(ctx, c.wire, from, min(from+page, k.Index))
		if err != nil {
			return suspicious(err)
		}
		for i, leaf := range leaves {
			if slices.Contains(gap.Missing, leaf) {
				c.gaps[step.Inquiry.Index] = frank.WithHint(alarmf("the server withholds entry %d, which entry %d of the inquiry goes on from; or %s, who signed that one, names what is no step", from+uint64(i), k.Index, c.name(by)),
					"ask another officer or the overseer what they see there")
				return nil
			}
		}
	}
	return nil // whoever signed it made them up
}

// Gap is what is wrong with an inquiry of which the person is not shown all: an
// [*Alarm] where the server withholds it. Nobody goes on with such an inquiry. It
// is as of the last time that the client's knowledge of inquiries was brought up
// to date.
func (c *Client) Gap(number uint64) error { return c.gaps[number] }

// Gaps lists the inquiries that have one.
func (c *Client) Gaps() []uint64 { return slices.Sorted(maps.Keys(c.gaps)) }

// hadPart reports whether the steps of an inquiry that was opened at an index
// were sealed to the person from its beginning.
func (c *Client) hadPart(index uint64) bool {
	then := c.dir.At(index)
	return then.Has(directory.Officer, c.Person) || then.Has(directory.Alternate, c.Person) || then.Has(directory.Overseer, c.Person)
}

// meetReleases compares the checkpoints that releases rest on with the person's
// own ledger.
func (c *Client) meetReleases(ctx context.Context, s *inquiry.State) error {
	var notes []string
	var sizes []uint64
	var roots []frank.Hash
	for _, q := range s.Inquiries() {
		for _, a := range q.Matters {
			for _, r := range a.Releases {
				head, _, err := (&inquiryRecord{c}).Checkpoint(r.Index, r.Checkpoint)
				if err != nil {
					continue // the rules have said so
				}
				notes, sizes, roots = append(notes, r.Checkpoint), append(sizes, head.Size), append(roots, head.Root)
			}
		}
	}
	if len(notes) == 0 {
		return nil
	}
	own, err := c.view.Head().Roots(ctx, c.wire, sizes...)
	if err != nil {
		return err
	}
	for i := range own {
		if own[i] != roots[i] {
			return c.forked(ctx, []byte(notes[i]))
		}
	}
	return nil
}

// inquiryRecord is what the client knows of directory and dispatches, for the
// rules of inquiries.
type inquiryRecord struct{ c *Client }

func (r *inquiryRecord) Has(index uint64, role directory.Role, p frank.PersonID) bool {
	return r.c.dir.At(index).Has(role, p)
}

func (r *inquiryRecord) Owns(index uint64, key keyring.VerifyKey, p frank.PersonID) bool {
	id, err := r.c.dir.At(index).Signer(key)
	return err == nil && id == p
}

func (r *inquiryRecord) Threshold(index uint64) int { return r.c.dir.At(index).Settings().Threshold }

func (r *inquiryRecord) Batches(index uint64, ref frank.Ref) (list []dispatch.Batch) {
	for _, b := range r.c.batches[ref] {
		if b.Index >= index {
			break
		}
		if at, ok := r.c.completed[batchID{ref, b.Begin.Batch}]; !ok || at >= index {
			b.Complete = nil
		}
		list = append(list, b)
	}
	return list
}

func (r *inquiryRecord) Acts(index uint64, p frank.PersonID, office frank.OfficeID) bool {
	return r.c.dir.At(index).Holds(p, office)
}

func (r *inquiryRecord) Dealt(index uint64, part inquiry.Part, p frank.PersonID) bool {
	return r.c.holdersOf(index, part)[p]
}

// holdersOf are those who held a share of a batch at an index, dealt or passed on
// to them.
func (c *Client) holdersOf(index uint64, part inquiry.Part) map[frank.PersonID]bool {
	now := map[int]frank.PersonID{}
	for _, b := range c.batches[part.Dispatch] {
		if b.Begin.Batch == part.Batch {
			for _, o := range b.Begin.Officers {
				now[o.Index] = o.Person
			}
		}
	}
	for _, x := range c.resealed() {
		if x.Dispatch == part.Dispatch && x.Batch == part.Batch && x.at < index {
			now[x.Index] = x.To
		}
	}
	out := map[frank.PersonID]bool{}
	for p := range maps.Values(now) {
		out[p] = true
	}
	return out
}

func (r *inquiryRecord) Checkpoint(index uint64, note string) (ledger.Head, string, error) {
	policy, err := r.c.policyAt(index)
	if err != nil {
		return ledger.Head{}, "", err
	}
	return inquiry.ReadCheckpoint(policy, note)
}

// policyAt is the witness policy in force at an index.
func (c *Client) policyAt(index uint64) (*ledger.Policy, error) {
	text := c.dir.At(index).Settings().Witnesses
	if text == "" || text == c.policy.Text() {
		return c.policy, nil
	}
	then, err := ledger.ParsePolicy([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("the witness policy of the time cannot be read: %w", err)
	}
	return then, nil
}

// audience are those whom the steps of an inquiry are sealed to: sitting
// officers, alternates and overseers, but for those who are involved in what it
// is about.
func (c *Client) audience(s *inquiry.State, scope []frank.Ref) (list []frank.PersonID) {
	now := c.dir.At(c.done)
	for _, role := range []directory.Role{directory.Officer, directory.Alternate, directory.Overseer} {
		for _, id := range now.Sitting(role) {
			if slices.Contains(list, id) || slices.ContainsFunc(scope, func(ref frank.Ref) bool { return s.Involved(c.done, ref, id) != "" }) {
				continue
			}
			list = append(list, id)
		}
	}
	return list
}

// step states a step, and waits until the ledger shows it. Blobs are sealed
// things that it names.
func (c *Client) step(ctx context.Context, q *inquiry.Inquiry, what any, blobs [][]byte) (uint64, error) {
	body, err := inquiry.Body(q.Entry, q.Heads(), what)
	if err != nil {
		return 0, err
	}
	s, err := c.inquiries(ctx)
	if err != nil {
		return 0, err
	}
	a, err := c.tellInquiry(ctx, body, c.audience(s, q.Open.Scope), blobs)
	if err != nil {
		return 0, err
	}
	return a.Index, c.Settle(ctx, a.Index)
}

// OpenInquiry begins an inquiry and returns its number: the index of its first
// step.
func (c *Client) OpenInquiry(ctx context.Context, o *inquiry.Open) (uint64, error) {
	s, err := c.Inquiries(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.CheckOpen(c.done, c.Person, o); err != nil {
		return 0, err
	}
	body, err := inquiry.Body(directory.Entry{}, nil, o)
	if err != nil {
		return 0, err
	}
	a, err := c.tellInquiry(ctx, body, c.audience(s, o.Scope), nil)
	if err != nil {
		return 0, err
	}
	return a.Index, c.Settle(ctx, a.Index)
}

// find brings the inquiry with a number up to date.
func (c *Client) find(ctx context.Context, number uint64) (*inquiry.State, *inquiry.Inquiry, error) {
	s, err := c.Inquiries(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := c.Gap(number); err != nil {
		return nil, nil, err
	}
	q := s.Find(number)
	if q == nil {
		return nil, nil, frank.WithHint(fmt.Errorf("there is no inquiry %d that you may know of", number), "frank inquiry list shows those that there are")
	}
	return s, q, nil
}

// findMatter is find, and what was asked of the matter.
func (c *Client) findMatter(ctx context.Context, number uint64, matter frank.Hash) (*inquiry.State, *inquiry.Inquiry, *inquiry.Asked, error) {
	s, q, err := c.find(ctx, number)
	if err != nil {
		return nil, nil, nil, err
	}
	if a := q.Asked(matter); a != nil {
		return s, q, a, nil
	}
	return nil, nil, nil, errors.New("no such matter was asked in this inquiry")
}

// Step takes a step of an inquiry that needs nothing but itself: vote, consent,
// admit, pause, lift, note, reply, notice, refuse or close. It returns the
// step's index. What the rules do not allow is not stated; an officer's refusal
// can be, by a [inquiry.Refuse].
func (c *Client) Step(ctx context.Context, number uint64, what any) (uint64, error) {
	s, q, err := c.find(ctx, number)
	if err != nil {
		return 0, err
	}
	if err := s.Check(q, c.done, c.Person, what); err != nil {
		return 0, err
	}
	return c.step(ctx, q, what, nil)
}

// Material is a piece of material to be registered.
type Material struct {
	Name      string
	Data      []byte
	Outlet    string // what is known better than the material says of itself; empty otherwise
	URL       string
	Published string
	Note      string
	Obtained  string // [inquiry.Published] and the others
	How       string
}

// Register freezes material and registers it with an inquiry. The originals go
// to the server sealed to whom the inquiry's steps are sealed to.
func (c *Client) Register(ctx context.Context, number uint64, list []Material) (uint64, error) {
	s, q, err := c.find(ctx, number)
	if err != nil {
		return 0, err
	}
	to := c.audience(s, q.Open.Scope)
	step, blobs := &inquiry.Register{}, [][]byte(nil)
	for _, m := range list {
		e, err := coverage.Read(m.Name, m.Data)
		if err != nil {
			return 0, err
		}
		if err := inquiry.Admissible(m.Data, e.Text); err != nil {
			return 0, err
		}
		r, err := coverage.Freeze(e, m.Data, c.now())
		if err != nil {
			return 0, err
		}
		for _, f := range []struct {
			to   *string
			said string
		}{{&r.Outlet, m.Outlet}, {&r.URL, m.URL}, {&r.Published, m.Published}, {&r.Note, m.Note}} {
			if f.said != "" {
				*f.to = f.said
			}
		}
		sealed, err := c.sealTo(m.Data, to)
		if err != nil {
			return 0, err
		}
		step.Exhibits = append(step.Exhibits, inquiry.Exhibit{Record: *r, Obtained: m.Obtained, How: m.How, Blob: hashOf(sealed)})
		blobs = append(blobs, sealed)
	}
	if err := s.Check(q, c.done, c.Person, step); err != nil {
		return 0, err
	}
	return c.step(ctx, q, step, blobs)
}

// Exhibit fetches the original of a registered exhibit and checks that it is
// what was frozen.
func (c *Client) Exhibit(ctx context.Context, e *inquiry.Registered) ([]byte, error) {
	sealed, err := c.blob(ctx, e.Blob)
	if err != nil {
		return nil, err
	}
	data, err := c.open(sealed)
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("the exhibit %s does not open: %w", e.Record.Name, err), "it was sealed to those who sat when it was registered")
	}
	if err := e.Record.Check(data); err != nil {
		return nil, err
	}
	x, err := coverage.Read(e.Record.Name, data)
	if err != nil {
		return nil, err
	}
	return data, inquiry.Admissible(data, x.Text)
}
