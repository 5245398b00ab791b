package variant

import (
	"slices"
	"strings"

	"frank/prose"
	"frank/prose/wordclass"
)

var listKind = kind{
	Kind{"list", "The order of co-ordinated items, where it says nothing."},
	proposeLists,
}

// proposeLists proposes other orders of what "and" and "or" join, where the
// table is sure that a reader would let them stand.
func proposeLists(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if c, ok := d.coordination(i); ok && orders().Sure(d.seenAtList(c, rank)) {
			out = append(out, c.Proposal)
		}
	}
	return out
}

// Bodies are named by adjectives of domain, whatever their case.
var bodies = lazy(func() map[string]bool {
	return set("council commission committee department section affairs division branch mission board agency bureau staff attache attaches adviser advisers")
})

// ordered reports items whose order says something whatever the table finds:
// what follows goes back to it, one denies the other, they are a set pair, they
// stand by the alphabet, they name a body, a number behind the last goes with it, or
// a word before the first may go with that alone.
func (d *document) ordered(co coordination) bool {
	a, b := co.items[0], co.items[len(co.items)-1]
	for k := b.to; k < b.to+14 && d.near(k, co.conjunction) >= 0; k++ {
		if d.any(k, []string{"latter", "former", "respectively", "respective"}) {
			return true
		}
	}
	x, y := d.word(d.headOf(a)), d.word(d.headOf(b))
	if contrary(x, y) || fixedPairs()[x+"+"+y] || fixedPairs()[y+"+"+x] {
		return true
	}
	if len(co.items) > 2 && slices.IsSortedFunc(co.items, func(x, y span) int { return strings.Compare(d.words(x), d.words(y)) }) {
		return true
	}
	if d.near(b.to, co.conjunction) >= 0 && bodies()[strings.TrimSuffix(d.word(b.to), "s")] && co.form == "adjective" {
		return true
	}
	if d.near(b.to, co.conjunction) >= 0 && (d.is(b.to, wordclass.Number) || d.has(b.to, "FIGURE")) {
		return true // preamble and paragraph two
	}
	left := d.near(a.from-1, co.conjunction)
	return left >= 0 && co.form == "noun" && nominal(d.class(left))
}

// span is tokens from the first to behind the last.
type span struct{ from, to int }

// coordination is two or more items that a conjunction joins, cut as far as the
// classes of the words tell, with the proposal to order them anew.
type coordination struct {
	Proposal
	items       []span
	conjunction int
	form        string // what is joined
}

// itemWords bounds the words of an item.
const itemWords = 9

// coordination reads what the conjunction at token c joins, unless its order
// says something.
func (d *document) coordination(c int) (coordination, bool) {
	co, ok := d.coordinated(c)
	return co, ok && !d.ordered(co)
}

// coordinated is coordination whatever the order says.
func (d *document) coordinated(c int) (coordination, bool) {
	if w := d.word(c); w != "and" && w != "or" || d.lock[c] != 0 || d.near(c-1, c) < 0 || d.near(c+1, c) < 0 || !d.joined(c) {
		return coordination{}, false
	}
	if co, ok := d.series(c); ok {
		return co, true
	}
	if d.word(c-1) == "" || !d.joined(c-1) || d.opensSeries(c) {
		return coordination{}, false
	}
	return d.pair(c)
}

// opensSeries reports the conjunction of a series that begins its sentence,
// which no pair is to be cut from: "Patience, courage and skill".
func (d *document) opensSeries(c int) bool {
	items := d.listedBefore(c)
	return len(items) > 1 && d.first[items[0].from] && nominal(d.class(items[0].from)) && d.class(items[0].to-1) == d.class(c-1)
}

// nominal reports a word of which noun phrases are made, their determiners
// aside.
func nominal(c wordclass.Class) bool {
	switch c {
	case wordclass.Noun, wordclass.Nouns, wordclass.Adjective, wordclass.Compared, wordclass.Perfect, wordclass.Gerund, wordclass.Name, wordclass.Number:
		return true
	}
	return false
}

// opensNoun reports a determiner or possessive.
func (d *document) opensNoun(i int) bool {
	return d.is(i, wordclass.Determiner, wordclass.Possessive)
}

