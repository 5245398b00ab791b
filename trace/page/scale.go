package page

// The verbal scale: ENFSI Guideline for Evaluative Reporting in Forensic
// Science, version 3.0 (2015). Other tables are in use, so the page prints
// the one it uses.
const scaleSource = "ENFSI Guideline for Evaluative Reporting in Forensic Science, version 3.0, 2015"

// band is one row of the scale.
type band struct {
	Above  int // log10 of the ratio, thousandths; the band begins above it
	Range  string
	Words  string // of support
	Phrase string // how much more probable
}

// A ratio on a border takes the lower band, the more cautious one; between 1
// and 2 the guideline has no words, and none are given.
var scale = []band{
	{301, "2 to 10", "weak support", "slightly more probable"},
	{1000, "10 to 100", "moderate support", "more probable"},
	{2000, "100 to 1,000", "moderately strong support", "appreciably more probable"},
	{3000, "1,000 to 10,000", "strong support", "much more probable"},
	{4000, "10,000 to 1,000,000", "very strong support", "far more probable"},
	{6000, "above 1,000,000", "extremely strong support", "exceedingly more probable"},
}

// bandOf returns the row for a ratio given as log10 thousandths, or -1 where
// the scale has no words for it.
func bandOf(m int) int {
	row := -1
	for i, b := range scale {
		if m > b.Above {
			row = i
		}
	}
	return row
}

// support puts a ratio in words.
func support(m int) string {
	switch row := bandOf(m); {
	case row >= 0:
		return scale[row].Words
	case m < 0:
		return "favours the alternative"
	default:
		return "no support either way"
	}
}
