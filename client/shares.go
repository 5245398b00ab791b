package client

import (
	"context"
	"encoding/json"
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
)

// held is a share that is the person's to keep: dealt to them, or passed on by
// an officer before them.
type held struct {
	batch  *dispatch.Batch
	index  int
	passed []byte // sealed to the person, for one that was passed on
}

func (h *held) name() string {
	return fmt.Sprintf("shares/%s-%d-%d.age", slug(h.batch.Begin.Dispatch), h.batch.Begin.Batch, h.index)
}

type shareID struct {
	batchID
	index int
}

// held lists the person's shares.
func (c *Client) held() (list []held) {
	for _, batches := range c.batches {
		for i := range batches {
			b := &batches[i]
			if at := slices.IndexFunc(b.Begin.Officers, func(o dispatch.Officer) bool { return o.Person == c.Person }); at >= 0 && b.Complete != nil {
				list = append(list, held{batch: b, index: b.Begin.Officers[at].Index})
			}
		}
	}
	for _, r := range c.resealed() {
		if r.To == c.Person {
			list = append(list, held{r.batch, r.Index, r.Share})
		}
	}
	slices.SortFunc(list, func(a, b held) int { return int(int64(a.batch.Index) - int64(b.batch.Index)) })
	return list
}

// resealed is a share that was passed on.
type resealed struct {
	dispatch.ShareReseal
	batch *dispatch.Batch
	at    uint64 // index of the entry
}

// resealed lists the shares that were passed on as they may be, in the order of
// the ledger: by who held the share then, to somebody who held none of the
// batch. Others count for nothing: a share passed to one who has one would bring
// fewer officers than the threshold together.
func (c *Client) resealed() (list []resealed) {
	holders := map[batchID]*dispatch.Shares{}
	for i := range c.known {
		k := &c.known[i]
		if k.Kind != dispatch.KindShareReseal {
			continue
		}
		st, err := c.unseal(k)
		if err != nil {
			continue // for others
		}
		var r dispatch.ShareReseal
		by, err := c.dir.At(k.Index).Signer(st.By)
		if err != nil || st.Read(&r) != nil {
			continue
		}
		at := slices.IndexFunc(c.batches[r.Dispatch], func(b dispatch.Batch) bool { return b.Begin.Batch == r.Batch })
		if done, ok := c.completed[batchID{r.Dispatch, r.Batch}]; at < 0 || !ok || done >= k.Index {
			continue
		}
		b := &c.batches[r.Dispatch][at]
		now := holders[batchID{r.Dispatch, r.Batch}]
		if now == nil {
			now = dispatch.Deal(&b.Begin)
			holders[batchID{r.Dispatch, r.Batch}] = now
		}
		if !now.Pass(&r, by) {
			continue
		}
		list = append(list, resealed{r, b, k.Index})
	}
	return list
}

// Shares checks the shares that the person got and says in the ledger that they
// hold, or what is wrong with them. It returns how many it checked, and a
// sentence for each that does not hold.
func (c *Client) Shares(ctx context.Context) (checked int, faults []string, err error) {
	if _, err := c.fresh(ctx); err != nil {
		return 0, nil, err
	}
	done, last := map[shareID]string{}, uint64(0)
	for i := range c.known {
		k := &c.known[i]
		if k.Kind != dispatch.KindShareHeld && k.Kind != dispatch.KindShareFault {
			continue
		}
		st, err := c.unseal(k)
		if err != nil {
			continue
		}
		if id, err := c.dir.At(k.Index).Signer(st.By); err != nil || id != c.Person {
			continue
		}
		var h struct {
			Dispatch frank.Ref `json:"dispatch"`
			Batch    int       `json:"batch"`
			Index    int       `json:"index"`
		}
		if json.Unmarshal(st.Body, &h) == nil {
			done[shareID{batchID{h.Dispatch, h.Batch}, h.Index}] = k.Kind
		}
	}
	for _, h := range c.held() {
		ref, batch := h.batch.Begin.Dispatch, h.batch.Begin.Batch
		said := done[shareID{batchID{ref, batch}, h.index}]
		if said == dispatch.KindShareHeld {
			continue
		}
		_, fault, err := c.openShare(ctx, &h)
		if err != nil {
			return checked, faults, err
		}
		if fault != "" && said == dispatch.KindShareFault {
			faults = append(faults, fmt.Sprintf("share %d of %s, as was said before: %s", h.index, ref, fault))
			continue // one that holds, later, takes the complaint back
		}
		checked++
		var body any = dispatch.ShareHeld{Dispatch: ref, Batch: batch, Index: h.index}
		kind := dispatch.KindShareHeld
		if fault != "" {
			faults = append(faults, fmt.Sprintf("share %d of %s: %s", h.index, ref, fault))
			kind, body = dispatch.KindShareFault, dispatch.ShareComplaint{Dispatch: ref, Batch: batch, Index: h.index, Fault: fault}
		}
		a, err := c.tellOfficers(ctx, kind, body, ref, batch)
		if err != nil {
			return checked, faults, err
		}
		last = max(last, a.Index)
	}
	if checked > 0 {
		err = c.Settle(ctx, last)
	}
	return checked, faults, err
}

