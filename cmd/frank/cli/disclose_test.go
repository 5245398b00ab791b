package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frank"
	"frank/keyring"
	"frank/protect"
)

// court is a prescribed person's folder, and what was sealed to them.
func court(t *testing.T, change func(*protect.Disclosure)) (dir string, run func(stdin string, terminal bool, args ...string) (int, string)) {
	t.Helper()
	dir = t.TempDir()
	ref, err := frank.ParseRef("26 SARN 41")
	if err != nil {
		t.Fatal(err)
	}
	run = func(stdin string, terminal bool, args ...string) (int, string) {
		var both bytes.Buffer
		c := &Command{Args: args, Dir: dir, Stdin: strings.NewReader(stdin), Stdout: &both, Stderr: &both, StdoutTerminal: terminal, Width: 80, Height: 20,
			Getenv: func(k string) string { return map[string]string{"FRANK_HOME": "home", "NO_COLOR": "1"}[k] }}
		return c.Run(t.Context()), both.String()
	}
	if code, out := run("", false, "init", "--no-passphrase"); code != Done {
		t.Fatal(out)
	}
	key, err := keyring.Load(filepath.Join(dir, "home"), nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &protect.Disclosure{Dispatch: ref, Marking: "DEMO INNER", Statement: "The harbour was paid for twice.\x09I saw\n\nboth bills.",
		Text: strings.Repeat("The talks on the estuary have stalled for now, and the minister will not see us before coal, fish and timber are settled.\n\n", 12) + "The end of it."}
	if change != nil {
		change(d)
	}
	plain, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := key.Seal(plain)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(dir, "sealed.age"), sealed, 0o600)
	return dir, run
}

// TestShowDisclosed: a terminal shows all of it in pages, each headed by the
// banner, and the last footed by it; nothing else shows it.
func TestShowDisclosed(t *testing.T) {
	dir, run := court(t, nil)
	before, _ := os.ReadDir(dir)
	code, out := run("", false, "disclose", "show", "sealed.age")
	if code != Trouble || strings.Contains(out, "talks") || !strings.Contains(out, "shown on a terminal only") {
		t.Fatalf("exit %d without a terminal: %s", code, out)
	}
	code, out = run("\n\n\n\n\n\n\n\n", true, "disclose", "show", "sealed.age")
	if code != Done {
		t.Fatalf("exit %d: %s", code, out)
	}
	for _, want := range []string{"26 SARN 41 · DEMO INNER", "Whoever sealed it does not say who they are.", "The harbour was paid for twice. I saw\n\nboth bills.", " 13  The end of it."} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not show %q:\n%s", want, out)
		}
	}
	pages := regexp.MustCompile(`return: on; q: end `).Split(out, -1)
	if len(pages) < 3 {
		t.Fatalf("%d pages:\n%s", len(pages), out)
	}
	for i, page := range pages {
		if !strings.HasPrefix(page, protect.Banner+"\n") || strings.Count(page, "\n") >= 20 {
			t.Errorf("page %d of 20 lines is not headed as it must be:\n%s", i+1, page)
		}
		if !protect.Protected(nil, page) {
			t.Errorf("page %d, copied, is not known again", i+1)
		}
	}
	if !strings.HasSuffix(out, "\n\n"+protect.Banner+"\n") {
		t.Errorf("it is not footed as it must be:\n%s", out)
	}
	if after, _ := os.ReadDir(dir); len(after) != len(before) {
		t.Error("something was written")
	}

	if _, out := run("q\n", true, "disclose", "show", "sealed.age"); strings.Contains(out, "The end of it") || !strings.HasSuffix(out, protect.Banner+"\n") || strings.Count(out, protect.Banner) != 2 {
		t.Errorf("ended after a page:\n%s", out)
	}
	if _, out := run("", true, "disclose", "show", "sealed.age"); !strings.Contains(out, "The end of it") || strings.Count(out, "return: on") != 1 {
		t.Errorf("nobody types:\n%s", out)
	}
}

// TestShowDisclosedIsTame: what a stranger sealed cannot steer the terminal, and
// a word without end does not push the banner off the screen.
func TestShowDisclosedIsTame(t *testing.T) {
	_, run := court(t, func(d *protect.Disclosure) {
		d.Statement, d.Text = "", "\x1b[2J\u202e"+strings.Repeat("x", 4000)+"\n\ny"
	})
	code, out := run(strings.Repeat("\n", 20), true, "disclose", "show", "sealed.age")
	if code != Done || strings.ContainsAny(out, "\x1b\u202e") || strings.Contains(out, "What they say") {
		t.Fatalf("exit %d: %q", code, out)
	}
	for i, page := range strings.Split(out, "return: on; q: end ") {
		for line := range strings.SplitSeq(page, "\n") {
			if visible(line) > 80 {
				t.Errorf("page %d has a line of %d", i+1, visible(line))
			}
		}
		if !strings.HasPrefix(page, protect.Banner) || strings.Count(page, "\n") >= 20 {
			t.Errorf("page %d:\n%s", i+1, page)
		}
	}
}

func TestShowDisclosedSigned(t *testing.T) {
	finn, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	_, run := court(t, func(d *protect.Disclosure) { d.Sign(finn, finn.Card("Finn Aske"), &finn.Public) })
	_, out := run("", true, "disclose", "show", "sealed.age")
	flat := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{"Signed by Finn Aske, as they call themselves", finn.Card("Finn Aske").Fingerprint(), "signed it for somebody else"} {
		if !strings.Contains(flat, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
}

func TestShowDisclosedRefuses(t *testing.T) {
	dir, run := court(t, nil)
	other, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	mine, err := keyring.LoadPublic(filepath.Join(dir, "home"))
	if err != nil {
		t.Fatal(err)
	}
	seal := func(to *keyring.Public, plain string) []byte {
		sealed, err := to.Seal([]byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	for want, file := range map[string][]byte{
		"it was not sealed to this key":           seal(&other.Public, "x"),
		"it is damaged":                           []byte("no age file"),
		"expected a disclosure of the format":     seal(mine, "frank.copy/1\n{}\n\nThe harbour."),
		"is too long: a file of this kind has at": make([]byte, maxSealed+1),
	} {
		os.WriteFile(filepath.Join(dir, "bad.age"), file, 0o600)
		code, out := run("", true, "disclose", "show", "bad.age")
		if code != Trouble || !strings.Contains(out, want) || strings.Contains(out, "harbour") {
			t.Errorf("%s: exit %d: %s", want, code, out)
		}
	}
}
