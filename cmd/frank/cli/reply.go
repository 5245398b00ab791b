package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frank"
	"frank/client"
	"frank/directory"
	"frank/dispatch"
	"frank/internal/durable"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

type replyCmd struct {
	Ref    string `arg:"" help:"The dispatch, and paragraphs of it: \"26 SARN 41:2,3\"."`
	Source string `arg:"" help:"The source of the reply: made if it is not there, else its header is filled in."`
}

func (*replyCmd) Help() string {
	return `A reply is a dispatch of its own, by your office, that refers to another. This writes the header: refs, and, where they are not set, from, action, label and title. Write the text below it, then go on with frank propose, frank review and frank send.

Example: frank reply 26-sarn-41:2 answer.frank`
}

func (cmd *replyCmd) Run(r *run) error {
	name, paras, _ := strings.Cut(cmd.Ref, ":")
	ref, err := parseRef(name)
	if err != nil {
		return err
	}
	cites := []dispatch.Cite{{Dispatch: ref}}
	if paras != "" {
		cites = nil
		for s := range strings.SplitSeq(paras, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(s))
			if err != nil || n < 1 {
				return frank.WithHint(usagef("%.40q is no list of paragraphs", paras), "frank open numbers them: 26-sarn-41:2,3")
			}
			cites = append(cites, dispatch.Cite{Dispatch: ref, Paragraph: n})
		}
	}
	return r.member(func(m *member) error {
		o, err := m.OpenAtHand(ref)
		if err != nil {
			return err
		}
		n := len(prose.Paragraphs(o.Text))
		for _, c := range cites {
			if c.Paragraph > n {
				return fmt.Errorf("%s has %s, and no paragraph %d", ref, figure.Counted(n, "paragraph"), c.Paragraph)
			}
		}
		src := &variant.Source{}
		made := !exists(r.path(cmd.Source))
		if !made {
			if src, err = r.readSource(cmd.Source); err != nil {
				return err
			}
		}
		office, err := m.chooseOffice(src.Field("from"), "a line from: in the header, for", issues)
		if err != nil {
			return err
		}
		refs := list(src.Field("refs"))
		for _, c := range cites {
			if !slices.Contains(refs, c.String()) {
				refs = append(refs, c.String())
			}
		}
		for _, f := range []variant.Field{{Key: "from", Value: string(office.ID)}, {Key: "action", Value: string(o.Head.Office)}, {Key: "label", Value: o.Head.Marking}, {Key: "title", Value: "Re: " + inline(o.Head.Subject)}} {
			if src.Field(f.Key) == "" {
				src.Header = append(src.Header, f)
			}
		}
		if i := slices.IndexFunc(src.Header, func(f variant.Field) bool { return f.Key == "refs" }); i >= 0 {
			src.Header[i].Value = strings.Join(refs, ", ")
		} else {
			src.Header = append(src.Header, variant.Field{Key: "refs", Value: strings.Join(refs, ", ")})
		}
		text := src.String()
		if _, err := variant.Parse(text); err != nil {
			return fmt.Errorf("the header cannot be written: %w", err)
		}
		if err := durable.WriteFile(r.path(cmd.Source), []byte(text), 0o600); err != nil {
			return fileError(cmd.Source, err)
		}
		if made {
			r.note("%s has the header of a reply to %s: write the text below it", cmd.Source, ref)
		} else {
			r.note("%s refers to %s", cmd.Source, ref)
		}
		return nil
	})
}

type forwardCmd struct {
	Ref    string `arg:"" optional:"" help:"The dispatch."`
	To     string `placeholder:"OFFICE" help:"Who should get a copy of their own: an office by id, or a person by name."`
	Reason string `placeholder:"TEXT" help:"Why."`
	List   bool   `help:"List what you asked for, and what was refused."`
	JSON   bool   `name:"json" help:"With --list: print it as JSON."`
}

func (*forwardCmd) Help() string {
	return `A copy is for its reader alone. This asks the office that issued the dispatch for another one; its holder decides, with frank requests. You and that office can read the request. A copy that is granted goes to whom it is for, who may be the only one to see it; a refusal is shown in your inbox, and by frank forward --list.

Example: frank forward 26-sarn-41 --to minister --reason "He meets their envoy tomorrow."`
}

