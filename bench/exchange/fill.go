package main

import (
	"context"
	crand "crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/keyring"
	"frank/store"
	"frank/store/sqlite"
)

const (
	copiesEach = 50                        // copies of a dispatch
	together   = 20                        // dispatches put at once
	people     = 5000                      // who get them; the readers are the first of these
	partsEach  = 8                         // shares, codebook, map and source
	archive    = frank.OfficeID("archive") // that issued them
	archived   = "ARCHIVE"                 // its place
	ageHead    = "age-encryption.org/v1\n" // what sealed things begin with
	noteSize   = 900                       // bytes of an entry that a copy was fetched
	headTime   = "2026-11-21T19:30:00Z"    // when all of it was issued
)

// filling puts into a store what a server would have put there: dispatches of
// another office to fifty readers each, both entries of each, the sealed
// copies, parts and shares, and an entry that each copy was fetched. Sealed
// bytes are random.
type filling struct {
	o      options
	store  *sqlite.Store
	random *rand.ChaCha8
	size   uint64
	number int
	people []frank.PersonID
	author *keyring.Key
}

func fill(ctx context.Context, o options) error {
	m, err := up(ctx, o, false)
	if err != nil {
		return err
	}
	defer m.down()
	m.halt(false)
	st, err := sqlite.Open(filepath.Join(o.dir, "store"))
	if err != nil {
		return err
	}
	var seed [32]byte
	crand.Read(seed[:])
	f := &filling{o: o, store: st, random: rand.NewChaCha8(seed), author: m.author}
	for i := range people {
		id := frank.PersonID(fmt.Sprintf("%032x", i+1<<32))
		if i < len(m.readers) {
			id = m.readers[i].Person()
		}
		f.people = append(f.people, id)
	}
	err = f.all(ctx)
	if closed := st.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	// The server brings the log after the store, as it would after a crash.
	from := time.Now()
	if _, err := m.start(); err != nil {
		return err
	}
	fmt.Printf("  the server appended it all to its log in %.0f s\n", time.Since(from).Seconds())
	m.halt(false)
	return disk(o.dir)
}

func disk(dir string) error {
	return filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".db") {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Printf("  %s: %.2f GiB\n", filepath.Base(path), float64(info.Size())/(1<<30))
		}
		return err
	})
}

func (f *filling) all(ctx context.Context) (err error) {
	if f.size, err = f.store.Size(ctx); err != nil {
		return err
	}
	if f.number, err = f.store.LastNumber(ctx, archived, 2026); err != nil {
		return err
	}
	begun := f.number * copiesEach
	from := time.Now()
	for have := begun; have < f.o.copies; {
		n, err := f.some(ctx)
		if err != nil {
			return err
		}
		if have/100000 != (have+n)/100000 {
			fmt.Printf("  %d copies after %.0f s (load %s)\n", have+n, time.Since(from).Seconds(), load())
		}
		have += n
	}
	fmt.Printf("  %d copies of %d bytes in %d dispatches, %d entries in all\n", f.number*copiesEach, f.o.size, f.number, f.size)
	return nil
}

// sealed is something of so many random bytes.
func (f *filling) sealed(size int) store.Blob {
	b := make([]byte, size)
	f.random.Read(b[copy(b, ageHead):])
	return store.Blob{Hash: sha256.Sum256(b), Data: b}
}

