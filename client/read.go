package client

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/exchange"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// Inbox lists the copies that were issued to the person, oldest first.
func (c *Client) Inbox(ctx context.Context) ([]api.Copy, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	var all []api.Copy
	if err := pages(ctx, 0, c.done, func(from uint64) (uint64, uint64, error) {
		var p api.Inbox
		err := c.wire.call(ctx, http.MethodGet, query(api.PathInbox, "from", from, "limit", api.MaxPage), nil, &p)
		all = append(all, p.Copies...)
		return p.Next, p.Size, err
	}); err != nil {
		return nil, err
	}
	// The ledger says what there must be: a copy that it names and the inbox
	// lacks is withheld.
	for ref, list := range c.batches {
		for _, b := range list {
			if b.Complete == nil || !slices.ContainsFunc(b.Begin.To, func(a dispatch.Addressee) bool { return a.Person == c.Person }) {
				continue
			}
			if !slices.ContainsFunc(all, func(x api.Copy) bool { return x.Dispatch == ref && x.Batch == b.Begin.Batch }) {
				return nil, alarmf("the ledger has a copy of %s for you, and the server withholds it", ref)
			}
		}
	}
	return all, nil
}

// Opened is a copy that was opened and checked.
type Opened struct {
	*exchange.Received
	Dispatch  frank.Ref
	Sealed    []byte // the age file
	Plain     []byte // what age -d prints
	Begin     dispatch.Begin
	Witnessed bool // the draw rests on witnesses
	Recalled  bool
	Warnings  []string
}

func copyName(ref frank.Ref, batch int) string {
	return fmt.Sprintf("copies/%s-%d.age", slug(ref), batch)
}

// mine returns the batch that has a copy of a dispatch for the person: the last
// one.
func (c *Client) mine(ref frank.Ref) (dispatch.Batch, int, error) {
	for _, b := range slices.Backward(c.batches[ref]) {
		if b.Complete == nil {
			continue
		}
		if i := slices.IndexFunc(b.Begin.To, func(a dispatch.Addressee) bool { return a.Person == c.Person }); i >= 0 {
			_, b.Recalled = c.recalled[ref]
			return b, i, nil
		}
	}
	return dispatch.Batch{}, 0, frank.WithHint(fmt.Errorf("there is no copy of %s for you", ref), "frank inbox lists what there is")
}

// Fetch gets the person's sealed copy. That it was fetched is in the ledger
// before the server hands it out. A copy that was fetched before is at hand.
func (c *Client) Fetch(ctx context.Context, ref frank.Ref) ([]byte, error) {
	b, slot, err := c.mine(ref)
	if err != nil {
		return nil, err
	}
	name := copyName(ref, b.Begin.Batch)
	if data, err := c.Files.Read(name); err == nil {
		return data, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	inbox, err := c.Inbox(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(inbox, func(x api.Copy) bool { return x.Dispatch == ref && x.Batch == b.Begin.Batch })
	if i < 0 {
		return nil, alarmf("the ledger has a copy of %s for you, and the server withholds it", ref)
	}
	e, err := c.entry(dispatch.KindFetched, dispatch.Fetched{Dispatch: ref, Batch: b.Begin.Batch, Sealed: inbox[i].Sealed}, false)
	if err != nil {
		return nil, err
	}
	var f api.Fetched
	if err := c.wire.call(ctx, http.MethodPost, api.PathCopies, api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Open: e.Marshal()}, &f); err != nil {
		return nil, err
	}
	if err := c.expect(ctx, &f.Accepted, e.Commitment()); err != nil {
		return nil, err // before a look at the copy: what has no receipt was served before logging
	}
	sum := frank.Hash(sha256.Sum256(f.Copy))
	if sum != inbox[i].Sealed || f.Slot != slot || !dispatch.CheckSealed(&b.Begin, b.Complete, sum, slot, f.Proof) {
		return nil, alarmf("the server handed out another copy of %s than the one that was committed to", ref)
	}
	return f.Copy, c.Files.Write(name, f.Copy)
}

// Open opens the person's copy of a dispatch, fetching it if need be, checks it
// against all that the ledger says, and tells the issuing office that it was
// opened.
func (c *Client) Open(ctx context.Context, ref frank.Ref) (*Opened, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	sealed, err := c.Fetch(ctx, ref)
	if err != nil {
		return nil, err
	}
	o, err := c.check(ref, sealed)
	if err != nil {
		return nil, err
	}
	if err := c.tellOpened(ctx, o); err != nil {
		o.Warnings = append(o.Warnings, fmt.Sprintf("the issuing office could not be told that you opened it: %v", err))
	}
	return o, nil
}

// OpenAtHand is [Client.Open] for a copy that was fetched before, without the
// server.
func (c *Client) OpenAtHand(ref frank.Ref) (*Opened, error) {
	b, _, err := c.mine(ref)
	if err != nil {
		return nil, err
	}
	sealed, err := c.Files.Read(copyName(ref, b.Begin.Batch))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, frank.WithHint(fmt.Errorf("%s was not fetched yet", ref), "frank open fetches it when the server can be reached")
	}
	if err != nil {
		return nil, err
	}
	return c.check(ref, sealed)
}

