package variant

import (
	"slices"
	"strings"
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
		if p, ok := d.series(i); ok {
			out = append(out, p)
		}
	}
	return out
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
			if d.stem[i] == d.stem[j] {
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
	if i < 0 || i >= len(d.tok) || !d.free(i) || !d.has(i, "LOW") || ordered()[d.word(i)] || d.has(i, "ING") {
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
