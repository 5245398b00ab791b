package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"frank"
	"frank/store"
)

// version is one of a draft that person 1 makes, and 2 may read.
func version(draft, number int) store.Version {
	v := store.Version{Draft: draft, Number: number, By: person(1), Sealed: fmt.Appendf(nil, "draft %d, version %d", draft, number)}
	if number == 1 {
		v.Office, v.Readers = "us", []frank.PersonID{person(2)}
	}
	return v
}

func (f *fixture) share(v store.Version) {
	f.Helper()
	f.ok(f.s.AddVersion(f.ctx, v, 1000))
}

// testDrafts shares drafts, and has people see those that they may.
func testDrafts(f *fixture) {
	f.fails(store.ErrGap, f.s.AddVersion(f.ctx, version(2, 1), 1000))
	if n, err := f.s.LastDraft(f.ctx); n != 0 || err != nil {
		f.Fatal(n, err)
	}
	f.share(version(1, 1))
	f.share(version(1, 1)) // again: kept once
	other := version(1, 1)
	other.Sealed = []byte("another")
	f.fails(store.ErrTaken, f.s.AddVersion(f.ctx, other, 1000))
	again := version(1, 1)
	again.By = person(3)
	f.fails(store.ErrTaken, f.s.AddVersion(f.ctx, again, 1000))

	v := version(1, 2)
	v.By = person(2)
	f.ok(f.s.AddVersion(f.ctx, v, 2000))
	f.fails(store.ErrTaken, f.s.AddVersion(f.ctx, version(1, 2), 2000)) // somebody was first
	f.fails(store.ErrGap, f.s.AddVersion(f.ctx, version(1, 4), 2000))
	v = version(1, 3)
	v.By = person(3)
	f.fails(store.ErrNone, f.s.AddVersion(f.ctx, v, 2000)) // not theirs
	f.fails(store.ErrNone, f.s.AddVersion(f.ctx, version(9, 3), 2000))
	f.share(version(2, 1))

	for n, want := range map[int]int{1: 2, 2: 2, 3: 0} {
		list, err := f.s.Drafts(f.ctx, person(n), 0, 10)
		if err != nil || len(list) != want {
			f.Fatal(n, list, err)
		}
	}
	list, err := f.s.Drafts(f.ctx, person(2), 1, 1)
	f.ok(err)
	if want := (store.Draft{Number: 1, Office: "us", Versions: 2, Touched: 2000}); len(list) != 1 || list[0] != want {
		f.Fatalf("%+v", list)
	}
	if list, err := f.s.Drafts(f.ctx, person(2), 2, 10); err != nil || len(list) != 1 || list[0].Number != 2 {
		f.Fatalf("%+v %v", list, err)
	}
	for _, p := range []int{1, 2} {
		if data, err := f.s.DraftVersion(f.ctx, person(p), 1, 2); err != nil || string(data) != "draft 1, version 2" {
			f.Fatal(data, err)
		}
	}
	for _, x := range [][3]int{{3, 1, 1}, {1, 1, 3}, {1, 9, 1}, {1, 1, 0}} {
		_, err := f.s.DraftVersion(f.ctx, person(x[0]), x[1], x[2])
		f.fails(store.ErrNone, err)
		_, err = f.s.Draft(f.ctx, person(3), 1)
		f.fails(store.ErrNone, err)
	}

	// Who may read changes: whoever is named, and who says so.
	v = version(1, 3)
	v.Readers = []frank.PersonID{person(3)}
	f.share(v)
	_, err = f.s.DraftVersion(f.ctx, person(2), 1, 1)
	f.fails(store.ErrNone, err)
	if data, err := f.s.DraftVersion(f.ctx, person(3), 1, 1); err != nil || string(data) != "draft 1, version 1" {
		f.Fatal(data, err)
	}
	f.ok(f.s.Close())
	f.open()
	if d, err := f.s.Draft(f.ctx, person(3), 1); err != nil || d.Versions != 3 {
		f.Fatal(d, err)
	}
}

// testDraftsEnd ends a draft: its versions go, and its number stays taken.
func testDraftsEnd(f *fixture) {
	f.share(version(1, 1))
	f.share(version(1, 2))
	f.share(version(2, 1))
	if n, err := f.s.OpenDrafts(f.ctx); n != 2 || err != nil {
		f.Fatal(n, err)
	}
	end := version(1, 3)
	end.Over = true
	f.share(end)
	f.share(end) // again
	d, err := f.s.Draft(f.ctx, person(2), 1)
	if err != nil || !d.Over || d.Versions != 3 {
		f.Fatal(d, err)
	}
	for n := range 4 {
		_, err := f.s.DraftVersion(f.ctx, person(2), 1, n)
		if n == 3 {
			f.ok(err)
		} else {
			f.fails(store.ErrNone, err)
		}
	}
	f.fails(store.ErrOver, f.s.AddVersion(f.ctx, version(1, 4), 1000))
	f.fails(store.ErrTaken, f.s.AddVersion(f.ctx, store.Version{Draft: 1, Number: 1, Office: "us", By: person(5), Readers: []frank.PersonID{person(5)}, Sealed: []byte("again")}, 1000))
	if n, err := f.s.OpenDrafts(f.ctx); n != 1 || err != nil {
		f.Fatal(n, err)
	}
	if n, err := f.s.LastDraft(f.ctx); n != 2 || err != nil {
		f.Fatal(n, err)
	}
}

