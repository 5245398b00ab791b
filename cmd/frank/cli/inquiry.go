package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"frank"
	"frank/directory"
	"frank/inquiry"
	"frank/trace/figure"
)

type inquiryCmd struct {
	Waiting  inquiryWaitingCmd  `cmd:"" default:"withargs" help:"List what waits for you; also frank inquiry alone."`
	Form     inquiryFormCmd     `cmd:"" help:"Print the form that opens an inquiry."`
	Open     inquiryOpenCmd     `cmd:"" help:"Open an inquiry by a form that was filled in."`
	List     inquiryListCmd     `cmd:"" help:"List the inquiries."`
	Show     inquiryShowCmd     `cmd:"" help:"Show one, with all that was done in it and what comes next."`
	Exhibit  inquiryExhibitCmd  `cmd:"" help:"Register material, and how it was obtained."`
	Exhibits inquiryExhibitsCmd `cmd:"" help:"Write out the originals of what is registered."`
	Admit    inquiryAdmitCmd    `cmd:"" help:"As overseer: let material count that was not published."`
	Pause    inquiryPauseCmd    `cmd:"" help:"Stop it, until an overseer lifts the pause."`
	Lift     inquiryLiftCmd     `cmd:"" help:"As overseer: let it go on."`
	Ask      inquiryAskCmd      `cmd:"" help:"As lead: ask that the copies be opened."`
	Vote     inquiryVoteCmd     `cmd:"" help:"Vote on what is asked."`
	Release  inquiryReleaseCmd  `cmd:"" help:"Release your shares for what was voted for."`
	Trace    inquiryTraceCmd    `cmd:"" help:"As lead or checker: open, trace, and say what you found."`
	Names    inquiryNamesCmd    `cmd:"" help:"As lead: ask whose the copies are that were named."`
	Consent  inquiryConsentCmd  `cmd:"" help:"As overseer: consent to that, or refuse."`
	Name     inquiryNameCmd     `cmd:"" help:"As lead: open whose they are."`
	Notice   inquiryNoticeCmd   `cmd:"" help:"As lead: write what is handed to the holder of a copy."`
	Reply    inquiryReplyCmd    `cmd:"" help:"Answer a notice that you were handed, or appeal."`
	Enter    inquiryEnterCmd    `cmd:"" help:"Enter a holder's answer or appeal."`
	Fetched  inquiryFetchedCmd  `cmd:"" help:"Show who fetched a copy, and whether in time."`
	Damage   inquiryDamageCmd   `cmd:"" help:"Show what else the holder of a named copy received."`
	Note     inquiryNoteCmd     `cmd:"" help:"Add a comment, a correction, the decision of an appeal."`
	Refuse   inquiryRefuseCmd   `cmd:"" help:"Enter that you will not take a step, and why."`
	Renew    inquiryRenewCmd    `cmd:"" help:"As lead: ask for more time."`
	Close    inquiryCloseCmd    `cmd:"" help:"Close it, and tell those whose copies were tested."`
}

func (*inquiryCmd) Help() string {
	return `Officers find out together which copy was printed, and whose it was. Every step is entered in the ledger, for officers, alternates and overseers to read who are not involved; what a step may do, everybody's machine decides by the same rules. In order:

  open      an officer says what for, by what right, and which material will count
  exhibit   material is frozen; what was not published waits for an overseer
  ask       the lead asks that the copies be opened, for just these exhibits
  vote      as many officers as the threshold says
            an overseer is shown it: their machine enters that
  release   those who hold shares release them, after checking all of this
  trace     the lead and two others each trace, and must find the same
  names     if a copy is named, the lead asks whose it is: officers vote again
  consent   an overseer consents
  release   and shares are released again, for these copies only
  name      the lead opens whose they are
  notice    the holder is told, and may answer or appeal: reply, enter
  close     and everybody whose copies were tested is told

frank inquiry alone lists what waits for you. An inquiry's number is that of the entry which opened it, a matter's that of the entry which asked it: frank inquiry show has both.`
}

