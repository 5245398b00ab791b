package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/api"
	"frank/client"
	"frank/directory"
	"frank/dispatch"
	"frank/trace/figure"
	"frank/variant"
)

type sendCmd struct {
	Source string `arg:"" optional:"" help:"The marked-up source."`
	dispatchFlags
	Attach      []string `placeholder:"FILE" sep:"none" help:"Send this file with it, the same for every reader: it cannot be traced."`
	ApproveAll  bool     `help:"Approve all proposals that you have not reviewed."`
	Confirm     bool     `help:"Send it although an office is read by others, or by another key, than when you last wrote to it."`
	Unwitnessed bool     `help:"Go on although no witness answers: the draw then rests on the server's word alone."`
	Resume      bool     `help:"Go on with what was interrupted."`
	JSON        bool     `name:"json" help:"Print what was issued as JSON."`
}

// dispatchFlags override the lines of the source's header.
type dispatchFlags struct {
	From           string   `placeholder:"OFFICE" help:"The office that issues it; not needed if you hold one."`
	Action         []string `placeholder:"OFFICE" help:"Who has to act: offices by id, or persons by name."`
	Info           []string `placeholder:"OFFICE" help:"Who is to know."`
	Label          string   `placeholder:"LABEL" help:"How it is to be treated, as the label policy writes it."`
	Title          string   `placeholder:"LINE" help:"What it is about."`
	Summary        string   `placeholder:"TEXT" help:"What to read who reads nothing else."`
	Precedence     string   `placeholder:"WORD" help:"How soon those who act are to see it; the lowest if not given."`
	InfoPrecedence string   `placeholder:"WORD" help:"The same for those who are to know."`
	Reason         string   `placeholder:"TEXT" help:"Why so high, where the precedence asks for it."`
	Topics         []string `placeholder:"WORD" help:"Words to find it by."`
	Refs           []string `placeholder:"REF" help:"What it answers or goes on from, as in \"26 SARN 41 para 3\"."`
	Supersedes     string   `placeholder:"REF" help:"The dispatch that it corrects."`
	Review         string   `placeholder:"DATE" help:"When the label is to be looked at again."`
	Embargo        string   `placeholder:"TIME" help:"Not to be fetched before."`
	Deskby         string   `placeholder:"TIME" help:"When it must be on the desk."`
	Harm           string   `placeholder:"TEXT" help:"What it would do if it came out: for officers and overseers only, and never to be changed."`
	HarmUntil      string   `placeholder:"TIME" help:"When it would no longer do so."`
}

func (*sendCmd) Help() string {
	return `The header of the source says how it is sent, and options override it:

  from: sarn                        the office that issues it
  action: desk, minister            who has to act: offices, or persons by name
  info: press                       who is to know
  label: DEMO INNER // MONEY        as the organisation's label policy writes it
  title: The river dues             what it is about
  summary: They stay as they are.   what to read who reads nothing else
  precedence: IMMEDIATE             for those who act; info-precedence for the others
  reason: They vote tonight.        where the precedence asks for one
  topics: river, dues               words to find it by
  refs: 26 SARN 41 para 3           what it answers or goes on from
  supersedes: 26 SARN 41            what it corrects
  review: 2027-06-01                when the label is to be looked at again
  embargo: 2026-12-01 08:00         not to be fetched before, UTC
  deskby: 2026-12-01 17:00          when it must be on the desk, UTC
  harm: They would break off.       what it would do if it came out; read in an inquiry
  harm-until: 2027-06-01            when it would no longer do so

Every person who reads for an office that is addressed gets a copy of their own, sealed to them. The number of the dispatch is the next one of the office. It is bound in the ledger before lots are drawn for the wording, and nobody can fetch a copy before its commitment is there. What is interrupted on the way stays begun: frank send --resume goes on with it.

A source that is shared (frank draft share) is sent as its last version stands, with the signatures under that; not if it was returned. The draft is over then.

Example: frank send memo.frank --attach map.pdf`
}

