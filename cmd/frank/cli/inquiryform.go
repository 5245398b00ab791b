package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/client"
	"frank/inquiry"
)

// formField is a field of the form by which an inquiry is opened.
type formField struct {
	key, value string   // value: what the form has to begin with
	says       []string // what it is for, a line each
}

var formFields = []formField{
	{"purpose", "", []string{"What is to be found out, and what for."}},
	{"basis", "", []string{"The law, rule or order that allows it."}},
	{"scope", "", []string{"The dispatches whose copies may be opened, as few as will do: 26 SARN 41, 26 SARN 42"}},
	{"tried", "", []string{"What less intrusive was tried, one step a line. If nothing could be, say why."}},
	{"outlets", "", []string{"Whose material counts, one outlet a line, written as exhibits name them. Empty: any.",
		"This and the next three are the rule of inclusion: it is frozen, and what it",
		"leaves out never counts."}},
	{"from", "", []string{"Material counts that was published from this day on, as in 2026-01-31,"}},
	{"to", "", []string{"and up to this day."}},
	{"search", "", []string{"How material is looked for: where, and by which words."}},
	{"level", inquiry.WorstLevel, []string{"The chance, over all looks, of naming a copy that played no part: 1e-4, or less."}},
	{"disclosure", "", []string{"Could what is looked into be a protected disclosure? no, unsure or yes.",
		"Anything but no pauses the inquiry until an overseer lifts it."}},
	{"why", "", []string{"Why you think so."}},
	{"until", "", []string{"When it ends by itself, as in 2026-03-31. Going on takes another vote."}},
	{"joins", "", []string{"The number of an inquiry that this one goes on from. Empty: none."}},
}

// maxForm is how many bytes a form has at most.
const maxForm = 64 << 10

type inquiryFormCmd struct{}

func (*inquiryFormCmd) Help() string {
	return `The form says what an inquiry is for, what it may look at, and which material counts. All of it is frozen when it is opened, and officers and overseers read it.

Example: frank inquiry form > form.txt`
}

func (cmd *inquiryFormCmd) Run(r *run) error {
	io.WriteString(r.out, "# A leak inquiry. Write behind each word, on as many lines as it takes. Lines that\n# begin with # are not read. Then: frank inquiry open FILE\n")
	for _, f := range formFields {
		r.say("")
		for _, line := range f.says {
			r.say("# %s", line)
		}
		r.say("%s", strings.TrimSpace(f.key+": "+f.value))
	}
	return nil
}

// parseForm reads what was filled in, field by field. Its errors say where, and
// not what was written there.
func parseForm(text string) (map[string]string, error) {
	fields := map[string]string{}
	at := ""
	text = norm.NFC.String(strings.TrimPrefix(strings.ToValidUTF8(text, "\uFFFD"), "\uFEFF"))
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		key, value, colon := strings.Cut(line, ":")
		known := colon && slices.ContainsFunc(formFields, func(f formField) bool { return f.key == key })
		switch {
		case known:
			if _, twice := fields[key]; twice {
				return nil, frank.WithHint(fmt.Errorf("line %d: %s stands in the form twice", n, key), "a line that begins with the word and a colon begins the field: indent it if it is text")
			}
			at, fields[key] = key, strings.TrimSpace(value)
		case strings.TrimSpace(line) == "":
			if at != "" {
				fields[at] += "\n"
			}
		case at == "":
			return nil, frank.WithHint(fmt.Errorf("line %d belongs to no field", n), "frank inquiry form prints the form")
		default:
			fields[at] += "\n" + strings.TrimSpace(strings.ReplaceAll(line, "\t", " "))
		}
	}
	for k, v := range fields {
		fields[k] = strings.TrimSpace(v)
	}
	return fields, nil
}

// formLines are the lines of a field that is a list.
func formLines(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// openOf makes the first step of what a form says; find gives the entry of an
// inquiry by its number.
func openOf(fields map[string]string, find func(number uint64) *inquiry.Inquiry) (*inquiry.Open, error) {
	for _, f := range formFields {
		if fields[f.key] == "" && f.key != "outlets" && f.key != "joins" {
			return nil, frank.WithHint(fmt.Errorf("the form does not say %s", f.key), "%s", f.says[0])
		}
	}
	o := &inquiry.Open{Purpose: fields["purpose"], Basis: fields["basis"], Tried: formLines(fields["tried"]), Level: fields["level"],
		Rule:       inquiry.Rule{Outlets: formLines(fields["outlets"]), From: fields["from"], To: fields["to"], Search: fields["search"]},
		Disclosure: inquiry.Disclosure{Answer: strings.ToLower(fields["disclosure"]), Why: fields["why"]}}
	slices.Sort(o.Rule.Outlets)
	o.Rule.Outlets = slices.Compact(o.Rule.Outlets)
	for line := range strings.Lines(fields["scope"]) {
		for _, s := range list(line) {
			ref, err := parseRef(s)
			if err != nil {
				return nil, err
			}
			o.Scope = append(o.Scope, ref)
		}
	}
	inquiry.SortRefs(o.Scope)
	o.Scope = slices.Compact(o.Scope)
	var err error
	if o.Until, err = moment("until", fields["until"]); err != nil {
		return nil, err
	}
	if s := fields["joins"]; s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return nil, errors.New("joins takes the number of an inquiry")
		}
		q := find(n)
		if q == nil {
			return nil, noInquiry(n)
		}
		o.Joins = &q.Entry
	}
	return o, nil
}

type inquiryOpenCmd struct {
	Form string `arg:"" help:"The form, filled in."`
}

func (*inquiryOpenCmd) Help() string {
	return `For officers who are not involved: whoever has a copy of a dispatch in scope, issued it, worked on its source, or acts for the office that did, opens no inquiry into it, and does not see one. You become its lead. Nothing is opened by this but the inquiry.

Example: frank inquiry open form.txt`
}

func (cmd *inquiryOpenCmd) Run(r *run) error {
	data, err := r.readFile(cmd.Form, maxForm)
	if err != nil {
		return err
	}
	fields, err := parseForm(string(data))
	if err != nil {
		return fmt.Errorf("%s, %w", cmd.Form, err)
	}
	return r.member(func(m *member) error {
		s, err := m.Inquiries(r)
		if err != nil {
			return err
		}
		o, err := openOf(fields, s.Find)
		if err != nil {
			return err
		}
		number, err := m.OpenInquiry(r, o)
		if err != nil {
			return err
		}
		m.say("inquiry %d", number)
		return m.sayNext(number)
	})
}

// sayHarm says what was stated of the harm of each dispatch when it was issued.
func (m *member) sayHarm(refs []frank.Ref) error {
	for _, ref := range refs {
		list, err := m.Harm(ref)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			m.row("harm", ref.String()+": none was stated when it was issued")
		}
		for _, h := range list {
			m.row("harm", harmOf(ref, &h))
		}
	}
	return nil
}

func harmOf(ref frank.Ref, h *client.HarmStated) string {
	s := fmt.Sprintf("%s, stated %s in entry %d: %s", ref, dtg(h.At), h.Index, h.Text)
	if h.Until != "" {
		s += " (until " + dtg(h.Until) + ")"
	}
	return s
}
