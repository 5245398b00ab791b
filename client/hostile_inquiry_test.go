package client

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/internal/hostile"
	"frank/keyring"
	"frank/ledger"
	"frank/protect"
)

// otherUnits is the machine of an author who signs for drawing units that are
// not those of the codebook.
func otherUnits(t *testing.T, author *Client) hostile.Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method != http.MethodPost || r.URL.Path != api.PathEntries {
			return next.RoundTrip(r)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		var m api.Submission
		if err := canon.Unmarshal(body, &m); err != nil {
			return nil, err
		}
		if m.Parts != nil {
			e, err := ledger.ParseEntry(m.Open)
			if err != nil {
				return nil, err
			}
			st, err := e.Open(m.Commitment)
			if err != nil {
				return nil, err
			}
			var f dispatch.Complete
			if err := st.Read(&f); err != nil {
				return nil, err
			}
			f.UnitRoot[0] ^= 1
			if e, err = author.entry(dispatch.KindComplete, f, false); err != nil {
				return nil, err
			}
			m.Commitment, m.Open = e.Commitment(), e.Marshal()
			body = api.Marshal(m)
		}
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return next.RoundTrip(r)
	}
}

// TestHostileInquiry has a server, a lead, a checker and officers break the rules
// of an inquiry, each with machines of their own making.
func TestHostileInquiry(t *testing.T) {
	t.Parallel()
	w, ref, number, printed := leaked(t)
	cy, dee, eve, fay := w.people["Cy"], w.people["Dee"], w.people["Eve"], w.people["Fay"]
	find := func(c *Client) *inquiry.Inquiry {
		t.Helper()
		s, err := c.Inquiries(w.ctx)
		w.ok(err)
		return s.Find(number)
	}
	// anyway states a step past the client's own checks.
	anyway := func(c *Client, what any, blobs ...[]byte) uint64 {
		t.Helper()
		index, err := c.step(w.ctx, find(c), what, blobs)
		w.ok(err)
		return index
	}
	fault := func(t *testing.T, index uint64, notice string) {
		t.Helper()
		for _, c := range []*Client{dee, fay} {
			steps := find(c).Steps
			i := slices.IndexFunc(steps, func(s inquiry.Taken) bool { return s.Index == index })
			if i < 0 || !strings.Contains(steps[i].Fault, notice) {
				t.Errorf("step %d counts, or not for that: %+v", index, steps[max(i, 0)].Fault)
			}
		}
	}

	t.Run("one who has a copy opens nothing", func(t *testing.T) {
		_, err := w.people["Ivy"].OpenInquiry(w.ctx, form(ref))
		want(t, err, "by a sitting officer")
	})

	matter, err := cy.Ask(w.ctx, number, nil, nil)
	w.ok(err)
	t.Run("a name without a second vote", func(t *testing.T) {
		_, err := cy.NameHolders(w.ctx, number, matter)
		want(t, err, "about copies")
		fault(t, anyway(cy, &inquiry.Named{Matter: matter, Holders: []inquiry.HolderOf{{Number: inquiry.Number{Dispatch: ref, Number: 1}, Person: w.people["Ivy"].Person, Office: "minister"}}}), "second vote")
	})
	t.Run("one officer", func(t *testing.T) {
		_, err := cy.Step(w.ctx, number, &inquiry.Vote{Matter: matter, Yes: true, Reason: "it is grave", Free: true})
		w.ok(err)
		_, err = cy.Release(w.ctx, number, matter)
		want(t, err, "1 of 2 votes")
		refusals := 0
		for _, s := range find(fay).Steps {
			if r, ok := s.What.(*inquiry.Refuse); ok && r.What == inquiry.DoRelease {
				refusals++
			}
		}
		if refusals != 1 {
			t.Errorf("%d refusals are in the ledger", refusals)
		}
	})

	// A server that hides the inquiry from the overseer stops it, and is found
	// out by what it shows later.
	t.Run("hidden from the overseer", func(t *testing.T) {
		_, err := dee.Step(w.ctx, number, &inquiry.Vote{Matter: matter, Yes: true, Reason: "it is grave", Free: true})
		w.ok(err)
		w.ok(fay.forget())
		w.ok(as(fay, hostile.DropKind(inquiry.KindStep), func() error { // nobody is shown it: nothing is seen
			_, err := fay.Inquiries(w.ctx)
			return err
		}))
		_, err = dee.Release(w.ctx, number, matter)
		want(t, err, "no overseer has been shown it")
		w.ok(fay.forget())
		var at uint64
		for _, s := range find(dee).Steps {
			if _, ok := s.What.(*inquiry.Matter); ok {
				at = s.Index
			}
		}
		want(t, as(fay, hostile.Drop(at), func() error {
			if _, err := fay.Inquiries(w.ctx); err != nil { // other inquiries go on
				return err
			}
			_, err := fay.Step(w.ctx, number, &inquiry.Note{Kind: "comment", Text: "I see gaps."})
			return err
		}), "withholds")
		w.ok(fay.forget())
	})

	t.Run("an exhibit that is not what was frozen", func(t *testing.T) {
		e := find(dee).Exhibits[0]
		want(t, as(dee, hostile.Blobs([]byte("another")), func() error {
			_, err := dee.Exhibit(w.ctx, e)
			return err
		}), "another sealed thing")
		// The lead seals another original than the record is of.
		to, err := cy.keysOf([]frank.PersonID{cy.Person, dee.Person, eve.Person, fay.Person})
		w.ok(err)
		m := article(printed)
		m.Data = append(m.Data, "A later edition.\n"...)
		sealed := sealedMany(t, padded([]byte("nothing of it")), to...)
		x := e.Exhibit
		x.Record.SHA256, x.Record.Size, x.Blob = hashOf(m.Data), len(m.Data), hashOf(sealed)
		anyway(cy, &inquiry.Register{Exhibits: []inquiry.Exhibit{x}}, sealed)
		again, err := cy.Ask(w.ctx, number, nil, nil)
		w.ok(err)
		w.votes(number, again, "Cy", "Dee")
		_, err = dee.Release(w.ctx, number, again)
		want(t, err, "were frozen")
	})

	t.Run("what came by a protected route", func(t *testing.T) {
		m := article(printed)
		m.Data = append([]byte(protect.Banner+"\n\n"), m.Data...)
		_, err := cy.Register(w.ctx, number, []Material{m})
		want(t, err, "protected disclosure")
	})

	w.votes(number, matter) // the overseer is shown it now
	w.release(number, matter, "Dee")
	t.Run("fewer shares than it takes", func(t *testing.T) {
		_, err := cy.Trace(w.ctx, number, matter)
		want(t, err, "shares")
	})
	w.release(number, matter, "Eve")
	t.Run("a step that goes on from none", func(t *testing.T) {
		q := find(dee)
		for what, after := range map[string]frank.Hash{"the founding": dee.Genesis, "what was never stated": {7}} {
			body, err := inquiry.Body(q.Entry, []frank.Hash{after}, &inquiry.Note{Kind: "comment", Text: "I made it up."})
			w.ok(err)
			a, err := eve.tellInquiry(w.ctx, body, []frank.PersonID{cy.Person, dee.Person, fay.Person}, nil)
			w.ok(err)
			w.ok(eve.Settle(w.ctx, a.Index))
			for _, c := range []*Client{cy, dee, fay} {
				if q := find(c); c.Gap(number) != nil || slices.ContainsFunc(q.Steps, func(s inquiry.Taken) bool { return s.Index == a.Index }) {
					t.Errorf("a step that goes on from %s stops the others, or counts: %v", what, c.Gap(number))
				}
			}
		}
	})
	t.Run("re-runs that differ", func(t *testing.T) {
		_, err := cy.Trace(w.ctx, number, matter)
		w.ok(err)
		_, err = dee.Trace(w.ctx, number, matter)
		w.ok(err)
		other := &inquiry.Result{Matter: matter, Report: frank.Hash{1}, Named: []inquiry.Number{{Dispatch: ref, Number: 3 - printed.Number}}}
		anyway(eve, other)
		_, err = cy.AskNames(w.ctx, number, matter, nil)
		want(t, err, "differ")
	})
}

