package server

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"slices"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
	"frank/store"
)

// enter brings a submission into the log and answers for it. w is nil without
// a session: that will do for an open entry, whose signature says who states
// it.
func (s *Server) enter(ctx context.Context, w *who, m *api.Submission) (*api.Accepted, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	x, err := s.job(ctx, w, m)
	if err != nil {
		return nil, err
	}
	// What was sent again is answered as before. For a sealed one no rule is
	// asked that could refuse it now, and the store itself says that it is there.
	index, err := uint64(0), error(store.ErrNone)
	if m.Route == nil {
		index, err = s.store.Find(ctx, m.Commitment)
	}
	switch {
	case err == nil:
	case !errors.Is(err, store.ErrNone):
		return nil, err
	default:
		if index, err = s.journal.submit(ctx, x); err != nil && !errors.Is(err, store.ErrKnown) {
			return nil, err
		}
	}
	if err := s.journal.wait(ctx, index); err != nil {
		return nil, err
	}
	receipt, err := s.log.Receipt(index, m.Commitment)
	if err != nil {
		return nil, err
	}
	return &api.Accepted{Index: index, Receipt: string(receipt)}, nil
}

// job checks what does not depend on the order of entries, and makes the job
// that checks the rest when its turn comes.
func (s *Server) job(ctx context.Context, w *who, m *api.Submission) (*job, error) {
	if m.Route != nil {
		return s.sealedJob(ctx, w, m)
	}
	e, err := ledger.ParseEntry(m.Open)
	if err != nil {
		return nil, invalid(err)
	}
	st, err := e.Open(m.Commitment)
	if err != nil {
		return nil, invalid(err)
	}
	if st.Log != s.log0 {
		return nil, &api.Error{Kind: api.Refused, Text: "the statement is for another log than this server's"}
	}
	if err := s.seen(ctx, st.Seen); err != nil {
		return nil, err
	}
	if code := s.config.Founding; st.Kind == directory.KindGenesis && code != "" && subtle.ConstantTimeCompare([]byte(m.Founding), []byte(code)) != 1 {
		return nil, &api.Error{Kind: api.Refused, Text: "this server's organisation is founded with the setup code that it was started with, and this is not it", Hint: "whoever runs the server has the code: frank org create takes it as --setup-code"}
	}
	entry := store.Entry{Commitment: m.Commitment, Kind: st.Kind, Payload: m.Open}
	if err := marked(m.Commitment, directory.Handles(st.Kind)); err != nil {
		return nil, err
	}
	switch {
	case directory.Handles(st.Kind):
		return s.directoryJob(st, entry, m)
	case st.Kind == dispatch.KindFetched:
		return nil, &api.Error{Kind: api.Refused, Text: "a copy is fetched at " + api.PathCopies, Hint: "post the same there"}
	case st.Kind == dispatch.KindBegin, st.Kind == dispatch.KindComplete, st.Kind == dispatch.KindRecall:
		return s.dispatchJob(st, entry, m)
	case st.Kind == dispatch.KindReceipts:
		return s.receiptsJob(st, entry, m)
	}
	return nil, &api.Error{Kind: api.Refused, Text: "an open entry of this kind is not taken"}
}

// marked holds the mark on a leaf to what it says: that every member is due the
// payload. A wrong one would have clients raise an alarm.
func marked(commitment frank.Hash, members bool) error {
	if ledger.Marked(commitment) != members {
		return &api.Error{Kind: api.Invalid, Text: "the last bit of a commitment is 1 for an entry of the directory, and 0 for any other", Hint: "draw another salt"}
	}
	return nil
}

func invalid(err error) error {
	return &api.Error{Kind: api.Invalid, Text: err.Error(), Hint: frank.Hint(err)}
}

func (s *Server) directoryJob(st *ledger.Statement, entry store.Entry, m *api.Submission) (*job, error) {
	if m.Parts != nil || len(m.Answers) > 0 {
		return nil, &api.Error{Kind: api.Invalid, Text: "a statement of the directory has no parts and answers no requests"}
	}
	entry.By = s.register.identify(st.By).person
	entry.Readers = []store.Reader{store.Members}
	return &job{
		entry: func(index uint64) (*store.New, error) {
			if err := s.register.check(index, entry.Commitment, st); err != nil {
				return nil, err
			}
			return &store.New{Entry: entry}, nil
		},
		entered: func(index uint64) error { return s.register.apply(index, entry.Commitment, st) },
	}, nil
}

