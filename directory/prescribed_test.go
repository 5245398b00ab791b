package directory

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"frank/keyring"
)

func demoPrescribed(t testing.TB) *Prescribed {
	t.Helper()
	p, err := ParsePrescribed(PrescribedDemo())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPrescribedDemo: the list that comes with Frank is made up and says so, is
// reached at addresses and numbers that nobody has, and has no key, since
// nobody could open what is sealed to it.
func TestPrescribedDemo(t *testing.T) {
	p := demoPrescribed(t)
	if p.Real || !strings.Contains(strings.ToLower(p.Title), "made-up") {
		t.Errorf("it does not say that it is made up: %s", p.Title)
	}
	if !strings.Contains(p.Concern, "is not traced") || strings.Contains(p.Concern, "cannot") {
		t.Error(p.Concern)
	}
	for _, x := range p.Persons {
		if x.Recipient != "" {
			t.Errorf("%s has a key", x.ID)
		}
		for _, line := range x.Reach {
			if !strings.Contains(line, ".example") && !strings.Contains(line, "01632 960") && !strings.Contains(line, "Weir Street") {
				t.Errorf("%s is reached by what may be real: %s", x.ID, line)
			}
		}
	}
}

func TestPrescribedFind(t *testing.T) {
	p := demoPrescribed(t)
	for query, want := range map[string]string{
		"":                   "money law safety surroundings records conduct cover-up",
		"money":              "money", // an id, and nothing that mentions it
		"BRIBES":             "money law",
		"ferries":            "safety",
		"court of accounts":  "money cover-up",
		"estuary  Pollution": "surroundings",
		"unheard-of":         "",
	} {
		var got []string
		for _, topic := range p.Find(query) {
			got = append(got, topic.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, not %s", query, got, want)
		}
	}
	for _, who := range []string{"ombudsman", "The Ombudsman of Valdora", "the  ombudsman of VALDORA"} {
		if x, ok := p.Person(who); !ok || x.ID != "ombudsman" {
			t.Errorf("%q is %+v", who, x)
		}
	}
	if _, ok := p.Person("nobody"); ok {
		t.Error("nobody is somebody")
	}
}

func TestPrescribedRefuses(t *testing.T) {
	key, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	fresh := func() *Prescribed {
		p := demoPrescribed(t)
		p.Persons[0].Recipient = key.String()
		p.Notice = strings.Repeat("Nothing here takes away a right. ", 100) + "."
		return p
	}
	if data, _ := json.Marshal(fresh()); data != nil {
		if _, err := ParsePrescribed(data); err != nil {
			t.Fatal(err)
		}
	}
	for what, change := range map[string]func(*Prescribed){
		"format":             func(p *Prescribed) { p.Format = "frank.prescribed/2" },
		"name":               func(p *Prescribed) { p.Name = "Demo" },
		"title":              func(p *Prescribed) { p.Title = "" },
		"two lines":          func(p *Prescribed) { p.Concern = "a\nb" },
		"a terminal's codes": func(p *Prescribed) { p.Concern = "\x1b[2Ja" },
		"a long concern":     func(p *Prescribed) { p.Concern = strings.Repeat("x", maxConcern+1) },
		"a long notice":      func(p *Prescribed) { p.Notice = strings.Repeat("x", maxNotice+1) },
		"no topics":          func(p *Prescribed) { p.Topics = nil },
		"no persons":         func(p *Prescribed) { p.Persons = nil },
		"too many": func(p *Prescribed) {
			for range maxPrescribed {
				p.Topics = append(p.Topics, p.Topics[0])
			}
		},
		"a person twice":          func(p *Prescribed) { p.Persons = append(p.Persons, p.Persons[0]) },
		"a person's id":           func(p *Prescribed) { p.Persons[0].ID = "Court" },
		"a person's name":         func(p *Prescribed) { p.Persons[0].Name = " x" },
		"what for":                func(p *Prescribed) { p.Persons[0].For = "" },
		"no reach":                func(p *Prescribed) { p.Persons[0].Reach = nil },
		"much reach":              func(p *Prescribed) { p.Persons[0].Reach = slices.Repeat([]string{"x"}, maxReach+1) },
		"hidden reach":            func(p *Prescribed) { p.Persons[0].Reach[0] = "a\u202eb" },
		"a key":                   func(p *Prescribed) { p.Persons[0].Recipient = "age1xyz" },
		"a topic twice":           func(p *Prescribed) { p.Topics = append(p.Topics, p.Topics[0]) },
		"a topic's title":         func(p *Prescribed) { p.Topics[0].Title = "" },
		"a topic's about":         func(p *Prescribed) { p.Topics[0].About = "" },
		"a topic of nobody":       func(p *Prescribed) { p.Topics[0].Persons = nil },
		"a topic of others":       func(p *Prescribed) { p.Topics[0].Persons = []string{"nobody"} },
		"a topic twice of":        func(p *Prescribed) { p.Topics[0].Persons = []string{"ombudsman", "ombudsman"} },
		"a person under no topic": func(p *Prescribed) { p.Persons[0].ID = "other" },
	} {
		p := fresh()
		change(p)
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParsePrescribed(data); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
	for what, bad := range map[string]string{
		"nothing":          "",
		"more after it":    string(PrescribedDemo()) + "{}",
		"a field of other": strings.Replace(string(PrescribedDemo()), `"real"`, `"phone": "1", "real"`, 1),
		"a field twice":    strings.Replace(string(PrescribedDemo()), `"real"`, `"real": true, "real"`, 1),
		"capitals":         strings.Replace(string(PrescribedDemo()), `"real"`, `"Real"`, 1),
		"too long":         string(PrescribedDemo()) + strings.Repeat(" ", MaxPrescribed),
	} {
		if _, err := ParsePrescribed([]byte(bad)); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}

func FuzzPrescribed(f *testing.F) {
	f.Add(PrescribedDemo(), "money")
	f.Fuzz(func(t *testing.T, file []byte, query string) {
		p, err := ParsePrescribed(file)
		if err != nil {
			return
		}
		if len(p.Find("")) != len(p.Topics) {
			t.Error("nothing that is asked does not find all")
		}
		for _, topic := range p.Find(query) {
			for _, id := range topic.Persons {
				if _, ok := p.Person(id); !ok {
					t.Errorf("%s is nobody", id)
				}
			}
		}
	})
}
