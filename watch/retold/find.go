package retold

import (
	"cmp"
	_ "embed"
	"encoding/binary"
	"iter"
	"slices"

	"frank"
	"frank/internal/log64"
	"frank/internal/segments"
	"frank/prose"
)

// Retelling is a dispatch that a passage of an article may retell, or at least
// is about the same matter as.
type Retelling struct {
	Dispatch frank.Ref `json:"dispatch"`
	Latest   int       `json:"latest,omitempty"` // it was looked for among so many that were issued last; 0: among all
	From     int       `json:"from"`             // the article's words from From up to, not including, To
	To       int       `json:"to"`
	Score    int       `json:"score"`  // what the terms shared are worth, in 1/64 bit
	Chance   int       `json:"chance"` // what they must be worth more than, given what other dispatches share with the passage
	Strong   bool      `json:"strong"` // the passage may retell the dispatch; else it may only be about the same matter
	Terms    []string  `json:"terms"`  // words of the article that carry it, the rarest first
	Near     []Near    `json:"near"`   // other dispatches that share nearly as much, best first
}

// Near is a dispatch that shares nearly as much with a passage as the best one.
type Near struct {
	Dispatch frank.Ref `json:"dispatch"`
	Score    int       `json:"score"`
}

const (
	window = 160 // words of a passage
	stride = 80  // words from one passage to the next

	// A term is worth how rare it is, at most maxWorth, less what a term of the
	// article that is not in the dispatch speaks against it; and less, the more
	// terms the dispatch has beyond usual, as it then has any of them more
	// easily.
	maxWorth = 11 * log64.Bit
	less     = log64.Bit / 2
	usual    = 100

	candidates = 64 // dispatches that are found by rare terms, and then weighed by all

	// What is shared must be worth more than what the passage shares with the
	// dispatch that comes so far behind, margin added, by so many sixteenths: an
	// article shares names with every dispatch about its matter. A small archive
	// does not have so many about any, and is taken to have one that shares least.
	rank   = 8
	margin = 10 * log64.Bit
	least  = 15 * log64.Bit

	near       = 4 // others that are told
	nearOf8    = 6 // of what the best shares, in eighths
	maxTerms   = 24
	maxAnswers = 16
)

// scope is what of an archive a passage is held against: all, or so many that
// were issued last. What the press has is mostly of late, and among few dispatches
// even fewer are about a matter.
type scope struct {
	latest  int // 0: all
	same    int // to be told as about the same matter, in sixteenths as above
	retells int // to be told as retelling
}

// Latest is how many dispatches count as issued of late.
const Latest = 256

const ofAll, ofLatest = 0, 1

var scopes = [...]scope{ofAll: {0, 22, 27}, ofLatest: {Latest, 26, 30}}

// depth is how far a search looks.
type depth struct {
	seldom  int    // what a term is worth that dispatches are found by
	longest uint64 // in how many places these stand together: the rarest first
	glimpse int    // what a dispatch's together are worth, for it to be weighed
}

var (
	told  = depth{4 * log64.Bit, 1 << 19, 10 * log64.Bit}
	asked = depth{2 * log64.Bit, 1 << 23, 4 * log64.Bit} // who asks for the nearest has reason to, and time
)

// common says in how many of so many dispatches, not of this archive, each term
// stands: a small archive does not know what is rare. bench/retold makes it.
//
//go:embed common.bin
var common []byte

func commonly(v int) uint64 { return uint64(binary.LittleEndian.Uint16(common[2*v:])) }

// ofCommon is of how many dispatches common was made.
func ofCommon() uint64 { return uint64(binary.LittleEndian.Uint16(common[2*values:])) }

