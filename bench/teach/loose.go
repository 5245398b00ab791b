package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// loose writes, as entries, what files of entries do not say but come near to: a
// reading for another beyond the conditions of its entry; the other way round,
// where it is only written, under the same conditions; and by way of a third. Most
// are wrong most of the time: met sets them into places, and keep makes entries of
// what readers find right there nearly always.
func loose(args []string) error {
	fs := flag.NewFlagSet("loose", flag.ExitOnError)
	out := fs.String("o", "", "file of entries to write")
	fs.Parse(args)
	l, err := candidatesOf(fs.Args())
	if err != nil {
		return err
	}
	l.thirds()
	f, err := os.Create(*out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	written := map[string]bool{}
	for _, c := range l.found {
		if line := fmt.Sprintf("%s: %s / +%s | %s", c.kind, c.from, c.to, strings.Join(append([]string{c.variety}, c.conditions...), " | ")); !l.said[c.pair] && !written[line] {
			written[line] = true
			fmt.Fprintln(w, line)
		}
	}
	fmt.Println(len(written), "readings for another")
	return w.Flush()
}

// pair is a reading that might stand for another in a variety of English.
type pair struct{ variety, from, to string }

type side struct{ variety, reading string }

type candidate struct {
	judged
	kind       string
	conditions []string
}

func (c candidate) same(o candidate) bool {
	return c.judged == o.judged && slices.Equal(c.conditions, o.conditions)
}

// judged is what readers hold against places: a pair, wherever it can stand or
// back, under the conditions of some entry that has it the other way round. What
// they say is of all such entries together.
type judged struct {
	pair
	back bool
}

type candidates struct {
	said  map[pair]bool     // by an entry without conditions
	known map[pair]bool     // readings of one entry, either way, and by way of a third
	pairs []pair            // of one entry
	next  map[side][]string // the readings that one has beside it in some entry
	found []candidate
}

// candidatesOf reads files of entries.
func candidatesOf(files []string) (*candidates, error) {
	l := &candidates{said: map[pair]bool{}, known: map[pair]bool{}, next: map[side][]string{}}
	for _, name := range files {
		entries, err := readEntries(name)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			l.read(e.Text)
		}
	}
	return l, nil
}

// read takes the pairs of an entry.
func (l *candidates) read(entry string) {
	kind, rest, _ := strings.Cut(entry, ":")
	parts := strings.Split(rest, "|")
	varieties, conditions, own := []string{"uk", "us"}, []string(nil), []string(nil)
	for _, c := range parts[1:] {
		c = strings.TrimSpace(c)
		switch word, _, _ := strings.Cut(c, " "); word {
		case "uk", "us":
			varieties = []string{c}
		case "form", "term": // of the words themselves: these hold beyond, too
			own = append(own, c)
			fallthrough
		default:
			conditions = append(conditions, c)
		}
	}
	readings := strings.Split(parts[0], " / ")
	for _, r := range readings {
		p, written := strings.CutPrefix(strings.TrimSpace(r), "+")
		for _, o := range readings {
			q := strings.TrimPrefix(strings.TrimSpace(o), "+")
			for _, v := range varieties {
				k := pair{v, p, q}
				switch {
				case p == q:
					continue
				case written:
					l.found = append(l.found, candidate{judged{k, true}, kind, conditions})
				case conditions == nil:
					l.said[k] = true
				default:
					l.found = append(l.found, candidate{judged{k, false}, kind, own})
				}
				if !l.known[k] {
					l.known[k] = true
					l.pairs = append(l.pairs, k)
					l.next[side{v, p}] = append(l.next[side{v, p}], q)
				}
			}
		}
	}
}

// thirds adds what two entries say together.
func (l *candidates) thirds() {
	for _, p := range l.pairs {
		for _, to := range l.next[side{p.variety, p.to}] {
			if k := (pair{p.variety, p.from, to}); to != p.from && !l.known[k] {
				l.known[k] = true
				l.found = append(l.found, candidate{judged{k, false}, "phrase", nil})
			}
		}
	}
}
