package dispatch

import (
	"fmt"
	"strings"
	"testing"

	"frank"

	"pgregory.net/rapid"
)

// world is a record for tests: an ambassador who issues, readers, officers.
type world struct {
	holds, reads map[frank.PersonID]frank.OfficeID
	keys         map[frank.PersonID]frank.Hash
	officers     map[frank.PersonID]bool
	last         int
	batches      []Batch
}

func person(n int) frank.PersonID { return frank.PersonID(fmt.Sprintf("%032x", n)) }
func hash(n int) frank.Hash       { return frank.Hash{byte(n), byte(n >> 8), 1} }

const ambassador, minister, aide, desk, officer1, officer2, officer3, newcomer = 1, 2, 3, 4, 5, 6, 7, 8

func newWorld() *world {
	w := &world{
		holds:    map[frank.PersonID]frank.OfficeID{person(ambassador): "washington", person(minister): "minister", person(desk): "us-desk"},
		reads:    map[frank.PersonID]frank.OfficeID{person(aide): "minister"},
		keys:     map[frank.PersonID]frank.Hash{},
		officers: map[frank.PersonID]bool{person(officer1): true, person(officer2): true, person(officer3): true, person(desk): true},
		last:     411,
	}
	for p := ambassador; p <= newcomer; p++ {
		w.keys[person(p)] = hash(p)
	}
	return w
}

func (w *world) Holds(p frank.PersonID, o frank.OfficeID) bool {
	return w.holds[p] == o && o != ""
}
func (w *world) Delegate(p frank.PersonID, o frank.OfficeID) bool { return w.reads[p] == o && o != "" }
func (w *world) Place(o frank.OfficeID) (string, bool)            { return "WASHINGTON", o == "washington" }
func (w *world) Recipient(p frank.PersonID) (frank.Hash, bool)    { k, ok := w.keys[p]; return k, ok }
func (w *world) Officer(p frank.PersonID) bool                    { return w.officers[p] }
func (w *world) Threshold() int                                   { return 2 }
func (w *world) LastNumber(string, int) (int, error)              { return w.last, nil }
func (w *world) Batches(r frank.Ref) ([]Batch, error) {
	if len(w.batches) == 0 || w.batches[0].Begin.Dispatch != r {
		return nil, nil
	}
	return w.batches, nil
}

func ref(n int) frank.Ref { return frank.Ref{Year: 2026, Place: "WASHINGTON", Number: n} }

func begin() Begin {
	return Begin{
		Dispatch: ref(412), Office: "washington", Batch: 1, First: 1, Size: 13, Threshold: 2, Precommit: hash(99),
		To: []Addressee{
			{Office: "minister", Person: person(minister), Key: hash(minister), Action: true},
			{Office: "minister", Delegate: true, Person: person(aide), Key: hash(aide)},
		},
		Officers: []Officer{{person(officer1), 1, hash(officer1)}, {person(officer2), 2, hash(officer2)}, {person(officer3), 3, hash(officer3)}},
	}
}

func complete() Complete {
	return Complete{
		Dispatch: ref(412), Batch: 1, Begin: 40, BeginEntry: hash(40), Checkpoint: "note", Units: 9, UnitRoot: hash(1), CopyRoot: hash(2), ReaderRoot: hash(3),
		Sealed: hash(4), Head: hash(5), Codebook: hash(6), Source: hash(7), Map: hash(8), Sharing: hash(9), MapSharing: hash(10),
	}
}

func (w *world) issued() *world {
	c := complete()
	w.batches = []Batch{{Begin: begin(), Index: 40, Entry: hash(40), Complete: &c}}
	w.last = 412
	return w
}

func further() Begin {
	b := begin()
	b.Batch, b.First = 2, 3
	b.To = []Addressee{{Person: person(newcomer), Key: hash(newcomer)}}
	return b
}

