package keyring

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"filippo.io/age"
)

const officeLine = "# frank.office/1\n"

// NewIdentities makes a decryption key that is nobody's own: an office's.
func NewIdentities() (*Identities, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	return &Identities{hide([]*age.HybridIdentity{id})}, nil
}

// Renewed returns ids with a new key in front, for sealing from now on; the
// older ones stay, for opening.
func (ids *Identities) Renewed() (*Identities, error) {
	fresh, err := NewIdentities()
	if err != nil {
		return nil, err
	}
	return &Identities{hide(slices.Concat(fresh.list(), ids.list()))}, nil
}

// Together returns the keys of all of several, each once, in that order.
func Together(list ...*Identities) *Identities {
	var all []*age.HybridIdentity
	seen := map[string]bool{}
	for _, ids := range list {
		for _, id := range ids.list() {
			if s := id.String(); !seen[s] && len(all) < maxIdentities {
				seen[s] = true
				all = append(all, id)
			}
		}
	}
	return &Identities{hide(all)}
}

// Open returns what was sealed to one of the keys. Errors: as [Key.Open].
func (ids *Identities) Open(sealed []byte) ([]byte, error) { return decrypt(sealed, ids.list()) }

// SealTo seals the keys themselves, for those who act for the office.
func (ids *Identities) SealTo(to ...*Public) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(officeLine)
	writeIdentities(&b, ids.list())
	return SealTo(b.Bytes(), to...)
}

// OpenIdentities returns the keys that [Identities.SealTo] sealed to k. Errors:
// as [Key.Open].
func (k *Key) OpenIdentities(sealed []byte) (*Identities, error) {
	plain, err := k.Open(sealed)
	if err != nil {
		return nil, err
	}
	body, ok := strings.CutPrefix(string(plain), officeLine)
	body, end := strings.CutSuffix(body, "\n")
	if !ok || !end {
		return nil, errors.New("what it opens to are no office's keys of the format frank.office/1")
	}
	return parseIdentities(strings.Split(body, "\n"))
}
