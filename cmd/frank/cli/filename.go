package cli

import (
	"regexp"
	"runtime"
	"strings"
)

// devices are what Windows opens instead of a file of that name, whatever the
// extension.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)`)

// fileName is what a file is called here that somebody named elsewhere. On
// Windows characters that no name may have are replaced; a colon would put the
// file where nobody looks for it.
func fileName(name string) string { return nameOn(runtime.GOOS, name) }

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
