package durable

import (
	"os"
	"runtime"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Lock waits until no other process holds the lock at path, and holds it until
// unlock is called or the process ends, however it ends. The file is there
// only while somebody holds the lock or was killed holding it.
func Lock(path string) (unlock func(), err error) {
	for {
		f, err := lockedfile.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		// The holder before us removed its file on leaving: then what we
		// locked is no longer what others will lock.
		ours, err1 := f.Stat()
		there, err2 := os.Stat(path)
		if err1 == nil && err2 == nil && os.SameFile(ours, there) {
			if runtime.GOOS == "windows" { // no file goes while it is open, neither this one nor one that another waits for
				return func() { f.Close(); os.Remove(path) }, nil
			}
			return func() { os.Remove(path); f.Close() }, nil
		}
		f.Close()
	}
}
