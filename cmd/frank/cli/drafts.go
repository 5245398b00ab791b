package cli

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/client"
	"frank/directory"
	"frank/dispatch"
	"frank/draft"
	"frank/internal/canon"
	"frank/internal/durable"
	"frank/variant"
)

// draftFile stands beside a source that is shared, in SOURCE.draft: which
// version of which draft it is.
type draftFile struct {
	Format  string     `json:"format"` // frank.draft-file/1
	Log     string     `json:"log"`
	Draft   int        `json:"draft"`
	Version int        `json:"version"`
	Hash    frank.Hash `json:"hash"`   // of the version
	Source  frank.Hash `json:"source"` // SHA-256 of the source as that version has it
}

const draftFileFormat = "frank.draft-file/1"

// shared reads which version a source is; nil for one that is not shared.
func (r *run) shared(source string) (*draftFile, error) {
	name := source + ".draft"
	if source == "-" || !exists(r.path(name)) {
		return nil, nil
	}
	data, err := r.readFile(name, 4<<10)
	if err != nil {
		return nil, err
	}
	f := &draftFile{}
	if err := canon.Unmarshal(bytes.TrimSuffix(data, []byte("\n")), f); err != nil || f.Format != draftFileFormat || f.Draft < 1 {
		return nil, frank.WithHint(fmt.Errorf("%s is damaged", name), "delete it to have the source shared no more, or fetch the draft again: frank draft fetch")
	}
	return f, nil
}

// keepShared writes beside a source which version it is, and its signatures.
func (m *member) keepShared(source string, v *draft.Version) error {
	f := draftFile{draftFileFormat, m.Log, v.Draft, v.Number, v.Hash(), v.Source}
	if err := durable.WriteFile(m.path(source+".draft"), append(canon.Marshal(f), '\n'), 0o600); err != nil {
		return fileError(source+".draft", err)
	}
	if len(v.Steps) == 0 && !exists(m.path(source+".signed")) {
		return nil
	}
	return m.keepSigned(source, v.Steps)
}

// keepSigned writes the signatures beside a source.
func (r *run) keepSigned(source string, steps []dispatch.Step) error {
	if err := durable.WriteFile(r.path(source+".signed"), append(canon.Marshal(signedFile{signedFormat, steps}), '\n'), 0o600); err != nil {
		return fileError(source+".signed", err)
	}
	return nil
}

type draftShareCmd struct {
	Source string   `arg:"" help:"The marked-up source."`
	With   []string `placeholder:"WHO" help:"Who is to take part: persons by name, or offices by id for all who read for them."`
	Note   string   `placeholder:"TEXT" help:"What you ask of them, or changed."`
	Office string   `placeholder:"ID" help:"The office that issues it, where no line from: in the source says so."`
	JSON   bool     `name:"json" help:"Print the draft as JSON."`
}

func (*draftShareCmd) Help() string {
	return `The source goes to the server sealed to those who take part, as the first version of a draft or the next one, and nothing of it is in the ledger. Only people of the office that issues it begin a draft and let others in; nobody is taken out again: to leave somebody out, drop the draft and share the text anew. SOURCE.draft remembers which version your file is. If somebody else was first, nothing of theirs is overwritten.

Who takes part has read the source, with every wording: they are dealt no share of the dispatch, and have no part in an inquiry into it. The ledger says who they were.

Example: frank draft share memo.frank --with "Ivy Moss" --note "please clear para 3"`
}

