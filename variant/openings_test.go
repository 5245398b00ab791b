package variant

import (
	"slices"
	"strings"
	"testing"

	"frank/prose"
)

func parsed(t interface {
	Helper()
	Fatal(...any)
}, src string) *Source {
	t.Helper()
	s, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOpenings(t *testing.T) {
	src := parsed(t, "1. The wider question of the wool trade, which {begins|starts} there, was put off by Mr Smith until the end of the year, and it must not be put again. \"All of this is quoted.\" It {!is kept like} that.")
	var got []string
	for _, o := range Openings(src) {
		got = append(got, src.Text()[o.Start:o.End])
	}
	want := []string{"The wider question of the wool trade", "was put off", "until the end of the year"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAReadingOfTheAuthorsOwn(t *testing.T) {
	source := "He put off the wider\nquestion until {spring|the spring}. He put it aside for {[wool] and [tin]}, which Smith {#a:likes|wants}."
	for _, c := range []struct {
		sentence int
		line     string
		want     string // the source, or part of the error
	}{
		{0, "the wider question|the larger matter|all else", "He put off {the wider\nquestion|the larger matter|all else} until {spring|the spring}."},
		{0, "spring|April comes", "{spring|the spring|April comes}."},
		{1, "aside|to one side", "He put it {aside|to one side} for"},
		{0, "aside|to one side", "do not stand"},
		{0, "the wide|the broad", "do not stand"},
		{0, "the wider question", "at least one other"},
		{0, "the wider question|", "at least one other"},
		{0, "the wider question|all|all", "are the same"},
		{0, "spring|the spring", "has this reading already"},
		{0, "question until spring|thing", "do not stand"},
		{1, "which Smith|who Smith", "never varied"},
		{1, "wool and tin|tin, wool", "list in free order"},
		{1, "likes|needs", "together with others"},
		{1, "put it|put\u200bit", "cannot be seen"},
	} {
		s := parsed(t, source)
		sentence := prose.Sentences(s.Text())[c.sentence]
		got, err := s.WithReadings(sentence, strings.Split(c.line, "|"))
		text := ""
		if err != nil {
			text = err.Error()
		} else {
			text = got.String()
		}
		if !strings.Contains(text, c.want) {
			t.Errorf("%q: %s", c.line, text)
		}
		if s.String() != source {
			t.Fatalf("%q changed the source", c.line)
		}
	}
	s := parsed(t, "It was put and it was put again.")
	if _, err := s.WithReadings(prose.Span{Start: 0, End: 32}, []string{"was put", "was laid"}); err == nil || !strings.Contains(err.Error(), "2 times") {
		t.Error(err)
	}
	// a reading that could never be shown beside what stands close by
	s = parsed(t, "They {help them|help us} to {win|gain}.")
	if got, err := s.WithReadings(prose.Span{Start: 0, End: len(s.Text())}, []string{"win", "help"}); err == nil {
		t.Errorf("taken: %s", got)
	}
}

func TestAWordThatIsSaidCloseBy(t *testing.T) {
	s := parsed(t, "He put the matter aside, and the question was not raised.")
	all := prose.Span{Start: 0, End: len(s.Text())}
	if got := s.SaidNear(all, []string{"the matter", "the thing", "the questions"}); got != "questions" {
		t.Errorf("%q", got)
	}
	if got := s.SaidNear(all, []string{"the matter", "the thing"}); got != "" {
		t.Errorf("%q", got)
	}
}

func FuzzWithReadings(f *testing.F) {
	f.Add("He put {off|by} the wider\nquestion.", 0, 30, "the wider question", "it")
	f.Fuzz(func(t *testing.T, source string, from, to int, words, reading string) {
		s, err := Parse(source)
		if err != nil {
			return
		}
		before := s.String()
		got, err := s.WithReadings(prose.Span{Start: from, End: to}, []string{words, reading})
		if s.String() != before {
			t.Fatal("the source was changed")
		}
		if err == nil && got.Text() != s.Text() {
			t.Fatalf("%q became %q", s.Text(), got.Text())
		}
		for _, o := range Openings(s) {
			if o.Start >= o.End || o.End > len(s.Text()) {
				t.Fatalf("%v", o)
			}
		}
	})
}
