package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/ledger"
	"frank/trace"
)

// says checks that one sentence of a list has all the words, or that none has.
func says(t *testing.T, list []string, want bool, words ...string) {
	t.Helper()
	got := slices.ContainsFunc(list, func(s string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(s, w) })
	})
	if got != want {
		t.Errorf("that a sentence has %q is %v, in %q", words, got, list)
	}
}

// without leaves out the steps that match.
func without(t *testing.T, c *Contents, match func(what any) bool) *Contents {
	t.Helper()
	out := *c
	out.Entries = slices.DeleteFunc(slices.Clone(c.Entries), func(e directory.Logged) bool {
		st, err := e.Entry.Open(e.At.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if st.Kind != inquiry.KindStep {
			return false
		}
		_, what, err := inquiry.ParseStep(st)
		if err != nil {
			t.Fatal(err)
		}
		return match(what)
	})
	if len(out.Entries) == len(c.Entries) {
		t.Fatal("nothing is left out")
	}
	return &out
}

// made writes a bundle and verifies it.
func (s *story) made(t *testing.T, c *Contents, p Profile) *Finding {
	t.Helper()
	zip, err := Write(context.Background(), c, p, &s.log, s.people["Cy"])
	if err != nil {
		t.Fatalf("%s: %v", p, err)
	}
	f := verify(t, zip, s.policy())
	if !f.OK {
		t.Fatalf("%s: %+v", p, f.Checks)
	}
	return f
}

// An answer, an appeal, a correction and how it was decided are told where they
// are here; where they are left out, that there may be such.
func TestRepliesAreTold(t *testing.T) {
	s := small(t, nil)
	for _, r := range []*inquiry.Reply{
		{Kind: inquiry.Answer, Text: "I was on leave\nthat week"},
		{Kind: inquiry.Appeal, Text: "Gus borrowed my machine"},
	} {
		r.From, r.Key = s.id("Hal"), s.people["Hal"].VerifyKey()
		r.Signature = s.people["Hal"].Sign(inquiry.ReplyNamespace, r.Message(s.inquiry.Hash))
		s.step("Flo", r)
	}
	s.step("Dee", &inquiry.Note{Kind: "correction", Text: "my trace was not mine: I copied the hash"})
	last := s.step("Flo", &inquiry.Note{Kind: "appeal-decided", Text: "upheld: the name is withdrawn"})
	end := fmt.Sprintf("after entry %d", last.Index)
	f := s.made(t, s.contents(), Evidence)
	says(t, f.Shown, true, "an answer, signed by The Hal", "“I was on leave that week”")
	says(t, f.Shown, true, "an appeal, signed by The Hal", "“Gus borrowed my machine”")
	says(t, f.Shown, true, "a correction, by The Dee", "“my trace was not mine: I copied the hash”")
	says(t, f.Shown, true, "how an appeal was decided, by The Flo", "“upheld: the name is withdrawn”")
	says(t, f.Shown, true, "closed the inquiry", "“done”")
	says(t, f.NotShown, true, end, "an appeal, a correction")
	says(t, f.NotShown, false, "it was not closed")

	c := without(t, s.contents(), func(what any) bool {
		switch what.(type) {
		case *inquiry.Reply, *inquiry.Note, *inquiry.Close:
			return true
		}
		return false
	})
	f = s.made(t, c, Evidence)
	says(t, f.Shown, false, "appeal")
	says(t, f.NotShown, true, "The ledger had", "an appeal, a correction")
	says(t, f.NotShown, true, "it was not closed")

	for _, p := range []Profile{Referral, Committee} {
		zip := write(t, s, p)
		for _, words := range []string{"Gus borrowed", "on leave", "I copied the hash", "name is withdrawn", `\"do\":\"close\"`, `\"do\":\"reply\"`} {
			if bytes.Contains(zip, []byte(words)) {
				t.Errorf("%s has %q", p, words)
			}
		}
		f := verify(t, zip, s.policy())
		says(t, f.NotShown, true, "once names were asked for", "what anybody replied")
		says(t, f.NotShown, true, "after entry", "an appeal, a correction")
	}
}

// frozen makes exhibits of texts.
func (w *world) frozen(texts ...string) (s *story, read []*coverage.Exhibit, list []inquiry.Exhibit) {
	w.t.Helper()
	s = &story{world: w, refs: []frank.Ref{ref(1)}, level: "1e-4"}
	for i, text := range texts {
		data := []byte(text)
		e, err := coverage.Read(fmt.Sprintf("article %d.txt", i+1), data)
		w.must(err)
		r, err := coverage.Freeze(e, data, "2026-11-22T08:00:00Z")
		w.must(err)
		r.Outlet, r.Published = "The Herald", "2026-11-21"
		x := Exhibit{inquiry.Exhibit{Record: *r, Obtained: inquiry.Published, Blob: sha256.Sum256(data)}, data}
		s.exhibits = append(s.exhibits, x)
		read, list = append(read, e), append(list, x.Exhibit)
	}
	return s, read, list
}

// opening opens an inquiry.
func (w *world) opening(joins *directory.Entry) directory.Entry {
	w.t.Helper()
	return w.step("Cy", &inquiry.Open{Purpose: "who gave it to the press", Basis: "the Act", Scope: []frank.Ref{ref(1)}, Tried: []string{"asked around"},
		Rule: inquiry.Rule{From: "2026-11-01", To: "2026-12-31", Search: "the archive of The Herald"}, Level: "1e-4",
		Disclosure: inquiry.Disclosure{Answer: inquiry.No, Why: "it is about dates"}, Until: until, Joins: joins})
}

// traced traces and returns the report's hash.
func (s *story) traced(read []*coverage.Exhibit, m *inquiry.Matter) frank.Hash {
	s.t.Helper()
	book := s.book(ref(1))
	r, err := trace.Run(context.Background(), trace.Input{Exhibits: read, Alpha: "1e-4", Frozen: true, Issued: []trace.Issued{{Ref: ref(1).String(), Master: book.Master,
		Book: func() (*codebook.Book, error) { return book, nil }, Look: func() (int, error) { return m.Looks[0].Number, nil }}}})
	s.must(err)
	s.report, err = r.Redacted()
	s.must(err)
	data, err := s.report.Encode()
	s.must(err)
	return sha256.Sum256(data)
}

// copies asks for copies on exhibits, and has the results stated.
func (s *story) copies(read []*coverage.Exhibit, list []inquiry.Exhibit, look int, differs bool) *inquiry.Matter {
	s.t.Helper()
	m := &inquiry.Matter{Stage: inquiry.Copies, Exhibits: inquiry.Root(list), Scope: s.parts(ref(1)), Looks: []inquiry.Look{{Dispatch: ref(1), Number: look}}}
	s.matter = m
	h := s.ask(m)
	found := s.traced(read, m)
	for _, n := range []string{"Cy", "Dee", "Eve"} {
		r := &inquiry.Result{Matter: h, Report: found, Named: s.numbers()}
		if differs && n == "Eve" {
			r.Report[0]++
		}
		s.step(n, r)
	}
	return m
}

// The schedule of what was not relied on follows from what was registered.
func TestUnused(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	hal := x.numberOf(w.id("Hal"))
	s, read, list := w.frozen(w.quotes(x, hal, 2, 14), w.quotes(x, hal, 3, 14), "It speaks against it.")
	first := w.opening(nil)
	w.step("Cy", &inquiry.Register{Exhibits: list[1:2]})
	w.opening(&first)
	w.step("Cy", &inquiry.Register{Exhibits: list[:1]})
	m := &inquiry.Matter{Stage: inquiry.Copies, Exhibits: inquiry.Root(list[:1]), Scope: s.parts(ref(1)), Looks: []inquiry.Look{{Dispatch: ref(1), Number: 1}}}
	s.matter = m
	h := s.ask(m)
	w.step("Cy", &inquiry.Register{Exhibits: list[2:]})
	found := s.traced(read[:1], m)
	for _, n := range []string{"Cy", "Dee", "Eve"} {
		w.step(n, &inquiry.Result{Matter: h, Report: found, Named: s.numbers()})
	}
	s.exhibits = s.exhibits[:1]
	for _, p := range []Profile{Evidence, Referral, Committee} {
		zip := write(t, s, p)
		if f := verify(t, zip, s.policy()); !f.OK {
			t.Fatalf("%s: %+v", p, f.Checks)
		}
		k := apart(t, zip)
		want := []inquiry.Unused{{Name: "article 3.txt", SHA256: list[2].Record.SHA256, Why: "copies had been opened before it was registered, and no overseer admitted it"},
			{Name: "article 2.txt", SHA256: list[1].Record.SHA256, Why: fmt.Sprintf("it was registered in the inquiry of entry %d alone, which this one joins", first.Index)}}
		got, err := parseList[inquiry.Unused](k.files, fileUnused)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s: not relied on are %+v, %v", p, got, err)
		}
		for why, change := range map[string]func(l []inquiry.Unused) []inquiry.Unused{
			"an empty schedule":      func([]inquiry.Unused) []inquiry.Unused { return []inquiry.Unused{} },
			"one left out":           func(l []inquiry.Unused) []inquiry.Unused { return l[1:] },
			"another reason":         func(l []inquiry.Unused) []inquiry.Unused { l[0].Why = "it is false"; return l },
			"another name":           func(l []inquiry.Unused) []inquiry.Unused { l[0].Name = "\x1b]0;x\x07<script>"; return l },
			"what nobody registered": func(l []inquiry.Unused) []inquiry.Unused { return append(l, inquiry.Unused{Name: "rumour.txt"}) },
		} {
			k := k.clone()
			edit(k, fileUnused, change)
			fails(t, string(p)+": "+why, k.again(s.people["Cy"]), s.policy(), "procedure")
		}
	}
}

