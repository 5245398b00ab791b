package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/exchange"
	"frank/keyring"
	"frank/ledger"
)

// officeKeys returns all keys of an office that were passed to the person, the
// newest first; nil if there are none. Whoever passed on what does not open, or
// left out older ones, takes nothing away.
func (c *Client) officeKeys(office frank.OfficeID) (*keyring.Identities, error) {
	var all []*keyring.Identities
	failed := error(nil)
	for i := len(c.known) - 1; i >= 0; i-- {
		k := &c.known[i]
		if k.Kind != directory.KindPass || k.statement == nil {
			continue
		}
		do, err := directory.DoOf(k.statement)
		if err != nil {
			continue
		}
		if p, ok := do.(directory.Pass); ok && p.Office == office && p.Person == c.Person {
			ids, err := c.Key.OpenIdentities(p.Keys)
			if err != nil {
				failed = fmt.Errorf("the keys of the office %s do not open: %w", office, err)
				continue
			}
			all = append(all, ids)
		}
	}
	if all == nil {
		return nil, failed
	}
	return keyring.Together(all...), nil
}

// openAsOffice opens what was sealed to an office that the person acts in.
func (c *Client) openAsOffice(sealed []byte) ([]byte, error) {
	me, err := c.Me()
	if err != nil {
		return nil, err
	}
	for _, office := range me.Offices {
		ids, err := c.officeKeys(office)
		if err != nil || ids == nil {
			continue
		}
		if plain, err := ids.Open(sealed); err == nil {
			return plain, nil
		}
	}
	return nil, keyring.ErrNotYours
}

// NewOfficeKey gives an office that the person holds a new key, and keeps the
// older ones, if they were passed on. Whoever held the office before can read
// nothing that is sealed to it from now on.
func (c *Client) NewOfficeKey(ctx context.Context, office frank.OfficeID) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	old, err := c.officeKeys(office)
	if err != nil {
		return err
	}
	fresh, err := keyring.NewIdentities()
	if old != nil {
		fresh, err = old.Renewed()
	}
	if err != nil {
		return err
	}
	// First kept, then used: a key that nobody kept would lock sources away.
	if err := c.pass(ctx, office, c.Person, fresh); err != nil {
		return err
	}
	o, err := c.dir.At(c.view.Head().Size).Office(office)
	if err != nil {
		return err
	}
	if o.Acting != "" && o.Acting != c.Person {
		if err := c.pass(ctx, office, o.Acting, fresh); err != nil {
			return err
		}
	}
	_, err = c.Do(ctx, directory.OfficeKey{Office: office, Seal: fresh.Public().String()})
	return err
}

// PassOfficeKey passes the keys of an office that the person acts in to
// somebody: to who acts for the holder, or to the successor.
func (c *Client) PassOfficeKey(ctx context.Context, office frank.OfficeID, to frank.PersonID) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	ids, err := c.officeKeys(office)
	if err != nil {
		return err
	}
	if ids == nil {
		return nil // there is nothing to pass on
	}
	return c.pass(ctx, office, to, ids)
}

func (c *Client) pass(ctx context.Context, office frank.OfficeID, to frank.PersonID, ids *keyring.Identities) error {
	seal, ok := c.dir.Now().Recipient(to)
	if !ok {
		return errors.New("whom the office's keys are passed to is no member")
	}
	p, err := keyring.ParseRecipient(seal)
	if err != nil {
		return err
	}
	sealed, err := ids.SealTo(p)
	if err != nil {
		return err
	}
	_, err = c.Do(ctx, directory.Pass{Office: office, Person: to, Keys: sealed})
	return err
}

// Request asks the office that issued a dispatch for a copy: for another office
// or person, or for a successor.
func (c *Client) Request(ctx context.Context, r dispatch.Request) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	if err := r.Validate(); err != nil {
		return err
	}
	list := c.batches[r.Dispatch]
	if len(list) == 0 {
		return frank.WithHint(fmt.Errorf("there is no %s that you know of", r.Dispatch), "frank inbox lists what there is")
	}
	return c.tellAndSettle(ctx, dispatch.KindRequest, r, r.Dispatch, 0, list[0].Begin.Office)
}

