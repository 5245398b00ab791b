// Package store says what an exchange's server must keep, in the words of the
// exchange: entries, dispatches, sealed things, notices. It holds no database:
// that is for the packages below it, and each passes the same suite, storetest.
//
// What is kept is either public to the server (numbers, offices, hashes) or
// sealed. The store never looks into a payload.
package store

import (
	"context"
	"errors"

	"frank"
)

// Limits of what is asked of a store at once. A store refuses more with
// [ErrTooLarge].
const (
	MaxPayload  = 640 << 10 // bytes of one entry's payload
	MaxBlob     = 16 << 20  // bytes of one sealed thing
	MaxParcel   = 32 << 20  // bytes of sealed things put at once
	MaxParts    = 4096      // sealed things put at once
	MaxStaged   = 1 << 30   // bytes a person may have put and not used yet
	MaxOwn      = 64 << 10  // bytes of a person's own small thing
	MaxVersion  = 5 << 18   // bytes of one sealed version of a draft
	MaxEnd      = 1 << 18   // bytes of one that ends a draft, which stays
	MaxVersions = 200       // versions of one draft, and one more to end it
	MaxTaking   = 64        // who may read one draft
	MaxDrafting = 64 << 20  // bytes of all versions of an office's drafts that are not over
)

// Errors a caller tells apart. Those of a database come wrapped.
var (
	ErrNone     = errors.New("there is nothing such")
	ErrKnown    = errors.New("the entry is there already")
	ErrTaken    = errors.New("the reference or batch is taken")
	ErrGap      = errors.New("the number or batch does not follow the last one")
	ErrNotBegun = errors.New("the batch was not begun")
	ErrComplete = errors.New("the batch is complete already")
	ErrRecalled = errors.New("the dispatch was recalled")
	ErrParts    = errors.New("a sealed thing that the entry names was not put by the same person before, or is named already")
	ErrOver     = errors.New("the draft is over")
	ErrTooLarge = errors.New("it is larger than may be kept")
	ErrFull     = errors.New("the disk is full")
	ErrBusy     = errors.New("another server has this store open")
)

// Reader says who may read something: one of [Members], [Person], [Office] and
// [Role]. Who that is at a time, the directory knows.
type Reader string

// Members are all who are admitted.
const Members Reader = "members"

// Person is one person.
func Person(id frank.PersonID) Reader { return Reader("person:" + id) }

// Office is whoever holds or acts for the office at the time of reading.
func Office(id frank.OfficeID) Reader { return Reader("office:" + id) }

// Role is whoever has the role at the time of reading.
func Role(name string) Reader { return Reader("role:" + name) }

// Entry is what is kept of an entry of the log.
type Entry struct {
	Index      uint64         // its place in the log; given by [Store.Accept]
	Commitment frank.Hash     // the log's leaf
	Kind       string         // of the statement
	By         frank.PersonID // who handed it in; empty for one not yet admitted
	Sealed     bool           // Payload is sealed; else it is the entry itself
	Payload    []byte
	Readers    []Reader  // who may read Payload. Not filled on reading
	Dispatch   frank.Ref // that it is about; zero for none
	Batch      int       // of the dispatch; 0 for none
}

// New is an entry to be accepted, with what it does: at most one of the
// effects. All of it happens, or nothing.
type New struct {
	Entry
	Begin    *Begin
	Complete *Complete
	Parts    []Part           // sealed things that an entry names which completes nothing; as for Complete, and none Attached
	Recall   bool             // of Entry.Dispatch
	Fetch    frank.Hash       // the sealed copy that is about to be fetched; refused after a recall
	Ask      frank.OfficeID   // the office whose queue this request joins
	Answers  []uint64         // requests that are done with, of the office AnswersOf
	AnswerOf frank.OfficeID   // the office whose queue Answers are taken from
	Notify   []frank.PersonID // who is told that there is something
}

// Begin takes Entry.Dispatch and Entry.Batch: a first batch takes the number
// after the last of its place and year, a further one the batch after the last.
type Begin struct {
	Office  frank.OfficeID
	Embargo string // RFC 3339, or empty
	To      []Slot // one a copy
}

