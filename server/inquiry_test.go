package server

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
)

// apart is a sealed entry that names no dispatch.
func (a *actor) apart(kind string, parts ...frank.Hash) *api.Submission {
	m := a.sealed(kind, frank.Ref{})
	if len(parts) > 0 {
		m.Parts = &api.Parts{Attachments: parts}
	}
	return m
}

// entered submits, and returns what became of it.
func (a *actor) entered(m *api.Submission) error {
	_, err := a.submit(m)
	return err
}

var everybody = []string{"Ada", "Bea", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal", "Ivy", "Kim", "Lou"}

// readBy checks who is given the last entry of a kind, and nobody else is.
func (w *world) readBy(kind string, names ...string) {
	w.Helper()
	w.published()
	for _, name := range everybody {
		n := w.person(name).sees()[kind]
		if may := slices.Contains(names, name); may != (n > 0) {
			w.Errorf("%s sees %d entries of %s", name, n, kind)
		}
	}
}

// TestStepsOfAnInquiry: officers, alternates and overseers take steps and read
// them, with what goes with them; to all others there are none.
func TestStepsOfAnInquiry(t *testing.T) {
	w := newWorld(t, nil).found()
	cy, dee := w.person("Cy"), w.person("Dee")
	exhibit, report := cy.put(w.blob(5000)), cy.put(w.blob(700))
	for _, name := range everybody {
		w.fails(api.Withheld, w.person(name).blob(exhibit)) // named by nothing yet
	}
	m := cy.apart(dispatch.KindStep, exhibit, report)
	a, err := cy.submit(m)
	w.ok(err)
	again, err := cy.submit(m) // the answer was lost
	w.ok(err)
	if *again != *a {
		t.Fatal("entered twice")
	}
	quorum := []string{"Cy", "Dee", "Eve", "Flo", "Lou"}
	w.readBy(dispatch.KindStep, quorum...)
	for _, name := range everybody {
		for _, h := range []frank.Hash{exhibit, report} {
			if err := w.person(name).blob(h); slices.Contains(quorum, name) {
				w.ok(err)
			} else {
				w.fails(api.Withheld, err)
			}
		}
	}
	var e api.Entry
	w.ok(dee.get(fmt.Sprint("/v1/entries/", a.Index), &e))
	if e.Kind != dispatch.KindStep || !bytes.Equal(e.Sealed, m.Sealed) || e.Open != nil || e.Commitment != m.Commitment {
		t.Fatalf("%+v", e)
	}
	for _, name := range quorum {
		w.ok(w.person(name).entered(w.person(name).apart(dispatch.KindStep)))
	}
	for _, name := range everybody {
		if !slices.Contains(quorum, name) {
			w.fails(api.Withheld, w.person(name).entered(w.person(name).apart(dispatch.KindStep)))
		}
	}
	// Whoever has left reads nothing more, nor states anything.
	w.agree(directory.End{Role: directory.Alternate, Person: w.person("Lou").id()})
	w.fails(api.Withheld, w.person("Lou").entered(w.person("Lou").apart(dispatch.KindStep)))
	w.fails(api.Withheld, w.person("Lou").blob(exhibit))
}

// agree has a weighty change made.
func (w *world) agree(do directory.Do) {
	w.Helper()
	c := w.person("Cy").must(directory.Propose(do))
	w.person("Dee").must(directory.Consent{Change: c})
	w.person("Flo").must(directory.Consent{Change: c})
	w.published()
	raw, err := w.server.log.Checkpoint(w.Context())
	w.ok(err)
	w.person("Ivy").must(directory.Enact{Change: c, First: string(raw)})
	w.published()
}

// TestWhatIsNoStep: every submission of an inquiry's that is not as it should be,
// and why it is refused. Nothing of it is entered, and nothing that it names is
// read by anybody.
func TestWhatIsNoStep(t *testing.T) {
	w := newWorld(t, nil).found()
	cy, dee, gus, hal, kim, flo := w.person("Cy"), w.person("Dee"), w.person("Gus"), w.person("Hal"), w.person("Kim"), w.person("Flo")
	i := gus.issue(1, hal)
	ref := i.begin.Dispatch
	mine, others := cy.put(w.blob(300)), dee.put(w.blob(400))
	size := w.server.Size()
	change := func(m *api.Submission, f func(*api.Submission)) *api.Submission {
		f(m)
		return m
	}
	markedSalt := func(m *api.Submission) {
		for !ledger.Marked(m.Commitment) {
			rand.Read(m.Commitment[:])
		}
	}
	receipts := func(a *actor, r dispatch.Receipts) *api.Submission {
		return open(a.entry(dispatch.KindReceipts, api.Marshal(r)))
	}
	good := dispatch.Receipts{Dispatch: ref, Matter: frank.Hash{7}}
	type try struct {
		what string
		by   *actor
		m    *api.Submission
		want api.Kind
	}
	list := []try{
		{"a step about a dispatch", cy, cy.sealed(dispatch.KindStep, ref), api.Invalid},
		{"a close about a dispatch", cy, cy.sealed(dispatch.KindClosed, ref), api.Invalid},
		{"a sighting about a dispatch", kim, kim.sealed(dispatch.KindSighting, ref), api.Invalid},
		{"a step of a batch", cy, change(cy.apart(dispatch.KindStep), func(m *api.Submission) { m.Route.Batch = 1 }), api.Invalid},
		{"a step that answers requests", cy, change(cy.apart(dispatch.KindStep), func(m *api.Submission) { m.Answers = []uint64{3} }), api.Invalid},
		{"a step that names what was not put", cy, cy.apart(dispatch.KindStep, frank.Hash{1}), api.Refused},
		{"a step that names what another put", cy, cy.apart(dispatch.KindStep, mine, others), api.Refused},
		{"a step that names a thing twice", cy, cy.apart(dispatch.KindStep, mine, mine), api.Refused},
		{"a step that names a copy", cy, cy.apart(dispatch.KindStep, i.parts.Copies[0]), api.Refused},
		{"a step that names a share", cy, cy.apart(dispatch.KindStep, i.parts.Shares[0]), api.Refused},
		{"a step that names the source", cy, cy.apart(dispatch.KindStep, i.complete.Source), api.Refused},
		{"a step that names nothing", cy, change(cy.apart(dispatch.KindStep), func(m *api.Submission) { m.Parts = &api.Parts{} }), api.Invalid},
		{"a step that names zeros", cy, cy.apart(dispatch.KindStep, frank.Hash{}), api.Invalid},
		{"a step with copies", cy, change(cy.apart(dispatch.KindStep), func(m *api.Submission) { m.Parts = &api.Parts{Copies: []frank.Hash{mine}} }), api.Invalid},
		{"a step with shares", cy, change(cy.apart(dispatch.KindStep, mine), func(m *api.Submission) { m.Parts.Shares = []frank.Hash{mine} }), api.Invalid},
		{"a step that says it is the directory's", cy, change(cy.apart(dispatch.KindStep), markedSalt), api.Invalid},
		{"a close that says it is the directory's", cy, change(cy.apart(dispatch.KindClosed), markedSalt), api.Invalid},
		{"a step that is no age file", cy, change(cy.apart(dispatch.KindStep), func(m *api.Submission) { m.Sealed = []byte("a step") }), api.Invalid},
		{"a step that is too long", cy, change(cy.apart(dispatch.KindStep), func(m *api.Submission) { m.Sealed = w.blob(640 << 10) }), api.TooLarge},
		{"an open step", cy, open(cy.entry(dispatch.KindStep, []byte(`{}`))), api.Refused},
		{"another kind without a dispatch", cy, cy.apart("inquiry.other"), api.Invalid},
		{"another kind", cy, cy.sealed("inquiry.other", ref), api.Refused},
		{"sealed receipts", cy, cy.sealed(dispatch.KindReceipts, ref), api.Refused},
		{"sealed receipts without a dispatch", cy, cy.apart(dispatch.KindReceipts), api.Invalid},
		{"a close by an alternate", w.person("Lou"), w.person("Lou").apart(dispatch.KindClosed), api.Withheld},
		{"a close by the watch", kim, kim.apart(dispatch.KindClosed), api.Withheld},
		{"a close by a member", hal, hal.apart(dispatch.KindClosed), api.Withheld},
		{"a close with parts", cy, cy.apart(dispatch.KindClosed, mine), api.Invalid},
		{"a sighting by an officer", cy, cy.apart(dispatch.KindSighting), api.Withheld},
		{"a sighting by a member", hal, hal.apart(dispatch.KindSighting), api.Withheld},
		{"a sighting with parts", kim, kim.apart(dispatch.KindSighting, mine), api.Invalid},
		{"harm by a reader", hal, hal.sealed(dispatch.KindHarm, ref), api.Withheld},
		{"harm by an officer", cy, cy.sealed(dispatch.KindHarm, ref), api.Withheld},
		{"harm of what there is not", gus, gus.sealed(dispatch.KindHarm, frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 9}), api.Withheld},
		{"harm of nothing", gus, gus.apart(dispatch.KindHarm), api.Invalid},
		{"harm with parts", gus, change(gus.sealed(dispatch.KindHarm, ref), func(m *api.Submission) { m.Parts = &api.Parts{Attachments: []frank.Hash{mine}} }), api.Invalid},
		{"receipts by a member", hal, receipts(hal, good), api.Withheld},
		{"receipts by the office", gus, receipts(gus, good), api.Withheld},
		{"receipts by an alternate", w.person("Lou"), receipts(w.person("Lou"), good), api.Withheld},
		{"receipts by the watch", kim, receipts(kim, good), api.Withheld},
		{"receipts by nobody", w.person("nobody"), receipts(w.person("nobody"), good), api.Withheld},
		{"receipts for no matter", cy, receipts(cy, dispatch.Receipts{Dispatch: ref}), api.Invalid},
		{"receipts of what there is not", flo, receipts(flo, dispatch.Receipts{Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 9}, Matter: frank.Hash{7}}), api.Refused},
		{"receipts of nothing", cy, open(cy.entry(dispatch.KindReceipts, []byte(`{"matter":"`+strings.Repeat("07", 32)+`"}`))), api.Invalid},
		{"receipts that say more", cy, open(cy.entry(dispatch.KindReceipts, append(api.Marshal(good)[:len(api.Marshal(good))-1], `,"x":1}`...))), api.Invalid},
		{"receipts with parts", cy, change(receipts(cy, good), func(m *api.Submission) { m.Parts = &api.Parts{Attachments: []frank.Hash{mine}} }), api.Invalid},
		{"receipts that answer requests", cy, change(receipts(cy, good), func(m *api.Submission) { m.Answers = []uint64{3} }), api.Invalid},
	}
	for _, kind := range []string{dispatch.KindOpened, dispatch.KindNoted, dispatch.KindAcknowledged, dispatch.KindRequest} {
		list = append(list, try{kind + " of nothing", hal, hal.apart(kind), api.Invalid}, try{kind + " with parts", hal, change(hal.sealed(kind, ref), func(m *api.Submission) { m.Parts = &api.Parts{Attachments: []frank.Hash{mine}} }), api.Invalid})
	}
	for _, kind := range []string{dispatch.KindShareHeld, dispatch.KindShareFault, dispatch.KindShareReseal} {
		list = append(list, try{kind + " of nothing", cy, cy.apart(kind), api.Invalid}, try{kind + " with parts", cy, change(cy.sealed(kind, ref), func(m *api.Submission) { m.Parts = &api.Parts{Attachments: []frank.Hash{mine}} }), api.Invalid})
	}
	for _, x := range list {
		if err := x.by.entered(x.m); !errors.Is(err, api.Of(x.want)) {
			t.Errorf("%s: got %v, want an error of the kind %s", x.what, err, x.want)
		}
	}
	token := cy.token
	cy.token = ""
	for _, kind := range apart {
		w.fails(api.NoSession, cy.entered(cy.apart(kind)))
	}
	cy.token = token
	if got := w.server.Size(); got != size {
		t.Errorf("%d entries, %d before", got, size)
	}
	for _, name := range everybody {
		for _, h := range []frank.Hash{mine, others} {
			w.fails(api.Withheld, w.person(name).blob(h))
		}
	}
	w.ok(cy.entered(cy.apart(dispatch.KindStep, mine))) // as it should be
}

