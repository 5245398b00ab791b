package variant

import "strings"

var contractionKind = kind{
	Kind{"contraction", "do not or don't, it is or it's, where the text is informal enough to contract."},
	proposeContractions,
}

// contracted pairs that mean one thing only. 's is "is" or "has" and 'd is
// "had" or "would", so those stand with their pronoun and are read from what
// follows.
const contractedList = `do not=don't does not=doesn't did not=didn't is not=isn't are not=aren't was not=wasn't were not=weren't has not=hasn't have not=haven't
had not=hadn't will not=won't would not=wouldn't could not=couldn't should not=shouldn't cannot=can't i am=i'm we are=we're you are=you're they are=they're
i have=i've we have=we've you have=you've they have=they've i will=i'll we will=we'll you will=you'll they will=they'll  he will=he'll she will=she'll
it is=it's that is=that's there is=there's he is=he's she is=she's`

var contractions = lazy(func() map[string]string {
	m := map[string]string{} // both ways
	long := ""
	for _, f := range strings.Fields(contractedList) {
		l, short, ok := strings.Cut(f, "=")
		if !ok {
			long = f
			continue
		}
		if long != "" {
			l = long + " " + l
		}
		m[l], m[short] = short, l
		long = ""
	}
	return m
})

func isContraction(w string) bool {
	_, ok := contractions()[w]
	return ok && strings.Contains(w, "'")
}

func proposeContractions(d *document) []Proposal {
	if !d.informal {
		return nil
	}
	var out []Proposal
	for i := range d.tok {
		if d.word(i) == "" || !d.pureNegation(i) {
			continue
		}
		raw := d.raw(i)
		short := isContraction(d.word(i))
		end := i + 1
		if !short && d.word(i) != "cannot" {
			if d.near(i+1, i) < 0 || !d.joined(i) || !d.pureNegation(i+1) {
				continue
			}
			end = i + 2
		}
		from := d.word(i)
		if end == i+2 {
			from += " " + d.word(i+1)
		}
		to, ok := contractions()[from]
		next := d.near(end, i)
		if !ok || !d.contracts(from+"="+to, i, next) {
			continue
		}
		if strings.Contains(d.text, "’") {
			to = strings.ReplaceAll(to, "'", "’")
		}
		if capital(raw) {
			to = capitalise(to)
		}
		out = append(out, Proposal{Start: d.tok[i].Start, End: d.tok[end-1].End, Kind: "contraction", Readings: []string{d.text[d.tok[i].Start:d.tok[end-1].End], to}})
	}
	return out
}

func (d *document) pureNegation(i int) bool {
	w := d.word(i)
	return d.lock[i] == 0 || d.lock[i] == negation && (w == "not" || w == "cannot" || strings.HasSuffix(w, "n't"))
}

// contracts reports whether the pair means the same before token next.
func (d *document) contracts(pair string, i, next int) bool {
	if next < 0 || d.has(next, "STOP") {
		return false // "I do not." and "so it is." are stressed
	}
	if capital(d.raw(i)) && d.word(i) != "i" && !strings.HasPrefix(d.word(i), "i'") && !d.first[i] {
		return false
	}
	first, _, _ := strings.Cut(pair, "=")
	if first == "do not" && d.first[i] {
		return false // a command
	}
	if !isContraction(first) && !strings.HasSuffix(first, "not") && !d.subjectOpens(i, next) {
		return false
	}
	if strings.HasSuffix(first, "not") && d.any(next, []string{"only", "just", "merely", "simply", "because"}) {
		return false // not only … but
	}
	if d.near(i+2, i) >= 0 && d.any(next, []string{"PRON"}) && strings.Contains(pair, "n't") {
		return false // does not he, don't you
	}
	if strings.Contains(pair, "n't") && d.any(next, []string{"DET", "CAP", "PLURAL", "there"}) &&
		(d.first[i] || d.any(d.near(i-1, i), []string{"STOP", "and", "but", "or", "so", "why", "how"})) {
		return false // isn't this a day
	}
	if strings.HasPrefix(pair, "that") || strings.Contains(pair, "=that") {
		// "that is" after a noun is a relative clause and is not contracted.
		if !d.first[i] && !d.any(d.near(i-1, i), []string{"STOP", "and", "but", "so", "because"}) {
			return false
		}
	}
	is := strings.HasSuffix(pair, "'s") || strings.Contains(pair, "'s=")
	if is {
		return !d.any(next, []string{"ED", "not", "been", "had", "got", "become", "HAVE"}) && !isAdverbBeforeParticiple(d, next)
	}
	if strings.Contains(pair, " have") || strings.Contains(pair, "'ve") || strings.Contains(pair, "have not") {
		// main verb "have": only before a participle
		if d.has(next, "been") && d.any(d.near(next+1, i), []string{"STOP"}) {
			return false // "and so they have been"
		}
		return d.any(next, []string{"ED", "been"}) || d.has(next, "ADV") && d.near(next+1, i) >= 0 && d.any(next+1, []string{"ED", "been"})
	}
	if strings.HasPrefix(pair, "has not") || strings.HasPrefix(pair, "had not") || strings.HasPrefix(pair, "hasn't") || strings.HasPrefix(pair, "hadn't") {
		return d.any(next, []string{"ED", "been", "ADV"})
	}
	if strings.HasSuffix(first, "are") || strings.HasSuffix(first, "am") || strings.HasSuffix(first, "will") || strings.Contains(pair, "'re=") || strings.Contains(pair, "'m=") || strings.Contains(pair, "'ll=") {
		return !d.any(next, []string{"not", "and", "or"})
	}
	return true
}

func isAdverbBeforeParticiple(d *document, i int) bool {
	return d.has(i, "ADV") && d.near(i+1, i) >= 0 && d.any(i+1, []string{"ED", "been", "not"})
}

// subjectOpens reports that the pronoun at token i is the subject of what
// follows, and that its verb is no last word of a clause: not "many of you are"
// and not "who we are as a country".
func (d *document) subjectOpens(i, next int) bool {
	if d.first[i] {
		return true
	}
	b := d.near(i-1, i)
	if d.any(b, []string{"PREP", "who", "what", "where", "how", "which", "whatever", "wherever", "than", "as", "whoever", "whom"}) {
		return false
	}
	return !d.any(next, []string{"PREP", "CONJ", "PRON", "STOP"})
}

// isInformal reports a text that contracts: three times at least, and once for
// every two places it could have and did not.
func isInformal(d *document) bool {
	short, full := 0, 0
	for i := range d.tok {
		if d.lock[i] == quotation || d.word(i) == "" {
			continue
		}
		if isContraction(d.word(i)) {
			short++
		} else if i+1 < len(d.tok) && contractions()[d.word(i)+" "+d.word(i+1)] != "" {
			full++
		}
	}
	return short >= 3 && 2*short >= full
}
