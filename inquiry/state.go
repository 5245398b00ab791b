package inquiry

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/keyring"
	"frank/ledger"
)

// Record is what rules need to know beside the steps, each as of an index of the
// ledger: what the directory said then, and of dispatches what was entered by
// then.
type Record interface {
	// Has reports whether the person sat in the role.
	Has(index uint64, role directory.Role, person frank.PersonID) bool
	// Owns reports whether the key was a valid device's of the person.
	Owns(index uint64, key keyring.VerifyKey, person frank.PersonID) bool
	// Threshold is how many officers it takes.
	Threshold(index uint64) int
	// Batches are those of a dispatch that were begun, in order.
	Batches(index uint64, ref frank.Ref) []dispatch.Batch
	// Acts reports whether the person held the office, or acted for its holder.
	Acts(index uint64, person frank.PersonID, office frank.OfficeID) bool
	// Dealt reports whether the person held a share of a batch: dealt to them, or
	// passed on to them, and not passed on by them.
	Dealt(index uint64, part Part, person frank.PersonID) bool
	// Checkpoint verifies a checkpoint under the policy in force. Where that asks
	// for cosignatures they are a quorum, the last of them given at latest, in
	// RFC 3339; where there are none, latest is empty. That its root is the
	// ledger's is for whoever has the ledger.
	Checkpoint(index uint64, note string) (head ledger.Head, latest string, err error)
}

// ErrWithheld is what a [Withheld] is.
var ErrWithheld = errors.New("a step of the inquiry is withheld")

// Withheld is the error for a step that names others which were not shown.
// Whoever has the ledger looks for them there: one that does not stand in it
// before the step was made up by the step's signer, and the step is none.
type Withheld struct {
	Missing []frank.Hash // commitments, sorted
}

func (w *Withheld) Error() string {
	return fmt.Sprintf("the step names %d before it that were not shown", len(w.Missing))
}

// Unwrap makes it an [ErrWithheld].
func (w *Withheld) Unwrap() error { return ErrWithheld }

// State is all inquiries, as far as their steps were taken.
type State struct {
	record Record
	list   []*Inquiry
	looks  map[frank.Ref]int // spent
	used   map[string]bool   // recipients that shares were to be sealed to
	last   uint64            // index of the statement taken last

	// Every statement is one of these, by its commitment.
	steps map[frank.Hash]*Inquiry // steps taken
	gaps  map[frank.Hash][]frank.Hash
	none  map[frank.Hash]bool // what is no step
}

// New returns a state without inquiries.
func New(r Record) *State {
	return &State{record: r, looks: map[frank.Ref]int{}, used: map[string]bool{},
		steps: map[frank.Hash]*Inquiry{}, gaps: map[frank.Hash][]frank.Hash{}, none: map[frank.Hash]bool{}}
}

// Inquiry is one inquiry as its steps have made it.
type Inquiry struct {
	Entry    directory.Entry // of the step that opened it
	Lead     frank.PersonID
	Open     *Open
	Until    string // as renewed
	Exhibits []*Registered
	Matters  []*Asked // in order; those that broke a rule are not among them
	Paused   string   // why; empty when it is not
	Closed   *Close
	ClosedAt uint64
	Steps    []Taken

	named    map[frank.Hash]bool // steps that another one names
	exhibits map[frank.Hash]*Registered
	matters  map[frank.Hash]*Asked
	lifted   uint64 // index of the last lift of a pause
}

// Taken is a step of an inquiry.
type Taken struct {
	Index uint64
	Hash  frank.Hash
	By    frank.PersonID
	Key   keyring.VerifyKey // of the device that signed
	At    string            // by the signer's clock
	Do    string
	What  any    // a pointer to one of the types of steps
	Fault string // the rule that it breaks: it counts for nothing
}

// Registered is an exhibit and what became of it.
type Registered struct {
	Exhibit
	Index    uint64
	Outside  string // why the rule of inclusion does not take it in; empty when it does
	Opened   bool   // copies in scope were opened before, so that somebody could have made it up to fit: an overseer admits it, or it does not count
	Order    string // why an overseer admitted what was not admitted by itself
	Admitted bool
	Admit    uint64 // index of the step that admitted it; Index for what was published
}