// Copies named of two dispatches, asked for in two votes: both holders are in it,
// and a bundle with one of them is none.
func TestNamesInTwoVotes(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(30), 1, 1, 8)
	y := w.issue(ref(2), tail(wording(60), "In section 130"), 1, 1, 7)
	only := func(s *story, i int) {
		s.cheat = func(what any) {
			switch o := what.(type) {
			case *inquiry.Matter:
				if len(o.Numbers) == 2 {
					o.Numbers, o.Scope = o.Numbers[i:i+1], o.Scope[i:i+1]
				}
			case *inquiry.Named:
				if len(o.Holders) == 2 {
					o.Holders = o.Holders[i : i+1]
				}
			}
		}
	}
	did := false
	s := w.tell([]frank.Ref{ref(1), ref(2)}, []string{w.quotes(x, 3, 2, 20), w.quotes(y, 4, 2, 20)}, func(s *story, stage string) {
		if stage == "found" && !did {
			did = true
			only(s, 1)
			data, err := s.report.Encode()
			s.must(err)
			s.name(s.matter.Hash(s.inquiry.Hash), sha256.Sum256(data))
			only(s, 0)
		}
	})
	both := []Holder{s.named[1], s.named[2]}
	c := s.contents()
	c.Named = both
	f := s.made(t, c, Evidence)
	says(t, f.Shown, true, "was asked by entry", "4 of 26 WASHINGTON 2")
	says(t, f.Shown, true, "was asked by entry", "3 of 26 WASHINGTON 1")
	says(t, f.Shown, true, "No share is here that opens whose any other copy is")
	if len(f.Verdicts) != 2 || f.Verdicts[0].Named[0].Person == "" || f.Verdicts[1].Named[0].Person == "" {
		t.Errorf("%+v", f.Verdicts)
	}
	for _, c.Named = range [][]Holder{both[:1], both[1:], nil} {
		if _, err := Write(context.Background(), c, Evidence, &s.log, s.people["Cy"]); err == nil {
			t.Error("a bundle is written with some of the holders")
		}
	}
	// Nobody says what came of one of the votes: it is not said that nothing did.
	n := 0
	c = without(t, s.contents(), func(what any) bool {
		switch what.(type) {
		case *inquiry.Named:
			n++
			return n == 2
		case *inquiry.Close:
			return true
		}
		return false
	})
	c.Named = both[:1]
	f = s.made(t, c, Evidence)
	says(t, f.Shown, false, "No share is here")
	says(t, f.NotShown, true, "asked for by the question of entry")
}

