package variant

import (
	"strings"
	"testing"

	"frank/prose"

	"pgregory.net/rapid"
)

// The table of the kind: want is the text with its sites, or "" where there
// must be none.
func TestPauses(t *testing.T) {
	for _, c := range []struct{ kind, text, more, want string }{
		// at the start
		{"pause", "In the circumstances we think that it is late.", "", "In the {circumstances we|circumstances, we} think that it is late."},
		{"pause", "In the circumstances, we think that it is late.", "", "In the {circumstances, we|circumstances we} think that it is late."},
		{"pause", "On Monday the boat will leave.", "", "On Monday{ the|, the} boat will leave."},
		{"pause", "In 1950, the boat was late.", inBritish, "In 1950{, the| the} boat was late."},
		{"pause", "In 1950, the boat was late.", inAmerican, ""},
		{"pause", "And today we are here with you.", "", "And {today we|today, we} are here with you."},
		{"pause", "Unfortunately, the boat was late.", inBritish, "{Unfortunately, the|Unfortunately the} boat was late."},
		{"pause", "Unfortunately, the boat was late.", inAmerican, ""},
		{"pause", "If they agree, we shall go.", inBritish, "If they agree{, we| we} shall go."},
		{"pause", "If they agree, we shall go.", inAmerican, ""},
		{"pause", "In the report he sent he said that it was late.", inBritish, ""},
		{"pause", "On the evidence I have seen is a stain.", inBritish, ""},
		{"pause", "In London, England, we met.", "", ""},
		{"pause", "At present prices the boat is dear.", "", ""},
		{"pause", "However, they are done.", "", ""},
		// aside
		{"pause", "It is of course late.", "", "It {is of course late|is, of course, late}."},
		{"pause", "We said that, in the circumstances, we were late.", "", "We said {that, in the circumstances, we|that in the circumstances we} were late."},
		{"pause", "We were there but in general, we were late.", inBritish, "We were there {but in general, we|but, in general, we|but in general we} were late."},
		{"pause", "We therefore suggest a walk.", "", "{We therefore suggest|We, therefore, suggest} a walk."},
		{"pause", "There is no doubt that it is late.", "", ""},
		// clauses
		{"pause", "The boat was very late, and we left without it.", "", "The boat was very {late, and|late and} we left without it."},
		{"pause", "It was small but useful to us.", "", ""},
		{"pause", "The boat was rather small but it is useful to us.", inBritish, "The boat was rather {small but|small, but} it is useful to us."},
		{"pause", "The boat, which was late, and we met there.", "", ""},
		{"pause", "They said that the boat was late, and it was small.", "", ""},
		{"pause", "It was a small but useful boat for us all.", "", ""},
		{"pause", "They told us that the boat had left and that it was late.", "", "They told us that the boat had {left and|left, and} that it was late."},
		{"pause", "There was nothing left for us but the boat.", "", ""},
		{"pause", "They did not come to the house because it was late.", "", ""},
		{"pause", "They all came to the house because it was late.", "", "They all came to the {house because|house, because} it was late."},
		{"pause", "We would prefer to use the house rather than the boat.", "", ""},
		{"pause", "The house as well as the boat was old and small.", "", ""},
		// at the end
		{"pause", "They had seen the boat too.", "", "They had seen the {boat too|boat, too}."},
		{"pause", "They came far too late.", "", ""},
		// what a comma decides, and what is not the author's
		{"pause", "The boats which were late have gone, and \"in fact\" we left.", "", ""},
		{"pause", "Mr Smith, the Minister, came.", "", ""},
		{"pause", "He said \"in fact we are late\" to us.", "", ""},
		{"pause", "IN FACT WE ARE LATE", "", ""},
		// lists
		{"serial", "We spoke of houses, roads and bridges.", "", "We spoke of houses, {roads and|roads, and} bridges."},
		{"serial", "We spoke of houses, roads, and bridges.", inBritish, "We spoke of houses, {roads, and|roads and} bridges."},
		{"serial", "We spoke of houses, roads, and bridges.", "", ""}, // an American's, most likely
		{"serial", "We spoke of houses, roads, and bridges.", inAmerican, ""},
		{"serial", "We met the Minister, a lawyer, and a friend.", "", ""},
		{"serial", "We spoke of men and boys, girls and women.", "", ""},
		{"serial", "In recent years, roads and bridges fell.", "", ""},
		{"serial", "We saw Fiji, Tonga and Samoa.", "", ""},
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

// Whatever the text, the readings of a site differ in commas alone, and no
// sentence varies by more than three.
func TestPausesChangeCommasAlone(t *testing.T) {
	parts := strings.Split("In the circumstances|, |we think|, of course, |that it is late|and they are not|. |On Monday|the boat|but it has left us|too|; |as well as the house|because they were| however |therefore| in fact |“|”|(|to help them|and to go| and that |if I don't|Smith|\n\n|roads, bridges and houses|roads, bridges, and houses| ", "|")
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 60).Draw(t, "parts"), " ")
		text = strings.NewReplacer("   ", " ", "  ", " ", " ,", ",", " .", ".", " ;", ";").Replace(text)
		bare := strings.NewReplacer(",", "", ";", "")
		commas := map[int]int{}
		spans := prose.Sentences(text)
		for _, p := range Proposals(text, ProposeOptions{Kinds: []string{"pause", "serial"}, Stock: coreStock()}) {
			n++
			most, least := 0, 99
			for _, r := range p.Readings {
				if bare.Replace(r) != bare.Replace(p.Readings[0]) {
					t.Fatalf("%q and %q differ in words", r, p.Readings[0])
				}
				most, least = max(most, strings.Count(r, ",")+strings.Count(r, ";")), min(least, strings.Count(r, ","))
			}
			for i, s := range spans {
				if s.Start <= p.Start && p.End <= s.End {
					commas[i] += most - least
				}
			}
		}
		for i, c := range commas {
			if c > mostPauses {
				t.Fatalf("%d commas vary in %q", c, text[spans[i].Start:spans[i].End])
			}
		}
	})
	if n == 0 {
		t.Fatal("no comma was ever proposed")
	}
}

// A comma takes no word from another kind's site, and takes in the words beside
// it for people to read where nobody else wants them.
func TestPausesGiveWay(t *testing.T) {
	text := "On this point we wrote to them in order to secure a reply, and they are late."
	got := Propose(text, ProposeOptions{Kinds: []string{"pause", "phrase"}, Stock: coreStock(), Variety: "british"}).String()
	if want := "On this {?pause:point we|point, we} wrote to them {?phrase:in order to secure|so as to secure} a {?pause:reply, and|reply and} they are late."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
