package cli

import (
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"strings"

	"frank"
	"frank/client"
	"frank/directory"
)

const maxInvitation = 1 << 20 // bytes

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (r *run) readInvitation(name string) (*client.Invitation, error) {
	data, err := r.readFile(name, maxInvitation)
	if err != nil {
		return nil, err
	}
	i, err := client.ParseInvitation(data)
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("%s: %w", name, err), "%s", frank.Hint(err))
	}
	return i, nil
}

type joinCmd struct {
	Invitation string `arg:"" help:"The file that frank org create wrote."`
}

func (*joinCmd) Help() string {
	return `For whoever was named when the organisation was founded. What the invitation says of it is kept, and all that the server says later is held against it: take the file from the founder's hand, or compare what frank prints with them.

Example: frank join founders.invitation`
}

func (cmd *joinCmd) Run(r *run) error {
	return r.enter(cmd.Invitation, func(cfg client.Config, i *client.Invitation) (*client.Client, error) {
		return client.Accept(r, cfg, i)
	}, func(m *member) {
		m.note("you take part in %s as %s", m.Directory().Name(), m.Name)
	})
}

// enter takes somebody into an organisation.
func (r *run) enter(name string, how func(client.Config, *client.Invitation) (*client.Client, error), say func(*member)) error {
	i, err := r.readInvitation(name)
	if err != nil {
		return err
	}
	return r.locked(func(dir client.Folder) error {
		cfg, err := r.reach(dir)
		if err != nil {
			return err
		}
		c, err := how(cfg, i)
		if err != nil {
			return err
		}
		m := &member{Client: c, run: r}
		if cp := c.View().Latest(); cp == nil || !cp.Witnessed {
			r.note("unwitnessed: only the server says that this is the ledger everybody sees")
		}
		say(m)
		fmt.Fprintf(r.out, "founding %s\nfingerprint %s\n", c.Genesis, c.Key.Card(c.Name).Fingerprint())
		m.tellReader()
		m.tellOthers()
		return nil
	})
}

type inviteCmd struct {
	Office  string   `placeholder:"ID" help:"The office that is meant for the person."`
	Role    []string `placeholder:"ROLE" help:"A role that is meant for the person."`
	Again   string   `placeholder:"PERSON" help:"A member who lost every device, and enrols anew under the same id."`
	Expires uint64   `default:"1000" placeholder:"N" help:"The code is good for so many entries of the ledger."`
	Out     string   `short:"o" required:"" placeholder:"FILE" help:"Write the invitation to this new file."`
}

func (*inviteCmd) Help() string {
	return `For registrars. The file has a code that serves once: whoever has it can ask to be let in, so hand it over by a way you trust. Office and role only say what is meant; they give nothing. The person runs frank enrol and reads you a fingerprint, and you let them in with frank admit.

Example: frank invite --office sarn -o finn.invitation`
}

func (cmd *inviteCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		if err := r.checkNew(cmd.Out); err != nil {
			return err
		}
		do := directory.Invite{Expires: cmd.Expires}
		for _, s := range cmd.Role {
			role, err := parseRole(s)
			if err != nil {
				return err
			}
			do.Roles = append(do.Roles, role)
		}
		slices.SortFunc(do.Roles, func(a, b directory.Role) int {
			return slices.Index(directory.Roles, a) - slices.Index(directory.Roles, b)
		})
		if cmd.Office != "" {
			o, err := m.findOffice(cmd.Office)
			if err != nil {
				return err
			}
			do.Office = o.ID
		}
		if cmd.Again != "" {
			p, err := m.findPerson(cmd.Again)
			if err != nil {
				return err
			}
			do.Person = p.ID
		}
		code, err := newCode()
		if err != nil {
			return err
		}
		i := m.Introduce()
		i.Code, do.Code = code, code.Public(m.Log)
		if i.Invite, err = m.Do(r, do); err != nil {
			return err
		}
		if err := r.newFile(cmd.Out, i.Marshal()); err != nil {
			return err
		}
		r.note("%s is the invitation: its code serves once; hand it over by a way you trust", cmd.Out)
		return nil
	})
}

func newCode() (directory.Code, error) {
	var random [16]byte
	_, err := rand.Read(random[:])
	return directory.NewCode(random), err
}

func parseRole(s string) (directory.Role, error) {
	if role := directory.Role(strings.ToLower(s)); slices.Contains(directory.Roles, role) {
		return role, nil
	}
	return "", frank.WithHint(usagef("there is no role %.60q", s), "the roles are %s", roles(directory.Roles))
}

type enrolCmd struct {
	Invitation string `arg:"" help:"The file that a registrar gave you."`
	Name       string `required:"" placeholder:"NAME" help:"Your name, as the organisation is to have it."`
}

func (*enrolCmd) Help() string {
	return `Read the fingerprint that is printed to the registrar, by telephone or face to face: they let you in with it, and with no other.

Example: frank enrol finn.invitation --name "Finn Aske"`
}

