package main

import (
	"fmt"
	"slices"
	"strings"
)

// longest is how many characters a confusion may have on either side; longer
// ones are counted as lost and left out of the table.
const longest = 4

// tally counts what was read for what was printed.
type tally struct {
	chars, wrong, lost int
	words, wrongWords  int
	printed            strings.Builder
	confusions         map[[2]string]int
}

func newTally() *tally { return &tally{confusions: make(map[[2]string]int)} }

func (t *tally) rates() string {
	return fmt.Sprintf("%s characters, %s words (of %d characters, %d words; %d characters in passages lost)",
		perMille(t.wrong, t.chars), perMille(t.wrongWords, t.words), t.chars, t.words, t.lost)
}

func perMille(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d.%d", n*1000/of, n*10000/of%10)
}

// add aligns what was read with what was printed and counts the differences.
// A run of differences is one confusion; an insertion goes with the character
// before it.
func (t *tally) add(printed, read string) {
	a, b := []rune(printed), []rune(read)
	t.chars += len(a)
	t.printed.WriteString(printed + "\n")
	spoiled := make([]bool, len(a)+1)
	pairs := align(a, b)
	for k := 0; k < len(pairs); {
		i, j := pairs[k].i, pairs[k].j
		if pairs[k].same {
			k++
			continue
		}
		for k < len(pairs) && !pairs[k].same {
			k++
		}
		ei, ej := len(a), len(b)
		if k < len(pairs) {
			ei, ej = pairs[k].i, pairs[k].j
		}
		if ei == i && i > 0 {
			i, j = i-1, j-1
		}
		for x := i; x < max(ei, i+1); x++ {
			spoiled[x] = true
		}
		t.wrong += max(ei-i, ej-j)
		if ei-i > longest || ej-j > longest || ei == i {
			t.lost += ei - i
			continue
		}
		t.confusions[[2]string{string(a[i:ei]), string(b[j:ej])}]++
	}
	bad := false
	for i := 0; i <= len(a); i++ {
		if i == len(a) || a[i] == ' ' {
			t.words++
			if bad {
				t.wrongWords++
			}
			bad = false
			continue
		}
		bad = bad || spoiled[i]
	}
}

// table returns the confusions, most frequent first.
func (t *tally) table() string {
	type row struct {
		from, to string
		n        int
	}
	rows := make([]row, 0, len(t.confusions))
	for k, n := range t.confusions {
		rows = append(rows, row{k[0], k[1], n})
	}
	slices.SortFunc(rows, func(x, y row) int {
		return 4*(y.n-x.n) + 2*sign(strings.Compare(x.from, y.from)) + sign(strings.Compare(x.to, y.to))
	})
	printed := t.printed.String()
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%q\t%q\t%d\t%d\n", r.from, r.to, r.n, strings.Count(printed, r.from))
	}
	return b.String()
}

func sign(n int) int { return max(-1, min(1, n)) }

// step is one step of an alignment: at i of the one and j of the other.
type step struct {
	i, j int
	same bool
}

// align returns a cheapest alignment of a and b, by unit edit costs.
func align(a, b []rune) []step {
	w := len(b) + 1
	cost := make([]int32, (len(a)+1)*w)
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			c := int32(len(a) - i + len(b) - j)
			if i < len(a) && j < len(b) {
				c = cost[(i+1)*w+j+1]
				if a[i] != b[j] {
					c = 1 + min(c, cost[(i+1)*w+j], cost[i*w+j+1])
				}
			}
			cost[i*w+j] = c
		}
	}
	var out []step
	for i, j := 0, 0; i < len(a) || j < len(b); {
		c := cost[i*w+j]
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, step{i, j, true})
			i, j = i+1, j+1
			continue
		case i < len(a) && j < len(b) && c == 1+cost[(i+1)*w+j+1]:
			out = append(out, step{i, j, false})
			i, j = i+1, j+1
		case i < len(a) && c == 1+cost[(i+1)*w+j]:
			out = append(out, step{i, j, false})
			i++
		default:
			out = append(out, step{i, j, false})
			j++
		}
	}
	return out
}
