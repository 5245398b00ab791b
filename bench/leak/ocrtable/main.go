// Command ocrtable measures what tesseract makes of scanned pages and writes
// the table that leak.OCRNoise draws from:
//
//	go run ./bench/leak/ocrtable -o bench/leak/ocr.tsv
//
// Every memo of the shipped corpus is set, scanned and read in three of eight
// settings. It takes about four minutes on two cores.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"frank/bench/corpus"
	"frank/bench/leak"
	"frank/bench/leak/scan"
)

// settings go from a fair scan to one that a person still reads with ease.
var settings = []scan.Setting{
	{Font: "Liberation Serif", Size: 11, DPI: 150, Blur: 0, Noise: 20},
	{Font: "Liberation Sans", Size: 11, DPI: 150, Blur: 2, Noise: 60},
	{Font: "DejaVu Serif", Size: 10, DPI: 120, Blur: 1, Noise: 60},
	{Font: "Liberation Serif", Size: 11, DPI: 120, Blur: 2, Noise: 40},
	{Font: "Liberation Sans", Size: 10, DPI: 100, Blur: 1, Noise: 40},
	{Font: "Liberation Serif", Size: 11, DPI: 100, Blur: 1, Noise: 60},
	{Font: "DejaVu Serif", Size: 10, DPI: 100, Blur: 2, Noise: 20},
	{Font: "Liberation Serif", Size: 10, DPI: 100, Blur: 1, Noise: 40},
}

// rounds is in how many settings each memo is scanned.
const rounds = 3

func main() {
	out := flag.String("o", "", "where to write the table; standard output if empty")
	flag.Parse()
	if err := measure(*out); err != nil {
		fmt.Fprintln(os.Stderr, "ocrtable:", err)
		os.Exit(1)
	}
}

func measure(out string) error {
	if err := scan.Available(); err != nil {
		return err
	}
	all := newTally()
	per := make([]*tally, len(settings))
	for i := range per {
		per[i] = newTally()
	}
	for i, d := range corpus.Own() {
		for k := range rounds {
			s := (i + 3*k) % len(settings)
			read, err := scan.Text(context.Background(), d.Text, settings[s], leak.NewRand(1, "ocrtable", d.ID))
			if err != nil {
				return err
			}
			for _, t := range []*tally{all, per[s]} {
				t.add(flat(d.Text), flat(read))
			}
			fmt.Fprintf(os.Stderr, "%s  %s\n", d.ID, settings[s])
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# What tesseract read on scanned pages, by ocrtable. Per thousand: characters wrong, words wrong.\n")
	for i, t := range per {
		fmt.Fprintf(&b, "# %s: %s\n", settings[i], t.rates())
	}
	fmt.Fprintf(&b, "# all: %s\n", all.rates())
	fmt.Fprintf(&b, "# printed\tread\ttimes\ttimes printed\n%s", all.table())
	if out == "" {
		_, err := os.Stdout.WriteString(b.String())
		return err
	}
	return os.WriteFile(out, []byte(b.String()), 0o644)
}

// flat puts a text on one line.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }
