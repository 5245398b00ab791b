package client

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/directory"
	"frank/internal/canon"
	"frank/prose"
	"frank/watch"
	"frank/watch/retold"
)

// TestWatch: who sits as watch when a dispatch is issued recognises what is
// printed of it, whichever copy it was; who sits later does when it was passed
// on; nobody else can read anything.
func TestWatch(t *testing.T) {
	t.Parallel()
	w, gus, ivy, jon := staffed(t)
	hal, kim := w.join("Hal"), w.join("Kim")
	sent, err := gus.Send(w.ctx, telegram(t), 2026, nil)
	w.ok(err)
	if !strings.Contains(strings.Join(sent.Warnings, "\n"), "nobody sits as watch") {
		t.Errorf("the author is not told that nobody watches: %v", sent.Warnings)
	}
	if _, err := hal.Watched(w.ctx); !errors.Is(err, ErrNoWatch) {
		t.Errorf("somebody watches who does not sit: %v", err)
	}
	w.appoint(directory.Watch, hal)
	w.sync(gus)
	if sent, err = gus.Send(w.ctx, telegram(t), 2026, nil); err != nil || strings.Contains(strings.Join(sent.Warnings, "\n"), "watch") {
		t.Fatalf("%v, %v", sent, err)
	}
	ref := sent.Dispatch

	// Printed from one reader's copy and from another's: the same is said.
	read := func(c *Client, ref frank.Ref) string {
		t.Helper()
		_, err := c.Inbox(w.ctx)
		w.ok(err)
		o, err := c.Open(w.ctx, ref)
		w.ok(err)
		return o.Text
	}
	texts := []string{read(ivy, ref), read(jon, ref)}
	saw, err := hal.Watched(w.ctx)
	w.ok(err)
	if saw.Index.Len() != 1 || !saw.Terms.Has(ref) || len(saw.Closed) != 0 || len(saw.Faults) != 0 {
		t.Fatalf("%d dispatches, %d with terms, %v, %v", saw.Index.Len(), saw.Terms.Len(), saw.Closed, saw.Faults)
	}
	if got, want := saw.Terms.Segments()[0].Bytes(), termsOf(t, ref); !bytes.Equal(got, want) {
		t.Errorf("the terms are not those of the dispatch: %x, not %x", got, want)
	}
	find := func(ix *watch.Index, text string) []watch.Sighting {
		return ix.Find(prose.Words("The Gazette has seen a letter. " + text + " Nobody would comment on Monday."))
	}
	var said [][]watch.Sighting
	for _, text := range texts {
		s := find(saw.Index, text)
		if len(s) == 0 || s[0].Dispatch != ref || s[0].Agree != s[0].Printed() {
			t.Fatalf("%+v", s)
		}
		for i := range s { // how many words the article has may differ; of the dispatch nothing may
			s[i].From, s[i].To, s[i].Agree = 0, 0, 0
		}
		said = append(said, s)
	}
	if texts[0] == texts[1] || !reflect.DeepEqual(said[0], said[1]) {
		t.Errorf("%v and %v", said[0], said[1])
	}
	if s := find(saw.Index, "The ferry was late again on Friday, the harbour office said, and passengers for the islands were put up in the school."); s != nil {
		t.Errorf("an article from nowhere: %v", s)
	}

	// It is kept, sealed, and read again; nothing on the server or on disk opens.
	again, err := hal.Watched(w.ctx)
	w.ok(err)
	if s := find(again.Index, texts[0]); len(s) == 0 {
		t.Error("what was kept finds nothing")
	}
	prints, err := watch.Fingerprints(master(t))
	w.ok(err)
	secret := prints[len(watch.Format)+8 : len(watch.Format)+40]
	w.ok(filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, err := os.ReadFile(path)
			if err == nil && bytes.Contains(data, secret) {
				t.Errorf("%s has fingerprints in the clear", path)
			}
		}
		return nil
	}))

	// Kim sits later: nothing opens until it is passed on.
	w.appoint(directory.Watch, kim)
	saw, err = kim.Watched(w.ctx)
	w.ok(err)
	if saw.Index.Len() != 0 || len(saw.Closed) != 1 {
		t.Fatalf("%d dispatches, %v closed", saw.Index.Len(), saw.Closed)
	}
	data, n, err := hal.PassWatch(w.ctx, kim.Person)
	w.ok(err)
	if _, err := ivy.Key.Open(data); err == nil || n != 1 {
		t.Errorf("%d passed on, to anybody", n)
	}
	if n, err := kim.TakeWatch(w.ctx, olderPass(t, hal, kim)); err != nil || n != 1 {
		t.Fatalf("%d taken in of the older version: %v", n, err)
	}
	saw, err = kim.Watched(w.ctx)
	w.ok(err)
	if saw.Index.Len() != 1 || saw.Terms.Len() != 0 || len(saw.Closed) != 0 {
		t.Errorf("%d dispatches, %d with terms, %v", saw.Index.Len(), saw.Terms.Len(), saw.Closed)
	}
	if n, err := kim.TakeWatch(w.ctx, data); err != nil || n != 0 {
		t.Fatalf("%d taken in: %v", n, err)
	}
	saw, err = kim.Watched(w.ctx)
	w.ok(err)
	if !saw.Terms.Has(ref) {
		t.Error("the terms were not passed on")
	}
	if s := find(saw.Index, texts[0]); len(s) == 0 || s[0].Dispatch != ref {
		t.Errorf("%+v", s)
	}
	if _, err := kim.TakeWatch(w.ctx, forgedPass(t, kim, ivy)); err == nil || !strings.Contains(err.Error(), "never sat") {
		t.Errorf("taken from somebody who never sat as watch: %v", err)
	}
	empty := []byte(retold.SegmentFormat + "\n\x00")
	if _, err := kim.TakeWatch(w.ctx, forgedPass(t, kim, hal, empty)); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("an empty segment was taken: %v", err)
	}
	if _, err := kim.TakeWatch(w.ctx, forgedPass(t, kim, hal, slices.Repeat([][]byte{termsOf(t, ref)}, 2000)...)); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("two thousand segments were taken: %v", err)
	}
	sealed, err := kim.Key.Seal(empty)
	w.ok(err)
	w.ok(kim.Files.Write(termFiles+"empty.age", sealed))
	if _, err := kim.Watched(w.ctx); err == nil || !strings.Contains(err.Error(), "damaged") || !strings.Contains(frank.Hint(err), "fetched anew") {
		t.Errorf("an empty segment was read: %v", err)
	}
}

