package variant

import "strings"

var orderKind = kind{
	Kind{"order", "Where an adverb of manner stands: be carefully considered, be considered carefully."},
	proposeOrders,
}

// Adverbs that say how a thing is done, and say the same on either side of the
// participle.
var manner = lazy(func() map[string]bool {
	return set(`carefully fully closely promptly immediately urgently thoroughly publicly formally jointly quickly rapidly
		speedily adequately effectively properly satisfactorily successfully officially directly separately
		confidentially independently simultaneously regularly frequently energetically vigorously actively peacefully
		efficiently systematically secretly gradually`)
})

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
		adverb := d.word(a)
		if d.has(a, "ED") {
			adverb = d.word(b)
		}
		behind := d.near(i+2, i)
		// Behind the pair the adverb must not be drawn to what follows.
		if !d.any(behind, []string{"STOP", "and", "but", "before", "after", "at", "when", "if"}) || d.has(behind, "COMMA") {
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
