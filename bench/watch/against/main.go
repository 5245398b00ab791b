// Command against asks full-text indexes what bench/watch asks package watch:
// the same dispatches, the same quotations. SQLite FTS5 and bleve run in the
// process; PostgreSQL is given by -postgres. It writes the answers for
// bench/watch -answers, which judges them by the same rule.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"
)

type document struct {
	N        int    `json:"n"`
	Text     string `json:"text"`     // the author's copy
	Expanded string `json:"expanded"` // with all readings
}

type question struct {
	Printed string `json:"printed"`
}

type answer struct {
	Question int
	Found    []int
	Took     time.Duration
}

type sheet struct {
	Name    string
	Answers []answer
}

// engine is a full-text index with the ways it can be asked. Field 0 is the
// author's copy, field 1 the one with all readings.
type engine interface {
	name() string
	build(each func(func(document) error) error) error
	ask(shape string, field int, words []string) ([]int, error)
}

// shapes: any of the words; any two, or any three, in a row.
var shapes = []string{"words", "pairs", "threes"}

func main() {
	dir := flag.String("dir", "", "`folder` with what bench/watch -docs wrote")
	file := flag.String("docs", "docs-100000.jsonl", "the dispatches")
	n := flag.Int("n", 50_000, "how many of them")
	part := flag.String("part", "work", "which questions")
	most := flag.Int("questions", 1<<30, "how many of them, evenly")
	which := flag.String("engine", "sqlite", "sqlite, postgres or bleve")
	server := flag.String("postgres", "", "connection string")
	only := flag.String("shapes", "words/0 words/1 pairs/0 pairs/1 threes/0 threes/1", "ways of asking: shape/field")
	again := flag.Bool("built", false, "the index is there already")
	out := flag.String("o", "", "write the answers to this `file`")
	flag.Parse()
	if err := run(*dir, *file, *n, *part, *most, *which, *server, *only, *again, *out); err != nil {
		fmt.Fprintln(os.Stderr, "against:", err)
		os.Exit(1)
	}
}

func run(dir, file string, n int, part string, most int, which, server, only string, again bool, out string) error {
	var e engine
	switch which {
	case "sqlite":
		db, err := sql.Open("sqlite", filepath.Join(dir, fmt.Sprintf("fts-%d.db", n)))
		if err != nil {
			return err
		}
		e = &sqlite{db}
	case "postgres":
		db, err := pgx.Connect(context.Background(), server)
		if err != nil {
			return err
		}
		e = &postgres{db}
	case "bleve":
		e = &blevey{path: filepath.Join(dir, fmt.Sprintf("bleve-%d", n)), again: again}
	}
	if !again {
		start := time.Now()
		if err := e.build(func(take func(document) error) error { return each(filepath.Join(dir, file), n, take) }); err != nil {
			return err
		}
		fmt.Printf("%s: %d dispatches indexed in %.0f s\n", e.name(), n, time.Since(start).Seconds())
	} else if b, ok := e.(*blevey); ok {
		if err := b.build(nil); err != nil {
			return err
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "questions-"+part+".json"))
	if err != nil {
		return err
	}
	var list []question
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	most = min(len(list), most)
	var sheets []sheet
	for _, s := range strings.Fields(only) {
		shape, field, _ := strings.Cut(s, "/")
		sh := sheet{Name: e.name() + " " + shape + map[string]string{"0": "", "1": ", all readings"}[field]}
		for k := range most {
			i := k * len(list) / most
			words := strings.Fields(list[i].Printed)
			start := time.Now()
			found, err := e.ask(shape, int(field[0]-'0'), words)
			if err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
			sh.Answers = append(sh.Answers, answer{i, found, time.Since(start)})
		}
		sheets = append(sheets, sh)
		fmt.Println("asked:", sh.Name)
	}
	data, err = json.Marshal(sheets)
	if err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o600)
}

func each(file string, n int, take func(document) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for i := 0; i < n && lines.Scan(); i++ {
		var d document
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return err
		}
		if err := take(d); err != nil {
			return err
		}
	}
	return lines.Err()
}

// runs are the words in a row that a shape asks for.
func runs(shape string, words []string) [][]string {
	n := map[string]int{"words": 1, "pairs": 2, "threes": 3}[shape]
	var out [][]string
	for i := 0; i+n <= len(words); i++ {
		out = append(out, words[i:i+n])
	}
	return out
}

// clean leaves what query languages cannot take amiss.
func clean(w string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"'\:*()&|!<>^-+~{}[]/?`, r) {
			return ' '
		}
		return r
	}, w)
}

type sqlite struct{ db *sql.DB }

func (*sqlite) name() string { return "SQLite FTS5" }

