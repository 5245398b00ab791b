package inquiry

import (
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/keyring"
)

func (s *State) mayOpen(index uint64, by frank.PersonID, o *Open) error {
	if !s.record.Has(index, directory.Officer, by) {
		return errors.New("an inquiry is opened by a sitting officer")
	}
	for _, ref := range o.Scope {
		if !s.issued(index, ref) {
			return fmt.Errorf("there is no %s, or it was never issued", ref)
		}
		if why := s.Involved(index, ref, by); why != "" {
			return frank.WithHint(fmt.Errorf("whoever opens the inquiry %s of %s", why, ref), "an officer who is not involved opens it")
		}
	}
	if o.Joins != nil {
		if q := s.steps[o.Joins.Hash]; q == nil || q.Entry != *o.Joins || q.Steps[0].Fault != "" {
			return errors.New("the inquiry that this one joins is none")
		}
	}
	return nil
}

func (s *State) issued(index uint64, ref frank.Ref) bool {
	for _, b := range s.record.Batches(index, ref) {
		if b.Complete != nil {
			return true
		}
	}
	return false
}

// Involved says why somebody is a party in the matter of a dispatch; "" when
// they are not. Whoever had a copy of it neither votes nor opens anything, nor
// does who could read the source: took part in its draft, holds the issuing
// office, or did when copies were issued.
func (s *State) Involved(index uint64, ref frank.Ref, person frank.PersonID) string {
	for _, b := range s.record.Batches(index, ref) {
		for _, a := range b.Begin.To {
			if a.Person == person {
				return "has a copy, or was to get one,"
			}
		}
		switch {
		case b.By == person:
			return "issued copies"
		case slices.Contains(b.Begin.Worked, person):
			return "worked on the source"
		case s.record.Acts(index, person, b.Begin.Office), s.record.Acts(b.Index, person, b.Begin.Office):
			return "acts for the office, or did at the issue,"
		}
	}
	return ""
}

// involved is Involved over all dispatches of an inquiry.
func (s *State) involved(q *Inquiry, index uint64, person frank.PersonID) string {
	for _, ref := range q.Open.Scope {
		if why := s.Involved(index, ref, person); why != "" {
			return why + " of " + ref.String()
		}
	}
	return ""
}

// Eligible says why somebody may have no part in an inquiry's decisions; nil
// when they may: a sitting officer, or an alternate who holds a share of
// something in scope, who is not involved in any dispatch of the inquiry.
func (s *State) Eligible(q *Inquiry, index uint64, person frank.PersonID) error {
	if why := s.involved(q, index, person); why != "" {
		return frank.WithHint(errors.New("this person "+why), "nobody who is involved has a part in the inquiry")
	}
	if s.record.Has(index, directory.Officer, person) {
		return nil
	}
	if s.record.Has(index, directory.Alternate, person) {
		for _, ref := range q.Open.Scope {
			for _, b := range s.record.Batches(index, ref) {
				if s.record.Dealt(index, Part{ref, b.Begin.Batch, b.Entry}, person) {
					return nil
				}
			}
		}
		return errors.New("an alternate has a part where they hold a share, and holds none here")
	}
	return errors.New("this person is no sitting officer")
}

// decides says why somebody may not vote on a matter, or release shares for it.
func (s *State) decides(q *Inquiry, m *Matter, index uint64, person frank.PersonID) error {
	if err := s.Eligible(q, index, person); err != nil {
		return err
	}
	if m.Stage != Renewal && !s.record.Has(index, directory.Officer, person) && !s.holds(index, m, person) {
		return errors.New("an alternate has a part where they hold a share, and holds none of what is asked for")
	}
	return nil
}

// holds reports whether somebody holds a share of anything in a matter's scope.
func (s *State) holds(index uint64, m *Matter, person frank.PersonID) bool {
	return slices.ContainsFunc(m.Scope, func(p Part) bool { return s.record.Dealt(index, p, person) })
}

// oversees reports whether what an overseer said by a key counts at an index.
func (s *State) oversees(q *Inquiry, index uint64, key keyring.VerifyKey, person frank.PersonID) bool {
	return s.record.Has(index, directory.Overseer, person) && s.record.Owns(index, key, person) && s.involved(q, index, person) == ""
}

// quorum returns the index of the vote with which those that count at an index
// are enough: of people who still sit and are still not involved, by devices that
// were not revoked since.
func (s *State) quorum(q *Inquiry, a *Asked, index uint64) (at uint64, err error) {
	n, need := 0, max(a.Need, s.need(index, a.Matter))
	for _, v := range a.Votes {
		if v.Yes && s.record.Owns(index, v.Key, v.By) && s.decides(q, a.Matter, index, v.By) == nil {
			if n++; n == need {
				at = v.Index
			}
		}
	}
	if at == 0 {
		return 0, fmt.Errorf("%d of %d votes are there", n, need)
	}
	return at, nil
}