// tail is the part of a wording from some words on.
func tail(m *frank.Master, from string) *frank.Master {
	at := strings.Index(m.Text, from)
	n := &frank.Master{Text: m.Text[at:]}
	for _, s := range m.Sites {
		if s.Start >= at {
			s.Start, s.End = s.Start-at, s.End-at
			n.Sites = append(n.Sites, s)
		}
	}
	gone := len(m.Sites) - len(n.Sites)
	for _, u := range m.Units {
		if u.Sites[0] < gone {
			continue
		}
		var sites []int
		for _, i := range u.Sites {
			sites = append(sites, i-gone)
		}
		n.Units = append(n.Units, frank.Unit{Sites: sites, Joint: u.Joint, Law: u.Law})
	}
	return n
}

// When a reader fetched is told by the order of the ledger. A clock decides
// nothing, and nobody is exonerated.
func TestFetchedByTheLedger(t *testing.T) {
	for _, late := range []bool{false, true} {
		w := newWorld(t, origin)
		x := w.issue(ref(1), wording(16), 1, 1, 8)
		fetch := func(off int) {
			w.minute += off
			w.state("Hal", dispatch.KindFetched, canon.Marshal(dispatch.Fetched{Dispatch: ref(1), Batch: 1, Sealed: frank.Hash{1}}))
			w.minute -= off
		}
		if !late { // by a clock that is a year ahead
			fetch(60 * 24 * 365)
		}
		s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, x.numberOf(w.id("Hal")), 2, 14), "Something else."}, func(s *story, stage string) {
			if stage == "opened" { // one that quotes nothing says it was there first
				s.exhibits[1].Record.Published = "2026-11-02"
				s.exhibits[0].Record.Published = "2026-11-25T08:00:00Z"
			}
		})
		if late {
			fetch(0)
		}
		f := s.made(t, s.contents(), Evidence)
		order := "That is before entry"
		if late {
			order = "That is after entry"
		}
		says(t, f.Shown, true, order, "by its own clock", "published 2026-11-25T08:00:00Z by what it says")
		says(t, f.Shown, false, "did not come from there")
		says(t, f.NotShown, true, "When print had the words of copy")
	}
}

