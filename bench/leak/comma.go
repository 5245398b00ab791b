package leak

import (
	"regexp"
	"strings"
)

// Commas that a writer may set or leave out are the first thing that other
// hands change. A desk has a rule for them and applies it to a third of them
// when it sets a quotation; a typist copies by the phrase and loses one in
// twenty; somebody who edits moves more of them the more words he moves. The
// rates are estimates, and what is optional is told by the words alone, so that
// a comma that matters goes astray now and then, as it does in print.

// hand is how often somebody takes out an optional comma, and puts one in: of
// sixty opportunities.
type hand struct{ out, in int }

var typist = hand{out: 3, in: 2}

// desk is the hand of a house: with its rule one time in three, against it one
// in twenty.
func (h House) desk() hand {
	if h.Commas > 0 {
		return hand{out: 3, in: 20}
	}
	return hand{out: 20, in: 3}
}

// editor is the hand of one who edits so many words in a hundred.
func editor(percent int) hand {
	n := min(2*percent, 20)
	return hand{out: n, in: n}
}

const (
	subjects = `(?:the|this|these|those|our|my|his|her|their|its|a|an|I|we|he|she|it|they|there|[A-Z][a-z]+|[A-Z]{2,})`
	pronouns = `(?:I|we|he|she|they|there|it (?:is|was|has|would|will|may|should))`
	adjuncts = `(?:Today|Tonight|Yesterday|Tomorrow|Meanwhile|Therefore|Accordingly|Consequently|Nevertheless|Unfortunately|Naturally|Moreover|Later|Recently` +
		`|Of course|So far|As a result|In (?:fact|addition|general|practice|turn|short|effect|\d{4}|(?:any|that|this|these|the|my|our|his|their|recent) [a-z]+)` +
		`|On (?:[A-Z][a-z]+day|\d{1,2} [A-Z][a-z]+|the whole|the other hand|this [a-z]+)|At (?:present|first|(?:this|that|the same|the) [a-z]+)` +
		`|For (?:example|instance|(?:this|these|that|some) [a-z]+)|(?:Last|Next|This|Every) (?:week|month|year|day|night|morning|afternoon|evening)` +
		`|(?:After|During|Under|Since|Before|Throughout|Across) (?:[a-z]+ ){1,3}[a-z]+)`
	inside = `(?:therefore|however|accordingly|nevertheless|meanwhile|presumably|ultimately|of course|no doubt|at present|at the moment|at this stage|once again` +
		`|in (?:fact|turn|general|principle|practice|effect|addition|particular|due course|the meantime|any (?:case|event)|(?:the|these) circumstances|(?:my|our|his|their) (?:view|opinion))` +
		`|on the (?:whole|other hand)|for (?:example|instance|the present|the time being|this reason)|(?:if|where) (?:necessary|possible|appropriate)|to some extent|as a rule|from time to time)`
	leads   = `(?:is|are|was|were|has|have|had|will|would|should|shall|can|could|may|might|must|that|and|but|which|because)`
	trailer = `(?:but|because|although|though|unless|despite|as well as|rather than|together with|even (?:if|though)|in (?:view of|order to|spite of)|as a result of` +
		`|(?:particularly|especially) (?:in|for|with|when|as)|and (?:that|to|in|for|by|with|at|on|therefore|also|has|have|will|would|is|was))`
)

// optional are pairs of what finds a comma that may go, and a place where one
// may come. The groups stand around the commas.
var optional = []struct{ with, without *regexp.Regexp }{
	{regexp.MustCompile(`((?:^|[.?!;] )(?:And |But |and |but )?(?:[A-Z][a-z]+|in|on|at|for|by|under)(?: [A-Za-z0-9’'-]+){0,6}), (` + subjects + ` )`),
		regexp.MustCompile(`((?:^|[.?!;] )(?:And |But )?` + adjuncts + `) (` + subjects + ` )`)},
	{regexp.MustCompile(`([a-z0-9]), ((?:and|but|so) ` + subjects + ` )`), regexp.MustCompile(`([a-z0-9]) ((?:and|but|so) ` + pronouns + ` )`)},
	{regexp.MustCompile(`([a-z0-9]), (` + trailer + ` )`), regexp.MustCompile(`([a-z0-9]) (` + trailer + ` )`)},
	{regexp.MustCompile(`\b([A-Za-z]+), (` + inside + `), ([a-z])`), regexp.MustCompile(`\b(` + leads + `) (` + inside + `) ([a-z])`)},
	{regexp.MustCompile(`([a-z]), (too|as well|respectively)([.;!?])`), regexp.MustCompile(`([a-z]{3}) (too|as well|respectively)([.;!?])`)},
}

// commas takes optional commas out of text and puts others in. A place is
// looked at once: what was taken out is not put back.
func (h hand) commas(text string, r *Rand) string {
	for _, o := range optional {
		const taken = "\x00" // where a comma was taken out, so that none comes back
		text = each(o.with, text, func() bool { return r.Chance(h.out, 60) }, func(g []string) string {
			return strings.Join(notLast(g), taken+" ") + closing(g)
		})
		text = each(o.without, text, func() bool { return r.Chance(h.in, 60) }, func(g []string) string {
			return strings.Join(notLast(g), ", ") + closing(g)
		})
		text = strings.ReplaceAll(text, taken, "")
	}
	return text
}

// notLast returns the groups that a comma and a space stand between, and
// closing what follows them directly.
func notLast(g []string) []string {
	if len(g) == 4 && strings.ContainsAny(g[3], ".;!?") {
		return g[1:3]
	}
	return g[1:]
}

func closing(g []string) string {
	if len(g) == 4 && strings.ContainsAny(g[3], ".;!?") {
		return g[3]
	}
	return ""
}
