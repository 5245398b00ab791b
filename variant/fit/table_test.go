package fit

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	tab, err := ReadTable("least\t11\nc=noun\t7\nw=and so\t4\nw=but\t-20\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		seen string
		sum  int64
		sure bool
	}{
		{"", 0, false},
		{"c=noun", 7, false},
		{"c=noun;w=and so", 11, true},
		{"c=noun;w=and so;w=but", -9, false},
		{"c=noun;c=noun;c=noun", 7, false}, // once
		{"w=nowhere", 0, false},
	} {
		var seen []string
		if c.seen != "" {
			seen = strings.Split(c.seen, ";")
		}
		if got := tab.Score(seen); got != c.sum || tab.Sure(seen) != c.sure {
			t.Errorf("%q: %d, sure %v; want %d, %v", c.seen, got, tab.Sure(seen), c.sum, c.sure)
		}
	}
	if w := tab.Weight("w=but"); w != -20 {
		t.Errorf("the weight of w=but is %d", w)
	}
}

func TestTableFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "line 1",
		"c=noun\t7\n":           "the name least",
		"least 10\n":            "a tab",
		"least\tten\n":          "a whole number",
		"least\t10\na\t1\na\t2": "line 3",
		"least\t10\n\n":         "line 2",
		"least\t99999999999":    "a whole number",
	} {
		if _, err := ReadTable(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want what says %q", text, err, want)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("least\t10\nc=noun\t7\n")
	f.Add("least\t-1\n=\t0\n\t3")
	f.Fuzz(func(t *testing.T, text string) {
		if tab, err := ReadTable(text); err == nil {
			tab.Sure(strings.Fields(text))
		}
	})
}
