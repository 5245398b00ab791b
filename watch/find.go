package watch

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"

	"frank"
	"frank/internal/log64"
	"frank/internal/segments"
	"frank/prose"
)

// Sighting is one passage of an article that follows a dispatch.
type Sighting struct {
	Dispatch   frank.Ref  `json:"dispatch"`
	From       int        `json:"from"` // the article's words from From up to, not including, To
	To         int        `json:"to"`
	First      int        `json:"first"` // follow the dispatch's from First up to, not including, Last,
	Last       int        `json:"last"`
	Words      int        `json:"words"`     // of so many, counting the longest reading at every site;
	Paragraph  int        `json:"paragraph"` // First stands in this paragraph, from 1
	Paragraphs int        `json:"paragraphs"`
	Agree      int        `json:"agree"`              // how many of the article's words from From to To follow
	Evidence   int        `json:"evidence"`           // beyond what chance shows somewhere in the archive, in 1/64 bit; at least 0
	Doubtful   bool       `json:"doubtful,omitempty"` // few words were asked for, and phrases that people share show as much now and then
	Others     int        `json:"others,omitempty"`   // in how many other dispatches the same words stand as well, or so nearly that one wrong word may tell them apart
	Also       []Sighting `json:"also,omitempty"`     // the best of those, up to [MaxAlso]; they have no others themselves, and are not called doubtful
}

// MaxAlso is how many dispatches are named for the same words of an article,
// besides the first.
const MaxAlso = 20

// Printed returns how many words the passage has in the article.
func (s *Sighting) Printed() int { return s.To - s.From }

const (
	// A passage must show margin more than the best of all places in the
	// archive shows by chance; and leftOut more for every word of the article
	// that it leaves out, because people use each other's phrases: what is no
	// more than one leaves out what stands about it. Beyond phrases that rises
	// only with the length of an article, by tail for every doubling.
	margin      = 3 * log64.Bit
	leftOut     = 3 * log64.Bit
	phrases     = 37 * log64.Bit
	longArticle = 300 // words
	tail        = 3

	// Somebody who asks for a few words has them before their eyes as a quotation,
	// and judges the answer: they are told what shows fewLeftOut a word and no
	// margin, and that it is doubtful.
	fewWords   = 64
	fewLeftOut = 2 * log64.Bit

	// An archive smaller than this has not seen enough to be trusted with less.
	minArchive = 1 << 20
	// A further passage of a dispatch that is found already competes with
	// that dispatch only, not with the archive.
	oneDispatch = 1 << 10 // words
	minAgree    = 6       // words

	// What a word may be worth at most, however rare: rare words come in
	// company.
	maxAlone = 8 * log64.Bit
	maxAfter = 6 * log64.Bit

	// unusual is how many times a run may appear in the archive and still be no
	// common phrase: once for the passage itself and once for a dispatch that
	// repeats it.
	unusual = 2

	light        = 384            // places of a run that are all looked at; of a commoner one, those with the same word behind it,
	deep         = 1 << 16        // and where fewWords or less are asked for, so many of those that a glance finds something about
	hint         = 10 * log64.Bit // what words about such a run must be worth for it to be laid out
	glimpse      = 24 * log64.Bit // what words about any run must be worth for that in a longer article
	around       = 14             // words on either side that count for that
	binWidth     = 8              // shift in words within which runs count as standing together; a power of two
	maxWalks     = 4096           // places laid out, per segment
	maxFound     = 256            // sightings, with those named or counted beside others
	overshadowed = 2              // a passage inside another this many times as strong is not reported
)

