package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"frank"
	"frank/bundle"
	"frank/codebook"
	"frank/coverage"
	"frank/dispatch"
	"frank/exchange"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
	"frank/seal/share"
	"frank/trace"
)

func hashOf(data []byte) frank.Hash { return sha256.Sum256(data) }

// Ask asks that the copies of dispatches be opened on the exhibits admitted:
// those in scope, if none are named. Checkers are the two others who trace again;
// none: the first who may. It returns what officers vote on.
func (c *Client) Ask(ctx context.Context, number uint64, refs []frank.Ref, checkers []frank.PersonID) (frank.Hash, error) {
	s, q, err := c.find(ctx, number)
	if err != nil {
		return frank.Hash{}, err
	}
	if len(refs) == 0 {
		refs = q.Open.Scope
	}
	refs = slices.Clone(refs)
	inquiry.SortRefs(refs)
	m := &inquiry.Matter{Stage: inquiry.Copies, Until: q.Until, Level: q.Open.Level, Exhibits: inquiry.RootOf(q.Admitted()), Lead: c.Person, Checkers: slices.Clone(checkers)}
	if len(m.Checkers) == 0 {
		for _, id := range c.audience(s, q.Open.Scope) {
			if id != c.Person && s.Eligible(q, c.done, id) == nil && len(m.Checkers) < inquiry.Checkers {
				m.Checkers = append(m.Checkers, id)
			}
		}
	}
	if len(m.Checkers) < inquiry.Checkers {
		return frank.Hash{}, frank.WithHint(fmt.Errorf("it takes %d others who trace again, and %d may", inquiry.Checkers, len(m.Checkers)), "officers who had a copy may not; appoint another, or an alternate who was dealt a share")
	}
	slices.Sort(m.Checkers)
	for _, ref := range refs {
		m.Scope = append(m.Scope, s.Batches(c.done, ref)...)
		m.Looks = append(m.Looks, inquiry.Look{Dispatch: ref, Number: s.Look(ref)})
	}
	return c.ask(ctx, s, q, m)
}

// AskNames asks whose the copies are that an agreed result names: the second
// vote. None given: all that it names.
func (c *Client) AskNames(ctx context.Context, number uint64, of frank.Hash, numbers []inquiry.Number) (frank.Hash, error) {
	s, q, a, err := c.findMatter(ctx, number, of)
	if err != nil {
		return frank.Hash{}, err
	}
	agreed, err := a.Agreed()
	switch {
	case err != nil:
		return frank.Hash{}, err
	case agreed == nil:
		return frank.Hash{}, errors.New("lead and checkers have not all said what they found")
	case len(agreed.Named) == 0:
		return frank.Hash{}, frank.WithHint(errors.New("the result names no copy"), "whose a copy is, is opened only where the copy is named")
	}
	if len(numbers) == 0 {
		numbers = agreed.Named
	}
	m := &inquiry.Matter{Stage: inquiry.Names, Until: q.Until, Level: a.Matter.Level, Exhibits: a.Matter.Exhibits, Lead: c.Person, Result: agreed.Report, Of: of, Numbers: slices.Clone(numbers)}
	for _, p := range a.Matter.Scope {
		b := c.batch(p)
		if slices.ContainsFunc(numbers, func(n inquiry.Number) bool { return n.Dispatch == p.Dispatch && holds(b, n.Number) }) {
			m.Scope = append(m.Scope, p)
		}
	}
	// Whoever is asked for a share of a name checks the result first, as a stranger
	// would: lead and checkers alone could agree on a false one.
	evidence, err := c.Bundle(ctx, number, of, bundle.Referral)
	if err != nil {
		return frank.Hash{}, err
	}
	sealed, err := c.sealTo(evidence, c.audience(s, q.Open.Scope))
	if err != nil {
		return frank.Hash{}, err
	}
	m.Evidence = hashOf(sealed)
	if s, q, err = c.find(ctx, number); err != nil {
		return frank.Hash{}, err
	}
	return c.ask(ctx, s, q, m, sealed)
}

