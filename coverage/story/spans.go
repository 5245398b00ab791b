package story

import (
	"frank/prose"
)

// cutSpans returns the sentences of a text.
func cutSpans(text string) []prose.Span { return prose.Sentences(text) }

// within returns the span from the sentence in which start is to that in which
// end is.
func within(spans []prose.Span, start, end int) (from, to int) {
	from, to = start, end
	for _, s := range spans {
		if s.Start <= start && start < s.End {
			from = s.Start
		}
		if s.Start < end && end <= s.End {
			to = s.End
			break
		}
	}
	return from, max(to, end)
}
