package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/ledger"
)

// Alarm is the error for a server, or somebody who signs, that broke the rules
// all rely on. What is known of it is kept, and nothing more is done with that
// server until a person has looked at it.
type Alarm struct{ What error }

func (a *Alarm) Error() string { return "ALARM: " + a.What.Error() }
func (a *Alarm) Unwrap() error { return a.What }

func alarmf(format string, args ...any) error { return &Alarm{fmt.Errorf(format, args...)} }

// News is what a [Client.Sync] found.
type News struct {
	Witnessed bool             // whether the ledger's head is cosigned as the policy asks
	Waiting   int              // receipts of the server's that no head covers yet: it has that many promises to keep
	Mine      []directory.News // what concerns the person: keys, roles, offices
	Broken    []string         // rules that logged statements about dispatches break; one sentence each
}

// page is how many entries are taken in at a time.
const page = 4096

// Sync moves the memory of the ledger on. It checks that the ledger only grew
// and that every promise made to the client was kept, takes in all entries that
// the person may read, and checks that those open to every member are all
// there. An [*Alarm] means that somebody broke the rules. Other methods do the
// same first; what they find broken is in the news of the next Sync.
func (c *Client) Sync(ctx context.Context) (*News, error) {
	news, err := c.fresh(ctx)
	if err != nil {
		return nil, err
	}
	news.Broken = c.broken
	news.Mine = c.dir.Alarms(c.Person, c.told, c.dir.Last().Index)
	return news, nil
}

// Told says that the person has been shown the news: it is not in the next.
// What no one was shown stays, whatever happens in between.
func (c *Client) Told() error {
	c.told, c.broken = c.dir.Last().Index, nil
	return c.remember()
}

// fresh is Sync for those who do not pass the news on.
func (c *Client) fresh(ctx context.Context) (*News, error) {
	path := api.PathEntries
	if !c.member() && (c.Reads == "" || c.done > 0) {
		path = api.PathDirectory // a guest, or somebody named at the founding; not a member who begins anew
	}
	news, err := c.sync(ctx, path)
	if errors.Is(err, errUnbegun) && path == api.PathEntries {
		// Perhaps it began before the person might read it: the same entries may
		// tell. If it is still missing when all are fetched anew, it is withheld.
		if err = c.forget(); err == nil {
			news, err = c.sync(ctx, path)
		}
	}
	if err != nil {
		return nil, err
	}
	// An office or a role opens entries that were passed over before.
	if now := c.reads(); now != c.Reads {
		if err := c.forget(); err != nil {
			return nil, err
		}
		c.Reads = now
		if err := c.save(); err != nil { // what is fetched from here on counts, also if it is cut off
			return nil, err
		}
		if now != "" {
			if news, err = c.sync(ctx, api.PathEntries); err != nil {
				return nil, err
			}
		}
	}
	return news, c.adopt()
}

// adopt takes the witness policy that the organisation has agreed to since the
// person joined. It was agreed to as any other weighty change, under the policy
// before it.
func (c *Client) adopt() error {
	text := c.dir.Now().Settings().Witnesses
	if text == "" || text == c.Policy {
		return nil
	}
	policy, err := ledger.ParsePolicy([]byte(text))
	if err != nil {
		return alarmf("the witness policy that was agreed to cannot be read: %w", err)
	}
	view, err := ledger.ReadView(policy, c.view.Marshal())
	if err != nil {
		return alarmf("the witness policy that was agreed to does not fit the ledger: %w", err)
	}
	c.policy, c.view, c.Policy = policy, view, text
	return errors.Join(c.save(), c.remember())
}

// member reports whether the person can sign now, and takes the id under which
// the directory has them.
func (c *Client) member() bool {
	id, err := c.dir.Now().Signer(c.Key.VerifyKey())
	if err == nil {
		c.Person = id
	}
	return err == nil
}

// reads says as what the person reads entries: their offices and roles. It is
// empty for a guest.
func (c *Client) reads() string {
	if !c.member() {
		return ""
	}
	p, err := c.Me()
	if err != nil {
		return ""
	}
	return fmt.Sprint(p.Offices, p.Roles)
}

// forget drops what was taken in, so that all of it is fetched and checked
// anew. What is remembered of the ledger's head stays.
func (c *Client) forget() error {
	c.drop()
	return c.remember()
}

func (c *Client) drop() {
	c.done, c.known, c.broken, c.dir = 0, nil, nil, directory.New(c.Log, directory.Ledger{})
	clear(c.batches)
	clear(c.signers)
	clear(c.completed)
	clear(c.recalled)
	clear(c.leaves)
}

