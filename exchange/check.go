package exchange

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/codebook"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/internal/merkle"
	"frank/mark"
	"frank/seal"
	"frank/seal/share"
)

// Received is a reader's copy that was held against everything the ledger has.
type Received struct {
	Number int
	Head   *dispatch.Head
	Text   string
}

// Check reads a copy and holds it against the two entries of its batch: the
// copy is the one committed to, under its number, with the head that all copies
// have, and the number is this reader's by the readers' map. slot is the
// reader's own place in b.To, from 0; nobody else's will do. That the sealed file
// is the one of that place is for [dispatch.CheckSealed].
func Check(plain []byte, b *dispatch.Begin, c *dispatch.Complete, slot int) (*Received, error) {
	if err := pair(b, c); err != nil {
		return nil, err
	}
	got, err := seal.Parse(plain)
	if err != nil {
		return nil, err
	}
	switch {
	case got.Dispatch != b.Dispatch || got.Batch != b.Batch || got.Begin != c.BeginEntry:
		return nil, errors.New("the copy is of another issue than the ledger has there")
	case got.First != b.First || got.Count != len(b.To):
		return nil, fmt.Errorf("the copy says there are %d from number %d on, and the ledger %d from %d on", got.Count, got.First, len(b.To), b.First)
	case len(plain) != Container(b.Size):
		return nil, errors.New("the copy does not have the length that all its batch have")
	}
	head, err := checkHead(got.Head, got.HeadSalt, b, c)
	if err != nil {
		return nil, err
	}
	r := codebook.Receipt{Copy: got.Number, Salt: got.Receipt.Salt, Proof: got.Receipt.Proof}
	if err := r.Verify([]byte(got.Text), c.CopyRoot, b.First, len(b.To)); err != nil {
		return nil, err
	}
	if got.Reader.Index != slot {
		return nil, errors.New("the copy is for another than you")
	}
	e := entry{number: got.Number, to: slot, salt: got.Reader.Salt}
	if !merkle.Check(got.Reader.Proof, len(b.To), got.Number-b.First, e.leaf(), c.ReaderRoot) {
		return nil, fmt.Errorf("copy %d is not yours by the readers' map, which was fixed before the draw", got.Number)
	}
	return &Received{got.Number, head, got.Text}, nil
}

func checkHead(head []byte, salt frank.Secret, b *dispatch.Begin, c *dispatch.Complete) (*dispatch.Head, error) {
	if dispatch.HeadHash(salt, head) != c.Head {
		return nil, errors.New("the head is not the one that all copies have")
	}
	h, err := dispatch.ParseHead(head)
	if err != nil {
		return nil, err
	}
	return h, ownHead(h, b)
}

func ownHead(h *dispatch.Head, b *dispatch.Begin) error {
	if h.Dispatch != b.Dispatch || h.Office != b.Office {
		return errors.New("the head is another dispatch's")
	}
	return nil
}

// pair reports whether b and c can be the entries of one batch.
func pair(b *dispatch.Begin, c *dispatch.Complete) error {
	if err := errors.Join(b.Validate(), c.Validate()); err != nil {
		return err
	}
	if b.Dispatch != c.Dispatch || b.Batch != c.Batch {
		return errors.New("the two entries are of different issues")
	}
	return dispatch.Bound(b, c)
}

// shareFormat is the id of what is sealed to an officer.
const shareFormat = "frank.share/1"

// Share is all that one officer is dealt of a batch.
type Share struct {
	Format string        `json:"format"`
	Of     share.Context `json:"of"`
	Vector share.Vector  `json:"vector"` // commitments to the sharing of the codebook's key
	Share  share.Share   `json:"share"`
	Many   *share.Many   `json:"many"` // commitments to the sharing of the map's keys
	Held   share.Held    `json:"held"`
}

