package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/robustio"
)

// Unfinished ends the name of a folder that is being made, or was when its
// maker was killed.
const Unfinished = ".unfinished"

// Folder is a folder being made. Write into Path, with
// plain writes; then [Folder.Commit] puts it
// in its place in one step, or [Folder.Abort] removes it.
type Folder struct {
	Path   string // "<place>.unfinished", beside its place
	place  string
	unlock func()
}

// NewFolder begins a folder at place. It refuses with [fs.ErrExist] when there
// is something already, and clears what a killed run for the same place left.
func NewFolder(place string) (*Folder, error) {
	place, err := filepath.Abs(place)
	if err != nil {
		return nil, err
	}
	unlock, err := Lock(filepath.Join(filepath.Dir(place), "."+filepath.Base(place)+".lock"))
	if err != nil {
		return nil, err
	}
	f := &Folder{Path: place + Unfinished, place: place, unlock: unlock}
	if _, err := os.Lstat(place); err == nil {
		unlock()
		return nil, &fs.PathError{Op: "mkdir", Path: place, Err: fs.ErrExist}
	}
	err = os.RemoveAll(f.Path)
	if err == nil {
		err = os.Mkdir(f.Path, 0o700)
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return f, nil
}

// Commit flushes all that is inside and renames the whole into its place.
func (f *Folder) Commit() error {
	err := Flush(f.Path)
	if err == nil {
		err = robustio.Rename(f.Path, f.place)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the finished folder could not be put in its place: %w", err), f.Abort())
	}
	f.unlock()
	f.unlock = nil
	return SyncDir(filepath.Dir(f.place))
}

// Abort removes the folder, if it was not committed. It may be deferred.
func (f *Folder) Abort() error {
	if f.unlock == nil {
		return nil
	}
	err := os.RemoveAll(f.Path)
	f.unlock()
	f.unlock = nil
	return err
}
