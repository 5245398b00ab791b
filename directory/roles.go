package directory

import (
	"errors"
	"fmt"
	"slices"

	"frank"
)

// Role is what a person does for the organisation besides any office.
type Role string

// The roles.
const (
	Registrar Role = "registrar" // invites, admits, says who holds which office
	Officer   Role = "officer"   // is dealt shares, agrees to inquiries and to weighty changes
	Alternate Role = "alternate" // from outside: is dealt shares when too few officers may be
	Overseer  Role = "overseer"  // agrees to weighty changes beside the officers
	Watch     Role = "watch"     // looks for dispatches in print
	Witness   Role = "witness"   // runs a witness of the ledger
)

// Roles are all roles.
var Roles = []Role{Registrar, Officer, Alternate, Overseer, Watch, Witness}

// MinRegistrars is how many registrars an organisation keeps: what takes two
// cannot be done with fewer.
const MinRegistrars = 2

// apart are roles that nobody has together: who agrees twice is not two.
var apart = map[Role][]Role{
	Officer:   {Alternate, Overseer},
	Alternate: {Officer, Overseer},
	Overseer:  {Officer, Alternate},
}

// sits reports whether a person has a role and can act in it now.
func (d *register) sits(r Role, id frank.PersonID) bool {
	p := d.People[id]
	return p != nil && p.active() && slices.Contains(d.Seats[r].now(), id)
}

// sitting returns who sits, in the order of appointment.
func (d *register) sitting(r Role) []frank.PersonID {
	return slices.DeleteFunc(slices.Clone(d.Seats[r].now()), func(id frank.PersonID) bool { return !d.sits(r, id) })
}

// roles returns the roles that a person has, sitting or not.
func (d *register) roles(id frank.PersonID) (out []Role) {
	for _, r := range Roles {
		if slices.Contains(d.Seats[r].now(), id) {
			out = append(out, r)
		}
	}
	return out
}

func (d *register) seat(r Role, index uint64, list []frank.PersonID) {
	l := d.Seats[r]
	l.set(index, list)
	d.Seats[r] = l
}

func (b Grant) agreement(*register) rule {
	if b.Role == Registrar {
		return rule{registrars(2), weighty}
	}
	return rule{weighty}
}
func (b Grant) plan(d *register, o occasion) (*effect, error) {
	if _, err := d.member(b.Person); err != nil {
		return nil, err
	}
	list := d.Seats[b.Role].now()
	if slices.Contains(list, b.Person) {
		return nil, fmt.Errorf("the person is %s already", b.Role)
	}
	for _, r := range apart[b.Role] {
		if slices.Contains(d.Seats[r].now(), b.Person) {
			return nil, fmt.Errorf("nobody is both %s and %s: it would let one person agree twice", b.Role, r)
		}
	}
	return &effect{do: func() { d.seat(b.Role, o.entry.Index, append(slices.Clone(list), b.Person)) }, people: []frank.PersonID{b.Person}}, nil
}

func (b End) agreement(*register) rule {
	if b.Role == Registrar {
		return rule{registrars(2), with(1, "the registrar who goes", b.Person), weighty}
	}
	return rule{weighty}
}
func (b End) plan(d *register, o occasion) (*effect, error) {
	list := d.Seats[b.Role].now()
	if !slices.Contains(list, b.Person) {
		return nil, fmt.Errorf("expected a person who is %s, found one who is not", b.Role)
	}
	need := map[Role]int{Registrar: MinRegistrars, Officer: d.Settings.now().Threshold, Overseer: 1}[b.Role]
	if stay := len(without(d.sitting(b.Role), b.Person)); stay < need && !d.partial {
		return nil, frank.WithHint(fmt.Errorf("there would be %d sitting as %s, and it takes %d", stay, b.Role, need), "appoint a successor first")
	}
	return &effect{do: func() { d.seat(b.Role, o.entry.Index, without(list, b.Person)) }, people: []frank.PersonID{b.Person}}, nil
}

func (b Settings) agreement(*register) rule { return rule{weighty} }
func (b Settings) plan(d *register, o occasion) (*effect, error) {
	if b == d.Settings.now() {
		return nil, errors.New("expected other settings than those in force, found the same")
	}
	if err := b.valid(d, len(d.sitting(Officer))); err != nil {
		return nil, err
	}
	return &effect{do: func() { d.Settings.set(o.entry.Index, b) }}, nil
}

// valid checks settings against the organisation they are for.
func (b Settings) valid(d *register, officers int) error {
	if b.Threshold > officers && !d.partial {
		return frank.WithHint(fmt.Errorf("expected at least %d officers, as the threshold says, found %d", b.Threshold, officers), "name one more than that, so that one can be missing")
	}
	witnessed, err := d.checkpoints.Policy(d.Log, b.Witnesses)
	if err != nil {
		return fmt.Errorf("the witness policy cannot be used: %w", err)
	}
	if !witnessed && b.Wait > 0 {
		return frank.WithHint(errors.New("a waiting time is shown by witnesses' cosignatures, and the witness policy asks for none"),
			"name witnesses, or say wait 0 and do without a waiting time")
	}
	return nil
}
