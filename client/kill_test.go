package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"frank/api"
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
