package story

import (
	"slices"
	"strings"
	"unicode"

	"frank/coverage"
)

// The rules that say who speaks.
const (
	ruleAfter     = "said after"      // "…", said the envoy; "…", she said
	ruleBefore    = "said before"     // the envoy said "…"
	ruleAccording = "according to"    // according to the envoy, "…"
	ruleSentence  = "same sentence"   // "…" and "…", said the envoy
	ruleGoesOn    = "goes on"         // "…", she said. "…"
	ruleParagraph = "next paragraph"  // a paragraph that is all quotation, after one that was attributed
	ruleIntro     = "introduced"      // the envoy said: and a new paragraph
	ruleReported  = "reported before" // the envoy said they would return. "…"
)

// spoken is a quotation with who said it, as the rules found it.
type spoken struct {
	start, end int    // bytes of the exhibit's text, marks included
	words      string // without its marks
	speaker    *voice // nil: unattributed
	rule       string
	cue        string // the verb, as printed
	as         string // the speaker as this sentence writes it: "she"
}

// voice is somebody who speaks in an article.
type voice struct {
	key    string
	name   string // as the article first writes it in full
	person bool
	many   bool
	sex    byte
	role   bool // no name, only what they are
	thing  bool // a note, a ministry: never he or she
}

// reader reads one article's quotations.
type reader struct {
	text    string
	paras   []paragraph
	out     []spoken
	voices  map[string]*voice
	family  map[string][]*voice // persons by their surnames, two of a name at most: then it names nobody
	roles   map[string][]string // from what somebody is to the keys of those who are
	here    []mention           // persons named so far, in order
	recent  *voice              // who spoke last
	at      int                 // the paragraph being read
	spokeIn int                 // the paragraph in which recent spoke
}

type mention struct {
	para, at int
	voice    *voice
}

// speech lists an exhibit's quotations in order, each with its speaker where
// the rules find one.
func speech(e *coverage.Exhibit) []spoken {
	paras, quotes := skeleton(e)
	r := &reader{text: e.Text, paras: paras, voices: map[string]*voice{}, family: map[string][]*voice{}, roles: map[string][]string{}}
	for _, q := range quotes {
		words, _ := inner(e.Text[q[0]:q[1]])
		r.out = append(r.out, spoken{start: q[0], end: q[1], words: words})
	}
	for _, p := range paras {
		r.introduce(p.elements, true)
	}
	for _, p := range paras {
		r.introduce(p.elements, false)
	}
	for i := range paras {
		r.at = i
		r.here = slices.DeleteFunc(r.here, func(m mention) bool { return m.para < i-2 })
		r.paragraph(paras[i].elements)
	}
	return r.out
}

// introduce notes who is who: "the envoy, Ana Pires", "Foreign Minister Ana
// Pires", so that "Pires" and "the envoy" can be told. Full names go first: a
// headline has the surname alone.
func (r *reader) introduce(el []element, full bool) {
	for i := 0; i < len(el); {
		p, ok := parse(el, i, len(el))
		if !ok || p.pronoun != "" {
			i++
			continue
		}
		if p.name != "" && (!full || strings.Contains(p.name, " ")) {
			v := r.known(p)
			if v != nil && p.role != "" {
				r.isA(p.role, v)
			}
			// Ana Pires, the envoy of Merrin
			if v != nil && p.person && p.end+1 < len(el) && el[p.end].norm == "," && el[p.end].quote < 0 {
				if q, ok := parse(el, p.end+1, len(el)); ok && q.name == "" && q.role != "" && q.pronoun == "" && closes(el, q.end) {
					r.isA(q.role, v)
				}
			}
		} else if p.alias != nil { // the envoy, Ana Pires,
			if v := r.known(*p.alias); v != nil {
				r.isA(p.role, v)
			}
		}
		i = max(p.end, i+1)
	}
}

func closes(el []element, i int) bool {
	return i >= len(el) || el[i].quote < 0 && strings.Contains(",.;:-", el[i].norm)
}