// Find returns what passages of an article may retell, the clearest first, or
// nil. Words are those of text. Of each passage it is one dispatch among all and one
// among the latest, and none where many share as much.
func (ix *Index) Find(text string, words []prose.Token) []Retelling {
	f := newFinder(ix, text, words, told)
	var found []Retelling
	for from, to := range passages(len(words)) {
		own := f.own(from, to)
		f.look(own)
		for i, s := range scopes {
			if r := f.clearest(s, f.top[i], own); r != nil {
				r.From, r.To = from, to
				found = append(found, *r)
			}
		}
	}
	slices.SortStableFunc(found, clearer)
	var out []Retelling
	for _, r := range found {
		if len(out) < maxAnswers && !slices.ContainsFunc(out, func(o Retelling) bool { return o.Dispatch == r.Dispatch }) {
			out = append(out, r)
		}
	}
	return out
}

// passages goes through an article's, as words from and up to.
func passages(words int) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		for from := 0; from < words; from += stride {
			if to := min(words, from+window); !yield(from, to) || to == words {
				return
			}
		}
	}
}

// clearer puts what may be retold before what may only be about the same matter,
// whatever each was looked for among.
func clearer(a, b Retelling) int {
	if a.Strong != b.Strong {
		if a.Strong {
			return -1
		}
		return 1
	}
	return cmp.Compare(b.Score*a.Chance, a.Score*b.Chance)
}

// finder is one search.
type finder struct {
	ix    *Index
	parts []*part
	text  string
	words []prose.Token
	depth
	terms []int32  // per word, its term; -1 if it has none
	worth []uint32 // per word, what its term is worth to a dispatch of the usual size
	score []uint32 // per dispatch of a segment: worth << 8 | terms

	reached []uint16                 // dispatches of a segment that share enough to be looked at
	top     [len(scopes)][]candidate // by scope
}

// candidate is a dispatch that shares rare terms with a passage.
type candidate struct {
	segment, dispatch int
	score             int
}

// appraise finds what each word's term is worth.
func (f *finder) appraise() {
	type known struct {
		term  int32
		worth uint32
	}
	seen := map[string]known{}
	all := log64.Log2(ofCommon() + uint64(f.ix.Len()))
	for _, w := range f.words {
		k, ok := seen[w.Norm]
		if !ok {
			k.term = -1
			if t := Term(w.Norm); t != "" {
				v := int(value(t))
				k.term = int32(v)
				k.worth = uint32(max(0, min(maxWorth, all-log64.Log2(max(1, commonly(v)+f.ix.counts[v])))-less))
			}
			seen[w.Norm] = k
		}
		f.terms, f.worth = append(f.terms, k.term), append(f.worth, k.worth)
	}
}

func newFinder(ix *Index, text string, words []prose.Token, deep depth) *finder {
	f := &finder{ix: ix, parts: segments.Parts(&ix.index), text: text, words: words, depth: deep, score: make([]uint32, MaxSegment)}
	f.appraise()
	return f
}

// own returns the words that are the first in a passage with their term.
func (f *finder) own(from, to int) []int {
	var own []int
	seen := map[int32]bool{}
	for i := from; i < to; i++ {
		if f.terms[i] >= 0 && f.worth[i] > 0 && !seen[f.terms[i]] {
			seen[f.terms[i]] = true
			own = append(own, i)
		}
	}
	return own
}

// look finds the dispatches that a passage may retell, of each scope.
func (f *finder) look(own []int) {
	rare := f.rare(own)
	for i := range f.top {
		f.top[i] = f.top[i][:0]
	}
	for k := range f.parts {
		f.poll(k, rare)
	}
}

func (f *finder) ref(c candidate) frank.Ref { return f.parts[c.segment].Segment.refs[c.dispatch] }

// weigh weighs a candidate by all words of the passage, and returns how many
// terms it shares.
func (f *finder) weigh(c *candidate, own []int) int {
	p := f.parts[c.segment].Segment
	sum, n := 0, 0
	for _, w := range own {
		if p.has(c.dispatch, int(f.terms[w])) {
			sum += int(f.worth[w])
			n++
		}
	}
	c.score = sum - n*surplus(p.many[c.dispatch])
	return n
}

