package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/keyring"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/store"
	"frank/store/sqlite"
)

const origin = "ministry.example/ledger"

// world is a server on loopback, and the people who use it.
type world struct {
	*testing.T
	dir    string
	secret string // the log's key
	signer note.Signer
	policy string
	origin string // that sessions are bound to; the base
	config func(*Config)
	clock  atomic.Int64 // nanoseconds that the server's clock is off

	store  store.Store
	server *Server
	base   string
	cancel context.CancelFunc
	ended  chan error

	mu     sync.Mutex
	people map[string]*actor
	tip    directory.Entry
	size   atomic.Uint64 // entries that there are, as far as anybody was told
	begun  frank.Hash    // the genesis
}

// actor is a person with a device.
type actor struct {
	w     *world
	name  string
	key   *keyring.Key
	token string
}

func newWorld(t *testing.T, config func(*Config)) *world {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: t.TempDir(), secret: private, signer: signer, policy: "log " + public + "\nquorum none\n", config: config, people: map[string]*actor{}}
	if config != nil || t.Name() != "TestKilled" {
		w.start()
		t.Cleanup(w.stop)
	}
	return w
}

// start opens server and store, as at the start of the program.
func (w *world) start() {
	w.Helper()
	st, err := sqlite.Open(filepath.Join(w.dir, "store"))
	w.ok(err)
	w.store = st
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.ok(err)
	w.base = "http://" + l.Addr().String()
	c := Config{Store: st, LogDir: filepath.Join(w.dir, "log"), Signer: w.signer, Policy: w.policy, Origins: []string{w.base}, PlainHooks: true,
		Log: &sequencer.Options{Interval: 100 * time.Millisecond}, Now: func() time.Time { return time.Now().Add(time.Duration(w.clock.Load())) }}
	if w.config != nil {
		w.config(&c)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.server, err = Open(ctx, c)
	w.ok(err)
	w.ended = make(chan error, 1)
	go func() { w.ended <- w.server.Serve(ctx, l, nil) }()
	for _, p := range w.people {
		p.token = ""
	}
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
	if err := w.server.Close(ctx); err != nil {
		w.Error(err)
	}
	if err := w.store.Close(); err != nil {
		w.Error(err)
	}
	w.cancel = nil
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%v (%s)", err, frank.Hint(err))
	}
}

func (w *world) fails(kind api.Kind, err error) {
	w.Helper()
	if !errors.Is(err, api.Of(kind)) {
		w.Fatalf("got %v, want an error of the kind %s", err, kind)
	}
}

// person returns the actor of a name, with a key of their own.
func (w *world) person(name string) *actor {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.people[name] == nil {
		key, err := keyring.New()
		w.ok(err)
		w.people[name] = &actor{w: w, name: name, key: key}
	}
	return w.people[name]
}

func (a *actor) id() frank.PersonID { return a.key.Person() }

func (a *actor) card() keyring.Card { return a.key.Card("The " + a.name) }

// send makes one request, and reads the answer into out.
func (a *actor) send(method, path, kind string, body []byte, out any) error {
	token := ""
	if a != nil {
		token = a.token
	}
	status, answer, err := a.w.raw(method, path, kind, token, body)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return api.ReadError(status, answer)
	}
	switch v := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*v = answer
		return nil
	}
	return api.Unmarshal(bytes.NewReader(answer), api.MaxAnswer, out)
}

var httpClient = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 600}}

