package cli

import "syscall"

// closedPipe are the errors of writing to whoever has stopped reading.
var closedPipe = []error{syscall.EPIPE, syscall.ERROR_BROKEN_PIPE, syscall.Errno(232)} // the last is ERROR_NO_DATA