// inquest is an inquiry that a command is about.
type inquest struct {
	*member
	state *inquiry.State
	*inquiry.Inquiry
}

// inquiry does work on an inquiry.
func (r *run) inquiry(number uint64, work func(*inquest) error) error {
	return r.member(func(m *member) error {
		in, err := m.inquest(number)
		if err != nil {
			return err
		}
		return work(in)
	})
}

// inquest brings an inquiry up to date.
func (m *member) inquest(number uint64) (*inquest, error) {
	s, err := m.Inquiries(m.run)
	if err != nil {
		return nil, err
	}
	if err := m.Gap(number); err != nil {
		return nil, err
	}
	q := s.Find(number)
	if q == nil {
		return nil, noInquiry(number)
	}
	return &inquest{m, s, q}, nil
}

func noInquiry(number uint64) error {
	return frank.WithHint(fmt.Errorf("there is no inquiry %d that you may know of", number), "frank inquiry list shows those that there are")
}

func (in *inquest) number() uint64 { return in.Entry.Index }

// now is where the ledger ends.
func (in *inquest) now() uint64 { return in.View().Head().Size }

// may says why somebody may not take a step.
func (in *inquest) may(who frank.PersonID, what any) error {
	return in.state.Check(in.Inquiry, in.now(), who, what)
}

