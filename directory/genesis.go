package directory

import (
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// Genesis is the first entry: who there is at the founding, and the settings.
// The signer is one of the registrars named, and sits at once; everybody else
// does once they have accepted.
type Genesis struct {
	Format   string    `json:"format"` // [GenesisFormat]
	Name     string    `json:"name"`   // the organisation's
	Log      string    `json:"log"`    // the log's origin
	People   []Founder `json:"people"`
	Settings Settings  `json:"settings"`
}

// Founder is a person named at the founding.
type Founder struct {
	Card  keyring.Card `json:"card"`
	Roles []Role       `json:"roles"` // in the order of [Roles]; may be empty
}

// GenesisFormat is the id of a [Genesis].
const GenesisFormat = "frank.genesis/1"

// ParseGenesis reads the body of a genesis.
func ParseGenesis(body []byte) (*Genesis, error) {
	var g Genesis
	if err := canon.Unmarshal(body, &g); err != nil {
		return nil, fmt.Errorf("the body of %s cannot be read: %w", KindGenesis, err)
	}
	if err := g.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", KindGenesis, err)
	}
	return &g, nil
}

func (g *Genesis) validate() error {
	switch {
	case g.Format != GenesisFormat:
		return fmt.Errorf("expected the format %s, found %.40q", GenesisFormat, g.Format)
	case !ValidText(g.Name):
		return errText("the organisation's name")
	case !ledger.ValidOrigin(g.Log):
		return errors.New("the genesis names no log")
	case len(g.People) == 0 || len(g.People) > MaxFounders:
		return fmt.Errorf("expected 1 to %d people, found %d", MaxFounders, len(g.People))
	}
	count, ids := map[Role]int{}, map[frank.PersonID]bool{}
	for i, f := range g.People {
		if err := f.Card.Validate(); err != nil {
			return fmt.Errorf("person %d: %w", i, err)
		}
		if id := f.Card.Sign.Person(); ids[id] {
			return fmt.Errorf("person %d has the key of another", i)
		} else {
			ids[id] = true
		}
		if err := validRoles(f.Roles); err != nil {
			return fmt.Errorf("person %d: %w", i, err)
		}
		for _, r := range f.Roles {
			count[r]++
			for _, other := range apart[r] {
				if slices.Contains(f.Roles, other) {
					return fmt.Errorf("person %d: nobody is both %s and %s: it would let one person agree twice", i, r, other)
				}
			}
		}
	}
	if err := g.Settings.validate(); err != nil {
		return err
	}
	for _, need := range []struct {
		role Role
		n    int
	}{{Registrar, MinRegistrars}, {Officer, g.Settings.Threshold}, {Overseer, 1}} {
		if count[need.role] < need.n {
			return frank.WithHint(fmt.Errorf("expected at least %d with the role %s, found %d", need.n, need.role, count[need.role]),
				"a small organisation asks people from outside; one person may have several roles, but an overseer is not an officer")
		}
	}
	return nil
}

func (d *register) genesis(at Entry, st *ledger.Statement) (*effect, error) {
	g, err := ParseGenesis(st.Body)
	if err != nil {
		return nil, err
	}
	founder := slices.IndexFunc(g.People, func(f Founder) bool { return f.Card.Sign == st.By })
	switch {
	case d.Genesis != nil:
		return nil, errors.New("there is a genesis already")
	case at.Index != 0:
		return nil, fmt.Errorf("expected the genesis as entry 0, found it as entry %d", at.Index)
	case g.Log != d.Log:
		return nil, fmt.Errorf("expected the genesis of the log %.100q, found one of %.100q", d.Log, g.Log)
	case founder < 0 || !slices.Contains(g.People[founder].Roles, Registrar):
		return nil, errors.New("expected the signature of a registrar it names, found another's")
	}
	if err := g.Settings.valid(d, len(g.People)); err != nil {
		return nil, err
	}
	return &effect{do: func() {
		d.Genesis, d.Name = &at, g.Name
		d.Settings.set(0, g.Settings)
		for i, f := range g.People {
			p := &person{ID: f.Card.Sign.Person(), Devices: []device{{Key: f.Card.Sign}}}
			p.Name.set(0, f.Card.Name)
			p.Seal.set(0, f.Card.Seal)
			p.Status.set(0, named)
			if i == founder {
				p.Status.set(0, member)
			}
			d.People[p.ID], d.Keys[f.Card.Sign.String()] = p, p.ID
			for _, r := range f.Roles {
				d.seat(r, 0, append(slices.Clone(d.Seats[r].now()), p.ID))
			}
		}
	}}, nil
}