// Asked is a matter and what became of it.
type Asked struct {
	Matter   *Matter
	Hash     frank.Hash
	Index    uint64
	Exhibits []*Registered // those that it is bound to
	Need     int           // votes, when it was asked; where the threshold was raised since, more
	Votes    []Cast        // a person's last one each, in order
	Quorum   uint64        // index of the vote that made them enough, as of the last vote; 0: they are not
	Seen     []Word        // overseers, after the quorum
	Consents []Cast        // overseers' last ones, in order
	Releases []Handed
	Results  []Found
	Named    *Named

	state   *State
	inquiry *Inquiry
	key     keyring.VerifyKey // that asked
	shares  []int             // released of every part in scope,
	enough  []int             // and how many open it
}

// Cast is somebody's vote or consent.
type Cast struct {
	By     frank.PersonID
	Key    keyring.VerifyKey
	Index  uint64
	Yes    bool
	Reason string
}

// Word is somebody's word that they were shown something.
type Word struct {
	By    frank.PersonID
	Key   keyring.VerifyKey
	Index uint64
}

// Handed is a release.
type Handed struct {
	By    frank.PersonID
	Index uint64
	*Release
}

// Found is a result.
type Found struct {
	By    frank.PersonID
	Index uint64
	*Result
}

// Inquiries returns all, in the order of the ledger.
func (s *State) Inquiries() []*Inquiry { return s.list }

// Find returns the inquiry that the step at index opened, or nil.
func (s *State) Find(index uint64) *Inquiry {
	for _, q := range s.list {
		if q.Entry.Index == index {
			return q
		}
	}
	return nil
}

// Heads are the steps that no other one names: what the next step names. There
// are at most [MaxAfter]: everybody's last one goes first, so that nobody can
// crowd out what others have said.
func (q *Inquiry) Heads() (list []frank.Hash) {
	var more []frank.Hash
	first := map[frank.PersonID]bool{}
	for _, t := range slices.Backward(q.Steps) {
		switch {
		case q.named[t.Hash]:
		case first[t.By]:
			more = append(more, t.Hash)
		default:
			first[t.By] = true
			list = append(list, t.Hash)
		}
	}
	list = append(list, more...)
	return list[:min(len(list), MaxAfter)]
}

// Asked returns a matter by its hash, or nil.
func (q *Inquiry) Asked(matter frank.Hash) *Asked { return q.matters[matter] }

// Admitted are the exhibits that count, in the order they were registered.
func (q *Inquiry) Admitted() (list []*Registered) {
	for _, e := range q.Exhibits {
		if e.Admitted {
			list = append(list, e)
		}
	}
	return list
}

// RootOf is [Root] over registered exhibits.
func RootOf(list []*Registered) frank.Hash {
	var plain []Exhibit
	for _, e := range list {
		plain = append(plain, e.Exhibit)
	}
	return Root(plain)
}

// Yes are those who voted for the matter.
func (a *Asked) Yes() (list []frank.PersonID) {
	for _, v := range a.Votes {
		if v.Yes {
			list = append(list, v.By)
		}
	}
	return list
}

// Enough reports whether as many shares of every batch in scope were released
// as open it.
func (a *Asked) Enough() bool {
	for i, n := range a.shares {
		if n < a.enough[i] {
			return false
		}
	}
	return len(a.shares) > 0
}

// Opened are the batches in scope of which enough shares were released: what they
// say is known to lead and checkers, also where others are still missing.
func (a *Asked) Opened() (list []Part) {
	for i, n := range a.shares {
		if n >= a.enough[i] {
			list = append(list, a.Matter.Scope[i])
		}
	}
	return list
}

// Agreed returns the result that lead and checkers found alike, nil as long as
// some have not said, and an error when they differ or a codebook is void.
func (a *Asked) Agreed() (*Result, error) {
	var lead *Result
	n := 0
	for _, f := range a.Results {
		if len(f.Void) > 0 {
			return nil, frank.WithHint(fmt.Errorf("what was opened is void: %s", strings.Join(f.Void, "; ")), "no verdict can rest on it")
		}
		if f.By == a.Matter.Lead {
			lead = f.Result
		}
		n++
	}
	for _, f := range a.Results {
		if f.Report != a.Results[0].Report || !slices.Equal(f.Named, a.Results[0].Named) {
			return nil, frank.WithHint(errors.New("the results of lead and checkers differ"), "nothing may be said about any copy until it is known why")
		}
	}
	if n <= Checkers || lead == nil {
		return nil, nil
	}
	return lead, nil
}

