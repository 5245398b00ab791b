package cli

import (
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/inquiry"
	"frank/trace"
	"frank/trace/figure"
)

type inquiryShowCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	JSON    bool   `name:"json" help:"Print it as JSON."`
}

func (*inquiryShowCmd) Help() string {
	return `What it is for, what counts, who voted how, who found what, every step with whoever took it, and what comes next. A step that broke a rule stands there with the rule, and counts for nothing.

Example: frank inquiry show 57`
}

func (cmd *inquiryShowCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		if cmd.JSON {
			return in.showJSON()
		}
		return in.show()
	})
}

func (in *inquest) show() error {
	s := in.style()
	in.say("%s", s.bold(fmt.Sprintf("Inquiry %d · %s", in.number(), in.standing())))
	in.say("%s", s.dim(strings.Repeat("─", 40)))
	in.row("purpose", in.Open.Purpose)
	in.row("basis", in.Open.Basis)
	in.row("scope", refs(in.Open.Scope))
	in.row("lead", in.person(in.Lead))
	in.row("opened", dtg(in.Steps[0].At))
	in.row("ends", dtg(in.Until))
	in.row("counts", ruleOf(&in.Open.Rule))
	in.row("level", levelOf(in.Open.Level))
	in.row("tried", strings.Join(in.Open.Tried, "\n"))
	in.row("disclosure", in.Open.Disclosure.Answer+": "+in.Open.Disclosure.Why)
	if in.Open.Joins != nil {
		in.row("goes on", fmt.Sprintf("from inquiry %d", in.Open.Joins.Index))
	}
	if err := in.sayHarm(in.Open.Scope); err != nil {
		return err
	}
	switch {
	case in.Steps[0].Fault != "":
		in.row("void", "it counts for nothing: "+in.Steps[0].Fault)
	case in.Closed != nil:
		in.row("closed", in.Closed.Outcome+": "+in.Closed.Text)
	case in.Paused != "":
		in.row("paused", in.Paused)
	}
	if len(in.Exhibits) > 0 {
		in.say("\nexhibits")
		for i, e := range in.Exhibits {
			in.sayExhibit(i, e)
		}
	}
	for _, a := range in.Matters {
		in.say("")
		in.sayMatter(a)
	}
	in.say("\nsteps")
	for i := range in.Steps {
		in.sayStep(&in.Steps[i])
	}
	if next := in.next(); len(next) > 0 {
		in.say("\nnext")
		for _, x := range next {
			in.say("%s", fill(printable(x.says(in.member)), "  ", in.width()))
		}
	}
	return nil
}

func ruleOf(r *inquiry.Rule) string {
	by := "anybody"
	if len(r.Outlets) > 0 {
		by = either(r.Outlets)
	}
	return fmt.Sprintf("what %s published from %s to %s; looked for: %s", by, r.From, r.To, r.Search)
}

func levelOf(level string) string {
	return figure.Level(trace.Decimal(level)) + ", over all looks, of naming a copy that played no part"
}

var obtained = map[string]string{inquiry.Published: "published", inquiry.ForComment: "sent for comment", inquiry.UnderOrder: "handed over under an order", inquiry.Otherwise: "obtained otherwise"}

// exhibitState is whether an exhibit counts, and why.
func exhibitState(e *inquiry.Registered) string {
	switch {
	case e.Admitted && e.Order != "":
		return "counts, by an overseer's leave: " + e.Order
	case e.Admitted:
		return "counts"
	case e.Outside != "":
		return "does not count: " + e.Outside
	case e.Obtained == inquiry.Published && e.Opened:
		return "waits for an overseer: copies were opened before it was registered"
	}
	return "waits for an overseer"
}

func (in *inquest) sayExhibit(i int, e *inquiry.Registered) {
	x := &e.Record
	what := []string{inline(x.Name), firstOf(inline(x.Outlet), "no outlet named"), firstOf(x.Published, "no day named"), obtained[e.Obtained]}
	if e.How != "" {
		what[3] += ": " + inline(e.How)
	}
	in.row(fmt.Sprintf("  %d", i+1), strings.Join(what, "; "))
	if x.URL != "" {
		in.row("", inline(x.URL))
	}
	if x.Note != "" {
		in.row("", inline(x.Note))
	}
	in.row("", "SHA-256 "+x.SHA256.String()+", frozen "+dtg(x.FrozenAt))
	in.row("", exhibitState(e))
}

// asks is what a matter is about, in words.
func asks(m *inquiry.Matter) string {
	switch m.Stage {
	case inquiry.Names:
		return "whose " + these(len(m.Numbers), "is ", "are ") + copiesOf(m.Numbers)
	case inquiry.Renewal:
		return "to go on until " + dtg(m.Until)
	}
	var of []string
	for _, l := range m.Looks {
		of = append(of, fmt.Sprintf("%s (look %d)", l.Dispatch, l.Number))
	}
	return "to open the copies of " + strings.Join(of, ", ")
}

