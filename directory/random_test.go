package directory

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

var (
	words   = []string{"Ada", "Bea", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal", "Ivy", "Jo"}
	offices = []frank.OfficeID{"us-desk", "eu-desk"}
)

// Any statements in any order: nothing panics, what is refused changes nothing,
// the seats that are needed stay filled, and replaying what was accepted makes
// the same state.
func TestRandomStatements(t *testing.T) {
	runs, accepted := 0, map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		runs++
		w := founded(t, "Hal")
		founding := len(w.is)
		w.random(r)
		log := w.is[founding:]
		for _, e := range log {
			accepted[e.st.Kind]++
		}
		again := founded(t, "Hal")
		for _, d := range log {
			if err := again.s.Apply(d.at.Index, d.at.Hash, d.st); err != nil {
				r.Fatalf("replay of entry %d, %s: %v", d.at.Index, d.st.Kind, err)
			}
		}
		if again.s.Digest() != w.s.Digest() {
			r.Fatal("the same statements made two states")
		}
		// What was answered for an index is answered for it ever after.
		half := founded(t, "Hal")
		for _, d := range log[:len(log)/2] {
			if half.s.Apply(d.at.Index, d.at.Hash, d.st) != nil {
				r.Fatal("a replay breaks off")
			}
		}
		then := half.s.Last().Index
		if a, b := say(half.s.At(then)), say(w.s.At(then)); a != b {
			r.Fatalf("entry %d was\n%s\nand is now\n%s", then, a, b)
		}
	})
	for _, kind := range []string{KindChange, KindConsent, KindInvite, KindEnrol, KindAdmit, KindCreate, KindRevoke, KindEnact, KindKey, KindWithdraw, KindDevice} {
		if accepted[kind] == 0 && runs >= 100 {
			t.Errorf("no %s was ever accepted: the test tests too little", kind)
		}
	}
}

// random has people state what comes to them.
func (w *world) random(r *rapid.T) {
	var entries []Entry
	codes := map[Entry]Code{}
	put := func(by string, do Do) bool {
		st := w.statement(by, do.kind(), Compose(w.s.Last(), do))
		e, err := w.apply(st)
		if err != nil {
			return false
		}
		entries = append(entries, e)
		return true
	}
	word := func(what string) string { return rapid.SampledFrom(words).Draw(r, what) }
	entry := func() Entry {
		if len(entries) == 0 {
			return w.s.Last()
		}
		return entries[len(entries)-1-min(len(entries)-1, rapid.IntRange(0, 4).Draw(r, "back"))]
	}
	inner := func() Do {
		id, office := person1(word("whom")), rapid.SampledFrom(offices).Draw(r, "office")
		switch rapid.IntRange(0, 6).Draw(r, "change") {
		case 0:
			return Leave{id}
		case 1:
			return Holder{office, id}
		case 2:
			return Acting{office, id, w.at + uint64(rapid.IntRange(0, 9).Draw(r, "until"))}
		case 3:
			return Grant{rapid.SampledFrom(Roles).Draw(r, "role"), id}
		case 4:
			return End{rapid.SampledFrom(Roles).Draw(r, "role"), id}
		case 5:
			return Alter{office, "Desk", []string{}, rapid.IntRange(0, 9).Draw(r, "close") == 0}
		}
		set := w.s.Now().Settings()
		set.Threshold = rapid.IntRange(2, 4).Draw(r, "k")
		return set
	}
	for range 50 {
		by := word("by")
		var do Do
		kind := rapid.IntRange(0, 13).Draw(r, "kind")
		switch kind {
		case 0, 1, 2:
			do = Propose(inner())
		case 3, 4, 5, 6:
			do = Consent{entry()}
			for _, p := range w.s.Proposals() { // the last that waits
				if p.Over == "" && rapid.Bool().Draw(r, "this") {
					by, do = rapid.SampledFrom([]string{"Ada", "Bea", "Cy", "Dee", "Flo", by}).Draw(r, "consents"), Consent{p.Entry}
				}
			}
		case 7:
			if put("Cy", Propose(inner())) {
				proposed := w.s.Last()
				put("Dee", Consent{proposed})
				put("Flo", Consent{proposed})
			}
			do = w.waited(entry())
			for _, p := range w.s.Proposals() {
				if p.Over == "" && p.Agreed {
					do = w.waited(p.Entry)
				}
			}
		case 8:
			do = Withdraw{entry()}
			for _, p := range w.s.Proposals() {
				if n := slices.IndexFunc(words, func(word string) bool { return person1(word) == p.By }); p.Over == "" && n >= 0 && rapid.Bool().Draw(r, "theirs") {
					by, do = words[n], Withdraw{p.Entry}
				}
			}
			if rapid.Bool().Draw(r, "plain") {
				do = inner()
			}
		case 9:
			code := NewCode([16]byte{byte(w.at), byte(len(codes))})
			do = Invite{Code: code.Public(origin), Expires: 20, Office: rapid.SampledFrom([]frank.OfficeID{"", "", "us-desk"}).Draw(r, "intended"),
				Person: rapid.SampledFrom([]frank.PersonID{"", "", "", person1("Gus")}).Draw(r, "again")}
			codes[Entry{w.at, commitment(w.at, Compose(w.s.Last(), do))}] = code
		case 10:
			e := entry()
			for n := len(entries) - 1; n >= 0 && codes[e] == ""; n-- { // the last invitation
				e = entries[n]
			}
			by = rapid.SampledFrom([]string{"Ivy", "Jo", by}).Draw(r, "newcomer")
			do = Enrol{w.s.Genesis().Hash, e, card(by), codes[e].Prove(origin, e, card(by))}
		case 11:
			do = Admit{entry(), card(word("newcomer")).Fingerprint()}
			if n := w.s.Newcomers(); len(n) > 0 {
				by, do = rapid.SampledFrom([]string{"Ada", "Bea", by}).Draw(r, "registrar"), Admit{n[0].Entry, n[0].Fingerprint}
			}
		case 12:
			do = Create{rapid.SampledFrom(offices).Draw(r, "office"), "Desk", "", []string{}}
		case 13:
			// A registrar alone revokes the one device of people without a role only.
			whom := rapid.SampledFrom([]string{"Gus", word("whom")}).Draw(r, "revoked")
			device := rapid.SampledFrom([]string{whom, word("device")}).Draw(r, "key")
			by, do = rapid.SampledFrom([]string{"Ada", "Bea", by}).Draw(r, "registrar"), Revoke{person1(whom), device1(device).VerifyKey()}
		}
		if rapid.IntRange(0, 4).Draw(r, "other") == 0 {
			id, office := person1(word("whom")), rapid.SampledFrom(offices).Draw(r, "office")
			do = []Do{Delegate{office, id, rapid.Bool().Draw(r, "end")}, OfficeKey{office, seal(fmt.Sprint("office ", w.at%8))},
				Key{seal(fmt.Sprint("key ", w.at%8))}, w.accept(by), w.device(by, word("device"))}[rapid.IntRange(0, 4).Draw(r, "which")]
		}
		if _, enrols := do.(Enrol); put(by, do) && enrols && rapid.Bool().Draw(r, "admitted") {
			put("Bea", Admit{w.s.Last(), card(by).Fingerprint()})
		}
	}
}

