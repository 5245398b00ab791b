package locate

import (
	"cmp"
	"math/bits"
	"slices"

	"frank/internal/log64"
	"frank/prose"
)

const (
	// A passage of an exhibit of shortExhibit words must show margin more
	// than the best of all places in the archive shows by chance; and growth
	// more for every doubling of the exhibit, because people use each other's
	// phrases: those worth 2½ bits more are half as frequent, and the longest
	// have a longer tail still. It also weighs that few words asked about are
	// likelier to be a quotation than some few words of an article. Beyond an
	// article's length only the tail counts.
	margin       = 3 * log64.Bit
	shortExhibit = 12
	growth       = 5
	article      = 300
	tail         = 3

	// An archive smaller than this has not seen enough to be trusted with less.
	minArchive = 1 << 20
	// A further passage of a dispatch that is located already competes with
	// that dispatch only, not with the archive.
	oneDispatch = 1 << 10 // words
	minAgree    = 6       // words

	blockWords   = 48 // words of the exhibit that vote together
	blockStep    = 32
	seedWindow   = 12 // of any so many neighbouring words …
	seedRank     = 5  // … at least so many pairs, the rarest, are looked up
	binWidth     = 8  // shift in words within which votes count as agreeing; a power of two
	shortlist    = 256
	maxWalks     = 32 // places that are laid out, per block
	overshadowed = 2  // a passage inside another this many times as strong is not reported
)

// Find returns the passages of the exhibit's words that follow dispatches of
// the archive, strongest first, or nil if there is none. Several passages of
// one dispatch are reported in whatever order they stand; of those that use
// the same words of the exhibit, the best one per dispatch. Dispatches that
// share a text are all reported, except where one passage lies within another
// at least twice as strong: then the exhibit's words are explained by that.
func (ix *Index) Find(words []prose.Token) []Hit {
	if len(words) < minAgree || len(ix.lat.words) == 0 {
		return nil
	}
	f := &finder{ix: ix, q: ix.query(words)}
	f.chance = int32(log64.Log2(max(ix.total, minArchive)))
	n := uint64(max(len(words), shortExhibit))
	f.need = f.chance + margin + int32(growth*(log64.Log2(min(n, article))-log64.Log2(shortExhibit))+tail*(log64.Log2(max(n, article))-log64.Log2(article)))
	f.more = max(f.chance, f.need-f.chance+int32(log64.Log2(oneDispatch)))
	seeds := f.seeds()
	for at := 0; ; at += blockStep {
		end := min(at+blockWords, len(words))
		f.block(seeds, at, end)
		if end == len(words) {
			break
		}
	}
	return f.settle()
}

// finder is one search.
type finder struct {
	ix      *Index
	q       *query
	chance  int32 // what the best of all places shows by chance
	need    int32 // what a passage must show
	more    int32 // what a further passage of a located dispatch must show
	fore    *walker
	aft     *walker
	found   []passage
	votes   []uint32
	ballots []ballot
}

// passage is a hit in places.
type passage struct {
	Hit
	first, last uint32 // places
}

// seeds marks the pairs to look up: in every stretch of seedWindow words the
// rarest, so that no passage goes without.
func (f *finder) seeds() []bool {
	n := len(f.q.id)
	chosen := make([]bool, n)
	var window []int
	for a := 0; a == 0 || a+seedWindow <= n; a++ {
		window = window[:0]
		for i := a + 1; i < min(a+seedWindow, n); i++ {
			if len(f.q.places[i]) > 0 {
				window = append(window, i)
			}
		}
		slices.SortStableFunc(window, func(i, j int) int { return cmp.Compare(len(f.q.places[i]), len(f.q.places[j])) })
		for _, i := range window[:min(seedRank, len(window))] {
			chosen[i] = true
		}
	}
	return chosen
}

// ballot is one place that one pair of the exhibit votes for.
type ballot struct {
	line   uint32 // place less word of the exhibit: the same along a passage
	word   int32  // the pair's second word
	weight uint32 // bits
}

// block finds the passages that words at…end of the exhibit vote for.
func (f *finder) block(seeds []bool, at, end int) {
	total := 0
	for i := at + 1; i < end; i++ {
		if seeds[i] {
			total += len(f.q.places[i])
		}
	}
	if total == 0 {
		return
	}
	f.poll(seeds, at, end, total)
	for _, b := range f.elect() {
		place := b.line + uint32(b.word) - uint32(len(f.q.id))
		f.layOut(place, int(b.word))
	}
}

