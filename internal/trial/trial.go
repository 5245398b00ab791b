// Package trial is an organisation for tests: people who use a server over
// HTTP as clients do, without what makes a dispatch worth reading. What they
// seal is noise.
package trial

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"sync"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/keyring"
	"frank/ledger"
)

// Ministry is an organisation on a server. Set the first three before
// anything else.
type Ministry struct {
	Origin string      // that sessions are bound to, "http://frank.example"
	Log    string      // the ledger's origin
	Policy string      // the ledger's
	Setup  string      // the server's setup code, where it asks for one
	Seen   ledger.Head // what people say they have seen; zero: nothing

	mu     sync.Mutex
	base   string
	people map[string]*Person
	left   string // an officer who cannot act any more
	tip    directory.Entry
	told   map[frank.Hash]uint64 // what was acknowledged, and where
	copies map[frank.Hash][]byte // what was sealed, by its hash
}

// Person is a member with a device.
type Person struct {
	Name  string
	of    *Ministry
	key   *keyring.Key
	mu    sync.Mutex
	token string
}

// Found is the work of a first day: founders, Gus in the embassy that issues,
// Hal at the desk, Ivy without office.
func Found(m *Ministry, base string) error {
	m.people, m.told, m.copies = map[string]*Person{}, map[frank.Hash]uint64{}, map[frank.Hash][]byte{}
	m.Move(base)
	file, err := directory.PolicyFile("demo")
	if err != nil {
		return err
	}
	labels, err := directory.ParsePolicy(file, false)
	if err != nil {
		return err
	}
	g := directory.Genesis{Format: directory.GenesisFormat, Name: "The Ministry", Log: m.Log,
		Settings: directory.Settings{Threshold: 2, Labels: "demo", LabelsHash: labels.Hash(), Witnesses: m.Policy}}
	names := []string{"Ada", "Bea", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal", "Ivy"}
	roles := [][]directory.Role{{directory.Registrar}, {directory.Registrar}, {directory.Officer}, {directory.Officer}, {directory.Officer}, {directory.Overseer}, {}, {}, {}}
	for i, name := range names {
		key, err := keyring.New()
		if err != nil {
			return err
		}
		m.people[name] = &Person{Name: name, of: m, key: key}
		g.People = append(g.People, directory.Founder{Card: m.people[name].card(), Roles: roles[i]})
	}
	office, err := keyring.New()
	if err != nil {
		return err
	}
	ada, bea, gus := m.Person("Ada"), m.Person("Bea"), m.Person("Gus")
	if _, err := ada.state(directory.KindGenesis, directory.Begin(g), nil); err != nil {
		return err
	}
	genesis := m.tip
	for _, name := range names[1:] {
		p := m.Person(name)
		if err := p.do(directory.Accept{Genesis: genesis.Hash, Fingerprint: p.card().Fingerprint()}); err != nil {
			return err
		}
	}
	for _, o := range []struct {
		id     frank.OfficeID
		place  string
		holder string
	}{{"embassy", "WASHINGTON", "Gus"}, {"desk", "", "Hal"}} {
		err := ada.do(directory.Create{Office: o.id, Title: "The " + string(o.id), Place: o.place, Attributes: []string{}})
		if err == nil {
			err = ada.do(directory.Propose(directory.Holder{Office: o.id, Person: m.Person(o.holder).ID()}))
		}
		if err == nil {
			err = bea.do(directory.Consent{Change: m.tip})
		}
		if err != nil {
			return err
		}
	}
	return gus.do(directory.OfficeKey{Office: "embassy", Seal: office.Card("").Seal})
}

// Move says where the server answers now.
func (m *Ministry) Move(base string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.base = base
}

// Person returns somebody by name.
func (m *Ministry) Person(name string) *Person { return m.people[name] }

// ID is the person's.
func (p *Person) ID() frank.PersonID { return p.key.Person() }

func (p *Person) card() keyring.Card { return p.key.Card("The " + p.Name) }

// Told returns all that was acknowledged so far: by commitment, the index.
func (m *Ministry) Told() map[frank.Hash]uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[frank.Hash]uint64, len(m.told))
	for c, i := range m.told {
		out[c] = i
	}
	return out
}

// tell remembers an acknowledgement. That two entries got one index, or one
// entry two, is an error.
func (m *Ministry) tell(c frank.Hash, index uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i, ok := m.told[c]; ok && i != index {
		return fmt.Errorf("an entry was acknowledged at %d and at %d", i, index)
	}
	m.told[c] = index
	return nil
}

var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 600}}

func (m *Ministry) raw(ctx context.Context, method, path, kind, token string, body []byte) (int, []byte, error) {
	m.mu.Lock()
	base := m.base
	m.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, method, base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	return answer.StatusCode, data, err
}

