package variant

import (
	"strings"
)

// nominative reports a pronoun that can only be a subject.
func (d *document) nominative(i int) bool {
	return d.any(i, []string{"i", "we", "he", "she", "they", "there", "it"}) || d.contracted(i)
}

// contracted reports a pronoun with its verb: it's, we've.
func (d *document) contracted(i int) bool {
	w := d.word(i)
	n := strings.IndexByte(w, '\'')
	return n > 0 && set("i we he she they there it that")[w[:n]]
}

// verbal reports a verb in a form that has a subject, or an adverb before one.
func (d *document) verbal(i int) bool {
	if d.has(i, "ADV") {
		i++
	}
	return d.any(i, []string{"FINITE", "VERB"}) && !d.any(i, []string{"be", "been", "being"}) || finites()[d.word(i)] || d.has(i, "ED") || pasts()[d.word(i)]
}

// pasts are irregular verbs in the past: wrote.
var pasts = lazy(func() map[string]bool {
	m := map[string]bool{}
	for _, p := range irregularPast() {
		m[p[0]] = true
	}
	return m
})

// subjected reports that a clause begins at token i: a pronoun and its verb, or
// a short noun phrase and a verb that cannot be anything else.
func (d *document) subjected(i int) bool {
	if d.contracted(i) {
		return true
	}
	if d.nominative(i) {
		return d.near(i+1, i) >= 0 && d.joined(i) && d.verbal(i+1)
	}
	k := d.nounPhrase(i)
	if k == 0 || d.near(k, i) < 0 {
		return false
	}
	if d.has(k, "of") && d.near(k+1, i) >= 0 {
		if k = d.nounPhrase(k + 1); k == 0 || d.near(k, i) < 0 {
			return false
		}
	}
	if d.has(k, "ADV") && d.near(k+1, i) >= 0 {
		k++
	}
	return d.joined(k-1) && (d.has(k, "FINITE") && !d.any(k, []string{"be", "been", "being", "having"}) || finites()[d.word(k)])
}

// subjectedLoosely reports a determiner, a few words that may be a noun phrase,
// and a verb.
func (d *document) subjectedLoosely(i int) bool {
	if !d.any(i, []string{"the", "this", "these", "our", "their", "its", "his", "my"}) {
		return false
	}
	for k := i + 1; k < i+8 && d.near(k, i) >= 0 && d.joined(k-1) && !d.said(k); k++ {
		if d.has(k, "FINITE") {
			return k > i+1 && !d.any(k, []string{"be", "been", "being", "having"}) && !d.any(k-1, []string{"ADJ", "DET", "of"})
		}
		if d.any(k, []string{"PREP", "CONJ", "PRON", "to", "ED", "ING"}) && !d.any(k, []string{"of"}) {
			return false
		}
	}
	return false
}

var weekdays = lazy(func() map[string]bool { return set("monday tuesday wednesday thursday friday saturday sunday") })

// Prepositions that adjuncts of time, place and manner begin with.
var opening = lazy(func() map[string]bool {
	return set(`in at on after before during under for from with since throughout across through within over despite by until among between
		regarding concerning according following about above without to upon`)
})

