package watch

import (
	"fmt"

	"frank"
	"frank/internal/log64"
	"frank/internal/segments"
)

// Index finds passages of the dispatches whose fingerprints it has. It has the
// methods of package segments' Index: what is added is found once it is settled.
// It is not safe for use by several goroutines while it changes; [Index.Find]
// alone is.
type Index struct {
	index
	total uint64
	pairs []uint64 // how often each class follows each
	worth [rowSize]int32
}

type (
	index = segments.Index[*Segment, *form]
	part  = segments.Part[*Segment]
)

// mergeLimit is how many dispatches segments are merged up to.
const mergeLimit = 1 << 17

// NewIndex returns an empty index.
func NewIndex() *Index {
	ix := &Index{pairs: make([]uint64, rowSize*rowSize)}
	ix.index = segments.New(mergeLimit, func() segments.Builder[*Segment, *form] { return &builder{} }, ix.count)
	return ix
}

// Add takes in the fingerprints of a dispatch, padded or not, in place of those
// it had.
func (ix *Index) Add(ref frank.Ref, fingerprints []byte) error {
	if err := ref.Validate(); err != nil {
		return err
	}
	f, err := parse(fingerprints)
	if err != nil {
		return fmt.Errorf("%s: %w", ref, err)
	}
	segments.Put(&ix.index, ref, f)
	return nil
}

// count sums up how often words are used, over all segments.
func (ix *Index) count(s *Segment, times int) {
	var of [rowSize]uint64
	ix.total = 0
	for i, n := range s.counts {
		ix.pairs[i] += uint64(times) * uint64(n) // -1 wraps around, and takes away
		of[i%rowSize] += ix.pairs[i]
		ix.total += ix.pairs[i]
	}
	for c, n := range of {
		ix.worth[c] = int32(min(maxAlone, max(0, log64.Log2(ix.total)-log64.Log2(max(n, 1)))))
	}
}
