package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the commands of doc/tutorial.md print into it")

// tutorialServer is what the tutorial calls the server; the one that the test
// starts has another port.
const tutorialServer = "http://127.0.0.1:8080"

// TestTutorial runs doc/tutorial.md: every command in it, in order, and holds
// what it prints against the document. In the document "[..]" stands for
// anything in a line, "[…]" for lines left out, "[name]" for something that is
// used again later, and a last line "[exit 1]" for a command that fails.
func TestTutorial(t *testing.T) {
	const name = "../../doc/tutorial.md"
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	address, policy, stop, err := startServer(filepath.Join(dir, "server"), true, &front{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	tut := &tutorial{T: t, dir: filepath.Join(dir, "desk"), homes: filepath.Join(dir, "homes"), address: address, known: map[string]string{}}
	if err := os.Mkdir(tut.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	tut.write("ledger.policy", policy)
	out := tut.run(string(doc))
	if tut.commands < 20 {
		t.Fatalf("the tutorial has %d commands", tut.commands)
	}
	if *update && out != string(doc) {
		if err := os.WriteFile(name, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type tutorial struct {
	*testing.T
	dir, homes, address string
	known               map[string]string // what "[name]" stands for
	commands            int
}

func (t *tutorial) write(name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(t.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

var (
	prompt   = regexp.MustCompile(`^([a-z]+)\$ (.+)$`)
	fileInfo = regexp.MustCompile("^```text title=(\\S+)$")
)

// run goes through the document and returns it with what was printed.
func (t *tutorial) run(doc string) string {
	var out strings.Builder
	lines := strings.SplitAfter(doc, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSuffix(lines[i], "\n")
		out.WriteString(lines[i])
		if m := fileInfo.FindStringSubmatch(line); m != nil {
			var text strings.Builder
			for i++; i < len(lines) && strings.TrimSpace(lines[i]) != "```"; i++ {
				text.WriteString(lines[i])
				out.WriteString(lines[i])
			}
			t.write(m[1], t.filled(text.String()))
			out.WriteString(lines[i])
			continue
		}
		if line != "```console" {
			continue
		}
		for i++; i < len(lines) && strings.TrimSpace(lines[i]) != "```"; {
			m := prompt.FindStringSubmatch(strings.TrimSuffix(lines[i], "\n"))
			if m == nil {
				t.Fatalf("line %d of the tutorial: %q is neither a command nor what one prints", i+1, lines[i])
			}
			out.WriteString(lines[i])
			at := i + 1
			var want []string
			for i++; i < len(lines) && strings.TrimSpace(lines[i]) != "```" && !prompt.MatchString(strings.TrimSuffix(lines[i], "\n")); i++ {
				want = append(want, strings.TrimSuffix(lines[i], "\n"))
			}
			for _, l := range t.command(at, m[1], m[2], want) {
				out.WriteString(l + "\n")
			}
		}
		out.WriteString(lines[i])
	}
	return out.String()
}

// filled puts in what "[name]" stands for.
func (t *tutorial) filled(text string) string {
	for name, value := range t.known {
		text = strings.ReplaceAll(text, "["+name+"]", value)
	}
	return text
}

// command runs one command, and returns what the document is to say of it.
func (t *tutorial) command(at int, who, line string, want []string) []string {
	t.commands++
	line = t.filled(line)
	words := split(strings.ReplaceAll(line, tutorialServer, t.address))
	if words[0] != "frank" {
		t.Fatalf("line %d of the tutorial: it runs %s, and only frank can be", at, words[0])
	}
	cmd := exec.Command("frank", words[1:]...)
	var got bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.dir, &got, &got
	cmd.Env = append(os.Environ(), "FRANK_HOME="+filepath.Join(t.homes, who), "NO_COLOR=1")
	err := cmd.Run()
	text := strings.ReplaceAll(got.String(), t.address, tutorialServer)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		text += fmt.Sprintf("[exit %d]\n", exit.ExitCode())
	} else if err != nil {
		t.Fatal(err)
	}
	if t.matches(drawn(text), drawn(strings.Join(want, "\n"))) {
		return want
	}
	if !*update {
		t.Fatalf("line %d of the tutorial: %s$ %s\nprints\n%s\nand not\n%s", at, who, line, text, strings.Join(want, "\n"))
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return strings.Split(strings.TrimRight(differing.ReplaceAllString(strings.ReplaceAll(text, t.homes, "[..]"), "[..]"), "\n"), "\n")
}

// paragraph is a line of a copy's text as frank open prints it, which is drawn
// by lot.
var paragraph = regexp.MustCompile(`(?m)^( {5}|[ \d]{3}  )\S.*$`)

// drawn takes out what was drawn by lot, and how it fell into lines.
func drawn(text string) string {
	text = paragraph.ReplaceAllString(strings.TrimRight(text, "\n"), "\x00")
	for strings.Contains(text, "\x00\n\x00") {
		text = strings.ReplaceAll(text, "\x00\n\x00", "\x00")
	}
	return text
}

// differing is what no two runs have in common.
var differing = regexp.MustCompile(`\b[0-9a-f]{64}\b|\b([0-9a-f]{4} ){7}[0-9a-f]{4}\b|\b[0-9a-f]{16}\b|\b\d{6}Z [A-Z]{3} \d\d\b`)

var wild = regexp.MustCompile(`\[([a-z]+|\.\.|…)\]`)

// matches holds what was printed against the document, and remembers what
// "[name]" stands for.
func (t *tutorial) matches(got, want string) bool {
	var pattern strings.Builder
	var names []string
	last := 0
	for _, m := range wild.FindAllStringSubmatchIndex(want, -1) {
		pattern.WriteString(regexp.QuoteMeta(want[last:m[0]]))
		name := want[m[2]:m[3]]
		value, known := t.known[name]
		switch {
		case name == "..":
			pattern.WriteString(`.*?`)
		case name == "…":
			pattern.WriteString(`(?s:.*?)`)
		case known:
			pattern.WriteString(regexp.QuoteMeta(value))
		default:
			pattern.WriteString(`(.+?)`)
			names = append(names, name)
		}
		last = m[1]
	}
	pattern.WriteString(regexp.QuoteMeta(want[last:]))
	found := regexp.MustCompile("^" + pattern.String() + "$").FindStringSubmatch(got)
	if found == nil {
		return false
	}
	for i, name := range names {
		t.known[name] = found[i+1]
	}
	return true
}

// split cuts a line into words as a shell does, with quotation marks.
func split(line string) (words []string) {
	var word strings.Builder
	in, quote := false, byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			in, quote = true, c
		case c == ' ':
			if in {
				words = append(words, word.String())
			}
			in = false
			word.Reset()
		default:
			in = true
			word.WriteByte(c)
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words
}
