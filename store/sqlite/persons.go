package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"frank"
	"frank/store"
)

// Own implements [store.Store].
func (s *Store) Own(ctx context.Context, person frank.PersonID, name string) (data []byte, err error) {
	err = s.main.r.QueryRowContext(ctx, `SELECT data FROM own WHERE person = ? AND name = ?`, string(person), name).Scan(&data)
	return data, wrap(err)
}

// SetOwn implements [store.Store].
func (s *Store) SetOwn(ctx context.Context, person frank.PersonID, name string, data []byte) error {
	if len(data) > store.MaxOwn {
		return store.ErrTooLarge
	}
	return s.update(ctx, func(tx *sql.Tx) (err error) {
		if data == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM own WHERE person = ? AND name = ?`, string(person), name)
		} else {
			_, err = tx.ExecContext(ctx, `INSERT INTO own (person, name, data) VALUES (?,?,?) ON CONFLICT DO UPDATE SET data = excluded.data`, string(person), name, data)
		}
		return err
	})
}

// SetContact implements [store.Store].
func (s *Store) SetContact(ctx context.Context, person frank.PersonID, channel, address string) error {
	if channel != store.Mail && channel != store.Hook {
		return fmt.Errorf("there is no channel %.20q", channel)
	}
	return s.update(ctx, func(tx *sql.Tx) error {
		if address != "" {
			_, err := tx.ExecContext(ctx, `INSERT INTO contact (person, channel, address) VALUES (?,?,?) ON CONFLICT DO UPDATE SET address = excluded.address`, string(person), channel, address)
			return err
		}
		for _, table := range []string{"contact", "notice"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE person = ? AND channel = ?`, string(person), channel); err != nil {
				return err
			}
		}
		return nil
	})
}

// Contact implements [store.Store].
func (s *Store) Contact(ctx context.Context, person frank.PersonID, channel string) (address string, err error) {
	err = s.main.r.QueryRowContext(ctx, `SELECT address FROM contact WHERE person = ? AND channel = ?`, string(person), channel).Scan(&address)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return address, wrap(err)
}

// Due implements [store.Store].
func (s *Store) Due(ctx context.Context, now int64, limit int) ([]store.Notice, error) {
	return collect(ctx, s.main.r, func(r *sql.Rows) (n store.Notice, err error) {
		return n, r.Scan(&n.Person, &n.Channel, &n.Address, &n.Tries, &n.Stamp)
	}, `SELECT person, channel, address, tries, stamp FROM notice JOIN contact USING (person, channel) WHERE due <= ? ORDER BY due, person, channel LIMIT ?`, now, limit)
}

// Told implements [store.Store].
func (s *Store) Told(ctx context.Context, n store.Notice) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM notice WHERE person = ? AND channel = ? AND stamp = ?`, string(n.Person), n.Channel, n.Stamp); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE notice SET tries = 0 WHERE person = ? AND channel = ?`, string(n.Person), n.Channel)
		return err
	})
}

// Later implements [store.Store].
func (s *Store) Later(ctx context.Context, n store.Notice, due int64) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE notice SET due = ?, tries = tries + 1 WHERE person = ? AND channel = ?`, due, string(n.Person), n.Channel)
		return err
	})
}

// Secret implements [store.Store].
func (s *Store) Secret(ctx context.Context) (secret frank.Secret, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		var fresh frank.Secret
		rand.Read(fresh[:])
		if _, err := tx.ExecContext(ctx, `INSERT INTO single (name, value) VALUES ('secret', ?) ON CONFLICT DO NOTHING`, fresh[:]); err != nil {
			return err
		}
		var kept []byte
		if err := tx.QueryRowContext(ctx, `SELECT value FROM single WHERE name = 'secret'`).Scan(&kept); err != nil {
			return err
		}
		if copy(secret[:], kept) != len(secret) {
			return errors.New("the server's secret that is kept is cut short")
		}
		return nil
	})
	return secret, err
}
