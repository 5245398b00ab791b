package variant

import (
	_ "embed"
	"slices"
	"strings"

	"frank/prose"
)

//go:embed pauses.txt
var pauseTable string

// pausePhrases are the phrases of the table by section; what follows a phrase
// in its entry are its conditions.
var pausePhrases = lazy(func() map[string]map[string]string {
	m := map[string]map[string]string{}
	for line := range strings.Lines(pauseTable) {
		section, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if section == "" || section == "#" {
			continue
		}
		if m[section] == nil {
			m[section] = map[string]string{}
		}
		for entry := range strings.SplitSeq(rest, "|") {
			words, conditions := strings.Fields(entry), ""
			for n := len(words) - 1; n > 0 && slices.Contains([]string{"noun", "cause", "long", "clause", "PREP"}, words[n]); n-- {
				conditions += words[n] + " "
				words = words[:n]
			}
			key := strings.Join(words, " ")
			m[section][key] += conditions
		}
	}
	return m
})

// pausePhrase returns the longest phrase of a section that begins at token i,
// its end, and whether there is one.
func (d *document) pausePhrase(section string, i int) (phrase string, end int, ok bool) {
	key := ""
	for k := i; k < i+6 && d.near(k, i) >= 0 && d.word(k) != "" && !d.said(k); k++ {
		if k > i {
			if !d.joined(k - 1) {
				break
			}
			key += " "
		}
		key += d.word(k)
		if _, found := pausePhrases()[section][key]; found {
			phrase, end, ok = key, k+1, true
		}
	}
	return phrase, end, ok
}

// pauseAside finds the two commas around a phrase at token i: is, of course,
// late; that, in the circumstances, we.
func (d *document) pauseAside(i int) (pause, bool) {
	var none pause
	phrase, end, ok := d.pausePhrase("aside", i)
	if d.has(i, "however") && d.variety == british {
		phrase, end, ok = "however", i+1, true
	}
	listed := ok
	left, first := d.before(i)
	if left < 0 {
		return none, false
	}
	if !ok && d.any(left, []string{"that", "but", "because", "whether", "FINITE"}) { // "and" joins adjuncts too
		end, listed = d.adjunct(i)
		ok = end > i+1
	}
	if !ok {
		return none, false
	}
	right, second := d.behind(end - 1)
	if right < 0 || first && !second || d.any(right, []string{"of", "and", "or", "but", "with", "than", "NOUN"}) {
		return none, false
	}
	p := pause{a: left, b: end - 1}
	both := first == second
	switch {
	case d.any(left, []string{"that", "because", "which", "who", "if", "whether", "when", "where", "while", "although", "unless"}) || d.any(left, []string{"and", "but"}) && (!d.first[left] || first):
		if d.any(left, []string{"and"}) && d.any(i, []string{"therefore", "accordingly"}) {
			return none, false
		}
		if d.any(left, []string{"that"}) && d.any(left-1, []string{"so", "now", "PREP"}) {
			return none, false
		}
		if d.setOff(right) && d.subjected(right) && (phrase != "" || d.apart(i, right)) {
			return p, true
		}
		return p, listed && phrase != "" && both && d.any(left, []string{"and", "but", "which", "who"}) && (d.has(right, "FINITE") || finites()[d.word(right)]) && !d.any(right, []string{"be", "being", "been"})
	case phrase == "" && both && d.any(left, []string{"BE", "HAVE", "MODAL"}):
		return p, d.any(right, []string{"ED", "be", "been", "have"}) && !d.any(left, []string{"being", "having"}) && !d.any(i, []string{"by", "to", "according", "about"})
	case phrase == "" || !both:
		return none, false
	case d.any(left, []string{"BE", "HAVE", "MODAL"}) || d.has(left, "not") && d.any(left-1, []string{"BE", "HAVE", "MODAL"}):
		if d.any(left, []string{"being", "having"}) {
			return none, false
		}
		if d.any(i, []string{"indeed"}) || phrase == "in particular" || phrase == "no doubt" && (d.any(left, []string{"HAVE"}) || d.any(right, []string{"that", "PREP", "about"})) || d.any(right, []string{"to"}) && d.any(i, []string{"in", "as"}) {
			return none, false
		}
		return p, d.any(right, []string{"ED", "be", "been", "being", "have", "ART", "this", "POSS", "some", "no", "ADJ", "ADV", "PREP", "VERB", "ING", "to", "that"})
	}
	return none, false
}

