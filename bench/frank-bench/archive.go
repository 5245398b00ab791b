package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"frank"
	"frank/bench/corpus"
	"frank/bench/leak"
	"frank/codebook"
	"frank/coverage"
	"frank/trace"
	"frank/trace/locate"
	"frank/variant"
)

// archive is a set of issued dispatches, with what newspapers write about
// other things.
type archive struct {
	name   string
	ids    []string // of the documents with a site
	source []*variant.Source
	master []*frank.Master
	index  *locate.Index
	with   *leak.Material
	barren int // documents without a site
	words  int
	bits   float64 // that a copy's readings carry, in all documents

	fates map[leak.Medium]map[string]*[fates]int // of sites, by kind, kept by sweep
}

// newArchive issues nothing yet: books are made run by run.
func newArchive(name string, docs []dispatch, articles []corpus.Document) (*archive, error) {
	a := &archive{name: name}
	b := locate.New()
	for _, d := range docs {
		m, err := d.source.Master()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.id, err)
		}
		if len(m.Sites) == 0 {
			a.barren++
			continue
		}
		a.ids = append(a.ids, d.id)
		a.source = append(a.source, d.source)
		a.master = append(a.master, m)
		a.words += len(strings.Fields(m.Text))
		for _, u := range m.Units {
			a.bits += corpus.Bits(u.Law)
		}
		b.Add(m)
	}
	if len(a.ids) == 0 {
		return nil, fmt.Errorf("%s: expected a document with a site, found none", name)
	}
	a.index = b.Index()
	var texts []string
	for _, d := range articles {
		texts = append(texts, d.Text)
	}
	a.with = leak.NewMaterial(texts)
	return a, nil
}

// issue issues n copies of a master; r decides what the secret is.
func issue(m *frank.Master, n int, r *leak.Rand) (*codebook.Book, error) {
	var author frank.Secret
	for i := range author {
		author[i] = byte(r.N(256))
	}
	p, err := codebook.Begin(m, 1, n, author)
	if err != nil {
		return nil, err
	}
	return &codebook.Book{Master: m, Batches: []*codebook.Batch{p.Complete(frank.Hash{1})}}, nil
}

// trace takes an exhibit the product's own way, against the whole archive with
// n copies of every dispatch; the dispatch at place at was issued as book.
func (a *archive) trace(ex leak.Exhibit, at int, book *codebook.Book, alpha string) (*trace.Report, error) {
	e, err := coverage.Read(ex.Name, ex.Data)
	if err != nil {
		return nil, err
	}
	in := trace.Input{Exhibits: []*coverage.Exhibit{e}, Index: a.index, Alpha: alpha}
	for i, m := range a.master {
		in.Issued = append(in.Issued, trace.Issued{
			Ref: a.ids[i], Master: m,
			Look: func() (int, error) { return 1, nil },
			Book: func() (*codebook.Book, error) {
				if i == at {
					return book, nil
				}
				return issue(m, book.Copies(), leak.NewRand(1, "elsewhere", a.ids[i]))
			},
		})
	}
	return trace.Run(context.Background(), in)
}

// parallel calls do for 0 … n-1 on all processors.
func parallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	next := make(chan int)
	for range workers {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}