// send makes one request, in a session if need be, and reads the answer.
func (p *Person) send(method, path, kind string, body []byte, out any) error {
	for again := false; ; again = true {
		p.mu.Lock()
		token := p.token
		p.mu.Unlock()
		status, data, err := p.of.raw(context.Background(), method, path, kind, token, body)
		if err != nil {
			return err
		}
		if status == http.StatusUnauthorized && !again {
			if err := p.signIn(); err != nil {
				return err
			}
			continue
		}
		if status != http.StatusOK {
			return api.ReadError(status, data)
		}
		return api.Unmarshal(bytes.NewReader(data), api.MaxAnswer, out)
	}
}

func (p *Person) signIn() error {
	ask := func(path string, in, out any) error {
		status, data, err := p.of.raw(context.Background(), http.MethodPost, path, api.TypeJSON, "", api.Marshal(in))
		if err == nil && status != http.StatusOK {
			err = api.ReadError(status, data)
		}
		if err != nil {
			return err
		}
		return api.Unmarshal(bytes.NewReader(data), api.MaxAnswer, out)
	}
	key := p.key.VerifyKey()
	var ch api.Challenge
	if err := ask(api.PathChallenge, api.ChallengeRequest{Key: key}, &ch); err != nil {
		return err
	}
	proof := api.SessionProof{Origin: p.of.Origin, Key: key, Challenge: ch.Challenge}
	var s api.Session
	if err := ask(api.PathSession, api.SessionRequest{Key: key, Challenge: ch.Challenge, Signature: p.key.Sign(keyring.SessionNamespace, proof.Marshal())}, &s); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token = s.Token
	return nil
}

// Get reads a list.
func (p *Person) Get(path string, out any) error {
	return insist(func() error { return p.send(http.MethodGet, path, "", nil, out) })
}

// Patience is how long somebody asks again before they give up.
const Patience = 60 * time.Second

// insist asks again for as long as the server is away, busy or stopping.
func insist(f func() error) error {
	for end := time.Now().Add(Patience); ; {
		err := f()
		if e, ok := errors.AsType[*api.Error](err); err == nil || ok && !e.Kind.Again() || time.Now().After(end) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Key is the hash of what things for the person are sealed to.
func (p *Person) Key() frank.Hash { return dispatch.KeyHash(p.card().Seal) }

// Statement signs one.
func (p *Person) Statement(kind string, body []byte) (*ledger.Entry, error) {
	var nonce [16]byte
	rand.Read(nonce[:])
	return ledger.SignMarked(p.key, &ledger.Statement{Log: p.of.Log, Kind: kind, By: p.key.VerifyKey(), At: time.Now().UTC().Format("2006-01-02T15:04:05Z"), Seen: p.of.seen(),
		Nonce: hex.EncodeToString(nonce[:]), Body: body}, directory.Handles(kind), func() (s frank.Secret, err error) { rand.Read(s[:]); return s, nil })
}

func (m *Ministry) seen() ledger.Head {
	if m.Seen == (ledger.Head{}) {
		return ledger.Empty()
	}
	return m.Seen
}

// state signs a statement and hands it in until it is answered for.
func (p *Person) state(kind string, body []byte, parts *api.Parts) (*api.Accepted, error) {
	e, err := p.Statement(kind, body)
	if err != nil {
		return nil, err
	}
	a, err := p.submit(&api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Open: e.Marshal(), Parts: parts, Founding: p.of.Setup})
	if err == nil && directory.Handles(kind) {
		p.of.tip = directory.Entry{Index: a.Index, Hash: e.Commitment()}
	}
	return a, err
}

func (p *Person) submit(s *api.Submission) (*api.Accepted, error) {
	var a api.Accepted
	if err := insist(func() error { return p.send(http.MethodPost, api.PathEntries, api.TypeJSON, api.Marshal(s), &a) }); err != nil {
		return nil, err
	}
	if err := p.of.tell(s.Commitment, a.Index); err != nil {
		return nil, err
	}
	return &a, p.of.receipt([]byte(a.Receipt), a.Index, s.Commitment)
}

func (m *Ministry) receipt(text []byte, index uint64, c frank.Hash) error {
	policy, err := ledger.ParsePolicy([]byte(m.Policy))
	if err != nil {
		return err
	}
	r, err := policy.VerifyReceipt(text)
	if err == nil && (r.Index != index || r.Commitment != c) {
		err = errors.New("the receipt is for something else")
	}
	return err
}

// do states something to the directory. Nobody else may at the same time.
func (p *Person) do(do directory.Do) error {
	_, err := p.state(directory.KindOf(do), directory.Compose(p.of.tip, do), nil)
	return err
}

// Lose revokes the only device of somebody, as both registrars agree.
func (m *Ministry) Lose(name string) error {
	p := m.Person(name)
	m.left = name
	err := m.Person("Ada").do(directory.Propose(directory.Revoke{Person: p.ID(), Key: p.key.VerifyKey()}))
	if err == nil {
		err = m.Person("Bea").do(directory.Consent{Change: m.tip})
	}
	return err
}

// x stands for every commitment that nobody here opens.
var x = frank.Hash{1}

// Precommit is what every first entry here says.
var Precommit = dispatch.Precommit(x, x, x)

// Begin begins a dispatch of the embassy's to people by name.
func (m *Ministry) Begin(number int, to ...string) error {
	_, _, _, err := m.begin(number, to)
	return err
}

func (m *Ministry) begin(number int, to []string) (b dispatch.Begin, entry frank.Hash, a *api.Accepted, err error) {
	gus := m.Person("Gus")
	b = dispatch.Begin{Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: number}, Office: "embassy", Batch: 1, First: 1, Size: 12, Threshold: 2, Precommit: Precommit}
	for _, name := range to {
		p := m.Person(name)
		a := dispatch.Addressee{Person: p.ID(), Key: p.Key()}
		if name == "Hal" {
			a.Office, a.Action = "desk", true
		}
		b.To = append(b.To, a)
	}
	for i, name := range []string{"Cy", "Dee", "Eve"} {
		p := m.Person(name)
		b.Officers = append(b.Officers, dispatch.Officer{Person: p.ID(), Index: i + 1, Key: p.Key()})
	}
	if m.left != "" {
		b.Officers = slices.DeleteFunc(b.Officers, func(o dispatch.Officer) bool { return o.Person == m.Person(m.left).ID() })
		for i := range b.Officers {
			b.Officers[i].Index = i + 1
		}
	}
	e, err := gus.Statement(dispatch.KindBegin, api.Marshal(b))
	if err != nil {
		return b, entry, nil, err
	}
	s := &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Open: e.Marshal()}
	for end := time.Now().Add(Patience); ; { // the server may be killed while it waits for the draw
		a, err = gus.submit(s)
		if err != nil || a.Checkpoint != "" {
			return b, s.Commitment, a, err
		}
		if time.Now().After(end) {
			return b, s.Commitment, a, errors.New("an issue got no draw")
		}
	}
}

