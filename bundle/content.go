package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"frank"
	"frank/codebook"
	"frank/exchange"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/ledger"
)

// Files of the payload, but for exhibits and tiles.
const (
	fileMeta       = "data/bundle.json"
	fileDispatches = "data/dispatches.json"
	fileExhibits   = "data/exhibits.json"
	fileCheckpoint = "data/ledger/checkpoint"
	fileEntries    = "data/ledger/entries.jsonl"
	fileMethod     = "data/method.md"
	fileNamed      = "data/named.json"
	filePolicy     = "data/policy.txt"
	fileReadme     = "data/README.txt"
	filePage       = "data/report.html"
	fileReport     = "data/report.json"
	fileSigners    = "data/signers.json"
	fileStatement  = "data/statement.txt"
	fileUnused     = "data/unused.json"

	folderExhibits = "data/exhibits/"
	folderLedger   = "data/ledger/"
)

// exhibitForm is one of data/exhibits.json.
type exhibitForm struct {
	File    string          `json:"file"` // in data/exhibits
	Exhibit inquiry.Exhibit `json:"exhibit"`
}

// dispatchForm is one of data/dispatches.json.
type dispatchForm struct {
	Dispatch frank.Ref  `json:"dispatch"`
	Batches  []int      `json:"batches"`
	Units    []unitForm `json:"units"`
}

type unitForm struct {
	Unit     int                `json:"unit"`
	At       []int              `json:"at"`       // indices of its sites in the dispatch
	Openings []codebook.Opening `json:"openings"` // in the order of the batches
}

// holderForm is one of data/named.json. For a committee it has the office alone.
type holderForm struct {
	Dispatch frank.Ref             `json:"dispatch"`
	Number   int                   `json:"number"`
	Office   frank.OfficeID        `json:"office,omitempty"`
	Person   frank.PersonID        `json:"person,omitempty"`
	Batch    int                   `json:"batch,omitempty"`
	Proof    *exchange.ReaderProof `json:"proof,omitempty"`
}

// entryForm is one line of data/ledger/entries.jsonl.
type entryForm struct {
	Index      uint64        `json:"index"`
	Commitment frank.Hash    `json:"commitment"`
	Entry      *ledger.Entry `json:"entry,omitempty"` // absent where the profile shows no more
}

// parseList reads a canonical list.
func parseList[T any](files []file, name string) ([]T, error) {
	data, ok := find(files, name)
	if !ok {
		return nil, fmt.Errorf("the file %s is missing", name)
	}
	list := []T{}
	if err := canon.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("the file %s cannot be read: %w", name, err)
	}
	if list == nil {
		return nil, fmt.Errorf("the file %s holds no list", name)
	}
	return list, nil
}

func list[T any](in []T) []byte {
	if in == nil {
		in = []T{}
	}
	return canon.Marshal(in)
}

func writeEntries(entries []entryForm) []byte {
	var b bytes.Buffer
	for _, e := range entries {
		b.Write(canon.Marshal(e))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func parseEntries(data []byte) (list []entryForm, err error) {
	for len(data) > 0 {
		line, rest, ok := bytes.Cut(data, []byte{'\n'})
		if !ok {
			return nil, errors.New("the list of entries is cut short")
		}
		data = rest
		var e entryForm
		if err := canon.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("line %d of the entries cannot be read: %w", len(list)+1, err)
		}
		if n := len(list); n > 0 && e.Index <= list[n-1].Index {
			return nil, errors.New("the entries are not in the ledger's order, or one is there twice")
		}
		list = append(list, e)
	}
	return list, nil
}

// exhibitFile is the name that an exhibit's original has in a bundle: its
// number, and what of its own name goes everywhere.
func exhibitFile(n int, name string) string {
	clean := strings.Map(func(c rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", c) {
			return c
		}
		return '-'
	}, name)
	if len(clean) > 80 {
		clean = clean[len(clean)-80:] // with what it ends in
	}
	return fmt.Sprintf("%02d-%s", n+1, clean)
}
