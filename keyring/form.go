package keyring

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Limits of what is read.
const (
	maxFile       = 1 << 20 // bytes of a key file, and of a sealed recovery
	maxIdentities = 1000    // decryption keys in one
	maxWorkFactor = 20      // of a key file: a gigabyte of memory
)

// workFactor is the scrypt cost of a passphrase, as a power of two: about a
// second. Tests lower it.
var workFactor = 18

// The line of the signing key. To age it is a comment, so that one file and one
// passphrase keep both keys, and age still reads its own.
const (
	signingFormat = "# frank.signing/" // of whatever version: none is taken for a comment
	signingLine   = signingFormat + "1 "
)

// formError says what a key file lacks, to be put after its name. It quotes
// nothing: what is there may be a secret.
type formError struct{ text string }

func (e *formError) Error() string { return e.text }

var (
	errNoneInFile = &formError{"holds no key of age's post-quantum kind"}
	errDamagedKey = errors.New("the key file is damaged")
)

// file is the key as it is kept, sealed by passphrase unless that is empty.
func (k *Key) file(passphrase string) ([]byte, error) {
	if len(k.secret().open) > maxIdentities {
		return nil, fmt.Errorf("a key holds at most %d decryption keys", maxIdentities)
	}
	plain := k.plain()
	if passphrase == "" {
		return plain, nil
	}
	return lock(plain, passphrase)
}

// plain is the key as age reads it.
func (k *Key) plain() []byte {
	var b bytes.Buffer
	b.WriteString("# public half: see " + publicFile + "\n")
	if k.secret().sign != nil {
		b.WriteString(signingLine + hex.EncodeToString(k.secret().sign.Seed()) + "\n")
	}
	writeIdentities(&b, k.secret().open)
	return b.Bytes()
}

func writeIdentities(b *bytes.Buffer, list []*age.HybridIdentity) {
	for _, id := range list {
		b.WriteString(id.String() + "\n")
	}
}

// parseFile reads what file writes, and what earlier versions wrote.
func parseFile(data []byte, ask func() (string, error)) (*Key, error) {
	if len(data) > maxFile {
		return nil, &formError{fmt.Sprintf("has %d bytes, more than a key file's %d", len(data), maxFile)}
	}
	if bytes.HasPrefix(data, []byte(armor.Header)) {
		passphrase, err := ask()
		if err != nil {
			return nil, err
		}
		if data, err = unlock(data, passphrase); err != nil {
			return nil, err
		}
	}
	return parsePlain(data)
}

// parsePlain reads what plain writes.
func parsePlain(data []byte) (*Key, error) {
	var open []*age.HybridIdentity
	var sign ed25519.PrivateKey
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, signingFormat) {
			text, ok := strings.CutPrefix(line, signingLine)
			seed, err := hex.DecodeString(text)
			if !ok || err != nil || len(seed) != ed25519.SeedSize || sign != nil {
				return nil, &formError{"holds two signing keys, or one that is damaged"}
			}
			sign = ed25519.NewKeyFromSeed(seed)
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, err := age.ParseHybridIdentity(line)
		if err != nil {
			if len(open) == 0 {
				return nil, errNoneInFile
			}
			return nil, &formError{"holds something beside keys of age's post-quantum kind"}
		}
		if len(open) == maxIdentities {
			return nil, &formError{fmt.Sprintf("holds more than %d decryption keys", maxIdentities)}
		}
		open = append(open, id)
	}
	if len(open) == 0 {
		return nil, errNoneInFile
	}
	return newKey(merge(open, nil), sign), nil
}

// Identities are decryption keys on their way between devices, newest first:
// for [Adopt].
type Identities struct {
	list hidden[[]*age.HybridIdentity] // at least one
}

// Public returns the public half of the newest.
func (ids *Identities) Public() *Public { return &Public{ids.list()[0].Recipient()} }

// Len returns how many there are, at least 1.
func (ids *Identities) Len() int { return len(ids.list()) }

// Format prints how many there are, for every verb, and never a secret.
func (ids Identities) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "%d decryption keys", len(ids.list()))
}

// parseIdentities reads decryption keys as they travel: written as age writes
// them, none twice.
func parseIdentities(lines []string) (*Identities, error) {
	if len(lines) == 0 || len(lines) > maxIdentities {
		return nil, fmt.Errorf("expected 1 to %d decryption keys, found %d", maxIdentities, len(lines))
	}
	list := make([]*age.HybridIdentity, len(lines))
	for i, line := range lines {
		id, err := age.ParseHybridIdentity(line)
		if err != nil || id.String() != line || slices.Contains(lines[:i], line) {
			return nil, fmt.Errorf("decryption key %d is damaged, or there twice", i+1)
		}
		list[i] = id
	}
	return &Identities{hide(list)}, nil
}

func lock(secret []byte, passphrase string) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(workFactor)
	sealed, err := encrypt(secret, recipient)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	a := armor.NewWriter(&out)
	_, err = a.Write(sealed)
	err = errors.Join(err, a.Close()) // first: closing writes the end
	return out.Bytes(), err
}

func unlock(sealed []byte, passphrase string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil { // an empty one
		return nil, ErrPassphrase
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(sealed)), identity)
	if err != nil {
		if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
			return nil, ErrPassphrase
		}
		return nil, errDamagedKey
	}
	secret, err := io.ReadAll(r)
	if err != nil {
		return nil, errDamagedKey
	}
	return secret, nil
}
