package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"frank/internal/replay"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"frank": main})
}

// TestScripts runs testdata: what the command does, readable as a manual.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("FRANK_HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"vector": vector, "flip": flip, "code": code, "lines": lines, "big": big, "json": jsonHas, "size": size, "raw": raw, "spell": spell, "long": long, "clean": clean, "model": model, "await": await, "exchange": exchange, "as": as, "consent": consent, "grant": grant,
			"ministry": founded, "appoint": appoint, "typed": typed, "lost": lost, "lose": lose, "lie": lie, "clock": clock, "unsign": unsign, "refuse": refuse, "enact": enact, "withdraw": withdraw, "silently": silently, "fillkey": fillkey, "unsealed": unsealed, "changes": changes, "numbered": numbered, "press": press,
		},
	})
}

// code runs a command and checks its exit code: code 3 frank trace ….
func code(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

// lines writes a file of numbered lines: lines FILE COUNT PREFIX.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	for i := range n {
		b.WriteString(args[2] + " " + strconv.Itoa(i+1) + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// big writes a text of so many megabytes: big FILE MEGABYTES.
func big(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat("The talks have stalled for now.\n", n<<15)), 0o600))
}

// jsonHas looks for texts in the last output with its white space taken out:
// json '"verdict":"named"'.
func jsonHas(ts *testscript.TestScript, neg bool, args []string) {
	out := strings.Join(strings.Fields(ts.ReadFile("stdout")), "")
	for _, want := range args {
		if strings.Contains(out, strings.Join(strings.Fields(want), "")) == neg {
			ts.Fatalf("%q: expected it to be there: %v", want, !neg)
		}
	}
}

// size checks how many files match: size 200 'issue/copies/*.txt'.
func size(ts *testscript.TestScript, neg bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if strconv.Itoa(len(found)) != args[0] {
		ts.Fatalf("%d files, not %s", len(found), args[0])
	}
}

// raw writes bytes given as a Go string: raw FILE 'caf\xe9'.
func raw(ts *testscript.TestScript, neg bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// spell sets a variable to a Go string: spell BAD 'x\x1b[2J'.
func spell(ts *testscript.TestScript, neg bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Setenv(args[0], text)
}

// long sets a variable to a word of so many letters: long WORD 1000.
func long(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Setenv(args[0], strings.Repeat("x", n))
}

// clean checks that the last output, and what was said beside it, do nothing on a
// terminal but to be read.
func clean(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(name)
		if i := strings.IndexFunc(text, func(c rune) bool {
			return c != '\n' && c != '\t' && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) || c == unicode.ReplacementChar
		}); i >= 0 {
			ts.Fatalf("%s has %+q", name, text[i:min(i+40, len(text))])
		}
	}
}

// model starts a model server that replays recordings and puts its address into
// $MODEL: model 'exchange/*.http'.
func model(ts *testscript.TestScript, neg bool, args []string) {
	s, err := replay.New(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(s.Close)
	ts.Setenv("MODEL", s.URL)
}
