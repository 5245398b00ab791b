package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"

	"frank"
	"frank/store"
)

var errHash = errors.New("a sealed thing is not what its hash says")

// Put implements [store.Store]. The bytes are in their own database before the
// main one says that they are there.
func (s *Store) Put(ctx context.Context, by frank.PersonID, blobs []store.Blob, now int64) error {
	if len(blobs) > store.MaxParts {
		return store.ErrTooLarge
	}
	total := 0
	for _, b := range blobs {
		total += len(b.Data)
		if len(b.Data) > store.MaxBlob || total > store.MaxParcel {
			return store.ErrTooLarge
		}
		if sha256.Sum256(b.Data) != b.Hash {
			return errHash
		}
	}
	s.write.Lock()
	defer s.write.Unlock()
	var staged int
	if err := s.main.r.QueryRowContext(ctx, `SELECT coalesce(sum(size), 0) FROM blob WHERE person = ? AND staged IS NOT NULL`, string(by)).Scan(&staged); err != nil {
		return wrap(err)
	}
	if staged+total > store.MaxStaged {
		return store.ErrTooLarge
	}
	if err := inTx(ctx, s.blobs.w, func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, `INSERT INTO data (hash, bytes) VALUES (?,?) ON CONFLICT DO NOTHING`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, b := range blobs {
			if _, err := put.ExecContext(ctx, b.Hash[:], bytesOf(b.Data)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return inTx(ctx, s.main.w, func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, `INSERT INTO blob (hash, size, person, staged) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET staged = excluded.staged, person = excluded.person WHERE staged IS NOT NULL`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, b := range blobs {
			if _, err := put.ExecContext(ctx, b.Hash[:], len(b.Data), string(by), now); err != nil {
				return err
			}
		}
		return nil
	})
}

// Missing implements [store.Store].
func (s *Store) Missing(ctx context.Context, hashes []frank.Hash) (out []frank.Hash, err error) {
	err = s.snapshot(ctx, func(tx *hotTx) error {
		for _, h := range hashes {
			var one int
			switch err := tx.QueryRowContext(ctx, findBlob, h[:]).Scan(&one); {
			case errors.Is(err, sql.ErrNoRows):
				out = append(out, h)
			case err != nil:
				return err
			}
		}
		return nil
	})
	return out, err
}

// Blob implements [store.Store].
func (s *Store) Blob(ctx context.Context, hash frank.Hash, readers []store.Reader) ([]byte, error) {
	if len(readers) == 0 {
		return nil, store.ErrNone
	}
	var one int
	// No rule of naming lets a copy have readers; that it is never read here does
	// not hang on that.
	if err := s.main.r.QueryRowContext(ctx, `SELECT 1 FROM blob_reader WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM slot WHERE sealed = hash) AND tag IN (`+marks(len(readers))+`) LIMIT 1`, append([]any{hash[:]}, tags(readers)...)...).Scan(&one); err != nil {
		return nil, wrap(err)
	}
	return s.Sealed(ctx, hash)
}

// Sealed implements [store.Store].
func (s *Store) Sealed(ctx context.Context, hash frank.Hash) (data []byte, err error) {
	err = s.blobs.r.QueryRowContext(ctx, `SELECT bytes FROM data WHERE hash = ?`, hash[:]).Scan(&data)
	return data, wrap(err)
}

// sweepStep is how many rows one transaction of a sweep looks at, so that
// writers wait for none of them long.
const sweepStep = 1000

// Sweep implements [store.Store].
func (s *Store) Sweep(ctx context.Context, before int64) (removed int, err error) {
	for {
		n, err := s.sweepNamed(ctx, before)
		removed += n
		if err != nil {
			return removed, err
		}
		if n < sweepStep {
			break
		}
	}
	// What is in blobs.db and not in frank.db was put by a run that was killed
	// between the two.
	for at := int64(0); ; {
		n, next, err := s.sweepOrphans(ctx, at)
		removed += n
		if err != nil || next == at {
			return removed, err
		}
		at = next
	}
}

func (s *Store) sweepNamed(ctx context.Context, before int64) (int, error) {
	s.write.Lock()
	defer s.write.Unlock()
	old, err := collect(ctx, s.main.r, scanHash, `SELECT hash FROM blob WHERE staged IS NOT NULL AND staged < ? LIMIT ?`, before, sweepStep)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	if err := inTx(ctx, s.main.w, func(tx *sql.Tx) error { return removeAll(ctx, tx, `DELETE FROM blob WHERE hash = ?`, old) }); err != nil {
		return 0, err
	}
	return len(old), inTx(ctx, s.blobs.w, func(tx *sql.Tx) error { return removeAll(ctx, tx, `DELETE FROM data WHERE hash = ?`, old) })
}

func (s *Store) sweepOrphans(ctx context.Context, at int64) (int, int64, error) {
	s.write.Lock()
	defer s.write.Unlock()
	type row struct {
		id   int64
		hash frank.Hash
	}
	rows, err := collect(ctx, s.blobs.r, func(r *sql.Rows) (x row, err error) {
		var b []byte
		if err := r.Scan(&x.id, &b); err != nil {
			return x, err
		}
		x.hash, err = toHash(b)
		return x, err
	}, `SELECT id, hash FROM data WHERE id > ? ORDER BY id LIMIT ?`, at, sweepStep)
	if err != nil || len(rows) == 0 {
		return 0, at, err
	}
	hashes := make([]frank.Hash, len(rows))
	for i, r := range rows {
		hashes[i] = r.hash
	}
	lost, err := s.Missing(ctx, hashes)
	if err == nil && len(lost) > 0 {
		err = inTx(ctx, s.blobs.w, func(tx *sql.Tx) error { return removeAll(ctx, tx, `DELETE FROM data WHERE hash = ?`, lost) })
	}
	return len(lost), rows[len(rows)-1].id, err
}

func removeAll(ctx context.Context, tx *sql.Tx, query string, hashes []frank.Hash) error {
	for _, h := range hashes {
		if _, err := tx.ExecContext(ctx, query, h[:]); err != nil {
			return err
		}
	}
	return nil
}
