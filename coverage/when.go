package coverage

import (
	"fmt"
	"strings"

	"frank"
)

// claim reads a time as pages and feeds write it, RFC 3339 or RFC 822, and
// returns it as [ValidClaim] wants it; "" where it is neither, or outside the
// years 2000 to 2099. A time without a zone gives its day only: what hour it
// was in UTC nobody can tell.
func claim(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return ""
	}
	if c := iso(s); c != "" {
		return c
	}
	return mail(s)
}

// iso reads 2026-11-21, 2026-11-21T19:30[:00[.123]] and the same with Z or
// an offset; a space may stand for the T.
func iso(s string) string {
	year, ok1 := digits(s, 0, 4)
	month, ok2 := digits(s, 5, 2)
	day, ok3 := digits(s, 8, 2)
	if !ok1 || !ok2 || !ok3 || s[4] != '-' || s[7] != '-' {
		return ""
	}
	date := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	if len(s) == 10 {
		return valid(date)
	}
	if s[10] != 'T' && s[10] != 't' && s[10] != ' ' {
		return ""
	}
	hour, ok1 := digits(s, 11, 2)
	minute, ok2 := digits(s, 14, 2)
	if !ok1 || !ok2 || s[13] != ':' {
		return ""
	}
	second, rest := 0, s[16:]
	if sec, ok := digits(rest, 1, 2); ok && rest[0] == ':' {
		second, rest = sec, rest[3:]
		if strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ",") {
			rest = strings.TrimLeft(rest[1:], "0123456789")
		}
	}
	return moment(date, hour, minute, second, strings.TrimSpace(rest))
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec "

// mail reads Sat, 21 Nov 2026 19:30:00 +0100, with or without the weekday and
// the seconds, with the month's name in short or in full.
func mail(s string) string {
	if before, after, ok := strings.Cut(s, ","); ok && len(before) <= len("Wednesday") && !strings.ContainsAny(before, "0123456789") {
		s = after
	}
	f := strings.Fields(s)
	if len(f) < 3 || len(f[0]) > 2 || len(f[1]) < 3 {
		return ""
	}
	day, ok := digits(f[0], 0, len(f[0]))
	year, ok2 := digits(f[2], 0, len(f[2]))
	month := strings.Index(months, strings.ToLower(f[1][:3])+" ")
	if !ok || !ok2 || month < 0 {
		return ""
	}
	if len(f[2]) == 2 {
		year += 2000
	}
	date := fmt.Sprintf("%04d-%02d-%02d", year, month/4+1, day)
	if len(f) == 3 {
		return valid(date)
	}
	clock := strings.Split(f[3], ":")
	if len(clock) != 2 && len(clock) != 3 {
		return ""
	}
	var hms [3]int
	for i, c := range clock {
		if hms[i], ok = digits(c, 0, len(c)); !ok || len(c) > 2 {
			return ""
		}
	}
	return moment(date, hms[0], hms[1], hms[2], strings.Join(f[4:], ""))
}

// zones are the names that RFC 822 gives offsets, in minutes; a reader that
// knows the machine's own zone names would read the same feed differently on
// two machines.
var zones = map[string]int{
	"z": 0, "gmt": 0, "ut": 0, "utc": 0,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}

func moment(date string, hour, minute, second int, zone string) string {
	offset, known := zones[strings.ToLower(zone)]
	if z := strings.ReplaceAll(zone, ":", ""); !known && len(z) == 5 && (z[0] == '+' || z[0] == '-') {
		h, ok1 := digits(z, 1, 2)
		m, ok2 := digits(z, 3, 2)
		if known = ok1 && ok2 && h <= 14 && m < 60; known {
			if offset = h*60 + m; z[0] == '-' {
				offset = -offset
			}
		}
	}
	if second == 60 { // a leap second
		second = 59
	}
	if valid(date) == "" || hour > 23 || minute > 59 || second > 59 {
		return ""
	}
	if !known {
		return date
	}
	minutes := hour*60 + minute - offset
	switch {
	case minutes < 0:
		date, minutes = dayBefore(date), minutes+24*60
	case minutes >= 24*60:
		date, minutes = dayAfter(date), minutes-24*60
	}
	return valid(fmt.Sprintf("%sT%02d:%02d:%02dZ", date, minutes/60, minutes%60, second))
}

func valid(s string) string {
	if ValidClaim(s) {
		return s
	}
	return ""
}

// dayBefore and dayAfter step one day from a valid date.
func dayBefore(date string) string {
	year, month, day := parts(date)
	if day > 1 {
		return fmt.Sprintf("%04d-%02d-%02d", year, month, day-1)
	}
	if month--; month == 0 {
		year, month = year-1, 12
	}
	for day = 31; day > 28 && !frank.ValidTime(fmt.Sprintf("2%03d-%02d-%02dT00:00:00Z", year%100, month, day)); day-- {
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

func dayAfter(date string) string {
	year, month, day := parts(date)
	next := fmt.Sprintf("%04d-%02d-%02d", year, month, day+1)
	if valid(next) != "" {
		return next
	}
	if month++; month == 13 {
		year, month = year+1, 1
	}
	return fmt.Sprintf("%04d-%02d-01", year, month)
}

func parts(date string) (year, month, day int) {
	year, _ = digits(date, 0, 4)
	month, _ = digits(date, 5, 2)
	day, _ = digits(date, 8, 2)
	return
}

// digits reads n digits of s from at.
func digits(s string, at, n int) (value int, ok bool) {
	if n < 1 || at+n > len(s) {
		return 0, false
	}
	for _, c := range []byte(s[at : at+n]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		value = value*10 + int(c-'0')
	}
	return value, true
}
