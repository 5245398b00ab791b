// Package hostile is a server of the exchange that lies: for tests of clients,
// which are to believe no server anything.
//
// An [Attack] stands between a client and an honest server and changes what
// passes: one for each thing that a dishonest server could do with the answers
// alone. A [Log] is a ledger signed by the true key with whatever history its
// owner likes; [Log.Attack] shows it to a client in place of the honest one.
package hostile

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"frank/internal/canon"
)

// Attack answers a request in place of the server behind next, or asks it and
// changes the answer.
type Attack func(r *http.Request, next http.RoundTripper) (*http.Response, error)

// Through makes an attack the transport of a client's. The honest server is
// reached by next.
func (a Attack) Through(next http.RoundTripper) http.RoundTripper { return transport{a, next} }

type transport struct {
	attack Attack
	next   http.RoundTripper
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t.attack(r, t.next) }

// Honest changes nothing: for the control of an experiment.
func Honest(r *http.Request, next http.RoundTripper) (*http.Response, error) {
	return next.RoundTrip(r)
}

// All makes one attack of several. Each stands before the next.
func All(list ...Attack) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		for i := len(list) - 1; i >= 0; i-- {
			next = list[i].Through(next)
		}
		return next.RoundTrip(r)
	}
}

// Change makes an attack that changes the answers to one kind of request,
// where they are no errors.
func Change[T any](method, path string, change func(r *http.Request, answer *T)) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method != method || r.URL.Path != path {
			return next.RoundTrip(r)
		}
		resp, err := next.RoundTrip(r)
		if err != nil || resp.StatusCode != http.StatusOK {
			return resp, err
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		var answer T
		if err := canon.Unmarshal(data, &answer); err != nil {
			return nil, fmt.Errorf("the attack does not fit the answer to %s: %w", path, err)
		}
		change(r, &answer)
		return Answer(r, canon.Marshal(answer)), nil
	}
}

// Serve makes an attack that answers what begins with a path itself, with a
// nil answer for "there is no such thing".
func Serve(prefix string, serve func(r *http.Request, rest string) []byte) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		rest, ok := strings.CutPrefix(r.URL.Path, prefix)
		if !ok || r.Method != http.MethodGet {
			return next.RoundTrip(r)
		}
		return Answer(r, serve(r, rest)), nil
	}
}

// Answer is a server's answer to r.
func Answer(r *http.Request, body []byte) *http.Response {
	code := http.StatusOK
	if body == nil {
		code = http.StatusNotFound
	}
	return &http.Response{StatusCode: code, Status: http.StatusText(code), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r}
}

// number reads a number of a query.
func number(r *http.Request, name string) uint64 {
	n, _ := strconv.ParseUint(r.URL.Query().Get(name), 10, 64)
	return n
}
