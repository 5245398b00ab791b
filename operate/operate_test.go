package operate_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/internal/trial"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/operate"
	"frank/server"
	"frank/store"
	"frank/store/sqlite"
)

func quiet(string, int, int) {}

// serve runs a server in the folder until the test calls the function it
// returns.
func serve(t *testing.T, f *operate.Folder) (base string, stop func()) {
	t.Helper()
	st, err := sqlite.Open(f.Store())
	ok(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	base = "http://" + l.Addr().String()
	s, err := server.Open(t.Context(), server.Config{Store: st, LogDir: f.Log(), Signer: f.Signer, Policy: f.Policy.Text(), Origins: []string{"http://frank.example"}})
	ok(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, l, nil) }()
	return base, func() {
		t.Helper()
		cancel()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		ok(t, errors.Join(<-ended, s.Close(last), st.Close()))
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v (%s)", err, frank.Hint(err))
	}
}

// trialFolder is the folder of a server at which two dispatches were issued, a
// third was begun, a copy was fetched, a step of an inquiry was taken, and of two
// drafts one is under work.
func trialFolder(t *testing.T) (*operate.Folder, *trial.Ministry) {
	t.Helper()
	f, err := operate.Create(filepath.Join(t.TempDir(), "server"), "ministry.example/ledger", nil)
	ok(t, err)
	base, stop := serve(t, f)
	m := &trial.Ministry{Origin: "http://frank.example", Log: f.Signer.Name(), Policy: f.Policy.Text()}
	ok(t, trial.Found(m, base))
	ok(t, m.Issue(1, "Hal", "Ivy"))
	ok(t, m.Issue(2, "Ivy"))
	ok(t, m.Check(t.Context(), "", m.Told()))
	var in []api.Copy
	for len(in) < 2 {
		in, err = m.Person("Ivy").Inbox()
		ok(t, err)
	}
	ok(t, m.Person("Ivy").Fetch(in[0]))
	ok(t, m.Person("Cy").Step())
	ok(t, m.Person("Cy").Receipts(1))
	ok(t, m.Check(t.Context(), "", m.Told()))
	stop()
	st, err := sqlite.Open(f.Store())
	ok(t, err)
	hal := m.Person("Hal").ID()
	for _, v := range []store.Version{{Draft: 1, Number: 1}, {Draft: 1, Number: 2}, {Draft: 2, Number: 1}, {Draft: 2, Number: 2, Over: true}} {
		v.Office, v.By, v.Readers, v.Sealed = "embassy", hal, []frank.PersonID{hal}, []byte{byte(v.Draft), byte(v.Number)}
		ok(t, st.AddVersion(t.Context(), v, 1))
	}
	ok(t, st.Close())
	return f, m
}

// found is what Check says of a folder.
func found(t *testing.T, dir string) *operate.Report {
	t.Helper()
	r, err := operate.Check(t.Context(), dir, quiet)
	ok(t, err)
	return r
}

// change runs SQL on a database of the store.
func change(t *testing.T, dir, name string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "store", name))
	ok(t, err)
	defer db.Close()
	for _, s := range statements {
		r, err := db.Exec(s)
		ok(t, err)
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s changed nothing", s)
		}
	}
}

// flip changes the last byte of the files that match.
func flip(t *testing.T, pattern string) {
	t.Helper()
	list, err := filepath.Glob(pattern)
	ok(t, err)
	if len(list) == 0 {
		t.Fatalf("there is no %s", pattern)
	}
	for _, path := range list {
		data, err := os.ReadFile(path)
		ok(t, err)
		data[len(data)-1] ^= 1
		ok(t, os.WriteFile(path, data, 0o600))
	}
}