func (cmd *forwardCmd) Run(r *run) error {
	switch {
	case cmd.List && (cmd.Ref != "" || cmd.To != "" || cmd.Reason != ""):
		return usagef("--list stands alone")
	case cmd.List:
		return r.member(func(m *member) error { return m.wishes(cmd.JSON) })
	case cmd.Ref == "" || cmd.To == "" || cmd.Reason == "":
		return frank.WithHint(usagef("a dispatch, --to and --reason are needed"), "frank forward --help has an example")
	}
	ref, err := parseRef(cmd.Ref)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		to, err := m.parties([]string{cmd.To})
		if err != nil {
			return err
		}
		if err := m.Request(r, dispatch.Request{Dispatch: ref, Office: to[0].Office, Person: to[0].Person, Why: dispatch.Forward, Reason: cmd.Reason}); err != nil {
			return err
		}
		by := m.Batches(ref)[0].Begin.Office
		r.note("%s is asked for a copy of %s for %s", m.office(by), ref, to[0].Name)
		return nil
	})
}

// wishes lists the copies that the person asked for.
func (m *member) wishes(asJSON bool) error {
	if _, err := m.Sync(m.run); err != nil {
		return err
	}
	list := m.Wishes()
	if asJSON {
		return m.json(append([]client.Wish{}, list...))
	}
	if len(list) == 0 {
		m.note("you asked for no copy yet")
	}
	for _, w := range list {
		state := "asked for " + dtg(w.At)
		switch {
		case w.Refused != nil:
			state = "refused " + dtg(w.Refused.At)
		case w.Issued:
			state = "issued"
		}
		m.say("%d  %s for %s: %s", w.Index, w.Dispatch, m.wishFor(w.Request), state)
		if w.Refused != nil && w.Refused.Reason != "" {
			m.say("%s", fill(printable(w.Refused.Reason), "    ", m.width()))
		}
	}
	return nil
}

// wishFor names whom a copy is asked for.
func (m *member) wishFor(r dispatch.Request) string {
	if r.Office != "" {
		return m.office(r.Office)
	}
	return m.person(r.Person)
}

type requestsCmd struct {
	Office      string   `placeholder:"ID" help:"The office that is asked; without it all that you act in."`
	Grant       []uint64 `placeholder:"INDEX" help:"Issue the copies that these requests ask for."`
	Refuse      []uint64 `placeholder:"INDEX" help:"Refuse these requests; whoever asked is told."`
	Reason      string   `placeholder:"TEXT" help:"Why they are refused; whoever asked reads it."`
	Confirm     bool     `help:"Issue them although somebody reads for an office, or with a key, who did not when your office last wrote to it."`
	Unwitnessed bool     `help:"Go on although no witness answers: the draw then rests on the server's word alone."`
	JSON        bool     `name:"json" help:"Print them as JSON."`
}

func (*requestsCmd) Help() string {
	return `Who asks for copies of what your office issued: to forward it, or as successor in an office. What is granted is a fresh batch of the dispatch, with two entries in the ledger and numbers that run on. Whoever asked is told of a refusal, with the reason if you give one.

Example: frank requests --grant 61,64`
}

func (cmd *requestsCmd) Run(r *run) error {
	if cmd.Reason != "" && len(cmd.Refuse) == 0 {
		return usagef("--reason is for requests that are refused")
	}
	return r.member(func(m *member) error {
		offices, err := m.mine()
		if err != nil {
			return err
		}
		if cmd.Office != "" {
			o, err := m.findOffice(cmd.Office)
			if err != nil {
				return err
			}
			offices = []directory.Office{o}
		}
		var all []client.Asked
		for _, o := range offices {
			if !issues(o) {
				continue
			}
			asked, err := m.Requests(r, o.ID)
			if err != nil {
				return err
			}
			all = append(all, asked...)
		}
		if len(cmd.Grant)+len(cmd.Refuse) > 0 {
			return m.answer(all, cmd)
		}
		if cmd.JSON {
			return m.json(append([]client.Asked{}, all...))
		}
		if len(all) == 0 {
			m.note("nothing is asked of you")
		}
		for _, a := range all {
			why := "asks"
			if a.Why == dispatch.Succession {
				why = "asks as successor"
			}
			m.say("%d  %s %s for a copy of %s for %s", a.Index, a.Name, why, a.Dispatch, m.wishFor(a.Request))
			if a.Reason != "" {
				m.say("%s", fill(printable(a.Reason), "    ", m.width()))
			}
		}
		return nil
	})
}

