package trace

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/prose"
	"frank/trace/locate"
	"frank/trace/odds"
	"frank/variant"
)

// Issued is a dispatch that exhibits may quote. Its codebook is opened only
// once it is found to be quoted, a look is numbered before anything is said
// about its copies, and a reader is asked for only for a copy that is named.
type Issued struct {
	Ref, Title string
	Master     *frank.Master
	Book       func() (*codebook.Book, error)
	Look       func() (int, error)
	Reader     func(number int) (string, error)
}

// Input is what [Run] works on.
type Input struct {
	Exhibits []*coverage.Exhibit
	Issued   []Issued
	Index    *locate.Index // of Issued's masters, in order; made where nil
	Alpha    string        // chance of naming a copy that played no part, such as 1e-4
	Frozen   bool          // an inquiry froze the exhibits before the codebook was opened
}

// Cap is log10 of the highest likelihood ratio that is ever stated as such:
// what the validation runs, a million inquiries each, can support.
const Cap = "6"

// mildest is the least chance of an edit that any model assumes, in 2^-16: a
// ratio computed as if a medium changed nothing would hang on one slip.
const mildest = odds.Scale * 19 / 20

// models are the editing models: the first scores, all of them bound the
// likelihood ratio, and a copy stays in the narrowed set if any of them allows
// it.
var models = []struct {
	medium variant.Medium
	Model
}{
	{variant.Press, Model{"press", "quoted in a paper that keeps the words and applies its own style"}},
	{variant.Retyped, Model{"light", "copied out word for word, with slips"}},
	{variant.Edited, Model{"edited", "tidied by an editor for length and ease"}},
}

// Run traces: exhibits to quotations, quotations to dispatches and sites, and
// what was read there to copies.
func Run(ctx context.Context, in Input) (*Report, error) {
	level, err := odds.ParseMass(in.Alpha)
	if err != nil || level == (odds.Mass{}) {
		return nil, fmt.Errorf("expected a level such as 1e-4, found %q", in.Alpha)
	}
	r := begin(in.Frozen, level)
	if in.Index == nil {
		b := locate.New()
		for i := range in.Issued {
			b.Add(in.Issued[i].Master)
		}
		in.Index = b.Index()
	}
	found := map[int]*reading{}
	grounds := grounds{}
	for i, e := range in.Exhibits {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		words := prose.Words(e.Text)
		r.list(e, len(words))
		for _, p := range quotations(in, e, words, grounds) {
			f := found[p.dispatch]
			if f == nil {
				f = &reading{issued: &in.Issued[p.dispatch], at: p.dispatch}
				found[p.dispatch] = f
			}
			f.add(i, e, p, grounds.of(in, p.dispatch))
		}
	}
	var read []*reading
	for i := range in.Issued {
		if f := found[i]; f != nil {
			read = append(read, f)
		}
	}
	if len(read) == 0 {
		return r, nil
	}
	if err := r.decide(ctx, read, level); err != nil {
		return nil, err
	}
	return r, nil
}

// begin is a report that says nothing yet.
func begin(frozen bool, level odds.Mass) *Report {
	r := &Report{Format: Format, Frozen: frozen, Alpha: DecimalUp(level.Rat(), 6), Cap: Cap,
		Exhibits: []Exhibit{}, Dispatches: []Dispatch{}, Warnings: []Warning{}}
	for _, m := range models {
		r.Models = append(r.Models, m.Model)
	}
	return r
}

// list adds an exhibit.
func (r *Report) list(e *coverage.Exhibit, words int) {
	r.Exhibits = append(r.Exhibits, Exhibit{Name: e.Name, SHA256: frank.Hash(e.SHA256).String(), Media: e.Media, Title: e.Title, Words: words})
}

// decide opens the codebooks of the dispatches quoted and asks for the odds.
func (r *Report) decide(ctx context.Context, read []*reading, level odds.Mass) error {
	looks := make([]int, len(read))
	for _, f := range read {
		f.merge()
		book, err := f.issued.Book()
		if err != nil {
			return err
		}
		f.book = book
	}
	warnShared(read)
	for i, f := range read { // once nothing that can be damaged is left to open: a look that is counted is spent
		look, err := f.issued.Look()
		if err != nil {
			return err
		}
		if look < 1 {
			return fmt.Errorf("expected a look numbered from 1, found %d", look)
		}
		looks[i] = look
	}
	return r.answer(ctx, read, looks, level)
}

// answer asks for the odds: what was read, the copies that were opened, and
// which look on each dispatch it is. It is all that the verdict hangs on.
func (r *Report) answer(ctx context.Context, read []*reading, looks []int, level odds.Mass) error {
	p := &odds.Problem{Models: len(models)}
	for i, f := range read {
		g := f.group()
		g.Level = level.Over(looks[i]).Over(looks[i] + 1)
		p.Groups = append(p.Groups, g)
		r.Family += g.Copies
	}
	results, err := odds.Decide(ctx, p)
	if err != nil {
		return err
	}
	for i, f := range read {
		d, err := f.report(&results[i], &p.Groups[i], looks[i], r)
		if err != nil {
			return err
		}
		r.Dispatches = append(r.Dispatches, *d)
	}
	slices.SortStableFunc(r.Dispatches, func(a, b Dispatch) int {
		if c := rank(b.Verdict) - rank(a.Verdict); c != 0 {
			return c
		}
		return b.Words - a.Words
	})
	if len(read) > 1 {
		r.Warnings = append(r.Warnings, Warning{"several-dispatches", fmt.Sprintf("%d dispatches are quoted; their copies are tested as one family of %d", len(read), r.Family)})
	}
	return nil
}

