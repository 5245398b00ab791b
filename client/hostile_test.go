package client

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/internal/hostile"
	"frank/keyring"
	"frank/ledger"
)

// stage is a ministry in which enough has happened for a server to lie about.
type stage struct {
	*world
	gus, ivy, jon, lee *Client
	ref                frank.Ref
	homes              map[string]string // "Ivy early" and the like: copies of people's folders
	early              uint64            // size of the ledger that those called early know
	note               string            // the checkpoint that they know

	revoke, enrol         uint64 // entries since: a revocation, Lee's enrolment
	begin, complete       uint64 // of the one dispatch, to Ivy and Jon
	begun, completed      api.Entry
	jonsFetch, jonsOpened api.Entry
	copies                map[string][]byte // sealed
	homesMade             int
	completedAs           *ledger.Statement
}

func newStage(t *testing.T) *stage {
	w, gus, ivy, jon := staffed(t)
	s := &stage{world: w, gus: gus, ivy: ivy, jon: jon, homes: map[string]string{}, copies: map[string][]byte{}}
	kim := w.join("Kim")
	s.keep("early", gus, ivy, w.people["Ben"])
	s.early, s.note = ivy.View().Head().Size, string(ivy.View().Latest().Note)
	at, err := w.people["Ada"].Do(w.ctx, directory.Revoke{Person: kim.Person, Key: kim.Key.VerifyKey()})
	w.ok(err)
	s.revoke = at.Index
	s.lee = w.join("Lee")
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	s.ref, s.complete = sent.Dispatch, sent.Complete
	s.begin = gus.Batches(s.ref)[0].Index
	s.keep("late", gus, ivy, jon, w.people["Cy"])
	o, err := jon.Open(w.ctx, s.ref)
	w.ok(err)
	s.copies["Jon"] = o.Sealed
	w.ok(jon.Note(w.ctx, s.ref, "the herring remark"))
	s.keep("last", gus, jon)
	for i := range gus.known {
		switch k := &gus.known[i]; {
		case k.Kind == directory.KindEnrol:
			s.enrol = k.Index
		case k.Index == s.begin:
			s.begun = k.Entry
		case k.Index == s.complete:
			s.completed, s.completedAs = k.Entry, k.statement
		case k.Kind == dispatch.KindFetched:
			s.jonsFetch = k.Entry
		case k.Kind == dispatch.KindOpened:
			s.jonsOpened = k.Entry
		}
	}
	if s.revoke < s.early || s.enrol < s.early || s.begin < s.early || s.complete == 0 || s.jonsFetch.Open == nil || s.jonsOpened.Sealed == nil {
		t.Fatalf("the stage is not set: %+v", s)
	}
	return s
}

// keep copies people's folders as they are, after a look at the ledger.
func (s *stage) keep(when string, list ...*Client) {
	s.Helper()
	for _, c := range list {
		s.sync(c)
		dir := filepath.Join(s.dir, "kept", c.Name+" "+when)
		s.ok(os.CopyFS(dir, os.DirFS(string(c.Files.(Folder)))))
		s.homes[c.Name+" "+when] = dir
	}
}

// again opens somebody's folder as it was kept, as if nothing had happened to
// them since, behind an attack.
func (s *stage) again(who string, attack hostile.Attack) *Client {
	s.Helper()
	s.homesMade++
	dir := filepath.Join(s.dir, "again", string(rune('a'+s.homesMade/26))+string(rune('a'+s.homesMade%26)))
	s.ok(os.CopyFS(dir, os.DirFS(s.homes[who])))
	name, _, _ := strings.Cut(who, " ")
	cfg := s.people[name].Config
	cfg.Files = Folder(dir)
	cfg.HTTP = &http.Client{Transport: attack.Through(http.DefaultTransport)}
	c, err := Open(cfg)
	s.ok(err)
	return c
}