// maxRoles bounds what one article's people may be called.
const maxRoles = 500

func (r *reader) isA(role string, v *voice) {
	if !slices.Contains(r.roles[role], v.key) && (len(r.roles) < maxRoles || r.roles[role] != nil) {
		r.roles[role] = append(r.roles[role], v.key)
	}
}

// who returns the key of the one person in the article who is called so: "the
// minister" is the foreign minister where there is no other minister, but "the
// prime minister" is not.
func (r *reader) who(role string) string {
	found := ""
	for is, keys := range r.roles { // at most one counts, so the order does not
		if is != role && !strings.HasSuffix(is, " "+role) {
			continue
		}
		for _, k := range keys {
			if found != "" && found != k {
				return ""
			}
			found = k
		}
	}
	return found
}

// known returns the voice of a named phrase, new or met before. A surname alone
// is a person's whose full name is known, if there is only one.
func (r *reader) known(p phrase) *voice {
	key := p.key()
	if !strings.Contains(key, " ") {
		if full := r.bySurname(key); full != nil {
			if full.sex == 0 {
				full.sex = p.sex
			}
			return full
		}
		if !p.person {
			return nil
		}
	}
	v := r.voices[key]
	if v == nil {
		v = &voice{key: key, name: p.name, person: p.person}
		r.voices[key] = v
	}
	v.person = v.person || p.person
	if k := surname(key); v.person && len(r.family[k]) < 2 && !slices.Contains(r.family[k], v) {
		r.family[k] = append(r.family[k], v)
	}
	if v.sex == 0 {
		v.sex = p.sex
	}
	return v
}

func (r *reader) bySurname(s string) *voice {
	if list := r.family[s]; len(list) == 1 {
		return list[0]
	}
	return nil
}

// paragraph attributes the quotations of a paragraph.
func (r *reader) paragraph(el []element) {
	before := r.recent
	last := -1 // the quotation before
	for _, s := range sentences(el) {
		r.mentions(el, s[0], s[1])
		var these []int
		for i := s[0]; i < s[1]; i++ {
			if el[i].quote >= 0 {
				these = append(these, i)
			}
		}
		for k, i := range these {
			q := &r.out[el[i].quote]
			from, to := s[0], s[1]
			if k+1 < len(these) {
				to = these[k+1]
			}
			if k > 0 {
				from = these[k-1] + 1
			}
			if title(q.words) {
				continue
			}
			switch {
			case r.after(q, el, i, to):
			case r.before(q, el, from, i, k > 0):
			case k > 0 && r.out[el[these[k-1]].quote].speaker != nil:
				r.same(q, &r.out[el[these[k-1]].quote], ruleSentence)
			}
		}
		// whoever a later part of the sentence names speaks all of it
		for k := len(these) - 2; k >= 0; k-- {
			q, next := &r.out[el[these[k]].quote], &r.out[el[these[k+1]].quote]
			if q.speaker == nil && next.speaker != nil && next.rule == ruleAfter && !title(q.words) {
				r.same(q, next, ruleSentence)
			}
		}
		for k, i := range these {
			q := &r.out[el[i].quote]
			if q.speaker == nil && k == 0 && i == s[0] && q.as == "" && !title(q.words) {
				switch {
				case last < 0 && whole(el, s, i) && s[0] > 0 && r.reported(q, el, s[0]):
				case last >= 0 && r.out[last].speaker != nil && whole(el, s, i) && len(strings.Fields(q.words)) >= 2:
					r.same(q, &r.out[last], ruleGoesOn)
				case last < 0 && before != nil && s[0] == 0 && r.spokeIn == r.at-1 && allQuoted(el) && r.endsSpeaking(r.at-1, before):
					r.speaks(q, before, ruleParagraph, "", "")
				case last < 0 && s[0] == 0 && r.at > 0 && allQuoted(el):
					r.intro(q)
				}
			}
			if q.speaker != nil {
				r.recent, r.spokeIn = q.speaker, r.at
			}
			last = el[i].quote
		}
	}
}

