package keyring

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"

	"frank"
)

func drawCode(t *rapid.T) Code {
	bits := [20]byte(rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "bits"))
	return Code{hide(&bits)}
}

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := drawCode(t)
		typed := code.Reveal()
		if len(typed) != 47 || strings.Count(typed, "-") != 7 {
			t.Fatal(len(typed))
		}
		typed = strings.ReplaceAll(typed, "-", rapid.SampledFrom([]string{"-", " ", "", " – ", "\n"}).Draw(t, "between"))
		typed = strings.ReplaceAll(typed, "0", rapid.SampledFrom([]string{"0", "O", "o"}).Draw(t, "zero"))
		typed = strings.ReplaceAll(typed, "1", rapid.SampledFrom([]string{"1", "I", "l"}).Draw(t, "one"))
		if rapid.Bool().Draw(t, "small") {
			typed = strings.ToLower(typed)
		}
		back, err := ParseCode(" " + typed + "\n")
		if err != nil || *back.bits() != *code.bits() {
			t.Fatalf("%q: %v", typed, err)
		}
	})
}

// Whatever single sign is wrong, and whatever two are swapped, the group is named;
// two groups that are swapped are both named.
func TestAMistypedGroupIsNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		good := drawCode(t).Reveal()
		groups := strings.Split(good, "-")
		var want []int
		g := rapid.IntRange(0, 7).Draw(t, "group")
		text := []byte(groups[g])
		i := rapid.IntRange(0, 4).Draw(t, "sign")
		switch rapid.SampledFrom([]string{"wrong", "swapped", "no sign", "short", "groups"}).Draw(t, "mistake") {
		case "wrong":
			was := text[i]
			text[i] = rapid.SampledFrom([]byte(codeSigns)).Filter(func(b byte) bool { return b != was }).Draw(t, "typed")
		case "swapped":
			j := rapid.IntRange(0, 4).Draw(t, "other")
			if text[i] == text[j] {
				t.Skip("the same sign")
			}
			text[i], text[j] = text[j], text[i]
		case "no sign":
			text[i] = rapid.SampledFrom([]byte("Uu!?*")).Draw(t, "typed")
		case "short":
			text = slices.Delete(text, i, i+1)
		case "groups":
			h := rapid.IntRange(0, 7).Filter(func(h int) bool { return h != g }).Draw(t, "other")
			text = []byte(groups[h])
			groups[h] = groups[g]
			want = append(want, h+1)
		}
		groups[g] = string(text)
		want = append(want, g+1)
		slices.Sort(want)
		typed := strings.Join(groups, "-")
		_, err := ParseCode(typed)
		wrong, ok := errors.AsType[*CodeError](err)
		if !ok || !slices.Equal(wrong.Groups, want) {
			t.Fatalf("%s typed %s: %v, expected groups %v", good, typed, err, want)
		}
		if frank.Hint(err) == "" {
			t.Fatal("no hint")
		}
		for _, part := range groups {
			if strings.Contains(err.Error(), part) && len(part) == groupSigns {
				t.Fatalf("the error quotes the code: %v", err)
			}
		}
	})
	for _, typed := range []string{"", "A", strings.Repeat("00000-", 7), strings.Repeat("A", 5000)} {
		if _, err := ParseCode(typed); err == nil {
			t.Errorf("%.50q was read", typed)
		}
	}
}

func TestRecovery(t *testing.T) {
	dir := t.TempDir()
	first := mustCreate(t, dir, "")
	old, err := first.Seal([]byte("sealed to the first key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := Rekey(dir, noAsk)
	if err != nil {
		t.Fatal(err)
	}
	code := NewCode()
	sealed, err := key.SealRecovery(code)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Drill(sealed, code); err != nil {
		t.Fatal(err)
	}

	// On a new machine, with what was typed from the sheet.
	typed, err := ParseCode(strings.ToLower(code.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	ids, err := Recover(sealed, typed)
	if err != nil || ids.Len() != 2 || ids.Public().String() != key.Public.String() {
		t.Fatalf("%v", err)
	}
	elsewhere := t.TempDir()
	fresh := mustCreate(t, elsewhere, "words")
	back, err := Adopt(elsewhere, words, ids)
	if err != nil || back.Public.String() != key.Public.String() {
		t.Fatal(err)
	}
	if back.VerifyKey() != fresh.VerifyKey() || back.VerifyKey() == key.VerifyKey() {
		t.Fatal("a signing key was recovered")
	}
	if plain, err := back.Open(old); err != nil || string(plain) != "sealed to the first key" {
		t.Fatal(err)
	}

	// Another code, a changed blob, an older state.
	if _, err := Recover(sealed, NewCode()); !errors.Is(err, ErrCode) {
		t.Fatal(err)
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if err := key.Drill(bad, code); err == nil {
			t.Fatalf("changed at %d, the drill passed", i)
		}
	}
	if before, err := first.SealRecovery(code); err != nil || !errors.Is(key.Drill(before, code), ErrStale) {
		t.Fatal("an older state passed the drill", err)
	}
	if other, err := fresh.SealRecovery(code); err != nil || !errors.Is(key.Drill(other, code), ErrStale) {
		t.Fatal("another's recovery passed the drill", err)
	}
	turned, err := newKey([]*age.HybridIdentity{key.secret().open[1], key.secret().open[0]}, nil).SealRecovery(code)
	if err != nil || !errors.Is(key.Drill(turned, code), ErrStale) {
		t.Fatal("a recovery that would put an older key in use passed the drill", err)
	}
	part, err := newKey(key.secret().open[:1], nil).SealRecovery(code)
	if err != nil || !errors.Is(key.Drill(part, code), ErrStale) {
		t.Fatal("a recovery without the older keys passed the drill", err)
	}
}

// The age command needs nothing of Frank's: the code is the passphrase, and what
// comes out is an identity file.
func TestAgeOpensARecovery(t *testing.T) {
	key := mustNew(t)
	code := NewCode()
	blob, err := key.SealRecovery(code)
	if err != nil {
		t.Fatal(err)
	}
	identity, _ := age.NewScryptIdentity(code.Reveal())
	r, err := age.Decrypt(bytes.NewReader(blob), identity)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := age.ParseIdentities(r)
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := key.Seal([]byte("x"))
	if r, err = age.Decrypt(bytes.NewReader(sealed), ids...); err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(r); err != nil || string(plain) != "x" {
		t.Fatal(err)
	}
}

// A stored recovery comes from a server, which may ask for any work.
func TestARecoveryCannotAskForMuchWork(t *testing.T) {
	code := NewCode()
	recipient, _ := age.NewScryptRecipient(code.Reveal())
	recipient.SetWorkFactor(recoveryFactor + 1)
	sealed, err := encrypt([]byte("x"), recipient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Recover(sealed, code); !errors.Is(err, ErrCode) {
		t.Fatal(err)
	}
	if _, err := Recover(make([]byte, maxFile+1), code); err == nil {
		t.Fatal("an oversized recovery was read")
	}
}
