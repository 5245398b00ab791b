package story

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What the text for a terminal shows of a story; the JSON and the page have all
// of it.
const (
	someQuotes     = 12
	someRenderings = 10
	someSentences  = 5
	someAlone      = 2
	someOthers     = 20
)

// Text writes the digest for a terminal of so many columns: what a person reads
// in a minute. It ends with a line feed.
func (d *Digest) Text(width int) string {
	w := &lines{width: width}
	told := 0
	for i := range d.Stories {
		if s := &d.Stories[i]; s.Outlets > 1 || len(d.Stories) == 1 {
			if told++; told > 1 {
				w.line("")
			}
			w.story(s)
		}
	}
	if told < len(d.Stories) {
		if told > 0 {
			w.head("in one outlet only")
		}
		n := 0
		for i := range d.Stories {
			s := &d.Stories[i]
			if s.Outlets > 1 || len(d.Stories) == 1 {
				continue
			}
			if n++; n <= someOthers {
				a := s.Articles[0]
				w.item("%s%s · %s", a.Outlet, before(": ", or(s.Title, named(a))), Said(a.Published))
			}
		}
		w.more(n, someOthers)
	}
	if len(d.Unread) > 0 {
		w.head("not read")
		for _, u := range d.Unread {
			w.item("%s: %s", u.Name, u.Why)
		}
	}
	for _, n := range d.Notes {
		w.head("note")
		w.item("%s", n)
	}
	return w.b.String()
}

func (w *lines) story(s *Story) {
	w.line("%s", or(s.Title, "A story without a headline"))
	w.line("%s", s.Counts())

	w.head("who had it when, by their own account")
	for i := range s.Articles {
		a := &s.Articles[i]
		more := ""
		if from := s.Reprint(i); from != "" {
			more += " · the text of " + from
		}
		if v := a.Changed(); v != "" {
			more += " · " + v
		}
		w.item("%-22s  %s%s", Said(a.Published), a.Outlet, more)
	}

	if len(s.Renderings) > 0 {
		w.head("the same words, printed differently")
		for i, r := range s.Renderings {
			if i == someRenderings {
				break
			}
			if r.Before+r.After != "" {
				w.item("%s ___ %s", r.Before, r.After)
			} else {
				w.item("in one place")
			}
			for _, x := range r.Readings {
				w.under("[%s]  %s", x.Shown(), Some(x.Outlets))
			}
		}
		w.more(len(s.Renderings), someRenderings)
	}

	if speakers := s.Speakers(); len(speakers) > 0 {
		w.head("who said what, as rules read it")
		n := 0
		for _, p := range speakers {
			for k, q := range p.Quotations {
				if n++; n > someQuotes {
					continue
				}
				if k == 0 {
					w.item("%s", p.Name)
				}
				w.under("“%s”  %s [%s%s]", q.Text, Some(q.Outlets), q.ID, q.state())
				for _, o := range q.Others {
					w.under("  but said by %s: %s", o.Speaker, Some(o.Outlets))
				}
			}
		}
		w.more(n, someQuotes)
	}
	if unsaid := s.Unsaid(); len(unsaid) > 0 {
		w.head("quoted, and nobody said to say it")
		for i, q := range unsaid {
			if i < someSentences {
				w.item("“%s”  %s [%s%s]", q.Text, Some(q.Outlets), q.ID, q.state())
			}
		}
		w.more(len(unsaid), someSentences)
	}

	if len(s.Everywhere) > 0 {
		w.head("all of them have, in nearly these words")
		for i, t := range s.Everywhere {
			if i < someSentences {
				w.item("%s", t)
			}
		}
		w.more(len(s.Everywhere), someSentences)
	}
	if len(s.Alone) > 0 {
		w.head("one alone has")
		for _, a := range s.Alone {
			w.item("%s", a.Outlet)
			var all []string
			for _, q := range a.Quotations {
				all = append(all, "“"+q+"”")
			}
			all = append(all, a.Sentences...)
			for i, t := range all {
				if i < someAlone {
					w.under("%s", t)
				}
			}
			if n := len(all) - someAlone; n > 0 {
				w.under("and %d more", n)
			}
		}
	}
	changed := false
	for i := range s.Articles {
		a := &s.Articles[i]
		for k, v := range a.Versions {
			if len(v.Changes) == 0 {
				continue
			}
			if !changed {
				changed = true
				w.head("changed since it first stood there")
			}
			w.item("%s, version %d", a.Outlet, k+1)
			for n, c := range v.Changes {
				if n == someSentences {
					w.under("and %d more", len(v.Changes)-n)
					break
				}
				switch c.Kind {
				case "added":
					w.under("+ %s", c.After)
				case "removed":
					w.under("- %s", c.Before)
				default:
					w.under("- %s", c.Before)
					w.under("+ %s", c.After)
				}
			}
		}
	}
}

// named is what an article without a title goes by beside its outlet.
func named(a Article) string {
	if a.Known {
		return a.Versions[0].Name
	}
	return ""
}

func before(mark, text string) string {
	if text == "" {
		return ""
	}
	return mark + text
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// lines writes wrapped lines.
type lines struct {
	b     strings.Builder
	width int
}

func (w *lines) line(format string, args ...any) { w.fill(fmt.Sprintf(format, args...), "", "") }
func (w *lines) head(text string)                { w.line(""); w.line("%s", strings.ToUpper(text)) }
func (w *lines) item(format string, args ...any) {
	w.fill(fmt.Sprintf(format, args...), "  ", "    ")
}
func (w *lines) under(format string, args ...any) {
	w.fill(fmt.Sprintf(format, args...), "    ", "      ")
}
func (w *lines) more(n, shown int) {
	if n > shown {
		w.item("and %d more", n-shown)
	}
}

// fill breaks text into lines; runs of spaces within it are kept.
func (w *lines) fill(text, first, rest string) {
	indent, at := first, 0
	line := ""
	flush := func() {
		w.b.WriteString(strings.TrimRight(indent+line, " "))
		w.b.WriteByte('\n')
		line, at, indent = "", 0, rest
	}
	for i, word := range strings.Split(strings.ReplaceAll(text, "\n", " "), " ") {
		n := utf8.RuneCountInString(word)
		if i > 0 {
			if at > 0 && len(indent)+at+1+n > max(w.width, 20) {
				flush()
			} else {
				line += " "
				at++
			}
		}
		line += word
		at += n
	}
	flush()
}