// sitting are those who could have a part in it.
func (m *member) sitting(roles ...directory.Role) (list []frank.PersonID) {
	view := m.Directory().At(m.View().Head().Size)
	for _, role := range roles {
		for _, id := range view.Sitting(role) {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	return list
}

// those are the ones of people who may take a step.
func (in *inquest) those(people []frank.PersonID, what any) (list []frank.PersonID) {
	for _, id := range people {
		if in.may(id, what) == nil {
			list = append(list, id)
		}
	}
	return list
}

// matter is the one that somebody means: by the number of its entry, by the
// beginning of its hash, or, where they name none, the last one that fits. why is
// what to say where none does; without it there is no error, and no matter.
func (in *inquest) matter(typed string, fits func(*inquiry.Asked) bool, why func() error) (*inquiry.Asked, error) {
	if typed != "" {
		index, err := strconv.ParseUint(typed, 10, 64)
		for _, a := range in.Matters {
			if err == nil && a.Index == index || len(typed) >= 8 && strings.HasPrefix(a.Hash.String(), strings.ToLower(typed)) {
				return a, nil
			}
		}
		return nil, frank.WithHint(fmt.Errorf("inquiry %d has no matter %.20q", in.number(), typed), "frank inquiry show %d has the numbers of its matters", in.number())
	}
	for _, a := range slices.Backward(in.Matters) {
		if fits(a) {
			return a, nil
		}
	}
	if why == nil {
		return nil, nil
	}
	return nil, in.hinted(nil, why())
}

// hinted adds what comes next, in a matter if one is meant, to an error that has
// no advice.
func (in *inquest) hinted(a *inquiry.Asked, err error) error {
	if err == nil || frank.Hint(err) != "" {
		return err
	}
	return in.ordered(a, err)
}

// ordered is hinted in place of whatever advice there is, for a step that is
// taken too soon.
func (in *inquest) ordered(a *inquiry.Asked, err error) error {
	next := in.next()
	i := slices.IndexFunc(next, func(s step) bool { return a != nil && s.Matter == a.Index })
	if i < 0 && len(next) == 0 {
		return err
	}
	return frank.WithHint(err, "next: %s", next[max(i, 0)].says(in.member))
}

// hindrance says what keeps everybody from a step.
func (in *inquest) hindrance(people []frank.PersonID, what any) (s string) {
	for _, id := range people {
		if err := in.may(id, what); err != nil && !strings.Contains(s, err.Error()) {
			s += "; " + err.Error()
		}
	}
	return s
}

// step is something that is waited for.
type step struct {
	Verb   string           `json:"verb"` // of frank inquiry; empty: there is no command for it
	Matter uint64           `json:"matter,omitempty"`
	Who    []frank.PersonID `json:"who"`
	Names  []string         `json:"names"`
	Text   string           `json:"text"` // what it is, after the command

	args string // of the command, behind the inquiry's number
	of   uint64
}

func (s *step) command() string {
	return strings.TrimSpace(fmt.Sprintf("frank inquiry %s %d %s", s.Verb, s.of, s.args))
}

func (s *step) says(m *member) string {
	who := "nobody who may"
	if len(s.Who) > 0 {
		who = either(s.Names)
	}
	if s.Verb == "" {
		return s.Text
	}
	return s.command() + ", by " + who + ": " + s.Text
}

// either writes "A, B or C".
func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// ended reports whether its time is over, by this machine's clock.
func (in *inquest) ended() bool { return in.Until < time.Now().UTC().Format(time.RFC3339) }

// next is what is waited for, and from whom.
func (in *inquest) next() (list []step) {
	officers := in.sitting(directory.Officer, directory.Alternate)
	overseers := in.sitting(directory.Overseer)
	add := func(verb string, a *inquiry.Asked, who []frank.PersonID, args, text string) {
		s := step{Verb: verb, Who: append([]frank.PersonID{}, who...), Text: text, args: args, of: in.number(), Names: []string{}}
		if a != nil {
			s.Matter = a.Index
		}
		for _, id := range who {
			s.Names = append(s.Names, in.person(id))
		}
		list = append(list, s)
	}
	switch {
	case in.Steps[0].Fault != "", in.Closed != nil:
		return nil
	case in.Paused != "":
		add("lift", nil, in.those(overseers, &inquiry.Lift{Why: "x"}), "--why …", "it is paused")
		return list
	case in.ended():
		add("renew", nil, []frank.PersonID{in.Lead}, "--until …", "its time is over; or frank inquiry close")
	}
	for i, e := range in.Exhibits {
		if !e.Admitted && e.Outside == "" {
			add("admit", nil, in.those(overseers, &inquiry.Admit{Exhibit: e.Record.SHA256, Order: "x"}), fmt.Sprintf("%d --order …", i+1), fmt.Sprintf("exhibit %d %s", i+1, exhibitState(e)))
		}
	}
	if len(in.Admitted()) == 0 {
		add("exhibit", nil, []frank.PersonID{in.Lead}, "FILE --obtained …", "no exhibit counts yet")
		return list
	}
	if !slices.ContainsFunc(in.Matters, func(a *inquiry.Asked) bool { return a.Matter.Stage == inquiry.Copies }) {
		add("ask", nil, []frank.PersonID{in.Lead}, "", "the copies are not asked for yet")
	}
	for i, a := range in.Matters {
		later := slices.ContainsFunc(in.Matters[i+1:], func(b *inquiry.Asked) bool { return b.Matter.Stage == a.Matter.Stage })
		switch {
		case a.Quorum == 0 && later: // asked anew in other words
		case a.Quorum == 0:
			left := slices.DeleteFunc(in.those(officers, &inquiry.Vote{Matter: a.Hash, Yes: true, Reason: "x", Free: true}), func(id frank.PersonID) bool { return voted(a.Votes, id) })
			if more := a.Need - len(a.Yes()); len(left) < more {
				add("", a, nil, "", fmt.Sprintf("matter %d is lost: %d of %s, and only %s left to vote", a.Index, len(a.Yes()), figure.Counted(a.Need, "vote"), figure.Counted(len(left), "officer")))
				continue
			}
			add("vote", a, left, "", fmt.Sprintf("%d of %s", len(a.Yes()), figure.Counted(a.Need, "vote")))
		case a.Matter.Stage == inquiry.Renewal:
			if len(a.Seen) == 0 {
				add("show", a, in.those(overseers, &inquiry.Seen{Matter: a.Hash}), "", shownText)
			}
		default:
			in.nextOpened(a, later, officers, overseers, add)
		}
	}
	if !slices.ContainsFunc(list, func(s step) bool { return s.Verb != "" && s.Verb != "admit" }) {
		add("close", nil, []frank.PersonID{in.Lead}, "--outcome …", "nothing is left to be done, but what a holder may answer")
	}
	return list
}

const shownText = "their machine then enters that the overseer was shown it"

// nextOpened is what is waited for in a matter that was voted for.
func (in *inquest) nextOpened(a *inquiry.Asked, later bool, officers, overseers []frank.PersonID, add func(verb string, a *inquiry.Asked, who []frank.PersonID, args, text string)) {
	if len(a.Seen) == 0 {
		add("show", a, in.those(overseers, &inquiry.Seen{Matter: a.Hash}), "", shownText)
	}
	if a.Matter.Stage == inquiry.Names && len(a.Releases) == 0 {
		switch {
		case slices.ContainsFunc(a.Consents, func(c inquiry.Cast) bool { return !c.Yes }):
			add("", a, nil, "", fmt.Sprintf("an overseer has refused consent to matter %d", a.Index))
			return
		case len(a.Consents) == 0:
			add("consent", a, in.those(overseers, &inquiry.Consent{Matter: a.Hash, Yes: true}), "", "whose the copies are takes an overseer's consent")
		}
	}
	if !a.Enough() {
		if _, err := a.Ready(); err == nil {
			who, text := in.those(officers, in.release(a)), fmt.Sprintf("%d of %s released", len(a.Releases), figure.Counted(a.Need, "share"))
			if len(who) == 0 {
				text += in.hindrance(officers, in.release(a))
			}
			add("release", a, who, "", text)
		}
		return
	}
	if a.Matter.Stage == inquiry.Names {
		if a.Named == nil {
			add("name", a, []frank.PersonID{a.Matter.Lead}, "", "whose the copies are can be opened")
			return
		}
		for _, n := range a.Matter.Numbers {
			if !in.noticed(n) {
				add("notice", a, []frank.PersonID{in.Lead}, fmt.Sprintf("%q --out FILE", copyOf(n)), "the holder is to be told")
			}
		}
		return
	}
	switch res, err := a.Agreed(); {
	case err != nil:
		if !later {
			add("close", a, []frank.PersonID{in.Lead}, "--outcome …", err.Error())
		}
	case res == nil:
		left := slices.DeleteFunc(in.tracers(a.Matter), func(id frank.PersonID) bool { return in.found(a, id) != nil })
		add("trace", a, left, "", fmt.Sprintf("%d of %d have said what they found", len(a.Results), 1+inquiry.Checkers))
	case len(res.Named) > 0 && !slices.ContainsFunc(in.Matters, func(b *inquiry.Asked) bool { return b.Matter.Stage == inquiry.Names && b.Matter.Of == a.Hash }):
		add("names", a, []frank.PersonID{in.Lead}, "", copiesOf(res.Named)+these(len(res.Named), " is named", " are named")+", and whose "+these(len(res.Named), "it is", "they are")+" takes a second vote; or frank inquiry close")
	}
}

// release is one that fits a matter, to ask whom the rules would let do it.
func (in *inquest) release(a *inquiry.Asked) *inquiry.Release {
	note := ""
	if cp := in.View().Latest(); cp != nil {
		note = string(cp.Note)
	}
	return &inquiry.Release{Matter: a.Hash, Checkpoint: note, Shares: []byte{0}}
}

func voted(list []inquiry.Cast, id frank.PersonID) bool {
	return slices.ContainsFunc(list, func(c inquiry.Cast) bool { return c.By == id })
}

// found is what somebody found; nil if they have not said.
func (in *inquest) found(a *inquiry.Asked, id frank.PersonID) *inquiry.Found {
	for i := range a.Results {
		if a.Results[i].By == id {
			return &a.Results[i]
		}
	}
	return nil
}

// tracers are the lead, and the two others by name.
func (in *inquest) tracers(m *inquiry.Matter) []frank.PersonID {
	others := slices.Clone(m.Checkers)
	slices.SortFunc(others, func(a, b frank.PersonID) int { return strings.Compare(in.person(a), in.person(b)) })
	return append([]frank.PersonID{m.Lead}, others...)
}

// noticed reports whether the holder of a copy was given notice.
func (in *inquest) noticed(n inquiry.Number) bool {
	return slices.ContainsFunc(in.Steps, func(t inquiry.Taken) bool {
		w, ok := t.What.(*inquiry.Notice)
		return ok && t.Fault == "" && w.Number == n
	})
}

// copyOf writes a copy as people type it: 26 SARN 41:7.
func copyOf(n inquiry.Number) string { return fmt.Sprintf("%s:%d", n.Dispatch, n.Number) }

// copiesOf writes "copy 7 of 26 SARN 41".
func copiesOf(list []inquiry.Number) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		var numbers []int
		for ; j < len(list) && list[j].Dispatch == list[i].Dispatch; j++ {
			numbers = append(numbers, list[j].Number)
		}
		parts = append(parts, copyList(numbers)+" of "+list[i].Dispatch.String())
		i = j
	}
	return strings.Join(parts, ", ")
}

