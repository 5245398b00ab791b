package cli

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"frank"
	"frank/inquiry"
)

// FuzzForm: whatever is in a form, reading it ends, and what was read can be
// written as a form again.
func FuzzForm(f *testing.F) {
	f.Add("# no\npurpose: Find out\n  why: it leaked\n\nbasis:\nscope: 26 SARN 1, 26-sarn-2\n\n26 HOME 3\njoins: 7")
	f.Add("purpose: a\r\ntried: one\r\n\ttwo\r\nlevel: 1e-4\nuntil: 2026-12-01\nfrom: 2026-01-01\nto: 2026-02-01\nsearch: x\ndisclosure: No\nwhy: y\nbasis: z\nscope: 26 SARN 1")
	f.Fuzz(func(t *testing.T, text string) {
		fields, err := parseForm(text)
		if err != nil {
			return
		}
		openOf(fields, func(uint64) *inquiry.Inquiry { return nil })
		var again strings.Builder
		for _, x := range formFields {
			if v, ok := fields[x.key]; ok {
				again.WriteString(x.key + ": " + strings.ReplaceAll(v, "\n", "\n  ") + "\n")
			}
		}
		got, err := parseForm(again.String())
		if err != nil || !maps.Equal(got, fields) {
			t.Fatalf("%q is read again as %q, %v", fields, got, err)
		}
	})
}

// FuzzNotice: the inquiry that a notice is of stands in it.
func FuzzNotice(f *testing.F) {
	f.Add("NOTICE\n\ninquiry 57 " + strings.Repeat("9f", 32) + "\n")
	f.Add("inquiry -1 00")
	f.Fuzz(func(t *testing.T, text string) {
		number, of, err := parseNotice(text)
		if err == nil && !(strings.Contains(strings.ToLower(text), of.String()) && strings.Contains(text, strconv.FormatUint(number, 10))) {
			t.Fatalf("inquiry %d, %s is not what it says", number, of)
		}
	})
}

// TestTypedCopies: a copy may be typed without quotation marks.
func TestTypedCopies(t *testing.T) {
	for typed, want := range map[string]string{
		"26 SARN 41:7": "26 SARN 41:7", "26-sarn-41:7": "26 SARN 41:7", "26 SARN 41 : 7": "26 SARN 41:7",
		"26 SARN 41": "", "26 SARN 41:0": "", "26 SARN 41:x": "", ":7": "", "": "",
	} {
		n, err := parseCopy(typed)
		if err != nil != (want == "") || err == nil && copyOf(n) != want {
			t.Errorf("%q is read as %q, %v", typed, copyOf(n), err)
		}
	}
	list := []inquiry.Number{{Dispatch: frank.Ref{Year: 26, Place: "HOME", Number: 1}, Number: 3}, {Dispatch: frank.Ref{Year: 26, Place: "SARN", Number: 1}, Number: 2}, {Dispatch: frank.Ref{Year: 26, Place: "SARN", Number: 1}, Number: 9}}
	if got := copiesOf(list); got != "copy 3 of 26 HOME 1, copies 2 and 9 of 26 SARN 1" {
		t.Error(got)
	}
}
