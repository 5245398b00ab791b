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
			var log bytes.Buffer
			cmd := exec.Command("go", "test", pkg, "-run", "^$", "-fuzz", "^"+target+"$", "-fuzztime", fuzztime, "-fuzzminimizetime", "1x")
			cmd.Stdout, cmd.Stderr = &log, &log
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("%s %s: %w\n%s", pkg, target, err, &log)
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
