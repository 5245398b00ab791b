package variant

// Passage is a run of sentences of one paragraph, by number as
// [prose.Sentences] counts them in the text, Last excluded, in which rewordings
// may be asked for.
type Passage struct{ First, Last int }

// Bounds of a passage: what a small model can keep in view.
const (
	passageSentences = 8
	passageBytes     = 3000
	passageFree      = 6 // words in a passage that may vary, or it is not worth asking
)

// Passages lists where in the text of s rewordings may be asked for: all but
// headings, quotations, statutes and the like, and what is too short or too long.
func Passages(s *Source) []Passage {
	d := newDocument(s.Text(), s.taken())
	free := make([]int, len(d.spans))
	for i := range d.tok {
		if d.free(i) {
			free[d.sent[i]]++
		}
	}
	var out []Passage
	words := 0
	flush := func() {
		if n := len(out); n > 0 && words < passageFree {
			out = out[:n-1]
		}
		words = 0
	}
	for i, at := range d.spans {
		n := len(out)
		if n == 0 || out[n-1].Last != i || i-out[n-1].First >= passageSentences || at.End-d.spans[out[n-1].First].Start > passageBytes || d.newParagraph(i) {
			flush()
			if at.End-at.Start > passageBytes {
				continue
			}
			out = append(out, Passage{i, i})
			n = len(out)
		}
		out[n-1].Last = i + 1
		words += free[i]
	}
	flush()
	return out
}

// newParagraph reports whether an empty line stands before sentence i.
func (d *document) newParagraph(i int) bool {
	if i == 0 {
		return true
	}
	lines := 0
	for _, c := range d.text[d.spans[i-1].End:d.spans[i].Start] {
		if c == '\n' {
			lines++
		}
	}
	return lines > 1
}