// A batch that was begun makes parties, and cannot be left out between others.
func TestBatchLeftOut(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	b := w.begin(ref(1), wording(16), 2, 9, 3)
	w.issue(ref(1), wording(16), 3, 12, 2)
	s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, x.numberOf(w.id("Hal")), 2, 14)}, nil)
	f := s.made(t, s.contents(), Evidence)
	says(t, f.NotShown, true, "no further batch of a dispatch was begun")
	c := s.contents()
	c.Entries = slices.DeleteFunc(c.Entries, func(e directory.Logged) bool { return e.At == b })
	if _, err := Write(context.Background(), c, Evidence, &s.log, s.people["Cy"]); err == nil || !strings.Contains(err.Error(), "does not follow the one before") {
		t.Errorf("a batch is left out: %v", err)
	}
}

// What some officer states against the rules takes the evidence from nobody.
func TestGarbageInTheInquiry(t *testing.T) {
	for why, what := range map[string]any{
		"a release with no checkpoint": &inquiry.Release{Matter: frank.Hash{9}, Checkpoint: "none", Shares: []byte("x")},
		"a void result":                &inquiry.Result{Matter: frank.Hash{9}, Void: []string{"it"}},
	} {
		for _, p := range []Profile{Evidence, Referral, Committee} {
			s := small(t, func(s *story, stage string) {
				if stage == "traced" {
					s.step("Fay", what)
				}
			})
			if !s.made(t, s.contents(), p).OK {
				t.Errorf("%s: %s", p, why)
			}
		}
	}
}

// A release under a checkpoint that was never the ledger's counts for nothing.
func TestReleaseUnderAnotherLedger(t *testing.T) {
	other := newWorld(t, origin)
	other.noise(20)
	note := string(other.witnessed())
	s := smallBefore(t, func(s *story, stage string) {
		if stage == "seen" {
			s.cheat = func(what any) {
				if r, ok := what.(*inquiry.Release); ok {
					r.Checkpoint = note
				}
			}
		}
	})
	refused(t, s, Evidence, "shown in two versions")
}

