package server

import (
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strconv"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
	"frank/store"
)

//go:embed openapi.json
var openAPI []byte

func (s *Server) getServer(*call) (any, error) {
	return api.Server{Version: s.config.Version, Origins: s.config.Origins, Log: s.log0, Policy: s.holds.policy.Text()}, nil
}

func (s *Server) getOpenAPI(*call) (any, error) { return document(openAPI), nil }

func (s *Server) postChallenge(c *call) (any, error) {
	var m api.ChallengeRequest
	if err := c.read(&m); err != nil {
		return nil, err
	}
	return api.Challenge{Challenge: s.sessions.seal(forChallenge, m.Key, challengeTime)}, nil
}

func (s *Server) postSession(c *call) (any, error) {
	var m api.SessionRequest
	if err := c.read(&m); err != nil {
		return nil, err
	}
	if err := s.sessions.prove(&m); err != nil {
		return nil, err
	}
	purpose := byte(forSession)
	if m.Enrol != nil {
		if !s.register.invited(m.Key, m.Enrol) {
			return nil, api.Hidden
		}
		purpose = forGuest
	}
	return api.Session{Token: s.sessions.seal(purpose, m.Key, sessionTime), Seconds: sessionTime}, nil
}

func (s *Server) getMe(c *call) (any, error) {
	me := api.Me{Standing: c.w.standing, Person: c.w.person, Offices: c.w.offices, Roles: []string{}}
	for _, r := range c.w.roles {
		me.Roles = append(me.Roles, string(r))
	}
	return me, nil
}

func (s *Server) getContact(c *call) (any, error) {
	address, err := s.store.Contact(c.ctx, c.w.person, store.Mail)
	if err != nil {
		return nil, err
	}
	hook, err := s.store.Contact(c.ctx, c.w.person, store.Hook)
	return api.Contact{Mail: address, Hook: hook}, err
}

func (s *Server) putContact(c *call) (any, error) {
	var m api.Contact
	if err := c.read(&m); err != nil {
		return nil, err
	}
	if m.Mail != "" {
		if a, err := mail.ParseAddress(m.Mail); err != nil || a.Address != m.Mail || len(m.Mail) > 254 {
			return nil, &api.Error{Kind: api.Invalid, Text: "that is no mail address"}
		}
	}
	if m.Hook != "" {
		if u, err := url.Parse(m.Hook); err != nil || len(m.Hook) > 1000 || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !s.config.PlainHooks) {
			return nil, &api.Error{Kind: api.Invalid, Text: "that is no https URL"}
		}
	}
	if err := s.store.SetContact(c.ctx, c.w.person, store.Mail, m.Mail); err != nil {
		return nil, err
	}
	if err := s.store.SetContact(c.ctx, c.w.person, store.Hook, m.Hook); err != nil {
		return nil, err
	}
	return m, nil
}

// recoveryName is what a person's recovery blob is kept under.
const recoveryName = "recovery"

func (s *Server) getRecovery(c *call) (any, error) {
	data, err := s.store.Own(c.ctx, c.w.person, recoveryName)
	return data, hidden(err)
}

func (s *Server) putRecovery(c *call) (any, error) {
	data, err := io.ReadAll(c.Body)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		data = nil
	}
	return struct{}{}, s.store.SetOwn(c.ctx, c.w.person, recoveryName, data)
}

// pageFull is how many bytes of payloads a page of the store has at least when
// it ends before its limit and there is more.
const pageFull = 1<<20 - store.MaxPayload

// list makes a page of entries.
func list(entries []store.Entry, below uint64, limit int) api.Entries {
	out := api.Entries{Entries: []api.Entry{}, Next: below, Size: below}
	total := 0
	for _, e := range entries {
		if e.Index >= below {
			return out
		}
		total += len(e.Payload)
		out.Entries = append(out.Entries, entry(&e))
	}
	if n := len(out.Entries); n == limit || total > pageFull {
		out.Next = out.Entries[n-1].Index + 1
	}
	return out
}

func entry(e *store.Entry) api.Entry {
	x := api.Entry{Index: e.Index, Commitment: e.Commitment, Kind: e.Kind}
	if e.Sealed {
		x.Sealed = e.Payload
	} else {
		x.Open = e.Payload
	}
	return x
}

