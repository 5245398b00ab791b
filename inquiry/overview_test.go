package inquiry

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frank"
	"frank/directory"
	"frank/internal/canon"
	"frank/ledger"
	"frank/trace"
)

var update = flag.Bool("update", false, "write the golden files")

// canary stands in everything that a step leaves to people, or that its signer
// could fill as they like.
const canary = "CANARY"

// told is a history in which steps are stated at times of their own.
type told struct {
	*world
	of  *Inquiry
	now string
}

// quoting is a record whose errors quote what they are about.
type quoting struct{ *world }

func (q quoting) Checkpoint(index uint64, note string) (ledger.Head, string, error) {
	h, latest, err := q.world.Checkpoint(index, note)
	if err != nil {
		err = fmt.Errorf("%w: %q", err, note)
	}
	return h, latest, err
}

func newTold(t testing.TB) *told {
	h := &told{world: newWorld(t)}
	h.State = New(quoting{h.world})
	return h
}

func (h *told) open(who, now string, o *Open) string {
	h.t.Helper()
	h.now = now
	body, err := Body(directory.Entry{}, nil, o)
	if err != nil {
		h.t.Fatal(err)
	}
	st := statement(who, body)
	st.At = now
	if _, err := h.enter(who, st); err != nil {
		h.t.Fatal(err)
	}
	h.of = h.q()
	return h.of.Steps[0].Fault
}

// say states a step, and returns its fault.
func (h *told) say(who string, what any) string {
	h.t.Helper()
	body, err := Body(h.of.Entry, h.of.Heads(), what)
	if err != nil {
		h.t.Fatal(err)
	}
	st := statement(who, body)
	st.At = h.now
	if _, err := h.enter(who, st); err != nil {
		h.t.Fatal(err)
	}
	return h.of.Steps[len(h.of.Steps)-1].Fault
}

// must states steps that may be taken.
func (h *told) must(who string, list ...any) {
	h.t.Helper()
	for _, what := range list {
		if fault := h.say(who, what); fault != "" {
			h.t.Fatalf("%s, %T: %s", who, what, fault)
		}
	}
}

// wrong states a step that may not be taken.
func (h *told) wrong(who string, what any) {
	h.t.Helper()
	if h.say(who, what) == "" {
		h.t.Fatalf("%s, %T: no fault", who, what)
	}
}

// carry has a matter asked, voted for, shown and opened.
func (h *told) carry(m *Matter, voters ...string) {
	h.t.Helper()
	h.must(h.word(h.of.Lead), m)
	for _, o := range voters {
		h.must(o, h.vote(true))
	}
	h.must("Vera", h.shown())
	if m.Stage == Names {
		h.must("Vito", &Consent{h.last().Hash, true, canary})
	}
	if m.Stage != Renewal {
		for _, o := range voters {
			h.must(o, h.release())
		}
	}
}

func (h *told) vote(yes bool) *Vote { return &Vote{h.last().Hash, yes, canary, true} }

func (h *told) word(id frank.PersonID) string {
	for _, list := range [][]string{officers, alternate, overseers} {
		for _, w := range list {
			if person(w) == id {
				return w
			}
		}
	}
	return "?"
}

func form(answer string, numbers ...int) *Open {
	o := opening(numbers...)
	o.Purpose, o.Basis, o.Tried, o.Rule.Search = canary+" purpose", canary+" basis", []string{canary + " tried"}, canary+" search"
	o.Rule.Outlets = []string{canary + " Gazette"}
	o.Disclosure = Disclosure{answer, canary + " why"}
	return o
}

func article(n int, obtained string) Exhibit {
	e := exhibit(n)
	e.Record.Name, e.Record.Outlet, e.Record.URL, e.Record.Note = canary+".html", canary+" Gazette", "https://canary.example/CANARY", canary+" note"
	e.Obtained, e.How = obtained, canary+" how"
	return e
}

