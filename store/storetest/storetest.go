// Package storetest is what every [store.Store] must do. A backend's own test
// calls [Run].
package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"frank"
	"frank/store"

	"pgregory.net/rapid"
)

// Backend makes stores to be tested.
type Backend struct {
	// Open opens the store in the folder, which may not exist yet.
	Open func(dir string) (store.Store, error)
}

// Run tests a backend.
func Run(t *testing.T, b Backend) {
	for _, c := range []struct {
		name string
		test func(*fixture)
	}{
		{"entries get their index in order", testOrder},
		{"an entry is kept once", testOnce},
		{"entries are shown to their readers only", testReaders},
		{"pages are bounded and complete", testPages},
		{"kinds", testKinds},
		{"numbers have no gap and are taken once", testNumbers},
		{"further batches", testBatches},
		{"nothing half-issued is visible", testComplete},
		{"a recall", testRecall},
		{"requests", testRequests},
		{"sealed things", testBlobs},
		{"a sealed thing is named once, by who put it", testNaming},
		{"attachments", testAttachments},
		{"what is named by nothing is swept", testSweep},
		{"limits", testLimits},
		{"an entry and its effect are one", testAtomic},
		{"many at once", testConcurrent},
		{"the log's order", testRenumber},
		{"a person's own", testOwn},
		{"notices", testNotices},
		{"all of it is there after opening again", testReopen},
		{"only one has it open", testBusy},
		{"backup", testBackup},
		{"a model", testModel},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fixture{T: t, backend: b, dir: filepath.Join(t.TempDir(), "store"), ctx: context.Background()}
			f.open()
			t.Cleanup(func() { f.s.Close() })
			c.test(f)
			if wrong, err := f.s.Check(f.ctx); err != nil || len(wrong) > 0 {
				t.Errorf("the store is not in order afterwards: %v %v", wrong, err)
			}
		})
	}
}

type fixture struct {
	*testing.T
	backend Backend
	dir     string
	ctx     context.Context
	s       store.Store
	n       int
}

func (f *fixture) open() {
	f.Helper()
	s, err := f.backend.Open(f.dir)
	if err != nil {
		f.Fatal(err)
	}
	f.s = s
}

func (f *fixture) ok(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) fails(want, err error) {
	f.Helper()
	if !errors.Is(err, want) {
		f.Fatalf("got %v, want: %v", err, want)
	}
}

// Person and the like are names for tests.
func person(n int) frank.PersonID { return frank.PersonID(fmt.Sprintf("%032x", n)) }

func hash(s string) frank.Hash { return sha256.Sum256([]byte(s)) }

// entry makes one that is like no other.
func (f *fixture) entry(kind string, readers ...store.Reader) store.New {
	f.n++
	payload := fmt.Sprintf("payload %d", f.n)
	return store.New{Entry: store.Entry{Commitment: hash(payload), Kind: kind, By: person(1), Payload: []byte(payload), Readers: readers}}
}

// accept keeps entries that must all be kept, and returns the first's index.
func (f *fixture) accept(entries ...store.New) uint64 {
	f.Helper()
	list, err := f.s.Accept(f.ctx, entries, 1000)
	f.ok(err)
	for _, a := range list {
		f.ok(a.Err)
	}
	return list[0].Index
}

// refuse has an entry refused.
func (f *fixture) refuse(want error, e store.New) {
	f.Helper()
	before, _ := f.s.Size(f.ctx)
	list, err := f.s.Accept(f.ctx, []store.New{e}, 1000)
	f.ok(err)
	f.fails(want, list[0].Err)
	if after, _ := f.s.Size(f.ctx); after != before {
		f.Fatalf("%d entries are kept, %d before one was refused", after, before)
	}
}

func ref(number int) frank.Ref { return frank.Ref{Year: 2026, Place: "WASHINGTON", Number: number} }

