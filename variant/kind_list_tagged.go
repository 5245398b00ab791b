package variant

import (
	_ "embed"
	"slices"
	"strings"

	"frank/prose/wordclass"
)

// Words that real prose puts on one side of "and" six times of seven.
//
//go:embed ranks.txt
var rankList string

// Pairs that real prose joins in one order eight times as often as in the other.
//
//go:embed usualpairs.txt
var usualPairList string

var usualPairs = lazy(func() map[string]bool { return set(usualPairList) })

var rankedBefore = lazy(func() map[string]bool { return set(rankList) })

// part is what is joined to its like: tokens from to to, the last its head.
type part struct{ from, to int }

// inOrder reports two heads that stand in an order of their own.
func (d *document) inOrder(a, b int) bool {
	x, y := d.word(a), d.word(b)
	return d.unpaired(a, b) || usualPairs()[x+"+"+y] || usualPairs()[y+"+"+x] || action(x) && action(y) || strings.HasSuffix(x, "ern") || strings.HasPrefix(y, "sub") || contrary(x, y) || rankedBefore()[d.word(a)] || rankedBefore()[d.word(b)] || d.any(a, closedList) || d.any(b, closedList)
}

// contrary reports a word and the same word denied.
func contrary(x, y string) bool {
	for _, no := range []string{"un", "in", "im", "ir", "il", "dis", "non", "sub", "co", "re", "de", "inter"} {
		if y == no+x || x == no+y {
			return true
		}
	}
	return false
}

