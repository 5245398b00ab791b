package cli

import (
	"strings"
	"testing"
	"unicode"

	"frank"
)

// TestTypedReferences: a reference may be typed without quotation marks.
func TestTypedReferences(t *testing.T) {
	for typed, want := range map[string]string{
		"26 SARN 41": "26 SARN 41", "26-sarn-41": "26 SARN 41", " 26  sarn 41 ": "26 SARN 41", "26-NEW YORK-3": "26 NEW YORK 3", "26-new-york-3": "26 NEW-YORK 3",
		"": "", "26": "", "26 SARN": "", "26-sarn": "", "SARN 26 41": "", "26 SARN 0": "", "../../etc": "", "26--41": "",
	} {
		ref, err := parseRef(typed)
		if err != nil != (want == "") || err == nil && ref.String() != want {
			t.Errorf("%q is read as %q, %v", typed, ref, err)
		}
	}
	for typed, want := range map[string]string{"26 SARN 41 para 3": "26 SARN 41 para 3", "26-sarn-41": "26 SARN 41", "26 SARN 41 para 0": "", "26 SARN 41 para x": ""} {
		c, err := parseCite(typed)
		if err != nil != (want == "") || err == nil && c.String() != want {
			t.Errorf("%q is read as %q, %v", typed, c, err)
		}
	}
	for typed, want := range map[string]string{
		"2026-12-01": "2026-12-01T00:00:00Z", "2026-12-01 08:30": "2026-12-01T08:30:00Z", "2026-12-01T08:30:00+02:00": "2026-12-01T06:30:00Z", "": "",
		"tomorrow": "error", "1999-01-01": "error", "2026-13-01": "error", "9999999-01-01": "error",
	} {
		got, err := moment("embargo", typed)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
	if got := dtg("2026-11-21T19:30:00Z"); got != "211930Z NOV 26" {
		t.Error(got)
	}
}

func FuzzTypedReference(f *testing.F) {
	f.Add("26-sarn-41")
	f.Add("26 NEW YORK 3 para 2")
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := parseCite(typed)
		if err != nil {
			return
		}
		if again, err := parseCite(c.String()); err != nil || again != c {
			t.Fatalf("%q is read as %q, and that as %q", typed, c, again)
		}
		if again, err := frank.ParseRef(c.Dispatch.String()); err != nil || again != c.Dispatch {
			t.Fatalf("%q is read as %q, which is no reference", typed, c.Dispatch)
		}
	})
}

// FuzzPrintable: nothing that others wrote does more on a terminal than to be
// read.
func FuzzPrintable(f *testing.F) {
	f.Add("a\x1b[2Jb\u202ec\u200b\x9bd\r\ne\tf")
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range printable(s) {
			if c != '\n' && c != '\t' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c)) {
				t.Fatalf("%q has %q left", s, c)
			}
		}
		if one := inline(s); strings.ContainsAny(one, "\n\t\r") {
			t.Fatalf("%q is not one line", one)
		}
	})
}
