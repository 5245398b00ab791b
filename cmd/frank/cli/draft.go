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
	"frank/internal/durable"
	"frank/trace/figure"
)

type draftCmd struct {
	Sign draftSignCmd `cmd:"" help:"Sign a source as its drafter, clearer or releaser."`
	Show draftShowCmd `cmd:"" help:"Show how a source would be sent, and who signed it."`
}

type draftSignCmd struct {
	Source string `arg:"" help:"The marked-up source."`
	As     string `required:"" placeholder:"STEP" help:"drafted, cleared or released."`
	Office string `placeholder:"ID" help:"The office that issues it, where no line from: in the source says so."`
}

func (*draftSignCmd) Help() string {
	return `The signature goes into SOURCE.signed and is sent with the dispatch, for its readers. It is one of the source as it stands, to the byte: after any change it does not fit, and frank send refuses it.

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
		old := len(steps)
		steps = slices.DeleteFunc(steps, func(s dispatch.Step) bool {
			return s.Source != sum || s.Office != o.ID || s.Step == step && s.Person == m.Person
		})
		if n := old - len(steps); n > 0 {
			r.note("%s of an earlier state dropped from %s.signed", figure.Counted(n, "signature"), cmd.Source)
		}
		steps = append(steps, m.Sign(step, o.ID, text))
		if err := durable.WriteFile(r.path(cmd.Source+".signed"), append(canon.Marshal(signedFile{signedFormat, steps}), '\n'), 0o600); err != nil {
			return fileError(cmd.Source+".signed", err)
		}
		r.note("%s by %s for %s", step, m.Name, o.Title)
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
			}{d.Office, d.Action, d.Info, who, d.Label, d.Subject, src.Proposed(), []signature{}, stale == nil}
			for _, s := range steps {
				out.Signed = append(out.Signed, signature{s.Step, s.Name, s.At})
			}
			return m.json(out)
		}
		rows := [][]string{{"from", m.office(d.Office)}, {"action", parties(d.Action)}, {"info", parties(d.Info)}, {"read by", strings.Join(who, ", ")},
			{"label", d.Label}, {"precedence", d.Precedence.Action}, {"title", d.Subject}, {"harm", inline(d.Harm)}}
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
