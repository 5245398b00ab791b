package sequencer

import (
	"context"
	"slices"
	"sync"

	"frank/ledger"
)

// gate lets appends in. While the first entry of an issue waits for its
// checkpoint, only so many others are let in that the checkpoint still lies in
// the window that gives the issue its randomness.
type gate struct {
	mu      sync.Mutex
	inside  int           // appends under way
	waiting int           // first entries that want in
	holds   []*int        // for each first entry that waits for its checkpoint: how many may have come after it
	moved   chan struct{} // closed when something changes; nil when nobody waits
	closed  bool
}

func (g *gate) enter(ctx context.Context) error {
	return g.until(ctx, func() bool {
		if g.waiting > 0 || !g.room() {
			return false
		}
		g.admit()
		return true
	})
}

// hold lets in the first entry of an issue; those inside already may come after
// it and count. Call leave when it is appended and release when it waits no
// longer.
func (g *gate) hold(ctx context.Context) (release func(), err error) {
	n := new(int)
	g.mu.Lock()
	g.waiting++ // nobody else comes in before, or it might wait for ever
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.waiting--
		g.signal()
	}()
	err = g.until(ctx, func() bool {
		if g.inside > ledger.Window/2 || !g.room() { // half the window is kept for others
			return false
		}
		*n = g.inside
		g.admit()
		g.holds = append(g.holds, n)
		return true
	})
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.holds = slices.DeleteFunc(g.holds, func(m *int) bool { return m == n })
		g.signal()
	}, err
}

// room reports whether one more may come after every first entry that waits.
func (g *gate) room() bool {
	return !slices.ContainsFunc(g.holds, func(n *int) bool { return *n >= ledger.Window })
}

func (g *gate) admit() {
	g.inside++
	for _, n := range g.holds {
		*n++
	}
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	g.signal()
}

// shut lets nobody in any more.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	g.signal()
}

// signal wakes those who wait.
func (g *gate) signal() {
	if g.moved != nil {
		close(g.moved)
		g.moved = nil
	}
}

// until waits for try, called with the lock held, to report true.
func (g *gate) until(ctx context.Context, try func() bool) error {
	for {
		g.mu.Lock()
		if g.closed {
			g.mu.Unlock()
			return ErrClosed
		}
		if try() {
			g.mu.Unlock()
			return nil
		}
		if g.moved == nil {
			g.moved = make(chan struct{})
		}
		moved := g.moved
		g.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
