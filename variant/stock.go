package variant

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank/prose"
	"frank/prose/wordclass"
	"frank/variant/fit"
)

//go:embed stock/*.txt
var stockFiles embed.FS

// entry is a line of the stock: readings for one another, and where they fit.
type entry struct {
	kind     string
	readings []stockReading
	conds    []cond
	forms    []form    // only these; nil: all
	variety  variety   // only in this; 0: in both
	term     bool      // not where the word is used as a term
	learned  []*lesson // of the readings behind the first, of an entry that was learned
}

type stockReading struct {
	elems []elem
	only  bool // written, never looked for
}

// elem is a word of a reading.
type elem struct {
	word string
	tag  byte // 'v', 'V', 'n', 'N', 'a' as in stock/core.txt; 'c' a class, copied; 0 as it stands
	glue bool // no space before it: the hyphen of well-known, and what follows
}

type cond struct {
	after, not bool // of the word before, or the word behind
	list       []string
}

// candidate is a reading that may begin at a word.
type candidate struct {
	entry, reading int
	form           form
}

// Stock is a list of readings for one another, with the conditions under which
// they are: stock/core.txt documents the format.
type Stock struct {
	entries []entry
	index   map[[2]string][]candidate // by first word and second; "" if any may be second
	every   *Stock                    // see written
}

// BuiltinStock returns the stock that is built in.
var BuiltinStock = lazy(func() *Stock {
	s := newStock()
	files, err := stockFiles.ReadDir("stock")
	for _, f := range files {
		var text []byte
		if text, err = stockFiles.ReadFile("stock/" + f.Name()); err == nil {
			if err = s.parse(string(text)); err != nil {
				err = fmt.Errorf("%s: %w", f.Name(), err)
			}
		}
		if err != nil {
			break
		}
	}
	if err != nil {
		panic("the stock that is built in cannot be read: " + err.Error()) // a test reads it
	}
	return s
})

// ParseStock reads a stock. A fault is reported with its line.
func ParseStock(text string) (*Stock, error) {
	s := newStock()
	if err := s.parse(text); err != nil {
		return nil, err
	}
	return s, nil
}

// With returns a stock of the entries of both; where two entries find a
// reading at the same place, those of s come first.
func (s *Stock) With(t *Stock) *Stock {
	both := newStock()
	for _, e := range slices.Concat(s.entries, t.entries) {
		both.add(e)
	}
	return both
}

// Len returns the number of entries.
func (s *Stock) Len() int { return len(s.entries) }

func newStock() *Stock { return &Stock{index: map[[2]string][]candidate{}} }

func (s *Stock) parse(text string) error {
	lines := strings.Split(text, "\n")
	for n := 0; n < len(lines); n++ {
		line := strings.TrimSpace(lines[n])
		if line == "" || line[0] == '#' {
			continue
		}
		at := n
		e, err := parseEntry(line)
		if err == nil && !known(e.kind) {
			err = fmt.Errorf("there is no kind %q", e.kind)
		}
		for ; err == nil && n+1 < len(lines) && isLesson(lines[n+1]); n++ {
			at = n + 1
			var w *lesson
			if w, err = parseLesson(strings.TrimSpace(lines[at])); err == nil {
				e.learned = append(e.learned, w)
			}
		}
		if err == nil && e.learned != nil && len(e.learned) != len(e.readings)-1 {
			err = fmt.Errorf("there are lessons for %d readings behind the first, of %d", len(e.learned), len(e.readings)-1)
		}
		if err != nil {
			return fmt.Errorf("line %d of the stock: %w", at+1, err)
		}
		s.add(e)
	}
	return nil
}

