package variant

import (
	_ "embed"
	"strings"
)

// Medium is how a text came from a copy into print or onto a screen.
type Medium string

// The media, from the gentlest.
const (
	Paste   Medium = "paste"   // copied and pasted
	Retyped Medium = "retyped" // copied by hand, word for word
	OCR     Medium = "ocr"     // read from a scan or photograph by machine
	Press   Medium = "press"   // quoted in print, in the paper's own style
	Edited  Medium = "edited"  // quoted and tidied by an editor
	Heavy   Medium = "heavy"   // rewritten in places
)

//go:embed survival.txt
var survivalTable string

// ownKind is the row of sites the author wrote, and of kinds not listed.
const ownKind = "own"

var survival = lazy(func() map[string]uint32 {
	m := map[string]uint32{}
	var media []string
	for _, line := range strings.Split(survivalTable, "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || strings.HasPrefix(f[0], "#"):
		case f[0] == "kind":
			media = f[1:]
		default:
			for i, cell := range f[1:] {
				n := uint32(0)
				for _, c := range []byte(cell) {
					n = n*10 + uint32(c-'0')
				}
				m[f[0]+" "+media[i]] = n
			}
		}
	}
	return m
})

// Keep returns the chance, in units of 1/65536, that the reading printed at a
// site of this kind is the reading of the copy it came from, and not one the
// medium put there. An unknown kind has the chance of an author's own site; an
// unknown medium has that of [Heavy].
func Keep(kind string, m Medium) uint32 {
	if k, ok := survival()[kind+" "+string(m)]; ok {
		return k
	}
	if k, ok := survival()[ownKind+" "+string(m)]; ok {
		return k
	}
	return Keep(kind, Heavy)
}
