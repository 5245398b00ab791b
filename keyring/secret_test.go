package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// No verb of fmt, no logger and no JSON shows a secret, also deep inside other
// things.
func TestSecretsAreNotPrinted(t *testing.T) {
	key := mustNew(t)
	ids := &Identities{hide(key.secret().open)}
	code := NewCode()
	secrets := map[string]string{"decryption key": key.secret().open[0].String(), "code": code.Reveal(), "part of the code": code.Reveal()[:5]}
	for what, b := range map[string][]byte{"seed": key.secret().sign.Seed(), "bits": code.bits()[:]} {
		secrets[what+" in hex"] = hex.EncodeToString(b)
		secrets[what+" in HEX"] = strings.ToUpper(hex.EncodeToString(b))
		secrets[what+" in base64"] = base64.StdEncoding.EncodeToString(b)[:16]
		secrets[what+" as numbers"] = strings.Trim(fmt.Sprint(b[:6]), "[]")
		secrets[what+" as Go"] = strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", b[:6]), "[]byte{"), "}")
		secrets[what+" bit by bit"] = strings.Trim(fmt.Sprintf("%b", b[:6]), "[]")
		secrets[what+" raw"] = string(b[:8])
	}
	type inside struct {
		Key    Key
		Ptr    *Key
		hidden *Key
		value  Key
		IDs    *Identities
		ids    Identities
		Code   Code
		code   Code
		any    any
	}
	deep := inside{*key, key, key, *key, ids, *ids, code, code, []any{key, *key, ids, code}}
	list := []any{key, *key, ids, *ids, code, &code, deep, &deep, []*Key{key}, []Key{*key}, map[string]Key{"a": *key}, []Code{code}, struct{ k *Key }{key}, [1]any{&deep}}
	check := func(how, out string) {
		for what, s := range secrets {
			if strings.Contains(out, s) {
				t.Errorf("%s shows the %s", how, what)
			}
		}
	}
	printed := 0
	for _, v := range list {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%c", "%U", "%t", "%b", "%e", "%10.3v", "% x", "%#x"} {
			check(fmt.Sprintf("%s of %T", verb, v), fmt.Sprintf(verb, v))
			printed++
		}
		check("Print", fmt.Sprint(v)+fmt.Sprintln(v))
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		check("a log", log.String())
		if text, err := json.Marshal(v); err == nil {
			check("JSON", string(text))
		}
		check("an error", fmt.Errorf("it is %v", v).Error())
	}
	if printed < 100 {
		t.Fatal("too little was printed")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if fmt.Sprintf(verb, *key) != key.Public.String() || fmt.Sprintf(verb, code) != "(recovery code)" || fmt.Sprintf(verb, ids) != "1 decryption keys" {
			t.Errorf("what %s prints is of no use", verb)
		}
	}
}