// above are the roles that see of every dispatch that it was issued, and to
// whom.
var above = []store.Reader{store.Role(string(directory.Officer)), store.Role(string(directory.Overseer)), store.Role(string(directory.Registrar)), store.Role(string(directory.Watch))}

// dispatchJob is for what the issuing office states of a dispatch. The rules
// are asked when its turn comes.
func (s *Server) dispatchJob(st *ledger.Statement, entry store.Entry, m *api.Submission) (*job, error) {
	w := s.register.identify(st.By)
	if w.standing != api.Member {
		return nil, &api.Error{Kind: api.Refused, Text: "the statement is signed by a key that is no member's"}
	}
	entry.By = w.person
	if m.Parts != nil != (st.Kind == dispatch.KindComplete) {
		return nil, &api.Error{Kind: api.Invalid, Text: "parts belong to a dispatch.complete, and to nothing else"}
	}
	var rules func(ctx context.Context, r record, n *store.New) (frank.OfficeID, error)
	switch st.Kind {
	case dispatch.KindBegin:
		var b dispatch.Begin
		if err := st.Read(&b); err != nil {
			return nil, invalid(err)
		}
		entry.Dispatch, entry.Batch = b.Dispatch, b.Batch
		rules = func(_ context.Context, r record, n *store.New) (frank.OfficeID, error) { return s.begin(&b, r, n) }
	case dispatch.KindComplete:
		var c dispatch.Complete
		if err := st.Read(&c); err != nil {
			return nil, invalid(err)
		}
		entry.Dispatch, entry.Batch = c.Dispatch, c.Batch
		rules = func(ctx context.Context, r record, n *store.New) (frank.OfficeID, error) {
			return s.complete(ctx, &c, m.Parts, r, n)
		}
	case dispatch.KindRecall:
		var rc dispatch.Recall
		if err := st.Read(&rc); err != nil {
			return nil, invalid(err)
		}
		entry.Dispatch = rc.Dispatch
		rules = func(ctx context.Context, r record, n *store.New) (frank.OfficeID, error) {
			return s.recall(ctx, &rc, r, n)
		}
	}
	return &job{entry: func(index uint64) (*store.New, error) {
		ctx, cancel := context.WithTimeout(context.Background(), ruleTime)
		defer cancel()
		n := &store.New{Entry: entry}
		var err error
		s.register.viewAt(index, func(v directory.View) {
			// A key may have been revoked since it was looked at.
			if id, e := v.Signer(st.By); e != nil || id != entry.By {
				err = &api.Error{Kind: api.Refused, Text: "the statement is signed by a key that is no member's"}
				return
			}
			var office frank.OfficeID
			if office, err = rules(ctx, record{ctx, s.store, v}, n); err == nil {
				n.Answers, n.AnswerOf = m.Answers, office
			}
		})
		if err != nil {
			return nil, ruled(err)
		}
		return n, nil
	}}, nil
}

func (s *Server) begin(b *dispatch.Begin, r record, n *store.New) (frank.OfficeID, error) {
	if err := dispatch.CheckBegin(b, n.By, r); err != nil {
		return "", err
	}
	n.Begin = &store.Begin{Office: b.Office, Embargo: b.Embargo}
	for _, a := range b.To {
		n.Begin.To = append(n.Begin.To, store.Slot{Person: a.Person, Office: a.Office})
	}
	n.Readers = concerned(b)
	return b.Office, nil
}

// concerned are those who read of an issue: the office, those addressed and
// dealt shares, and those above.
func concerned(b *dispatch.Begin) []store.Reader {
	out := append([]store.Reader{store.Office(b.Office)}, above...)
	for _, a := range b.To {
		out = append(out, store.Person(a.Person))
		if a.Office != "" { // a successor asks for copies of what the office held
			out = append(out, store.Office(a.Office))
		}
	}
	for _, o := range b.Officers {
		out = append(out, store.Person(o.Person))
	}
	return tidy(out)
}

// tidy drops what is there twice.
func tidy(list []store.Reader) []store.Reader {
	slices.Sort(list)
	return slices.Compact(list)
}

