// Package codebook says which copy shows which reading.
//
// Every batch of copies has a secret 256-bit seed. From it each drawing unit
// has a key of its own, and copy c shows at that unit the reading that the
// unit's committed law gives for the 32-bit word at position c of the ChaCha20
// keystream (RFC 8439) under that key. So a codebook is as small for a million
// copies as for ten, every copy is drawn independently of every other, and a
// unit can be opened alone: its key tells what all copies show there and
// nothing about any other place. [Begin] and [Pending.Complete] are the two
// entries of an issue, [Batch.Open] and [Opening.Verify] the opening of one
// unit; spec/codebook.md has the formats.
//
// The package takes all its randomness as arguments.
package codebook

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"frank"

	"golang.org/x/crypto/chacha20"
)

// Book is the codebook of a dispatch: its wording and all its batches. Copies
// are numbered from 1, batch after batch, with a gap for a batch that was begun
// and never completed; copy 0 is the author's wording.
type Book struct {
	Master  *frank.Master
	Batches []*Batch
}

// Batch is one issue of copies of a dispatch.
type Batch struct {
	First, Count int // numbers First to First+Count-1
	Author       frank.Secret
	Randomness   frank.Hash // public; fixed only after the first entry
	Precommit    frank.Hash // the first entry
	Commitment   Commitment

	seed frank.Secret
}

// Copies returns the number of copies in all batches.
func (b *Book) Copies() int {
	n := 0
	for _, batch := range b.Batches {
		n += batch.Count
	}
	return n
}

// Readings sets dst[i-1] to the joint reading that the i-th copy shows at a unit,
// for all the copies of all batches; dst has length [Book.Copies]. The i-th copy
// has number Number(i).
func (b *Book) Readings(unit int, dst []uint16) {
	at := 0
	for _, batch := range b.Batches {
		batch.Readings(unit, b.Master.Units[unit].Law, batch.First, dst[at:at+batch.Count])
		at += batch.Count
	}
}

// Number is the number of the i-th copy, from 1: i itself, unless a batch before
// it was begun and never completed, whose numbers nobody has.
func (b *Book) Number(i int) int {
	for _, batch := range b.Batches {
		if i <= batch.Count {
			return batch.First + i - 1
		}
		i -= batch.Count
	}
	panic(fmt.Sprintf("codebook: internal error: there is no copy %d more", i))
}

