package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the results to compare with")

// The small run on the memos that ship gives the results on file. When a
// change is meant to change them, -update rewrites them, and the review sees
// what became better and what worse.
func TestResults(t *testing.T) {
	opt := options{quick: true, seed: 1}
	opt.defaults()
	archives, err := open("", "")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := measure(&b, archives, opt); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("..", "..", filepath.FromSlash(golden))
	if *update {
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got, old := bytes.Split(b.Bytes(), []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range max(len(got), len(old)) {
		var g, o []byte
		if i < len(got) {
			g = got[i]
		}
		if i < len(old) {
			o = old[i]
		}
		if !bytes.Equal(g, o) {
			t.Errorf("line %d\n got %s\nwant %s", i+1, g, o)
		}
	}
	if t.Failed() {
		t.Logf("if this is meant: go run ./bench/frank-bench -update")
	}
}
