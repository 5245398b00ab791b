// Package retold says that an article may retell a dispatch in other words, to
// somebody who has never read the dispatch and has only its fingerprints.
//
// [Terms] makes a part of these: of the words that a retelling keeps (names,
// figures, dates, whatever is rare) as a set of short hashes, without order or
// place. An [Index] over an archive's sets finds the dispatch that shares more
// with a passage of an article than chance shows, and more than others about
// the same matter do. That is no proof: it says where a person should look. Who
// has reason to ask about an article can have what comes nearest, too, however
// much others share.
//
// Words that any reading of any site shows are no terms of a dispatch, wherever
// else they stand in it. So what an article shares with a dispatch does not
// depend on which copy it was made from.
//
// spec/watch.md says what who has the terms can do with them.
//
// Everything is integer arithmetic and gives the same result on every machine.
package retold

import (
	"crypto/sha256"
	"encoding/binary"
)

// bits is how long the hash of a term is: short enough that a dispatch has one
// in some fifty of all values, so that a name asked for is often there by
// chance; long enough that some ten of them together are not.
const (
	bits   = 13
	values = 1 << bits

	Values = values // how many values a hash may have
)

// value returns the hash of a term.
func value(term string) uint16 {
	h := sha256.Sum256(append([]byte("frank/fingerprint-term/1\x00"), term...))
	return uint16(binary.BigEndian.Uint64(h[:8]) >> (64 - bits))
}
