package variant

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The table of the kinds that look at the classes of words: want is the text
// with its sites, or "" where there must be none.
func TestStructure(t *testing.T) {
	for _, c := range []struct{ kind, text, more, want string }{
		// repeat: an auxiliary
		{"repeat", "He went there to meet the Minister and to discuss the plan.", "", "He went there to meet the Minister and{ to|} discuss the plan."},
		{"repeat", "He went there to meet the Minister and discuss the plan.", "", "He went there to meet the Minister and{| to} discuss the plan."},
		{"repeat", "We have welcomed the plan and have told them so.", "", "We have welcomed the plan and{ have|} told them so."},
		{"repeat", "We consider this to be an error and suggest a new plan.", "", ""},
		{"repeat", "They wish to build and mend houses.", "", ""},
		{"repeat", "We hope to meet them, to see the plan and to discuss it.", "", ""},
		{"repeat", "He came to see the house and the boat.", "", "He came to see the house and{ the|} boat."},
		{"repeat", "It is between the house and the boat.", "", ""},
		// a subject
		{"repeat", "We saw the plan on the table and told them so.", "", "We saw the plan on the table and{| we} told them so."},
		{"repeat", "He was sent by them and followed by others.", "", ""},
		{"repeat", "We say that they are late and they know it.", "", ""},
		// a possessive, an article
		{"repeat", "They lost their houses and boats.", "", "They lost their houses and{| their} boats."},
		{"repeat", "They lost their houses and their boats.", "", "They lost their houses and{ their|} boats."},
		{"repeat", "He spoke to my friend and colleague.", "", ""}, // one person
		{"repeat", "They lost their houses, their boats and their roads.", "", ""},
		{"repeat", "They know the size and shape of the boat.", "", "They know the size and{| the} shape of the boat."},
		// list
		{"list", "They acted patiently and wisely.", "", "They acted {patiently and wisely|wisely and patiently}."},
		{"list", "They want a warm and friendly letter.", "", "They want a {warm and friendly|friendly and warm} letter."},
		{"list", "They want an open and friendly letter.", "", ""}, // a, an
		{"list", "They gave us food, shelter, and money.", "", "They gave us food, shelter, and money."},
		{"list", "They gave us bread, food, and shelter.", "", ""}, // by the alphabet
		{"list", "It depends on courage, wisdom and patience.", "", "It depends on {courage, wisdom and patience|courage, patience and wisdom|wisdom, courage and patience|wisdom, patience and courage|patience, courage and wisdom|patience, wisdom and courage}."},
		{"list", "It depends on wisdom and courage, the latter above all.", "", ""},
		{"list", "They spoke of the arrest and trial of robbers.", "", ""}, // one after the other
		{"list", "They spoke of favourable and unfavourable winds.", "", ""},
		// place: a longer subject
		{"place", "However, the early reply of the Council was late.", "", "{However, the early reply of the Council was|The early reply of the Council was, however,|The early reply of the Council, however, was} late."},
		{"place", "However, the reply of the Council, which was late.", "", ""},
		{"place", "Great Britain is, however, far away. It is a great way.", "", ""},
		{"place", "Coal stocks were, however, very low. The coal is here. They spoke of Coal.", "", ""}, // a name, or not?
		// order
		{"order", "The letter has recently been printed.", "", "The letter has {recently been printed|been recently printed}."},
		{"order", "The letter has been recently printed.", "", "The letter has {been recently printed|recently been printed}."},
		{"order", "The letter has not recently been printed.", "", ""},
		// that
		{"that", "I hope that the Minister will come.", "", "I hope{ that|} the Minister will come."},
		{"that", "He said the new boat of the Minister was late.", "", "He said{| that} the new boat of the Minister was late."},
		{"that", "We must ensure that the roads are safe.", "", "We must ensure{ that|} the roads are safe."},
		{"that", "We know the Minister.", "", ""},
		// relative
		{"relative", "They praised the work we do.", inAmerican, "They praised the work{| that} we do."},
		{"relative", "They praised the work that we do.", inAmerican, "They praised the work{ that|} we do."},
		{"relative", "There is a suspicion on the other side that they are late.", inBritish, ""},
		{"relative", "To win the war we need boats.", inAmerican, ""},
		{"relative", "He told the House we should come.", inAmerican, ""},
		{"relative", "They help people who are living in poverty.", "", "They help people{ who are|} living in poverty."},
		{"relative", "These people who are living there are poor.", "", ""},
		{"relative", "They made an arrangement under which the boats were sold.", "", "They made an arrangement {under which|whereby} the boats were sold."},
		// genitive
		{"genitive", "It rests on the steady support of the Council.", "", "It rests on {the steady support of the Council|the Council's steady support}."},
		{"genitive", "They know our nation's history.", "", "They know {our nation's history|the history of our nation}."},
		{"genitive", "We wish for our nation's security, prosperity, and freedom.", "", ""},
		{"genitive", "It is in the interests of the Empire as a whole.", "", ""},
		{"genitive", "It is the policy of the party in Japan.", "", ""},
		{"genitive", "It has no like in the history of the world.", "", ""},
		// optional
		{"optional", "They saw all the old houses there.", "", "They saw all{| of} the old houses there."},
		{"optional", "They saw some or all of the houses there.", "", ""},
		{"optional", "It helped to build a road.", "", "It helped{ to|} build a road."},
		{"optional", "He wants to help build a road.", "", ""},
		{"optional", "It was not only in the house but in the boat.", "", "It was not only in the house but{| also} in the boat."},
		{"optional", "They came so we can speak.", "", "They came so{| that} we can speak."},
		{"optional", "They may go provided that they return.", "", "They may go provided{ that|} they return."},
		{"optional", "They met for the drafting of a letter.", "", "They met for {the drafting of|drafting} a letter."},
		// complement
		{"complement", "We shall continue to support the plan.", "", "We shall continue {to support|supporting} the plan."},
		{"complement", "They began building the road.", "", "They began {building|to build} the road."},
		{"complement", "It continues to be late.", "", ""},
		{"complement", "We continue to build and mend roads.", "", ""},
		{"complement", "He sent the Minister a copy.", "", "He sent {the Minister a copy|a copy to the Minister}."},
		{"complement", "He gave a copy to the Minister.", "", "He gave {a copy to the Minister|the Minister a copy}."},
		{"complement", "They sent a fleet to the East.", "", ""},
	} {
		want := c.want
		if want == "" {
			want = c.text
		}
		if got := marked(c.text+c.more, c.kind); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.kind, got, want)
		}
	}
}

