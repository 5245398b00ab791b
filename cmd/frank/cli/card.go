package cli

import (
	"errors"
	"fmt"
	"io/fs"

	"frank"
	"frank/client"
	"frank/keyring"
)

type cardCmd struct {
	Name string `placeholder:"NAME" help:"Your name, as the organisation is to have it; not needed for a member."`
	Out  string `short:"o" placeholder:"FILE" help:"Write the card to this new file."`
	JSON bool   `name:"json" help:"Print card and fingerprint as JSON."`
}

func (*cardCmd) Help() string {
	return `A card is a file: your name, the key that this device signs with, and the key that things for you are sealed to. Nothing in it is secret, and it proves nothing by itself: whoever takes it compares the fingerprint with you by another way, such as by telephone.

Example: frank card --name "Ada Holm" -o ada.card`
}

func (cmd *cardCmd) Run(r *run) error {
	key, err := r.signingKey()
	if err != nil {
		return err
	}
	name, err := r.myName(cmd.Name)
	if err != nil {
		return err
	}
	card := key.Card(name)
	if err := card.Validate(); err != nil {
		return usagef("%v", err)
	}
	if cmd.Out != "" {
		if err := r.newFile(cmd.Out, append(card.Marshal(), '\n')); err != nil {
			return err
		}
	}
	switch {
	case cmd.JSON:
		return r.json(struct {
			Card        keyring.Card   `json:"card"`
			Fingerprint string         `json:"fingerprint"`
			Person      frank.PersonID `json:"person"`
		}{card, card.Fingerprint(), key.Person()})
	case cmd.Out == "":
		fmt.Fprintf(r.out, "%s\n", card.Marshal())
		r.note("fingerprint %s", card.Fingerprint())
	default:
		fmt.Fprintf(r.out, "fingerprint %s\n", card.Fingerprint())
	}
	return nil
}

// myName is the name given, or the one that the organisation has.
func (r *run) myName(given string) (string, error) {
	if given != "" {
		return given, nil
	}
	dir, err := r.folder()
	if err != nil {
		return "", err
	}
	if _, err := dir.Read("membership.json"); errors.Is(err, fs.ErrNotExist) {
		return "", frank.WithHint(usagef("a card needs your name"), `frank card --name "Ada Holm"`)
	}
	cfg, err := r.reach(dir)
	if err != nil {
		return "", err
	}
	c, err := client.Open(cfg)
	if err != nil {
		return "", err
	}
	return c.Name, nil
}

// readCard reads somebody's card from a file.
func (r *run) readCard(name string) (keyring.Card, error) {
	data, err := r.readFile(name, keyring.MaxCard+1)
	if err != nil {
		return keyring.Card{}, err
	}
	if n := len(data); n > 0 && data[n-1] == '\n' {
		data = data[:n-1]
	}
	card, err := keyring.ParseCard(data)
	if err != nil {
		return card, frank.WithHint(fmt.Errorf("%s is no card: %w", name, err), "a card is the file that frank card -o writes")
	}
	return card, nil
}
