package operate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"frank"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/store"
	"frank/store/sqlite"
)

// ReportFormat is the id of a [Report].
const ReportFormat = "frank.fsck/1"

// Report is what [Check] found. Each finding is one sentence without content.
type Report struct {
	Format     string      `json:"format"`
	Clean      bool        `json:"clean"` // nothing is wrong
	Origin     string      `json:"origin"`
	Head       ledger.Head `json:"head"`     // of the checkpoint that all was held against
	Accepted   uint64      `json:"accepted"` // entries in the store, those that no checkpoint covers yet too
	Open       int         `json:"open"`     // statements opened and verified
	Sealed     int         `json:"sealed"`   // entries that only their readers can open
	Dispatches int         `json:"dispatches"`
	Copies     int         `json:"copies"` // sealed, in complete batches
	Wrong      []string    `json:"wrong"`
	Warnings   []string    `json:"warnings"` // nothing is wrong, and somebody should act
	Notes      []string    `json:"notes"`
}

// most is how many findings of a kind are listed; the rest are counted.
const most = 100

func (r *Report) wrong(format string, args ...any)   { add(&r.Wrong, format, args) }
func (r *Report) warning(format string, args ...any) { add(&r.Warnings, format, args) }
func (r *Report) note(format string, args ...any)    { add(&r.Notes, format, args) }

func add(list *[]string, format string, args []any) {
	switch n := len(*list); {
	case n < most:
		*list = append(*list, fmt.Sprintf(format, args...))
	case n == most:
		*list = append(*list, "and more of the kind")
	}
}

// Progress tells how far a check is: of the stage named, done of so many. of
// is 0 where that is not known.
type Progress func(stage string, done, of int)

// errStop ends a check that has found what makes the rest meaningless.
var errStop = errors.New("stop")

// Check holds a server's whole folder against its log. The server must not be
// running: the error is then [store.ErrBusy]. Nothing is changed. Errors are of
// reading; what is found is in the report.
//
// Held is: every file of the log to its checkpoint; every entry of the store to
// its leaf; open entries' signatures; the rules of directory and dispatches, in
// the order of the log; what the store says of dispatches to what their entries
// say; every sealed thing that is named, and its hash.
func Check(ctx context.Context, dir string, tell Progress) (*Report, error) {
	r, err := checkIn(ctx, dir, tell)
	return r, fullHere(err)
}

