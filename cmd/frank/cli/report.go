package cli

import (
	"fmt"
	"slices"
	"strings"

	"frank/trace"
	"frank/trace/figure"
)

// ranks is how many copies the report in the terminal lists; the JSON has more.
const ranks = 5

// printReport writes a report for people: the verdict first, in words that
// cannot be taken for more than they are, then what it rests on.
func (r *run) printReport(rep *trace.Report) {
	if len(rep.Dispatches) == 0 {
		r.say("nothing in %s follows the wording of a dispatch that was searched; no copy was compared", these(len(rep.Exhibits), "this exhibit", "these exhibits"))
	}
	for i := range rep.Dispatches {
		if i > 0 {
			r.say("")
		}
		r.printDispatch(rep, &rep.Dispatches[i])
	}
	r.list("before relying on this", warnings(rep.Warnings))
}

func (r *run) printDispatch(rep *trace.Report, d *trace.Dispatch) {
	s, width := r.style(), r.width()
	para := func(format string, args ...any) {
		r.say("%s", fill(fmt.Sprintf(format, args...), "  ", width))
	}
	title := s.bold(clean(d.Ref))
	if d.Title != "" {
		title += s.dim(" · " + clean(d.Title))
	}
	r.say("%s\n", title)
	switch d.Verdict {
	case trace.Named:
		r.say("  %s\n", s.bold(s.red(strings.ToUpper(copyList(d.Named))+these(len(d.Named), " IS NAMED", " ARE NAMED"))))
		r.printNamed(rep, d)
	case trace.Narrowed:
		r.say("  %s\n", s.bold(s.yellow(fmt.Sprintf("narrowed to %d of %s: %s", len(d.Consistent), figure.Counted(d.Copies, "copy"), copyList(d.Consistent)))))
		para("If the words came from one of these %s, from that one alone, and were edited no worse than the editing models allow, it is among the %d in at least 99 of 100 such cases. By chance alone %s of the %s would be expected to agree as well. No copy is named, so no reader is shown; and a copy that is not on the list is not cleared by that.",
			figure.Counted(d.Copies, "copy"), len(d.Consistent), figure.Expected(d.ByChance), figure.Counted(d.Copies, "copy"))
	case trace.CannotTell:
		r.say("  %s\n", s.bold("cannot tell which copy"))
		if d.Sites == 0 {
			para("No place where copies differ could be read in what was printed: it is the same in every copy, and points to none.")
			break
		}
		para("What was printed does not set one copy far enough apart from the others: it points to no copy, and clears none. By chance alone %s of the %s would be expected to fit it as well as its source would.", figure.Expected(d.ByChance), figure.Counted(d.Copies, "copy"))
	}
	r.say("\n  %s of it quoted; %s read, carrying %s", figure.Counted(d.Words, "word"), figure.Counted(d.Sites, "place"), figure.Bits(d.Bits))
	r.say("  look %d on this dispatch, at a level of %s (%s for all looks)", d.Look, figure.Level(d.Level), figure.Level(rep.Alpha))
	r.printPassages(rep, d)
	r.printRanking(rep, d)
	r.say("\n  the author's own wording (copy 0, issued to nobody) agrees at %d of %s; it is never named", d.Author.Agree, figure.Counted(d.Author.Of, "place"))
	r.list("before relying on this", warnings(d.Warnings))
	r.list("what would change the answer", d.Change)
}