// nominalEnd returns the end of the noun phrase that begins at token i, or 0.
func (d *document) nominalEnd(i, c int) int {
	k, end := i, 0
	if d.near(k, c) >= 0 && d.opensNoun(k) {
		k++
	}
	for n := 0; n < 6 && d.near(k, c) >= 0 && d.word(k) != "" && (k == i || d.joined(k-1)); n++ {
		if d.is(k, wordclass.Adverb) && d.near(k+1, c) >= 0 && d.is(k+1, wordclass.Adjective, wordclass.Perfect) {
			k++
			continue
		}
		if !nominal(d.class(k)) {
			break
		}
		k++
		if d.is(k-1, wordclass.Noun, wordclass.Nouns, wordclass.Name, wordclass.Gerund) {
			end = k
		}
	}
	return end
}

// nominalStart returns the start of the noun phrase that ends before token end,
// its determiner aside.
func (d *document) nominalStart(end, c int) int {
	k := end
	for k > end-7 && d.near(k-1, c) >= 0 && d.word(k-1) != "" && (k == end || d.joined(k-1)) &&
		(nominal(d.class(k-1)) || k < end && d.is(k-1, wordclass.Adverb) && d.is(k, wordclass.Adjective, wordclass.Perfect)) {
		k--
	}
	return k
}

// toMark returns the end of the words from token i to the next mark, if no
// other clause begins among them; else 0.
func (d *document) toMark(i, c int) int {
	k := i
	for ; k < i+itemWords && d.near(k, c) >= 0 && d.word(k) != ""; k++ {
		if d.is(k, wordclass.And, wordclass.Relative, wordclass.That) || d.any(k, []string{"but", "if", "when", "while", "because", "although", "unless", "whether"}) {
			return 0
		}
	}
	if d.near(k, c) < 0 || d.word(k) == "" && d.tok[k].Norm != "-" && d.tok[k].Norm != "'" {
		return k
	}
	return 0
}

// movable reports tokens without a lock or a break between them.
func (d *document) movable(s span) bool {
	for k := s.from; k < s.to; k++ {
		if d.lock[k] != 0 || k > s.from && !d.joined(k-1) && d.tok[k-1].End != d.tok[k].Start {
			return false
		}
	}
	return d.tok[s.from].Class == prose.Word && !d.cutWord(s)
}

// cutWord reports tokens that begin or end within a word with a hyphen.
func (d *document) cutWord(s span) bool {
	hyphen := func(mark, beside int) bool {
		return mark >= 0 && mark < len(d.tok) && d.tok[mark].Norm == "-" && (d.tok[mark].Start == d.tok[beside].End || d.tok[mark].End == d.tok[beside].Start)
	}
	return hyphen(s.from-1, s.from) || hyphen(s.to, s.to-1)
}

// cut is a way to cut a pair in two, the better the higher its score.
type cut struct {
	a, b  span
	form  string
	score int
}

// pair reads the two items around token c: the cut in which they are most alike.
func (d *document) pair(c int) (coordination, bool) {
	var best cut
	for _, w := range d.cuts(c) {
		a, b := w.a.to-w.a.from, w.b.to-w.b.from
		if a < 1 || b < 1 || a > itemWords || b > itemWords || d.near(w.a.from, c) < 0 || w.b.to > len(d.tok) || !d.movable(span{w.a.from, w.b.to}) {
			continue
		}
		w.score -= 2 * max(a-b, b-a)
		if best.form == "" || w.score > best.score {
			best = w
		}
	}
	if best.form == "" {
		return coordination{}, false
	}
	a, b := best.a, best.b
	if d.near(a.from-1, c) >= 0 && d.any(a.from-1, []string{"a", "an"}) && article(d.word(a.from)) != article(d.word(b.from)) {
		return coordination{}, false
	}
	left, sep, right := d.words(a), d.text[d.tok[a.to-1].End:d.tok[b.from].Start], d.words(b)
	turned := right + sep + left
	p := Proposal{Start: d.tok[a.from].Start, End: d.tok[b.to-1].End, Kind: "list"}
	if d.first[a.from] {
		low, ok := d.uncapitalised(a.from, left, false)
		if !ok {
			return coordination{}, false
		}
		turned = capitalise(right) + sep + low
	} else {
		p.Items, p.Seps = []string{left, right}, []string{sep}
	}
	if turned == left+sep+right || d.mistaken(best) {
		return coordination{}, false
	}
	p.Readings = []string{left + sep + right, turned}
	return coordination{p, []span{a, b}, c, best.form}, true
}

// mistaken reports a cut between nouns one of which must be a verb: "ideals and
// ensures that".
func (d *document) mistaken(w cut) bool {
	third := func(i int) bool {
		return d.is(i, wordclass.Nouns) && verbs()[strings.TrimSuffix(d.word(i), "s")] && !nouns()[strings.TrimSuffix(d.word(i), "s")]
	}
	return w.form == "noun" && (third(w.a.to-1) || third(w.b.to-1))
}