// Take takes in the step that stands at an index of the ledger, signed by a
// device of by. Steps come in the order of the ledger. One that breaks a rule is
// kept, with its fault, and counts for nothing.
//
// The error is [*Withheld] for a step that names others which were not shown: as
// long as it is not known why, nobody goes by the inquiry. Any other is for what
// is no step, whoever stated it and whatever for: it counts for nothing, and the
// inquiry goes on.
func (s *State) Take(index uint64, hash frank.Hash, by frank.PersonID, st *ledger.Statement) error {
	if index <= s.last {
		return fmt.Errorf("expected steps in the order of the ledger, found entry %d after entry %d", index, s.last)
	}
	s.last = index
	if s.steps[hash] != nil || s.gaps[hash] != nil || s.none[hash] {
		return errors.New("the entry stands in the ledger before: a step counts once")
	}
	step, what, err := ParseStep(st)
	if err != nil {
		s.none[hash] = true
		return err
	}
	t := Taken{Index: index, Hash: hash, By: by, Key: st.By, At: st.At, Do: step.Do, What: what}
	signed := s.record.Owns(index, st.By, by)
	if step.Do == DoOpen {
		s.open(&t, what.(*Open), signed)
		return nil
	}
	q, err := s.follows(hash, step)
	if err != nil {
		return err
	}
	switch err := s.check(q, index, by, what); {
	case !signed:
		t.Fault = notTheirs
	case err != nil:
		t.Fault = err.Error()
	default:
		s.apply(q, &t)
	}
	for _, h := range step.After {
		q.named[h] = true
	}
	s.steps[hash] = q
	q.Steps = append(q.Steps, t)
	return nil
}

const notTheirs = "it is signed by a device that was not the person's then"

func (s *State) open(t *Taken, o *Open, signed bool) {
	q := &Inquiry{Entry: directory.Entry{Index: t.Index, Hash: t.Hash}, Lead: t.By, Open: o, Until: o.Until,
		named: map[frank.Hash]bool{}, exhibits: map[frank.Hash]*Registered{}, matters: map[frank.Hash]*Asked{}}
	if o.Disclosure.Answer != No {
		q.Paused = "it could be a protected disclosure: " + o.Disclosure.Why
	}
	if err := s.mayOpen(t.Index, t.By, o); err != nil {
		t.Fault = err.Error()
	}
	if !signed {
		t.Fault = notTheirs
	}
	q.Steps = []Taken{*t}
	s.list, s.steps[t.Hash] = append(s.list, q), q
}

// follows finds the inquiry that a step goes on from.
func (s *State) follows(hash frank.Hash, step *Step) (*Inquiry, error) {
	var missing []frank.Hash
	q := s.steps[step.Inquiry.Hash]
	for _, h := range append([]frank.Hash{step.Inquiry.Hash}, step.After...) {
		switch of, gaps := s.steps[h], s.gaps[h]; {
		case of != nil && of == q && of.Entry == step.Inquiry:
		case of != nil, s.none[h]:
			s.none[hash] = true
			return nil, errors.New("it goes on from what is no step of its inquiry")
		case gaps != nil:
			missing = append(missing, gaps...)
		default:
			missing = append(missing, h)
		}
	}
	if missing != nil {
		slices.SortFunc(missing, func(a, b frank.Hash) int { return bytes.Compare(a[:], b[:]) })
		missing = slices.Compact(missing)
		s.gaps[hash] = missing
		return nil, &Withheld{missing}
	}
	return q, nil
}

// Check says why somebody may not take a step now, index being where the ledger
// ends. What is a pointer to one of the types of steps, and not an [Open]: see
// CheckOpen.
func (s *State) Check(q *Inquiry, index uint64, by frank.PersonID, what any) error {
	if err := validate(what); err != nil {
		return err
	}
	return s.check(q, index, by, what)
}

// CheckOpen says why somebody may not open an inquiry.
func (s *State) CheckOpen(index uint64, by frank.PersonID, o *Open) error {
	if err := o.validate(); err != nil {
		return err
	}
	return s.mayOpen(index, by, o)
}

