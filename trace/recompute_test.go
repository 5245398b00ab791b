package trace_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/mark"
	"frank/prose"
	"frank/trace"
)

// opened opens of a dispatch what a redacted report shows, as a bundle does.
func opened(t testing.TB, ref string, book *codebook.Book, r *trace.Report) trace.Opened {
	t.Helper()
	o := trace.Opened{Ref: ref}
	for _, b := range book.Batches {
		o.Batches = append(o.Batches, trace.Numbers{First: b.First, Count: b.Count})
	}
	at := slices.IndexFunc(r.Dispatches, func(d trace.Dispatch) bool { return d.Ref == ref })
	var units []int
	for i, u := range book.Master.Units {
		if !slices.ContainsFunc(r.Dispatches[at].Seen, func(s trace.SiteSeen) bool { return slices.Contains(u.Sites, s.Site) }) {
			continue
		}
		x := trace.OpenedUnit{Index: i, At: u.Sites, Joint: u.Joint, Law: slices.Clone(u.Law)}
		for _, s := range u.Sites {
			x.Sites = append(x.Sites, book.Master.Sites[s])
		}
		units, o.Units = append(units, i), append(o.Units, x)
	}
	for _, b := range book.Batches {
		openings, err := b.OpenSome(book.Master, units)
		if err != nil {
			t.Fatal(err)
		}
		for i := range openings {
			o.Units[i].Keys = append(o.Units[i].Keys, openings[i].Key)
		}
	}
	return o
}

func again(t testing.TB, r *trace.Report, exhibits []*coverage.Exhibit, d *dispatch) (*trace.Report, *trace.Evidence) {
	t.Helper()
	red, err := r.Redacted()
	if err != nil {
		t.Fatal(err)
	}
	data, err := red.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if red, err = trace.ParseReport(data); err != nil {
		t.Fatal(err)
	}
	ev := &trace.Evidence{Alpha: "1e-4", Exhibits: exhibits}
	for range red.Dispatches {
		ev.Dispatches = append(ev.Dispatches, opened(t, "26 SARN 41", d.book, red))
	}
	return red, ev
}

// edited is a passage as papers print it: words left out, put in, changed, in
// brackets, at an ellipsis.
func edited(text string, rng *rand.Rand) string {
	words := strings.Fields(text)
	var out []string
	for i := 0; i < len(words); i++ {
		switch rng.IntN(40) {
		case 0:
		case 1:
			out = append(out, "indeed", words[i])
		case 2:
			out = append(out, "something")
		case 3:
			out = append(out, "[the envoy]")
		case 4:
			out = append(out, "…")
			i += rng.IntN(12)
		case 5:
			out = append(out, words[i]+"s")
		default:
			out = append(out, words[i])
		}
	}
	return strings.Join(out, " ")
}

// printed is an exhibit or two of copy 7, as papers that edit print it.
func printed(t testing.TB, d *dispatch, seed int) []*coverage.Exhibit {
	t.Helper()
	text, err := mark.Copy(d.book, 7)
	if err != nil {
		t.Fatal(err)
	}
	n := len(prose.Words(text))
	rng := rand.New(rand.NewPCG(uint64(seed), 1))
	from := rng.IntN(n - 130)
	a := edited(d.words(t, 7, from, from+20+rng.IntN(100)), rng)
	from = rng.IntN(n - 60)
	b := edited(d.words(t, 7, from, from+8+rng.IntN(50)), rng)
	exhibits := []*coverage.Exhibit{exhibit(t, fmt.Sprintf(story, a, b))}
	if seed%3 == 0 {
		from = rng.IntN(n - 60)
		exhibits = append(exhibits, exhibit(t, "He said: “"+edited(d.words(t, 9, from, from+50), rng)+"”"))
	}
	return exhibits
}

// Whatever a paper does to the words, a stranger who has the exhibits and what
// was opened makes the same report; bench/bundle has how it goes with leaks that
// are more like the press's.
func TestRecompute(t *testing.T) {
	d := issued(t, 1, 60)
	tried, doubts := 0, 0
	for seed := range 50 {
		exhibits := printed(t, d, seed)
		d.looks = 0
		r := run(t, trace.Input{Exhibits: exhibits, Issued: []trace.Issued{d.issued()}, Frozen: true})
		if len(r.Dispatches) == 0 {
			continue
		}
		tried++
		red, ev := again(t, r, exhibits, d)
		out, err := trace.Recompute(context.Background(), red, ev)
		if err != nil {
			t.Errorf("%d: %v", seed, err)
			continue
		}
		if len(out.Doubts) > 0 {
			doubts++
		}
	}
	if tried < 40 || doubts > 2 {
		t.Errorf("%d of %d reports are in doubt", doubts, tried)
	}
}

