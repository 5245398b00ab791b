package variant

import (
	"slices"
	"strings"
	"testing"

	"frank/prose"
)

// suggested marks up a text with one suggestion for its first sentence.
func suggested(text, words string, readings ...string) string {
	s := Propose(text, ProposeOptions{Kinds: []string{"model"}, Suggested: []Suggestion{{0, words, readings}}})
	first, _, _ := strings.Cut(s.String(), "\n\n")
	return first
}

func TestSuggestionsThatStand(t *testing.T) {
	for _, c := range []struct{ text, words, reading, want string }{
		{"They made it plain that the talks had gone well.", "made it plain", "left it clear", ""}, // clear is a word of degree of certainty
		{"They brought the meeting to a close in the evening.", "brought the meeting to a close", "closed the meeting", "They {?model:brought the meeting to a close|closed the meeting} in the evening."},
		{"We shared with them the gist of what was said.", "the gist", "the substance", "We shared with them {?model:the gist|the substance} of what was said."},
		// what opens a sentence has a capital in every reading
		{"In the course of the talks he spoke of wool.", "In the course of the talks", "during the talks", "{?model:In the course of the talks|During the talks} he spoke of wool."},
		// a name may be carried along
		{"He then told Smith of the Board about the wreck.", "told Smith of the Board about", "informed Smith of the Board of", "He then {?model:told Smith of the Board about|informed Smith of the Board of} the wreck."},
		// line ends and apostrophes
		{"They brought the\nmeeting to a close in the evening.", "the meeting to a close", "matters to an end", "They brought {?model:the\nmeeting to a close|matters to an end} in the evening."},
		{"It was the board’s house they saw.", "the board's house they saw", "they who saw the board's house", ""},
		{"It was the board’s old house they saw.", "the board's old house", "the board's ancient home", "It was {?model:the board’s old house|the board’s ancient home} they saw."},
		// the same mark at both ends is no part of it
		{"They met, talked for a while, and left.", "talked for a while,", "talked for a time,", "They met, {?model:talked for a while|talked for a time}, and left."},
	} {
		if c.want == "" {
			c.want = c.text
		}
		if got := suggested(c.text+inBritish, c.words, c.reading); got != c.want {
			t.Errorf("%q for %q:\n got %s\nwant %s", c.reading, c.words, got, c.want)
		}
	}
}

// Each row breaks one promise.
func TestSuggestionsThatFall(t *testing.T) {
	for why, c := range map[string]struct{ text, words, reading string }{
		"the words are not there":            {"They left the house early in the day.", "left the home", "quit the home"},
		"the words are there twice":          {"They left the house and then left the house again.", "left the house", "quit the house"},
		"the words are part of a word":       {"They left the houseboat early in the day.", "left the house", "quit the house"},
		"a negation is in the words":         {"They did not leave the house early.", "did not leave the house", "stayed in the house"},
		"a modal of obligation is in them":   {"They must leave the house early.", "must leave", "have to leave"},
		"a figure is in them":                {"They left the 5 houses early in the day.", "the 5 houses", "the five houses"},
		"a quotation is in them":             {"They left \"the old house\" early in the day.", "the old house", "the ancient home"},
		"a date is in them":                  {"They left on 3 May in the morning.", "on 3 May", "on the third of May"},
		"a figure comes in":                  {"They left some houses early in the day.", "left some houses", "left 5 houses"},
		"words before a figure":              {"They came in about 5 ships to the bay.", "in about", "aboard"},
		"a number comes in":                  {"They left the houses early in the day.", "the houses", "the two houses"},
		"a number changes":                   {"They left two houses early in the day.", "left two houses", "left three houses"},
		"a name comes in":                    {"They told the board of the wreck.", "told the board", "told Smith"},
		"a name goes":                        {"They told Smith of the wreck in time.", "told Smith of the wreck", "told him of the wreck"},
		"names change places":                {"They set Smith against Brown over the wreck.", "set Smith against Brown", "set Brown against Smith"},
		"a name at the opening changes":      {"Valdora sent the ships to the coast.", "Valdora sent the ships", "Merrin sent the ships"},
		"a name at the opening goes":         {"Valdora sent the ships to the coast.", "Valdora sent the ships", "The country sent the ships"},
		"a negation comes in":                {"They left the house early in the day.", "left the house", "did not leave the house"},
		"a modal comes in":                   {"They leave the house early in the day.", "leave the house", "could leave the house"},
		"an operative word comes in":         {"They took the house early in the day.", "took the house", "accepted the house"},
		"a hedge comes in":                   {"They left the house early in the day.", "left the house", "perhaps left the house"},
		"a hedge goes":                       {"They almost left the house early in the day.", "almost left the house", "left the house"},
		"a quantity changes":                 {"They saw many ships early in the day.", "many ships", "several ships"},
		"surety changes":                     {"They think that it has gone well.", "They think that", "They believe that"},
		"a person changes":                   {"They told us of the wreck in time.", "told us of the wreck", "told them of the wreck"},
		"the tense changes":                  {"The ships are in the bay this year.", "are in the bay", "were in the bay"},
		"a perfect goes":                     {"The ships have reached the bay this year.", "have reached the bay", "reached the bay"},
		"an opposite":                        {"They saw a friendly face in the bay.", "friendly face", "unfriendly face"},
		"the article does not fit":           {"They saw a big ship in the bay.", "big ship", "enormous ship"},
		"an article inside does not fit":     {"They saw big ships in the bay.", "saw big ships", "saw a enormous sort of ships"},
		"a word is doubled":                  {"They saw the ship in the bay.", "ship", "the ship"},
		"a word is doubled inside":           {"They saw the ship in the bay.", "saw the ship", "saw the the vessel"},
		"the verb does not agree":            {"They saw that the ships are in the bay.", "are in the bay", "is in the bay"},
		"what stands before does not agree":  {"They saw that the ship was in the bay.", "the ship", "the vessels"},
		"an Americanism":                     {"They paid the workers for the day.", "the workers", "the labor force"},
		"a contraction":                      {"They saw that it is in the bay.", "that it is", "that it's"},
		"a term goes":                        {"They saw the ship in the bay. The ship was old.", "the ship", "the vessel"},
		"a word is said close by":            {"They saw the vessel and a ship in the bay.", "a ship", "a vessel"},
		"a mark comes in":                    {"They saw the ship in the bay.", "the ship", "the ship (old)"},
		"a quotation comes in":               {"They saw the ship in the bay.", "the ship", "\"the vessel\""},
		"a reading of nothing":               {"They saw the old ship in the bay.", "old", " "},
		"the same in capitals":               {"They saw the ship in the bay.", "saw the ship", "saw The ship"},
		"it differs by a comma":              {"They saw the ship in the bay.", "saw the ship in", "saw, the ship in"},
		"a sentence added":                   {"They saw the ship in the bay.", "saw the ship", "saw the vessel. Then they left. saw the ship"},
		"an invisible character":             {"They saw the ship in the bay.", "the ship", "the ves\u200bsel"},
		"a term of a named body":             {"They saw the Security Council resolution in the bay.", "resolution", "decision"},
		"half a name":                        {"They saw the Security Council in the bay.", "the Security", "that Security"},
		"half a compound":                    {"They saw the well-known ship in the bay.", "known ship", "noted ship"},
		"far too long":                       {"They saw the ship in the bay.", "the ship", "the vessel which lay there in the bay then and which lay at the quay as it had done for a time"},
		"the paragraph's number is replaced": {"a. They saw the ship in the bay.", "a", "b"},
		"a heading":                          {"The ship in the bay", "the bay", "the gulf"},
	} {
		if got := suggested(c.text+inBritish, c.words, c.reading); strings.Contains(got, "{") {
			t.Errorf("%s: %s", why, got)
		}
	}
}

