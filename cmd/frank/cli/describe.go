package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"frank"
	"frank/client"
	"frank/directory"
	"frank/dispatch"
)

// describeAt says in words what an entry of the directory states.
func (m *member) describeAt(index uint64) string {
	l := m.Ledger(index, 1)
	if len(l) == 0 || l[0].Index != index {
		return "?"
	}
	return m.describe(l[0])
}

// describe says in words what an entry states.
func (m *member) describe(l client.Line) string {
	if l.Statement == nil {
		return l.Kind + ", sealed to others"
	}
	if l.Kind == directory.KindGenesis {
		return "founds " + m.Directory().Name()
	}
	if directory.Handles(l.Kind) {
		do, err := directory.DoOf(l.Statement)
		if err != nil {
			return l.Kind
		}
		return m.describeDo(do)
	}
	return m.describeDispatch(l)
}

func (m *member) describeDo(do directory.Do) string {
	switch d := do.(type) {
	case directory.Accept:
		return "takes part, as named at the founding"
	case directory.Invite:
		s := "invites somebody"
		if d.Person != "" {
			s = "invites " + m.person(d.Person) + " to enrol anew"
		}
		if d.Office != "" {
			s += ", for the office " + string(d.Office)
		}
		if len(d.Roles) > 0 {
			s += ", as " + roles(d.Roles)
		}
		return s
	case directory.Enrol:
		return "enrols as " + d.Card.Name // without the fingerprint: the one that counts is read out by the person
	case directory.Admit:
		return fmt.Sprintf("admits the enrolment in entry %d", d.Enrolment.Index)
	case directory.Device:
		return "adds the device " + short(d.Key.String())
	case directory.Revoke:
		return "revokes the device " + short(d.Key.String()) + " of " + m.person(d.Person)
	case directory.Key:
		return "has a new decryption key"
	case directory.Leave:
		return m.person(d.Person) + " leaves"
	case directory.Create:
		s := "makes the office " + string(d.Office) + ", " + d.Title
		if d.Place != "" {
			s += ", which issues as " + d.Place
		}
		return s
	case directory.Alter:
		if d.Close {
			return "closes the office " + string(d.Office)
		}
		return "the office " + string(d.Office) + " is now " + strings.Join(append([]string{d.Title}, d.Attributes...), ", ")
	case directory.Holder:
		return m.person(d.Person) + " holds the office " + string(d.Office)
	case directory.Acting:
		return m.person(d.Person) + " acts in the office " + string(d.Office)
	case directory.Delegate:
		if d.End {
			return m.person(d.Person) + " is no delegate of the office " + string(d.Office) + " any more"
		}
		return m.person(d.Person) + " is a delegate of the office " + string(d.Office)
	case directory.OfficeKey:
		return "gives the office " + string(d.Office) + " a new key"
	case directory.Pass:
		return "passes the keys of the office " + string(d.Office) + " to " + m.person(d.Person)
	case directory.Grant:
		return m.person(d.Person) + " becomes " + string(d.Role)
	case directory.End:
		return m.person(d.Person) + " is " + string(d.Role) + " no more"
	case directory.Settings:
		return fmt.Sprintf("settings: threshold %d, labels %s, waiting time %d s", d.Threshold, d.Labels, d.Wait)
	case directory.Change:
		s := d.Kind
		if inner, err := directory.ParseDo(d.Kind, d.Do); err == nil {
			s = m.describeDo(inner)
		}
		return "proposes: " + s
	case directory.Consent:
		return fmt.Sprintf("agrees to change %d%s", d.Change.Index, m.change(d.Change.Index))
	case directory.Withdraw:
		return fmt.Sprintf("takes back the consent to change %d", d.Change.Index)
	case directory.Enact:
		return fmt.Sprintf("enacts change %d%s", d.Change.Index, m.change(d.Change.Index))
	}
	return directory.KindOf(do)
}