// TestCheck: a server's folder is in order, and nothing that is done to it is
// passed over.
func TestCheck(t *testing.T) {
	f, m := trialFolder(t)
	r := found(t, f.Dir)
	if !r.Clean || len(r.Warnings)+len(r.Notes) > 0 || r.Dispatches != 2 || r.Copies != 3 || r.Head.Size != uint64(len(m.Told())) || r.Sealed != 1 || r.Open+r.Sealed != int(r.Head.Size) {
		t.Fatalf("%+v", r)
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
	}{
		"a sealed thing altered": {func(t *testing.T, dir string) {
			change(t, dir, "blobs.db", `UPDATE data SET bytes = CAST(bytes || x'00' AS BLOB) WHERE id = 2`)
		}, "is not what its hash says"},
		"a sealed thing gone": {func(t *testing.T, dir string) { change(t, dir, "blobs.db", `DELETE FROM data WHERE id = 3`) }, "is missing"},
		"a sealed thing gone with its name": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM blob WHERE hash = (SELECT sealed FROM slot LIMIT 1)`)
		}, "missing"},
		"a statement altered": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE entry SET payload = CAST(replace(payload, 'WASHINGTON', 'WASHINGTOM') AS BLOB) WHERE kind = 'dispatch.begin'`)
		}, "does not open its leaf"},
		"an entry under another kind": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE entry SET kind = 'person.accept' WHERE kind = 'dispatch.begin'`)
		}, "states dispatch.begin"},
		"an entry under no kind": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE entry SET kind = 'gossip' WHERE idx = 3`)
		}, "no server takes"},
		"two entries changed places": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE entry SET idx = -1 WHERE idx = 4`, `UPDATE entry SET idx = 4 WHERE idx = 5`, `UPDATE entry SET idx = 5 WHERE idx = -1`)
		}, "is not that of the log"},
		"an entry cut out": {func(t *testing.T, dir string) { change(t, dir, "frank.db", `DELETE FROM entry WHERE idx = 4`) }, "entries"},
		"the last entry gone": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry)`)
		}, "the store only"},
		"somebody else handed it in": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE entry SET person = 'x' WHERE kind = 'dispatch.complete'`)
		}, "somebody else"},
		"copies changed hands": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE slot SET sealed = (SELECT sealed FROM slot AS o WHERE o.begun = slot.begun AND o.slot = 1 - slot.slot) WHERE begun = (SELECT min(begun) FROM slot)`)
		}, "not those it commits to"},
		"a number taken back": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM batch WHERE number = 2`)
		}, "by its entries, and 0 in the store"},
		"a batch of another office": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE batch SET office = 'desk' WHERE number = 2`)
		}, "something else"},
		"another draw": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE batch SET draw = draw || ' ' WHERE number = 2`)
		}, "something else"},
		"recalled by no entry": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE dispatch SET recalled = 3 WHERE number = 2`)
		}, "something else"},
		"a share gone": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM share WHERE share = 2`)
		}, "share 2 is missing"},
		"shares changed hands": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE share SET sealed = (SELECT sealed FROM share AS o WHERE o.begun = share.begun AND o.share = 3 - share.share) WHERE share < 3`)
		}, "the sealed shares that are kept are not those it commits to"},
		"a leaf altered": {func(t *testing.T, dir string) {
			flip(t, filepath.Join(dir, "log", "tile", "entries", "*.p", "*"))
		}, "do not make up its checkpoint"},
		"a tile altered": {func(t *testing.T, dir string) { flip(t, filepath.Join(dir, "log", "tile", "0", "*.p", "*")) }, "log"},
		"a checkpoint by another key": {func(t *testing.T, dir string) {
			o, err := operate.Create(filepath.Join(t.TempDir(), "other"), "ministry.example/ledger", nil)
			ok(t, err)
			ok(t, os.Rename(filepath.Join(o.Dir, "key"), filepath.Join(dir, "key")))
		}, "not signed"},
		"a log lost":                    {func(t *testing.T, dir string) { ok(t, os.RemoveAll(filepath.Join(dir, "log"))) }, "has no checkpoint"},
		"a statement against the rules": {func(t *testing.T, dir string) { smuggle(t, dir, m) }, "against the rules"},
		"receipts asked for by a reader": {func(t *testing.T, dir string) {
			e, err := m.Person("Ivy").Statement(dispatch.KindReceipts, api.Marshal(dispatch.Receipts{Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 1}, Matter: frank.Hash{7}}))
			ok(t, err)
			past(t, dir, store.New{Entry: store.Entry{Commitment: e.Commitment(), Kind: dispatch.KindReceipts, By: m.Person("Ivy").ID(), Payload: e.Marshal()}})
		}, "asked by officers and overseers"},
		"a part of a step gone": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM blob WHERE hash = (SELECT hash FROM part)`)
		}, "that an entry names are missing"},
		"a part of a step for nobody": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM blob_reader WHERE hash = (SELECT hash FROM part)`)
		}, "nobody may read them"},
		"a part of no step": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE part SET idx = 99999`)
		}, "go with no entry"},
		"a part of a step altered": {func(t *testing.T, dir string) {
			change(t, dir, "blobs.db", `UPDATE data SET bytes = CAST(bytes || x'00' AS BLOB) WHERE id = (SELECT max(id) FROM data)`)
		}, "is not what its hash says"},
		"a version of a draft altered": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE version SET sealed = x'00' WHERE draft = 1 AND number = 2`)
		}, "version 2 of draft 1 is not what its hash says"},
		"a version of a draft gone": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM version WHERE draft = 1 AND number = 1`)
		}, "1 drafts have not the versions"},
		"the end of a draft gone": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM version WHERE draft = 2`)
		}, "1 drafts have not the versions"},
		"a draft gone": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM draft WHERE number = 1`)
		}, "2 versions are of no draft"},
		"a draft for nobody": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `DELETE FROM draft_reader WHERE draft = 1`)
		}, "1 drafts may be read by nobody"},
		"a step that is no age file": {func(t *testing.T, dir string) {
			change(t, dir, "frank.db", `UPDATE entry SET payload = x'00' WHERE kind = 'inquiry.step'`)
		}, "no age file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "server")
			ok(t, os.CopyFS(dir, os.DirFS(f.Dir)))
			c.spoil(t, dir)
			r := found(t, dir)
			if r.Clean || !slices.ContainsFunc(r.Wrong, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("found %q, and not what says %q", r.Wrong, c.want)
			}
		})
	}
}

// TestDraftsAreBackedUp: a backup has the drafts of its moment, and a server that
// is restored of it goes on from them.
func TestDraftsAreBackedUp(t *testing.T) {
	f, m := trialFolder(t)
	root := t.TempDir()
	_, err := operate.Backup(t.Context(), f.Dir, filepath.Join(root, "backup"), quiet)
	ok(t, err)
	r, err := operate.Restore(t.Context(), filepath.Join(root, "backup"), filepath.Join(root, "again"), quiet)
	ok(t, err)
	if !r.Clean {
		t.Fatal(r.Wrong)
	}
	st, err := sqlite.Open(filepath.Join(root, "again", "store"))
	ok(t, err)
	defer st.Close()
	hal := m.Person("Hal").ID()
	list, err := st.Drafts(t.Context(), hal, 0, 10)
	ok(t, err)
	if len(list) != 2 || list[0].Versions != 2 || list[0].Over || !list[1].Over {
		t.Fatalf("%+v", list)
	}
	if data, err := st.DraftVersion(t.Context(), hal, 1, 2); err != nil || string(data) != "\x01\x02" {
		t.Fatal(data, err)
	}
	ok(t, st.AddVersion(t.Context(), store.Version{Draft: 1, Number: 3, By: hal, Sealed: []byte{3}}, 2))
}

// smuggle enters an issue by somebody who holds no office, past the server.
func smuggle(t *testing.T, dir string, m *trial.Ministry) {
	ref := frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 3}
	ivy, cy, dee := m.Person("Ivy"), m.Person("Cy"), m.Person("Dee")
	e, err := ivy.Statement(dispatch.KindBegin, api.Marshal(dispatch.Begin{Dispatch: ref, Office: "embassy", Batch: 1, First: 1, Size: 12, Threshold: 2, Precommit: trial.Precommit,
		To:       []dispatch.Addressee{{Person: m.Person("Hal").ID(), Key: m.Person("Hal").Key()}},
		Officers: []dispatch.Officer{{Person: cy.ID(), Index: 1, Key: cy.Key()}, {Person: dee.ID(), Index: 2, Key: dee.Key()}}}))
	ok(t, err)
	past(t, dir, store.New{Entry: store.Entry{Commitment: e.Commitment(), Kind: dispatch.KindBegin, By: ivy.ID(), Payload: e.Marshal(), Dispatch: ref, Batch: 1},
		Begin: &store.Begin{Office: "embassy", To: []store.Slot{{Person: m.Person("Hal").ID()}}}})
}

// past enters something in store and log, past the server.
func past(t *testing.T, dir string, n store.New) {
	f, err := operate.Open(dir)
	ok(t, err)
	st, err := sqlite.Open(f.Store())
	ok(t, err)
	defer st.Close()
	_, err = st.Accept(t.Context(), []store.New{n}, 0)
	ok(t, err)
	log, err := sequencer.Open(t.Context(), f.Log(), f.Signer, sequencer.Options{Policy: f.Policy})
	ok(t, err)
	index, err := log.Append(t.Context(), n.Commitment)
	ok(t, err)
	_, err = log.WaitPublished(t.Context(), index)
	ok(t, errors.Join(err, log.Close(t.Context())))
}

// TestShort: fsck says which dispatches hardly enough officers could open, and
// which were begun only.
func TestShort(t *testing.T) {
	f, m := trialFolder(t)
	base, stop := serve(t, f)
	m.Move(base)
	ok(t, m.Lose("Dee"))
	stop()
	r := found(t, f.Dir)
	if !r.Clean || len(r.Warnings) != 2 || !strings.Contains(r.Warnings[0], "26 WASHINGTON 1, batch 1: 2 of the officers with a share still sit, and it takes all of them") {
		t.Errorf("%+v", r)
	}
	base, stop = serve(t, f)
	m.Move(base)
	ok(t, m.Begin(3, "Ivy"))
	ok(t, m.Check(t.Context(), "", m.Told()))
	stop()
	ok(t, os.Chmod(filepath.Join(f.Dir, operate.KeyFile), 0o644))
	r = found(t, f.Dir)
	if !r.Clean || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "not completed") || !strings.Contains(r.Warnings[0], "key") {
		t.Errorf("%+v", r)
	}
}

// TestSeen: what people say they saw is held against the log. It is how fsck
// tells of a ledger that was shown in two versions. The server enters no such
// thing; another one might.
func TestSeen(t *testing.T) {
	f, m := trialFolder(t)
	elsewhere := func() (n int) {
		r := found(t, f.Dir)
		for _, w := range r.Warnings {
			if strings.Contains(w, "of another log") {
				n++
			}
		}
		if !r.Clean {
			t.Errorf("%+v", r)
		}
		return n
	}
	m.Seen = found(t, f.Dir).Head
	base, stop := serve(t, f)
	m.Move(base)
	ok(t, m.Lose("Dee"))
	ok(t, m.Check(t.Context(), "", m.Told()))
	m.Seen = ledger.Head{Size: 4, Root: frank.Hash{7}}
	if err := m.Lose("Eve"); !errors.Is(err, api.Of(api.Refused)) {
		t.Errorf("entered by one who had seen another log: %v", err)
	}
	stop()
	if n := elsewhere(); n != 0 {
		t.Errorf("%d entries by people who saw another log", n)
	}
	cy := m.Person("Cy")
	e, err := cy.Statement(dispatch.KindReceipts, api.Marshal(dispatch.Receipts{Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 1}, Matter: frank.Hash{8}}))
	ok(t, err)
	past(t, f.Dir, store.New{Entry: store.Entry{Commitment: e.Commitment(), Kind: dispatch.KindReceipts, By: cy.ID(), Payload: e.Marshal()}})
	if n := elsewhere(); n != 1 {
		t.Errorf("%d entries by people who saw another log, not 1", n)
	}
}

// TestNotToBeOverwritten: neither a second server, nor a backup or what is
// restored replaces anything.
func TestNotToBeOverwritten(t *testing.T) {
	f, _ := trialFolder(t)
	if _, err := operate.Create(f.Dir, "other.example/ledger", nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second server: %v", err)
	}
	root := t.TempDir()
	backup := filepath.Join(root, "backup")
	head, err := operate.Backup(t.Context(), f.Dir, backup, quiet)
	if r := found(t, f.Dir); err != nil || head != r.Head {
		t.Fatalf("%v: %v", head, err)
	}
	if _, err := operate.Backup(t.Context(), f.Dir, backup, quiet); err == nil {
		t.Error("a backup was overwritten")
	}
	if _, err := operate.Restore(t.Context(), backup, f.Dir, quiet); err == nil {
		t.Error("a server was overwritten")
	}
	// One that is not in order is not restored.
	change(t, backup, "blobs.db", `UPDATE data SET bytes = CAST(bytes || x'00' AS BLOB) WHERE id = 2`)
	again := filepath.Join(root, "again")
	if r, err := operate.Restore(t.Context(), backup, again, quiet); err != nil || r.Clean {
		t.Errorf("a spoilt backup: %+v, %v", r, err)
	}
	if _, err := os.Lstat(again); err == nil {
		t.Error("a spoilt backup was restored")
	}
	// A folder that has lost its key is no new server.
	ok(t, os.Remove(filepath.Join(f.Dir, operate.KeyFile)))
	if _, err := operate.Create(f.Dir, "other.example/ledger", nil); err == nil {
		t.Error("a lost key was replaced")
	}
}

func TestPolicyText(t *testing.T) {
	f, err := operate.Create(filepath.Join(t.TempDir(), "a"), "a.example/ledger", []byte("# ours\nlog x\n"))
	ok(t, err)
	if want := "log " + f.Key + "\n# ours\nquorum none\n"; f.Policy.Text() != want {
		t.Errorf("%q, not %q", f.Policy.Text(), want)
	}
	for range 3 {
		if _, err := operate.Create(filepath.Join(t.TempDir(), "b"), operate.NewOrigin(), nil); err != nil {
			t.Error(err)
		}
	}
	if _, err := operate.Create(filepath.Join(t.TempDir(), "c"), "no name", nil); err == nil {
		t.Error("a name with a space")
	}
}
