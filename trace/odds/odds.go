// Package odds says what the readings found in an exhibit show about the
// copies of a dispatch. It sees no text: laws, survival, readings printed and
// readings drawn go in, and whole numbers come out, the same on every machine.
//
// # What is claimed
//
// Take everything that is fixed before a copy j is looked at: the exhibit, the
// sites read in it, the score tables. If no text of copy j reached the exhibit,
// j's readings still follow their committed law, so for any score computed from
// what is fixed and from the other copies, the chance p that a fresh draw of j
// scores as high as j did is at most u with chance at most u. Naming every j
// whose p, times the number of copies tested, stays within the level names a
// copy that played no part with at most that chance, whatever was done to the
// text and whoever else took part. doc/method.md has the proof and its
// conditions.
//
// Each copy is tested three ways, and the level is split between them in
// advance: alone (one half), and mixed with one or two companions (a quarter
// each). Companions and mixture are chosen from the other copies only.
package odds

import (
	"cmp"
	"context"
	"slices"
)

// Scale is the unit of [Site.Keep].
const Scale = 1 << 16

// Problem is one look at the copies of one or more dispatches.
type Problem struct {
	Groups []Group // a dispatch each; all their copies are one family
	Models int     // editing models; the first scores, all bound the ratio
}

// Group is the copies of one dispatch, numbered from 1, and its units of which
// something was read.
type Group struct {
	Level    Mass // what this look on the dispatch may spend
	Units    []Unit
	Copies   int
	Readings func(unit int, dst []uint16) // dst[c-1] is the joint reading of copy c
	Memo     *Memo                        // of an earlier look at the same units, or nil
}

// Memo keeps what follows from a group's units alone, and from no copy: for
// looking at many families with the same units. Not safe for concurrent use.
type Memo struct {
	tables  []tables // by unit
	single  *tail    // of the single test
	reach   int64    // how far down single goes
	misfits [][]int32
	limit   int32 // highest misfit of a consistent copy
	chance  *Mass // of a misfit within limit, under the law
}

// Unit is a drawing unit: sites drawn together by one law.
type Unit struct {
	Law   []uint64 // weights of the joint readings, summing to 2^32
	Sites []Site   // those that were read
	Shown []int    // per joint reading: equal where the same is shown at all of Sites
	First int      // the joint reading of copy 0
}

// Site is a site that was read in the exhibit.
type Site struct {
	Readings int      // how many the site has
	Printed  int      // how many of them fit what was printed: at least 1, fewer than all
	Agree    []bool   // per joint reading of the unit: it shows one that fits
	Keep     []uint32 // per model: chance in 2^-16 that what was printed is what the copy shows
}

// odds of a site in the source model, as integers over a common denominator:
// the printed reading given a copy that agrees, and one that does not.
func (s *Site) odds(model int) (agree, differ, of uint64) {
	n, p := uint64(s.Readings), uint64(s.Printed)
	keep := min(max(uint64(s.Keep[model]), Scale/n), Scale-1)
	lost := Scale - keep
	return keep*(n-1) + lost*(p-1), lost * p, Scale * (n - 1)
}

// Verdict is the answer for one dispatch.
type Verdict uint8

const (
	CannotTell Verdict = iota
	Narrowed
	Named
)

// Test is one of the three ways a copy is tested: how many companions.
type Test uint8

// Span is a log-likelihood ratio in 1/64 bit, by the scoring model and the
// lowest and highest over all models.
type Span struct{ Score, Low, High int32 }

func (s *Span) take(model int, v int32) {
	if model == 0 {
		*s = Span{v, v, v}
	}
	s.Low, s.High = min(s.Low, v), max(s.High, v)
}

// Row is what was found about one copy.
type Row struct {
	Copy       int
	Agree, Of  int   // sites
	Family     Mass  // bound on the chance that any copy that played no part does as well
	Test       Test  // the test that gave it
	Companions []int // of that test
	Named      bool
	Withheld   bool // the bound is within the level, but a likelihood ratio is not above 1
	LR         Span // likelihood ratio against another copy
	Usual      Span // against the author's wording
	score      int32
	bound      Mass // Family before the floor
}

