// Package leak simulates what happens to the words of a copy on the way into
// a newspaper: cut out, retyped, set in house style, quoted inside an article,
// edited, scanned. Nothing in it knows where a dispatch's sites are, and
// nothing in it shares code with what reads the press.
//
// Everything is a pure function of a text and a [Rand]; every chance is a
// ratio of integers, so that a seed gives the same leak on every machine.
// Text that is not UTF-8 has its stray bytes replaced, except by [Paste].
package leak

import "fmt"

// Medium names a way into print, as the benchmark's tables do.
type Medium string

// The media.
const (
	Paste   Medium = "paste"     // copied as it is
	Retyped Medium = "retyped"   // typed again by hand
	Press   Medium = "press"     // set in the house style of an invented newspaper
	Article Medium = "article"   // in house style, as quotations inside an article
	Edit5   Medium = "edited-5"  // 5 % of the words edited
	Edit10  Medium = "edited-10" // 10 %
	Edit20  Medium = "edited-20" // 20 %
	OCR     Medium = "ocr"       // scanned and read back
)

// Media lists every medium, mildest first within a family.
var Media = []Medium{Paste, Retyped, Press, Article, Edit5, Edit10, Edit20, OCR}

// Survival returns the name under which package variant keeps the chances
// that a reading survives m: paste, retyped, press, edited, heavy or ocr.
func (m Medium) Survival() string {
	switch m {
	case Article:
		return string(Press)
	case Edit5, Edit10:
		return "edited"
	case Edit20:
		return "heavy"
	}
	return string(m)
}

// Exhibit is what came out at the other end.
type Exhibit struct {
	Name   string   // a file name whose ending says text or HTML
	Data   []byte   // UTF-8
	Quotes []string // the pieces that follow the copy, in the exhibit's order; an attribution may stand inside one, and marks differ at the seams
}

// Print sends an excerpt of a copy through m. It panics on a medium that is
// not one of [Media].
func Print(m Medium, excerpt string, with *Material, r *Rand) Exhibit {
	switch m {
	case Paste:
		return plain(excerpt)
	case Retyped:
		return plain(Retype(excerpt, r))
	case Press:
		return plain(Houses[r.N(len(Houses))].Print(excerpt, r))
	case Article:
		return PressArticle(excerpt, with, r)
	case Edit5:
		return plain(Edit(excerpt, 5, with, r))
	case Edit10:
		return plain(Edit(excerpt, 10, with, r))
	case Edit20:
		return plain(Edit(excerpt, 20, with, r))
	case OCR:
		return plain(OCRNoise(excerpt, r))
	}
	panic(fmt.Sprintf("leak: expected one of Media, found %q", m))
}

func plain(text string) Exhibit {
	return Exhibit{Name: "exhibit.txt", Data: []byte(text), Quotes: []string{text}}
}
