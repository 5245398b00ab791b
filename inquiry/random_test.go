package inquiry

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/directory"

	"pgregory.net/rapid"
)

// Steps at random, honest ones and others, while people come and go: never are
// shares to be had without k votes of people who may vote, and an overseer who
// was shown it after them; nor for a name without an overseer's consent; nor is
// anybody named without both.
func TestRandom(t *testing.T) {
	reached, runs := map[string]int{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runtime.GOOS == "js" && runs > 15 {
			return // the same rules, slower
		}
		w := at(t, rapid.SampledFrom([]string{"opened", "opened", "seen", "traced", "consented", "names released"}).Draw(rt, "stage"))
		steps := rapid.IntRange(20, 90).Draw(rt, "steps")
		for range steps {
			w.anything(rt)
			for _, q := range w.list {
				for _, a := range q.Matters {
					if why := w.wrong(q, a); why != "" {
						rt.Fatalf("entry %d: %s", w.index, why)
					}
					if a.Enough() {
						reached["opened "+a.Matter.Stage]++
					}
					if a.Named != nil {
						reached["named"]++
					}
				}
			}
		}
		again := New(w)
		for _, l := range w.log {
			again.Take(l.index, l.hash, l.by, l.st)
		}
		// What a record says of the past does not change, and so neither does this.
		if a, b := w.digest(w.State), w.digest(again); a != b {
			i := 0
			for i < min(len(a), len(b)) && a[i] == b[i] {
				i++
			}
			rt.Fatalf("the same steps make another state: %.200s\nand\n%.200s", a[max(0, i-100):], b[max(0, i-100):])
		}
	})
	if runtime.GOOS == "js" {
		return
	}
	if reached["opened copies"] == 0 || reached["opened names"] == 0 || reached["named"] == 0 {
		t.Errorf("the steps do not lead to what is looked at: %v", reached)
	}
}

// wrong says what of a matter should not be, by rules of its own.
func (w *world) wrong(q *Inquiry, a *Asked) string {
	m := a.Matter
	k := w.Threshold(w.index)
	involved := func(id frank.PersonID) bool {
		for _, r := range q.Open.Scope {
			for _, b := range w.batches[r] {
				for _, to := range b.Begin.To {
					if to.Person == id && b.Index < w.index {
						return true
					}
				}
			}
		}
		return id == person("Ada") || id == person("Ria") || w.Acts(w.index, id, "sarn")
	}
	yes := map[frank.PersonID]uint64{}
	consent := map[frank.PersonID]bool{}
	var shown []uint64
	var lastVote uint64
	for _, s := range q.Steps {
		if s.Fault != "" {
			continue
		}
		ok := w.Owns(w.index, s.Key, s.By) && !involved(s.By)
		switch x := s.What.(type) {
		case *Vote:
			if x.Matter != a.Hash {
				continue
			}
			delete(yes, s.By)
			holds := slices.ContainsFunc(m.Scope, func(p Part) bool { return w.Dealt(w.index, p, s.By) })
			if x.Yes && x.Free && ok && (w.Has(w.index, directory.Officer, s.By) || w.Has(w.index, directory.Alternate, s.By) && holds) {
				yes[s.By] = s.Index
			}
		case *Seen:
			if x.Matter == a.Hash && ok && w.Has(w.index, directory.Overseer, s.By) {
				shown = append(shown, s.Index)
			}
		case *Consent:
			if x.Matter == a.Hash && ok && w.Has(w.index, directory.Overseer, s.By) {
				consent[s.By] = x.Yes
			}
		}
	}
	var votes []uint64
	for _, at := range yes {
		votes = append(votes, at)
	}
	slices.Sort(votes)
	enough := len(votes) >= k
	if enough {
		lastVote = votes[k-1]
	}
	carried := enough && slices.ContainsFunc(shown, func(at uint64) bool { return at > lastVote })
	agreed := false
	for _, c := range consent {
		agreed = agreed || c
	}
	for _, c := range consent {
		agreed = agreed && c
	}
	for _, o := range slices.Concat(officers, alternate, overseers, []string{"Bo", "Ada", "Gil"}) {
		r := &Release{a.Hash, w.note(), []byte("sealed")}
		if w.Check(q, w.index, person(o), r) != nil {
			continue
		}
		switch {
		case m.Stage == Renewal:
			return "a renewal opens something"
		case !carried:
			return fmt.Sprintf("%s may release with %d votes, carried %t", o, len(votes), carried)
		case m.Stage == Names && !agreed:
			return o + " may release for a name without consent"
		case q.Paused != "" || q.Closed != nil:
			return o + " may release while it is paused or closed"
		case involved(person(o)):
			return o + " may release, and is involved"
		case involved(m.Lead) || !w.Has(w.index, directory.Officer, m.Lead) && !w.Has(w.index, directory.Alternate, m.Lead):
			return "shares go to a lead who may have none"
		}
	}
	by := map[frank.PersonID]bool{}
	for _, r := range a.Releases {
		if by[r.By] {
			return "somebody's share counts twice"
		}
		by[r.By] = true
	}
	if a.Enough() && len(by) < 3 {
		return "fewer shares than it takes are enough"
	}
	if len(a.Results) > 0 && !a.Enough() || a.Named != nil && (!a.Enough() || m.Stage != Names || len(a.Consents) == 0) {
		return "there is a result without shares"
	}
	if m.Stage == Names {
		of := q.Asked(m.Of)
		r, err := of.Agreed()
		if err != nil || r == nil || len(of.Results) != 3 || !of.Enough() {
			return "names are asked for without a result"
		}
		for _, n := range m.Numbers {
			if !slices.Contains(r.Named, n) {
				return "a name is asked for that the result does not name"
			}
		}
	}
	return ""
}

