package directory

import (
	"errors"
	"fmt"
	"slices"

	"frank"
)

// office is one office through all its holders.
type office struct {
	ID         frank.OfficeID         `json:"id"`
	Place      string                 `json:"place,omitempty"`
	Created    uint64                 `json:"created"`
	Title      line[string]           `json:"title"`
	Attributes line[[]string]         `json:"attributes"`
	Closed     line[bool]             `json:"closed"`
	Holder     line[frank.PersonID]   `json:"holder"`
	Acting     line[acting]           `json:"acting"`
	Delegates  line[[]frank.PersonID] `json:"delegates"`
	Key        line[OfficeKeySet]     `json:"key"`
}

// acting is who acts for the holder, up to an index.
type acting struct {
	Person frank.PersonID `json:"person"`
	Until  uint64         `json:"until"` // 0: until a statement ends it
}

// in returns who acts at an index, or "".
func (a acting) in(index uint64) frank.PersonID {
	if a.Until != 0 && index >= a.Until {
		return ""
	}
	return a.Person
}

// OfficeKeySet is an office's key and who set it.
type OfficeKeySet struct {
	Seal string         `json:"seal"` // a recipient; empty while the office has none
	By   frank.PersonID `json:"by"`
	From uint64         `json:"from"` // the entry that set it
}

// vacate gives the office another holder, or none. What the last one arranged
// ends with it: who acted, the delegates, and the key, which the last holder
// knows.
func (f *office) vacate(to frank.PersonID, index uint64) {
	f.Holder.set(index, to)
	f.Acting.set(index, acting{})
	f.Delegates.set(index, []frank.PersonID{})
	f.Key.set(index, OfficeKeySet{})
}

// drop takes a person out of the office.
func (f *office) drop(id frank.PersonID, index uint64) {
	if f.Holder.now() == id {
		f.vacate("", index)
		return
	}
	if f.Acting.now().Person == id {
		f.Acting.set(index, acting{})
	}
	if slices.Contains(f.Delegates.now(), id) {
		f.Delegates.set(index, without(f.Delegates.now(), id))
	}
}

// office returns an office that is open.
func (d *register) office(id frank.OfficeID) (*office, error) {
	f := d.Offices[id]
	if f == nil {
		return nil, fmt.Errorf("there is no office %.40q", string(id))
	}
	if f.Closed.now() {
		return nil, fmt.Errorf("the office %s is closed", id)
	}
	return f, nil
}

// held returns the offices a person holds, acts for or is a delegate in.
func (d *register) held(id frank.PersonID) []frank.OfficeID {
	var out []frank.OfficeID
	for _, f := range d.Offices {
		if f.Holder.now() == id || f.Acting.now().Person == id || slices.Contains(f.Delegates.now(), id) {
			out = append(out, f.ID)
		}
	}
	return tidy(out)
}

// holder returns an office's holder, or "".
func (d *register) holder(id frank.OfficeID) frank.PersonID {
	if f := d.Offices[id]; f != nil {
		return f.Holder.now()
	}
	return ""
}

func (b Create) agreement(*register) rule { return rule{registrars(1)} }
func (b Create) plan(d *register, o occasion) (*effect, error) {
	if d.Offices[b.Office] != nil {
		return nil, fmt.Errorf("there is an office %s already", b.Office)
	}
	if other, ok := d.Places[b.Place]; ok && b.Place != "" {
		return nil, frank.WithHint(fmt.Errorf("the place %s belongs to the office %s", b.Place, other), "two offices never share a place, so that no reference is given twice")
	}
	return &effect{do: func() {
		f := &office{ID: b.Office, Place: b.Place, Created: o.entry.Index}
		f.Title.set(o.entry.Index, b.Title)
		f.Attributes.set(o.entry.Index, b.Attributes)
		d.Offices[b.Office] = f
		if b.Place != "" {
			d.Places[b.Place] = b.Office
		}
	}, offices: []frank.OfficeID{b.Office}}, nil
}

func (b Alter) agreement(*register) rule { return rule{registrars(2)} }
func (b Alter) plan(d *register, o occasion) (*effect, error) {
	f, err := d.office(b.Office)
	if err != nil {
		return nil, err
	}
	return &effect{do: func() {
		f.Title.set(o.entry.Index, b.Title)
		f.Attributes.set(o.entry.Index, b.Attributes)
		if b.Close {
			f.vacate("", o.entry.Index)
			f.Closed.set(o.entry.Index, true)
		}
	}, people: f.people(), offices: []frank.OfficeID{b.Office}}, nil
}

// people returns who is in the office now.
func (f *office) people() []frank.PersonID {
	return tidy(append([]frank.PersonID{f.Holder.now(), f.Acting.now().Person}, f.Delegates.now()...))
}

