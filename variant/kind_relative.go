package variant

import "strings"

var relativeKind = kind{
	Kind{"relative", "The pronoun of a clause that defines: which, that, or none."},
	proposeRelatives,
}

// Nouns whose "that" says what they are ("the fact that we …"), so it is no
// pronoun.
var contentNouns = lazy(func() map[string]bool {
	return set(`fact facts view views belief beliefs hope hopes opinion opinions impression impressions statement statements assurance assurances news report
		reports understanding condition conditions possibility possibilities idea ideas feeling fear fears suggestion suggestions proposal proposals decision
		decisions claim claims conclusion conclusions assumption assumptions doubt doubts danger dangers risk risks evidence indication indications
		information announcement argument arguments advice confidence likelihood principle principles point points recommendation recommendations request requests
		extent event thing things something anything everything nothing all way day days time times moment ground grounds sense reason reasons
		position basis effect result results so such now requirement requirements provision provisions hint insistence reminder sign signs proof knowledge
		promise promises pledge warning warnings message messages chance chances case answer reply contention thesis theory premise intention intentions
		expectation expectations agreement agreements guarantee guarantees desire wish wishes instruction instructions order orders rumour rumours
		word words consideration considerations importance view question questions probability certainty suspicion objection objections
		commitment commitments resolution determination notion truth faith trust concern concerns criticism criticisms allegation allegations complaint admission grievance grievances pretext excuse rule hypothesis precaution stipulation proviso
		police staff committee council commission government board cabinet delegation party group army force forces`)
})

var persons = lazy(func() map[string]bool {
	return set("people persons person men man women woman children child those families members leaders workers officers officials ministers others one ones families americans students teachers veterans individuals anyone everyone")
})

func proposeRelatives(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		w := d.word(i)
		if w != "which" && w != "that" || d.lock[i] != 0 || d.near(i-2, i) < 0 || d.near(i+2, i) < 0 || !d.joined(i-1) || !d.joined(i) || capital(d.raw(i)) {
			continue
		}
		if !d.nounBefore(i, w) {
			continue
		}
		start, end := d.tok[i].Start, d.tok[i].End
		other := "that"
		if w == "that" {
			other = "which"
		}
		subject := d.any(i+1, []string{"i", "we", "he", "she", "they", "you"})
		switch {
		case subject && w == "that" && (d.any(i+2, []string{"should", "would", "might", "must"}) || d.told(i)):
		case subject && d.any(i+2, []string{"FINITE", "VERB", "ED", "ADV"}):
			// The object may drop its pronoun, with the space behind it.
			end = d.tok[i+1].Start
			readings := []string{d.text[start:end], other + d.text[d.tok[i].End:end], ""}
			if d.variety == american && w == "that" {
				readings = []string{readings[0], ""}
			}
			out = append(out, Proposal{Start: start, End: end, Kind: "relative", Readings: readings})
		case d.any(i+1, []string{"is", "are", "was", "were"}) && d.has(i+2, "ED") && d.near(i+3, i) >= 0 && d.any(i+3, []string{"by", "in", "at", "to", "for", "from", "under"}) && d.joined(i+1):
			// which was made by | that was made by | made by
			end = d.tok[i+2].Start
			verb := d.text[d.tok[i].End:end]
			readings := []string{d.text[start:end], other + verb, ""}
			if w == "that" && d.variety != british {
				readings = []string{readings[0], ""}
			}
			out = append(out, Proposal{Start: start, End: end, Kind: "relative", Readings: readings})
		case d.has(i+1, "FINITE") && !d.has(i+1, "having") && !d.has(i+1, "being") && !d.has(i+1, "been"):
			if w == "that" && d.variety != british {
				continue
			}
			readings := []string{d.text[start:end], other}
			out = append(out, Proposal{Start: start, End: end, Kind: "relative", Readings: readings})
		}
	}
	return out
}

// nounBefore reports a common noun with its determiner before token i, so that
// the clause defines it.
func (d *document) nounBefore(i int, pronoun string) bool {
	n := i - 1
	w := d.word(n)
	if !d.has(n, "LOW") || d.lock[n] != 0 || contentNouns()[w] || persons()[w] || isAdverb(w) || d.has(n, "ED") || d.has(n, "ING") && w != "meeting" && w != "undertaking" {
		return false
	}
	if strings.HasSuffix(w, "er") || strings.HasSuffix(w, "or") || strings.HasSuffix(w, "ers") || strings.HasSuffix(w, "ors") {
		return false // perhaps a person
	}
	// "the N", "the ADJ N": a determiner within two words, and no verb between.
	for k := n - 1; k >= n-3; k-- {
		if d.near(k, i) < 0 || !d.joined(k) {
			return false
		}
		if d.any(k, []string{"the", "a", "an", "any", "some", "those", "every", "no", "all", "many"}) {
			if d.has(k, "the") && d.near(k-1, i) >= 0 && d.any(k-1, []string{"of"}) {
				return false // perhaps of the noun before
			}
			break
		}
		if k == n-3 || d.any(k, []string{"PREP", "CONJ", "FINITE", "PRON"}) || d.word(k) == "" {
			return false
		}
	}
	if pronoun == "that" {
		// so … that, such … that, it is the … that
		for k := n; k >= max(0, n-8) && d.near(k, i) >= 0; k-- {
			if d.any(k, []string{"so", "such", "it", "it's", "this", "now"}) {
				return false
			}
		}
	}
	return true
}

// told reports a verb of telling near before token i: what follows "that" is
// then what was told.
func (d *document) told(i int) bool {
	for k := i - 1; k >= i-5 && d.near(k, i) >= 0; k-- {
		switch stem(d.word(k)) {
		case "told", "tell", "inform", "advis", "assur", "remind", "notif", "convinc", "persuad", "warn", "satisf", "said", "say", "ask", "suggest", "propos", "hop":
			return true
		}
	}
	return false
}