func (f *fixture) begin(r frank.Ref, batch int, to ...frank.PersonID) store.New {
	e := f.entry("dispatch.begin", store.Office("us"))
	e.Dispatch, e.Batch = r, batch
	e.Begin = &store.Begin{Office: "us"}
	for _, p := range to {
		e.Begin.To = append(e.Begin.To, store.Slot{Person: p, Office: "desk"})
	}
	return e
}

func blob(s string) store.Blob { return store.Blob{Hash: hash(s), Data: []byte(s)} }

// complete puts what it names first.
func (f *fixture) complete(r frank.Ref, batch, copies int) store.New {
	f.Helper()
	e := f.entry("dispatch.complete", store.Office("us"))
	e.Dispatch, e.Batch = r, batch
	share := blob(fmt.Sprint("share", r, batch))
	e.Complete = &store.Complete{Shares: []store.Share{{Person: person(7), Index: 1, Hash: share.Hash}}, Parts: []store.Part{{Hash: hash(fmt.Sprint("source", r, batch)), Readers: []store.Reader{store.Office("us")}}}}
	blobs := []store.Blob{blob(fmt.Sprint("source", r, batch)), share}
	for i := range copies {
		b := blob(fmt.Sprint("copy", r, batch, i))
		blobs = append(blobs, b)
		e.Complete.Copies = append(e.Complete.Copies, b.Hash)
	}
	f.ok(f.s.Put(f.ctx, person(1), blobs, 1000))
	return e
}

func testOrder(f *fixture) {
	if n, err := f.s.Size(f.ctx); n != 0 || err != nil {
		f.Fatal(n, err)
	}
	for i := range uint64(3) {
		if got := f.accept(f.entry("a"), f.entry("b")); got != 2*i {
			f.Fatalf("index %d, want %d", got, 2*i)
		}
	}
	list, err := f.s.Commitments(f.ctx, 1, 3)
	f.ok(err)
	if want := []frank.Hash{hash("payload 2"), hash("payload 3"), hash("payload 4")}; !slices.Equal(list, want) {
		f.Fatal(list)
	}
	if n, err := f.s.Logged(f.ctx); n != 0 || err != nil {
		f.Fatal(n, err)
	}
	f.ok(f.s.Appended(f.ctx, 4))
	f.ok(f.s.Appended(f.ctx, 5))
	if n, err := f.s.Logged(f.ctx); n != 5 || err != nil {
		f.Fatal(n, err)
	}
	if i, err := f.s.Find(f.ctx, hash("payload 3")); i != 2 || err != nil {
		f.Fatal(i, err)
	}
	_, err = f.s.Find(f.ctx, hash("another"))
	f.fails(store.ErrNone, err)
}

func testOnce(f *fixture) {
	e := f.entry("a")
	f.accept(f.entry("a"), e)
	f.refuse(store.ErrKnown, e)
	list, err := f.s.Accept(f.ctx, []store.New{e, f.entry("a"), e}, 0)
	f.ok(err)
	if list[0].Index != 1 || list[2].Index != 1 || list[1].Index != 2 || list[1].Err != nil {
		f.Fatal(list)
	}
}

func testReaders(f *fixture) {
	f.accept(f.entry("a", store.Members), f.entry("a", store.Person(person(1)), store.Office("us")), f.entry("a"), f.entry("a", store.Role("officer"), store.Members))
	see := func(want []uint64, readers ...store.Reader) {
		f.Helper()
		list, err := f.s.Entries(f.ctx, readers, 0, 100, 100)
		f.ok(err)
		var got []uint64
		for _, e := range list {
			got = append(got, e.Index)
			if e.Commitment != sha256.Sum256(e.Payload) || e.Kind != "a" || e.By != person(1) {
				f.Fatal(e)
			}
		}
		if !slices.Equal(got, want) {
			f.Fatalf("%v see %v, want %v", readers, got, want)
		}
		for i := range uint64(5) {
			_, err := f.s.At(f.ctx, i, readers)
			if slices.Contains(want, i) {
				f.ok(err)
			} else {
				f.fails(store.ErrNone, err)
			}
		}
	}
	see(nil)
	see(nil, store.Person(person(2)), store.Office("uk"))
	see([]uint64{0, 3}, store.Members)
	see([]uint64{1}, store.Office("us"), store.Person(person(1)))
	see([]uint64{0, 1, 3}, store.Members, store.Office("us"), store.Role("officer"))
}