// batch is a part that is in a matter which was asked as it may be.
func (s *State) batch(index uint64, p Part) (b dispatch.Batch) {
	for _, b = range s.record.Batches(index, p.Dispatch) {
		if b.Begin.Batch == p.Batch && b.Entry == p.Begin {
			return b
		}
	}
	return dispatch.Batch{}
}

// partOf returns which part of a scope a copy number is in, or -1.
func (s *State) partOf(index uint64, scope []Part, n Number) int {
	return slices.IndexFunc(scope, func(p Part) bool {
		b := s.batch(index, p)
		return p.Dispatch == n.Dispatch && n.Number >= b.Begin.First && n.Number < b.Begin.First+len(b.Begin.To)
	})
}

// need is how many votes a matter takes. It is never one.
func (s *State) need(index uint64, m *Matter) int {
	k := max(2, s.record.Threshold(index))
	for _, p := range m.Scope {
		k = max(k, s.batch(index, p).Begin.Threshold)
	}
	return k
}

// Look is the number that the next look on a dispatch has. A look is spent by
// the first share that is handed over for it.
func (s *State) Look(ref frank.Ref) int { return s.looks[ref] + 1 }

// Batches are the parts of a dispatch that a matter must open together: every
// batch that is complete. To leave one out would hide copies from the test.
func (s *State) Batches(index uint64, ref frank.Ref) (list []Part) {
	for _, b := range s.record.Batches(index, ref) {
		if b.Complete != nil {
			list = append(list, Part{ref, b.Begin.Batch, b.Entry})
		}
	}
	return list
}

// after the close only these are said.
func late(what any) bool {
	switch what.(type) {
	case *Note, *Reply, *Notice, *Refuse:
		return true
	}
	return false
}

// while it is paused only these are done.
func still(what any) bool {
	switch what.(type) {
	case *Lift, *Close, *Pause, *Seen:
		return true
	}
	return late(what)
}

func (s *State) check(q *Inquiry, index uint64, by frank.PersonID, what any) error {
	officer := s.record.Has(index, directory.Officer, by) || s.record.Has(index, directory.Alternate, by)
	overseer := s.record.Has(index, directory.Overseer, by)
	switch {
	case !officer && !overseer:
		return errors.New("a step is taken by a sitting officer, alternate or overseer")
	case s.involved(q, index, by) != "":
		return frank.WithHint(errors.New("whoever "+s.involved(q, index, by)+" has no part in the inquiry"), "another officer or overseer takes the step")
	case q.Steps[0].Fault != "":
		return fmt.Errorf("the inquiry was not opened as it may be: %s", q.Steps[0].Fault)
	case q.Closed != nil && !late(what):
		return errors.New("the inquiry is closed")
	case q.Paused != "" && !still(what):
		return frank.WithHint(errors.New("the inquiry is paused"), "an overseer lifts it, or it is closed")
	}
	switch w := what.(type) {
	case *Register:
		return s.mayRegister(q, index, by, w)
	case *Admit:
		return q.mayAdmit(overseer, w)
	case *Lift:
		if !overseer {
			return errors.New("only an overseer lifts a pause")
		}
		if q.Paused == "" {
			return errors.New("the inquiry is not paused")
		}
	case *Matter:
		return s.mayAsk(q, index, by, w)
	case *Vote:
		a, err := q.matter(w.Matter)
		switch {
		case err != nil:
			return err
		case a.Enough():
			return errors.New("the shares were released already: the vote is over")
		case w.Yes && !w.Free:
			return errors.New("who votes for it says that they have no interest in it")
		case slices.ContainsFunc(a.Votes, func(v Cast) bool { return v.By == by && v.Yes == w.Yes && s.record.Owns(index, v.Key, by) }):
			return errors.New("this person voted so before")
		}
		return s.decides(q, a.Matter, index, by)
	case *Seen:
		a, err := q.matter(w.Matter)
		switch {
		case err != nil:
			return err
		case !overseer:
			return errors.New("only an overseer's client says that the overseer was shown it")
		}
		at, err := s.quorum(q, a, index)
		switch {
		case err != nil:
			return fmt.Errorf("there are not enough votes yet, and what comes after would not have been seen: %w", err)
		case slices.ContainsFunc(a.Seen, func(v Word) bool { return v.By == by && v.Index > at && s.record.Owns(index, v.Key, by) }):
			return errors.New("this overseer said so before")
		}
	case *Consent:
		a, err := q.matter(w.Matter)
		switch {
		case err != nil:
			return err
		case !overseer:
			return errors.New("only an overseer consents")
		case a.Matter.Stage != Names:
			return errors.New("an overseer consents where names are asked for, and nowhere else")
		}
		if a.Enough() {
			return errors.New("the shares were released already")
		}
	case *Release:
		return s.mayRelease(q, index, by, w)
	case *Result:
		return s.mayResult(q, index, by, w)
	case *Named:
		return s.mayName(q, index, by, w)
	case *Notice:
		a, err := q.matter(w.Matter)
		if err != nil {
			return err
		}
		if by != q.Lead || a.Named == nil || !slices.Contains(a.Matter.Numbers, w.Number) {
			return errors.New("the lead gives notice, to the holder of a copy that was named")
		}
	case *Reply:
		if !s.record.Owns(index, w.Key, w.From) || !w.Key.Verify(ReplyNamespace, w.Message(q.Entry.Hash), w.Signature) {
			return errors.New("the reply is not signed by whom it is from")
		}
	case *Close:
		if by != q.Lead && !overseer {
			return errors.New("the lead closes the inquiry, or an overseer")
		}
		if w.Outcome == OutcomeNamed && !slices.ContainsFunc(q.Matters, func(a *Asked) bool { return a.Named != nil }) {
			return errors.New("nobody was named")
		}
		if w.Outcome == OutcomeNarrowed && !slices.ContainsFunc(q.Matters, func(a *Asked) bool { r, _ := a.Agreed(); return r != nil }) {
			return errors.New("there is no result that lead and checkers agree on")
		}
	}
	return nil
}

