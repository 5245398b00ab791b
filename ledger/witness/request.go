package witness

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Limits of a request.
const (
	MaxRequest = 64 << 10 // bytes
	maxProof   = 63       // lines
)

// request is the body of add-checkpoint.
type request struct {
	old   uint64
	proof tlog.TreeProof
	note  []byte
}

var errRequest = errors.New(`expected "old" and a size, at most 63 lines of proof, an empty line and a checkpoint`)

// parse reads a body. Every part of it has one writing.
func parse(body []byte) (*request, error) {
	head, note, ok := bytes.Cut(body, []byte("\n\n"))
	if !ok || len(note) == 0 || len(body) > MaxRequest {
		return nil, errRequest
	}
	lines := bytes.Split(head, []byte("\n"))
	digits, ok := bytes.CutPrefix(lines[0], []byte("old "))
	old, err := strconv.ParseUint(string(digits), 10, 64)
	if !ok || err != nil || strconv.FormatUint(old, 10) != string(digits) || len(lines)-1 > maxProof {
		return nil, errRequest
	}
	r := &request{old: old, note: note}
	for _, l := range lines[1:] {
		h, err := base64.StdEncoding.Strict().DecodeString(string(l))
		if err != nil || len(h) != tlog.HashSize || len(l) != base64.StdEncoding.EncodedLen(tlog.HashSize) {
			return nil, errRequest
		}
		r.proof = append(r.proof, tlog.Hash(h))
	}
	return r, nil
}