// Held lists what was issued to an office before the person came to it, and not
// recalled: a successor asks for copies of their own.
func (c *Client) Held(office frank.OfficeID) []frank.Ref {
	var out []frank.Ref
	for ref, list := range c.batches {
		if _, gone := c.recalled[ref]; gone {
			continue
		}
		if _, _, err := c.mine(ref); err == nil {
			continue
		}
		if slices.ContainsFunc(list, func(b dispatch.Batch) bool {
			return b.Complete != nil && slices.ContainsFunc(b.Begin.To, func(a dispatch.Addressee) bool { return a.Office == office })
		}) {
			out = append(out, ref)
		}
	}
	slices.SortFunc(out, frank.Ref.Compare)
	return out
}

// Asked is a request in an office's queue.
type Asked struct {
	dispatch.Request
	Index uint64         `json:"index"`
	By    frank.PersonID `json:"by"`
	Name  string         `json:"name"`
}

// Requests lists what is asked of an office and not answered.
func (c *Client) Requests(ctx context.Context, office frank.OfficeID) ([]Asked, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	var entries []api.Entry
	if err := pages(ctx, 0, c.done, func(from uint64) (uint64, uint64, error) {
		var p api.Entries
		err := c.wire.call(ctx, http.MethodGet, query(api.PathRequests, "office", office, "from", from, "limit", api.MaxPage), nil, &p)
		entries = append(entries, p.Entries...)
		return p.Next, p.Size, err
	}); err != nil {
		return nil, err
	}
	var out []Asked
	for _, e := range entries {
		if e.Index >= c.done {
			continue // came after the checkpoint
		}
		a, err := c.asked(e.Index)
		if err != nil {
			return nil, err
		}
		if a != nil {
			out = append(out, *a)
		}
	}
	return out, nil
}

// asked opens a request of the queue; nil for one that says nothing.
func (c *Client) asked(index uint64) (*Asked, error) {
	i, ok := slices.BinarySearchFunc(c.known, index, func(k known, index uint64) int { return cmp.Compare(k.Index, index) })
	if !ok {
		return nil, alarmf("request %d is in the queue and not in the ledger", index)
	}
	st, err := c.unseal(&c.known[i])
	if _, forged := errors.AsType[*Alarm](err); forged {
		return nil, nil // [Client.Said] has it: it does not keep others from being read
	}
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("request %d could not be opened: %w", index, err), "it may be sealed to a key of the office that was not passed on to you")
	}
	a := &Asked{Index: index}
	if err := st.Read(&a.Request); err != nil || a.Request.Validate() != nil {
		return nil, nil // nonsense, which the server could not see
	}
	if a.By, err = c.dir.At(index).Signer(st.By); err != nil {
		return nil, nil
	}
	if person, err := c.dir.At(index).Person(a.By); err == nil {
		a.Name = person.Name
	}
	return a, nil
}

// Refuse takes requests off an office's queue without a copy, and tells whoever
// asked, with the reason if there is one.
func (c *Client) Refuse(ctx context.Context, asked []Asked, reason string) error {
	if len(asked) == 0 {
		return nil
	}
	var last uint64
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	for _, a := range asked {
		list := c.batches[a.Dispatch]
		if len(list) == 0 {
			return fmt.Errorf("there is no %s that you know of", a.Dispatch)
		}
		now := c.dir.At(c.view.Head().Size)
		o, err := now.Office(list[0].Begin.Office)
		if err != nil {
			return err
		}
		desk, err := keyring.ParseRecipient(o.Key.Seal)
		if err != nil {
			return fmt.Errorf("the office %s has no key now", o.ID)
		}
		to := []*keyring.Public{desk}
		if seal, ok := now.Recipient(a.By); ok { // who has left cannot be told
			p, err := keyring.ParseRecipient(seal)
			if err != nil {
				return err
			}
			to = append(to, p)
		}
		body := dispatch.Refused{Dispatch: a.Dispatch, Request: a.Index, Reason: reason}
		if err := body.Validate(); err != nil {
			return err
		}
		e, err := c.entry(dispatch.KindRefused, body, false)
		if err != nil {
			return err
		}
		sealed, err := keyring.SealTo(ledger.Pad(e.Marshal()), to...)
		if err != nil {
			return err
		}
		accepted, err := c.submit(ctx, &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Sealed: sealed,
			Route: &api.Route{Kind: dispatch.KindRefused, Dispatch: a.Dispatch}, Answers: []uint64{a.Index}})
		if err != nil {
			return err
		}
		last = accepted.Index
	}
	return c.Settle(ctx, last)
}

// Wish is a copy that the person asked for, and what the issuing office said.
type Wish struct {
	dispatch.Request
	Index   uint64   `json:"index"`
	At      string   `json:"at"`     // when it was asked for, by the person's clock
	Issued  bool     `json:"issued"` // as far as the person may see that
	Refused *Refusal `json:"refused,omitempty"`
}

