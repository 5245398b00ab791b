package directory

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/keyring"
)

// Prescribed says whom a reader may turn to with a concern: persons and bodies
// that the law prescribes, by topic. It is a file that people read:
// spec/protected.md.
type Prescribed struct {
	Format  string             `json:"format"`           // frank.prescribed/1
	Name    string             `json:"name"`             // written like an office's id
	Title   string             `json:"title"`            //
	Real    bool               `json:"real"`             // false: made up, for trials
	Concern string             `json:"concern"`          // stands below every copy that is opened
	Notice  string             `json:"notice,omitempty"` // is told to whoever takes part; where a law has a text for that, the text
	Topics  []Topic            `json:"topics"`           // in the order they are listed
	Persons []PrescribedPerson `json:"persons"`
}

// Topic is what a concern may be about.
type Topic struct {
	ID      string   `json:"id"` // written like an office's
	Title   string   `json:"title"`
	About   string   `json:"about"`   // in words that a search finds
	Persons []string `json:"persons"` // ids, at least one
}

// PrescribedPerson is a person or a body that may be turned to.
type PrescribedPerson struct {
	ID        string   `json:"id"` // written like an office's
	Name      string   `json:"name"`
	For       string   `json:"for"`                 // what they look into
	Reach     []string `json:"reach"`               // how to reach them; 1 to 10 lines
	Recipient string   `json:"recipient,omitempty"` // age1pq1…: what is for them alone is sealed to it
}

const (
	prescribedFormat = "frank.prescribed/1"

	// MaxPrescribed is the size in bytes of the largest file of prescribed
	// persons.
	MaxPrescribed = 1 << 20

	maxPrescribed = 200  // topics, and persons
	maxReach      = 10   // lines of one person
	maxConcern    = 500  // bytes of the text below a copy, and of what a topic or a person is for
	maxNotice     = 4000 // bytes of the notice
)

//go:embed prescribed/demo.json
var prescribedDemo []byte

// PrescribedDemo returns the file of prescribed persons that comes with Frank.
// They are made up.
func PrescribedDemo() []byte { return bytes.Clone(prescribedDemo) }

// ParsePrescribed reads a file of prescribed persons. No error quotes more of
// it than an id.
func ParsePrescribed(file []byte) (*Prescribed, error) {
	if len(file) > MaxPrescribed {
		return nil, fmt.Errorf("a list of prescribed persons has at most %d bytes, this one %d", MaxPrescribed, len(file))
	}
	if err := plainKeys(file); err != nil {
		return nil, fmt.Errorf("the list of prescribed persons cannot be read: %w", err)
	}
	var p Prescribed
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, errors.New("the list of prescribed persons cannot be read: a field is unknown, or holds something of another kind")
	}
	if err := p.validate(); err != nil {
		return nil, fmt.Errorf("the list of prescribed persons: %w", err)
	}
	return &p, nil
}

// Person returns the person with that id, or of that name in any case.
func (p *Prescribed) Person(who string) (PrescribedPerson, bool) {
	for _, is := range []func(PrescribedPerson) bool{
		func(x PrescribedPerson) bool { return x.ID == who },
		func(x PrescribedPerson) bool {
			return strings.EqualFold(x.Name, strings.Join(strings.Fields(who), " "))
		},
	} {
		if i := slices.IndexFunc(p.Persons, is); i >= 0 {
			return p.Persons[i], true
		}
	}
	return PrescribedPerson{}, false
}

// Find returns the topic with that id, or else all in which every word of query
// stands: in the topic, or in the names and tasks of its persons. An empty query
// finds all.
func (p *Prescribed) Find(query string) []Topic {
	for _, t := range p.Topics {
		if t.ID == query {
			return []Topic{t}
		}
	}
	words := strings.Fields(strings.ToLower(query))
	var found []Topic
	for _, t := range p.Topics {
		text := t.ID + " " + t.Title + " " + t.About
		for _, id := range t.Persons {
			x, _ := p.Person(id)
			text += " " + x.Name + " " + x.For
		}
		text = strings.ToLower(text)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			found = append(found, t)
		}
	}
	return found
}

func (p *Prescribed) validate() error {
	switch {
	case p.Format != prescribedFormat:
		return fmt.Errorf("expected the format %s, found %.40q", prescribedFormat, p.Format)
	case !frank.OfficeID(p.Name).Valid():
		return errors.New("its name is not written in lower-case letters, digits and hyphens")
	case !ValidText(p.Title):
		return errText("its title")
	case !validLine(p.Concern, maxConcern):
		return fmt.Errorf("its text below every copy has 1 to %d bytes in normal form C, on one line and without invisible characters; this has not", maxConcern)
	case p.Notice != "" && !validLine(p.Notice, maxNotice):
		return fmt.Errorf("its notice has up to %d bytes in normal form C, on one line and without invisible characters; this has not", maxNotice)
	case len(p.Topics) == 0 || len(p.Persons) == 0:
		return errors.New("it has no topics, or no persons")
	case max(len(p.Topics), len(p.Persons)) > maxPrescribed:
		return fmt.Errorf("it has more than %d topics or persons", maxPrescribed)
	}
	listed := map[string]bool{} // the persons; true if a topic has them
	for _, x := range p.Persons {
		if _, twice := listed[x.ID]; twice || !frank.OfficeID(x.ID).Valid() {
			return fmt.Errorf("the person's id %.40q is there twice, or not written in lower-case letters, digits and hyphens", x.ID)
		}
		listed[x.ID] = false
		switch {
		case !ValidText(x.Name):
			return errText("the name of " + x.ID)
		case !validLine(x.For, maxConcern):
			return fmt.Errorf("what %s is for has 1 to %d bytes on one line; this has not", x.ID, maxConcern)
		case len(x.Reach) == 0 || len(x.Reach) > maxReach || slices.ContainsFunc(x.Reach, func(s string) bool { return !ValidText(s) }):
			return fmt.Errorf("how to reach %s is 1 to %d lines of 1 to %d bytes; this is not", x.ID, maxReach, MaxText)
		}
		if x.Recipient != "" {
			if _, err := keyring.ParseRecipient(x.Recipient); err != nil {
				return fmt.Errorf("the key of %s: %w", x.ID, err)
			}
		}
	}
	topics := map[string]bool{}
	for _, t := range p.Topics {
		switch {
		case topics[t.ID] || !frank.OfficeID(t.ID).Valid():
			return fmt.Errorf("the topic's id %.40q is there twice, or not written in lower-case letters, digits and hyphens", t.ID)
		case !ValidText(t.Title):
			return errText("the title of the topic " + t.ID)
		case !validLine(t.About, maxConcern):
			return fmt.Errorf("what the topic %s is about has 1 to %d bytes on one line; this has not", t.ID, maxConcern)
		case len(t.Persons) == 0:
			return fmt.Errorf("the topic %s has no persons", t.ID)
		}
		topics[t.ID] = true
		here := map[string]bool{}
		for _, id := range t.Persons {
			if _, ok := listed[id]; !ok || here[id] {
				return fmt.Errorf("the topic %s names %.40q, who is not in the list, or names them twice", t.ID, id)
			}
			here[id], listed[id] = true, true
		}
	}
	for _, x := range p.Persons { // a person under no topic would never be found
		if !listed[x.ID] {
			return fmt.Errorf("%s is under no topic", x.ID)
		}
	}
	return nil
}
