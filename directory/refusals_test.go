package directory

import (
	"strings"
	"testing"

	"frank"
)

// What is plainly no sense is refused in words.
func TestNonsense(t *testing.T) {
	w := founded(t, "Hal", "Gus")
	unknown := frank.PersonID("00000000000000000000000000000000")
	w.must("Ada", Revoke{person1("Hal"), device1("Hal").VerifyKey()})
	w.refuse("Hal", w.accept("Hal"), "found one that was revoked")
	w.refuse("Ada", Invite{Code: Code("x").Public(origin), Expires: 5, Person: unknown}, "a person who is none")
	w.refuse("Ada", Invite{Code: Code("x").Public(origin), Expires: 5, Person: person1("Gus")}, "a person who is none")
	w.refuse("Ada", Invite{Code: Code("x").Public(origin), Expires: 5, Office: "us-desk"}, "there is no office")
	w.refuse("Ada", Propose(Leave{unknown}), "found a person who does not")
	w.agree(Leave{person1("Hal")}, "Ada", "Bea") // was named, and never accepted
	w.refuse("Ada", Propose(Leave{person1("Hal")}), "found a person who does not")

	_, _, enrol := w.invited("Ivy", "Ada", Invite{})
	e := w.must("Ivy", enrol)
	w.refuse("Ada", Admit{Entry{e.Index, frank.Hash{}}, card("Ivy").Fingerprint()}, "found none such")
	w.must("Ada", Admit{e, card("Ivy").Fingerprint()})

	w.refuse("Ada", Propose(Holder{"us-desk", person1("Ivy")}), "there is no office")
	w.refuse("Ivy", OfficeKey{"us-desk", seal("desk")}, "there is no office")
	w.refuse("Ivy", Delegate{"us-desk", person1("Cy"), false}, "the holder")
	w.must("Ada", Create{"us-desk", "US Desk", "WASHINGTON", []string{}})
	w.refuse("Ada", Propose(Holder{"us-desk", ""}), "held already")
	w.refuse("Ada", Propose(Holder{"us-desk", person1("Gus")}), "named at the founding")
	w.agree(Holder{"us-desk", person1("Ivy")}, "Ada", "Bea")
	w.refuse("Ada", Acting{"us-desk", "", 0}, "nobody acts")
	w.refuse("Ada", Propose(Acting{"us-desk", person1("Ivy"), 0}), "does not act for the holder")
	w.refuse("Ada", Propose(Acting{"us-desk", person1("Gus"), 0}), "named at the founding")
	w.refuse("Ivy", Delegate{"us-desk", person1("Cy"), true}, "found a person who is none")
	w.refuse("Ivy", Delegate{"us-desk", person1("Ivy"), false}, "not a delegate of the holder")
	w.refuse("Ivy", Delegate{"us-desk", person1("Gus"), false}, "named at the founding")
	w.refuse("Ada", Propose(End{Watch, person1("Ivy")}), "found one who is not")
	w.refuse("Ada", Propose(Holder{"us-desk", person1("Nobody")}), "never admitted")

	w.agree(Revoke{person1("Eve"), device1("Eve").VerifyKey()}, "Ada", "Bea")
	w.refuse("Ada", Propose(Holder{"us-desk", person1("Eve")}), "with a valid device")

	a := w.must("Ada", Propose(Holder{"us-desk", person1("Cy")}))
	w.refuse("Cy", Enact{a, "", ""}, "with the last consent it needs")

	w.agree(Acting{"us-desk", person1("Cy"), 0}, "Ada", "Ivy")
	w.refuse("Cy", Propose(Acting{"us-desk", "", 0}), "needs nobody else's agreement")
	w.must("Cy", Acting{"us-desk", "", 0}) // who acts may stop
	if f, _ := w.s.Now().Office("us-desk"); f.Acting != "" {
		t.Error("who acts could not stop")
	}
	for _, who := range []string{"Cy", "Dee"} {
		w.must("Ivy", Delegate{"us-desk", person1(who), false})
	}
	w.must("Cy", Delegate{"us-desk", person1("Cy"), true})
	if !w.s.Now().Delegate(person1("Dee"), "us-desk") || w.s.Now().Delegate(person1("Cy"), "us-desk") {
		t.Error("the wrong delegate went")
	}
	w.s.d.Offices["us-desk"].Delegates.set(w.s.Last().Index, make([]frank.PersonID, MaxDelegates))
	w.refuse("Ivy", Delegate{"us-desk", person1("Cy"), false}, "at most 64")
}

