package server

import (
	"errors"
	"slices"
	"sync"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/keyring"
	"frank/ledger"
	"frank/store"
)

// register is the directory as the server has it, for many to ask at once.
type register struct {
	mu    sync.RWMutex
	state *directory.State
	next  func() uint64 // the index that the next entry gets
	held  *holdings     // made anew when an office may have changed hands
}

// holdings say which offices a person holds or acts for, up to an index.
type holdings struct {
	of    map[frank.PersonID][]frank.OfficeID
	tip   directory.Entry
	until uint64 // the first index at which somebody ceases to act; 0: none
}

// who is whoever asks, as of the moment they ask.
type who struct {
	key      keyring.VerifyKey
	standing string
	person   frank.PersonID
	offices  []frank.OfficeID // held, or acted for
	roles    []directory.Role
	fresh    bool // the key was proved just now: see [sessions.fresh]
}

// readers are the tags by which they may read.
func (w *who) readers() []store.Reader {
	if w.standing != api.Member {
		return nil
	}
	out := []store.Reader{store.Members, store.Person(w.person)}
	for _, o := range w.offices {
		out = append(out, store.Office(o))
	}
	for _, r := range w.roles {
		out = append(out, store.Role(string(r)))
	}
	return out
}

func (w *who) holds(office frank.OfficeID) bool {
	return w.standing == api.Member && slices.Contains(w.offices, office)
}

func (w *who) has(roles ...directory.Role) bool {
	return w.standing == api.Member && slices.ContainsFunc(roles, func(r directory.Role) bool { return slices.Contains(w.roles, r) })
}

// view runs f on the directory as the next entry would find it.
func (r *register) view(f func(v directory.View)) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	f(r.state.At(r.next()))
}

// viewAt runs f on the directory as the entry at an index would find it.
func (r *register) viewAt(index uint64, f func(v directory.View)) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	f(r.state.At(index))
}

// identify says who has the key.
func (r *register) identify(key keyring.VerifyKey) *who {
	w := &who{key: key, standing: api.Nobody, offices: []frank.OfficeID{}}
	held := r.holdings()
	r.view(func(v directory.View) {
		if id, err := v.Signer(key); err == nil {
			w.standing, w.person = api.Member, id
			if of := held.of[id]; of != nil {
				w.offices = of
			}
			for _, role := range directory.Roles {
				if v.Has(role, id) {
					w.roles = append(w.roles, role)
				}
			}
			return
		}
		// Somebody named at the founding who has not accepted, or enrolled and not
		// yet admitted.
		id := key.Person()
		if p, err := v.Person(id); err == nil && p.Status == "named" {
			w.standing, w.person = api.Guest, id
		}
		for _, n := range r.state.Newcomers() {
			if n.Person == id {
				w.standing, w.person = api.Guest, id
			}
		}
	})
	return w
}

func (r *register) holdings() *holdings {
	next := r.next()
	r.mu.RLock()
	h, tip := r.held, r.state.Last()
	r.mu.RUnlock()
	if h != nil && h.tip == tip && (h.until == 0 || next < h.until) {
		return h
	}
	h = &holdings{of: map[frank.PersonID][]frank.OfficeID{}, tip: tip}
	r.mu.Lock()
	defer r.mu.Unlock()
	h.tip = r.state.Last()
	for _, o := range r.state.At(next).Offices() {
		if o.Closed {
			continue
		}
		for _, id := range []frank.PersonID{o.Holder, o.Acting} {
			if id != "" && !slices.Contains(h.of[id], o.ID) {
				h.of[id] = append(h.of[id], o.ID)
			}
		}
		if o.Until != 0 && (h.until == 0 || o.Until < h.until) {
			h.until = o.Until
		}
	}
	r.held = h
	return h
}

// office is the office as the next entry would find it.
func (r *register) office(id frank.OfficeID) (o directory.Office, err error) {
	r.view(func(v directory.View) { o, err = v.Office(id) })
	return o, err
}

// invited reports whether enrol would be a good enrolment by the key now.
func (r *register) invited(key keyring.VerifyKey, enrol []byte) bool {
	do, err := directory.ParseDo(directory.KindEnrol, enrol)
	if err != nil {
		return false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	st := &ledger.Statement{Log: r.state.Origin(), Kind: directory.KindEnrol, By: key, Body: directory.Compose(r.state.Last(), do)}
	return r.state.Check(r.next(), frank.Hash{}, st) == nil
}

// check says why the directory would not take the statement.
func (r *register) check(index uint64, commitment frank.Hash, st *ledger.Statement) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return directoryError(r.state.Check(index, commitment, st))
}

// apply takes in a statement that stands in the log.
func (r *register) apply(index uint64, commitment frank.Hash, st *ledger.Statement) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.Apply(index, commitment, st)
}

func directoryError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, directory.ErrStale):
		return &api.Error{Kind: api.Stale, Text: err.Error(), Hint: frank.Hint(err)}
	}
	return ruled(err)
}

// ruled makes a rule's refusal an answer. Rules' words hold no content.
func ruled(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e
	}
	return &api.Error{Kind: api.Refused, Text: err.Error(), Hint: frank.Hint(err)}
}