// TestTheOthersOfAnInquiry: whoever may open a close, a sighting or what was said of
// harm, is given it.
func TestTheOthersOfAnInquiry(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, kim, flo := w.person("Gus"), w.person("Hal"), w.person("Kim"), w.person("Flo")
	i := gus.draft(1, []*actor{hal}, nil)
	w.ok(i.start())
	w.ok(gus.entered(gus.sealed(dispatch.KindHarm, i.begin.Dispatch))) // before anybody can fetch a copy
	w.readBy(dispatch.KindHarm, "Gus", "Cy", "Dee", "Eve", "Lou", "Flo")
	i.prepare()
	_, err := i.finish()
	w.ok(err)
	w.published()
	w.readBy(dispatch.KindComplete, "Gus", "Hal", "Ada", "Bea", "Cy", "Dee", "Eve", "Flo", "Kim") // the watch has to know what there is
	w.ok(gus.entered(gus.sealed(dispatch.KindHarm, i.begin.Dispatch)))
	w.ok(kim.entered(kim.apart(dispatch.KindSighting)))
	w.readBy(dispatch.KindSighting, "Kim", "Cy", "Dee", "Eve", "Flo")
	for _, by := range []*actor{w.person("Cy"), flo} {
		w.ok(by.entered(by.apart(dispatch.KindClosed)))
	}
	w.readBy(dispatch.KindClosed, everybody...)
	jo := w.person("Jo") // no member
	w.ok(jo.signIn(nil))
	w.fails(api.Withheld, jo.get(api.PathEntries, new(api.Entries)))
}