// some puts some dispatches.
func (f *filling) some(ctx context.Context) (int, error) {
	var blobs []store.Blob
	var entries, fetched []store.New
	now := time.Now().Unix()
	for range together {
		f.number++
		ref := frank.Ref{Year: 2026, Place: archived, Number: f.number}
		begin := dispatch.Begin{Dispatch: ref, Office: archive, Batch: 1, First: 1, Size: dispatch.SizeClass(f.o.size), Threshold: 3, Precommit: frank.Hash{1}}
		to := &store.Begin{Office: archive}
		readers := []store.Reader{store.Office(archive)}
		complete := &store.Complete{}
		for i := range copiesEach {
			id := f.people[(f.number*copiesEach+i)%len(f.people)]
			begin.To = append(begin.To, dispatch.Addressee{Office: officeName(i % offices), Person: id, Key: frank.Hash{2}})
			to.To = append(to.To, store.Slot{Person: id, Office: officeName(i % offices)})
			readers = append(readers, store.Person(id))
			b := f.sealed(f.o.size)
			blobs, complete.Copies = append(blobs, b), append(complete.Copies, b.Hash)
		}
		for i := range partsEach {
			b := f.sealed(4 << 10)
			blobs = append(blobs, b)
			if i < 5 {
				complete.Shares = append(complete.Shares, store.Share{Person: f.people[len(f.people)-1-i], Index: i + 1, Hash: b.Hash})
			} else {
				complete.Parts = append(complete.Parts, store.Part{Hash: b.Hash, Readers: []store.Reader{store.Office(archive)}})
			}
		}
		first, err := f.entry(dispatch.KindBegin, canon.Marshal(begin), ref)
		if err != nil {
			return 0, err
		}
		second, err := f.entry(dispatch.KindComplete, canon.Marshal(dispatch.Complete{Dispatch: ref, Batch: 1, Checkpoint: strings.Repeat("a note\n", 60)}), ref)
		if err != nil {
			return 0, err
		}
		first.Readers, first.Begin = readers, to
		second.Readers, second.Complete = readers, complete
		entries = append(entries, *first, *second)
		for i, s := range to.To {
			if !f.o.fetched {
				break
			}
			note := f.sealed(noteSize)
			note.Hash[31] &^= 1
			fetched = append(fetched, store.New{Entry: store.Entry{Commitment: note.Hash, Kind: dispatch.KindFetched, By: s.Person, Payload: note.Data, Dispatch: ref, Batch: 1,
				Readers: []store.Reader{store.Person(s.Person), store.Office(archive)}}, Fetch: complete.Copies[i]})
		}
	}
	if err := f.store.Put(ctx, f.author.Person(), blobs, now); err != nil {
		return 0, err
	}
	for _, list := range [][]store.New{entries, fetched} {
		if len(list) == 0 {
			continue
		}
		out, err := f.store.Accept(ctx, list, now)
		if err != nil {
			return 0, err
		}
		for _, a := range out {
			if a.Err != nil {
				return 0, a.Err
			}
			f.size = a.Index + 1
		}
	}
	return together * copiesEach, nil
}

// entry is an open entry that is signed, but for nobody to check.
func (f *filling) entry(kind string, body []byte, ref frank.Ref) (*store.New, error) {
	e, err := statement(f.author, kind, body, false)
	if err != nil {
		return nil, err
	}
	return &store.New{Entry: store.Entry{Commitment: e.Commitment(), Kind: kind, By: f.author.Person(), Payload: e.Marshal(), Dispatch: ref, Batch: 1}}, nil
}

// storage measures the server with what is in the folder: cold start, memory
// after it, and after everybody opened.
func storage(ctx context.Context, o options) error {
	m, err := up(ctx, o, false)
	if err != nil {
		return err
	}
	defer m.down()
	for r := range o.runs {
		m.halt(r%2 == 0) // by turns as a crash and as it should
		cold, err := forget(o.dir)
		if err != nil {
			return err
		}
		took, err := m.start()
		if err != nil {
			return err
		}
		rss, peak := m.memory()
		from := time.Now()
		if _, err := newWire(m.Addr, 1).session(ctx, m.readers[r%len(m.readers)]); err != nil {
			return err
		}
		fmt.Printf("  start %d (%s): first answer after %s; the first sign-in took %s more; memory %.0f MiB, at most %.0f (load %s)\n", r+1, cold, ms(took), ms(time.Since(from)), rss, peak, load())
	}
	c, err := m.client(ctx)
	if err != nil {
		return err
	}
	if err := synced(ctx, c); err != nil {
		return err
	}
	rss, peak := m.memory()
	fmt.Printf("  memory after the author's client read the ledger: %.0f MiB, at most %.0f\n", rss, peak)
	src, err := memo()
	if err != nil {
		return err
	}
	sent, err := m.send(ctx, c, src, nil)
	if err != nil {
		return err
	}
	if err := m.open(ctx, o, c, sent); err != nil {
		return err
	}
	rss, peak = m.memory()
	fmt.Printf("  memory after all opened, %d times: %.0f MiB, at most %.0f\n", 2*o.runs, rss, peak)
	w := newWire(m.Addr, 1)
	token, err := w.session(ctx, m.readers[0])
	if err != nil {
		return err
	}
	var in api.Inbox
	if err := w.call(ctx, http.MethodGet, api.PathInbox+"?limit=500", token, nil, &in); err != nil {
		return err
	}
	fmt.Printf("  reader 0 has %d copies in the inbox, the ledger %d entries\n", len(in.Copies), in.Size)
	return nil
}

// forget drops what the kernel has of the folder's files from its memory; the
// program itself stays there.
func forget(dir string) (string, error) {
	unix.Sync()
	kept := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) != nil {
			kept++
		}
		return nil
	})
	if kept > 0 {
		return "warm", err
	}
	return "files out of the page cache", err
}
