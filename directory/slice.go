package directory

import (
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/ledger"
)

// Logged is an entry of the directory where it stands in the log.
type Logged struct {
	At    Entry
	Entry *ledger.Entry
}

// stated is what a Logged states.
type stated struct {
	at Entry
	st *ledger.Statement
}

// Slice chooses from the directory's entries, all of them and in order, those
// that show which keys and roles the persons had from when to when, and how they
// got them, and who held the offices: the founding; whatever gave or took a
// person's keys, belonging and roles, with the changes, consents and
// checkpoints that it took; all settings; all that was done to the offices. The
// same holds for everybody who signed any of it. s has applied the entries.
// [ReadSlice] reads the choice.
func (s *State) Slice(entries []Logged, persons []frank.PersonID, offices []frank.OfficeID) ([]Logged, error) {
	list := make([]stated, len(entries))
	for i, e := range entries {
		st, err := ledger.ParseStatement([]byte(e.Entry.Statement))
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.At.Index, err)
		}
		list[i] = stated{e.At, st}
	}
	chosen, err := s.choose(list, persons, offices)
	if err != nil {
		return nil, err
	}
	out := make([]Logged, len(chosen))
	for i, n := range chosen {
		out[i] = entries[n]
	}
	return out, nil
}

// ReadSlice makes a directory of what [State.Slice] chose. log is the origin.
// Every entry is opened by its commitment, its signature verified, and the rules
// asked whether its signer might state it; that the commitments stand in the log
// at these indices is for the caller to have checked.
//
// As of any index, of the persons and offices that were chosen, the directory
// answers [View.Signer], [View.Has], [View.Person] and [View.Office] as the whole
// one does, and [View.Settings]. Of all others it says nothing that could be
// relied on: somebody named at the founding stays one who never accepted.
//
// What a slice cannot show is that no entry was left out which ended something, or
// undid or overtook it: a revocation, the end of a role, a handover. A statement
// that the whole directory passes over, because another came between, is taken
// where that other is left out. So it shows that a key or a role was given, by
// whom, unless it was given too late; that it was in time, and lasted, is the word
// of whoever made the slice, to be held against the whole directory by anybody who
// has it. Nor does it show that enough others sat when somebody left a seat, or was
// proposed for one: that is not asked of it.
func ReadSlice(log string, c Checkpoints, slice []Logged) (*State, error) {
	list := make([]stated, len(slice))
	for i, e := range slice {
		if e.Entry == nil {
			return nil, fmt.Errorf("entry %d is missing", e.At.Index)
		}
		st, err := e.Entry.Open(e.At.Hash)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.At.Index, err)
		}
		list[i] = stated{e.At, st}
	}
	return readSlice(log, c, list)
}

func readSlice(log string, c Checkpoints, list []stated) (*State, error) {
	s := New(log, c)
	s.d.partial = true
	for _, e := range list {
		if err := s.Apply(e.at.Index, e.at.Hash, e.st); err != nil {
			return nil, fmt.Errorf("entry %d, a %.40q, is against the rules: %w", e.at.Index, e.st.Kind, err)
		}
	}
	if s.d.Genesis == nil {
		return nil, errors.New("the founding is missing")
	}
	return s, nil
}

// follows reports whether a statement was made for the directory as it stands.
// Of a slice, entries between are left out.
func (d *register) follows(after, at Entry) bool {
	return after == d.Tip || d.partial && after.Index > d.Tip.Index && after.Index < at.Index
}

// about is what an entry did something to.
type about struct {
	persons []frank.PersonID
	offices []frank.OfficeID
	all     bool // everybody: the founding, the settings
	needs   []frank.PersonID
}

// choose returns the places in list of what a slice takes. Whoever signed what
// is chosen is chosen too, until nothing more is.
func (s *State) choose(list []stated, persons []frank.PersonID, offices []frank.OfficeID) ([]int, error) {
	d := s.d
	what := make([]about, len(list))
	for i, e := range list {
		if !s.Contains(e.at) {
			return nil, fmt.Errorf("entry %d is none of this directory's", e.at.Index)
		}
		if e.st.Kind == KindGenesis {
			what[i].all = true
			continue
		}
		do, err := DoOf(e.st)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.at.Index, err)
		}
		if what[i], err = d.about(e.at.Index, do, d.Keys[e.st.By.String()]); err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.at.Index, err)
		}
	}
	who, where, taken := map[frank.PersonID]bool{}, map[frank.OfficeID]bool{}, make([]bool, len(list))
	for _, id := range persons {
		who[id] = true
	}
	for _, id := range offices {
		where[id] = true
	}
	for more := true; more; {
		more = false
		for i, e := range list {
			a := &what[i]
			if taken[i] || !a.all && !slices.ContainsFunc(a.persons, func(id frank.PersonID) bool { return who[id] }) &&
				!slices.ContainsFunc(a.offices, func(id frank.OfficeID) bool { return where[id] }) {
				continue
			}
			taken[i], more = true, true
			who[d.Keys[e.st.By.String()]] = true
			for _, id := range a.needs {
				who[id] = true
			}
		}
	}
	var out []int
	for i := range list {
		if taken[i] {
			out = append(out, i)
		}
	}
	return out, nil
}

// about says what a statement did something to. One that came to nothing, such
// as a change that was withdrawn, did nothing.
func (d *register) about(index uint64, do Do, by frank.PersonID) (a about, err error) {
	change := func(e Entry) (about, error) {
		c := d.Changes[e.Index]
		if c == nil || c.Over != "done" {
			return about{}, nil
		}
		do, err := ParseDo(c.Kind, c.Do)
		if err != nil {
			return about{}, err
		}
		return d.about(e.Index, do, c.By)
	}
	admitted := func(index uint64) []frank.PersonID {
		if e := d.Enrolments[index]; e != nil && e.Admitted {
			return []frank.PersonID{e.Person}
		}
		return nil
	}
	switch b := do.(type) {
	case Accept, Device, Key:
		a.persons = []frank.PersonID{by}
	case Invite:
		for at, e := range d.Enrolments {
			if e.Invite == index {
				a.persons = append(a.persons, admitted(at)...)
			}
		}
	case Enrol:
		a.persons = admitted(index)
	case Admit:
		a.persons = admitted(b.Enrolment.Index)
	case Revoke:
		a.persons = []frank.PersonID{b.Person}
	case Leave:
		a.persons = []frank.PersonID{b.Person}
	case Grant:
		a.persons = []frank.PersonID{b.Person}
	case End:
		a.persons = []frank.PersonID{b.Person}
	case Settings:
		a.all = true
	case Create:
		a.offices = []frank.OfficeID{b.Office}
	case Alter:
		a.offices = []frank.OfficeID{b.Office}
	case Holder:
		a.offices, a.needs = []frank.OfficeID{b.Office}, []frank.PersonID{b.Person}
	case Acting:
		a.offices, a.needs = []frank.OfficeID{b.Office}, []frank.PersonID{b.Person}
	case Delegate:
		a.offices, a.needs = []frank.OfficeID{b.Office}, []frank.PersonID{b.Person}
	case OfficeKey:
		a.offices = []frank.OfficeID{b.Office}
	case Pass: // changes nothing
	case Change:
		return change(Entry{Index: index})
	case Consent:
		return change(b.Change)
	case Withdraw:
		return change(b.Change)
	case Enact:
		return change(b.Change)
	default:
		return a, fmt.Errorf("a slice does not know what %s does", do.kind())
	}
	return a, nil
}
