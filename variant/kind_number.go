package variant

import (
	"slices"
	"strings"
)

var numberKind = kind{
	Kind{"number", "Small numbers in words or figures, where the text mixes them, and how per cent is written."},
	proposeNumbers,
}

var smallNumbers = lazy(func() map[string]string {
	m := map[string]string{}
	for i, w := range strings.Fields("two three four five six seven eight nine ten") {
		m[w] = strings.Fields("2 3 4 5 6 7 8 9 10")[i]
	}
	return m
})

// Units of measure, before which figures are usual.
var measures = lazy(func() map[string]bool {
	return set("days weeks months years hours minutes miles tons copies")
})

// proposeNumbers never touches a figure: figures are locked.
func proposeNumbers(d *document) []Proposal {
	words, figures := 0, 0
	for i := range d.tok {
		if d.near(i+1, i) < 0 || !measures()[d.word(i+1)] {
			continue
		}
		if smallNumbers()[d.word(i)] != "" {
			words++
		} else if w := d.word(i); len(w) == 1 && w >= "2" && w <= "9" || w == "10" {
			figures++
		}
	}
	var out []Proposal
	for i := range d.tok {
		next := d.near(i+1, i)
		if next < 0 {
			continue
		}
		switch w := d.word(i); {
		case smallNumbers()[w] != "" && words > 0 && figures > 0 && d.lock[i] == 0 && !capital(d.raw(i)) && measures()[d.word(next)] && d.joined(i) &&
			!d.any(d.near(i-1, i), []string{"or", "to", "and", "hundred", "STOP"}):
			out = append(out, Proposal{Start: d.tok[i].Start, End: d.tok[i].End, Kind: "number", Readings: []string{d.raw(i), smallNumbers()[w]}})
		case d.has(i, "FIGURE") && d.joined(i) && (w != "" && d.word(next) == "percent" || d.word(next) == "per" && d.near(i+2, i) >= 0 && d.word(i+2) == "cent"):
			last := next
			if d.word(next) == "per" {
				if last = i + 2; !d.joined(next) {
					continue
				}
			}
			if d.lock[next] != 0 || d.lock[last] != 0 || strings.Contains(d.raw(i), "-") {
				continue
			}
			start, end := d.tok[i].End, d.tok[last].End
			out = append(out, Proposal{Start: start, End: end, Kind: "number", Link: "percent", Readings: []string{d.text[start:end], "%"}})
		}
	}
	if percentFixed(d) {
		out = slices.DeleteFunc(out, func(p Proposal) bool { return p.Link != "" })
	}
	return out
}

// percentFixed reports a text in which a sign would stand beside another
// style: "%" already, "ten per cent", or "per cent." with the point of an
// abbreviation.
func percentFixed(d *document) bool {
	if strings.Contains(d.text, "%") {
		return true
	}
	for i := range d.tok {
		if w := d.word(i); w != "cent" && w != "percent" {
			continue
		}
		k := i - 1
		if d.word(k) == "per" {
			k--
		}
		if d.word(k) != "" && !d.has(k, "FIGURE") {
			return true
		}
		rest := d.text[d.tok[i].End:]
		if len(rest) > 2 && rest[0] == '.' && (rest[1] < 'A' || rest[1] > 'Z') && !capital(strings.TrimLeft(rest[1:], " \n\t")) {
			return true
		}
	}
	return false
}
