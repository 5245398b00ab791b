package directory

import (
	"errors"
	"fmt"
	"testing"

	"frank"
)

func TestFounding(t *testing.T) {
	for what, c := range map[string]struct {
		change func(*Genesis)
		by     string
		words  string
	}{
		"signed by one who is not named": {func(*Genesis) {}, "Zoe", "signature of a registrar"},
		"signed by one with no role":     {func(*Genesis) {}, "Gus", "signature of a registrar"},
		"signed by an officer":           {func(*Genesis) {}, "Cy", "signature of a registrar"},
		"another log's":                  {func(g *Genesis) { g.Log = "other.example/ledger" }, "Ada", "genesis of the log"},
		"one registrar":                  {func(g *Genesis) { g.People[1].Roles = []Role{} }, "Ada", "at least 2 with the role registrar"},
		"too few officers":               {func(g *Genesis) { g.Settings.Threshold = 4 }, "Ada", "at least 4 with the role officer"},
		"no overseer":                    {func(g *Genesis) { g.People[5].Roles = []Role{} }, "Ada", "at least 1 with the role overseer"},
		"one officer is enough":          {func(g *Genesis) { g.Settings.Threshold = 1 }, "Ada", "threshold is 2 to 32"},
		"officer and overseer in one":    {func(g *Genesis) { g.People[2].Roles = []Role{Officer, Overseer} }, "Ada", "nobody is both"},
		"a person twice":                 {func(g *Genesis) { g.People[7] = g.People[6] }, "Ada", "has the key of another"},
		"a role twice":                   {func(g *Genesis) { g.People[0].Roles = []Role{Registrar, Registrar} }, "Ada", "is there twice"},
		"a wait without witnesses":       {func(g *Genesis) { g.Settings.Witnesses = "alone" }, "Ada", "asks for none"},
		"no witness policy":              {func(g *Genesis) { g.Settings.Witnesses = "?" }, "Ada", "cannot be used"},
		"a key of another kind":          {func(g *Genesis) { g.People[3].Card.Seal = "age1xyz" }, "Ada", "person 3"},
		"no name":                        {func(g *Genesis) { g.Name = " " }, "Ada", "the organisation's name"},
		"no log":                         {func(g *Genesis) { g.Log = "a b" }, "Ada", "names no log"},
		"nobody":                         {func(g *Genesis) { g.People = nil }, "Ada", "expected 1 to 100 people"},
		"another format":                 {func(g *Genesis) { g.Format = "frank.genesis/2" }, "Ada", "expected the format"},
	} {
		w := &world{t: t, s: New(origin, trial{})}
		g := genesis()
		c.change(&g)
		_, err := w.apply(w.statement(c.by, KindGenesis, Begin(g)))
		if err == nil {
			t.Errorf("%s: was accepted", what)
			continue
		}
		w.says(err, c.words)
	}

	w := &world{t: t, s: New(origin, trial{})}
	_, err := w.apply(w.statement("Ada", KindGenesis, append(Begin(genesis()), ' ')))
	w.says(err, "cannot be read")
	w.refuse("Ada", Create{Office: "us-desk", Title: "US Desk", Attributes: []string{}}, "expected org.genesis first")
	w.at = 1
	_, err = w.apply(w.statement("Ada", KindGenesis, Begin(genesis())))
	w.says(err, "as entry 0")
	w = founded(t)
	w.s.d.Tip.Index, w.at = 0, 0
	_, err = w.apply(w.statement("Ada", KindGenesis, Begin(genesis())))
	w.says(err, "a genesis already")
}

func TestNamesTakeEffectOnAcceptance(t *testing.T) {
	w := founded(t, "Bea", "Cy")
	if got := w.s.Now().Sitting(Registrar); len(got) != 1 || got[0] != person1("Ada") {
		t.Errorf("registrars who sit: %v", got)
	}
	if _, ok := w.s.Now().Recipient(person1("Cy")); ok {
		t.Error("there is a recipient for somebody who has not accepted")
	}
	w.refuse("Bea", Create{Office: "us-desk", Title: "US Desk", Attributes: []string{}}, "has not accepted")
	w.refuse("Gus", w.accept("Gus"), "found a person who is \"member\"")
	w.refuse("Zoe", w.accept("Bea"), "key of a person named at the founding")
	w.refuse("Bea", Accept{frank.Hash{1}, card("Bea").Fingerprint()}, "another founding")
	// The founder named another card than Bea's: a swapped key.
	w.refuse("Bea", Accept{w.s.Genesis().Hash, card("Zoe").Fingerprint()}, "the keys were swapped")
	w.must("Bea", w.accept("Bea"))
	w.refuse("Bea", w.accept("Bea"), "found a person who is \"member\"")
}

