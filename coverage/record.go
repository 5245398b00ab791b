package coverage

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/internal/canon"
)

// RecordFormat is the format of a [Record].
const RecordFormat = "frank.exhibit/1"

// Limits of a record, in bytes.
const (
	MaxName   = 255
	MaxOutlet = 200
	MaxURL    = 2048
	MaxNote   = 1000
)

// Record is what is kept of an exhibit when it is frozen: which bytes they
// were, when they were frozen, and what was said of them then. The bytes
// themselves are kept beside it. Nobody's byline has a place in it: Frank
// keeps no file on journalists.
type Record struct {
	Format    string     `json:"format"`    // [RecordFormat]
	Name      string     `json:"name"`      // file name, without folders; 1 to [MaxName] bytes
	Media     string     `json:"media"`     // one of the media of this package
	SHA256    frank.Hash `json:"sha256"`    // of the original bytes
	Size      int        `json:"size"`      // of the original, 1 to [MaxBytes] bytes
	Outlet    string     `json:"outlet"`    // claim: who published it, or ""
	URL       string     `json:"url"`       // claim: absolute http or https link, or ""
	Published string     `json:"published"` // claim: a time or a day, see [ValidClaim], or ""
	FrozenAt  string     `json:"frozen_at"` // RFC 3339 in UTC, see [frank.ValidTime]
	Note      string     `json:"note"`      // of whoever froze it, at most [MaxNote] bytes, or ""
}

// Freeze makes the record of an exhibit that [Read] made of data, frozen at the
// time at, which must be as [frank.ValidTime] wants it. Outlet, link and time
// of publication are what the exhibit says of itself; whoever knows better sets
// them, and a note, in the record, and calls Validate. It is an error when data
// is not what the exhibit was read from.
func Freeze(e *Exhibit, data []byte, at string) (*Record, error) {
	if sha256.Sum256(data) != e.SHA256 {
		return nil, errors.New("the bytes to be frozen are not those that the exhibit was read from")
	}
	r := &Record{Format: RecordFormat, Name: fileName(e.Name), Media: e.Media, SHA256: e.SHA256, Size: len(data),
		Outlet: e.Outlet, URL: e.URL, Published: e.Published, FrozenAt: at}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return r, nil
}

// fileName returns the last part of a path, as a record may carry it: a whole
// path would tell whose machine it was.
func fileName(path string) string {
	name := norm.NFC.String(strings.ToValidUTF8(path[strings.LastIndexAny(path, `/\`)+1:], "_"))
	name = strings.Map(func(c rune) rune {
		if !printable(c) {
			return -1
		}
		return c
	}, name)
	name = cut(strings.TrimSpace(name), MaxName)
	if name == "" || name == "." || name == ".." {
		return "exhibit"
	}
	return name
}

// Validate reports the first thing about r that no record may carry.
func (r *Record) Validate() error {
	switch {
	case r.Format != RecordFormat:
		return fmt.Errorf("the record of an exhibit has another format than %s", RecordFormat)
	case r.Name == "" || r.Name == "." || r.Name == ".." || strings.ContainsAny(r.Name, `/\`):
		return errors.New("the record of an exhibit names no file")
	case r.Media != MediaText && r.Media != MediaHTML && r.Media != MediaPDF:
		return errors.New("the record of an exhibit has a media type that is not known")
	case r.Size < 1 || r.Size > MaxBytes:
		return fmt.Errorf("the record of an exhibit says it has %d bytes, not 1 to %d", r.Size, MaxBytes)
	case r.URL != "" && link(r.URL) != r.URL:
		return errors.New("the record of an exhibit has a link that is no http or https address in its plain form")
	case r.Published != "" && !ValidClaim(r.Published):
		return errors.New("the record of an exhibit has a time of publication that is neither a time in UTC nor a day")
	case !frank.ValidTime(r.FrozenAt):
		return errors.New("the record of an exhibit has no time of freezing in UTC, such as 2026-11-21T19:30:00Z")
	}
	for _, f := range []struct {
		what, text string
		most       int
	}{{"name", r.Name, MaxName}, {"outlet", r.Outlet, MaxOutlet}, {"link", r.URL, MaxURL}, {"note", r.Note, MaxNote}} {
		if len(f.text) > f.most || !oneLine(f.text) {
			return fmt.Errorf("the %s in the record of an exhibit is not one line of at most %d bytes in normal form C", f.what, f.most)
		}
	}
	return nil
}

// Marshal writes r in its canonical form. There is one writing of every record,
// so it can be hashed.
func (r *Record) Marshal() []byte { return canon.Marshal(r) }

// ParseRecord reads what Marshal wrote, and nothing else.
func ParseRecord(data []byte) (*Record, error) {
	r := &Record{}
	if err := canon.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("the record of an exhibit cannot be read: %w", err)
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return r, nil
}

// Check reports whether data is what was frozen.
func (r *Record) Check(data []byte) error {
	if len(data) != r.Size {
		return frank.WithHint(fmt.Errorf("the exhibit has %d bytes, and %d were frozen", len(data), r.Size),
			"it was changed since, or is another file: look for the one with the SHA-256 in the record")
	}
	if frank.Hash(sha256.Sum256(data)) != r.SHA256 {
		return frank.WithHint(errors.New("the exhibit's bytes are not those that were frozen: their SHA-256 is another"),
			"it was changed since, or is another file: look for the one with the SHA-256 in the record")
	}
	return nil
}

// ValidClaim reports whether s is a time of publication as exhibits carry it: a
// time in UTC as in [frank.ValidTime], or, where a page says no more, or leaves
// out the time zone, the day alone: "2026-11-21".
func ValidClaim(s string) bool {
	return frank.ValidTime(s) || len(s) == len("2026-11-21") && frank.ValidTime(s+"T00:00:00Z")
}

// Earliest returns the first moment in UTC that a valid claim may mean. A day
// begins in the easternmost time zone 14 hours before it begins in UTC.
func Earliest(claim string) string {
	if frank.ValidTime(claim) {
		return claim
	}
	if claim == "2000-01-01" { // no time of Frank's is earlier
		return claim + "T00:00:00Z"
	}
	return dayBefore(claim) + "T10:00:00Z"
}

// oneLine reports whether a record may carry s: UTF-8 in NFC, on one line,
// nothing invisible, no space at its ends.
func oneLine(s string) bool {
	if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) || strings.TrimSpace(s) != s {
		return false
	}
	for _, c := range s {
		if !printable(c) {
			return false
		}
	}
	return true
}

// printable leaves out what is not seen, or steers what is seen: controls,
// line ends, marks of direction.
func printable(c rune) bool { return c == ' ' || unicode.IsGraphic(c) && !unicode.Is(unicode.Z, c) }

// cut shortens s to at most n bytes, at a rune's end.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimSpace(s[:n])
}

// tidy makes one line of what a page says of itself, or "" where it cannot be
// one.
func tidy(s string, most int) string {
	s = norm.NFC.String(strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " "))
	s = strings.Map(func(c rune) rune {
		if !printable(c) {
			return -1
		}
		return c
	}, s)
	return cut(strings.TrimSpace(s), most)
}

// link returns an absolute http or https address in the form that records
// carry: without fragment, user name or password; "" if s is none.
func link(s string) string {
	if len(s) > MaxURL {
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" {
		return ""
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	out := u.String()
	if len(out) > MaxURL || !oneLine(out) {
		return ""
	}
	return out
}
