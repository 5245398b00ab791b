// Package derive makes keys and random words from one secret.
package derive

import (
	"crypto/hkdf"
	"crypto/sha256"
	"io"

	"frank"
	"frank/internal/enc"

	"golang.org/x/crypto/chacha20"
)

// Key is HKDF-SHA256 (RFC 5869) of secret without salt; info begins with the
// label of what the key is for.
func Key(secret frank.Secret, info enc.Data) frank.Secret {
	key, err := hkdf.Key(sha256.New, secret[:], nil, string(info), len(secret))
	if err != nil {
		panic("derive: internal error: " + err.Error())
	}
	return frank.Secret(key)
}

// Stream reads as the ChaCha20 keystream (RFC 8439) under key, nonce zero, of
// 256 GiB.
func Stream(key frank.Secret) io.Reader {
	c, err := chacha20.NewUnauthenticatedCipher(key[:], make([]byte, chacha20.NonceSize))
	if err != nil {
		panic("derive: internal error: " + err.Error())
	}
	return stream{c}
}

type stream struct{ c *chacha20.Cipher }

func (s stream) Read(p []byte) (int, error) {
	clear(p)
	s.c.XORKeyStream(p, p)
	return len(p), nil
}
