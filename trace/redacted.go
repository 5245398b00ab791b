package trace

import (
	"errors"
	"slices"

	"frank/trace/align"
)

// laid is where a passage stands, in the exhibit and on the dispatch.
type laid struct {
	from   int
	pieces []laidPiece
}

// laidPiece is where a piece stands on the dispatch.
type laidPiece struct {
	start, end int
	sites      []int // of a site: those that run into each other there
	elsewhere  bool
}

func whereLaid(q quotation, a *align.Alignment) laid {
	out := laid{from: q.from}
	for _, p := range a.Pieces {
		x := laidPiece{start: p.Start, end: p.End}
		if p.Kind == align.AtSite {
			for _, s := range a.Sites {
				if s.Block == p.Site {
					x.sites = append(x.sites, s.Site)
					x.elsewhere = x.elsewhere || s.Elsewhere
				}
			}
		}
		out.pieces = append(out.pieces, x)
	}
	return out
}

// Redacted returns the report as it may leave the officers' hands, and as
// strangers can check it: without readers' names and the dispatches' titles,
// without words of a dispatch that were not printed, but for the readings of
// sites that were; and with the places that its passages stand at. The report
// must come from [Run]: one that was written and read again has lost them.
func (r *Report) Redacted() (*Report, error) {
	out := *r
	out.Dispatches = slices.Clone(r.Dispatches)
	for i := range out.Dispatches {
		if err := out.Dispatches[i].redact(); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

func (d *Dispatch) redact() error {
	if len(d.laid) != len(d.Passages) {
		return errors.New("a report that was written and read again does not say where its passages stand")
	}
	d.Title = ""
	d.Ranking = slices.Clone(d.Ranking)
	for i := range d.Ranking {
		d.Ranking[i].Reader = ""
	}
	seen := d.Seen
	at := d.printedSites()
	d.Seen = []SiteSeen{}
	for i := range seen {
		if at[i] >= 0 {
			d.Seen = append(d.Seen, seen[i])
		}
	}
	d.Passages = slices.Clone(d.Passages)
	for i := range d.Passages {
		p, where := &d.Passages[i], d.laid[i]
		p.From, p.Pieces = where.from, slices.Clone(p.Pieces)
		for k := range p.Pieces {
			x, w := &p.Pieces[k], where.pieces[k]
			x.Span = []int{w.start, w.end}
			switch {
			case x.Kind == AtSite && x.Seen >= 0 && at[x.Seen] >= 0:
				x.Seen, x.Elsewhere = at[x.Seen], w.elsewhere
			case x.Kind == AtSite: // that there is a site is all that is shown of it
				x.Seen, x.Dispatch = -1, ""
			case x.Kind == Omitted || x.Kind == Changed:
				x.Dispatch = ""
			}
		}
		p.Pieces = slices.DeleteFunc(p.Pieces, func(x Piece) bool { // of no words on either side: nothing to tell
			return x.Kind == Omitted && x.Printed == "" && x.Span[0] == x.Span[1]
		})
	}
	return nil
}

// printedSites returns, for each seen site, its index among those that print
// shows words or a reading of, or -1.
func (d *Dispatch) printedSites() []int {
	words := map[int]bool{} // by site
	for i, p := range d.Passages {
		for k, x := range p.Pieces {
			if x.Kind == AtSite && x.Printed != "" {
				for _, s := range d.laid[i].pieces[k].sites {
					words[s] = true
				}
			}
		}
	}
	at, n := make([]int, len(d.Seen)), 0
	for i, s := range d.Seen {
		at[i] = -1
		if s.State != Edited || words[s.Site] {
			at[i] = n
			n++
		}
	}
	return at
}