// matter finds a matter that was asked as it may be.
func (q *Inquiry) matter(hash frank.Hash) (*Asked, error) {
	if a := q.Asked(hash); a != nil {
		return a, nil
	}
	return nil, errors.New("no such matter was asked in this inquiry")
}

func (s *State) mayRegister(q *Inquiry, index uint64, by frank.PersonID, w *Register) error {
	if by != q.Lead {
		return frank.WithHint(errors.New("the lead registers exhibits"), "an officer who finds that others count opens an inquiry of their own, and joins it to this one")
	}
	if err := s.Eligible(q, index, by); err != nil {
		return err
	}
	if len(q.Exhibits)+len(w.Exhibits) > MaxRegistered {
		return fmt.Errorf("an inquiry has at most %d exhibits", MaxRegistered)
	}
	now := map[frank.Hash]bool{}
	for _, e := range w.Exhibits {
		if q.exhibits[e.Record.SHA256] != nil || now[e.Record.SHA256] {
			return errors.New("an exhibit is registered already")
		}
		now[e.Record.SHA256] = true
	}
	return nil
}

func (q *Inquiry) mayAdmit(overseer bool, w *Admit) error {
	e := q.exhibits[w.Exhibit]
	switch {
	case !overseer:
		return errors.New("only an overseer admits what was not published, or came late")
	case e == nil:
		return errors.New("no such exhibit is registered")
	case e.Admitted:
		return errors.New("the exhibit is admitted already")
	case e.Outside != "":
		return fmt.Errorf("the rule of inclusion does not take the exhibit in: %s", e.Outside)
	}
	return nil
}