// Issue issues a dispatch of the embassy's to people by name.
func (m *Ministry) Issue(number int, to ...string) error {
	gus := m.Person("Gus")
	b, entry, a, err := m.begin(number, to)
	if err != nil {
		return err
	}
	parts := &api.Parts{}
	if parts.Copies, err = gus.put(len(to), 3000); err != nil {
		return err
	}
	if parts.Shares, err = gus.put(len(b.Officers), 500); err != nil {
		return err
	}
	blobs, err := gus.put(3, 2000)
	if err != nil {
		return err
	}
	_, err = gus.state(dispatch.KindComplete, api.Marshal(dispatch.Complete{Dispatch: b.Dispatch, Batch: 1, Begin: a.Index, BeginEntry: entry, Checkpoint: a.Checkpoint,
		Book: x, Shares: dispatch.SharesRoot(parts.Shares), Units: 1, UnitRoot: x, CopyRoot: x, ReaderRoot: x, Head: x, Sharing: x, MapSharing: x, Sealed: dispatch.SealedRoot(parts.Copies), Codebook: blobs[0], Source: blobs[1], Map: blobs[2]}), parts)
	return err
}

// Step takes a step of an inquiry, with a sealed thing.
func (p *Person) Step() error {
	parts, err := p.put(1, 700)
	if err != nil {
		return err
	}
	e, err := p.Statement(dispatch.KindStep, []byte(`{}`))
	if err != nil {
		return err
	}
	b := make([]byte, 1024)
	rand.Read(b)
	_, err = p.submit(&api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Sealed: append([]byte("age-encryption.org/v1\n"), b...),
		Route: &api.Route{Kind: dispatch.KindStep}, Parts: &api.Parts{Attachments: parts}})
	return err
}

// Receipts asks for who fetched a dispatch of the embassy's.
func (p *Person) Receipts(number int) error {
	_, err := p.state(dispatch.KindReceipts, api.Marshal(dispatch.Receipts{Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: number}, Matter: x}), nil)
	return err
}

// put seals noise.
func (p *Person) put(n, size int) ([]frank.Hash, error) {
	var parcel []byte
	for range n {
		b := make([]byte, size)
		rand.Read(b)
		b = append([]byte("age-encryption.org/v1\n"), b...)
		p.of.mu.Lock()
		p.of.copies[sha256.Sum256(b)] = b
		p.of.mu.Unlock()
		parcel = api.AppendPart(parcel, b)
	}
	var out api.Put
	err := insist(func() error { return p.send(http.MethodPost, api.PathBlobs, api.TypeParcel, parcel, &out) })
	return out.Hashes, err
}

