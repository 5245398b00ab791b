package issue

import (
	"slices"
	"strings"
	"testing"

	"frank"
)

func TestParseReaders(t *testing.T) {
	ann := Reader{Name: "Ann Smith"}
	for name, c := range map[string]struct {
		in   string
		want []Reader
	}{
		"lines":          {"Ann Smith\nBob\n", []Reader{ann, {Name: "Bob"}}},
		"empty lines":    {"\n  Ann Smith \r\n\n\nBob", []Reader{ann, {Name: "Bob"}}},
		"commas":         {"Smith, Ann\n", []Reader{{Name: "Smith, Ann"}}},
		"csv":            {"office,name\nUS Desk,Ann Smith\n,Bob\n", []Reader{{"US Desk", "Ann Smith"}, {"", "Bob"}}},
		"other order":    {"Name, Office\nAnn Smith, US Desk\n", []Reader{{"US Desk", "Ann Smith"}}},
		"quoted":         {"office,name\n\"Desk, US\",\"Ann \"\"A\"\" Smith\"\n", []Reader{{"Desk, US", `Ann "A" Smith`}}},
		"spreadsheet":    {"\ufeffoffice,name\r\nUS Desk,Ann Smith\r\n", []Reader{{"US Desk", "Ann Smith"}}},
		"semicolons":     {"office;name\nUS Desk;Smith, Ann\n", []Reader{{"US Desk", "Smith, Ann"}}},
		"tabs":           {"name\toffice\nAnn Smith\tUS Desk\n", []Reader{{"US Desk", "Ann Smith"}}},
		"more columns":   {"office,name,room\nUS Desk,Ann Smith,12\n", []Reader{{"US Desk", "Ann Smith"}}},
		"two offices":    {"office,name\nA,Ann Smith\nB,Ann Smith\n", []Reader{{"A", "Ann Smith"}, {"B", "Ann Smith"}}},
		"accents joined": {"Rene\u0301\n", []Reader{{Name: "René"}}},
	} {
		got, err := ParseReaders([]byte(c.in))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestReadersThatCannotBe(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "is empty",
		"\n \n":                              "is empty",
		"office,name\n":                      "is empty",
		"Ann\nBob\nann\n":                    "lines 1 and 3",
		"office,name\nA,Ann\nB,Bo\n a ,Ann ": "lines 2 and 4",
		"office,name\nA,\n":                  "line 2 of the readers has no name",
		"office,name\n\"A,Ann\n":             "is not CSV",
		"Ann\xff\n":                          "not UTF-8",
		strings.Repeat("A", 2000):            "has 2000 bytes",
		"Ann\x1b[2J\n":                       "control character",
	} {
		_, err := ParseReaders([]byte(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
		if want != "is not CSV" && !strings.Contains(want, "control") && frank.Hint(err) == "" {
			t.Errorf("%q: no hint", in)
		}
	}
}

func FuzzParseReaders(f *testing.F) {
	f.Add([]byte("office,name\nA,\"B\"\n"))
	f.Add([]byte("Ann\nBob"))
	f.Fuzz(func(t *testing.T, in []byte) {
		list, err := ParseReaders(in)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, r := range list {
			if r.Name == "" || seen[r.same()] {
				t.Fatalf("%q from %q", r, in)
			}
			seen[r.same()] = true
		}
	})
}