// CheckShare reads what was sealed to the officer with the given index and
// holds it against the two entries. What is wrong is what a complaint says.
func CheckShare(plain []byte, b *dispatch.Begin, c *dispatch.Complete, index int) (*Share, error) {
	if err := pair(b, c); err != nil {
		return nil, err
	}
	var s Share
	if err := canon.Unmarshal(plain, &s); err != nil {
		return nil, fmt.Errorf("expected %s: %w", shareFormat, err)
	}
	m := s.Many
	switch {
	case s.Format != shareFormat:
		return nil, frank.WithHint(fmt.Errorf("expected format %s, found %.40q", shareFormat, s.Format), "a newer frank may read it")
	case s.Of != of(b):
		return nil, errors.New("the share is of another issue")
	case s.Share.Index != index || s.Held.Index != index:
		return nil, fmt.Errorf("expected share %d, found another officer's", index)
	case s.Vector.Hash() != c.Sharing || m == nil || m.Hash() != c.MapSharing:
		return nil, errors.New("what the share is to be checked against is not what the ledger has")
	case len(s.Vector) != b.Threshold || m.Threshold != b.Threshold:
		return nil, fmt.Errorf("it should take %d officers to open, and would take another number", b.Threshold)
	case m.Of != s.Of || m.First != b.First || m.Count != len(b.To) ||
		!slices.EqualFunc(m.Roots, b.Officers, func(r share.Root, o dispatch.Officer) bool { return r.Index == o.Index }):
		return nil, errors.New("the sharing of the map is not for the copies and officers of this batch")
	}
	if err := s.Vector.Verify(s.Share); err != nil {
		return nil, fmt.Errorf("the share of the codebook's key does not hold: %w", err)
	}
	if err := m.Check(&s.Held); err != nil {
		return nil, fmt.Errorf("the shares of the map's keys do not hold: %w", err)
	}
	return &s, nil
}

// Book is an opened codebook that was held against everything the ledger has.
type Book struct {
	Codebook *codebook.Book // of the one batch
	Head     *dispatch.Head
}

// OpenBook opens the codebook of a batch with the key that officers opened
// together, draws every copy again and compares. A codebook that is not what
// was committed to voids every verdict on the batch.
func OpenBook(b *dispatch.Begin, c *dispatch.Complete, randomness frank.Hash, closed []byte, key frank.Secret) (*Book, error) {
	if err := pair(b, c); err != nil {
		return nil, err
	}
	if sha256.Sum256(closed) != c.Codebook {
		return nil, errors.New("this is not the codebook that was committed to")
	}
	plain, err := seal.Open(key, bookFormat, closed)
	if err != nil {
		return nil, fmt.Errorf("the codebook does not open: %w", err)
	}
	var k book
	if err := canon.Unmarshal(plain, &k); err != nil {
		return nil, fmt.Errorf("expected %s: %w", bookFormat, err)
	}
	if k.Format != bookFormat || k.Of != of(b) || k.Head == nil {
		return nil, errors.New("the codebook is of another issue, or of another format")
	}
	book, err := codebook.UnmarshalBatch(k.Codebook, k.Text)
	if err != nil {
		return nil, err
	}
	head, err := checkHead(k.Head.Marshal(), k.HeadSalt, b, c)
	if err != nil {
		return nil, err
	}
	t := book.Batches[0]
	switch {
	case t.First != b.First || t.Count != len(b.To):
		return nil, errors.New("the codebook is not for the copies of this batch")
	case t.Precommit != c.Book:
		return nil, errors.New("the codebook is not the one that the first entry bound")
	case t.Randomness != randomness:
		return nil, errors.New("the copies were not drawn from the ledger's randomness")
	case len(book.Master.Units) != c.Units || t.Commitment.Units != c.UnitRoot:
		return nil, errors.New("the drawing units are not those committed to")
	}
	if _, err := mark.Issue(book.Master, t, func(int, []byte) error { return nil }); err != nil {
		return nil, err
	}
	if t.Commitment.Copies != c.CopyRoot {
		return nil, errors.New("the copies are not those that the codebook gives")
	}
	return &Book{book, head}, nil
}

// sourceFormat is the id of what is sealed to the issuing office.
const sourceFormat = "frank.sealed-source/1"

// maxSource bounds a source, which may spell out many readings.
const maxSource = 16 << 20

// Source is what the issuing office needs for further copies.
type Source struct {
	Format   string         `json:"format"`
	Dispatch frank.Ref      `json:"dispatch"`
	Text     string         `json:"text"` // frank.source/1
	Head     *dispatch.Head `json:"head"`
	Pad      seal.Pad       `json:"pad"`
}

// OpenSource reads what was sealed to the office that issued b. Whoever opened
// it has compared the sealed file's hash with [dispatch.Complete].Source.
func OpenSource(plain []byte, b *dispatch.Begin) (*Source, error) {
	var s Source
	if err := canon.Unmarshal(plain, &s); err != nil {
		return nil, fmt.Errorf("expected %s: %w", sourceFormat, err)
	}
	switch {
	case s.Format != sourceFormat:
		return nil, frank.WithHint(fmt.Errorf("expected format %s, found %.40q", sourceFormat, s.Format), "a newer frank may read it")
	case s.Dispatch != b.Dispatch || s.Head == nil:
		return nil, errors.New("the source is of another dispatch, or has no head")
	case len(s.Text) > maxSource:
		return nil, fmt.Errorf("the source has more than %d bytes", maxSource)
	}
	if err := errors.Join(s.Head.Validate(), ownHead(s.Head, b)); err != nil {
		return nil, err
	}
	return &s, nil
}
