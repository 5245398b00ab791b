package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestWriteFileReplacesWholeAndLeavesNothingBeside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, want := range []string{"first", "second, longer", ""} {
		if err := WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	if got := names(t, dir); got != "a" {
		t.Fatalf("the folder holds %q", got)
	}
	info, _ := os.Stat(path)
	if info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v", info.Mode())
	}
}

func TestClearTakesWhatKilledWritersLeft(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	WriteFile(path, nil, 0o600)
	os.WriteFile(filepath.Join(dir, ".b.0123456789abcdef.tmp"), nil, 0o600)
	if _, err := writeTemp(path, []byte("names"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Clear(path); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != ".b.0123456789abcdef.tmp a" {
		t.Fatalf("the folder holds %q", got)
	}
}

func TestCreateFileNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := CreateFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := CreateFile(path, []byte("other"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("got %v, want fs.ErrExist", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "mine" || names(t, dir) != "a" {
		t.Fatalf("got %q in %q", got, names(t, dir))
	}
}

func TestFolderIsThereWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "issue")

	f, err := NewFolder(place)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.Path, "x"), []byte("1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Abort(); err != nil || names(t, dir) != "" {
		t.Fatalf("after abort: %v, %q", err, names(t, dir))
	}

	// What a killed run left is cleared.
	os.MkdirAll(filepath.Join(place+".unfinished", "copies"), 0o700)
	os.WriteFile(filepath.Join(place+".unfinished", "stale"), nil, 0o600)
	if f, err = NewFolder(place); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(f.Path, "x"), []byte("2"), 0o600)
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	f.Abort() // as deferred
	if names(t, dir) != "issue" || names(t, place) != "x" {
		t.Fatalf("%q with %q", names(t, dir), names(t, place))
	}
	if _, err := NewFolder(place); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("a second folder at the same place: %v", err)
	}
}

func TestLockAdmitsOneAtATime(t *testing.T) {
	dir := t.TempDir()
	count := filepath.Join(dir, "count")
	os.WriteFile(count, []byte("0"), 0o600)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				unlock, err := Lock(filepath.Join(dir, ".lock"))
				if err != nil {
					t.Error(err)
					return
				}
				var n int
				b, _ := os.ReadFile(count)
				fmt.Sscan(string(b), &n)
				os.WriteFile(count, fmt.Append(nil, n+1), 0o600)
				unlock()
			}
		})
	}
	wg.Wait()
	if b, _ := os.ReadFile(count); string(b) != "160" || names(t, dir) != "count" {
		t.Fatalf("counted %s; left %q", b, names(t, dir))
	}
}