// sync is Sync by one of the server's lists.
func (c *Client) sync(ctx context.Context, from string) (*News, error) {
	note, err := c.wire.log(ctx, "checkpoint")
	if errors.Is(err, fs.ErrNotExist) && c.view.Latest() == nil {
		return &News{}, nil // a log before its first entry
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, suspicious(&ledger.Stale{Seen: c.view.Head().Size})
	}
	if err != nil {
		return nil, err
	}
	_, err = c.view.Advance(ctx, note, c.wire)
	if saved := c.remember(); saved != nil {
		return nil, errors.Join(err, saved)
	}
	if err != nil {
		return nil, suspicious(err)
	}
	head := c.view.Head()
	news := &News{Witnessed: c.view.Latest().Witnessed, Waiting: len(c.view.Waiting())}
	for c.done < head.Size {
		to := min(c.done+page, head.Size)
		leaves, err := head.Commitments(ctx, c.wire, c.done, to)
		if err != nil {
			return nil, suspicious(err)
		}
		entries, err := c.entries(ctx, from, c.done, to)
		if err != nil {
			return nil, err
		}
		told, err := c.meet(ctx, leaves, entries)
		if err != nil {
			return nil, err
		}
		c.broken = append(c.broken, told...)
		if err := c.takeAll(leaves, entries); err != nil {
			// Nothing of it stays: the next Sync asks for the same again.
			c.drop()
			return nil, errors.Join(err, c.recall())
		}
	}
	return news, nil
}

// suspicious makes an alarm of what only a dishonest or damaged log can be.
func suspicious(err error) error {
	if fork, ok := errors.AsType[*ledger.Fork](err); ok {
		return frank.WithHint(&Alarm{fork}, "the server shows different people different ledgers: tell the overseer and the witnesses; %s has both checkpoints", fileView)
	}
	if stale, ok := errors.AsType[*ledger.Stale](err); ok {
		return frank.WithHint(&Alarm{stale}, "the server was set back, perhaps restored from a backup: entries that you saw are missing. Ask whoever runs it")
	}
	if broken, ok := errors.AsType[*ledger.Broken](err); ok {
		return frank.WithHint(&Alarm{broken}, "the server promised to enter something and did not: %s has the receipt", fileView)
	}
	if errors.Is(err, ledger.ErrUnlike) {
		return &Alarm{err}
	}
	return err
}

// errUnbegun is the error for the end of an issue whose beginning was not shown.
var errUnbegun = errors.New("its beginning is withheld")

// errFewer is the error for a server whose lists stay behind its checkpoint.
var errFewer = errors.New("the server shows fewer entries than its checkpoint covers")

// pages asks for the pages of a list until it covers all entries before to. get
// asks for those from an index on, and returns where to go on and how many
// entries the list covers. One process of a server may be a moment behind
// another that gave the checkpoint: then the same is asked again.
func pages(ctx context.Context, from, to uint64, get func(from uint64) (next, size uint64, err error)) error {
	for tries := 0; from < to; {
		next, size, err := get(from)
		switch {
		case err != nil:
			return err
		case next > from:
			from = next
		case size < to && tries < 20:
			tries++
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
		default:
			return errFewer
		}
	}
	return nil
}

// entries fetches those from index from on, before to, that the person may read.
func (c *Client) entries(ctx context.Context, path string, from, to uint64) ([]api.Entry, error) {
	var all []api.Entry
	err := pages(ctx, from, to, func(from uint64) (uint64, uint64, error) {
		var p api.Entries
		if err := c.wire.call(ctx, http.MethodGet, query(path, "from", from, "limit", api.MaxPage), nil, &p); err != nil {
			return 0, 0, err
		}
		for _, e := range p.Entries {
			if e.Index < from || len(all) > 0 && e.Index <= all[len(all)-1].Index {
				return 0, 0, alarmf("the server's entries are out of order")
			}
			if e.Index < to {
				all = append(all, e)
			}
		}
		return p.Next, p.Size, nil
	})
	return all, err
}

// takeAll takes in the entries of leaves, which begin at index c.done.
func (c *Client) takeAll(leaves []frank.Hash, entries []api.Entry) error {
	var lines bytes.Buffer
	first, next := c.done, 0
	for i, leaf := range leaves {
		index := first + uint64(i)
		if next == len(entries) || entries[next].Index != index {
			if ledger.Marked(leaf) {
				return alarmf("the server withholds entry %d, which every member may read", index)
			}
			continue
		}
		e := entries[next]
		next++
		if e.Open == nil && ledger.Marked(leaf) {
			return alarmf("the server withholds entry %d, which every member may read", index)
		}
		if err := c.take(e, leaf); err != nil {
			return err
		}
		c.judge()
		lines.Write(canon.Marshal(e))
		lines.WriteByte('\n')
	}
	if write := c.Files.Append; lines.Len() > 0 {
		if first == 0 {
			write = c.Files.Write
		}
		if err := write(fileEntries, lines.Bytes()); err != nil {
			return err
		}
	}
	c.done = first + uint64(len(leaves))
	return c.remember()
}

