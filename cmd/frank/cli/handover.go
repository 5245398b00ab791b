package cli

import (
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/trace/figure"
)

type handoverCmd struct {
	Office string `arg:"" help:"The office's id."`
	To     string `placeholder:"PERSON" help:"Who holds it from now on: name or id. For who holds it."`
	Take   bool   `help:"Take the office over. For who holds it now."`
}

func (*handoverCmd) Help() string {
	return `The holder passes the office's keys to the successor and proposes the change; one registrar agrees with frank consent. Then the successor takes over: gives the office a new key, which the predecessor does not have, and asks the offices that issued them for copies of what the office held. Copies are never passed on.

Example: frank handover sarn --to "Ben Ortiz"

Example: frank handover sarn --take`
}

func (cmd *handoverCmd) Run(r *run) error {
	if cmd.Take == (cmd.To != "") {
		return frank.WithHint(usagef("expected --to PERSON or --take"), "the holder hands over --to somebody, who then takes over with --take")
	}
	return r.member(func(m *member) error {
		o, err := m.findOffice(cmd.Office)
		if err != nil {
			return err
		}
		if !m.Directory().At(m.View().Head().Size).Holds(m.Person, o.ID) {
			if cmd.Take {
				return frank.WithHint(fmt.Errorf("you do not hold the office %s yet", o.ID), "the holder proposes it with frank handover %s --to, and a registrar agrees", o.ID)
			}
			return frank.WithHint(fmt.Errorf("you do not hold the office %s", o.ID), "without its holder two registrars agree: frank office holder")
		}
		if cmd.Take {
			return m.takeOver(o)
		}
		p, err := m.findPerson(cmd.To)
		if err != nil {
			return err
		}
		if p.ID == o.Holder {
			return fmt.Errorf("%s holds the office %s already", p.Name, o.ID)
		}
		if err := m.PassOfficeKey(r, o.ID, p.ID); err != nil {
			return err
		}
		if err := m.propose(directory.Holder{Office: o.ID, Person: p.ID}); err != nil {
			return err
		}
		r.note("then %s runs frank handover %s --take", p.Name, o.ID)
		drafts, err := m.Drafts(r)
		for _, d := range drafts {
			if d.Last != nil && !d.Last.Over() && d.Last.Office == o.ID && !d.Last.Names(p.ID) {
				r.note("draft %d is under work, and %s does not take part in it: frank draft share FILE --with \"%s\", as long as you hold the office", d.Draft, p.Name, p.Name)
			}
		}
		return err
	})
}

// takeOver is the successor's side. It may be done again: what was asked for is
// not asked for twice.
func (m *member) takeOver(o directory.Office) error {
	if o.Key.By != m.Person || o.Key.Seal == "" || o.Stale {
		if err := m.NewOfficeKey(m.run, o.ID); err != nil {
			return err
		}
		m.note("the office %s has a new key", o.ID)
	}
	did := m.did()
	asked := 0
	for _, ref := range m.Held(o.ID) {
		if did.has(ref, dispatch.KindRequest) {
			continue
		}
		if err := m.Request(m.run, dispatch.Request{Dispatch: ref, Office: o.ID, Why: dispatch.Succession}); err != nil {
			m.note("%s could not be asked for: %s", ref, oneLine(err.Error()))
			m.code = Trouble
			continue
		}
		asked++
	}
	own := slices.ContainsFunc(m.Dispatches(), func(ref frank.Ref) bool { return m.Batches(ref)[0].Begin.Office == o.ID })
	switch {
	case asked > 0:
		m.note("%s asked for, that the office held: those who issued them decide", figure.Counted(asked, "copy"))
	default:
		m.note("nothing is left to ask for")
	}
	if own {
		m.note("further copies of what the office issued are yours to issue: frank issued, frank requests")
	}
	return nil
}
