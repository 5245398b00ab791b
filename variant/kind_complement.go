package variant

import (
	"strings"

	"frank/prose/wordclass"
)

var complementKind = kind{
	Kind{"complement", "How a verb takes what follows it: continue to build, continue building; sent the Minister a copy, sent a copy to the Minister."},
	func(d *document) []Proposal {
		var out []Proposal
		for i := range d.tok {
			p, ok := d.goingOn(i)
			if !ok {
				p, ok = d.recipientFirst(i)
			}
			if !ok {
				p, ok = d.recipientLast(i)
			}
			if ok {
				out = append(out, p)
			}
		}
		return out
	},
}

// Verbs of what is not done but is so.
var states = lazy(func() map[string]bool {
	return set("be have do know believe think understand want need wish hope exist remain see hear like love feel seem appear belong consist matter suffer own mean depend rely regard consider contain hold require deserve agree differ resist count come go serve get set let pose constitute appreciate realise realize recognise recognize possess apply accumulate make receive form admit control bear face enjoy reflect represent involve stand resist cost")
})

// goingOn reads: continue to build, began building.
func (d *document) goingOn(i int) (Proposal, bool) {
	var none Proposal
	if !d.any(i, []string{"continue", "continues", "continued", "begin", "begins", "began", "begun", "start", "starts", "started"}) || d.lock[i] != 0 || d.near(i+3, i) < 0 || !d.joined(i) ||
		!d.is(i, wordclass.Base, wordclass.Third, wordclass.Past, wordclass.Perfect) || d.near(i-1, i) >= 0 && d.any(i-1, []string{"and", "or", "even", "cannot", "never", "can't"}) || d.has(i-2, "cannot") {
		return none, false
	}
	v, to := d.after(i, "to")
	if !d.free(v) || d.near(v+1, i) < 0 {
		return none, false
	}
	w := d.word(v)
	p := Proposal{Start: d.tok[i+1].Start, End: d.tok[v].End, Kind: "complement"}
	p.Readings = []string{d.text[p.Start:p.End], ""}
	if to {
		if !d.is(v, wordclass.Base) || !verbs()[w] || states()[w] || d.word(v+1) == "" {
			return none, false
		}
		p.Readings[1] = inflect(w, gerund)
	} else {
		b := gerunds()[w]
		if !d.is(v, wordclass.Gerund) || b == "" || states()[b] || !d.is(v+1, wordclass.Determiner, wordclass.Possessive, wordclass.Preposition, wordclass.Pronoun, wordclass.Nouns, wordclass.Adjective) || d.is(v+1, wordclass.Nouns) && d.finite(v+2) {
			return none, false
		}
		p.Readings[1] = "to " + b
	}
	// Not beside another of its form: to continue to build and mend.
	for k := v + 1; k < v+10 && d.near(k, i) >= 0; k++ {
		if d.any(k, []string{"and", "or", "COMMA"}) && (d.is(k+1, wordclass.Base, wordclass.Gerund, wordclass.Adverb) || d.has(k+1, "to") || d.has(k+2, "ING") || d.is(k+2, wordclass.Base)) {
			return none, false
		}
	}
	if d.near(v+1, i) >= 0 && (d.any(v+1, []string{"and", "or"}) || d.is(v+1, wordclass.Gerund) || d.tok[v+1].Norm == "-" || to && d.is(v+1, wordclass.Adverb) && strings.HasSuffix(d.word(v+1), "ing")) || d.has(v, "ING") && to {
		return none, false
	}
	if !to && d.near(i-1, i) >= 0 && d.has(i-1, "to") {
		return none, false // to begin to build
	}
	return p, true
}

// Verbs of giving, with what is given in either order.
var giving = lazy(func() map[string]bool {
	m := map[string]bool{}
	for _, v := range strings.Fields("give send show offer hand lend grant") {
		for _, f := range []form{base, third, past, perfect} {
			m[inflect(v, f)] = true
		}
	}
	return m
})

