// Package seal has the forms that what is issued takes before it is sealed:
// the container of a copy, and blobs closed with a key that officers open
// together. spec/seal.md has the formats.
package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"frank"
	"frank/internal/canon"

	"golang.org/x/crypto/chacha20poly1305"
)

// CopyFormat is the id of a copy's container, and its first line.
const CopyFormat = "frank.copy/1"

// Limits of a container.
const (
	MaxHead  = 1 << 20 // bytes of the head
	MaxProof = 24      // hashes of a receipt's proof: enough for [frank.MaxCopies]
	MaxCopy  = 1 << 23 // bytes of the container, padding included
)

// Recipient is somebody to whom things are sealed: what only they can read, as
// an age file. How it is sealed, and from what randomness, is the recipient's.
type Recipient interface {
	Seal(plain []byte) ([]byte, error)
}

// Copy is one reader's copy with everything that its reader checks it by.
type Copy struct {
	Dispatch frank.Ref       `json:"dispatch"`
	Batch    int             `json:"batch"`
	Number   int             `json:"number"`
	First    int             `json:"first"` // the batch's numbers: First to First+Count-1
	Count    int             `json:"count"`
	Begin    frank.Hash      `json:"begin"` // commitment of the first entry
	Head     json.RawMessage `json:"head"`  // the same bytes in all copies
	HeadSalt frank.Secret    `json:"head_salt"`
	Receipt  Receipt         `json:"receipt"`
	Reader   Reader          `json:"reader"`
	Text     string          `json:"-"`
}

// Receipt shows that a copy is the one that was committed to.
type Receipt struct {
	Salt  frank.Secret `json:"salt"`
	Proof []frank.Hash `json:"proof"`
}

// Reader shows whose the number is: the entry of the readers' map, and that it
// is under the root that was committed to before the draw.
type Reader struct {
	Index int          `json:"index"` // among those addressed, from 0
	Salt  frank.Secret `json:"salt"`
	Proof []frank.Hash `json:"proof"`
}

// line is the container's second line.
type line struct {
	Copy
	Pad Pad `json:"pad"`
}

// Pad is spaces that make things of one kind as long as each other, so that
// their length tells nothing of what they say.
type Pad []byte

// MarshalText writes the spaces.
func (p Pad) MarshalText() ([]byte, error) { return p, nil }

// UnmarshalText reads spaces and nothing else.
func (p *Pad) UnmarshalText(b []byte) error {
	if len(bytes.Trim(b, " ")) != 0 {
		return errors.New("padding is spaces")
	}
	*p = bytes.Clone(b)
	return nil
}

// Stretch returns object, canonical JSON whose last field is an empty [Pad],
// with as much padding as makes it size bytes long; size is not less than it
// has.
func Stretch(object []byte, size int) []byte { return stretch(nil, object, size) }

var spaces = bytes.Repeat([]byte{' '}, 1<<10)

func stretch(out, object []byte, size int) []byte {
	end := len(object) - len(`"}`)
	out = append(slices.Grow(out, size), object[:end]...)
	from := len(out)
	out = out[:from+size-len(object)]
	for pad := out[from:]; len(pad) > 0; {
		pad = pad[copy(pad, spaces):]
	}
	return append(out, object[end:]...)
}

// Write returns the container, of exactly size bytes. The head is canonical
// JSON; with another one [Parse] refuses what Write wrote.
func (c *Copy) Write(size int) ([]byte, error) { return c.Reuse(nil, size) }

// Reuse is Write into the room that buf has, if it has enough: of many copies
// each is sealed before the next is written.
func (c *Copy) Reuse(buf []byte, size int) ([]byte, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	head := c.line()
	most := size - (len(CopyFormat) + 1 + 2 + len(c.Text)) // that the head may have
	if most < len(head) || size > MaxCopy {
		return nil, fmt.Errorf("the copy does not go into a container of %d bytes", size)
	}
	out := slices.Grow(buf[:0], size)
	out = append(out, CopyFormat+"\n"...)
	out = stretch(out, head, most)
	out = append(out, "\n\n"...)
	return append(out, c.Text...), nil
}

// Size returns how many bytes the container has without padding.
func (c *Copy) Size() int {
	return len(CopyFormat) + 1 + len(c.line()) + 2 + len(c.Text)
}