// poll collects the ballots of the strongest bins. Bins of the whole archive
// share a small table, which only makes some look stronger than they are.
func (f *finder) poll(seeds []bool, at, end, total int) {
	size := 1 << bits.Len(uint(4*total))
	size = max(1<<10, min(size, 1<<17))
	if len(f.votes) < size {
		f.votes = make([]uint32, size)
	}
	votes := f.votes[:size]
	clear(votes)
	mask := uint32(size - 1)
	shift := uint32(len(f.q.id))
	each := func(do func(line uint32, word int, weight uint32)) {
		for i := at + 1; i < end; i++ {
			if !seeds[i] {
				continue
			}
			places := f.q.places[i]
			weight := uint32(max(1, bits.Len(uint(len(f.ix.lat.words)))-bits.Len(uint(len(places)))))
			for _, p := range places {
				do(p+shift-uint32(i), i, weight)
			}
		}
	}
	each(func(line uint32, _ int, weight uint32) { votes[line/binWidth&mask] += weight })
	strength := func(line uint32) uint32 {
		b := line / binWidth
		return votes[b&mask] + max(votes[(b-1)&mask], votes[(b+1)&mask])
	}
	var ranks [1024]int
	top := uint32(len(ranks) - 1)
	each(func(line uint32, _ int, _ uint32) { ranks[min(strength(line), top)]++ })
	least := top
	for n := 0; least > 0; least-- {
		if n += ranks[least]; n >= shortlist {
			break
		}
	}
	f.ballots = f.ballots[:0]
	each(func(line uint32, word int, weight uint32) {
		if strength(line) >= least {
			f.ballots = append(f.ballots, ballot{line, int32(word), weight})
		}
	})
}

// elect returns, for the places most votes agree on, the weightiest ballot.
func (f *finder) elect() []ballot {
	all := f.ballots
	slices.SortFunc(all, func(a, b ballot) int {
		if a.line != b.line {
			return cmp.Compare(a.line, b.line)
		}
		return cmp.Compare(a.word, b.word)
	})
	type candidate struct {
		sum  uint32
		best ballot
	}
	var list []candidate
	var sum uint32
	end := 0
	for i, b := range all {
		for end < len(all) && all[end].line <= b.line+binWidth {
			sum += all[end].weight
			end++
		}
		best := b
		for _, o := range all[i:end] {
			if o.weight > best.weight {
				best = o
			}
		}
		list = append(list, candidate{sum, best})
		sum -= b.weight
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.sum, a.sum) })
	var out []ballot
	for _, c := range list {
		near := func(o ballot) bool { return max(o.line, c.best.line)-min(o.line, c.best.line) <= binWidth }
		if slices.ContainsFunc(out, near) {
			continue
		}
		if out = append(out, c.best); len(out) == maxWalks {
			break
		}
	}
	return out
}

// layOut lays the exhibit on the dispatch about a place where the exhibit's
// word agrees: leftwards to find the beginning, then rightwards.
func (f *finder) layOut(place uint32, word int) {
	for _, p := range f.found {
		if p.From <= word && word < p.To && p.first <= place+binWidth && place < p.last+binWidth {
			return
		}
	}
	if f.fore == nil {
		f.fore = newWalker(f.ix, f.q, false)
		f.aft = newWalker(f.ix, f.q.reversed(), true)
	}
	l := &f.ix.lat
	n := len(f.q.id)
	place = min(place, uint32(len(l.words)-1)) // a site may stand behind the last word
	dispatch := f.ix.text.dispatch(place)
	first, last := f.ix.text.first[dispatch], f.ix.text.first[dispatch+1]

	start, site := l.junction(min(place+2, last))
	f.aft.run(start, site, n-word+int(int32(place-start)), first, last, max(place, first+2)-2)
	if f.aft.best.score == 0 {
		return
	}
	begin, read := f.aft.place, n-f.aft.end
	begin, site = l.junctionBefore(begin)
	// An exhibit that begins inside a long reading has not so many words before.
	f.fore.run(begin, site, max(read-int(f.aft.place-begin), 0), first, last, begin+band)
	best := f.fore.best
	if best.score < f.more || best.agree < minAgree {
		return
	}
	f.found = append(f.found, passage{
		Hit:   Hit{Dispatch: dispatch, From: int(best.from), To: f.fore.end, Score: int(best.score - f.chance)},
		first: best.place, last: f.fore.place + 1,
	})
}

// settle sorts the passages and drops those that others make superfluous.
func (f *finder) settle() []Hit {
	slices.SortStableFunc(f.found, func(a, b passage) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.From, b.From),
			cmp.Compare(a.Dispatch, b.Dispatch), cmp.Compare(a.first, b.first))
	})
	var out []Hit
	located := map[int]bool{}
	for _, p := range f.found {
		strong := p.Score >= int(f.need-f.chance)
		if !strong && !located[p.Dispatch] || slices.ContainsFunc(out, func(h Hit) bool { return h.supersedes(p.Hit, int(f.chance)) }) {
			continue
		}
		located[p.Dispatch] = true
		p.Start, p.End = f.ix.text.bytes(p.Dispatch, p.first, p.last)
		out = append(out, p.Hit)
	}
	return out
}

// supersedes reports whether h, the stronger, makes o superfluous.
func (h Hit) supersedes(o Hit, chance int) bool {
	common := min(h.To, o.To) - max(h.From, o.From)
	if h.Dispatch == o.Dispatch {
		return 2*common > o.To-o.From
	}
	return common == o.To-o.From && h.Score+chance >= overshadowed*(o.Score+chance)
}
