package witness

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frank"
	"frank/ledger"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "log.example/ledger"

// fixture is a log in memory, and its key.
type fixture struct {
	t      *testing.T
	signer note.Signer
	vkey   string
	hashes []tlog.Hash
}

func newFixture(t *testing.T, entries int) *fixture {
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, vkey: vkey}
	f.signer, _ = note.NewSigner(skey)
	f.grow(entries, "a")
	return f
}

func (f *fixture) grow(entries int, what string) {
	for i := range entries {
		h, err := tlog.StoredHashes(int64(i), fmt.Appendf(nil, "%s%d", what, i), f)
		if err != nil {
			f.t.Fatal(err)
		}
		f.hashes = append(f.hashes, h...)
	}
}

func (f *fixture) ReadHashes(at []int64) (list []tlog.Hash, err error) {
	for _, x := range at {
		list = append(list, f.hashes[x])
	}
	return list, nil
}

func (f *fixture) checkpoint(size int) string {
	root := ledger.Empty().Root
	if size > 0 {
		h, err := tlog.TreeHash(int64(size), f)
		if err != nil {
			f.t.Fatal(err)
		}
		root = frank.Hash(h)
	}
	return f.sign(string(log.Checkpoint{Origin: origin, Size: uint64(size), Hash: root[:]}.Marshal()))
}

func (f *fixture) sign(text string) string {
	b, err := note.Sign(&note.Note{Text: text}, f.signer)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b)
}

// body is a request that proves its checkpoint.
func (f *fixture) body(old, size int) string {
	b := fmt.Sprintf("old %d\n", old)
	if old > 0 && old < size {
		p, err := tlog.ProveTree(int64(size), int64(old), f)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, h := range p {
			b += base64.StdEncoding.EncodeToString(h[:]) + "\n"
		}
	}
	return b + "\n" + f.checkpoint(size)
}

func post(t *testing.T, h http.Handler, body string) (int, string, string) {
	out := httptest.NewRecorder()
	h.ServeHTTP(out, httptest.NewRequest(http.MethodPost, "/add-checkpoint", strings.NewReader(body)))
	b, _ := io.ReadAll(out.Body)
	return out.Code, string(b), out.Header().Get("Content-Type")
}

