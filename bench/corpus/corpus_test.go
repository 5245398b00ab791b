package corpus

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOwnIsWhatTheReadmeSays(t *testing.T) {
	memos, articles := Own(), Unrelated()
	if len(memos) != 24 || len(articles) != 12 {
		t.Fatalf("%d memos and %d articles, not 24 and 12", len(memos), len(articles))
	}
	for _, d := range memos {
		if n := len(strings.Fields(d.Text)); n < 250 || n > 600 {
			t.Errorf("%s has %d words, not 250 to 600", d.ID, n)
		}
		if d.Title == "" || d.Date == "" {
			t.Errorf("%s has no title or date", d.ID)
		}
	}
	work, aside := Split(memos)
	if len(aside) == 0 || len(work) < 18 {
		t.Errorf("%d to work on and %d aside", len(work), len(aside))
	}
}

func TestAsideIsATenthAndNeverMoves(t *testing.T) {
	if !(Document{ID: "own-06"}).Aside() || (Document{ID: "own-01"}).Aside() {
		t.Error("the documents kept aside are no longer the same ones")
	}
	aside := 0
	for i := range 10000 {
		if (Document{ID: fmt.Sprintf("id-%d", i)}).Aside() {
			aside++
		}
	}
	if aside < 800 || aside > 1200 {
		t.Errorf("%d of 10,000 kept aside", aside)
	}
}

func TestLoadPlainAndGzipped(t *testing.T) {
	dir := t.TempDir()
	plain, zipped := filepath.Join(dir, "c.jsonl"), filepath.Join(dir, "c.jsonl.gz")
	if err := os.WriteFile(plain, own, 0o600); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = z.Write(own)
	_ = z.Close()
	if err := os.WriteFile(zipped, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{plain, zipped} {
		docs, err := Load(name)
		if err != nil || len(docs) != 24 || docs[0].ID != "own-01" {
			t.Errorf("%s: %d documents, %v", name, len(docs), err)
		}
	}
}

func TestReadKeepsTheFirstOfOneID(t *testing.T) {
	docs, err := Read(strings.NewReader(`{"id":"a","text":"b"}` + "\n\n" + `{"id":"a","text":"c"}` + "\n" + `{"id":"b","text":"d"}`))
	if err != nil || len(docs) != 2 || docs[0].Text != "b" || docs[1].ID != "b" {
		t.Errorf("%v, %v", docs, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "found none"},
		{"\n\n", "found none"},
		{"{", "line 1: expected a JSON object"},
		{`{"id":"a"}`, "empty"},
		{"{\"id\":\"a\",\"text\":\"\xff\"}", "expected UTF-8"},
	} {
		if _, err := Read(strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, not %q", c.in, err, c.want)
		}
	}
}
