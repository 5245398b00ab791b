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
		Dispatch: ref(412), Office: "washington", Batch: 1, First: 1, Size: 13, Threshold: 2, Precommit: Precommit(hash(11), hash(3), hash(5)),
		To: []Addressee{
			{Office: "minister", Person: person(minister), Key: hash(minister), Action: true},
			{Office: "minister", Delegate: true, Person: person(aide), Key: hash(aide)},
		},
		Officers: []Officer{{person(officer1), 1, hash(officer1)}, {person(officer2), 2, hash(officer2)}, {person(officer3), 3, hash(officer3)}},
	}
}

func complete() Complete {
	return Complete{
		Dispatch: ref(412), Batch: 1, Begin: 40, BeginEntry: hash(40), Checkpoint: "note", Book: hash(11), Units: 9, UnitRoot: hash(1), CopyRoot: hash(2), ReaderRoot: hash(3),
		Sealed: hash(4), Shares: hash(12), Head: hash(5), Codebook: hash(6), Source: hash(7), Map: hash(8), Sharing: hash(9), MapSharing: hash(10),
	}
}

func (w *world) issued() *world {
	c := complete()
	w.batches = []Batch{{Begin: begin(), Index: 40, Entry: hash(40), By: person(ambassador), Complete: &c}}
	w.last = 412
	return w
}

func further() Begin {
	b := begin()
	b.Batch, b.First = 2, 3
	b.To = []Addressee{{Person: person(newcomer), Key: hash(newcomer)}}
	return b
}

// begun adds a further batch that addresses somebody, begun only.
func (w *world) begun(to int, officers ...Officer) *world {
	last := &w.batches[len(w.batches)-1].Begin
	b := further()
	b.Batch, b.First = last.Batch+1, last.First+len(last.To)
	b.To = []Addressee{{Person: person(to), Key: hash(to)}}
	if officers != nil {
		b.Officers = officers
	}
	n := 40 + len(w.batches)
	w.batches = append(w.batches, Batch{Begin: b, Index: uint64(n), Entry: hash(n), By: person(ambassador)})
	return w
}

// completed completes the batch that was begun last.
func (w *world) completed() *world {
	last := &w.batches[len(w.batches)-1]
	c := completing(last)
	last.Complete = &c
	return w
}

func completing(b *Batch) Complete {
	c := complete()
	c.Batch, c.Begin, c.BeginEntry = b.Begin.Batch, b.Index, b.Entry
	return c
}

func next(w *world, to int, officers ...Officer) Begin {
	return w.begun(to, officers...).drop().Begin
}

