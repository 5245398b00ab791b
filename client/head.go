package client

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/draft"
)

// StepFault says why a step under a source is not to be shown as what it says, as
// of the ledger's head: its key is not of whom it names, or they have another
// name, or they release for an office that they are not of. That the signature is
// the key's is [dispatch.Step.Verify].
func (c *Client) StepFault(s *dispatch.Step) error {
	return c.stepFault(s, c.view.Head().Size-1, true)
}

// stepFault is StepFault as of an index, or, where it is not exact, of some time
// up to it.
func (c *Client) stepFault(s *dispatch.Step, at uint64, exact bool) error {
	view := c.dir.At(at)
	p, err := view.Person(s.Person)
	i := -1
	if err == nil {
		i = slices.IndexFunc(p.Devices, func(d directory.DeviceInfo) bool { return d.Key == s.Key })
	}
	if id, err := view.Signer(s.Key); i < 0 || exact && (err != nil || id != s.Person) {
		return fmt.Errorf("who %s the source signed with a key that was not theirs at the time", s.Step)
	}
	// A name changes only with the device.
	switch p, err := c.dir.At(p.Devices[i].From).Person(s.Person); {
	case err != nil:
		return err
	case p.Name != s.Name:
		return fmt.Errorf("who %s the source signed as %.100q, and is %q in the directory", s.Step, s.Name, p.Name)
	}
	if exact && s.Step == dispatch.Released && !draft.Of(s.Person, s.Office, view) {
		return fmt.Errorf("who released the source is not one who holds the office %s, acts or reads for it", s.Office)
	}
	return nil
}

// headFaults says what the author's machine put into a head and the directory has
// otherwise, as of the first batch, which the head was made for. One who may not
// read of that batch, with a later copy, holds it against what was so by then.
func (c *Client) headFaults(h *dispatch.Head, b *dispatch.Batch) (out []string) {
	at, exact := b.Index, b.Begin.Batch == 1
	if first := &c.batches[h.Dispatch][0]; first.Begin.Batch == 1 {
		at, exact = first.Index, true
	}
	fault := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	view := c.dir.At(at)
	for _, p := range slices.Concat([]dispatch.Party{{Office: h.Office, Name: h.From}}, h.Action, h.Info) {
		name := ""
		if p.Office == "" {
			person, err := view.Person(p.Person)
			if err != nil {
				fault("the head names %.100q, who is nobody in the directory", p.Name)
				continue
			}
			name = person.Name
		} else {
			office, err := view.Office(p.Office)
			if err != nil {
				fault("the head names %.100q, which is no office in the directory", p.Name)
				continue
			}
			name = office.Title
		}
		if name != p.Name {
			fault("the head names %.100q, and in the directory that is %q", p.Name, name)
		}
	}
	for i := range h.Steps {
		if err := c.stepFault(&h.Steps[i], at, exact); err != nil {
			fault("%v", err)
		}
	}
	if slices.ContainsFunc(h.Steps, func(s dispatch.Step) bool { return s.Source != h.Steps[0].Source }) {
		fault("those who signed the source did not all sign the same one")
	}
	return out
}

// otherSource says whose signature in a head is not of the source that the office
// kept with it; empty for nobody's.
func otherSource(h *dispatch.Head, source string) string {
	sum := frank.Hash(sha256.Sum256([]byte(source)))
	for _, s := range h.Steps {
		if s.Source != sum {
			return fmt.Sprintf("who %s the source signed another than the one that was sent", s.Step)
		}
	}
	return ""
}