func (s *State) mayAsk(q *Inquiry, index uint64, by frank.PersonID, m *Matter) error {
	if by != q.Lead || m.Lead != by {
		return errors.New("the lead asks, and opens")
	}
	if err := s.Eligible(q, index, by); err != nil {
		return err
	}
	if !stricter(m.Level, q.Open.Level) {
		return errors.New("the level is not as strict as the inquiry's")
	}
	switch {
	case len(q.Matters) == MaxMatters:
		return fmt.Errorf("an inquiry has at most %d matters", MaxMatters)
	case q.matters[m.Hash(q.Entry.Hash)] != nil:
		return errors.New("it was asked before")
	case m.Stage != Renewal && s.used[m.To]:
		return errors.New("the key that shares are to be sealed to was used before")
	}
	if m.Stage == Renewal {
		if m.Until <= q.Until {
			return errors.New("a renewal goes on for longer")
		}
		return nil
	}
	if m.Until != q.Until {
		return errors.New("the end is not the inquiry's")
	}
	for _, p := range m.Scope {
		if !slices.Contains(q.Open.Scope, p.Dispatch) {
			return frank.WithHint(fmt.Errorf("%s is not in the inquiry's scope", p.Dispatch), "open an inquiry that has it, and join it to this one")
		}
		if !slices.Contains(s.Batches(index, p.Dispatch), p) {
			return fmt.Errorf("%s has no such batch", p.Dispatch)
		}
	}
	if m.Stage == Names {
		return s.mayAskNames(q, index, m)
	}
	if list := q.Admitted(); len(list) == 0 || RootOf(list) != m.Exhibits {
		return errors.New("the matter is for other exhibits than those admitted")
	}
	var refs []frank.Ref
	for _, p := range m.Scope {
		if !slices.Contains(refs, p.Dispatch) {
			refs = append(refs, p.Dispatch)
		}
	}
	if len(refs) != len(m.Looks) {
		return errors.New("there is to be a look for every dispatch")
	}
	for i, ref := range refs {
		for _, p := range s.Batches(index, ref) {
			if !slices.Contains(m.Scope, p) {
				return fmt.Errorf("batch %d of %s is left out: all copies are tested, or none", p.Batch, ref)
			}
		}
		if l := m.Looks[i]; l.Dispatch != ref || l.Number < s.Look(ref) {
			return fmt.Errorf("this is look %d on %s: earlier ones count, whoever opened", s.Look(ref), ref)
		}
	}
	for _, c := range m.Checkers {
		if err := s.Eligible(q, index, c); err != nil {
			return fmt.Errorf("a checker may have no part in it: %w", err)
		}
	}
	return nil
}

func (s *State) mayAskNames(q *Inquiry, index uint64, m *Matter) error {
	of, err := q.matter(m.Of)
	if err != nil {
		return err
	}
	agreed, err := of.Agreed()
	switch {
	case err != nil:
		return err
	case agreed == nil || agreed.Report != m.Result:
		return errors.New("names are asked for after a result that lead and checkers agree on")
	case m.Exhibits != of.Matter.Exhibits:
		return errors.New("names are asked for on the exhibits of the result")
	}
	for _, p := range m.Scope {
		if !slices.Contains(of.Matter.Scope, p) {
			return errors.New("names are asked for in what the result is about")
		}
	}
	needed := make([]bool, len(m.Scope))
	for _, n := range m.Numbers {
		if !slices.Contains(agreed.Named, n) {
			return frank.WithHint(fmt.Errorf("copy %d of %s is not named by the result", n.Number, n.Dispatch), "whose a copy is, is opened only where the copy is named")
		}
		i := s.partOf(index, m.Scope, n)
		if i < 0 {
			return fmt.Errorf("copy %d of %s is in no batch that is asked for", n.Number, n.Dispatch)
		}
		needed[i] = true
	}
	if slices.Contains(needed, false) {
		return errors.New("a batch is asked for in which no number is")
	}
	return nil
}

func (s *State) mayRelease(q *Inquiry, index uint64, by frank.PersonID, w *Release) error {
	a, err := q.matter(w.Matter)
	if err != nil {
		return err
	}
	if a.Matter.Stage == Renewal {
		return errors.New("a renewal opens nothing")
	}
	if err := s.decides(q, a.Matter, index, by); err != nil {
		return err
	}
	if !s.holds(index, a.Matter, by) {
		return errors.New("whoever releases holds no share of it")
	}
	if slices.ContainsFunc(a.Releases, func(h Handed) bool { return h.By == by }) {
		return errors.New("the shares were released before")
	}
	rests, err := s.ready(q, a, index)
	if err != nil {
		return err
	}
	if len(a.Releases) == 0 {
		for _, l := range a.Matter.Looks {
			if l.Number < s.Look(l.Dispatch) {
				return frank.WithHint(fmt.Errorf("look %d on %s was spent by another matter since", l.Number, l.Dispatch), "ask again: the look counts as the next one")
			}
		}
	}
	head, latest, err := s.record.Checkpoint(index, w.Checkpoint)
	switch {
	case err != nil:
		return fmt.Errorf("the checkpoint does not hold: %w", err)
	case head.Size <= rests:
		return frank.WithHint(errors.New("the checkpoint does not cover the steps that the release rests on"), "wait for the next one")
	case head.Size > index:
		return errors.New("the checkpoint is of a longer ledger than there was")
	}
	if latest > a.Matter.Until {
		return frank.WithHint(errors.New("the inquiry ended before"), "it may be renewed by a vote")
	}
	return nil
}

// Ready says why shares may not be released yet, or returns the index of the
// last step that a release rests on. It is as of the last step taken: whether a
// person may release now is for [State.Check].
func (a *Asked) Ready() (rests uint64, err error) {
	return a.state.ready(a.inquiry, a, a.state.last)
}