func testPages(f *fixture) {
	var all []store.New
	for i := range 30 {
		e := f.entry("a", store.Members)
		if i%3 == 0 {
			e = f.entry("a", store.Office("us"))
		}
		if i > 20 {
			e.Payload = make([]byte, 300<<10)
		}
		all = append(all, e)
	}
	f.accept(all...)
	var got []uint64
	pages := 0
	for from := uint64(2); ; pages++ {
		list, err := f.s.Entries(f.ctx, []store.Reader{store.Office("us"), store.Members}, from, 28, 7)
		f.ok(err)
		if len(list) == 0 {
			break
		}
		total := 0
		for _, e := range list {
			got = append(got, e.Index)
			total += len(e.Payload)
		}
		if len(list) > 7 || total > 1<<20 {
			f.Fatalf("a page has %d entries of %d bytes", len(list), total)
		}
		from = got[len(got)-1] + 1
	}
	var want []uint64
	for i := uint64(2); i < 28; i++ {
		want = append(want, i)
	}
	if !slices.Equal(got, want) {
		f.Fatalf("%v in %d pages", got, pages)
	}
}

func testKinds(f *fixture) {
	f.accept(f.entry("a"), f.entry("b"), f.entry("c"), f.entry("a"), f.entry("b"))
	list, err := f.s.OfKinds(f.ctx, []string{"b", "a", "x"}, 1, 2)
	f.ok(err)
	if len(list) != 2 || list[0].Index != 1 || list[1].Index != 3 {
		f.Fatal(list)
	}
	e := f.begin(ref(1), 1, person(2))
	e.Sealed = true
	i := f.accept(e)
	about, err := f.s.About(f.ctx, ref(1), []string{"dispatch.begin"})
	f.ok(err)
	e.Entry.Index, e.Entry.Readers = i, nil
	if len(about) != 1 || !reflect.DeepEqual(about[0], e.Entry) {
		f.Fatalf("%+v, want %+v", about, e.Entry)
	}
	if none, err := f.s.About(f.ctx, ref(1), []string{"dispatch.complete"}); err != nil || len(none) > 0 {
		f.Fatal(none, err)
	}
}

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

func testBlobs(f *fixture) {
	f.ok(f.s.Put(f.ctx, person(1), []store.Blob{blob("a"), blob("b"), blob("a")}, 1))
	f.ok(f.s.Put(f.ctx, person(2), []store.Blob{blob("a")}, 1))
	if f.s.Put(f.ctx, person(2), []store.Blob{blob("c"), {Hash: hash("x"), Data: []byte("y")}}, 1) == nil {
		f.Fatal("bytes were kept under the hash of others")
	}
	gone, err := f.s.Missing(f.ctx, []frank.Hash{hash("a"), hash("c"), hash("b"), hash("x")})
	f.ok(err)
	if !slices.Equal(gone, []frank.Hash{hash("c"), hash("x")}) {
		f.Fatal(gone)
	}
	_, err = f.s.Sealed(f.ctx, hash("c"))
	f.fails(store.ErrNone, err)
	_, err = f.s.Blob(f.ctx, hash("a"), []store.Reader{store.Members, store.Person(person(1))})
	f.fails(store.ErrNone, err) // staged things are nobody's
}