func (cmd *draftShareCmd) Run(r *run) error {
	if cmd.Source == "-" {
		return usagef("a file is shared, not standard input")
	}
	src, err := r.readSource(cmd.Source)
	if err != nil {
		return err
	}
	note, err := noteOf(cmd.Note)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		at, err := m.sharedHere(cmd.Source)
		if err != nil {
			return err
		}
		text := src.String()
		steps, err := m.signedFor(cmd.Source, text)
		if err != nil {
			return err
		}
		ch := &client.DraftChange{What: draft.Shared, Source: text, Note: note}
		if at == nil {
			if ch.Office, err = m.draftOffice(cmd.Office, src); err != nil {
				return err
			}
			if len(cmd.With) == 0 {
				return frank.WithHint(usagef("%s is shared with nobody yet", cmd.Source), "--with says who is to take part; who holds the office always does")
			}
		} else {
			d, err := m.SharedDraft(m, at.Draft)
			if err != nil {
				return err
			}
			ch.Draft, ch.Base, ch.Office = at.Draft, at.base(d), d.Last.Office
			if d.Source == text {
				steps = together(d.Last.Steps, steps)
			}
			stale := slices.ContainsFunc(steps, func(s dispatch.Step) bool { return !m.SignedNow(&s) })
			if d.Source == text && len(cmd.With) == 0 && note == "" && len(steps) == len(d.Last.Steps) && !stale && d.Last.What != draft.Returned {
				r.note("nothing has changed since version %d of draft %d", d.Last.Number, d.Draft)
				return m.keepShared(cmd.Source, d.Last)
			}
		}
		if ch.With, err = m.taking(cmd.With, ch.Office); err != nil {
			return err
		}
		view := m.Directory().At(m.View().Head().Size)
		for _, p := range ch.With {
			if view.Has(directory.Officer, p.Person) || view.Has(directory.Alternate, p.Person) || view.Has(directory.Overseer, p.Person) {
				r.note("%s sits for inquiries: who takes part is dealt no share of what comes of it, and has no part in an inquiry into it", inline(m.person(p.Person)))
			}
		}
		ch.Steps = slices.DeleteFunc(steps, func(s dispatch.Step) bool { return s.Office != ch.Office || !m.SignedNow(&s) })
		d, err := m.ChangeDraft(m, ch)
		if err != nil {
			return err
		}
		return errors.Join(m.keepShared(cmd.Source, d.Last), m.sayDraft(d, cmd.JSON))
	})
}

// base is the version that a changed file goes on from: the last, where the text
// that the file had is still the draft's, whatever was said of it since.
func (f *draftFile) base(d *client.SharedDraft) frank.Hash {
	if f.Source == d.Last.Source {
		return d.Last.Hash()
	}
	return f.Hash
}

// sharedHere is shared, for a draft of the organisation's.
func (m *member) sharedHere(source string) (*draftFile, error) {
	at, err := m.shared(source)
	if err == nil && at != nil && at.Log != m.Log {
		return nil, frank.WithHint(fmt.Errorf("%s.draft is of a draft in another organisation", source), "delete it to share the source here")
	}
	return at, err
}

// signedFor are the signatures beside a source that fit it as it stands.
func (m *member) signedFor(source, text string) ([]dispatch.Step, error) {
	steps, err := m.signed(source)
	sum := frank.Hash(sha256.Sum256([]byte(text)))
	return slices.DeleteFunc(steps, func(s dispatch.Step) bool { return s.Source != sum || !s.Verify() }), err
}

// together are both lists of steps, each step once.
func together(a, b []dispatch.Step) []dispatch.Step {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.ContainsFunc(out, func(x dispatch.Step) bool { return bytes.Equal(x.Signature, s.Signature) }) {
			out = append(out, s)
		}
	}
	return out
}

// draftOffice is the office that is to issue a source.
func (m *member) draftOffice(flag string, src *variant.Source) (frank.OfficeID, error) {
	if id := firstOf(flag, src.Field("from")); id != "" {
		o, err := m.findOffice(id)
		return o.ID, err
	}
	o, err := m.chooseOffice("", "--office", issues)
	return o.ID, err
}

// taking are persons by name, and all who read for offices.
func (m *member) taking(names []string, office frank.OfficeID) (out []draft.Party, err error) {
	view := m.Directory().At(m.View().Head().Size - 1)
	for _, s := range names {
		if _, err := view.Office(frank.OfficeID(s)); err == nil {
			readers, err := view.Readers(frank.OfficeID(s))
			if err != nil {
				return nil, err
			}
			for _, x := range readers {
				out = append(out, draft.Party{Person: x.Person, Office: x.Office})
			}
			continue
		}
		p, err := m.findPerson(s)
		if err != nil {
			return nil, frank.WithHint(fmt.Errorf("there is neither an office nor a person %.60q", s), "frank office list and frank people say who there is")
		}
		party := draft.Party{Person: p.ID}
		if draft.Of(p.ID, office, view) {
			party.Office = office
		}
		if p.Status != "member" {
			return nil, fmt.Errorf("%s does not belong to %s now", p.Name, m.Directory().Name())
		}
		out = append(out, party)
	}
	return out, nil
}

func noteOf(s string) (string, error) {
	if s = norm.NFC.String(strings.TrimSpace(s)); len(s) > draft.MaxNote {
		return "", usagef("a note has at most %d bytes", draft.MaxNote)
	}
	return s, nil
}

