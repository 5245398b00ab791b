package issue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"frank"
)

// Format is the id of dispatch.json, and of the standalone profile with it:
// everything secret is sealed to one key, the issuing person's own.
const Format = "frank.issue-standalone/1"

// Public is dispatch.json: what may be shown to anyone.
type Public struct {
	Format   string        `json:"format"`
	Ref      string        `json:"ref"`
	SealedTo string        `json:"sealed_to"` // fingerprint of the key
	Batches  []PublicBatch `json:"batches"`
}

// PublicBatch is what a batch of copies is bound by. A batch exists if and only
// if it stands here.
type PublicBatch struct {
	First      int        `json:"first"`
	Count      int        `json:"count"`
	Units      int        `json:"units"`      // drawing units under UnitRoot
	Precommit  frank.Hash `json:"precommit"`  // the first entry: wording, laws and the author's secret
	Randomness frank.Hash `json:"randomness"` // fixed after it, from the operating system: nobody else vouches for it
	UnitRoot   frank.Hash `json:"unit_root"`  // the second entry
	CopyRoot   frank.Hash `json:"copy_root"`
	ReaderRoot frank.Hash `json:"reader_root"` // who has which number
}

// Copies returns how many copies there are in all batches.
func (p *Public) Copies() int {
	if len(p.Batches) == 0 {
		return 0
	}
	last := p.Batches[len(p.Batches)-1]
	return last.First + last.Count - 1
}

func (p *Public) marshal() []byte {
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		panic("issue: internal error: " + err.Error())
	}
	return append(b, '\n')
}

// maxPublic bounds dispatch.json: a thousand bytes hold a batch.
const maxPublic = 16 << 20

// readPublic reads dispatch.json in dir.
func readPublic(dir string) (*Public, error) {
	path := filepath.Join(dir, publicFile)
	data, err := readFile(path, maxPublic)
	if err != nil {
		return nil, err
	}
	var p Public
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&p); err != nil {
		return nil, damaged(path)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, damaged(path)
	}
	if p.Format != Format {
		return nil, frank.WithHint(fmt.Errorf("%s: expected format %s, found %.60q", path, Format, p.Format), "a newer frank may read it")
	}
	next := 1
	for _, b := range p.Batches {
		if b.First != next || b.Count < 1 || b.Count > frank.MaxCopies || b.Units < 1 || b.Units > frank.MaxSites {
			return nil, damaged(path)
		}
		next += b.Count
	}
	if p.Copies() < 1 || p.Copies() > frank.MaxCopies || p.Ref == "" {
		return nil, damaged(path)
	}
	return &p, nil
}

func damaged(path string) error {
	return frank.WithHint(fmt.Errorf("%s is damaged", path), "put the file back from a backup; the other files of the issue are not affected")
}

// missing says that a file of an issue is not there.
type missing struct{ path string }

func (m *missing) Error() string { return m.path + " is missing" }
func (m *missing) Unwrap() error { return fs.ErrNotExist }

// readFile reads a whole file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, frank.WithHint(&missing{path}, "an issue's folder needs all its files but copies/ and handout.csv")
		}
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", path, limit)
	}
	return data, err
}
