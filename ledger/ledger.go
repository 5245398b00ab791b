// Package ledger reads and verifies an organisation's ledger: what its members
// stated, in one order, so that nobody can change, drop or reorder a statement
// or show two people different ledgers without being caught.
//
// A [Statement] is signed by one device. With a salt and its signature it is an
// [Entry]; what stands in the public log of an entry is its commitment, 32
// bytes that say nothing. The log is one of C2SP tlog-tiles. A [Policy] says
// which log and which witnesses count, and makes a signed note a [Checkpoint].
// A [View] is one client's memory of the log: it moves from checkpoint to
// checkpoint only if nothing was rewritten, checks that entries stand where
// they should, and keeps the evidence when they do not.
//
// Appending is for package ledger/sequencer, cosigning for ledger/witness.
// spec/ledger.md is the format.
package ledger

import (
	"crypto/sha256"
	"strings"
	"unicode/utf8"

	"frank"
)

// MaxSize is the largest log that is read, in entries.
const MaxSize = 1 << 48

// Head is what a checkpoint says: the log's size and the root of the RFC 6962
// tree over its leaves.
type Head struct {
	Size uint64     `json:"size"`
	Root frank.Hash `json:"root"`
}

// Empty is the head of a log without entries.
func Empty() Head { return Head{Root: sha256.Sum256(nil)} }

// ValidOrigin reports whether s may name a log: 3 to 120 printable ASCII
// characters without spaces or plus signs, one of them a full stop, as in
// "frank.example/ledger".
func ValidOrigin(s string) bool {
	return len(s) >= 3 && len(s) <= 120 && strings.Contains(s, ".") && printable(s) && !strings.Contains(s, "+")
}

func printable(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= utf8.RuneSelf-1 {
			return false
		}
	}
	return true
}
