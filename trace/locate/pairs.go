package locate

import "math/bits"

// pairs lists, for every two words that follow each other in some copy, the
// place of the second. Lists are told apart by a hash, and what shares a list
// by a tag of four bits: the few false places left cost a little time but find
// nothing wrong, because every candidate is laid out word by word.
type pairs struct {
	shift uint
	start []uint32          // per list, where it begins in post; one more at the end
	post  []uint32          // tag and place, nearly ascending within a list
	heavy map[uint32]uint32 // lengths of lists too long to be worth keeping
}

const (
	tagShift  = 28
	placeMask = 1<<tagShift - 1
)

// A list is left out when it is longer than both of these.
const (
	maxList      = 2048
	maxListShare = 1 << 14 // of all places
)

// list returns the list of a pair, and its tag where a place has it.
func (p *pairs) list(a, b uint32) (list, tag uint32) {
	x := (uint64(a)<<32 | uint64(b)) * 0x9e3779b97f4a7c15
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9
	return uint32(x >> p.shift), uint32(x>>8) &^ placeMask
}

// find returns the places of a pair and how often it appears. For a heavy pair
// there are no places.
func (p *pairs) find(a, b uint32) ([]uint32, uint32) {
	h, tag := p.list(a, b)
	if n, ok := p.heavy[h]; ok {
		return nil, n
	}
	var places []uint32
	for _, x := range p.post[p.start[h]:p.start[h+1]] {
		if x&^placeMask == tag {
			places = append(places, x&placeMask)
		}
	}
	return places, uint32(len(places))
}

// postPairs builds the lists by counting, then filling.
func postPairs(l *lattice) pairs {
	lists := len(l.words)/4 + len(l.alts)/4 + 16
	p := pairs{shift: uint(64 - bits.Len(uint(lists))), heavy: map[uint32]uint32{}}
	count := make([]uint32, 1<<(64-p.shift)+1)
	l.eachPair(func(a, b, _ uint32) {
		h, _ := p.list(a, b)
		count[h]++
	})

	limit := uint32(max(maxList, len(l.words)/maxListShare))
	var sum uint32
	for h, n := range count {
		count[h] = sum
		if n > limit {
			p.heavy[uint32(h)] = n
			continue
		}
		sum += n
	}
	p.start = count
	p.post = make([]uint32, sum)
	next := make([]uint32, len(count))
	copy(next, count)
	l.eachPair(func(a, b, place uint32) {
		h, tag := p.list(a, b)
		if next[h] < p.start[h+1] {
			p.post[next[h]] = tag | place
			next[h]++
		}
	})
	return p
}

// maxEnds bounds how many words may stand before a word, sites in a row included.
const maxEnds = 64

// eachPair calls post for every two words that follow each other in some copy,
// with the second one's place; once per site and pair. Neighbouring
// dispatches follow each other too: that does no harm.
func (l *lattice) eachPair(post func(a, b, place uint32)) {
	var ends, nextEnds []uint32 // the words that may stand just before
	var seen pairSet
	s := 0
	for place := uint32(0); ; {
		if s == len(l.sites) || l.sites[s] != place {
			if place == uint32(len(l.words)) {
				return
			}
			w := l.words[place]
			for _, e := range ends {
				post(e, w, place)
			}
			ends = append(ends[:0], w)
			place++
			continue
		}
		span := l.span(s)
		seen.clear()
		once := func(a, b, place uint32) {
			if seen.add(uint64(a)<<32 | uint64(b)) {
				post(a, b, place)
			}
		}
		nextEnds = nextEnds[:0]
		read := func(r []uint32) {
			if len(r) == 0 {
				for _, e := range ends {
					nextEnds = addEnd(nextEnds, e)
				}
				return
			}
			for _, e := range ends {
				once(e, r[0]&wordMask, place)
			}
			for k := 1; k < len(r); k++ {
				once(r[k-1], r[k]&wordMask, place+min(uint32(k), max(span, 1)-1))
			}
			nextEnds = addEnd(nextEnds, r[len(r)-1]&wordMask)
		}
		read(l.words[place : place+span])
		for alts := l.others(s); len(alts) > 0; {
			var r []uint32
			r, alts = nextReading(alts)
			read(r)
		}
		ends, nextEnds = nextEnds, ends
		place += span
		s++
	}
}

// pairSet is a set that is small nearly always.
type pairSet struct {
	few  []uint64
	many map[uint64]bool
}

func (s *pairSet) clear() {
	s.few = s.few[:0]
	if len(s.many) > 0 {
		s.many = nil
	}
}

// add reports whether key was new.
func (s *pairSet) add(key uint64) bool {
	if s.many[key] {
		return false
	}
	for _, k := range s.few {
		if k == key {
			return false
		}
	}
	if len(s.few) < 32 {
		s.few = append(s.few, key)
		return true
	}
	if s.many == nil {
		s.many = map[uint64]bool{}
	}
	s.many[key] = true
	return true
}

func addEnd(ends []uint32, w uint32) []uint32 {
	for _, e := range ends {
		if e == w {
			return ends
		}
	}
	if len(ends) < maxEnds {
		ends = append(ends, w)
	}
	return ends
}
