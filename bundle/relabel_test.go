package bundle

import (
	"testing"

	"frank"
	"frank/dispatch"
)

// What is opened is called by its own number: with others, a unit between two
// could be kept back.
func TestRelabelled(t *testing.T) {
	s := small(t, nil)
	whole := apart(t, write(t, s, Evidence))
	key := s.people["Cy"]
	for _, c := range []struct {
		why    string
		change func(k *kit)
		at     string
	}{
		{"all units called by the next one's number", func(k *kit) {
			edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm {
				for i := range l[0].Units {
					l[0].Units[i].Unit++
				}
				return l
			})
		}, "sites"},
		{"another number for the batch", func(k *kit) {
			edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm { l[0].Batches[0]++; return l })
		}, "sites"},
		{"another hash for the inquiry", func(k *kit) { k.meta.Inquiry.Hash[0]++ }, "procedure"},
	} {
		k := whole.clone()
		c.change(k)
		fails(t, c.why, k.again(key), s.policy(), c.at)
	}
}

// Where nobody is named, too, an issue is held against its first entry.
func TestBoundForReferral(t *testing.T) {
	w := newWorld(t, origin)
	w.forge = func(c *dispatch.Complete) { c.Book[0]++ }
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, 3, 2, 14)}, nil)
	refused(t, s, Referral, "not what the first entry bound")
}
