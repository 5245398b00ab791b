package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"frank"
	"frank/prose"
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
	words []string
	ids   []uint32
	order []int32 // places, sorted by the two words that end there
	first map[uint64]int32
}

func newChain(docs ...[]document) *chain {
	c := &chain{first: map[uint64]int32{}}
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
	for i, p := range c.order {
		if i == 0 || c.key(p) != c.key(c.order[i-1]) {
			c.first[c.key(p)] = int32(i)
		}
	}
	return c
}

func (c *chain) key(p int32) uint64 { return uint64(c.ids[p-1])<<32 | uint64(c.ids[p]) }

// text writes n words.
func (c *chain) text(rng *rand.Rand, n int) string {
	var b strings.Builder
	p := c.order[rng.IntN(len(c.order))]
	for range n {
		b.WriteString(c.words[c.ids[p]])
		b.WriteByte(' ')
		from, to := int(c.first[c.key(p)]), 0
		for to = from + 1; to < len(c.order) && to < from+64 && c.key(c.order[to]) == c.key(p); {
			to++
		}
		p = c.order[from+rng.IntN(to-from)] + 1
		if int(p) >= len(c.ids)-1 {
			p = c.order[rng.IntN(len(c.order))]
		}
	}
	return b.String()
}

// varied returns text with one word in six a site of two or three readings:
// mostly another word, now and then none or two.
func varied(rng *rand.Rand, text string, vocabulary []string) *frank.Master {
	m := &frank.Master{Text: text}
	for _, t := range prose.Words(text) {
		if rng.IntN(6) > 0 || len(m.Sites) == frank.MaxSites {
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
