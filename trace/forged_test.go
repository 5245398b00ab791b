package trace_test

import (
	"context"
	"slices"
	"testing"

	"frank/coverage"
	"frank/trace"
)

// A report that claims readings which print does not give, so that a dispatch is
// narrowed to other copies than it can be.
func TestNarrowedElsewhere(t *testing.T) {
	d := issued(t, 1, 60)
	tried := 0
	for from := 0; from < 400 && tried < 300; from += 37 {
		e := []*coverage.Exhibit{exhibit(t, "He said: “"+d.words(t, 7, from, from+30)+"”")}
		d.looks = 0
		r := run(t, trace.Input{Exhibits: e, Issued: []trace.Issued{d.issued()}, Frozen: true})
		if len(r.Dispatches) == 0 || r.Dispatches[0].Verdict != trace.Narrowed {
			continue
		}
		red, ev := again(t, r, e, d)
		if _, err := trace.Recompute(context.Background(), red, ev); err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= 60; n++ {
			if slices.Contains(red.Dispatches[0].Consistent, n) {
				continue
			}
			c, err := d.book.Copy(n)
			if err != nil {
				t.Fatal(err)
			}
			forged, err := trace.Forge(context.Background(), red, ev, func(s *trace.SiteSeen) {
				if s.State == trace.Read {
					s.Printed = []int{c[s.Site]}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if forged.Dispatches[0].Verdict != trace.Narrowed || slices.Equal(forged.Dispatches[0].Consistent, red.Dispatches[0].Consistent) {
				continue
			}
			tried++
			if out, err := trace.Recompute(context.Background(), forged, ev); err == nil {
				t.Errorf("narrowed to %v, and %v is taken with %d doubts", red.Dispatches[0].Consistent, forged.Dispatches[0].Consistent, len(out.Doubts))
			}
		}
	}
	if tried == 0 {
		t.Fatal("nothing was tried")
	}
}

// Where places are read otherwise, what the verifier's own readings give is told:
// its figure may be the weaker one.
func TestOwnFigure(t *testing.T) {
	d := issued(t, 1, 60)
	weaker := 0
	for from := 0; from < 400; from += 40 {
		e := []*coverage.Exhibit{exhibit(t, "He said: “"+d.words(t, 7, from, from+90)+"”")}
		d.looks = 0
		r := run(t, trace.Input{Exhibits: e, Issued: []trace.Issued{d.issued()}, Frozen: true})
		if len(r.Dispatches) == 0 || r.Dispatches[0].Verdict != trace.Named {
			continue
		}
		red, ev := again(t, r, e, d)
		if out, err := trace.Recompute(context.Background(), red, ev); err != nil || out.Own != nil {
			t.Fatalf("without a doubt there is a second report, or %v", err)
		}
		k := 0
		forged, err := trace.Forge(context.Background(), red, ev, func(s *trace.SiteSeen) {
			if k++; k%6 == 0 {
				s.State, s.Printed = trace.Edited, []int{}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := trace.Recompute(context.Background(), forged, ev)
		if err != nil {
			continue
		}
		if out.Own == nil || len(out.Doubts) == 0 {
			t.Fatal("places are read otherwise, and there is no second report")
		}
		if out.Own.Dispatches[0].Ranking[0].FalseMatch != forged.Dispatches[0].Ranking[0].FalseMatch {
			weaker++
		}
	}
	if weaker == 0 {
		t.Fatal("no figure differed")
	}
}

// A printed place cannot be passed over behind words of no length that are said
// to be left out.
func TestOmittedHasWords(t *testing.T) {
	d := issued(t, 1, 60)
	e := []*coverage.Exhibit{exhibit(t, "He said: “"+d.words(t, 7, 100, 180)+"”")}
	d.looks = 0
	r := run(t, trace.Input{Exhibits: e, Issued: []trace.Issued{d.issued()}, Frozen: true})
	gaps := map[int]bool{} // units that lie at a gap in print, and can be passed over
	for _, kind := range []string{"", trace.Omitted, trace.AtSite} {
		tried := 0
		units := d.book.Master.Units
		for _, u := range units[1 : len(units)-1] {
			m, _ := again(t, r, e, d)
			x := &m.Dispatches[0]
			old := map[int]int{}
			var seen []trace.SiteSeen
			for i, s := range x.Seen {
				if old[i] = -1; !slices.Contains(u.Sites, s.Site) {
					old[i] = len(seen)
					s.Named = nil
					seen = append(seen, s)
				}
			}
			if len(seen) == len(x.Seen) {
				continue
			}
			first, last := seen[0].Site, seen[len(seen)-1].Site
			if u.Sites[0] < first || u.Sites[0] > last { // at the ends of a passage nobody can tell
				continue
			}
			x.Seen = seen
			for i := range x.Passages {
				var out []trace.Piece
				for _, p := range x.Passages[i].Pieces {
					if p.Seen >= 0 && old[p.Seen] < 0 {
						out = append(out, trace.Piece{Kind: trace.Changed, Printed: p.Printed, Span: p.Span, Seen: -1})
						if kind != "" {
							out = append(out, trace.Piece{Kind: kind, Span: []int{p.Span[1], p.Span[1]}, Seen: -1})
						}
						continue
					}
					if p.Seen >= 0 {
						p.Seen = old[p.Seen]
					}
					out = append(out, p)
				}
				x.Passages[i].Pieces = out
			}
			x.Named, x.Verdict = []int{}, trace.CannotTell
			ev := &trace.Evidence{Alpha: "1e-4", Exhibits: e, Dispatches: []trace.Opened{opened(t, "26 SARN 41", d.book, m)}}
			if !gaps[u.Sites[0]] {
				tried++
			}
			forged, err := trace.Forge(context.Background(), m, ev, func(*trace.SiteSeen) {})
			if err != nil {
				continue
			}
			if _, err := trace.Recompute(context.Background(), forged, ev); err == nil && kind == "" {
				gaps[u.Sites[0]] = true
			} else if err == nil && !gaps[u.Sites[0]] {
				t.Errorf("unit of site %d is passed over behind %q of no length", u.Sites[0], kind)
			}
		}
		if tried == 0 {
			t.Fatal("nothing was tried")
		}
	}
}
