package dispatch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/directory"
)

// Kinds of statements of an inquiry, as far as the server sees it: who sent one,
// and when. What they say is in package inquiry, which the server does not know.
const (
	KindStep     = "inquiry.step"     // sealed to officers, alternates and overseers
	KindClosed   = "inquiry.closed"   // sealed to those whose records were examined
	KindReceipts = "inquiry.receipts" // [Receipts]; open
	KindSighting = "watch.sighting"   // sealed to officers and overseers
	KindHarm     = "dispatch.harm"    // [Harm]; sealed to the issuing office, officers, alternates and overseers
)

// MaxHarm is how many bytes the text of a [Harm] has at most.
const MaxHarm = 4000

// Harm is what it would do if the dispatch came out, and until when, in the
// issuing office's words. Said when it is issued, it cannot be written to fit
// what came out later: its place is its index.
type Harm struct {
	Dispatch frank.Ref `json:"dispatch"`
	Text     string    `json:"text"`
	Until    string    `json:"until,omitempty"` // RFC 3339: when it is no longer so; absent: not known
}

// Validate reports the first thing that no Harm may say.
func (h *Harm) Validate() error {
	switch {
	case h.Dispatch.Validate() != nil:
		return h.Dispatch.Validate()
	case strings.TrimSpace(h.Text) == "":
		return errors.New("what the harm would be is missing")
	case len(h.Text) > MaxHarm:
		return fmt.Errorf("what the harm would be has %d bytes, more than %d", len(h.Text), MaxHarm)
	case !norm.NFC.IsNormalString(h.Text):
		return errors.New("what the harm would be is not in normal form C")
	case strings.ContainsFunc(h.Text, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }):
		return errors.New("what the harm would be holds control characters")
	case h.Until != "" && !frank.ValidTime(h.Until):
		return errors.New("until when is written as in RFC 3339, in UTC: 2026-11-21T19:30:00Z")
	}
	return nil
}

// Receipts asks the server for who fetched a dispatch, and when. It hands them to
// officers and overseers once as many officers as the threshold says, and an
// overseer, asked for the same dispatch and matter. The server learns by it that
// the dispatch is looked into.
type Receipts struct {
	Dispatch frank.Ref  `json:"dispatch"`
	Matter   frank.Hash `json:"matter"` // what was voted on
}

// Validate reports the first thing that no Receipts may say.
func (r *Receipts) Validate() error {
	if r.Matter == (frank.Hash{}) {
		return errors.New("it names no matter")
	}
	return r.Dispatch.Validate()
}

// CheckReceipts says why rs, signed by a device of person, may not be entered. v
// is the directory, and r what came before.
func CheckReceipts(rs *Receipts, person frank.PersonID, v directory.View, r Record) error {
	if err := rs.Validate(); err != nil {
		return err
	}
	batches, err := r.Batches(rs.Dispatch)
	switch {
	case err != nil:
		return err
	case len(batches) == 0:
		return fmt.Errorf("there is no %s", rs.Dispatch)
	case !v.Has(directory.Officer, person) && !v.Has(directory.Overseer, person):
		return errors.New("who fetched a dispatch is asked by officers and overseers")
	case Involved(batches, person, r):
		return frank.WithHint(fmt.Errorf("whoever asks is involved in %s", rs.Dispatch), "who has a copy of it, issued it, worked on its source, or acts for the office that did, does not ask who else read it")
	}
	return nil
}

// Involved reports whether somebody has a part in a dispatch that keeps them from
// looking into it: a copy of it is addressed to them, they issued copies, worked on
// the source, or hold the issuing office or act for its holder.
func Involved(batches []Batch, person frank.PersonID, r Record) bool {
	return slices.ContainsFunc(batches, func(b Batch) bool {
		return b.By == person || b.Begin.addresses(person) || slices.Contains(b.Begin.Worked, person) || r.Holds(person, b.Begin.Office)
	})
}
