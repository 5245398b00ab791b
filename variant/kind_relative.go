package variant

import (
	"strings"

	"frank/prose/wordclass"
)

var relativeKind = kind{
	Kind{"relative", "The pronoun of a clause that defines: which, that, or none."},
	proposeRelatives,
}

// Nouns whose "that" says what they are ("the fact that we …"), so it is no
// pronoun.
var contentNouns = lazy(func() map[string]bool {
	return set(`fact facts view views belief beliefs hope hopes opinion opinions impression impressions statement statements assurance assurances news report
		reports understanding condition conditions possibility possibilities idea ideas feeling fear fears suggestion suggestions proposal proposals decision
		decisions claim claims conclusion conclusions assumption assumptions doubt doubts danger dangers risk risks evidence indication indications
		information announcement argument arguments advice confidence likelihood principle principles point points recommendation recommendations request requests
		extent event thing things something anything everything nothing all way day days time times moment ground grounds sense reason reasons
		position basis effect result results so such now requirement requirements provision provisions hint insistence reminder sign signs proof knowledge
		promise promises pledge warning warnings message messages chance chances case answer reply contention thesis theory premise intention intentions
		expectation expectations agreement agreements guarantee guarantees desire wish wishes instruction instructions order orders rumour rumours
		word words consideration considerations importance view question questions probability certainty suspicion objection objections
		commitment commitments resolution determination notion truth faith trust concern concerns criticism criticisms allegation allegations complaint admission grievance grievances pretext excuse rule hypothesis precaution stipulation proviso delusion illusion mistake anxiety
		misapprehension disappointment satisfaction regret pity shame obligation obligations implication implications guidance
		police staff committee council commission government board cabinet delegation party group army force forces`)
})

var persons = lazy(func() map[string]bool {
	return set("people persons person men man women woman children child those families members leaders workers officers officials ministers others one ones families americans students teachers veterans individuals anyone everyone")
})

func proposeRelatives(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		w := d.word(i)
		if d.near(i-2, i) < 0 || d.near(i+2, i) < 0 || d.lock[i] != 0 || !d.joined(i-1) || !d.joined(i) || capital(d.raw(i)) {
			continue
		}
		switch {
		case w == "in" && d.has(i+1, "which") && d.lock[i+1] == 0 && d.joined(i+1) && places()[d.word(i-1)] && d.any(i+2, []string{"DET", "PRON", "CAP", "PLURAL"}):
			out = d.replaced(out, i, i+2, "where")
		case d.any(i, []string{"by", "under"}) && d.has(i+1, "which") && d.lock[i+1] == 0 && d.joined(i+1) && schemes()[d.word(i-1)] && d.any(i+2, []string{"DET", "PRON", "CAP", "PLURAL"}):
			out = d.replaced(out, i, i+2, "whereby")
		case w == "whereby" && schemes()[d.word(i-1)]:
			out = d.replaced(out, i, i+1, "under which")
		case w == "where" && places()[d.word(i-1)] && d.any(i+1, []string{"DET", "PRON", "CAP", "PLURAL"}):
			out = d.replaced(out, i, i+1, "in which")
		case w == "which" && d.defined(i) && !d.aside(i) || w == "that" && d.nounBefore(i, w):
			p, ok := d.relative(i)
			if !ok {
				p, ok = d.sureWhich(i)
			}
			if ok {
				out = append(out, p)
			}
		case w == "which":
			if p, ok := d.sureWhich(i); ok {
				out = append(out, p)
			}
		default:
			p, ok := d.bareRelative(i)
			if !ok {
				p, ok = d.presentReduced(i)
			}
			if ok {
				out = append(out, p)
			}
		}
	}
	return out
}

// sureWhich is for a "which" that the rules do not know of and the table is sure
// might be "that".
func (d *document) sureWhich(i int) (Proposal, bool) {
	p, ok := d.definingWhich(i)
	return p, ok && whiches().Sure(d.seenAround(i))
}

// aside reports a clause that may only add to what is known already, its comma
// left out: in the area which would have to be; on the motion as a whole which
// was; the problem which is, at present.
func (d *document) aside(i int) bool {
	if d.has(i-2, "a") && d.near(i-3, i) >= 0 && d.has(i-3, "as") || d.has(i+2, "COMMA") || d.any(i-3, []string{"above", "other"}) || d.any(i-2, []string{"above"}) {
		return true
	}
	return d.has(i-2, "the") && !inPlural(d.word(i-1)) && d.near(i-3, i) >= 0 && d.has(i-3, "PREP") && d.has(i+1, "FINITE")
}

