package directory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frank"
)

func demo(t testing.TB) *Policy {
	t.Helper()
	file, err := PolicyFile("demo")
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePolicy(file, false)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPoliciesThatComeWithFrank(t *testing.T) {
	names := PolicyNames()
	if !slices.Equal(names, []string{"corporate", "demo", "uk-gscp"}) {
		t.Fatalf("%v", names)
	}
	for _, name := range names {
		file, err := PolicyFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParsePolicy(file, true)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Name != name {
			t.Errorf("%s calls itself %s", name, p.Name)
		}
		high := 0
		for i, w := range p.Precedence {
			if w.Acknowledge && w.Reason {
				high++
			}
			if n, err := p.Rank(w.Word); n != i || err != nil {
				t.Errorf("%s: the rank of %s is %d, %v", name, w.Word, n, err)
			}
		}
		if high < 2 || !p.Precedence[0].Acknowledge || !p.Precedence[1].Acknowledge {
			t.Errorf("%s: the top two are not to be acknowledged", name)
		}
		_, err = ParsePolicy(file, false)
		if real := name == "uk-gscp"; p.Real != real || (err != nil) != real {
			t.Errorf("%s: real is %v; outside production: %v", name, p.Real, err)
		}
	}
	if _, err := PolicyFile("../labels"); err == nil {
		t.Error("a file outside the policies was read")
	}
}

func TestTheAgreedPolicyOnly(t *testing.T) {
	p := demo(t)
	set := Settings{Labels: "demo", LabelsHash: p.Hash()}
	if _, err := set.Policy(nil); err != nil {
		t.Error(err)
	}
	file, _ := PolicyFile("demo")
	if _, err := set.Policy([]byte(strings.Replace(string(file), "closed-papers", "anybody", 1))); err == nil {
		t.Error("a policy that was not agreed to was taken")
	}
	real, _ := PolicyFile("uk-gscp")
	q, _ := ParsePolicy(real, true)
	set = Settings{Labels: "uk-gscp", LabelsHash: q.Hash()}
	if _, err := set.Policy(nil); err == nil || frank.Hint(err) == "" {
		t.Errorf("real marks outside production: %v", err)
	}
	set.Production = true
	if _, err := set.Policy(nil); err != nil {
		t.Error(err)
	}
}

func TestLabels(t *testing.T) {
	p := demo(t)
	for line, want := range map[string]string{
		"DEMO OPEN":              "",
		"DEMO OPEN // FOR PRINT": "",
		"DEMO INNER // ADDRESSEES ONLY // FERRY GROUP ONLY // PEOPLE, COUNSEL": "",
		"DEMO SHUT":                               "no such level",
		"DEMO OPEN // ADDRESSEES ONLY":            "not for its level",
		"DEMO OPEN // SOMETHING":                  "none of the policy's",
		"DEMO INNER // FOR PRINT":                 "not for its level",
		"DEMO INNER // PEOPLE, PEOPLE":            "there twice",
		"DEMO CLOSED // FERRY ONLY, PALACE ROUND": "exclude each other",
		"DEMO CLOSED // ferry ONLY":               "none of the policy's",
		"DEMO CLOSED //  ONLY":                    "none of the policy's",
		"DEMO CLOSED //":                          "no such level",
		"":                                        "no such level",
	} {
		l, err := p.ParseLine(line)
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: expected an error with %q, found %v", line, want, err)
			}
			continue
		}
		if err != nil || p.Line(l) != line {
			t.Errorf("%q: %q, %v", line, p.Line(l), err)
		}
	}
	if err := p.Validate(Label{Policy: "demo", Level: "DEMO OPEN", Marks: []string{"MONEY", "PEOPLE"}}); err == nil {
		t.Error("marks out of order are valid")
	}
	if err := p.Validate(Label{Policy: "corporate", Level: "DEMO OPEN"}); err == nil {
		t.Error("another policy's label is valid")
	}
	long := Label{Policy: "demo", Level: "DEMO INNER"}
	for i := range maxMarks + 1 {
		long.Marks = append(long.Marks, fmt.Sprintf("G%02d ONLY", i))
	}
	if err := p.Validate(long); err == nil || !strings.Contains(err.Error(), "at most 32") {
		t.Errorf("a label with %d marks: %v", len(long.Marks), err)
	}
	if _, err := p.ParseLine("DEMO INNER // " + strings.Repeat("PEOPLE, ", 1000)); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
	file, _ := PolicyFile("demo")
	pre := strings.Replace(string(file), `"marks": [`, `"marks": [{"mark": "FAR", "kind": "prefix"}, {"mark": "NEAR", "kind": "prefix"},`, 1)
	q, err := ParsePolicy([]byte(pre), false)
	if err != nil {
		t.Fatal(err)
	}
	if l, err := q.ParseLine("FAR DEMO OPEN // MONEY"); err != nil || q.Line(l) != "FAR DEMO OPEN // MONEY" {
		t.Errorf("%+v %v", l, err)
	}
	if err := q.Validate(Label{Policy: "demo", Level: "DEMO OPEN", Marks: []string{"FAR", "NEAR"}}); err == nil {
		t.Error("two prefixes are valid")
	}
}

