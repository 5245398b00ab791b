package keyring

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"frank/internal/canon"
)

func words() (string, error) { return "words", nil }

func TestSecondDevice(t *testing.T) {
	home, away := t.TempDir(), t.TempDir()
	first := mustCreate(t, home, "words")
	second := mustCreate(t, away, "words")
	own, _ := second.Seal([]byte("sealed before the answer"))
	sealed, _ := first.Seal([]byte("sealed to the person"))

	request, err := second.RequestDevice("Ann")
	if err != nil {
		t.Fatal(err)
	}
	card, err := ParseDeviceRequest(request)
	if err != nil || card != second.Card("Ann") {
		t.Fatal(err)
	}
	answer, err := first.AnswerDevice(request, "Ann")
	if err != nil {
		t.Fatal(err)
	}
	from, ids, err := second.OpenAnswer(request, answer)
	if err != nil || from.Fingerprint() != first.Card("Ann").Fingerprint() {
		t.Fatal(err)
	}
	both, err := Adopt(away, words, ids)
	if err != nil {
		t.Fatal(err)
	}
	if both.Public.String() != first.Public.String() || both.VerifyKey() != second.VerifyKey() {
		t.Fatal("the second device has not the person's decryption key and its own signing key")
	}
	for _, s := range [][]byte{own, sealed} {
		if _, err := both.Open(s); err != nil {
			t.Fatal(err)
		}
	}

	// After a change of key on the first device, a second answer brings it over;
	// the first answer again turns nothing back.
	next, err := Rekey(home, words)
	if err != nil {
		t.Fatal(err)
	}
	again, err := next.AnswerDevice(request, "Ann")
	if err != nil {
		t.Fatal(err)
	}
	_, newer, err := both.OpenAnswer(request, again)
	if err != nil {
		t.Fatal(err)
	}
	for _, ids := range []*Identities{newer, ids} {
		if both, err = Adopt(away, words, ids); err != nil || both.Public.String() != next.Public.String() || len(both.secret().open) != 3 {
			t.Fatalf("%v: %d keys", err, len(both.secret().open))
		}
	}
}

func TestAnswersAndRequestsThatAreRefused(t *testing.T) {
	first, second, mallory := mustNew(t), mustNew(t), mustNew(t)
	request, _ := second.RequestDevice("Ann")
	answer, err := first.AnswerDevice(request, "Ann")
	if err != nil {
		t.Fatal(err)
	}
	// Its signing key kept and the sealing key swapped, to receive the answer.
	swapped := bytes.Replace(request, []byte(second.Public.String()), []byte(mallory.Public.String()), 1)
	for what, bad := range map[string][]byte{
		"a swapped key":  swapped,
		"another name":   bytes.Replace(request, []byte("Ann"), []byte("Bob"), 1),
		"no signature":   canon.Marshal(deviceRequest{Format: requestFormat, Card: second.Card("Ann")}),
		"another format": bytes.Replace(request, []byte("request/1"), []byte("request/2"), 1),
		"a card":         second.Card("Ann").Marshal(),
		"too long":       append(bytes.Clone(request), make([]byte, MaxCard)...),
		"nothing":        nil,
		"this device's":  mustRequest(t, first),
		"an answer":      answer,
		"no name":        bytes.Replace(request, []byte(`"Ann"`), []byte(`""`), 1),
	} {
		if _, err := first.AnswerDevice(bad, "Ann"); err == nil {
			t.Errorf("%s was answered", what)
		}
	}
	// The answer is for the device that asked.
	if _, _, err := mallory.OpenAnswer(request, answer); !errors.Is(err, ErrNotYours) {
		t.Error(err)
	}
	if _, _, err := second.OpenAnswer(mustRequest(t, mallory), answer); err == nil {
		t.Error("an answer to another request was taken")
	}
	if _, _, err := second.OpenAnswer(request, make([]byte, maxAnswer+1)); err == nil {
		t.Error("an oversized answer was taken")
	}
	// What mallory sends says that it is from mallory, and cannot say otherwise.
	forged, err := mallory.AnswerDevice(request, "Ann")
	if err != nil {
		t.Fatal(err)
	}
	if from, _, err := second.OpenAnswer(request, forged); err != nil || from.Fingerprint() == first.Card("Ann").Fingerprint() {
		t.Errorf("%v", err)
	}
	plain, _ := second.Open(forged)
	m, f := mallory.Card("Ann"), first.Card("Ann")
	for what, bad := range map[string][]byte{
		"another signer": bytes.Replace(plain, []byte(m.Sign.String()), []byte(f.Sign.String()), 1),
		"another card":   bytes.Replace(plain, canon.Marshal(m), canon.Marshal(f), 1),
		"another secret": bytes.Replace(plain, []byte(mallory.secret().open[0].String()), []byte(second.secret().open[0].String()), 1),
		"cut":            plain[:len(plain)-1],
		"recovery":       []byte(recoveryLine + mallory.secret().open[0].String() + "\n"),
	} {
		if bytes.Equal(bad, plain) {
			t.Fatalf("%s: nothing was changed", what)
		}
		_, _, err := parseAnswer(request, bad)
		if err == nil {
			t.Errorf("%s was taken", what)
		} else if strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: the error quotes a secret", what)
		}
	}
	// The card of who answers must go with the keys it sends.
	a := deviceAnswer{Format: answerFormat, Request: sha256.Sum256(request), From: first.Card("Ann"), Identities: []string{mallory.secret().open[0].String()}}
	a.Signature = first.Sign(DeviceNamespace, canon.Marshal(a))
	if _, _, err := parseAnswer(request, canon.Marshal(a)); err == nil || !strings.Contains(err.Error(), "not those on its card") {
		t.Error("keys that are not on the card were taken:", err)
	}
}

func mustRequest(t *testing.T, k *Key) []byte {
	t.Helper()
	r, err := k.RequestDevice("Ann")
	if err != nil {
		t.Fatal(err)
	}
	return r
}