func TestCheckBegin(t *testing.T) {
	for _, c := range []struct {
		what, want string // want: part of the error, empty for none
		change     func(*Begin, *world)
		by         int
	}{
		{what: "as it should be"},
		{what: "a number used before", want: "is taken", change: func(b *Begin, w *world) { w.issued() }},
		{what: "an old number", want: "is taken", change: func(b *Begin, w *world) { b.Dispatch = ref(3) }},
		{what: "a gap", want: "leave a gap", change: func(b *Begin, w *world) { b.Dispatch = ref(413) }},
		{what: "another's place", want: "issues as WASHINGTON", change: func(b *Begin, w *world) { b.Dispatch.Place = "PARIS" }},
		{what: "not the holder", want: "does not hold", by: desk},
		{what: "an office that does not issue", want: "does not issue", by: minister, change: func(b *Begin, w *world) { b.Office = "minister" }},
		{what: "a swapped key", want: "does not have now", change: func(b *Begin, w *world) { b.To[0].Key = hash(77) }},
		{what: "somebody who left", want: "does not have now", change: func(b *Begin, w *world) { delete(w.keys, person(minister)) }},
		{what: "a former holder", want: "does not hold it now", change: func(b *Begin, w *world) { delete(w.holds, person(minister)) }},
		{what: "a former delegate", want: "does not read for it", change: func(b *Begin, w *world) { delete(w.reads, person(aide)) }},
		{what: "nobody", want: "nobody is addressed", change: func(b *Begin, w *world) { b.To = nil }},
		{what: "twice", want: "twice", change: func(b *Begin, w *world) { b.To[1] = b.To[0] }},
		{what: "an officer with a copy", want: "gets a copy too", change: func(b *Begin, w *world) { b.Officers[2] = Officer{person(minister), 3, hash(minister)} }},
		{what: "a share for the author", want: "whoever issues", change: func(b *Begin, w *world) {
			b.Officers[2] = Officer{person(ambassador), 3, hash(ambassador)}
			w.officers[person(ambassador)] = true
		}},
		{what: "a share for no officer", want: "no officer", change: func(b *Begin, w *world) { b.Officers[2] = Officer{person(newcomer), 3, hash(newcomer)} }},
		{what: "two shares", want: "two shares", change: func(b *Begin, w *world) { b.Officers[2].Person = person(officer1) }},
		{what: "shares out of order", want: "numbered from 1", change: func(b *Begin, w *world) { b.Officers[2].Index = 9 }},
		{what: "too low a threshold", want: "wants 2", change: func(b *Begin, w *world) { b.Threshold = 1 }},
		{what: "a threshold nobody meets", want: "cannot be met", change: func(b *Begin, w *world) { b.Threshold = 4 }},
		{what: "an embargo of another zone", want: "RFC 3339", change: func(b *Begin, w *world) { b.Embargo = "2026-11-21T19:30:00+01:00" }},
		{what: "numbers not from 1", want: "from 1", change: func(b *Begin, w *world) { b.First = 5 }},

		{what: "further copies", change: func(b *Begin, w *world) { w.issued(); *b = further() }},
		{what: "a batch left out", want: "does not follow", change: func(b *Begin, w *world) { w.issued(); *b = further(); b.Batch = 3 }},
		{what: "numbers used again", want: "numbered from 3", change: func(b *Begin, w *world) { w.issued(); *b = further(); b.First = 1 }},
		{what: "after recall", want: "recalled", change: func(b *Begin, w *world) { w.issued().batches[0].Recalled = true; *b = further() }},
		{what: "of nothing", want: "not completed", change: func(b *Begin, w *world) { w.issued().batches[0].Complete = nil; *b = further() }},
		{what: "a copy for an officer with a share", want: "holds a share", change: func(b *Begin, w *world) {
			w.issued()
			*b = further()
			b.To[0] = Addressee{Person: person(officer3), Key: hash(officer3)}
			b.Officers = b.Officers[:2]
		}},
		{what: "a share for a reader", want: "has a copy", change: func(b *Begin, w *world) {
			w.issued().batches[0].Begin.To[1] = Addressee{Office: "us-desk", Person: person(desk), Key: hash(desk)}
			*b = further()
			b.Officers[2] = Officer{person(desk), 3, hash(desk)}
		}},
	} {
		b, w, by := begin(), newWorld(), ambassador
		if c.change != nil {
			c.change(&b, w)
		}
		if c.by != 0 {
			by = c.by
		}
		check(t, c.what, c.want, CheckBegin(&b, person(by), w))
	}
}

func check(t *testing.T, what, want string, err error) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: expected an error with %q, got %v", what, want, err)
	}
}

