package cli

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/trace/figure"
)

type inboxCmd struct {
	All  bool `help:"Those that you took note of, too."`
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (*inboxCmd) Help() string {
	return `What was issued to you, oldest first, without what you have taken note of. What is not fetched yet shows only what the server knows too; the subject is sealed in the copy. Below stand the copies you asked for that were refused in the last two weeks, or with --all ever: frank forward --list.

Example: frank inbox`
}

// received is a line of the inbox.
type received struct {
	Dispatch    frank.Ref      `json:"dispatch"`
	Batch       int            `json:"batch"`
	From        frank.OfficeID `json:"from"`
	As          frank.OfficeID `json:"as,omitempty"`
	Action      bool           `json:"action"`
	Precedence  string         `json:"precedence"`
	DeskBy      string         `json:"deskby,omitempty"`
	State       string         `json:"state"`       // "new", "fetched", "opened", "noted"
	Acknowledge bool           `json:"acknowledge"` // receipt is to be confirmed, and was not
	Embargo     string         `json:"embargo,omitempty"`
	Recalled    bool           `json:"recalled,omitempty"`
	Subject     string         `json:"subject,omitempty"` // of what was opened
}

func (cmd *inboxCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		copies, err := m.Inbox(r)
		if err != nil {
			return err
		}
		policy, err := m.Directory().Now().Settings().Policy(nil)
		if err != nil {
			return err
		}
		did := m.did()
		opened, err := m.OpenedHere()
		if err != nil {
			return err
		}
		for _, ref := range opened { // the ledger shows it a moment later
			did[ref] = append(did[ref], dispatch.KindOpened)
		}
		out := []received{}
		read := 0
		for _, c := range copies {
			x := m.received(c, policy, did)
			if x.State == dispatchNoted && !x.Acknowledge && !cmd.All {
				read++
				continue
			}
			out = append(out, x)
		}
		if cmd.JSON {
			return m.json(out)
		}
		now := m.Now().UTC().Format(time.RFC3339)
		var rows [][]string
		for _, x := range out {
			what := "to know"
			if x.Action {
				what = "to act"
			}
			var more []string
			if x.Subject != "" {
				more = append(more, inline(x.Subject))
			}
			if x.Recalled {
				more = append(more, "recalled")
			}
			if x.Embargo > now {
				more = append(more, "not before "+dtg(x.Embargo))
			}
			if x.DeskBy != "" {
				more = append(more, "on the desk by "+dtg(x.DeskBy))
			}
			if x.Acknowledge {
				more = append(more, "acknowledge it: frank ack "+slugOf(x.Dispatch))
			}
			rows = append(rows, []string{x.Dispatch.String(), x.State, x.Precedence, what, m.office(x.From), strings.Join(more, "; ")})
		}
		m.table(rows)
		m.refusals(cmd.All)
		switch {
		case len(copies) == 0:
			m.note("nothing was issued to you yet")
		case len(out) == 0:
			m.note("nothing new; %s noted: frank inbox --all", figure.Counted(read, "dispatch"))
		}
		drafts, err := m.DraftsWaiting(r)
		if err != nil {
			return err
		}
		if drafts > 0 {
			m.note("%s %s something new for you: frank draft list", figure.Counted(drafts, "draft"), these(drafts, "has", "have"))
		}
		return nil
	})
}

// freshRefusal is for how long the inbox shows a refusal by itself.
const freshRefusal = 14 * 24 * time.Hour

// refusals says which copies that the person asked for were refused: lately, or
// all.
func (m *member) refusals(all bool) {
	since := m.Now().Add(-freshRefusal).UTC().Format(time.RFC3339)
	for _, w := range m.Wishes() {
		if w.Refused == nil || !all && w.Refused.At < since {
			continue
		}
		why := ""
		if w.Refused.Reason != "" {
			why = ": " + inline(w.Refused.Reason)
		}
		m.say("%s  refused %s: no copy for %s%s", w.Dispatch, dtg(w.Refused.At), m.wishFor(w.Request), why)
	}
}

// slugOf is a reference that needs no quotation marks.
func slugOf(r frank.Ref) string { return strings.ToLower(strings.ReplaceAll(r.String(), " ", "-")) }

// What the person did with a dispatch; "" is nothing.
const (
	dispatchNew     = "new"
	dispatchFetched = "fetched"
	dispatchOpened  = "opened"
	dispatchNoted   = "noted"
)

// deeds are the kinds of statements that the person made about dispatches.
type deeds map[frank.Ref][]string

