package variant

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank/prose"
	"frank/prose/wordclass"
)

// ProposeOptions says what to propose.
type ProposeOptions struct {
	Kinds   []string // only these kinds; nil: all
	Variety string   // "british", "american", or "" to tell it from the text
	Stock   *Stock   // in place of [BuiltinStock]

	House     *Stock       // the organisation's own entries: they come before everything else
	Suggested []Suggestion // rewordings from elsewhere, kept where they pass every check
}

// Proposal is a place of a text with other readings that mean the same.
type Proposal struct {
	Start, End  int      // bytes of the text; may be empty
	Kind        string   // see [Kinds]
	Readings    []string // two or more, distinct; Readings[0] == text[Start:End]
	Items, Seps []string // of a list in free order, as in [Site]
	Link        string   // proposals with one link change together

	entry int // of the stock, from 1; 0 of no entry
}

// Propose marks up a plain text with sites the author may approve. What the
// author wrote as {!…} becomes locked text. It never proposes inside a lock:
// see [Locks].
func Propose(text string, opt ProposeOptions) *Source {
	s := &Source{}
	at := 0
	for _, l := range authorLocks(text) {
		s.Nodes = appendText(s.Nodes, text[at:l.Start])
		inner := strings.TrimSuffix(text[l.Start+2:l.End], "}")
		s.Nodes = append(s.Nodes, Node{Kind: Locked, Text: inner})
		at = l.End
	}
	s.Nodes = appendText(s.Nodes, text[at:])
	return ProposeMore(s, opt)
}

// ProposeMore adds sites to the text of s that is neither locked nor a site.
// It does not change s.
func ProposeMore(s *Source, opt ProposeOptions) *Source {
	used := map[string]bool{}
	for _, n := range s.Nodes {
		if n.Kind == Varied && n.Site.Link != "" {
			used[n.Site.Link] = true
		}
	}
	proposals := proposals(s.Text(), s.taken(), opt)
	links := map[string]string{}
	out := &Source{Header: slices.Clone(s.Header)}
	at := 0
	next := 0
	for _, n := range s.Nodes {
		switch n.Kind {
		case Text:
			from := at
			for ; next < len(proposals) && proposals[next].End <= at+len(n.Text) && (proposals[next].Start < at+len(n.Text)); next++ {
				p := proposals[next]
				if p.Start < from {
					continue
				}
				out.Nodes = appendText(out.Nodes, n.Text[from-at:p.Start-at])
				out.Nodes = append(out.Nodes, Node{Kind: Varied, Site: p.site(links, used)})
				from = p.End
			}
			out.Nodes = appendText(out.Nodes, n.Text[from-at:])
			at += len(n.Text)
		case Varied:
			out.Nodes = append(out.Nodes, n)
			at += len(n.Site.Readings[0])
		default:
			out.Nodes = append(out.Nodes, n)
			at += len(n.Text)
		}
	}
	return out
}

// taken returns the spans of the text that are locked by the author or sites.
func (s *Source) taken() []prose.Span {
	var out []prose.Span
	at := 0
	for _, n := range s.Nodes {
		text := n.Text
		if n.Kind == Varied {
			text = n.Site.Readings[0]
		}
		if n.Kind == Varied || n.Kind == Locked {
			out = append(out, prose.Span{Start: at, End: at + len(text)})
		}
		at += len(text)
	}
	return out
}

func appendText(nodes []Node, text string) []Node {
	if text == "" {
		return nodes
	}
	return append(nodes, Node{Kind: Text, Text: text})
}

// site numbers links in order of appearance, beside those in use.
func (p Proposal) site(links map[string]string, used map[string]bool) *Site {
	s := &Site{Kind: p.Kind, Proposed: true, Readings: p.Readings, Items: p.Items, Seps: p.Seps}
	if p.Link != "" {
		if links[p.Link] == "" {
			n := 1
			for used[strconv.Itoa(n)] {
				n++
			}
			links[p.Link] = strconv.Itoa(n)
			used[links[p.Link]] = true
		}
		s.Link = links[p.Link]
	}
	return s
}

