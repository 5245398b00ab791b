package variant

import "slices"

var connectiveKind = kind{
	Kind{"connective", "Words that join sentences, and where they stand: However, it is; It is, however,."},
	func(d *document) []Proposal { return d.stocked("connective") },
}

func (d *document) subject(i int) bool {
	return d.lock[i] == 0 && slices.Contains([]string{"i", "we", "it", "he", "she", "they", "there", "this"}, d.word(i))
}
