package story

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frank/coverage"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

// press reads the articles of testdata/press: four outlets on one story, one of
// them in two versions and one of them a reprint, and something else.
func press(t testing.TB) []*coverage.Exhibit {
	t.Helper()
	files, _ := filepath.Glob("testdata/press/*.html")
	if len(files) == 0 {
		t.Fatal("no articles")
	}
	var out []*coverage.Exhibit
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, read(t, filepath.Base(f), string(data)))
	}
	return out
}

func made(t testing.TB, list []*coverage.Exhibit, c *Confirmations) *Digest {
	t.Helper()
	d, err := Make(list, c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func encoded(t testing.TB, d *Digest) []byte {
	t.Helper()
	data, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is otherwise (%v):\n%s", name, err, got)
	}
}

func TestDigest(t *testing.T) {
	d := made(t, press(t), nil)
	golden(t, "testdata/digest.json", encoded(t, d))
	golden(t, "testdata/digest.txt", []byte(d.Text(80)))
}

// In whatever order, and some of it twice or under another name: the digest is
// the same.
func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	all := press(t)
	want := string(encoded(t, made(t, all, nil)))
	rapid.Check(t, func(r *rapid.T) {
		list := rapid.Permutation(all).Draw(r, "order")
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(all)-1), 0, 4).Draw(r, "again") {
			again := *all[i]
			if rapid.Bool().Draw(r, "renamed") {
				again.Name = "z-" + again.Name
			}
			list = append(list, &again)
		}
		list = rapid.Permutation(list).Draw(r, "order again")
		if got := string(encoded(t, made(t, list, nil))); got != want {
			r.Fatalf("got %s", got)
		}
	})
}

func printed(outlet, url, published, text string) *coverage.Exhibit {
	e, err := coverage.Read(outlet+".txt", []byte(text))
	if err != nil {
		panic(err)
	}
	e.Outlet, e.URL, e.Published = outlet, url, published
	return e
}

const (
	told = "The envoy of Merrin told her government in the spring that talks on the harbour toll had failed, a note shows.\n\n" +
		"“We have lost a year, and the islands have lost their patience,” Ana Pires wrote in the note.\n\n" +
		"The ministry said that it had not read the note, and would not speak of it before the end of the week."
	eels = "The catch of eels in the northern bays has fallen for the third year, the fisheries office said on Saturday.\n\n" +
		"“There are fewer eels, and they are smaller,” said Per Lund, who has fished the bays since he was a boy."
)

func shape(d *Digest) string {
	var out []string
	for _, s := range d.Stories {
		var a []string
		for _, x := range s.Articles {
			a = append(a, fmt.Sprintf("%s×%d", x.Outlet, len(x.Versions)))
		}
		out = append(out, fmt.Sprintf("%s (%d outlets, %d texts)", strings.Join(a, " "), s.Outlets, s.Texts))
	}
	return strings.Join(out, "; ")
}

