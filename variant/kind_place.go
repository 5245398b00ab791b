package variant

import (
	"slices"
	"strings"

	"frank/prose"
)

var placeKind = kind{
	Kind{"place", "Where an adverbial of the whole sentence stands: However, it is; It is, however,."},
	proposePlaces,
}

// floating is a line of the table of adverbials that say the same at the start
// of a sentence and behind its first verb.
type floating struct {
	words  []string // ways of saying it, any of which may be replaced by another
	opens  string   // what follows it at the start: "," or nothing
	commas bool     // between commas in the middle
	after  []string // the first verb must be one of these; nil: any

}

// The table: ways of saying it; how it stands; the classes of its verbs. "set
// off" stands between commas, "loose" without.
const floatingTable = `
however                                       | set off |
moreover, furthermore, in addition            | set off |
for example, for instance                     | set off |
of course                                     | set off |
in fact                                       | set off |
on the other hand                             | set off |
on the contrary                               | set off |
unfortunately                                 | set off |
fortunately                                   | set off |
in our view, in our opinion                   | set off |
in my view, in my opinion                     | set off |
in their view, in their opinion               | set off |
in his view, in his opinion                   | set off |
in the circumstances, in these circumstances  | set off |
in any event, in any case                     | set off |
therefore                                     | loose,  |
nevertheless, nonetheless                     | loose,  |
consequently, as a result                     | loose,  |
accordingly                                   | loose,  |
meanwhile, in the meantime                    | loose,  |
at present, at the moment                     | loose   | BE HAVE
presumably                                    | loose   |
apparently                                    | loose   |
obviously                                     | loose   |
no doubt, doubtless                           | loose   |
undoubtedly                                   | loose   |
recently                                      | loose,  | HAVE
today                                         | loose,  | BE
`

// openingOnly reports what does not stand between commas: in addition, as a
// result; in American prose furthermore and moreover, which are stiff there.
func (d *document) openingOnly(w string) bool {
	switch w {
	case "in addition", "as a result":
		return true
	case "furthermore", "moreover":
		return d.variety == american
	}
	return false
}

var floatings = lazy(func() map[string]*floating { // by each way of saying it
	m := map[string]*floating{}
	for _, line := range strings.Split(strings.TrimSpace(floatingTable), "\n") {
		f := strings.Split(line, "|")
		how := strings.TrimSpace(f[1])
		fl := &floating{commas: how == "set off"}
		if strings.HasSuffix(how, ",") || fl.commas {
			fl.opens = ","
		}
		if v := strings.Fields(f[2]); len(v) > 0 {
			fl.after = v
		}
		for _, w := range strings.Split(f[0], ",") {
			fl.words = append(fl.words, strings.TrimSpace(w))
			m[strings.TrimSpace(w)] = fl
		}
	}
	return m
})

// floatingAt reads an adverbial of the table at token i.
func (d *document) floatingAt(i int) (string, int) {
	for n := 4; n >= 1; n-- {
		if i < 0 || d.near(i+n-1, i) < 0 {
			continue
		}
		var words []string
		for k := i; k < i+n; k++ {
			if d.word(k) == "" || d.lock[k] != 0 || k > i && !d.joined(k-1) {
				break
			}
			words = append(words, d.word(k))
		}
		if s := strings.Join(words, " "); len(words) == n && floatings()[s] != nil {
			return s, i + n
		}
	}
	return "", i
}

func proposePlaces(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if !d.first[i] || !capital(d.raw(i)) || d.lock[i] != 0 && d.lock[i] != name {
			continue
		}
		if p, ok := d.place(i); ok {
			out = append(out, p)
		}
	}
	return out
}

