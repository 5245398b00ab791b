package dispatch_test

import (
	"testing"

	"frank"
	"frank/dispatch"
)

// Only whoever holds a share passes it on, and to nobody who holds one.
func TestShares(t *testing.T) {
	s := dispatch.Deal(&dispatch.Begin{Officers: []dispatch.Officer{{Person: "a", Index: 1}, {Person: "b", Index: 2}}})
	for _, c := range []struct {
		index  int
		by, to frank.PersonID
		ok     bool
	}{
		{1, "b", "c", false}, // not theirs
		{1, "a", "b", false}, // who holds one
		{1, "a", "a", false},
		{0, "", "c", false}, {3, "", "c", false}, {-1, "a", "c", false},
		{1, "a", "", false},
		{1, "a", "c", true},
		{1, "a", "d", false}, // not any more
		{2, "b", "a", true},
		{2, "a", "c", false},
	} {
		if got := s.Pass(&dispatch.ShareReseal{Index: c.index, To: c.to}, c.by); got != c.ok {
			t.Errorf("share %d from %q to %q: %v", c.index, c.by, c.to, got)
		}
	}
	if s.Holder(1) != "c" || s.Holder(2) != "a" || s.Held("b") || s.Held("") || !s.Held("c") {
		t.Errorf("they are held by %v and %v", s.Holder(1), s.Holder(2))
	}
}
