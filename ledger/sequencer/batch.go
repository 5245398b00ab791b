package sequencer

import (
	"context"
	"fmt"

	"frank"

	"github.com/transparency-dev/tessera"
)

// AppendAll appends commitments together and returns their indices. They are
// handed to the log in the order given and stand in that order, except that
// the log library may exchange parts of the list when it is cut by a timer: who
// relies on the order looks at the indices. The error is that of the first that
// has one; the others may have been appended.
func (l *Log) AppendAll(ctx context.Context, list []frank.Hash) ([]uint64, error) {
	futures := make([]tessera.IndexFuture, 0, len(list))
	defer func() {
		for range futures {
			l.gate.leave()
		}
	}()
	for _, c := range list {
		if err := l.gate.enter(ctx); err != nil {
			return nil, err
		}
		futures = append(futures, l.appender.Add(context.WithoutCancel(ctx), tessera.NewEntry(c[:])))
	}
	type result struct {
		indices []uint64
		err     error
	}
	ch := make(chan result, 1)
	l.writing.Add(int64(len(futures)))
	go func() {
		defer l.writing.Add(-int64(len(futures)))
		var r result
		for _, f := range futures {
			i, err := f()
			if err != nil && r.err == nil {
				r.err = fmt.Errorf("the ledger could not append: %w", err)
			}
			r.indices = append(r.indices, i.Index)
		}
		ch <- r
	}()
	select {
	case r := <-ch:
		if r.err != nil {
			return nil, r.err
		}
		return r.indices, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.done:
		return nil, ErrClosed
	}
}
