//go:build !js

package client

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frank/internal/durable"
)

// Folder keeps files in a folder that only its owner may read.
type Folder string

func (f Folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

func (f Folder) Read(name string) ([]byte, error) { return os.ReadFile(f.path(name)) }

func (f Folder) Write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o700); err != nil {
		return err
	}
	return durable.WriteFile(f.path(name), data, 0o600)
}

// Append adds to a file. What a killed run left half written at its end is cut
// off first, back to the last line feed.
func (f Folder) Append(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(f.path(name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	end, err := lastLine(file)
	if err == nil {
		err = file.Truncate(end)
	}
	if err == nil {
		_, err = file.WriteAt(data, end)
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// lastLine returns where the last whole line of a file ends.
func lastLine(file *os.File) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	buf := make([]byte, 64<<10)
	for end := info.Size(); end > 0; {
		n := min(end, int64(len(buf)))
		if _, err := file.ReadAt(buf[:n], end-n); err != nil {
			return 0, err
		}
		if i := strings.LastIndexByte(string(buf[:n]), '\n'); i >= 0 {
			return end - n + int64(i) + 1, nil
		}
		end -= n
	}
	return 0, nil
}

func (f Folder) Remove(name string) error { return os.Remove(f.path(name)) }

func (f Folder) List(prefix string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(string(f), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(string(f), path)
		if name := filepath.ToSlash(rel); strings.HasPrefix(name, prefix) && !strings.HasPrefix(d.Name(), ".") {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, err
}
