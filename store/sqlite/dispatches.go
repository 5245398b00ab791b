package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"frank"
	"frank/store"
)

// effect does what an accepted entry does. What it refuses is a [refused].
func effect(ctx context.Context, tx *hotTx, e *store.New, index uint64) error {
	switch {
	case e.Begin != nil:
		if err := begin(ctx, tx, e, index); err != nil {
			return err
		}
	case e.Complete != nil:
		if err := complete(ctx, tx, e, index); err != nil {
			return err
		}
	case e.Recall:
		if err := recall(ctx, tx, e, index); err != nil {
			return err
		}
	case e.Ask != "":
		if _, err := tx.ExecContext(ctx, `INSERT INTO request (office, idx) VALUES (?,?)`, string(e.Ask), index); err != nil {
			return err
		}
	}
	if err := name(ctx, tx, e, index); err != nil {
		return err
	}
	for _, a := range e.Answers {
		result, err := tx.ExecContext(ctx, `UPDATE request SET answered = ? WHERE office = ? AND idx = ? AND answered IS NULL`, index, string(e.AnswerOf), a)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n != 1 {
			return refused{store.ErrNone}
		}
	}
	return nil
}

func begin(ctx context.Context, tx *hotTx, e *store.New, index uint64) error {
	ref := e.Dispatch
	if e.Batch == 1 {
		var last int
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM dispatch WHERE place = ? AND year = ?`, ref.Place, ref.Year).Scan(&last); err != nil {
			return err
		}
		switch {
		case ref.Number <= last:
			return refused{store.ErrTaken}
		case ref.Number != last+1:
			return refused{store.ErrGap}
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO dispatch (place, year, number, office) VALUES (?,?,?,?)`, ref.Place, ref.Year, ref.Number, string(e.Begin.Office)); err != nil {
			return err
		}
	} else {
		var office string
		var recalled sql.NullInt64
		switch err := tx.QueryRowContext(ctx, `SELECT office, recalled FROM dispatch WHERE place = ? AND year = ? AND number = ?`, ref.Place, ref.Year, ref.Number).Scan(&office, &recalled); {
		case errors.Is(err, sql.ErrNoRows):
			return refused{store.ErrNotBegun}
		case err != nil:
			return err
		case office != string(e.Begin.Office):
			return refused{store.ErrTaken}
		case recalled.Valid:
			return refused{store.ErrRecalled}
		}
		var last int
		if err := tx.QueryRowContext(ctx, `SELECT max(batch) FROM batch WHERE place = ? AND year = ? AND number = ?`, ref.Place, ref.Year, ref.Number).Scan(&last); err != nil {
			return err
		}
		switch {
		case e.Batch <= last:
			return refused{store.ErrTaken}
		case e.Batch != last+1:
			return refused{store.ErrGap}
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO batch (begun, place, year, number, batch, office, embargo) VALUES (?,?,?,?,?,?,?)`,
		index, ref.Place, ref.Year, ref.Number, e.Batch, string(e.Begin.Office), e.Begin.Embargo); err != nil {
		return err
	}
	put, err := tx.PrepareContext(ctx, putSlot)
	if err != nil {
		return err
	}
	defer put.Close()
	for i, to := range e.Begin.To {
		if _, err := put.ExecContext(ctx, index, i, string(to.Person), string(to.Office)); err != nil {
			return err
		}
	}
	return nil
}

func complete(ctx context.Context, tx *hotTx, e *store.New, index uint64) error {
	ref := e.Dispatch
	var begun uint64
	var done, recalled sql.NullInt64
	switch err := tx.QueryRowContext(ctx, `SELECT begun, complete, recalled FROM batch JOIN dispatch USING (place, year, number) WHERE place = ? AND year = ? AND number = ? AND batch = ?`,
		ref.Place, ref.Year, ref.Number, e.Batch).Scan(&begun, &done, &recalled); {
	case errors.Is(err, sql.ErrNoRows):
		return refused{store.ErrNotBegun}
	case err != nil:
		return err
	case done.Valid:
		return refused{store.ErrComplete}
	case recalled.Valid:
		return refused{store.ErrRecalled}
	}
	var slots int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM slot WHERE begun = ?`, begun).Scan(&slots); err != nil {
		return err
	}
	if slots != len(e.Complete.Copies) {
		return refused{store.ErrParts}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE batch SET complete = ? WHERE begun = ?`, index, begun); err != nil {
		return err
	}
	put, err := tx.PrepareContext(ctx, fillSlot)
	if err != nil {
		return err
	}
	defer put.Close()
	use, err := tx.PrepareContext(ctx, useBlob)
	if err != nil {
		return err
	}
	defer use.Close()
	for i, hash := range e.Complete.Copies {
		if _, err := put.ExecContext(ctx, index, hash[:], begun, i); err != nil {
			return err
		}
		if err := used(ctx, use, hash, e.By); err != nil {
			return err
		}
	}
	let, err := tx.PrepareContext(ctx, letRead)
	if err != nil {
		return err
	}
	defer let.Close()
	for _, s := range e.Complete.Shares {
		if err := used(ctx, use, s.Hash, e.By); err != nil {
			return err
		}
		if _, err := let.ExecContext(ctx, s.Hash[:], string(store.Person(s.Person))); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO share (begun, share, person, complete, sealed) VALUES (?,?,?,?,?)`, begun, s.Index, string(s.Person), index, s.Hash[:]); err != nil {
			return err
		}
	}
	for _, p := range e.Complete.Parts {
		if err := used(ctx, use, p.Hash, e.By); err != nil {
			return err
		}
		for _, r := range p.Readers {
			if _, err := let.ExecContext(ctx, p.Hash[:], string(r)); err != nil {
				return err
			}
		}
		if p.Attached {
			if _, err := tx.ExecContext(ctx, `INSERT INTO attachment (hash, begun) VALUES (?,?)`, p.Hash[:], begun); err != nil {
				return err
			}
		}
	}
	return nil
}