// A redacted report says nothing of a dispatch that was not printed, but for the
// readings of places that were.
func TestRedacted(t *testing.T) {
	d := issued(t, 1, 60)
	exhibits := []*coverage.Exhibit{exhibit(t, "“"+d.words(t, 7, 100, 130)+" … "+d.words(t, 7, 150, 180)+"”")}
	r := run(t, trace.Input{Exhibits: exhibits, Issued: []trace.Issued{d.issued()}, Frozen: true})
	full, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	red, err := r.Redacted()
	if err != nil {
		t.Fatal(err)
	}
	data, err := red.Encode()
	if err != nil {
		t.Fatal(err)
	}
	gap := ""
	for _, x := range r.Dispatches[0].Passages[0].Pieces {
		if x.Kind == trace.Omitted && len(x.Dispatch) > len(gap) {
			gap = x.Dispatch
		}
	}
	for _, text := range []string{r.Dispatches[0].Title, r.Dispatches[0].Ranking[0].Reader, gap} {
		if text == "" || !bytes.Contains(full, []byte(text)) || bytes.Contains(data, []byte(text)) {
			t.Errorf("%q is in the redacted report, or was not in the whole one", text)
		}
	}
	if after, err := r.Encode(); err != nil || !bytes.Equal(full, after) {
		t.Errorf("redacting changed the report: %v", err)
	}
	parsed, err := trace.ParseReport(full)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parsed.Redacted(); err == nil {
		t.Error("a report without its places is redacted")
	}
}