// history is made up of every kind of event.
func history(t testing.TB) *told {
	h := newTold(t)

	// Of the year before, withdrawn at once.
	h.open("Oona", "2025-12-31T23:59:59Z", form(No, 2))
	h.now = "2026-01-01T00:00:00Z"
	h.must("Oona", &Close{OutcomeWithdrawn, canary})

	// One from beginning to end, with a second look and names.
	h.open("Olga", "2026-02-01T09:00:00Z", form(No, 1))
	outside, late := article(3, Published), article(4, ForComment)
	outside.Record.Published = "2026-01-01"
	h.must("Olga", register(article(1, Published), article(2, Published), outside, late, article(5, UnderOrder), article(6, Otherwise)))
	h.must("Vera", &Admit{late.Record.SHA256, canary})
	h.wrong("Vera", &Admit{outside.Record.SHA256, canary})
	first := h.asking(1)
	h.must("Olga", first)
	h.must("Otis", h.vote(false))
	for _, o := range officers[:3] {
		h.must(o, h.vote(true))
	}
	h.wrong("Oona", &Vote{h.last().Hash, true, canary, false})
	h.must("Oona", &Refuse{h.last().Hash, DoRelease, canary})
	h.must("Vera", h.shown())
	h.must("Vito", h.shown())
	h.wrong("Olga", &Release{h.last().Hash, canary + " no checkpoint", []byte(canary)})
	for _, o := range officers[:4] {
		h.must(o, h.release())
	}
	for _, o := range officers[:3] {
		h.must(o, h.found(2, 5))
	}
	copies := h.last()
	h.carry(h.askingNames(copies, 2, 5), "Omar", "Orla", "Otis")
	h.must("Olga", h.named())
	h.now = "2026-02-20T09:00:00Z"
	h.must("Olga", &Notice{h.last().Hash, Number{ref(1), 2}, hash("notice")}, &Notice{h.last().Hash, Number{ref(1), 2}, hash("once more")})
	for _, kind := range []string{Answer, Appeal} {
		r := h.reply("Cy", kind)
		r.Text = canary
		r.Signature = device("Cy").Sign(ReplyNamespace, r.Message(h.of.Entry.Hash))
		h.must("Otis", r)
	}
	h.must("Vera", &Note{"appeal-decided", canary}, &Note{"harm", canary}, &Note{"comment", canary})
	again := h.asking(1) // look 2, at a stricter level, on which they differ
	again.Level = "3e-5"
	h.carry(again, "Omar", "Orla", "Otis")
	h.must("Olga", h.found(2))
	h.must("Omar", &Result{Matter: h.last().Hash, Report: hash("another")})
	h.must("Orla", h.found(2))
	h.now = "2026-03-03T10:00:00Z"
	h.must("Vera", &Close{OutcomeNamed, canary})
	h.must("Vera", &Note{"correction", canary})

	// It could be a protected disclosure, and is.
	h.open("Omar", "2026-04-01T09:00:00Z", form(Unsure, 2))
	h.wrong("Omar", register(article(1, Published)))
	h.now = "2026-04-03T08:00:00Z"
	h.must("Vito", &Close{OutcomeProtected, canary})

	// It could be, and was lifted; paused again, lifted, renewed; a codebook is void.
	h.open("Otis", "2026-05-01T09:00:00Z", form(Yes, 1, 2))
	h.must("Vera", &Lift{canary})
	h.must("Otis", register(article(1, Published)))
	h.must("Orla", &Pause{canary})
	h.must("Vera", &Lift{canary})
	renewal := &Matter{Stage: Renewal, Until: "2027-02-28T00:00:00Z", Level: "1e-4", Exhibits: RootOf(h.of.Admitted()), Lead: h.of.Lead}
	h.carry(renewal, "Olga", "Omar", "Orla")
	h.must("Vera", &Admit{hash("article", 1), canary}) // dispatch 1 was opened before by another inquiry
	m := h.asking(1, 2)
	h.carry(m, "Olga", "Omar", "Orla", "Otis")
	for _, o := range []string{"Olga", "Omar", "Orla", "Otis"} {
		if o == "Otis" || slices.Contains(m.Checkers, person(o)) {
			h.must(o, &Result{Matter: h.last().Hash, Void: []string{canary}})
		}
	}
	h.now = "2026-05-31T09:00:00Z"
	h.must("Otis", &Close{OutcomeWithdrawn, canary})

	// Still going on: joined to another, an overseer refused consent to a name.
	o := form(No, 1)
	o.Joins, o.Until = &h.list[1].Entry, "2026-12-01T00:00:00Z"
	h.open("Olga", "2026-06-01T09:00:00Z", o)
	h.must("Olga", register(article(1, Published)))
	h.must("Vera", &Admit{hash("article", 1), canary})
	h.carry(h.asking(1), "Olga", "Omar", "Orla")
	for _, o := range officers[:3] {
		h.must(o, h.found(2))
	}
	h.must("Olga", h.askingNames(h.last(), 2))
	for _, o := range officers[:3] {
		h.must(o, h.vote(true))
	}
	h.must("Vera", h.shown())
	h.must("Vito", &Consent{h.last().Hash, false, canary})

	// Going on: a vote is waited for, and material for an overseer; and one that is
	// paused.
	h.open("Orla", "2026-07-01T09:00:00Z", form(No, 2))
	h.must("Orla", register(article(1, Published), article(2, Otherwise)))
	h.must("Vito", &Admit{hash("article", 1), canary})
	ask := h.asking(2)
	ask.Checkers = []frank.PersonID{person("Olga"), person("Omar")}
	slices.Sort(ask.Checkers)
	h.must("Orla", ask)
	h.must("Olga", h.vote(true))
	h.open("Orla", "2026-08-01T09:00:00Z", form(No, 2))
	h.must("Orla", &Pause{canary})

	// Opened against a rule; and of the year after.
	if h.open("Bo", "2026-09-01T09:00:00Z", form(No, 2)) == "" {
		t.Fatal("somebody who is no officer opened an inquiry")
	}
	h.wrong("Vera", &Note{"comment", canary})
	h.open("Olga", "2027-01-01T00:00:00Z", form(No, 2))
	return h
}

