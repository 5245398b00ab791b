package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
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
	entries, err := readEntries(*stock)
	if err != nil {
		return err
	}
	type place struct {
		hash uint32
		item
	}
	const oneIn = 20           // thousandths of the places met, before the first are taken
	best := map[string]place{} // by entry and place among its readings
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
				best[key] = place{h.Sum32(), item{strings.Join(strings.Fields(strings.ToValidUTF8(show, "")), " "), fmt.Sprintf("%d\t%s\t%s → %s", t.Line.Number, strings.ToLower(r), t.Readings[0], r)}}
			}
		}
	}); err != nil {
		return err
	}
	all := slices.Collect(maps.Values(best))
	slices.SortFunc(all, func(a, b place) int { return strings.Compare(a.key, b.key) })
	slices.SortStableFunc(all, func(a, b place) int { return int(a.hash>>1) - int(b.hash>>1) })
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
	items := make([]item, len(all))
	for i, p := range all {
		items[i] = p.item
	}
	return writeItems(*out, items, *files)
}
