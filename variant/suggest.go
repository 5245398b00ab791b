package variant

import (
	"slices"
	"strings"
	"unicode"

	"frank/prose"

	"golang.org/x/text/unicode/norm"
)

// Suggestion is what somebody who does not know the locks offers: words of a
// sentence and other ways to say them. A model server's answers come as these.
type Suggestion struct {
	Sentence int      // which, from 0, as [prose.Sentences] counts them in the text
	Words    string   // as they stand in the sentence, exactly once
	Readings []string // other ways to say them
}

var modelKind = kind{
	Kind{"model", "Rewordings that a model server suggested, where the author asked one."},
	proposeSuggested,
}

// Bounds on what is looked at of a suggestion, so that no answer asks for
// unbounded work.
const (
	maxSuggested        = 40  // words of the text that one suggestion may replace
	maxSuggestedBytes   = 600 // of a reading
	maxSuggestedReading = 4   // readings of a place beside the author's
)

// proposeSuggested keeps of the suggestions what passes every check that can be
// made without understanding: the words are found and unlocked, and a reading
// keeps every name, number, negation, modal and word of degree.
func proposeSuggested(d *document) []Proposal {
	var out []Proposal
	at := map[[2]int]int{} // place of a span in out
	for _, s := range d.suggested {
		start, end, ok := d.find(s.Sentence, s.Words)
		if !ok || !d.mayReplace(start, end) {
			continue
		}
		readings := []string{d.text[d.tok[start].Start:d.tok[end-1].End]}
		for _, r := range s.Readings {
			if r, ok := d.suggestedReading(start, end, s.Words, r); ok {
				readings = append(readings, r)
			}
		}
		span := [2]int{start, end}
		k, had := at[span]
		if had { // suggested twice
			readings = slices.Concat(out[k].Readings, readings[1:])
		}
		p, ok := d.proposal("model", start, end, distinctWords(readings))
		switch {
		case !ok:
		case had:
			out[k] = p
		default:
			at[span] = len(out)
			out = append(out, p)
		}
	}
	return out
}

// distinctWords leaves out readings that differ from one before only in marks
// and case, and what is beyond the bound.
func distinctWords(readings []string) []string {
	var out, seen []string
	for _, r := range readings {
		if w := strings.Join(norms(prose.Words(r)), " "); !slices.Contains(seen, w) && len(out) <= maxSuggestedReading {
			out, seen = append(out, r), append(seen, w)
		}
	}
	return out
}

func norms(tok []prose.Token) []string {
	var out []string
	for _, t := range tok {
		out = append(out, t.Norm)
	}
	return out
}

// stops may end what is suggested, in the words and in the reading alike.
const stops = " \t\n.,;:!?"

// find returns the tokens of a sentence that words name, if they stand there
// once. Line ends count as spaces, and either form of the apostrophe as the
// other.
func (d *document) find(sentence int, words string) (start, end int, ok bool) {
	if sentence < 0 || sentence >= len(d.spans) || len(words) > 4*maxSuggestedBytes {
		return 0, 0, false
	}
	words = strings.Trim(words, stops)
	want := prose.Tokens(words)
	if len(want) == 0 || len(want) > 2*maxSuggested {
		return 0, 0, false
	}
	first, _ := slices.BinarySearch(d.sent, sentence)
	last, _ := slices.BinarySearch(d.sent, sentence+1)
	found := 0
	for i := first; i+len(want) <= last; i++ {
		if d.stands(i, want, words) {
			start, end = i, i+len(want)
			found++
		}
	}
	return start, end, found == 1
}

// stands reports whether the tokens of words are the text's from token i on.
func (d *document) stands(i int, want []prose.Token, words string) bool {
	for k, w := range want {
		if straight(d.raw(i+k)) != straight(words[w.Start:w.End]) {
			return false
		}
		if k > 0 && (d.tok[i+k].Start == d.tok[i+k-1].End) != (w.Start == want[k-1].End) {
			return false
		}
	}
	return true
}

