package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/client"
	"frank/directory"
	"frank/dispatch"
	"frank/prose"
	"frank/trace/figure"
)

type openCmd struct {
	Ref     string `arg:"" help:"The dispatch, as in \"26 SARN 41\" or 26-sarn-41."`
	Text    bool   `help:"Print the text alone, byte for byte."`
	Age     string `placeholder:"FILE" help:"Also write your sealed copy to this new file, for the age command."`
	Files   string `placeholder:"DIR" help:"Also write the attachments to this folder, which must be there."`
	Offline bool   `help:"Open a copy that was fetched before, without the server."`
	JSON    bool   `name:"json" help:"Print it as JSON."`
}

func (*openCmd) Help() string {
	return `Your copy is fetched, which is entered in the ledger first, and held against all that the ledger says of it; the office that issued it is told that you opened it. The copy is numbered, and its wording is its own.

Example: frank open 26-sarn-41`
}

func (cmd *openCmd) Run(r *run) error {
	ref, err := parseRef(cmd.Ref)
	if err != nil {
		return err
	}
	if cmd.Age != "" {
		if err := r.checkNew(cmd.Age); err != nil {
			return err
		}
	}
	if cmd.Offline {
		return r.locked(func(dir client.Folder) error {
			m, err := r.openMember(dir)
			if err != nil {
				return err
			}
			r.note("the server was not asked: what it would say of this dispatch by now is not known")
			o, err := m.OpenAtHand(ref)
			if err != nil {
				return err
			}
			return m.show(o, cmd)
		})
	}
	err = r.member(func(m *member) error {
		tell, clear := r.steps()
		tell("fetching and checking your copy")
		o, err := m.Open(r, ref)
		clear()
		if err != nil {
			return err
		}
		return m.show(o, cmd)
	})
	if errors.Is(err, client.ErrUnreachable) {
		return frank.WithHint(err, "is it running, and are you connected? --offline opens a copy that was fetched before")
	}
	return err
}

func (m *member) show(o *client.Opened, cmd *openCmd) error {
	for _, w := range o.Warnings {
		m.note("%s", oneLine(w))
	}
	if cmd.Age != "" {
		if err := m.newFile(cmd.Age, o.Sealed); err != nil {
			return err
		}
	}
	if cmd.Files != "" {
		if err := m.saveAttachments(o, cmd.Files); err != nil {
			return err
		}
	}
	switch {
	case cmd.JSON:
		return m.json(struct {
			Dispatch  frank.Ref      `json:"dispatch"`
			Copy      int            `json:"copy"`
			Batch     int            `json:"batch"`
			Witnessed bool           `json:"witnessed"`
			Recalled  bool           `json:"recalled"`
			Warnings  []string       `json:"warnings"`
			Head      *dispatch.Head `json:"head"`
			Text      string         `json:"text"`
			Notice    []string       `json:"notice"`
		}{o.Dispatch, o.Number, o.Begin.Batch, o.Witnessed, o.Recalled, append([]string{}, o.Warnings...), o.Head, o.Text, m.notice()})
	case cmd.Text:
		text := o.Text
		if m.StdoutTerminal {
			text = printable(text)
		}
		fmt.Fprint(m.out, text)
		for _, line := range m.notice() {
			m.note("%s", line)
		}
	default:
		m.page(o)
	}
	return nil
}

