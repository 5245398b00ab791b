package inquiry

import (
	"errors"
	"fmt"
	"slices"

	"frank"
)

// What is told of an inquiry to those who were not part of it.

// Unused is material that was registered and that a result does not rest on.
type Unused struct {
	Name   string     `json:"name"`
	SHA256 frank.Hash `json:"sha256"`
	Why    string     `json:"why"`
}

// NotRelied says why a registered exhibit is not among those of a matter; "" when
// it is.
func (e *Registered) NotRelied(a *Asked) string {
	switch {
	case slices.ContainsFunc(a.Exhibits, func(o *Registered) bool { return o.Record.SHA256 == e.Record.SHA256 }):
		return ""
	case e.Outside != "":
		return "the rule of inclusion does not take it in: " + e.Outside
	case !e.Admitted && e.Obtained != Published:
		return "it was not published, and no overseer admitted it"
	case !e.Admitted:
		return "copies had been opened before it was registered, and no overseer admitted it"
	}
	return "it was registered or admitted after the matter was asked"
}

// Unused lists what was registered in the inquiry of a matter, and in those that
// it joins, and is not among the matter's exhibits.
func (s *State) Unused(a *Asked) []Unused {
	list := []Unused{}
	for _, q := range s.Joined(a.inquiry) {
		for _, e := range q.Exhibits {
			why := e.NotRelied(a)
			if why == "" || slices.ContainsFunc(list, func(u Unused) bool { return u.SHA256 == e.Record.SHA256 }) {
				continue
			}
			if q != a.inquiry {
				why = fmt.Sprintf("it was registered in the inquiry of entry %d alone, which this one joins", q.Entry.Index)
			}
			list = append(list, Unused{e.Record.Name, e.Record.SHA256, why})
		}
	}
	return list
}

// Joined are an inquiry and those that it joins, that one's own among them; the
// inquiry first.
func (s *State) Joined(q *Inquiry) (list []*Inquiry) {
	for q != nil && !slices.Contains(list, q) {
		list = append(list, q)
		if q.Open.Joins == nil {
			break
		}
		q = s.Find(q.Open.Joins.Index)
	}
	return list
}

// Counted are those whose votes for the matter counted when the first share was
// released.
func (a *Asked) Counted() (list []frank.PersonID) {
	if len(a.Releases) == 0 {
		return nil
	}
	at := a.Releases[0].Index
	for _, v := range a.Votes {
		if v.Yes && v.Index < at && a.state.record.Owns(at, v.Key, v.By) && a.state.decides(a.inquiry, a.Matter, at, v.By) == nil {
			list = append(list, v.By)
		}
	}
	return list
}

// Hide says that a step of an inquiry stands in the ledger and is not shown:
// others may go on from it. It is for whoever is not shown all; what the step
// does is not known, and does nothing here.
func (s *State) Hide(hash frank.Hash, q *Inquiry) error {
	if s.steps[hash] != nil || s.gaps[hash] != nil || s.none[hash] {
		return errors.New("the step is shown, and cannot be hidden")
	}
	s.steps[hash] = q
	return nil
}
