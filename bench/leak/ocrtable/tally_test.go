package main

import "testing"

func TestTallyCountsConfusions(t *testing.T) {
	tl := newTally()
	tl.add("the modern clock is fine", "the modem c1ock  is fine")
	want := "\" \"\t\"  \"\t1\t4\n" + "\"l\"\t\"1\"\t1\t1\n" + "\"rn\"\t\"m\"\t1\t1\n"
	if got := tl.table(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if tl.words != 5 || tl.wrongWords != 2 || tl.chars != 24 || tl.lost != 0 {
		t.Errorf("%d words, %d wrong, %d characters, %d lost", tl.words, tl.wrongWords, tl.chars, tl.lost)
	}
}

func TestTallyKeepsLostPassagesApart(t *testing.T) {
	tl := newTally()
	tl.add("one two three four five", "one five")
	if tl.lost < 10 || len(tl.confusions) != 0 {
		t.Errorf("%d lost, %v", tl.lost, tl.confusions)
	}
}