// page prints a copy as it is read: the band, the head, the numbered
// paragraphs.
func (m *member) page(o *client.Opened) {
	s, h := m.style(), o.Head
	m.say("%s", s.bold(fmt.Sprintf("Copy %d · %s · %s", o.Number, o.Dispatch, inline(h.Marking))))
	m.say("%s", s.dim(strings.Repeat("─", 40)))
	row := func(name, text string) {
		if text == "" {
			return
		}
		lines := strings.TrimPrefix(fill(printable(text), strings.Repeat(" ", 12), m.width()), strings.Repeat(" ", 12))
		m.say("%s%s%s", s.dim(name), strings.Repeat(" ", 12-len(name)), lines)
	}
	row("From", inline(h.From)+", "+dtg(h.At))
	row("Action", parties(h.Action))
	row("Info", parties(h.Info))
	switch {
	case len(h.Info) == 0:
		row("Precedence", inline(h.Precedence.Action))
	case len(h.Action) == 0:
		row("Precedence", inline(h.Precedence.Info))
	default:
		row("Precedence", inline(h.Precedence.Action)+" to act, "+inline(h.Precedence.Info)+" to know")
	}
	if h.Precedence.DeskBy != "" {
		row("Desk by", dtg(h.Precedence.DeskBy))
	}
	row("Because", h.Precedence.Reason)
	row("Subject", h.Subject)
	row("Summary", h.Summary)
	row("Topics", strings.Join(h.Topics, ", "))
	var refs []string
	for _, c := range h.Refs {
		refs = append(refs, c.String())
	}
	row("Refers to", strings.Join(refs, "; "))
	if h.Supersedes != nil {
		row("Corrects", h.Supersedes.String())
	}
	if h.Review != "" {
		row("Review", dtg(h.Review))
	}
	for _, note := range h.Handling {
		row("Handling", note)
	}
	for _, step := range h.Steps {
		row("Signed", step.Step+" by "+inline(m.person(step.Person))+", "+dtg(step.At))
	}
	for _, a := range h.Attached {
		row("Attached", inline(a.Name)+", "+figure.Group(a.Size)+" bytes, the same for every reader")
	}
	for i, p := range prose.Paragraphs(o.Text) {
		number := fmt.Sprintf("%3d  ", i+1)
		m.say("")
		for line := range strings.SplitSeq(o.Text[p.Start:p.End], "\n") {
			text := fill(printable(line), "     ", m.width())
			m.say("%s%s", s.dim(number), strings.TrimPrefix(text, "     "))
			number = "     "
		}
	}
	for _, line := range m.notice() {
		m.say("\n%s", s.dim(fill(line, "", m.width())))
	}
}

// notice says what a reader has a right to know of every copy: that it is
// marked, and whom they may turn to.
func (m *member) notice() []string {
	concern := m.prescribedOrDemo().Concern
	if who := m.withRole(directory.Overseer); len(who) > 0 {
		concern += " The overseer is " + strings.Join(who, " or ") + "."
	}
	return []string{"This copy is numbered and marked: what is quoted from it may be traced to it.", concern}
}

// withRole are the names of those with a role, also before they take part.
func (m *member) withRole(r directory.Role) (names []string) {
	for _, p := range m.Directory().Now().People() {
		if slices.Contains(p.Roles, r) {
			names = append(names, p.Name)
		}
	}
	return names
}

// tellReader is the notice to whoever takes part: what is done with what they
// will read, what is not, and whom they may turn to.
func (m *member) tellReader() {
	m.note("every copy that you read is numbered and marked: a leak may be traced to it, and to you, by %d of the %d officers together; a protected disclosure is not traced",
		m.Directory().Now().Settings().Threshold, len(m.withRole(directory.Officer)))
	whom := "whoever the law prescribes: frank concern lists them"
	if who := m.withRole(directory.Overseer); len(who) > 0 {
		whom = "the overseer, " + strings.Join(who, " or ") + ", or to " + whom
	}
	m.note("with a concern you may turn to %s", whom)
	if p := m.prescribedOrDemo(); p.Notice != "" {
		m.note("%s", p.Notice)
	}
}

type noteCmd struct {
	Ref  string `arg:"" help:"The dispatch."`
	Text string `arg:"" optional:"" help:"A remark for the office that issued it."`
}

func (*noteCmd) Help() string {
	return `That you took note is your own act, and another thing than that your machine opened the copy. You and the issuing office can read it; the server knows that there is a note, and not what it says.

Example: frank note 26-sarn-41 "We shall put it to the minister."`
}

func (cmd *noteCmd) Run(r *run) error {
	ref, err := parseRef(cmd.Ref)
	if err != nil {
		return err
	}
	if len(cmd.Text) > dispatch.MaxReason {
		return frank.WithHint(fmt.Errorf("a remark has at most %d bytes", dispatch.MaxReason), "write a dispatch: frank reply")
	}
	return r.member(func(m *member) error {
		if !m.AtHand(ref) {
			if len(m.Batches(ref)) > 0 {
				return frank.WithHint(fmt.Errorf("%s was not opened yet", ref), "frank open %s", slugOf(ref))
			}
		}
		if err := m.Note(r, ref, cmd.Text); err != nil {
			return err
		}
		r.note("%s is noted", ref)
		return nil
	})
}

type ackCmd struct {
	Ref string `arg:"" help:"The dispatch."`
}

func (*ackCmd) Help() string {
	return `The highest precedences ask those who have to act to confirm that it came. It says nothing of what is in it.

Example: frank ack 26-sarn-41`
}

func (cmd *ackCmd) Run(r *run) error {
	ref, err := parseRef(cmd.Ref)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		if m.did().has(ref, dispatch.KindAcknowledged) {
			return errors.New("you have acknowledged it already")
		}
		if err := m.Acknowledge(r, ref); err != nil {
			return err
		}
		r.note("receipt of %s is confirmed", ref)
		return nil
	})
}