// adjunct returns the end of an adjunct that begins at token i and may be set
// off from the subject behind it; listed says that it is in the table. 0: there
// is none.
func (d *document) adjunct(i int) (end int, listed bool) {
	if _, end, ok := d.pausePhrase("start", i); ok {
		return end, true
	}
	if _, end, ok := d.pausePhrase("british", i); ok {
		if d.variety != british {
			return 0, false
		}
		return end, true
	}
	most, own := 12, true
	if d.variety != british {
		most, own = 5, d.any(i+1, []string{"this", "these", "that", "those", "our", "my", "FIGURE"}) || weekdays()[d.word(i+1)]
	}
	if d.said(i) || !opening()[d.word(i)] || d.near(i+1, i) < 0 || d.variety != british && d.has(i+1, "ING") || d.any(i+1, []string{"that", "which", "whom", "how", "what", "OBJ"}) && !d.any(i+1, []string{"that", "this", "these", "those"}) {
		return 0, false
	}
	if d.has(i, "to") && !d.any(i+1, []string{"this", "that", "these", "our", "my", "some"}) && (d.variety != british || !d.has(i+1, "VERB")) {
		return 0, false
	}
	for k := i + 1; k <= i+most && d.near(k+1, i) >= 0; k++ {
		if d.word(k) == "" || d.said(k) || d.any(k, []string{"CONJ", "FINITE"}) && !d.any(k, []string{"and", "that", "as"}) || d.any(k, []string{"than", "only", "not", "as"}) && k > i+1 || d.nominative(k) {
			return 0, false
		}
		next, comma := d.behind(k)
		if next < 0 {
			return 0, false
		}
		if d.any(k, []string{"PREP", "DET", "CONJ", "FINITE", "all", "both", "half", "such", "ADJ"}) {
			if comma {
				return 0, false
			}
			continue
		}
		if comma {
			if d.has(i, "for") && strings.Contains(d.text[d.tok[i].Start:d.tok[k].End], " to ") || d.has(k, "VERB") && !d.has(k, "NOUN") {
				return 0, false // for it to thrive, they
			}
			return k + 1, false
		}
		if !own || !d.any(k, []string{"NOUN", "CAP", "FIGURE", "PLURAL", "now", "ago", "itself", "one"}) && !nounEnding(d.word(k)) && !d.single(k) || d.has(k, "VERB") && !d.has(k, "NOUN") {
			continue
		}
		if d.nominative(next) || d.any(next, []string{"the", "this", "these", "our", "my", "their", "his", "its", "a", "an", "no", "some"}) && !d.any(k, []string{"ED", "VERB", "ADV"}) && (!d.has(k, "ING") || d.has(k, "NOUN")) {
			return k + 1, false
		}
	}
	return 0, false
}

// nounEnding reports a word that is a noun by its ending.
func nounEnding(w string) bool {
	for _, end := range []string{"tion", "sion", "ment", "ness", "ity", "ance", "ence", "ism", "ship"} {
		if len(w) > 5 && strings.HasSuffix(strings.TrimSuffix(w, "s"), end) {
			return true
		}
	}
	return false
}

// single reports a word of content that looks like no verb, adjective or plural:
// a noun, most likely.
func (d *document) single(k int) bool {
	w := d.word(k)
	return d.has(k, "LOW") && !d.any(k, []string{"VERB", "ADJ", "ED", "ING", "ADV"}) && !strings.HasSuffix(w, "s") && !finites()[w] && !pasts()[w]
}

// setOff reports that word i can begin a subject behind an adjunct that ends
// before it.
func (d *document) setOff(i int) bool {
	if p, _ := d.before(i); d.has(p, "CAP") && d.has(i, "CAP") && !d.has(i, "ART") && d.raw(i) != "I" && !d.any(i, []string{"mr", "mrs", "sir", "dr", "lord", "senator"}) {
		return false
	}
	return d.nominative(i) || d.any(i, []string{"the", "a", "an", "this", "these", "those", "such", "no", "some", "many", "POSS", "CAP", "you"}) && !d.has(i, "FIGURE")
}

// pauseAtStart finds the comma behind an adjunct at token i, at the start of a
// sentence or behind its "and" or "but".
func (d *document) pauseAtStart(i int) (pause, bool) {
	var none pause
	opens := d.first[i]
	if !opens && d.near(i-1, i) >= 0 && d.tok[i-1].Norm == ";" {
		opens = true
	}
	if !opens {
		if p, comma := d.before(i); p >= 0 && !comma && d.first[p] && d.any(p, []string{"and", "but", "so", "yet"}) {
			opens = true
		}
	}
	if !opens || d.said(i) {
		return none, false
	}
	if p, ok := d.pauseBehindClause(i); ok {
		return p, true
	}
	end, listed := d.adjunct(i)
	if end == 0 {
		return none, false
	}
	next, comma := d.behind(end - 1)
	if next >= 0 && d.has(i, "later") && d.any(next, []string{"this", "that", "the"}) || end == i+1 && d.nounPhrase(i) > end {
		return none, false
	}
	if next < 0 || !d.setOff(next) || !listed && (!d.apart(i, next) || !comma && !d.clauseAhead(next)) {
		return none, false
	}
	return pause{a: end - 1}, true
}