// testNaming has somebody name what others put, or what is named already: they
// would decide who reads it.
func testNaming(f *fixture) {
	f.accept(f.entry("genesis"), f.begin(ref(1), 1, person(2)))
	first := f.complete(ref(1), 1, 1)
	f.accept(first)
	f.accept(f.begin(ref(2), 1, person(3)))
	f.ok(f.s.Put(f.ctx, person(4), []store.Blob{blob("another's")}, 1000))
	for what, h := range map[string]frank.Hash{"another's, not named yet": hash("another's"), "a copy": first.Complete.Copies[0],
		"a share": first.Complete.Shares[0].Hash, "a source": first.Complete.Parts[0].Hash} {
		stolen := f.complete(ref(2), 1, 1)
		stolen.Complete.Parts = append(stolen.Complete.Parts, store.Part{Hash: h, Readers: []store.Reader{store.Person(person(3))}})
		f.refuse(store.ErrParts, stolen)
		stolen = f.complete(ref(2), 1, 1)
		stolen.Complete.Copies[0] = h
		f.refuse(store.ErrParts, stolen)
		stolen = f.complete(ref(2), 1, 1)
		stolen.Complete.Shares[0].Hash = h
		f.refuse(store.ErrParts, stolen)
		if _, err := f.s.Blob(f.ctx, h, []store.Reader{store.Person(person(3))}); !errors.Is(err, store.ErrNone) {
			f.Fatal(what, err)
		}
	}
	twice := f.complete(ref(2), 1, 1)
	twice.Complete.Parts = append(twice.Complete.Parts, store.Part{Hash: twice.Complete.Copies[0], Readers: []store.Reader{store.Person(person(3))}})
	f.refuse(store.ErrParts, twice)
	// Who puts the same bytes has them, and may name them.
	both := f.complete(ref(2), 1, 1)
	both.Complete.Parts = append(both.Complete.Parts, store.Part{Hash: hash("another's"), Readers: []store.Reader{store.Person(person(3))}})
	f.refuse(store.ErrParts, both)
	f.ok(f.s.Put(f.ctx, person(1), []store.Blob{blob("another's")}, 1000))
	f.accept(both)
}

func testAttachments(f *fixture) {
	begin := f.begin(ref(1), 1, person(2))
	begin.Begin.Embargo = "2027-01-01T00:00:00Z"
	f.accept(f.entry("genesis"), begin)
	c := f.complete(ref(1), 1, 1)
	f.ok(f.s.Put(f.ctx, person(1), []store.Blob{blob("map")}, 1000))
	c.Complete.Parts = append(c.Complete.Parts, store.Part{Hash: hash("map"), Readers: []store.Reader{store.Person(person(2))}, Attached: true})
	_, err := f.s.Attached(f.ctx, hash("map"))
	f.fails(store.ErrNone, err)
	at := f.accept(c)
	b, err := f.s.Attached(f.ctx, hash("map"))
	f.ok(err)
	if b.Dispatch != ref(1) || b.Batch != 1 || b.Office != "us" || b.Complete != at || b.Recall != 0 || b.Embargo != begin.Begin.Embargo {
		f.Fatalf("%+v", b)
	}
	for _, h := range []frank.Hash{c.Complete.Copies[0], c.Complete.Parts[0].Hash, c.Complete.Shares[0].Hash, hash("none")} {
		_, err := f.s.Attached(f.ctx, h)
		f.fails(store.ErrNone, err)
	}
	recall := f.entry("dispatch.recall")
	recall.Dispatch, recall.Recall = ref(1), true
	gone := f.accept(recall)
	if b, err := f.s.Attached(f.ctx, hash("map")); err != nil || b.Recall != gone {
		f.Fatal(b, err)
	}
	if _, err := f.s.Blob(f.ctx, hash("map"), []store.Reader{store.Person(person(2))}); err != nil {
		f.Fatal(err) // who may still have it, the caller says
	}
}

