package variant

import "slices"

var thatKind = kind{
	Kind{"that", "The optional that after a verb of saying or thinking: I hope (that) we shall."},
	proposeThat,
}

// Verbs whose clause is as clear without "that".
var thatVerbs = lazy(func() map[string]bool {
	return set("think thinks thought believe believes believed hope hopes hoped feel feels felt know knows knew said say says suppose presume assume")
})

func proposeThat(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if !thatVerbs()[d.word(i)] || d.near(i+2, i) < 0 || d.lock[i] != 0 || !d.joined(i) {
			continue
		}
		if !d.clauseVerb(i) {
			continue
		}
		switch {
		case d.word(i+1) == "that" && d.joined(i+1) && d.clause(i+2):
			// " that" goes with the space before it.
			start, end := d.tok[i].End, d.tok[i+1].End
			out = append(out, Proposal{Start: start, End: end, Kind: "that", Readings: []string{d.text[start:end], ""}})
		case d.clause(i + 1):
			at := d.tok[i].End
			out = append(out, Proposal{Start: at, End: at, Kind: "that", Readings: []string{"", " that"}})
		}
	}
	return out
}

// clauseVerb reports a subject right before the verb, so that it is no noun and
// no aside.
func (d *document) clauseVerb(i int) bool {
	b := d.near(i-1, i)
	if b < 0 {
		return false
	}
	if isAdverb(d.word(b)) && d.near(b-1, i) >= 0 && !d.any(b, []string{"even", "perhaps", "as"}) {
		b--
	}
	if !slices.Contains([]string{"i", "we", "he", "she", "they"}, d.word(b)) {
		return false
	}
	// "as I said", "what we know", "which he thought", "the man we know"
	c := d.near(b-1, i)
	return d.any(c, []string{"EDGE", "COMMA", "and", "but", "because", "although", "so"})
}

// clause reports a subject pronoun with its verb at token i.
func (d *document) clause(i int) bool {
	if !slices.Contains([]string{"i", "we", "he", "she", "they", "it", "there"}, d.word(i)) || d.lock[i] != 0 {
		return false
	}
	v := d.near(i+1, i)
	return v >= 0 && (d.any(v, []string{"FINITE", "VERB", "NEG"}) || d.has(v, "ED") || d.has(v, "ADV") && d.near(v+1, i) >= 0 && d.any(v+1, []string{"FINITE", "VERB", "ED"}))
}
