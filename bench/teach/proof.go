package main

import (
	"bufio"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"

	"frank/variant"
)

// proof writes a reading test of entries: for every reading of every entry of
// a file, one place of the corpora with the reading set in. The key says which
// entry and reading each is.
func proof(args []string) error {
	fs := flag.NewFlagSet("proof", flag.ExitOnError)
	stock := fs.String("stock", "", "file of entries")
	out := fs.String("o", "", "items are written to this name with .items, the key with .key")
	files := fs.Int("files", 1, "how many files of items")
	sites := fs.Int("sites", 0, "in place of a place for every reading, so many places as they are met")
	fs.Parse(args)
	text, err := os.ReadFile(*stock)
	if err != nil {
		return err
	}
	entries, faults := variant.Lines(string(text))
	for _, f := range faults {
		fmt.Fprintln(os.Stderr, f)
	}
	type item struct {
		hash      uint32
		text, key string
	}
	const oneIn = 20          // thousandths of the places met, before the first are taken
	best := map[string]item{} // by entry and place among its readings
	met := map[int]int{}
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		for _, t := range variant.Try(d.Text, entries, variant.ProposeOptions{}) {
			met[t.Line.Number]++
			for k, r := range t.Readings[1:] {
				key := fmt.Sprintf("%d %d", t.Line.Number, k)
				h := fnv.New32a()
				fmt.Fprintf(h, "%s %d %s", d.ID, t.Start, r)
				if *sites > 0 {
					if h.Sum32() > (1<<32-1)/1000*oneIn {
						continue // of some 1,000,000
					}
					key = fmt.Sprintf("%s %d %d", d.ID, t.Start, k)
				}
				if b, ok := best[key]; ok && b.hash < h.Sum32() {
					continue
				}
				from, to := max(0, t.Start-170), min(len(d.Text), t.End+110)
				show := d.Text[from:t.Start] + "⟦" + r + "⟧" + d.Text[t.End:to]
				best[key] = item{h.Sum32(), strings.Join(strings.Fields(strings.ToValidUTF8(show, "")), " "), fmt.Sprintf("%d\t%s\t%s → %s", t.Line.Number, strings.ToLower(r), t.Readings[0], r)}
			}
		}
	}); err != nil {
		return err
	}
	var all []item
	for _, i := range best {
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b item) int { return strings.Compare(a.key, b.key) })
	slices.SortStableFunc(all, func(a, b item) int { return int(a.hash>>1) - int(b.hash>>1) })
	if *sites > 0 {
		all = all[:min(*sites, len(all))]
	}
	silent := 0
	for _, e := range entries {
		if met[e.Number] == 0 {
			silent++
		}
	}
	fmt.Printf("%d entries, %d of them met nowhere; %d readings to be read\n", len(entries), silent, len(all))
	for k := range *files {
		for _, what := range []string{"items", "key"} {
			f, err := os.Create(fmt.Sprintf("%s%d.%s", *out, k, what))
			if err != nil {
				return err
			}
			w := bufio.NewWriter(f)
			for n := k; n < len(all); n += *files {
				if what == "items" {
					fmt.Fprintf(w, "%d\t%s\n", n+1, all[n].text)
				} else {
					fmt.Fprintf(w, "%d\t%s\n", n+1, all[n].key)
				}
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
