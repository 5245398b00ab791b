package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/client"
	"frank/directory"
	"frank/keyring"
	"frank/ledger"
	"frank/trace/figure"
)

type orgCmd struct {
	Create orgCreateCmd `cmd:"" help:"Found an organisation."`
	Show   orgShowCmd   `cmd:"" help:"Show what the organisation is, and who sits in it."`
	Set    orgSetCmd    `cmd:"" help:"Propose other settings."`
}

type orgCreateCmd struct {
	Name      string        `arg:"" help:"The organisation's name."`
	Server    string        `required:"" placeholder:"URL" help:"Where its server is."`
	Policy    string        `required:"" placeholder:"FILE" help:"The ledger's policy: its key and its witnesses, as whoever runs the server hands it over."`
	SetupCode string        `placeholder:"CODE" help:"What frank serve printed when the server began: it lets nobody else found an organisation there."`
	Origin    string        `placeholder:"ORIGIN" help:"The ledger's name, if the policy has several."`
	As        string        `placeholder:"NAME" help:"Your own name, if none of the registrars' cards is yours."`
	Registrar []string      `placeholder:"CARD" sep:"none" help:"Who invites, admits, and says who holds which office: at least two, you among them."`
	Officer   []string      `placeholder:"CARD" sep:"none" help:"Who holds shares of what opens an issue: as many as the threshold, better one more."`
	Overseer  []string      `placeholder:"CARD" sep:"none" help:"Who must agree beside the officers: at least one, no officer."`
	Alternate []string      `placeholder:"CARD" sep:"none" help:"Who holds shares when too few officers may."`
	Watch     []string      `placeholder:"CARD" sep:"none" help:"Who looks for dispatches in print."`
	Threshold int           `default:"2" placeholder:"K" help:"How many officers it takes."`
	Labels    string        `default:"demo" placeholder:"NAME" help:"The label policy."`
	Real      bool          `help:"Allow label policies whose marks are in real use."`
	Wait      time.Duration `default:"0s" placeholder:"TIME" help:"How long a change of officers, overseer or settings waits before it holds."`
	Out       string        `short:"o" required:"" placeholder:"FILE" help:"Write the invitation of the others named here to this new file."`
}

func (*orgCreateCmd) Help() string {
	return `The founding is the first entry of the ledger, and cannot be changed. Compare the fingerprint of every card with its owner before. Everybody named takes part with frank join and the invitation file, which holds nothing secret.

One person may have several roles, if you give the card several times; an overseer is not an officer.

Example: frank org create "Ministry of Works" --server https://frank.example --policy ledger.policy --registrar ada.card --registrar ben.card --officer cleo.card --officer dan.card --overseer eve.card -o founders.invitation`
}

func (cmd *orgCreateCmd) Run(r *run) error {
	policy, err := r.readFile(cmd.Policy, ledger.MaxPolicy)
	if err != nil {
		return err
	}
	origin, err := r.origin(cmd.Policy, policy, cmd.Origin)
	if err != nil {
		return err
	}
	settings, err := newSettings(cmd.Labels, cmd.Real, string(policy), cmd.Threshold, cmd.Wait)
	if err != nil {
		return err
	}
	g := directory.Genesis{Format: directory.GenesisFormat, Name: cmd.Name, Log: origin, Settings: settings}
	for _, list := range []struct {
		role  directory.Role
		cards []string
	}{{directory.Registrar, cmd.Registrar}, {directory.Officer, cmd.Officer}, {directory.Alternate, cmd.Alternate}, {directory.Overseer, cmd.Overseer}, {directory.Watch, cmd.Watch}} {
		for _, name := range list.cards {
			card, err := r.readCard(name)
			if err != nil {
				return err
			}
			if err := addFounder(&g, card, list.role); err != nil {
				return err
			}
		}
	}
	if err := r.checkNew(cmd.Out); err != nil {
		return err
	}
	return r.locked(func(dir client.Folder) error {
		cfg, err := r.reach(dir)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(g.People, func(f directory.Founder) bool { return f.Card.Sign == cfg.Key.VerifyKey() }) {
			if cmd.As == "" {
				return frank.WithHint(errors.New("none of the cards is yours"), `give your card as a registrar's too, or your name: --as "Ada Holm"`)
			}
			if err := addFounder(&g, cfg.Key.Card(cmd.As), directory.Registrar); err != nil {
				return err
			}
		}
		cfg.Founding = cmd.SetupCode
		c, err := client.Found(r, cfg, strings.TrimSuffix(cmd.Server, "/"), string(policy), g)
		if err != nil {
			return err
		}
		if err := r.newFile(cmd.Out, c.Introduce().Marshal()); err != nil {
			return err
		}
		if !c.View().Latest().Witnessed {
			r.note("unwitnessed: only the server says that this is the ledger everybody sees")
		}
		r.note("%s is founded; hand %s to the others named, who take part with frank join", cmd.Name, cmd.Out)
		fmt.Fprintf(r.out, "founding %s\n", c.Genesis)
		(&member{Client: c, run: r}).tellReader()
		return c.Told()
	})
}

// origin is the name of the log in a policy.
func (r *run) origin(name string, policy []byte, given string) (string, error) {
	p, err := ledger.ParsePolicy(policy)
	if err != nil {
		return "", frank.WithHint(fmt.Errorf("%s is no policy of a ledger: %w", name, err), "it is the file that frank serve writes when it is set up")
	}
	list := p.Origins()
	if given != "" {
		if !slices.Contains(list, given) {
			return "", frank.WithHint(fmt.Errorf("%s has no log %.100q", name, given), "it has %s", strings.Join(list, ", "))
		}
		return given, nil
	}
	if len(list) != 1 {
		return "", frank.WithHint(usagef("%s has %s", name, figure.Counted(len(list), "log")), "say which with --origin: %s", strings.Join(list, ", "))
	}
	return list[0], nil
}

