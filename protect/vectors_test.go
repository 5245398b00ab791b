package protect

import (
	"crypto/sha256"
	"encoding/json"
	"os"
	"testing"

	"frank"
	"frank/keyring"
)

// example is vectors/protected.json, the worked example of spec/protected.md.
type example struct {
	Disclosure *Disclosure `json:"disclosure"` // with its signature
	Text       string      `json:"text"`
	Message    string      `json:"message"` // what is signed
	Size       int         `json:"size"`    // of the container
	Container  frank.Hash  `json:"container sha256"`
	Unsigned   frank.Hash  `json:"unsigned container sha256"`
}

const vectorsPath = "../vectors/protected.json"

func TestVectors(t *testing.T) {
	if os.Getenv("UPDATE_VECTORS") != "" {
		update(t)
	}
	data, err := os.ReadFile(vectorsPath)
	if err != nil {
		t.Fatal(err)
	}
	var v example
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	d := v.Disclosure
	d.Text = v.Text
	signed := must(t, d)
	if frank.Hash(sha256.Sum256(signed)) != v.Container || len(signed) != v.Size || string(d.message()) != v.Message {
		t.Error("the signed container is another")
	}
	if _, err := Parse(signed); err != nil {
		t.Error(err)
	}
	d.Signed = nil
	if frank.Hash(sha256.Sum256(must(t, d))) != v.Unsigned {
		t.Error("the container without a signature is another")
	}
}

func update(t *testing.T) {
	finn, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	court, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	d := disclosure(t)
	v := example{Disclosure: d, Text: d.Text, Unsigned: sha256.Sum256(must(t, d))}
	d.Sign(finn, finn.Card("Finn Aske"), &court.Public)
	data := must(t, d)
	v.Message, v.Size, v.Container = string(d.message()), len(data), sha256.Sum256(data)
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorsPath, append(out, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
