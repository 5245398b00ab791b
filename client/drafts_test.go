package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/draft"
	"frank/internal/hostile"
	"frank/variant"
)

// bureau is a ministry in which Gus holds the embassy and Kim reads for him, and
// shared is a draft of the embassy's that Ivy and Kim take part in.
func bureau(t *testing.T) (w *world, gus, ivy, kim *Client, d *SharedDraft) {
	t.Helper()
	w, gus, ivy, _ = staffed(t)
	kim = w.join("Kim")
	_, err := gus.Do(w.ctx, directory.Delegate{Office: "sarn", Person: kim.Person})
	w.ok(err)
	w.sync(gus, ivy, kim)
	d = w.begins(gus, memo, draft.Party{Person: ivy.Person}, draft.Party{Person: kim.Person, Office: "sarn"})
	return w, gus, ivy, kim, d
}

func (w *world) begins(c *Client, source string, with ...draft.Party) *SharedDraft {
	w.Helper()
	d, err := c.ChangeDraft(w.ctx, &DraftChange{Office: "sarn", What: draft.Shared, Source: source, With: with, Note: "please clear para 1"})
	w.ok(err)
	return d
}

// draftOf is what somebody's machine takes in of a draft.
func (w *world) draftOf(c *Client, n int) *SharedDraft {
	w.Helper()
	d, err := c.SharedDraft(w.ctx, n)
	w.ok(err)
	return d
}

func (w *world) changes(c *Client, n int, what, note, source string, steps ...dispatch.Step) *SharedDraft {
	w.Helper()
	d, err := c.ChangeDraft(w.ctx, &DraftChange{Draft: n, What: what, Note: note, Source: source, Steps: steps})
	w.ok(err)
	return d
}

var reworded = strings.ReplaceAll(memo, "settled.", "settled, he says.")

// TestDraft is the life of a draft: shared, returned, changed, signed, issued.
func TestDraft(t *testing.T) {
	w, gus, ivy, kim, d := bureau(t)
	if d.Draft != 1 || d.Last.Number != 1 || d.Had != 1 || len(d.Last.With) != 3 {
		t.Fatalf("%+v", d)
	}
	got := w.draftOf(ivy, 1)
	if got.Source != memo || got.By != gus.Person || len(got.Story) != 1 || got.Story[0].Note != "please clear para 1" || got.Had != 0 {
		t.Fatalf("%+v", got)
	}
	w.ok(ivy.ShownDraft(1))
	w.changes(ivy, 1, draft.Returned, "not before he is asked", memo)
	got = w.draftOf(gus, 1)
	if got.Last.What != draft.Returned || got.By != ivy.Person || got.Last.Note != "not before he is asked" || got.Old != memo {
		t.Fatalf("%+v", got)
	}
	src, err := variant.Parse(memo)
	w.ok(err)
	issue := telegram(t)
	issue.Shared, issue.Source = 1, src
	if _, err := gus.Send(w.ctx, issue, 2026, nil); err == nil || !strings.Contains(err.Error(), "returned") {
		t.Fatal("what was returned was issued:", err)
	}
	w.changes(kim, 1, draft.Shared, "now he is", reworded)
	got = w.draftOf(ivy, 1)
	if got.Source != reworded || got.Old != memo || got.Had != 2 {
		t.Fatalf("%+v", got)
	}
	list, err := draft.Changes(got.Old, got.Source)
	w.ok(err)
	if len(list) != 1 || list[0].Paragraph != 1 || len(list[0].Old) != 1 || !strings.Contains(list[0].New[0], "he says") {
		t.Fatalf("%+v", list)
	}
	cleared := w.changes(ivy, 1, draft.Signed, "", reworded, ivy.Sign(dispatch.Cleared, "sarn", reworded))
	w.changes(gus, 1, draft.Signed, "", reworded, append(cleared.Last.Steps, gus.Sign(dispatch.Released, "sarn", reworded))...)
	if issue.Source, err = variant.Parse(memo); err != nil {
		t.Fatal(err)
	}
	if _, err := gus.Send(w.ctx, issue, 2026, nil); err == nil || !strings.Contains(err.Error(), "not the one") {
		t.Fatal("another source than the draft's was issued:", err)
	}
	if issue.Source, err = variant.Parse(reworded); err != nil {
		t.Fatal(err)
	}
	issue.Action = []dispatch.Party{{Office: "desk"}}
	sent, err := gus.Send(w.ctx, issue, 2026, nil)
	w.ok(err)
	for _, c := range []*Client{gus, ivy, kim} {
		got := w.draftOf(c, 1)
		if got.Last.What != draft.Issued || got.Last.Dispatch != sent.Dispatch || got.Last.Number != 6 || got.Source != "" || got.Old != "" {
			t.Fatalf("%s has %+v", c.Name, got.Last)
		}
	}
	for n := 1; n < 6; n++ { // its versions are gone
		if _, _, err := gus.fetchVersion(w.ctx, 1, n); err == nil {
			t.Errorf("version %d outlived the issue", n)
		}
	}
	b := gus.Batches(sent.Dispatch)[0].Begin
	if len(b.Worked) != 3 || !strings.Contains(fmt.Sprint(b.Worked), string(ivy.Person)) {
		t.Fatalf("the ledger has %v as those who worked on it", b.Worked)
	}
	o, err := w.people["Jon"].Open(w.ctx, sent.Dispatch)
	w.ok(err)
	if len(o.Head.Steps) != 2 || o.Head.Steps[0].Name != "Ivy" {
		t.Fatalf("%+v", o.Head.Steps)
	}
}

