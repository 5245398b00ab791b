package trace_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/mark"
	"frank/prose"
	"frank/trace"
	"frank/variant"
)

var update = flag.Bool("update", false, "rewrite the golden reports")

// dispatch is the demonstration's, issued to 100 readers from a fixed seed.
type dispatch struct {
	master *frank.Master
	book   *codebook.Book
	looks  int
	asked  []int // copies whose reader was asked for
}

func issued(t testing.TB, seed byte, copies int) *dispatch {
	t.Helper()
	src, err := os.ReadFile("../cmd/frank/cli/demo.frank")
	if err != nil {
		t.Fatal(err)
	}
	s, err := variant.Parse(string(src))
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Master()
	if err != nil {
		t.Fatal(err)
	}
	p, err := codebook.Begin(m, 1, copies, frank.Secret{seed})
	if err != nil {
		t.Fatal(err)
	}
	return &dispatch{master: m, book: &codebook.Book{Master: m, Batches: []*codebook.Batch{p.Complete(frank.Hash{seed})}}}
}

func (d *dispatch) issued() trace.Issued {
	return trace.Issued{Ref: "26 SARN 41", Title: "the estuary talks", Master: d.master,
		Book:   func() (*codebook.Book, error) { return d.book, nil },
		Look:   func() (int, error) { d.looks++; return d.looks, nil },
		Reader: func(n int) (string, error) { d.asked = append(d.asked, n); return fmt.Sprintf("reader of %d", n), nil }}
}

// words returns the words from to to of a copy, as printed text.
func (d *dispatch) words(t testing.TB, copy, from, to int) string {
	t.Helper()
	text, err := mark.Copy(d.book, copy)
	if err != nil {
		t.Fatal(err)
	}
	w := prose.Words(text)
	return text[w[from].Start:w[to-1].End]
}

func exhibit(t testing.TB, text string) *coverage.Exhibit {
	t.Helper()
	e, err := coverage.Read("article.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func run(t testing.TB, in trace.Input) *trace.Report {
	t.Helper()
	if in.Alpha == "" {
		in.Alpha = "1e-4"
	}
	r, err := trace.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Validate(); err != nil {
		t.Fatalf("the report does not hold: %v", err)
	}
	return r
}

const story = `The envoy was blunt, this paper has learned.

“%s,” he wrote in a telegram to ministers. A spokesman declined to comment on leaked papers, adding that the government enjoyed excellent relations with both countries and would go on doing so.

Elsewhere he said: “%s.” The river has been a source of friction for a century.`

func TestNamesTheCopy(t *testing.T) {
	d := issued(t, 1, 100)
	r := run(t, trace.Input{
		Exhibits: []*coverage.Exhibit{exhibit(t, fmt.Sprintf(story, d.words(t, 7, 100, 150), d.words(t, 7, 300, 340)))},
		Issued:   []trace.Issued{d.issued()}})
	if len(r.Dispatches) != 1 || !slices.Equal(r.Dispatches[0].Named, []int{7}) || !slices.Equal(d.asked, []int{7}) || d.looks != 1 {
		t.Fatalf("expected copy 7 alone named, its reader alone asked for and one look; found %+v", r.Dispatches)
	}
	if r.Dispatches[0].Words != 90 {
		t.Errorf("90 words of it are printed, in readings longer and shorter than the author's; counted %d", r.Dispatches[0].Words)
	}
	golden(t, "named", r)
}

// A map of readers that cannot be read costs the names, not the answer: the
// look is spent.
func TestUnreadReader(t *testing.T) {
	d := issued(t, 1, 100)
	in := d.issued()
	in.Reader = func(int) (string, error) { return "", errors.New("readers.age is damaged") }
	r := run(t, trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "“"+d.words(t, 7, 100, 160)+"”")}, Issued: []trace.Issued{in}}).Dispatches[0]
	if !slices.Equal(r.Named, []int{7}) || r.Ranking[0].Reader != "" {
		t.Errorf("expected copy 7 named without a reader, found %+v", r)
	}
	if !slices.Contains(r.Warnings, trace.Warning{Code: "unread-reader", Text: "to whom copy 7 was issued could not be read: readers.age is damaged"}) {
		t.Errorf("no warning of it: %+v", r.Warnings)
	}
}

