package directory

import (
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/keyring"
)

// person is one person through all changes.
type person struct {
	ID      frank.PersonID `json:"id"`
	Status  line[string]   `json:"status"`
	Name    line[string]   `json:"name"`
	Seal    line[string]   `json:"seal"` // the recipient to seal to
	Devices []device       `json:"devices"`
}

// What a person's status may be.
const (
	named  = "named" // at the founding, and has not accepted
	member = "member"
	left   = "left"
)

// device is a signing key, valid from an index on and up to another.
type device struct {
	Key   keyring.VerifyKey `json:"key"`
	From  uint64            `json:"from"`
	Until *uint64           `json:"until"` // the index of its revocation; nil while it is valid
}

func (v *device) validAt(index uint64) bool {
	return v.From <= index && (v.Until == nil || index < *v.Until)
}

// device returns the device with a key, or nil.
func (p *person) device(key keyring.VerifyKey) *device {
	for i := range p.Devices {
		if p.Devices[i].Key == key {
			return &p.Devices[i]
		}
	}
	return nil
}

func (p *person) live() (n int) {
	for _, v := range p.Devices {
		if v.Until == nil {
			n++
		}
	}
	return n
}

// active reports whether p can sign anything now.
func (p *person) active() bool { return p.Status.now() == member && p.live() > 0 }

// mayUse reports why key, a device of p's, may not sign now.
func (p *person) mayUse(key keyring.VerifyKey) error {
	switch v := p.device(key); {
	case v.Until != nil:
		return fmt.Errorf("expected a valid key, found one that was revoked at entry %d", *v.Until)
	case p.Status.now() == named:
		return frank.WithHint(errors.New("expected a member, found somebody who was named at the founding and has not accepted"), "accept first: %s", KindAccept)
	case p.Status.now() != member:
		return errors.New("expected a member, found somebody who has left")
	}
	return nil
}

// revokeAll ends all devices.
func (p *person) revokeAll(index uint64) {
	for i := range p.Devices {
		if p.Devices[i].Until == nil {
			p.Devices[i].Until = &index
		}
	}
}

// invitation is a code that one person may enrol with.
type invitation struct {
	Invite
	Entry frank.Hash     `json:"entry"`
	By    frank.PersonID `json:"by"`
	Used  bool           `json:"used"`
}

// enrolment is a card that waits for a registrar to compare its fingerprint.
type enrolment struct {
	Entry    frank.Hash     `json:"entry"`
	Person   frank.PersonID `json:"person"`
	Card     keyring.Card   `json:"card"`
	Invite   uint64         `json:"invite"`
	Admitted bool           `json:"admitted"`
}

// member returns the person, if a member with a device that can sign.
func (d *register) member(id frank.PersonID) (*person, error) {
	p := d.People[id]
	switch {
	case p == nil:
		return nil, errors.New("expected a member, found a person who was never admitted")
	case p.Status.now() == named:
		return nil, errors.New("expected a member, found somebody who was named at the founding and has not accepted")
	case p.Status.now() == left:
		return nil, errors.New("expected a member, found somebody who has left")
	case p.live() == 0:
		return nil, errors.New("expected a member with a valid device, found one who has none")
	}
	return p, nil
}

func (d *register) unusedKey(key keyring.VerifyKey) error {
	if _, ok := d.Keys[key.String()]; ok {
		return frank.WithHint(errors.New("expected a signing key that was never used, found one that was"), "make a new one")
	}
	return nil
}

func (b Accept) agreement(*register) rule { return nil }
func (b Accept) plan(d *register, o occasion) (*effect, error) {
	p := o.signer
	switch {
	case p == nil || len(p.Devices) != 1:
		return nil, errors.New("expected the key of a person named at the founding, found another")
	case b.Genesis != d.Genesis.Hash:
		return nil, errors.New("it accepts another founding than this log's")
	case p.Status.now() != named:
		return nil, fmt.Errorf("expected somebody who was named at the founding and has not accepted, found a person who is %q", p.Status.now())
	case p.live() == 0:
		return nil, errors.New("expected a valid key, found one that was revoked")
	case b.Fingerprint != (keyring.Card{Name: p.Name.now(), Sign: o.by, Seal: p.Seal.now()}).Fingerprint():
		return nil, errors.New("it accepts another card than the founding names: the keys were swapped")
	}
	return &effect{do: func() { p.Status.set(o.entry.Index, member) }}, nil
}

