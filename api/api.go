// Package api is what a client and a server of the exchange say to each other:
// paths, messages, limits and the kinds of errors. Messages are canonical JSON
// in the one writing of [Marshal]; spec/api.md describes them, and the server
// has them as OpenAPI.
//
// Nothing here is trusted by either side. A server checks signatures and rules
// before it enters a statement; a client checks all it is told against the log.
package api

import (
	"bytes"
	"fmt"
	"io"

	"frank"
	"frank/internal/canon"
)

// Paths. Those below a [PathLog] are C2SP tlog-tiles.
const (
	PathServer    = "/v1/server"                  // GET: who this is. Public
	PathChallenge = "/v1/session/challenge"       // POST
	PathSession   = "/v1/session"                 // POST
	PathMe        = "/v1/me"                      // GET
	PathContact   = "/v1/me/contact"              // GET, PUT: where one is told that there is something
	PathRecovery  = "/v1/me/recovery"             // GET, PUT: one's own recovery blob, as bytes
	PathDirectory = "/v1/directory"               // GET ?from=&limit=: the directory's entries. Guests too
	PathEntries   = "/v1/entries"                 // POST a submission; GET ?from=&limit=: those one may read
	PathEntry     = "/v1/entries/{index}"         // GET
	PathBlobs     = "/v1/blobs"                   // POST a parcel of sealed things
	PathBlob      = "/v1/blobs/{hash}"            // GET, as bytes
	PathCopies    = "/v1/copies"                  // POST a submission of dispatch.fetched: the sealed copy
	PathInbox     = "/v1/inbox"                   // GET ?from=&limit=
	PathShares    = "/v1/shares"                  // GET ?from=&limit=
	PathIssued    = "/v1/issued"                  // GET ?office=&from=&limit=
	PathRequests  = "/v1/requests"                // GET ?office=&from=&limit=
	PathNext      = "/v1/next"                    // GET ?place=&year=: the last number taken
	PathFetches   = "/v1/fetches"                 // GET ?dispatch=&matter=&from=&limit=: who fetched, for an inquiry
	PathDrafts    = "/v1/drafts"                  // POST a version of a draft; GET ?from=&limit=: the drafts one may fetch
	PathDraft     = "/v1/drafts/{draft}/{number}" // GET, as bytes: a sealed version
	PathOpenAPI   = "/v1/openapi.json"            // GET. Public
	PathLog       = "/log/"                       // GET checkpoint, tile/…. Public
)

// Limits of what a server takes and gives.
const (
	MaxMessage  = 2 << 20  // bytes of a JSON message to the server
	MaxBlob     = 16 << 20 // bytes of one sealed thing
	MaxParcel   = 32 << 20 // bytes of the sealed things in one parcel
	MaxParts    = 4096     // sealed things in one parcel
	MaxRecovery = 64 << 10 // bytes of a recovery blob
	MaxPage     = 500      // items of a list; 100 when no limit is named
	MaxAnswer   = 24 << 20 // bytes of any answer but the log's
)

// Types of bodies.
const (
	TypeJSON   = "application/json"
	TypeBytes  = "application/octet-stream"
	TypeParcel = "application/vnd.frank.parcel"
)

// Marshal writes a message.
func Marshal(v any) []byte { return canon.Marshal(v) }

// Unmarshal reads a message of at most limit bytes into v, a pointer: the one
// writing and nothing else. The error quotes nothing of what was read.
func Unmarshal(r io.Reader, limit int, v any) error {
	var data []byte
	if whole, ok := r.(*bytes.Buffer); ok { // it was read already
		data = whole.Bytes()
	} else {
		var err error
		if data, err = io.ReadAll(io.LimitReader(r, int64(limit)+1)); err != nil {
			return err
		}
	}
	if len(data) > limit {
		return &Error{Kind: TooLarge, Text: fmt.Sprintf("a message has at most %d bytes", limit)}
	}
	if err := canon.Unmarshal(data, v); err != nil {
		return &Error{Kind: Invalid, Text: "the message cannot be read: " + err.Error()}
	}
	return nil
}

// Read reads a body: all of it, or one byte more than most when there is more.
// announced is how long the other side says that it is, less than 0 for not; up
// to a mebibyte of it is believed.
func Read(body io.Reader, announced int64, most int) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, max(0, min(announced, int64(most), 1<<20))+bytes.MinRead))
	_, err := b.ReadFrom(io.LimitReader(body, int64(most)+1))
	return b.Bytes(), err
}

// validRefs and the like keep messages from naming nonsense; what they name is
// checked by whoever acts on it.
func validHashes(list []frank.Hash, most int, what string) error {
	if len(list) > most {
		return &Error{Kind: TooLarge, Text: fmt.Sprintf("a message names at most %d %s", most, what)}
	}
	for _, h := range list {
		if h == (frank.Hash{}) {
			return &Error{Kind: Invalid, Text: "a hash of zeros names nothing"}
		}
	}
	return nil
}