func testSweep(f *fixture) {
	f.accept(f.entry("genesis"), f.begin(ref(1), 1, person(2)))
	c := f.complete(ref(1), 1, 1)
	f.accept(c)
	f.ok(f.s.Put(f.ctx, person(1), []store.Blob{blob("old"), blob("again")}, 10))
	f.ok(f.s.Put(f.ctx, person(1), []store.Blob{blob("new"), blob("again")}, 2000))
	if n, err := f.s.Sweep(f.ctx, 2000); n != 1 || err != nil {
		f.Fatal(n, err)
	}
	if gone, err := f.s.Missing(f.ctx, append([]frank.Hash{hash("old"), hash("new"), hash("again"), c.Complete.Parts[0].Hash}, c.Complete.Copies...)); err != nil || !slices.Equal(gone, []frank.Hash{hash("old")}) {
		f.Fatal(gone, err)
	}
	_, err := f.s.Sealed(f.ctx, hash("old"))
	f.fails(store.ErrNone, err)
}

func testLimits(f *fixture) {
	big := f.entry("a")
	big.Payload = make([]byte, store.MaxPayload+1)
	f.refuse(store.ErrTooLarge, big)
	data := make([]byte, store.MaxBlob+1)
	f.fails(store.ErrTooLarge, f.s.Put(f.ctx, person(1), []store.Blob{{Hash: sha256.Sum256(data), Data: data}}, 1))
	data = data[:store.MaxBlob]
	three := []store.Blob{{Hash: sha256.Sum256(data), Data: data}}
	three = append(three, three[0], three[0])
	f.fails(store.ErrTooLarge, f.s.Put(f.ctx, person(1), three, 1))
	f.fails(store.ErrTooLarge, f.s.Put(f.ctx, person(1), make([]store.Blob, store.MaxParts+1), 1))
	f.fails(store.ErrTooLarge, f.s.SetOwn(f.ctx, person(1), "recovery", make([]byte, store.MaxOwn+1)))
}

func testAtomic(f *fixture) {
	f.accept(f.entry("genesis"), f.begin(ref(1), 1, person(2), person(3)))
	c := f.complete(ref(1), 1, 2)
	bad := f.complete(ref(1), 1, 2)
	bad.Complete.Copies[1] = hash("not put")
	bad.Notify = []frank.PersonID{person(2)}
	f.ok(f.s.SetContact(f.ctx, person(2), store.Mail, "a@b.example"))
	list, err := f.s.Accept(f.ctx, []store.New{f.entry("x"), bad, f.entry("y"), c}, 5)
	f.ok(err)
	if list[0].Err != nil || !errors.Is(list[1].Err, store.ErrParts) || list[2].Err != nil || list[2].Index != 3 || list[3].Err != nil || list[3].Index != 4 {
		f.Fatal(list)
	}
	if due, err := f.s.Due(f.ctx, 100, 10); err != nil || len(due) > 0 {
		f.Fatal("a refused entry told somebody", due, err)
	}
	if in, err := f.s.Inbox(f.ctx, person(2), 0, 100, 10); err != nil || len(in) != 1 || in[0].Complete != 4 {
		f.Fatal(in, err)
	}
	cancelled, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.s.Accept(cancelled, []store.New{f.entry("z")}, 5); err == nil {
		f.Fatal("kept after all")
	}
	if n, err := f.s.Size(f.ctx); n != 5 || err != nil {
		f.Fatal(n, err)
	}
}

// testConcurrent has many ask for the same numbers at once, and read.
func testConcurrent(f *fixture) {
	const workers, each = 8, 12
	var mu sync.Mutex
	got := map[uint64]bool{}
	taken := map[int]int{}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				payload := fmt.Sprint("worker", w, i)
				e := store.New{Entry: store.Entry{Commitment: hash(payload), Kind: "dispatch.begin", Payload: []byte(payload), Readers: []store.Reader{store.Members}, Dispatch: ref(i + 1), Batch: 1},
					Begin: &store.Begin{Office: "us", To: []store.Slot{{Person: person(w)}}}}
				list, err := f.s.Accept(f.ctx, []store.New{e}, 1)
				if err != nil {
					f.Error(err)
					return
				}
				if list[0].Err == nil {
					mu.Lock()
					got[list[0].Index] = true
					taken[i+1]++
					mu.Unlock()
				} else if !errors.Is(list[0].Err, store.ErrTaken) && !errors.Is(list[0].Err, store.ErrGap) {
					f.Error(list[0].Err)
				}
				if err := f.s.Put(f.ctx, person(w), []store.Blob{blob(payload)}, 1); err != nil {
					f.Error(err)
				}
				if _, err := f.s.Entries(f.ctx, []store.Reader{store.Members}, 0, 1000, 100); err != nil {
					f.Error(err)
				}
			}
		})
	}
	wg.Wait()
	n, err := f.s.Size(f.ctx)
	f.ok(err)
	if n != uint64(len(got)) || n == 0 {
		f.Fatalf("%d entries, %d acknowledged", n, len(got))
	}
	for number, times := range taken {
		if times != 1 {
			f.Fatalf("number %d was taken %d times", number, times)
		}
	}
}

