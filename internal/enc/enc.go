// Package enc writes the canonical encoding of what is hashed: a label first,
// numbers as eight bytes, big-endian, and byte strings behind their length. No
// label is the beginning of another.
package enc

import (
	"crypto/sha256"
	"encoding/binary"

	"frank"
)

// Data is an encoding so far.
type Data []byte

// New begins an encoding with its label.
func New(label string) Data { return Data(nil).Text(label) }

// Number appends n, which must not be negative.
func (d Data) Number(n int) Data { return binary.BigEndian.AppendUint64(d, uint64(n)) }

// Bytes appends b behind its length.
func (d Data) Bytes(b []byte) Data { return append(d.Number(len(b)), b...) }

// Text appends s behind its length in bytes.
func (d Data) Text(s string) Data { return append(d.Number(len(s)), s...) }

// Sum is the SHA-256 of the encoding.
func (d Data) Sum() frank.Hash { return sha256.Sum256(d) }
