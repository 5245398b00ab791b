package server

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
)

func (a *actor) share(draft, number int, change func(m *api.DraftVersion)) error {
	m := api.DraftVersion{Format: api.DraftFormat, Draft: draft, Number: number, Sealed: fmt.Appendf(nil, "sealed by %s: draft %d, version %d", a.name, draft, number)}
	if number == 1 {
		m.Office, m.Readers = "embassy", []frank.PersonID{a.id(), a.w.person("Hal").id()}
	}
	if change != nil {
		change(&m)
	}
	return a.post(api.PathDrafts, m, nil)
}

func (a *actor) drafts() []api.Draft {
	a.w.Helper()
	var p api.Drafts
	a.w.ok(a.get(api.PathDrafts, &p))
	return p.Drafts
}

func (a *actor) version(draft, number int) error {
	var data []byte
	err := a.get(fmt.Sprintf("%s/%d/%d", api.PathDrafts, draft, number), &data)
	if err == nil && !strings.HasPrefix(string(data), "sealed by ") {
		err = errors.New("it is something else")
	}
	return err
}

// TestDrafts has people of an office, and others, do with drafts what they may,
// and what they may not.
func TestDrafts(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal, ada := w.person("Gus"), w.person("Hal"), w.person("Ada")
	size := w.server.Size()
	w.fails(api.Refused, hal.share(1, 1, nil)) // not of the office
	w.fails(api.Conflict, gus.share(2, 1, nil))
	w.ok(gus.share(1, 1, nil))
	w.ok(gus.share(1, 1, nil)) // an answer was lost
	w.fails(api.Conflict, gus.share(1, 1, func(m *api.DraftVersion) { m.Sealed = []byte("another") }))
	w.ok(hal.share(1, 2, nil))
	w.fails(api.Conflict, gus.share(1, 2, nil)) // Hal was first
	w.fails(api.Conflict, gus.share(1, 4, nil))
	w.fails(api.Withheld, ada.share(1, 3, nil))
	w.fails(api.Refused, hal.share(1, 3, func(m *api.DraftVersion) { m.Readers = []frank.PersonID{ada.id()} }))
	w.fails(api.Refused, hal.share(1, 3, func(m *api.DraftVersion) { m.Over = true }))
	for what, change := range map[string]func(m *api.DraftVersion){
		"another format":     func(m *api.DraftVersion) { m.Format = "frank.draft-version/2" },
		"number 0":           func(m *api.DraftVersion) { m.Number = 0 },
		"an office":          func(m *api.DraftVersion) { m.Office = "embassy" },
		"nothing":            func(m *api.DraftVersion) { m.Sealed = nil },
		"a reader who is no": func(m *api.DraftVersion) { m.Readers = []frank.PersonID{"x"} },
	} {
		if err := gus.share(1, 3, change); !errors.Is(err, api.Of(api.Invalid)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.fails(api.TooLarge, gus.share(1, 3, func(m *api.DraftVersion) { m.Sealed = make([]byte, api.MaxDraftSealed+1) }))
	w.fails(api.TooLarge, gus.share(1, 3, func(m *api.DraftVersion) { m.Readers = make([]frank.PersonID, api.MaxDraftReaders+1) }))
	w.fails(api.TooLarge, gus.share(1, api.MaxDraftVersions+1, nil))
	w.ok(gus.share(1, 3, func(m *api.DraftVersion) {
		m.Sealed = append([]byte("sealed by "), make([]byte, api.MaxDraftSealed-10)...)
	})) // at the limit

	if list := hal.drafts(); len(list) != 1 || list[0].Versions != 3 || list[0].Office != "embassy" || list[0].Over || !frank.ValidTime(list[0].Touched) {
		t.Fatalf("%+v", list)
	}
	if list := ada.drafts(); len(list) > 0 {
		t.Fatalf("%+v", list)
	}
	w.ok(hal.version(1, 1))
	for _, x := range []struct {
		by            *actor
		draft, number int
	}{{ada, 1, 1}, {hal, 1, 4}, {hal, 2, 1}, {hal, 1, 0}} {
		w.fails(api.Withheld, x.by.version(x.draft, x.number))
	}
	w.fails(api.NoSession, (&actor{w: w}).version(1, 1))

	// A delegate is of the office; who is let in reads what is there.
	gus.must(directory.Delegate{Office: "embassy", Person: ada.id()})
	w.ok(ada.share(2, 1, nil))
	w.ok(gus.share(1, 4, func(m *api.DraftVersion) { m.Readers = []frank.PersonID{ada.id()} }))
	w.ok(ada.version(1, 2))
	w.fails(api.Withheld, hal.version(1, 2))

	// It is ended by a session that was opened just now, and its versions go.
	w.clock.Add(int64(5 * time.Minute))
	over := func(m *api.DraftVersion) { m.Over = true }
	w.fails(api.NoSession, gus.share(1, 5, over))
	w.ok(gus.signIn(nil))
	w.ok(gus.share(1, 5, over))
	w.fails(api.Conflict, gus.share(1, 6, nil))
	w.fails(api.Withheld, ada.version(1, 4))
	w.ok(ada.version(1, 5))
	if list := ada.drafts(); len(list) != 2 || !list[0].Over || list[1].Over {
		t.Fatalf("%+v", list)
	}
	var p api.Drafts
	w.ok(ada.get(api.PathDrafts+"?from=1&limit=1", &p))
	if len(p.Drafts) != 1 || p.Next != 2 || p.Size != 3 {
		t.Fatalf("%+v", p)
	}
	if got := w.server.Size(); got != size+1 { // the delegate's appointment
		t.Errorf("%d entries were made of drafts", got-size-1)
	}
	answer := httptest.NewRecorder()
	w.server.metrics.handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	if !strings.Contains(answer.Body.String(), "frank_drafts 1") {
		t.Error("the open drafts are not counted")
	}
}

// TestIdleDrafts has those told who left a draft lying, and nobody else.
func TestIdleDrafts(t *testing.T) {
	w := newWorld(t, nil).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	for _, name := range []string{"Gus", "Hal", "Ada"} {
		w.ok(w.person(name).send("PUT", api.PathContact, api.TypeJSON, api.Marshal(api.Contact{Mail: strings.ToLower(name) + "@b.example"}), nil))
	}
	due := func(want int) {
		t.Helper()
		list, err := w.store.Due(context.Background(), 1<<40, 10)
		w.ok(err)
		if len(list) != want {
			t.Fatalf("%+v, expected %d", list, want)
		}
		for _, n := range list {
			w.ok(w.store.Told(context.Background(), n))
		}
	}
	due(0)
	w.ok(gus.share(1, 1, nil))
	due(1) // Hal
	w.ok(hal.share(1, 2, nil))
	due(1)
	w.server.tellIdle(context.Background())
	due(0)
	w.clock.Add(int64((idleDays*24 + 1) * time.Hour))
	w.server.tellIdle(context.Background())
	due(2)
	w.server.tellIdle(context.Background())
	due(0)
}
