package prose

import (
	"strings"
	"testing"
	"unicode"
)

func pieces(text string, spans []Span) []string {
	var out []string
	for _, s := range spans {
		out = append(out, text[s.Start:s.End])
	}
	return out
}

func TestSentences(t *testing.T) {
	for _, want := range [][]string{
		{"Mr. J. A. Lyons spoke to Dr. Evatt.", "He agreed."},
		{"See para. 5 and No. 12.", "The rest can wait."},
		{"He said no.", "Nobody replied."},
		{"The U.K. Government replied.", "It was late in the U.K.", "The rest slept."},
		{"Met at 4.52 p.m. London time.", "Adjourned at 6 p.m.", "The minutes follow."},
		{"3. The Committee met.", "4. It rose."},
		{"(a) First we read it.", "(b) Then we wrote."},
		{"“Is it so?”", "“It is,” he said.", "Then he left."},
		{"“Stop!” he cried."},
		{"He waited . . . and waited.", "Nothing came."},
		{"He went on… but slowly…", "Then he stopped."},
		{"Some goods, e.g. wool, i.e. clip, etc. were sold.", "Others were not."},
		{"Visit example.org for more.", "Or write."},
		{"It was his and I.", "We left."},
		{"No punctuation at all"},
		{"He came (late.)", "She did not."},
		{"On 5 Feb. 1943 he sailed.", "In March he landed."},
	} {
		text := strings.Join(want, " ")
		got := pieces(text, Sentences(text))
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestSentencesKeepToParagraphsAndLists(t *testing.T) {
	text := "A heading\n\nOne line\nand another. Two.\n\n \n- first\n- second\n"
	got := strings.Join(pieces(text, Sentences(text)), "|")
	if want := "A heading|One line\nand another.|Two.|- first|- second"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got = strings.Join(pieces(text, Paragraphs(text)), "|")
	if want := "A heading|One line\nand another. Two.|- first\n- second"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// covers fails unless spans are in order and hold all ink of text once.
func covers(t *testing.T, text string, spans []Span) {
	t.Helper()
	at := 0
	blank := func(s string) bool { return strings.TrimFunc(s, unicode.IsSpace) == "" }
	for _, s := range spans {
		if s.Start < at || s.End <= s.Start || s.End > len(text) || !blank(text[at:s.Start]) {
			t.Fatalf("span %v after %d of %q loses or repeats text", s, at, text)
		}
		if in := text[s.Start:s.End]; strings.TrimFunc(in, unicode.IsSpace) != in {
			t.Fatalf("%q has space around it", in)
		}
		at = s.End
	}
	if !blank(text[at:]) {
		t.Fatalf("%q is lost", text[at:])
	}
}

func FuzzSentences(f *testing.F) {
	for _, s := range []string{"", "Mr. A. B. said “no.” 3. Then\n\n . . . went… U.K. The end", "1.\n2.\n", "\u00a0.\u00a0A\n\u2028B. \xff. C", ". . .", "a.\n- b\n(c) d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		covers(t, text, Sentences(text))
		covers(t, text, Paragraphs(text))
	})
}

func BenchmarkSentences(b *testing.B) {
	text := strings.Repeat("Mr. J. A. Lyons spoke to the U.K. Government at 4.52 p.m. on the matter of wool. It was, he said, “urgent.” No. 5 refers.\n\n", 2000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Sentences(text)
	}
}
