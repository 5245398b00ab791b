package figure

import "testing"

func TestFiguresForPeople(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{OnceIn("0.0001"), "10,000"},
		{OnceIn("0.00005"), "20,000"},
		{OnceIn("3.2e-7"), "3,100,000"}, // never rarer than it is
		{OnceIn("1e-9"), "1,000,000,000"},
		{OnceIn("0.0000166"), "60,000"},
		{OnceIn("0.3"), "3"},
		{OnceIn("0"), "1"},
		{Level("0.0001"), "1 in 10,000"},
		{Level("1.66667e-5"), "1 in 60,000"}, // a level rounded up on the way
		{Level("1.38889e-6"), "1 in 720,000"},
		{Level("2e-7"), "1 in 5,000,000"},
		{Level("0.5"), "1 in 2"},
		{Bound("0.2"), "at most 1 in 5 inquiries"},
		{Bound("17"), "no bound below 1 in 2"},
		{Times(0), "1"},
		{Times(301), "1.9"}, // log10 2 is 0.30103: still below 2
		{Times(302), "2"},
		{Times(3204), "1,500"},
		{Times(4000), "10,000"},
		{Times(5999), "990,000"},
		{Times(6000), "1 million"},
		{Times(7400), "25 million"},
		{Times(-301), "1/2"},
		{Times(-302), "1/2.1"},
		{Times(-1000), "1/10"},
		{Times(-2999), "1/1,000"},
		{Times(13204), "15 trillion"},
		{Times(19800), "6.3 × 10¹⁹"},
		{plain("1.25", 1), "1.3"},
		{plain("1234.04", 1), "1,234"},
		{plain("-0.01", 1), "0"},
		{Expected("4e-7"), "fewer than 0.1"},
		{Percent("0.333"), "33%"},
		{Percent("0.001"), "under 1%"},
		{Counted(1, "copy"), "1 copy"},
		{Counted(1200, "copy"), "1,200 copies"},
		{Counted(2, "day"), "2 days"},
		{Copies([]int{7}), "copy 7"},
		{Copies([]int{7, 9, 23}), "copies 7, 9 and 23"},
	} {
		if c.got != c.want {
			t.Errorf("expected %q, found %q", c.want, c.got)
		}
	}
}