// line is the second line without padding. The head, which is the same in every
// copy and may be long, is put in as it is: looking through it for each of many
// copies would take longer than all the rest.
func (c *Copy) line() []byte {
	const mark = `"head":{}`
	other := *c
	other.Head = json.RawMessage(`{}`)
	b := canon.Marshal(line{Copy: other})
	at := bytes.Index(b, []byte(mark)) + len(mark) - len(`{}`)
	out := append(make([]byte, 0, len(b)+len(c.Head)), b[:at]...)
	return append(append(out, c.Head...), b[at+len(`{}`):]...)
}

// Parse reads what [Copy.Write] writes, and nothing else.
func Parse(data []byte) (*Copy, error) {
	if len(data) > MaxCopy {
		return nil, fmt.Errorf("the copy has %d bytes, more than %d", len(data), MaxCopy)
	}
	rest, ok := bytes.CutPrefix(data, []byte(CopyFormat+"\n"))
	if !ok {
		first, _, _ := bytes.Cut(data[:min(len(data), 40)], []byte("\n"))
		return nil, frank.WithHint(fmt.Errorf("expected a copy of format %s, found %q", CopyFormat, first), "a newer frank may read it")
	}
	head, text, ok := bytes.Cut(rest, []byte("\n\n"))
	if !ok {
		return nil, errors.New("the copy is cut short")
	}
	var l line
	if err := canon.Unmarshal(head, &l); err != nil {
		return nil, fmt.Errorf("the copy's second line does not hold: %w", err)
	}
	l.Text = string(text)
	if err := l.validate(); err != nil {
		return nil, err
	}
	return &l.Copy, nil
}

func (c *Copy) validate() error {
	switch {
	case c.Dispatch.Validate() != nil:
		return c.Dispatch.Validate()
	case c.Batch < 1:
		return fmt.Errorf("batches are numbered from 1, and this is %d", c.Batch)
	case c.First < 1 || c.Count < 1 || c.Count > frank.MaxCopies || c.First > frank.MaxCopies-c.Count+1:
		return fmt.Errorf("expected copies numbered 1 to %d, found %d from %d on", frank.MaxCopies, c.Count, c.First)
	case c.Number < c.First || c.Number-c.First >= c.Count:
		return fmt.Errorf("copy %d is none of the %d from %d on", c.Number, c.Count, c.First)
	case len(c.Head) == 0 || c.Head[0] != '{' || len(c.Head) > MaxHead:
		return fmt.Errorf("expected a head of up to %d bytes", MaxHead)
	case c.Receipt.Proof == nil || len(c.Receipt.Proof) > MaxProof:
		return fmt.Errorf("expected a receipt of up to %d hashes", MaxProof)
	case c.Reader.Index < 0 || c.Reader.Index >= c.Count || c.Reader.Proof == nil || len(c.Reader.Proof) > MaxProof:
		return fmt.Errorf("expected a reader among %d, with up to %d hashes", c.Count, MaxProof)
	case len(c.Text) > frank.MaxText || !utf8.ValidString(c.Text):
		return fmt.Errorf("expected UTF-8 text of up to %d bytes", frank.MaxText)
	}
	return nil
}

// Close encrypts plain under key, which must never close anything else. What
// comes out says by its first line what it is; kind is a format id.
func Close(key frank.Secret, kind string, plain []byte) []byte {
	aead, err := chacha20poly1305.New(key[:])
	if err != nil {
		panic("seal: internal error: " + err.Error())
	}
	out := append(make([]byte, 0, len(kind)+1+len(plain)+aead.Overhead()), kind+"\n"...)
	return aead.Seal(out, make([]byte, aead.NonceSize()), plain, []byte(kind))
}

// Open decrypts what [Close] encrypted.
func Open(key frank.Secret, kind string, closed []byte) ([]byte, error) {
	body, ok := bytes.CutPrefix(closed, []byte(kind+"\n"))
	if !ok {
		first, _, _ := bytes.Cut(closed[:min(len(closed), 40)], []byte("\n"))
		return nil, frank.WithHint(fmt.Errorf("expected format %s, found %q", kind, first), "a newer frank may read it")
	}
	aead, err := chacha20poly1305.New(key[:])
	if err != nil {
		panic("seal: internal error: " + err.Error())
	}
	plain, err := aead.Open(nil, make([]byte, aead.NonceSize()), body, []byte(kind))
	if err != nil {
		return nil, errors.New("it was changed, or closed with another key")
	}
	return plain, nil
}
