package sqlite

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frank"
	"frank/store"
)

// A child process writes to the store in the folder that this names, and says
// what it was told is kept.
const childEnv = "FRANK_TEST_STORE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		child(dir)
		return
	}
	os.Exit(m.Run())
}

func child(dir string) {
	s, err := Open(dir)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	ctx := context.Background()
	n, err := s.LastNumber(ctx, "PARIS", 2026)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	if size, _ := s.Size(ctx); size == 0 {
		must(s.Accept(ctx, []store.New{{Entry: store.Entry{Kind: "genesis"}}}, 1))
	}
	fmt.Println("ready")
	for {
		n++
		begin := entryOf(fmt.Sprint("begin ", n), n)
		begin.Begin = &store.Begin{Office: "paris", To: []store.Slot{{Person: "p"}, {Person: "q"}}}
		at := must(s.Accept(ctx, []store.New{begin}, 1))
		fmt.Println("begin", n, at)
		var copies []frank.Hash
		var blobs []store.Blob
		for i := range 2 {
			data := fmt.Appendf(nil, "copy %d %d %s", n, i, strings.Repeat("x", 20000))
			blobs = append(blobs, store.Blob{Hash: sha256.Sum256(data), Data: data})
			copies = append(copies, sha256.Sum256(data))
		}
		if err := s.Put(ctx, "p", blobs, 1); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		complete := entryOf(fmt.Sprint("complete ", n), n)
		complete.Complete = &store.Complete{Copies: copies}
		fmt.Println("complete", n, must(s.Accept(ctx, []store.New{complete}, 1)))
		data := fmt.Appendf(nil, "report %d", n)
		if err := s.Put(ctx, "p", []store.Blob{{Hash: sha256.Sum256(data), Data: data}}, 1); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		step := store.New{Entry: store.Entry{Commitment: sha256.Sum256(fmt.Appendf(nil, "step %d", n)), Kind: "step", By: "p", Sealed: true, Readers: []store.Reader{store.Members}},
			Parts: []store.Part{{Hash: sha256.Sum256(data), Readers: []store.Reader{store.Members}}}}
		fmt.Println("step", n, must(s.Accept(ctx, []store.New{step}, 1)))
		// Each draft has two versions, and every other one is ended by a third.
		last, err := s.LastDraft(ctx)
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		for v := range 2 + last%2 {
			if err := s.AddVersion(ctx, store.Version{Draft: last + 1, Number: v + 1, Office: "paris", By: "p", Readers: []frank.PersonID{"q"}, Over: v == 2, Sealed: versionOf(last+1, v+1)}, 1); err != nil {
				fmt.Println("error", err)
				os.Exit(1)
			}
			fmt.Println("version", last+1, v+1)
		}
	}
}

func versionOf(draft, number int) []byte {
	return fmt.Appendf(nil, "draft %d %d %s", draft, number, strings.Repeat("y", 9000))
}

func must(list []store.Accepted, err error) uint64 {
	if err == nil {
		err = list[0].Err
	}
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	return list[0].Index
}

func entryOf(what string, n int) store.New {
	return store.New{Entry: store.Entry{Commitment: sha256.Sum256([]byte(what)), Kind: strings.Fields(what)[0], By: "p", Payload: []byte(what), Readers: []store.Reader{store.Members},
		Dispatch: frank.Ref{Year: 2026, Place: "PARIS", Number: n}, Batch: 1}}
}

