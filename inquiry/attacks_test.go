package inquiry

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"frank"
	"frank/directory"
	"frank/ledger"
)

// What an inquiry must withstand, each from the stage it had reached.
func TestAttacks(t *testing.T) {
	for _, c := range []struct {
		what, stage string
		do          func(*testing.T, *world)
	}{
		// Too few.
		{"two of three votes", "asked", func(t *testing.T, w *world) {
			w.must("Olga", w.yes())
			w.must("Omar", w.yes())
			w.refuse("Vera", w.shown(), "2 of 3 votes")
			w.refuse("Olga", w.release(), "2 of 3 votes")
		}},
		{"one officer votes three times", "asked", func(t *testing.T, w *world) {
			w.must("Olga", w.yes())
			w.enrol("Olga", "Olga 2")
			w.refuse("Olga", w.yes(), "voted so before")
			w.refuse("Olga 2", w.yes(), "voted so before")
			w.refuse("Vera", w.shown(), "1 of 3 votes")
		}},
		{"a vote that was never cast", "asked", func(t *testing.T, w *world) {
			w.must("Olga", w.yes())
			w.must("Omar", w.yes())
			if fault := w.try("Otis", &Seen{w.last().Hash}); fault == "" { // an officer says that the overseer was shown it
				t.Error("an officer speaks for the overseer")
			}
			w.refuse("Omar", w.release(), "2 of 3 votes")
		}},
		{"one share, by two holders", "seen", func(t *testing.T, w *world) {
			w.must("Oona", w.release())
			w.passed[person("Oona")] = map[frank.PersonID]uint64{person("Axel"): w.index}
			w.must("Axel", w.release())
			for i, n := range w.last().shares {
				if n > 1 {
					t.Errorf("in batch %d a share that was passed on between two releases counts for %d", i+1, n)
				}
			}
		}},
		{"a vote by somebody else's device", "asked", func(t *testing.T, w *world) {
			w.must("Olga", w.yes())
			w.must("Omar", w.yes())
			body, _ := Body(w.q().Entry, w.q().Heads(), w.yes())
			w.enter("Orla", statement("Omar", body)) // the server says it is Orla's
			if s := w.q().Steps; s[len(s)-1].Fault != notTheirs {
				t.Error("a step counts as that of somebody whose device did not sign it")
			}
			w.refuse("Olga", w.release(), "2 of 3 votes")
		}},
		{"a threshold of one", "asked", func(t *testing.T, w *world) {
			w.threshold = nil
			for _, list := range w.batches {
				for i := range list {
					list[i].Begin.Threshold = 1
				}
			}
			one := &oneOfficer{w}
			if n := New(one).need(w.index, w.last().Matter); n != 2 {
				t.Errorf("a matter takes %d votes", n)
			}
		}},
		{"a threshold raised since", "seen", func(t *testing.T, w *world) {
			w.threshold = []uint64{w.index}
			w.refuse("Olga", w.release(), "3 of 4 votes")
			w.must("Otis", w.yes())
			w.refuse("Olga", w.release(), "no overseer has been shown")
			w.must("Vito", w.shown())
			w.must("Olga", w.release())
		}},
		{"a threshold lowered since", "asked", func(t *testing.T, w *world) {
			w.last().Need = 4 // as it was when it was asked
			for _, o := range officers[:3] {
				w.must(o, w.yes())
			}
			w.refuse("Vera", w.shown(), "3 of 4 votes")
		}},
		{"a batch that asks for more than the directory", "registered", func(t *testing.T, w *world) {
			w.batches[ref(1)][1].Begin.Threshold = 4
			w.must("Olga", w.asking(1))
			for _, o := range officers[:3] {
				w.must(o, w.yes())
			}
			w.refuse("Vera", w.shown(), "3 of 4 votes")
		}},
		{"two of three shares", "seen", func(t *testing.T, w *world) {
			w.must("Olga", w.release())
			w.must("Omar", w.release())
			w.refuse("Olga", w.release(), "released before")
			w.refuse("Olga", w.found(2), "2 of 3 shares")
			w.refuse("Omar", &Result{Matter: w.last().Hash, Void: []string{"the codebook"}}, "2 of 3 shares")
		}},
		{"shares enough for one batch only", "seen", func(t *testing.T, w *world) {
			w.must("Olga", w.release())
			w.must("Omar", w.release())
			w.must("Oona", w.release()) // holds none of batch 2
			if w.last().Enough() {
				t.Error("two shares open a batch that takes three")
			}
			w.refuse("Olga", w.found(2), "shares are there")
			w.must("Alba", w.release()) // holds one of batch 2 only
			w.must("Olga", w.found(2))
		}},
		{"a share that was passed on", "seen", func(t *testing.T, w *world) {
			w.passed[person("Oona")] = map[frank.PersonID]uint64{person("Axel"): w.index}
			w.refuse("Oona", w.release(), "holds no share")
			w.must("Axel", w.release())
		}},

		// Who may have no part in it.
		{"an officer who had a copy opens it", "opened", func(t *testing.T, w *world) {
			w.sit(directory.Officer, "Bo", 1)
			if fault := w.open("Bo", opening(1)); fault == "" {
				t.Error("whoever had a copy opens the inquiry")
			}
			w.refuse("Bo", register(exhibit(1)), "has a copy")
		}},
		{"an officer who had a copy of another dispatch in scope", "closed", func(t *testing.T, w *world) {
			w.issue(40, 4, 1, "Ada", []string{"Otis"}, officers[:3])
			w.open("Olga", opening(1, 4))
			w.must("Olga", register(exhibit(1)))
			w.must("Vera", &Admit{exhibit(1).Record.SHA256, "It was in the paper."})
			w.must("Olga", w.asking(1))
			w.refuse("Otis", w.yes(), "has a copy")
			w.refuse("Otis", &Pause{"I would rather not."}, "has a copy")
		}},
		{"an officer who was to get a copy of a batch that was never completed", "asked", func(t *testing.T, w *world) {
			w.issue(40, 1, 3, "Ada", []string{"Otis"}, officers[:3])
			w.batches[ref(1)][2].Complete = nil
			w.refuse("Otis", w.yes(), "was to get one")
		}},
		{"an officer who reads for somebody", "asked", func(t *testing.T, w *world) {
			w.issue(40, 1, 3, "Ada", []string{"Otis"}, officers[:3])
			w.batches[ref(1)][2].Begin.To[0].Delegate = true
			w.refuse("Otis", w.yes(), "has a copy")
		}},
		{"an officer who acts for the issuing office", "asked", func(t *testing.T, w *world) {
			w.act("Otis", fact{w.index, ever})
			w.refuse("Otis", w.yes(), "acts for the office")
		}},
		{"an officer who acted for it at the issue", "asked", func(t *testing.T, w *world) {
			w.sit(directory.Officer, "Ria", 50)
			w.refuse("Ria", w.yes(), "did at the issue")
		}},
		{"an officer who issued copies", "asked", func(t *testing.T, w *world) {
			w.issue(40, 1, 3, "Otis", []string{"Gil"}, officers[:3])
			w.refuse("Otis", w.yes(), "issued copies")
		}},
		{"an officer who worked on the source", "asked", func(t *testing.T, w *world) {
			w.batches[ref(1)][0].Begin.Worked = []frank.PersonID{person("Otis")}
			w.refuse("Otis", w.yes(), "worked on the source")
		}},
		{"an overseer who had a copy", "names voted", func(t *testing.T, w *world) {
			w.sit(directory.Overseer, "Bo", 1)
			w.refuse("Bo", &Consent{w.last().Hash, true, ""}, "has a copy")
			w.refuse("Bo", &Consent{w.last().Hash, false, "That could be me."}, "has a copy")
			w.refuse("Bo", &Close{OutcomeWithdrawn, "Enough of this."}, "has a copy")
		}},
		{"an alternate without a share", "asked", func(t *testing.T, w *world) {
			w.refuse("Axel", w.yes(), "holds none here")
			w.must("Alba", w.yes())
		}},
		{"an alternate with a share of something else", "opened", func(t *testing.T, w *world) {
			w.open("Olga", opening(1, 2))
			w.must("Olga", register(exhibit(1)))
			w.must("Olga", w.asking(2))
			w.refuse("Alba", w.yes(), "none of what is asked for")
		}},
		{"a stranger", "asked", func(t *testing.T, w *world) {
			w.refuse("Gil", w.yes(), "a sitting officer, alternate or overseer")
			w.refuse("Gil", &Note{"comment", "I was here."}, "a sitting officer, alternate or overseer")
		}},
		{"somebody with an interest", "asked", func(t *testing.T, w *world) {
			v := w.yes()
			v.Free = false
			w.refuse("Otis", v, "no interest")
		}},
		{"an overseer votes", "asked", func(t *testing.T, w *world) { w.refuse("Vera", w.yes(), "no sitting officer") }},
		{"an overseer releases", "seen", func(t *testing.T, w *world) { w.refuse("Vera", w.release(), "no sitting officer") }},
		{"an officer without a share releases", "seen", func(t *testing.T, w *world) {
			w.sit(directory.Officer, "Gil", 50)
			w.refuse("Gil", w.release(), "holds no share")
		}},
		{"a checker who had a copy", "registered", func(t *testing.T, w *world) {
			w.sit(directory.Officer, "Bo", 1)
			m := w.asking(1)
			m.Checkers = []frank.PersonID{person("Bo"), person("Omar")}
			slices.Sort(m.Checkers)
			w.refuse("Olga", m, "a checker may have no part")
		}},

		// Who no longer may, between one step and the next.
		{"a voter who left the role", "seen", func(t *testing.T, w *world) {
			w.leave(directory.Officer, "Orla")
			w.last().Matter.Checkers = []frank.PersonID{person("Omar"), person("Otis")} // it is the vote that is looked at
			w.refuse("Olga", w.release(), "2 of 3 votes")
			w.must("Otis", w.yes())
			w.refuse("Olga", w.release(), "no overseer has been shown")
			w.must("Vera", w.shown())
			w.must("Olga", w.release())
		}},
		{"a voter whose device was stolen", "seen", func(t *testing.T, w *world) {
			w.enrol("Orla", "Orla 2")
			w.revoke("Orla")
			w.refuse("Olga", w.release(), "2 of 3 votes")
			w.must("Orla 2", w.yes())
			w.must("Vera", w.shown())
			w.must("Olga", w.release())
		}},
		{"a voter who got a copy since", "seen", func(t *testing.T, w *world) {
			w.issue(w.index-1, 1, 3, "Ada", []string{"Orla"}, officers[:2])
			w.last().Matter.Checkers = []frank.PersonID{person("Omar"), person("Otis")}
			w.index++
			w.refuse("Olga", w.release(), "2 of 3 votes")
		}},
		{"an overseer whose device was stolen", "seen", func(t *testing.T, w *world) {
			w.enrol("Vera", "Vera 2")
			w.revoke("Vera")
			w.refuse("Olga", w.release(), "no overseer has been shown")
			w.must("Vera 2", w.shown())
			w.must("Olga", w.release())
		}},
		{"a lead who left the role", "seen", func(t *testing.T, w *world) {
			w.must("Otis", w.yes())
			w.must("Vera", &Note{"comment", "It goes on."})
			w.leave(directory.Officer, "Olga")
			w.must("Vera", w.shown())
			w.refuse("Omar", w.release(), "lead or a checker")
		}},
		{"a checker who left the role", "asked", func(t *testing.T, w *world) {
			for _, o := range []string{"Olga", "Omar", "Otis"} {
				w.must(o, w.yes())
			}
			w.must("Vera", w.shown())
			w.leave(directory.Officer, "Orla")
			w.refuse("Omar", w.release(), "lead or a checker")
		}},
		{"a lead whose device was stolen", "asked", func(t *testing.T, w *world) {
			for _, o := range officers[1:4] {
				w.must(o, w.yes())
			}
			w.must("Vera", w.shown())
			w.enrol("Olga", "Olga 2")
			w.revoke("Olga")
			w.refuse("Omar", w.release(), "device that asked")
			w.must("Olga 2", w.asking(1))
		}},
		{"a checker who got a copy states a result", "released", func(t *testing.T, w *world) {
			w.issue(w.index-1, 1, 3, "Ada", []string{"Orla"}, officers[:2])
			w.index++
			w.refuse("Orla", w.found(2), "has a copy")
		}},
		{"an overseer who left after refusing", "names voted", func(t *testing.T, w *world) {
			w.must("Vera", &Consent{w.last().Hash, true, ""})
			w.must("Vito", &Consent{w.last().Hash, false, "It is not in proportion."})
			w.refuse("Omar", w.release(), "refused consent")
			w.leave(directory.Overseer, "Vito")
			w.refuse("Omar", w.release(), "no overseer has been shown") // it was Vito who was
			w.must("Vera", w.shown())
			w.must("Omar", w.release())
		}},
		{"an overseer who left after consenting", "consented", func(t *testing.T, w *world) {
			w.leave(directory.Overseer, "Vera")
			w.refuse("Omar", w.release(), "no overseer has consented")
		}},

		// Votes that change, and other votes.
		{"a vote withdrawn", "seen", func(t *testing.T, w *world) {
			w.must("Orla", w.no())
			w.refuse("Olga", w.release(), "2 of 3 votes")
			w.must("Orla", w.yes())
			w.refuse("Olga", w.release(), "no overseer has been shown")
		}},
		{"a vote that was not shown stands in for one that fell", "seen", func(t *testing.T, w *world) {
			w.must("Otis", w.yes())
			w.enrol("Orla", "Orla 2")
			w.revoke("Orla")
			w.refuse("Olga", w.release(), "no overseer has been shown")
			w.must("Vito", w.shown())
			w.must("Olga", w.release())
		}},
		{"a vote withdrawn after the first share", "seen", func(t *testing.T, w *world) {
			w.must("Olga", w.release())
			w.must("Orla", w.no())
			w.refuse("Omar", w.release(), "2 of 3 votes")
		}},
		{"a vote after the shares", "released", func(t *testing.T, w *world) { w.refuse("Orla", w.no(), "the vote is over") }},
		{"an old vote entered again by the server", "seen", func(t *testing.T, w *world) {
			vote := w.log[len(w.log)-2]
			w.must("Orla", w.no())
			if _, err := w.enterAs("Orla", vote.st, vote.hash); err == nil {
				t.Error("a vote counts twice")
			}
			w.refuse("Olga", w.release(), "2 of 3 votes")
		}},
		{"the opening entered again by the server", "asked", func(t *testing.T, w *world) {
			if _, err := w.enterAs("Olga", w.log[0].st, w.log[0].hash); err == nil || len(w.Inquiries()) != 1 {
				t.Error("an inquiry is opened twice by one entry")
			}
			w.must("Olga", w.yes())
		}},
		{"votes and shares of another inquiry", "seen", func(t *testing.T, w *world) {
			vote, release := w.yes(), w.release()
			w.open("Omar", opening(1))
			w.must("Omar", register(exhibit(1), exhibit(2)))
			w.refuse("Otis", vote, "no such matter")
			w.refuse("Otis", release, "no such matter")
			w.refuse("Vera", &Seen{vote.Matter}, "no such matter")
		}},
		{"votes and shares for other exhibits", "seen", func(t *testing.T, w *world) {
			vote, release := w.yes(), w.release()
			w.must("Olga", register(exhibit(3)))
			w.must("Olga", w.asking(1))
			if vote.Matter == w.last().Hash || release.Matter == w.last().Hash {
				t.Fatal("other exhibits are the same matter")
			}
			w.refuse("Olga", w.release(), "0 of 3 votes")
		}},
		{"the same matter in two inquiries", "asked", func(t *testing.T, w *world) {
			m := w.last().Matter
			if m.Hash(hash("one")) == m.Hash(hash("another")) {
				t.Error("a vote is good for a matter of another inquiry")
			}
		}},
		{"a key used before", "asked", func(t *testing.T, w *world) {
			w.must("Olga", register(exhibit(3)))
			m := w.asking(1)
			m.To = w.last().Matter.To
			w.refuse("Olga", m, "used before")
			w.open("Omar", opening(1))
			w.must("Omar", register(exhibit(1)))
			n := w.asking(1)
			n.Lead, n.Checkers = person("Omar"), []frank.PersonID{person("Olga"), person("Orla")}
			slices.Sort(n.Checkers)
			n.To = m.To
			w.refuse("Omar", n, "used before")
		}},
		{"a second lead", "registered", func(t *testing.T, w *world) {
			m := w.asking(1)
			w.refuse("Omar", m, "the lead asks")
			m.Lead, m.Checkers = person("Omar"), []frank.PersonID{person("Otis"), person("Orla")}
			slices.Sort(m.Checkers)
			w.refuse("Olga", m, "the lead asks")
			w.refuse("Omar", m, "the lead asks")
		}},

		// Exhibits.
		{"an exhibit changed after it was registered", "asked", func(t *testing.T, w *world) {
			changed := exhibit(1)
			changed.Record.Published, changed.Obtained = "2026-11-21", Published
			w.refuse("Olga", register(changed), "registered already")
			w.refuse("Olga", register(exhibit(4), exhibit(4)), "registered already")
		}},
		{"an exhibit registered after the vote was asked for", "asked", func(t *testing.T, w *world) {
			w.must("Olga", register(exhibit(3)))
			if a := w.last(); len(a.Exhibits) != 2 || RootOf(a.Exhibits) != a.Matter.Exhibits || RootOf(w.q().Admitted()) == a.Matter.Exhibits {
				t.Error("an exhibit registered later is part of what is voted on")
			}
		}},
		{"an exhibit made up after opening", "released", func(t *testing.T, w *world) {
			w.must("Olga", register(exhibit(3)))
			e := w.q().Exhibits[2]
			if e.Admitted || !e.Opened {
				t.Error("what is registered after copies were opened counts by itself")
			}
			w.must("Olga", w.asking(1))
			if len(w.last().Exhibits) != 2 {
				t.Error("what nobody admitted is an exhibit")
			}
			w.must("Vera", &Admit{e.Record.SHA256, "I bought the paper myself."})
			w.must("Olga", w.asking(1))
			// In another inquiry too.
			w.open("Omar", opening(1, 2))
			w.must("Omar", register(exhibit(3)))
			if w.q().Exhibits[0].Admitted {
				t.Error("what was made up counts in an inquiry of its own")
			}
		}},
		{"an exhibit outside the rule of inclusion", "registered", func(t *testing.T, w *world) {
			for i, change := range []func(*Exhibit){
				func(e *Exhibit) { e.Record.Outlet = "The Blog" },
				func(e *Exhibit) { e.Record.Published = "2026-10-31" },
				func(e *Exhibit) { e.Record.Published = "2027-01-01T00:00:00Z" },
				func(e *Exhibit) { e.Record.Published = "" },
			} {
				e := exhibit(10 + i)
				change(&e)
				w.must("Olga", register(e))
				w.refuse("Vera", &Admit{e.Record.SHA256, "It tells so much."}, "rule of inclusion")
			}
			if len(w.q().Admitted()) != 2 {
				t.Error("what is outside the rule was admitted")
			}
		}},
		{"an exhibit that was not published", "registered", func(t *testing.T, w *world) {
			e := exhibit(3)
			e.Obtained, e.How = Otherwise, "It was in the post."
			w.must("Olga", register(e))
			if len(w.q().Admitted()) != 2 {
				t.Error("what was not published was admitted")
			}
			m := w.asking(1)
			m.Exhibits = RootOf(w.q().Exhibits)
			w.refuse("Olga", m, "other exhibits than those admitted")
			w.refuse("Olga", &Admit{e.Record.SHA256, "I find so."}, "only an overseer")
			w.refuse("Vera", &Admit{hash("nothing"), "I find so."}, "no such exhibit")
			w.must("Vera", &Admit{e.Record.SHA256, "Order 7 of the demonstration's court"})
			w.refuse("Vera", &Admit{e.Record.SHA256, "Again"}, "admitted already")
			w.must("Olga", m)
		}},
		{"an exhibit left out", "registered", func(t *testing.T, w *world) {
			m := w.asking(1)
			m.Exhibits = RootOf(w.q().Exhibits[:1])
			w.refuse("Olga", m, "other exhibits than those admitted")
		}},
		{"no exhibit", "opened", func(t *testing.T, w *world) { w.refuse("Olga", w.asking(1), "other exhibits than those admitted") }},
		{"another officer's exhibit", "opened", func(t *testing.T, w *world) { w.refuse("Omar", register(exhibit(1)), "the lead registers") }},
		{"too many exhibits", "opened", func(t *testing.T, w *world) {
			for n := range MaxRegistered / MaxExhibits {
				var list []Exhibit
				for i := range MaxExhibits {
					list = append(list, exhibit(n*MaxExhibits+i))
				}
				w.must("Olga", register(list...))
			}
			w.refuse("Olga", register(exhibit(MaxRegistered)), "at most")
		}},

		// Scope and looks.
		{"scope beyond the inquiry's", "registered", func(t *testing.T, w *world) { w.refuse("Olga", w.asking(1, 2), "not in the inquiry's scope") }},
		{"a batch left out", "registered", func(t *testing.T, w *world) {
			m := w.asking(1)
			m.Scope = m.Scope[:1]
			w.refuse("Olga", m, "left out")
		}},
		{"a batch made up", "registered", func(t *testing.T, w *world) {
			m := w.asking(1)
			m.Scope[1].Begin = hash("another")
			w.refuse("Olga", m, "no such batch")
		}},
		{"a batch that was only begun", "registered", func(t *testing.T, w *world) {
			w.issue(40, 1, 3, "Ada", []string{"Gil"}, officers[:3])
			w.batches[ref(1)][2].Complete = nil
			m := w.asking(1)
			m.Scope = append(slices.Clone(m.Scope), Part{ref(1), 3, w.batches[ref(1)][2].Entry})
			w.refuse("Olga", m, "no such batch")
			w.must("Olga", w.asking(1))
		}},
		{"a dispatch that was never issued", "opened", func(t *testing.T, w *world) {
			if w.open("Olga", opening(3)) == "" || w.open("Olga", opening(9)) == "" {
				t.Error("an inquiry is opened on what was never issued")
			}
			w.refuse("Olga", register(exhibit(1)), "not opened as it may be")
		}},
		{"a look not counted", "released", func(t *testing.T, w *world) {
			m := w.asking(1)
			m.Looks[0].Number = 1
			w.refuse("Olga", m, "this is look 2")
			m.Looks = nil
			w.refuse("Olga", m, "a look for every dispatch")
			w.open("Omar", opening(1, 2))
			w.must("Omar", register(exhibit(1)))
			w.must("Vera", &Admit{exhibit(1).Record.SHA256, "It was in the paper."})
			n := w.asking(1, 2)
			n.Lead, n.Checkers = person("Omar"), []frank.PersonID{person("Olga"), person("Orla")}
			slices.Sort(n.Checkers)
			n.Looks[0].Number = 1
			w.refuse("Omar", n, "this is look 2")
			n.Looks[0].Number = 2
			w.must("Omar", n)
		}},
		{"two matters for one look", "seen", func(t *testing.T, w *world) {
			first := w.last()
			w.must("Olga", register(exhibit(3)))
			w.must("Olga", w.asking(1))
			for _, o := range officers[:3] {
				w.must(o, w.yes())
			}
			w.must("Vera", w.shown())
			w.must("Omar", &Release{first.Hash, w.note(), []byte("sealed")})
			w.refuse("Omar", w.release(), "look 1 on 26 SARN 1 was spent")
			w.must("Orla", &Release{first.Hash, w.note(), []byte("sealed")}) // the first goes on
		}},
		{"looks burnt by asking", "registered", func(t *testing.T, w *world) {
			for range 5 {
				w.must("Olga", w.asking(1))
			}
			bad := w.asking(1)
			bad.Looks[0].Number, bad.Exhibits = 900, hash("nothing")
			w.refuse("Olga", bad, "other exhibits")
			if w.Look(ref(1)) != 1 {
				t.Errorf("asking alone has spent looks: the next is %d", w.Look(ref(1)))
			}
		}},
		{"matters without end", "registered", func(t *testing.T, w *world) {
			for range MaxMatters {
				w.must("Olga", w.asking(1))
			}
			w.refuse("Olga", w.asking(1), "at most")
		}},
		{"a laxer level", "opened", func(t *testing.T, w *world) {
			o := opening(1)
			o.Level = "1e-6"
			w.open("Olga", o)
			w.must("Olga", register(exhibit(1)))
			m := w.asking(1)
			m.Level = "0.00001"
			w.refuse("Olga", m, "level")
			m.Level = "1e-7"
			w.must("Olga", m)
		}},

		// Results.
		{"a lead whose re-runs disagree", "released", func(t *testing.T, w *world) {
			w.must("Olga", w.found(2))
			w.must("Omar", w.found(2))
			other := w.found(2)
			other.Report = hash("another report")
			w.must("Orla", other)
			if _, err := w.last().Agreed(); err == nil {
				t.Error("results that differ agree")
			}
			w.refuse("Olga", w.askingNames(w.last(), 2), "differ")
			w.refuse("Orla", w.found(2), "cannot be changed")
			w.refuse("Olga", &Close{OutcomeNarrowed, "To four."}, "no result")
		}},
		{"other copies named on the same report", "released", func(t *testing.T, w *world) {
			w.must("Olga", w.found(2))
			w.must("Omar", w.found(2))
			w.must("Orla", w.found(3))
			w.refuse("Olga", w.askingNames(w.last(), 2), "differ")
		}},
		{"a result without the checkers", "released", func(t *testing.T, w *world) {
			w.must("Olga", w.found(2))
			w.must("Omar", w.found(2))
			w.refuse("Olga", w.askingNames(w.last(), 2), "lead and checkers agree")
		}},
		{"a result of the checkers alone", "released", func(t *testing.T, w *world) {
			w.must("Omar", w.found(2))
			w.must("Orla", w.found(2))
			if r, err := w.last().Agreed(); r != nil || err != nil {
				t.Error("a result stands without the lead's")
			}
			w.refuse("Otis", w.found(2), "lead's or a checker's")
		}},
		{"a void codebook", "released", func(t *testing.T, w *world) {
			w.must("Olga", w.found(2))
			w.must("Omar", w.found(2))
			w.must("Orla", &Result{Matter: w.last().Hash, Void: []string{"batch 2 of 26 SARN 1: unit 4"}})
			w.refuse("Olga", w.askingNames(w.last(), 2), "void")
		}},
		{"a void codebook, found by all", "released", func(t *testing.T, w *world) {
			for _, o := range officers[:3] {
				w.must(o, &Result{Matter: w.last().Hash, Void: []string{"batch 2 of 26 SARN 1: unit 4"}})
			}
			if _, err := w.last().Agreed(); err == nil {
				t.Error("what is void is agreed on")
			}
		}},
		{"a result that names copies of nothing", "released", func(t *testing.T, w *world) { w.refuse("Olga", w.found(2, 6), "was not tested") }},

		// Names.
		{"names without a second vote", "traced", func(t *testing.T, w *world) { w.refuse("Olga", w.named(), "second vote") }},
		{"shares for names without a second vote", "names asked", func(t *testing.T, w *world) {
			w.must("Vera", &Consent{w.last().Hash, true, ""})
			w.refuse("Omar", w.release(), "0 of 3 votes")
			w.refuse("Olga", w.named(), "0 of 3 shares")
		}},
		{"names without consent", "names voted", func(t *testing.T, w *world) {
			w.refuse("Omar", w.release(), "no overseer has consented")
			w.refuse("Omar", &Consent{w.last().Hash, true, ""}, "only an overseer")
		}},
		{"names against an overseer", "consented", func(t *testing.T, w *world) {
			w.must("Vito", &Consent{w.last().Hash, false, "It is not in proportion."})
			w.refuse("Omar", w.release(), "refused consent")
			w.must("Vito", &Consent{w.last().Hash, true, ""})
			w.must("Omar", w.release())
			w.must("Vito", &Consent{w.last().Hash, false, "On second thoughts"})
			w.refuse("Otis", w.release(), "refused consent")
		}},
		{"a number not named", "traced", func(t *testing.T, w *world) { w.refuse("Olga", w.askingNames(w.last(), 3), "is not named") }},
		{"a number of a batch that is not asked for", "traced", func(t *testing.T, w *world) {
			m := w.askingNames(w.last(), 2, 5)
			m.Scope = m.Scope[:1]
			w.refuse("Olga", m, "in no batch")
			n := w.askingNames(w.last(), 2)
			n.Scope = w.last().Matter.Scope
			w.refuse("Olga", n, "in which no number is")
		}},
		{"names for another result", "traced", func(t *testing.T, w *world) {
			m := w.askingNames(w.last(), 2)
			m.Result = hash("another report")
			w.refuse("Olga", m, "lead and checkers agree")
			m = w.askingNames(w.last(), 2)
			m.Exhibits = hash("others")
			w.refuse("Olga", m, "exhibits of the result")
			m = w.askingNames(w.last(), 2)
			m.Of = hash("nothing")
			w.refuse("Olga", m, "no such matter")
		}},
		{"names beyond the vote", "names released", func(t *testing.T, w *world) {
			n := w.named()
			n.Holders = append(n.Holders, HolderOf{Number{ref(1), 3}, 2, person("Di"), ""})
			w.refuse("Olga", n, "and for no others")
			n = w.named()
			n.Holders[0].Number.Number = 3
			w.refuse("Olga", n, "and for no others")
			n = w.named()
			n.Holders[0].Person = person("Gil")
			w.refuse("Olga", n, "nobody such")
			n = w.named()
			n.Holders[1].Slot = 1
			w.refuse("Olga", n, "nobody such")
			w.refuse("Omar", w.named(), "the lead says")
			w.must("Olga", w.named())
			w.refuse("Olga", w.named(), "said before")
		}},
		{"one holder of two copies", "traced", func(t *testing.T, w *world) {
			w.last().Results[0].Named = []Number{{ref(1), 2}, {ref(1), 3}}
			for i := range w.last().Results {
				w.last().Results[i].Named = w.last().Results[0].Named
			}
			w.must("Olga", w.askingNames(w.last(), 2, 3))
			for _, o := range officers[1:4] {
				w.must(o, w.yes())
			}
			w.must("Vito", w.shown())
			w.must("Vito", &Consent{w.last().Hash, true, ""})
			for _, o := range officers[1:4] {
				w.must(o, w.release())
			}
			w.refuse("Olga", &Named{w.last().Hash, []HolderOf{{Number{ref(1), 2}, 1, person("Cy"), ""}, {Number{ref(1), 3}, 1, person("Cy"), ""}}}, "two copies")
		}},
		{"a notice to somebody not named", "named", func(t *testing.T, w *world) {
			w.refuse("Olga", &Notice{w.last().Hash, Number{ref(1), 3}, hash("notice")}, "the lead gives notice")
			w.refuse("Omar", &Notice{w.last().Hash, Number{ref(1), 2}, hash("notice")}, "the lead gives notice")
		}},
		{"a notice before anybody is named", "names released", func(t *testing.T, w *world) {
			w.refuse("Olga", &Notice{w.last().Hash, Number{ref(1), 2}, hash("notice")}, "the lead gives notice")
		}},
		{"a reply put into somebody's mouth", "named", func(t *testing.T, w *world) {
			r := w.reply("Cy", Answer)
			r.Text = "It was me."
			w.refuse("Olga", r, "not signed")
			r = w.reply("Gil", Answer)
			r.From = person("Cy")
			w.refuse("Olga", r, "not signed")
			r = w.reply("Cy", Answer)
			w.open("Omar", opening(1))
			w.refuse("Omar", r, "not signed") // it was a reply to another inquiry
		}},
		{"a close as if somebody had been named", "traced", func(t *testing.T, w *world) {
			w.refuse("Olga", &Close{OutcomeNamed, "Copy 2"}, "nobody was named")
			w.refuse("Omar", &Close{OutcomeWithdrawn, "No."}, "the lead closes")
			w.must("Olga", &Close{OutcomeNarrowed, "To two."})
		}},

		// Time.
		{"after the end", "seen", func(t *testing.T, w *world) {
			r := w.release()
			r.Checkpoint = fmt.Sprintf("%d 2027-01-31T00:00:01Z witnessed", w.index)
			w.refuse("Olga", r, "ended before")
			r.Checkpoint = fmt.Sprintf("%d %s witnessed", w.index, until)
			w.must("Olga", r) // the last moment
		}},
		{"renewal by asking", "asked", func(t *testing.T, w *world) {
			renewal := &Matter{Stage: Renewal, Until: "2027-06-30T00:00:00Z", Level: "1e-4", Lead: person("Olga")}
			w.must("Olga", renewal)
			w.refuse("Olga", renewal, "asked before")
			w.must("Olga", w.yes())
			w.must("Omar", w.yes())
			w.refuse("Vera", w.shown(), "2 of 3 votes")
			w.must("Otis", w.yes())
			if w.q().Until != until {
				t.Error("the inquiry goes on before an overseer was shown it")
			}
			w.must("Vera", w.shown())
			if w.q().Until != renewal.Until {
				t.Error("the inquiry was not renewed")
			}
			w.refuse("Olga", w.release(), "a renewal opens nothing")
			w.refuse("Olga", &Matter{Stage: Renewal, Until: until, Level: "1e-4", Lead: person("Olga")}, "for longer")
			old := w.asking(1)
			old.Until = until
			w.refuse("Olga", old, "end is not the inquiry's")
			w.must("Olga", w.asking(1))
		}},
		{"a renewal of long ago", "opened", func(t *testing.T, w *world) {
			for _, to := range []string{"2027-06-30T00:00:00Z", "2027-12-31T00:00:00Z"} {
				w.must("Olga", &Matter{Stage: Renewal, Until: to, Level: "1e-4", Lead: person("Olga")})
				for _, o := range officers[:3] {
					w.must(o, w.yes())
				}
			}
			w.must("Vera", w.shown())
			w.must("Vera", &Seen{w.q().Matters[0].Hash})
			if w.q().Until != "2027-12-31T00:00:00Z" {
				t.Error("an old renewal has shortened the inquiry")
			}
		}},
		{"a checkpoint that does not cover", "seen", func(t *testing.T, w *world) {
			with := func(size uint64, by string) *Release {
				return &Release{w.last().Hash, fmt.Sprintf("%d %s %s", size, today, by), []byte("sealed")}
			}
			seen := w.last().Seen[0].Index
			w.refuse("Olga", with(seen, "witnessed"), "does not cover")
			w.refuse("Olga", with(w.index+1, "witnessed"), "longer ledger")
			w.refuse("Olga", with(w.index, "alone"), "unwitnessed")
			w.refuse("Olga", &Release{w.last().Hash, "nothing", []byte("sealed")}, "no checkpoint")
			w.must("Olga", with(seen+1, "witnessed"))
		}},
		{"a checkpoint from before the consent", "consented", func(t *testing.T, w *world) {
			w.refuse("Omar", &Release{w.last().Hash, fmt.Sprintf("%d %s witnessed", w.index-1, today), []byte("sealed")}, "does not cover")
		}},
		{"a checkpoint from before the pause was lifted", "seen", func(t *testing.T, w *world) {
			note := w.note()
			w.must("Otis", &Pause{"I have heard of a disclosure."})
			w.must("Vera", &Lift{"It is none."})
			w.refuse("Olga", &Release{w.last().Hash, note, []byte("sealed")}, "does not cover")
			w.must("Olga", w.release())
		}},
		{"an organisation without witnesses", "seen", func(t *testing.T, w *world) {
			w.witnessed = false
			r := w.release()
			r.Checkpoint = fmt.Sprintf("%d %s alone", w.index, today)
			w.must("Olga", r)
		}},

		// The overseer.
		{"an inquiry hidden from the overseer", "voted", func(t *testing.T, w *world) {
			w.refuse("Olga", w.release(), "no overseer has been shown")
			w.refuse("Olga", w.shown(), "only an overseer's client")
		}},
		{"an overseer shown it before the votes", "asked", func(t *testing.T, w *world) { w.refuse("Vera", w.shown(), "not enough votes") }},
		{"an overseer says so twice", "seen", func(t *testing.T, w *world) {
			w.refuse("Vera", w.shown(), "said so before")
			w.must("Vito", w.shown())
		}},
		{"consent to copies", "voted", func(t *testing.T, w *world) {
			w.refuse("Vera", &Consent{w.last().Hash, true, ""}, "where names are asked for")
		}},
		{"consent taken back too late", "names released", func(t *testing.T, w *world) {
			w.refuse("Vera", &Consent{w.last().Hash, false, "Too late"}, "released already")
		}},

		// Pause and close.
		{"a possible disclosure", "opened", func(t *testing.T, w *world) {
			o := opening(1)
			o.Disclosure = Disclosure{Unsure, "It is about waste."}
			w.open("Olga", o)
			w.refuse("Olga", register(exhibit(1)), "paused")
			w.refuse("Olga", &Lift{"It is none."}, "only an overseer")
			w.must("Vera", &Lift{"It is none."})
			w.refuse("Vera", &Lift{"It is none."}, "not paused")
			w.must("Olga", register(exhibit(1)))
		}},
		{"anything during a pause", "names voted", func(t *testing.T, w *world) {
			w.must("Otis", &Pause{"The holder has turned to the ombudsman."})
			for _, s := range []struct {
				who  string
				what any
			}{{"Otis", w.no()}, {"Vera", &Consent{w.last().Hash, true, ""}}, {"Omar", w.release()}, {"Olga", w.asking(1)}, {"Olga", register(exhibit(7))}, {"Olga", w.named()},
				{"Vera", &Admit{exhibit(1).Record.SHA256, "x"}}} {
				w.refuse(s.who, s.what, "paused")
			}
			w.must("Omar", &Refuse{w.last().Hash, DoRelease, "It is paused."})
			w.must("Olga", &Close{OutcomeProtected, "It was a disclosure."})
			w.refuse("Olga", w.asking(1), "is closed")
		}},
		{"anything after the close", "names voted", func(t *testing.T, w *world) {
			w.must("Vera", &Close{OutcomeWithdrawn, "It is disproportionate."})
			for _, s := range []struct {
				who  string
				what any
			}{{"Otis", w.no()}, {"Vera", &Consent{w.last().Hash, true, ""}}, {"Omar", w.release()}, {"Olga", w.asking(1)}, {"Olga", register(exhibit(7))}, {"Vera", &Lift{"x"}},
				{"Otis", &Pause{"x"}}, {"Vera", &Close{OutcomeNamed, "x"}}} {
				w.refuse(s.who, s.what, "is closed")
			}
		}},

		// Joining.
		{"joined to nothing", "asked", func(t *testing.T, w *world) {
			first := w.q().Entry
			o := opening(1)
			o.Joins = &directory.Entry{Index: first.Index + 1, Hash: first.Hash}
			if w.open("Omar", o) == "" {
				t.Error("an inquiry is joined to none")
			}
			o = opening(1)
			o.Joins = &w.q().Entry // which may not have been opened
			if w.open("Omar", o) == "" {
				t.Error("an inquiry is joined to one that may not be")
			}
			o.Joins = &directory.Entry{Index: w.log[1].index, Hash: w.log[1].hash}
			if w.open("Omar", o) == "" {
				t.Error("an inquiry is joined to a step of another kind")
			}
			o.Joins = &first
			if fault := w.open("Omar", o); fault != "" {
				t.Error(fault)
			}
		}},
		{"opened by no officer", "opened", func(t *testing.T, w *world) {
			for _, who := range []string{"Alba", "Vera", "Gil"} {
				if w.open(who, opening(1)) == "" {
					t.Errorf("%s opens an inquiry", who)
				}
			}
			body, _ := Body(directory.Entry{}, nil, opening(1))
			if w.enter("Omar", statement("Gil", body)); w.q().Steps[0].Fault == "" {
				t.Error("an inquiry is opened by another's device")
			}
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := at(t, c.stage)
			c.do(t, w)
		})
	}
}

