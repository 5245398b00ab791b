package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frank/internal/replay"
	"frank/prose"
	"frank/variant"
)

const memo = "The {talks|discussions} {have stalled|have stopped} and {nobody|no one} {expects|looks for} {more|anything further}.\n"

// stage is a folder with a key, a source and a list of readers.
func stage(t *testing.T, readers int) (dir string, frank func(args ...string) (*Command, *bytes.Buffer)) {
	t.Helper()
	dir = t.TempDir()
	var list strings.Builder
	for i := range readers {
		fmt.Fprintf(&list, "Reader %d\n", i+1)
	}
	os.WriteFile(filepath.Join(dir, "memo.frank"), []byte(memo), 0o600)
	os.WriteFile(filepath.Join(dir, "readers.txt"), []byte(list.String()), 0o600)
	frank = func(args ...string) (*Command, *bytes.Buffer) {
		var both bytes.Buffer
		return &Command{Args: args, Dir: dir, Stdin: strings.NewReader(""), Stdout: &both, Stderr: &both,
			Getenv: func(k string) string { return map[string]string{"FRANK_HOME": "home"}[k] }}, &both
	}
	c, out := frank("init", "--no-passphrase")
	if c.Run(t.Context()) != Done {
		t.Fatal(out)
	}
	return dir, frank
}

func TestInterruptLeavesNothing(t *testing.T) {
	dir, frank := stage(t, 100_000)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if _, err := os.Stat(filepath.Join(dir, "issue.unfinished", "copies", "000100.txt")); err == nil {
				return
			}
		}
	}()
	c, out := frank("mark", "memo.frank", "--to", "readers.txt", "--out", "issue")
	if code := c.Run(ctx); code != Trouble || out.String() != "frank: interrupted\n" {
		t.Fatalf("exit %d: %s", code, out)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*issue*"))
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left)+len(hidden) != 0 {
		t.Fatalf("left: %v %v", left, hidden)
	}
}

func TestInterruptedReviewKeepsWhatWasDecided(t *testing.T) {
	dir, frank := stage(t, 1)
	path := filepath.Join(dir, "p.frank")
	os.WriteFile(path, []byte("We {?contraction:do not|don't} {?own:know|see}.\n"), 0o600)
	in, typed := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		io.WriteString(typed, "k\n")
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if b, _ := os.ReadFile(path); strings.Contains(string(b), "{contraction") {
				break
			}
		}
		cancel() // ctrl-C at the next question
	}()
	c, out := frank("review", "p.frank")
	c.Stdin = in
	if code := c.Run(ctx); code != Trouble || !strings.HasSuffix(out.String(), "frank: interrupted\n") {
		t.Fatalf("exit %d: %s", code, out)
	}
	if b, _ := os.ReadFile(path); string(b) != "We {contraction:do not|don't} {?own:know|see}.\n" {
		t.Fatalf("%s", b)
	}
}

func TestInterruptedReviewKeepsWhatWasAdded(t *testing.T) {
	dir, frank := stage(t, 1)
	path := filepath.Join(dir, "p.frank")
	os.WriteFile(path, []byte("I told him that the labour of so many months would be thrown away for the sake of a form of words that pleased nobody.\n"), 0o600)
	in, typed := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		io.WriteString(typed, "thrown away|wasted\n")
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if b, _ := os.ReadFile(path); strings.Contains(string(b), "{thrown") {
				break
			}
		}
		cancel() // ctrl-C at the next question
	}()
	c, out := frank("review", "p.frank")
	c.Stdin = in
	if code := c.Run(ctx); code != Trouble || !strings.HasSuffix(out.String(), "frank: interrupted\n") {
		t.Fatalf("exit %d: %s", code, out)
	}
	if b, _ := os.ReadFile(path); !strings.Contains(string(b), "be {thrown away|wasted} for") {
		t.Fatalf("%s", b)
	}
}

func TestInterruptedModelServer(t *testing.T) {
	dir, frank := stage(t, 1)
	os.WriteFile(filepath.Join(dir, "1.http"), []byte("wait: 60s\n\n{}"), 0o600)
	server, err := replay.New(filepath.Join(dir, "*.http"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end) && len(server.Asked()) == 0; {
			time.Sleep(time.Millisecond)
		}
	}()
	os.WriteFile(filepath.Join(dir, "p.txt"), []byte("They brought the meeting to a close in the evening.\n"), 0o600)
	c, out := frank("propose", "p.txt", "-o", "p.frank", "--model", server.URL, "--model-name", "a-model")
	c.Getenv = func(k string) string {
		return map[string]string{"FRANK_HOME": "home", "FRANK_MODEL_KEY": "a-key"}[k]
	}
	start := time.Now()
	if code := c.Run(ctx); code != Trouble || out.String() != "frank: interrupted\n" || time.Since(start) > 30*time.Second {
		t.Fatalf("exit %d: %s", code, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "p.frank")); err == nil {
		t.Fatal("a source was written all the same")
	}
	if asked := strings.Join(server.Asked(), ""); !strings.Contains(asked, "brought the meeting") || strings.Contains(asked, "a-key") {
		t.Fatalf("asked %s", asked)
	}
}