func (d *document) words(s span) string { return d.text[d.tok[s.from].Start:d.tok[s.to-1].End] }

// cuts lists the ways to cut a pair around token c.
func (d *document) cuts(c int) []cut {
	b := c + 1
	first := d.class(b)
	switch {
	case first == wordclass.Preposition || first == wordclass.To:
		return d.phraseCuts(c, first)
	case first == wordclass.Adverb && d.is(c-1, wordclass.Adjective) && d.near(c+2, c) >= 0 && d.is(c+2, wordclass.Adjective, wordclass.Perfect):
		return []cut{{span{c - 1, c}, span{b, c + 3}, "adjective", 0}}
	case first == wordclass.Adverb && d.is(c-1, wordclass.Adverb):
		return []cut{{span{c - 1, c}, span{b, c + 2}, "adverb", 0}}
	case first == wordclass.Base || first == wordclass.Third || first == wordclass.Past:
		return d.verbCuts(c, first)
	}
	var out []cut
	if first == wordclass.Perfect || first == wordclass.Gerund && !d.is(c-1, wordclass.Noun, wordclass.Nouns) {
		out = d.verbCuts(c, first)
	}
	if d.is(b, wordclass.Adjective, wordclass.Perfect) && d.is(c-1, wordclass.Adjective, wordclass.Perfect) {
		a := c - 1
		if d.near(a-1, c) >= 0 && d.is(a-1, wordclass.Adverb) {
			a--
		}
		return append(out, cut{span{a, c}, span{b, c + 2}, "adjective", 6})
	}
	return append(out, d.nounCuts(c)...)
}

// phraseCuts reads: in the air and on land; to see and to hear.
func (d *document) phraseCuts(c int, first wordclass.Class) []cut {
	b := c + 1
	end, form := 0, "to"
	if first == wordclass.Preposition {
		form = "prep"
		if end = d.nominalEnd(b+1, c); end > 0 && d.near(end, c) >= 0 && d.has(end, "of") {
			end = max(end, d.nominalEnd(end+1, c))
		}
	} else {
		end = d.toMark(b, c)
	}
	if end == 0 {
		return nil
	}
	var out []cut
	for a := c - 2; a >= c-itemWords && d.near(a, c) >= 0 && d.word(a) != ""; a-- {
		switch {
		case d.class(a) != first:
		case d.word(a) == d.word(b):
			out = append(out, cut{span{a, c}, span{b, end}, form, 10})
		case form == "prep" && d.word(a) != "of":
			out = append(out, cut{span{a, c}, span{b, end}, form, 0})
		}
	}
	return out
}

// verbCuts reads: read and answered; strengthen ties and promote trade.
func (d *document) verbCuts(c int, first wordclass.Class) []cut {
	b := c + 1
	var out []cut
	if d.class(c-1) == first {
		out = append(out, cut{span{c - 1, c}, span{b, c + 2}, "verbs", 5})
	}
	if end := d.toMark(b, c); end > 0 {
		for a := c - 1; a >= c-itemWords+1 && d.near(a, c) >= 0 && d.word(a) != ""; a-- {
			if d.class(a) == first {
				out = append(out, cut{span{a, c}, span{b, end}, "verbphrase", 0})
			}
		}
	}
	return out
}

// nounCuts reads: size and shape; the size of the army and the strength of the
// navy.
func (d *document) nounCuts(c int) []cut {
	b := c + 1
	end := d.nominalEnd(b, c)
	if end == 0 || !d.is(c-1, wordclass.Noun, wordclass.Nouns) {
		return nil
	}
	ends := []int{end}
	if d.near(end, c) >= 0 && d.is(end, wordclass.Preposition) && d.joined(end-1) {
		if e := d.nominalEnd(end+1, c); e > 0 {
			ends = append(ends, e)
		}
	}
	var starts []int
	from := func(start, end int) int {
		for k := start; k < end; k++ {
			starts = append(starts, k)
		}
		if start < end && d.near(start-1, c) >= 0 && d.opensNoun(start-1) {
			start--
			starts = append(starts, start)
		}
		return start
	}
	start := from(d.nominalStart(c, c), c)
	if p := start - 1; start < c && d.near(p, c) >= 0 && d.is(p, wordclass.Preposition) {
		if s := d.nominalStart(p, c); s < p {
			starts = append(starts, s)
			if d.near(s-1, c) >= 0 && d.opensNoun(s-1) {
				starts = append(starts, s-1)
			}
		}
	}
	var out []cut
	for _, a := range starts {
		if d.opensNoun(a) != d.opensNoun(b) {
			continue
		}
		for _, e := range ends {
			long := d.hasPreposition(span{a, c})
			if long != d.hasPreposition(span{b, e}) {
				continue
			}
			w := cut{span{a, c}, span{b, e}, "noun", 0}
			if d.opensNoun(b) {
				w.form = "det"
			}
			if long {
				w.form += "prep"
				w.score++
			}
			if d.class(a) == d.class(b) {
				w.score += 3
			}
			if d.word(a) == d.word(b) {
				w.score += 3
			}
			if !d.opensNoun(a) && d.near(a-1, c) >= 0 && nominal(d.class(a-1)) {
				w.score -= 4 // what is before may go with both
			}
			if d.near(e, c) >= 0 && nominal(d.class(e)) {
				w.score -= 6
			}
			out = append(out, w)
		}
	}
	return out
}

