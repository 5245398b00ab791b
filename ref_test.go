package frank_test

import (
	"testing"

	"frank"

	"pgregory.net/rapid"
)

func TestRef(t *testing.T) {
	for _, s := range []string{"26 WASHINGTON 412", "00 A 1", "99 PORT LOUIS-2 999999"} {
		r, err := frank.ParseRef(s)
		if err != nil || r.String() != s {
			t.Errorf("%q: %v, %v", s, r, err)
		}
	}
	for _, s := range []string{"", "26", "26 WASHINGTON", "26 WASHINGTON 0", "26 WASHINGTON 0412", "26 washington 4", "126 A 1", "6 A 1", "26 A  B 1", "26  A 1",
		"26 A 1 ", "26 A -1", "26 A +1", "26 1A 1", "26 A 1000000", "-1 A 1", "26 Ä 1", "26\tA\t1"} {
		if r, err := frank.ParseRef(s); err == nil {
			t.Errorf("%q was read as %v", s, r)
		}
	}
}

func TestRefProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{1,3} [A-Z -]{1,8} [0-9]{1,7}`)).Draw(t, "s")
		if r, err := frank.ParseRef(s); err == nil && r.String() != s {
			t.Errorf("%q was read as %q", s, r)
		}
	})
}

func TestIDs(t *testing.T) {
	for s, want := range map[string]bool{"us-desk": true, "a": true, "": false, "-a": false, "a-": false, "a--b": false, "1a": false, "A": false, "a b": false} {
		if frank.OfficeID(s).Valid() != want {
			t.Errorf("office %q: %v", s, !want)
		}
	}
	for s, want := range map[string]bool{"0123456789abcdef0123456789abcdef": true, "0123456789ABCDEF0123456789abcdef": false, "0": false, "": false} {
		if frank.PersonID(s).Valid() != want {
			t.Errorf("person %q: %v", s, !want)
		}
	}
}