// TestKilled kills a writer at random moments. What it was told is kept is
// kept, and nothing is half there; opening again is opening.
func TestKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	kills := 25
	if testing.Short() {
		kills = 5
	}
	begun, complete, steps := map[int]uint64{}, map[int]uint64{}, map[int]uint64{}
	versions := map[int]int{}
	for range kills {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), childEnv+"="+dir)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		lines.Scan()
		if lines.Text() != "ready" {
			t.Fatal(lines.Text())
		}
		time.AfterFunc(time.Duration(rand.IntN(200))*time.Millisecond, func() { c.Process.Kill() })
		for lines.Scan() {
			var what string
			var n int
			var at uint64
			if _, err := fmt.Sscan(lines.Text(), &what, &n, &at); err != nil {
				break // cut by the kill
			}
			switch what {
			case "begin":
				begun[n] = at
			case "complete":
				complete[n] = at
			case "step":
				steps[n] = at
			case "version":
				versions[n] = int(at)
			default:
				t.Fatal(lines.Text())
			}
		}
		c.Wait()

		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		for n, at := range begun {
			list, err := s.Batches(t.Context(), frank.Ref{Year: 2026, Place: "PARIS", Number: n})
			if err != nil || len(list) != 1 || list[0].Begin != at {
				t.Fatalf("number %d was taken by entry %d, and is lost: %+v %v", n, at, list, err)
			}
			if done, ok := complete[n]; ok && list[0].Complete != done {
				t.Fatalf("number %d was completed by entry %d, and is not: %+v", n, done, list[0])
			}
		}
		if _, err := s.Sweep(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		for n, at := range steps {
			report := fmt.Appendf(nil, "report %d", n)
			if data, err := s.Blob(t.Context(), sha256.Sum256(report), []store.Reader{store.Members}); err != nil || string(data) != string(report) {
				t.Fatalf("entry %d named a report, and it is lost: %v", at, err)
			}
		}
		for n, v := range versions {
			d, err := s.Draft(t.Context(), "q", n)
			if err != nil || d.Versions < v || d.Over != (d.Versions == 3) {
				t.Fatalf("version %d of draft %d is lost: %+v %v", v, n, d, err)
			}
			data, err := s.DraftVersion(t.Context(), "q", n, v)
			if d.Over && v < d.Versions {
				if !errors.Is(err, store.ErrNone) {
					t.Fatalf("version %d of draft %d outlived its end: %v", v, n, err)
				}
			} else if err != nil || string(data) != string(versionOf(n, v)) {
				t.Fatalf("version %d of draft %d is lost: %v", v, n, err)
			}
		}
		if wrong, err := s.Check(t.Context()); err != nil || len(wrong) > 0 {
			t.Fatal(wrong, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(complete) < kills {
		t.Fatalf("only %d were completed by %d writers", len(complete), kills)
	}
	if len(steps) == 0 || len(versions) == 0 {
		t.Fatal("no step was stated, or no draft shared")
	}
	t.Logf("%d kills; %d begun, %d completed, %d steps, %d drafts", kills, len(begun), len(complete), len(steps), len(versions))
}

// TestFull has the disk run full: what was to be written is refused and nothing
// is lost, reading goes on, and with room again so does writing.
func TestFull(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := t.Context()
	limit := func(p pair, pages int) {
		t.Helper()
		if _, err := p.w.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)); err != nil {
			t.Fatal(err)
		}
	}
	must := func(list []store.Accepted, err error) {
		t.Helper()
		if err != nil || list[0].Err != nil {
			t.Fatal(list, err)
		}
	}
	must(s.Accept(ctx, []store.New{entryOf("x 0", 1)}, 1))
	limit(s.main, 60)
	limit(s.blobs, 20)
	kept := 1
	for {
		e := entryOf(fmt.Sprint("x ", kept), 1)
		e.Payload = make([]byte, 10000)
		_, err := s.Accept(ctx, []store.New{e}, 1)
		if err != nil {
			if !errors.Is(err, store.ErrFull) || frank.Hint(err) == "" {
				t.Fatal(err)
			}
			break
		}
		kept++
	}
	data := make([]byte, 200000)
	blob := store.Blob{Hash: sha256.Sum256(data), Data: data}
	if err := s.Put(ctx, "p", []store.Blob{blob}, 1); !errors.Is(err, store.ErrFull) {
		t.Fatal(err)
	}
	v := store.Version{Draft: 1, Number: 1, Office: "paris", By: "p", Readers: []frank.PersonID{"q"}, Sealed: data}
	if err := s.AddVersion(ctx, v, 1); !errors.Is(err, store.ErrFull) {
		t.Fatal(err)
	}
	if n, err := s.LastDraft(ctx); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := s.Size(ctx); n != uint64(kept) || err != nil {
		t.Fatalf("%d entries, %d were kept: %v", n, kept, err)
	}
	if list, err := s.Entries(ctx, []store.Reader{store.Members}, 0, 1000, 100); err != nil || len(list) != kept {
		t.Fatal(len(list), err)
	}
	if wrong, err := s.Check(ctx); err != nil || len(wrong) > 0 {
		t.Fatal(wrong, err)
	}
	limit(s.main, 1<<30)
	limit(s.blobs, 1<<30)
	must(s.Accept(ctx, []store.New{entryOf("x again", 1)}, 1))
	if err := errors.Join(s.Put(ctx, "p", []store.Blob{blob}, 1), s.AddVersion(ctx, v, 1)); err != nil {
		t.Fatal(err)
	}
}