// take takes in one entry. What is wrong with it no honest server would have
// logged or shown.
func (c *Client) take(e api.Entry, leaf frank.Hash) error {
	if e.Commitment != leaf {
		return alarmf("entry %d is not the one that the ledger commits to", e.Index)
	}
	if at, ok := c.leaves[leaf]; ok {
		return alarmf("entry %d is entry %d once more: it was stated once", e.Index, at)
	}
	k := known{Entry: e}
	if e.Open != nil {
		opened, err := ledger.ParseEntry(e.Open)
		if err != nil {
			return alarmf("entry %d: %w", e.Index, err)
		}
		st, err := opened.Open(leaf)
		if err != nil {
			return alarmf("entry %d: %w", e.Index, err)
		}
		switch {
		case st.Log != c.Log:
			return alarmf("entry %d was stated for another ledger, %s", e.Index, st.Log)
		case st.Kind != e.Kind:
			return alarmf("entry %d is a %s, and the server calls it a %s", e.Index, st.Kind, e.Kind)
		case directory.Handles(st.Kind) != ledger.Marked(leaf):
			return alarmf("entry %d, a %s, is marked for other readers than it has", e.Index, st.Kind)
		}
		if directory.Handles(st.Kind) {
			if e.Index == 0 && leaf != c.Genesis {
				return alarmf("the ledger begins with another founding than the one you pinned")
			}
			if err := c.dir.Apply(e.Index, leaf, st); err != nil {
				return alarmf("entry %d, a %s, was logged against the rules: %w", e.Index, st.Kind, err)
			}
		}
		k.statement = st
	}
	c.known, c.leaves[leaf] = append(c.known, k), e.Index
	return c.enter(&c.known[len(c.known)-1])
}

// enter keeps what an open entry says of a dispatch.
func (c *Client) enter(k *known) error {
	if k.statement == nil || directory.Handles(k.statement.Kind) {
		return nil
	}
	if person, err := c.dir.At(k.Index).Signer(k.statement.By); err == nil {
		c.signers[k.Index] = person
	}
	switch k.Kind {
	case dispatch.KindBegin:
		var b dispatch.Begin
		if err := k.statement.Read(&b); err != nil {
			return alarmf("entry %d: %w", k.Index, err)
		}
		if slices.ContainsFunc(c.batches[b.Dispatch], func(x dispatch.Batch) bool { return x.Begin.Batch == b.Batch }) {
			return alarmf("entry %d begins batch %d of %s a second time", k.Index, b.Batch, b.Dispatch)
		}
		c.batches[b.Dispatch] = append(c.batches[b.Dispatch], dispatch.Batch{Begin: b, Index: k.Index, Entry: k.Commitment, By: c.signers[k.Index]})
	case dispatch.KindComplete:
		var f dispatch.Complete
		if err := k.statement.Read(&f); err != nil {
			return alarmf("entry %d: %w", k.Index, err)
		}
		list := c.batches[f.Dispatch]
		i := slices.IndexFunc(list, func(b dispatch.Batch) bool { return b.Begin.Batch == f.Batch })
		if i < 0 {
			return alarmf("entry %d completes batch %d of %s: %w", k.Index, f.Batch, f.Dispatch, errUnbegun)
		}
		if list[i].Complete != nil {
			return alarmf("entry %d completes batch %d of %s a second time", k.Index, f.Batch, f.Dispatch)
		}
		list[i].Complete = &f
		c.completed[batchID{f.Dispatch, f.Batch}] = k.Index
		if err := c.forgetWork((&work{Dispatch: f.Dispatch, Batch: f.Batch}).name()); err != nil {
			return err
		}
	case dispatch.KindRecall:
		var r dispatch.Recall
		if err := k.statement.Read(&r); err != nil {
			return alarmf("entry %d: %w", k.Index, err)
		}
		if _, ok := c.recalled[r.Dispatch]; !ok {
			c.recalled[r.Dispatch] = k.Index
		}
	}
	return nil
}

// judge holds the entry taken in last against the rules of dispatches.
func (c *Client) judge() {
	k := &c.known[len(c.known)-1]
	if k.statement == nil || directory.Handles(k.Kind) {
		return
	}
	if err := c.follows(k); err != nil {
		c.broken = append(c.broken, fmt.Sprintf("entry %d, a %s, breaks the rules: %v", k.Index, k.Kind, err))
	}
}

