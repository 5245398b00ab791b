package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"frank"
	"frank/internal/durable"
	"frank/store"
)

// Backup implements [store.Store]. The main database is copied first: whatever
// it names is then in the copy of the other one, since nothing that is named is
// ever removed.
func (s *Store) Backup(ctx context.Context, dir string) error {
	if list, err := os.ReadDir(dir); err == nil && len(list) > 0 {
		return frank.WithHint(fmt.Errorf("the folder %s is not empty", dir), "name a new folder for each backup")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, d := range []struct {
		db   *cached
		name string
	}{{s.main.r, mainFile}, {s.blobs.r, blobFile}} {
		if err := copyDatabase(ctx, d.db, filepath.Join(dir, d.name)); err != nil {
			return err
		}
	}
	return durable.Flush(dir)
}

// BackupOnline is [Store.Backup] for another process than the one that has the
// store in the folder from open: SQLite lets others read while one writes. The
// folder to must not exist.
func BackupOnline(ctx context.Context, from, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, name := range []string{mainFile, blobFile} {
		path, err := filepath.Abs(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), nil, 0o600); err != nil { // an empty file may be vacuumed into
			return err
		}
		u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: "mode=rw&_pragma=busy_timeout(10000)"}
		db, err := sql.Open("sqlite", u.String())
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, `VACUUM INTO ?`, filepath.Join(to, name))
		if err = errors.Join(err, db.Close()); err != nil {
			return fmt.Errorf("the store could not be copied: %w", wrap(err))
		}
	}
	return nil
}

func copyDatabase(ctx context.Context, db *cached, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // an empty file may be vacuumed into
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return wrap(err)
	}
	defer conn.Close()
	// VACUUM INTO does not change this database, but is held to be a write.
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return wrap(err)
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO ?`, path)
	if _, again := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only = 1`); err == nil {
		err = again
	}
	return wrap(err)
}

// Check implements [store.Store].
func (s *Store) Check(ctx context.Context) (wrong []string, err error) {
	for _, d := range []struct {
		db   *cached
		name string
	}{{s.main.r, mainFile}, {s.blobs.r, blobFile}} {
		list, err := collect(ctx, d.db, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `PRAGMA integrity_check(20)`)
		if err != nil {
			return nil, err
		}
		for _, line := range list {
			if line != "ok" {
				wrong = append(wrong, d.name+" is damaged: "+line)
			}
		}
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	for _, c := range []struct{ what, query string }{
		{"entries are missing: the highest index is %d too high for their number", `SELECT coalesce(max(idx) + 1, 0) - count(*) FROM entry`},
		{"%d dispatches have a number that does not follow the one before", `SELECT count(*) FROM dispatch AS d WHERE number > 1 AND NOT EXISTS (SELECT 1 FROM dispatch AS e WHERE e.place = d.place AND e.year = d.year AND e.number = d.number - 1)`},
		{"%d batches were begun or completed by no entry", `SELECT count(*) FROM batch WHERE begun NOT IN (SELECT idx FROM entry) OR complete NOT IN (SELECT idx FROM entry)`},
		{"%d copies of complete batches are missing", `SELECT count(*) FROM batch JOIN slot USING (begun) WHERE batch.complete IS NOT NULL AND (slot.complete IS NULL OR sealed IS NULL OR sealed NOT IN (SELECT hash FROM blob WHERE staged IS NULL))`},
		{"%d attachments go with no batch", `SELECT count(*) FROM attachment WHERE begun NOT IN (SELECT begun FROM batch)`},
		{"%d sealed things go with no entry", `SELECT count(*) FROM part WHERE idx NOT IN (SELECT idx FROM entry)`},
		{"%d sealed things that an entry names are missing, or nobody may read them", `SELECT count(*) FROM part WHERE hash NOT IN (SELECT hash FROM blob WHERE staged IS NULL) OR hash NOT IN (SELECT hash FROM blob_reader)`},
		{"%d sealed things that may be read are missing", `SELECT count(*) FROM blob_reader WHERE hash NOT IN (SELECT hash FROM blob WHERE staged IS NULL)`},
	} {
		var n int
		if err := s.main.r.QueryRowContext(ctx, c.query).Scan(&n); err != nil {
			return wrong, wrap(err)
		}
		if n != 0 {
			wrong = append(wrong, fmt.Sprintf(c.what, n))
		}
	}
	drafts, err := s.checkDrafts(ctx)
	if err != nil {
		return wrong, err
	}
	more, err := s.checkBlobs(ctx)
	return append(append(wrong, drafts...), more...), err
}

// checkBlobs reads every sealed thing, a few at a time.
func (s *Store) checkBlobs(ctx context.Context) (wrong []string, err error) {
	for at := []byte{}; ; {
		hashes, err := collect(ctx, s.main.r, scanHash, `SELECT hash FROM blob WHERE hash > ? ORDER BY hash LIMIT ?`, at, sweepStep)
		if err != nil || len(hashes) == 0 {
			return wrong, err
		}
		for _, h := range hashes {
			data, err := s.Sealed(ctx, h)
			switch {
			case errors.Is(err, store.ErrNone):
				wrong = append(wrong, fmt.Sprintf("the sealed thing %s is missing", h))
			case err != nil:
				return wrong, err
			case sha256.Sum256(data) != h:
				wrong = append(wrong, fmt.Sprintf("the sealed thing %s is not what its hash says", h))
			}
		}
		at = hashes[len(hashes)-1][:]
	}
}
