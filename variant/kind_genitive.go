package variant

import (
	"strings"

	"frank/prose/wordclass"
)

var genitiveKind = kind{
	Kind{"genitive", "The attitude of the Government, or the Government's attitude."},
	proposeGenitives,
}

// What a government, a country or an office has, so that either form says it.
var possessions = lazy(func() map[string]bool {
	return set(`attitude view views opinion opinions policy policies position decision decisions reply replies proposal proposals suggestion suggestions request
		requests desire wishes intention intentions interests reaction reactions statement statements efforts offer demands claims claim
		objection objections comments leadership security economy future independence sovereignty role contribution ability needs willingness plans
		ambitions defence defences exports imports resources action actions recommendation recommendations report reports findings authority
		responsibility responsibilities strategy priorities achievements commitments prestige status influence rights duties
		neutrality entry participation preparedness readiness reluctance determination refusal advice instructions
		message letter letters speech remarks arguments standpoint viewpoint outlook aims objectives approach sympathy support goodwill resolution
		representations contention conclusions initiative speech plan invitation announcement resignation
		commitment ability sovereignty vision goal goals mission agenda strategies history capacity powers functions interest obligation strengths
		stability welfare values reputation capabilities survival freedom freedoms promise desires hope hopes concerns concern criticism
		wish reactions action participation prosperity integrity relations membership obligations delegation representative representatives`)
})

func proposeGenitives(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		p, ok := d.ofGenitive(i)
		if !ok {
			p, ok = d.possessive(i)
		}
		if ok {
			out = append(out, p)
		}
	}
	return out
}

// Institutions by a common name.
var institutions = lazy(func() map[string]bool {
	return set("government governments committee council commission administration department delegation conference board cabinet minister treasurer ambassador assembly party secretariat agency country nation world chairman people community")
})

// owner reads who has something, from token i on: "the Dutch Government",
// "Japan". The end is 0 if none is there.
func (d *document) owner(i int, possessive bool) int {
	k, of := i, false // of somebody: the, our
	if d.any(k, []string{"the", "our", "their", "his"}) {
		k, of = k+1, true
	}
	for n := 0; n < 4; n++ {
		if !d.inPhrase(k, i) {
			return 0
		}
		w := strings.TrimSuffix(d.word(k), "'s")
		own := w != d.word(k)
		last := own == possessive && (d.has(k, "CAP") && !d.first[k] || institutions()[w] && k > i)
		if last && (possessive || !d.inPhrase(k+1, i) || !d.has(k+1, "CAP")) {
			if possessive && !(institutions()[w] && of) && !lands()[w] {
				return 0 // "the attitude of Smith" is stiff, "of Prime Minister" wrong
			}
			if strings.HasSuffix(w, "s") || strings.HasSuffix(w, "ch") || strings.HasSuffix(w, "sh") || strings.HasSuffix(w, "ese") || strings.HasSuffix(d.raw(k), ".") || honorifics()[w] {
				return 0
			}
			return k + 1
		}
		if own || !d.has(k, "CAP") && !(d.has(k, "ADJ") && k > i) || honorifics()[w] || d.word(k) == "i" {
			return 0
		}
		k++
	}
	return 0
}

var lands = lazy(func() map[string]bool {
	return set(`australia zealand britain england canada india pakistan ceylon burma malaya singapore indonesia japan china korea formosa france germany italy russia poland
		greece turkey egypt israel persia iran iraq siam thailand indo-china portugal spain holland belgium switzerland sweden norway denmark finland austria hungary
		czechoslovakia yugoslavia rumania bulgaria albania america africa europe asia ireland scotland brazil mexico argentina chile peru cuba ukraine taiwan vietnam
		nigeria kenya ghana ethiopia angola rwanda uganda jordan syria lebanon qatar kuwait afghanistan kazakhstan haiti venezuela colombia guatemala guinea papua nauru fiji washington
		moscow tokyo london canberra nato asean union nation`)
})

var honorifics = lazy(func() map[string]bool {
	return set("mr mrs dr sir lord general admiral sen senator col captain major no st majesty majesty's mt king queen prince")
})

// hold reports that words may be moved: nobody else's, and no figures.
func (d *document) hold(from, to int) bool {
	for k := from; k < to; k++ {
		if d.word(k) == "" || d.lock[k] != 0 && d.lock[k] != name || k > from && !d.joined(k-1) || d.hyphened(k) && strings.ContainsAny(d.raw(k), "-") {
			return false
		}
	}
	return true
}

// behindGenitive reports that the words from token k on hang on the whole and
// not on its last word.
func (d *document) behindGenitive(k, of int) bool {
	if d.near(k, of) < 0 || d.tok[k].Norm == "+" {
		return false
	}
	if d.has(k, "COMMA") { // security, prosperity and freedom
		for m := k + 1; m < k+7 && d.near(m, of) >= 0; m++ {
			if m < k+5 && d.any(m, []string{"and", "or", "&"}) || d.has(m, "COMMA") && m < k+6 {
				return false
			}
		}
	}
	return d.any(k, []string{"STOP", "FINITE", "to", "on", "towards", "toward", "regarding", "concerning", "about", "that", "by", "when", "if", "before", "after", "in", "for", "at", "as", "against", "during", "since", "under", "throughout"}) &&
		d.tok[k].Norm != "-" && d.tok[k].Norm != "(" && d.tok[k].Norm != "'" && d.tok[k].Norm != "/"
}