// proven holds the evidence that goes with a matter of names against what it asks
// for: a stranger would find the same result, and every copy asked about named in
// it.
func (c *Client) proven(ctx context.Context, q *inquiry.Inquiry, a *inquiry.Asked) error {
	if a.Matter.Evidence == (frank.Hash{}) {
		return errors.New("the lead has handed over no evidence for the result that names are asked on")
	}
	sealed, err := c.blob(ctx, a.Matter.Evidence)
	if err != nil {
		return err
	}
	data, err := c.open(sealed)
	if err != nil {
		return fmt.Errorf("the evidence does not open: %w", err)
	}
	f, err := bundle.Verify(ctx, data, []byte(c.policy.Text()), nil)
	switch {
	case err != nil:
		return err
	case !f.OK:
		return fmt.Errorf("the evidence for the result does not hold: %s", f.Checks[len(f.Checks)-1].Text)
	case f.Inquiry != q.Entry || f.Report != a.Matter.Result:
		return errors.New("the evidence is of another result than names are asked on")
	}
	for _, n := range a.Matter.Numbers {
		if !slices.ContainsFunc(f.Verdicts, func(v bundle.Verdict) bool {
			return v.Dispatch == n.Dispatch && slices.ContainsFunc(v.Named, func(c bundle.Copy) bool { return c.Number == n.Number })
		}) {
			return fmt.Errorf("copy %d of %s is not named by the evidence", n.Number, n.Dispatch)
		}
	}
	return nil
}

// Renew asks for a longer time.
func (c *Client) Renew(ctx context.Context, number uint64, until string) (frank.Hash, error) {
	s, q, err := c.find(ctx, number)
	if err != nil {
		return frank.Hash{}, err
	}
	return c.ask(ctx, s, q, &inquiry.Matter{Stage: inquiry.Renewal, Until: until, Level: q.Open.Level, Exhibits: inquiry.RootOf(q.Admitted()), Lead: c.Person})
}

// ask makes the key that shares are sealed to, and states the matter.
func (c *Client) ask(ctx context.Context, s *inquiry.State, q *inquiry.Inquiry, m *inquiry.Matter, blobs ...[]byte) (frank.Hash, error) {
	if m.Stage != inquiry.Renewal {
		ids, err := keyring.NewIdentities()
		if err != nil {
			return frank.Hash{}, err
		}
		to, err := c.keysOf(m.Checkers)
		if err != nil {
			return frank.Hash{}, err
		}
		m.To = ids.Public().String()
		if m.Key, err = ids.SealTo(to...); err != nil {
			return frank.Hash{}, err
		}
	}
	if err := s.Check(q, c.done, c.Person, m); err != nil {
		return frank.Hash{}, err
	}
	_, err := c.step(ctx, q, m, blobs)
	return m.Hash(q.Entry.Hash), err
}

// batch is a part as the ledger has it; nil if it is not known.
func (c *Client) batch(p inquiry.Part) *dispatch.Batch {
	list := c.batches[p.Dispatch]
	for i := range list {
		if list[i].Begin.Batch == p.Batch && list[i].Entry == p.Begin && list[i].Complete != nil {
			return &list[i]
		}
	}
	return nil
}

func holds(b *dispatch.Batch, number int) bool {
	return b != nil && number >= b.Begin.First && number < b.Begin.First+len(b.Begin.To)
}

