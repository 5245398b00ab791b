package keyring

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"
)

func mustNew(t testing.TB) *Key {
	t.Helper()
	key, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestASignatureHoldsForItsMessageNamespaceAndKeyOnly(t *testing.T) {
	key, other := mustNew(t), mustNew(t)
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SliceOf(rapid.Byte()).Draw(t, "message")
		namespace := rapid.SampledFrom([]string{StatementNamespace, SessionNamespace, DeviceNamespace}).Draw(t, "namespace")
		sig := key.Sign(namespace, message)
		if len(sig) != 64 || !key.VerifyKey().Verify(namespace, message, sig) {
			t.Fatal("it does not verify")
		}
		changed := append(bytes.Clone(message), 0)
		bad := bytes.Clone(sig)
		bad[rapid.IntRange(0, 63).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		v := key.VerifyKey()
		for what, held := range map[string]bool{
			"another message":   v.Verify(namespace, changed, sig),
			"another namespace": v.Verify(namespace+"x", message, sig),
			"no namespace":      v.Verify("", message, sig),
			"another key":       other.VerifyKey().Verify(namespace, message, sig),
			"a flipped bit":     v.Verify(namespace, message, bad),
			"cut short":         v.Verify(namespace, message, sig[:63]),
			"nothing":           v.Verify(namespace, message, nil),
			"without SSHSIG":    v.Verify(namespace, message, ed25519.Sign(key.secret().sign, message)),
		} {
			if held {
				t.Fatalf("it verifies for %s", what)
			}
		}
	})
}

// What is written out by hand is what the SSH library writes.
func TestStructuresAreThoseOfSSH(t *testing.T) {
	key := mustNew(t)
	v := key.VerifyKey()
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SliceOf(rapid.Byte()).Draw(t, "message")
		namespace := rapid.StringMatching(`[a-z/0-9]{1,300}`).Draw(t, "namespace")
		sum := sha512.Sum512(message)
		want := append([]byte("SSHSIG"), ssh.Marshal(struct{ Namespace, Reserved, Hash, Sum string }{namespace, "", "sha512", string(sum[:])})...)
		if !bytes.Equal(signedData(namespace, message), want) {
			t.Fatal("the signed data differ")
		}
		public, err := ssh.NewPublicKey(ed25519.PublicKey(v[:]))
		if err != nil || !bytes.Equal(v.ssh(), public.Marshal()) {
			t.Fatalf("the public keys differ: %v", err)
		}
		sig := key.Sign(namespace, message)
		if err := public.Verify(want, &ssh.Signature{Format: "ssh-ed25519", Blob: sig}); err != nil {
			t.Fatal(err)
		}
		block, rest := pem.Decode(v.Armour(namespace, sig))
		if block == nil || len(rest) != 0 || block.Type != "SSH SIGNATURE" {
			t.Fatal("the armour is none")
		}
		blob := ssh.Marshal(struct {
			Version                                      uint32
			PublicKey, Namespace, Reserved, Hash, Signed string
		}{1, string(public.Marshal()), namespace, "", "sha512", string(ssh.Marshal(struct{ Format, Blob string }{"ssh-ed25519", string(sig)}))})
		if !bytes.Equal(block.Bytes, append([]byte("SSHSIG"), blob...)) {
			t.Fatal("the armoured signatures differ")
		}
	})
}

