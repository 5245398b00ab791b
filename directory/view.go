package directory

import (
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/keyring"
)

// View is the directory as of an index of the log: with every statement up to
// and including that one, and none after it.
type View struct {
	d  *register
	at uint64
}

// At returns the directory as of an index. Past the last statement it is as
// that left it.
func (s *State) At(index uint64) View { return View{s.d, index} }

// Now returns the directory as the last statement left it. Whoever acts in an
// office up to an index acts in it still: use [State.At] where that matters.
func (s *State) Now() View { return View{s.d, s.d.Tip.Index} }

// Person is what the directory says of a person.
type Person struct {
	ID      frank.PersonID   `json:"id"`
	Name    string           `json:"name"`
	Seal    string           `json:"seal"`   // the recipient to seal to
	Status  string           `json:"status"` // "named", "member", "left"
	Devices []DeviceInfo     `json:"devices"`
	Roles   []Role           `json:"roles"` // sitting or not
	Offices []frank.OfficeID `json:"offices"`
}

// DeviceInfo is one of a person's signing keys.
type DeviceInfo struct {
	Key   keyring.VerifyKey `json:"key"`
	From  uint64            `json:"from"`
	Valid bool              `json:"valid"`
}

// Card returns the card of one of the person's devices.
func (p Person) Card(key keyring.VerifyKey) keyring.Card {
	return keyring.Card{Name: p.Name, Sign: key, Seal: p.Seal}
}

// Active reports whether the person belongs and has a valid device.
func (p Person) Active() bool {
	return p.Status == member && slices.ContainsFunc(p.Devices, func(v DeviceInfo) bool { return v.Valid })
}

// Person returns a person. The error is that there was none at that index.
func (v View) Person(id frank.PersonID) (Person, error) {
	p := v.d.People[id]
	if p == nil || p.Status.at(v.at) == "" {
		return Person{}, errors.New("expected a person of the directory, found an id that is nobody's")
	}
	out := Person{ID: id, Name: p.Name.at(v.at), Seal: p.Seal.at(v.at), Status: p.Status.at(v.at), Devices: []DeviceInfo{}, Roles: []Role{}, Offices: []frank.OfficeID{}}
	for _, x := range p.Devices {
		if x.From <= v.at {
			out.Devices = append(out.Devices, DeviceInfo{x.Key, x.From, x.validAt(v.at)})
		}
	}
	for _, r := range Roles {
		if slices.Contains(v.d.Seats[r].at(v.at), id) {
			out.Roles = append(out.Roles, r)
		}
	}
	for _, f := range v.Offices() {
		if f.Holder == id || f.Acting == id || slices.Contains(f.Delegates, id) {
			out.Offices = append(out.Offices, f.ID)
		}
	}
	return out, nil
}