func parseEntry(line string) (entry, error) {
	var e entry
	kind, rest, ok := strings.Cut(line, ":")
	if !ok {
		return e, fmt.Errorf("there is no kind and colon before the readings")
	}
	e.kind = kind
	parts := strings.Split(rest, "|")
	for _, r := range strings.Split(parts[0], "/") {
		var sr stockReading
		for _, w := range strings.Fields(r) {
			if w[0] == '+' && len(sr.elems) == 0 {
				sr.only, w = true, w[1:]
			}
			sr.elems = append(sr.elems, parseElems(w)...)
		}
		if len(sr.elems) == 0 || sr.elems[0].tag == 'c' {
			return e, fmt.Errorf("the reading %q does not begin with a word", strings.TrimSpace(r))
		}
		e.readings = append(e.readings, sr)
	}
	if len(e.readings) < 2 {
		return e, fmt.Errorf("expected two readings or more, found one")
	}
	for _, c := range parts[1:] {
		if err := e.condition(strings.Fields(c)); err != nil {
			return e, err
		}
	}
	return e, nil
}

// parseElems reads a word of a reading; one with hyphens is several.
func parseElems(w string) []elem {
	if before, after, ok := strings.Cut(w, "-"); ok && before != "" && after != "" {
		rest := parseElems(after)
		rest[0].glue = true
		return append([]elem{{word: before}, {word: "-", glue: true}}, rest...)
	}
	if n := len(w); n > 2 && w[n-2] == '.' {
		return []elem{{word: w[:n-2], tag: w[n-1]}}
	}
	if w == strings.ToUpper(w) && w != "I" && strings.ContainsFunc(w, unicode.IsUpper) {
		return []elem{{word: w, tag: 'c'}}
	}
	return []elem{{word: w}}
}

func (e *entry) condition(f []string) error {
	if len(f) == 0 {
		return fmt.Errorf("a condition is empty")
	}
	c := cond{}
	if f[0] == "not" && len(f) > 1 {
		c.not, f = true, f[1:]
	}
	switch f[0] {
	case "after", "before":
		c.after, c.list = f[0] == "after", f[1:]
		// Without the bar, the words of the next condition are more for this one.
		for i := 1; i < len(c.list); i++ {
			if c.list[i-1] == "not" && (c.list[i] == "after" || c.list[i] == "before") {
				return fmt.Errorf("there is no | before %q", "not "+c.list[i])
			}
		}
		e.conds = append(e.conds, c)
	case "form":
		for _, name := range f[1:] {
			i := slices.Index([]string{"plain", "base", "third", "past", "perfect", "gerund", "singular", "plural"}, name)
			if i < 0 {
				return fmt.Errorf("%q is no form of a word", name)
			}
			e.forms = append(e.forms, form(i))
		}
	case "uk":
		e.variety = british
	case "us":
		e.variety = american
	case "term":
		e.term = true
	default:
		return fmt.Errorf("%q is no condition", f[0])
	}
	return nil
}

// add indexes e under every word one of its readings can begin with.
func (s *Stock) add(e entry) {
	n := len(s.entries)
	s.entries = append(s.entries, e)
	for r, sr := range e.readings {
		if sr.only || e.learned != nil && r > 0 {
			continue
		}
		for _, f := range e.formsOf(sr) {
			key := [2]string{sr.elems[0].in(f)}
			if len(sr.elems) > 1 && sr.elems[1].tag != 'c' {
				key[1] = sr.elems[1].in(f)
			}
			s.index[key] = append(s.index[key], candidate{n, r, f})
		}
	}
}

func (e *entry) formsOf(sr stockReading) []form {
	if e.forms != nil {
		return e.forms
	}
	for _, el := range sr.elems {
		switch el.tag {
		case 'v', 'V':
			return []form{base, third, past, perfect, gerund}
		case 'n', 'N':
			return []form{singular, plural}
		}
	}
	return []form{plain}
}

func (e elem) in(f form) string {
	switch e.tag {
	case 'v', 'V', 'n', 'N':
		return inflect(e.word, f)
	}
	return e.word
}

// stocked proposes the entries of one kind.
func (d *document) stocked(kind string) []Proposal {
	if d.fromStock == nil {
		d.fromStock = d.readStock()
	}
	return d.fromStock[kind]
}

