package client

import (
	"testing"
	"time"

	"frank/api"
	"frank/dispatch"
	"frank/keyring"
)

// TestAnOldSession has people do what the server asks a fresh session for, long
// after they signed in: they notice nothing.
func TestAnOldSession(t *testing.T) {
	w, gus, ivy, _ := staffed(t)
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	w.ok(ivy.Request(w.ctx, dispatch.Request{Dispatch: sent.Dispatch, Person: w.join("Kim").Person, Why: dispatch.Forward, Reason: "she knows the coast"}))
	w.stop()
	w.clock = func() time.Time { return time.Now().Add(10 * time.Minute) }
	w.start()

	asked, err := gus.Requests(w.ctx, "sarn")
	w.ok(err)
	if len(asked) != 1 {
		t.Fatalf("%+v", asked)
	}
	w.ok(gus.Refuse(w.ctx, asked, "she does not need it"))
	if asked, err = gus.Requests(w.ctx, "sarn"); err != nil || len(asked) != 0 {
		t.Fatal(asked, err)
	}
	w.stop()
	w.clock = func() time.Time { return time.Now().Add(20 * time.Minute) }
	w.start()
	w.ok(gus.Recovery(w.ctx, keyring.NewCode()))
	w.stop()
	w.clock = func() time.Time { return time.Now().Add(30 * time.Minute) }
	w.start()
	w.ok(gus.SetContact(w.ctx, api.Contact{Mail: "gus@ministry.example"}))
}
