// Package page writes a trace's report as one self-contained HTML page that a
// lay reader understands: no script, no font, image or link from elsewhere.
package page

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"slices"

	"frank/trace"
	"frank/trace/figure"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var tmpl = template.Must(template.New("page").Funcs(template.FuncMap{
	"group":    figure.Group,
	"counted":  figure.Counted,
	"visible":  visible,
	"sentence": sentence,
	"pair":     func(root *view, d dispatch) both { return both{root, d} },
}).Parse(pageHTML))

const (
	maxRanks   = 10  // copies in chart and table; the JSON has the rest
	maxSquares = 250 // copies drawn one by one
	floor      = "1e-9"
)

// Write writes r as an HTML page. It fails when r is not a valid report or w
// does not take the page; r is not changed. The same report gives the same
// bytes.
func Write(w io.Writer, r *trace.Report) error {
	if r == nil {
		return errors.New("expected a report to write as a page, found none")
	}
	if err := r.Validate(); err != nil {
		return err
	}
	return tmpl.Execute(w, viewOf(r))
}

// view is what the template shows: every figure already in words.
type view struct {
	*trace.Report
	Warnings   []trace.Warning
	CSS        template.CSS
	Heading    string
	Dispatches []dispatch
	Alpha1     string // level over all looks
	Cap        string
	Scale      string
}

// both is what the template about the strength of evidence needs.
type both struct {
	Root *view
	D    dispatch
}

type dispatch struct {
	*trace.Dispatch
	ID        string
	Class     string
	Sentence  string
	Squares   template.HTML
	Caption   string
	Level     string
	Remaining string // the narrowed set
	ByChance  string
	Bits      string
	Single    bool // one copy named
	Cards     []card
	Leader    int
	Legend    []mark
	Edits     bool
	Passages  []passage
	Listed    []site
	Warnings  []trace.Warning
	In        []string // names of the exhibits that quote it
	Where     bool     // the list of sites says which exhibit
	Chart     template.HTML
	Ranks     []rank
	MoreRanks int
	Scale     []scaleRow
	Weights   []against

	AuthorTimes string
	AuthorFits  bool
}

// against is a weight with its alternative.
type against struct {
	weight
	Alternative string
}

// card is what is said of one named copy.
type card struct {
	Copy, Agree, Of int
	Reader          string
	Bound           string
	Floor           bool
	How             string
	Beside          bool // tested beside companions
}

// weight is a likelihood ratio as it may be reported: the lowest over the
// models, never above the cap.
type weight struct {
	AtLeast string
	Words   string
	Capped  bool
	Below   bool // under some model at least the alternative is favoured
	Mixed   bool // but not under all
	Range   string
	milli   int
}

type rank struct {
	Copy, Agree, Of int
	Named, In       bool
	Another, Usual  weight
	Bound           string
	Floor           bool
	How             string
	Beside          bool // tested beside companions
}

type scaleRow struct {
	band
	Here string
}

func viewOf(r *trace.Report) *view {
	v := &view{
		Report:   r,
		Warnings: worthSaying(r.Warnings),
		CSS:      template.CSS(pageCSS),
		Alpha1:   figure.Level(r.Alpha),
		Cap:      figure.Times(figure.Milli(r.Cap)),
		Scale:    scaleSource,
	}
	for i := range r.Dispatches {
		d := viewDispatch(r, i)
		v.Dispatches = append(v.Dispatches, d)
	}
	switch len(v.Dispatches) {
	case 0:
		v.Heading = "No dispatch is quoted"
	case 1:
		v.Heading = v.Dispatches[0].Sentence
		// One dispatch: what to know before relying on it stands in one place.
		v.Dispatches[0].Warnings = slices.Concat(v.Dispatches[0].Warnings, v.Warnings)
	default:
		v.Heading = figure.Group(len(v.Dispatches)) + " dispatches are quoted"
	}
	return v
}

// worthSaying leaves out what the page says in a place of its own.
func worthSaying(list []trace.Warning) []trace.Warning {
	var kept []trace.Warning
	for _, w := range list {
		if w.Code != "not-frozen" && w.Code != "narrowed-assumes" {
			kept = append(kept, w)
		}
	}
	return kept
}