// anything states one thing, or changes who is who.
func (w *world) anything(rt *rapid.T) {
	pick := func(what string, list ...string) string { return rapid.SampledFrom(list).Draw(rt, what) }
	anybody := slices.Concat(officers, alternate, overseers, []string{"Bo", "Gil"})
	q := w.list[rapid.IntRange(0, len(w.list)-1).Draw(rt, "inquiry")]
	var a *Asked
	if n := len(q.Matters); n > 0 {
		a = q.Matters[n-1-rapid.IntRange(0, min(n, 2)-1).Draw(rt, "matter")]
	}
	if rapid.IntRange(0, 2).Draw(rt, "honest") > 0 {
		w.onwards(rt, q, a)
		return
	}
	key := func(word string) string {
		if w.valid[device(word).VerifyKey()].to != ever {
			return word + " 2"
		}
		return word
	}
	who := pick("who", anybody...)
	state := func(what any) {
		if body, err := Body(q.Entry, q.Heads(), what); err == nil {
			w.enter(who, statement(key(who), body))
		}
	}
	switch pick("what", "vote", "vote", "seen", "consent", "release", "result", "named", "pause", "lift", "ask", "old", "stale", "leave", "sit", "revoke", "copy", "act", "threshold", "open", "pass", "junk", "renew") {
	case "leave":
		list := w.roles[directory.Officer][person(who)]
		if len(list) > 0 && list[len(list)-1].to == ever {
			w.leave(directory.Officer, who)
		}
	case "sit":
		if !slices.Contains(overseers, who) {
			w.sit(directory.Officer, who, w.index)
		}
	case "revoke":
		w.enrol(who, who+" 2")
		w.revoke(pick("device", who, who))
	case "copy":
		if rapid.IntRange(0, 3).Draw(rt, "copy") == 0 {
			w.issue(w.index-1, 1, len(w.batches[ref(1)])+1, "Ada", []string{who}, officers[:3])
			w.index++
		}
	case "act":
		w.act(who, fact{w.index, w.index + 5})
	case "threshold":
		if len(w.threshold) == 0 && rapid.IntRange(0, 4).Draw(rt, "raise") == 0 {
			w.threshold = append(w.threshold, w.index)
		}
	case "pass":
		if w.passed[person("Oona")] == nil {
			w.passed[person("Oona")] = map[frank.PersonID]uint64{person("Axel"): w.index}
		}
	case "open":
		if len(w.list) < 3 {
			w.open(who, opening(1))
		}
	case "junk":
		w.enter(who, statement(key(who), []byte(`{"do":"dance"}`)))
	case "old": // the server enters what stands there already
		l := w.log[rapid.IntRange(0, len(w.log)-1).Draw(rt, "old")]
		w.log = append(w.log, logged{w.index, l.hash, l.by, l.st})
		w.index++
		w.Take(w.index-1, l.hash, l.by, l.st)
	case "stale": // a step stated by somebody who has not seen the last ones
		t := q.Steps[rapid.IntRange(0, len(q.Steps)-1).Draw(rt, "after")]
		if a != nil {
			if body, err := Body(q.Entry, []frank.Hash{t.Hash}, &Vote{a.Hash, rapid.Bool().Draw(rt, "yes"), "Late.", true}); err == nil {
				w.enter(who, statement(key(who), body))
			}
		}
	case "pause":
		if rapid.IntRange(0, 4).Draw(rt, "pause") == 0 {
			state(&Pause{"Wait."})
		}
	case "lift":
		state(&Lift{"Go on."})
	case "renew":
		state(&Matter{Stage: Renewal, Until: fmt.Sprintf("2028-01-01T00:00:%02dZ", rapid.IntRange(0, 59).Draw(rt, "until")), Level: "1e-4", Lead: q.Lead})
	case "ask":
		if a != nil {
			m := *a.Matter
			state(w.fresh(&m))
		}
	default:
		if a == nil {
			return
		}
		note := fmt.Sprintf("%d %s witnessed", w.index-uint64(rapid.IntRange(0, 12).Draw(rt, "behind")), today)
		for _, what := range []any{&Vote{a.Hash, rapid.Bool().Draw(rt, "yes"), "So.", rapid.IntRange(0, 3).Draw(rt, "free") > 0}, &Seen{a.Hash},
			&Consent{a.Hash, rapid.Bool().Draw(rt, "yes"), "So."}, &Release{a.Hash, note, []byte("sealed")},
			&Result{Matter: a.Hash, Report: hash("report", rapid.IntRange(0, 3).Draw(rt, "report") == 0), Named: []Number{{ref(1), 2}}}, &Named{a.Hash, []HolderOf{{Number{ref(1), 2}, 1, person("Cy"), ""}}}} {
			if rapid.Bool().Draw(rt, "this") {
				state(what)
			}
		}
	}
}

