// Package inquiry is the procedure by which officers find out, together, which
// copy of a dispatch was printed, and whose it was; and by which anybody can
// tell afterwards whether it was followed.
//
// An inquiry is a chain of steps, each a statement in the ledger that is sealed
// to officers and overseer. State takes the steps in the order of the ledger and
// holds each against the rules; the client asks it before it votes, releases a
// share or opens anything, and a stranger who verifies a bundle runs the same
// code. spec/inquiry.md has the formats and the rules.
//
// The package takes all it needs to know of the directory and of dispatches as
// arguments; it reads no clock.
package inquiry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/coverage"
	"frank/directory"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/internal/enc"
	"frank/internal/merkle"
	"frank/keyring"
	"frank/ledger"
	"frank/seal/share"
)

// Kinds of statements.
const (
	KindStep     = dispatch.KindStep     // a [Step]; sealed to officers, alternates and overseers
	KindClosed   = dispatch.KindClosed   // [Closed]; sealed to those whose records were examined
	KindSighting = dispatch.KindSighting // [Sighting]; sealed to officers and overseers
)

// What a step does.
const (
	DoOpen     = "open"
	DoRegister = "register"
	DoAdmit    = "admit"
	DoPause    = "pause"
	DoLift     = "lift"
	DoAsk      = "ask"
	DoVote     = "vote"
	DoSeen     = "seen"
	DoConsent  = "consent"
	DoRelease  = "release"
	DoRefuse   = "refuse"
	DoResult   = "result"
	DoNamed    = "named"
	DoNotice   = "notice"
	DoReply    = "reply"
	DoNote     = "note"
	DoClose    = "close"
)

// Limits of what one step may say.
const (
	MaxText     = 4000 // bytes of a text that a person writes
	MaxLine     = 200  // bytes of a line
	MaxScope    = 100  // dispatches
	MaxParts    = 250  // batches in a matter: a release of their shares fits into one statement, up to a threshold of 4
	MaxExhibits = 200  // in one step
	MaxAfter    = 64
	MaxNumbers  = 20 // copies whose readers are asked for at once
	Checkers    = 2  // officers' clients that trace again
	MaxNamed    = 1000
)

// Limits of an inquiry: what a step takes to check grows with them.
const (
	MaxRegistered = 2000 // exhibits
	MaxMatters    = 100  // asked as they may be
)

// Step is the body of a [KindStep].
type Step struct {
	Inquiry directory.Entry `json:"inquiry,omitzero"` // the step that opened it; absent in that one
	After   []frank.Hash    `json:"after,omitempty"`  // the steps of it that the signer had seen and that no other one names, sorted: what is withheld leaves a gap
	Do      string          `json:"do"`
	What    json.RawMessage `json:"what"`
}

// Open begins an inquiry. Its signer is the lead.
type Open struct {
	Purpose    string           `json:"purpose"`
	Basis      string           `json:"basis"`      // legal basis
	Scope      []frank.Ref      `json:"scope"`      // dispatches, sorted as [SortRefs] does
	Tried      []string         `json:"tried"`      // less intrusive steps; at least one, if only why there is none
	Rule       Rule             `json:"rule"`       // of inclusion: frozen here
	Level      string           `json:"level"`      // chance of naming a copy that played no part: 1e-4 or less
	Disclosure Disclosure       `json:"disclosure"` // whether it could be a protected disclosure
	Until      string           `json:"until"`      // RFC 3339: it ends by itself
	Joins      *directory.Entry `json:"joins,omitempty"`
}

// Rule says which material counts. What is outside it never does, however
// telling.
type Rule struct {
	Outlets []string `json:"outlets,omitempty"` // as exhibits name theirs; none: any
	From    string   `json:"from"`              // published not before this day, 2026-01-31
	To      string   `json:"to"`                // nor after this one
	Search  string   `json:"search"`            // how it was looked for
}

// The answers to: could this be a protected disclosure?
const (
	No     = "no"
	Unsure = "unsure"
	Yes    = "yes"
)

// Disclosure answers whether what is looked into could be a protected
// disclosure. Anything but no pauses the inquiry until an overseer lifts it.
type Disclosure struct {
	Answer string `json:"answer"`
	Why    string `json:"why"`
}

// How material was obtained. Anything but Published waits for an overseer.
const (
	Published  = "published"
	ForComment = "for-comment"
	UnderOrder = "under-order"
	Otherwise  = "otherwise"
)

// Register adds exhibits, by the lead. What it names cannot be changed. What is
// registered after copies of a dispatch in scope were opened, by whatever
// inquiry, waits for an overseer as if it were not published: who saw the copies
// could have made it up.
type Register struct {
	Exhibits []Exhibit `json:"exhibits"`
}