// printNamed says whose the named copies are, and what may be said of them.
func (r *run) printNamed(rep *trace.Report, d *trace.Dispatch) {
	s := r.style()
	worst := trace.Decimal("0") // of the bounds
	for _, k := range d.Ranking {
		if !slices.Contains(d.Named, k.Copy) {
			continue
		}
		if k.FalseMatch.Cmp(worst) > 0 {
			worst = k.FalseMatch
		}
		beside := ""
		if len(k.Companions) > 0 {
			beside = ", tested beside " + copyList(k.Companions)
		}
		reader := ""
		if k.Reader != "" {
			reader = " was issued to " + s.bold(clean(k.Reader)) + ";"
		}
		r.say("%s", fill(fmt.Sprintf("copy %d%s of %s where copies differ and print could be read, %d %s worded as in it%s",
			k.Copy, reader, figure.Counted(k.Of, "place"), k.Agree, these(k.Agree, "is", "are"), beside), "  ", r.width()))
	}
	who, its, held := fmt.Sprintf("copy %d", d.Named[0]), "this one", "its holder"
	if len(d.Named) > 1 {
		who, its, held = "one of these copies", "its own", "any holder"
	}
	r.say("\n%s", fill(fmt.Sprintf("If %s had no part in this, a match as good as %s would still turn up somewhere among the %s tested, but in no more than one of every %s such inquiries%s. That is not the chance that %s is innocent, and does not say that %s did anything. Anybody else who saw %s (passed on, left open, stolen), or who held the codebook, could have put the same words in print: the figure does not cover that.",
		who, its, figure.Counted(rep.Family, "copy"), figure.OnceIn(worst), floorNote(worst), these(len(d.Named), who, "one of them"), held, these(len(d.Named), "this copy", "it")), "  ", r.width()))
}

func floorNote(d trace.Decimal) string {
	if d.Cmp("1e-9") <= 0 {
		return " (no rarer figure is ever printed)"
	}
	return ""
}

// most is how many lines of print the report in the terminal shows of a
// dispatch; the page has all of it.
const most = 20

// printPassages writes what was printed with its places marked.
func (r *run) printPassages(rep *trace.Report, d *trace.Dispatch) {
	if len(d.Passages) == 0 {
		return
	}
	s, left := r.style(), most
	for i, p := range d.Passages {
		if left <= 0 {
			r.say("\n  %s", s.dim(fmt.Sprintf("and %s more: --html shows them", figure.Counted(len(d.Passages)-i, "passage"))))
			break
		}
		quoted := "in quotation marks"
		if !p.Quoted {
			quoted = "without quotation marks"
		}
		r.say("\n  %s", s.dim(clean(rep.Exhibits[p.Exhibit].Name)+", "+quoted))
		var b strings.Builder
		for _, x := range p.Pieces {
			x.Printed, x.Dispatch = clean(x.Printed), clean(x.Dispatch)
			b.WriteString(s.piece(d, x))
		}
		lines := strings.Split(fill(b.String(), "    ", r.width()), "\n")
		if len(lines) > left {
			r.say("%s\n    %s", strings.Join(lines[:left], "\n"), s.dim(fmt.Sprintf("… and %s more: --html shows them", figure.Counted(len(lines)-left, "line"))))
		} else {
			r.say("%s", strings.Join(lines, "\n"))
		}
		left -= len(lines)
	}
	switch {
	case d.Verdict == trace.CannotTell || len(d.Ranking) == 0:
		r.say("\n  %s", s.dim("[x] a place where copies differ   [x ?] not to be read   {x} only in the dispatch"))
	case len(d.Named) > 1:
		r.say("\n  %s", s.dim("[x] a place worded as in all copies named   [x ·7] as in copy 7 only   [x ≠] as in none"))
	default:
		r.say("\n  %s", s.dim(fmt.Sprintf("[x] a place worded as in copy %d   [x ≠ y] it has y   [x ?] not to be read   {x} only in the dispatch", d.Ranking[0].Copy)))
	}
}

