package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/draft"
	"frank/keyring"
	"frank/ledger"
)

// DraftChange is what somebody does with a draft.
type DraftChange struct {
	Draft  int        // 0 begins one
	Base   frank.Hash // the version that it goes on from: nothing of another is overwritten
	Office frank.OfficeID
	What   string // see package draft
	Note   string
	Source string
	Steps  []dispatch.Step
	With   []draft.Party // who is to take part from now on, beside those who do

	dispatch frank.Ref
	issued   frank.Hash
}

// ChangeDraft signs a version, seals it to those who take part and hands it in.
// Errors: [*FirstError].
func (c *Client) ChangeDraft(ctx context.Context, ch *DraftChange) (*SharedDraft, error) {
	if ch.Draft == 0 {
		return c.beginDraft(ctx, ch)
	}
	d, err := c.SharedDraft(ctx, ch.Draft)
	if err != nil {
		return nil, err
	}
	return c.goOnWith(ctx, d, ch)
}

func (c *Client) beginDraft(ctx context.Context, ch *DraftChange) (*SharedDraft, error) {
	for range 5 {
		all, err := c.Drafts(ctx)
		if err != nil {
			return nil, err
		}
		sum := frank.Hash(sha256.Sum256([]byte(ch.Source)))
		for _, d := range all { // a run before this one may have begun it, and never heard of it
			if v := d.Last; d.Fault == nil && v != nil && v.Number == 1 && d.By == c.Person && v.Key == c.Key.VerifyKey() && v.Office == ch.Office && v.Source == sum && v.Note == ch.Note && !slices.ContainsFunc(ch.With, func(p draft.Party) bool { return !slices.Contains(v.With, p) }) {
				return d, c.ShownDraft(d.Draft)
			}
		}
		var p api.Drafts
		if err := c.wire.call(ctx, http.MethodGet, query(api.PathDrafts, "from", 1<<30, "limit", 1), nil, &p); err != nil {
			return nil, err
		}
		for _, d := range all { // what is remembered of it would be forgotten
			if d.Draft >= p.Size {
				return nil, alarmf("the server gives out the number %d for a draft, and you know draft %d", p.Size, d.Draft)
			}
		}
		k := &keptDraft{Format: keptFormat, Draft: p.Size, Story: []DraftStep{}}
		d, err := c.handIn(ctx, k, nil, ch)
		if !errors.Is(err, api.Of(api.Conflict)) {
			return d, err
		}
	}
	return nil, errors.New("the number of the draft was taken by another each time")
}

func (c *Client) goOnWith(ctx context.Context, d *SharedDraft, ch *DraftChange) (*SharedDraft, error) {
	k, before := d.kept, d.Last
	if before.Over() {
		return nil, endedError(before)
	}
	if ch.Base != (frank.Hash{}) && ch.Base != before.Hash() {
		mine := before.Key == c.Key.VerifyKey() && before.Before != nil && before.Before[before.Number-2] == ch.Base
		if mine && before.What == ch.What && before.Note == ch.Note && before.Source == sha256.Sum256([]byte(ch.Source)) {
			return d, c.ShownDraft(d.Draft) // it was handed in by a run that never heard of it
		}
		return nil, c.first(d)
	}
	out, err := c.handIn(ctx, k, before, ch)
	if errors.Is(err, api.Of(api.Conflict)) {
		now, failed := c.SharedDraft(ctx, d.Draft)
		if failed != nil {
			return nil, failed
		}
		return nil, c.first(now)
	}
	return out, err
}

func endedError(v *draft.Version) error {
	if v.What == draft.Issued {
		return fmt.Errorf("draft %d is over: it was issued as %s", v.Draft, v.Dispatch)
	}
	return fmt.Errorf("draft %d is over: it was dropped", v.Draft)
}

// first says who was.
func (c *Client) first(d *SharedDraft) error {
	name := string(d.By)
	if p, err := c.dir.Now().Person(d.By); err == nil {
		name = p.Name
	}
	if d.Last.Over() {
		return endedError(d.Last)
	}
	return frank.WithHint(&FirstError{d.Draft, d.Last.Number, name}, "your file is as it was: frank draft fetch %d -o NEW has theirs; bring yours into that, and share it", d.Draft)
}

