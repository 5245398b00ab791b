package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"frank/variant"
)

// met writes a reading test of entries by what they are worth: the more places
// a reading is met at, the more of them are to be read, three at most. An item
// shows what the author wrote and what would stand there.
func met(args []string) error {
	fs := flag.NewFlagSet("met", flag.ExitOnError)
	stock := fs.String("stock", "", "file of entries")
	out := fs.String("o", "", "items are written to this name with 0.items, the key with 0.key")
	least := fs.Int("least", 3, "places that a reading is met at")
	salt := fs.String("salt", "met", "of the choice of places")
	fs.Parse(args)
	entries, err := readEntries(*stock)
	if err != nil {
		return err
	}
	type place struct {
		hash    uint32
		text    string
		reading string
	}
	type reading struct {
		line, k, met int
		places       []place
	}
	all := map[[2]int]*reading{}
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		for _, t := range variant.Try(d.Text, entries, variant.ProposeOptions{}) {
			for k, r := range t.Readings[1:] {
				id := [2]int{t.Line.Number, k}
				x := all[id]
				if x == nil {
					x = &reading{line: id[0], k: k}
					all[id] = x
				}
				x.met++
				h := fnv.New32a()
				fmt.Fprintf(h, "%s %s %d %s", *salt, d.ID, t.Start, r)
				if sum := h.Sum32(); len(x.places) < 3 || sum < x.places[2].hash {
					x.places = append(x.places, place{sum, setIn(d.Text, t.Start, t.End, r), r})
					slices.SortFunc(x.places, func(a, b place) int { return int(a.hash>>1) - int(b.hash>>1) })
					x.places = x.places[:min(3, len(x.places))]
				}
			}
		}
	}); err != nil {
		return err
	}
	var list []*reading
	for _, x := range all {
		if x.met >= *least {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b *reading) int { return (a.line-b.line)*100 + a.k - b.k })
	var items []item
	for _, x := range list {
		read := 1
		if x.met >= 15 {
			read++
		}
		if x.met >= 60 {
			read++
		}
		for _, p := range x.places[:min(read, len(x.places))] {
			items = append(items, item{p.text, fmt.Sprintf("%d\t%s\t%d", x.line, strings.ToLower(p.reading), x.met)})
		}
	}
	fmt.Printf("%d readings of entries, %d places to be read\n", len(list), len(items))
	return writeItems(*out, items, 1)
}

// setIn is a reading beside what it is to stand for, with the words about them.
func setIn(text string, start, end int, reading string) string {
	from, to := max(0, start-60), min(len(text), end+45)
	show := text[from:start] + "[" + text[start:end] + " ⇒ " + reading + "]" + text[end:to]
	return strings.Join(strings.Fields(strings.ToValidUTF8(show, "")), " ")
}
