package dispatch

import (
	"fmt"
	"slices"

	"frank"
)

// Record is what rules need to know of the ledger before a statement.
type Record interface {
	// Holds reports whether the person may act for the office now: as its holder
	// or acting holder.
	Holds(person frank.PersonID, office frank.OfficeID) bool
	// Delegate reports whether the person reads for the office now.
	Delegate(person frank.PersonID, office frank.OfficeID) bool
	// Place returns the place of the office's references; ok is false for an
	// office that does not issue.
	Place(office frank.OfficeID) (place string, ok bool)
	// Recipient returns the hash of the recipient that things for the person are
	// sealed to now; ok is false for one who is not there or has left.
	Recipient(person frank.PersonID) (key frank.Hash, ok bool)
	// Officer reports whether the person is a sitting officer or a named
	// alternate.
	Officer(person frank.PersonID) bool
	// Threshold is how many officers the policy wants at least.
	Threshold() int
	// LastNumber is the highest number taken for the place in the year, 0 for
	// none.
	LastNumber(place string, year int) (int, error)
	// Batches returns what was begun of a dispatch, in order; none for a
	// reference that is not taken.
	Batches(ref frank.Ref) ([]Batch, error)
}

// Batch is one issue of copies of a dispatch, as the ledger has it.
type Batch struct {
	Begin    Begin
	Index    uint64         // of the first entry
	Entry    frank.Hash     // its commitment
	By       frank.PersonID // who signed the first entry, and alone may sign the second
	Complete *Complete      // nil as long as there is no second entry
	Recalled bool
}

// CheckBegin says why b, signed by a device of person, may not be entered.
func CheckBegin(b *Begin, person frank.PersonID, r Record) error {
	if err := b.Validate(); err != nil {
		return err
	}
	place, ok := r.Place(b.Office)
	switch {
	case !ok:
		return fmt.Errorf("the office %s does not issue dispatches", b.Office)
	case place != b.Dispatch.Place:
		return fmt.Errorf("the office %s issues as %s, not as %s", b.Office, place, b.Dispatch.Place)
	case !r.Holds(person, b.Office):
		return notHolder(b.Office)
	}
	for _, a := range b.To {
		if key, ok := r.Recipient(a.Person); !ok || key != a.Key {
			return frank.WithHint(fmt.Errorf("a copy is addressed to a person, or sealed to a key, that the directory does not have now"), "look at the directory anew and issue again")
		}
		switch {
		case a.Delegate && !r.Delegate(a.Person, a.Office):
			return frank.WithHint(fmt.Errorf("a copy for the office %s is addressed to somebody who does not read for it now", a.Office), "look at the directory anew and issue again")
		case a.Office != "" && !a.Delegate && !r.Holds(a.Person, a.Office):
			return frank.WithHint(fmt.Errorf("a copy for the office %s is addressed to somebody who does not hold it now", a.Office), "look at the directory anew and issue again")
		}
	}
	for _, o := range b.Officers {
		if key, ok := r.Recipient(o.Person); !ok || key != o.Key || !r.Officer(o.Person) {
			return fmt.Errorf("share %d is dealt to somebody who is no officer or alternate, or has another key", o.Index)
		}
		switch {
		case o.Person == person:
			return frank.WithHint(fmt.Errorf("share %d is dealt to whoever issues", o.Index), "an author holds no share of their own dispatch")
		case r.Holds(o.Person, b.Office):
			return frank.WithHint(fmt.Errorf("share %d is dealt to somebody who holds or acts for the office that issues", o.Index), "who has the source holds no share of it")
		}
	}
	if b.Threshold < r.Threshold() {
		return fmt.Errorf("the policy wants %d officers to open a codebook, not %d", r.Threshold(), b.Threshold)
	}
	batches, err := r.Batches(b.Dispatch)
	if err != nil {
		return err
	}
	if b.Batch == 1 {
		if len(batches) > 0 {
			return taken(b.Dispatch)
		}
		last, err := r.LastNumber(place, b.Dispatch.Year)
		if err != nil {
			return err
		}
		if b.Dispatch.Number <= last {
			return taken(b.Dispatch)
		}
		if b.Dispatch.Number != last+1 {
			return fmt.Errorf("%s would leave a gap: the number after %d is %d", b.Dispatch, last, last+1)
		}
		if b.First != 1 {
			return fmt.Errorf("the first copies are numbered from 1, not from %d", b.First)
		}
		return nil
	}
	if len(batches) != b.Batch-1 {
		return fmt.Errorf("batch %d of %s does not follow the %d that there are", b.Batch, b.Dispatch, len(batches))
	}
	last := batches[len(batches)-1]
	switch next := last.Begin.First + len(last.Begin.To); {
	case last.Begin.Office != b.Office:
		return fmt.Errorf("%s was issued by another office", b.Dispatch)
	case batches[0].Complete == nil:
		return fmt.Errorf("%s was begun and not completed: there is nothing to issue copies of", b.Dispatch)
	case b.First != next:
		return fmt.Errorf("the further copies of %s are numbered from %d, not from %d", b.Dispatch, next, b.First)
	}
	for _, old := range batches {
		if old.Recalled {
			return fmt.Errorf("%s was recalled", b.Dispatch)
		}
		if err := apart(b, person, &old); err != nil {
			return err
		}
	}
	return nil
}

