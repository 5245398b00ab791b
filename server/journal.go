package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"frank"
	"frank/api"
	"frank/ledger"
	"frank/store"
)

// batchMost is how many entries are accepted and appended together.
const batchMost = 256

// Log is what a server needs of the ledger's log: see package sequencer.
type Log interface {
	ledger.Tiles
	AppendAll(ctx context.Context, list []frank.Hash) ([]uint64, error)
	Size(ctx context.Context) (uint64, error)
	Checkpoint(ctx context.Context) ([]byte, error)
	Receipt(index uint64, c frank.Hash) ([]byte, error)
}

// job is an entry on its way into the log.
type job struct {
	// entry is asked for the moment the entry would be accepted, with the index
	// it would get, one job after the other. It holds the entry against the
	// rules.
	entry func(index uint64) (*store.New, error)
	// entered is called when it stands, before the sender is told. With it, the
	// job is done alone: nothing else is on the way while entry is asked.
	entered func(index uint64) error
	done    chan outcome
}

type outcome struct {
	index uint64
	err   error
}

// journal brings entries into the store and then into the log: what is in the
// log is always in the store, and the store's order is the log's. Whatever a
// crash leaves between the two is mended by recover, at start and after every
// failure.
//
// One goroutine accepts and one appends, so that the next entries are written
// to the store while the last ones go into the log.
type journal struct {
	store   store.Store
	log     Log
	slog    *slog.Logger
	now     func() int64
	jobs    chan *job
	written chan written
	idle    sync.WaitGroup // entries accepted and not yet appended
	stuck   atomic.Pointer[api.Error]
	holds   *holds
	have    atomic.Uint64 // entries that are in the log, as far as they have their places
	marked  time.Time     // when the store was last told so
	ctx     context.Context
	stop    context.CancelFunc
	ended   chan struct{}
}

// written are entries that the store has and the log has not.
type written struct {
	jobs  []*job
	list  []frank.Hash
	first uint64
}

func newJournal(st store.Store, log Log, l *slog.Logger, now func() int64, h *holds) *journal {
	ctx, stop := context.WithCancel(context.Background())
	return &journal{store: st, log: log, slog: l, now: now, holds: h, ctx: ctx, stop: stop,
		jobs: make(chan *job, 4*batchMost), written: make(chan written), ended: make(chan struct{})}
}

// submit waits until the job stands in the log, or is refused. If ctx ends
// before, it may still come to stand.
func (j *journal) submit(ctx context.Context, x *job) (uint64, error) {
	if e := j.stuck.Load(); e != nil {
		return 0, e
	}
	x.done = make(chan outcome, 1)
	select {
	case j.jobs <- x:
	case <-ctx.Done():
		return 0, errBusy
	case <-j.ctx.Done():
		return 0, errStopping
	}
	select {
	case o := <-x.done:
		return o.index, o.err
	case <-ctx.Done():
		return 0, errLate
	case <-j.ended:
		return 0, errStopping
	}
}

var (
	errBusy     = &api.Error{Kind: api.Busy, Text: "the server has too much to do", Hint: "try again in a moment"}
	errStopping = &api.Error{Kind: api.Busy, Text: "the server is stopping", Hint: "submit the same again later: it is entered once"}
	errLate     = &api.Error{Kind: api.Busy, Text: "it took the server too long to enter it", Hint: "submit the same again: it is entered once"}
)

// run works until close.
func (j *journal) run() {
	var both sync.WaitGroup
	both.Go(j.append)
	j.accept()
	close(j.written)
	both.Wait()
	close(j.ended)
}

// close lets what was accepted be appended, and stops.
func (j *journal) close() {
	j.stop()
	<-j.ended
}

func (j *journal) accept() {
	var next *job
	for {
		if next == nil {
			select {
			case next = <-j.jobs:
			case <-j.ctx.Done():
				return
			}
		}
		batch := []*job{next}
		next = nil
		if batch[0].entered == nil {
			batch, next = j.gather(batch)
		} else {
			j.idle.Wait()
		}
		j.write(batch)
	}
}

// gather takes what else waits, up to a job that is to be done alone.
func (j *journal) gather(batch []*job) (_ []*job, next *job) {
	for len(batch) < batchMost {
		select {
		case x := <-j.jobs:
			if x.entered != nil {
				return batch, x
			}
			batch = append(batch, x)
		default:
			return batch, nil
		}
	}
	return batch, nil
}

// write asks for the entries and puts them into the store, and passes on those
// that were accepted.
func (j *journal) write(batch []*job) {
	for len(batch) > 0 {
		if e := j.stuck.Load(); e != nil {
			for _, x := range batch {
				x.done <- outcome{err: e}
			}
			return
		}
		index, err := j.store.Size(j.ctx)
		if err != nil {
			j.refuse(batch, err)
			return
		}
		room := j.holds.wait(j.ctx, index) // while a draw waits for its checkpoint
		if room == 0 {
			j.refuse(batch, errStopping)
			return
		}
		part := batch[:min(room, len(batch))]
		batch = batch[len(part):]
		j.writePart(part, index)
	}
}

