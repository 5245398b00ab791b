package leak

import (
	"regexp"
	"strings"
)

// The parts of house style that change words.

var (
	ise = regexp.MustCompile(`\b([A-Za-z]{3,})is(e|es|ed|ing|ation|ations|er|ers)\b`)
	ize = regexp.MustCompile(`\b([A-Za-z]{3,})iz(e|es|ed|ing|ation|ations|er|ers)\b`)
)

// alwaysIse are the stems of words in -ise that no house writes with a z.
var alwaysIse = func() map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(`adv rev superv exerc surpr comprom prom prem prec pra appra appr enterpr franch disgu dev
		expert improv merchand compr conc parad telev advert chast desp dem cru bru otherw likew clockw treat upr exc inc circumc repr`) {
		m[w] = true
	}
	return m
}()

func (h House) spelling(text string, r *Rand) string {
	if h.Ize || h.American {
		text = each(ise, text, func() bool { return usually(r) }, func(g []string) string {
			if alwaysIse[strings.ToLower(g[1])] {
				return g[0]
			}
			return g[1] + "iz" + g[2]
		})
	} else {
		text = each(ize, text, func() bool { return usually(r) }, func(g []string) string {
			switch strings.ToLower(g[1]) {
			case "cit", "den", "sei", "capsi", "bronz":
				return g[0]
			}
			return g[1] + "is" + g[2]
		})
	}
	low := strings.ToLower(text)
	for _, p := range american {
		from, to := p.british, p.american
		if !h.American {
			from, to = to, from
		}
		re := p.re[from]
		if re == nil || !strings.Contains(low, from) {
			continue
		}
		text = each(re, text, func() bool { return usually(r) }, func(g []string) string {
			return matchCase(to, g[1]) + g[2]
		})
	}
	return text
}

// pair is how words that begin alike are spelt on either side of the ocean,
// and what finds either spelling where it may be changed.
type pair struct {
	british, american string
	re                map[string]*regexp.Regexp
}

var american = func() []pair {
	var out []pair
	for _, s := range strings.Fields(`colour/color favour/favor honour/honor labour/labor neighbour/neighbor behaviour/behavior
		harbour/harbor rumour/rumor endeavour/endeavor centre/center metre/meter theatre/theater defence/defense offence/offense
		licence/license programme/program travell/travel cancell/cancel labell/label modell/model signall/signal grey/gray
		judgement/judgment cheque/check catalogue/catalog dialogue/dialog analys/analyz paralys/paralyz fulfil/fulfill
		skilful/skillful towards/toward amongst/among whilst/while learnt/learned ageing/aging storey/story tonne/ton
		enquir/inquir sceptic/skeptic plough/plow tyre/tire kerb/curb`) {
		b, a, _ := strings.Cut(s, "/")
		re := map[string]*regexp.Regexp{}
		tail := `([a-z]*)\b`
		switch {
		case strings.HasSuffix(b, "ll"): // travelled, not travel
			tail = `(ed|ing|er|ers)\b`
		case strings.HasSuffix(b, "ys"):
			tail = `(e|es|ed|ing|er|ers)\b`
		case a == "fulfill":
			tail = `(|s|ment)\b`
		case b == "cheque" || b == "tyre" || b == "storey" || b == "tonne" || b == "kerb" || b == "grey" || b == "programme" ||
			b == "metre" || b == "whilst" || b == "amongst" || b == "towards" || b == "licence":
			tail = `(|s)\b`
		}
		re[b] = regexp.MustCompile(`\b((?i:` + b + `))` + tail)
		if safeBack[b] {
			re[a] = regexp.MustCompile(`\b((?i:` + a + `))` + tail)
		}
		out = append(out, pair{b, a, re})
	}
	return out
}()

// safeBack are the pairs whose American spelling is no other British word.
var safeBack = map[string]bool{
	"colour": true, "favour": true, "honour": true, "labour": true, "neighbour": true, "behaviour": true, "harbour": true,
	"rumour": true, "endeavour": true, "centre": true, "theatre": true, "defence": true, "offence": true, "analys": true,
	"paralys": true, "sceptic": true, "plough": true,
}

// contraction pairs in both directions; "he's" is left alone, which may be
// "he is" or "he has".
var contracted = func() (out []struct {
	long, short     string
	longRE, shortRE *regexp.Regexp
}) {
	for _, s := range strings.Split("do not/don't,does not/doesn't,did not/didn't,is not/isn't,are not/aren't,was not/wasn't,"+
		"were not/weren't,has not/hasn't,have not/haven't,had not/hadn't,will not/won't,would not/wouldn't,could not/couldn't,"+
		"should not/shouldn't,cannot/can't,I am/I'm,I have/I've,I will/I'll,we are/we're,we have/we've,we will/we'll,"+
		"they are/they're,they have/they've,they will/they'll,you are/you're,it is/it's,there is/there's,that is/that's", ",") {
		long, short, _ := strings.Cut(s, "/")
		out = append(out, struct {
			long, short     string
			longRE, shortRE *regexp.Regexp
		}{long, short, anyCase(long), anyCase(strings.ReplaceAll(short, "'", "['’]"))})
	}
	return out
}()