// Release hands over the person's shares for a matter, sealed to its key, after
// checking that it may: exhibits, votes, the overseer, the scope and the absence
// of conflicts, all under a checkpoint that covers them. The exhibits are fetched
// and held against their records. What speaks against it is stated in the ledger
// as a refusal.
func (c *Client) Release(ctx context.Context, number uint64, matter frank.Hash) (uint64, error) {
	s, q, a, err := c.findMatter(ctx, number, matter)
	if err != nil {
		return 0, err
	}
	released, err := c.releasable(ctx, q, a)
	if err != nil {
		return 0, c.refuse(ctx, s, q, matter, inquiry.DoRelease, err)
	}
	key, err := keyring.ParseRecipient(a.Matter.To)
	if err != nil {
		return 0, err
	}
	sealed, err := key.Seal(ledger.Pad(canon.Marshal(released)))
	if err != nil {
		return 0, err
	}
	step := &inquiry.Release{Matter: matter, Checkpoint: string(c.view.Latest().Note), Shares: sealed}
	if err := s.Check(q, c.done, c.Person, step); err != nil {
		return 0, c.refuse(ctx, s, q, matter, inquiry.DoRelease, err)
	}
	return c.step(ctx, q, step, nil)
}

// refuse states that a step was not taken, and returns why.
func (c *Client) refuse(ctx context.Context, s *inquiry.State, q *inquiry.Inquiry, matter frank.Hash, what string, why error) error {
	if _, alarm := errors.AsType[*Alarm](why); alarm || ctx.Err() != nil || errors.Is(why, ErrUnreachable) {
		return why
	}
	text := why.Error()
	if len(text) > inquiry.MaxText {
		text = text[:inquiry.MaxText]
	}
	step := &inquiry.Refuse{Matter: matter, What: what, Why: text}
	if s.Check(q, c.done, c.Person, step) == nil {
		if _, err := c.step(ctx, q, step, nil); err != nil {
			return errors.Join(why, err)
		}
	}
	return why
}

// releasable opens the person's shares for a matter, and checks what the rules
// cannot: the exhibits' bytes.
func (c *Client) releasable(ctx context.Context, q *inquiry.Inquiry, a *inquiry.Asked) (*inquiry.Shares, error) {
	if _, err := a.Ready(); err != nil {
		return nil, err
	}
	for _, e := range a.Exhibits {
		if _, err := c.Exhibit(ctx, e); err != nil {
			return nil, err
		}
	}
	if a.Matter.Stage == inquiry.Names {
		if err := c.proven(ctx, q, a); err != nil {
			return nil, err
		}
	}
	out := &inquiry.Shares{Format: inquiry.ReleasedFormat, Matter: a.Hash}
	held := c.held()
	for _, p := range a.Matter.Scope {
		for i := range held {
			h := &held[i]
			if h.batch.Begin.Dispatch != p.Dispatch || h.batch.Begin.Batch != p.Batch || h.batch.Entry != p.Begin || !c.stillHolds(h) {
				continue
			}
			plain, fault, err := c.openShare(ctx, h)
			if err != nil {
				return nil, err
			}
			if fault != "" {
				return nil, fmt.Errorf("your share of %s does not hold: %s", p.Dispatch, fault)
			}
			x, err := exchange.CheckShare(plain, &h.batch.Begin, h.batch.Complete, h.index)
			if err != nil {
				return nil, err
			}
			r := inquiry.ReleasedShare{Dispatch: p.Dispatch, Batch: p.Batch}
			if a.Matter.Stage == inquiry.Copies {
				r.Vector, r.Share = x.Vector, &x.Share
			} else {
				r.Many = x.Many
				for _, n := range a.Matter.Numbers {
					if n.Dispatch == p.Dispatch && holds(h.batch, n.Number) {
						o, err := x.Many.Open(&x.Held, n.Number)
						if err != nil {
							return nil, err
						}
						r.Opened = append(r.Opened, *o)
					}
				}
			}
			out.Shares = append(out.Shares, r)
		}
	}
	if len(out.Shares) == 0 {
		return nil, frank.WithHint(errors.New("you hold no share of what is to be opened"), "shares that were passed on are released by who holds them now")
	}
	return out, nil
}