func testRenumber(f *fixture) {
	f.accept(f.entry("genesis"), f.begin(ref(1), 1, person(2)))
	c := f.complete(ref(1), 1, 1)
	ask := f.entry("dispatch.request", store.Office("us"))
	ask.Ask = "us"
	x := f.entry("x", store.Members)
	b2 := f.begin(ref(2), 1, person(2))
	f.accept(x, c, ask, b2)
	fails := func(from uint64, order ...frank.Hash) {
		f.Helper()
		if f.s.Renumber(f.ctx, from, order) == nil {
			f.Fatal("renumbered", from, order)
		}
	}
	fails(2, x.Commitment, c.Commitment, ask.Commitment)
	fails(2, x.Commitment, c.Commitment, ask.Commitment, ask.Commitment)
	fails(2, x.Commitment, c.Commitment, ask.Commitment, hash("another"))
	f.ok(f.s.Renumber(f.ctx, 2, []frank.Hash{c.Commitment, b2.Commitment, x.Commitment, ask.Commitment}))
	if list, err := f.s.Commitments(f.ctx, 2, 10); err != nil || !slices.Equal(list, []frank.Hash{c.Commitment, b2.Commitment, x.Commitment, ask.Commitment}) {
		f.Fatal(list, err)
	}
	if in, err := f.s.Inbox(f.ctx, person(2), 0, 10, 10); err != nil || len(in) != 1 || in[0].Complete != 2 {
		f.Fatalf("%+v %v", in, err)
	}
	if b, err := f.s.Batches(f.ctx, ref(2)); err != nil || len(b) != 1 || b[0].Begin != 3 || b[0].Count != 1 || b[0].Entry != b2.Commitment {
		f.Fatalf("%+v %v", b, err)
	}
	if b, err := f.s.Batches(f.ctx, ref(1)); err != nil || b[0].Begin != 1 || b[0].Complete != 2 {
		f.Fatalf("%+v %v", b, err)
	}
	if r, err := f.s.Requests(f.ctx, "us", 0, 10, 10); err != nil || len(r) != 1 || r[0].Index != 5 {
		f.Fatalf("%+v %v", r, err)
	}
	if e, err := f.s.Entries(f.ctx, []store.Reader{store.Members}, 0, 10, 10); err != nil || len(e) != 1 || e[0].Index != 4 {
		f.Fatalf("%+v %v", e, err)
	}
}

func testOwn(f *fixture) {
	_, err := f.s.Own(f.ctx, person(1), "recovery")
	f.fails(store.ErrNone, err)
	for _, v := range []string{"one", "two"} {
		f.ok(f.s.SetOwn(f.ctx, person(1), "recovery", []byte(v)))
		if got, err := f.s.Own(f.ctx, person(1), "recovery"); err != nil || string(got) != v {
			f.Fatal(got, err)
		}
	}
	_, err = f.s.Own(f.ctx, person(2), "recovery")
	f.fails(store.ErrNone, err)
	f.ok(f.s.SetOwn(f.ctx, person(1), "recovery", nil))
	_, err = f.s.Own(f.ctx, person(1), "recovery")
	f.fails(store.ErrNone, err)
	a, err := f.s.Secret(f.ctx)
	f.ok(err)
	b, err := f.s.Secret(f.ctx)
	f.ok(err)
	if a != b || a == (frank.Secret{}) {
		f.Fatal("the secret changes, or is none")
	}
}