// termsOf is the segment of terms of the dispatch that is sent.
func termsOf(t *testing.T, ref frank.Ref) []byte {
	t.Helper()
	ix := retold.NewIndex(func(frank.Ref) int { return 0 })
	if err := ix.Add(ref, retold.Terms(master(t))); err != nil {
		t.Fatal(err)
	}
	return ix.Segments()[0].Bytes()
}

// olderPass is what a watch officer passed on before there were terms.
func olderPass(t *testing.T, by, to *Client) []byte {
	t.Helper()
	ix, err := by.watchIndex()
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	p := &passedAlone{Format: passAlone, Log: by.Log, To: to.Person, Sizes: []int64{}, By: by.Key.VerifyKey(), Signature: []byte{}}
	for _, s := range ix.Segments() {
		p.Sizes = append(p.Sizes, s.Size())
		if _, err := s.WriteTo(&body); err != nil {
			t.Fatal(err)
		}
	}
	p.Segments = sha256.Sum256(body.Bytes())
	p.Signature = by.Key.Sign("frank/watch-pass/1", canon.Marshal(p))
	data, err := to.Key.Seal(slices.Concat(canon.Marshal(p), []byte("\n"), body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// forgedPass is what somebody passes on with a program of their own.
func forgedPass(t *testing.T, to, by *Client, terms ...[]byte) []byte {
	t.Helper()
	p := &passed{Format: passFormat, Log: to.Log, To: to.Person, Sizes: []int64{}, Terms: []int64{}, By: by.Key.VerifyKey()}
	for _, s := range terms {
		p.Terms = append(p.Terms, int64(len(s)))
	}
	body := slices.Concat(terms...)
	p.Segments = sha256.Sum256(body)
	p.Signature = by.Key.Sign(passNamespace, p.message())
	data, err := to.Key.Seal(slices.Concat(canon.Marshal(p), []byte("\n"), body))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func master(t *testing.T) *frank.Master {
	t.Helper()
	m, err := telegram(t).Source.Master()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