// onwards states what an honest client would state next.
func (w *world) onwards(rt *rapid.T, q *Inquiry, a *Asked) {
	var can []func()
	say := func(who string, what any) {
		key := who
		if w.valid[device(who).VerifyKey()].to != ever {
			key += " 2"
		}
		if w.Check(q, w.index, person(who), what) == nil {
			can = append(can, func() {
				if body, err := Body(q.Entry, q.Heads(), what); err == nil {
					w.enter(who, statement(key, body))
				}
			})
		}
	}
	lead := slices.IndexFunc(officers, func(o string) bool { return person(o) == q.Lead })
	if lead < 0 {
		return
	}
	ask := func() {
		m := &Matter{Stage: Copies, Until: q.Until, Level: q.Open.Level, Exhibits: RootOf(q.Admitted()), Lead: q.Lead, Scope: w.State.Batches(w.index, ref(1)), Looks: []Look{{ref(1), w.Look(ref(1))}}}
		for _, o := range officers {
			if person(o) != q.Lead && w.Eligible(q, w.index, person(o)) == nil && len(m.Checkers) < Checkers {
				m.Checkers = append(m.Checkers, person(o))
			}
		}
		slices.Sort(m.Checkers)
		say(officers[lead], w.fresh(m))
	}
	if a == nil {
		say(officers[lead], register(exhibit(len(q.Exhibits)+1)))
		ask()
	} else {
		if _, err := a.Ready(); err != nil && !strings.Contains(err.Error(), "votes are there") {
			ask()
		}
		for _, o := range slices.Concat(officers, alternate) {
			say(o, &Vote{a.Hash, true, "It is needed.", true})
			say(o, &Release{a.Hash, w.note(), []byte("sealed")})
			say(o, &Result{Matter: a.Hash, Report: hash("report"), Named: []Number{{ref(1), 2}}})
		}
		for _, o := range overseers {
			say(o, &Seen{a.Hash})
			if len(a.Consents) == 0 {
				say(o, &Consent{a.Hash, true, ""})
			}
			say(o, &Lift{"Go on."})
		}
		if r, err := a.Agreed(); err == nil && r != nil {
			say(officers[lead], w.askingNamesIn(q, a))
		}
		say(officers[lead], &Named{a.Hash, holders()[:min(2, max(1, len(a.Matter.Numbers)))]})
	}
	if len(can) > 0 {
		can[rapid.IntRange(0, len(can)-1).Draw(rt, "next")]()
	}
}

func (w *world) askingNamesIn(q *Inquiry, a *Asked) *Matter {
	return w.fresh(&Matter{Stage: Names, Until: q.Until, Level: a.Matter.Level, Exhibits: a.Matter.Exhibits, Lead: q.Lead, Result: a.Results[0].Report, Of: a.Hash,
		Numbers: []Number{{ref(1), 2}}, Scope: a.Matter.Scope[:1]})
}