func (s *State) ready(q *Inquiry, a *Asked, index uint64) (rests uint64, err error) {
	if a.Matter.Stage == Renewal {
		return 0, errors.New("a renewal opens nothing")
	}
	rests, err = s.quorum(q, a, index)
	if err != nil {
		return 0, err
	}
	if !s.record.Owns(index, a.key, a.Matter.Lead) {
		return 0, frank.WithHint(errors.New("the device that asked was revoked"), "whoever has it may open what is sealed to its key; the lead asks again")
	}
	for _, p := range append([]frank.PersonID{a.Matter.Lead}, a.Matter.Checkers...) {
		if err := s.Eligible(q, index, p); err != nil {
			return 0, frank.WithHint(fmt.Errorf("the lead or a checker may have no part in it any more: %w", err), "the lead asks again, or another officer opens an inquiry and joins it to this one")
		}
	}
	shown := slices.IndexFunc(a.Seen, func(w Word) bool { return w.Index > rests && s.oversees(q, index, w.Key, w.By) })
	if shown < 0 {
		return 0, frank.WithHint(errors.New("no overseer has been shown it yet"), "an overseer's client says so by itself when it is run; if it was, the server hides the inquiry from them")
	}
	rests = max(a.Seen[shown].Index, q.lifted)
	if a.Matter.Stage == Names {
		yes := false
		for _, c := range a.Consents {
			if !s.oversees(q, index, c.Key, c.By) {
				continue
			}
			if !c.Yes {
				return 0, errors.New("an overseer has refused consent")
			}
			yes = true
			rests = max(rests, c.Index)
		}
		if !yes {
			return 0, errors.New("no overseer has consented yet")
		}
	}
	return rests, nil
}

func (s *State) mayResult(q *Inquiry, index uint64, by frank.PersonID, w *Result) error {
	a, err := q.matter(w.Matter)
	switch {
	case err != nil:
		return err
	case a.Matter.Stage != Copies:
		return errors.New("a result is of what copies show")
	case by != a.Matter.Lead && !slices.Contains(a.Matter.Checkers, by):
		return errors.New("a result is the lead's or a checker's")
	case !a.Enough():
		return fmt.Errorf("%d of %d shares are there", len(a.Releases), a.Need)
	case slices.ContainsFunc(a.Results, func(f Found) bool { return f.By == by }):
		return errors.New("the result was stated before, and cannot be changed")
	}
	for _, n := range w.Named {
		if s.partOf(index, a.Matter.Scope, n) < 0 {
			return fmt.Errorf("copy %d of %s was not tested", n.Number, n.Dispatch)
		}
	}
	return s.Eligible(q, index, by)
}

func (s *State) mayName(q *Inquiry, index uint64, by frank.PersonID, w *Named) error {
	a, err := q.matter(w.Matter)
	switch {
	case err != nil:
		return err
	case a.Matter.Stage != Names:
		return errors.New("names were not asked for: that takes a second vote")
	case by != a.Matter.Lead:
		return errors.New("the lead says whose the copies are")
	case !a.Enough():
		return fmt.Errorf("%d of %d shares are there", len(a.Releases), a.Need)
	case a.Named != nil:
		return errors.New("it was said before, and cannot be changed")
	case len(w.Holders) != len(a.Matter.Numbers):
		return errors.New("holders are named for all numbers asked for, and for no others")
	}
	for i, h := range w.Holders {
		if h.Number != a.Matter.Numbers[i] {
			return errors.New("holders are named for all numbers asked for, and for no others")
		}
		if !s.addressed(index, a.Matter.Scope, &h) {
			return fmt.Errorf("copy %d of %s was issued to nobody such", h.Number.Number, h.Dispatch)
		}
		if slices.ContainsFunc(w.Holders[:i], func(o HolderOf) bool { return o.Dispatch == h.Dispatch && o.Person == h.Person }) {
			return fmt.Errorf("two copies of %s were issued to one person", h.Dispatch)
		}
	}
	return s.Eligible(q, index, by)
}

// addressed reports whether the holder is addressed where the map says.
func (s *State) addressed(index uint64, scope []Part, h *HolderOf) bool {
	i := s.partOf(index, scope, h.Number)
	if i < 0 {
		return false
	}
	to := s.batch(index, scope[i]).Begin.To
	return h.Slot >= 0 && h.Slot < len(to) && to[h.Slot].Person == h.Person && to[h.Slot].Office == h.Office
}