// openShare opens a share, fetching it if need be, and says what is wrong with
// it.
func (c *Client) openShare(ctx context.Context, h *held) (plain []byte, fault string, err error) {
	sealed, err := c.Files.Read(h.name())
	kept := err == nil
	if !kept {
		sealed = h.passed
	}
	if sealed == nil {
		if sealed, err = c.shareOf(ctx, h.batch, h.index); err != nil {
			return nil, "", err
		}
	}
	if plain, err = c.Key.Open(sealed); err != nil {
		return nil, "it does not open with the officer's key", nil
	}
	if _, err := exchange.CheckShare(plain, &h.batch.Begin, h.batch.Complete, h.index); err != nil {
		return nil, err.Error(), nil
	}
	if !kept { // one that does not hold is not: the server may have swapped it
		err = c.Files.Write(h.name(), sealed)
		return plain, "", err
	}
	return plain, "", nil
}

// PassShares passes the person's shares to another officer or alternate, who
// takes over from them. Left out, with a sentence each, are those of dispatches
// in which the successor is involved: they have a copy, issued it, worked on its
// source, or hold a share already.
func (c *Client) PassShares(ctx context.Context, to frank.PersonID) (passed int, left []string, err error) {
	if _, err := c.fresh(ctx); err != nil {
		return 0, nil, err
	}
	now := c.dir.At(c.view.Head().Size)
	if !now.Has(directory.Officer, to) && !now.Has(directory.Alternate, to) {
		return 0, nil, frank.WithHint(errors.New("shares are passed to a sitting officer or alternate"), "appoint the successor first")
	}
	seal, ok := now.Recipient(to)
	if !ok {
		return 0, nil, errors.New("the successor is no member")
	}
	key, err := keyring.ParseRecipient(seal)
	if err != nil {
		return 0, nil, err
	}
	gone := map[shareID]bool{}
	for _, r := range c.resealed() {
		gone[shareID{batchID{r.Dispatch, r.Batch}, r.Index}] = r.To != c.Person
	}
	last := uint64(0)
	for _, h := range c.held() {
		b := &h.batch.Begin
		if gone[shareID{batchID{b.Dispatch, b.Batch}, h.index}] {
			continue
		}
		if why := c.involved(b.Dispatch, to); why != "" {
			left = append(left, fmt.Sprintf("share %d of %s: the successor %s", h.index, b.Dispatch, why))
			continue
		}
		plain, fault, err := c.openShare(ctx, &h)
		if err != nil {
			return passed, left, err
		}
		if fault != "" {
			left = append(left, fmt.Sprintf("share %d of %s: %s", h.index, b.Dispatch, fault))
			continue
		}
		sealed, err := key.Seal(plain)
		if err != nil {
			return passed, left, err
		}
		a, err := c.tellOfficers(ctx, dispatch.KindShareReseal, dispatch.ShareReseal{Dispatch: b.Dispatch, Batch: b.Batch, Index: h.index, To: to, Share: sealed}, b.Dispatch, b.Batch)
		if err != nil {
			return passed, left, err
		}
		passed++
		last = max(last, a.Index)
	}
	if passed > 0 {
		err = c.Settle(ctx, last)
	}
	return passed, left, err
}

// involved says why somebody may not hold a share of a dispatch; "" if they may.
func (c *Client) involved(ref frank.Ref, id frank.PersonID) string {
	for _, b := range c.batches[ref] {
		switch {
		case c.signers[b.Index] == id:
			return "issued it"
		case slices.ContainsFunc(b.Begin.To, func(a dispatch.Addressee) bool { return a.Person == id }):
			return "has a copy"
		case slices.Contains(b.Begin.Worked, id):
			return "worked on the source"
		case slices.ContainsFunc(b.Begin.Officers, func(o dispatch.Officer) bool { return o.Person == id }):
			return "holds a share already"
		case c.dir.At(c.view.Head().Size).Holds(id, b.Begin.Office):
			return "acts for the office that issued it"
		}
	}
	if slices.ContainsFunc(c.resealed(), func(r resealed) bool { return r.Dispatch == ref && r.To == id }) {
		return "holds a share already"
	}
	return ""
}

// shareOf fetches the person's sealed share of a batch.
func (c *Client) shareOf(ctx context.Context, b *dispatch.Batch, index int) ([]byte, error) {
	var hash frank.Hash
	var proof []frank.Hash
	if err := pages(ctx, 0, c.done, func(from uint64) (uint64, uint64, error) {
		var p api.Shares
		err := c.wire.call(ctx, http.MethodGet, query(api.PathShares, "from", from, "limit", api.MaxPage), nil, &p)
		for _, s := range p.Shares {
			if s.Dispatch == b.Begin.Dispatch && s.Batch == b.Begin.Batch && s.Index == index {
				hash, proof = s.Sealed, s.Proof
			}
		}
		return p.Next, p.Size, err
	}); err != nil {
		return nil, err
	}
	if hash == (frank.Hash{}) {
		return nil, alarmf("the ledger says that a share of %s was dealt to you, and the server withholds it", b.Begin.Dispatch)
	}
	// Another than was committed to is the server's doing, and no ground for a
	// complaint about whoever dealt it.
	if !dispatch.CheckShares(&b.Begin, b.Complete, hash, index, proof) {
		return nil, alarmf("the share of %s that the server shows is not the one that was dealt to you", b.Begin.Dispatch)
	}
	return c.blob(ctx, hash)
}

// tellOfficers enters something that officers and overseers may read.
func (c *Client) tellOfficers(ctx context.Context, kind string, body any, ref frank.Ref, batch int) (*api.Accepted, error) {
	to, err := c.keysOf(c.sitting(inquirers...))
	if err != nil {
		return nil, err
	}
	e, err := c.entry(kind, body, false)
	if err != nil {
		return nil, err
	}
	return c.submitSealed(ctx, e, api.Route{Kind: kind, Dispatch: ref, Batch: batch}, to...)
}
