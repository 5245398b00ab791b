package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frank"
	"frank/internal/durable"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

type reviewCmd struct {
	Source string `arg:"" help:"The marked-up source; it is saved after every decision."`
}

func (*reviewCmd) Help() string {
	return `Every proposal is shown in its sentence, once for each wording. Answer with a letter and return:

` + reviewKeys + `

Behind the proposals it goes through the sentences that have little in them and asks for readings of your own, where they help most:

` + addKeys + `

Example: frank review memo.frank`
}

const reviewKeys = `  k  keep it                   a  keep all of this kind
  d  drop it                   x  drop all of this kind
  e  edit the wordings         b  back to the one before
  q  save and quit             ?  show this`

func (cmd *reviewCmd) Run(r *run) error {
	v, err := r.openReview(cmd.Source)
	if err != nil {
		return err
	}
	in := readLines(r.Stdin)
	if len(v.sites) == 0 {
		r.note("%s has no proposal left to review", cmd.Source)
		return r.addOwn(in, cmd.Source)
	}
	for at := 0; ; {
		if at = v.nextOpen(at); at < 0 {
			break
		}
		r.showSite(v, at)
		key, more, err := r.ask(in, "keep, drop, edit, all of a kind (a, x), back, quit, ? ")
		if err != nil {
			return err
		}
		if !more {
			key = "q"
		}
		was := slices.Clone(v.decisions)
		next := at
		switch key {
		case "k":
			v.decide(at, keep)
		case "d":
			v.decide(at, drop)
		case "a", "x":
			for i, s := range v.sites {
				if s.Kind == v.sites[at].Kind && v.decisions[i].what == open {
					v.decide(i, map[string]choice{"a": keep, "x": drop}[key])
				}
			}
		case "e":
			if err := r.edit(in, v, at); err != nil {
				return err
			}
		case "b":
			if next = v.last(); next < 0 {
				r.say("this is the first one")
				next = at
			} else {
				v.decide(next, open)
			}
		case "q":
			r.say("saved: %s decided, %s left", figure.Counted(v.done(), "proposal"), fmt.Sprint(len(v.sites)-v.done()))
			return nil
		case "?", "h":
			fmt.Fprintln(r.out, reviewKeys)
		case "":
		default:
			r.say("%q is none of the keys; ? shows them", key)
		}
		if slices.EqualFunc(was, v.decisions, decision.equal) {
			continue
		}
		if err := v.save(); err != nil {
			cannot, ok := errors.AsType[*variant.SyntaxError](err)
			if !ok {
				return err
			}
			v.decisions = was
			r.say("that cannot be: %s", cannot.Msg)
			continue
		}
		if key == "b" {
			at = next
		}
	}
	r.say("all %s decided; frank gauge %s shows how short a quotation would be traceable", figure.Counted(len(v.sites), "proposal"), cmd.Source)
	return r.addOwn(in, cmd.Source)
}

// choice is what the author decided about a proposal.
type choice uint8

const (
	open choice = iota
	keep
	drop
	edited
)

type decision struct {
	what     choice
	readings []string // of edited
	seq      int      // when, for going back
}

func (d decision) equal(e decision) bool {
	return d.what == e.what && slices.Equal(d.readings, e.readings)
}

// review is a source with the decisions on its proposals so far. The source
// itself is kept as it was read, so that any decision can be taken back.
type review struct {
	name, path string
	onDisk     []byte // what we read or last wrote
	src        *variant.Source
	sites      []*variant.Site // the proposed ones
	spans      []prose.Span    // their places in text
	text       string
	sentences  []prose.Span
	decisions  []decision
	seq        int
}

func (r *run) openReview(name string) (*review, error) {
	src, err := r.readSource(name)
	if err != nil {
		return nil, err
	}
	if _, err := master(name, src); err != nil {
		return nil, err
	}
	path, err := filepath.EvalSymlinks(r.path(name)) // so that a link stays one
	if err != nil {
		return nil, fileError(name, err)
	}
	v := &review{name: name, path: path, src: src, text: src.Text(), onDisk: []byte(src.String())}
	v.sentences = prose.Sentences(v.text)
	at := 0
	for _, n := range src.Nodes {
		switch n.Kind {
		case variant.Text, variant.Locked:
			at += len(n.Text)
		case variant.Varied:
			end := at + len(n.Site.Readings[0])
			if n.Site.Proposed {
				v.sites = append(v.sites, n.Site)
				v.spans = append(v.spans, prose.Span{Start: at, End: end})
			}
			at = end
		}
	}
	v.decisions = make([]decision, len(v.sites))
	return v, nil
}

// decide settles a proposal, and those linked to it: they change together.
func (v *review) decide(at int, what choice, readings ...string) {
	v.seq++
	for i, s := range v.sites {
		if i == at || (s.Link != "" && s.Link == v.sites[at].Link && what != edited) {
			v.decisions[i] = decision{what, readings, v.seq}
		}
	}
}

// nextOpen returns the first open proposal from at on, round the end, or -1.
func (v *review) nextOpen(at int) int {
	for i := range v.sites {
		if k := (at + i) % len(v.sites); v.decisions[k].what == open {
			return k
		}
	}
	return -1
}

// last returns the proposal that was decided last, or -1.
func (v *review) last() int {
	last := -1
	for i, d := range v.decisions {
		if d.what != open && (last < 0 || d.seq > v.decisions[last].seq) {
			last = i
		}
	}
	return last
}

func (v *review) done() int {
	n := 0
	for _, d := range v.decisions {
		if d.what != open {
			n++
		}
	}
	return n
}

