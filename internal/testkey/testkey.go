// Package testkey makes keys for tests that are the same in every run, so that
// what they sign can stand in golden files and vectors.
package testkey

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"

	"frank/keyring"
)

// Key is a device key that signs as those of package keyring do.
type Key ed25519.PrivateKey

// New makes the key of a phrase.
func New(phrase string) Key {
	seed := sha256.Sum256([]byte(phrase))
	return Key(ed25519.NewKeyFromSeed(seed[:]))
}

func (k Key) VerifyKey() keyring.VerifyKey {
	return keyring.VerifyKey(ed25519.PrivateKey(k).Public().(ed25519.PublicKey))
}

// Sign signs as PROTOCOL.sshsig of OpenSSH has it, with SHA-512.
func (k Key) Sign(namespace string, message []byte) []byte {
	sum := sha512.Sum512(message)
	data := []byte("SSHSIG")
	for _, s := range []string{namespace, "", "sha512", string(sum[:])} {
		data = append(binary.BigEndian.AppendUint32(data, uint32(len(s))), s...)
	}
	return ed25519.Sign(ed25519.PrivateKey(k), data)
}