// A corrected version of a dispatch has the same words; the reports on both say so.
func TestCorrectedVersion(t *testing.T) {
	first, corrected := issued(t, 1, 100), issued(t, 2, 100)
	a, b := first.issued(), corrected.issued()
	b.Ref = "26 SARN 41 COR"
	r := run(t, trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "“"+first.words(t, 7, 100, 160)+"”")}, Issued: []trace.Issued{a, b}})
	if len(r.Dispatches) != 2 || !slices.Equal(r.Dispatches[0].Named, []int{7}) || len(r.Dispatches[1].Named) != 0 {
		t.Fatalf("expected copy 7 of the first named and none of the other, found %+v", r.Dispatches)
	}
	for i, other := range []string{b.Ref, a.Ref} {
		if !slices.ContainsFunc(r.Dispatches[i].Warnings, func(w trace.Warning) bool {
			return w.Code == "shared-words" && strings.Contains(w.Text, "found in "+other+" as well")
		}) {
			t.Errorf("%s: no word of %s in %+v", r.Dispatches[i].Ref, other, r.Dispatches[i].Warnings)
		}
	}
}

// A codebook that cannot be opened costs no look, at this dispatch or another.
func TestNoLookWithoutAnAnswer(t *testing.T) {
	d := issued(t, 1, 100)
	good, bad := d.issued(), d.issued()
	bad.Book = func() (*codebook.Book, error) { return nil, errors.New("codebook.age is damaged") }
	_, err := trace.Run(context.Background(), trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "“"+d.words(t, 7, 100, 160)+"”")}, Issued: []trace.Issued{good, bad}, Alpha: "1e-4"})
	if err == nil || d.looks != 0 {
		t.Errorf("expected an error and no look, found %v and %d looks", err, d.looks)
	}
}

// The golden reports are read natively and under js/wasm: the same bits.
func golden(t *testing.T, name string, r *trace.Report) {
	t.Helper()
	got, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path := "testdata/" + name + ".json"
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from this run (go test ./trace -update rewrites it)", path)
	}
}

func TestMixedCopies(t *testing.T) {
	d := issued(t, 2, 100)
	var parts []string
	for i, c := range []int{12, 80, 12, 80, 12, 80} {
		parts = append(parts, d.words(t, c, 20+i*70, 70+i*70))
	}
	r := run(t, trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "“"+strings.Join(parts, " … ")+"”")}, Issued: []trace.Issued{d.issued()}})
	if !slices.Equal(r.Dispatches[0].Named, []int{12, 80}) {
		t.Errorf("named %v, expected 12 and 80", r.Dispatches[0].Named)
	}
	golden(t, "mixed", r)
}

func TestCannotTell(t *testing.T) {
	d := issued(t, 3, 100)
	r := run(t, trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "He wrote: “"+d.words(t, 5, 40, 56)+"”.")}, Issued: []trace.Issued{d.issued()}})
	if len(r.Dispatches) != 1 || r.Dispatches[0].Verdict == trace.Named || len(d.asked) != 0 {
		t.Fatalf("expected no name from sixteen words; found %+v", r.Dispatches)
	}
	golden(t, "short", r)
}

func TestQuotesNothing(t *testing.T) {
	d := issued(t, 4, 10)
	r := run(t, trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "The harbour was closed on Tuesday after a barge ran aground. “We expect to open by noon,” the harbour master said.")}, Issued: []trace.Issued{d.issued()}})
	if len(r.Dispatches) != 0 || d.looks != 0 {
		t.Errorf("found %d dispatches and used %d looks", len(r.Dispatches), d.looks)
	}
}

