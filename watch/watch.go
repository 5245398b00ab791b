// Package watch says that, and where, an article quotes a dispatch, to somebody
// who has never read the dispatch and has only its fingerprints.
//
// [Fingerprints] makes them at issue: the dispatch's words in order, each as
// one of 255 classes, with all readings of a site side by side. An [Index] over
// the fingerprints of an archive finds the passages of an article that follow a
// dispatch, in whatever copy; "none" is an answer, as in package trace/locate.
// Which reading was printed at a site is never said and never weighed: one
// copy is found as well as another, in the same place, with the same evidence.
//
// Fingerprints are no secret writing. Whoever has them can test guesses, and
// with a model of the language can read runs of words back: spec/watch.md says
// how well. They are sealed to the watch, and nobody else has them.
//
// Everything is integer arithmetic and gives the same result on every machine.
package watch

import (
	"crypto/sha256"
	"encoding/binary"
)

// classes is into how many classes words fall: few enough that a class is
// shared by hundreds of words, enough that three in a row are rare.
const classes = 255

// class returns the class of a word in its comparison form, 1 to 255.
func class(norm string) byte {
	h := sha256.Sum256(append([]byte("frank/fingerprint-word/1\x00"), norm...))
	return byte(1 + binary.BigEndian.Uint64(h[:8])%classes)
}