// Refusal is the issuing office's no.
type Refusal struct {
	Index  uint64 `json:"index"`
	At     string `json:"at"` // by the clock of whoever refused
	Reason string `json:"reason,omitempty"`
}

// Wishes lists the copies that the person asked for, in the order of the ledger.
// A refusal counts if whoever signed it acted for the issuing office; of several
// the first does.
func (c *Client) Wishes() []Wish {
	var out []Wish
	for i := range c.known {
		k := &c.known[i]
		if k.Kind != dispatch.KindRequest && k.Kind != dispatch.KindRefused {
			continue
		}
		st, err := c.unseal(k)
		if err != nil {
			continue // for somebody else; [Client.Said] has what is forged
		}
		by, err := c.dir.At(k.Index).Signer(st.By)
		if err != nil {
			continue
		}
		if k.Kind == dispatch.KindRequest {
			w := Wish{Index: k.Index, At: st.At}
			if by == c.Person && st.Read(&w.Request) == nil && w.Validate() == nil {
				w.Issued = c.issuedAfter(&w)
				out = append(out, w)
			}
			continue
		}
		var r dispatch.Refused
		if st.Read(&r) != nil || r.Validate() != nil {
			continue
		}
		at := slices.IndexFunc(out, func(w Wish) bool { return w.Index == r.Request && w.Dispatch == r.Dispatch && w.Refused == nil })
		if list := c.batches[r.Dispatch]; at >= 0 && len(list) > 0 && c.dir.At(k.Index).Holds(by, list[0].Begin.Office) {
			out[at].Refused = &Refusal{Index: k.Index, At: st.At, Reason: r.Reason}
		}
	}
	return out
}

// issuedAfter reports whether a copy for whom the wish names was issued since.
func (c *Client) issuedAfter(w *Wish) bool {
	return slices.ContainsFunc(c.batches[w.Dispatch], func(b dispatch.Batch) bool {
		return b.Complete != nil && b.Index > w.Index && slices.ContainsFunc(b.Begin.To, func(a dispatch.Addressee) bool {
			return w.Office != "" && a.Office == w.Office || w.Person != "" && a.Person == w.Person
		})
	})
}

// Grant issues fresh copies of a dispatch to those that requests name.
func (c *Client) Grant(ctx context.Context, ref frank.Ref, asked []Asked, tell func(string)) (*Sent, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	list := c.batches[ref]
	if len(list) == 0 || list[0].Complete == nil {
		return nil, fmt.Errorf("there is no %s to issue copies of", ref)
	}
	first, last := list[0], list[len(list)-1]
	now := c.dir.At(c.view.Head().Size)
	office, err := now.Office(first.Begin.Office)
	if err != nil {
		return nil, err
	}
	if err := now.MayIssue(office.ID, c.Person); err != nil {
		return nil, err
	}
	if office.Stale {
		return nil, errStaleKey(office.ID)
	}
	source, err := c.source(ctx, &first)
	if err != nil {
		return nil, err
	}
	w := &work{Format: workFormat, Dispatch: ref, Office: office.ID, Batch: last.Begin.Batch + 1, First: last.Begin.First + len(last.Begin.To),
		Precedence: first.Begin.Precedence, Embargo: first.Begin.Embargo, Head: source.Head, Source: source.Text, Desk: office.Key.Seal}
	has := map[frank.PersonID]bool{}
	for _, b := range list {
		for _, a := range b.Begin.To {
			has[a.Person] = has[a.Person] || b.Complete != nil
		}
	}
	var offices []frank.OfficeID
	for _, a := range asked {
		w.Answers = append(w.Answers, a.Index)
		readers := []workReader{{Person: a.Person}}
		if a.Office != "" {
			offices = append(offices, a.Office)
			who, err := now.Readers(a.Office)
			if err != nil {
				return nil, err
			}
			readers = nil
			for _, r := range who {
				readers = append(readers, workReader{Office: a.Office, Delegate: r.As == directory.AsDelegate, Person: r.Person})
			}
		}
		for _, r := range readers {
			if has[r.Person] {
				continue
			}
			has[r.Person] = true
			seal, ok := now.Recipient(r.Person)
			if !ok {
				return nil, errors.New("a copy is asked for somebody who is no member now")
			}
			r.Seal = seal
			w.Readers = append(w.Readers, r)
		}
	}
	if len(w.Readers) == 0 {
		return nil, frank.WithHint(fmt.Errorf("all who are asked for have a copy of %s", ref), "frank requests --refuse takes the requests off the queue")
	}
	head := source.Head
	policy, err := now.Settings().Policy(nil)
	if err != nil {
		return nil, err
	}
	who, err := now.Addressees(offices...)
	if err != nil {
		return nil, err
	}
	if err := policy.Check(head.Label, who); err != nil {
		return nil, err
	}
	if err := withoutOffice(policy, head.Label, slices.ContainsFunc(w.Readers, func(r workReader) bool { return r.Office == "" })); err != nil {
		return nil, err
	}
	warnings := c.changed(office.ID, w.Readers)
	if len(warnings) > 0 && !c.Confirmed {
		return nil, &ChangedError{warnings}
	}
	if other := otherSource(head, source.Text); other != "" {
		warnings = append(warnings, other)
	}
	if err := c.deal(w, now, &warnings); err != nil {
		return nil, err
	}
	if len(head.Attached) > 0 {
		warnings = append(warnings, "the attachments were sealed to the first readers: send them to the new ones as a dispatch of their own")
	}
	sent, err := c.issue(ctx, w, tell)
	if err != nil {
		return nil, err
	}
	if n := len(w.Readers); n < few {
		warnings = append(warnings, "issued so few at a time, whose a copy is can be told from its number: an inquiry that comes to it needs no second vote to know. Where that matters, grant several requests at once")
	}
	sent.Warnings = append(warnings, sent.Warnings...)
	return sent, nil
}

