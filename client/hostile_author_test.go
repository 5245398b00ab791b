package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/exchange"
	"frank/internal/canon"
	"frank/internal/hostile"
	"frank/ledger"
	"frank/seal/share"
	"frank/store"
)

// badShare is the machine of an author who deals an officer a share that is off
// the polynomial, and signs for it.
func badShare(t *testing.T, author, officer *Client) hostile.Attack {
	was, is := frank.Hash{}, frank.Hash{}
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method != http.MethodPost {
			return next.RoundTrip(r)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		switch r.URL.Path {
		case api.PathBlobs:
			parts, err := api.ReadParcel(bytes.NewReader(body))
			if err != nil {
				return nil, err
			}
			body = nil
			for _, p := range parts {
				var s exchange.Share
				if plain, err := officer.Key.Open(p); err == nil && canon.Unmarshal(plain, &s) == nil {
					was = sha256.Sum256(p)
					s.Share.S[0] ^= 1
					p = sealedTo(t, officer.Key.Public.String(), canon.Marshal(s))
					is = sha256.Sum256(p)
				}
				body = api.AppendPart(body, p)
			}
		case api.PathEntries:
			var m api.Submission
			if err := canon.Unmarshal(body, &m); err != nil || m.Parts == nil {
				break
			}
			m.Parts.Shares[slices.Index(m.Parts.Shares, was)] = is
			var f dispatch.Complete
			e, err := ledger.ParseEntry(m.Open)
			if err != nil {
				return nil, err
			}
			st, err := e.Open(m.Commitment)
			if err != nil {
				return nil, err
			}
			if err := st.Read(&f); err != nil {
				return nil, err
			}
			f.Shares = dispatch.SharesRoot(m.Parts.Shares)
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

// as does something with a server, or a machine, that attacks.
func as(c *Client, a hostile.Attack, f func() error) error {
	was := c.HTTP.Transport
	c.HTTP.Transport = a.Through(was)
	defer func() { c.HTTP.Transport = was }()
	return f()
}

func want(t *testing.T, err error, notice string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), notice) {
		t.Errorf("expected an error with %q, got: %v", notice, err)
	}
}

// refused hands an entry in past the client's own checks.
func refused(t *testing.T, c *Client, kind string, body any, change func(*api.Submission)) error {
	t.Helper()
	e, err := c.entry(kind, body, directory.Handles(kind))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.submitOpen(context.Background(), e, change)
	return err
}

// TestHostileAuthor has authors and registrars break the rules, with machines
// of their own making, and a server that does not help them.
func TestHostileAuthor(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	ada, cy, dee, fay := w.people["Ada"], w.people["Cy"], w.people["Dee"], w.people["Fay"]

	t.Run("deals a bad share", func(t *testing.T) {
		// The part of the machine that is honest sees another receipt than it
		// asked for.
		err := as(gus, badShare(t, gus, cy), func() error { _, err := gus.Send(w.ctx, telegram(t), 2026, nil); return err })
		want(t, err, "receipt is for another entry")
		list, err := gus.Unfinished()
		w.ok(err)
		if len(list) != 1 {
			t.Fatalf("unfinished: %v", list)
		}
		sent, err := gus.Resume(w.ctx, list[0], nil)
		w.ok(err)
		n, faults, err := cy.Shares(w.ctx)
		w.ok(err)
		if n != 1 || len(faults) != 1 {
			t.Errorf("Cy checked %d shares: %v", n, faults)
		}
		if n, faults, err = dee.Shares(w.ctx); n != 1 || faults != nil || err != nil {
			t.Errorf("Dee checked %d shares: %v, %v", n, faults, err)
		}
		w.sync(fay)
		said, err := fay.Said(sent.Dispatch)
		w.ok(err)
		if !slices.ContainsFunc(said, func(x Said) bool {
			return x.Kind == dispatch.KindShareFault && x.Person == cy.Person && bytes.Contains(x.Body, []byte("does not hold"))
		}) {
			t.Errorf("the overseer is not told: %+v", said)
		}
	})

	t.Run("grinds the draw", func(t *testing.T) {
		ground := false
		err := as(gus, hostile.Accepted(func(a *api.Accepted) {
			if a.Checkpoint == "" || ground {
				return
			}
			_, err := ada.Invite(w.ctx, 1000, "") // another entry, and so another checkpoint
			w.ok(err)
			a.Checkpoint, ground = string(ada.View().Latest().Note), true
		}), func() error { _, err := gus.Send(w.ctx, telegram(t), 2026, nil); return err })
		want(t, err, "is not the first that was published")
		list, err := gus.Unfinished()
		w.ok(err)
		for _, name := range list { // with the draw that there is, it goes on
			_, err := gus.Resume(w.ctx, name, nil)
			w.ok(err)
		}
		if len(list) != 1 || !ground {
			t.Errorf("unfinished: %v", list)
		}
		w.sync(ivy, jon)
	})

	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	w.sync(ivy, jon, cy, dee)
	batch := gus.Batches(sent.Dispatch)[0]

	t.Run("changes a codebook after issue", func(t *testing.T) {
		f := *batch.Complete
		f.Codebook = sha256.Sum256([]byte("another codebook"))
		want(t, refused(t, gus, dispatch.KindComplete, f, func(s *api.Submission) {
			s.Parts = &api.Parts{Copies: []frank.Hash{{1}, {2}}, Shares: []frank.Hash{{3}}}
		}), "cannot be changed after issue")

		// Two officers open it; they take no other, whoever hands it to them.
		var shares []share.Share
		var vector share.Vector
		for _, c := range []*Client{cy, dee} {
			i := slices.IndexFunc(batch.Begin.Officers, func(o dispatch.Officer) bool { return o.Person == c.Person })
			sealed, err := c.shareOf(w.ctx, &batch, i+1)
			w.ok(err)
			plain, err := c.Key.Open(sealed)
			w.ok(err)
			s, err := exchange.CheckShare(plain, &batch.Begin, batch.Complete, i+1)
			w.ok(err)
			shares, vector = append(shares, s.Share), s.Vector
		}
		secret, err := vector.Combine(shares)
		w.ok(err)
		key := share.Key(secret, share.Context{Dispatch: sent.Dispatch, Batch: 1})
		random, err := cy.draw(batch.Complete)
		w.ok(err)
		closed, err := cy.blob(w.ctx, batch.Complete.Codebook)
		w.ok(err)
		if _, err := exchange.OpenBook(&batch.Begin, batch.Complete, random, closed, key); err != nil {
			t.Fatal("the true codebook does not open:", err)
		}
		other := slices.Clone(closed)
		other[len(other)-1] ^= 1
		_, err = exchange.OpenBook(&batch.Begin, batch.Complete, random, other, key)
		want(t, err, "not the codebook that was committed to")
		_, err = exchange.OpenBook(&batch.Begin, batch.Complete, frank.Hash{1}, closed, key)
		want(t, err, "were not drawn from the ledger's randomness")
		want(t, as(cy, hostile.Blobs(other), func() error { _, err := cy.blob(w.ctx, batch.Complete.Codebook); return err }), "another sealed thing")
	})

	t.Run("reuses a number", func(t *testing.T) {
		b := batch.Begin
		b.Precommit = sha256.Sum256([]byte("another dispatch"))
		want(t, refused(t, gus, dispatch.KindBegin, b, nil), "taken")
		err := as(gus, hostile.Numbers(func(n *api.Numbers) { n.Last = 0 }), func() error { _, err := gus.Send(w.ctx, telegram(t), 2026, nil); return err })
		want(t, err, "taken")
	})

	t.Run("appoints friends as officers alone", func(t *testing.T) {
		do := directory.Grant{Role: directory.Officer, Person: ivy.Person}
		_, err := ada.Do(w.ctx, do)
		want(t, err, "officers and an overseer")
		want(t, refused(t, ada, directory.KindOf(do), directory.Compose(ada.dir.Last(), do), nil), "officers and an overseer")
		at, err := ada.Propose(w.ctx, do)
		w.ok(err)
		_, err = w.people["Ben"].Do(w.ctx, directory.Consent{Change: at}) // a friend's word does not count
		want(t, err, "its signer is none of these")
		_, err = ada.Enact(w.ctx, at, string(ada.View().Latest().Note), "")
		want(t, err, "does not have it")
		for _, c := range []*Client{cy, dee, fay} {
			_, err := c.Do(w.ctx, directory.Consent{Change: at})
			w.ok(err)
		}
		w.sync(ada)
		if _, err = ada.Enact(w.ctx, at, string(ada.View().Latest().Note), ""); err != nil {
			t.Error("with the agreement of those who must agree:", err)
		}
	})

	t.Run("sends twice", func(t *testing.T) {
		var first []byte
		size := func() uint64 {
			w.sync(ada)
			return ada.View().Head().Size
		}
		before := size()
		w.ok(as(ada, hostile.Twice(http.MethodPost, api.PathEntries, &first), func() error { _, err := ada.Invite(w.ctx, 1000, ""); return err }))
		var a api.Accepted
		if canon.Unmarshal(first, &a) != nil || a.Index != before || size() != before+1 {
			t.Errorf("an entry sent twice was entered as %d of %d, after %d: %s", a.Index, size(), before, first)
		}
		before = size()
		w.ok(as(jon, hostile.Twice(http.MethodPost, api.PathCopies, &first), func() error { _, err := jon.Fetch(w.ctx, sent.Dispatch); return err }))
		var f api.Fetched
		if err := canon.Unmarshal(first, &f); err != nil {
			t.Fatal(err)
		}
		w.ok(ada.Settle(w.ctx, f.Accepted.Index))
		if f.Accepted.Index != before || size() != before+1 {
			t.Errorf("a fetch sent twice was entered as %d of %d, after %d", f.Accepted.Index, size(), before)
		}
	})

	t.Run("takes a session on to another server", func(t *testing.T) {
		// Ivy's machine is told to call another server, which passes all on.
		cfg := ivy.Config
		for _, x := range []struct{ server, notice string }{{"http://" + w.addr, ""}, {"http://localhost:9", "signed by another key or for another server"}} {
			m := ivy.Membership
			m.Server = x.server
			cfg.Files = Folder(t.TempDir())
			cfg.HTTP = &http.Client{Transport: hostile.Relay(w.addr).Through(http.DefaultTransport)}
			c, err := open(cfg, m)
			w.ok(err)
			err = syncs(c)
			if x.notice == "" {
				w.ok(err)
				continue
			}
			want(t, err, x.notice)
		}
	})
	w.sync(ada, cy, dee, fay, gus, ivy, jon)
}

// TestHostileBackup restores a server from last night's backup: whoever saw
// more says so, and nobody's machine goes on as if nothing had been.
func TestHostileBackup(t *testing.T) {
	t.Parallel()
	w := founded(t)
	ada, ben, cy := w.people["Ada"], w.people["Ben"], w.people["Cy"]
	w.sync(ben, cy)
	night := filepath.Join(w.dir, "night")
	live := []string{"log", "store"}
	w.stop()
	for _, d := range live {
		w.ok(os.CopyFS(filepath.Join(night, d), os.DirFS(filepath.Join(w.dir, d))))
	}
	w.start()
	_, err := ada.Invite(w.ctx, 1000, "")
	w.ok(err)
	w.sync(ada, ben) // a restart alone is nothing
	w.stop()
	for _, d := range live {
		w.ok(os.RemoveAll(filepath.Join(w.dir, d)))
		w.ok(os.CopyFS(filepath.Join(w.dir, d), os.DirFS(filepath.Join(night, d))))
	}
	w.start()
	w.sync(cy) // who saw nothing of the day sees nothing
	for _, c := range []*Client{ada, ben} {
		err := syncs(c)
		_, alarm := errors.AsType[*Alarm](err)
		if stale, ok := errors.AsType[*ledger.Stale](err); !alarm || !ok || stale.Seen <= stale.Shown {
			t.Errorf("%s notices: %v", c.Name, err)
		}
		if _, err := c.Invite(w.ctx, 1000, ""); err == nil {
			t.Errorf("%s goes on", c.Name)
		}
	}
}

// TestHostileClock has clocks an hour off, on either side and either way.
func TestHostileClock(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	shift := func(d time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(d) } }
	for i, server := range []time.Duration{time.Hour, -time.Hour} {
		w.stop()
		w.clock = shift(server)
		w.start()
		gus.Now, ivy.Now = shift(-server), shift(server)
		sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
		w.ok(err)
		if sent.Dispatch.Number != i+1 || !sent.Witnessed {
			t.Errorf("%+v", sent)
		}
		for _, c := range []*Client{ivy, jon} {
			o, err := c.Open(w.ctx, sent.Dispatch)
			w.ok(err)
			if len(o.Warnings) > 0 {
				t.Errorf("%s is warned: %v", c.Name, o.Warnings)
			}
			w.ok(c.Note(w.ctx, sent.Dispatch, "seen"))
		}
		w.sync(gus, ivy, jon, w.people["Ada"], w.people["Fay"])
		list, err := gus.IssuedBy(w.ctx, "sarn")
		w.ok(err)
		if x := list[i]; x.Fetched != 2 || x.Opened != 2 || x.Noted != 2 || x.Faults != nil {
			t.Errorf("%+v", x)
		}
	}
}

