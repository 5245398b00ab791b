package canon

import (
	"testing"

	"frank"
)

type sample struct {
	Format string          `json:"format"`
	Hash   frank.Hash      `json:"hash"`
	Refs   []frank.Ref     `json:"refs,omitempty"`
	Office *frank.OfficeID `json:"office,omitempty"`
}

const zero = "0000000000000000000000000000000000000000000000000000000000000000"

func TestUnmarshal(t *testing.T) {
	good := `{"format":"a <b> & c ","hash":"` + zero + `","refs":["26 PARIS 1"]}`
	var s sample
	if err := Unmarshal([]byte(good), &s); err != nil || string(Marshal(s)) != good {
		t.Errorf("%v: %s", err, Marshal(s))
	}
	for what, bad := range map[string]string{
		"white space":   `{"format": "a","hash":"` + zero + `"}`,
		"a line feed":   `{"format":"a","hash":"` + zero + `"}` + "\n",
		"another order": `{"hash":"` + zero + `","format":"a"}`,
		"a key twice":   `{"format":"b","format":"a","hash":"` + zero + `"}`,
		"unknown":       `{"format":"a","hash":"` + zero + `","x":1}`,
		"a field less":  `{"format":"a"}`,
		"upper case":    `{"format":"a","hash":"A` + zero[1:] + `"}`,
		"escaped":       `{"format":"\u0061","hash":"` + zero + `"}`,
		"another name":  `{"Format":"a","hash":"` + zero + `"}`,
		"empty list":    `{"format":"a","hash":"` + zero + `","refs":[]}`,
		"null":          `null`,
		"nothing":       ``,
		"a kind":        `{"format":1,"hash":"` + zero + `"}`,
		"a ref":         `{"format":"a","hash":"` + zero + `","refs":["26 paris 1"]}`,
	} {
		if err := Unmarshal([]byte(bad), new(sample)); err == nil {
			t.Errorf("%s was read: %s", what, bad)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"format":"a","hash":"` + zero + `","refs":["26 PARIS 1"]}`))
	f.Add([]byte(`{"format":"\ud800","hash":"` + zero + `"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s sample
		if Unmarshal(data, &s) == nil && string(Marshal(s)) != string(data) {
			t.Errorf("%q was read, and is written %q", data, Marshal(s))
		}
	})
}