func (cmd *enrolCmd) Run(r *run) error {
	return r.enter(cmd.Invitation, func(cfg client.Config, i *client.Invitation) (*client.Client, error) {
		return client.Enrol(r, cfg, i, cmd.Name)
	}, func(m *member) {
		m.note("read the fingerprint to the registrar who invited you: with it they let you in")
	})
}

type admitCmd struct {
	Fingerprint []string `arg:"" optional:"" help:"As the person read it to you, with spaces or without."`
	JSON        bool     `name:"json" help:"Print who waits as JSON."`
}

func (*admitCmd) Help() string {
	return `For registrars. Without a fingerprint it lists who waits, and shows no fingerprint either: what counts is the one that the person reads to you. A fingerprint that fits nobody who waits means that somebody else used the invitation, or that it was misread.

Example: frank admit 2f1c 9a03 …`
}

func (cmd *admitCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		waiting := m.Directory().Newcomers()
		if len(cmd.Fingerprint) == 0 {
			return m.listNewcomers(waiting, cmd.JSON)
		}
		typed := bareFingerprint(strings.Join(cmd.Fingerprint, ""))
		for _, n := range waiting {
			if bareFingerprint(n.Fingerprint) != typed {
				continue
			}
			if _, err := m.Do(r, directory.Admit{Enrolment: n.Entry, Fingerprint: n.Fingerprint}); err != nil {
				return err
			}
			r.note("%s is a member now", n.Name)
			if n.Office != "" {
				r.note("meant for the office %s: frank office holder %s %q", n.Office, n.Office, n.Name)
			}
			for _, role := range n.Roles {
				r.note("meant as %s: frank role grant %s %q", role, role, n.Name)
			}
			return nil
		}
		if len(waiting) == 0 {
			return frank.WithHint(fmt.Errorf("nobody waits to be let in"), "the person enrols first: frank enrol")
		}
		return frank.WithHint(fmt.Errorf("the fingerprint is that of nobody who waits, and nobody was let in"),
			"have it read to you once more; if it stays another, somebody else may have used the invitation")
	})
}

// bareFingerprint is a fingerprint without what people type in between.
func bareFingerprint(s string) string {
	return strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' || c == ':' || c == '\t' {
			return -1
		}
		return c
	}, strings.ToLower(s))
}

func (m *member) listNewcomers(list []directory.Newcomer, asJSON bool) error {
	if asJSON {
		type newcomer struct {
			Entry   uint64           `json:"entry"`
			Name    string           `json:"name"`
			Again   bool             `json:"again,omitempty"`
			Inviter string           `json:"inviter"`
			Roles   []directory.Role `json:"roles,omitempty"`
			Office  frank.OfficeID   `json:"office,omitempty"`
		}
		out := []newcomer{}
		for _, n := range list {
			out = append(out, newcomer{n.Entry.Index, n.Name, n.Again, m.person(n.Inviter), n.Roles, n.Office})
		}
		return m.json(out)
	}
	if len(list) == 0 {
		m.note("nobody waits to be let in")
	}
	for _, n := range list {
		s := n.Name
		if n.Again {
			s += ", who enrols anew"
		}
		s += ", invited by " + m.person(n.Inviter)
		if meant := append([]string{}, splitRoles(n)...); len(meant) > 0 {
			s += ", meant for " + strings.Join(meant, ", ")
		}
		m.say("%s", s)
	}
	return nil
}

func splitRoles(n directory.Newcomer) (out []string) {
	for _, r := range n.Roles {
		out = append(out, string(r))
	}
	if n.Office != "" {
		out = append(out, "the office "+string(n.Office))
	}
	return out
}

type peopleCmd struct {
	List  peopleListCmd  `cmd:"" default:"withargs" help:"List everybody, with roles and offices."`
	Leave peopleLeaveCmd `cmd:"" help:"Propose that somebody leaves."`
}

type peopleListCmd struct {
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (*peopleListCmd) Help() string { return `Example: frank people` }

func (cmd *peopleListCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		people := m.Directory().Now().People()
		slices.SortStableFunc(people, func(a, b directory.Person) int { return strings.Compare(a.Name, b.Name) })
		if cmd.JSON {
			return m.json(people)
		}
		var rows [][]string
		for _, p := range people {
			status := p.Status
			if status == "member" {
				status = ""
			}
			rows = append(rows, []string{p.Name, firstOf(rolesOf(p), "—"), status})
		}
		m.table(rows)
		return nil
	})
}

type peopleLeaveCmd struct {
	Person string `arg:"" help:"Name or id."`
}

func (*peopleLeaveCmd) Help() string {
	return `Two registrars agree, or one and the person. Whoever has a role gives it up first, and an office is handed over first: frank role end, frank handover.

Example: frank people leave "Finn Aske"`
}

func (cmd *peopleLeaveCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		p, err := m.findPerson(cmd.Person)
		if err != nil {
			return err
		}
		return m.propose(directory.Leave{Person: p.ID})
	})
}