// Slot is for whom a copy is.
type Slot struct {
	Person frank.PersonID
	Office frank.OfficeID // as which; may be empty
}

// Complete makes the batch that was begun visible. What it names was put by
// Entry.By and is named by nothing else, nor twice: naming something says who
// reads it.
type Complete struct {
	Copies []frank.Hash // SHA-256 of the sealed copies, one a slot, in order
	Shares []Share      // officers' shares
	Parts  []Part       // the other sealed things
}

// Share is a sealed share for an officer, who may read it.
type Share struct {
	Person frank.PersonID
	Index  int // from 1
	Hash   frank.Hash
}

// Dealt is a share that was dealt to somebody. Of its batch, Entry, Draw and
// Count are not filled.
type Dealt struct {
	Batch
	Share
}

// Part is a sealed thing that an entry names.
type Part struct {
	Hash     frank.Hash
	Readers  []Reader
	Attached bool // goes with the copies: see [Store.Attached]
}

// Accepted is what became of one entry: its index, or why it was refused. With
// [ErrKnown] the index is that of the entry that is there.
type Accepted struct {
	Index uint64
	Err   error
}

// Batch is one issue of copies of a dispatch.
type Batch struct {
	Dispatch frank.Ref
	Batch    int
	Office   frank.OfficeID
	Embargo  string
	Begin    uint64 // index of the entry that began it
	Entry    frank.Hash
	Draw     string // the checkpoint of its draw; empty as long as none was kept
	Complete uint64 // index of the entry that completed it; 0 for none: no batch is completed by the first entry of a log
	Recall   uint64 // index of the entry that recalled the dispatch; 0 for none
	Count    int    // copies
}

// Copy is a copy that was issued to somebody. Of its batch, Entry, Draw and
// Count are not filled.
type Copy struct {
	Batch
	Slot   int // place among the batch's copies, from 0
	To     Slot
	Sealed frank.Hash
	Size   int // bytes of the sealed copy
}

// Blob is a sealed thing.
type Blob struct {
	Hash frank.Hash // SHA-256 of Data
	Data []byte
}

// Draft is work on a source before issue, as far as a store sees it: sealed
// versions, one after the other.
type Draft struct {
	Number   int            // from 1, without gaps, over all offices
	Office   frank.OfficeID // that is to issue it
	Versions int            // the number of the last
	Over     bool           // the last version ended it, and is the only one that is kept
	Touched  int64          // when the last version came
}

// Version is a sealed version of a draft, to be kept.
type Version struct {
	Draft   int
	Number  int            // from 1
	Office  frank.OfficeID // of a first version; ignored on others
	By      frank.PersonID
	Readers []frank.PersonID // who may read the draft from now on; nil: who might before. By is always one
	Over    bool             // ends the draft: all versions but this one are removed
	Sealed  []byte
}

// Channels by which a person may be told that there is something.
const (
	Mail = "mail" // an address
	Hook = "hook" // a URL that is posted to
)

// Notice is one person to be told, by one channel, that there is something.
// What, it does not say.
type Notice struct {
	Person  frank.PersonID
	Channel string
	Address string
	Tries   int
	Stamp   int64 // changes when there is something more; see [Store.Told]
}

