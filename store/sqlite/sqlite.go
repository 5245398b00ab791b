// Package sqlite keeps a server's store in two SQLite databases in one folder:
// frank.db for entries, dispatches, drafts and notices, blobs.db for the bytes of
// sealed things, so that the one that is asked all the time stays small.
//
// Both are in write-ahead mode and flush on every commit. There is one writer
// and a small pool of readers, and caches are bounded, so that memory does not
// grow with what is kept. Bytes are put in blobs.db before frank.db names them;
// what a crash leaves unnamed is swept.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	sqlite "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"

	"frank"
	"frank/store"
)

// The files in the folder.
const (
	mainFile = "frank.db"
	blobFile = "blobs.db"
	lockFile = "lock.db"
)

const (
	readers    = 4
	cacheWrite = 16 << 10 // KiB of pages that a writer keeps
	cacheRead  = 4 << 10
	walPages   = 8000 // of 4 KiB, before they are written into the database: often would be a flush more for every few entries
)

// Store is a [store.Store] in a folder.
type Store struct {
	dir         string
	main, blobs pair
	lock        *sql.DB
	kept, reads map[string]*sql.Stmt // on the main database's writer, and on its readers
	write       sync.Mutex           // one writer at a time, in the order they came
}

// pair is one database: its writer and its readers.
type pair struct {
	w *sql.DB
	r *cached
}

var _ store.Store = (*Store)(nil)

// Open opens the store in dir, making it if need be. Only one program may have
// it open: the error is otherwise [store.ErrBusy].
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &Store{dir: dir}
	err := wrap(s.open())
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) open() (err error) {
	if s.lock, err = connect(filepath.Join(s.dir, lockFile), "&_pragma=locking_mode(exclusive)&_pragma=journal_mode(memory)&_pragma=busy_timeout(0)", 1); err != nil {
		return err
	}
	if _, err = s.lock.Exec(`BEGIN EXCLUSIVE`); err != nil {
		if is(err, code.SQLITE_BUSY) {
			return frank.WithHint(store.ErrBusy, "stop the server that runs on the same folder")
		}
		return wrap(err)
	}
	if s.main, err = openPair(filepath.Join(s.dir, mainFile), mainSteps); err != nil {
		return err
	}
	if s.kept, err = keep(s.main.w, hot); err != nil {
		return err
	}
	if s.reads, err = keep(s.main.r.DB, hotReads); err != nil {
		return err
	}
	s.blobs, err = openPair(filepath.Join(s.dir, blobFile), blobSteps)
	return err
}

func openPair(path string, steps []string) (p pair, err error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600) // SQLite would let the group read it
		if err != nil {
			return p, err
		}
		if err := f.Close(); err != nil {
			return p, err
		}
	}
	if p.w, err = connect(path, fmt.Sprintf("&_txlock=immediate&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=cache_size(-%d)&_pragma=journal_size_limit(%d)&_pragma=wal_autocheckpoint(%d)&_pragma=busy_timeout(10000)", cacheWrite, 64<<20, walPages), 1); err != nil {
		return p, err
	}
	if err = migrate(p.w, filepath.Base(path), steps); err != nil {
		return p, err
	}
	r, err := connect(path, fmt.Sprintf("&_pragma=query_only(1)&_pragma=cache_size(-%d)&_pragma=busy_timeout(10000)", cacheRead), readers)
	if err == nil {
		p.r = &cached{DB: r, stmt: map[string]*sql.Stmt{}}
	}
	return p, err
}

func connect(path, options string, connections int) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+escape(abs)+"?_dqs=0"+options)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// escape makes a path fit for a file: URI.
func escape(path string) string {
	out := make([]byte, 0, len(path))
	for _, c := range []byte(filepath.ToSlash(path)) {
		if c == '%' || c == '?' || c == '#' {
			out = fmt.Appendf(out, "%%%02X", c)
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}

// migrate brings a database to the present schema, one step a transaction.
func migrate(db *sql.DB, name string, steps []string) error {
	var version int
	if err := db.QueryRow(`PRAGMA user_version`).Scan(&version); err != nil {
		return wrap(err)
	}
	if version > len(steps) {
		return frank.WithHint(fmt.Errorf("%s has schema %d, and this program knows %d", name, version, len(steps)), "a newer program made it: use that")
	}
	for n := version; n < len(steps); n++ {
		tx, err := db.Begin()
		if err != nil {
			return wrap(err)
		}
		_, err = tx.Exec(steps[n])
		if err == nil {
			_, err = tx.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, n+1))
		}
		if err == nil {
			err = tx.Commit()
		}
		if err != nil {
			tx.Rollback()
			return wrap(err)
		}
	}
	return nil
}

// Close ends all that is under way. The databases need no closing to be whole.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*cached{s.main.r, s.blobs.r} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	for _, db := range []*sql.DB{s.main.w, s.blobs.w, s.lock} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// update runs f in a transaction of the main database. Nothing of f is kept if
// it fails.
func (s *Store) update(ctx context.Context, f func(*sql.Tx) error) error {
	s.write.Lock()
	defer s.write.Unlock()
	return inTx(ctx, s.main.w, f)
}

func inTx(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return wrap(err)
	}
	if err := f(tx); err != nil {
		tx.Rollback()
		return wrap(err)
	}
	return wrap(tx.Commit())
}

// snapshot runs f on one state of the main database.
func (s *Store) snapshot(ctx context.Context, f func(*hotTx) error) error {
	tx, err := s.main.r.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return wrap(err)
	}
	defer tx.Rollback()
	return wrap(f(&hotTx{tx, s.reads, map[string]*sql.Stmt{}}))
}

// wrap says a full disk in the store's own word.
func wrap(err error) error {
	switch {
	case err == nil, errors.Is(err, store.ErrFull):
		return err
	case is(err, code.SQLITE_FULL), exactly(err, code.SQLITE_IOERR_SHMSIZE), errors.Is(err, syscall.ENOSPC):
		return frank.WithHint(fmt.Errorf("%w (%w)", store.ErrFull, err), "make room: nothing that was accepted is lost, and reading goes on")
	case errors.Is(err, sql.ErrNoRows):
		return store.ErrNone
	}
	return err
}

func is(err error, primary int) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == primary
}

// exactly is is for an extended code.
func exactly(err error, extended int) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code() == extended
}
