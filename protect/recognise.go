package protect

import (
	"bytes"
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Banner is the line that a disclosure is headed and footed with, in the
// container and on every screen of it, so that what is copied from it is known
// again. Changing a letter of it is a new format.
const Banner = "PROTECTED DISCLOSURE, sealed by its reader: must not be quoted word for word"

// slips are how many letters of the banner may be missing, added or wrong:
// character recognition, or somebody's typing. Its first and its last half
// alone, which anybody might write, are much farther off.
const slips = 6

// Protected reports whether press material came by a protected route, and is
// therefore inadmissible as an exhibit: data, the file as it was handed in, or
// text, what was read out of it, is
//
//   - an age file, whatever is in it: nobody can say that it was published;
//   - an opened container;
//   - or anything with the [Banner] in it, also broken into lines, in other case
//     or typography, within HTML, or with a few wrong letters.
//
// Either may be nil or empty. What had every banner taken out is not known
// again.
func Protected(data []byte, text string) bool {
	for _, s := range [][]byte{data, []byte(text)} {
		s = bytes.TrimLeft(bytes.TrimPrefix(s, []byte("\ufeff")), " \t\r\n")
		for _, begins := range []string{"age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE-----", "frank.protected/"} {
			if bytes.HasPrefix(s, []byte(begins)) {
				return true
			}
		}
	}
	raw := string(data)
	return bannered(text) || bannered(raw) || bannered(html.UnescapeString(untagged(raw)))
}

// untagged takes out what stands in angle brackets as a tag does.
func untagged(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+1 == len(s) {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		if c := s[1]; c != '/' && c != '!' && (c|0x20 < 'a' || c|0x20 > 'z') {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		end := strings.IndexByte(s, '>')
		if end < 0 {
			break
		}
		s = s[end+1:]
	}
	b.WriteString(s)
	return b.String()
}

// letters are the banner's, 1 to 64 of them; masks has a bit for each place
// where a letter stands among them.
var letters = func() (n int) {
	fold(Banner, func(byte) bool { n++; return true })
	return n
}()

var masks = func() (m [27]uint64) {
	at := 0
	fold(Banner, func(c byte) bool { m[c] |= 1 << at; at++; return true })
	return m
}()

// fold calls yield for every letter of s, until it returns false: 0 to 25 for a
// to z in either case and whatever typography, 26 for letters of other scripts.
func fold(s string, yield func(byte) bool) {
	for _, r := range norm.NFKD.String(s) {
		c := byte(26)
		switch {
		case r >= 'a' && r <= 'z':
			c = byte(r - 'a')
		case r >= 'A' && r <= 'Z':
			c = byte(r - 'A')
		case r < 0x80 || !unicode.IsLetter(r):
			continue
		}
		if !yield(c) {
			return
		}
	}
}

// bannered reports whether the banner's letters stand somewhere in s with at
// most slips faults: approximate search after G. Myers (1999), all places of the
// banner at once in the bits of a word.
func bannered(s string) (found bool) {
	last := uint64(1) << (letters - 1)
	pv, mv, faults := ^uint64(0), uint64(0), letters
	fold(s, func(c byte) bool {
		eq := masks[c]
		xv := eq | mv
		xh := ((eq & pv) + pv) ^ pv | eq
		ph, mh := mv|^(xh|pv), pv&xh
		if ph&last != 0 {
			faults++
		}
		if mh&last != 0 {
			faults--
		}
		ph, mh = ph<<1, mh<<1
		pv, mv = mh|^(xv|ph), ph&xv
		found = faults <= slips
		return !found
	})
	return found
}