// TestDraftFirst has two people go on from one version: the first does, the
// second hears who it was, and a lost answer is no other person.
func TestDraftFirst(t *testing.T) {
	w, gus, ivy, kim, d := bureau(t)
	base := d.Last.Hash()
	w.draftOf(ivy, 1)
	w.draftOf(kim, 1)
	change := func(c *Client, source string) (*SharedDraft, error) {
		return c.ChangeDraft(w.ctx, &DraftChange{Draft: 1, Base: base, What: draft.Shared, Source: source})
	}
	d, err := change(ivy, reworded)
	w.ok(err)
	if again, err := change(ivy, reworded); err != nil || again.Last.Number != 2 {
		t.Fatal("what was handed in, and never answered for, is another's:", err)
	}
	_, err = change(kim, memo+"\nMore.\n")
	first, ok := errors.AsType[*FirstError](err)
	if !ok || first.Name != "Ivy" || first.Version != 2 || frank.Hint(err) == "" {
		t.Fatal(err)
	}
	if got := w.draftOf(gus, 1); got.Last.Hash() != d.Last.Hash() {
		t.Fatal("the second was kept")
	}
	// And where the server is asked first, it refuses.
	k, err := kim.keptDraft(1)
	w.ok(err)
	k.Chain = k.Chain[:1]
	_, err = kim.handIn(w.ctx, k, nil, &DraftChange{Draft: 1, Office: "sarn", With: d.Last.With, What: draft.Shared, Source: memo})
	if !errors.Is(err, api.Of(api.Conflict)) {
		t.Fatal(err)
	}
	// A draft that was begun by a run that never heard of it is begun once.
	other := w.begins(gus, reworded, draft.Party{Person: ivy.Person})
	if again := w.begins(gus, reworded, draft.Party{Person: ivy.Person}); again.Draft != other.Draft || other.Draft != 2 {
		t.Fatal(again.Draft)
	}
}

