//go:build linux

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"frank"
	"frank/prose"
	"frank/watch"
)

// document is one text of a corpus.
type document struct {
	ID, Text string
}

func read(dir, name string) ([]document, error) {
	f, err := os.Open(filepath.Join(dir, name+".jsonl.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var out []document
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var d document
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return nil, err
		}
		if len(d.Text) <= frank.MaxText {
			out = append(out, d)
		}
	}
	return out, lines.Err()
}

// aside reports whether a document belongs to the tenth kept for reporting.
func (d document) aside() bool {
	h := fnv.New32a()
	h.Write([]byte(d.ID))
	return h.Sum32()%10 == 0
}

// chain writes text in which every three words in a row stand somewhere in
// the corpora: the hardest confusers that are no quotations.
type chain struct {
	words   []string
	classes []byte // of words
	ids     []uint32
	order   []int32 // places, sorted by the two words that end there
	from    []int32 // per place, where in order those with the same two words begin
	many    []int8  // and how many, up to 64
}

func newChain(docs ...[]document) *chain {
	c := &chain{}
	known := map[string]uint32{}
	for _, set := range docs {
		for _, d := range set {
			for _, t := range prose.Words(d.Text) {
				w := d.Text[t.Start:t.End]
				id, ok := known[w]
				if !ok {
					id = uint32(len(c.words))
					known[w] = id
					c.words = append(c.words, w)
					c.classes = append(c.classes, class(w))
				}
				c.ids = append(c.ids, id)
			}
		}
	}
	for i := 1; i < len(c.ids)-1; i++ {
		c.order = append(c.order, int32(i))
	}
	sort.Slice(c.order, func(i, j int) bool {
		a, b := c.key(c.order[i]), c.key(c.order[j])
		return a < b || (a == b && c.order[i] < c.order[j])
	})
	c.from, c.many = make([]int32, len(c.ids)), make([]int8, len(c.ids))
	for i := 0; i < len(c.order); {
		j := i
		for j < len(c.order) && c.key(c.order[j]) == c.key(c.order[i]) {
			j++
		}
		for _, p := range c.order[i:j] {
			c.from[p], c.many[p] = int32(i), int8(min(64, j-i))
		}
		i = j
	}
	return c
}

func (c *chain) key(p int32) uint64 { return uint64(c.ids[p-1])<<32 | uint64(c.ids[p]) }

// text writes n words.
func (c *chain) text(rng *rand.Rand, n int) string {
	var b strings.Builder
	for _, id := range c.write(rng, n) {
		b.WriteString(c.words[id])
		b.WriteByte(' ')
	}
	return b.String()
}

// write writes n words by their numbers.
func (c *chain) write(rng *rand.Rand, n int) (out []uint32) {
	p := c.order[rng.IntN(len(c.order))]
	for range n {
		out = append(out, c.ids[p])
		p = c.order[int(c.from[p])+rng.IntN(int(c.many[p]))] + 1
		if int(p) >= len(c.ids)-1 {
			p = c.order[rng.IntN(len(c.order))]
		}
	}
	return out
}

// class is as spec/watch.md has it.
func class(word string) byte {
	h := sha256.Sum256([]byte("frank/fingerprint-word/1\x00" + prose.Normal(word)))
	return byte(1 + binary.BigEndian.Uint64(h[:8])%255)
}

// fingerprints are those of a dispatch of n words with sites as [varied] makes
// them, without its text ever being written.
func (c *chain) fingerprints(rng *rand.Rand, n, every int) []byte {
	var items []byte
	places := 0
	word := func() byte { return c.classes[rng.IntN(len(c.classes))] }
	for _, id := range c.write(rng, n) {
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

// varied returns text with one word in so many a site of two or three readings:
// mostly another word, now and then none or two.
func varied(rng *rand.Rand, text string, vocabulary []string, every int) *frank.Master {
	m := &frank.Master{Text: text}
	for _, t := range prose.Words(text) {
		if rng.IntN(every) > 0 || len(m.Sites) == frank.MaxSites {
			continue
		}
		s := frank.Site{Start: t.Start, End: t.End, Readings: []string{text[t.Start:t.End]}}
		for range 1 + rng.IntN(2) {
			word := func() string { return vocabulary[rng.IntN(len(vocabulary))] }
			r := word()
			switch rng.IntN(10) {
			case 0:
				r = ""
			case 1:
				r += " " + word()
			}
			s.Readings = append(s.Readings, r)
		}
		m.Sites = append(m.Sites, s)
	}
	return m
}

// copyOf returns one random copy.
func copyOf(rng *rand.Rand, m *frank.Master) string {
	readings := make([]int, len(m.Sites))
	for i := range readings {
		readings[i] = rng.IntN(len(m.Sites[i].Readings))
	}
	return m.Render(readings)
}

// retyped returns words with about one in ten wrong: another word, a slip of
// the finger, a word lost or a word too many.
func retyped(rng *rand.Rand, words []string, vocabulary []string) []string {
	var out []string
	for _, w := range words {
		if rng.IntN(10) > 0 {
			out = append(out, w)
			continue
		}
		word := vocabulary[rng.IntN(len(vocabulary))]
		switch rng.IntN(4) {
		case 0:
			out = append(out, word)
		case 1:
			out = append(out, slip(rng, w))
		case 2:
		case 3:
			out = append(out, w, word)
		}
	}
	return out
}

func slip(rng *rand.Rand, w string) string {
	r := []rune(w)
	i := rng.IntN(len(r))
	letter := rune('a' + rng.IntN(26))
	switch rng.IntN(4) {
	case 0:
		r[i] = letter
	case 1:
		r = append(r[:i], r[i+1:]...)
	case 2:
		r = append(r[:i], append([]rune{letter}, r[i:]...)...)
	case 3:
		if i > 0 {
			r[i-1], r[i] = r[i], r[i-1]
		}
	}
	return string(r)
}
