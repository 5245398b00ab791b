package cli

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frank"
	"frank/client"
	"frank/inquiry"
	"frank/inquiry/page"
	"frank/trace/figure"
)

type overseeCmd struct {
	List   overseeListCmd   `cmd:"" default:"1" help:"List the inquiries, and what waits for you; also frank oversee alone."`
	Show   overseeShowCmd   `cmd:"" help:"Show one: every vote, refusal and look, without content."`
	Report overseeReportCmd `cmd:"" help:"Write the report on the inquiries of a year."`
	Tell   overseeTellCmd   `cmd:"" help:"Tell those whose copies a closed inquiry tested, where its lead did not."`
}

func (*overseeCmd) Help() string {
	return `For overseers. What was done in every inquiry, when and by whom, without what anybody wrote and without what it is about but for references: frank inquiry show has that. Running it enters that you were shown what officers voted for. It is no consent, but nothing is opened without it: run it daily.

An ALARM, and exit code 1, is for an inquiry that is past its end and not closed, and for one that was closed without telling those whose copies it had tested.`
}

// oversee does work on what an overseer sees.
func (r *run) oversee(work func(*member, *client.Oversight) error) error {
	return r.member(func(m *member) error {
		o, err := m.Oversee(r)
		if err != nil {
			return err
		}
		return work(m, o)
	})
}

// alarms says what no inquiry is to be left in.
func (m *member) alarms(o *client.Oversight) {
	m.sayGaps()
	for i := range o.Inquiries {
		if v := &o.Inquiries[i]; v.Overdue {
			m.note("ALARM: inquiry %d is past its end, %s, and was not closed; its lead, %s, closes it, or you: frank inquiry close %d", v.Inquiry, dtg(v.Until), m.person(v.Lead), v.Inquiry)
			m.code = Trouble
		}
	}
	for _, n := range o.Untold {
		m.note("ALARM: inquiry %d is closed, and those whose copies it tested were not told; you can tell them: frank oversee tell %d", n, n)
		m.code = Trouble
	}
	if o.Unread > 0 {
		m.note("%s of inquiries could not be taken in: sealed to others, as before you were appointed or where you are involved, or no step", figure.Counted(o.Unread, "entry"))
	}
}

type overseeListCmd struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (*overseeListCmd) Help() string { return "Example: frank oversee" }

func (cmd *overseeListCmd) Run(r *run) error {
	return r.oversee(func(m *member, o *client.Oversight) error {
		m.alarms(o)
		if cmd.JSON {
			return m.json(o.Inquiries)
		}
		if len(o.Inquiries) == 0 {
			m.note("no inquiry was opened yet")
		}
		var rows [][]string
		for i := range o.Inquiries {
			v := &o.Inquiries[i]
			tested := "nothing tested"
			if v.Copies > 0 {
				tested = fmt.Sprintf("%s of %s tested", figure.Counted(v.Copies, "copy"), page.People(v.People))
			}
			if v.Holders > 0 {
				tested += ", " + figure.Counted(v.Holders, "name") + " opened"
			}
			rows = append(rows, []string{strconv.FormatUint(v.Inquiry, 10), dtg(v.Opened), m.person(v.Lead), page.Stage(v.Stage), refs(v.Scope), tested})
		}
		m.table(rows)
		for i := range o.Inquiries {
			v := &o.Inquiries[i]
			for _, w := range v.Waits {
				if verb := overseers[w.Step]; w.Of == inquiry.ByOverseer && verb != "" {
					m.say("waits for you: %s: frank inquiry %s %d", strings.TrimPrefix(page.Waits(w, m.person), "an overseer to "), verb, v.Inquiry)
				}
			}
		}
		return nil
	})
}

// overseers are the steps that an overseer takes by hand, by verb.
var overseers = map[string]string{inquiry.DoConsent: "consent", inquiry.DoAdmit: "admit", inquiry.DoLift: "lift"}

type overseeShowCmd struct {
	Inquiry uint64 `arg:"" help:"The inquiry's number."`
	JSON    bool   `name:"json" help:"Print it as JSON."`
}

func (*overseeShowCmd) Help() string { return "Example: frank oversee show 41" }

func (cmd *overseeShowCmd) Run(r *run) error {
	return r.oversee(func(m *member, o *client.Oversight) error {
		m.alarms(o)
		i := slices.IndexFunc(o.Inquiries, func(v inquiry.Summary) bool { return v.Inquiry == cmd.Inquiry })
		if i < 0 {
			return frank.WithHint(fmt.Errorf("there is no inquiry %d that you may know of", cmd.Inquiry), "frank oversee lists those that there are")
		}
		if cmd.JSON {
			return m.json(o.Inquiries[i])
		}
		m.overview(&o.Inquiries[i])
		return nil
	})
}

