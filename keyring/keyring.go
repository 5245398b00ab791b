// Package keyring keeps a person's key and seals things to it.
//
// A key is an age post-quantum hybrid identity, in a file that the age command
// reads too (age -d -i identity …). [Create] makes one, [Load] opens it, and
// [LoadPublic] needs no passphrase, for sealing. What is sealed is an ordinary
// age file.
package keyring

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"frank"
	"frank/internal/durable"
)

// The files of a key, in its folder.
const (
	identityFile = "identity"      // the secret half; age-encrypted unless there is no passphrase
	publicFile   = "recipient.txt" // the public half, one line
)

// Errors a caller may want to tell apart.
var (
	ErrNoKey      = errors.New("there is no key yet")
	ErrExists     = errors.New("there is a key already")
	ErrPassphrase = errors.New("the passphrase is not the right one")
	ErrNotYours   = errors.New("it was not sealed to this key")
	ErrDamaged    = errors.New("it is damaged: what it holds is not what was sealed")

	errDamagedKey = errors.New("the key file is damaged")
)

// workFactor is the scrypt cost of a passphrase, as a power of two: about a
// second. Tests lower it.
var workFactor = 18

// Public is the half of a key that anyone may have: things are sealed to it.
type Public struct{ recipient *age.HybridRecipient }

// Key is a whole key: it opens what was sealed to its public half.
type Key struct {
	Public
	identity *age.HybridIdentity
}

// Create makes a key in dir, creating dir if need be. The secret half is
// sealed by passphrase, or not at all when passphrase is empty. It never
// replaces a key: the error is then [ErrExists].
func Create(dir, passphrase string) (*Key, error) {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	key := &Key{Public{identity.Recipient()}, identity}
	secret := []byte("# public half: see " + publicFile + "\n" + identity.String() + "\n")
	if passphrase != "" {
		if secret, err = lock(secret, passphrase); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	err = durable.CreateFile(filepath.Join(dir, identityFile), secret, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, ErrExists
	}
	if err != nil {
		return nil, err
	}
	return key, durable.WriteFile(filepath.Join(dir, publicFile), []byte(key.Public.String()+"\n"), 0o644)
}

// Exists reports whether dir holds a key.
func Exists(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, identityFile))
	return err == nil
}

// LoadPublic reads the public half of the key in dir. Without a key the error
// is [ErrNoKey].
func LoadPublic(dir string) (*Public, error) {
	data, err := os.ReadFile(filepath.Join(dir, publicFile))
	if errors.Is(err, fs.ErrNotExist) {
		if Exists(dir) { // made, but killed before the public half was written
			return nil, frank.WithHint(fmt.Errorf("%s is missing in %s", publicFile, dir), "put it back: age-keygen -y prints it from the file %s", identityFile)
		}
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, err
	}
	r, err := age.ParseHybridRecipient(strings.TrimSpace(string(data)))
	if err != nil {
		return nil, fmt.Errorf("%s holds no public key of age's post-quantum kind", filepath.Join(dir, publicFile))
	}
	return &Public{r}, nil
}

// Load reads the whole key in dir. If it is sealed by a passphrase, ask is
// called for it. Errors: [ErrNoKey], [ErrPassphrase], what ask returned.
func Load(dir string, ask func() (string, error)) (*Key, error) {
	path := filepath.Join(dir, identityFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, err
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
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		identity, err := age.ParseHybridIdentity(line)
		if err != nil {
			break // not quoting it: it may be a secret of another kind
		}
		return &Key{Public{identity.Recipient()}, identity}, nil
	}
	return nil, fmt.Errorf("%s holds no key of age's post-quantum kind", path)
}

// String returns the public key as age writes it: age1pq1….
func (p *Public) String() string { return p.recipient.String() }

// Fingerprint returns 16 hexadecimal digits that tell this key from others.
func (p *Public) Fingerprint() string {
	sum := sha256.Sum256([]byte("frank/key-fingerprint/1\n" + p.String()))
	return hex.EncodeToString(sum[:8])
}

// Seal returns what only the holder of the key can read, as an age file.
func (p *Public) Seal(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, p.recipient)
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

// Open returns what was sealed to the key. Errors: [ErrNotYours] when it was
// sealed to another key (or its head is damaged, which looks the same),
// [ErrDamaged] when it is no age file or was changed or cut short.
func (k *Key) Open(sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), k.identity)
	if err != nil {
		if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
			return nil, ErrNotYours
		}
		return nil, ErrDamaged
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrDamaged
	}
	return plain, nil
}

func lock(secret []byte, passphrase string) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(workFactor)
	var out bytes.Buffer
	a := armor.NewWriter(&out)
	w, err := age.Encrypt(a, recipient)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(secret); err != nil {
		return nil, err
	}
	err = errors.Join(w.Close(), a.Close())
	return out.Bytes(), err
}

func unlock(sealed []byte, passphrase string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil { // an empty one
		return nil, ErrPassphrase
	}
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
