// Package storetest is what every [store.Store] must do. A backend's own test
// calls [Run].
package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"frank"
	"frank/store"
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
		{"parts of an entry", testParts},
		{"what was stated of a dispatch", testStated},
		{"what is named by nothing is swept", testSweep},
		{"drafts", testDrafts},
		{"a draft ends", testDraftsEnd},
		{"limits of drafts", testDraftLimits},
		{"notices of drafts", testDraftNotices},
		{"many share one draft", testDraftsConcurrent},
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
