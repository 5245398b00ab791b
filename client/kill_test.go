package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frank/api"
	"frank/internal/canon"
	"frank/internal/hostile"
)

// cutAfter lets n requests through that change something, and loses the answer
// of the last; then everything fails, as when the machine is switched off.
type cutAfter struct {
	left atomic.Int32
	cut  context.CancelFunc
}

func (c *cutAfter) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet || r.URL.Path == api.PathChallenge || r.URL.Path == api.PathSession {
		return http.DefaultTransport.RoundTrip(r)
	}
	n := c.left.Add(-1)
	if n < 0 {
		return nil, errors.New("cut off")
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if n == 0 && err == nil {
		resp.Body.Close()
		c.cut()
		return nil, errors.New("cut off")
	}
	return resp, err
}

// TestInterrupted cuts an issue off after each of its steps, the step done and
// its answer lost, and goes on with it: nothing half-issued is visible, and one
// dispatch comes out, with one copy each.
func TestInterrupted(t *testing.T) {
	w, gus, ivy, _ := staffed(t)
	finished := 0
	for steps := int32(1); finished == 0; steps++ {
		if steps > 20 {
			t.Fatal("an issue takes more than 20 requests")
		}
		before, err := ivy.Inbox(w.ctx)
		w.ok(err)
		ctx, cancel := context.WithCancel(w.ctx)
		c := &cutAfter{cut: cancel}
		c.left.Store(steps)
		w.meddle(c)
		_, err = gus.Send(ctx, telegram(t), 2026, nil)
		cancel()
		w.meddle(nil)
		if err == nil {
			finished++
		}
		// The machine starts again.
		if gus, err = Open(gus.Config); err != nil {
			t.Fatal(err)
		}
		list, err := gus.Unfinished()
		w.ok(err)
		during, err := ivy.Inbox(w.ctx)
		w.ok(err)
		if len(list) == 1 && len(during) > len(before) {
			// The second entry is in the ledger: all of it is there.
			if _, err := ivy.Open(w.ctx, during[len(during)-1].Dispatch); err != nil {
				t.Errorf("cut off after %d steps, a copy is shown that does not open: %v", steps, err)
			}
		}
		for _, name := range list {
			sent, err := gus.Resume(w.ctx, name, nil)
			if err != nil {
				t.Fatalf("cut off after %d steps: %v", steps, err)
			}
			if sent.Copies != 2 {
				t.Errorf("cut off after %d steps: %+v", steps, sent)
			}
		}
		if list, err = gus.Unfinished(); err != nil || len(list) > 0 {
			t.Errorf("still unfinished: %v, %v", list, err)
		}
		after, err := ivy.Inbox(w.ctx)
		w.ok(err)
		switch n := len(after) - len(before); {
		case n > 1:
			t.Errorf("cut off after %d steps, %d dispatches came of one", steps, n)
		case n == 1:
			if _, err := ivy.Open(w.ctx, after[len(after)-1].Dispatch); err != nil {
				t.Errorf("cut off after %d steps: %v", steps, err)
			}
		case steps > 2: // attachments go first; from the first entry on it goes through
			t.Errorf("cut off after %d steps, nothing came of it", steps)
		}
	}
	// Numbers have no gap.
	issued, err := gus.IssuedBy(w.ctx, "sarn")
	w.ok(err)
	for i, x := range issued {
		if x.Dispatch.Number != i+1 || x.Pending || !strings.HasPrefix(x.Dispatch.String(), "26 SARN ") {
			t.Errorf("issued %d: %+v", i+1, x)
		}
	}
}

// TestInterruptedAtTheEnd loses the answer to what completes an issue, with a ledger
// that takes its time to show it: going on with the issue waits for that, and does
// not call it a mistake.
func TestInterruptedAtTheEnd(t *testing.T) {
	t.Parallel()
	w, gus, _, _ := staffed(t)
	lost := false
	w.meddle(hostile.Attack(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method != http.MethodPost || r.URL.Path != api.PathEntries {
			return next.RoundTrip(r)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
		resp, err := next.RoundTrip(r)
		var m api.Submission
		if err == nil && canon.Unmarshal(body, &m) == nil && m.Parts != nil {
			resp.Body.Close()
			lost = true
			return nil, io.ErrUnexpectedEOF
		}
		return resp, err
	}).Through(http.DefaultTransport))
	_, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	if err == nil || !lost {
		t.Fatal("nothing was interrupted:", err)
	}
	list, err := gus.Unfinished()
	w.ok(err)
	if len(list) != 1 {
		t.Fatal(list)
	}
	const slow = 8 * time.Second
	old, began := hostile.OldCheckpoint(gus.View().Latest().Note).Through(http.DefaultTransport), time.Now()
	w.meddle(hostile.Attack(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if time.Since(began) < slow {
			return old.RoundTrip(r)
		}
		return next.RoundTrip(r)
	}).Through(http.DefaultTransport))
	sent, err := gus.Resume(w.ctx, list[0], nil)
	w.ok(err)
	if sent.Copies != 2 || sent.Complete == 0 || time.Since(began) < slow {
		t.Errorf("after %v: %+v", time.Since(began), sent)
	}
}
