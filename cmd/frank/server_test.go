package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"frank/api"
	"frank/internal/hostile"
	"frank/ledger/sequencer"
	"frank/ledger/witness"
	"frank/server"
	"frank/store/sqlite"

	"github.com/rogpeppe/go-internal/testscript"
)

// startServer starts a real server, and a witness of its ledger, on loopback,
// with what they keep in dir. It returns the server's address, the ledger's
// policy, and what stops both.
//
// What passes between it and its clients, front may change.
func startServer(dir string, witnessed bool, front *front) (address, policy string, stop func() error, err error) {
	origin := "ministry.example/ledger"
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return "", "", nil, err
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return "", "", nil, err
	}
	end := func() error { return nil }
	policy = "log " + public + "\nquorum none\n"
	if witnessed {
		key, vkey, err := witness.NewKey("auditor.example/witness")
		if err != nil {
			return "", "", nil, err
		}
		w, err := witness.Open(filepath.Join(dir, "witness"), key, public)
		if err != nil {
			return "", "", nil, err
		}
		s := httptest.NewServer(w)
		end = func() error {
			s.Close()
			return w.Close()
		}
		policy = "log " + public + "\nwitness auditor " + vkey + " " + s.URL + "\nquorum auditor\n"
	}
	st, err := sqlite.Open(filepath.Join(dir, "store"))
	if err != nil {
		return "", "", nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", nil, err
	}
	address = "http://" + l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.Open(ctx, server.Config{Store: st, LogDir: filepath.Join(dir, "log"), Signer: signer, Policy: policy, Origins: []string{address},
		Now: func() time.Time { return time.Now().Add(time.Duration(front.ahead.Load())) },
		Log: &sequencer.Options{Interval: 100 * time.Millisecond}})
	if err != nil {
		cancel()
		return "", "", nil, err
	}
	front.handler = s.Handler()
	web := &http.Server{Handler: front, ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			front.conns.Add(1)
		}
	}}
	go web.Serve(l)
	return address, policy, func() error {
		err := web.Close()
		cancel()
		closing, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		for _, e := range []error{s.Close(closing), st.Close(), end()} {
			if err == nil {
				err = e
			}
		}
		return err
	}, nil
}

// front stands between a server and its clients, and tells the truth until it is
// given an attack.
type front struct {
	handler http.Handler
	conns   atomic.Int64 // connections that were made
	ahead   atomic.Int64 // nanoseconds that the server's clock is ahead
	mu      sync.Mutex
	attack  hostile.Attack
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	attack := f.attack
	f.mu.Unlock()
	if attack == nil {
		f.handler.ServeHTTP(w, r)
		return
	}
	resp, err := attack(r, f)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer resp.Body.Close()
	for k, v := range resp.Header {
		w.Header()[k] = v
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(resp.StatusCode)
	io.Copy(w, resp.Body)
}

// RoundTrip asks the honest server.
func (f *front) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	f.handler.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// fronts are those of the scripts, by the address of their server.
var fronts sync.Map

// lie makes a script's server lie from now on: lie inbox withholds copies, lie
// copy hands out others, lie drop N withholds entry N, lie old N ends at entry
// N, lie draft withholds drafts, lie version N hands out version N of a draft for
// every other, lie cut takes no sealed things, lie none tells the truth again.
func lie(ts *testscript.TestScript, neg bool, args []string) {
	v, _ := fronts.Load(ts.Getenv("SERVER"))
	f := v.(*front)
	f.mu.Lock()
	defer f.mu.Unlock()
	var at uint64
	if len(args) > 1 {
		var err error
		at, err = strconv.ParseUint(args[1], 10, 64)
		ts.Check(err)
	}
	switch args[0] {
	case "none":
		f.attack = nil
	case "inbox":
		f.attack = hostile.EmptyInbox()
	case "copy":
		f.attack = hostile.Copies(func(c *api.Fetched) { c.Copy[len(c.Copy)-1] ^= 1 })
	case "cut":
		f.attack = hostile.Cut(http.MethodPost, api.PathBlobs)
	case "draft":
		f.attack = hostile.Drafts(func(p *api.Drafts) { p.Drafts = []api.Draft{} })
	case "version":
		f.attack = hostile.DraftVersions(func(draft, _ int, honest func(int, int) []byte) []byte { return honest(draft, int(at)) })
	case "drop":
		f.attack = hostile.Drop(at)
	case "old":
		f.attack = hostile.Until(at)
	default:
		ts.Fatalf("there is no lie %s", args[0])
	}
}

// clock sets the clock of a script's server: clock 2090-01-01T08:00:00Z.
func clock(ts *testscript.TestScript, neg bool, args []string) {
	at, err := time.Parse(time.RFC3339, args[0])
	ts.Check(err)
	v, _ := fronts.Load(ts.Getenv("SERVER"))
	v.(*front).ahead.Store(int64(time.Until(at)))
}

// exchange starts a server for a script: exchange [unwitnessed]. Its address is
// then $SERVER, and the ledger's policy is in the file ledger.policy.
func exchange(ts *testscript.TestScript, neg bool, args []string) {
	dir, err := os.MkdirTemp("", "frank-exchange-")
	ts.Check(err)
	f := &front{}
	address, policy, stop, err := startServer(dir, len(args) == 0, f)
	ts.Check(err)
	fronts.Store(address, f)
	ts.Defer(func() {
		if err := stop(); err != nil {
			ts.Logf("the server: %v", err)
		}
		os.RemoveAll(dir)
	})
	ts.Setenv("SERVER", address)
	ts.Check(os.WriteFile(ts.MkAbs("ledger.policy"), []byte(policy), 0o600))
}

// as makes the commands that follow somebody's, with a folder of their own:
// as ada.
func as(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv("FRANK_HOME", ts.MkAbs(filepath.Join("homes", args[0])))
}

// consent agrees to every change that waits: consent all.
func consent(ts *testscript.TestScript, neg bool, args []string) {
	for _, index := range indices(ts, "changes") {
		ts.Check(ts.Exec("frank", "consent", index))
	}
}

// grant issues the copies that all requests ask for: grant all [--confirm].
func grant(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("frank", append([]string{"requests", "--grant", strings.Join(indices(ts, "requests"), ",")}, args[1:]...)...))
}

