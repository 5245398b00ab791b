package variant

import (
	"slices"
	"strings"

	"frank/prose"
)

var pauseKind = kind{
	Kind{"pause", "A comma that may stand or not: In the circumstances, we think; in the circumstances we think."},
	proposePauses,
}

// mostPauses is how many commas of one sentence may vary.
const mostPauses = 3

// pause is one comma, or two that stand or fall together: behind token a, and
// behind token b unless that is 0.
type pause struct {
	a, b int
	stop bool // where a comma stands, a semicolon may
}

// pauseRules find pauses; a rule does not look at what others found, and may
// find the same.
var pauseRules = []func(d *document, i int) (pause, bool){
	(*document).pauseAtStart, (*document).pauseAside, (*document).pauseBehindSubject, (*document).pauseBeforeClause,
	(*document).pauseBeforePart, (*document).pauseBeforePhrase, (*document).pauseAtEnd,
}

func proposePauses(d *document) []Proposal {
	if d.edited() {
		return nil
	}
	var found []pause
	for i := range d.tok {
		for _, rule := range pauseRules {
			if p, ok := rule(d, i); ok && !d.overLock(p) {
				found = append(found, p)
			}
		}
	}
	found = append(found, d.sureCommas(found)...)
	slices.SortStableFunc(found, func(x, y pause) int {
		if x.a != y.a {
			return x.a - y.a
		}
		return y.b - x.b // two commas before one
	})
	var out []Proposal
	at := -1
	for _, p := range found {
		if p.a <= at {
			continue
		}
		at = max(p.a, p.b)
		out = append(out, d.paused(p))
	}
	return out
}

// sureCommas are those that the rules do not know of and the table is sure may
// stand or not.
func (d *document) sureCommas(known []pause) []pause {
	had := map[int]bool{}
	for _, p := range known {
		for k := p.a - 1; k <= max(p.a, p.b)+1; k++ {
			had[k] = true
		}
	}
	var out []pause
	for i := range d.tok {
		if had[i] || !d.looseComma(i) || !commas().Sure(d.seenAtComma(i)) {
			continue
		}
		out = append(out, pause{a: i})
	}
	return out
}

// overLock reports that something locked but a name stands between the two commas of
// p: a figure, which no site has in it.
func (d *document) overLock(p pause) bool {
	for k := p.a + 1; k <= p.b; k++ {
		if l := d.lock[k]; l != 0 && l != name && l != negation && l != operative {
			return true
		}
	}
	return false
}

// edited reports a text of the kind whose commas are held to one habit from end
// to end, so that a departure shows. American editors do so: of commas that were
// varied in such texts, readers who saw whole passages struck out 6 in 10. What
// shows no variety of English is taken for theirs where more than three in four of
// its lists have the comma before the last, or all of fewer. Lists with it are
// recognised more often than those without, so where in doubt commas stay.
func (d *document) edited() bool {
	with, without := 0, 0
	if d.variety == 0 {
		for _, prev := range d.serials() {
			if _, comma := d.behind(prev); comma {
				with++
			} else {
				without++
			}
		}
	}
	return d.variety == american || with > 3*without
}

// paused proposes the text with the commas of p and without.
func (d *document) paused(p pause) Proposal {
	gaps := []int{p.a}
	if p.b > 0 {
		gaps = append(gaps, p.b)
	}
	var with, without strings.Builder
	at := d.tok[p.a].End
	start := at
	for _, g := range gaps {
		next, _ := d.behind(g)
		with.WriteString(d.text[at:d.tok[g].End] + ",")
		without.WriteString(d.text[at:d.tok[g].End])
		at = d.tok[next].Start
		space := d.text[at-1 : at]
		with.WriteString(space)
		without.WriteString(space)
	}
	r := Proposal{Start: start, End: at, Kind: "pause", Readings: []string{d.text[start:at]}}
	readings := []string{with.String(), without.String()}
	if p.stop {
		readings = append(readings, ";"+strings.TrimPrefix(with.String(), ","))
	}
	for _, s := range readings {
		if !slices.Contains(r.Readings, s) {
			r.Readings = append(r.Readings, s)
		}
	}
	return r
}

// settled leaves no more than three commas of a sentence to vary, the first, and
// takes into their sites the words beside them, for people to read, where
// nothing else holds those words. A comma is proposed without them so that it
// does not stand in the way of a reading of either.
func (d *document) settled(ps []Proposal) []Proposal {
	in, commas := -1, 0
	ps = slices.DeleteFunc(ps, func(p Proposal) bool {
		if !pausing(p) {
			return false
		}
		k, _ := d.beside(p)
		if d.sent[k] != in {
			in, commas = d.sent[k], 0
		}
		n := p.commas()
		if commas+n > mostPauses {
			return true
		}
		commas += n
		return false
	})
	for i := range ps {
		p := &ps[i]
		if !pausing(*p) {
			continue
		}
		from, to := 0, len(d.text)
		if i > 0 {
			from = ps[i-1].End
		}
		if i+1 < len(ps) {
			to = ps[i+1].Start
		}
		k, n := d.beside(*p)
		before, behind := "", ""
		if d.free(k) && d.tok[k].Start >= from {
			before = d.raw(k)
		}
		if d.free(n) && d.tok[n].End <= to {
			behind = d.raw(n)
		}
		p.Start, p.End = p.Start-len(before), p.End+len(behind)
		for r := range p.Readings {
			p.Readings[r] = before + p.Readings[r] + behind
		}
	}
	return ps
}

// pausing reports a proposal of these kinds as they make it: from the end of a
// word.
func pausing(p Proposal) bool {
	return (p.Kind == "pause" || p.Kind == "serial") && p.Readings[0] != "" && strings.ContainsAny(p.Readings[0][:1], ",; \n")
}

// beside returns the words before and behind a site of commas.
func (d *document) beside(p Proposal) (before, behind int) {
	before, _ = slices.BinarySearchFunc(d.tok, p.Start, func(t prose.Token, at int) int { return t.End - at })
	behind, _ = slices.BinarySearchFunc(d.tok, p.End, func(t prose.Token, at int) int { return t.Start - at })
	return before, behind
}

// commas returns how many commas of p vary.
func (p Proposal) commas() int {
	most, least := 0, len(p.Readings[0])
	for _, r := range p.Readings {
		n := strings.Count(r, ",") + strings.Count(r, ";")
		most, least = max(most, n), min(least, n)
	}
	return most - least
}

// behind returns the word behind word i when nothing but a space, or a comma
// and a space, stands between them; else -1.
func (d *document) behind(i int) (next int, comma bool) {
	k := i + 1
	if i < 0 || d.near(k, i) < 0 || d.word(i) == "" || d.said(i) {
		return -1, false
	}
	if d.has(k, "COMMA") && d.tok[k].Start == d.tok[i].End && d.joined(k) && d.near(k+1, i) >= 0 {
		comma = true
		k++
	} else if !d.joined(i) {
		return -1, false
	}
	if d.word(k) == "" || d.said(k) {
		return -1, false
	}
	return k, comma
}

// said reports a token that is not the author's to vary, whatever it says.
func (d *document) said(i int) bool {
	return d.lock[i] != 0 && d.lock[i] <= heading
}

// before is the word before word i, as behind.
func (d *document) before(i int) (prev int, comma bool) {
	for k := i - 1; k >= i-2 && k >= 0; k-- {
		if n, c := d.behind(k); n == i {
			return k, c
		}
	}
	return -1, false
}
