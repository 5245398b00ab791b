package dispatch

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"frank"
	"frank/directory"
	"frank/internal/canon"
	"frank/keyring"
)

// HeadFormat is the id of a head.
const HeadFormat = "frank.head/1"

// Limits of a head.
const (
	MaxLine        = 500     // bytes of a subject, a title, a topic
	MaxSummary     = 8 << 10 // bytes
	MaxList        = 200     // topics, references, steps, attachments each
	MaxInstruction = 2000    // bytes of a handling instruction
)

// Head is what all copies of a dispatch carry beside its text: the same bytes
// in each, inside the seal. The server never sees it.
type Head struct {
	Format     string          `json:"format"`
	Dispatch   frank.Ref       `json:"dispatch"`
	Office     frank.OfficeID  `json:"office"` // that issues
	From       string          `json:"from"`   // its title
	At         string          `json:"at"`     // when it was issued, by the author's clock
	Label      directory.Label `json:"label"`
	Marking    string          `json:"marking"`              // the label on one line, as the policy writes it
	Handling   []string        `json:"handling,omitempty"`   // what the policy says of the label's marks
	Precedence Words           `json:"precedence"`           // as words; the server has ranks
	Action     []Party         `json:"action"`               // who has to act
	Info       []Party         `json:"info,omitempty"`       // who is to know
	Subject    string          `json:"subject"`              // one line
	Summary    string          `json:"summary,omitempty"`    // what to read who reads nothing else
	Topics     []string        `json:"topics,omitempty"`     // words to find it by
	Refs       []Cite          `json:"refs,omitempty"`       // what it answers or goes on from
	Supersedes *frank.Ref      `json:"supersedes,omitempty"` // the dispatch that this one corrects
	Review     string          `json:"review,omitempty"`     // when the label is to be looked at again
	Steps      []Step          `json:"steps,omitempty"`      // who drafted, cleared and released the source
	Attached   []Attachment    `json:"attached,omitempty"`
}

// Words are the precedence as the policy words it.
type Words struct {
	Action string `json:"action"`
	Info   string `json:"info"`
	DeskBy string `json:"deskby,omitempty"`
	Reason string `json:"reason,omitempty"` // why so high; some precedences ask for it
}

// Party is an office addressed, or a person without one.
type Party struct {
	Office frank.OfficeID `json:"office,omitempty"`
	Person frank.PersonID `json:"person,omitempty"`
	Name   string         `json:"name"` // the office's title, or the person's name
}

// Cite refers to a dispatch, or to a paragraph of it.
type Cite struct {
	Dispatch  frank.Ref `json:"dispatch"`
	Paragraph int       `json:"paragraph,omitempty"` // from 1; 0: the whole
}

// String writes c as "26 WASHINGTON 412" or "26 WASHINGTON 412 para 3".
func (c Cite) String() string {
	if c.Paragraph == 0 {
		return c.Dispatch.String()
	}
	return fmt.Sprintf("%s para %d", c.Dispatch, c.Paragraph)
}

// Attachment travels sealed beside the copies, the same for every reader: it
// cannot be traced.
type Attachment struct {
	Name   string     `json:"name"`
	Size   int        `json:"size"`   // bytes
	Sealed frank.Hash `json:"sealed"` // SHA-256 of the sealed file
	Plain  frank.Hash `json:"plain"`  // and of the file
}

// What a person did with a source before it was issued.
const (
	Drafted  = "drafted"
	Cleared  = "cleared"
	Released = "released"
)

// Step is one person's signature under a source.
type Step struct {
	Step      string            `json:"step"`
	Office    frank.OfficeID    `json:"office"` // that issues
	Person    frank.PersonID    `json:"person"`
	Name      string            `json:"name"`
	Key       keyring.VerifyKey `json:"key"`
	At        string            `json:"at"`
	Source    frank.Hash        `json:"source"` // SHA-256 of the source as it stood
	Signature []byte            `json:"signature"`
}

// StepNamespace is what steps are signed in.
const StepNamespace = "frank/step/1"

// Message is what is signed.
func (s Step) Message() []byte {
	s.Signature = nil
	return canon.Marshal(s)
}

// Verify reports whether the signature is that of the key s names.
func (s Step) Verify() bool { return s.Key.Verify(StepNamespace, s.Message(), s.Signature) }

// Marshal writes h.
func (h *Head) Marshal() []byte { return canon.Marshal(h) }

// ParseHead reads a head, and checks the steps' signatures. Whose keys they are
// the directory knows.
func ParseHead(data []byte) (*Head, error) {
	var h Head
	if err := canon.Unmarshal(data, &h); err != nil {
		return nil, fmt.Errorf("the head cannot be read: %w", err)
	}
	return &h, h.Validate()
}

