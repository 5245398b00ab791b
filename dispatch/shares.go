package dispatch

import "frank"

// Shares says who holds the shares of a batch: as they were dealt, and passed on
// since. Client and verifier both go by it.
type Shares struct {
	holders []frank.PersonID // by index, from 1
}

// Deal are the shares of a batch as it was begun.
func Deal(b *Begin) *Shares {
	s := &Shares{}
	for _, o := range b.Officers {
		for len(s.holders) <= o.Index {
			s.holders = append(s.holders, "")
		}
		s.holders[o.Index] = o.Person
	}
	return s
}

// Holder is who holds a share; empty if there is none of that index.
func (s *Shares) Holder(index int) frank.PersonID {
	if index < 1 || index >= len(s.holders) {
		return ""
	}
	return s.holders[index]
}

// Held reports whether somebody holds a share.
func (s *Shares) Held(person frank.PersonID) bool {
	for _, p := range s.holders {
		if p == person && p != "" {
			return true
		}
	}
	return false
}

// Pass passes a share on, signed by a device of by, and reports whether that
// counts: only whoever holds a share passes it on, and to nobody who holds one,
// since two shares in one hand are a quorum with one officer less. That the batch
// was complete before is for the caller to see to.
func (s *Shares) Pass(r *ShareReseal, by frank.PersonID) bool {
	if by == "" || r.To == "" || s.Holder(r.Index) != by || s.Held(r.To) {
		return false
	}
	s.holders[r.Index] = r.To
	return true
}
