package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"frank"
	"frank/directory"
	"frank/ledger"
)

// propose proposes what others must agree to, and says what it still needs.
func (m *member) propose(do directory.Do) error {
	at, err := m.Propose(m.run, do)
	if err != nil {
		return err
	}
	return m.sayChange(at.Index)
}

// sayChange says how a change stands after something was done about it.
func (m *member) sayChange(index uint64) error {
	p, err := m.findChange(index)
	if err != nil {
		return err
	}
	switch {
	case p.Over == "done":
		m.note("done: %s", m.describeDo(p.Do))
	case p.Over != "":
		m.note("change %d is withdrawn", index)
	case p.Agreed:
		m.note("change %d is agreed, and waits: frank enact %d makes it", index, index)
	default:
		m.note("change %d waits for others: it needs %s; they run frank consent %d", index, p.Needs, index)
	}
	return nil
}

func (m *member) findChange(index uint64) (directory.Proposal, error) {
	list := m.Directory().Proposals()
	i := slices.IndexFunc(list, func(p directory.Proposal) bool { return p.Entry.Index == index })
	if i < 0 {
		return directory.Proposal{}, frank.WithHint(fmt.Errorf("entry %d is no change that was proposed", index), "frank changes lists what waits")
	}
	return list[i], nil
}

// shownFile is where the checkpoint is kept that first showed a weighty change
// as agreed: its wait counts from there.
func shownFile(index uint64) string { return fmt.Sprintf("shown/%d.note", index) }

// keepShown keeps, for every change that is agreed and waits, the first
// checkpoint that shows so.
func (m *member) keepShown() error {
	cp := m.View().Latest()
	if cp == nil {
		return nil
	}
	names, err := m.Files.List("shown/")
	if err != nil {
		return err
	}
	for _, p := range m.Directory().Proposals() {
		name := shownFile(p.Entry.Index)
		kept := slices.Contains(names, name)
		switch {
		case p.Over != "" || !p.Agreed:
			if kept { // over, or a consent was taken back: what was kept shows nothing any more
				err = m.Files.Remove(name)
			}
		case kept:
			var data []byte
			if data, err = m.Files.Read(name); err == nil {
				if first, bad := m.checkpoint(data); bad != nil || first.Size <= p.Last {
					err = m.Files.Write(name, cp.Note)
				}
			}
		case cp.Size > p.Last:
			err = m.Files.Write(name, cp.Note)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkpoint reads a note that was kept.
func (m *member) checkpoint(note []byte) (*ledger.Checkpoint, error) {
	p, err := ledger.ParsePolicy([]byte(m.Policy))
	if err != nil {
		return nil, err
	}
	return p.Verify(note)
}

type changesCmd struct {
	All  bool `help:"Those that are over, too."`
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (*changesCmd) Help() string {
	return `Who holds an office, who has a role, and the settings change only when several agree. This lists what was proposed, by whom, who agrees, and what it takes.

Example: frank changes`
}

func (cmd *changesCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		type change struct {
			Index    uint64           `json:"index"`
			Kind     string           `json:"kind"`
			Says     string           `json:"says"`
			By       frank.PersonID   `json:"by"`
			Consents []frank.PersonID `json:"consents"`
			Needs    string           `json:"needs"`
			State    string           `json:"state"` // "open", "agreed", "done", "withdrawn"
		}
		list := []change{}
		for _, p := range m.Directory().Proposals() {
			if p.Over != "" && !cmd.All {
				continue
			}
			state := firstOf(p.Over, "open")
			if p.Agreed && p.Over == "" {
				state = "agreed"
			}
			list = append(list, change{p.Entry.Index, p.Kind, m.describeDo(p.Do), p.By, p.Consents, p.Needs, state})
		}
		if cmd.JSON {
			return m.json(list)
		}
		if len(list) == 0 {
			m.note("no change waits")
		}
		for _, c := range list {
			m.say("%d  %s", c.Index, c.Says)
			m.say("    proposed by %s; agreed by %s", m.person(c.By), m.names(c.Consents))
			switch c.State {
			case "open":
				m.say("    needs %s: frank consent %d", c.Needs, c.Index)
			case "agreed":
				m.say("    agreed: frank enact %d", c.Index)
			default:
				m.say("    %s", c.State)
			}
		}
		return nil
	})
}

type consentCmd struct {
	Index uint64 `arg:"" help:"The change, as frank changes numbers it."`
}

func (*consentCmd) Help() string {
	return `What you agree to is printed. Until the change is made you can take it back, for good: frank withdraw.

Example: frank consent 14`
}

func (cmd *consentCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		p, err := m.findChange(cmd.Index)
		if err != nil {
			return err
		}
		if p.Over != "" {
			return fmt.Errorf("change %d is over: %s", cmd.Index, p.Over)
		}
		m.say("%s", m.describeDo(p.Do))
		if _, err := m.Do(r, directory.Consent{Change: p.Entry}); err != nil {
			return err
		}
		if err := m.keepShown(); err != nil {
			return err
		}
		return m.sayChange(cmd.Index)
	})
}

