package operate

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
	"frank/store"
)

// replayed is what the entries, in the log's order, have made so far.
type replayed struct {
	state *directory.State
	last  map[numbered]int
	of    map[frank.Ref][]*batch
	refs  []frank.Ref // in the order they were begun
	dealt []frank.PersonID
}

type numbered struct {
	place string
	year  int
}

// batch is a batch as its entries make it.
type batch struct {
	dispatch.Batch
	complete uint64 // index of the second entry; 0: none
	recall   uint64
	copies   []frank.Hash // sealed, as the store has them
}

// kinds are all kinds of entries that a server takes.
var kinds = []string{directory.KindGenesis, directory.KindAccept, directory.KindInvite, directory.KindEnrol, directory.KindAdmit, directory.KindDevice,
	directory.KindRevoke, directory.KindKey, directory.KindLeave, directory.KindCreate, directory.KindAlter, directory.KindHolder, directory.KindActing, directory.KindDelegate,
	directory.KindOfficeKey, directory.KindPass, directory.KindGrant, directory.KindEnd, directory.KindSettings, directory.KindChange, directory.KindConsent, directory.KindWithdraw, directory.KindEnact,
	dispatch.KindBegin, dispatch.KindComplete, dispatch.KindRecall, dispatch.KindFetched, dispatch.KindOpened, dispatch.KindNoted, dispatch.KindAcknowledged, dispatch.KindRequest, dispatch.KindRefused,
	dispatch.KindShareHeld, dispatch.KindShareFault, dispatch.KindShareReseal, dispatch.KindHarm,
	dispatch.KindStep, dispatch.KindClosed, dispatch.KindReceipts, dispatch.KindSighting}

// readers may together read any entry.
var readers = []store.Reader{store.Members, store.Role(string(directory.Officer)), store.Role(string(directory.Overseer)), store.Role(string(directory.Registrar))}

// replay goes through the entries as far as store and log agree.
func (c *checker) replay() error {
	c.replayed = &replayed{state: directory.New(c.Origin, directory.Ledger{}), last: map[numbered]int{}, of: map[frank.Ref][]*batch{}}
	next := uint64(0)
	for next < c.in {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		c.tell("checking entries", int(next), int(c.in))
		list, err := c.store.OfKinds(c.ctx, kinds, next, 500)
		if err != nil {
			return err
		}
		for i := range list {
			e := &list[i]
			if e.Index >= c.in {
				next = c.in
				break
			}
			for ; next < e.Index; next++ {
				c.other(next)
			}
			c.entry(e)
			next = e.Index + 1
		}
		if len(list) == 0 {
			for ; next < c.in; next++ {
				c.other(next)
			}
		}
	}
	return nil
}

// other is an entry of a kind that is not known here.
func (c *checker) other(index uint64) {
	e, err := c.store.At(c.ctx, index, readers)
	switch {
	case err != nil:
		c.wrong("entry %d is missing, or of a kind that no server takes", index)
	case e.Sealed:
		c.Report.Sealed++
	default:
		c.wrong("entry %d is open, and of a kind that no server takes", index)
	}
}

// entry holds one entry to its leaf and to the rules.
func (c *checker) entry(e *store.Entry) {
	leaf := c.log[e.Index]
	if e.Commitment != leaf {
		c.wrong("entry %d of the store is not that of the log", e.Index)
		return
	}
	if directory.Handles(e.Kind) != ledger.Marked(leaf) {
		c.wrong("entry %d (%s) is marked as its kind is not", e.Index, e.Kind)
	}
	if e.Sealed {
		c.Report.Sealed++
		if !bytes.HasPrefix(e.Payload, []byte("age-encryption.org/v1\n")) {
			c.wrong("entry %d (%s) is said to be sealed, and is no age file", e.Index, e.Kind)
		}
		return
	}
	opened, err := ledger.ParseEntry(e.Payload)
	var s *ledger.Statement
	if err == nil {
		s, err = opened.Open(leaf)
	}
	if err != nil {
		c.wrong("entry %d (%s) does not open its leaf: %v", e.Index, e.Kind, err)
		return
	}
	c.Report.Open++
	switch {
	case s.Kind != e.Kind:
		c.wrong("entry %d is kept as %s, and states %s", e.Index, e.Kind, s.Kind)
	case s.Log != c.Origin:
		c.wrong("entry %d (%s) is for another log", e.Index, e.Kind)
	case s.Seen.Size > e.Index || !c.tree.holds(s.Seen):
		c.warning("whoever signed entry %d (%s) had seen %d entries of another log than this: it was set back, or shown in two versions", e.Index, e.Kind, s.Seen.Size)
	}
	if directory.Handles(e.Kind) {
		err = c.state.Apply(e.Index, leaf, s)
	} else {
		err = c.about(e, s)
	}
	if err != nil {
		c.wrong("entry %d (%s) is against the rules: %v", e.Index, e.Kind, err)
	}
}

// about holds a statement about a dispatch to the rules.
func (c *checker) about(e *store.Entry, s *ledger.Statement) error {
	r := record{c.replayed, c.state.At(e.Index)}
	by, err := r.view.Signer(s.By)
	if err != nil {
		return errors.New("it is signed by a key that was no member's")
	}
	if by != e.By {
		return errors.New("the store says that somebody else handed it in")
	}
	switch e.Kind {
	case dispatch.KindBegin:
		return c.begin(e, s, r)
	case dispatch.KindComplete:
		return c.complete(e, s, r)
	case dispatch.KindRecall:
		var x dispatch.Recall
		if err := s.Read(&x); err != nil {
			return err
		}
		if err := dispatch.CheckRecall(&x, by, r); err != nil {
			return err
		}
		for _, b := range c.of[x.Dispatch] {
			b.Recalled, b.recall = true, e.Index
		}
		return nil
	case dispatch.KindFetched:
		return c.fetched(e, s, r)
	case dispatch.KindReceipts:
		var x dispatch.Receipts
		if err := s.Read(&x); err != nil {
			return err
		}
		return dispatch.CheckReceipts(&x, by, r.view, r)
	}
	return errors.New("a server takes it sealed only")
}