func (s *Server) complete(ctx context.Context, c *dispatch.Complete, parts *api.Parts, r record, n *store.New) (frank.OfficeID, error) {
	batch, err := ours(r, c.Dispatch, n.By)
	if err != nil {
		return "", err
	}
	if err := dispatch.CheckComplete(c, n.By, r); err != nil {
		return "", err
	}
	b := batch[c.Batch-1].Begin
	if err := s.checkDraw(ctx, c); err != nil {
		return "", err
	}
	switch {
	case len(parts.Copies) != len(b.To) || len(parts.Shares) != len(b.Officers):
		return "", errors.New("there is to be a sealed copy for everybody addressed, and a share for every officer")
	case dispatch.SealedRoot(parts.Copies) != c.Sealed:
		return "", errors.New("the sealed copies are not those that the statement commits to")
	case dispatch.SharesRoot(parts.Shares) != c.Shares:
		return "", errors.New("the sealed shares are not those that the statement commits to")
	}
	n.Complete = &store.Complete{Copies: parts.Copies}
	add := func(h frank.Hash, readers ...store.Reader) {
		if h != (frank.Hash{}) {
			n.Complete.Parts = append(n.Complete.Parts, store.Part{Hash: h, Readers: readers})
		}
	}
	add(c.Codebook, quorum...)
	add(c.Map, quorum...)
	add(c.Source, store.Office(b.Office))
	add(c.Watch, store.Role(string(directory.Watch)))
	var addressed []store.Reader
	for _, a := range b.To {
		addressed = append(addressed, store.Person(a.Person))
		n.Notify = append(n.Notify, a.Person)
	}
	for i, h := range parts.Shares {
		n.Complete.Shares = append(n.Complete.Shares, store.Share{Person: b.Officers[i].Person, Index: b.Officers[i].Index, Hash: h})
		n.Notify = append(n.Notify, b.Officers[i].Person)
	}
	for _, h := range parts.Attachments {
		n.Complete.Parts = append(n.Complete.Parts, store.Part{Hash: h, Readers: append([]store.Reader{store.Office(b.Office)}, addressed...), Attached: true})
	}
	n.Readers = concerned(&b)
	return b.Office, nil
}

// checkDraw holds the checkpoint that the randomness comes from to the one that
// was published first: neither author nor server may choose among several.
func (s *Server) checkDraw(ctx context.Context, c *dispatch.Complete) error {
	p, err := s.holds.policy.Verify([]byte(c.Checkpoint))
	if err != nil {
		return err
	}
	if string(p.Note) != c.Checkpoint {
		return errors.New("the checkpoint of the draw has signatures that the policy does not know, or in another order")
	}
	if _, err := p.Randomness(c.Begin); err != nil {
		return err
	}
	list, err := s.store.Batches(ctx, c.Dispatch)
	if err != nil {
		return err
	}
	if draw := list[c.Batch-1].Draw; draw != c.Checkpoint {
		return frank.WithHint(errors.New("the checkpoint of the draw is not the first that was published after the first entry"), "it is in the answer to the first entry: post that again to read it")
	}
	return nil
}

// ours are the batches of a dispatch, for who acts in its office. To all others
// there is no such dispatch.
func ours(r record, ref frank.Ref, person frank.PersonID) ([]dispatch.Batch, error) {
	list, err := r.Batches(ref)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || !r.Holds(person, list[0].Begin.Office) {
		return nil, api.Hidden
	}
	return list, nil
}

func (s *Server) recall(ctx context.Context, rc *dispatch.Recall, r record, n *store.New) (frank.OfficeID, error) {
	list, err := ours(r, rc.Dispatch, n.By)
	if err != nil {
		return "", err
	}
	if err := dispatch.CheckRecall(rc, n.By, r); err != nil {
		return "", err
	}
	n.Recall = true
	for i := range list {
		n.Readers = append(n.Readers, concerned(&list[i].Begin)...)
		if list[i].Complete != nil {
			for _, a := range list[i].Begin.To {
				n.Notify = append(n.Notify, a.Person)
			}
		}
	}
	return list[0].Begin.Office, nil
}

