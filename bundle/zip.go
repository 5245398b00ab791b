package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// MaxBytes is the size of the largest bundle that is read.
const MaxBytes = 256 << 20

// base is the folder that every file of a bundle is in.
const base = "frank-bundle/"

// maxFiles is how many files a bundle may have.
const maxFiles = 1 << 14

// file is a file of a bundle, its name without the folder.
type file struct {
	name string
	data []byte
}

const (
	localSignature   = 0x04034b50
	centralSignature = 0x02014b50
	endSignature     = 0x06054b50

	zipVersion = 10     // stored files in folders need no more
	zipDate    = 0x0021 // the first day of ZIP's calendar: 1 January 1980, 00:00
)

var errZip = errors.New("the file is no ZIP in the one form that a bundle has: files stored as they are, in their order, without times, comments or anything between")

// emit writes the one ZIP that has files, piece by piece. It stops when out
// returns false.
func emit(files []file, out func([]byte) bool) {
	le := binary.LittleEndian
	header := func(b []byte, f *file, sum uint32) []byte {
		b = le.AppendUint16(b, zipVersion)
		b = le.AppendUint16(b, 0) // flags
		b = le.AppendUint16(b, 0) // stored
		b = le.AppendUint16(b, 0) // time
		b = le.AppendUint16(b, zipDate)
		b = le.AppendUint32(b, sum)
		b = le.AppendUint32(b, uint32(len(f.data)))
		b = le.AppendUint32(b, uint32(len(f.data)))
		b = le.AppendUint16(b, uint16(len(base)+len(f.name)))
		return le.AppendUint16(b, 0) // nothing extra
	}
	var central []byte
	at := 0
	for i := range files {
		f := &files[i]
		sum := crc32.ChecksumIEEE(f.data)
		local := append(append(header(le.AppendUint32(nil, localSignature), f, sum), base...), f.name...)
		if !out(local) || !out(f.data) {
			return
		}
		central = le.AppendUint32(central, centralSignature)
		central = header(le.AppendUint16(central, zipVersion), f, sum)
		central = le.AppendUint16(central, 0) // no comment
		central = le.AppendUint16(central, 0) // the only disk
		central = le.AppendUint16(central, 0) // attributes
		central = le.AppendUint32(central, 0)
		central = le.AppendUint32(central, uint32(at))
		central = append(append(central, base...), f.name...)
		at += len(local) + len(f.data)
	}
	end := le.AppendUint32(nil, endSignature)
	end = le.AppendUint32(end, 0) // disks
	end = le.AppendUint16(end, uint16(len(files)))
	end = le.AppendUint16(end, uint16(len(files)))
	end = le.AppendUint32(end, uint32(len(central)))
	end = le.AppendUint32(end, uint32(at))
	end = le.AppendUint16(end, 0) // no comment
	if out(central) {
		out(end)
	}
}

// writeZip returns the ZIP with files.
func writeZip(files []file) ([]byte, error) {
	if len(files) > maxFiles {
		return nil, fmt.Errorf("a bundle has at most %d files, not %d", maxFiles, len(files))
	}
	var b bytes.Buffer
	emit(files, func(p []byte) bool { b.Write(p); return b.Len() <= MaxBytes })
	if b.Len() > MaxBytes {
		return nil, fmt.Errorf("a bundle has at most %d bytes", MaxBytes)
	}
	return b.Bytes(), nil
}

// readZip returns the files of a ZIP that writeZip wrote, and of no other. It
// believes no size or place that stands in it: it reads from the beginning, then
// writes what it read again and compares. What it returns are parts of data.
func readZip(data []byte) ([]file, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("a bundle has at most %d bytes, this one %d", MaxBytes, len(data))
	}
	const local = 30
	le := binary.LittleEndian
	var files []file
	for rest := data; len(rest) >= local && le.Uint32(rest) == localSignature; {
		size, name := uint64(le.Uint32(rest[22:])), int(le.Uint16(rest[26:]))
		if uint64(len(rest)) < local+uint64(name)+size || len(files) == maxFiles {
			return nil, errZip
		}
		path, ok := strings.CutPrefix(string(rest[local:local+name]), base)
		if !ok || !validName(path) {
			return nil, errors.New("the ZIP has a file whose name no bundle has")
		}
		end := local + name + int(size)
		files = append(files, file{path, rest[local+name : end : end]})
		rest = rest[end:]
	}
	at, same := 0, true
	emit(files, func(p []byte) bool {
		same = same && len(p) <= len(data)-at && bytes.Equal(data[at:at+len(p)], p)
		at += len(p)
		return same
	})
	if !same || at != len(data) {
		return nil, errZip
	}
	for i := range files {
		if i > 0 && !before(files[i-1].name, files[i].name) {
			return nil, errors.New("the ZIP has a file twice, or its files are not in their order")
		}
	}
	return files, nil
}

// tags are the files that are about the others, in their order; what a bundle is
// about is in folder "data" after them.
var tags = []string{"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha256.txt.sig", "allowed_signers", "tagmanifest-sha256.txt"}

// before is the order of files.
func before(a, b string) bool {
	rank := func(name string) int {
		for i, t := range tags {
			if t == name {
				return i
			}
		}
		return len(tags)
	}
	if x, y := rank(a), rank(b); x != y {
		return x < y
	}
	return a < b
}

// validName reports whether a file may have the name: the tags, or letters,
// digits and a few marks in folders below "data".
func validName(name string) bool {
	for _, t := range tags {
		if t == name {
			return true
		}
	}
	if len(name) > 200 {
		return false
	}
	parts := strings.Split(name, "/")
	for _, p := range parts {
		if p == "" || p[0] == '.' || p[0] == '-' || strings.Trim(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != "" {
			return false
		}
	}
	return len(parts) > 1 && parts[0] == "data"
}
