package directory

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// sliced returns what a slice has of an organisation, and the directory it makes.
func (w *world) sliced(persons []frank.PersonID, offices []frank.OfficeID) ([]stated, *State, error) {
	chosen, err := w.s.choose(w.is, persons, offices)
	if err != nil {
		return nil, nil, err
	}
	var list []stated
	for _, i := range chosen {
		list = append(list, w.is[i])
	}
	s, err := readSlice(origin, trial{}, list)
	return list, s, err
}

// sayOf is all that a view answers about persons and offices. Of the offices a
// person is in, it tells those only.
func sayOf(v View, persons []frank.PersonID, keys []keyring.VerifyKey, offices []frank.OfficeID) string {
	out := []any{v.Settings()}
	for _, id := range persons {
		p, err := v.Person(id)
		p.Seal = p.Seal[:min(len(p.Seal), 20)]
		p.Offices = slices.DeleteFunc(p.Offices, func(f frank.OfficeID) bool { return !slices.Contains(offices, f) })
		out = append(out, p, err == nil)
		seal, ok := v.Recipient(id)
		out = append(out, seal[:min(len(seal), 20)], ok)
		for _, r := range Roles {
			out = append(out, v.Has(r, id))
		}
		for _, f := range offices {
			out = append(out, v.Holds(id, f), v.Delegate(id, f))
		}
	}
	for _, k := range keys {
		id, err := v.Signer(k)
		if err != nil || !slices.Contains(persons, id) {
			id = ""
		}
		out = append(out, id)
	}
	for _, id := range offices {
		f, err := v.Office(id)
		f.Key.Seal = f.Key.Seal[:min(len(f.Key.Seal), 20)]
		out = append(out, f, err == nil)
	}
	return string(canon.Marshal(out))
}

// A slice and the whole directory say the same of those it was made for, as of
// every index.
func TestSliceAgrees(t *testing.T) {
	runs, shorter, read, kinds := 0, 0, 0, map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		runs++
		w := founded(t, "Hal")
		_, _, enrol := w.invited("Kit", "Ada", Invite{})
		at := w.must("Kit", enrol)
		w.must(rapid.SampledFrom([]string{"Ada", "Bea"}).Draw(r, "admits"), Admit{at, card("Kit").Fingerprint()})
		if rapid.Bool().Draw(r, "loses a device") {
			w.must("Kit", w.device("Kit", "Kit"))
			w.must("Ada", Revoke{person1("Kit"), device1("Kit again").VerifyKey()})
		}
		w.random(r)
		var persons []frank.PersonID
		var keys []keyring.VerifyKey
		for _, word := range rapid.SliceOfNDistinct(rapid.SampledFrom(append([]string{"Kit"}, words...)), 0, 3, rapid.ID).Draw(r, "persons") {
			persons = append(persons, person1(word))
			keys = append(keys, device1(word).VerifyKey(), device1(word+" again").VerifyKey())
		}
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(offices), 0, 2, rapid.ID).Draw(r, "offices")
		list, s, err := w.sliced(persons, some)
		if err != nil {
			r.Fatal(err)
		}
		if len(list) < len(w.is) {
			shorter++
		}
		for _, e := range list {
			kinds[e.st.Kind]++
			persons = append(persons, w.s.d.Keys[e.st.By.String()])
			keys = append(keys, e.st.By)
		}
		persons = tidy(persons)
		for i := range w.at + 1 {
			if a, b := sayOf(w.s.At(i), persons, keys, some), sayOf(s.At(i), persons, keys, some); a != b {
				r.Fatalf("as of entry %d the directory says\n%s\nand the slice\n%s", i, a, b)
			}
		}
		// Whatever is left out, of a slice or of all there is, nothing is said that
		// never was: no key, no role.
		part := w.is
		if rapid.Bool().Draw(r, "of the slice") {
			part = list
		}
		part = slices.Clone(part)
		for range min(rapid.IntRange(1, 5).Draw(r, "left out"), len(part)-1) {
			n := rapid.IntRange(0, len(part)-1).Draw(r, "this")
			part = slices.Delete(part, n, n+1)
		}
		if s, err = readSlice(origin, trial{}, part); err != nil {
			return
		}
		read++
		for i := range w.at + 1 {
			for _, word := range append([]string{"Kit"}, words...) {
				id := person1(word)
				for _, role := range Roles {
					if s.At(i).Has(role, id) && !slices.ContainsFunc(w.s.d.Seats[role], func(x step[[]frank.PersonID]) bool { return x.From <= i && slices.Contains(x.Is, id) }) {
						r.Fatalf("as of entry %d %s is said to be %s", i, word, role)
					}
				}
				for _, key := range []keyring.VerifyKey{device1(word).VerifyKey(), device1(word + " again").VerifyKey()} {
					if by, err := s.At(i).Signer(key); err == nil && (w.s.d.Keys[key.String()] != by || w.s.d.People[by].device(key).From > i) {
						r.Fatalf("as of entry %d %s is said to sign with a key", i, word)
					}
				}
			}
		}
	})
	if runs < 100 {
		return
	}
	if shorter < runs/2 {
		t.Errorf("of %d slices %d leave something out: the test tests too little", runs, shorter)
	}
	if read < runs/10 {
		t.Errorf("of %d slices that leave something out %d are read: the test tests too little", runs, read)
	}
	for _, kind := range []string{KindAccept, KindInvite, KindEnrol, KindAdmit, KindDevice, KindRevoke, KindKey, KindChange, KindConsent, KindEnact, KindCreate} {
		if kinds[kind] == 0 {
			t.Errorf("no slice has a %s: the test tests too little", kind)
		}
	}
}