// whole reports whether a sentence is nothing but the quotation at i.
func whole(el []element, s [2]int, i int) bool {
	for k := s[0]; k < s[1]; k++ {
		if k != i && (el[k].word || el[k].quote >= 0) {
			return false
		}
	}
	return true
}

func allQuoted(el []element) bool {
	for _, e := range el {
		if e.word {
			return false
		}
	}
	return true
}

// endsSpeaking reports whether v is the only one who speaks in a paragraph, and
// it ends with what they say.
func (r *reader) endsSpeaking(para int, v *voice) bool {
	el := r.paras[para].elements
	tail := 0
	for _, e := range el {
		if e.word {
			tail++
		}
		if e.quote >= 0 {
			if r.out[e.quote].speaker != v {
				return false
			}
			tail = 0
		}
	}
	return tail <= 12
}

// reported attributes a sentence that is all quotation to who speaks in the
// sentence that ends at end, without being quoted there.
func (r *reader) reported(q *spoken, el []element, end int) bool {
	from := 0
	for _, s := range sentences(el[:end]) {
		from = s[0]
	}
	for v := from; v < end; v++ {
		if el[v].quote >= 0 {
			return false
		}
	}
	for v := from; v < min(end, from+16); v++ {
		if says(el[v], saying) && !strings.HasSuffix(el[v].norm, "ing") && !passive(el, from, v) {
			p, ok := subject(el, from, v)
			return ok && p.first <= from+6 && r.take(q, p, ruleReported, el[v].text) && q.speaker != nil
		}
	}
	return false
}

// intro attributes a paragraph that is all quotation to who is said to speak in
// the one before: the envoy wrote:
func (r *reader) intro(q *spoken) {
	el := r.paras[r.at-1].elements
	s := sentences(el)
	if len(s) == 0 {
		return
	}
	tail := s[len(s)-1]
	end := tail[1]
	for end > tail[0] && !el[end-1].word && el[end-1].quote < 0 {
		end--
	}
	if el[len(el)-1].norm != ":" {
		r.reported(q, el, len(el))
		return
	}
	if r.before(q, el, tail[0], end, false) {
		q.rule = ruleIntro
	}
}

func (r *reader) same(q, as *spoken, rule string) { r.speaks(q, as.speaker, rule, as.cue, as.as) }

func (r *reader) speaks(q *spoken, v *voice, rule, cue, as string) {
	q.speaker, q.rule, q.cue, q.as = v, rule, cue, as
}

// after looks for the speaker behind a quotation.
func (r *reader) after(q *spoken, el []element, i, to int) bool {
	_, within := inner(el[i].text)
	j := i + 1
	comma := false
	if j < to && (el[j].norm == "," || el[j].norm == "-" || el[j].norm == "...") {
		comma = true
		j++
	}
	if j+1 < to && el[j].norm == "according" && el[j+1].norm == "to" {
		if p, ok := parse(el, j+2, to); ok {
			return r.take(q, p, ruleAccording, "according to")
		}
	}
	direct := comma || within != 0 && strings.ContainsRune(",?!…—–-", within)
	if !direct {
		return r.tail(q, el, j, to)
	}
	// said the envoy
	k := j
	for k < to && el[k].word && strings.HasSuffix(el[k].norm, "ly") {
		k++
	}
	if k < to && says(el[k], saying) {
		at := k + 1
		for at < to && el[at].word && strings.HasSuffix(el[at].norm, "ly") {
			at++
		}
		if p, ok := parse(el, at, to); ok && !strings.Contains("me us him her them", p.text) {
			return r.take(q, p, ruleAfter, el[k].text)
		}
	}
	// the envoy said; Ana Pires, the envoy, said
	if p, ok := parse(el, j, to); ok {
		if k, ok := verb(el, p.end, to, saying); ok {
			return r.take(q, p, ruleAfter, el[k].text)
		}
	}
	return r.tail(q, el, j, to)
}