// forked is a second ledger by the log's own key and the only witness's: the
// honest one up to a size, as c may read it.
func (s *stage) forked(c *Client, size uint64) *hostile.Log { return s.signed(c, size, s.witness) }

func (s *stage) signed(c *Client, size uint64, witnesses ...string) *hostile.Log {
	s.Helper()
	l, err := hostile.NewLog(s.signer, witnesses...)
	s.ok(err)
	var shown []api.Entry
	for i := range c.known {
		shown = append(shown, c.known[i].Entry)
	}
	s.ok(l.Follow(s.ctx, c.view.Head(), c.wire, size, shown))
	return l
}

func (s *stage) add(l *hostile.Log, e api.Entry) uint64 {
	s.Helper()
	at, err := l.Append(e)
	s.ok(err)
	return at
}

func (s *stage) hide(l *hostile.Log, n uint64) {
	s.Helper()
	for range n {
		var c frank.Hash
		rand.Read(c[:])
		c[31] &^= 1 // not marked
		_, err := l.Hide(c)
		s.ok(err)
	}
}

// stated is an open entry of somebody's own.
func (s *stage) stated(c *Client, kind string, body any, marked bool) api.Entry {
	s.Helper()
	e, err := c.entry(kind, body, marked)
	s.ok(err)
	return api.Entry{Commitment: e.Commitment(), Kind: kind, Open: e.Marshal()}
}