// Whatever is changed in a report, or in what it is held against, is found.
func TestRecomputeRefuses(t *testing.T) {
	d := issued(t, 1, 60)
	exhibits := []*coverage.Exhibit{exhibit(t, fmt.Sprintf(story, d.words(t, 7, 100, 150), d.words(t, 7, 300, 330)))}
	r := run(t, trace.Input{Exhibits: exhibits, Issued: []trace.Issued{d.issued()}, Frozen: true})
	if !slices.Equal(r.Dispatches[0].Named, []int{7}) {
		t.Fatal("copy 7 is not named")
	}
	site := func(r *trace.Report) (*trace.Passage, int) {
		p := &r.Dispatches[0].Passages[0]
		return p, slices.IndexFunc(p.Pieces, func(x trace.Piece) bool { return x.Kind == trace.AtSite && x.Seen > 2 })
	}
	for why, change := range map[string]func(r *trace.Report, ev *trace.Evidence){
		"a smaller family":              func(r *trace.Report, _ *trace.Evidence) { r.Family-- },
		"another level":                 func(r *trace.Report, _ *trace.Evidence) { r.Alpha = "1e-5" },
		"a level that was not voted on": func(_ *trace.Report, ev *trace.Evidence) { ev.Alpha = "1e-5" },
		"another look":                  func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Look = 2 },
		"fewer copies":                  func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Copies-- },
		"a smaller bound":               func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Ranking[1].FalseMatch = "0.0001" },
		"a larger ratio":                func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Ranking[0].LRHigh = "300" },
		"a copy named besides": func(r *trace.Report, _ *trace.Evidence) {
			d := &r.Dispatches[0]
			d.Named = append(d.Named, d.Ranking[1].Copy)
			slices.Sort(d.Named)
		},
		"another verdict": func(r *trace.Report, _ *trace.Evidence) {
			d := &r.Dispatches[0]
			d.Verdict, d.Named = trace.CannotTell, []int{}
		},
		"a warning left out": func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Change = nil },
		"a warning of another's": func(r *trace.Report, _ *trace.Evidence) {
			r.Warnings = append(r.Warnings, trace.Warning{Code: "x", Text: "He did it."})
		},
		"a title":                func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Title = "What he leaked" },
		"another exhibit's name": func(r *trace.Report, _ *trace.Evidence) { r.Exhibits[0].Name = "confession.txt" },
		"more words":             func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Words = 1000 },
		"every place claimed for a copy": func(r *trace.Report, _ *trace.Evidence) {
			for i := range r.Dispatches[0].Seen {
				s := &r.Dispatches[0].Seen[i]
				s.Printed = []int{(s.Printed[0] + 1) % len(s.Readings)}
			}
		},
		"a place said to be edited": func(r *trace.Report, _ *trace.Evidence) {
			s := &r.Dispatches[0].Seen[3]
			s.State, s.Printed = trace.Edited, []int{}
		},
		"more readings than fit": func(r *trace.Report, _ *trace.Evidence) {
			s := &r.Dispatches[0].Seen[3]
			s.Printed = []int{0, 1}
		},
		"a passage elsewhere":          func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Passages[0].From++ },
		"a passage before the exhibit": func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Passages[0].From = -5 },
		"other words than printed": func(r *trace.Report, _ *trace.Evidence) {
			p := &r.Dispatches[0].Passages[0]
			p.Printed = strings.Replace(p.Printed, " the ", " The ", 1)
		},
		"pieces that are not the passage": func(r *trace.Report, _ *trace.Evidence) { p := &r.Dispatches[0].Passages[0]; p.Pieces = p.Pieces[1:] },
		"words of the dispatch that differ": func(r *trace.Report, _ *trace.Evidence) {
			p, i := site(r)
			p.Pieces[i+1].Dispatch = strings.Repeat("x", len(p.Pieces[i+1].Dispatch))
			p.Pieces[i+1].Printed += ""
			for k := range p.Pieces {
				if x := &p.Pieces[k]; x.Kind == trace.Same && len(x.Dispatch) > 6 {
					x.Dispatch = strings.Repeat("x", len(x.Dispatch))
				}
			}
		},
		"no places on the dispatch": func(r *trace.Report, _ *trace.Evidence) { r.Dispatches[0].Passages[0].Pieces[2].Span = nil },
		"places that overlap":       func(r *trace.Report, _ *trace.Evidence) { p, i := site(r); p.Pieces[i+1].Span = p.Pieces[i-1].Span },
		"a passage moved on the dispatch": func(r *trace.Report, _ *trace.Evidence) {
			for k := range r.Dispatches[0].Passages[0].Pieces {
				x := &r.Dispatches[0].Passages[0].Pieces[k]
				x.Span = []int{x.Span[0] + 2, x.Span[1] + 2}
			}
		},
		"a site that is said to be none": func(r *trace.Report, _ *trace.Evidence) {
			p, i := site(r)
			p.Pieces[i].Kind, p.Pieces[i].Seen, p.Pieces[i].Dispatch = trace.Changed, -1, ""
		},
		"words that were left out shown": func(r *trace.Report, _ *trace.Evidence) {
			p, i := site(r)
			p.Pieces[i].Kind, p.Pieces[i].Seen = trace.Changed, -1
		},
		"another site's piece": func(r *trace.Report, _ *trace.Evidence) { p, i := site(r); p.Pieces[i].Seen++ },
		"a law": func(_ *trace.Report, ev *trace.Evidence) {
			l := ev.Dispatches[0].Units[1].Law
			l[0], l[1] = l[0]-1, l[1]+1
			l[0], l[1] = l[0]/2, l[1]+l[0]-l[0]/2
		},
		"a key":             func(_ *trace.Report, ev *trace.Evidence) { ev.Dispatches[0].Units[1].Keys[0][0]++ },
		"a unit not opened": func(_ *trace.Report, ev *trace.Evidence) { o := &ev.Dispatches[0]; o.Units = o.Units[1:] },
		"a unit opened for nothing": func(_ *trace.Report, ev *trace.Evidence) {
			o := &ev.Dispatches[0]
			m, u := d.master, d.master.Units[0]
			x := trace.OpenedUnit{Index: 0, At: u.Sites, Joint: u.Joint, Law: u.Law, Keys: []frank.Secret{{1}}}
			for _, s := range u.Sites {
				x.Sites = append(x.Sites, m.Sites[s])
			}
			o.Units = append([]trace.OpenedUnit{x}, o.Units...)
		},
		"units out of order": func(_ *trace.Report, ev *trace.Evidence) { u := ev.Dispatches[0].Units; u[0], u[1] = u[1], u[0] },
		"another batch":      func(_ *trace.Report, ev *trace.Evidence) { ev.Dispatches[0].Batches[0].Count++ },
		"numbers from 0 on":  func(_ *trace.Report, ev *trace.Evidence) { ev.Dispatches[0].Batches[0].First = 0 },
		"another dispatch":   func(_ *trace.Report, ev *trace.Evidence) { ev.Dispatches[0].Ref = "26 SARN 42" },
		"no dispatch":        func(_ *trace.Report, ev *trace.Evidence) { ev.Dispatches = nil },
		"no exhibit":         func(_ *trace.Report, ev *trace.Evidence) { ev.Exhibits = nil },
		"another exhibit": func(_ *trace.Report, ev *trace.Evidence) {
			ev.Exhibits = []*coverage.Exhibit{exhibit(t, "Nothing of the kind.")}
		},
	} {
		red, ev := again(t, r, exhibits, d)
		change(red, ev)
		if _, err := trace.Recompute(context.Background(), red, ev); err == nil {
			t.Errorf("%s: the report is the same", why)
		} else if testing.Verbose() {
			t.Logf("%s: %v", why, err)
		}
	}
	red, ev := again(t, r, exhibits, d)
	if _, err := trace.Recompute(context.Background(), red, ev); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

