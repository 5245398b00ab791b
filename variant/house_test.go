package variant

import (
	"fmt"
	"strings"
	"testing"
)

func house(t *testing.T, text string) *Stock {
	t.Helper()
	s, err := ParseStock(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHouseEntriesComeFirst(t *testing.T) {
	text := "People look out for each other here, and they bring the meeting to a close." + inBritish
	h := house(t, "phrase: each other / one and all | before here\nphrase: the meeting to a close / matters to an end\nlist: look out / watch out")
	for _, c := range []struct{ house, want string }{
		{"", "People look out for {?phrase:each other|one another} {?pause:here, and|here and} they bring the meeting to a close."},
		{"all", "People {?list:look out|watch out} for {?phrase:each other|one and all} {?pause:here, and|here and} they bring {?phrase:the meeting to a close|matters to an end}."},
	} {
		opt := ProposeOptions{Stock: coreStock()}
		if c.house != "" {
			opt.House = h
		}
		got, _, _ := strings.Cut(Propose(text, opt).String(), "\n\n")
		if got != c.want {
			t.Errorf("got %s\nwant %s", got, c.want)
		}
	}
	opt := ProposeOptions{Stock: coreStock(), House: h, Kinds: []string{"list"}}
	if got := Propose(text, opt).String(); strings.Contains(got, "phrase") {
		t.Errorf("only lists were asked for: %s", got)
	}
}

func TestAHouseEntryTakesAllPlacesOfALink(t *testing.T) {
	text := "They organise it and they organise them in the labour club."
	if got := Propose(text, ProposeOptions{Stock: coreStock(), Kinds: []string{"spelling"}}).String(); strings.Count(got, "#1:") != 2 {
		t.Fatalf("no linked spellings in %s", got)
	}
	h := house(t, "spelling: organise it / run it")
	got := Propose(text, ProposeOptions{Stock: coreStock(), Kinds: []string{"spelling"}, House: h}).String()
	if want := "They {?spelling:organise it|run it} and they organise them in the labour club."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLinesSayWhatIsWrong(t *testing.T) {
	good := "# ours\n\nphrase: in order to BASE / so as to BASE | not after EDGE\nsubstitution: begin.V / start.V | after MODAL\nphrase: each other / +one another\n"
	if entries, wrong := Lines(good); len(entries) != 3 || len(wrong) != 0 || entries[2].Number != 5 {
		t.Fatalf("%v, %v", entries, wrong)
	}
	core, err := stockFiles.ReadFile("stock/core.txt")
	if entries, wrong := Lines(string(core)); err != nil || len(entries) < 200 || len(wrong) != 0 {
		t.Errorf("the stock that is built in: %d entries, %v %v", len(entries), wrong, err)
	}
	for line, want := range map[string]string{
		"each other / one another":                "no kind and colon",
		"wording: each other / one another":       `no kind "wording"`,
		"phrase: alone":                           "found one",
		"phrase: a / b | near x":                  `"near" is no condition`,
		"phrase: go VERBS / start VERBS":          "VERBS is no class",
		"phrase: a / b | after DETT":              "DETT is no class",
		"phrase: a / b | after":                   "names no word",
		"phrase: a / b | after it not before to":  `no | before "not before"`,
		"phrase: begin.q / start.q":               `no mark ".q"`,
		"phrase: the House / the chamber":         "small letters",
		"phrase: +one another / +each other":      "without +",
		"phrase: each other / each other":         "there twice",
		"phrase: +with a view to ING / to do so":  "reading 1 is never written",
		"phrase: draw POSS mind to / +say to OBJ": "reading 2 is never written: no other reading has its OBJ",
		"phrase: + / one another":                 "nothing in it",
		"phrase: begin.v / aim.n":                 "together",
	} {
		_, wrong := Lines("\n" + line)
		if len(wrong) == 0 || !strings.HasPrefix(wrong[0].Error(), "line 2: ") || !strings.Contains(wrong[0].Error(), want) {
			t.Errorf("%s: %v", line, wrong)
		}
	}
	if _, wrong := Lines("phrase: a / b\nphrase: a / b"); len(wrong) != 1 || wrong[0].Error() != "line 2: this entry is line 1 again" {
		t.Errorf("%v", wrong)
	}
}

func TestTryShowsEveryPlace(t *testing.T) {
	entries, wrong := Lines("phrase: each other / one another\nphrase: out for / after\nphrase: never there / nowhere there\nphrase: for each other / for all")
	if len(wrong) != 0 {
		t.Fatal(wrong)
	}
	got := ""
	for _, g := range Try("They look out for each other.", entries, ProposeOptions{}) {
		got += fmt.Sprintf("%d %s; ", g.Line.Number, strings.Join(g.Readings, "|"))
	}
	if want := "1 each other|one another; 2 out for|after; 4 for each other|for all; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// An entry that is set in is an entry, to whoever reads the stock.
func TestIndentedEntry(t *testing.T) {
	const text = "substitution: begin.v / start.v\n  substitution: help.v / aid.v\n"
	s, err := ParseStock(text)
	lines, faults := Lines(text)
	if err != nil || len(faults) > 0 || s.Len() != 2 || len(lines) != 2 {
		t.Errorf("%d entries and %d lines, not 2: %v %v", s.Len(), len(lines), err, faults)
	}
}

func FuzzParseUsage(f *testing.F) {
	f.Add("# counts\n36 at the moment\n2 begin.v\n")
	f.Add("9223372036854775808 a\n-1 b\n")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseUsage(text)
		if err != nil {
			return
		}
		again, err := ParseUsage(u.String())
		if err != nil || len(again) != len(u) {
			t.Fatalf("%d counts are written and read as %d: %v", len(u), len(again), err)
		}
		for r, n := range u {
			if again[r] != n {
				t.Fatalf("%q: %d, and %d when read again", r, n, again[r])
			}
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add("phrase: with a view to ING / +in order to BASE | not after EDGE\nspelling: a-b / c.v | form base\nphrase: + / -", "With a view to going there, a-b.")
	f.Fuzz(func(t *testing.T, stock, text string) {
		entries, wrong := Lines(stock)
		_, err := ParseStock(stock)
		if err != nil && len(wrong) == 0 {
			t.Fatalf("%q is refused (%v) and nothing is wrong", stock, err)
		}
		for _, p := range Try(text, entries, ProposeOptions{}) {
			if text[p.Start:p.End] != p.Readings[0] {
				t.Fatalf("%+v is not in %q", p, text)
			}
		}
	})
}
