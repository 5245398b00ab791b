package locate

import (
	"slices"
	"sort"

	"frank"
	"frank/prose"
)

// lattice holds the words of all dispatches in all readings. A place is a
// running number over the words of the copies 0; a site takes the places of
// its first reading's words, possibly none, and the words of its other
// readings stand there too.
type lattice struct {
	words []uint32 // word numbers of copy 0, by place
	sites []uint32 // first place of each site, ascending
	offs  []uint32 // per site, its entry in alts; one more at the end
	alts  []uint32 // per site: how many places it takes, then its other readings
}

const (
	lastWord      = 1 << 31  // set on the last word of a reading in alts
	emptyReading  = lastWord // a reading without words: word number 0
	maxCombos     = 256      // joint readings of sites that share a word
	plainAlts     = 128      // words of other readings kept in any case
	plainReadings = 32       // readings a site may have before they are thinned
	maxAlts       = 1024     // words of other readings a site may keep
	wordMask      = uint32(1<<31 - 1)
)

// add appends a dispatch.
func (l *lattice) add(m *frank.Master, words []prose.Token, id func(string) uint32) {
	base := len(l.words)
	for _, w := range words {
		l.words = append(l.words, id(w.Norm))
	}
	if len(l.offs) == 0 {
		l.offs = append(l.offs, 0)
	}
	for i := 0; i < len(m.Sites); {
		g := gather(m, words, i)
		l.addSite(base, words, g, id)
		i = g.next
	}
}

// group is a run of sites that share a word, with the whole words they touch.
type group struct {
	from, to int      // tokens of copy 0
	next     int      // the first site not in the group
	readings []string // of the words from…to, the first one excepted
}

// gather returns the group that starts with site i.
func gather(m *frank.Master, words []prose.Token, i int) group {
	s := m.Sites[i]
	from := sort.Search(len(words), func(k int) bool { return words[k].End > s.Start })
	if from > 0 && words[from-1].End == s.Start && glued(m, i, true) {
		from--
	}
	g := group{from: from, to: from, next: i}
	start, end := s.Start, s.End
	if from < len(words) {
		start = min(start, words[from].Start)
	}
	for g.next < len(m.Sites) && (g.next == i || m.Sites[g.next].Start < end) {
		end = max(end, m.Sites[g.next].End)
		right := glued(m, g.next, false)
		for g.to < len(words) && (words[g.to].Start < end || (words[g.to].Start == end && right)) {
			end = max(end, words[g.to].End)
			g.to++
		}
		g.next++
		if g.next < len(m.Sites) && m.Sites[g.next].Start == end && glued(m, g.next, true) {
			end++ // the next site changes the word that ends here
		}
	}
	end = min(end, len(m.Text))
	end = max(end, m.Sites[g.next-1].End)
	if g.to > g.from {
		end = max(words[g.to-1].End, m.Sites[g.next-1].End)
	}
	g.readings = combine(m, i, g.next, start, end)
	return g
}

// glued reports whether some reading of a site runs into the word that ends
// before it, or else into the word that starts behind it.
func glued(m *frank.Master, site int, left bool) bool {
	s := m.Sites[site]
	for _, r := range s.Readings {
		switch {
		case left && r == "":
			r = m.Text[s.End:]
		case r == "":
			r = m.Text[:s.Start]
		}
		if r == "" {
			continue
		}
		c := r[0]
		if !left {
			c = r[len(r)-1]
		}
		if c >= 0x80 || c == '\'' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			return true
		}
	}
	return false
}

// combine returns the texts of [start, end) under the readings of the sites
// from a up to, not including, b: all combinations if they are not too many,
// else each site varied alone.
func combine(m *frank.Master, a, b, start, end int) []string {
	n := 1
	for i := a; i < b && n <= maxCombos; i++ {
		n *= len(m.Sites[i].Readings)
	}
	choice := make([]int, b-a)
	text := func() string {
		var t []byte
		at := start
		for i := a; i < b; i++ {
			s := &m.Sites[i]
			t = append(t, m.Text[at:s.Start]...)
			t = append(t, s.Readings[choice[i-a]]...)
			at = s.End
		}
		return string(append(t, m.Text[at:end]...))
	}
	var out []string
	if n > maxCombos && b-a > 1 {
		for i := range choice {
			for r := 1; r < len(m.Sites[a+i].Readings); r++ {
				choice[i] = r
				out = append(out, text())
			}
			choice[i] = 0
		}
		return out
	}
	for k := 1; ; k++ {
		i := 0
		for i < len(choice) {
			choice[i]++
			if choice[i] < len(m.Sites[a+i].Readings) {
				break
			}
			choice[i] = 0
			i++
		}
		if i == len(choice) {
			return out
		}
		out = append(out, text())
	}
}