func TestEnrolment(t *testing.T) {
	w := founded(t)
	w.refuse("Gus", Invite{Code: Code("x").Public(origin), Expires: 5}, "needs the agreement of a registrar")
	inv, code, enrol := w.invited("Ivy", "Ada", Invite{Roles: []Role{Officer}})
	w.refuse("Ada", Invite{Code: code.Public(origin), Expires: 5}, "given out before")

	// The server sees the enrolment, and enrols a card of its own by it.
	theft := enrol
	theft.Card = card("Mallory")
	w.refuse("Mallory", theft, "not by the invitation's code for this card")
	swapped := enrol
	swapped.Card.Seal = seal("Mallory")
	w.refuse("Ivy", swapped, "not by the invitation's code for this card")
	w.refuse("Mallory", enrol, "signature of the card's own key")
	other := enrol
	other.Genesis = frank.Hash{1}
	w.refuse("Ivy", other, "another founding")
	wrong := enrol
	wrong.Invite.Hash = frank.Hash{}
	w.refuse("Ivy", wrong, "found none such")
	taken := Enrol{enrol.Genesis, inv, card("Gus"), code.Prove(origin, inv, card("Gus"))}
	w.refuse("Gus", taken, "found one that was")

	e := w.must("Ivy", enrol)
	w.refuse("Ivy", enrol, "somebody enrolled with") // replayed
	twice := Enrol{enrol.Genesis, inv, card("Jo"), code.Prove(origin, inv, card("Jo"))}
	w.refuse("Jo", twice, "somebody enrolled with")

	// Not valid before a registrar compared the fingerprint.
	w.refuse("Ivy", Key{seal("Ivy 2")}, "expected the key of an enrolled device")
	if _, err := w.s.Now().Signer(device1("Ivy").VerifyKey()); err == nil {
		t.Error("an unadmitted key is a member's")
	}
	w.refuse("Cy", Admit{e, card("Ivy").Fingerprint()}, "needs the agreement of a registrar")
	w.refuse("Ada", Admit{e, card("Mallory").Fingerprint()}, "not that of the card enrolled")
	if n := w.s.Newcomers(); len(n) != 1 || n[0].Fingerprint != card("Ivy").Fingerprint() || n[0].Roles[0] != Officer {
		t.Errorf("newcomers: %+v", n)
	}
	at := w.must("Ada", Admit{e, card("Ivy").Fingerprint()})
	w.refuse("Bea", Admit{e, card("Ivy").Fingerprint()}, "found one that was admitted")
	if id, err := w.s.Now().Signer(device1("Ivy").VerifyKey()); err != nil || id != person1("Ivy") {
		t.Error(id, err)
	}
	if _, err := w.s.At(at.Index - 1).Signer(device1("Ivy").VerifyKey()); err == nil {
		t.Error("the key was valid before it was admitted")
	}
	if p, _ := w.s.Now().Person(person1("Ivy")); len(p.Roles) != 0 { // intended is not given
		t.Errorf("an invitation gave %v", p.Roles)
	}

	_, _, late := w.invited("Kit", "Bea", Invite{})
	w.at += 51
	w.refuse("Kit", late, "expired")
}