// verb finds the verb whose subject's phrase ends at i: at once, behind words
// that may stand between, or behind what is set off by commas.
func verb(el []element, i, to int, of map[string]bool) (int, bool) {
	direct := func(k int) (int, bool) {
		for n := 0; k < to && n < 6 && el[k].word; k, n = k+1, n+1 {
			if says(el[k], of) {
				return k, true
			}
			if !between[el[k].norm] && !strings.HasSuffix(el[k].norm, "ly") {
				return 0, false
			}
		}
		return 0, false
	}
	if k, ok := direct(i); ok {
		return k, true
	}
	if i < to && (el[i].norm == "who" || el[i].norm == "which" || el[i].norm == "that") {
		for k := i + 1; k < min(to, i+14); k++ {
			if says(el[k], of) && k != i+1 {
				return k, true
			}
			if !el[k].word {
				break
			}
		}
	}
	if i < to && (el[i].norm == "," || el[i].norm == "-" || el[i].norm == "(") {
		for k := i + 1; k < min(to, i+28); k++ {
			if el[k].quote >= 0 {
				return 0, false
			}
			if el[k].norm == "," || el[k].norm == "-" || el[k].norm == ")" {
				if v, ok := direct(k + 1); ok {
					return v, true
				}
			}
		}
	}
	return 0, false
}

// tail looks for ", said the envoy" at the end of the sentence.
func (r *reader) tail(q *spoken, el []element, j, to int) bool {
	for k := j; k+1 < to; k++ {
		if el[k].quote >= 0 {
			return false
		}
		if el[k].norm != "," {
			continue
		}
		if el[k+1].norm == "according" && k+2 < to && el[k+2].norm == "to" {
			if p, ok := parse(el, k+3, to); ok {
				return r.take(q, p, ruleAccording, "according to")
			}
		}
		if says(el[k+1], saying) && !strings.HasSuffix(el[k+1].norm, "ing") {
			if p, ok := parse(el, k+2, to); ok && ended(el, p.end, to) {
				return r.take(q, p, ruleAfter, el[k+1].text)
			}
		}
		if p, ok := parse(el, k+1, to); ok {
			if v, ok := verb(el, p.end, to, saying); ok && ended(el, v+1, to) {
				return r.take(q, p, ruleAfter, el[v].text)
			}
		}
	}
	return false
}

// ended reports whether little more than a day or a place follows.
func ended(el []element, i, to int) bool {
	n := 0
	for ; i < to; i++ {
		if el[i].quote >= 0 {
			return false
		}
		if el[i].word {
			n++
		}
		if n > 8 {
			return false
		}
	}
	return true
}

// before looks for the speaker in front of a quotation, in el[from:i]; again
// says that another quotation of the sentence stands before that.
func (r *reader) before(q *spoken, el []element, from, i int, again bool) bool {
	for k := from; k+2 < i; k++ {
		if el[k].norm == "according" && el[k+1].norm == "to" {
			if p, ok := parse(el, k+2, i); ok {
				return r.take(q, p, ruleAccording, "according to")
			}
		}
	}
	for k := from; k+3 < i; k++ {
		if el[k].norm == "words" && el[k+1].norm == "of" && k > from && el[k-1].norm == "the" {
			if p, ok := parse(el, k+2, i); ok {
				return r.take(q, p, ruleAccording, "in the words of")
			}
		}
	}
	if i > from+1 && el[i-1].norm == ":" { // Ana Pires: "…"
		if p, ok := parse(el, from, i-1); ok && p.end == i-1 && p.name != "" && (p.person || r.bySurname(p.key()) != nil) {
			return r.take(q, p, ruleIntro, "")
		}
	}
	for v := i - 1; v >= from; v-- {
		if !verbal(el[v]) {
			continue
		}
		if v > from && naming[el[v].norm] && (passive(el, from, v) || v+1 == i) {
			if v+1 < i && i-v < 14 { // described by the envoy as "…"
				for b := v + 1; b < i; b++ {
					if el[b].norm == "by" {
						if p, ok := parse(el, b+1, i); ok {
							return r.take(q, p, ruleBefore, el[v].text)
						}
					}
				}
			}
			continue
		}
		if el[v].norm == "quoted" { // quoted officials as saying "…"
			if p, ok := parse(el, v+1, i); ok && p.end < i && el[p.end].norm == "as" {
				return r.take(q, p, ruleBefore, el[v].text)
			}
		}
		if strings.HasSuffix(el[v].norm, "ing") && (v == from || el[v-1].norm == "," || !between[el[v-1].norm] && !being[el[v-1].norm]) {
			continue // adding that: whoever the sentence is about
		}
		if p, ok := subject(el, from, v); ok {
			return r.take(q, p, ruleBefore, el[v].text)
		}
	}
	// no subject in front of the verb: a part of the sentence, such as adding "…"
	for v := i - 1; v >= from; v-- {
		if verbal(el[v]) && !(naming[el[v].norm] && (v+1 == i || v > from && passive(el, from, v))) {
			if again {
				return false // whoever spoke in the sentence goes on
			}
			if p, ok := opening(el, from, v); ok {
				return r.take(q, p, ruleSentence, el[v].text)
			}
			return false
		}
	}
	return false
}

