package main

import (
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// await waits for files that a command in the background will make, and puts
// what is in each into the variable of that name: await server/address=URL.
func await(ts *testscript.TestScript, neg bool, args []string) {
	for _, a := range args {
		name, variable, _ := strings.Cut(a, "=")
		path := ts.MkAbs(name)
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			data, err := os.ReadFile(path)
			if err == nil {
				if variable != "" {
					ts.Setenv(variable, strings.TrimSpace(string(data)))
				}
				break
			}
			if time.Now().After(end) {
				ts.Fatalf("%s does not come", name)
			}
		}
	}
}
