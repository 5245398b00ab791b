//go:build linux

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"frank/bench/texts"
	"frank/prose"
	"frank/watch"
)

// chain is one with the classes of its words.
type chain struct {
	*texts.Chain
	classes []byte
}

func newChain(docs ...[]texts.Document) *chain {
	c := &chain{Chain: texts.NewChain(docs...)}
	for _, w := range c.Words {
		c.classes = append(c.classes, class(w))
	}
	return c
}

// class is as spec/watch.md has it.
func class(word string) byte {
	h := sha256.Sum256([]byte("frank/fingerprint-word/1\x00" + prose.Normal(word)))
	return byte(1 + binary.BigEndian.Uint64(h[:8])%255)
}

// fingerprints are those of a dispatch of n words with sites as [texts.Varied] makes
// them, without its text ever being written.
func (c *chain) fingerprints(rng *rand.Rand, n, every int) []byte {
	var items []byte
	places := 0
	word := func() byte { return c.classes[rng.IntN(len(c.classes))] }
	for _, id := range c.Write(rng, n) {
		places++
		w := c.classes[id]
		if rng.IntN(every) > 0 {
			items = append(items, w)
			continue
		}
		group := [][]byte{{w}}
		for range 1 + rng.IntN(2) {
			r := []byte{word()}
			switch rng.IntN(10) {
			case 0:
				r = nil
			case 1:
				r = append(r, word())
			}
			group = append(group, r)
		}
		slices.SortFunc(group, bytes.Compare)
		group = slices.CompactFunc(group, bytes.Equal)
		if len(group) == 1 {
			items = append(items, w)
			continue
		}
		items = append(items, 0, byte(len(group)))
		span := 0
		for _, r := range group {
			items = append(append(items, byte(len(r))), r...)
			span = max(span, len(r))
		}
		places += span - 1
	}
	out := append([]byte(watch.Format), '\n')
	out = binary.AppendUvarint(out, uint64(places))
	out = binary.AppendUvarint(out, uint64(n))
	return append(append(out, 0), items...)
}