// passive reports whether the verb at v is one of being called so.
func passive(el []element, from, v int) bool {
	for k := v - 1; k >= from && k >= v-3; k-- {
		if being[el[k].norm] {
			return true
		}
		if !between[el[k].norm] && !strings.HasSuffix(el[k].norm, "ly") {
			return false
		}
	}
	return false
}

// subject finds the phrase whose verb stands at v: the longest that ends where
// only words stand that may be between.
func subject(el []element, from, v int) (phrase, bool) {
	low := from
	for k := v - 1; k >= from; k-- { // a clause before it, or a verb, is somebody else's
		if el[k].word && (verbal(el[k]) && k < v-1 || el[k].norm == "that" && k < v-1) || el[k].norm == ";" || el[k].norm == ":" {
			low = k + 1
			break
		}
	}
	for s := low; s < v; s++ {
		if s > low && el[s-1].word && !stops[el[s-1].norm] && !joins(el[s-1].norm) && parsesThrough(el, low, s) {
			continue
		}
		p, ok := parse(el, s, v)
		if !ok {
			continue
		}
		if k, ok := verb(el, p.end, v+1, map[string]bool{el[v].norm: true}); ok && k == v {
			return p, true
		}
	}
	return phrase{}, false
}

func joins(norm string) bool { return norm == "and" || norm == "but" || norm == "when" }

// parsesThrough reports whether a phrase that begins before s goes over it: a
// part of it is no subject.
func parsesThrough(el []element, low, s int) bool {
	for k := max(low, s-12); k < s; k++ {
		if p, ok := parse(el, k, len(el)); ok && p.pronoun == "" && p.end > s {
			return true
		}
	}
	return false
}

// opening finds the phrase that a sentence begins with.
func opening(el []element, from, to int) (phrase, bool) {
	for s := from; s < min(to, from+12); s++ {
		if p, ok := parse(el, s, to); ok {
			return p, true
		}
	}
	return phrase{}, false
}

// take gives the quotation to the speaker that a phrase names. A pronoun that
// cannot be told leaves it unattributed, and says which it was.
func (r *reader) take(q *spoken, p phrase, rule, cue string) bool {
	v := r.resolve(p)
	q.as, q.cue = p.text, cue
	if v == nil {
		return p.pronoun != "" // somebody speaks, and nobody else is to be looked for
	}
	r.speaks(q, v, rule, cue, p.text)
	return true
}

