package variant

import (
	"slices"
	"strings"

	"frank/prose"
	"frank/prose/wordclass"
)

var listKind = kind{
	Kind{"list", "The order of co-ordinated items, where it says nothing."},
	proposeLists,
}

// Adjectives of domain: with their like they stand in any order.
var domains = lazy(func() map[string]bool {
	return set(`political economic military financial commercial social cultural technical industrial legal administrative strategic agricultural diplomatic
		scientific constitutional educational medical ethnic religious racial moral practical historical geographical environmental humanitarian
		psychological logistical linguistic maritime nutritional ecological technological electoral judicial physical emotional`)
})

// Items that rank, run in time, or go with one another in one order only.
var ordered = lazy(func() map[string]bool {
	return set(`first second third last next former latter days weeks months years day week month year hours minutes past present future early late
		birth life death north south east west left right up down in out men women children boys girls male female black white law order peace war
		here there now then local regional national international global state federal county city small medium large low high higher lower young old
		morning afternoon evening spring summer autumn winter buy sell pros cons supply demand cause effect research development
		husband wife mother father mothers fathers sons daughters parents brothers sisters friends family
		others other same such similar so forth etc like more most less least all both each trade commerce terms goods services wages hours
		rules regulations time place name address date ways means checks balances profit loss imports exports import export give take
		planning execution design construction preparation signature ratification text data information advice consent hopes fears dreams
		health safety terms arms ammunition null void one two three four five six seven eight nine ten`)
})

// Bodies are named by such adjectives, whatever their case.
var bodies = lazy(func() map[string]bool {
	return set("council commission committee department section affairs division branch mission board agency bureau staff attache attaches adviser advisers")
})