// parseCopy reads a copy as people type it.
func parseCopy(s string) (inquiry.Number, error) {
	ref, number, ok := cutLast(s, ":")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if !ok || err != nil || n < 1 {
		return inquiry.Number{}, frank.WithHint(usagef("%.60q is no copy of a dispatch", s), `it is written "26 SARN 41:7", or 26-sarn-41:7`)
	}
	d, err := parseRef(ref)
	return inquiry.Number{Dispatch: d, Number: n}, err
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// sayGaps says of which inquiries not all is shown.
func (m *member) sayGaps() {
	for _, n := range m.Gaps() {
		m.note("inquiry %d: %v", n, m.Gap(n))
		m.code = Trouble
	}
}

// sayNext says, beside what was asked for, what an inquiry waits for.
func (m *member) sayNext(number uint64) error {
	in, err := m.inquest(number)
	if err != nil {
		return err
	}
	if in.Paused != "" {
		m.note("it is paused: %s", inline(in.Paused))
	}
	for _, s := range in.next() {
		m.note("next: %s", s.says(m))
	}
	return nil
}

// standing is how an inquiry stands, in a word.
func (in *inquest) standing() string {
	switch {
	case in.Steps[0].Fault != "":
		return "void"
	case in.Closed != nil:
		return "closed"
	case in.Paused != "":
		return "paused"
	case in.ended():
		return "ended"
	}
	return "open"
}

type inquiryWaitingCmd struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (*inquiryWaitingCmd) Help() string {
	return `What waits for you in any inquiry, with the command that does it; and, for officers and overseers, which dispatches the watch has found in print that no inquiry has in scope.

Example: frank inquiry`
}

func (cmd *inquiryWaitingCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		s, err := m.Inquiries(r)
		if err != nil {
			return err
		}
		type waiting struct {
			Inquiry uint64 `json:"inquiry"`
			step
			Command string `json:"command"`
			Purpose string `json:"purpose"`
		}
		m.sayGaps()
		mine := []waiting{}
		for _, q := range s.Inquiries() {
			if m.Gap(q.Entry.Index) != nil {
				continue
			}
			for _, x := range (&inquest{m, s, q}).next() {
				if slices.Contains(x.Who, m.Person) {
					mine = append(mine, waiting{q.Entry.Index, x, x.command(), q.Open.Purpose})
				}
			}
		}
		seen, err := m.Sightings(r)
		if err != nil {
			return err
		}
		seen = slices.DeleteFunc(seen, func(x inquiry.Sighting) bool {
			return slices.ContainsFunc(s.Inquiries(), func(q *inquiry.Inquiry) bool { return slices.Contains(q.Open.Scope, x.Dispatch) })
		})
		if cmd.JSON {
			return m.json(struct {
				Waiting   []waiting          `json:"waiting"`
				Sightings []inquiry.Sighting `json:"sightings"`
			}{mine, append([]inquiry.Sighting{}, seen...)})
		}
		for _, x := range seen {
			if x.Words == 0 {
				m.say("%s may be retold%s, and is not quoted; seen %s", x.Dispatch, inOutlet(x.Outlet), dtg(x.At))
				continue
			}
			m.say("%s is quoted%s: %s that follow it, seen %s", x.Dispatch, inOutlet(x.Outlet), figure.Counted(x.Words, "word"), dtg(x.At))
		}
		for _, w := range mine {
			m.say("inquiry %d: %s", w.Inquiry, opening(inline(w.Purpose), m.width()-14))
			m.say("%s", fill(w.Command+": "+w.Text, "    ", m.width()))
		}
		if len(mine) == 0 {
			m.note("no inquiry waits for you")
		}
		return nil
	})
}

