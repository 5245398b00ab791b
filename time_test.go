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

func TestFormatTime(t *testing.T) {
	for day := int64(946684800); day <= 4102444799; day += 86400 - 1 { // every day, at all hours
		want := time.Unix(day, 0).UTC().Format("2006-01-02T15:04:05Z")
		if got := frank.FormatTime(day); got != want || !frank.ValidTime(got) {
			t.Fatalf("expected %s, got %s", want, got)
		}
	}
	if frank.FormatTime(0) != "2000-01-01T00:00:00Z" || frank.FormatTime(1<<40) != "2099-12-31T23:59:59Z" {
		t.Error("times that formats do not have are not brought to the nearest that they do")
	}
}