// Nouns of a place or of circumstances.
var places = lazy(func() map[string]bool {
	return set("area areas place places region regions country countries territory territories district districts town city cities case cases situation situations field fields sphere spheres community communities zone zones circumstances conditions instances")
})

// Nouns of what things are done by.
var schemes = lazy(func() map[string]bool {
	return set("arrangement arrangements scheme schemes system systems plan plans procedure procedures formula method agreement agreements process mechanism programme program")
})

func (d *document) replaced(out []Proposal, i, end int, by string) []Proposal {
	p := Proposal{Start: d.tok[i].Start, End: d.tok[end-1].End, Kind: "relative"}
	p.Readings = []string{d.text[p.Start:p.End], by}
	return append(out, p)
}

// Adjectives that may follow their noun, with the word they need behind them.
var postposed = lazy(func() map[string]bool {
	return set("available+to available+for necessary+for necessary+to responsible+for capable+of likely+to suitable+for contrary+to similar+to consistent+with relevant+to essential+to essential+for satisfactory+to inherent+in identical+with comparable+to comparable+with parallel+to")
})

// relative reads the pronoun at token i, which begins a clause that defines.
func (d *document) relative(i int) (Proposal, bool) {
	w := d.word(i)
	end := i + 1 // of what falls away with the pronoun
	other := "that"
	if w == "that" {
		other = "which"
	}
	swap := w == "which" || d.variety == british
	if d.saidNear(i, other) {
		swap = false
	}
	for k := i - 2; w == "that" && k > i-7 && d.near(k, i) >= 0; k-- {
		if contentNouns()[d.word(k)] {
			return Proposal{}, false // suspicion on their side that
		}
	}
	drop := false
	pronoun := d.any(i+1, []string{"i", "we", "he", "she", "they", "you"})
	switch {
	case pronoun && w == "that" && (d.any(i+2, []string{"should", "would", "might", "must"}) || d.told(i)):
		return Proposal{}, false
	case pronoun && (d.any(i+2, []string{"FINITE", "VERB", "ED", "ADV"}) || finites()[d.word(i+2)]):
		drop = true
	case w == "which" && d.any(i+1, []string{"the", "our", "his", "their", "my", "this"}):
		k := d.nounPhrase(i + 1)
		if k == 0 || d.near(k, i) < 0 || !d.any(k, []string{"FINITE", "ED", "PREP", "ADV"}) && !finites()[d.word(k)] {
			return Proposal{}, false
		}
		drop = d.has(k, "FINITE")
	case d.any(i+1, []string{"is", "are", "was", "were"}) && d.near(i+3, i) >= 0 && d.joined(i+1) && d.joined(i+2) && d.lock[i+2] == 0:
		if d.has(i+2, "ED") && d.any(i+3, []string{"by", "in", "at", "to", "for", "from", "under", "on", "with"}) || postposed()[d.word(i+2)+"+"+d.word(i+3)] {
			drop, end = true, i+2
		}
	case d.any(i+1, []string{"has", "have", "had"}) && d.near(i+4, i) >= 0 && d.has(i+2, "been") && d.has(i+3, "ED") && d.has(i+4, "by") && d.joined(i+1) && d.joined(i+2) && d.joined(i+3) && d.lock[i+3] == 0:
		drop, end = true, i+3
	case d.has(i+1, "FINITE") && !d.any(i+1, []string{"having", "being", "been"}):
	case w == "which" && (finites()[d.word(i+1)] || d.has(i+1, "ED") || verbs()[d.word(i+1)] && inPlural(d.word(i-1)) || d.has(i+1, "ADV") && d.any(i+2, []string{"FINITE", "ED", "VERB"})):
	case w == "which" && (d.is(i+1, wordclass.Third, wordclass.Past) || d.is(i+1, wordclass.Base) && d.is(i-1, wordclass.Nouns)):
	case w == "which" && d.taggedClause(i+1, true):
	default:
		return Proposal{}, false
	}
	if end > i+1 && d.has(end-1, "FINITE") && d.lock[end-1] != 0 {
		return Proposal{}, false
	}
	p := Proposal{Start: d.tok[i].Start, End: d.tok[i].End, Kind: "relative"}
	rest := ""
	if drop { // with the space behind it
		p.End = d.tok[end].Start
		rest = d.text[d.tok[i].End:p.End]
	}
	p.Readings = []string{d.text[p.Start:p.End]}
	if swap {
		p.Readings = append(p.Readings, other+rest)
	}
	if drop {
		p.Readings = append(p.Readings, "")
	}
	return p, len(p.Readings) > 1
}

