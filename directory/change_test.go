package directory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frank"
)

func TestARegistrarAloneCannotAppointOfficers(t *testing.T) {
	w := founded(t)
	friend := Grant{Officer, person1("Gus")}
	if err := w.refuse("Ada", friend, "its signer alone is not that"); frank.Hint(err) == "" {
		t.Error("no hint")
	}
	e := w.must("Ada", Propose(friend))
	w.refuse("Ada", Consent{e}, "none of these")
	w.refuse("Bea", Consent{e}, "none of these") // nor can all registrars together
	w.refuse("Ada", w.waited(e), "does not have it")
	w.must("Cy", Consent{e})
	w.refuse("Cy", Consent{e}, "nobody consents twice")
	w.must("Flo", Consent{e})
	w.refuse("Ada", w.waited(e), "does not have it") // one officer and the overseer
	last := w.must("Dee", Consent{e})
	if w.s.Now().Has(Officer, person1("Gus")) {
		t.Fatal("a weighty change took effect without waiting")
	}
	p := w.s.Proposals()[0]
	if !p.Agreed || p.Last != last.Index || !p.Weighty || len(p.Consents) != 4 {
		t.Errorf("the proposal: %+v", p)
	}

	at := func(size uint64, earliest, latest int) string { return fmt.Sprint(size, " ", earliest, " ", latest) }
	for what, c := range map[string]struct{ first, second, words string }{
		"no checkpoint":           {"", at(w.at, 9000, 9000), "the first checkpoint"},
		"none later":              {at(w.at, 10, 20), "", "the second checkpoint"},
		"before the last consent": {at(last.Index, 10, 20), at(w.at, 9000, 9000), "contains the last consent"},
		"from the future":         {at(w.at+1, 10, 20), at(w.at+1, 9000, 9000), "contains the last consent"},
		"second before the first": {at(w.at, 10, 20), at(w.at-1, 9000, 9000), "expected a second checkpoint"},
		"too soon":                {at(w.at, 10, 20), at(w.at, 3619, 9000), "expected 3600 seconds"},
		"back in time":            {at(w.at, 9000, 9000), at(w.at, 10, 20), "expected 3600 seconds"},
	} {
		t.Log(what)
		w.refuse("Ada", Enact{e, c.first, c.second}, c.words)
	}
	w.must("Gus", Enact{e, at(w.at, 10, 20), at(w.at, 3620, 9000)}) // any member may
	if !w.s.Now().Has(Officer, person1("Gus")) {
		t.Error("an agreed change that waited took no effect")
	}
	w.refuse("Ada", w.waited(e), "the change was done")
	if len(w.s.Proposals()[0].Shown) != 2 {
		t.Error("the checkpoints shown are not kept")
	}
}

func TestWhoseConsentCounts(t *testing.T) {
	w := founded(t)
	set := w.s.Now().Settings()
	set.Wait = 7200
	e := w.must("Cy", Propose(set)) // an officer's own proposal counts
	w.must("Dee", Consent{e})
	w.must("Flo", Consent{e})
	w.must("Cy", Withdraw{e}) // the proposer's ends it
	w.refuse("Ada", w.waited(e), "the change was withdrawn")

	e = w.agree(set, "Cy", "Dee", "Flo")
	w.refuse("Eve", Withdraw{e}, "has not")
	w.must("Dee", Withdraw{e})
	w.refuse("Ada", w.waited(e), "does not have it")
	w.refuse("Dee", Consent{e}, "nobody consents twice")
	w.must("Eve", Consent{e})

	// A consent by a device that turns out to be stolen is none, and its
	// owner may consent with another.
	k := device1("Eve 2")
	w.must("Eve", Device{k.VerifyKey(), k.Sign("frank/device/1", DeviceClaim(origin, person1("Eve"), k.VerifyKey()))})
	w.must("Eve 2", Revoke{person1("Eve"), device1("Eve").VerifyKey()})
	w.refuse("Ada", w.waited(e), "does not have it")
	last := w.must("Eve 2", Consent{e})
	w.refuse("Ada", Enact{e, fmt.Sprint(last.Index, " 1 1"), fmt.Sprint(last.Index, " 9000 9000")}, "contains the last consent") // the wait starts anew
	w.must("Ada", w.waited(e))
	if w.s.Now().Settings().Wait != 7200 {
		t.Error("the settings did not change")
	}

	// A commitment that is not the change's.
	e = w.must("Cy", Propose(Grant{Watch, person1("Hal")}))
	e.Hash[0] ^= 1
	w.refuse("Dee", Consent{e}, "found none such")
	w.refuse("Gus", Propose(Grant{Watch, person1("Hal")}), "found somebody else")
	w.refuse("Cy", Propose(Key{seal("x")}), "not agreed to as a change")
}