// Result is the answer for one dispatch.
type Result struct {
	Verdict    Verdict
	Rows       []Row // the best ones, best first
	Consistent []int // copies not rejected as the single source, ascending
	ByChance   Mass  // of the copies, the share that would be in Consistent by chance
	Bits       int32 // information that the sites read carry, in 1/64 bit
	Sites      int   // sites read
	Author     Row   // copy 0, tested for itself and never named
}

// rows is how many copies a result lists at least.
const rows = 10

// Decide answers for every group of p, in the order given. It returns early
// with ctx's error.
func Decide(ctx context.Context, p *Problem) ([]Result, error) {
	family := 0
	for i := range p.Groups {
		family += p.Groups[i].Copies
	}
	out := make([]Result, len(p.Groups))
	for i := range p.Groups {
		d := &decider{p: p, g: &p.Groups[i], family: family, explained: map[uint64]int32{}}
		if err := d.run(ctx); err != nil {
			return nil, err
		}
		out[i] = d.result
	}
	return out, nil
}

type decider struct {
	p      *Problem
	g      *Group
	family int

	score  []int32 // single score of each copy
	agree  []int32 // sites where the copy shows what was printed
	misfit []int32 // see narrow.go
	best   []int32 // shortlist: copies by single score, best first, as c-1
	drawn  [][]uint16
	result Result

	explained map[uint64]int32 // by mixture and companions

	memo    *Memo
	columns [][]uint16 // see column
	scratch []uint16
}

func (d *decider) run(ctx context.Context) error {
	g := d.g
	single := make([][]int32, len(g.Units)) // score tables
	agree := make([][]int32, len(g.Units))
	d.remember()
	misfit := d.memo.misfits
	for u := range g.Units {
		unit := &g.Units[u]
		single[u] = d.memo.tables[u].get(0, alone, nil).score
		agree[u] = unit.agreement()
		d.result.Sites += len(unit.Sites)
	}
	d.score = make([]int32, g.Copies)
	d.agree = make([]int32, g.Copies)
	d.misfit = make([]int32, g.Copies)
	for u := range g.Units {
		if err := ctx.Err(); err != nil {
			return err
		}
		s, m, a := single[u], misfit[u], agree[u]
		for c, j := range d.column(u) {
			d.score[c] += s[j]
			d.misfit[c] += m[j]
			d.agree[c] += a[j]
		}
	}
	d.result.Bits = g.bits()
	d.result.Author = d.author()
	if d.result.Sites == 0 || g.Copies == 0 {
		d.result.ByChance = One // any copy agrees with nothing
		return nil
	}
	d.shortlist()
	if err := d.draw(ctx); err != nil {
		return err
	}
	found := make(map[int32]*Row, len(d.best))
	d.single(single, found)
	if err := d.mixed(ctx, found); err != nil {
		return err
	}
	d.finish(found)
	d.narrow()
	d.verdict()
	return nil
}

// remember takes over the group's memo, or starts one.
func (d *decider) remember() {
	if d.memo = d.g.Memo; d.memo == nil {
		d.memo = &Memo{}
	}
	if d.memo.tables != nil {
		return
	}
	for u := range d.g.Units {
		unit := &d.g.Units[u]
		d.memo.tables = append(d.memo.tables, tables{unit, map[uint64]table{}, make([][8]table, d.p.Models*len(mixtures))})
		d.memo.misfits = append(d.memo.misfits, unit.misfits())
	}
}

// shortlisted is how many copies are tested with companions, and serve as
// companions. Leaving a copy out of a test can only keep it from being named.
const shortlisted = 1000

