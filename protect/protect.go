// Package protect has the form in which a reader's own copy goes to somebody
// whom the law prescribes, and knows again what came that way: it is no exhibit.
// spec/protected.md has the format, and what it keeps from whom.
package protect

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
)

// Format is the id of the container, and its first line.
const Format = "frank.protected/1"

// Limits of a container. Its length is a power of two within them, so that
// whoever sees the sealed file learns no more of what is in it.
const (
	MinSize      = 1 << 16
	MaxSize      = 1 << 21
	MaxStatement = 64 << 10 // bytes of what the discloser says
	MaxMarking   = 400      // bytes of the dispatch's marking
)

// Namespace is that of a discloser's signature.
const Namespace = "frank/protected/1"

// Disclosure is what a reader discloses: the text of their own copy. Nothing in
// it names them, unless they sign; the wording of the text is marked.
type Disclosure struct {
	Dispatch  frank.Ref `json:"dispatch"`
	Marking   string    `json:"marking"`   // the dispatch's, the same for every reader; may be empty
	Statement string    `json:"statement"` // the discloser's own words; may be empty
	Signed    *Signed   `json:"signed,omitempty"`
	Text      string    `json:"-"`
}

// Signed says who discloses, and to whom, for those who ask for it.
type Signed struct {
	Card      keyring.Card `json:"card"`
	To        string       `json:"to"`        // the recipient, age1pq1…: sealed anew to another, it does not pass for meant for them
	Signature []byte       `json:"signature"` // 64 bytes, by the card's signing key in [Namespace]
}

type line struct {
	Disclosure
	Pad pad `json:"pad"`
}

// pad is spaces.
type pad string

func (p *pad) UnmarshalText(b []byte) error {
	if strings.Trim(string(b), " ") != "" {
		return errors.New("padding is spaces")
	}
	*p = pad(b)
	return nil
}

// Where everything stands: the lines before and after, and between.
const (
	opening = Format + "\n" + Banner + "\n"
	closing = "\n\n" + Banner + "\n"
)

// Marshal writes d as the format frank.protected/1. The least power of two that
// takes it, from [MinSize] on, is its length.
func (d *Disclosure) Marshal() ([]byte, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	head := canon.Marshal(line{Disclosure: *d})
	bare := len(opening) + len(head) + len("\n\n") + len(d.Text) + len(closing)
	size := MinSize
	for size < bare {
		size *= 2
	}
	if size > MaxSize {
		return nil, fmt.Errorf("the disclosure has %d bytes, and at most %d can be sealed", bare, MaxSize)
	}
	end := len(head) - len(`"}`)
	var b bytes.Buffer
	b.Grow(size)
	b.WriteString(opening)
	b.Write(head[:end])
	b.WriteString(strings.Repeat(" ", size-bare))
	b.Write(head[end:])
	b.WriteString("\n\n" + d.Text + closing)
	return b.Bytes(), nil
}

// Parse reads what [Disclosure.Marshal] writes, and nothing else. A signature
// that does not hold is an error. No error quotes what was read.
func Parse(data []byte) (*Disclosure, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("a disclosure has at most %d bytes, and this has %d", MaxSize, len(data))
	}
	if !bytes.HasPrefix(data, []byte(Format+"\n")) {
		return nil, frank.WithHint(fmt.Errorf("expected a disclosure of the format %s, found something else", Format), "a newer frank may read it")
	}
	rest, ok := bytes.CutPrefix(data, []byte(opening))
	if !ok {
		return nil, errors.New("the disclosure does not begin as it must")
	}
	rest, ok = bytes.CutSuffix(rest, []byte(closing))
	if !ok {
		return nil, errors.New("the disclosure is cut short")
	}
	head, text, ok := bytes.Cut(rest, []byte("\n\n"))
	if !ok {
		return nil, errors.New("the disclosure is cut short")
	}
	var l line
	if err := canon.Unmarshal(head, &l); err != nil {
		return nil, fmt.Errorf("the disclosure's third line does not hold: %w", err)
	}
	l.Text = string(text)
	again, err := l.Marshal()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, data) {
		return nil, errors.New("the disclosure is padded to another length than it must be")
	}
	if s := l.Signed; s != nil && !s.Card.Sign.Verify(Namespace, l.message(), s.Signature) {
		return nil, errors.New("the disclosure's signature does not hold")
	}
	return &l.Disclosure, nil
}

// Signer is a key that signs: [keyring.Key].
type Signer interface {
	Sign(namespace string, message []byte) []byte
}

// Sign puts in who discloses: card, whose key signs, for the recipient to only.
func (d *Disclosure) Sign(key Signer, card keyring.Card, to *keyring.Public) {
	d.Signed = &Signed{Card: card, To: to.String()}
	d.Signed.Signature = key.Sign(Namespace, d.message())
}

// message is what is signed: everything that the disclosure says, and for whom.
func (d *Disclosure) message() []byte {
	return canon.Marshal(struct {
		Format    string       `json:"format"`
		Dispatch  frank.Ref    `json:"dispatch"`
		Marking   string       `json:"marking"`
		Statement string       `json:"statement"`
		Text      frank.Hash   `json:"text"` // SHA-256
		Card      keyring.Card `json:"card"`
		To        string       `json:"to"`
	}{Format, d.Dispatch, d.Marking, d.Statement, sha256.Sum256([]byte(d.Text)), d.Signed.Card, d.Signed.To})
}

// Statement brings what a discloser wrote to the form that [Disclosure] takes:
// normal form C, line feeds, no control characters. Errors: more than
// [MaxStatement] bytes, or no UTF-8.
func Statement(written []byte) (string, error) {
	if !utf8.Valid(written) {
		return "", frank.WithHint(errors.New("the statement is not UTF-8 text"), "save it again with the encoding UTF-8")
	}
	s := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(written), "\ufeff"))
	s = strings.TrimSpace(norm.NFC.String(strings.Map(func(c rune) rune {
		if forbidden(c) {
			return -1
		}
		return c
	}, s)))
	if len(s) > MaxStatement {
		return "", fmt.Errorf("a statement has at most %d bytes, and this has %d", MaxStatement, len(s))
	}
	return s, nil
}

func forbidden(c rune) bool { return c != '\n' && c != '\t' && unicode.IsControl(c) }

func (d *Disclosure) validate() error {
	switch {
	case d.Dispatch.Validate() != nil:
		return d.Dispatch.Validate()
	case len(d.Marking) > MaxMarking || !utf8.ValidString(d.Marking) || strings.ContainsFunc(d.Marking, unicode.IsControl):
		return fmt.Errorf("expected a marking of up to %d bytes on one line", MaxMarking)
	case len(d.Statement) > MaxStatement || !utf8.ValidString(d.Statement) || !norm.NFC.IsNormalString(d.Statement) || strings.ContainsFunc(d.Statement, forbidden):
		return fmt.Errorf("expected a statement of up to %d bytes in normal form C", MaxStatement)
	case len(d.Text) == 0 || len(d.Text) > frank.MaxText || !utf8.ValidString(d.Text):
		return fmt.Errorf("expected UTF-8 text of 1 to %d bytes", frank.MaxText)
	}
	if d.Signed == nil {
		return nil
	}
	if err := d.Signed.Card.Validate(); err != nil {
		return err
	}
	if _, err := keyring.ParseRecipient(d.Signed.To); err != nil {
		return fmt.Errorf("whom it is signed for: %w", err)
	}
	return nil
}
