package server

import (
	"fmt"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
)

// legation is an office that issues, held by the person.
func (w *world) legation(holder string) {
	w.Helper()
	ada := w.person("Ada")
	ada.must(directory.Create{Office: "legation", Title: "The legation", Place: "PARIS", Attributes: []string{}})
	w.person("Bea").must(directory.Consent{Change: ada.must(directory.Propose(directory.Holder{Office: "legation", Person: w.person(holder).id()}))})
	w.person(holder).must(directory.OfficeKey{Office: "legation", Seal: w.person("legation's key").card().Seal})
}

func (a *actor) put(data []byte) frank.Hash {
	a.w.Helper()
	var out api.Put
	a.w.ok(a.send("POST", api.PathBlobs, api.TypeParcel, api.AppendPart(nil, data), &out))
	return out.Hashes[0]
}

func (a *actor) blob(h frank.Hash) error {
	var data []byte
	return a.get("/v1/blobs/"+h.String(), &data)
}

// TestNobodyNamesWhatOthersPut has a reader who also issues name his own copy,
// under embargo, as an attachment of a dispatch to himself: he would read it
// and nothing would say that it was fetched.
func TestNobodyNamesWhatOthersPut(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	w.legation("Hal")
	i := gus.draft(1, []*actor{hal}, func(b *dispatch.Begin) { b.Embargo = "2099-01-01T00:00:00Z" })
	w.ok(i.start())
	i.prepare()
	staged := gus.put(w.blob(700))
	_, err := i.finish()
	w.ok(err)
	w.published()
	copied := hal.inbox()[0].Sealed

	to := func(batch int) *issue {
		j := hal.draft(1, []*actor{hal}, func(b *dispatch.Begin) {
			b.Dispatch.Place, b.Office, b.Batch, b.First = "PARIS", "legation", batch, batch
		})
		w.ok(j.start())
		j.prepare()
		return j
	}
	j := to(1)
	for what, spoil := range map[string]func(){
		"a copy, as attachment":           func() { j.parts.Attachments = []frank.Hash{copied} },
		"what another put":                func() { j.parts.Attachments = []frank.Hash{staged} },
		"a source":                        func() { j.parts.Attachments = []frank.Hash{i.complete.Source} },
		"its own copy again":              func() { j.parts.Attachments = []frank.Hash{j.parts.Copies[0]} },
		"a copy, as share":                func() { j.parts.Shares = append([]frank.Hash{copied}, j.parts.Shares[1:]...) },
		"a copy, as source":               func() { j.complete.Source = copied },
		"a copy, as a copy of this issue": func() { j.parts.Copies = []frank.Hash{copied}; j.complete.Sealed = dispatch.SealedRoot(j.parts.Copies) },
	} {
		parts, complete := *j.parts, j.complete
		spoil()
		if _, err := j.finish(); err == nil {
			t.Errorf("%s was named", what)
		} else {
			w.fails(api.Refused, err)
		}
		*j.parts, j.complete = parts, complete
	}
	for _, h := range []frank.Hash{copied, staged, i.complete.Source} {
		w.fails(api.Withheld, hal.blob(h))
	}
	_, err = j.finish()
	w.ok(err)
	w.published()
	w.fails(api.Withheld, hal.blob(j.parts.Copies[0]))
}

// TestAttachmentsGoWithTheCopies holds them to embargo, publication and recall,
// but not for the office that issued them.
func TestAttachmentsGoWithTheCopies(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, ivy := w.person("Gus"), w.person("Hal"), w.person("Ivy")
	until := time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z")
	i := gus.draft(1, []*actor{hal}, func(b *dispatch.Begin) { b.Embargo = until })
	w.ok(i.start())
	i.prepare()
	h := gus.put(w.blob(900))
	i.parts.Attachments = []frank.Hash{h}
	_, err := i.finish()
	w.ok(err)
	w.published()
	w.ok(gus.blob(h))
	w.fails(api.NotYet, hal.blob(h))
	w.fails(api.Withheld, ivy.blob(h))
	w.clock.Store(int64(2 * time.Hour))
	w.ok(hal.blob(h))
	_, err = gus.submit(open(gus.entry(dispatch.KindRecall, api.Marshal(dispatch.Recall{Dispatch: i.begin.Dispatch, Reason: "a mistake"}))))
	w.ok(err)
	w.fails(api.Conflict, hal.blob(h))
	w.fails(api.Withheld, ivy.blob(h))
	w.ok(gus.blob(h))
}

