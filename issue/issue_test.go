package issue

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"frank"
	"frank/keyring"
	"frank/mark"
	"frank/variant"
)

const memo = `---
ref: 26 SARN 7
---

The {talks|discussions} {have stalled|have stopped}, and {I expect|we expect} nothing {soon|before long}. \
{Both sides|The two sides} {wait|hold back} for {the other|each other} to {move|act}.
`

type fixture struct {
	key   *keyring.Key
	dir   string
	issue *Issue
}

func people(prefix string, n int) []Reader {
	var out []Reader
	for i := range n {
		out = append(out, Reader{Office: "Desk", Name: fmt.Sprintf("%s %d", prefix, i+1)})
	}
	return out
}

func source(t *testing.T) *variant.Source {
	t.Helper()
	src, err := variant.Parse(memo)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func issued(t *testing.T, readers int) *fixture {
	t.Helper()
	key, err := keyring.Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "issue")
	is, err := Create(t.Context(), dir, Order{Source: source(t), Ref: "26 SARN 7", Readers: people("A", readers), Key: &key.Public, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{key, dir, is}
}

// check opens everything in the folder afresh and checks that it belongs
// together, copy by copy.
func (f *fixture) check(t *testing.T, copies int) {
	t.Helper()
	is, err := Open(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	src, err := is.Source(f.key)
	if err != nil {
		t.Fatal(err)
	}
	book, err := is.Book(f.key, src)
	if err != nil {
		t.Fatal(err)
	}
	readers, err := is.Readers(f.key)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(f.dir, "copies", "*.txt"))
	if is.Public.Copies() != copies || book.Copies() != copies || len(readers) != copies || len(files) != copies {
		t.Fatalf("expected %d copies, found %d public, %d in the codebook, %d readers, %d files", copies, is.Public.Copies(), book.Copies(), len(readers), len(files))
	}
	for n := 1; n <= copies; n++ {
		want, err := mark.Copy(book, n)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(files, func(p string) bool {
			return strings.TrimLeft(strings.TrimSuffix(filepath.Base(p), ".txt"), "0") == fmt.Sprint(n)
		})
		if i < 0 {
			t.Fatalf("copy %d has no file", n)
		}
		if got, _ := os.ReadFile(files[i]); string(got) != want {
			t.Fatalf("copy %d is %q, not %q", n, got, want)
		}
	}
}

// handout returns the numbers and names in handout.csv.
func (f *fixture) handout(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(f.dir, "handout.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil || len(rows) == 0 || strings.Join(rows[0], ",") != "number,office,name" {
		t.Fatalf("%v in %q", err, data)
	}
	out := map[string]string{}
	for _, row := range rows[1:] {
		if out[row[0]] != "" {
			t.Fatalf("number %s is there twice", row[0])
		}
		out[row[0]] = row[2]
	}
	return out
}

func TestAnIssueHoldsTogether(t *testing.T) {
	f := issued(t, 30)
	f.check(t, 30)
	readers, _ := f.issue.Readers(f.key)
	given := f.handout(t)
	straight := 0
	for n := 1; n <= 30; n++ {
		if given[fmt.Sprint(n)] != readers[n].Name || readers[n].Office != "Desk" {
			t.Fatalf("copy %d: handed to %q, sealed as %v", n, given[fmt.Sprint(n)], readers[n])
		}
		if readers[n].Name == fmt.Sprintf("A %d", n) {
			straight++
		}
	}
	if straight > 10 { // one is expected
		t.Fatalf("%d of 30 numbers are the readers' places in the list", straight)
	}
	if _, err := os.Stat(filepath.Join(f.dir, "copies", "01.txt")); err != nil {
		t.Fatal("numbers are not padded to the count")
	}
}

func TestNothingSecretIsInTheOpen(t *testing.T) {
	f := issued(t, 5)
	for _, name := range []string{"dispatch.json", "codebook.age", "readers.age", "source.age"} {
		data, err := os.ReadFile(filepath.Join(f.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"A 1", "stalled", "talks", "author\""} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s says %q", name, secret)
			}
		}
	}
}

func TestAFolderIsNeverReplaced(t *testing.T) {
	f := issued(t, 3)
	_, err := Create(t.Context(), f.dir, Order{Source: source(t), Ref: "x", Readers: people("B", 3), Key: &f.key.Public, Random: rand.Reader})
	if !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	f.check(t, 3)
}

func TestAFailedIssueLeavesNothing(t *testing.T) {
	key, _ := keyring.Create(t.TempDir(), "")
	place := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Create(ctx, filepath.Join(place, "issue"), Order{Source: source(t), Ref: "x", Readers: people("A", 2000), Key: &key.Public, Random: rand.Reader,
		Tell: func(n, of int) {
			if n == 500 {
				cancel()
			}
		}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(place); len(left) != 0 {
		t.Fatalf("left: %v", left)
	}
	if _, err := Create(t.Context(), filepath.Join(place, "issue"), Order{Source: source(t), Ref: "x", Readers: people("A", 3), Key: &key.Public, Random: failing{}}); err == nil {
		t.Fatal("issued without randomness")
	}
	if left, _ := os.ReadDir(place); len(left) != 0 {
		t.Fatalf("left: %v", left)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

func TestAdd(t *testing.T) {
	f := issued(t, 9)
	before, _ := os.ReadFile(filepath.Join(f.dir, "copies", "1.txt"))
	batch, err := f.issue.Add(t.Context(), f.key, people("B", 3), rand.Reader, nil)
	if err != nil || batch.First != 10 || batch.Count != 3 {
		t.Fatalf("%+v, %v", batch, err)
	}
	f.check(t, 12)
	if after, _ := os.ReadFile(filepath.Join(f.dir, "copies", "1.txt")); string(after) != string(before) {
		t.Fatal("an issued copy changed")
	}
	if got := f.handout(t); len(got) != 12 {
		t.Fatalf("handed out: %v", got)
	}
	is, _ := Open(f.dir)
	if a, b := is.Public.Batches[0], is.Public.Batches[1]; a.Randomness == b.Randomness || a.UnitRoot == b.UnitRoot || a.Precommit == b.Precommit {
		t.Fatal("the batches are not drawn afresh")
	}

	// As told, the list is deleted once the copies are handed out, and with
	// it the copies; then only the new ones are listed.
	os.Remove(filepath.Join(f.dir, "handout.csv"))
	os.RemoveAll(filepath.Join(f.dir, "copies"))
	if _, err := f.issue.Add(t.Context(), f.key, people("C", 2), rand.Reader, nil); err != nil {
		t.Fatal(err)
	}
	if got := f.handout(t); len(got) != 2 || got["13"] == "" || got["14"] == "" {
		t.Fatalf("handed out: %v", got)
	}

	if _, err := f.issue.Add(t.Context(), f.key, []Reader{{"desk", "b  2"}}, rand.Reader, nil); err == nil || frank.Hint(err) == "" {
		t.Fatalf("a second copy for one reader: %v", err)
	}
}

// The moment of an add that counts is the last: dispatch.json. Whatever was
// written before it is passed over until then, and cleared by the next add.
func TestAnInterruptedAddNeverHappened(t *testing.T) {
	f := issued(t, 9)
	public, _ := os.ReadFile(filepath.Join(f.dir, "dispatch.json"))
	if _, err := f.issue.Add(t.Context(), f.key, people("B", 5), rand.Reader, nil); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(f.dir, "dispatch.json"), public, 0o600) // as if killed just before

	is, err := Open(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	src, _ := is.Source(f.key)
	if book, err := is.Book(f.key, src); err != nil || book.Copies() != 9 {
		t.Fatalf("%v", err)
	}
	if readers, err := is.Readers(f.key); err != nil || len(readers) != 9 {
		t.Fatalf("%v", err)
	}
	if _, err := is.Add(t.Context(), f.key, people("C", 2), rand.Reader, nil); err != nil {
		t.Fatal(err)
	}
	f.check(t, 11)
	if got := f.handout(t); len(got) != 11 || !strings.HasPrefix(got["10"], "C ") {
		t.Fatalf("handed out: %v", got)
	}

	ctx, cancel := context.WithCancel(t.Context())
	_, err = is.Add(ctx, f.key, people("D", 2000), rand.Reader, func(n, of int) {
		if n == 700 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	f.check(t, 11)

	os.WriteFile(filepath.Join(f.dir, "handout.csv"), []byte("not as frank wrote it"), 0o600)
	if _, err := is.Add(t.Context(), f.key, people("E", 3), rand.Reader, nil); err == nil {
		t.Fatal("a damaged handout goes unnoticed")
	}
	if is.Public.Copies() != 11 {
		t.Errorf("after an add that failed there are %d copies, expected 11", is.Public.Copies())
	}
	if _, err := os.Lstat(filepath.Join(f.dir, "copies", "12.txt")); err == nil {
		t.Error("its copies were left")
	}
}

// Killed while it wrote handout.csv, an add leaves names in the clear: the next
// to lock the folder removes them.
func TestHalfWrittenNamesAreCleared(t *testing.T) {
	f := issued(t, 3)
	left := filepath.Join(f.dir, ".handout.csv.0123456789abcdef.tmp")
	if err := os.WriteFile(left, []byte("number,office,name\n4,,B 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.issue.Look("1e-4", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestForeignAndDamagedFiles(t *testing.T) {
	for _, name := range []string{"codebook.age", "readers.age", "source.age"} {
		t.Run(name, func(t *testing.T) {
			f := issued(t, 4)
			everything := func(key *keyring.Key) error {
				src, err := f.issue.Source(key)
				if err != nil {
					return err
				}
				_, err1 := f.issue.Book(key, src)
				_, err2 := f.issue.Readers(key)
				return errors.Join(err1, err2)
			}
			if err := everything(f.key); err != nil {
				t.Fatal(err)
			}
			other, _ := keyring.Create(t.TempDir(), "")
			if err := everything(other); err == nil || !strings.Contains(err.Error(), "not sealed to your key") || frank.Hint(err) == "" {
				t.Fatalf("another's key: %v", err)
			}
			path := filepath.Join(f.dir, name)
			good, _ := os.ReadFile(path)
			for what, bad := range map[string][]byte{
				"cut":     good[:len(good)-7],
				"empty":   nil,
				"flipped": append(slices.Clone(good[:len(good)-1]), good[len(good)-1]^1),
				"head":    append([]byte("x"), good...),
			} {
				os.WriteFile(path, bad, 0o600)
				if err := everything(f.key); err == nil || !strings.Contains(err.Error(), name+" is damaged") {
					t.Errorf("%s: %v", what, err)
				}
			}
			// A file of the same kind, of another issue to the same key.
			g, err := Create(t.Context(), filepath.Join(t.TempDir(), "other"), Order{Source: source(t), Ref: "26 SARN 7", Readers: people("Z", 4), Key: &f.key.Public, Random: rand.Reader})
			if err != nil {
				t.Fatal(err)
			}
			swapped, _ := os.ReadFile(g.path(name))
			os.WriteFile(path, swapped, 0o600)
			if err := everything(f.key); err == nil && name != "source.age" { // the sources are the same
				t.Error("a file of another issue was taken")
			}
		})
	}
}

func TestDamagedPublicPart(t *testing.T) {
	f := issued(t, 4)
	path := filepath.Join(f.dir, "dispatch.json")
	good, _ := os.ReadFile(path)
	for _, bad := range []string{"", "{}", "[]", string(good) + "x", strings.Replace(string(good), `"count": 4`, `"count": 40`, 1),
		strings.Replace(string(good), `"first": 1`, `"first": 2`, 1), strings.Replace(string(good), "standalone/1", "standalone/2", 1)} {
		os.WriteFile(path, []byte(bad), 0o600)
		is, err := Open(f.dir)
		if err == nil {
			var src *variant.Source
			if src, err = is.Source(f.key); err == nil {
				_, err = is.Book(f.key, src)
			}
		}
		if err == nil || frank.Hint(err) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestLooksNeverShareANumber(t *testing.T) {
	f := issued(t, 4)
	var mu sync.Mutex
	var all []int
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				n, err := f.issue.Look("1e-4", []frank.Hash{{1}})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				all = append(all, n)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(all)
	for i, n := range all {
		if n != i+1 {
			t.Fatalf("looks %v", all)
		}
	}
	looks, err := f.issue.Looks()
	if err != nil || len(looks) != 40 || looks[39].Exhibits[0] != (frank.Hash{1}) {
		t.Fatalf("%v, %v", looks, err)
	}
	os.WriteFile(filepath.Join(f.dir, "looks.json"), []byte("{}"), 0o600)
	if _, err := f.issue.Look("1e-4", nil); err == nil || frank.Hint(err) == "" {
		t.Fatalf("damaged: %v", err)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	for _, p := range []string{"2024/a", "2025/deep/er/b", "2025/c", "c.unfinished", ".hidden/d"} {
		os.MkdirAll(filepath.Join(root, p, "copies"), 0o700)
		os.WriteFile(filepath.Join(root, p, "dispatch.json"), nil, 0o600)
	}
	found, err := Find(root)
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i], _ = filepath.Rel(root, found[i])
	}
	if got := strings.Join(found, " "); got != "2024/a 2025/c 2025/deep/er/b" {
		t.Fatal(got)
	}
	if found, _ := Find(filepath.Join(root, "2025/c")); len(found) != 1 {
		t.Fatal(found)
	}
}