func (cmd *sendCmd) Run(r *run) error {
	switch {
	case cmd.Resume && cmd.Source != "":
		return usagef("--resume goes on with what was interrupted, and takes no source")
	case cmd.Resume:
		return r.resume(cmd.Unwitnessed, cmd.JSON)
	case cmd.Source == "":
		return frank.WithHint(usagef("expected a source to send"), "frank send --help explains")
	}
	src, err := r.readSource(cmd.Source)
	if err != nil {
		return err
	}
	approved := src.Proposed()
	if approved > 0 && !cmd.ApproveAll {
		return unreviewed(cmd.Source, approved, "--approve-all takes them as they are")
	}
	var files []client.File
	for _, name := range cmd.Attach {
		data, err := r.readFile(name, api.MaxBlob/2)
		if err != nil {
			return err
		}
		files = append(files, client.File{Name: filepath.Base(name), Data: data})
	}
	if err := attachable(files); err != nil {
		return err
	}
	return r.member(func(m *member) error {
		d, err := m.draft(cmd.Source, src, &cmd.dispatchFlags)
		if err != nil {
			return err
		}
		at, err := m.sharedHere(cmd.Source)
		if err != nil {
			return err
		}
		if at != nil { // its steps are those of the draft's last version
			d.Shared, d.Base = at.Draft, at.Hash
		} else if d.Steps, err = m.steps(cmd.Source, src.String(), d.Office); err != nil {
			return err
		}
		if at != nil && approved > 0 {
			return frank.WithHint(fmt.Errorf("%s is shared with proposals that nobody has reviewed", cmd.Source), "review it (frank review), and share that")
		}
		if len(d.Steps) > 0 && approved > 0 {
			return frank.WithHint(fmt.Errorf("%s was signed with proposals that nobody had reviewed", cmd.Source), "review it, and have it signed again")
		}
		approveAll(src)
		if _, err := master(cmd.Source, src); err != nil {
			return err
		}
		d.Attached = files
		m.Confirmed, m.AllowUnwitnessed = cmd.Confirm, cmd.Unwitnessed
		if len(files) > 0 {
			r.note("attachments are the same for every reader: they cannot be traced")
		}
		if src.Field("ref") != "" {
			r.note("the line ref: of the header is left aside: the number is the next one of the office")
		}
		tell, clear := r.steps()
		sent, err := m.Send(r, d, time.Now().UTC().Year(), tell)
		clear()
		if err := m.changed(err); err != nil {
			return err
		}
		if err != nil {
			if list, bad := m.Unfinished(); bad == nil && len(list) > 0 && frank.Hint(err) == "" {
				return frank.WithHint(err, "it is begun and kept: frank send --resume goes on with it")
			}
			return err
		}
		if at != nil {
			r.note("draft %d was issued, and its versions are gone from the server", at.Draft)
		}
		return m.saySent(sent, cmd.JSON)
	})
}

// changed says who reads what is sent instead of whom, where that is why nothing
// was sent.
func (m *member) changed(err error) error {
	changed, ok := errors.AsType[*client.ChangedError](err)
	if !ok {
		return nil
	}
	for _, what := range changed.What {
		m.note("%s", oneLine(what))
	}
	return frank.WithHint(errors.New("it would be read by others, or with another key, than before, and nothing was sent"), "if that is as it should be: --confirm")
}

