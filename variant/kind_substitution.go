package variant

var substitutionKind = kind{
	Kind{"substitution", "A word for a word that means the same in its place: begin, start."},
	func(d *document) []Proposal { return d.stocked("substitution") },
}
