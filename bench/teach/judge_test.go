package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frank/variant/fit"
)

// TestTeachTable: a table learned from places where one name tells, and another
// does not, lets through the one and not the other, and is written as it reads.
func TestTeachTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var lessons []seen
	for n := range 2000 {
		l := seen{right: rng.IntN(2) == 0, fold: n % folds, names: []string{"bias", fmt.Sprint("noise=", rng.IntN(20))}}
		if l.right == (rng.IntN(20) > 0) { // it tells nineteen times of twenty
			l.names = append(l.names, "tells")
		}
		lessons = append(lessons, l)
	}
	path := filepath.Join(t.TempDir(), "table.txt")
	if err := teachTable(lessons, 0.9, map[string]int{"ships": 3}, path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table, err := fit.ReadTable(string(text))
	if err != nil {
		t.Fatal(err)
	}
	passed, right, all := 0, 0, 0
	for _, l := range lessons {
		if l.right {
			all++
		}
		if table.Sure(l.names) {
			passed++
			if l.right {
				right++
			}
		}
	}
	if passed == 0 || right*10 < passed*9 || right*10 < all*8 {
		t.Errorf("of %d right places %d are let through, among %d", all, right, passed)
	}
	if table.Weight("first ships") != 3 {
		t.Errorf("a rank is %d", table.Weight("first ships"))
	}
}

// TestJudgeLabels: what readers said can be read, and each kind has some
// thousand places, right and struck.
func TestJudgeLabels(t *testing.T) {
	for _, name := range []string{"order", "that", "which", "comma"} {
		v, err := readVerdicts("labels/" + name + ".tsv.gz")
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		for _, r := range v.right {
			if r {
				right++
			}
		}
		if n := len(v.right); n < 1000 || right < n/5 || right > n*4/5 {
			t.Errorf("%s: %d of %d places are right", name, right, n)
		}
	}
	for _, bad := range []string{"", "dispatches\td\t1\t2\tperhaps\n", "dispatches\td\t1\tright\n"} {
		path := filepath.Join(t.TempDir(), "labels.gz")
		if err := os.WriteFile(path, zipped(t, bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readVerdicts(path); err == nil || !strings.Contains(err.Error(), "right or struck") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
