// Package bundle is an inquiry's outcome in one file that a stranger can check
// with nothing but the ledger's policy: exhibits, what was opened of the copies,
// the entries of the ledger with their proofs, and the report.
//
// [Write] makes a bundle, [Verify] checks it and says in plain words what it
// shows and what it does not. The verifier believes nothing that the bundle
// says: it recomputes every hash, proof, signature and commitment, reads the
// exhibits again, draws all copies at the sites opened, computes the odds anew,
// and goes through the inquiry step by step by the rules that officers' clients
// went by. spec/bundle.md has the format.
//
// The package reads no disk, clock or network, and its answers are the same
// wherever it runs.
package bundle

import (
	"frank"
	"frank/codebook"
	"frank/directory"
	"frank/exchange"
	"frank/inquiry"
	"frank/keyring"
	"frank/trace"
)

// Format is the id of a bundle.
const Format = "frank.bundle/1"

// Edition is that of the texts that go into every bundle, and of the page. A
// bundle of another edition is checked without them.
const Edition = 1

// Namespace is what a bundle's manifest is signed in.
const Namespace = "frank/bundle/1"

// Principal is whom the allowed_signers file of a bundle names.
const Principal = "frank"

// Profile says for whom a bundle is.
type Profile string

// The profiles.
const (
	Referral  Profile = "referral"  // nobody is named: copy numbers only
	Evidence  Profile = "evidence"  // everything, named holders included
	Committee Profile = "committee" // offices, not people
)

// Valid reports whether p is one of the profiles.
func (p Profile) Valid() bool { return p == Referral || p == Evidence || p == Committee }

// Contents is what goes into a bundle.
type Contents struct {
	Inquiry    directory.Entry // the step that opened it
	Made       string          // when; as [frank.ValidTime] wants it
	Report     *trace.Report   // redacted: what lead and checkers agreed on
	Exhibits   []Exhibit       // in the report's order
	Dispatches []Dispatch      // whose codebooks were opened, in the order the trace had them in

	// Entries of the ledger, in any order; what a profile leaves out is left out
	// by Write. They are: both entries of all batches of the dispatches in the
	// inquiry's scope, and what was passed on of their shares; all steps of the
	// inquiry, and of one it joins; what the holders of named copies fetched; of the
	// directory the slice ([directory.State.Slice]) for everybody who signed any of
	// these, and is named in them, and for the offices that issued.
	Entries    []directory.Logged
	Checkpoint []byte // signed note: it covers all entries
	Policy     string // that the checkpoint is verified by

	Named []Holder // of named copies; the profile Referral has none
}

// Exhibit is one that the report rests on.
type Exhibit struct {
	inquiry.Exhibit
	Data []byte // the original
}

// Dispatch is one whose codebook was opened. Of it Write opens what the exhibits
// print, and nothing else.
type Dispatch struct {
	Ref  frank.Ref
	Book *codebook.Book // with all its batches
}

// Holder is to whom a named copy was issued.
type Holder struct {
	inquiry.HolderOf
	Batch int
	Proof exchange.ReaderProof
}

// Signer is the lead's device: a [keyring.Key].
type Signer interface {
	VerifyKey() keyring.VerifyKey
	Sign(namespace string, message []byte) []byte
}

// Finding is what a verifier found.
type Finding struct {
	Format       string          `json:"format"` // [FindingFormat]
	OK           bool            `json:"ok"`     // everything holds
	Profile      Profile         `json:"profile,omitempty"`
	Log          string          `json:"log,omitempty"` // origin of the ledger
	Organisation string          `json:"organisation,omitempty"`
	Manifest     string          `json:"manifest,omitempty"` // SHA-256 of the signed manifest: names the bundle
	Inquiry      directory.Entry `json:"inquiry,omitzero"`   // the step that opened it, if everything holds
	Report       frank.Hash      `json:"report,omitzero"`    // SHA-256 of report.json, if everything holds
	Checks       []Check         `json:"checks"`             // in order, up to the first that fails
	Verdicts     []Verdict       `json:"verdicts"`           // if everything holds
	Shown        []string        `json:"shown"`
	NotShown     []string        `json:"not_shown"`
}

// FindingFormat is the id of a [Finding].
const FindingFormat = "frank.finding/1"

// Check is one thing that was checked.
type Check struct {
	What string `json:"what"` // one word, for programs
	OK   bool   `json:"ok"`
	Text string `json:"text"` // what holds, or what does not

	because error
}

// Verdict is the answer on one dispatch.
type Verdict struct {
	Dispatch frank.Ref `json:"dispatch"`
	Verdict  string    `json:"verdict"` // as in trace.Dispatch
	Copies   int       `json:"copies"`  // tested
	Named    []Copy    `json:"named"`
	Narrowed []int     `json:"narrowed"`
}

// Copy is one that is named.
type Copy struct {
	Number     int            `json:"number"`
	FalseMatch trace.Decimal  `json:"false_match_family"`
	Person     frank.PersonID `json:"person,omitempty"` // to whom it was issued, where that is shown
	Name       string         `json:"name,omitempty"`   // as the directory has it
	Office     frank.OfficeID `json:"office,omitempty"`
}
