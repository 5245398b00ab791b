package leak

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"frank/bench/corpus"

	"pgregory.net/rapid"
)

func material(t testing.TB) *Material {
	t.Helper()
	var texts []string
	for _, d := range corpus.Unrelated() {
		texts = append(texts, d.Text)
	}
	return NewMaterial(texts)
}

// anyText draws prose-like text with everything in it that is hard to handle.
func anyText(t *rapid.T) string {
	atoms := []string{"the ", "The Government ", "he ", "said that ", "do not ", "don’t ", "organise ", "colour, ", "a, b and c ",
		"5 per cent ", "fifteen ", "1. ", "\n", "\n\n", "(a) ", "– ", "—", "…", "...", "“", "”", "'", "\"", "; ", ". ", "Mr. ", "I ",
		"\u00a0", "\u200b", "\ufe0f", "é", "e\u0301", "漢字", "🙂", "\xff", "\xc3", "[", "]", "<b>&", "\t", "rn", "0.5 ", "U.K. "}
	n := rapid.IntRange(0, 120).Draw(t, "atoms")
	var b strings.Builder
	for range n {
		if rapid.IntRange(0, 9).Draw(t, "free") == 0 {
			b.WriteString(rapid.String().Draw(t, "string"))
		} else {
			b.WriteString(rapid.SampledFrom(atoms).Draw(t, "atom"))
		}
	}
	return b.String()
}

func TestEveryMediumTakesAnyTextAndIsReproducible(t *testing.T) {
	with := material(t)
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t)
		seed := rapid.Uint64().Draw(t, "seed")
		for _, m := range Media {
			a := Print(m, text, with, NewRand(seed, string(m)))
			b := Print(m, text, with, NewRand(seed, string(m)))
			if string(a.Data) != string(b.Data) || a.Name != b.Name {
				t.Fatalf("%s: the same seed gave two exhibits", m)
			}
			if m != Paste && !utf8.Valid(a.Data) {
				t.Fatalf("%s: the exhibit is not UTF-8", m)
			}
			if m == Paste && string(a.Data) != text {
				t.Fatalf("paste changed the text")
			}
			if len(a.Quotes) == 0 {
				t.Fatalf("%s: quotes nothing", m)
			}
		}
		for _, n := range []int{0, 1, 25, 250} {
			for _, cut := range []func(string, int, *Rand) (Cut, bool){Excerpt, Sentences} {
				if c, ok := cut(text, n, NewRand(seed)); ok && (c.Text != text[c.Start:c.End] || c.Words < n) {
					t.Fatalf("%d words: got %+v", n, c)
				}
			}
		}
	})
}

func TestMediaChangeWithTheSeed(t *testing.T) {
	with := material(t)
	text := corpus.Own()[0].Text
	for _, m := range Media[1:] {
		seen := map[string]bool{}
		for seed := range uint64(8) {
			seen[string(Print(m, text, with, NewRand(seed)).Data)] = true
		}
		if len(seen) < 3 {
			t.Errorf("%s: eight seeds gave only %d exhibits", m, len(seen))
		}
		if m.Survival() == "" {
			t.Errorf("%s has no name in the survival tables", m)
		}
	}
}

func TestSeedsAreTheSameEverywhere(t *testing.T) {
	r := NewRand(7, "doc", "press")
	got := fmt.Sprint(r.N(1000), r.N(1000), r.N(1000), r.Perm(5))
	if want := "977 302 416 [4 0 1 3 2]"; got != want {
		t.Errorf("seed 7 gives %s, not %s: every golden result changes with it", got, want)
	}
	if NewRand(7, "ab", "c").N(1<<30) == NewRand(7, "a", "bc").N(1<<30) {
		t.Error("labels run together")
	}
}

func TestExcerptIsExactlySoManyWords(t *testing.T) {
	tried, atStart := 0, 0
	for _, d := range corpus.Own() {
		for _, n := range []int{25, 50, 75, 100, 150, 250} {
			for seed := range uint64(4) {
				c, ok := Excerpt(d.Text, n, NewRand(seed, d.ID))
				if !ok {
					t.Fatalf("%s: no excerpt of %d words", d.ID, n)
				}
				tried++
				if c.Words != n || len(words(c.Text)) != n || c.Text != d.Text[c.Start:c.End] {
					t.Fatalf("%s: %d words, not %d: %q", d.ID, c.Words, n, c.Text)
				}
				for _, s := range sentences(d.Text) {
					if s.start == c.Start {
						atStart++
					}
				}
			}
		}
		if _, ok := Excerpt(d.Text, 5000, NewRand(1)); ok {
			t.Errorf("%s: an excerpt longer than the copy", d.ID)
		}
	}
	if tried != 24*6*4 || atStart < tried*7/10 || atStart > tried*9/10 {
		t.Errorf("%d of %d excerpts begin a sentence", atStart, tried)
	}
}