// Bodies that no statement may carry.
func TestBodiesOutOfBounds(t *testing.T) {
	id := person1("Ada")
	code := Code("x").Public(origin)
	for what, do := range map[string]Do{
		"an expiry of nothing":      Invite{Code: code},
		"an expiry for ever":        Invite{Code: code, Expires: MaxExpiry + 1},
		"a role there is not":       Invite{Code: code, Expires: 1, Roles: []Role{"king"}},
		"an office that cannot be":  Invite{Code: code, Expires: 1, Office: "US Desk"},
		"a person that cannot be":   Invite{Code: code, Expires: 1, Person: "Ada"},
		"a fingerprint cut short":   Accept{Fingerprint: "0000"},
		"no person":                 Leave{},
		"no person to revoke":       Revoke{Key: code},
		"a recipient of no kind":    Key{"age1abc"},
		"an office key of no kind":  OfficeKey{"us-desk", ""},
		"an office key of none":     OfficeKey{"", seal("Ada")},
		"a place in small letters":  Create{"us-desk", "US Desk", "Paris", []string{}},
		"a title with a line feed":  Create{"us-desk", "US\nDesk", "", []string{}},
		"a title turned round":      Create{"us-desk", "US \u202eDesk", "", []string{}},
		"a title of nothing":        Create{"us-desk", "", "", []string{}},
		"a title with space":        Create{"us-desk", " US Desk", "", []string{}},
		"a title not composed":      Create{"us-desk", "Cafe\u0301", "", []string{}},
		"no attributes":             Create{"us-desk", "US Desk", "", nil},
		"attributes out of order":   Create{"us-desk", "US Desk", "", []string{"b", "a"}},
		"attributes in capitals":    Alter{"us-desk", "US Desk", []string{"A"}, false},
		"an office of no name":      Holder{"", id},
		"a holder that cannot be":   Holder{"us-desk", "Ada"},
		"nobody acting for a time":  Acting{"us-desk", "", 7},
		"a delegate who is nobody":  Delegate{"us-desk", "", false},
		"a delegate of no office":   Delegate{"", id, false},
		"keys in the open":          Pass{"us-desk", id, []byte("AGE-SECRET")},
		"a role to grant of none":   Grant{"", id},
		"one officer is enough":     Settings{Threshold: 1, Labels: "demo"},
		"a wait of years":           Settings{Threshold: 2, Labels: "demo", Wait: MaxWait + 1},
		"a wait backwards":          Settings{Threshold: 2, Labels: "demo", Wait: -1},
		"labels of no name":         Settings{Threshold: 2},
		"a witness policy too long": Settings{Threshold: 2, Labels: "demo", Witnesses: string(make([]byte, maxPolicy+1))},
		"a checkpoint too long":     Enact{First: string(make([]byte, maxNote+1))},
		"a change of no kind":       Change{"person.eat", []byte("{}")},
		"a change of a change":      Change{KindChange, []byte("{}")},
	} {
		if do.validate() == nil {
			t.Errorf("%s is in bounds", what)
		}
	}
	if _, err := ParseDo("person.eat", []byte("{}")); err == nil {
		t.Error("a kind that there is not was read")
	}
	w := founded(t)
	st := w.statement("Ada", KindCreate, make([]byte, MaxBody+1))
	_, err := w.apply(st)
	w.says(err, "more than")
	st.Body = append(Compose(w.s.Last(), Create{"us-desk", "US Desk", "", []string{}}), ' ')
	_, err = w.apply(st)
	w.says(err, "the body of office.create cannot be read")
}

func TestCodes(t *testing.T) {
	c := NewCode([16]byte{0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	if len(c) != 31 {
		t.Errorf("%q", c)
	}
	for _, typed := range []string{string(c), " " + string(c) + "\n", strings.ToLower(string(c))} {
		if got, err := ParseCode(typed); err != nil || got != c {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", string(c[1:]), string(c) + "A", "!" + string(c[1:])} {
		if _, err := ParseCode(typed); err == nil || frank.Hint(err) == "" {
			t.Errorf("%q was read: %v", typed, err)
		}
	}
	if c.Public("a") == c.Public("b") {
		t.Error("a code is good for two logs")
	}
}
