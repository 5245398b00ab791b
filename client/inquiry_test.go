package client

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"frank"
	"frank/bundle"
	"frank/coverage"
	"frank/inquiry"
	"frank/trace"
	"frank/variant"
)

// leaky is the draft of a dispatch with enough sites to be named from.
func leaky(t *testing.T) *Draft {
	t.Helper()
	text, err := os.ReadFile("../cmd/frank/cli/demo.frank")
	if err != nil {
		t.Fatal(err)
	}
	src, err := variant.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	d := telegram(t)
	d.Source, d.Attached = src, nil
	return d
}

// article is what a paper makes of somebody's copy.
func article(o *Opened) Material {
	text := "The Evening Post has seen a telegram.\n\n“" + strings.ReplaceAll(strings.TrimSpace(o.Text), "\n", " ") + "”\n\nThe ministry would not comment.\n"
	return Material{Name: "post.txt", Data: []byte(text), Outlet: "The Evening Post", Published: time.Now().UTC().Add(time.Hour).Format("2006-01-02"), Obtained: inquiry.Published}
}

func form(ref frank.Ref) *inquiry.Open {
	return &inquiry.Open{Purpose: "find where the telegram got out", Basis: "the ministry's rules on papers", Scope: []frank.Ref{ref}, Tried: []string{"those addressed were asked"},
		Rule: inquiry.Rule{Outlets: []string{"The Evening Post"}, From: "2020-01-01", To: "2099-12-31", Search: "the library's search"}, Level: "1e-4",
		Disclosure: inquiry.Disclosure{Answer: inquiry.No, Why: "it tells of no wrong"}, Until: "2090-01-01T00:00:00Z"}
}

// leaked is a ministry in which a dispatch was issued, read by Ivy and Jon, and
// Ivy's copy printed. Cy has opened an inquiry and registered the article.
func leaked(t *testing.T) (w *world, ref frank.Ref, number uint64, copyOf *Opened) {
	t.Helper()
	w, gus, ivy, jon := staffed(t)
	sent, err := gus.Send(w.ctx, leaky(t), 2026, nil)
	w.ok(err)
	ref = sent.Dispatch
	for _, c := range []*Client{ivy, jon} {
		w.sync(c)
		o, err := c.Open(w.ctx, ref)
		w.ok(err)
		if c == ivy {
			copyOf = o
		}
	}
	number, err = w.people["Cy"].OpenInquiry(w.ctx, form(ref))
	w.ok(err)
	_, err = w.people["Cy"].Register(w.ctx, number, []Material{article(copyOf)})
	w.ok(err)
	return w, ref, number, copyOf
}

// votes has officers vote for a matter, and the overseer be shown it.
func (w *world) votes(number uint64, matter frank.Hash, names ...string) {
	w.Helper()
	for _, name := range names {
		_, err := w.people[name].Step(w.ctx, number, &inquiry.Vote{Matter: matter, Yes: true, Reason: "it is grave", Free: true})
		w.ok(err)
	}
	_, err := w.people["Fay"].Inquiries(w.ctx)
	w.ok(err)
}

func (w *world) release(number uint64, matter frank.Hash, names ...string) {
	w.Helper()
	for _, name := range names {
		_, err := w.people[name].Release(w.ctx, number, matter)
		w.ok(err)
	}
}