func TestWitness(t *testing.T) {
	f, fork := newFixture(t, 300), newFixture(t, 0)
	fork.signer = f.signer
	fork.grow(300, "b")
	private, public, err := NewKey("w.example")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w, err := Open(dir, private, f.vkey)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ledger.ParsePolicy([]byte("log " + f.vkey + "\nwitness w " + public + "\nquorum w\n"))
	if err != nil {
		t.Fatal(err)
	}
	lines := map[int]string{}
	sign := func(old, size int) {
		t.Helper()
		status, line, _ := post(t, w, f.body(old, size))
		if status != http.StatusOK {
			t.Fatalf("%d to %d: %d %s", old, size, status, line)
		}
		c, err := p.Verify([]byte(f.checkpoint(size) + line))
		if err != nil || !c.Witnessed {
			t.Fatalf("%d to %d: %v", old, size, err)
		}
		if before, ok := lines[size]; ok && before != line {
			t.Errorf("size %d was cosigned twice", size)
		}
		lines[size] = line
	}
	refuse := func(what string, want int, body, text string) {
		t.Helper()
		status, got, kind := post(t, w, body)
		if status != want || text != "" && got != text || (text != "") != (kind == "text/x.tlog.size") {
			t.Errorf("%s: %d %q %s, expected %d", what, status, got, kind, want)
		}
	}
	refuse("conflict before anything", 409, f.body(5, 10), "0\n")
	sign(0, 0)
	sign(0, 0)
	sign(0, 100)
	time.Sleep(1100 * time.Millisecond) // a cosignature made now would carry another time
	sign(100, 100)
	sign(100, 250)
	sign(250, 250)
	refuse("an old size", 409, f.body(100, 300), "250\n")
	refuse("no old size", 409, f.body(0, 300), "250\n")
	refuse("a smaller log", 409, f.body(100, 200), "250\n")
	refuse("old above new", 400, f.body(250, 200), "")
	refuse("a fork at the same size", 409, fork.body(250, 250), "")
	refuse("a fork", 422, fork.body(250, 300), "")
	refuse("no proof", 422, "old 250\n\n"+f.checkpoint(300), "")
	refuse("a proof where none is needed", 422, strings.Replace(f.body(250, 250), "\n\n", "\n"+strings.Repeat("A", 43)+"=\n\n", 1), "")
	refuse("unknown ledger", 404, "old 250\n\n"+strings.ReplaceAll(f.checkpoint(300), origin, "x"+origin), "")
	stranger := newFixture(t, 300)
	refuse("another key", 403, stranger.body(250, 300), "")
	broken := []byte(f.body(250, 300))
	if at := len(broken) - 20; broken[at] == 'A' {
		broken[at] = 'B'
	} else {
		broken[at] = 'A'
	}
	refuse("a broken signature", 403, string(broken), "")
	refuse("nothing", 400, "", "")
	refuse("extension", 400, "old 250\n\n"+f.sign(strings.SplitN(f.checkpoint(300), "\n\n", 2)[0]+"\nmore\n"), "")
	refuse("too long", 400, f.body(250, 300)+strings.Repeat("\n", MaxRequest), "")
	refuse("64 lines", 400, "old 250\n"+strings.Repeat(strings.Repeat("A", 43)+"=\n", 64)+"\n"+f.checkpoint(300), "")
	for _, old := range []string{"old 0250", "old -1", "old", "old  250", "OLD 250", "old 99999999999999999999", "old 250 "} {
		refuse(old, 400, old+"\n\n"+f.checkpoint(300), "")
	}
	// It remembers after a restart, whatever was half written.
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	list, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(list) != 1 {
		t.Fatal(list)
	}
	if err := os.WriteFile(filepath.Join(dir, "."+filepath.Base(list[0])+".0123456789abcdef.tmp"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w, err = Open(dir, private, f.vkey); err != nil {
		t.Fatal(err)
	}
	refuse("forgotten", 409, f.body(0, 300), "250\n")
	sign(250, 250)
	sign(250, 300)
	w.Close()
	// With the state damaged, or under another key, it does not begin anew.
	other, _, _ := NewKey("w.example")
	if _, err := Open(dir, other, f.vkey); err == nil {
		t.Error("another witness took over the memory")
	}
	data, _ := os.ReadFile(list[0])
	for i := 0; i < len(data); i += 7 {
		bad := bytes.Clone(data)
		bad[i] ^= 1
		os.WriteFile(list[0], bad, 0o600)
		if w, err := Open(dir, private, f.vkey); err == nil {
			if s := w.logs[origin]; s.head.Size != 300 {
				t.Fatalf("a damaged memory was believed, byte %d", i)
			}
			w.Close()
		}
	}
	if _, err := Open(t.TempDir(), private, "nonsense"); err == nil {
		t.Error("nonsense was taken for a ledger's key")
	}
}

// Of two heads that do not continue each other only one is ever cosigned,
// however requests race.
func TestRace(t *testing.T) {
	a, b := newFixture(t, 64), newFixture(t, 0)
	b.signer = a.signer
	b.grow(64, "b")
	private, _, _ := NewKey("w.example")
	bodies := []string{a.body(0, 64), b.body(0, 64)}
	for range 20 {
		w, err := Open(t.TempDir(), private, a.vkey)
		if err != nil {
			t.Fatal(err)
		}
		var signed [2]atomic.Int32
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range 16 {
			wg.Go(func() {
				<-start
				if status, _, _ := post(t, w, bodies[i%2]); status == http.StatusOK {
					signed[i%2].Add(1)
				}
			})
		}
		close(start)
		wg.Wait()
		w.Close()
		if (signed[0].Load() == 0) == (signed[1].Load() == 0) {
			t.Fatalf("two histories were cosigned, or none: %d and %d", signed[0].Load(), signed[1].Load())
		}
	}
}

func TestHTTP(t *testing.T) {
	f := newFixture(t, 3)
	private, _, _ := NewKey("w.example")
	w, err := Open(t.TempDir(), private, f.vkey)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, c := range []struct {
		method, path string
		want         int
	}{{"GET", "/add-checkpoint", 405}, {"POST", "/", 404}, {"POST", "/prefix/add-checkpoint", 200}} {
		out := httptest.NewRecorder()
		w.ServeHTTP(out, httptest.NewRequest(c.method, c.path, strings.NewReader(f.body(0, 3))))
		if out.Code != c.want {
			t.Errorf("%s %s: %d", c.method, c.path, out.Code)
		}
	}
	if _, _, err := NewKey("no spaces.example"); err == nil {
		t.Error("a name with a space was taken")
	}
}

func FuzzParse(f *testing.F) {
	line := base64.StdEncoding.EncodeToString(sha256.New().Sum(nil))
	f.Add([]byte("old 5\n" + line + "\n\nlog.example\n7\n" + line + "\n\n— log.example AAAA\n"))
	f.Add([]byte("old 0\n\nx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parse(data)
		if err != nil {
			return
		}
		again := fmt.Sprintf("old %d\n", r.old)
		for _, h := range r.proof {
			again += base64.StdEncoding.EncodeToString(h[:]) + "\n"
		}
		if again+"\n"+string(r.note) != string(data) {
			t.Errorf("%q has two writings", data)
		}
	})
}
