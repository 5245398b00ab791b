package server

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
	"frank/store"
)

func TestADispatchFromNumberToRecall(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, ivy, cy := w.person("Gus"), w.person("Hal"), w.person("Ivy"), w.person("Cy")

	var n api.Numbers
	w.ok(gus.get(api.PathNext+"?place=WASHINGTON&year=2026", &n))
	if n.Last != 0 {
		t.Fatal(n)
	}
	w.fails(api.Withheld, hal.get(api.PathNext+"?place=WASHINGTON&year=2026", &n))

	i := gus.draft(1, []*actor{hal, ivy}, nil)
	w.ok(i.start())
	w.published()
	if got := hal.inbox(); len(got) != 0 {
		t.Fatal("a copy is there before it was made", got)
	}
	i.prepare()
	_, err := i.finish()
	w.ok(err)
	w.published()

	// Hal reads; the bytes are the ones committed to.
	in := hal.inbox()
	if len(in) != 1 || in[0].Dispatch != i.begin.Dispatch || in[0].As != "desk" || in[0].Office != "embassy" || in[0].Slot != 0 || in[0].Size != len(i.sealed[0]) {
		t.Fatalf("%+v", in)
	}
	m := hal.fetching(in[0])
	f, err := hal.fetch(m)
	w.ok(err)
	if !bytes.Equal(f.Copy, i.sealed[0]) || !dispatch.CheckSealed(&i.begin, &i.complete, in[0].Sealed, f.Slot, f.Proof) || f.Count != 2 {
		t.Fatal("another copy was served")
	}
	again, err := hal.fetch(m) // the answer was lost: the same, entered once
	w.ok(err)
	if again.Accepted.Index != f.Accepted.Index {
		t.Fatal("entered twice")
	}
	// Nobody else gets it, also not with Hal's own statement.
	_, err = ivy.fetch(m)
	w.fails(api.Refused, err)
	_, err = ivy.fetch(ivy.fetching(in[0]))
	w.fails(api.Withheld, err)
	_, err = gus.fetch(gus.fetching(in[0]))
	w.fails(api.Withheld, err)

	// What follows, sealed.
	_, err = hal.submit(hal.sealed(dispatch.KindOpened, i.begin.Dispatch))
	w.ok(err)
	_, err = hal.submit(hal.sealed(dispatch.KindRequest, i.begin.Dispatch))
	w.ok(err)
	_, err = w.person("Bea").submit(w.person("Bea").sealed(dispatch.KindNoted, i.begin.Dispatch))
	w.fails(api.Withheld, err)
	_, err = cy.submit(cy.sealed(dispatch.KindShareHeld, i.begin.Dispatch))
	w.ok(err)
	_, err = hal.submit(hal.sealed(dispatch.KindShareFault, i.begin.Dispatch))
	w.fails(api.Withheld, err)

	var shares api.Shares
	w.ok(cy.get(api.PathShares, &shares))
	if len(shares.Shares) != 1 || shares.Shares[0].Sealed != i.parts.Shares[0] || shares.Shares[0].Index != 1 ||
		!dispatch.CheckShares(&i.begin, &i.complete, shares.Shares[0].Sealed, 1, shares.Shares[0].Proof) {
		t.Fatalf("%+v", shares)
	}
	for _, x := range []struct {
		by   *actor
		hash frank.Hash
		may  bool
	}{
		{cy, i.parts.Shares[0], true}, {cy, i.parts.Shares[1], false}, {hal, i.parts.Shares[0], false}, {gus, i.parts.Shares[0], false},
		{gus, i.complete.Source, true}, {hal, i.complete.Source, false}, {cy, i.complete.Source, false},
		{cy, i.complete.Codebook, true}, {w.person("Flo"), i.complete.Map, true}, {gus, i.complete.Codebook, false},
		{hal, i.parts.Copies[0], false}, {gus, i.parts.Copies[0], false},
	} {
		var data []byte
		err := x.by.get("/v1/blobs/"+x.hash.String(), &data)
		if x.may {
			w.ok(err)
		} else {
			w.fails(api.Withheld, err)
		}
	}

	// The queue, a further batch that answers it, and the recall.
	w.published()
	var q api.Entries
	w.ok(gus.get(api.PathRequests+"?office=embassy", &q))
	if len(q.Entries) != 1 || q.Entries[0].Kind != dispatch.KindRequest {
		t.Fatalf("%+v", q)
	}
	w.fails(api.Withheld, hal.get(api.PathRequests+"?office=embassy", &q))
	bea := w.person("Bea")
	j := gus.draft(1, []*actor{bea}, func(b *dispatch.Begin) { b.Batch, b.First = 2, 3 })
	s := open(j.entry)
	s.Answers = []uint64{q.Entries[0].Index}
	j.accepted, err = gus.submit(s)
	w.ok(err)
	w.ok(gus.get(api.PathRequests+"?office=embassy", &q))
	if len(q.Entries) != 0 {
		t.Fatalf("%+v", q)
	}
	j.prepare()
	_, err = j.finish()
	w.ok(err)
	w.published()
	if in := bea.inbox(); len(in) != 1 || in[0].Batch != 2 {
		t.Fatalf("%+v", in)
	}
	var issued api.Issued
	w.ok(gus.get(api.PathIssued+"?office=embassy", &issued))
	if len(issued.Batches) != 2 || issued.Batches[1].Count != 1 || issued.Batches[1].Complete == 0 {
		t.Fatalf("%+v", issued)
	}

	recall := open(gus.entry(dispatch.KindRecall, api.Marshal(dispatch.Recall{Dispatch: i.begin.Dispatch, Reason: "a mistake"})))
	_, err = hal.submit(open(hal.entry(dispatch.KindRecall, api.Marshal(dispatch.Recall{Dispatch: i.begin.Dispatch, Reason: "mine"}))))
	w.fails(api.Withheld, err)
	_, err = gus.submit(recall)
	w.ok(err)
	_, err = ivy.fetch(ivy.fetching(ivy.inbox()[0]))
	w.fails(api.Conflict, err)
	_, err = hal.fetch(m)
	w.fails(api.Conflict, err)
	w.published()
	if in := hal.inbox(); !in[0].Recalled {
		t.Fatal("the recall is not shown")
	}

	// Who sees what.
	all := hal.sees()["directory"]
	for _, x := range []struct {
		by   *actor
		want map[string]int
	}{
		{hal, map[string]int{"directory": all, "dispatch.begin": 1, "dispatch.complete": 1, "dispatch.fetched": 1, "dispatch.opened": 1, "dispatch.request": 1, "dispatch.recall": 1}},
		{ivy, map[string]int{"directory": all, "dispatch.begin": 1, "dispatch.complete": 1, "dispatch.recall": 1}},
		{gus, map[string]int{"directory": all, "dispatch.begin": 2, "dispatch.complete": 2, "dispatch.fetched": 1, "dispatch.opened": 1, "dispatch.request": 1, "dispatch.recall": 1}},
		{cy, map[string]int{"directory": all, "dispatch.begin": 2, "dispatch.complete": 2, "dispatch.recall": 1, "share.held": 1}},
		{w.person("Ada"), map[string]int{"directory": all, "dispatch.begin": 2, "dispatch.complete": 2, "dispatch.recall": 1}},
	} {
		if got := x.by.sees(); !maps.Equal(got, x.want) {
			t.Errorf("%s sees %v, want %v", x.by.name, got, x.want)
		}
	}
}