// oneOfficer is a record in which the directory asks for one officer.
type oneOfficer struct{ *world }

func (oneOfficer) Threshold(uint64) int { return 1 }

// What hides steps, and what only pretends that some are hidden.
func TestWithheld(t *testing.T) {
	say := func(text string) *Note { return &Note{"comment", text} }
	w := at(t, "seen")
	w.must("Orla", w.no())

	// The server hides Orla's vote from one client; Otis's step names it.
	w.must("Otis", say("I have seen that."))
	w.must("Omar", say("So have I."))
	hidden := w.log[len(w.log)-3]
	s := New(w)
	for _, l := range w.log {
		if l.index == hidden.index {
			continue
		}
		err := s.Take(l.index, l.hash, l.by, l.st)
		gap, is := errors.AsType[*Withheld](err)
		switch {
		case l.index < hidden.index && err != nil:
			t.Fatal(err)
		case l.index > hidden.index && (!is || !errors.Is(err, ErrWithheld) || !slices.Equal(gap.Missing, []frank.Hash{hidden.hash})):
			t.Errorf("entry %d: a step is hidden, and the error is %v", l.index, err)
		}
	}
	// Shown it after all, a client begins anew and has what everybody has.
	s = New(w)
	for _, l := range w.log {
		if err := s.Take(l.index, l.hash, l.by, l.st); err != nil {
			t.Fatal(err)
		}
	}
	if w.digest(s) != w.digest(w.State) {
		t.Error("the state is another")
	}

	// The beginning is hidden.
	s = New(w)
	for _, l := range w.log[1:] {
		if gap, is := errors.AsType[*Withheld](s.Take(l.index, l.hash, l.by, l.st)); !is || !slices.Contains(gap.Missing, w.log[0].hash) {
			t.Error("an inquiry without its beginning")
		}
	}

	// Omar states what nobody can follow. The others go on.
	q, entry := w.q(), w.q().Entry
	before := w.digest(w.State)
	raw := func(st *ledger.Statement) error { _, err := w.enter("Omar", st); return err }
	step := func(of directory.Entry, after ...frank.Hash) *ledger.Statement {
		body, err := Body(of, after, say("x"))
		if err != nil {
			t.Fatal(err)
		}
		return statement("Omar", body)
	}
	made, other := hash("made up"), hash("made up too")
	for what, st := range map[string]*ledger.Statement{
		"steps made up": step(entry, made), "an inquiry made up": step(directory.Entry{Index: 1, Hash: other}, made),
	} {
		gap, is := errors.AsType[*Withheld](raw(st))
		if !is || !slices.Contains(gap.Missing, made) {
			t.Errorf("%s: whoever looks is not told for what", what)
		}
		// A client that looks in the ledger finds it there nowhere.
	}
	for what, st := range map[string]*ledger.Statement{
		"no step":                          statement("Omar", []byte(`{"do":"dance"}`)),
		"an inquiry at another index":      step(directory.Entry{Index: entry.Index + 1, Hash: entry.Hash}, entry.Hash),
		"a step of no inquiry's beginning": step(directory.Entry{Index: w.log[1].index, Hash: w.log[1].hash}, w.log[1].hash),
	} {
		if err := raw(st); err == nil || errors.Is(err, ErrWithheld) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := raw(step(entry, w.log[len(w.log)-1].hash)); err == nil || errors.Is(err, ErrWithheld) {
		t.Errorf("a step that goes on from no step: %v", err)
	}
	w.open("Olga", opening(2))
	if err := raw(step(entry, w.q().Entry.Hash)); err == nil || errors.Is(err, ErrWithheld) {
		t.Errorf("a step that goes on from another inquiry: %v", err)
	}
	w.list = w.list[:1]
	if w.digest(w.State) != before {
		t.Error("what is no step has changed the inquiry")
	}
	if fault := w.tryIn(q, "Otis", say("It goes on.")); fault != "" {
		t.Error(fault)
	}
	if err := w.Take(w.index-1, hash("late"), person("Otis"), step(entry, entry.Hash)); err == nil {
		t.Error("a step was taken out of order")
	}
}

// One officer says more at once than a step can name: the others' steps are
// named all the same, and the inquiry goes on.
func TestCrowdedOut(t *testing.T) {
	w := at(t, "voted")
	q := w.q()
	first := q.Entry.Hash
	flood := func() {
		for i := range 3 * MaxAfter {
			body, _ := Body(q.Entry, []frank.Hash{first}, &Note{"comment", fmt.Sprint("Noise ", i)})
			if _, err := w.enter("Omar", statement("Omar", body)); err != nil {
				t.Fatal(err)
			}
		}
	}
	flood()
	body, _ := Body(q.Entry, []frank.Hash{first}, &Note{"comment", "What Otis has to say"})
	said, _ := w.enter("Otis", statement("Otis", body))
	flood()
	if heads := q.Heads(); len(heads) != MaxAfter || !slices.Contains(heads, said) {
		t.Error("what somebody said was crowded out")
	}
	w.must("Vera", w.shown())
	if slices.Contains(q.Heads(), said) {
		t.Error("the step does not name what was said")
	}
}
