package storetest

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"frank"
	"frank/store"

	"pgregory.net/rapid"
)

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