type draftListCmd struct {
	All  bool `help:"Those that are over, too."`
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (*draftListCmd) Help() string {
	return `What is new is fetched and checked: that no version was left out, swapped or put in, and who signed it. It exits with 1 if one cannot be believed.

Example: frank draft list`
}

// idle is after how many days without a version a draft is said to lie.
const idle = 30

func (cmd *draftListCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		all, err := m.Drafts(m)
		if err != nil {
			return err
		}
		list := slices.DeleteFunc(all, func(d *client.SharedDraft) bool { return !cmd.All && d.Last != nil && d.Last.Over() && d.Fault == nil })
		for _, d := range list {
			m.fault(d)
		}
		if cmd.JSON {
			out := make([]draftJSON, 0, len(list))
			for _, d := range list {
				out = append(out, m.draftJSON(d))
			}
			return m.json(out)
		}
		if len(list) == 0 {
			m.note("no draft is under work: frank draft share begins one")
		}
		var rows [][]string
		for _, d := range list {
			if d.Last == nil {
				continue
			}
			says := []string{d.Last.What + " by " + inline(m.person(d.By))}
			if d.Last.What == draft.Issued {
				says = append(says, "as "+d.Last.Dispatch.String())
			}
			if d.Last.Number > d.Had {
				says = append(says, "new")
			}
			if n := m.idleDays(d); n >= idle {
				says = append(says, fmt.Sprintf("untouched for %d days", n))
			}
			if !d.Last.Takes(m.Person, m.Directory().At(m.View().Head().Size-1)) {
				says = append(says, "you take part no more")
			}
			rows = append(rows, []string{fmt.Sprint(d.Draft), titleOf(d), m.office(d.Last.Office), fmt.Sprintf("version %d", d.Last.Number), strings.Join(says, ", ")})
		}
		m.table(rows)
		return nil
	})
}

// fault says why a draft is not believed.
func (m *member) fault(d *client.SharedDraft) {
	if d.Fault == nil {
		return
	}
	m.code = Trouble
	m.note("%s", oneLine(d.Fault.Error()))
	if hint := frank.Hint(d.Fault); hint != "" {
		fmt.Fprintf(m.Stderr, "hint: %s\n", oneLine(hint))
	}
}

func (m *member) idleDays(d *client.SharedDraft) int {
	t, err := time.Parse(time.RFC3339, d.Touched)
	if err != nil || d.Last.Over() {
		return 0
	}
	return max(0, int(time.Since(t).Hours()/24))
}

// titleOf is what a draft is about, where its header says so.
func titleOf(d *client.SharedDraft) string {
	if src, err := variant.Parse(firstOf(d.Source, d.Old)); err == nil && src.Field("title") != "" {
		return inline(src.Field("title"))
	}
	return "—"
}

// draftJSON is a draft for programs.
type draftJSON struct {
	Draft   int                `json:"draft"`
	Office  frank.OfficeID     `json:"office"`
	Version int                `json:"version"`
	Head    frank.Hash         `json:"head"` // of the last version: to be compared with others who take part
	What    string             `json:"what"`
	By      frank.PersonID     `json:"by"`
	Name    string             `json:"name"`
	At      string             `json:"at"`
	Note    string             `json:"note,omitempty"`
	Issued  *frank.Ref         `json:"dispatch,omitempty"`
	With    []draft.Party      `json:"with"`
	Steps   []stepJSON         `json:"signed"`
	Had     int                `json:"had"`  // the version that you were shown last; 0: none
	Idle    int                `json:"idle"` // days without a version
	Fault   string             `json:"fault,omitempty"`
	Story   []client.DraftStep `json:"story"`
	Unread  []int              `json:"unread,omitempty"`
}

type stepJSON struct {
	Step string `json:"step"`
	Name string `json:"name"`
	At   string `json:"at"`
}

func (m *member) draftJSON(d *client.SharedDraft) draftJSON {
	out := draftJSON{Draft: d.Draft, Had: d.Had, Story: d.Story, Unread: d.Unread, With: []draft.Party{}, Steps: []stepJSON{}}
	if d.Fault != nil {
		out.Fault = oneLine(d.Fault.Error())
	}
	v := d.Last
	if v == nil {
		return out
	}
	out.Office, out.Version, out.Head, out.What, out.By, out.Name, out.At, out.Note, out.With, out.Idle = v.Office, v.Number, v.Hash(), v.What, d.By, m.person(d.By), v.At, v.Note, v.With, m.idleDays(d)
	if v.What == draft.Issued {
		out.Issued = &v.Dispatch
	}
	for _, s := range v.Steps {
		out.Steps = append(out.Steps, stepJSON{s.Step, m.person(s.Person), s.At})
	}
	return out
}

