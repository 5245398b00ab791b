package sqlite

import (
	"context"
	"database/sql"
	"sync"
)

// cached is a database that keeps the statements it was asked before: reading
// a statement takes SQLite longer than most of what it then does.
//
// SQLite reads a statement anew, too, when a value that it might plan by is bound
// to it: one that ends a range or a LIMIT. In statements that are asked often
// those are written as ?+0, by which it plans nothing.
type cached struct {
	*sql.DB
	mu   sync.Mutex
	stmt map[string]*sql.Stmt
}

// prepared returns the statement of a query, nil if there can be none: asking
// for it in full then says why.
func (c *cached) prepared(ctx context.Context, query string) *sql.Stmt {
	c.mu.Lock()
	s, full := c.stmt[query], len(c.stmt) >= 256 // lists of many lengths
	c.mu.Unlock()
	if s != nil {
		return s
	}
	if full {
		return nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if first := c.stmt[query]; first != nil {
		s.Close()
		return first
	}
	c.stmt[query] = s
	return s
}

// QueryContext is that of the database.
func (c *cached) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := c.prepared(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return c.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of the database.
func (c *cached) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := c.prepared(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return c.DB.QueryRowContext(ctx, query, args...)
}

// Close closes the statements and the database.
func (c *cached) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.stmt {
		s.Close()
	}
	return c.DB.Close()
}

// hot are the statements that most entries take; the writer keeps them.
var hot = []string{savepoint, release, rollback, sizeEntry, findEntry, putEntry, putReader, putReaders, putSlot, fillSlot, useBlob, letRead, findFetch}

// hotReads are those that a snapshot takes; the readers keep them.
var hotReads = []string{readEntries, kindEntries, oneEntry, findBlob}

const (
	savepoint   = `SAVEPOINT one`
	release     = `RELEASE one`
	rollback    = `ROLLBACK TO one`
	sizeEntry   = `SELECT coalesce(max(idx) + 1, 0) FROM entry`
	findEntry   = `SELECT idx FROM entry WHERE commitment = ?`
	putEntry    = `INSERT INTO entry (idx, commitment, kind, person, sealed, payload, place, year, number, batch) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (commitment) DO NOTHING`
	oneEntry    = `SELECT ` + entryColumns + ` FROM entry WHERE idx = ?`
	readEntries = `SELECT idx FROM reader WHERE tag = ? AND idx >= ?+0 AND idx < ?+0 ORDER BY idx LIMIT ?+0`
	kindEntries = `SELECT idx FROM entry WHERE kind = ? AND idx >= ?+0 ORDER BY idx LIMIT ?+0`
	putReader   = `INSERT INTO reader (tag, idx) VALUES (?,?) ON CONFLICT DO NOTHING`
	putReaders  = `INSERT INTO reader (tag, idx) VALUES (?1,?3),(?2,?3) ON CONFLICT DO NOTHING`
	putSlot     = `INSERT INTO slot (begun, slot, person, office) VALUES (?,?,?,?)`
	fillSlot    = `UPDATE slot SET complete = ?, sealed = ? WHERE begun = ? AND slot = ?`
	findBlob    = `SELECT 1 FROM blob WHERE hash = ?`
	useBlob     = `UPDATE blob SET staged = NULL WHERE hash = ? AND person = ? AND staged IS NOT NULL`
	letRead     = `INSERT INTO blob_reader (hash, tag) VALUES (?,?) ON CONFLICT DO NOTHING`
)

// keep prepares statements on one side of a database.
func keep(w *sql.DB, queries []string) (map[string]*sql.Stmt, error) {
	out := map[string]*sql.Stmt{}
	for _, q := range queries {
		s, err := w.Prepare(q)
		if err != nil {
			return nil, wrap(err)
		}
		out[q] = s
	}
	return out, nil
}

// hotTx is a transaction that uses statements that are kept.
type hotTx struct {
	*sql.Tx
	kept map[string]*sql.Stmt
	mine map[string]*sql.Stmt // those of them that were used
}

// hot returns a statement that is kept; nil for another one.
func (t *hotTx) hot(ctx context.Context, query string) *sql.Stmt {
	if s := t.mine[query]; s != nil {
		return s
	}
	s := t.kept[query]
	if s != nil {
		s = t.Tx.StmtContext(ctx, s)
		t.mine[query] = s
	}
	return s
}

// ExecContext is that of the transaction.
func (t *hotTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := t.hot(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryRowContext is that of the transaction.
func (t *hotTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := t.hot(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// QueryContext is that of the transaction.
func (t *hotTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := t.hot(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

// PrepareContext is that of the transaction.
func (t *hotTx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := t.kept[query]; s != nil {
		return t.Tx.StmtContext(ctx, s), nil
	}
	return t.Tx.PrepareContext(ctx, query)
}
