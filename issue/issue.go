// Package issue keeps issued dispatches: the folder that frank mark leaves
// behind, as spec/issue.md describes it.
//
// [Create] makes the folder, whole or not at all, and [Issue.Add] issues further
// copies into it; [Open] reads the public part, and [Issue.Source],
// [Issue.Book] and [Issue.Readers] open what is sealed, each only when asked.
// [Issue.Look] counts the looks on a dispatch.
package issue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frank"
	"frank/codebook"
	"frank/internal/durable"
	"frank/keyring"
	"frank/variant"
)

// The files of an issue, in its folder.
const (
	publicFile   = "dispatch.json"
	codebookFile = "codebook.age"
	readersFile  = "readers.age"
	sourceFile   = "source.age"
	handoutFile  = "handout.csv"
	looksFile    = "looks.json"
	copiesDir    = "copies"
	lockFile     = ".lock"
)

// maxSealed bounds a sealed file: 16 million readers' names.
const maxSealed = 4 << 30

// Issue is an issued dispatch in its folder.
type Issue struct {
	Dir    string
	Public *Public
}

// Order is what is to be issued.
type Order struct {
	Source  *variant.Source
	Ref     string
	Readers []Reader
	Key     *keyring.Public      // whom everything is sealed to
	Random  io.Reader            // of cryptographic quality
	Tell    func(copies, of int) // how far it is; may be nil
}

// Create issues copies into a new folder at dir. If there is something at dir
// the error is [fs.ErrExist]; if it fails or ctx ends, nothing is left at dir.
func Create(ctx context.Context, dir string, o Order) (*Issue, error) {
	if o.Source.Proposed() > 0 {
		return nil, errors.New("the source has proposals that the author has not approved")
	}
	m, err := o.Source.Master()
	if err != nil {
		return nil, err
	}
	folder, err := durable.NewFolder(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Abort()
	is := &Issue{Dir: folder.Path, Public: &Public{Format: Format, Ref: o.Ref, SealedTo: o.Key.Fingerprint()}}
	book := &codebook.Book{Master: m}
	who := &assignment{Format: readersFormat}
	files, err := is.issue(ctx, book, who, o)
	if err != nil {
		return nil, err
	}
	files = append(files, file{sourceFile, []byte(o.Source.String()), true}, file{handoutFile, handout(who.Entries), false})
	for _, f := range files {
		data, err := f.sealed(o.Key)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder.Path, f.name), data, 0o600)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := folder.Commit(); err != nil {
		return nil, err
	}
	is.Dir = dir
	return is, nil
}

// Add issues further copies: numbers run on, from a fresh seed. Nobody may get
// a second copy. If it fails or ctx ends, the issue is as it was.
func (is *Issue) Add(ctx context.Context, key *keyring.Key, readers []Reader, random io.Reader, tell func(copies, of int)) (PublicBatch, error) {
	var none PublicBatch
	unlock, err := is.lock()
	if err != nil {
		return none, err
	}
	defer unlock()
	fresh, err := Open(is.Dir) // what another add may have changed before we had the lock
	if err != nil {
		return none, err
	}
	is.Public = fresh.Public
	src, err := is.Source(key)
	if err != nil {
		return none, err
	}
	book, err := is.Book(key, src)
	if err != nil {
		return none, err
	}
	who, err := is.assignment(key)
	if err != nil {
		return none, err
	}
	has := make(map[string]int, len(who.Entries))
	for _, e := range who.Entries {
		has[Reader{e.Office, e.Name}.same()] = e.Number
	}
	for _, r := range readers {
		if has[r.same()] != 0 {
			return none, frank.WithHint(fmt.Errorf("%s has a copy of this dispatch already", r), "every reader gets one copy: take the line out")
		}
	}
	before := is.Public.Copies()
	if err := is.clearCopies(before); err != nil {
		return none, err
	}
	done := false
	defer func() {
		if done {
			return
		}
		if now, err := Open(is.Dir); err == nil { // dispatch.json says whether the batch exists, and not how far we got
			is.Public = now.Public
			is.clearCopies(now.Public.Copies())
		}
	}()
	files, err := is.issue(ctx, book, who, Order{Readers: readers, Key: &key.Public, Random: random, Tell: tell})
	if err != nil {
		return none, err
	}
	batch := is.Public.Batches[len(is.Public.Batches)-1]
	rows, err := is.readHandout(before, who.Entries[before:])
	if err != nil {
		return none, err
	}
	if err := durable.Flush(is.path(copiesDir)); err != nil {
		return none, err
	}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	// The batch exists from the moment that the last of these, dispatch.json,
	// is replaced; until then whoever reads the others passes over it.
	files = append([]file{{handoutFile, rows, false}}, files...)
	for _, f := range files {
		data, err := f.sealed(&key.Public)
		if err == nil {
			err = durable.WriteFile(is.path(f.name), data, 0o600)
		}
		if err != nil {
			return none, err
		}
	}
	done = true
	return batch, nil
}

// file is a file to be written, sealed or as it is.
type file struct {
	name   string
	data   []byte
	secret bool
}

func (f file) sealed(key *keyring.Public) ([]byte, error) {
	if !f.secret {
		return f.data, nil
	}
	return key.Seal(f.data)
}

