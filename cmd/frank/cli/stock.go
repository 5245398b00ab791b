package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frank"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

type stockCmd struct {
	Check  stockCheckCmd  `cmd:"" help:"Say what is wrong with a file of entries."`
	Try    stockTryCmd    `cmd:"" help:"Show every place of some texts where entries would propose."`
	Train  stockTrainCmd  `cmd:"" help:"Learn from your own archive which readings your house never writes."`
	Format stockFormatCmd `cmd:"" help:"Explain how entries are written."`
}

func (*stockCmd) Help() string {
	return `An entry is a line of readings that say the same, and where they do:

  phrase: with regard to / in regard to / +touching | uk | not after EDGE
  substitution: begin.v / start.v | after MODAL
  phrase: in order to BASE / with a view to ING

frank stock format explains more. frank propose uses stock.txt in your frank folder ($FRANK_HOME) and what --stock names, before what is built in.

Example: frank stock check house.txt

Example: frank stock try house.txt memo.txt letters.txt`
}

// maxStock is the most bytes a file of entries may have.
const maxStock = 4 << 20

// ownStock is the file of entries in the person's folder.
const ownStock = "stock.txt"

// houseStock reads the person's own file of entries, if there is one, and those
// that were named: of two entries for one place with as many readings, the one named
// first. It is nil if there are none.
func (r *run) houseStock(names []string) (*variant.Stock, error) {
	if home, err := r.home(); err == nil {
		own := filepath.Join(home, ownStock)
		if _, err := os.Stat(own); err == nil {
			names = append(names[:len(names):len(names)], own)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fileError(own, err)
		}
	}
	var house *variant.Stock
	for _, name := range names {
		text, err := r.stockText(name)
		if err != nil {
			return nil, err
		}
		if _, wrong := variant.Lines(text); len(wrong) > 0 {
			return nil, stockError(name, wrong)
		}
		s, err := variant.ParseStock(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if house == nil {
			house = s
		} else {
			house = house.With(s)
		}
	}
	return house, nil
}

func stockError(name string, wrong []error) error {
	more := ""
	if len(wrong) > 1 {
		more = fmt.Sprintf(", and %d more", len(wrong)-1)
	}
	return frank.WithHint(fmt.Errorf("%s, %w%s", name, wrong[0], more), "frank stock check %s lists all that is wrong, frank stock format explains the format", name)
}

func (r *run) stockText(name string) (string, error) {
	data, err := r.readFile(name, maxStock)
	if err != nil {
		return "", err
	}
	if len(strings.TrimSpace(string(data))) == 0 {
		return "", nil
	}
	return r.plain(name, data)
}

type stockCheckCmd struct {
	File string `arg:"" help:"The file of entries."`
}

func (*stockCheckCmd) Help() string { return (*stockCmd)(nil).Help() }

func (cmd *stockCheckCmd) Run(r *run) error {
	text, err := r.stockText(cmd.File)
	if err != nil {
		return err
	}
	entries, wrong := variant.Lines(text)
	for _, w := range wrong {
		fmt.Fprintf(r.out, "%s, %v\n", cmd.File, w)
	}
	if len(wrong) > 0 {
		return frank.WithHint(fmt.Errorf("%s has %s that cannot work", cmd.File, figure.Counted(len(wrong), "thing")), "frank stock format explains the format")
	}
	fmt.Fprintf(r.out, "%s: %s, nothing wrong; frank stock try shows where they would propose\n", cmd.File, entriesCounted(len(entries)))
	return nil
}

func entriesCounted(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return figure.Group(n) + " entries"
}

type stockFormatCmd struct{}

func (*stockFormatCmd) Run(r *run) error {
	fmt.Fprint(r.out, variant.StockFormat())
	return nil
}

type stockTryCmd struct {
	File  string   `arg:"" help:"The file of entries."`
	Texts []string `arg:"" name:"text" help:"Texts or sources to look through: the more, the better."`
	Most  int      `default:"20" placeholder:"N" help:"Show at most so many places of an entry (default ${default}; 0: all)."`
}

func (*stockTryCmd) Help() string {
	return `Every place is shown in its sentence, with the author's wording first, under the entry that would propose it: [author's / other]. Read them: an entry is right if an author would sign every reading in 98 of 100 places. Entries that hold for one variety of English only are tried in texts that show it.

Example: frank stock try house.txt memo.txt letters.txt`
}

func (cmd *stockTryCmd) Run(r *run) error {
	if cmd.Most < 0 {
		return usagef("--most takes a number from 0, not %d", cmd.Most)
	}
	text, err := r.stockText(cmd.File)
	if err != nil {
		return err
	}
	entries, wrong := variant.Lines(text)
	if len(wrong) > 0 {
		return stockError(cmd.File, wrong)
	}
	if len(entries) == 0 {
		return frank.WithHint(fmt.Errorf("%s has no entry", cmd.File), "frank stock --help shows what one looks like")
	}
	places := make(map[int][]string, len(entries)) // by line
	count := map[int]int{}
	tell, clear := r.progress("texts")
	defer clear()
	for i, name := range cmd.Texts {
		if err := r.Err(); err != nil {
			return err
		}
		tell(i, len(cmd.Texts))
		body, variety, err := r.textOf(name)
		if err != nil {
			return err
		}
		sentences := prose.Sentences(body)
		for _, t := range variant.Try(body, entries, variant.ProposeOptions{Variety: variety}) {
			n := t.Line.Number
			if count[n]++; cmd.Most == 0 || len(places[n]) < cmd.Most {
				places[n] = append(places[n], r.tried(name, body, sentences, t))
			}
		}
	}
	clear()
	none := 0
	for _, e := range entries {
		if count[e.Number] == 0 {
			none++
			continue
		}
		r.say("%s", r.style().bold(fmt.Sprintf("line %d: %s", e.Number, clean(e.Text))))
		for _, p := range places[e.Number] {
			r.say("%s", p)
		}
		if more := count[e.Number] - len(places[e.Number]); more > 0 {
			r.say("      and %s more", figure.Counted(more, "place"))
		}
		r.say("")
	}
	if none > 0 {
		r.say("%s found no place: %s", entriesCounted(none), lineList(entries, count))
	}
	return nil
}

// textOf reads a text, or the author's wording of a source.
func (r *run) textOf(name string) (text, variety string, err error) {
	data, err := r.readFile(name, maxSource)
	if err != nil {
		return "", "", err
	}
	if text, err = r.plain(name, data); err != nil {
		return "", "", err
	}
	if src, err := variant.Parse(text); err == nil {
		return src.Text(), src.Field("variety"), nil
	}
	return text, "", nil
}

// tried shows a place in its sentence.
func (r *run) tried(name, text string, sentences []prose.Span, t variant.Tried) string {
	before, after := around(text, sentences, prose.Span{Start: t.Start, End: t.End})
	shown := r.style().green("[" + clean(strings.Join(t.Readings, " / ")) + "]")
	line := fmt.Sprintf("%s:%d %s%s%s", clean(name), strings.Count(text[:t.Start], "\n")+1, clean(before), shown, clean(after))
	return fill(line, "      ", r.width())
}

// lineList names the lines of entries that found nothing, the first of them.
func lineList(entries []variant.Line, count map[int]int) string {
	var out []string
	for _, e := range entries {
		if count[e.Number] == 0 {
			if len(out) == 12 {
				return "lines " + strings.Join(out, ", ") + " …"
			}
			out = append(out, fmt.Sprint(e.Number))
		}
	}
	if len(out) == 1 {
		return "line " + out[0]
	}
	return "lines " + strings.Join(out, ", ")
}
