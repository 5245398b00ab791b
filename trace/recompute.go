package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/prose"
	"frank/trace/align"
	"frank/trace/odds"
	"frank/trace/quote"
)

// Evidence is what a redacted report is held against: the exhibits, and what was
// opened of the dispatches' copies.
type Evidence struct {
	Alpha      string              // the level that was voted on
	Exhibits   []*coverage.Exhibit // in the report's order
	Dispatches []Opened            // those of the report, in the order that [Run] had them in
}

// Opened is what was opened of one dispatch: some drawing units, of all batches.
type Opened struct {
	Ref     string
	Batches []Numbers
	Units   []OpenedUnit // ascending
}

// Numbers are the copies of a batch: First to First+Count-1.
type Numbers struct{ First, Count int }

// OpenedUnit is a drawing unit, with its key in every batch.
type OpenedUnit struct {
	Index int
	At    []int        // indices of its sites in the dispatch
	Sites []frank.Site // spans, kinds and readings
	Joint [][]int
	Law   []uint64
	Keys  []frank.Secret // in the order of the batches
}

// Recomputed is a report made anew, to the bit that which was claimed.
type Recomputed struct {
	Report *Report
	Own    *Report // where there are doubts, what follows from the readings found here: its figures are others
	Doubts []Doubt
	Marked int // sites said to stand elsewhere in their dispatch as well, so that they were not read
}

// Doubt is a site at which the words around it, as far as they are shown, give
// another reading than the report has. With these readings the verdicts, the
// copies named and those that a dispatch is narrowed to are the same, or the
// report is refused.
type Doubt struct {
	Ref   string
	Site  int
	Found []int // readings; none: nothing was read
}

// Recompute makes a redacted report anew, from the exhibits and from what all
// copies show at the sites that they print, and compares. It trusts the report
// for this: which words of the exhibits were laid where on the dispatches, and
// what the dispatches say between their sites; how many printed words follow a
// dispatch; and which sites could stand elsewhere. All else is read and computed
// again by the code that [Run] uses, and the whole report is the same to the bit.
func Recompute(ctx context.Context, claimed *Report, ev *Evidence) (*Recomputed, error) {
	level, err := odds.ParseMass(ev.Alpha)
	if err != nil || level == (odds.Mass{}) {
		return nil, fmt.Errorf("expected a level such as 1e-4, found %q", ev.Alpha)
	}
	if err := claimed.Validate(); err != nil {
		return nil, err
	}
	read, looks, err := rereadAll(ctx, claimed, ev)
	if err != nil {
		return nil, err
	}
	out := &Recomputed{}
	var own []*reading // with what was found here
	for _, f := range read {
		d := claimed.of(f.issued.Ref)
		g, err := f.doubt(d, out)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Ref, err)
		}
		own = append(own, g)
		for _, p := range d.Passages {
			for _, x := range p.Pieces {
				if x.Elsewhere {
					out.Marked++
				}
			}
		}
	}
	again := func(read []*reading) (*Report, error) {
		r := begin(claimed.Frozen, level)
		for _, e := range ev.Exhibits {
			r.list(e, len(prose.Words(e.Text)))
		}
		if len(read) == 0 {
			return r, nil
		}
		warnShared(read)
		return r, r.answer(ctx, read, looks, level)
	}
	if out.Report, err = again(read); err != nil {
		return nil, err
	}
	if err := same(claimed, out.Report); err != nil {
		return nil, err
	}
	if len(out.Doubts) == 0 {
		return out, nil
	}
	r, err := again(own)
	if err != nil {
		return nil, err
	}
	for i := range claimed.Dispatches {
		d := &claimed.Dispatches[i]
		if e := r.of(d.Ref); e.Verdict != d.Verdict || !slices.Equal(e.Named, d.Named) || !slices.Equal(e.Consistent, d.Consistent) {
			n := 0
			for _, x := range out.Doubts {
				if x.Ref == d.Ref {
					n++
				}
			}
			return nil, fmt.Errorf("%s: the report reads %d sites otherwise than they can be read from what is shown, and its answer hangs on them", d.Ref, n)
		}
	}
	out.Own = r
	return out, nil
}

// of returns what the report says of a dispatch, or nil.
func (r *Report) of(ref string) *Dispatch {
	for i := range r.Dispatches {
		if r.Dispatches[i].Ref == ref {
			return &r.Dispatches[i]
		}
	}
	return nil
}

// same says where two reports differ.
func same(claimed, found *Report) error {
	a, err := claimed.Encode()
	if err != nil {
		return err
	}
	b, err := found.Encode()
	if err != nil {
		return err
	}
	if bytes.Equal(a, b) {
		return nil
	}
	return fmt.Errorf("the report says something else than the evidence: %s", differ(reflect.ValueOf(*claimed), reflect.ValueOf(*found), "the report"))
}

