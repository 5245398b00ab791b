package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frank/prose"
	"frank/variant"
)

// place is where a word or phrase stands in a corpus.
type place struct {
	corpus, id string
	start, end int
	line       string // the words around, the place between brackets
}

// target is what a sheet asks for: a word in all its forms, or a phrase.
type target struct {
	name   string
	count  map[string]int // by corpus
	places map[string][]place
}

// rank is how often a target stands in a million words of both corpora, taken
// as one each.
func (t *target) rank(words map[string]int) float64 {
	r := 0.0
	for c, n := range t.count {
		r += float64(n) / float64(words[c])
	}
	return r
}

// reservoir is how many places are kept of a target in a corpus.
const reservoir = 120

// sheets writes, for the targets met most often where nothing is proposed yet,
// a sheet each: places drawn at random, numbered, to be read.
func sheets(args []string) error {
	fs := flag.NewFlagSet("sheets", flag.ExitOnError)
	out := fs.String("o", "", "folder to write to")
	top := fs.Int("top", 2500, "how many words")
	phrases := fs.Int("phrases", 800, "how many phrases")
	files := fs.Int("files", 6, "how many files")
	most := fs.Int("places", 24, "how many places a sheet")
	fs.Parse(args)
	targets := map[string]*target{}
	words := map[string]int{}
	lemmas := newLemmas()
	// First pass: the vocabulary; second: the places.
	for _, path := range fs.Args() {
		if err := eachDocument(path, func(d document) {
			if !d.aside() {
				for _, t := range prose.Words(d.Text) {
					lemmas.see(t.Norm)
				}
			}
		}); err != nil {
			return err
		}
	}
	grams := map[string]int{}
	for pass := range 2 {
		for _, path := range fs.Args() {
			corpus := strings.TrimSuffix(filepath.Base(path), ".jsonl.gz")
			if err := eachDocument(path, func(d document) {
				if d.aside() {
					return
				}
				open := openTokens(d.Text)
				for i, t := range open {
					if t.norm == "" {
						continue
					}
					if pass == 0 {
						words[corpus]++
					}
					gram := t.norm
					for n := 2; n <= 5 && i+n <= len(open) && open[i+n-1].norm != "" && open[i+n-1].joined; n++ {
						gram += " " + open[i+n-1].norm
						if pass == 0 {
							if n <= 4 || grams[strings.Join(strings.Fields(gram)[:4], " ")] > 8 {
								grams[gram]++
							}
						} else if tg := targets[gram]; tg != nil {
							tg.add(corpus, d, t.start, open[i+n-1].end)
						}
					}
					if pass == 1 && !grammar[t.norm] && strings.ToLower(t.norm) == t.raw {
						l := lemmas.of(t.norm)
						if targets["="+l] == nil {
							targets["="+l] = &target{name: l, count: map[string]int{}, places: map[string][]place{}}
						}
						targets["="+l].add(corpus, d, t.start, t.end)
					}
				}
			}); err != nil {
				return err
			}
		}
		if pass == 0 {
			for g, n := range grams {
				if n >= 40 && worded(g) {
					targets[g] = &target{name: g, count: map[string]int{}, places: map[string][]place{}}
				}
			}
		}
	}
	var ws, ps []*target
	for k, t := range targets {
		if k[0] == '=' {
			ws = append(ws, t)
		} else {
			ps = append(ps, t)
		}
	}
	byRank := func(a, b *target) int {
		if c := cmp.Compare(b.rank(words), a.rank(words)); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	}
	slices.SortFunc(ws, byRank)
	slices.SortFunc(ps, byRank)
	ws, ps = ws[:min(*top, len(ws))], ps[:min(*phrases, len(ps))]
	all := append(ws, ps...)
	indexFile, err := os.Create(filepath.Join(*out, "places.tsv.gz"))
	if err != nil {
		return err
	}
	defer indexFile.Close()
	index := gzip.NewWriter(indexFile)
	defer index.Close()
	sheets := make([]*bufio.Writer, *files)
	for k := range sheets {
		f, err := os.Create(filepath.Join(*out, fmt.Sprintf("sheet%d.txt", k)))
		if err != nil {
			return err
		}
		defer f.Close()
		sheets[k] = bufio.NewWriter(f)
		defer sheets[k].Flush()
	}
	for n, t := range all {
		w := sheets[n%*files]
		total := t.rank(words)
		most := *most
		if n < *top/5 { // what is met most often has the most uses
			most = most * 3 / 2
		}
		fmt.Fprintf(w, "# %d %s  (", n, t.name)
		var chosen []place
		for _, c := range []string{"dispatches", "modern"} {
			share := int(float64(most)*float64(t.count[c])/float64(max(1, words[c]))/total + 0.5)
			if t.count[c] > 0 {
				share = max(share, min(6, most/3))
			}
			share = min(share, len(t.places[c]))
			chosen = append(chosen, t.places[c][:share]...)
			fmt.Fprintf(w, " %s %d", c, t.count[c])
		}
		fmt.Fprintln(w, " )")
		for k, p := range chosen {
			fmt.Fprintf(w, "%d%s %s\n", k+1, p.corpus[:1], p.line)
			fmt.Fprintf(index, "%d\t%d\t%s\t%s\t%d\t%d\n", n, k+1, p.corpus, p.id, p.start, p.end)
		}
		fmt.Fprintln(w)
	}
	return nil
}

