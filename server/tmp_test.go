package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/store"
)

type timedStore struct {
	store.Store
	n, k, d atomic.Int64
}

func (s *timedStore) Accept(ctx context.Context, list []store.New, now int64) ([]store.Accepted, error) {
	t := time.Now()
	defer func() { s.n.Add(1); s.k.Add(int64(len(list))); s.d.Add(int64(time.Since(t))) }()
	return s.Store.Accept(ctx, list, now)
}

type timedLog struct {
	Log
	n, k, d atomic.Int64
}

func (s *timedLog) AppendAll(ctx context.Context, list []frank.Hash) ([]uint64, error) {
	t := time.Now()
	defer func() { s.n.Add(1); s.k.Add(int64(len(list))); s.d.Add(int64(time.Since(t))) }()
	return s.Log.AppendAll(ctx, list)
}

func TestTmp(t *testing.T) {
	ts := &timedStore{}
	w := newWorld(t, func(c *Config) {
		c.Limits = Limits{PerKey: 1e9, KeyBurst: 1e9}
		ts.Store = c.Store
		c.Store = ts
	}).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	tl := &timedLog{Log: w.server.log}
	w.server.journal.log = tl
	m := hal.sealed(dispatch.KindNoted, i.begin.Dispatch)
	m.Sealed = w.blob(4000)
	jobs := make(chan []byte, 20000)
	for range cap(jobs) {
		rand.Read(m.Commitment[:])
		m.Commitment[31] &^= 1
		jobs <- api.Marshal(m)
	}
	close(jobs)
	ts.n.Store(0)
	ts.k.Store(0)
	ts.d.Store(0)
	var wg sync.WaitGroup
	from := time.Now()
	for range 512 {
		wg.Go(func() {
			for body := range jobs {
				r := httptest.NewRequest("POST", api.PathEntries, bytes.NewReader(body))
				r.Header.Set("Content-Type", api.TypeJSON)
				r.Header.Set("Authorization", "Bearer "+hal.token)
				rec := httptest.NewRecorder()
				w.server.Handler().ServeHTTP(rec, r)
				if rec.Code != 200 {
					t.Error(rec.Body.String())
				}
			}
		})
	}
	wg.Wait()
	el := time.Since(from)
	t.Logf("%.0f/s; accept %d batches of %d, %v each; append %d of %d, %v each", 20000/el.Seconds(), ts.n.Load(), ts.k.Load()/ts.n.Load(), time.Duration(ts.d.Load()/ts.n.Load()), tl.n.Load(), tl.k.Load()/tl.n.Load(), time.Duration(tl.d.Load()/tl.n.Load()))
}