// Exhibit is a frozen piece of material.
type Exhibit struct {
	Record   coverage.Record `json:"record"`
	Obtained string          `json:"obtained"`
	How      string          `json:"how,omitempty"` // in words; needed where it was not published
	Blob     frank.Hash      `json:"blob"`          // the original, sealed to officers and overseers
}

// Admit takes in an exhibit that was not published, by an overseer.
type Admit struct {
	Exhibit frank.Hash `json:"exhibit"` // SHA-256 of the original
	Order   string     `json:"order"`   // by what order or right it may be used
}

// Pause stops everything but comments, until an overseer lifts it.
type Pause struct {
	Why string `json:"why"`
}

// Lift ends a pause, by an overseer.
type Lift struct {
	Why string `json:"why"`
}

// Stages of what may be asked.
const (
	Copies  = "copies"  // open the codebooks and trace
	Names   = "names"   // open whose the numbers reported are
	Renewal = "renewal" // go on past the end
)

// Matter is what is voted on, in full: nothing of it can be changed after, and a
// vote or a share for it is good for nothing else.
type Matter struct {
	Stage    string           `json:"stage"`
	Until    string           `json:"until"`              // of a renewal the new one, else the inquiry's
	Level    string           `json:"level"`              // may only be stricter than the inquiry's
	Exhibits frank.Hash       `json:"exhibits"`           // [Root] of those admitted
	Scope    []Part           `json:"scope"`              // batches whose codebooks, or names, are opened; sorted
	Looks    []Look           `json:"looks,omitempty"`    // of stage Copies: a dispatch each, sorted
	Lead     frank.PersonID   `json:"lead"`               // who opens,
	Checkers []frank.PersonID `json:"checkers,omitempty"` // and who trace again
	To       string           `json:"to,omitempty"`       // the recipient that shares are sealed to: made for this and used once
	Key      []byte           `json:"key,omitempty"`      // its identity, sealed to lead and checkers
	Result   frank.Hash       `json:"result,omitzero"`    // of stage Names: the report agreed on
	Of       frank.Hash       `json:"of,omitzero"`        // of stage Names: the matter it is the result of
	Numbers  []Number         `json:"numbers,omitempty"`  // of stage Names; sorted
	Evidence frank.Hash       `json:"evidence,omitzero"`  // of stage Names: a bundle on the result, sealed to officers and overseers, which whoever is asked for a share verifies first
}

// Part is one batch of a dispatch.
type Part struct {
	Dispatch frank.Ref  `json:"dispatch"`
	Batch    int        `json:"batch"`
	Begin    frank.Hash `json:"begin"` // commitment of its first entry
}

// Look is the number of the look that this is on a dispatch: higher than that of
// any matter, of any inquiry, for which a share was released before this one's
// first. To ask spends none: one officer could spend them all.
type Look struct {
	Dispatch frank.Ref `json:"dispatch"`
	Number   int       `json:"number"`
}

// Number is a copy's.
type Number struct {
	Dispatch frank.Ref `json:"dispatch"`
	Number   int       `json:"number"`
}

// Vote is an officer's, on a matter.
type Vote struct {
	Matter frank.Hash `json:"matter"`
	Yes    bool       `json:"yes"`
	Reason string     `json:"reason"`
	Free   bool       `json:"free"` // the officer says that they have no interest in it besides what the ledger shows
}

// Seen is an overseer's client's word that it was shown the matter, and the
// steps before it. It is no consent. No share is released without it: a server
// that hides an inquiry from the overseer stops it.
type Seen struct {
	Matter frank.Hash `json:"matter"`
}

// Consent is an overseer's, to a matter of stage Names, and cannot be done
// without there.
type Consent struct {
	Matter  frank.Hash `json:"matter"`
	Yes     bool       `json:"yes"`
	Comment string     `json:"comment,omitempty"`
}

// Release hands over shares for a matter. Signing it says that everything before
// it was checked under the checkpoint.
type Release struct {
	Matter     frank.Hash `json:"matter"`
	Checkpoint string     `json:"checkpoint"` // signed note that covers all steps it rests on
	Shares     []byte     `json:"shares"`     // [Shares], padded, sealed to Matter.To
}

// Shares is what is sealed in a Release.
type Shares struct {
	Format string          `json:"format"` // frank.released/1
	Matter frank.Hash      `json:"matter"`
	Shares []ReleasedShare `json:"shares"` // sorted by dispatch, batch, index
}

