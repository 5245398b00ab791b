package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/internal/canon"
)

const (
	viewFormat  = "frank.view/1"
	maxReceipts = 1 << 16 // receipts waiting, in one view
)

// View is one client's memory of a log. It is not safe for concurrent use.
type View struct {
	policy   *Policy
	latest   *Checkpoint // nil before the first
	receipts []string    // notes that are not settled, in the order they came
	alarms   []Alarm
}

// Alarm is evidence that a log, or whoever holds its key, broke its word. Both
// notes are signed by the log; anybody with the policy can check that they
// cannot both be honest.
type Alarm struct {
	Kind string `json:"kind"` // "fork": two checkpoints; "receipt": a receipt and a checkpoint that covers it
	A    string `json:"a"`
	B    string `json:"b"`
}

// Fork is the error for two checkpoints of one log neither of which continues
// the other.
type Fork struct{ A, B *Checkpoint }

func (f *Fork) Error() string {
	return fmt.Sprintf("two ledgers were shown: the one of size %d is not continued by the one of size %d", f.A.Size, f.B.Size)
}

// Stale is the error for a checkpoint that is older than one seen before, or a
// log set back to an earlier state.
type Stale struct{ Seen, Shown uint64 }

func (s *Stale) Error() string {
	return fmt.Sprintf("the ledger has %d entries seen before, and now shows %d", s.Seen, s.Shown)
}

// NewView begins a memory: the first checkpoint is taken on trust of the log's
// and the witnesses' signatures alone.
func NewView(p *Policy) *View { return &View{policy: p} }

// viewFile is the stored form.
type viewFile struct {
	Format     string   `json:"format"`
	Checkpoint string   `json:"checkpoint"`
	Receipts   []string `json:"receipts,omitempty"`
	Alarms     []Alarm  `json:"alarms,omitempty"`
}

// Marshal writes the memory, to be kept.
func (v *View) Marshal() []byte {
	f := viewFile{Format: viewFormat, Receipts: v.receipts, Alarms: v.alarms}
	if v.latest != nil {
		f.Checkpoint = string(v.latest.Note)
	}
	return canon.Marshal(f)
}

// ReadView reads what [View.Marshal] wrote. A policy that no longer lists the
// log's key makes it an error; one that lists other witnesses does not.
func ReadView(p *Policy, data []byte) (*View, error) {
	var f viewFile
	if err := canon.Unmarshal(data, &f); err != nil || f.Format != viewFormat {
		return nil, errors.New("the memory of the ledger is damaged")
	}
	v := &View{policy: p, receipts: f.Receipts, alarms: f.Alarms}
	if f.Checkpoint != "" {
		c, err := p.Verify([]byte(f.Checkpoint))
		if err != nil {
			return nil, fmt.Errorf("the memory of the ledger does not fit the policy: %w", err)
		}
		v.latest = c
	}
	for _, r := range f.Receipts {
		if _, err := p.VerifyReceipt([]byte(r)); err != nil {
			return nil, fmt.Errorf("the memory of the ledger does not fit the policy: %w", err)
		}
	}
	return v, nil
}

// Latest returns the last checkpoint, or nil before the first.
func (v *View) Latest() *Checkpoint { return v.latest }

// Head returns the last head, that of an empty log before the first.
func (v *View) Head() Head {
	if v.latest == nil {
		return Empty()
	}
	return v.latest.Head
}

// Alarms returns the evidence kept, oldest first.
func (v *View) Alarms() []Alarm { return slices.Clone(v.alarms) }