func inOutlet(outlet string) string {
	if outlet == "" {
		return ""
	}
	return " in " + inline(outlet)
}

type inquiryListCmd struct {
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (*inquiryListCmd) Help() string {
	return `Those that you may know of: an inquiry is sealed to officers, alternates and overseers who are not involved in what it is about.

Example: frank inquiry list`
}

func (cmd *inquiryListCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		s, err := m.Inquiries(r)
		if err != nil {
			return err
		}
		type row struct {
			Inquiry uint64         `json:"inquiry"`
			State   string         `json:"state"` // open, paused, ended, closed; void: it was opened by whom it may not
			Lead    frank.PersonID `json:"lead"`
			Name    string         `json:"name"`
			Scope   []frank.Ref    `json:"scope"`
			Purpose string         `json:"purpose"`
			Until   string         `json:"until"`
			Outcome string         `json:"outcome,omitempty"`
		}
		list := []row{}
		for _, q := range s.Inquiries() {
			x := row{q.Entry.Index, (&inquest{m, s, q}).standing(), q.Lead, m.person(q.Lead), q.Open.Scope, q.Open.Purpose, q.Until, ""}
			if q.Closed != nil {
				x.Outcome = q.Closed.Outcome
			}
			list = append(list, x)
		}
		if cmd.JSON {
			return m.json(list)
		}
		if len(list) == 0 {
			m.note("there is no inquiry that you may know of")
		}
		var rows [][]string
		for _, x := range list {
			state := x.State
			if x.Outcome != "" {
				state += ": " + x.Outcome
			}
			rows = append(rows, []string{fmt.Sprint(x.Inquiry), state, x.Name, refs(x.Scope), opening(inline(x.Purpose), 60)})
		}
		m.table(rows)
		return nil
	})
}