// apply makes what a step that may be taken does.
func (s *State) apply(q *Inquiry, t *Taken) {
	switch w := t.What.(type) {
	case *Register:
		opened := slices.ContainsFunc(q.Open.Scope, func(ref frank.Ref) bool { return s.looks[ref] > 0 })
		for _, e := range w.Exhibits {
			r := &Registered{Exhibit: e, Index: t.Index, Outside: q.Open.Rule.Outside(&e), Opened: opened}
			if r.Outside == "" && e.Obtained == Published && !opened {
				r.Admitted, r.Admit = true, t.Index
			}
			q.Exhibits, q.exhibits[e.Record.SHA256] = append(q.Exhibits, r), r
		}
	case *Admit:
		e := q.exhibits[w.Exhibit]
		e.Admitted, e.Admit, e.Order = true, t.Index, w.Order
	case *Pause:
		q.Paused = w.Why
	case *Lift:
		q.Paused, q.lifted = "", t.Index
	case *Matter:
		a := &Asked{Matter: w, Hash: w.Hash(q.Entry.Hash), Index: t.Index, Exhibits: q.Admitted(), Need: s.need(t.Index, w), state: s, inquiry: q, key: t.Key}
		for _, p := range w.Scope {
			a.shares, a.enough = append(a.shares, 0), append(a.enough, s.batch(t.Index, p).Begin.Threshold)
		}
		q.Matters, q.matters[a.Hash] = append(q.Matters, a), a
		s.used[w.To] = true
	case *Vote:
		a := q.Asked(w.Matter)
		a.Votes = cast(a.Votes, Cast{t.By, t.Key, t.Index, w.Yes, w.Reason})
		a.Quorum, _ = s.quorum(q, a, t.Index)
		// What an overseer was shown before is not what counts now.
		a.Seen = slices.DeleteFunc(a.Seen, func(w Word) bool { return a.Quorum == 0 || w.Index < a.Quorum })
	case *Seen:
		a := q.Asked(w.Matter)
		a.Quorum, _ = s.quorum(q, a, t.Index)
		a.Seen = append(a.Seen, Word{t.By, t.Key, t.Index})
		if a.Matter.Stage == Renewal {
			q.Until = max(q.Until, a.Matter.Until)
		}
	case *Consent:
		a := q.Asked(w.Matter)
		a.Consents = cast(a.Consents, Cast{t.By, t.Key, t.Index, w.Yes, w.Comment})
	case *Release:
		a := q.Asked(w.Matter)
		for _, l := range a.Matter.Looks { // from here on copies are being opened
			s.looks[l.Dispatch] = max(s.looks[l.Dispatch], l.Number)
		}
		a.Releases = append(a.Releases, Handed{t.By, t.Index, w})
		for i, p := range a.Matter.Scope {
			// Who passed a share on after handing it over holds it no more: one share
			// does not count for two.
			a.shares[i] = 0
			for _, h := range a.Releases {
				if s.record.Dealt(h.Index, p, h.By) && s.record.Dealt(t.Index, p, h.By) {
					a.shares[i]++
				}
			}
		}
	case *Result:
		a := q.Asked(w.Matter)
		a.Results = append(a.Results, Found{t.By, t.Index, w})
	case *Named:
		q.Asked(w.Matter).Named = w
	case *Close:
		q.Closed, q.ClosedAt = w, t.Index
	}
}

func cast(list []Cast, c Cast) []Cast {
	list = slices.DeleteFunc(list, func(o Cast) bool { return o.By == c.By })
	return append(list, c)
}

// Outside says why the rule does not take an exhibit in; "" when it does.
func (r *Rule) Outside(e *Exhibit) string {
	day := e.Record.Published
	switch {
	case len(day) < len("2026-01-31"):
		return "it does not say when it was published"
	case day[:10] < r.From || day[:10] > r.To:
		return "it was published on " + day[:10] + ", and the rule takes in " + r.From + " to " + r.To
	case len(r.Outlets) > 0 && !slices.Contains(r.Outlets, e.Record.Outlet):
		return "the rule does not name its outlet"
	}
	return ""
}

// ReadCheckpoint is [Record].Checkpoint under a policy.
func ReadCheckpoint(policy *ledger.Policy, note string) (ledger.Head, string, error) {
	cp, err := policy.Verify([]byte(note))
	if err != nil {
		return ledger.Head{}, "", err
	}
	if policy.AsksWitnesses() && !cp.Witnessed {
		return ledger.Head{}, "", errors.New("it is unwitnessed")
	}
	latest := int64(0)
	for _, k := range cp.Cosigned {
		latest = max(latest, k.Time)
	}
	if latest == 0 {
		return cp.Head, "", nil
	}
	return cp.Head, frank.FormatTime(latest), nil
}