// overview prints an inquiry without content.
func (m *member) overview(v *inquiry.Summary) {
	m.say("inquiry %d: %s", v.Inquiry, page.Stage(v.Stage))
	m.row("opened", dtg(v.Opened)+" by "+m.person(v.Lead))
	if v.Joins > 0 {
		m.row("joins", fmt.Sprintf("inquiry %d", v.Joins))
	}
	m.row("scope", refs(v.Scope))
	m.row("until", dtg(v.Until))
	for _, p := range v.Pauses {
		text := fmt.Sprintf("entry %d by %s", p.Index, m.person(p.By))
		if p.Disclosure {
			text = "when it was opened: it could be a protected disclosure"
		}
		if p.Lifted > 0 {
			text += fmt.Sprintf("; lifted, entry %d, by %s", p.Lifted, m.person(p.LiftedBy))
		}
		m.row("paused", text)
	}
	m.row("material", materialOf(v.Material))
	for i := range v.Matters {
		m.progress(&v.Matters[i])
	}
	if v.Copies > 0 {
		m.row("tested", fmt.Sprintf("%s of %s; named %s; opened %s", figure.Counted(v.Copies, "copy"), page.People(v.People), figure.Counted(v.Named, "copy"), figure.Counted(v.Holders, "name")))
	}
	m.row("level", figure.Level(v.Level))
	if v.Spent.Cmp("0") > 0 {
		m.row("spent", "1 in "+figure.OnceIn(v.Spent)+" at most, of naming a copy that played no part")
	}
	if n := v.Notices + v.Replies + v.Appeals + v.AppealsDecided + v.Corrections + v.OnHarm + v.Comments; n > 0 {
		m.row("said", fmt.Sprintf("%s, %s, %s (%d decided), %s, %d on harm, %s", figure.Counted(v.Notices, "notice"), figure.Counted(v.Replies, "reply"), figure.Counted(v.Appeals, "appeal"), v.AppealsDecided,
			figure.Counted(v.Corrections, "correction"), v.OnHarm, figure.Counted(v.Comments, "comment")))
	}
	for _, d := range v.Refusals {
		m.row("refused", fmt.Sprintf("entry %d by %s: %s", d.Index, m.person(d.By), page.Step(d.Step)))
	}
	for _, d := range v.Faults {
		m.row("fault", fmt.Sprintf("entry %d by %s, %s: %s", d.Index, m.person(d.By), page.Step(d.Step), d.Rule))
	}
	for _, w := range v.Waits {
		m.row("waits for", page.Waits(w, m.person))
	}
	if v.Closed != "" {
		m.row("closed", fmt.Sprintf("%s, entry %d, after %s: %s", dtg(v.Closed), v.ClosedAt, figure.Counted(v.Days, "day"), page.Outcome(v.Outcome)))
	}
}

// progress prints what became of a matter.
func (m *member) progress(p *inquiry.Progress) {
	list := func(what string, all []inquiry.Ballot, yes bool) string {
		var names []string
		for _, b := range all {
			if b.Yes == yes {
				names = append(names, m.person(b.By))
			}
		}
		if len(names) == 0 {
			return ""
		}
		return what + " " + strings.Join(names, ", ")
	}
	by := func(what string, all []inquiry.Stated) string {
		var names []string
		for _, s := range all {
			names = append(names, m.person(s.By))
		}
		if len(names) == 0 {
			return ""
		}
		return what + " " + strings.Join(names, ", ")
	}
	said := []string{map[string]string{inquiry.Copies: "to open copies", inquiry.Names: "to open " + figure.Counted(p.Asked, "name"), inquiry.Renewal: "to go on for longer"}[p.Stage]}
	for _, l := range p.Looks {
		said = append(said, fmt.Sprintf("look %d on %s, at %s", l.Number, l.Dispatch, figure.Level(l.Level)))
	}
	said = append(said, fmt.Sprintf("%d of %s for it", p.Yes, figure.Counted(p.Need, "vote")))
	for _, s := range []string{list("for it:", p.Votes, true), list("against it:", p.Votes, false), by("shown to", p.Seen), list("consent of", p.Consents, true), list("consent refused by", p.Consents, false), by("shares of", p.Releases)} {
		if s != "" {
			said = append(said, s)
		}
	}
	switch p.Results {
	case inquiry.ResultsPart:
		said = append(said, "some have not said what they found")
	case inquiry.ResultsAgree:
		said = append(said, "lead and checkers agree, and name "+figure.Counted(p.Named, "copy"))
	case inquiry.ResultsDiffer:
		said = append(said, "what lead and checkers found differs")
	case inquiry.ResultsVoid:
		said = append(said, "void: a codebook is not what was committed to")
	}
	if p.Holders > 0 {
		said = append(said, figure.Counted(p.Holders, "name")+" opened")
	}
	m.row(fmt.Sprintf("asked %d", p.Index), strings.Join(said, "\n"))
}

