package frank_test

import (
	"testing"
	"time"

	"frank"

	"pgregory.net/rapid"
)

// TestValidTime holds ValidTime against the standard library.
func TestValidTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.StringMatching(`20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z`),
			rapid.StringMatching(`20[0-9][0-9]-(02|04|12)-(28|29|30|31)T23:59:59Z`),
			rapid.String(),
			rapid.Custom(func(t *rapid.T) string {
				return time.Unix(rapid.Int64Range(946684800, 4102444799).Draw(t, "s"), 0).UTC().Format(time.RFC3339)
			}),
		).Draw(t, "s")
		p, err := time.Parse(time.RFC3339, s)
		want := err == nil && p.Year() >= 2000 && p.Year() < 2100 && p.UTC().Format(time.RFC3339) == s
		if frank.ValidTime(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	})
}
