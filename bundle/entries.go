package bundle

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/keyring"
	"frank/ledger"
)

// stated is an entry that was opened.
type stated struct {
	at directory.Entry
	st *ledger.Statement
}

// open opens what is shown of the entries.
func open(origin string, entries []entryForm) ([]stated, error) {
	var list []stated
	for _, e := range entries {
		if e.Entry == nil {
			continue
		}
		st, err := e.Entry.Open(e.Commitment)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.Index, err)
		}
		if st.Log != origin {
			return nil, fmt.Errorf("entry %d was signed for another ledger", e.Index)
		}
		list = append(list, stated{directory.Entry{Index: e.Index, Hash: e.Commitment}, st})
	}
	return list, nil
}

// notes are the checkpoints that statements carry, and what they are for.
func notes(list []stated) (out []carried, err error) {
	for _, s := range list {
		note := ""
		switch s.st.Kind {
		case dispatch.KindComplete:
			var c dispatch.Complete
			if err := s.st.Read(&c); err != nil {
				return nil, fmt.Errorf("entry %d: %w", s.at.Index, err)
			}
			note = c.Checkpoint
		case inquiry.KindStep:
			_, what, err := inquiry.ParseStep(s.st)
			if err != nil {
				return nil, fmt.Errorf("entry %d: %w", s.at.Index, err)
			}
			if r, ok := what.(*inquiry.Release); ok {
				note = r.Checkpoint
			}
		}
		if c, ok := readHead(note); ok {
			c.by, c.note = s.at.Index, note
			out = append(out, c)
		}
	}
	return out, nil
}

// carried is a checkpoint in a statement.
type carried struct {
	by     uint64
	note   string
	origin string
	ledger.Head
}