// piece writes a stretch of a passage.
func (s style) piece(d *trace.Dispatch, x trace.Piece) string {
	switch x.Kind {
	case trace.Omitted:
		if strings.TrimSpace(x.Dispatch) == "" {
			return x.Printed
		}
		return " " + s.dim("{"+opening(x.Dispatch, 60)+"}") + " "
	case trace.AtSite:
		printed := shown(x.Printed)
		if x.Seen < 0 || d.Seen[x.Seen].State != trace.Read {
			return s.yellow("[" + printed + " ?]")
		}
		seen := d.Seen[x.Seen]
		switch {
		case d.Verdict == trace.CannotTell || seen.Leader < 0:
			return s.bold("[" + printed + "]")
		case len(d.Named) > 1 && len(seen.Named) == len(d.Named):
			return s.mixed(d, seen, printed)
		case slices.Contains(seen.Printed, seen.Leader):
			return s.green("[" + printed + "]")
		}
		return s.red("[" + printed + " ≠ " + shown(clean(seen.Readings[seen.Leader])) + "]")
	}
	return x.Printed
}

// mixed writes a place of a text that several named copies went into.
func (s style) mixed(d *trace.Dispatch, seen trace.SiteSeen, printed string) string {
	var as []string
	for i, reading := range seen.Named {
		if slices.Contains(seen.Printed, reading) {
			as = append(as, fmt.Sprint(d.Named[i]))
		}
	}
	switch len(as) {
	case 0:
		return s.red("[" + printed + " ≠]")
	case len(d.Named):
		return s.green("[" + printed + "]")
	}
	return s.green("[" + printed + " ·" + strings.Join(as, "·") + "]")
}

// shown stands for a wording that may be empty.
func shown(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}

func (r *run) printRanking(rep *trace.Report, d *trace.Dispatch) {
	if len(d.Ranking) == 0 || d.Verdict == trace.CannotTell {
		return
	}
	s := r.style()
	r.say("\n  %s", s.dim(fmt.Sprintf("%6s  %-10s  %-24s  %-24s  %s", "copy", "agrees at", "against another copy", "against usual wording", "as good by chance, any copy")))
	for i, k := range d.Ranking {
		if i == ranks {
			break
		}
		line := fmt.Sprintf("%6d  %-10s  %-24s  %-24s  %s", k.Copy, fmt.Sprintf("%d of %d", k.Agree, k.Of), ratio(k.LRLow, rep.Cap), ratio(k.UsualLow, rep.Cap), figure.Bound(k.FalseMatch))
		if slices.Contains(d.Named, k.Copy) {
			line = s.bold(line)
		}
		r.say("  %s", strings.TrimRight(line, " "))
	}
	r.say("  %s", s.dim("how many times as probable the words in print are, at the lowest of the editing models;\n  validation supports no figure above the cap"))
}

func (r *run) list(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	r.say("\n  %s", heading)
	for _, text := range items {
		r.say("%s", strings.Replace(fill(clean(text), "      ", r.width()), "      ", "    · ", 1))
	}
}

func warnings(list []trace.Warning) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = w.Text
	}
	return out
}

// clean keeps what others wrote from steering the terminal.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n':
			return c
		case c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069:
			return -1
		}
		return c
	}, s)
}

func these(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// copyList writes "copy 7", "copies 7, 9 and 23".
func copyList(list []int) string {
	if len(list) == 1 {
		return fmt.Sprintf("copy %d", list[0])
	}
	const most = 30 // of a long list
	var b strings.Builder
	b.WriteString("copies ")
	for i, n := range list {
		switch {
		case i == most && len(list) > most+1:
			fmt.Fprintf(&b, " and %d more", len(list)-most)
			return b.String()
		case i > 0 && i == len(list)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		fmt.Fprint(&b, n)
	}
	return b.String()
}

// ratio writes a likelihood ratio, given as log10 at the lowest of the models,
// and no higher than the cap.
func ratio(low, limit trace.Decimal) string {
	switch {
	case low.Cmp("0") < 0:
		return "below 1"
	case low.Cmp(limit) >= 0:
		return "at least " + figure.Times(figure.Milli(limit)) + " (cap)"
	}
	return "at least " + figure.Times(figure.Milli(low))
}