func TestSuggestionsAreMerged(t *testing.T) {
	text := "They brought the meeting to a close in order to get home, and at once everyone left." + inBritish
	s := Propose(text, ProposeOptions{Stock: coreStock(), Kinds: []string{"phrase", "model"}, Suggested: []Suggestion{
		{0, "brought the meeting to a close", []string{"closed the meeting"}},
		{0, "brought the meeting to a close", []string{"ended the meeting", "closed the meeting"}},
		{0, "in order to get home", []string{"so as to reach home", "to get home", "so as to get home"}},
		{7, "no such sentence", []string{"none"}},
		{-1, "They", []string{"We"}},
	}})
	got := s.String()
	if !strings.Contains(got, "{?model:brought the meeting to a close|closed the meeting|ended the meeting}") || strings.Count(got, "{") != 2 {
		t.Errorf("%s", got)
	}
	// what the author has locked or marked stays as it is
	src, err := Parse("They {brought|led} the meeting {!to a close} in time.")
	if err != nil {
		t.Fatal(err)
	}
	more := ProposeMore(src, ProposeOptions{Kinds: []string{"model"}, Suggested: []Suggestion{{0, "brought the meeting", []string{"took the meeting"}}, {0, "a close", []string{"an end"}}}})
	if more.String() != src.String() {
		t.Errorf("%s", more)
	}
}

func TestPassages(t *testing.T) {
	text := "A heading\n\nThey saw the ship in the bay and left. Then they came home in the evening.\n\n“All of this is quoted and none of it may ever vary.”\n\nToo short.\n\n" +
		strings.Repeat("They saw the ship in the bay. ", 12)
	s := Propose(text, ProposeOptions{Kinds: []string{}})
	got := Passages(s)
	want := []Passage{{1, 3}, {5, 13}, {13, 17}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if Passages(&Source{}) != nil {
		t.Error("a text of nothing has passages")
	}
}

func FuzzSuggested(f *testing.F) {
	f.Add("They brought the meeting to a close in the evening.", 0, "brought the meeting to a close", "closed the meeting")
	f.Add("Smith’s ship\nwas in the bay.", 0, "Smith's ship", "the ship of Smith")
	f.Add("1. A “b” c-d {!e} 5% f.", 0, "A", "An")
	f.Fuzz(func(t *testing.T, text string, sentence int, words, reading string) {
		checkSuggested(t, text, Suggestion{sentence, words, []string{reading, words}})
	})
}

func checkSuggested(t *testing.T, text string, s Suggestion) {
	t.Helper()
	ls := locks(text, prose.Tokens(text), prose.Sentences(text))
	for _, p := range Proposals(text, ProposeOptions{Kinds: []string{"model"}, Suggested: []Suggestion{s}}) {
		if p.Readings[0] != text[p.Start:p.End] || len(p.Readings) != 2 {
			t.Fatalf("%+v is no proposal for %q", p, text)
		}
		for _, l := range ls {
			if l.Start >= p.End || l.End <= p.Start {
				continue
			}
			kept := strings.TrimSuffix(straight(text[l.Start:l.End]), "'s")
			if l.why != name || !strings.Contains(straight(p.Readings[1]), kept) {
				t.Fatalf("%+v changes the lock %q of %q", p, text[l.Start:l.End], text)
			}
		}
		for _, l := range locks(p.Readings[1], prose.Tokens(p.Readings[1]), nil) {
			if l.why == figure || l.why == negation || l.why == operative {
				t.Fatalf("%+v brings %q into %q", p, p.Readings[1][l.Start:l.End], text)
			}
		}
	}
}