func straight(s string) string { return strings.NewReplacer("’", "'", "‘", "'").Replace(s) }

// mayReplace reports whether tokens start to end may be reworded at all: they
// begin and end with words, hold nothing locked but names, and do not cut a
// compound or a name in two.
func (d *document) mayReplace(start, end int) bool {
	if end-start > maxSuggested || d.word(start) == "" || d.word(end-1) == "" || d.numbered(start) {
		return false
	}
	free := false
	for i := start; i < end; i++ {
		if d.lock[i] != 0 && d.lock[i] != name || d.tok[i].Class == prose.Quote || d.tok[i].Class == prose.Ellipsis {
			return false
		}
		free = free || d.free(i)
	}
	if !free || d.joined(end-1) && (d.lock[end] == figure || d.has(end, "NUM")) {
		return false // of at least 5, the words before say how many
	}
	for _, edge := range []int{start - 1, end - 1} {
		if edge < 0 || edge+1 >= len(d.tok) {
			continue
		}
		a, b := edge, edge+1
		if d.tok[a].End == d.tok[b].Start && strings.ContainsAny(d.raw(a)+d.raw(b), "-'’/$£€%") {
			return false // well-known, cut after well
		}
		if d.joined(a) && d.lock[a] == name && d.lock[b] == name {
			return false
		}
		if d.joined(a) && d.lock[a] == name && d.lock[b] == 0 && b == start && nouns()[d.word(b)] {
			return false // the Security Council resolution: a term, perhaps
		}
	}
	return !d.joined(end-1) || d.lock[end-1] != 0 || d.lock[end] != name || !nouns()[d.word(end-1)]
}

// numbered reports the number of a paragraph or list item.
func (d *document) numbered(i int) bool {
	return numberLetter(d.raw(i), d.text, d.tok[i].End) && (i == 0 || d.sent[i-1] != d.sent[i])
}

// suggestedReading returns reading as it would stand in the text, if it may.
func (d *document) suggestedReading(start, end int, words, reading string) (string, bool) {
	if len(reading) > maxSuggestedBytes || badByte(reading) >= 0 {
		return "", false
	}
	reading = norm.NFC.String(strings.Join(strings.Fields(reading), " "))
	words = strings.TrimSpace(words)
	if tail(reading) != tail(words) || lead(reading) != lead(words) {
		return "", false // marks come or go at the edge
	}
	reading = strings.Trim(reading, stops)
	if reading == "" {
		return "", false
	}
	if d.curly {
		reading = strings.ReplaceAll(reading, "'", "’")
	} else {
		reading = straight(reading)
	}
	opens := d.first[start]
	if opens && capital(d.raw(start)) {
		reading = capitalise(reading)
	}
	was := phrase{tok: d.tok[start:end], text: d.text, opens: opens, before: d.word(start - 1)}
	now := phrase{tok: prose.Tokens(reading), text: reading, opens: opens, before: was.before}
	return reading, d.keeps(was, now, start, end)
}

func tail(s string) string { return s[len(strings.TrimRight(s, stops)):] }
func lead(s string) string { return s[:len(s)-len(strings.TrimLeft(s, stops))] }

// phrase is some words, of the text or of a reading.
type phrase struct {
	tok    []prose.Token
	text   string
	opens  bool   // it opens a sentence
	before string // the word before it
}

func (p phrase) raw(i int) string { return p.text[p.tok[i].Start:p.tok[i].End] }
func (p phrase) word(i int) string {
	switch {
	case i == -1:
		return p.before
	case i < 0 || i >= len(p.tok) || p.tok[i].Class != prose.Word:
		return ""
	}
	return p.tok[i].Norm
}

