package variant

import "strings"

var spellingKind = kind{
	Kind{"spelling", "Spellings both current in the text's own variety of English, each word alike throughout."},
	proposeSpellings,
}

// Roots that take -ise or -ize in British English. The two endings change
// together, so they are one choice for the whole text.
const izing = `organ real recogn emphas critic util summar final minim maxim standard central mobil modern general special author civil coloni crystall
reorgan demobil neutral local national rational stabil jeopard character sympath apolog visual formal equal`

func proposeSpellings(d *document) []Proposal {
	if d.variety != british {
		return nil
	}
	var out []Proposal
	for i := range d.tok {
		if d.lock[i] != 0 || d.word(i) == "" {
			continue
		}
		w := d.word(i)
		if to := izePair(w); to != "" {
			out = append(out, d.spelled(i, to, "ise"))
		}
	}
	return out
}

// izePair returns a word in -ise with its -ize spelling or the reverse, or "".
func izePair(w string) string {
	for _, end := range []string{"ise", "ises", "ised", "ising", "isation", "isations"} {
		if root, ok := strings.CutSuffix(w, end); ok && izeRoots()[root] {
			return root + strings.Replace(end, "is", "iz", 1)
		}
		z := strings.Replace(end, "is", "iz", 1)
		if root, ok := strings.CutSuffix(w, z); ok && izeRoots()[root] {
			return root + end
		}
	}
	return ""
}

var izeRoots = lazy(func() map[string]bool { return set(izing) })

// spelled proposes a spelling; link keeps the whole text alike.
func (d *document) spelled(i int, to, link string) Proposal {
	if capital(d.raw(i)) {
		to = capitalise(to)
	}
	return Proposal{Start: d.tok[i].Start, End: d.tok[i].End, Kind: "spelling", Link: "spelling " + link, Readings: []string{d.raw(i), to}}
}
