package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"frank"
)

// SubmissionFormat is the format of a [Submission].
const SubmissionFormat = "frank.submission/1"

// Submission is an entry to be accepted, appended to the log, and kept for
// those who may read it: open, or sealed to them.
//
// The same submission may be sent again after an answer was lost: it is
// entered once and answered alike.
type Submission struct {
	Format     string          `json:"format"` // SubmissionFormat
	Commitment frank.Hash      `json:"commitment"`
	Open       json.RawMessage `json:"open,omitempty"`     // the entry, frank.entry/1; or
	Sealed     []byte          `json:"sealed,omitempty"`   // the entry, padded and sealed as an age file
	Route      *Route          `json:"route,omitempty"`    // of a sealed one
	Parts      *Parts          `json:"parts,omitempty"`    // of dispatch.complete; of inquiry.step, attachments only
	Answers    []uint64        `json:"answers,omitempty"`  // requests in the issuing office's queue that are done with by this
	Founding   string          `json:"founding,omitempty"` // of org.genesis: the setup code, where the server asks for one
}

// Route is what the server must know of a sealed entry. Who may read it follows
// from kind, dispatch and sender.
type Route struct {
	Kind     string    `json:"kind"`
	Dispatch frank.Ref `json:"dispatch,omitzero"` // absent for inquiry.step, inquiry.closed and watch.sighting, and for no other
	Batch    int       `json:"batch,omitempty"`
}

// Parts are the sealed things that an entry makes visible: a dispatch.complete
// all of them, an inquiry.step attachments. All were put before by whoever states
// it.
type Parts struct {
	Copies      []frank.Hash `json:"copies,omitempty"`      // of the sealed copies, in the order of Begin.To
	Shares      []frank.Hash `json:"shares,omitempty"`      // of the sealed shares, in the order of Begin.Officers
	Attachments []frank.Hash `json:"attachments,omitempty"` // for all who are addressed, or who may read the step
}

// Validate reports what no submission may say, knowing nothing of its kind.
func (s *Submission) Validate() error {
	bad := func(text string) error { return &Error{Kind: Invalid, Text: text} }
	switch {
	case s.Format != SubmissionFormat:
		return bad("a submission is of the format " + SubmissionFormat)
	case s.Commitment == frank.Hash{}:
		return bad("a submission names its commitment")
	case (len(s.Open) == 0) == (len(s.Sealed) == 0):
		return bad("an entry is submitted open or sealed, one of the two")
	case (s.Route == nil) != (len(s.Sealed) == 0):
		return bad("a route is for a sealed entry, and a sealed entry needs one")
	case s.Route != nil && (s.Route.Kind == "" || len(s.Route.Kind) > 40 || s.Route.Batch < 0):
		return bad("the route of a sealed entry names its kind")
	case s.Parts != nil && s.Route != nil && (len(s.Parts.Copies) > 0 || len(s.Parts.Shares) > 0 || len(s.Parts.Attachments) == 0):
		return bad("the parts of a sealed entry are attachments")
	case len(s.Founding) > 100:
		return bad("a setup code has at most a hundred bytes")
	case len(s.Answers) > 100:
		return bad("at most a hundred requests are answered at once")
	}
	if s.Parts == nil {
		return nil
	}
	for _, list := range [][]frank.Hash{s.Parts.Copies, s.Parts.Shares, s.Parts.Attachments} {
		if err := validHashes(list, MaxParts, "sealed things"); err != nil {
			return err
		}
	}
	return nil
}

// Accepted says where an entry stands.
type Accepted struct {
	Index   uint64 `json:"index"`
	Receipt string `json:"receipt"` // the log's signed promise: ledger.Receipt
	// Checkpoint is, for a dispatch.begin, the first one published that covers
	// it and is witnessed if the policy asks for that: the draw's randomness.
	// Empty if there was none in time: submit the same again to ask for it.
	Checkpoint string `json:"checkpoint,omitempty"`
}

// Entry is an entry that one may read.
type Entry struct {
	Index      uint64          `json:"index"`
	Commitment frank.Hash      `json:"commitment"`
	Kind       string          `json:"kind"`
	Open       json.RawMessage `json:"open,omitempty"`
	Sealed     []byte          `json:"sealed,omitempty"`
}

// Entries are a page of them, in the order of the log.
type Entries struct {
	Entries []Entry `json:"entries"`
	Next    uint64  `json:"next"` // where to go on
	Size    uint64  `json:"size"` // of the log as published: nothing from there on is shown
}