// TestDraftOfficers has an officer take part in a draft: they are dealt no share
// of it, and have no part in an inquiry into it.
func TestDraftOfficers(t *testing.T) {
	w, gus, _, _, _ := bureau(t)
	cy := w.people["Cy"]
	_, err := gus.ChangeDraft(w.ctx, &DraftChange{Draft: 1, What: draft.Shared, Source: reworded, With: []draft.Party{{Person: cy.Person}}})
	w.ok(err)
	if got := w.draftOf(cy, 1); got.Source != reworded || len(got.Story) != 1 || len(got.Unread) != 1 { // the first is not for them
		t.Fatalf("%+v", got)
	}
	issue := telegram(t)
	issue.Shared = 1
	issue.Source, err = variant.Parse(reworded)
	w.ok(err)
	issue.Action = []dispatch.Party{{Office: "desk"}}
	sent, err := gus.Send(w.ctx, issue, 2026, nil)
	w.ok(err)
	b := gus.Batches(sent.Dispatch)[0]
	for _, o := range b.Begin.Officers {
		if o.Person == cy.Person {
			t.Error("somebody who took part in the draft was dealt a share")
		}
	}
	w.sync(cy, w.people["Dee"])
	r := &record{c: w.people["Dee"], before: w.people["Dee"].done}
	list, err := r.Batches(sent.Dispatch)
	w.ok(err)
	if !dispatch.Involved(list, cy.Person, r) || dispatch.Involved(list, w.people["Dee"].Person, r) {
		t.Error("who took part in the draft may look into it")
	}
	if why := w.people["Dee"].involved(sent.Dispatch, cy.Person); why != "worked on the source" {
		t.Errorf("a share may be passed to who took part: %q", why)
	}
}

// TestDraftDropped drops a draft, also one that a participant has spoilt.
func TestDraftDropped(t *testing.T) {
	w, gus, ivy, kim, d := bureau(t)
	w.draftOf(ivy, 1)
	if err := ivy.DropDraft(w.ctx, 1, ""); err == nil {
		t.Fatal("a clearer dropped the draft")
	}
	// Ivy's program hands in noise: nobody can go on from it, and the office ends it.
	w.ok(ivy.wire.call(w.ctx, "POST", api.PathDrafts, api.DraftVersion{Format: api.DraftFormat, Draft: 1, Number: 2, Sealed: []byte("noise")}, nil))
	if _, err := kim.ChangeDraft(w.ctx, &DraftChange{Draft: 1, What: draft.Shared, Source: reworded}); err == nil {
		t.Fatal("noise is a version")
	}
	w.ok(gus.DropDraft(w.ctx, d.Draft, "begun anew"))
	for _, c := range []*Client{gus, ivy} {
		if got := w.draftOf(c, 1); got.Last.What != draft.Dropped || got.Last.Note != "begun anew" {
			t.Fatalf("%s: %+v", c.Name, got.Last)
		}
	}
	if _, err := gus.ChangeDraft(w.ctx, &DraftChange{Draft: 1, What: draft.Shared, Source: memo}); err == nil || !strings.Contains(err.Error(), "dropped") {
		t.Fatal(err)
	}
}

// interrupted is an issue of draft 1 that was cut off at a request, and the name
// under which its work is kept. The connection stays as bad as it was.
func (w *world) interrupted(c *Client, method, path string) (issue *Draft, name string) {
	w.Helper()
	issue = telegram(w.T)
	issue.Shared, issue.Action = 1, []dispatch.Party{{Office: "desk"}}
	issue.Attached = nil
	w.meddle(hostile.Cut(method, path).Through(http.DefaultTransport))
	if _, err := c.Send(w.ctx, issue, 2026, nil); err == nil {
		w.Fatal("nothing was interrupted")
	}
	list, err := c.Unfinished()
	w.ok(err)
	if len(list) != 1 {
		w.Fatal(list)
	}
	return issue, list[0]
}

// TestDraftInterrupted has an issue of a draft interrupted, in the middle and just
// before its draft is ended: it goes on, and the draft ends.
func TestDraftInterrupted(t *testing.T) {
	w, gus, ivy, _, _ := bureau(t)
	_, name := w.interrupted(gus, http.MethodPost, api.PathBlobs)
	w.meddle(hostile.Cut(http.MethodPost, api.PathDrafts).Through(http.DefaultTransport))
	sent, err := gus.Resume(w.ctx, name, nil)
	w.ok(err)
	if len(sent.Warnings) == 0 || !strings.Contains(sent.Warnings[len(sent.Warnings)-1], "draft 1 is not ended yet") {
		t.Fatal(sent.Warnings)
	}
	w.meddle(nil)
	if got := w.draftOf(ivy, 1); got.Last.Over() {
		t.Fatal("it was ended by nobody")
	}
	all, err := gus.Drafts(w.ctx)
	w.ok(err)
	if v := all[0].Last; v.What != draft.Issued || v.Dispatch != sent.Dispatch {
		t.Fatalf("%+v", v)
	}
	if got := w.draftOf(ivy, 1); got.Last.Dispatch != sent.Dispatch {
		t.Fatalf("%+v", got.Last)
	}
	if b := gus.Batches(sent.Dispatch)[0].Begin; len(b.Worked) != 3 {
		t.Fatal(b.Worked)
	}
}

