package variant

import (
	"strings"

	"frank/prose/wordclass"
)

// Adverbs that stand as well before "been" as behind it: has recently been
// moved, has been recently moved.
var loose = lazy(func() map[string]bool {
	return set(`recently previously repeatedly frequently generally formally officially normally usually easily readily immediately promptly
		subsequently ultimately eventually finally originally initially gradually quickly`)
})

// proposeLoose moves an adverb over "be" or "been" before a participle.
func proposeLoose(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if !d.any(i, []string{"be", "been"}) || d.near(i-2, i) < 0 || d.near(i+2, i) < 0 || !d.joined(i-1) || !d.joined(i) || !d.free(i) {
			continue
		}
		a, v := i-1, i+1 // where the adverb stands; the participle
		if loose()[d.word(v)] {
			a, v = v, v+1
		}
		if !loose()[d.word(a)] || !d.free(a) || !d.free(v) || !d.joined(v-1) || !d.is(v, wordclass.Perfect, wordclass.Past) || !d.has(v, "ED") || d.any(v, unmoved) {
			continue
		}
		x := min(a, i) - 1
		if !d.any(x, []string{"will", "would", "should", "could", "can", "has", "have", "had", "may", "might", "must"}) || !d.joined(x) || d.near(x-1, i) >= 0 && d.any(x-1, []string{"not", "never"}) {
			continue
		}
		p := Proposal{Start: d.tok[min(a, i)].Start, End: d.tok[v].End, Kind: "order"}
		p.Readings = []string{d.text[p.Start:p.End]}
		be, adv, verb := d.raw(i), d.raw(a), d.raw(v)
		readings := []string{adv + " " + be + " " + verb, be + " " + adv + " " + verb}
		// Behind the participle it must not be drawn to what follows.
		if behind := d.near(v+1, i); manner()[d.word(a)] && d.any(behind, []string{"STOP", "before", "after", "at", "when", "if", "by", "during", "within", "until"}) && (behind < 0 || !d.has(behind, "COMMA") && d.tok[behind].Norm != "-") && adv != "directly" {
			readings = append(readings, be+" "+verb+" "+adv)
		}
		for _, r := range readings {
			if !strings.EqualFold(r, p.Readings[0]) {
				p.Readings = append(p.Readings, r)
			}
		}
		out = append(out, p)
	}
	return out
}
