// Package directory says who is who in an organisation: people and their keys,
// offices and who holds them, roles, the settings all must live by, and who
// must agree before any of these changes.
//
// It is a state machine over the ledger's statements, in the order of the log:
// [State.Apply]. The server runs it to refuse a statement before logging it,
// every client runs it to raise an alarm about one that was logged all the
// same. What it answers, it answers as of an index of the log: see [View].
//
// Label policies, and what an office must have to hold a label, are data
// files: see [Policy]. spec/directory.md has the formats and the rules.
package directory

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"frank"
	"frank/internal/canon"
	"frank/ledger"
)

// Kinds of statements that make the directory.
const (
	KindGenesis   = "org.genesis"
	KindAccept    = "person.accept"
	KindInvite    = "person.invite"
	KindEnrol     = "person.enrol"
	KindAdmit     = "person.admit"
	KindDevice    = "person.device"
	KindRevoke    = "person.revoke"
	KindKey       = "person.key"
	KindLeave     = "person.leave"
	KindCreate    = "office.create"
	KindAlter     = "office.alter"
	KindHolder    = "office.holder"
	KindActing    = "office.acting"
	KindDelegate  = "office.delegate"
	KindOfficeKey = "office.key"
	KindPass      = "office.pass"
	KindGrant     = "role.grant"
	KindEnd       = "role.end"
	KindSettings  = "policy.set"
	KindChange    = "change"
	KindConsent   = "consent"
	KindWithdraw  = "withdraw"
	KindEnact     = "enact"
)

// Errors a caller may want to tell apart.
var (
	// ErrStale is the error for a statement made for a directory that has moved
	// on: its signer fetches what is new, looks at it, and signs again.
	ErrStale = errors.New("the statement was made for another state of the directory than it now has")
	// ErrKind is the error for a statement that is none of the directory's.
	ErrKind = errors.New("it is no statement of the directory")
)

// Handles reports whether statements of this kind belong to the directory.
func Handles(kind string) bool { return kind == KindGenesis || parsers[kind] != nil }

// Kinds returns all kinds of statements that belong to the directory, sorted.
func Kinds() []string {
	all := append(slices.Collect(maps.Keys(parsers)), KindGenesis)
	slices.Sort(all)
	return all
}

// Entry names an entry of the log: its index, and its commitment, so that it
// can be no other.
type Entry struct {
	Index uint64     `json:"index"`
	Hash  frank.Hash `json:"hash"`
}

// envelope is the body of every statement but the genesis. After names the
// directory's last entry before this one, so that the directory is a chain: a
// server that leaves one out cannot go on, and no statement counts twice.
type envelope struct {
	After Entry           `json:"after"`
	Do    json.RawMessage `json:"do"`
}

// Compose returns the body of a statement that does what do says, after the
// directory's last entry: [State.Last].
func Compose(after Entry, do Do) json.RawMessage {
	return canon.Marshal(envelope{after, canon.Marshal(do)})
}

// Begin returns the body of the genesis.
func Begin(g Genesis) json.RawMessage { return canon.Marshal(g) }

// DoOf returns what a statement of the directory that was applied does. It is
// not for the founding.
func DoOf(st *ledger.Statement) (Do, error) {
	var env envelope
	if err := st.Read(&env); err != nil {
		return nil, err
	}
	return ParseDo(st.Kind, env.Do)
}