// name lets those read what the entry names whom it says.
func name(ctx context.Context, tx *hotTx, e *store.New, index uint64) error {
	if len(e.Parts) == 0 {
		return nil
	}
	use, err := tx.PrepareContext(ctx, useBlob)
	if err != nil {
		return err
	}
	defer use.Close()
	let, err := tx.PrepareContext(ctx, letRead)
	if err != nil {
		return err
	}
	defer let.Close()
	for _, p := range e.Parts {
		if err := used(ctx, use, p.Hash, e.By); err != nil {
			return err
		}
		for _, r := range p.Readers {
			if _, err := let.ExecContext(ctx, p.Hash[:], string(r)); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO part (hash, idx) VALUES (?,?)`, p.Hash[:], index); err != nil {
			return err
		}
	}
	return nil
}

// used makes what was put a part of the entry. It must be the same person's, and
// named by nothing yet: whoever could name what is another's would say who reads
// it, a sealed copy too.
func used(ctx context.Context, use *sql.Stmt, hash frank.Hash, by frank.PersonID) error {
	result, err := use.ExecContext(ctx, hash[:], string(by))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil {
		return err
	} else if n != 1 {
		return refused{store.ErrParts}
	}
	return nil
}

func recall(ctx context.Context, tx *hotTx, e *store.New, index uint64) error {
	result, err := tx.ExecContext(ctx, `UPDATE dispatch SET recalled = ? WHERE place = ? AND year = ? AND number = ? AND recalled IS NULL`,
		index, e.Dispatch.Place, e.Dispatch.Year, e.Dispatch.Number)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	var there bool
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM dispatch WHERE place = ? AND year = ? AND number = ?`, e.Dispatch.Place, e.Dispatch.Year, e.Dispatch.Number).Scan(&there); err != nil {
		return err
	}
	if !there {
		return refused{store.ErrNotBegun}
	}
	return refused{store.ErrRecalled}
}

func fetch(ctx context.Context, tx *hotTx, e *store.New, index uint64) error {
	var recalled bool
	switch err := tx.QueryRowContext(ctx, findFetch, e.Fetch[:], string(e.By), index).Scan(&recalled); {
	case errors.Is(err, sql.ErrNoRows):
		return refused{store.ErrNone}
	case err != nil:
		return err
	case recalled:
		return refused{store.ErrRecalled}
	}
	return nil
}

// LastNumber implements [store.Store].
func (s *Store) LastNumber(ctx context.Context, place string, year int) (n int, err error) {
	err = s.main.r.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM dispatch WHERE place = ? AND year = ?`, place, year).Scan(&n)
	return n, wrap(err)
}

const batchQuery = `SELECT place, year, number, batch, batch.office, embargo, begun, (SELECT commitment FROM entry WHERE idx = begun), draw, coalesce(complete, 0), coalesce(recalled, 0),
	(SELECT count(*) FROM slot WHERE slot.begun = batch.begun) FROM batch JOIN dispatch USING (place, year, number) `

func scanBatch(r *sql.Rows) (b store.Batch, err error) {
	var entry []byte
	if err := r.Scan(&b.Dispatch.Place, &b.Dispatch.Year, &b.Dispatch.Number, &b.Batch, &b.Office, &b.Embargo, &b.Begin, &entry, &b.Draw, &b.Complete, &b.Recall, &b.Count); err != nil {
		return b, err
	}
	b.Entry, err = toHash(entry)
	return b, err
}

// Batches implements [store.Store].
func (s *Store) Batches(ctx context.Context, ref frank.Ref) ([]store.Batch, error) {
	return collect(ctx, s.main.r, scanBatch, batchQuery+`WHERE place = ? AND year = ? AND number = ? ORDER BY batch`, ref.Place, ref.Year, ref.Number)
}

// Drawn implements [store.Store].
func (s *Store) Drawn(ctx context.Context, begin uint64, checkpoint string) (kept string, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE batch SET draw = ? WHERE begun = ? AND draw = ''`, checkpoint, begin); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `SELECT draw FROM batch WHERE begun = ?`, begin).Scan(&kept)
		if errors.Is(err, sql.ErrNoRows) {
			return store.ErrNotBegun
		}
		return err
	})
	return kept, err
}