// stillHolds reports whether a share was not passed on.
func (c *Client) stillHolds(h *held) bool {
	now := frank.PersonID("")
	for _, o := range h.batch.Begin.Officers {
		if o.Index == h.index {
			now = o.Person
		}
	}
	for _, r := range c.resealed() {
		if r.batch.Index == h.batch.Index && r.Index == h.index {
			now = r.To
		}
	}
	return now == c.Person
}

// shares opens what was released for a matter. Shares for anything that was not
// voted on are left out, whoever put them in.
func (c *Client) shares(a *inquiry.Asked) (list []inquiry.ReleasedShare, err error) {
	ids, err := c.Key.OpenIdentities(a.Matter.Key)
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("the key of the matter does not open: %w", err), "the lead opens it, and the two checkers")
	}
	for _, r := range a.Releases {
		plain, err := ids.Open(r.Shares)
		if err == nil {
			plain, err = ledger.Unpad(plain)
		}
		var s inquiry.Shares
		if err == nil {
			err = canon.Unmarshal(plain, &s)
		}
		if err != nil || s.Format != inquiry.ReleasedFormat || s.Matter != a.Hash {
			continue // counted by the rules, and no use: the others may be enough
		}
		for _, x := range s.Shares {
			if slices.ContainsFunc(a.Matter.Scope, func(p inquiry.Part) bool { return p.Dispatch == x.Dispatch && p.Batch == x.Batch }) {
				list = append(list, x)
			}
		}
	}
	return list, nil
}

// Traced is what an inquiry opened and found.
type Traced struct {
	Report   *trace.Report // as it may be handed on: of the dispatch only what was printed
	Books    map[frank.Ref]*codebook.Book
	Exhibits []*coverage.Exhibit
	Void     []string // codebooks that are not what was committed to: there is no report then
}

// Trace opens what was released for a matter, as its lead or one of its checkers,
// traces, and states the result. Whoever does so gets the same report to the bit.
func (c *Client) Trace(ctx context.Context, number uint64, matter frank.Hash) (*Traced, error) {
	s, q, a, err := c.findMatter(ctx, number, matter)
	if err != nil {
		return nil, err
	}
	t, err := c.trace(ctx, q, a)
	if err != nil {
		return nil, err
	}
	step := &inquiry.Result{Matter: matter, Void: t.Void}
	var blobs [][]byte
	if t.Report != nil {
		data, err := t.Report.Encode()
		if err != nil {
			return nil, err
		}
		step.Report, step.Named = hashOf(data), NamedIn(t.Report)
		if c.Person == a.Matter.Lead {
			sealed, err := c.sealTo(data, c.audience(s, q.Open.Scope))
			if err != nil {
				return nil, err
			}
			step.Blob, blobs = hashOf(sealed), [][]byte{sealed}
		}
	}
	if slices.ContainsFunc(a.Results, func(f inquiry.Found) bool { return f.By == c.Person }) {
		return t, nil // stated before
	}
	if err := s.Check(q, c.done, c.Person, step); err != nil {
		return nil, err
	}
	_, err = c.step(ctx, q, step, blobs)
	return t, err
}

// NamedIn lists the copies that a report names.
func NamedIn(r *trace.Report) (list []inquiry.Number) {
	for _, d := range r.Dispatches {
		ref, err := frank.ParseRef(d.Ref)
		if err != nil {
			continue
		}
		for _, n := range d.Named {
			list = append(list, inquiry.Number{Dispatch: ref, Number: n})
		}
	}
	slices.SortFunc(list, inquiry.CompareNumbers)
	return list
}

// Retrace is [Client.Trace] without stating anything: what was found before, found
// again.
func (c *Client) Retrace(ctx context.Context, number uint64, matter frank.Hash) (*Traced, error) {
	_, q, a, err := c.findMatter(ctx, number, matter)
	if err != nil {
		return nil, err
	}
	return c.trace(ctx, q, a)
}

