package story

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrase is a speaker as an article writes it.
type phrase struct {
	first, end int // of the elements
	at         int // byte of the text
	text       string
	name       string  // the capitalised part that names a person or body; "" for "the envoy"
	role       string  // the word that says what they are: envoy, minister; ""
	pronoun    string  // he, she, they, I, we, it
	sex        byte    // 'm' or 'f' where a title tells it, or 0
	person     bool    // a title or a given name says so
	definite   bool    // the envoy, not an envoy
	many       bool    // officials, they
	alias      *phrase // the name that follows: the envoy, Ana Pires
}

var (
	pronouns = words(`he she they it i we who`)
	articles = words(`the a an one another some several many two three four five six seven both most few other no any this that these those each every
his her their its our my your`)
	titles = words(`mr mrs ms miss mx dr sir dame lord lady baroness baron senator sen secretary ambassador judge justice general gen colonel col captain
capt professor prof chancellor governor gov king queen prince princess pope bishop rev reverend councillor cllr president minister premier
commissioner congressman congresswoman representative rep sergeant lieutenant major admiral commander count countess chairman chairwoman
envoy spokesman spokeswoman director inspector constable chief speaker treasurer mayor mp mep leader ceo undersecretary officer chair head manager executive`)
	male   = words(`mr sir lord baron king prince pope spokesman chairman congressman`)
	female = words(`mrs ms miss dame lady baroness queen princess spokeswoman chairwoman congresswoman countess`)
	// Titles that stand before a person's name and nothing else.
	formal = words(`mr mrs ms miss mx dr sir dame lord lady baroness prof sen rep gov gen col capt rev cllr`)

	days   = words(`monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december`)
	places = words(`new south north east west southern northern eastern western great united saint san los las el white downing wall`)
	bodies = words(`board house ministry union department office council party bank court commission agency street university kingdom states nations times
post gazette herald telegraph guardian government parliament congress senate committee company group association institute authority treasury
foundation service services union bureau corporation centre center federation society trust team army navy force police school college hospital
islands island republic city county act bill treaty`)
	// What may stand in front of what somebody is, with a capital.
	ranks = words(`prime foreign deputy vice first home finance defence defense interior acting assistant chief shadow attorney`)
	// Lower-case words that stand for somebody who can speak, and may do so
	// without an article.
	people = words(`officials diplomats ministers sources aides experts critics campaigners lawyers police prosecutors analysts advisers advisors residents
witnesses colleagues friends allies opponents lawmakers senators economists scientists researchers investigators observers teachers farmers parents
reporters journalists spokesmen union unions representatives insiders civil senior government ministry leaders members supporters employers
doctors nurses workers engineers soldiers fishermen neighbours neighbors insiders others some many`)
	// Prepositions that go on with a speaker, before anything.
	linking = words(`of for from with`)
	// The same before a capital or an article.
	placing = words(`at in on near`)
	// What a speaker's phrase never goes over.
	stops = words(`who which that when while after before during as but because although though if whether where since until than by to into about over
adding speaking referring describing saying noting calling citing using on at in via through following amid despite without against between
yesterday today tomorrow tonight last this earlier later now then there here is are was were has have had will would could should may might
must can did does do not never nor or so yet and recently already you you're you'd you'll you've that's there's it's what how why well please
quote look ok yes however meanwhile moreover furthermore instead perhaps maybe indeed even only just once let me him us them seen obtained written published sent dated leaked reported shown issued released prepared
drafted addressed marked met left came went made took gave put held saw signed won lost got became began returned arrived visited
spent wants wanted refused agreed disagreed stood sat`)

	// What is written down, and may be quoted as a person is.
	documents = words(`note memo memorandum letter cable telegram dispatch despatch document report paper statement email message post article minute
minutes text transcript draft study survey agreement record file communique communiqué summary`)

	// Small words within a name.
	particles = words(`von van der den de la le del della di da dos du bin ibn al el ben ter`)
)

// parse reads a speaker's phrase that begins at i and ends at most at end, with
// the name that follows it.
func parse(el []element, i, end int) (phrase, bool) {
	p, ok := bare(el, i, end)
	if ok && p.pronoun == "" && p.name == "" && p.role != "" && !p.many && p.end+1 < len(el) && el[p.end].norm == "," && capital(el[p.end+1].text) {
		if q, ok := bare(el, p.end+1, len(el)); ok && q.person && q.name != "" && closes(el, q.end) {
			p.alias = &q
		}
	}
	return p, ok
}

