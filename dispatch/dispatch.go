// Package dispatch is what the exchange says of a dispatch: the statements of
// its life in the ledger, the head that every copy carries sealed, and the
// rules that hold between them.
//
// A dispatch is issued in two statements. [Begin] takes the number and binds
// wording, laws and the author's secret; [Complete] follows from randomness
// that was public only after it, and binds every copy. Between them nothing can
// be fetched. What a statement says openly the server may read: numbers, dates,
// offices, sizes and hashes. Label, subject, topics and summary are in the
// [Head], inside the seal. spec/dispatch.md has the formats.
//
// [CheckBegin] and its like are the rules, over a [Record] of what came
// before: the server refuses by them what clients would raise an alarm about.
package dispatch

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"

	"frank"
)

// Kinds of statements.
const (
	KindBegin        = "dispatch.begin"
	KindComplete     = "dispatch.complete"
	KindRecall       = "dispatch.recall"
	KindFetched      = "dispatch.fetched"
	KindOpened       = "dispatch.opened"
	KindNoted        = "dispatch.noted"
	KindAcknowledged = "dispatch.acknowledged"
	KindRequest      = "dispatch.request"
	KindRefused      = "dispatch.refused"
	KindShareHeld    = "share.held"
	KindShareFault   = "share.complaint"
	KindShareReseal  = "share.reseal"
)

// Limits of what one statement may ask for.
const (
	MaxAddressees = 2000 // copies in one batch; a larger distribution takes several
	MaxOfficers   = 64
	MaxBatch      = 1 << 16
	MaxReason     = 2000 // bytes of a reason given in words
	MaxWorked     = 300  // who took part in a draft
)

// Begin is the first entry of an issue. From here on the number is taken, also
// if nothing follows.
type Begin struct {
	Dispatch   frank.Ref      `json:"dispatch"`
	Office     frank.OfficeID `json:"office"` // that issues
	Batch      int            `json:"batch"`  // 1 for the first copies; further ones count on
	First      int            `json:"first"`  // the copies' numbers: First to First+len(To)-1
	Precedence Precedence     `json:"precedence"`
	Size       int            `json:"size"`              // the sealed copy's size class, see [SizeClass]
	Embargo    string         `json:"embargo,omitempty"` // not to be opened before; RFC 3339
	To         []Addressee    `json:"to"`                // in an order that says nothing of copy numbers
	Threshold  int            `json:"threshold"`         // officers it takes to open the codebook
	Officers   []Officer      `json:"officers"`          // who are dealt shares
	Precommit  frank.Hash     `json:"precommit"`         // see [Precommit]

	// Worked are those who took part in the draft that a first batch was issued
	// from, in order: they have read the source, with every wording. None where it
	// was not shared through a server.
	Worked []frank.PersonID `json:"worked,omitempty"`
}

// Precedence gives the ranks, 0 the highest, of the policy's list.
type Precedence struct {
	Action int    `json:"action"`
	Info   int    `json:"info"`
	DeskBy string `json:"deskby,omitempty"` // RFC 3339
}

// Addressee is a person who gets a copy, as the directory had them at the
// moment of issue.
type Addressee struct {
	Office   frank.OfficeID `json:"office,omitempty"` // as whose holder, or delegate; empty for a person without office
	Delegate bool           `json:"delegate,omitempty"`
	Person   frank.PersonID `json:"person"`
	Key      frank.Hash     `json:"key"`    // of the recipient it is sealed to: see [KeyHash]
	Action   bool           `json:"action"` // has to act, not only to know
}

// Officer is dealt a share.
type Officer struct {
	Person frank.PersonID `json:"person"`
	Index  int            `json:"index"` // of the share, from 1
	Key    frank.Hash     `json:"key"`
}

// Complete is the second entry: what follows from the first and from a
// checkpoint that nobody knew then.
type Complete struct {
	Dispatch   frank.Ref  `json:"dispatch"`
	Batch      int        `json:"batch"`
	Begin      uint64     `json:"begin"`       // index of the first entry
	BeginEntry frank.Hash `json:"begin_entry"` // its commitment
	Checkpoint string     `json:"checkpoint"`  // the signed note that the draw's randomness is taken from
	Book       frank.Hash `json:"book"`        // the codebook's own first entry: with ReaderRoot and Head it gives [Begin].Precommit
	Units      int        `json:"units"`       // under UnitRoot
	UnitRoot   frank.Hash `json:"unit_root"`
	CopyRoot   frank.Hash `json:"copy_root"`
	ReaderRoot frank.Hash `json:"reader_root"` // who has which number
	Sealed     frank.Hash `json:"sealed"`      // over the sealed copies' hashes, in the order of Begin.To
	Shares     frank.Hash `json:"shares"`      // over the sealed shares' hashes, in the order of Begin.Officers
	Head       frank.Hash `json:"head"`        // salted commitment to the head in all copies
	Codebook   frank.Hash `json:"codebook"`    // of the sealed blob, and so the next three
	Source     frank.Hash `json:"source"`
	Map        frank.Hash `json:"map"`
	Watch      frank.Hash `json:"watch"`       // fingerprints for the watch role; zero: none
	Sharing    frank.Hash `json:"sharing"`     // of the codebook key's commitment vector
	MapSharing frank.Hash `json:"map_sharing"` // of the readers' map's sharing
}

