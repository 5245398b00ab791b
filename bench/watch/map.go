//go:build linux

package main

import (
	"bytes"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// file is a mapped file.
type file []byte

func mapped(name string) (file, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
}

func (m file) Slice(off, n int64) []byte { return m[off : off+n] }

func (m file) ReadAt(p []byte, off int64) (int, error) { return bytes.NewReader(m).ReadAt(p, off) }

// processor is how long this thread has worked. What the garbage collector does
// elsewhere is not in it.
func processor() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
