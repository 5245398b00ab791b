package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/store"
)

// page bounds the bytes of payloads that are returned at once.
const page = 1 << 20

// refused is why one entry was not kept, while others are.
type refused struct{ error }

func (r refused) Unwrap() error { return r.error }

// Accept implements [store.Store].
func (s *Store) Accept(ctx context.Context, entries []store.New, now int64) ([]store.Accepted, error) {
	var out []store.Accepted
	err := s.update(ctx, func(plain *sql.Tx) error {
		tx := &hotTx{plain, s.kept, map[string]*sql.Stmt{}}
		out = make([]store.Accepted, len(entries))
		next, err := size(ctx, tx)
		if err != nil {
			return err
		}
		for i := range entries {
			e := &entries[i]
			// Without an effect an entry is refused before anything is written.
			plain := e.Begin == nil && e.Complete == nil && !e.Recall && len(e.Answers) == 0 && len(e.Parts) == 0
			if plain {
				out[i].Index, err = accept(ctx, tx, e, next, now)
				if no, ok := errors.AsType[refused](err); ok {
					out[i].Err = no.error
				} else if err != nil {
					return err
				} else {
					next++
				}
				continue
			}
			if _, err := tx.ExecContext(ctx, savepoint); err != nil {
				return err
			}
			out[i].Index, err = accept(ctx, tx, e, next, now)
			if no, ok := errors.AsType[refused](err); ok {
				out[i].Err = no.error
				if _, err := tx.ExecContext(ctx, rollback); err != nil {
					return err
				}
			} else if err != nil {
				return err
			} else {
				next++
			}
			if _, err := tx.ExecContext(ctx, release); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func accept(ctx context.Context, tx *hotTx, e *store.New, index uint64, now int64) (uint64, error) {
	if len(e.Payload) > store.MaxPayload {
		return 0, refused{store.ErrTooLarge}
	}
	if e.Fetch != (frank.Hash{}) { // what is there already is not fetched anew
		if at, err := known(ctx, tx, e); err != nil {
			return at, err
		}
		if err := fetch(ctx, tx, e, index); err != nil {
			return 0, err
		}
	}
	place, year, number := columns(e.Dispatch)
	put, err := tx.ExecContext(ctx, putEntry,
		index, e.Commitment[:], e.Kind, string(e.By), e.Sealed, bytesOf(e.Payload), place, year, number, e.Batch)
	if err != nil {
		return 0, err
	}
	if n, err := put.RowsAffected(); err != nil {
		return 0, err
	} else if n == 0 {
		return known(ctx, tx, e)
	}
	if err := letAll(ctx, tx, e.Readers, index); err != nil {
		return 0, err
	}
	if err := effect(ctx, tx, e, index); err != nil {
		return 0, err
	}
	for _, person := range e.Notify {
		if _, err := tx.ExecContext(ctx, `INSERT INTO notice (person, channel, due, tries, stamp) SELECT person, channel, ?, 0, ? FROM contact WHERE person = ?
			ON CONFLICT DO UPDATE SET stamp = excluded.stamp`, now, index, string(person)); err != nil {
			return 0, err
		}
	}
	return index, nil
}

// known refuses an entry that is there, and says where.
func known(ctx context.Context, tx *hotTx, e *store.New) (at uint64, err error) {
	switch err := tx.QueryRowContext(ctx, findEntry, e.Commitment[:]).Scan(&at); {
	case err == nil:
		return at, refused{store.ErrKnown}
	case !errors.Is(err, sql.ErrNoRows):
		return 0, err
	}
	return 0, nil
}

// letAll lets readers read the entry at an index; most entries have two.
func letAll(ctx context.Context, tx *hotTx, readers []store.Reader, index uint64) (err error) {
	for ; len(readers) >= 2 && err == nil; readers = readers[2:] {
		_, err = tx.ExecContext(ctx, putReaders, string(readers[0]), string(readers[1]), index)
	}
	if len(readers) == 1 && err == nil {
		_, err = tx.ExecContext(ctx, putReader, string(readers[0]), index)
	}
	return err
}

func columns(ref frank.Ref) (place, year, number any) {
	if ref == (frank.Ref{}) {
		return nil, nil, nil
	}
	return ref.Place, ref.Year, ref.Number
}

func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{} // the driver would write NULL
	}
	return b
}

type querier interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

func size(ctx context.Context, q querier) (n uint64, err error) {
	err = q.QueryRowContext(ctx, sizeEntry).Scan(&n)
	return n, wrap(err)
}

// Size implements [store.Store].
func (s *Store) Size(ctx context.Context) (uint64, error) { return size(ctx, s.main.r) }

// Appended implements [store.Store].
func (s *Store) Appended(ctx context.Context, size uint64) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO mark (name, value) VALUES ('logged', ?) ON CONFLICT DO UPDATE SET value = excluded.value`, size)
		return err
	})
}

// Logged implements [store.Store].
func (s *Store) Logged(ctx context.Context) (n uint64, err error) {
	err = s.main.r.QueryRowContext(ctx, `SELECT value FROM mark WHERE name = 'logged'`).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, wrap(err)
}

// Commitments implements [store.Store].
func (s *Store) Commitments(ctx context.Context, from uint64, limit int) ([]frank.Hash, error) {
	return collect(ctx, s.main.r, scanHash, `SELECT commitment FROM entry WHERE idx >= ?+0 ORDER BY idx LIMIT ?+0`, from, limit)
}

// Find implements [store.Store].
func (s *Store) Find(ctx context.Context, commitment frank.Hash) (index uint64, err error) {
	err = s.main.r.QueryRowContext(ctx, findEntry, commitment[:]).Scan(&index)
	return index, wrap(err)
}

const entryColumns = `idx, commitment, kind, person, sealed, payload, place, year, number, batch`

// At implements [store.Store].
func (s *Store) At(ctx context.Context, index uint64, readers []store.Reader) (*store.Entry, error) {
	if len(readers) == 0 {
		return nil, store.ErrNone
	}
	list, err := collect(ctx, s.main.r, scanEntry, `SELECT `+entryColumns+` FROM entry WHERE idx = ? AND EXISTS (SELECT 1 FROM reader WHERE reader.idx = entry.idx AND tag IN (`+marks(len(readers))+`))`,
		append([]any{index}, tags(readers)...)...)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, store.ErrNone
	}
	return &list[0], nil
}

// Entries implements [store.Store]. Each tag is read in order by itself and no
// further than the limit, so that the cost does not grow with what is kept.
func (s *Store) Entries(ctx context.Context, readers []store.Reader, from, below uint64, limit int) (out []store.Entry, err error) {
	err = s.snapshot(ctx, func(tx *hotTx) error {
		var all []uint64
		for _, r := range readers {
			list, err := collect(ctx, tx, scanIndex, readEntries, string(r), from, below, limit)
			if err != nil {
				return err
			}
			all = append(all, list...)
		}
		slices.Sort(all)
		all = slices.Compact(all)
		out, err = entriesAt(ctx, tx, all[:min(limit, len(all))])
		return err
	})
	return out, err
}

// entriesAt reads the entries, up to a page.
func entriesAt(ctx context.Context, tx *hotTx, all []uint64) (out []store.Entry, err error) {
	total := 0
	for _, index := range all {
		list, err := collect(ctx, tx, scanEntry, oneEntry, index)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if total += len(e.Payload); total > page && len(out) > 0 {
				return out, nil
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// OfKinds implements [store.Store].
func (s *Store) OfKinds(ctx context.Context, kinds []string, from uint64, limit int) (out []store.Entry, err error) {
	err = s.snapshot(ctx, func(tx *hotTx) error {
		var all []uint64
		for _, kind := range kinds {
			list, err := collect(ctx, tx, scanIndex, kindEntries, kind, from, limit)
			if err != nil {
				return err
			}
			all = append(all, list...)
		}
		slices.Sort(all)
		out, err = entriesAt(ctx, tx, all[:min(limit, len(all))])
		return err
	})
	return out, err
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

func tags(readers []store.Reader) []any {
	out := make([]any, len(readers))
	for i, r := range readers {
		out[i] = string(r)
	}
	return out
}

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrap(err)
	}
	return gather(rows, scan)
}

func gather[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) (out []T, err error) {
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, wrap(err)
		}
		out = append(out, v)
	}
	return out, wrap(rows.Err())
}

func scanIndex(r *sql.Rows) (n uint64, err error) { return n, r.Scan(&n) }

func scanHash(r *sql.Rows) (h frank.Hash, err error) {
	var b sql.RawBytes
	if err := r.Scan(&b); err != nil {
		return h, err
	}
	return toHash(b)
}

func toHash(b []byte) (h frank.Hash, err error) {
	if len(b) != len(h) {
		return h, fmt.Errorf("a hash of %d bytes is kept", len(b))
	}
	return frank.Hash(b), nil
}

func scanEntry(r *sql.Rows) (e store.Entry, err error) {
	var commitment []byte
	var place sql.NullString
	var year, number sql.NullInt64
	if err := r.Scan(&e.Index, &commitment, &e.Kind, &e.By, &e.Sealed, &e.Payload, &place, &year, &number, &e.Batch); err != nil {
		return e, err
	}
	e.Dispatch = frank.Ref{Year: int(year.Int64), Place: place.String, Number: int(number.Int64)}
	e.Commitment, err = toHash(commitment)
	return e, err
}
