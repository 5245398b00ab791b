package variant

import (
	_ "embed"
	"strings"
)

// Common words by what they are, in running official prose, nearly always.
// A word that is often something else too is on no list.
var (
	//go:embed nouns.txt
	nounList string
	//go:embed adjectives.txt
	adjectiveList string

	nouns      = lazy(func() map[string]bool { return set(nounList) })
	adjectives = lazy(func() map[string]bool { return set(adjectiveList) })
)

// inPlural reports a noun in the plural, as its verb would have it.
func inPlural(w string) bool {
	return len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is") && w != "news" && w != "means" && w != "series" ||
		set("people men women children")[w]
}

// nounPhrase reads a short noun phrase that begins at token i: a determiner or
// none, adjectives, one noun, or a name. It returns the end, or 0. Words keep
// their locks: the caller may carry a name along but not change it.
func (d *document) nounPhrase(i int) int {
	k := i
	if d.any(k, []string{"the", "a", "an", "this", "these", "those", "such", "POSS", "all", "any", "some", "both"}) {
		k++
	}
	for n := 0; n < 3 && d.inPhrase(k, i) && (d.has(k, "ADJ") || d.has(k, "CAP") && d.inPhrase(k+1, i) && (d.has(k+1, "CAP") || d.has(k+1, "NOUN"))); n++ {
		k++
	}
	for n := 0; n < 3 && d.inPhrase(k, i) && d.has(k, "CAP") && d.inPhrase(k+1, i) && d.has(k+1, "CAP"); n++ {
		k++
	}
	if !d.inPhrase(k, i) || !d.has(k, "NOUN") && !d.has(k, "CAP") {
		return 0
	}
	return k + 1
}

// inPhrase reports a word of the sentence of token i that nobody else spoke.
func (d *document) inPhrase(k, i int) bool {
	return d.near(k, i) >= 0 && d.word(k) != "" && (k == i || d.joined(k-1)) && (d.lock[k] == 0 || d.lock[k] == name)
}

// Adjectives of domain: with their like they stand in any order.
var domains = lazy(func() map[string]bool {
	return set(`political economic military financial commercial social cultural technical industrial legal administrative strategic agricultural diplomatic
		scientific constitutional educational medical ethnic religious racial moral practical historical geographical environmental humanitarian
		psychological logistical linguistic maritime nutritional ecological technological electoral judicial physical emotional`)
})

// hyphened reports a word that is part of another.
func (d *document) hyphened(i int) bool {
	return i+1 < len(d.tok) && d.tok[i+1].Start == d.tok[i].End && d.tok[i+1].Norm == "-" || i > 0 && d.tok[i-1].End == d.tok[i].Start && d.tok[i-1].Norm == "-" || strings.ContainsAny(d.raw(i), "'’")
}
