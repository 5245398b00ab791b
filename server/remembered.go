package server

import (
	"context"
	"fmt"
	"sync"

	"frank"
	"frank/api"
)

// remembered are facts about dispatches that never change once they are so:
// which office issued one, and whom it concerns. Without them most of what a
// server does for a receipt would be to ask the store the same again.
type remembered struct {
	mu       sync.Mutex
	office   map[frank.Ref]frank.OfficeID
	concerns map[string]bool
}

// rememberedMost bounds each of the two.
const rememberedMost = 1 << 14

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
