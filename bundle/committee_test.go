package bundle

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// lie is the list of signers of a committee's bundle as a liar would have it: the
// directory's own answers, and the keys given as whoever's the liar says.
func (s *story) lie(c *claimed, keys map[string]string) {
	for i := range c.From {
		f := &c.From[i]
		for key, as := range keys {
			for j := range f.People {
				p := &f.People[j]
				p.Keys = slices.DeleteFunc(p.Keys, func(k keyring.VerifyKey) bool { return k == s.people[key].VerifyKey() })
				if p.Person == s.id(as) {
					p.Keys = append(p.Keys, s.people[key].VerifyKey())
					slices.SortFunc(p.Keys, byKey)
				}
			}
		}
	}
}

// judge holds an inquiry's entries against the rules as a committee's verifier
// does, with signers as they are claimed.
func (s *story) judge(t *testing.T, c *claimed, more ...directory.Logged) error {
	t.Helper()
	report, err := s.report.Encode()
	s.must(err)
	policy, err := ledger.ParsePolicy([]byte(s.policy()))
	s.must(err)
	head, err := policy.Verify(s.witnessed())
	s.must(err)
	m := &meta{Format: Format, Edition: Edition, Profile: Committee, Log: head.Origin, Inquiry: s.inquiry, Signer: s.people["Cy"].VerifyKey()}
	v := &verifier{ctx: context.Background(), policy: policy, meta: m, head: head, report: s.report, digest: sha256.Sum256(report), unused: []inquiry.Unused{}, Finding: &Finding{}}
	v.payload = []file{{fileSigners, canon.Marshal(c)}}
	for _, e := range s.entries {
		st, err := e.Entry.Open(e.At.Hash)
		s.must(err)
		if !directory.Handles(st.Kind) && st.Kind != dispatch.KindFetched {
			v.entries = append(v.entries, entryForm{e.At.Index, e.At.Hash, e.Entry})
			v.stated = append(v.stated, stated{e.At, st})
		}
	}
	for _, e := range more {
		st, err := e.Entry.Open(e.At.Hash)
		s.must(err)
		v.entries = append([]entryForm{{e.At.Index, e.At.Hash, e.Entry}}, v.entries...)
		v.stated = append([]stated{{e.At, st}}, v.stated...)
	}
	if v.proven, err = prove(v.ctx, policy, head, &s.log, v.entries, v.stated); err != nil {
		return err
	}
	for _, e := range s.exhibits {
		v.exhibits = append(v.exhibits, exhibitForm{Exhibit: e.Exhibit})
	}
	for _, do := range []func() (string, error){v.checkPeople, v.checkIssues, v.checkProcedure} {
		if _, err := do(); err != nil {
			return err
		}
	}
	return nil
}

// everybody is the list of signers as the directory has it, with keys that it
// does not have given as a person's.
func (s *story) everybody(more map[string]string) *claimed {
	c := &claimed{}
	f := seats{Threshold: 2}
	for _, name := range []string{"Cy", "Dee", "Eve", "Fay", "Flo", "Gus"} {
		x := seat{Person: s.id(name), Keys: []keyring.VerifyKey{s.people[name].VerifyKey()}, Roles: []directory.Role{directory.Officer}, Offices: []frank.OfficeID{}}
		switch name {
		case "Flo":
			x.Roles = []directory.Role{directory.Overseer}
		case "Gus":
			x.Roles, x.Offices = []directory.Role{}, []frank.OfficeID{"embassy"}
		}
		c.People = append(c.People, claimedPerson{x.Person, s.people[name].VerifyKey()})
		f.People = append(f.People, x)
	}
	slices.SortFunc(c.People, func(a, b claimedPerson) int { return strings.Compare(string(a.Person), string(b.Person)) })
	slices.SortFunc(f.People, func(a, b seat) int { return strings.Compare(string(a.Person), string(b.Person)) })
	c.From = []seats{f}
	s.lie(c, more)
	return c
}

