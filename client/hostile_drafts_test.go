package client

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/draft"
	"frank/internal/canon"
	"frank/internal/hostile"
	"frank/keyring"
	"frank/ledger"
	"frank/store"
)

// noticed has somebody look at a draft, and wants the look to end in words; an
// alarm where the server is to blame.
func (w *world) noticed(what string, c *Client, n int, words string, alarm bool) {
	w.Helper()
	_, err := c.SharedDraft(w.ctx, n)
	if err == nil || !strings.Contains(err.Error(), words) {
		w.Errorf("%s: %v, expected: %s", what, err, words)
	}
	if _, is := errors.AsType[*Alarm](err); is != alarm {
		w.Errorf("%s: an alarm: %t; %v", what, is, err)
	}
	if list, err := c.Drafts(w.ctx); err != nil || len(list) == 0 { // nothing else is kept from being read
		w.Errorf("%s: %v %v", what, list, err)
	}
}

// TestHostileDrafts has a server withhold, swap, replay and fork versions. Control:
// with an honest one the same people read the same drafts.
func TestHostileDrafts(t *testing.T) {
	w, gus, ivy, kim, _ := bureau(t)
	w.begins(gus, reworded, draft.Party{Person: ivy.Person}) // draft 2, for the server to swap with
	w.draftOf(ivy, 2)
	w.changes(ivy, 2, draft.Returned, "no", reworded)
	w.draftOf(ivy, 1)
	w.draftOf(kim, 1)
	// Ivy hands in a version 2 that the server says yes to and keeps for itself.
	var body []byte
	w.meddle(hostile.Swallow(http.MethodPost, api.PathDrafts, &body).Through(http.DefaultTransport))
	forked := w.changes(ivy, 1, draft.Shared, "mine", memo+"\nIvy's.\n")
	w.meddle(nil)
	var m api.DraftVersion
	w.ok(canon.Unmarshal(body, &m))

	w.noticed("a version is dropped", ivy, 1, "shows draft 1 up to version 1, and you know version 2", true)
	w.changes(kim, 1, draft.Shared, "Kim's", reworded)
	w.noticed("a version is swapped for another's", ivy, 1, "has two histories", true)
	w.changes(kim, 1, draft.Shared, "Kim's again", memo)
	w.noticed("another chain goes on", ivy, 1, "has two histories", true)
	if names, err := ivy.Files.List("drafts/1-other"); err != nil || len(names) != 1 {
		t.Error("the other history was not kept:", names, err)
	}
	if list, err := ivy.Drafts(w.ctx); err != nil || list[0].Fault == nil || list[0].Last.Hash() != forked.Last.Hash() {
		t.Error("another history was taken in")
	}

	serve := func(what string, c *Client, words string, a hostile.Attack) {
		w.Helper()
		w.meddle(a.Through(http.DefaultTransport))
		w.noticed(what, c, 1, words, true)
		w.meddle(nil)
	}
	versions := func(f func(draft, number int, honest func(draft, number int) []byte) []byte) hostile.Attack {
		return hostile.DraftVersions(f)
	}
	// Gus knows version 1 of draft 1, and there are three.
	serve("the draft is withheld", gus, "no longer shows draft 1", hostile.Drafts(func(p *api.Drafts) {
		p.Drafts = slices.DeleteFunc(p.Drafts, func(d api.Draft) bool { return d.Draft == 1 })
	}))
	serve("a version is withheld", gus, "withholds it", versions(func(n, number int, honest func(int, int) []byte) []byte {
		if number == 2 {
			return nil
		}
		return honest(n, number)
	}))
	serve("the last version is withheld", gus, "withholds it", versions(func(int, int, func(int, int) []byte) []byte { return nil }))
	serve("an old version is replayed", gus, "shows version 1 of draft 1 as version 3", versions(func(n, _ int, honest func(int, int) []byte) []byte { return honest(n, 1) }))
	serve("another draft's version is shown", gus, "shows version 2 of draft 2 as version 3 of draft 1", versions(func(_, _ int, honest func(int, int) []byte) []byte { return honest(2, 2) }))
	serve("one in between is swapped", gus, "has two histories", versions(func(n, number int, honest func(int, int) []byte) []byte {
		if number == 2 {
			return m.Sealed
		}
		return honest(n, number)
	}))
	serve("the draft is said to be over", gus, "nobody has ended it", hostile.Drafts(func(p *api.Drafts) {
		for i := range p.Drafts {
			p.Drafts[i].Over = true
		}
	}))
	serve("the draft is said to be over, and nothing is new", kim, "nobody has ended it", hostile.Drafts(func(p *api.Drafts) {
		for i := range p.Drafts {
			p.Drafts[i].Over = true
		}
	}))
	serve("the server was set back", kim, "and you know version 3", hostile.Drafts(func(p *api.Drafts) {
		for i := range p.Drafts {
			p.Drafts[i].Versions = 2
		}
	}))
	w.meddle(hostile.DraftVersions(func(int, int, func(int, int) []byte) []byte { return []byte("noise") }).Through(http.DefaultTransport))
	w.noticed("a version is garbled", gus, 1, "does not open", false)
	w.meddle(hostile.Drafts(func(p *api.Drafts) { slices.Reverse(p.Drafts) }).Through(http.DefaultTransport))
	if _, err := gus.Drafts(w.ctx); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Error("a list that is out of order was taken:", err)
	}
	w.meddle(hostile.Drafts(func(p *api.Drafts) { p.Next, p.Size = 0, 9 }).Through(http.DefaultTransport))
	if _, err := gus.Drafts(w.ctx); err == nil || !strings.Contains(err.Error(), "no end") {
		t.Error("a list without an end was taken:", err)
	}
	w.meddle(nil)
	for _, c := range []*Client{gus, kim} {
		if d := w.draftOf(c, 1); d.Last.Number != 3 || d.Source != memo {
			t.Errorf("with an honest server %s has %+v", c.Name, d.Last)
		}
	}
	// What goes on after the end.
	w.ok(gus.DropDraft(w.ctx, 2, ""))
	w.draftOf(ivy, 2)
	ended := w.draftOf(gus, 2)
	after := gus.version(ended.kept, ended.Last, &DraftChange{What: draft.Shared, Source: reworded})
	after.Sign(gus.Key)
	sealed, err := keyring.SealTo(padded(after.File(reworded)), &ivy.Key.Public)
	w.ok(err)
	w.meddle(hostile.All(hostile.Drafts(func(p *api.Drafts) {
		for i := range p.Drafts {
			if p.Drafts[i].Draft == 2 {
				p.Drafts[i].Versions, p.Drafts[i].Over = after.Number, false
			}
		}
	}), versions(func(int, int, func(int, int) []byte) []byte { return sealed })).Through(http.DefaultTransport))
	w.noticed("a version after the end", ivy, 2, "was over before", false)
	w.meddle(nil)
	w.draftOf(ivy, 2)
	// A server that was restored from a backup has lost what it said yes to, and
	// others went on from before.
	if _, err := ivy.ChangeDraft(w.ctx, &DraftChange{Draft: 1, What: draft.Shared, Source: memo}); err == nil {
		t.Error("Ivy went on from a history that is not hers")
	}
}

