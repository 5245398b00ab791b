package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"frank/variant"
)

// enough is how many readings a place may well have: what it lacks of them is
// its room.
const enough = 5

// room lists the wordings that are met often and have few readings yet, those
// first where further readings would be worth most: what they have, how often,
// and places to see what may stand there.
func room(args []string) error {
	fs := flag.NewFlagSet("room", flag.ExitOnError)
	out := fs.String("o", "", "file to write")
	least := fs.Float64("least", 4, "bits that there is room for in all the corpora")
	show := fs.Int("show", 4, "places shown of each")
	fs.Parse(args)
	type place struct {
		hash uint32
		text string
	}
	type wording struct {
		text     string
		met      int
		room     float64 // bits
		readings map[string]int
		places   []place
	}
	all := map[string]*wording{}
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		for _, p := range variant.Proposals(d.Text, variant.ProposeOptions{Kinds: []string{"phrase", "substitution", "connective"}}) {
			key := strings.ToLower(strings.Join(strings.Fields(p.Readings[0]), " "))
			x := all[key]
			if x == nil {
				x = &wording{text: key, readings: map[string]int{}}
				all[key] = x
			}
			x.met++
			x.room += max(0, math.Log2(enough)-math.Log2(float64(len(p.Readings))))
			for _, r := range p.Readings[1:] {
				x.readings[strings.ToLower(r)]++
			}
			h := fnv.New32a()
			fmt.Fprintf(h, "%s %d", d.ID, p.Start)
			from, to := max(0, p.Start-80), min(len(d.Text), p.End+60)
			text := d.Text[from:p.Start] + "[" + p.Readings[0] + "]" + d.Text[p.End:to]
			x.places = append(x.places, place{h.Sum32(), strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")})
			slices.SortFunc(x.places, func(a, b place) int { return cmp.Compare(a.hash, b.hash) })
			x.places = x.places[:min(*show, len(x.places))]
		}
	}); err != nil {
		return err
	}
	list := slices.SortedFunc(maps.Values(all), func(a, b *wording) int {
		return cmp.Or(cmp.Compare(b.room, a.room), cmp.Compare(a.text, b.text))
	})
	f, err := os.Create(*out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	n := 0
	for _, x := range list {
		if x.room < *least {
			break
		}
		n++
		fmt.Fprintf(w, "## %s  (%d places)\n   has:", x.text, x.met)
		for _, r := range slices.SortedFunc(maps.Keys(x.readings), func(a, b string) int {
			return cmp.Or(x.readings[b]-x.readings[a], cmp.Compare(a, b))
		}) {
			fmt.Fprintf(w, " %s %d;", r, x.readings[r])
		}
		fmt.Fprintln(w)
		for _, p := range x.places {
			fmt.Fprintf(w, "   - %s\n", p.text)
		}
	}
	fmt.Printf("%d wordings of %d\n", n, len(list))
	return w.Flush()
}
