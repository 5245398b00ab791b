package client

import (
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/directory"
	"frank/dispatch"
)

// signedAs is somebody's step with something else in it than their own machine
// would write, signed by their key.
func signedAs(c *Client, step, source string, change func(*dispatch.Step)) dispatch.Step {
	s := c.Sign(step, "sarn", source)
	change(&s)
	s.Signature = c.Key.Sign(dispatch.StepNamespace, s.Message())
	return s
}

// TestSignedHead has heads of sources that were not shared carry signatures that
// are not what they say, by machines of their authors' making: who opens a copy is
// told, and of good ones is told nothing.
func TestSignedHead(t *testing.T) {
	w, gus, ivy, jon := staffed(t)
	plain := func(*dispatch.Step) {}
	for _, x := range []struct {
		what    string
		steps   []dispatch.Step
		warning string
	}{
		{"good", []dispatch.Step{signedAs(ivy, dispatch.Cleared, memo, plain), signedAs(gus, dispatch.Released, memo, plain)}, ""},
		{"another name", []dispatch.Step{signedAs(ivy, dispatch.Cleared, memo, func(s *dispatch.Step) { s.Name = "The Permanent Secretary" })},
			`who cleared the source signed as "The Permanent Secretary", and is "Ivy" in the directory`},
		{"another's key", []dispatch.Step{signedAs(gus, dispatch.Cleared, memo, func(s *dispatch.Step) { s.Person, s.Name = ivy.Person, ivy.Name })},
			"who cleared the source signed with a key that was not theirs"},
		{"nobody", []dispatch.Step{signedAs(gus, dispatch.Cleared, memo, func(s *dispatch.Step) { s.Person = frank.PersonID(strings.Repeat("0", len(s.Person))) })},
			"who cleared the source signed with a key that was not theirs"},
		{"not of the office", []dispatch.Step{signedAs(ivy, dispatch.Released, memo, plain)}, "who released the source is not one who holds the office sarn"},
		{"two sources", []dispatch.Step{signedAs(ivy, dispatch.Cleared, reworded, plain), signedAs(gus, dispatch.Released, memo, plain)}, "did not all sign the same one"},
	} {
		d := telegram(t)
		d.Attached, d.Action, d.Info, d.Steps = nil, []dispatch.Party{{Office: "desk"}}, nil, x.steps
		sent, err := gus.Send(w.ctx, d, 2026, nil)
		w.ok(err)
		o, err := jon.Open(w.ctx, sent.Dispatch)
		w.ok(err)
		if got := strings.Join(o.Warnings, "\n"); x.warning == "" && got != "" || len(o.Warnings) > 1 || !strings.Contains(got, x.warning) {
			t.Errorf("%s: %q", x.what, o.Warnings)
		}
	}
}

// TestHeadNames: offices and persons are called in a head what the directory
// calls them.
func TestHeadNames(t *testing.T) {
	w, gus, ivy, jon := staffed(t)
	d := telegram(t)
	d.Info = append(d.Info, dispatch.Party{Person: w.people["Ben"].Person})
	sent, err := gus.Send(w.ctx, d, 2026, nil)
	w.ok(err)
	o, err := jon.Open(w.ctx, sent.Dispatch)
	w.ok(err)
	b, _, err := jon.mine(sent.Dispatch)
	w.ok(err)
	if len(o.Warnings) > 0 || len(o.Head.Info) != 2 || o.Head.Info[1].Name != "Ben" {
		t.Fatalf("%q, %+v", o.Warnings, o.Head)
	}
	for _, x := range []struct {
		change  func(*dispatch.Head)
		warning string
	}{
		{func(h *dispatch.Head) { h.From = "The Cabinet" }, `the head names "The Cabinet", and in the directory that is "Embassy in Sarn"`},
		{func(h *dispatch.Head) { h.Action[0].Name = "The King" }, `the head names "The King", and in the directory that is "The Minister"`},
		{func(h *dispatch.Head) { h.Info[1].Name = "The Queen" }, `the head names "The Queen", and in the directory that is "Ben"`},
		{func(h *dispatch.Head) { h.Info[1].Person = ivy.Person[:len(ivy.Person)-1] + "!" }, `the head names "Ben", who is nobody`},
		{func(h *dispatch.Head) { h.Info[0].Office = "court" }, `the head names "Valdora Desk", which is no office`},
	} {
		h := *o.Head
		h.Action, h.Info = slices.Clone(h.Action), slices.Clone(h.Info)
		x.change(&h)
		if got := jon.headFaults(&h, &b); len(got) != 1 || !strings.HasPrefix(got[0], x.warning) {
			t.Errorf("%q, want %q", got, x.warning)
		}
	}
}

