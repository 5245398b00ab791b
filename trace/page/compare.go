package page

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"frank/trace"
	"frank/trace/figure"
)

// mark is how one place in the comparison is shown. Every mark has a symbol
// and a line of its own as well as a colour.
type mark struct {
	Class, Symbol, Text string
	Count               int
}

// stretch is a run of text with one mark; Class is empty for plain text.
type stretch struct {
	Text, Class, Symbol, Say string
	Before, After            string // spaces that belong to it, left unmarked
}

// line is a stretch of print beside the same stretch of the dispatch.
type line struct{ Printed, Dispatch []stretch }

type passage struct {
	Exhibit string
	Quoted  bool
	Lines   []line
}

// site is one row of the list of sites.
type site struct {
	No            int
	Kind          string
	Readings      []reading
	Class, Symbol string
	Say           string
	Share         string
	Print         []string // what is printed, where no single reading is
	Exhibits      string
}

type reading struct {
	Text    string
	Printed bool
	Leader  bool
}

// The marks of a comparison; %s is the leading copy.
const (
	agrees = iota
	agreesOther
	plainRead
	differs
	twoWays
	edited
	unread
)

var marks = []mark{
	agrees:      {Class: "agree", Symbol: "✓", Text: "printed as in %s"},
	agreesOther: {Class: "other", Symbol: "◆", Text: "printed as in another named copy"},
	plainRead:   {Class: "read", Symbol: "•", Text: "one of the dispatch’s wordings"},
	differs:     {Class: "differ", Symbol: "≠", Text: "printed in another of the dispatch’s wordings"},
	twoWays:     {Class: "two", Symbol: "⇄", Text: "printed two ways, so not counted"},
	edited:      {Class: "edited", Symbol: "~", Text: "edited in print, so not counted"},
	unread:      {Class: "unread", Symbol: "○", Text: "not read"},
}

// comparer marks the sites of one dispatch. The agreement with a copy is shown
// only where the report names or narrows; otherwise leader is 0.
type comparer struct {
	r      *trace.Report
	d      *trace.Dispatch
	leader int
}

func (c *comparer) markOf(seen int) int {
	if seen < 0 {
		return unread
	}
	s := &c.d.Seen[seen]
	switch {
	case s.State == trace.Conflict:
		return twoWays
	case s.State == trace.Edited:
		return edited
	case c.leader == 0 || s.Leader < 0:
		return plainRead
	case slices.Contains(s.Printed, s.Leader):
		return agrees
	}
	for _, reading := range s.Named {
		if slices.Contains(s.Printed, reading) {
			return agreesOther
		}
	}
	return differs
}

// say puts a mark in words.
func (c *comparer) say(m int) string {
	if strings.Contains(marks[m].Text, "%s") {
		return fmt.Sprintf(marks[m].Text, "copy "+figure.Group(c.leader))
	}
	return marks[m].Text
}

// legend lists the marks that occur, with how many sites have each.
func (c *comparer) legend() []mark {
	counts := make([]int, len(marks))
	for i := range c.d.Seen {
		counts[c.markOf(i)]++
	}
	for _, p := range c.d.Passages {
		for _, piece := range p.Pieces {
			if piece.Kind == trace.AtSite && piece.Seen < 0 {
				counts[unread]++
			}
		}
	}
	var list []mark
	for i, m := range marks {
		if counts[i] > 0 {
			m.Text, m.Count = c.say(i), counts[i]
			list = append(list, m)
		}
	}
	return list
}

func (c *comparer) passages() []passage {
	var list []passage
	for _, p := range c.d.Passages {
		list = append(list, passage{Exhibit: visible(c.r.Exhibits[p.Exhibit].Name), Quoted: p.Quoted, Lines: c.lines(p.Pieces)})
	}
	return list
}