// sealedMany seals for several.
func sealedMany(t *testing.T, plain []byte, to ...*keyring.Public) []byte {
	t.Helper()
	sealed, err := keyring.SealTo(plain, to...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// TestVoidCodebook has an author who signed for another codebook: nothing can be
// said of its copies, and nobody named.
func TestVoidCodebook(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	was := gus.HTTP.Transport
	gus.HTTP.Transport = otherUnits(t, gus).Through(was)
	if _, err := gus.Send(w.ctx, leaky(t), 2026, nil); err == nil {
		t.Fatal("the statement was not exchanged for another") // its receipt is for the other one
	}
	gus.HTTP.Transport = was
	ref := frank.Ref{Year: 2026, Place: "SARN", Number: 1}
	for range 100 { // until a checkpoint covers it
		w.sync(ivy, jon)
		if list := ivy.Batches(ref); len(list) == 1 && list[0].Complete != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	o, err := ivy.Open(w.ctx, ref)
	w.ok(err)
	cy := w.people["Cy"]
	number, err := cy.OpenInquiry(w.ctx, form(ref))
	w.ok(err)
	_, err = cy.Register(w.ctx, number, []Material{article(o)})
	w.ok(err)
	matter, err := cy.Ask(w.ctx, number, nil, nil)
	w.ok(err)
	w.votes(number, matter, "Cy", "Dee")
	w.release(number, matter, "Cy", "Dee")
	for _, name := range []string{"Cy", "Dee", "Eve"} {
		x, err := w.people[name].Trace(w.ctx, number, matter)
		w.ok(err)
		if x.Report != nil || len(x.Void) != 1 || !strings.Contains(x.Void[0], "committed to") {
			t.Fatalf("%s found %+v, void %q", name, x.Report, x.Void)
		}
	}
	if _, err := cy.AskNames(w.ctx, number, matter, nil); err == nil || !strings.Contains(err.Error(), "void") {
		t.Errorf("names were asked for on a void codebook: %v", err)
	}
}
