// Package figure writes a report's figures for people, by integer arithmetic:
// the same text on every machine, on the page as in the terminal.
package figure

import (
	"math/big"
	"strconv"
	"strings"

	"frank/trace"
)

var one = big.NewRat(1, 1)

// Group writes n with a comma between thousands.
func Group(n int) string { return groupDigits(strconv.Itoa(n)) }

func groupDigits(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// oneIn writes a chance as "1 in X", X rounded down to two significant digits,
// so that it never sounds rarer than it is.
func oneIn(d trace.Decimal) string { return "1 in " + OnceIn(d) }

// OnceIn writes the X of "1 in X".
func OnceIn(d trace.Decimal) string {
	r := d.Rat()
	if r.Sign() <= 0 {
		return "1"
	}
	r.Inv(r)
	return groupDigits(twoDigits(new(big.Int).Quo(r.Num(), r.Denom())))
}

// Level writes a level as "1 in X", X to the nearest of three significant
// digits: a level is what was chosen, not a bound that may only be rounded down.
func Level(d trace.Decimal) string {
	r := d.Rat()
	if r.Sign() <= 0 {
		return "0"
	}
	n, _ := new(big.Int).SetString(r.Inv(r).FloatString(0), 10)
	unit := big.NewInt(1)
	if digits := len(n.String()); digits > 3 {
		unit.Exp(big.NewInt(10), big.NewInt(int64(digits-3)), nil)
	}
	n.Add(n, new(big.Int).Quo(unit, big.NewInt(2)))
	n.Quo(n, unit).Mul(n, unit)
	return "1 in " + groupDigits(n.String())
}

// twoDigits rounds n down to two significant digits.
func twoDigits(n *big.Int) string {
	s := n.String()
	if len(s) > 2 {
		s = s[:2] + strings.Repeat("0", len(s)-2)
	}
	return s
}

// plain writes d with at most so many decimal places, rounded half up, without
// an exponent and without idle noughts.
func plain(d trace.Decimal, places int) string {
	s := d.Rat().FloatString(places) // exact: a decimal expansion of the fraction
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	whole, part, _ := strings.Cut(s, ".")
	if part != "" {
		part = "." + part
	}
	return groupDigits(whole) + part
}

// Bits writes an amount of information.
func Bits(d trace.Decimal) string {
	if s := plain(d, 1); s != "1" {
		return s + " bits"
	}
	return "1 bit"
}

// Percent writes a chance as a percentage.
func Percent(d trace.Decimal) string {
	r := d.Rat()
	r.Mul(r, big.NewRat(100, 1))
	if r.Sign() > 0 && r.Cmp(one) < 0 {
		return "under 1%"
	}
	return r.FloatString(0) + "%"
}

// Milli returns d in thousandths, rounded down, held within ±10⁹.
func Milli(d trace.Decimal) int {
	r := d.Rat()
	r.Mul(r, big.NewRat(1000, 1))
	q := new(big.Int).Div(r.Num(), r.Denom())
	if limit := big.NewInt(1_000_000_000); q.CmpAbs(limit) > 0 {
		return int(limit.Int64()) * q.Sign()
	}
	return int(q.Int64())
}

// Times writes the number whose log10 is m thousandths, rounded down to two
// significant digits: "1,600", "2.5 million", "1/40".
func Times(m int) string {
	if m < 0 {
		up := -m // 1/x, x rounded up, so that the number is still rounded down
		tens, rest := up/1000, up%1000
		lead := mantissa(rest)
		if rest != 0 {
			lead++
		}
		return "1/" + sized(lead, tens)
	}
	return sized(mantissa(m%1000), m/1000)
}

// mantissa returns the largest n of 10 to 99 with log10(n/10) at most f
// thousandths, exactly: n¹⁰⁰⁰ ≤ 10^(1000+f).
func mantissa(f int) int {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(1000+f)), nil)
	low, high := 10, 99
	for low < high {
		mid := (low + high + 1) / 2
		if new(big.Int).Exp(big.NewInt(int64(mid)), big.NewInt(1000), nil).Cmp(limit) <= 0 {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

var sizes = []struct {
	tens int
	word string
}{{12, " trillion"}, {9, " billion"}, {6, " million"}, {0, ""}}

// sized writes lead/10 · 10^tens; lead is 10 to 100.
func sized(lead, tens int) string {
	if lead == 100 {
		lead, tens = 10, tens+1
	}
	if tens >= 15 {
		return tenths(lead) + " × 10" + Superscript(tens)
	}
	for _, s := range sizes {
		if tens < s.tens {
			continue
		}
		tens -= s.tens
		if tens == 0 {
			return tenths(lead) + s.word
		}
		return groupDigits(strconv.Itoa(lead)+strings.Repeat("0", tens-1)) + s.word
	}
	return ""
}

// tenths writes n/10.
func tenths(n int) string {
	if n%10 == 0 {
		return strconv.Itoa(n / 10)
	}
	return strconv.Itoa(n/10) + "." + strconv.Itoa(n%10)
}

// Superscript writes n, 0 or more, raised.
func Superscript(n int) string {
	return strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(n))
}

// Counted writes "1 site", "2 sites".
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ay") && !strings.HasSuffix(noun, "ey") {
		return Group(n) + " " + strings.TrimSuffix(noun, "y") + "ies"
	}
	return Group(n) + " " + noun + "s"
}

// Copies writes "copy 7", "copies 7 and 23", "copies 7, 9 and 23".
func Copies(list []int) string {
	switch len(list) {
	case 0:
		return "no copy"
	case 1:
		return "copy " + Group(list[0])
	}
	return "copies " + Series(list)
}

// Series writes "7", "7 and 23", "7, 9 and 23".
func Series(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = Group(n)
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// Expected puts an expected number of copies in words.
func Expected(d trace.Decimal) string {
	if d.Cmp("0.1") < 0 {
		return "fewer than 0.1"
	}
	return plain(d, 1)
}

// Bound puts the bound on a false match in words.
func Bound(d trace.Decimal) string {
	if d.Cmp("0.5") > 0 {
		return "no bound below 1 in 2"
	}
	return "at most " + oneIn(d) + " inquiries"
}
