package client

import (
	"bytes"
	"context"
	"encoding/json"
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
	"frank/inquiry"
	"frank/internal/hostile"
	"frank/keyring"
)

// as does something through an attack.
func (w *world) as(c *Client, a hostile.Attack, f func() error) error {
	was := c.HTTP.Transport
	c.HTTP.Transport = a.Through(was)
	defer func() { c.HTTP.Transport = was }()
	return f()
}

// appoint gives somebody a role, as officers and overseer agree.
func (w *world) appoint(role directory.Role, whom *Client) {
	w.Helper()
	at, err := w.people["Cy"].Propose(w.ctx, directory.Grant{Role: role, Person: whom.Person})
	w.ok(err)
	for _, name := range []string{"Dee", "Fay"} {
		_, err = w.people[name].Do(w.ctx, directory.Consent{Change: at})
		w.ok(err)
	}
	w.sync(w.people["Cy"])
	_, err = w.people["Cy"].Enact(w.ctx, at, string(w.people["Cy"].View().Latest().Note), "")
	w.ok(err)
}

// kinds counts what somebody was given of a kind.
func kinds(c *Client, kind string) (n int) {
	for i := range c.known {
		if c.known[i].Kind == kind {
			n++
		}
	}
	return n
}

func harmful(t *testing.T) *Draft {
	d := telegram(t)
	d.Harm, d.HarmUntil = "It would end the talks.", "2031-01-01T00:00:00Z"
	return d
}

// TestHarmIsStatedFirst: what the harm would be is in the ledger before anybody can
// have read a copy, once, also where the issue was interrupted.
func TestHarmIsStatedFirst(t *testing.T) {
	t.Parallel()
	w, gus, ivy, _ := staffed(t)
	long := harmful(t)
	long.Harm = strings.Repeat("x", dispatch.MaxHarm+1)
	if _, err := gus.Send(w.ctx, long, 2026, nil); err == nil || !strings.Contains(err.Error(), "more than 4000") {
		t.Fatal(err)
	}
	first := func(ref frank.Ref) {
		t.Helper()
		w.sync(ivy)
		b := ivy.Batches(ref)
		if len(b) != 1 || b[0].Complete == nil {
			t.Fatalf("%+v", b)
		}
		for _, name := range []string{"Cy", "Dee", "Eve", "Fay", "Gus"} {
			c := w.people[name]
			w.sync(c)
			list, err := c.Harm(ref)
			w.ok(err)
			if len(list) != 1 || list[0].Text != "It would end the talks." || list[0].Until != "2031-01-01T00:00:00Z" || list[0].By != gus.Person ||
				list[0].Index <= b[0].Index || list[0].Index >= c.completed[batchID{ref, 1}] {
				t.Fatalf("%s reads %+v of the harm", name, list)
			}
		}
		for _, name := range []string{"Ivy", "Ada"} {
			w.sync(w.people[name])
			if list, err := w.people[name].Harm(ref); err != nil || len(list) > 0 || kinds(w.people[name], dispatch.KindHarm) > 0 {
				t.Fatal(name, list, err)
			}
		}
	}
	sent, err := gus.Send(w.ctx, harmful(t), 2026, nil)
	w.ok(err)
	first(sent.Dispatch)

	// Interrupted: before the harm was stated, right after it, and at the end.
	nth := func(n int) hostile.Attack { // the n-th entry that is handed in gets no answer
		return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.Method != http.MethodPost || r.URL.Path != api.PathEntries {
				return next.RoundTrip(r)
			}
			if n--; n > 0 {
				return next.RoundTrip(r)
			}
			if n == 0 {
				if resp, err := next.RoundTrip(r); err == nil {
					resp.Body.Close()
				}
			}
			return nil, errors.New("cut")
		}
	}
	without := telegram(t)
	without.Attached = nil
	for what, a := range map[string]hostile.Attack{"after the first entry": nth(1), "after the harm": nth(2), "after the second entry": nth(3)} {
		d := harmful(t)
		d.Attached = nil
		if err := w.as(gus, a, func() error { _, err := gus.Send(w.ctx, d, 2026, nil); return err }); err == nil {
			t.Fatal(what, "nothing was interrupted")
		}
		list, err := gus.Unfinished()
		w.ok(err)
		if len(list) != 1 {
			t.Fatal(what, list)
		}
		again, err := gus.Resume(w.ctx, list[0], nil)
		if err != nil && strings.Contains(err.Error(), "no such issue") { // it was complete, and the ledger shows it
			w.sync(gus)
			again = &Sent{Dispatch: frank.Ref{Year: 2026, Place: "SARN", Number: sent.Dispatch.Number + 1}}
			err = nil
		}
		w.ok(err)
		first(again.Dispatch)
		sent = again
	}
	plain, err := gus.Send(w.ctx, without, 2026, nil)
	w.ok(err)
	w.sync(w.people["Cy"])
	if list, err := w.people["Cy"].Harm(plain.Dispatch); err != nil || len(list) > 0 {
		t.Fatal("harm that nobody stated", list, err)
	}
	// What is said later comes after; whoever has nothing to say of it is not heard.
	w.ok(tellHarm(w.ctx, gus, plain.Dispatch, dispatch.Harm{Text: "It would have ended the talks."}))
	if err := tellHarm(w.ctx, ivy, plain.Dispatch, dispatch.Harm{Text: "None."}); !errors.Is(err, api.Of(api.Withheld)) {
		t.Fatal(err)
	}
	w.sync(w.people["Cy"])
	if list, err := w.people["Cy"].Harm(plain.Dispatch); err != nil || len(list) != 1 || list[0].Until != "" {
		t.Fatal(list, err)
	}
	// A server that lets it in all the same changes nothing.
	cy := w.people["Cy"]
	let := func(by *Client, kind string, body any) *known {
		e, err := by.entry(kind, body, false)
		w.ok(err)
		st, err := e.Open(e.Commitment())
		w.ok(err)
		cy.signers[cy.done] = by.Person
		return &known{Entry: api.Entry{Index: cy.done, Commitment: e.Commitment(), Kind: kind}, statement: st}
	}
	before := cy.known
	for _, h := range []dispatch.Harm{{Dispatch: plain.Dispatch, Text: "None."}, {Dispatch: plain.Dispatch}, {Dispatch: sent.Dispatch, Text: "Another's."}} {
		for _, by := range []*Client{gus, ivy} {
			cy.known = append(slices.Clone(before), *let(by, dispatch.KindHarm, h))
			list, err := cy.Harm(plain.Dispatch)
			if counts := by == gus && h.Text == "None."; err != nil || (len(list) == 2) != counts {
				t.Errorf("%s says %+v, and it is %v: %v", by.Name, h, list, err)
			}
		}
	}
	cy.known = before
	// Nor does one that lets readers ask who else read.
	for by, want := range map[*Client]string{ivy: "by officers and overseers", cy: "", gus: "by officers and overseers", w.people["Fay"]: ""} {
		if err := cy.follows(let(by, dispatch.KindReceipts, dispatch.Receipts{Dispatch: plain.Dispatch, Matter: frank.Hash{1}})); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s asks for receipts: %v", by.Name, err)
		}
	}
}