// answer grants and refuses requests.
func (m *member) answer(all []client.Asked, cmd *requestsCmd) error {
	pick := func(index uint64) (client.Asked, error) {
		i := slices.IndexFunc(all, func(a client.Asked) bool { return a.Index == index })
		if i < 0 {
			return client.Asked{}, frank.WithHint(fmt.Errorf("there is no request %d", index), "frank requests lists them")
		}
		return all[i], nil
	}
	var refs []frank.Ref
	grant := map[frank.Ref][]client.Asked{}
	for _, index := range cmd.Grant {
		a, err := pick(index)
		if err != nil {
			return err
		}
		if slices.Contains(cmd.Refuse, index) {
			return usagef("request %d cannot be granted and refused", index)
		}
		if grant[a.Dispatch] == nil {
			refs = append(refs, a.Dispatch)
		}
		grant[a.Dispatch] = append(grant[a.Dispatch], a)
	}
	var refuse []client.Asked
	for _, index := range cmd.Refuse {
		a, err := pick(index)
		if err != nil {
			return err
		}
		refuse = append(refuse, a)
	}
	for _, ref := range refs {
		tell, clear := m.run.steps()
		m.Confirmed, m.AllowUnwitnessed = cmd.Confirm, cmd.Unwitnessed
		sent, err := m.Grant(m.run, ref, grant[ref], tell)
		clear()
		if err := m.changed(err); err != nil {
			return err
		}
		if err != nil {
			return err
		}
		if err := m.saySent(sent, cmd.JSON); err != nil {
			return err
		}
	}
	if len(refuse) == 0 {
		return nil
	}
	if err := m.Refuse(m.run, refuse, cmd.Reason); err != nil {
		return err
	}
	m.note("%s refused; whoever asked reads it in their inbox", figure.Counted(len(refuse), "request"))
	return nil
}

type recallCmd struct {
	Ref    string `arg:"" help:"The dispatch."`
	Reason string `required:"" placeholder:"TEXT" help:"Why; those addressed read it, and the server can, so say nothing of what is in the dispatch."`
}

func (*recallCmd) Help() string {
	return `Nobody can fetch a copy from now on. What was fetched stays with its readers, who are told, and nothing in the ledger goes away.

Example: frank recall 26-sarn-41 --reason "sent to the wrong desk"`
}

func (cmd *recallCmd) Run(r *run) error {
	ref, err := parseRef(cmd.Ref)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		if len(m.Batches(ref)) == 0 {
			return frank.WithHint(fmt.Errorf("there is no %s that you know of", ref), "frank issued lists what your office issued")
		}
		if err := m.Recall(r, ref, cmd.Reason); err != nil {
			return err
		}
		var had []string
		life, err := m.readers(ref)
		if err != nil {
			return err
		}
		for _, x := range life {
			if x.Fetched != "" {
				had = append(had, x.Name)
			}
		}
		switch len(had) {
		case 0:
			r.note("%s is recalled; nobody had fetched it", ref)
		default:
			r.note("%s is recalled; fetched before by %s", ref, strings.Join(had, ", "))
		}
		return nil
	})
}

type issuedCmd struct {
	Ref    string `arg:"" optional:"" help:"A dispatch: who has it, and what became of each copy."`
	Office string `placeholder:"ID" help:"The office that issued; not needed if you hold one."`
	JSON   bool   `name:"json" help:"Print it as JSON."`
}

func (*issuedCmd) Help() string {
	return `What your office issued. That a copy was fetched is certain; that it was opened is what the reader's machine says; that it was noted is what the reader says. Which number a reader has is not shown, because nobody is to know it. Of one dispatch it also shows the harm that was stated, should it come out.

Example: frank issued 26-sarn-41`
}

func (cmd *issuedCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		if cmd.Ref != "" {
			return m.showIssued(cmd)
		}
		o, err := m.chooseOffice(cmd.Office, "--office", issues)
		if err != nil {
			return err
		}
		list, err := m.IssuedBy(r, o.ID)
		if err != nil {
			return err
		}
		if cmd.JSON {
			return m.json(append([]client.Issued{}, list...))
		}
		if len(list) == 0 {
			m.note("%s has issued nothing yet, that you may read of", o.Title)
		}
		var rows [][]string
		for _, x := range list {
			state := ""
			switch {
			case x.Recalled:
				state = "recalled"
			case x.Pending:
				state = "begun and not completed"
			case len(x.Waiting) > 0:
				state = "not fetched by " + strings.Join(x.Waiting, ", ")
			}
			rows = append(rows, []string{x.Dispatch.String(), figure.Counted(x.Copies, "copy"), fmt.Sprintf("%d fetched", x.Fetched),
				fmt.Sprintf("%d opened", x.Opened), fmt.Sprintf("%d noted", x.Noted), inline(x.Subject), state})
		}
		m.table(rows)
		return nil
	})
}

