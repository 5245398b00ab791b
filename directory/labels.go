package directory

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
)

// Label says how a dispatch is to be treated. It travels inside the seal.
type Label struct {
	Policy string   `json:"policy"` // the label policy's name
	Level  string   `json:"level"`
	Marks  []string `json:"marks,omitempty"` // in the policy's order: see [Policy.Sort]
}

// Addressee is an office as need-to-know rules see it.
type Addressee struct {
	Office     frank.OfficeID `json:"office"`
	Attributes []string       `json:"attributes"`
}

// Addressees returns offices as the need-to-know rules see them.
func (v View) Addressees(ids ...frank.OfficeID) ([]Addressee, error) {
	var out []Addressee
	for _, id := range ids {
		f, err := v.Office(id)
		if err != nil {
			return nil, err
		}
		out = append(out, Addressee{id, f.Attributes})
	}
	return out, nil
}

// find returns the mark of the policy that text is, or -1: one that is written
// so, or else the first with a slot that it fills.
func (p *Policy) find(text string) int {
	if n := slices.IndexFunc(p.Marks, func(m Mark) bool { return m.Mark == text }); n >= 0 {
		return n
	}
	return slices.IndexFunc(p.Marks, func(m Mark) bool { return m.filledBy(text) })
}

// filledBy reports whether text is m with its slot, as in "[ORG] USE ONLY",
// filled in.
func (m Mark) filledBy(text string) bool {
	before, rest, ok := strings.Cut(m.Mark, "[")
	_, after, ok2 := strings.Cut(rest, "]")
	if !ok || !ok2 || len(text) <= len(before)+len(after) || !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		return false
	}
	return validMark(text[len(before) : len(text)-len(after)])
}

// validMark reports whether s may be a mark, or fill a slot of one: 1 to 60
// capital letters, digits and signs.
func validMark(s string) bool {
	return len(s) > 0 && len(s) <= 60 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 &+-/():.'") == "" &&
		strings.TrimSpace(s) == s && !strings.Contains(s, "  ") && !strings.Contains(s, "//")
}

// Sort returns l with its marks in the policy's order.
func (p *Policy) Sort(l Label) Label {
	l.Marks = slices.Clone(l.Marks)
	slices.SortStableFunc(l.Marks, p.compare)
	return l
}

func (p *Policy) compare(a, b string) int {
	if n := p.find(a) - p.find(b); n != 0 {
		return n
	}
	return strings.Compare(a, b)
}

// Validate reports what is wrong with a label under the policy.
func (p *Policy) Validate(l Label) error {
	level := p.level(l.Level)
	switch {
	case l.Policy != p.Name:
		return fmt.Errorf("expected a label of the policy %s, found one of %.40q", p.Name, l.Policy)
	case level < 0:
		return errors.New("the policy has no such level")
	case len(l.Marks) > maxMarks:
		return fmt.Errorf("a label has at most %d marks", maxMarks)
	}
	for i, text := range l.Marks {
		n := p.find(text)
		if n < 0 {
			return fmt.Errorf("mark %d of the label is none of the policy's", i+1)
		}
		if m := p.Marks[n]; len(m.Levels) > 0 && !slices.Contains(m.Levels, l.Level) {
			return frank.WithHint(fmt.Errorf("mark %d of the label is not for its level", i+1), "it is for: %s", strings.Join(m.Levels, ", "))
		}
		if i > 0 && p.compare(l.Marks[i-1], text) >= 0 {
			return fmt.Errorf("mark %d of the label is there twice, or out of the policy's order", i+1)
		}
	}
	for _, pair := range p.Apart {
		has := func(m string) bool {
			return m == l.Level || slices.ContainsFunc(l.Marks, func(t string) bool { return p.Marks[p.find(t)].Mark == m })
		}
		if has(pair[0]) && has(pair[1]) {
			return fmt.Errorf("%s and %s exclude each other", pair[0], pair[1])
		}
	}
	if n := len(slices.DeleteFunc(slices.Clone(l.Marks), func(t string) bool { return p.Marks[p.find(t)].Kind != KindPrefix })); n > 1 {
		return fmt.Errorf("a label has at most one prefix, this one %d", n)
	}
	return nil
}

// Line writes a valid label on one line: prefix and level, then the marks of
// each kind, the kinds parted by " // ".
func (p *Policy) Line(l Label) string {
	parts := map[string][]string{}
	for _, t := range l.Marks {
		if n := p.find(t); n >= 0 {
			parts[p.Marks[n].Kind] = append(parts[p.Marks[n].Kind], t)
		}
	}
	line := strings.Join(append(parts[KindPrefix], l.Level), " ")
	for _, kind := range markKinds[1:] {
		if len(parts[kind]) > 0 {
			line += " // " + strings.Join(parts[kind], ", ")
		}
	}
	return line
}

// ParseLine reads a label as [Policy.Line] writes it, the marks in any order.
func (p *Policy) ParseLine(line string) (Label, error) {
	if len(line) > 4000 {
		return Label{}, errors.New("the label is too long for one")
	}
	groups := strings.Split(line, " // ")
	l := Label{Policy: p.Name, Level: groups[0]}
	if p.level(l.Level) < 0 { // there is a prefix
		for _, m := range p.Marks {
			if rest, ok := strings.CutPrefix(groups[0], m.Mark+" "); ok && m.Kind == KindPrefix && p.level(rest) >= 0 {
				l.Level, l.Marks = rest, []string{m.Mark}
			}
		}
	}
	for _, g := range groups[1:] {
		l.Marks = append(l.Marks, strings.Split(g, ", ")...)
	}
	l = p.Sort(l)
	if err := p.Validate(l); err != nil {
		return Label{}, err
	}
	return l, nil
}

// Refusal is an addressee who may not hold a dispatch, by a rule.
type Refusal struct {
	Office frank.OfficeID
	Rule   Rule
}

// RefusedError says which addressees may not hold a dispatch.
type RefusedError struct{ Refusals []Refusal }

func (e *RefusedError) Error() string {
	r := e.Refusals[0]
	s := fmt.Sprintf("the office %s may not hold this: it has none of the attributes %s", r.Office, strings.Join(r.Rule.Needs, ", "))
	if n := len(e.Refusals) - 1; n > 0 {
		s += fmt.Sprintf(" (and %d more)", n)
	}
	return s
}

// Check holds a label and those it is addressed to against the policy. The
// error is a [*RefusedError] if some of them may not hold it. The clients of
// author, readers and officers all ask it; the server cannot, since it does not
// see the label.
func (p *Policy) Check(l Label, to []Addressee) error {
	if err := p.Validate(l); err != nil {
		return err
	}
	var refused []Refusal
	for _, a := range to {
		for _, r := range p.Rules {
			if p.covers(r, l) && !slices.ContainsFunc(r.Needs, func(n string) bool { return slices.Contains(a.Attributes, n) }) {
				refused = append(refused, Refusal{a.Office, r})
			}
		}
	}
	if refused != nil {
		return &RefusedError{refused}
	}
	return nil
}

// covers reports whether a rule is about labels like l.
func (p *Policy) covers(r Rule, l Label) bool {
	if n := p.level(r.Label); n >= 0 {
		return p.level(l.Level) >= n
	}
	return slices.ContainsFunc(l.Marks, func(t string) bool { return p.Marks[p.find(t)].Mark == r.Label })
}
