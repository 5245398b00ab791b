package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frank"
	"frank/client"
)

// TestAttachableNames: nothing goes out under names that are one file at some
// reader's.
func TestAttachableNames(t *testing.T) {
	for _, x := range []struct{ names, want string }{
		{"map.txt memo.txt", ""},
		{"map.txt map.txt", "two attachments are called map.txt"},
		{"Map.txt map.txt", "the attachments Map.txt and map.txt would be one file on Windows or macOS"},
		{"ÉTÉ été", "would be one file"},
		{"caf\u00e9 cafe\u0301", "would be one file"},
		{"map map.", "would be one file"},
		{"map map.|.", "would be one file"},
		{"CON con", "would be one file"},
		{"aux.txt _AUX.txt", "would be one file"},
		{"a:b a*b", "would be one file"},
		{"con nul aux.txt lpt1", ""},
		{"Screenshot\u202fat|9.png", ""},
		{".profile", "readers cannot save it"},
		{`a\b`, "readers cannot save it"},
		{"a\u202etxt.exe", "readers cannot save it"},
		{"a\xff", "readers cannot save it"},
	} {
		var files []client.File
		for name := range strings.FieldsFuncSeq(x.names, func(c rune) bool { return c == ' ' }) {
			files = append(files, client.File{Name: strings.ReplaceAll(name, "|", " ")})
		}
		err := attachable(files)
		if (err == nil) != (x.want == "") || err != nil && (!strings.Contains(err.Error(), x.want) || !strings.HasPrefix(frank.Hint(err), "rename")) {
			t.Errorf("%q: %v", x.names, err)
		}
	}
}

// TestAttachmentsBesideEachOther has attachments under names that are one file,
// or none: all are there afterwards, and what was there before is as it was.
func TestAttachmentsBesideEachOther(t *testing.T) {
	dir := t.TempDir()
	r := &run{Command: &Command{}}
	var written []fs.FileInfo
	write := func(name, text string) (string, error) {
		path, info, err := r.newFileBeside(dir, name, []byte(text), written)
		if err != nil {
			return "", err
		}
		written = append(written, info)
		got, err := os.ReadFile(path)
		if err != nil || string(got) != text {
			t.Fatalf("%s has %q, %v", path, got, err)
		}
		return filepath.Base(path), nil
	}
	for i, x := range []struct{ name, want string }{
		{"map.txt", "map.txt"},
		{"MAP.TXT", "MAP (2).TXT"},
		{"map.txt", "map (2).txt"},
		{"map.txt", "map (3).txt"},
		{"map (2).txt", "map (2) (2).txt"},
		{"readme", "readme"},
		{"readme", "readme (2)"},
	} {
		if x.name == "MAP.TXT" { // as where upper and lower case are one
			if err := os.Link(filepath.Join(dir, "map.txt"), filepath.Join(dir, "MAP.TXT")); err != nil && !os.IsExist(err) {
				t.Fatal(err)
			}
		}
		got, err := write(x.name, strings.Repeat("x", i))
		if err != nil || !strings.EqualFold(got, x.want) {
			t.Errorf("%q is written as %q, %v, want %q", x.name, got, err, x.want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := write("mine.txt", "theirs"); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("a file of the reader's own: %v", err)
	}
	long := strings.Repeat("é", 150)
	for name, want := range map[string]string{
		"map.txt":         "map.txt",
		"../../.bashrc":   "attachment 7",
		".bashrc":         "attachment 7",
		"a\x1b[2J":        "attachment 7",
		long + ".txt":     strings.Repeat("é", 98) + ".txt",
		"." + long:        "attachment 7",
		long + "." + long: strings.Repeat("é", 100),
	} {
		if got := attachedName(name, 7); got != want {
			t.Errorf("%q is called %q here, want %q", name, got, want)
		}
	}
}
