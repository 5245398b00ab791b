package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"frank"
	"frank/internal/durable"
)

// The files of a key, in its folder.
const (
	identityFile = "identity"      // the secrets; age-encrypted unless there is no passphrase
	publicFile   = "recipient.txt" // the public half of the decryption key in use, one line
)

// Create makes a key in dir, creating dir if need be: a decryption key and a
// signing key. They are sealed by passphrase, or not at all when passphrase is
// empty. It never replaces a key: the error is then [ErrExists].
func Create(dir, passphrase string) (*Key, error) {
	key, err := New()
	if err != nil {
		return nil, err
	}
	file, err := key.file(passphrase)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	err = durable.CreateFile(filepath.Join(dir, identityFile), file, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, ErrExists
	}
	if err != nil {
		return nil, err
	}
	return key, key.writePublic(dir)
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
	p, err := ParseRecipient(strings.TrimSpace(string(data)))
	if err != nil {
		return nil, fmt.Errorf("%s holds no public key of age's post-quantum kind", filepath.Join(dir, publicFile))
	}
	return p, nil
}

// Load reads the whole key in dir. If it is sealed by a passphrase, ask is
// called for it, once. Errors: [ErrNoKey], [ErrPassphrase], what ask returned.
func Load(dir string, ask func() (string, error)) (*Key, error) {
	key, data, err := load(dir, ask)
	if err != nil || key.publicIn(dir) {
		return key, err
	}
	// A change of key was cut short after its first file, or is under way.
	// Where this cannot be mended, the key itself is still whole.
	if unlock, err := durable.Lock(lockPath(dir)); err == nil {
		defer unlock()
		if now, err := os.ReadFile(filepath.Join(dir, identityFile)); err == nil && bytes.Equal(now, data) {
			_ = key.writePublic(dir)
		}
	}
	return key, nil
}

// load returns the key and the file it is from.
func load(dir string, ask func() (string, error)) (*Key, []byte, error) {
	path := filepath.Join(dir, identityFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNoKey
	}
	if err != nil {
		return nil, nil, err
	}
	key, err := parseFile(data, ask)
	if why, ok := errors.AsType[*formError](err); ok {
		err = fmt.Errorf("%s %w", path, why)
	}
	return key, data, err
}

// Rekey makes a new decryption key in dir and puts it in use; the older ones
// stay, to open what was sealed to them. Errors: as [Load].
func Rekey(dir string, ask func() (string, error)) (*Key, error) {
	return update(dir, ask, func(k *Key) (*Key, error) {
		identity, err := age.GenerateHybridIdentity()
		if err != nil {
			return nil, err
		}
		return newKey(slices.Insert(slices.Clone(k.secret().open), 0, identity), k.secret().sign), nil
	})
}

// AddSigning gives the key in dir a signing key, if it was made without one.
// Errors: as [Load].
func AddSigning(dir string, ask func() (string, error)) (*Key, error) {
	return update(dir, ask, func(k *Key) (*Key, error) {
		if k.CanSign() {
			return k, nil
		}
		return newKey(k.secret().open, newSigning()), nil
	})
}

// Adopt puts decryption keys that came from another device or by recovery into
// the key in dir, and in use, with all it had kept for opening. If it has their
// newest already, what is in use stays so: an old recovery never turns a change
// of key back. Errors: as [Load].
func Adopt(dir string, ask func() (string, error), ids *Identities) (*Key, error) {
	return update(dir, ask, func(k *Key) (*Key, error) {
		first, then := ids.list(), k.secret().open
		if k.has(ids.list()[0]) {
			first, then = then, first
		}
		return newKey(merge(first, then), k.secret().sign), nil
	})
}

// has reports whether id is among the decryption keys of k.
func (k *Key) has(id *age.HybridIdentity) bool {
	return slices.ContainsFunc(k.secret().open, func(i *age.HybridIdentity) bool { return i.String() == id.String() })
}

// merge is all of first and then what is new in then.
func merge(first, then []*age.HybridIdentity) []*age.HybridIdentity {
	var out []*age.HybridIdentity
	seen := map[string]bool{}
	for _, id := range slices.Concat(first, then) {
		if s := id.String(); !seen[s] {
			seen[s] = true
			out = append(out, id)
		}
	}
	return out
}

// update changes the key in dir while nobody else does, under the passphrase it
// has. The secrets are written first: killed in between, the next [Load] writes
// the public half.
func update(dir string, ask func() (string, error), change func(*Key) (*Key, error)) (*Key, error) {
	if !Exists(dir) {
		return nil, ErrNoKey
	}
	path := filepath.Join(dir, identityFile)
	unlock, err := durable.Lock(lockPath(dir))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := durable.Clear(path); err != nil {
		return nil, err
	}
	passphrase := ""
	key, _, err := load(dir, func() (p string, err error) { passphrase, err = ask(); return passphrase, err })
	if err != nil {
		return nil, err
	}
	next, err := change(key)
	if err != nil {
		return nil, err
	}
	if next == key {
		return key, nil
	}
	file, err := next.file(passphrase)
	if err != nil {
		return nil, err
	}
	if err := durable.WriteFile(path, file, 0o600); err != nil {
		return nil, err
	}
	return next, next.writePublic(dir)
}

func lockPath(dir string) string { return filepath.Join(dir, ".identity.lock") }

// publicIn reports whether dir holds the public half of k.
func (k *Key) publicIn(dir string) bool {
	p, err := LoadPublic(dir)
	return err == nil && p.String() == k.Public.String()
}

func (k *Key) writePublic(dir string) error {
	return durable.WriteFile(filepath.Join(dir, publicFile), []byte(k.Public.String()+"\n"), 0o644)
}