func TestOnlyShareEntriesThatThereAre(t *testing.T) {
	w := newWorld(t, nil).found()
	w.person("Gus").issue(1, w.person("Hal"))
	ref := frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 1}
	cy := w.person("Cy")
	for _, kind := range []string{dispatch.KindShareHeld, dispatch.KindShareFault, dispatch.KindShareReseal} {
		_, err := cy.submit(cy.sealed(kind, ref))
		w.ok(err)
	}
	for _, kind := range []string{"share.received", "share.other", "share.held.x"} {
		_, err := cy.submit(cy.sealed(kind, ref))
		w.fails(api.Refused, err)
	}
}

// TestAStolenTokenDestroysNothing: a token alone, as it lies on a disk, neither
// replaces what brings a person's keys back, nor where they are told of things,
// nor takes requests off a queue. The device's key is proved anew for that.
func TestAStolenTokenDestroysNothing(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	w.ok(hal.signIn(nil))
	w.ok(hal.send("PUT", api.PathRecovery, api.TypeBytes, []byte("sealed under a code"), nil))
	contact := api.Marshal(api.Contact{Mail: "hal@b.example"})
	w.ok(hal.send("PUT", api.PathContact, api.TypeJSON, contact, nil))
	asked, err := hal.submit(hal.sealed(dispatch.KindRequest, i.begin.Dispatch))
	w.ok(err)

	w.ok(gus.signIn(nil))
	w.clock.Store(int64(3 * time.Minute))
	w.fails(api.NoSession, hal.send("PUT", api.PathRecovery, api.TypeBytes, nil, nil))
	w.fails(api.NoSession, hal.send("PUT", api.PathRecovery, api.TypeBytes, []byte("a thief's"), nil))
	w.fails(api.NoSession, hal.send("PUT", api.PathContact, api.TypeJSON, api.Marshal(api.Contact{}), nil))
	refuse := gus.sealed(dispatch.KindRefused, i.begin.Dispatch)
	refuse.Answers = []uint64{asked.Index}
	_, err = gus.submit(refuse)
	w.fails(api.NoSession, err)
	var data []byte
	w.ok(hal.get(api.PathRecovery, &data)) // all else goes on
	if string(data) != "sealed under a code" {
		t.Fatal("it was replaced")
	}
	w.published()
	var q api.Entries
	w.ok(gus.get(api.PathRequests+"?office=embassy", &q))
	if len(q.Entries) != 1 {
		t.Fatalf("%d requests wait", len(q.Entries))
	}

	w.ok(hal.signIn(nil))
	w.ok(hal.send("PUT", api.PathRecovery, api.TypeBytes, nil, nil))
	w.fails(api.Withheld, hal.get(api.PathRecovery, &data))
	w.ok(gus.signIn(nil))
	_, err = gus.submit(refuse)
	w.ok(err)
	w.ok(gus.get(api.PathRequests+"?office=embassy", &q))
	if len(q.Entries) != 0 {
		t.Fatal("the request waits still")
	}
}

// TestFoundingWithTheSetupCode: whoever reaches a fresh server first does not
// found its organisation, but who was told the code does.
func TestFoundingWithTheSetupCode(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Founding = "K7QX-2MPA" })
	mallory := w.person("Mallory")
	g := directory.Genesis{Format: "frank.genesis/1", Name: "Not the Ministry", Log: origin, Settings: directory.Settings{Threshold: 2, Labels: "demo", Witnesses: w.policy}}
	for n, roles := range [][]directory.Role{{directory.Registrar}, {directory.Registrar}, {directory.Officer}, {directory.Officer}, {directory.Overseer}} {
		p := mallory
		if n > 0 {
			p = w.person(fmt.Sprint("puppet ", n))
		}
		g.People = append(g.People, directory.Founder{Card: p.card(), Roles: roles})
	}
	m := open(mallory.entry(directory.KindGenesis, directory.Begin(g)))
	for _, code := range []string{"", "K7QX-2MPB", "k7qx-2mpa"} {
		m.Founding = code
		_, err := mallory.submit(m)
		w.fails(api.Refused, err)
	}
	m.Founding = "K7QX-2MPA"
	_, err := mallory.submit(m)
	w.ok(err)
}