// Covers says why a dispatch with the head h cannot have been issued as b says:
// everybody addressed is named in the head, by the office they read for or, who
// has none there, as a person. Further copies go to whoever asked, and the head
// is that of the first.
func Covers(h *Head, b *Begin) error {
	if h.Dispatch != b.Dispatch || h.Office != b.Office {
		return errors.New("the head is another dispatch's")
	}
	if b.Batch > 1 {
		return nil
	}
	named := map[Party]bool{}
	for _, p := range slices.Concat(h.Action, h.Info) {
		named[Party{Office: p.Office, Person: p.Person}] = true
	}
	for _, a := range b.To {
		switch {
		case a.Office != "" && !named[Party{Office: a.Office}]:
			return fmt.Errorf("a copy went to the office %s, which the head does not name", a.Office)
		case a.Office == "" && !named[Party{Person: a.Person}]:
			return errors.New("a copy went to a person whom the head does not name")
		}
	}
	return nil
}

// Validate reports the first thing that no head may say.
func (h *Head) Validate() error {
	long := func(s string, most int) bool { return len(s) > most || !utf8.ValidString(s) }
	switch {
	case h.Format != HeadFormat:
		return fmt.Errorf("a head is of the format %s, this one of %.40q", HeadFormat, h.Format)
	case h.Dispatch.Validate() != nil:
		return h.Dispatch.Validate()
	case !h.Office.Valid():
		return errors.New("a head names the office that issues")
	case !frank.ValidTime(h.At), h.Review != "" && !frank.ValidTime(h.Review), h.Precedence.DeskBy != "" && !frank.ValidTime(h.Precedence.DeskBy):
		return errors.New("times are written as in RFC 3339, in UTC: 2026-11-21T19:30:00Z")
	case h.Subject == "":
		return frank.WithHint(errors.New("the dispatch has no subject"), "a line \"title: …\" in the head of the source says what it is about")
	case long(h.Subject, MaxLine), long(h.From, MaxLine), long(h.Marking, MaxLine), long(h.Precedence.Action, MaxLine), long(h.Precedence.Info, MaxLine):
		return fmt.Errorf("a line of the head has at most %d bytes", MaxLine)
	case long(h.Summary, MaxSummary), long(h.Precedence.Reason, MaxInstruction):
		return fmt.Errorf("a summary has at most %d bytes, a reason %d", MaxSummary, MaxInstruction)
	case max(len(h.Handling), len(h.Topics), len(h.Refs), len(h.Steps), len(h.Attached)) > MaxList:
		return fmt.Errorf("a list in the head has at most %d items", MaxList)
	case len(h.Action) == 0 && len(h.Info) == 0:
		return errors.New("the dispatch is addressed to nobody")
	case len(h.Action)+len(h.Info) > MaxAddressees:
		return fmt.Errorf("a dispatch is addressed to at most %d", MaxAddressees)
	}
	if i := slices.IndexFunc(h.Handling, func(s string) bool { return long(s, MaxInstruction) }); i >= 0 {
		return fmt.Errorf("a handling instruction has at most %d bytes", MaxInstruction)
	}
	if i := slices.IndexFunc(h.Topics, func(s string) bool { return s == "" || long(s, MaxLine) }); i >= 0 {
		return fmt.Errorf("a topic has 1 to %d bytes", MaxLine)
	}
	for _, p := range slices.Concat(h.Action, h.Info) {
		if (p.Office == "") == (p.Person == "") || p.Office != "" && !p.Office.Valid() || p.Person != "" && !p.Person.Valid() || long(p.Name, MaxLine) {
			return errors.New("a dispatch is addressed to offices and persons, each with a name")
		}
	}
	for _, c := range h.Refs {
		if c.Dispatch.Validate() != nil || c.Paragraph < 0 || c.Paragraph > frank.MaxText {
			return errors.New("a reference names a dispatch, and maybe a paragraph")
		}
	}
	for _, a := range h.Attached {
		if a.Name == "" || long(a.Name, MaxLine) || a.Size < 0 {
			return errors.New("an attachment has a name and a size")
		}
	}
	for _, s := range h.Steps {
		switch {
		case s.Step != Drafted && s.Step != Cleared && s.Step != Released:
			return fmt.Errorf("a source is %s, %s or %s, not %.20q", Drafted, Cleared, Released, s.Step)
		case s.Office != h.Office || !s.Person.Valid() || !frank.ValidTime(s.At) || long(s.Name, MaxLine):
			return errors.New("a step under the source is not what it should be")
		case !s.Verify():
			return fmt.Errorf("the signature of who %s the source does not hold", s.Step)
		}
	}
	return nil
}