func (s *Server) getDirectory(c *call) (any, error) {
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	below := s.holds.size()
	entries, err := s.store.OfKinds(c.ctx, directoryKinds, from, limit)
	if err != nil {
		return nil, err
	}
	return list(entries, below, limit), nil
}

func (s *Server) getEntries(c *call) (any, error) {
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	below := s.holds.size()
	entries, err := s.store.Entries(c.ctx, c.w.readers(), from, below, limit)
	if err != nil {
		return nil, err
	}
	return list(entries, below, limit), nil
}

func (s *Server) getEntry(c *call) (any, error) {
	index, err := strconv.ParseUint(c.PathValue("index"), 10, 62)
	if err != nil || index >= s.holds.size() {
		return nil, api.Hidden
	}
	e, err := s.store.At(c.ctx, index, c.w.readers())
	if err != nil {
		return nil, hidden(err)
	}
	return entry(e), nil
}

func (s *Server) postEntry(c *call) (any, error) {
	var m api.Submission
	if err := c.read(&m); err != nil {
		return nil, err
	}
	a, err := s.enter(c.ctx, c.w, &m)
	if err != nil {
		return nil, err
	}
	if ref, begins := beginOf(m.Open); begins {
		if a.Checkpoint, err = s.draw(c.ctx, ref, a.Index); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (s *Server) postBlobs(c *call) (any, error) {
	parts, err := api.ReadParcel(c.Body)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			err = &api.Error{Kind: api.TooLarge, Text: fmt.Sprintf("a parcel has at most %d bytes", api.MaxParcel), Hint: "put them in several parcels"}
		} else if _, ok := errors.AsType[*api.Error](err); !ok {
			err = &api.Error{Kind: api.Invalid, Text: "the body did not come whole"}
		}
		return nil, err
	}
	out := api.Put{Hashes: make([]frank.Hash, len(parts))}
	blobs := make([]store.Blob, len(parts))
	for i, p := range parts {
		out.Hashes[i] = sha256.Sum256(p)
		blobs[i] = store.Blob{Hash: out.Hashes[i], Data: p}
	}
	err = s.store.Put(c.ctx, c.w.person, blobs, s.now())
	if errors.Is(err, store.ErrTooLarge) {
		err = &api.Error{Kind: api.TooLarge, Text: fmt.Sprintf("whoever puts more than %d bytes uses some first", store.MaxStaged), Hint: "what is not used goes away in a day"}
	}
	return out, err
}

func (s *Server) getBlob(c *call) (any, error) {
	var h frank.Hash
	if h.UnmarshalText([]byte(c.PathValue("hash"))) != nil {
		return nil, api.Hidden
	}
	data, err := s.store.Blob(c.ctx, h, c.w.readers())
	if err != nil {
		return nil, hidden(err)
	}
	return data, s.attached(c, h)
}

// attached says why an attachment is not served now, as of the copies that it
// goes with. The office that issued them has it always.
func (s *Server) attached(c *call, h frank.Hash) error {
	b, err := s.store.Attached(c.ctx, h)
	switch {
	case errors.Is(err, store.ErrNone):
		return nil
	case err != nil:
		return err
	case c.w.holds(b.Office):
		return nil
	case b.Complete >= s.holds.size():
		return api.Hidden
	case b.Recall != 0:
		return refusal(store.ErrRecalled)
	case b.Embargo > s.clock():
		return &api.Error{Kind: api.NotYet, Text: "the attachment is under embargo until " + b.Embargo}
	}
	return nil
}

func (s *Server) postCopy(c *call) (any, error) {
	var m api.Submission
	if err := c.read(&m); err != nil {
		return nil, err
	}
	return s.fetch(c.ctx, c.w, &m)
}

func (s *Server) getInbox(c *call) (any, error) {
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	below := s.holds.size()
	list, err := s.store.Inbox(c.ctx, c.w.person, from, below, limit)
	if err != nil {
		return nil, err
	}
	out := api.Inbox{Copies: []api.Copy{}, Next: below, Size: below}
	for _, x := range list {
		out.Copies = append(out.Copies, api.Copy{Dispatch: x.Dispatch, Batch: x.Batch.Batch, Office: x.Office, As: x.To.Office, Begin: x.Begin, Complete: x.Complete,
			Slot: x.Slot, Sealed: x.Sealed, Size: x.Size, Embargo: x.Embargo, Recalled: x.Recall != 0})
	}
	if len(list) == limit {
		out.Next = list[limit-1].Complete + 1
	}
	return out, nil
}

