package variant

import (
	"strings"

	"frank/prose"
)

// left is what stands before a conjunction.
type leftPart struct {
	words, commas         int  // a comma behind an adjunct at the start is not counted
	verb, under, deniable bool // a finite verb; a clause within it; something is denied
	reported              bool // what it says, somebody else says: no "I", no clause but behind "that"
	that                  int  // the last "that", or -1
}

// clauseBefore reads back from word i to the start of the clause.
func (d *document) clauseBefore(i int) leftPart {
	l := leftPart{that: -1, reported: true}
	for k := i; k >= max(0, i-longSentence) && d.near(k, i) >= 0; k-- {
		w := d.word(k)
		if w == "" {
			if d.has(k, "COMMA") {
				if !d.behindOpening(k) {
					l.commas++
				}
				continue
			}
			if d.tok[k].Class == prose.Quote || d.tok[k].Norm == "-" {
				l.commas++
				continue
			}
			break
		}
		l.words++
		l.verb = l.verb || (d.has(k, "ED") || pasts()[w]) && d.any(k-1, []string{"NOUN", "CAP", "PRON", "who"}) || d.has(k, "FINITE") && !d.any(k, []string{"be", "been", "being", "having"}) || finites()[w] || d.contracted(k) || k > 0 && d.nominative(k-1) && d.verbal(k)
		l.deniable = l.deniable || d.lock[k] == negation || d.has(k, "NEG") || strings.HasSuffix(w, "n't")
		if w == "that" && l.that < 0 {
			l.that = k
		}
		switch {
		case d.any(k, []string{"as", "since", "before", "after", "until", "than"}):
			l.under = l.under || d.any(k+1, []string{"PRON", "the", "CAP"}) && d.has(k, "as") || d.any(k+1, []string{"PRON"})
		case subordinators()[w] || reporters()[w] && !d.any(k-1, []string{"DET", "ADJ"}):
			l.under = true
			l.reported = l.reported && (w == "that" || reporters()[w])
		}
		l.reported = l.reported && !d.any(k, []string{"i", "we", "me", "us", "our", "my"})
	}
	return l
}

// behindOpening reports a comma behind an adjunct that begins its sentence.
func (d *document) behindOpening(comma int) bool {
	for k := comma - 1; k >= comma-9 && d.near(k, comma) >= 0 && d.word(k) != ""; k-- {
		if d.first[k] {
			end, _ := d.adjunct(k)
			return end == comma || k == comma-1 && d.has(k, "however")
		}
	}
	return false
}

var subordinators = lazy(func() map[string]bool {
	return set("that if when whenever which who whom whose whether because although though unless while whilst where what how why whatever so let lest")
})

// Verbs after which a clause may follow without "that".
var reporters = lazy(func() map[string]bool {
	return set(`think thinks thought believe believes believed hope hopes hoped feel feels felt say says said tell tells told know knows knew suggest suggests suggested
		understand understands understood consider considers considered ask asked assume assumed wish doubt sure glad afraid confident see saw find found hear heard
		mean means meant report reported claim claimed state stated indicate indicated add added reply replied argue argued expect expects expected
		propose proposed show shows showed shown agree agreed ensure insist insisted urge advise advised learn learned learnt fear feared remember`)
})

// pauseBeforeClause finds the comma before "and" or "but" and another clause,
// or before "but" and what it sets against.
func (d *document) pauseBeforeClause(i int) (pause, bool) {
	var none pause
	if !d.any(i, []string{"and", "but", "so"}) || d.said(i) || d.near(i+1, i) < 0 || !d.joined(i) || d.said(i+1) {
		return none, false
	}
	prev, comma := d.before(i)
	if prev < 0 || d.any(prev, []string{"and", "or", "but", "both", "PREP", "DET"}) {
		return none, false
	}
	l := d.clauseBefore(prev)
	if l.commas > 0 && (comma || l.under || l.commas > 2 || !d.has(i, "but")) || l.words < 4 {
		return none, false
	}
	p := pause{a: prev}
	n := i + 1
	if d.has(i, "so") { // not so that we can
		return p, l.verb && !l.under && d.nominative(n) && d.any(n+1, []string{"is", "are", "was", "were", "has", "have", "had", "am", "do", "did"}) && l.words >= 5
	}
	if d.has(i, "but") {
		if d.any(prev, []string{"nothing", "all", "anything", "none", "nobody", "everything", "cannot", "not", "help", "last", "one", "any", "everyone", "anyone", "no", "choice", "alternative", "option"}) || d.any(n, []string{"for", "one", "STOP", "too", "a", "then", "and", "only"}) {
			return none, false
		}
		if d.clauseFrom(n, comma) {
			p.stop = d.variety == british && l.commas == 0 && l.words >= 9
			return p, l.verb && (!l.under || l.reported && d.ownView(n))
		}
		if d.has(n, "that") {
			return p, l.that >= 0 && d.subjected(n+1)
		}
		if comma && d.commaWithin(n, 6) || d.opensUnder(i) || d.any(n, []string{"ADV", "ADJ", "ED", "not"}) && (d.definite(i) || d.has(prev, "ADV")) {
			return none, false // a small but useful thing
		}
		return p, l.verb && d.any(n, []string{"ADV", "ADJ", "PREP", "also", "rather", "not", "to", "FINITE", "ED", "nevertheless", "because", "if", "when", "which"}) && l.words >= 5
	}
	if d.clauseFrom(n, comma) {
		return p, l.verb && (!l.under || l.reported && d.ownView(n))
	}
	if d.opensUnder(i) || comma && d.commaWithin(n, 10) && !d.has(n, "that") {
		return none, false
	}
	switch {
	case d.any(n, []string{"therefore", "thus", "hence", "consequently", "accordingly", "also"}):
		return p, l.verb && l.words >= 6 && (!d.has(n, "also") || !d.predicated(n) && !d.commaWithin(n, 14))
	case d.has(n, "so") && d.near(n+1, i) >= 0:
		return p, l.verb && l.words >= 5 && d.subjected(n+1)
	case d.has(n, "that"):
		return p, l.that >= 0 && prev-l.that >= 4 && d.subjected(n+1)
	case d.variety == british && !comma && (d.has(n, "ED") || finites()[d.word(n)]) && d.any(n+1, []string{"DET", "that", "to", "OBJ"}) && !d.any(n+1, []string{"other", "certain", "many"}):
		for k := prev; k > prev-10 && d.near(k, i) >= 0; k-- {
			if d.has(k, "by") && d.has(k-1, "ED") { // prepared by them and sent to us
				return none, false
			}
		}
		return p, l.verb && !l.under && l.words >= 10 && !d.any(prev, []string{"ED", "ADV"})
	case d.has(n, "FINITE") && (comma || d.variety == british && l.words >= 9):
		return p, l.verb && !l.under && l.words >= 6 && !d.any(n, []string{"be", "been", "being", "having", "do", "have", "can", "might", "must"})
	}
	return none, false
}