// materialOf says how much there is.
func materialOf(c inquiry.MaterialCount) string {
	said := figure.Group(c.Registered) + " registered"
	for _, part := range []struct {
		n    int
		what string
	}{{c.Admitted, "admitted"}, {c.Outside, "outside the rule"}, {c.NotPublished(), "not published"}, {c.Waiting, "waiting for an overseer"}} {
		if part.n > 0 {
			said += ", " + figure.Group(part.n) + " " + part.what
		}
	}
	return said
}

type overseeReportCmd struct {
	Year   int    `required:"" placeholder:"YEAR" help:"The calendar year in which they were opened."`
	Public bool   `help:"As it may be published: figures only, no reference and no person."`
	JSON   bool   `name:"json" xor:"form" help:"Print it as JSON."`
	HTML   string `name:"html" xor:"form" placeholder:"FILE" help:"Write it as a page to this new file."`
}

func (*overseeReportCmd) Help() string {
	return `How many inquiries were opened, what was voted on, whom it affected, what came of it, how long it took; what was refused, and what broke a rule; and what chance the year's inquiries took of naming a copy that played no part.

The year is that of the opening, by the clock of whoever opened it; what became of an inquiry is told as of now. In a small house figures alone can point at somebody: read it before you publish it.

Example: frank oversee report --year 2026

Example: frank oversee report --year 2026 --public --html inquiries-2026.html`
}

func (cmd *overseeReportCmd) Run(r *run) error {
	if cmd.Year < 2000 || cmd.Year > 2099 {
		return usagef("--year takes a year such as 2026, not %d", cmd.Year)
	}
	if cmd.HTML != "" {
		if err := r.checkNew(cmd.HTML); err != nil {
			return err
		}
	}
	return r.oversee(func(m *member, o *client.Oversight) error {
		m.alarms(o)
		y := m.Yearly(o, cmd.Year)
		if cmd.Public {
			y = y.Public()
		}
		switch {
		case cmd.JSON:
			return m.json(y)
		case cmd.HTML != "":
			var b bytes.Buffer
			if err := page.Write(&b, y, m.person); err != nil {
				return err
			}
			if err := r.newFile(cmd.HTML, b.Bytes()); err != nil {
				return err
			}
			r.note("%s is the report on %d", cmd.HTML, cmd.Year)
			return nil
		}
		m.printYear(y)
		return nil
	})
}

// printYear writes the yearly report for a terminal.
func (m *member) printYear(y *inquiry.Year) {
	s := m.style()
	m.say("%s", s.bold(fmt.Sprintf("%s: inquiries opened in %d", clean(y.Organisation), y.Year)))
	m.say("%s", s.dim(fmt.Sprintf("as of %s, from %s of %s", dtg(y.AsOf.Time), figure.Counted(int(y.AsOf.Size), "entry"), clean(y.AsOf.Log))))
	for _, x := range page.Sections(y) {
		m.say("\n%s", s.bold(x.Title))
		if x.Text != "" {
			m.say("%s", fill(x.Text, "  ", m.width()))
		}
		var rows [][]string
		for _, row := range x.Rows {
			indent := "  "
			if row.Part {
				indent = "    "
			}
			rows = append(rows, []string{indent + row.What, row.Figure})
		}
		m.table(rows)
	}
	if y.Published {
		return
	}
	for i := range y.List {
		m.say("")
		m.overview(&y.List[i])
	}
}

type overseeTellCmd struct {
	Inquiry uint64 `arg:"" help:"The inquiry's number."`
	Rights  string `required:"" placeholder:"TEXT" help:"To whom those examined may turn."`
}

func (*overseeTellCmd) Help() string {
	return `Everybody whose copies were tested is told what the inquiry was for, by what right, when, and to whom they may turn. The lead does it when closing; where that failed, or was left undone, an overseer does. Nobody is told twice by it: who was told before sees one.

Example: frank oversee tell 41 --rights "The data protection officer, room 7."`
}

func (cmd *overseeTellCmd) Run(r *run) error {
	if strings.TrimSpace(cmd.Rights) == "" {
		return usagef("--rights takes to whom those examined may turn")
	}
	return r.oversee(func(m *member, o *client.Oversight) error {
		n, err := m.TellExamined(r, cmd.Inquiry, cmd.Rights)
		if err != nil {
			return err
		}
		m.note("%s told", page.People(n))
		return nil
	})
}

type examinedCmd inquiryExaminedCmd

func (*examinedCmd) Help() string {
	return `Who looked at what you read: whoever had a copy that an inquiry tested is told when it closes, named or not, what it was for, by what right, when, and to whom they may turn. An inquiry that is not closed is not shown.

Example: frank examined`
}

func (cmd *examinedCmd) Run(r *run) error { return (*inquiryExaminedCmd)(cmd).Run(r) }