func (w *world) drop() Batch {
	last := w.batches[len(w.batches)-1]
	w.batches = w.batches[:len(w.batches)-1]
	return last
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
		{what: "who worked on the source", change: func(b *Begin, w *world) { b.Worked = []frank.PersonID{person(desk)} }},
		{what: "a share for who worked on the source", want: "worked on the source", change: func(b *Begin, w *world) { b.Worked = []frank.PersonID{person(officer2)} }},
		{what: "who worked on the source, twice", want: "nobody twice", change: func(b *Begin, w *world) { b.Worked = []frank.PersonID{person(desk), person(desk)} }},
		{what: "who worked on the source, of a further batch", want: "with the first batch", change: func(b *Begin, w *world) {
			w.issued()
			*b = further()
			b.Worked = []frank.PersonID{person(desk)}
		}},
		{what: "a later share for who worked on the source", want: "worked on the source", change: func(b *Begin, w *world) {
			w.issued().batches[0].Begin.Worked = []frank.PersonID{person(desk)}
			*b = next(w, newcomer, Officer{person(officer1), 1, hash(officer1)}, Officer{person(desk), 2, hash(desk)})
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
		{what: "a share for the office's holder, by who acts for it", want: "acts for the office", by: newcomer, change: func(b *Begin, w *world) {
			w.holds[person(newcomer)] = "washington"
			b.Officers[2] = Officer{person(ambassador), 3, hash(ambassador)}
			w.officers[person(ambassador)] = true
		}},
		{what: "a share for who issued the first copies", want: "who issued", by: newcomer, change: func(b *Begin, w *world) {
			w.issued()
			delete(w.holds, person(ambassador))
			w.holds[person(newcomer)] = "washington"
			w.officers[person(ambassador)] = true
			*b = next(w, desk, Officer{person(officer1), 1, hash(officer1)}, Officer{person(ambassador), 2, hash(ambassador)})
		}},
		{what: "who has a share issues", want: "holds a share", by: officer3, change: func(b *Begin, w *world) {
			w.issued().holds[person(officer3)] = "washington"
			*b = next(w, newcomer, b.Officers[:2]...)
		}},
		{what: "who has a share of a batch that was only begun issues", want: "holds a share", by: desk, change: func(b *Begin, w *world) {
			w.issued().begun(newcomer, Officer{person(officer1), 1, hash(officer1)}, Officer{person(desk), 2, hash(desk)})
			w.holds[person(desk)] = "washington"
			*b = next(w, newcomer, b.Officers[:2]...)
		}},
		// An officer is dealt a share by batch 2, and addressed by batch 3.
		{what: "a copy for who has a share of a batch only begun", want: "holds a share", change: func(b *Begin, w *world) {
			w.issued().begun(newcomer, Officer{person(officer1), 1, hash(officer1)}, Officer{person(desk), 2, hash(desk)})
			*b = next(w, desk, b.Officers[:2]...)
		}},
		{what: "a share for who gets a copy of a batch only begun", want: "has a copy", change: func(b *Begin, w *world) {
			w.issued().begun(desk)
			*b = next(w, newcomer, Officer{person(officer1), 1, hash(officer1)}, Officer{person(desk), 2, hash(desk)})
		}},
		{what: "a second copy", want: "has a copy", change: func(b *Begin, w *world) {
			w.issued()
			*b = next(w, aide)
		}},
		{what: "a second copy, of a further batch", want: "has a copy", change: func(b *Begin, w *world) {
			w.issued().begun(newcomer).completed()
			*b = next(w, newcomer)
		}},
		{what: "a copy instead of one that was only begun", change: func(b *Begin, w *world) {
			w.issued().begun(newcomer)
			*b = next(w, newcomer)
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
		{what: "another codebook", want: "first entry bound", change: func(c *Complete, w *world) { c.Book = hash(77) }},
		{what: "other readers", want: "first entry bound", change: func(c *Complete, w *world) { c.ReaderRoot = hash(77) }},
		{what: "another head", want: "first entry bound", change: func(c *Complete, w *world) { c.Head = hash(77) }},
		{what: "no shares", want: "is missing", change: func(c *Complete, w *world) { c.Shares = frank.Hash{} }},
		{what: "another who acts for the office", want: "somebody else", by: newcomer, change: func(c *Complete, w *world) { w.holds[person(newcomer)] = "washington" }},
		{what: "a further batch", change: func(c *Complete, w *world) {
			w.issued().begun(newcomer)
			*c = completing(&w.batches[1])
		}},
		{what: "the batch after one that was only begun", change: func(c *Complete, w *world) {
			w.issued().begun(newcomer).begun(newcomer)
			*c = completing(&w.batches[2])
		}},
		{what: "a batch whose reader got a copy by a later one", want: "meanwhile", change: func(c *Complete, w *world) {
			w.issued().begun(newcomer).begun(newcomer).completed()
			*c = completing(&w.batches[1])
		}},
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
	check(t, "at a time that nobody knows", "", CheckFetched(f, person(minister), "", w))
	w.batches[0].Begin.Embargo = now
	check(t, "at the time", "", CheckFetched(f, person(minister), now, w))
	w.batches[0].Recalled = true
	check(t, "looked at later", "recalled", CheckFetched(f, person(minister), "", w))
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
	if err := (&Refused{Dispatch: ref(1), Request: 7}).Validate(); err != nil {
		t.Error(err)
	}
	check(t, "refusal of nothing", "the year of a reference", (&Refused{Request: 7}).Validate())
	check(t, "long refusal", "at most", (&Refused{Dispatch: ref(1), Reason: strings.Repeat("x", MaxReason+1)}).Validate())
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

// A head says to whom the dispatch goes, and the ledger the same.
func TestCovers(t *testing.T) {
	h := &Head{Dispatch: ref(412), Office: "washington", Action: []Party{{Office: "minister", Name: "The Minister"}}, Info: []Party{{Person: person(newcomer), Name: "Jo Fell"}}}
	b := begin()
	check(t, "an office, its delegate", "", Covers(h, &b))
	b.To = append(b.To, Addressee{Person: person(newcomer), Key: hash(newcomer)})
	check(t, "a person", "", Covers(h, &b))
	for what, a := range map[string]Addressee{
		"another office":                   {Office: "us-desk", Person: person(desk)},
		"a delegate of another office":     {Office: "us-desk", Delegate: true, Person: person(desk)},
		"another person":                   {Person: person(desk)},
		"the holder as a private person":   {Person: person(officer1)},
		"a listed person as office holder": {Office: "us-desk", Person: person(newcomer)},
	} {
		b := begin()
		b.To = append(b.To, a)
		check(t, what, "does not name", Covers(h, &b))
		b.Batch, b.First = 2, 3
		check(t, what+", by a further batch", "", Covers(h, &b))
	}
	b.Dispatch = ref(413)
	check(t, "another dispatch's head", "another dispatch", Covers(h, &b))
}
