package cli

import (
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/directory"
)

type officeCmd struct {
	List     officeListCmd     `cmd:"" help:"List the offices and who holds them."`
	Show     officeShowCmd     `cmd:"" help:"Show one office."`
	Create   officeCreateCmd   `cmd:"" help:"Make an office."`
	Alter    officeAlterCmd    `cmd:"" help:"Propose another title or other attributes, or the end of an office."`
	Holder   officeHolderCmd   `cmd:"" help:"Propose who holds an office."`
	Acting   officeActingCmd   `cmd:"" help:"Propose who acts in an office, or end it."`
	Delegate officeDelegateCmd `cmd:"" help:"Let somebody read, with copies of their own, what your office gets."`
	Key      officeKeyCmd      `cmd:"" help:"Give your office a new key."`
}

type officeListCmd struct {
	All  bool `help:"Closed ones, too."`
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (*officeListCmd) Help() string { return `Example: frank office list` }

func (cmd *officeListCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		list := m.Directory().At(m.View().Head().Size).Offices()
		if !cmd.All {
			list = slices.DeleteFunc(list, func(o directory.Office) bool { return o.Closed })
		}
		if cmd.JSON {
			if list == nil {
				list = []directory.Office{}
			}
			return m.json(list)
		}
		if len(list) == 0 {
			m.note("there is no office yet: frank office create makes one")
		}
		var rows [][]string
		for _, o := range list {
			holder := "vacant"
			if o.Holder != "" {
				holder = m.person(o.Holder)
			}
			if o.Acting != "" {
				holder += ", for whom " + m.person(o.Acting) + " acts"
			}
			state := ""
			switch {
			case o.Closed:
				state = "closed"
			case o.Key.Seal == "" && o.Holder != "":
				state = "no key yet"
			case o.Stale:
				state = "key to be renewed"
			}
			rows = append(rows, []string{string(o.ID), o.Title, firstOf(o.Place, "—"), holder, state})
		}
		m.table(rows)
		return nil
	})
}

type officeShowCmd struct {
	Office string `arg:"" help:"The office's id."`
	JSON   bool   `name:"json" help:"Print it as JSON."`
}

func (*officeShowCmd) Help() string { return `Example: frank office show sarn` }

func (cmd *officeShowCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		if _, err := m.findOffice(cmd.Office); err != nil {
			return err
		}
		o, err := m.Directory().At(m.View().Head().Size).Office(frank.OfficeID(cmd.Office))
		if err != nil {
			return err
		}
		if cmd.JSON {
			return m.json(o)
		}
		m.say("%s", o.Title)
		rows := [][]string{{"office", string(o.ID)}, {"issues as", firstOf(o.Place, "— (it does not issue)")}, {"holder", m.person(o.Holder)}}
		if o.Acting != "" {
			rows = append(rows, []string{"acting", m.person(o.Acting)})
		}
		if len(o.Delegates) > 0 {
			rows = append(rows, []string{"delegates", m.names(o.Delegates)})
		}
		rows = append(rows, []string{"attributes", firstOf(strings.Join(o.Attributes, ", "), "—")})
		switch {
		case o.Closed:
			rows = append(rows, []string{"closed", "yes"})
		case o.Key.Seal == "":
			rows = append(rows, []string{"key", "none yet: its holder sets it with frank office key " + string(o.ID)})
		default:
			rows = append(rows, []string{"key", fmt.Sprintf("set by %s in entry %d", m.person(o.Key.By), o.Key.From)})
		}
		if o.Stale {
			rows = append(rows, []string{"", "somebody who no longer acts knows this key: frank office key " + string(o.ID)})
		}
		m.table(rows)
		return nil
	})
}

type officeCreateCmd struct {
	Office    string   `arg:"" help:"Its id: lower-case letters, digits and hyphens."`
	Title     string   `required:"" placeholder:"TITLE" help:"What people call it."`
	Place     string   `placeholder:"PLACE" help:"What its dispatches are numbered under, as in 26 SARN 41; without it the office reads and does not issue."`
	Attribute []string `placeholder:"WORD" help:"What need-to-know rules ask for."`
}

func (*officeCreateCmd) Help() string {
	return `For registrars. It is vacant at first: frank office holder says who holds it.

Example: frank office create sarn --title "Embassy in Sarn" --place SARN`
}

func (cmd *officeCreateCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		id := frank.OfficeID(cmd.Office)
		if !id.Valid() {
			return frank.WithHint(usagef("%.60q cannot be an office's id", cmd.Office), "lower-case letters, digits and single hyphens, the first a letter, as in us-desk")
		}
		if cmd.Place != "" && !frank.ValidPlace(cmd.Place) {
			return frank.WithHint(usagef("%.60q cannot be the place of references", cmd.Place), "capital letters, digits, hyphens and spaces, as in WASHINGTON")
		}
		if _, err := m.Do(r, directory.Create{Office: id, Title: cmd.Title, Place: cmd.Place, Attributes: sorted(cmd.Attribute)}); err != nil {
			return err
		}
		r.note("the office %s is made, and vacant: frank office holder %s PERSON", id, id)
		return nil
	})
}

