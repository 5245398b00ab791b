package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync"
	"time"

	"frank"
	"frank/api"
	"frank/client"
	"frank/dispatch"
	"frank/exchange"
	"frank/internal/canon"
	"frank/keyring"
)

// opening is one reader who opens.
type opening struct {
	key   *keyring.Key
	token string
	copy  api.Copy
	body  []byte // the signed dispatch.fetched
	raw   []byte // the answer
	got   api.Fetched
	took  time.Duration
	err   error
}

// open lets all readers open the same dispatch at once.
func open(ctx context.Context, o options) error {
	m, c, src, err := author(ctx, o)
	if err != nil {
		return err
	}
	defer m.down()
	sent, err := m.send(ctx, c, src, nil)
	if err != nil {
		return err
	}
	return m.open(ctx, o, c, sent)
}

func (m *ministry) open(ctx context.Context, o options, c *client.Client, sent *client.Sent) error {
	batch := c.Batches(sent.Dispatch)[0]
	w := newWire(m.Addr, m.Readers)
	all := make([]*opening, m.Readers)
	if err := each(len(all), 8, func(i int) error {
		x := &opening{key: m.readers[i]}
		all[i] = x
		var err error
		if x.token, err = w.session(ctx, x.key); err != nil {
			return err
		}
		var in api.Inbox
		if err := w.call(ctx, http.MethodGet, fmt.Sprintf("%s?from=%d", api.PathInbox, sent.Complete), x.token, nil, &in); err != nil {
			return err
		}
		if len(in.Copies) != 1 || in.Copies[0].Dispatch != sent.Dispatch {
			return fmt.Errorf("reader %d has %d copies in the inbox", i, len(in.Copies))
		}
		x.copy = in.Copies[0]
		return nil
	}); err != nil {
		return err
	}
	desk, err := c.Directory().Now().Office(issuer)
	if err != nil {
		return err
	}
	to, err := keyring.ParseRecipient(desk.Key.Seal)
	if err != nil {
		return err
	}
	report := func(what string, pause time.Duration, once func(x *opening) error) error {
		var p99, worst []time.Duration
		errors := 0
		for r := range o.runs {
			if err := each(len(all), 2, func(i int) error { return all[i].prepare() }); err != nil {
				return err
			}
			server, self := m.work()
			took, err := atOnce(all, once)
			server2, self2 := m.work()
			if err != nil {
				errors++
				fmt.Println("    error:", err)
			}
			p99, worst = append(p99, quantile(took, 99)), append(worst, quantile(took, 100))
			fmt.Printf("  %s, round %d: p50 %s  p90 %s  p99 %s  max %s (processors: server %s, readers %s; load %s)\n", what, r+1,
				ms(quantile(took, 50)), ms(quantile(took, 90)), ms(quantile(took, 99)), ms(quantile(took, 100)), ms(server2-server), ms(self2-self), load())
			time.Sleep(pause)
		}
		fmt.Printf("  %s: median of the rounds' p99 %s, of their max %s; rounds with errors: %d\n", what, ms(median(p99)), ms(median(worst)), errors)
		return nil
	}
	if err := report("fetch", 300*time.Millisecond, func(x *opening) error {
		return w.send(ctx, http.MethodPost, api.PathCopies, x.token, x.body, &x.raw)
	}); err != nil {
		return err
	}
	for i, x := range all { // what the readers' own machines would do, and that it was the right copy
		if err := api.Unmarshal(bytes.NewReader(x.raw), len(x.raw), &x.got); err != nil {
			return err
		}
		if _, err := x.read(&batch); err != nil {
			return fmt.Errorf("reader %d: %w", i, err)
		}
	}
	rss, peak := m.memory()
	fmt.Printf("  the server's memory: %.0f MiB, at most %.0f MiB\n", rss, peak)
	// One address may ask 200 times a second without a session.
	return report("sign in, list, fetch, open, tell", 6*time.Second, func(x *opening) error {
		token, err := w.session(ctx, x.key)
		if err != nil {
			return err
		}
		if err := w.call(ctx, http.MethodGet, fmt.Sprintf("%s?from=%d", api.PathInbox, sent.Complete), token, nil, new(api.Inbox)); err != nil {
			return err
		}
		x.got = api.Fetched{}
		if err := w.send(ctx, http.MethodPost, api.PathCopies, token, x.body, &x.got); err != nil {
			return err
		}
		got, err := x.read(&batch)
		if err != nil {
			return err
		}
		e, err := statement(x.key, dispatch.KindOpened, canon.Marshal(dispatch.Opened{Dispatch: sent.Dispatch, Batch: 1, Mac: dispatch.OpenedMac(frank.Secret{1}, got.Text)}), false)
		if err != nil {
			return err
		}
		s, err := sealed(e, api.Route{Kind: dispatch.KindOpened, Dispatch: sent.Dispatch, Batch: 1}, &x.key.Public, to)
		if err != nil {
			return err
		}
		return w.call(ctx, http.MethodPost, api.PathEntries, token, s, nil)
	})
}

// prepare signs that the copy is fetched.
func (x *opening) prepare() error {
	e, err := statement(x.key, dispatch.KindFetched, canon.Marshal(dispatch.Fetched{Dispatch: x.copy.Dispatch, Batch: x.copy.Batch, Sealed: x.copy.Sealed}), false)
	if err != nil {
		return err
	}
	x.body = api.Marshal(submission(e))
	return nil
}

// read opens what was fetched and holds it against the ledger.
func (x *opening) read(b *dispatch.Batch) (*exchange.Received, error) {
	sum := frank.Hash(sha256.Sum256(x.got.Copy))
	if !dispatch.CheckSealed(&b.Begin, b.Complete, sum, x.got.Slot, x.got.Proof) {
		return nil, fmt.Errorf("the copy is another than the one committed to")
	}
	plain, err := x.key.Open(bytes.Clone(x.got.Copy))
	if err != nil {
		return nil, err
	}
	return exchange.Check(plain, &b.Begin, b.Complete, x.got.Slot)
}

// atOnce lets all do f at the same moment, and returns how long each took.
func atOnce(all []*opening, f func(*opening) error) ([]time.Duration, error) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for _, x := range all {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			from := time.Now()
			x.err = f(x)
			x.took = time.Since(from)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	var took []time.Duration
	var err error
	failed := 0
	for _, x := range all {
		took = append(took, x.took)
		if x.err != nil {
			err = x.err
			failed++
		}
	}
	if failed > 0 {
		err = fmt.Errorf("%d of %d failed, such as: %w", failed, len(all), err)
	}
	return took, err
}
