package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"

	"frank/bench/corpus"
	"frank/prose"
	"frank/variant"
)

// drawn writes passages with every site drawn as for a copy, a run of whole
// sentences of each document: readings that are each right may jar together,
// or beside the author's other words. What departs from the author is in
// brackets, numbered; the key has a line for each, with what the author wrote.
func drawn(args []string) error {
	fs := flag.NewFlagSet("drawn", flag.ExitOnError)
	out := fs.String("o", "", "passages are written to this name with 0.items and on, the keys with 0.key")
	files := fs.Int("files", 1, "how many files of passages")
	seed := fs.Uint64("seed", 1, "of the choice and of the drawing")
	length := fs.Int("words", 150, "of a passage, at least")
	one := fs.Int("one", 1, "of so many documents, one")
	fs.Parse(args)
	r := rand.New(rand.NewPCG(*seed, 1))
	var items []item
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		if r.IntN(*one) > 0 {
			return
		}
		text, key := drawnPassage(r, d.Text, *length)
		if key != "" {
			items = append(items, item{text, key})
		}
	}); err != nil {
		return err
	}
	fmt.Println(len(items), "passages")
	return writeItems(*out, items, *files)
}

// drawnPassage is a run of whole sentences with its places numbered, and what the
// author wrote at each; no key where a text is too short, or nothing departs.
func drawnPassage(r *rand.Rand, text string, length int) (passage, key string) {
	sentences := prose.Sentences(text)
	if len(sentences) == 0 {
		return "", ""
	}
	k := r.IntN(len(sentences))
	words, end := 0, k
	for ; end < len(sentences) && words < length; end++ {
		words += len(prose.Words(text[sentences[end].Start:sentences[end].End]))
	}
	if words < length || words > 2*length {
		return "", ""
	}
	from, to := sentences[k].Start, sentences[end-1].End
	m, err := variant.Propose(text, variant.ProposeOptions{}).Master()
	if err != nil {
		return "", ""
	}
	reading := corpus.Draw(r, m)
	var b, keys strings.Builder
	at, n := from, 0
	for i, s := range m.Sites {
		if s.Start < from || s.End > to || reading[i] == 0 {
			continue
		}
		n++
		shown := s.Readings[reading[i]]
		fmt.Fprintf(&b, "%s[%d: %s]", m.Text[at:s.Start], n, shown)
		fmt.Fprintf(&keys, "\t%d %s → %s", n, strings.ReplaceAll(s.Readings[0], "\n", " "), shown)
		at = s.End
	}
	b.WriteString(m.Text[at:to])
	return strings.Join(strings.Fields(strings.ToValidUTF8(b.String(), "")), " "), strings.TrimPrefix(keys.String(), "\t")
}