// What a slice takes of an organisation where much else happened.
func TestSlice(t *testing.T) {
	w := founded(t)
	for _, who := range []string{"Ivy", "Jo"} { // Jo has nothing to do with it
		_, _, enrol := w.invited(who, "Ada", Invite{Office: "", Roles: []Role{Officer}})
		e := w.must(who, enrol)
		w.must("Bea", Admit{e, card(who).Fingerprint()})
	}
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{}})
	w.agree(Holder{"us-desk", person1("Gus")}, "Ada", "Bea")
	w.must("Gus", OfficeKey{"us-desk", seal("desk")})
	w.must("Jo", Key{seal("Jo again")})
	w.must("Ada", Create{"eu-desk", "EU Desk", "", []string{}})
	w.agree(Holder{"eu-desk", person1("Hal")}, "Ada", "Bea") // who signs nothing more
	c := w.agree(Grant{Officer, person1("Ivy")}, "Cy", "Dee")
	w.must("Dee", Withdraw{c})
	w.must("Eve", Consent{c})
	w.must("Flo", Consent{c})
	w.must("Gus", w.waited(c))
	w.must("Jo", Key{seal("Jo a third time")})
	w.must("Cy", Withdraw{w.agree(Grant{Watch, person1("Ivy")}, "Cy", "Dee")}) // came to nothing
	w.must("Cy", Propose(Grant{Watch, person1("Jo")}))                         // nobody agrees
	before := w.at
	w.must("Ada", Revoke{person1("Gus"), device1("Gus").VerifyKey()})

	list, s, err := w.sliced([]frank.PersonID{person1("Ivy")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.st.Kind)
	}
	want := "org.genesis person.accept person.accept person.accept person.accept person.accept person.accept person.invite person.enrol person.admit change consent withdraw consent consent enact person.revoke"
	if strings.Join(got, " ") != want {
		t.Errorf("the slice has\n%s\nand should have\n%s", strings.Join(got, " "), want)
	}
	if !s.At(before).Has(Officer, person1("Ivy")) || s.At(c.Index).Has(Officer, person1("Ivy")) || s.At(before).Has(Officer, person1("Jo")) {
		t.Error("the slice does not say who is an officer from when on")
	}
	if _, err := s.At(before).Signer(device1("Jo").VerifyKey()); err == nil {
		t.Error("the slice knows the key of somebody it is not about")
	}
	if _, err := s.At(before).Office("us-desk"); err == nil {
		t.Error("the slice knows an office it is not about")
	}
	if _, s, err = w.sliced(nil, []frank.OfficeID{"us-desk"}); err != nil || !s.At(before).Holds(person1("Gus"), "us-desk") {
		t.Errorf("a slice of an office does not say who holds it: %v", err)
	}
	if _, s, err = w.sliced(nil, []frank.OfficeID{"eu-desk"}); err != nil || !s.At(before).Holds(person1("Hal"), "eu-desk") {
		t.Errorf("a slice of an office does not say who holds it: %v", err)
	}
	if s.Clone().Apply(w.at+9, frank.Hash{1}, w.statement("Ada", KindInvite, Compose(Entry{Index: w.at + 3}, Invite{Code: NewCode([16]byte{9}).Public(origin), Expires: 9, Office: "none"}))) != nil {
		t.Error("the clone of a slice is none")
	}
}

