// Package corpus loads the documents that the benchmark issues, leaks and
// traces: JSON lines, plain or gzipped, one document a line.
package corpus

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"frank"
)

// Document is one text of a corpus. Paragraphs are separated by blank lines.
type Document struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Date  string `json:"date"`
	Text  string `json:"text"`
}

// Aside reports whether the document belongs to the tenth that is kept aside:
// it may be measured on and reported, never looked at or tuned to.
func (d Document) Aside() bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, d.ID)
	return h.Sum32()%10 == 0
}

// Split divides docs into those to work on and those kept aside, each in the
// order given.
func Split(docs []Document) (work, aside []Document) {
	for _, d := range docs {
		if d.Aside() {
			aside = append(aside, d)
		} else {
			work = append(work, d)
		}
	}
	return work, aside
}

//go:embed own.jsonl
var own []byte

//go:embed unrelated.jsonl
var unrelated []byte

// Own returns the memos that ship with the benchmark: invented dispatches,
// board papers and regulators' notes, written for it.
func Own() []Document { return mustRead(own) }

// Unrelated returns the short articles that ship with the benchmark and quote
// none of [Own].
func Unrelated() []Document { return mustRead(unrelated) }

func mustRead(data []byte) []Document {
	docs, err := Read(bytes.NewReader(data))
	if err != nil {
		panic(err) // shipped data, read by a test
	}
	return docs
}

// Load reads the corpus in the named file, gzipped if its name ends in .gz.
func Load(name string) ([]Document, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("%s: expected gzip, found something else: %w", name, err)
		}
		r = z
	}
	docs, err := Read(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return docs, nil
}

// maxLine bounds one document's line in bytes.
const maxLine = 16 << 20

// Read reads JSON lines. It refuses a document without id or text, text that
// is not UTF-8, and a corpus without any document. Of documents with one id it
// keeps the first.
func Read(r io.Reader) ([]Document, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	seen := make(map[string]bool)
	var docs []Document
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var d Document
		switch err := json.Unmarshal(line, &d); {
		case !utf8.Valid(line):
			return nil, fmt.Errorf("line %d: expected UTF-8, found other bytes", n)
		case err != nil:
			return nil, fmt.Errorf("line %d: expected a JSON object with id, title, date and text: %w", n, err)
		case d.ID == "" || d.Text == "":
			return nil, fmt.Errorf("line %d: expected an id and a text, found one of them empty", n)
		case seen[d.ID]:
			continue
		}
		seen[d.ID] = true
		docs = append(docs, d)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, frank.WithHint(errors.New("expected a document a line, found none"),
			`each line is a JSON object: {"id": …, "title": …, "date": …, "text": …}`)
	}
	return docs, nil
}
