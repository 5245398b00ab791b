package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/ledger/sequencer"
	"frank/store/sqlite"
)

var kills = flag.Int("kills", 6, "how often TestKilled kills the server")

// A child process is a server in the folder that this names.
const childEnv = "FRANK_TEST_SERVER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := child(dir); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func child(dir string) error {
	secret, err1 := os.ReadFile(filepath.Join(dir, "key"))
	policy, err2 := os.ReadFile(filepath.Join(dir, "policy"))
	signer, err3 := note.NewSigner(string(secret))
	st, err4 := sqlite.Open(filepath.Join(dir, "store"))
	l, err5 := net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	s, err := Open(context.Background(), Config{Store: st, LogDir: filepath.Join(dir, "log"), Signer: signer, Policy: string(policy), Origins: []string{"http://killed.example"}, Log: &sequencer.Options{Interval: 100 * time.Millisecond}})
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return s.Serve(context.Background(), l, nil)
}

// TestKilled kills the server again and again while people issue and fetch.
// What anybody was told stands in the log, at that index; nothing is half
// issued; who got no answer asks again and gets one.
func TestKilled(t *testing.T) {
	w := newWorld(t, nil)
	w.ok(os.WriteFile(filepath.Join(w.dir, "key"), []byte(w.secret), 0o600))
	w.ok(os.WriteFile(filepath.Join(w.dir, "policy"), []byte(w.policy), 0o600))
	var c *exec.Cmd
	start := func() {
		t.Helper()
		c = exec.Command(os.Args[0])
		c.Env = append(os.Environ(), childEnv+"="+w.dir)
		out, err := c.StdoutPipe()
		w.ok(err)
		w.ok(c.Start())
		lines := bufio.NewScanner(out)
		lines.Scan()
		if strings.HasPrefix(lines.Text(), "error") {
			t.Fatal(lines.Text())
		}
		w.base = "http://" + lines.Text()
	}
	w.origin = "http://killed.example"
	start()
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	w.found()
	gus, hal, ivy := w.person("Gus"), w.person("Hal"), w.person("Ivy")

	var mu sync.Mutex
	told := map[uint64]frank.Hash{}
	tell := func(index uint64, commitment frank.Hash) {
		mu.Lock()
		defer mu.Unlock()
		if c, ok := told[index]; ok && c != commitment {
			t.Errorf("index %d was given twice", index)
		}
		told[index] = commitment
	}
	insist := func(m *api.Submission, by *actor) *api.Accepted {
		for end := time.Now().Add(60 * time.Second); ; {
			a, err := by.submit(m)
			if err == nil {
				tell(a.Index, m.Commitment)
				return a
			}
			if e, ok := errors.AsType[*api.Error](err); ok && !e.Kind.Again() || time.Now().After(end) {
				t.Errorf("refused: %v", err)
				return nil
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	issued := map[frank.Hash][]byte{}
	stop := make(chan struct{})
	running := func() bool {
		select {
		case <-stop:
			return false
		default:
			return !t.Failed()
		}
	}
	var wg sync.WaitGroup
	number := 0
	wg.Go(func() { // Gus issues
		for running() {
			number++
			i := gus.draft(number, []*actor{hal, ivy}, nil)
			m := open(i.entry)
			if i.accepted = insist(m, gus); i.accepted == nil {
				return
			}
			for n := 0; i.accepted.Checkpoint == ""; n++ { // the server was killed while it waited
				if n == 100 {
					t.Error("an issue is left without a draw")
					return
				}
				if i.accepted = insist(m, gus); i.accepted == nil {
					return
				}
			}
			i.parts = &api.Parts{}
			put := func() frank.Hash {
				b := w.blob(3000)
				mu.Lock()
				issued[sha256.Sum256(b)] = b
				mu.Unlock()
				for running() {
					var out api.Put
					if gus.send("POST", api.PathBlobs, api.TypeParcel, api.AppendPart(nil, b), &out) == nil {
						return out.Hashes[0]
					}
					time.Sleep(10 * time.Millisecond)
				}
				return frank.Hash{}
			}
			for range i.begin.To {
				i.parts.Copies = append(i.parts.Copies, put())
			}
			for range i.begin.Officers {
				i.parts.Shares = append(i.parts.Shares, put())
			}
			x := frank.Hash(sha256.Sum256([]byte("x"))) // as drafted
			i.complete = dispatch.Complete{Dispatch: i.begin.Dispatch, Batch: 1, Begin: i.accepted.Index, BeginEntry: i.entry.Commitment(), Checkpoint: i.accepted.Checkpoint,
				Book: x, Units: 1, UnitRoot: x, CopyRoot: x, ReaderRoot: x, Head: x, Sharing: x, MapSharing: x, Sealed: dispatch.SealedRoot(i.parts.Copies), Shares: dispatch.SharesRoot(i.parts.Shares), Codebook: put(), Source: put(), Map: put()}
			s := open(gus.entry(dispatch.KindComplete, api.Marshal(i.complete)))
			s.Parts = i.parts
			if !running() || insist(s, gus) == nil {
				return
			}
		}
	})
	fetched := 0
	for _, reader := range []*actor{hal, ivy} {
		wg.Go(func() {
			for running() {
				var in api.Inbox
				if reader.get(api.PathInbox+"?limit=500", &in) != nil {
					time.Sleep(10 * time.Millisecond)
					continue
				}
				for _, x := range in.Copies {
					m := reader.fetching(x)
					f, err := reader.fetch(m)
					if err != nil {
						break
					}
					tell(f.Accepted.Index, m.Commitment)
					mu.Lock()
					same := bytes.Equal(issued[x.Sealed], f.Copy)
					fetched++
					mu.Unlock()
					if !same {
						t.Error("another copy was served")
					}
					if !running() {
						return
					}
				}
			}
		})
	}
	for range *kills {
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		c.Process.Kill()
		c.Wait()
		w.mu.Lock()
		start()
		w.mu.Unlock()
	}
	time.Sleep(300 * time.Millisecond)
	close(stop)
	wg.Wait()
	if t.Failed() {
		return
	}
	w.published()
	head := w.head()
	for index, commitment := range told {
		if err := head.Holds(t.Context(), w, index, commitment); err != nil {
			t.Errorf("entry %d: %v", index, err)
		}
	}
	var list api.Issued
	w.ok(gus.get(api.PathIssued+"?office=embassy&limit=500", &list))
	complete := 0
	for n, b := range list.Batches {
		if b.Dispatch.Number != n+1 {
			t.Errorf("number %d is %v", n+1, b.Dispatch)
		}
		if b.Complete != 0 {
			complete++
		}
	}
	if in := hal.inbox(); len(in) != complete || complete < number-1 {
		t.Errorf("%d copies, %d issued, %d begun", len(in), complete, number)
	}
	t.Logf("%d kills; %d entries told, %d in the log; %d issued, %d fetched", *kills, len(told), head.Size, complete, fetched)
}