// follows checks what can be checked of a statement about a dispatch by one who
// sees some of the ledger.
func (c *Client) follows(k *known) error {
	person, ok := c.signers[k.Index]
	if !ok {
		return errors.New("it is signed by nobody who could")
	}
	r := &record{c: c, before: k.Index}
	switch k.Kind {
	case dispatch.KindBegin:
		b := c.batchAt(k.Index)
		return dispatch.CheckBegin(&b.Begin, person, r)
	case dispatch.KindComplete:
		var f dispatch.Complete
		if err := k.statement.Read(&f); err != nil {
			return err
		}
		if err := dispatch.CheckComplete(&f, person, r); err != nil {
			return err
		}
		_, err := c.draw(&f)
		return err
	case dispatch.KindRecall:
		var rc dispatch.Recall
		if err := k.statement.Read(&rc); err != nil {
			return err
		}
		return dispatch.CheckRecall(&rc, person, r)
	case dispatch.KindFetched:
		var f dispatch.Fetched
		if err := k.statement.Read(&f); err != nil {
			return err
		}
		return dispatch.CheckFetched(&f, person, "", r) // whether an embargo was over is for the server's clock
	case dispatch.KindReceipts:
		var rs dispatch.Receipts
		if err := k.statement.Read(&rs); err != nil {
			return err
		}
		return dispatch.CheckReceipts(&rs, person, r.view(), r)
	}
	return nil
}

// batchAt returns the batch that entry index began.
func (c *Client) batchAt(index uint64) *dispatch.Batch {
	for _, list := range c.batches {
		for i := range list {
			if list[i].Index == index {
				return &list[i]
			}
		}
	}
	return nil
}

// draw checks the checkpoint that a batch was drawn by, and returns the
// randomness.
func (c *Client) draw(f *dispatch.Complete) (frank.Hash, error) {
	cp, err := c.drawn(f)
	if err != nil {
		return frank.Hash{}, err
	}
	return cp.Randomness(f.Begin)
}

// drawn verifies the checkpoint of a draw under the witness policy of its time.
func (c *Client) drawn(f *dispatch.Complete) (*ledger.Checkpoint, error) {
	policy := c.policy
	if text := c.dir.At(f.Begin).Settings().Witnesses; text != "" && text != policy.Text() {
		then, err := ledger.ParsePolicy([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("the witness policy of the time cannot be read: %w", err)
		}
		policy = then
	}
	cp, err := policy.Verify([]byte(f.Checkpoint))
	if err != nil {
		return nil, fmt.Errorf("the checkpoint of the draw does not hold: %w", err)
	}
	return cp, nil
}

// record is what the client knew before an entry. Numbers of other offices it
// does not see: what it cannot know it takes as right.
type record struct {
	c      *Client
	before uint64
}

func (r *record) view() directory.View { return r.c.dir.At(r.before) }

func (r *record) Holds(p frank.PersonID, o frank.OfficeID) bool    { return r.view().Holds(p, o) }
func (r *record) Delegate(p frank.PersonID, o frank.OfficeID) bool { return r.view().Delegate(p, o) }
func (r *record) Place(o frank.OfficeID) (string, bool)            { return r.view().Place(o) }
func (r *record) Threshold() int                                   { return r.view().Settings().Threshold }

func (r *record) Recipient(p frank.PersonID) (frank.Hash, bool) {
	seal, ok := r.view().Recipient(p)
	return dispatch.KeyHash(seal), ok
}

func (r *record) Officer(p frank.PersonID) bool {
	return r.view().Has(directory.Officer, p) || r.view().Has(directory.Alternate, p)
}

// LastNumber is the number before the one that is judged, unless a higher one
// is known.
func (r *record) LastNumber(place string, year int) (int, error) {
	last, judged := 0, 0
	for ref, list := range r.c.batches {
		switch {
		case ref.Place != place || ref.Year != year:
		case list[0].Index < r.before:
			last = max(last, ref.Number)
		case list[0].Index == r.before:
			judged = ref.Number
		}
	}
	return max(last, judged-1), nil
}

// Batches returns what was begun before. A batch that the person was never shown
// stands as one that fits.
func (r *record) Batches(ref frank.Ref) ([]dispatch.Batch, error) {
	var out []dispatch.Batch
	for _, b := range r.c.batches[ref] {
		for n := len(out) + 1; n < b.Begin.Batch; n++ {
			out = append(out, dispatch.Batch{Begin: dispatch.Begin{Dispatch: ref, Office: b.Begin.Office, Batch: n, First: b.Begin.First}, Complete: &dispatch.Complete{}})
		}
		if b.Index >= r.before {
			break
		}
		if at, ok := r.c.completed[batchID{ref, b.Begin.Batch}]; !ok || at >= r.before {
			b.Complete = nil
		}
		at, ok := r.c.recalled[ref]
		b.Recalled = ok && at < r.before
		out = append(out, b)
	}
	return out, nil
}
