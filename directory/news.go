package directory

import (
	"cmp"
	"slices"

	"frank"
	"frank/ledger"
)

// News is one statement, and whom it concerns.
type News struct {
	Index   uint64           `json:"index"`
	Hash    frank.Hash       `json:"hash"` // the entry's commitment
	Kind    string           `json:"kind"`
	By      frank.PersonID   `json:"by"`
	People  []frank.PersonID `json:"people"`  // whose keys, roles or offices it touches
	Offices []frank.OfficeID `json:"offices"` // that it touches
}

// Contains reports whether an entry is one of the directory's. Somebody else's
// statement that relies on one which is not shows that the server withholds it.
func (s *State) Contains(e Entry) bool {
	n, found := slices.BinarySearchFunc(s.d.News, e.Index, func(n News, i uint64) int { return cmp.Compare(n.Index, i) })
	return found && s.d.News[n].Hash == e.Hash
}

// News returns the statements after entry from, up to and with entry to.
func (s *State) News(from, to uint64) (out []News) {
	for _, n := range s.d.News {
		if n.Index > from && n.Index <= to {
			out = append(out, n)
		}
	}
	return out
}

// Alarms returns what of the news between two entries concerns a person: their
// keys, their roles, the offices they are in before or after, and anything said
// with one of their keys. A client shows all of it; what the person did not do
// themselves is a reason to ask.
func (s *State) Alarms(person frank.PersonID, from, to uint64) (out []News) {
	var mine []frank.OfficeID
	for _, i := range []uint64{from, to} {
		if p, err := s.At(i).Person(person); err == nil {
			mine = append(mine, p.Offices...)
		}
	}
	for _, n := range s.News(from, to) {
		if n.By == person || slices.Contains(n.People, person) || slices.ContainsFunc(n.Offices, func(id frank.OfficeID) bool { return slices.Contains(mine, id) }) {
			out = append(out, n)
		}
	}
	return out
}

// Difference is an addressee who is another than before, or has another key.
type Difference struct {
	Office frank.OfficeID `json:"office"`
	Before []Reader       `json:"before"` // empty where nobody could read
	After  []Reader       `json:"after"`
}

// Changed returns the offices of a distribution that lead to other people or
// other keys at one index than at another: an author is asked again before
// anything is sealed to them.
func (s *State) Changed(before, after uint64, offices []frank.OfficeID) (out []Difference) {
	for _, id := range offices {
		a, _ := s.At(before).Readers(id)
		b, _ := s.At(after).Readers(id)
		if !slices.Equal(a, b) {
			out = append(out, Difference{id, a, b})
		}
	}
	return out
}

// Proposal is a change as it stands.
type Proposal struct {
	Entry    Entry            `json:"entry"`
	Kind     string           `json:"kind"`
	Do       Do               `json:"do"`
	By       frank.PersonID   `json:"by"`
	Consents []frank.PersonID `json:"consents"` // that stand, the proposer's among them
	Needs    string           `json:"needs"`    // in words
	Weighty  bool             `json:"weighty"`  // it may take officers, an overseer, and a wait
	Agreed   bool             `json:"agreed"`   // by officers and overseer: it waits to be enacted
	Last     uint64           `json:"last"`     // the entry of the last consent needed, if Agreed
	Over     string           `json:"over"`     // "", "done", "withdrawn"
	Shown    []ledger.Head    `json:"shown"`    // the heads that showed the wait: a client holds them against its own
}

// Proposals returns every change that was proposed, in order.
func (s *State) Proposals() (out []Proposal) {
	var at []uint64
	for i := range s.d.Changes {
		at = append(at, i)
	}
	slices.Sort(at)
	for _, i := range at {
		c := s.d.Changes[i]
		do, err := ParseDo(c.Kind, c.Do)
		if err != nil {
			continue // it was read when it was proposed
		}
		r := do.agreement(s.d)
		p := Proposal{Entry: Entry{i, c.Entry}, Kind: c.Kind, Do: do, By: c.By, Consents: people(c.counted(s.d)),
			Needs: r.say(s.d), Weighty: r.weighty(), Over: c.Over, Shown: slices.Clone(c.Shown)}
		if p.Weighty {
			p.Last, p.Agreed = c.agreed(s.d)
		}
		out = append(out, p)
	}
	return out
}

// Newcomer is an enrolment that waits to be admitted.
type Newcomer struct {
	Entry  Entry          `json:"entry"`
	Person frank.PersonID `json:"person"`
	Name   string         `json:"name"`
	// Fingerprint is what the server showed: a registrar compares it with what
	// the person reads out.
	Fingerprint string         `json:"fingerprint"`
	Again       bool           `json:"again"` // a member who enrols anew
	Inviter     frank.PersonID `json:"inviter"`
	Roles       []Role         `json:"roles"`  // intended by the inviter
	Office      frank.OfficeID `json:"office"` // intended
}

// Newcomers returns the enrolments that wait, in order.
func (s *State) Newcomers() (out []Newcomer) {
	var at []uint64
	for i := range s.d.Enrolments {
		at = append(at, i)
	}
	slices.Sort(at)
	for _, i := range at {
		if e := s.d.Enrolments[i]; !e.Admitted {
			inv := s.d.Invites[e.Invite]
			out = append(out, Newcomer{Entry{i, e.Entry}, e.Person, e.Card.Name, e.Card.Fingerprint(), s.d.People[e.Person] != nil, inv.By, inv.Roles, inv.Office})
		}
	}
	return out
}
