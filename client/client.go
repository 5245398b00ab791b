// Package client is one person's machine in the exchange: everything that
// reads, writes, seals and checks happens here, and the server at the other
// end is believed nothing.
//
// [Found] makes an organisation, [Join] takes part in one. A [Client] does all
// else, and begins every piece of work with [Client.Sync]: it moves the memory
// of the ledger on, checks that nothing was rewritten or withheld, that what
// was promised was kept and that every rule was followed, and says what
// concerns the person.
//
// What is kept on the machine goes through [Files]; secrets in it are sealed to
// the person's own key.
package client

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// Files is where a client keeps what it must not forget. A name is like
// "copies/26-sarn-41.age".
type Files interface {
	Read(name string) ([]byte, error) // fs.ErrNotExist if there is none
	Write(name string, data []byte) error
	Append(name string, data []byte) error
	Remove(name string) error
	List(prefix string) ([]string, error) // names, sorted
}

// Config is how a client reaches the world.
type Config struct {
	Files Files
	Key   *keyring.Key // with a signing key
	HTTP  *http.Client
	Now   func() time.Time // the person's clock: what it says is a claim

	// Founding is the setup code that a server may ask of whoever founds an
	// organisation in its ledger: see [Found].
	Founding string
}

// Membership is what a person pins of an organisation. Everything else is
// checked against it.
type Membership struct {
	Format  string         `json:"format"` // frank.membership/1
	Server  string         `json:"server"` // https://…
	Log     string         `json:"log"`    // origin of the ledger
	Policy  string         `json:"policy"` // C2SP tlog-policy: the ledger's key, and witnesses
	Genesis frank.Hash     `json:"genesis"`
	Person  frank.PersonID `json:"person"`
	Name    string         `json:"name"`  // as on the person's card
	Reads   string         `json:"reads"` // as what entries were fetched; see [Client.Sync]
}

const membershipFormat = "frank.membership/1"

// Client is a member, or one who is about to be.
type Client struct {
	Config
	Membership
	// Confirmed says that the person has seen which addressees changed: see
	// [ChangedError]. AllowUnwitnessed lets an issue go on without witnesses: see
	// [ErrUnwitnessed].
	Confirmed, AllowUnwitnessed bool

	wire    *wire
	policy  *ledger.Policy
	view    *ledger.View
	done    uint64 // entries before it were taken in
	dir     *directory.State
	known   []known // entries that the person may read, in order
	batches map[frank.Ref][]dispatch.Batch
	signers map[uint64]frank.PersonID // of the open entries about dispatches

	completed map[batchID]uint64 // the index of the second entry
	recalled  map[frank.Ref]uint64
	leaves    map[frank.Hash]uint64 // commitments of the entries known
	told      uint64                // the last of the directory's entries that the person was told of
	broken    []string              // rules found broken that nobody was told of yet
	gaps      map[uint64]error      // of inquiries: see [Client.Gap]
}

type batchID struct {
	ref   frank.Ref
	batch int
}

// known is an entry that the person may read. Statement is nil for one that is
// sealed.
type known struct {
	api.Entry
	statement *ledger.Statement
}

// The files of a membership.
const (
	fileMembership = "membership.json"
	fileView       = "view.json"
	fileEntries    = "entries.jsonl"
	fileSession    = "session.age"
)

// ErrNoMembership is the error for somebody who belongs to no organisation.
var ErrNoMembership = errors.New("you belong to no organisation yet")

// Open goes on with the membership that there is. Errors: [ErrNoMembership].
func Open(cfg Config) (*Client, error) {
	data, err := cfg.Files.Read(fileMembership)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, frank.WithHint(ErrNoMembership, "frank join accepts an organisation that names you, frank enrol takes up an invitation")
	}
	if err != nil {
		return nil, err
	}
	var m Membership
	if err := canon.Unmarshal(data, &m); err != nil || m.Format != membershipFormat {
		return nil, fmt.Errorf("%s is damaged", fileMembership)
	}
	return open(cfg, m)
}

