package sequencer_test

import (
	"bufio"
	"context"
	crand "crypto/rand"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frank"
	"frank/ledger"
	"frank/ledger/sequencer"

	"golang.org/x/mod/sumdb/note"
)

var kills = flag.Int("kills", 25, "how often TestKilled kills the process that appends")

// appendUntilKilled is the child: it appends as fast as it can and prints what
// was acknowledged.
func appendUntilKilled(dir string) {
	check := func(err error) {
		if err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
	}
	skey, err := os.ReadFile(filepath.Join(dir, "key"))
	check(err)
	text, err := os.ReadFile(filepath.Join(dir, "policy"))
	check(err)
	s, err := note.NewSigner(string(skey))
	check(err)
	p, err := ledger.ParsePolicy(text)
	check(err)
	l, err := sequencer.Open(context.Background(), filepath.Join(dir, "log"), s, sequencer.Options{Policy: p, Interval: 100 * time.Millisecond, BatchAge: time.Millisecond})
	check(err)
	fmt.Println("open")
	for range 32 {
		go func() {
			for {
				var c frank.Hash
				for i := range c {
					c[i] = byte(rand.Uint32())
				}
				index, err := l.Append(context.Background(), c)
				check(err)
				fmt.Printf("%d %s\n", index, c) // one write: lines do not mix
			}
		}()
	}
	select {}
}

// However often the process is killed, nothing acknowledged is lost, no index
// is given to two entries, and every checkpoint continues the last.
func TestKilled(t *testing.T) {
	dir := folder(t)
	skey, vkey, err := note.GenerateKey(crand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	text := "log " + vkey + "\nquorum none\n"
	for name, data := range map[string]string{"key": skey, "policy": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := policy(t, text)
	s, _ := note.NewSigner(skey)
	acknowledged := map[uint64]frank.Hash{}
	view := ledger.NewView(p)
	for n := range *kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "FRANK_TEST_APPEND_IN="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var killed atomic.Bool
		kill := func() { killed.Store(true); cmd.Process.Kill() }
		lines := bufio.NewScanner(out)
		if n%5 == 4 { // also while it opens
			time.AfterFunc(time.Duration(rand.IntN(60))*time.Millisecond, kill)
		}
		for lines.Scan() {
			line := lines.Text()
			if line == "open" {
				time.AfterFunc(time.Duration(rand.IntN(250))*time.Millisecond, kill)
				continue
			}
			var index uint64
			var text string
			var c frank.Hash
			if _, err := fmt.Sscan(line, &index, &text); err != nil || c.UnmarshalText([]byte(text)) != nil {
				if strings.HasPrefix(line, "failed") {
					t.Fatal(line)
				}
				continue // cut off by the kill
			}
			if old, taken := acknowledged[index]; taken && old != c {
				t.Fatalf("index %d was given to two entries", index)
			}
			acknowledged[index] = c
		}
		cmd.Wait()
		if !killed.Load() {
			t.Fatal("the child ended by itself")
		}
		if n%5 != 0 && n != *kills-1 {
			continue
		}
		l, err := sequencer.Open(t.Context(), filepath.Join(dir, "log"), s, sequencer.Options{Policy: p, Interval: 100 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		last, err := l.Append(t.Context(), leaf(n))
		if err != nil {
			t.Fatal(err)
		}
		acknowledged[last] = leaf(n)
		cp, err := l.WaitPublished(t.Context(), last)
		if err != nil {
			t.Fatal(err)
		}
		c, err := view.Advance(t.Context(), cp, l)
		if err != nil {
			t.Fatal(err)
		}
		all, err := c.Commitments(t.Context(), l, 0, c.Size)
		if err != nil {
			t.Fatal(err)
		}
		for index, want := range acknowledged {
			if index >= c.Size || all[index] != want {
				t.Fatalf("entry %d was acknowledged, and is lost or another", index)
			}
		}
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(acknowledged) < 10**kills {
		t.Errorf("only %d entries were acknowledged over %d kills", len(acknowledged), *kills)
	}
	t.Logf("%d entries acknowledged over %d kills", len(acknowledged), *kills)
}