// Proposals returns what [Propose] would mark in text, in order and without
// overlap.
func Proposals(text string, opt ProposeOptions) []Proposal { return proposals(text, nil, opt) }

func proposals(text string, taken []prose.Span, opt ProposeOptions) []Proposal {
	d := newDocument(text, taken)
	if d.stock = opt.Stock; d.stock == nil {
		d.stock = BuiltinStock()
	}
	d.setVariety(opt.Variety)
	d.suggested = opt.Suggested
	var all []Proposal
	for _, k := range kinds() {
		if opt.Kinds == nil || slices.Contains(opt.Kinds, k.Name) {
			all = append(all, k.propose(d)...)
		}
	}
	if opt.House != nil {
		all = d.houseFirst(opt, all)
	}
	return d.settled(resolve(slices.Concat(all, joined(all), d.moved(all))))
}

// document is a text as the kinds look at it.
type document struct {
	text     string
	tok      []prose.Token
	sent     []int    // sentence of each token
	first    []bool   // the first word of a sentence, its numbering aside
	lock     []locked // why a token is locked, or 0
	spans    []prose.Span
	stem     []string // of content words, "" of others
	variety  variety
	informal bool // contractions are used
	curly    bool // apostrophes are ’
	stock    *Stock

	suggested []Suggestion

	classOf []wordclass.Class // of the tokens of sentences that were asked for
	classed []bool            // by sentence

	fromStock map[string][]Proposal // by kind, once read
	capital   map[string]bool       // words that are always written so, once asked for
}

func newDocument(text string, taken []prose.Span) *document {
	d := &document{text: text, tok: prose.Tokens(text), spans: prose.Sentences(text)}
	n := len(d.tok)
	d.sent, d.first, d.lock, d.stem = make([]int, n), make([]bool, n), make([]locked, n), make([]string, n)
	ls := locks(text, d.tok, d.spans)
	for _, s := range taken {
		ls = append(ls, lock{s, byAuthor})
	}
	for _, l := range ls {
		i, _ := slices.BinarySearchFunc(d.tok, l.Start, func(t prose.Token, at int) int { return t.End - at - 1 })
		for ; i < n && d.tok[i].Start < l.End; i++ {
			if d.lock[i] == 0 || l.why < d.lock[i] {
				d.lock[i] = l.why
			}
		}
	}
	at, opened := 0, false
	for i, t := range d.tok {
		for at < len(d.spans)-1 && t.Start >= d.spans[at].End {
			at++
			opened = false
		}
		d.sent[i] = at
		if t.Class != prose.Word {
			continue
		}
		raw := d.raw(i)
		if !opened && !strings.ContainsFunc(raw, unicode.IsDigit) && !numberLetter(raw, text, t.End) {
			d.first[i], opened = true, true
		}
		if d.lock[i] != quotation {
			d.stem[i] = contentStem(t.Norm)
		}
	}
	d.curly = strings.Contains(text, "’")
	d.variety = varietyOf(d)
	d.informal = isInformal(d)
	return d
}

// setVariety sets a variety that the author states.
func (d *document) setVariety(name string) {
	switch name {
	case "british":
		d.variety = british
	case "american":
		d.variety = american
	}
}

// word returns the normal form of token i, or "" where there is no word.
func (d *document) word(i int) string {
	if i < 0 || i >= len(d.tok) || d.tok[i].Class != prose.Word {
		return ""
	}
	return d.tok[i].Norm
}

func (d *document) raw(i int) string { return d.text[d.tok[i].Start:d.tok[i].End] }

// near returns token i if it is in the sentence of token of, else -1.
func (d *document) near(i, of int) int {
	if i < 0 || i >= len(d.tok) || d.sent[i] != d.sent[of] {
		return -1
	}
	return i
}