const later = "2026-12-31T12:00:00Z"

// shape is JSON in which the hashes, which differ from run to run, are numbers.
func shape(t testing.TB, v any) []byte {
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	return append(regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllFunc(data, func(h []byte) []byte {
		if seen[string(h)] == "" {
			seen[string(h)] = fmt.Sprintf("%064x", len(seen)+1)
		}
		return []byte(seen[string(h)])
	}), '\n')
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what came out; go test -run %s -update writes it, to be read in the diff", path, t.Name())
	}
}

func TestOverview(t *testing.T) {
	h := history(t)
	list := Overview(h.State, later)
	y := Yearly(list, 2026)
	y.Organisation, y.AsOf = "Ministry of Works", AsOf{Time: later, Log: origin, Size: h.index}
	golden(t, "oversight.json", shape(t, y))
	for i := range list {
		if q := h.Find(list[i].Inquiry); q == nil || q.Lead != list[i].Lead {
			t.Errorf("inquiry %d is listed and is none", list[i].Inquiry)
		}
	}
	noContent(t, list)
	sums(t, list)

	// What the golden file is to be held against.
	if y.Inquiries != (YearInquiries{Opened: 6, Refused: 1, Joined: 1, Going: 3, Overdue: 1, Closed: 3}) {
		t.Errorf("%+v", y.Inquiries)
	}
	if y.Disclosure != (YearPauses{Paused: 2, Lifted: 1, Protected: 1}) || y.Pauses != (YearPauses{Paused: 2, Lifted: 1, Waiting: 1}) {
		t.Errorf("%+v %+v", y.Disclosure, y.Pauses)
	}
	if y.Affected != (YearAffected{Dispatches: 4, Copies: 5 + 7 + 5, People: 5 + 5 + 5, Persons: 5}) {
		t.Errorf("%+v", y.Affected)
	}
	// 1e-4/2 and 3e-5/6, 1e-4/2 (dispatch 2's first look; the third on dispatch 1
	// comes to less), 1e-4/20.
	if want := trace.Decimal("0.00011"); y.Level.Spent != want || y.Level.Times != "0.0003" || y.Level.Looks != 6 || y.Level.Used != 5 {
		t.Errorf("%+v, not %s spent", y.Level, want)
	}
	if y.Days != (YearDays{30, 31}) {
		t.Errorf("%+v", y.Days)
	}
}