// readStock reads the entries of all kinds at every word.
func (d *document) readStock() map[string][]Proposal {
	s := d.stock
	out := map[string][]Proposal{}
	for i, t := range d.tok {
		if t.Class != prose.Word || d.lock[i] != 0 && d.lock[i] != negation && d.lock[i] != operative {
			continue
		}
		keys := [][2]string{{t.Norm}}
		if i+1 < len(d.tok) {
			keys = append(keys, [2]string{t.Norm, d.tok[i+1].Norm})
		}
		for _, key := range keys {
			for _, c := range s.index[key] {
				if p, ok := d.try(s, i, c); ok {
					out[p.Kind] = append(out[p.Kind], p)
				}
			}
		}
	}
	return out
}

// try reads candidate c at token i.
func (d *document) try(s *Stock, i int, c candidate) (Proposal, bool) {
	e := &s.entries[c.entry]
	if e.variety != 0 && e.variety != d.variety {
		return Proposal{}, false
	}
	end, captured, ok := d.match(e.readings[c.reading].elems, i, c.form)
	if !ok || e.learned == nil && !d.fits(e, c, i, end) || e.learned != nil && !d.learnedFits(e, c.form, i) {
		return Proposal{}, false
	}
	if d.cutShort(i, end) {
		return Proposal{}, false
	}
	start := i
	readings := []string{d.text[d.tok[i].Start:d.tok[end-1].End]}
	upper := capital(d.raw(i)) && (d.raw(i) != "I" || d.first[i])
	var place *fit.Place
	if e.learned != nil {
		place = d.placeOf(i, end)
	}
	for r, sr := range e.readings {
		if r == c.reading {
			continue
		}
		t, ok := write(sr.elems, c.form, captured)
		if !ok || e.learned != nil && !e.learned[r-1].sure(place, t) || !d.tenseFits(i, firstWord(t)) {
			continue
		}
		if upper {
			t = capitalise(t)
		}
		if d.curly {
			t = strings.ReplaceAll(t, "'", "’")
		}
		readings = append(readings, t)
	}
	// The article before the site depends on the reading.
	if a := d.near(i-1, i); a >= 0 && d.joined(a) && (d.word(a) == "a" || d.word(a) == "an") {
		if d.lock[a] != 0 {
			return Proposal{}, false
		}
		differs := false
		for _, r := range readings[1:] {
			differs = differs || article(r) != d.word(a)
		}
		if differs {
			start = a
			for k, r := range readings {
				art := article(r)
				if k == 0 {
					art = d.raw(a)
				} else if capital(d.raw(a)) {
					art = capitalise(art)
				}
				readings[k] = art + d.text[d.tok[a].End:d.tok[i].Start] + r
			}
		}
	}
	p, ok := d.proposal(e.kind, start, end, readings)
	p.entry = c.entry + 1
	return p, ok
}

// cutShort reports that the words i to end are the beginning of something
// longer: "in the interim" of "in the interim period", "from the first" of "from
// the first report", "full discussion" of "full discussion paper".
func (d *document) cutShort(i, end int) bool {
	if end-i < 2 || d.near(end, i) < 0 || !d.joined(end-1) || !lowerCase(d.raw(end)) {
		return false
	}
	if next := d.class(end); next != wordclass.Noun && next != wordclass.Nouns {
		return false
	}
	last := d.class(end - 1)
	return last == wordclass.Noun || (last == wordclass.Adjective || last == wordclass.Number) && d.class(i) == wordclass.Preposition
}

// tenseFits reports that a reading's first word can stand for the word at token
// i, where that is a verb: "gave" is no participle, "given" no past tense.
func (d *document) tenseFits(i int, first string) bool {
	switch d.class(i) {
	case wordclass.Perfect:
		return !pastOnly()[first]
	case wordclass.Past:
		return !perfectOnly()[first]
	}
	return true
}