func sorted(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}

type officeAlterCmd struct {
	Office    string   `arg:"" help:"The office's id."`
	Title     string   `placeholder:"TITLE" help:"What people call it from now on."`
	Attribute []string `placeholder:"WORD" help:"All that need-to-know rules find from now on."`
	Close     bool     `help:"Close it for good."`
}

func (*officeAlterCmd) Help() string {
	return `Two registrars agree: frank changes.

Example: frank office alter desk --attribute closed-papers`
}

func (cmd *officeAlterCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		o, err := m.findOffice(cmd.Office)
		if err != nil {
			return err
		}
		do := directory.Alter{Office: o.ID, Title: firstOf(cmd.Title, o.Title), Attributes: o.Attributes, Close: cmd.Close}
		if cmd.Attribute != nil {
			do.Attributes = sorted(cmd.Attribute)
		}
		return m.propose(do)
	})
}

type officeHolderCmd struct {
	Office string `arg:"" help:"The office's id."`
	Person string `arg:"" optional:"" help:"Name or id."`
	Vacant bool   `help:"Nobody holds it any more."`
}

func (*officeHolderCmd) Help() string {
	return `Two registrars agree, or one and the holder who goes: frank changes. A holder who passes an office on uses frank handover, so that the successor can read what is needed.

Example: frank office holder sarn "Finn Aske"`
}

func (cmd *officeHolderCmd) Run(r *run) error {
	if cmd.Vacant == (cmd.Person != "") {
		return usagef("name the holder, or say --vacant")
	}
	return r.member(func(m *member) error {
		o, err := m.findOffice(cmd.Office)
		if err != nil {
			return err
		}
		do := directory.Holder{Office: o.ID}
		if !cmd.Vacant {
			p, err := m.findPerson(cmd.Person)
			if err != nil {
				return err
			}
			do.Person = p.ID
		}
		return m.propose(do)
	})
}

type officeActingCmd struct {
	Office string `arg:"" help:"The office's id."`
	Person string `arg:"" optional:"" help:"Name or id."`
	Until  uint64 `placeholder:"ENTRY" help:"From this entry of the ledger on nobody acts any more; without it, until it is ended."`
	End    bool   `help:"Nobody acts any more."`
}

func (*officeActingCmd) Help() string {
	return `Two registrars agree, or one and the holder: frank changes. The holder, who acts, or a registrar ends it alone. A holder passes the keys of the office on, so that who acts can issue further copies of its dispatches.

Example: frank office acting sarn "Ben Ortiz"`
}

func (cmd *officeActingCmd) Run(r *run) error {
	if cmd.End == (cmd.Person != "") {
		return usagef("name who acts, or say --end")
	}
	return r.member(func(m *member) error {
		o, err := m.findOffice(cmd.Office)
		if err != nil {
			return err
		}
		if cmd.End {
			_, err := m.Do(r, directory.Acting{Office: o.ID})
			if err == nil {
				r.note("nobody acts in the office %s now; its key is to be renewed: frank office key %s", o.ID, o.ID)
			}
			return err
		}
		p, err := m.findPerson(cmd.Person)
		if err != nil {
			return err
		}
		if m.Directory().Now().Holds(m.Person, o.ID) {
			if err := m.PassOfficeKey(r, o.ID, p.ID); err != nil {
				return err
			}
		}
		return m.propose(directory.Acting{Office: o.ID, Person: p.ID, Until: cmd.Until})
	})
}

type officeDelegateCmd struct {
	Office string `arg:"" help:"The office's id."`
	Person string `arg:"" help:"Name or id."`
	End    bool   `help:"No longer."`
}

func (*officeDelegateCmd) Help() string {
	return `For the holder. A delegate gets copies of their own of what is addressed to the office from now on, and shares no key with you.

Example: frank office delegate minister "Kim Vale"`
}

func (cmd *officeDelegateCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		o, err := m.findOffice(cmd.Office)
		if err != nil {
			return err
		}
		p, err := m.findPerson(cmd.Person)
		if err != nil {
			return err
		}
		do := directory.Delegate{Office: o.ID, Person: p.ID, End: cmd.End}
		if _, err := m.Do(r, do); err != nil {
			return err
		}
		r.note("%s", m.describeDo(do))
		return nil
	})
}

type officeKeyCmd struct {
	Office string `arg:"" optional:"" help:"The office's id; not needed if you hold one."`
}

func (*officeKeyCmd) Help() string {
	return `What the office issues is sealed to its key, so that its holder can issue further copies. A new holder sets one, and whoever held the office before can read nothing of what is issued then.

Example: frank office key sarn`
}

func (cmd *officeKeyCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		o, err := m.chooseOffice(cmd.Office, "frank office key", nil)
		if err != nil {
			return err
		}
		if !m.Directory().At(m.View().Head().Size).Holds(m.Person, o.ID) {
			return fmt.Errorf("you do not act in the office %s: only who does sets its key", o.ID)
		}
		if err := m.NewOfficeKey(r, o.ID); err != nil {
			return err
		}
		r.note("the office %s has a new key", o.ID)
		return nil
	})
}