// Refuse says that an officer's client, or an officer, would not take a step.
type Refuse struct {
	Matter frank.Hash `json:"matter,omitzero"`
	What   string     `json:"what"` // the step refused: one of those above
	Why    string     `json:"why"`
}

// Result is what one client found: the lead's, or a checker's. They count when
// lead and checkers found the same report to the bit.
type Result struct {
	Matter frank.Hash `json:"matter"`
	Report frank.Hash `json:"report,omitzero"` // SHA-256 of trace.Report's JSON, without names
	Blob   frank.Hash `json:"blob,omitzero"`   // the report, sealed to officers and overseers; the lead's only
	Named  []Number   `json:"named,omitempty"` // copies that the report names; sorted
	Void   []string   `json:"void,omitempty"`  // what a codebook or share breaks: then there is no report
}

// Named says whose the numbers are, by the readers' map.
type Named struct {
	Matter  frank.Hash `json:"matter"`
	Holders []HolderOf `json:"holders"` // in the order of Matter.Numbers
}

// ReleasedShare is one officer's share for one batch: of the codebook's key, or
// of the keys of numbers.
type ReleasedShare struct {
	Dispatch frank.Ref      `json:"dispatch"`
	Batch    int            `json:"batch"`
	Vector   share.Vector   `json:"vector,omitempty"` // stage Copies: what the share is checked against,
	Share    *share.Share   `json:"share,omitempty"`  // and the share
	Many     *share.Many    `json:"many,omitempty"`   // stage Names: the same,
	Opened   []share.Opened `json:"opened,omitempty"` // a number each
}

// HolderOf is to whom a copy number was issued.
type HolderOf struct {
	Number
	Slot   int            `json:"slot"` // in the batch's dispatch.Begin.To
	Person frank.PersonID `json:"person"`
	Office frank.OfficeID `json:"office,omitempty"`
}

// Notice says that the holder of a named copy was given notice: what was handed
// to them, by another way than the server, which is not to learn whom.
type Notice struct {
	Matter frank.Hash `json:"matter"`
	Number Number     `json:"number"`
	Given  frank.Hash `json:"given"` // SHA-256 of what was handed over
}

// Reply is what a holder answers, signed by them and attached as it is. Any
// officer or overseer may enter it.
type Reply struct {
	From      frank.PersonID    `json:"from"`
	Key       keyring.VerifyKey `json:"key"`
	Kind      string            `json:"kind"` // [Answer] or [Appeal]
	Text      string            `json:"text"`
	Signature []byte            `json:"signature"` // over Reply.Message, in [ReplyNamespace]
}

// Kinds of a Reply.
const (
	Answer = "reply"
	Appeal = "appeal"
)

// ReplyNamespace is what replies are signed in.
const ReplyNamespace = "frank/reply/1"

// Note is a comment that stays with the inquiry.
type Note struct {
	Kind string `json:"kind"` // comment, harm, correction, appeal-decided
	Text string `json:"text"`
}

// Outcomes.
const (
	OutcomeNamed     = "named"
	OutcomeNarrowed  = "narrowed"
	OutcomeUnknown   = "cannot-tell"
	OutcomeProtected = "protected-disclosure"
	OutcomeWithdrawn = "withdrawn"
	OutcomeReferred  = "referred"
)

// Close ends an inquiry.
type Close struct {
	Outcome string `json:"outcome"`
	Text    string `json:"text"`
}

// Closed tells those whose records were examined that they were. It is sealed to
// them, some at a time, and any member may fetch it.
type Closed struct {
	Inquiry    uint64      `json:"inquiry"` // index of the step that opened it
	Purpose    string      `json:"purpose"`
	Basis      string      `json:"basis"`
	Dispatches []frank.Ref `json:"dispatches"` // whose copies were tested
	Opened     string      `json:"opened"`     // days
	Closed     string      `json:"closed"`
	Outcome    string      `json:"outcome"`
	Rights     string      `json:"rights"` // to whom one may turn
}

// Sighting is a watch officer's word that something printed quotes a dispatch.
type Sighting struct {
	Dispatch frank.Ref  `json:"dispatch"`
	Article  frank.Hash `json:"article"` // SHA-256 of its bytes
	Outlet   string     `json:"outlet,omitempty"`
	Words    int        `json:"words"` // printed words that follow the dispatch; 0: it may be retold
	At       string     `json:"at"`    // RFC 3339, when it was seen
}

// Hash names a matter of an inquiry.
func (m *Matter) Hash(inquiry frank.Hash) frank.Hash {
	return enc.New("frank/matter/1").Bytes(inquiry[:]).Bytes(canon.Marshal(m)).Sum()
}

