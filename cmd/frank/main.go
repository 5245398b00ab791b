// Command frank issues every reader of a dispatch their own copy, and says
// from what a newspaper printed which copy it came from. Package cli is the
// command as a library; the scripts in testdata show it at work.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"frank/cmd/frank/cli"
)

func main() { os.Exit(run()) }

func run() int {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error to be seen, not a way to die
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second ctrl-C ends the program at once
	return cli.System(os.Args[1:]).Run(ctx)
}
