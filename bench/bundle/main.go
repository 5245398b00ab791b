// Bundle measures how often a stranger, who has the exhibits and what was opened
// at the places they print, reads the same there as the officers who had the whole
// dispatch.
//
//	go run ./bench/bundle [-runs N] [-docs N] [-corpus DIR]
//
// Every report of a trace is redacted, opened and made anew, as a bundle's
// verifier does. How long that takes, and how large a bundle is, measures go test
// ./bundle -bench Thousand.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"

	"frank"
	"frank/bench/corpus"
	"frank/bench/leak"
	"frank/codebook"
	"frank/coverage"
	"frank/mark"
	"frank/trace"
	"frank/variant"
)

func main() {
	runs := flag.Int("runs", 4, "leaks of every dispatch, medium and length")
	most := flag.Int("docs", 60, "dispatches at most")
	dir := flag.String("corpus", "", "folder with dispatches.jsonl.gz, of which those kept aside are used; without it the memos that ship")
	flag.Parse()
	if err := run(*runs, *most, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// tally is what came of one medium.
type tally struct{ traced, same, doubts, doubtful, elsewhere, refused, sites int }

func run(runs, most int, dir string) error {
	docs, err := load(dir)
	if err != nil {
		return err
	}
	docs = docs[:min(most, len(docs))]
	var texts []string
	for _, d := range docs {
		texts = append(texts, d.Text)
	}
	material := leak.NewMaterial(texts)
	fmt.Printf("%d dispatches, %d leaks each of 40, 80 and 160 words\n%-10s %8s %8s %10s %10s %10s %10s %8s\n", len(docs), runs,
		"medium", "traced", "same", "in doubt", "of sites", "sites", "elsewhere", "refused")
	for _, medium := range leak.Media {
		var n tally
		for _, doc := range docs {
			if err := measure(&n, doc, medium, runs, material); err != nil {
				return err
			}
		}
		fmt.Printf("%-10s %8d %8d %10d %10d %10d %10d %8d\n", medium, n.traced, n.same, n.doubtful, n.doubts, n.sites, n.elsewhere, n.refused)
	}
	return nil
}

func load(dir string) ([]corpus.Document, error) {
	if dir == "" {
		return corpus.Own(), nil
	}
	docs, err := corpus.Load(dir + "/dispatches.jsonl.gz")
	_, aside := corpus.Split(docs)
	return aside, err
}

func measure(n *tally, doc corpus.Document, medium leak.Medium, runs int, material *leak.Material) error {
	m, err := variant.Propose(doc.Text, variant.ProposeOptions{}).Master()
	if err != nil {
		return err
	}
	if len(m.Units) == 0 {
		return nil
	}
	p, err := codebook.Begin(m, 1, 100, frank.Secret{1})
	if err != nil {
		return err
	}
	book := &codebook.Book{Master: m, Batches: []*codebook.Batch{p.Complete(frank.Hash{1})}}
	for _, words := range []int{40, 80, 160} {
		for i := range runs {
			r := leak.NewRand(1, doc.ID, string(medium), fmt.Sprint(words, i))
			text, err := mark.Copy(book, 1+i)
			if err != nil {
				return err
			}
			cut, ok := leak.Excerpt(text, words, r)
			if !ok {
				continue
			}
			x := leak.Print(medium, cut.Text, material, r)
			e, err := coverage.Read(x.Name, x.Data)
			if err != nil {
				return err
			}
			if err := again(n, book, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// again traces an exhibit, and makes the report anew from what a bundle has.
func again(n *tally, book *codebook.Book, e *coverage.Exhibit) error {
	const ref, alpha = "26 BENCH 1", "1e-4"
	m := book.Master
	exhibits := []*coverage.Exhibit{e}
	r, err := trace.Run(context.Background(), trace.Input{Exhibits: exhibits, Alpha: alpha, Frozen: true, Issued: []trace.Issued{{Ref: ref, Master: m,
		Book: func() (*codebook.Book, error) { return book, nil }, Look: func() (int, error) { return 1, nil }}}})
	if err != nil {
		return err
	}
	if len(r.Dispatches) == 0 {
		return nil
	}
	if r, err = r.Redacted(); err != nil {
		return err
	}
	o := trace.Opened{Ref: ref, Batches: []trace.Numbers{{First: 1, Count: book.Copies()}}}
	for i, u := range m.Units {
		if !slices.ContainsFunc(r.Dispatches[0].Seen, func(s trace.SiteSeen) bool { return slices.Contains(u.Sites, s.Site) }) {
			continue
		}
		opening, err := book.Batches[0].Open(m, i)
		if err != nil {
			return err
		}
		x := trace.OpenedUnit{Index: i, At: u.Sites, Joint: u.Joint, Law: u.Law, Keys: []frank.Secret{opening.Key}}
		for _, s := range u.Sites {
			x.Sites = append(x.Sites, m.Sites[s])
		}
		o.Units = append(o.Units, x)
	}
	n.traced++
	n.sites += len(r.Dispatches[0].Seen)
	out, err := trace.Recompute(context.Background(), r, &trace.Evidence{Alpha: alpha, Exhibits: exhibits, Dispatches: []trace.Opened{o}})
	if err != nil {
		n.refused++
		fmt.Fprintln(os.Stderr, err)
		return nil
	}
	if len(out.Doubts) == 0 {
		n.same++
	} else {
		n.doubtful++
		n.doubts += len(out.Doubts)
	}
	n.elsewhere += out.Marked
	return nil
}
