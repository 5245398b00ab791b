package server

import (
	"context"
	"sync"

	"frank"
	"frank/api"
	"frank/ledger"
)

// heads are roots that the log had, by size: those that were published since the
// server started, and those that were asked for.
type heads struct {
	mu    sync.Mutex
	roots map[uint64]frank.Hash
}

const headsMost = 1 << 14

func (h *heads) add(x ledger.Head) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.roots == nil || len(h.roots) >= headsMost {
		h.roots = map[uint64]frank.Hash{}
	}
	h.roots[x.Size] = x.Root
}

func (h *heads) root(size uint64) (frank.Hash, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r, ok := h.roots[size]
	return r, ok
}

// seen holds the head that the signer of a statement had verified to the log: it
// must be one that the log had. What names another would have every reader's
// client say that somebody lies.
func (s *Server) seen(ctx context.Context, x ledger.Head) error {
	if x == ledger.Empty() {
		return nil
	}
	root, ok := s.holds.heads.root(x.Size)
	if !ok {
		last, err := s.holds.published(ctx)
		switch {
		case err != nil:
			return err
		case last == nil || x.Size > last.Size:
			return unseen("more entries than the log has")
		}
		list, err := last.Roots(ctx, s.log, x.Size)
		if err != nil {
			return err
		}
		root = list[0]
		s.holds.heads.add(ledger.Head{Size: x.Size, Root: root})
	}
	if root != x.Root {
		return unseen("another log than this server's")
	}
	return nil
}

func unseen(what string) error {
	return &api.Error{Kind: api.Refused, Text: "whoever signed the statement had seen " + what,
		Hint: "the server was set back, or shows different people different ledgers: hold your head against another member's, frank log --head and frank log --compare"}
}
