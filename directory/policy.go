package directory

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"frank"
)

// Policy is a label policy: which labels there are and what goes with what,
// who may hold what, and the words of precedence. It is a file that people
// read: spec/directory.md.
type Policy struct {
	Format     string       `json:"format"` // frank.labels/1
	Name       string       `json:"name"`   // written like an office's id
	Title      string       `json:"title"`
	Real       bool         `json:"real"`   // its marks are in real use: see [Settings]
	Levels     []Level      `json:"levels"` // the lowest first
	Marks      []Mark       `json:"marks"`  // in the order they are written on a label
	Apart      [][2]string  `json:"apart"`  // marks, or a mark and a level, that exclude each other
	Precedence []Precedence `json:"precedence"`
	Rules      []Rule       `json:"rules"` // need to know

	hash frank.Hash
}

// Level is one level of a policy.
type Level struct {
	Mark string `json:"mark"`
	Note string `json:"note,omitempty"`
}

// Mark is what may stand on a label besides its level. It may have one slot in
// square brackets, as in "[ORG] USE ONLY", for words in capitals.
type Mark struct {
	Mark   string   `json:"mark"`
	Kind   string   `json:"kind"`
	Levels []string `json:"levels,omitempty"` // it is for these only
	Note   string   `json:"note,omitempty"`
}

// The kinds of marks, in the order in which a line has them.
const (
	KindPrefix     = "prefix" // before the level; at most one
	KindHandling   = "handling"
	KindCaveat     = "caveat"
	KindDescriptor = "descriptor"
)

var markKinds = []string{KindPrefix, KindHandling, KindCaveat, KindDescriptor}

// Precedence is a word that says how soon a dispatch is to be seen; the first
// of a policy is the highest, and has rank 0.
type Precedence struct {
	Word        string `json:"word"`
	Acknowledge bool   `json:"acknowledge"` // every action addressee confirms that it was seen
	Reason      bool   `json:"reason"`      // the author says why
}

// Rule says what an office must have to hold a dispatch. All rules that cover
// a label hold together.
type Rule struct {
	Label string   `json:"label"` // a level, which covers those above it too; or a mark
	Needs []string `json:"needs"` // attributes; the office has at least one of them
	Note  string   `json:"note,omitempty"`
}

const (
	policyFormat  = "frank.labels/1"
	maxPolicyFile = 256 << 10 // bytes
	maxMarks      = 32        // on a label
	maxEntries    = 500       // in each list of a policy
)

//go:embed policies/*.json
var policies embed.FS

// PolicyNames returns the names of the policies that come with Frank.
func PolicyNames() (out []string) {
	files, _ := policies.ReadDir("policies")
	for _, f := range files {
		out = append(out, strings.TrimSuffix(f.Name(), ".json"))
	}
	return out
}

// PolicyFile returns the file of a policy that comes with Frank.
func PolicyFile(name string) ([]byte, error) {
	data, err := policies.ReadFile("policies/" + name + ".json")
	if err != nil || !frank.OfficeID(name).Valid() {
		return nil, frank.WithHint(fmt.Errorf("no label policy %.40q comes with Frank", name), "there are: %s", strings.Join(PolicyNames(), ", "))
	}
	return data, nil
}

// Policy returns the label policy that the settings name: out of file, or, if
// that is nil, of those that come with Frank. The file must be the one the
// organisation agreed to. A policy of marks in real use is refused unless the
// settings say that this is production.
func (b Settings) Policy(file []byte) (*Policy, error) {
	if file == nil {
		var err error
		if file, err = PolicyFile(b.Labels); err != nil {
			return nil, err
		}
	}
	p, err := ParsePolicy(file, b.Production)
	if err != nil {
		return nil, err
	}
	if p.Name != b.Labels || p.hash != b.LabelsHash {
		return nil, frank.WithHint(fmt.Errorf("the label policy is not the one that was agreed: expected %s with the hash %s, found %s with %s", b.Labels, b.LabelsHash, p.Name, p.hash),
			"a changed policy is agreed to by the officers and an overseer: %s", KindSettings)
	}
	return p, nil
}

// Hash returns the SHA-256 of the policy's file, which the settings name.
func (p *Policy) Hash() frank.Hash { return p.hash }

// ParsePolicy reads a label policy. One of marks in real use is refused unless
// production is set, so that nothing made for a trial ever looks real.
func ParsePolicy(file []byte, production bool) (*Policy, error) {
	if len(file) > maxPolicyFile {
		return nil, fmt.Errorf("a label policy has at most %d bytes, this one %d", maxPolicyFile, len(file))
	}
	if err := plainKeys(file); err != nil {
		return nil, fmt.Errorf("the label policy cannot be read: %w", err)
	}
	p := Policy{hash: sha256.Sum256(file)}
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("the label policy cannot be read: %w", err)
	}
	if err := p.validate(); err != nil {
		return nil, fmt.Errorf("the label policy %.40q: %w", p.Name, err)
	}
	if p.Real && !production {
		return nil, frank.WithHint(fmt.Errorf("the label policy %s has marks in real use, and this organisation is not in production", p.Name),
			"use the policy demo for trials; the settings' production switch is changed by the officers and an overseer")
	}
	return &p, nil
}

