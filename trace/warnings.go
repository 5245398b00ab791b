package trace

import (
	"fmt"
	"math/bits"
	"slices"

	"frank/trace/odds"
)

// warn adds to d what a reader must know before relying on the answer, and
// what would change it.
func (f *reading) warn(d *Dispatch, res *odds.Result, g *odds.Group, r *Report) {
	say := func(code, format string, args ...any) {
		w := Warning{code, fmt.Sprintf(format, args...)}
		if !slices.Contains(d.Warnings, w) {
			d.Warnings = append(d.Warnings, w)
		}
	}
	for _, w := range f.warnings {
		say(w.Code, "%s", w.Text)
	}
	need := needed(r.Family, g.Level)
	have := int(res.Bits) / 64
	if d.Verdict != Named && have < need {
		say("too-short", "what was quoted carries %s bits; naming one of %d copies at this level takes about %d", d.Bits, r.Family, need)
		d.Change = append(d.Change, fmt.Sprintf("more of the same copy in print: about %d further bits", need-have))
	}
	if d.Look > 1 {
		say("second-look", "this is look %d on the dispatch, so it may spend only one part in %d of the level; and the level holds only if nothing that an earlier look showed had a part in choosing what this one takes in", d.Look, d.Look*(d.Look+1))
	}
	conflicts := 0
	for _, s := range d.Seen {
		if s.State == Conflict {
			conflicts++
		}
	}
	if conflicts > 0 {
		say("conflict", "%d of the sites are printed in two ways; they count for nothing, and may mean that two copies were used", conflicts)
	}
	if a := res.Author; res.Sites > 0 && a.Agree == a.Of && a.Of >= 3 {
		say("author-wording", "what was printed agrees with the author's own wording throughout; a draft, or editing back to usual wording, would too")
	}
	for _, row := range res.Rows {
		if row.Withheld {
			say("withheld", "copy %d is within the level, but some editing model or the author's wording explains the print as well, so it is not named", row.Copy)
		}
	}
	if d.Verdict == Named {
		f.warnNamed(say, d, res)
	} else if len(res.Rows) > 0 && 2*res.Rows[0].Agree < res.Rows[0].Of {
		say("no-copy-fits", "no copy agrees with even half of the sites; the text may have been reworded, or come another way")
	}
	if d.Verdict == CannotTell && len(d.Change) == 0 {
		d.Change = append(d.Change, "a passage that was edited less, or more of the dispatch in print")
	}
	if d.Verdict == Narrowed {
		say("narrowed-assumes", "the narrowed set assumes that one of these copies is the only source and that the words were edited no worse than the models state; it clears nobody outside it")
	}
	if !r.Frozen {
		say("not-frozen", "this is not a frozen inquiry: nobody else vouches for the draw, or for which exhibits were chosen")
	}
}

func (f *reading) warnNamed(say func(code, format string, args ...any), d *Dispatch, res *odds.Result) {
	named := res.Rows[:len(d.Named)]
	for i, a := range named {
		for _, b := range named[i+1:] {
			if a.Agree == b.Agree && a.Test == 0 && b.Test == 0 && a.LR == b.LR {
				say("tie", "copies %d and %d agree with the print exactly as well as each other", a.Copy, b.Copy)
			}
		}
		if 10*a.Agree < 6*a.Of && a.Test == 0 {
			say("much-edited", "copy %d agrees at %d of %d sites only; the rest was edited or comes from elsewhere", a.Copy, a.Agree, a.Of)
		}
	}
	if len(named) > 1 {
		say("several-copies", "%d copies are named: the text was mixed from them, or they share a source", len(named))
	}
	d.Change = append(d.Change,
		"proof that somebody else saw the copy named, or held the codebook",
		"exhibits that were chosen, or cut, after the copies were known")
}

// needed is about how many bits name one copy of a family at a level: for the
// test of single copies, which has half of it.
func needed(family int, level odds.Mass) int {
	n := 0
	for m := odds.One; n < 127; n++ {
		if m.Cmp(level) <= 0 {
			break
		}
		m = m.Over(2)
	}
	return n + bits.Len(uint(family-1)) + 1
}
