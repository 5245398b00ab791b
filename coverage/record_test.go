package coverage

import (
	"bytes"
	"strings"
	"testing"

	"frank"
)

const at = "2026-11-21T19:30:00Z"

func frozen(t *testing.T) (*Record, []byte) {
	t.Helper()
	data := []byte(page("<p>" + story + "</p>"))
	e := read(t, `C:\Users\somebody\cafe`+"\u0301.html", string(data))
	e.Outlet, e.URL, e.Published = "The Gazette", "https://gazette.example/1", "2026-11-20"
	r, err := Freeze(e, data, at)
	if err != nil {
		t.Fatal(err)
	}
	return r, data
}

func TestFreeze(t *testing.T) {
	r, data := frozen(t)
	want := `{"format":"frank.exhibit/1","name":"café.html","media":"text/html","sha256":"` + r.SHA256.String() +
		`","size":628,"outlet":"The Gazette","url":"https://gazette.example/1","published":"2026-11-20","frozen_at":"2026-11-21T19:30:00Z","note":""}`
	if got := string(r.Marshal()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	again, err := ParseRecord(r.Marshal())
	if err != nil || *again != *r {
		t.Errorf("%+v, %v", again, err)
	}
	if err := r.Check(data); err != nil {
		t.Error(err)
	}
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if r.Check(changed) == nil {
			t.Fatalf("byte %d was changed, and it passed", i)
		}
	}
	if err := r.Check(append(data, ' ')); err == nil || frank.Hint(err) == "" {
		t.Errorf("a byte more: %v", err)
	}
	if _, err := Freeze(read(t, "a", "Some words."), []byte("Other words."), at); err == nil {
		t.Error("bytes of another exhibit were frozen")
	}
	if _, err := Freeze(read(t, "a", "Some words."), []byte("Some words."), "today"); err == nil {
		t.Error("frozen at no time")
	}
}

func TestRecordRefused(t *testing.T) {
	for what, change := range map[string]func(*Record){
		"format":              func(r *Record) { r.Format = "frank.exhibit/2" },
		"no name":             func(r *Record) { r.Name = "" },
		"path":                func(r *Record) { r.Name = "../a.html" },
		"parent":              func(r *Record) { r.Name = ".." },
		"backslash":           func(r *Record) { r.Name = `a\b` },
		"long name":           func(r *Record) { r.Name = strings.Repeat("a", MaxName+1) },
		"media":               func(r *Record) { r.Media = "image/png" },
		"nothing":             func(r *Record) { r.Size = 0 },
		"too much":            func(r *Record) { r.Size = MaxBytes + 1 },
		"line feed":           func(r *Record) { r.Outlet = "a\nb" },
		"not composed":        func(r *Record) { r.Outlet = "cafe\u0301" },
		"direction":           func(r *Record) { r.Note = "a\u202eb" },
		"no ink":              func(r *Record) { r.Note = "a\u200bb" },
		"space at the end":    func(r *Record) { r.Note = "a " },
		"not UTF-8":           func(r *Record) { r.Note = "\xff" },
		"long note":           func(r *Record) { r.Note = strings.Repeat("a", MaxNote+1) },
		"script for a link":   func(r *Record) { r.URL = "javascript:alert(1)" },
		"relative link":       func(r *Record) { r.URL = "/a" },
		"link with a user":    func(r *Record) { r.URL = "https://u:p@gazette.example/" },
		"link with fragment":  func(r *Record) { r.URL = "https://gazette.example/#a" },
		"time without a zone": func(r *Record) { r.Published = "2026-11-20T10:00:00" },
		"local time":          func(r *Record) { r.Published = "2026-11-20T10:00:00+01:00" },
		"no such day":         func(r *Record) { r.Published = "2026-02-30" },
		"frozen on a day":     func(r *Record) { r.FrozenAt = "2026-11-21" },
	} {
		r, _ := frozen(t)
		change(r)
		if r.Validate() == nil {
			t.Errorf("%s: passed", what)
		}
		if _, err := ParseRecord(r.Marshal()); err == nil {
			t.Errorf("%s: was read", what)
		}
	}
}

