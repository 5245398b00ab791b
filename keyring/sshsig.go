package keyring

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// The structures of OpenSSH's PROTOCOL.sshsig: texts with their length before
// them. They are written out here because golang.org/x/crypto/ssh would bring
// the whole of SSH, and the network, under every package that verifies; a test
// holds the two against each other.
const (
	sshMagic = "SSHSIG"
	sshHash  = "sha512"
	sshKind  = "ssh-ed25519"
)

// sshString appends s as SSH writes a string: four bytes of length, then s.
func sshString[T string | []byte](b []byte, s T) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

// signedData is what the signature is made of: namespace, nothing reserved, the
// hash's name, the hash.
func signedData(namespace string, message []byte) []byte {
	sum := sha512.Sum512(message)
	b := sshString([]byte(sshMagic), namespace)
	b = sshString(b, "")
	b = sshString(b, sshHash)
	return sshString(b, sum[:])
}

func (v VerifyKey) ssh() []byte { return sshString(sshString(nil, sshKind), v[:]) }

// Armour returns sig, v's signature in the namespace, as the file that
// ssh-keygen -Y verify -s reads.
func (v VerifyKey) Armour(namespace string, sig []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte(sshMagic), 1) // the version
	b = sshString(b, v.ssh())
	b = sshString(b, namespace)
	b = sshString(b, "")
	b = sshString(b, sshHash)
	b = sshString(b, sshString(sshString(nil, sshKind), sig))
	text := base64.StdEncoding.EncodeToString(b)
	var out bytes.Buffer
	out.WriteString("-----BEGIN SSH SIGNATURE-----\n")
	for len(text) > 70 {
		out.WriteString(text[:70] + "\n")
		text = text[70:]
	}
	out.WriteString(text + "\n-----END SSH SIGNATURE-----\n")
	return out.Bytes()
}

// AllowedSigner returns the line of ssh-keygen's allowed_signers file that lets
// principal sign with v in the namespaces, or in all if none is given. A
// principal is 1 to 100 letters, digits, dots, hyphens, underscores and @.
func (v VerifyKey) AllowedSigner(principal string, namespaces ...string) (string, error) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
	if len(principal) == 0 || len(principal) > 100 || strings.Trim(principal, letters+"@") != "" {
		return "", fmt.Errorf("%.60q cannot be a principal: it has 1 to 100 letters, digits, dots, hyphens, underscores and @", principal)
	}
	line := principal + " "
	if len(namespaces) > 0 {
		for _, n := range namespaces {
			if n == "" || strings.Trim(n, letters+"/") != "" { // * and , and " mean something there
				return "", errors.New("a namespace has letters, digits, dots, hyphens, underscores and slashes only")
			}
		}
		line += `namespaces="` + strings.Join(namespaces, ",") + `" `
	}
	return line + sshKind + " " + base64.StdEncoding.EncodeToString(v.ssh()) + "\n", nil
}
