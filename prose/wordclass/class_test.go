package wordclass

import (
	"hash/fnv"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct{ sentence, want string }{
		{"The Minister will report to the Cabinet on Monday .", "determiner noun modal base preposition determiner noun preposition name none"},
		{"His report was well received .", "possessive noun past adverb perfect none"},
		{"They have increased the import of wool .", "pronoun base perfect determiner noun preposition noun none"},
		{"I think that the increase is needed .", "pronoun base that determiner noun third perfect none"},
		{"Increased costs delayed the building of roads .", "perfect nouns past determiner noun preposition nouns none"},
		{"He asked them to set up a committee .", "pronoun past pronoun to base particle determiner noun none"},
	} {
		var got []string
		for _, c := range Of(strings.Fields(tt.sentence)) {
			got = append(got, c.String())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.sentence, strings.Join(got, " "), tt.want)
		}
	}
	if len(Of(nil)) != 0 {
		t.Error("no words have classes")
	}
}

// The same everywhere, natively and as WebAssembly: the classes of odd text,
// by their hash.
func TestOfIsTheSame(t *testing.T) {
	h := fnv.New64a()
	seed := uint32(1)
	words := strings.Fields("the of to a import export report he they which running quickly Berlin 1947 , set up well-known didn't being X")
	for range 200 {
		var s []string
		for range 12 {
			seed = seed*1664525 + 1013904223
			s = append(s, words[int(seed>>16)%len(words)])
		}
		for _, c := range Of(s) {
			h.Write([]byte{byte(c)})
		}
	}
	const want = 0xc5dc58702ee0e6cd
	if got := h.Sum64(); got != want {
		t.Errorf("the classes hash to %#x, not %#x", got, uint64(want))
	}
}

func TestRead(t *testing.T) {
	if _, err := read(modelFile); err != nil {
		t.Fatal(err)
	}
	for n := range 20 {
		if _, err := read(modelFile[:n*len(modelFile)/20]); err == nil {
			t.Errorf("a model cut short at %d twentieths is read", n)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	words := strings.Fields(strings.Repeat("The Minister said that he had received the report of the Committee on the import of wool , and would consider it . ", 45))
	b.ReportMetric(float64(len(words)), "words")
	for b.Loop() {
		Of(words)
	}
}
