package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The entries that ship are those that the labels make: neither is changed
// without the other.
func TestWhereverIsWhatReadersSaid(t *testing.T) {
	stock, err := filepath.Glob("../../variant/stock/*.txt")
	if err != nil || len(stock) < 10 {
		t.Fatalf("%d files of the stock, %v", len(stock), err)
	}
	stock = slices.DeleteFunc(stock, func(f string) bool {
		return strings.HasSuffix(f, "learned.txt") || strings.HasSuffix(f, "wherever.txt")
	})
	made := filepath.Join(t.TempDir(), "wherever.txt")
	if err := keep(append([]string{"-labels", "labels/wherever.tsv.gz", "-o", made}, stock...)); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	if ships, err := os.ReadFile("../../variant/stock/wherever.txt"); err != nil || !bytes.Equal(ships, want) {
		t.Errorf("variant/stock/wherever.txt is not what bench/teach keep makes of labels/wherever.tsv.gz and the other files (%v): make it anew", err)
	}
}

func TestRight(t *testing.T) {
	for _, c := range []struct {
		first, second [2]int // right, of
		want          bool
	}{
		{[2]int{2, 2}, [2]int{6, 6}, true},
		{[2]int{2, 2}, [2]int{7, 8}, true},
		{[2]int{2, 2}, [2]int{5, 7}, false},
		{[2]int{0, 2}, [2]int{7, 7}, false}, // seven of nine
		{[2]int{2, 2}, [2]int{2, 2}, true},
		{[2]int{2, 2}, [2]int{1, 2}, false},
		{[2]int{1, 1}, [2]int{1, 1}, false}, // two places are too few
		{[2]int{2, 2}, [2]int{1, 1}, true},
		{[2]int{9, 9}, [2]int{0, 0}, false}, // no second look
	} {
		l := look{{c.first[0], c.first[1]}, {c.second[0], c.second[1]}}
		if right(l) != c.want {
			t.Errorf("%v: %v", l, !c.want)
		}
	}
}
