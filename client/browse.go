package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/keyring"
	"frank/ledger"
)

// Line is an entry of the ledger, as far as the person may read it.
type Line struct {
	Index      uint64            `json:"index"`
	Commitment frank.Hash        `json:"commitment"`
	Kind       string            `json:"kind"`
	At         string            `json:"at,omitempty"` // by the signer's clock
	By         frank.PersonID    `json:"by,omitempty"`
	Name       string            `json:"name,omitempty"`
	Key        keyring.VerifyKey `json:"key,omitzero"` // that signed
	Sealed     bool              `json:"sealed,omitempty"`
	Body       json.RawMessage   `json:"body,omitempty"` // nil: sealed to others

	// Statement is nil for what is sealed to others.
	Statement *ledger.Statement `json:"-"`
}

// Ledger lists up to limit entries that the person may read, from an index on.
func (c *Client) Ledger(from uint64, limit int) []Line {
	i, _ := slices.BinarySearchFunc(c.known, from, func(k known, index uint64) int { return int(int64(k.Index) - int64(index)) })
	var out []Line
	for ; i < len(c.known) && len(out) < limit; i++ {
		k := &c.known[i]
		l := Line{Index: k.Index, Commitment: k.Commitment, Kind: k.Kind, Sealed: k.Open == nil}
		st, err := c.unseal(k)
		if err == nil {
			l.Statement, l.Body, l.At, l.Key = st, st.Body, st.At, st.By
			if l.By, err = c.dir.At(k.Index).Signer(st.By); err == nil {
				if p, err := c.dir.At(k.Index).Person(l.By); err == nil {
					l.Name = p.Name
				}
			}
		}
		out = append(out, l)
	}
	return out
}

// Prove writes a C2SP tlog-proof file: that an entry stands in the ledger, for
// somebody who has the policy and no network. The entry itself is put beside it
// where the person may read it in the open.
func (c *Client) Prove(ctx context.Context, index uint64) ([]byte, error) {
	cp := c.view.Latest()
	if cp == nil || index >= cp.Size {
		return nil, fmt.Errorf("the ledger has no entry %d", index)
	}
	var entry []byte
	if i, ok := slices.BinarySearchFunc(c.known, index, func(k known, index uint64) int { return int(int64(k.Index) - int64(index)) }); ok {
		entry = c.known[i].Open
	}
	return ledger.Prove(ctx, c.wire, cp, index, entry)
}

// Verify drops all that was taken in of the ledger, and fetches and checks it
// anew, from the first entry on.
func (c *Client) Verify(ctx context.Context) (*News, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	if err := c.forget(); err != nil {
		return nil, err
	}
	return c.Sync(ctx)
}

// Dispatches lists the dispatches that the person may know of, by place, year
// and number.
func (c *Client) Dispatches() []frank.Ref {
	return slices.SortedFunc(maps.Keys(c.batches), func(a, b frank.Ref) int {
		if a.Place != b.Place {
			if a.Place < b.Place {
				return -1
			}
			return 1
		}
		return slices.Compare(refKey(a), refKey(b))
	})
}

// Batches returns what the ledger has of a dispatch, in order.
func (c *Client) Batches(ref frank.Ref) []dispatch.Batch {
	list := slices.Clone(c.batches[ref])
	for i := range list {
		_, list[i].Recalled = c.recalled[ref]
	}
	return list
}

// AtHand reports whether the person's copy of a dispatch was fetched.
func (c *Client) AtHand(ref frank.Ref) bool {
	b, _, err := c.mine(ref)
	if err != nil {
		return false
	}
	_, err = c.Files.Read(copyName(ref, b.Begin.Batch))
	return !errors.Is(err, fs.ErrNotExist)
}

// SetContact says where the person is told that there is something, and never
// what.
func (c *Client) SetContact(ctx context.Context, contact api.Contact) error {
	return c.wire.call(ctx, http.MethodPut, api.PathContact, contact, nil)
}

// Pin returns a membership for a further device of the person's: see
// [JoinAsDevice].
func (c *Client) Pin() Membership {
	m := c.Membership
	m.Reads = ""
	return m
}

// JoinAsDevice keeps a membership that another of the person's devices handed
// over. Nothing is asked of the server: the directory lists the device once the
// other one has stated it.
func JoinAsDevice(cfg Config, m Membership) (*Client, error) {
	if _, err := cfg.Files.Read(fileMembership); err == nil {
		return nil, frank.WithHint(errors.New("you belong to an organisation already"), "a second one needs a folder of its own: set FRANK_HOME")
	}
	m.Format, m.Reads = membershipFormat, ""
	c, err := open(cfg, m)
	if err != nil {
		return nil, err
	}
	return c, c.save()
}
