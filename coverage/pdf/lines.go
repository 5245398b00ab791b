package pdf

import "strings"

// line is a run of words on one height.
type line struct {
	u, end, v, size num
	text            string
	dir             int
	page            int
}

// lines makes lines of a page's glyphs, in the order they were painted, which
// is the order they are read in within a column.
func lines(marks []mark, page int) []line {
	var out []line
	var b strings.Builder
	var cur *line
	var recent [64]mark // painted twice to look bold
	blank := false
	flush := func() {
		if cur != nil {
			if cur.text = b.String(); cur.text != "" {
				out = append(out, *cur)
			}
		}
		cur, blank = nil, false
		b.Reset()
	}
	kept := 0
	for i, g := range marks {
		if g.shows == string(soft) {
			if i+1 < len(marks) && overprinted(g, marks[i+1]) {
				continue // it did not show
			}
			g.shows = "-"
		}
		if g.silent {
			if cur != nil && cur.dir == g.dir && abs(g.v-cur.v) < g.size/2 && g.u < cur.end+g.size {
				cur.end = max(cur.end, g.end)
			}
			continue
		}
		if g.shows == "" {
			blank = blank || g.end-g.u > g.size*8/100 // some spaces are taken back as soon as they are made
			continue
		}
		if again(recent[:min(kept, len(recent))], g) {
			continue
		}
		recent[kept%len(recent)] = g
		kept++
		if cur != nil {
			size := max(cur.size, g.size)
			if small := min(cur.size, g.size); size > small*2 { // a large initial
				size = small
			}
			gap := g.u - cur.end
			if cur.dir != g.dir || abs(g.v-cur.v) > size*2/5 || gap < -size/2 || gap > size*5/2 {
				flush()
			} else if blank || gap > size*17/100 {
				b.WriteByte(' ')
			}
		}
		if cur == nil {
			cur = &line{u: g.u, end: g.end, v: g.v, size: g.size, dir: g.dir, page: page}
		}
		blank = false
		b.WriteString(g.shows)
		cur.end = max(cur.end, g.end)
		if g.size > cur.size { // a raised figure came first
			cur.size, cur.v = g.size, g.v
		}
	}
	flush()
	return out
}

// overprinted reports whether the glyph after g stands where g does.
func overprinted(g, next mark) bool {
	return g.dir == next.dir && abs(g.v-next.v) < g.size/3 && next.u >= g.u-g.size/8 && next.u-g.u <= (g.end-g.u)/2
}

func again(recent []mark, g mark) bool {
	for _, r := range recent {
		if r.shows == g.shows && r.dir == g.dir && abs(r.u-g.u) < g.size/8 && abs(r.v-g.v) < g.size/8 {
			return true
		}
	}
	return false
}

// below reports whether b is the next line under a in one column.
func below(a, b line) bool {
	drop := a.v - b.v
	size := max(a.size, b.size)
	return a.page == b.page && a.dir == b.dir && drop > size/3 && drop < size*2 &&
		min(a.end, b.end)-max(a.u, b.u) > min(a.end-a.u, b.end-b.u)/2
}

// box is a column's part: lines that follow each other downwards.
type box struct {
	u, end, top, foot num
	dir               int
	lines             []line
}

const (
	maxBoxes = 300         // of one page that are put in order
	maxPairs = 500_000_000 // of boxes compared, over all pages, with what stands between them
)

// arrange puts a page's lines into the order they are read in. left is the
// work that may still be done on that. Text that runs
// another way than most of the page's comes after it.
func arrange(list []line, left *int) []line {
	var count [4]int
	for _, l := range list {
		count[l.dir] += len(l.text)
	}
	main := 0
	for d := range count {
		if count[d] > count[main] {
			main = d
		}
	}
	var out []line
	for d := range 4 {
		dir := (main + d) % 4
		var these []line
		for _, l := range list {
			if l.dir == dir {
				these = append(these, l)
			}
		}
		out = append(out, order(these, left)...)
	}
	return out
}

// order arranges lines that run the same way. Nearly every program paints a page
// in the order it is read in; then most lines stand under the one before, and
// that order is kept. Where they do not, the page was painted across its
// columns, and boxes are put in order as Breuel's two rules have it. What stands
// above comes before what stands below where they share a column; a column on
// the left comes before one on the right unless something as wide as both stands
// between their heights.
func order(list []line, left *int) []line {
	var boxes []box
	for i, l := range list {
		if i > 0 && below(list[i-1], l) && len(boxes) > 0 && similar(list[i-1].size, l.size) {
			b := &boxes[len(boxes)-1]
			b.u, b.end, b.foot = min(b.u, l.u), max(b.end, l.end), l.v
			b.lines = append(b.lines, l)
			continue
		}
		boxes = append(boxes, box{l.u, l.end, l.v + l.size*3/4, l.v, l.dir, []line{l}})
	}
	n := len(boxes)
	if n*2 <= len(list) || n > maxBoxes || n*n*n > *left {
		return list
	}
	*left -= n * n * n
	beside := func(a, b box) bool { return a.u < b.end && b.u < a.end }
	before := func(a, b box) bool {
		if beside(a, b) {
			return a.foot+a.top > b.foot+b.top
		}
		if a.end > b.u {
			return false
		}
		for _, c := range boxes {
			if beside(a, c) && beside(b, c) && (c.foot+c.top < a.foot+a.top) != (c.foot+c.top < b.foot+b.top) {
				return false
			}
		}
		return true
	}
	after := make([][]int, n) // those that must follow
	waits := make([]int, n)
	for i := range boxes {
		for j := range boxes {
			if i != j && before(boxes[i], boxes[j]) {
				after[i] = append(after[i], j)
				waits[j]++
			}
		}
	}
	done := make([]bool, n)
	var out []line
	for range n {
		next := -1 // the first as painted that waits for nothing, or for least where they go in a circle
		for i := range boxes {
			if !done[i] && (next < 0 || waits[i] < waits[next]) {
				next = i
			}
		}
		done[next] = true
		out = append(out, boxes[next].lines...)
		for _, j := range after[next] {
			waits[j]--
		}
	}
	return out
}

func similar(a, b num) bool { return a*100 >= b*85 && b*100 >= a*85 }