// newSettings are settings with a label policy that comes with Frank.
func newSettings(labels string, real bool, witnesses string, threshold int, wait time.Duration) (directory.Settings, error) {
	file, err := directory.PolicyFile(labels)
	if err != nil {
		return directory.Settings{}, frank.WithHint(fmt.Errorf("there is no label policy %.60q", labels), "there are: %s", strings.Join(directory.PolicyNames(), ", "))
	}
	p, err := directory.ParsePolicy(file, real)
	if err != nil {
		return directory.Settings{}, frank.WithHint(fmt.Errorf("the label policy %s: %w", labels, err), "%s", firstOf(frank.Hint(err), "--real allows marks that are in real use"))
	}
	if wait < 0 || wait%time.Second != 0 {
		return directory.Settings{}, usagef("--wait takes whole seconds, not %s", wait)
	}
	return directory.Settings{Threshold: threshold, Labels: labels, LabelsHash: p.Hash(), Production: real, Witnesses: witnesses, Wait: int64(wait / time.Second)}, nil
}

// addFounder names somebody at the founding, with one more role.
func addFounder(g *directory.Genesis, card keyring.Card, role directory.Role) error {
	i := slices.IndexFunc(g.People, func(f directory.Founder) bool { return f.Card.Sign == card.Sign })
	if i < 0 {
		g.People = append(g.People, directory.Founder{Card: card, Roles: []directory.Role{role}})
		return nil
	}
	f := &g.People[i]
	if f.Card != card {
		return fmt.Errorf("there are two different cards with the key of %s", f.Card.Name)
	}
	if !slices.Contains(f.Roles, role) {
		f.Roles = append(f.Roles, role)
	}
	slices.SortFunc(f.Roles, func(a, b directory.Role) int {
		return slices.Index(directory.Roles, a) - slices.Index(directory.Roles, b)
	})
	return nil
}

// checkNew finds out before anything is done whether a new file can be written.
func (r *run) checkNew(name string) error {
	if exists(r.path(name)) {
		return frank.WithHint(fmt.Errorf("%s exists already", name), "give a new name after -o")
	}
	return nil
}

type orgShowCmd struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (*orgShowCmd) Help() string {
	return `Example: frank org show`
}

func (cmd *orgShowCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		v := m.Directory().Now()
		s := v.Settings()
		type role struct {
			Role   directory.Role   `json:"role"`
			People []frank.PersonID `json:"people"`
			Names  []string         `json:"names"`
		}
		var sitting []role
		for _, kind := range directory.Roles {
			x := role{Role: kind, People: v.Sitting(kind)}
			for _, id := range x.People {
				x.Names = append(x.Names, m.person(id))
			}
			if len(x.People) > 0 {
				sitting = append(sitting, x)
			}
		}
		if cmd.JSON {
			return m.json(struct {
				Name     string             `json:"name"`
				Server   string             `json:"server"`
				Log      string             `json:"log"`
				Genesis  frank.Hash         `json:"genesis"`
				Entries  uint64             `json:"entries"`
				Settings directory.Settings `json:"settings"`
				Sitting  []role             `json:"sitting"`
			}{m.Directory().Name(), m.Server, m.Log, m.Genesis, m.View().Head().Size, s, sitting})
		}
		m.say("%s", m.Directory().Name())
		rows := [][]string{{"server", m.Server}, {"ledger", fmt.Sprintf("%s, %s", m.Log, figure.Counted(int(m.View().Head().Size), "entry"))}, {"founding", m.Genesis.String()},
			{"labels", s.Labels}, {"threshold", figure.Counted(s.Threshold, "officer")}, {"waiting time", (time.Duration(s.Wait) * time.Second).String()}}
		for _, x := range sitting {
			rows = append(rows, []string{string(x.Role), strings.Join(x.Names, ", ")})
		}
		m.table(rows)
		return nil
	})
}

type orgSetCmd struct {
	Threshold int           `placeholder:"K" help:"How many officers it takes."`
	Labels    string        `placeholder:"NAME" help:"The label policy."`
	Policy    string        `placeholder:"FILE" help:"The ledger's policy: its key and its witnesses."`
	Wait      time.Duration `default:"-1s" placeholder:"TIME" help:"How long a change of officers, overseer or settings waits."`
}

func (*orgSetCmd) Help() string {
	return `What is not given stays as it is. Officers and an overseer must agree: frank changes.

Example: frank org set --threshold 3`
}

func (cmd *orgSetCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		s := m.Directory().Now().Settings()
		if cmd.Threshold != 0 {
			s.Threshold = cmd.Threshold
		}
		if cmd.Policy != "" {
			policy, err := r.readFile(cmd.Policy, ledger.MaxPolicy)
			if err != nil {
				return err
			}
			s.Witnesses = string(policy)
		}
		wait := time.Duration(s.Wait) * time.Second
		if cmd.Wait >= 0 {
			wait = cmd.Wait
		}
		labels := s.Labels
		if cmd.Labels != "" {
			labels = cmd.Labels
		}
		s, err := newSettings(labels, s.Production, s.Witnesses, s.Threshold, wait)
		if err != nil {
			return err
		}
		return m.propose(s)
	})
}