func TestRulesHold(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, ivy := w.person("Gus"), w.person("Hal"), w.person("Ivy")
	w.fails(api.Refused, gus.draft(2, []*actor{hal}, nil).start()) // a gap
	w.fails(api.Refused, hal.draft(1, []*actor{ivy}, nil).start()) // not the holder
	w.fails(api.Refused, gus.draft(1, []*actor{hal}, func(b *dispatch.Begin) { b.To[0].Key = frank.Hash{1} }).start())
	w.fails(api.Refused, gus.draft(1, []*actor{w.person("nobody")}, nil).start())

	i := gus.draft(1, []*actor{hal}, nil)
	wrong := *i // a leaf that says it is the directory's
	for !ledger.Marked(wrong.entry.Commitment()) {
		e := *wrong.entry
		rand.Read(e.Salt[:])
		wrong.entry = &e
	}
	w.fails(api.Invalid, wrong.start())
	w.ok(i.start())
	w.fails(api.Refused, gus.draft(1, []*actor{hal}, nil).start()) // taken
	i.prepare()

	right := *i
	spoil := func(change func(*issue)) {
		t.Helper()
		wrong := right
		parts := *right.parts
		wrong.parts = &parts
		change(&wrong)
		_, err := wrong.finish()
		if err == nil {
			t.Fatal("entered")
		}
	}
	spoil(func(i *issue) { i.complete.Sealed[0] ^= 1 })
	spoil(func(i *issue) { i.complete.Begin++ })
	spoil(func(i *issue) { i.complete.BeginEntry[0] ^= 1 })
	spoil(func(i *issue) { i.complete.Codebook[0] ^= 1 }) // never put
	spoil(func(i *issue) { i.parts.Shares = nil })
	spoil(func(i *issue) { i.parts.Shares = slices.Clone(i.parts.Shares); slices.Reverse(i.parts.Shares) })
	spoil(func(i *issue) { i.complete.Book[0] ^= 1 })
	spoil(func(i *issue) { i.complete.ReaderRoot[0] ^= 1 })
	spoil(func(i *issue) { i.complete.Checkpoint = "none" })
	spoil(func(i *issue) { i.by = hal })
	// A later checkpoint gives another draw: the author cannot wait for one that
	// pleases.
	bigger := func(i *issue) {
		_, err := hal.submit(hal.sealed(dispatch.KindNoted, i.begin.Dispatch))
		w.fails(api.Withheld, err) // nothing to note yet
		w.person("Ada").must(directory.Create{Office: "other", Title: "Other", Attributes: []string{}})
		w.published()
		var later []byte
		w.ok(gus.get(api.PathLog+"checkpoint", &later))
		if string(later) == i.complete.Checkpoint {
			t.Fatal("no later checkpoint")
		}
		i.complete.Checkpoint = string(later)
	}
	spoil(bigger)
	_, err := right.finish()
	w.ok(err)
	_, err = right.finish()
	w.fails(api.Refused, err) // complete: unchangeable
	// The first answer again, with its checkpoint.
	a, err := gus.submit(open(i.entry))
	w.ok(err)
	if *a != *i.accepted {
		t.Fatal("another answer")
	}
}

