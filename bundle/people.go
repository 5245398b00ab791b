package bundle

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// people says who might do what, as of an index.
type people interface {
	Signer(index uint64, key keyring.VerifyKey) (frank.PersonID, error)
	Has(index uint64, role directory.Role, person frank.PersonID) bool
	Threshold(index uint64) int
	Holds(index uint64, person frank.PersonID, office frank.OfficeID) bool
	Witnesses(index uint64) string // the policy that was in force; "": not known
}

// members are people as the directory has them.
type members struct{ d *directory.State }

func (m members) Signer(index uint64, key keyring.VerifyKey) (frank.PersonID, error) {
	return m.d.At(index).Signer(key)
}

func (m members) Has(index uint64, role directory.Role, person frank.PersonID) bool {
	return m.d.At(index).Has(role, person)
}

func (m members) Threshold(index uint64) int { return m.d.At(index).Settings().Threshold }

func (m members) Holds(index uint64, person frank.PersonID, office frank.OfficeID) bool {
	return m.d.At(index).Holds(person, office)
}

func (m members) Witnesses(index uint64) string { return m.d.At(index).Settings().Witnesses }

// claimed is data/signers.json: who signed, and might, without a name, by the word
// of whoever made the bundle. The entries of the directory that would prove it
// have names in them.
type claimed struct {
	People []claimedPerson `json:"people"` // sorted by identifier
	From   []seats         `json:"from"`   // ascending; each holds until the next
}

// claimedPerson is one with the key that the identifier is made of.
type claimedPerson struct {
	Person frank.PersonID    `json:"person"`
	First  keyring.VerifyKey `json:"first"`
}

// seats are who might do what from an entry on.
type seats struct {
	Index     uint64 `json:"index"`
	Threshold int    `json:"threshold"`
	People    []seat `json:"people"` // sorted by identifier; who has no valid key is not there
}

type seat struct {
	Person  frank.PersonID      `json:"person"`
	Keys    []keyring.VerifyKey `json:"keys"` // that may sign, sorted
	Roles   []directory.Role    `json:"roles"`
	Offices []frank.OfficeID    `json:"offices"` // that they hold or act for, of those that issued; sorted
}

// at is what holds as of an index.
func (c *claimed) at(index uint64) (s seats) {
	for _, f := range c.From {
		if f.Index <= index {
			s = f
		}
	}
	return s
}

func (c *claimed) of(index uint64, person frank.PersonID) (s seat) {
	for _, x := range c.at(index).People {
		if x.Person == person {
			s = x
		}
	}
	return s
}

func (c *claimed) Signer(index uint64, key keyring.VerifyKey) (frank.PersonID, error) {
	for _, s := range c.at(index).People {
		if slices.Contains(s.Keys, key) {
			return s.Person, nil
		}
	}
	return "", errors.New("nobody is said to have it")
}

func (c *claimed) Has(index uint64, role directory.Role, person frank.PersonID) bool {
	return slices.Contains(c.of(index, person).Roles, role)
}

func (c *claimed) Threshold(index uint64) int { return c.at(index).Threshold }

func (c *claimed) Holds(index uint64, person frank.PersonID, office frank.OfficeID) bool {
	return slices.Contains(c.of(index, person).Offices, office)
}

func (c *claimed) Witnesses(uint64) string { return "" }

// seated are the roles that an inquiry asks for.
var seated = []directory.Role{directory.Officer, directory.Alternate, directory.Overseer}

