package enc

import (
	"encoding/hex"
	"testing"
)

func TestEncoding(t *testing.T) {
	const want = "0000000000000001" + "61" + "0000000000000102" + "0000000000000002" + "0001" + "0000000000000000"
	if got := hex.EncodeToString(New("a").Number(0x102).Bytes([]byte{0, 1}).Text("")); got != want {
		t.Errorf("expected %s, got %s", want, got)
	}
}
