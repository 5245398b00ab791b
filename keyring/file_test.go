package keyring

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// beforeSigning returns a folder as it was made before there were signing keys:
// testdata/before/open, or sealed, whose passphrase is "correct horse".
func beforeSigning(t *testing.T, which string) (dir string, identity []byte) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "before", which))); err != nil {
		t.Fatal(err)
	}
	identity, err := os.ReadFile(filepath.Join(dir, "identity"))
	if err != nil {
		t.Fatal(err)
	}
	return dir, identity
}

func horse() (string, error) { return "correct horse", nil }

func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestAKeyWithoutASigningKeyLoadsAsItIs(t *testing.T) {
	for _, which := range []string{"open", "sealed"} {
		dir, file := beforeSigning(t, which)
		public, err := LoadPublic(dir)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := Load(dir, horse)
		if err != nil || loaded.CanSign() || loaded.Public.String() != public.String() {
			t.Fatal(err)
		}
		if now, _ := os.ReadFile(filepath.Join(dir, "identity")); !bytes.Equal(now, file) || names(t, dir) != "identity recipient.txt" {
			t.Fatal("loading changed the folder:", names(t, dir))
		}
		if which == "open" && !bytes.Equal(loaded.plain(), file) {
			t.Fatal("it would not be written as it was")
		}
		// Asked for, it gets one, once.
		signs, err := AddSigning(dir, horse)
		if err != nil || !signs.CanSign() {
			t.Fatal(err)
		}
		again, err := AddSigning(dir, horse)
		if err != nil || again.VerifyKey() != signs.VerifyKey() {
			t.Fatal("a signing key was replaced", err)
		}
		if loaded, err = Load(dir, horse); err != nil || loaded.VerifyKey() != signs.VerifyKey() || loaded.Public.String() != public.String() {
			t.Fatal(err)
		}
	}
}

func TestCreateMakesBothKeys(t *testing.T) {
	dir := t.TempDir()
	made := mustCreate(t, dir, "words")
	asked := 0
	key, err := Load(dir, func() (string, error) { asked++; return "words", nil })
	if err != nil || key.VerifyKey() != made.VerifyKey() || asked != 1 {
		t.Fatalf("%v, asked %d times", err, asked)
	}
}

func TestAgeReadsTheFile(t *testing.T) {
	dir := t.TempDir()
	first := mustCreate(t, dir, "")
	old, _ := first.Seal([]byte("old"))
	key, err := Rekey(dir, noAsk)
	if err != nil {
		t.Fatal(err)
	}
	now, _ := key.Seal([]byte("now"))
	file, _ := os.ReadFile(filepath.Join(dir, "identity"))
	ids, err := age.ParseIdentities(bytes.NewReader(file)) // what age -i does
	if err != nil || len(ids) != 2 {
		t.Fatal(err)
	}
	for _, sealed := range [][]byte{old, now} {
		if _, err := age.Decrypt(bytes.NewReader(sealed), ids...); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRekeyKeepsTheOldKeysForOpening(t *testing.T) {
	for _, passphrase := range []string{"", "words"} {
		ask := func() (string, error) { return passphrase, nil }
		dir := t.TempDir()
		key := mustCreate(t, dir, passphrase)
		signer, first := key.VerifyKey(), key.Fingerprint()
		var sealed [][]byte
		for range 4 {
			s, err := key.Seal([]byte("x"))
			if err != nil {
				t.Fatal(err)
			}
			sealed = append(sealed, s)
			was := key.Public.String()
			if key, err = Rekey(dir, ask); err != nil || key.Public.String() == was || key.VerifyKey() != signer {
				t.Fatal(err)
			}
		}
		loaded, err := Load(dir, ask)
		if err != nil || loaded.Public.String() != key.Public.String() {
			t.Fatal(err)
		}
		public, err := LoadPublic(dir)
		if err != nil || public.String() != key.Public.String() {
			t.Fatal(err)
		}
		if !loaded.Holds(first) || !loaded.Holds(loaded.Fingerprint()) || loaded.Holds("0123456789abcdef") {
			t.Fatal("it does not know its own keys")
		}
		for _, s := range sealed {
			if _, err := loaded.Open(s); err != nil {
				t.Fatal(err)
			}
		}
		file, _ := os.ReadFile(filepath.Join(dir, "identity"))
		if (passphrase == "") != bytes.Contains(file, []byte("SECRET")) || names(t, dir) != "identity recipient.txt" {
			t.Fatal("the passphrase was not kept, or something was left:", names(t, dir))
		}
		if info, _ := os.Stat(filepath.Join(dir, "identity")); info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v", info.Mode())
		}
	}
}

func TestAWrongPassphraseChangesNothing(t *testing.T) {
	dir := t.TempDir()
	mustCreate(t, dir, "words")
	was, _ := os.ReadFile(filepath.Join(dir, "identity"))
	wrong := func() (string, error) { return "wrong", nil }
	if _, err := Rekey(dir, wrong); !errors.Is(err, ErrPassphrase) {
		t.Fatal(err)
	}
	if _, err := AddSigning(dir, noAsk); err == nil {
		t.Fatal("it was changed without asking")
	}
	if now, _ := os.ReadFile(filepath.Join(dir, "identity")); !bytes.Equal(now, was) {
		t.Fatal("the file changed")
	}
	if _, err := Rekey(t.TempDir(), words); !errors.Is(err, ErrNoKey) {
		t.Fatal(err)
	}
}

// Killed between its two files, a change of key is finished by the next load,
// and what the killed writer left is cleared by the next change.
func TestAChangeOfKeyCutShort(t *testing.T) {
	dir := t.TempDir()
	mustCreate(t, dir, "")
	public := filepath.Join(dir, "recipient.txt")
	was, _ := os.ReadFile(public)
	key, err := Rekey(dir, noAsk)
	if err != nil {
		t.Fatal(err)
	}
	for what, cut := range map[string]func() error{
		"the old public half": func() error { return os.WriteFile(public, was, 0o644) },
		"none":                func() error { return os.Remove(public) },
	} {
		if err := cut(); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir, noAsk); err != nil {
			t.Fatal(what, err)
		}
		if p, err := LoadPublic(dir); err != nil || p.String() != key.Public.String() {
			t.Fatal(what, err)
		}
	}
	os.WriteFile(filepath.Join(dir, ".identity.0123456789abcdef.tmp"), []byte("x"), 0o600)
	if _, err := Rekey(dir, noAsk); err != nil || names(t, dir) != "identity recipient.txt" {
		t.Fatal(err, names(t, dir))
	}
}