// few is how many copies a batch has at least in which a number hides its reader
// among others.
const few = 4

// source opens the source of a dispatch that an office of the person's issued.
func (c *Client) source(ctx context.Context, b *dispatch.Batch) (*exchange.Source, error) {
	sealed, err := c.blob(ctx, b.Complete.Source)
	if err != nil {
		return nil, err
	}
	plain, err := c.openAsOffice(sealed)
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("the source of %s does not open with the office's keys that you have: %w", b.Begin.Dispatch, err),
			"the keys of the time were not passed on at handover: ask the predecessor, or have it issued anew")
	}
	return exchange.OpenSource(plain, &b.Begin)
}

// Issued is a dispatch of an office, with what became of its copies.
type Issued struct {
	Dispatch frank.Ref `json:"dispatch"`
	Subject  string    `json:"subject"` // empty where the source does not open
	Copies   int       `json:"copies"`
	Fetched  int       `json:"fetched"`
	Opened   int       `json:"opened"`
	Noted    int       `json:"noted"`
	Recalled bool      `json:"recalled,omitempty"`
	Pending  bool      `json:"pending,omitempty"` // a batch was begun and not completed
	Waiting  []string  `json:"waiting,omitempty"` // who has not fetched theirs
	Faults   []string  `json:"faults,omitempty"`  // what was said of it and is not to be believed
}

// IssuedBy lists the dispatches of an office that the person may read of.
func (c *Client) IssuedBy(ctx context.Context, office frank.OfficeID) ([]Issued, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	var out []Issued
	for ref, list := range c.batches {
		if list[0].Begin.Office != office {
			continue
		}
		x := Issued{Dispatch: ref}
		_, x.Recalled = c.recalled[ref]
		fetched := map[frank.PersonID]bool{}
		said, err := c.Said(ref)
		if err != nil {
			return nil, err
		}
		for _, s := range said {
			if s.Fault != "" {
				x.Faults = append(x.Faults, fmt.Sprintf("entry %d: %s", s.Index, s.Fault))
				continue
			}
			switch s.Kind {
			case dispatch.KindFetched:
				fetched[s.Person] = true
			case dispatch.KindOpened:
				x.Opened++
			case dispatch.KindNoted:
				x.Noted++
			}
		}
		x.Fetched = len(fetched)
		for i := range list {
			b := &list[i]
			if b.Complete == nil {
				x.Pending = true
				continue
			}
			x.Copies += len(b.Begin.To)
			for _, a := range b.Begin.To {
				if fetched[a.Person] {
					continue
				}
				if p, err := c.dir.Now().Person(a.Person); err == nil {
					x.Waiting = append(x.Waiting, p.Name)
				}
			}
			if b.Begin.Batch == 1 {
				if src, err := c.source(ctx, b); err == nil {
					x.Subject = src.Head.Subject
				}
			}
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Issued) int { return slices.Compare(refKey(a.Dispatch), refKey(b.Dispatch)) })
	return out, nil
}

func refKey(r frank.Ref) []int { return []int{r.Year, r.Number} }
