package cli

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/trace/figure"
)

type draftCmd struct {
	Sign   draftSignCmd   `cmd:"" help:"Sign a source as its drafter, clearer or releaser."`
	Show   draftShowCmd   `cmd:"" help:"Show how a source would be sent, and who signed it."`
	Share  draftShareCmd  `cmd:"" help:"Put a source before others through the server, or its next version."`
	List   draftListCmd   `cmd:"" help:"List the drafts that you take part in."`
	Fetch  draftFetchCmd  `cmd:"" help:"Show what came of a draft, and write its source to work on."`
	Return draftReturnCmd `cmd:"" help:"Refuse to clear a draft, and say why."`
	Drop   draftDropCmd   `cmd:"" help:"End a draft without sending it."`
}

type draftSignCmd struct {
	Source string `arg:"" help:"The marked-up source."`
	As     string `required:"" placeholder:"STEP" help:"drafted, cleared or released."`
	Office string `placeholder:"ID" help:"The office that issues it, where no line from: in the source says so."`
	Note   string `placeholder:"TEXT" help:"What to say with it, where the source is shared."`
	JSON   bool   `name:"json" help:"Print what was signed as JSON."`
}

func (*draftSignCmd) Help() string {
	return `The signature goes into SOURCE.signed and is sent with the dispatch, for its readers. It is one of the source as it stands, to the byte: after any change it does not fit, and frank send refuses it. Where the source is shared (frank draft share, fetch), the signature is handed in as the draft's next version, with what you changed.

Example: frank draft sign memo.frank --as cleared`
}

// signedFormat is the id of the file of signatures beside a source.
const signedFormat = "frank.signed/1"

// maxSigned is the most bytes such a file may have.
const maxSigned = 1 << 20

type signedFile struct {
	Format string          `json:"format"` // frank.signed/1
	Steps  []dispatch.Step `json:"steps"`
}

func (cmd *draftSignCmd) Run(r *run) error {
	step := strings.ToLower(cmd.As)
	if step != dispatch.Drafted && step != dispatch.Cleared && step != dispatch.Released {
		return usagef("a source is signed as %s, %s or %s, not as %.40q", dispatch.Drafted, dispatch.Cleared, dispatch.Released, cmd.As)
	}
	src, err := r.readSource(cmd.Source)
	if err != nil {
		return err
	}
	if n := src.Proposed(); n > 0 {
		return unreviewed(cmd.Source, n, "the signature would not fit any more when you have decided")
	}
	id := firstOf(cmd.Office, src.Field("from"))
	if id == "" {
		return frank.WithHint(usagef("%s does not say which office issues it", cmd.Source), "a line \"from: …\" in its header, or --office")
	}
	return r.member(func(m *member) error {
		o, err := m.findOffice(id)
		if err != nil {
			return err
		}
		steps, err := r.signed(cmd.Source)
		if err != nil {
			return err
		}
		text := src.String()
		sum := frank.Hash(sha256.Sum256([]byte(text)))
		at, err := m.sharedHere(cmd.Source)
		if err != nil {
			return err
		}
		note, err := noteOf(cmd.Note)
		if err != nil {
			return err
		}
		if at == nil && note != "" {
			return frank.WithHint(usagef("%s is not shared: there is nobody to read a note", cmd.Source), "frank draft share puts it before others")
		}
		old := len(steps)
		steps = slices.DeleteFunc(steps, func(s dispatch.Step) bool {
			return s.Source != sum || s.Office != o.ID || s.Step == step && s.Person == m.Person
		})
		old -= len(steps)
		mine, version := m.Sign(step, o.ID, text), 0
		if at != nil {
			d, err := m.signShared(at, text, note, mine, steps)
			if err != nil {
				return err
			}
			if err := m.keepShared(cmd.Source, d.Last); err != nil {
				return err
			}
			version = d.Last.Number
		} else if err := m.StepFault(&mine); err != nil {
			return frank.WithHint(fmt.Errorf("you cannot sign it so: %w", err), "others than those of the office draft and clear")
		} else if err := r.keepSigned(cmd.Source, append(steps, mine)); err != nil {
			return err
		}
		if cmd.JSON {
			out := struct {
				stepJSON
				Office  frank.OfficeID `json:"office"`
				Draft   int            `json:"draft,omitempty"`
				Version int            `json:"version,omitempty"`
			}{stepJSON: stepJSON{mine.Step, mine.Name, mine.At}, Office: o.ID, Version: version}
			if at != nil {
				out.Draft = at.Draft
			}
			return m.json(out)
		}
		if old > 0 {
			r.note("%s of an earlier state dropped from %s.signed", figure.Counted(old, "signature"), cmd.Source)
		}
		r.note("%s by %s for %s", step, m.Name, o.Title)
		if at != nil {
			r.note("draft %d, version %d", at.Draft, version)
		}
		return nil
	})
}

func unreviewed(name string, n int, why string) error {
	return frank.WithHint(fmt.Errorf("%s %s not reviewed yet in %s", figure.Counted(n, "proposal"), these(n, "is", "are"), name), "frank review %s goes through them; %s", name, why)
}