func TestWhatBelongsTogether(t *testing.T) {
	more := told + "\n\nA ferry was late, and nobody on the quay could say why it was, or when it would leave for the islands."
	other := "At the quay nobody had heard of it. “We have lost a year, and the islands have lost their patience,” as the envoy has it, is news to the ferry."
	foot := "\n\nSubscribe to our letter to be told every morning what happened on the islands while you were asleep, and why it matters."
	const speech = "There was a time when a ship could lie at this quay for a month and nobody asked for so much as a rope in return, and when that time ended nobody " +
		"was told, or was told by letter, in a language that half the islands do not read, and in type that the other half cannot."
	for _, tc := range []struct {
		name string
		list []*coverage.Exhibit
		want string
	}{
		{"the same link, other words", []*coverage.Exhibit{printed("A", "https://a.example/1?utm_source=x", "", told), printed("A", "http://www.a.example/1/", "", eels)}, "A×2 (1 outlets, 1 texts)"},
		{"one outlet, nearly the same text", []*coverage.Exhibit{printed("The A", "", "2026-11-20", told), printed("a", "", "2026-11-21", more)}, "The A×2 (1 outlets, 1 texts)"},
		{"one outlet, two articles", []*coverage.Exhibit{printed("A", "https://a.example/1", "", told), printed("A", "https://a.example/2", "", eels)}, "A×1 (1 outlets, 1 texts); A×1 (1 outlets, 1 texts)"},
		{"one outlet, an article and a comment", []*coverage.Exhibit{printed("A", "https://a.example/1", "2026-11-20", told), printed("A", "https://a.example/2", "2026-11-21", other)}, "A×1 A×1 (1 outlets, 2 texts)"},
		{"a reprint", []*coverage.Exhibit{printed("A", "", "2026-11-20", told), printed("B", "", "2026-11-21", told+"\n\n– A")}, "A×1 B×1 (2 outlets, 1 texts)"},
		{"little but the quotation", []*coverage.Exhibit{printed("A", "", "2026-11-20", told+"\n\n“"+speech+"”"),
			printed("B", "", "2026-11-21", "The envoy did not spare anybody on the board of the harbour, or its friends in the capital. “"+speech+"”")}, "A×1 B×1 (2 outlets, 2 texts)"},
		{"one quotation", []*coverage.Exhibit{printed("A", "", "2026-11-20", told), printed("B", "", "2026-11-21", other)}, "A×1 B×1 (2 outlets, 2 texts)"},
		{"a title in both", []*coverage.Exhibit{printed("A", "", "2026-11-20", "“His Grace the Lord High Keeper of the Northern Bays was late,” said Ana Pires."),
			printed("B", "", "2026-11-21", "“His Grace the Lord High Keeper of the Northern Bays has bought a boat,” said Per Lund.")},
			"A×1 (1 outlets, 1 texts); B×1 (1 outlets, 1 texts)"},
		{"two stories", []*coverage.Exhibit{printed("A", "", "2026-11-20", told), printed("B", "", "2026-11-21", eels)}, "A×1 (1 outlets, 1 texts); B×1 (1 outlets, 1 texts)"},
		{"what stands under everything", []*coverage.Exhibit{printed("A", "https://a.example/1", "1", told+foot), printed("A", "https://a.example/2", "2", eels+foot),
			printed("A", "https://a.example/3", "3", "Rope is dearer than it was, and there is less of it on the quay than anybody remembers."+foot)},
			"A×1 (1 outlets, 1 texts); A×1 (1 outlets, 1 texts); A×1 (1 outlets, 1 texts)"},
		{"front pages", []*coverage.Exhibit{printed("A", "https://a.example/", "2026-11-20", told), printed("A", "https://a.example", "2026-11-21", eels)}, "A×1 (1 outlets, 1 texts); A×1 (1 outlets, 1 texts)"},
		{"no outlet known", []*coverage.Exhibit{printed("", "", "", told), printed("", "", "", more)}, ".txt×1 .txt×1 (1 outlets, 1 texts)"},
	} {
		for _, e := range tc.list { // "1" stands for any time
			if len(e.Published) == 1 {
				e.Published = "2026-11-0" + e.Published
			}
		}
		if got := shape(made(t, tc.list, nil)); got != tc.want {
			t.Errorf("%s: %s, not %s", tc.name, got, tc.want)
		}
	}
}

func TestTenReprintsAreOne(t *testing.T) {
	var list []*coverage.Exhibit
	for i := range 100 {
		list = append(list, printed(fmt.Sprintf("Outlet %03d", i), "", fmt.Sprintf("2026-11-20T10:%02d:00Z", i%60), told+fmt.Sprintf("\n\nReporting for outlet %d.", i)))
	}
	d := made(t, list, nil)
	if len(d.Stories) != 1 || d.Stories[0].Outlets != 100 || d.Stories[0].Texts != 1 || len(d.Stories[0].Renderings) != 0 {
		t.Errorf("%.300s", shape(d))
	}
	if len(d.Stories[0].Everywhere) != 3 {
		t.Errorf("all of them have %q", d.Stories[0].Everywhere)
	}
}

func TestWhatChanged(t *testing.T) {
	a := "The toll rose in May. Nobody was asked. The ferry was late."
	b := "The toll rose sharply in May. The ferry was late. A clerk was asked about it at noon."
	want := []Change{{"removed", "Nobody was asked.", ""}, {"reworded", "The toll rose in May.", "The toll rose sharply in May."}, {"added", "", "A clerk was asked about it at noon."}}
	if got := changes(a, b); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q", got)
	}
	if got := changes(a, strings.ReplaceAll(a, " ", "\n")); len(got) != 0 {
		t.Errorf("lines were set otherwise, and it says %q", got)
	}
}