// proposal checks readings of tokens start to end against the words around.
func (d *document) proposal(kind string, start, end int, readings []string) (Proposal, bool) {
	own := map[string]bool{}
	for k := start; k < end; k++ {
		own[d.stem[k]] = true
	}
	if kind == "substitution" || kind == "phrase" {
		if end-start > 1 && d.saidAgain(start, end, readings[0]) {
			return Proposal{}, false
		}
		for k := start; k < end && end-start == 1; k++ {
			if d.stem[k] != "" && d.stemNear(d.stem[k], start, end) {
				return Proposal{}, false // said twice on purpose, or as a term
			}
		}
	}
	kept := readings[:1]
	for _, r := range readings[1:] {
		if !slices.Contains(kept, r) && !d.repeats(r, own, start, end) && !d.lowers(r) && d.word(start-1) != firstWord(r) && d.word(end) != finalWord(r) &&
			!d.meetsBadly(start, end, readings[0], r) {
			kept = append(kept, r)
		}
	}
	p := Proposal{Start: d.tok[start].Start, End: d.tok[end-1].End, Kind: kind, Readings: kept}
	return p, len(kept) > 1
}

// neverBefore has, for a word, those that never stand behind it.
var neverBefore = lazy(func() map[string]map[string]bool {
	m := map[string]map[string]bool{}
	for _, line := range [][2]string{
		{"very too", "a an the in on at by to of with for from without not no"},
		{"a an", "a an the in on at by to of with for from without"},
		{"next last past coming", "a an"},
		{"the", "own a an those these"},
		{"no", "not no"},
		{"by until since", "in on at"},
		{"many few", "the these those my our your his her its their"},
	} {
		for w := range set(line[0]) {
			m[w] = set(line[1])
		}
	}
	return m
})