// Find returns the passages of the article's words that follow dispatches,
// strongest first, or nil if there is none. Several passages of one dispatch
// are reported in whatever order they stand; of those that use the same words,
// the best one per dispatch. Dispatches in which the same words stand are told
// in one sighting: the strongest, of equals the one that was issued first, with
// the others beside it. Up to 256 passages are found in all; one that lies
// within another at least twice as strong is not reported.
func (ix *Index) Find(words []prose.Token) []Sighting {
	parts := segments.Parts(&ix.index)
	if len(words) < minAgree || len(parts) == 0 {
		return nil
	}
	f := &finder{ix: ix, parts: parts, q: ix.query(words), chance: int32(log64.Log2(max(ix.total, minArchive))), few: len(words) <= fewWords}
	f.most = phrases + int32(tail*(log64.Log2(uint64(max(len(words), longArticle)))-log64.Log2(longArticle)))
	f.more = max(f.chance, margin+f.most+int32(log64.Log2(oneDispatch)))
	f.look()
	for i := range parts {
		f.segment(i)
	}
	return f.settle()
}

func (ix *Index) query(words []prose.Token) *query {
	n := len(words)
	q := &query{make([]byte, n), make([]int32, n), make([]int32, n), make([]int32, n)}
	known := map[string]byte{}
	for i, w := range words {
		c, ok := known[w.Norm]
		if !ok {
			c = class(w.Norm)
			known[w.Norm] = c
		}
		q.class[i], q.alone[i] = c, ix.worth[c]
		worth := int(q.alone[i])
		if i > 0 { // how rarely the word follows the one before
			before := q.class[i-1]
			if times := ix.pairs[int(before)*rowSize+int(c)]; times > unusual {
				worth = min(worth, max(0, log64.Log2(ix.of(before))-log64.Log2(times-unusual)))
			}
		}
		q.after[i] = int32(min(worth, maxAfter))
		q.third[i] = q.after[i]
		if i > 2 {
			if runs, longer := ix.phrase(q.class[i-3 : i+1]); longer > unusual {
				q.third[i] = min(q.after[i], int32(log64.Log2(runs)-log64.Log2(longer-unusual)))
			}
		}
	}
	return q
}

// of returns how often a class appears.
func (ix *Index) of(c byte) (n uint64) {
	for a := range rowSize {
		n += ix.pairs[a*rowSize+int(c)]
	}
	return n
}

// phrase returns how often three classes follow each other, and how often the
// fourth follows these.
func (ix *Index) phrase(c []byte) (three, four uint64) {
	for _, p := range segments.Parts(&ix.index) {
		from, to := p.Segment.runs(runKey(c[0], c[1], c[2]))
		three += uint64(to - from)
		from, to = p.Segment.followed(from, to, c[3])
		four += uint64(to - from)
	}
	return three, four
}

// reversed returns the query as read backwards, for laying out leftwards.
// What two neighbours are worth together is the same either way.
func (q *query) reversed() *query {
	n := len(q.class)
	r := &query{slices.Clone(q.class), slices.Clone(q.alone), make([]int32, n), make([]int32, n)}
	slices.Reverse(r.class)
	slices.Reverse(r.alone)
	for i := 1; i < n; i++ { // word n-1-i comes after word n-i
		k := n - i
		r.after[i] = max(0, q.alone[k-1]+q.after[k]-q.alone[k])
		r.third[i] = r.after[i]
	}
	return r
}

// finder is one search.
type finder struct {
	ix      *Index
	parts   []*part
	q       *query
	chance  int32 // what the best of all places shows by chance
	most    int32 // what a passage must show more, for what it leaves out of the article
	more    int32 // what a further passage of a dispatch that is found must show
	few     bool  // up to fewWords are asked for
	lists   []list
	fore    *walker
	aft     *walker
	found   []passage
	votes   []uint8
	ballots []ballot
	tried   map[uint64]bool
}

// list is where one run of the article, by its last word, stands in one
// segment.
type list struct {
	word     int32
	segment  int32
	from, to int64
	deep     bool // it is long
}

// passage is a sighting with its places in the segment.
type passage struct {
	Sighting
	first, last    uint32
	part, dispatch int
}

// ballot is a place that a run of the article stands at.
type ballot struct {
	line uint32 // place less word of the article: the same along a passage
	word int32  // the run's last
	deep bool   // it is from a long list
}

// commonRun is a run that stands at more than light places.
type commonRun struct {
	total int64
	own   []list
}

