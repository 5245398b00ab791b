package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"

	"frank"
	"frank/api"
	"frank/client"
	"frank/directory"
	"frank/keyring"
	"frank/ledger/witness"
	"frank/variant"
)

const (
	origin  = "ministry.example/ledger"
	offices = 20 // that read
	issuer  = frank.OfficeID("embassy")
	place   = "SARN"
)

// setup is what DIR keeps of an organisation beside store, log and keys. The
// addresses are part of what clients pin, so they stay.
type setup struct {
	Addr       string     `json:"addr"`
	Witness    string     `json:"witness"`
	LogKey     string     `json:"log_key"`
	WitnessKey string     `json:"witness_key"`
	Policy     string     `json:"policy"`
	Readers    int        `json:"readers"`
	Genesis    frank.Hash `json:"genesis"`
	Founded    bool       `json:"founded"`
}

func readSetup(dir string) (s setup, err error) {
	data, err := os.ReadFile(filepath.Join(dir, "setup.json"))
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	return s, err
}

func (s setup) write(dir string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "setup.json"), data, 0o600)
}

// ministry is an organisation that is up: its server in a process of its own,
// its witness in this one.
type ministry struct {
	setup
	dir     string
	profile string // file for where the time goes, if it is asked for
	readers []*keyring.Key
	author  *keyring.Key
	server  *exec.Cmd
	stop    func() // the witness
}

func readerName(i int) string { return fmt.Sprintf("reader-%03d", i) }

func officeName(i int) frank.OfficeID { return frank.OfficeID(fmt.Sprintf("office-%d", i)) }

// key reads a person's key, or makes it.
func key(dir, name string) (*keyring.Key, error) {
	at := filepath.Join(dir, "keys", name)
	k, err := keyring.Load(at, nil)
	if errors.Is(err, keyring.ErrNoKey) {
		return keyring.Create(at, "")
	}
	return k, err
}

// author brings a ministry up and returns the client of who writes in it, synced,
// and what is written. The caller takes the ministry down.
func author(ctx context.Context, o options) (*ministry, *client.Client, *variant.Source, error) {
	m, err := up(ctx, o, true)
	if err != nil {
		return nil, nil, nil, err
	}
	c, err := m.client(ctx)
	if err == nil {
		err = synced(ctx, c)
	}
	var src *variant.Source
	if err == nil {
		src, err = memo()
	}
	if err != nil {
		m.down()
		return nil, nil, nil, err
	}
	return m, c, src, nil
}

