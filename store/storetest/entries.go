package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"frank"
	"frank/store"
)

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