func (d *decider) shortlist() {
	n := min(d.g.Copies, shortlisted)
	// Selecting the n best with a threshold costs one pass, not a sort.
	floor := kth(d.score, n)
	for c, s := range d.score {
		if s > floor {
			d.best = append(d.best, int32(c))
		}
	}
	for c, s := range d.score {
		if len(d.best) == n {
			break
		}
		if s == floor {
			d.best = append(d.best, int32(c))
		}
	}
}

// kth returns the n-th highest of scores.
func kth(scores []int32, n int) int32 {
	low, high := slices.Min(scores), slices.Max(scores)
	for low < high { // the highest value that n scores reach
		mid := low + (high-low+1)/2
		count := 0
		for _, s := range scores {
			if s >= mid {
				count++
			}
		}
		if count >= n {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// column returns what all copies show at a unit. It is drawn once and kept as
// long as that takes no more than a few hundred megabytes.
func (d *decider) column(u int) []uint16 {
	if d.columns == nil {
		d.columns = make([][]uint16, len(d.g.Units))
	}
	if d.columns[u] != nil {
		return d.columns[u]
	}
	const most = 1 << 27 // readings
	if d.g.Copies*len(d.g.Units) > most {
		if d.scratch == nil {
			d.scratch = make([]uint16, d.g.Copies)
		}
		d.g.Readings(u, d.scratch)
		return d.scratch
	}
	d.columns[u] = make([]uint16, d.g.Copies)
	d.g.Readings(u, d.columns[u])
	return d.columns[u]
}

// draw puts the shortlist in order and keeps its readings: drawn[i][u] is the
// joint reading of the i-th best copy at unit u. Equal scores are ordered by
// readings, not by number, so that copies which show the same are side by side
// and are tested by the same tables.
func (d *decider) draw(ctx context.Context) error {
	d.drawn = make([][]uint16, len(d.best))
	for i := range d.drawn {
		d.drawn[i] = make([]uint16, len(d.g.Units))
	}
	for u := range d.g.Units {
		if err := ctx.Err(); err != nil {
			return err
		}
		column := d.column(u)
		for i, c := range d.best {
			d.drawn[i][u] = column[c]
		}
	}
	order := make([]int, len(d.best))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := cmp.Compare(d.score[d.best[b]], d.score[d.best[a]]); c != 0 {
			return c
		}
		if c := slices.Compare(d.drawn[a], d.drawn[b]); c != 0 {
			return c
		}
		return cmp.Compare(d.best[a], d.best[b])
	})
	best, drawn := d.best, d.drawn
	d.best, d.drawn = make([]int32, len(order)), make([][]uint16, len(order))
	for i, o := range order {
		d.best[i], d.drawn[i] = best[o], drawn[o]
	}
	return nil
}

// row returns the row of the i-th best copy.
func (d *decider) row(found map[int32]*Row, i int) *Row {
	r := found[int32(i)]
	if r == nil {
		c := d.best[i]
		r = &Row{Copy: int(c) + 1, Agree: int(d.agree[c]), Of: d.result.Sites, Family: One, bound: One, score: d.score[c]}
		r.LR, r.Usual = d.ratio(i, alone, nil)
		found[int32(i)] = r
	}
	return r
}

// single tests every copy as the single source: half of the level.
func (d *decider) single(table [][]int32, found map[int32]*Row) {
	show := min(rows, len(d.best))
	low := int64(d.score[d.best[show-1]])
	if d.memo.single == nil || low < d.memo.reach || len(d.memo.single.upto) == 0 { // or it was no use to an earlier family
		shape := d.shapeOf(table, 2)
		d.memo.single, d.memo.reach = shape.tail(int64(d.score[d.best[0]]), low), low
	}
	t := d.memo.single
	for i, c := range d.best {
		// 2·N·p: the share of the level that this test has is one half.
		q := t.at(int64(d.score[c])).Times(d.family).Times(2)
		if i >= show && q.Cmp(d.g.Level) > 0 {
			break // they only get worse
		}
		d.offer(d.row(found, i), i, q, alone, nil)
	}
}

// shape is a score table as distributions of the units' deficits.
type shape struct {
	units  [][]point
	top    int64
	enough int64 // the deficit of the mean, less some standard deviations
}

func (d *decider) shapeOf(table [][]int32, deviations int64) shape {
	s := shape{units: make([][]point, len(table))}
	var mean, variance int64
	for u := range table {
		t, p := points(table[u], d.g.Units[u].Law)
		s.units[u] = p
		s.top += int64(t)
		var m, sq uint64 // of the deficit; weights are at most 2^32 and deficits 2^14
		for _, x := range p {
			m += uint64(x.deficit) * x.weight
		}
		unitMean := int64(m >> 32)
		for _, x := range p {
			dev := int64(x.deficit) - unitMean
			sq += uint64(dev*dev) >> 4 * x.weight >> 28
		}
		mean += unitMean
		variance += int64(sq)
	}
	s.enough = mean - deviations*isqrt(variance)
	return s
}

// tail bounds the tail of the sum from high down to low, or to where it is no
// longer small: some standard deviations above its mean. Further down, and
// everywhere if high is further down, the bound 1 stands.
func (s *shape) tail(high, low int64) *tail {
	if s.top-high > s.enough {
		return &tail{top: s.top}
	}
	return convolve(s.units, s.top, int32(min(s.top-low, s.enough)))
}

// step is the grain of a coarse tail: an eighth of a bit.
const step = bit / 8

// coarse returns chances that the tail does not fall below: the d-th is for
// sums from d·step below the top up. It saves the exact convolution where that
// cannot matter.
func (s *shape) coarse(low int64) []Mass {
	units := make([][]point, len(s.units))
	for u, points := range s.units {
		units[u] = make([]point, len(points))
		for i, p := range points {
			units[u][i] = point{(p.deficit + step - 1) / step, p.weight}
		}
	}
	return convolve(units, 0, int32((s.top-low)/step)).upto
}

func isqrt(n int64) int64 {
	x := int64(0)
	for b := int64(1) << 31; b > 0; b >>= 1 {
		if y := x | b; y*y <= n {
			x = y
		}
	}
	return x
}

// offer records a test's bound for the i-th best copy, if it is the best so
// far or the first that may name it.
func (d *decider) offer(r *Row, i int, q Mass, mix mixture, companions []int) {
	lr, usual := d.ratio(i, mix, companions)
	within := q.Cmp(d.g.Level) <= 0
	names := within && lr.Low > 0 && usual.Low > 0
	if (r.Named && !names) || (r.Named == names && q.Cmp(r.bound) >= 0) {
		return
	}
	r.Named = names
	r.Withheld = within && !names
	r.bound, r.Test = q, Test(len(companions))
	r.Family = q
	if q.Cmp(Floor) < 0 {
		r.Family = Floor
	}
	r.Companions = nil
	for _, k := range companions {
		r.Companions = append(r.Companions, int(d.best[k])+1)
	}
	r.LR, r.Usual = lr, usual
}

// finish sorts the rows found.
func (d *decider) finish(found map[int32]*Row) {
	for i := range d.best {
		if r := found[int32(i)]; r != nil {
			d.result.Rows = append(d.result.Rows, *r)
		}
	}
	slices.SortStableFunc(d.result.Rows, func(a, b Row) int {
		if a.Named != b.Named {
			if a.Named {
				return -1
			}
			return 1
		}
		if c := a.bound.Cmp(b.bound); c != 0 {
			return c
		}
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		return cmp.Compare(a.Copy, b.Copy)
	})
}

func (d *decider) verdict() {
	for _, r := range d.result.Rows {
		if r.Named {
			d.result.Verdict = Named
			return
		}
	}
	if k := len(d.result.Consistent); k > 0 && 2*k <= d.g.Copies {
		d.result.Verdict = Narrowed
	}
}