// version is what the person would sign.
func (c *Client) version(k *keptDraft, before *draft.Version, ch *DraftChange) *draft.Version {
	v := &draft.Version{Format: draft.Format, Log: c.Log, Draft: k.Draft, Office: ch.Office, Number: len(k.Chain) + 1, Before: slices.Clone(k.Chain), What: ch.What, Note: ch.Note,
		Dispatch: ch.dispatch, Key: c.Key.VerifyKey(), At: c.now(), Seen: c.view.Head()}
	if before != nil {
		v.Office, v.With = before.Office, slices.Clone(before.With)
	}
	view := c.seenView()
	more := ch.With
	if draft.Of(c.Person, v.Office, view) { // those who act for the office are always in it
		if o, err := view.Office(v.Office); err == nil {
			for _, id := range []frank.PersonID{c.Person, o.Holder, o.Acting} {
				if id != "" {
					more = append(slices.Clip(more), draft.Party{Person: id, Office: v.Office})
				}
			}
		}
	}
	for _, p := range more {
		if !slices.Contains(v.With, p) {
			v.With = append(v.With, p)
		}
	}
	if v.Over() {
		v.Source = ch.issued
		return v
	}
	v.Source, v.Steps = sha256.Sum256([]byte(ch.Source)), ch.Steps
	return v
}

// handIn signs, checks, seals and hands in the next version of k.
func (c *Client) handIn(ctx context.Context, k *keptDraft, before *draft.Version, ch *DraftChange) (*SharedDraft, error) {
	v := c.version(k, before, ch)
	v.Sign(c.Key)
	source := ch.Source
	if v.Over() {
		source = ""
	}
	file := v.File(source)
	if _, _, err := draft.Parse(file); err != nil {
		return nil, err
	}
	if _, err := draft.Check(v, before, c.dir); err != nil {
		return nil, fmt.Errorf("you may not hand this in: %w", err)
	}
	view := c.seenView()
	people := v.Taking(view)
	to, err := c.keysOf(people)
	if err != nil {
		return nil, err
	}
	sealed, err := keyring.SealTo(padded(file), to...)
	if err != nil {
		return nil, err
	}
	m := api.DraftVersion{Format: api.DraftFormat, Draft: v.Draft, Number: v.Number, Over: v.Over(), Sealed: sealed}
	if draft.Of(c.Person, v.Office, view) {
		m.Readers = people
	}
	if v.Number == 1 {
		m.Office = v.Office
	}
	if err := c.wire.call(ctx, http.MethodPost, api.PathDrafts, m, nil); err != nil {
		return nil, err
	}
	k.take(v, source)
	k.Story = append(k.Story, stepOf(v, c.Person))
	k.Had, k.Old = v.Number, source
	d, _, err := c.sharedFrom(k)
	return d, errors.Join(err, c.keepDraft(k))
}

// DropDraft ends a draft without an issue. It goes on from whatever there is: also
// from a version that is not to be believed, or that the person cannot read.
func (c *Client) DropDraft(ctx context.Context, n int, note string) error {
	d, err := c.SharedDraft(ctx, n)
	if d == nil {
		return err
	}
	if d.Fault == nil {
		_, err = c.goOnWith(ctx, d, &DraftChange{Draft: n, What: draft.Dropped, Note: note})
		return err
	}
	shown, err := c.shownDrafts(ctx)
	if err != nil {
		return err
	}
	k, before := d.kept, d.Last
	i := slices.IndexFunc(shown, func(s api.Draft) bool { return s.Draft == n })
	if before == nil || before.Over() || i < 0 || shown[i].Over || shown[i].Versions < len(k.Chain) {
		return d.Fault
	}
	for len(k.Chain) < shown[i].Versions {
		k.Chain, before = append(k.Chain, frank.Hash{}), nil
	}
	_, err = c.handIn(ctx, k, before, &DraftChange{Draft: n, Office: d.Last.Office, With: d.Last.With, What: draft.Dropped, Note: note})
	return err
}