func TestSentencesAreWhole(t *testing.T) {
	tried := 0
	for _, d := range corpus.Own() {
		for _, n := range []int{25, 75, 150} {
			c, ok := Sentences(d.Text, n, NewRand(3, d.ID))
			if !ok || c.Words < n || c.Words > n+60 {
				t.Fatalf("%s: %d words for %d", d.ID, c.Words, n)
			}
			if !strings.ContainsRune(".!?:;\"'”’", lastRune(c.Text)) && d.Text[c.End:] != "" && d.Text[c.End] != '\n' {
				t.Errorf("%s: ends inside a sentence: %q", d.ID, c.Text)
			}
			tried++
		}
	}
	if tried == 0 {
		t.Fatal("no sentences tried")
	}
}

func lastRune(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }

func TestSentencesOfMemos(t *testing.T) {
	text := "1. Mr. Sedlin left at 3 p.m. on Monday. He said \"No.\" Then he went.\n\n2. The U.K. agreed... or so\nit seems! (a) Yes?"
	var got []string
	for _, s := range sentences(text) {
		got = append(got, text[s.start:s.end])
	}
	want := `["Mr. Sedlin left at 3 p.m. on Monday." "He said \"No.\"" "Then he went." "The U.K. agreed... or so" "it seems!" "(a) Yes?"]`
	if fmt.Sprintf("%q", got) != want {
		t.Errorf("got  %q\nwant %s", got, want)
	}
}

func TestRetyped(t *testing.T) {
	in := "1.  “It’s\u00a0done” –\u200b so\nthey say… 10−5\u00ad"
	got := map[string]bool{}
	for seed := range uint64(40) {
		got[Retype(in, NewRand(seed))] = true
	}
	if !got[`1. "It's done" - so they say... 10-5`] {
		t.Errorf("got %v", got)
	}
	slips, n := 0, 0
	for _, d := range corpus.Own() {
		for seed := range uint64(10) {
			a, b := strings.Fields(Retype(d.Text, NewRand(seed, d.ID))), strings.Fields(strings.Join(strings.Fields(d.Text), " "))
			n += len(b)
			for i := range min(len(a), len(b)) {
				if letters(a[i]) != letters(b[i]) && len(a) == len(b) {
					slips++
				}
			}
		}
	}
	if slips < n/600 || slips > n/200 {
		t.Errorf("%d slips in %d words, not one in 300", slips, n)
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if notWord(r) {
			return -1
		}
		return r
	}, s)
}

func TestEditChangesSoManyWords(t *testing.T) {
	with := material(t)
	for _, percent := range []int{5, 10, 20} {
		edits, n := 0, 0
		for _, d := range corpus.Own() {
			c, _ := Excerpt(d.Text, 150, NewRand(1, d.ID))
			out := Edit(c.Text, percent, with, NewRand(uint64(percent), d.ID))
			edits += distance(strings.Fields(c.Text), strings.Fields(out))
			n += 150
		}
		// A swap costs two and neighbours may cancel.
		if low, high := n*percent/100*8/10, n*percent/100*13/10; edits < low || edits > high {
			t.Errorf("%d %%: %d edits in %d words, not %d to %d", percent, edits, n, low, high)
		}
	}
	if got := Edit("as it is", 0, with, NewRand(1)); got != "as it is" {
		t.Errorf("no edits gave %q", got)
	}
}

// distance is the number of words to change, put in or take out.
func distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diag := row[0]
		row[0] = i + 1
		for j := range b {
			c := diag
			if a[i] != b[j] {
				c = 1 + min(diag, row[j], row[j+1])
			}
			diag, row[j+1] = row[j+1], c
		}
	}
	return row[len(b)]
}

func TestOCRComesAtTheMeasuredRate(t *testing.T) {
	wrong, n := 0, 0
	for _, d := range corpus.Own() {
		a := strings.Fields(d.Text)
		for seed := range uint64(12) {
			wrong += distance(a, strings.Fields(OCRNoise(d.Text, NewRand(seed, d.ID))))
			n += len(a)
		}
	}
	if wrong*1000 < n*5 || wrong*1000 > n*80 {
		t.Errorf("%d words wrong in %d", wrong, n)
	}
	t.Logf("%d.%d words in a thousand wrong", wrong*1000/n, wrong*10000/n%10)
	for line := range strings.SplitSeq(OCRNoise(corpus.Own()[0].Text, NewRand(2)), "\n") {
		if len([]rune(line)) > 100 {
			t.Errorf("a line of %d characters", len(line))
		}
	}
}

func TestOCRTableRefuses(t *testing.T) {
	for _, bad := range []string{"", "# only\n", "\"a\"\t\"b\"\t1\n", "\"a\"\t\"b\"\t2\t1\n", "\"\"\t\"b\"\t1\t1\n", "a\tb\t1\t1\n"} {
		if _, err := parseOCR(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
