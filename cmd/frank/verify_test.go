package main

import (
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// vector copies one of the vectors that ship: vector NAME.
func vector(ts *testscript.TestScript, neg bool, args []string) {
	data, err := os.ReadFile(filepath.Join("..", "..", "vectors", args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

// flip changes one bit of a file: flip FILE BYTE.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	data[at] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}