type withdrawCmd struct {
	Index uint64 `arg:"" help:"The change, as frank changes numbers it."`
}

func (*withdrawCmd) Help() string {
	return `Whoever proposed a change ends it so.

Example: frank withdraw 14`
}

func (cmd *withdrawCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		p, err := m.findChange(cmd.Index)
		if err != nil {
			return err
		}
		if _, err := m.Do(r, directory.Withdraw{Change: p.Entry}); err != nil {
			return err
		}
		return m.sayChange(cmd.Index)
	})
}

type enactCmd struct {
	Index uint64 `arg:"" help:"The change, as frank changes numbers it."`
}

func (*enactCmd) Help() string {
	return `For a change of officers, overseers or settings that is agreed and has waited. The wait counts by the witnesses' clocks, from the checkpoint by which this device first saw the change agreed.

Example: frank enact 14`
}

func (cmd *enactCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		p, err := m.findChange(cmd.Index)
		switch {
		case err != nil:
			return err
		case p.Over != "":
			return fmt.Errorf("change %d is over: %s", cmd.Index, p.Over)
		case !p.Weighty:
			return fmt.Errorf("change %d needs no enacting: it is made with the last consent", cmd.Index)
		case !p.Agreed:
			return frank.WithHint(fmt.Errorf("change %d is not agreed yet: it needs %s", cmd.Index, p.Needs), "frank changes says who agrees so far")
		}
		first, err := m.Files.Read(shownFile(cmd.Index))
		if errors.Is(err, fs.ErrNotExist) {
			return frank.WithHint(fmt.Errorf("no checkpoint shows change %d as agreed yet", cmd.Index), "run it again in a moment")
		}
		if err != nil {
			return err
		}
		wait := time.Duration(m.Directory().Now().Settings().Wait) * time.Second
		second := ""
		if wait > 0 {
			left, err := m.waited(first, wait)
			if err != nil {
				return err
			}
			if left > 0 {
				return frank.WithHint(fmt.Errorf("change %d has to wait for another %s at least", cmd.Index, left), "everybody concerned sees it meanwhile, and whoever agreed can withdraw")
			}
			second = string(m.View().Latest().Note)
		}
		if _, err := m.Enact(r, p.Entry, string(first), second); err != nil {
			return err
		}
		return m.sayChange(cmd.Index)
	})
}

// waited is how much is left of a waiting time, by the clocks of the witnesses.
func (m *member) waited(first []byte, wait time.Duration) (time.Duration, error) {
	cp, err := m.checkpoint(first)
	if err != nil {
		return 0, fmt.Errorf("the checkpoint that was kept does not hold: %w", err)
	}
	var latest, earliest int64
	for _, c := range cp.Cosigned {
		latest = max(latest, c.Time)
	}
	for i, c := range m.View().Latest().Cosigned {
		if i == 0 || c.Time < earliest {
			earliest = c.Time
		}
	}
	return max(0, time.Unix(latest, 0).Add(wait).Sub(time.Unix(earliest, 0))), nil
}

type roleCmd struct {
	Grant roleGrantCmd `cmd:"" help:"Propose somebody for a role."`
	End   roleEndCmd   `cmd:"" help:"Propose that somebody gives a role up."`
}

type roleGrantCmd struct {
	Role   string `arg:"" help:"registrar, officer, alternate, overseer, watch or witness."`
	Person string `arg:"" help:"Name or id."`
}

func (*roleGrantCmd) Help() string {
	return `A registrar takes two registrars' agreement; any other role takes the officers and an overseer, and the waiting time: frank changes.

Example: frank role grant officer "Gus Lund"`
}

func (cmd *roleGrantCmd) Run(r *run) error {
	return r.onRole(cmd.Role, cmd.Person, func(role directory.Role, id frank.PersonID) directory.Do {
		return directory.Grant{Role: role, Person: id}
	})
}

type roleEndCmd struct {
	Role   string `arg:"" help:"registrar, officer, alternate, overseer, watch or witness."`
	Person string `arg:"" help:"Name or id."`
}

func (*roleEndCmd) Help() string {
	return `Example: frank role end officer "Gus Lund"`
}

func (cmd *roleEndCmd) Run(r *run) error {
	return r.onRole(cmd.Role, cmd.Person, func(role directory.Role, id frank.PersonID) directory.Do {
		return directory.End{Role: role, Person: id}
	})
}

func (r *run) onRole(role, who string, do func(directory.Role, frank.PersonID) directory.Do) error {
	kind, err := parseRole(role)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		p, err := m.findPerson(who)
		if err != nil {
			return err
		}
		return m.propose(do(kind, p.ID))
	})
}