// device is a second device of somebody's, or another's.
func (w *world) device(by, word string) Device {
	k := device1(word + " again")
	return Device{k.VerifyKey(), k.Sign(keyring.DeviceNamespace, DeviceClaim(origin, person1(by), k.VerifyKey()))}
}

// say is all that a view answers.
func say(v View) string {
	var seats []any
	for _, r := range Roles {
		seats = append(seats, v.Sitting(r))
	}
	deal, err := v.Deal()
	return string(canon.Marshal([]any{v.People(), v.Offices(), seats, v.Settings(), deal, fmt.Sprint(err)}))
}

func FuzzParseDo(f *testing.F) {
	w := keyring.VerifyKey(device1("Ada").VerifyKey())
	id := person1("Ada")
	for _, do := range []Do{Accept{Fingerprint: card("Ada").Fingerprint()}, Invite{Code: w, Expires: 3, Roles: []Role{Officer}, Office: "us-desk"},
		Enrol{Card: card("Ada"), Proof: []byte{1}}, Admit{Fingerprint: card("Ada").Fingerprint()}, Device{w, []byte{1}}, Revoke{id, w}, Key{seal("Ada")},
		Leave{id}, Create{"us-desk", "US Desk", "PARIS", []string{"us"}}, Alter{"us-desk", "US Desk", []string{}, true}, Holder{"us-desk", id},
		Acting{"us-desk", id, 7}, Delegate{"us-desk", id, true}, OfficeKey{"us-desk", seal("Ada")}, Pass{"us-desk", id, []byte("age-encryption.org/v1\n")}, Grant{Officer, id}, End{Watch, id},
		genesis().Settings, Propose(Leave{id}), Consent{}, Withdraw{}, Enact{First: "a", Second: "b"}} {
		if _, err := ParseDo(do.kind(), canon.Marshal(do)); err != nil {
			f.Fatalf("%s: %v", do.kind(), err)
		}
		f.Add(do.kind(), canon.Marshal(do))
	}
	if len(parsers) != 22 {
		f.Fatalf("there are %d kinds, and 22 have a seed", len(parsers))
	}
	s := founded(&testing.T{}).s
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		do, err := ParseDo(kind, data)
		if err != nil {
			return
		}
		if string(canon.Marshal(do)) != string(data) || do.kind() != kind {
			t.Errorf("%q was read, and is written %q", data, canon.Marshal(do))
		}
		s.Check(s.Last().Index+1, frank.Hash{}, &ledger.Statement{Log: origin, Kind: kind, By: device1("Ada").VerifyKey(), Body: Compose(s.Last(), do)})
	})
}

func FuzzParseGenesis(f *testing.F) {
	f.Add([]byte(Begin(genesis())))
	f.Add([]byte(`{"format":"frank.genesis/1","name":"a","log":"b","people":[],"settings":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := ParseGenesis(data)
		if err == nil && string(Begin(*g)) != string(data) {
			t.Errorf("%q was read, and is written %q", data, Begin(*g))
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add(string(NewCode([16]byte{1, 2, 3})))
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := ParseCode(typed)
		if err != nil {
			return
		}
		if again, err := ParseCode(string(c)); err != nil || again != c {
			t.Errorf("%q was read as %q, and that as %q: %v", typed, c, again, err)
		}
	})
}

func FuzzRestore(f *testing.F) {
	f.Add(New(origin, trial{}).Dump())
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Restore(data, trial{}); err == nil && string(s.Dump()) != string(data) {
			t.Error("a restored state is another")
		}
	})
}
