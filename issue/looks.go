package issue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"frank"
	"frank/internal/durable"
)

const looksFormat = "frank.looks/1"

// maxLooks bounds looks.json in bytes.
const maxLooks = 64 << 20

var errReadOnly error = syscall.EROFS

// Look is one use of exhibits on a dispatch. Every look spends part of what
// may be spent on it, so all are counted.
type Look struct {
	Number   int          `json:"look"`  // from 1
	Alpha    string       `json:"alpha"` // the whole level, a decimal
	Exhibits []frank.Hash `json:"exhibits"`
}

type looks struct {
	Format string `json:"format"`
	Looks  []Look `json:"looks"`
}

// Look counts a look before anything is shown of it, and returns its number.
// Two looks never share a number.
func (is *Issue) Look(alpha string, exhibits []frank.Hash) (int, error) {
	unlock, err := is.lock()
	if err != nil {
		return 0, err
	}
	defer unlock()
	all, err := is.looks()
	if err != nil {
		return 0, err
	}
	n := len(all.Looks) + 1
	all.Looks = append(all.Looks, Look{n, alpha, exhibits})
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return 0, err
	}
	return n, durable.WriteFile(is.path(looksFile), append(data, '\n'), 0o600)
}

// Looks returns the looks so far.
func (is *Issue) Looks() ([]Look, error) {
	all, err := is.looks()
	return all.Looks, err
}

func (is *Issue) looks() (looks, error) {
	all := looks{Format: looksFormat}
	path := is.path(looksFile)
	data, err := readFile(path, maxLooks)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, err
	}
	bad := frank.WithHint(fmt.Errorf("%s is damaged", path), "put it back from a backup: without it the looks so far are not counted, and the level does not hold")
	all = looks{}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&all); err != nil {
		return all, bad
	}
	if _, err := d.Token(); err != io.EOF || all.Format != looksFormat {
		return all, bad
	}
	for i, l := range all.Looks {
		if l.Number != i+1 {
			return all, bad
		}
	}
	return all, nil
}