func TestConsentsAreByThoseWhoSatThen(t *testing.T) {
	w := founded(t)
	friend := Grant{Officer, person1("Ada")}
	// Ada proposes something, then becomes an officer: her agreement to it was
	// a registrar's.
	e := w.must("Ada", Propose(Grant{Watch, person1("Hal")}))
	w.must("Flo", Consent{e})
	w.must("Cy", Consent{e})
	up := w.agree(friend, "Cy", "Dee", "Flo")
	w.must("Cy", w.waited(up))
	w.refuse("Cy", w.waited(e), "does not have it")
	w.must("Dee", Consent{e})
	w.must("Cy", w.waited(e))
}

func TestSeatsThatAreNeededStay(t *testing.T) {
	w := founded(t)
	w.refuse("Ada", Propose(End{Registrar, person1("Bea")}), "there would be 1 sitting as registrar")
	w.refuse("Cy", Propose(End{Overseer, person1("Flo")}), "there would be 0 sitting as overseer")
	w.must("Cy", w.waited(w.agree(End{Officer, person1("Eve")}, "Cy", "Dee", "Flo")))
	w.refuse("Cy", Propose(End{Officer, person1("Dee")}), "there would be 1 sitting as officer")
	w.refuse("Cy", Propose(Grant{Officer, person1("Flo")}), "nobody is both")
	w.refuse("Cy", Propose(Grant{Officer, person1("Dee")}), "officer already")
	w.refuse("Cy", Propose(Grant{Officer, person1("Nobody")}), "never admitted")
	set := w.s.Now().Settings()
	set.Threshold = 3
	w.refuse("Cy", Propose(set), "expected at least 3 officers")
	set.Threshold, set.Witnesses = 2, "alone"
	w.refuse("Cy", Propose(set), "asks for none")
	w.refuse("Cy", Propose(w.s.Now().Settings()), "found the same")

	// Checked again when it takes effect.
	w.agree(Grant{Registrar, person1("Gus")}, "Ada", "Bea")
	a := w.must("Ada", Propose(End{Registrar, person1("Gus")}))
	w.agree(End{Registrar, person1("Gus")}, "Bea", "Gus") // a registrar and the one who goes
	w.refuse("Bea", Consent{a}, "cannot be made any more")
}

func TestTooFewRegistrars(t *testing.T) {
	w := founded(t, "Bea")
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{}})
	err := w.refuse("Ada", Propose(Holder{"us-desk", person1("Gus")}), "and 1 registrars sit")
	if frank.Hint(err) == "" {
		t.Error("no hint")
	}
	// Named at the founding, Bea could not be appointed: she is. Another is, by
	// officers and overseer.
	e := w.agree(Grant{Registrar, person1("Hal")}, "Ada", "Cy", "Dee", "Flo")
	w.must("Ada", w.waited(e))
	w.agree(Holder{"us-desk", person1("Gus")}, "Ada", "Hal")

	w = founded(t, "Dee", "Eve")
	if err := w.refuse("Cy", Propose(Grant{Watch, person1("Hal")}), "1 officers, 1 overseers"); frank.Hint(err) == "" {
		t.Error("no hint")
	}
}

