package sqlite

import (
	"context"
	"database/sql"
	"sync"
)

// cached is a database that keeps the statements it was asked before: reading
// a statement takes SQLite longer than most of what it then does.
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
var hot = []string{savepoint, release, rollback, findEntry, putEntry, putReader, putSlot, fillSlot, useBlob, letRead, findCopy}

const (
	savepoint = `SAVEPOINT one`
	release   = `RELEASE one`
	rollback  = `ROLLBACK TO one`
	findEntry = `SELECT idx FROM entry WHERE commitment = ?`
	putEntry  = `INSERT INTO entry (idx, commitment, kind, person, sealed, payload, place, year, number, batch) VALUES (?,?,?,?,?,?,?,?,?,?)`
	putReader = `INSERT INTO reader (tag, idx) VALUES (?,?) ON CONFLICT DO NOTHING`
	putSlot   = `INSERT INTO slot (begun, slot, person, office) VALUES (?,?,?,?)`
	fillSlot  = `UPDATE slot SET complete = ?, sealed = ? WHERE begun = ? AND slot = ?`
	useBlob   = `UPDATE blob SET staged = NULL WHERE hash = ? AND person = ? AND staged IS NOT NULL`
	letRead   = `INSERT INTO blob_reader (hash, tag) VALUES (?,?) ON CONFLICT DO NOTHING`
)

// keep prepares statements on a writer, which has one connection.
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

// hotTx is a transaction that uses the writer's own statements.
type hotTx struct {
	*sql.Tx
	kept map[string]*sql.Stmt
}

// ExecContext is that of the transaction.
func (t *hotTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := t.kept[query]; s != nil {
		return t.Tx.StmtContext(ctx, s).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryRowContext is that of the transaction.
func (t *hotTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := t.kept[query]; s != nil {
		return t.Tx.StmtContext(ctx, s).QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// QueryContext is that of the transaction.
func (t *hotTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := t.kept[query]; s != nil {
		return t.Tx.StmtContext(ctx, s).QueryContext(ctx, args...)
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
