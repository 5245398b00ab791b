package bundle

import (
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/keyring"
	"frank/ledger"
)

// batch is a batch of copies as the entries have it.
type batch struct {
	dispatch.Batch
	key       keyring.VerifyKey // that signed the first entry
	completed uint64            // index of the second
}

// record is what the rules of an inquiry need to know, from the bundle alone. It
// implements [inquiry.Record].
type record struct {
	policy  *ledger.Policy // that the bundle is verified by
	proven  []ledger.Head  // of checkpoints in entries
	who     people
	batches []batch
	passed  []passing
	earlier bool // a checkpoint was taken by the policy that was in force when it was made
}

// passing is a share that was passed on.
type passing struct {
	index uint64
	part  inquiry.Part
	share int
	to    frank.PersonID
}

func (r *record) Has(index uint64, role directory.Role, person frank.PersonID) bool {
	return r.who.Has(index, role, person)
}

func (r *record) Owns(index uint64, key keyring.VerifyKey, person frank.PersonID) bool {
	who, err := r.who.Signer(index, key)
	return err == nil && who == person
}

func (r *record) Threshold(index uint64) int { return r.who.Threshold(index) }

func (r *record) Acts(index uint64, person frank.PersonID, office frank.OfficeID) bool {
	return r.who.Holds(index, person, office)
}

func (r *record) Batches(index uint64, ref frank.Ref) (list []dispatch.Batch) {
	for _, b := range r.batches {
		if b.Begin.Dispatch != ref || b.Index > index {
			continue
		}
		if b.completed > index {
			b.Complete = nil
		}
		list = append(list, b.Batch)
	}
	return list
}

func (r *record) Dealt(index uint64, part inquiry.Part, person frank.PersonID) bool {
	for _, b := range r.batches {
		if b.Entry != part.Begin {
			continue
		}
		for _, o := range b.Begin.Officers {
			if r.holder(index, part, o.Index, o.Person) == person {
				return true
			}
		}
	}
	return false
}

// holder is who holds a share that was dealt to somebody.
func (r *record) holder(index uint64, part inquiry.Part, share int, dealt frank.PersonID) frank.PersonID {
	for _, p := range r.passed {
		if p.part == part && p.share == share && p.index <= index {
			dealt = p.to
		}
	}
	return dealt
}

// pass takes in the shares that were passed on after their batch was complete,
// each by whoever held it.
func (r *record) pass(list []stated) error {
	shares := map[frank.Hash]*dispatch.Shares{} // by the batch's first entry
	for _, s := range list {
		if s.st.Kind != dispatch.KindShareReseal {
			continue
		}
		var p dispatch.ShareReseal
		if err := s.st.Read(&p); err != nil {
			return fmt.Errorf("entry %d: %w", s.at.Index, err)
		}
		by, err := r.who.Signer(s.at.Index, s.st.By)
		if err != nil {
			return fmt.Errorf("entry %d: %w", s.at.Index, err)
		}
		for _, b := range r.batches {
			if b.Begin.Dispatch != p.Dispatch || b.Begin.Batch != p.Batch || b.Complete == nil || b.completed > s.at.Index {
				continue
			}
			if shares[b.Entry] == nil {
				shares[b.Entry] = dispatch.Deal(&b.Begin)
			}
			if shares[b.Entry].Pass(&p, by) {
				r.passed = append(r.passed, passing{s.at.Index, inquiry.Part{Dispatch: p.Dispatch, Batch: p.Batch, Begin: b.Entry}, p.Index, p.To})
			}
		}
	}
	return nil
}

// then is the policy that was in force at an index, nil if there is no other than
// the one given. What proves it is covered by the checkpoint that the one given
// verifies.
func (r *record) then(index uint64) *ledger.Policy {
	text := r.who.Witnesses(index)
	if text == "" || text == r.policy.Text() {
		return nil
	}
	p, err := ledger.ParsePolicy([]byte(text))
	if err != nil {
		return nil
	}
	return p
}

// known reports whether a head was proven to be the ledger's.
func (r *record) known(h ledger.Head) bool {
	return h == ledger.Empty() || slices.Contains(r.proven, h)
}

// Checkpoint verifies a checkpoint by the policy given, or by the one in force
// then.
func (r *record) Checkpoint(index uint64, note string) (ledger.Head, string, error) {
	head, latest, err := inquiry.ReadCheckpoint(r.policy, note)
	if then := r.then(index); err != nil && then != nil {
		if head, latest, err = inquiry.ReadCheckpoint(then, note); err == nil {
			r.earlier = true
		}
	}
	if err == nil && !r.known(head) {
		err = errors.New("it is not of this ledger")
	}
	return head, latest, err
}

// verify is the same for a checkpoint that may be without witnesses.
func (r *record) verify(index uint64, note string) (*ledger.Checkpoint, error) {
	c, err := r.policy.Verify([]byte(note))
	if then := r.then(index); then != nil && (err != nil || !c.Witnessed) {
		if earlier, again := then.Verify([]byte(note)); again == nil && (err != nil || earlier.Witnessed) {
			c, err, r.earlier = earlier, nil, true
		}
	}
	if err == nil && !r.known(c.Head) {
		err = errors.New("it is not of this ledger")
	}
	return c, err
}
