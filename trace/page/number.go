package page

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank/trace"
)

// Figures for people, by integer arithmetic: the same text on every machine.

var one = big.NewRat(1, 1)

// group writes n with a comma between thousands.
func group(n int) string { return groupDigits(strconv.Itoa(n)) }

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
func oneIn(d trace.Decimal) string { return "1 in " + onceIn(d) }

// onceIn writes the X of "1 in X".
func onceIn(d trace.Decimal) string {
	r := d.Rat()
	if r.Sign() <= 0 {
		return "1"
	}
	r.Inv(r)
	return groupDigits(twoDigits(new(big.Int).Quo(r.Num(), r.Denom())))
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

// percent writes a chance as a percentage.
func percent(d trace.Decimal) string {
	r := d.Rat()
	r.Mul(r, big.NewRat(100, 1))
	if r.Sign() > 0 && r.Cmp(one) < 0 {
		return "under 1%"
	}
	return r.FloatString(0) + "%"
}

// milli returns d in thousandths, rounded down, held within ±10⁹.
func milli(d trace.Decimal) int {
	r := d.Rat()
	r.Mul(r, big.NewRat(1000, 1))
	q := new(big.Int).Div(r.Num(), r.Denom())
	if limit := big.NewInt(1_000_000_000); q.CmpAbs(limit) > 0 {
		return int(limit.Int64()) * q.Sign()
	}
	return int(q.Int64())
}

// times writes the number whose log10 is m thousandths, rounded down to two
// significant digits: "1,600", "2.5 million", "1/40".
func times(m int) string {
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
		return tenths(lead) + " × 10" + superscript(tens)
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

func superscript(n int) string {
	return strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(n))
}

// counted writes "1 site", "2 sites".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "y") {
		return group(n) + " " + strings.TrimSuffix(noun, "y") + "ies"
	}
	return group(n) + " " + noun + "s"
}

// copies writes "copy 7", "copies 7 and 23", "copies 7, 9 and 23".
func copies(list []int) string {
	switch len(list) {
	case 0:
		return "no copy"
	case 1:
		return "copy " + group(list[0])
	}
	return "copies " + series(list)
}

func series(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = group(n)
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// sentence writes s as a sentence: a capital letter, and an end.
func sentence(s string) string {
	s = visible(strings.TrimSpace(s))
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	s = string(unicode.ToUpper(first)) + s[size:]
	if !strings.ContainsRune(".?!:;", rune(s[len(s)-1])) && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return s
}

// upper writes s with its first letter, which is ASCII, in upper case.
func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
