package variant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frank/prose"
)

// Usage is how often the readings of a stock stand in an organisation's own
// texts: counts by reading, as entries write it.
type Usage map[string]int

// Count adds to u how often every reading of s stands in a text, whatever the
// conditions of its entry. What is locked counts like anything else.
func (s *Stock) Count(text string, u Usage) {
	all := s.written()
	d := newDocument(text, nil)
	clear(d.lock)
	for i, t := range d.tok {
		if t.Class != prose.Word {
			continue
		}
		keys := [][2]string{{t.Norm}}
		if i+1 < len(d.tok) {
			keys = append(keys, [2]string{t.Norm, d.tok[i+1].Norm})
		}
		counted := ""
		for _, key := range keys {
			for _, c := range all.index[key] {
				r := all.entries[c.entry].readings[0]
				if _, _, ok := d.match(r.elems, i, c.form); ok {
					if name := r.String(); name != counted { // past and participle may look alike
						u[name]++
						counted = name
					}
				}
			}
		}
	}
}

// written is a stock of every reading of s, each to be looked for by itself.
func (s *Stock) written() *Stock {
	if s.every == nil {
		s.every = newStock()
		seen := map[string]bool{}
		for _, e := range s.entries {
			for _, r := range e.readings {
				if r.elems[0].tag == 'c' || seen[r.String()] {
					continue
				}
				seen[r.String()] = true
				s.every.add(entry{kind: e.kind, readings: []stockReading{{elems: r.elems}}})
			}
		}
	}
	return s.every
}

// usual is how often the other readings of an entry must stand in the texts
// before a reading that never does is taken to be unusual there.
const usual = 30

// In returns s without the readings that u shows to be foreign to the texts it
// was counted in: never written there, though the others of their entry are,
// thirty times or more. It also returns those readings, each with the one that
// is written most in its place, in order.
func (s *Stock) In(u Usage) (*Stock, []Unused) {
	out := newStock()
	var unused []Unused
	told := map[Unused]bool{}
	for _, e := range s.entries {
		total, most := 0, ""
		for _, r := range e.readings {
			n := u[r.String()]
			total += n
			if most == "" || n > u[most] {
				most = r.String()
			}
		}
		if total >= usual {
			kept := e
			kept.readings, kept.learned = nil, nil
			for k, r := range e.readings {
				if u[r.String()] == 0 && (k > 0 || e.learned == nil) {
					if x := (Unused{r.String(), most, u[most]}); !told[x] {
						told[x] = true
						unused = append(unused, x)
					}
					continue
				}
				kept.readings = append(kept.readings, r)
				if k > 0 && e.learned != nil {
					kept.learned = append(kept.learned, e.learned[k-1])
				}
			}
			if e = kept; len(e.readings) < 2 {
				continue
			}
		}
		out.add(e)
	}
	slices.SortStableFunc(unused, func(a, b Unused) int { return b.Times - a.Times })
	return out, unused
}

// Unused is a reading that some texts never have, and what they have.
type Unused struct {
	Reading string
	Instead string
	Times   int // how often the texts have that
}

// String writes a usage as a file: a count and a reading a line, the most
// written first.
func (u Usage) String() string {
	var readings []string
	for r := range u {
		readings = append(readings, r)
	}
	slices.SortFunc(readings, func(a, b string) int {
		if u[a] != u[b] {
			return u[b] - u[a]
		}
		return strings.Compare(a, b)
	})
	var out strings.Builder
	for _, r := range readings {
		fmt.Fprintf(&out, "%d %s\n", u[r], r)
	}
	return out.String()
}

// ParseUsage reads what [Usage.String] writes; lines that begin with # are
// comments.
func ParseUsage(text string) (Usage, error) {
	u := Usage{}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		count, reading, ok := strings.Cut(line, " ")
		times, err := strconv.Atoi(count)
		if !ok || err != nil || times < 1 {
			return nil, fmt.Errorf("line %d: expected a count and a reading, found %.40q", n+1, line)
		}
		u[reading] = times
	}
	return u, nil
}
