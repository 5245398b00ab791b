//go:build !windows

package cli

import "syscall"

// closedPipe are the errors of writing to whoever has stopped reading.
var closedPipe = []error{syscall.EPIPE}