// apart says why b, begun by person, does not go with a batch of the dispatch
// that was begun before. Shares bar, and are barred, also where that one was
// never completed: both could still be. A copy that nobody got does not bar
// another; [CheckComplete] looks again.
func apart(b *Begin, person frank.PersonID, old *Batch) error {
	dealt := map[frank.PersonID]bool{}
	for _, o := range old.Begin.Officers {
		dealt[o.Person] = true
	}
	if dealt[person] {
		return frank.WithHint(fmt.Errorf("whoever issues holds a share of %s", b.Dispatch), "another who acts for the office issues these copies")
	}
	for _, a := range b.To {
		if dealt[a.Person] {
			return frank.WithHint(fmt.Errorf("a copy goes to somebody who holds a share of %s", b.Dispatch), "nobody who was dealt a share ever gets a copy, also if the share was passed on")
		}
	}
	for _, o := range b.Officers {
		switch {
		case o.Person == old.By:
			return frank.WithHint(fmt.Errorf("share %d is dealt to somebody who issued copies of %s", o.Index, b.Dispatch), "an author holds no share of their own dispatch")
		case slices.Contains(old.Begin.Worked, o.Person):
			return frank.WithHint(fmt.Errorf("share %d is dealt to somebody who worked on the source of %s", o.Index, b.Dispatch), "nobody who has read the source may hold a share of it")
		case old.Begin.addresses(o.Person):
			return frank.WithHint(fmt.Errorf("share %d is dealt to somebody who has a copy of %s, or was to get one", o.Index, b.Dispatch), "nobody who has a copy may hold a share of it")
		}
	}
	if old.Complete != nil && old.Begin.shares(b) {
		return frank.WithHint(fmt.Errorf("a copy goes to somebody who has a copy of %s", b.Dispatch), "everybody gets one copy: leave them out")
	}
	return nil
}

// addresses reports whether person is to get a copy.
func (b *Begin) addresses(person frank.PersonID) bool {
	return slices.ContainsFunc(b.To, func(a Addressee) bool { return a.Person == person })
}

// shares reports whether somebody is addressed by both.
func (b *Begin) shares(other *Begin) bool {
	to := make(map[frank.PersonID]bool, len(b.To))
	for _, a := range b.To {
		to[a.Person] = true
	}
	return slices.ContainsFunc(other.To, func(a Addressee) bool { return to[a.Person] })
}

func taken(ref frank.Ref) error {
	return frank.WithHint(fmt.Errorf("%s is taken", ref), "take the next number; one that was begun stays taken, also if nothing followed")
}

func notHolder(office frank.OfficeID) error {
	return frank.WithHint(fmt.Errorf("whoever signs does not hold the office %s", office), "the holder issues, or who acts for the holder")
}

// CheckComplete says why c, signed by a device of person, may not be entered.
// That its checkpoint is signed, and gives the draw, is for whoever has the
// policy: see ledger.
func CheckComplete(c *Complete, person frank.PersonID, r Record) error {
	if err := c.Validate(); err != nil {
		return err
	}
	batches, err := r.Batches(c.Dispatch)
	if err != nil {
		return err
	}
	if c.Batch > len(batches) {
		return fmt.Errorf("batch %d of %s was never begun", c.Batch, c.Dispatch)
	}
	b := batches[c.Batch-1]
	switch {
	case b.Complete != nil:
		return fmt.Errorf("batch %d of %s is complete: it cannot be changed after issue", c.Batch, c.Dispatch)
	case b.Recalled:
		return fmt.Errorf("%s was recalled", c.Dispatch)
	case c.Begin != b.Index || c.BeginEntry != b.Entry:
		return fmt.Errorf("batch %d of %s was begun in another entry than it says", c.Batch, c.Dispatch)
	case !r.Holds(person, b.Begin.Office):
		return notHolder(b.Begin.Office)
	case person != b.By:
		return fmt.Errorf("batch %d of %s was begun by somebody else", c.Batch, c.Dispatch)
	}
	for _, other := range batches {
		if other.Complete != nil && other.Begin.shares(&b.Begin) {
			return frank.WithHint(fmt.Errorf("somebody addressed got a copy of %s by another batch meanwhile", c.Dispatch), "everybody gets one copy: begin a further batch for the others")
		}
	}
	return Bound(&b.Begin, c)
}

// CheckRecall says why rc, signed by a device of person, may not be entered.
func CheckRecall(rc *Recall, person frank.PersonID, r Record) error {
	if len(rc.Reason) > MaxReason {
		return fmt.Errorf("a reason has at most %d bytes", MaxReason)
	}
	batches, err := r.Batches(rc.Dispatch)
	if err != nil {
		return err
	}
	switch {
	case len(batches) == 0:
		return fmt.Errorf("there is no %s", rc.Dispatch)
	case batches[0].Recalled:
		return fmt.Errorf("%s was recalled before", rc.Dispatch)
	case !r.Holds(person, batches[0].Begin.Office):
		return notHolder(batches[0].Begin.Office)
	}
	return nil
}

// CheckFetched says why f, signed by a device of person, may not be entered.
// now is the time of whoever asks, for the embargo; empty for somebody who looks
// at it later: when a copy was fetched no entry tells.
func CheckFetched(f *Fetched, person frank.PersonID, now string, r Record) error {
	batches, err := r.Batches(f.Dispatch)
	if err != nil {
		return err
	}
	if f.Batch < 1 || f.Batch > len(batches) || batches[f.Batch-1].Complete == nil {
		return fmt.Errorf("there is no copy of %s to fetch", f.Dispatch)
	}
	b := batches[f.Batch-1]
	switch {
	case !b.Begin.addresses(person):
		return fmt.Errorf("there is no copy of %s to fetch", f.Dispatch) // as if it did not exist
	case b.Recalled:
		return fmt.Errorf("%s was recalled", f.Dispatch)
	case now != "" && b.Begin.Embargo > now:
		return fmt.Errorf("%s may not be opened before %s", f.Dispatch, b.Begin.Embargo)
	}
	return nil
}