// Store is what a server keeps. Its methods may be called at once from many
// sides. Times are Unix seconds by the caller's clock. What a method has
// returned without error survives a power cut.
//
// Entries get their index when they are accepted: 0, 1, 2 and so on, without
// gaps. That is the order in which they must be appended to the log, and the
// store is ahead of the log by those that are accepted and not yet appended.
// Methods that take below show only what is by entries before that index, which
// is how a server shows nothing that is not yet in a published checkpoint.
type Store interface {
	// Accept keeps entries, in order, each wholly or not at all. The error is
	// for all of them: nothing was kept.
	Accept(ctx context.Context, entries []New, now int64) ([]Accepted, error)
	// Size is how many entries were accepted.
	Size(ctx context.Context) (uint64, error)
	// Appended remembers that the log has all entries before size; Logged says
	// so. It is where recovery starts comparing, and may lag behind the log.
	Appended(ctx context.Context, size uint64) error
	Logged(ctx context.Context) (uint64, error)
	// Renumber gives the entries from index from on the order of the log, if it
	// is another than that of their acceptance; order are all of them. Nobody
	// may have been told their index yet. Errors: ErrNone when order names
	// others.
	Renumber(ctx context.Context, from uint64, order []frank.Hash) error
	// Commitments are those of entries from index from on, at most limit.
	Commitments(ctx context.Context, from uint64, limit int) ([]frank.Hash, error)
	// Find returns the index of the entry. Errors: ErrNone.
	Find(ctx context.Context, commitment frank.Hash) (uint64, error)
	// At returns the entry, if one of readers may read it. Errors: ErrNone, also
	// when nobody of them may.
	At(ctx context.Context, index uint64, readers []Reader) (*Entry, error)
	// Entries are those from index from on and before below that one of readers
	// may read, in order, at most limit and about a mebibyte, but one at least.
	Entries(ctx context.Context, readers []Reader, from, below uint64, limit int) ([]Entry, error)
	// OfKinds are the entries of the kinds, from index from on, in order, as
	// many as Entries.
	OfKinds(ctx context.Context, kinds []string, from uint64, limit int) ([]Entry, error)

	// LastNumber is the highest number taken for the place in the year; 0: none.
	LastNumber(ctx context.Context, place string, year int) (int, error)
	// Batches are all that was begun of a dispatch, in order.
	Batches(ctx context.Context, ref frank.Ref) ([]Batch, error)
	// Drawn keeps the checkpoint of the draw for the batch that the entry began,
	// and returns the one that is kept: the first. Errors: ErrNotBegun.
	Drawn(ctx context.Context, begin uint64, checkpoint string) (string, error)
	// Undrawn are the entries from index from on that began a batch for which no
	// checkpoint is kept.
	Undrawn(ctx context.Context, from uint64) ([]uint64, error)
	// About are the dispatch's own entries: of the kinds, in order.
	About(ctx context.Context, ref frank.Ref, kinds []string) ([]Entry, error)
	// Stated are the dispatch's own entries of one kind, from index from on and
	// before below, in order, as many as Entries.
	Stated(ctx context.Context, ref frank.Ref, kind string, from, below uint64, limit int) ([]Entry, error)
	// Addressed are the persons with a slot in any batch of the dispatch.
	Addressed(ctx context.Context, ref frank.Ref) ([]frank.PersonID, error)
	// Concerns reports whether a complete batch of the dispatch has a copy for
	// the person, or for one of the offices.
	Concerns(ctx context.Context, ref frank.Ref, person frank.PersonID, offices []frank.OfficeID) (bool, error)
	// Copies are the sealed copies of a batch, in the order of its slots; none
	// while it is not complete.
	Copies(ctx context.Context, ref frank.Ref, batch int) ([]frank.Hash, error)
	// Inbox are the copies issued to the person by entries from index from on
	// and before below, in that order, at most limit. Recalled ones are among
	// them, and say so.
	Inbox(ctx context.Context, person frank.PersonID, from, below uint64, limit int) ([]Copy, error)
	// Shares are the shares dealt to the person, as Inbox are the copies.
	Shares(ctx context.Context, person frank.PersonID, from, below uint64, limit int) ([]Dealt, error)
	// DealtIn are the sealed shares of the batch that the entry began, in the order
	// of their indices; none while it is not complete.
	DealtIn(ctx context.Context, begin uint64) ([]frank.Hash, error)
	// CopyFor is the copy of the person with that hash. Errors: ErrNone.
	CopyFor(ctx context.Context, person frank.PersonID, sealed frank.Hash, below uint64) (*Copy, error)
	// Issued are the batches that the office began from index from on, before
	// below, in that order, at most limit.
	Issued(ctx context.Context, office frank.OfficeID, from, below uint64, limit int) ([]Batch, error)
	// Requests are the entries that wait in the office's queue.
	Requests(ctx context.Context, office frank.OfficeID, from, below uint64, limit int) ([]Entry, error)

	// Put keeps sealed things, all or none. Nobody may read them until an entry
	// by the same person names them; what is named by nothing, Sweep removes. What
	// two people put counts as the later's.
	Put(ctx context.Context, by frank.PersonID, blobs []Blob, now int64) error
	// Missing are those of hashes that were not put.
	Missing(ctx context.Context, hashes []frank.Hash) ([]frank.Hash, error)
	// Blob returns the sealed thing if one of readers may read it, and never a
	// sealed copy. Errors: ErrNone, also when nobody of them may.
	Blob(ctx context.Context, hash frank.Hash, readers []Reader) ([]byte, error)
	// Attached is the batch with whose copies the sealed thing goes; of it, Entry,
	// Draw and Count are not filled. Errors: ErrNone for what is no attachment.
	Attached(ctx context.Context, hash frank.Hash) (*Batch, error)
	// Sealed returns a sealed copy. Whether it may be served is the caller's to
	// know. Errors: ErrNone.
	Sealed(ctx context.Context, hash frank.Hash) ([]byte, error)
	// Sweep removes what was put before the time and is named by nothing, and
	// returns how many that were.
	Sweep(ctx context.Context, before int64) (int, error)

	// AddVersion keeps a version of a draft, and has all others who may read it told
	// that there is something. A first version takes the number after the last draft,
	// a further one the number after the last version: of two that go on from one,
	// the second is ErrTaken. The same version by the same person again is kept
	// once. Errors: ErrTaken, ErrGap, ErrOver, ErrTooLarge, and ErrNone for a draft
	// that By may not read.
	AddVersion(ctx context.Context, v Version, now int64) error
	// Draft is one draft that the person may read. Errors: ErrNone.
	Draft(ctx context.Context, person frank.PersonID, number int) (*Draft, error)
	// Drafts are those from a number on that the person may read, in order, at most
	// limit.
	Drafts(ctx context.Context, person frank.PersonID, from, limit int) ([]Draft, error)
	// LastDraft is the highest number taken by a draft; 0: none.
	LastDraft(ctx context.Context) (int, error)
	// OpenDrafts is how many are not over.
	OpenDrafts(ctx context.Context) (int, error)
	// DraftVersion is a sealed version of a draft that the person may read. Errors:
	// ErrNone, also for one that was removed.
	DraftVersion(ctx context.Context, person frank.PersonID, draft, number int) ([]byte, error)
	// TellIdle has those who may read a draft told, once, if no version of it came
	// since the time before, and returns how many drafts that were.
	TellIdle(ctx context.Context, before, now int64) (int, error)

	// Own returns a small thing that a person keeps for themselves under a name,
	// such as the recovery blob. Errors: ErrNone. SetOwn keeps one; none: nil.
	Own(ctx context.Context, person frank.PersonID, name string) ([]byte, error)
	SetOwn(ctx context.Context, person frank.PersonID, name string, data []byte) error
	// SetContact says where the person is told by a channel; "" for nowhere.
	SetContact(ctx context.Context, person frank.PersonID, channel, address string) error
	// Contact returns where, "" for nowhere.
	Contact(ctx context.Context, person frank.PersonID, channel string) (string, error)
	// Due are notices to be sent now, at most limit.
	Due(ctx context.Context, now int64, limit int) ([]Notice, error)
	// Told ends a notice, unless there was something more in the meantime.
	Told(ctx context.Context, n Notice) error
	// Later puts a notice off.
	Later(ctx context.Context, n Notice, due int64) error

	// Secret is the server's own secret, made once. It signs sessions and
	// nothing else.
	Secret(ctx context.Context) (frank.Secret, error)
	// Backup writes a consistent copy into the folder, which must be empty or
	// not exist, while all else goes on.
	Backup(ctx context.Context, dir string) error
	// Check reads all that is kept and returns what is wrong with it, one
	// sentence each. What is named and missing, and what is not what its hash
	// says, is wrong.
	Check(ctx context.Context) ([]string, error)
	Close() error
}
