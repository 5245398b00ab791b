// Fuzzall runs every fuzz target of the module for a short while. It fails if
// it finds none.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

func main() {
	fuzztime := flag.String("fuzztime", "5s", "how long to run each target")
	flag.Parse()
	if err := run(*fuzztime); err != nil {
		fmt.Fprintln(os.Stderr, "fuzzall:", err)
		os.Exit(1)
	}
}

func run(fuzztime string) error {
	list, err := exec.Command("go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	ran := 0
	for _, pkg := range strings.Fields(string(list)) {
		out, err := exec.Command("go", "test", "-list", "^Fuzz", pkg).Output()
		if err != nil {
			return fmt.Errorf("%s: %w", pkg, err)
		}
		for _, target := range strings.Fields(string(out)) {
			if !strings.HasPrefix(target, "Fuzz") {
				continue
			}
			fmt.Printf("fuzz %s %s\n", pkg, target)
			log, err := fuzz(pkg, target, fuzztime)
			if err != nil && late(log) {
				log, err = fuzz(pkg, target, fuzztime)
			}
			if err != nil {
				return fmt.Errorf("%s %s: %w\n%s", pkg, target, err, log)
			}
			ran++
		}
	}
	if ran == 0 {
		return fmt.Errorf("found no fuzz target")
	}
	fmt.Printf("%d fuzz targets\n", ran)
	return nil
}

func fuzz(pkg, target, fuzztime string) ([]byte, error) {
	return exec.Command("go", "test", pkg, "-run", "^$", "-fuzz", "^"+target+"$", "-fuzztime", fuzztime, "-fuzzminimizetime", "1x").CombinedOutput()
}

// late reports a run whose only fault is that the time was up while a worker of
// the fuzzer was busy, which happens on a loaded machine: no input failed.
func late(log []byte) bool {
	return bytes.Contains(log, []byte("context deadline exceeded")) && !bytes.Contains(log, []byte("Failing input"))
}
