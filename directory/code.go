package directory

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
)

// Code is the one-time code of an invitation, 26 letters and digits in groups,
// as it is read to a person. From it follows a signing key: the invitation
// holds the public half, so that everybody can check that who enrols has the
// code, and nobody can enrol another card with what they see.
type Code string

var codeText = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewCode writes 16 random bytes as a code.
func NewCode(random [16]byte) Code {
	s := codeText.EncodeToString(random[:])
	var groups []string
	for ; len(s) > 5; s = s[5:] {
		groups = append(groups, s[:5])
	}
	return Code(strings.Join(append(groups, s), "-"))
}

// ParseCode reads a code as a person types it: case, spaces and hyphens do not
// matter.
func ParseCode(typed string) (Code, error) {
	s := strings.NewReplacer(" ", "", "-", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(strings.TrimSpace(typed)))
	var b [16]byte
	if len(s) != 26 {
		return "", frank.WithHint(errors.New("expected 26 letters and digits, found another number"), "type the code as it was given to you")
	}
	if n, err := codeText.Decode(b[:], []byte(s)); err != nil || n != 16 || codeText.EncodeToString(b[:]) != s {
		return "", frank.WithHint(errors.New("expected letters, and digits from 2 to 7, found something else"), "type the code as it was given to you")
	}
	return NewCode(b), nil
}

// key returns the signing key of a code for a log.
func (c Code) key(log string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("frank/invitation/1\x00" + log + "\x00" + string(c)))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Public returns what an invitation to a log shows of the code.
func (c Code) Public(log string) (k keyring.VerifyKey) {
	copy(k[:], c.key(log).Public().(ed25519.PublicKey))
	return k
}

// Prove returns the proof that who has card has the code of an invitation.
func (c Code) Prove(log string, invite Entry, card keyring.Card) []byte {
	return ed25519.Sign(c.key(log), enrolmentBytes(log, invite, card))
}

func verifyCode(k keyring.VerifyKey, log string, invite Entry, card keyring.Card, proof []byte) bool {
	return ed25519.Verify(k[:], enrolmentBytes(log, invite, card), proof)
}

// enrolmentBytes is what a proof signs.
func enrolmentBytes(log string, invite Entry, card keyring.Card) []byte {
	return canon.Marshal(struct {
		Format string       `json:"format"`
		Log    string       `json:"log"`
		Invite Entry        `json:"invite"`
		Card   keyring.Card `json:"card"`
	}{"frank.enrolment/1", log, invite, card})
}

// DeviceClaim is what a new device signs, in [keyring.DeviceNamespace], to
// become a person's.
func DeviceClaim(log string, person frank.PersonID, key keyring.VerifyKey) []byte {
	return canon.Marshal(struct {
		Format string            `json:"format"`
		Log    string            `json:"log"`
		Person frank.PersonID    `json:"person"`
		Key    keyring.VerifyKey `json:"key"`
	}{"frank.device-claim/1", log, person, key})
}