// TestWhoReadsAnInquiry: steps and what goes with them, sightings and closes are read
// by whom they are sealed to, and given to no more than they must be.
func TestWhoReadsAnInquiry(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	cy, dee, eve, fay := w.people["Cy"], w.people["Dee"], w.people["Eve"], w.people["Fay"]
	w.sync(cy, dee, eve, fay)
	sealed, err := cy.sealTo([]byte("the original"), cy.sitting(inquirers...))
	w.ok(err)
	for _, c := range []*Client{cy, dee, eve, fay} {
		if plain, err := c.open(sealed); err != nil || string(plain) != "the original" {
			t.Fatal(c.Name, err)
		}
	}
	if _, err := gus.Key.Open(sealed); !errors.Is(err, keyring.ErrNotYours) {
		t.Fatal(err)
	}
	// Eve is left out: she is involved, the lead found.
	body := json.RawMessage(`{"do":"note"}`)
	a, err := cy.tellInquiry(w.ctx, body, []frank.PersonID{cy.Person, dee.Person, fay.Person}, [][]byte{sealed, sealed})
	w.ok(err)
	w.ok(cy.Settle(w.ctx, a.Index))
	w.sync(dee, eve, fay, gus, ivy)
	for _, c := range []*Client{cy, dee, fay} {
		st, err := c.unseal(c.at(a.Index))
		w.ok(err)
		if !bytes.Equal(st.Body, body) || st.Kind != inquiry.KindStep {
			t.Fatal(c.Name, st)
		}
		data, err := c.blob(w.ctx, hashOf(sealed))
		w.ok(err)
		if !bytes.Equal(data, sealed) {
			t.Fatal(c.Name)
		}
	}
	if _, err := eve.unseal(eve.at(a.Index)); !errors.Is(err, keyring.ErrNotYours) {
		t.Fatal(err)
	}
	for _, c := range []*Client{gus, ivy} {
		if c.at(a.Index) != nil {
			t.Fatal(c.Name, "is given a step")
		}
		if _, err := c.blob(w.ctx, hashOf(sealed)); !errors.Is(err, api.Of(api.Withheld)) {
			t.Fatal(c.Name, err)
		}
	}

	sighting := inquiry.Sighting{Dispatch: frank.Ref{Year: 2026, Place: "SARN", Number: 1}, Article: frank.Hash{1}, Words: 60, At: "2026-11-22T07:00:00Z"}
	if err := ivy.TellSighting(w.ctx, sighting); !errors.Is(err, api.Of(api.Withheld)) {
		t.Fatal(err)
	}
	w.appoint(directory.Watch, ivy)
	w.ok(ivy.TellSighting(w.ctx, sighting))
	for _, c := range []*Client{cy, dee, eve, fay} {
		if list, err := c.Sightings(w.ctx); err != nil || len(list) != 1 || list[0] != sighting {
			t.Fatal(c.Name, list, err)
		}
	}
	w.sync(gus, jon)
	if kinds(gus, inquiry.KindSighting)+kinds(jon, inquiry.KindSighting) > 0 {
		t.Fatal("others are given a sighting")
	}

	// A close is given to all members, and read by those it is for. How many these
	// are, its length does not tell.
	w.ok(cy.tellClosed(w.ctx, inquiry.Closed{Inquiry: a.Index, Purpose: "p", Dispatches: []frank.Ref{sighting.Dispatch}, Outcome: inquiry.OutcomeUnknown, Rights: "the court"}, []frank.PersonID{ivy.Person}))
	w.ok(fay.tellClosed(w.ctx, inquiry.Closed{Inquiry: a.Index + 1, Purpose: "q", Outcome: inquiry.OutcomeUnknown, Rights: "the court"}, []frank.PersonID{ivy.Person, jon.Person, gus.Person}))
	w.ok(cy.tellClosed(w.ctx, inquiry.Closed{}, nil)) // nobody to tell
	for c, want := range map[*Client]int{ivy: 2, jon: 1, gus: 1, cy: 1, fay: 1, eve: 0, w.people["Ada"]: 0} {
		w.sync(c)
		reads := 0
		for i := range c.known {
			k := &c.known[i]
			if k.Kind != inquiry.KindClosed {
				continue
			}
			if n := bytes.Count(k.Sealed, []byte("\n-> ")); n != 16 {
				t.Errorf("a close is made out to %d keys", n)
			}
			if _, err := c.unseal(k); err == nil {
				reads++
			}
		}
		if reads != want || kinds(c, inquiry.KindClosed) != 2 {
			t.Errorf("%s reads %d closes of %d, not %d", c.Name, reads, kinds(c, inquiry.KindClosed), want)
		}
	}
	for have, want := range map[int]int{1: 16, 16: 16, 17: 32, 100: 128, 130: 200, 200: 200} {
		keys, err := among(slices.Repeat([]*keyring.Public{&cy.Key.Public}, have), crowd(have))
		if err != nil || len(keys) != want {
			t.Errorf("%d keys are %d among others, not %d: %v", have, len(keys), want, err)
		}
	}
}