func (c *checker) begin(e *store.Entry, s *ledger.Statement, r record) error {
	var b dispatch.Begin
	if err := s.Read(&b); err != nil {
		return err
	}
	if err := dispatch.CheckBegin(&b, e.By, r); err != nil {
		return err
	}
	if len(c.of[b.Dispatch]) == 0 {
		c.refs = append(c.refs, b.Dispatch)
		c.Dispatches++
	}
	c.of[b.Dispatch] = append(c.of[b.Dispatch], &batch{Batch: dispatch.Batch{Begin: b, Index: e.Index, Entry: e.Commitment, By: e.By}})
	n := numbered{b.Dispatch.Place, b.Dispatch.Year}
	c.last[n] = max(c.last[n], b.Dispatch.Number)
	for _, o := range b.Officers {
		if !slices.Contains(c.dealt, o.Person) {
			c.dealt = append(c.dealt, o.Person)
		}
	}
	return nil
}

func (c *checker) complete(e *store.Entry, s *ledger.Statement, r record) error {
	var x dispatch.Complete
	if err := s.Read(&x); err != nil {
		return err
	}
	if err := dispatch.CheckComplete(&x, e.By, r); err != nil {
		return err
	}
	if err := c.drawn(e, &x, r); err != nil {
		return err
	}
	b := c.of[x.Dispatch][x.Batch-1]
	b.Complete, b.complete = &x, e.Index
	var err error
	if b.copies, err = c.store.Copies(c.ctx, x.Dispatch, x.Batch); err != nil {
		return err
	}
	if len(b.copies) != len(b.Begin.To) || dispatch.SealedRoot(b.copies) != x.Sealed {
		return errors.New("the sealed copies that are kept are not those it commits to")
	}
	c.Copies += len(b.copies)
	named := slices.Clone(b.copies)
	for _, h := range []frank.Hash{x.Codebook, x.Source, x.Map, x.Watch} {
		if h != (frank.Hash{}) {
			named = append(named, h)
		}
	}
	gone, err := c.store.Missing(c.ctx, named)
	if err == nil && len(gone) > 0 {
		err = fmt.Errorf("%d of the sealed things it names are missing", len(gone))
	}
	return err
}

// drawn holds the checkpoint of the draw to the log: signed, of this tree, and
// in the window.
func (c *checker) drawn(e *store.Entry, x *dispatch.Complete, r record) error {
	policy := c.folder.Own()
	if text := r.view.Settings().Witnesses; text != "" {
		if p, err := ledger.ParsePolicy([]byte(text)); err == nil {
			policy = p
		}
	}
	p, err := policy.Verify([]byte(x.Checkpoint))
	if err != nil { // a server uses a new policy from its next start on
		if p, err = c.folder.Own().Verify([]byte(x.Checkpoint)); err != nil {
			return err
		}
	}
	if _, err := p.Randomness(x.Begin); err != nil {
		return err
	}
	if p.Size > e.Index || !c.tree.holds(p.Head) {
		return errors.New("the checkpoint of its draw is not of this log")
	}
	if policy.AsksWitnesses() && !p.Witnessed {
		c.warning("%s was drawn under a checkpoint that no quorum of witnesses cosigned", x.Dispatch)
	}
	return nil
}

func (c *checker) fetched(e *store.Entry, s *ledger.Statement, r record) error {
	var x dispatch.Fetched
	if err := s.Read(&x); err != nil {
		return err
	}
	if err := dispatch.CheckFetched(&x, e.By, "", r); err != nil {
		return err
	}
	b := c.of[x.Dispatch][x.Batch-1]
	for i, a := range b.Begin.To {
		if a.Person == e.By && i < len(b.copies) && b.copies[i] == x.Sealed {
			return nil
		}
	}
	return errors.New("it is for another copy than that of whoever fetched")
}

// record is what the rules ask, as the entries so far answer.
type record struct {
	*replayed
	view directory.View
}

var _ dispatch.Record = record{}

func (r record) Holds(person frank.PersonID, office frank.OfficeID) bool {
	return person != "" && r.view.Holds(person, office)
}

func (r record) Delegate(person frank.PersonID, office frank.OfficeID) bool {
	return r.view.Delegate(person, office)
}

func (r record) Place(office frank.OfficeID) (string, bool) { return r.view.Place(office) }

func (r record) Recipient(person frank.PersonID) (frank.Hash, bool) {
	p, err := r.view.Person(person)
	if err != nil || !p.Active() {
		return frank.Hash{}, false
	}
	return dispatch.KeyHash(p.Seal), true
}

func (r record) Officer(person frank.PersonID) bool { return sits(r.view, person) }

func sits(v directory.View, person frank.PersonID) bool {
	return v.Has(directory.Officer, person) || v.Has(directory.Alternate, person)
}

func (r record) Threshold() int { return r.view.Settings().Threshold }

func (r record) LastNumber(place string, year int) (int, error) {
	return r.last[numbered{place, year}], nil
}

func (r record) Batches(ref frank.Ref) ([]dispatch.Batch, error) {
	var out []dispatch.Batch
	for _, b := range r.of[ref] {
		out = append(out, b.Batch)
	}
	return out, nil
}