// TestHostileLaptop looks through the folders that somebody finds on a laptop,
// without its passphrase.
func TestHostileLaptop(t *testing.T) {
	t.Parallel()
	w, gus, ivy, _ := staffed(t)
	kim := w.join("Kim")
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	o, err := ivy.Open(w.ctx, sent.Dispatch)
	w.ok(err)
	_, err = ivy.Attachment(w.ctx, o, 0)
	w.ok(err)
	w.ok(ivy.Note(w.ctx, sent.Dispatch, "a herring remark"))
	w.ok(ivy.Request(w.ctx, dispatch.Request{Dispatch: sent.Dispatch, Person: kim.Person, Why: dispatch.Forward, Reason: "she catches herring"}))
	_, err = gus.Requests(w.ctx, "sarn")
	w.ok(err)
	_, err = gus.IssuedBy(w.ctx, "sarn")
	w.ok(err)
	for _, name := range []string{"Cy", "Dee"} {
		_, _, err := w.people[name].Shares(w.ctx)
		w.ok(err)
	}
	w.sync(gus, ivy)
	gus.HTTP.Transport = hostile.Cut(http.MethodPost, api.PathEntries).Through(http.DefaultTransport)
	if _, err := gus.Send(w.ctx, telegram(t), 2026, nil); err == nil {
		t.Fatal("the issue was not interrupted")
	}
	if list, err := gus.Unfinished(); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}

	secret := []string{"estuary", "settled", "timber", "stalled", "herring", "DEMO INNER", "map.txt", "here be"}
	for _, word := range secret[:3] {
		if !strings.Contains(o.Text, word) {
			t.Errorf("%q is not of the dispatch", word)
		}
	}
	files, found := 0, false
	w.ok(filepath.WalkDir(filepath.Join(w.dir, "homes"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		found = found || bytes.Contains(data, []byte("frank.membership/1"))
		for _, word := range secret {
			if bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(word))) {
				t.Errorf("%s has %q", filepath.Base(path), word)
			}
		}
		return nil
	}))
	if files < 30 || !found {
		t.Errorf("%d files were looked through", files)
	}
	// With another key the folder opens nothing.
	thief := w.config("thief").Key
	sealed, err := ivy.Files.Read(copyName(sent.Dispatch, 1))
	w.ok(err)
	for _, data := range [][]byte{sealed, o.Sealed} {
		if _, err := thief.Open(data); err == nil {
			t.Error("a copy opens with another key")
		}
	}
}