// A slice cannot be made to say what was never given.
func TestSliceForged(t *testing.T) {
	w := founded(t)
	c := w.agree(Grant{Officer, person1("Gus")}, "Cy", "Dee", "Flo")
	w.must("Hal", w.waited(c))
	list, _, err := w.sliced([]frank.PersonID{person1("Gus")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := func(kind string) int {
		return slices.IndexFunc(list, func(e stated) bool { return e.st.Kind == kind })
	}
	without := func(n int) []stated { return slices.Delete(slices.Clone(list), n, n+1) }
	swapped := slices.Clone(list)
	swapped[1], swapped[2] = swapped[2], swapped[1]
	later := slices.Clone(list)
	later[2].at.Index += 100
	elsewhere := slices.Clone(list)
	x := *list[3].st
	x.Log = "another.example/ledger"
	elsewhere[3].st = &x
	ahead := append(slices.Clone(list), stated{Entry{w.at, frank.Hash{1}}, w.statement("Gus", KindKey, Compose(Entry{Index: w.at}, Key{seal("Gus later")}))})
	fine := append(slices.Clone(list), stated{Entry{w.at, frank.Hash{1}}, w.statement("Gus", KindKey, Compose(Entry{Index: w.at - 1}, Key{seal("Gus later")}))})
	if _, err := readSlice(origin, trial{}, fine); w.at-1 == list[len(list)-1].at.Index && err == nil || w.at-1 > list[len(list)-1].at.Index && err != nil {
		t.Fatal(err)
	}
	forked := append(slices.Clone(list), stated{Entry{w.at, frank.Hash{1}}, w.statement("Gus", KindKey, Compose(Entry{w.s.Last().Index, frank.Hash{9}}, Key{seal("Gus again")}))})
	for what, bad := range map[string][]stated{
		"nothing": {}, "no founding": list[1:], "one consent too few": without(at(KindConsent)), "no proposal": without(at(KindChange)), "an officer who never accepted": without(2),
		"out of order": swapped, "an entry twice": append(slices.Clone(list), list[len(list)-1]), "an index that is not its own": later, "another log's": elsewhere,
		"made for a directory that was still to come": ahead, "made for another directory": forked,
	} {
		if s, err := readSlice(origin, trial{}, bad); err == nil && (what == "nothing" || s.Now().Has(Officer, person1("Gus"))) {
			t.Errorf("%s: the slice was read", what)
		}
	}
	if _, err := w.s.choose([]stated{{Entry{1, frank.Hash{1}}, list[1].st}}, nil, nil); err == nil {
		t.Error("an entry that is none of the directory's was chosen")
	}
}

// Entries as the ledger has them: opened by their commitments, and signed.
func TestSliceOfEntries(t *testing.T) {
	v, _ := readVectors(t)
	s := New(v.Log, Ledger{})
	var list []Logged
	for _, e := range v.Entries {
		st, err := e.Entry.Open(e.Commitment)
		if err == nil {
			err = s.Apply(e.Index, e.Commitment, st)
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, Logged{Entry{e.Index, e.Commitment}, e.Entry})
	}
	var persons []frank.PersonID
	for _, p := range s.Now().People() {
		persons = append(persons, p.ID)
	}
	if len(persons) < 5 {
		t.Fatalf("the vectors have %d persons", len(persons))
	}
	for _, id := range persons {
		slice, err := s.Slice(list, []frank.PersonID{id}, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadSlice(v.Log, Ledger{}, slice)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := sayOf(s.Now(), []frank.PersonID{id}, nil, nil), sayOf(again.Now(), []frank.PersonID{id}, nil, nil); a != b {
			t.Fatalf("the directory says\n%s\nand the slice\n%s", a, b)
		}
		for n := range slice {
			bad := slices.Clone(slice)
			e := *bad[n].Entry
			e.Signature = slices.Clone(e.Signature)
			e.Signature[n%64] ^= 1
			bad[n].Entry = &e
			if _, err := ReadSlice(v.Log, Ledger{}, bad); err == nil {
				t.Fatalf("entry %d counts with another signature", n)
			}
			bad[n].At.Hash = e.Commitment()
			if _, err := ReadSlice(v.Log, Ledger{}, bad); err == nil {
				t.Fatalf("entry %d counts with a false signature", n)
			}
			bad[n].Entry = nil
			if _, err := ReadSlice(v.Log, Ledger{}, bad); err == nil {
				t.Fatalf("entry %d is missing and nothing is said", n)
			}
		}
	}
	list[3].Entry = &ledger.Entry{Statement: "nothing"}
	if _, err := s.Slice(list, persons, nil); err == nil {
		t.Fatal("what is no statement was chosen from")
	}
}

// A slice knows of every kind of statement what it does something to.
func TestSliceKnowsAllKinds(t *testing.T) {
	w := founded(t)
	if len(parsers) == 0 {
		t.Fatal("there are no kinds")
	}
	for kind, parse := range parsers {
		do, _ := parse(nil)
		if _, err := w.s.d.about(1, do, person1("Ada")); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