func (c *Client) trace(ctx context.Context, q *inquiry.Inquiry, a *inquiry.Asked) (*Traced, error) {
	if a.Matter.Stage != inquiry.Copies {
		return nil, errors.New("this matter is about names, and traces nothing")
	}
	if !a.Enough() {
		return nil, frank.WithHint(fmt.Errorf("%d of %d shares were released", len(a.Releases), a.Need), "officers release theirs with frank inquiry release")
	}
	shares, err := c.shares(a)
	if err != nil {
		return nil, err
	}
	t := &Traced{Books: map[frank.Ref]*codebook.Book{}}
	for _, e := range a.Exhibits {
		data, err := c.Exhibit(ctx, e)
		if err != nil {
			return nil, err
		}
		x, err := coverage.Read(e.Record.Name, data)
		if err != nil {
			return nil, err
		}
		t.Exhibits = append(t.Exhibits, x)
	}
	for _, p := range a.Matter.Scope {
		if err := c.openPart(ctx, t, p, shares); err != nil {
			return nil, err
		}
	}
	if len(t.Void) > 0 {
		return t, nil
	}
	in := trace.Input{Exhibits: t.Exhibits, Alpha: a.Matter.Level, Frozen: true}
	for _, l := range a.Matter.Looks {
		book := t.Books[l.Dispatch]
		in.Issued = append(in.Issued, trace.Issued{Ref: l.Dispatch.String(), Master: book.Master,
			Book: func() (*codebook.Book, error) { return book, nil }, Look: func() (int, error) { return l.Number, nil }})
	}
	report, err := trace.Run(ctx, in)
	if err != nil {
		return nil, err
	}
	t.Report, err = report.Redacted()
	return t, err
}

// openPart opens the codebook of a batch from shares. What of it is not as the
// author committed to it makes the whole void; that there are too few good
// shares, or the server does not answer, is an error.
func (c *Client) openPart(ctx context.Context, t *Traced, p inquiry.Part, released []inquiry.ReleasedShare) error {
	b := c.batch(p)
	if b == nil {
		return fmt.Errorf("batch %d of %s is not known to you", p.Batch, p.Dispatch)
	}
	void := func(why error) {
		t.Void = append(t.Void, fmt.Sprintf("batch %d of %s: %v", p.Batch, p.Dispatch, why))
	}
	var shares []share.Share
	var vector share.Vector
	for _, r := range released {
		if r.Dispatch == p.Dispatch && r.Batch == p.Batch && r.Share != nil && r.Vector.Hash() == b.Complete.Sharing && r.Vector.Verify(*r.Share) == nil &&
			!slices.ContainsFunc(shares, func(o share.Share) bool { return o.Index == r.Share.Index }) {
			vector, shares = r.Vector, append(shares, *r.Share)
		}
	}
	if len(shares) < b.Begin.Threshold {
		return fmt.Errorf("%d of %d shares of batch %d of %s are there and hold", len(shares), b.Begin.Threshold, p.Batch, p.Dispatch)
	}
	secret, err := vector.Combine(shares)
	if err != nil {
		return err
	}
	draw, err := c.draw(b.Complete)
	if err != nil {
		return err
	}
	closed, err := c.blob(ctx, b.Complete.Codebook)
	if err != nil {
		return err
	}
	book, err := exchange.OpenBook(&b.Begin, b.Complete, draw, closed, share.Key(secret, share.Context{Dispatch: p.Dispatch, Batch: p.Batch}))
	if err != nil {
		void(err)
		return nil
	}
	whole := t.Books[p.Dispatch]
	if whole == nil {
		t.Books[p.Dispatch] = book.Codebook
		return nil
	}
	if !reflect.DeepEqual(whole.Master, book.Codebook.Master) {
		void(errors.New("its wording is another than the first batch's"))
		return nil
	}
	whole.Batches = append(whole.Batches, book.Codebook.Batches...)
	return nil
}