// apart reports that the subject at token s belongs to no clause that says more
// of the adjunct at token i: in the report he sent us he said.
func (d *document) apart(i, s int) bool {
	if d.any(s-1, []string{"time", "day", "moment", "way", "extent", "case", "event", "rate"}) && !d.any(i+1, []string{"this", "that", "these", "any"}) {
		return false
	}
	for k := s + 1; k < s+16 && d.near(k, i) >= 0; k++ {
		if d.word(k) == "" {
			break
		}
		if k > s+1 && d.has(k, "FINITE") && !d.any(k, []string{"be", "been", "being"}) && d.any(k-1, []string{"ED", "VERB", "PREP"}) && !d.has(k-1, "NOUN") {
			return false // on the evidence I have seen is
		}
		if d.nominative(k) && !d.any(k-1, []string{"CONJ", "PREP", "CAP"}) && !reporters()[d.word(k-1)] && !d.has(k, "there") && !d.has(k, "it") {
			return false
		}
	}
	if d.has(i, "to") || d.has(i+1, "ING") || d.has(i+2, "to") {
		return d.subjected(s) // To give them the money we need
	}
	return !d.nominative(s) || d.subjected(s)
}

// clauseAhead reports a finite verb within a dozen words of token i.
func (d *document) clauseAhead(i int) bool {
	for k := i; k < i+14 && d.near(k, i) >= 0; k++ {
		if d.contracted(k) || d.has(k, "FINITE") && !d.any(k, []string{"be", "been", "being", "having"}) || finites()[d.word(k)] || k > i && d.nominative(k-1) && d.verbal(k) {
			return true
		}
		if d.word(k) == "" && !d.has(k, "COMMA") {
			break
		}
	}
	return false
}

// pauseBehindClause finds the comma behind a short clause that begins a
// sentence, before a pronoun: If they agree, we shall go.
func (d *document) pauseBehindClause(i int) (pause, bool) {
	var none pause
	if !d.any(i, []string{"if", "when", "as", "once", "unless", "since", "although", "though", "after", "before", "until", "while"}) {
		return none, false
	}
	verb := false
	for k := i + 2; k < i+12 && d.near(k, i) >= 0 && d.word(k-1) != "" && d.word(k) != ""; k++ {
		if d.has(i, "as") && !d.nominative(i+1) || d.any(k, []string{"CONJ"}) && !d.any(k, []string{"and", "as"}) || reporters()[d.word(k)] && !d.has(i, "as") && !d.has(k+1, "COMMA") {
			return none, false
		}
		verb = verb || d.has(k, "FINITE") || finites()[d.word(k)] || d.nominative(k-1) && d.verbal(k)
		next, comma := d.behind(k)
		if !verb || next < 0 || d.any(k, []string{"PREP", "DET", "FINITE", "PRON", "CONJ"}) {
			if comma || next < 0 {
				return none, false
			}
			continue
		}
		if !comma && d.definite(k) {
			continue // the resources they need
		}
		if d.any(next, []string{"i", "we", "he", "she", "they", "it", "there"}) && (comma && d.variety == british || !comma && !d.any(next, []string{"it"})) && d.subjected(next) && (!comma || !d.has(next, "it") || !d.any(k, []string{"VERB", "ED", "ING"})) {
			return pause{a: k}, true
		}
		if comma {
			return none, false
		}
	}
	return none, false
}

// definite reports a noun phrase that ends with word k, which a clause without a
// pronoun may define.
func (d *document) definite(k int) bool {
	for n := k - 1; n >= k-3 && d.near(n, k) >= 0 && d.joined(n); n-- {
		if d.any(n, []string{"the", "a", "an", "all", "any", "every", "some", "no", "those", "only"}) {
			return true
		}
		if d.any(n, []string{"PREP", "FINITE", "PRON"}) {
			return false
		}
	}
	return d.has(k, "PLURAL") && !d.has(k, "ED")
}
