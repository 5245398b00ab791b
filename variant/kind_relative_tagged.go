package variant

import (
	"strings"

	"frank/prose/wordclass"
)

// Nouns that stand alone as a time, so that a clause may follow and not be
// theirs: last week we met.
var timeNouns = lazy(func() map[string]bool {
	return set(`time times day days week weeks month months year years hour hours minute minutes moment today tomorrow yesterday tonight morning afternoon evening night
		decade century season weekend future past end meantime while hell instance example now then here there course whole reason way
		sake help view hope belief opinion circumstances case cases absence result event events return`)
})

var subjects = []string{"i", "we", "he", "she", "they", "you", "it"}

// bareRelatives looks at a pronoun before which "that" may stand, or at the
// "that" before it: the work (that) we do.
func (d *document) bareRelative(i int) (Proposal, bool) {
	var none Proposal
	s := i
	if d.word(i) == "that" {
		s++
	}
	n := i - 1
	if d.near(n-2, i) < 0 || d.near(s+2, i) < 0 || !d.any(s, subjects) || !d.joined(n) || !d.joined(s) || s > i && (!d.joined(i) || d.lock[i] != 0) {
		return none, false
	}
	w := d.word(n)
	if !d.is(n, wordclass.Noun, wordclass.Nouns) || !lowerCase(d.raw(n)) || d.lock[n] != 0 || contentNouns()[w] && s > i || timeNouns()[w] || d.person(n) && s > i || d.has(n, "ING") || d.has(n, "ED") {
		return none, false
	}
	// The noun has its article close by.
	k := n - 1
	if d.is(k, wordclass.Adjective, wordclass.Compared, wordclass.Noun) {
		k--
	}
	if d.is(n, wordclass.Nouns) && k == n-1 && d.is(k, wordclass.Preposition, wordclass.Base, wordclass.Gerund) && !d.has(k, "like") {
		k++
	} else if !d.any(k, []string{"the", "all", "every", "those", "any", "a", "an", "some", "no", "each", "many"}) {
		return none, false
	}
	if contentNouns()[w] && !d.any(k, []string{"the", "all", "every", "those"}) || d.any(n, []string{"state", "note", "manner", "confirmation", "line"}) {
		return none, false // a chance that we may
	}
	if d.near(k-1, i) < 0 || !d.joined(k) || !d.joined(n-1) || d.is(d.sentenceStart(i), wordclass.To, wordclass.Modal, wordclass.Gerund, wordclass.Relative) || d.any(d.sentenceStart(i), []string{"had", "were", "to", "should", "whenever", "having"}) {
		return none, false // to win the peace we must
	}
	// The clause: a verb with nothing behind it that could be its object.
	v := s + 1
	if d.is(v, wordclass.Adverb) {
		v++
	}
	if !d.finite(v) || thatVerbs()[d.word(v)] && !d.any(v, []string{"expect", "expects", "expected", "know", "knew"}) || d.has(s, "it") && (d.has(v, "FINITE") && !d.any(v, []string{"has", "had"}) || !d.is(v, wordclass.Third) && !d.has(v, "had")) {
		return none, false
	}
	// The main verb has passed, and nothing was said or thought.
	main := false
	for m := k - 1; d.near(m, i) >= 0; m-- {
		if d.is(m, wordclass.That) || d.any(m, []string{"when", "if", "as", "because", "since", "after", "before", "although", "though", "while", "once", "until", "so", "such", "it", "this", "whether", "that", "where", "unless"}) || thatVerbs()[d.word(m)] || tellingVerbs()[d.word(m)] {
			return none, false
		}
		if d.tok[m].Class != 0 {
			break
		}
		main = main || d.finite(m)
		if k-m > 14 {
			return none, false
		}
	}
	if !main || d.told(i) {
		return none, false
	}
	// A gap: the verb group is followed by no noun phrase.
	e := v
	for e < v+4 && d.near(e+1, i) >= 0 && d.joined(e) && (d.any(e, []string{"FINITE", "not"}) || d.is(e, wordclass.Modal, wordclass.Adverb, wordclass.Not) || d.has(e+1, "to") || d.has(e, "to")) && d.word(e+1) != "" {
		e++
	}
	if !d.is(e, wordclass.Base, wordclass.Past, wordclass.Perfect, wordclass.Third, wordclass.Gerund) && !d.has(e, "FINITE") {
		return none, false
	}
	b := e + 1
	if d.near(b, i) >= 0 && d.word(b) != "" && !d.is(b, wordclass.Preposition, wordclass.And, wordclass.Adverb, wordclass.To, wordclass.Third, wordclass.Modal) && !d.has(b, "FINITE") {
		return none, false
	}
	p := Proposal{Start: d.tok[n].End, End: d.tok[n].End, Kind: "relative", Readings: []string{"", " that"}}
	if s > i {
		p.End = d.tok[i].End
		p.Readings = []string{d.text[p.Start:p.End], ""}
	}
	if d.variety == british && !d.any(k, []string{"all", "every", "any"}) && !d.saidNear(i, "which") && !d.person(n) {
		p.Readings = append(p.Readings, " which")
	}
	return p, true
}

