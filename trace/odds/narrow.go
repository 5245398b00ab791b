package odds

import "slices"

// rejected is the chance at which a copy is rejected as the single source.
var rejected = mustMass("0.01")

// misfits returns a weight per joint reading: how much disagreement it shows
// with what was printed, in quarters of a bit. A site weighs more the better
// its readings survive, and the same whatever is printed there: so the law of
// the source's misfit does not turn on which readings are drawn or printed.
func (u *Unit) misfits() []int32 {
	out := make([]int32, len(u.Law))
	for k := range u.Sites {
		w := u.Sites[k].misfit()
		for j, yes := range u.Sites[k].Agree {
			if !yes {
				out[j] += w
			}
		}
	}
	return out
}

func (s *Site) misfit() int32 {
	one := Site{Readings: s.Readings, Printed: 1, Keep: s.Keep}
	agree, differ, _ := one.odds(0)
	return max((log2(agree)-log2(differ))*4/bit, 1)
}

// narrow finds the copies that are not rejected at 1 % as the single source of
// what was printed, under any of the editing models. If the source is one of
// these copies, alone, and edited no worse than the worst of them states, it is
// among them in at least 99 cases of 100.
func (d *decider) narrow() {
	if d.memo.chance == nil {
		for model := range d.p.Models {
			d.memo.limit = max(d.memo.limit, d.tolerated(model))
		}
		chance := d.byChance(d.memo.misfits, d.memo.limit)
		d.memo.chance = &chance
	}
	d.result.ByChance = *d.memo.chance
	for c, m := range d.misfit {
		if m <= d.memo.limit {
			d.result.Consistent = append(d.result.Consistent, c+1)
		}
	}
}

// byChance bounds the share of copies whose misfit is within limit by chance:
// the upper tail of the negated misfit under the law.
func (d *decider) byChance(misfit [][]int32, limit int32) Mass {
	units := make([][]point, len(misfit))
	var top int64
	for u, m := range misfit {
		negated := make([]int32, len(m))
		for j, v := range m {
			negated[j] = -v
		}
		t, p := points(negated, d.g.Units[u].Law)
		units[u] = p
		top += int64(t)
	}
	reach := top + int64(limit)
	if reach < 0 {
		return Mass{}
	}
	return convolve(units, top, int32(reach)).at(int64(-limit))
}

// tolerated returns the highest misfit that the source itself reaches with a
// chance of more than 1 % under a model.
func (d *decider) tolerated(model int) int32 {
	var units [][]point
	var top int64
	for u := range d.g.Units {
		for k := range d.g.Units[u].Sites {
			s := &d.g.Units[u].Sites[k]
			// Were the copy the source, another reading is printed with at most
			// the chance that the copy's own is lost: as the model states it, even
			// where a style prints the other reading more often than not.
			lost := uint64(Scale - min(s.Keep[model], Scale-1))
			weight := min(lost<<32/Scale, 1<<32-1)
			w := s.misfit()
			units = append(units, []point{{0, weight}, {w, 1<<32 - weight}})
			top += int64(w)
		}
	}
	t := convolve(units, top, int32(top))
	// upto[d] bounds Pr(misfit ≥ top-d); the first above 1 % is tolerated.
	d0 := slices.IndexFunc(t.upto, func(m Mass) bool { return m.Cmp(rejected) > 0 })
	return int32(top) - int32(d0)
}
