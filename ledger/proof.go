package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"frank"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxProof is the longest tlog-proof file that is read, in bytes.
const MaxProof = MaxNote + 2*MaxEntry

// Proof is a C2SP tlog-proof file: that a commitment stands at an index of a
// log, for somebody who has the policy and no network.
type Proof struct {
	Index      uint64
	Checkpoint *Checkpoint
	Extra      []byte // whatever was put beside it; nothing vouches for it
}

// Prove writes the proof file for the entry at index under c. Extra may be
// nil; the entry's JSON is what is usually put there.
func Prove(ctx context.Context, t Tiles, c *Checkpoint, index uint64, extra []byte) ([]byte, error) {
	if index >= c.Size {
		return nil, fmt.Errorf("a log of size %d has no entry %d", c.Size, index)
	}
	path, err := tlog.ProveRecord(int64(c.Size), int64(index), c.hashes(ctx, t))
	if err != nil {
		return nil, fmt.Errorf("the log's tiles do not prove the entry: %w", err)
	}
	f := proof.TLogProof{Index: index, Checkpoint: c.Note, ExtraData: extra}
	for _, h := range path {
		f.Hashes = append(f.Hashes, h)
	}
	return f.Marshal(), nil
}

// VerifyProof reads a proof file and checks that commitment stands where it
// says. Whether the checkpoint is witnessed is for the caller to ask.
func (p *Policy) VerifyProof(file []byte, commitment frank.Hash) (*Proof, error) {
	var f proof.TLogProof
	// The library's reader is lenient; one writing is allowed.
	if len(file) > MaxProof || f.Unmarshal(file) != nil || !bytes.Equal(f.Marshal(), file) || len(f.Hashes) > 64 {
		return nil, errors.New("it is no tlog-proof file")
	}
	c, err := p.Verify(f.Checkpoint)
	if err != nil {
		return nil, err
	}
	if f.Index >= c.Size {
		return nil, fmt.Errorf("a log of size %d has no entry %d", c.Size, f.Index)
	}
	var path tlog.RecordProof
	for _, h := range f.Hashes {
		path = append(path, h)
	}
	if tlog.CheckRecord(path, int64(c.Size), tlog.Hash(c.Root), int64(f.Index), tlog.RecordHash(commitment[:])) != nil {
		return nil, fmt.Errorf("the proof does not show that commitment at index %d", f.Index)
	}
	return &Proof{f.Index, c, f.ExtraData}, nil
}
