package bundle

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"frank"
	"frank/codebook"
	"frank/inquiry"
	"frank/trace"
	"frank/trace/figure"
)

// checkSites opens what is opened of the copies: every unit, in every batch, is
// the one that was committed to.
func (v *verifier) checkSites() (string, error) {
	forms, err := parseList[dispatchForm](v.payload, fileDispatches)
	if err != nil {
		return "", err
	}
	copies, sites, printed := 0, 0, 0
	for _, f := range forms {
		o, err := v.openedOf(&f)
		if err != nil {
			return "", fmt.Errorf("%s: %w", f.Dispatch, err)
		}
		v.opened = append(v.opened, *o)
		for _, u := range o.Units {
			sites += len(u.At)
		}
		for _, b := range o.Batches {
			copies += b.Count
		}
	}
	for _, d := range v.report.Dispatches {
		printed += len(d.Seen)
	}
	text := fmt.Sprintf("what all %s show where print shows it is what was committed to; places opened: %d", figure.Counted(copies, "copy"), sites)
	if more := sites - printed; more > 0 {
		text += fmt.Sprintf(", %d of them not printed, but drawn together with one that is", more)
	}
	return text, nil
}

func (v *verifier) openedOf(f *dispatchForm) (*trace.Opened, error) {
	o := &trace.Opened{Ref: f.Dispatch.String()}
	batches, err := v.batches(f)
	if err != nil {
		return nil, err
	}
	for _, b := range batches {
		o.Batches = append(o.Batches, trace.Numbers{First: b.Begin.First, Count: len(b.Begin.To)})
	}
	for _, u := range f.Units {
		if len(u.Openings) != len(batches) {
			return nil, fmt.Errorf("unit %d is opened in %d of %d batches", u.Unit, len(u.Openings), len(batches))
		}
		var first *codebook.OpenUnit
		x := trace.OpenedUnit{Index: u.Unit, At: u.At}
		for i := range u.Openings {
			got, err := u.Openings[i].Verify(batches[i].Complete.UnitRoot, batches[i].Complete.Units)
			if err != nil {
				return nil, fmt.Errorf("batch %d: %w", batches[i].Begin.Batch, err)
			}
			if i == 0 {
				first = got
			}
			if got.Index != u.Unit {
				return nil, fmt.Errorf("what is opened as unit %d is another", u.Unit)
			}
			if !reflect.DeepEqual(got.Sites, first.Sites) || !reflect.DeepEqual(got.Joint, first.Joint) || !slices.Equal(got.Law, first.Law) {
				return nil, fmt.Errorf("unit %d is not the same in all batches", u.Unit)
			}
			x.Keys = append(x.Keys, got.Key)
		}
		x.Sites, x.Joint, x.Law = first.Sites, first.Joint, first.Law
		o.Units = append(o.Units, x)
	}
	return o, nil
}

// batches are those of a dispatch that were voted on: all that there were.
func (v *verifier) batches(f *dispatchForm) (list []batch, err error) {
	var numbers []int
	for _, b := range v.record.batches {
		if b.Begin.Dispatch != f.Dispatch || b.Complete == nil || b.completed > v.matterAt {
			continue
		}
		if !slices.Contains(v.matter.Scope, inquiry.Part{Dispatch: f.Dispatch, Batch: b.Begin.Batch, Begin: b.Entry}) {
			return nil, fmt.Errorf("batch %d is not among those voted on", b.Begin.Batch)
		}
		list, numbers = append(list, b), append(numbers, b.Begin.Batch)
	}
	voted := 0
	for _, p := range v.matter.Scope {
		if p.Dispatch == f.Dispatch {
			voted++
		}
	}
	if len(list) == 0 || voted != len(list) || !slices.Equal(numbers, f.Batches) {
		return nil, errors.New("what is opened is not all batches that were voted on")
	}
	return list, nil
}

// checkOdds reads the exhibits at the places opened and computes the report
// anew.
func (v *verifier) checkOdds() (string, error) {
	out, err := trace.Recompute(v.ctx, v.report, &trace.Evidence{Alpha: v.matter.Level, Exhibits: v.texts, Dispatches: v.opened})
	if err != nil {
		return "", err
	}
	v.doubts, v.own = out.Doubts, out.Own
	for _, d := range v.report.Dispatches {
		n := 0
		for _, x := range out.Doubts {
			if x.Ref == d.Ref {
				n++
			}
		}
		if n > 0 {
			v.notShown("How print is to be read at %d of the %d places of %s: the words around them, as far as they are shown here, give another reading than the officers had, who say that they compared with the whole dispatch. With either the verdict and the copies are the same, and of two figures the weaker one is given.", n, len(d.Seen), d.Ref)
		}
	}
	if out.Marked > 0 {
		v.notShown("That print could not be read at %d places: the officers say that the passage fits another place of the dispatch as well.", out.Marked)
	}
	sites := 0
	for _, d := range v.report.Dispatches {
		sites += d.Sites
	}
	return fmt.Sprintf("the exhibits read again, %s there, and the odds of %s computed again, the report is the same to the bit", figure.Counted(sites, "place"), figure.Counted(v.report.Family, "copy")), nil
}

