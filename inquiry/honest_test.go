package inquiry

import (
	"testing"
)

// An inquiry as it should go: nothing is refused, and what it says at the end is
// what was done.
func TestHonest(t *testing.T) {
	w := at(t, "closed")
	q := w.q()
	for _, s := range q.Steps {
		if s.Fault != "" {
			t.Errorf("%s: %s", s.Do, s.Fault)
		}
	}
	if len(q.Matters) != 2 || !q.Matters[0].Enough() || !q.Matters[1].Enough() || len(q.Matters[1].Named.Holders) != 2 || q.Closed.Outcome != OutcomeNamed {
		t.Error("the inquiry is not as it was led")
	}
	if r, err := q.Matters[0].Agreed(); err != nil || len(r.Named) != 2 {
		t.Errorf("%+v %v", r, err)
	}
	if w.Look(ref(1)) != 2 || w.Look(ref(2)) != 1 {
		t.Error("the looks are not counted")
	}
	w.refuse("Olga", register(exhibit(9)), "is closed")
	w.refuse("Omar", w.no(), "is closed")
	w.must("Vito", &Note{"correction", "The date in the notice was wrong."})
	w.must("Omar", w.reply("Fay", Answer))
	w.refuse("Olga", w.reply("Stranger", Answer), "not signed by whom")
}

// Whoever takes the same steps has the same state, and every step once.
func TestSameAgain(t *testing.T) {
	w := at(t, "closed")
	w.try("Omar", &Note{"comment", "A fault among the rest."})
	w.try("Omar", w.no())
	again := New(w)
	for _, l := range w.log {
		if err := again.Take(l.index, l.hash, l.by, l.st); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := w.digest(w.State), w.digest(again); a != b {
		t.Errorf("the same steps make\n%s\nand\n%s", a, b)
	}
	before := w.digest(again)
	for i, l := range w.log {
		if again.Take(l.index, l.hash, l.by, l.st) == nil || again.Take(w.index+uint64(i), l.hash, l.by, l.st) == nil {
			t.Errorf("entry %d was taken again", l.index)
		}
	}
	if after := w.digest(again); after != before {
		t.Error("steps that were taken again have changed the state")
	}
}
