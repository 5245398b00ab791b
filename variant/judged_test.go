package variant

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"frank/variant/fit"
)

// TestTables: each table lets some places pass, and not all.
func TestTables(t *testing.T) {
	raw, err := os.ReadFile("../bench/corpus/own.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	sure, places := map[string]int{}, map[string]int{}
	for line := range bytes.Lines(raw) {
		var doc struct{ Text string }
		if err := json.Unmarshal(line, &doc); err != nil || doc.Text == "" {
			t.Fatalf("%s: %v", line, err)
		}
		r := NewReader(doc.Text)
		for kind, table := range map[string]*fit.Table{"list": orders(), "that": thats(), "relative": whiches(), "pause": commas()} {
			for _, s := range r.Sightings(kind, rank) {
				places[kind]++
				if table.Sure(s.Seen) {
					sure[kind]++
				}
			}
		}
	}
	for _, kind := range []string{"list", "that", "relative", "pause"} {
		if sure[kind] == 0 || sure[kind] == places[kind] {
			t.Errorf("%s: sure of %d of %d places", kind, sure[kind], places[kind])
		}
	}
}

// TestCuts: what a conjunction joins is cut where its parts are alike.
func TestCuts(t *testing.T) {
	for _, c := range []struct{ text, want string }{ // | between the parts; "" for none
		{"They asked about the size and shape of it.", "size|shape"},
		{"They asked about the size and the shape of it.", "the size|the shape"},
		{"They will review and report on the matter.", "review|report"},
		{"It was carefully and fully considered.", "carefully|fully"},
		{"They spoke of the loss of ships and the need of men.", "the loss of ships|the need of men"},
		{"They came by land and by sea.", "by land|by sea"},
		{"They hope to mend the roads and to build new houses.", "to mend the roads|to build new houses"},
		{"It had full and frank talks.", "full|frank"},
		{"It depends on patience, courage and skill.", "patience|courage|skill"},
		{"It asks for financial, legal and administrative changes.", "financial|legal|administrative"},
		{"They spoke of co-operation and trade-offs.", ""}, // parts of words
		{"He went and she stayed.", ""},
		{"He lives up to the ideals and ensures that they last.", ""}, // no noun
		{"He has charges for assault and battery in the court.", ""},  // a term
		{"They spoke and spoke of it.", ""},
		{"It is about the preamble and paragraph two.", ""},
		{"We met the old minister and secretary then.", ""}, // old is who?
		{"Patience, courage and skill matter.", ""},         // a capital would move
		{"They asked about the size of the army and shape.", "army|shape"},
		{"“The size and shape of it.”", ""}, // somebody else's
	} {
		d := newDocument(c.text, nil)
		got := ""
		for i := range d.tok {
			if co, ok := d.coordination(i); ok {
				var parts []string
				for _, s := range co.items {
					parts = append(parts, d.words(s))
				}
				got = strings.Join(parts, "|")
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestHeads: what an item is about.
func TestHeads(t *testing.T) {
	for text, want := range map[string]string{"the loss of ships": "loss", "heavy new guns": "guns", "in the north of it": "it"} {
		d := newDocument(text, nil)
		if got := d.word(d.headOf(span{0, len(d.tok)})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestPlacesToJudge: what each table is asked about at all.
func TestPlacesToJudge(t *testing.T) {
	const uk = " The labour of the colour programme was honoured in the harbour."
	for _, c := range []struct{ kind, text, want string }{ // a place a semicolon, with the other reading
		{"that", "We hope that the talks will end soon.", " that="},
		{"that", "We told the House that the talks will end soon.", " that="},
		{"that", "We hope that they came and that they went.", ""}, // two that belong together
		{"that", "The paper that was sent is lost.", ""},           // a pronoun
		{"that", "He wrote “we hope that the talks will end”.", ""},
		{"relative", "It is a plan which nobody has seen.", "which=that"},
		{"relative", "It is this plan which nobody has seen.", ""}, // known already
		{"relative", "It is the minister which nobody has seen.", ""},
		{"relative", "It is the plan of which nobody has heard.", ""},
		{"pause", "In these circumstances we agree.", " =, "},
		{"pause", "We met them there, and they agreed.", ", = "},
		{"pause", "We met them there and they agreed.", " =, "},
		{"pause", "We met them there.", ""},
		{"pause", "He said “we met them, and they agreed”.", ""},
	} {
		var got []string
		for _, s := range NewReader(c.text+uk).Sightings(c.kind, nil) {
			if s.End <= len(c.text) {
				got = append(got, s.Readings[0]+"="+s.Readings[1])
			}
			if len(s.Seen) < 20 {
				t.Errorf("%s: %d things are seen", c.text, len(s.Seen))
			}
		}
		if g := strings.Join(got, ";"); g != c.want {
			t.Errorf("%s: %s: %q, want %q", c.kind, c.text, g, c.want)
		}
	}
}