// rereadAll reads every dispatch's sites again.
func rereadAll(ctx context.Context, claimed *Report, ev *Evidence) (read []*reading, looks []int, err error) {
	if len(ev.Exhibits) != len(claimed.Exhibits) {
		return nil, nil, fmt.Errorf("the report is on %d exhibits, and %d are there", len(claimed.Exhibits), len(ev.Exhibits))
	}
	if len(ev.Dispatches) != len(claimed.Dispatches) {
		return nil, nil, fmt.Errorf("the report is on %d dispatches, and %d are opened", len(claimed.Dispatches), len(ev.Dispatches))
	}
	for i := range ev.Dispatches {
		o := &ev.Dispatches[i]
		d := claimed.of(o.Ref)
		if d == nil || slices.ContainsFunc(read, func(f *reading) bool { return f.issued.Ref == o.Ref }) {
			return nil, nil, fmt.Errorf("the report is not on %.80q, or that is opened twice", o.Ref)
		}
		f, err := reread(ctx, o, d, ev.Exhibits)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", o.Ref, err)
		}
		f.at = i
		read, looks = append(read, f), append(looks, d.Look)
	}
	return read, looks, nil
}

// doubt takes over what the report says was read, where that is not what was
// found, and returns the reading with what was found.
func (f *reading) doubt(d *Dispatch, out *Recomputed) (*reading, error) {
	g := *f
	g.sites, g.passages, g.warnings = map[int]*siteAt{}, nil, slices.Clone(f.warnings)
	for _, p := range f.passages {
		p.Pieces = slices.Clone(p.Pieces)
		g.passages = append(g.passages, p)
	}
	for _, s := range d.Seen {
		found := f.sites[s.Site]
		if found == nil {
			return nil, fmt.Errorf("site %d is in no passage", s.Site)
		}
		g.sites[s.Site] = found
		printed := found.readings
		if found.state == s.State && slices.Equal(printed, s.Printed) {
			continue
		}
		if all := len(f.issued.Master.Sites[s.Site].Readings); s.State == Read && len(s.Printed) >= all || s.State == Edited && len(s.Printed) > 0 || !slices.IsSorted(s.Printed) {
			return nil, fmt.Errorf("site %d is not read as a trace would say it", s.Site)
		}
		out.Doubts = append(out.Doubts, Doubt{d.Ref, s.Site, printed})
		f.sites[s.Site] = &siteAt{state: s.State, readings: s.Printed, exhibits: found.exhibits}
	}
	return &g, nil
}

// reread reads a dispatch's sites in the exhibits again.
func reread(ctx context.Context, o *Opened, d *Dispatch, exhibits []*coverage.Exhibit) (*reading, error) {
	m, err := o.master()
	if err != nil {
		return nil, err
	}
	f := &reading{issued: &Issued{Ref: o.Ref, Master: m}, book: &openedCopies{o, m}}
	quoted := map[int][]quote.Passage{}
	for i := range d.Passages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p := &d.Passages[i]
		e := exhibits[p.Exhibit]
		if quoted[p.Exhibit] == nil {
			quoted[p.Exhibit] = quote.Passages(e.Text, e.Quotes...)
		}
		if err := stands(p, e, quoted[p.Exhibit]); err != nil {
			return nil, fmt.Errorf("passage %d: %w", i+1, err)
		}
		if err := f.relay(i, p, d, e); err != nil {
			return nil, fmt.Errorf("passage %d: %w", i+1, err)
		}
	}
	if err := f.complete(d, o); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(d.Warnings, func(w Warning) bool { return w.Code == align.WarnPlace }) {
		f.warnings = append(f.warnings, warnPlace)
	}
	f.merge()
	f.words = d.Words
	printed := 0
	for _, p := range d.Passages {
		printed += len(prose.Words(p.Printed))
	}
	if d.Words > 2*printed { // two words of the dispatch may be printed as one
		return nil, fmt.Errorf("%d printed words are said to follow the dispatch, and its passages have %d", d.Words, printed)
	}
	return f, nil
}

// stands reports whether a passage is in the exhibit where it says, and in
// quotation marks if it says so.
func stands(p *Passage, e *coverage.Exhibit, passages []quote.Passage) error {
	to := p.From + len(p.Printed)
	if p.From < 0 || to > len(e.Text) || e.Text[p.From:to] != p.Printed {
		return errors.New("the exhibit does not have these words there")
	}
	if p.Quoted && !slices.ContainsFunc(passages, func(q quote.Passage) bool { return q.Quoted && q.Start <= p.From && to <= q.End }) {
		return errors.New("the exhibit does not have these words in quotation marks")
	}
	var all strings.Builder
	for _, x := range p.Pieces {
		all.WriteString(x.Printed)
	}
	if all.String() != p.Printed {
		return errors.New("its pieces are not what is printed")
	}
	return nil
}

