package odds

import (
	"cmp"
	"context"
	"slices"
)

// Exhibits may mix several copies. Testing pairs as pairs names innocent
// partners of a guilty copy, so each copy is tested alone, given companions
// that the other copies choose: those that, with an unknown copy drawn by the
// law beside them, best explain what was printed. The copy itself is not
// looked at, so its draw is as fresh under its law as in the single test.

// candidates is how many copies are tried in each step of the choice.
const candidates = 6

// choice is the companions of a copy, by their places in the shortlist, and
// the mixtures with one and with two of them.
type choice struct {
	one    []int
	oneMix mixture
	two    []int // nil where there are too few copies
	twoMix mixture
}

// mixed tests the shortlist with one and with two companions: a quarter of the
// level each.
func (d *decider) mixed(ctx context.Context, found map[int32]*Row) error {
	if len(d.best) < 2 {
		return nil
	}
	general, consulted := d.choose(-1)
	for _, i := range consulted {
		if err := ctx.Err(); err != nil {
			return err
		}
		// A copy that the general choice looked at gets one made without it.
		c, _ := d.choose(i)
		d.test(found, c, func(yield func(int) bool) { yield(i) })
	}
	d.test(found, general, func(yield func(int) bool) {
		for i := range d.best {
			if !slices.Contains(consulted, i) && !yield(i) {
				return
			}
		}
	})
	return ctx.Err()
}

// test tests the copies that which yields with the companions of c.
func (d *decider) test(found map[int32]*Row, c choice, which func(func(int) bool)) {
	d.testWith(found, c.oneMix, c.one, which)
	if c.two != nil {
		d.testWith(found, c.twoMix, c.two, which)
	}
}

func (d *decider) testWith(found map[int32]*Row, mix mixture, companions []int, which func(func(int) bool)) {
	table := d.given(mix, companions)
	var best, worst int32
	some := false
	for i := range which {
		s := d.sum(table, i)
		if !some {
			best, worst, some = s, s, true
		}
		best, worst = max(best, s), min(worst, s)
	}
	if !some {
		return
	}
	shape := d.shapeOf(table, 3)
	if shape.top-int64(best) > shape.enough {
		return // not even the best can be named
	}
	// Copies far behind the best are left without a bound from this test, which
	// can only keep them from being named.
	low := max(int64(worst), int64(best)-24*bit)
	// 4·N·p: the share of the level that this test has is a quarter.
	within := 0 // how far down, in steps, a copy could be named
	for _, m := range shape.coarse(low) {
		if m.Times(d.family).Times(4).Cmp(d.g.Level) > 0 {
			break
		}
		within++
	}
	if low = max(low, shape.top-int64(within)*step); int64(best) < low {
		return
	}
	t := shape.tail(int64(best), low)
	for i := range which {
		q := t.at(int64(d.sum(table, i))).Times(d.family).Times(4)
		if q.Cmp(d.g.Level) <= 0 {
			d.offer(d.row(found, i), i, q, mix, companions)
		}
	}
}

// given returns the score tables of all units with companions.
func (d *decider) given(mix mixture, companions []int) [][]int32 {
	out := make([][]int32, len(d.g.Units))
	var buf [2]uint16
	others := buf[:len(companions)]
	for u := range out {
		for k, c := range companions {
			others[k] = d.drawn[c][u]
		}
		out[u] = d.memo.tables[u].get(0, mix, others).score
	}
	return out
}

func (d *decider) sum(table [][]int32, i int) int32 {
	var s int32
	for u, j := range d.drawn[i] {
		s += table[u][j]
	}
	return s
}

// explains is how well companions, with an unknown copy beside them, explain
// what was printed. The choices made without one copy each ask the same again.
func (d *decider) explains(mix mixture, companions ...int) int32 {
	var buf [2]uint16
	others := buf[:len(companions)]
	key := uint64(mix)
	for _, c := range companions {
		key = key<<16 | uint64(c+1)
	}
	if s, ok := d.explained[key]; ok {
		return s
	}
	var s int32
	for u := range d.g.Units {
		for k, c := range companions {
			others[k] = d.drawn[c][u]
		}
		s += d.memo.tables[u].get(0, mix, others).mean
	}
	d.explained[key] = s
	return s
}

// choose picks companions from the shortlist without the copy at place
// without, and tells which places it looked at in a way that would change the
// choice were one of them left out.
func (d *decider) choose(without int) (c choice, consulted []int) {
	var first []int // the best by single score
	for i := range d.best {
		if i != without {
			if first = append(first, i); len(first) == candidates {
				break
			}
		}
	}
	consulted = append(consulted, first...)
	var top int32
	for n, i := range first {
		for w, mix := range withOne {
			if s := d.explains(mix, i); (n == 0 && w == 0) || s > top {
				top, c.one, c.oneMix = s, []int{i}, mix
			}
		}
	}
	if len(d.best) < 3+boolInt(without < 0) {
		return c, consulted
	}

	// The second companion is sought among those that explain best what the
	// first leaves open.
	table := d.given(beside, c.one)
	type scored struct {
		place int
		score int32
	}
	second := make([]scored, 0, len(d.best))
	for i := range d.best {
		if i != without && i != c.one[0] {
			second = append(second, scored{i, d.sum(table, i)})
		}
	}
	slices.SortFunc(second, func(a, b scored) int {
		if x := cmp.Compare(b.score, a.score); x != 0 {
			return x
		}
		return cmp.Compare(a.place, b.place)
	})
	second = second[:min(len(second), candidates)]
	for n, s := range second {
		if !slices.Contains(consulted, s.place) {
			consulted = append(consulted, s.place)
		}
		for w, mix := range withTwo {
			if e := d.explains(mix, c.one[0], s.place); (n == 0 && w == 0) || e > top {
				top, c.two, c.twoMix = e, []int{c.one[0], s.place}, mix
			}
		}
	}
	slices.Sort(consulted)
	return c, consulted
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
