package variant

import (
	"slices"

	"frank/prose/wordclass"
)

var thatKind = kind{
	Kind{"that", "The optional that before a clause: I hope (that) we shall; he told us (that) he would."},
	proposeThat,
}

// Verbs and adjectives whose clause is as clear without "that", if a pronoun
// begins it.
var thatVerbs = lazy(func() map[string]bool {
	m := map[string]bool{}
	for w := range set("think believe hope feel know say suppose presume assume suggest understand expect imagine trust realise realize admit suspect notice agree consider ensure gather hear fear mean") {
		for _, f := range []form{base, third, past, gerund} {
			m[inflect(w, f)] = true
		}
	}
	delete(m, "felling")
	return m
})

// Verbs after which a longer subject is no object either.
var sayingVerbs = lazy(func() map[string]bool {
	return set(`say says said saying think thinks thought hope hopes hoped hoping believe believes believed feel feels felt understand understands understood
		know knows knew suppose presume trust suspect suspects suspected imagine gather gathers gathered hear heard fear feared means meant ensure ensures ensured ensuring suggested`)
})

// Verbs of telling somebody.
var tellingVerbs = lazy(func() map[string]bool {
	return set("tell tells told telling assure assures assured assuring inform informed informs remind reminded")
})

var sureAdjectives = lazy(func() map[string]bool {
	return set("sure certain confident glad afraid sorry pleased convinced satisfied clear likely unlikely aware")
})

func proposeThat(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		w := d.word(i)
		if w == "" || d.near(i+2, i) < 0 || !d.joined(i) || d.lock[i] != 0 && d.lock[i] != operative {
			continue
		}
		long := false // the clause may begin with a noun phrase
		switch {
		case thatVerbs()[w] && d.clauseVerb(i):
			long = sayingVerbs()[w]
		case (w == "seems" || w == "appears" || w == "seemed" || w == "appeared") && d.near(i-1, i) >= 0 && d.has(i-1, "it"):
		case sureAdjectives()[w] && d.predicate(i):
			long = w == "sure" || w == "confident" || w == "certain" || w == "afraid" || w == "convinced" || w == "glad"
		case d.any(i, []string{"me", "him", "us", "you", "them", "her"}) && d.near(i-1, i) >= 0 && tellingVerbs()[d.word(i-1)] && d.lock[i-1] == 0:
			long = d.any(i-1, []string{"tell", "tells", "told", "telling"})
		default:
			continue
		}
		with := d.word(i+1) == "that" && d.lock[i+1] == 0
		at := i + 1
		if with {
			if at++; !d.joined(i + 1) {
				continue
			}
		}
		if !with && d.any(i, []string{"hear", "heard"}) {
			continue // I heard him say
		}
		if !d.clause(at) && !(long && (d.longClause(at) || d.taggedClause(at, d.any(i, bareSaying) || tellingVerbs()[d.word(i-1)]))) || d.secondThat(at) {
			continue
		}
		p := Proposal{Start: d.tok[i].End, End: d.tok[i].End, Kind: "that", Readings: []string{"", " that"}}
		if with { // " that" goes with the space before it
			p.End = d.tok[i+1].End
			p.Readings = []string{d.text[p.Start:p.End], ""}
		}
		out = append(out, p)
	}
	return append(out, d.spareThats(out)...)
}

// spareThats proposes to leave out what the rules do not know of and the table
// is sure that a clause can do without.
func (d *document) spareThats(known []Proposal) []Proposal {
	had := map[int]bool{}
	for _, p := range known {
		had[p.Start] = true
	}
	var out []Proposal
	for i := range d.tok {
		if p, ok := d.spareThat(i); ok && !had[p.Start] && thats().Sure(d.seenAround(i)) {
			out = append(out, p)
		}
	}
	return out
}

// secondThat reports a second clause that hangs on the same verb: "that …
// and that …".
func (d *document) secondThat(at int) bool {
	for k := at; k < at+longSentence && d.near(k, at) >= 0; k++ {
		if d.has(k, "that") && (d.any(k-1, []string{"and", "but", "or", "also", "COMMA"}) || k <= at+3) {
			return true
		}
	}
	return false
}

