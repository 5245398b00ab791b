package variant

import "frank/prose/wordclass"

// taggedSubject returns the end of a subject of one to seven words that begins
// at token i, with its verb, or a comma, behind it; 0 if there is none.
func (d *document) taggedSubject(i int) int {
	k, of := i, false
	for ; k < i+8 && d.inPhrase(k, i); k++ {
		switch {
		case k == i && d.is(k, wordclass.Determiner, wordclass.Possessive) && !d.any(k, []string{"that", "this", "these", "those", "all", "both", "what"}):
		case d.is(k, wordclass.Noun, wordclass.Nouns, wordclass.Name, wordclass.Adjective) && !d.has(k, "FINITE"):
		case d.has(k, "of") && !of && k > i+1 && d.is(k-1, wordclass.Noun, wordclass.Nouns, wordclass.Name):
			of = true
		case of && d.has(k-1, "of") && d.is(k, wordclass.Determiner, wordclass.Possessive):
		default:
			return d.subjectBefore(i, k)
		}
	}
	return d.subjectBefore(i, k)
}

// subjectBefore returns k if tokens i to k may be a subject.
func (d *document) subjectBefore(i, k int) int {
	if k == i || d.near(k, i) < 0 || !d.is(k-1, wordclass.Noun, wordclass.Nouns, wordclass.Name) {
		return 0
	}
	if d.has(k, "COMMA") {
		return k
	}
	if d.joined(k-1) && (d.any(k, []string{"BE", "HAVE", "MODAL"}) || d.is(k, wordclass.Past, wordclass.Third, wordclass.Adverb)) {
		return k
	}
	return 0
}