// Fetched is entered before the bytes of a sealed copy are served.
type Fetched struct {
	Dispatch frank.Ref  `json:"dispatch"`
	Batch    int        `json:"batch"`
	Sealed   frank.Hash `json:"sealed"` // SHA-256 of the sealed copy
}

// Opened is a client's claim that it showed a copy. It does not say the copy's
// number: the issuing office is not to learn whose which is.
type Opened struct {
	Dispatch frank.Ref  `json:"dispatch"`
	Batch    int        `json:"batch"`
	Mac      frank.Hash `json:"mac"` // see [OpenedMac]
}

// Noted is a person's own act: I have taken note.
type Noted struct {
	Dispatch frank.Ref `json:"dispatch"`
	Remark   string    `json:"remark,omitempty"`
}

// Acknowledged confirms receipt, which the highest precedences demand.
type Acknowledged struct {
	Dispatch frank.Ref `json:"dispatch"`
}

// Recall stops further fetching. Nothing that was entered goes away.
type Recall struct {
	Dispatch frank.Ref `json:"dispatch"`
	Reason   string    `json:"reason"` // read by those addressed and by the server
}

// Request asks the issuing office for a copy, for a new reader or for a
// successor. It is sealed to the office.
type Request struct {
	Dispatch frank.Ref      `json:"dispatch"`
	Office   frank.OfficeID `json:"office,omitempty"` // who should get it: an office,
	Person   frank.PersonID `json:"person,omitempty"` // or a person
	Why      string         `json:"why"`              // "forward" or "succession"
	Reason   string         `json:"reason,omitempty"`
}

// Refused tells whoever made a request that they get no copy by it. It is sealed
// to them and to the issuing office.
type Refused struct {
	Dispatch frank.Ref `json:"dispatch"`
	Request  uint64    `json:"request"` // the index of its entry
	Reason   string    `json:"reason,omitempty"`
}

// Why a copy is asked for.
const (
	Forward    = "forward"
	Succession = "succession"
)

// ShareHeld is an officer's word that the share came, was checked, and opens
// what it should.
type ShareHeld struct {
	Dispatch frank.Ref `json:"dispatch"`
	Batch    int       `json:"batch"`
	Index    int       `json:"index"`
}

// ShareComplaint is an officer's word that a share or its vector does not hold.
type ShareComplaint struct {
	Dispatch frank.Ref `json:"dispatch"`
	Batch    int       `json:"batch"`
	Index    int       `json:"index"`
	Fault    string    `json:"fault"`
}

// ShareReseal passes a share on, when an officer leaves, to a successor who is
// not involved in the dispatch.
type ShareReseal struct {
	Dispatch frank.Ref      `json:"dispatch"`
	Batch    int            `json:"batch"`
	Index    int            `json:"index"`
	To       frank.PersonID `json:"to"`
	Share    []byte         `json:"share"` // as it was dealt, sealed to the successor alone
}

// OpenedMac is what [Opened] says of the text that was shown. The key is the
// reader's own secret and kept by the reader: a plain hash would let anyone
// with a leaked text find whose copy it was, past the quorum.
func OpenedMac(key frank.Secret, shown string) frank.Hash {
	m := hmac.New(sha256.New, key[:])
	m.Write([]byte("frank/opened/1\x00"))
	m.Write([]byte(shown))
	return frank.Hash(m.Sum(nil))
}

// KeyHash names a recipient by the hash of its text.
func KeyHash(recipient string) frank.Hash {
	return sha256.Sum256([]byte("frank/recipient/1\x00" + recipient))
}

// SizeClass is the class a sealed copy of so many bytes is said to have: the
// power of two that it does not pass.
func SizeClass(bytes int) int { return bits.Len(uint(max(bytes, 1) - 1)) }

