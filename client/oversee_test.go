package client

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"frank/inquiry"
)

// What an overseer sees of an inquiry is what was done in it, and none of what
// was said. Where the lead does not tell those examined, the overseer sees that,
// and can; who was not examined is not told that they were.
func TestOversee(t *testing.T) {
	w, _, number, _ := leaked(t)
	cy, dee, fay, ivy, jon := w.people["Cy"], w.people["Dee"], w.people["Fay"], w.people["Ivy"], w.people["Jon"]
	if _, err := dee.Oversee(w.ctx); err == nil || !strings.Contains(err.Error(), "for an overseer") {
		t.Fatalf("an officer oversees: %v", err)
	}
	matter, err := cy.Ask(w.ctx, number, nil, nil)
	w.ok(err)
	for _, c := range []*Client{cy, dee} {
		_, err := c.Step(w.ctx, number, &inquiry.Vote{Matter: matter, Yes: true, Reason: "it is grave", Free: true})
		w.ok(err)
	}
	o, err := fay.Oversee(w.ctx)
	w.ok(err)
	if len(o.Inquiries) != 1 || o.Inquiries[0].Inquiry != number || o.Inquiries[0].Stage != inquiry.StageRelease || o.Unread != 0 {
		t.Fatalf("after the vote: %+v", o)
	}
	if m := o.Inquiries[0].Matters[0]; len(m.Seen) != 1 || m.Seen[0].By != fay.Person || m.Yes != 2 {
		t.Fatalf("overseeing has not said that it was shown: %+v", m)
	}
	w.release(number, matter, "Dee", "Eve")
	_, err = cy.Step(w.ctx, number, &inquiry.Close{Outcome: inquiry.OutcomeWithdrawn, Text: "nobody is told"})
	w.ok(err)
	o, err = fay.Oversee(w.ctx)
	w.ok(err)
	if v := o.Inquiries[0]; !slices.Equal(o.Untold, []uint64{number}) || v.Copies != 2 || v.People != 2 || v.Spent != "5e-5" {
		t.Fatalf("nobody was told: %+v", o)
	}
	if data, err := json.Marshal(o); err != nil || strings.Contains(string(data), "grave") || strings.Contains(string(data), "Evening Post") {
		t.Fatalf("%v: it holds what somebody wrote: %s", err, data)
	}
	told, err := fay.TellExamined(w.ctx, number, "the data protection officer")
	w.ok(err)
	if told != 2 {
		t.Errorf("%d people were told", told)
	}
	if o, err = fay.Oversee(w.ctx); err != nil || len(o.Untold) > 0 {
		t.Errorf("they were told: %v %v", o.Untold, err)
	}
	for _, c := range []*Client{ivy, jon, cy, dee, fay} {
		list, err := c.Examined(w.ctx)
		w.ok(err)
		if want := map[*Client]int{ivy: 1, jon: 1}[c]; len(list) != want {
			t.Errorf("%s was examined %d times, not %d", c.name(c.Person), len(list), want)
		}
	}
	year := time.Now().UTC().Year()
	y := fay.Yearly(o, year)
	if y.Inquiries.Opened != 1 || y.Affected.Persons != 2 || y.Level.Spent != "5e-5" || y.AsOf.Size == 0 || y.Organisation != "Ministry" {
		t.Errorf("%+v", y)
	}
	if y := fay.Yearly(o, year-1); y.Inquiries.Opened != 0 || len(y.List) > 0 {
		t.Errorf("the year before: %+v", y)
	}
}

// The lead's own close tells the overseer, too.
func TestOverseerSeesThatTheyWereTold(t *testing.T) {
	w, _, number, _ := leaked(t)
	cy, fay := w.people["Cy"], w.people["Fay"]
	matter, err := cy.Ask(w.ctx, number, nil, nil)
	w.ok(err)
	w.votes(number, matter, "Cy", "Dee")
	w.release(number, matter, "Dee", "Eve")
	told, err := cy.CloseInquiry(w.ctx, number, inquiry.OutcomeWithdrawn, "it is over", "the data protection officer")
	w.ok(err)
	o, err := fay.Oversee(w.ctx)
	w.ok(err)
	if told != 2 || len(o.Untold) > 0 {
		t.Errorf("%d were told, and the overseer misses %v", told, o.Untold)
	}
}