func testNotices(f *fixture) {
	tell := func(ids ...frank.PersonID) {
		f.Helper()
		e := f.entry("x")
		e.Notify = ids
		f.accept(e) // at 1000
	}
	due := func(now int64, want int) []store.Notice {
		f.Helper()
		list, err := f.s.Due(f.ctx, now, 10)
		f.ok(err)
		if len(list) != want {
			f.Fatalf("%+v, want %d", list, want)
		}
		return list
	}
	tell(person(1)) // nowhere to tell them
	due(5000, 0)
	if f.s.SetContact(f.ctx, person(1), "pigeon", "x") == nil {
		f.Fatal("a channel that is none")
	}
	f.ok(f.s.SetContact(f.ctx, person(1), store.Mail, "old@b.example"))
	f.ok(f.s.SetContact(f.ctx, person(1), store.Mail, "a@b.example"))
	f.ok(f.s.SetContact(f.ctx, person(1), store.Hook, "https://b.example/"))
	if a, err := f.s.Contact(f.ctx, person(1), store.Mail); a != "a@b.example" || err != nil {
		f.Fatal(a, err)
	}
	if a, err := f.s.Contact(f.ctx, person(2), store.Mail); a != "" || err != nil {
		f.Fatal(a, err)
	}
	tell(person(1), person(2))
	due(999, 0)
	list := due(1000, 2)
	if list[0].Channel == list[1].Channel || list[0].Person != person(1) || list[0].Address == "" || list[0].Tries != 0 {
		f.Fatalf("%+v", list)
	}
	tell(person(1)) // while both are being told
	f.ok(f.s.Told(f.ctx, list[0]))
	f.ok(f.s.Later(f.ctx, list[1], 1500))
	first := due(1000, 1)[0] // there is something more
	if first.Channel != list[0].Channel || first.Tries != 0 {
		f.Fatalf("%+v", first)
	}
	f.ok(f.s.Told(f.ctx, first))
	due(1499, 0)
	if late := due(1500, 1)[0]; late.Tries != 1 || late.Channel != list[1].Channel {
		f.Fatalf("%+v", late)
	}
	f.ok(f.s.SetContact(f.ctx, person(1), list[1].Channel, ""))
	due(5000, 0)
}

func testReopen(f *fixture) {
	f.accept(f.entry("genesis", store.Members), f.begin(ref(1), 1, person(2)))
	c := f.complete(ref(1), 1, 1)
	at := f.accept(c)
	secret, err := f.s.Secret(f.ctx)
	f.ok(err)
	f.ok(f.s.Close())
	f.open()
	if n, err := f.s.Size(f.ctx); n != at+1 || err != nil {
		f.Fatal(n, err)
	}
	if in, err := f.s.Inbox(f.ctx, person(2), 0, 100, 10); err != nil || len(in) != 1 {
		f.Fatal(in, err)
	}
	if _, err := f.s.Sealed(f.ctx, c.Complete.Copies[0]); err != nil {
		f.Fatal(err)
	}
	if again, err := f.s.Secret(f.ctx); again != secret || err != nil {
		f.Fatal("another secret", err)
	}
}

func testBusy(f *fixture) {
	_, err := f.backend.Open(f.dir)
	f.fails(store.ErrBusy, err)
	f.accept(f.entry("still works"))
}