// TestHostileReceipts has a server hand an inquiry something else than the statements
// that a dispatch was fetched.
func TestHostileReceipts(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	cy, dee, eve, fay := w.people["Cy"], w.people["Dee"], w.people["Eve"], w.people["Fay"]
	var refs []frank.Ref
	for range 2 {
		sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
		w.ok(err)
		refs = append(refs, sent.Dispatch)
		for _, c := range []*Client{ivy, jon} {
			w.sync(c)
			_, err := c.Open(w.ctx, sent.Dispatch)
			w.ok(err)
		}
	}
	ref, matter := refs[0], frank.Hash{7}
	w.sync(cy)
	if _, err := cy.fetches(w.ctx, ref, matter); !errors.Is(err, errTooFew) {
		t.Fatal(err)
	}
	for _, c := range []*Client{cy, dee, fay} {
		w.sync(c)
		for _, r := range refs {
			w.ok(c.askReceipts(w.ctx, r, matter))
		}
	}
	list, err := eve.fetches(w.ctx, ref, matter)
	w.ok(err)
	if len(list) != 2 || list[0].By != ivy.Person || list[1].By != jon.Person || list[0].Batch != 1 || list[0].Entry.Commitment() != list[0].Commitment || list[0].At == "" {
		t.Fatalf("%+v", list)
	}
	if err := ivy.askReceipts(w.ctx, ref, matter); !errors.Is(err, api.Of(api.Withheld)) {
		t.Fatal(err)
	}
	w.sync(ivy, gus, w.people["Ada"], eve) // receipts that were asked for alarm nobody
	if kinds(ivy, dispatch.KindReceipts) > 0 || kinds(eve, dispatch.KindReceipts) != 6 {
		t.Fatal("receipts are shown to others than officers and overseers")
	}

	var others []api.Entry
	w.ok(w.as(cy, hostile.Change(http.MethodGet, api.PathFetches, func(_ *http.Request, p *api.Entries) { others = slices.Clone(p.Entries) }), func() error {
		_, err := cy.fetches(w.ctx, refs[1], matter)
		return err
	}))
	begin := func() api.Entry {
		for i := range cy.known {
			if cy.known[i].Kind == dispatch.KindBegin {
				return cy.known[i].Entry
			}
		}
		return api.Entry{}
	}()
	stranger := *jon
	if stranger.Key, err = keyring.New(); err != nil {
		t.Fatal(err)
	}
	made, err := stranger.entry(dispatch.KindFetched, dispatch.Fetched{Dispatch: ref, Batch: 1, Sealed: list[1].Sealed}, false)
	w.ok(err)
	for what, x := range map[string]struct {
		change func(p *api.Entries)
		notice string
	}{
		"another dispatch's":       {func(p *api.Entries) { p.Entries = others }, "about another dispatch"},
		"another entry":            {func(p *api.Entries) { p.Entries = []api.Entry{begin} }, "another statement"},
		"one of another place":     {func(p *api.Entries) { p.Entries[0].Index-- }, "not the one that the ledger commits to"},
		"one that was made up":     {func(p *api.Entries) { p.Entries[1].Open, p.Entries[1].Commitment = made.Marshal(), made.Commitment() }, "not the one that the ledger commits to"},
		"one under another's leaf": {func(p *api.Entries) { p.Entries[1].Open = made.Marshal() }, "does not say"},
		"one twice":                {func(p *api.Entries) { p.Entries = append(p.Entries, p.Entries[1]) }, "out of order"},
		"the last first":           {func(p *api.Entries) { slices.Reverse(p.Entries) }, "out of order"},
		"nothing to read":          {func(p *api.Entries) { p.Entries[0].Open = nil }, "does not say"},
		"a list without an end":    {func(p *api.Entries) { p.Next = 0 }, "fewer entries"},
	} {
		err := w.as(cy, hostile.Change(http.MethodGet, api.PathFetches, func(_ *http.Request, p *api.Entries) { x.change(p) }), func() error {
			_, err := cy.fetches(w.ctx, ref, matter)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), x.notice) {
			t.Errorf("%s: expected an error with %q, found %v", what, x.notice, err)
		}
	}
	// What it leaves out, an officer cannot know of.
	w.ok(w.as(cy, hostile.Change(http.MethodGet, api.PathFetches, func(_ *http.Request, p *api.Entries) { p.Entries = p.Entries[:1] }), func() error {
		list, err := cy.fetches(w.ctx, ref, matter)
		if len(list) != 1 {
			t.Error(list)
		}
		return err
	}))
}