// Advance moves the memory on to a newer checkpoint, after proving from tiles
// that it continues the last one, and settles the receipts that it covers.
//
// Errors: [*Fork] if it is proven not to continue it (the memory stays, and
// keeps both as an alarm); [*Stale] if it is older and, as far as could be
// told, of the same log; [*Broken] if the memory moved on and a receipt was
// not kept; others if the note is not the log's or tiles cannot be had.
func (v *View) Advance(ctx context.Context, noteText []byte, t Tiles) (*Checkpoint, error) {
	c, err := v.policy.Verify(noteText)
	if err != nil {
		return nil, err
	}
	if v.latest != nil {
		if c.Origin != v.latest.Origin {
			return nil, errors.New("the checkpoint is of another log than the one remembered")
		}
		small, large := v.latest, c
		if small.Size > large.Size {
			small, large = large, small
		}
		root, err := large.before(ctx, t, small.Size)
		switch {
		case err == nil && root != small.Root:
			v.alarm("fork", v.latest.Note, c.Note)
			return nil, &Fork{v.latest, c}
		case c.Size < v.latest.Size: // also when its log no longer has the tiles of the newer one
			return nil, &Stale{v.latest.Size, c.Size}
		case err != nil:
			return nil, err
		case c.Size == v.latest.Size && v.latest.Witnessed && !c.Witnessed:
			return v.latest, v.settle(ctx, t)
		}
	}
	v.latest = c
	return c, v.settle(ctx, t)
}

func (v *View) alarm(kind string, a, b []byte) {
	if x := (Alarm{kind, string(a), string(b)}); !slices.Contains(v.alarms, x) {
		v.alarms = append(v.alarms, x)
	}
}

// Expect remembers a receipt until a checkpoint covers its index, and settles
// it at once if the last one does. The receipt must be for commitment. Errors
// are those of [View.Advance].
func (v *View) Expect(ctx context.Context, receipt []byte, commitment frank.Hash, t Tiles) (*Receipt, error) {
	r, err := v.policy.VerifyReceipt(receipt)
	if err != nil {
		return nil, err
	}
	switch {
	case r.Commitment != commitment:
		return nil, errors.New("the receipt is for another entry")
	case v.latest != nil && r.Log != v.latest.Origin:
		return nil, errors.New("the receipt is of another log than the one remembered")
	case len(v.receipts) >= maxReceipts:
		return nil, fmt.Errorf("%d receipts are waiting already: the ledger has not moved", maxReceipts)
	}
	v.receipts = append(v.receipts, string(receipt))
	return r, v.settle(ctx, t)
}

// Waiting returns the receipts that no checkpoint covers yet.
func (v *View) Waiting() []Receipt {
	var list []Receipt
	for _, text := range v.receipts {
		if r, err := v.policy.VerifyReceipt([]byte(text)); err == nil {
			list = append(list, *r)
		}
	}
	return list
}

// Broken is the error for receipts that the log did not keep.
type Broken struct{ Receipts []Receipt }

func (b *Broken) Error() string {
	return fmt.Sprintf("the ledger signed for entry %d and holds another one there (receipts not kept: %d)", b.Receipts[0].Index, len(b.Receipts))
}

// settle holds every receipt that the last checkpoint covers against the log.
func (v *View) settle(ctx context.Context, t Tiles) error {
	var open []string
	var broken []Receipt
	for i, text := range v.receipts {
		r, err := v.policy.VerifyReceipt([]byte(text))
		if err != nil {
			return err
		}
		if r.Index >= v.Head().Size {
			open = append(open, text)
			continue
		}
		switch err := v.Head().Holds(ctx, t, r.Index, r.Commitment); {
		case errors.Is(err, ErrUnlike):
			v.alarm("receipt", []byte(text), v.latest.Note)
			broken = append(broken, *r)
		case err != nil: // ask again next time
			v.receipts = append(open, v.receipts[i:]...)
			return errors.Join(err, notKept(broken))
		}
	}
	v.receipts = open
	return notKept(broken)
}

func notKept(receipts []Receipt) error {
	if receipts == nil {
		return nil
	}
	return &Broken{receipts}
}

// Holds checks that commitments stand in the log from index first on, as far
// as the last checkpoint tells. See [Head.Holds].
func (v *View) Holds(ctx context.Context, t Tiles, first uint64, commitments ...frank.Hash) error {
	return v.Head().Holds(ctx, t, first, commitments...)
}
