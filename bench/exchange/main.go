// Exchange measures the exchange through its own paths: the client, the wire,
// the server and its store, beside what each is held against.
//
//	go run ./bench/exchange -dir DIR [-readers N] [-runs N] -part NAME[,NAME…]
//
// Parts, in the order they are of use:
//
//	issue    issue to the readers against sealing as many files by the age library alone
//	ledger   durable appends through the server against the log library alone
//	found    make an organisation with so many readers in DIR, unless it is there
//	send     a client's whole issue to a server of its own, against the same
//	open     all readers open at once
//	fill     put -copies sealed copies into the store, by its own verbs
//	store    the server's memory and cold start with what is in DIR
//
// DIR is kept for further runs. ledger, send, open and store need an
// organisation in it and make one. The server is a process of its own; readers,
// their network and the witness are in this one.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

type options struct {
	dir     string
	readers int
	runs    int
	copies  int
	size    int
	fetched bool
	entries int
	writers int
	profile string
}

func main() {
	var o options
	var part string
	flag.StringVar(&o.dir, "dir", "", "folder to work in; it is kept")
	flag.IntVar(&o.readers, "readers", 500, "readers")
	flag.IntVar(&o.runs, "runs", 5, "runs of each turn")
	flag.IntVar(&o.copies, "copies", 20000, "sealed copies to fill the store with")
	flag.IntVar(&o.size, "size", 10<<10, "bytes of each")
	flag.BoolVar(&o.fetched, "fetched", true, "fill: every copy was fetched, and the ledger says so")
	flag.IntVar(&o.entries, "entries", 5000, "ledger: entries a run")
	flag.IntVar(&o.writers, "writers", 512, "ledger: who append at once")
	flag.StringVar(&o.profile, "cpuprofile", "", "file for where this process spends its time; FILE.server is the server's, from its last start")
	flag.StringVar(&part, "part", "issue,ledger,send,open", "what to measure")
	flag.Parse()
	err := profiled(o.profile, func() error { return run(o, part) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "exchange:", err)
		os.Exit(1)
	}
}

// profiled does f and writes to a file where the time went; "" for no file.
func profiled(file string, f func() error) error {
	if file == "" {
		return f()
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return f()
}

func run(o options, part string) error {
	if o.dir == "" && part != "issue" {
		return fmt.Errorf("expected -dir, a folder to work in")
	}
	ctx := context.Background()
	switch part { // the other processes
	case "serve":
		return serve(ctx, o.dir)
	case "library":
		return serveLibrary(ctx, o.dir)
	}
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return err
	}
	o.dir = dir
	parts := map[string]func(context.Context, options) error{
		"issue": issue, "ledger": appends, "found": func(ctx context.Context, o options) error {
			m, err := found(ctx, o)
			if err == nil {
				m.down()
			}
			return err
		},
		"send": send, "open": open, "fill": fill, "store": storage,
	}
	fmt.Printf("%s/%s, %d processors, %s, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor(), runtime.Version())
	for _, name := range strings.Split(part, ",") {
		do := parts[name]
		if do == nil {
			return fmt.Errorf("there is no part called %q", name)
		}
		fmt.Printf("\n%s (%s, load %s)\n", name, time.Now().UTC().Format("2006-01-02 15:04"), load())
		if err := do(ctx, o); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("  load after: %s\n", load())
	}
	return nil
}