// TestHostileParts has a server spoil what goes with a step, and the step.
func TestHostileParts(t *testing.T) {
	t.Parallel()
	w, _, _, _ := staffed(t)
	cy, dee := w.people["Cy"], w.people["Dee"]
	w.sync(cy)
	sealed, err := cy.sealTo([]byte("the original"), cy.sitting(inquirers...))
	w.ok(err)
	to := []frank.PersonID{dee.Person}
	first, err := cy.tellInquiry(w.ctx, json.RawMessage(`{"n":1}`), to, [][]byte{sealed})
	w.ok(err)
	second, err := cy.tellInquiry(w.ctx, json.RawMessage(`{"n":2}`), to, nil)
	w.ok(err)
	w.ok(cy.Settle(w.ctx, second.Index))
	w.sync(dee)
	other := dee.at(second.Index).Sealed
	blob := func(c *Client) error { _, err := c.blob(w.ctx, hashOf(sealed)); return err }
	w.ok(blob(dee))
	for what, x := range map[string]struct {
		attack hostile.Attack
		do     func(c *Client) error
		notice string
	}{
		"other bytes": {hostile.Blobs(sealed[1:]), blob, "another sealed thing"},
		"none":        {hostile.Blobs(nil), blob, "404"},
		"another step in its place": {hostile.Replace(first.Index, func(e *api.Entry) { e.Sealed = other }), func(c *Client) error {
			if err := syncs(c); err != nil {
				return err
			}
			_, err := c.unseal(c.at(first.Index))
			return err
		}, "forged"},
		"a step in another's place": {hostile.Swap(first.Index, second.Index), syncs, "is not the one that the ledger commits to"},
		"a step under another kind": {hostile.Replace(first.Index, func(e *api.Entry) { e.Kind = dispatch.KindShareHeld }), func(c *Client) error {
			if err := syncs(c); err != nil {
				return err
			}
			_, err := c.unseal(c.at(first.Index))
			return err
		}, "another statement than the server says"},
		"a receipt for nothing": {hostile.Accepted(func(a *api.Accepted) { a.Receipt = "" }), func(c *Client) error {
			_, err := c.tellInquiry(w.ctx, json.RawMessage(`{"n":3}`), to, nil)
			return err
		}, "no receipt that holds"},
	} {
		w.ok(dee.forget())
		w.sync(dee)
		if strings.Contains(what, "step") {
			w.ok(dee.forget())
		}
		if err := w.as(dee, x.attack, func() error { return x.do(dee) }); err == nil || !strings.Contains(err.Error(), x.notice) {
			t.Errorf("%s: expected an error with %q, found %v", what, x.notice, err)
		}
	}
}

