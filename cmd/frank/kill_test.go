package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"frank/api"
	"frank/internal/trial"
	"frank/ledger"
	"frank/operate"
)

var kills = flag.Int("kills", 15, "how often TestKilled kills the server")

// child is a frank serve of its own process.
type child struct {
	t   *testing.T
	dir string
	cmd *exec.Cmd
	log bytes.Buffer
}

const called = "http://frank.example" // wherever it listens

// launch starts it and does not wait.
func (c *child) launch(more ...string) (out io.Reader) {
	c.t.Helper()
	c.log.Reset()
	c.cmd = exec.Command("frank", append([]string{"serve", c.dir, "--listen", "127.0.0.1:0", "--url", called, "--json"}, more...)...)
	c.cmd.Stderr = &c.log
	out, err := c.cmd.StdoutPipe()
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// start starts it and says where it answers.
func (c *child) start(more ...string) (base string) {
	c.t.Helper()
	out := c.launch(more...)
	var line []byte
	for b := make([]byte, 1); !bytes.HasSuffix(line, []byte("\n")); line = append(line, b...) {
		if _, err := out.Read(b); err != nil {
			c.cmd.Wait()
			c.t.Fatalf("the server did not start: %s", &c.log)
		}
	}
	_, rest, _ := strings.Cut(string(line), `"listen":"`)
	address, _, _ := strings.Cut(rest, `"`)
	return "http://" + address
}

func (c *child) kill() {
	c.cmd.Process.Kill()
	c.cmd.Wait()
}

// stop ends it as an operator does.
func (c *child) stop() {
	c.t.Helper()
	c.cmd.Process.Signal(syscall.SIGTERM)
	if err := c.cmd.Wait(); err != nil {
		c.t.Fatalf("it did not stop in order: %v\n%s", err, &c.log)
	}
}

// check runs fsck.
func (c *child) check() *operate.Report {
	c.t.Helper()
	report, err := operate.Check(c.t.Context(), c.dir, func(string, int, int) {})
	if err != nil {
		c.t.Fatal(err)
	}
	if !report.Clean {
		c.t.Fatalf("fsck: %q", report.Wrong)
	}
	return report
}

// ministry starts a server in a new folder, and founds an organisation on it.
func ministry(t *testing.T) (*child, *trial.Ministry) {
	t.Helper()
	c := &child{t: t, dir: filepath.Join(t.TempDir(), "server")}
	base := c.start()
	t.Cleanup(c.kill)
	f, err := operate.Open(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	m := &trial.Ministry{Origin: called, Log: f.Signer.Name(), Policy: f.Policy.Text(), Setup: f.Setup}
	if err := trial.Found(m, base); err != nil {
		t.Fatalf("%v\n%s", err, &c.log)
	}
	return c, m
}

// TestKilled kills the server at random moments, again and again, while people
// issue and fetch. Each time the folder is in order as it was left, and the
// server starts; at the end everything that anybody was told stands where they
// were told, and nothing is half issued.
func TestKilled(t *testing.T) {
	c, m := ministry(t)
	var wg sync.WaitGroup
	var stop atomic.Bool
	running := func() bool { return !stop.Load() && !t.Failed() }
	var issued, fetched atomic.Int64
	wg.Go(func() {
		for n := 1; running(); n++ {
			if err := m.Issue(n, "Hal", "Ivy"); err != nil {
				t.Errorf("dispatch %d: %v", n, err)
				return
			}
			issued.Add(1)
		}
	})
	for _, name := range []string{"Hal", "Ivy"} {
		wg.Go(func() {
			for running() {
				list, err := m.Person(name).Inbox()
				if err != nil {
					t.Errorf("%s reads: %v", name, err)
					return
				}
				for i := range list {
					x := list[len(list)-1-i]
					if !running() {
						return
					}
					switch err := m.Person(name).Fetch(x); {
					case err == nil:
						fetched.Add(1)
					case errors.Is(err, trial.ErrOther):
						t.Errorf("%s fetched %s: %v", name, x.Dispatch, err)
					case !again(err):
						t.Errorf("%s fetches %s, which the inbox has: %v", name, x.Dispatch, err)
					}
					if i == 20 {
						break
					}
				}
			}
		})
	}
	began, checks := time.Now(), 0
	var down, checked time.Duration
	for n := range *kills {
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		c.kill()
		at := time.Now()
		if n%10 == 0 || n < 20 {
			c.check()
			checked, checks = checked+time.Since(at), checks+1
		}
		if n%5 == 4 { // and while it starts
			c.launch()
			time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
			c.kill()
		}
		at = time.Now()
		m.Move(c.start())
		down += time.Since(at)
		if t.Failed() {
			break
		}
		if n%50 == 49 {
			t.Logf("%d kills, %d issued, %d fetched", n+1, issued.Load(), fetched.Load())
		}
	}
	time.Sleep(200 * time.Millisecond)
	stop.Store(true)
	wg.Wait()
	if t.Failed() {
		return
	}
	if err := m.Check(t.Context(), "", m.Told()); err != nil {
		t.Error(err)
	}
	var list api.Issued
	complete := 0
	for from := uint64(0); ; {
		if err := m.Person("Gus").Get(fmt.Sprintf("%s?office=embassy&limit=500&from=%d", api.PathIssued, from), &list); err != nil {
			t.Fatal(err)
		}
		for _, b := range list.Batches {
			if b.Complete != 0 {
				complete++
			}
		}
		if !list.More() {
			break
		}
		from = list.Next
	}
	for _, name := range []string{"Hal", "Ivy"} {
		in, err := m.Person(name).Inbox()
		if err != nil || len(in) != complete || complete != int(issued.Load()) {
			t.Errorf("%s has %d copies; %d are issued, %d were told so: %v", name, len(in), complete, issued.Load(), err)
		}
	}
	c.stop()
	report := c.check()
	if report.Head.Size != report.Accepted || report.Copies != 2*complete || len(report.Warnings)+len(report.Notes) > 0 {
		t.Errorf("after all, fsck finds %+v", report)
	}
	t.Logf("%d kills in %v: %d entries, %d of them acknowledged; %d issued, %d fetched; a start took %v, fsck %v",
		*kills, time.Since(began).Round(time.Second), report.Head.Size, len(m.Told()), issued.Load(), fetched.Load(), (down / time.Duration(*kills)).Round(time.Millisecond), (checked / time.Duration(checks)).Round(time.Millisecond))
}

// again reports whether the server was away, or asks for patience.
func again(err error) bool {
	e, ok := errors.AsType[*api.Error](err)
	return !ok || e.Kind.Again()
}

// TestBackedUp backs the server up while it is at work, and restores it: all
// that had been acknowledged before is there, at its place, and the server goes
// on from there.
func TestBackedUp(t *testing.T) {
	c, m := ministry(t)
	var wg sync.WaitGroup
	var stop atomic.Bool
	last := 0
	wg.Go(func() {
		for ; !stop.Load(); last++ {
			if err := m.Issue(last+1, "Hal", "Ivy"); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for _, name := range []string{"Hal", "Ivy"} {
		wg.Go(func() {
			for !stop.Load() {
				list, _ := m.Person(name).Inbox()
				for _, x := range list {
					m.Person(name).Fetch(x)
				}
			}
		})
	}
	root := filepath.Dir(c.dir)
	for n := range 3 {
		time.Sleep(300 * time.Millisecond)
		before := m.Told()
		backup, again := filepath.Join(root, fmt.Sprint("backup", n)), filepath.Join(root, fmt.Sprint("again", n))
		if out, err := exec.Command("frank", "backup", c.dir, backup).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if out, err := exec.Command("frank", "restore", backup, again).CombinedOutput(); err != nil || !bytes.Contains(out, []byte("\nclean\n")) {
			t.Fatalf("%v: %s", err, out)
		}
		other := &child{t: t, dir: again}
		base := other.start()
		if err := m.Check(t.Context(), base, before); err != nil {
			t.Errorf("backup %d: %v", n, err)
		}
		if err := m.Follow(t.Context(), base); !isStale(err) {
			t.Errorf("backup %d: a client that saw more says %v", n, err)
		}
		other.stop()
		report := other.check()
		if report.Head.Size < uint64(len(before)) {
			t.Errorf("backup %d has %d entries of %d", n, report.Head.Size, len(before))
		}
		t.Logf("backup %d: %d entries acknowledged before, %d in it, %d after", n, len(before), report.Head.Size, len(m.Told()))
	}
	stop.Store(true)
	wg.Wait()
	if len(m.Told()) == 0 || t.Failed() {
		return
	}
	// Nobody is running: the same once more.
	c.stop()
	backup := filepath.Join(root, "stopped")
	if out, err := exec.Command("frank", "backup", c.dir, backup).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	report, err := operate.Check(t.Context(), backup, func(string, int, int) {})
	if want := c.check(); err != nil || report.Head != want.Head || report.Copies != want.Copies || len(report.Notes) > 0 {
		t.Errorf("the backup of a stopped server: %v\n%+v\n%+v", err, report, want)
	}
	again := filepath.Join(root, "again")
	if out, err := exec.Command("frank", "restore", backup, again).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	other := &child{t: t, dir: again}
	m.Move(other.start())
	defer other.kill()
	if err := m.Issue(last+1, "Ivy"); err != nil {
		t.Errorf("the server does not go on: %v", err)
	}
	if err := m.Check(t.Context(), "", m.Told()); err != nil {
		t.Error(err)
	}
}

func isStale(err error) bool {
	_, ok := errors.AsType[*ledger.Stale](err)
	return ok
}