// A site counts once, however many papers print it; printed two ways it counts
// for nothing.
func TestSeveralOutlets(t *testing.T) {
	d := issued(t, 5, 100)
	a := exhibit(t, "“"+d.words(t, 9, 100, 160)+"”")
	one := run(t, trace.Input{Exhibits: []*coverage.Exhibit{a}, Issued: []trace.Issued{d.issued()}}).Dispatches[0]
	d.looks = 0
	two := run(t, trace.Input{Exhibits: []*coverage.Exhibit{a, a, a}, Issued: []trace.Issued{d.issued()}}).Dispatches[0]
	if one.Sites != two.Sites || one.Words != two.Words || one.Bits != two.Bits || one.Ranking[0].FalseMatch != two.Ranking[0].FalseMatch {
		t.Errorf("three outlets count %d sites and %s bits, one counts %d and %s", two.Sites, two.Bits, one.Sites, one.Bits)
	}
	d.looks = 0
	other := exhibit(t, "“"+d.words(t, 10, 100, 160)+"”")
	both := run(t, trace.Input{Exhibits: []*coverage.Exhibit{a, other}, Issued: []trace.Issued{d.issued()}}).Dispatches[0]
	conflicts := 0
	for _, s := range both.Seen {
		if s.State == trace.Conflict {
			conflicts++
		}
	}
	if conflicts == 0 || both.Sites >= one.Sites {
		t.Errorf("two outlets that print different copies give %d conflicts and %d sites", conflicts, both.Sites)
	}
	if !slices.ContainsFunc(both.Warnings, func(w trace.Warning) bool { return w.Code == "conflict" }) {
		t.Error("no warning of the conflict")
	}
}

// Quotation, place and reading do not depend on who was issued what.
func TestReseedingChangesNoReading(t *testing.T) {
	d := issued(t, 6, 50)
	e := exhibit(t, fmt.Sprintf(story, d.words(t, 3, 100, 150), d.words(t, 3, 300, 340)))
	read := func(d *dispatch) string {
		r := run(t, trace.Input{Exhibits: []*coverage.Exhibit{e}, Issued: []trace.Issued{d.issued()}}).Dispatches[0]
		for i := range r.Seen {
			r.Seen[i].Leader, r.Seen[i].Named = 0, nil
		}
		return fmt.Sprintf("%+v %+v", r.Passages, r.Seen)
	}
	want := read(d)
	for seed := range byte(5) {
		if got := read(issued(t, 100+seed, 50)); got != want {
			t.Fatalf("with other copies, the same exhibit is read as\n%s\ninstead of\n%s", got, want)
		}
	}
}

// What ends in no name: the leaker redraws every site, swaps every reading, or
// edits back to the author's wording.
func TestAttacks(t *testing.T) {
	d := issued(t, 7, 100)
	for name, reading := range map[string]func(site, own, of int) int{
		"redrawn": func(site, own, of int) int { return (site*7919 + 13) % of },
		"swapped": func(site, own, of int) int { return (own + 1) % of },
		"usual":   func(site, own, of int) int { return 0 },
	} {
		own, err := d.book.Copy(21)
		if err != nil {
			t.Fatal(err)
		}
		for i := range own {
			own[i] = reading(i, own[i], len(d.master.Sites[i].Readings))
		}
		w := prose.Words(d.master.Render(own))
		text := d.master.Render(own)
		d.looks = 0
		r := run(t, trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "“"+text[w[60].Start:w[200].End]+"”")}, Issued: []trace.Issued{d.issued()}})
		if len(r.Dispatches) != 1 || len(r.Dispatches[0].Named) > 0 {
			t.Errorf("%s: %+v", name, r.Dispatches)
		}
	}
}

// The level of a look falls as looks are used.
func TestLooks(t *testing.T) {
	d := issued(t, 8, 100)
	in := trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, "“"+d.words(t, 9, 100, 140)+"”")}, Issued: []trace.Issued{d.issued()}}
	var levels []string
	for i := range 3 {
		look := run(t, in).Dispatches[0]
		levels = append(levels, string(look.Level))
		if warned := slices.ContainsFunc(look.Warnings, func(w trace.Warning) bool {
			return w.Code == "second-look" && strings.Contains(w.Text, "only if nothing that an earlier look showed")
		}); warned != (i > 0) {
			t.Errorf("look %d: warnings %+v", i+1, look.Warnings)
		}
	}
	if !slices.Equal(levels, []string{"5e-5", "1.66667e-5", "8.33334e-6"}) {
		t.Errorf("levels %v", levels)
	}
}

func TestCancelled(t *testing.T) {
	d := issued(t, 9, 100)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := trace.Run(ctx, trace.Input{Exhibits: []*coverage.Exhibit{exhibit(t, d.words(t, 1, 0, 100))}, Issued: []trace.Issued{d.issued()}, Alpha: "1e-4"}); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}