// The first outlet prints the words as they are, the others as they have them.
func TestTheSameWordsDifferently(t *testing.T) {
	const said = "We have lost a year, and the islands have lost their patience; nobody in Sarn believes in the toll"
	for _, tc := range []struct{ name, other, want string }{
		{"as they are", said, ""},
		{"a word", strings.Replace(said, "patience", "nerve", 1), "words: islands have lost their [patience|nerve] ; nobody in Sarn believes"},
		{"a word more", strings.Replace(said, "the toll", "the new toll", 1), "words: Sarn believes in the [|new] toll"},
		{"a mark", strings.Replace(said, ";", ",", 1), "marks: have lost their patience [;|,] nobody in Sarn believes"},
		{"no mark", strings.Replace(said, "year,", "year", 1), "marks: have lost a year [,|] and the islands have"},
		{"a point", strings.Replace(said, "; nobody", ". Nobody", 1), "marks: have lost their patience [;|.] nobody in Sarn believes"},
		{"two words for one", strings.Replace(said, "believes in", "puts any faith in", 1), "words: patience; nobody in Sarn [believes|puts any faith] in the toll"},
		{"spelling", strings.Replace(said, "toll", "tole", 1), ""}, // the last word: it may be cut there
		{"only a part of it", "the islands have lost their patience; nobody in Sarn believes", ""},
		{"a part left out", strings.Replace(said, "and the islands have lost their patience", "…", 1), ""},
		{"who said it between", strings.Replace(said, "patience; nobody", "patience,” she said. “Nobody", 1), ""},
		{"a bracket", strings.Replace(said, "nobody", "[nobody]", 1), ""},
		{"another kind of quotation mark within", strings.Replace(said, "the toll", "‘the toll’", 1), ""},
		{"something else", "There are fewer eels, and they are smaller than they were when I was young", ""},
	} {
		a := printed("A", "", "2026-11-20", "The envoy wrote: “"+said+".”")
		b := printed("B", "", "2026-11-21", "“"+tc.other+",” wrote the envoy of Merrin.")
		arts := gather([]*coverage.Exhibit{a, b})
		var got []string
		for _, r := range differences(arts, labels(arts)) {
			byA, byB := "?", "?"
			for _, x := range r.Readings {
				for _, o := range x.Outlets {
					if o == "A" {
						byA = x.Text
					} else {
						byB = x.Text
					}
				}
			}
			got = append(got, fmt.Sprintf("%s: %s [%s|%s] %s", r.Kind, r.Before, byA, byB, r.After))
		}
		if s := strings.Join(got, "; "); !strings.EqualFold(s, tc.want) {
			t.Errorf("%s: %q, not %q", tc.name, s, tc.want)
		}
	}
}

func TestShortQuotationsDifferently(t *testing.T) {
	list := []*coverage.Exhibit{
		printed("A", "", "2026-11-20", "The government of Merrin viewed the toll with “great regret”, the note says."),
		printed("B", "", "2026-11-21", "Merrin viewed the toll with “deep regret”. Its “great power” is gone."),
		printed("C", "", "2026-11-21", "Ministers “regret nothing”, said the Sarn football club."),
	}
	arts := gather(list)
	got := differences(arts, labels(arts))
	if len(got) != 1 || fmt.Sprint(got[0].Readings) != "[{deep regret [B]} {great regret [A]}]" {
		t.Errorf("%+v", got)
	}
}

