package trace

import (
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/coverage"
	"frank/prose"
	"frank/trace/align"
	"frank/trace/locate"
	"frank/trace/quote"
)

// grounds keeps the dispatches that were prepared for laying passages on.
type grounds map[int]*align.Ground

func (g grounds) of(in Input, dispatch int) *align.Ground {
	if g[dispatch] == nil {
		g[dispatch] = align.Prepare(in.Issued[dispatch].Master)
	}
	return g[dispatch]
}

// quotation is a run of an exhibit laid beside a dispatch.
type quotation struct {
	dispatch   int
	from, to   int // bytes of the exhibit
	start, end int // bytes of the master, about
	quoted     bool
}

// least is how many words an unquoted run must have to be read as verbatim;
// enough how many a quoted one needs to be looked for in the whole archive, and
// fewest how many beside others of the same dispatch.
const (
	least  = 8
	enough = 12
	fewest = 4
)

// quotations finds what an exhibit quotes. The archive is searched for the whole
// exhibit, then for each quoted passage by itself, which needs less evidence
// than a passage of a long article; last, each dispatch that was found is
// searched for quoted passages too short to be found elsewhere.
func quotations(in Input, e *coverage.Exhibit, words []prose.Token, grounds grounds) []quotation {
	passages := quote.Passages(e.Text, e.Quotes...)
	var out []quotation
	for _, h := range in.Index.Find(words) {
		out = append(out, runs(grounds.of(in, h.Dispatch), e, words, passages, h)...)
	}
	for _, p := range passages {
		if !p.Quoted || slices.ContainsFunc(out, func(q quotation) bool { return q.from < p.End && p.Start < q.to }) {
			continue
		}
		if own := wordsIn(words, p.Start, p.End); len(own) >= enough {
			for _, h := range in.Index.Find(own) {
				out = append(out, quotation{h.Dispatch, p.Start, p.End, h.Start, h.End, true})
			}
		}
	}
	var near []quotation
	for d := range in.Issued {
		if !slices.ContainsFunc(out, func(q quotation) bool { return q.dispatch == d }) {
			continue
		}
		b := locate.New()
		b.Add(in.Issued[d].Master)
		one := b.Index()
		for _, p := range passages {
			if !p.Quoted || slices.ContainsFunc(out, func(q quotation) bool { return q.from < p.End && p.Start < q.to }) {
				continue
			}
			own := wordsIn(words, p.Start, p.End)
			if len(own) < fewest {
				continue
			}
			if hits := one.Find(own); len(hits) > 0 {
				near = append(near, quotation{d, p.Start, p.End, hits[0].Start, hits[0].End, true})
			}
		}
	}
	out = append(out, near...)
	slices.SortFunc(out, func(a, b quotation) int {
		if a.from != b.from {
			return a.from - b.from
		}
		if a.dispatch != b.dispatch {
			return a.dispatch - b.dispatch
		}
		return a.start - b.start
	})
	return slices.CompactFunc(out, func(a, b quotation) bool {
		return a.dispatch == b.dispatch && a.from == b.from && a.to == b.to && overlap(a, b)
	})
}

// runs cuts what was found of one dispatch into the runs to be laid on it. A
// quoted passage is laid down whole, and the words between two of them only
// where they too follow the dispatch: a paper's own words stand between
// quotations, and a dispatch has quotation marks of its own.
func runs(ground *align.Ground, e *coverage.Exhibit, words []prose.Token, passages []quote.Passage, h locate.Hit) []quotation {
	var out []quotation
	from, to := words[h.From].Start, words[h.To-1].End
	open := false // the last run goes on
	for _, p := range passages {
		q := quotation{h.Dispatch, max(from, p.Start), min(to, p.End), h.Start, h.End, p.Quoted}
		if q.from >= q.to {
			continue
		}
		inside := len(wordsIn(words, q.from, q.to))
		switch {
		case inside == 0:
		case p.Quoted:
			if open {
				out[len(out)-1].to = p.End
				continue
			}
			q.from, q.to = p.Start, p.End
			out = append(out, q)
		default:
			laid := ground.Align(e.Text, q.from, q.to, h.Start, h.End).Words
			switch {
			case 10*laid < 6*inside || (inside < least && !joins(out, q)):
				open = false
			case joins(out, q):
				out[len(out)-1].to, out[len(out)-1].quoted = q.to, false
				open = true
			default:
				out = append(out, q)
				open = true
			}
		}
	}
	return out
}

// joins reports whether q begins where the last of the runs ends.
func joins(runs []quotation, q quotation) bool {
	return len(runs) > 0 && runs[len(runs)-1].to == q.from
}