func TestReviewDoesNotOverwriteWhatAnEditorSaved(t *testing.T) {
	dir, frank := stage(t, 1)
	path := filepath.Join(dir, "p.frank")
	os.WriteFile(path, []byte("We {?contraction:do not|don't} know.\n"), 0o600)
	c, out := frank("review", "p.frank")
	asked := false
	c.Stdin = readerFunc(func(b []byte) (int, error) { // asked: by now the file was read
		if asked {
			return 0, io.EOF
		}
		asked = true
		os.WriteFile(path, []byte("We never knew.\n"), 0o600)
		return copy(b, "k\n"), nil
	})
	if code := c.Run(t.Context()); code != Trouble || !strings.Contains(out.String(), "changed by another program") {
		t.Fatalf("exit %d: %s", code, out)
	}
	if b, _ := os.ReadFile(path); string(b) != "We never knew.\n" {
		t.Fatalf("%s", b)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestAClosedPipeIsSuccess(t *testing.T) {
	_, frank := stage(t, 1)
	r, w := io.Pipe()
	r.Close()
	c, out := frank("gauge", "memo.frank")
	c.Stdout = w
	if code := c.Run(t.Context()); code != Done || out.Len() != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
}

func TestProgressAndColourOnlyOnATerminal(t *testing.T) {
	defer func(d time.Duration) { patience = d }(patience)
	patience = 0
	for _, terminal := range []bool{false, true} {
		_, frank := stage(t, 50)
		c, out := frank("mark", "memo.frank", "--to", "readers.txt", "--out", "issue")
		c.StderrTerminal = terminal
		if code := c.Run(t.Context()); code != Done {
			t.Fatalf("exit %d: %s", code, out)
		}
		if got := strings.Contains(out.String(), "copies: "); got != terminal {
			t.Errorf("terminal %v: progress %v: %.200q", terminal, got, out)
		}
		for _, plain := range []string{"", "1"} {
			c, out := frank("gauge", "memo.frank")
			c.StdoutTerminal = terminal
			c.Getenv = func(k string) string { return map[string]string{"NO_COLOR": plain}[k] }
			c.Run(t.Context())
			if got := strings.Contains(out.String(), "\x1b["); got != (terminal && plain == "") {
				t.Errorf("terminal %v, NO_COLOR %q: colour %v", terminal, plain, got)
			}
		}
	}
}

// What others wrote must not steer the terminal or forge lines.
func TestMessagesStayOnTheirLine(t *testing.T) {
	_, frank := stage(t, 1)
	c, out := frank("gauge", "no\x1b[2J\nfrank: all is well")
	if code := c.Run(t.Context()); code != Trouble {
		t.Fatal(code)
	}
	if strings.ContainsRune(out.String(), 0x1b) || strings.Count(out.String(), "\n") != 2 || !strings.HasPrefix(out.String(), "frank: no") {
		t.Fatalf("%q", out)
	}
	if got := clean("a\x1b[31mb\u202e"); got != "a[31mb" {
		t.Fatalf("%q", got)
	}
}

func TestTheDemonstrationsDispatch(t *testing.T) {
	src, err := variant.Parse(demoSource)
	if err != nil {
		t.Fatal(err)
	}
	m, err := src.Master()
	if err != nil {
		t.Fatal(err)
	}
	g := measure(m, demoReaders)
	if src.Proposed() != 0 || g.Words < 600 || g.Words > 700 || g.Bits < 0.3*float64(g.Words) {
		t.Fatalf("%d proposals, %d words, %.1f bits", src.Proposed(), g.Words, g.Bits)
	}
	// The stories count on every copy having the same sentences.
	want := len(prose.Sentences(m.Text))
	last := make([]int, len(m.Sites))
	for i, s := range m.Sites {
		last[i] = len(s.Readings) - 1
	}
	if got := len(prose.Sentences(m.Render(last))); got != want {
		t.Fatalf("%d sentences in one copy, %d in another", want, got)
	}
}

func TestFiguresForPeople(t *testing.T) {
	for got, want := range map[string]string{
		ratio("6.2", "6"):         "at least 1 million (cap)",
		ratio("-0.1", "6"):        "below 1",
		ratio("0.3", "6"):         "at least 1.9",
		ratio("5.9", "6"):         "at least 790,000",
		copyList([]int{7}):        "copy 7",
		copyList([]int{7, 9, 23}): "copies 7, 9 and 23",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