// noContent looks for canaries in all that oversight shows.
func noContent(t testing.TB, list []Summary) {
	t.Helper()
	y := Yearly(list, 2026)
	for what, v := range map[string]any{"list": list, "report": y, "published report": y.Public()} {
		data := string(canon.Marshal(v))
		if strings.Contains(strings.ToUpper(data), canary) {
			t.Errorf("the %s holds what somebody wrote: %.400s", what, data[max(0, strings.Index(strings.ToUpper(data), canary)-100):])
		}
	}
	public := string(canon.Marshal(y.Public()))
	for i := range list {
		v := &list[i]
		for _, r := range v.Scope {
			if strings.Contains(public, r.String()) {
				t.Errorf("the published report names %s", r)
			}
		}
	}
	if found := regexp.MustCompile(`"[0-9a-f]{32}"`).FindString(public); found != "" {
		t.Errorf("the published report names a person: %s", found)
	}
}

// sums holds a year's figures against its list.
func sums(t testing.TB, list []Summary) {
	t.Helper()
	for year := 2025; year <= 2027; year++ {
		y := Yearly(list, year)
		var of YearInquiries
		var affected YearAffected
		var names YearNames
		var material MaterialCount
		closed, cases, refusals, faults, votes, matters, pauses := 0, 0, 0, 0, 0, 0, 0
		spent := new(big.Rat)
		for i, v := range y.List {
			if i > 0 && y.List[i-1].Inquiry >= v.Inquiry {
				t.Error("the list is not in the order of the ledger")
			}
			refusals, faults = refusals+len(v.Refusals), faults+len(v.Faults)
			if v.Stage == StageRefused {
				of.Refused++
				continue
			}
			of.Opened++
			if v.Stage == StageClosed {
				closed++
			}
			affected.Copies += v.Copies
			affected.People += v.People
			names.Copies, names.Opened = names.Copies+v.Named, names.Opened+v.Holders
			material = material.plus(v.Material)
			if v.Material.NotPublished() > 0 {
				cases++
			}
			pauses += len(v.Pauses)
			for _, m := range v.Matters {
				matters++
				votes += len(m.Votes)
				most := new(big.Rat)
				for _, l := range m.Looks {
					if r := SpentBy(string(m.Level), l.Number); len(m.Releases) > 0 && r.Cmp(most) > 0 {
						most = r
					}
				}
				spent.Add(spent, most)
			}
		}
		outcomes, tallied := 0, 0
		for _, o := range y.Outcomes {
			outcomes += o.Count
		}
		for _, o := range append(slices.Clone(y.Refusals), y.Faults...) {
			tallied += o.Count
		}
		switch {
		case y.Inquiries.Opened != of.Opened, y.Inquiries.Refused != of.Refused, y.Inquiries.Closed != closed, y.Inquiries.Going+y.Inquiries.Closed != of.Opened, outcomes != closed:
			t.Errorf("%d: the inquiries do not add up: %+v", year, y.Inquiries)
		case y.Affected.Copies != affected.Copies, y.Affected.People != affected.People, y.Affected.Persons > affected.People, names.Copies != y.Names.Copies, names.Opened != y.Names.Opened:
			t.Errorf("%d: who was affected does not add up: %+v", year, y.Affected)
		case material != y.Material, cases != y.Cases:
			t.Errorf("%d: the material does not add up: %+v", year, y.Material)
		case refusals+faults != tallied, votes != y.Matters.Yes+y.Matters.No, matters != y.Matters.Copies+y.Matters.Names+y.Matters.Renewals:
			t.Errorf("%d: the steps do not add up: %+v", year, y)
		case pauses != y.Disclosure.Paused+y.Pauses.Paused, y.Pauses.Paused != y.Pauses.Lifted+y.Pauses.Protected+y.Pauses.Closed+y.Pauses.Waiting:
			t.Errorf("%d: the pauses do not add up: %+v", year, y.Pauses)
		case y.Level.Spent.Rat().Cmp(spent) < 0, y.Level.Spent.Rat().Cmp(new(big.Rat).Mul(spent, big.NewRat(101, 100))) > 0:
			t.Errorf("%d: the level spent is %s, and its parts come to %s", year, y.Level.Spent, spent.FloatString(9))
		}
	}
}

