package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/server"
	"frank/store/sqlite"
)

// The settings of package sequencer, for the log library by itself.
const (
	batchSize = 256
	batchAge  = 5 * time.Millisecond
	interval  = 200 * time.Millisecond
)

// sealed is the submission of an entry that the server cannot read.
func sealed(e *ledger.Entry, route api.Route, to ...*keyring.Public) (*api.Submission, error) {
	data, err := keyring.SealTo(ledger.Pad(e.Marshal()), to...)
	if err != nil {
		return nil, err
	}
	return &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Sealed: data, Route: &route}, nil
}

// notes are what readers hand in that they took note of a dispatch. To the
// server a sealed entry is its commitment and so many bytes; only the
// commitments differ here, which saves a hundred thousand seals.
type notes struct {
	model api.Submission
	next  atomic.Uint64
	salt  [16]byte
}

func newNotes(key *keyring.Key, to *keyring.Public, ref frank.Ref) (*notes, error) {
	e, err := statement(key, dispatch.KindNoted, canon.Marshal(dispatch.Noted{Dispatch: ref, Remark: "seen"}), false)
	if err != nil {
		return nil, err
	}
	s, err := sealed(e, api.Route{Kind: dispatch.KindNoted, Dispatch: ref, Batch: 1}, &key.Public, to)
	if err != nil {
		return nil, err
	}
	n := &notes{model: *s}
	rand.Read(n.salt[:])
	return n, nil
}

func (n *notes) commitment() frank.Hash {
	h := sha256.Sum256(binary.BigEndian.AppendUint64(n.salt[:], n.next.Add(1)))
	h[31] &^= 1 // not marked as open to every member
	return h
}

func (n *notes) bodies(count int) [][]byte {
	out := make([][]byte, count)
	for i := range out {
		s := n.model
		s.Commitment = n.commitment()
		out[i] = api.Marshal(s)
	}
	return out
}

// appends compares durable appends through the server with the log library's
// own Add, on one disk and with one setting of batches, in turns.
func appends(ctx context.Context, o options) error {
	m, c, src, err := author(ctx, o)
	if err != nil {
		return err
	}
	defer m.down()
	sent, err := m.send(ctx, c, src, nil)
	if err != nil {
		return err
	}
	desk, err := c.Directory().Now().Office(issuer)
	if err != nil {
		return err
	}
	to, err := keyring.ParseRecipient(desk.Key.Seal)
	if err != nil {
		return err
	}
	n, err := newNotes(m.readers[0], to, sent.Dispatch)
	if err != nil {
		return err
	}
	w := newWire(m.Addr, o.writers)
	var tokens []string
	sessions := func(w *wire) error {
		tokens = make([]string, m.Readers)
		return each(m.Readers, 8, func(i int) (err error) { tokens[i], err = w.session(ctx, m.readers[i]); return err })
	}
	measure := func(what string, turns []*turn) error {
		if err := interleave(o.runs, turns); err != nil {
			return err
		}
		fmt.Printf("  %s: %d entries by %d at once a run; entries a second\n", what, o.entries, o.writers)
		for _, t := range turns {
			var all []string
			for _, d := range t.all {
				all = append(all, fmt.Sprintf("%.0f", float64(o.entries)/d.Seconds()))
			}
			fmt.Printf("  %-44s median %6.0f  this process %3.0f µs of a processor an entry  all %s\n", t.what, float64(o.entries)/t.median().Seconds(),
				float64(median(t.cpu).Microseconds())/float64(o.entries), strings.Join(all, " "))
		}
		last := turns[len(turns)-1]
		for _, t := range turns[:len(turns)-1] {
			fmt.Printf("  %s takes %.2f times as long as %s\n", last.what, ratio(last.median(), t.median()), t.what)
		}
		return nil
	}
	library, end, err := m.library(ctx, o)
	if err != nil {
		return err
	}
	defer end()
	alone, close, err := m.sequencer(ctx, o)
	if err != nil {
		return err
	}
	defer close()
	served, kill, err := m.libraryServed(ctx, o)
	if err != nil {
		return err
	}
	defer kill()
	if err := sessions(w); err != nil {
		return err
	}
	// Bodies are written before the clock runs: that is the clients' work.
	overHTTP := &turn{what: "server, over HTTP"}
	bodies := make(chan [][]byte, o.runs+1)
	for range o.runs + 1 {
		bodies <- n.bodies(o.entries)
	}
	var busy []time.Duration
	overHTTP.do = func() error {
		b := <-bodies
		server, _ := m.work()
		defer func() {
			now, _ := m.work()
			busy = append(busy, (now-server)/time.Duration(len(b)))
		}()
		return each(len(b), o.writers, func(i int) error {
			return w.send(ctx, http.MethodPost, api.PathEntries, tokens[i%len(tokens)], b[i], nil)
		})
	}
	if err := measure("in turns with the server in its own process", []*turn{library, alone, served, overHTTP}); err != nil {
		return err
	}
	fmt.Printf("  the server has a processor for %.0f µs an entry\n", float64(median(busy).Nanoseconds())/1000)
	m.halt(false)

	// The same service in this process, called without a network.
	srv, stop, err := m.inside(ctx)
	if err != nil {
		return err
	}
	defer stop()
	if tokens, err = insideTokens(srv, m); err != nil {
		return err
	}
	inside := &turn{what: "server, without network"}
	for range o.runs + 1 {
		bodies <- n.bodies(o.entries)
	}
	inside.do = func() error {
		b := <-bodies
		return each(len(b), o.writers, func(i int) error {
			_, err := insideCall(srv, api.PathEntries, tokens[i%len(tokens)], b[i])
			return err
		})
	}
	library.all, library.cpu = nil, nil
	return measure("in turns with the service in this process", []*turn{library, inside})
}

