package hostile

import (
	"context"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"frank"
	"frank/api"
	"frank/ledger"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Log is a ledger by whoever has the log's key, and the key of a witness that
// does not mind: it holds what its owner puts there, checked by nobody.
type Log struct {
	signers []note.Signer
	leaves  []frank.Hash
	hashes  []tlog.Hash
	entries []api.Entry // those that are shown
}

// NewLog begins a log that is signed by its key and cosigned by the witnesses,
// whose keys are in the text form of C2SP.
func NewLog(signer note.Signer, witnesses ...string) (*Log, error) {
	l := &Log{signers: []note.Signer{signer}}
	for _, key := range witnesses {
		w, err := fnote.NewSignerForCosignatureV1(key)
		if err != nil {
			return nil, err
		}
		l.signers = append(l.signers, w)
	}
	return l, nil
}

// Follow takes over an honest log up to a size, with those entries of it that
// are to be shown.
func (l *Log) Follow(ctx context.Context, head ledger.Head, t ledger.Tiles, size uint64, shown []api.Entry) error {
	leaves, err := head.Commitments(ctx, t, 0, size)
	if err != nil {
		return err
	}
	for _, c := range leaves {
		if err := l.add(c); err != nil {
			return err
		}
	}
	l.entries = slices.DeleteFunc(slices.Clone(shown), func(e api.Entry) bool { return e.Index >= size })
	return nil
}

func (l *Log) add(c frank.Hash) error {
	h, err := tlog.StoredHashes(int64(len(l.leaves)), c[:], tlog.HashReaderFunc(l.read))
	l.leaves, l.hashes = append(l.leaves, c), append(l.hashes, h...)
	return err
}

// Hide appends a leaf whose entry is shown to nobody.
func (l *Log) Hide(commitment frank.Hash) (index uint64, err error) {
	return uint64(len(l.leaves)), l.add(commitment)
}

// Append appends an entry and shows it. The index is filled in.
func (l *Log) Append(e api.Entry) (index uint64, err error) {
	e.Index, err = l.Hide(e.Commitment)
	l.entries = append(l.entries, e)
	return e.Index, err
}

// Size is how many entries there are.
func (l *Log) Size() uint64 { return uint64(len(l.leaves)) }

func (l *Log) read(at []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(at))
	for i, x := range at {
		list[i] = l.hashes[x]
	}
	return list, nil
}

// Checkpoint signs the log as it is.
func (l *Log) Checkpoint() ([]byte, error) { return l.CheckpointAt(l.Size()) }

// CheckpointAt signs the log as it was at a size.
func (l *Log) CheckpointAt(size uint64) ([]byte, error) {
	root, err := tlog.TreeHash(int64(size), tlog.HashReaderFunc(l.read))
	if err != nil {
		return nil, err
	}
	text := log.Checkpoint{Origin: l.signers[0].Name(), Size: size, Hash: root[:]}.Marshal()
	return note.Sign(&note.Note{Text: string(text)}, l.signers...)
}

// Receipt promises an index, whatever stands there.
func (l *Log) Receipt(index uint64, c frank.Hash) ([]byte, error) {
	return ledger.SignReceipt(l.signers[0], index, c)
}

// ReadTile implements [ledger.Tiles].
func (l *Log) ReadTile(_ context.Context, path string) ([]byte, error) {
	gone := &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	t, err := tlog.ParseTilePath(strings.Replace(strings.Replace(path, "tile/", "tile/8/", 1), "/entries/", "/data/", 1))
	if err != nil || t.W > len(l.leaves)>>(8*max(t.L, 0))-int(t.N)<<8 {
		return nil, gone
	}
	if t.L >= 0 {
		return tlog.ReadTileData(t, tlog.HashReaderFunc(l.read))
	}
	var b []byte
	for _, c := range l.leaves[t.N<<8 : t.N<<8+int64(t.W)] {
		b = append(append(b, 0, byte(len(c))), c[:]...)
	}
	return b, nil
}

// Attack shows a client this log and its entries.
func (l *Log) Attack() Attack {
	all := []Attack{Serve(api.PathLog, func(r *http.Request, path string) []byte {
		data, err := l.Checkpoint()
		if path != "checkpoint" {
			data, err = l.ReadTile(r.Context(), path)
		}
		if err != nil {
			return nil
		}
		return data
	})}
	for _, path := range lists {
		all = append(all, Serve(path, func(r *http.Request, rest string) []byte {
			p := api.Entries{Entries: []api.Entry{}, Next: l.Size(), Size: l.Size()}
			for _, e := range l.entries {
				if e.Index >= number(r, "from") && rest == "" {
					p.Entries = append(p.Entries, e)
				}
			}
			return api.Marshal(p)
		}))
	}
	return All(all...)
}
