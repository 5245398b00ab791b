package story

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frank"

	"golang.org/x/text/unicode/norm"
)

// ConfirmationsFormat is the first line of a file of confirmations.
const ConfirmationsFormat = "frank.confirmations/1"

// MaxConfirmations is the size in bytes of the largest file of confirmations.
const MaxConfirmations = 1 << 20

// Confirmations is what a person says of who said what: by the IDs of
// quotations.
type Confirmations struct {
	lines map[string]confirmation
}

type confirmation struct {
	state   string
	speaker string
}

// ParseConfirmations reads a file of confirmations. Its first line is
// [ConfirmationsFormat]. Each further line is a quotation's ID and what is the
// case: "confirmed", "struck", or "said by" and a name. Lines that are empty or
// begin with # say nothing. The same ID twice is an error.
func ParseConfirmations(data []byte) (*Confirmations, error) {
	if len(data) > MaxConfirmations || !utf8.Valid(data) {
		return nil, frank.WithHint(fmt.Errorf("the confirmations are not UTF-8 text of at most %d bytes", MaxConfirmations), "its first line is %s", ConfirmationsFormat)
	}
	c := &Confirmations{lines: map[string]confirmation{}}
	for i, line := range strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if i == 0 {
			if line != ConfirmationsFormat {
				return nil, frank.WithHint(fmt.Errorf("the file of confirmations begins with another line than %s", ConfirmationsFormat), "write that as its first line")
			}
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, what, _ := strings.Cut(line, " ")
		what = strings.Join(strings.Fields(what), " ")
		name, said := strings.CutPrefix(what, "said by ")
		name = norm.NFC.String(name)
		if len(id) != 10 || strings.Trim(id, "0123456789abcdef") != "" || !(what == Confirmed || what == Struck || said && name != "" && len(name) <= 200) {
			return nil, frank.WithHint(fmt.Errorf("line %d of the confirmations is not an ID and what is the case", i+1),
				"for example: 0123456789 confirmed, or 0123456789 struck, or 0123456789 said by Ana Pires")
		}
		if _, again := c.lines[id]; again {
			return nil, fmt.Errorf("line %d of the confirmations has an ID that stands there already", i+1)
		}
		if said {
			what = Confirmed
		}
		if !said {
			name = ""
		}
		c.lines[id] = confirmation{what, name}
	}
	return c, nil
}

// confirm applies confirmations, and notes those that fit no quotation.
func (d *Digest) confirm(c *Confirmations) {
	if c == nil {
		return
	}
	used := map[string]bool{}
	for i := range d.Stories {
		for k := range d.Stories[i].Quotations {
			q := &d.Stories[i].Quotations[k]
			for _, id := range q.members {
				line, ok := c.lines[id]
				if !ok {
					continue
				}
				used[id] = true
				switch {
				case line.speaker != "":
					q.Speaker, q.State, q.Rule, q.As = line.speaker, Confirmed, "", ""
				case line.state == Struck:
					q.Speaker, q.State, q.Rule, q.As = "", Struck, "", ""
				case q.Speaker != "" && q.State == ByRule:
					q.State = Confirmed
				case q.Speaker == "" && q.State == Unattributed:
					d.Notes = append(d.Notes, fmt.Sprintf("%s cannot be confirmed: no rule says who said it; write who did", id))
				}
			}
		}
	}
	var left []string
	for id := range c.lines {
		if !used[id] {
			left = append(left, id)
		}
	}
	slices.Sort(left)
	for _, id := range left {
		d.Notes = append(d.Notes, fmt.Sprintf("%s is confirmed of no quotation in this material", id))
	}
}