// conclude says in plain words what is shown and what is not.
func (v *verifier) conclude() {
	for _, d := range v.report.Dispatches {
		ref, err := frank.ParseRef(d.Ref)
		if err != nil { // bind has read it
			continue
		}
		x := Verdict{Dispatch: ref, Verdict: d.Verdict, Copies: d.Copies, Named: []Copy{}, Narrowed: []int{}}
		for _, n := range d.Named {
			x.Named = append(x.Named, v.copy(&d, ref, n))
		}
		switch d.Verdict {
		case trace.Named:
			for _, c := range x.Named {
				v.shown("%s: copy %d is named. Had it no part in this, a match as good would still turn up somewhere among the %d copies tested in no more than one of every %s such inquiries.", ref, c.Number, v.report.Family, figure.OnceIn(c.FalseMatch))
			}
		case trace.Narrowed:
			x.Narrowed = append(x.Narrowed, d.Consistent...)
			v.shown("%s: no copy is named; %d of %d copies are consistent with the print, if one of these was the only source and the words were edited no worse than the models state. A copy outside is not cleared.", ref, len(d.Consistent), d.Copies)
		default:
			v.shown("%s: what was printed points to no copy, and clears none.", ref)
		}
		v.Verdicts = append(v.Verdicts, x)
	}
	if len(v.Verdicts) == 0 {
		v.shown("Lead and checkers found that nothing in the exhibits follows the wording of a dispatch; no copy was compared. That is their word: it takes the dispatches to find it again.")
	}
	v.notShown("That anybody did anything. This is about copies: whoever else saw a copy, or held what all copies say, could have put the same words in print. The figures are not the chance of guilt or of innocence.")
	v.notShown("What the dispatches say between the places that are opened, and that no further place or passage of the exhibits was passed over: what is a gap in print, and which passages follow a dispatch, is what lead and checkers say, who have the whole text.")
	v.notShown("That the keys of the draw come from the ledger's randomness: that takes what opens all copies. Whoever opens a codebook by Frank checks it, and no checker said otherwise.")
	if v.meta.Profile == Referral {
		v.notShown("To whom any copy was issued, and who fetched which: this bundle is for referral and names nobody.")
	}
	if v.meta.Profile != Evidence {
		v.few()
	}
}

// fewReaders is how many a batch may have before its entries say little of whose
// a copy is.
const fewReaders = 7

// few warns of copies whose batch went to so few that its first entry all but
// says whose they are.
func (v *verifier) few() {
	for _, n := range v.named() {
		for _, b := range v.record.batches {
			i := n.Number - b.Begin.First
			if b.Begin.Dispatch == n.Dispatch && i >= 0 && i < len(b.Begin.To) && len(b.Begin.To) <= fewReaders {
				v.notShown("That nobody can tell whose copy %d of %s is: it is of a batch for %s, which its first entry lists by identifier, and members of the organisation know these.", n.Number, n.Dispatch, figure.Counted(len(b.Begin.To), "reader"))
			}
		}
	}
}

// copy says what is shown of a named copy.
func (v *verifier) copy(d *trace.Dispatch, ref frank.Ref, number int) Copy {
	c := Copy{Number: number}
	for _, k := range d.Ranking {
		if k.Copy == number {
			c.FalseMatch = k.FalseMatch
		}
	}
	if v.own != nil { // by the verifier's readings it may be weaker
		for _, o := range v.own.Dispatches {
			for _, k := range o.Ranking {
				if o.Ref == d.Ref && k.Copy == number && c.FalseMatch.Cmp(k.FalseMatch) < 0 {
					c.FalseMatch = k.FalseMatch
				}
			}
		}
	}
	for _, h := range v.holders {
		if h.Dispatch == ref && h.Number == number {
			c.Person, c.Office = h.Person, h.Office
			if v.dir != nil {
				if p, err := v.dir.At(v.head.Size - 1).Person(h.Person); err == nil {
					c.Name = p.Name
				}
			}
		}
	}
	return c
}