// TestStepsAreTold: officers and overseers are told that there is something, and
// nobody else is; whoever said it is not.
func TestStepsAreTold(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Mail = nil }).found()
	gus, cy, kim := w.person("Gus"), w.person("Cy"), w.person("Kim")
	gus.issue(1, w.person("Hal"))
	ref := frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 1}
	for _, name := range everybody {
		w.ok(w.person(name).signIn(nil))
	}
	told := func(m *api.Submission, by *actor, want ...string) {
		t.Helper()
		for _, name := range everybody { // what waits is dropped with the address
			for _, mail := range []string{"", name + "@b.example"} {
				w.ok(w.person(name).send("PUT", api.PathContact, api.TypeJSON, api.Marshal(api.Contact{Mail: mail}), nil))
			}
		}
		w.ok(by.entered(m))
		due, err := w.store.Due(t.Context(), 1<<40, 100)
		w.ok(err)
		var got []string
		for _, n := range due {
			got = append(got, strings.TrimSuffix(n.Address, "@b.example"))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%v are told, and should be %v", got, want)
		}
	}
	told(cy.apart(dispatch.KindStep), cy, "Dee", "Eve", "Flo")
	told(w.person("Flo").apart(dispatch.KindStep), w.person("Flo"), "Cy", "Dee", "Eve")
	told(w.person("Lou").apart(dispatch.KindStep), w.person("Lou"), "Cy", "Dee", "Eve", "Flo")
	told(kim.apart(dispatch.KindSighting), kim, "Cy", "Dee", "Eve", "Flo")
	told(cy.apart(dispatch.KindClosed), cy)
	told(gus.sealed(dispatch.KindHarm, ref), gus)
}