// lines lays the pieces in two columns and breaks them where a sentence ends
// in both, so that the columns stay side by side.
func (c *comparer) lines(pieces []trace.Piece) []line {
	var list []line
	var now line
	flush := func() {
		if len(now.Printed)+len(now.Dispatch) > 0 {
			list = append(list, now)
		}
		now = line{}
	}
	for _, p := range pieces {
		switch p.Kind {
		case trace.Same:
			printed, dispatch := sentences(p.Printed), sentences(p.Dispatch)
			if len(printed) != len(dispatch) {
				printed, dispatch = []string{p.Printed}, []string{p.Dispatch}
			}
			for i := range printed {
				if i > 0 {
					flush()
				}
				now.Printed = appendText(now.Printed, stretch{Text: printed[i]})
				now.Dispatch = appendText(now.Dispatch, stretch{Text: dispatch[i]})
			}
		case trace.Changed:
			now.Printed = appendText(now.Printed, stretch{Text: p.Printed, Class: "changed", Say: "changed in print"})
			now.Dispatch = appendText(now.Dispatch, stretch{Text: p.Dispatch, Class: "changed", Say: "changed in print"})
		case trace.Added:
			now.Printed = appendText(now.Printed, stretch{Text: p.Printed, Class: "added", Say: "only in print"})
		case trace.Omitted:
			now.Dispatch = appendText(now.Dispatch, stretch{Text: p.Dispatch, Class: "omitted", Say: "left out in print"})
		case trace.AtSite:
			m := c.markOf(p.Seen)
			s := stretch{Class: marks[m].Class, Symbol: marks[m].Symbol, Say: c.say(m)}
			left, right := s, s
			left.Text, right.Text = p.Printed, p.Dispatch
			if p.Seen >= 0 && c.leader != 0 {
				if seen := &c.d.Seen[p.Seen]; seen.Leader >= 0 {
					right.Text = seen.Readings[seen.Leader]
				}
			}
			right.Say = ""
			all := []string{left.Text, right.Text}
			if p.Seen >= 0 {
				all = c.d.Seen[p.Seen].Readings
			}
			now.Printed = append(now.Printed, atSite(left, all))
			now.Dispatch = append(now.Dispatch, atSite(right, all))
		}
	}
	flush()
	return list
}

// sentences cuts text after each sentence that ends within it.
func sentences(text string) []string {
	var list []string
	start := 0
	for i := 0; i < len(text); i++ {
		if !strings.ContainsRune(".?!", rune(text[i])) {
			continue
		}
		end := i + 1
		for _, mark := range []string{"”", "’", "\"", "'", ")"} {
			end += len(text[end:]) - len(strings.TrimPrefix(text[end:], mark))
		}
		rest := strings.TrimLeft(text[end:], " \n\t")
		if len(rest) == len(text[end:]) || rest != "" && !upperFirst(rest) {
			continue
		}
		end = len(text) - len(rest)
		list = append(list, text[start:end])
		start, i = end, end-1
	}
	return append(list, text[start:])
}

func upperFirst(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.IsUpper(r)
		}
		if unicode.IsSpace(r) || unicode.IsDigit(r) {
			return false
		}
	}
	return false
}

func appendText(list []stretch, s stretch) []stretch {
	if s.Text == "" {
		return list
	}
	s.Text = visible(s.Text)
	return append(list, s)
}

// atSite shows one reading of a site. Spaces at its ends stay outside the mark,
// and a reading without words is said to be one, with the spaces that the
// other readings have.
func atSite(s stretch, all []string) stretch {
	full := s.Text
	s.Text = words(full)
	if strings.TrimSpace(full) == "" {
		for _, r := range all {
			if strings.TrimSpace(r) != "" {
				full = r
			}
		}
	}
	if strings.HasPrefix(full, " ") {
		s.Before = " "
	}
	if strings.HasSuffix(full, " ") {
		s.After = " "
	}
	return s
}

// words writes a reading for people.
func words(reading string) string {
	if strings.TrimSpace(reading) == "" {
		return "[no word]"
	}
	return visible(strings.TrimSpace(reading))
}

// sites lists the observed sites with their readings.
func (c *comparer) sites() []site {
	var list []site
	for i := range c.d.Seen {
		s, m := &c.d.Seen[i], c.markOf(i)
		row := site{No: i + 1, Kind: visible(s.Kind), Class: marks[m].Class, Symbol: marks[m].Symbol, Say: c.say(m)}
		if row.Kind == "" {
			row.Kind = "author’s own"
		}
		if s.State == trace.Read {
			row.Share = figure.Percent(s.Share)
		} else {
			row.Print = c.printed(i)
		}
		for k, text := range s.Readings {
			row.Readings = append(row.Readings, reading{
				Text:    words(text),
				Printed: slices.Contains(s.Printed, k),
				Leader:  c.leader != 0 && s.Leader == k,
			})
		}
		if len(c.r.Exhibits) > 1 {
			var where []int
			for _, e := range s.Exhibits {
				where = append(where, e+1)
			}
			row.Exhibits = figure.Series(where)
		}
		list = append(list, row)
	}
	return list
}

// printed lists what the passages print at a site, each wording once.
func (c *comparer) printed(seen int) []string {
	var list []string
	for _, p := range c.d.Passages {
		for _, piece := range p.Pieces {
			if piece.Kind != trace.AtSite || piece.Seen != seen {
				continue
			}
			if text := words(piece.Printed); !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
	}
	return list
}

// visible writes control characters, and those that reverse the direction of
// text, as their names: an exhibit must not be able to rearrange the page.
func visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "[U+%04X]", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return false
	case unicode.Is(unicode.Cc, r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r == 0x200B || r == 0x200E || r == 0x200F || r == 0x2060 || r == 0xFEFF || r >= 0xE0000 && r <= 0xE007F
}
