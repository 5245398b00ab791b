package variant

import (
	"slices"
	"strings"

	"frank/prose/wordclass"
)

var repeatKind = kind{
	Kind{"repeat", "A small word that two joined parts share, said once or twice: to meet and (to) discuss; our houses and (our) roads."},
	proposeRepeats,
}

// repeatRules look at the conjunction at token c and say which word may stand
// behind it, or not.
var repeatRules = []func(d *document, c int) (string, bool){
	(*document).sharedAuxiliary, (*document).sharedSubject, (*document).sharedPossessive, (*document).sharedArticle, (*document).sharedPreposition,
}

func proposeRepeats(d *document) []Proposal {
	var out []Proposal
	for c := range d.tok {
		if w := d.word(c); w != "and" && w != "or" || !d.free(c) || d.near(c-2, c) < 0 || d.near(c+2, c) < 0 || !d.joined(c-1) || !d.joined(c) {
			continue
		}
		for _, rule := range repeatRules {
			if w, ok := rule(d, c); ok {
				out = append(out, d.again(c, w))
				break
			}
		}
	}
	return out
}

// again proposes w behind the conjunction at token c, or not.
func (d *document) again(c int, w string) Proposal {
	p := Proposal{Start: d.tok[c].End, End: d.tok[c].End, Kind: "repeat", Readings: []string{"", " " + w}}
	if d.word(c+1) == strings.ToLower(w) {
		p.End = d.tok[c+1].End
		p.Readings = []string{d.text[p.Start:p.End], ""}
	}
	return p
}

// is reports a token of one of the classes.
func (d *document) is(i int, cs ...wordclass.Class) bool { return slices.Contains(cs, d.class(i)) }

// finite reports what may be the verb of a clause.
func (d *document) finite(i int) bool {
	return d.is(i, wordclass.Base, wordclass.Third, wordclass.Past, wordclass.Modal) || d.has(i, "FINITE")
}

// beyond reports a word at which a clause ends or another begins.
func (d *document) beyond(i int) bool {
	return d.near(i, i) < 0 || d.word(i) == "" || d.is(i, wordclass.None, wordclass.Relative, wordclass.That, wordclass.And, wordclass.There) ||
		d.any(i, []string{"CONJ", "i", "we", "he", "she", "they", "than", "before", "after", "until"})
}

// sharedAuxiliary reads: to meet the Minister and (to) discuss, we will build
// roads and (will) mend houses, they have come and (have) seen.
func (d *document) sharedAuxiliary(c int) (string, bool) {
	// The first verb, with its auxiliary before it, and no verb between.
	g, v := -1, c-1
	for ; v > c-13 && d.near(v-1, c) >= 0; v-- {
		if d.beyond(v) || !d.joined(v-1) {
			return "", false
		}
		g = v - 1
		if d.is(g, wordclass.Adverb) && d.near(g-1, c) >= 0 {
			g--
		}
		if d.is(v, wordclass.Base) && (d.word(g) == "to" || d.any(g, []string{"will", "would", "can", "could", "should"})) ||
			d.is(v, wordclass.Perfect, wordclass.Past) && d.any(g, []string{"has", "have", "had"}) {
			break
		}
		if d.finite(v) || d.is(v, wordclass.To, wordclass.Perfect) {
			return "", false
		}
		g = -1
	}
	if d.is(c-1, wordclass.Adjective, wordclass.Determiner, wordclass.Possessive, wordclass.Preposition) || d.any(c-1, []string{"there", "up", "out", "back"}) {
		return "", false // a list of two inside the first part
	}
	if g < 0 || d.near(g-1, c) < 0 || d.any(v, []string{"be", "been", "have", "come", "go", "try", "gone"}) && v == c-1 || d.any(v, []string{"come", "go", "try"}) {
		return "", false
	}
	w := d.word(g)
	want := d.class(v)
	if want == wordclass.Past {
		want = wordclass.Perfect
	}
	// "who wish to come and help": help whom?
	if w == "to" && (d.is(g-1, wordclass.Base) && !d.is(g-2, wordclass.Modal, wordclass.To, wordclass.Not) && !d.has(g-2, "DO") || d.is(g-1, wordclass.And, wordclass.None) || d.any(g-1, []string{"not", "and", "or", "but", "is", "was"})) {
		return "", false
	}
	if w != "to" && (d.is(g-1, wordclass.And) || d.any(g-1, []string{"and", "or", "but", "to", "which", "that", "who"}) || v == g+2 && d.has(g+1, "ADV") && d.any(g+1, []string{"not", "never", "neither"})) {
		return "", false
	}
	n := c + 1
	twice := d.word(n) == w
	if twice {
		if d.lock[n] != 0 || !d.joined(n) {
			return "", false
		}
		n++
	}
	if d.is(n, wordclass.Adverb) && strings.HasSuffix(d.word(n), "ly") {
		n++
	}
	if d.near(n+1, c) < 0 || d.word(n+1) == "" || !(d.is(n, want) || want == wordclass.Perfect && d.is(n, wordclass.Past) && twice) || d.any(n, []string{"be", "have", "been", "see", "live", "present"}) || !d.joined(n) {
		return "", false
	}
	if w == "to" && !twice && (d.word(v) == "be" || d.word(n) != "ensure" && thatVerbs()[d.word(n)] || d.any(n, []string{"regret", "propose", "appreciate", "recommend", "request", "ask"})) {
		return "", false // we consider it to be late and suggest
	}
	if !twice && (v == c-1 || w != "to" && c-g < 5) {
		return "", false // "to build and mend houses", "we will go there and see"
	}
	if want == wordclass.Base && !d.is(n+1, wordclass.Determiner, wordclass.Possessive, wordclass.Pronoun) &&
		!(verbs()[d.word(n)] && d.is(n+1, wordclass.That, wordclass.Name)) && // invest in ships and rail that
		!(verbs()[d.word(n)] && (d.is(n+1, wordclass.Adjective, wordclass.Noun, wordclass.Nouns, wordclass.Number, wordclass.To) || !nouns()[d.word(n)])) {
		return "", false
	}
	for k := n + 1; k < n+12 && d.near(k+1, c) >= 0 && d.tok[k].Norm != "." && d.tok[k].Norm != ";"; k++ {
		if d.any(k, []string{"and", "or"}) && (d.is(k+1, want, wordclass.To, wordclass.Adverb) || d.word(k+1) == w) {
			return "", false // one of three
		}
	}
	return w, true
}

