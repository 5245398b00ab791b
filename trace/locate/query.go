package locate

import (
	"slices"

	"frank/internal/log64"
	"frank/prose"
)

// query is an exhibit as the index sees it: per word, its number (0 if the
// archive has no such word) and what it is worth.
type query struct {
	id     []uint32
	word   []string
	shape  []uint32
	alone  []int32    // worth of the word on its own
	after  []int32    // worth when the word before it agrees too
	places [][]uint32 // of the pair this word ends; nil if unknown or too common to list
}

// What a word may be worth at most, however rare. Rare words come in company
// (one name brings another), and no archive has seen all the phrases that
// everybody uses: what tells a quotation from a phrase is, most of all, how
// long it is. Measured: a cap of 4 bits, not 7, on words that go on from another
// lets a quotation of 12 words with slips and the commonest phrases overlap by
// 15 bits, not 24.
const (
	maxAlone = 8 * log64.Bit
	maxAfter = 4 * log64.Bit
	// unusual is how many times a pair may appear in the archive and still
	// be no common phrase: once for the passage itself and once for a
	// dispatch that repeats it.
	unusual = 2
)

func (ix *Index) query(words []prose.Token) *query {
	n := len(words)
	q := &query{make([]uint32, n), make([]string, n), make([]uint32, n), make([]int32, n), make([]int32, n), make([][]uint32, n)}
	for i, w := range words {
		id := ix.ids[w.Norm]
		q.id[i], q.word[i], q.shape[i] = id, w.Norm, shape(w.Norm)
		if id == 0 {
			continue
		}
		worth := max(0, log64.Log2(ix.total)-log64.Log2(uint64(ix.vocab.count[id])))
		q.alone[i] = int32(min(worth, maxAlone))
		if i > 0 && q.id[i-1] != 0 {
			places, times := ix.pairs.find(q.id[i-1], id)
			q.places[i] = places
			if times > unusual { // how rarely the word follows the one before
				before := ix.vocab.count[q.id[i-1]]
				worth = min(worth, max(0, log64.Log2(uint64(before))-log64.Log2(uint64(times-unusual))))
			}
		}
		q.after[i] = int32(min(worth, maxAfter))
	}
	return q
}

// reversed returns the query as read backwards, for laying out leftwards.
// What two neighbours are worth together is the same either way.
func (q *query) reversed() *query {
	n := len(q.id)
	r := &query{id: slices.Clone(q.id), word: slices.Clone(q.word), shape: slices.Clone(q.shape), alone: slices.Clone(q.alone), after: make([]int32, n)}
	slices.Reverse(r.id)
	slices.Reverse(r.word)
	slices.Reverse(r.shape)
	slices.Reverse(r.alone)
	for i := 1; i < n; i++ { // word n-1-i comes after word n-i
		k := n - i
		r.after[i] = max(0, q.alone[k-1]+q.after[k]-q.alone[k])
	}
	return r
}
