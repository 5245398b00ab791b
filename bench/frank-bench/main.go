// Frank-bench issues dispatches, leaks them and traces them, the product's own
// way from end to end, and writes what came of it as a text to compare with
// the last one.
//
//	go run ./bench/frank-bench [-corpus DIR] [-quick] [-runs N] [-grow N] [-part NAME] [-o FILE] [-update]
//
// Without -corpus it takes the memos that ship with it; with it, what
// dispatches.jsonl.gz and modern.jsonl.gz in DIR keep aside for reporting, and
// articles from unrelated.jsonl.gz. Parts: cells, words, synthetic, speed; no
// -part is cells and words. All but speed give the same bytes on every run.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// options say what to run.
type options struct {
	quick      bool
	part       string
	only       string // archive
	runs, grow int    // a cell
	seed       uint64
}

func main() {
	dir := flag.String("corpus", "", "folder with dispatches.jsonl.gz, modern.jsonl.gz and unrelated.jsonl.gz")
	out := flag.String("o", "", "write to this file, or with -corpus to this folder")
	update := flag.Bool("update", false, "write the results that the test compares with")
	var opt options
	flag.BoolVar(&opt.quick, "quick", false, "a few cells, few runs")
	flag.StringVar(&opt.part, "part", "", "cells, words, synthetic or speed")
	flag.StringVar(&opt.only, "only", "", "with -corpus: dispatches, modern or gold alone")
	flag.IntVar(&opt.runs, "runs", 0, "runs a cell")
	flag.IntVar(&opt.grow, "grow", 0, "growing quotations a cell")
	flag.Uint64Var(&opt.seed, "seed", 1, "for all chances")
	flag.Parse()
	if *update {
		opt.quick, *dir, *out = true, "", golden
	}
	if err := run(opt, *dir, *out); err != nil {
		fmt.Fprintln(os.Stderr, "frank-bench:", err)
		os.Exit(1)
	}
}

// golden is what the test compares with, from the root of the module.
const golden = "bench/results/own-quick.txt"

func run(opt options, dir, out string) error {
	opt.defaults()
	switch opt.part {
	case "", "cells", "words", "speed", "synthetic":
	default:
		return fmt.Errorf("expected a part called cells, words, synthetic or speed, found %q", opt.part)
	}
	if opt.part == "synthetic" {
		return emit(out, func(w io.Writer) error { return synthetic(w, opt) })
	}
	archives, err := open(dir, opt.only)
	if err != nil {
		return err
	}
	if dir == "" || out == "" {
		return emit(out, func(w io.Writer) error { return measure(w, archives, opt) })
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err // now, and not after the first archive's minutes
	}
	for i, a := range archives {
		if err := emit(filepath.Join(out, a.name+".txt"), func(w io.Writer) error { return measure(w, archives[i:i+1], opt) }); err != nil {
			return err
		}
	}
	return nil
}

// defaults fills in the numbers of runs not given.
func (o *options) defaults() {
	runs, grow := 200, 100
	if o.quick {
		runs, grow = 12, 12
	}
	if o.runs == 0 {
		o.runs = runs
	}
	if o.grow == 0 {
		o.grow = grow
	}
}

// measure writes the results of archives, apart.
func measure(w io.Writer, archives []*archive, opt options) error {
	for i, a := range archives {
		if i > 0 {
			fmt.Fprint(w, "\n\n")
		}
		if err := a.measure(w, opt); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) measure(w io.Writer, opt options) error {
	if opt.part == "speed" {
		return a.speed(w)
	}
	a.header(w)
	if opt.part != "words" {
		if _, _, err := a.sweep(w, opt); err != nil {
			return err
		}
		a.writeFates(w)
	}
	if opt.part != "cells" {
		return a.sweepWords(w, opt)
	}
	return nil
}

// emit writes to the named file once all is done, or as it comes to the
// terminal.
func emit(name string, write func(io.Writer) error) error {
	if name == "" {
		return write(os.Stdout)
	}
	var b bytes.Buffer
	err := write(&b)
	if e := os.WriteFile(name, b.Bytes(), 0o644); err == nil {
		err = e
	}
	return err
}
