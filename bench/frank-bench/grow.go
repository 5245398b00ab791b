package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"frank/bench/leak"
)

const (
	step    = 5    // words by which a quotation grows, from 100 words on by a twentieth
	longest = 1000 // words
)

// grown is what a growing quotation came to: words at which it first named the
// copy and at which the sites read first carried enough, or never.
type grown struct {
	named, enough int
	wrong         bool // some length named a copy that played no part
}

const never = math.MaxInt

// growing are the conditions in which words needed are measured.
func growing() []*cell {
	var out []*cell
	for _, m := range []leak.Medium{leak.Paste, leak.Retyped, leak.Press, leak.Edit5, leak.Edit10, leak.Edit20, leak.OCR} {
		out = append(out, &cell{part: "words", how: "one copy", medium: m, words: 250, readers: readers})
	}
	for _, n := range []int{16, 1000, 10000} {
		out = append(out, &cell{part: "words", how: "one copy", medium: leak.Press, words: 250, readers: n})
	}
	return out
}

// grow looks for the shortest beginning of a printed passage that carries
// enough, and from there on lets it grow to what names the copy. Without
// enough nothing can name it, and more words hardly ever carry less, so that
// one look at the whole passage decides whether to go on.
func (c *cell) grow(a *archive, seed uint64, run int) (grown, error) {
	s := &sample{a: a, r: leak.NewRand(seed, c.label(), strconv.Itoa(run))}
	for {
		if err := s.draw(c, 1); err != nil {
			return grown{}, err
		}
		readings := s.readings(s.guilty[0])
		text := s.m.Render(readings)
		cut, ok := leak.Excerpt(text, c.words, s.r) // so much at least there is to grow
		if !ok {
			continue
		}
		passage, _ := firstWords(text[cut.Start:], longest)
		printed := string(leak.Print(c.medium, passage, a.with, s.r).Data)
		g := grown{named: never, enough: never}
		look := func(n int) (named, enough bool, err error) {
			part, _ := firstWords(printed, n)
			report, err := a.trace(leak.Exhibit{Name: "exhibit.txt", Data: []byte(part)}, s.at, s.book, alpha)
			if err != nil {
				return false, false, err
			}
			o := s.judge(report)
			g.wrong = g.wrong || o.wrong > 0
			for i := range report.Dispatches {
				d := &report.Dispatches[i]
				enough = enough || d.Ref == a.ids[s.at] && surprise(s.m, readings, d) >= need(c.readers)
			}
			return o.right > 0, enough, nil
		}
		sizes := sizes(printed)
		named, enough, err := look(sizes[len(sizes)-1])
		if err != nil || !enough {
			return g, err
		}
		all := named
		at, err := first(len(sizes)-1, func(i int) (bool, error) {
			_, enough, err := look(sizes[i])
			return enough, err
		})
		if err != nil {
			return g, err
		}
		for g.enough = sizes[at]; at < len(sizes)-1; at++ {
			if named, _, err = look(sizes[at]); err != nil {
				return g, err
			}
			if named {
				g.named = sizes[at]
				return g, nil
			}
		}
		if all {
			g.named = sizes[at]
		}
		return g, nil
	}
}

// need is what naming takes, in bits: the family over what the first look may
// spend.
func need(readers int) float64 { return math.Log2(float64(readers) / 0.5e-4) }

// sizes lists the lengths at which a text is looked at, up to all of it.
func sizes(text string) []int {
	var out []int
	for n := step; ; n += max(step, n/20) {
		out = append(out, n)
		if _, more := firstWords(text, n+1); !more {
			return out
		}
	}
}

// first returns the least i below n for which ok holds, n where there is none,
// if it holds from there on.
func first(n int, ok func(int) (bool, error)) (int, error) {
	lo, hi := 0, n
	for lo < hi {
		mid := (lo + hi) / 2
		yes, err := ok(mid)
		if err != nil {
			return 0, err
		}
		if yes {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo, nil
}

// sweepWords writes how many words it takes.
func (a *archive) sweepWords(w io.Writer, opt options) error {
	fmt.Fprintf(w, "\nWords needed. %d quotations each, grown by %d words (from 100 on by a twentieth) to at most %d or the end of a document that has at least 250 from there.\n", opt.grow, step, longest)
	fmt.Fprintln(w, "named: of those quotations, per cent named at some length, and the words it took, never named counting as never;")
	fmt.Fprintln(w, "limit: the same for the sites read to carry log2(readers/level) bits; ratio: words named by words of the limit, of those that reach it")
	const row = "%-10s %7s | %6s %6s %6s | %6s %6s %6s | %6s %6s | %5s\n"
	fmt.Fprintf(w, row, "medium", "readers", "named", "median", "90 %", "limit", "median", "90 %", "ratio", "90 %", "WRONG")
	list := growing()
	if opt.quick {
		list = list[2:3]
	}
	for _, c := range list {
		runs := make([]grown, opt.grow)
		errs := make([]error, opt.grow)
		parallel(opt.grow, func(i int) { runs[i], errs[i] = c.grow(a, opt.seed, i) })
		var named, enough []int
		var ratios []float64
		wrong, never1, never2 := 0, 0, 0
		for i, g := range runs {
			if errs[i] != nil {
				return errs[i]
			}
			named, enough = append(named, g.named), append(enough, g.enough)
			wrong += count(g.wrong)
			never1 += count(g.named == never)
			never2 += count(g.enough == never)
			switch {
			case g.enough == never:
			case g.named == never:
				ratios = append(ratios, math.Inf(1))
			default:
				ratios = append(ratios, float64(g.named)/float64(g.enough))
			}
		}
		slices.Sort(named)
		slices.Sort(enough)
		slices.Sort(ratios)
		fmt.Fprintf(w, row, c.medium, fmt.Sprint(c.readers), percent(opt.grow-never1, opt.grow), words(named, 5), words(named, 9),
			percent(opt.grow-never2, opt.grow), words(enough, 5), words(enough, 9), ratio(ratios, 5), ratio(ratios, 9), fmt.Sprint(wrong))
	}
	return nil
}

// words returns the tenth-th tenth of sorted numbers of words.
func words(sorted []int, tenth int) string {
	if x := sorted[min(len(sorted)*tenth/10, len(sorted)-1)]; x != never {
		return fmt.Sprint(x)
	}
	return "never"
}

func ratio(sorted []float64, tenth int) string {
	if len(sorted) == 0 {
		return "-"
	}
	if x := sorted[min(len(sorted)*tenth/10, len(sorted)-1)]; !math.IsInf(x, 1) {
		return fmt.Sprintf("%.2f", x)
	}
	return "never"
}