func sorted[T any](list []T, by func(a, b T) int) bool {
	for i := range list {
		if i > 0 && by(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}

func byKey(a, b keyring.VerifyKey) int { return cmp.Compare(a.String(), b.String()) }

// validate checks that identifiers are made of keys, and that no key is two
// people's.
func (c *claimed) validate() error {
	known := map[frank.PersonID]bool{}
	for _, p := range c.People {
		if p.First.Person() != p.Person {
			return errors.New("an identifier is not made of the key that is given for it")
		}
		known[p.Person] = true
	}
	if len(c.From) == 0 || !sorted(c.People, func(a, b claimedPerson) int { return cmp.Compare(a.Person, b.Person) }) ||
		!sorted(c.From, func(a, b seats) int { return cmp.Compare(a.Index, b.Index) }) {
		return errors.New("who signed is not listed in order, or twice")
	}
	owner := map[keyring.VerifyKey]frank.PersonID{}
	for _, f := range c.From {
		if !sorted(f.People, func(a, b seat) int { return cmp.Compare(a.Person, b.Person) }) {
			return errors.New("who signed is not listed in order, or twice")
		}
		for _, s := range f.People {
			if !known[s.Person] || !sorted(s.Keys, byKey) || !sorted(s.Offices, cmp.Compare[frank.OfficeID]) {
				return errors.New("who signed is not listed in order, or twice")
			}
			at := -1
			for _, r := range s.Roles {
				if i := slices.Index(seated, r); i <= at {
					return errors.New("the roles of who signed are not in order, or none of an inquiry's")
				} else {
					at = i
				}
			}
			for _, k := range s.Keys {
				if o, ok := owner[k]; ok && o != s.Person {
					return errors.New("a key is said to be two people's")
				}
				owner[k] = s.Person
			}
		}
	}
	for _, p := range c.People { // a first key is nobody else's
		if o, ok := owner[p.First]; ok && o != p.Person {
			return errors.New("a key is said to be two people's")
		}
	}
	return nil
}

// claim takes from the directory what a committee is told of those who signed
// what it is shown, and of lead and checkers.
func claim(d *directory.State, shown []stated, who []frank.PersonID, where []frank.OfficeID, signer keyring.VerifyKey, last uint64) (*claimed, error) {
	indices, keys := []uint64{}, []keyring.VerifyKey{}
	add := func(index uint64, key keyring.VerifyKey) error {
		id, err := d.At(index).Signer(key)
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		indices, keys, who = append(indices, index), append(keys, key), append(who, id)
		return nil
	}
	for _, s := range shown {
		if err := add(s.at.Index, s.st.By); err != nil {
			return nil, err
		}
	}
	if err := add(last, signer); err != nil {
		return nil, err
	}
	slices.Sort(who)
	slices.Sort(indices)
	slices.Sort(where)
	slices.SortFunc(keys, byKey)
	who, indices, keys, where = slices.Compact(who), slices.Compact(indices), slices.Compact(keys), slices.Compact(where)
	c := &claimed{}
	for _, id := range who {
		p, err := d.At(last).Person(id)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(p.Devices, func(x directory.DeviceInfo) bool { return x.Key.Person() == id })
		if i < 0 {
			return nil, errors.New("the directory does not have the key that an identifier is made of")
		}
		c.People = append(c.People, claimedPerson{id, p.Devices[i].Key})
	}
	for _, index := range indices {
		v := d.At(index)
		f := seats{Index: index, Threshold: v.Settings().Threshold, People: []seat{}}
		for _, id := range who {
			s := seat{Person: id, Keys: []keyring.VerifyKey{}, Roles: []directory.Role{}, Offices: []frank.OfficeID{}}
			for _, k := range keys {
				if o, err := v.Signer(k); err == nil && o == id {
					s.Keys = append(s.Keys, k)
				}
			}
			for _, r := range seated {
				if v.Has(r, id) {
					s.Roles = append(s.Roles, r)
				}
			}
			for _, o := range where {
				if v.Holds(id, o) {
					s.Offices = append(s.Offices, o)
				}
			}
			if len(s.Keys)+len(s.Roles)+len(s.Offices) > 0 {
				f.People = append(f.People, s)
			}
		}
		if n := len(c.From); n == 0 || !alike(c.From[n-1], f) {
			c.From = append(c.From, f)
		}
	}
	return c, nil
}

func alike(a, b seats) bool {
	return a.Threshold == b.Threshold && slices.EqualFunc(a.People, b.People, func(a, b seat) bool {
		return a.Person == b.Person && slices.Equal(a.Keys, b.Keys) && slices.Equal(a.Roles, b.Roles) && slices.Equal(a.Offices, b.Offices)
	})
}

// checkPeople makes the directory anew from its entries, or takes what a
// committee is told in its place.
func (v *verifier) checkPeople() (string, error) {
	v.record = &record{policy: v.policy, proven: v.proven}
	named := map[frank.Hash]uint64{} // steps that are named, and by which entry
	var slice []directory.Logged
	for _, s := range v.stated {
		switch {
		case directory.Handles(s.st.Kind):
			slice = append(slice, directory.Logged{At: s.at, Entry: v.entryAt(s.at.Index)})
		case s.st.Kind == inquiry.KindStep:
			step, _, err := inquiry.ParseStep(s.st)
			if err != nil {
				return "", fmt.Errorf("entry %d: %w", s.at.Index, err)
			}
			for _, h := range step.After {
				named[h] = max(named[h], s.at.Index)
			}
		case s.st.Kind == dispatch.KindBegin, s.st.Kind == dispatch.KindComplete, s.st.Kind == dispatch.KindShareReseal,
			s.st.Kind == dispatch.KindFetched && v.meta.Profile == Evidence:
		default:
			return "", fmt.Errorf("entry %d is of a kind that a bundle of this profile has none of", s.at.Index)
		}
	}
	for _, e := range v.entries {
		switch {
		case e.Entry != nil:
		case v.meta.Profile == Evidence:
			return "", fmt.Errorf("entry %d is not shown, and this profile shows all", e.Index)
		case named[e.Commitment] <= e.Index:
			return "", fmt.Errorf("entry %d is not shown, and no step here goes on from it", e.Index)
		default:
			v.hidden = append(v.hidden, directory.Entry{Index: e.Index, Hash: e.Commitment})
		}
	}
	if v.meta.Profile == Committee {
		if len(slice) > 0 {
			return "", errors.New("a committee is shown no entries of the directory: they have names")
		}
		return v.checkClaims()
	}
	d, err := directory.ReadSlice(v.head.Origin, directory.Ledger{}, slice)
	if err != nil {
		return "", fmt.Errorf("the directory does not hold: %w", err)
	}
	v.dir, v.record.who = d, members{d}
	v.Organisation = d.Name()
	v.notShown("That no entry which is not here ended, undid or overtook what gave a key, a role or a holding before it was used, or passed a share on: that takes the whole directory, which every member has, and all entries of the kind.")
	return fmt.Sprintf("whose keys signed, and what roles they had, follows from %d entries of the directory", len(slice)), nil
}

// checkClaims takes the word of whoever made the bundle for whose keys signed.
func (v *verifier) checkClaims() (string, error) {
	data, ok := find(v.payload, fileSigners)
	if !ok {
		return "", fmt.Errorf("the file %s is missing", fileSigners)
	}
	c := &claimed{}
	if err := canon.Unmarshal(data, c); err != nil {
		return "", fmt.Errorf("the file %s cannot be read: %w", fileSigners, err)
	}
	if err := c.validate(); err != nil {
		return "", err
	}
	v.record.who = c
	own, all := map[frank.PersonID]bool{}, map[frank.PersonID]bool{}
	for _, s := range v.stated {
		id, err := v.signer(s.at.Index, s.st.By)
		if err != nil {
			return "", err
		}
		all[id] = true
		if _, there := own[id]; !there {
			own[id] = true
		}
		own[id] = own[id] && s.st.By.Person() == id
	}
	n := 0
	for _, ok := range own {
		if ok {
			n++
		}
	}
	v.notShown("Whose keys signed; that these are officers and overseers who might take the steps, and whoever issued held the office; that no officer acted for it; and how many votes the organisation asks for: all this is the word of whoever made this bundle. The rules were held against it. There are no people here, only identifiers, since the entries that would prove it have names in them. Each identifier is made of another key; %d of the %d who signed did so with that key, and that other keys are theirs is that word too. A bundle of another profile proves it.", n, len(all))
	return fmt.Sprintf("whose keys signed, and what roles they had, is given without names and taken at its word: %d people, each with a key of their own", len(all)), nil
}

// entryAt is an entry that is shown.
func (v *verifier) entryAt(index uint64) *ledger.Entry {
	i, ok := slices.BinarySearchFunc(v.entries, index, func(e entryForm, index uint64) int { return cmp.Compare(e.Index, index) })
	if !ok {
		return nil
	}
	return v.entries[i].Entry
}