func TestNeedToKnow(t *testing.T) {
	p := demo(t)
	who := func(attributes ...string) Addressee { return Addressee{"us-desk", attributes} }
	for line, c := range map[string]struct{ may, not []Addressee }{
		"DEMO INNER":                  {[]Addressee{who(), who("palace")}, nil},
		"DEMO CLOSED":                 {[]Addressee{who("closed-papers")}, []Addressee{who(), who("palace")}},
		"DEMO CLOSED // PALACE ROUND": {[]Addressee{who("closed-papers", "palace")}, []Addressee{who("closed-papers"), who("palace")}},
		"DEMO OPEN // COUNSEL":        {[]Addressee{who("head"), who("legal")}, []Addressee{who("closed-papers")}},
	} {
		l, err := p.ParseLine(line)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Check(l, c.may); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		for _, a := range c.not {
			if err := p.Check(l, append([]Addressee{who("closed-papers", "head", "palace")}, a)); err == nil {
				t.Errorf("%s: held by an office with %v", line, a.Attributes)
			} else if r, ok := errors.AsType[*RefusedError](err); !ok || r.Refusals[0].Office != "us-desk" {
				t.Error(err)
			}
		}
	}
	// The table is short enough to read.
	var table []string
	for _, r := range p.Rules {
		table = append(table, r.String())
	}
	if got := strings.Join(table, "\n"); got != "DEMO CLOSED: offices with closed-papers\nPALACE ROUND: offices with palace\nCOUNSEL: offices with head or legal" {
		t.Error(got)
	}
}

func TestPoliciesThatCannotBe(t *testing.T) {
	file, _ := PolicyFile("demo")
	good := string(file)
	for what, c := range map[string][2]string{
		"an unknown field":        {`"real": false,`, `"real": false, "colour": 1,`},
		"a field twice":           {`"real": false,`, `"real": true, "real": false,`},
		"a field in capitals":     {`"real": false,`, `"Real": false,`},
		"another format":          {`labels/1`, `labels/2`},
		"a level twice":           {`"DEMO INNER", "note"`, `"DEMO OPEN", "note"`},
		"a mark for no level":     {`"levels": ["DEMO OPEN"]`, `"levels": ["DEMO SHUT"]`},
		"a mark of no kind":       {`"kind": "caveat"`, `"kind": "hint"`},
		"kinds out of order":      {`"kind": "handling"`, `"kind": "descriptor"`},
		"a broken slot":           {`[GROUP] ONLY", "kind"`, `[GROUP ONLY", "kind"`},
		"a mark with a break":     {`"HELD BACK"`, `"HELD // BACK"`},
		"lower case":              {`"HELD BACK"`, `"held back"`},
		"an exclusion of nothing": {`["ADDRESSEES ONLY", "FOR PRINT"]`, `["ADDRESSEES ONLY", "ELSE"]`},
		"a word twice":            {`"IMMEDIATE"`, `"FLASH"`},
		"a rule for nothing":      {`"label": "COUNSEL"`, `"label": "ELSE"`},
		"a rule without needs":    {`["closed-papers"]`, `[]`},
		"attributes out of order": {`["head", "legal"]`, `["legal", "head"]`},
		"a name that cannot be":   {`"name": "demo"`, `"name": "De Mo"`},
		"something after it":      {"\n}\n", "\n}\n{}"},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good {
			t.Errorf("%s: nothing was changed", what)
		}
		if _, err := ParsePolicy([]byte(bad), false); err == nil {
			t.Errorf("%s was read", what)
		}
	}
}

func FuzzPolicy(f *testing.F) {
	for _, name := range PolicyNames() {
		file, _ := PolicyFile(name)
		f.Add(file, "DEMO CLOSED // FERRY ONLY // MONEY")
	}
	f.Add([]byte(`{"format":"frank.labels/1","name":"a","title":"A","levels":[{"mark":"A"}],"marks":[{"mark":"[X] B","kind":"caveat"}],"precedence":[{"word":"W"}]}`), "A // CC B")
	f.Fuzz(func(t *testing.T, file []byte, line string) {
		p, err := ParsePolicy(file, true)
		if err != nil {
			return
		}
		l, err := p.ParseLine(line)
		if err != nil {
			return
		}
		if again, err := p.ParseLine(p.Line(l)); err != nil || p.Line(again) != p.Line(l) {
			t.Errorf("%q is written %q, and read again %v", line, p.Line(l), err)
		}
		p.Check(l, []Addressee{{"a", nil}})
	})
}

func FuzzLine(f *testing.F) {
	f.Add("DEMO INNER // ADDRESSEES ONLY // FERRY GROUP ONLY // PEOPLE, COUNSEL")
	p := demo(f)
	f.Fuzz(func(t *testing.T, line string) {
		if l, err := p.ParseLine(line); err == nil {
			if again, err := p.ParseLine(p.Line(l)); err != nil || p.Line(again) != p.Line(l) || p.Validate(l) != nil {
				t.Errorf("%q is written %q, and read again %v", line, p.Line(l), err)
			}
		}
	})
}