// receiver reads somebody who receives something at token i.
func (d *document) receiver(i int) int {
	if d.any(i, []string{"the", "our", "their", "his"}) {
		k := i + 1
		for k < i+4 && d.inPhrase(k, i) && (d.has(k, "CAP") || d.is(k, wordclass.Adjective)) {
			k++
		}
		if k > i+1 && d.has(k-1, "CAP") {
			if h := d.word(k - 1); institutions()[h] || offices()[h] || personEnding(h) {
				return k
			}
			return 0
		}
		if d.inPhrase(k, i) && (institutions()[d.word(k)] || personEnding(d.word(k)) || persons()[d.word(k)]) {
			return k + 1
		}
		return 0
	}
	k := i
	for k < i+4 && d.inPhrase(k, i) && d.has(k, "CAP") && d.is(k, wordclass.Name, wordclass.Noun, wordclass.Nouns) {
		k++
	}
	if k > i+1 && honorifics()[d.word(i)] || k == i+1 && !honorifics()[d.word(i)] && !lands()[d.word(i)] && len(d.word(i)) > 3 && d.near(k, i) >= 0 && d.tok[k].Norm != "." && d.lock[i] == name {
		return k
	}
	return 0
}

// Nouns of what is handed from one to another.
var handed = lazy(func() map[string]bool {
	return set(`copy copies assurance assurances report reports reply replies message messages letter letters statement note notes draft drafts text texts cable
		telegram memorandum document documents list lists account summary paper papers interview invitation information instruction instructions
		explanation undertaking award medal prize gift`)
})

// given reads a short thing that is given, at token i.
func (d *document) given(i int) int {
	if !d.any(i, []string{"a", "an", "the", "this", "any", "some", "every", "no", "further", "full"}) || d.lock[i] != 0 {
		return 0
	}
	e := d.thingItem(i + 1)
	if e == 0 || e > i+4 || !handed()[d.word(e-1)] {
		return 0
	}
	return e
}

// recipientFirst reads: sent the Minister a copy.
func (d *document) recipientFirst(i int) (Proposal, bool) {
	if !giving()[d.word(i)] || !d.free(i) || d.near(i+3, i) < 0 || !d.joined(i) {
		return Proposal{}, false
	}
	r := d.receiver(i + 1)
	if r == 0 || d.near(r, i) < 0 || !d.joined(r-1) {
		return Proposal{}, false
	}
	e := d.given(r)
	if e == 0 || d.near(e, i) >= 0 && !d.any(e, []string{"STOP", "and", "by", "before", "after", "when", "if", "while", "but", "yesterday", "today"}) || d.near(e, i) >= 0 && d.has(e, "COMMA") {
		return Proposal{}, false
	}
	p := Proposal{Start: d.tok[i+1].Start, End: d.tok[e-1].End, Kind: "complement"}
	p.Readings = []string{d.text[p.Start:p.End], d.text[d.tok[r].Start:p.End] + " to " + d.text[p.Start:d.tok[r-1].End]}
	return p, true
}

// recipientLast reads: sent a copy to the Minister.
func (d *document) recipientLast(i int) (Proposal, bool) {
	if !giving()[d.word(i)] || !d.free(i) || d.near(i+4, i) < 0 || !d.joined(i) || d.any(i-1, []string{"BE"}) {
		return Proposal{}, false
	}
	e := d.given(i + 1)
	if e == 0 || d.near(e+1, i) < 0 || d.word(e) != "to" || !d.joined(e-1) || !d.joined(e) {
		return Proposal{}, false
	}
	r := d.receiver(e + 1)
	if r == 0 || d.near(r, i) >= 0 && !d.any(r, []string{"STOP", "by", "before", "after", "when", "if", "while", "but", "yesterday", "today"}) || d.near(r, i) >= 0 && (d.has(r, "COMMA") || d.tok[r].Norm == "'" || d.tok[r].Norm == "(" || d.tok[r].Norm == "-") {
		return Proposal{}, false
	}
	p := Proposal{Start: d.tok[i+1].Start, End: d.tok[r-1].End, Kind: "complement"}
	p.Readings = []string{d.text[p.Start:p.End], d.text[d.tok[e+1].Start:p.End] + " " + d.text[p.Start:d.tok[e-1].End]}
	return p, true
}
