package variant

// Kind is a kind of variation.
type Kind struct {
	Name string // as written at a site
	Doc  string // one sentence
}

// kind is what finds sites of one kind. Each has a file of its own.
type kind struct {
	Kind
	propose func(d *document) []Proposal
}

// kinds, in the order in which they are listed. A function, so that nothing is
// built before it is asked for.
func kinds() []kind {
	return []kind{phraseKind, substitutionKind, connectiveKind, listKind, orderKind, placeKind, genitiveKind, relativeKind, thatKind, contractionKind, numberKind, spellingKind, pauseKind, serialKind, repeatKind, optionalKind, complementKind, modelKind}
}

// Kinds lists the kinds of variation [Propose] knows, in fixed order. The
// author's own sites have no kind.
func Kinds() []Kind {
	var out []Kind
	for _, k := range kinds() {
		out = append(out, k.Kind)
	}
	return out
}

func known(name string) bool {
	for _, k := range kinds() {
		if k.Name == name {
			return true
		}
	}
	return false
}
