package odds

import "slices"

// twelfths is the unit of mixture weights.
const twelfths = 12

// mixtures are the ways an exhibit may be composed that are tried: weights in
// twelfths of one or two companions; the copy in question has the rest.
var mixtures = [][]uint64{
	alone:  {},
	beside: {4},
	2:      {6}, {3}, {9},
	5: {4, 4}, {3, 3}, {6, 3}, {3, 6}, {5, 5},
}

// mixture is an index into mixtures.
type mixture int

const (
	alone  mixture = 0
	beside mixture = 1 // for seeking a second companion
)

var (
	withOne = []mixture{2, 3, 4}
	withTwo = []mixture{5, 6, 7, 8, 9}
)

// table is what a unit says, per joint reading of the copy in question: the
// log-likelihood of what was printed in 1/64 bit; and its mean over the law.
type table struct {
	score []int32
	mean  int32
}

// table returns the unit's table under a model if each site was printed from
// one of the companions, which show the joint readings others, with its weight
// in the mixture, or else from the copy in question.
func (u *Unit) table(model int, mix mixture, others []uint16) table {
	weights := mixtures[mix]
	own := uint64(twelfths)
	for _, w := range weights {
		own -= w
	}
	t := table{score: make([]int32, len(u.Law))}
	for k := range u.Sites {
		s := &u.Sites[k]
		agree, differ, of := s.odds(model)
		var rest uint64
		for i, w := range weights {
			if s.Agree[others[i]] {
				rest += w * agree
			} else {
				rest += w * differ
			}
		}
		whole := log2(of * twelfths)
		yes, no := log2(rest+own*agree)-whole, log2(rest+own*differ)-whole
		for j := range t.score {
			if s.Agree[j] {
				t.score[j] += yes
			} else {
				t.score[j] += no
			}
		}
	}
	t.mean = logMean(t.score, u.Law)
	return t
}

// tables keeps a unit's tables: all that companions do to one is to agree with
// the print at its sites or not.
type tables struct {
	unit *Unit
	kept map[uint64]table
	slot [][8]table // for units of one site, by mixture and companions' agreement
}

// get returns the unit's table for companions with the joint readings others.
func (t *tables) get(model int, mix mixture, others []uint16) table {
	sites := t.unit.Sites
	var agree uint64
	for i, j := range others {
		for k := range sites {
			if sites[k].Agree[j] {
				agree |= 1 << (i*len(sites) + k)
			}
		}
	}
	if len(sites) == 1 {
		at := &t.slot[model*len(mixtures)+int(mix)][agree]
		if at.score == nil {
			*at = t.unit.table(model, mix, others)
		}
		return *at
	}
	if len(sites)*len(others) > 48 {
		return t.unit.table(model, mix, others)
	}
	key := agree | uint64(mix)<<48 | uint64(model)<<56
	got, ok := t.kept[key]
	if !ok {
		got = t.unit.table(model, mix, others)
		t.kept[key] = got
	}
	return got
}

// agreement counts, per joint reading, the sites that show what was printed.
func (u *Unit) agreement() []int32 {
	out := make([]int32, len(u.Law))
	for k := range u.Sites {
		for j, yes := range u.Sites[k].Agree {
			if yes {
				out[j]++
			}
		}
	}
	return out
}

// ratio returns the likelihood ratios of the i-th best copy, with companions by
// their places in the shortlist: against another copy in its place, and against
// the author's wording in its place.
func (d *decider) ratio(i int, mix mixture, companions []int) (lr, usual Span) {
	var buf [2]uint16
	others := buf[:len(companions)]
	for model := range d.p.Models {
		var copies, author int32
		for u := range d.g.Units {
			for k, c := range companions {
				others[k] = d.drawn[c][u]
			}
			t := d.memo.tables[u].get(model, mix, others)
			own := t.score[d.drawn[i][u]]
			copies += own - t.mean
			author += own - t.score[d.g.Units[u].First]
		}
		lr.take(model, copies)
		usual.take(model, author)
	}
	return lr, usual
}

// author is copy 0's row: agreement and likelihood ratio, and no bound, for
// its readings were not drawn.
func (d *decider) author() Row {
	r := Row{Of: d.result.Sites, Family: One}
	for u := range d.g.Units {
		unit := &d.g.Units[u]
		r.Agree += int(unit.agreement()[unit.First])
	}
	for model := range d.p.Models {
		var lr int32
		for u := range d.g.Units {
			unit := &d.g.Units[u]
			t := d.memo.tables[u].get(model, alone, nil)
			lr += t.score[unit.First] - t.mean
		}
		r.LR.take(model, lr)
	}
	return r
}

// bits returns the information that the sites read carry about which copy was
// printed, were they printed unchanged: the entropy of what each unit shows at
// them.
func (g *Group) bits() int32 {
	var total int32
	for u := range g.Units {
		unit := &g.Units[u]
		law := make([]uint64, slices.Max(unit.Shown)+1)
		for j, class := range unit.Shown {
			law[class] += unit.Law[j]
		}
		total += entropy(law)
	}
	return total
}

// entropy returns the entropy of a law in 1/64 bit.
func entropy(law []uint64) int32 {
	var sum uint64 // of weight · -log2, below 2^32 · 64 · 32
	for _, w := range law {
		if w > 0 {
			sum += w * uint64(32*bit-log2(w))
		}
	}
	return int32((sum + 1<<31) >> 32)
}
