package client

import (
	"encoding/binary"
	"errors"

	"frank"
	"frank/keyring"
)

// What goes with the steps of an inquiry is sealed to whoever may read them, so
// that neither its length nor the number of those tells the server what it is:
// the press is public, and who is left out for being involved would say which
// dispatch it is about.

// sealTo seals something for people and the person, among keys that nobody has.
func (c *Client) sealTo(plain []byte, people []frank.PersonID) ([]byte, error) {
	keys, err := c.keysOf(people)
	if err != nil {
		return nil, err
	}
	if keys, err = among(keys, len(c.sitting(inquirers...))); err != nil { // as if nobody were involved
		return nil, err
	}
	return keyring.SealTo(padded(plain), keys...)
}

// among adds keys that are thrown away, until there are n.
func among(keys []*keyring.Public, n int) ([]*keyring.Public, error) {
	for len(keys) < n {
		ids, err := keyring.NewIdentities()
		if err != nil {
			return nil, err
		}
		keys = append(keys, ids.Public())
	}
	return keys, nil
}

// open undoes sealTo.
func (c *Client) open(sealed []byte) ([]byte, error) {
	data, err := c.Key.Open(sealed)
	if err != nil {
		return nil, err
	}
	return unpadded(data)
}

// padded puts the length before the data and zeros behind it, up to the next power
// of two from 4 KiB.
func padded(data []byte) []byte {
	size := 4096
	for size < 8+len(data) {
		size *= 2
	}
	out := make([]byte, size)
	binary.BigEndian.PutUint64(out, uint64(len(data)))
	copy(out[8:], data)
	return out
}

func unpadded(data []byte) ([]byte, error) {
	if len(data) >= 8 {
		if n := binary.BigEndian.Uint64(data); n <= uint64(len(data)-8) {
			return data[8 : 8+n], nil
		}
	}
	return nil, errors.New("it is not padded as it should be")
}
