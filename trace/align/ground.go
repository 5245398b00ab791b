package align

import (
	"slices"
	"sort"
	"strings"

	"frank"
	"frank/prose"
)

// Ground is a dispatch made ready for laying passages on it. It may be used by
// several goroutines at once.
type Ground struct {
	m     *frank.Master
	elems []element
	known forms
	times map[string]int // how often a word stands in the dispatch, in all readings
}

// element is one step along the dispatch: a fixed word or mark, or a block.
type element struct {
	token        // of the fixed text; for a block, its span only
	block *block // nil for fixed text
}

// block is a site, or several that touch, with the parts of words around it
// that its readings run into.
type block struct {
	sites []int
	alts  []alt
	long  int // words of the longest alternative
}

// alt is one way in which a block can be worded. Alternatives are in the order
// of their texts, so that nothing here depends on the order of readings.
type alt struct {
	text   string
	toks   []token
	words  int
	said   int     // the first alternative with the same words, whatever its marks
	combos [][]int // per way of choosing readings that is worded so: a reading per site
}

// Prepare makes m ready for [Ground.Align]. m must be valid.
func Prepare(m *frank.Master) *Ground {
	g := &Ground{m: m, known: forms{}}
	at := 0
	for _, sp := range spans(m) {
		g.fixed(at, sp.start)
		b := g.newBlock(sp)
		g.elems = append(g.elems, element{token: token{start: sp.start, end: sp.end}, block: b})
		at = sp.end
	}
	g.fixed(at, len(m.Text))
	g.times = map[string]int{}
	for _, e := range g.elems {
		if e.block == nil {
			g.times[e.norm]++
			continue
		}
		for _, a := range e.block.alts {
			for _, w := range a.toks {
				g.times[w.norm]++
			}
		}
	}
	return g
}

func (g *Ground) fixed(from, to int) {
	for _, t := range tokens(g.m.Text[from:to], from, g.known) {
		g.elems = append(g.elems, element{token: t})
	}
}

// span is the place of a block.
type span struct {
	start, end int
	sites      []int
	combos     int
}

// spans groups sites whose readings run into each other, or into the words
// beside them, when the text is cut into words.
func spans(m *frank.Master) []span {
	var out []span
	for i, s := range m.Sites {
		left, right := 0, len(m.Text)
		if i > 0 {
			left = m.Sites[i-1].End
		}
		if i+1 < len(m.Sites) {
			right = m.Sites[i+1].Start
		}
		before := lastTouching(m.Text[left:s.Start])
		after := firstTouching(m.Text[s.End:right])
		glueLeft, glueRight := false, false
		for _, r := range s.Readings {
			l, rr := runs(before, r, after)
			glueLeft, glueRight = glueLeft || l, glueRight || rr
		}
		sp := span{s.Start, s.End, []int{i}, len(s.Readings)}
		if glueLeft {
			sp.start -= len(before)
		}
		if glueRight {
			sp.end += len(after)
		}
		if n := len(out); n > 0 {
			last := &out[n-1]
			touches := sp.start < last.end || left == s.Start && pairRuns(m.Sites[i-1].Readings, s.Readings)
			if touches && last.combos*sp.combos <= maxCombos {
				last.end = sp.end
				last.sites = append(last.sites, i)
				last.combos *= sp.combos
				continue
			}
			sp.start = max(sp.start, last.end)
		}
		out = append(out, sp)
	}
	return out
}

// lastTouching returns the last token of a fixed text when it reaches the end.
func lastTouching(s string) string {
	const most = 64
	cut := max(0, len(s)-most)
	for cut < len(s) && s[cut]&0xC0 == 0x80 {
		cut++
	}
	toks := prose.Tokens(s[cut:])
	if len(toks) == 0 || toks[len(toks)-1].End != len(s)-cut {
		return ""
	}
	return s[cut+toks[len(toks)-1].Start:]
}

// firstTouching returns the first token of a fixed text when it starts there.
func firstTouching(s string) string {
	const most = 64
	cut := min(most, len(s))
	for cut < len(s) && s[cut]&0xC0 == 0x80 {
		cut++
	}
	toks := prose.Tokens(s[:cut])
	if len(toks) == 0 || toks[0].Start != 0 {
		return ""
	}
	return s[:toks[0].End]
}