// TestHostileVersions has people who take part, or do not, hand in versions that
// their programs should not have made, with the server's help.
func TestHostileVersions(t *testing.T) {
	w, gus, ivy, kim, _ := bureau(t)
	jon := w.people["Jon"]
	// Kim's old device: what it signs was valid once.
	stolen, err := keyring.New()
	w.ok(err)
	for _, c := range []struct {
		what, words string
		by          *Client
		change      func(v *draft.Version, source *string)
	}{
		{"by nobody who takes part", "does not take part", jon, nil},
		{"by a key that is nobody's", "might not", nil, nil},
		{"a signature that does not hold", "signature of the version does not hold", ivy, func(v *draft.Version, _ *string) { v.Signature = []byte("x") }},
		{"another text than was signed", "another source than it has", ivy, func(_ *draft.Version, source *string) { *source += "More.\n" }},
		{"a text changed as it is returned", "returned with another source", ivy, func(v *draft.Version, source *string) {
			*source += "More.\n"
			v.What, v.Note, v.Steps, v.Source = draft.Returned, "no", nil, sha256.Sum256([]byte(*source))
		}},
		{"a text changed as it is signed", "signed with another source", ivy, func(v *draft.Version, source *string) {
			*source += "More.\n"
			v.What, v.Steps, v.Source = draft.Signed, nil, sha256.Sum256([]byte(*source))
		}},
		{"a step of another text", "another source", ivy, func(v *draft.Version, _ *string) {
			v.Steps = []dispatch.Step{ivy.Sign(dispatch.Cleared, "sarn", "another text")}
		}},
		{"a step in another's name", "not valid for whom it names", ivy, func(v *draft.Version, source *string) {
			s := ivy.Sign(dispatch.Cleared, "sarn", *source)
			s.Person = gus.Person
			s.Signature = ivy.Key.Sign(dispatch.StepNamespace, s.Message())
			v.Steps = []dispatch.Step{s}
		}},
		{"a step under another's name", "a name that is not theirs", ivy, func(v *draft.Version, source *string) {
			s := ivy.Sign(dispatch.Cleared, "sarn", *source)
			s.Name = gus.Name
			s.Signature = ivy.Key.Sign(dispatch.StepNamespace, s.Message())
			v.Steps = []dispatch.Step{s}
		}},
		{"a step of an outsider's", "by somebody who does not take part", ivy, func(v *draft.Version, source *string) {
			v.Steps = []dispatch.Step{jon.Sign(dispatch.Cleared, "sarn", *source)}
		}},
		{"released by a clearer", "is released by who holds it", ivy, func(v *draft.Version, source *string) {
			v.Steps = []dispatch.Step{ivy.Sign(dispatch.Released, "sarn", *source)}
		}},
		{"a step of another's left out", "was left out", ivy, func(v *draft.Version, _ *string) { v.What, v.Steps = draft.Signed, nil }},
		{"signed, it says, without a signature", "and did not", ivy, func(v *draft.Version, _ *string) { v.What = draft.Signed }},
		{"others let in by a clearer", "changed by people of the office", ivy, func(v *draft.Version, _ *string) { v.With = append(v.With, draft.Party{Person: jon.Person}) }},
		{"somebody taken out", "was taken out", gus, func(v *draft.Version, _ *string) {
			v.With = slices.DeleteFunc(v.With, func(p draft.Party) bool { return p.Person == kim.Person })
		}},
		{"dropped by a clearer", "is dropped by people of the office", ivy, func(v *draft.Version, source *string) {
			v.What, v.Source, v.Steps, *source = draft.Dropped, [32]byte{}, nil, ""
		}},
		{"issued by a delegate", "is issued by who holds the office", kim, func(v *draft.Version, source *string) {
			v.What, v.Steps, *source = draft.Issued, nil, ""
			v.Dispatch.Year, v.Dispatch.Place, v.Dispatch.Number = 2026, "SARN", 1
		}},
		{"for another office", "another draft", gus, func(v *draft.Version, _ *string) { v.Office, v.Steps = "desk", nil }},
		{"a head that never was", "was shown another ledger", ivy, func(v *draft.Version, _ *string) { v.Seen.Root[0] ^= 1 }},
		{"a head that is yet to be", "had seen a ledger of", ivy, func(v *draft.Version, _ *string) { v.Seen.Size += 1000 }},
		{"an older head than the version before", "had seen less", ivy, func(v *draft.Version, _ *string) { v.Seen = head(w, ivy, v.Seen.Size-1) }},
		{"another chain", "has two histories", ivy, func(v *draft.Version, _ *string) { v.Before[0][0] ^= 1 }},
		{"a chain with a hole", "names all before it", ivy, func(v *draft.Version, _ *string) { v.Before[0] = [32]byte{} }},
	} {
		d := w.begins(gus, memo+"\n"+c.what+".\n", draft.Party{Person: ivy.Person}, draft.Party{Person: kim.Person, Office: "sarn"})
		d = w.changes(gus, d.Draft, draft.Signed, "", d.Source, gus.Sign(dispatch.Drafted, "sarn", d.Source))
		w.draftOf(kim, d.Draft)
		w.draftOf(ivy, d.Draft)
		by, source := c.by, d.Source
		signs := stolen
		if by == nil {
			by = ivy
		} else {
			signs = by.Key
		}
		v := by.version(d.kept, d.Last, &DraftChange{What: draft.Shared, Source: source, Steps: d.Last.Steps})
		v.Key = signs.VerifyKey()
		if c.change != nil {
			c.change(v, &source)
		}
		if v.Signature == nil {
			v.Sign(signs)
		}
		w.plant(v, source, gus, ivy, kim)
		reader := kim
		if c.by == kim {
			reader = ivy
		}
		w.noticed(c.what, reader, d.Draft, c.words, c.words == "has two histories" || c.words == "had seen a ledger of")
		if k, err := reader.keptDraft(d.Draft); err != nil || len(k.Chain) != 2 {
			t.Errorf("%s: it was taken in: %v", c.what, err)
		}
	}
	// What was returned is not signed as if nothing had been.
	d := w.begins(gus, memo+"\nReturned.\n", draft.Party{Person: ivy.Person}, draft.Party{Person: kim.Person, Office: "sarn"})
	w.draftOf(ivy, d.Draft)
	d = w.changes(ivy, d.Draft, draft.Returned, "no", d.Source)
	w.draftOf(kim, d.Draft)
	w.draftOf(gus, d.Draft)
	v := gus.version(d.kept, d.Last, &DraftChange{What: draft.Signed, Source: d.Source, Steps: []dispatch.Step{gus.Sign(dispatch.Released, "sarn", d.Source)}})
	v.Sign(gus.Key)
	w.plant(v, d.Source, gus, ivy, kim)
	w.noticed("signed after it was returned", kim, d.Draft, "was not shared anew", false)
	// A device that was revoked signs, at a head of after its revocation.
	d = w.begins(gus, memo+"\nRevoked.\n", draft.Party{Person: ivy.Person}, draft.Party{Person: kim.Person, Office: "sarn"})
	_, err = w.people["Ada"].Do(w.ctx, directory.Revoke{Person: ivy.Person, Key: ivy.Key.VerifyKey()})
	w.ok(err)
	w.sync(kim)
	v = kim.version(d.kept, d.Last, &DraftChange{What: draft.Shared, Source: d.Source})
	v.Key = ivy.Key.VerifyKey()
	v.Sign(ivy.Key)
	w.plant(v, d.Source, gus, kim)
	w.noticed("by a revoked device", kim, d.Draft, "revoked", false)
}

