package keyring

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"frank/internal/canon"
	"frank/internal/enc"
)

const cardFormat = "frank.card/1"

// Limits of a card.
const (
	MaxName = 200     // bytes of a name
	MaxCard = 4 << 10 // bytes of a card as it is given
)

// Card is what a person gives to others: a name, the key their device signs
// with, and the key that things for them are sealed to. A card proves nothing
// by itself; whoever takes it compares the [Card.Fingerprint] by another way.
type Card struct {
	Name string    `json:"name"` // 1 to [MaxName] bytes, NFC, printable; see [Card.Validate]
	Sign VerifyKey `json:"sign"`
	Seal string    `json:"seal"` // age1pq1…
}

type cardFile struct {
	Format string `json:"format"`
	Card
}

// Card returns the key's card. It panics without a signing key: see
// [Key.CanSign].
func (k *Key) Card(name string) Card { return Card{name, k.VerifyKey(), k.Public.String()} }

// Marshal writes c as the format frank.card/1: canonical JSON.
func (c Card) Marshal() []byte { return canon.Marshal(cardFile{cardFormat, c}) }

// ParseCard reads what [Card.Marshal] writes for a valid card, and nothing else.
func ParseCard(data []byte) (Card, error) {
	if len(data) > MaxCard {
		return Card{}, fmt.Errorf("a card has at most %d bytes, and this has %d", MaxCard, len(data))
	}
	var f cardFile
	if err := canon.Unmarshal(data, &f); err != nil {
		return Card{}, fmt.Errorf("it is no card: %w", err)
	}
	if f.Format != cardFormat {
		return Card{}, fmt.Errorf("expected a card of the format %s, found %.40q", cardFormat, f.Format)
	}
	return f.Card, f.Card.Validate()
}

// Validate reports what is wrong with c: for cards inside other formats.
func (c Card) Validate() error {
	switch {
	case len(c.Name) == 0 || len(c.Name) > MaxName:
		return fmt.Errorf("the name on a card has 1 to %d bytes, not %d", MaxName, len(c.Name))
	case !utf8.ValidString(c.Name) || !norm.NFC.IsNormalString(c.Name) || strings.ContainsFunc(c.Name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("the name on a card is printable text in Unicode's normal form C, with plain spaces")
	case strings.Join(strings.Fields(c.Name), " ") != c.Name:
		return errors.New("the name on a card has single spaces, and none at its ends")
	case c.Sign.weak():
		return errors.New("the signing key on a card is one that anybody could sign for")
	}
	if _, err := ParseRecipient(c.Seal); err != nil {
		return fmt.Errorf("the card's sealing key: %w", err)
	}
	return nil
}

// Fingerprint returns 32 hexadecimal digits in groups of four, over both keys
// and not the name: to be read out or compared on paper.
func (c Card) Fingerprint() string {
	sum := enc.New("frank/card-fingerprint/1").Bytes(c.Sign[:]).Text(c.Seal).Sum()
	digits := hex.EncodeToString(sum[:16])
	groups := make([]string, 8)
	for i := range groups {
		groups[i] = digits[4*i : 4*i+4]
	}
	return strings.Join(groups, " ")
}