// Undrawn implements [store.Store].
func (s *Store) Undrawn(ctx context.Context, from uint64) ([]uint64, error) {
	return collect(ctx, s.main.r, scanIndex, `SELECT begun FROM batch WHERE begun >= ? AND draw = '' ORDER BY begun`, from)
}

// About implements [store.Store].
func (s *Store) About(ctx context.Context, ref frank.Ref, kinds []string) ([]store.Entry, error) {
	args := []any{ref.Place, ref.Year, ref.Number}
	for _, k := range kinds {
		args = append(args, k)
	}
	return collect(ctx, s.main.r, scanEntry, `SELECT `+entryColumns+` FROM entry WHERE place = ? AND year = ? AND number = ? AND +kind IN (`+marks(len(kinds))+`) ORDER BY idx`, args...)
}

// Stated implements [store.Store].
func (s *Store) Stated(ctx context.Context, ref frank.Ref, kind string, from, below uint64, limit int) (out []store.Entry, err error) {
	err = s.snapshot(ctx, func(tx *hotTx) error {
		all, err := collect(ctx, tx, scanIndex, `SELECT idx FROM entry WHERE place = ? AND year = ? AND number = ? AND +kind = ? AND idx >= ? AND idx < ? ORDER BY idx LIMIT ?`,
			ref.Place, ref.Year, ref.Number, kind, from, below, limit)
		if err != nil {
			return err
		}
		out, err = entriesAt(ctx, tx, all)
		return err
	})
	return out, err
}

// Addressed implements [store.Store].
func (s *Store) Addressed(ctx context.Context, ref frank.Ref) ([]frank.PersonID, error) {
	return collect(ctx, s.main.r, func(r *sql.Rows) (id frank.PersonID, err error) { return id, r.Scan(&id) },
		`SELECT DISTINCT person FROM slot JOIN batch USING (begun) WHERE place = ? AND year = ? AND number = ? ORDER BY person`, ref.Place, ref.Year, ref.Number)
}

