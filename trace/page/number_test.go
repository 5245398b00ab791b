package page

import (
	"testing"
)

func TestFiguresForPeople(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{onceIn("0.0001"), "10,000"},
		{onceIn("0.00005"), "20,000"},
		{onceIn("3.2e-7"), "3,100,000"}, // never rarer than it is
		{onceIn("1e-9"), "1,000,000,000"},
		{onceIn("0.0000166"), "60,000"},
		{bound("0.2"), "at most 1 in 5 inquiries"},
		{bound("17"), "no bound below 1 in 2"},
		{times(0), "1"},
		{times(301), "1.9"}, // log10 2 is 0.30103: still below 2
		{times(302), "2"},
		{times(3204), "1,500"},
		{times(4000), "10,000"},
		{times(5999), "990,000"},
		{times(6000), "1 million"},
		{times(7400), "25 million"},
		{times(-301), "1/2"},
		{times(-302), "1/2.1"},
		{times(-1000), "1/10"},
		{times(-2999), "1/1,000"},
		{times(13204), "15 trillion"},
		{times(19800), "6.3 × 10¹⁹"},
		{plain("1.25", 1), "1.3"},
		{plain("1234.04", 1), "1,234"},
		{plain("-0.01", 1), "0"},
		{byChance("4e-7"), "fewer than 0.1"},
		{percent("0.333"), "33%"},
		{percent("0.001"), "under 1%"},
		{counted(1, "copy"), "1 copy"},
		{counted(1200, "copy"), "1,200 copies"},
		{copies([]int{7}), "copy 7"},
		{copies([]int{7, 9, 23}), "copies 7, 9 and 23"},
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