func TestInquiry(t *testing.T) {
	w, ref, number, printed := leaked(t)
	cy, dee, eve, fay, ivy := w.people["Cy"], w.people["Dee"], w.people["Eve"], w.people["Fay"], w.people["Ivy"]
	matter, err := cy.Ask(w.ctx, number, nil, nil)
	w.ok(err)
	if _, err := dee.Release(w.ctx, number, matter); err == nil {
		t.Fatal("a share was released before a vote")
	}
	w.votes(number, matter, "Cy", "Dee")
	w.release(number, matter, "Dee", "Eve")
	var first *trace.Report
	for _, c := range []*Client{cy, dee, eve} {
		x, err := c.Trace(w.ctx, number, matter)
		w.ok(err)
		if x.Report == nil || len(x.Report.Dispatches) != 1 {
			t.Fatalf("%s found %+v, void %v", c.Person, x.Report, x.Void)
		}
		if first == nil {
			first = x.Report
		}
	}
	d := first.Dispatches[0]
	if d.Verdict != trace.Named || !slices.Equal(d.Named, []int{printed.Number}) || d.Look != 1 || !first.Frozen || d.Ranking[0].Reader != "" {
		t.Fatalf("the report: %+v", d)
	}

	// A lead who asks for names without evidence, or on other evidence, gets no share.
	q0 := func() *inquiry.Inquiry {
		s, err := cy.Inquiries(w.ctx)
		w.ok(err)
		return s.Find(number)
	}
	names, err := cy.AskNames(w.ctx, number, matter, nil)
	w.ok(err)
	for what, evidence := range map[string][]byte{"no evidence": nil, "the evidence": []byte("made up")} {
		bad := *q0().Asked(names).Matter
		bad.Evidence = frank.Hash{}
		var blobs [][]byte
		if evidence != nil {
			sealed, err := cy.sealTo(evidence, []frank.PersonID{dee.Person, eve.Person, fay.Person})
			w.ok(err)
			bad.Evidence, blobs = hashOf(sealed), [][]byte{sealed}
		}
		s, err := cy.Inquiries(w.ctx)
		w.ok(err)
		asked, err := cy.ask(w.ctx, s, q0(), &bad, blobs...)
		w.ok(err)
		w.votes(number, asked, "Cy", "Dee")
		_, err = fay.Step(w.ctx, number, &inquiry.Consent{Matter: asked, Yes: true})
		w.ok(err)
		if _, err := dee.Release(w.ctx, number, asked); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("a name's share was released on false evidence: %v", err)
		}
	}

	// Names are a second vote, with the overseer's consent.
	w.votes(number, names, "Dee", "Eve")
	if _, err := dee.Release(w.ctx, number, names); err == nil {
		t.Fatal("a name's share was released without the overseer's consent")
	}
	_, err = fay.Step(w.ctx, number, &inquiry.Consent{Matter: names, Yes: true})
	w.ok(err)
	w.release(number, names, "Cy", "Dee")
	holders, err := cy.NameHolders(w.ctx, number, names)
	w.ok(err)
	if len(holders) != 1 || holders[0].Person != ivy.Person || holders[0].Office != "minister" || holders[0].Number != (inquiry.Number{Dispatch: ref, Number: printed.Number}) {
		t.Fatalf("named: %+v", holders)
	}

	// Who fetched, once enough have asked.
	for i, c := range []*Client{cy, dee, fay} {
		list, waiting, err := c.Windows(w.ctx, number, matter)
		w.ok(err)
		if i < 2 {
			if waiting != 1 || list != nil {
				t.Fatalf("%d have asked who fetched, and get %v", i+1, list)
			}
			continue
		}
		if len(list) != 2 || list[0].Could != Before || list[1].Could != Before {
			t.Fatalf("windows: %+v", list)
		}
	}
	damage, err := cy.Damage(w.ctx, number, ivy.Person)
	w.ok(err)
	if len(damage) != 1 || !damage[0].InScope || damage[0].Dispatch != ref {
		t.Errorf("damage: %+v", damage)
	}

	// The holder answers; the overseer may enter it as well as the lead.
	q := func() *inquiry.Inquiry {
		s, err := fay.Inquiries(w.ctx)
		w.ok(err)
		return s.Find(number)
	}
	reply := ivy.Reply(q().Entry.Hash, inquiry.Appeal, "My desk was open to three others.")
	_, err = fay.Step(w.ctx, number, reply)
	w.ok(err)
	told, err := cy.CloseInquiry(w.ctx, number, inquiry.OutcomeNamed, "It is for the minister now.", "You may turn to Fay.")
	w.ok(err)
	if told != 2 {
		t.Errorf("%d were told that their records were examined", told)
	}
	for name, want := range map[string]int{"Ivy": 1, "Jon": 1, "Gus": 0, "Ada": 0} {
		list, err := w.people[name].Examined(w.ctx)
		w.ok(err)
		if len(list) != want || want > 0 && (list[0].Inquiry != number || !slices.Equal(list[0].Dispatches, []frank.Ref{ref})) {
			t.Errorf("%s is told of %+v", name, list)
		}
	}
	for _, step := range q().Steps {
		if step.Fault != "" {
			t.Errorf("step %d, a %s, has the fault: %s", step.Index, step.Do, step.Fault)
		}
	}
	if q().Closed == nil {
		t.Error("it is not closed")
	}

	// What a stranger is handed, in each of the profiles.
	for _, p := range []bundle.Profile{bundle.Referral, bundle.Evidence, bundle.Committee} {
		data, err := cy.Bundle(w.ctx, number, matter, p)
		w.ok(err)
		f, err := bundle.Verify(w.ctx, data, []byte(w.policy), nil)
		w.ok(err)
		if !f.OK || len(f.Verdicts) != 1 || f.Verdicts[0].Verdict != trace.Named || len(f.Verdicts[0].Named) != 1 {
			t.Fatalf("%s: %+v", p, f)
		}
		if got := f.Verdicts[0].Named[0]; (got.Person != "") != (p == bundle.Evidence) || (got.Office != "") != (p != bundle.Referral) {
			t.Errorf("%s names %+v", p, got)
		}
		for _, name := range []string{"Ivy", "Cy", "Gus"} {
			if p == bundle.Committee && bytes.Contains(data, []byte(`"name":"`+name+`"`)) {
				t.Errorf("the bundle for a committee has the name %s", name)
			}
		}
	}
}

