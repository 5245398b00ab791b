package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"

	"frank"
	"frank/bench/corpus"
)

// drawn writes passages with every site drawn as for a copy, a run of whole
// sentences of each document: readings that are each right may jar together,
// or beside the author's other words. What departs from the author is in
// brackets, numbered; the key says of each number what the author wrote.
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
	var failed error
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		if r.IntN(*one) > 0 {
			return
		}
		text, key, err := drawnPassage(r, d.Text, *length)
		failed = errors.Join(failed, err)
		if key != "" {
			items = append(items, item{text, key})
		}
	}); err != nil || failed != nil {
		return errors.Join(err, failed)
	}
	fmt.Println(len(items), "passages")
	return writeItems(*out, items, *files)
}

// drawnPassage is a run of whole sentences with its places numbered, and what the
// author wrote at each; no key where a text is too short, or nothing departs.
func drawnPassage(r *rand.Rand, text string, words int) (passage, key string, err error) {
	from, to, ok := corpus.Stretch(text, words, r)
	if !ok {
		return "", "", nil
	}
	var keys []string
	passage, err = corpus.Drawn(text, from, to, r, func(s frank.Site, reading int) string {
		shown := s.Readings[reading]
		if reading == 0 {
			return shown
		}
		keys = append(keys, fmt.Sprintf("%d %s → %s", len(keys)+1, strings.ReplaceAll(s.Readings[0], "\n", " "), shown))
		return fmt.Sprintf("[%d: %s]", len(keys), shown)
	})
	return strings.Join(strings.Fields(strings.ToValidUTF8(passage, "")), " "), strings.Join(keys, "\t"), err
}
