package sequencer

import (
	"context"
	"testing"
	"time"

	"frank/ledger"
)

// What is inside when a first entry comes may end up after it, so it waits
// until that is at most half the window, and then as many again are let in.
func TestGate(t *testing.T) {
	var g gate
	ctx := t.Context()
	for range ledger.Window/2 + 1 {
		if err := g.enter(ctx); err != nil {
			t.Fatal(err)
		}
	}
	soon := func() (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, 20*time.Millisecond) }
	c, cancel := soon()
	defer cancel()
	if _, err := g.hold(c); err == nil {
		t.Fatal("a first entry was let in before too many others")
	}
	g.leave()
	release, err := g.hold(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ledger.Window / 2 {
		if err := g.enter(ctx); err != nil {
			t.Fatal(i, err)
		}
	}
	c, cancel = soon()
	defer cancel()
	if g.enter(c) == nil {
		t.Fatal("more were let in than the window has room for")
	}
	release()
	release() // once is enough, twice does no harm
	if err := g.enter(ctx); err != nil {
		t.Fatal(err)
	}
	g.shut()
	if g.enter(ctx) != ErrClosed {
		t.Fatal("a closed gate let somebody in")
	}
}