// NameHolders opens whose the numbers of a matter are, as its lead, and states it.
func (c *Client) NameHolders(ctx context.Context, number uint64, matter frank.Hash) ([]inquiry.HolderOf, error) {
	s, q, a, err := c.findMatter(ctx, number, matter)
	if err != nil {
		return nil, err
	}
	if a.Named != nil {
		return a.Named.Holders, nil
	}
	if a.Matter.Stage != inquiry.Names {
		return nil, frank.WithHint(errors.New("this matter is about copies: whose they are takes a second vote"), "frank inquiry names asks for it")
	}
	if !a.Enough() {
		return nil, fmt.Errorf("%d of %d shares were released", len(a.Releases), a.Need)
	}
	proofs, err := c.OpenNames(ctx, a)
	if err != nil {
		return nil, err
	}
	named := &inquiry.Named{Matter: matter}
	for i, n := range a.Matter.Numbers {
		x := proofs[i]
		to := x.Batch.Begin.To[x.Index]
		named.Holders = append(named.Holders, inquiry.HolderOf{Number: n, Slot: x.Index, Person: to.Person, Office: to.Office})
	}
	if err := s.Check(q, c.done, c.Person, named); err != nil {
		return nil, err
	}
	_, err = c.step(ctx, q, named, nil)
	return named.Holders, err
}

// OpenName is a number's entry in the readers' map, with what proves it.
type OpenName struct {
	Batch *dispatch.Batch
	exchange.ReaderProof
}

// OpenNames opens the entries of the readers' map that were released for a
// matter, in the order of its numbers.
func (c *Client) OpenNames(ctx context.Context, a *inquiry.Asked) (list []OpenName, err error) {
	released, err := c.shares(a)
	if err != nil {
		return nil, err
	}
	for _, n := range a.Matter.Numbers {
		i := slices.IndexFunc(a.Matter.Scope, func(p inquiry.Part) bool { return p.Dispatch == n.Dispatch && holds(c.batch(p), n.Number) })
		if i < 0 {
			return nil, fmt.Errorf("copy %d of %s is in no batch that was voted on", n.Number, n.Dispatch)
		}
		b := c.batch(a.Matter.Scope[i])
		var many *share.Many
		var opened []*share.Opened
		for _, r := range released {
			if r.Dispatch != n.Dispatch || r.Batch != b.Begin.Batch || r.Many == nil || r.Many.Hash() != b.Complete.MapSharing {
				continue
			}
			for j := range r.Opened {
				if o := &r.Opened[j]; o.Number == n.Number && r.Many.Verify(o) == nil && !slices.ContainsFunc(opened, func(x *share.Opened) bool { return x.Index == o.Index }) {
					many, opened = r.Many, append(opened, o)
				}
			}
		}
		if len(opened) < b.Begin.Threshold {
			return nil, fmt.Errorf("%d of %d shares of copy %d of %s are there and hold", len(opened), b.Begin.Threshold, n.Number, n.Dispatch)
		}
		key, err := many.Key(n.Number, opened)
		if err != nil {
			return nil, err
		}
		blob, err := c.blob(ctx, b.Complete.Map)
		if err != nil {
			return nil, err
		}
		proof, err := exchange.ProveReader(&b.Begin, b.Complete, blob, n.Number, key)
		if err != nil {
			return nil, err
		}
		list = append(list, OpenName{b, *proof})
	}
	return list, nil
}

// Reply signs what a person answers to a notice: a file for the lead, or, where
// the lead does not enter it, for any officer or the overseer.
func (c *Client) Reply(of frank.Hash, kind, text string) *inquiry.Reply {
	r := &inquiry.Reply{From: c.Person, Key: c.Key.VerifyKey(), Kind: kind, Text: strings.TrimSpace(text)}
	r.Signature = c.Key.Sign(inquiry.ReplyNamespace, r.Message(of))
	return r
}
