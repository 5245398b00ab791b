package variant

import (
	"slices"
	"strings"
	"testing"
)

// TestAsRegards: behind "as" no third person has a subject.
func TestAsRegards(t *testing.T) {
	find := func(text, reading string) bool {
		return slices.ContainsFunc(Proposals(text+" The labour of the colour programme was honoured in the harbour.", ProposeOptions{}), func(p Proposal) bool {
			return slices.ContainsFunc(p.Readings, func(r string) bool { return strings.Contains(r, reading) })
		})
	}
	if find("As regards the wider scope of such contacts, we have nothing to add.", "looks") {
		t.Error(`"As regards" was taken for a verb`)
	}
	if !find("The Government regards the development of secondary industries as important.", "looks upon") {
		t.Error(`"regards" was not taken for a verb`)
	}
}
