package main

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"frank/prose"
	"frank/prose/wordclass"
)

// pairs counts the words of one class that "and" or "or" joins, in which order,
// a document at most once; variant/usualpairs.txt holds the pairs that stand in
// one order nearly always, chosen by these counts.
func pairs(args []string) error {
	fs := flag.NewFlagSet("pairs", flag.ExitOnError)
	least := fs.Int("least", 3, "documents a pair must stand in")
	fs.Parse(args)
	open := []wordclass.Class{wordclass.Noun, wordclass.Nouns, wordclass.Adjective, wordclass.Adverb, wordclass.Base, wordclass.Third, wordclass.Past, wordclass.Perfect, wordclass.Gerund}
	in := map[[2]string]int{}
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		seen := map[[2]string]bool{}
		for _, s := range prose.Sentences(d.Text) {
			var words []string
			for _, t := range prose.Tokens(d.Text[s.Start:s.End]) {
				words = append(words, d.Text[s.Start:s.End][t.Start:t.End])
			}
			of := wordclass.Of(words)
			for i := 1; i+1 < len(words); i++ {
				a, b := words[i-1], words[i+1]
				if words[i] != "and" && words[i] != "or" || of[i-1] != of[i+1] || !slices.Contains(open, of[i-1]) || strings.ToLower(a+b) != a+b || seen[[2]string{a, b}] {
					continue
				}
				seen[[2]string{a, b}] = true
				in[[2]string{a, b}]++
			}
		}
	}); err != nil {
		return err
	}
	for _, p := range slices.SortedFunc(maps.Keys(in), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		if in[p] >= *least {
			fmt.Printf("%d %d %s+%s\n", in[p], in[[2]string{p[1], p[0]}], p[0], p[1])
		}
	}
	return nil
}
