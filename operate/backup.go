package operate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"frank"
	"frank/internal/durable"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/store"
	"frank/store/sqlite"
)

// catchUp is how long a backup waits for a running server to publish what it
// had accepted when its store was copied.
const catchUp = 30 * time.Second

// Backup makes a copy of a server's folder at out, which must not exist; the
// server may go on. It is there whole or not at all.
//
// The store is copied first, in one state: what was acknowledged until then is
// in it, since an entry is in the store before anybody is told of it. Then the
// log is copied as far as the store goes and no further, in its own order. The
// other way round, an entry acknowledged in between would be in the copy's log
// and not in its store, and nobody could say any more what it stated; and a log
// that is behind its store would order anew what had been acknowledged.
func Backup(ctx context.Context, dir, out string, tell Progress) (head ledger.Head, err error) {
	defer func() {
		err = full(err, "where the backup was to be, and nothing is left of it", "make room there, or name a folder on another disk")
	}()
	head = ledger.Empty()
	if err := sequencer.Able(); err != nil {
		return head, err
	}
	f, err := Open(dir)
	if err != nil {
		return head, err
	}
	to, err := durable.NewFolder(out)
	if errors.Is(err, fs.ErrExist) {
		return head, frank.WithHint(fmt.Errorf("%s exists already", out), "name a new folder for each backup")
	}
	if err != nil {
		return head, err
	}
	defer to.Abort()
	copied := &Folder{Dir: to.Path}
	tell("copying the store", 0, 0)
	running, err := copyStore(ctx, f, copied)
	if err != nil {
		return head, err
	}
	tell("copying the log", 0, 0)
	leaves, err := leavesOf(ctx, f, copied, running)
	if err != nil {
		return head, err
	}
	if head, err = headOf(leaves); err != nil {
		return head, err
	}
	if err := sequencer.Copy(ctx, copied.Log(), f.Signer, f.Own(), head, leaves); err != nil {
		return head, err
	}
	for name, mode := range map[string]fs.FileMode{KeyFile: 0o600, PolicyFile: 0o644} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to.Path, name), data, mode)
		}
		if err != nil {
			return head, err
		}
	}
	return head, to.Commit()
}

// copyStore copies the store, and says whether a server has it open.
func copyStore(ctx context.Context, from, to *Folder) (running bool, err error) {
	if _, err := os.Stat(from.Store()); err != nil {
		return false, errors.New("the server was never started: there is nothing to back up")
	}
	st, err := sqlite.Open(from.Store())
	if err == nil {
		return false, errors.Join(st.Backup(ctx, to.Store()), st.Close())
	}
	if !errors.Is(err, store.ErrBusy) {
		return false, fullHere(err)
	}
	return true, sqlite.BackupOnline(ctx, from.Store(), to.Store())
}

// leavesOf are the leaves of the log up to the size of the copied store: in
// the log's order as far as it is published, and in the store's from there.
func leavesOf(ctx context.Context, from, copied *Folder, running bool) ([]frank.Hash, error) {
	st, err := sqlite.Open(copied.Store())
	if err != nil {
		return nil, err
	}
	stored, err := st.Commitments(ctx, 0, 1<<40)
	if err = errors.Join(err, st.Close()); err != nil || len(stored) == 0 {
		return nil, err
	}
	size := uint64(len(stored))
	head, err := published(ctx, from, size, running)
	if err != nil {
		return nil, err
	}
	logged, err := head.Commitments(ctx, tiles(from.Log()), 0, min(size, head.Size))
	if err != nil {
		return nil, err
	}
	known := make(map[frank.Hash]bool, len(stored))
	for _, h := range stored {
		known[h] = true
	}
	for i, h := range logged {
		if !known[h] {
			return nil, frank.WithHint(fmt.Errorf("entry %d of the log is not in the store", i), "frank fsck says more")
		}
		delete(known, h)
	}
	for _, h := range stored {
		if known[h] {
			logged = append(logged, h)
		}
	}
	return logged, nil
}

// published is the last checkpoint's head. Of a running server it waits for
// one that covers size entries.
func published(ctx context.Context, f *Folder, size uint64, running bool) (ledger.Head, error) {
	for end := time.Now().Add(catchUp); ; {
		raw, err := os.ReadFile(filepath.Join(f.Log(), "checkpoint"))
		head := ledger.Empty()
		if err == nil {
			p, err := f.Own().Verify(raw)
			if err != nil {
				return head, fmt.Errorf("the log's checkpoint: %w", err)
			}
			head = p.Head
		} else if !errors.Is(err, fs.ErrNotExist) {
			return head, err
		}
		switch {
		case head.Size >= size || !running:
			return head, nil
		case time.Now().After(end):
			return head, frank.WithHint(fmt.Errorf("the server has accepted %d entries and published %d", size, head.Size), "see its log: is its disk full?")
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return head, ctx.Err()
		}
	}
}

func headOf(leaves []frank.Hash) (ledger.Head, error) {
	if len(leaves) == 0 {
		return ledger.Empty(), nil
	}
	var t tree
	t.add(leaves)
	return t.head()
}

// Restore makes a server's folder at dir, which must not exist or be empty, of
// a backup, and checks it. If anything is wrong with it, nothing is made.
func Restore(ctx context.Context, backup, dir string, tell Progress) (report *Report, err error) {
	defer func() {
		err = full(err, "where the server was to be, and nothing was restored", "make room there, or name a folder on another disk")
	}()
	if err := sequencer.Able(); err != nil {
		return nil, err
	}
	f, err := Open(backup)
	if errors.Is(err, ErrNone) {
		return nil, frank.WithHint(fmt.Errorf("%s is no backup", backup), "name the folder that frank backup made")
	}
	if err != nil {
		return nil, err
	}
	if list, err := os.ReadDir(dir); err == nil && len(list) == 0 {
		if err := os.Remove(dir); err != nil {
			return nil, err
		}
	}
	to, err := durable.NewFolder(dir)
	if errors.Is(err, fs.ErrExist) {
		return nil, frank.WithHint(fmt.Errorf("%s exists already, and nothing is overwritten", dir), "restore into a new folder; move it to its place when you have looked at it")
	}
	if err != nil {
		return nil, err
	}
	defer to.Abort()
	tell("copying the backup", 0, 0)
	st, err := sqlite.Open(f.Store())
	if err != nil {
		return nil, full(err, "where the backup is", "make room: a little is needed to read its store, and nothing in it is changed")
	}
	if err := errors.Join(st.Backup(ctx, filepath.Join(to.Path, storeDir)), st.Close()); err != nil {
		return nil, err
	}
	if err := copyTree(ctx, f.Log(), filepath.Join(to.Path, logDir)); err != nil {
		return nil, err
	}
	for name, mode := range map[string]fs.FileMode{KeyFile: 0o600, PolicyFile: 0o644} {
		data, err := os.ReadFile(filepath.Join(backup, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to.Path, name), data, mode)
		}
		if err != nil {
			return nil, err
		}
	}
	report, err = checkIn(ctx, to.Path, tell)
	if err != nil || !report.Clean {
		return report, err
	}
	return report, to.Commit()
}

// copyTree copies the files of a log.
func copyTree(ctx context.Context, from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Mkdir(filepath.Join(to, rel), 0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o600)
	})
}
