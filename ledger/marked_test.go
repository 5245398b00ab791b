package ledger

import (
	"testing"

	"frank"
)

func TestSignMarked(t *testing.T) {
	d := device{"device"}
	for _, marked := range []bool{true, false} {
		draws := byte(0)
		for range 20 {
			e, err := SignMarked(d, statement(d, "{}"), marked, func() (frank.Secret, error) {
				draws++
				return frank.Secret{draws}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if Marked(e.Commitment()) != marked {
				t.Errorf("an entry is marked: %v", !marked)
			}
			if _, err := e.Open(e.Commitment()); err != nil {
				t.Error(err)
			}
		}
		if draws < 25 || draws > 80 {
			t.Errorf("20 entries took %d salts, not some 40", draws)
		}
	}
}