// TestHostileGaps has somebody who takes part hide a version from the others, and
// break in the next one the rules that hold it against the one before. Control: who
// hides one and keeps to the rules is read.
func TestHostileGaps(t *testing.T) {
	w, gus, ivy, kim, _ := bureau(t)
	jon := w.people["Jon"]
	w.sync(jon)
	for _, c := range []struct {
		what, words string
		by          *Client
		change      func(v *draft.Version, source *string)
	}{
		{"nothing", "", ivy, func(*draft.Version, *string) {}},
		{"others are let in", "changed by people of the office", ivy, func(v *draft.Version, _ *string) { v.With = append(v.With, draft.Party{Person: jon.Person}) }},
		{"somebody is taken out", "changed by people of the office", ivy, func(v *draft.Version, _ *string) {
			v.With = slices.DeleteFunc(v.With, func(p draft.Party) bool { return p.Person == gus.Person })
		}},
		{"somebody is taken out by the office", "was taken out", gus, func(v *draft.Version, _ *string) {
			v.With = slices.DeleteFunc(v.With, func(p draft.Party) bool { return p.Person == ivy.Person })
		}},
		{"another office is to issue it", "another draft", ivy, func(v *draft.Version, _ *string) { v.Office = "desk" }},
		{"a stranger drops it", "another draft", jon, func(v *draft.Version, source *string) {
			v.Office, v.What, v.Source, v.Before, *source = "desk", draft.Dropped, [32]byte{}, make([]frank.Hash, 2), ""
			v.With = []draft.Party{{Person: jon.Person}}
		}},
		{"the office drops it", "", gus, func(v *draft.Version, source *string) {
			v.What, v.Source, v.Before, *source = draft.Dropped, [32]byte{}, make([]frank.Hash, 2), ""
		}},
	} {
		d := w.begins(gus, memo+"\n"+c.what+".\n", draft.Party{Person: ivy.Person}, draft.Party{Person: kim.Person, Office: "sarn"})
		w.draftOf(kim, d.Draft)
		mine := w.draftOf(ivy, d.Draft)
		hidden := ivy.version(mine.kept, mine.Last, &DraftChange{What: draft.Shared, Source: d.Source})
		hidden.Sign(ivy.Key)
		w.plant(hidden, d.Source, ivy)
		mine.kept.take(hidden, d.Source)
		source := d.Source
		v := ivy.version(mine.kept, hidden, &DraftChange{What: draft.Shared, Source: source})
		v.Key = c.by.Key.VerifyKey()
		c.change(v, &source)
		v.Sign(c.by.Key)
		sealed, err := keyring.SealTo(padded(v.File(source)), &kim.Key.Public)
		w.ok(err)
		w.ok(w.store.AddVersion(w.ctx, storeVersion(v, gus, sealed), 1))
		if c.words != "" {
			w.noticed(c.what, kim, d.Draft, c.words, false)
		} else if got := w.draftOf(kim, d.Draft); got.Last.Number != 3 {
			t.Errorf("%s: %+v", c.what, got.Last)
		}
	}
}

