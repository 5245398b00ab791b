package retold

import "strings"

// Term returns the term of a word in its comparison form (see package prose),
// or "" if the word is none: a form that a retelling in another tense, number
// or spelling has too.
func Term(norm string) string {
	w := strings.TrimSuffix(norm, "'s")
	w = strings.ReplaceAll(w, "'", "")
	if w == "" {
		return ""
	}
	if w[0] >= '0' && w[0] <= '9' {
		w = strings.ReplaceAll(w, ",", "")
		for _, s := range []string{"st", "nd", "rd", "th"} {
			if t, ok := strings.CutSuffix(w, s); ok {
				return t
			}
		}
		return w
	}
	w = strings.ReplaceAll(w, ".", "")
	if len(w) < 2 || empty[w] {
		return ""
	}
	if n, ok := numbers[w]; ok {
		return n
	}
	return stem(spelt(w))
}

// empty are words that say nothing by themselves.
var empty = set(`a about above after again against all also am an and any are as at be because been before being below between
	both but by can could did do does doing down during each few for from further had has have having he her here hers him his how
	i if in into is it its itself just me more most my no nor not now of off on once one only or other our ours out over own said
	same say says she should so some such than that the their theirs them then there these they this those through to too two
	under until up upon us very was we were what when where which while who whom whose why will with would you your yours may
	might must shall mr mrs ms sir dr`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

var numbers = map[string]string{"three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
	"eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
	"eighty": "80", "ninety": "90"}

// spellings are endings that two countries write in two ways.
var spellings = [][2]string{{"our", "or"}, {"ours", "ors"}, {"tre", "ter"}, {"tres", "ters"}, {"fence", "fense"}, {"ramme", "ram"}, {"rammes", "rams"}}

func spelt(w string) string {
	for _, s := range spellings {
		if t, ok := strings.CutSuffix(w, s[0]); ok && len(t) >= 2 {
			return t + s[1]
		}
	}
	return w
}

// endings are cut off in this order, the first that fits, up to three times,
// as long as four bytes stay.
var endings = []string{"ational", "ization", "isation", "ations", "ation",
	"ating", "ated", "ates", "ate", "ments", "ment", "ings", "ing", "ions", "ion", "ances", "ance",
	"ences", "ence", "ities", "ity", "ness", "ively", "ive", "ally", "edly", "ians", "ian", "ised", "ized", "ises", "izes", "ise", "ize",
	"ed", "ers", "er", "ors", "or", "ese", "ies", "als", "al", "ans", "an", "ly", "es", "s", "ic", "y", "e", "a", "i"}

const (
	stays  = 4
	rounds = 3
)

func stem(w string) string {
	for range rounds {
		was := w
		for _, s := range endings {
			if t, ok := strings.CutSuffix(w, s); ok && len(t) >= stays {
				w = t
				break
			}
		}
		if w == was {
			break
		}
	}
	return w
}
