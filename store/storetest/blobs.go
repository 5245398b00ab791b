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
