package keyring

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func init() { workFactor = 4 }

func noAsk() (string, error) { return "", errors.New("asked for a passphrase") }

func mustCreate(t *testing.T, dir, passphrase string) *Key {
	t.Helper()
	key, err := Create(dir, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestWhatIsSealedOpensWithTheKeyOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "home")
	mustCreate(t, dir, "")
	public, err := LoadPublic(dir)
	if err != nil {
		t.Fatal(err)
	}
	key, err := Load(dir, noAsk)
	if err != nil {
		t.Fatal(err)
	}
	other := mustCreate(t, t.TempDir(), "")
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed, err := public.Seal(plain)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := key.Open(sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opened to %q, %v", got, err)
		}
		if _, err := other.Open(sealed); !errors.Is(err, ErrNotYours) {
			t.Fatalf("another key: %v", err)
		}
		cut := rapid.IntRange(0, len(sealed)-1).Draw(t, "cut")
		if _, err := key.Open(sealed[:cut]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut short at %d of %d: %v", cut, len(sealed), err)
		}
		sealed[rapid.IntRange(0, len(sealed)-1).Draw(t, "at")] ^= 1
		if _, err := key.Open(sealed); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotYours) {
			t.Fatalf("a flipped bit: %v", err)
		}
	})
}

func TestPassphrase(t *testing.T) {
	dir := t.TempDir()
	made := mustCreate(t, dir, "correct horse")
	file, _ := os.ReadFile(filepath.Join(dir, "identity"))
	if !strings.HasPrefix(string(file), "-----BEGIN AGE ENCRYPTED FILE-----") {
		t.Fatalf("the key is not sealed: %q", file)
	}
	key, err := Load(dir, func() (string, error) { return "correct horse", nil })
	if err != nil || key.String() != made.String() {
		t.Fatalf("%v", err)
	}
	for _, wrong := range []string{"", "wrong"} {
		if _, err := Load(dir, func() (string, error) { return wrong, nil }); !errors.Is(err, ErrPassphrase) {
			t.Fatalf("%q: %v", wrong, err)
		}
	}
	if _, err := LoadPublic(dir); err != nil { // needs no passphrase
		t.Fatal(err)
	}
	// Damage is told from a wrong passphrase, and never quotes the file.
	file[len(file)/2] = '!'
	os.WriteFile(filepath.Join(dir, "identity"), file, 0o600)
	if _, err := Load(dir, func() (string, error) { return "correct horse", nil }); err == nil || errors.Is(err, ErrPassphrase) {
		t.Fatalf("damaged: %v", err)
	}
}

func TestAKeyIsNeverReplaced(t *testing.T) {
	dir := t.TempDir()
	first := mustCreate(t, dir, "")
	if _, err := Create(dir, "x"); !errors.Is(err, ErrExists) {
		t.Fatal(err)
	}
	again, err := Load(dir, noAsk)
	if err != nil || again.Fingerprint() != first.Fingerprint() {
		t.Fatalf("%v", err)
	}
	if info, _ := os.Stat(filepath.Join(dir, "identity")); info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v", info.Mode())
	}
}

func TestNoKey(t *testing.T) {
	if _, err := LoadPublic(t.TempDir()); !errors.Is(err, ErrNoKey) {
		t.Fatal(err)
	}
	if _, err := Load(t.TempDir(), noAsk); !errors.Is(err, ErrNoKey) {
		t.Fatal(err)
	}
}

func TestSecretsAreNotQuotedInErrors(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "identity"), []byte("AGE-SECRET-KEY-1THEWRONGKIND\n"), 0o600)
	if _, err := Load(dir, noAsk); err == nil || strings.Contains(err.Error(), "WRONGKIND") {
		t.Fatal(err)
	}
}
