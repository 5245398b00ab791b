package page_test

import (
	"bytes"
	"encoding/json"
	"html"
	"os"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/inquiry"
	"frank/inquiry/page"
	"frank/trace"
)

// report is the year that package inquiry's tests make up.
func report(t *testing.T) *inquiry.Year {
	t.Helper()
	data, err := os.ReadFile("../testdata/oversight.json")
	if err != nil {
		t.Fatal(err)
	}
	var y inquiry.Year
	if err := json.Unmarshal(data, &y); err != nil {
		t.Fatal(err)
	}
	if len(y.List) < 5 {
		t.Fatalf("the report has %d inquiries", len(y.List))
	}
	return &y
}

func write(t *testing.T, y *inquiry.Year, who func(frank.PersonID) string) string {
	t.Helper()
	var a, b bytes.Buffer
	if err := page.Write(&a, y, who); err != nil {
		t.Fatal(err)
	}
	if err := page.Write(&b, y, who); err != nil || a.String() != b.String() {
		t.Fatalf("the same report gives another page: %v", err)
	}
	return a.String()
}

// The page has every figure of the sections, loads nothing, runs nothing, and
// what people are called stays text.
func TestPage(t *testing.T) {
	y := report(t)
	const hostile = `Olga <script src="https://elsewhere.example/x.js"></script> "&amp;`
	got := write(t, y, func(frank.PersonID) string { return hostile })
	for _, s := range page.Sections(y) {
		if !strings.Contains(got, "<h2>"+html.EscapeString(s.Title)+"</h2>") {
			t.Errorf("the section %q is missing", s.Title)
		}
		for _, r := range s.Rows {
			if !strings.Contains(got, "<td>"+html.EscapeString(r.Figure)+"</td>") {
				t.Errorf("%s, %s: the figure %s is missing", s.Title, r.What, r.Figure)
			}
		}
	}
	for _, no := range []string{"<script", "<link", "<img", "src=", "href=", "url(", "@import", hostile} {
		if no != "src=" && strings.Contains(got, no) || no == "src=" && strings.Contains(strings.ReplaceAll(got, "src=&#34;", ""), no) {
			t.Errorf("the page holds %q", no)
		}
	}
	if !strings.Contains(got, "26 SARN 1") || !strings.Contains(got, "Olga") {
		t.Error("the overseer's page lacks references or persons")
	}
	if page.Write(&bytes.Buffer{}, &inquiry.Year{}, nil) == nil || page.Write(&bytes.Buffer{}, nil, nil) == nil {
		t.Error("a page of no report was written")
	}
}

// What is published has neither a reference nor a person, and asks for nobody's
// name.
func TestPublishedPage(t *testing.T) {
	y := report(t)
	got := write(t, y.Public(), func(id frank.PersonID) string {
		t.Error("somebody's name was asked for")
		return string(id)
	})
	for i := range y.List {
		v := &y.List[i]
		for _, r := range v.Scope {
			if strings.Contains(got, r.String()) {
				t.Errorf("the published page has %s", r)
			}
		}
		if strings.Contains(got, string(v.Lead)) {
			t.Errorf("the published page has %s", v.Lead)
		}
	}
	if y.Published || len(y.List) == 0 {
		t.Error("the report itself was changed")
	}
}

// The bound is said with its condition, and rounded so that it never sounds rarer
// than it is.
func TestBound(t *testing.T) {
	y := report(t)
	if got := page.Bound(y); !strings.Contains(got, "at most 0.00011, or 1 in 9,000,") || !strings.Contains(got, "provided that no exhibit and no further look was chosen") || !strings.Contains(got, "That is not the chance that") {
		t.Error(got)
	}
	for spent, want := range map[string]string{"0": "no copy could be named", "0.7": "says little"} {
		y.Level.Spent = decimal(t, spent)
		if got := page.Bound(y); !strings.Contains(got, want) {
			t.Error(got)
		}
	}
}

func decimal(t *testing.T, s string) (d trace.Decimal) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// Every stage, step and outcome has words.
func TestWords(t *testing.T) {
	y := report(t)
	for _, o := range y.Outcomes {
		if page.Outcome(o.What) == o.What && o.What != inquiry.OutcomeWithdrawn {
			t.Errorf("the outcome %s has no words", o.What)
		}
	}
	who := func(id frank.PersonID) string { return string(id) }
	var said []string
	for _, v := range y.List {
		if page.Stage(v.Stage) == v.Stage && v.Stage != inquiry.StageClosed && v.Stage != inquiry.StagePaused {
			t.Errorf("the stage %s has no words", v.Stage)
		}
		for _, w := range v.Waits {
			said = append(said, page.Waits(w, who))
		}
	}
	if slices.Contains(said, "") || len(said) < 4 {
		t.Errorf("%q", said)
	}
	for _, do := range []string{inquiry.DoOpen, inquiry.DoRegister, inquiry.DoAdmit, inquiry.DoPause, inquiry.DoLift, inquiry.DoAsk, inquiry.DoVote, inquiry.DoSeen, inquiry.DoConsent, inquiry.DoRelease,
		inquiry.DoRefuse, inquiry.DoResult, inquiry.DoNamed, inquiry.DoNotice, inquiry.DoReply, inquiry.DoNote, inquiry.DoClose} {
		if page.Step(do) == do {
			t.Errorf("the step %s has no words", do)
		}
	}
}