func TestConfirmations(t *testing.T) {
	list := press(t)
	find := func(d *Digest, text string) *Quotation {
		for i := range d.Stories[0].Quotations {
			if q := &d.Stories[0].Quotations[i]; strings.Contains(q.Text, text) {
				return q
			}
		}
		t.Fatalf("no quotation %q", text)
		return nil
	}
	d := made(t, list, nil)
	one, two, three := find(d, "lost a year"), find(d, "ship will wait"), find(d, "neither frank")
	c, err := ParseConfirmations(fmt.Appendf(nil, "%s\r\n# as read\n\n%s confirmed\n%s struck\n%s said by the  board\n0123456789 struck\n", ConfirmationsFormat, one.members[1], two.ID, three.ID))
	if err != nil {
		t.Fatal(err)
	}
	d = made(t, list, c)
	if q := find(d, "lost a year"); q.State != Confirmed || q.Speaker != "Ana Pires" {
		t.Errorf("%+v", q)
	}
	if q := find(d, "ship will wait"); q.State != Struck || q.Speaker != "" {
		t.Errorf("%+v", q)
	}
	if q := find(d, "neither frank"); q.State != Confirmed || q.Speaker != "the board" {
		t.Errorf("%+v", q)
	}
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "0123456789") {
		t.Errorf("%q", d.Notes)
	}
	// with less material the same lines still hold
	d = made(t, list[2:], c)
	if q := find(d, "lost a year"); q.State != ByRule && q.State != Confirmed {
		t.Errorf("%+v", q)
	}
	for _, bad := range []string{"", "frank.confirmations/2\n", "0123456789 confirmed", ConfirmationsFormat + "\n0123456789 maybe", ConfirmationsFormat + "\n012345678 struck",
		ConfirmationsFormat + "\n0123456789 said by ", ConfirmationsFormat + "\n0123456789 struck\n0123456789 confirmed", ConfirmationsFormat + "\n\xff"} {
		if _, err := ParseConfirmations([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestNothingAndTooMuch(t *testing.T) {
	if _, err := Make(nil, nil); err == nil {
		t.Error("a digest of nothing")
	}
	if _, err := Make(make([]*coverage.Exhibit, maxExhibits+1), nil); err == nil {
		t.Error("a digest of too much")
	}
}

func FuzzConfirmations(f *testing.F) {
	f.Add([]byte(ConfirmationsFormat + "\n0123456789 said by Ana Pires\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := ParseConfirmations(data); err == nil {
			made(t, []*coverage.Exhibit{printed("A", "", "", told)}, c)
		}
	})
}

func FuzzMake(f *testing.F) {
	f.Add(told, eels, told)
	f.Add("“a b c d e f” said X", "“a b c, d e f”, said Y", "“a b … e f”")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var list []*coverage.Exhibit
		for i, s := range []string{a, b, c} {
			if e, err := coverage.Read("a.txt", []byte(s)); err == nil {
				e.Outlet = string(rune('A' + i))
				list = append(list, e)
			}
		}
		if len(list) == 0 {
			return
		}
		d := made(t, list, nil)
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
		if !bytes.Equal(encoded(t, d), encoded(t, made(t, list, nil))) {
			t.Error("the order matters")
		}
		d.Text(60)
	})
}

// Texts that take minutes and hours where the work is not bounded.
func TestHostileTexts(t *testing.T) {
	for i, s := range []string{"“a b” said ", "the ", "said ", "Aa, ", "X: “y z w v”\n\n", "“a b c d e”, said Mr Aa Bb. ", "the envoy, Aa Bb, said “x”, ", "‘a ’b "} {
		size := 40_000
		if i == 0 {
			size = 300_000
		}
		began := time.Now()
		made(t, []*coverage.Exhibit{read(t, "a.txt", strings.Repeat(s, size/len(s))), read(t, "b.txt", strings.Repeat(s, size/2/len(s)))}, nil)
		if took := time.Since(began); took > 60*time.Second {
			t.Errorf("%q takes %v", s, took)
		}
	}
}

func TestOverlongIsCut(t *testing.T) {
	e := read(t, "long.txt", told+"\n\n"+strings.Repeat("é ", maxText/3))
	d := made(t, []*coverage.Exhibit{e}, nil)
	if len(d.Unread) != 1 || !strings.Contains(d.Unread[0].Why, "first MiB") || len(d.Stories[0].Quotations) != 1 {
		t.Errorf("%+v", d.Unread)
	}
	var many []*coverage.Exhibit
	for i := range maxTogether/maxText + 1 {
		again := *e
		again.Name = fmt.Sprint(i)
		many = append(many, &again)
	}
	if _, err := Make(many, nil); err == nil {
		t.Error("more than can be compared was compared")
	}
}
