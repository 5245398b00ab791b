package cli

import "testing"

func TestNamesOfFilesFromElsewhere(t *testing.T) {
	for name, want := range map[string]string{
		"map.pdf":       "map.pdf",
		"Brief: draft?": "Brief_ draft_",
		"con":           "_con",
		"Aux.txt":       "_Aux.txt",
		"com1 .txt":     "_com1 .txt",
		"console.txt":   "console.txt",
		"ends. .":       "ends_",
		"a|b<c>\"d*":    "a_b_c__d_",
		"LPT²":          "_LPT²",
	} {
		if got := nameOn("windows", name); got != want {
			t.Errorf("%q is called %q on Windows, want %q", name, got, want)
		}
		if got := nameOn("linux", name); got != name {
			t.Errorf("%q is called %q", name, got)
		}
	}
}