func overlap(a, b quotation) bool { return a.start <= b.end && b.start <= a.end }

func wordsIn(words []prose.Token, from, to int) []prose.Token {
	a, _ := slices.BinarySearchFunc(words, from, func(w prose.Token, at int) int { return w.Start - at })
	b, _ := slices.BinarySearchFunc(words, to, func(w prose.Token, at int) int { return w.Start - at })
	return words[a:b]
}

// reading is what the exhibits print of one dispatch.
type reading struct {
	issued *Issued
	at     int
	book   copies

	passages []Passage
	laid     []laid          // where they stand
	marks    []mark          // per printing of a site
	sites    map[int]*siteAt // after merge
	covered  []bool          // words of the master that are laid under print
	words    int
	spans    []span // of the exhibits that were laid on it
	warnings []Warning
}

// copies is what is known of a dispatch's copies: a codebook, or those of its
// units that were opened.
type copies interface {
	Copies() int
	Number(i int) int
	Readings(unit int, dst []uint16)
	Copy(number int) ([]int, error)
}

// span is a stretch of an exhibit.
type span struct{ exhibit, from, to int }

// mark is one printing of a site.
type mark struct {
	seen    align.Seen
	exhibit int
	passage int
	piece   int
}

// siteAt is a site after all its printings.
type siteAt struct {
	state    string
	readings []int
	exhibits []int
}

// add aligns a quotation and takes down what it prints at each site.
func (f *reading) add(exhibit int, e *coverage.Exhibit, q quotation, ground *align.Ground) {
	m := f.issued.Master
	a := ground.Align(e.Text, q.from, q.to, q.start, q.end)
	if a.Words == 0 {
		return
	}
	p := Passage{Exhibit: exhibit, Printed: e.Text[q.from:q.to], Quoted: q.quoted, Pieces: []Piece{}}
	if f.covered == nil {
		f.covered = make([]bool, len(m.Text)+1)
	}
	at := map[int]int{} // site → piece
	for _, x := range a.Pieces {
		y := Piece{Printed: e.Text[x.From:x.To], Dispatch: m.Text[x.Start:x.End], Seen: -1}
		switch x.Kind {
		case align.Same:
			y.Kind = Same
		case align.Changed:
			y.Kind = Changed
		case align.Added:
			y.Kind = Added
		case align.Omitted:
			y.Kind = Omitted
		case align.AtSite:
			y.Kind = AtSite
			at[x.Site] = len(p.Pieces)
		}
		if x.Kind != align.Omitted && x.Kind != align.Added {
			for b := x.Start; b < x.End; b++ {
				f.covered[b] = true
			}
		}
		p.Pieces = append(p.Pieces, y)
	}
	for _, s := range a.Sites {
		piece, ok := at[s.Site]
		if !ok {
			piece = -1
		}
		f.marks = append(f.marks, mark{s, exhibit, len(f.passages), piece})
	}
	if slices.Contains(a.Warnings, align.WarnPlace) {
		f.warnings = append(f.warnings, warnPlace)
	}
	f.passages = append(f.passages, p)
	f.laid = append(f.laid, whereLaid(q, a))
	f.spans = append(f.spans, span{exhibit, q.from, q.to})
}

var warnPlace = Warning{align.WarnPlace, "a passage fits more than one place of the dispatch equally well, so nothing was read from it"}

// warnShared says so where the same print was laid on several dispatches, as it
// is on a dispatch and its corrected version.
func warnShared(read []*reading) {
	for _, f := range read {
		var refs []string
		for _, g := range read {
			if f != g && f.shares(g) {
				refs = append(refs, g.issued.Ref)
			}
		}
		if n := len(refs); n > 3 {
			refs = append(refs[:3], fmt.Sprintf("%d more", n-3))
		}
		if len(refs) > 0 {
			f.warnings = append(f.warnings, Warning{"shared-words", "some of the words quoted are found in " + strings.Join(refs, ", ") + " as well, and were compared with the copies of each: what a copy of one explains need not come from the other"})
		}
	}
}

func (f *reading) shares(g *reading) bool {
	return slices.ContainsFunc(f.spans, func(a span) bool {
		return slices.ContainsFunc(g.spans, func(b span) bool {
			return a.exhibit == b.exhibit && a.from < b.to && b.from < a.to
		})
	})
}

