package derive

import (
	"encoding/hex"
	"io"
	"testing"

	"frank"
	"frank/internal/enc"
)

func TestDerive(t *testing.T) {
	// RFC 8439, A.1: test vector 1, in two reads.
	const want = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
	s, b := Stream(frank.Secret{}), make([]byte, 32)
	for _, part := range [][]byte{b[:5], b[5:]} {
		if _, err := io.ReadFull(s, part); err != nil {
			t.Fatal(err)
		}
	}
	if hex.EncodeToString(b) != want {
		t.Errorf("expected %s, got %x", want, b)
	}
	if Key(frank.Secret{}, enc.New("a").Number(1)) == Key(frank.Secret{}, enc.New("a").Number(2)) {
		t.Error("two infos have one key")
	}
}
