package frank

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Ref names a dispatch: the year, the place of the office that issued it, and a
// number that runs without gaps through that office's year. It is written
// "26 WASHINGTON 412".
type Ref struct {
	Year   int // 2000 to 2099; written with two digits
	Place  string
	Number int // from 1
}

// MaxNumber is the highest number an office may issue in a year.
const MaxNumber = 999_999

// ParseRef reads what [Ref.String] writes, and nothing else.
func ParseRef(s string) (Ref, error) {
	year, rest, _ := strings.Cut(s, " ")
	at := strings.LastIndexByte(rest, ' ')
	if at < 0 {
		return Ref{}, badRef(s)
	}
	y, err1 := strconv.Atoi(year)
	n, err2 := strconv.Atoi(rest[at+1:])
	r := Ref{2000 + y, rest[:at], n}
	if errors.Join(err1, err2) != nil || r.Validate() != nil || r.String() != s {
		return Ref{}, badRef(s)
	}
	return r, nil
}

func badRef(s string) error {
	return WithHint(fmt.Errorf("%.60q is not a reference", s), `it is written like "26 WASHINGTON 412": year, place, number`)
}

// Validate reports what is wrong with r.
func (r Ref) Validate() error {
	switch {
	case r.Year < 2000 || r.Year > 2099:
		return fmt.Errorf("the year of a reference is 2000 to 2099, not %d", r.Year)
	case !ValidPlace(r.Place):
		return fmt.Errorf("%.60q cannot be the place of a reference: it has 1 to 40 capital letters, digits, hyphens and single spaces, and begins with a letter", r.Place)
	case r.Number < 1 || r.Number > MaxNumber:
		return fmt.Errorf("the number of a reference is 1 to %d, not %d", MaxNumber, r.Number)
	}
	return nil
}

// ValidPlace reports whether s may stand as the place of a [Ref]: 1 to 40
// characters of A to Z, digits, hyphens and single spaces inside, the first a
// letter.
func ValidPlace(s string) bool {
	if len(s) == 0 || len(s) > 40 || s[0] < 'A' || s[0] > 'Z' || s[len(s)-1] == ' ' || strings.Contains(s, "  ") {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == ' ') {
			return false
		}
	}
	return true
}

// Compare orders references by place, year and number.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Place, o.Place), cmp.Compare(r.Year, o.Year), cmp.Compare(r.Number, o.Number))
}

// String writes r as "26 WASHINGTON 412".
func (r Ref) String() string { return fmt.Sprintf("%02d %s %d", r.Year%100, r.Place, r.Number) }

// MarshalText writes r as [Ref.String] does.
func (r Ref) MarshalText() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Ref) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRef(string(b))
	return err
}

// PersonID names a person for as long as the organisation's ledger lasts,
// through changes of name, keys and office: 32 lower-case hexadecimal digits.
type PersonID string

// Valid reports whether id is written as a PersonID is.
func (id PersonID) Valid() bool {
	return len(id) == 32 && strings.Trim(string(id), "0123456789abcdef") == ""
}

// OfficeID names an office: 1 to 40 lower-case letters, digits and single
// hyphens inside, the first a letter, as in "us-desk".
type OfficeID string

// Valid reports whether id is written as an OfficeID is.
func (id OfficeID) Valid() bool {
	last := byte('-') // so that a hyphen is no beginning
	for i, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z':
		case c >= '0' && c <= '9' && i > 0:
		case c == '-' && last != '-':
		default:
			return false
		}
		last = c
	}
	return len(id) > 0 && len(id) <= 40 && last != '-'
}