// check opens a sealed copy and holds it against the ledger.
func (c *Client) check(ref frank.Ref, sealed []byte) (*Opened, error) {
	b, slot, err := c.mine(ref)
	if err != nil {
		return nil, err
	}
	plain, err := c.Key.Open(sealed)
	if errors.Is(err, keyring.ErrNotYours) {
		return nil, alarmf("the copy of %s that was handed to you is sealed to another key", ref)
	}
	if err != nil {
		return nil, err
	}
	x, err := exchange.Check(plain, &b.Begin, b.Complete, slot)
	if err != nil {
		return nil, alarmf("your copy of %s is not the one that was committed to: %w", ref, err)
	}
	if b.Complete.BeginEntry != b.Entry || b.Complete.Begin != b.Index {
		return nil, alarmf("your copy of %s was made for another issue of it", ref)
	}
	o := &Opened{Received: x, Dispatch: ref, Sealed: sealed, Plain: plain, Begin: b.Begin, Recalled: b.Recalled}
	cp, err := c.drawn(b.Complete)
	if err != nil {
		return nil, alarmf("the draw of %s does not hold: %w", ref, err)
	}
	if _, err := cp.Randomness(b.Index); err != nil {
		return nil, alarmf("the draw of %s does not hold: %w", ref, err)
	}
	o.Witnessed = cp.Witnessed
	warn := func(format string, args ...any) { o.Warnings = append(o.Warnings, fmt.Sprintf(format, args...)) }
	if !o.Witnessed {
		warn("unwitnessed: no witness stands behind the draw, only the server's word")
	}
	if o.Recalled {
		warn("%s was recalled by the office that issued it", ref)
	}
	for _, at := range []uint64{b.Index, c.completed[batchID{ref, b.Begin.Batch}]} {
		if k := c.at(at); k != nil {
			if err := c.follows(k); err != nil {
				warn("entry %d, which issued it, breaks the rules: %v", at, err)
			}
		}
	}
	o.Warnings = append(o.Warnings, c.headFaults(x.Head, &b)...)
	if err := dispatch.Covers(x.Head, &b.Begin); err != nil {
		warn("%v", err)
	}
	if err := c.needToKnow(x.Head, &b.Begin, b.Index); err != nil {
		warn("%v", err)
	}
	return o, nil
}

// needToKnow holds the distribution against the label, which the server could
// not: those the copies went to, whatever the head says.
func (c *Client) needToKnow(h *dispatch.Head, b *dispatch.Begin, at uint64) error {
	v := c.dir.At(at)
	policy, err := v.Settings().Policy(nil)
	if err != nil {
		return err
	}
	if err := policy.Validate(h.Label); err != nil {
		return err
	}
	if line := policy.Line(h.Label); line != h.Marking {
		return fmt.Errorf("the marking says %q, and the label is %q", h.Marking, line)
	}
	var offices []frank.OfficeID
	alone := false
	for _, p := range slices.Concat(h.Action, h.Info) {
		if p.Office != "" {
			offices = append(offices, p.Office)
		}
		alone = alone || p.Person != ""
	}
	for _, a := range b.To {
		if a.Office != "" && !slices.Contains(offices, a.Office) {
			offices = append(offices, a.Office)
		}
		alone = alone || a.Office == ""
	}
	who, err := v.Addressees(offices...)
	if err != nil {
		return err
	}
	if err := policy.Check(h.Label, who); err != nil {
		return err
	}
	return withoutOffice(policy, h.Label, alone)
}

// handling is what a policy says of a label.
func handling(p *directory.Policy, l directory.Label) (notes []string) {
	for _, x := range p.Levels {
		if x.Mark == l.Level && x.Note != "" {
			notes = append(notes, x.Mark+": "+x.Note)
		}
	}
	for _, m := range p.Marks {
		if slices.Contains(l.Marks, m.Mark) && m.Note != "" {
			notes = append(notes, m.Mark+": "+m.Note)
		}
	}
	return notes
}

// fileOpened keeps, sealed, what the person says they opened and the key of each
// MAC, which nobody else ever has.
const fileOpened = "opened.age"

// openedKey is written before its entry is handed in, so that the key is never
// lost and a copy is said to be opened once.
type openedKey struct {
	Dispatch frank.Ref       `json:"dispatch"`
	Batch    int             `json:"batch"`
	Key      frank.Secret    `json:"key"`
	Entry    json.RawMessage `json:"entry"` // as it was signed
	Said     bool            `json:"said"`  // the server has accepted it
}