// ssh-keygen, which knows nothing of Frank, accepts the signatures, each in its
// namespace only.
func TestSSHKeygenAccepts(t *testing.T) {
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		if os.Getenv("FRANK_NEED_SSH") != "" {
			t.Fatal("there is no ssh-keygen: it is in the package openssh-client")
		}
		t.Skip("there is no ssh-keygen")
	}
	dir := t.TempDir()
	key := mustNew(t)
	message := []byte("The talks have stalled.\n")
	allowed, err := key.VerifyKey().AllowedSigner(string(key.Person()), StatementNamespace, SessionNamespace)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(dir, "allowed"), []byte(allowed), 0o600)
	verify := func(signed, asked string, message []byte) string {
		os.WriteFile(filepath.Join(dir, "sig"), key.VerifyKey().Armour(signed, key.Sign(signed, []byte("The talks have stalled.\n"))), 0o600)
		cmd := exec.Command(program, "-Y", "verify", "-f", filepath.Join(dir, "allowed"), "-I", string(key.Person()), "-n", asked, "-s", filepath.Join(dir, "sig"))
		cmd.Stdin = bytes.NewReader(message)
		out, err := cmd.CombinedOutput()
		if good := strings.Contains(string(out), "Good"); good != (err == nil) {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	for _, n := range []string{StatementNamespace, SessionNamespace} {
		if out := verify(n, n, message); !strings.Contains(out, "Good") {
			t.Errorf("%s: %s", n, out)
		}
	}
	for what, out := range map[string]string{
		"another message":                 verify(StatementNamespace, StatementNamespace, message[1:]),
		"signed for another namespace":    verify(SessionNamespace, StatementNamespace, message),
		"a namespace that is not allowed": verify(DeviceNamespace, DeviceNamespace, message),
	} {
		if strings.Contains(out, "Good") {
			t.Errorf("%s was accepted: %s", what, out)
		}
	}
}

func TestAllowedSigner(t *testing.T) {
	v := mustNew(t).VerifyKey()
	for _, bad := range []string{"", "a b", "a,b", "*", "!a", "a\nb", `"a"`, strings.Repeat("a", 101)} {
		if line, err := v.AllowedSigner(bad); err == nil {
			t.Errorf("principal %q: %q", bad, line)
		}
	}
	for _, bad := range []string{"", "*", "a,b", `a"`, "a b", "a\nb"} {
		if line, err := v.AllowedSigner("ann@example.org", bad); err == nil {
			t.Errorf("namespace %q: %q", bad, line)
		}
	}
	line, err := v.AllowedSigner("ann@example.org")
	if err != nil || !strings.HasPrefix(line, "ann@example.org ssh-ed25519 AAAA") {
		t.Errorf("%q, %v", line, err)
	}
}

// For every key that is refused as weak there is a signature that holds without
// a secret: the defence is needed, and the list is right.
func TestWeakKeysAreRefused(t *testing.T) {
	forged := append([]byte{1}, make([]byte, 63)...) // R the neutral element, S zero
	for _, w := range weakKeys {
		for _, signBit := range []byte{0, 0x80} {
			v := VerifyKey(w)
			v[31] |= signBit
			held := false
			for i := 0; i < 300 && !held; i++ {
				message := fmt.Appendf(nil, "message %d", i)
				held = ed25519.Verify(v[:], signedData("n", message), forged)
				if v.Verify("n", message, forged) {
					t.Fatalf("%s: a signature without a secret holds", v)
				}
			}
			if !held && !notAPoint(w, signBit) {
				t.Errorf("%s: no forged signature was found, so it need not be refused", v)
			}
			if _, err := ParseVerifyKey(v.String()); err == nil {
				t.Errorf("%s was read", v)
			}
		}
	}
}

// notAPoint: with x = 0 the sign bit means nothing, and the library may refuse it.
func notAPoint(w [32]byte, signBit byte) bool { return signBit != 0 && w[0] != 0x26 && w[0] != 0xc7 }

func TestVerifyKeyText(t *testing.T) {
	v := mustNew(t).VerifyKey()
	var back VerifyKey
	text, _ := v.MarshalText()
	if err := back.UnmarshalText(text); err != nil || back != v || string(text) != v.String() {
		t.Fatal(err)
	}
	for _, bad := range []string{"", v.String()[1:], strings.ToUpper(v.String()[:63]) + "A", v.String() + "0", strings.Repeat("g", 64)} {
		if _, err := ParseVerifyKey(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestWithoutASigningKey(t *testing.T) {
	key := mustNew(t)
	key = newKey(key.secret().open, nil)
	if key.CanSign() {
		t.Fatal("it can sign")
	}
	for what, f := range map[string]func(){
		"Sign": func() { key.Sign("n", nil) }, "Card": func() { key.Card("Ann") }, "Person": func() { key.Person() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", what)
				}
			}()
			f()
		}()
	}
	if _, err := key.RequestDevice("Ann"); err != ErrNoSigning {
		t.Error(err)
	}
	if _, err := key.AnswerDevice(nil, "Ann"); err != ErrNoSigning {
		t.Error(err)
	}
}