// TestSignedLongAgo has a further copy issued when somebody who signed the source
// has lost the device: they signed it all the same. And who issues it is told if
// what they signed is not the source that there is. What is sent after the loss
// is not signed by them, whatever its head says.
func TestSignedLongAgo(t *testing.T) {
	w, gus, ivy, jon := staffed(t)
	kim := w.join("Kim")
	send := func(source string) *Sent {
		d := telegram(t)
		d.Attached, d.Action, d.Info = nil, []dispatch.Party{{Office: "desk"}}, nil
		d.Steps = []dispatch.Step{ivy.Sign(dispatch.Cleared, "sarn", source)}
		sent, err := gus.Send(w.ctx, d, 2026, nil)
		w.ok(err)
		return sent
	}
	list := []*Sent{send(memo), send(reworded)}
	_, err := w.people["Ada"].Do(w.ctx, directory.Revoke{Person: ivy.Person, Key: ivy.Key.VerifyKey()})
	w.ok(err)
	for i, sent := range list {
		o, err := jon.Open(w.ctx, sent.Dispatch)
		w.ok(err)
		if len(o.Warnings) > 0 {
			t.Errorf("Jon: %q", o.Warnings)
		}
		w.ok(jon.Request(w.ctx, dispatch.Request{Dispatch: sent.Dispatch, Person: kim.Person, Why: dispatch.Forward, Reason: "she knows the coast"}))
		asked, err := gus.Requests(w.ctx, "sarn")
		w.ok(err)
		more, err := gus.Grant(w.ctx, sent.Dispatch, asked, nil)
		w.ok(err)
		told := slices.Contains(more.Warnings, "who cleared the source signed another than the one that was sent")
		if told != (i == 1) {
			t.Errorf("the office is told: %q", more.Warnings)
		}
		o, err = kim.Open(w.ctx, sent.Dispatch)
		w.ok(err)
		if len(o.Warnings) > 0 {
			t.Errorf("Kim: %q", o.Warnings)
		}
		if kim.batches[sent.Dispatch][0].Begin.Batch != 2 {
			t.Error("Kim reads of the first batch")
		}
	}
	o, err := jon.Open(w.ctx, send(memo).Dispatch) // signed with what was lost before
	w.ok(err)
	if len(o.Warnings) != 1 || !strings.Contains(o.Warnings[0], "with a key that was not theirs at the time") {
		t.Errorf("Jon: %q", o.Warnings)
	}
}

// TestAttachedAlike has an author attach two files under one name: both are there.
func TestAttachedAlike(t *testing.T) {
	w, gus, _, jon := staffed(t)
	d := telegram(t)
	d.Attached = []File{{"map.txt", []byte("here be fish")}, {"map.txt", []byte("here be eels")}}
	sent, err := gus.Send(w.ctx, d, 2026, nil)
	w.ok(err)
	o, err := jon.Open(w.ctx, sent.Dispatch)
	w.ok(err)
	for i, want := range d.Attached {
		got, err := jon.Attachment(w.ctx, o, i)
		w.ok(err)
		if string(got) != string(want.Data) {
			t.Errorf("attachment %d is %q", i, got)
		}
	}
}
