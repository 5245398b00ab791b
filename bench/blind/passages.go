package main

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"frank"
	"frank/bench/corpus"
	"frank/prose"
)

// passage is some sentences of a document, as written or with every site drawn.
type passage struct {
	text   string
	varied bool
	words  int
}

// passages takes runs of whole sentences of about n words, one a document, and
// draws every site in every other one, by the laws copies are drawn by.
func passages(docs []corpus.Document, count, n int, r *rand.Rand) []passage {
	var out []passage
	for _, i := range r.Perm(len(docs)) {
		if len(out) == count {
			break
		}
		from, to, ok := corpus.Stretch(docs[i].Text, n, r)
		if !ok {
			continue
		}
		text := docs[i].Text[from:to]
		varied := len(out)%2 == 0
		if varied {
			var err error
			if text, err = corpus.Drawn(docs[i].Text, from, to, r, func(s frank.Site, reading int) string { return s.Readings[reading] }); err != nil {
				log.Fatal("blind: ", err)
			}
		}
		out = append(out, passage{text, varied, len(prose.Words(text))})
	}
	if len(out) < count {
		log.Fatalf("blind: the corpus has %d passages of %d words, not %d", len(out), n, count)
	}
	return out
}

// keyLine says what a passage is.
func (p passage) keyLine() string {
	what := "original"
	if p.varied {
		what = "varied"
	}
	return fmt.Sprintf("%s\t%d", what, p.words)
}

// reportPassages counts what was struck out in varied and original passages,
// and how often the reader told which they were. A line of the strikes is a
// passage's number and the words struck; of the guesses, a number and "varied"
// or "original".
func reportPassages(strikes, guesses, key string) {
	type tally struct {
		words, struck float64
		perPassage    []float64
		of            []float64
	}
	sums := map[string]*tally{"varied": {}, "original": {}}
	what := map[int]string{}
	words := map[int]float64{}
	for _, l := range lines(key) {
		f := strings.Split(l, "\t")
		n, err1 := strconv.Atoi(f[0])
		w, err2 := strconv.ParseFloat(f[len(f)-1], 64)
		if err1 != nil || err2 != nil || len(f) != 3 {
			log.Fatalf("blind: the key is of no passages: %q", l)
		}
		what[n], words[n] = f[1], w
	}
	if len(what) == 0 {
		log.Fatal("blind: the key is empty")
	}
	hits := map[int]float64{}
	if strikes != "" {
		for _, l := range lines(strikes) {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.Fields(l)[0], ":"))
			if err != nil || what[n] == "" {
				log.Fatalf("blind: a strike names no passage: %q", l)
			}
			hits[n]++
		}
		for n := range len(what) {
			t := sums[what[n+1]]
			t.words += words[n+1]
			t.struck += hits[n+1]
			t.perPassage = append(t.perPassage, hits[n+1])
			t.of = append(t.of, words[n+1])
		}
		rate, se := map[string]float64{}, map[string]float64{}
		for k, t := range sums {
			rate[k] = 1000 * t.struck / t.words
			for i := range t.perPassage { // a ratio's error, by passages
				d := t.perPassage[i] - t.of[i]*t.struck/t.words
				se[k] += d * d
			}
			se[k] = 1000 * math.Sqrt(se[k]) / t.words
		}
		for _, k := range []string{"varied", "original"} {
			fmt.Printf("%-9s %4d passages, %6.0f words: %4.0f struck out, %.1f in 1,000 words (standard error %.1f)\n", k, len(sums[k].of), sums[k].words, sums[k].struck, rate[k], se[k])
		}
		fmt.Printf("varied less original: %+.1f (standard error %.1f)\n", rate["varied"]-rate["original"], math.Hypot(se["varied"], se["original"]))
	}
	if guesses != "" {
		right, told := 0, 0
		for _, l := range lines(guesses) {
			f := strings.Fields(l)
			n, err := strconv.Atoi(strings.TrimSuffix(f[0], ":"))
			if err != nil || what[n] == "" || len(f) < 2 || f[1] != "varied" && f[1] != "original" {
				log.Fatalf("blind: a guess is not of a number and varied or original: %q", l)
			}
			told++
			if f[1] == what[n] {
				right++
			}
		}
		fmt.Printf("told which: %d of %d (%.1f %%; standard error %.1f)\n", right, told, 100*float64(right)/float64(told), 50/math.Sqrt(float64(told)))
	}
}
