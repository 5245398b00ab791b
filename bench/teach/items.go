package main

import (
	"bufio"
	"fmt"
	"os"

	"frank/variant"
)

// item is a place to be read, and, apart from it, what the reader does not see.
type item struct{ text, key string }

// writeItems deals numbered items to so many pairs of files, NAME0.items and
// NAME0.key and on.
func writeItems(name string, items []item, files int) error {
	for k := range files {
		for ext, column := range map[string]func(item) string{
			"items": func(i item) string { return i.text },
			"key":   func(i item) string { return i.key },
		} {
			f, err := os.Create(fmt.Sprintf("%s%d.%s", name, k, ext))
			if err != nil {
				return err
			}
			w := bufio.NewWriter(f)
			for n := k; n < len(items); n += files {
				fmt.Fprintf(w, "%d\t%s\n", n+1, column(items[n]))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if err := f.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}

// readEntries reads a file of entries, and says which of its lines are none.
func readEntries(path string) ([]variant.Line, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	entries, faults := variant.Lines(string(text))
	for _, f := range faults {
		fmt.Fprintln(os.Stderr, f)
	}
	return entries, nil
}