// chance makes a history of steps of all kinds, by anybody, in any order: most
// break a rule.
func chance(t *testing.T, rt *rapid.T) *told {
	h := newTold(t)
	who := rapid.SampledFrom(append(slices.Concat(officers, alternate, overseers), "Bo"))
	pick := func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, name) }
	yes := rapid.Bool()
	for i := range rapid.IntRange(0, len(stages)).Draw(rt, "as it should go") {
		stages[i].do(h.world)
		h.of, h.now = h.q(), today
	}
	for range rapid.IntRange(1, 40).Draw(rt, "steps") {
		month := fmt.Sprintf("20%d-%02d-%02dT10:00:00Z", 25+pick("year", 3), 1+pick("month", 12), 1+pick("day", 28))
		if h.of == nil || pick("open", 12) == 0 {
			o := form([]string{No, Unsure, Yes}[pick("answer", 3)], 1)
			if yes.Draw(rt, "two") {
				o.Scope = append(o.Scope, ref(2))
			}
			if h.of != nil && yes.Draw(rt, "joins") {
				o.Joins = &h.of.Entry
			}
			h.open(who.Draw(rt, "who"), month, o)
			continue
		}
		if yes.Draw(rt, "time") {
			h.now = month
		}
		var m frank.Hash
		var a *Asked
		if len(h.of.Matters) > 0 {
			a = h.of.Matters[pick("matter", len(h.of.Matters))]
			m = a.Hash
		}
		by, lead := who.Draw(rt, "who"), h.word(h.of.Lead)
		if lead != "?" && yes.Draw(rt, "by the lead") {
			by = lead
		}
		exhibits := []string{Published, ForComment, UnderOrder, Otherwise}
		var what any
		switch pick("step", 17) {
		case 0:
			what = register(article(pick("exhibit", 9), exhibits[pick("obtained", 4)]))
		case 1:
			what = &Admit{hash("article", pick("exhibit", 9)), canary}
		case 2:
			what = &Pause{canary}
		case 3:
			what = &Lift{canary}
		case 4, 5:
			x := h.asking(1)
			if yes.Draw(rt, "both") {
				x = h.asking(1, 2)
			}
			x.Lead = h.of.Lead
			if slices.Contains(x.Checkers, x.Lead) {
				x.Checkers = []frank.PersonID{person("Otis"), person("Oona")}
				slices.Sort(x.Checkers)
			}
			what = x
		case 6:
			if a == nil || a.Matter.Stage != Copies || len(a.Results) == 0 || a.Results[0].Report == (frank.Hash{}) {
				continue
			}
			what = h.askingNames(a, 1+pick("number", 5))
		case 7, 8:
			what = &Vote{m, yes.Draw(rt, "yes"), canary, true}
		case 9:
			what, by = &Seen{m}, overseers[pick("overseer", 2)]
		case 10:
			what = &Consent{m, yes.Draw(rt, "yes"), canary}
		case 11, 12:
			what = &Release{m, h.note(), []byte(canary)}
			if yes.Draw(rt, "bad") {
				what = &Release{m, canary, []byte(canary)}
			}
		case 13:
			r := &Result{Matter: m, Report: hash("report", pick("report", 2))}
			if yes.Draw(rt, "named") {
				r.Named = []Number{{ref(1), 1 + pick("number", 7)}}
			} else if yes.Draw(rt, "void") {
				r.Report, r.Void = frank.Hash{}, []string{canary}
			}
			what = r
		case 14:
			what = &Note{[]string{"comment", "harm", "correction", "appeal-decided"}[pick("note", 4)], canary}
		case 15:
			what = &Refuse{m, []string{DoVote, DoRelease, DoConsent}[pick("refused", 3)], canary}
		case 16:
			if pick("close", 4) > 0 {
				continue
			}
			what = &Close{[]string{OutcomeUnknown, OutcomeProtected, OutcomeWithdrawn, OutcomeReferred}[pick("outcome", 4)], canary}
		}
		h.say(by, what)
	}
	return h
}

// Whatever steps are stated: oversight shows nothing that anybody wrote, a year's
// figures are those of its list, and the same steps give the same overview.
func TestOverviewOfAnything(t *testing.T) {
	reached := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		h := chance(t, rt)
		list := Overview(h.State, later)
		noContent(t, list)
		sums(t, list)
		again := New(quoting{h.world})
		for _, l := range h.log {
			again.Take(l.index, l.hash, l.by, l.st)
		}
		if !bytes.Equal(canon.Marshal(list), canon.Marshal(Overview(again, later))) {
			rt.Fatal("the same steps give another overview")
		}
		for _, v := range list {
			reached[v.Stage] = true
			if v.Stage == "" || (len(v.Waits) == 0) != (v.Stage == StageClosed || v.Stage == StageRefused) && v.Holders == v.Notices {
				rt.Fatalf("inquiry %d is at %q, and waits for %v", v.Inquiry, v.Stage, v.Waits)
			}
			for _, w := range v.Waits {
				if w.Count < 1 || w.Step == "" || w.Of == "" {
					rt.Fatalf("it waits for %+v", w)
				}
			}
		}
	})
	if len(reached) < 10 {
		t.Errorf("the random steps lead to %v only", reached)
	}
}

// The shares of the looks on a dispatch sum to less than the level, and come as
// close to it as one likes.
func TestSpentBy(t *testing.T) {
	sum, level := new(big.Rat), rat("1e-4")
	for k := 1; k <= 200; k++ {
		sum.Add(sum, SpentBy("1e-4", k))
		// level (1 - 1/(k+1))
		if want := new(big.Rat).Mul(level, big.NewRat(int64(k), int64(k)+1)); sum.Cmp(want) != 0 {
			t.Fatalf("%d looks spend %s", k, sum)
		}
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"2026-02-01T09:00:00Z", "2026-02-01T09:00:00Z", 1},
		{"2026-02-01T09:00:00Z", "2026-02-01T09:00:01Z", 1},
		{"2026-02-01T09:00:00Z", "2026-02-02T09:00:00Z", 1},
		{"2026-02-28T09:00:00Z", "2026-03-01T09:00:01Z", 2},
		{"2028-02-28T09:00:00Z", "2028-03-01T09:00:00Z", 2},
		{"2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", 1},
		{"2026-02-02T09:00:00Z", "2026-02-01T09:00:00Z", 1},
	} {
		if got := days(c.from, c.to); got != c.want {
			t.Errorf("%s to %s: %d days, not %d", c.from, c.to, got, c.want)
		}
	}
	for at := int64(946684800); at < 4102444800; at += 86400*97 + 3601 {
		if got := seconds(frank.FormatTime(at)); got != at-946684800 {
			t.Fatalf("%s is %d", frank.FormatTime(at), got)
		}
	}
}