// sealedJob is for what the server cannot read. It knows kind, dispatch and
// sender, and from these who may read it.
func (s *Server) sealedJob(ctx context.Context, w *who, m *api.Submission) (*job, error) {
	if w == nil || w.standing != api.Member {
		return nil, errNoSession
	}
	if len(m.Sealed) > store.MaxPayload {
		return nil, &api.Error{Kind: api.TooLarge, Text: "the entry is too long"}
	}
	if !bytes.HasPrefix(m.Sealed, []byte("age-encryption.org/v1\n")) {
		return nil, &api.Error{Kind: api.Invalid, Text: "a sealed entry is an age file"}
	}
	if err := marked(m.Commitment, false); err != nil {
		return nil, err
	}
	if m.Parts != nil && m.Route.Kind != dispatch.KindStep {
		return nil, &api.Error{Kind: api.Invalid, Text: "a sealed entry of this kind has no parts"}
	}
	ref := m.Route.Dispatch
	n := &store.New{Entry: store.Entry{Commitment: m.Commitment, Kind: m.Route.Kind, By: w.person, Sealed: true, Payload: m.Sealed, Dispatch: ref, Batch: m.Route.Batch}}
	if slices.Contains(apart, m.Route.Kind) {
		return s.apartJob(w, m, n)
	}
	if ref == (frank.Ref{}) {
		return nil, &api.Error{Kind: api.Invalid, Text: "the route of an entry of this kind names its dispatch"}
	}
	office, err := s.issuer(ctx, ref)
	if err != nil {
		return nil, err
	}
	n.Answers, n.AnswerOf = m.Answers, office
	if len(m.Answers) > 0 && m.Route.Kind != dispatch.KindRefused {
		return nil, &api.Error{Kind: api.Invalid, Text: "of sealed entries only a dispatch.refused answers a request", Hint: "whoever asked is to be told"}
	}
	switch {
	case len(m.Answers) == 0:
	case !w.holds(office):
		return nil, api.Hidden
	case !w.fresh: // nobody sees who signed the entry, so the session says it
		return nil, errNotFresh
	}
	switch kind := m.Route.Kind; {
	case kind == dispatch.KindShareHeld, kind == dispatch.KindShareFault, kind == dispatch.KindShareReseal:
		if !w.has(directory.Officer, directory.Alternate, directory.Overseer) {
			return nil, api.Hidden
		}
		n.Readers = append([]store.Reader{store.Person(w.person)}, quorum...)
	case kind == dispatch.KindHarm:
		if !w.holds(office) {
			return nil, api.Hidden
		}
		n.Readers = append([]store.Reader{store.Office(office)}, quorum...)
	case kind == dispatch.KindRefused:
		if !w.holds(office) {
			return nil, api.Hidden
		}
		asker, err := s.asker(ctx, ref, office, m.Answers)
		if err != nil {
			return nil, err
		}
		n.Readers = tidy([]store.Reader{store.Person(asker), store.Office(office)})
		if asker != w.person {
			n.Notify = []frank.PersonID{asker}
		}
	case kind == dispatch.KindOpened, kind == dispatch.KindNoted, kind == dispatch.KindAcknowledged, kind == dispatch.KindRequest:
		concerns, err := s.concerns(ctx, ref, w)
		if err != nil {
			return nil, err
		}
		if !concerns && !w.holds(office) {
			return nil, api.Hidden
		}
		n.Readers = []store.Reader{store.Person(w.person), store.Office(office)}
		if kind == dispatch.KindRequest {
			n.Ask = office
			o, err := s.register.office(office)
			if err != nil {
				return nil, err
			}
			for _, id := range []frank.PersonID{o.Holder, o.Acting} {
				if id != "" {
					n.Notify = append(n.Notify, id)
				}
			}
		}
	default:
		return nil, &api.Error{Kind: api.Refused, Text: "a sealed entry of this kind is not taken"}
	}
	return &job{entry: func(uint64) (*store.New, error) { return n, nil }}, nil
}

// asker is who made the one request about a dispatch that is answered.
func (s *Server) asker(ctx context.Context, ref frank.Ref, office frank.OfficeID, answers []uint64) (frank.PersonID, error) {
	if len(answers) != 1 {
		return "", &api.Error{Kind: api.Invalid, Text: "a dispatch.refused answers one request"}
	}
	e, err := s.store.At(ctx, answers[0], []store.Reader{store.Office(office)})
	if err != nil {
		return "", hidden(err)
	}
	if e.Kind != dispatch.KindRequest || e.Dispatch != ref {
		return "", api.Hidden
	}
	return e.By, nil
}

