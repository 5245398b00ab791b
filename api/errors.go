package api

import (
	"errors"
	"strconv"

	"frank"
	"frank/internal/canon"
)

// Kind is a kind of error: what a program may act on.
type Kind string

// The kinds.
const (
	Invalid   Kind = "invalid"    // the message is not what it should be
	NoSession Kind = "no-session" // prove who you are, and ask again
	Withheld  Kind = "withheld"   // it is not there, or not for you: the answer is the same
	Stale     Kind = "stale"      // made for a state that has moved on: look anew and sign again
	Conflict  Kind = "conflict"   // something else was first: a number taken, a batch complete, a recall
	Refused   Kind = "refused"    // the rules do not allow it
	NotYet    Kind = "not-yet"    // later: an embargo, an entry that no checkpoint covers
	TooLarge  Kind = "too-large"
	TooMany   Kind = "too-many" // requests: wait, and ask again
	Busy      Kind = "busy"     // the server: wait, and ask again
	Full      Kind = "full"     // the server's disk
	Internal  Kind = "internal"
)

// statuses are those of HTTP: RFC 9110, RFC 8470, RFC 6585, RFC 4918.
var statuses = map[Kind]int{
	Invalid:   400,
	NoSession: 401,
	Withheld:  404,
	Stale:     412,
	Conflict:  409,
	Refused:   422,
	NotYet:    425,
	TooLarge:  413,
	TooMany:   429,
	Busy:      503,
	Full:      507,
	Internal:  500,
}

// Kinds are all kinds, in the order they are described.
var Kinds = []Kind{Invalid, NoSession, Withheld, Stale, Conflict, Refused, NotYet, TooLarge, TooMany, Busy, Full, Internal}

// Status is the HTTP status that an error of the kind is sent with.
func (k Kind) Status() int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return statuses[Internal]
}

// Again reports whether the same request may succeed later.
func (k Kind) Again() bool {
	return k == TooMany || k == Busy || k == Full || k == NotYet || k == Internal
}

// Error is what went wrong: a sentence, and advice where there is any.
type Error struct {
	Kind Kind   `json:"kind"`
	Text string `json:"error"`
	Hint string `json:"hint,omitempty"`
}

func (e *Error) Error() string { return e.Text }

// Is makes two errors of a kind the same for [errors.Is].
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Text == ""
}

// Of is for errors.Is: it matches every [Error] of the kind.
func Of(k Kind) error { return &Error{Kind: k} }

// Hidden is the answer for what is not there and for what is not for whoever
// asks. It is one value, so that nothing tells the two apart.
var Hidden = &Error{Kind: Withheld, Text: "there is nothing such, or it is not for you"}

// AsError makes any error one that may be sent. What is not an [Error] is not
// shown: it is Internal, without its words.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: Internal, Text: "the server could not do it", Hint: "its log says more"}
}

// ReadError reads an answer that is no success. It always returns an error,
// whatever the other side sent; hints come with it, see [frank.Hint].
func ReadError(status int, body []byte) error {
	var e Error
	if len(body) > 8<<10 || canon.Unmarshal(body, &e) != nil || statuses[e.Kind] != status || e.Text == "" {
		e = Error{Kind: Internal, Text: "the server answered with status " + strconv.Itoa(status) + " and does not say why"}
		for _, k := range Kinds {
			if k.Status() == status {
				e.Kind = k
			}
		}
	}
	if e.Hint != "" {
		return frank.WithHint(&e, "%s", e.Hint)
	}
	return &e
}