// signed reads the signatures beside a source; there may be none.
func (r *run) signed(source string) ([]dispatch.Step, error) {
	name := source + ".signed"
	if source == "-" || !exists(r.path(name)) {
		return nil, nil
	}
	data, err := r.readFile(name, maxSigned)
	if err != nil {
		return nil, err
	}
	var f signedFile
	if err := canon.Unmarshal(bytes.TrimSuffix(data, []byte("\n")), &f); err != nil || f.Format != signedFormat {
		return nil, frank.WithHint(fmt.Errorf("%s is damaged", name), "delete it and have the source signed again")
	}
	return f.Steps, nil
}

// steps are the signatures beside a source that is sent as it stands. One that
// does not fit is an error: nothing is sent under a name that did not sign it.
func (m *member) steps(name, text string, office frank.OfficeID) ([]dispatch.Step, error) {
	list, err := m.signed(name)
	if err != nil {
		return nil, err
	}
	again := "have it signed again (frank draft sign), or delete " + name + ".signed to send it without"
	sum := frank.Hash(sha256.Sum256([]byte(text)))
	for _, s := range list {
		switch {
		case s.Source != sum:
			return nil, frank.WithHint(fmt.Errorf("%s was changed after %s signed that it was %s", name, inline(s.Name), s.Step), "%s", again)
		case s.Office != office:
			return nil, frank.WithHint(fmt.Errorf("%s was signed for the office %s, and is sent by %s", name, s.Office, office), "%s", again)
		case !s.Verify():
			return nil, frank.WithHint(fmt.Errorf("a signature in %s.signed does not hold", name), "%s", again)
		}
		if id, err := m.Directory().Now().Signer(s.Key); err != nil || id != s.Person {
			return nil, frank.WithHint(fmt.Errorf("%s.signed has a signature by a key that is not valid for whom it names", name), "%s", again)
		}
		if err := m.StepFault(&s); err != nil {
			return nil, frank.WithHint(fmt.Errorf("%s.signed does not fit: %w", name, err), "%s", again)
		}
	}
	return list, nil
}

type draftShowCmd struct {
	Source string `arg:"" help:"The marked-up source."`
	JSON   bool   `name:"json" help:"Print it as JSON."`
}

func (*draftShowCmd) Help() string {
	return `Example: frank draft show memo.frank`
}

func (cmd *draftShowCmd) Run(r *run) error {
	src, err := r.readSource(cmd.Source)
	if err != nil {
		return err
	}
	return r.member(func(m *member) error {
		d, err := m.draft(cmd.Source, src, &dispatchFlags{})
		if err != nil {
			return err
		}
		var who []string
		view := m.Directory().At(m.View().Head().Size)
		for _, p := range slices.Concat(d.Action, d.Info) {
			if p.Office == "" {
				who = append(who, p.Name)
				continue
			}
			readers, err := view.Readers(p.Office)
			if err != nil {
				return err
			}
			for _, x := range readers {
				who = append(who, x.Name)
			}
		}
		slices.Sort(who)
		who = slices.Compact(who)
		steps, stale := m.steps(cmd.Source, src.String(), d.Office)
		at, err := m.sharedHere(cmd.Source)
		if err != nil {
			return err
		}
		if cmd.JSON {
			type signature struct {
				Step string `json:"step"`
				Name string `json:"name"`
				At   string `json:"at"`
			}
			out := struct {
				From     frank.OfficeID   `json:"from"`
				Action   []dispatch.Party `json:"action"`
				Info     []dispatch.Party `json:"info"`
				Readers  []string         `json:"readers"`
				Label    string           `json:"label"`
				Title    string           `json:"title"`
				Proposed int              `json:"proposed"`
				Signed   []signature      `json:"signed"`
				Fits     bool             `json:"fits"` // the signatures, the source
				Draft    int              `json:"draft,omitempty"`
				Version  int              `json:"version,omitempty"` // of the draft, that the file was last
			}{From: d.Office, Action: d.Action, Info: d.Info, Readers: who, Label: d.Label, Title: d.Subject, Proposed: src.Proposed(), Signed: []signature{}, Fits: stale == nil}
			if at != nil {
				out.Draft, out.Version = at.Draft, at.Version
			}
			for _, s := range steps {
				out.Signed = append(out.Signed, signature{s.Step, s.Name, s.At})
			}
			return m.json(out)
		}
		rows := [][]string{{"from", m.office(d.Office)}, {"action", parties(d.Action)}, {"info", parties(d.Info)}, {"read by", strings.Join(who, ", ")},
			{"label", d.Label}, {"precedence", d.Precedence.Action}, {"title", d.Subject}, {"harm", inline(d.Harm)}}
		if at != nil {
			rows = append(rows, []string{"draft", fmt.Sprintf("%d, version %d", at.Draft, at.Version)})
		}
		for _, s := range steps {
			rows = append(rows, []string{s.Step, "by " + inline(s.Name) + ", " + dtg(s.At)})
		}
		if n := src.Proposed(); n > 0 {
			rows = append(rows, []string{"not reviewed", figure.Counted(n, "proposal")})
		}
		m.table(slices.DeleteFunc(rows, func(row []string) bool { return row[1] == "" }))
		return stale
	})
}

func parties(list []dispatch.Party) string {
	var out []string
	for _, p := range list {
		out = append(out, inline(p.Name))
	}
	return strings.Join(out, ", ")
}
