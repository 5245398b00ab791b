package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/store"
)

// Versions of drafts stand in the main database, unlike other sealed things: they
// are removed when the draft is over, and a backup, which copies one database
// after the other, would else have a draft without its versions.

// AddVersion implements [store.Store].
func (s *Store) AddVersion(ctx context.Context, v store.Version, now int64) error {
	if len(v.Sealed) == 0 || len(v.Sealed) > store.MaxVersion || v.Over && len(v.Sealed) > store.MaxEnd || len(v.Readers) > store.MaxTaking || v.Number > store.MaxVersions && (!v.Over || v.Number > store.MaxVersions+1) {
		return store.ErrTooLarge
	}
	hash := frank.Hash(sha256.Sum256(v.Sealed))
	return s.update(ctx, func(tx *sql.Tx) error {
		d, err := placeFor(ctx, tx, &v, hash)
		if errors.Is(err, errThere) {
			return nil
		}
		if err != nil {
			return err
		}
		var kept int
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(sum(size), 0) FROM version WHERE draft IN (SELECT number FROM draft WHERE office = ? AND over = 0)`, string(d.Office)).Scan(&kept); err != nil {
			return err
		}
		if kept+len(v.Sealed) > store.MaxDrafting && !v.Over { // the end of one makes room
			return store.ErrTooLarge
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO draft (number, office, versions, over, touched, told) VALUES (?,?,?,?,?,0)
			ON CONFLICT DO UPDATE SET versions = excluded.versions, over = excluded.over, touched = excluded.touched`, v.Draft, string(d.Office), v.Number, v.Over, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO version (draft, number, person, hash, size, sealed) VALUES (?,?,?,?,?,?)`,
			v.Draft, v.Number, string(v.By), hash[:], len(v.Sealed), v.Sealed); err != nil {
			return err
		}
		if v.Over {
			if _, err := tx.ExecContext(ctx, `DELETE FROM version WHERE draft = ? AND number < ?`, v.Draft, v.Number); err != nil {
				return err
			}
		}
		if v.Readers != nil {
			if _, err := tx.ExecContext(ctx, `DELETE FROM draft_reader WHERE draft = ?`, v.Draft); err != nil {
				return err
			}
			for _, id := range append(slices.Clip(v.Readers), v.By) {
				if _, err := tx.ExecContext(ctx, `INSERT INTO draft_reader (person, draft) VALUES (?,?) ON CONFLICT DO NOTHING`, string(id), v.Draft); err != nil {
					return err
				}
			}
		}
		return tellDraft(ctx, tx, v.Draft, v.By, now)
	})
}

// errThere is the error for a version that is kept already.
var errThere = errors.New("the version is there")

// placeFor says why a version may not stand where it wants to.
func placeFor(ctx context.Context, tx *sql.Tx, v *store.Version, hash frank.Hash) (*store.Draft, error) {
	var person string
	var sum []byte
	switch err := tx.QueryRowContext(ctx, `SELECT person, hash FROM version WHERE draft = ? AND number = ?`, v.Draft, v.Number).Scan(&person, &sum); {
	case err == nil && person == string(v.By) && string(sum) == string(hash[:]):
		return nil, errThere
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return nil, err
	}
	if v.Number == 1 {
		var last int
		if err := tx.QueryRowContext(ctx, lastDraft).Scan(&last); err != nil {
			return nil, err
		}
		switch {
		case v.Draft <= last:
			return nil, store.ErrTaken
		case v.Draft != last+1:
			return nil, store.ErrGap
		case v.Over || v.Readers == nil:
			return nil, errors.New("a draft begins with somebody to read it, and does not end with that")
		}
		return &store.Draft{Office: v.Office}, nil
	}
	d := &store.Draft{}
	switch err := scanDraft(tx.QueryRowContext(ctx, oneDraft, string(v.By), v.Draft), d); {
	case err != nil:
		return nil, err // not there, or not for them: ErrNone
	case d.Over:
		return nil, store.ErrOver
	case v.Number <= d.Versions:
		return nil, store.ErrTaken
	case v.Number != d.Versions+1:
		return nil, store.ErrGap
	}
	return d, nil
}

// tellDraft has those who may read a draft told that there is something. Stamps of
// entries are never below zero.
func tellDraft(ctx context.Context, tx *sql.Tx, draft int, but frank.PersonID, now int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO notice (person, channel, due, tries, stamp) SELECT person, channel, ?, 0, -1 - abs(random() % 1000000007)
		FROM contact JOIN draft_reader USING (person) WHERE draft = ? AND person <> ? ON CONFLICT DO UPDATE SET stamp = excluded.stamp`, now, draft, string(but))
	return err
}

const (
	lastDraft   = `SELECT coalesce(max(number), 0) FROM draft`
	draftFields = `SELECT number, office, versions, over, touched FROM draft JOIN draft_reader ON draft = number WHERE person = ? AND `
	oneDraft    = draftFields + `number = ?`
)

func scanDraft(r interface{ Scan(...any) error }, d *store.Draft) error {
	return r.Scan(&d.Number, &d.Office, &d.Versions, &d.Over, &d.Touched)
}

// Draft implements [store.Store].
func (s *Store) Draft(ctx context.Context, person frank.PersonID, number int) (*store.Draft, error) {
	d := &store.Draft{}
	if err := scanDraft(s.main.r.QueryRowContext(ctx, oneDraft, string(person), number), d); err != nil {
		return nil, wrap(err)
	}
	return d, nil
}

// Drafts implements [store.Store].
func (s *Store) Drafts(ctx context.Context, person frank.PersonID, from, limit int) ([]store.Draft, error) {
	return collect(ctx, s.main.r, func(r *sql.Rows) (d store.Draft, err error) { return d, scanDraft(r, &d) },
		draftFields+`number >= ? ORDER BY number LIMIT ?`, string(person), from, limit)
}

// LastDraft implements [store.Store].
func (s *Store) LastDraft(ctx context.Context) (n int, err error) {
	err = s.main.r.QueryRowContext(ctx, lastDraft).Scan(&n)
	return n, wrap(err)
}

// OpenDrafts implements [store.Store].
func (s *Store) OpenDrafts(ctx context.Context) (n int, err error) {
	err = s.main.r.QueryRowContext(ctx, `SELECT count(*) FROM draft WHERE over = 0`).Scan(&n)
	return n, wrap(err)
}

// DraftVersion implements [store.Store].
func (s *Store) DraftVersion(ctx context.Context, person frank.PersonID, draft, number int) (sealed []byte, err error) {
	err = s.main.r.QueryRowContext(ctx, `SELECT sealed FROM version JOIN draft_reader USING (draft) WHERE draft_reader.person = ? AND draft = ? AND number = ?`,
		string(person), draft, number).Scan(&sealed)
	return sealed, wrap(err)
}

// TellIdle implements [store.Store].
func (s *Store) TellIdle(ctx context.Context, before, now int64) (told int, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		told = 0
		list, err := collect(ctx, tx, func(r *sql.Rows) (n int, err error) { return n, r.Scan(&n) },
			`SELECT number FROM draft WHERE over = 0 AND touched < ? AND told < touched`, before)
		for _, n := range list {
			if err == nil {
				err = tellDraft(ctx, tx, n, "", now)
			}
			if err == nil {
				_, err = tx.ExecContext(ctx, `UPDATE draft SET told = touched WHERE number = ?`, n)
			}
			told++
		}
		return err
	})
	return told, err
}