// adjective reports an adjective of domain or of quality by its ending.
func adjective(w string) bool {
	if domains()[w] {
		return true
	}
	if notAdjectives()[w] {
		return false
	}
	for _, end := range []string{"ical", "onal", "ntal", "rial", "cial", "ural", "omic", "istic", "ific", "atic", "itary", "ous", "ive", "able", "ible", "ful"} {
		if len(w) > 5 && strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

// Nouns with such endings, and adjectives that go in pairs of fixed order.
var notAdjectives = lazy(func() map[string]bool {
	return set(`material official officials potential initiative objective representative executive alternative perspective narrative directive incentive
		motive offensive defensive native relative archive detective operative individual professional personal general original
		additional conditional unconditional positive negative active passive direct indirect official unofficial tactical strategic preliminary final
		initial eventual gradual possible impossible probable
		respective successive several various previous numerous table vegetable trouble handful executive legislative judicial
		regional national international additional exceptional monumental responsible available able capable conscious
		armament critic music public republic traffic topic mechanic chemical chemicals biological nuclear radiological conventional
		constitutional receivable payable mental civil`)
})

func proposeLists(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if w := d.word(i); w != "and" && w != "or" || d.lock[i] != 0 {
			continue
		}
		p, ok := d.series(i)
		if !ok {
			p, ok = d.phraseSeries(i)
		}
		if !ok {
			p, ok = d.pair(i)
		}
		if !ok {
			p, ok = d.taggedSeries(i)
		}
		if !ok {
			p, ok = d.taggedPair(i)
		}
		if ok && !d.ordersMatter(i) && !(len(p.Items) == 2 && d.doings(i)) {
			out = append(out, p)
		}
	}
	return out
}

// ordersMatter reports that what follows token c goes back to the order.
func (d *document) ordersMatter(c int) bool {
	for k := c; k < c+16 && d.near(k, c) >= 0; k++ {
		if d.any(k, []string{"latter", "former", "respectively", "respective"}) {
			return true
		}
	}
	return false
}

// doings reports two things done, around token c: often one after the other,
// as the receipt and study of a report.
func (d *document) doings(c int) bool {
	b := c + 1
	for b < c+3 && d.near(b, c) >= 0 && d.is(b, wordclass.Determiner, wordclass.Possessive, wordclass.Adjective) {
		b++
	}
	if d.near(b, c) < 0 || !d.is(b, wordclass.Noun, wordclass.Nouns) || !d.is(c-1, wordclass.Noun, wordclass.Nouns) {
		return false
	}
	x, y := d.word(c-1), d.word(b)
	if action(x) && action(y) {
		return true
	}
	return d.near(b+1, c) >= 0 && d.has(b+1, "of") && (action(x) || action(y) || verbs()[x] || verbs()[y] || x == "receipt")
}

// pair reads two nouns, two adjectives or two short noun phrases around the
// conjunction at token c, with nothing around them that could belong to one
// only.
func (d *document) pair(c int) (Proposal, bool) {
	var none Proposal
	if d.near(c-2, c) < 0 || d.near(c+1, c) < 0 || !d.joined(c-1) || !d.joined(c) {
		return none, false
	}
	a0, a1, b0, b1 := c-1, c, c+1, c+2 // the items
	if d.word(b1) == "and" || d.word(b1) == "or" || !d.pairable(a0) {
		return none, false
	}
	determiner := ""
	switch {
	case d.has(a0, "ADJ") && d.has(b0, "ADJ"):
		if !d.adjectivePair(a0, b0) {
			return none, false
		}
	case d.has(a0, "NOUN"):
		// "the size and the composition": the same determiner, or none, twice
		if d.any(b0, []string{"the", "its", "their", "our", "his", "your"}) {
			determiner = d.word(b0)
			b0++
			b1++
		} else if d.has(b0, "ADJ") {
			b1++
			b0++
		}
		if !d.inPhrase(b0, c) || !d.has(b0, "NOUN") || !d.pairable(b0) || !d.joined(b0-1) {
			return none, false
		}
		adjectived := b0 > c+1 && determiner == ""
		if d.has(a0-1, "ADJ") {
			if determiner == "" && !adjectived {
				return none, false // "old men and women"
			}
			a0--
		} else if adjectived {
			return none, false // "men and old women"
		}
		if !d.pairable(a0) {
			return none, false
		}
		if determiner != "" {
			if d.word(a0-1) != determiner || d.lock[a0-1] != 0 {
				return none, false
			}
			a0--
			b0--
		}
		if b1-b0 != a1-a0 || !d.nounPair(a0, a1, c+1, b1, determiner) {
			return none, false
		}
		b0 = c + 1
	default:
		return none, false
	}
	if d.near(b1-1, c) < 0 {
		return none, false
	}
	return d.swapped(a0, a1, b0, b1)
}

// phraseItem reports a word an item of two or three words is made of.
func (d *document) phraseItem(i int) bool {
	return d.near(i, i) >= 0 && d.free(i) && (d.any(i, []string{"NOUN", "ADJ"}) || d.has(i, "PLURAL") && lowerCase(d.raw(i)) && !d.has(i, "VERB") && !finites()[d.word(i)]) && d.tok[i].Class == prose.Word && !d.hyphened(i)
}

func (d *document) hyphened(i int) bool {
	return i+1 < len(d.tok) && d.tok[i+1].Start == d.tok[i].End && d.tok[i+1].Norm == "-" || i > 0 && d.tok[i-1].End == d.tok[i].Start && d.tok[i-1].Norm == "-" || strings.ContainsAny(d.raw(i), "'’")
}

// phraseSeries reads three items or more around the conjunction at token c,
// each an adjective or noun with its noun: clean water, fair wages and safe
// roads. All are of two words or three, so that no word before the first is
// taken for one of the others'; or all are of one.
func (d *document) phraseSeries(c int) (Proposal, bool) {
	var none Proposal
	type item struct{ from, to int }
	from, to := c+1, c+1
	for to < from+3 && d.near(to, c) >= 0 && d.phraseItem(to) && d.joined(to-1) {
		to++
	}
	if to == from || d.near(to, c) < 0 {
		return none, false
	}
	items := []item{{from, to}}
	k := c - 1
	if d.near(k, c) >= 0 && d.has(k, "COMMA") {
		k--
	}
	for {
		end := k + 1
		for k > end-4 && k >= 0 && d.near(k, c) >= 0 && d.phraseItem(k) && (k == end-1 || d.joined(k)) {
			k--
		}
		if k+1 == end || end-k-1 > 3 {
			return none, false
		}
		items = append(items, item{k + 1, end})
		if d.near(k, c) < 0 || !d.has(k, "COMMA") {
			break
		}
		k--
	}
	slices.Reverse(items)
	if len(items) < 3 || len(items) > MaxItems || d.near(k, c) < 0 || !d.joined(k) {
		return none, false
	}
	if !d.any(k, []string{"PREP", "VERB", "ING", "both"}) || d.any(k, []string{"from", "between", "as", "like", "than", "per"}) {
		return none, false
	}
	right := to
	if !d.any(right, []string{"STOP", "FINITE"}) || d.has(right, "COMMA") || d.tok[right].Norm == "-" || d.tok[right].Norm == ":" || d.tok[right].Norm == "(" {
		return none, false
	}
	var words, seps []string
	sorted := true
	stems := map[string]bool{}
	for n, it := range items {
		if (it.to-it.from > 1) != (items[0].to-items[0].from > 1) {
			return none, false
		}
		head := it.to - 1
		if d.has(k, "of") && inPlural(d.word(head)) != inPlural(d.word(items[0].to-1)) {
			return none, false // "places of worship, schools and roads"
		}
		if !d.any(head, []string{"NOUN", "PLURAL"}) || ordered()[d.word(head)] || ranked()[d.word(head)] || stems[d.stem[head]] || d.any(it.from, []string{"other", "such", "similar", "additional"}) {
			return none, false
		}
		stems[d.stem[head]] = true
		words = append(words, d.text[d.tok[it.from].Start:d.tok[head].End])
		if n > 0 {
			seps = append(seps, d.text[d.tok[items[n-1].to-1].End:d.tok[it.from].Start])
			sorted = sorted && words[n-1] < words[n]
		}
	}
	if sorted {
		return none, false
	}
	s := List("list", words, seps)
	return Proposal{Start: d.tok[items[0].from].Start, End: d.tok[to-1].End, Kind: "list", Readings: s.Readings, Items: words, Seps: seps}, true
}

// swapped proposes the items a0 to a1 and b0 to b1 in either order.
func (d *document) swapped(a0, a1, b0, b1 int) (Proposal, bool) {
	text := func(i, j int) string { return d.text[d.tok[i].Start:d.tok[j-1].End] }
	items := []string{text(a0, a1), text(b0, b1)}
	seps := []string{d.text[d.tok[a1-1].End:d.tok[b0].Start]}
	s := List("list", items, seps)
	return Proposal{Start: d.tok[a0].Start, End: d.tok[b1-1].End, Kind: "list", Readings: s.Readings, Items: items, Seps: seps}, true
}

// pairable reports a word that may change places.
func (d *document) pairable(i int) bool {
	return d.item(i) && d.near(i-1, i) >= 0
}

// unpaired reports two words in an order of their own: set, of size or time, or
// of one root.
func (d *document) unpaired(a, b int) bool {
	x, y := d.word(a), d.word(b)
	for _, no := range []string{"un", "in", "im", "ir", "dis", "non", "non-"} {
		if y == no+x || x == no+y {
			return true
		}
	}
	return d.stem[a] == d.stem[b] || fixedPairs()[x+"+"+y] || fixedPairs()[y+"+"+x] || ordered()[x] || ordered()[y] || ranked()[x] || ranked()[y] || len(x)-len(y) > 7 || len(y)-len(x) > 7
}

// Words that rank, or that other words of a pair follow from.
var ranked = lazy(func() map[string]bool {
	return set(`actual full only main chief principal general particular special specific final initial interim further additional relevant appropriate
		necessary immediate ultimate old new early late previous subsequent original many much several various certain possible probable
		extra entire whole whatever consequent resultant resulting deputy vice senior junior minister ministers president secretary chairman
		treasurer consul delegates officials government governments cabinet parliament council committee commission
		conclusion conclusions recommendation recommendations findings decisions ratification execution passage enactment loss
		question answer answers problem solution solutions consequences consequence result results reply replies thing things body soul
		way ways manner part parts parcel case cases number numbers amount extent fact facts friend
		title titles address telegram letter letters statement beginning end start middle night today tomorrow yesterday
		great big good bad dear happy sad true false real effective free open fair equal just rich poor hot cold dry wet clear simple
		large greater larger smaller common usual joint separate mutual respective top bottom major minor primary secondary primary
		complete partial total reduction elimination crucifixion resurrection creation delivery treatment fairly squarely apprehension trial arrest pregnant knowingly secret confidential tacitly wives families weekly daily
		above following below foregoing preceding existing current prospective potential actual short long medium full part
		colleagues staff members member wife sons daughter son daughters himself adviser advisers assistant assistants`)
})

// adjectivePair reports two adjectives that share a noun, or are said of one
// subject: a cordial and amicable talk; it was cordial and amicable.
func (d *document) adjectivePair(a, b int) bool {
	left, right := d.near(a-1, a), d.near(b+1, b)
	if d.unpaired(a, b) || right < 0 || !d.joined(b) {
		return false
	}
	if d.any(left, []string{"more", "most", "less", "least", "such", "so", "too", "very", "how", "as", "few", "much", "quite", "rather", "ADV", "COMMA", "and", "or", "CAP", "NEG", "not", "ADJ", "NOUN"}) {
		return false
	}
	if !d.any(left, []string{"PREP", "DET", "both", "to", "BE", "VERB", "ING", "EDGE", "HAVE"}) {
		return false
	}
	if d.any(left, []string{"a", "an"}) && article(d.word(a)) != article(d.word(b)) {
		return false
	}
	if d.has(left, "BE") || d.any(left, []string{"be", "been"}) {
		return d.any(right, []string{"STOP", "and"}) && !d.has(right, "COMMA")
	}
	return d.has(right, "NOUN") && !bodies()[strings.TrimSuffix(d.word(right), "s")]
}

// nounPair reports two nouns, or noun phrases, that share all that stands
// around them.
func (d *document) nounPair(a0, a1, b0, b1 int, determiner string) bool {
	a, b := a1-1, b1-1 // heads
	if d.unpaired(a, b) || inPlural(d.word(a)) != inPlural(d.word(b)) || adjective(d.word(a)) != adjective(d.word(b)) {
		return false
	}
	if a1-a0 == b1-b0 && a1-a0 > 1 && determiner == "" && d.unpaired(a0, b0) {
		return false
	}
	left, right := d.near(a0-1, a0), d.near(b1, b)
	if left < 0 || !d.joined(a0-1) || right < 0 {
		return false
	}
	if d.any(right, []string{"and", "or", "COMMA", "to", "NOUN", "ADJ", "LOW", "CAP", "such", "FIGURE", "as", "but", "nor", "from", "ADV", "ING"}) || d.tok[right].Norm == "-" || d.tok[right].Norm == "(" || d.tok[right].Norm == ":" {
		return false
	}
	shared := d.any(left, []string{"the", "its", "their", "our", "his", "your", "both", "any", "all"}) && determiner == ""
	if d.any(left, []string{"between", "from", "ADJ", "NOUN", "CAP", "and", "or", "COMMA", "as", "than", "including", "NUM", "this", "that", "these", "those", "a", "an", "no", "each", "every", "some", "such"}) {
		return false
	}
	if !shared && !d.any(left, []string{"PREP", "VERB", "ING"}) {
		return false
	}
	if d.has(left, "of") && !shared && d.any(right, []string{"PREP"}) {
		return false
	}
	// What follows belongs to both only if they share their determiner, or
	// are alone.
	switch {
	case d.any(right, []string{"of", "for", "in"}):
		return shared && d.has(right, "of") && a1-a0 == 1
	case d.any(right, []string{"STOP", "FINITE", "which"}):
		return true
	}
	return d.any(right, []string{"if", "when", "while", "because", "by", "during", "under", "throughout", "within", "before", "after", "at"})
}

// series reads a list whose last two items stand around the conjunction at
// token c. Items are single words with nothing that could belong to one of
// them only: a preposition or verb stands before the first, and the sentence
// goes on behind the last with something that cannot.
func (d *document) series(c int) (Proposal, bool) {
	if !d.item(c+1) || d.near(c+1, c) < 0 || !d.joined(c) {
		return Proposal{}, false
	}
	items := []int{c + 1}
	k := c - 1
	if d.near(k, c) >= 0 && d.has(k, "COMMA") {
		k-- // serial comma
	}
	for {
		if k < 0 || d.near(k, c) < 0 || !d.item(k) {
			return Proposal{}, false
		}
		items = append(items, k)
		if d.near(k-1, c) < 0 || !d.has(k-1, "COMMA") {
			break
		}
		k -= 2
	}
	slices.Reverse(items)
	first, last := items[0], c+1
	if len(items) > MaxItems || len(items) == 2 && (first != c-2 && first != c-1 || first == c-2) {
		return Proposal{}, false
	}
	if !d.joined(first-1) && d.near(first-1, c) >= 0 {
		return Proposal{}, false
	}
	adjectives := true
	for _, i := range items {
		adjectives = adjectives && adjective(d.word(i)) && !strings.HasPrefix(d.word(i), "non")
	}
	for k, i := range items {
		for _, j := range items[:k] {
			if d.stem[i] == d.stem[j] || contrary(d.word(i), d.word(j)) || rankedBefore()[d.word(i)] || rankedBefore()[d.word(j)] || fixedPairs()[d.word(j)+"+"+d.word(i)] || usualPairs()[d.word(j)+"+"+d.word(i)] {
				return Proposal{}, false
			}
		}
	}
	left, right := d.near(first-1, c), d.near(last+1, c)
	switch {
	case adjectives:
		// economic and political questions: not two nouns with one each
		if right < 0 || !d.has(right, "LOW") || d.has(right, "ED") || bodies()[strings.TrimSuffix(d.word(right), "s")] || !d.any(left, []string{"PREP", "DET", "both"}) || d.any(left, []string{"most", "more", "such", "few", "much"}) || d.any(left, []string{"a", "an"}) && article(d.word(first)) != articleOfAll(d, items) {
			return Proposal{}, false
		}
		if d.any(left, []string{"a", "an"}) && articleOfAll(d, items) == "" {
			return Proposal{}, false
		}
	case len(items) >= 3:
		if !d.any(left, []string{"PREP", "by"}) || d.any(left, []string{"from", "between"}) || !d.any(right, []string{"STOP", "FINITE"}) || d.has(right, "COMMA") {
			return Proposal{}, false
		}
		if d.has(left, "of") && slices.ContainsFunc(items, func(i int) bool { return inPlural(d.word(i)) != inPlural(d.word(first)) }) {
			return Proposal{}, false // "places of worship, schools and roads"
		}
		if !d.alike(items) {
			return Proposal{}, false
		}
	default:
		return Proposal{}, false
	}
	return d.listed(items)
}

func articleOfAll(d *document, items []int) string {
	a := article(d.word(items[0]))
	for _, i := range items {
		if article(d.word(i)) != a {
			return ""
		}
	}
	return a
}

// item reports a word that may change places.
func (d *document) item(i int) bool {
	if i < 0 || i >= len(d.tok) || !d.free(i) || !d.has(i, "LOW") || ordered()[d.word(i)] || d.has(i, "ING") || d.word(i) == "general" || !d.is(i, wordclass.Noun, wordclass.Nouns, wordclass.Adjective) {
		return false
	}
	return !strings.ContainsAny(d.raw(i), "'’") && (i+1 >= len(d.tok) || d.tok[i+1].Start > d.tok[i].End || d.tok[i+1].Norm != "-") && (i == 0 || d.tok[i-1].End < d.tok[i].Start)
}

// alike reports nouns of much the same length, in no alphabetical order.
func (d *document) alike(items []int) bool {
	sorted := true
	for k, i := range items {
		w := d.word(i)
		if d.has(i, "ED") || adjective(w) || d.word(i) == "real" || len(w) < 3 || len(w) > 3*len(d.word(items[0])) || 3*len(w) < len(d.word(items[0])) {
			return false
		}
		if k > 0 {
			sorted = sorted && d.word(items[k-1]) < w
		}
	}
	return !sorted
}

func (d *document) listed(items []int) (Proposal, bool) {
	var words, seps []string
	for k, i := range items {
		words = append(words, d.raw(i))
		if k > 0 {
			seps = append(seps, d.text[d.tok[items[k-1]].End:d.tok[i].Start])
		}
	}
	s := List("list", words, seps)
	return Proposal{Start: d.tok[items[0]].Start, End: d.tok[items[len(items)-1]].End, Kind: "list", Readings: s.Readings, Items: words, Seps: seps}, true
}
