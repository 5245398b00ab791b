package variant

import (
	"testing"
)

func TestBalance(t *testing.T) {
	s, err := Parse("{A|a1|a2} x {b|b1} x {c|c1} x {d|d1|d2} x {e|e1} there. {Farms|Fields} y {g|g1} y {h|h1} there.\n")
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Master()
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, u := range m.Units {
		sizes = append(sizes, len(u.Joint))
		if len(u.Sites) != 4 {
			continue
		}
		for _, joint := range u.Joint {
			if joint[0] != 0 && joint[1] != 0 && joint[2] != 0 && joint[3] != 0 {
				t.Errorf("a copy may depart at four sites of a sentence at once: %v", joint)
			}
		}
	}
	// 3·2·2·3 less the 2·1·1·2 that depart throughout; the fifth site and the
	// three of the other sentence by themselves.
	if want := []int{32, 2, 2, 2, 2}; len(sizes) != len(want) || sizes[0] != want[0] {
		t.Errorf("the units have %v combinations, not %v", sizes, want)
	}
}
