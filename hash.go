package frank

import (
	"bytes"
	"encoding/hex"
	"fmt"
)

// Hash is a SHA-256 value.
type Hash [32]byte

// Secret is 32 secret bytes: an author's contribution, a seed, a key, a salt.
type Secret [32]byte

// MarshalText writes h as lower-case hexadecimal.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(b []byte) error { return unhex(h[:], b) }

// String returns h as lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes s as lower-case hexadecimal. It is for forms that are
// stored sealed.
func (s Secret) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Secret) UnmarshalText(b []byte) error { return unhex(s[:], b) }

// String keeps a secret out of messages.
func (s Secret) String() string { return "(secret)" }

// GoString keeps a secret out of %#v.
func (s Secret) GoString() string { return "frank.Secret{}" }

func unhex(dst, src []byte) error {
	if len(src) != hex.EncodedLen(len(dst)) || !bytes.Equal(src, bytes.ToLower(src)) {
		return fmt.Errorf("expected %d lower-case hexadecimal digits", hex.EncodedLen(len(dst)))
	}
	if _, err := hex.Decode(dst, src); err != nil {
		return fmt.Errorf("expected %d lower-case hexadecimal digits", hex.EncodedLen(len(dst)))
	}
	return nil
}
