// Blind makes a reading test: places in their sentences, half of them worded
// otherwise as proposed, half untouched, in random order, with the key apart.
// Whoever reads strikes out what no careful author would have written; the
// share struck among the proposals, beside that among the untouched places, is
// the figure.
//
//	go run ./bench/blind -corpus FILE.jsonl.gz -n 500 -items items.txt -key key.txt
//	go run ./bench/blind -score struck.txt -key key.txt
//
// With -passages whole passages are shown one at a time, half of them with every
// site drawn as for a copy: what is struck out in 1,000 words of either, and
// how often a reader can tell which is which.
//
//	go run ./bench/blind -corpus FILE.jsonl.gz -passages 150 -items items.txt -key key.txt
//	go run ./bench/blind -passages 150 -score struck.txt -guesses guesses.txt -key key.txt
//
// Places come from the tenth of the documents kept aside. The items hold the
// corpus's text: they are for reading, not for keeping.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strings"

	"frank/bench/corpus"
	"frank/prose"
	"frank/variant"
)

type item struct {
	text string
	key  string // "proposed KIND" and the readings, or "untouched"
}

func main() {
	file := flag.String("corpus", "", "JSON lines, gzipped or not")
	n := flag.Int("n", 500, "how many proposals, and as many untouched places")
	seed := flag.Uint64("seed", 1, "of the choice")
	items := flag.String("items", "items.txt", "where the places go")
	key := flag.String("key", "key.txt", "where it goes which is which")
	whole := flag.Int("passages", 0, "in place of places, this many passages, half of them varied throughout")
	length := flag.Int("words", 150, "of a passage")
	guesses := flag.String("guesses", "", "file of the reader's guesses, varied or original")
	score := flag.String("score", "", "file with the numbers struck out, a line each")
	flag.Parse()
	if *whole > 0 && (*score != "" || *guesses != "") {
		reportPassages(*score, *guesses, *key)
		return
	}
	if *score != "" {
		report(*score, *key)
		return
	}
	docs, err := corpus.Load(*file)
	if err != nil {
		log.Fatal(err)
	}
	r := rand.New(rand.NewPCG(*seed, 20190706))
	_, aside := corpus.Split(docs)
	var all []item
	if *whole > 0 {
		for _, p := range passages(aside, *whole, *length, r) {
			all = append(all, item{strings.Join(strings.Fields(p.text), " "), p.keyLine()})
		}
	} else {
		all = choose(aside, *n, r)
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var text, which strings.Builder
	for i, it := range all {
		fmt.Fprintf(&text, "%d\t%s\n", i+1, it.text)
		fmt.Fprintf(&which, "%d\t%s\n", i+1, it.key)
	}
	for path, s := range map[string]string{*items: text.String(), *key: which.String()} {
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			log.Fatal(err)
		}
	}
}

// choose takes proposals at random over all proposals, and an untouched place
// in a sentence of the same document for each.
func choose(docs []corpus.Document, n int, r *rand.Rand) []item {
	type place struct {
		doc int
		p   variant.Proposal
	}
	var places []place
	taken := make([][]variant.Proposal, len(docs))
	for i, d := range docs {
		taken[i] = variant.Proposals(d.Text, variant.ProposeOptions{})
		for _, p := range taken[i] {
			places = append(places, place{i, p})
		}
	}
	r.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	var out []item
	for _, x := range places[:min(n, len(places))] {
		d := docs[x.doc]
		reading := x.p.Readings[1+r.IntN(len(x.p.Readings)-1)]
		out = append(out, item{show(d.Text, x.p.Start, x.p.End, reading), "proposed " + x.p.Kind + "\t" + x.p.Readings[0] + " → " + reading})
		out = append(out, untouched(d.Text, taken[x.doc], r))
	}
	return out
}

// untouched marks one to four words that no proposal touches.
func untouched(text string, taken []variant.Proposal, r *rand.Rand) item {
	words := prose.Words(text)
	for {
		i := r.IntN(len(words))
		j := min(i+r.IntN(4), len(words)-1)
		from, to := words[i].Start, words[j].End
		free := !strings.Contains(text[from:to], "\n")
		for _, p := range taken {
			free = free && (p.End <= from || p.Start >= to)
		}
		if free {
			return item{show(text, from, to, text[from:to]), "untouched"}
		}
	}
}

// show gives a place in its context, the place in double brackets.
func show(text string, from, to int, reading string) string {
	a, b := max(0, from-220), min(len(text), to+160)
	s := text[a:from] + "⟦" + reading + "⟧" + text[to:b]
	return strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "")
}

func report(struck, key string) {
	bad := map[string]bool{}
	for _, l := range lines(struck) {
		if f := strings.Fields(l); len(f) > 0 {
			bad[f[0]] = true
		}
	}
	shown, hit := map[string]int{}, map[string]int{}
	for _, l := range lines(key) {
		n, rest, _ := strings.Cut(l, "\t")
		what, _, _ := strings.Cut(rest, "\t")
		for _, k := range []string{what, strings.Fields(what)[0]} {
			shown[k]++
			if bad[n] {
				hit[k]++
			}
			if k == "untouched" {
				break
			}
		}
	}
	if len(shown) == 0 {
		log.Fatal("blind: the key is empty")
	}
	for _, k := range []string{"proposed", "untouched"} {
		fmt.Printf("%-24s %4d of %4d struck out (%.1f %%)\n", k, hit[k], shown[k], 100*float64(hit[k])/float64(max(shown[k], 1)))
	}
	for _, k := range variant.Kinds() {
		if w := "proposed " + k.Name; shown[w] > 0 {
			fmt.Printf("%-24s %4d of %4d struck out\n", w, hit[w], shown[w])
		}
	}
}

func lines(path string) (out []string) {
	f, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		if l := strings.TrimSpace(in.Text()); l != "" {
			out = append(out, l)
		}
	}
	return out
}