// sharedSubject reads: We met the Minister on Monday and (we) discussed it.
func (d *document) sharedSubject(c int) (string, bool) {
	v := c - 1
	for ; v > c-13; v-- {
		if d.beyond(v) || d.near(v-1, c) < 0 || !d.joined(v-1) {
			return "", false
		}
		if d.finite(v) {
			break
		}
	}
	s := v - 1
	if d.is(s, wordclass.Adverb) && !d.first[s] {
		s--
	}
	if d.near(s, c) < 0 || !d.any(s, []string{"i", "we", "he", "she", "they"}) || !d.first[s] && !(d.near(s-1, c) >= 0 && d.has(s-1, "COMMA") && d.first[d.sentenceStart(s)] && s-d.sentenceStart(s) < 6) {
		return "", false
	}
	w := strings.ToLower(d.raw(s))
	if w == "i" {
		w = "I"
	}
	n := c + 1
	twice := d.raw(n) == w
	if twice {
		n++
	} else if d.any(n, []string{"PRON"}) {
		return "", false
	}
	if d.is(n, wordclass.Adverb) && strings.HasSuffix(d.word(n), "ly") {
		n++
	}
	if d.near(n+1, c) < 0 || !d.joined(n) || d.word(n) == "" || d.any(v, []string{"BE", "HAVE"}) && !d.has(n, "FINITE") && d.has(n, "ED") || d.is(n, wordclass.Base) && nouns()[d.word(n)] && !thatVerbs()[d.word(n)] {
		return "", false
	}
	same := d.class(n) == d.class(v) && d.is(n, wordclass.Past, wordclass.Base, wordclass.Third) || d.any(n, []string{"have", "has", "had", "am", "are", "is", "was", "were", "will", "would"})
	if d.is(n, wordclass.Base) && !d.has(n, "FINITE") && !(verbs()[d.word(n)] && d.is(n+1, wordclass.Determiner, wordclass.Possessive, wordclass.Pronoun, wordclass.That, wordclass.To) || thatVerbs()[d.word(n)]) {
		return "", false // joy and hope, blood and treasure
	}
	if !same || strings.ContainsAny(d.raw(n), "'’") || !twice && d.is(c-1, wordclass.Past, wordclass.Perfect, wordclass.Gerund, wordclass.Base, wordclass.Third) {
		return "", false
	}
	// Modals and auxiliaries carry over to a bare form: "we will go and see".
	if d.is(v, wordclass.Modal) || d.has(v, "DO") || d.any(v, []string{"let"}) {
		return "", false
	}
	return w, true
}

// sentenceStart returns the first word of the sentence of token i.
func (d *document) sentenceStart(i int) int {
	for k := i; d.near(k, i) >= 0; k-- {
		if d.first[k] {
			return k
		}
	}
	return i
}

// thingItem reads a noun phrase without determiner from token i on: adjectives
// and nouns, the last of which is no person. It returns its end, or 0.
func (d *document) thingItem(i int) int {
	k := i
	for ; k < i+4 && d.near(k, i) >= 0 && d.word(k) != "" && d.lock[k] == 0 && lowerCase(d.raw(k)) && !d.hyphened(k) && (k == i || d.joined(k-1)); k++ {
		if !d.is(k, wordclass.Noun, wordclass.Nouns, wordclass.Adjective) || d.any(k, []string{"other", "others", "own", "such", "more", "same", "former", "latter", "rest"}) {
			break
		}
	}
	if k == i || !d.is(k-1, wordclass.Noun, wordclass.Nouns) || d.near(k, i) >= 0 && d.hyphened(k) {
		return 0
	}
	return k
}