func TestCheckComplete(t *testing.T) {
	for _, c := range []struct {
		what, want string
		change     func(*Complete, *world)
		by         int
	}{
		{what: "as it should be"},
		{what: "never begun", want: "never begun", change: func(c *Complete, w *world) { w.batches = nil }},
		{what: "twice", want: "cannot be changed after issue", change: func(c *Complete, w *world) { w.issued() }},
		{what: "another first entry", want: "another entry", change: func(c *Complete, w *world) { c.BeginEntry = hash(41) }},
		{what: "another index", want: "another entry", change: func(c *Complete, w *world) { c.Begin = 41 }},
		{what: "not the holder", want: "does not hold", by: desk},
		{what: "recalled", want: "recalled", change: func(c *Complete, w *world) { w.batches[0].Recalled = true }},
		{what: "without a commitment", want: "is missing", change: func(c *Complete, w *world) { c.CopyRoot = frank.Hash{} }},
	} {
		w := newWorld()
		w.issued().batches[0].Complete = nil
		s, by := complete(), ambassador
		if c.change != nil {
			c.change(&s, w)
		}
		if c.by != 0 {
			by = c.by
		}
		check(t, c.what, c.want, CheckComplete(&s, person(by), w))
	}
}

func TestCheckRecall(t *testing.T) {
	w := newWorld().issued()
	check(t, "the holder", "", CheckRecall(&Recall{Dispatch: ref(412)}, person(ambassador), w))
	check(t, "another", "does not hold", CheckRecall(&Recall{Dispatch: ref(412)}, person(minister), w))
	check(t, "nothing", "there is no", CheckRecall(&Recall{Dispatch: ref(1)}, person(ambassador), w))
	check(t, "at length", "at most", CheckRecall(&Recall{ref(412), strings.Repeat("x", MaxReason+1)}, person(ambassador), w))
	w.batches[0].Recalled = true
	check(t, "twice", "before", CheckRecall(&Recall{Dispatch: ref(412)}, person(ambassador), w))
}

func TestCheckFetched(t *testing.T) {
	const now = "2026-11-21T19:30:00Z"
	f := &Fetched{ref(412), 1, hash(4)}
	w := newWorld().issued()
	check(t, "addressed", "", CheckFetched(f, person(minister), now, w))
	// Whoever has no copy learns no more than of one that does not exist.
	other, none := CheckFetched(f, person(desk), now, w), CheckFetched(f, person(desk), now, newWorld())
	if other == nil || none == nil || other.Error() != none.Error() {
		t.Errorf("another's: %v; one that does not exist: %v", other, none)
	}
	w.batches[0].Begin.Embargo = "2026-11-21T19:30:01Z"
	check(t, "too early", "may not be opened before", CheckFetched(f, person(minister), now, w))
	w.batches[0].Begin.Embargo = now
	check(t, "at the time", "", CheckFetched(f, person(minister), now, w))
	w.batches[0].Recalled = true
	check(t, "recalled", "recalled", CheckFetched(f, person(minister), now, w))
	w.batches[0].Complete = nil
	check(t, "before it is bound", "no copy", CheckFetched(f, person(minister), now, w))
}

func TestRequestValidate(t *testing.T) {
	good := Request{Dispatch: ref(1), Office: "us-desk", Why: Forward}
	check(t, "good", "", good.Validate())
	both := good
	both.Person = person(1)
	check(t, "both", "one of the two", both.Validate())
	check(t, "none", "one of the two", (&Request{Dispatch: ref(1), Why: Forward}).Validate())
	check(t, "why", "asked for as", (&Request{Dispatch: ref(1), Office: "us-desk", Why: "sale"}).Validate())
	check(t, "bad", "no office", (&Request{Dispatch: ref(1), Office: "US", Why: Forward}).Validate())
}

func TestSizeClass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1<<40).Draw(t, "n")
		if c := SizeClass(n); n > 1<<c || c > 0 && n > 0 && n <= 1<<(c-1) {
			t.Errorf("%d bytes are of class %d", n, c)
		}
	})
}

func TestOpenedMac(t *testing.T) {
	a := OpenedMac(frank.Secret{1}, "text")
	if a == OpenedMac(frank.Secret{2}, "text") || a == OpenedMac(frank.Secret{1}, "texts") || a != OpenedMac(frank.Secret{1}, "text") {
		t.Error("a MAC that does not depend on key and text")
	}
}