func testDraftLimits(f *fixture) {
	v := version(1, 1)
	v.Sealed = nil
	f.fails(store.ErrTooLarge, f.s.AddVersion(f.ctx, v, 1))
	v.Sealed = make([]byte, store.MaxVersion+1)
	f.fails(store.ErrTooLarge, f.s.AddVersion(f.ctx, v, 1))
	v = version(1, 1)
	v.Readers = make([]frank.PersonID, store.MaxTaking+1)
	f.fails(store.ErrTooLarge, f.s.AddVersion(f.ctx, v, 1))
	if n, err := f.s.LastDraft(f.ctx); n != 0 || err != nil {
		f.Fatal(n, err)
	}
	f.share(version(1, 1))
	for n := 2; n <= store.MaxVersions; n++ {
		f.share(version(1, n))
	}
	last := version(1, store.MaxVersions+1)
	f.fails(store.ErrTooLarge, f.s.AddVersion(f.ctx, last, 1))
	last.Over = true
	small := last.Sealed
	last.Sealed = make([]byte, store.MaxEnd+1) // what ends a draft stays, and counts for none
	f.fails(store.ErrTooLarge, f.s.AddVersion(f.ctx, last, 1))
	last.Sealed = small
	f.share(last) // it can be ended still
	// An office's drafts together: the end of one makes room.
	large := strings.Repeat("x", store.MaxVersion)
	full := 0
	for n := 1; ; n++ {
		v := version(2, n)
		v.Sealed = []byte(large)
		if err := f.s.AddVersion(f.ctx, v, 1); errors.Is(err, store.ErrTooLarge) {
			full = n
			break
		} else {
			f.ok(err)
		}
	}
	if full > store.MaxDrafting/store.MaxVersion+1 || full < 2 {
		f.Fatal(full)
	}
	other := version(3, 1)
	other.Office = "uk"
	f.share(other)
	end := version(2, full)
	end.Over = true
	f.share(end)
	v = version(4, 1)
	v.Sealed = []byte(large)
	f.share(v)
}

func testDraftNotices(f *fixture) {
	for n := 1; n <= 3; n++ {
		f.ok(f.s.SetContact(f.ctx, person(n), store.Mail, fmt.Sprint(n, "@b.example")))
	}
	due := func(want ...frank.PersonID) {
		f.Helper()
		list, err := f.s.Due(f.ctx, 1<<40, 10)
		f.ok(err)
		var got []frank.PersonID
		for _, n := range list {
			got = append(got, n.Person)
			f.ok(f.s.Told(f.ctx, n))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			f.Fatal(got, want)
		}
	}
	idle := func(before int64, want int) {
		f.Helper()
		if n, err := f.s.TellIdle(f.ctx, before, 5000); n != want || err != nil {
			f.Fatal(n, err)
		}
	}
	f.share(version(1, 1))
	due(person(2)) // who made it knows
	v := version(1, 2)
	v.By = person(2)
	f.share(v)
	due(person(1))
	idle(1000, 0)
	idle(1001, 1)
	idle(9999, 0) // once
	due(person(1), person(2))
	f.ok(f.s.AddVersion(f.ctx, version(1, 3), 6000))
	due(person(2))
	idle(6001, 1)
	due(person(1), person(2))
	end := version(1, 4)
	end.Over = true
	f.ok(f.s.AddVersion(f.ctx, end, 7000))
	due(person(2))
	idle(9999, 0)
	// A notice that is being sent while there is something more stays.
	f.share(version(2, 1))
	list, err := f.s.Due(f.ctx, 1<<40, 10)
	f.ok(err)
	f.share(version(2, 2))
	f.ok(f.s.Told(f.ctx, list[0]))
	due(person(2))
}

// testDraftsConcurrent has many go on from one version: one of them does.
func testDraftsConcurrent(f *fixture) {
	const workers, rounds = 6, 8
	f.share(version(1, 1))
	for round := range rounds {
		var won atomic.Int32
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				v := version(1, round+2)
				v.By, v.Sealed = person(1+w%2), fmt.Appendf(nil, "worker %d", w)
				switch err := f.s.AddVersion(f.ctx, v, 1); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, store.ErrTaken):
					f.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			f.Fatalf("%d were first", won.Load())
		}
	}
}