// free reports a word that nothing locks.
func (d *document) free(i int) bool {
	return i >= 0 && i < len(d.tok) && d.lock[i] == 0 && d.tok[i].Class == prose.Word
}

func lowerCase(s string) bool { return !strings.ContainsFunc(s, unicode.IsUpper) }

// joined reports that one space, or one line end, stands between tokens i and
// i+1.
func (d *document) joined(i int) bool {
	if i < 0 || i+1 >= len(d.tok) {
		return false
	}
	gap := d.text[d.tok[i].End:d.tok[i+1].Start]
	return gap == " " || gap == "\n"
}

// has reports whether token i is of a class, or is the word given in small
// letters. Token -1 is the edge of the sentence, as is what is behind the text.
func (d *document) has(i int, class string) bool {
	if i < 0 || i >= len(d.tok) {
		return class == "STOP" || class == "EDGE"
	}
	w := d.word(i)
	switch class {
	case "EDGE":
		return false
	case "STOP":
		return w == ""
	case "COMMA":
		return d.tok[i].Norm == ","
	case "CAP":
		r, _ := utf8.DecodeRuneInString(d.raw(i))
		return unicode.IsUpper(r) && d.raw(i) != "I"
	case "MONEY":
		return strings.HasPrefix(d.raw(i), "$") || strings.HasPrefix(d.raw(i), "£") || strings.HasPrefix(d.raw(i), "€")
	case "FIGURE":
		return strings.ContainsFunc(w, unicode.IsDigit)
	case "ADV":
		return isAdverb(w)
	case "ING":
		return len(w) > 4 && strings.HasSuffix(w, "ing")
	case "ED":
		return participle(w)
	case "VERB":
		return verbs()[w]
	case "FINITE":
		return classes()["BE"][w] || classes()["HAVE"][w] || classes()["MODAL"][w] || classes()["DO"][w]
	case "NOUN":
		return nouns()[w] && lowerCase(d.raw(i))
	case "ADJ":
		return (adjectives()[w] || domains()[w]) && lowerCase(d.raw(i))
	case "LOW": // a word that carries content
		return w != "" && lowerCase(d.raw(i)) && !closedClass(w) && !isAdverb(w)
	case "PLURAL":
		return len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !closedClass(w)
	}
	if c, ok := classes()[class]; ok {
		return c[w]
	}
	return w == class
}

func (d *document) any(i int, list []string) bool {
	for _, c := range list {
		if d.has(i, c) {
			return true
		}
	}
	return false
}

func participle(w string) bool {
	if len(w) > 4 && strings.HasSuffix(w, "ed") {
		return w != "indeed" && w != "hundred" && w != "speed" && !verbs()[w] // need, proceed, exceed
	}
	return participles()[w]
}

var participles = lazy(func() map[string]bool {
	m := map[string]bool{}
	for _, p := range irregularPast() {
		m[p[1]] = true
	}
	return m
})

var closedList = []string{"DET", "POSS", "PRON", "OBJ", "BE", "HAVE", "DO", "MODAL", "PREP", "CONJ", "NEG", "NUM"}

func closedClass(w string) bool {
	for _, c := range closedList {
		if classes()[c][w] {
			return true
		}
	}
	return w == "to" || w == "too" || w == "himself" || w == "themselves" || w == "itself"
}

// contentStem returns what words of one root share, or "" of a function word.
func contentStem(w string) string {
	if len(w) < 3 || closedClass(w) || adverbs()[w] {
		return ""
	}
	return stem(w)
}

// stem cuts endings roughly: enough to see that a word is repeated.
func stem(w string) string {
	w = strings.TrimSuffix(w, "'s")
	for _, end := range []string{"ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ied", "ances", "ance", "ences", "ence", "ed", "es", "ly", "s", "e", "y"} {
		if n := len(w) - len(end); n >= 3 && strings.HasSuffix(w, end) {
			w = w[:n]
			break
		}
	}
	if n := len(w); n > 4 && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	return w
}

