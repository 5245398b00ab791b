package variant

var phraseKind = kind{
	Kind{"phrase", "Set phrases that mean the same: in order to, so as to."},
	func(d *document) []Proposal { return append(d.stocked("phrase"), proposePurpose(d)...) },
}

// proposePurpose finds a sentence that opens with its purpose: To end this, we
// wrote. A comma must close the purpose before any other verb, and a subject
// follow; else the infinitive may be the subject itself.
func proposePurpose(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if !d.first[i] || d.word(i) != "to" || !d.free(i) || !capital(d.raw(i)) || d.near(i+1, i) < 0 || !d.free(i+1) || !d.joined(i) || !d.has(i+1, "VERB") || speaking()[d.word(i+1)] {
			continue
		}
		for k := i + 2; k < i+20 && d.near(k, i) >= 0 && !d.any(k, []string{"FINITE", "that", "which", "who", "if", "where"}); k++ {
			if d.word(k) != "" {
				continue
			}
			if d.has(k, "COMMA") && d.near(k+1, i) >= 0 && d.any(k+1, []string{"the", "this", "these", "POSS", "PRON"}) && d.purposeClause(k+1) {
				out = append(out, Proposal{Start: d.tok[i].Start, End: d.tok[i].End, Kind: "phrase", Readings: []string{d.raw(i), "In order to"}})
			}
			break
		}
	}
	return out
}

// "To say it plainly, we …" is no purpose.
var speaking = lazy(func() map[string]bool {
	return set("say put speak repeat mention quote judge begin start conclude recall tell take return answer think summarise date")
})

// purposeClause reports that the words from token k are a subject and not one
// more item of a list.
func (d *document) purposeClause(k int) bool {
	for j := k; j < k+6 && d.near(j, k) >= 0 && d.word(j) != ""; j++ {
		if d.any(j, []string{"FINITE", "PRON"}) {
			return true
		}
		if d.any(j, []string{"and", "or"}) {
			return false
		}
	}
	return false
}
