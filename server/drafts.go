package server

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/store"
)

// Drafts are sealed, and none of it is in the ledger: the server keeps versions
// in order, says who may fetch them, and refuses the second of two that go on
// from one. Who signed a version, and whether they might, those who can open it
// check.

// idleDays is after how many days without a version those who take part in a
// draft are told.
const idleDays = 30

// ofOffice reports whether somebody holds an office, acts for its holder or reads
// for it.
func (s *Server) ofOffice(w *who, office frank.OfficeID) (yes bool) {
	s.register.view(func(v directory.View) {
		yes = w.standing == api.Member && (v.Holds(w.person, office) || v.Delegate(w.person, office))
	})
	return yes
}

func (s *Server) postDraft(c *call) (any, error) {
	var m api.DraftVersion
	if err := c.read(&m); err != nil {
		return nil, err
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	if m.Over && !c.w.fresh { // what is removed by it nobody then misses
		return nil, errNotFresh
	}
	office := m.Office
	if m.Number > 1 {
		d, err := s.store.Draft(c.ctx, c.w.person, m.Draft)
		if err != nil {
			return nil, hidden(err)
		}
		office = d.Office
	}
	if (m.Number == 1 || m.Readers != nil || m.Over) && !s.ofOffice(c.w, office) {
		return nil, &api.Error{Kind: api.Refused, Text: "a draft is begun, opened to others and ended by people of the office that is to issue it"}
	}
	v := store.Version{Draft: m.Draft, Number: m.Number, Office: m.Office, By: c.w.person, Readers: m.Readers, Over: m.Over, Sealed: m.Sealed}
	switch err := s.store.AddVersion(c.ctx, v, s.now()); {
	case errors.Is(err, store.ErrTaken), errors.Is(err, store.ErrGap):
		return nil, &api.Error{Kind: api.Conflict, Text: "the number of the draft or version is taken, or does not follow the last one", Hint: "look at what was first, and go on from that"}
	case errors.Is(err, store.ErrOver):
		return nil, &api.Error{Kind: api.Conflict, Text: "the draft is over"}
	case errors.Is(err, store.ErrTooLarge):
		return nil, &api.Error{Kind: api.TooLarge, Text: "the drafts of an office have at most " + strconv.Itoa(api.MaxDraftOffice) + " bytes together, sealed", Hint: "drop some: frank draft list"}
	case err != nil:
		return nil, hidden(err)
	}
	return struct{}{}, nil
}

func (s *Server) getDrafts(c *call) (any, error) {
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	last, err := s.store.LastDraft(c.ctx) // before the list: what comes in between is in the next
	if err != nil {
		return nil, err
	}
	list, err := s.store.Drafts(c.ctx, c.w.person, int(min(from, 1<<31)), limit)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(d store.Draft) bool { return d.Number > last })
	out := api.Drafts{Drafts: []api.Draft{}, Next: last + 1, Size: last + 1}
	for _, d := range list {
		out.Drafts = append(out.Drafts, api.Draft{Draft: d.Number, Office: d.Office, Versions: d.Versions, Over: d.Over, Touched: frank.FormatTime(d.Touched)})
	}
	if len(list) == limit {
		out.Next = list[limit-1].Number + 1
	}
	return out, nil
}

func (s *Server) getDraft(c *call) (any, error) {
	draft, err1 := strconv.ParseUint(c.PathValue("draft"), 10, 31)
	number, err2 := strconv.ParseUint(c.PathValue("number"), 10, 31)
	if err1 != nil || err2 != nil {
		return nil, api.Hidden
	}
	data, err := s.store.DraftVersion(c.ctx, c.w.person, int(draft), int(number))
	if err != nil {
		return nil, hidden(err)
	}
	return data, nil
}

// tellIdle has those told whose drafts lie untouched.
func (s *Server) tellIdle(ctx context.Context) {
	before := s.config.Now().Add(-idleDays * 24 * time.Hour).Unix()
	if n, err := s.store.TellIdle(ctx, before, s.now()); err != nil && ctx.Err() == nil {
		s.slog.Error("those whose drafts lie untouched could not be told", "error", err)
	} else if n > 0 {
		s.slog.Info("told those whose drafts lie untouched", "count", n)
	}
}