// TestHostileNumbers has a server give out the number of a draft again: what is
// remembered of the draft stays.
func TestHostileNumbers(t *testing.T) {
	w, gus, ivy, _, d := bureau(t)
	ask := &DraftChange{Office: "sarn", What: draft.Shared, Source: reworded, With: []draft.Party{{Person: ivy.Person}}}
	w.meddle(hostile.All(hostile.Drafts(func(p *api.Drafts) { p.Size = 1 }), hostile.Swallow(http.MethodPost, api.PathDrafts, new([]byte))).Through(http.DefaultTransport))
	_, err := gus.ChangeDraft(w.ctx, ask)
	w.meddle(nil)
	if _, is := errors.AsType[*Alarm](err); !is || !strings.Contains(err.Error(), "gives out the number 1") {
		t.Error("the number was taken:", err)
	}
	if k, err := gus.keptDraft(1); err != nil || !slices.Equal(k.Chain, d.Last.Chain()) {
		t.Error("draft 1 was forgotten:", err)
	}
	if got := w.begins(gus, reworded, draft.Party{Person: ivy.Person}); got.Draft != 2 {
		t.Errorf("with an honest server it is draft %d", got.Draft)
	}
	// The same text for others is another draft.
	if got := w.begins(gus, reworded, draft.Party{Person: w.people["Jon"].Person}); got.Draft != 3 || !got.Last.Names(w.people["Jon"].Person) {
		t.Errorf("who was asked to take part does not: draft %d", got.Draft)
	}
}

func head(w *world, c *Client, size uint64) ledger.Head {
	w.Helper()
	roots, err := c.view.Head().Roots(w.ctx, c.wire, size)
	w.ok(err)
	return ledger.Head{Size: size, Root: roots[0]}
}

// plant puts a version into the server's store, whatever it says.
func (w *world) plant(v *draft.Version, source string, to ...*Client) {
	w.Helper()
	var keys []*keyring.Public
	for _, c := range to {
		keys = append(keys, &c.Key.Public)
	}
	sealed, err := keyring.SealTo(padded(v.File(source)), keys...)
	w.ok(err)
	w.ok(w.store.AddVersion(w.ctx, storeVersion(v, to[0], sealed), 1))
}

func storeVersion(v *draft.Version, by *Client, sealed []byte) store.Version {
	return store.Version{Draft: v.Draft, Number: v.Number, By: by.Person, Over: v.Over(), Sealed: sealed}
}
