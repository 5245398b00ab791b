package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// where is a numbered place of a sheet.
type where struct {
	corpus, id string
	start, end int
}

// label is what a reader said of a wording: at which of a sheet's places it is
// right. At the others it is wrong.
type label struct {
	target  string // the sheet's word
	pattern string // in place of the word between brackets, or ""
	wording string
	right   []int
	sheet   int
	places  []where // of the sheet
	checked bool    // held against every place: the target is the pattern
}

// readLabels reads places.tsv.gz and every lab*.txt of folders, a comma between.
func readLabels(dirs string) ([]label, error) {
	var out []label
	for _, dir := range strings.Split(dirs, ",") {
		l, err := readFolder(dir)
		if err != nil {
			return nil, err
		}
		out = append(out, l...)
	}
	return out, nil
}

func readFolder(dir string) ([]label, error) {
	f, err := os.Open(filepath.Join(dir, "places.tsv.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	places := map[int][]where{}
	in := bufio.NewScanner(z)
	for in.Scan() {
		c := strings.Split(in.Text(), "\t")
		if len(c) != 6 {
			return nil, fmt.Errorf("places.tsv: expected 6 columns, found %d", len(c))
		}
		var n [4]int
		for k, at := range []int{0, 1, 4, 5} {
			if n[k], err = strconv.Atoi(c[at]); err != nil {
				return nil, fmt.Errorf("places.tsv: %w", err)
			}
		}
		if n[1] != len(places[n[0]])+1 {
			return nil, fmt.Errorf("places.tsv: sheet %d: place %d follows %d", n[0], n[1], len(places[n[0]]))
		}
		places[n[0]] = append(places[n[0]], where{c[2], c[3], n[2], n[3]})
	}
	names, err := filepath.Glob(filepath.Join(dir, "lab*.txt"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []label
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sheet, target := -1, ""
		for n, line := range strings.Split(string(text), "\n") {
			line = strings.TrimSpace(line)
			fail := func(why string) error { return fmt.Errorf("%s:%d: %s: %q", name, n+1, why, line) }
			if line == "" {
				continue
			}
			if rest, ok := strings.CutPrefix(line, "# "); ok {
				f := strings.Fields(rest)
				if sheet, err = strconv.Atoi(f[0]); err != nil || len(f) < 2 || places[sheet] == nil {
					return nil, fail("there is no such sheet")
				}
				target = strings.Join(f[1:], " ")
				continue
			}
			k := strings.LastIndexByte(line, ':')
			if k < 0 || sheet < 0 {
				fmt.Fprintln(os.Stderr, fail("left out, no wording and numbers"))
				continue
			}
			l := label{target: target, wording: strings.ToLower(strings.TrimSpace(line[:k])), sheet: sheet, places: places[sheet]}
			if p, w, ok := strings.Cut(l.wording, "="); ok {
				l.pattern, l.wording = strings.TrimSpace(p), strings.TrimSpace(w)
			}
			list := strings.TrimSpace(line[k+1:])
			word, rest, _ := strings.Cut(list, " ")
			switch word {
			case "right", "wrong":
				l.checked, list = true, strings.TrimPrefix(rest, "none")
			}
			l.right, err = numbers(list, len(l.places))
			if err == nil && word == "wrong" {
				l.right = others(l.right, len(l.places))
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, fail("left out, "+err.Error()))
				continue
			}
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: there are no labels", dir)
	}
	return out, nil
}

func numbers(s string, most int) ([]int, error) {
	var out []int
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		a, b, ok := strings.Cut(f, "-")
		if !ok {
			b = a
		}
		from, err1 := strconv.Atoi(a)
		to, err2 := strconv.Atoi(b)
		if err1 != nil || err2 != nil || from < 1 || to < from || to > most {
			return nil, fmt.Errorf("no number of a place: %s", f)
		}
		for n := from; n <= to; n++ {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out, nil
}

// others are the numbers from 1 to n that are not in some.
func others(some []int, n int) []int {
	var out []int
	for k := 1; k <= n; k++ {
		if !slices.Contains(some, k) {
			out = append(out, k)
		}
	}
	return out
}
