package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"frank"

	"golang.org/x/mod/sumdb/tlog"
)

// Tiles reads the log's files by their C2SP tlog-tiles paths, relative to the
// log: "tile/0/x001/234", "tile/entries/005.p/7". What is not there is
// [fs.ErrNotExist]. Nothing that it returns is trusted.
type Tiles interface {
	ReadTile(ctx context.Context, path string) ([]byte, error)
}

// TilesFunc makes a function Tiles.
type TilesFunc func(ctx context.Context, path string) ([]byte, error)

// ReadTile calls f.
func (f TilesFunc) ReadTile(ctx context.Context, path string) ([]byte, error) { return f(ctx, path) }

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	chunk      = 64 * tileWidth // leaves that are looked up at once
)

// ErrUnlike is the error for a log that holds something else than expected, by
// hashes that the head itself proves.
var ErrUnlike = errors.New("the log holds another entry there")

// hashes reads hashes of the tree whose head is h. Whatever it returns is
// proven by h.
func (h Head) hashes(ctx context.Context, t Tiles) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: int64(h.Size), Hash: tlog.Hash(h.Root)}, tileReader{ctx, t})
}

// tileReader gives tlog its tiles from C2SP paths.
type tileReader struct {
	ctx   context.Context
	tiles Tiles
}

func (r tileReader) Height() int                     { return tileHeight }
func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		b, err := r.read(t)
		if err != nil {
			return nil, err
		}
		if len(b) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("the tile %s has %d bytes, fewer than %d", path(t), len(b), t.W*tlog.HashSize)
		}
		data[i] = b[:t.W*tlog.HashSize]
	}
	return data, nil
}

// read returns the tile t, or the full one that took its place: logs remove
// partial tiles in time.
func (r tileReader) read(t tlog.Tile) ([]byte, error) {
	b, err := r.tiles.ReadTile(r.ctx, path(t))
	if t.W < tileWidth && errors.Is(err, fs.ErrNotExist) {
		t.W = tileWidth
		b, err = r.tiles.ReadTile(r.ctx, path(t))
	}
	return b, err
}

// path is the tile's C2SP path, which names no height.
func path(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", t.H))
	if rest, ok := strings.CutPrefix(p, "data/"); ok {
		p = "entries/" + rest
	}
	return "tile/" + p
}

// Holds checks that the log with head h has commitments from index first on.
// The error is [ErrUnlike], with the index, if it holds others, and another
// one if tiles cannot be read or are not those of h.
func (h Head) Holds(ctx context.Context, t Tiles, first uint64, commitments ...frank.Hash) error {
	if first > h.Size || uint64(len(commitments)) > h.Size-first {
		return fmt.Errorf("a log of size %d has no entries %d to %d", h.Size, first, first+uint64(len(commitments))-1)
	}
	for len(commitments) > 0 {
		n := min(len(commitments), chunk)
		at := make([]int64, n)
		for i := range at {
			at[i] = tlog.StoredHashIndex(0, int64(first)+int64(i))
		}
		leaves, err := h.hashes(ctx, t).ReadHashes(at)
		if err != nil {
			return fmt.Errorf("the log's tiles do not prove its entries: %w", err)
		}
		for i, leaf := range leaves {
			if leaf != tlog.RecordHash(commitments[i][:]) {
				return fmt.Errorf("entry %d: %w", first+uint64(i), ErrUnlike)
			}
		}
		first, commitments = first+uint64(n), commitments[n:]
	}
	return nil
}

// Commitments reads the log's own leaves from index from up to, not including,
// to, and proves them.
func (h Head) Commitments(ctx context.Context, t Tiles, from, to uint64) ([]frank.Hash, error) {
	if from > to || to > h.Size {
		return nil, fmt.Errorf("a log of size %d has no entries %d to %d", h.Size, from, to)
	}
	list := make([]frank.Hash, 0, min(to-from, chunk))
	for at := from; at < to; {
		n := at / tileWidth
		w := int(min(h.Size-n*tileWidth, tileWidth))
		b, err := tileReader{ctx, t}.read(tlog.Tile{H: tileHeight, L: -1, N: int64(n), W: w})
		if err != nil {
			return nil, err
		}
		bundle, err := parseBundle(b, w)
		if err != nil {
			return nil, err
		}
		end := min(to, n*tileWidth+uint64(w))
		list = append(list, bundle[at-n*tileWidth:end-n*tileWidth]...)
		at = end
	}
	return list, h.Holds(ctx, t, from, list...)
}

// parseBundle reads the first n leaves of an entry bundle. Each is two bytes
// of length and the commitment.
func parseBundle(b []byte, n int) ([]frank.Hash, error) {
	const leaf = 2 + len(frank.Hash{})
	if len(b) < n*leaf || len(b)%leaf != 0 || len(b) > tileWidth*leaf {
		return nil, errors.New("the log's entry bundle is not one of commitments")
	}
	list := make([]frank.Hash, n)
	for i := range list {
		one := b[i*leaf : (i+1)*leaf]
		if binary.BigEndian.Uint16(one) != uint16(len(frank.Hash{})) {
			return nil, errors.New("the log's entry bundle is not one of commitments")
		}
		list[i] = frank.Hash(one[2:])
	}
	return list, nil
}

// before recomputes, from the tree with head h, what its root was at an
// earlier size.
func (h Head) before(ctx context.Context, t Tiles, size uint64) (frank.Hash, error) {
	roots, err := h.Roots(ctx, t, size)
	if err != nil {
		return frank.Hash{}, err
	}
	return roots[0], nil
}

// Roots recomputes, from the tree with head h, what its root was at earlier
// sizes. What is needed for all of them is read at once.
func (h Head) Roots(ctx context.Context, t Tiles, sizes ...uint64) ([]frank.Hash, error) {
	var at []int64
	hashes := map[int64]tlog.Hash{}
	read := tlog.HashReaderFunc(func(list []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(list))
		for i, x := range list {
			h, ok := hashes[x]
			if !ok {
				at, hashes[x] = append(at, x), h
			}
			out[i] = h
		}
		return out, nil
	})
	var roots []frank.Hash
	for round := range 2 { // the first finds out what is needed
		roots = make([]frank.Hash, len(sizes))
		for i, size := range sizes {
			switch {
			case size > h.Size:
				return nil, fmt.Errorf("a log of size %d did not have %d entries before", h.Size, size)
			case size == h.Size:
				roots[i] = h.Root
			default:
				x, err := tlog.TreeHash(int64(size), read) // of nothing too
				if err != nil {
					return nil, err
				}
				roots[i] = frank.Hash(x)
			}
		}
		if round > 0 || len(at) == 0 {
			break
		}
		list, err := h.hashes(ctx, t).ReadHashes(at)
		if err != nil {
			return nil, fmt.Errorf("the log's tiles do not prove what it was before: %w", err)
		}
		for i, x := range list {
			hashes[at[i]] = x
		}
	}
	return roots, nil
}
