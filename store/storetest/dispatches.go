package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/store"
)

func testNumbers(f *fixture) {
	f.refuse(store.ErrGap, f.begin(ref(2), 1, person(2)))
	f.accept(f.begin(ref(1), 1, person(2)))
	f.refuse(store.ErrTaken, f.begin(ref(1), 1, person(2)))
	f.refuse(store.ErrGap, f.begin(ref(3), 1, person(2)))
	f.accept(f.begin(ref(2), 1, person(2)), f.begin(ref(3), 1, person(2)))
	other := ref(1)
	other.Year = 2027
	f.accept(f.begin(other, 1, person(2)))
	other.Place = "PARIS"
	f.refuse(store.ErrGap, f.begin(frank.Ref{Year: 2026, Place: "PARIS", Number: 2}, 1, person(2)))
	for place, want := range map[string]int{"WASHINGTON": 3, "PARIS": 0} {
		if n, err := f.s.LastNumber(f.ctx, place, 2026); n != want || err != nil {
			f.Fatal(place, n, err)
		}
	}
}

func testBatches(f *fixture) {
	f.refuse(store.ErrNotBegun, f.begin(ref(1), 2, person(2)))
	f.accept(f.entry("genesis"))
	at := f.accept(f.begin(ref(1), 1, person(2), person(3)))
	f.refuse(store.ErrGap, f.begin(ref(1), 3, person(2)))
	other := f.begin(ref(1), 2, person(4))
	other.Begin.Office = "uk"
	f.refuse(store.ErrTaken, other)
	f.accept(f.begin(ref(1), 2, person(4)))
	f.refuse(store.ErrTaken, f.begin(ref(1), 2, person(4)))
	if _, err := f.s.Drawn(f.ctx, 77, "x"); !errors.Is(err, store.ErrNotBegun) {
		f.Fatal(err)
	}
	if list, err := f.s.Undrawn(f.ctx, at); err != nil || !slices.Equal(list, []uint64{at, at + 1}) {
		f.Fatal(list, err)
	}
	for _, note := range []string{"first", "second"} {
		if kept, err := f.s.Drawn(f.ctx, at, note); kept != "first" || err != nil {
			f.Fatal(kept, err)
		}
	}
	if list, err := f.s.Undrawn(f.ctx, 0); err != nil || !slices.Equal(list, []uint64{at + 1}) {
		f.Fatal(list, err)
	}
	if list, err := f.s.Undrawn(f.ctx, at+2); err != nil || len(list) > 0 {
		f.Fatal(list, err)
	}
	list, err := f.s.Batches(f.ctx, ref(1))
	f.ok(err)
	if len(list) != 2 || list[0].Begin != at || list[0].Count != 2 || list[0].Draw != "first" || list[1].Batch != 2 || list[1].Office != "us" || list[1].Complete != 0 || list[0].Entry == list[1].Entry {
		f.Fatalf("%+v", list)
	}
	concerns := func(want bool, p frank.PersonID, offices ...frank.OfficeID) {
		f.Helper()
		if got, err := f.s.Concerns(f.ctx, ref(1), p, offices); got != want || err != nil {
			f.Fatal(p, offices, got, err)
		}
	}
	concerns(false, person(2))
	f.accept(f.complete(ref(1), 1, 2))
	concerns(true, person(2))
	concerns(true, person(9), "uk", "desk")
	concerns(false, person(9), "uk")
	concerns(false, person(4)) // the second batch is not complete
	ids, err := f.s.Addressed(f.ctx, ref(1))
	f.ok(err)
	if !slices.Equal(ids, []frank.PersonID{person(2), person(3), person(4)}) {
		f.Fatal(ids)
	}
	issued, err := f.s.Issued(f.ctx, "us", at+1, 100, 10)
	f.ok(err)
	if len(issued) != 1 || issued[0].Batch != 2 {
		f.Fatal(issued)
	}
}