// harbours is a dispatch of its own, with thirty places of three readings.
func harbours(t *testing.T) *Draft {
	t.Helper()
	var b strings.Builder
	b.WriteString("---\ntitle: The harbours\n---\n\n")
	for _, name := range []string{"Ambry", "Bellmouth", "Carrow", "Dunmere", "Estwick", "Farrow", "Gullane", "Holme", "Irby", "Jessop"} {
		fmt.Fprintf(&b, "The harbour of %s {is closed|is shut|stays shut} to {foreign ships|ships from abroad|every foreign ship}, and %s's master {expects no change|sees no change coming|counts on no change} before winter. ", name, name)
	}
	b.WriteByte('\n')
	src, err := variant.Parse(b.String())
	if err != nil {
		t.Fatal(err)
	}
	d := telegram(t)
	d.Source, d.Attached, d.Subject, d.Harm = src, nil, "The harbours", "Pilots would be found out."
	return d
}

// TestSameHand has two dispatches in the papers, both from one reader's copies:
// each copy is named by itself. A second inquiry goes on from the first, and
// spends a second look.
func TestSameHand(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	cy, dee, eve, fay := w.people["Cy"], w.people["Dee"], w.people["Eve"], w.people["Fay"]
	var refs []frank.Ref
	var papers []Material
	for i, d := range []*Draft{leaky(t), harbours(t)} {
		sent, err := gus.Send(w.ctx, d, 2026, nil)
		w.ok(err)
		refs = append(refs, sent.Dispatch)
		w.sync(ivy, jon)
		o, err := ivy.Open(w.ctx, sent.Dispatch)
		w.ok(err)
		m := article(o)
		m.Name = fmt.Sprintf("post-%d.txt", i)
		papers = append(papers, m)
	}
	o := form(refs[0])
	o.Scope = refs
	number, err := cy.OpenInquiry(w.ctx, o)
	w.ok(err)
	_, err = cy.Register(w.ctx, number, papers)
	w.ok(err)
	matter, err := cy.Ask(w.ctx, number, nil, nil)
	w.ok(err)
	w.votes(number, matter, "Cy", "Dee")
	w.release(number, matter, "Cy", "Eve")
	for _, c := range []*Client{cy, dee, eve} {
		x, err := c.Trace(w.ctx, number, matter)
		w.ok(err)
		if len(NamedIn(x.Report)) != 2 || x.Report.Family != 4 {
			t.Fatalf("named: %v in a family of %d", NamedIn(x.Report), x.Report.Family)
		}
	}
	names, err := cy.AskNames(w.ctx, number, matter, nil)
	w.ok(err)
	w.votes(number, names, "Cy", "Dee")
	_, err = fay.Step(w.ctx, number, &inquiry.Consent{Matter: names, Yes: true})
	w.ok(err)
	w.release(number, names, "Dee", "Eve")
	holders, err := cy.NameHolders(w.ctx, number, names)
	w.ok(err)
	if len(holders) != 2 || holders[0].Person != ivy.Person || holders[1].Person != ivy.Person {
		t.Fatalf("named: %+v", holders)
	}
	data, err := cy.Bundle(w.ctx, number, matter, bundle.Evidence)
	w.ok(err)
	if f, err := bundle.Verify(w.ctx, data, []byte(w.policy), nil); err != nil || !f.OK || len(f.Verdicts) != 2 {
		t.Fatalf("%+v %v", f, err)
	}
	damage, err := cy.Damage(w.ctx, number, ivy.Person)
	w.ok(err)
	if len(damage) != 2 || damage[1].Harm != "Pilots would be found out." {
		t.Errorf("damage: %+v", damage)
	}

	first, err := dee.Inquiries(w.ctx)
	w.ok(err)
	o = form(refs[1])
	o.Joins = &first.Find(number).Entry
	again, err := dee.OpenInquiry(w.ctx, o)
	w.ok(err)
	_, err = dee.Register(w.ctx, again, papers[1:])
	w.ok(err)
	// What is registered after copies were opened counts if an overseer admits it.
	if _, err := dee.Ask(w.ctx, again, nil, nil); err == nil {
		t.Fatal("material that was registered after the opening counts unasked")
	}
	x, err := coverage.Read(papers[1].Name, papers[1].Data)
	w.ok(err)
	_, err = fay.Step(w.ctx, again, &inquiry.Admit{Exhibit: x.SHA256, Order: "it was in the papers before"})
	w.ok(err)
	matter, err = dee.Ask(w.ctx, again, nil, nil)
	w.ok(err)
	w.votes(again, matter, "Dee", "Eve")
	w.release(again, matter, "Cy", "Eve")
	y, err := dee.Trace(w.ctx, again, matter)
	w.ok(err)
	if d := y.Report.Dispatches[0]; d.Look != 2 || d.Verdict != trace.Named {
		t.Errorf("look %d, %s", d.Look, d.Verdict)
	}
}