func (b Invite) agreement(*register) rule { return rule{registrars(1)} }
func (b Invite) plan(d *register, o occasion) (*effect, error) {
	for _, i := range d.Invites {
		if i.Code == b.Code {
			return nil, frank.WithHint(errors.New("expected a new code, found one that was given out before"), "make a new code")
		}
	}
	e := &effect{do: func() {
		d.Invites[o.entry.Index] = &invitation{Invite: b, Entry: o.entry.Hash, By: o.signer.ID}
	}}
	if b.Office != "" {
		if _, err := d.office(b.Office); err != nil && !d.partial { // what is intended gives nothing
			return nil, err
		}
		e.offices = []frank.OfficeID{b.Office}
	}
	if b.Person != "" {
		if err := d.again(b.Person); err != nil {
			return nil, err
		}
		e.people = []frank.PersonID{b.Person}
	}
	return e, nil
}

// again reports why a person may not enrol anew, with new keys and the offices
// they hold. Two registrars agree to it, and they may not give away a seat.
func (d *register) again(id frank.PersonID) error {
	p := d.People[id]
	if p == nil || p.Status.now() != member {
		return errors.New("expected a member to enrol anew, found a person who is none")
	}
	if roles := d.roles(id); len(roles) > 0 {
		return frank.WithHint(fmt.Errorf("a person enrols anew without a role, and this one is %s", roles[0]), "end the role first, and grant it again after")
	}
	return nil
}

func (b Enrol) agreement(*register) rule { return nil }
func (b Enrol) plan(d *register, o occasion) (*effect, error) {
	i := d.Invites[b.Invite.Index]
	switch {
	case i == nil || i.Entry != b.Invite.Hash:
		return nil, errors.New("expected an invitation of this log, found none such")
	case b.Genesis != d.Genesis.Hash:
		return nil, errors.New("it relies on another founding than this log's")
	case i.Used:
		return nil, frank.WithHint(errors.New("expected an unused invitation, found one that somebody enrolled with"), "ask a registrar for another, and tell them that this one was used")
	case o.entry.Index-b.Invite.Index > i.Expires:
		return nil, frank.WithHint(fmt.Errorf("the invitation expired at entry %d, and this is entry %d", b.Invite.Index+i.Expires, o.entry.Index), "ask a registrar for another")
	case o.by != b.Card.Sign:
		return nil, errors.New("expected the signature of the card's own key, found another's")
	case !verifyCode(i.Code, d.Log, b.Invite, b.Card, b.Proof):
		return nil, errors.New("the proof is not by the invitation's code for this card")
	}
	if err := d.unusedKey(b.Card.Sign); err != nil {
		return nil, err
	}
	id := i.Person
	if id == "" {
		if id = b.Card.Sign.Person(); d.People[id] != nil {
			return nil, errors.New("expected a new person, found the id of another")
		}
	} else if err := d.again(id); err != nil {
		return nil, err
	}
	return &effect{do: func() {
		i.Used = true
		d.Keys[b.Card.Sign.String()] = id
		d.Enrolments[o.entry.Index] = &enrolment{Entry: o.entry.Hash, Person: id, Card: b.Card, Invite: b.Invite.Index}
	}, people: []frank.PersonID{id, i.By}}, nil
}

func (b Admit) agreement(*register) rule { return rule{registrars(1)} }
func (b Admit) plan(d *register, o occasion) (*effect, error) {
	e := d.Enrolments[b.Enrolment.Index]
	switch {
	case e == nil || e.Entry != b.Enrolment.Hash:
		return nil, errors.New("expected an enrolment of this log, found none such")
	case e.Admitted:
		return nil, errors.New("expected an enrolment that waits, found one that was admitted")
	case e.Card.Fingerprint() != b.Fingerprint:
		return nil, frank.WithHint(errors.New("the fingerprint is not that of the card enrolled"), "do not admit it: somebody else may have used the code. Invite again")
	}
	inviter := d.Invites[e.Invite].By
	p := d.People[e.Person]
	if p != nil { // enrols anew
		if err := d.again(e.Person); err != nil {
			return nil, err
		}
		if inviter == o.signer.ID {
			return nil, frank.WithHint(errors.New("who enrols anew is admitted by another registrar than invited them"), "two registrars must agree, as when an office changes hands")
		}
	}
	return &effect{do: func() {
		e.Admitted = true
		if p == nil {
			p = &person{ID: e.Person}
			d.People[e.Person] = p
		}
		p.revokeAll(o.entry.Index)
		p.Devices = append(p.Devices, device{Key: e.Card.Sign, From: o.entry.Index})
		p.Status.set(o.entry.Index, member)
		p.Name.set(o.entry.Index, e.Card.Name)
		p.Seal.set(o.entry.Index, e.Card.Seal)
	}, people: []frank.PersonID{e.Person, inviter}, offices: d.held(e.Person)}, nil
}