func refs(list []frank.Ref) string {
	var out []string
	for _, r := range list {
		out = append(out, r.String())
	}
	return strings.Join(out, ", ")
}

// inquiryExaminedCmd lists what a reader was told of inquiries that are closed.
type inquiryExaminedCmd struct {
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (cmd *inquiryExaminedCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		list, err := m.Examined(r)
		if err != nil {
			return err
		}
		if cmd.JSON {
			if list == nil {
				return m.json([]struct{}{})
			}
			return m.json(list)
		}
		if len(list) == 0 {
			m.note("no closed inquiry has tested a copy of yours")
		}
		for _, x := range list {
			m.say("inquiry %d, opened %s, closed %s: %s", x.Inquiry, x.Opened, x.Closed.Closed, x.Outcome)
			m.row("tested", "copies of "+refs(x.Dispatches))
			m.row("purpose", x.Purpose)
			m.row("basis", x.Basis)
			m.row("rights", x.Rights)
		}
		return nil
	})
}

// row prints a word and what it says, in lines behind it.
func (m *member) row(word, text string) {
	const indent = "            "
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if i > 0 {
			word = ""
		}
		m.say("%s", strings.TrimRight(m.style().dim(word)+strings.Repeat(" ", max(1, len(indent)-len(word)))+strings.TrimPrefix(fill(printable(line), indent, m.width()), indent), " "))
	}
}

// errNothing is for a step that nothing in an inquiry waits for.
func errNothing(format string, args ...any) func() error {
	return func() error { return fmt.Errorf(format, args...) }
}
