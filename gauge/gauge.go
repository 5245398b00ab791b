// Package gauge says, before a dispatch is issued, how short a quotation of it
// would still be traceable. Its figures are for showing: floating point, and
// nothing is decided by them.
//
// What is counted. The bits of a passage are the entropy of what its sites
// show: of a drawing unit that lies in the passage in part, the entropy of the
// part that does, so that no bit is counted twice within a passage. (A unit
// across two sentences counts in both, so the sentences may add up to more
// than the whole.) Surviving bits are what remains when each printed reading
// is the copy's own only with the chance that the medium leaves it, and one
// that the medium put there otherwise: the mutual information of the printed
// reading and the issued one, which falls faster than the chance does. For
// units of several sites, the entropy shrinks in proportion to its sites'.
//
// A number of words names a copy when, on average over the copies, the bits in
// them reach what is needed; at exactly that number it is as likely as not.
package gauge

import (
	"math"
	"slices"

	"frank"
	"frank/prose"
)

// Quotation is how long a quotation a thin passage is measured by, in words:
// about three sentences of a newspaper.
const Quotation = 75

// Options say what the dispatch is gauged for.
type Options struct {
	Readers int                      // how many copies there will be; at least 1
	Level   float64                  // chance of naming a copy that played no part
	Keep    func(kind string) uint32 // chance in 1/65536 that a printed reading of that kind is the copy's own; "" is the author's
	Open    []prose.Span             // runs of words that could take readings of the author's own; nil: no advice
}

// Gauge is what came out.
type Gauge struct {
	Words, Sites int
	Bits         float64 // of the whole dispatch
	Surviving    float64 // of these, in print
	Need         float64 // bits that name one copy
	Clean, Press Reach
	Sentences    []Sentence
	Thin         []Passage
	Advice       []Advice // where readings of the author's own help most, the best first
}

// Reach sums up how many words must be quoted, over quotations that start at
// each sentence.
type Reach struct {
	Median, NinetiethPercentile int // words; 0 when that many never name a copy
	Never                       int // starts from which even the rest of the text names none
}

// Sentence is the gauge of one sentence.
type Sentence struct {
	Start, End   int // bytes
	Words, Sites int
	Bits         float64
	Surviving    float64
	Clean, Press int // words from its start that name a copy, reprinted exactly and in the press; 0: never
}

// Passage is a run of sentences, by index, To excluded, around which a
// quotation of [Quotation] words does not name a copy in the press.
type Passage struct{ From, To int }

// Need returns the bits that name one of n copies at a level. Half the level
// goes to the first look at a dispatch and half of that to the test for a
// single source, so it is two bits more than the bare log2(n/level).
func Need(n int, level float64) float64 {
	return math.Log2(float64(n)/level) + 2
}

// Measure gauges m.
func Measure(m *frank.Master, opt Options) *Gauge {
	t := newTable(m, opt.Keep)
	words := prose.Words(m.Text)
	g := &Gauge{Words: len(words), Sites: len(m.Sites), Need: Need(opt.Readers, opt.Level)}
	all := t.window()
	for i := range m.Sites {
		all.add(i)
	}
	g.Bits, g.Surviving = all.bits, all.surviving

	var clean, press []int
	first := 0 // word
	for _, span := range prose.Sentences(m.Text) {
		for first < len(words) && words[first].Start < span.Start {
			first++
		}
		last := first
		for last < len(words) && words[last].End <= span.End {
			last++
		}
		if first == last {
			continue // only marks: a rule of asterisks
		}
		s := Sentence{Start: span.Start, End: span.End, Words: last - first}
		w := t.window()
		for i := t.firstAt(span.Start); i < len(m.Sites) && m.Sites[i].End <= span.End; i++ {
			w.add(i)
			s.Sites++
		}
		s.Bits, s.Surviving = w.bits, w.surviving
		s.Clean, s.Press = t.reach(words, first, g.Need)
		clean, press = append(clean, s.Clean), append(press, s.Press)

		from := max(0, min(first, len(words)-Quotation))
		to := min(len(words), from+Quotation)
		if t.between(words[from].Start, words[to-1].End) < g.Need {
			g.thin(len(g.Sentences))
		}
		g.Sentences = append(g.Sentences, s)
		first = last
	}
	g.Clean, g.Press = sum(clean), sum(press)
	if opt.Open != nil {
		g.advise(t, words, opt)
	}
	return g
}

// thin adds a sentence to the last thin passage or begins one.
func (g *Gauge) thin(i int) {
	if n := len(g.Thin); n > 0 && g.Thin[n-1].To == i {
		g.Thin[n-1].To++
		return
	}
	g.Thin = append(g.Thin, Passage{i, i + 1})
}