// window is how near, in words, a repeated word jars.
const window = 12

// repeats reports whether a content word of s that is not among own stands
// within the window around tokens from to to.
func (d *document) repeats(s string, own map[string]bool, from, to int) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if st := contentStem(w); st != "" && !own[st] && d.stemNear(st, from, to) {
			return true
		}
	}
	return false
}

// lowers reports a word in small letters that the text writes with a capital
// wherever it has it: the Nation.
func (d *document) lowers(s string) bool {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if lowerCase(w) && d.capitals()[w] {
			return true
		}
	}
	return false
}

// capitals are the words that the text never writes small, in small letters.
// What is written in capitals throughout is another word: WHO.
func (d *document) capitals() map[string]bool {
	if d.capital != nil {
		return d.capital
	}
	d.capital = map[string]bool{}
	small := map[string]bool{}
	for i, t := range d.tok {
		if t.Class != prose.Word || d.first[i] || d.lock[i] == heading {
			continue
		}
		w := strings.TrimSuffix(t.Norm, "'s")
		_, first := utf8.DecodeRuneInString(d.raw(i))
		switch {
		case !d.has(i, "CAP"):
			small[w] = true
		case lowerCase(d.raw(i)[first:]):
			d.capital[w] = true
		}
	}
	for w := range small {
		delete(d.capital, w)
	}
	return d.capital
}

func (d *document) stemNear(st string, from, to int) bool {
	for i := max(0, from-window); i < min(len(d.tok), to+window); i++ {
		if (i < from || i >= to) && d.stem[i] == st {
			return true
		}
	}
	return false
}

// resolve leaves proposals that do not overlap: those that together carry the
// most surviving bits.
func resolve(all []Proposal) []Proposal {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b Proposal) int {
		if a.End != b.End {
			return a.End - b.End
		}
		return a.Start - b.Start // an empty place behind the words that end there
	})
	n := len(order)
	best := make([]uint64, n+1) // of the first proposals
	take := make([]bool, n)
	before := func(i int) int { // how many of the first i may stand beside proposal i
		p := order[i]
		k, _ := slices.BinarySearchFunc(order[:i], p.Start+1, func(q Proposal, end int) int { return q.End - end })
		for k > 0 && (order[k-1].Start == p.Start || order[k-1].End > p.Start) {
			k--
		}
		return k
	}
	for i, p := range order {
		with := best[before(i)] + p.weight()
		if take[i] = with > best[i]; take[i] {
			best[i+1] = with
		} else {
			best[i+1] = best[i]
		}
	}
	var out []Proposal
	kept := map[string]int{}
	for i := n - 1; i >= 0; {
		if !take[i] {
			i--
			continue
		}
		out = append(out, order[i])
		kept[order[i].Link]++
		i = before(i) - 1
	}
	slices.Reverse(out)
	// What cannot change everywhere changes nowhere.
	whole := map[string]int{}
	for _, p := range all {
		whole[p.Link]++
	}
	return slices.DeleteFunc(out, func(p Proposal) bool { return p.Link != "" && kept[p.Link] < whole[p.Link] })
}

// weight is what p is worth: its bits that survive the press.
func (p Proposal) weight() uint64 {
	return uint64(log2(len(p.Readings))) * uint64(Keep(p.Kind, Press))
}

// log2 returns the logarithm of n ≥ 1 in 1/64, rounded down.
func log2(n int) int {
	whole := bits.Len(uint(n)) - 1
	out := whole * 64
	x := uint64(n) << 30 >> whole // 1 ≤ x < 2, scaled by 2^30
	for bit := 32; bit > 0; bit /= 2 {
		x = x * x >> 30
		if x >= 2<<30 {
			x >>= 1
			out += bit
		}
	}
	return out
}