func anyCase(s string) *regexp.Regexp {
	if strings.HasPrefix(s, "I ") || strings.HasPrefix(s, "I[") {
		return regexp.MustCompile(`\b` + s + `\b`)
	}
	return regexp.MustCompile(`\b(?i:` + s[:1] + `)` + s[1:] + `\b`)
}

func (h House) contractions(text string, r *Rand) string {
	straight := strings.ReplaceAll(text, "’", "'")
	for _, c := range contracted {
		switch {
		case h.Contract < 0 && strings.Contains(straight, c.short[1:]):
			text = each(c.shortRE, text, func() bool { return usually(r) }, func(g []string) string { return matchCase(c.long, g[0]) })
		case h.Contract > 0 && strings.Contains(straight, c.long[1:]):
			text = each(c.longRE, text, func() bool { return r.Chance(1, 2) }, func(g []string) string { return matchCase(c.short, g[0]) })
		}
	}
	return text
}

var (
	percent   = regexp.MustCompile(`(\d) ?(?:per cent|percent|%)`)
	inWords   = regexp.MustCompile(`\b(?i:(eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(one|two|three|four|five|six|seven|eight|nine))?)\b`)
	oneFigure = regexp.MustCompile(`(^|[a-z,;] )([1-9])( [a-z]{3,})`)
	unit      = regexp.MustCompile(`^ (?:per|percent|million|billion|metres?|meters?|km|miles|pt|[A-Z])`)
)

var numbers = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
	"eighty": 80, "ninety": 90,
}

var digits = [...]string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// numbers writes one to nine in words and, in some houses, the rest in
// figures.
func (h House) numbers(text string, r *Rand) string {
	text = each(oneFigure, text, func() bool { return usually(r) }, func(g []string) string {
		if unit.MatchString(g[3]) {
			return g[0]
		}
		return g[1] + digits[g[2][0]-'0'] + g[3]
	})
	if h.Figures {
		text = each(inWords, text, func() bool { return usually(r) }, func(g []string) string {
			n := numbers[strings.ToLower(g[1])]
			if g[2] != "" && n < 20 || g[0][0] < 'a' { // not at the start of a sentence
				return g[0]
			}
			return itoa(n + numbers[strings.ToLower(g[2])])
		})
	}
	return each(percent, text, func() bool { return usually(r) }, func(g []string) string { return g[1] + h.Percent })
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

var (
	noSerial = regexp.MustCompile(`(, [^,.;:!?()"“”—]{2,40}[^,.;:!?()"“”—\s]) (and|or) ([a-z])`)
	serial   = regexp.MustCompile(`(, [^,.;:!?()"“”—]{2,40}), (and|or) ([a-z])`)
)

// lists puts in or takes out the comma before the last item of a list.
func (h House) lists(text string, r *Rand) string {
	re, comma := serial, " "
	if h.Serial {
		re, comma = noSerial, ", "
	}
	return each(re, text, func() bool { return r.Chance(3, 4) }, func(g []string) string { return g[1] + comma + g[2] + " " + g[3] })
}

var office = regexp.MustCompile(`\b((?i:the|our|their|his|her|this)) (Government|Ministry|Minister|Prime Minister|Foreign Minister|Embassy|Ambassador|President|Cabinet|Department|Commission|Committee|Treaty|Parliament|Board|Chairman|Secretary|Mission|Delegation|State)\b`)

// capitals lowers the capitals of office.
func (h House) capitals(text string, r *Rand) string {
	if !h.Lower {
		return text
	}
	return each(office, text, func() bool { return usually(r) }, func(g []string) string { return g[1] + " " + strings.ToLower(g[2]) })
}

var (
	withThat    = regexp.MustCompile(`\b(said|says|say|thought|think|thinks|believe|believes|believed|hoped|hopes|hope|told me|told us|suggested|argued) that (the|he|she|it|they|we|I|his|her|their|our|this|a)\b`)
	withoutThat = regexp.MustCompile(`\b(said|says|thought|thinks|believes|believed|hoped|hopes|told me|told us|suggested|argued) (the|he|she|it|they|we|his|her|their|our|this)\b`)
)

// that leaves out, or puts in, one "that" in twelve.
func that(text string, r *Rand) string {
	rarely := func() bool { return r.Chance(1, 12) }
	text = each(withThat, text, rarely, func(g []string) string { return g[1] + " " + g[2] })
	return each(withoutThat, text, rarely, func(g []string) string { return g[1] + " that " + g[2] })
}

var collective = regexp.MustCompile(`\b(government|committee|board|company|team|ministry|delegation|council|cabinet|party|none of them) (are|have|were|do)\b`)

// agreement makes bodies of people singular, one time in two.
func agreement(text string, r *Rand) string {
	one := map[string]string{"are": "is", "have": "has", "were": "was", "do": "does"}
	return each(collective, text, func() bool { return r.Chance(1, 2) }, func(g []string) string { return g[1] + " " + one[g[2]] })
}
