package variant

import (
	"strconv"
	"strings"

	"frank/prose/wordclass"
	"frank/variant/fit"
)

// rank is how much oftener a word is the first of a pair than the second, in
// 1/4 of a logarithm, as the table has it.
func rank(word string) int { return int(orders().Weight("first " + word)) }

// seenAtList lists what a reader might see at a coordination, as names for the
// table: what is around, what the items look like, how like each other they
// are, and which of their words usually comes first.
func (d *document) seenAtList(co coordination, rank func(word string) int) []string {
	s := &sight{d: d, token: co.conjunction, form: co.form}
	n := len(co.items)
	a, b := co.items[0], co.items[n-1]
	left, right := a.from-1, b.to
	s.add("bias", "")
	s.add("form", co.form)
	s.both("conj", d.word(co.conjunction))
	s.both("n", strconv.Itoa(n))
	s.both("left", s.class(left))
	s.both("left2", s.class(left-1)+" "+s.class(left))
	s.both("leftw", s.word(left))
	s.both("right", s.class(right))
	s.both("right2", s.class(right)+" "+s.class(right+1))
	s.both("rightw", s.word(right))
	s.add("lr", s.class(left)+" "+s.class(right))
	s.add("rightw2", s.word(right)+" "+s.word(right+1))
	s.items(co.items)

	// The first beside the last.
	x, y := d.headOf(a), d.headOf(b)
	length := func(p span) int { return len(d.words(p)) }
	s.both("diff", bucket((b.to-b.from)-(a.to-a.from), -2, -1, 0, 1, 2, 3))
	s.both("wdiff", bucket(length(b)-length(a), -8, -4, -1, 2, 5, 9))
	s.both("firsts", s.class(a.from)+" "+s.class(b.from))
	s.both("lasts", s.class(a.to-1)+" "+s.class(b.to-1))
	s.both("headc", s.class(x)+" "+s.class(y))
	s.add("samefirst", yes(d.word(a.from) == d.word(b.from)))
	s.add("contrary", yes(contrary(d.word(x), d.word(y))))
	s.add("stems", yes(d.stem[x] == d.stem[y]))
	s.add("action", yes(action(d.word(x)))+" "+yes(action(d.word(y))))
	s.both("unpaired", yes(d.unpaired(x, y)))
	s.add("usual", d.usualOrder(a, b, x, y))
	s.both("rank", bucket(rank(s.word(x))-rank(s.word(y)), -6, -3, -1, 2, 4, 7, 11))
	s.both("rank1", bucket(rank(s.word(a.from))-rank(s.word(b.from)), -6, -3, -1, 2, 4, 7, 11))
	s.alike("simheads", x, y)
	s.alike("simfirst", a.from, b.from)
	s.alike("simleftA", left, a.from)
	s.alike("simleftB", left, b.from)
	s.alike("simAright", a.to-1, right)
	s.alike("simBright", b.to-1, right)

	s.further(left, right)
	s.add("hyphen", yes(right < len(d.tok) && d.hyphened(right))+" "+yes(left >= 0 && d.hyphened(left)))
	s.add("edgefirst", yes(d.first[a.from]))
	s.add("british", yes(d.variety == british))
	return s.names
}

// headOf returns the token of the word that an item is about: the last, or the
// last before a preposition.
func (d *document) headOf(s span) int {
	for k := s.from + 1; k < s.to; k++ {
		if d.is(k, wordclass.Preposition) && !d.is(s.from, wordclass.Preposition) {
			return k - 1
		}
	}
	return s.to - 1
}

func (d *document) usualOrder(a, b span, x, y int) string {
	turned, so := d.word(y)+"+"+d.word(x), d.word(x)+"+"+d.word(y)
	switch {
	case usualPairs()[so] || usualPairs()[d.word(a.from)+"+"+d.word(b.from)]:
		return "so"
	case usualPairs()[turned]:
		return "turned"
	}
	return "no"
}

// action reports a noun of doing: two of them often follow one another.
func action(w string) bool {
	w = strings.TrimSuffix(w, "s")
	for _, end := range []string{"tion", "sion", "ment", "ing", "val", "sal", "very", "ance", "sis"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

// alike adds how like each other two words are.
func (s *sight) alike(name string, i, j int) {
	d := s.d
	if d.near(i, s.token) < 0 || d.near(j, s.token) < 0 {
		s.both(name, "none")
		return
	}
	cosine, ok := fit.Builtin().Alike(d.word(i), d.word(j))
	if !ok {
		s.both(name, "unknown")
		return
	}
	s.both(name, bucket(cosine, 10, 20, 30, 40, 50, 60, 70, 85))
}

// items adds what the items look like, each and together.
func (s *sight) items(items []span) {
	d := s.d
	longest, shortest, growing := 0, itemWords, true
	plural, prepositions := map[bool]bool{}, map[bool]bool{}
	for k, p := range items {
		n := p.to - p.from
		longest, shortest = max(longest, n), min(shortest, n)
		growing = growing && (k == 0 || n >= items[k-1].to-items[k-1].from)
		h := d.headOf(p)
		plural[d.is(h, wordclass.Nouns)] = true
		prepositions[d.hasPreposition(p)] = true
		side := "mid"
		switch k {
		case 0:
			side = "A"
		case len(items) - 1:
			side = "B"
		}
		s.add(side+"first", s.class(p.from))
		s.add(side+"last", s.class(p.to-1))
		s.add(side+"w1", s.word(p.from))
		s.add(side+"head", s.word(h))
		s.add(side+"lastw", s.word(p.to-1))
		if w := s.word(h); len(w) > 4 {
			s.add(side+"end", w[len(w)-3:])
		}
		for t := p.from; t < p.to; t++ {
			s.add("has", s.class(t))
			s.add("any", s.word(t))
		}
	}
	s.both("len", bucket(longest, 2, 3, 4, 6)+" "+bucket(shortest, 2, 3, 4))
	s.both("growing", yes(growing))
	s.both("plural", strconv.Itoa(len(plural)))
	s.both("preps", strconv.Itoa(len(prepositions)))
}

// further adds what stands farther left and right and bears on the order.
func (s *sight) further(left, right int) {
	d := s.d
	for k := right; k < right+14 && d.near(k, s.token) >= 0; k++ {
		if d.any(k, []string{"latter", "former", "respectively", "respective"}) {
			s.add("goesback", "")
		}
		if d.any(k, []string{"and", "or"}) {
			s.add("another", yes(k-right < 4))
			break
		}
		if d.has(k, "COMMA") {
			s.add("commabehind", yes(k-right < 4))
			break
		}
	}
	for k := left; k > left-10 && d.near(k, s.token) >= 0; k-- {
		if d.any(k, []string{"and", "or"}) {
			s.add("anotherleft", yes(left-k < 4))
			break
		}
		if d.has(k, "COMMA") {
			s.add("commaleft", yes(left-k < 4))
			break
		}
		if d.any(k, []string{"both", "between", "either", "from", "not"}) {
			s.add("before", d.word(k))
		}
	}
}