// look looks up the article's runs.
func (f *finder) look() {
	c := f.q.class
	own := make([]list, len(f.parts))
	var common []commonRun
	for i := 2; i < len(c); i++ {
		key := runKey(c[i-2], c[i-1], c[i])
		total := int64(0)
		for k, p := range f.parts {
			from, to := p.Segment.runs(key)
			own[k] = list{word: int32(i), segment: int32(k), from: from, to: to}
			total += to - from
		}
		if total > light {
			if f.few {
				common = append(common, commonRun{total, slices.Clone(own)})
			}
			if i+1 == len(c) {
				continue
			}
			total = 0
			for k, p := range f.parts {
				own[k].from, own[k].to = p.Segment.followed(own[k].from, own[k].to, c[i+1])
				total += own[k].to - own[k].from
			}
			if total > light {
				continue
			}
		}
		f.take(own, false)
	}
	slices.SortStableFunc(common, func(a, b commonRun) int { return cmp.Compare(a.total, b.total) })
	left := int64(deep)
	for _, r := range common {
		if left -= r.total; left < 0 {
			break
		}
		f.take(r.own, true)
	}
	slices.SortStableFunc(f.lists, func(a, b list) int { return cmp.Compare(a.segment, b.segment) })
}

// take takes a run's lists to be looked at.
func (f *finder) take(own []list, deep bool) {
	for _, l := range own {
		if l.from < l.to {
			l.deep = deep
			f.lists = append(f.lists, l)
		}
	}
}

// followed returns the part of a list whose runs have a word of that class
// behind them.
func (s *Segment) followed(from, to int64, c byte) (int64, int64) {
	b := s.bytes(secNext, from, to-from)
	i, _ := slices.BinarySearch(b, c)
	j := i + sort.Search(len(b)-i, func(k int) bool { return b[i+k] > c })
	return from + int64(i), from + int64(j)
}

// segment finds the passages in one segment.
func (f *finder) segment(k int) {
	lists := f.lists
	i, _ := slices.BinarySearchFunc(lists, int32(k), func(l list, k int32) int { return cmp.Compare(l.segment, k) })
	j, _ := slices.BinarySearchFunc(lists, int32(k+1), func(l list, k int32) int { return cmp.Compare(l.segment, k) })
	s, shift := f.parts[k].Segment, uint32(len(f.q.class))
	f.ballots = f.ballots[:0]
	for _, l := range lists[i:j] {
		b := s.bytes(secRuns, 4*l.from, 4*(l.to-l.from))
		for at := 0; at < len(b); at += 4 {
			f.ballots = append(f.ballots, ballot{number(b[at:], 0) + shift - uint32(l.word), l.word, l.deep})
		}
	}
	f.poll()
	f.tried = map[uint64]bool{}
	walks := 0
	for _, b := range f.ballots {
		place := b.line + uint32(b.word) - shift
		if walks == maxWalks {
			break
		}
		if !f.known(k, place, int(b.word)) && f.glance(s, b, place) && f.fresh(b) {
			walks++
			f.layOut(k, place, int(b.word))
		}
	}
}

// poll puts first what is on a line with another run.
func (f *finder) poll() {
	size := 1 << min(18, bits.Len(uint(32*len(f.ballots))))
	if len(f.votes) < size {
		f.votes = make([]uint8, size)
	}
	votes, mask := f.votes[:size], uint32(size-1)
	clear(votes)
	for _, b := range f.ballots {
		if v := &votes[b.line/binWidth&mask]; *v < 100 {
			*v++
		}
	}
	strength := func(b ballot) uint8 {
		at := b.line / binWidth
		return votes[at&mask] + max(votes[(at-1)&mask], votes[(at+1)&mask])
	}
	var count [256]int
	for _, b := range f.ballots {
		count[255-strength(b)]++
	}
	sum := 0
	for i, n := range count {
		count[i] = sum
		sum += n
	}
	many := count[255-1] // those on a line with another
	sorted := make([]ballot, len(f.ballots))
	for _, b := range f.ballots {
		at := &count[255-strength(b)]
		sorted[*at] = b
		*at++
	}
	f.ballots = sorted
	if !f.few {
		f.ballots = sorted[:many] // in a longer article, a run that stands alone is no passage
	}
}