func (m *member) did() deeds {
	d := deeds{}
	for _, l := range m.Ledger(0, math.MaxInt) {
		if l.By != m.Person || l.Statement == nil || directory.Handles(l.Kind) {
			continue
		}
		var about struct {
			Dispatch frank.Ref `json:"dispatch"`
		}
		if json.Unmarshal(l.Body, &about) == nil {
			d[about.Dispatch] = append(d[about.Dispatch], l.Kind)
		}
	}
	return d
}

func (d deeds) has(ref frank.Ref, kind string) bool { return slices.Contains(d[ref], kind) }

func (m *member) received(c api.Copy, policy *directory.Policy, did deeds) received {
	x := received{Dispatch: c.Dispatch, Batch: c.Batch, From: c.Office, As: c.As, Embargo: c.Embargo, Recalled: c.Recalled, State: dispatchNew, Precedence: "?"}
	for _, b := range m.Batches(c.Dispatch) {
		if b.Begin.Batch != c.Batch || c.Slot < 0 || c.Slot >= len(b.Begin.To) {
			continue
		}
		x.Action = b.Begin.To[c.Slot].Action
		rank := b.Begin.Precedence.Info
		if x.Action {
			rank = b.Begin.Precedence.Action
		}
		x.Precedence, x.DeskBy = precedenceWord(policy, rank), b.Begin.Precedence.DeskBy
		x.Acknowledge = x.Action && x.Precedence != "?" && policy.Precedence[rank].Acknowledge && !did.has(c.Dispatch, dispatch.KindAcknowledged)
	}
	switch {
	case did.has(c.Dispatch, dispatch.KindNoted):
		x.State = dispatchNoted
	case did.has(c.Dispatch, dispatch.KindOpened):
		x.State = dispatchOpened
	case m.AtHand(c.Dispatch):
		x.State = dispatchFetched
	}
	if x.State == dispatchOpened || x.State == dispatchNoted {
		if o, err := m.OpenAtHand(c.Dispatch); err == nil {
			x.Subject = o.Head.Subject
		}
	}
	return x
}

type searchCmd struct {
	Words []string `arg:"" help:"Words that all occur; upper and lower case are alike."`
	JSON  bool     `name:"json" help:"Print what was found as JSON."`
}

func (*searchCmd) Help() string {
	return `Searches the copies that were fetched to this machine: text, subject, summary, topics, reference, sender. The server is asked nothing and learns nothing of it.

Example: frank search fishing dues`
}

func (cmd *searchCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		type found struct {
			Dispatch frank.Ref `json:"dispatch"`
			Subject  string    `json:"subject"`
			From     string    `json:"from"`
			At       string    `json:"at"`
			Lines    []string  `json:"lines"` // of the copy's text
		}
		out := []found{}
		for _, ref := range m.Dispatches() {
			if !m.AtHand(ref) {
				continue
			}
			o, err := m.OpenAtHand(ref)
			if err != nil {
				m.note("%s was not searched: %s", ref, oneLine(err.Error()))
				continue
			}
			h := o.Head
			all := strings.Join(append([]string{ref.String(), slugOf(ref), h.Subject, h.Summary, h.From, h.Marking, o.Text}, h.Topics...), "\n")
			if !hasAll(all, cmd.Words) {
				continue
			}
			x := found{Dispatch: ref, Subject: h.Subject, From: h.From, At: h.At, Lines: []string{}}
			for line := range strings.SplitSeq(o.Text, "\n") {
				if slices.ContainsFunc(cmd.Words, func(w string) bool { return hasAll(line, []string{w}) }) {
					x.Lines = append(x.Lines, line)
				}
			}
			out = append(out, x)
		}
		if cmd.JSON {
			return m.json(out)
		}
		if len(out) == 0 {
			m.note("no copy on this machine has all of these words")
		}
		for _, x := range out {
			m.say("%s  %s  %s, %s", x.Dispatch, inline(x.Subject), inline(x.From), dtg(x.At))
			for _, line := range x.Lines[:min(3, len(x.Lines))] {
				m.say("%s", fill(printable(line), "    ", m.width()))
			}
		}
		return nil
	})
}

func hasAll(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if !strings.Contains(text, strings.ToLower(w)) {
			return false
		}
	}
	return true
}

// dtg writes a time as a date-time group: 211930Z NOV 26.
func dtg(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return "?"
	}
	return strings.ToUpper(t.UTC().Format("021504Z Jan 06"))
}