func (w *world) raw(method, path, kind, token string, body []byte) (int, []byte, error) {
	w.mu.Lock()
	base := w.base
	w.mu.Unlock()
	r, err := http.NewRequest(method, base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := httpClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

func (a *actor) get(path string, out any) error { return a.send("GET", path, "", nil, out) }

func (a *actor) post(path string, in, out any) error {
	return a.send("POST", path, api.TypeJSON, api.Marshal(in), out)
}

// signIn opens a session, with enrol as a guest's.
func (a *actor) signIn(enrol json.RawMessage) error {
	a.token = ""
	var ch api.Challenge
	if err := a.post(api.PathChallenge, api.ChallengeRequest{Key: a.key.VerifyKey()}, &ch); err != nil {
		return err
	}
	var s api.Session
	if err := a.post(api.PathSession, a.answer(ch.Challenge, cmp.Or(a.w.origin, a.w.base), enrol), &s); err != nil {
		return err
	}
	a.token = s.Token
	return nil
}

func (a *actor) answer(challenge, origin string, enrol json.RawMessage) api.SessionRequest {
	key := a.key.VerifyKey()
	proof := api.SessionProof{Origin: origin, Key: key, Challenge: challenge}
	return api.SessionRequest{Key: key, Challenge: challenge, Signature: a.key.Sign(keyring.SessionNamespace, proof.Marshal()), Enrol: enrol}
}

// entry signs a statement.
func (a *actor) entry(kind string, body []byte) *ledger.Entry {
	a.w.Helper()
	var nonce [16]byte
	rand.Read(nonce[:])
	e, err := ledger.SignMarked(a.key, &ledger.Statement{Log: origin, Kind: kind, By: a.key.VerifyKey(), At: "2026-11-21T19:30:00Z", Seen: ledger.Empty(), Nonce: hex.EncodeToString(nonce[:]), Body: body},
		directory.Handles(kind), func() (salt frank.Secret, err error) { rand.Read(salt[:]); return salt, nil })
	a.w.ok(err)
	return e
}

func open(e *ledger.Entry) *api.Submission {
	return &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Open: e.Marshal()}
}

func (a *actor) submit(m *api.Submission) (*api.Accepted, error) {
	var out api.Accepted
	if err := a.post(api.PathEntries, m, &out); err != nil {
		return nil, err
	}
	a.w.saw(out.Index)
	p, err := ledger.ParsePolicy([]byte(a.w.policy))
	a.w.ok(err)
	r, err := p.VerifyReceipt([]byte(out.Receipt))
	a.w.ok(err)
	if r.Index != out.Index || r.Commitment != m.Commitment {
		a.w.Fatal("the receipt is for something else")
	}
	return &out, nil
}

// do states something to the directory, which follows its last entry.
func (a *actor) do(do directory.Do) (directory.Entry, error) {
	a.w.Helper()
	e := a.entry(directory.KindOf(do), directory.Compose(a.w.tip, do))
	out, err := a.submit(open(e))
	if err != nil {
		return directory.Entry{}, err
	}
	a.w.tip = directory.Entry{Index: out.Index, Hash: e.Commitment()}
	return a.w.tip, nil
}

func (a *actor) must(do directory.Do) directory.Entry {
	a.w.Helper()
	e, err := a.do(do)
	a.w.ok(err)
	return e
}

var founders = []struct {
	name  string
	roles []directory.Role
}{
	{"Ada", []directory.Role{directory.Registrar}}, {"Bea", []directory.Role{directory.Registrar}},
	{"Cy", []directory.Role{directory.Officer}}, {"Dee", []directory.Role{directory.Officer}}, {"Eve", []directory.Role{directory.Officer}},
	{"Flo", []directory.Role{directory.Overseer}}, {"Gus", nil}, {"Hal", nil}, {"Ivy", nil},
	{"Kim", []directory.Role{directory.Watch}}, {"Lou", []directory.Role{directory.Alternate}},
}

// found makes the organisation: Gus holds the embassy, Hal the desk.
func (w *world) found() *world {
	w.Helper()
	policy, err := directory.PolicyFile("demo")
	w.ok(err)
	parsed, err := directory.ParsePolicy(policy, false)
	w.ok(err)
	g := directory.Genesis{Format: "frank.genesis/1", Name: "The Ministry", Log: origin,
		Settings: directory.Settings{Threshold: 2, Labels: "demo", LabelsHash: parsed.Hash(), Witnesses: w.policy}}
	for _, f := range founders {
		roles := f.roles
		if roles == nil {
			roles = []directory.Role{}
		}
		g.People = append(g.People, directory.Founder{Card: w.person(f.name).card(), Roles: roles})
	}
	ada, bea := w.person("Ada"), w.person("Bea")
	e := ada.entry(directory.KindGenesis, directory.Begin(g))
	out, err := ada.submit(open(e))
	w.ok(err)
	w.begun = e.Commitment()
	w.tip = directory.Entry{Index: out.Index, Hash: w.begun}
	for _, f := range founders[1:] {
		p := w.person(f.name)
		p.must(directory.Accept{Genesis: w.begun, Fingerprint: p.card().Fingerprint()})
	}
	for _, f := range founders {
		w.ok(w.person(f.name).signIn(nil))
	}
	for _, o := range []struct {
		id     frank.OfficeID
		place  string
		holder string
	}{{"embassy", "WASHINGTON", "Gus"}, {"desk", "", "Hal"}} {
		ada.must(directory.Create{Office: o.id, Title: "The " + string(o.id), Place: o.place, Attributes: []string{}})
		change := ada.must(directory.Propose(directory.Holder{Office: o.id, Person: w.person(o.holder).id()}))
		bea.must(directory.Consent{Change: change})
	}
	w.person("Gus").must(directory.OfficeKey{Office: "embassy", Seal: w.person("office key").card().Seal})
	return w
}

// published waits until a checkpoint covers all that was entered.
func (w *world) published() {
	w.Helper()
	for end := time.Now().Add(10 * time.Second); w.head().Size < w.size.Load(); {
		if time.Now().After(end) {
			w.Fatal("no checkpoint is published")
		}
		time.Sleep(5 * time.Millisecond)
	}
	if w.server != nil { // it reads the checkpoint a little later
		for w.server.holds.size() < w.size.Load() {
			time.Sleep(time.Millisecond)
		}
	}
}

// head is what the log publishes now.
func (w *world) head() ledger.Head {
	w.Helper()
	status, raw, err := w.raw("GET", api.PathLog+"checkpoint", "", "", nil)
	w.ok(err)
	if status != http.StatusOK {
		return ledger.Head{}
	}
	p, err := ledger.ParsePolicy([]byte(w.policy))
	w.ok(err)
	c, err := p.Verify(raw)
	w.ok(err)
	return c.Head
}

// ReadTile reads the log as clients do.
func (w *world) ReadTile(_ context.Context, path string) ([]byte, error) {
	for {
		status, raw, err := w.raw("GET", api.PathLog+path, "", "", nil)
		if status == http.StatusTooManyRequests {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		if err == nil && status != http.StatusOK {
			err = fs.ErrNotExist
		}
		return raw, err
	}
}

// issue is a dispatch on its way.
type issue struct {
	by       *actor
	begin    dispatch.Begin
	entry    *ledger.Entry
	accepted *api.Accepted
	sealed   [][]byte
	parts    *api.Parts
	complete dispatch.Complete
}

func (w *world) blob(size int) []byte {
	b := make([]byte, size)
	rand.Read(b)
	return append([]byte("age-encryption.org/v1\n"), b...)
}

// draft makes the first entry of an issue; change may spoil it.
func (a *actor) draft(number int, to []*actor, change func(*dispatch.Begin)) *issue {
	x := frank.Hash(sha256.Sum256([]byte("x")))
	i := &issue{by: a, begin: dispatch.Begin{Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: number}, Office: "embassy", Batch: 1, First: 1, Size: 10, Threshold: 2, Precommit: dispatch.Precommit(x, x, x)}}
	for _, p := range to {
		x := dispatch.Addressee{Person: p.id(), Key: dispatch.KeyHash(p.card().Seal)}
		if p.name == "Hal" {
			x.Office, x.Action = "desk", true
		}
		i.begin.To = append(i.begin.To, x)
	}
	for n, name := range []string{"Cy", "Dee", "Eve"} {
		p := a.w.person(name)
		i.begin.Officers = append(i.begin.Officers, dispatch.Officer{Person: p.id(), Index: n + 1, Key: dispatch.KeyHash(p.card().Seal)})
	}
	if change != nil {
		change(&i.begin)
	}
	i.entry = a.entry(dispatch.KindBegin, api.Marshal(i.begin))
	return i
}

// start enters it.
func (i *issue) start() (err error) {
	i.accepted, err = i.by.submit(open(i.entry))
	return err
}

// prepare makes and puts the sealed things, and the second entry's body.
func (i *issue) prepare() {
	w := i.by.w
	w.Helper()
	i.parts = &api.Parts{}
	put := func(data []byte) frank.Hash {
		var out api.Put
		w.ok(i.by.send("POST", api.PathBlobs, api.TypeParcel, api.AppendPart(nil, data), &out))
		return out.Hashes[0]
	}
	for range i.begin.To {
		i.sealed = append(i.sealed, w.blob(1000))
		i.parts.Copies = append(i.parts.Copies, put(i.sealed[len(i.sealed)-1]))
	}
	for range i.begin.Officers {
		i.parts.Shares = append(i.parts.Shares, put(w.blob(500)))
	}
	x := frank.Hash(sha256.Sum256([]byte("x")))
	i.complete = dispatch.Complete{Dispatch: i.begin.Dispatch, Batch: i.begin.Batch, Begin: i.accepted.Index, BeginEntry: i.entry.Commitment(), Checkpoint: i.accepted.Checkpoint,
		Book: x, Units: 1, UnitRoot: x, CopyRoot: x, ReaderRoot: x, Head: x, Sharing: x, MapSharing: x, Sealed: dispatch.SealedRoot(i.parts.Copies), Shares: dispatch.SharesRoot(i.parts.Shares),
		Codebook: put(w.blob(100)), Source: put(w.blob(200)), Map: put(w.blob(300))}
}

func (i *issue) finish() (*api.Accepted, error) {
	m := open(i.by.entry(dispatch.KindComplete, api.Marshal(i.complete)))
	m.Parts = i.parts
	return i.by.submit(m)
}

// issue issues a dispatch whole.
func (a *actor) issue(number int, to ...*actor) *issue {
	a.w.Helper()
	i := a.draft(number, to, nil)
	a.w.ok(i.start())
	if i.accepted.Checkpoint == "" {
		a.w.Fatal("there is no checkpoint for the draw")
	}
	i.prepare()
	_, err := i.finish()
	a.w.ok(err)
	a.w.published()
	return i
}

func (a *actor) fetching(c api.Copy) *api.Submission {
	return open(a.entry(dispatch.KindFetched, api.Marshal(dispatch.Fetched{Dispatch: c.Dispatch, Batch: c.Batch, Sealed: c.Sealed})))
}

func (a *actor) fetch(m *api.Submission) (*api.Fetched, error) {
	var out api.Fetched
	err := a.post(api.PathCopies, m, &out)
	if err == nil {
		a.w.saw(out.Accepted.Index)
	}
	return &out, err
}

func (w *world) saw(index uint64) {
	for n := w.size.Load(); index >= n && !w.size.CompareAndSwap(n, index+1); n = w.size.Load() {
	}
}

func (a *actor) inbox() []api.Copy {
	a.w.Helper()
	var all []api.Copy
	for from := uint64(0); ; {
		var in api.Inbox
		a.w.ok(a.get(fmt.Sprintf("%s?from=%d&limit=2", api.PathInbox, from), &in))
		all = append(all, in.Copies...)
		if !in.More() {
			return all
		}
		from = in.Next
	}
}

// sealed is an entry that the server cannot read.
func (a *actor) sealed(kind string, ref frank.Ref) *api.Submission {
	e := a.entry(kind, []byte(`{}`))
	return &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Sealed: a.w.blob(1024), Route: &api.Route{Kind: kind, Dispatch: ref}}
}

func (a *actor) sees() map[string]int {
	a.w.Helper()
	out := map[string]int{}
	for from := uint64(0); ; {
		var page api.Entries
		a.w.ok(a.get(fmt.Sprintf("%s?from=%d&limit=7", api.PathEntries, from), &page))
		for _, e := range page.Entries {
			if !strings.Contains(e.Kind, ".") || directory.Handles(e.Kind) {
				out["directory"]++
			} else {
				out[e.Kind]++
			}
		}
		if !page.More() {
			return out
		}
		from = page.Next
	}
}

// storeOnly lets f at the store while no server runs.
func (w *world) storeOnly(f func(store.Store)) {
	w.Helper()
	st, err := sqlite.Open(filepath.Join(w.dir, "store"))
	w.ok(err)
	f(st)
	w.ok(st.Close())
}