func (s *Server) getShares(c *call) (any, error) {
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	below := s.holds.size()
	list, err := s.store.Shares(c.ctx, c.w.person, from, below, limit)
	if err != nil {
		return nil, err
	}
	out := api.Shares{Shares: []api.Share{}, Next: below, Size: below}
	for _, x := range list {
		all, err := s.store.DealtIn(c.ctx, x.Begin)
		if err != nil {
			return nil, err
		}
		proof, err := dispatch.ProveShares(all, x.Index)
		if err != nil {
			return nil, err
		}
		out.Shares = append(out.Shares, api.Share{Dispatch: x.Dispatch, Batch: x.Batch.Batch, Office: x.Office, Begin: x.Begin, Complete: x.Complete, Index: x.Index, Sealed: x.Hash, Proof: slices.Concat([]frank.Hash{}, proof)})
	}
	if len(list) == limit {
		out.Next = list[limit-1].Complete + 1
	}
	return out, nil
}

func (s *Server) getIssued(c *call) (any, error) {
	office, from, limit, err := c.officePage()
	if err != nil {
		return nil, err
	}
	below := s.holds.size()
	list, err := s.store.Issued(c.ctx, office, from, below, limit)
	if err != nil {
		return nil, err
	}
	out := api.Issued{Batches: []api.Batch{}, Next: below, Size: below}
	for _, x := range list {
		out.Batches = append(out.Batches, api.Batch{Dispatch: x.Dispatch, Batch: x.Batch, Begin: x.Begin, Complete: x.Complete, Count: x.Count, Embargo: x.Embargo, Recalled: x.Recall != 0})
	}
	if len(list) == limit {
		out.Next = list[limit-1].Begin + 1
	}
	return out, nil
}

func (s *Server) getRequests(c *call) (any, error) {
	office, from, limit, err := c.officePage()
	if err != nil {
		return nil, err
	}
	below := s.holds.size()
	entries, err := s.store.Requests(c.ctx, office, from, below, limit)
	if err != nil {
		return nil, err
	}
	return list(entries, below, limit), nil
}

func (s *Server) getNext(c *call) (any, error) {
	if _, _, err := c.page("place", "year"); err != nil {
		return nil, err
	}
	q := c.URL.Query()
	year, err := strconv.Atoi(q.Get("year"))
	if err != nil || (frank.Ref{Year: year, Place: q.Get("place"), Number: 1}).Validate() != nil {
		return nil, &api.Error{Kind: api.Invalid, Text: "the query names a place and a year of four digits"}
	}
	may := false
	s.register.view(func(v directory.View) {
		o, err := v.OfficeAt(q.Get("place"))
		may = err == nil && c.w.holds(o.ID)
	})
	if !may {
		return nil, api.Hidden
	}
	last, err := s.store.LastNumber(c.ctx, q.Get("place"), year)
	return api.Numbers{Place: q.Get("place"), Year: year, Last: last}, err
}

// getReady says whether entries can be made.
func (s *Server) getReady(w http.ResponseWriter, r *http.Request) {
	if s.journal.stuck.Load() != nil || s.journal.ctx.Err() != nil {
		http.Error(w, "nothing can be entered", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n")
}

// directoryKinds are the kinds of statements that make the directory.
var directoryKinds = directory.Kinds()

// load rebuilds the directory from the store, as far as the log has it.
func (s *Server) load(st *directory.State) (*directory.State, error) {
	for from := uint64(0); ; {
		list, err := s.store.OfKinds(s.ctx, directoryKinds, from, 500)
		if err != nil || len(list) == 0 {
			return st, err
		}
		for i := range list {
			e := &list[i]
			var x *ledger.Statement
			if x, err = statement(e); err == nil {
				err = st.Apply(e.Index, e.Commitment, x)
			}
			if err != nil { // clients do not take it either
				s.slog.Warn("an entry of the directory was not taken in", "index", e.Index, "kind", e.Kind, "error", err)
			}
			from = e.Index + 1
		}
	}
}