func TestNoWaitingTime(t *testing.T) {
	w := &world{t: t, s: New(origin, trial{})}
	g := genesis()
	g.Settings.Witnesses, g.Settings.Wait = "alone", 0
	if _, err := w.apply(w.statement("Ada", KindGenesis, Begin(g))); err != nil {
		t.Fatal(err)
	}
	for _, f := range founders[1:] {
		w.must(f.word, w.accept(f.word))
	}
	e := w.agree(Grant{Watch, person1("Hal")}, "Cy", "Dee", "Flo")
	w.refuse("Cy", w.waited(e), "found two")
	w.must("Cy", Enact{Change: e, First: fmt.Sprint(w.at, " 0 0")})
}

func TestOffices(t *testing.T) {
	w := founded(t)
	w.refuse("Gus", Create{"us-desk", "US Desk", "WASHINGTON", []string{}}, "agreement of a registrar")
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{"us"}})
	w.refuse("Ada", Create{"us-desk", "Another", "", []string{}}, "already")
	w.refuse("Ada", Create{"eu-desk", "EU Desk", "WASHINGTON", []string{}}, "belongs to the office us-desk")
	w.refuse("Ada", Create{"eu-desk", "EU Desk", "Paris", []string{}}, "cannot be the place")
	w.refuse("Ada", Holder{"us-desk", person1("Gus")}, "its signer alone is not that") // one registrar alone

	if _, err := w.s.Now().Readers("us-desk"); err == nil {
		t.Error("a vacant office has readers")
	}
	w.refuse("Gus", OfficeKey{"us-desk", seal("desk")}, "found somebody else")
	held := w.agree(Holder{"us-desk", person1("Gus")}, "Ada", "Bea")
	if err := w.s.Now().MayIssue("us-desk", person1("Gus")); err == nil {
		t.Error("an office issues without a key")
	}
	w.must("Gus", OfficeKey{"us-desk", seal("desk")})
	if err := w.s.Now().MayIssue("us-desk", person1("Gus")); err != nil {
		t.Error(err)
	}
	if f, err := w.s.Now().OfficeAt("WASHINGTON"); err != nil || f.ID != "us-desk" {
		t.Error(f, err)
	}
	w.refuse("Ada", Delegate{"us-desk", person1("Hal"), false}, "agreement of the holder")
	w.must("Gus", Delegate{"us-desk", person1("Hal"), false})
	w.refuse("Gus", Delegate{"us-desk", person1("Hal"), false}, "a delegate already")

	keys := []byte("age-encryption.org/v1\n")
	w.refuse("Ada", Pass{"us-desk", person1("Ada"), keys}, "found somebody else")
	w.refuse("Gus", Pass{"us-desk", person1("Nobody"), keys}, "never admitted")
	w.refuse("Gus", Pass{"paris", person1("Ada"), keys}, "there is no office")
	w.must("Gus", Pass{"us-desk", person1("Dee"), keys})

	// Acting, up to an index.
	w.refuse("Gus", Acting{"us-desk", person1("Dee"), 0}, "its signer alone is not that")
	end := w.at + 6
	w.refuse("Ada", Propose(Acting{"us-desk", person1("Dee"), w.at}), "expected an end after")
	w.agree(Acting{"us-desk", person1("Dee"), end}, "Ada", "Gus")
	readers, err := w.s.Now().Readers("us-desk")
	if err != nil || len(readers) != 3 || readers[1].Person != person1("Dee") || readers[1].As != AsActing || readers[2].As != AsDelegate {
		t.Errorf("%+v %v", readers, err)
	}
	if !w.s.At(end-1).Holds(person1("Dee"), "us-desk") || w.s.At(end).Holds(person1("Dee"), "us-desk") {
		t.Error("who acts does not end at the index said")
	}
	if f, _ := w.s.At(end).Office("us-desk"); !f.Stale {
		t.Error("the key known to one who acted is not called stale")
	}
	w.at = end
	w.refuse("Dee", OfficeKey{"us-desk", seal("desk 2")}, "found somebody else")
	w.must("Gus", OfficeKey{"us-desk", seal("desk 3")})
	if f, _ := w.s.Now().Office("us-desk"); f.Stale {
		t.Error("a rotated key is called stale")
	}
	w.refuse("Gus", OfficeKey{"us-desk", seal("desk")}, "had before")

	// Handover, with the outgoing holder: what was arranged ends, the key too.
	before := w.s.Last().Index
	given := w.must("Gus", Propose(Holder{"us-desk", person1("Eve")}))
	w.refuse("Hal", Consent{given}, "none of these")
	w.must("Bea", Consent{given})
	f, _ := w.s.Now().Office("us-desk")
	if f.Holder != person1("Eve") || f.Acting != "" || len(f.Delegates) != 0 || f.Key.Seal != "" {
		t.Errorf("after the handover: %+v", f)
	}
	w.refuse("Gus", OfficeKey{"us-desk", seal("desk 4")}, "found somebody else")
	w.must("Eve", OfficeKey{"us-desk", seal("desk 4")})

	// The past is kept.
	if f, _ := w.s.At(before).Office("us-desk"); f.Holder != person1("Gus") || f.Key.Seal != seal("desk 3") {
		t.Errorf("before the handover: %+v", f)
	}
	if f, _ := w.s.At(held.Index).Office("us-desk"); f.Holder != "" { // proposed, and not yet agreed
		t.Errorf("at the proposal: %+v", f)
	}
	diff := w.s.Changed(before, w.s.Last().Index, []frank.OfficeID{"us-desk"})
	if len(diff) != 1 || diff[0].Before[0].Person != person1("Gus") || diff[0].After[0].Person != person1("Eve") {
		t.Errorf("changed addressees: %+v", diff)
	}
	now := w.s.Last().Index
	w.must("Eve", Key{seal("Eve new")})
	if diff := w.s.Changed(now, w.s.Last().Index, []frank.OfficeID{"us-desk"}); len(diff) != 1 {
		t.Error("a changed key of an addressee is no difference")
	}

	// Attributes are a clearance: two registrars.
	w.refuse("Ada", Alter{"us-desk", "US Desk", []string{"palace", "us"}, false}, "agreement of 2 registrars")
	w.agree(Alter{"us-desk", "The US Desk", []string{"palace", "us"}, false}, "Ada", "Bea")
	if a, _ := w.s.Now().Addressees("us-desk"); !slices.Contains(a[0].Attributes, "palace") {
		t.Errorf("%+v", a)
	}
	w.agree(Alter{"us-desk", "The US Desk", []string{}, true}, "Ada", "Bea")
	w.refuse("Ada", Propose(Holder{"us-desk", person1("Gus")}), "is closed")
	w.refuse("Ada", Create{"dc", "DC", "WASHINGTON", []string{}}, "belongs to the office us-desk") // no reference twice
}

