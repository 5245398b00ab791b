package page

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"frank/trace"
	"frank/trace/figure"
)

// span is a ratio with its range over the editing models, log10 thousandths.
type span struct{ low, mid, high int }

type chartRow struct {
	copy           int
	another, usual span
}

const (
	chartHead    = 26 // pixels above the first row, for the cap's label
	chartRowTall = 58
	chartFoot    = 58
)

// axis is a stretch of the log10 scale, in thousandths, with its ticks.
type axis struct{ low, high, step int }

// axisFor fits the rows, always with 1 and the cap upon it. What lies far
// outside is cut off and shown by an arrow: beyond the cap nothing counts, and
// far below 1 nothing more is said.
func axisFor(rows []chartRow, limit int) axis {
	low, high := -1000, limit+600
	for _, r := range rows {
		for _, s := range []span{r.another, r.usual} {
			low, high = min(low, s.low), max(high, s.high)
		}
	}
	low, high = max(low, -6000), min(high, limit+3000)
	for _, step := range []int{1000, 2000, 3000, 6000, 12000, 24000} {
		a := axis{low: -roundUp(-low, step), high: roundUp(high, step), step: step}
		if step < 3000 {
			// The short steps cover what is needed, not a whole step more.
			a.low, a.high = -roundUp(-low, 1000), roundUp(high, 1000)
		}
		if (a.high-a.low)/step <= 6 {
			return a
		}
	}
	return axis{low: low, high: high, step: max(1000, (high-low)/5)}
}

func roundUp(n, step int) int { return (n + step - 1) / step * step }

// at returns the place of m across the chart as a percentage, between margins
// that leave room for marks and tick labels.
func (a axis) at(m int) string {
	m = min(max(m, a.low), a.high)
	const left, width = 5000, 90000 // thousandths of a per cent
	p := left + (m-a.low)*width/(a.high-a.low)
	return fmt.Sprintf("%d.%03d%%", p/1000, p%1000)
}

// chart draws the likelihood ratios of the rows on a log scale. Places across
// are percentages and places down are pixels, so that the chart takes the
// width it is given and its letters keep their size.
func chart(rows []chartRow, limit int) template.HTML {
	a := axisFor(rows, limit)
	var b strings.Builder
	bottom := chartHead + len(rows)*chartRowTall
	fmt.Fprintf(&b, `<svg class="chart" width="100%%" height="%d" role="img" aria-label="Likelihood ratios of the ranked copies on a log scale. The table below has the same figures.">`, bottom+chartFoot)
	fmt.Fprintf(&b, `<rect class="beyond" x="%s" y="%d" width="%s" height="%d"/>`, a.at(limit), chartHead, a.rest(limit), bottom-chartHead)
	for m := roundUp(a.low+24000, a.step) - 24000; m <= a.high; m += a.step {
		class := "grid"
		if m == 0 {
			class = "grid one"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="%s" x2="%[2]s" y1="%d" y2="%d"/>`, class, a.at(m), chartHead, bottom+6)
		first, second := tick(m)
		fmt.Fprintf(&b, `<text class="tick" text-anchor="middle"><tspan x="%s" y="%d">%s</tspan><tspan x="%[1]s" y="%[4]d">%s</tspan></text>`, a.at(m), bottom+20, first, bottom+34, second)
	}
	fmt.Fprintf(&b, `<text class="side" text-anchor="end" x="%s" dx="-6" y="%d">← against</text>`, a.at(0), bottom+52)
	fmt.Fprintf(&b, `<text class="side" x="%s" dx="6" y="%d">for the copy →</text>`, a.at(0), bottom+52)
	fmt.Fprintf(&b, `<line class="cap" x1="%s" x2="%[1]s" y1="18" y2="%d"/><text class="caplabel" text-anchor="end" x="%[1]s" dx="4" y="13">cap %[3]s</text>`, a.at(limit), bottom+6, figure.Times(limit))
	for i, r := range rows {
		top := chartHead + i*chartRowTall
		fmt.Fprintf(&b, `<text class="row" x="0" y="%d">Copy %s</text>`, top+15, figure.Group(r.copy))
		a.draw(&b, r.another, top+28, "another")
		a.draw(&b, r.usual, top+45, "usual")
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // figures and fixed words only
}

// rest returns the width from m to the end of the axis.
func (a axis) rest(m int) string {
	p := (a.high - min(max(m, a.low), a.high)) * 90000 / (a.high - a.low)
	return fmt.Sprintf("%d.%03d%%", p/1000, p%1000)
}

// draw puts one ratio on the chart: a stem from 1, a whisker over its range,
// and a mark, or an arrow where it lies off the scale.
func (a axis) draw(b *strings.Builder, s span, y int, class string) {
	fmt.Fprintf(b, `<g class="%s"><line class="stem" x1="%s" x2="%s" y1="%d" y2="%[4]d"/>`, class, a.at(0), a.at(s.mid), y)
	if s.low != s.high {
		fmt.Fprintf(b, `<line class="whisker" x1="%s" x2="%s" y1="%d" y2="%[3]d"/>`, a.at(s.low), a.at(s.high), y)
		for _, end := range []int{s.low, s.high} {
			if end > a.low && end < a.high {
				fmt.Fprintf(b, `<line class="whisker" x1="%s" x2="%[1]s" y1="%d" y2="%d"/>`, a.at(end), y-4, y+4)
			}
		}
	}
	shape := `M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z`
	switch {
	case s.mid > a.high:
		shape = `M-4-6L7 0L-4 6Z`
	case s.mid < a.low:
		shape = `M4-6L-7 0L4 6Z`
	case class == "usual":
		shape = `M0-6.5L6.5 0L0 6.5L-6.5 0Z`
	}
	fmt.Fprintf(b, `<svg x="%s" y="%d" overflow="visible"><path d="%s"/></svg></g>`, a.at(s.mid), y, shape)
}

// tick writes a place on the axis in one or two lines.
func tick(m int) (first, second string) {
	word, over := figure.Times(m), ""
	if m < 0 {
		word, over = figure.Times(-m), "1/"
	}
	first, second, _ = strings.Cut(word, " ")
	if strings.HasPrefix(second, "×") {
		return over + "10" + figure.Superscript(abs(m)/1000), ""
	}
	if over != "" && second != "" { // "1/1 million" does not read well
		if first == "1" {
			return "one", second + "th"
		}
		return "1/10" + figure.Superscript(-m/1000), ""
	}
	return over + first, second
}

func abs(n int) int { return max(n, -n) }

func spanOf(low, mid, high trace.Decimal) span {
	return span{figure.Milli(low), figure.Milli(mid), figure.Milli(high)}
}

// squares draws the copies as a grid, so many to a row, with the chosen ones
// filled: how many of how many, at a glance.
func squares(n int, chosen []int) template.HTML {
	const perRow, pitch, side = 25, 12, 9
	filled := make(map[int]bool, len(chosen))
	for _, c := range chosen {
		filled[c] = true
	}
	rows := (n + perRow - 1) / perRow
	width := min(n, perRow)*pitch - (pitch - side)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="squares" width="%d" height="%d" viewBox="-1 -1 %d %d" aria-hidden="true">`, width+2, rows*pitch-(pitch-side)+2, width+2, rows*pitch-(pitch-side)+2)
	for i := range n {
		class := ""
		if filled[i+1] {
			class = ` class="on"`
		}
		b.WriteString(`<rect` + class + ` x="` + strconv.Itoa(i%perRow*pitch) + `" y="` + strconv.Itoa(i/perRow*pitch) + `" width="9" height="9" rx="1.5"/>`)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}
