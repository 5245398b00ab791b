package variant

import "slices"

var connectiveKind = kind{
	Kind{"connective", "Words that join sentences, and where they stand: However, it is; It is, however,."},
	func(d *document) []Proposal { return append(d.stocked("connective"), proposeHowever(d)...) },
}

// movable connectives stand at the start of a sentence or, between commas,
// behind its first verb.
var movable = lazy(func() map[string]bool { return set("however moreover therefore nevertheless furthermore accordingly") })

// proposeHowever moves such a word: only over a pronoun and an auxiliary, where
// the place behind the verb is sure.
func proposeHowever(d *document) []Proposal {
	var out []Proposal
	for i := range d.tok {
		if !d.first[i] || d.lock[i] != 0 || d.near(i+4, i) < 0 {
			continue
		}
		switch {
		case movable()[d.word(i)] && d.has(i+1, "COMMA") && d.subject(i+2) && d.auxiliary(i+3) && !d.has(i+4, "STOP") && d.joined(i+1) && d.joined(i+2):
			// However, it is | It is, however,
			a, b := d.raw(i+2), d.raw(i+3)
			w := d.word(i)
			out = d.moved(out, i, i+4, capitalise(a)+" "+b+", "+w+",")
		case d.subject(i) && capital(d.raw(i)) && d.auxiliary(i+1) && d.has(i+2, "COMMA") && movable()[d.word(i+3)] && d.has(i+4, "COMMA") && d.joined(i):
			// It is, however,
			w := capitalise(d.word(i + 3))
			a := d.raw(i)
			if a != "I" {
				a = d.word(i)
			}
			out = d.moved(out, i, i+5, w+", "+a+" "+d.raw(i+1))
		}
	}
	return out
}

func (d *document) subject(i int) bool {
	return d.lock[i] == 0 && slices.Contains([]string{"i", "we", "it", "he", "she", "they", "there", "this"}, d.word(i))
}

// auxiliary reports a verb that a connective may follow: not one contracted
// and not before "not".
func (d *document) auxiliary(i int) bool {
	return d.lock[i] == 0 && d.any(i, []string{"BE", "HAVE", "MODAL"}) && d.near(i+1, i) >= 0
}

func (d *document) moved(out []Proposal, i, end int, reading string) []Proposal {
	p := Proposal{Start: d.tok[i].Start, End: d.tok[end-1].End, Kind: "connective"}
	p.Readings = []string{d.text[p.Start:p.End], reading}
	return append(out, p)
}