// TestDraftLetIn lets somebody into a draft while its issue is interrupted before
// anything of it was entered: it does not go on without them.
func TestDraftLetIn(t *testing.T) {
	w, gus, _, _, d := bureau(t)
	jon := w.people["Jon"]
	issue, name := w.interrupted(gus, http.MethodPost, api.PathEntries)
	w.meddle(nil)
	_, err := gus.ChangeDraft(w.ctx, &DraftChange{Draft: 1, What: draft.Shared, Source: d.Source, With: append(slices.Clone(d.Last.With), draft.Party{Person: jon.Person})})
	w.ok(err)
	w.meddle(hostile.Cut(http.MethodGet, api.PathDrafts).Through(http.DefaultTransport))
	if _, err := gus.Resume(w.ctx, name, nil); err == nil {
		t.Fatal("it went on without having asked who takes part")
	}
	w.meddle(nil)
	if again, err := gus.Unfinished(); err != nil || len(again) != 1 {
		t.Fatal("what was begun is gone, for a broken connection:", again, err)
	}
	if _, err := gus.Resume(w.ctx, name, nil); err == nil || !strings.Contains(err.Error(), "others take part in draft 1") {
		t.Fatal(err)
	}
	if list, err := gus.Unfinished(); err != nil || len(list) != 0 {
		t.Fatal(list, err)
	}
	sent, err := gus.Send(w.ctx, issue, 2026, nil)
	w.ok(err)
	if b := gus.Batches(sent.Dispatch)[0].Begin; !slices.Contains(b.Worked, jon.Person) {
		t.Fatal(b.Worked)
	}
}

// TestDraftStaleStep has somebody clear a draft and lose the device they did it
// with: the work goes on, and nothing is issued with that signature.
func TestDraftStaleStep(t *testing.T) {
	w, gus, ivy, kim, _ := bureau(t)
	jon := w.people["Jon"]
	w.draftOf(ivy, 1)
	cleared := w.changes(ivy, 1, draft.Signed, "", memo, ivy.Sign(dispatch.Cleared, "sarn", memo))
	_, err := w.people["Ada"].Do(w.ctx, directory.Revoke{Person: ivy.Person, Key: ivy.Key.VerifyKey()})
	w.ok(err)
	w.sync(gus, kim, jon)
	w.changes(kim, 1, draft.Signed, "", memo, append(cleared.Last.Steps, kim.Sign(dispatch.Drafted, "sarn", memo))...)
	d, err := gus.ChangeDraft(w.ctx, &DraftChange{Draft: 1, What: draft.Signed, Source: memo, With: []draft.Party{{Person: jon.Person}},
		Steps: append(w.draftOf(gus, 1).Last.Steps, gus.Sign(dispatch.Released, "sarn", memo))})
	w.ok(err)
	if got := w.draftOf(jon, 1); len(got.Last.Steps) != 3 { // who comes late does not know when it was signed
		t.Fatalf("%+v", got.Last)
	}
	issue := telegram(t)
	issue.Shared, issue.Action = 1, []dispatch.Party{{Office: "desk"}}
	if _, err := gus.Send(w.ctx, issue, 2026, nil); err == nil || !strings.Contains(err.Error(), "cleared by Ivy with a device that is not valid any more") {
		t.Fatal("it was issued with a signature of a revoked device:", err)
	}
	w.changes(gus, 1, draft.Shared, "", memo, d.Last.Steps[1:]...)
	if _, err := gus.Send(w.ctx, issue, 2026, nil); err != nil {
		t.Fatal(err, frank.Hint(err))
	}
}