// place reads a sentence that begins at token i: adverbial, subject, verb, or
// subject, adverbial, verb, or subject, verb, adverbial.
func (d *document) place(i int) (Proposal, bool) {
	var none Proposal
	adv, s := d.floatingAt(i)
	comma := false
	if adv != "" && d.near(s, i) >= 0 && d.has(s, "COMMA") {
		comma = true
		s++
	}
	at := 0 // where it stood: 0 at the start, 1 behind the subject, 2 behind the verb
	v := d.subjectEnd(s)
	if v == 0 {
		return none, false
	}
	if adv == "" && d.has(v, "COMMA") {
		w, end := d.floatingAt(v + 1)
		if w == "" || !d.has(end, "COMMA") || d.near(end, i) < 0 || !floatings()[w].commas {
			return none, false
		}
		adv, at, v = w, 1, end+1
	}
	subject := ""
	if at == 1 {
		subject = d.text[d.tok[s].Start:d.tok[d.subjectEnd(s)-1].End]
	} else {
		subject = d.text[d.tok[s].Start:d.tok[v-1].End]
	}
	if f := floatings()[adv]; d.lexical(v) && (adv == "" || f.after == nil) || adv == "" && d.joined(v-1) {
		if p, ok := d.placeLexical(i, s, v, adv, at, comma); ok {
			return p, true
		}
	}
	// the verb, with its "not"
	if d.near(v, i) < 0 || !d.any(v, []string{"BE", "HAVE", "MODAL"}) || d.has(v, "be") || strings.ContainsAny(d.raw(v), "'’") {
		return none, false
	}
	e := v + 1
	if d.near(e, i) < 0 {
		return none, false
	}
	if d.has(e, "not") && d.joined(v) {
		e++
	}
	negated := e > v+1 || d.has(v, "cannot")
	verb := d.text[d.tok[v].Start:d.tok[e-1].End]
	if adv == "" {
		at = 2
		w, end := "", 0
		if d.near(e, i) >= 0 && d.has(e, "COMMA") {
			w, end = d.floatingAt(e + 1)
			if w == "" || d.near(end, i) < 0 || !d.has(end, "COMMA") {
				return none, false
			}
			end++
		} else if w, end = d.floatingAt(e); w != "" && d.near(end, i) >= 0 && d.has(end, "COMMA") {
			return none, false
		}
		adv, e = w, end
	}
	if adv == "" || d.near(e, i) < 0 || d.has(e, "STOP") || d.any(e, []string{"NEG", "and", "or", "but", "if"}) {
		return none, false
	}
	f := floatings()[adv]
	if f.after != nil && !d.any(v, f.after) || negated && !f.commas || at == 0 && f.commas && !comma && adv != "of course" && adv != "in fact" && !strings.HasPrefix(adv, "in ") {
		return none, false
	}
	if adv == "today" && !d.has(e, "ING") {
		return none, false
	}
	pronoun := d.subject(s)
	low, ok := d.uncapitalised(s, subject, at == 0)
	if !ok {
		return none, false
	}
	open := f.opens
	if at == 0 && !comma {
		open = ""
	}
	readings := []string{d.text[d.tok[i].Start:d.tok[e-1].End]}
	add := func(r string) {
		if !slices.Contains(readings, r) {
			readings = append(readings, r)
		}
	}
	up := capitalise(low)
	for _, w := range f.words {
		if w != adv && d.wordsNear(w, i, e) {
			continue
		}
		add(capitalise(w) + open + " " + low + " " + verb)
		if d.openingOnly(w) {
			continue
		}
		switch {
		case !f.commas:
			if !d.any(e, []string{"ADV"}) || at == 2 {
				add(up + " " + verb + " " + w)
			}
		default:
			add(up + " " + verb + ", " + w + ",")
			if !pronoun {
				add(up + ", " + w + ", " + verb)
			}
		}
	}
	if len(readings) < 2 {
		return none, false
	}
	return Proposal{Start: d.tok[i].Start, End: d.tok[e-1].End, Kind: "place", Readings: readings}, true
}

// lexical reports a full verb in a finite form that nothing else looks like.
func (d *document) lexical(v int) bool {
	return v > 0 && v < len(d.tok) && (d.lock[v] == 0 || d.lock[v] == operative) && (finites()[d.word(v)] || d.has(v, "ED") && !d.any(v, []string{"been", "done", "gone", "seen", "given", "taken", "known", "written", "shown"}))
}

// Finite forms by which a sentence goes on behind its subject.
var finites = lazy(func() map[string]bool {
	m := set("think feel believe hope consider suggest understand propose agree seem seems appear appears assume wish regard recommend ask told said gave made went came took felt thought")
	for w := range set("think feel believe hope consider suggest understand propose agree assume wish regard recommend remain require continue") {
		m[inflect(w, third)] = true
	}
	return m
})

// thinking verbs of which a pronoun's adverbial may stand behind: I feel,
// however, that.
var thinking = lazy(func() map[string]bool {
	return set("think feel believe hope consider suggest understand felt thought believed hoped considered suggested understood assume")
})

