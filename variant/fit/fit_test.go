package fit

import (
	"testing"

	"frank/prose/wordclass"
)

const golden = 1669 // of the place below

func TestInput(t *testing.T) {
	m := Builtin()
	p := &Place{Own: []string{"important"}, Near: [6]string{"is", "an", "question", "of", "", "question"}}
	p.Class = [5]wordclass.Class{wordclass.Adjective, wordclass.Determiner, wordclass.Noun, wordclass.Third, wordclass.Preposition}
	p.Value[2] = "question" // +1
	said := &Lesson{Share: 8, Strength: map[string]int{"+1=question": 30}}
	x := m.Input(p, []string{"significant"}, said, nil)
	if len(x) != Inputs {
		t.Fatalf("there are %d inputs, not %d", len(x), Inputs)
	}
	with := m.Score(x)
	said.Strength["+1=question"] = -30
	if without := m.Score(m.Input(p, []string{"significant"}, said, x)); without >= with {
		t.Errorf("a wording that readers struck out before this word scores %d, one they let stand %d", without, with)
	}
	for _, w := range x {
		if w < -8*one || w > 8*one {
			t.Errorf("an input is %d, out of its range", w)
		}
	}
	// The same bits everywhere: a score is a whole number. It changes only when
	// the model is trained anew.
	said.Strength["+1=question"] = 30
	if got := m.Score(m.Input(p, []string{"significant"}, said, x)); got != golden {
		t.Errorf("the score is %d, not %d", got, golden)
	}
	// Words without a vector, and none at all, are no fault.
	m.Score(m.Input(&Place{}, nil, &Lesson{}, nil))
}

func TestRead(t *testing.T) {
	m := Builtin()
	file, err := m.Write()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if again.Least() != m.Least() || len(again.words) != len(m.words) {
		t.Errorf("a model that was written reads as another")
	}
	for n := range 20 {
		if _, err := Read(file[:n*len(file)/20]); err == nil {
			t.Errorf("a model cut short at %d twentieths is read", n)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	m := Builtin()
	p := &Place{Own: []string{"important"}, Near: [6]string{"is", "an", "question", "of", "", "question"}}
	said := &Lesson{Strength: map[string]int{}}
	x := make([]int32, 0, Inputs)
	for b.Loop() {
		x = m.Input(p, []string{"significant"}, said, x)
		m.Score(x)
	}
}
