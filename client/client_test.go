package client

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/directory"
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

func telegram(t *testing.T) *Draft {
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
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	ref := sent.Dispatch
	if ref.String() != "26 SARN 1" || sent.Copies != 2 || !sent.Witnessed || len(sent.Warnings) > 2 {
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
		file, err := c.Attachment(w.ctx, o, 0)
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
}

// TestHandover gives both a reading and an issuing office to others: the
// successors get copies of their own of what was held, and go on with what was
// issued; the predecessors get nothing new.
func TestHandover(t *testing.T) {
	w, gus, ivy, jon := staffed(t)
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	kim, lee := w.join("Kim"), w.join("Lee")
	hand := func(office frank.OfficeID, from, to *Client) {
		w.ok(from.PassOfficeKey(w.ctx, office, to.Person))
		at, err := from.Propose(w.ctx, directory.Holder{Office: office, Person: to.Person})
		w.ok(err)
		_, err = w.people["Ada"].Do(w.ctx, directory.Consent{Change: at})
		w.ok(err)
		w.sync(from, to)
	}
	hand("desk", jon, kim)
	hand("sarn", gus, lee)
	w.ok(lee.NewOfficeKey(w.ctx, "sarn"))

	held := kim.Held("desk")
	if !slices.Equal(held, []frank.Ref{sent.Dispatch}) {
		t.Fatalf("Kim's office held %v", held)
	}
	if more := jon.Held("desk"); len(more) != 0 {
		t.Errorf("Jon, who has a copy, is to ask for %v", more)
	}
	w.ok(kim.Request(w.ctx, dispatch.Request{Dispatch: held[0], Office: "desk", Why: dispatch.Succession}))
	asked, err := lee.Requests(w.ctx, "sarn")
	w.ok(err)
	if len(asked) != 1 || asked[0].Why != dispatch.Succession {
		t.Fatalf("asked of Lee: %+v", asked)
	}
	if _, err := gus.Requests(w.ctx, "sarn"); err == nil {
		t.Error("the predecessor still reads the office's queue")
	}
	// The office leads to somebody else than when it was last written to: Lee is
	// asked first.
	if _, err = lee.Grant(w.ctx, held[0], asked, nil); !errors.As(err, new(*ChangedError)) {
		t.Errorf("a copy goes to a successor unseen: %v", err)
	}
	lee.Confirmed = true
	_, err = lee.Grant(w.ctx, held[0], asked, nil)
	w.ok(err)
	lee.Confirmed = false
	o, err := kim.Open(w.ctx, held[0])
	w.ok(err)
	if o.Number != 3 || len(o.Warnings) > 0 {
		t.Errorf("Kim opened copy %d: %v", o.Number, o.Warnings)
	}
	// The predecessor keeps what was theirs, and nothing after it.
	if _, err := jon.Open(w.ctx, sent.Dispatch); err != nil {
		t.Errorf("Jon's own copy: %v", err)
	}
	d := telegram(t)
	next, err := lee.Send(w.ctx, d, 2026, nil)
	w.ok(err)
	if slices.ContainsFunc(next.Warnings, func(s string) bool { return strings.Contains(s, "last wrote") }) {
		t.Errorf("Lee, who never wrote before, is warned: %v", next.Warnings)
	}
	if next.Dispatch.Number != 2 {
		t.Errorf("Lee's first is %s", next.Dispatch)
	}
	if _, err := jon.Open(w.ctx, next.Dispatch); err == nil {
		t.Error("the predecessor opens what came after")
	}
	if _, err := kim.Open(w.ctx, next.Dispatch); err != nil {
		t.Error(err)
	}
	if _, err := gus.Send(w.ctx, d, 2026, nil); err == nil {
		t.Error("the predecessor issues")
	}
	w.sync(ivy, kim, lee, jon, gus)

	// An author is told when an office leads to somebody else than before.
	mia := w.join("Mia")
	hand("minister", ivy, mia)
	_, err = lee.Send(w.ctx, d, 2026, nil)
	if _, ok := errors.AsType[*ChangedError](err); !ok || !strings.Contains(err.Error(), "since sarn last wrote to minister, it is read by Mia (holder), not by Ivy") {
		t.Errorf("the change of addressee is not told: %v", err)
	}
	lee.Confirmed = true
	if last, err := lee.Send(w.ctx, d, 2026, nil); err != nil || last.Dispatch.Number != 3 {
		t.Errorf("after it was seen: %+v, %v", last, err)
	}
}

// TestPassShares has an officer leave, and a successor take over the shares.
func TestPassShares(t *testing.T) {
	w, gus, ivy, _ := staffed(t)
	_, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	kim := w.join("Kim")
	appoint := func(do directory.Do) {
		at, err := w.people["Ada"].Propose(w.ctx, do)
		w.ok(err)
		for _, name := range []string{"Cy", "Dee", "Fay"} {
			_, err := w.people[name].Do(w.ctx, directory.Consent{Change: at})
			w.ok(err)
		}
		w.sync(w.people["Cy"])
		_, err = w.people["Cy"].Do(w.ctx, directory.Enact{Change: at, First: string(w.people["Cy"].View().Latest().Note)})
		w.ok(err)
	}
	eve := w.people["Eve"]
	if _, _, err := eve.PassShares(w.ctx, kim.Person); err == nil {
		t.Error("a share is passed to somebody who is no officer")
	}
	appoint(directory.Grant{Role: directory.Officer, Person: kim.Person})
	appoint(directory.Grant{Role: directory.Officer, Person: ivy.Person})
	for _, who := range []frank.PersonID{ivy.Person, w.people["Cy"].Person} {
		n, left, err := eve.PassShares(w.ctx, who)
		w.ok(err)
		if n != 0 || len(left) != 1 {
			t.Errorf("a share is passed to somebody involved: %d, %v", n, left)
		}
	}
	n, left, err := eve.PassShares(w.ctx, kim.Person)
	w.ok(err)
	if n != 1 || len(left) > 0 {
		t.Errorf("passed %d shares: %v", n, left)
	}
	if n, _, err = eve.PassShares(w.ctx, kim.Person); err != nil || n != 0 {
		t.Errorf("passed %d shares again: %v", n, err)
	}
	// Who has one already gets no second: fewer officers than two would do.
	if n, left, err = w.people["Dee"].PassShares(w.ctx, kim.Person); err != nil || n != 0 || len(left) != 1 {
		t.Errorf("a second share was passed to the successor: %d, %v, %v", n, left, err)
	}
	n, faults, err := kim.Shares(w.ctx)
	w.ok(err)
	if n != 1 || len(faults) > 0 {
		t.Errorf("the successor checked %d shares: %v", n, faults)
	}
	if n, _, err = kim.Shares(w.ctx); err != nil || n != 0 {
		t.Errorf("the successor checked %d shares again: %v", n, err)
	}
}
