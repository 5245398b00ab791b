package cli

import (
	"errors"
	"fmt"

	"frank"
	"frank/keyring"
)

type initCmd struct {
	NoPassphrase bool `help:"Keep the key without a passphrase: whoever has the file has the key."`
}

func (*initCmd) Help() string {
	return `There are two keys: an age post-quantum hybrid key that opens what is sealed to you, and an Ed25519 key that signs for this device. They are kept in one file in $FRANK_HOME, or else in frank in your configuration folder, sealed by a passphrase that is asked for on the terminal. What you issue is sealed to the first: keep a copy of the file somewhere safe. The fingerprint that is printed is that of both: others compare it with you before they rely on your keys.

Example: frank init`
}

func (cmd *initCmd) Run(r *run) error {
	home, err := r.home()
	if err != nil {
		return err
	}
	exists := frank.WithHint(fmt.Errorf("%w in %s", keyring.ErrExists, home),
		"what was issued can only be traced with that key; to have another beside it, set FRANK_HOME to another folder")
	if keyring.Exists(home) {
		return exists
	}
	passphrase := ""
	if !cmd.NoPassphrase {
		if passphrase, err = r.newPassphrase(); err != nil {
			return err
		}
	}
	key, err := keyring.Create(home, passphrase)
	if errors.Is(err, keyring.ErrExists) {
		return exists
	}
	if err != nil {
		return fileError(home, err)
	}
	r.note("your key is in %s; keep a copy of it somewhere safe", home)
	fmt.Fprintf(r.out, "fingerprint %s\nsealing key %s\n", key.Card("").Fingerprint(), key.Fingerprint())
	return nil
}

// newPassphrase asks twice.
func (r *run) newPassphrase() (string, error) {
	if r.Passphrase == nil {
		return "", errNoTerminal
	}
	first, err := r.Passphrase(r, "passphrase for your key: ")
	if errors.Is(err, errNoTerminal) {
		return "", frank.WithHint(err, "run it in a terminal, or with --no-passphrase")
	}
	if err != nil {
		return "", err
	}
	if first == "" {
		return "", frank.WithHint(errors.New("the passphrase is empty"), "several words that go together for nobody else are good; --no-passphrase does without")
	}
	second, err := r.Passphrase(r, "once more: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", frank.WithHint(errors.New("the two passphrases differ, and no key was made"), "run it again")
	}
	return first, nil
}