func (d *document) hasPreposition(s span) bool {
	for k := s.from; k < s.to; k++ {
		if d.is(k, wordclass.Preposition) {
			return true
		}
	}
	return false
}

// series reads three items or more around the conjunction at token c, with
// commas between them.
func (d *document) series(c int) (coordination, bool) {
	var none coordination
	items := d.listedBefore(c)
	if len(items) < 2 {
		return none, false
	}
	b := c + 1
	first, before := d.class(b), items[1:]
	end, form := 0, "noun"
	switch {
	case first == wordclass.Base || first == wordclass.Third || first == wordclass.Past || first == wordclass.To || first == wordclass.Gerund && d.is(items[len(items)-1].from, wordclass.Gerund):
		end, form = d.toMark(b, c), "verb"
	case first == wordclass.Preposition:
		end, form = d.nominalEnd(b+1, c), "prep"
	default:
		end = d.nominalEnd(b, c)
		single := !slices.ContainsFunc(before, func(s span) bool { return s.to-s.from > 1 || !d.is(s.from, wordclass.Adjective) })
		if first == wordclass.Adjective && (end == 0 || end > b+1 && single && d.is(items[0].to-1, wordclass.Adjective)) {
			end, form = b+1, "adjective" // budgetary, administrative or legislative proposals
		}
	}
	if end == 0 {
		return none, false
	}
	alike := func(k int) bool {
		switch {
		case d.opensNoun(b):
			return d.opensNoun(k)
		case form == "noun":
			return nominal(d.class(k))
		}
		return d.class(k) == first
	}
	if slices.ContainsFunc(before, func(s span) bool { return !alike(s.from) }) {
		return none, false
	}
	// The first begins where it is like the others.
	at := items[0].to - 1
	if form == "noun" {
		if at = d.nominalStart(items[0].to, c); d.opensNoun(b) {
			at--
		}
	} else {
		for at > items[0].from && !alike(at) {
			at--
		}
	}
	if at < items[0].from || at >= items[0].to || !alike(at) || d.first[at] || d.near(at-1, c) < 0 || d.any(at-1, []string{"a", "an"}) {
		return none, false
	}
	items[0].from = at
	items = append(items, span{b, end})
	var words, seps []string
	for n, s := range items {
		if !d.movable(s) {
			return none, false
		}
		words = append(words, d.words(s))
		if n > 0 {
			seps = append(seps, d.text[d.tok[items[n-1].to-1].End:d.tok[s.from].Start])
		}
	}
	p := Proposal{Start: d.tok[at].Start, End: d.tok[end-1].End, Kind: "list", Readings: List("list", words, seps).Readings, Items: words, Seps: seps}
	return coordination{p, items, c, "series" + form}, true
}

// listedBefore reads back from token c over runs of words with a comma between
// them, at most as many as a list may have items before its last. The first run
// has the first item at its end.
func (d *document) listedBefore(c int) []span {
	var out []span
	k := c - 1
	if d.has(k, "COMMA") {
		k--
	}
	for {
		end := k + 1
		for k > end-itemWords && d.near(k, c) >= 0 && d.word(k) != "" && !d.is(k, wordclass.And, wordclass.Relative, wordclass.That) {
			k--
		}
		if k+1 == end {
			return nil
		}
		out = append(out, span{k + 1, end})
		if d.near(k, c) < 0 || !d.has(k, "COMMA") {
			break
		}
		if len(out) == MaxItems-1 {
			return nil
		}
		k--
	}
	slices.Reverse(out)
	return out
}
