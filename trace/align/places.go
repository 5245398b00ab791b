package align

import (
	"cmp"
	"slices"

	"frank/prose"
)

// checkPlaces looks whether the passage, or a part of it between jumps, could
// be laid on another place of the dispatch as well. Then nobody can say which
// sites were printed, and none of that part counts as read.
func (l *laid) checkPlaces() {
	var parts [][2]int // spans of steps
	for i := range l.steps {
		switch {
		case l.steps[i].kind == over:
		case i > 0 && l.steps[i-1].kind != over:
			parts[len(parts)-1][1] = i + 1
		default:
			parts = append(parts, [2]int{i, i + 1})
		}
	}
	for k, p := range parts {
		p = l.solidPart(p)
		if p[0] == p[1] {
			continue
		}
		own := span{start: l.steps[p[0]].e0, end: l.steps[p[1]-1].e1}
		before, after := span{end: own.start}, span{start: own.end, end: len(l.g.elems)}
		if k > 0 {
			before.start = l.steps[parts[k-1][1]-1].e1
		}
		if k+1 < len(parts) {
			after.end = l.steps[parts[k+1][0]].e0
		}
		if !l.alsoIn(l.items[l.steps[p[0]].j0:l.steps[p[1]-1].j1], own, before, after) {
			continue
		}
		l.unclear = true
		for i := p[0]; i < p[1]; i++ {
			if l.steps[i].kind == read {
				l.steps[i].kind, l.steps[i].fit, l.steps[i].elsewhere = other, nil, true
			}
		}
	}
}

// solidPart drops steps from both ends of a part until a word stands there.
func (l *laid) solidPart(p [2]int) [2]int {
	for p[0] < p[1] && !l.solid(&l.steps[p[0]]) {
		p[0]++
	}
	for p[0] < p[1] && !l.solid(&l.steps[p[1]-1]) {
		p[1]--
	}
	return p
}

// alsoIn reports whether items, which were laid on the elements own, can be
// laid within one of regions about as well.
func (l *laid) alsoIn(items []item, own span, regions ...span) bool {
	printed := l.telling(items)
	hits := 0
	for e := own.start; e < own.end; e++ {
		hits += l.g.elems[e].hit(printed)
	}
	enough := hits - hits/4
	if hits == 0 {
		return false
	}
	width := own.end - own.start
	cost, tried := int32(-1), 0
	for _, r := range regions {
		for _, c := range l.likely(r, printed, width+width/4, enough) {
			if tried++; tried > maxPlaces {
				return true
			}
			if cost < 0 {
				cost = l.costOn(items, own, l.stepsCost(own))
			}
			c.start, c.end = max(r.start, c.start-width/4-4), min(r.end, c.end+width/4+4)
			if l.costOn(items, c, cost+alikeEnough) <= cost+alikeEnough {
				return true
			}
		}
	}
	return false
}

// telling returns the words of items that stand least often in the dispatch:
// another place must have most of them too.
func (l *laid) telling(items []item) map[string]bool {
	var words []string
	for i := range items {
		if items[i].class == prose.Word && l.g.times[items[i].norm] > 0 {
			words = append(words, items[i].norm)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(l.g.times[a], l.g.times[b]), cmp.Compare(a, b))
	})
	words = slices.Compact(words)
	out := map[string]bool{}
	for _, w := range words[:min(len(words), tellingWords)] {
		out[w] = true
	}
	return out
}

// stepsCost returns what the steps on own cost.
func (l *laid) stepsCost(own span) int32 {
	sum := int32(0)
	for i := range l.steps {
		if s := &l.steps[i]; s.e0 >= own.start && s.e1 <= own.end {
			sum += s.cost
		}
	}
	return sum
}

// likely returns the parts of a region where so many elements in a row have
// enough that stand in printed.
func (l *laid) likely(r span, printed map[string]bool, width, enough int) []span {
	var out []span
	hits := 0
	for e := r.start; e < r.end; e++ {
		hits += l.g.elems[e].hit(printed)
		if e-width >= r.start {
			hits -= l.g.elems[e-width].hit(printed)
		}
		if hits < enough {
			continue
		}
		from := max(r.start, e-width+1)
		if n := len(out); n > 0 && out[n-1].end >= from && out[n-1].end-out[n-1].start < 4*width {
			out[n-1].end = e + 1
		} else {
			out = append(out, span{start: from, end: e + 1})
		}
	}
	return out
}

// hit is 1 when a word of the element stands in printed.
func (e *element) hit(printed map[string]bool) int {
	if e.block == nil {
		if e.class == prose.Word && printed[e.norm] {
			return 1
		}
		return 0
	}
	for i := range e.block.alts {
		for k := range e.block.alts[i].toks {
			if w := &e.block.alts[i].toks[k]; w.class == prose.Word && printed[w.norm] {
				return 1
			}
		}
	}
	return 0
}

// costOn returns the cost of the cheapest way to lay items on elements, if it
// is no more than limit; otherwise some higher number.
func (l *laid) costOn(items []item, on span, limit int32) int32 {
	if l.g.cells(on.start, on.end, len(items)) > maxCells {
		return never
	}
	t := newTable(l.g, on.start, on.end, items)
	t.limit = limit
	t.forward()
	_, _, _, total := t.finish()
	return total
}