func (r *run) resume(unwitnessed, asJSON bool) error {
	return r.member(func(m *member) error {
		m.AllowUnwitnessed = unwitnessed
		list, err := m.Unfinished()
		if err != nil {
			return err
		}
		if len(list) == 0 {
			r.note("nothing was interrupted")
			return nil
		}
		for _, name := range list {
			tell, clear := r.steps()
			sent, err := m.Resume(r, name, tell)
			clear()
			if err != nil {
				return err
			}
			if err := m.saySent(sent, asJSON); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *member) saySent(s *client.Sent, asJSON bool) error {
	for _, w := range s.Warnings {
		m.note("%s", oneLine(w))
	}
	if asJSON {
		warnings := s.Warnings
		if warnings == nil {
			warnings = []string{}
		}
		return m.json(struct {
			Dispatch  frank.Ref `json:"dispatch"`
			Batch     int       `json:"batch"`
			Copies    int       `json:"copies"`
			Entry     uint64    `json:"entry"` // that completes it
			Witnessed bool      `json:"witnessed"`
			Warnings  []string  `json:"warnings"`
		}{s.Dispatch, s.Batch, s.Copies, s.Complete, s.Witnessed, warnings})
	}
	further := ""
	if s.Batch > 1 {
		further = "further "
	}
	m.say("%s: %s%s", s.Dispatch, further, figure.Counted(s.Copies, "copy"))
	return nil
}

// draft is what header and options make of a source.
func (m *member) draft(name string, src *variant.Source, f *dispatchFlags) (*client.Draft, error) {
	one := func(flag, key string) string { return firstOf(flag, src.Field(key)) }
	many := func(flag []string, key string) []string {
		if len(flag) > 0 {
			return flag
		}
		return list(src.Field(key))
	}
	missing := func(what, key string) error {
		return frank.WithHint(fmt.Errorf("%s does not say %s", name, what), "a line \"%s: …\" in its header, or --%s; frank send --help lists the lines", key, key)
	}
	office, err := m.chooseOffice(one(f.From, "from"), "--from", issues)
	if err != nil {
		return nil, err
	}
	switch view := m.Directory().At(m.View().Head().Size); {
	case office.Place == "":
		return nil, fmt.Errorf("the office %s issues no dispatches: it was made without a place", office.ID)
	case office.Key.Seal == "" && view.Holds(m.Person, office.ID):
		return nil, frank.WithHint(fmt.Errorf("the office %s has no key yet", office.ID), "frank office key %s gives it one", office.ID)
	}
	policy, err := m.Directory().Now().Settings().Policy(nil)
	if err != nil {
		return nil, err
	}
	d := &client.Draft{Source: src, Office: office.ID, Label: one(f.Label, "label"), Subject: one(f.Title, "title"), Summary: one(f.Summary, "summary"), Topics: many(f.Topics, "topics"), Harm: norm.NFC.String(one(f.Harm, "harm"))}
	switch {
	case d.Subject == "":
		return nil, missing("what it is about", "title")
	case d.Label == "":
		return nil, missing("how it is to be treated", "label")
	}
	if _, err := policy.ParseLine(d.Label); err != nil {
		var levels []string
		for _, l := range policy.Levels {
			levels = append(levels, l.Mark)
		}
		return nil, frank.WithHint(fmt.Errorf("the label does not fit the policy %s: %w", policy.Name, err), "%s", firstOf(frank.Hint(err), "its levels are "+strings.Join(levels, ", ")+`; marks follow after " // "`))
	}
	lowest := policy.Precedence[len(policy.Precedence)-1].Word
	d.Precedence = dispatch.Words{Action: strings.ToUpper(firstOf(one(f.Precedence, "precedence"), lowest)), Info: strings.ToUpper(firstOf(one(f.InfoPrecedence, "info-precedence"), lowest)), Reason: one(f.Reason, "reason")}
	for _, word := range []string{d.Precedence.Action, d.Precedence.Info} {
		if _, err := policy.Rank(word); err != nil {
			var words []string
			for _, p := range policy.Precedence {
				words = append(words, p.Word)
			}
			return nil, frank.WithHint(fmt.Errorf("there is no precedence %.40q", word), "there are: %s", strings.Join(words, ", "))
		}
	}
	if d.Action, err = m.parties(many(f.Action, "action")); err != nil {
		return nil, err
	}
	if d.Info, err = m.parties(many(f.Info, "info")); err != nil {
		return nil, err
	}
	if len(d.Action)+len(d.Info) == 0 {
		return nil, missing("who gets it", "action")
	}
	for _, s := range many(f.Refs, "refs") {
		c, err := parseCite(s)
		if err != nil {
			return nil, err
		}
		d.Refs = append(d.Refs, c)
	}
	if s := one(f.Supersedes, "supersedes"); s != "" {
		ref, err := parseRef(s)
		if err != nil {
			return nil, err
		}
		d.Supersedes = &ref
	}
	for _, t := range []struct {
		key, text string
		to        *string
	}{{"review", one(f.Review, "review"), &d.Review}, {"embargo", one(f.Embargo, "embargo"), &d.Embargo}, {"deskby", one(f.Deskby, "deskby"), &d.Precedence.DeskBy}, {"harm-until", one(f.HarmUntil, "harm-until"), &d.HarmUntil}} {
		if *t.to, err = moment(t.key, t.text); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// list splits a line of the header at its commas.
func list(s string) (out []string) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// parties are offices by id, or persons by name.
func (m *member) parties(names []string) (out []dispatch.Party, err error) {
	for _, s := range names {
		if o, err := m.Directory().Now().Office(frank.OfficeID(s)); err == nil {
			out = append(out, dispatch.Party{Office: o.ID, Name: o.Title})
			continue
		}
		p, err := m.findPerson(s)
		if err != nil {
			return nil, frank.WithHint(fmt.Errorf("there is neither an office nor a person %.60q", s), "frank office list and frank people say who there is")
		}
		out = append(out, dispatch.Party{Person: p.ID, Name: p.Name})
	}
	return out, nil
}

// parseCite reads what [dispatch.Cite] writes, as people type it.
func parseCite(s string) (dispatch.Cite, error) {
	typed := strings.ToLower(strings.Join(strings.Fields(s), " "))
	if i := strings.LastIndex(typed, " para "); i >= 0 {
		if ref, err := parseRef(typed[:i]); err == nil {
			n, err := strconv.Atoi(typed[i+len(" para "):])
			if err != nil || n < 1 || n > frank.MaxText {
				return dispatch.Cite{}, usagef("%.60q cites no paragraph: they are numbered from 1", s)
			}
			return dispatch.Cite{Dispatch: ref, Paragraph: n}, nil
		}
	}
	ref, err := parseRef(typed)
	return dispatch.Cite{Dispatch: ref}, err
}

// moment reads a time as people write it, in UTC, and writes it as formats do.
func moment(key, s string) (string, error) {
	if s == "" {
		return "", nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			out := t.UTC().Format("2006-01-02T15:04:05Z")
			if frank.ValidTime(out) {
				return out, nil
			}
		}
	}
	return "", frank.WithHint(usagef("%s takes a time, not %.40q", key, s), "written like 2026-12-01, 2026-12-01 08:00 (UTC) or 2026-12-01T08:00:00Z")
}

// precedenceWord is how the policy calls a rank.
func precedenceWord(p *directory.Policy, rank int) string {
	if rank < 0 || rank >= len(p.Precedence) {
		return "?"
	}
	return p.Precedence[rank].Word
}