// change says what a change is about, for behind its number.
func (m *member) change(index uint64) string {
	p, err := m.findChange(index)
	if err != nil {
		return ""
	}
	return ": " + m.describeDo(p.Do)
}

// describeDispatch is about dispatches: what the server may not read is not
// repeated here either.
func (m *member) describeDispatch(l client.Line) string {
	switch l.Kind {
	case dispatch.KindStep:
		return "takes a step of an inquiry: frank inquiry list"
	case dispatch.KindClosed:
		return "tells whose copies an inquiry tested: frank examined"
	case dispatch.KindSighting:
		return "saw a dispatch in print: frank inquiry"
	}
	var b struct {
		Dispatch frank.Ref       `json:"dispatch"`
		Batch    int             `json:"batch"`
		To       json.RawMessage `json:"to"`
		Index    int             `json:"index"`
	}
	if json.Unmarshal(l.Body, &b) != nil || b.Dispatch.Validate() != nil {
		return l.Kind
	}
	further := ""
	if b.Batch > 1 {
		further = fmt.Sprintf(", batch %d", b.Batch)
	}
	switch l.Kind {
	case dispatch.KindBegin:
		return fmt.Sprintf("begins %s%s", b.Dispatch, further)
	case dispatch.KindComplete:
		return fmt.Sprintf("issues %s%s", b.Dispatch, further)
	case dispatch.KindRecall:
		return fmt.Sprintf("recalls %s", b.Dispatch)
	case dispatch.KindFetched:
		return fmt.Sprintf("fetches a copy of %s", b.Dispatch)
	case dispatch.KindOpened:
		return fmt.Sprintf("opened a copy of %s", b.Dispatch)
	case dispatch.KindNoted:
		return fmt.Sprintf("noted %s", b.Dispatch)
	case dispatch.KindAcknowledged:
		return fmt.Sprintf("acknowledges %s", b.Dispatch)
	case dispatch.KindRequest:
		return fmt.Sprintf("asks for a copy of %s", b.Dispatch)
	case dispatch.KindRefused:
		return fmt.Sprintf("refuses a copy of %s", b.Dispatch)
	case dispatch.KindShareHeld:
		return fmt.Sprintf("holds share %d of %s%s", b.Index, b.Dispatch, further)
	case dispatch.KindHarm:
		return fmt.Sprintf("states the harm if %s came out", b.Dispatch)
	case dispatch.KindReceipts:
		return fmt.Sprintf("asks, for an inquiry, who fetched %s", b.Dispatch)
	case dispatch.KindShareFault:
		return fmt.Sprintf("complains of share %d of %s%s", b.Index, b.Dispatch, further)
	}
	return l.Kind
}

func roles(list []directory.Role) string {
	var words []string
	for _, r := range list {
		words = append(words, string(r))
	}
	return strings.Join(words, ", ")
}

// short is enough of a key to tell it from a person's others.
func short(key string) string { return key[:min(12, len(key))] }

// names lists people by name, in the order given.
func (m *member) names(ids []frank.PersonID) string {
	var out []string
	for _, id := range ids {
		out = append(out, m.person(id))
	}
	return strings.Join(out, ", ")
}

// printable keeps what others wrote from doing more on a terminal than to be
// read: control and format characters are left out, but for line feeds and tabs.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c != '\n' && c != '\t' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c)) {
			return -1
		}
		return c
	}, s)
}

// escaped is JSON in which what [printable] leaves out is written as escapes: it
// says the same, also to a terminal.
func escaped(json string) string {
	var b strings.Builder
	for _, c := range json {
		if c >= 0x7f && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c)) {
			for _, unit := range utf16.AppendRune(nil, c) {
				fmt.Fprintf(&b, "\\u%04x", unit)
			}
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// inline is [printable] on one line.
func inline(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// rolesOf says what somebody is.
func rolesOf(p directory.Person) string {
	var words []string
	for _, r := range p.Roles {
		words = append(words, string(r))
	}
	for _, o := range p.Offices {
		words = append(words, string(o))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}
