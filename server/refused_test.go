package server

import (
	"errors"
	"fmt"
	"testing"

	"frank"
	"frank/api"
	"frank/dispatch"
)

// refusing is the office's no to requests.
func (a *actor) refusing(ref frank.Ref, requests ...uint64) *api.Submission {
	m := a.sealed(dispatch.KindRefused, ref)
	m.Answers = requests
	return m
}

// TestARefusalReachesWhoAsked: whoever asked for a copy reads that it was refused,
// and is told that there is something; the request is off the queue, and nobody
// else learns of it.
func TestARefusalReachesWhoAsked(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, ivy := w.person("Gus"), w.person("Hal"), w.person("Ivy")
	i, other := gus.issue(1, hal, ivy), gus.issue(2, hal)
	ref := i.begin.Dispatch
	asked, err := hal.submit(hal.sealed(dispatch.KindRequest, ref))
	w.ok(err)
	again, err := hal.submit(hal.sealed(dispatch.KindRequest, other.begin.Dispatch))
	w.ok(err)
	noted, err := hal.submit(hal.sealed(dispatch.KindNoted, ref))
	w.ok(err)
	w.published()
	change := func(m *api.Submission, kind string) *api.Submission {
		m.Route.Kind = kind
		return m
	}
	for _, x := range []struct {
		what string
		by   *actor
		m    *api.Submission
		want api.Kind
	}{
		{"by a reader", ivy, ivy.refusing(ref, asked.Index), api.Withheld},
		{"by who asked", hal, hal.refusing(ref, asked.Index), api.Withheld},
		{"by an officer", w.person("Cy"), w.person("Cy").refusing(ref, asked.Index), api.Withheld},
		{"of nothing", gus, gus.refusing(ref), api.Invalid},
		{"of two at once", gus, gus.refusing(ref, asked.Index, again.Index), api.Invalid},
		{"of another dispatch's", gus, gus.refusing(ref, again.Index), api.Withheld},
		{"of what is no request", gus, gus.refusing(ref, noted.Index), api.Withheld},
		{"of what is not there", gus, gus.refusing(ref, 1<<40), api.Withheld},
		{"of the office's own entry", gus, gus.refusing(ref, i.accepted.Index), api.Withheld},
		{"that nobody is told of", gus, change(gus.refusing(ref, asked.Index), dispatch.KindAcknowledged), api.Invalid},
	} {
		if err := x.by.entered(x.m); !errors.Is(err, api.Of(x.want)) {
			t.Errorf("a refusal %s: got %v, want an error of the kind %s", x.what, err, x.want)
		}
	}
	for _, name := range []string{"Gus", "Hal", "Ivy"} {
		w.ok(w.person(name).signIn(nil))
		w.ok(w.person(name).send("PUT", api.PathContact, api.TypeJSON, api.Marshal(api.Contact{Mail: name + "@b.example"}), nil))
	}
	m := gus.refusing(ref, asked.Index)
	a, err := gus.submit(m)
	w.ok(err)
	b, err := gus.submit(m) // the answer was lost
	w.ok(err)
	if *a != *b {
		t.Error("entered twice")
	}
	w.fails(api.Withheld, gus.entered(gus.refusing(ref, asked.Index))) // done with
	due, err := w.store.Due(t.Context(), 1<<40, 100)
	w.ok(err)
	if len(due) != 1 || due[0].Address != "Hal@b.example" {
		t.Errorf("told: %+v", due)
	}
	w.readBy(dispatch.KindRefused, "Gus", "Hal")
	var e api.Entry
	w.ok(hal.get(fmt.Sprint("/v1/entries/", a.Index), &e))
	if e.Kind != dispatch.KindRefused || e.Open != nil || e.Commitment != m.Commitment {
		t.Errorf("%+v", e)
	}
	var q api.Entries
	w.ok(gus.get(api.PathRequests+"?office=embassy", &q))
	if len(q.Entries) != 1 || q.Entries[0].Index != again.Index {
		t.Errorf("in the queue: %+v", q)
	}
}