func (p *Policy) level(mark string) int {
	return slices.IndexFunc(p.Levels, func(l Level) bool { return l.Mark == mark })
}

// Rank returns the rank of a precedence word, 0 the highest.
func (p *Policy) Rank(word string) (int, error) {
	n := slices.IndexFunc(p.Precedence, func(w Precedence) bool { return w.Word == word })
	if n < 0 {
		var words []string
		for _, w := range p.Precedence {
			words = append(words, w.Word)
		}
		return 0, frank.WithHint(fmt.Errorf("%.40q is no word of precedence", word), "there are: %s", strings.Join(words, ", "))
	}
	return n, nil
}

// String writes a rule as a sentence.
func (r Rule) String() string {
	return fmt.Sprintf("%s: offices with %s", r.Label, strings.Join(r.Needs, " or "))
}

func (p *Policy) validate() error {
	switch {
	case p.Format != policyFormat:
		return fmt.Errorf("expected the format %s, found %.40q", policyFormat, p.Format)
	case !frank.OfficeID(p.Name).Valid():
		return errors.New("its name is not written in lower-case letters, digits and hyphens")
	case !ValidText(p.Title):
		return errText("its title")
	case len(p.Levels) == 0 || len(p.Precedence) == 0:
		return errors.New("it has no levels, or no words of precedence")
	case max(len(p.Levels), len(p.Marks), len(p.Apart), len(p.Precedence), len(p.Rules)) > maxEntries:
		return fmt.Errorf("one of its lists has more than %d entries", maxEntries)
	}
	seen := map[string]bool{}
	once := func(s string) error {
		if !validMark(s) || strings.Contains(s, ", ") || seen[s] {
			return fmt.Errorf("%.80q is not written as a mark, or is there twice", s)
		}
		seen[s] = true
		return nil
	}
	for _, l := range p.Levels {
		if err := once(l.Mark); err != nil {
			return err
		}
	}
	for _, m := range p.Marks {
		bare := m.Mark
		if before, rest, ok := strings.Cut(m.Mark, "["); ok {
			slot, after, ok := strings.Cut(rest, "]")
			if !ok || !validMark(slot) || m.Kind == KindPrefix {
				return fmt.Errorf("%.80q has a slot that cannot be", m.Mark)
			}
			bare = before + slot + after
		}
		if !validMark(bare) || seen[m.Mark] {
			return fmt.Errorf("%.80q is not written as a mark, or is there twice", m.Mark)
		}
		seen[m.Mark] = true
		if !slices.Contains(markKinds, m.Kind) {
			return fmt.Errorf("the kind of %.80q is none of %s", m.Mark, strings.Join(markKinds, ", "))
		}
		for _, l := range m.Levels {
			if p.level(l) < 0 {
				return fmt.Errorf("%.80q is for the level %.80q, which there is not", m.Mark, l)
			}
		}
	}
	if !slices.IsSortedFunc(p.Marks, func(a, b Mark) int { return slices.Index(markKinds, a.Kind) - slices.Index(markKinds, b.Kind) }) {
		return fmt.Errorf("its marks are not in the order of their kinds: %s", strings.Join(markKinds, ", "))
	}
	for _, a := range p.Apart {
		if !seen[a[0]] || !seen[a[1]] || a[0] == a[1] {
			return fmt.Errorf("%.80q and %.80q cannot exclude each other", a[0], a[1])
		}
	}
	words := map[string]bool{}
	for _, w := range p.Precedence {
		if !validMark(w.Word) || words[w.Word] {
			return fmt.Errorf("%.80q cannot be a word of precedence, or is there twice", w.Word)
		}
		words[w.Word] = true
	}
	for _, r := range p.Rules {
		if !seen[r.Label] || len(r.Needs) == 0 || validAttributes(r.Needs) != nil {
			return fmt.Errorf("the rule for %.80q names no level or mark, or no attributes in order", r.Label)
		}
	}
	return nil
}

// plainKeys reports whether data is one JSON value whose keys are lower-case
// letters and occur once: encoding/json would take other cases for the same
// and the last of several.
func plainKeys(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := plainValue(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the value")
	}
	return nil
}

func plainValue(d *json.Decoder, depth int) error {
	if depth > 10 {
		return errors.New("it is nested too deeply")
	}
	t, err := d.Token()
	if err != nil {
		return errors.New("it is no JSON")
	}
	switch t {
	case json.Delim('{'):
		seen := map[string]bool{}
		for d.More() {
			t, err := d.Token()
			key, ok := t.(string)
			if err != nil || !ok {
				return errors.New("it is no JSON")
			}
			if seen[key] || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz") != "" {
				return fmt.Errorf("the field %.40q is there twice, or not written in lower case", key)
			}
			seen[key] = true
			if err := plainValue(d, depth+1); err != nil {
				return err
			}
		}
	case json.Delim('['):
		for d.More() {
			if err := plainValue(d, depth+1); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	if _, err := d.Token(); err != nil {
		return errors.New("it is no JSON")
	}
	return nil
}