// A change of key while another process asks for the passphrase is not undone by
// what that one read before.
func TestLoadingDoesNotTurnAChangeBack(t *testing.T) {
	dir := t.TempDir()
	mustCreate(t, dir, "words")
	var next *Key
	_, err := Load(dir, func() (_ string, err error) {
		next, err = Rekey(dir, words)
		return "words", err
	})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := LoadPublic(dir); err != nil || p.String() != next.Public.String() {
		t.Fatal("the older public half is back", err)
	}
}

func TestChangesAtOnceLoseNothing(t *testing.T) {
	dir := t.TempDir()
	mustCreate(t, dir, "")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := Rekey(dir, noAsk); err != nil {
				t.Error(err)
			}
			if _, err := Load(dir, noAsk); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	key, err := Load(dir, noAsk)
	if err != nil || len(key.secret().open) != 9 {
		t.Fatalf("%v: %d keys", err, len(key.secret().open))
	}
	if p, err := LoadPublic(dir); err != nil || p.String() != key.Public.String() {
		t.Fatal("the public half is not that of the key in use", err)
	}
}

func TestSealToSeveral(t *testing.T) {
	a, b, c := mustNew(t), mustNew(t), mustNew(t)
	plain := make([]byte, 100_000)
	rand.Read(plain)
	sealed, err := SealTo(plain, &a.Public, &b.Public)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []*Key{a, b} {
		if got, err := key.Open(sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatal(err)
		}
	}
	if _, err := c.Open(sealed); !errors.Is(err, ErrNotYours) {
		t.Fatal(err)
	}
	if _, err := SealTo(plain); err == nil {
		t.Fatal("it was sealed to nobody")
	}
}

func TestParseRecipient(t *testing.T) {
	s := mustNew(t).Public.String()
	if p, err := ParseRecipient(s); err != nil || p.String() != s {
		t.Fatal(err)
	}
	for _, bad := range []string{"", s[1:], s + "q", " " + s, s + "\n", strings.ToUpper(s), "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"} {
		if _, err := ParseRecipient(bad); err == nil {
			t.Errorf("%.30q was read", bad)
		}
	}
}

func TestDamagedKeyFiles(t *testing.T) {
	_, open := beforeSigning(t, "open")
	before := string(open)
	seed := strings.Repeat("0123456789abcdef", 4)
	for what, text := range map[string]string{
		"nothing":               "",
		"comments":              "# a\n",
		"a signing key alone":   signingLine + seed + "\n",
		"two signing keys":      signingLine + seed + "\n" + signingLine + seed + "\n" + before,
		"a signing key cut":     signingLine + seed[1:] + "\n" + before,
		"no signing key":        signingLine + "\n" + before,
		"another version":       signingFormat + "2 " + seed + "\n" + before,
		"another kind":          before + "AGE-SECRET-KEY-1QQQQQQQ\n",
		"too long":              before + strings.Repeat("#\n", maxFile),
		"a decryption key less": before[:len(before)-5] + "\n",
	} {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "identity"), []byte(text), 0o600)
		_, err := Load(dir, noAsk)
		if err == nil {
			t.Errorf("%s: it was loaded", what)
		} else if strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), seed[:8]) {
			t.Errorf("%s: the error quotes a secret: %v", what, err)
		}
	}
}

func TestAKeyFileCannotAskForMuchWork(t *testing.T) {
	_, file := beforeSigning(t, "sealed")
	if _, err := parseFile(file, horse); err != nil {
		t.Fatal(err)
	}
	block, err := io.ReadAll(armor.NewReader(bytes.NewReader(file)))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := bytes.Cut(block, []byte(" 4\n"))
	costly := slices.Concat(head, fmt.Appendf(nil, " %d\n", maxWorkFactor+1), rest)
	var out bytes.Buffer
	w := armor.NewWriter(&out)
	w.Write(costly)
	w.Close()
	if _, err := parseFile(out.Bytes(), horse); err == nil || errors.Is(err, ErrPassphrase) {
		t.Fatal(err)
	}
}