// keeps reports that now says nothing that was does not, as far as closed lists
// can tell, and fits between the words around tokens start to end.
func (d *document) keeps(was, now phrase, start, end int) bool {
	if len(now.tok) == 0 || now.word(0) == "" || now.word(len(now.tok)-1) == "" {
		return false
	}
	if n, m := len(was.tok), len(now.tok); m > 2*n+3 || 2*m+2 < n {
		return false
	}
	return slices.Equal(was.names(), now.names()) &&
		slices.Equal(was.marks(), now.marks()) &&
		slices.Equal(was.weighty(), now.weighty()) &&
		!newLocks(was, now) &&
		sameTense(was, now) &&
		!opposite(was, now) &&
		d.sameTerms(was, now) &&
		d.ownEnglish(was, now) &&
		d.agrees(was, now, end) &&
		!doubled(now) && d.articlesFit(now, start) &&
		!(end-start > 1 && d.saidAgain(start, end, d.text[d.tok[start].Start:d.tok[end-1].End]))
}

// names lists the words with a capital in order; at the opening of a sentence
// only what is no common word.
func (p phrase) names() []string {
	var out []string
	for i := range p.tok {
		raw := p.raw(i)
		if p.word(i) == "" || !strings.ContainsFunc(raw, unicode.IsUpper) || raw == "I" || pronounI(raw) {
			continue
		}
		if i == 0 && p.opens && !allCaps(raw) && common(p.word(0)) {
			continue
		}
		out = append(out, strings.TrimSuffix(straight(raw), "'s"))
	}
	return out
}

// common reports a word known to be no name.
func common(w string) bool {
	return closedClass(w) || isAdverb(w) || verbs()[w] || gerunds()[w] != "" || participle(w) || nouns()[w] || nouns()[strings.TrimSuffix(w, "s")] || adjectives()[w] ||
		classes()["ART"][w] || echo()[w] || weights()[w] != ""
}

// marks lists the marks in order, commas and hyphens aside.
func (p phrase) marks() []string {
	var out []string
	for i, t := range p.tok {
		if t.Class != prose.Word && t.Norm != "," && p.raw(i) != "-" {
			out = append(out, t.Norm)
		}
	}
	return out
}

// newLocks reports a word in now that would be locked, or a figure, and is not
// a name: what was holds none.
func newLocks(was, now phrase) bool {
	had := norms(was.tok)
	for i, t := range now.tok {
		w := now.word(i)
		if negative()[w] || operatives()[w] || calendar()[w] && capital(now.raw(i)) || strings.ContainsFunc(now.raw(i), unicode.IsDigit) || strings.ContainsAny(now.raw(i), "@#$£€%/<>=|\\{}") {
			return true
		}
		if strings.Contains(w, ".") && !slices.Contains(had, t.Norm) {
			return true
		}
	}
	return false
}

// sameTense reports that the auxiliaries of one tense are not those of the
// other, and that a perfect stays one.
func sameTense(was, now phrase) bool {
	a, b := was.tense(), now.tense()
	return a == b || a == 0 && b&perfectTense == 0 || b == 0 && a&perfectTense == 0
}

const (
	presentTense = 1 << iota
	pastTense
	perfectTense
)

func (p phrase) tense() int {
	out := 0
	for i := range p.tok {
		w := p.word(i)
		if b := p.word(i - 1); b == "to" || classes()["MODAL"][b] {
			continue // an infinitive
		}
		switch w {
		case "am", "is", "are", "has", "does", "have", "do":
			out |= presentTense
		case "was", "were", "had", "did":
			out |= pastTense
		}
		if classes()["HAVE"][w] && (participle(p.word(i+1)) || p.word(i+1) == "been" || isAdverb(p.word(i+1)) && participle(p.word(i+2))) {
			out |= perfectTense
		}
	}
	return out
}

// opposite reports a word in one that is a word of the other with un- or the
// like before it.
func opposite(was, now phrase) bool {
	for _, a := range norms(was.tok) {
		for _, b := range norms(now.tok) {
			for _, un := range []string{"un", "in", "im", "il", "ir", "dis", "non", "mis", "re", "over", "under"} {
				if len(a) > 3 && len(b) > 3 && (a == un+b || b == un+a) {
					return true
				}
			}
		}
	}
	return false
}