func sealedTo(t *testing.T, seal string, plain []byte) []byte {
	t.Helper()
	p, err := keyring.ParseRecipient(seal)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := keyring.SealTo(plain, p)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func syncs(c *Client) error {
	_, err := c.Sync(context.Background())
	return err
}

// brokenRules makes an error of what the news say is broken.
func brokenRules(c *Client) error {
	news, err := c.Sync(context.Background())
	if err == nil && len(news.Broken) > 0 {
		err = errors.New(strings.Join(news.Broken, "\n"))
	}
	return err
}

// takes fetches a copy.
func (c *Client) takes(ctx context.Context, ref frank.Ref) ([]byte, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	return c.Fetch(ctx, ref)
}

// TestHostile lets a server do what it could, one thing after the other, to
// somebody's machine, and expects the machine to notice. Each time the same
// steps are gone first with a server that is honest.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ctx := s.ctx
	opens := func(c *Client) error { _, err := c.Open(ctx, s.ref); return err }
	inbox := func(c *Client) error { _, err := c.Inbox(ctx); return err }
	// A server that lies about the draw hands out the copy too, where the honest one
	// behind it would not enter what was stated to another ledger.
	opensAtHand := func(c *Client) error {
		sealed, err := s.again("Ivy early", hostile.Honest).takes(ctx, s.ref)
		if err != nil {
			return err
		}
		if err := c.Files.Write(copyName(s.ref, 1), sealed); err != nil {
			return err
		}
		return opens(c)
	}
	issued := func(c *Client) error {
		list, err := c.IssuedBy(ctx, "sarn")
		switch {
		case err != nil:
			return err
		case len(list) != 1 || list[0].Subject != "The estuary talks":
			return errors.New("the list of what was issued is not what it should be")
		case len(list[0].Faults) > 0:
			return errors.New(list[0].Faults[0])
		case list[0].Opened < 1:
			return errors.New("the count of readers is wrong")
		}
		return nil
	}
	attaches := func(c *Client) error {
		o, err := c.Open(ctx, s.ref)
		if err == nil {
			_, err = c.Attachment(ctx, o, 0)
		}
		return err
	}
	invites := func(c *Client) error { _, err := c.Invite(ctx, 1000, ""); return err }
	// log makes an attack of a history: the honest one up to a size as somebody
	// knows it, and what follows.
	log := func(who *Client, size uint64, then func(l *hostile.Log)) hostile.Attack {
		l := s.forked(who, size)
		then(l)
		return l.Attack()
	}
	all := s.gus.view.Head().Size
	gus := s.gus // knows all that Gus may read
	s.sync(s.ivy)
	alone := s.signed(s.ivy, s.ivy.view.Head().Size)
	s.hide(alone, 1)
	leeSeal, eveSeal := s.lee.Key.Public.String(), s.people["Eve"].Key.Public.String()
	junk := []byte("age-encryption.org/v1\nnothing of the kind")
	// a stranger's key, which the server has made for itself
	stranger, err := keyring.New()
	s.ok(err)
	made := *gus
	made.Key = stranger
	mac := func() api.Entry { // what Jon said, as a stranger says it
		return s.stated(&made, dispatch.KindOpened, dispatch.Opened{Dispatch: s.ref, Batch: 1}, false)
	}
	office, err := gus.dir.Now().Office("sarn")
	s.ok(err)
	var jonProof []frank.Hash
	var jonSlot int
	catch := hostile.Copies(func(f *api.Fetched) { jonProof, jonSlot = f.Proof, f.Slot })
	if err := opens(s.again("Jon late", catch)); err != nil {
		t.Fatal(err)
	}
	jons := frank.Hash(sha256.Sum256(s.copies["Jon"]))
	handOut := func(slot func(mine int) int) hostile.Attack { // Jon's copy for Ivy's, with all the papers
		l := s.forked(s.ivy, s.ivy.view.Head().Size)
		return hostile.All(hostile.OtherInbox(jons, jonSlot), func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.Method != http.MethodPost || r.URL.Path != api.PathCopies {
				return next.RoundTrip(r)
			}
			var m api.Submission
			if err := api.Unmarshal(r.Body, api.MaxMessage, &m); err != nil {
				return nil, err
			}
			at := uint64(100_000)
			receipt, err := l.Receipt(at, m.Commitment)
			if err != nil {
				return nil, err
			}
			return hostile.Answer(r, api.Marshal(api.Fetched{Accepted: api.Accepted{Index: at, Receipt: string(receipt)}, Slot: slot(1 - jonSlot), Count: 2, Proof: jonProof, Copy: s.copies["Jon"]})), nil
		})
	}
	oldDraw := func() api.Entry {
		var f dispatch.Complete
		s.ok(s.completedAs.Read(&f))
		f.Checkpoint = s.note
		return s.stated(s.again("Gus early", hostile.Honest), dispatch.KindComplete, f, false)
	}
	secondComplete := func() api.Entry {
		var f dispatch.Complete
		s.ok(s.completedAs.Read(&f))
		f.Codebook = sha256.Sum256([]byte("another codebook"))
		return s.stated(gus, dispatch.KindComplete, f, false)
	}
	secondBegin := func() api.Entry {
		b := gus.Batches(s.ref)[0].Begin
		b.Precommit = sha256.Sum256([]byte("another dispatch"))
		return s.stated(gus, dispatch.KindBegin, b, false)
	}
	ada := s.people["Ada"]
	s.sync(ada)
	friend := func() api.Entry {
		do := directory.Grant{Role: directory.Officer, Person: s.lee.Person}
		return s.stated(ada, directory.KindOf(do), directory.Compose(gus.dir.Last(), do), true)
	}
	newKey := func(c *Client, marked bool) api.Entry {
		do := directory.Key{Seal: eveSeal}
		return s.stated(c, directory.KindOf(do), directory.Compose(gus.dir.Last(), do), marked)
	}

	t.Run("withholds a copy and all that says so", func(t *testing.T) {
		// Ivy cannot know; whoever issued it is told that she has not fetched it.
		c := s.again("Ivy early", hostile.All(hostile.DropKind(dispatch.KindBegin), hostile.DropKind(dispatch.KindComplete), hostile.EmptyInbox()))
		if list, err := c.Inbox(ctx); err != nil || len(list) != 0 {
			t.Fatal(list, err)
		}
		list, err := s.again("Gus last", hostile.Honest).IssuedBy(ctx, "sarn")
		s.ok(err)
		if len(list) != 1 || !slices.Equal(list[0].Waiting, []string{"Ivy"}) {
			t.Errorf("whoever issued it is told %+v", list)
		}
	})

	for _, x := range []struct {
		name   string
		who    string // and when
		attack hostile.Attack
		steps  func(c *Client) error
		notice string
		soft   bool // it is refused, or told, without an alarm
	}{
		// The directory.
		{"swaps a reader's key", "Gus early", hostile.Rewrite(s.enrol, leeSeal, eveSeal), syncs, "not the one that the log's leaf commits to", false},
		{"swaps a reader's key by a statement of its own", "Gus last", log(gus, all, func(l *hostile.Log) { s.add(l, newKey(&made, true)) }), syncs, "was logged against the rules", false},
		{"drops a revocation", "Ivy early", hostile.Drop(s.revoke), syncs, "withholds entry", false},
		{"shows a revocation sealed", "Ivy early", hostile.Replace(s.revoke, func(e *api.Entry) { e.Open, e.Sealed = nil, junk }), syncs, "withholds entry", false},
		{"replays an old directory", "Ivy early", hostile.Until(s.early), syncs, "withholds entry", false},
		{"calls an entry something else", "Ivy early", hostile.Replace(s.revoke, func(e *api.Entry) { e.Kind = directory.KindConsent }), syncs, "and the server calls it", false},
		{"reorders", "Ivy early", hostile.Swap(s.revoke, s.enrol), syncs, "is not the one that the ledger commits to", false},
		{"lists in another order", "Ivy early", hostile.Shuffle(), syncs, "out of order", false},
		{"logs what only officers may change for a registrar alone", "Ben early", log(ada, s.ada().view.Head().Size, func(l *hostile.Log) { s.add(l, friend()) }), syncs, "was logged against the rules", false},
		{"logs a statement of the directory as one for few", "Gus last", log(gus, all, func(l *hostile.Log) { s.add(l, newKey(gus, false)) }), syncs, "is marked for other readers", false},
		{"logs a dispatch as one for all", "Ivy late", log(s.ivy, s.complete, func(l *hostile.Log) {
			s.add(l, s.stated(gus, dispatch.KindRecall, dispatch.Recall{Dispatch: s.ref}, true))
		}), syncs, "two ledgers were shown", false},
		{"marks a dispatch for all", "Gus last", log(gus, all, func(l *hostile.Log) {
			s.add(l, s.stated(gus, dispatch.KindRecall, dispatch.Recall{Dispatch: s.ref}, true))
		}), syncs, "is marked for other readers", false},
		{"begins with another founding", "Ivy early", log(s.ivy, 0, func(l *hostile.Log) { s.hide(l, all+1) }), syncs, "two ledgers were shown", false},

		// The ledger.
		{"shows another ledger", "Ivy late", log(s.ivy, s.early, func(l *hostile.Log) { s.hide(l, all) }), syncs, "two ledgers were shown", false},
		{"shows a shorter other ledger", "Ivy late", log(s.ivy, s.early, func(l *hostile.Log) { s.hide(l, 1) }), syncs, "entries seen before, and now shows", false},
		{"shows two people two ledgers, and they compare", "Ivy early", log(s.ivy, s.early, func(l *hostile.Log) { s.hide(l, all) }),
			func(c *Client) error {
				if err := syncs(c); err != nil {
					return err
				}
				err := c.Compare(ctx, s.gus.view.Latest().Note)
				if err != nil && len(c.view.Alarms()) != 1 {
					t.Error("the evidence was not kept")
				}
				return err
			}, "two ledgers were shown", false},
		{"shows two people two ledgers of different length, and they compare", "Ivy early", log(s.ivy, s.early, func(l *hostile.Log) { s.hide(l, 1) }),
			func(c *Client) error { return c.Compare(ctx, s.gus.view.Latest().Note) }, "and others one of", false},
		{"carries a statement from one ledger to the other", "Ivy early", log(s.ivy, s.early, func(l *hostile.Log) {
			s.hide(l, s.begin-s.early)
			s.add(l, s.begun)
		}), brokenRules, "was shown another ledger than you", true},
		{"carries an issue from one ledger to the other", "Ivy early", log(s.ivy, s.early, func(l *hostile.Log) {
			s.hide(l, s.begin-s.early)
			s.add(l, s.begun)
			s.hide(l, s.complete-s.begin-1)
			s.add(l, s.completed)
		}), func(c *Client) error {
			err := syncs(c)
			if err != nil && len(c.view.Alarms()) != 1 {
				t.Error("the evidence was not kept")
			}
			return err
		}, "two ledgers were shown", false},
		{"back-dates an entry", "Ivy early", log(s.ivy, s.early, func(l *hostile.Log) { s.add(l, s.begun) }), brokenRules, "stands in another place than it was stated for", true},
		{"gives an entry another place in the list", "Ivy early", hostile.Replace(s.begin, func(e *api.Entry) { e.Index++ }), syncs, "out of order", false},
		{"returns a stale checkpoint", "Ivy late", hostile.OldCheckpoint([]byte(s.note)), syncs, "entries seen before, and now shows", false},
		{"returns no checkpoint", "Ivy late", hostile.NoCheckpoint(), syncs, "entries seen before, and now shows", false},
		{"shows what no witness has seen", "Ivy late", alone.Attack(), func(c *Client) error {
			news, err := c.Sync(ctx)
			if err == nil && !news.Witnessed {
				err = errors.New("unwitnessed")
			}
			return err
		}, "unwitnessed", true},
		{"takes an entry without a receipt", "Ben early", hostile.Accepted(func(a *api.Accepted) { a.Receipt = "" }), invites, "no receipt that holds", false},
		{"says another place than it signed for", "Ben early", hostile.Accepted(func(a *api.Accepted) { a.Index++ }), invites, "receipt is for another entry", false},
		{"enters a statement twice", "Gus last", log(gus, all, func(l *hostile.Log) { s.add(l, s.jonsFetch) }), syncs, "once more", false},

		// Copies.
		{"serves another copy", "Ivy late", hostile.Copies(func(f *api.Fetched) { f.Copy = slices.Concat(f.Copy, []byte{0}) }), opens, "another copy", false},
		{"serves somebody else's copy", "Ivy late", hostile.Copies(func(f *api.Fetched) { f.Copy = s.copies["Jon"] }), opens, "another copy", false},
		{"serves somebody else's copy as theirs", "Ivy late", handOut(func(int) int { return jonSlot }), opens, "another copy", false},
		{"serves somebody else's copy in one's own place", "Ivy late", handOut(func(mine int) int { return mine }), opens, "another copy", false},
		{"serves before logging: no receipt", "Ivy late", hostile.Copies(func(f *api.Fetched) { f.Accepted.Receipt = "" }), opens, "no receipt that holds", false},
		{"serves before logging: somebody else's receipt", "Ivy late", hostile.Copies(func(f *api.Fetched) {
			b, err := s.forked(s.ivy, 0).Receipt(f.Accepted.Index, s.jonsFetch.Commitment)
			s.ok(err)
			f.Accepted.Receipt = string(b)
		}), opens, "receipt is for another entry", false},
		{"serves before logging: a receipt for another place", "Ivy late", hostile.Copies(func(f *api.Fetched) { f.Accepted.Index++ }), opens, "receipt is for another entry", false},
		{"withholds a copy", "Ivy late", hostile.EmptyInbox(), inbox, "the server withholds it", false},
		{"withholds that an issue was begun", "Ivy early", hostile.DropKind(dispatch.KindBegin), syncs, "its beginning is withheld", false},
		{"serves another attachment", "Ivy late", hostile.Blobs([]byte("other fish")), attaches, "another sealed thing", false},
		{"withholds that a copy was fetched", "Gus early", hostile.DropKind(dispatch.KindFetched), issued, "nothing says that it was fetched", true},
		{"draws from a checkpoint before the first entry", "Ivy early", log(s.ivy, s.complete, func(l *hostile.Log) { s.add(l, oldDraw()) }), brokenRules, "was fixed before entry", true},
		{"serves a copy drawn from a checkpoint before the first entry", "Ivy early", log(s.ivy, s.complete, func(l *hostile.Log) { s.add(l, oldDraw()) }), opensAtHand, "was fixed before entry", false},
		{"lets an author issue anew", "Gus last", log(gus, all, func(l *hostile.Log) { s.add(l, secondComplete()) }), syncs, "a second time", false},
		{"lets an author use a number again", "Gus last", log(gus, all, func(l *hostile.Log) { s.add(l, secondBegin()) }), syncs, "a second time", false},

		// What others are said to have said.
		{"forges an opened", "Gus early", log(gus, all, func(l *hostile.Log) {
			l.Append(api.Entry{Commitment: mac().Commitment, Kind: dispatch.KindOpened, Sealed: sealedTo(t, office.Key.Seal, ledger.Pad(mac().Open))})
		}), issued, "is forged", true},
		{"forges an opened and signs it", "Gus early", log(gus, all, func(l *hostile.Log) {
			e := mac()
			e.Open, e.Sealed = nil, sealedTo(t, office.Key.Seal, ledger.Pad(e.Open))
			s.add(l, e)
		}), issued, "signed by nobody who could", true},
		{"shows an opened under another kind", "Gus early", hostile.Replace(s.jonsOpened.Index, func(e *api.Entry) { e.Kind = dispatch.KindNoted }), issued, "another statement than the server says", true},
	} {
		t.Run(x.name, func(t *testing.T) {
			if err := x.steps(s.again(x.who, hostile.Honest)); err != nil {
				t.Fatalf("with an honest server: %v", err)
			}
			c := s.again(x.who, x.attack)
			err := x.steps(c)
			_, alarm := errors.AsType[*Alarm](err)
			switch {
			case err == nil:
				t.Fatal("nothing was noticed")
			case !strings.Contains(err.Error(), x.notice):
				t.Fatalf("what was noticed: %v", err)
			case alarm == x.soft:
				t.Errorf("alarm: %v: %v", alarm, err)
			}
			// What was not taken in is not kept: the machine goes on when the
			// server does, and only then.
			if alarm && len(c.view.Alarms()) == 0 && len(c.view.Waiting()) == 0 {
				c.HTTP.Transport = http.DefaultTransport
				err := syncs(c)
				_, fork := errors.AsType[*ledger.Fork](err)
				_, stale := errors.AsType[*ledger.Stale](err)
				if err != nil && !fork && !stale { // a head that the log signed stays
					t.Errorf("when the server is honest again: %v", err)
				}
			}
		})
	}

	t.Run("shows a newcomer an old directory", func(t *testing.T) {
		ada := s.people["Ada"]
		i, err := ada.Invite(ctx, 1000, "")
		s.ok(err)
		attack := s.forked(ada, i.Invite.Index).Attack()
		cfg := s.config("Nan")
		cfg.HTTP = &http.Client{Transport: attack.Through(http.DefaultTransport)}
		if _, err := Enrol(ctx, cfg, i, "Nan"); err == nil || !strings.Contains(err.Error(), "expected an invitation") {
			t.Errorf("what was noticed: %v", err)
		}
		if _, err := Enrol(ctx, s.config("Oda"), i, "Oda"); err != nil {
			t.Errorf("with an honest server: %v", err)
		}
	})

	t.Run("breaks a promise", func(t *testing.T) {
		c := s.again("Ivy late", hostile.Honest)
		if err := opens(c); err != nil {
			t.Fatal(err)
		}
		waiting := c.view.Waiting()
		if len(waiting) == 0 {
			t.Fatal("no promise is waiting")
		}
		if err := c.Settle(ctx, waiting[len(waiting)-1].Index); err != nil || len(c.view.Waiting()) != 0 {
			t.Fatalf("with an honest server: %v", err)
		}
		c = s.again("Ivy late", hostile.Honest)
		if err := opens(c); err != nil {
			t.Fatal(err)
		}
		at := c.view.Waiting()[0].Index
		c.HTTP.Transport = log(c, c.view.Head().Size, func(l *hostile.Log) { s.hide(l, at+3-l.Size()) }).Through(http.DefaultTransport)
		err := syncs(c)
		if broken, ok := errors.AsType[*ledger.Broken](err); !ok || broken.Receipts[0].Index != at || len(c.view.Alarms()) == 0 {
			t.Errorf("what was noticed: %v", err)
		}
	})

	t.Run("serves a share that does not fit", func(t *testing.T) {
		cy, dee, fay := s.people["Cy"], s.people["Dee"], s.people["Fay"]
		for _, x := range []struct {
			name, notice string
			attack       hostile.Attack
		}{
			{"none", "the server withholds it", hostile.Shares(func(p *api.Shares) { p.Shares = []api.Share{} })},
			{"another sealed thing", "another sealed thing", hostile.Blobs(junk)},
		} {
			_, _, err := s.again("Cy late", x.attack).Shares(ctx)
			if _, alarm := errors.AsType[*Alarm](err); !alarm || !strings.Contains(err.Error(), x.notice) {
				t.Errorf("%s: %v", x.name, err)
			}
		}
		if n, faults, err := cy.Shares(ctx); n != 1 || faults != nil || err != nil {
			t.Errorf("with an honest server: %d, %v, %v", n, faults, err)
		}
		bad := sealedTo(t, dee.Key.Public.String(), []byte(`{"format":"frank.share/1"}`))
		dee.HTTP.Transport = hostile.All(hostile.Shares(func(p *api.Shares) {
			for i := range p.Shares {
				p.Shares[i].Sealed = sha256.Sum256(bad)
			}
		}), hostile.Blobs(bad)).Through(http.DefaultTransport)
		n, faults, err := dee.Shares(ctx)
		dee.HTTP.Transport = http.DefaultTransport
		if kept, err := dee.Files.List("shares/"); len(kept) != 0 || err != nil {
			t.Errorf("a share that does not hold was kept: %v, %v", kept, err)
		}
		if _, alarm := errors.AsType[*Alarm](err); alarm { // the author did not deal it
			if n, faults, err := dee.Shares(ctx); n != 1 || faults != nil || err != nil {
				t.Errorf("when the server is honest again: %d, %v, %v", n, faults, err)
			}
			return
		}
		if n != 1 || len(faults) != 1 || err != nil {
			t.Fatalf("%d, %v, %v", n, faults, err)
		}
		s.sync(fay)
		said, err := fay.Said(s.ref)
		s.ok(err)
		if !slices.ContainsFunc(said, func(x Said) bool { return x.Kind == dispatch.KindShareFault && x.Person == dee.Person }) {
			t.Errorf("the overseer is not told: %+v", said)
		}
	})

	t.Run("does not keep a promise yet", func(t *testing.T) {
		c := s.again("Ivy late", hostile.Honest)
		if err := opens(c); err != nil {
			t.Fatal(err)
		}
		c.HTTP.Transport = hostile.OldCheckpoint(c.view.Latest().Note).Through(http.DefaultTransport)
		news, err := c.Sync(ctx)
		if err != nil || news.Waiting == 0 {
			t.Errorf("%+v, %v", news, err)
		}
	})
}

func (s *stage) ada() *Client { return s.people["Ada"] }