// merge makes one observation a site of all its printings, by rules that do
// not look at any copy: what is printed in several places counts once; an edit
// in one does not undo a reading in another; printings that no one reading fits
// are a conflict and count for nothing, for they may come from two copies.
func (f *reading) merge() {
	f.sites = map[int]*siteAt{}
	for _, k := range f.marks {
		if k.seen.State == align.Cut {
			continue
		}
		s := f.sites[k.seen.Site]
		if s == nil {
			s = &siteAt{state: Edited}
			f.sites[k.seen.Site] = s
		}
		if !slices.Contains(s.exhibits, k.exhibit) {
			s.exhibits = append(s.exhibits, k.exhibit)
		}
		if k.seen.State != align.Read {
			continue
		}
		switch s.state {
		case Edited:
			s.state, s.readings = Read, slices.Clone(k.seen.Readings)
		case Read:
			var both []int
			for _, r := range k.seen.Readings {
				if slices.Contains(s.readings, r) {
					both = append(both, r)
				}
			}
			if both == nil {
				s.state = Conflict
				both = append(slices.Clone(s.readings), k.seen.Readings...)
				slices.Sort(both)
				both = slices.Compact(both)
			}
			s.readings = both
		case Conflict:
			s.readings = append(s.readings, k.seen.Readings...)
			slices.Sort(s.readings)
			s.readings = slices.Compact(s.readings)
		}
	}
	for i, s := range f.sites {
		if s.state == Read && len(s.readings) == len(f.issued.Master.Sites[i].Readings) {
			s.state, s.readings = Edited, nil // every reading fits: nothing was read
		}
	}
	f.words = f.count()
}

// count returns how many printed words lie on the dispatch: between its sites
// those of its own text that lie under print, at a site those of its first
// printing. So a longer reading than the author's counts as long as it is, and
// what is printed in several places counts once.
func (f *reading) count() int {
	if f.covered == nil {
		return 0
	}
	n, sites := 0, f.issued.Master.Sites
	at := 0 // the first site that ends behind the word
	for _, w := range prose.Words(f.issued.Master.Text) {
		for at < len(sites) && sites[at].End <= w.Start {
			at++
		}
		if f.covered[w.Start] && (at == len(sites) || w.Start < sites[at].Start) {
			n++
		}
	}
	counted := map[int]bool{}
	for _, k := range f.marks {
		if k.piece >= 0 && k.seen.State != align.Cut && !counted[k.seen.Site] {
			counted[k.seen.Site] = true
			n += len(prose.Words(f.passages[k.passage].Pieces[k.piece].Printed))
		}
	}
	return n
}

// showSeen lists the sites the exhibits print, with what the leading copy and
// the named ones show there, and ties the pieces of the passages to them.
func (f *reading) showSeen(d *Dispatch, leader int, named []int) error {
	m := f.issued.Master
	show := func(number int) ([]int, error) {
		if number < 0 {
			return nil, nil
		}
		return f.book.Copy(number)
	}
	lead, err := show(leader)
	if err != nil {
		return err
	}
	var others [][]int
	for _, n := range named {
		c, err := show(n)
		if err != nil {
			return err
		}
		others = append(others, c)
	}
	index := map[int]int{}
	for i := range m.Sites {
		s := f.sites[i]
		if s == nil {
			continue
		}
		x := SiteSeen{Site: i, Kind: m.Sites[i].Kind, Readings: m.Sites[i].Readings, Printed: s.readings, State: s.state, Leader: -1, Exhibits: s.exhibits, Share: "0"}
		if x.Printed == nil {
			x.Printed = []int{}
		}
		if s.state == Read {
			x.Share = share(m, i, s.readings)
		}
		if lead != nil {
			x.Leader = lead[i]
		}
		for _, c := range others {
			x.Named = append(x.Named, c[i])
		}
		index[i] = len(d.Seen)
		d.Seen = append(d.Seen, x)
	}
	for _, k := range f.marks {
		if at, ok := index[k.seen.Site]; ok && k.piece >= 0 {
			f.passages[k.passage].Pieces[k.piece].Seen = at
		}
	}
	d.Passages, d.laid = f.passages, f.laid
	return nil
}

// share returns the chance, under the law, that a copy shows one of the
// readings at a site.
func share(m *frank.Master, site int, readings []int) Decimal {
	for _, u := range m.Units {
		k := slices.Index(u.Sites, site)
		if k < 0 {
			continue
		}
		var w uint64
		for j, joint := range u.Joint {
			if slices.Contains(readings, joint[k]) {
				w += u.Law[j]
			}
		}
		return DecimalOf(int64((w*10000+frank.LawScale/2)/frank.LawScale), 4)
	}
	panic(fmt.Sprintf("trace: internal error: site %d is in no unit", site))
}