// ofGenitive reads: the present attitude of the Government.
func (d *document) ofGenitive(i int) (Proposal, bool) {
	if !d.has(i, "the") || !d.free(i) || d.near(i+3, i) < 0 || d.any(d.near(i-1, i), []string{"all", "both", "half", "of"}) {
		return Proposal{}, false
	}
	h := i + 1
	h = d.modified(h)
	if !possessions()[d.word(h)] || d.lock[h] != 0 || d.near(h+2, i) < 0 || !d.has(h+1, "of") {
		return Proposal{}, false
	}
	e := d.owner(h+2, false)
	if e > 0 && strings.HasPrefix(d.word(h), "report") && lands()[d.word(e-1)] {
		return Proposal{}, false // by whom, or about whom?
	}
	if e == 0 || d.near(e+1, i) >= 0 && d.tok[e].Norm == "." || d.has(e-1, "pacific") || e == h+3 && institutions()[d.word(e-1)] || !d.opensNoun(h+2) && offices()[d.word(e-1)] || d.has(e, "as") || possessedBefore(d.word(h), d.word(e-1)) || romanNumber(d.raw(e-1)) {
		return Proposal{}, false // the status of Chief Minister; the interests of the world as a whole
	}
	if d.near(e+1, i) >= 0 && d.any(e, []string{"in", "at", "on", "for"}) && (d.has(e+1, "CAP") || d.has(e+1, "the") && d.has(e+2, "CAP") || d.any(e+1, []string{"power", "office", "session", "matters"})) && !lands()[d.word(e-1)] {
		return Proposal{}, false // the policy of the party in Japan
	}
	if !d.hold(i, e) || !d.behindGenitive(e, i) || d.has(e, "that") || d.has(e, "COMMA") && d.near(e+1, i) >= 0 && d.any(e+1, []string{"CAP", "NOUN", "the", "which", "who"}) {
		return Proposal{}, false
	}
	apostrophe := "'s"
	if d.curly {
		apostrophe = "’s"
	}
	start, end := d.tok[i].Start, d.tok[e-1].End
	r := d.text[d.tok[h+2].Start:end] + apostrophe + " " + d.text[d.tok[i+1].Start:d.tok[h].End]
	if capital(d.raw(i)) {
		r = capitalise(r)
	}
	return Proposal{Start: start, End: end, Kind: "genitive", Readings: []string{d.text[start:end], r}}, true
}

// possessive reads: the Government's present attitude.
func (d *document) possessive(i int) (Proposal, bool) {
	if d.near(i+1, i) < 0 || d.any(d.near(i-1, i), []string{"of", "CAP", "ADJ", "DET", "and", "or", "than"}) || d.first[i] && d.word(i) != "the" && !lands()[strings.TrimSuffix(d.word(i), "'s")] || i > 0 && (d.tok[i-1].Norm == "." || d.tok[i-1].Norm == "-") && !d.first[i] {
		return Proposal{}, false
	}
	e := d.owner(i, true)
	if e == 0 || d.near(e, i) < 0 {
		return Proposal{}, false
	}
	h := e
	h = d.modified(h)
	if d.near(h+1, i) < 0 || !possessions()[d.word(h)] || d.lock[h] != 0 || !d.hold(i, h+1) || !d.behindGenitive(h+1, i) || d.has(h+1, "that") && !contentNouns()[d.word(h)] {
		return Proposal{}, false
	}
	start, end := d.tok[i].Start, d.tok[h].End
	who := d.text[start:d.tok[e-1].End]
	who = strings.TrimSuffix(strings.TrimSuffix(who, "'s"), "’s")
	article := "the "
	if d.first[i] {
		article = "The "
		if d.word(i) == "the" {
			who = "the" + who[3:]
		}
	}
	return Proposal{Start: start, End: end, Kind: "genitive", Readings: []string{d.text[start:end], article + d.text[d.tok[e].Start:end] + " of " + who}}, true
}

// modified skips one word that says more of what is had.
func (d *document) modified(h int) int {
	if d.near(h+1, h) >= 0 && d.joined(h) && d.lock[h] == 0 && lowerCase(d.raw(h)) && possessions()[d.word(h+1)] && !d.any(h, []string{"own", "first", "last", "next", "second", "only", "other", "former", "latter", "same", "more", "long-term", "above", "whole", "following", "full", "entire", "final", "sole", "high", "human"}) &&
		(d.has(h, "ADJ") || d.is(h, wordclass.Adjective)) && !strings.HasPrefix(d.word(h+1), "representative") && !d.hyphened(h) && !possessions()[d.word(h)] {
		return h + 1
	}
	return h
}

// possessedBefore reports what is never said with 's.
func possessedBefore(what, whose string) bool { return what == "history" && whose == "world" }

func romanNumber(s string) bool { return strings.Trim(s, "IVXLC") == "" }
