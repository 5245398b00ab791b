package sqlite

import (
	"context"
	"database/sql"

	"frank"
	"frank/store"
)

// indexed are all columns that hold an entry's index.
var indexed = [][2]string{{"entry", "idx"}, {"reader", "idx"}, {"dispatch", "recalled"}, {"batch", "begun"}, {"batch", "complete"},
	{"slot", "begun"}, {"slot", "complete"}, {"share", "begun"}, {"share", "complete"}, {"attachment", "begun"}, {"part", "idx"}, {"request", "idx"}, {"request", "answered"}}

// Renumber implements [store.Store]. Rows are moved out of the way first, to
// below zero: no two may have the same index in between.
func (s *Store) Renumber(ctx context.Context, from uint64, order []frank.Hash) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		n, err := size(ctx, tx)
		if err != nil {
			return err
		}
		if n != from+uint64(len(order)) {
			return store.ErrNone
		}
		if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE moved (old INTEGER PRIMARY KEY, new INTEGER NOT NULL UNIQUE)`); err != nil {
			return err
		}
		for i, commitment := range order {
			var old uint64
			if err := tx.QueryRowContext(ctx, `SELECT idx FROM entry WHERE commitment = ? AND idx >= ?`, commitment[:], from).Scan(&old); err != nil {
				return err // not there: ErrNone
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO moved (old, new) VALUES (?,?)`, old, from+uint64(i)); err != nil {
				return err
			}
		}
		for _, c := range indexed {
			if _, err := tx.ExecContext(ctx, `UPDATE `+c[0]+` SET `+c[1]+` = -1 - (SELECT new FROM moved WHERE old = `+c[1]+`) WHERE `+c[1]+` IN (SELECT old FROM moved)`); err != nil {
				return err
			}
		}
		for _, c := range indexed {
			if _, err := tx.ExecContext(ctx, `UPDATE `+c[0]+` SET `+c[1]+` = -1 - `+c[1]+` WHERE `+c[1]+` < 0`); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DROP TABLE moved`)
		return err
	})
}
