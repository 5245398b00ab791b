package api

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A parcel is sealed things one after the other, each as four bytes of length,
// big-endian, and its bytes.

// AppendPart adds a sealed thing to a parcel.
func AppendPart(parcel, data []byte) []byte {
	return append(binary.BigEndian.AppendUint32(parcel, uint32(len(data))), data...)
}

// ReadParcel reads a parcel of at least one thing, none of them empty, within
// the limits. What it returns was read whole.
func ReadParcel(r io.Reader) ([][]byte, error) {
	var parts [][]byte
	total := 0
	for {
		var head [4]byte
		if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
			if len(parts) == 0 {
				return nil, &Error{Kind: Invalid, Text: "the parcel is empty"}
			}
			return parts, nil
		} else if err != nil {
			return nil, cut(err)
		}
		n := binary.BigEndian.Uint32(head[:])
		total += int(n)
		switch {
		case n == 0:
			return nil, &Error{Kind: Invalid, Text: "a sealed thing in the parcel is empty"}
		case n > MaxBlob || total > MaxParcel || len(parts) == MaxParts:
			return nil, &Error{Kind: TooLarge, Text: fmt.Sprintf("a parcel has at most %d sealed things of at most %d bytes, %d together", MaxParts, MaxBlob, MaxParcel), Hint: "put them in several parcels"}
		}
		// Memory follows what comes, not what is announced.
		part, err := io.ReadAll(io.LimitReader(r, int64(n)))
		if err != nil {
			return nil, err
		}
		if len(part) < int(n) {
			return nil, cut(io.ErrUnexpectedEOF)
		}
		parts = append(parts, part)
	}
}

func cut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Kind: Invalid, Text: "the parcel is cut short"}
	}
	return err
}