// sameTerms reports that a noun which the text uses elsewhere too is kept: it
// may be a term.
func (d *document) sameTerms(was, now phrase) bool {
	var kept []string
	for _, w := range norms(now.tok) {
		kept = append(kept, contentStem(w))
	}
	here := map[string]int{}
	for _, w := range norms(was.tok) {
		here[contentStem(w)]++
	}
	for i := range was.tok {
		w := was.word(i)
		noun := nouns()[w] || nouns()[strings.TrimSuffix(w, "s")] || classes()["DET"][was.word(i-1)] && !adjectives()[w]
		if st := contentStem(w); st != "" && noun && !slices.Contains(kept, st) && d.count(st) > here[st] {
			return false
		}
	}
	return true
}

// ownEnglish reports that now has no spelling of the other variety, and no
// contraction in a text without.
func (d *document) ownEnglish(was, now phrase) bool {
	had := norms(was.tok)
	for i, t := range now.tok {
		if slices.Contains(had, t.Norm) {
			continue
		}
		if v := tells()[t.Norm]; v != 0 && v != d.variety {
			return false
		}
		if isContraction(now.word(i)) && !d.informal {
			return false
		}
	}
	return true
}

// agrees reports that verbs still agree with what stands before them, in now
// and where it joins the text.
func (d *document) agrees(was, now phrase, end int) bool {
	if a, b := was.number(), now.number(); a != 0 && b != 0 && a != b {
		return false
	}
	for i := range now.tok {
		a, b := now.word(i), now.word(i+1)
		one, many := classes()["ART"][a] && a != "the" || set("this that each every another he she it")[a], set("these those many several both few we they you")[a]
		switch {
		case many && verbNumber(b) == 1, set("he she it")[a] && verbNumber(b) == 2:
			return false
		case one && set("a an each every another")[a] && inPlural(b) && !adjectives()[b]:
			return false
		case inPlural(a) && i == 0 && verbNumber(b) == 1 && b != "was":
			return false
		}
	}
	behind := end
	for d.near(behind, end-1) >= 0 && isAdverb(d.word(behind)) {
		behind++
	}
	if d.near(behind, end-1) >= 0 && d.has(behind, "FINITE") {
		return inPlural(was.word(len(was.tok)-1)) == inPlural(now.word(len(now.tok)-1))
	}
	return true
}

// number is that of the first verb whose form shows it: 1, 2 for the plural, or
// 0.
func (p phrase) number() int {
	for i := range p.tok {
		if n := verbNumber(p.word(i)); n != 0 && p.word(i-1) != "to" && !classes()["MODAL"][p.word(i-1)] {
			return n
		}
	}
	return 0
}

func verbNumber(w string) int {
	switch w {
	case "is", "was", "has", "does":
		return 1
	case "are", "were", "have", "do":
		return 2
	}
	return 0
}

// doubled reports a word that stands twice in a row.
func doubled(p phrase) bool {
	for i := 1; i < len(p.tok); i++ {
		if w := p.word(i); w != "" && w == p.word(i-1) {
			return true
		}
	}
	return false
}

// articlesFit reports that a or an is right before every word of now, the first
// one included.
func (d *document) articlesFit(now phrase, start int) bool {
	if a := d.near(start-1, start); a >= 0 && d.joined(a) && (d.word(a) == "a" || d.word(a) == "an") && article(now.word(0)) != d.word(a) {
		return false
	}
	for i := range now.tok {
		if w := now.word(i); (w == "a" || w == "an") && article(now.word(i+1)) != w {
			return false
		}
	}
	last := now.word(len(now.tok) - 1)
	if last != "a" && last != "an" {
		return true
	}
	return false // it would have to fit what follows in every copy
}
