// Package keyring keeps a person's keys: it opens what was sealed to the person
// and signs for the device.
//
// The decryption key is the person's, and the same on each of their devices: an
// age post-quantum hybrid identity. A new one can be made at any time ([Rekey]);
// the older ones stay, to open what was sealed to them. The signing key is the
// device's, Ed25519, and never leaves it.
//
// Both are in one file that the age command reads too (age -d -i identity …).
// [Create] makes it, [Load] opens it, and [LoadPublic] needs no passphrase, for
// sealing. What is sealed is an ordinary age file; signatures are those that
// ssh-keygen -Y verify checks. A [Card] is what others need of a key. A lost
// decryption key comes back by a printed [Code], or from another device.
//
// No secret is in an error, and none is printed by fmt, whatever the verb. Go
// cannot promise that memory is wiped; nothing here tries.
package keyring

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"
)

// Errors a caller may want to tell apart.
var (
	ErrNoKey      = errors.New("there is no key yet")
	ErrExists     = errors.New("there is a key already")
	ErrPassphrase = errors.New("the passphrase is not the right one")
	ErrNotYours   = errors.New("it was not sealed to this key")
	ErrDamaged    = errors.New("it is damaged: what it holds is not what was sealed")
	ErrNoSigning  = errors.New("the key was made without a signing key")
)

// Public is the half of a decryption key that anyone may have: things are
// sealed to it.
type Public struct{ recipient *age.HybridRecipient }

// Key is a whole key: it opens what was sealed to its public half, or to that
// of an older key it holds, and signs if it has a signing key.
type Key struct {
	Public // of the decryption key in use
	secret hidden[secret]
}

// hidden holds a secret where nothing that walks through values finds it: fmt
// follows pointers, whatever the verb, but not into a function.
type hidden[T any] func() T

func hide[T any](v T) hidden[T] { return func() T { return v } }

type secret struct {
	open []*age.HybridIdentity // newest first; at least one
	sign ed25519.PrivateKey    // nil in a key made before there were any
}

// New makes a key that is in no file: one decryption key and a signing key.
func New() (*Key, error) {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	return newKey([]*age.HybridIdentity{identity}, newSigning()), nil
}

func newKey(open []*age.HybridIdentity, sign ed25519.PrivateKey) *Key {
	return &Key{Public{open[0].Recipient()}, hide(secret{open, sign})}
}

func newSigning() ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails
	return ed25519.NewKeyFromSeed(seed)
}

// Format prints the public key for every verb, and never a secret.
func (k Key) Format(f fmt.State, _ rune) { io.WriteString(f, k.Public.String()) }

// ParseRecipient reads what [Public.String] writes, and nothing else: somebody's
// public key.
func ParseRecipient(s string) (*Public, error) {
	r, err := age.ParseHybridRecipient(s)
	if err != nil || r.String() != s {
		return nil, errors.New("expected a public key of age's post-quantum kind, age1pq1…")
	}
	return &Public{r}, nil
}

// String returns the public key as age writes it: age1pq1….
func (p *Public) String() string { return p.recipient.String() }

// Fingerprint returns 16 hexadecimal digits that tell this key from others.
// That of a person's device is [Card.Fingerprint].
func (p *Public) Fingerprint() string {
	sum := sha256.Sum256([]byte("frank/key-fingerprint/1\n" + p.String()))
	return hex.EncodeToString(sum[:8])
}

// Holds reports whether the key with that [Public.Fingerprint] is among those
// that k opens with: the one in use or an older one.
func (k *Key) Holds(fingerprint string) bool {
	return slices.ContainsFunc(k.secret().open, func(id *age.HybridIdentity) bool {
		return (&Public{id.Recipient()}).Fingerprint() == fingerprint
	})
}

// Seal returns what only the holder of the key can read, as an age file.
func (p *Public) Seal(plain []byte) ([]byte, error) { return SealTo(plain, p) }

// SealTo returns what any one of several can read, as one age file. It shows how
// many they are, not who. Without anybody it is an error.
func SealTo(plain []byte, to ...*Public) ([]byte, error) {
	if len(to) == 0 {
		return nil, errors.New("there is nobody to seal it to")
	}
	recipients := make([]age.Recipient, len(to))
	for i, p := range to {
		recipients[i] = p.recipient
	}
	return encrypt(plain, recipients...)
}

func encrypt(plain []byte, to ...age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(plain) + len(plain)/4096 + 2048*len(to)) // growing costs a tenth of sealing
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Open returns what was sealed to the key, or to one of its older ones. Errors: [ErrNotYours] when it was
// sealed to another key (or its head is damaged, which looks the same),
// [ErrDamaged] when it is no age file or was changed or cut short.
func (k *Key) Open(sealed []byte) ([]byte, error) { return decrypt(sealed, k.secret().open) }

func decrypt(sealed []byte, list []*age.HybridIdentity) ([]byte, error) {
	identities := make([]age.Identity, len(list))
	for i, id := range list {
		identities[i] = id
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	if err != nil {
		if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
			return nil, ErrNotYours
		}
		return nil, ErrDamaged
	}
	plain := bytes.NewBuffer(make([]byte, 0, len(sealed))) // which is longer
	if _, err := plain.ReadFrom(r); err != nil {
		return nil, ErrDamaged
	}
	return plain.Bytes(), nil
}
