package keyring

import (
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"frank"
)

// A recovery code is 160 random bits as eight groups of five signs: four that
// carry the bits and one that checks them and the group's place.
const (
	codeSigns  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's base 32: no I, L, O, U
	codeGroups = 8
	groupSigns = 5
)

// Code is a printed recovery code. fmt prints none of it, whatever the verb:
// [Code.Reveal] does.
type Code struct{ bits hidden[*[20]byte] }

// CodeError says which groups of a recovery code are not what was printed.
type CodeError struct {
	Groups []int // from 1, ascending; empty when their number is wrong
	Found  int   // groups that were found
}

func (e *CodeError) Error() string {
	switch {
	case len(e.Groups) == 0:
		return fmt.Sprintf("the recovery code has %d groups of %d letters and digits, and %d were found", codeGroups, groupSigns, e.Found)
	case len(e.Groups) == 1:
		return fmt.Sprintf("group %d of the recovery code is not as it was printed", e.Groups[0])
	}
	list := make([]string, len(e.Groups))
	for i, g := range e.Groups {
		list[i] = fmt.Sprint(g)
	}
	return "groups " + strings.Join(list, ", ") + " of the recovery code are not as they were printed"
}

// NewCode makes a recovery code.
func NewCode() Code {
	c := Code{hide(new([20]byte))}
	rand.Read(c.bits()[:]) // never fails
	return c
}

// Reveal returns the code as it is printed and kept: eight groups joined by
// hyphens. It is also the passphrase that age asks for.
func (c Code) Reveal() string {
	groups := make([]string, codeGroups)
	for g := range groups {
		v := c.group(g)
		text := make([]byte, 0, groupSigns)
		for _, s := range v {
			text = append(text, codeSigns[s])
		}
		groups[g] = string(append(text, codeSigns[check(g, v)]))
	}
	return strings.Join(groups, "-")
}

// group returns the four signs of group g, 20 bits.
func (c Code) group(g int) (v [4]byte) {
	for i := range v {
		for bit := 20*g + 5*i; bit < 20*g+5*i+5; bit++ {
			v[i] = v[i]<<1 | c.bits()[bit/8]>>(7-bit%8)&1
		}
	}
	return v
}

// check is the sign that closes group g: its number, from 1, and its signs times
// 2, 4, 8 and 16 in the field of 32 elements. So any one sign that is wrong, any
// two that are swapped and any two groups that are swapped are always noticed,
// and other mistakes in a group 31 times in 32.
func check(g int, v [4]byte) byte {
	sum := byte(g + 1)
	for i, s := range v {
		for range i + 1 {
			s <<= 1
			if s&32 != 0 {
				s ^= 0b100101 // x^5 + x^2 + 1
			}
		}
		sum ^= s
	}
	return sum
}

// ParseCode reads a code as it was typed: in any case, with hyphens or spaces or
// neither, O for 0, I and L for 1. The error is a [*CodeError] with a hint.
func ParseCode(typed string) (Code, error) {
	if len(typed) > 1000 {
		return Code{}, codeHint(&CodeError{Found: len(typed) / groupSigns})
	}
	groups := strings.FieldsFunc(typed, func(r rune) bool { return r == '-' || unicode.Is(unicode.Pd, r) || unicode.IsSpace(r) })
	if len(groups) != codeGroups { // grouped otherwise, or not at all
		all := []rune(strings.Join(groups, ""))
		groups = nil
		for part := range slices.Chunk(all, groupSigns) {
			groups = append(groups, string(part))
		}
		if len(groups) != codeGroups {
			return Code{}, codeHint(&CodeError{Found: len(groups)})
		}
	}
	c := Code{hide(new([20]byte))}
	var wrong []int
	for g, text := range groups {
		if !c.set(g, text) {
			wrong = append(wrong, g+1)
		}
	}
	if wrong != nil {
		return Code{}, codeHint(&CodeError{wrong, codeGroups})
	}
	return c, nil
}

func codeHint(err error) error {
	return frank.WithHint(err, "compare it with the sheet, group by group; capitals and hyphens do not matter")
}

// set puts the group as typed into c and reports whether it is right in itself.
func (c Code) set(g int, text string) bool {
	var signs []byte
	for _, r := range strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text)) {
		at := strings.IndexRune(codeSigns, r)
		if at < 0 || len(signs) == groupSigns {
			return false
		}
		signs = append(signs, byte(at))
	}
	if len(signs) != groupSigns {
		return false
	}
	v := [4]byte(signs)
	for i, s := range v {
		for k := range 5 {
			bit := 20*g + 5*i + k
			c.bits()[bit/8] |= s >> (4 - k) & 1 << (7 - bit%8)
		}
	}
	return signs[4] == check(g, v)
}

// Format prints that it is a recovery code, for every verb, and never the code.
func (c Code) Format(f fmt.State, _ rune) { io.WriteString(f, "(recovery code)") }
