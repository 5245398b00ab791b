//go:build !js

package bundle

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// need finds a program of the machine's, which FRANK_NEED_SSH makes a must.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("FRANK_NEED_SSH") != "" {
			t.Fatalf("there is no %s", name)
		}
		t.Skipf("there is no %s", name)
	}
	return path
}

// Whoever has nothing of Frank's checks hashes and signature with the commands
// that README.txt gives.
func TestOrdinaryTools(t *testing.T) {
	data, _ := vector(t)
	sum, ssh := need(t, "sha256sum"), need(t, "ssh-keygen")
	dir := t.TempDir()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) < len(tags) {
		t.Fatalf("the ZIP has %d files", len(r.File))
	}
	for _, f := range r.File {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, all, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if unzip, err := exec.LookPath("unzip"); err == nil { // its own opinion of the ZIP
		file := filepath.Join(dir, "bundle.zip")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(unzip, "-t", file).CombinedOutput(); err != nil || !strings.Contains(string(out), "No errors detected") {
			t.Errorf("unzip: %v %s", err, out)
		}
	}
	folder := filepath.Join(dir, base)
	readme, err := os.ReadFile(filepath.Join(folder, "data", "README.txt"))
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) error {
		t.Helper()
		line := strings.Join(append([]string{filepath.Base(args[0])}, args[1:]...), " ")
		if !strings.Contains(string(readme), "  "+line) {
			t.Errorf("README.txt does not have the command %q", line)
		}
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = folder
		if args[0] == ssh {
			list, err := os.ReadFile(filepath.Join(folder, tags[2]))
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdin = bytes.NewReader(list)
		}
		out, err := cmd.CombinedOutput()
		t.Logf("%s: %v\n%s", line, err, out)
		return err
	}
	hashes := []string{sum, "-c", tags[2]}
	signature := []string{ssh, "-Y", "verify", "-f", tags[4], "-I", Principal, "-n", Namespace, "-s", tags[3]}
	if err := run(hashes...); err != nil {
		t.Error(err)
	}
	if err := run(signature...); err != nil {
		t.Error(err)
	}
	change := func(name string) {
		t.Helper()
		path := filepath.Join(folder, filepath.FromSlash(name))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)/2] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change(fileReport)
	if run(hashes...) == nil {
		t.Error("sha256sum takes a report that was changed")
	}
	change(tags[2])
	if run(signature...) == nil {
		t.Error("ssh-keygen takes a list that was changed")
	}
}