func (b Device) agreement(*register) rule { return nil }
func (b Device) plan(d *register, o occasion) (*effect, error) {
	p := o.signer
	if err := d.unusedKey(b.Key); err != nil {
		return nil, err
	}
	if p.live() >= MaxDevices {
		return nil, frank.WithHint(fmt.Errorf("a person has at most %d devices", MaxDevices), "revoke one that is no longer used")
	}
	if !b.Key.Verify(keyring.DeviceNamespace, DeviceClaim(d.Log, p.ID, b.Key), b.Proof) {
		return nil, errors.New("expected the new device's own signature, found none by it")
	}
	return &effect{do: func() {
		p.Devices = append(p.Devices, device{Key: b.Key, From: o.entry.Index})
		d.Keys[b.Key.String()] = p.ID
	}, people: []frank.PersonID{p.ID}}, nil
}

// agreement keeps one registrar, or whoever stole a registrar's key, from
// ending the organisation: who has a role cannot enrol anew, so a registrar who
// revoked all who sit would leave nobody to appoint others.
func (b Revoke) agreement(d *register) rule {
	if p := d.People[b.Person]; p != nil && p.live() == 1 && len(d.roles(p.ID)) > 0 {
		if v := p.device(b.Key); v != nil && v.Until == nil {
			return rule{registrars(2), weighty}
		}
	}
	return rule{registrars(1), with(0, "the person", b.Person)}
}
func (b Revoke) plan(d *register, o occasion) (*effect, error) {
	p := d.People[b.Person]
	var v *device
	if p != nil {
		v = p.device(b.Key)
	}
	switch {
	case v == nil:
		return nil, errors.New("expected a device of the person named, found none such")
	case v.Until != nil:
		return nil, fmt.Errorf("the device was revoked at entry %d", *v.Until)
	case o.by == b.Key:
		return nil, frank.WithHint(errors.New("a device cannot revoke itself"), "use another device, or ask a registrar")
	}
	return &effect{do: func() {
		at := o.entry.Index
		v.Until = &at
	}, people: []frank.PersonID{p.ID}, offices: d.held(p.ID)}, nil
}

func (b Key) agreement(*register) rule { return nil }
func (b Key) plan(d *register, o occasion) (*effect, error) {
	p := o.signer
	if slices.ContainsFunc(p.Seal, func(s step[string]) bool { return s.Is == b.Seal }) {
		return nil, errors.New("expected a new decryption key, found one that the person had before")
	}
	return &effect{do: func() { p.Seal.set(o.entry.Index, b.Seal) }, people: []frank.PersonID{p.ID}, offices: d.held(p.ID)}, nil
}

func (b Leave) agreement(*register) rule {
	return rule{registrars(2), with(1, "the person", b.Person)}
}
func (b Leave) plan(d *register, o occasion) (*effect, error) {
	p := d.People[b.Person]
	if p == nil || p.Status.now() == left {
		return nil, errors.New("expected somebody who belongs to the organisation, found a person who does not")
	}
	if roles := d.roles(p.ID); len(roles) > 0 {
		return nil, frank.WithHint(fmt.Errorf("nobody leaves with a role, and this person is %s", roles[0]), "end the role first")
	}
	held := d.held(p.ID)
	return &effect{do: func() {
		for _, id := range held {
			d.Offices[id].drop(p.ID, o.entry.Index)
		}
		p.revokeAll(o.entry.Index)
		p.Status.set(o.entry.Index, left)
	}, people: []frank.PersonID{p.ID}, offices: held}, nil
}
