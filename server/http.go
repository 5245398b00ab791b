package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"frank"
	"frank/api"
	"frank/store"
)

const (
	requestTime = 20 * time.Second // to answer
	ruleTime    = 5 * time.Second  // to hold an entry against the rules
	waitTime    = 5 * time.Second  // for a turn
)

// need says who may call a route.
type need int

const (
	anybody need = iota // whoever signs, or nobody in particular
	anyKey              // a session
	guests              // of a member or guest
	members             // of a member
	proven              // of a member, whose key was proved just now
)

// call is a request on its way to an answer.
type call struct {
	*http.Request
	ctx context.Context
	w   *who // nil without a session
}

// handler answers with something to be written as JSON, or []byte.
type handler func(c *call) (any, error)

// route is one line of the server's table; spec/api.md and the OpenAPI document
// have the same lines.
type route struct {
	method, path string
	need         need
	body         int // bytes of a body at most; 0: none
	kind         string
	handle       handler
}

func (s *Server) routes() []route {
	return []route{
		{"GET", api.PathServer, anybody, 0, "", s.getServer},
		{"GET", api.PathOpenAPI, anybody, 0, "", s.getOpenAPI},
		{"POST", api.PathChallenge, anybody, 4 << 10, api.TypeJSON, s.postChallenge},
		{"POST", api.PathSession, anybody, 32 << 10, api.TypeJSON, s.postSession},
		{"GET", api.PathMe, anyKey, 0, "", s.getMe},
		{"GET", api.PathContact, members, 0, "", s.getContact},
		{"PUT", api.PathContact, proven, 4 << 10, api.TypeJSON, s.putContact},
		{"GET", api.PathRecovery, members, 0, "", s.getRecovery},
		{"PUT", api.PathRecovery, proven, api.MaxRecovery, api.TypeBytes, s.putRecovery},
		{"GET", api.PathDirectory, guests, 0, "", s.getDirectory},
		{"POST", api.PathEntries, anybody, api.MaxMessage, api.TypeJSON, s.postEntry},
		{"GET", api.PathEntries, members, 0, "", s.getEntries},
		{"GET", api.PathEntry, members, 0, "", s.getEntry},
		{"POST", api.PathBlobs, members, api.MaxParcel + 4*api.MaxParts, api.TypeParcel, s.postBlobs},
		{"GET", api.PathBlob, members, 0, "", s.getBlob},
		{"POST", api.PathCopies, members, 64 << 10, api.TypeJSON, s.postCopy},
		{"GET", api.PathInbox, members, 0, "", s.getInbox},
		{"GET", api.PathShares, members, 0, "", s.getShares},
		{"GET", api.PathIssued, members, 0, "", s.getIssued},
		{"GET", api.PathRequests, members, 0, "", s.getRequests},
		{"GET", api.PathNext, members, 0, "", s.getNext},
		{"GET", api.PathFetches, members, 0, "", s.getFetches},
		{"GET", api.PathDrafts, members, 0, "", s.getDrafts},
		{"POST", api.PathDrafts, members, api.MaxMessage, api.TypeJSON, s.postDraft},
		{"GET", api.PathDraft, members, 0, "", s.getDraft},
	}
}

// mux is all that the server answers. tiles serves the log.
func (s *Server) mux(tiles http.Handler) http.Handler {
	m := http.NewServeMux()
	paths := map[string][]string{}
	for _, r := range s.routes() {
		m.Handle(r.method+" "+r.path, s.serve(r))
		paths[r.path] = append(paths[r.path], r.method)
	}
	for path, methods := range paths {
		allow := strings.Join(methods, ", ")
		m.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", allow)
			write(w, r, &api.Error{Kind: api.Invalid, Text: "this path takes " + allow})
		})
	}
	m.Handle(api.PathLog, s.limited(http.StripPrefix(strings.TrimSuffix(api.PathLog, "/"), tiles)))
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	m.HandleFunc("GET /readyz", s.getReady)
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { write(w, r, api.Hidden) })
	return s.guarded(m)
}