// Validate reports the first thing that no Begin may say.
func (b *Begin) Validate() error {
	if err := b.Dispatch.Validate(); err != nil {
		return err
	}
	switch n := len(b.To); {
	case !b.Office.Valid():
		return fmt.Errorf("%.60q is no office", b.Office)
	case b.Batch < 1 || b.Batch > MaxBatch:
		return fmt.Errorf("a batch is numbered 1 to %d, not %d", MaxBatch, b.Batch)
	case n == 0:
		return errors.New("nobody is addressed")
	case n > MaxAddressees:
		return frank.WithHint(fmt.Errorf("a batch has at most %d copies, not %d", MaxAddressees, n), "issue the rest as a further batch")
	case b.First < 1 || b.First+n-1 > frank.MaxCopies:
		return fmt.Errorf("copies are numbered 1 to %d, and these begin at %d", frank.MaxCopies, b.First)
	case b.Precedence.Action < 0 || b.Precedence.Action > 15 || b.Precedence.Info < 0 || b.Precedence.Info > 15:
		return errors.New("a precedence has a rank of 0 to 15")
	case b.Size < 0 || b.Size > 40:
		return fmt.Errorf("a size class is 0 to 40, not %d", b.Size)
	case b.Embargo != "" && !frank.ValidTime(b.Embargo) || b.Precedence.DeskBy != "" && !frank.ValidTime(b.Precedence.DeskBy):
		return errors.New("times are written as in RFC 3339, in UTC: 2026-11-21T19:30:00Z")
	case len(b.Officers) > MaxOfficers:
		return fmt.Errorf("at most %d officers are dealt shares, not %d", MaxOfficers, len(b.Officers))
	case b.Threshold < 1 || b.Threshold > len(b.Officers):
		return fmt.Errorf("a threshold of %d cannot be met by %d officers", b.Threshold, len(b.Officers))
	}
	got := make(map[frank.PersonID]bool, len(b.To))
	for _, a := range b.To {
		if !a.Person.Valid() || a.Office != "" && !a.Office.Valid() {
			return errors.New("an addressee is a person, and maybe an office")
		}
		if got[a.Person] {
			return errors.New("a person is addressed twice: everybody gets one copy")
		}
		got[a.Person] = true
	}
	dealt := map[frank.PersonID]bool{}
	for i, o := range b.Officers {
		switch {
		case !o.Person.Valid():
			return errors.New("an officer is a person")
		case o.Index != i+1:
			return errors.New("officers' shares are numbered from 1")
		case dealt[o.Person]:
			return errors.New("an officer is dealt two shares")
		case got[o.Person]:
			return frank.WithHint(errors.New("an officer who is dealt a share gets a copy too"), "nobody who has a copy may hold a share of it")
		}
		dealt[o.Person] = true
	}
	switch {
	case len(b.Worked) > 0 && b.Batch > 1:
		return errors.New("who worked on the source is said with the first batch")
	case len(b.Worked) > MaxWorked:
		return fmt.Errorf("at most %d persons worked on a source, not %d", MaxWorked, len(b.Worked))
	}
	for i, id := range b.Worked {
		switch {
		case !id.Valid() || i > 0 && id <= b.Worked[i-1]:
			return errors.New("those who worked on the source are persons, in order, nobody twice")
		case dealt[id]:
			return frank.WithHint(errors.New("an officer who is dealt a share worked on the source"), "nobody who has read the source may hold a share of it")
		}
	}
	return nil
}

// Validate reports the first thing that no Complete may say.
func (c *Complete) Validate() error {
	if err := c.Dispatch.Validate(); err != nil {
		return err
	}
	var none frank.Hash
	switch {
	case c.Batch < 1 || c.Batch > MaxBatch:
		return fmt.Errorf("a batch is numbered 1 to %d, not %d", MaxBatch, c.Batch)
	case c.Units < 1 || c.Units > frank.MaxSites:
		return fmt.Errorf("a dispatch has 1 to %d drawing units, not %d", frank.MaxSites, c.Units)
	case len(c.Checkpoint) > 16<<10:
		return errors.New("the checkpoint is too long")
	}
	for _, h := range []frank.Hash{c.BeginEntry, c.Book, c.UnitRoot, c.CopyRoot, c.ReaderRoot, c.Sealed, c.Shares, c.Head, c.Codebook, c.Source, c.Map, c.Sharing, c.MapSharing} {
		if h == none {
			return errors.New("a commitment is missing")
		}
	}
	return nil
}

// Validate reports the first thing that no Request may say.
func (r *Request) Validate() error {
	switch {
	case r.Dispatch.Validate() != nil:
		return r.Dispatch.Validate()
	case r.Why != Forward && r.Why != Succession:
		return fmt.Errorf("a copy is asked for as %q or %q, not %.20q", Forward, Succession, r.Why)
	case (r.Office == "") == (r.Person == ""):
		return errors.New("a copy is asked for an office or for a person, one of the two")
	case r.Office != "" && !r.Office.Valid() || r.Person != "" && !r.Person.Valid():
		return errors.New("whom the copy is for is no office or person")
	case len(r.Reason) > MaxReason:
		return fmt.Errorf("a reason has at most %d bytes", MaxReason)
	}
	return nil
}

// Validate reports the first thing that no Refused may say.
func (r *Refused) Validate() error {
	switch {
	case r.Dispatch.Validate() != nil:
		return r.Dispatch.Validate()
	case len(r.Reason) > MaxReason:
		return fmt.Errorf("a reason has at most %d bytes", MaxReason)
	}
	return nil
}