func viewDispatch(r *trace.Report, i int) dispatch {
	d := &r.Dispatches[i]
	v := dispatch{
		Dispatch: d,
		ID:       fmt.Sprintf("d%d", i+1),
		Class:    d.Verdict,
		Level:    figure.Level(d.Level),
		ByChance: figure.Expected(d.ByChance),
		Bits:     figure.Bits(d.Bits),
		Where:    len(r.Exhibits) > 1,
		Warnings: worthSaying(d.Warnings),
	}
	var chosen []int
	switch d.Verdict {
	case trace.Named:
		chosen = d.Named
		v.Sentence = upper(figure.Copies(d.Named)) + " is named"
		if len(d.Named) > 1 {
			v.Sentence = upper(figure.Copies(d.Named)) + " are named"
		}
		v.Single = len(d.Named) == 1
	case trace.Narrowed:
		chosen = d.Consistent
		v.Remaining = figure.Copies(d.Consistent)
		v.Sentence = "Narrowed to " + figure.Group(len(d.Consistent)) + " of " + figure.Counted(d.Copies, "copy")
	default:
		v.Sentence = "Cannot tell which copy"
	}
	if d.Verdict != trace.CannotTell && len(d.Ranking) > 0 {
		v.Leader = d.Ranking[0].Copy
	}
	if d.Copies <= maxSquares && (len(chosen) == 0 || chosen[len(chosen)-1] <= d.Copies) {
		v.Squares = squares(d.Copies, chosen)
		v.Caption = "none of " + figure.Counted(d.Copies, "copy") + " singled out"
		if len(chosen) > 0 {
			v.Caption = figure.Group(len(chosen)) + " of " + figure.Counted(d.Copies, "copy")
		}
	}
	limit := figure.Milli(r.Cap)
	var rows []chartRow
	for k := range d.Ranking {
		rk := &d.Ranking[k]
		if k < maxRanks {
			v.Ranks = append(v.Ranks, viewRank(d, rk, limit))
			rows = append(rows, chartRow{rk.Copy, spanOf(rk.LRLow, rk.Log10LR, rk.LRHigh), spanOf(rk.UsualLow, rk.Log10Usual, rk.UsualHigh)})
		}
		if slices.Contains(d.Named, rk.Copy) {
			v.Cards = append(v.Cards, viewCard(rk))
		}
	}
	v.MoreRanks = len(d.Ranking) - len(v.Ranks)
	if len(rows) > 0 {
		v.Chart = chart(rows, limit)
	}
	if v.Leader != 0 {
		best := v.Ranks[0]
		v.Scale = scaleRows(best, v.Leader)
		v.Weights = []against{{best.Another, "another copy"}, {best.Usual, "usual wording"}}
	}
	v.AuthorTimes, v.AuthorFits = authorTimes(figure.Milli(d.Author.Log10LR))
	c := &comparer{r: r, d: d, leader: v.Leader}
	v.Legend, v.Passages, v.Listed = c.legend(), c.passages(), c.sites()
	for _, p := range d.Passages {
		if name := visible(r.Exhibits[p.Exhibit].Name); !slices.Contains(v.In, name) {
			v.In = append(v.In, name)
		}
		for _, piece := range p.Pieces {
			v.Edits = v.Edits || piece.Kind == trace.Changed || piece.Kind == trace.Added || piece.Kind == trace.Omitted
		}
	}
	return v
}

func viewRank(d *trace.Dispatch, k *trace.Rank, limit int) rank {
	return rank{
		Copy: k.Copy, Agree: k.Agree, Of: k.Of,
		Named:   slices.Contains(d.Named, k.Copy),
		In:      d.Verdict == trace.Narrowed && slices.Contains(d.Consistent, k.Copy),
		Another: weigh(k.LRLow, k.Log10LR, k.LRHigh, limit),
		Usual:   weigh(k.UsualLow, k.Log10Usual, k.UsualHigh, limit),
		Bound:   figure.Bound(k.FalseMatch),
		Floor:   k.FalseMatch.Cmp(floor) <= 0,
		How:     how(k),
	}
}

func viewCard(k *trace.Rank) card {
	return card{
		Copy: k.Copy, Agree: k.Agree, Of: k.Of,
		Reader: visible(k.Reader),
		Bound:  figure.OnceIn(k.FalseMatch),
		Floor:  k.FalseMatch.Cmp(floor) <= 0,
		How:    how(k),
		Beside: len(k.Companions) > 0,
	}
}

func how(k *trace.Rank) string {
	if len(k.Companions) == 0 {
		return "tested alone"
	}
	return "tested beside " + figure.Copies(k.Companions)
}

func weigh(low, mid, high trace.Decimal, limit int) weight {
	s := spanOf(low, mid, high)
	w := weight{milli: s.low, Below: s.low < 0, Mixed: s.low < 0 && s.high > 0}
	if w.milli >= limit {
		w.milli, w.Capped = limit, true
	}
	w.AtLeast, w.Words = figure.Times(w.milli), support(w.milli)
	switch {
	case w.Capped || s.low == s.high && !w.Below: // beyond the cap no figure is printed
	case s.high > limit:
		w.Range = figure.Times(s.low) + " to beyond the cap"
	case s.low == s.high:
		w.Range = figure.Times(s.low)
	default:
		w.Range = figure.Times(s.low) + " to " + figure.Times(s.high)
	}
	if w.Mixed {
		w.Words = "no support: the models disagree"
	}
	return w
}

// scaleRows is the verbal scale with the leading copy's two ratios on it.
func scaleRows(k rank, leader int) []scaleRow {
	var rows []scaleRow
	for i, b := range scale {
		row := scaleRow{band: b}
		another, usual := bandOf(k.Another.milli) == i, bandOf(k.Usual.milli) == i
		switch {
		case another && usual:
			row.Here = fmt.Sprintf("copy %s, against either alternative", figure.Group(leader))
		case another:
			row.Here = fmt.Sprintf("copy %s, against another copy", figure.Group(leader))
		case usual:
			row.Here = fmt.Sprintf("copy %s, against usual wording", figure.Group(leader))
		}
		rows = append(rows, row)
	}
	return rows
}

// authorTimes says how the author's wording fares against another copy.
func authorTimes(m int) (text string, fits bool) {
	switch {
	case m > 0:
		return "makes what was printed " + figure.Times(m) + " times as probable as another copy does", true
	case m < 0:
		return "makes what was printed less probable than another copy does", false
	}
	return "makes what was printed as probable as another copy does", true
}