func rank(verdict string) int {
	return slices.Index([]string{CannotTell, Narrowed, Named}, verdict)
}

// group returns what was read of a dispatch for package odds, which sees no
// text.
func (f *reading) group() odds.Group {
	m := f.issued.Master
	g := odds.Group{Copies: f.book.Copies()}
	var index []int // unit of the codebook
	for u, unit := range m.Units {
		out := odds.Unit{Law: unit.Law, Shown: make([]int, len(unit.Joint))}
		classes := map[string]int{}
		shown := make([]strings.Builder, len(unit.Joint))
		for k, s := range unit.Sites {
			seen := f.sites[s]
			if seen == nil || seen.state != Read {
				continue
			}
			site := odds.Site{Readings: len(m.Sites[s].Readings), Printed: len(seen.readings)}
			for _, model := range models {
				site.Keep = append(site.Keep, min(variant.Keep(m.Sites[s].Kind, model.medium), mildest))
			}
			for j, joint := range unit.Joint {
				fits := slices.Contains(seen.readings, joint[k])
				site.Agree = append(site.Agree, fits)
				if fits { // which of those that fit was printed is not known
					fmt.Fprint(&shown[j], "* ")
				} else {
					fmt.Fprintf(&shown[j], "%d ", joint[k])
				}
			}
			// Linked sites say one thing: whoever changes one changes all.
			if !slices.ContainsFunc(out.Sites, func(o odds.Site) bool { return slices.Equal(o.Agree, site.Agree) }) {
				out.Sites = append(out.Sites, site)
			}
		}
		if len(out.Sites) == 0 {
			continue
		}
		for j, joint := range unit.Joint {
			key := shown[j].String()
			if _, ok := classes[key]; !ok {
				classes[key] = len(classes)
			}
			out.Shown[j] = classes[key]
			if !slices.ContainsFunc(joint, func(r int) bool { return r != 0 }) {
				out.First = j
			}
		}
		g.Units = append(g.Units, out)
		index = append(index, u)
	}
	g.Readings = func(unit int, dst []uint16) { f.book.Readings(index[unit], dst) }
	return g
}

// numbers are those of copies that package odds counts.
func (f *reading) numbers(copies []int) []int {
	out := make([]int, len(copies))
	for i, c := range copies {
		out[i] = f.book.Number(c)
	}
	return out
}

// report writes down what was found about one dispatch.
func (f *reading) report(res *odds.Result, g *odds.Group, look int, r *Report) (*Dispatch, error) {
	d := &Dispatch{
		Ref: f.issued.Ref, Title: f.issued.Title, Verdict: CannotTell,
		Named: []int{}, Consistent: []int{},
		Copies: g.Copies, Words: f.words, Sites: res.Sites, Bits: DecimalOf(int64(res.Bits)*100/64, 2),
		Look: look, Level: DecimalUp(g.Level.Rat(), 6),
		Ranking: []Rank{}, Warnings: []Warning{}, Passages: f.passages, Seen: []SiteSeen{}, Change: []string{},
		Author: Author{Agree: res.Author.Agree, Of: res.Author.Of, Log10LR: log10(res.Author.LR.Score)},
	}
	d.ByChance = DecimalUp(res.ByChance.Rat().Mul(res.ByChance.Rat(), rat(g.Copies)), 3)
	switch res.Verdict {
	case odds.Named:
		d.Verdict = Named
	case odds.Narrowed:
		d.Verdict = Narrowed
		d.Consistent = f.numbers(res.Consistent)
	}
	for _, row := range res.Rows {
		k := Rank{Copy: f.book.Number(row.Copy), Agree: row.Agree, Of: row.Of,
			Log10LR: log10(row.LR.Score), LRLow: log10(row.LR.Low), LRHigh: log10(row.LR.High),
			Log10Usual: log10(row.Usual.Score), UsualLow: log10(row.Usual.Low), UsualHigh: log10(row.Usual.High),
			FalseMatch: DecimalUp(row.Family.Rat(), 3), How: []string{Single, OneCompanion, TwoCompanions}[row.Test], Companions: []int{}}
		k.Companions = append(k.Companions, f.numbers(row.Companions)...)
		if row.Named {
			d.Named = append(d.Named, k.Copy)
			if f.issued.Reader != nil {
				name, err := f.issued.Reader(k.Copy)
				if err != nil { // the look is spent: say what it found
					d.Warnings = append(d.Warnings, Warning{"unread-reader", fmt.Sprintf("to whom copy %d was issued could not be read: %v", k.Copy, err)})
				}
				k.Reader = name
			}
		}
		d.Ranking = append(d.Ranking, k)
	}
	slices.Sort(d.Named)
	leader := -1
	if len(d.Ranking) > 0 {
		leader = d.Ranking[0].Copy
	}
	if err := f.showSeen(d, leader, d.Named); err != nil {
		return nil, err
	}
	f.warn(d, res, g, r)
	return d, nil
}
