package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// Found makes an organisation in an empty ledger: its first entry, signed by a
// registrar whom the genesis names. policy is the ledger's, as whoever runs the
// server hands it over; what it says is pinned, by this person now and by all
// others when they join.
func Found(ctx context.Context, cfg Config, server, policy string, g directory.Genesis) (*Client, error) {
	if _, err := cfg.Files.Read(fileMembership); err == nil {
		return nil, frank.WithHint(errors.New("you belong to an organisation already"), "a second one needs a folder of its own: set FRANK_HOME")
	}
	m := Membership{Format: membershipFormat, Server: server, Log: g.Log, Policy: policy, Person: cfg.Key.Person()}
	for _, f := range g.People {
		if f.Card.Sign == cfg.Key.VerifyKey() {
			m.Name = f.Card.Name
		}
	}
	if m.Name == "" {
		return nil, frank.WithHint(errors.New("the founding does not name you"), "whoever founds an organisation is one of its registrars")
	}
	c, err := open(cfg, m)
	if err != nil {
		return nil, err
	}
	e, err := c.entry(directory.KindGenesis, directory.Begin(g), true)
	if err != nil {
		return nil, err
	}
	c.Genesis = e.Commitment()
	st, err := e.Open(c.Genesis)
	if err != nil {
		return nil, err
	}
	if err := c.dir.Check(0, c.Genesis, st); err != nil {
		return nil, err
	}
	a, err := c.submitOpen(ctx, e, func(s *api.Submission) { s.Founding = cfg.Founding })
	if err != nil {
		return nil, err
	}
	if a.Index != 0 {
		return nil, errors.New("the ledger had entries already: somebody else founded an organisation in it")
	}
	if err := cfg.Files.Write(fileMembership, canon.Marshal(c.Membership)); err != nil {
		return nil, err
	}
	return c, c.Settle(ctx, a.Index)
}

// Invitation is what a registrar hands to somebody, by another way than the
// server: where the organisation is, what to pin, and a one-time code. For
// somebody named at the founding the code and the entry are left out.
type Invitation struct {
	Format  string          `json:"format"` // frank.invitation/1
	Server  string          `json:"server"`
	Log     string          `json:"log"`
	Policy  string          `json:"policy"`
	Genesis frank.Hash      `json:"genesis"`
	Invite  directory.Entry `json:"invite"`
	Code    directory.Code  `json:"code,omitempty"`
}

const invitationFormat = "frank.invitation/1"

// Marshal writes an invitation. It holds the code: whoever has it can enrol in
// place of the person, and only the comparison of fingerprints would show it.
func (i *Invitation) Marshal() []byte { return append(canon.Marshal(i), '\n') }

// ParseInvitation reads what [Invitation.Marshal] writes.
func ParseInvitation(data []byte) (*Invitation, error) {
	var i Invitation
	if n := len(data); n > 0 && data[n-1] == '\n' {
		data = data[:n-1]
	}
	if err := canon.Unmarshal(data, &i); err != nil || i.Format != invitationFormat {
		return nil, frank.WithHint(errors.New("it is no invitation"), "an invitation is the file that frank invite writes")
	}
	return &i, nil
}

// Introduce returns an invitation without a code: for those named at the
// founding.
func (c *Client) Introduce() *Invitation {
	return &Invitation{Format: invitationFormat, Server: c.Server, Log: c.Log, Policy: c.Policy, Genesis: c.Genesis}
}

// join pins an organisation, reads its directory as a guest or founder, and
// checks it against the genesis.
func join(ctx context.Context, cfg Config, i *Invitation, name string, enrol json.RawMessage) (*Client, error) {
	if data, err := cfg.Files.Read(fileMembership); err == nil {
		var m Membership
		if canon.Unmarshal(data, &m) == nil && m.Genesis != i.Genesis {
			return nil, frank.WithHint(errors.New("you belong to another organisation already"), "a second one needs a folder of its own: set FRANK_HOME")
		}
	}
	m := Membership{Format: membershipFormat, Server: i.Server, Log: i.Log, Policy: i.Policy, Genesis: i.Genesis, Person: cfg.Key.Person(), Name: name}
	c, err := open(cfg, m)
	if err != nil {
		return nil, err
	}
	c.wire.enrol = enrol
	if _, err := c.sync(ctx, api.PathDirectory); err != nil {
		return nil, err
	}
	if g := c.dir.Genesis(); g == nil || g.Hash != i.Genesis {
		return nil, alarmf("the ledger does not begin with the founding that the invitation names")
	}
	return c, nil
}

// Accept takes part in an organisation that named the person at its founding.
func Accept(ctx context.Context, cfg Config, i *Invitation) (*Client, error) {
	c, err := join(ctx, cfg, i, "", nil)
	if err != nil {
		return nil, err
	}
	p, err := c.Me()
	if err != nil {
		return nil, frank.WithHint(errors.New("the organisation did not name you at its founding"), "with an invitation code, frank enrol takes it up")
	}
	c.Name = p.Name
	if err := c.save(); err != nil {
		return nil, err
	}
	if p.Status == "member" {
		return c, nil
	}
	_, err = c.do(ctx, directory.Accept{Genesis: c.Genesis, Fingerprint: c.Key.Card(c.Name).Fingerprint()}, api.PathDirectory)
	return c, err
}