func TestARegistrarWhoHoldsAnOfficeIsOnePerson(t *testing.T) {
	w := founded(t)
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{}})
	w.agree(Holder{"us-desk", person1("Ada")}, "Ada", "Bea")
	e := w.must("Ada", Propose(Holder{"us-desk", person1("Gus")}))
	if w.s.Now().Holds(person1("Gus"), "us-desk") {
		t.Error("outgoing holder and registrar in one were two")
	}
	w.must("Bea", Consent{e})
}

func TestAlarms(t *testing.T) {
	w := founded(t)
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{}})
	w.agree(Holder{"us-desk", person1("Gus")}, "Ada", "Bea")
	from := w.s.Last().Index
	w.must("Ada", Create{"eu-desk", "EU Desk", "", []string{}})
	if n := w.s.Alarms(person1("Gus"), from, w.s.Last().Index); len(n) != 0 {
		t.Errorf("what does not concern Gus alarms him: %+v", n)
	}
	w.must("Ada", Propose(Holder{"us-desk", person1("Hal")}))                // already the proposal
	w.must("Cy", Propose(Grant{Watch, person1("Gus")}))                      // his roles
	w.must("Ada", Revoke{person1("Gus"), device1("Gus").VerifyKey()})        // his keys
	_, _, again := w.invited("Gus 2", "Ada", Invite{Person: person1("Gus")}) // somebody enrols as him
	w.must("Gus 2", again)
	var kinds []string
	for _, n := range w.s.Alarms(person1("Gus"), from, w.s.Last().Index) {
		kinds = append(kinds, n.Kind)
	}
	if want := []string{KindChange, KindChange, KindRevoke, KindInvite, KindEnrol}; !slices.Equal(kinds, want) {
		t.Errorf("alarms: %v, not %v", kinds, want)
	}
}

