package keyring

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCardTravels(t *testing.T) {
	a, b := mustNew(t), mustNew(t)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-zéßЖ<&>"'.-]{1,20}( [A-Za-zéßЖ]{1,20}){0,2}`).Draw(t, "name")
		card := a.Card(name)
		data := card.Marshal()
		if back, err := ParseCard(data); err != nil || back != card {
			t.Fatalf("%v: %s", err, data)
		}
		at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		changed := bytes.Clone(data)
		changed[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		back, err := ParseCard(changed)
		if err == nil && back.Fingerprint() == card.Fingerprint() && (back.Sign != card.Sign || back.Seal != card.Seal) {
			t.Fatal("a changed card has the same fingerprint")
		}
	})
	// The fingerprint is over both keys, and not the name.
	card := a.Card("Ann")
	if f := card.Fingerprint(); !regexp.MustCompile(`^[0-9a-f]{4}( [0-9a-f]{4}){7}$`).MatchString(f) || f != a.Card("Bea").Fingerprint() {
		t.Error(f)
	}
	for _, other := range []Card{{"Ann", b.VerifyKey(), card.Seal}, {"Ann", card.Sign, b.Public.String()}} {
		if other.Fingerprint() == card.Fingerprint() {
			t.Error("another key has the same fingerprint")
		}
	}
}

func TestCardsThatAreRefused(t *testing.T) {
	key := mustNew(t)
	good := key.Card("Ann")
	for what, name := range map[string]string{
		"none": "", "space": " ", "before": " Ann", "after": "Ann ", "double": "Ann  B", "line": "Ann\nB", "tab": "Ann\tB",
		"not NFC": "Ange\u0301le", "no text": "Ann\xff", "a mark of direction": "Ann\u202e", "another space": "Ann\u00a0B", "long": strings.Repeat("a", MaxName+1),
	} {
		c := good
		c.Name = name
		if c.Validate() == nil {
			t.Errorf("the name %q (%s) is taken", name, what)
		}
	}
	for _, c := range []Card{{"Ann", VerifyKey{}, good.Seal}, {"Ann", good.Sign, ""}, {}} {
		if c.Validate() == nil {
			t.Errorf("%v is taken", c)
		}
	}
	data := string(good.Marshal())
	for what, bad := range map[string]string{
		"format":      strings.Replace(data, "card/1", "card/2", 1),
		"a line feed": data + "\n",
		"more":        strings.Replace(data, `{"format"`, `{"extra":1,"format"`, 1),
		"a weak key":  strings.Replace(data, good.Sign.String(), strings.Repeat("0", 64), 1),
		"capitals":    strings.Replace(data, good.Seal, strings.ToUpper(good.Seal), 1),
		"a bit":       strings.Replace(data, good.Seal, good.Seal[:len(good.Seal)-1], 1),
		"another age": strings.Replace(data, good.Seal, "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", 1),
		"too long":    data + strings.Repeat(" ", MaxCard),
		"nothing":     "",
	} {
		if _, err := ParseCard([]byte(bad)); err == nil {
			t.Errorf("%s: it was read", what)
		}
	}
}
