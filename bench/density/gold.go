package main

import (
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"strings"

	"frank/variant"
)

// gold measures what share of the bits that a careful editor marked by hand is
// proposed: same place, same reading. Fields id, text and marked; in marked,
// {original|other} is a place and {perm: [a] and [b]} a list in free order.
func gold(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var passages []struct{ ID, Text, Marked string }
	if err := json.Unmarshal(data, &passages); err != nil {
		log.Fatal(err)
	}
	type tally struct{ passages, words, marked, found, proposed float64 }
	sets := map[string]*tally{"dispatches": {}, "modern": {}}
	for _, p := range passages {
		// A passage alone has neither date nor place to tell the English by.
		t, variety := sets["modern"], "american"
		if strings.HasPrefix(p.ID, "dfat") {
			t, variety = sets["dispatches"], "british"
		}
		places, text := marked(p.Marked)
		proposals := variant.Proposals(text, variant.ProposeOptions{Variety: variety})
		t.passages++
		t.words += float64(len(strings.Fields(text)))
		for _, q := range proposals {
			t.proposed += math.Log2(float64(len(q.Readings)))
		}
		for _, g := range places {
			t.marked += math.Log2(float64(len(g.readings)))
			t.found += math.Log2(float64(g.reached(text, proposals)))
		}
	}
	for _, name := range []string{"dispatches", "modern"} {
		t := sets[name]
		fmt.Printf("%-11s %2.0f passages, %4.0f words: by hand %.2f bits a word; found %.0f of %.0f bits (%.0f %%); proposed %.3f bits a word in all\n",
			name, t.passages, t.words, t.marked/t.words, t.found, t.marked, 100*t.found/t.marked, t.proposed/t.words)
	}
}

// place is a place marked by hand.
type place struct {
	start, end int
	readings   []string
}

// marked reads a hand-marked passage.
func marked(s string) (out []place, text string) {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			b.WriteString(s)
			return out, b.String()
		}
		b.WriteString(s[:open])
		shut := open + strings.IndexByte(s[open:], '}')
		body := s[open+1 : shut]
		s = s[shut+1:]
		var readings []string
		if list, ok := strings.CutPrefix(body, "perm: "); ok {
			var items, seps []string
			for list != "" {
				sep, rest, ok := strings.Cut(list, "[")
				if !ok {
					break
				}
				item, after, _ := strings.Cut(rest, "]")
				if len(items) > 0 {
					seps = append(seps, sep)
				}
				items = append(items, item)
				list = after
			}
			readings = variant.List("", items, seps).Readings
		} else {
			readings = strings.Split(body, "|")
		}
		out = append(out, place{b.Len(), b.Len() + len(readings[0]), readings})
		b.WriteString(readings[0])
	}
}

// reached counts the hand-marked readings that some choice of the proposals
// inside the place writes, the original among them.
func (g place) reached(text string, proposals []variant.Proposal) int {
	// A proposal may reach a little over the place with words that stay.
	from, to := max(0, g.start-30), min(len(text), g.end+30)
	texts := []string{""}
	at := from
	for _, p := range proposals {
		if p.Start < at || p.End > to || p.End <= g.start || p.Start >= g.end {
			continue
		}
		var next []string
		for _, t := range texts {
			for _, r := range p.Readings {
				if len(next) < 4096 {
					next = append(next, t+text[at:p.Start]+r)
				}
			}
		}
		texts, at = next, p.End
	}
	written := map[string]bool{}
	for _, t := range texts {
		written[t+text[at:to]] = true
	}
	n := 0
	for _, r := range g.readings {
		if written[text[from:g.start]+r+text[g.end:to]] {
			n++
		}
	}
	return max(n, 1)
}