func (b Holder) agreement(d *register) rule {
	return rule{registrars(2), with(1, "the outgoing holder", d.holder(b.Office))}
}
func (b Holder) plan(d *register, o occasion) (*effect, error) {
	f, err := d.office(b.Office)
	if err != nil {
		return nil, err
	}
	if b.Person != "" {
		if _, err := d.member(b.Person); err != nil {
			return nil, err
		}
	}
	if f.Holder.now() == b.Person {
		return nil, fmt.Errorf("that is how the office %s is held already", b.Office)
	}
	return &effect{do: func() { f.vacate(b.Person, o.entry.Index) },
		people: append(f.people(), b.Person), offices: []frank.OfficeID{b.Office}}, nil
}

func (b Acting) agreement(d *register) rule {
	holder := d.holder(b.Office)
	if b.Person != "" {
		return rule{registrars(2), with(1, "the holder", holder)}
	}
	people := []frank.PersonID{holder}
	if f := d.Offices[b.Office]; f != nil {
		people = append(people, f.Acting.now().Person)
	}
	return rule{registrars(1), with(0, "the holder or who acts", people...)}
}
func (b Acting) plan(d *register, o occasion) (*effect, error) {
	f, err := d.office(b.Office)
	if err != nil {
		return nil, err
	}
	now := f.Acting.now()
	switch {
	case b.Person == "" && now.Person == "":
		return nil, fmt.Errorf("nobody acts in the office %s", b.Office)
	case b.Person != "" && b.Person == f.Holder.now():
		return nil, errors.New("the holder does not act for the holder")
	case b.Until != 0 && b.Until <= o.entry.Index:
		return nil, fmt.Errorf("expected an end after entry %d, found %d", o.entry.Index, b.Until)
	}
	if b.Person != "" {
		if _, err := d.member(b.Person); err != nil {
			return nil, err
		}
	}
	return &effect{do: func() { f.Acting.set(o.entry.Index, acting{b.Person, b.Until}) },
		people: []frank.PersonID{f.Holder.now(), now.Person, b.Person}, offices: []frank.OfficeID{b.Office}}, nil
}

func (b Delegate) agreement(d *register) rule {
	if b.End {
		return rule{registrars(1), with(0, "the holder or the delegate", d.holder(b.Office), b.Person)}
	}
	return rule{with(0, "the holder", d.holder(b.Office))}
}
func (b Delegate) plan(d *register, o occasion) (*effect, error) {
	f, err := d.office(b.Office)
	if err != nil {
		return nil, err
	}
	list := f.Delegates.now()
	is := slices.Contains(list, b.Person)
	switch {
	case b.End && !is:
		return nil, errors.New("expected a delegate, found a person who is none")
	case b.End:
		list = without(list, b.Person)
	case is:
		return nil, errors.New("the person is a delegate already")
	case f.Holder.now() == b.Person:
		return nil, errors.New("the holder is not a delegate of the holder")
	case len(list) >= MaxDelegates:
		return nil, fmt.Errorf("an office has at most %d delegates", MaxDelegates)
	default:
		if _, err := d.member(b.Person); err != nil {
			return nil, err
		}
		list = append(slices.Clone(list), b.Person)
	}
	return &effect{do: func() { f.Delegates.set(o.entry.Index, list) },
		people: []frank.PersonID{b.Person, f.Holder.now()}, offices: []frank.OfficeID{b.Office}}, nil
}

func (b OfficeKey) agreement(*register) rule { return nil } // who acts depends on the index
func (b OfficeKey) plan(d *register, o occasion) (*effect, error) {
	f, err := d.office(b.Office)
	if err != nil {
		return nil, err
	}
	if id := o.signer.ID; id != f.Holder.now() && id != f.Acting.now().in(o.entry.Index) {
		return nil, fmt.Errorf("expected the holder of the office %s, or who acts, found somebody else", b.Office)
	}
	if slices.ContainsFunc(f.Key, func(s step[OfficeKeySet]) bool { return s.Is.Seal == b.Seal }) {
		return nil, errors.New("expected a new key, found one that the office had before")
	}
	return &effect{do: func() { f.Key.set(o.entry.Index, OfficeKeySet{b.Seal, o.signer.ID, o.entry.Index}) },
		people: f.people(), offices: []frank.OfficeID{b.Office}}, nil
}

func (b Pass) agreement(*register) rule { return nil } // who acts depends on the index
func (b Pass) plan(d *register, o occasion) (*effect, error) {
	f, err := d.office(b.Office)
	if err != nil {
		return nil, err
	}
	if id := o.signer.ID; id != f.Holder.now() && id != f.Acting.now().in(o.entry.Index) {
		return nil, fmt.Errorf("expected the holder of the office %s, or who acts, found somebody else", b.Office)
	}
	if _, err := d.member(b.Person); err != nil {
		return nil, err
	}
	// Nothing changes by it: what was passed can be read in the entry.
	return &effect{do: func() {}, people: []frank.PersonID{b.Person}, offices: []frank.OfficeID{b.Office}}, nil
}
