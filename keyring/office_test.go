package keyring

import (
	"errors"
	"testing"
)

func TestOfficeKeys(t *testing.T) {
	holder, successor, other := officeKey(t), officeKey(t), officeKey(t)
	first, err := NewIdentities()
	if err != nil {
		t.Fatal(err)
	}
	old, err := first.Public().Seal([]byte("source of 2025"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := first.Renewed()
	if err != nil || second.Len() != 2 || second.Public().String() == first.Public().String() {
		t.Fatalf("renewed: %v, %v", second, err)
	}
	sealed, err := second.SealTo(&holder.Public, &successor.Public)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*Key{holder, successor} {
		ids, err := k.OpenIdentities(sealed)
		if err != nil || ids.Public().String() != second.Public().String() {
			t.Fatalf("opened: %v", err)
		}
		if plain, err := ids.Open(old); err != nil || string(plain) != "source of 2025" {
			t.Errorf("what was sealed to the old key: %q, %v", plain, err)
		}
	}
	if _, err := other.OpenIdentities(sealed); !errors.Is(err, ErrNotYours) {
		t.Errorf("another's key: %v", err)
	}
	if _, err := first.Open(must(second.Public().Seal([]byte("new")))); !errors.Is(err, ErrNotYours) {
		t.Errorf("the old key opens what was sealed to the new one: %v", err)
	}
	// Passed on twice, the second time without the older ones: nothing is lost.
	alone, err := NewIdentities()
	if err != nil {
		t.Fatal(err)
	}
	all := Together(alone, second, first)
	if all.Len() != 3 || all.Public().String() != alone.Public().String() {
		t.Errorf("together they are %v", all)
	}
	if plain, err := all.Open(old); err != nil || string(plain) != "source of 2025" {
		t.Errorf("what was sealed to the oldest: %q, %v", plain, err)
	}
	// What is sealed as something else is no office's key.
	for _, plain := range []string{"", "# frank.office/1\n", "# frank.recovery/1\nX\n", "# frank.office/1\nAGE-SECRET-KEY-PQ-1\n"} {
		if ids, err := holder.OpenIdentities(must(holder.Seal([]byte(plain)))); err == nil {
			t.Errorf("%q was read as %v", plain, ids)
		}
	}
}

func officeKey(t *testing.T) *Key {
	t.Helper()
	k, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
