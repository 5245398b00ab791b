package sequencer_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frank"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/ledger/witness"

	"golang.org/x/mod/sumdb/note"
)

const origin = "log.example/ledger"

func TestMain(m *testing.M) {
	if dir := os.Getenv("FRANK_TEST_APPEND_IN"); dir != "" {
		appendUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// key makes the log's key; every test has its own.
func key(t testing.TB) (note.Signer, string) {
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s, vkey
}

func policy(t testing.TB, text string) *ledger.Policy {
	p, err := ledger.ParsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// folder is one for a log. It is removed at the end: the log library may still
// be at a file for a moment after a log was closed.
func folder(t testing.TB) string {
	dir, err := os.MkdirTemp("", "sequencer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for until := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			if err := os.RemoveAll(dir); err == nil {
				return
			} else if time.Now().After(until) {
				t.Error(err)
				return
			}
		}
	})
	return dir
}

func open(t testing.TB, dir string, s note.Signer, o sequencer.Options) *sequencer.Log {
	o.Interval = 100 * time.Millisecond
	l, err := sequencer.Open(t.Context(), dir, s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(context.Background()) })
	return l
}

func leaf(i int) frank.Hash { return sha256.Sum256(fmt.Appendf(nil, "leaf %d", i)) }

// Many append at once; each index is one entry's, and a client that reads over
// HTTP finds them all, from checkpoint to checkpoint.
func TestAppend(t *testing.T) {
	s, vkey := key(t)
	p := policy(t, "log "+vkey+"\nquorum none\n")
	dir := folder(t)
	l := open(t, dir, s, sequencer.Options{Policy: p})
	server := httptest.NewServer(http.StripPrefix("/log/", l.Handler()))
	defer server.Close()
	get := func(path string) ([]byte, int) {
		r, err := http.Get(server.URL + "/log/" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		return b, r.StatusCode
	}
	tiles := ledger.TilesFunc(func(_ context.Context, path string) ([]byte, error) {
		b, status := get(path)
		if status == http.StatusNotFound {
			return nil, fs.ErrNotExist
		}
		return b, nil
	})
	v := ledger.NewView(p)
	at := make([]frank.Hash, 900)
	for round := range 3 {
		var wg sync.WaitGroup
		for i := range 300 {
			wg.Go(func() {
				c := leaf(round*300 + i)
				index, err := l.Append(t.Context(), c)
				if err != nil || index >= 900 || at[index] != (frank.Hash{}) {
					t.Errorf("index %d: %v", index, err)
					return
				}
				at[index] = c
			})
		}
		wg.Wait()
		last := uint64(round*300 + 299)
		if _, err := l.WaitPublished(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		cp, _ := get("checkpoint")
		c, err := v.Advance(t.Context(), cp, tiles)
		if err != nil || c.Size != last+1 || c.Witnessed {
			t.Fatalf("%v %+v", err, c)
		}
		if err := v.Holds(t.Context(), tiles, 0, at[:last+1]...); err != nil {
			t.Error(err)
		}
	}
	r, err := l.Receipt(7, at[7])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Expect(t.Context(), r, at[7], tiles); err != nil {
		t.Error(err)
	}
	for _, path := range []string{".state/treeState", ".lock", "", "tile", "tile/0", "tile/0/../../.state/treeState", "tile/0/000.p/256", "tile/0/000.p/0", "tile/64/000", "tile/00/000", "tile/0/x00a/000", "tile/0/000/000", "checkpoint/"} {
		if b, status := get(path); status == http.StatusOK {
			t.Errorf("%q is served: %q", path, b)
		}
	}
	if r, err := http.Post(server.URL+"/log/checkpoint", "text/plain", nil); err != nil || r.StatusCode != http.StatusMethodNotAllowed {
		t.Error("the log may be written over HTTP", err)
	}
	if err := l.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := l.Append(t.Context(), leaf(1)); !errors.Is(err, sequencer.ErrClosed) {
		t.Error("a closed ledger took an entry:", err)
	}
}

// What was appended just before Close is published when Close returns.
func TestClose(t *testing.T) {
	s, vkey := key(t)
	p := policy(t, "log "+vkey+"\nquorum none\n")
	dir := folder(t)
	for i := range 3 {
		l := open(t, dir, s, sequencer.Options{Policy: p})
		if index, err := l.Append(t.Context(), leaf(i)); err != nil || index != uint64(i) {
			t.Fatal(index, err)
		}
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		cp, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
		if err != nil {
			t.Fatal(err)
		}
		if c, err := p.Verify(cp); err != nil || c.Size != uint64(i+1) {
			t.Fatal(c, err)
		}
	}
	other, _ := key(t)
	if _, err := sequencer.Open(t.Context(), dir, other, sequencer.Options{Policy: p}); err == nil {
		t.Error("a ledger was opened under a key that its policy does not list")
	}
}

// One process at a time.
func TestOpenTwice(t *testing.T) {
	s, vkey := key(t)
	p := policy(t, "log "+vkey+"\nquorum none\n")
	dir := folder(t)
	l := open(t, dir, s, sequencer.Options{Policy: p})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := sequencer.Open(ctx, dir, s, sequencer.Options{Policy: p}); err == nil {
		t.Fatal("the ledger was opened twice")
	}
	l.Close(t.Context())
	open(t, dir, s, sequencer.Options{Policy: p})
}

// A disk that refuses a write costs the entry, not the ledger.
func TestDiskFails(t *testing.T) {
	s, vkey := key(t)
	p := policy(t, "log "+vkey+"\nquorum none\n")
	dir := folder(t)
	l := open(t, dir, s, sequencer.Options{Policy: p})
	if _, err := l.Append(t.Context(), leaf(0)); err != nil {
		t.Fatal(err)
	}
	level := filepath.Join(dir, "tile", "0")
	if err := os.Rename(level, level+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(level, nil, 0o600); err != nil { // nothing can be written below a file
		t.Fatal(err)
	}
	if i, err := l.Append(t.Context(), leaf(1)); err == nil {
		t.Fatalf("entry %d was acknowledged that could not be written", i)
	}
	if err := errors.Join(os.Remove(level), os.Rename(level+".away", level)); err != nil {
		t.Fatal(err)
	}
	index, err := l.Append(t.Context(), leaf(2))
	if err != nil || index != 1 {
		t.Fatal(index, err)
	}
	cp, err := l.WaitPublished(t.Context(), index)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := p.Verify(cp)
	if err := c.Holds(t.Context(), l, 0, leaf(0), leaf(2)); err != nil {
		t.Error(err)
	}
}

// A clock that was set back does not hold up publication.
func TestClockBack(t *testing.T) {
	s, vkey := key(t)
	p := policy(t, "log "+vkey+"\nquorum none\n")
	dir := folder(t)
	l := open(t, dir, s, sequencer.Options{Policy: p})
	ahead := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "checkpoint"), ahead, ahead); err != nil {
		t.Fatal(err)
	}
	index, err := l.Append(t.Context(), leaf(0))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := l.WaitPublished(ctx, index); err != nil {
		t.Error("nothing is published for an hour:", err)
	}
}

// watched starts two witnesses and returns a policy that asks for both, and
// what turns the second one off.
func watched(t *testing.T, vkey string) (*ledger.Policy, *atomic.Bool) {
	text := "log " + vkey + "\n"
	var off atomic.Bool
	for i := range 2 {
		private, public, err := witness.NewKey(fmt.Sprintf("w%d.example", i))
		if err != nil {
			t.Fatal(err)
		}
		w, err := witness.Open(folder(t), private, vkey)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if i == 1 && off.Load() {
				http.Error(out, "off", http.StatusServiceUnavailable)
				return
			}
			w.ServeHTTP(out, r)
		}))
		t.Cleanup(server.Close)
		text += fmt.Sprintf("witness w%d %s %s\n", i, public, server.URL)
	}
	return policy(t, text+"group both all w0 w1\nquorum both\n"), &off
}