func sum(words []int) Reach {
	var r Reach
	if len(words) == 0 {
		return r
	}
	sorted := make([]int, len(words))
	for i, n := range words {
		if n == 0 {
			r.Never++
			n = math.MaxInt
		}
		sorted[i] = n
	}
	slices.Sort(sorted)
	at := func(share float64) int {
		n := sorted[min(len(sorted)-1, int(math.Ceil(share*float64(len(sorted))))-1)]
		if n == math.MaxInt {
			return 0
		}
		return n
	}
	r.Median, r.NinetiethPercentile = at(0.5), at(0.9)
	return r
}

// table holds what every window needs of a master.
type table struct {
	m    *frank.Master
	unit []int     // unit of a site
	pos  []int     // position of a site in its unit
	bits []float64 // entropy of a site alone
	left []float64 // of these, surviving
}

func newTable(m *frank.Master, keep func(string) uint32) *table {
	n := len(m.Sites)
	t := &table{m, make([]int, n), make([]int, n), make([]float64, n), make([]float64, n)}
	for u, unit := range m.Units {
		for k, s := range unit.Sites {
			t.unit[s], t.pos[s] = u, k
			law := make([]float64, len(m.Sites[s].Readings))
			for j, combo := range unit.Joint {
				law[combo[k]] += float64(unit.Law[j]) / frank.LawScale
			}
			t.bits[s] = entropy(law)
			t.left[s] = survives(law, float64(keep(m.Sites[s].Kind))/65536)
		}
	}
	return t
}

// survives returns the mutual information of an issued reading and the printed
// one, when the printed one is the issued one with chance q and otherwise one
// that the medium put there, drawn by the law but without regard to the copy.
func survives(law []float64, q float64) float64 {
	bits := 0.0
	for x, px := range law {
		for y, py := range law {
			p := (1 - q) * py
			if x == y {
				p += q
			}
			if p > 0 && px > 0 {
				bits += px * p * math.Log2(p/py)
			}
		}
	}
	return max(0, bits)
}

func entropy(law []float64) float64 {
	h := 0.0
	for _, p := range law {
		if p > 0 {
			h -= p * math.Log2(p)
		}
	}
	return h
}

// firstAt returns the first site that starts at or after a byte.
func (t *table) firstAt(at int) int {
	i, _ := slices.BinarySearchFunc(t.m.Sites, at, func(s frank.Site, at int) int { return s.Start - at })
	for i > 0 && t.m.Sites[i-1].Start == at { // an empty reading before another site
		i--
	}
	return i
}

// between returns the surviving bits of the sites from one byte to another.
func (t *table) between(from, to int) float64 {
	w := t.window()
	for i := t.firstAt(from); i < len(t.m.Sites) && t.m.Sites[i].End <= to; i++ {
		w.add(i)
	}
	return w.surviving
}

// reach returns how many words from words[first] on bring the bits to need,
// reprinted exactly and in the press.
func (t *table) reach(words []prose.Token, first int, need float64) (clean, press int) {
	w := t.window()
	i := t.firstAt(words[first].Start)
	for k := first; k < len(words); k++ {
		for i < len(t.m.Sites) && t.m.Sites[i].End <= words[k].End {
			w.add(i)
			i++
		}
		if clean == 0 && w.bits >= need {
			clean = k - first + 1
		}
		if w.surviving >= need {
			return clean, k - first + 1
		}
	}
	return clean, 0
}

// window sums bits over a growing set of sites.
type window struct {
	t               *table
	bits, surviving float64
	seen            map[int][]int // of units with several sites: the positions seen
}

func (t *table) window() *window { return &window{t: t, seen: map[int][]int{}} }

func (w *window) add(site int) {
	t := w.t
	u := t.unit[site]
	if len(t.m.Units[u].Sites) == 1 {
		w.bits += t.bits[site]
		w.surviving += t.left[site]
		return
	}
	bits, left := w.t.part(u, w.seen[u])
	w.bits, w.surviving = w.bits-bits, w.surviving-left
	w.seen[u] = append(w.seen[u], t.pos[site])
	bits, left = w.t.part(u, w.seen[u])
	w.bits, w.surviving = w.bits+bits, w.surviving+left
}

// part returns the entropy of some positions of a unit together, and how much
// of it survives.
func (t *table) part(u int, positions []int) (bits, left float64) {
	if len(positions) == 0 {
		return 0, 0
	}
	unit := t.m.Units[u]
	index := map[string]int{}
	var law []float64
	for j, combo := range unit.Joint {
		key := make([]byte, 0, 2*len(positions))
		for _, k := range positions {
			key = append(key, byte(combo[k]), byte(combo[k]>>8))
		}
		at, ok := index[string(key)]
		if !ok {
			at = len(law)
			index[string(key)] = at
			law = append(law, 0)
		}
		law[at] += float64(unit.Law[j]) / frank.LawScale
	}
	bits = entropy(law)
	alone, survive := 0.0, 0.0
	for _, k := range positions {
		alone += t.bits[unit.Sites[k]]
		survive += t.left[unit.Sites[k]]
	}
	if alone > 0 {
		left = bits * survive / alone
	}
	return bits, left
}