func TestDealing(t *testing.T) {
	w := founded(t)
	d, err := w.s.Now().Deal(person1("Gus"))
	if err != nil || len(d.Officers) != 3 || d.Short != 0 || d.Threshold != 2 {
		t.Errorf("%+v %v", d, err)
	}
	d, err = w.s.Now().Deal(person1("Cy"), person1("Gus"))
	if err != nil || len(d.Officers) != 2 || d.Short != 1 || !slices.Equal(d.Involved, []frank.PersonID{person1("Cy")}) {
		t.Errorf("with an officer who gets a copy: %+v %v", d, err)
	}
	if _, err = w.s.Now().Deal(person1("Cy"), person1("Dee")); err == nil || frank.Hint(err) == "" {
		t.Errorf("one officer is dealt all: %v", err)
	}
	at := w.s.Last().Index
	w.must("Cy", w.waited(w.agree(Grant{Alternate, person1("Hal")}, "Cy", "Dee", "Flo")))
	d, err = w.s.Now().Deal(person1("Cy"))
	if err != nil || d.Short != 0 || !slices.Equal(d.Alternates, []frank.PersonID{person1("Hal")}) {
		t.Errorf("%+v %v", d, err)
	}
	if d, _ = w.s.Now().Deal(); len(d.Alternates) != 0 {
		t.Error("an alternate is dealt a share that no one needs")
	}
	if d, _ = w.s.At(at).Deal(person1("Cy")); len(d.Alternates) != 0 {
		t.Error("an alternate was dealt a share before being one")
	}
	w.agree(Revoke{person1("Dee"), device1("Dee").VerifyKey()}, "Ada", "Bea")
	if d, _ = w.s.Now().Deal(); slices.Contains(d.Officers, person1("Dee")) {
		t.Error("an officer without a device is dealt a share")
	}
}

func TestRestore(t *testing.T) {
	w := founded(t)
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{"us"}})
	e := w.must("Ada", Propose(Holder{"us-desk", person1("Gus")}))
	again := w.s.Clone()
	if again.Digest() != w.s.Digest() {
		t.Fatal("a clone is another")
	}
	w.must("Bea", Consent{e})
	if again.Digest() == w.s.Digest() || again.Now().Holds(person1("Gus"), "us-desk") {
		t.Error("what happens to a state happens to its clone")
	}
	if err := again.Apply(e.Index+1, commitment(e.Index+1, Compose(again.Last(), Consent{e})), w.statement("Bea", KindConsent, Compose(again.Last(), Consent{e}))); err != nil {
		t.Fatal(err)
	}
	if again.Digest() != w.s.Digest() {
		t.Error("the same statement made two states")
	}
	for _, bad := range []string{"", "{}", `{"format":"x"}`, strings.Replace(string(w.s.Dump()), format, "frank.directory/2", 1)} {
		if _, err := Restore([]byte(bad), trial{}); err == nil {
			t.Errorf("%q is a directory", bad)
		}
	}
}