// indices lists the indices in what a command prints as JSON; there must be
// some.
func indices(ts *testscript.TestScript, command string) (out []string) {
	ts.Check(ts.Exec("frank", command, "--json"))
	var list []struct {
		Index uint64 `json:"index"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &list))
	if len(list) == 0 {
		ts.Fatalf("frank %s lists nothing", command)
	}
	for _, x := range list {
		out = append(out, strconv.FormatUint(x.Index, 10))
	}
	return out
}

// founded founds an organisation of five on a new server, as testdata's
// exchange.txtar does step by step: Ada and Ben are registrars, Cleo and Dan
// officers, Eve is the overseer. Arguments are those of exchange, or inquiry: then
// Gus is an officer too, so that two can trace beside a lead, and Dee a third
// registrar, who can read.
func founded(ts *testscript.TestScript, neg bool, args []string) {
	people := [][3]string{{"ada", "Ada Holm", "--registrar"}, {"ben", "Ben Ortiz", "--registrar"}, {"cleo", "Cleo Marsh", "--officer"}, {"dan", "Dan Roe", "--officer"}, {"eve", "Eve Lind", "--overseer"}}
	if slices.Equal(args, []string{"inquiry"}) {
		people, args = append(people, [3]string{"gus", "Gus Lund", "--officer"}, [3]string{"dee", "Dee Vane", "--registrar"}), nil
	}
	exchange(ts, neg, args)
	run := func(words ...string) { ts.Check(ts.Exec("frank", words...)) }
	found := []string{"org", "create", "Ministry of Works", "--server", ts.Getenv("SERVER"), "--policy", "ledger.policy", "-o", "founders.invitation"}
	for _, p := range people {
		as(ts, neg, []string{p[0]})
		run("init", "--no-passphrase")
		run("card", "--name", p[1], "-o", p[0]+".card")
		found = append(found, p[2], p[0]+".card")
	}
	as(ts, neg, []string{"ada"})
	run(found...)
	for _, p := range people[1:] {
		as(ts, neg, []string{p[0]})
		run("join", "founders.invitation")
	}
	as(ts, neg, []string{"ada"})
}

// appoint makes an office, with a holder and a key: appoint sarn ben 'Ben
// Ortiz' [PLACE]. Ada and Ben agree.
func appoint(ts *testscript.TestScript, neg bool, args []string) {
	make := []string{"office", "create", args[0], "--title", "The " + args[0]}
	if len(args) > 3 {
		make = append(make, "--place", args[3])
	}
	as(ts, neg, []string{"ada"})
	ts.Check(ts.Exec("frank", make...))
	ts.Check(ts.Exec("frank", "office", "holder", args[0], args[2]))
	as(ts, neg, []string{"ben"})
	consent(ts, neg, nil)
	as(ts, neg, []string{args[1]})
	ts.Check(ts.Exec("frank", "office", "key", args[0]))
}

// typed runs frank with a fingerprint from a file in place of FINGERPRINT:
// typed new.fingerprint device answer request.json FINGERPRINT -o answer.age.
func typed(ts *testscript.TestScript, neg bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		f, ok := strings.CutPrefix(line, "fingerprint ")
		if !ok {
			continue
		}
		var words []string
		for _, a := range args[1:] {
			if a == "FINGERPRINT" {
				words = append(words, strings.Fields(f)...)
				continue
			}
			words = append(words, a)
		}
		ts.Check(ts.Exec("frank", words...))
		return
	}
	ts.Fatalf("%s has no fingerprint", args[0])
}

// lose revokes, or proposes to, the only device of somebody else: lose 'Cleo
// Marsh'.
func lose(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("frank", "people", "--json"))
	var people []struct {
		Name    string `json:"name"`
		Devices []struct {
			Key string `json:"key"`
		} `json:"devices"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &people))
	for _, p := range people {
		if p.Name == args[0] {
			ts.Check(ts.Exec("frank", "device", "lost", p.Devices[0].Key, "--person", p.Name))
			return
		}
	}
	ts.Fatalf("there is no %s", args[0])
}

