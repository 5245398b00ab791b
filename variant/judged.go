package variant

import (
	_ "embed"
	"strconv"

	"frank/prose/wordclass"
	"frank/variant/fit"
)

// The tables by which other orders, one small word for another or none, and a
// comma or none, are judged. Made by bench/teach judge from what readers said of
// some thousand places each.
var (
	//go:embed order.txt
	orderTable string
	//go:embed that.txt
	thatTable string
	//go:embed which.txt
	whichTable string
	//go:embed comma.txt
	commaTable string

	orders  = lazy(func() *fit.Table { return mustTable("orders", orderTable) })
	thats   = lazy(func() *fit.Table { return mustTable("that", thatTable) })
	whiches = lazy(func() *fit.Table { return mustTable("which", whichTable) })
	commas  = lazy(func() *fit.Table { return mustTable("commas", commaTable) })
)

func mustTable(of, text string) *fit.Table {
	t, err := fit.ReadTable(text)
	if err != nil {
		panic("the table of " + of + " cannot be read: " + err.Error()) // a test reads it
	}
	return t
}

// Sighting is a place that a table judges, sure or not, as bench/teach looks at
// it.
type Sighting struct {
	Proposal
	Seen  []string
	Heads []string // of every item of a list, the word it is about
}

// Sightings lists the places of a text that the table of one kind judges: list,
// that, pause or relative. What is seen of a list hangs on how much oftener a word
// stands first than second, in 1/4 of a logarithm.
func (r *Reader) Sightings(kind string, rank func(word string) int) []Sighting {
	d := r.d
	var out []Sighting
	for i := range d.tok {
		switch kind {
		case "list":
			if co, ok := d.coordination(i); ok {
				s := Sighting{Proposal: co.Proposal, Seen: d.seenAtList(co, rank)}
				for _, it := range co.items {
					s.Heads = append(s.Heads, d.word(d.headOf(it)))
				}
				out = append(out, s)
			}
		case "that":
			if p, ok := d.spareThat(i); ok {
				out = append(out, Sighting{Proposal: p, Seen: d.seenAround(i)})
			}
		case "pause":
			if !d.edited() && d.looseComma(i) {
				out = append(out, Sighting{Proposal: d.paused(pause{a: i}), Seen: d.seenAtComma(i)})
			}
		case "relative":
			if p, ok := d.definingWhich(i); ok {
				out = append(out, Sighting{Proposal: p, Seen: d.seenAround(i)})
			}
		}
	}
	return out
}

func (d *document) seenAround(i int) []string {
	s := &sight{d: d, token: i, form: d.class(i - 1).String()}
	s.add("bias", "")
	s.add("form", s.form)
	s.around()
	return s.names
}

// telling are verbs of telling somebody, who may stand before the "that".
var telling = lazy(func() map[string]bool {
	m := map[string]bool{}
	for w := range set("tell inform assure advise remind notify warn convince persuade satisfy") {
		for _, f := range []form{base, third, past, perfect, gerund} {
			m[inflect(w, f)] = true
		}
	}
	return m
})

// spareThat reads a "that" at token i which a clause might do without.
func (d *document) spareThat(i int) (Proposal, bool) {
	p := i - 1
	if d.word(i) != "that" || d.lock[i] != 0 || d.near(p, i) < 0 || d.near(i+2, i) < 0 || !d.joined(p) || !d.joined(i) || !d.is(i, wordclass.That) {
		return Proposal{}, false
	}
	switch {
	case d.is(p, wordclass.Base, wordclass.Third, wordclass.Past, wordclass.Perfect, wordclass.Gerund, wordclass.Adjective, wordclass.Pronoun, wordclass.Name):
	case d.is(p, wordclass.Noun, wordclass.Nouns): // told the House that
		q := p - 1
		if d.near(q, i) >= 0 && d.is(q, wordclass.Determiner, wordclass.Possessive, wordclass.Adjective) && !telling()[d.word(q)] {
			q--
		}
		if d.near(q, i) < 0 || !telling()[d.word(q)] {
			return Proposal{}, false
		}
	default:
		return Proposal{}, false
	}
	if d.is(i+1, wordclass.Third, wordclass.Past, wordclass.Modal) || d.any(i+1, []string{"BE", "has", "had"}) {
		return Proposal{}, false // a relative
	}
	if d.secondThat(i+1) || d.any(p, []string{"such", "so"}) || d.word(p) == "it" && d.any(p-1, []string{"put", "puts", "putting"}) {
		return Proposal{}, false
	}
	start, end := d.tok[p].End, d.tok[i].End
	return Proposal{Start: start, End: end, Kind: "that", Readings: []string{d.text[start:end], ""}}, true
}

