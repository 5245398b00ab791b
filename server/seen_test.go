package server

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"testing"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
)

// having is a statement by one who had seen a head.
func (a *actor) having(seen ledger.Head, kind string, body []byte) *api.Submission {
	a.w.Helper()
	var nonce [16]byte
	rand.Read(nonce[:])
	e, err := ledger.SignMarked(a.key, &ledger.Statement{Log: origin, Kind: kind, By: a.key.VerifyKey(), At: "2026-11-21T19:30:00Z", Seen: seen, Nonce: hex.EncodeToString(nonce[:]), Body: body},
		directory.Handles(kind), func() (salt frank.Secret, err error) { rand.Read(salt[:]); return salt, nil })
	a.w.ok(err)
	return open(e)
}

// TestSeenElsewhere: a statement by one who had seen another log, or more of it than
// there is, is not entered; every head that the log had will do, also after the
// server was started anew.
func TestSeenElsewhere(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	c := hal.inbox()[0]
	body := api.Marshal(dispatch.Fetched{Dispatch: c.Dispatch, Batch: c.Batch, Sealed: c.Sealed})
	recall := api.Marshal(dispatch.Recall{Dispatch: i.begin.Dispatch, Reason: "late"})
	last := w.head()
	before := w.server.Size()
	for _, x := range []struct {
		seen ledger.Head
		want string
	}{
		{ledger.Head{Size: last.Size, Root: frank.Hash{7}}, "another log"},
		{ledger.Head{Size: 4, Root: frank.Hash{7}}, "another log"},
		{ledger.Head{Size: 5, Root: last.Root}, "another log"},
		{ledger.Head{Size: 0, Root: frank.Hash{7}}, "another log"},
		{ledger.Head{Size: last.Size + 1, Root: last.Root}, "more entries"},
		{ledger.Head{Size: ledger.MaxSize, Root: last.Root}, "more entries"},
	} {
		_, err := hal.fetch(hal.having(x.seen, dispatch.KindFetched, body))
		w.fails(api.Refused, err)
		if !strings.Contains(err.Error(), x.want) || frank.Hint(err) == "" {
			t.Errorf("%d entries seen: %v", x.seen.Size, err)
		}
		_, err = gus.submit(gus.having(x.seen, dispatch.KindRecall, recall))
		w.fails(api.Refused, err)
		_, err = w.person("Ada").submit(w.person("Ada").having(x.seen, directory.KindCreate, directory.Compose(w.tip, directory.Create{Office: "x", Title: "X", Attributes: []string{}})))
		w.fails(api.Refused, err)
	}
	if n := w.server.Size(); n != before {
		t.Errorf("the log has %d entries: what was refused was entered", n)
	}
	w.stop()
	w.start()
	w.ok(hal.signIn(nil))
	for size := range last.Size + 1 {
		roots, err := w.head().Roots(t.Context(), w, size)
		w.ok(err)
		_, err = hal.fetch(hal.having(ledger.Head{Size: size, Root: roots[0]}, dispatch.KindFetched, body))
		w.ok(err)
	}
}