// TestHostileGuess has everything that the server stores, the public log, a
// leaked text and the list of readers, and looks for who opened it.
func TestHostileGuess(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	texts := map[string]string{}
	for _, c := range []*Client{ivy, jon} {
		o, err := c.Open(w.ctx, sent.Dispatch)
		w.ok(err)
		texts[c.Name] = o.Text
	}
	w.ok(gus.Settle(w.ctx, gus.View().Head().Size+3))
	// What the issuing office knows beyond the server: the MACs.
	macs := map[string]frank.Hash{}
	said, err := gus.Said(sent.Dispatch)
	w.ok(err)
	for _, x := range said {
		var o dispatch.Opened
		if x.Kind == dispatch.KindOpened && json.Unmarshal(x.Body, &o) == nil {
			macs[x.Name] = o.Mac
		}
	}
	if len(macs) != 2 || texts["Ivy"] == texts["Jon"] {
		t.Fatalf("%d MACs, and the texts differ: %v", len(macs), texts["Ivy"] != texts["Jon"])
	}
	w.stop()
	var all bytes.Buffer
	for _, d := range []string{"store", "log"} {
		w.ok(filepath.WalkDir(filepath.Join(w.dir, d), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			all.Write(data)
			return err
		}))
	}
	w.start()
	readers := []store.Reader{store.Members, store.Office("sarn")}
	for _, c := range w.people {
		readers = append(readers, store.Person(c.Person))
	}
	for at := uint64(0); at < gus.View().Head().Size; at++ {
		if e, err := w.store.At(w.ctx, at, readers); err == nil {
			all.Write(e.Payload)
			all.WriteByte('\n')
		}
	}
	stored := all.Bytes()
	has := func(h frank.Hash) bool {
		return bytes.Contains(stored, h[:]) || bytes.Contains(stored, []byte(h.String()))
	}
	if jons := sha256.Sum256(mustRead(t, jon, copyName(sent.Dispatch, 1))); !has(jons) {
		t.Fatal("the sealed copy's hash is not found where it must be")
	}

	// Whatever could be a key to one who has it all: everything of 32 bytes that
	// is written there, nothing, and what names the readers.
	keys := []frank.Secret{{}}
	for _, x := range regexp.MustCompile(`[0-9a-f]{64}`).FindAll(stored, -1) {
		var h frank.Hash
		w.ok(h.UnmarshalText(x))
		keys = append(keys, frank.Secret(h))
	}
	for _, c := range w.people {
		keys = append(keys, frank.Secret(c.Key.VerifyKey()), sha256.Sum256([]byte(c.Person)), sha256.Sum256([]byte(c.Name)), frank.Secret(dispatch.KeyHash(c.Key.Public.String())))
	}
	if len(keys) < 200 {
		t.Fatalf("only %d keys are tried", len(keys))
	}
	for reader, text := range texts {
		plain := sha256.Sum256([]byte(text))
		for _, h := range []frank.Hash{plain, sha256.Sum256([]byte(strings.TrimSpace(text)))} {
			if has(h) {
				t.Errorf("the hash of what %s reads is stored", reader)
			}
		}
		for _, k := range append(keys, frank.Secret(plain)) {
			guess := dispatch.OpenedMac(k, text)
			if has(guess) {
				t.Errorf("what %s reads is found in the store", reader)
			}
			for who, mac := range macs {
				if guess == mac {
					t.Errorf("%s is found out", who)
				}
			}
		}
		if has(macs[reader]) {
			t.Errorf("the server has the MAC of %s", reader)
		}
	}
	// With the key that only the reader has, it fits the reader and nobody else.
	plain, err := ivy.Key.Open(mustRead(t, ivy, fileOpened))
	w.ok(err)
	var own []openedKey
	w.ok(canon.Unmarshal(plain, &own))
	if len(own) != 1 || dispatch.OpenedMac(own[0].Key, texts["Ivy"]) != macs["Ivy"] || dispatch.OpenedMac(own[0].Key, texts["Jon"]) == macs["Jon"] {
		t.Error("the reader's own key does not fit what the reader said")
	}
}

func mustRead(t *testing.T, c *Client, name string) []byte {
	t.Helper()
	data, err := c.Files.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
