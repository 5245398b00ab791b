package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"frank/keyring"

	"github.com/rogpeppe/go-internal/testscript"
)

// seen is a file as somebody finds it who looks for what was done.
type seen struct {
	mode    fs.FileMode
	changed time.Time
	data    string
}

func look(ts *testscript.TestScript, dir string) map[string]seen {
	all := map[string]seen{}
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		s := seen{mode: info.Mode(), changed: info.ModTime()}
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s.data = string(data)
		}
		all[path] = s
		return nil
	}))
	if len(all) < 2 {
		ts.Fatalf("%s has no files", dir)
	}
	return all
}

// silently runs frank, and fails if anything in the person's folder is another
// afterwards, be it a date, or if anybody connected to the script's server:
// silently disclose 26-sarn-1 …
func silently(ts *testscript.TestScript, neg bool, args []string) {
	v, _ := fronts.Load(ts.Getenv("SERVER"))
	f, home := v.(*front), ts.Getenv("FRANK_HOME")
	before, conns := look(ts, home), f.conns.Load()
	if conns == 0 {
		ts.Fatalf("connections are not counted")
	}
	if err := ts.Exec("frank", args...); (err != nil) != neg {
		ts.Fatalf("frank %s: %v", strings.Join(args, " "), err)
	}
	after := look(ts, home)
	for _, path := range slices.Sorted(maps.Keys(after)) {
		if after[path] != before[path] {
			ts.Fatalf("%s was changed, or is new", path)
		}
	}
	if len(after) != len(before) {
		ts.Fatalf("files are gone")
	}
	if n := f.conns.Load() - conns; n != 0 {
		ts.Fatalf("the server was connected to %d times", n)
	}
}

// fillkey puts somebody's public key into a file, for KEY: fillkey list.json
// homes/court.
func fillkey(ts *testscript.TestScript, neg bool, args []string) {
	key := strings.TrimSpace(ts.ReadFile(filepath.Join(args[1], "recipient.txt")))
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "KEY", key)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// unsealed writes what a sealed file opens to, as age -d would: unsealed FILE
// homes/court OUT.
func unsealed(ts *testscript.TestScript, neg bool, args []string) {
	key, err := keyring.Load(ts.MkAbs(args[1]), nil)
	ts.Check(err)
	plain, err := key.Open([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), plain, 0o600))
}