// TestDirectorySlice: what a client chooses of the directory shows the same of those
// it is about.
func TestDirectorySlice(t *testing.T) {
	t.Parallel()
	w, gus, ivy, _ := staffed(t)
	w.appoint(directory.Watch, ivy)
	cy := w.people["Cy"]
	w.sync(cy)
	slice, err := cy.DirectorySlice([]frank.PersonID{cy.Person, ivy.Person}, []frank.OfficeID{"sarn"})
	w.ok(err)
	s, err := directory.ReadSlice(origin, directory.Ledger{}, slice)
	w.ok(err)
	for i := range cy.dir.Last().Index + 1 {
		then, also := cy.dir.At(i), s.At(i)
		for _, c := range []*Client{cy, ivy, gus} {
			a, err1 := then.Signer(c.Key.VerifyKey())
			b, err2 := also.Signer(c.Key.VerifyKey())
			if a != b || (err1 == nil) != (err2 == nil) || then.Has(directory.Watch, c.Person) != also.Has(directory.Watch, c.Person) ||
				then.Has(directory.Officer, c.Person) != also.Has(directory.Officer, c.Person) || then.Holds(c.Person, "sarn") != also.Holds(c.Person, "sarn") {
				t.Fatalf("entry %d: %s is %v and %v", i, c.Name, a, b)
			}
		}
	}
	if n := kinds(cy, directory.KindAdmit); n < 3 || len(slice) >= len(cy.dir.News(0, 1<<40)) {
		t.Fatalf("%d admitted, %d entries chosen", n, len(slice))
	}
}

// tellHarm states the harm of a dispatch that was issued without.
func tellHarm(ctx context.Context, c *Client, ref frank.Ref, h dispatch.Harm) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	if len(c.batches[ref]) == 0 {
		return fmt.Errorf("there is no %s that you know of", ref)
	}
	h.Dispatch = ref
	e, err := c.harmEntry(h)
	if err != nil {
		return err
	}
	o, err := c.dir.At(c.view.Head().Size).Office(c.batches[ref][0].Begin.Office)
	if err != nil {
		return err
	}
	a, err := c.handHarm(ctx, e, ref, o.Key.Seal)
	if err != nil {
		return err
	}
	return c.Settle(ctx, a.Index)
}
