// Package texts makes archives to search: the texts of a corpus, texts written
// by a chain over them, and what print makes of a quotation.
package texts

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

// Document is one text of a corpus.
type Document struct {
	ID, Text string
}

// Read reads a corpus, but for texts too long for a dispatch.
func Read(dir, name string) ([]Document, error) {
	f, err := os.Open(filepath.Join(dir, name+".jsonl.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var out []Document
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var d Document
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return nil, err
		}
		if len(d.Text) <= frank.MaxText {
			out = append(out, d)
		}
	}
	return out, lines.Err()
}

// Aside reports whether a document belongs to the tenth kept for reporting.
func (d Document) Aside() bool {
	h := fnv.New32a()
	h.Write([]byte(d.ID))
	return h.Sum32()%10 == 0
}

// Chain writes text in which every three words in a row stand somewhere in
// the corpora: the hardest confusers that are no quotations.
type Chain struct {
	Words []string // its vocabulary
	ids   []uint32
	order []int32 // places, sorted by the two words that end there
	from  []int32 // per place, where in order those with the same two words begin
	many  []int8  // and how many, up to 64
}

// NewChain makes a chain of documents.
func NewChain(docs ...[]Document) *Chain {
	c := &Chain{}
	known := map[string]uint32{}
	for _, set := range docs {
		for _, d := range set {
			for _, t := range prose.Words(d.Text) {
				w := d.Text[t.Start:t.End]
				id, ok := known[w]
				if !ok {
					id = uint32(len(c.Words))
					known[w] = id
					c.Words = append(c.Words, w)
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

func (c *Chain) key(p int32) uint64 { return uint64(c.ids[p-1])<<32 | uint64(c.ids[p]) }

// Text writes n words.
func (c *Chain) Text(rng *rand.Rand, n int) string {
	var b strings.Builder
	for _, id := range c.Write(rng, n) {
		b.WriteString(c.Words[id])
		b.WriteByte(' ')
	}
	return b.String()
}

// Write writes n words by their numbers.
func (c *Chain) Write(rng *rand.Rand, n int) (out []uint32) {
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

// Varied returns text with one word in so many a site of two or three readings:
// mostly another word, now and then none or two.
func Varied(rng *rand.Rand, text string, vocabulary []string, every int) *frank.Master {
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

// CopyOf returns one random copy.
func CopyOf(rng *rand.Rand, m *frank.Master) string {
	readings := make([]int, len(m.Sites))
	for i := range readings {
		readings[i] = rng.IntN(len(m.Sites[i].Readings))
	}
	return m.Render(readings)
}

// Retyped returns words with about one in ten wrong: another word, a slip of
// the finger, a word lost or a word too many.
func Retyped(rng *rand.Rand, words []string, vocabulary []string) []string {
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