// fetch enters that a copy is fetched, and only then reads its bytes.
func (s *Server) fetch(ctx context.Context, w *who, m *api.Submission) (*api.Fetched, error) {
	if w.standing != api.Member {
		return nil, api.Hidden
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	if m.Open == nil || m.Parts != nil || len(m.Answers) > 0 {
		return nil, &api.Error{Kind: api.Invalid, Text: "a copy is fetched by an open dispatch.fetched, and nothing else"}
	}
	e, err := ledger.ParseEntry(m.Open)
	if err != nil {
		return nil, invalid(err)
	}
	st, err := e.Open(m.Commitment)
	if err != nil {
		return nil, invalid(err)
	}
	var f dispatch.Fetched
	if st.Kind != dispatch.KindFetched || st.Log != s.log0 {
		return nil, &api.Error{Kind: api.Refused, Text: "a copy is fetched by a dispatch.fetched for this log"}
	}
	if err := s.seen(ctx, st.Seen); err != nil {
		return nil, err
	}
	if err := st.Read(&f); err != nil {
		return nil, invalid(err)
	}
	if err := marked(m.Commitment, false); err != nil {
		return nil, err
	}
	if st.By != w.key {
		return nil, &api.Error{Kind: api.Refused, Text: "the statement is by another device than the session"}
	}
	c, err := s.fetchable(ctx, w, &f)
	if err != nil {
		return nil, err
	}
	index, err := s.journal.submit(ctx, &job{entry: func(uint64) (*store.New, error) {
		if again := s.register.identify(w.key); again.standing != api.Member || again.person != w.person {
			return nil, api.Hidden
		}
		return &store.New{Entry: store.Entry{Commitment: m.Commitment, Kind: st.Kind, By: w.person, Payload: m.Open, Dispatch: f.Dispatch, Batch: f.Batch,
			Readers: []store.Reader{store.Person(w.person), store.Office(c.Office)}}, Fetch: f.Sealed}, nil
	}})
	if err != nil && !errors.Is(err, store.ErrKnown) {
		return nil, err
	}
	if err := s.journal.wait(ctx, index); err != nil {
		return nil, err
	}
	receipt, err := s.log.Receipt(index, m.Commitment)
	if err != nil {
		return nil, err
	}
	copies, err := s.copies(ctx, f.Dispatch, f.Batch)
	if err != nil {
		return nil, err
	}
	proof, err := copies.Prove(c.Slot)
	if err != nil {
		return nil, err
	}
	data, err := s.store.Sealed(ctx, f.Sealed)
	if err != nil {
		return nil, err
	}
	return &api.Fetched{Accepted: api.Accepted{Index: index, Receipt: string(receipt)}, Slot: c.Slot, Count: copies.Count, Proof: slices.Concat([]frank.Hash{}, proof), Copy: data}, nil
}

// fetchable says why the copy is not served now. Until a published checkpoint
// covers the batch's second entry, the copy does not exist.
func (s *Server) fetchable(ctx context.Context, w *who, f *dispatch.Fetched) (*store.Copy, error) {
	c, err := s.store.CopyFor(ctx, w.person, f.Sealed, s.holds.size())
	switch {
	case errors.Is(err, store.ErrNone):
		return nil, api.Hidden
	case err != nil:
		return nil, err
	case c.Dispatch != f.Dispatch || c.Batch.Batch != f.Batch:
		return nil, api.Hidden
	case c.Recall != 0:
		return nil, refusal(store.ErrRecalled)
	case c.Embargo > s.clock():
		return nil, &api.Error{Kind: api.NotYet, Text: "the copy is under embargo until " + c.Embargo}
	}
	return c, nil
}

// draw is the checkpoint that gives an issue its randomness, once it is there.
func (s *Server) draw(ctx context.Context, ref frank.Ref, index uint64) (string, error) {
	s.holds.drawn(ctx, index)
	list, err := s.store.Batches(ctx, ref)
	if err != nil {
		return "", err
	}
	for _, b := range list {
		if b.Begin == index {
			return b.Draw, nil
		}
	}
	return "", nil
}

// beginOf returns the dispatch that an open entry begins.
func beginOf(open json.RawMessage) (ref frank.Ref, ok bool) {
	e, err := ledger.ParseEntry(open)
	if err != nil {
		return ref, false
	}
	st, err := ledger.ParseStatement([]byte(e.Statement))
	if err != nil || st.Kind != dispatch.KindBegin {
		return ref, false
	}
	var b dispatch.Begin
	err = st.Read(&b)
	return b.Dispatch, err == nil
}