// A place within words that are printed without a gap cannot be kept back: with
// everything else made to fit, the units beside it show that one is missing.
func TestRecomputeFindsWhatIsKeptBack(t *testing.T) {
	d := issued(t, 1, 60)
	exhibits := []*coverage.Exhibit{exhibit(t, "“"+d.words(t, 7, 100, 170)+"”")}
	kept := 0
	r := run(t, trace.Input{Exhibits: exhibits, Issued: []trace.Issued{d.issued()}, Frozen: true})
	for n := range r.Dispatches[0].Seen {
		red, ev := again(t, r, exhibits, d)
		x := &red.Dispatches[0]
		site := x.Seen[n].Site
		o := &ev.Dispatches[0]
		at := slices.IndexFunc(o.Units, func(u trace.OpenedUnit) bool { return slices.Equal(u.At, []int{site}) })
		if at <= 0 || at == len(o.Units)-1 {
			continue
		}
		o.Units = slices.Delete(o.Units, at, at+1)
		x.Seen = slices.Delete(x.Seen, n, n+1)
		for i := range x.Passages {
			for k := range x.Passages[i].Pieces {
				switch p := &x.Passages[i].Pieces[k]; {
				case p.Seen == n: // what was printed there is said to be the dispatch's own
					p.Kind, p.Seen, p.Dispatch = trace.Changed, -1, ""
				case p.Seen > n:
					p.Seen--
				}
			}
		}
		_, err := trace.Recompute(context.Background(), red, ev)
		if err == nil || !strings.Contains(err.Error(), "print has no gap") {
			t.Errorf("site %d kept back: %v", site, err)
		}
		kept++
	}
	if kept < 5 {
		t.Errorf("%d sites were kept back", kept)
	}
}

// Nor can what speaks for others: a report that is right in itself, of places
// said to be edited wherever they speak against a copy, is refused where the
// verdict hangs on them.
func TestRecomputeFindsWhatIsReadOtherwise(t *testing.T) {
	d := issued(t, 1, 60)
	exhibits := []*coverage.Exhibit{exhibit(t, "“"+d.words(t, 7, 100, 200)+"” and “"+d.words(t, 7, 300, 420)+"”")}
	r := run(t, trace.Input{Exhibits: exhibits, Issued: []trace.Issued{d.issued()}, Frozen: true})
	red, ev := again(t, r, exhibits, d)
	wanted, err := d.book.Copy(9)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := trace.Forge(context.Background(), red, ev, func(s *trace.SiteSeen) {
		if !slices.Contains(s.Printed, wanted[s.Site]) {
			s.State, s.Printed = trace.Edited, nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(forged.Dispatches[0].Named, 9) {
		t.Fatalf("the forgery does not name copy 9: %+v", forged.Dispatches[0].Named)
	}
	if _, err := trace.Recompute(context.Background(), forged, ev); err == nil || !strings.Contains(err.Error(), "its answer hangs on them") {
		t.Errorf("places that speak against a copy were kept out: %v", err)
	}
	// One place read otherwise, that nothing hangs on, is said.
	slight, err := trace.Forge(context.Background(), red, ev, func(s *trace.SiteSeen) {
		if s.Site == red.Dispatches[0].Seen[0].Site {
			s.State, s.Printed = trace.Edited, nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := trace.Recompute(context.Background(), slight, ev)
	if err != nil || len(out.Doubts) != 1 || out.Doubts[0].Site != red.Dispatches[0].Seen[0].Site {
		t.Errorf("a place read otherwise, on which nothing hangs: %v %+v", err, out)
	}
}

// What is not in quotation marks cannot be said to be.
func TestRecomputeQuoted(t *testing.T) {
	d := issued(t, 1, 60)
	exhibits := []*coverage.Exhibit{exhibit(t, d.words(t, 7, 100, 170))}
	r := run(t, trace.Input{Exhibits: exhibits, Issued: []trace.Issued{d.issued()}, Frozen: true})
	red, ev := again(t, r, exhibits, d)
	if red.Dispatches[0].Passages[0].Quoted {
		t.Fatal("it is quoted")
	}
	red.Dispatches[0].Passages[0].Quoted = true
	if _, err := trace.Recompute(context.Background(), red, ev); err == nil {
		t.Error("it is taken for quoted")
	}
}
