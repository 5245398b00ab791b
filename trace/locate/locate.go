// Package locate finds which dispatches of an archive an exhibit quotes, and
// where; "none" is an answer. It knows dispatches only as texts with sites:
// the words of every reading are equally good at a site's place, so which copy
// was printed neither helps nor hinders being found.
//
// An [Index] lists, for every pair of neighbouring words, the places where
// some copy shows it. [Index.Find] looks up the rarer pairs of the exhibit, lets
// the places that several of them agree on compete, and lays the exhibit's
// words on the dispatch there. What agrees is weighed in 1/64 bit by how rarely
// the archive says it, with words that usually follow each other discounted;
// what disagrees is a penalty. A passage is reported only when its evidence
// exceeds what the best of all places in the archive shows by chance.
//
// Everything is integer arithmetic and gives the same result on every machine.
package locate

import (
	"sort"
	"strings"

	"frank"
	"frank/prose"
)

// Hit is one contiguous passage of the exhibit that follows a dispatch.
type Hit struct {
	Dispatch   int // as returned by [Builder.Add]
	From, To   int // half-open range of the exhibit's words that the passage spans
	Start, End int // byte span of Master.Text it follows; near the ends of a site, approximate to a few words
	Score      int // evidence beyond what chance shows somewhere in the archive, in 1/64 bit; at least 0
}

// MaxWords is how many words, over all dispatches, one index holds.
const MaxWords = 1 << tagShift

// Builder gathers dispatches for an [Index].
type Builder struct {
	ids   map[string]uint32
	vocab vocabulary
	lat   lattice
	text  spans
}

// New returns an empty builder.
func New() *Builder {
	b := &Builder{ids: make(map[string]uint32)}
	b.vocab.add("") // number 0 is no word
	return b
}

// Add takes in a dispatch that satisfies [frank.Master.Validate] and returns
// its number: 0, 1, 2 and so on. It keeps nothing of m. Beyond [MaxWords] it panics.
func (b *Builder) Add(m *frank.Master) int {
	words := prose.Words(m.Text)
	if len(b.lat.words)+len(words) > MaxWords {
		panic("locate: more words than one index holds")
	}
	b.lat.add(m, words, b.id)
	return b.text.add(words, len(b.lat.words))
}

// id returns the number of a word and counts its appearance.
func (b *Builder) id(word string) uint32 {
	id, ok := b.ids[word]
	if !ok {
		word = strings.Clone(word) // do not keep the whole text alive
		id = b.vocab.add(word)
		b.ids[word] = id
	}
	b.vocab.count[id]++
	return id
}

// Index returns the index of the dispatches added so far. The builder must not
// be used afterwards.
func (b *Builder) Index() *Index {
	ix := &Index{ids: b.ids, vocab: b.vocab, lat: b.lat, text: b.text}
	for _, n := range ix.vocab.count {
		ix.total += uint64(n)
	}
	ix.pairs = postPairs(&ix.lat)
	return ix
}

// Index finds passages of its dispatches. It is safe for use by several
// goroutines at once.
type Index struct {
	ids   map[string]uint32
	vocab vocabulary
	lat   lattice
	text  spans
	pairs pairs
	total uint64 // words, those of all readings included
}

// Size returns the number of words in the index (copy 0 of every dispatch) and
// the bytes they take, apart from the vocabulary.
func (ix *Index) Size() (words, bytes int) {
	bytes = 4 * (len(ix.lat.words) + len(ix.lat.sites) + len(ix.lat.offs) + len(ix.lat.alts) +
		len(ix.pairs.start) + len(ix.pairs.post) + len(ix.text.first) + len(ix.text.marks))
	return len(ix.lat.words), bytes + 16*len(ix.pairs.heavy)
}

// vocabulary holds what is known of each word number.
type vocabulary struct {
	word  []string
	shape []uint32 // see [shape]
	count []uint32 // appearances, in all readings
}

func (v *vocabulary) add(word string) uint32 {
	v.word = append(v.word, word)
	v.shape = append(v.shape, shape(word))
	v.count = append(v.count, 0)
	return uint32(len(v.word) - 1)
}

// spans knows which dispatch a place belongs to and roughly where its bytes
// are. A place is a running word number over the copies 0 of all dispatches.
type spans struct {
	first []uint32 // per dispatch, its first place; one more at the end
	mark  []uint32 // per dispatch, its first entry in marks
	marks []uint32 // byte offset of every markEvery-th word of a dispatch, and of its last word's end
}

const markEvery = 8

func (s *spans) add(words []prose.Token, end int) int {
	if len(s.first) == 0 {
		s.first = append(s.first, 0)
	}
	s.first = append(s.first, uint32(end))
	s.mark = append(s.mark, uint32(len(s.marks)))
	last := 0
	for i, w := range words {
		if i%markEvery == 0 {
			s.marks = append(s.marks, uint32(w.Start))
		}
		last = w.End
	}
	s.marks = append(s.marks, uint32(last))
	return len(s.mark) - 1
}

// dispatch returns the dispatch of a place.
func (s *spans) dispatch(place uint32) int {
	return sort.Search(len(s.first)-1, func(i int) bool { return s.first[i+1] > place })
}

// bytes returns a byte span that covers the places from a up to, not
// including, b of a dispatch, widened to whole marks.
func (s *spans) bytes(dispatch int, a, b uint32) (start, end int) {
	first, n := s.first[dispatch], s.first[dispatch+1]-s.first[dispatch]
	marks := s.marks[s.mark[dispatch]:]
	marks = marks[:(n+markEvery-1)/markEvery+1]
	i := (a - first) / markEvery
	j := (b - first + markEvery - 1) / markEvery
	i, j = min(i, uint32(len(marks)-1)), min(j, uint32(len(marks)-1))
	return int(marks[i]), int(marks[j])
}
