package keyring

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"frank"
)

const recoveryLine = "# frank.recovery/1\n"

// recoveryFactor is the scrypt cost of a recovery code, as a power of two.
// Stretching is for passphrases that people choose: 160 random bits cannot be
// guessed at any cost, so it is low, a millisecond. It also bounds the work that
// a forged recovery can ask for.
const recoveryFactor = 10

// Errors of recovery.
var (
	ErrCode  = errors.New("the recovery code is not the one it was sealed with, or it is damaged")
	ErrStale = errors.New("the recovery does not hold all the decryption keys there are")
)

// SealRecovery returns the decryption keys of k, sealed by the code: an age
// file whose passphrase is [Code.Reveal]. Anybody may store it; without the code
// it opens to nobody. The signing key is not in it.
func (k *Key) SealRecovery(code Code) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(code.Reveal())
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(recoveryFactor)
	var b bytes.Buffer
	b.WriteString(recoveryLine)
	writeIdentities(&b, k.secret().open)
	return encrypt(b.Bytes(), recipient)
}

// Recover returns the decryption keys that [Key.SealRecovery] sealed; [Adopt]
// puts them into a key. The error is [ErrCode] when it does not open.
func Recover(sealed []byte, code Code) (*Identities, error) {
	if len(sealed) > maxFile {
		return nil, fmt.Errorf("a sealed recovery has at most %d bytes, and this has %d", maxFile, len(sealed))
	}
	identity, err := age.NewScryptIdentity(code.Reveal())
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(recoveryFactor)
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if err != nil {
		return nil, ErrCode
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrCode
	}
	return parseRecovery(plain)
}

func parseRecovery(plain []byte) (*Identities, error) {
	body, ok := strings.CutPrefix(string(plain), recoveryLine)
	body, end := strings.CutSuffix(body, "\n")
	if !ok || !end {
		return nil, errors.New("what it opens to is no recovery of the format frank.recovery/1")
	}
	return parseIdentities(strings.Split(body, "\n"))
}

// Drill proves that sealed and code would bring back every decryption key of k,
// the one in use as the newest: it recovers them, and opens with them something
// sealed to the key in use. Errors: as [Recover]; [ErrStale] when an earlier
// state was sealed.
func (k *Key) Drill(sealed []byte, code Code) error {
	ids, err := Recover(sealed, code)
	if err != nil {
		return err
	}
	back := newKey(ids.list(), nil)
	stale := back.Public.String() != k.Public.String()
	for _, id := range k.secret().open {
		stale = stale || !back.has(id)
	}
	if stale {
		return frank.WithHint(ErrStale, "the decryption key was changed since: make a new recovery")
	}
	probe := make([]byte, 32)
	rand.Read(probe) // never fails
	to, err := k.Public.Seal(probe)
	if err != nil {
		return err
	}
	if got, err := back.Open(to); err != nil || !bytes.Equal(got, probe) {
		return errors.New("the recovered key does not open what is sealed to the key in use")
	}
	return nil
}
