package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"frank/ledger"
	"frank/operate"
)

// TestWitnessed: the operator starts once, has somebody else start a witness,
// names it in the policy, and from then on the ledger is cosigned; without it
// the ledger goes on, and everybody sees that.
func TestWitnessed(t *testing.T) {
	c := &child{t: t, dir: filepath.Join(t.TempDir(), "server")}
	c.start()
	c.stop()
	f, err := operate.Open(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	w := exec.Command("frank", "witness", filepath.Join(t.TempDir(), "witness"), "--log", f.Key, "--name", "witness.example", "--listen", "127.0.0.1:0", "--json")
	out, err := w.StdoutPipe()
	if err == nil {
		err = w.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		w.Process.Signal(syscall.SIGTERM)
		w.Wait()
	}()
	var said struct{ Policy string }
	if err := json.NewDecoder(out).Decode(&said); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.dir, operate.PolicyFile)
	policy, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	policy = bytes.Replace(policy, []byte("quorum none\n"), []byte(said.Policy+"\nquorum witness.example\n"), 1)
	if err := os.WriteFile(path, policy, 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := ledger.ParsePolicy(policy)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(c.dir, "log", "checkpoint")) // that of nothing, without witnesses, is young
	c.start()
	defer c.kill()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		raw, err := os.ReadFile(filepath.Join(c.dir, "log", "checkpoint"))
		if err == nil {
			checkpoint, err := p.Verify(raw)
			if err != nil {
				t.Fatal(err)
			}
			if checkpoint.Witnessed {
				return
			}
		}
		if time.Now().After(end) {
			t.Fatalf("the ledger is not cosigned: %s\n%s", raw, &c.log)
		}
	}
}