func TestEveryByteOfARecordCounts(t *testing.T) {
	r, _ := frozen(t)
	data := r.Marshal()
	for i := range data {
		for _, x := range []byte{1, 0x20} {
			changed := bytes.Clone(data)
			changed[i] ^= x
			if again, err := ParseRecord(changed); err == nil && *again == *r {
				t.Errorf("byte %d was changed, and it says the same", i)
			}
		}
	}
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		"a.html": "a.html", "/home/x/a.html": "a.html", `c:\x\a.html`: "a.html", "": "exhibit", "..": "exhibit", "x/": "exhibit",
		"a\nb": "ab", "a\u202eb": "ab", "feed.xml#3": "feed.xml#3", strings.Repeat("é", 200): strings.Repeat("é", 127),
	} {
		if got := fileName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestClaim(t *testing.T) {
	for in, want := range map[string]string{
		"2026-11-21":                         "2026-11-21",
		"2026-11-21T19:30:00Z":               "2026-11-21T19:30:00Z",
		"2026-11-21T19:30:00.123Z":           "2026-11-21T19:30:00Z",
		"2026-11-21T19:30:00+01:00":          "2026-11-21T18:30:00Z",
		"2026-11-21T19:30+0530":              "2026-11-21T14:00:00Z",
		"2026-11-21 19:30:00 +0000":          "2026-11-21T19:30:00Z",
		"2026-01-01T00:30:00+01:00":          "2025-12-31T23:30:00Z",
		"2024-02-29T23:30:00-01:00":          "2024-03-01T00:30:00Z",
		"2025-03-01T00:30:00+01:00":          "2025-02-28T23:30:00Z",
		"2024-03-01T00:30:00+01:00":          "2024-02-29T23:30:00Z",
		"2026-12-31T23:30:00-01:00":          "2027-01-01T00:30:00Z",
		"2026-11-21T19:30:00":                "2026-11-21", // in whose time?
		"Sat, 21 Nov 2026 19:30:00 GMT":      "2026-11-21T19:30:00Z",
		"Saturday, 21 November 26 19:30 PST": "2026-11-22T03:30:00Z",
		"21 Nov 2026 19:30:00 +0100":         "2026-11-21T18:30:00Z",
		"Sat, 21 Nov 2026 19:30:00 XYZ":      "2026-11-21",
		"21 Nov 2026":                        "2026-11-21",
		"1999-12-31":                         "", "2026-13-01": "", "2026-02-30": "", "2026-11-21T25:00:00Z": "", "yesterday": "", "": "", "Sat,": "", "1 2 3": "",
		"2026-11-2": "", "2000-01-01T00:30:00+01:00": "",
	} {
		if got := claim(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"2026-11-21T19:30:00Z": "2026-11-21T19:30:00Z", "2026-11-21": "2026-11-20T10:00:00Z", "2024-03-01": "2024-02-29T10:00:00Z",
		"2026-01-01": "2025-12-31T10:00:00Z", "2000-01-01": "2000-01-01T00:00:00Z",
	} {
		if got := Earliest(in); got != want || !frank.ValidTime(got) {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func FuzzClaim(f *testing.F) {
	f.Add("2026-11-21T19:30:00+01:00")
	f.Add("Sat, 21 Nov 2026 19:30:00 GMT")
	f.Fuzz(func(t *testing.T, s string) {
		if c := claim(s); c != "" && (!ValidClaim(c) || !frank.ValidTime(Earliest(c))) {
			t.Errorf("%q gave %q", s, c)
		}
	})
}

func FuzzParseRecord(f *testing.F) {
	f.Add([]byte(`{"format":"frank.exhibit/1","name":"a","media":"text/html","sha256":"` + strings.Repeat("0", 64) +
		`","size":1,"outlet":"","url":"","published":"","frozen_at":"2026-11-21T19:30:00Z","note":""}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := ParseRecord(data); err == nil && !bytes.Equal(r.Marshal(), data) {
			t.Errorf("%q was read, and is written %q", data, r.Marshal())
		}
	})
}