func (j *journal) writePart(part []*job, index uint64) {
	var entries []store.New
	var jobs []*job
	for _, x := range part {
		e, err := x.entry(index + uint64(len(entries)))
		if err != nil {
			x.done <- outcome{err: err}
			continue
		}
		entries, jobs = append(entries, *e), append(jobs, x)
	}
	if len(entries) == 0 {
		return
	}
	list, err := j.store.Accept(context.WithoutCancel(j.ctx), entries, j.now())
	if err != nil {
		j.refuse(jobs, err)
		return
	}
	w := written{first: index}
	for i, a := range list {
		switch {
		case a.Err == nil:
			if entries[i].Begin != nil {
				j.holds.begun(a.Index)
			}
			w.jobs, w.list = append(w.jobs, jobs[i]), append(w.list, entries[i].Commitment)
		case errors.Is(a.Err, store.ErrKnown):
			jobs[i].done <- outcome{index: a.Index, err: a.Err}
		default:
			jobs[i].done <- outcome{err: refusal(a.Err)}
		}
	}
	if len(w.jobs) == 0 {
		return
	}
	j.idle.Add(1)
	j.written <- w
	if w.jobs[0].entered != nil {
		j.idle.Wait()
	}
}

func (j *journal) refuse(jobs []*job, err error) {
	for _, x := range jobs {
		x.done <- outcome{err: j.failed("accept", err)}
	}
}

// failed makes an error of store or log one for whoever waits.
func (j *journal) failed(what string, err error) *api.Error {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e
	}
	j.slog.Error("an entry could not be entered", "at", what, "error", err)
	if errors.Is(err, store.ErrFull) {
		return &api.Error{Kind: api.Full, Text: "the server's disk is full: nothing was entered", Hint: "tell whoever runs it; reading goes on"}
	}
	return &api.Error{Kind: api.Internal, Text: "the server could not enter it", Hint: "submit the same again later: it is entered once"}
}

func (j *journal) append() {
	for w := range j.written {
		j.appendOne(w)
		j.idle.Done()
	}
}

func (j *journal) appendOne(w written) {
	ctx := context.WithoutCancel(j.ctx)
	end := w.first + uint64(len(w.list))
	if end <= j.have.Load() { // recover was quicker
		j.tell(ctx, w)
		return
	}
	indices, err := j.log.AppendAll(ctx, w.list)
	if err == nil {
		err = j.settle(ctx, w, indices)
	}
	if err == nil {
		j.have.Store(end)
		for i, x := range w.jobs {
			if x.entered != nil {
				if err := x.entered(indices[i]); err != nil {
					j.slog.Error("an entry stands and was not taken in", "index", indices[i], "error", err)
				}
			}
			x.done <- outcome{index: indices[i]}
		}
		j.mark(ctx, end)
		return
	}
	e := j.failed("append", err)
	j.stuck.Store(e) // from here on nothing more is accepted
	for _, x := range w.jobs {
		x.done <- outcome{err: e}
	}
	size := uint64(0)
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 10*time.Second) {
		select {
		case <-time.After(pause):
		case <-j.ctx.Done():
			return // recover at the next start
		}
		if size, err = j.mend(ctx); err == nil {
			break
		}
		j.slog.Error("store and log could not be brought together", "error", err)
	}
	for _, x := range w.jobs {
		x.done = make(chan outcome, 1) // whoever waited has been told already
	}
	j.tell(ctx, w)
	j.stuck.Store(nil)
	j.have.Store(size) // last: whoever is told now that an entry stands finds it taken in, and may submit more
}

// tell ends jobs whose entries stand already.
func (j *journal) tell(ctx context.Context, w written) {
	for i, x := range w.jobs {
		index, err := j.store.Find(ctx, w.list[i])
		if err == nil && x.entered != nil {
			err = x.entered(index)
		}
		if err != nil {
			j.slog.Error("an entry stands and was not taken in", "error", err)
		}
		x.done <- outcome{index: index}
	}
}

// mark tells the store now and then how far the log is, so that the next start
// compares little.
func (j *journal) mark(ctx context.Context, size uint64) {
	if time.Since(j.marked) < 5*time.Second {
		return
	}
	j.marked = time.Now()
	if err := j.store.Appended(ctx, size); err != nil {
		j.slog.Warn("how far the log is could not be kept", "error", err)
	}
}

// wait waits until the entry at an index is in the log.
func (j *journal) wait(ctx context.Context, index uint64) error {
	for j.have.Load() <= index {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return errLate
		case <-j.ended:
			return errStopping
		}
	}
	return nil
}

