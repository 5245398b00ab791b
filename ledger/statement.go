package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"frank"
	"frank/internal/canon"
	"frank/internal/enc"
	"frank/keyring"

	"golang.org/x/text/unicode/norm"
)

// Formats and the namespace that statements are signed in.
const (
	StatementFormat = "frank.statement/1"
	EntryFormat     = "frank.entry/1"
	Namespace       = keyring.StatementNamespace
)

// Limits in bytes.
const (
	MaxStatement = 256 << 10
	MaxEntry     = 2*MaxStatement + 512 // escaping at most doubles a statement
)

// Statement is what one device states to everybody who may read it. Its
// canonical JSON is what is signed.
type Statement struct {
	Format string            `json:"format"` // StatementFormat
	Log    string            `json:"log"`    // origin of the log it is for: it counts in no other
	Kind   string            `json:"kind"`   // names the form of Body, e.g. "dispatch.begin"
	By     keyring.VerifyKey `json:"by"`     // the device key that signs
	At     string            `json:"at"`     // RFC 3339 UTC, whole seconds; the signer's claim, never used for order
	Seen   Head              `json:"seen"`   // the last head its signer had verified
	Nonce  string            `json:"nonce"`  // 32 hexadecimal digits: no two statements are alike
	Body   json.RawMessage   `json:"body"`   // canonical JSON of the kind's own form, an object
}

// ParseStatement reads the canonical form, and nothing else.
func ParseStatement(data []byte) (*Statement, error) {
	if len(data) > MaxStatement {
		return nil, fmt.Errorf("a statement has at most %d bytes, this one %d", MaxStatement, len(data))
	}
	if !utf8.Valid(data) || !norm.NFC.IsNormal(data) {
		return nil, errors.New("a statement is UTF-8 in normal form C, this one is not")
	}
	var s Statement
	if err := canon.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("the statement could not be read: %w", err)
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return &s, nil
}

// Validate reports the first thing about s that no entry may carry. It knows
// nothing of what Body says.
func (s *Statement) Validate() error {
	switch {
	case s.Format != StatementFormat:
		return fmt.Errorf("a statement is of the format %s, this one of %.40q", StatementFormat, s.Format)
	case !ValidOrigin(s.Log):
		return errors.New("the statement names no log")
	case !validKind(s.Kind):
		return errors.New("the kind of a statement is 1 to 40 lower-case letters in words joined by full stops, this one's is not")
	case !frank.ValidTime(s.At):
		return errors.New("the time of a statement is written like 2026-01-31T09:30:00Z, this one's is not")
	case s.Seen.Size > MaxSize:
		return errors.New("the statement has seen a log of impossible size")
	case len(s.Nonce) != 32 || strings.Trim(s.Nonce, "0123456789abcdef") != "":
		return errors.New("the nonce of a statement is 32 lower-case hexadecimal digits, this one's is not")
	case len(s.Body) == 0 || s.Body[0] != '{':
		return errors.New("the body of a statement is a JSON object, this one's is not")
	}
	return nil
}

// Read reads the body into v, a pointer to the form that belongs to the kind.
func (s *Statement) Read(v any) error {
	if err := canon.Unmarshal(s.Body, v); err != nil {
		return fmt.Errorf("the body of the statement %s could not be read: %w", s.Kind, err)
	}
	return nil
}

func validKind(s string) bool {
	for word := range strings.SplitSeq(s, ".") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return len(s) <= 40
}

// Entry is a statement with what opens its leaf in the log.
type Entry struct {
	Format    string       `json:"format"`    // EntryFormat
	Salt      frank.Secret `json:"salt"`      // random: without it the commitment says nothing of what is committed to
	Statement string       `json:"statement"` // the exact bytes that were signed
	Signature []byte       `json:"signature"` // by Statement.By, in Namespace
}

// Signer is a device's key.
type Signer interface {
	Sign(namespace string, message []byte) []byte
}

// Sign makes the entry of s. Format is filled in; By must be key's own public
// half, and salt 32 fresh random bytes.
func Sign(key Signer, s *Statement, salt frank.Secret) (*Entry, error) {
	whole := *s
	whole.Format = StatementFormat
	text := canon.Marshal(whole)
	if _, err := ParseStatement(text); err != nil {
		return nil, err
	}
	e := &Entry{EntryFormat, salt, string(text), key.Sign(Namespace, text)}
	if !s.By.Verify(Namespace, text, e.Signature) {
		return nil, errors.New("the statement is by another key than signs it")
	}
	return e, nil
}

// ParseEntry reads the canonical form, and nothing else. It checks neither
// signature nor commitment: see [Entry.Open].
func ParseEntry(data []byte) (*Entry, error) {
	if len(data) > MaxEntry {
		return nil, fmt.Errorf("an entry has at most %d bytes, this one %d", MaxEntry, len(data))
	}
	var e Entry
	if err := canon.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("the entry could not be read: %w", err)
	}
	if e.Format != EntryFormat {
		return nil, fmt.Errorf("an entry is of the format %s, this one of %.40q", EntryFormat, e.Format)
	}
	return &e, nil
}

// Marshal writes the canonical form.
func (e *Entry) Marshal() []byte { return canon.Marshal(e) }

// Commitment is the entry's leaf in the log.
func (e *Entry) Commitment() frank.Hash {
	return enc.New("frank/entry/1").Bytes(e.Salt[:]).Text(e.Statement).Bytes(e.Signature).Sum()
}

// Open returns what e states, if e is what commitment stands for and its
// signature is that of the key it names. Whose key that is, and whether it
// might state that, is for the directory to say.
func (e *Entry) Open(commitment frank.Hash) (*Statement, error) {
	if e.Commitment() != commitment {
		return nil, errors.New("the entry is not the one that the log's leaf commits to")
	}
	s, err := ParseStatement([]byte(e.Statement))
	if err != nil {
		return nil, err
	}
	if !s.By.Verify(Namespace, []byte(e.Statement), e.Signature) {
		return nil, errors.New("the entry's signature is not that of the key it names")
	}
	return s, nil
}

// Pad appends spaces to what is to be sealed, up to the next power of two from
// 1 KiB, so that the length of what is sealed tells little.
func Pad(plain []byte) []byte {
	size := 1 << 10
	for size < len(plain) {
		size *= 2
	}
	padded := make([]byte, size)
	for i := copy(padded, plain); i < size; i++ {
		padded[i] = ' '
	}
	return padded
}

// Unpad undoes [Pad], and refuses what Pad does not write.
func Unpad(padded []byte) ([]byte, error) {
	n := len(padded)
	for n > 0 && padded[n-1] == ' ' {
		n--
	}
	if len(Pad(padded[:n])) != len(padded) {
		return nil, errors.New("what was sealed is not padded to a power of two")
	}
	return padded[:n], nil
}
