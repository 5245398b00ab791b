package main

import (
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
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

// target is what a sheet asks for: a word in all its forms, or a pattern.
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

// sheets writes, for the words met most often where nothing is proposed yet, a
// sheet each: places drawn at random, numbered, to be read.
func sheets(args []string) error {
	fs := flag.NewFlagSet("sheets", flag.ExitOnError)
	out := fs.String("o", "", "folder to write to")
	top := fs.Int("top", 1500, "how many words")
	files := fs.Int("files", 6, "how many files")
	most := fs.Int("places", 20, "how many places a sheet")
	fs.Parse(args)
	lemmas := newLemmas()
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		for _, t := range prose.Words(d.Text) {
			lemmas.see(t.Norm)
		}
	}); err != nil {
		return err
	}
	targets := map[string]*target{}
	words := map[string]int{}
	if err := eachDocument(fs.Args(), func(corpus string, d document) {
		for _, t := range openTokens(d.Text) {
			if t.norm == "" {
				continue
			}
			words[corpus]++
			if grammar[t.norm] || strings.ToLower(t.norm) != t.raw {
				continue
			}
			l := lemmas.of(t.norm)
			if targets[l] == nil {
				targets[l] = newTarget(l)
			}
			targets[l].add(corpus, d, t.start, t.end)
		}
	}); err != nil {
		return err
	}
	all := slices.SortedFunc(maps.Values(targets), func(a, b *target) int {
		return cmp.Or(cmp.Compare(b.rank(words), a.rank(words)), strings.Compare(a.name, b.name))
	})
	w, err := newSheetFiles(*out, *files)
	if err != nil {
		return err
	}
	for n, t := range all[:min(*top, len(all))] {
		places := *most
		if n < *top/5 { // what is met most often has the most uses
			places = places * 3 / 2
		}
		w.sheet(n, t.name, t, words, places, 6)
	}
	return w.close()
}

func newTarget(name string) *target {
	return &target{name: name, count: map[string]int{}, places: map[string][]place{}}
}

// sheetFiles are the files that sheets are dealt to in turn, and the index of
// their places.
type sheetFiles struct {
	sheets []*os.File
	file   *os.File // of the index
	index  *gzip.Writer
	err    error
}

func newSheetFiles(dir string, n int) (*sheetFiles, error) {
	file, err := os.Create(filepath.Join(dir, "places.tsv.gz"))
	if err != nil {
		return nil, err
	}
	w := &sheetFiles{file: file, index: gzip.NewWriter(file)}
	for k := range n {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("sheet%d.txt", k)))
		if err != nil {
			return nil, err
		}
		w.sheets = append(w.sheets, f)
	}
	return w, nil
}

// sheet writes sheet n: its heading and about so many places of t, shared out
// by how often it stands in either corpus, at least so many of each.
func (w *sheetFiles) sheet(n int, heading string, t *target, words map[string]int, places, least int) {
	var text strings.Builder
	fmt.Fprintf(&text, "# %d %s  (", n, heading)
	var chosen []place
	for _, c := range slices.Sorted(maps.Keys(words)) {
		share := int(float64(places)*float64(t.count[c])/float64(words[c])/t.rank(words) + 0.5)
		chosen = append(chosen, t.places[c][:min(max(share, least), len(t.places[c]))]...)
		fmt.Fprintf(&text, " %s %d", c, t.count[c])
	}
	text.WriteString(" )\n")
	for k, p := range chosen {
		fmt.Fprintf(&text, "%d%s %s\n", k+1, p.corpus[:1], p.line)
		_, err := fmt.Fprintf(w.index, "%d\t%d\t%s\t%s\t%d\t%d\n", n, k+1, p.corpus, p.id, p.start, p.end)
		w.err = cmp.Or(w.err, err)
	}
	text.WriteByte('\n')
	_, err := w.sheets[n%len(w.sheets)].WriteString(text.String())
	w.err = cmp.Or(w.err, err)
}

func (w *sheetFiles) close() error {
	w.err = cmp.Or(w.err, w.index.Close(), w.file.Close())
	for _, f := range w.sheets {
		w.err = cmp.Or(w.err, f.Close())
	}
	return w.err
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
