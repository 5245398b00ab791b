package cli

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"frank"
	"frank/gauge"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

// adviceShown is how many sentences the text form of the advice has.
const adviceShown = 5

// adviceText says where readings of the author's own would help most.
func (r *run) adviceText(g *gauge.Gauge, m *frank.Master, name string) {
	if len(g.Advice) == 0 {
		return
	}
	s := r.style()
	r.say("")
	r.say("%s", s.bold("where readings of your own would help most"))
	for _, a := range g.Advice[:min(len(g.Advice), adviceShown)] {
		r.say("  sentence %d: %s", a.Sentence+1, gains(a))
		for _, p := range a.Places {
			r.say("    %s", place(p, m, r.width()-28))
		}
	}
	if more := len(g.Advice) - adviceShown; more > 0 {
		r.say("  and %d more; frank review %s asks for them one by one", more, name)
	} else {
		r.say("  frank review %s asks for them one by one", name)
	}
}

// gains says what one more place in a sentence brings.
func gains(a gauge.Advice) string {
	return fmt.Sprintf("one more place with two readings brings %.1f bits%s; with three, %.1f%s", a.Two.Bits, fewer(a.Two.Words, "word"), a.Three.Bits, fewer(a.Three.Words, ""))
}

// fewer says by how much a quotation may be shorter, if by a word or more.
func fewer(words float64, of string) string {
	n := int(math.Round(words))
	switch {
	case n < 1:
		return ""
	case of == "":
		return fmt.Sprintf(" (%s fewer)", figure.Group(n))
	}
	return fmt.Sprintf(" (%s fewer to be quoted)", figure.Counted(n, of))
}

// place shows where a reading may be added.
func place(p gauge.Place, m *frank.Master, width int) string {
	text := opening(m.Text[p.Start:p.End], width)
	if p.Readings == 1 {
		return "“" + clean(text) + "”"
	}
	return fmt.Sprintf("“%s”, which has 2 readings: a third brings %.1f bits", clean(text), p.Bits)
}

type gaugeAdvice struct {
	Sentence int          `json:"sentence"` // counted from 1
	Two      gaugeGain    `json:"two_readings"`
	Three    gaugeGain    `json:"three_readings"`
	Places   []gaugePlace `json:"places"`
}

type gaugeGain struct {
	Bits  float64 `json:"bits_surviving_press"`
	Words float64 `json:"words_fewer"`
}

type gaugePlace struct {
	Text     string  `json:"text"`
	Readings int     `json:"readings"`             // that it has; 1: it is no site yet
	Bits     float64 `json:"bits_surviving_press"` // gained by one reading more
}

func adviceJSON(g *gauge.Gauge, m *frank.Master) []gaugeAdvice {
	round := func(x float64, by float64) float64 { return math.Round(x*by) / by }
	out := []gaugeAdvice{}
	for _, a := range g.Advice {
		j := gaugeAdvice{Sentence: a.Sentence + 1, Places: []gaugePlace{},
			Two: gaugeGain{round(a.Two.Bits, 1000), round(a.Two.Words, 10)}, Three: gaugeGain{round(a.Three.Bits, 1000), round(a.Three.Words, 10)}}
		for _, p := range a.Places {
			j.Places = append(j.Places, gaugePlace{m.Text[p.Start:p.End], p.Readings, round(p.Bits, 1000)})
		}
		out = append(out, j)
	}
	return out
}

const addKeys = `  Type words of the sentence as they stand, and your own readings behind them:
    the wider question | the larger matter | the matter as a whole
  Words that have readings already get one more. Return alone goes on, q saves and quits.`

// addOwn asks the author for readings of their own where they help most. Every
// addition is saved before the next question.
func (r *run) addOwn(in *lines, name string) error {
	v, err := r.openReview(name)
	if err != nil {
		return err
	}
	passed := map[int]bool{} // sentences the author had nothing for
	added, shown := 0, -1
	for {
		m, err := master(name, v.src)
		if err != nil {
			return err
		}
		g := advised(m, v.src, defaultReaders)
		var next *gauge.Advice
		for i := range g.Advice {
			if !passed[g.Advice[i].Sentence] {
				next = &g.Advice[i]
				break
			}
		}
		if next == nil {
			break
		}
		if shown < 0 {
			r.say("\n%s\n%s", r.style().bold("some sentences have little in them: readings of your own would help"), addKeys)
		}
		if shown != next.Sentence {
			r.showAdvice(g, *next, m)
			shown = next.Sentence
		}
		answer, more, err := r.ask(in, "words | your readings, return, quit, ? ")
		if err != nil {
			return err
		}
		switch {
		case !more || answer == "q":
			return r.addedOwn(added)
		case answer == "?" || answer == "h":
			r.say("%s", addKeys)
		case answer == "":
			passed[next.Sentence] = true
		default:
			ok, err := r.addReadings(in, v, g.Sentences[next.Sentence], answer)
			if err != nil {
				return err
			}
			if ok {
				added++
				shown = len(g.Sentences) // what is shown next has changed
			}
		}
	}
	if shown >= 0 {
		return r.addedOwn(added)
	}
	return nil
}

func (r *run) addedOwn(n int) error {
	switch n {
	case 0:
		r.say("nothing added")
	case 1:
		r.say("saved: 1 addition of your own")
	default:
		r.say("saved: %d additions of your own", n)
	}
	return nil
}

// showAdvice prints a sentence with its places.
func (r *run) showAdvice(g *gauge.Gauge, a gauge.Advice, m *frank.Master) {
	s := r.style()
	x := g.Sentences[a.Sentence]
	r.say("\n%s  %d words, %.1f bits", s.bold(fmt.Sprintf("sentence %d", a.Sentence+1)), x.Words, x.Bits)
	r.say("%s", fill(clean(m.Text[x.Start:x.End]), "      ", r.width()))
	r.say("%s", fill(gains(a), "  ", r.width()))
	r.say("  good places:")
	for _, p := range a.Places {
		line := fill(place(p, m, frank.MaxText), "      ", r.width())
		r.say("    %s", s.green(strings.TrimPrefix(line, "      ")))
	}
}

// addReadings adds what the author typed, if it can be, and saves.
func (r *run) addReadings(in *lines, v *review, at gauge.Sentence, line string) (bool, error) {
	readings := splitReadings(line)
	for i := range readings {
		readings[i] = strings.TrimSpace(readings[i])
	}
	sentence := prose.Span{Start: at.Start, End: at.End}
	next, err := v.src.WithReadings(sentence, readings)
	if err != nil {
		r.say("that cannot be: %s", cannotBe(err))
		return false, nil
	}
	if word := v.src.SaidNear(sentence, readings); word != "" {
		answer, _, err := r.ask(in, fmt.Sprintf("“%s” stands close by already; add it all the same? y, n ", clean(word)))
		if err != nil || answer != "y" {
			return false, err
		}
	}
	if err := v.write(next); err != nil {
		return false, err
	}
	v.src = next
	r.say("added")
	return true, nil
}

// cannotBe is the message of an error without line and column, which a person at
// the question cannot see.
func cannotBe(err error) string {
	if s, ok := errors.AsType[*variant.SyntaxError](err); ok {
		return s.Msg
	}
	return err.Error()
}