// Whatever the text, order alone changes in a list: its readings have the same
// words, and so have those of an adverb's place.
func TestOrdersKeepTheWords(t *testing.T) {
	parts := strings.Split("They spoke of|houses and boats.|They acted|wisely and patiently.|of boats, houses and roads.|The letter has|recently been printed|been recently printed|by our|houses|and|or|the|their|warm and friendly letter|old|to meet|the Minister|.", "|")
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 60).Draw(t, "parts"), " ")
		text = strings.NewReplacer(" ,", ",", " .", ".").Replace(text)
		for _, p := range Proposals(text, ProposeOptions{Kinds: []string{"list", "order"}, Stock: coreStock()}) {
			n++
			for _, r := range p.Readings {
				if sortedWords(r) != sortedWords(p.Readings[0]) {
					t.Fatalf("%q and %q differ in words", r, p.Readings[0])
				}
			}
		}
	})
	if n == 0 {
		t.Fatal("no order was ever proposed")
	}
}

// Whatever the text, a repeated or optional word is one small word more or
// less.
func TestSmallWordsAreSmall(t *testing.T) {
	parts := strings.Split("We came to meet the Minister and to discuss the plan.|We came to meet|the Minister and|to discuss|the plan.|We saw|all|of|the old houses.|their houses and|their boats.|It helped|to build|or|will|have|our|both|not only|but|also|so|that|we can|provided|they go|.", "|")
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 60).Draw(t, "parts"), " ")
		text = strings.ReplaceAll(text, " .", ".")
		for _, p := range Proposals(text, ProposeOptions{Kinds: []string{"repeat", "optional"}, Stock: coreStock()}) {
			n++
			long, short := p.Readings[0], p.Readings[1]
			if len(long) < len(short) {
				long, short = short, long
			}
			if short == "" && (!strings.HasPrefix(long, " ") || len(strings.Fields(long)) != 1 || len(long) > 9) {
				t.Fatalf("%q is no small word", long)
			}
		}
	})
	if n == 0 {
		t.Fatal("no small word was ever proposed")
	}
}

func sortedWords(s string) string {
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(s, ",", "")))
	slices.Sort(words)
	return strings.Join(words, " ")
}
