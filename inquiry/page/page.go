package page

import (
	_ "embed"
	"errors"
	"html/template"
	"io"
	"strconv"
	"strings"

	"frank"
	"frank/inquiry"
	"frank/trace/figure"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var tmpl = template.Must(template.New("page").Funcs(template.FuncMap{"group": figure.Group, "sentence": sentence}).Parse(pageHTML))

type view struct {
	*inquiry.Year
	CSS      template.CSS
	Heads    []head
	Sections []Section
	Rows     []line
	Made     string // time, to the minute
	Entries  string
	Unread   string
}

// head is a figure that is shown large.
type head struct{ Figure, What string }

// line is an inquiry in the list.
type line struct {
	Number, Opened, Lead, Scope, Stage, Outcome string
	Tested, Spent                               string
	Names, Days                                 int
	Waits                                       []string
}

// Write writes y as an HTML page. Who says how a person is called; it is not used
// where the report is the published one. The same report gives the same bytes.
func Write(w io.Writer, y *inquiry.Year, who func(frank.PersonID) string) error {
	if y == nil || y.Format != inquiry.OversightFormat {
		return errors.New("expected a yearly report to write as a page, found none")
	}
	v := &view{Year: y, CSS: template.CSS(pageCSS), Sections: Sections(y), Made: minute(y.AsOf.Time), Entries: figure.Counted(int(y.AsOf.Size), "entry"), Unread: figure.Counted(y.AsOf.Unread, "entry")}
	v.Heads = []head{
		{figure.Group(y.Inquiries.Opened), "inquiries opened"},
		{figure.Group(y.Affected.Persons), "people whose copies were tested"},
		{figure.Group(y.Names.Opened), "names opened"},
	}
	if y.Level.Spent.Cmp("0") > 0 {
		v.Heads = append(v.Heads, head{"1 in " + figure.OnceIn(y.Level.Spent), "at most: the chance that any copy was named, had none played a part"})
	}
	if !y.Published {
		for i := range y.List {
			v.Rows = append(v.Rows, lineOf(&y.List[i], who))
		}
	}
	return tmpl.Execute(w, v)
}

func lineOf(s *inquiry.Summary, who func(frank.PersonID) string) line {
	l := line{Number: strconv.FormatUint(s.Inquiry, 10), Opened: s.Opened[:min(len(s.Opened), len("2026-01-31"))], Lead: who(s.Lead), Stage: Stage(s.Stage),
		Names: s.Holders, Days: s.Days, Tested: "nothing", Spent: "nothing"}
	if s.Copies > 0 {
		l.Tested = figure.Counted(s.Copies, "copy") + " of " + People(s.People)
	}
	if s.Spent.Cmp("0") > 0 {
		l.Spent = "1 in " + figure.OnceIn(s.Spent)
	}
	if s.Outcome != "" {
		l.Outcome = sentence(Outcome(s.Outcome))
	}
	if s.Overdue {
		l.Stage += ", past its end"
	}
	var refs []string
	for _, r := range s.Scope {
		refs = append(refs, r.String())
	}
	l.Scope = strings.Join(refs, ", ")
	for _, w := range s.Waits {
		l.Waits = append(l.Waits, Waits(w, who))
	}
	return l
}

// minute is a time that is valid, for people.
func minute(at string) string {
	if !frank.ValidTime(at) {
		return ""
	}
	return at[:10] + " " + at[11:16] + " UTC"
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
