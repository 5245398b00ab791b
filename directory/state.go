package directory

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// State is an organisation's directory after some of its statements. It is not
// safe for use while another goroutine applies a statement.
type State struct{ d *register }

// register is all there is to a state: its canonical JSON is the state.
type register struct {
	Format     string                          `json:"format"` // frank.directory/1
	Log        string                          `json:"log"`
	Name       string                          `json:"name"`
	Genesis    *Entry                          `json:"genesis"` // nil before it
	Tip        Entry                           `json:"tip"`
	Settings   line[Settings]                  `json:"settings"`
	People     map[frank.PersonID]*person      `json:"people"`
	Keys       map[string]frank.PersonID       `json:"keys"` // every signing key there ever was
	Offices    map[frank.OfficeID]*office      `json:"offices"`
	Places     map[string]frank.OfficeID       `json:"places"`
	Seats      map[Role]line[[]frank.PersonID] `json:"seats"` // in the order of appointment
	Invites    map[uint64]*invitation          `json:"invites"`
	Enrolments map[uint64]*enrolment           `json:"enrolments"`
	Changes    map[uint64]*change              `json:"changes"`
	News       []News                          `json:"news"`

	checkpoints Checkpoints
	partial     bool // made of a slice: see [ReadSlice]
}

// format is the id of a stored state.
const format = "frank.directory/1"

// New returns the directory of a log before its first entry.
func New(log string, c Checkpoints) *State {
	return &State{&register{
		Format: format, Log: log, News: []News{},
		People: map[frank.PersonID]*person{}, Keys: map[string]frank.PersonID{},
		Offices: map[frank.OfficeID]*office{}, Places: map[string]frank.OfficeID{},
		Seats: map[Role]line[[]frank.PersonID]{}, Invites: map[uint64]*invitation{},
		Enrolments: map[uint64]*enrolment{}, Changes: map[uint64]*change{},
		checkpoints: c,
	}}
}

// Dump returns the whole state, its history with it, as canonical JSON.
func (s *State) Dump() []byte { return canon.Marshal(s.d) }

// Digest returns a hash of [State.Dump]: two who applied the same statements
// have the same.
func (s *State) Digest() frank.Hash {
	return sha256.Sum256(append([]byte("frank/directory/1\x00"), s.Dump()...))
}

// Restore returns the state that [State.Dump] wrote. It is for one's own store:
// what it says is believed.
func Restore(dump []byte, c Checkpoints) (*State, error) {
	s := New("", c)
	if err := canon.Unmarshal(dump, s.d); err != nil {
		return nil, fmt.Errorf("the stored directory cannot be read: %w", err)
	}
	if s.d.Format != format {
		return nil, fmt.Errorf("expected a directory of format %s, found %.40q", format, s.d.Format)
	}
	return s, nil
}

// Clone returns a state that changes apart from s.
func (s *State) Clone() *State {
	c, err := Restore(s.Dump(), s.d.checkpoints)
	if err != nil {
		panic("directory: " + err.Error())
	}
	c.d.partial = s.d.partial
	return c
}

// Last returns the directory's last entry, which the next statement names.
func (s *State) Last() Entry { return s.d.Tip }

// Genesis returns the entry everything rests on: it is pinned at enrolment.
// It is nil before there is one.
func (s *State) Genesis() *Entry { return s.d.Genesis }

// Origin returns the log's origin.
func (s *State) Origin() string { return s.d.Log }

// Name returns the organisation's name.
func (s *State) Name() string { return s.d.Name }

// occasion is what surrounds a statement's body.
type occasion struct {
	entry  Entry
	by     keyring.VerifyKey
	signer *person // whose device signed; nil for a key that is nobody's yet
}

// effect is what a statement does once it is allowed: do cannot fail.
type effect struct {
	do      func()
	people  []frank.PersonID // whom it concerns, besides the signer
	offices []frank.OfficeID
}

// Apply takes in the statement at an index of the log. st is what
// [ledger.Entry.Open] returned for the entry, so that its signature has been
// verified. A statement that is not allowed is an error and leaves s as it was:
// [ErrKind] for one that is not the directory's, [ErrStale] for one that does
// not follow the directory's last entry.
func (s *State) Apply(index uint64, commitment frank.Hash, st *ledger.Statement) error {
	at := Entry{index, commitment}
	e, err := s.d.judge(at, st)
	if err != nil {
		return err
	}
	e.do()
	s.d.Tip = at
	by := s.d.Keys[st.By.String()]
	s.d.News = append(s.d.News, News{Index: index, Hash: commitment, Kind: st.Kind, By: by, People: tidy(e.people), Offices: tidy(e.offices)})
	return nil
}

// Check returns what Apply would, and changes nothing: a server asks it before
// it logs a statement.
func (s *State) Check(index uint64, commitment frank.Hash, st *ledger.Statement) error {
	_, err := s.d.judge(Entry{index, commitment}, st)
	return err
}

func (d *register) judge(at Entry, st *ledger.Statement) (*effect, error) {
	switch {
	case !Handles(st.Kind):
		return nil, fmt.Errorf("%w: %.40q", ErrKind, st.Kind)
	case st.Log != d.Log:
		return nil, fmt.Errorf("expected a statement for the log %.100q, found one for %.100q", d.Log, st.Log)
	case len(st.Body) > MaxBody:
		return nil, fmt.Errorf("the body has %d bytes, more than %d", len(st.Body), MaxBody)
	case st.Seen.Size > at.Index:
		return nil, fmt.Errorf("its signer claims to have seen a log of %d entries, and it is entry %d itself", st.Seen.Size, at.Index)
	case st.Kind == KindGenesis:
		return d.genesis(at, st)
	case d.Genesis == nil:
		return nil, fmt.Errorf("expected %s first, found %s", KindGenesis, st.Kind)
	case at.Index <= d.Tip.Index:
		return nil, fmt.Errorf("expected an index past %d, found %d", d.Tip.Index, at.Index)
	}
	var env envelope
	if err := canon.Unmarshal(st.Body, &env); err != nil {
		return nil, fmt.Errorf("the body of %s cannot be read: %w", st.Kind, err)
	}
	do, err := ParseDo(st.Kind, env.Do)
	if err != nil {
		return nil, err
	}
	if !d.follows(env.After, at) {
		return nil, frank.WithHint(fmt.Errorf("%w: it follows entry %d, and the last is entry %d", ErrStale, env.After.Index, d.Tip.Index),
			"fetch the directory's new entries, look at what changed, and sign again")
	}
	o := occasion{entry: at, by: st.By}
	if id, ok := d.Keys[st.By.String()]; ok && d.People[id] != nil && d.People[id].device(st.By) != nil {
		o.signer = d.People[id]
	}
	if st.Kind == KindEnrol || st.Kind == KindAccept { // signed by a key that may not sign yet
		return do.plan(d, o)
	}
	if o.signer == nil {
		return nil, errors.New("expected the key of an enrolled device, found one that is not")
	}
	if err := o.signer.mayUse(st.By); err != nil {
		return nil, err
	}
	if r := do.agreement(d); r != nil && !r.met(d, []frank.PersonID{o.signer.ID}) {
		return nil, r.refusal(st.Kind)
	}
	return do.plan(d, o)
}