// A question on which lead and checkers differed does not stand in the way of a
// later one, and is told.
func TestEarlierQuestionCameToNothing(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	s, read, list := w.frozen(w.quotes(x, x.numberOf(w.id("Hal")), 2, 14))
	w.opening(nil)
	w.step("Cy", &inquiry.Register{Exhibits: list})
	s.copies(read, list, 1, true)
	first := s.report
	s.copies(read, list, 2, false)
	f := s.made(t, s.contents(), Evidence)
	says(t, f.Shown, true, "came to nothing", "differ")
	says(t, f.Shown, true, "Look 1 on 26 WASHINGTON 1 was spent before")
	s.report = first
	refused(t, s, Evidence, "differ")
}

// An inquiry that joins one which joined a third.
func TestJoinsOfJoins(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	first := w.opening(nil)
	second := w.opening(&first)
	w.cheat = func(what any) {
		if o, ok := what.(*inquiry.Open); ok {
			o.Joins = &second
		}
	}
	s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, x.numberOf(w.id("Hal")), 2, 14)}, nil)
	s.made(t, s.contents(), Evidence)
	c := s.contents()
	c.Entries = slices.DeleteFunc(c.Entries, func(e directory.Logged) bool { return e.At == first })
	if _, err := Write(context.Background(), c, Evidence, &s.log, s.people["Cy"]); err == nil {
		t.Error("an inquiry that joins none is taken")
	}
}

// Every profile can be made of an inquiry that joins one in which names were
// asked for.
func TestJoinsOneThatNamed(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	hal := x.numberOf(w.id("Hal"))
	first := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, hal, 2, 14)}, nil).inquiry
	w.cheat = func(what any) {
		switch o := what.(type) {
		case *inquiry.Open:
			o.Joins = &first
		case *inquiry.Matter:
			if o.Stage == inquiry.Copies {
				o.Looks[0].Number = 2
			}
		}
	}
	s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, hal, 3, 15)}, func(s *story, stage string) {
		if stage == "asked" {
			w.step("Flo", &inquiry.Admit{Exhibit: s.exhibits[0].Record.SHA256, Order: "it was published"})
		}
	})
	for _, p := range []Profile{Evidence, Referral, Committee} {
		f := s.made(t, s.contents(), p)
		says(t, f.Shown, true, "Look 1 on 26 WASHINGTON 1 was spent before")
	}
	f := s.made(t, s.contents(), Evidence)
	says(t, f.Shown, false, "No share is here that opens whose any other copy is")
}

// A second question in an inquiry in which names were asked for: steps that are
// not shown stand between others, by their hashes.
func TestHiddenBetween(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	s, read, list := w.frozen(w.quotes(x, x.numberOf(w.id("Hal")), 2, 14))
	w.opening(nil)
	w.step("Cy", &inquiry.Register{Exhibits: list})
	s.copies(read, list, 1, false)
	data, err := s.report.Encode()
	w.must(err)
	s.name(s.matter.Hash(w.inquiry.Hash), sha256.Sum256(data))
	w.step("Fay", &inquiry.Note{Kind: "comment", Text: "so it was Hal"})
	s.copies(read, list, 2, false)
	s.named = nil
	for _, p := range []Profile{Referral, Committee} {
		f := s.made(t, s.contents(), p)
		says(t, f.NotShown, true, "What is said by", "could speak against")
		zip := write(t, s, p)
		if bytes.Contains(zip, []byte("so it was Hal")) {
			t.Errorf("%s has what an officer wrote of the holder", p)
		}
		k := apart(t, zip)
		l, err := parseEntries(k.get(fileEntries))
		w.must(err)
		n := 0
		l = slices.DeleteFunc(l, func(e entryForm) bool { n++; return e.Entry == nil && n > 0 })
		k.set(fileEntries, writeEntries(l))
		fails(t, "what stands between is left out", k.again(s.people["Cy"]), s.policy(), "entries", "procedure")
	}
}