// known reports whether a place lies in a passage that is found already.
func (f *finder) known(k int, place uint32, word int) bool {
	for i := range f.found {
		p := &f.found[i]
		if p.part == k && p.From <= word && word < p.To && p.first <= place+binWidth && place < p.last+binWidth {
			return true
		}
	}
	return false
}

// fresh reports whether nothing was laid out about there.
func (f *finder) fresh(b ballot) bool {
	key := uint64(b.line)<<32 | uint64(b.word/8)
	if f.tried[key] || f.tried[key+1] || f.tried[key-1] {
		return false
	}
	f.tried[key] = true
	return true
}

// glance reports whether enough of the words about a place agree for it to be
// laid out. Words of groups neither help nor hinder.
func (f *finder) glance(s *Segment, b ballot, place uint32) bool {
	n, word, least := len(f.q.class), int(b.word), int32(glimpse)
	if f.few {
		if !b.deep {
			return true
		}
		least = hint
	}
	from := max(0, int64(place)-around-4)
	near := s.bytes(secWords, from, 2*around+8)
	at := int(int64(place) - from)
	worth := int32(0)
	best := int32(0)
	for shift := -1; shift <= 1; shift++ {
		sum := int32(0)
		for d := 3; d < around; d++ { // left of the run
			if i, p := word-d, at-d+shift; i >= 0 && p >= 0 && p < len(near) && near[p] == f.q.class[i] {
				sum += f.q.alone[i]
			}
		}
		best = max(best, sum)
	}
	worth, best = best, 0
	for shift := -1; shift <= 1; shift++ {
		sum := int32(0)
		for d := 1; d < around; d++ {
			if i, p := word+d, at+d+shift; i < n && p >= 0 && p < len(near) && near[p] == f.q.class[i] {
				sum += f.q.alone[i]
			}
		}
		best = max(best, sum)
	}
	return worth+best >= least
}

// layOut lays the article on the dispatch about a place where the article's
// word agrees: leftwards to find the beginning, then rightwards.
func (f *finder) layOut(k int, place uint32, word int) {
	s := f.parts[k].Segment
	dispatch := s.dispatch(place)
	if f.parts[k].Gone(dispatch) || dispatch == len(s.refs) {
		return
	}
	if f.fore == nil {
		f.fore = newWalker(f.ix, f.q, false)
		f.aft = newWalker(f.ix, f.q.reversed(), true)
	}
	n := len(f.q.class)
	t := s.text(dispatch)
	at := int(place - t.first)
	start := min(at+2, len(t.words))
	if g := t.groupAt(start) - 1; g >= 0 { // not inside a group
		if first, span, _ := t.group(g, nil); first+span > start {
			start = first + span
		}
	}
	f.aft.run(t, start, n-word+at-start, max(at-2, 0))
	if f.aft.best.score == 0 {
		return
	}
	begin, read := f.aft.place, n-f.aft.end
	if g := t.groupAt(begin+1) - 1; g >= 0 {
		if first, span, _ := t.group(g, nil); first < begin && first+span > begin {
			begin = first
		}
	}
	f.fore.run(t, begin, max(read-(f.aft.place-begin), 0), begin+band)
	best := &f.fore.best
	if best.score < f.chance || best.agree < minAgree {
		return
	}
	f.found = append(f.found, passage{
		Sighting: Sighting{Dispatch: s.refs[dispatch], From: int(best.from), To: f.fore.end, First: int(best.place), Last: f.fore.place + 1,
			Words: len(t.words), Agree: int(best.agree), Evidence: int(best.score - f.chance)},
		first: t.first + uint32(best.place), last: t.first + uint32(f.fore.place) + 1, part: k, dispatch: dispatch,
	})
}
