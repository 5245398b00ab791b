package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// keep writes entries for what loose offers and readers found right: at a second
// look, after a first that it was chosen by, and in all. What an entry says by now,
// or no longer the other way round, is left out.
//
// A label is a line of corpus, document, offsets, the reading that stood there, the
// one held against it, which look it was, 1 or 2, with back if it was the other
// way round, and yes or no. An entry struck out on being read has the readings
// and struck, and - for the rest.
func keep(args []string) error {
	fs := flag.NewFlagSet("keep", flag.ExitOnError)
	labels := fs.String("labels", "", "what readers said, gzipped")
	out := fs.String("o", "", "file of entries to write")
	fs.Parse(args)
	looks, struck, err := readLooks(*labels)
	if err != nil {
		return err
	}
	l, err := candidatesOf(fs.Args())
	if err != nil {
		return err
	}
	offered := map[judged]bool{}
	for _, c := range l.found {
		offered[c.judged] = true
	}
	for k := range looks {
		if !k.back && !offered[k] {
			l.found = append(l.found, candidate{k, "phrase", nil}) // by way of a third, and a fourth
		}
	}
	worth := func(j judged) bool {
		return right(looks[j]) && !l.said[j.pair] && !struck[[2]string{j.from, j.to}]
	}
	type head struct{ kind, from, conditions string }
	kept := map[head][]string{}
	for _, c := range l.found {
		wherever := judged{c.pair, false}
		if !worth(c.judged) || c.back && worth(wherever) {
			continue
		}
		conditions := slices.Clone(c.conditions)
		other := c // in the other variety: one entry may do for both
		other.variety = map[string]string{"uk": "us", "us": "uk"}[c.variety]
		if !worth(other.judged) || !slices.ContainsFunc(l.found, other.same) {
			conditions = slices.Insert(conditions, 0, c.variety)
		}
		h := head{c.kind, c.from, strings.Join(conditions, " | ")}
		if !slices.Contains(kept[h], c.to) {
			kept[h] = append(kept[h], c.to)
		}
	}
	f, err := os.Create(*out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "# What entries come near to saying, and readers found right: made by bench/teach keep.")
	for _, h := range slices.SortedFunc(maps.Keys(kept), func(a, b head) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.from, b.from), strings.Compare(a.conditions, b.conditions))
	}) {
		slices.Sort(kept[h])
		line := h.kind + ": " + h.from + " / +" + strings.Join(kept[h], " / +")
		if h.conditions != "" {
			line += " | " + h.conditions
		}
		fmt.Fprintln(w, line)
	}
	fmt.Println(len(kept), "entries")
	return w.Flush()
}

// look is how often a reading was right of how many, at the first and second look.
type look [2]struct{ right, of int }

// right reports a reading that is worth an entry.
func right(l look) bool {
	first, second := l[0], l[1]
	const of, most = 100, 86
	switch {
	case of*(first.right+second.right) < most*(first.of+second.of):
		return false
	case second.of >= 4:
		return of*second.right >= most*second.of
	case second.of >= 2:
		return second.right == second.of
	}
	return second.of == 1 && second.right == 1 && first.of >= 2 && first.right == first.of
}

func readLooks(path string) (map[judged]look, map[[2]string]bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, err
	}
	variety := map[string]string{"dispatches": "uk", "modern": "us"}
	looks, struck := map[judged]look{}, map[[2]string]bool{}
	in := bufio.NewScanner(z)
	for n := 1; in.Scan(); n++ {
		c := strings.Split(in.Text(), "\t")
		number, back := "", false
		if len(c) == 8 {
			number, back = strings.CutSuffix(c[6], " back")
		}
		switch {
		case len(c) == 8 && c[7] == "struck":
			struck[[2]string{c[4], c[5]}] = true
		case len(c) == 8 && variety[c[0]] != "" && (number == "1" || number == "2") && (c[7] == "yes" || c[7] == "no"):
			k := judged{pair{variety[c[0]], c[4], c[5]}, back}
			l := looks[k]
			x := &l[number[0]-'1']
			x.of++
			if c[7] == "yes" {
				x.right++
			}
			looks[k] = l
		default:
			return nil, nil, fmt.Errorf("%s:%d: expected corpus, document, start, end, reading, other, look and yes or no; found %q", path, n, in.Text())
		}
	}
	return looks, struck, in.Err()
}