func (s *sqlite) build(each func(func(document) error) error) error {
	s.db.SetMaxOpenConns(1)
	for _, q := range []string{`PRAGMA journal_mode=OFF`, `PRAGMA synchronous=OFF`, `PRAGMA cache_size=-500000`, `CREATE VIRTUAL TABLE d USING fts5(plain, expanded, content='')`, `BEGIN`} {
		if _, err := s.db.Exec(q); err != nil {
			return err
		}
	}
	st, err := s.db.Prepare(`INSERT INTO d(rowid, plain, expanded) VALUES (?,?,?)`)
	if err != nil {
		return err
	}
	if err := each(func(d document) error {
		_, err := st.Exec(d.N, d.Text, d.Expanded)
		return err
	}); err != nil {
		return err
	}
	if _, err := s.db.Exec(`COMMIT`); err != nil {
		return err
	}
	_, err = s.db.Exec(`INSERT INTO d(d) VALUES('optimize')`)
	return err
}

func (s *sqlite) ask(shape string, field int, words []string) ([]int, error) {
	var parts []string
	for _, r := range runs(shape, words) {
		parts = append(parts, `"`+clean(strings.Join(r, " "))+`"`)
	}
	column := []string{"plain", "expanded"}[field]
	rows, err := s.db.Query(`SELECT rowid FROM d WHERE d MATCH ? ORDER BY rank LIMIT 10`, column+" : ("+strings.Join(parts, " OR ")+")")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

type postgres struct{ db *pgx.Conn }

func (*postgres) name() string { return "PostgreSQL" }

func (p *postgres) build(each func(func(document) error) error) error {
	ctx := context.Background()
	for _, q := range []string{`DROP TABLE IF EXISTS d`, `CREATE UNLOGGED TABLE d (n int, plain tsvector, expanded tsvector)`} {
		if _, err := p.db.Exec(ctx, q); err != nil {
			return err
		}
	}
	batch := &pgx.Batch{}
	flush := func() error {
		err := p.db.SendBatch(ctx, batch).Close()
		batch = &pgx.Batch{}
		return err
	}
	if err := each(func(d document) error {
		batch.Queue(`INSERT INTO d VALUES ($1, to_tsvector('simple', $2), to_tsvector('simple', $3))`, d.N, d.Text, d.Expanded)
		if batch.Len() == 500 {
			return flush()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	for _, q := range []string{`SET maintenance_work_mem = '1GB'`, `CREATE INDEX ON d USING gin (plain)`, `CREATE INDEX ON d USING gin (expanded)`, `ANALYZE d`} {
		if _, err := p.db.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (p *postgres) ask(shape string, field int, words []string) ([]int, error) {
	column := []string{"plain", "expanded"}[field]
	var parts []string
	for _, r := range runs(shape, words) {
		parts = append(parts, clean(strings.Join(r, " ")))
	}
	// phraseto_tsquery cuts words as the index does.
	rows, err := p.db.Query(context.Background(), `WITH q AS (SELECT string_agg(t::text, ' | ')::tsquery AS q FROM (SELECT phraseto_tsquery('simple', x) t FROM unnest($1::text[]) x) s WHERE numnode(t) > 0)
		SELECT n FROM d, q WHERE `+column+` @@ q.q ORDER BY ts_rank_cd(`+column+`, q.q) DESC LIMIT 10`, parts)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

type blevey struct {
	path  string
	again bool
	ix    bleve.Index
}

func (*blevey) name() string { return "bleve" }

func (b *blevey) build(each func(func(document) error) error) (err error) {
	if b.again {
		b.ix, err = bleve.Open(b.path)
		return err
	}
	field := bleve.NewTextFieldMapping()
	field.Store, field.IncludeInAll, field.DocValues, field.Analyzer = false, false, false, standard.Name
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("plain", field)
	doc.AddFieldMappingsAt("expanded", field)
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	if b.ix, err = bleve.New(b.path, m); err != nil {
		return err
	}
	batch := b.ix.NewBatch()
	err = each(func(d document) error {
		if err := batch.Index(fmt.Sprint(d.N), map[string]string{"plain": d.Text, "expanded": d.Expanded}); err != nil {
			return err
		}
		if batch.Size() < 1000 {
			return nil
		}
		err := b.ix.Batch(batch)
		batch = b.ix.NewBatch()
		return err
	})
	if err != nil {
		return err
	}
	return b.ix.Batch(batch)
}

func (b *blevey) ask(shape string, field int, words []string) ([]int, error) {
	column := []string{"plain", "expanded"}[field]
	var parts []query.Query
	for _, r := range runs(shape, words) {
		q := bleve.NewMatchPhraseQuery(clean(strings.Join(r, " ")))
		q.SetField(column)
		parts = append(parts, q)
	}
	res, err := b.ix.Search(bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(parts...), 10, 0, false))
	if err != nil {
		return nil, err
	}
	var out []int
	for _, h := range res.Hits {
		var n int
		fmt.Sscan(h.ID, &n)
		out = append(out, n)
	}
	return out, nil
}