// beginIssue remembers that an issue of a draft was begun.
func (c *Client) beginIssue(n int, ref frank.Ref, e *ledger.Entry, source string) error {
	k, err := c.keptDraft(n)
	if err != nil {
		return err
	}
	k.Issue = &issuedAs{ref, e.Commitment(), sha256.Sum256([]byte(source))}
	return c.keepDraft(k)
}

// closeIssued ends the drafts that were issued by this machine, as the ledger
// shows.
func (c *Client) closeIssued(ctx context.Context, list []*SharedDraft) error {
	for i, d := range list {
		k := d.kept
		if k.Issue == nil || d.Fault != nil || d.Last.Over() {
			continue
		}
		b := c.batches[k.Issue.Dispatch]
		if len(b) == 0 || b[0].Entry != k.Issue.Entry || b[0].Complete == nil {
			continue
		}
		over, err := c.goOnWith(ctx, d, &DraftChange{Draft: d.Draft, What: draft.Issued, dispatch: k.Issue.Dispatch, issued: k.Issue.Source})
		if _, first := errors.AsType[*FirstError](err); first {
			continue // the next look takes in what came, and tries again
		}
		if ctx.Err() != nil || errors.Is(err, ErrUnreachable) {
			return err
		}
		if err != nil {
			d.Fault = frank.WithHint(fmt.Errorf("draft %d was issued as %s, and could not be ended: %w", d.Draft, k.Issue.Dispatch, err), "somebody of the office %s drops it: frank draft drop %d", d.Last.Office, d.Draft)
			continue
		}
		over.Touched = d.Touched
		list[i] = over
	}
	return nil
}

// endDraft ends the draft that an issue came from. The issue stands, whatever
// becomes of that: what is left open now the next look at the drafts ends.
func (c *Client) endDraft(ctx context.Context, w *work, sent *Sent) error {
	if w.Draft == 0 {
		return nil
	}
	for range 3 { // somebody may have put a version in meanwhile
		if d, err := c.SharedDraft(ctx, w.Draft); err == nil && d.Last.Over() {
			return nil
		}
	}
	sent.Warnings = append(sent.Warnings, fmt.Sprintf("draft %d is not ended yet: frank draft list does it", w.Draft))
	return ctx.Err()
}

// readyToIssue says why a draft is not to be issued as a source, and returns its
// last version.
func (c *Client) readyToIssue(ctx context.Context, n int, base frank.Hash, source string) (*draft.Version, error) {
	d, err := c.SharedDraft(ctx, n)
	if err != nil {
		return nil, err
	}
	return c.ready(d, base, source)
}

// ready is the last version of a draft, if it may be issued as source.
func (c *Client) ready(d *SharedDraft, base frank.Hash, source string) (*draft.Version, error) {
	n := d.Draft
	switch v := d.Last; {
	case v.Over():
		return nil, endedError(v)
	case base != (frank.Hash{}) && v.Hash() != base && v.Source != sha256.Sum256([]byte(source)):
		return nil, c.first(d)
	case v.Source != sha256.Sum256([]byte(source)):
		return nil, frank.WithHint(fmt.Errorf("the source is not the one that draft %d has", n), "share it first (frank draft share), so that those who take part have seen what is sent")
	case v.What == draft.Returned:
		return nil, frank.WithHint(fmt.Errorf("draft %d was returned", n), "frank draft fetch %d says why; share it anew when that is settled", n)
	}
	for i := range d.Last.Steps {
		if s := &d.Last.Steps[i]; !c.SignedNow(s) {
			return nil, frank.WithHint(fmt.Errorf("draft %d was %s by %s with a device that is not valid any more", n, s.Step, s.Name), "share it again, which leaves that out, and have it signed anew")
		}
	}
	return d.Last, nil
}

// SignedNow reports whether the key of a step is valid now for whom it names.
func (c *Client) SignedNow(s *dispatch.Step) bool {
	id, err := c.dir.Now().Signer(s.Key)
	return err == nil && id == s.Person
}

// worked are those who have read a draft's source, in order.
func worked(v *draft.Version) (out []frank.PersonID) {
	for _, p := range v.With {
		out = append(out, p.Person)
	}
	for _, s := range v.Steps {
		out = append(out, s.Person)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