// beforeNouns finds what no infinitive stands behind.
var beforeNouns = lazy(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:(?:regard|respect|relation|reference|attention|due|owing|according|contrary|prior) to|regarding|concerning|towards?|about|of|on|upon|with|into)$`)
})

// meetsBadly reports that a reading of tokens start to end cannot stand between
// the words around, where the author's own can: "very shortly", "very in the
// near future".
func (d *document) meetsBadly(start, end int, own, reading string) bool {
	bad := func(left, right string) bool { return neverBefore()[left][right] }
	left, right := d.word(start-1), d.word(end)
	if finalWord(own) == "to" && d.near(end, end-1) >= 0 && d.class(end) == wordclass.Base && beforeNouns().MatchString(reading) {
		return true // "the attitude to be taken": not "in regard to"
	}
	return d.near(start-1, start) >= 0 && bad(left, firstWord(reading)) && !bad(left, firstWord(own)) ||
		d.near(end, end-1) >= 0 && bad(finalWord(reading), right) && !bad(finalWord(own), right)
}

// saidAgain reports that the same phrase stands close by: a speaker repeats
// himself on purpose.
func (d *document) saidAgain(start, end int, phrase string) bool {
	from, to := d.tok[max(0, start-window)].Start, d.tok[min(len(d.tok), end+window)-1].End
	return strings.Contains(d.text[from:d.tok[start].Start], phrase) || strings.Contains(d.text[d.tok[end-1].End:to], phrase)
}

func firstWord(s string) string { return strings.ToLower(strings.Fields(s + " .")[0]) }
func finalWord(s string) string {
	f := strings.Fields(". " + s)
	return strings.ToLower(f[len(f)-1])
}

// carried is a word that stood for a class.
type carried struct{ class, word string }

// match reads elems from token i on and returns the end and the words that
// stood for classes.
func (d *document) match(elems []elem, i int, f form) (int, []carried, bool) {
	var captured []carried
	for k, el := range elems {
		j := i + k
		if j >= len(d.tok) || d.sent[j] != d.sent[i] || k > 0 && !el.glue && !d.joined(j-1) || el.glue && d.tok[j].Start != d.tok[j-1].End {
			return 0, nil, false
		}
		if el.word == "-" {
			if d.tok[j].Norm != "-" || d.lock[j] != 0 {
				return 0, nil, false
			}
			continue
		}
		w := d.word(j)
		raw := d.raw(j)
		if w == "" || d.lock[j] != 0 && d.lock[j] != negation && d.lock[j] != operative {
			return 0, nil, false
		}
		if capital(raw) && raw != "I" && !pronounI(raw) && !(k == 0 && d.first[j]) || strings.ContainsFunc(raw[1:], unicode.IsUpper) {
			return 0, nil, false
		}
		if el.tag != 'c' {
			if w != el.in(f) {
				return 0, nil, false
			}
			continue
		}
		got := ""
		switch el.word {
		case "ING":
			if v := gerunds()[w]; v != "" {
				got = v
			}
		case "BASE":
			if verbs()[w] {
				got = w
			}
		case "X":
			if !closedClass(w) {
				got = raw
			}
		default:
			// "that" may begin a clause, "which" a question.
			if d.has(j, el.word) && w != "that" && w != "which" && w != "what" && w != "whose" {
				got = raw
			}
		}
		if got == "" || d.lock[j] != 0 {
			return 0, nil, false
		}
		captured = append(captured, carried{verbal(el.word), got})
	}
	end := i + len(elems)
	// A hyphen or apostrophe makes it part of another word.
	if end < len(d.tok) && d.tok[end].Start == d.tok[end-1].End && strings.ContainsAny(d.tok[end].Norm, "-'/") {
		return 0, nil, false
	}
	if i > 0 && d.tok[i-1].End == d.tok[i].Start && strings.ContainsAny(d.tok[i-1].Norm, "-'/$") {
		return 0, nil, false
	}
	return end, captured, true
}

// verbal is the class itself, but for ING: that is written of a BASE, and back.
func verbal(class string) string {
	if class == "ING" {
		return "BASE"
	}
	return class
}

// write sets a reading: the first word of a class in the first place for it, and
// on. ok is false if it needs a word that was not there.
func write(elems []elem, f form, captured []carried) (string, bool) {
	var out strings.Builder
	captured = slices.Clone(captured)
	for k, el := range elems {
		if k > 0 && !el.glue {
			out.WriteByte(' ')
		}
		if el.tag != 'c' {
			w := el.in(f)
			if w == "i" || strings.HasPrefix(w, "i'") {
				w = capitalise(w)
			}
			out.WriteString(w)
			continue
		}
		at := slices.IndexFunc(captured, func(c carried) bool { return c.class == verbal(el.word) })
		if at < 0 {
			return "", false
		}
		w := captured[at].word
		captured = slices.Delete(captured, at, at+1)
		if el.word == "ING" {
			w = inflect(w, gerund)
		}
		out.WriteString(w)
	}
	return out.String(), true
}

func capital(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

func capitalise(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// fits reports whether the conditions of e hold for tokens i to end.
func (d *document) fits(e *entry, c candidate, i, end int) bool {
	before, behind := d.near(i-1, i), d.near(end, end-1)
	if d.first[i] {
		before = -1 // its number is not part of the sentence
	}
	for _, cd := range e.conds {
		at := behind
		if cd.after {
			at = before
		}
		if d.any(at, cd.list) == cd.not {
			return false
		}
	}
	// An operative or negative word may stand only in an entry that keeps it.
	for k, el := range e.readings[c.reading].elems {
		if d.lock[i+k] == 0 {
			continue
		}
		for _, sr := range e.readings {
			if !slices.Contains(sr.elems, el) {
				return false
			}
		}
	}
	if e.term && d.count(d.stem[i]) > 1 {
		return false
	}
	// A capital at the start of a sentence may begin a name.
	if len(e.readings[c.reading].elems) == 1 && d.first[i] && capital(d.raw(i)) && e.kind == "substitution" && behind >= 0 && d.has(behind, "CAP") {
		return false
	}
	head, tag := 0, byte(0)
	for k, el := range e.readings[c.reading].elems {
		if el.tag != 0 && el.tag != 'c' {
			head, tag = k, el.tag
			break
		}
	}
	left := before
	if head > 0 {
		left = i + head - 1
	}
	switch tag {
	case 'v', 'V':
		return d.verbFits(tag, c.form, i+head, left, behind, e, c)
	case 'n', 'N':
		if tag == 'n' && !d.any(left, []string{"DET", "PREP"}) && !(left >= 0 && d.near(left-1, i) >= 0 && d.has(left-1, "DET") && d.has(left, "LOW")) {
			return false
		}
		return d.any(behind, []string{"STOP", "PREP", "CONJ", "BE", "HAVE", "MODAL", "PRON", "to"})
	case 'a':
		return d.any(left, []string{"DET", "PREP", "BE"}) && d.has(behind, "LOW") && !d.has(behind, "ING")
	}
	return true
}

// verbFits reports whether the word at token at can be the verb in form f: left
// is the token before it.
func (d *document) verbFits(tag byte, f form, at, left, behind int, e *entry, c candidate) bool {
	if d.has(left, "ART") || d.has(left, "POSS") {
		return false // a noun or an adjective
	}
	l := left
	for l >= 0 && (isAdverb(d.word(l)) || d.word(l) == "not") && d.near(l-1, at) >= 0 {
		l--
	}
	switch f {
	case base:
		if d.any(l, []string{"MODAL", "DO", "to", "please", "help", "let"}) {
			return true
		}
		if d.any(l, []string{"i", "we", "you", "they", "who"}) {
			return !sameForms(e, c, base, past) // put, cut: which?
		}
		return tag == 'V' && !sameForms(e, c, base, past) && !d.any(l, []string{"DET", "PREP"})
	case third:
		return tag == 'V' && !d.any(l, []string{"DET", "PREP"}) || d.any(l, []string{"he", "she", "it", "which", "that", "who", "this"})
	case perfect, past:
		if d.any(l, []string{"to", "MODAL", "DO"}) {
			return false // set, put: the base
		}
		aux := d.any(l, []string{"HAVE", "BE"})
		if !aux && l >= 1 && d.any(l-1, []string{"HAVE"}) && d.any(l, []string{"i", "we", "you", "they", "he", "she", "it"}) {
			aux = true
		}
		if sameForms(e, c, past, perfect) && allSame(e) {
			// past and participle look alike in all readings
			return f == past && !d.any(left, []string{"DET"}) && !(behind >= 0 && d.any(left, []string{"PREP", "and", "EDGE"}) && d.has(behind, "LOW"))
		}
		if aux {
			return f == perfect
		}
		if f == past && d.any(l, []string{"LOW", "CAP"}) {
			return d.mainVerb(at)
		}
		return f == past && d.any(l, []string{"i", "we", "you", "they", "he", "she", "it", "who", "which"})
	case gerund:
		return !d.any(l, []string{"DET"})
	}
	return true
}

// mainVerb reports that no other verb follows in the clause, so that the one at
// token at is no participle: not "the work begun last year was done".
func (d *document) mainVerb(at int) bool {
	for k := at + 1; d.near(k, at) >= 0 && !d.has(k, "STOP"); k++ {
		if d.has(k, "FINITE") {
			return false
		}
	}
	return true
}

// sameForms reports whether the head of the reading looks the same in both.
func sameForms(e *entry, c candidate, a, b form) bool {
	for _, el := range e.readings[c.reading].elems {
		if el.in(a) != el.in(b) {
			return false
		}
	}
	return true
}

// allSame reports whether past and participle are alike in every reading.
func allSame(e *entry) bool {
	for r := range e.readings {
		if !sameForms(e, candidate{reading: r}, past, perfect) {
			return false
		}
	}
	return true
}

// count returns how often a stem occurs.
func (d *document) count(st string) int {
	n := 0
	for _, s := range d.stem {
		if s == st && st != "" {
			n++
		}
	}
	return n
}