// People returns everybody, by id.
func (v View) People() (out []Person) {
	ids := make([]frank.PersonID, 0, len(v.d.People))
	for id := range v.d.People {
		ids = append(ids, id)
	}
	for _, id := range tidy(ids) {
		if p, err := v.Person(id); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// Signer returns whose device key is, if it may sign at this index.
func (v View) Signer(key keyring.VerifyKey) (frank.PersonID, error) {
	id, ok := v.d.Keys[key.String()]
	p := v.d.People[id]
	if !ok || p == nil {
		return "", errors.New("expected the key of an enrolled device, found one that is not")
	}
	x := p.device(key)
	switch {
	case x == nil || x.From > v.at:
		return "", errors.New("expected the key of an enrolled device, found one that was not yet admitted")
	case x.Until != nil && *x.Until <= v.at:
		return "", fmt.Errorf("expected a valid key, found one that was revoked at entry %d", *x.Until)
	case p.Status.at(v.at) != member:
		return "", errors.New("expected a member's key, found that of somebody who has not accepted, or has left")
	}
	return id, nil
}

// Has reports whether a person has a role and can act in it.
func (v View) Has(r Role, id frank.PersonID) bool { return slices.Contains(v.Sitting(r), id) }

// Sitting returns who has a role and can act in it, in the order of
// appointment.
func (v View) Sitting(r Role) (out []frank.PersonID) {
	for _, id := range v.d.Seats[r].at(v.at) {
		p := v.d.People[id]
		if p.Status.at(v.at) == member && slices.ContainsFunc(p.Devices, func(x device) bool { return x.validAt(v.at) }) {
			out = append(out, id)
		}
	}
	return out
}

// Settings returns the settings in force.
func (v View) Settings() Settings { return v.d.Settings.at(v.at) }

// Office is what the directory says of an office.
type Office struct {
	ID         frank.OfficeID   `json:"id"`
	Title      string           `json:"title"`
	Place      string           `json:"place"` // empty: it does not issue
	Attributes []string         `json:"attributes"`
	Closed     bool             `json:"closed"`
	Holder     frank.PersonID   `json:"holder"` // empty: vacant
	Acting     frank.PersonID   `json:"acting"` // empty: nobody
	Until      uint64           `json:"until"`  // the entry from which nobody acts; 0: not said
	Delegates  []frank.PersonID `json:"delegates"`
	Key        OfficeKeySet     `json:"key"`
	Stale      bool             `json:"stale"` // the key was known to somebody who acted and does not now: rotate it
}

// Office returns an office. The error is that there was none at that index.
func (v View) Office(id frank.OfficeID) (Office, error) {
	f := v.d.Offices[id]
	if f == nil || f.Created > v.at {
		return Office{}, fmt.Errorf("there is no office %.40q", string(id))
	}
	a := f.Acting.at(v.at)
	o := Office{ID: id, Title: f.Title.at(v.at), Place: f.Place, Attributes: slices.Clone(f.Attributes.at(v.at)), Closed: f.Closed.at(v.at),
		Holder: f.Holder.at(v.at), Acting: a.in(v.at), Delegates: slices.Clone(f.Delegates.at(v.at)), Key: f.Key.at(v.at)}
	if o.Acting != "" {
		o.Until = a.Until
	}
	if o.Delegates == nil {
		o.Delegates = []frank.PersonID{}
	}
	if o.Key.Seal != "" {
		for _, s := range f.Acting {
			// Acted at some time since the key was set, or when it was.
			if s.Is.Person != "" && s.From <= v.at && s.Is.Person != o.Acting && s.Is.Person != o.Holder && v.endOf(f, s) > o.Key.From {
				o.Stale = true
			}
		}
	}
	return o, nil
}

// endOf returns the index at which somebody no longer acted.
func (v View) endOf(f *office, s step[acting]) uint64 {
	end := v.at + 1
	for _, next := range f.Acting {
		if next.From > s.From {
			end = min(end, next.From)
			break
		}
	}
	if s.Is.Until != 0 {
		end = min(end, s.Is.Until)
	}
	return end
}

// Offices returns all offices, the closed ones too, by id.
func (v View) Offices() (out []Office) {
	ids := make([]frank.OfficeID, 0, len(v.d.Offices))
	for id := range v.d.Offices {
		ids = append(ids, id)
	}
	for _, id := range tidy(ids) {
		if f, err := v.Office(id); err == nil {
			out = append(out, f)
		}
	}
	return out
}

// OfficeAt returns the office whose references have a place.
func (v View) OfficeAt(place string) (Office, error) {
	id, ok := v.d.Places[place]
	if !ok {
		return Office{}, fmt.Errorf("no office issues from %.60q", place)
	}
	return v.Office(id)
}

// MayIssue reports why a person may not issue for an office: they must hold it
// or act in it, and the office must have a place and a key.
func (v View) MayIssue(id frank.OfficeID, person frank.PersonID) error {
	f, err := v.Office(id)
	switch {
	case err != nil:
		return err
	case f.Closed:
		return fmt.Errorf("the office %s is closed", id)
	case person == "" || person != f.Holder && person != f.Acting:
		return fmt.Errorf("expected the holder of the office %s, or who acts, found somebody else", id)
	case f.Place == "":
		return fmt.Errorf("the office %s has no place for references, and does not issue", id)
	case f.Key.Seal == "":
		return frank.WithHint(fmt.Errorf("the office %s has no key yet", id), "its holder sets one (%s); after a handover, a new one", KindOfficeKey)
	}
	return nil
}

// Capacity is as what somebody reads what an office gets.
type Capacity string

// The capacities.
const (
	AsHolder   Capacity = "holder"
	AsActing   Capacity = "acting"
	AsDelegate Capacity = "delegate"
)

// Reader is a person who gets a copy of what is addressed to an office.
type Reader struct {
	Office frank.OfficeID `json:"office"`
	Person frank.PersonID `json:"person"`
	As     Capacity       `json:"as"`
	Name   string         `json:"name"`
	Seal   string         `json:"seal"`
}

// Readers returns who gets copies of what is addressed to an office: the
// holder, who acts, the delegates. The error is that nobody could read it.
func (v View) Readers(id frank.OfficeID) ([]Reader, error) {
	f, err := v.Office(id)
	if err != nil {
		return nil, err
	}
	if f.Closed {
		return nil, fmt.Errorf("the office %s is closed", id)
	}
	if f.Holder == "" && f.Acting == "" {
		return nil, frank.WithHint(fmt.Errorf("nobody holds the office %s", id), "ask a registrar who does, or address another")
	}
	var out []Reader
	add := func(id frank.PersonID, as Capacity) {
		if id == "" || slices.ContainsFunc(out, func(r Reader) bool { return r.Person == id }) {
			return
		}
		if p, err := v.Person(id); err == nil && p.Status == member {
			out = append(out, Reader{f.ID, id, as, p.Name, p.Seal})
		}
	}
	add(f.Holder, AsHolder)
	add(f.Acting, AsActing)
	for _, d := range f.Delegates {
		add(d, AsDelegate)
	}
	return out, nil
}

// Deal says who may be dealt shares of a codebook key.
type Deal struct {
	Threshold  int              `json:"threshold"`
	Officers   []frank.PersonID `json:"officers"`   // sitting, and not involved
	Alternates []frank.PersonID `json:"alternates"` // who stand in, as few as are needed for Threshold+1
	Involved   []frank.PersonID `json:"involved"`   // officers and alternates left out because they are involved
	Short      int              `json:"short"`      // how many are missing to Threshold+1
}

// Deal returns who may be dealt shares when those involved, the author and
// everybody who gets a copy, may not. It is an error if they are fewer than the
// threshold.
func (v View) Deal(involved ...frank.PersonID) (Deal, error) {
	d := Deal{Threshold: v.Settings().Threshold, Officers: []frank.PersonID{}, Alternates: []frank.PersonID{}, Involved: []frank.PersonID{}}
	for _, id := range v.Sitting(Officer) {
		if slices.Contains(involved, id) {
			d.Involved = append(d.Involved, id)
		} else {
			d.Officers = append(d.Officers, id)
		}
	}
	for _, id := range v.Sitting(Alternate) {
		if slices.Contains(involved, id) {
			d.Involved = append(d.Involved, id)
		} else if len(d.Officers)+len(d.Alternates) <= d.Threshold {
			d.Alternates = append(d.Alternates, id)
		}
	}
	n := len(d.Officers) + len(d.Alternates)
	d.Short = max(0, d.Threshold+1-n)
	if n < d.Threshold {
		return d, frank.WithHint(fmt.Errorf("expected %d officers who neither wrote this nor get a copy, found %d, alternates included", d.Threshold, n),
			"leave officers out of the distribution, or have alternates appointed from outside")
	}
	return d, nil
}

// Holds reports whether a person holds an office, or acts in it.
func (v View) Holds(person frank.PersonID, id frank.OfficeID) bool {
	f, err := v.Office(id)
	return err == nil && !f.Closed && person != "" && (f.Holder == person || f.Acting == person)
}

// Delegate reports whether a person is a delegate in an office.
func (v View) Delegate(person frank.PersonID, id frank.OfficeID) bool {
	f, err := v.Office(id)
	return err == nil && !f.Closed && slices.Contains(f.Delegates, person)
}

// Place returns the place of an office's references; ok is false for one that
// cannot issue, because it has none, has no key, or is closed.
func (v View) Place(id frank.OfficeID) (place string, ok bool) {
	f, err := v.Office(id)
	return f.Place, err == nil && !f.Closed && f.Place != "" && f.Key.Seal != ""
}

// Recipient returns what things for a person are sealed to; ok is false for one
// who is no member.
func (v View) Recipient(id frank.PersonID) (seal string, ok bool) {
	p := v.d.People[id]
	if p == nil || p.Status.at(v.at) != member {
		return "", false
	}
	return p.Seal.at(v.at), true
}
