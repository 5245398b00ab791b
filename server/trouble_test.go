package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/store"
)

// fullStore is a disk without room, as long as it is said to be.
type fullStore struct {
	store.Store
	full atomic.Bool
}

func (s *fullStore) Accept(ctx context.Context, list []store.New, now int64) ([]store.Accepted, error) {
	if s.full.Load() {
		return nil, store.ErrFull
	}
	return s.Store.Accept(ctx, list, now)
}

func (s *fullStore) Put(ctx context.Context, by frank.PersonID, list []store.Blob, now int64) error {
	if s.full.Load() {
		return store.ErrFull
	}
	return s.Store.Put(ctx, by, list, now)
}

// brokenLog does not append, as long as it is said to be broken; half of the
// time it has appended nonetheless.
type brokenLog struct {
	Log
	broken atomic.Bool
	half   bool
}

func (l *brokenLog) AppendAll(ctx context.Context, list []frank.Hash) ([]uint64, error) {
	if !l.broken.Load() {
		return l.Log.AppendAll(ctx, list)
	}
	if l.half = !l.half; l.half {
		l.Log.AppendAll(ctx, list)
	}
	return nil, errors.New("no space left on device")
}

func TestAFullDiskLosesNothing(t *testing.T) {
	full := &fullStore{}
	w := newWorld(t, func(c *Config) { full.Store = c.Store; c.Store = full }).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	before := w.server.Size()
	full.full.Store(true)
	m := hal.sealed(dispatch.KindNoted, i.begin.Dispatch)
	_, err := hal.submit(m)
	w.fails(api.Full, err)
	if frank.Hint(err) == "" || strings.Contains(err.Error(), "sqlite") {
		t.Error(err)
	}
	w.fails(api.Full, hal.send("POST", api.PathBlobs, api.TypeParcel, api.AppendPart(nil, []byte("x")), nil))
	_, err = hal.fetch(hal.fetching(hal.inbox()[0])) // reading goes on, but no copy without its entry
	w.fails(api.Full, err)
	_, err = w.person("Ada").do(directory.Create{Office: "x", Title: "X", Attributes: []string{}})
	w.fails(api.Full, err)
	full.full.Store(false)
	a, err := hal.submit(m)
	w.ok(err)
	if a.Index != before {
		t.Fatalf("entered at %d, not at %d", a.Index, before)
	}
	w.person("Ada").must(directory.Create{Office: "x", Title: "X", Attributes: []string{}})
	_, err = hal.fetch(hal.fetching(hal.inbox()[0]))
	w.ok(err)
}

func TestALogThatFailsIsTriedAgain(t *testing.T) {
	w := newWorld(t, nil).found()
	ada, gus, hal := w.person("Ada"), w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	log := &brokenLog{Log: w.server.log}
	w.server.journal.log = log
	for round := range 4 {
		log.broken.Store(true)
		m := hal.sealed(dispatch.KindNoted, i.begin.Dispatch)
		by := hal
		tip := w.tip
		if round%2 == 1 {
			by, m = ada, open(ada.entry(directory.KindCreate, directory.Compose(tip, directory.Create{Office: frank.OfficeID("office-" + string(rune('a'+round))), Title: "X", Attributes: []string{}})))
		}
		before := w.server.Size()
		_, err := by.submit(m)
		w.fails(api.Internal, err)
		if status, _, err := w.raw("GET", "/readyz", "", "", nil); err != nil || status != http.StatusServiceUnavailable {
			t.Errorf("ready: %d %v", status, err)
		}
		if len(hal.inbox()) != 1 {
			t.Error("reading does not go on")
		}
		_, err = hal.submit(hal.sealed(dispatch.KindOpened, i.begin.Dispatch))
		if err == nil {
			t.Error("entered in a log that is broken")
		}
		log.broken.Store(false)
		var a *api.Accepted
		for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			if a, err = by.submit(m); err == nil || time.Now().After(end) {
				break
			}
		}
		w.ok(err)
		if a.Index != before {
			t.Fatalf("entered at %d, not at %d", a.Index, before)
		}
		if by == ada {
			w.tip = directory.Entry{Index: a.Index, Hash: m.Commitment}
			ada.must(directory.Create{Office: frank.OfficeID("next-" + string(rune('a'+round))), Title: "X", Attributes: []string{}}) // the directory took it in
		}
		w.published()
		w.ok(w.head().Holds(t.Context(), w, a.Index, m.Commitment))
	}
}
