package client

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/coverage"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/ledger"
)

// Window says when a reader had their copy, beside when words of the dispatch
// were first in print. It says nothing of copy numbers.
type Window struct {
	Dispatch frank.Ref      `json:"dispatch"`
	Batch    int            `json:"batch"`
	Slot     int            `json:"slot"`
	Person   frank.PersonID `json:"person"`
	Name     string         `json:"name"`
	Office   frank.OfficeID `json:"office,omitempty"`
	Fetched  *Fetched       `json:"fetched,omitempty"` // the first time; nil for never
	First    string         `json:"first,omitempty"`   // first publication, as the earliest exhibit claims
	Could    string         `json:"could"`             // [Before], [After] or [Never]
}

// Fetched is a reader's own signed statement, where it stands in the ledger. The
// time is their clock's claim.
type Fetched struct {
	Index uint64 `json:"index"`
	At    string `json:"at"`
}

// What a window says. No clock decides it, since a reader's is the reader's own:
// fetched after is what the ledger has behind the entry that registered what was
// published. Never is never by the ledger: a copy can be got at in other ways.
const (
	Before = "before" // fetched before the material was registered: it could have been this one
	After  = "after"  // fetched only after that
	Never  = "never"  // not fetched
)

// Windows asks, as an officer or overseer, for who fetched the dispatches of a
// matter. As long as not enough others have asked the same, it returns nil
// windows and how many dispatches wait.
func (c *Client) Windows(ctx context.Context, number uint64, matter frank.Hash) (list []Window, waiting int, err error) {
	_, _, a, err := c.findMatter(ctx, number, matter)
	if err != nil {
		return nil, 0, err
	}
	if a.Quorum == 0 {
		return nil, 0, frank.WithHint(errors.New("the matter was not voted for"), "who fetched is looked at once officers have voted for the inquiry")
	}
	first, registered := published(a)
	var refs []frank.Ref
	for _, p := range a.Matter.Scope {
		if !slices.Contains(refs, p.Dispatch) {
			refs = append(refs, p.Dispatch)
		}
	}
	for _, ref := range refs {
		if err := c.askReceipts(ctx, ref, matter); err != nil {
			return nil, 0, err
		}
		entries, err := c.fetches(ctx, ref, matter)
		if errors.Is(err, errTooFew) {
			waiting++
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		list = append(list, c.windows(ref, entries, first, registered)...)
	}
	return list, waiting, nil
}

// published is the earliest moment at which an exhibit claims to have been
// published, empty if none says, and the index at which the first was registered.
func published(a *inquiry.Asked) (first string, registered uint64) {
	for i, e := range a.Exhibits {
		if at := coverage.Earliest(e.Record.Published); first == "" || coverage.Earliest(first) > at {
			first = e.Record.Published
		}
		if i == 0 || e.Index < registered {
			registered = e.Index
		}
	}
	return first, registered
}

// windows lays the copies of a dispatch beside what was fetched.
func (c *Client) windows(ref frank.Ref, entries []Fetch, first string, registered uint64) (list []Window) {
	for _, b := range c.batches[ref] {
		if b.Complete == nil {
			continue
		}
		for slot, to := range b.Begin.To {
			w := Window{Dispatch: ref, Batch: b.Begin.Batch, Slot: slot, Person: to.Person, Name: c.name(to.Person), Office: to.Office, First: first, Could: Never}
			for _, f := range entries {
				if f.By == to.Person && f.Batch == b.Begin.Batch && (w.Fetched == nil || f.Index < w.Fetched.Index) {
					w.Fetched = &Fetched{f.Index, f.At}
				}
			}
			switch {
			case w.Fetched == nil:
			case w.Fetched.Index > registered:
				w.Could = After
			default:
				w.Could = Before
			}
			list = append(list, w)
		}
	}
	return list
}

func (c *Client) name(id frank.PersonID) string {
	p, err := c.dir.Now().Person(id)
	if err != nil {
		return string(id)
	}
	return p.Name
}

// Exposure is something that the holder of a named copy received besides.
type Exposure struct {
	Dispatch  frank.Ref      `json:"dispatch"`
	Office    frank.OfficeID `json:"office"` // that issued it
	As        frank.OfficeID `json:"as,omitempty"`
	Delegate  bool           `json:"delegate,omitempty"`
	Begun     uint64         `json:"begun"` // index of the first entry
	At        string         `json:"at"`    // of the author's clock
	InScope   bool           `json:"in_scope,omitempty"`
	Tranche   bool           `json:"tranche,omitempty"` // of an office in scope, within a fortnight of what leaked
	Recalled  bool           `json:"recalled,omitempty"`
	Harm      string         `json:"harm,omitempty"`  // as stated at issue
	Until     string         `json:"until,omitempty"` // when it is no longer sensitive, as stated then
	Sensitive bool           `json:"sensitive"`       // still, by the person's clock; where nothing was stated, it is taken to be
}

// Damage lists what else the holder of a named copy received: what may come
// next. It needs a name, and so the second vote.
func (c *Client) Damage(ctx context.Context, number uint64, person frank.PersonID) ([]Exposure, error) {
	_, q, err := c.find(ctx, number)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(q.Matters, func(a *inquiry.Asked) bool {
		return a.Named != nil && slices.ContainsFunc(a.Named.Holders, func(h inquiry.HolderOf) bool { return h.Person == person })
	}) {
		return nil, frank.WithHint(errors.New("this inquiry named no copy of theirs"), "what somebody received is looked at only once a copy of theirs is named")
	}
	var list []Exposure
	for ref, batches := range c.batches {
		for _, b := range batches {
			i := slices.IndexFunc(b.Begin.To, func(a dispatch.Addressee) bool { return a.Person == person })
			if i < 0 || b.Complete == nil {
				continue
			}
			to := b.Begin.To[i]
			x := Exposure{Dispatch: ref, Office: b.Begin.Office, As: to.Office, Delegate: to.Delegate, Begun: b.Index, At: c.statedAt(b.Index), InScope: slices.Contains(q.Open.Scope, ref), Sensitive: true}
			_, x.Recalled = c.recalled[ref]
			h, err := c.Harm(ref)
			if err != nil {
				return nil, err
			}
			if len(h) > 0 { // what was said later could be made to fit
				x.Harm, x.Until = h[0].Text, h[0].Until
				x.Sensitive = x.Until == "" || x.Until > c.now()
			}
			list = append(list, x)
		}
	}
	for i := range list {
		x := &list[i]
		x.Tranche = !x.InScope && slices.ContainsFunc(list, func(o Exposure) bool { return o.InScope && o.Office == x.Office && apart(o.At, x.At) <= 14 })
	}
	slices.SortFunc(list, func(a, b Exposure) int {
		switch {
		case a.InScope != b.InScope:
			return map[bool]int{true: -1, false: 1}[a.InScope]
		case a.Tranche != b.Tranche:
			return map[bool]int{true: -1, false: 1}[a.Tranche]
		case a.Sensitive != b.Sensitive:
			return map[bool]int{true: -1, false: 1}[a.Sensitive]
		}
		return int(int64(a.Begun) - int64(b.Begun))
	})
	return list, nil
}

// statedAt is when the open entry at an index was stated, by its signer's clock.
func (c *Client) statedAt(index uint64) string {
	if k := c.at(index); k != nil && k.statement != nil {
		return k.statement.At
	}
	return ""
}

// apart is how many days lie between two times.
func apart(a, b string) int {
	x, err1 := time.Parse(time.RFC3339, a)
	y, err2 := time.Parse(time.RFC3339, b)
	if err := errors.Join(err1, err2); err != nil {
		return 1 << 30
	}
	d := int(x.Sub(y).Hours() / 24)
	return max(d, -d)
}

// CloseInquiry closes an inquiry, and tells everybody whose copies were tested
// that they were, and to whom they may turn. Where nothing was opened, nobody's
// were.
func (c *Client) CloseInquiry(ctx context.Context, number uint64, outcome, text, rights string) (told int, err error) {
	if strings.TrimSpace(rights) == "" {
		return 0, errors.New("to whom those examined may turn is missing")
	}
	if _, err := c.Step(ctx, number, &inquiry.Close{Outcome: outcome, Text: text}); err != nil {
		return 0, err
	}
	return c.TellExamined(ctx, number, rights)
}

// TellExamined tells those whose records a closed inquiry examined, if they were
// not told before. It is for the lead, or an overseer where the lead does not.
func (c *Client) TellExamined(ctx context.Context, number uint64, rights string) (told int, err error) {
	st, q, err := c.find(ctx, number)
	if err != nil {
		return 0, err
	}
	if q.Closed == nil {
		return 0, errors.New("the inquiry is not closed")
	}
	refs, people := c.examined(q)
	if len(people) == 0 {
		return 0, nil
	}
	end := slices.IndexFunc(q.Steps, func(t inquiry.Taken) bool { return t.Index == q.ClosedAt })
	closed := inquiry.Closed{Inquiry: q.Entry.Index, Purpose: q.Open.Purpose, Basis: q.Open.Basis, Dispatches: refs,
		Opened: day(q.Steps[0].At), Closed: day(q.Steps[end].At), Outcome: q.Closed.Outcome, Rights: rights}
	to := people // and then overseers, who so see that it was said
	for _, id := range c.audience(st, q.Open.Scope) {
		if c.dir.At(c.done).Has(directory.Overseer, id) {
			to = append(to, id)
		}
	}
	return len(people), c.tellClosed(ctx, closed, to)
}

func day(at string) string { return at[:min(len(at), len("2026-01-31"))] }

// examined are the dispatches whose copies an inquiry tested, and who had them.
func (c *Client) examined(q *inquiry.Inquiry) (refs []frank.Ref, people []frank.PersonID) {
	for _, a := range q.Matters {
		if a.Matter.Stage != inquiry.Copies {
			continue
		}
		for _, p := range a.Opened() {
			b := c.batch(p)
			if b == nil {
				continue
			}
			if !slices.Contains(refs, p.Dispatch) {
				refs = append(refs, p.Dispatch)
			}
			for _, to := range b.Begin.To {
				if !slices.Contains(people, to.Person) {
					people = append(people, to.Person)
				}
			}
		}
	}
	inquiry.SortRefs(refs)
	return refs, people
}

// Examined is an inquiry that tested copies of the person's.
type Examined struct {
	Index uint64 `json:"index"` // where it was said
	inquiry.Closed
}

// Examined lists the closed inquiries that examined the person's records, as
// officers or overseers told them.
func (c *Client) Examined(ctx context.Context) (list []Examined, err error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	for _, x := range c.closes() {
		if c.hadCopy(x.Dispatches) && !slices.ContainsFunc(list, func(o Examined) bool { return o.Inquiry == x.Inquiry }) {
			list = append(list, x)
		}
	}
	return list, nil
}

// Sightings lists what the watch told, oldest first.
func (c *Client) Sightings(ctx context.Context) (list []inquiry.Sighting, err error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	for i := range c.known {
		k := &c.known[i]
		if k.Kind != inquiry.KindSighting {
			continue
		}
		st, err := c.unseal(k)
		if err != nil {
			continue
		}
		by, err := c.dir.At(k.Index).Signer(st.By)
		var x inquiry.Sighting
		if err == nil && c.dir.At(k.Index).Has(directory.Watch, by) && st.Read(&x) == nil {
			list = append(list, x)
		}
	}
	return list, nil
}

// Fetch is a reader's statement that a copy was fetched, as the server handed it
// to an inquiry and the client held it against the ledger.
type Fetch struct {
	Index      uint64
	Commitment frank.Hash
	By         frank.PersonID
	At         string
	Batch      int
	Sealed     frank.Hash
	Entry      *ledger.Entry
}