func TestNothingIsServedBeforeItIsPublished(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	in := hal.inbox()
	// The last checkpoint is the one before the second entry.
	h := w.server.holds
	published := func(c *ledger.Checkpoint) (was *ledger.Checkpoint) {
		h.mu.Lock()
		defer h.mu.Unlock()
		was, h.last = h.last, c
		return was
	}
	last := published(&ledger.Checkpoint{Head: ledger.Head{Size: in[0].Complete}})
	if got := hal.inbox(); len(got) != 0 {
		t.Error("shown before a checkpoint covers it")
	}
	m := hal.fetching(in[0])
	_, err := hal.fetch(m)
	w.fails(api.Withheld, err)
	w.fails(api.Withheld, hal.get(fmt.Sprint("/v1/entries/", in[0].Complete), nil))
	if size := w.server.Size(); size != in[0].Complete+1 {
		t.Errorf("the log has %d entries: what was refused was entered", size)
	}
	published(last)
	f, err := hal.fetch(m)
	w.ok(err)
	if !bytes.Equal(f.Copy, i.sealed[0]) {
		t.Error("another copy was served")
	}
}

func TestEmbargo(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	until := time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z")
	i := gus.draft(1, []*actor{hal}, func(b *dispatch.Begin) { b.Embargo = until })
	w.ok(i.start())
	i.prepare()
	_, err := i.finish()
	w.ok(err)
	w.published()
	in := hal.inbox()
	if len(in) != 1 || in[0].Embargo != until {
		t.Fatalf("%+v", in)
	}
	_, err = hal.fetch(hal.fetching(in[0]))
	w.fails(api.NotYet, err)
	w.clock.Store(int64(2 * time.Hour))
	_, err = hal.fetch(hal.fetching(in[0]))
	w.ok(err)
}

