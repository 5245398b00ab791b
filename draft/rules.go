package draft

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
)

// Follows says why v is not of the chain that begins with the hashes known, of
// versions 1, 2 and so on: it is one of them, or goes on from all of them.
func (v *Version) Follows(known []frank.Hash) error {
	chain := v.Chain()
	for i := range min(len(chain), len(known)) {
		if chain[i] != known[i] && chain[i] != (frank.Hash{}) { // see [Version].Before
			return fmt.Errorf("version %d has another version %d in its chain than the one you know", v.Number, i+1)
		}
	}
	return nil
}

// Takes reports whether somebody takes part by v as of a view of the directory.
func (v *Version) Takes(person frank.PersonID, view directory.View) bool {
	return slices.ContainsFunc(v.With, func(p Party) bool { return p.Person == person && stands(p, view) })
}

// Taking are those who take part by v as of a view, in the order of v.With.
func (v *Version) Taking(view directory.View) (out []frank.PersonID) {
	for _, p := range v.With {
		if stands(p, view) {
			out = append(out, p.Person)
		}
	}
	return out
}

// stands reports whether a party is still what they take part as.
func stands(p Party, view directory.View) bool {
	if _, member := view.Recipient(p.Person); !member {
		return false
	}
	return p.Office == "" || Of(p.Person, p.Office, view)
}

// Of reports whether somebody is of an office: holds it, acts for its holder or
// reads for it.
func Of(person frank.PersonID, office frank.OfficeID, view directory.View) bool {
	return view.Holds(person, office) || view.Delegate(person, office)
}

// View is the directory as whoever signed v had seen it.
func (v *Version) View(dir *directory.State) directory.View { return dir.At(v.Seen.Size - 1) }

// Check says why v, which is valid, breaks the rules; by is who signed it. before
// is the version before it, nil where that is not known. That the head it names
// is one of the ledger's is for whoever has the ledger.
//
//   - It is signed by a device that was valid at the head that its signer had seen,
//     of somebody who took part then; the first by somebody of the issuing office.
//   - Only people of that office change who takes part, release or end a draft, and
//     only who acts for it issues one. Nobody is taken out.
//   - Signed and returned is the text as it stood, and the steps of others stay. Signed
//     has a step of its signer's. What was returned is shared anew before it is signed.
//   - Every step is by a key that was valid when it came, of somebody who takes part.
//   - Nothing follows the end.
func Check(v, before *Version, dir *directory.State) (by frank.PersonID, err error) {
	view := v.View(dir)
	if by, err = view.Signer(v.Key); err != nil {
		return "", fmt.Errorf("whoever signed it might not: %w", err)
	}
	switch {
	case !v.Takes(by, view):
		return by, errors.New("whoever signed it does not take part")
	case v.Number == 1 && !Of(by, v.Office, view):
		return by, fmt.Errorf("a draft of the office %s is begun by who holds it, acts or reads for it", v.Office)
	case v.What == Dropped && !Of(by, v.Office, view):
		return by, fmt.Errorf("a draft is dropped by people of the office %s", v.Office)
	case v.What == Issued && !view.Holds(by, v.Office):
		return by, fmt.Errorf("a draft is issued by who holds the office %s, or acts", v.Office)
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		if before != nil && before.has(s) {
			continue // as it was good then
		}
		id, err := view.Signer(s.Key)
		person, _ := view.Person(id)
		named := person.Name == s.Name
		if before == nil && v.Number > 1 && owned(s, view) {
			id, err, named = s.Person, nil, true // it may have come by a version before
		}
		switch {
		case err != nil || id != s.Person:
			return by, fmt.Errorf("it has a signature of who %s the source, by a key that was not valid for whom it names", s.Step)
		case !named:
			return by, fmt.Errorf("it has a signature of who %s the source, under a name that is not theirs", s.Step)
		case !v.Names(id):
			return by, fmt.Errorf("it has a signature of who %s the source, by somebody who does not take part", s.Step)
		case s.Step == dispatch.Released && !Of(id, v.Office, view):
			return by, fmt.Errorf("a source of the office %s is released by who holds it, acts or reads for it", v.Office)
		}
	}
	if before == nil {
		return by, v.signs(by)
	}
	same := before.Source == v.Source
	if err := After(v, before, by, dir); err != nil {
		return by, err
	}
	switch {
	case before.Number != v.Number-1:
		return by, errors.New("it goes on from a version of another draft")
	case !before.Takes(by, view):
		return by, errors.New("whoever signed it did not take part before")
	case v.What == Signed && before.What == Returned:
		return by, errors.New("it is signed after it was returned, and was not shared anew")
	case (v.What == Signed || v.What == Returned) && !same:
		return by, fmt.Errorf("it is %s with another source than stood there", v.What)
	}
	if v.What == Signed || v.What == Returned {
		for _, s := range before.Steps {
			if s.Person != by && !v.has(&s) {
				return by, errors.New("the signature of another was left out")
			}
		}
	}
	return by, v.signs(by)
}

// After says why v, signed by by, cannot come after an earlier version of the same
// draft, whatever stands between the two: somebody who cannot read the version
// before v still holds v against the last one that they have read. Who lets others
// in is of the office, also where only who came after can be read.
func After(v, earlier *Version, by frank.PersonID, dir *directory.State) error {
	switch {
	case earlier.Over():
		return errors.New("the draft was over before")
	case earlier.Draft != v.Draft || earlier.Office != v.Office || earlier.Log != v.Log || earlier.Number >= v.Number:
		return errors.New("it goes on from a version of another draft")
	case v.Seen.Size < earlier.Seen.Size:
		return errors.New("whoever signed it had seen less of the ledger than who signed a version before")
	case slices.Contains(v.Before, frank.Hash{}): // a drop over what could not be read: nobody takes part after it
		return nil
	case !slices.Equal(earlier.With, v.With) && !Of(by, v.Office, v.View(dir)):
		return fmt.Errorf("who takes part is changed by people of the office %s", v.Office)
	case len(v.With) < len(earlier.With) || !slices.Equal(earlier.With, v.With[:len(earlier.With)]):
		return errors.New("somebody who takes part was taken out")
	}
	return nil
}

// signs says that v is signed as one that adds a step of its signer's, and has
// none.
func (v *Version) signs(by frank.PersonID) error {
	if v.What == Signed && !slices.ContainsFunc(v.Steps, func(s dispatch.Step) bool { return s.Person == by }) {
		return errors.New("whoever signed it says that they signed the text, and did not")
	}
	return nil
}

// has reports whether v has the very step.
func (v *Version) has(s *dispatch.Step) bool {
	return slices.ContainsFunc(v.Steps, func(x dispatch.Step) bool { return bytes.Equal(x.Signature, s.Signature) })
}

// owned reports whether a step's key is, or was, a device of whom it names.
func owned(s *dispatch.Step, view directory.View) bool {
	p, err := view.Person(s.Person)
	return err == nil && slices.ContainsFunc(p.Devices, func(d directory.DeviceInfo) bool { return d.Key == s.Key })
}