// up brings up what is in the folder, and founds it if there is nothing. The
// server is started, unless serving is false.
func up(ctx context.Context, o options, serving bool) (*ministry, error) {
	s, err := readSetup(o.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return found(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	if !s.Founded {
		return nil, fmt.Errorf("the organisation in %s was not founded to the end: delete it", o.dir)
	}
	m := &ministry{setup: s, dir: o.dir, profile: o.profile}
	if err := m.keys(); err != nil {
		return nil, err
	}
	if err := m.witness(); err != nil {
		return nil, err
	}
	if serving {
		if _, err := m.start(); err != nil {
			m.down()
			return nil, err
		}
	}
	return m, nil
}

func (m *ministry) keys() (err error) {
	if m.author, err = key(m.dir, "author"); err != nil {
		return err
	}
	m.readers = make([]*keyring.Key, m.Readers)
	for i := range m.readers {
		if m.readers[i], err = key(m.dir, readerName(i)); err != nil {
			return err
		}
	}
	return nil
}

func (m *ministry) witness() error {
	var public string
	for line := range strings.Lines(m.Policy) {
		if f := strings.Fields(line); len(f) == 2 && f[0] == "log" {
			public = f[1]
		}
	}
	w, err := witness.Open(filepath.Join(m.dir, "witness"), m.WitnessKey, public)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", m.Witness)
	if err != nil {
		w.Close()
		return err
	}
	h := &http.Server{Handler: w}
	go h.Serve(l)
	m.stop = func() {
		h.Close()
		w.Close()
	}
	return nil
}

// start starts the server and waits for its first answer; it returns how long
// that took from the start of the process.
func (m *ministry) start() (time.Duration, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	m.server = exec.Command(self, "-part", "serve", "-dir", m.dir)
	if m.profile != "" {
		m.server.Args = append(m.server.Args, "-cpuprofile", m.profile+".server")
	}
	m.server.Stderr = os.Stderr
	from := time.Now()
	if err := m.server.Start(); err != nil {
		return 0, err
	}
	w := newWire(m.Addr, 1)
	for time.Since(from) < 2*time.Minute {
		if err := w.call(context.Background(), http.MethodGet, api.PathServer, "", nil, new(api.Server)); err == nil {
			return time.Since(from), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, errors.New("the server does not come up")
}

// halt stops the server: kill as a power cut would, for the process.
func (m *ministry) halt(kill bool) {
	if m.server == nil {
		return
	}
	if kill {
		m.server.Process.Kill()
	} else {
		m.server.Process.Signal(syscall.SIGTERM)
	}
	m.server.Wait()
	m.server = nil
}

func (m *ministry) down() {
	m.halt(false)
	if m.stop != nil {
		m.stop()
	}
}

// memory is what the kernel says of the server's process, in MiB.
func (m *ministry) memory() (rss, peak float64) {
	data, _ := os.ReadFile("/proc/" + strconv.Itoa(m.server.Process.Pid) + "/status")
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, _ := strconv.ParseFloat(f[1], 64)
		switch f[0] {
		case "VmRSS:":
			rss = n / 1024
		case "VmHWM:":
			peak = n / 1024
		}
	}
	return rss, peak
}

// work is how long the server's process, and this one, have had a processor.
func (m *ministry) work() (server, here time.Duration) {
	if m.server != nil {
		data, _ := os.ReadFile("/proc/" + strconv.Itoa(m.server.Process.Pid) + "/stat")
		_, rest, _ := strings.Cut(string(data), ") ")
		if f := strings.Fields(rest); len(f) > 12 {
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			server = time.Duration(user+system) * 10 * time.Millisecond // the kernel's ticks
		}
	}
	return server, self()
}

// found makes an organisation: two registrars, five officers, an overseer, an
// embassy that issues, and the readers in twenty offices, one holder and
// delegates in each.
func found(ctx context.Context, o options) (*ministry, error) {
	if _, err := readSetup(o.dir); err == nil {
		return up(ctx, o, true)
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, err
	}
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	skey, vkey, err := witness.NewKey("auditor.example/witness")
	if err != nil {
		return nil, err
	}
	m := &ministry{dir: o.dir, profile: o.profile, setup: setup{LogKey: private, WitnessKey: skey, Readers: o.readers}}
	var held []net.Listener // both at once, so that they are two
	for _, a := range []*string{&m.Addr, &m.Witness} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		*a, held = l.Addr().String(), append(held, l)
	}
	for _, l := range held {
		l.Close()
	}
	m.Policy = "log " + public + "\nwitness auditor " + vkey + " http://" + m.Witness + "\nquorum auditor\n"
	if err := m.write(o.dir); err != nil {
		return nil, err
	}
	return m, m.build(ctx)
}

func (m *ministry) build(ctx context.Context) error {
	from := time.Now()
	if err := m.keys(); err != nil {
		return err
	}
	if err := m.witness(); err != nil {
		return err
	}
	if _, err := m.start(); err != nil {
		return err
	}
	file, err := directory.PolicyFile("demo")
	if err != nil {
		return err
	}
	policy, err := directory.ParsePolicy(file, false)
	if err != nil {
		return err
	}
	g := directory.Genesis{Format: directory.GenesisFormat, Name: "Ministry", Log: origin, Settings: directory.Settings{
		Threshold: 3, Labels: "demo", LabelsHash: policy.Hash(), Witnesses: m.Policy}}
	founders := map[string]*keyring.Key{"author": m.author}
	add := func(name string, roles ...directory.Role) error {
		if founders[name] == nil {
			k, err := key(m.dir, name)
			if err != nil {
				return err
			}
			founders[name] = k
		}
		g.People = append(g.People, directory.Founder{Card: founders[name].Card(name), Roles: append([]directory.Role{}, roles...)})
		return nil
	}
	var named []string
	for _, f := range []struct {
		name string
		role directory.Role
	}{{"registrar-0", directory.Registrar}, {"registrar-1", directory.Registrar}, {"officer-0", directory.Officer}, {"officer-1", directory.Officer},
		{"officer-2", directory.Officer}, {"officer-3", directory.Officer}, {"officer-4", directory.Officer}, {"overseer", directory.Overseer}} {
		if err := add(f.name, f.role); err != nil {
			return err
		}
		named = append(named, f.name)
	}
	if err := add("author"); err != nil {
		return err
	}
	named = append(named, "author")

	s := &stating{ctx: ctx, wire: newWire(m.Addr, 1), state: directory.New(origin, directory.Ledger{})}
	a, b := founders["registrar-0"], founders["registrar-1"]
	s.body(a, directory.KindGenesis, directory.Begin(g))
	if s.err == nil {
		m.Genesis = s.state.Genesis().Hash
	}
	for _, name := range named[1:] {
		s.do(founders[name], directory.Accept{Genesis: m.Genesis, Fingerprint: founders[name].Card(name).Fingerprint()})
	}
	office := func(id frank.OfficeID, title, place string, holder *keyring.Key) {
		s.do(a, directory.Create{Office: id, Title: title, Place: place, Attributes: []string{"closed-papers"}})
		s.do(b, directory.Consent{Change: s.do(a, directory.Propose(directory.Holder{Office: id, Person: holder.Person()}))})
	}
	office(issuer, "Embassy in Sarn", place, m.author)
	for i, k := range m.readers {
		var random [16]byte
		rand.Read(random[:])
		code := directory.NewCode(random)
		invite := s.do(a, directory.Invite{Code: code.Public(origin), Expires: 1000})
		card := k.Card(readerName(i))
		enrolment := s.do(k, directory.Enrol{Genesis: m.Genesis, Invite: invite, Card: card, Proof: code.Prove(origin, invite, card)})
		s.do(a, directory.Admit{Enrolment: enrolment, Fingerprint: card.Fingerprint()})
		if i < offices {
			office(officeName(i), fmt.Sprintf("Office %d of the Ministry", i), "", k)
		} else {
			s.do(m.readers[i%offices], directory.Delegate{Office: officeName(i % offices), Person: k.Person()})
		}
	}
	if s.err != nil {
		return s.err
	}
	m.Founded = true
	fmt.Printf("  founded with %d readers: %d statements in %.0f s\n", m.Readers, s.count, time.Since(from).Seconds())
	c, err := m.client(ctx)
	if err != nil {
		return err
	}
	if err := c.NewOfficeKey(ctx, issuer); err != nil {
		return err
	}
	return m.write(m.dir)
}

// client is the author's.
func (m *ministry) client(ctx context.Context) (*client.Client, error) {
	cfg := client.Config{Files: client.Folder(filepath.Join(m.dir, "homes", "author")), Key: m.author, HTTP: &http.Client{Timeout: time.Minute}, Now: time.Now}
	c, err := client.Open(cfg)
	if !errors.Is(err, client.ErrNoMembership) {
		return c, err
	}
	i := &client.Invitation{Format: "frank.invitation/1", Server: "http://" + m.Addr, Log: origin, Policy: m.Policy, Genesis: m.Genesis}
	for range 120 {
		if c, err = client.Accept(ctx, cfg, i); err == nil || !strings.Contains(err.Error(), "too many requests") {
			break
		}
		fmt.Println("  the author's client, which comes to a long ledger for the first time, is told to wait")
		time.Sleep(5 * time.Second)
	}
	return c, err
}

// stating hands statements of the directory in, one after the other. After the
// first error it does nothing more.
type stating struct {
	ctx   context.Context
	wire  *wire
	state *directory.State
	count int
	err   error
}

func (s *stating) do(key *keyring.Key, do directory.Do) directory.Entry {
	return s.body(key, directory.KindOf(do), directory.Compose(s.state.Last(), do))
}

func (s *stating) body(key *keyring.Key, kind string, body []byte) (at directory.Entry) {
	if s.err != nil {
		return at
	}
	e, err := statement(key, kind, body, true)
	if err != nil {
		s.err = err
		return at
	}
	var a api.Accepted
	for range 100 {
		if err = s.wire.call(s.ctx, http.MethodPost, api.PathEntries, "", submission(e), &a); !errors.Is(err, api.Of(api.TooMany)) {
			break
		}
		time.Sleep(100 * time.Millisecond) // one address may not ask faster
	}
	if err == nil {
		st, opened := e.Open(e.Commitment())
		err = errors.Join(opened, s.state.Apply(a.Index, e.Commitment(), st))
	}
	if err != nil {
		s.err = fmt.Errorf("%s: %w", kind, err)
		return at
	}
	s.count++
	return directory.Entry{Index: a.Index, Hash: e.Commitment()}
}
