package exchange

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"frank"
	"frank/dispatch"
	"frank/internal/enc"
	"frank/internal/merkle"
	"frank/seal"
)

// mapFormat is the id of the readers' map, and its first line.
const mapFormat = "frank.map/1"

// entry says whose a copy number is.
type entry struct {
	number int
	to     int // index in Begin.To
	salt   frank.Secret
}

// record is the entry as it is committed to and encrypted.
func (e *entry) record() []byte {
	return append(bytes.Clone(e.salt[:]), enc.New("frank/map-entry/1").Number(e.number).Number(e.to)...)
}

func (e *entry) leaf() frank.Hash { return merkle.Leaf(e.record()) }

// mapEntry is the id of one closed entry.
const mapEntry = "frank.map-entry/1"

// closedSize is how many bytes it has.
var closedSize = len(seal.Close(frank.Secret{}, mapEntry, (&entry{}).record()))

// writeMap returns the map: the leaves, then the entries, each closed with its
// own key.
func writeMap(entries []entry, keys []frank.Secret) (blob []byte, leaves []frank.Hash) {
	blob = make([]byte, 0, len(mapFormat)+1+len(entries)*(32+closedSize))
	blob = append(blob, mapFormat+"\n"...)
	for i := range entries {
		leaf := entries[i].leaf()
		leaves = append(leaves, leaf)
		blob = append(blob, leaf[:]...)
	}
	for i := range entries {
		blob = append(blob, seal.Close(keys[i], mapEntry, entries[i].record())...)
	}
	return blob, leaves
}

// OpenReader returns whose a copy number is, as the index in b.To. The key is
// the number's own, which officers open together; blob is the map.
func OpenReader(b *dispatch.Begin, c *dispatch.Complete, blob []byte, number int, key frank.Secret) (int, error) {
	p, err := ProveReader(b, c, blob, number, key)
	if err != nil {
		return 0, err
	}
	return p.Index, nil
}

// ReaderProof shows to anybody whose a copy number is: the entry of the readers'
// map, and that it is under the root that was fixed before the draw.
type ReaderProof struct {
	Number int          `json:"number"`
	Index  int          `json:"index"` // among those addressed, from 0
	Salt   frank.Secret `json:"salt"`
	Proof  []frank.Hash `json:"proof"`
}

// Check says why p is no proof under the entries of a batch.
func (p *ReaderProof) Check(b *dispatch.Begin, c *dispatch.Complete) error {
	if err := pair(b, c); err != nil {
		return err
	}
	if p.Number < b.First || p.Number >= b.First+len(b.To) || p.Index < 0 || p.Index >= len(b.To) {
		return fmt.Errorf("copy %d is not in this batch, or its reader is not", p.Number)
	}
	e := entry{number: p.Number, to: p.Index, salt: p.Salt}
	if !merkle.Check(p.Proof, len(b.To), p.Number-b.First, e.leaf(), c.ReaderRoot) {
		return fmt.Errorf("that copy %d is this reader's does not follow from the readers' map", p.Number)
	}
	return nil
}

// ProveReader is OpenReader with the proof for others.
func ProveReader(b *dispatch.Begin, c *dispatch.Complete, blob []byte, number int, key frank.Secret) (*ReaderProof, error) {
	if err := pair(b, c); err != nil {
		return nil, err
	}
	leaves, closed, err := readMap(b, c, blob)
	if err != nil {
		return nil, err
	}
	i := number - b.First
	if i < 0 || i >= len(leaves) {
		return nil, fmt.Errorf("copy %d is not in this batch: its numbers run from %d to %d", number, b.First, b.First+len(b.To)-1)
	}
	record, err := seal.Open(key, mapEntry, closed[i*closedSize:(i+1)*closedSize])
	if err != nil {
		return nil, fmt.Errorf("the entry of copy %d does not open: %w", number, err)
	}
	for to := range b.To {
		e := entry{number: number, to: to, salt: frank.Secret(record)}
		if bytes.Equal(e.record(), record) && e.leaf() == leaves[i] {
			proof, err := merkle.New(leaves).Prove(i)
			if err != nil {
				return nil, err
			}
			return &ReaderProof{number, to, e.salt, proof}, nil
		}
	}
	return nil, fmt.Errorf("the entry of copy %d is not the one that was committed to: the author made the map badly", number)
}

func readMap(b *dispatch.Begin, c *dispatch.Complete, blob []byte) (leaves []frank.Hash, closed []byte, err error) {
	n := len(b.To)
	rest, ok := bytes.CutPrefix(blob, []byte(mapFormat+"\n"))
	if !ok {
		return nil, nil, frank.WithHint(fmt.Errorf("expected a map of format %s", mapFormat), "a newer frank may read it")
	}
	if sha256.Sum256(blob) != c.Map || len(rest) != n*(32+closedSize) {
		return nil, nil, errors.New("this is not the map that was committed to")
	}
	for i := range n {
		leaves = append(leaves, frank.Hash(rest[32*i:]))
	}
	if merkle.Root(leaves) != c.ReaderRoot {
		return nil, nil, errors.New("the map does not have the readers that were committed to: the author made it badly")
	}
	return leaves, rest[32*n:], nil
}