// saidNear reports that the word stands within six words.
func (d *document) saidNear(i int, w string) bool {
	for k := max(0, i-6); k < min(len(d.tok), i+7); k++ {
		if k != i && d.word(k) == w {
			return true
		}
	}
	return false
}

// defined reports a common noun before the "which" at token i that is not
// defined already, so that the clause does it: not "this book which", "his book
// which".
func (d *document) defined(i int) bool {
	n := i - 1
	if d.nounBefore(i, "which") || d.taggedDefined(i) {
		return true
	}
	if !d.has(n, "NOUN") || d.lock[n] != 0 || persons()[d.word(n)] || personEnding(d.word(n)) {
		return false
	}
	k := n - 1
	for ; k >= n-3 && d.near(k, i) >= 0 && d.joined(k) && (d.has(k, "ADJ") || d.has(k, "NOUN") || d.has(k, "LOW") && k < n-1); k-- {
	}
	if d.near(k, i) < 0 || d.word(k) == "" {
		return inPlural(d.word(n))
	}
	if !d.joined(k) || d.any(k, []string{"this", "these", "that", "POSS", "such", "both", "CAP"}) || strings.HasSuffix(d.word(k), "'s") || strings.HasSuffix(d.word(k), "'") {
		return false
	}
	if d.any(k, []string{"the", "a", "an", "any", "some", "those", "every", "no", "all", "many", "certain", "other", "another"}) {
		return true
	}
	return inPlural(d.word(n)) && d.any(k, []string{"PREP", "and", "or", "to", "FINITE", "VERB"})
}

var offices = lazy(func() map[string]bool {
	return set("minister secretary president chairman delegate delegates official officials expert experts representative representatives ambassador general governor advocate")
})

// personEnding reports a noun that may be a person's.
func personEnding(w string) bool {
	if offices()[w] {
		return true
	}
	w = strings.TrimSuffix(w, "s")
	return (strings.HasSuffix(w, "er") || strings.HasSuffix(w, "or") || strings.HasSuffix(w, "ist") || strings.HasSuffix(w, "ee")) &&
		!set("letter matter paper order number factor cover power offer river centre character answer quarter remainder error harbour committee list guarantee cruiser bomber tanker transfer")[w]
}

// nounBefore reports a common noun with its determiner before token i, so that
// the clause defines it.
func (d *document) nounBefore(i int, pronoun string) bool {
	n := i - 1
	w := d.word(n)
	if !d.has(n, "LOW") || d.lock[n] != 0 || pronoun == "that" && contentNouns()[w] || persons()[w] || isAdverb(w) || d.has(n, "ED") || d.has(n, "ING") && w != "meeting" && w != "undertaking" {
		return false
	}
	if personEnding(w) || pronoun == "that" && !d.has(n, "NOUN") {
		return false
	}
	// "the N", "the ADJ N": a determiner within two words, and no verb between.
	for k := n - 1; k >= n-3; k-- {
		if d.near(k, i) < 0 || !d.joined(k) {
			return false
		}
		if d.any(k, []string{"the", "a", "an", "any", "some", "those", "every", "no", "all", "many"}) {
			if pronoun == "that" && d.has(k, "the") && d.near(k-1, i) >= 0 && d.any(k-1, []string{"of"}) {
				return false // perhaps of the noun before
			}
			break
		}
		if k == n-3 || d.any(k, []string{"PREP", "CONJ", "FINITE", "PRON"}) || d.word(k) == "" {
			return false
		}
	}
	if pronoun == "that" {
		// so … that, such … that, it is the … that
		for k := n; k >= max(0, n-8) && d.near(k, i) >= 0; k-- {
			if d.any(k, []string{"so", "such", "it", "it's", "this", "now"}) {
				return false
			}
		}
	}
	return true
}

// told reports a verb of telling near before token i: what follows "that" is
// then what was told.
func (d *document) told(i int) bool {
	for k := i - 1; k >= i-5 && d.near(k, i) >= 0; k-- {
		switch stem(d.word(k)) {
		case "told", "tell", "inform", "advis", "assur", "remind", "notif", "convinc", "persuad", "warn", "satisf", "said", "say", "ask", "suggest", "propos", "hop":
			return true
		}
	}
	return false
}
