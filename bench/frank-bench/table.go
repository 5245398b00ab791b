package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"frank/bench/leak"
	"frank/trace"
	"frank/variant"
)

// tally adds up the runs of a cell.
type tally struct {
	runs, located, other     int
	all, some                int // guilty copies named
	narrowed, within, cannot int
	wrong                    int // runs in which a copy that played no part was named
	sizes                    []int
	bits                     float64
	fates                    map[string]*[fates]int // by kind
}

func (t *tally) add(o outcome, guilty int) {
	t.runs++
	t.located += count(o.located)
	t.other += count(o.other)
	t.some += count(o.right > 0)
	t.all += count(o.right > 0 && o.right == guilty)
	t.wrong += count(o.wrong > 0)
	t.bits += o.bits
	switch o.verdict {
	case trace.Narrowed:
		t.narrowed++
		t.within += count(o.within)
		t.sizes = append(t.sizes, o.narrowed)
	case trace.CannotTell:
		t.cannot++
	}
	for _, s := range o.sites {
		if t.fates == nil {
			t.fates = map[string]*[fates]int{}
		}
		if t.fates[s.kind] == nil {
			t.fates[s.kind] = &[fates]int{}
		}
		t.fates[s.kind][s.fate]++
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// percent is for reading; a dash where there is nothing to divide by.
func percent(k, n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", 100*float64(k)/float64(n))
}

func median(v []int) string {
	if len(v) == 0 {
		return "-"
	}
	slices.Sort(v)
	return fmt.Sprint(v[len(v)/2])
}

// sweep runs all cells on an archive and writes their table.
func (a *archive) sweep(w io.Writer, opt options) (wrong, runs int, err error) {
	list := cells()
	if opt.quick {
		list = slices.DeleteFunc(list, func(c *cell) bool { return !quickCell(c) })
	}
	fmt.Fprintf(w, "\nCells. %d runs each. Per cent of the runs, but for readers, words, k and bits; WRONG counts runs.\n", opt.runs)
	fmt.Fprintln(w, "found: the dispatch; other: another one; one, all: of the copies that shaped the exhibit, named;")
	fmt.Fprintln(w, "k: median size of a narrowed set; in: one of those copies is in it; bits: carried by the sites read, a word of the excerpt")
	const row = "%-8s %-26s %-10s %7s %5s | %6s %6s | %6s %6s | %6s %4s %6s | %6s | %5s | %6s\n"
	fmt.Fprintf(w, row, "part", "what", "medium", "readers", "words", "found", "other", "one", "all", "narrow", "k", "in", "cannot", "WRONG", "bits")
	outcomes := make([]outcome, opt.runs)
	errs := make([]error, opt.runs)
	for _, c := range list {
		n := opt.runs
		parallel(n, func(i int) { outcomes[i], errs[i] = c.try(a, opt.seed, i) })
		t := &tally{}
		guilty := 1
		if c.part == "mixed" {
			guilty = int(c.how[0] - '0')
		}
		for i := range n {
			if errs[i] != nil {
				return 0, 0, errs[i]
			}
			t.add(outcomes[i], guilty)
		}
		found, words, bits := percent(t.located, t.runs), fmt.Sprint(c.words), "-"
		if c.words == 0 {
			found, words = "-", "-"
		} else {
			bits = fmt.Sprintf("%.3f", t.bits/float64(t.runs*c.words))
		}
		fmt.Fprintf(w, row, c.part, c.how, c.medium, fmt.Sprint(c.readers), words, found, percent(t.other, t.runs),
			percent(t.some, t.runs), percent(t.all, t.runs), percent(t.narrowed, t.runs), median(t.sizes), percent(t.within, t.narrowed),
			percent(t.cannot, t.runs), fmt.Sprint(t.wrong), bits)
		wrong += t.wrong
		runs += t.runs
		if c.part == "media" && c.words == 250 {
			a.keepFates(c.medium, t)
		}
	}
	limit := quantile(runs, 1e-4)
	fmt.Fprintf(w, "\nInquiries: %d. NAMED WRONG: %d; the 99.9 %% quantile at 1e-4 is %d.\n", runs, wrong, limit)
	if wrong > limit {
		return wrong, runs, fmt.Errorf("%s: %d of %d inquiries named a copy that played no part; at most %d may", a.name, wrong, runs, limit)
	}
	return wrong, runs, nil
}

// quickCell picks what a test has time for.
func quickCell(c *cell) bool {
	switch c.part {
	case "media":
		return c.words == 50 || c.words == 250
	case "readers":
		return c.words == 250
	case "mixed":
		return c.medium == leak.Paste
	}
	return c.words != 100
}

func (a *archive) keepFates(m leak.Medium, t *tally) {
	if a.fates == nil {
		a.fates = map[leak.Medium]map[string]*[fates]int{}
	}
	a.fates[m] = t.fates
}

// writeFates says what became of the sites within the quotations of 100 words.
func (a *archive) writeFates(w io.Writer) {
	if len(a.fates) == 0 {
		return
	}
	fmt.Fprintln(w, "\nWhat became of the sites within the excerpts of 250 words. Per cent of sites; keep: survival as stated for the kind, in per cent.")
	fmt.Fprintln(w, "right: read as the copy shows it; among: it or others; other: as another reading; edited: no reading fits; twice: printed two ways; unseen: not laid on the print")
	const row = "%-10s %-13s %6s | %6s %6s %6s %6s %6s %6s | %6s\n"
	fmt.Fprintf(w, row, "medium", "kind", "sites", "right", "among", "other", "edited", "twice", "unseen", "keep")
	for _, m := range leak.Media {
		var all [fates]int
		line := func(kind string, f *[fates]int, keep string) {
			n := 0
			for _, x := range f {
				n += x
			}
			fmt.Fprintf(w, row, m, kind, fmt.Sprint(n), percent(f[readRight], n), percent(f[readAmong], n), percent(f[readOther], n),
				percent(f[edited], n), percent(f[conflict], n), percent(f[unseen], n), keep)
		}
		kinds := append([]variant.Kind{{Name: ""}}, variant.Kinds()...)
		for _, k := range kinds {
			f := a.fates[m][k.Name]
			if f == nil {
				continue
			}
			for i, x := range f {
				all[i] += x
			}
			line(cmp.Or(k.Name, "own"), f, fmt.Sprintf("%.1f", float64(variant.Keep(k.Name, variant.Medium(m.Survival())))*100/65536))
		}
		line("all", &all, "")
	}
}

// quantile returns the 99.9 % quantile of the binomial law of n at p.
func quantile(n int, p float64) int {
	sum := 0.0
	for k := 0; ; k++ {
		if sum += math.Exp(choose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p)); sum >= 0.999 || k == n {
			return k
		}
	}
}

// choose returns the logarithm of n over k.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

func (a *archive) header(w io.Writer) {
	fmt.Fprintf(w, "Corpus %s: %d dispatches of %d words, %.3f bits a word; %d more without a site.\n",
		a.name, len(a.ids), a.words, a.bits/float64(a.words), a.barren)
	fmt.Fprintf(w, "Level %s over all looks; this is the first, which spends half.\n", strings.ToLower(alpha))
}