// Checkpoints carry the witnesses' cosignatures; when one is away they are
// published without, and cosigned when it is back.
func TestWitnessed(t *testing.T) {
	s, vkey := key(t)
	p, off := watched(t, vkey)
	dir := folder(t)
	o := sequencer.Options{Policy: p, Republish: 200 * time.Millisecond, WitnessTimeout: time.Second}
	l := open(t, dir, s, o)
	v := ledger.NewView(p)
	for i := range 30 {
		index, err := l.Append(t.Context(), leaf(i))
		if err != nil {
			t.Fatal(err)
		}
		if i%10 != 0 {
			continue
		}
		cp, err := l.WaitPublished(t.Context(), index)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := v.Advance(t.Context(), cp, l); err != nil || !c.Witnessed || len(c.Cosigned) != 2 {
			t.Fatalf("%v %+v", err, c)
		}
	}
	off.Store(true)
	index, cp, err := func() (uint64, []byte, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		return l.AppendFirst(ctx, leaf(30))
	}()
	if !errors.Is(err, context.DeadlineExceeded) || index != 30 {
		t.Fatal(index, err)
	}
	if c, err := p.Verify(cp); err != nil || c.Witnessed || len(c.Cosigned) != 1 {
		t.Fatalf("%v %+v", err, c)
	}
	off.Store(false)
	index, cp, err = l.AppendFirst(t.Context(), leaf(31))
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.Verify(cp)
	if err != nil || !c.Witnessed {
		t.Fatalf("%v %+v", err, c)
	}
	if _, err := c.Randomness(index); err != nil {
		t.Error(err)
	}
	r, _ := c.Randomness(index)
	// However often an unchanged head is published, it is the same note, and
	// the same draw.
	for range 5 {
		time.Sleep(150 * time.Millisecond)
		again, err := l.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d, err := p.Verify(again)
		if err != nil || !d.Witnessed || d.Head != c.Head {
			t.Fatalf("%v %+v", err, d)
		}
		if r2, _ := d.Randomness(index); r2 != r {
			t.Error("one head gave two draws")
		}
	}
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir, s, o) // begins with its guess of what the witnesses have seen
	if _, cp, err = l.AppendFirst(t.Context(), leaf(32)); err != nil {
		t.Fatal(err)
	}
	if c, err := v.Advance(t.Context(), cp, l); err != nil || !c.Witnessed {
		t.Fatalf("%v %+v", err, c)
	}
}

// However busy the ledger is, the first checkpoint after the first entry of an
// issue lies in the window.
func TestWindow(t *testing.T) {
	s, vkey := key(t)
	p := policy(t, "log "+vkey+"\nquorum none\n")
	l := open(t, folder(t), s, sequencer.Options{Policy: p, BatchAge: time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var appended atomic.Int64
	for i := range 400 {
		wg.Go(func() {
			for j := 0; ctx.Err() == nil; j++ {
				if _, err := l.Append(ctx, leaf(i*1e6+j)); err == nil {
					appended.Add(1)
				}
			}
		})
	}
	for i := range 4 {
		wg.Go(func() {
			for j := range 4 {
				index, cp, err := l.AppendFirst(t.Context(), leaf(-1-i*10-j))
				if err != nil {
					t.Error(err)
					return
				}
				c, err := p.Verify(cp)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := c.Randomness(index); err != nil {
					t.Error(err)
				}
			}
			if i == 0 {
				cancel()
			}
		})
	}
	wg.Wait()
	cancel()
	if appended.Load() < 100 {
		t.Errorf("only %d others were let in meanwhile", appended.Load())
	}
}