// resolve says who a phrase means, or nil.
func (r *reader) resolve(p phrase) *voice {
	switch {
	case p.pronoun == "i" || p.pronoun == "we" || p.pronoun == "it":
		return nil
	case p.pronoun != "":
		return r.antecedent(p)
	case p.alias != nil:
		return r.known(*p.alias)
	case p.name != "":
		if v := r.known(p); v != nil {
			return v
		}
	case p.definite && p.role != "":
		if key := r.who(p.role); key != "" && len(strings.Fields(p.text)) <= 4 {
			return r.voices[key]
		}
	}
	key, name := p.key(), p.text
	if p.name == "" && documents[head(p.role)] { // a leaked note, the note
		key, name = head(p.role), "the "+head(p.role)
	}
	v := r.voices[key]
	if v == nil {
		v = &voice{key: key, name: name, many: p.many, sex: p.sex, role: p.name == "", thing: documents[head(p.role)] || bodies[head(p.role)]}
		r.voices[key] = v
	}
	return v
}

// antecedent says who he, she or they are, where that is safe: exactly one who
// may be meant was named or spoke in this paragraph and the two before.
func (r *reader) antecedent(p phrase) *voice {
	fits := func(v *voice) bool {
		if p.many {
			return v.many
		}
		return !v.many && !v.thing && (p.sex == 0 || v.sex == 0 || v.sex == p.sex)
	}
	if p.many {
		if r.recent != nil && r.recent.many && r.at-r.spokeIn <= 1 {
			return r.recent
		}
		return nil
	}
	var found []*voice
	add := func(v *voice) {
		if fits(v) && !slices.Contains(found, v) {
			found = append(found, v)
		}
	}
	for back := range 3 { // the nearest paragraph that names anybody
		for _, m := range r.here {
			if m.para == r.at-back && m.at < p.at {
				add(m.voice)
			}
		}
		if r.recent != nil && r.spokeIn == r.at-back {
			add(r.recent)
		}
		if len(found) > 0 {
			break
		}
	}
	if len(found) == 1 && found[0] != unknown {
		return found[0]
	}
	return nil
}

// mentions notes the persons that a sentence names outside its quotations.
func (r *reader) mentions(el []element, from, to int) {
	for i := from; i < to; {
		p, ok := parse(el, i, to)
		if !ok || p.pronoun != "" {
			i++
			continue
		}
		var v *voice
		if p.name != "" {
			v = r.known(p)
		} else if p.definite && p.role != "" {
			if key := r.who(p.role); key != "" {
				v = r.voices[key]
			}
		}
		if v == nil && namesSomebody(el[i:p.end]) {
			v = unknown
		}
		if v != nil && v.person {
			r.here = append(r.here, mention{r.at, el[i].start, v})
		}
		i = max(p.end, i+1)
	}
	for i := from; i < to; i++ { // and those without a name who are said to speak
		if says(el[i], saying) && !strings.HasSuffix(el[i].norm, "ing") {
			if p, ok := subject(el, from, i); ok && p.pronoun == "" {
				if v := r.resolve(p); v != nil && !v.person && !v.many && !v.thing {
					r.here = append(r.here, mention{r.at, p.at, v})
				}
			}
		}
	}
}

// unknown is somebody who is named in a way that the rules cannot read: while
// they may be meant, nobody else is.
var unknown = &voice{person: true}

// namesSomebody reports whether a phrase ends in two capitalised words that
// are not a body's name.
func namesSomebody(el []element) bool {
	k := len(el)
	if k < 2 {
		return false
	}
	for _, e := range el[k-2:] {
		if !e.word || !capital(e.text) || bodies[e.norm] || places[e.norm] || titles[e.norm] || days[e.norm] {
			return false
		}
	}
	return true
}

// title reports whether a quotation is the name of a book, a song, a plan:
// several words, all of any length capitalised, and no sentence's end.
func title(words string) bool {
	f := strings.Fields(words)
	if len(f) < 2 || len(f) > 7 {
		return false
	}
	n := 0
	for _, w := range f {
		if !capital(w) && len(w) > 3 {
			return false
		}
		if capital(w) {
			n++
		}
	}
	last := rune(words[len(words)-1])
	return n >= 2 && (unicode.IsLetter(last) || unicode.IsDigit(last))
}