func TestSessions(t *testing.T) {
	w := newWorld(t, nil).found()
	hal, ivy := w.person("Hal"), w.person("Ivy")
	challenge := func(a *actor) string {
		var ch api.Challenge
		w.ok(a.post(api.PathChallenge, api.ChallengeRequest{Key: a.key.VerifyKey()}, &ch))
		return ch.Challenge
	}
	var s api.Session
	good := hal.answer(challenge(hal), w.base, nil)
	for what, m := range map[string]api.SessionRequest{
		"another server's": hal.answer(challenge(hal), "https://evil.example", nil),
		"another's":        hal.answer(challenge(ivy), w.base, nil),
		"none":             hal.answer("x", w.base, nil),
		"a token":          hal.answer(hal.token, w.base, nil),
	} {
		if err := hal.post(api.PathSession, m, &s); err == nil {
			t.Errorf("%s challenge was answered", what)
		}
	}
	forged := good
	forged.Signature = ivy.answer(good.Challenge, w.base, nil).Signature
	w.fails(api.NoSession, hal.post(api.PathSession, forged, &s))
	w.ok(hal.post(api.PathSession, good, &s))
	w.fails(api.NoSession, hal.post(api.PathSession, good, &s)) // replayed

	old := hal.answer(challenge(hal), w.base, nil)
	w.clock.Store(int64(3 * time.Minute))
	w.fails(api.NoSession, hal.post(api.PathSession, old, &s))
	var me api.Me
	w.ok(hal.get(api.PathMe, &me))
	if me.Standing != api.Member || me.Person != hal.id() || fmt.Sprint(me.Offices) != "[desk]" {
		t.Fatalf("%+v", me)
	}
	token := hal.token
	for i := range len(token) {
		hal.token = token[:i] + string(token[i]^1) + token[i+1:]
		w.fails(api.NoSession, hal.get(api.PathMe, &me))
	}
	hal.token = token
	hal.token = challenge(hal)
	w.fails(api.NoSession, hal.get(api.PathMe, &me))
	hal.token = token
	w.clock.Store(int64(13 * time.Hour))
	w.fails(api.NoSession, hal.get(api.PathMe, &me))
	w.clock.Store(int64(0))
	// The server's secret outlives the process, and so do sessions.
	w.stop()
	w.start()
	hal.token = token
	w.ok(hal.get(api.PathMe, &me))
}

func TestARevokedDeviceIsNobodyAtOnce(t *testing.T) {
	w := newWorld(t, nil).found()
	ada, gus, hal := w.person("Ada"), w.person("Gus"), w.person("Hal")
	gus.issue(1, hal)
	ada.must(directory.Revoke{Person: hal.id(), Key: hal.key.VerifyKey()})
	var in api.Inbox
	w.fails(api.Withheld, hal.get(api.PathInbox, &in))
	var me api.Me
	w.ok(hal.get(api.PathMe, &me))
	if me.Standing != api.Nobody || me.Person != "" {
		t.Fatalf("%+v", me)
	}
	_, err := hal.submit(hal.sealed(dispatch.KindNoted, frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 1}))
	w.fails(api.NoSession, err)
}

func TestAGuestReadsTheDirectoryAndNothingElse(t *testing.T) {
	w := newWorld(t, nil).found()
	ada, jo := w.person("Ada"), w.person("Jo")
	var page api.Entries
	w.ok(jo.signIn(nil)) // anybody may prove a key
	w.fails(api.Withheld, jo.get(api.PathDirectory, &page))
	code := directory.NewCode([16]byte{1, 2, 3})
	invite := ada.must(directory.Invite{Code: code.Public(origin), Expires: 1000})
	enrol := directory.Enrol{Genesis: w.begun, Invite: invite, Card: jo.card(), Proof: code.Prove(origin, invite, jo.card())}
	bad := enrol
	bad.Proof = append([]byte{1}, enrol.Proof[1:]...)
	w.fails(api.Withheld, jo.signIn(api.Marshal(bad)))
	w.fails(api.Withheld, w.person("Kit").signIn(api.Marshal(enrol))) // another's
	w.ok(jo.signIn(api.Marshal(enrol)))
	w.published()
	w.ok(jo.get(api.PathDirectory+"?limit=500", &page))
	if uint64(len(page.Entries)) != w.server.Size() || page.More() {
		t.Fatalf("%d entries of %d", len(page.Entries), w.server.Size())
	}
	w.fails(api.Withheld, jo.get(api.PathEntries, &page))
	w.fails(api.Withheld, jo.get(api.PathInbox, &page))
	var me api.Me
	w.ok(jo.get(api.PathMe, &me))
	if me.Standing != api.Guest {
		t.Fatal(me)
	}
	e := jo.must(enrol)
	w.ok(jo.signIn(nil))
	w.ok(jo.get(api.PathDirectory, &page)) // waits to be admitted
	ada.must(directory.Admit{Enrolment: e, Fingerprint: jo.card().Fingerprint()})
	w.ok(jo.get(api.PathEntries, &page))
	w.ok(jo.get(api.PathMe, &me))
	if me.Standing != api.Member || me.Person != jo.id() {
		t.Fatal(me)
	}
}