func testComplete(f *fixture) {
	f.accept(f.entry("genesis"))
	f.refuse(store.ErrNotBegun, f.complete(ref(1), 1, 2))
	begin := f.begin(ref(1), 1, person(2), person(3))
	begin.Begin.Embargo = "2027-01-01T00:00:00Z"
	f.accept(begin)
	empty := func() {
		f.Helper()
		if in, err := f.s.Inbox(f.ctx, person(2), 0, 100, 10); err != nil || len(in) != 0 {
			f.Fatal(in, err)
		}
		if list, err := f.s.Copies(f.ctx, ref(1), 1); err != nil || len(list) > 0 {
			f.Fatal(list, err)
		}
		if _, err := f.s.Blob(f.ctx, hash(fmt.Sprint("source", ref(1), 1)), []store.Reader{store.Office("us")}); !errors.Is(err, store.ErrNone) {
			f.Fatal(err)
		}
	}
	empty()
	c := f.complete(ref(1), 1, 2)
	empty()
	missing := c
	missing.Complete = &store.Complete{Copies: []frank.Hash{c.Complete.Copies[0], hash("not put")}}
	f.refuse(store.ErrParts, missing)
	missing.Complete = &store.Complete{Copies: c.Complete.Copies, Parts: []store.Part{{Hash: hash("not put")}}}
	f.refuse(store.ErrParts, missing)
	missing.Complete = &store.Complete{Copies: c.Complete.Copies[:1]}
	f.refuse(store.ErrParts, missing)
	empty()
	at := f.accept(c)
	f.refuse(store.ErrComplete, f.complete(ref(1), 1, 2))

	if in, err := f.s.Inbox(f.ctx, person(2), 0, at, 10); err != nil || len(in) != 0 {
		f.Fatal("shown before it is published", in, err)
	}
	in, err := f.s.Inbox(f.ctx, person(3), at, at+1, 10)
	f.ok(err)
	want := store.Copy{Batch: store.Batch{Dispatch: ref(1), Batch: 1, Office: "us", Embargo: "2027-01-01T00:00:00Z", Begin: 1, Complete: at}, Slot: 1, To: store.Slot{Person: person(3), Office: "desk"},
		Sealed: c.Complete.Copies[1], Size: len(fmt.Sprint("copy", ref(1), 1, 1))}
	if len(in) != 1 || in[0] != want {
		f.Fatalf("%+v, want %+v", in, want)
	}
	dealt, err := f.s.Shares(f.ctx, person(7), 0, at+1, 10)
	f.ok(err)
	wanted := store.Dealt{Batch: want.Batch, Share: c.Complete.Shares[0]}
	if len(dealt) != 1 || dealt[0] != wanted {
		f.Fatalf("%+v, want %+v", dealt, wanted)
	}
	if all, err := f.s.DealtIn(f.ctx, 1); err != nil || !slices.Equal(all, []frank.Hash{c.Complete.Shares[0].Hash}) {
		f.Fatal(all, err)
	}
	if dealt, err := f.s.Shares(f.ctx, person(7), 0, at, 10); err != nil || len(dealt) > 0 {
		f.Fatal(dealt, err)
	}
	if _, err := f.s.Blob(f.ctx, dealt[0].Hash, []store.Reader{store.Person(person(7))}); err != nil {
		f.Fatal(err)
	}
	_, err = f.s.Blob(f.ctx, dealt[0].Hash, []store.Reader{store.Members, store.Person(person(2)), store.Office("us")})
	f.fails(store.ErrNone, err)
	if list, err := f.s.Copies(f.ctx, ref(1), 1); err != nil || !slices.Equal(list, c.Complete.Copies) {
		f.Fatal(list, err)
	}
	one, err := f.s.CopyFor(f.ctx, person(3), c.Complete.Copies[1], at+1)
	f.ok(err)
	if *one != want {
		f.Fatal(one)
	}
	for _, x := range []struct {
		p     frank.PersonID
		h     frank.Hash
		below uint64
	}{{person(2), c.Complete.Copies[1], at + 1}, {person(3), hash("none"), at + 1}, {person(3), c.Complete.Copies[1], at}} {
		_, err := f.s.CopyFor(f.ctx, x.p, x.h, x.below)
		f.fails(store.ErrNone, err)
	}
	data, err := f.s.Sealed(f.ctx, c.Complete.Copies[0])
	if err != nil || hash(string(data)) != c.Complete.Copies[0] {
		f.Fatal(err)
	}
	_, err = f.s.Blob(f.ctx, c.Complete.Copies[0], []store.Reader{store.Members, store.Office("us"), store.Person(person(2))})
	f.fails(store.ErrNone, err) // a copy is nobody's to read without a fetch
	if data, err := f.s.Blob(f.ctx, c.Complete.Parts[0].Hash, []store.Reader{store.Office("us")}); err != nil || sha256.Sum256(data) != c.Complete.Parts[0].Hash {
		f.Fatal(err)
	}
	_, err = f.s.Blob(f.ctx, c.Complete.Parts[0].Hash, []store.Reader{store.Office("uk")})
	f.fails(store.ErrNone, err)
}