// guarded is around everything: no panic ends the server, and no browser makes
// more of an answer than it is.
func (s *Server) guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		head.Set("Referrer-Policy", "no-referrer")
		if r.TLS != nil {
			head.Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.slog.Error("a request panicked", "method", r.Method, "stack", string(debug.Stack()))
				write(w, r, errors.New("panic"))
			}
		}()
		h.ServeHTTP(w, r)
	})
}

// limited is for what anybody may read.
func (s *Server) limited(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.byAddress.allow(address(r)) {
			write(w, r, errTooMany)
			return
		}
		h.ServeHTTP(w, r)
	})
}

var (
	errTooMany   = &api.Error{Kind: api.TooMany, Text: "too many requests", Hint: "wait a few seconds"}
	errNoSession = &api.Error{Kind: api.NoSession, Text: "this needs a session, and there is none or it has ended", Hint: "answer a challenge with the device's key"}
	errNotFresh  = &api.Error{Kind: api.NoSession, Text: "this needs a session that was opened in the last two minutes", Hint: "answer a new challenge with the device's key"}
)

// serve answers one route.
func (s *Server) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		status := s.answer(rt, w, r)
		s.metrics.request(rt.method+" "+rt.path, status, time.Since(start))
	})
}

func (s *Server) answer(rt route, w http.ResponseWriter, r *http.Request) (status int) {
	who, err := s.admit(rt, r)
	if err != nil {
		return write(w, r, err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTime)
	defer cancel()
	queue := s.slots
	if rt.kind == api.TypeParcel {
		queue = s.parcels
		if !take(ctx, queue) { // before the body, which is what takes room
			return write(w, r, errBusy)
		}
		defer func() { <-queue }()
	}
	if err := body(rt, w, r); err != nil {
		return write(w, r, err)
	}
	if rt.kind != api.TypeParcel {
		if !take(ctx, queue) {
			return write(w, r, errBusy)
		}
		defer func() { <-queue }()
	}
	answer, err := rt.handle(&call{r, ctx, who})
	if err != nil {
		if _, said := errors.AsType[*api.Error](err); !said {
			err = s.journal.failed(rt.method+" "+rt.path, err)
		}
		return write(w, r, err)
	}
	return write(w, r, answer)
}

// take waits for a turn.
func take(ctx context.Context, queue chan struct{}) bool {
	select {
	case queue <- struct{}{}:
		return true
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, waitTime)
	defer cancel()
	select {
	case queue <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// admit says who asks, and whether they may.
func (s *Server) admit(rt route, r *http.Request) (*who, error) {
	text, has := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	t, ok := token{}, false
	if has {
		t, ok = s.sessions.open(text)
		ok = ok && (t.purpose == forSession || t.purpose == forGuest)
	}
	if !ok {
		if !s.byAddress.allow(address(r)) {
			return nil, errTooMany
		}
		if has || rt.need > anybody {
			return nil, errNoSession
		}
		return nil, nil
	}
	if !s.byKey.allow(string(t.key[:])) {
		return nil, errTooMany
	}
	w := s.register.identify(t.key)
	if w.standing == api.Nobody && t.purpose == forGuest {
		w.standing = api.Guest
	}
	switch {
	case rt.need == guests && w.standing == api.Nobody, rt.need >= members && w.standing != api.Member:
		return nil, api.Hidden
	}
	if w.fresh = s.sessions.fresh(t); rt.need == proven && !w.fresh {
		return nil, errNotFresh
	}
	return w, nil
}

// body reads what the route takes into memory, bounded; handlers read it from
// there, so that a slow sender keeps nobody waiting.
func body(rt route, w http.ResponseWriter, r *http.Request) error {
	if rt.body == 0 {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != rt.kind {
		return &api.Error{Kind: api.Invalid, Text: "this path takes " + rt.kind}
	}
	if r.Header.Get("Content-Encoding") != "" {
		return &api.Error{Kind: api.Invalid, Text: "a body is sent as it is, in no encoding"}
	}
	large := &api.Error{Kind: api.TooLarge, Text: "this path takes at most " + strconv.Itoa(rt.body) + " bytes"}
	if r.ContentLength > int64(rt.body) {
		return large
	}
	r.Body = http.MaxBytesReader(w, r.Body, int64(rt.body))
	if rt.kind == api.TypeParcel {
		return nil // is read part by part
	}
	whole := bytes.NewBuffer(make([]byte, 0, max(r.ContentLength, 0)+bytes.MinRead))
	_, err := whole.ReadFrom(r.Body)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return large
		}
		return &api.Error{Kind: api.Invalid, Text: "the body did not come whole"}
	}
	r.Body = received{whole}
	return nil
}

// received is a body that is in memory.
type received struct{ *bytes.Buffer }

// Close does nothing.
func (received) Close() error { return nil }

// write sends an answer: bytes as they are, an error with its status, anything
// else as JSON.
func write(w http.ResponseWriter, r *http.Request, answer any) int {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	status, data := http.StatusOK, []byte(nil)
	switch a := answer.(type) {
	case error:
		e := api.AsError(a)
		status, data = e.Kind.Status(), api.Marshal(e)
		if e.Kind == api.NoSession {
			head.Set("WWW-Authenticate", "Bearer")
		}
		if e.Kind == api.TooMany || e.Kind == api.Busy {
			head.Set("Retry-After", "2")
		}
		head.Set("Content-Type", api.TypeJSON)
	case []byte:
		data = a
		head.Set("Content-Type", api.TypeBytes)
	case *api.Fetched:
		data = a.Marshal()
		head.Set("Content-Type", api.TypeJSON)
	case document:
		data = a
		head.Set("Content-Type", api.TypeJSON)
	default:
		data = api.Marshal(a)
		head.Set("Content-Type", api.TypeJSON)
	}
	head.Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(data)
	}
	return status
}

// document is JSON that is written already.
type document []byte

// hidden makes what is not there look like what is not for whoever asks.
func hidden(err error) error {
	if errors.Is(err, store.ErrNone) {
		return api.Hidden
	}
	return err
}

// from and limit are the query of a list; nothing else may be in it but others.
func (c *call) page(others ...string) (from uint64, limit int, err error) {
	q := c.URL.Query()
	bad := &api.Error{Kind: api.Invalid, Text: "the query is not one that this path takes"}
	for name, values := range q {
		known := name == "from" || name == "limit"
		for _, o := range others {
			known = known || name == o
		}
		if !known || len(values) != 1 {
			return 0, 0, bad
		}
	}
	limit = 100
	if v := q.Get("from"); v != "" {
		if from, err = strconv.ParseUint(v, 10, 62); err != nil {
			return 0, 0, bad
		}
	}
	if v := q.Get("limit"); v != "" {
		if limit, err = strconv.Atoi(v); err != nil || limit < 1 || limit > api.MaxPage {
			return 0, 0, bad
		}
	}
	return from, limit, nil
}

// officePage is page, for a list of an office that is named in the query and that
// whoever asks must hold.
func (c *call) officePage() (office frank.OfficeID, from uint64, limit int, err error) {
	if from, limit, err = c.page("office"); err != nil {
		return "", 0, 0, err
	}
	office = frank.OfficeID(c.URL.Query().Get("office"))
	if !c.w.holds(office) {
		return "", 0, 0, api.Hidden
	}
	return office, from, limit, nil
}

func (c *call) read(v any) error {
	if whole, ok := c.Body.(received); ok {
		return api.Unmarshal(whole.Buffer, api.MaxMessage, v)
	}
	return api.Unmarshal(c.Body, api.MaxMessage, v)
}