// What came after another inquiry's opening counts as the officers' clients
// counted it, with the steps that spent the look.
func TestLateByAnotherInquiry(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	hal := x.numberOf(w.id("Hal"))
	first := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, hal, 2, 14)}, nil).inquiry
	s, read, list := w.frozen(w.quotes(x, hal, 3, 15), w.quotes(x, hal, 4, 15))
	w.opening(nil)
	w.step("Cy", &inquiry.Register{Exhibits: list})
	w.step("Flo", &inquiry.Admit{Exhibit: list[0].Record.SHA256, Order: "it was published"}) // the first alone
	s.copies(read[:1], list[:1], 2, false)
	s.exhibits = s.exhibits[:1]
	f := s.made(t, s.contents(), Evidence)
	says(t, f.Shown, true, "Look 1 on 26 WASHINGTON 1 was spent before")
	c := s.contents()
	c.Entries = slices.DeleteFunc(c.Entries, func(e directory.Logged) bool {
		st, err := ledger.ParseStatement([]byte(e.Entry.Statement))
		w.must(err)
		return st.Kind == inquiry.KindStep && e.At.Index >= first.Index && e.At.Index < w.inquiry.Index
	})
	if _, err := Write(context.Background(), c, Evidence, &s.log, s.people["Cy"]); err == nil {
		t.Error("what spent the look is left out")
	}
}

// Copies of a batch that went to few: that they are told by it is said.
func TestBatchOfOne(t *testing.T) {
	w := newWorld(t, origin)
	w.issue(ref(1), wording(16), 1, 1, 8)
	y := w.issue(ref(1), wording(16), 2, 9, 1)
	s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(y, 9, 2, 14)}, nil)
	for p, want := range map[Profile]bool{Referral: true, Committee: true, Evidence: false} {
		says(t, s.made(t, s.contents(), p).NotShown, want, "whose copy 9 of 26 WASHINGTON 1 is", "a batch for 1 reader")
	}
}

// A place that is drawn together with a printed one is opened with it, and is
// counted.
func TestLinkedPlaceIsCounted(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	q := w.quotes(x, x.numberOf(w.id("Hal")), 2, 10) // the last sentence is linked: it is cut before its second place
	q = q[:strings.LastIndex(q, " to close before the ")] + "”\n\nThe ministry would not comment on that."
	s := w.tell([]frank.Ref{ref(1)}, []string{q}, nil)
	f := s.made(t, s.contents(), Evidence)
	for _, c := range f.Checks {
		if c.What == "sites" && !strings.Contains(c.Text, "1 of them not printed") {
			t.Error(c.Text)
		}
	}
}

// The witnesses changed after the release: it is held against those that the
// directory named when it was made.
func TestWitnessesChanged(t *testing.T) {
	s := small(t, nil)
	_, l := noteKey(s.origin, 1)
	_, v := noteKey("w3.example", 4)
	later := "log " + l + " https://log.example/\nwitness W3 " + v + "\ngroup one all W3\nquorum one\n"
	c := s.contents()
	c.Policy, c.Checkpoint = later, s.checkpoint("w3.example")
	zip, err := Write(context.Background(), c, Evidence, &s.log, s.people["Cy"])
	if err != nil {
		t.Fatal(err)
	}
	f := verify(t, zip, later)
	if !f.OK {
		t.Fatalf("%+v", f.Checks)
	}
	says(t, f.NotShown, true, "under another policy, which the directory named")
	if _, err := Write(context.Background(), c, Committee, &s.log, s.people["Cy"]); err == nil {
		t.Error("a committee's bundle has no directory to say so")
	}
}

// Of two figures, the officers' and the verifier's own, the weaker is given.
func TestWeakerFigure(t *testing.T) {
	report := func(figure trace.Decimal) *trace.Report {
		return &trace.Report{Dispatches: []trace.Dispatch{{Ref: ref(1).String(), Named: []int{3}, Ranking: []trace.Rank{{Copy: 3, FalseMatch: figure}}}}}
	}
	for _, c := range [][3]trace.Decimal{{"8e-9", "3.15e-5", "3.15e-5"}, {"3.15e-5", "8e-9", "3.15e-5"}, {"8e-9", "", "8e-9"}} {
		v := &verifier{Finding: &Finding{}, report: report(c[0])}
		if c[1] != "" {
			v.own = report(c[1])
		}
		if got := v.copy(&v.report.Dispatches[0], ref(1), 3); got.FalseMatch != c[2] {
			t.Errorf("of %s and %s, %s is given", c[0], c[1], got.FalseMatch)
		}
	}
}