// bare is parse without the name that follows.
func bare(el []element, i, end int) (phrase, bool) {
	if i >= end || !el[i].word {
		return phrase{}, false
	}
	p := phrase{first: i, at: el[i].start}
	if pronouns[el[i].norm] && (el[i].norm != "i" || el[i].text == "I") {
		p.end, p.text, p.pronoun = i+1, el[i].text, el[i].norm
		switch p.pronoun {
		case "he":
			p.sex = 'm'
		case "she":
			p.sex = 'f'
		case "they", "we":
			p.many = true
		}
		return p, p.pronoun != "who"
	}
	if days[el[i].norm] && capital(el[i].text) && !(i+1 < end && capital(el[i+1].text)) || stops[el[i].norm] && !articles[el[i].norm] {
		return phrase{}, false
	}
	if linking[el[i].norm] || placing[el[i].norm] || !articles[el[i].norm] && !capital(el[i].text) && !people[el[i].norm] && !titles[el[i].norm] {
		return phrase{}, false
	}
	p.definite = el[i].norm == "the"
	p.many = people[el[i].norm] || slices.Contains([]string{"two", "three", "four", "five", "six", "several", "many", "some", "both", "few", "most"}, el[i].norm)
	var name []string
	j, linked, joined := i, false, false
	for ; j < end && j-i < 14; j++ {
		e := el[j]
		if !e.word {
			if e.norm == "." && j > i && shortened[el[j-1].norm] || e.norm == "." && j > i && utf8.RuneCountInString(el[j-1].text) == 1 && capital(el[j-1].text) {
				continue
			}
			if e.norm == "-" && j+1 < end && j > i && el[j-1].end == e.start && el[j+1].start == e.end {
				joined = true // a compound
				continue
			}
			if e.norm == "&" {
				continue
			}
			break
		}
		if j > i {
			next := j+1 < end && (capital(el[j+1].text) || articles[el[j+1].norm] && j+2 < end) && !days[el[min(j+1, end-1)].norm]
			switch {
			case linking[e.norm]:
				linked = true
				continue
			case e.norm == "close" && j+1 < end && el[j+1].norm == "to":
				linked = true
				j++
				continue
			case placing[e.norm] && next && !(j+2 < end && articles[el[j+1].norm] && !capital(el[j+2].text)):
				linked = true
				continue
			case e.norm == "and" && capital(el[j-1].text) && j+1 < end && capital(el[j+1].text):
				continue
			}
		}
		if j > i && !capital(e.text) && len(name) >= 2 && capital(el[j-1].text) && !titles[e.norm] && !people[e.norm] && !particles[e.norm] &&
			!bodies[el[j-1].norm] && !places[el[j-2].norm] {
			break // a name, and what its bearer does
		}
		if j > i && (stops[e.norm] && !capital(e.text) || speaks(e.norm) && !capital(e.text)) {
			break
		}
		if days[e.norm] && capital(e.text) && e.norm != "may" && !(j+1 < end && bodies[el[j+1].norm]) {
			break
		}
		if (capital(e.text) || len(name) > 0 && particles[e.norm] && j+1 < end && (capital(el[j+1].text) || particles[el[j+1].norm])) && !linked && !articles[e.norm] {
			if joined && len(name) > 0 {
				name[len(name)-1] += "-" + e.text
			} else {
				name = append(name, e.text)
			}
		}
		joined = false
		if !linked && (titles[e.norm] && !formal[e.norm] || !capital(e.text) && !articles[e.norm] || ranks[e.norm]) {
			p.role = strings.TrimSpace(p.role + " " + e.norm)
		}
		if male[e.norm] {
			p.sex = 'm'
		}
		if female[e.norm] {
			p.sex = 'f'
		}
		if formal[e.norm] && capital(e.text) {
			p.person = true
		}
	}
	for j > i && (!el[j-1].word || linking[el[j-1].norm] || placing[el[j-1].norm] || articles[el[j-1].norm] && j-1 > i) {
		j--
	}
	p.end = j
	if p.end == i || p.end == i+1 && articles[el[i].norm] {
		return phrase{}, false
	}
	var parts []string
	for k := i; k < j; k++ {
		if k > i && el[k].start > el[k-1].end {
			parts = append(parts, " ")
		}
		parts = append(parts, el[k].text)
	}
	p.text = strings.Join(parts, "")
	p.name = personal(name, &p)
	return p, true
}

// personal returns the name in the capitalised words of a phrase, without
// titles; and notes in p whether it is a person's.
func personal(name []string, p *phrase) string {
	for i := len(name) - 1; i >= 0; i-- { // what stands behind the last title
		if titles[strings.ToLower(strings.TrimSuffix(name[i], "."))] {
			if name = name[i+1:]; len(name) > 0 {
				p.person = true
			}
			break
		}
	}
	last := ""
	for i, w := range name {
		low := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(w), "'s"), "’s")
		if bodies[low] || places[low] || days[low] || low != strings.ToLower(w) && i < len(name)-1 {
			if !p.person {
				return ""
			}
		}
		last = w
	}
	if last == "" || strings.HasSuffix(last, "'s") || strings.HasSuffix(last, "’s") {
		return ""
	}
	for _, w := range name {
		if !onlyLetters(w) {
			return ""
		}
	}
	if len(name) >= 2 && len(name) <= 4 && !p.definite {
		p.person = true
	}
	return strings.Join(name, " ")
}

func onlyLetters(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' && r != '.' {
			return false
		}
	}
	return true
}

// head returns the last word of what somebody is.
func head(role string) string { return role[strings.LastIndex(role, " ")+1:] }

// surname returns the last word of a name in lower case.
func surname(name string) string { return strings.ToLower(name[strings.LastIndex(name, " ")+1:]) }

// key is what a speaker is sorted under: the name, or the phrase in lower case
// without its article.
func (p phrase) key() string {
	if p.name != "" {
		return strings.ToLower(p.name)
	}
	f := strings.Fields(strings.ToLower(p.text))
	if len(f) > 1 && articles[f[0]] {
		f = f[1:]
	}
	return strings.Join(f, " ")
}
