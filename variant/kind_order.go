package variant

import (
	"strings"

	"frank/prose/wordclass"
)

var orderKind = kind{
	Kind{"order", "Where an adverb stands beside its verb: be carefully considered, be considered carefully."},
	func(d *document) []Proposal {
		return append(append(proposeOrders(d), proposeAlso(d)...), proposeLoose(d)...)
	},
}

// Adverbs that say how a thing is done, and say the same on either side of the
// participle.
var manner = lazy(func() map[string]bool {
	return set(`carefully fully closely promptly immediately urgently thoroughly publicly formally jointly quickly rapidly
		speedily adequately effectively properly satisfactorily successfully officially directly separately
		confidentially independently simultaneously regularly frequently energetically vigorously actively peacefully
		efficiently systematically secretly gradually`)
})

// Participles that need what follows them, or are adjectives.
var unmoved = []string{"justified", "looked", "put", "kept", "disliked", "phased", "called", "hailed", "entitled", "concerned", "interested", "occupied", "engaged", "vaccinated", "equipped", "committed", "qualified", "accepted", "aligned", "based", "related", "connected", "linked", "associated"}

// proposeOrders moves the adverb of a passive at the end of its clause.
func proposeOrders(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if d.near(i-1, i) < 0 || d.near(i+1, i) < 0 || !d.any(i-1, []string{"be", "been", "being", "was", "were", "is", "are"}) || !d.joined(i-1) || !d.joined(i) {
			continue
		}
		if !d.free(i) || !d.free(i+1) {
			continue
		}
		a, b := i, i+1
		if !(manner()[d.word(a)] && d.has(b, "ED") || d.has(a, "ED") && manner()[d.word(b)]) {
			continue
		}
		if d.any(a, unmoved) || d.any(b, unmoved) {
			continue
		}
		adverb, verb := d.word(a), d.word(b)
		if d.has(a, "ED") {
			adverb, verb = verb, adverb
		}
		if adverb == "fully" && !set("considered discussed examined investigated explained reported stated explored debated set reviewed studied consulted described")[verb] {
			continue
		}
		behind := d.near(i+2, i)
		// Behind the pair the adverb must not be drawn to what follows.
		if !d.any(behind, []string{"STOP", "and", "but", "before", "after", "at", "when", "if", "by", "during", "within", "until"}) || d.has(behind, "COMMA") {
			continue
		}
		if behind >= 0 && strings.ContainsAny(d.raw(behind), "-'") || adverb == "directly" && !d.has(behind, "STOP") {
			continue
		}
		start, end := d.tok[a].Start, d.tok[b].End
		out = append(out, Proposal{Start: start, End: end, Kind: "order", Readings: []string{d.text[start:end], d.raw(b) + d.text[d.tok[a].End:d.tok[b].Start] + d.raw(a)}})
	}
	return out
}

// proposeAlso moves "also" over an auxiliary, as American prose does as readily
// as not: will also help, also will help.
func proposeAlso(d *document) []Proposal {
	if d.variety != american {
		return nil
	}
	var out []Proposal
	aux := []string{"will", "would", "has", "have", "had", "can", "could", "should", "is", "are", "was", "were"}
	for i := range d.tok {
		if d.near(i-1, i) < 0 || d.near(i+2, i) < 0 || !d.joined(i-1) || !d.joined(i) || !d.joined(i+1) || d.lock[i] != 0 || d.lock[i+1] != 0 {
			continue
		}
		if !(d.any(i, aux) && d.has(i+1, "also") || d.has(i, "also") && d.any(i+1, aux)) {
			continue
		}
		if !d.any(i-1, []string{"CAP", "NOUN", "we", "i", "they", "he", "she", "it", "you", "which", "who"}) && !d.is(i-1, wordclass.Noun, wordclass.Nouns) || d.any(i+2, []string{"not", "STOP", "ADV", "DET", "PREP", "NEG"}) ||
			!d.any(i+2, []string{"VERB", "ED", "ING", "be", "been"}) && !d.is(i+2, wordclass.Base, wordclass.Perfect, wordclass.Gerund) {
			continue
		}
		if d.any(i, []string{"has", "have", "had"}) || d.any(i+1, []string{"has", "have", "had"}) {
			if !d.any(i+2, []string{"ED", "been"}) && !d.is(i+2, wordclass.Perfect) {
				continue // they also have bridge tolls
			}
		}
		p := Proposal{Start: d.tok[i].Start, End: d.tok[i+1].End, Kind: "order"}
		p.Readings = []string{d.text[p.Start:p.End], d.raw(i+1) + " " + d.raw(i)}
		out = append(out, p)
	}
	return out
}