// Concerns implements [store.Store].
func (s *Store) Concerns(ctx context.Context, ref frank.Ref, person frank.PersonID, offices []frank.OfficeID) (yes bool, err error) {
	args := []any{ref.Place, ref.Year, ref.Number, string(person)}
	for _, o := range offices {
		args = append(args, string(o))
	}
	err = s.main.r.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM batch CROSS JOIN slot USING (begun) WHERE place = ? AND year = ? AND number = ? AND slot.complete IS NOT NULL
		AND (slot.person = ? OR slot.office IN (`+marks(len(offices))+`)))`, args...).Scan(&yes)
	return yes, wrap(err)
}

// Copies implements [store.Store].
func (s *Store) Copies(ctx context.Context, ref frank.Ref, batch int) ([]frank.Hash, error) {
	return collect(ctx, s.main.r, scanHash,
		`SELECT sealed FROM slot JOIN batch USING (begun) WHERE place = ? AND year = ? AND number = ? AND batch = ? AND slot.complete IS NOT NULL ORDER BY slot`, ref.Place, ref.Year, ref.Number, batch)
}

const copyQuery = `SELECT place, year, number, batch, batch.office, embargo, begun, batch.complete, coalesce(recalled, 0), slot, slot.person, slot.office, sealed, coalesce(blob.size, 0)
	FROM slot JOIN batch USING (begun) JOIN dispatch USING (place, year, number) LEFT JOIN blob ON hash = sealed `

// The pluses keep SQLite from going through all copies of the person.
const (
	ofPerson  = `WHERE sealed = ? AND +slot.person = ? AND +slot.complete < ? LIMIT 1`
	findCopy  = copyQuery + ofPerson
	findFetch = `SELECT recalled IS NOT NULL FROM slot JOIN batch USING (begun) JOIN dispatch USING (place, year, number) ` + ofPerson
)

func scanCopy(r *sql.Rows) (c store.Copy, err error) {
	var sealed []byte
	if err := r.Scan(&c.Dispatch.Place, &c.Dispatch.Year, &c.Dispatch.Number, &c.Batch.Batch, &c.Office, &c.Embargo, &c.Begin, &c.Complete, &c.Recall, &c.Slot, &c.To.Person, &c.To.Office, &sealed, &c.Size); err != nil {
		return c, err
	}
	c.Sealed, err = toHash(sealed)
	return c, err
}

// Inbox implements [store.Store].
func (s *Store) Inbox(ctx context.Context, person frank.PersonID, from, below uint64, limit int) ([]store.Copy, error) {
	return collect(ctx, s.main.r, scanCopy, copyQuery+`WHERE slot.person = ? AND slot.complete >= ?+0 AND slot.complete < ?+0 ORDER BY slot.complete LIMIT ?+0`, string(person), from, below, limit)
}

// Shares implements [store.Store].
func (s *Store) Shares(ctx context.Context, person frank.PersonID, from, below uint64, limit int) ([]store.Dealt, error) {
	return collect(ctx, s.main.r, func(r *sql.Rows) (d store.Dealt, err error) {
		var sealed []byte
		if err := r.Scan(&d.Dispatch.Place, &d.Dispatch.Year, &d.Dispatch.Number, &d.Batch.Batch, &d.Office, &d.Embargo, &d.Begin, &d.Complete, &d.Recall, &d.Index, &d.Person, &sealed); err != nil {
			return d, err
		}
		d.Hash, err = toHash(sealed)
		return d, err
	}, `SELECT place, year, number, batch, batch.office, embargo, begun, batch.complete, coalesce(recalled, 0), share, person, sealed
		FROM share JOIN batch USING (begun) JOIN dispatch USING (place, year, number) WHERE person = ? AND share.complete >= ?+0 AND share.complete < ?+0 ORDER BY share.complete LIMIT ?+0`, string(person), from, below, limit)
}

// DealtIn implements [store.Store].
func (s *Store) DealtIn(ctx context.Context, begin uint64) ([]frank.Hash, error) {
	return collect(ctx, s.main.r, scanHash, `SELECT sealed FROM share WHERE begun = ? ORDER BY share`, begin)
}

// CopyFor implements [store.Store].
func (s *Store) CopyFor(ctx context.Context, person frank.PersonID, sealed frank.Hash, below uint64) (*store.Copy, error) {
	list, err := collect(ctx, s.main.r, scanCopy, findCopy, sealed[:], string(person), below)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, store.ErrNone
	}
	return &list[0], nil
}

// Attached implements [store.Store].
func (s *Store) Attached(ctx context.Context, hash frank.Hash) (*store.Batch, error) {
	var b store.Batch
	err := s.main.r.QueryRowContext(ctx, `SELECT place, year, number, batch, batch.office, embargo, begun, coalesce(batch.complete, 0), coalesce(recalled, 0)
		FROM attachment JOIN batch USING (begun) JOIN dispatch USING (place, year, number) WHERE hash = ?`, hash[:]).
		Scan(&b.Dispatch.Place, &b.Dispatch.Year, &b.Dispatch.Number, &b.Batch, &b.Office, &b.Embargo, &b.Begin, &b.Complete, &b.Recall)
	if err != nil {
		return nil, wrap(err)
	}
	return &b, nil
}

// Issued implements [store.Store].
func (s *Store) Issued(ctx context.Context, office frank.OfficeID, from, below uint64, limit int) ([]store.Batch, error) {
	return collect(ctx, s.main.r, scanBatch, batchQuery+`WHERE batch.office = ? AND begun >= ?+0 AND begun < ?+0 ORDER BY begun LIMIT ?+0`, string(office), from, below, limit)
}

// Requests implements [store.Store].
func (s *Store) Requests(ctx context.Context, office frank.OfficeID, from, below uint64, limit int) (out []store.Entry, err error) {
	err = s.snapshot(ctx, func(tx *hotTx) error {
		all, err := collect(ctx, tx, scanIndex, `SELECT idx FROM request WHERE office = ? AND idx >= ? AND idx < ? AND answered IS NULL ORDER BY idx LIMIT ?`, string(office), from, below, limit)
		if err != nil {
			return err
		}
		out, err = entriesAt(ctx, tx, all)
		return err
	})
	return out, err
}