// TestPromises are the settings that what is promised rests on.
func TestPromises(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, p := range map[string]pair{"frank.db": s.main, "blobs.db": s.blobs} {
		var mode string
		var synchronous, only int
		if err := errors.Join(p.w.QueryRow(`PRAGMA journal_mode`).Scan(&mode), p.w.QueryRow(`PRAGMA synchronous`).Scan(&synchronous), p.r.QueryRow(`PRAGMA query_only`).Scan(&only)); err != nil {
			t.Fatal(err)
		}
		if mode != "wal" || synchronous != 2 || only != 1 {
			t.Errorf("%s: journal_mode %s, synchronous %d, query_only %d", name, mode, synchronous, only)
		}
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Error(info.Mode(), err)
		}
		if _, err := p.r.Exec(`CREATE TABLE x (y)`); err == nil {
			t.Error("a reader wrote")
		}
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "backup")); err != nil {
		t.Fatal(err)
	}
	for range 2 * readers {
		if _, err := s.main.r.Exec(`CREATE TABLE x (y)`); err == nil {
			t.Error("a reader wrote after a backup")
		}
	}
}

func TestNewerSchema(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.main.w.Exec(`PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(dir); err == nil || frank.Hint(err) == "" {
		t.Fatal(err)
	}
}

// TestOlderSchema: a store of the schema before the last two is brought to it.
func TestOlderSchema(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	must(s.Accept(t.Context(), []store.New{entryOf("old 1", 1)}, 1))
	if _, err := s.main.w.Exec(fmt.Sprintf(`DROP TABLE part; DROP TABLE draft; DROP TABLE draft_reader; DROP TABLE version; PRAGMA user_version = %d`, len(mainSteps)-2)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if s, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	data := []byte("a report")
	hash := frank.Hash(sha256.Sum256(data))
	if err := s.Put(t.Context(), "p", []store.Blob{{Hash: hash, Data: data}}, 1); err != nil {
		t.Fatal(err)
	}
	step := entryOf("step 2", 2)
	step.Parts = []store.Part{{Hash: hash, Readers: []store.Reader{store.Members}}}
	if at := must(s.Accept(t.Context(), []store.New{step}, 1)); at != 1 {
		t.Fatal(at)
	}
	if err := s.AddVersion(t.Context(), store.Version{Draft: 1, Number: 1, Office: "paris", By: "p", Readers: []frank.PersonID{"q"}, Sealed: data}, 1); err != nil {
		t.Fatal(err)
	}
	if wrong, err := s.Check(t.Context()); err != nil || len(wrong) > 0 {
		t.Fatal(wrong, err)
	}
	// What it names goes with it when it gets another place.
	if err := s.Renumber(t.Context(), 0, []frank.Hash{step.Commitment, entryOf("old 1", 1).Commitment}); err != nil {
		t.Fatal(err)
	}
	var at int
	if err := s.main.r.QueryRowContext(t.Context(), `SELECT part.idx FROM part JOIN entry USING (idx) WHERE kind = 'step'`).Scan(&at); err != nil || at != 0 {
		t.Fatal(at, err)
	}
}

func TestDamage(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := t.Context()
	data := []byte("a copy")
	hash := frank.Hash(sha256.Sum256(data))
	begin, complete := entryOf("begin", 1), entryOf("complete", 1)
	begin.Begin = &store.Begin{Office: "paris", To: []store.Slot{{Person: "p"}}}
	complete.Complete = &store.Complete{Copies: []frank.Hash{hash}}
	if err := s.Put(ctx, "p", []store.Blob{{Hash: hash, Data: data}}, 1); err != nil {
		t.Fatal(err)
	}
	must(s.Accept(ctx, []store.New{{Entry: store.Entry{Kind: "genesis"}}, begin, complete}, 1))
	for _, spoil := range []string{`UPDATE data SET bytes = x'00'`, `DELETE FROM data`} {
		if _, err := s.blobs.w.Exec(spoil); err != nil {
			t.Fatal(err)
		}
		if wrong, err := s.Check(ctx); err != nil || len(wrong) != 1 || !strings.Contains(wrong[0], hash.String()) {
			t.Fatal(wrong, err)
		}
	}
	if _, err := s.main.w.Exec(`DELETE FROM blob; UPDATE entry SET idx = 7 WHERE idx = 2`); err != nil {
		t.Fatal(err)
	}
	if wrong, err := s.Check(ctx); err != nil || len(wrong) != 3 {
		t.Fatal(wrong, err)
	}
}