// result is the source with the decisions carried out.
func (v *review) result() *variant.Source {
	out := &variant.Source{Header: v.src.Header}
	i := 0
	for _, n := range v.src.Nodes {
		if n.Kind == variant.Varied && n.Site.Proposed {
			s := *n.Site
			switch d := v.decisions[i]; d.what {
			case keep:
				s.Proposed = false
			case drop:
				n = variant.Node{Kind: variant.Text, Text: s.Readings[0]}
			case edited:
				if slices.ContainsFunc(d.readings, func(t string) bool { return !slices.Contains(s.Readings, t) }) {
					s.Kind = "" // wordings of the author's own
				}
				s.Proposed, s.Readings, s.Items, s.Seps = false, d.readings, nil, nil
			}
			if n.Kind == variant.Varied {
				n.Site = &s
			}
			i++
		}
		out.Nodes = append(out.Nodes, n)
	}
	return out
}

// save writes the source with the decisions, unless the result would be no
// source.
func (v *review) save() error { return v.write(v.result()) }

// write replaces the file by a source, unless somebody else changed it or what
// would be written is no source.
func (v *review) write(src *variant.Source) error {
	next := src.String()
	parsed, err := variant.Parse(next)
	if err == nil {
		_, err = parsed.Master()
	}
	if err != nil {
		if _, ok := errors.AsType[*variant.SyntaxError](err); ok {
			return err
		}
		return &variant.SyntaxError{Line: 1, Column: 1, Msg: err.Error()}
	}
	now, err := os.ReadFile(v.path)
	if err != nil {
		return fileError(v.name, err)
	}
	if !bytes.Equal(now, v.onDisk) {
		return frank.WithHint(fmt.Errorf("%s was changed by another program, and the last decision was not saved", v.name), "run frank review again: it goes on with what is there now")
	}
	info, err := os.Stat(v.path)
	if err != nil {
		return fileError(v.name, err)
	}
	if err := durable.WriteFile(v.path, []byte(next), info.Mode().Perm()); err != nil {
		return fileError(v.name, err)
	}
	v.onDisk = []byte(next)
	return nil
}

func (r *run) say(format string, args ...any) { fmt.Fprintf(r.out, format+"\n", args...) }

func (r *run) ask(in *lines, prompt string) (string, bool, error) {
	fmt.Fprint(r.out, prompt)
	line, more, err := in.read(r)
	if !r.StdoutTerminal || !more {
		fmt.Fprintln(r.out)
	}
	return strings.TrimSpace(line), more, err
}

// showSite prints a proposal in its sentence, a line for each wording.
func (r *run) showSite(v *review, at int) {
	s, site, span := r.style(), v.sites[at], v.spans[at]
	kind := site.Kind
	if kind == "" {
		kind = "your own"
	}
	same := 0
	for i, other := range v.sites {
		if other.Kind == site.Kind && v.decisions[i].what == open {
			same++
		}
	}
	link := ""
	if site.Link != "" {
		link = ", changes together with the others linked #" + site.Link
	}
	r.say("\n%s  %s%s%s", s.bold(fmt.Sprintf("%d/%d", v.done()+1, len(v.sites))), kind, s.dim(fmt.Sprintf(" (%d left of this kind)", same)), link)
	before, after := around(v.text, v.sentences, span)
	for i, reading := range site.Readings {
		if i == orders {
			r.say("      and %d other orders", len(site.Readings)-orders)
			break
		}
		shown := s.green("[" + strings.ReplaceAll(reading, " ", "\u00a0") + "]")
		line := fill(before+shown+after, "      ", r.width())
		line = strings.ReplaceAll(line, "\u00a0", " ")
		r.say("%s%s", fmt.Sprintf("  %2d  ", i+1), strings.TrimPrefix(line, "      "))
	}
}

// orders is how many orders of a list are shown; the rest are more of the same.
const orders = 12

// nearby is how much of a long sentence is shown on each side, in bytes.
const nearby = 240

// around returns what stands before and after a place in its sentence.
func around(text string, sentences []prose.Span, span prose.Span) (before, after string) {
	start, end := max(0, span.Start-nearby), min(len(text), span.End+nearby)
	for _, s := range sentences {
		if s.Start <= span.Start && span.Start < s.End {
			start, end = max(start, s.Start), max(span.End, min(end, s.End))
		}
	}
	before, after = text[start:span.Start], text[span.End:end]
	before, after = strings.ToValidUTF8(before, ""), strings.ToValidUTF8(after, "")
	return strings.Join(strings.Split(before, "\n"), " "), strings.Join(strings.Split(after, "\n"), " ")
}

// edit lets the author write the wordings.
func (r *run) edit(in *lines, v *review, at int) error {
	site := v.sites[at]
	if site.Link != "" {
		r.say("this one changes together with others: keep or drop it here, or edit them in an editor")
		return nil
	}
	escaped := make([]string, len(site.Readings))
	for i, t := range site.Readings {
		escaped[i] = strings.NewReplacer(`\`, `\\`, `|`, `\|`).Replace(t)
	}
	r.say("now: %s", strings.Join(escaped, "|"))
	fmt.Fprint(r.out, `wordings, yours first, separated by | (\| for the character; return alone changes nothing): `)
	line, more, err := in.read(r)
	if !r.StdoutTerminal || !more {
		fmt.Fprintln(r.out)
	}
	if err != nil || line == "" {
		return err
	}
	v.decide(at, edited, splitReadings(line)...)
	return nil
}

// splitReadings cuts a line at the bars that have no backslash before them.
func splitReadings(line string) []string {
	out := []string{""}
	for i := 0; i < len(line); i++ {
		last := &out[len(out)-1]
		switch {
		case line[i] == '\\' && i+1 < len(line) && (line[i+1] == '|' || line[i+1] == '\\'):
			i++
			*last += line[i : i+1]
		case line[i] == '|':
			out = append(out, "")
		default:
			*last += line[i : i+1]
		}
	}
	return out
}
