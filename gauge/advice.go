package gauge

import (
	"cmp"
	"slices"

	"frank/prose"
)

// A sentence is poor if it has fewer bits than this a word, which is 2 bits in
// 20 words, and is long enough to be quoted by itself or lies in a thin passage.
const (
	poorBits  = 0.1
	longWords = 20
	leastWord = 8 // words of a sentence that is worth adding to
)

// reached is how far from its start a quotation is thought to reach a place at
// all, in words: two long ones.
const reached = 2 * Quotation

// maxPlaces is how many places are shown in a sentence.
const maxPlaces = 4

// Advice is a sentence where one more place, or one more reading, would help.
type Advice struct {
	Sentence   int // by index in [Gauge.Sentences]
	Two, Three Gain
	Places     []Place // the best first
}

// Gain is what one more place in a sentence brings, with two or three readings
// of the author's own.
type Gain struct {
	Bits  float64 // that survive the press
	Words float64 // fewer to be quoted: the mean over quotations from a sentence's start that reach the place
}

// Place is where the author may add a reading.
type Place struct {
	Start, End int     // bytes
	Readings   int     // that it has; 1: it is no site yet
	Bits       float64 // that survive, gained by one reading more
}

// advise ranks the poor sentences by how much one more place in each would
// shorten the quotations that name a copy. Where no quotation is long enough to
// do so, it counts as longer than the text by what is missing, at the text's own
// bits a word, so that all can be compared.
func (g *Gauge) advise(t *table, words []prose.Token, opt Options) {
	own := float64(opt.Keep("")) / 65536
	two, three := survives([]float64{0.5, 0.5}, own), survives([]float64{1. / 3, 1. / 3, 1. / 3}, own)
	thin := make([]bool, len(g.Sentences))
	for _, p := range g.Thin {
		for i := p.From; i < p.To; i++ {
			thin[i] = true
		}
	}
	var firsts []int // word that each sentence begins with
	at := 0
	for _, s := range g.Sentences {
		for words[at].Start < s.Start {
			at++
		}
		firsts = append(firsts, at)
	}
	var starts []start
	rate := max(g.Surviving/float64(max(1, g.Words)), 0.02)
	for _, first := range firsts {
		starts = append(starts, t.start(words, first, g.Need, two, three, rate))
	}
	type ranked struct {
		Advice
		sum float64
	}
	var out []ranked
	for i, s := range g.Sentences {
		if s.Words < leastWord || s.Words < longWords && !thin[i] || s.Bits >= poorBits*float64(s.Words) {
			continue
		}
		a := Advice{Sentence: i, Places: t.places(s, opt, two, words)}
		if len(a.Places) == 0 {
			continue
		}
		at := firsts[i] // where the reading would be read: the end of the best place
		for at+1 < len(words) && words[at].End < a.Places[0].End {
			at++
		}
		a.Two, a.Three = Gain{Bits: two}, Gain{Bits: three}
		sum, n := 0.0, 0
		for _, st := range starts[:i+1] {
			if d, ok := st.saved(at, st.two); ok {
				n++
				sum += d
				a.Two.Words += d
				d, _ = st.saved(at, st.three)
				a.Three.Words += d
			}
		}
		if n > 0 {
			a.Two.Words /= float64(n)
			a.Three.Words /= float64(n)
		}
		out = append(out, ranked{a, sum})
	}
	density := func(a ranked) float64 {
		s := g.Sentences[a.Sentence]
		return s.Bits / float64(s.Words)
	}
	slices.SortStableFunc(out, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.sum, a.sum), cmp.Compare(density(a), density(b)))
	})
	for _, r := range out {
		g.Advice = append(g.Advice, r.Advice)
	}
}

// start is how many words from a word on name a copy: as the text is, and with
// what one more place would bring.
type start struct {
	first           int
	now, two, three float64
}

func (t *table) start(words []prose.Token, first int, need, two, three, rate float64) start {
	out := start{first: first}
	w := t.window()
	i := t.firstAt(words[first].Start)
	for k := first; k < len(words) && out.now == 0; k++ {
		for ; i < len(t.m.Sites) && t.m.Sites[i].End <= words[k].End; i++ {
			w.add(i)
		}
		n := float64(k - first + 1)
		for _, x := range []struct {
			words *float64
			need  float64
		}{{&out.now, need}, {&out.two, need - two}, {&out.three, need - three}} {
			if *x.words == 0 && w.surviving >= x.need {
				*x.words = n
			}
		}
	}
	for _, x := range []struct {
		words *float64
		need  float64
	}{{&out.now, need}, {&out.two, need - two}, {&out.three, need - three}} {
		if *x.words == 0 {
			*x.words = float64(len(words)-first) + (x.need-w.surviving)/rate
		}
	}
	return out
}

// saved returns how many words fewer are needed with one more place read at a
// word, where with is what would be needed had it stood at the beginning; ok is
// false if the quotation ends before it.
func (s start) saved(at int, with float64) (fewer float64, ok bool) {
	there := float64(at - s.first + 1)
	if there > min(s.now, reached) {
		return 0, false
	}
	return s.now - max(with, there), true
}

// places lists where in a sentence a reading may be added: the longest runs of
// words without a site first, then sites of two readings.
func (t *table) places(s Sentence, opt Options, two float64, words []prose.Token) []Place {
	var runs, sites []Place
	for _, o := range opt.Open {
		if o.Start >= s.Start && o.End <= s.End {
			runs = append(runs, Place{o.Start, o.End, 1, two})
		}
	}
	slices.SortStableFunc(runs, func(a, b Place) int { return cmp.Compare(count(words, b), count(words, a)) })
	for i := t.firstAt(s.Start); i < len(t.m.Sites) && t.m.Sites[i].End <= s.End; i++ {
		site := t.m.Sites[i]
		if len(site.Readings) != 2 || len(t.m.Units[t.unit[i]].Sites) != 1 || site.Start == site.End {
			continue
		}
		more := survives([]float64{1. / 3, 1. / 3, 1. / 3}, float64(opt.Keep(site.Kind))/65536) - t.left[i]
		sites = append(sites, Place{site.Start, site.End, 2, more})
	}
	slices.SortStableFunc(sites, func(a, b Place) int { return cmp.Compare(b.Bits, a.Bits) })
	if len(sites) > 0 && len(runs) >= maxPlaces {
		runs = runs[:maxPlaces-1]
	}
	out := append(runs, sites...)
	return out[:min(len(out), maxPlaces)]
}

// count returns how many words begin in p.
func count(words []prose.Token, p Place) int {
	from, _ := slices.BinarySearchFunc(words, p.Start, func(w prose.Token, at int) int { return w.Start - at })
	to, _ := slices.BinarySearchFunc(words, p.End, func(w prose.Token, at int) int { return w.Start - at })
	return to - from
}