// action reports a noun of doing: two of them often follow one another.
func action(w string) bool {
	w = strings.TrimSuffix(w, "s")
	for _, end := range []string{"tion", "sion", "ment", "ing", "val", "sal", "very", "ance", "sis"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

// plainWord reports a word of a noun phrase, its determiner aside.
func (d *document) plainWord(k int) bool {
	return d.near(k, k) >= 0 && d.free(k) && lowerCase(d.raw(k)) && !d.hyphened(k) && len(d.word(k)) > 2 && !strings.Contains(d.raw(k), ".") &&
		d.is(k, wordclass.Noun, wordclass.Nouns, wordclass.Adjective) && !d.any(k, []string{"other", "others", "such", "own", "same", "certain", "several", "various", "further", "more", "following", "rest", "like", "etc", "general", "special", "latter", "former", "additional", "similar", "related", "online", "so", "all", "ADV"})
}

// listBefore says what stands before free items, so that it goes with each of
// them: a preposition, a verb, a determiner that they share.
func (d *document) listBefore(k int) bool {
	if k < 0 || d.word(k) == "" || !d.joined(k) {
		return false
	}
	if d.any(k, []string{"between", "from", "and", "or", "as", "than", "including", "include", "includes", "included", "among", "amongst", "like", "both", "either", "not", "nor", "but", "via", "per", "versus", "called", "named", "housing", "funding", "training", "manufacturing", "engineering", "planning", "spending", "lending", "teaching", "policing", "marketing", "farming", "fishing", "mining", "existing", "growing", "leading", "remaining", "increasing", "ongoing", "corresponding", "use", "BE", "HAVE", "DO", "first", "then", "become"}) {
		return false
	}
	if d.is(k, wordclass.Gerund) && (k == 0 || d.is(k-1, wordclass.Determiner, wordclass.Possessive, wordclass.None, wordclass.Adjective)) {
		return false // of its continuing presence and stake
	}
	if d.is(k, wordclass.Base) && (k == 0 || d.is(k-1, wordclass.None)) {
		return false // prints, press cuttings
	}
	return !d.first[k] && d.is(k, wordclass.Preposition, wordclass.Base, wordclass.Gerund, wordclass.Past, wordclass.Third)
}

// listBehind says what may stand behind free items, so that it goes with all.
func (d *document) listBehind(k, c int) bool {
	if d.near(k, c) < 0 {
		return true
	}
	n := d.tok[k].Norm
	if d.word(k) == "" {
		if n == "," { // not one list in another
			for m := c - 12; m < c+14; m++ {
				if d.near(m, c) >= 0 && m != k && (d.has(m, "COMMA") || m > k && m < k+3 && d.any(m, []string{"and", "or", "which", "who"})) {
					return false
				}
			}
			return true
		}
		return n == "." || n == ";" || n == "?" || n == "!"
	}
	return d.any(k, []string{"when", "if", "because", "by", "during", "throughout", "before", "after", "while", "until", "since"})
}

// taggedPair reads two like things around the conjunction at token c.
func (d *document) taggedPair(c int) (Proposal, bool) {
	var none Proposal
	if d.near(c-2, c) < 0 || d.near(c+1, c) < 0 || !d.joined(c-1) || !d.joined(c) {
		return none, false
	}
	if p, ok := d.adverbPair(c); ok {
		return p, true
	}
	if p, ok := d.taggedAdjectives(c); ok {
		return p, true
	}
	// The items, read outwards.
	a := part{c, c}
	for a.from > c-3 && d.near(a.from-1, c) >= 0 && d.plainWord(a.from-1) && (a.from == c || d.joined(a.from-1)) {
		a.from--
	}
	b := part{c + 1, c + 1}
	det := ""
	if d.any(b.from, []string{"the", "our", "their", "its", "his", "your"}) && d.free(b.from) {
		det = d.word(b.from)
		b.to++
	}
	start := b.to
	for b.to < start+3 && d.near(b.to, c) >= 0 && d.plainWord(b.to) && d.joined(b.to-1) {
		b.to++
	}
	if a.from == c || b.to == start || !d.joined(c-1) {
		return none, false
	}
	wordsA, wordsB := c-a.from, b.to-start
	if (wordsA > 1) != (wordsB > 1) || !d.is(c-1, wordclass.Noun, wordclass.Nouns) || d.class(c-1) != d.class(b.to-1) || d.inOrder(c-1, b.to-1) || inPlural(d.word(c-1)) != inPlural(d.word(b.to-1)) {
		return none, false
	}
	if wordsA > 1 && (d.class(a.from) != d.class(start) || d.inOrder(a.from, start) || d.inOrder(a.from, b.to-1) || d.stem[a.from] == d.stem[start]) {
		return none, false
	}
	left, right := a.from-1, b.to
	if d.near(left, c) < 0 || d.word(left) == "" || !d.joined(left) {
		return none, false
	}
	switch {
	case det != "": // the size and the shape
		if d.word(left) != det || d.lock[left] != 0 || d.near(left-1, c) < 0 || !d.joined(left-1) || !d.listBefore(left-1) || d.has(left-1, "of") {
			return none, false
		}
		a.from = left
		if !d.listBehind(right, c) {
			return none, false
		}
	case d.any(left, []string{"the", "our", "their", "its", "his", "your", "my", "her"}): // the size and shape of
		if wordsA > 1 || !d.first[left] && d.near(left-1, c) < 0 || d.near(left-1, c) >= 0 && d.any(left-1, []string{"between", "both", "and", "or", "COMMA"}) {
			return none, false
		}
		if d.has(right, "of") && (d.has(left-1, "of") || d.any(c-1, halfNames) || d.any(b.to-1, halfNames)) {
			return none, false // the initiative and attainment of; the economy and quality of life
		}
		if !d.listBehind(right, c) && !d.has(right, "of") && !(d.first[left] && d.has(right, "FINITE")) {
			return none, false
		}
	default:
		if !d.listBefore(left) || !d.listBehind(right, c) || d.has(left, "of") && (wordsA > 1 || d.is(c-1, wordclass.Noun)) {
			return none, false
		}
	}
	return d.swapped(a.from, c, c+1, b.to)
}

// Nouns that are half a phrase with what they are of.
var halfNames = []string{"quality", "level", "levels", "number", "numbers", "standard", "standards", "cost", "costs", "type", "types", "lack", "rate", "rates", "way", "ways", "state", "kind", "amount", "volume", "degree"}

// adverbPair reads: fully and frankly.
func (d *document) adverbPair(c int) (Proposal, bool) {
	a, b := c-1, c+1
	if !d.is(a, wordclass.Adverb) || !d.is(b, wordclass.Adverb) || !strings.HasSuffix(d.word(a), "ly") || !strings.HasSuffix(d.word(b), "ly") || !d.free(a) || !d.free(b) || d.first[a] {
		return Proposal{}, false
	}
	if d.inOrder(a, b) || d.any(a, []string{"only", "really", "early"}) || d.any(b, []string{"only", "really", "especially", "particularly", "finally", "consequently", "secondly", "possibly", "probably", "ultimately", "eventually", "subsequently", "accordingly", "early", "mainly", "certainly", "indirectly", "hopefully", "preferably", "directly", "apparently", "increasingly"}) ||
		d.any(a, []string{"firstly", "directly", "firmly", "first", "probably", "slowly", "increasingly", "truly"}) {
		return Proposal{}, false
	}
	if d.any(c-2, []string{"more", "most", "less", "so", "as", "very", "too", "COMMA", "both", "not"}) || !d.joined(c-2) || d.near(c-2, c) < 0 {
		return Proposal{}, false
	}
	if k := c + 2; d.near(k, c) >= 0 && d.is(k, wordclass.Adjective, wordclass.Compared) {
		return Proposal{}, false
	}
	return d.swapped(a, c, b, c+2)
}

// taggedAdjectives reads: a frank and friendly talk.
func (d *document) taggedAdjectives(c int) (Proposal, bool) {
	a, b := c-1, c+1
	if !d.is(a, wordclass.Adjective) || !d.is(b, wordclass.Adjective) || !d.plainWord(a) || !d.plainWord(b) || d.inOrder(a, b) || d.near(b+1, c) < 0 || !d.joined(b) || d.has(a, "ED") || d.has(b, "ED") || d.has(a, "ING") || d.has(b, "ING") {
		return Proposal{}, false
	}
	left, right := c-2, b+1
	if !d.joined(left) || d.any(left, []string{"as", "so", "between", "from", "such", "more", "most", "less", "least", "too", "very", "how", "few", "much", "quite", "rather", "no", "both"}) {
		return Proposal{}, false
	}
	if d.any(left, []string{"a", "an"}) && article(d.word(a)) != article(d.word(b)) {
		return Proposal{}, false
	}
	if !d.is(left, wordclass.Determiner, wordclass.Possessive, wordclass.Preposition, wordclass.Base, wordclass.Gerund, wordclass.Third, wordclass.Past, wordclass.To) && !d.has(left, "BE") {
		return Proposal{}, false
	}
	if d.has(left, "BE") || d.any(left, []string{"be", "been"}) {
		if d.tok[right].Norm != "." && d.tok[right].Norm != ";" {
			return Proposal{}, false
		}
	} else if !d.is(right, wordclass.Noun, wordclass.Nouns) || !lowerCase(d.raw(right)) || bodies()[strings.TrimSuffix(d.word(right), "s")] || d.hyphened(right) || d.near(right+1, c) >= 0 && d.joined(right) && (d.is(right+1, wordclass.Noun, wordclass.Nouns) || d.has(right+1, "CAP")) {
		return Proposal{}, false
	}
	return d.swapped(a, c, b, b+1)
}

// taggedSeries reads three things or more around the conjunction at token c,
// all of one word or all of more.
func (d *document) taggedSeries(c int) (Proposal, bool) {
	var none Proposal
	to := c + 1
	for to < c+4 && d.near(to, c) >= 0 && d.plainWord(to) && d.joined(to-1) {
		to++
	}
	if to == c+1 || !d.listBehind(to, c) || !d.joined(c) {
		return none, false
	}
	items := []part{{c + 1, to}}
	k := c - 1
	if d.near(k, c) >= 0 && d.has(k, "COMMA") {
		k--
	}
	for len(items) <= MaxItems {
		end := k + 1
		for k > end-4 && d.near(k, c) >= 0 && d.plainWord(k) && (k == end-1 || d.joined(k)) {
			k--
		}
		if k+1 == end {
			return none, false
		}
		items = append(items, part{k + 1, end})
		if d.near(k, c) < 0 || !d.has(k, "COMMA") {
			break
		}
		k--
	}
	slices.Reverse(items)
	if len(items) < 3 || len(items) > MaxItems || d.near(k, c) < 0 || !d.listBefore(k) {
		return none, false
	}
	if d.has(k, "of") && d.is(k-1, wordclass.Noun, wordclass.Nouns) && !d.is(items[0].to-1, wordclass.Nouns) {
		return none, false
	}
	long := items[0].to-items[0].from > 1
	sorted := true
	var words, seps []string
	for n, it := range items {
		h := it.to - 1
		if (it.to-it.from > 1) != long || !d.is(h, wordclass.Noun, wordclass.Nouns) || d.has(h, "ING") != d.has(items[0].to-1, "ING") || inPlural(d.word(h)) != inPlural(d.word(items[0].to-1)) {
			return none, false
		}
		words = append(words, d.text[d.tok[it.from].Start:d.tok[h].End])
		for m := range n {
			if d.inOrder(items[m].to-1, h) {
				return none, false
			}
		}
		if n > 0 {
			seps = append(seps, d.text[d.tok[items[n-1].to-1].End:d.tok[it.from].Start])
			sorted = sorted && words[n-1] < words[n]
		}
	}
	if sorted {
		return none, false
	}
	s := List("list", words, seps)
	return Proposal{Start: d.tok[items[0].from].Start, End: d.tok[to-1].End, Kind: "list", Readings: s.Readings, Items: words, Seps: seps}, true
}