// shared returns the words that a candidate has too, the rarest first.
func (f *finder) shared(c candidate, own []int) []string {
	p := f.parts[c.segment].Segment
	own = slices.DeleteFunc(slices.Clone(own), func(w int) bool { return !p.has(c.dispatch, int(f.terms[w])) })
	slices.SortStableFunc(own, func(a, b int) int { return cmp.Compare(f.worth[b], f.worth[a]) })
	words := []string{}
	for _, w := range own[:min(len(own), maxTerms)] {
		words = append(words, f.text[f.words[w].Start:f.words[w].End])
	}
	return words
}

// clearest weighs the candidates of a scope, and returns the best if it is far
// enough before the others.
func (f *finder) clearest(in scope, top []candidate, own []int) *Retelling {
	for i := range top {
		f.weigh(&top[i], own)
	}
	slices.SortFunc(top, compare)
	if len(top) == 0 {
		return nil
	}
	others := least
	if len(top) >= rank {
		others = max(others, top[rank-1].score)
	}
	others += margin
	best, chance := top[0], others*in.same/16
	if best.score <= chance {
		return nil
	}
	r := &Retelling{Dispatch: f.ref(best), Latest: in.latest, Score: best.score, Chance: chance, Strong: 16*best.score > others*in.retells, Terms: f.shared(best, own), Near: []Near{}}
	for _, c := range top[1:] {
		if len(r.Near) == near || 8*c.score < nearOf8*best.score {
			break
		}
		r.Near = append(r.Near, Near{f.ref(c), c.score})
	}
	return r
}

// rare returns the words that dispatches are found by, the rarest first.
func (f *finder) rare(own []int) []int {
	out := slices.DeleteFunc(slices.Clone(own), func(w int) bool { return int(f.worth[w]) < f.seldom-less })
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(f.worth[b], f.worth[a]) })
	read := uint64(0)
	for i, w := range out {
		if read += f.ix.counts[f.terms[w]]; read > f.longest {
			return out[:i]
		}
	}
	return out
}

// surplus is what each term is worth less to a dispatch with so many.
func surplus(many uint16) int { return max(0, log64.Log2(uint64(many))-log64.Log2(usual)) }

func compare(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.segment, b.segment), cmp.Compare(a.dispatch, b.dispatch))
}

// poll takes the dispatches of a segment that share most of what is rare among
// the candidates.
func (f *finder) poll(k int, rare []int) {
	p := f.parts[k].Segment
	issued := f.ix.issued[p]
	score := f.score[:len(p.refs)]
	clear(score)
	var floor [len(scopes)]int
	lowest := maxWorth * window
	for i, s := range scopes {
		floor[i] = f.glimpse
		if len(f.top[i]) == candidates {
			floor[i] = max(floor[i], f.top[i][candidates-1].score)
		}
		if f.ix.within(s, issued.last) {
			lowest = min(lowest, floor[i])
		}
	}
	f.reached = f.reached[:0]
	for _, w := range rare {
		add, over := f.worth[w]<<8|1, uint32(lowest)<<8
		for _, d := range p.list(int(f.terms[w])) {
			was := score[d]
			score[d] = was + add
			if was < over && was+add >= over {
				f.reached = append(f.reached, d)
			}
		}
	}
	for _, d := range f.reached {
		s := score[d]
		sum := int(s>>8) - int(s&255)*surplus(p.many[d])
		if sum < lowest || f.parts[k].Gone(int(d)) {
			continue
		}
		for i, in := range scopes {
			if sum >= floor[i] && f.ix.within(in, issued.at[d]) {
				f.top[i] = append(f.top[i], candidate{k, int(d), sum})
			}
		}
	}
	for i := range f.top {
		slices.SortFunc(f.top[i], compare)
		f.top[i] = f.top[i][:min(len(f.top[i]), candidates)]
	}
}

// has reports whether a dispatch has a term.
func (s *Segment) has(dispatch, term int) bool {
	_, ok := slices.BinarySearch(s.list(term), uint16(dispatch))
	return ok
}