// checkDrafts reads every version of a draft.
func (s *Store) checkDrafts(ctx context.Context) (wrong []string, err error) {
	for _, c := range []struct{ what, query string }{
		{"drafts are missing: the highest number is %d too high for how many there are", `SELECT coalesce(max(number), 0) - count(*) FROM draft`},
		{"%d drafts have not the versions that they should", `SELECT count(*) FROM draft WHERE versions <> (SELECT max(number) FROM version WHERE draft = draft.number)
			OR (SELECT count(*) FROM version WHERE draft = draft.number) <> iif(over, 1, versions)`},
		{"%d versions are of no draft", `SELECT count(*) FROM version WHERE draft NOT IN (SELECT number FROM draft)`},
		{"%d drafts may be read by nobody", `SELECT count(*) FROM draft WHERE number NOT IN (SELECT draft FROM draft_reader)`},
	} {
		var n int
		if err := s.main.r.QueryRowContext(ctx, c.query).Scan(&n); err != nil {
			return wrong, wrap(err)
		}
		if n != 0 {
			wrong = append(wrong, fmt.Sprintf(c.what, n))
		}
	}
	type row struct {
		draft, number int
		hash          frank.Hash
	}
	for at := (row{}); ; {
		rows, err := collect(ctx, s.main.r, func(r *sql.Rows) (x row, err error) {
			var b, sealed []byte
			if err := r.Scan(&x.draft, &x.number, &b, &sealed); err != nil {
				return x, err
			}
			if x.hash, err = toHash(b); err == nil && sha256.Sum256(sealed) != x.hash {
				wrong = append(wrong, fmt.Sprintf("version %d of draft %d is not what its hash says", x.number, x.draft))
			}
			return x, err
		}, `SELECT draft, number, hash, sealed FROM version WHERE (draft, number) > (?, ?) ORDER BY draft, number LIMIT 16`, at.draft, at.number)
		if err != nil || len(rows) == 0 {
			return wrong, err
		}
		at = rows[len(rows)-1]
	}
}