// runs reports whether reading r between two tokens makes a word with either.
func runs(before, r, after string) (left, right bool) {
	left, right = before != "", after != ""
	from, to := len(before), len(before)+len(r)
	for _, t := range prose.Tokens(before + r + after) {
		if t.Start == from || t.End == from {
			left = false
		}
		if t.Start == to || t.End == to {
			right = false
		}
	}
	return left, right
}

// pairRuns reports whether readings of two sites with nothing between them can
// make one word, or let their neighbours touch.
func pairRuns(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == "" || y == "" {
				return true
			}
			if l, _ := runs(x, y, ""); l {
				return true
			}
		}
	}
	return false
}

// newBlock tabulates the ways a block can be worded.
func (g *Ground) newBlock(sp span) *block {
	m := g.m
	b := &block{sites: sp.sites}
	pick := make([]int, len(sp.sites))
	for {
		var text strings.Builder
		at := sp.start
		for k, s := range sp.sites {
			text.WriteString(m.Text[at:max(at, m.Sites[s].Start)])
			text.WriteString(m.Sites[s].Readings[pick[k]])
			at = m.Sites[s].End
		}
		text.WriteString(m.Text[at:max(at, sp.end)])
		b.alts = append(b.alts, alt{text: text.String(), combos: [][]int{slices.Clone(pick)}})
		k := len(pick) - 1
		for ; k >= 0; k-- {
			if pick[k]++; pick[k] < len(m.Sites[sp.sites[k]].Readings) {
				break
			}
			pick[k] = 0
		}
		if k < 0 {
			break
		}
	}
	sort.SliceStable(b.alts, func(i, j int) bool { return b.alts[i].text < b.alts[j].text })
	distinct := b.alts[:1]
	for _, a := range b.alts[1:] {
		if last := &distinct[len(distinct)-1]; last.text == a.text {
			last.combos = append(last.combos, a.combos...)
		} else {
			distinct = append(distinct, a)
		}
	}
	b.alts = distinct
	for i := range b.alts {
		a := &b.alts[i]
		a.toks = tokens(a.text, 0, g.known)
		for _, t := range a.toks {
			if t.class == prose.Word {
				a.words++
			}
		}
		b.long = max(b.long, a.words)
		for a.said = 0; a.said < i && !sameWords(b.alts[a.said].toks, a.toks); a.said++ {
		}
	}
	return b
}

// sameWords reports texts that differ in marks alone.
func sameWords(a, b []token) bool {
	words := func(toks []token) []string {
		var out []string
		for i := range toks {
			if toks[i].class == prose.Word {
				out = append(out, toks[i].shape)
			}
		}
		return out
	}
	return slices.Equal(words(a), words(b))
}

// words returns how many words the elements from lo to hi have at most.
func (g *Ground) words(lo, hi int) int {
	n := 0
	for _, e := range g.elems[lo:hi] {
		switch {
		case e.block != nil:
			n += e.block.long
		case e.class == prose.Word:
			n++
		}
	}
	return n
}

// around returns the elements that the bytes from start to end of the dispatch
// take, widened by so many words on either side.
func (g *Ground) around(start, end, margin int) (lo, hi int) {
	lo = sort.Search(len(g.elems), func(i int) bool { return g.elems[i].end > start })
	hi = sort.Search(len(g.elems), func(i int) bool { return g.elems[i].start >= end })
	hi = max(lo, hi)
	for n := 0; lo > 0 && n < margin; lo-- {
		n += g.words(lo-1, lo)
	}
	for n := 0; hi < len(g.elems) && n < margin; hi++ {
		n += g.words(hi, hi+1)
	}
	return lo, hi
}

// ahead returns how far from lo, and not beyond hi, so many words reach.
func (g *Ground) ahead(lo, hi, words int) int {
	for n := 0; lo < hi && n < words; lo++ {
		n += g.words(lo, lo+1)
	}
	return lo
}