// sayDraft says what was handed in.
func (m *member) sayDraft(d *client.SharedDraft, asJSON bool) error {
	if asJSON {
		return m.json(m.draftJSON(d))
	}
	if d.Last.Over() {
		m.say("draft %d is over: its versions are gone from the server", d.Draft)
		return nil
	}
	var names []string
	for _, id := range d.Last.Taking(m.Directory().At(m.View().Head().Size - 1)) {
		names = append(names, inline(m.person(id)))
	}
	slices.Sort(names)
	m.say("draft %d, version %d: %s by you; for %s", d.Draft, d.Last.Number, d.Last.What, strings.Join(slices.Compact(names), ", "))
	return nil
}

type draftFetchCmd struct {
	Number int    `arg:"" name:"n" help:"The draft, as frank draft list numbers it."`
	Output string `short:"o" placeholder:"FILE" help:"Write the source to FILE, to work on. A file that is an earlier version of it, and not changed since, is replaced."`
	JSON   bool   `name:"json" help:"Print it as JSON."`
}

func (*draftFetchCmd) Help() string {
	return `It shows what was said of the draft since you last fetched it, and what changed in the source, sentence by sentence as it is marked up; the first time, the whole.

Example: frank draft fetch 7 -o memo.frank`
}

func (cmd *draftFetchCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		d, err := m.SharedDraft(m, cmd.Number)
		if err != nil {
			return err
		}
		var changes []draft.Change
		switch {
		case d.Last.Over():
		case d.Had == 0:
			changes, err = draft.Changes("", d.Source)
		default:
			changes, err = draft.Changes(d.Old, d.Source)
		}
		if err != nil {
			return fmt.Errorf("the source of draft %d cannot be read: %w", d.Draft, err)
		}
		if cmd.Output != "" {
			if err := m.writeDraft(cmd.Output, d); err != nil {
				return err
			}
		}
		if cmd.JSON {
			err = m.json(struct {
				draftJSON
				Source  string         `json:"source,omitempty"`
				Changes []draft.Change `json:"changes"`
			}{m.draftJSON(d), d.Source, slices.Concat([]draft.Change{}, changes)})
		} else {
			m.showDraft(d, changes)
		}
		return errors.Join(err, m.ShownDraft(d.Draft))
	})
}

// writeDraft writes the source of a draft to be worked on.
func (m *member) writeDraft(name string, d *client.SharedDraft) error {
	if d.Last.Over() {
		return fmt.Errorf("draft %d is over, and has no source any more", d.Draft)
	}
	if exists(m.path(name)) {
		at, err := m.sharedHere(name)
		if err != nil {
			return err
		}
		now, err := m.readFile(name, maxSource)
		if err != nil {
			return err
		}
		if string(now) != d.Source && (at == nil || at.Draft != d.Draft || at.Source != sha256.Sum256(now)) {
			return frank.WithHint(fmt.Errorf("%s has changes that are not shared", name), "nothing of yours is overwritten: give another name, and bring them into that")
		}
		if err := durable.WriteFile(m.path(name), []byte(d.Source), 0o600); err != nil {
			return fileError(name, err)
		}
	} else if err := m.newFile(name, []byte(d.Source)); err != nil {
		return err
	}
	return m.keepShared(name, d.Last)
}

