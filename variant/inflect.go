package variant

import "strings"

// form is a form of a verb or noun.
type form uint8

const (
	plain    form = iota // a word that is not inflected
	base                 // begin
	third                // begins
	past                 // began
	perfect              // begun
	gerund               // beginning
	singular             // aim
	plural               // aims
)

// irregular verbs of the stock and of verbs.txt: past and participle.
const irregular = `begin began begun|write wrote written|speak spoke spoken|take took taken|undertake undertook undertaken|give gave given|get got got
|keep kept kept|hold held held|uphold upheld upheld|find found found|make made made|tell told told|think thought thought|bring brought brought|seek sought sought
|send sent sent|leave left left|meet met met|say said said|show showed shown|see saw seen|feel felt felt|become became become|come came come|overcome overcame overcome
|go went gone|do did done|have had had|build built built|buy bought bought|sell sold sold|lead led led|lay laid laid|set set set|put put put|let let let|cut cut cut
|draw drew drawn|withdraw withdrew withdrawn|know knew known|grow grew grown|choose chose chosen|break broke broken|arise arose arisen|rise rose risen|fall fell fallen
|bear bore borne|understand understood understood|stand stood stood|withstand withstood withstood|lose lost lost|win won won|spend spent spent|lend lent lent|run ran run
|read read read|pay paid paid|deal dealt dealt|forget forgot forgotten|forgo forwent forgone|fight fought fought|hear heard heard|mean meant meant|bind bound bound
|drive drove driven|throw threw thrown|catch caught caught|teach taught taught|sit sat sat|hit hit hit|shut shut shut|spread spread spread|strike struck struck|foresee foresaw foreseen|shed shed shed|speed sped sped|lie lay lain`

var irregularPast = lazy(func() map[string][2]string {
	m := map[string][2]string{}
	for _, row := range strings.Split(strings.ReplaceAll(irregular, "\n", ""), "|") {
		f := strings.Fields(row)
		m[f[0]] = [2]string{f[1], f[2]}
	}
	return m
})

// pastOnly and perfectOnly are the irregular forms that are not both.
var (
	pastOnly    = lazy(func() map[string]bool { return irregularForms(0) })
	perfectOnly = lazy(func() map[string]bool { return irregularForms(1) })
)

func irregularForms(k int) map[string]bool {
	m := map[string]bool{}
	for base, p := range irregularPast() {
		if p[0] != p[1] && p[k] != base {
			m[p[k]] = true
		}
	}
	return m
}

// doubling verbs end in a stressed short syllable or, in British spelling, in l.
const doubling = " stop plan permit admit commit omit submit refer prefer defer confer infer transfer occur recur incur concur begin get put set let cut run forget ship drop hit sit win bar equip regret fit dispel expel compel control patrol transmit fulfil spur stem step ban plot "

func inflect(word string, f form) string {
	n := len(word)
	switch f {
	case third, plural:
		switch {
		case word == "have":
			return "has"
		case strings.HasSuffix(word, "s") || strings.HasSuffix(word, "x") || strings.HasSuffix(word, "z") || strings.HasSuffix(word, "ch") || strings.HasSuffix(word, "sh") || word == "go" || word == "do":
			return word + "es"
		case consonantY(word):
			return word[:n-1] + "ies"
		}
		return word + "s"
	case past, perfect:
		if p, ok := irregularPast()[word]; ok {
			return p[f-past]
		}
		switch {
		case strings.HasSuffix(word, "e"):
			return word + "d"
		case consonantY(word):
			return word[:n-1] + "ied"
		case strings.Contains(doubling, " "+word+" "):
			return word + word[n-1:] + "ed"
		}
		return word + "ed"
	case gerund:
		switch {
		case strings.HasSuffix(word, "ie"):
			return word[:n-2] + "ying"
		case strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "ee") && !strings.HasSuffix(word, "ye"):
			return word[:n-1] + "ing"
		case strings.Contains(doubling, " "+word+" "):
			return word + word[n-1:] + "ing"
		}
		return word + "ing"
	}
	return word
}

func consonantY(w string) bool {
	n := len(w)
	return n > 1 && w[n-1] == 'y' && strings.IndexByte("aeiou", w[n-2]) < 0
}

// article returns the indefinite article before word.
func article(word string) string {
	w := strings.ToLower(word)
	for _, p := range []string{"hour", "honest", "honour", "honor", "heir"} {
		if strings.HasPrefix(w, p) {
			return "an"
		}
	}
	for _, p := range []string{"uni", "use", "usu", "eu", "one", "once", "ura", "uti"} {
		if strings.HasPrefix(w, p) && !strings.HasPrefix(w, "unin") && !strings.HasPrefix(w, "unim") {
			return "a"
		}
	}
	if w != "" && strings.IndexByte("aeiou", w[0]) >= 0 {
		return "an"
	}
	return "a"
}