func (c *Client) openedKeys() (keys []openedKey, err error) {
	sealed, err := c.Files.Read(fileOpened)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	plain, err := c.Key.Open(sealed)
	if err != nil {
		return nil, err
	}
	if err := canon.Unmarshal(plain, &keys); err != nil {
		return nil, fmt.Errorf("%s is damaged", fileOpened)
	}
	return keys, nil
}

// OpenedHere lists the dispatches of which a copy was opened with these files:
// also those of which the ledger does not show it yet, or was never told.
func (c *Client) OpenedHere() ([]frank.Ref, error) {
	keys, err := c.openedKeys()
	refs := make([]frank.Ref, len(keys))
	for i, k := range keys {
		refs[i] = k.Dispatch
	}
	return refs, err
}

// tellOpened states, once for each copy, that it was shown.
func (c *Client) tellOpened(ctx context.Context, o *Opened) error {
	keys, err := c.openedKeys()
	if err != nil {
		return err
	}
	write := func() error {
		sealed, err := c.Key.Seal(canon.Marshal(keys))
		if err != nil {
			return err
		}
		return c.Files.Write(fileOpened, sealed)
	}
	i := slices.IndexFunc(keys, func(k openedKey) bool { return k.Dispatch == o.Dispatch && k.Batch == o.Begin.Batch })
	if i < 0 {
		k, err := newSecret()
		if err != nil {
			return err
		}
		e, err := c.entry(dispatch.KindOpened, dispatch.Opened{Dispatch: o.Dispatch, Batch: o.Begin.Batch, Mac: dispatch.OpenedMac(k, o.Text)}, false)
		if err != nil {
			return err
		}
		i, keys = len(keys), append(keys, openedKey{Dispatch: o.Dispatch, Batch: o.Begin.Batch, Key: k, Entry: e.Marshal()})
		if err := write(); err != nil {
			return err
		}
	}
	if keys[i].Said {
		return nil
	}
	e, err := ledger.ParseEntry(keys[i].Entry)
	if err != nil {
		return fmt.Errorf("%s is damaged", fileOpened)
	}
	if _, err := c.handOffice(ctx, dispatch.KindOpened, e, o.Dispatch, o.Begin.Batch, o.Begin.Office); err != nil {
		return err
	}
	keys[i].Said = true
	return write()
}

// tellOffice enters something that the issuing office and the person may read.
func (c *Client) tellOffice(ctx context.Context, kind string, body any, ref frank.Ref, batch int, office frank.OfficeID) (*api.Accepted, error) {
	e, err := c.entry(kind, body, false)
	if err != nil {
		return nil, err
	}
	return c.handOffice(ctx, kind, e, ref, batch, office)
}

// handOffice hands in what the issuing office and the person may read.
func (c *Client) handOffice(ctx context.Context, kind string, e *ledger.Entry, ref frank.Ref, batch int, office frank.OfficeID) (*api.Accepted, error) {
	o, err := c.dir.At(c.view.Head().Size).Office(office)
	if err != nil {
		return nil, err
	}
	desk, err := keyring.ParseRecipient(o.Key.Seal)
	if err != nil {
		return nil, fmt.Errorf("the office %s has no key now", office)
	}
	return c.submitSealed(ctx, e, api.Route{Kind: kind, Dispatch: ref, Batch: batch}, &c.Key.Public, desk)
}

// tellAndSettle is tellOffice, and waits until the ledger shows it.
func (c *Client) tellAndSettle(ctx context.Context, kind string, body any, ref frank.Ref, batch int, office frank.OfficeID) error {
	a, err := c.tellOffice(ctx, kind, body, ref, batch, office)
	if err != nil {
		return err
	}
	return c.Settle(ctx, a.Index)
}

// Note says that the person took note of a dispatch, with a remark or without.
func (c *Client) Note(ctx context.Context, ref frank.Ref, remark string) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	b, _, err := c.mine(ref)
	if err != nil {
		return err
	}
	return c.tellAndSettle(ctx, dispatch.KindNoted, dispatch.Noted{Dispatch: ref, Remark: remark}, ref, b.Begin.Batch, b.Begin.Office)
}

// Acknowledge confirms receipt.
func (c *Client) Acknowledge(ctx context.Context, ref frank.Ref) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	b, _, err := c.mine(ref)
	if err != nil {
		return err
	}
	return c.tellAndSettle(ctx, dispatch.KindAcknowledged, dispatch.Acknowledged{Dispatch: ref}, ref, b.Begin.Batch, b.Begin.Office)
}

