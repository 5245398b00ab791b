package keyring

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// example is vectors/keys.json, the worked example of spec/keys.md. What is
// sealed differs each time it is made, so it is kept and must open.
type example struct {
	Identity  string `json:"identity"`  // the key file, not sealed by a passphrase
	Newer     string `json:"newer"`     // the same after a change of the decryption key
	Recipient string `json:"recipient"` // of identity
	Name      string `json:"name"`

	Sign          string `json:"sign"`
	Person        string `json:"person"`
	Card          string `json:"card"`
	Fingerprint   string `json:"fingerprint"`
	Namespace     string `json:"namespace"`
	Message       string `json:"message"`
	MessageSHA512 string `json:"message sha512"`
	SignedData    string `json:"signed data"` // hexadecimal, as all bytes here but what is sealed
	Signature     string `json:"signature"`
	Armoured      string `json:"armoured"`
	AllowedSigner string `json:"allowed signer"`

	CodeBits  string `json:"code bits"`
	Code      string `json:"code"`
	Recovery  []byte `json:"recovery"`  // base64
	Recovered string `json:"recovered"` // what it opens to

	NewDevice string `json:"new device"` // the key file of a second device
	Request   string `json:"request"`
	Answer    []byte `json:"answer"`   // base64
	Answered  string `json:"answered"` // what it opens to
}

const vectorsPath = "../vectors/keys.json"

func TestVectors(t *testing.T) {
	data, err := os.ReadFile(vectorsPath)
	if err != nil {
		t.Fatal(err)
	}
	var v example
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_VECTORS") != "" {
		v = fresh(t, v)
		data, _ := json.MarshalIndent(v, "", " ")
		if err := os.WriteFile(vectorsPath, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	key, newer, device := mustParse(t, v.Identity), mustParse(t, v.Newer), mustParse(t, v.NewDevice)
	got := v
	got.fill(t, key, device)
	if got.Newer = string(newer.plain()); newer.VerifyKey() != key.VerifyKey() || newer.secret().open[1].String() != key.secret().open[0].String() {
		t.Error("the changed key is not the key changed")
	}
	want, _ := json.MarshalIndent(v, "", " ")
	again, _ := json.MarshalIndent(got, "", " ")
	if !bytes.Equal(again, want) {
		t.Errorf("got\n%s\nexpected\n%s", again, want)
	}

	code, err := ParseCode(v.Code)
	if err != nil {
		t.Fatal(err)
	}
	if err := newer.Drill(v.Recovery, code); err != nil {
		t.Error(err)
	}
	from, ids, err := device.OpenAnswer([]byte(v.Request), v.Answer)
	if err != nil || from != newer.Card(v.Name) || ids.Len() != 2 {
		t.Error(err)
	}
	if plain, err := device.Open(v.Answer); err != nil || string(plain) != v.Answered {
		t.Error("the answer opens to something else", err)
	}
	if !key.VerifyKey().Verify(v.Namespace, []byte(v.Message), key.Sign(v.Namespace, []byte(v.Message))) {
		t.Error("the signature does not hold")
	}
}

// fill computes what follows from the keys and is the same every time.
func (v *example) fill(t *testing.T, key, device *Key) {
	v.Identity, v.NewDevice = string(key.plain()), string(device.plain())
	v.Recipient = key.Public.String()
	v.Sign = key.VerifyKey().String()
	v.Person = string(key.Person())
	v.Card = string(key.Card(v.Name).Marshal())
	v.Fingerprint = key.Card(v.Name).Fingerprint()
	sum := sha512.Sum512([]byte(v.Message))
	v.MessageSHA512 = hex.EncodeToString(sum[:])
	v.SignedData = hex.EncodeToString(signedData(v.Namespace, []byte(v.Message)))
	sig := key.Sign(v.Namespace, []byte(v.Message))
	v.Signature = hex.EncodeToString(sig)
	v.Armoured = string(key.VerifyKey().Armour(v.Namespace, sig))
	line, err := key.VerifyKey().AllowedSigner(string(key.Person()), v.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	v.AllowedSigner = line
	bits, err := hex.DecodeString(v.CodeBits)
	if err != nil || len(bits) != 20 {
		t.Fatal("the code's bits are not 20 bytes")
	}
	v.Code = Code{hide((*[20]byte)(bits))}.Reveal()
	request, err := device.RequestDevice(v.Name)
	if err != nil {
		t.Fatal(err)
	}
	v.Request = string(request)
}

// fresh keeps the keys, or makes them, and seals anew.
func fresh(t *testing.T, v example) example {
	if v.Identity == "" {
		for i, text := range []*string{&v.Identity, &v.NewDevice} {
			key := mustNew(t)
			seed := bytes.Repeat([]byte{byte(i + 1)}, 32)
			*text = string(newKey(key.secret().open, ed25519.NewKeyFromSeed(seed)).plain())
		}
		key, other := mustParse(t, v.Identity), mustNew(t)
		v.Newer = string(newKey(merge(other.secret().open, key.secret().open), key.secret().sign).plain())
		v.Name, v.Namespace, v.Message = "Ann Lee", StatementNamespace, "The talks have stalled.\n"
		v.CodeBits = "000102030405060708090a0b0c0d0e0f10111213"
	}
	key, newer, device := mustParse(t, v.Identity), mustParse(t, v.Newer), mustParse(t, v.NewDevice)
	v.fill(t, key, device)
	code, err := ParseCode(v.Code)
	if err != nil {
		t.Fatal(err)
	}
	if v.Recovery, err = newer.SealRecovery(code); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString(recoveryLine)
	writeIdentities(&b, newer.secret().open)
	v.Recovered = b.String()
	if v.Answer, err = newer.AnswerDevice([]byte(v.Request), v.Name); err != nil {
		t.Fatal(err)
	}
	answered, err := device.Open(v.Answer)
	if err != nil {
		t.Fatal(err)
	}
	v.Answered = string(answered)
	return v
}

func mustParse(t *testing.T, text string) *Key {
	t.Helper()
	key, err := parsePlain([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// What spec/keys.md shows is the beginning of what the worked example has.
func TestSpecificationShowsTheExample(t *testing.T) {
	data, err := os.ReadFile(vectorsPath)
	if err != nil {
		t.Fatal(err)
	}
	var v example
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	spec, err := os.ReadFile("../spec/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	var answer deviceAnswer
	if err := json.Unmarshal([]byte(v.Answered), &answer); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		v.Code, v.Person, v.Fingerprint[:14] + " …", v.Sign[:8] + "…", answer.Request.String()[:8] + "…",
		"\n" + answer.Identities[0][:26] + "…\n" + answer.Identities[1][:26] + "…\n", strings.SplitN(v.Identity, "\n", 3)[1],
		v.AllowedSigner[:len(v.Person)+60],
		strings.SplitAfter(v.Card, v.Sign[:8])[0] + "…",
	} {
		if !bytes.Contains(spec, []byte(s)) {
			t.Errorf("the specification does not show %q", s)
		}
	}
}