// appender is the log library by itself, in a new folder.
func appender(ctx context.Context, dir, key string) (*tessera.Appender, func(), error) {
	signer, err := note.NewSigner(key)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	driver, err := posix.New(ctx, posix.Config{Path: dir})
	if err != nil {
		cancel()
		return nil, nil, err
	}
	a, shutdown, _, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().WithCheckpointSigner(signer).
		WithBatching(batchSize, batchAge).WithCheckpointInterval(interval))
	if err != nil {
		cancel()
		return nil, nil, err
	}
	return a, func() {
		shutdown(ctx)
		cancel()
	}, nil
}

// library is the log library called in this process.
func (m *ministry) library(ctx context.Context, o options) (*turn, func(), error) {
	dir, err := os.MkdirTemp(m.dir, "library")
	if err != nil {
		return nil, nil, err
	}
	a, end, err := appender(ctx, dir, m.LogKey)
	if err != nil {
		return nil, nil, err
	}
	var n atomic.Uint64
	t := &turn{what: "log library, Add"}
	t.do = func() error {
		return each(o.entries, o.writers, func(int) error {
			c := sha256.Sum256(binary.BigEndian.AppendUint64(nil, n.Add(1)))
			_, err := a.Add(ctx, tessera.NewEntry(c[:]))()
			return err
		})
	}
	return t, func() {
		end()
		os.RemoveAll(dir)
	}, nil
}

// serveLibrary is a process that does over HTTP what the server of the
// library's own load test does: add what is posted, and answer with its index.
func serveLibrary(ctx context.Context, dir string) error {
	s, err := readSetup(dir)
	if err != nil {
		return err
	}
	at := filepath.Join(dir, "library-served")
	a, end, err := appender(ctx, at, s.LogKey)
	if err != nil {
		return err
	}
	defer end()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err == nil {
			var i tessera.Index
			if i, err = a.Add(r.Context(), tessera.NewEntry(b))(); err == nil {
				fmt.Fprint(w, i.Index)
			}
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
}

// libraryServed is the log library behind HTTP, in a process of its own.
func (m *ministry) libraryServed(ctx context.Context, o options) (*turn, func(), error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	p := exec.Command(self, "-part", "library", "-dir", m.dir)
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := p.Start(); err != nil {
		return nil, nil, err
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, nil, err
	}
	w := newWire(strings.TrimSpace(addr), o.writers)
	var n atomic.Uint64
	t := &turn{what: "log library, Add behind HTTP"}
	t.do = func() error {
		return each(o.entries, o.writers, func(int) error {
			c := sha256.Sum256(binary.BigEndian.AppendUint64(nil, n.Add(1)))
			return w.send(ctx, http.MethodPost, "/add", "", c[:], nil)
		})
	}
	return t, func() {
		p.Process.Kill()
		p.Wait()
		os.RemoveAll(filepath.Join(m.dir, "library-served"))
	}, nil
}

// sequencer is the product's log without server and store.
func (m *ministry) sequencer(ctx context.Context, o options) (*turn, func(), error) {
	dir, err := os.MkdirTemp(m.dir, "sequencer")
	if err != nil {
		return nil, nil, err
	}
	signer, err := note.NewSigner(m.LogKey)
	if err != nil {
		return nil, nil, err
	}
	text, _, _ := strings.Cut(m.Policy, "\n")
	policy, err := ledger.ParsePolicy([]byte(text + "\nquorum none\n"))
	if err != nil {
		return nil, nil, err
	}
	l, err := sequencer.Open(ctx, dir, signer, sequencer.Options{Policy: policy})
	if err != nil {
		return nil, nil, err
	}
	var n atomic.Uint64
	t := &turn{what: "package sequencer, Append"}
	t.do = func() error {
		return each(o.entries, o.writers, func(int) error {
			_, err := l.Append(ctx, sha256.Sum256(binary.BigEndian.AppendUint64(nil, n.Add(1))))
			return err
		})
	}
	return t, func() {
		l.Close(ctx)
		os.RemoveAll(dir)
	}, nil
}

// inside is the organisation's service in this process.
func (m *ministry) inside(ctx context.Context) (http.Handler, func(), error) {
	signer, err := note.NewSigner(m.LogKey)
	if err != nil {
		return nil, nil, err
	}
	st, err := sqlite.Open(filepath.Join(m.dir, "store"))
	if err != nil {
		return nil, nil, err
	}
	srv, err := server.Open(ctx, server.Config{Store: st, LogDir: filepath.Join(m.dir, "log"), Signer: signer, Policy: m.Policy, Origins: []string{"http://" + m.Addr},
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	return srv.Handler(), func() {
		srv.Close(ctx)
		st.Close()
	}, nil
}

func insideCall(h http.Handler, path, token string, body []byte) ([]byte, error) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(body)))
	r.Header.Set("Content-Type", api.TypeJSON)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK {
		return nil, api.ReadError(rec.Code, rec.Body.Bytes())
	}
	return rec.Body.Bytes(), nil
}

// insideTokens signs everybody in to the service in this process.
func insideTokens(h http.Handler, m *ministry) ([]string, error) {
	out := make([]string, len(m.readers))
	w := &wire{base: "http://" + m.Addr, http: &http.Client{Transport: handled{h}}}
	return out, each(len(out), 4, func(i int) (err error) {
		out[i], err = w.session(context.Background(), m.readers[i])
		return err
	})
}

// handled is a network that leads straight to a handler.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	if r.RemoteAddr == "" {
		r.RemoteAddr = "127.0.0.1:1"
	}
	h.ServeHTTP(rec, r)
	return rec.Result(), nil
}
