// Package durable writes files and folders that are there whole or not at all,
// also after a power cut: written beside their place, flushed, renamed into
// it, and the folder flushed. It knows nothing of what they hold.
package durable

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rogpeppe/go-internal/robustio"
)

// WriteFile puts data at path, replacing what was there in one step: a reader
// sees the old bytes or the new ones, never a mixture.
func WriteFile(path string, data []byte, perm fs.FileMode) error {
	temp, err := writeTemp(path, data, perm)
	if err != nil {
		return err
	}
	if err := robustio.Rename(temp, path); err != nil { // on Windows somebody may be reading it just now
		os.Remove(temp)
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// CreateFile is [WriteFile] for a file that must not exist yet: if it does,
// the error is [fs.ErrExist] and nothing has changed.
func CreateFile(path string, data []byte, perm fs.FileMode) error {
	temp, err := writeTemp(path, data, perm)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil { // unlike a rename, a link never replaces
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// writeTemp leaves data, flushed, in a new file beside path.
func writeTemp(path string, data []byte, perm fs.FileMode) (string, error) {
	var salt [8]byte
	rand.Read(salt[:])
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+hex.EncodeToString(salt[:])+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(temp)
		return "", err
	}
	return temp, nil
}

// Clear removes what writers of path left when they were killed. Nobody may be
// writing it.
func Clear(path string) error {
	dir, base := filepath.Split(path)
	list, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return err
	}
	for _, e := range list {
		salt, mine := strings.CutPrefix(e.Name(), "."+base+".")
		if salt, ok := strings.CutSuffix(salt, ".tmp"); mine && ok && len(salt) == 16 {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// SyncDir flushes a folder's list of names.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil // folders cannot be flushed there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
