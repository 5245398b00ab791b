package server

import (
	"context"
	"fmt"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/ledger"
	"frank/store"
)

// record is what the rules of dispatches ask: the directory and the store as
// the entry at an index would find them.
type record struct {
	ctx   context.Context
	store store.Store
	view  directory.View
}

var _ dispatch.Record = record{}

func (r record) Holds(person frank.PersonID, office frank.OfficeID) bool {
	o, err := r.view.Office(office)
	return err == nil && !o.Closed && person != "" && (o.Holder == person || o.Acting == person)
}

func (r record) Delegate(person frank.PersonID, office frank.OfficeID) bool {
	o, err := r.view.Office(office)
	return err == nil && !o.Closed && slices.Contains(o.Delegates, person)
}

func (r record) Place(office frank.OfficeID) (string, bool) {
	o, err := r.view.Office(office)
	return o.Place, err == nil && !o.Closed && o.Place != "" && o.Key.Seal != ""
}

func (r record) Recipient(person frank.PersonID) (frank.Hash, bool) {
	p, err := r.view.Person(person)
	if err != nil || !p.Active() {
		return frank.Hash{}, false
	}
	return dispatch.KeyHash(p.Seal), true
}

func (r record) Officer(person frank.PersonID) bool {
	return r.view.Has(directory.Officer, person) || r.view.Has(directory.Alternate, person)
}

func (r record) Threshold() int { return r.view.Settings().Threshold }

func (r record) LastNumber(place string, year int) (int, error) {
	return r.store.LastNumber(r.ctx, place, year)
}

func (r record) Batches(ref frank.Ref) ([]dispatch.Batch, error) { return batches(r.ctx, r.store, ref) }

// batches reads what was begun and completed of a dispatch from its own
// entries.
func batches(ctx context.Context, st store.Store, ref frank.Ref) ([]dispatch.Batch, error) {
	list, err := st.Batches(ctx, ref)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	entries, err := st.About(ctx, ref, []string{dispatch.KindBegin, dispatch.KindComplete})
	if err != nil {
		return nil, err
	}
	at := make(map[uint64]*store.Entry, len(entries))
	for i := range entries {
		at[entries[i].Index] = &entries[i]
	}
	out := make([]dispatch.Batch, len(list))
	for i, b := range list {
		out[i] = dispatch.Batch{Index: b.Begin, Entry: b.Entry, Recalled: b.Recall != 0}
		if e := at[b.Begin]; e != nil { // a missing one is an error below
			out[i].By = e.By
		}
		if err := read(at[b.Begin], &out[i].Begin); err != nil {
			return nil, err
		}
		if b.Complete != 0 {
			out[i].Complete = new(dispatch.Complete)
			if err := read(at[b.Complete], out[i].Complete); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// read reads the body of an open entry of the store.
func read(e *store.Entry, body any) error {
	if e == nil {
		return fmt.Errorf("an entry of a dispatch is missing")
	}
	st, err := statement(e)
	if err != nil {
		return err
	}
	return st.Read(body)
}

// statement reads an open entry of the store, whose signature was checked when
// it was accepted.
func statement(e *store.Entry) (*ledger.Statement, error) {
	opened, err := ledger.ParseEntry(e.Payload)
	if err != nil {
		return nil, err
	}
	return ledger.ParseStatement([]byte(opened.Statement))
}
