package directory

import (
	"strings"
	"testing"

	"frank"
	"frank/ledger"
)

func TestWhatAViewRefuses(t *testing.T) {
	w := founded(t)
	nobody := frank.PersonID("00000000000000000000000000000000")
	start := w.s.Last().Index
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{}})
	w.must("Ada", Create{"filing", "Filing", "", []string{}})
	w.agree(Holder{"us-desk", person1("Gus")}, "Ada", "Bea")
	w.agree(Holder{"filing", person1("Gus")}, "Ada", "Bea")
	w.must("Gus", OfficeKey{"us-desk", seal("desk")})
	w.must("Gus", OfficeKey{"filing", seal("filing")})
	_, _, enrol := w.invited("Ivy", "Ada", Invite{})
	e := w.must("Ivy", enrol)
	w.must("Ada", Admit{e, card("Ivy").Fingerprint()})
	open := w.s.Last().Index
	w.agree(Alter{"us-desk", "US Desk", []string{}, true}, "Ada", "Bea")
	w.agree(Leave{person1("Gus")}, "Ada", "Bea")
	now := w.s.Now()

	says := func(err error, words string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("expected an error with %q, found: %v", words, err)
		}
	}
	_, err := now.Person(nobody)
	says(err, "nobody's")
	_, err = w.s.At(open - 1).Person(person1("Ivy"))
	says(err, "nobody's")
	_, err = w.s.At(open - 1).Signer(device1("Ivy").VerifyKey())
	says(err, "not yet admitted")
	_, err = w.s.At(0).Signer(device1("Bea").VerifyKey())
	says(err, "has not accepted")
	_, err = now.Office("paris")
	says(err, "there is no office")
	_, err = w.s.At(start).Office("us-desk")
	says(err, "there is no office")
	_, err = now.OfficeAt("PARIS")
	says(err, "no office issues")
	_, err = now.Readers("us-desk")
	says(err, "is closed")
	_, err = now.Readers("paris")
	says(err, "there is no office")
	_, err = now.Addressees("paris")
	says(err, "there is no office")
	says(now.MayIssue("us-desk", person1("Gus")), "is closed")
	says(now.MayIssue("paris", person1("Gus")), "there is no office")
	says(now.MayIssue("filing", ""), "found somebody else")
	then := w.s.At(open)
	says(then.MayIssue("us-desk", person1("Hal")), "found somebody else")
	says(then.MayIssue("filing", person1("Gus")), "has no place")
	if err := then.MayIssue("us-desk", person1("Gus")); err != nil {
		t.Error(err)
	}
	if place, ok := then.Place("us-desk"); !ok || place != "WASHINGTON" {
		t.Error(place, ok)
	}
	for _, id := range []frank.OfficeID{"us-desk", "filing", "paris"} {
		if _, ok := now.Place(id); ok {
			t.Errorf("%s issues", id)
		}
	}
	p, err := then.Person(person1("Gus"))
	if err != nil || !p.Active() || p.Card(device1("Gus").VerifyKey()) != card("Gus") || len(p.Offices) != 2 {
		t.Errorf("%+v %v", p, err)
	}
	if p, _ = now.Person(person1("Gus")); p.Active() || p.Status != "left" || p.Devices[0].Valid {
		t.Errorf("%+v", p)
	}
	if len(now.People()) != 9 || len(w.s.At(start).People()) != 8 {
		t.Error("the people are not all there")
	}
}

func TestForkInAnEnactment(t *testing.T) {
	w := founded(t)
	e := w.agree(Grant{Watch, person1("Hal")}, "Cy", "Dee", "Flo")
	w.s.d.checkpoints = forked{}
	w.refuse("Cy", w.waited(e), "the log is forked")
}

// forked gives every checkpoint another root.
type forked struct{ trial }

func (f forked) Checkpoint(log, policy, note string) (ledger.Head, int64, int64, error) {
	h, a, b, err := f.trial.Checkpoint(log, policy, note)
	h.Root = commitment(0, []byte(note))
	return h, a, b, err
}