// placeLexical is place for a full verb: However, the Government considers;
// the Government, however, considers; we therefore suggest.
func (d *document) placeLexical(i, s, v int, adv string, at int, comma bool) (Proposal, bool) {
	var none Proposal
	pronoun := d.subject(s)
	subjectEnd := d.subjectEnd(s)
	e := v + 1
	tail := false
	switch {
	case adv != "":
	case d.lexical(v) && pronoun && d.near(e, i) >= 0 && d.has(e, "COMMA"): // I feel, however,
		w, end := d.floatingAt(e + 1)
		if w == "" || !floatings()[w].commas || d.near(end, i) < 0 || !d.has(end, "COMMA") {
			return none, false
		}
		adv, at, e, tail = w, 2, end+1, true
	default: // we therefore feel
		w, end := d.floatingAt(v)
		if w == "" || floatings()[w].commas || d.near(end, i) < 0 || !d.lexical(end) || !d.joined(end-1) {
			return none, false
		}
		adv, at, v, e = w, 1, end, end+1
	}
	f := floatings()[adv]
	if f.after != nil || adv == "obviously" && at > 0 || !d.lexical(v) || d.near(e, i) < 0 || d.has(e, "STOP") || d.any(e, []string{"NEG", "and", "or"}) || at == 0 && f.commas && !comma {
		return none, false
	}
	if !pronoun && d.has(v, "ED") && !d.mainVerb(v) || pronoun && d.any(s, []string{"there", "this"}) {
		return none, false
	}
	low, ok := d.uncapitalised(s, d.text[d.tok[s].Start:d.tok[subjectEnd-1].End], at == 0)
	if !ok {
		return none, false
	}
	verb := d.raw(v)
	up := capitalise(low)
	readings := []string{d.text[d.tok[i].Start:d.tok[e-1].End]}
	add := func(r string) {
		if !slices.Contains(readings, r) {
			readings = append(readings, r)
		}
	}
	open := f.opens
	if at == 0 && !comma {
		open = ""
	}
	for _, w := range f.words {
		if w != adv && d.wordsNear(w, i, e) {
			continue
		}
		add(capitalise(w) + open + " " + low + " " + verb)
		switch {
		case d.openingOnly(w):
		case !f.commas:
			if w != "at present" && w != "at the moment" {
				add(up + " " + w + " " + verb)
			}
		case pronoun:
			if thinking()[d.word(v)] && (tail || d.has(e, "that")) {
				add(up + " " + verb + ", " + w + ",")
			}
		default:
			add(up + ", " + w + ", " + verb)
		}
	}
	return Proposal{Start: d.tok[i].Start, End: d.tok[e-1].End, Kind: "place", Readings: readings}, len(readings) > 1
}

// wordsNear reports that the phrase stands close by already.
func (d *document) wordsNear(phrase string, start, end int) bool {
	return d.saidAgain(start, end, phrase) || d.saidAgain(start, end, capitalise(phrase))
}

// subjectEnd returns the end of a short subject that begins at token i, where
// a verb or a comma follows; 0 if there is none.
func (d *document) subjectEnd(i int) int {
	if i >= len(d.tok) || d.tok[i].Class != prose.Word {
		return 0
	}
	if d.subject(i) {
		if d.near(i+1, i) < 0 {
			return 0
		}
		return i + 1
	}
	if k := d.taggedSubject(i); k > 0 {
		return k
	}
	k := d.nounPhrase(i)
	if k == 0 || d.near(k, i) < 0 {
		return 0
	}
	if d.has(k, "of") && d.joined(k-1) && d.joined(k) {
		if k = d.nounPhrase(k + 1); k == 0 || d.near(k, i) < 0 {
			return 0
		}
	}
	if k-i > 7 || !d.has(k, "COMMA") && !d.joined(k-1) {
		return 0
	}
	return k
}

// uncapitalised returns a subject as it stands inside a sentence; inside says
// that it stands there already. It is not ok where it cannot be told whether
// its capital is a name's.
func (d *document) uncapitalised(i int, subject string, inside bool) (string, bool) {
	if inside || d.raw(i) == "I" {
		return subject, true
	}
	w := d.word(i)
	if closedClass(w) {
		return w + subject[len(d.raw(i)):], true
	}
	if (nouns()[w] || adjectives()[w] || domains()[w]) && (i+1 >= len(d.tok) || !d.has(i+1, "CAP")) {
		return strings.ToLower(subject[:1]) + subject[1:], true
	}
	capital, small := false, false // elsewhere
	for k := range d.tok {
		capital = capital || d.lock[k] == name && d.raw(k) == d.raw(i)
		small = small || d.raw(k) == w
	}
	switch {
	case capital && !small:
		return subject, true
	case small && !capital && (i+1 >= len(d.tok) || !d.has(i+1, "CAP")):
		return strings.ToLower(subject[:1]) + subject[1:], true
	}
	return "", false
}