// issue draws a batch, writes its copies and returns the other files that
// change, dispatch.json last.
func (is *Issue) issue(ctx context.Context, book *codebook.Book, who *assignment, o Order) ([]file, error) {
	first := book.Copies() + 1
	var author frank.Secret
	if _, err := io.ReadFull(o.Random, author[:]); err != nil {
		return nil, err
	}
	pending, err := codebook.Begin(book.Master, first, len(o.Readers), author)
	if err != nil {
		return nil, err
	}
	entries, err := assign(o.Readers, first, o.Random)
	if err != nil {
		return nil, err
	}
	var randomness frank.Hash
	if _, err := io.ReadFull(o.Random, randomness[:]); err != nil {
		return nil, err
	}
	batch := pending.Complete(randomness)
	if err := is.writeCopies(ctx, book.Master, batch, o.Tell); err != nil {
		return nil, err
	}
	book.Batches = append(book.Batches, batch)
	who.Entries = append(who.Entries, entries...)
	public := *is.Public
	public.Batches = append(public.Batches[:len(public.Batches):len(public.Batches)], PublicBatch{
		First: batch.First, Count: batch.Count, Units: len(book.Master.Units), Precommit: batch.Precommit, Randomness: batch.Randomness,
		UnitRoot: batch.Commitment.Units, CopyRoot: batch.Commitment.Copies, ReaderRoot: readerRoot(entries),
	})
	is.Public = &public
	sealed, err := book.Marshal()
	if err != nil {
		return nil, err
	}
	return []file{{codebookFile, sealed, true}, {readersFile, who.marshal(), true}, {publicFile, public.marshal(), false}}, nil
}

// Open reads the public part of the issue in dir.
func Open(dir string) (*Issue, error) {
	p, err := readPublic(dir)
	if err != nil {
		return nil, err
	}
	return &Issue{dir, p}, nil
}

func (is *Issue) path(name string) string { return filepath.Join(is.Dir, name) }

// open reads a sealed file.
func (is *Issue) open(key *keyring.Key, name string) ([]byte, error) {
	path := is.path(name)
	data, err := readFile(path, maxSealed)
	if err != nil {
		return nil, err
	}
	plain, err := key.Open(data)
	switch {
	case errors.Is(err, keyring.ErrNotYours) && !key.Holds(is.Public.SealedTo):
		return nil, frank.WithHint(fmt.Errorf("%s was not sealed to your key", path),
			"it takes the key with fingerprint %s; yours is %s. $FRANK_HOME says where your key is", is.Public.SealedTo, key.Fingerprint())
	case errors.Is(err, keyring.ErrNotYours), errors.Is(err, keyring.ErrDamaged):
		return nil, damaged(path)
	}
	return plain, err
}

// Source opens the author's source.
func (is *Issue) Source(key *keyring.Key) (*variant.Source, error) {
	data, err := is.open(key, sourceFile)
	if err != nil {
		return nil, err
	}
	src, err := variant.Parse(string(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", is.path(sourceFile), err)
	}
	return src, nil
}

// Book opens the codebook and checks it against the public commitments. It has
// the batches that dispatch.json lists and no other.
func (is *Issue) Book(key *keyring.Key, src *variant.Source) (*codebook.Book, error) {
	data, err := is.open(key, codebookFile)
	if err != nil {
		return nil, err
	}
	book, err := codebook.Unmarshal(data, src.Text())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", is.path(codebookFile), err)
	}
	if len(book.Batches) < len(is.Public.Batches) {
		return nil, foreign(is.path(codebookFile))
	}
	book.Batches = book.Batches[:len(is.Public.Batches)]
	for i, b := range is.Public.Batches {
		t := book.Batches[i]
		if t.First != b.First || t.Count != b.Count || len(book.Master.Units) != b.Units || t.Precommit != b.Precommit ||
			t.Randomness != b.Randomness || t.Commitment.Units != b.UnitRoot || t.Commitment.Copies != b.CopyRoot {
			return nil, foreign(is.path(codebookFile))
		}
	}
	return book, nil
}

// Readers opens the list of who has which copy.
func (is *Issue) Readers(key *keyring.Key) (map[int]Reader, error) {
	who, err := is.assignment(key)
	if err != nil {
		return nil, err
	}
	out := make(map[int]Reader, len(who.Entries))
	for _, e := range who.Entries {
		out[e.Number] = Reader{e.Office, e.Name}
	}
	return out, nil
}

func (is *Issue) assignment(key *keyring.Key) (*assignment, error) {
	data, err := is.open(key, readersFile)
	if err != nil {
		return nil, err
	}
	who, err := parseAssignment(data, is.Public)
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("%s does not hold: %w", is.path(readersFile), err), "the issue's files do not belong together, or were changed")
	}
	return who, nil
}

func foreign(path string) error {
	return frank.WithHint(fmt.Errorf("%s is not the codebook that %s commits to", path, publicFile), "the issue's files do not belong together, or were changed")
}

// lock waits until nobody else is changing the issue, and removes what was half
// written by whoever was killed doing so: of handout.csv, that is names.
func (is *Issue) lock() (func(), error) {
	unlock, err := durable.Lock(is.path(lockFile))
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errReadOnly) {
		return nil, frank.WithHint(fmt.Errorf("%s cannot be written to", is.Dir), "looks at an issue are counted in its folder: make it writable, or work on a copy that takes its place")
	}
	if err != nil {
		return nil, err
	}
	for _, name := range []string{handoutFile, codebookFile, readersFile, looksFile, publicFile} {
		if err := durable.Clear(is.path(name)); err != nil {
			unlock()
			return nil, err
		}
	}
	return unlock, nil
}

// Find returns the issues in dir: dir itself, or those in the folders below
// it, in the order of their paths. Folders of an unfinished run are passed over.
func Find(dir string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return nil
		}
		if path != dir && (d.Name() == copiesDir || d.Name()[0] == '.' || strings.HasSuffix(d.Name(), durable.Unfinished)) {
			return fs.SkipDir
		}
		if _, err := os.Lstat(filepath.Join(path, publicFile)); err == nil {
			found = append(found, path)
			return fs.SkipDir
		}
		return nil
	})
	return found, err
}