func (m *member) showDraft(d *client.SharedDraft, changes []draft.Change) {
	m.say("draft %d, version %d  %s  %s", d.Draft, d.Last.Number, titleOf(d), inline(m.office(d.Last.Office)))
	news := 0
	for _, s := range d.Story {
		if s.Number <= d.Had {
			continue
		}
		news++
		m.say("%3d  %s by %s, %s", s.Number, s.What, inline(m.person(s.By)), dtg(s.At))
		for line := range strings.SplitSeq(s.Note, "\n") {
			if line != "" {
				m.say("     %s", inline(line))
			}
		}
	}
	for _, n := range d.Unread {
		m.note("version %d was not sealed to you, or the server garbled it", n)
	}
	if d.Last.What == draft.Issued {
		m.say("     as %s", d.Last.Dispatch)
	}
	if news == 0 {
		m.note("nothing has come since you fetched it")
	}
	for _, s := range d.Last.Steps {
		m.say("     signed: %s by %s, %s", s.Step, inline(m.person(s.Person)), dtg(s.At))
	}
	for _, c := range changes {
		where := "header"
		if c.Paragraph > 0 {
			where = fmt.Sprintf("para %d", c.Paragraph)
		}
		m.say("")
		m.say("%s", where)
		for _, s := range c.Old {
			m.say("  - %s", inline(s))
		}
		for _, s := range c.New {
			m.say("  + %s", inline(s))
		}
	}
	if news > 0 && len(changes) == 0 && !d.Last.Over() {
		m.say("     the source is as you had it")
	}
}

type draftReturnCmd struct {
	Number int    `arg:"" name:"n" help:"The draft, as frank draft list numbers it."`
	Note   string `required:"" placeholder:"TEXT" help:"Why, and what would have to change."`
	JSON   bool   `name:"json" help:"Print the draft as JSON."`
}

func (*draftReturnCmd) Help() string {
	return `You refuse to clear the version that you fetched, and say why. It cannot be sent as it stands.

Example: frank draft return 7 --note "para 3 says more than we know"`
}

func (cmd *draftReturnCmd) Run(r *run) error {
	note, err := noteOf(cmd.Note)
	if err != nil {
		return err
	}
	if note == "" {
		return usagef("a draft is returned with a reason: --note")
	}
	return r.member(func(m *member) error {
		d, err := m.SharedDraft(m, cmd.Number)
		if err != nil {
			return err
		}
		if d.Had != d.Last.Number && !d.Last.Over() {
			return frank.WithHint(fmt.Errorf("you were not shown version %d of draft %d yet", d.Last.Number, d.Draft), "frank draft fetch %d shows it", d.Draft)
		}
		d, err = m.ChangeDraft(m, &client.DraftChange{Draft: d.Draft, Base: d.Last.Hash(), What: draft.Returned, Note: note, Source: d.Source, Steps: d.Last.Steps})
		if err != nil {
			return err
		}
		return m.sayDraft(d, cmd.JSON)
	})
}

type draftDropCmd struct {
	Number int    `arg:"" name:"n" help:"The draft, as frank draft list numbers it."`
	Note   string `placeholder:"TEXT" help:"Why."`
	JSON   bool   `name:"json" help:"Print the draft as JSON."`
}

func (*draftDropCmd) Help() string {
	return `For people of the office that was to issue it. The server removes its versions; that it was dropped, and by whom, those who took part still read. Files on people's machines stay.

Example: frank draft drop 7`
}

func (cmd *draftDropCmd) Run(r *run) error {
	note, err := noteOf(cmd.Note)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		if err := m.DropDraft(m, cmd.Number, note); err != nil {
			return err
		}
		d, err := m.SharedDraft(m, cmd.Number)
		if err != nil {
			return err
		}
		return m.sayDraft(d, cmd.JSON)
	})
}

// signShared hands a signature in with the source that it is under.
func (m *member) signShared(at *draftFile, text, note string, step dispatch.Step, kept []dispatch.Step) (*client.SharedDraft, error) {
	d, err := m.SharedDraft(m, at.Draft)
	if err != nil {
		return nil, err
	}
	if d.Last.Office != step.Office {
		return nil, fmt.Errorf("draft %d is the office %s's, and is signed for %s", d.Draft, d.Last.Office, step.Office)
	}
	ch := &client.DraftChange{Draft: d.Draft, Base: at.base(d), What: draft.Shared, Note: note, Source: text, Steps: kept}
	if d.Source == text && d.Last.What == draft.Returned {
		return nil, frank.WithHint(fmt.Errorf("draft %d was returned by %s, and its text is as it was", d.Draft, m.person(d.By)), "change it, or put it before them again: frank draft share")
	}
	if d.Source == text {
		ch.What, ch.Steps = draft.Signed, together(d.Last.Steps, kept)
	}
	ch.Steps = append(slices.DeleteFunc(ch.Steps, func(s dispatch.Step) bool { return s.Step == step.Step && s.Person == step.Person }), step)
	slices.SortStableFunc(ch.Steps, func(a, b dispatch.Step) int { return cmp.Compare(a.At, b.At) })
	return m.ChangeDraft(m, ch)
}
