package operate

import (
	"errors"
	"syscall"

	"frank"
	"frank/store"
)

// noRoom is the error for a full disk, and says where: it is a
// [store.ErrFull].
type noRoom struct{ where string }

func (e *noRoom) Error() string { return store.ErrFull.Error() + " " + e.where }
func (e *noRoom) Unwrap() error { return store.ErrFull }

// full makes an error that a full disk has caused one that says where it is; the
// first to say so is right.
func full(err error, where, hint string) error {
	if _, said := errors.AsType[*noRoom](err); said || !errors.Is(err, store.ErrFull) && !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	return frank.WithHint(&noRoom{where}, "%s", hint)
}

// fullHere is full for the folder that is read: its databases need a little room
// to be opened.
func fullHere(err error) error {
	return full(err, "where the server's folder is", "make room: a little is needed to read the store, and nothing in it is changed")
}
