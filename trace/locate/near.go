package locate

import (
	"math/bits"
	"unicode/utf8"
)

// minNear is the shortest word, in bytes, that is recognised with a slip in it.
const minNear = 5

// shape returns a set of what letters a word has, or 0 if it is too short to
// be recognised with a slip. Words one slip apart have shapes at most two
// bits apart, so most pairs need no closer look.
func shape(word string) uint32 {
	if len(word) < minNear {
		return 0
	}
	s := uint32(1 << 31)
	for i := 0; i < len(word); i++ {
		s |= 1 << (word[i] % 31)
	}
	return s
}

func mayBeNear(a, b uint32) bool {
	return a != 0 && b != 0 && bits.OnesCount32(a^b) <= 2
}

// near reports whether a and b differ by one slip: a letter wrong, missing,
// added, or two neighbours swapped.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > utf8.UTFMax-1 {
		return false
	}
	for a != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(b) <= 1:
		return true
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	}
	return utf8.RuneCountInString(a) <= 1 && utf8.RuneCountInString(b) <= 1
}