// Enrol takes up an invitation. The person is a member once a registrar has
// compared the card's fingerprint with them and admitted it.
func Enrol(ctx context.Context, cfg Config, i *Invitation, name string) (*Client, error) {
	if i.Code == "" {
		return nil, frank.WithHint(errors.New("the invitation has no code"), "it is for somebody named at the founding: frank join takes part")
	}
	card := cfg.Key.Card(name)
	if err := card.Validate(); err != nil {
		return nil, err
	}
	do := directory.Enrol{Genesis: i.Genesis, Invite: i.Invite, Card: card, Proof: i.Code.Prove(i.Log, i.Invite, card)}
	c, err := join(ctx, cfg, i, name, canon.Marshal(do))
	if err != nil {
		return nil, err
	}
	if err := c.save(); err != nil {
		return nil, err
	}
	if _, err = c.do(ctx, do, api.PathDirectory); err == nil {
		c.wire.enrol = nil // from here on the directory knows the key, and the invitation is used
	}
	return c, err
}

func (c *Client) save() error { return c.Files.Write(fileMembership, canon.Marshal(c.Membership)) }

// Invite makes a one-time code for somebody. What is intended gives nothing by
// itself.
func (c *Client) Invite(ctx context.Context, expires uint64, office frank.OfficeID, roles ...directory.Role) (*Invitation, error) {
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	i := c.Introduce()
	i.Code = directory.NewCode(random)
	at, err := c.Do(ctx, directory.Invite{Code: i.Code.Public(c.Log), Expires: expires, Office: office, Roles: roles})
	i.Invite = at
	return i, err
}

// Do states something for the directory, and waits until the ledger shows it.
// Where the directory has moved on meanwhile, it looks and states it again.
func (c *Client) Do(ctx context.Context, do directory.Do) (directory.Entry, error) {
	return c.do(ctx, do, api.PathEntries)
}

func (c *Client) do(ctx context.Context, do directory.Do, path string) (at directory.Entry, err error) {
	pause := 100 * time.Millisecond
	for range 8 {
		if _, err = c.sync(ctx, path); err != nil {
			return at, err
		}
		var e *ledger.Entry
		if e, err = c.entry(directory.KindOf(do), directory.Compose(c.dir.Last(), do), true); err != nil {
			return at, err
		}
		var st *ledger.Statement
		if st, err = e.Open(e.Commitment()); err != nil {
			return at, err
		}
		if err = c.dir.Check(c.view.Head().Size, e.Commitment(), st); err != nil {
			return at, err
		}
		var a *api.Accepted
		a, err = c.submitOpen(ctx, e, nil)
		if errors.Is(err, api.Of(api.Stale)) || errors.Is(err, directory.ErrStale) {
			// What moved it on is shown when a checkpoint covers it.
			select {
			case <-ctx.Done():
				return at, ctx.Err()
			case <-time.After(pause):
			}
			pause = min(2*pause, 2*time.Second)
			continue
		}
		if err != nil {
			return at, err
		}
		at = directory.Entry{Index: a.Index, Hash: e.Commitment()}
		return at, c.settle(ctx, a.Index, path)
	}
	return at, err
}

// Propose proposes what others must agree to.
func (c *Client) Propose(ctx context.Context, do directory.Do) (directory.Entry, error) {
	return c.Do(ctx, directory.Propose(do))
}

// Enact makes a weighty change that was agreed and has waited. The checkpoints
// that show the wait are the ones the client was shown.
func (c *Client) Enact(ctx context.Context, change directory.Entry, first, second string) (directory.Entry, error) {
	return c.Do(ctx, directory.Enact{Change: change, First: first, Second: second})
}

// Recovery keeps the person's decryption keys on the server, sealed by the code.
func (c *Client) Recovery(ctx context.Context, code keyring.Code) error {
	sealed, err := c.Key.SealRecovery(code)
	if err != nil {
		return err
	}
	if err := c.wire.call(ctx, http.MethodPut, api.PathRecovery, sealed, nil); err != nil {
		return err
	}
	return c.Drill(ctx, code)
}

// Drill proves that the code and what the server keeps bring back the keys that
// the person has.
func (c *Client) Drill(ctx context.Context, code keyring.Code) error {
	sealed, err := c.sealedRecovery(ctx)
	if err != nil {
		return err
	}
	return c.Key.Drill(sealed, code)
}

// Recover returns the decryption keys that the server keeps for the person.
func (c *Client) Recover(ctx context.Context, code keyring.Code) (*keyring.Identities, error) {
	sealed, err := c.sealedRecovery(ctx)
	if err != nil {
		return nil, err
	}
	return keyring.Recover(sealed, code)
}

func (c *Client) sealedRecovery(ctx context.Context) (sealed []byte, err error) {
	if err := c.wire.call(ctx, http.MethodGet, api.PathRecovery, nil, &sealed); err != nil {
		if errors.Is(err, api.Of(api.Withheld)) {
			return nil, frank.WithHint(errors.New("the server keeps no recovery of yours"), "frank recovery new makes one, with a code to print")
		}
		return nil, fmt.Errorf("the recovery could not be had: %w", err)
	}
	return sealed, nil
}
