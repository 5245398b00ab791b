package issue

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"frank"
	"frank/codebook"

	"golang.org/x/mod/sumdb/tlog"
)

// readersFormat is the id of what readers.age holds.
const readersFormat = "frank.readers/1"

// assignment is what readers.age holds: who has which number.
type assignment struct {
	Format  string  `json:"format"`
	Entries []entry `json:"entries"` // in the order of their numbers
}

// entry can be shown alone: its salt opens its leaf under the batch's reader
// root, and tells nothing about any other.
type entry struct {
	Number int          `json:"number"`
	Office string       `json:"office,omitempty"`
	Name   string       `json:"name"`
	Salt   frank.Secret `json:"salt"`
}

// assign gives readers the numbers from first on, in a secret random order.
func assign(readers []Reader, first int, random io.Reader) ([]entry, error) {
	var err error
	order := codebook.Shuffle(len(readers), func() uint64 {
		var b [8]byte
		if err == nil {
			_, err = io.ReadFull(random, b[:])
		}
		if err != nil {
			return ^uint64(0) // never refused: the shuffle ends
		}
		return binary.LittleEndian.Uint64(b[:])
	})
	out := make([]entry, len(readers))
	for i, r := range order {
		out[i] = entry{Number: first + i, Office: readers[r].Office, Name: readers[r].Name}
		if err == nil {
			_, err = io.ReadFull(random, out[i].Salt[:])
		}
	}
	return out, err
}

// readerRoot commits to who has which number: the root of an RFC 6962 tree
// over salt and entry.
func readerRoot(entries []entry) frank.Hash {
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = hashes[x]
		}
		return out, nil
	})
	for i, e := range entries {
		add, err := tlog.StoredHashes(int64(i), e.leaf(), read)
		if err != nil {
			panic("issue: internal error: " + err.Error())
		}
		hashes = append(hashes, add...)
	}
	root, err := tlog.TreeHash(int64(len(entries)), read)
	if err != nil {
		panic("issue: internal error: " + err.Error())
	}
	return frank.Hash(root)
}

func (e entry) leaf() []byte {
	b := append([]byte(nil), e.Salt[:]...)
	text := func(s string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	text(readersFormat + " entry")
	b = binary.BigEndian.AppendUint64(b, uint64(e.Number))
	text(e.Office)
	text(e.Name)
	return b
}

func (a *assignment) marshal() []byte {
	b, err := json.Marshal(a)
	if err != nil {
		panic("issue: internal error: " + err.Error())
	}
	return b
}

// parseAssignment reads readers.age's content and keeps the batches that p
// lists, checked against their roots.
func parseAssignment(data []byte, p *Public) (*assignment, error) {
	var a assignment
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, fmt.Errorf("what it holds is malformed") // the cause may quote a name
	}
	if a.Format != readersFormat {
		return nil, frank.WithHint(fmt.Errorf("expected format %s, found %.40q", readersFormat, a.Format), "a newer frank may read it")
	}
	if len(a.Entries) < p.Copies() {
		return nil, fmt.Errorf("it has %d readers for %d copies", len(a.Entries), p.Copies())
	}
	a.Entries = a.Entries[:p.Copies()]
	for i, b := range p.Batches {
		entries := a.Entries[b.First-1 : b.First-1+b.Count]
		for k, e := range entries {
			if e.Number != b.First+k {
				return nil, fmt.Errorf("copy %d is not where it belongs", e.Number)
			}
		}
		if root := readerRoot(entries); !bytes.Equal(root[:], b.ReaderRoot[:]) {
			return nil, fmt.Errorf("batch %d is not the one that %s commits to", i+1, publicFile)
		}
	}
	return &a, nil
}