// person reports a noun that may be a person's, so that two of them may be one.
func (d *document) person(i int) bool {
	w := d.word(i)
	return persons()[w] || personEnding(w) || kin()[w] || kin()[strings.TrimSuffix(w, "s")] || strings.HasSuffix(w, "man") || strings.HasSuffix(w, "men")
}

var kin = lazy(func() map[string]bool {
	return set(`friend ally partner colleague wife husband son daughter brother sister mother father parent child children grandchildren family neighbour neighbor
		king queen prince host guest chief head guide boss veteran hero patriot citizen people nation country land native student youth kid`)
})

// sharedPossessive reads: our houses and (our) roads.
func (d *document) sharedPossessive(c int) (string, bool) {
	if !d.has(c-2, "POSS") || d.near(c-3, c) < 0 || !d.joined(c-2) || d.thingItem(c-1) != c {
		return "", false
	}
	w := d.word(c - 2)
	n := c + 1
	twice := d.word(n) == w
	if twice {
		n++
	}
	e := d.thingItem(n)
	if !twice && verbs()[d.word(n)] && !nouns()[d.word(n)] {
		return "", false // their defences and ensure
	}
	if e == 0 || d.unpaired(c-1, e-1) && !twice || d.person(c-1) && d.person(e-1) || e > n+1 && !d.is(n, wordclass.Adjective) || d.has(c-1, "ING") || d.has(e-1, "ING") {
		return "", false
	}
	for k := c - 8; k < c; k++ {
		if d.near(k, c) >= 0 && d.stem[k] != "" && d.stem[k] == d.stem[e-1] {
			return "", false // pride in our towns and pride in our country
		}
	}
	if d.near(e, c) >= 0 && (twice && d.finite(e) || d.is(e, wordclass.Determiner, wordclass.Possessive) || d.any(e, []string{"and", "or", "COMMA", "CAP", "FIGURE"}) || d.tok[e].Norm == "-") || d.any(c-3, []string{"and", "or", "COMMA", "between", "both"}) {
		return "", false
	}
	for k := c - 10; k < c+12; k++ {
		if d.near(k, c) >= 0 && k != c-2 && k != c+1 && d.word(k) == w {
			return "", false // said again and again
		}
	}
	return w, true
}

// sharedArticle reads: the size and (the) shape of.
func (d *document) sharedArticle(c int) (string, bool) {
	if d.word(c-2) != "the" || d.near(c-3, c) < 0 || !d.joined(c-2) || d.thingItem(c-1) != c {
		return "", false
	}
	n := c + 1
	twice := d.word(n) == "the"
	if twice {
		n++
	}
	e := d.thingItem(n)
	if e != n+1 || d.near(e, c) < 0 || d.person(c-1) || d.person(n) || d.is(c-1, wordclass.Nouns) != d.is(n, wordclass.Nouns) || d.unpaired(c-1, n) {
		return "", false
	}
	if d.any(c-3, []string{"and", "or", "COMMA", "between", "both", "of", "all", "either"}) || d.is(c-3, wordclass.Preposition) && d.is(c-4, wordclass.Noun, wordclass.Nouns) {
		return "", false
	}
	if !d.has(e, "of") && (!twice || !d.has(e, "STOP") || d.has(e, "COMMA")) || d.tok[e].Norm == "-" {
		return "", false
	}
	return "the", true
}

// sharedPreposition reads: for the houses and (for) the roads.
func (d *document) sharedPreposition(c int) (string, bool) {
	p := c - 2
	for ; p > c-6 && d.near(p, c) >= 0 && !d.is(p, wordclass.Preposition); p-- {
	}
	if d.near(p-1, c) < 0 || !d.any(p, []string{"in", "for", "on", "to", "against", "at", "about", "towards", "toward", "into", "through"}) {
		return "", false
	}
	w := d.word(p)
	n := c + 1
	twice := d.word(n) == w
	if twice {
		n++
	}
	a, b := d.determined(p+1), d.determined(n)
	if a != c || b == 0 {
		return "", false
	}
	if !(d.is(p+1, wordclass.Determiner, wordclass.Possessive) && d.is(n, wordclass.Determiner, wordclass.Possessive)) {
		return "", false
	}
	if d.is(p-1, wordclass.Noun, wordclass.Nouns, wordclass.Name) && !twice {
		return "", false // talks on the plan and the report: the report may be had with the talks
	}
	if d.any(p-1, []string{"and", "or", "COMMA", "both", "either", "from"}) {
		return "", false
	}
	if d.near(b, c) >= 0 && (d.any(b, []string{"and", "or", "COMMA", "to"}) || d.finite(b) || d.tok[b].Norm == "-") {
		return "", false
	}
	return w, true
}

// determined reads a noun phrase with or without a determiner.
func (d *document) determined(i int) int {
	if d.is(i, wordclass.Determiner, wordclass.Possessive) && d.joined(i) && !d.any(i, []string{"this", "that", "both", "all"}) {
		return d.thingItem(i + 1)
	}
	return d.thingItem(i)
}