// clauseVerb reports a verb with its subject or auxiliary before it, so that it
// is no noun and no aside, and no clause from which a word was taken: not "as I
// said", "what we know", "the man we know".
func (d *document) clauseVerb(i int) bool {
	b := d.near(i-1, i)
	for b >= 0 && isAdverb(d.word(b)) && !d.any(b, []string{"even", "perhaps", "as", "only", "so", "not"}) {
		b = d.near(b-1, i)
	}
	if b < 0 {
		return false
	}
	for k := b; k > b-9 && d.near(k, i) >= 0; k-- {
		if d.any(k, []string{"which", "what", "whom", "who", "as", "than", "where", "how", "whatever", "whose", "so", "such"}) {
			return false
		}
	}
	w := d.word(i)
	switch {
	case d.any(b, []string{"i", "we", "you", "he", "she", "they"}):
		// "the proposals we know", but also "if we think"
		c := d.near(b-1, i)
		return d.any(c, []string{"EDGE", "COMMA", "CONJ", "MODAL", "DO", "HAVE"}) && !d.any(c, []string{"DET"}) || d.has(c, "that") && d.near(c-1, i) >= 0 && thatVerbs()[d.word(c-1)]
	case d.any(b, []string{"MODAL", "to"}):
		return verbs()[w] || w == "say" || w == "know" || w == "understand"
	case d.any(b, []string{"have", "has", "had"}):
		return d.has(i, "ED")
	case w == "mean" || w == "meaning":
		return false
	case w == "means" || w == "meant":
		return d.any(b, []string{"this", "it"}) && d.is(i, wordclass.Third, wordclass.Past) && !d.has(b-1, "by")
	case w == "ensuring":
		return true
	case d.is(b, wordclass.Noun, wordclass.Nouns, wordclass.Name) && d.is(i, wordclass.Past, wordclass.Third, wordclass.Base):
		return !d.is(i, wordclass.Base) || d.is(b, wordclass.Nouns)
	case d.any(b, []string{"NOUN", "CAP"}):
		return slices.Contains([]string{"says", "said", "thinks", "thought", "hopes", "hoped", "feels", "felt", "believes", "knows", "knew", "considers", "suggests"}, w)
	}
	return false
}

// predicate reports an adjective said of somebody: we are sure, he felt certain.
func (d *document) predicate(i int) bool {
	for k := i - 1; k > i-7 && d.near(k, i) >= 0; k-- {
		if d.any(k, []string{"as", "which", "what", "how", "than"}) {
			return false
		}
	}
	b := d.near(i-1, i)
	if b >= 0 && d.any(b, []string{"quite", "very", "fairly", "reasonably", "also", "most"}) {
		b = d.near(b-1, i)
	}
	return b >= 0 && d.any(b, []string{"BE", "feel", "feels", "felt"}) && !d.any(i-1, []string{"so", "as"})
}

// clause reports a subject pronoun with its verb at token i.
func (d *document) clause(i int) bool {
	if d.near(i, i) < 0 || !slices.Contains([]string{"i", "we", "he", "she", "they", "it", "there", "you"}, d.word(i)) || d.lock[i] != 0 {
		return false
	}
	v := d.near(i+1, i)
	return v >= 0 && d.joined(i) && (d.any(v, []string{"FINITE", "VERB", "NEG"}) || d.has(v, "ED") || finites()[d.word(v)] || d.has(v, "ADV") && d.near(v+1, i) >= 0 && d.any(v+1, []string{"FINITE", "VERB", "ED"})) && !d.has(i, "CAP")
}

// longClause reports a noun phrase with a determiner and its auxiliary.
func (d *document) longClause(i int) bool {
	if i >= len(d.tok) || !d.any(i, []string{"the", "our", "his", "their", "my", "these", "this"}) || d.lock[i] != 0 {
		return false
	}
	k := d.nounPhrase(i)
	return k > 0 && d.near(k, i) >= 0 && d.joined(k-1) && d.has(k, "FINITE")
}

// bareSaying are verbs of which a noun is hardly ever the object.
var bareSaying = []string{"say", "says", "said", "think", "thinks", "thought", "hope", "hopes", "hoped"}

// taggedClause reports a short subject and its auxiliary at token i: the new
// proposals of the Government would.
//
// With full, any verb will do: the new proposals went.
func (d *document) taggedClause(i int, full bool) bool {
	k, of := i, false
	for ; k < i+7 && d.near(k, i) >= 0 && d.word(k) != "" && (d.lock[k] == 0 || d.lock[k] == name) && (k == i || d.joined(k-1)); k++ {
		switch {
		case k == i && d.is(k, wordclass.Determiner, wordclass.Possessive) && !d.has(k, "that"):
		case d.is(k, wordclass.Noun, wordclass.Nouns, wordclass.Name, wordclass.Adjective):
		case d.any(k, []string{"of", "in", "for", "on", "with", "between"}) && !of && k > i && d.is(k-1, wordclass.Noun, wordclass.Nouns, wordclass.Name):
			of = true
		case of && d.is(k, wordclass.Determiner, wordclass.Possessive) && d.is(k-1, wordclass.Preposition):
		default:
			if k == i || !d.joined(k-1) || !d.is(k-1, wordclass.Noun, wordclass.Nouns, wordclass.Name) && !(k == i+1 && d.any(i, []string{"this", "these", "those"})) || d.near(k+1, i) < 0 || d.has(k+1, "STOP") {
				return false
			}
			return d.any(k, []string{"MODAL", "is", "are", "was", "were", "has", "have", "had"}) || full && k > i+1 && d.is(k, wordclass.Past, wordclass.Third) && !d.has(k-1, "ED")
		}
	}
	return false
}
