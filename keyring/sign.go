package keyring

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"frank"
)

// The namespaces of signatures: what is signed for one is worth nothing in
// another.
const (
	StatementNamespace = "frank/statement/1" // entries of a ledger
	SessionNamespace   = "frank/session/1"   // requests to a server
	DeviceNamespace    = "frank/device/1"    // a new device's request, and the answer to it
)

// VerifyKey is the public half of a signing key: Ed25519, RFC 8032. Its text is
// 64 lower-case hexadecimal digits.
type VerifyKey [ed25519.PublicKeySize]byte

// ParseVerifyKey reads what [VerifyKey.String] writes, and nothing else. Keys
// that anybody could sign for are refused.
func ParseVerifyKey(s string) (VerifyKey, error) {
	var h frank.Hash // the same text form
	if err := h.UnmarshalText([]byte(s)); err != nil {
		return VerifyKey{}, err
	}
	if v := VerifyKey(h); !v.weak() {
		return v, nil
	}
	return VerifyKey{}, errors.New("expected a signing key, found one that anybody could sign for")
}

// String returns v as 64 hexadecimal digits.
func (v VerifyKey) String() string { return hex.EncodeToString(v[:]) }

// MarshalText writes v as String does.
func (v VerifyKey) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, v[:]), nil }

// UnmarshalText reads what MarshalText writes, as [ParseVerifyKey] does.
func (v *VerifyKey) UnmarshalText(b []byte) (err error) {
	*v, err = ParseVerifyKey(string(b))
	return err
}

// Verify reports whether sig, 64 bytes, is v's signature of message in the
// namespace.
func (v VerifyKey) Verify(namespace string, message, sig []byte) bool {
	return namespace != "" && !v.weak() && ed25519.Verify(v[:], signedData(namespace, message), sig)
}

// Person returns the ID of the person whose first signing key v is. It stays
// theirs when their keys change, so it is kept, not computed again.
func (v VerifyKey) Person() frank.PersonID {
	sum := sha256.Sum256(append([]byte("frank/person/1"), v[:]...))
	return frank.PersonID(hex.EncodeToString(sum[:16]))
}

// CanSign reports whether the key has a signing key. Those made before there
// were any have none until [AddSigning].
func (k *Key) CanSign() bool { return k.secret().sign != nil }

// VerifyKey returns the public half of the signing key. It panics without one:
// see [Key.CanSign].
func (k *Key) VerifyKey() VerifyKey {
	k.mustSign()
	return VerifyKey(k.secret().sign.Public().(ed25519.PublicKey))
}

// Sign returns the 64 bytes of the signature of message in the namespace, which
// may not be empty. It panics without a signing key: see [Key.CanSign].
func (k *Key) Sign(namespace string, message []byte) []byte {
	k.mustSign()
	if namespace == "" {
		panic("keyring: a signature needs a namespace")
	}
	return ed25519.Sign(k.secret().sign, signedData(namespace, message))
}

// Person returns the ID of the person whose first signing key this is. It
// panics without a signing key: see [Key.CanSign].
func (k *Key) Person() frank.PersonID { return k.VerifyKey().Person() }

func (k *Key) mustSign() {
	if !k.CanSign() {
		panic("keyring: " + ErrNoSigning.Error())
	}
}

// weakKeys are the encodings of the points of small order, without the sign
// bit: 0, 1, the two of order eight, p-1, p, p+1. For such a key signatures can
// be made that hold without there being a secret.
var weakKeys = [][32]byte{
	unhex("0000000000000000000000000000000000000000000000000000000000000000"),
	unhex("0100000000000000000000000000000000000000000000000000000000000000"),
	unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
	unhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
	unhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	unhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	unhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
}

func (v VerifyKey) weak() bool {
	v[31] &= 0x7f
	for _, w := range weakKeys {
		if v == VerifyKey(w) {
			return true
		}
	}
	return false
}

func unhex(s string) (out [32]byte) {
	if n, err := hex.Decode(out[:], []byte(s)); err != nil || n != 32 {
		panic("keyring: expected 64 hexadecimal digits")
	}
	return out
}