// definingWhich reads a "which" at token i that might as well be "that".
func (d *document) definingWhich(i int) (Proposal, bool) {
	if d.word(i) != "which" || d.variety != british || d.lock[i] != 0 || capital(d.raw(i)) || d.near(i-1, i) < 0 || d.near(i+2, i) < 0 || d.word(i-1) == "" || !d.joined(i-1) || !d.joined(i) {
		return Proposal{}, false
	}
	if d.is(i-1, wordclass.Preposition, wordclass.And, wordclass.To, wordclass.That, wordclass.Name, wordclass.Number) || d.any(i-1, []string{"CAP", "FIGURE"}) || d.any(i-1, []string{"BE", "HAVE", "and", "or", "but", "than", "as"}) || d.person(i-1) {
		return Proposal{}, false
	}
	if k := d.nominalStart(i, i) - 1; d.near(k, i) >= 0 && d.any(k, []string{"this", "these", "that", "those", "POSS"}) {
		return Proposal{}, false // this book which: it is known which
	}
	start, end := d.tok[i].Start, d.tok[i].End
	return Proposal{Start: start, End: end, Kind: "relative", Readings: []string{d.text[start:end], "that"}}, true
}

// looseComma reports behind token i a comma that might go, or a place before a
// conjunction or behind an opening where one might stand: but not where what
// follows would be said by somebody else, or of the opening.
func (d *document) looseComma(i int) bool {
	next, comma := d.behind(i)
	if next < 0 || d.overLock(pause{a: i}) {
		return false
	}
	start, _ := d.sentenceOf(i)
	if end, _ := d.adjunct(start); end == i+1 {
		return d.apart(start, next)
	}
	if d.is(next, wordclass.And) {
		if d.near(next+1, next) >= 0 && d.said(next+1) {
			return false
		}
		l := d.clauseBefore(i)
		return !d.clauseFrom(next+1, comma) || !l.under || l.reported && d.ownView(next+1)
	}
	return comma || subordinators()[d.word(next)] && !d.any(next, []string{"that", "which", "who", "whom", "whose", "what", "how"}) &&
		!d.any(i, []string{"just", "only", "simply", "merely", "partly", "largely", "mainly", "even", "not", "especially", "particularly"})
}

func (d *document) seenAtComma(i int) []string {
	next, comma := d.behind(i)
	s := &sight{d: d, token: i, form: "none"}
	if comma {
		s.form = "comma"
	}
	s.add("bias", "")
	s.add("form", s.form)
	s.around()
	for k := range 3 {
		at := strconv.Itoa(k)
		s.both("n"+at, s.word(next+k))
		s.both("nc"+at, s.class(next+k))
	}
	s.both("nnc", s.class(next)+" "+s.class(next+1)+" "+s.class(next+2))
	s.both("own", s.word(i)+" "+s.word(next))
	s.both("ownc", s.class(i)+" "+s.class(next))
	left, right := 0, 0 // words to the next marks
	for k := i; k > i-30 && d.near(k, i) >= 0 && d.word(k) != ""; k-- {
		left++
	}
	end := next
	for k := next; k < next+30 && d.near(k, i) >= 0 && d.word(k) != ""; k++ {
		right++
		end = k + 1
	}
	s.both("left", bucket(left, 2, 3, 5, 8, 12))
	s.both("right", bucket(right, 2, 3, 5, 8, 12))
	s.both("leftmark", s.class(i-left))
	s.both("rightmark", s.class(end))
	l := d.clauseBefore(i)
	s.both("clause", yes(l.verb)+" "+yes(l.under))
	s.both("subject", yes(d.is(next+1, wordclass.Pronoun, wordclass.Determiner, wordclass.Possessive, wordclass.Name)))
	return s.names
}