// lost revokes the device of the person's that is not this one: lost ben.
func lost(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("frank", "device", "list"))
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if f := strings.Fields(line); f[len(f)-1] == "valid" {
			ts.Check(ts.Exec("frank", "device", "lost", f[0]))
			return
		}
	}
	ts.Fatalf("%s has no other device", args[0])
}

// refuse refuses all requests: refuse all [--reason TEXT].
func refuse(ts *testscript.TestScript, neg bool, args []string) {
	words := []string{"requests", "--refuse", strings.Join(indices(ts, "requests"), ",")}
	if len(args) > 1 {
		words = append(words, args[1:]...)
	}
	ts.Check(ts.Exec("frank", words...))
}

// enact makes the change that waits, or is refused.
func enact(ts *testscript.TestScript, neg bool, args []string) {
	for _, index := range indices(ts, "changes") {
		if err := ts.Exec("frank", "enact", index); (err != nil) != neg {
			ts.Fatalf("frank enact %s: %v", index, err)
		}
	}
}

// withdraw takes back what was proposed last: withdraw N, of N that wait.
func withdraw(ts *testscript.TestScript, neg bool, args []string) {
	list := indices(ts, "changes")
	if strconv.Itoa(len(list)) != args[0] {
		ts.Fatalf("%d changes wait, not %s", len(list), args[0])
	}
	ts.Check(ts.Exec("frank", "withdraw", list[len(list)-1]))
}

// changes counts the changes that wait.
func changes(ts *testscript.TestScript, neg bool, args []string) {
	if list := indices(ts, "changes"); strconv.Itoa(len(list)) != args[0] {
		ts.Fatalf("%d changes wait, not %s", len(list), args[0])
	}
}

// unsign makes a key file one of before keys signed: unsign FILE.
func unsign(ts *testscript.TestScript, neg bool, args []string) {
	var kept strings.Builder
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if !strings.Contains(line, "frank.signing") {
			kept.WriteString(line)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(kept.String()), 0o600))
}

// numbered puts the number that the last output names into a variable: numbered N
// inquiry reads a line "inquiry 57".
func numbered(ts *testscript.TestScript, neg bool, args []string) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if f := strings.Fields(strings.ReplaceAll(line, ":", " ")); len(f) > 1 && f[0] == args[1] {
			ts.Setenv(args[0], f[1])
			return
		}
	}
	ts.Fatalf("it names no %s", args[1])
}
