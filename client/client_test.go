package client

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/dispatch"
	"frank/variant"
)

const memo = `---
title: The estuary talks
---

The talks on the estuary {have stalled|have come to a halt} {for now|for the moment}. The minister {will not|won't} see us \
before {[coal], [fish] and [timber]} {are|have been} settled. We {think|believe} {it is likely|it is probable} that he waits \
for the vote, and {ought to|should} {say so|tell him so} {soon|shortly|before long}.
`

func draft(t *testing.T) *Draft {
	t.Helper()
	src, err := variant.Parse(memo)
	if err != nil {
		t.Fatal(err)
	}
	return &Draft{Source: src, Office: "sarn", Subject: "The estuary talks", Label: "DEMO INNER", Summary: "They have stalled.", Topics: []string{"estuary"},
		Precedence: dispatch.Words{Action: "ROUTINE", Info: "ROUTINE"},
		Action:     []dispatch.Party{{Office: "minister"}}, Info: []dispatch.Party{{Office: "desk"}},
		Attached: []File{{"map.txt", []byte("here be fish")}}}
}

// staffed is a ministry with an embassy that issues and two offices that read.
func staffed(t *testing.T) (w *world, gus, ivy, jon *Client) {
	t.Helper()
	w = founded(t)
	gus, ivy, jon = w.join("Gus"), w.join("Ivy"), w.join("Jon")
	w.office("sarn", "Embassy in Sarn", "SARN", gus)
	w.office("minister", "The Minister", "", ivy)
	w.office("desk", "Valdora Desk", "", jon)
	return w, gus, ivy, jon
}

// TestDispatch is the life of a dispatch: issued, opened, noted, forwarded,
// handed over, recalled.
func TestDispatch(t *testing.T) {
	w, gus, ivy, jon := staffed(t)
	sent, err := gus.Send(w.ctx, draft(t), 2026, nil)
	w.ok(err)
	ref := sent.Dispatch
	if ref.String() != "26 SARN 1" || sent.Copies != 2 || !sent.Witnessed || len(sent.Warnings) > 1 {
		t.Fatalf("%+v", sent)
	}
	numbers := map[int]bool{}
	for _, c := range []*Client{ivy, jon} {
		inbox, err := c.Inbox(w.ctx)
		w.ok(err)
		if len(inbox) != 1 || inbox[0].Dispatch != ref {
			t.Fatalf("the inbox of %s: %+v", c.Name, inbox)
		}
		o, err := c.Open(w.ctx, ref)
		w.ok(err)
		if len(o.Warnings) > 0 || !o.Witnessed || o.Head.Subject != "The estuary talks" || !strings.Contains(o.Text, "estuary") {
			t.Fatalf("%s opened %+v", c.Name, o)
		}
		numbers[o.Number] = true
		file, err := c.Attachment(w.ctx, o, "map.txt")
		w.ok(err)
		if string(file) != "here be fish" {
			t.Errorf("the attachment is %q", file)
		}
		w.ok(c.Note(w.ctx, ref, "seen by "+c.Name))
		again, err := c.OpenAtHand(ref)
		w.ok(err)
		if again.Text != o.Text {
			t.Error("a copy at hand is another")
		}
	}
	if !numbers[1] || !numbers[2] {
		t.Errorf("the copies have the numbers %v", numbers)
	}
	issued, err := gus.IssuedBy(w.ctx, "sarn")
	w.ok(err)
	if len(issued) != 1 || issued[0].Fetched != 2 || issued[0].Opened != 2 || issued[0].Noted != 2 || issued[0].Subject != "The estuary talks" || issued[0].Waiting != nil {
		t.Fatalf("issued: %+v", issued)
	}
	said, err := gus.Said(ref)
	w.ok(err)
	if !slices.ContainsFunc(said, func(s Said) bool {
		return s.Kind == dispatch.KindNoted && s.Name == "Ivy" && bytes.Contains(s.Body, []byte("seen by Ivy"))
	}) {
		t.Errorf("the issuing office reads %+v", said)
	}

	// Officers check their shares, and say so.
	for _, name := range []string{"Cy", "Dee", "Eve"} {
		n, faults, err := w.people[name].Shares(w.ctx)
		w.ok(err)
		if n != 1 || faults != nil {
			t.Errorf("%s checked %d shares: %v", name, n, faults)
		}
		if n, _, err = w.people[name].Shares(w.ctx); err != nil || n != 0 {
			t.Errorf("%s checked %d shares again: %v", name, n, err)
		}
	}

	// A reader asks for another; the office issues a copy of its own.
	kim := w.join("Kim")
	w.ok(ivy.Request(w.ctx, dispatch.Request{Dispatch: ref, Person: kim.Person, Why: dispatch.Forward, Reason: "she knows the coast"}))
	asked, err := gus.Requests(w.ctx, "sarn")
	w.ok(err)
	if len(asked) != 1 || asked[0].Name != "Ivy" || asked[0].Reason != "she knows the coast" {
		t.Fatalf("asked: %+v", asked)
	}
	more, err := gus.Grant(w.ctx, ref, asked, nil)
	w.ok(err)
	if more.Batch != 2 || more.Copies != 1 {
		t.Fatalf("%+v", more)
	}
	o, err := kim.Open(w.ctx, ref)
	w.ok(err)
	if o.Number != 3 || len(o.Warnings) > 0 {
		t.Errorf("Kim opened copy %d: %v", o.Number, o.Warnings)
	}
	if asked, err = gus.Requests(w.ctx, "sarn"); err != nil || len(asked) != 0 {
		t.Errorf("still asked: %+v, %v", asked, err)
	}

	w.ok(gus.Recall(w.ctx, ref, "superseded"))
	o, err = ivy.Open(w.ctx, ref)
	w.ok(err)
	if !o.Recalled || len(o.Warnings) != 1 {
		t.Errorf("after recall: %v", o.Warnings)
	}
	w.sync(gus, ivy, jon, kim)
	w.sync(w.people["Cy"], w.people["Fay"], w.people["Ben"])

	// Everything comes back from what is kept on the machine.
	reopened, err := Open(ivy.Config)
	w.ok(err)
	w.sync(reopened)
	if _, err := reopened.OpenAtHand(ref); err != nil {
		t.Error(err)
	}
	var _ frank.Ref = ref
}