func (f *fixture) fetch(p frank.PersonID, h frank.Hash) store.New {
	e := f.entry("dispatch.fetched", store.Person(p))
	e.By, e.Fetch, e.Dispatch, e.Batch = p, h, ref(1), 1
	return e
}

func testRecall(f *fixture) {
	recall := f.entry("dispatch.recall")
	recall.Dispatch, recall.Recall = ref(1), true
	f.refuse(store.ErrNotBegun, recall)
	f.accept(f.entry("genesis"))
	f.accept(f.begin(ref(1), 1, person(2)))
	c := f.complete(ref(1), 1, 1)
	f.refuse(store.ErrNone, f.fetch(person(2), c.Complete.Copies[0]))
	f.accept(c)
	f.accept(f.begin(ref(1), 2, person(3)))
	f.refuse(store.ErrNone, f.fetch(person(3), c.Complete.Copies[0]))
	f.accept(f.fetch(person(2), c.Complete.Copies[0]))
	at := f.accept(recall)
	f.refuse(store.ErrRecalled, f.fetch(person(2), c.Complete.Copies[0]))
	f.refuse(store.ErrRecalled, f.complete(ref(1), 2, 1))
	f.refuse(store.ErrRecalled, f.begin(ref(1), 3, person(3)))
	again := f.entry("dispatch.recall")
	again.Dispatch, again.Recall = ref(1), true
	f.refuse(store.ErrRecalled, again)
	in, err := f.s.Inbox(f.ctx, person(2), 0, 100, 10)
	f.ok(err)
	if len(in) != 1 || in[0].Recall != at {
		f.Fatalf("%+v", in)
	}
}

func testStated(f *fixture) {
	fetched := func(number int) store.New {
		e := f.entry("dispatch.fetched", store.Office("us"))
		e.Dispatch = ref(number)
		return e
	}
	noted := fetched(1)
	noted.Kind = "dispatch.noted"
	f.accept(fetched(1), fetched(2), noted, fetched(1), fetched(1), f.entry("dispatch.fetched"), fetched(1))
	for _, x := range []struct {
		from, below uint64
		limit       int
		want        []uint64
	}{{0, 100, 10, []uint64{0, 3, 4, 6}}, {0, 100, 2, []uint64{0, 3}}, {1, 6, 10, []uint64{3, 4}}, {7, 100, 10, nil}} {
		list, err := f.s.Stated(f.ctx, ref(1), "dispatch.fetched", x.from, x.below, x.limit)
		f.ok(err)
		var got []uint64
		for _, e := range list {
			got = append(got, e.Index)
			if e.Kind != "dispatch.fetched" || e.Dispatch != ref(1) {
				f.Fatal(e)
			}
		}
		if !slices.Equal(got, x.want) {
			f.Fatal(got, x.want)
		}
	}
	for n := range 5 {
		big := fetched(3)
		big.Payload = make([]byte, 400<<10+n)
		f.accept(big)
	}
	if list, err := f.s.Stated(f.ctx, ref(3), "dispatch.fetched", 0, 100, 100); err != nil || len(list) != 2 {
		f.Fatal(len(list), err)
	}
}

func testRequests(f *fixture) {
	ask := func(office frank.OfficeID) store.New {
		e := f.entry("dispatch.request", store.Office(office))
		e.Ask = office
		return e
	}
	f.accept(ask("us"), ask("uk"), ask("us"), ask("us"))
	open := func(want ...uint64) {
		f.Helper()
		list, err := f.s.Requests(f.ctx, "us", 0, 100, 10)
		f.ok(err)
		var got []uint64
		for _, e := range list {
			got = append(got, e.Index)
		}
		if !slices.Equal(got, want) {
			f.Fatal(got, want)
		}
	}
	open(0, 2, 3)
	e := f.begin(ref(1), 1, person(2))
	e.Answers, e.AnswerOf = []uint64{0, 1}, "us" // 1 is another office's
	f.refuse(store.ErrNone, e)
	open(0, 2, 3)
	e.Answers = []uint64{0, 3}
	f.accept(e)
	open(2)
	if list, err := f.s.Requests(f.ctx, "us", 0, 2, 10); err != nil || len(list) > 0 {
		f.Fatal(list, err)
	}
	again := f.entry("x")
	again.Answers, again.AnswerOf = []uint64{0}, "us"
	f.refuse(store.ErrNone, again)
}