// add counts a place and keeps it by its hash, so that what is kept is a draw
// at random that comes out the same every time.
func (t *target) add(corpus string, d document, start, end int) {
	t.count[corpus]++
	n := t.count[corpus]
	h := fnv.New32a()
	fmt.Fprintf(h, "%s %d", d.ID, start)
	at := n - 1
	if n > reservoir {
		if at = int(h.Sum32()>>4) % n; at >= reservoir {
			return
		}
	}
	p := place{corpus, d.ID, start, end, around(d.Text, start, end)}
	if n <= reservoir {
		t.places[corpus] = append(t.places[corpus], p)
	} else {
		t.places[corpus][at] = p
	}
}

func around(text string, start, end int) string {
	from, to := max(0, start-62), min(len(text), end+74)
	for from > 0 && text[from] != ' ' && text[from] != '\n' {
		from--
	}
	for to < len(text) && text[to] != ' ' && text[to] != '\n' {
		to++
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(text[from:start]+"["+text[start:end]+"]"+text[end:to], "")), " ")
}

// token is a word that nothing locks and no proposal holds; norm is empty
// where the run of such words is broken.
type token struct {
	norm, raw  string
	start, end int
	joined     bool // one space behind the token before
}

func openTokens(text string) []token {
	var taken []prose.Span
	taken = append(taken, variant.Locks(text)...)
	for _, p := range variant.Proposals(text, variant.ProposeOptions{}) {
		taken = append(taken, prose.Span{Start: p.Start, End: p.End})
	}
	slices.SortFunc(taken, func(a, b prose.Span) int { return a.Start - b.Start })
	var out []token
	at, reach := 0, 0
	for _, t := range prose.Tokens(text) {
		for at < len(taken) && taken[at].Start < t.End {
			reach = max(reach, taken[at].End)
			at++
		}
		if t.Class != prose.Word || t.Start < reach {
			out = append(out, token{})
			continue
		}
		joined := len(out) > 0 && out[len(out)-1].norm != "" && text[out[len(out)-1].end:t.Start] == " "
		out = append(out, token{t.Norm, text[t.Start:t.End], t.Start, t.End, joined})
	}
	return out
}

// worded reports a phrase that is more than grammar around one noun.
func worded(g string) bool {
	f := strings.Fields(g)
	last := f[len(f)-1]
	if len(f) < 3 || last == "the" || last == "a" || last == "an" || f[0] == "and" || last == "and" || f[0] == "the" && len(f) == 2 {
		return false
	}
	open := 0
	for _, w := range f {
		if !grammar[w] {
			open++
		}
	}
	return open > 0
}

var grammar = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`the of and to a in that is was for it with as his on be at by i this had not are but from or have an they which one
		you were her all she there would their we him been has when who will more no if out so said what its about into than them can only other
		new some could time these two may then do first any my now such like our over me even most made after also did many before must through
		us should those mr sir he your his her my how where why did does being am than yes no ok mr. don't it's i'm we're that's who whom whose laughter applause per cent`) {
		m[w] = true
	}
	for _, w := range strings.Fields("about into only other some could time then first like over even most made after also many before through new now such") {
		delete(m, w)
	}
	return m
}()
