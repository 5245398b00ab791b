package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"frank"
	"frank/bench/leak"
	"frank/trace"
)

// alpha is the level of every inquiry; a first look may spend half of it.
const alpha = "1e-4"

// outcome is what came of one run.
type outcome struct {
	located  bool // the dispatch quoted was found
	other    bool // another dispatch was found too, or instead
	verdict  string
	right    int // copies named that shaped the exhibit
	wrong    int // and that did not, of any dispatch
	narrowed int // size of the narrowed set
	within   bool
	bits     float64
	sites    []siteOutcome
}

// siteOutcome is what was made of a site within a quotation.
type siteOutcome struct {
	kind string
	fate int
}

// The fates.
const (
	readRight = iota // as the copy shows it, alone
	readAmong        // it and others
	readOther        // as another reading
	edited           // no reading fits
	conflict         // printed two ways
	unseen           // not laid on the print
	fates
)

// try makes and traces one run of a cell.
func (c *cell) try(a *archive, seed uint64, run int) (outcome, error) {
	s := &sample{a: a, r: leak.NewRand(seed, c.label(), strconv.Itoa(run))}
	const attempts = 400
	for n := 0; ; n++ {
		if n == attempts {
			return outcome{}, fmt.Errorf("%s: no document of %d words was found", a.name, c.words)
		}
		if err := s.draw(c, 1); err != nil {
			return outcome{}, err
		}
		if c.make(s, c) {
			break
		}
	}
	report, err := a.trace(s.exhibit, s.at, s.book, alpha)
	if err != nil {
		return outcome{}, err
	}
	return s.judge(report), nil
}

// judge compares a report with what happened.
func (s *sample) judge(report *trace.Report) outcome {
	o := outcome{verdict: trace.CannotTell}
	for i := range report.Dispatches {
		d := &report.Dispatches[i]
		if s.at < 0 || d.Ref != s.a.ids[s.at] {
			o.other = true
			o.wrong += len(d.Named)
			continue
		}
		o.located, o.verdict = true, d.Verdict
		o.bits = number(d.Bits)
		for _, n := range d.Named {
			if slices.Contains(s.guilty, n) {
				o.right++
			} else {
				o.wrong++
			}
		}
		o.narrowed = len(d.Consistent)
		o.within = slices.ContainsFunc(s.guilty, func(n int) bool { return slices.Contains(d.Consistent, n) })
		if s.shown != nil {
			o.sites = s.fates(d)
		}
	}
	if !o.located && s.shown != nil {
		o.sites = s.fates(&trace.Dispatch{})
	}
	return o
}

func (s *sample) fates(d *trace.Dispatch) []siteOutcome {
	var out []siteOutcome
	for _, site := range s.inside {
		x := siteOutcome{s.m.Sites[site].Kind, unseen}
		if i := slices.IndexFunc(d.Seen, func(y trace.SiteSeen) bool { return y.Site == site }); i >= 0 {
			seen := d.Seen[i]
			switch has := slices.Contains(seen.Printed, s.shown[site]); {
			case seen.State == trace.Edited:
				x.fate = edited
			case seen.State == trace.Conflict:
				x.fate = conflict
			case has && len(seen.Printed) == 1:
				x.fate = readRight
			case has:
				x.fate = readAmong
			default:
				x.fate = readOther
			}
		}
		out = append(out, x)
	}
	return out
}

func number(d trace.Decimal) float64 {
	x, err := strconv.ParseFloat(string(d), 64)
	if err != nil {
		panic(err) // Decimal is a JSON number
	}
	return x
}

// surprise returns the information, in bits, of the sites that are printed as
// the copy with these readings has them: what a copy that agrees there is
// distinguished by.
func surprise(m *frank.Master, readings []int, d *trace.Dispatch) float64 {
	printed := make(map[int][]int)
	for _, x := range d.Seen {
		if x.State == trace.Read && slices.Contains(x.Printed, readings[x.Site]) {
			printed[x.Site] = x.Printed
		}
	}
	total := 0.0
	for _, u := range m.Units {
		var fit uint64
		for j, joint := range u.Joint {
			ok := true
			for k, site := range u.Sites {
				if p := printed[site]; p != nil && !slices.Contains(p, joint[k]) {
					ok = false
				}
			}
			if ok {
				fit += u.Law[j]
			}
		}
		total -= math.Log2(float64(fit) / frank.LawScale)
	}
	return total
}
