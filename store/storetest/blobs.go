package storetest

import (
	"errors"
	"slices"

	"frank"
	"frank/store"
)

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

// step is an entry that names sealed things and does nothing else.
func (f *fixture) step(readers []store.Reader, blobs ...string) store.New {
	e := f.entry("inquiry.step", readers...)
	e.Sealed = true
	for _, b := range blobs {
		e.Parts = append(e.Parts, store.Part{Hash: hash(b), Readers: readers})
	}
	return e
}

// testParts has entries that complete nothing name sealed things: they are read by
// whom the entry says, and by nobody before.
func testParts(f *fixture) {
	officers, overseer := store.Role("officer"), store.Role("overseer")
	f.accept(f.entry("genesis"), f.begin(ref(1), 1, person(2)))
	c := f.complete(ref(1), 1, 1)
	f.accept(c)
	see := func(what string, want bool, readers ...store.Reader) {
		f.Helper()
		_, err := f.s.Blob(f.ctx, hash(what), readers)
		if want {
			f.ok(err)
		} else {
			f.fails(store.ErrNone, err)
		}
	}
	f.refuse(store.ErrParts, f.step([]store.Reader{officers}, "original")) // not put
	f.ok(f.s.Put(f.ctx, person(1), []store.Blob{blob("original"), blob("report"), blob("third")}, 10))
	f.ok(f.s.Put(f.ctx, person(4), []store.Blob{blob("another's")}, 10))
	see("original", false, officers, overseer, store.Members, store.Person(person(1)))
	for what, names := range map[string][]string{"another's": {"original", "another's"}, "one twice": {"original", "original"}, "nothing": {"original", "nothing"}} {
		f.refuse(store.ErrParts, f.step([]store.Reader{officers}, names...))
		see("original", false, officers)
		if gone, err := f.s.Missing(f.ctx, []frank.Hash{hash("original")}); err != nil || len(gone) > 0 {
			f.Fatal(what, gone, err)
		}
	}
	for _, h := range []frank.Hash{c.Complete.Copies[0], c.Complete.Shares[0].Hash, c.Complete.Parts[0].Hash} { // a copy, a share, a source
		e := f.step([]store.Reader{officers})
		e.Parts = []store.Part{{Hash: h, Readers: []store.Reader{officers}}}
		f.refuse(store.ErrParts, e)
		if _, err := f.s.Blob(f.ctx, h, []store.Reader{officers}); !errors.Is(err, store.ErrNone) {
			f.Fatal(err)
		}
	}
	e := f.step([]store.Reader{officers, overseer}, "original", "report")
	x, y := f.entry("x"), f.step([]store.Reader{officers}, "report") // named a moment before
	list, err := f.s.Accept(f.ctx, []store.New{x, e, y}, 20)
	f.ok(err)
	if list[0].Err != nil || list[1].Err != nil || !errors.Is(list[2].Err, store.ErrParts) {
		f.Fatal(list)
	}
	f.refuse(store.ErrKnown, e)
	for _, what := range []string{"original", "report"} {
		see(what, true, officers)
		see(what, true, store.Members, overseer)
		see(what, false, store.Members, store.Person(person(1)), store.Office("us"))
		if _, err := f.s.Attached(f.ctx, hash(what)); !errors.Is(err, store.ErrNone) {
			f.Fatal(err)
		}
	}
	// Parts of entries that change places go on being theirs; and are not swept,
	// as what is named by nothing is.
	f.ok(f.s.Renumber(f.ctx, list[0].Index, []frank.Hash{e.Commitment, x.Commitment}))
	if n, err := f.s.Sweep(f.ctx, 2000); n != 2 || err != nil {
		f.Fatal(n, err)
	}
	see("original", true, officers)
	f.ok(f.s.Close())
	f.open()
	see("report", true, overseer)
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
