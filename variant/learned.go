package variant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"frank/prose/wordclass"
	"frank/variant/fit"
)

// lesson is what readers said of one reading of an entry: the reading is
// proposed where the model, given that and the place, is sure enough.
type lesson struct {
	line string
	once sync.Once
	said fit.Lesson
}

// parseLesson checks the form of "share name=value:strength …", in 1/16 of a
// logarithm of odds; it is read in full when first needed.
// isLesson tells a line of a lesson, which is set in and begins with a number,
// from an entry, which somebody may have set in too.
func isLesson(line string) bool {
	if !strings.HasPrefix(line, "  ") {
		return false
	}
	first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	_, err := strconv.Atoi(first)
	return err == nil
}

func parseLesson(line string) (*lesson, error) {
	for k, f := range strings.Fields(line) {
		if k > 0 {
			at := strings.LastIndexByte(f, ':')
			if at < 0 || !strings.Contains(f[:at], "=") {
				return nil, fmt.Errorf("%q is no strength of something seen", f)
			}
			f = f[at+1:]
		}
		if _, err := strconv.Atoi(f); err != nil {
			return nil, fmt.Errorf("%q is no number", f)
		}
	}
	if line == "" {
		return nil, fmt.Errorf("there is no share")
	}
	return &lesson{line: line}, nil
}

func (l *lesson) read() *fit.Lesson {
	l.once.Do(func() {
		f := strings.Fields(l.line)
		l.said.Share, _ = strconv.Atoi(f[0]) // parseLesson has read them
		l.said.Strength = make(map[string]int, len(f)-1)
		for _, w := range f[1:] {
			at := strings.LastIndexByte(w, ':')
			l.said.Strength[w[:at]], _ = strconv.Atoi(w[at+1:])
		}
		l.line = ""
	})
	return &l.said
}

// sure reports whether the model would propose written at place p.
func (l *lesson) sure(p *fit.Place, written string) bool {
	m := fit.Builtin()
	return m.Score(m.Input(p, strings.Fields(written), l.read(), nil)) >= m.Least()
}

// classFits reports whether the word at token i is of the class that form f of
// a word with tag t is.
func (d *document) classFits(i int, t byte, f form) bool {
	c := d.class(i)
	switch t {
	case 'n', 'N':
		return f == singular && c == wordclass.Noun || f == plural && c == wordclass.Nouns
	case 'v', 'V':
		switch f {
		case base:
			return c == wordclass.Base
		case third:
			return c == wordclass.Third && d.word(i-1) != "as" // as regards, as follows
		case past:
			return c == wordclass.Past
		case perfect:
			return c == wordclass.Perfect
		case gerund:
			return c == wordclass.Gerund
		}
	}
	return true
}

// learnedFits reports whether the words of a learned entry's first reading are
// of the classes its tags ask for.
func (d *document) learnedFits(e *entry, f form, i int) bool {
	for k, el := range e.readings[0].elems {
		if el.tag != 0 && el.tag != 'c' && !d.classFits(i+k, el.tag, f) {
			return false
		}
		if d.lock[i+k] != 0 && slices.ContainsFunc(e.readings[1:], func(r stockReading) bool { return !slices.Contains(r.elems, el) }) {
			return false
		}
	}
	return true
}

// Match finds a pattern in the words of the stock's format that covers
// text[start:end]: how a wording for it is written there, and what is around.
func (r *Reader) Match(pattern, wording string, start, end int) (written string, place *fit.Place, ok bool) {
	e, err := parseEntry("substitution: " + pattern + " / +" + wording)
	if err != nil {
		return "", nil, false
	}
	d := r.d
	i, k := r.tokens(start, end)
	if k == 0 {
		return "", nil, false
	}
	for at := max(0, i-len(e.readings[0].elems)+1); at <= i; at++ {
		for _, f := range e.formsOf(e.readings[0]) {
			if to, captured, ok := d.match(e.readings[0].elems, at, f); ok && to > i && d.learnedFits(&e, f, at) {
				t, ok := write(e.readings[1].elems, f, captured)
				return t, d.placeOf(at, to), ok
			}
		}
	}
	return "", nil, false
}

// Matching lists the first readings that text, taken alone, is a form of.
func (s *Stock) Matching(text string) []string {
	f := strings.Fields(strings.ToLower(strings.ReplaceAll(text, "’", "'")))
	var out []string
	for _, e := range s.entries {
		el := e.readings[0].elems
		if len(el) != len(f) {
			continue
		}
		for _, fm := range e.formsOf(e.readings[0]) {
			same := true
			for k := range el {
				same = same && el[k].in(fm) == f[k]
			}
			if same {
				out = append(out, e.readings[0].String())
				break
			}
		}
	}
	return out
}

func (r stockReading) String() string {
	var out strings.Builder
	for k, el := range r.elems {
		if k > 0 && !el.glue {
			out.WriteByte(' ')
		}
		out.WriteString(el.word)
		if el.tag != 0 && el.tag != 'c' {
			out.WriteByte('.')
			out.WriteByte(el.tag)
		}
	}
	return out.String()
}