func open(cfg Config, m Membership) (*Client, error) {
	if cfg.Key == nil || !cfg.Key.CanSign() {
		return nil, frank.WithHint(errors.New("your key cannot sign"), "frank init gives it a signing key")
	}
	c := &Client{Config: cfg, Membership: m, batches: map[frank.Ref][]dispatch.Batch{}, signers: map[uint64]frank.PersonID{},
		completed: map[batchID]uint64{}, recalled: map[frank.Ref]uint64{}, leaves: map[frank.Hash]uint64{}}
	var err error
	if c.policy, err = ledger.ParsePolicy([]byte(m.Policy)); err != nil {
		return nil, fmt.Errorf("the policy that you pinned cannot be read: %w", err)
	}
	if c.wire, err = newWire(cfg, m.Server); err != nil {
		return nil, err
	}
	c.dir = directory.New(m.Log, directory.Ledger{})
	return c, c.recall()
}

// viewFile is the memory of the ledger, and how far entries were taken in.
type viewFile struct {
	Done   uint64          `json:"done"`
	Told   uint64          `json:"told"` // the directory's entries up to this one: see [Client.Told]
	View   json.RawMessage `json:"view"`
	Broken []string        `json:"broken,omitempty"` // see [News]
}

// recall reads what the client remembers.
func (c *Client) recall() error {
	data, err := c.Files.Read(fileView)
	if errors.Is(err, fs.ErrNotExist) {
		c.view = ledger.NewView(c.policy)
		return nil
	}
	if err != nil {
		return err
	}
	var f viewFile
	if err := canon.Unmarshal(data, &f); err != nil {
		return fmt.Errorf("%s is damaged", fileView)
	}
	if c.view, err = ledger.ReadView(c.policy, f.View); err != nil {
		return err
	}
	lines, err := c.Files.Read(fileEntries)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, line := range splitLines(lines) {
		var e api.Entry
		if err := canon.Unmarshal(line, &e); err != nil {
			return frank.WithHint(fmt.Errorf("%s is damaged", fileEntries), "delete it and %s: they are fetched and checked anew", fileView)
		}
		if e.Index >= f.Done || len(c.known) > 0 && e.Index <= c.known[len(c.known)-1].Index {
			continue // of a run that was killed before it had finished, and came again
		}
		if err := c.take(e, e.Commitment); err != nil {
			return frank.WithHint(fmt.Errorf("%s is damaged: %w", fileEntries, err), "delete it and %s: they are fetched and checked anew", fileView)
		}
	}
	c.done, c.told, c.broken = f.Done, f.Told, f.Broken
	return nil
}

// remember writes how far the client is.
func (c *Client) remember() error {
	return c.Files.Write(fileView, canon.Marshal(viewFile{c.done, c.told, c.view.Marshal(), c.broken}))
}

func splitLines(data []byte) (lines [][]byte) {
	for {
		i := slices.Index(data, '\n')
		if i < 0 {
			return lines // what follows was not written whole
		}
		lines, data = append(lines, data[:i]), data[i+1:]
	}
}

// Directory is the organisation's directory as far as the client has checked
// it.
func (c *Client) Directory() *directory.State { return c.dir }

// View is the memory of the ledger.
func (c *Client) View() *ledger.View { return c.view }

// Me is the person as the directory has them.
func (c *Client) Me() (directory.Person, error) { return c.dir.Now().Person(c.Person) }

func (c *Client) now() string { return c.Now().UTC().Format("2006-01-02T15:04:05Z") }

func newSecret() (s frank.Secret, err error) {
	_, err = rand.Read(s[:])
	return s, err
}

