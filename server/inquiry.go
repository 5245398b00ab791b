package server

import (
	"context"
	"slices"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
	"frank/store"
)

// An inquiry is sealed: the server knows who takes a step, and when, and hands
// what it cannot read to officers, alternates and overseers.

// apart are the kinds of sealed entries that name no dispatch. Which one they are
// about is not the server's to know.
var apart = []string{dispatch.KindStep, dispatch.KindClosed, dispatch.KindSighting}

// quorum are those who may together open what a dispatch's copies say.
var quorum = []store.Reader{store.Role(string(directory.Officer)), store.Role(string(directory.Alternate)), store.Role(string(directory.Overseer))}

// apartJob is for what is sealed and names no dispatch.
func (s *Server) apartJob(w *who, m *api.Submission, n *store.New) (*job, error) {
	if m.Route.Dispatch != (frank.Ref{}) || m.Route.Batch != 0 || len(m.Answers) > 0 {
		return nil, &api.Error{Kind: api.Invalid, Text: "an entry of this kind names no dispatch and answers no requests"}
	}
	n.Readers = []store.Reader{store.Person(w.person)}
	switch m.Route.Kind {
	case dispatch.KindStep:
		if !w.has(directory.Officer, directory.Alternate, directory.Overseer) {
			return nil, api.Hidden
		}
		n.Readers = append(n.Readers, quorum...)
		if m.Parts != nil {
			for _, h := range m.Parts.Attachments {
				n.Parts = append(n.Parts, store.Part{Hash: h, Readers: n.Readers})
			}
		}
	case dispatch.KindClosed:
		if !w.has(directory.Officer, directory.Overseer) {
			return nil, api.Hidden
		}
		n.Readers = []store.Reader{store.Members} // who of them can open it, nobody else learns
	case dispatch.KindSighting:
		if !w.has(directory.Watch) {
			return nil, api.Hidden
		}
		n.Readers = append(n.Readers, store.Role(string(directory.Officer)), store.Role(string(directory.Overseer)))
	}
	if m.Route.Kind != dispatch.KindClosed {
		s.register.view(func(v directory.View) {
			for _, id := range slices.Concat(v.Sitting(directory.Officer), v.Sitting(directory.Overseer)) {
				if id != w.person {
					n.Notify = append(n.Notify, id)
				}
			}
		})
	}
	return &job{entry: func(uint64) (*store.New, error) { return n, nil }}, nil
}

// receiptsJob is for the open word of an officer or overseer that they ask for who
// fetched a dispatch.
func (s *Server) receiptsJob(st *ledger.Statement, entry store.Entry, m *api.Submission) (*job, error) {
	if m.Parts != nil || len(m.Answers) > 0 {
		return nil, &api.Error{Kind: api.Invalid, Text: "a statement of an inquiry has no parts and answers no requests"}
	}
	var rs dispatch.Receipts
	if err := st.Read(&rs); err != nil {
		return nil, invalid(err)
	}
	if err := rs.Validate(); err != nil {
		return nil, invalid(err)
	}
	w := s.register.identify(st.By)
	if !w.has(directory.Officer, directory.Overseer) {
		return nil, api.Hidden
	}
	entry.By, entry.Dispatch = w.person, rs.Dispatch
	return &job{entry: func(index uint64) (*store.New, error) {
		entry := entry
		ctx, cancel := context.WithTimeout(context.Background(), ruleTime)
		defer cancel()
		var err error
		s.register.viewAt(index, func(v directory.View) {
			if id, e := v.Signer(st.By); e != nil || id != entry.By {
				err = &api.Error{Kind: api.Refused, Text: "the statement is signed by a key that is no member's"}
				return
			}
			r := record{ctx, s.store, v}
			if err = dispatch.CheckReceipts(&rs, entry.By, v, r); err != nil {
				return
			}
			// Nobody who is involved is told that who read it is asked.
			var list []dispatch.Batch
			if list, err = r.Batches(rs.Dispatch); err != nil {
				return
			}
			for _, role := range []directory.Role{directory.Officer, directory.Overseer} {
				for _, id := range v.Sitting(role) {
					if !dispatch.Involved(list, id, r) {
						entry.Readers = append(entry.Readers, store.Person(id))
					}
				}
			}
			entry.Readers = tidy(entry.Readers)
		})
		if err != nil {
			return nil, ruled(err)
		}
		return &store.New{Entry: entry}, nil
	}}, nil
}

// getFetches hands out who fetched a dispatch, once it was asked for by enough.
func (s *Server) getFetches(c *call) (any, error) {
	from, limit, err := c.page("dispatch", "matter")
	if err != nil {
		return nil, err
	}
	rs, bad := dispatch.Receipts{}, &api.Error{Kind: api.Invalid, Text: "the query names a dispatch and a matter"}
	if rs.Dispatch, err = frank.ParseRef(c.URL.Query().Get("dispatch")); err != nil {
		return nil, bad
	}
	if err := rs.Matter.UnmarshalText([]byte(c.URL.Query().Get("matter"))); err != nil {
		return nil, bad
	}
	below := s.holds.size()
	may, err := s.asked(c.ctx, c.w, &rs, below)
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, api.Hidden
	}
	entries, err := s.store.Stated(c.ctx, rs.Dispatch, dispatch.KindFetched, from, below, limit)
	if err != nil {
		return nil, err
	}
	return list(entries, below, limit), nil
}

// asked reports whether whoever asks may see who fetched the dispatch: as many
// officers as the threshold says, and an overseer, all of whom sit now and none of
// whom is involved in it, have stated before entry below that they ask for it
// on the same matter.
func (s *Server) asked(ctx context.Context, w *who, rs *dispatch.Receipts, below uint64) (may bool, err error) {
	if !w.has(directory.Officer, directory.Overseer) {
		return false, nil
	}
	list, err := batches(ctx, s.store, rs.Dispatch)
	if err != nil || len(list) == 0 {
		return false, err
	}
	stated, err := s.store.About(ctx, rs.Dispatch, []string{dispatch.KindReceipts})
	if err != nil {
		return false, err
	}
	s.register.view(func(v directory.View) {
		involved := func(id frank.PersonID) bool { return dispatch.Involved(list, id, record{ctx, s.store, v}) }
		if involved(w.person) {
			return
		}
		officers, overseer := map[frank.PersonID]bool{}, false
		for i := range stated {
			e := &stated[i]
			var is dispatch.Receipts
			if e.Index >= below || read(e, &is) != nil || is != *rs {
				continue
			}
			if involved(e.By) {
				continue
			}
			overseer = overseer || v.Has(directory.Overseer, e.By)
			if v.Has(directory.Officer, e.By) {
				officers[e.By] = true
			}
		}
		may = overseer && len(officers) >= v.Settings().Threshold
	})
	return may, nil
}