// Copy returns the reading that copy c shows at every site; copy 0 is all
// first readings.
func (b *Book) Copy(c int) ([]int, error) {
	out := make([]int, len(b.Master.Sites))
	if c == 0 {
		return out, nil
	}
	for _, batch := range b.Batches {
		if c < batch.First || c >= batch.First+batch.Count {
			continue
		}
		var one [1]uint16
		for u, unit := range b.Master.Units {
			batch.Readings(u, unit.Law, c, one[:])
			for k, s := range unit.Sites {
				out[s] = unit.Joint[one[0]][k]
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("there is no copy %d: the numbers run from 1 to %d", c, b.Copies())
}

// Readings sets dst to the joint readings of the copies from number c on.
func (t *Batch) Readings(unit int, law []uint64, c int, dst []uint16) {
	Draw(t.unitKey(unit), law, c, dst)
}

func (t *Batch) unitKey(unit int) frank.Secret {
	return derive(t.seed, "frank.codebook/1 unit key", unit)
}

// derive is HKDF-SHA256 (RFC 5869) with a label and a number as info.
func derive(secret frank.Secret, label string, n int) frank.Secret {
	info := binary.BigEndian.AppendUint32([]byte(label), uint32(n))
	key, err := hkdf.Key(sha256.New, secret[:], nil, string(info), len(secret))
	if err != nil {
		panic("codebook: internal error: " + err.Error())
	}
	return frank.Secret(key)
}

// Draw sets dst to the readings that a unit's key and law give to the copies
// from number c on: for each the law's reading of the 32-bit little-endian
// word at position c of the ChaCha20 keystream under key, nonce zero.
func Draw(key frank.Secret, law []uint64, c int, dst []uint16) {
	var nonce [chacha20.NonceSize]byte
	stream, err := chacha20.NewUnauthenticatedCipher(key[:], nonce[:])
	if err != nil {
		panic("codebook: internal error: " + err.Error())
	}
	stream.SetCounter(uint32(c / 16))
	edge := edges(law)
	var block [4096]byte
	skip := c % 16 * 4
	for len(dst) > 0 {
		n := min((skip+len(dst)*4+63)/64*64, len(block))
		clear(block[:n])
		stream.XORKeyStream(block[:n], block[:n])
		words := block[skip:n]
		skip = 0
		k := min(len(words)/4, len(dst))
		pick(edge, words, dst[:k])
		dst = dst[k:]
	}
}

// edges returns the last word of each reading but the last: word x shows the
// first reading whose edge is not below x.
func edges(law []uint64) []uint32 {
	edge := make([]uint32, len(law)-1)
	var sum uint64
	for i := range edge {
		sum += law[i]
		edge[i] = uint32(sum - 1)
	}
	return edge
}

// linear is the number of edges up to which counting beats searching.
const linear = 12

func pick(edge []uint32, words []byte, dst []uint16) {
	for i := range dst {
		x := binary.LittleEndian.Uint32(words[i*4:])
		if len(edge) > linear {
			lo, hi := 0, len(edge)
			for lo < hi {
				mid := int(uint(lo+hi) >> 1)
				if edge[mid] < x {
					lo = mid + 1
				} else {
					hi = mid
				}
			}
			dst[i] = uint16(lo)
			continue
		}
		var r uint16
		for _, e := range edge {
			if x > e {
				r++
			}
		}
		dst[i] = r
	}
}

// Pending is an issue after its first entry: the author is bound to wording
// and secret, and the randomness is not known yet.
type Pending struct {
	master       *frank.Master
	first, count int
	author       frank.Secret
	precommit    frank.Hash
}

// Begin makes the first entry for count copies numbered from first on.
func Begin(m *frank.Master, first, count int, author frank.Secret) (*Pending, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	if len(m.Units) == 0 {
		return nil, frank.WithHint(errors.New("the text has no site: every copy would be the same"), "frank propose finds places that may be worded otherwise")
	}
	if first < 1 || count < 1 || first+count-1 > frank.MaxCopies {
		return nil, fmt.Errorf("cannot number %d copies from %d on: the numbers run from 1 to %d", count, first, frank.MaxCopies)
	}
	return &Pending{m, first, count, author, precommit(m, first, count, author)}, nil
}

// Precommit is what the first entry publishes.
func (p *Pending) Precommit() frank.Hash { return p.precommit }

// Complete makes the second entry from randomness that was fixed after the
// first. The copies' part of the commitment takes a pass over all copies, which
// package mark makes.
func (p *Pending) Complete(randomness frank.Hash) *Batch {
	t := &Batch{First: p.first, Count: p.count, Author: p.author, Randomness: randomness, Precommit: p.precommit}
	t.seed = seed(p.author, randomness, p.precommit)
	t.Commitment.Units = t.unitRoot(p.master)
	return t
}

func seed(author frank.Secret, randomness, precommit frank.Hash) frank.Secret {
	key, err := hkdf.Key(sha256.New, author[:], randomness[:], "frank.codebook/1 seed"+string(precommit[:]), 32)
	if err != nil {
		panic("codebook: internal error: " + err.Error())
	}
	return frank.Secret(key)
}

// Shuffle returns a uniformly random order of 0 … n-1 (Fisher and Yates), from
// words of random bits; more is called as long as a word would bias the order.
func Shuffle(n int, more func() uint64) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	for i := n - 1; i > 0; i-- {
		bound := uint64(i + 1)
		limit := -bound % bound // 2^64 mod bound
		w := more()
		for w < limit {
			w = more()
		}
		j := int(w % bound)
		out[i], out[j] = out[j], out[i]
	}
	return out
}