func TestDevices(t *testing.T) {
	w := founded(t)
	k2 := device1("Gus 2")
	claim := DeviceClaim(origin, person1("Gus"), k2.VerifyKey())
	w.refuse("Gus", Device{k2.VerifyKey(), device1("Gus").Sign("frank/device/1", claim)}, "new device's own signature")
	w.refuse("Gus", Device{k2.VerifyKey(), k2.Sign("frank/statement/1", claim)}, "new device's own signature")
	w.refuse("Hal", Device{k2.VerifyKey(), k2.Sign("frank/device/1", claim)}, "new device's own signature") // claimed by another
	w.refuse("Gus", Device{device1("Hal").VerifyKey(), nil}, "found one that was")
	added := w.must("Gus", Device{k2.VerifyKey(), k2.Sign("frank/device/1", claim)})
	w.refuse("Gus", Device{k2.VerifyKey(), k2.Sign("frank/device/1", claim)}, "found one that was")

	first := device1("Gus").VerifyKey()
	w.refuse("Gus", Revoke{person1("Gus"), first}, "cannot revoke itself")
	w.refuse("Hal", Revoke{person1("Gus"), first}, "needs the agreement of a registrar, or the person")
	w.refuse("Gus 2", Revoke{person1("Gus"), device1("Hal").VerifyKey()}, "found none such")
	lost := w.must("Gus 2", Revoke{person1("Gus"), first})
	w.refuse("Gus", Key{seal("Gus 2")}, fmt.Sprintf("revoked at entry %d", lost.Index))
	w.refuse("Gus 2", Revoke{person1("Gus"), first}, fmt.Sprintf("was revoked at entry %d", lost.Index))
	w.refuse("Gus 2", Device{first, nil}, "found one that was") // never again
	for i, want := range map[uint64]bool{added.Index: true, lost.Index - 1: true, lost.Index: false, lost.Index + 9: false} {
		if _, err := w.s.At(i).Signer(first); (err == nil) != want {
			t.Errorf("at %d: %v", i, err)
		}
	}

	w.refuse("Gus 2", Key{seal("Gus")}, "had before")
	changed := w.must("Gus 2", Key{seal("Gus new")})
	before, _ := w.s.At(changed.Index - 1).Recipient(person1("Gus"))
	after, _ := w.s.Now().Recipient(person1("Gus"))
	if before != seal("Gus") || after != seal("Gus new") {
		t.Error("the recipient did not change with the entry")
	}
	w.must("Ada", Revoke{person1("Gus"), k2.VerifyKey()}) // a lost device is one statement

	// Everything lost: enrolled anew, by two registrars, and the same person.
	_, _, enrol := w.invited("Gus 3", "Ada", Invite{Person: person1("Gus")})
	e := w.must("Gus 3", enrol)
	w.refuse("Ada", Admit{e, enrol.Card.Fingerprint()}, "another registrar than invited")
	w.must("Bea", Admit{e, enrol.Card.Fingerprint()})
	if id, err := w.s.Now().Signer(device1("Gus 3").VerifyKey()); err != nil || id != person1("Gus") {
		t.Error(id, err)
	}
	w.refuse("Ada", Invite{Code: Code("y").Public(origin), Expires: 5, Person: person1("Cy")}, "without a role")

	for i := range MaxDevices - 1 {
		k := device1(fmt.Sprint("many ", i))
		w.must("Hal", Device{k.VerifyKey(), k.Sign("frank/device/1", DeviceClaim(origin, person1("Hal"), k.VerifyKey()))})
	}
	k := device1("one too many")
	w.refuse("Hal", Device{k.VerifyKey(), k.Sign("frank/device/1", DeviceClaim(origin, person1("Hal"), k.VerifyKey()))}, "at most 16")
}

