package client

import (
	"testing"

	"frank"
	"frank/bundle"
	"frank/coverage"
	"frank/directory"
	"frank/inquiry"
)

// A bundle rests on other inquiries: on those joined, whatever these join, and on
// one that opened copies before, without being joined, and so made material late.
func TestBundleRestsOnOthers(t *testing.T) {
	t.Parallel()
	w, ref, number, copyOf := leaked(t)
	cy, dee, fay := w.people["Cy"], w.people["Dee"], w.people["Fay"]
	matter, err := cy.Ask(w.ctx, number, nil, nil)
	w.ok(err)
	w.votes(number, matter, "Cy", "Dee")
	w.release(number, matter, "Cy", "Eve")

	var joins *directory.Entry
	var again uint64
	for range 3 { // the third joins the second, which joins the first of these
		o := form(ref)
		o.Joins = joins
		again, err = cy.OpenInquiry(w.ctx, o)
		w.ok(err)
		s, err := cy.Inquiries(w.ctx)
		w.ok(err)
		joins = &s.Find(again).Entry
	}
	one, other := article(copyOf), article(copyOf)
	other.Name, other.Data = "other.txt", append(other.Data, "More of it tomorrow.\n"...)
	_, err = cy.Register(w.ctx, again, []Material{one, other})
	w.ok(err)
	x, err := coverage.Read(one.Name, one.Data)
	w.ok(err)
	_, err = fay.Step(w.ctx, again, &inquiry.Admit{Exhibit: x.SHA256, Order: "it was in the papers before"})
	w.ok(err)
	matter, err = cy.Ask(w.ctx, again, nil, nil)
	w.ok(err)
	w.votes(again, matter, "Cy", "Dee")
	w.release(again, matter, "Cy", "Eve")
	for _, c := range []*Client{cy, dee, w.people["Eve"]} {
		_, err := c.Trace(w.ctx, again, matter)
		w.ok(err)
	}
	for _, p := range []bundle.Profile{bundle.Referral, bundle.Evidence, bundle.Committee} {
		data, err := cy.Bundle(w.ctx, again, matter, p)
		w.ok(err)
		f, err := bundle.Verify(w.ctx, data, []byte(w.policy), nil)
		w.ok(err)
		if !f.OK || f.Inquiry.Index != again || f.Report == (frank.Hash{}) {
			t.Fatalf("%s: %+v", p, f)
		}
	}
}