// life is what became of one reader's copy.
type life struct {
	Person  frank.PersonID `json:"person"`
	Name    string         `json:"name"`
	Office  frank.OfficeID `json:"office,omitempty"`
	Action  bool           `json:"action"`
	Batch   int            `json:"batch"`
	Fetched string         `json:"fetched,omitempty"` // by the readers' clocks, as the next three
	Opened  string         `json:"opened,omitempty"`
	Noted   string         `json:"noted,omitempty"`
	Acked   string         `json:"acknowledged,omitempty"`
	Remark  string         `json:"remark,omitempty"`
}

// readers says who has a copy of a dispatch, by name, as far as the person may
// read it.
func (m *member) readers(ref frank.Ref) ([]life, error) {
	said, err := m.Said(ref)
	if err != nil {
		return nil, err
	}
	var out []life
	for _, b := range m.Batches(ref) {
		if b.Complete == nil {
			continue
		}
		for _, a := range b.Begin.To {
			x := life{Person: a.Person, Name: m.person(a.Person), Office: a.Office, Action: a.Action, Batch: b.Begin.Batch}
			for _, s := range said {
				if s.Person != a.Person || s.Fault != "" {
					continue
				}
				switch s.Kind {
				case dispatch.KindFetched:
					x.Fetched = firstOf(x.Fetched, s.At)
				case dispatch.KindOpened:
					x.Opened = firstOf(x.Opened, s.At)
				case dispatch.KindAcknowledged:
					x.Acked = firstOf(x.Acked, s.At)
				case dispatch.KindNoted:
					x.Noted = firstOf(x.Noted, s.At)
					var n dispatch.Noted
					if json.Unmarshal(s.Body, &n) == nil {
						x.Remark = n.Remark
					}
				}
			}
			out = append(out, x)
		}
	}
	for _, s := range said {
		if s.Fault != "" {
			m.note("entry %d about %s is not to be believed: %s", s.Index, ref, oneLine(s.Fault))
		}
	}
	slices.SortFunc(out, func(a, b life) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (m *member) showIssued(cmd *issuedCmd) error {
	ref, err := parseRef(cmd.Ref)
	if err != nil {
		return err
	}
	if len(m.Batches(ref)) == 0 {
		return frank.WithHint(fmt.Errorf("there is no %s that you know of", ref), "frank issued lists what your office issued")
	}
	list, err := m.readers(ref)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return m.json(list)
	}
	var rows [][]string
	for _, x := range list {
		what := "to know"
		if x.Action {
			what = "to act"
		}
		state := "not fetched"
		switch {
		case x.Noted != "":
			state = "noted " + dtg(x.Noted)
		case x.Acked != "":
			state = "acknowledged " + dtg(x.Acked)
		case x.Opened != "":
			state = "opened " + dtg(x.Opened)
		case x.Fetched != "":
			state = "fetched " + dtg(x.Fetched)
		}
		rows = append(rows, []string{x.Name, firstOf(string(x.Office), "—"), what, state, inline(x.Remark)})
	}
	m.table(rows)
	harm, err := m.Harm(ref)
	if err != nil {
		return err
	}
	for _, h := range harm {
		m.say("%s", fill(printable("Harm, if it came out: "+harmOf(ref, &h)), "", m.width()))
	}
	return nil
}

type sharesCmd struct {
	Pass string `placeholder:"PERSON" help:"Pass your shares on to this officer or alternate, before your role ends."`
	JSON bool   `name:"json" help:"Print what was found as JSON."`
}

func (*sharesCmd) Help() string {
	return `For officers and alternates. Fetches every share that was dealt to you and not checked yet, checks it, and says in the ledger that it holds, or what is wrong with it; officers and overseers can read that.

Example: frank shares`
}

func (cmd *sharesCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		if cmd.Pass != "" {
			return m.passShares(cmd.Pass)
		}
		checked, faults, err := m.Shares(r)
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			r.code = Trouble
		}
		if cmd.JSON {
			return m.json(struct {
				Checked int      `json:"checked"`
				Faults  []string `json:"faults"`
			}{checked, append([]string{}, faults...)})
		}
		switch {
		case checked == 0:
			r.note("no share of yours waits to be checked")
		case len(faults) == 0:
			m.say("%s checked: all hold", figure.Counted(checked, "share"))
		default:
			m.say("%s checked: %d do not hold", figure.Counted(checked, "share"), len(faults))
		}
		for _, f := range faults {
			m.say("%s", inline(f))
		}
		return nil
	})
}

func (m *member) passShares(who string) error {
	p, err := m.findPerson(who)
	if err != nil {
		return err
	}
	passed, left, err := m.PassShares(m.run, p.ID)
	if err != nil {
		return err
	}
	for _, why := range left {
		m.note("%s", oneLine(why))
	}
	m.say("%s passed to %s", figure.Counted(passed, "share"), p.Name)
	return nil
}