// entry signs a statement.
func (c *Client) entry(kind string, body any, marked bool) (*ledger.Entry, error) {
	raw, ok := body.(json.RawMessage)
	if !ok {
		raw = canon.Marshal(body)
	}
	var nonce [16]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return nil, err
	}
	return ledger.SignMarked(c.Key, &ledger.Statement{
		Log: c.Log, Kind: kind, By: c.Key.VerifyKey(), At: c.now(), Seen: c.view.Head(), Nonce: hex.EncodeToString(nonce[:]), Body: raw,
	}, marked, newSecret)
}

// submitOpen hands an entry in that the server may read.
func (c *Client) submitOpen(ctx context.Context, e *ledger.Entry, change func(*api.Submission)) (*api.Accepted, error) {
	s := &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Open: e.Marshal()}
	if change != nil {
		change(s)
	}
	return c.submit(ctx, s)
}

// stateOpenly states something that the server may read, and waits until the
// ledger shows it.
func (c *Client) stateOpenly(ctx context.Context, kind string, body any) error {
	e, err := c.entry(kind, body, false)
	if err != nil {
		return err
	}
	a, err := c.submitOpen(ctx, e, nil)
	if err != nil {
		return err
	}
	return c.Settle(ctx, a.Index)
}

// submitSealed hands an entry in that only those it is sealed to may read.
func (c *Client) submitSealed(ctx context.Context, e *ledger.Entry, route api.Route, to ...*keyring.Public) (*api.Accepted, error) {
	return c.submitParts(ctx, e, route, nil, to)
}

// submitParts is submitSealed for an entry that names sealed things.
func (c *Client) submitParts(ctx context.Context, e *ledger.Entry, route api.Route, parts *api.Parts, to []*keyring.Public) (*api.Accepted, error) {
	sealed, err := keyring.SealTo(ledger.Pad(e.Marshal()), to...)
	if err != nil {
		return nil, err
	}
	return c.submit(ctx, &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Sealed: sealed, Route: &route, Parts: parts})
}

func (c *Client) submit(ctx context.Context, s *api.Submission) (*api.Accepted, error) {
	var a api.Accepted
	if err := c.wire.call(ctx, http.MethodPost, api.PathEntries, s, &a); err != nil {
		return nil, err
	}
	return &a, c.expect(ctx, &a, s.Commitment)
}

// expect holds the server to its promise from now on. A server that acts on an
// entry and does not promise to log it is one that acts before logging.
func (c *Client) expect(ctx context.Context, a *api.Accepted, commitment frank.Hash) error {
	r, err := c.policy.VerifyReceipt([]byte(a.Receipt))
	switch {
	case err != nil:
		return alarmf("the server took an entry and gave no receipt that holds: %w", err)
	case r.Index != a.Index || r.Commitment != commitment:
		return alarmf("the server's receipt is for another entry, or another place in the ledger, than it took")
	}
	_, err = c.view.Expect(ctx, []byte(a.Receipt), commitment, c.wire)
	if saved := c.remember(); saved != nil {
		return errors.Join(err, saved)
	}
	return suspicious(err)
}

// Settle waits until the ledger shows the entry at index, and takes in all up
// to it.
func (c *Client) Settle(ctx context.Context, index uint64) error {
	return c.settle(ctx, index, api.PathEntries)
}

func (c *Client) settle(ctx context.Context, index uint64, path string) error {
	shown, err := c.await(ctx, path, func() bool { return c.done > index })
	if err == nil && !shown {
		err = frank.WithHint(fmt.Errorf("entry %d was accepted, and no checkpoint covers it yet", index), "the server asks its witnesses before it publishes one: look again with frank log")
	}
	return err
}

// await takes in what the ledger shows until that is enough. It reports false if
// it never was, in the time that a server may take with its witnesses and more.
func (c *Client) await(ctx context.Context, path string, enough func() bool) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if _, err := c.sync(ctx, path); err != nil {
			return false, err
		}
		if enough() {
			return true, nil
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-time.After(wait):
		}
	}
}
