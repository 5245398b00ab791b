package align

import "testing"

// A site whose readings differ in a comma alone is read from what was printed
// there, and from nothing that a printer may have put there for reasons of
// his own.
func TestPauses(t *testing.T) {
	const (
		start = "We waited long. In the {circumstances I|circumstances, I} think that it is late, he said to us then."
		gap   = "We waited long. In the circumstances{ |, }I think that it is late, he said to us then."
		aside = "We said that it {was therefore late|was, therefore, late} and could not be mended by us."
		wide  = "We said that it was{ therefore |, therefore, }late and could not be mended by us."
		stop  = "They have come to stay with us{, |; | }but we are going to leave them soon."
	)
	for _, tc := range []struct{ name, src, printed, want string }{
		{"as it is", start, "In the circumstances I think that it is late", "0=0"},
		{"with a comma", start, "In the circumstances, I think that it is late", "0=1"},
		{"gap", gap, "In the circumstances I think that it is late", "0=0"},
		{"gap with a comma", gap, "In the circumstances, I think that it is late", "0=1"},
		{"dash", start, "In the circumstances – I think that it is late", "0=0,1"},
		{"dash in the gap", gap, "In the circumstances – I think that it is late", "0=0,1"},
		{"semicolon in the gap", gap, "In the circumstances; I think that it is late", "0=0,1"},
		{"full stop", gap, "In the circumstances. I think that it is late", "0=0,1"},
		{"newspaper's comma", start, "“In the circumstances,” he wrote, “I think that it is late", "0=edited"},
		{"newspaper's comma in the gap", gap, "“In the circumstances,” he wrote, “I think that it is late", "0=edited"},
		{"comma outside", start, "“In the circumstances”, he wrote, “I think that it is late", "0=edited"},
		{"no comma at the seam", start, "“In the circumstances” he wrote “I think that it is late", "0=edited"},
		{"seam without words", start, "“In the circumstances,” “I think that it is late", "0=0,1"},
		{"seam without words or comma", gap, "“In the circumstances” “I think that it is late", "0=0,1"},
		{"comma outside, without words", gap, "“In the circumstances”, “I think that it is late", "0=0,1"},
		{"at the end", start, "waited long. In the circumstances,”", "0=0,1"},
		{"at the end without a comma", start, "waited long. In the circumstances”", "0=0,1"},
		{"at the end of the passage", start, "waited long. In the circumstances,", "0=0,1"},
		{"ends at the gap", gap, "waited long. In the circumstances,", ""},
		{"begins behind it", start, "I think that it is late", "0=0,1"},
		{"begins with the comma", start, ", I think that it is late", "0=0,1"},
		{"ellipsis", start, "In the circumstances … I think that it is late", "0=0,1"},
		{"ellipsis in the gap", gap, "In the circumstances … I think that it is late", "0=cut"},
		{"ellipsis behind a comma", start, "In the circumstances, … I think that it is late", "0=0,1"},
		{"cut behind it", start, "In the circumstances … that it is late", "0=0,1"},
		{"slip beside it", start, "In the cirumstances, I think that it is late", "0=1"},
		{"slip and none", start, "In the cirumstances I think that it is late", "0=0"},
		{"slip beside the gap", gap, "In the circurnstances, I think that it is late", "0=1"},
		{"scanned as a point", start, "In the circumstances. I think that it is late", "0=0,1"},
		{"scanned with a speck", gap, "In the circumstances ‘ I think that it is late", "0=0,1"},
		{"scanned with a line end", gap, "In the circum-\nstances,\nI think that it is late", "0=1"},
		{"comma and dash", start, "In the circumstances,— I think that it is late", "0=1"},
		{"inserted words", gap, "In the circumstances, [he wrote,] I think that it is late", "0=edited"},
		{"two", aside, "it was, therefore, late and could not be mended", "0=1"},
		{"none of two", aside, "it was therefore late and could not be mended", "0=0"},
		{"one of two", aside, "it was, therefore late and could not be mended", "0=0,1"},
		{"two in the gap", wide, "it was, therefore, late and could not be mended", "0=1"},
		{"none in the gap", wide, "it was therefore late and could not be mended", "0=0"},
		{"one in the gap", wide, "it was therefore, late and could not be mended", "0=0,1"},
		{"dashes", wide, "it was – therefore – late and could not be mended", "0=0,1"},
		{"ends inside with a comma", aside, "We said that it was, therefore,”", "0=1"},
		{"ends inside without", aside, "We said that it was therefore,”", "0=0"},
		{"ends behind one word", aside, "We said that it was,”", "0=0,1"},
		{"semicolon", stop, "come to stay with us; but we are going", "0=1"},
		{"comma", stop, "come to stay with us, but we are going", "0=0"},
		{"nothing", stop, "come to stay with us but we are going", "0=2"},
		{"dash for any", stop, "come to stay with us – but we are going", "0=0,1,2"},
		{"seam of any", stop, "“come to stay with us,” he said, “but we are going", "0=edited"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := master(t, tc.src)
			a := Align(m, tc.printed, 0, len(tc.printed), 0, len(m.Text))
			check(t, m, tc.printed, 0, len(tc.printed), a)
			if got := told(a); got != tc.want {
				t.Errorf("%q\n got %s\nwant %s", tc.printed, got, tc.want)
			}
		})
	}
}