// presentReduced reads: those who are living in.
func (d *document) presentReduced(i int) (Proposal, bool) {
	var none Proposal
	if !d.any(i, []string{"who", "which", "that"}) || d.lock[i] != 0 || d.near(i-2, i) < 0 || d.near(i+3, i) < 0 || !d.any(i+1, []string{"is", "are"}) || d.lock[i+1] != 0 || !d.joined(i-1) || !d.joined(i) || !d.joined(i+1) {
		return none, false
	}
	n := i - 1
	if !(d.is(n, wordclass.Nouns) && lowerCase(d.raw(n)) || d.has(n, "those") || d.is(n, wordclass.Noun) && d.any(n-1, []string{"a", "an", "any", "every", "each", "no", "anyone", "someone"})) || d.has(i, "that") && contentNouns()[d.word(n)] {
		return none, false
	}
	g := i + 2
	if d.is(g, wordclass.Adverb) && strings.HasSuffix(d.word(g), "ly") {
		g++
	}
	if d.near(g+1, i) < 0 || d.word(g+1) == "" || d.lock[g] != 0 || d.any(g, []string{"going", "being", "willing", "lacking", "trying", "having", "concerned", "interested", "supposed", "pleased", "prepared", "interesting", "used", "missing", "leading", "outstanding"}) {
		return none, false
	}
	if !(d.is(g, wordclass.Gerund) && d.is(g+1, wordclass.Determiner, wordclass.Possessive, wordclass.Preposition, wordclass.Nouns, wordclass.Noun, wordclass.Adjective, wordclass.To, wordclass.Name) ||
		d.is(g, wordclass.Perfect) && d.has(g, "ED") && d.any(g+1, []string{"by", "in", "at", "under", "on", "from"})) {
		return none, false
	}
	for k := n - 1; k > n-7 && d.near(k, i) >= 0; k-- {
		if d.any(k, []string{"these", "this", "POSS"}) && k > n-4 || d.any(k, []string{"it", "so", "such", "CONJ"}) && !d.any(k, []string{"and", "or", "where", "but"}) {
			return none, false
		}
	}
	p := Proposal{Start: d.tok[n].End, End: d.tok[i+1].End, Kind: "relative"}
	p.Readings = []string{d.text[p.Start:p.End], ""}
	return p, true
}

// taggedDefined is defined for any common noun: bare in the plural, or with an
// article of its own.
func (d *document) taggedDefined(i int) bool {
	n := i - 1
	if !d.is(n, wordclass.Noun, wordclass.Nouns) || !lowerCase(d.raw(n)) || d.lock[n] != 0 || d.person(n) || d.hyphened(n) || timeNouns()[d.word(n)] && !d.is(n, wordclass.Nouns) {
		return false
	}
	if d.any(n, []string{"matter", "hours", "question"}) && d.near(n-1, i) >= 0 && d.any(n-1, []string{"no", "in", "within"}) || d.word(n) == "hours" || d.is(n, wordclass.Nouns) && d.any(i+1, []string{"is", "was", "has"}) {
		return false
	}
	k := n - 1
	for ; k >= n-3 && d.near(k, i) >= 0 && d.joined(k) && lowerCase(d.raw(k)) && d.is(k, wordclass.Adjective, wordclass.Noun, wordclass.Perfect, wordclass.Number); k-- {
	}
	if d.near(k, i) < 0 || d.word(k) == "" || !d.joined(k) || d.any(k, []string{"this", "these", "that", "such", "both", "one", "other", "above"}) || d.any(k+1, []string{"same", "only", "whole", "first", "last", "above", "following", "said", "other"}) {
		return false
	}
	// Nothing near before that the clause could be about instead: the enquiry
	// of the Committee into prices which.
	if d.has(k, "of") || d.any(k, []string{"the", "a", "an"}) && d.has(k-1, "of") && d.near(k-1, i) >= 0 {
		return d.is(n, wordclass.Nouns) && d.is(i+1, wordclass.Base) && !d.is(k-1, wordclass.Nouns)
	}
	if d.is(n, wordclass.Nouns) {
		return d.is(k, wordclass.Preposition, wordclass.Base, wordclass.Gerund, wordclass.Past, wordclass.Third) || d.any(k, []string{"the", "any", "some", "those", "all", "many", "certain", "several", "no", "and", "or", "are", "were", "be"})
	}
	return d.any(k, []string{"a", "an", "any", "every", "no"}) && d.near(k-1, i) >= 0 && !d.has(k-1, "as")
}
