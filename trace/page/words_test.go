package page

import (
	"testing"
)

func TestVerbalScale(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{support(6001), "extremely strong support"},
		{support(6000), "very strong support"}, // a border takes the lower words
		{support(1001), "moderate support"},
		{support(301), "no support either way"},
		{support(-1), "favours the alternative"},
	} {
		if c.got != c.want {
			t.Errorf("expected %q, found %q", c.want, c.got)
		}
	}
}

func TestNothingBeyondTheCap(t *testing.T) {
	w := weigh("7.5", "9", "20", 6000)
	if !w.Capped || w.AtLeast != "1 million" || w.Range != "" || w.Words != "very strong support" {
		t.Errorf("expected the cap and no figure beyond it, found %+v", w)
	}
	w = weigh("4", "9", "20", 6000)
	if w.Capped || w.AtLeast != "10,000" || w.Range != "10,000 to beyond the cap" {
		t.Errorf("expected the lowest model and no figure beyond the cap, found %+v", w)
	}
}

func TestWordsNeedEveryModel(t *testing.T) {
	if w := weigh("-0.5", "3", "5", 6000); w.Words != "no support: the models disagree" {
		t.Errorf("expected no words of support, found %q", w.Words)
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string]int{
		"One. Two.":                         2,
		"He said “No.” Then he left.":       2,
		"It rose by 2.5 per cent. in May.":  1,
		"":                                  1,
		"Is it? Yes! And so on":             3,
		"A half sentence, and no full stop": 1,
	} {
		got := sentences(text)
		joined := ""
		for _, s := range got {
			joined += s
		}
		if n := len(got); joined != text || n != want && !(n == want+1 && got[n-1] == "") {
			t.Errorf("%q: expected %d parts, found %q", text, want, got)
		}
	}
}

// The axis holds every mark, whatever the ratios.
func TestAxisHolds(t *testing.T) {
	for _, limit := range []int{1, 500, 3000, 6000, 9000, 40000} {
		for _, far := range []int{-1_000_000_000, -7000, -1, 0, 1, 2500, 1_000_000_000} {
			s := span{far - 1, far, far + 1}
			a := axisFor([]chartRow{{1, s, s}}, limit)
			if a.low > -1000 || a.high < limit || a.step <= 0 || (a.high-a.low)/a.step > 6 {
				t.Errorf("cap %d, ratio %d: expected an axis from below 1 to the cap in at most 6 steps, found %+v", limit, far, a)
			}
		}
	}
}

func TestHiddenCharactersAreNamed(t *testing.T) {
	if got := visible("a\u202eb\u200b\x00c\n"); got != "a[U+202E]b[U+200B][U+0000]c\n" {
		t.Errorf("found %q", got)
	}
}
