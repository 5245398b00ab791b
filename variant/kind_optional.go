package variant

import (
	"strings"

	"frank/prose/wordclass"
)

var optionalKind = kind{
	Kind{"optional", "A small word that may stand or not: all (of) the houses, help (to) build, not only here but (also) there."},
	proposeOptional,
}

// optionalRules look at token i: a small word may stand behind it, or the one
// that stands there may go. twice says that it stands there.
var optionalRules = []func(d *document, i int) (w string, ok bool){
	(*document).optionalOf, (*document).optionalTo, (*document).optionalAlso, (*document).optionalSoThat, (*document).optionalProvided,
}

func proposeOptional(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if d.word(i) == "" || d.near(i+2, i) < 0 || !d.joined(i) || d.lock[i] != 0 {
			continue
		}
		for _, rule := range optionalRules {
			if w, ok := rule(d, i); ok {
				p := Proposal{Start: d.tok[i].End, End: d.tok[i].End, Kind: "optional", Readings: []string{"", " " + w}}
				if d.word(i+1) == w {
					p.End = d.tok[i+1].End
					p.Readings = []string{d.text[p.Start:p.End], ""}
				}
				out = append(out, p)
				break
			}
		}
		if p, ok := d.gerundOf(i); ok {
			out = append(out, p)
		}
	}
	return out
}

// after returns what follows token i when w is skipped, if it stands there.
func (d *document) after(i int, w string) (int, bool) {
	if d.word(i+1) == w && d.lock[i+1] == 0 && d.joined(i+1) {
		return i + 2, true
	}
	return i + 1, false
}

// optionalOf reads: all (of) the houses, both (of) these men. In British English
// it takes "of" away and never puts it in.
func (d *document) optionalOf(i int) (string, bool) {
	w := d.word(i)
	if w != "all" && w != "both" || d.near(i-1, i) >= 0 && d.any(i-1, []string{"at", "of", "first", "above", "after", "not", "with", "for", "us", "we", "they", "them", "you", "once"}) && w == "all" && !d.any(i-1, []string{"of", "with", "for", "after"}) {
		return "", false
	}
	n, of := d.after(i, "of")
	if d.near(i-1, i) >= 0 && (of && d.any(i-1, []string{"or", "and"}) || !of && d.has(i-1, "of")) {
		return "", false // some or all of the houses
	}
	if !of && d.variety == british {
		return "", false // all my doubts, not all of my doubts
	}
	if !d.any(n, []string{"the", "our", "their", "its", "his", "these", "those", "your", "my"}) || d.lock[n] != 0 || d.near(n+1, i) < 0 || !d.joined(n) {
		return "", false
	}
	k := n + 1
	for k < n+4 && d.near(k+1, i) >= 0 && d.joined(k) && d.is(k, wordclass.Adjective, wordclass.Noun, wordclass.Name, wordclass.Number, wordclass.Perfect) && d.is(k+1, wordclass.Nouns, wordclass.Noun, wordclass.Adjective, wordclass.Name) {
		k++
	}
	if !d.is(k, wordclass.Nouns) {
		return "", false
	}
	if d.any(k, []string{"times", "hours", "days", "years", "lives", "circumstances"}) {
		return "", false
	}
	if w == "both" {
		for m := k + 1; m < k+8 && d.near(m, i) >= 0; m++ {
			if d.any(m, []string{"and"}) {
				return "", false // both the houses and the roads
			}
		}
	}
	return "of", true
}

