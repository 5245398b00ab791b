package bundle

import (
	"context"
	"strings"
	"testing"

	"frank"
	"frank/coverage"
	"frank/dispatch"
	"frank/inquiry"
	"frank/protect"
	"frank/trace"
)

// refused checks that no bundle can be written, and why.
func refused(t *testing.T, s *story, p Profile, why string) {
	t.Helper()
	if _, err := Write(context.Background(), s.contents(), p, &s.log, s.people["Cy"]); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("expected no bundle, as %q; found %v", why, err)
	}
}

// Lead and both checkers agree on a report that is not what the evidence gives.
func TestThreeCollude(t *testing.T) {
	for _, c := range []struct {
		why    string
		change func(r *trace.Report, s *story)
		found  string
	}{
		{"a report that is not frozen", func(r *trace.Report, _ *story) { r.Frozen = false }, "were frozen"},
		{"another look", func(r *trace.Report, _ *story) { r.Dispatches[0].Look = 3 }, "look 3 on"},
		{"a laxer level", func(r *trace.Report, _ *story) { r.Alpha = "1e-3" }, "something else than the evidence"},
		{"a smaller family", func(r *trace.Report, _ *story) { r.Family = 2 }, "something else than the evidence"},
		{"another copy", func(r *trace.Report, _ *story) {
			d := &r.Dispatches[0]
			other := d.Ranking[1].Copy
			d.Ranking[1].Copy, d.Ranking[0].Copy = d.Ranking[0].Copy, other
			d.Named = []int{other}
		}, "something else than the evidence"},
		{"a reading", func(r *trace.Report, _ *story) {
			x := &r.Dispatches[0].Seen[2]
			x.Printed = []int{(x.Printed[0] + 1) % len(x.Readings)}
		}, "something else than the evidence"},
		{"words that are not in the exhibit", func(r *trace.Report, _ *story) {
			p := &r.Dispatches[0].Passages[0]
			p.Printed, p.Pieces[0].Printed = "He said so. "+p.Printed, "He said so. "+p.Pieces[0].Printed
		}, "the exhibit does not have these words there"},
		{"copies that the report does not name", func(r *trace.Report, s *story) {
			s.cheat = func(what any) {
				if x, ok := what.(*inquiry.Result); ok {
					x.Named = []inquiry.Number{{Dispatch: ref(1), Number: x.Named[0].Number%8 + 1}}
				}
			}
		}, ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			s := smallBefore(t, func(s *story, stage string) {
				if stage == "traced" {
					r := *s.report
					data, err := r.Encode()
					s.must(err)
					again, err := trace.ParseReport(data)
					s.must(err)
					c.change(again, s)
					s.report = again
				}
				if stage == "found" { // the names are asked for as if nothing were wrong
					s.cheat = nil
				}
			})
			refused(t, s, Evidence, c.found)
			refused(t, s, Committee, c.found)
		})
	}
}

// smallBefore is small, but names nobody in the end.
func smallBefore(t testing.TB, before func(*story, string)) *story {
	s := small(t, before)
	s.named = nil
	return s
}

// Exhibits that three agree on and that may be none.
func TestExhibitsThatAreNone(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	s := w.tell([]frank.Ref{ref(1)}, []string{protect.Banner + "\n\n" + w.quotes(x, 3, 2, 14)}, nil)
	refused(t, s, Evidence, "protected disclosure")

	s = small(t, func(s *story, stage string) {
		if stage == "registered" {
			s.cheat = func(what any) {
				if r, ok := what.(*inquiry.Register); ok {
					r.Exhibits[0].Record.Media = coverage.MediaHTML
					s.exhibits[0].Exhibit = r.Exhibits[0]
				}
			}
		}
		if stage == "asked" {
			s.matter.Exhibits = inquiry.Root([]inquiry.Exhibit{s.exhibits[0].Exhibit})
		}
	})
	refused(t, s, Evidence, "of another kind")
}

// An author, or whoever runs the ledger, cheats at the issue.
func TestIssueForged(t *testing.T) {
	for _, c := range []struct {
		why   string
		forge func(w *world, c *dispatch.Complete)
		found string
	}{
		{"another codebook than was bound", func(_ *world, c *dispatch.Complete) { c.Book[0]++ }, "not what the first entry bound"},
		{"other readers than were bound", func(_ *world, c *dispatch.Complete) { c.ReaderRoot[0]++ }, "not what the first entry bound"},
		{"units that are not opened", func(_ *world, c *dispatch.Complete) { c.UnitRoot[0]++ }, "not among those committed to"},
		{"randomness that was known before", func(w *world, c *dispatch.Complete) { c.Checkpoint = w.early }, "was fixed before entry"},
		{"randomness of another log", func(w *world, c *dispatch.Complete) { c.Checkpoint = string(w.fork()) }, "shown in two versions"},
		{"another place of the first entry", func(_ *world, c *dispatch.Complete) { c.Begin++ }, "does not belong to the first entry"},
		{"another dispatch's first entry", func(_ *world, c *dispatch.Complete) { c.BeginEntry[0]++ }, "is not shown"},
	} {
		t.Run(c.why, func(t *testing.T) {
			w := newWorld(t, origin)
			w.early = string(w.witnessed())
			w.forge = func(x *dispatch.Complete) { c.forge(w, x) }
			x := w.issue(ref(1), wording(16), 1, 1, 8)
			s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, 3, 2, 14)}, nil)
			refused(t, s, Evidence, c.found)
		})
	}
	w := newWorld(t, origin)
	w.issuer = "Hal"
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	refused(t, w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, 3, 2, 14)}, nil), Evidence, "did not hold the office")
}

// Where no witness stands for the draw, the bundle says so.
func TestDrawWithoutWitnesses(t *testing.T) {
	w := newWorld(t, origin)
	w.alone = true
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	w.alone = false
	s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, 3, 2, 14)}, nil)
	f := verify(t, write(t, s, Evidence), s.policy())
	if !f.OK || !strings.Contains(strings.Join(f.NotShown, " "), "has no witnesses") {
		t.Errorf("%+v", f)
	}
}

// A committee's bundle, where people cannot be checked, still takes three keys
// that say the same, and tells no more than it should.
func TestCommittee(t *testing.T) {
	s := small(t, nil)
	whole := apart(t, write(t, s, Committee))
	key := s.people["Cy"]
	k := whole.clone()
	edit(k, fileNamed, func(l []holderForm) []holderForm { l[0].Person = s.id("Hal"); return l })
	fails(t, "a person in it", k.again(key), s.policy(), "names")
	k = whole.clone()
	edit(k, fileNamed, func(l []holderForm) []holderForm { l[0].Number = l[0].Number%8 + 1; return l })
	fails(t, "an office for a copy that is not named", k.again(key), s.policy(), "names")
	fails(t, "signed by another officer", whole.clone().again(s.people["Fay"]), s.policy(), "procedure")
	k = whole.clone()
	list, err := parseEntries(k.get(fileEntries))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range list {
		if list[i].Entry != nil && strings.Contains(list[i].Entry.Statement, `"do":"result"`) {
			if n++; n == 1 {
				list[i].Entry = nil
			}
		}
	}
	k.set(fileEntries, writeEntries(list))
	fails(t, "two keys", k.again(key), s.policy(), "procedure")
	for why, change := range map[string]func(m *meta){"another inquiry": func(m *meta) { m.Inquiry.Index++ }, "a profile that shows more": func(m *meta) { m.Profile = Evidence }} {
		k := whole.clone()
		change(k.meta)
		fails(t, why, k.again(key), s.policy(), "procedure", "people", "texts")
	}
}
