package keyring

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"frank"
	"frank/internal/canon"
)

// A person's second device has a key of its own, made by [Create]. It asks the
// first for the person's decryption keys with [Key.RequestDevice]; the first
// answers with [Key.AnswerDevice], after the person compared the fingerprint of
// the request's card on both screens; the second opens the answer with
// [Key.OpenAnswer], after comparing the first's, and takes the keys with
// [Adopt]. Request and answer may travel by anybody.

const (
	requestFormat = "frank.device-request/1"
	answerFormat  = "frank.device-answer/1"
	maxAnswer     = 1 << 20 // bytes
)

type deviceRequest struct {
	Format    string `json:"format"`
	Card      Card   `json:"card"`
	Signature []byte `json:"signature,omitempty"` // by the card's key, of all that stands before
}

type deviceAnswer struct {
	Format     string     `json:"format"`
	Request    frank.Hash `json:"request"` // SHA-256 of the request's bytes
	From       Card       `json:"from"`
	Identities []string   `json:"identities"`
	Signature  []byte     `json:"signature,omitempty"` // by From's key, of all that stands before
}

// RequestDevice returns a new device's request, in the format
// frank.device-request/1: its card, signed by it. The name is the person's. The
// card's sealing key serves until the answer has come. Without a signing key the
// error is [ErrNoSigning].
func (k *Key) RequestDevice(name string) ([]byte, error) {
	if !k.CanSign() {
		return nil, ErrNoSigning
	}
	r := deviceRequest{Format: requestFormat, Card: k.Card(name)}
	if err := r.Card.Validate(); err != nil {
		return nil, err
	}
	r.Signature = k.Sign(DeviceNamespace, canon.Marshal(r))
	return canon.Marshal(r), nil
}

// ParseDeviceRequest returns the card of the device that asks. Show its
// fingerprint before answering.
func ParseDeviceRequest(data []byte) (Card, error) {
	if len(data) > MaxCard {
		return Card{}, fmt.Errorf("a device's request has at most %d bytes, and this has %d", MaxCard, len(data))
	}
	var r deviceRequest
	if err := canon.Unmarshal(data, &r); err != nil {
		return Card{}, fmt.Errorf("it is no device's request: %w", err)
	}
	if r.Format != requestFormat {
		return Card{}, fmt.Errorf("expected a device's request of the format %s, found %.40q", requestFormat, r.Format)
	}
	if err := r.Card.Validate(); err != nil {
		return Card{}, err
	}
	sig := r.Signature
	r.Signature = nil
	if !r.Card.Sign.Verify(DeviceNamespace, canon.Marshal(r), sig) {
		return Card{}, errors.New("the device's request is not signed by the device it names")
	}
	return r.Card, nil
}

// AnswerDevice returns the decryption keys of k sealed to the device that made
// the request, and signed by this one. Whoever has that device can then read
// everything the person can: compare the fingerprint of its card first. Without
// a signing key the error is [ErrNoSigning].
func (k *Key) AnswerDevice(request []byte, name string) ([]byte, error) {
	if !k.CanSign() {
		return nil, ErrNoSigning
	}
	card, err := ParseDeviceRequest(request)
	if err != nil {
		return nil, err
	}
	if card.Sign == k.VerifyKey() {
		return nil, errors.New("the request is this device's own")
	}
	to, err := ParseRecipient(card.Seal)
	if err != nil {
		return nil, err
	}
	a := deviceAnswer{Format: answerFormat, Request: sha256.Sum256(request), From: k.Card(name)}
	if err := a.From.Validate(); err != nil {
		return nil, err
	}
	for _, id := range k.secret().open {
		a.Identities = append(a.Identities, id.String())
	}
	a.Signature = k.Sign(DeviceNamespace, canon.Marshal(a))
	return to.Seal(canon.Marshal(a))
}

// OpenAnswer returns the decryption keys in the answer to k's own request, and
// the card of the device that sent them. Take them with [Adopt] only when that
// card's fingerprint is the first device's, or a directory names its signing key
// as the person's: whoever made the keys reads what will be sealed to them.
// Errors: as [Key.Open].
func (k *Key) OpenAnswer(request, answer []byte) (from Card, ids *Identities, err error) {
	if len(answer) > maxAnswer {
		return Card{}, nil, fmt.Errorf("a device's answer has at most %d bytes, and this has %d", maxAnswer, len(answer))
	}
	plain, err := k.Open(answer)
	if err != nil {
		return Card{}, nil, err
	}
	return parseAnswer(request, plain)
}

func parseAnswer(request, plain []byte) (Card, *Identities, error) {
	var a deviceAnswer
	if err := canon.Unmarshal(plain, &a); err != nil {
		return Card{}, nil, fmt.Errorf("it is no device's answer: %w", err)
	}
	if a.Format != answerFormat {
		return Card{}, nil, fmt.Errorf("expected a device's answer of the format %s, found %.40q", answerFormat, a.Format)
	}
	if err := a.From.Validate(); err != nil {
		return Card{}, nil, err
	}
	sig := a.Signature
	a.Signature = nil
	if !a.From.Sign.Verify(DeviceNamespace, canon.Marshal(a), sig) {
		return Card{}, nil, errors.New("the device's answer is not signed by the device it names")
	}
	if a.Request != sha256.Sum256(request) {
		return Card{}, nil, errors.New("the answer is to another device's request")
	}
	ids, err := parseIdentities(a.Identities)
	if err != nil {
		return Card{}, nil, err
	}
	if a.From.Seal != ids.Public().String() {
		return Card{}, nil, errors.New("the keys in the device's answer are not those on its card")
	}
	return a.From, ids, nil
}
