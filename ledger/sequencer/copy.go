package sequencer

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"frank"
	"frank/ledger"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

// bundleWidth is how many entries one entry bundle of C2SP tlog-tiles has.
const bundleWidth = 256

// Copy makes in dir, which must not exist, the log of exactly these leaves,
// whose head is given, and has it published without witnesses. It is how a
// backup has a log that [Open] goes on with.
func Copy(ctx context.Context, dir string, signer note.Signer, policy *ledger.Policy, head ledger.Head, leaves []frank.Hash) error {
	if policy.AsksWitnesses() {
		return errors.New("a copy of a log is published without witnesses, and the policy asks for some")
	}
	if err := Able(); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if len(leaves) > 0 {
		if err := rebuild(ctx, dir, head, leaves); err != nil {
			return fmt.Errorf("the copy of the log could not be made: %w", err)
		}
	}
	l, err := Open(ctx, dir, signer, Options{Policy: policy})
	if err != nil {
		return err
	}
	if len(leaves) > 0 {
		err = l.firstPublished(ctx, uint64(len(leaves))-1)
	}
	return errors.Join(err, l.Close(ctx))
}

// firstPublished is WaitPublished for a log that has no checkpoint yet.
func (l *Log) firstPublished(ctx context.Context, index uint64) error {
	for {
		_, err := l.WaitPublished(ctx, index)
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func rebuild(ctx context.Context, dir string, head ledger.Head, leaves []frank.Hash) error {
	run, cancel := context.WithCancel(ctx)
	defer cancel()
	driver, err := newDriver(run, dir, nil)
	if err != nil {
		return err
	}
	target, err := tessera.NewMigrationTarget(run, driver, tessera.NewMigrationOptions())
	if err != nil {
		return err
	}
	return target.Migrate(run, 2, head.Size, head.Root[:], func(_ context.Context, index uint64, partial uint8) ([]byte, error) {
		n := uint64(bundleWidth)
		if partial > 0 {
			n = uint64(partial)
		}
		first := index * bundleWidth
		if first+n > uint64(len(leaves)) {
			return nil, fmt.Errorf("a log of %d entries has no bundle %d of %d", len(leaves), index, n)
		}
		var b []byte
		for _, leaf := range leaves[first : first+n] {
			b = binary.BigEndian.AppendUint16(b, uint16(len(leaf)))
			b = append(b, leaf[:]...)
		}
		return b, nil
	})
}

// Fsck reads every file of the log in dir, which nobody needs to have open,
// and rebuilds the tree from its entries: the error says what does not agree
// with the checkpoint. verifier is the log's own key.
func Fsck(ctx context.Context, dir string, verifier note.Verifier) error {
	if err := fsck.New(verifier.Name(), verifier, client.FileFetcher{Root: dir}, tessera.NewMigrationOptions().LeafHasher(), fsck.Opts{N: 2}).Check(ctx); err != nil {
		return fmt.Errorf("the log's files do not make up its checkpoint: %w", err)
	}
	return nil
}