func (in *inquest) sayMatter(a *inquiry.Asked) {
	m := a.Matter
	in.say("matter %d: %s", a.Index, asks(m))
	in.row("  level", levelOf(m.Level))
	if m.Stage != inquiry.Renewal {
		in.row("  bound to", fmt.Sprintf("%s, root %s", figure.Counted(len(a.Exhibits), "exhibit"), m.Exhibits))
	}
	if of := in.Asked(m.Of); of != nil {
		in.row("  found", fmt.Sprintf("matter %d, %s", of.Index, in.findings(of)[0]))
	}
	for _, l := range m.Looks {
		copies := 0
		for _, p := range m.Scope {
			for _, b := range in.Batches(p.Dispatch) {
				if p.Dispatch == l.Dispatch && b.Begin.Batch == p.Batch {
					copies += len(b.Begin.To)
				}
			}
		}
		in.row("  tests", fmt.Sprintf("%s of %s", figure.Counted(copies, "copy"), l.Dispatch))
	}
	if len(m.Checkers) > 0 {
		in.row("  traced by", in.names(in.tracers(m)))
	}
	in.row("  votes", in.votes(a))
	if len(a.Seen) > 0 {
		var who []string
		for _, w := range a.Seen {
			who = append(who, fmt.Sprintf("%s (entry %d)", in.person(w.By), w.Index))
		}
		in.row("  shown to", strings.Join(who, ", "))
	}
	for _, c := range a.Consents {
		in.row("  consent", cast(in.person(c.By), c))
	}
	if len(a.Releases) > 0 {
		var who []frank.PersonID
		for _, h := range a.Releases {
			who = append(who, h.By)
		}
		in.row("  released", fmt.Sprintf("%d of %s, by %s", len(a.Releases), figure.Counted(a.Need, "share"), in.names(who)))
	}
	if m.Stage == inquiry.Copies && (a.Enough() || len(a.Results) > 0) {
		in.row("  found", strings.Join(in.findings(a), "\n"))
	}
	if a.Named != nil {
		for _, h := range a.Named.Holders {
			in.row("  issued to", fmt.Sprintf("copy %d of %s: %s", h.Number.Number, h.Dispatch, in.holder(&h)))
		}
	}
}

// holder is to whom a copy was issued.
func (in *inquest) holder(h *inquiry.HolderOf) string {
	if h.Office == "" {
		return in.person(h.Person)
	}
	return in.person(h.Person) + ", for " + in.office(h.Office)
}

func (in *inquest) votes(a *inquiry.Asked) string {
	s := fmt.Sprintf("%d of %d", len(a.Yes()), a.Need)
	for _, c := range a.Votes {
		s += "\n" + cast(in.person(c.By), c)
	}
	return s
}

