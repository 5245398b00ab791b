package client

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"frank"
	"frank/directory"
	"frank/keyring"
	"frank/ledger/sequencer"
	"frank/ledger/witness"
	"frank/server"
	"frank/store"
	"frank/store/sqlite"
)

const origin = "ministry.example/ledger"

// world is an organisation with its server and a witness, all of them real, on
// loopback. between, if set, stands between the clients and the server.
type world struct {
	*testing.T
	ctx     context.Context
	dir     string
	signer  note.Signer
	policy  string
	store   store.Store
	server  *server.Server
	addr    string
	cancel  context.CancelFunc
	ended   chan error
	people  map[string]*Client
	intro   *Invitation
	mu      sync.Mutex
	between http.RoundTripper
	clock   func() time.Time // the server's
	witness string           // the witness's private key
}

func newWorld(t *testing.T) *world {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, ctx: context.Background(), dir: t.TempDir(), signer: signer, people: map[string]*Client{}}
	skey, vkey, err := witness.NewKey("auditor.example/witness")
	w.ok(err)
	w.witness = skey
	wit, err := witness.Open(filepath.Join(w.dir, "witness"), skey, public)
	w.ok(err)
	ws := httptest.NewServer(wit)
	t.Cleanup(func() {
		ws.Close()
		wit.Close()
	})
	w.policy = "log " + public + "\nwitness auditor " + vkey + " " + ws.URL + "\nquorum auditor\n"
	w.start()
	t.Cleanup(w.stop)
	return w
}

func (w *world) start() {
	w.Helper()
	st, err := sqlite.Open(filepath.Join(w.dir, "store"))
	w.ok(err)
	addr := w.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	w.ok(err)
	w.addr = l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	w.store, w.cancel = st, cancel
	w.server, err = server.Open(ctx, server.Config{Store: st, LogDir: filepath.Join(w.dir, "log"), Signer: w.signer, Policy: w.policy,
		Origins: []string{"http://" + w.addr}, Now: w.clock, Log: &sequencer.Options{Interval: 100 * time.Millisecond}})
	w.ok(err)
	w.ended = make(chan error, 1)
	go func() { w.ended <- w.server.Serve(ctx, l, nil) }()
}

func (w *world) stop() {
	if w.cancel == nil {
		return
	}
	w.cancel()
	if err := <-w.ended; err != nil {
		w.Error(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	w.ok(w.server.Close(ctx))
	w.ok(w.store.Close())
	w.cancel = nil
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%v (hint: %s)", err, frank.Hint(err))
	}
}

// RoundTrip sends what clients send, through between if there is one.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	t := w.between
	w.mu.Unlock()
	if t == nil {
		t = http.DefaultTransport
	}
	return t.RoundTrip(r)
}

func (w *world) meddle(t http.RoundTripper) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.between = t
}

func (w *world) config(name string) Config {
	w.Helper()
	key, err := keyring.New()
	w.ok(err)
	return Config{Files: Folder(filepath.Join(w.dir, "homes", name)), Key: key, HTTP: &http.Client{Transport: w}, Now: time.Now}
}

// founded makes an organisation: Ada and Ben are registrars, Cy, Dee and Eve
// officers, of whom it takes two, Fay is the overseer.
func founded(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	file, err := directory.PolicyFile("demo")
	w.ok(err)
	policy, err := directory.ParsePolicy(file, false)
	w.ok(err)
	g := directory.Genesis{Format: directory.GenesisFormat, Name: "Ministry", Log: origin, Settings: directory.Settings{
		Threshold: 2, Labels: "demo", LabelsHash: policy.Hash(), Witnesses: w.policy, Wait: 0}}
	cfg := map[string]Config{}
	for _, f := range []struct {
		name string
		role directory.Role
	}{{"Ada", directory.Registrar}, {"Ben", directory.Registrar}, {"Cy", directory.Officer}, {"Dee", directory.Officer}, {"Eve", directory.Officer}, {"Fay", directory.Overseer}} {
		cfg[f.name] = w.config(f.name)
		g.People = append(g.People, directory.Founder{Card: cfg[f.name].Key.Card(f.name), Roles: []directory.Role{f.role}})
	}
	ada, err := Found(w.ctx, cfg["Ada"], "http://"+w.addr, w.policy, g)
	w.ok(err)
	w.people["Ada"], w.intro = ada, ada.Introduce()
	for _, name := range []string{"Ben", "Cy", "Dee", "Eve", "Fay"} {
		c, err := Accept(w.ctx, cfg[name], w.intro)
		w.ok(err)
		w.people[name] = c
	}
	return w
}

// join invites, enrols and admits somebody.
func (w *world) join(name string) *Client {
	w.Helper()
	ada := w.people["Ada"]
	i, err := ada.Invite(w.ctx, 1000, "")
	w.ok(err)
	c, err := Enrol(w.ctx, w.config(name), i, name)
	w.ok(err)
	_, err = ada.Sync(w.ctx)
	w.ok(err)
	for _, n := range ada.Directory().Newcomers() {
		if n.Fingerprint == c.Key.Card(name).Fingerprint() {
			_, err = ada.Do(w.ctx, directory.Admit{Enrolment: n.Entry, Fingerprint: n.Fingerprint})
			w.ok(err)
		}
	}
	w.sync(c)
	w.people[name] = c
	return c
}

func (w *world) sync(list ...*Client) {
	w.Helper()
	for _, c := range list {
		news, err := c.Sync(w.ctx)
		w.ok(err)
		if len(news.Broken) > 0 {
			w.Fatalf("%s found broken rules: %v", c.Name, news.Broken)
		}
	}
}

// office makes an office and gives it to somebody, with a key if it issues.
func (w *world) office(id frank.OfficeID, title, place string, holder *Client) {
	w.Helper()
	ada, ben := w.people["Ada"], w.people["Ben"]
	_, err := ada.Do(w.ctx, directory.Create{Office: id, Title: title, Place: place, Attributes: []string{"closed-papers"}})
	w.ok(err)
	at, err := ada.Propose(w.ctx, directory.Holder{Office: id, Person: holder.Person})
	w.ok(err)
	_, err = ben.Do(w.ctx, directory.Consent{Change: at})
	w.ok(err)
	if place != "" {
		w.ok(holder.NewOfficeKey(w.ctx, id))
	}
}