// Attachment fetches and opens an attachment of an opened copy, by its place in
// o.Head.Attached: two may have one name.
func (c *Client) Attachment(ctx context.Context, o *Opened, i int) ([]byte, error) {
	a := o.Head.Attached[i]
	sealed, err := c.blob(ctx, a.Sealed)
	if err != nil {
		return nil, err
	}
	plain, err := c.Key.Open(sealed)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(plain) != a.Plain {
		return nil, alarmf("the attachment is not the file that the head names")
	}
	return plain, nil
}

// blob fetches a sealed thing and checks that it is the one named.
func (c *Client) blob(ctx context.Context, hash frank.Hash) ([]byte, error) {
	var data []byte
	if err := c.wire.call(ctx, http.MethodGet, strings.Replace(api.PathBlob, "{hash}", hash.String(), 1), nil, &data); err != nil {
		return nil, err
	}
	if sha256.Sum256(data) != hash {
		return nil, alarmf("the server handed out another sealed thing than was asked for")
	}
	return data, nil
}

// Said is something that was stated about a dispatch, as the person may read it.
type Said struct {
	Index  uint64          `json:"index"`
	Kind   string          `json:"kind"`
	At     string          `json:"at"` // by the signer's clock
	Person frank.PersonID  `json:"person"`
	Name   string          `json:"name"`
	Body   json.RawMessage `json:"body"`
	Fault  string          `json:"fault,omitempty"` // why it is not to be believed
}

// Said lists what the person may read of a dispatch's life, in the order of the
// ledger. Entries that others sealed to themselves are left out; of what opens
// and is forged there is the fault and nothing else, whatever it is about.
func (c *Client) Said(ref frank.Ref) ([]Said, error) {
	var out []Said
	fetched := map[frank.PersonID]bool{}
	for i := range c.known {
		k := &c.known[i]
		if directory.Handles(k.Kind) || k.Kind == dispatch.KindClosed {
			continue // nothing about a dispatch
		}
		st := k.statement
		if st == nil {
			var err error
			if st, err = c.unseal(k); err != nil {
				if alarm, ok := errors.AsType[*Alarm](err); ok {
					out = append(out, Said{Index: k.Index, Kind: "forged", Fault: alarm.What.Error()})
				}
				continue // for somebody else
			}
		}
		var about struct {
			Dispatch frank.Ref `json:"dispatch"`
		}
		if json.Unmarshal(st.Body, &about) != nil || about.Dispatch != ref {
			continue
		}
		s := Said{Index: k.Index, Kind: st.Kind, At: st.At, Body: st.Body}
		if id, err := c.dir.At(k.Index).Signer(st.By); err == nil {
			s.Person = id
			if p, err := c.dir.At(k.Index).Person(id); err == nil {
				s.Name = p.Name
			}
		}
		switch {
		case st.Kind == dispatch.KindFetched:
			fetched[s.Person] = true
		case st.Kind == dispatch.KindOpened && !fetched[s.Person]:
			s.Fault = "it was opened, and nothing says that it was fetched: the server withholds that, or handed out the copy before logging it"
		}
		out = append(out, s)
	}
	return out, nil
}

// unseal opens a sealed entry with the person's key or that of an office of
// theirs, and checks it against the ledger. What a server made up does not open
// to the commitment that it is under.
func (c *Client) unseal(k *known) (*ledger.Statement, error) {
	if k.statement != nil {
		return k.statement, nil
	}
	e, err := c.entryOf(k)
	if err != nil {
		return nil, err
	}
	st, err := e.Open(k.Commitment)
	if err != nil {
		return nil, alarmf("entry %d is forged: %w", k.Index, err)
	}
	if st.Log != c.Log || st.Kind != k.Kind || st.Seen.Size > k.Index {
		return nil, alarmf("entry %d is another statement than the server says", k.Index)
	}
	if _, err := c.dir.At(k.Index).Signer(st.By); err != nil {
		return nil, alarmf("entry %d is signed by nobody who could: %w", k.Index, err)
	}
	k.statement = st
	return st, nil
}

// entryOf is an entry as it was signed, opened if it is sealed.
func (c *Client) entryOf(k *known) (*ledger.Entry, error) {
	if k.Open != nil {
		return ledger.ParseEntry(k.Open)
	}
	padded, err := c.Key.Open(k.Sealed)
	if errors.Is(err, keyring.ErrNotYours) {
		padded, err = c.openAsOffice(k.Sealed)
	}
	if err != nil {
		return nil, err
	}
	plain, err := ledger.Unpad(padded)
	if err != nil {
		return nil, err
	}
	return ledger.ParseEntry(plain)
}

// at returns the entry that stands at an index, if the person may read it.
func (c *Client) at(index uint64) *known {
	i, ok := slices.BinarySearchFunc(c.known, index, func(k known, index uint64) int { return cmp.Compare(k.Index, index) })
	if !ok {
		return nil
	}
	return &c.known[i]
}