// settle gives entries the indices that the log gave them, where those are
// others than expected.
func (j *journal) settle(ctx context.Context, w written, indices []uint64) error {
	order := make([]frank.Hash, len(w.list))
	same := true
	for i, index := range indices {
		at := int(index - w.first)
		if index < w.first || at >= len(order) || order[at] != (frank.Hash{}) {
			return fmt.Errorf("the log gave an entry index %d, and %d to %d were to be given", index, w.first, w.first+uint64(len(order))-1)
		}
		order[at] = w.list[i]
		same = same && at == i
	}
	if same {
		return nil
	}
	// The store may already have later entries: they keep their places.
	later, err := j.store.Commitments(ctx, w.first+uint64(len(order)), 1<<30)
	if err != nil {
		return err
	}
	j.slog.Warn("the log ordered entries otherwise than they were accepted", "first", w.first, "count", len(order))
	return j.store.Renumber(ctx, w.first, append(order, later...))
}

// recover brings store and log together at start.
func (j *journal) recover(ctx context.Context) error {
	size, err := j.mend(ctx)
	if err == nil {
		j.have.Store(size)
	}
	return err
}

// mend brings store and log together after whatever happened: the order of
// what is in the log is the log's, and what it has not is appended. It returns
// how many entries both have.
func (j *journal) mend(ctx context.Context) (uint64, error) {
	from, err := j.store.Logged(ctx)
	if err != nil {
		return 0, err
	}
	size, err := j.log.Size(ctx)
	if err != nil {
		return 0, err
	}
	have, err := j.store.Size(ctx)
	if err != nil {
		return 0, err
	}
	if size > have {
		return 0, frank.WithHint(fmt.Errorf("the log has %d entries and the store only %d", size, have), "the store was restored from an older backup than the log: restore the log of the same backup, or the store of a later one")
	}
	if from > size {
		from = 0 // the log was restored from an older backup: compare all of it
	}
	if err := j.compare(ctx, from, size); err != nil {
		return 0, err
	}
	for size < have {
		list, err := j.store.Commitments(ctx, size, batchMost)
		if err != nil {
			return 0, err
		}
		indices, err := j.log.AppendAll(ctx, list)
		if err != nil {
			return 0, err
		}
		if err := j.settle(ctx, written{list: list, first: size}, indices); err != nil {
			return 0, err
		}
		size += uint64(len(list))
	}
	return size, j.store.Appended(ctx, size)
}

// compare holds the store's entries against what the log has from index from
// on, and gives them the log's order.
func (j *journal) compare(ctx context.Context, from, size uint64) error {
	if from == size {
		return nil
	}
	head, err := j.head(ctx, size)
	if err != nil {
		return err
	}
	logged, err := head.Commitments(ctx, j.log, from, size)
	if err != nil {
		return err
	}
	stored, err := j.store.Commitments(ctx, from, 1<<30)
	if err != nil {
		return err
	}
	if slices.Equal(logged, stored[:len(logged)]) {
		return nil
	}
	known := make(map[frank.Hash]bool, len(stored))
	for _, c := range stored {
		known[c] = true
	}
	for i, c := range logged {
		if !known[c] {
			return frank.WithHint(fmt.Errorf("the log's entry %d is not in the store", from+uint64(i)), "store and log are not of the same server, or of different backups: restore both from one")
		}
		delete(known, c)
	}
	order := logged
	for _, c := range stored {
		if known[c] {
			order = append(order, c)
		}
	}
	return j.store.Renumber(ctx, from, order)
}

// head is that of a checkpoint that covers size entries; the log publishes it
// soon after it has them.
func (j *journal) head(ctx context.Context, size uint64) (ledger.Head, error) {
	deadline := time.Now().Add(15 * time.Second)
	for {
		c, err := j.holds.published(ctx)
		if err == nil && c != nil && c.Size >= size {
			return c.Head, nil
		}
		if time.Now().After(deadline) {
			return ledger.Head{}, fmt.Errorf("the log has %d entries and publishes no checkpoint that covers them", size)
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ledger.Head{}, ctx.Err()
		}
	}
}

// refusal says why the store did not take an entry.
func refusal(err error) *api.Error {
	switch {
	case errors.Is(err, store.ErrTaken):
		return &api.Error{Kind: api.Conflict, Text: "the number or batch is taken", Hint: "take the next one; a number that was begun stays taken"}
	case errors.Is(err, store.ErrGap):
		return &api.Error{Kind: api.Conflict, Text: "the number or batch does not follow the last one"}
	case errors.Is(err, store.ErrComplete):
		return &api.Error{Kind: api.Conflict, Text: "the batch is complete: it cannot be changed after issue"}
	case errors.Is(err, store.ErrRecalled):
		return &api.Error{Kind: api.Conflict, Text: "the dispatch was recalled"}
	case errors.Is(err, store.ErrParts):
		return &api.Error{Kind: api.Refused, Text: "a sealed thing that the entry names was not put by whoever states it, or is named already", Hint: "put all of them anew; each is named once"}
	case errors.Is(err, store.ErrTooLarge):
		return &api.Error{Kind: api.TooLarge, Text: "the entry is too long"}
	case errors.Is(err, store.ErrNone), errors.Is(err, store.ErrNotBegun):
		return api.Hidden
	}
	return &api.Error{Kind: api.Internal, Text: "the server could not enter it"}
}
