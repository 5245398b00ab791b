package issue

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"frank"
	"frank/codebook"
	"frank/mark"
)

// writers is how many files are written at once: making a file is mostly
// waiting.
const writers = 8

// writeCopies renders and commits to the copies of a batch, a file each.
func (is *Issue) writeCopies(ctx context.Context, m *frank.Master, t *codebook.Batch, tell func(copies, of int)) error {
	if err := os.MkdirAll(is.path(copiesDir), 0o700); err != nil {
		return err
	}
	width := len(strconv.Itoa(t.First + t.Count - 1))
	type job struct {
		path string
		text []byte
	}
	jobs := make(chan job, writers)
	var (
		all    sync.WaitGroup
		once   sync.Once
		failed error
		stop   = make(chan struct{})
	)
	for range writers {
		all.Go(func() {
			for j := range jobs {
				if err := os.WriteFile(j.path, j.text, 0o600); err != nil {
					once.Do(func() { failed = err; close(stop) })
				}
			}
		})
	}
	_, err := mark.Issue(m, t, func(number int, text []byte) error {
		name := fmt.Sprintf("%0*d.txt", width, number)
		select {
		case jobs <- job{filepath.Join(is.path(copiesDir), name), bytes.Clone(text)}:
		case <-stop:
			return errors.New("stopped")
		case <-ctx.Done():
			return ctx.Err()
		}
		if tell != nil {
			tell(number-t.First+1, t.Count)
		}
		return nil
	})
	close(jobs)
	all.Wait()
	if failed != nil {
		return failed
	}
	return err
}

// clearCopies removes copies with numbers above last: what an interrupted add
// left.
func (is *Issue) clearCopies(last int) error {
	list, err := os.ReadDir(is.path(copiesDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // handed out and deleted
	}
	if err != nil {
		return err
	}
	for _, e := range list {
		n, err := strconv.Atoi(strings.TrimSuffix(e.Name(), ".txt"))
		if err == nil && n > last {
			if err := os.Remove(filepath.Join(is.path(copiesDir), e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

var handoutColumns = []string{"number", "office", "name"}

// handout returns the list for handing out.
func handout(entries []entry) []byte {
	var rows [][]string
	for _, e := range entries {
		rows = append(rows, []string{strconv.Itoa(e.Number), e.Office, e.Name})
	}
	return writeRows(rows)
}

func writeRows(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(handoutColumns)
	w.WriteAll(rows) // into memory: cannot fail
	return b.Bytes()
}

// readHandout returns handout.csv with entries behind the rows it has for
// numbers up to last. If it was deleted, as it should be, only entries.
func (is *Issue) readHandout(last int, entries []entry) ([]byte, error) {
	data, err := os.ReadFile(is.path(handoutFile))
	if errors.Is(err, fs.ErrNotExist) {
		return handout(entries), nil
	}
	if err != nil {
		return nil, err
	}
	bad := func() error {
		return frank.WithHint(fmt.Errorf("%s is not as frank wrote it", is.path(handoutFile)), "move it away: the new copies are then listed in a new one")
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(rows) == 0 || !slices.Equal(rows[0], handoutColumns) {
		return nil, bad()
	}
	var keep [][]string
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[0])
		if err != nil { // every row has as many fields as the first
			return nil, bad()
		}
		if n <= last {
			keep = append(keep, row)
		}
	}
	for _, e := range entries {
		keep = append(keep, []string{strconv.Itoa(e.Number), e.Office, e.Name})
	}
	return writeRows(keep), nil
}