// More reports whether there is another page.
func (e *Entries) More() bool { return e.Next < e.Size }

// Copy is a copy that was issued to whoever asks.
type Copy struct {
	Dispatch frank.Ref      `json:"dispatch"`
	Batch    int            `json:"batch"`
	Office   frank.OfficeID `json:"office"`       // that issued it
	As       frank.OfficeID `json:"as,omitempty"` // the office it is addressed to
	Begin    uint64         `json:"begin"`        // indices of the two entries
	Complete uint64         `json:"complete"`
	Slot     int            `json:"slot"`              // place in Begin.To
	Sealed   frank.Hash     `json:"sealed"`            // SHA-256 of the sealed copy
	Size     int            `json:"size"`              // bytes of it
	Embargo  string         `json:"embargo,omitempty"` // not served before
	Recalled bool           `json:"recalled,omitempty"`
}

// Inbox is a page of copies, in the order of their second entries.
type Inbox struct {
	Copies []Copy `json:"copies"`
	Next   uint64 `json:"next"`
	Size   uint64 `json:"size"`
}

// More reports whether there is another page.
func (i *Inbox) More() bool { return i.Next < i.Size }

// Share is a share that was dealt to whoever asks. Its bytes are a blob.
type Share struct {
	Dispatch frank.Ref      `json:"dispatch"`
	Batch    int            `json:"batch"`
	Office   frank.OfficeID `json:"office"` // that issued it
	Begin    uint64         `json:"begin"`  // indices of the two entries
	Complete uint64         `json:"complete"`
	Index    int            `json:"index"`  // in Begin.Officers, from 1
	Sealed   frank.Hash     `json:"sealed"` // SHA-256 of the sealed share
	Proof    []frank.Hash   `json:"proof"`  // RFC 6962 audit path: its leaf is under Complete.Shares
}

// Shares is a page of shares, in the order of their second entries.
type Shares struct {
	Shares []Share `json:"shares"`
	Next   uint64  `json:"next"`
	Size   uint64  `json:"size"`
}

// More reports whether there is another page.
func (s *Shares) More() bool { return s.Next < s.Size }

// Batch is a batch that an office issued or began.
type Batch struct {
	Dispatch frank.Ref `json:"dispatch"`
	Batch    int       `json:"batch"`
	Begin    uint64    `json:"begin"`
	Complete uint64    `json:"complete,omitempty"` // absent: not complete
	Count    int       `json:"count"`              // copies
	Embargo  string    `json:"embargo,omitempty"`
	Recalled bool      `json:"recalled,omitempty"`
}

// Issued is a page of batches, in the order of their first entries.
type Issued struct {
	Batches []Batch `json:"batches"`
	Next    uint64  `json:"next"`
	Size    uint64  `json:"size"`
}

// More reports whether there is another page.
func (i *Issued) More() bool { return i.Next < i.Size }

// Numbers says which numbers of a place are taken in a year: 1 to Last.
type Numbers struct {
	Place string `json:"place"`
	Year  int    `json:"year"`
	Last  int    `json:"last"`
}

// Put names what a parcel held.
type Put struct {
	Hashes []frank.Hash `json:"hashes"`
}

// Fetched is a sealed copy, after the statement that it was fetched is in the
// log.
type Fetched struct {
	Accepted Accepted     `json:"accepted"`
	Slot     int          `json:"slot"`  // its leaf under Complete.Sealed,
	Count    int          `json:"count"` // of so many
	Proof    []frank.Hash `json:"proof"` // RFC 6962 audit path
	Copy     []byte       `json:"copy"`  // the age file
}

// Marshal writes the message as [Marshal] does, the copy only once.
func (f *Fetched) Marshal() []byte {
	rest := *f
	rest.Copy = []byte{}
	head := Marshal(rest)
	out := make([]byte, 0, len(head)+base64.StdEncoding.EncodedLen(len(f.Copy)))
	out = append(out, bytes.TrimSuffix(head, []byte(`"}`))...)
	return append(base64.StdEncoding.AppendEncode(out, f.Copy), `"}`...)
}

// Contact is where a person is told that there is something, and never what.
type Contact struct {
	Mail string `json:"mail"` // an address, or empty
	Hook string `json:"hook"` // an https URL that is posted to, or empty
}
