package keyring

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// worked returns the worked example, whose parts are the seeds of the fuzzing.
func worked(f *testing.F) (v example) {
	data, err := os.ReadFile(vectorsPath)
	if err != nil {
		f.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		f.Fatal(err)
	}
	return v
}

func FuzzParseCard(f *testing.F) {
	f.Add([]byte(worked(f).Card))
	f.Fuzz(func(t *testing.T, data []byte) {
		card, err := ParseCard(data)
		if err == nil && (!bytes.Equal(card.Marshal(), data) || card.Validate() != nil) {
			t.Errorf("%q was read, and is written %q", data, card.Marshal())
		}
	})
}

func FuzzParseRecipient(f *testing.F) {
	f.Add(worked(f).Recipient)
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := ParseRecipient(s); err == nil && p.String() != s {
			t.Errorf("%q was read, and is written %q", s, p)
		}
	})
}

func FuzzParseVerifyKey(f *testing.F) {
	f.Add(worked(f).Sign, []byte("x"), make([]byte, 64))
	f.Fuzz(func(t *testing.T, s string, message, sig []byte) {
		v, err := ParseVerifyKey(s)
		if err == nil && v.String() != s {
			t.Errorf("%q was read, and is written %q", s, v)
		}
		v.Verify("n", message, sig) // whatever they are, it does not panic
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add(worked(f).Code)
	f.Add("O0-Il1 ouU")
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParseCode(typed)
		if err != nil {
			return
		}
		if again, err := ParseCode(code.Reveal()); err != nil || *again.bits() != *code.bits() {
			t.Errorf("%q is read as %q, which is not read as that: %v", typed, code.Reveal(), err)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	v := worked(f)
	f.Add([]byte(v.Identity))
	f.Add([]byte(v.Newer))
	f.Add([]byte("-----BEGIN AGE ENCRYPTED FILE-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := parseFile(data, func() (string, error) { return "words", nil })
		if err != nil {
			if strings.Contains(err.Error(), "SECRET") {
				t.Error("the error quotes a secret")
			}
			return
		}
		again, err := parsePlain(key.plain())
		if err != nil || !bytes.Equal(again.plain(), key.plain()) || again.CanSign() != key.CanSign() {
			t.Errorf("what was read is not read again: %v", err)
		}
	})
}

func FuzzParseRecovery(f *testing.F) {
	f.Add([]byte(worked(f).Recovered))
	f.Fuzz(func(t *testing.T, plain []byte) {
		ids, err := parseRecovery(plain)
		if err != nil {
			return
		}
		var b bytes.Buffer
		b.WriteString(recoveryLine)
		writeIdentities(&b, ids.list())
		if !bytes.Equal(b.Bytes(), plain) {
			t.Error("what was read is written otherwise")
		}
	})
}

func FuzzRecover(f *testing.F) {
	v := worked(f)
	f.Add(v.Recovery)
	code, err := ParseCode(v.Code)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if _, err := Recover(sealed, code); err == nil && !bytes.Equal(sealed, v.Recovery) {
			t.Error("something else than was sealed opens")
		}
	})
}

func FuzzParseDeviceRequest(f *testing.F) {
	f.Add([]byte(worked(f).Request))
	f.Fuzz(func(t *testing.T, data []byte) {
		if card, err := ParseDeviceRequest(data); err == nil && card.Validate() != nil {
			t.Error("a card that is none was taken")
		}
	})
}

func FuzzParseAnswer(f *testing.F) {
	v := worked(f)
	f.Add([]byte(v.Request), []byte(v.Answered))
	f.Fuzz(func(t *testing.T, request, plain []byte) {
		from, ids, err := parseAnswer(request, plain)
		if err == nil && (ids.Public().String() != from.Seal || from.Validate() != nil) {
			t.Error("an answer that does not fit its card was taken")
		}
	})
}
