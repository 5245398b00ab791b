package server

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"frank/ledger"
	"frank/store"
)

// drawWait is how long the first entry of an issue holds others back, while
// witnesses are asked. After it the draw rests on the log alone, and clients
// say so.
const drawWait = 8 * time.Second

// holds follows the log's checkpoints. It knows the last one published, and for
// every issue that was begun keeps the first that covers it: its draw. While
// one waits, so few entries are let in that the checkpoint to come still lies
// in the window.
type holds struct {
	log    Log
	store  store.Store
	slog   *slog.Logger
	mu     sync.Mutex
	policy *ledger.Policy
	raw    []byte
	last   *ledger.Checkpoint
	waits  map[uint64]time.Time // first entries without a draw, and until when they hold others back
	moved  chan struct{}        // closed and made anew at every change
	heads  heads
}

func newHolds(log Log, st store.Store, policy *ledger.Policy, l *slog.Logger) *holds {
	return &holds{log: log, store: st, policy: policy, slog: l, waits: map[uint64]time.Time{}, moved: make(chan struct{})}
}

// published is the last checkpoint, as read just now; nil before the first.
func (h *holds) published(ctx context.Context) (*ledger.Checkpoint, error) {
	raw, err := h.log.Checkpoint(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if bytes.Equal(raw, h.raw) {
		return h.last, nil
	}
	c, err := h.policy.Verify(raw)
	if err != nil {
		return nil, err
	}
	h.raw, h.last = raw, c
	h.heads.add(c.Head)
	h.signal()
	return c, nil
}

// size is how many entries the last checkpoint covers: what is shown.
func (h *holds) size() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last == nil {
		return 0
	}
	return h.last.Size
}

func (h *holds) signal() {
	close(h.moved)
	h.moved = make(chan struct{})
}

// begun makes the first entry of an issue wait for its draw.
func (h *holds) begun(index uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waits[index] = time.Now().Add(drawWait)
}

// wait returns how many entries may be let in now, when the next gets index
// next; it waits until that is one at least, and returns 0 only when ctx ends.
func (h *holds) wait(ctx context.Context, next uint64) int {
	for {
		room := batchMost
		h.mu.Lock()
		for begin := range h.waits {
			// The checkpoint's size is at most begin+1+Window.
			if end := begin + 1 + ledger.Window; next >= end {
				room = 0
			} else {
				room = min(room, int(end-next))
			}
		}
		moved := h.moved
		h.mu.Unlock()
		if room > 0 {
			return room
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0
		}
	}
}

// drawn waits for the draw of the issue that the entry began, and returns it;
// empty when there was none in time.
func (h *holds) drawn(ctx context.Context, index uint64) {
	for {
		h.mu.Lock()
		_, waits := h.waits[index]
		moved := h.moved
		h.mu.Unlock()
		if !waits {
			return
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return
		}
	}
}

// follow looks for new checkpoints until ctx ends.
func (h *holds) follow(ctx context.Context) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := h.published(ctx); err != nil {
			h.slog.Error("the log's checkpoint could not be read", "error", err)
		} else if c != nil {
			h.settle(ctx, c)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// settle keeps the draws that the checkpoint gives.
func (h *holds) settle(ctx context.Context, c *ledger.Checkpoint) {
	type end struct {
		index uint64
		keep  bool
	}
	var ends []end
	h.mu.Lock()
	for index, until := range h.waits {
		_, err := c.Randomness(index)
		late := time.Now().After(until)
		switch {
		case c.Size <= index && !late:
		case err == nil && (c.Witnessed || !h.policy.AsksWitnesses() || late):
			ends = append(ends, end{index, true})
		case late || c.Size > index && err != nil: // too far: the issue has to be begun anew
			ends = append(ends, end{index, false})
		}
	}
	h.mu.Unlock()
	if len(ends) == 0 {
		return
	}
	for _, e := range ends {
		if e.keep {
			if _, err := h.store.Drawn(ctx, e.index, string(c.Note)); err != nil {
				h.slog.Error("a draw's checkpoint could not be kept", "error", err)
				continue // it is tried again
			}
		}
		h.mu.Lock()
		delete(h.waits, e.index)
		h.mu.Unlock()
	}
	h.mu.Lock()
	h.signal()
	h.mu.Unlock()
}