func TestADirectoryThatMovedOnIsSaid(t *testing.T) {
	w := newWorld(t, nil).found()
	ada, bea := w.person("Ada"), w.person("Bea")
	old := bea.entry(directory.KindCreate, directory.Compose(w.tip, directory.Create{Office: "late", Title: "Late", Attributes: []string{}}))
	ada.must(directory.Create{Office: "first", Title: "First", Attributes: []string{}})
	_, err := bea.submit(open(old))
	w.fails(api.Stale, err)
	_, err = bea.do(directory.Create{Office: "first", Title: "First", Attributes: []string{}})
	w.fails(api.Refused, err)
	_, err = w.person("Hal").do(directory.Create{Office: "mine", Title: "Mine", Attributes: []string{}})
	w.fails(api.Refused, err)
	// Many at once: each is entered once or refused, and the directory is a
	// chain.
	before := w.server.Size()
	var mu sync.Mutex
	var wg sync.WaitGroup
	entered := 0
	for n := range 20 {
		e := ada.entry(directory.KindCreate, directory.Compose(w.tip, directory.Create{Office: frank.OfficeID(fmt.Sprintf("office-%d", n)), Title: "x", Attributes: []string{}}))
		wg.Go(func() {
			if _, err := ada.submit(open(e)); err == nil {
				mu.Lock()
				entered++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if entered != 1 || w.server.Size() != before+1 {
		t.Fatalf("%d of them were entered", entered)
	}
}

func TestWhatIsWithheldLooksLikeWhatIsNot(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, ivy := w.person("Gus"), w.person("Hal"), w.person("Ivy")
	i := gus.issue(1, hal)
	_, err := hal.fetch(hal.fetching(hal.inbox()[0]))
	w.ok(err)
	w.published()
	there := i.parts.Copies[0]
	nothing := frank.Hash{1}
	at := i.accepted.Index
	same := func(what string, a, b func() error) {
		t.Helper()
		if x, y := a(), b(); x == nil || x.Error() != y.Error() || fmt.Sprintf("%#v", x) != fmt.Sprintf("%#v", y) {
			t.Errorf("%s: %v, and of nothing: %v", what, x, y)
		}
	}
	none := frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 9}
	get := func(path string) func() error { return func() error { return ivy.get(path, nil) } }
	same("a blob", get("/v1/blobs/"+i.complete.Source.String()), get("/v1/blobs/"+nothing.String()))
	same("an entry", get(fmt.Sprint("/v1/entries/", at)), get("/v1/entries/999999"))
	same("an office's queue", get("/v1/requests?office=embassy"), get("/v1/requests?office=none"))
	same("an office's dispatches", get("/v1/issued?office=embassy"), get("/v1/issued?office=none"))
	same("numbers", get("/v1/next?place=WASHINGTON&year=2026"), get("/v1/next?place=NOWHERE&year=2026"))
	fetch := func(ref frank.Ref, h frank.Hash) func() error {
		return func() error {
			_, err := ivy.fetch(ivy.fetching(api.Copy{Dispatch: ref, Batch: 1, Sealed: h}))
			return err
		}
	}
	same("a copy", fetch(i.begin.Dispatch, there), fetch(none, nothing))
	note := func(ref frank.Ref) func() error {
		return func() error { _, err := ivy.submit(ivy.sealed(dispatch.KindNoted, ref)); return err }
	}
	same("a note", note(i.begin.Dispatch), note(none))
	recall := func(ref frank.Ref) func() error {
		return func() error {
			_, err := ivy.submit(open(ivy.entry(dispatch.KindRecall, api.Marshal(dispatch.Recall{Dispatch: ref, Reason: "x"}))))
			return err
		}
	}
	same("a recall", recall(i.begin.Dispatch), recall(none))
	same("a path", get("/v1/nothing"), get("/v1/blobs/x"))
}

func TestPersonsOwn(t *testing.T) {
	w := newWorld(t, nil).found()
	hal, ivy := w.person("Hal"), w.person("Ivy")
	var data []byte
	w.fails(api.Withheld, hal.get(api.PathRecovery, &data))
	w.ok(hal.send("PUT", api.PathRecovery, api.TypeBytes, []byte("sealed under a code"), nil))
	w.ok(hal.get(api.PathRecovery, &data))
	if string(data) != "sealed under a code" {
		t.Fatal(data)
	}
	w.fails(api.Withheld, ivy.get(api.PathRecovery, &data))
	w.fails(api.TooLarge, hal.send("PUT", api.PathRecovery, api.TypeBytes, make([]byte, api.MaxRecovery+1), nil))
	var c api.Contact
	for _, bad := range []api.Contact{{Mail: "no address"}, {Mail: "A <a@b.example>"}, {Hook: "ftp://b.example"}, {Hook: "https://user@b.example/"}, {Mail: "a@b.example\r\nBcc: c@d.example"}} {
		w.fails(api.Invalid, hal.send("PUT", api.PathContact, api.TypeJSON, api.Marshal(bad), &c))
	}
	want := api.Contact{Mail: "hal@b.example", Hook: "https://b.example/x"}
	w.ok(hal.send("PUT", api.PathContact, api.TypeJSON, api.Marshal(want), &c))
	w.ok(hal.get(api.PathContact, &c))
	if c != want {
		t.Fatal(c)
	}
}

func TestRestartIsTheNormalPath(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.draft(1, []*actor{hal}, nil)
	w.ok(i.start())
	i.prepare()
	w.stop()
	// Accepted, and the process was killed before it was appended.
	w.storeOnly(func(st store.Store) {
		for n := range 3 {
			e := hal.entry(dispatch.KindNoted, []byte(`{}`))
			list, err := st.Accept(t.Context(), []store.New{{Entry: store.Entry{Commitment: e.Commitment(), Kind: "x", Payload: []byte{byte(n)}, Readers: []store.Reader{store.Members}}}}, 1)
			w.ok(err)
			w.ok(list[0].Err)
		}
	})
	size := i.accepted.Index + 1
	w.start()
	if got := w.server.Size(); got != size+3 {
		t.Fatalf("%d entries after the restart, want %d", got, size+3)
	}
	for _, p := range w.people {
		if p.name != "office key" {
			w.ok(p.signIn(nil))
		}
	}
	_, err := i.finish()
	w.ok(err)
	w.published()
	_, err = hal.fetch(hal.fetching(hal.inbox()[0]))
	w.ok(err)
}

func TestOneRequestTooMany(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Limits = Limits{PerKey: 0.001, KeyBurst: 5, PerAddr: 0.001, AddrBurst: 200}
	}).found()
	hal := w.person("Hal")
	var me api.Me
	for range 5 {
		w.ok(hal.get(api.PathMe, &me))
	}
	w.fails(api.TooMany, hal.get(api.PathMe, &me))
	w.ok(w.person("Ivy").get(api.PathMe, &me))
	var err error
	for range 200 {
		if err = w.person("Kit").get(api.PathServer, new(api.Server)); err != nil {
			break
		}
	}
	w.fails(api.TooMany, err)
	w.fails(api.TooMany, w.person("Kit").get(api.PathLog+"checkpoint", nil))
}

func TestHeadersAndUnknownPaths(t *testing.T) {
	w := newWorld(t, nil)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/v1/server": 200, "/": 404, "/v1": 404, "/log/": 404, "/log/../store/frank.db": 404, "/log/.state/treeState": 404, "/v1/openapi.json": 200} {
		resp, err := http.Get(w.base + path)
		w.ok(err)
		resp.Body.Close()
		if resp.StatusCode != want || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, resp.StatusCode, resp.Header)
		}
	}
	status, body, err := w.raw("DELETE", api.PathEntries, "", "", nil)
	w.ok(err)
	if status != 400 || !strings.Contains(string(body), "POST") {
		t.Error(status, string(body))
	}
}
