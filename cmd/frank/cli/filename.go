package cli

import (
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"unicode/utf8"
)

// devices are what Windows opens instead of a file of that name, whatever the
// extension.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)`)

// longestName is how many bytes of a name are kept: file systems take 255, and
// some are for what is put before and after.
const longestName = 200

// fileName is what a file is called here that somebody named elsewhere. On
// Windows characters that no name may have are replaced; a colon would put the
// file where nobody looks for it. A name that is too long loses its middle.
func fileName(name string) string {
	if ext := filepath.Ext(name); len(name) > longestName && len(ext) < longestName/2 {
		name = shorten(strings.TrimSuffix(name, ext), longestName-len(ext)) + ext
	}
	return nameOn(runtime.GOOS, shorten(name, longestName))
}

// shorten is the beginning of s, of at most n bytes.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func nameOn(system, name string) string {
	if system != "windows" {
		return name
	}
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`<>:"/\|?*`, c) {
			return '_'
		}
		return c
	}, name)
	if end := strings.TrimRight(name, ". "); end != name { // which Windows would drop
		name = end + "_"
	}
	if devices.MatchString(name) {
		name = "_" + name
	}
	return name
}