// The lead alone, with three devices: an exhibit made up after the copies were
// seen, no vote, no share, both checkers stated otherwise. Whatever the lead says
// of whose keys these are, the rules do not hold.
func TestCommitteeByTheLeadAlone(t *testing.T) {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	for _, n := range []string{"Cy2", "Cy3"} {
		k, err := keyring.New()
		w.must(err)
		w.people[n] = k
	}
	s, read, list := w.frozen(w.quotes(x, 3, 2, 14))
	w.opening(nil)
	key, err := keyring.New()
	w.must(err)
	m := &inquiry.Matter{Stage: inquiry.Copies, Exhibits: inquiry.Root(list), Scope: w.parts(ref(1)), Looks: []inquiry.Look{{Dispatch: ref(1), Number: 1}},
		Until: until, Level: "1e-4", Lead: w.id("Cy"), To: key.Public.String(), Key: []byte("x"), Checkers: []frank.PersonID{w.id("Dee"), w.id("Eve")}}
	slices.Sort(m.Checkers)
	s.matter = m
	h := m.Hash(w.inquiry.Hash)
	found := s.traced(read, m)
	for _, n := range []string{"Dee", "Eve"} {
		w.step(n, &inquiry.Result{Matter: h, Report: frank.Hash{1}})
	}
	for _, n := range []string{"Cy", "Cy2", "Cy3"} {
		w.step(n, &inquiry.Result{Matter: h, Report: found, Named: s.numbers()})
	}
	w.step("Cy", m)
	w.step("Cy", &inquiry.Register{Exhibits: list})
	for why, keys := range map[string]map[string]string{
		"as they are":           {"Cy2": "Cy", "Cy3": "Cy"},
		"given as the checkers": {"Cy2": "Dee", "Cy3": "Eve"},
	} {
		if err := s.judge(t, s.everybody(keys)); err == nil {
			t.Errorf("the lead's devices, %s: it holds", why)
		}
	}
	if _, err := Write(context.Background(), s.contents(), Committee, &s.log, s.people["Cy"]); err == nil {
		t.Error("a bundle is written")
	}
}

// Every rule is held against what a committee is told, and a list of signers that
// is none is refused.
func TestCommitteeRules(t *testing.T) {
	s := small(t, nil)
	if err := s.judge(t, s.everybody(nil)); err != nil {
		t.Fatalf("as it was: %v", err)
	}
	role := func(name string, roles ...directory.Role) func(c *claimed) {
		return func(c *claimed) {
			for i := range c.From[0].People {
				if p := &c.From[0].People[i]; p.Person == s.id(name) {
					p.Roles = append([]directory.Role{}, roles...)
				}
			}
		}
	}
	for why, change := range map[string]func(c *claimed){
		"one person votes twice":    func(c *claimed) { s.lie(c, map[string]string{"Dee": "Cy"}) },
		"a checker is the lead":     func(c *claimed) { s.lie(c, map[string]string{"Eve": "Cy"}) },
		"the overseer is nobody's":  role("Flo"),
		"a voter is no officer":     role("Dee"),
		"the lead is no officer":    role("Cy"),
		"three votes are asked for": func(c *claimed) { c.From[0].Threshold = 3 },
		"the issuer held no office": func(c *claimed) {
			for i := range c.From[0].People {
				c.From[0].People[i].Offices = []frank.OfficeID{}
			}
		},
		"an identifier of another's key":   func(c *claimed) { c.People[0].First = c.People[1].First },
		"an identifier of nobody's key":    func(c *claimed) { c.People[0].Person = "0123456789abcdef0123456789abcdef" },
		"nobody":                           func(c *claimed) { c.From = nil },
		"a key is two people's":            func(c *claimed) { c.From[0].People[0].Keys = c.From[0].People[1].Keys },
		"somebody twice":                   func(c *claimed) { c.From[0].People[1] = c.From[0].People[0] },
		"a role that an inquiry knows not": role("Ada", directory.Registrar),
	} {
		if why == "a role that an inquiry knows not" {
			change = role("Cy", directory.Officer, directory.Registrar)
		}
		c := s.everybody(nil)
		change(c)
		if err := s.judge(t, c); err == nil {
			t.Errorf("%s: it holds", why)
		}
	}
}

// A committee is given no entry of the directory, not by its hash either: what
// is left of those would be the holder's.
func TestCommitteeHasNoDirectory(t *testing.T) {
	s := small(t, nil)
	zip := write(t, s, Committee)
	k := apart(t, zip)
	list, err := parseEntries(k.get(fileEntries))
	s.must(err)
	for _, e := range list {
		if e.Entry == nil {
			t.Errorf("entry %d is there by its hash", e.Index)
		}
		for _, x := range s.entries {
			st, err := x.Entry.Open(x.At.Hash)
			s.must(err)
			if x.At.Index == e.Index && directory.Handles(st.Kind) {
				t.Errorf("entry %d is of the directory: %s", e.Index, st.Kind)
			}
		}
	}
	for _, name := range []string{"Hal", "Ada"} {
		if slices.ContainsFunc(s.claims(k).People, func(p claimedPerson) bool { return p.Person == s.id(name) }) {
			t.Errorf("%s, who signed nothing that is here, is in it", name)
		}
	}
	x := s.entries[0]
	if err := s.judge(t, s.everybody(nil), x); err == nil || !strings.Contains(err.Error(), "no entries of the directory") {
		t.Errorf("a committee is shown the founding: %v", err)
	}
	for why, e := range map[string]*ledger.Entry{"the founding in it": x.Entry, "the founding's hash in it": nil} {
		k := apart(t, zip)
		k.set(fileEntries, writeEntries(append([]entryForm{{x.At.Index, x.At.Hash, e}}, list...)))
		fails(t, why, k.again(s.people["Cy"]), s.policy(), "entries", "people")
	}
}

func (s *story) claims(k *kit) *claimed {
	c := &claimed{}
	s.must(canon.Unmarshal(k.get(fileSigners), c))
	return c
}