// ownView reports that the writer says what he thinks or does himself, at token
// i, so that nobody else can have said it: He said that they should, and we agree.
func (d *document) ownView(i int) bool {
	return d.any(i, []string{"i", "we"}) && (d.any(i+1, []string{"am", "are", "have", "shall", "think", "feel", "believe", "hope", "consider", "suggest", "agree", "understand", "concur", "propose", "doubt", "enclose", "attach"}))
}

// clauseFrom reports a clause at token i behind a conjunction. A subject that
// could be the second of two needs a comma, or a verb that shows it is alone.
func (d *document) clauseFrom(i int, comma bool) bool {
	if !d.subjected(i) {
		return (comma || d.has(i-1, "but")) && d.subjectedLoosely(i)
	}
	if d.nominative(i) || comma {
		return true
	}
	if d.any(i-2, []string{"OBJ", "ADV", "ED"}) && d.word(i-2) != "this" {
		return true
	}
	if !d.has(i, "DET") {
		return false
	}
	k := d.nounPhrase(i)
	return d.near(k, i) >= 0 && !inPlural(d.word(k-1)) && d.any(k, []string{"is", "was", "has"})
}

// opensUnder reports a sentence that begins with a clause of condition, time or
// cause, to which token i may belong.
func (d *document) opensUnder(i int) bool {
	for k := i; k >= max(0, i-longSentence) && d.near(k, i) >= 0; k-- {
		if d.first[k] {
			return set("if when as while whilst although though since unless because that whether once after before until")[d.word(k)]
		}
	}
	return false
}

// commaWithin reports a comma among the next tokens of the sentence, which may
// belong to one before them.
func (d *document) commaWithin(i, most int) bool {
	for k := i; k < i+most && d.near(k, i) >= 0; k++ {
		if d.has(k, "COMMA") {
			return true
		}
	}
	return false
}

// predicated reports a verb behind token i that has what stands before i for
// its subject, or a part of it.
func (d *document) predicated(i int) bool {
	for k := i + 1; k < i+30 && d.near(k, i) >= 0 && (d.word(k) != "" || d.has(k, "COMMA")); k++ {
		if d.has(k, "FINITE") && !d.any(k, []string{"be", "been", "being", "having"}) && !d.any(k-1, []string{"which", "that", "who", "it", "to", "FINITE"}) && !d.nominative(k-1) {
			return true
		}
	}
	return false
}

// pauseBeforePart finds the comma before "and" where a "to" or a preposition is
// said again: to help them, and to secure.
func (d *document) pauseBeforePart(i int) (pause, bool) {
	var none pause
	if !d.any(i, []string{"and", "or"}) || d.said(i) || d.near(i+2, i) < 0 || !d.joined(i) || d.said(i+1) {
		return none, false
	}
	prev, comma := d.before(i)
	n := i + 1
	if prev < 0 || !d.any(n, []string{"to", "PREP"}) || d.any(n, []string{"than", "as", "per", "of", "between", "since", "until", "before", "after", "following", "including"}) {
		return none, false
	}
	if _, _, ok := d.pausePhrase("aside", n); ok || d.has(n+1, "order") {
		return none, false
	}
	infinitive := d.has(n, "to") && d.any(n+1, []string{"VERB", "be", "have"})
	again := 0
	for k := prev; k > prev-22 && k >= 0 && d.near(k, i) >= 0 && d.word(k) != ""; k-- {
		if d.any(k, []string{"and", "or", "both", "either", "between"}) {
			break
		}
		if d.word(k) == d.word(n) && (!d.has(n, "to") || infinitive == d.any(k+1, []string{"VERB", "be", "have"})) {
			again = k
			break
		}
	}
	l := d.clauseBefore(prev)
	if !d.has(n, "to") {
		if end, _ := d.adjunct(n); end > 0 {
			if next, _ := d.behind(end - 1); next >= 0 && d.setOff(next) {
				return none, false // and in 1825 he
			}
		}
	}
	if again == 0 || d.predicated(n) || comma && d.commaWithin(n, 8) || l.commas > 0 || !d.clauseBefore(again-1).verb || prev-again < 4 && !(comma && prev-again >= 2) {
		return none, false
	}
	return pause{a: prev}, true
}
