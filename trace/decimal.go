package trace

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a JSON number as its text, for example 13.204 or 3.2e-7. It is
// written and read without ever passing through a float, so that a figure is
// the same on every machine. The zero value is the number 0.
type Decimal string

// The longest decimal text and the largest power of ten that are read, so that
// a hostile report cannot ask for a number of a million digits.
const (
	maxDecimalText = 64
	maxDecimalExp  = 400
)

// DecimalOf returns n / 10^places, with exactly that many decimal places;
// places is 0 to 18.
func DecimalOf(n int64, places int) Decimal {
	if places <= 0 {
		return Decimal(strconv.FormatInt(n, 10))
	}
	sign, digits := "", strconv.FormatInt(n, 10)
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for len(digits) <= places {
		digits = "0" + digits
	}
	cut := len(digits) - places
	return Decimal(sign + digits[:cut] + "." + digits[cut:])
}

// DecimalUp returns r, which must not be negative, with so many significant
// digits (1 to 18), rounded up: a bound stays a bound. Numbers below 0.0001
// are written with an exponent.
func DecimalUp(r *big.Rat, digits int) Decimal {
	if r.Sign() <= 0 {
		return "0"
	}
	ten := big.NewRat(10, 1)
	exp, limit := 0, new(big.Rat).SetInt(pow10(digits)) // r·10^-exp is to lie in [10^(digits-1), 10^digits)
	scaled := new(big.Rat).Set(r)
	for scaled.Cmp(limit) >= 0 {
		scaled.Quo(scaled, ten)
		exp++
	}
	least := new(big.Rat).SetInt(pow10(digits - 1))
	for scaled.Cmp(least) < 0 {
		scaled.Mul(scaled, ten)
		exp--
	}
	n, rest := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	text := strings.TrimRight(n.String(), "0")
	exp += len(n.String()) - len(text)
	switch first := exp + len(text) - 1; { // the power of ten of the first digit
	case first < -4 || first > 15:
		if len(text) > 1 {
			text = text[:1] + "." + text[1:]
		}
		return Decimal(text + "e" + strconv.Itoa(first))
	case exp >= 0:
		return Decimal(text + strings.Repeat("0", exp))
	case first >= 0:
		return Decimal(text[:first+1] + "." + text[first+1:])
	default:
		return Decimal("0." + strings.Repeat("0", -first-1) + text)
	}
}

// Rat returns d as an exact fraction, or 0 where d is not a JSON number.
func (d Decimal) Rat() *big.Rat {
	if d.check() != nil || d == "" {
		return new(big.Rat)
	}
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// Cmp compares two decimals as numbers: -1, 0 or +1.
func (d Decimal) Cmp(e Decimal) int { return d.Rat().Cmp(e.Rat()) }

// MarshalJSON writes d as a JSON number, digit for digit.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("0"), nil
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return []byte(d), nil
}

// UnmarshalJSON reads a JSON number and keeps its text as it stands.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	read := Decimal(b)
	if err := read.check(); err != nil {
		return err
	}
	*d = read
	return nil
}

// check says whether d is the text of a JSON number within the limits.
func (d Decimal) check() error {
	if d == "" {
		return nil
	}
	bad := fmt.Errorf("expected a decimal number, found %.40q", string(d))
	if len(d) > maxDecimalText {
		return fmt.Errorf("expected a decimal number of at most %d characters, found %d", maxDecimalText, len(d))
	}
	rest := strings.TrimPrefix(string(d), "-")
	whole, rest := cutDigits(rest)
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return bad
	}
	if after, ok := strings.CutPrefix(rest, "."); ok {
		var part string
		if part, rest = cutDigits(after); part == "" {
			return bad
		}
	}
	if rest == "" {
		return nil
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return bad
	}
	rest = rest[1:]
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	exp, rest := cutDigits(rest)
	if exp == "" || rest != "" {
		return bad
	}
	if n, err := strconv.Atoi(exp); err != nil || n > maxDecimalExp {
		return fmt.Errorf("expected a power of ten of at most %d, found %.40q", maxDecimalExp, string(d))
	}
	return nil
}

func cutDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}