func cast(who string, c inquiry.Cast) string {
	s := who + ": " + yesNo(c.Yes)
	if c.Reason != "" {
		s += ", " + inline(c.Reason)
	}
	return s
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// findings says what lead and checkers found, and whether it is the same.
func (in *inquest) findings(a *inquiry.Asked) (lines []string) {
	res, err := a.Agreed()
	switch {
	case err != nil:
		lines = append(lines, strings.TrimSpace(err.Error()))
		if h := frank.Hint(err); h != "" {
			lines[0] += ": " + h
		}
	case res != nil:
		lines = append(lines, "all three found the same: "+namedIn(res))
	}
	for _, id := range in.tracers(a.Matter) {
		f := in.found(a, id)
		switch {
		case f == nil:
			lines = append(lines, in.person(id)+": not yet")
		case len(f.Void) > 0:
			lines = append(lines, in.person(id)+": void: "+inline(strings.Join(f.Void, "; ")))
		case res == nil:
			lines = append(lines, fmt.Sprintf("%s: report %s", in.person(id), short(f.Report.String())))
		}
	}
	return lines
}

func namedIn(res *inquiry.Result) string {
	if len(res.Named) == 0 {
		return "no copy is named"
	}
	return copiesOf(res.Named) + these(len(res.Named), " is named", " are named")
}

func (in *inquest) sayStep(t *inquiry.Taken) {
	const indent = "                        "
	head := fmt.Sprintf("  %-5d %s  ", t.Index, dtg(t.At))
	text := in.person(t.By) + " " + in.did(t)
	in.say("%s", head+strings.TrimPrefix(fill(printable(text), indent, in.width()), indent))
	if t.Fault != "" {
		in.say("%s", fill("does not count: "+printable(t.Fault), indent, in.width()))
	}
}

// at names a matter by its number.
func (in *inquest) at(hash frank.Hash) string {
	for _, a := range in.Matters {
		if a.Hash == hash {
			return fmt.Sprintf("matter %d", a.Index)
		}
	}
	return "a matter that was never asked"
}

// did says in words what a step does.
func (in *inquest) did(t *inquiry.Taken) string {
	switch w := t.What.(type) {
	case *inquiry.Open:
		return "opens the inquiry"
	case *inquiry.Register:
		var names []string
		for i := range w.Exhibits {
			names = append(names, fmt.Sprintf("%s (%s)", inline(w.Exhibits[i].Record.Name), obtained[w.Exhibits[i].Obtained]))
		}
		return "registers " + strings.Join(names, ", ")
	case *inquiry.Admit:
		name := "an exhibit"
		for i, e := range in.Exhibits {
			if e.Record.SHA256 == w.Exhibit {
				name = fmt.Sprintf("exhibit %d", i+1)
			}
		}
		return "admits " + name + ": " + inline(w.Order)
	case *inquiry.Pause:
		return "pauses it: " + inline(w.Why)
	case *inquiry.Lift:
		return "lifts the pause: " + inline(w.Why)
	case *inquiry.Matter:
		return fmt.Sprintf("asks, as matter %d, %s", t.Index, asks(w))
	case *inquiry.Vote:
		side := "against"
		if w.Yes {
			side = "for"
		}
		return fmt.Sprintf("votes %s %s: %s", side, in.at(w.Matter), inline(w.Reason))
	case *inquiry.Seen:
		return "was shown " + in.at(w.Matter)
	case *inquiry.Consent:
		s := "consents to "
		if !w.Yes {
			s = "refuses consent to "
		}
		s += in.at(w.Matter)
		if w.Comment != "" {
			s += ": " + inline(w.Comment)
		}
		return s
	case *inquiry.Release:
		return "releases shares for " + in.at(w.Matter)
	case *inquiry.Refuse:
		s := "does not " + w.What
		if w.Matter != (frank.Hash{}) {
			s += ", in " + in.at(w.Matter)
		}
		return s + ": " + inline(w.Why)
	case *inquiry.Result:
		if len(w.Void) > 0 {
			return "finds " + in.at(w.Matter) + " void: " + inline(strings.Join(w.Void, "; "))
		}
		return "traced, for " + in.at(w.Matter) + ": report " + short(w.Report.String()) + ", " + namedIn(w)
	case *inquiry.Named:
		var whose []string
		for i := range w.Holders {
			h := &w.Holders[i]
			whose = append(whose, fmt.Sprintf("copy %d of %s was issued to %s", h.Number.Number, h.Dispatch, in.holder(h)))
		}
		return "opens, for " + in.at(w.Matter) + ", that " + strings.Join(whose, "; ")
	case *inquiry.Notice:
		return fmt.Sprintf("gives notice to the holder of copy %d of %s (SHA-256 %s)", w.Number.Number, w.Number.Dispatch, short(w.Given.String()))
	case *inquiry.Reply:
		what := "an answer"
		if w.Kind == inquiry.Appeal {
			what = "an appeal"
		}
		return "enters " + what + " of " + in.person(w.From) + ": " + inline(w.Text)
	case *inquiry.Note:
		return map[string]string{"comment": "comments", "harm": "notes on the harm", "correction": "corrects", "appeal-decided": "notes the decision of an appeal"}[w.Kind] + ": " + inline(w.Text)
	case *inquiry.Close:
		return "closes it, " + w.Outcome + ": " + inline(w.Text)
	}
	return t.Do
}

// showJSON prints an inquiry for programs.
func (in *inquest) showJSON() error {
	type harm struct {
		Dispatch frank.Ref `json:"dispatch"`
		Entry    uint64    `json:"entry"`
		At       string    `json:"at"`
		Text     string    `json:"text"`
		Until    string    `json:"until,omitempty"`
	}
	type exhibit struct {
		inquiry.Exhibit
		Index    uint64 `json:"index"`
		Admitted bool   `json:"admitted"`
		State    string `json:"state"`
	}
	type vote struct {
		By     frank.PersonID `json:"by"`
		Name   string         `json:"name"`
		Index  uint64         `json:"index"`
		Yes    bool           `json:"yes"`
		Reason string         `json:"reason,omitempty"`
	}
	type result struct {
		By     frank.PersonID   `json:"by"`
		Name   string           `json:"name"`
		Report *frank.Hash      `json:"report,omitempty"`
		Named  []inquiry.Number `json:"named"`
		Void   []string         `json:"void,omitempty"`
	}
	type matter struct {
		Index    uint64             `json:"index"`
		Hash     frank.Hash         `json:"hash"`
		Stage    string             `json:"stage"`
		Until    string             `json:"until"`
		Level    string             `json:"level"`
		Root     frank.Hash         `json:"exhibits"`
		Scope    []inquiry.Part     `json:"scope"`
		Looks    []inquiry.Look     `json:"looks"`
		Checkers []frank.PersonID   `json:"checkers"`
		Numbers  []inquiry.Number   `json:"numbers"`
		Need     int                `json:"need"`
		Votes    []vote             `json:"votes"`
		Seen     []frank.PersonID   `json:"seen"`
		Consents []vote             `json:"consents"`
		Released []frank.PersonID   `json:"released"`
		Results  []result           `json:"results"`
		Agreed   string             `json:"agreed"` // yes, no, not yet
		Holders  []inquiry.HolderOf `json:"holders"`
	}
	type taken struct {
		Index uint64         `json:"index"`
		Hash  frank.Hash     `json:"hash"`
		By    frank.PersonID `json:"by"`
		Name  string         `json:"name"`
		At    string         `json:"at"`
		Do    string         `json:"do"`
		Says  string         `json:"says"`
		Fault string         `json:"fault,omitempty"`
	}
	out := struct {
		Inquiry  uint64         `json:"inquiry"`
		Hash     frank.Hash     `json:"hash"`
		State    string         `json:"state"`
		Lead     frank.PersonID `json:"lead"`
		Name     string         `json:"name"`
		Until    string         `json:"until"`
		Open     *inquiry.Open  `json:"open"`
		Harm     []harm         `json:"harm"`
		Exhibits []exhibit      `json:"exhibits"`
		Matters  []matter       `json:"matters"`
		Steps    []taken        `json:"steps"`
		Next     []step         `json:"next"`
		Paused   string         `json:"paused,omitempty"`
		Closed   *inquiry.Close `json:"closed,omitempty"`
	}{in.number(), in.Entry.Hash, in.standing(), in.Lead, in.person(in.Lead), in.Until, in.Open, []harm{}, []exhibit{}, []matter{}, []taken{}, append([]step{}, in.next()...), in.Paused, in.Closed}
	for _, ref := range in.Open.Scope {
		list, err := in.Harm(ref)
		if err != nil {
			return err
		}
		for _, h := range list {
			out.Harm = append(out.Harm, harm{ref, h.Index, h.At, h.Text, h.Until})
		}
	}
	for _, e := range in.Exhibits {
		out.Exhibits = append(out.Exhibits, exhibit{e.Exhibit, e.Index, e.Admitted, exhibitState(e)})
	}
	votes := func(list []inquiry.Cast) []vote {
		out := []vote{}
		for _, c := range list {
			out = append(out, vote{c.By, in.person(c.By), c.Index, c.Yes, c.Reason})
		}
		return out
	}
	for _, a := range in.Matters {
		x := matter{Index: a.Index, Hash: a.Hash, Stage: a.Matter.Stage, Until: a.Matter.Until, Level: a.Matter.Level, Root: a.Matter.Exhibits, Scope: slices.Concat([]inquiry.Part{}, a.Matter.Scope),
			Looks: slices.Concat([]inquiry.Look{}, a.Matter.Looks), Checkers: slices.Concat([]frank.PersonID{}, a.Matter.Checkers), Numbers: slices.Concat([]inquiry.Number{}, a.Matter.Numbers),
			Need: a.Need, Votes: votes(a.Votes), Seen: []frank.PersonID{}, Consents: votes(a.Consents), Released: []frank.PersonID{}, Results: []result{}, Agreed: "not yet", Holders: []inquiry.HolderOf{}}
		for _, w := range a.Seen {
			x.Seen = append(x.Seen, w.By)
		}
		for _, h := range a.Releases {
			x.Released = append(x.Released, h.By)
		}
		for _, f := range a.Results {
			y := result{f.By, in.person(f.By), nil, slices.Concat([]inquiry.Number{}, f.Named), f.Void}
			if f.Report != (frank.Hash{}) {
				y.Report = &f.Report
			}
			x.Results = append(x.Results, y)
		}
		if res, err := a.Agreed(); err != nil {
			x.Agreed = "no"
		} else if res != nil {
			x.Agreed = "yes"
		}
		if a.Named != nil {
			x.Holders = a.Named.Holders
		}
		out.Matters = append(out.Matters, x)
	}
	for i := range in.Steps {
		t := &in.Steps[i]
		out.Steps = append(out.Steps, taken{t.Index, t.Hash, t.By, in.person(t.By), t.At, t.Do, in.did(t), t.Fault})
	}
	return in.json(out)
}
