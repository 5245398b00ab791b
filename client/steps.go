package client

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"slices"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/keyring"
	"frank/ledger"
)

// inquirers are the roles that inquiries are for.
var inquirers = []directory.Role{directory.Officer, directory.Alternate, directory.Overseer}

// sitting are those who sit in any of the roles now.
func (c *Client) sitting(roles ...directory.Role) (list []frank.PersonID) {
	now := c.dir.At(c.view.Head().Size)
	for _, role := range roles {
		for _, id := range now.Sitting(role) {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	return list
}

// keysOf are the keys of members, each once; of those who are none there is no
// key. The person's own is the first.
func (c *Client) keysOf(people []frank.PersonID) ([]*keyring.Public, error) {
	now := c.dir.At(c.view.Head().Size)
	list, seen := []*keyring.Public{&c.Key.Public}, map[frank.PersonID]bool{c.Person: true}
	for _, id := range people {
		seal, ok := now.Recipient(id)
		if !ok || seen[id] {
			continue
		}
		seen[id] = true
		p, err := keyring.ParseRecipient(seal)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// tellInquiry enters a step of an inquiry, sealed to people and the person. The
// blobs, sealed already, are put first, and go with the step: officers,
// alternates and overseers may fetch them.
func (c *Client) tellInquiry(ctx context.Context, body json.RawMessage, to []frank.PersonID, blobs [][]byte) (*api.Accepted, error) {
	keys, err := c.keysOf(to)
	if err != nil {
		return nil, err
	}
	if keys, err = among(keys, len(c.sitting(inquirers...))); err != nil {
		return nil, err
	}
	var parts *api.Parts
	if len(blobs) > 0 {
		parts = &api.Parts{}
		for _, b := range blobs {
			if h := frank.Hash(sha256.Sum256(b)); !slices.Contains(parts.Attachments, h) {
				parts.Attachments = append(parts.Attachments, h)
			}
		}
		if err := c.put(ctx, blobs...); err != nil {
			return nil, err
		}
	}
	e, err := c.entry(dispatch.KindStep, body, false)
	if err != nil {
		return nil, err
	}
	return c.submitParts(ctx, e, api.Route{Kind: dispatch.KindStep}, parts, keys)
}

// TellSighting enters that something printed quotes a dispatch, for officers and
// overseers. It is for the watch role.
func (c *Client) TellSighting(ctx context.Context, s inquiry.Sighting) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	keys, err := c.keysOf(c.sitting(directory.Officer, directory.Overseer))
	if err != nil {
		return err
	}
	e, err := c.entry(dispatch.KindSighting, s, false)
	if err != nil {
		return err
	}
	a, err := c.submitSealed(ctx, e, api.Route{Kind: dispatch.KindSighting}, keys...)
	if err != nil {
		return err
	}
	return c.Settle(ctx, a.Index)
}

// closedMost is how many people one statement of a close is sealed to.
const closedMost = 200

// tellClosed tells people, with some to a statement, that an inquiry examined
// records of theirs. Each statement is made out to keys that nobody has as well,
// so that how many it is for does not tell the server which dispatch it was.
func (c *Client) tellClosed(ctx context.Context, what inquiry.Closed, to []frank.PersonID) error {
	if len(to) == 0 {
		return nil
	}
	last := uint64(0)
	for group := range slices.Chunk(to, closedMost-1) { // and the person's own key
		keys, err := c.keysOf(group)
		if err != nil {
			return err
		}
		if keys, err = among(keys, crowd(len(keys))); err != nil {
			return err
		}
		e, err := c.entry(dispatch.KindClosed, what, false)
		if err != nil {
			return err
		}
		a, err := c.submitSealed(ctx, e, api.Route{Kind: dispatch.KindClosed}, keys...)
		if err != nil {
			return err
		}
		last = a.Index
	}
	return c.Settle(ctx, last)
}

// crowd is how many keys a close for some people is made out to: a power of two
// from 16, but no more than closedMost.
func crowd(people int) int {
	n := 16
	for n < people {
		n *= 2
	}
	return min(n, closedMost)
}

// askReceipts asks the server, in the open, for who fetched a dispatch: see
// [Client.fetches].
func (c *Client) askReceipts(ctx context.Context, ref frank.Ref, matter frank.Hash) error {
	return c.stateOpenly(ctx, dispatch.KindReceipts, dispatch.Receipts{Dispatch: ref, Matter: matter})
}

// errTooFew is the error for receipts that too few have asked for.
var errTooFew = errors.New("who fetched is shown once as many officers as the threshold says, and an overseer, have asked for it on this matter")

// fetches are the statements that a dispatch was fetched, in the order of the
// ledger, each checked: it stands in the ledger, and is by somebody who was
// addressed. The server has none for anybody until enough officers and an
// overseer have asked for them on the same matter: the error is errTooFew. One that
// it leaves out nobody misses but the reader who made it.
func (c *Client) fetches(ctx context.Context, ref frank.Ref, matter frank.Hash) ([]Fetch, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	var all []api.Entry
	if err := pages(ctx, 0, c.done, func(from uint64) (uint64, uint64, error) {
		var p api.Entries
		err := c.wire.call(ctx, http.MethodGet, query(api.PathFetches, "dispatch", ref, "matter", matter, "from", from, "limit", api.MaxPage), nil, &p)
		for _, e := range p.Entries {
			if e.Index < from || len(all) > 0 && e.Index <= all[len(all)-1].Index {
				return 0, 0, alarmf("the server's entries are out of order")
			}
			if e.Index < c.done {
				all = append(all, e)
			}
		}
		return p.Next, p.Size, err
	}); errors.Is(err, api.Of(api.Withheld)) {
		return nil, errTooFew
	} else if err != nil {
		return nil, err
	}
	list := make([]Fetch, 0, len(all))
	for part := range byTile(all) {
		leaves, err := c.view.Head().Commitments(ctx, c.wire, part[0].Index, part[len(part)-1].Index+1)
		if err != nil {
			return nil, suspicious(err)
		}
		for _, e := range part {
			if e.Commitment != leaves[e.Index-part[0].Index] {
				return nil, alarmf("entry %d is not the one that the ledger commits to", e.Index)
			}
			f, err := c.fetched(&e, ref)
			if err != nil {
				return nil, alarmf("entry %d does not say that %s was fetched: %w", e.Index, ref, err)
			}
			list = append(list, *f)
		}
	}
	return list, nil
}

// byTile cuts entries where the log's tiles end, so that each tile is read once.
func byTile(all []api.Entry) iter.Seq[[]api.Entry] {
	return func(yield func([]api.Entry) bool) {
		for from, i := 0, 1; i <= len(all); i++ {
			if i == len(all) || all[i].Index>>8 != all[from].Index>>8 {
				if !yield(all[from:i]) {
					return
				}
				from = i
			}
		}
	}
}

// fetched opens a statement that a copy of the dispatch was fetched.
func (c *Client) fetched(k *api.Entry, ref frank.Ref) (*Fetch, error) {
	e, err := ledger.ParseEntry(k.Open)
	if err != nil {
		return nil, err
	}
	st, err := e.Open(k.Commitment)
	if err != nil {
		return nil, err
	}
	if st.Log != c.Log || st.Kind != dispatch.KindFetched || k.Kind != st.Kind || st.Seen.Size > k.Index {
		return nil, errors.New("it is another statement")
	}
	var f dispatch.Fetched
	if err := st.Read(&f); err != nil {
		return nil, err
	}
	if f.Dispatch != ref {
		return nil, errors.New("it is about another dispatch")
	}
	by, err := c.dir.At(k.Index).Signer(st.By)
	if err != nil {
		return nil, err
	}
	if err := dispatch.CheckFetched(&f, by, "", &record{c: c, before: k.Index}); err != nil {
		return nil, err
	}
	return &Fetch{Index: k.Index, Commitment: k.Commitment, By: by, At: st.At, Batch: f.Batch, Sealed: f.Sealed, Entry: e}, nil
}

// harmEntry signs what the harm would be if a dispatch came out.
func (c *Client) harmEntry(h dispatch.Harm) (*ledger.Entry, error) {
	if err := h.Validate(); err != nil {
		return nil, err
	}
	return c.entry(dispatch.KindHarm, h, false)
}

// handHarm hands it in, sealed to the issuing office, officers, alternates and
// overseers.
func (c *Client) handHarm(ctx context.Context, e *ledger.Entry, ref frank.Ref, desk string) (*api.Accepted, error) {
	keys, err := c.keysOf(c.sitting(inquirers...))
	if err != nil {
		return nil, err
	}
	office, err := keyring.ParseRecipient(desk)
	if err != nil {
		return nil, errors.New("the issuing office has no key now")
	}
	return c.submitSealed(ctx, e, api.Route{Kind: dispatch.KindHarm, Dispatch: ref}, append(keys, office)...)
}

// HarmStated is what was stated of a dispatch's harm, and where in the ledger.
type HarmStated struct {
	dispatch.Harm
	Index uint64
	By    frank.PersonID
	At    string // by the signer's clock
}

// Harm lists what was stated of the harm, should a dispatch come out, in the order
// of the ledger and as far as the person may read it. The first counts for what
// the harm was held to be when it was issued: what was said later could be made to
// fit. What somebody said who did not act for the issuing office is left out.
func (c *Client) Harm(ref frank.Ref) (list []HarmStated, err error) {
	for i := range c.known {
		k := &c.known[i]
		if k.Kind != dispatch.KindHarm || len(c.batches[ref]) == 0 {
			continue
		}
		st, err := c.unseal(k)
		if errors.Is(err, keyring.ErrNotYours) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var h dispatch.Harm
		if st.Read(&h) != nil || h.Validate() != nil || h.Dispatch != ref {
			continue
		}
		then := c.dir.At(k.Index)
		if by, err := then.Signer(st.By); err == nil && then.Holds(by, c.batches[ref][0].Begin.Office) {
			list = append(list, HarmStated{Harm: h, Index: k.Index, By: by, At: st.At})
		}
	}
	return list, nil
}

// DirectorySlice are the entries of the directory that show which keys and roles
// persons had, and who held offices: see [directory.State.Slice].
func (c *Client) DirectorySlice(persons []frank.PersonID, offices []frank.OfficeID) ([]directory.Logged, error) {
	var all []directory.Logged
	for i := range c.known {
		k := &c.known[i]
		if !directory.Handles(k.Kind) {
			continue
		}
		e, err := ledger.ParseEntry(k.Open)
		if err != nil {
			return nil, err
		}
		all = append(all, directory.Logged{At: directory.Entry{Index: k.Index, Hash: k.Commitment}, Entry: e})
	}
	return c.dir.Slice(all, persons, offices)
}
