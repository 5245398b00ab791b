package variant

import (
	"strconv"

	"frank/prose"
	"frank/prose/wordclass"
)

// sight gathers the names of what a reader might see in the sentence of a
// token, for a table to weigh.
type sight struct {
	d     *document
	token int
	form  string
	names []string
}

func (s *sight) add(name, value string) { s.names = append(s.names, name+"="+value) }

// both adds a name by itself and for the form.
func (s *sight) both(name, value string) {
	s.add(name, value)
	s.add(s.form+"&"+name, value)
}

func (s *sight) class(i int) string {
	d := s.d
	if d.near(i, s.token) < 0 {
		return "edge"
	}
	if d.tok[i].Class != prose.Word {
		return d.tok[i].Norm
	}
	return d.class(i).String()
}

func (s *sight) word(i int) string {
	d := s.d
	switch {
	case d.near(i, s.token) < 0:
		return "<>"
	case d.has(i, "FIGURE"):
		return "#"
	case d.has(i, "CAP") && !d.first[i]:
		return "^"
	}
	return d.tok[i].Norm
}

// around adds what stands beside the token: the words and classes on either
// side, how far the next verb is, and the same word elsewhere in the sentence.
func (s *sight) around() {
	d, i := s.d, s.token
	for _, k := range []int{-3, -2, -1, 1, 2, 3} {
		at := strconv.Itoa(k)
		s.both("w"+at, s.word(i+k))
		s.both("c"+at, s.class(i+k))
	}
	s.both("cc-", s.class(i-2)+" "+s.class(i-1))
	s.both("cc+", s.class(i+1)+" "+s.class(i+2))
	s.both("ccc+", s.class(i+1)+" "+s.class(i+2)+" "+s.class(i+3))
	s.add("c-+", s.class(i-1)+" "+s.class(i+1))
	s.add("w-+", s.word(i-1)+" "+s.class(i+1))
	s.add("ww-", s.word(i-2)+" "+s.word(i-1))
	s.add("ww+", s.word(i+1)+" "+s.word(i+2))
	s.add("stem", stem(s.word(i-1)))

	verb, nouns, mark := 0, 0, "none"
	for k := i + 1; k < i+20 && d.near(k, i) >= 0 && verb == 0; k++ {
		switch {
		case d.has(k, "FINITE") || d.is(k, wordclass.Third, wordclass.Past, wordclass.Modal):
			verb = k - i
		case d.is(k, wordclass.Noun, wordclass.Nouns, wordclass.Name):
			nouns++
		case d.word(k) == "" && mark == "none":
			mark = d.tok[k].Norm
		}
	}
	s.both("verb", bucket(verb, 1, 2, 3, 4, 6, 9))
	s.both("nouns", bucket(nouns, 1, 2, 3))
	s.both("mark", mark)
	before, behind, joined := "none", "none", "no"
	for k := i - 1; k > i-20 && d.near(k, i) >= 0; k-- {
		if d.any(k, []string{"that", "which"}) {
			before = d.word(k) + " " + bucket(i-k, 4, 8, 14)
			break
		}
	}
	for k := i + 1; k < i+20 && d.near(k, i) >= 0; k++ {
		if d.any(k, []string{"that", "which"}) {
			behind = d.word(k) + " " + bucket(k-i, 4, 8, 14)
			joined = yes(d.any(k-1, []string{"and", "or", "but"}))
			break
		}
	}
	s.both("before", before)
	s.both("behind", behind)
	s.both("joined", joined)
	start, end := d.sentenceOf(i)
	s.both("from", bucket(i-start, 2, 4, 8, 15))
	s.both("length", bucket(end-start, 8, 15, 25, 40))
	s.add("british", yes(d.variety == british))
	s.add("informal", yes(d.informal))
}

// longSentence is how far is looked for the ends of a sentence or clause.
const longSentence = 100

// sentenceOf returns the tokens of the sentence of token i, or those around it
// in one without an end.
func (d *document) sentenceOf(i int) (from, to int) {
	for from = i; from > i-longSentence && d.near(from-1, i) >= 0; from-- {
	}
	for to = i + 1; to < i+longSentence && d.near(to, i) >= 0; to++ {
	}
	return from, to
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// bucket says between which edges n lies.
func bucket(n int, edges ...int) string {
	for k, e := range edges {
		if n < e {
			return strconv.Itoa(k)
		}
	}
	return strconv.Itoa(len(edges))
}