// optionalTo reads: help (to) build, help us (to) build.
func (d *document) optionalTo(i int) (string, bool) {
	h := i
	if d.any(i, []string{"us", "them", "me", "him"}) {
		h--
	}
	if h < 0 || !d.any(h, []string{"help", "helps", "helped", "helping"}) || d.near(h-1, i) < 0 || !d.is(h, wordclass.Base, wordclass.Third, wordclass.Past, wordclass.Perfect, wordclass.Gerund) {
		return "", false
	}
	n, to := d.after(i, "to")
	if !d.is(n, wordclass.Base) || d.near(n+1, i) < 0 || d.word(n+1) == "" || !verbs()[d.word(n)] || d.any(n, []string{"be", "have", "offset"}) {
		return "", false
	}
	if !to && (d.has(h-1, "to") || d.has(h-2, "to")) {
		return "", false // to help to build
	}
	return "to", true
}

// optionalAlso reads: not only here but (also) there.
func (d *document) optionalAlso(i int) (string, bool) {
	if d.word(i) != "but" {
		return "", false
	}
	for k := i - 2; k > i-25 && d.near(k, i) >= 0; k-- {
		if d.has(k, "only") && d.near(k-1, i) >= 0 && d.has(k-1, "not") {
			if n, also := d.after(i, "also"); d.is(n, wordclass.Preposition, wordclass.Determiner, wordclass.To, wordclass.Possessive) && !(also && d.is(n, wordclass.None)) {
				for m := n; m < n+5 && d.near(m, i) >= 0; m++ {
					if d.any(m, []string{"too", "also", "even"}) {
						return "", false
					}
				}
				return "also", true
			}
		}
	}
	return "", false
}

// optionalSoThat reads: so (that) we can.
func (d *document) optionalSoThat(i int) (string, bool) {
	if d.word(i) != "so" || d.first[i] || d.near(i-1, i) < 0 || d.word(i-1) == "" || !d.joined(i-1) || d.any(i-1, []string{"do", "doing", "did", "done", "and", "or", "but", "think", "if", "not"}) {
		return "", false
	}
	n, that := d.after(i, "that")
	if that && d.variety == british || !d.any(n, subjects) || !d.any(n+1, []string{"can", "could"}) {
		return "", false
	}
	return "that", true
}

// optionalProvided reads: provided (that) they agree.
func (d *document) optionalProvided(i int) (string, bool) {
	if !d.any(i, []string{"provided"}) || d.near(i-1, i) < 0 || d.any(i-1, []string{"BE", "HAVE", "not", "already"}) && !d.has(i-1, "COMMA") || d.word(i-1) != "" && !d.is(i-1, wordclass.Noun, wordclass.Nouns, wordclass.Adverb, wordclass.Perfect, wordclass.Pronoun, wordclass.Base, wordclass.Adjective) {
		return "", false
	}
	n, that := d.after(i, "that")
	if !d.any(n, subjects) && !(that && d.taggedClause(n, false)) {
		return "", false
	}
	return "that", d.clause(n) || that
}

// gerundOf reads: for the raising of funds, for raising funds.
func (d *document) gerundOf(i int) (Proposal, bool) {
	if !d.any(i, []string{"for", "in", "by", "against", "towards", "on"}) || d.word(i+1) != "the" || d.near(i+4, i) < 0 || d.any(i-1, []string{"included", "include", "includes"}) || !d.has(i+2, "ING") || !d.has(i+3, "of") || !d.joined(i+1) || !d.joined(i+2) || !d.joined(i+3) || !d.free(i+1) || !d.free(i+2) || !d.free(i+3) {
		return Proposal{}, false
	}
	if gerunds()[d.word(i+2)] == "" || d.any(i+2, []string{"meeting", "opening", "beginning", "building", "hearing", "feeling", "understanding", "planning", "coming", "sitting", "setting", "being", "living", "reading", "standing", "passing", "failing", "undertaking", "finding", "teaching", "thinking", "rising", "happening", "going", "working", "ending", "closing", "falling"}) {
		return Proposal{}, false
	}
	p := Proposal{Start: d.tok[i+1].Start, End: d.tok[i+3].End, Kind: "optional"}
	p.Readings = []string{d.text[p.Start:p.End], d.raw(i + 2)}
	return p, !strings.ContainsAny(d.raw(i+2), "-'")
}