// testBackup copies while somebody writes: what the copy has is whole.
func testBackup(f *fixture) {
	f.accept(f.entry("genesis"))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 1; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			f.accept(f.begin(ref(i), 1, person(2)))
			f.accept(f.complete(ref(i), 1, 1))
		}
	})
	for {
		if n, _ := f.s.Size(f.ctx); n > 20 {
			break
		}
	}
	dir := filepath.Join(f.TempDir(), "backup")
	err := f.s.Backup(f.ctx, dir)
	close(stop)
	wg.Wait()
	f.ok(err)
	if f.s.Backup(f.ctx, dir) == nil {
		f.Fatal("a backup replaced another")
	}
	n, err := f.s.Size(f.ctx)
	f.ok(err)
	copied, err := f.backend.Open(dir)
	f.ok(err)
	defer copied.Close()
	m, err := copied.Size(f.ctx)
	f.ok(err)
	if m < 20 || m > n {
		f.Fatalf("the copy has %d entries, and there are %d", m, n)
	}
	if wrong, err := copied.Check(f.ctx); err != nil || len(wrong) > 0 {
		f.Fatal(wrong, err)
	}
	a, err := f.s.Commitments(f.ctx, 0, int(m))
	f.ok(err)
	b, err := copied.Commitments(f.ctx, 0, int(m))
	f.ok(err)
	if !slices.Equal(a, b) {
		f.Fatal("the copy has other entries")
	}
	in, err := copied.Inbox(f.ctx, person(2), 0, m, 1000)
	f.ok(err)
	for _, c := range in {
		if _, err := copied.Sealed(f.ctx, c.Sealed); err != nil {
			f.Fatal(err)
		}
	}
}

// testModel holds dispatches against a model of them, whatever is done in
// whatever order.
func testModel(f *fixture) {
	type state struct {
		batches  int
		complete map[int]bool
		recalled bool
	}
	model := map[int]*state{}
	last := 0
	f.accept(f.entry("genesis"))
	rapid.Check(f.T, func(t *rapid.T) {
		number := rapid.IntRange(1, last+2).Draw(t, "number")
		batch := rapid.IntRange(1, 3).Draw(t, "batch")
		s := model[number]
		var e store.New
		var want error
		var then func()
		switch rapid.SampledFrom([]string{"begin", "complete", "recall", "fetch"}).Draw(t, "what") {
		case "begin":
			e = f.begin(ref(number), batch, person(2))
			switch {
			case batch == 1 && number <= last, batch > 1 && s != nil && !s.recalled && batch <= s.batches:
				want = store.ErrTaken
			case batch == 1 && number > last+1, batch > 1 && s != nil && !s.recalled && batch > s.batches+1:
				want = store.ErrGap
			case batch > 1 && s == nil:
				want = store.ErrNotBegun
			case batch > 1 && s.recalled:
				want = store.ErrRecalled
			}
			then = func() {
				if batch == 1 {
					last = number
					model[number] = &state{complete: map[int]bool{}}
				}
				model[number].batches++
			}
		case "complete":
			e = f.complete(ref(number), batch, 1)
			switch {
			case s == nil || batch > s.batches:
				want = store.ErrNotBegun
			case s.complete[batch]:
				want = store.ErrComplete
			case s.recalled:
				want = store.ErrRecalled
			}
			then = func() { s.complete[batch] = true }
		case "recall":
			e = f.entry("dispatch.recall")
			e.Dispatch, e.Recall = ref(number), true
			switch {
			case s == nil:
				want = store.ErrNotBegun
			case s.recalled:
				want = store.ErrRecalled
			}
			then = func() { s.recalled = true }
		case "fetch":
			e = f.fetch(person(2), hash(fmt.Sprint("copy", ref(number), batch, 0)))
			switch {
			case s == nil || !s.complete[batch]:
				want = store.ErrNone
			case s.recalled:
				want = store.ErrRecalled
			}
			then = func() {}
		}
		list, err := f.s.Accept(f.ctx, []store.New{e}, 1)
		if err != nil || !errors.Is(list[0].Err, want) {
			t.Fatalf("%v %v, want: %v", list, err, want)
		}
		if want == nil {
			then()
		}
	})
	all := 0
	for _, s := range model {
		all += len(s.complete)
	}
	in, err := f.s.Inbox(f.ctx, person(2), 0, 1<<40, 1000)
	f.ok(err)
	if len(in) != all {
		f.Fatalf("%d copies, want %d", len(in), all)
	}
}