// Inbox is what was issued to the person.
func (p *Person) Inbox() ([]api.Copy, error) {
	var all []api.Copy
	for from := uint64(0); ; {
		var in api.Inbox
		if err := p.Get(fmt.Sprintf("%s?from=%d&limit=500", api.PathInbox, from), &in); err != nil {
			return nil, err
		}
		if all = append(all, in.Copies...); !in.More() {
			return all, nil
		}
		from = in.Next
	}
}

// Fetch fetches a copy: once, without asking again.
func (p *Person) Fetch(c api.Copy) error {
	e, err := p.Statement(dispatch.KindFetched, api.Marshal(dispatch.Fetched{Dispatch: c.Dispatch, Batch: c.Batch, Sealed: c.Sealed}))
	if err != nil {
		return err
	}
	s := api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Open: e.Marshal()}
	var f api.Fetched
	if err := p.send(http.MethodPost, api.PathCopies, api.TypeJSON, api.Marshal(s), &f); err != nil {
		return err
	}
	p.of.mu.Lock()
	same := bytes.Equal(p.of.copies[c.Sealed], f.Copy)
	p.of.mu.Unlock()
	if !same {
		return ErrOther
	}
	return p.of.tell(s.Commitment, f.Accepted.Index)
}

// ErrOther is the error for a copy that is not the one that was sealed.
var ErrOther = errors.New("another copy was served than was issued")

// Head is what the ledger publishes now.
func (m *Ministry) Head() (ledger.Head, error) {
	var head ledger.Head
	err := insist(func() error {
		status, data, err := m.raw(context.Background(), http.MethodGet, api.PathLog+"checkpoint", "", "", nil)
		if err != nil || status != http.StatusOK {
			return errors.Join(err, fmt.Errorf("status %d", status))
		}
		policy, err := ledger.ParsePolicy([]byte(m.Policy))
		if err != nil {
			return err
		}
		c, err := policy.Verify(data)
		if err == nil {
			head = c.Head
		}
		return err
	})
	return head, err
}

// ReadTile implements [ledger.Tiles].
func (m *Ministry) ReadTile(ctx context.Context, path string) ([]byte, error) {
	var out []byte
	err := insist(func() error {
		status, data, err := m.raw(ctx, http.MethodGet, api.PathLog+path, "", "", nil)
		out = data
		if err == nil && status != http.StatusOK {
			err = &api.Error{Kind: api.Withheld}
			if status >= 500 || status == http.StatusTooManyRequests {
				err = errors.New("not now")
			}
		}
		return err
	})
	if _, ok := errors.AsType[*api.Error](err); ok {
		return nil, fs.ErrNotExist
	}
	return out, err
}

// Follow is a client that saw the server's last checkpoint, and now what the
// server at another base shows.
func (m *Ministry) Follow(ctx context.Context, base string) error {
	policy, err := ledger.ParsePolicy([]byte(m.Policy))
	if err != nil {
		return err
	}
	v := ledger.NewView(policy)
	for _, at := range []*Ministry{m, {Log: m.Log, Policy: m.Policy, base: base}} {
		status, data, err := at.raw(ctx, http.MethodGet, api.PathLog+"checkpoint", "", "", nil)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("status %d", status)
		}
		if err != nil {
			return err
		}
		if _, err := v.Advance(ctx, data, at); err != nil {
			return err
		}
	}
	return nil
}

// Check holds what was acknowledged to what the ledger has, waiting until a
// checkpoint covers it: that of the server, or of one at another base.
func (m *Ministry) Check(ctx context.Context, base string, told map[frank.Hash]uint64) error {
	if base != "" {
		m = &Ministry{Log: m.Log, Policy: m.Policy, base: base}
	}
	most := uint64(0)
	at := map[uint64]frank.Hash{}
	for c, i := range told {
		if other, ok := at[i]; ok && other != c {
			return fmt.Errorf("two entries were acknowledged at %d", i)
		}
		at[i], most = c, max(most, i+1)
	}
	var head ledger.Head
	for end := time.Now().Add(Patience); head.Size < most; time.Sleep(20 * time.Millisecond) {
		var err error
		if head, err = m.Head(); err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d entries were acknowledged, and the ledger publishes %d", most, head.Size)
		}
	}
	leaves, err := head.Commitments(ctx, m, 0, head.Size)
	if err != nil {
		return err
	}
	for i, c := range at {
		if leaves[i] != c {
			return fmt.Errorf("entry %d was acknowledged, and is another in the ledger", i)
		}
	}
	return nil
}