// One registrar, or a thief of one registrar's key, who revoked all who could
// undo it would end the organisation.
func TestARegistrarAloneCannotEndTheOrganisation(t *testing.T) {
	w := founded(t)
	for _, word := range []string{"Bea", "Cy", "Dee", "Eve", "Flo"} {
		err := w.refuse("Ada", Revoke{person1(word), device1(word).VerifyKey()}, "needs the agreement of 2 registrars, or the officers and an overseer")
		if frank.Hint(err) == "" {
			t.Error("no hint")
		}
	}
	w.must("Ada", Revoke{person1("Gus"), device1("Gus").VerifyKey()}) // without a role: as ever

	// One of several devices is one statement; the last is not.
	k2 := device1("Dee 2")
	w.must("Dee", Device{k2.VerifyKey(), k2.Sign("frank/device/1", DeviceClaim(origin, person1("Dee"), k2.VerifyKey()))})
	w.must("Ada", Revoke{person1("Dee"), device1("Dee").VerifyKey()})
	w.refuse("Ada", Revoke{person1("Dee"), k2.VerifyKey()}, "needs the agreement of 2 registrars")

	// Two registrars may; and of two, officers and overseer end a stolen one.
	w.agree(Revoke{person1("Cy"), device1("Cy").VerifyKey()}, "Ada", "Bea")
	if got := w.s.Now().Sitting(Officer); len(got) != 2 {
		t.Errorf("officers who sit: %v", got)
	}
	e := w.agree(Revoke{person1("Ada"), device1("Ada").VerifyKey()}, "Dee 2", "Eve", "Flo")
	w.must("Eve", w.waited(e))
	w.refuse("Ada", Invite{Code: Code("x").Public(origin), Expires: 5}, "revoked at entry")
	// And nothing is stuck: another registrar is appointed, and two sit.
	e = w.agree(Grant{Registrar, person1("Hal")}, "Bea", "Dee 2", "Eve", "Flo")
	w.must("Bea", w.waited(e))
	w.agree(End{Registrar, person1("Ada")}, "Bea", "Hal")
	_, _, enrol := w.invited("Ada 2", "Bea", Invite{Person: person1("Ada")})
	w.must("Hal", Admit{w.must("Ada 2", enrol), enrol.Card.Fingerprint()})
}

func TestLeaving(t *testing.T) {
	w := founded(t)
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{}})
	w.agree(Holder{"us-desk", person1("Gus")}, "Ada", "Bea")
	w.must("Gus", Delegate{"us-desk", person1("Hal"), false})
	w.refuse("Ada", Leave{person1("Gus")}, "its signer alone is not that")
	w.refuse("Ada", Propose(Leave{person1("Cy")}), "nobody leaves with a role")
	e := w.agree(Leave{person1("Gus")}, "Ada", "Gus") // with a registrar
	f, _ := w.s.Now().Office("us-desk")
	if f.Holder != "" || len(f.Delegates) != 0 {
		t.Errorf("the office of one who left: %+v", f)
	}
	w.refuse("Gus", Key{seal("Gus new")}, "revoked at entry")
	w.refuse("Ada", Propose(Holder{"us-desk", person1("Gus")}), "has left")
	w.refuse("Bea", Consent{e}, "the change was done")
	if _, ok := w.s.Now().Recipient(person1("Gus")); ok {
		t.Error("something could be sealed to one who left")
	}
}

func TestOrder(t *testing.T) {
	w := founded(t)
	do := Create{"us-desk", "US Desk", "WASHINGTON", []string{}}
	st := w.statement("Ada", KindCreate, Compose(w.s.Last(), do))
	st.Log = "other.example/ledger"
	_, err := w.apply(st)
	w.says(err, "expected a statement for the log")
	st.Log = origin

	st.Seen.Size = w.at + 1
	_, err = w.apply(st)
	w.says(err, "claims to have seen")
	st.Seen.Size = 1

	at := w.at
	w.at = w.s.Last().Index
	_, err = w.apply(st)
	w.says(err, "expected an index past")
	w.at = at + 7 // other entries lie between

	if _, err := w.apply(st); err != nil {
		t.Fatal(err)
	}
	_, err = w.apply(st) // replayed
	if !errors.Is(err, ErrStale) || frank.Hint(err) == "" {
		t.Error(err)
	}
	// A server leaves out an entry: whoever replays notices at the next.
	full := w.s.Clone()
	w.must("Ada", Revoke{person1("Gus"), device1("Gus").VerifyKey()})
	next := w.statement("Ada", KindCreate, Compose(w.s.Last(), Create{"eu-desk", "EU Desk", "", []string{}}))
	if err := full.Apply(w.at, frank.Hash{}, next); !errors.Is(err, ErrStale) {
		t.Errorf("an entry was left out and nobody noticed: %v", err)
	}
	if last := w.s.Last(); !w.s.Contains(last) || full.Contains(last) || w.s.Contains(Entry{last.Index, frank.Hash{}}) {
		t.Error("what the directory contains is not what was applied")
	}
	if err := w.s.Apply(w.at, frank.Hash{}, w.statement("Ada", "dispatch.begin", nil)); !errors.Is(err, ErrKind) {
		t.Error(err)
	}
}