// master is the dispatch as far as it is opened: sites without the text between
// them.
func (o *Opened) master() (*frank.Master, error) {
	m := &frank.Master{}
	for i, u := range o.Units {
		switch {
		case len(u.At) != len(u.Sites) || len(u.Sites) == 0:
			return nil, fmt.Errorf("unit %d has %d sites, and says of %d which they are", u.Index, len(u.Sites), len(u.At))
		case i > 0 && u.Index <= o.Units[i-1].Index:
			return nil, errors.New("the units opened are not in order")
		case i > 0 && u.Sites[0].Start < o.Units[i-1].Sites[0].Start:
			return nil, errors.New("the units are not in the order of their first sites")
		case len(u.Keys) != len(o.Batches):
			return nil, fmt.Errorf("unit %d is opened in %d of %d batches", u.Index, len(u.Keys), len(o.Batches))
		}
		for k, at := range u.At {
			if at < 0 || at >= frank.MaxSites {
				return nil, fmt.Errorf("there is no site %d", at)
			}
			for len(m.Sites) <= at {
				m.Sites = append(m.Sites, frank.Site{})
			}
			if m.Sites[at].Readings != nil {
				return nil, fmt.Errorf("site %d is in two units", at)
			}
			m.Sites[at] = u.Sites[k]
		}
		m.Units = append(m.Units, frank.Unit{Sites: u.At, Joint: u.Joint, Law: u.Law})
	}
	end := 0
	for _, s := range m.Sites {
		if s.Readings == nil {
			continue
		}
		if s.Start < end {
			return nil, errors.New("sites overlap, or are not in order")
		}
		end = s.End
	}
	next := 0
	for _, b := range o.Batches {
		if b.First <= next || b.Count < 1 || b.Count > frank.MaxCopies || b.First+b.Count-1 > frank.MaxCopies {
			return nil, errors.New("the batches' numbers do not follow each other")
		}
		next = b.First + b.Count - 1
	}
	return m, nil
}

// openedCopies is what all copies show at the units opened.
type openedCopies struct {
	o *Opened
	m *frank.Master
}

func (c *openedCopies) Copies() (n int) {
	for _, b := range c.o.Batches {
		n += b.Count
	}
	return n
}

func (c *openedCopies) Number(i int) int {
	for _, b := range c.o.Batches {
		if i <= b.Count {
			return b.First + i - 1
		}
		i -= b.Count
	}
	panic("trace: internal error: there are not so many copies")
}

func (c *openedCopies) Readings(unit int, dst []uint16) {
	at, u := 0, &c.o.Units[unit]
	for i, b := range c.o.Batches {
		codebook.Draw(u.Keys[i], u.Law, b.First, dst[at:at+b.Count])
		at += b.Count
	}
}

// Copy is what a copy shows at the sites opened, and -1 elsewhere.
func (c *openedCopies) Copy(number int) ([]int, error) {
	for i, b := range c.o.Batches {
		if number < b.First || number >= b.First+b.Count {
			continue
		}
		out := slices.Repeat([]int{-1}, len(c.m.Sites))
		for u := range c.o.Units {
			var one [1]uint16
			unit := &c.o.Units[u]
			codebook.Draw(unit.Keys[i], unit.Law, number, one[:])
			for k, at := range unit.At {
				out[at] = unit.Joint[one[0]][k]
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("there is no copy %d", number)
}

// complete checks that what was opened is what was quoted: every unit has a site
// that print shows, every site that print shows is opened, and where the report
// has no gap in print no unit between two others is passed over. Units are in the
// order of their first sites. What is a gap is the report's word: the words that
// print left out are not shown.
func (f *reading) complete(d *Dispatch, o *Opened) error {
	shown := map[int]bool{}
	for _, s := range d.Seen {
		shown[s.Site] = true
	}
	unitOf := map[int]*OpenedUnit{}
	for i := range o.Units {
		u := &o.Units[i]
		if !slices.ContainsFunc(u.At, func(at int) bool { return shown[at] }) {
			return fmt.Errorf("unit %d is opened, and no site of it was printed", u.Index)
		}
		for _, at := range u.At {
			unitOf[at] = u
		}
	}
	for _, s := range d.Seen {
		if unitOf[s.Site] == nil {
			return fmt.Errorf("site %d was printed, and is not opened", s.Site)
		}
	}
	for i, p := range d.Passages {
		var last *OpenedUnit
		for k, x := range p.Pieces {
			// Words that were added, or that are of no length, are no gap.
			if (x.Kind == Omitted || x.Kind == AtSite && x.Seen < 0) && x.Span[0] < x.Span[1] {
				last = nil
			}
			for _, at := range f.laid[i].pieces[k].sites {
				u := unitOf[at]
				if u.At[0] != at { // further sites of a unit say nothing of what begins between
					continue
				}
				if last != nil && u.Index != last.Index+1 {
					return fmt.Errorf("passage %d: between units %d and %d print has no gap, and those between are not opened", i+1, last.Index, u.Index)
				}
				last = u
			}
		}
	}
	return nil
}

// differ names the first difference between two values of one type.
func differ(a, b reflect.Value, where string) string {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if f := a.Type().Field(i); f.IsExported() {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if s := differ(a.Field(i), b.Field(i), name+" of "+where); s != "" {
					return s
				}
			}
		}
		return ""
	case reflect.Slice:
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s has %d entries, not %d", where, b.Len(), a.Len())
		}
		for i := range a.Len() {
			if s := differ(a.Index(i), b.Index(i), fmt.Sprintf("entry %d in %s", i+1, where)); s != "" {
				return s
			}
		}
		return ""
	}
	if !a.Equal(b) {
		return where
	}
	return ""
}
