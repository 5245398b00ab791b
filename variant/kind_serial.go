package variant

import "slices"

var serialKind = kind{
	Kind{"serial", "The comma before the last of three things or more: coal, iron, and tin; coal, iron and tin."},
	proposeSerials,
}

func proposeSerials(d *document) []Proposal {
	if d.edited() {
		return nil
	}
	var out []Proposal
	for _, prev := range d.serials() {
		p := d.paused(pause{a: prev})
		p.Kind = "serial"
		out = append(out, p)
	}
	return out
}

// serials returns the words before the conjunction of each series of three or
// more.
func (d *document) serials() (out []int) {
	for i := range d.tok {
		if !d.any(i, []string{"and", "or"}) || d.said(i) || d.near(i+1, i) < 0 || !d.joined(i) {
			continue
		}
		if prev, comma := d.before(i); prev >= 0 && (d.serial(i, prev, comma) || comma && d.parallel(i, prev)) {
			out = append(out, prev)
		}
	}
	return out
}

// serial reports a list of three common things or more that ends with the one
// behind the conjunction at token i. Nobody is named, and none of the things
// can say what another is: the Minister, a lawyer and a friend.
func (d *document) serial(i, prev int, comma bool) bool {
	article := func(k int) string {
		if d.any(k, []string{"a", "an"}) {
			return "a"
		}
		if d.any(k, []string{"the", "our", "their", "its", "his", "your"}) {
			return d.word(k)
		}
		return ""
	}
	last := i + 1
	det := article(last)
	if det != "" {
		last++
	}
	if !d.listable(last, i, comma) {
		return false
	}
	for last < i+4 && d.near(last+1, i) >= 0 && d.joined(last) && d.has(last, "ADJ") && d.listable(last+1, i, comma) {
		last++
	}
	heads := []int{last}
	k := prev
	for len(heads) < 8 {
		if !d.listable(k, i, comma) || d.has(k, "ADV") {
			return false
		}
		heads = append(heads, k)
		start := k
		for start > k-3 && d.near(start-1, i) >= 0 && d.joined(start-1) && d.listable(start-1, i, comma) {
			start--
		}
		from := start
		if d.near(start-1, i) >= 0 && d.joined(start-1) && det != "" && article(start-1) == det {
			from--
		}
		if d.near(from-1, i) < 0 || !d.has(from-1, "COMMA") || from < start != (det != "") {
			break
		}
		k = from - 2
	}
	if len(heads) < 3 {
		return false
	}
	first := heads[len(heads)-1]
	if d.behindOpening(first+1) || d.near(first-2, i) < 0 || d.any(first-1, []string{"and", "or"}) || d.any(first-2, []string{"and", "or"}) {
		return false
	}
	for k := last + 1; k < last+9 && d.near(k, i) >= 0; k++ { // pairs within a list
		if d.any(k, []string{"and", "or"}) && (k < last+4 || d.has(k-1, "COMMA")) || d.has(k, "enforceable") {
			return false
		}
	}
	if comma {
		return true
	}
	return !d.unpaired(prev, last) && d.oneClass(heads)
}

// listable reports a word a listed thing may be made of, or its last word. What
// may be a verb needs the comma to show that it is one of the list.
func (d *document) listable(k, i int, comma bool) bool {
	return d.near(k, i) >= 0 && d.free(k) && d.has(k, "LOW") && !d.any(k, []string{"other", "others", "such", "however", "to", "etc", "then"}) && (comma || !d.has(k, "VERB")) && !finites()[d.word(k)] && !d.hyphened(k)
}

// oneClass reports words that are all nouns, all adjectives or all participles.
func (d *document) oneClass(heads []int) bool {
	noun := func(k int) bool {
		return !d.has(k, "ED") && (d.any(k, []string{"NOUN", "PLURAL"}) || nounEnding(d.word(k)))
	}
	adjective := func(k int) bool { return d.has(k, "ADJ") && !noun(k) }
	for _, class := range []func(int) bool{noun, adjective} {
		if !slices.ContainsFunc(heads, func(k int) bool { return !class(k) }) {
			return true
		}
	}
	return false
}

// parallel reports a series of three or more longer things of which the last
// two begin alike: to protect the coast, create jobs, and lower costs. Its comma
// may go; where there is none, the two may be a pair.
func (d *document) parallel(i, prev int) bool {
	start := prev
	for ; start > prev-8 && d.near(start-1, i) >= 0 && !d.has(start-1, "COMMA"); start-- {
		if !d.inSeries(start, i) {
			return false
		}
	}
	if d.near(start-1, i) < 0 || !d.has(start-1, "COMMA") || !d.inSeries(start, i) || start == prev {
		return false
	}
	last := i + 1
	k := last
	for ; k < last+8 && d.near(k, i) >= 0 && d.word(k) != ""; k++ {
		if !d.inSeries(k, i) || d.has(k, "enforceable") {
			return false
		}
	}
	if k-last < 2 || d.near(k, i) >= 0 && d.word(k) != "" && !d.inSeries(k, i) || d.near(start-3, i) < 0 || d.behindOpening(start-1) || !d.free(start-2) {
		return false
	}
	for n := start - 2; n > start-7 && d.near(n, i) >= 0 && !d.has(n, "COMMA"); n-- {
		if d.any(n, []string{"and", "or", "that", "which", "who", "if"}) || d.first[n] && opening()[d.word(n)] {
			return false
		}
	}
	switch {
	case d.has(start, "VERB") && d.has(last, "VERB"):
		return !d.any(start, []string{"NOUN", "ADJ"}) && !d.any(last, []string{"NOUN", "ADJ"})
	case d.has(start, "ING") && d.has(last, "ING"):
		return !d.any(start, []string{"NOUN", "ADJ"}) && gerunds()[d.word(start)] != "" && gerunds()[d.word(last)] != ""
	case d.has(start, "to") && d.has(last, "to") || d.has(start, "PREP") && d.word(start) == d.word(last):
		return true
	}
	return false
}

// inSeries reports a word of a thing in a series that is no clause.
func (d *document) inSeries(k, i int) bool {
	return d.word(k) != "" && !d.said(k) && !d.any(k, []string{"FINITE", "PRON", "CONJ", "however"}) && !finites()[d.word(k)]
}