// pauseBehindSubject finds the two commas around a word between a subject and
// its verb: we, therefore, suggest.
func (d *document) pauseBehindSubject(i int) (pause, bool) {
	var none pause
	end := i + 1
	switch {
	case d.any(i, []string{"therefore", "accordingly", "nevertheless", "nonetheless"}) || d.has(i, "however") && d.variety == british || d.has(i, "too") && d.any(i-1, []string{"i", "we", "he", "she", "they"}):
	case d.any(i, []string{"of", "in"}) && d.near(i+1, i) >= 0 && d.any(i+1, []string{"course", "turn"}):
		if _, end, ok := d.pausePhrase("aside", i); !ok || end != i+2 {
			return none, false
		}
		end = i + 2
	default:
		return none, false
	}
	left, first := d.before(i)
	right, second := d.behind(end - 1)
	if left < 0 || right < 0 || first != second || !d.any(left, []string{"i", "we", "he", "she", "they", "NOUN", "CAP"}) || d.lock[left] != 0 && d.lock[left] != name {
		return none, false
	}
	if d.any(right, []string{"be", "been", "being", "having"}) {
		return none, false
	}
	pronoun := d.nominative(left)
	return pause{a: left, b: end - 1}, d.has(right, "FINITE") || finites()[d.word(right)] || pronoun && d.any(right, []string{"VERB", "ED"})
}

// pauseBeforePhrase finds the comma before a phrase of the table that adds to a
// clause.
func (d *document) pauseBeforePhrase(i int) (pause, bool) {
	var none pause
	phrase, end, ok := d.pausePhrase("tail", i)
	if !ok || d.near(end, i) < 0 || d.word(end) == "" || d.said(end) {
		return none, false
	}
	prev, comma := d.before(i)
	if prev < 0 || d.any(prev, []string{"BE", "CONJ", "PREP", "to", "ADV", "DET", "MODAL", "only", "not", "partly", "more", "other", "ADJ"}) {
		return none, false
	}
	conditions := pausePhrases()["tail"][phrase]
	if phrase == "rather than" {
		for k := end; k < end+8 && d.near(k, i) >= 0 && d.word(k) != ""; k++ {
			if d.has(k, "and") { // covert rather than overt and takes
				return none, false
			}
		}
		for k := prev; k >= 0 && d.near(k, i) >= 0; k-- {
			if d.stem[k] == "prefer" {
				return none, false
			}
		}
	}
	l := d.clauseBefore(prev)
	if l.commas > 0 || !l.verb || l.words < 6 || strings.Contains(conditions, "PREP") && !d.any(end, []string{"in", "for", "with", "by", "to", "on", "at", "from", "after", "during", "because"}) {
		return none, false
	}
	if strings.Contains(conditions, "cause") && l.deniable || strings.Contains(conditions, "long") && !comma && l.words < 12 || strings.HasSuffix(phrase, "though") && comma {
		return none, false
	}
	if d.opensUnder(i) || !strings.Contains(conditions, "clause") && d.predicated(end) {
		return none, false
	}
	for k := end; d.near(k, i) >= 0; k++ {
		if d.has(k, "COMMA") || strings.Contains(conditions, "noun") && d.has(k, "FINITE") {
			return none, false
		}
		if d.word(k) == "" && !d.has(k, "COMMA") {
			break
		}
	}
	if strings.Contains(conditions, "noun") && d.any(end, []string{"PRON", "OBJ"}) {
		return none, false
	}
	return pause{a: prev}, true
}

// pauseAtEnd finds the comma before a last "too" or "as well".
func (d *document) pauseAtEnd(i int) (pause, bool) {
	var none pause
	end := i + 1
	switch {
	case d.any(i, []string{"too", "respectively"}):
	case d.has(i, "as") && d.has(i+1, "well") || d.has(i, "of") && d.has(i+1, "course"):
		if d.near(i+1, i) < 0 || !d.joined(i) {
			return none, false
		}
		end = i + 2
	default:
		return none, false
	}
	if d.near(end, i) >= 0 && (d.tok[end].Class != prose.Mark || !strings.Contains(".;!?", d.tok[end].Norm)) {
		return none, false
	}
	prev, _ := d.before(i)
	if prev < 0 || d.any(prev, []string{"BE", "CONJ", "PREP", "DET", "MODAL", "ADV", "far", "only"}) {
		return none, false
	}
	return pause{a: prev}, d.clauseBefore(prev).words >= 3
}