// readHead reads what a checkpoint says, before its signatures are looked at: by
// which policy they are to be, the directory has to say first.
func readHead(note string) (c carried, ok bool) {
	lines := strings.SplitN(note, "\n", 5)
	if len(lines) < 5 || lines[3] != "" {
		return c, false
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	root, wrong := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || wrong != nil || len(root) != len(c.Root) {
		return c, false
	}
	c.origin, c.Size, c.Root = lines[0], size, frank.Hash(root)
	return c, true
}

// prove checks that all entries stand in the log, and returns which of the
// checkpoints they carry are of this log and were there before them. One that is
// not counts for nothing, unless this log has signed it: then it was shown in two
// versions.
func prove(ctx context.Context, p *ledger.Policy, head *ledger.Checkpoint, tiles ledger.Tiles, entries []entryForm, list []stated) (proven []ledger.Head, err error) {
	for from := 0; from < len(entries); {
		to := from + 1
		run := []frank.Hash{entries[from].Commitment}
		for to < len(entries) && entries[to].Index == entries[to-1].Index+1 {
			run = append(run, entries[to].Commitment)
			to++
		}
		if err := head.Holds(ctx, tiles, entries[from].Index, run...); err != nil {
			return nil, err
		}
		from = to
	}
	carried, err := notes(list)
	if err != nil {
		return nil, err
	}
	var sizes []uint64
	for _, c := range carried {
		if c.origin == head.Origin && c.Size <= c.by && c.Size > 0 && !slices.Contains(sizes, c.Size) {
			sizes = append(sizes, c.Size)
		}
	}
	if len(sizes) == 0 {
		return nil, nil
	}
	roots, err := head.Roots(ctx, tiles, sizes...)
	if err != nil {
		return nil, err
	}
	for i := range sizes {
		proven = append(proven, ledger.Head{Size: sizes[i], Root: roots[i]})
	}
	for _, c := range carried {
		if c.origin != head.Origin || c.Size > c.by || c.Size == 0 || slices.Contains(proven, c.Head) {
			continue
		}
		if _, err := p.Verify([]byte(c.note)); err == nil {
			return nil, fmt.Errorf("the checkpoint of size %d in entry %d is not of this ledger: it was shown in two versions", c.Size, c.by)
		}
	}
	return proven, nil
}

// recorder keeps the tiles that are read, as large as they were asked for.
type recorder struct {
	of    ledger.Tiles
	files map[string][]byte
}

// ReadTile implements [ledger.Tiles].
func (r *recorder) ReadTile(ctx context.Context, path string) ([]byte, error) {
	if data, ok := r.files[path]; ok {
		return data, nil
	}
	data, err := r.of.ReadTile(ctx, path)
	full, width, partial := strings.Cut(path, ".p/")
	if partial && errors.Is(err, fs.ErrNotExist) { // a full one took its place
		data, err = r.of.ReadTile(ctx, full)
	}
	if err != nil {
		return nil, err
	}
	size := 256 * 32
	if partial {
		n, err := strconv.Atoi(width)
		if err != nil {
			return nil, err
		}
		size = n * 32
	}
	if len(data) < size {
		return nil, fmt.Errorf("the tile %s has %d bytes, fewer than %d", path, len(data), size)
	}
	r.files[path] = data[:size:size]
	return r.files[path], nil
}

// listed are the tiles of a bundle: exactly those that the proofs take.
type listed struct {
	files map[string][]byte
	used  map[string]bool
}

// ReadTile implements [ledger.Tiles].
func (l *listed) ReadTile(_ context.Context, path string) ([]byte, error) {
	data, ok := l.files[path]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	l.used[path] = true
	size := 256 * 32
	if _, width, partial := strings.Cut(path, ".p/"); partial {
		n, err := strconv.Atoi(width)
		if err != nil {
			return nil, err
		}
		size = n * 32
	}
	if len(data) != size {
		return nil, fmt.Errorf("the tile %s has %d bytes, not %d", path, len(data), size)
	}
	return data, nil
}

// chosen is what of the entries goes into a bundle.
type chosen struct {
	entries []entryForm
	signers *claimed // for a committee
}

// choose leaves out what a profile does not show. last is the index of the last
// entry that the checkpoint covers, and signer the key that signs the bundle.
func choose(p Profile, entries []directory.Logged, last uint64, signer keyring.VerifyKey) (*chosen, error) {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b directory.Logged) int { return cmp.Compare(a.At.Index, b.At.Index) })
	entries = slices.CompactFunc(entries, func(a, b directory.Logged) bool { return a.At == b.At })
	var list []stated
	for i, e := range entries {
		if e.Entry == nil {
			return nil, fmt.Errorf("entry %d is missing", e.At.Index)
		}
		if i > 0 && entries[i-1].At.Index == e.At.Index {
			return nil, fmt.Errorf("entry %d is there in two forms", e.At.Index)
		}
		st, err := ledger.ParseStatement([]byte(e.Entry.Statement))
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.At.Index, err)
		}
		list = append(list, stated{e.At, st})
	}
	keep, after, err := steps(p, list)
	if err != nil {
		return nil, err
	}
	out := &chosen{}
	var who []frank.PersonID
	var where []frank.OfficeID
	var people []directory.Logged
	var shown []stated
	for i, e := range entries {
		st := list[i].st
		if directory.Handles(st.Kind) {
			people = append(people, e)
			continue
		}
		switch st.Kind {
		case inquiry.KindStep:
			if !keep[e.At.Hash] {
				if after[e.At.Hash] { // or the chain would have a gap
					out.entries = append(out.entries, entryForm{e.At.Index, e.At.Hash, nil})
				}
				continue
			}
			_, what, err := inquiry.ParseStep(st)
			if err != nil {
				return nil, fmt.Errorf("entry %d: %w", e.At.Index, err)
			}
			if w, ok := what.(*inquiry.Matter); ok {
				who = append(append(who, w.Lead), w.Checkers...)
			}
		case dispatch.KindBegin:
			var b dispatch.Begin
			if err := st.Read(&b); err != nil {
				return nil, fmt.Errorf("entry %d: %w", e.At.Index, err)
			}
			where = append(where, b.Office)
			if p != Committee {
				for _, o := range b.Officers {
					who = append(who, o.Person)
				}
			}
		case dispatch.KindFetched:
			if p != Evidence {
				continue
			}
		case dispatch.KindComplete, dispatch.KindShareReseal:
		default:
			return nil, fmt.Errorf("entry %d is of a kind that no bundle takes", e.At.Index)
		}
		out.entries, shown = append(out.entries, entryForm{e.At.Index, e.At.Hash, e.Entry}), append(shown, list[i])
	}
	if p != Evidence { // of the directory, nothing that is there for those who are not named now
		if len(people) == 0 {
			return nil, errors.New("nothing of the directory is there")
		}
		d, err := directory.ReadSlice(list[0].st.Log, directory.Ledger{}, people)
		if err != nil {
			return nil, fmt.Errorf("the directory does not hold: %w", err)
		}
		if p == Committee {
			out.signers, err = claim(d, shown, who, where, signer, last)
			people = nil
		} else {
			people, err = fewer(d, people, shown, who, where)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, e := range people {
		out.entries = append(out.entries, entryForm{e.At.Index, e.At.Hash, e.Entry})
	}
	slices.SortFunc(out.entries, func(a, b entryForm) int { return cmp.Compare(a.Index, b.Index) })
	return out, nil
}

// steps says which steps a profile shows, and which ones these go on from.
// Outside the evidence nothing is shown by which somebody could be named: what
// was asked and said about names, replies, and what officers wrote when they
// knew them.
func steps(p Profile, list []stated) (keep, after map[frank.Hash]bool, err error) {
	keep, after = map[frank.Hash]bool{}, map[frank.Hash]bool{}
	names := map[frank.Hash]bool{}      // matters in which names are asked for
	asked := map[directory.Entry]bool{} // inquiries in which they were
	for _, s := range list {
		if s.st.Kind != inquiry.KindStep {
			continue
		}
		step, what, err := inquiry.ParseStep(s.st)
		if err != nil {
			return nil, nil, fmt.Errorf("entry %d: %w", s.at.Index, err)
		}
		hide := false
		switch w := what.(type) {
		case *inquiry.Matter:
			if w.Stage == inquiry.Names {
				names[w.Hash(step.Inquiry.Hash)], asked[step.Inquiry], hide = true, true, true
			}
		case *inquiry.Vote:
			hide = names[w.Matter]
		case *inquiry.Seen:
			hide = names[w.Matter]
		case *inquiry.Release:
			hide = names[w.Matter]
		case *inquiry.Consent, *inquiry.Named, *inquiry.Notice, *inquiry.Reply:
			hide = true
		case *inquiry.Refuse, *inquiry.Note, *inquiry.Close:
			hide = asked[step.Inquiry]
		}
		if hide && p != Evidence {
			continue
		}
		keep[s.at.Hash] = true
		for _, h := range step.After {
			after[h] = true
		}
	}
	return keep, after, nil
}

// fewer is the part of a slice of the directory that is for those who signed
// what is kept, and those whom it takes to see that they might.
func fewer(d *directory.State, people []directory.Logged, signed []stated, who []frank.PersonID, where []frank.OfficeID) ([]directory.Logged, error) {
	for _, s := range signed {
		id, err := d.At(s.at.Index).Signer(s.st.By)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", s.at.Index, err)
		}
		who = append(who, id)
	}
	return d.Slice(people, who, where)
}
