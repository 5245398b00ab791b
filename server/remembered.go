package server

import (
	"context"
	"fmt"
	"sync"

	"frank"
	"frank/api"
	"frank/dispatch"
)

// remembered are facts about dispatches that never change once they are so:
// which office issued one, whom it concerns, and the sealed copies of a batch.
// Without them most of what a server does for a receipt, or for a copy that is
// fetched, would be to ask the store the same again.
type remembered struct {
	mu       sync.Mutex
	office   map[frank.Ref]frank.OfficeID
	concerns map[string]bool

	making sync.Mutex // one at a time: when all fetch at once, the others wait for the first
	copies map[batchID]*dispatch.Sealed
	leaves int // in copies
}

type batchID struct {
	ref   frank.Ref
	batch int
}

const (
	rememberedMost = 1 << 14 // of each of the first two
	leavesMost     = 1 << 16 // copies whose proofs are remembered: 64 bytes each
)

// issuer is the office that issued the dispatch. Errors: [api.Hidden] for one
// that is not.
func (s *Server) issuer(ctx context.Context, ref frank.Ref) (frank.OfficeID, error) {
	m := &s.remembered
	m.mu.Lock()
	office := m.office[ref]
	m.mu.Unlock()
	if office != "" {
		return office, nil
	}
	list, err := s.store.Batches(ctx, ref)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", api.Hidden
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.office == nil || len(m.office) >= rememberedMost {
		m.office = map[frank.Ref]frank.OfficeID{}
	}
	m.office[ref] = list[0].Office
	return list[0].Office, nil
}

// concerns reports whether the dispatch has a copy for them, or for an office
// of theirs.
func (s *Server) concerns(ctx context.Context, ref frank.Ref, w *who) (bool, error) {
	m := &s.remembered
	key := fmt.Sprint(ref, w.person, w.offices)
	m.mu.Lock()
	yes := m.concerns[key]
	m.mu.Unlock()
	if yes {
		return true, nil
	}
	yes, err := s.store.Concerns(ctx, ref, w.person, w.offices)
	if err != nil || !yes {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.concerns == nil || len(m.concerns) >= rememberedMost {
		m.concerns = map[string]bool{}
	}
	m.concerns[key] = true
	return true, nil
}

// copies are the sealed copies of a complete batch, to be proved.
func (s *Server) copies(ctx context.Context, ref frank.Ref, batch int) (*dispatch.Sealed, error) {
	m, id := &s.remembered, batchID{ref, batch}
	m.making.Lock()
	defer m.making.Unlock()
	if x := m.copies[id]; x != nil {
		return x, nil
	}
	hashes, err := s.store.Copies(ctx, ref, batch)
	if err != nil {
		return nil, err
	}
	x := dispatch.NewSealed(hashes)
	if x.Count == 0 || x.Count > leavesMost {
		return x, nil
	}
	if m.leaves += x.Count; m.copies == nil || m.leaves > leavesMost {
		m.copies, m.leaves = map[batchID]*dispatch.Sealed{}, x.Count
	}
	m.copies[id] = x
	return x, nil
}
