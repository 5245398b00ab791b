package client

import (
	"slices"
	"testing"

	"frank"
	"frank/api"
	"frank/dispatch"
)

// TestRefused: whoever asked for a copy reads that it was refused, and why; what
// says so and is not the issuing office's counts for nothing.
func TestRefused(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	kim := w.join("Kim")
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	w.sync(ivy, jon)
	w.ok(ivy.Request(w.ctx, dispatch.Request{Dispatch: sent.Dispatch, Person: kim.Person, Why: dispatch.Forward, Reason: "she knows the coast"}))
	w.ok(jon.Request(w.ctx, dispatch.Request{Dispatch: sent.Dispatch, Person: kim.Person, Why: dispatch.Forward, Reason: "so do I"}))
	w.sync(ivy)
	if list := ivy.Wishes(); len(list) != 1 || list[0].Refused != nil || list[0].Issued || list[0].Person != kim.Person {
		t.Fatalf("asked: %+v", list)
	}
	// A server that lets others say no changes nothing, nor does the office's no to
	// something else.
	before, request := slices.Clone(ivy.known), ivy.Wishes()[0].Index
	try := func(by *Client, body dispatch.Refused) *Refusal {
		t.Helper()
		e, err := by.entry(dispatch.KindRefused, body, false)
		w.ok(err)
		st, err := e.Open(e.Commitment())
		w.ok(err)
		ivy.known = append(slices.Clone(before), known{Entry: api.Entry{Index: ivy.done, Commitment: e.Commitment(), Kind: dispatch.KindRefused}, statement: st})
		defer func() { ivy.known = before }()
		return ivy.Wishes()[0].Refused
	}
	no := dispatch.Refused{Dispatch: sent.Dispatch, Request: request, Reason: "no"}
	if got := try(gus, no); got == nil || got.Reason != "no" {
		t.Fatalf("the office's own no: %+v", got)
	}
	for _, x := range []struct {
		by   *Client
		body dispatch.Refused
	}{
		{jon, no}, {ivy, no}, {w.people["Ada"], no},
		{gus, dispatch.Refused{Dispatch: sent.Dispatch, Request: request + 1}},
		{gus, dispatch.Refused{Dispatch: frank.Ref{Year: 2026, Place: "SARN", Number: 9}, Request: request}},
	} {
		if got := try(x.by, x.body); got != nil {
			t.Errorf("%s refuses %+v: %+v", x.by.Name, x.body, got)
		}
	}
	asked, err := gus.Requests(w.ctx, "sarn")
	w.ok(err)
	i := slices.IndexFunc(asked, func(a Asked) bool { return a.Name == "Ivy" })
	w.ok(gus.Refuse(w.ctx, asked[i:i+1], "she has left the coast"))
	w.sync(ivy, jon, gus)
	if list := ivy.Wishes(); len(list) != 1 || list[0].Refused == nil || list[0].Refused.Reason != "she has left the coast" {
		t.Errorf("refused: %+v", list)
	}
	if list := jon.Wishes(); len(list) != 1 || list[0].Refused != nil {
		t.Errorf("Jon was not refused: %+v", list)
	}
	for c, want := range map[*Client]int{gus: 1, ivy: 1, jon: 0} {
		said, err := c.Said(sent.Dispatch)
		w.ok(err)
		n := 0
		for _, s := range said {
			if s.Kind == dispatch.KindRefused {
				n++
			}
		}
		if n != want {
			t.Errorf("%s reads %d refusals", c.Name, n)
		}
	}
	asked, err = gus.Requests(w.ctx, "sarn")
	w.ok(err)
	if len(asked) != 1 || asked[0].Name != "Jon" {
		t.Fatalf("asked still: %+v", asked)
	}
	_, err = gus.Grant(w.ctx, sent.Dispatch, asked, nil)
	w.ok(err)
	w.sync(kim)
	if list := gus.Wishes(); len(list) != 0 {
		t.Errorf("Gus asked for nothing: %+v", list)
	}
}