// asking is an officer's or overseer's word that they ask for who fetched.
func (a *actor) asking(ref frank.Ref, matter byte) *api.Submission {
	return open(a.entry(dispatch.KindReceipts, api.Marshal(dispatch.Receipts{Dispatch: ref, Matter: frank.Hash{matter}})))
}

// fetches is who fetched, as the actor is shown it.
func (a *actor) fetches(ref frank.Ref, matter byte) (all []api.Entry, err error) {
	for from := uint64(0); ; {
		var page api.Entries
		if err := a.get(fmt.Sprintf("%s?dispatch=%s&matter=%s&from=%d&limit=2", api.PathFetches, strings.ReplaceAll(ref.String(), " ", "+"), frank.Hash{matter}, from), &page); err != nil {
			return nil, err
		}
		all = append(all, page.Entries...)
		if !page.More() {
			return all, nil
		}
		from = page.Next
	}
}

// TestWhoFetched: who fetched a dispatch is shown to officers and overseers once as
// many officers as the threshold says, and an overseer, asked for it on one matter.
func TestWhoFetched(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, ivy, cy, dee, eve, flo := w.person("Gus"), w.person("Hal"), w.person("Ivy"), w.person("Cy"), w.person("Dee"), w.person("Eve"), w.person("Flo")
	// Eve has a copy of the first, and so no share of it.
	i := gus.draft(1, []*actor{hal, ivy, eve, w.person("Bea")}, func(b *dispatch.Begin) { b.Officers = b.Officers[:2] })
	w.ok(i.start())
	i.prepare()
	_, err := i.finish()
	w.ok(err)
	w.published()
	gus.issue(2, hal)
	ref, other := i.begin.Dispatch, frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 2}
	var want []uint64
	for _, a := range []*actor{hal, ivy, eve, hal} {
		f, err := a.fetch(a.fetching(a.inbox()[0]))
		w.ok(err)
		want = append(want, f.Accepted.Index)
	}
	for _, x := range hal.inbox() {
		if x.Dispatch == other {
			_, err := hal.fetch(hal.fetching(x))
			w.ok(err)
		}
	}
	w.published()
	nobody := func(when string) {
		t.Helper()
		w.published()
		for _, name := range everybody {
			if _, err := w.person(name).fetches(ref, 7); !errors.Is(err, api.Of(api.Withheld)) {
				t.Errorf("%s, %s is shown who fetched: %v", when, name, err)
			}
		}
	}
	nobody("before anybody asks")
	w.ok(cy.entered(cy.asking(ref, 7)))
	nobody("after one officer")
	w.ok(cy.entered(cy.asking(ref, 7)))
	w.ok(flo.entered(flo.asking(ref, 7)))
	nobody("after one officer twice, and an overseer")
	w.fails(api.Refused, eve.entered(eve.asking(ref, 7))) // she has a copy
	w.ok(eve.entered(eve.asking(other, 7)))
	w.ok(dee.entered(dee.asking(ref, 8)))
	w.ok(dee.entered(dee.asking(other, 7)))
	nobody("after others asked on another matter, and of another dispatch")
	// What is entered counts once it is published.
	w.published()
	h := w.server.holds
	h.mu.Lock()
	last := h.last
	h.mu.Unlock()
	a, err := dee.submit(dee.asking(ref, 7))
	w.ok(err)
	w.published()
	h.mu.Lock()
	now := h.last
	h.last = last
	h.mu.Unlock()
	_, err = dee.fetches(ref, 7)
	w.fails(api.Withheld, err)
	if a.Index < last.Size {
		t.Fatal("the entry was published before")
	}
	h.mu.Lock()
	h.last = now
	h.mu.Unlock()

	// The officers who asked, and the overseer, are enough.
	for _, name := range everybody {
		list, err := w.person(name).fetches(ref, 7)
		if !slices.Contains([]string{"Cy", "Dee", "Flo"}, name) {
			w.fails(api.Withheld, err)
			continue
		}
		w.ok(err)
		var got []uint64
		for _, e := range list {
			got = append(got, e.Index)
			opened, err := ledger.ParseEntry(e.Open)
			w.ok(err)
			st, err := opened.Open(e.Commitment)
			w.ok(err)
			if st.Kind != dispatch.KindFetched || e.Kind != st.Kind {
				t.Fatalf("%+v", e)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is shown %v, and it was fetched by %v", name, got, want)
		}
	}
	w.readBy(dispatch.KindReceipts, "Cy", "Dee", "Eve", "Flo")
	for _, matter := range []byte{8, 9} {
		_, err = cy.fetches(ref, matter)
		w.fails(api.Withheld, err)
	}
	_, err = cy.fetches(other, 7) // Dee and Eve asked, and no overseer
	w.fails(api.Withheld, err)
	w.ok(flo.entered(flo.asking(other, 7)))
	w.published()
	if list, err := eve.fetches(other, 7); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	// What is not published is not shown.
	f, err := hal.fetch(hal.fetching(hal.inbox()[0]))
	w.ok(err)
	w.published()
	h.mu.Lock()
	now, h.last = h.last, &ledger.Checkpoint{Head: ledger.Head{Size: f.Accepted.Index}}
	h.mu.Unlock()
	if list, err := cy.fetches(ref, 7); err != nil || len(list) != len(want) {
		t.Fatal(list, err)
	}
	h.mu.Lock()
	h.last = now
	h.mu.Unlock()
	if list, err := cy.fetches(ref, 7); err != nil || len(list) != len(want)+1 {
		t.Fatal(list, err)
	}

	for what, query := range map[string]string{"nothing": "", "no matter": "?dispatch=26+WASHINGTON+1", "no dispatch": "?matter=" + frank.Hash{7}.String(), "a dispatch that is none": "?dispatch=x&matter=" + frank.Hash{7}.String(),
		"a matter that is none": "?dispatch=26+WASHINGTON+1&matter=7", "more": "?dispatch=26+WASHINGTON+1&x=1&matter=" + frank.Hash{7}.String(), "two": "?dispatch=26+WASHINGTON+1&dispatch=26+WASHINGTON+2&matter=" + frank.Hash{7}.String()} {
		if err := cy.get(api.PathFetches+query, new(api.Entries)); !errors.Is(err, api.Of(api.Invalid)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// To whom it is not shown, it is as if it were not.
	_, one := hal.fetches(ref, 7)
	_, two := hal.fetches(frank.Ref{Year: 2026, Place: "NOWHERE", Number: 1}, 7)
	_, three := cy.fetches(frank.Ref{Year: 2026, Place: "NOWHERE", Number: 1}, 7)
	if fmt.Sprintf("%#v", one) != fmt.Sprintf("%#v", two) || fmt.Sprintf("%#v", two) != fmt.Sprintf("%#v", three) {
		t.Error(one, two, three)
	}

	// Roles and devices are as of now: an officer who lost the only device, and one
	// who sits no more, count no longer.
	ada := w.person("Ada")
	c := ada.must(directory.Propose(directory.Revoke{Person: dee.id(), Key: dee.key.VerifyKey()}))
	w.person("Bea").must(directory.Consent{Change: c})
	nobody("after an officer of two lost the device")
}

// TestWhoFetchedIsNotForTheInvolved: an officer who came to hold the issuing office
// after asking counts no more.
func TestWhoFetchedIsNotForTheInvolved(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, cy, dee, flo := w.person("Gus"), w.person("Hal"), w.person("Cy"), w.person("Dee"), w.person("Flo")
	ref := gus.issue(1, hal).begin.Dispatch
	for _, a := range []*actor{cy, dee, flo} {
		w.ok(a.entered(a.asking(ref, 7)))
	}
	w.published()
	if _, err := cy.fetches(ref, 7); err != nil {
		t.Fatal(err)
	}
	c := w.person("Ada").must(directory.Propose(directory.Holder{Office: "embassy", Person: dee.id()}))
	w.person("Bea").must(directory.Consent{Change: c})
	for _, a := range []*actor{cy, dee, flo} {
		_, err := a.fetches(ref, 7)
		w.fails(api.Withheld, err)
	}
	w.fails(api.Refused, dee.entered(dee.asking(ref, 7)))
	w.ok(w.person("Eve").entered(w.person("Eve").asking(ref, 7)))
	w.published()
	for _, a := range []*actor{cy, w.person("Eve"), flo} {
		_, err := a.fetches(ref, 7)
		w.ok(err)
	}
	_, err := dee.fetches(ref, 7)
	w.fails(api.Withheld, err)
	if got := cy.sees(); !maps.Equal(map[string]int{"x": got[dispatch.KindReceipts]}, map[string]int{"x": 4}) {
		t.Error(got)
	}
}