// addSite appends a group as one site, unless its readings differ in no word.
func (l *lattice) addSite(base int, words []prose.Token, g group, id func(string) uint32) {
	span := g.to - g.from
	first := l.words[base+g.from : base+g.to]
	mark := len(l.alts)
	l.alts = append(l.alts, uint32(span))
	var seen map[[2]uint32]bool
	if len(g.readings) > plainReadings {
		seen = map[[2]uint32]bool{}
	}
	var r []uint32
	for _, text := range g.readings {
		r = readWords(r[:0], text, id)
		size := len(l.alts) - mark
		if slices.Equal(first, r) || size > maxAlts || l.repeats(mark, r) {
			continue
		}
		if seen != nil && !fresh(seen, r) && size > plainAlts {
			continue
		}
		if len(r) == 0 {
			l.alts = append(l.alts, emptyReading)
			continue
		}
		l.alts = append(l.alts, r...)
		l.alts[len(l.alts)-1] |= lastWord
	}
	if len(l.alts) == mark+1 {
		l.alts = l.alts[:mark]
		return
	}
	l.sites = append(l.sites, uint32(base+g.from))
	l.offs = append(l.offs, uint32(len(l.alts)))
}

// readWords appends the words of a reading to r.
func readWords(r []uint32, text string, id func(string) uint32) []uint32 {
	for i := 0; ; i++ {
		if i == len(text) && i > 0 { // the usual reading: one word in small letters
			return append(r, id(text))
		}
		if i == len(text) || text[i] < 'a' || text[i] > 'z' {
			break
		}
	}
	for _, w := range prose.Words(text) {
		r = append(r, id(w.Norm))
	}
	return r
}

// repeats reports whether the site that is being written at alts[mark] has
// reading r already.
func (l *lattice) repeats(mark int, r []uint32) bool {
	for alts := l.alts[mark+1:]; len(alts) > 0; {
		var o []uint32
		o, alts = nextReading(alts)
		if len(o) == len(r) && (len(r) == 0 || slices.Equal(o[:len(o)-1], r[:len(r)-1]) && o[len(o)-1]&wordMask == r[len(r)-1]) {
			return true
		}
	}
	return false
}

// fresh notes the pairs of neighbours in r and reports whether one was new. A
// list of six items has 720 orders, but a dozen of them show every pair.
func fresh(seen map[[2]uint32]bool, r []uint32) bool {
	found := false
	for i := range r {
		pair := [2]uint32{0, r[i]}
		if i > 0 {
			pair[0] = r[i-1]
		}
		if !seen[pair] {
			seen[pair] = true
			found = true
		}
	}
	return found
}

// span returns how many places site s takes.
func (l *lattice) span(s int) uint32 { return l.alts[l.offs[s]] }

// others returns the readings of site s but the first, for [nextReading].
func (l *lattice) others(s int) []uint32 { return l.alts[l.offs[s]+1 : l.offs[s+1]] }

// nextReading cuts the first reading off alts. Its last word carries lastWord.
func nextReading(alts []uint32) (reading, rest []uint32) {
	n := 0
	for alts[n]&lastWord == 0 {
		n++
	}
	if alts[n] == emptyReading {
		return nil, alts[n+1:]
	}
	return alts[:n+1], alts[n+1:]
}

// siteAt returns the first site that starts at a place or behind it.
func (l *lattice) siteAt(place uint32) int {
	return sort.Search(len(l.sites), func(i int) bool { return l.sites[i] >= place })
}

// junction returns a place at or behind the given one where no site is under
// way, and the first site behind it.
func (l *lattice) junction(place uint32) (uint32, int) {
	s := l.siteAt(place)
	if s > 0 && l.sites[s-1]+l.span(s-1) > place {
		return l.sites[s-1] + l.span(s-1), s
	}
	return place, s
}

// junctionBefore returns a place at or before the given one where no site is
// under way, and the first site at or behind it.
func (l *lattice) junctionBefore(place uint32) (uint32, int) {
	s := l.siteAt(place)
	if s > 0 && l.sites[s-1]+l.span(s-1) > place {
		return l.sites[s-1], l.siteAt(l.sites[s-1])
	}
	return place, s
}