// Message is what a reply's signature is over.
func (r *Reply) Message(inquiry frank.Hash) []byte {
	return enc.New("frank/reply/1").Bytes(inquiry[:]).Text(string(r.From)).Text(r.Kind).Text(r.Text)
}

// Root is the root over the records of exhibits, in the order of their hashes:
// what a matter is bound to.
func Root(exhibits []Exhibit) frank.Hash {
	list := slices.Clone(exhibits)
	slices.SortFunc(list, func(a, b Exhibit) int { return bytes.Compare(a.Record.SHA256[:], b.Record.SHA256[:]) })
	var leaves []frank.Hash
	for _, e := range list {
		leaves = append(leaves, merkle.Leaf(e.Record.Marshal()))
	}
	return merkle.Root(leaves)
}

// SortRefs puts references in the order of place, year and number.
func SortRefs(list []frank.Ref) {
	slices.SortFunc(list, frank.Ref.Compare)
}

// ParseStep reads a step and what it does: a pointer to one of the types above.
// It is strict, and every field is held to its limits.
func ParseStep(st *ledger.Statement) (*Step, any, error) {
	if st.Kind != KindStep {
		return nil, nil, fmt.Errorf("expected a statement of kind %s, found another", KindStep)
	}
	var s Step
	if err := st.Read(&s); err != nil {
		return nil, nil, err
	}
	what := newOf(s.Do)
	if what == nil {
		return nil, nil, errors.New("it does nothing that an inquiry does")
	}
	switch {
	case (s.Do == DoOpen) != (s.Inquiry == directory.Entry{}):
		return nil, nil, errors.New("every step but the first names the inquiry that it belongs to, and the first none")
	case (s.Do == DoOpen) != (len(s.After) == 0), len(s.After) > MaxAfter:
		return nil, nil, fmt.Errorf("a step names those before it, at most %d, and the first none", MaxAfter)
	case !ascending(s.After, func(a, b frank.Hash) int { return bytes.Compare(a[:], b[:]) }):
		return nil, nil, errors.New("the steps before are not in order, or there twice")
	}
	if err := canon.Unmarshal(s.What, what); err != nil {
		return nil, nil, err
	}
	return &s, what, validate(what)
}

// Body is the body of the statement that does what, a pointer to one of the
// types above. Of the first step, inquiry and after are empty.
func Body(inquiry directory.Entry, after []frank.Hash, what any) (json.RawMessage, error) {
	do := ""
	for name, of := range steps {
		if fmt.Sprintf("%T", of()) == fmt.Sprintf("%T", what) {
			do = name
		}
	}
	if do == "" {
		return nil, fmt.Errorf("%T is no step", what)
	}
	if err := validate(what); err != nil {
		return nil, err
	}
	after = slices.Clone(after)
	slices.SortFunc(after, func(a, b frank.Hash) int { return bytes.Compare(a[:], b[:]) })
	return canon.Marshal(Step{Inquiry: inquiry, After: after, Do: do, What: canon.Marshal(what)}), nil
}

var steps = map[string]func() any{
	DoOpen: func() any { return new(Open) }, DoRegister: func() any { return new(Register) }, DoAdmit: func() any { return new(Admit) },
	DoPause: func() any { return new(Pause) }, DoLift: func() any { return new(Lift) }, DoAsk: func() any { return new(Matter) },
	DoVote: func() any { return new(Vote) }, DoSeen: func() any { return new(Seen) }, DoConsent: func() any { return new(Consent) },
	DoRelease: func() any { return new(Release) }, DoRefuse: func() any { return new(Refuse) }, DoResult: func() any { return new(Result) },
	DoNamed: func() any { return new(Named) }, DoNotice: func() any { return new(Notice) }, DoReply: func() any { return new(Reply) },
	DoNote: func() any { return new(Note) }, DoClose: func() any { return new(Close) },
}

func newOf(do string) any {
	if of, ok := steps[do]; ok {
		return of()
	}
	return nil
}

// text checks something that a person wrote.
func text(what, s string, most int, needed bool) error {
	switch {
	case needed && strings.TrimSpace(s) == "":
		return fmt.Errorf("%s is missing", what)
	case len(s) > most:
		return fmt.Errorf("%s has %d bytes, more than %d", what, len(s), most)
	case !norm.NFC.IsNormalString(s):
		return fmt.Errorf("%s is not in normal form C", what)
	case strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }):
		return fmt.Errorf("%s holds characters that are not seen", what)
	}
	return nil
}

// ascending reports whether a list is sorted and holds nothing twice.
func ascending[T any](list []T, compare func(a, b T) int) bool {
	for i := range list {
		if i > 0 && compare(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}