func checkIn(ctx context.Context, dir string, tell Progress) (*Report, error) {
	f, err := Open(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(f.Store()); err != nil {
		if _, err := os.Stat(f.Log()); err == nil {
			return nil, frank.WithHint(errors.New("there is a log and no store"), "restore a backup")
		}
		return &Report{Format: ReportFormat, Clean: true, Origin: f.Signer.Name(), Head: ledger.Empty(), Wrong: []string{}, Warnings: []string{},
			Notes: []string{"the server was never started"}}, nil
	}
	st, err := sqlite.Open(f.Store())
	if err != nil {
		return nil, err
	}
	defer st.Close()
	return check(ctx, f, st, tell)
}

func check(ctx context.Context, f *Folder, st store.Store, tell Progress) (*Report, error) {
	c := &checker{ctx: ctx, folder: f, store: st, tell: tell,
		Report: &Report{Format: ReportFormat, Origin: f.Signer.Name(), Head: ledger.Empty(), Wrong: []string{}, Warnings: []string{}, Notes: []string{}}}
	if f.Open {
		c.warning("others than its owner may read the log's key: make the file %s readable to the server alone", KeyFile)
	}
	for _, stage := range []func() error{c.kept, c.checkpoint, c.leaves, c.replay, c.dispatches} {
		if err := stage(); errors.Is(err, errStop) {
			break
		} else if err != nil {
			return nil, err
		}
	}
	c.Clean = len(c.Wrong) == 0
	return c.Report, nil
}

type checker struct {
	*Report
	ctx    context.Context
	folder *Folder
	store  store.Store
	tell   Progress
	log    []frank.Hash // the leaves under the head
	tree   tree
	in     uint64 // entries below are in the log's order in the store
	*replayed
}

// kept asks the store about itself.
func (c *checker) kept() error {
	c.tell("reading what is kept", 0, 0)
	list, err := c.store.Check(c.ctx)
	if err != nil {
		return err
	}
	for _, s := range list {
		c.wrong("%s", s)
	}
	return nil
}

// checkpoint holds the log's files to its checkpoint.
func (c *checker) checkpoint() (err error) {
	if c.Accepted, err = c.store.Size(c.ctx); err != nil {
		return err
	}
	raw, err := os.ReadFile(filepath.Join(c.folder.Log(), "checkpoint"))
	if errors.Is(err, fs.ErrNotExist) {
		if logged, err := c.store.Logged(c.ctx); err != nil {
			return err
		} else if logged > 0 {
			c.wrong("the log had %d entries, and has no checkpoint", logged)
			return errStop
		}
		c.note("the log has no checkpoint yet")
		return nil
	}
	if err != nil {
		return err
	}
	p, err := c.folder.Own().Verify(raw)
	if err != nil {
		c.wrong("the log's checkpoint: %v", err)
		return errStop
	}
	c.Head = p.Head
	if c.Head.Size == 0 {
		return nil
	}
	c.tell("reading the log", 0, int(c.Head.Size))
	if err := sequencer.Fsck(c.ctx, c.folder.Log(), c.folder.verifier()); err != nil {
		if c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		c.wrong("%v", err)
		return errStop
	}
	if c.log, err = c.Head.Commitments(c.ctx, tiles(c.folder.Log()), 0, c.Head.Size); err != nil {
		c.wrong("%v", err)
		return errStop
	}
	c.tree.add(c.log)
	return nil
}

// leaves holds the store's entries to the log's leaves.
func (c *checker) leaves() error {
	if c.Accepted < c.Head.Size {
		c.wrong("the log has %d entries and the store only %d", c.Head.Size, c.Accepted)
	}
	logged, err := c.store.Logged(c.ctx)
	if err != nil {
		return err
	}
	size := min(c.Accepted, c.Head.Size)
	stored, err := c.store.Commitments(c.ctx, 0, int(c.Accepted)+1)
	if err != nil {
		return err
	}
	if uint64(len(stored)) != c.Accepted {
		c.wrong("the store has %d entries, and the last has index %d", len(stored), int64(c.Accepted)-1)
		return errStop
	}
	for c.in < size && stored[c.in] == c.log[c.in] {
		c.in++
	}
	switch {
	case c.in == size:
	case c.in >= logged && permuted(c.log[c.in:size], stored[c.in:]):
		// A crash between log and store; nobody was told these indices.
		c.note("from entry %d on the log's order is another than the store's: the server takes the log's over when it starts", c.in)
	default:
		c.wrong("entry %d of the store is not that of the log", c.in)
	}
	if c.Accepted > c.Head.Size {
		c.note("%d entries are accepted and under no checkpoint yet: the server publishes them when it starts", c.Accepted-c.Head.Size)
	}
	return nil
}

// permuted reports whether all of part is in all.
func permuted(part, all []frank.Hash) bool {
	there := make(map[frank.Hash]bool, len(all))
	for _, h := range all {
		there[h] = true
	}
	for _, h := range part {
		if !there[h] {
			return false
		}
	}
	return true
}

// tiles reads the files of a log in a folder.
func tiles(dir string) ledger.Tiles {
	return ledger.TilesFunc(func(_ context.Context, path string) ([]byte, error) {
		return os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
	})
}

// tree knows the root of the log at every size up to its own.
type tree struct {
	hashes []tlog.Hash
	size   uint64
}

// ReadHashes implements [tlog.HashReader].
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at < 0 || at >= int64(len(t.hashes)) {
			return nil, fmt.Errorf("the tree has no hash %d", at)
		}
		out[i] = t.hashes[at]
	}
	return out, nil
}

func (t *tree) add(leaves []frank.Hash) {
	for _, leaf := range leaves {
		list, err := tlog.StoredHashes(int64(t.size), leaf[:], t)
		if err != nil {
			panic(err) // the tree has all that came before
		}
		t.hashes = append(t.hashes, list...)
		t.size++
	}
}

// holds reports whether the log had that head.
func (t *tree) holds(h ledger.Head) bool {
	if h.Size == 0 || h.Size > t.size {
		return h == ledger.Empty()
	}
	root, err := tlog.TreeHash(int64(h.Size), t)
	return err == nil && frank.Hash(root) == h.Root
}

// head is that of the whole tree.
func (t *tree) head() (ledger.Head, error) {
	root, err := tlog.TreeHash(int64(t.size), t)
	return ledger.Head{Size: t.size, Root: frank.Hash(root)}, err
}
