package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/bench/leak"
	"frank/coverage"
	"frank/mark"
	"frank/trace"
	"frank/trace/locate"
	"frank/variant"

	"frank/codebook"
)

// speed writes how long things take on this machine: the median of several.
func (a *archive) speed(w io.Writer) error {
	memo := a.memo(1000)
	m, err := memo.Master()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: a dispatch of %d words, %d sites; %s/%s, %d processors\n", a.name, len(strings.Fields(m.Text)), len(m.Sites), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	took(w, "propose", 9, func() error { variant.Propose(m.Text, variant.ProposeOptions{}); return nil })

	const copies = 20000
	book, err := issue(m, copies, leak.NewRand(1, "speed"))
	if err != nil {
		return err
	}
	t := took(w, fmt.Sprintf("mark %d copies", copies), 5, func() error {
		return mark.Copies(m, book.Batches[0], func(int, []byte) error { return nil })
	})
	fmt.Fprintf(w, "  %.0f copies a second on one core\n", copies/t.Seconds())
	t = took(w, fmt.Sprintf("mark %d copies and commit to them", copies), 5, func() error {
		_, err := mark.Issue(m, book.Batches[0], func(int, []byte) error { return nil })
		return err
	})
	fmt.Fprintf(w, "  %.0f copies a second on one core\n", copies/t.Seconds())

	const million = 1000000
	for _, n := range []int{100, 250} {
		big, err := issue(m, million, leak.NewRand(2, "speed"))
		if err != nil {
			return err
		}
		if err := a.traceSpeed(w, m, big, n); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) traceSpeed(w io.Writer, m *frank.Master, book *codebook.Book, words int) error {
	text, err := mark.Copy(book, 4711)
	if err != nil {
		return err
	}
	cut, ok := leak.Excerpt(text, words, leak.NewRand(3, "speed"))
	if !ok {
		return fmt.Errorf("no passage of %d words was found", words)
	}
	ex := leak.Print(leak.Article, cut.Text, a.with, leak.NewRand(4, "speed"))
	b := locate.New()
	b.Add(m)
	index := b.Index()
	var report *trace.Report
	took(w, fmt.Sprintf("trace an article that quotes %d words against %d copies", words, book.Copies()), 5, func() error {
		e, err := coverage.Read(ex.Name, ex.Data)
		if err != nil {
			return err
		}
		report, err = trace.Run(context.Background(), trace.Input{Exhibits: []*coverage.Exhibit{e}, Index: index, Alpha: alpha,
			Issued: []trace.Issued{{Ref: "memo", Master: m,
				Look: func() (int, error) { return 1, nil },
				Book: func() (*codebook.Book, error) { return book, nil }}}})
		return err
	})
	for _, d := range report.Dispatches {
		fmt.Fprintf(w, "  %d sites read, %s bits, %s %v\n", d.Sites, d.Bits, d.Verdict, d.Named)
	}
	return nil
}

// memo joins dispatches until they have n words.
func (a *archive) memo(n int) *variant.Source {
	s := &variant.Source{}
	for i := 0; i < len(a.source) && len(strings.Fields(s.Text())) < n; i++ {
		for _, node := range a.source[i].Nodes {
			if node.Site != nil && node.Site.Link != "" {
				site := *node.Site
				site.Link = fmt.Sprintf("%d-%s", i, site.Link) // links join within a dispatch
				node.Site = &site
			}
			s.Nodes = append(s.Nodes, node)
		}
		s.Nodes = append(s.Nodes, variant.Node{Kind: variant.Text, Text: "\n\n"})
	}
	return s
}

// took runs do several times and writes the median.
func took(w io.Writer, what string, times int, do func() error) time.Duration {
	var all []time.Duration
	for range times {
		start := time.Now()
		if err := do(); err != nil {
			fmt.Fprintln(w, what, "failed:", err)
			return time.Second
		}
		all = append(all, time.Since(start))
	}
	slices.Sort(all)
	fmt.Fprintf(w, "%s: %s\n", what, all[times/2].Round(10*time.Microsecond))
	return all[times/2]
}
