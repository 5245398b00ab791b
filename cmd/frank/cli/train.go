package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frank"
	"frank/internal/durable"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

// ownUsage is the file in the person's folder of how often readings stand in
// the organisation's texts.
const ownUsage = "usage.txt"

// enoughWords is from how many words on an archive tells most readings.
const enoughWords = 100_000

type stockTrainCmd struct {
	Dir string `arg:"" name:"dir" help:"The folder of your archive: its .txt, .md and .frank files, and those of its folders."`
}

func (*stockTrainCmd) Help() string {
	return `Counts how often each reading of the stock stands in texts of your own. Readings that your house never writes, though it writes the others of their entry thirty times or more, are proposed no longer: a copy worded in a way that nobody in the house writes would stand out. The counts, and none of your text, go to usage.txt in your frank folder; train again to renew it, delete it to go back. An archive of some 100,000 words or more tells most.

Example: frank stock train ~/archive`
}

func (cmd *stockTrainCmd) Run(r *run) error {
	home, err := r.home()
	if err != nil {
		return err
	}
	var names []string
	err = filepath.WalkDir(r.path(cmd.Dir), func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".txt", ".md", ".frank":
			if e.Type().IsRegular() {
				names = append(names, path)
			}
		}
		return r.Err()
	})
	if err != nil {
		return fileError(cmd.Dir, err)
	}
	if len(names) == 0 {
		return frank.WithHint(fmt.Errorf("%s has no text to count in", cmd.Dir), "frank stock train reads files that end in .txt, .md or .frank")
	}
	stock := variant.BuiltinStock()
	if own, err := r.houseStock(nil); err != nil {
		return err
	} else if own != nil {
		stock = own.With(stock)
	}
	usage := variant.Usage{}
	words, left := 0, 0
	tell, clear := r.progress("texts")
	defer clear()
	for i, name := range names {
		if err := r.Err(); err != nil {
			return err
		}
		tell(i, len(names))
		text, _, err := r.textOf(name)
		if err != nil {
			left++ // not a text after all
			continue
		}
		words += len(prose.Words(text))
		stock.Count(text, usage)
	}
	clear()
	if words == 0 {
		return frank.WithHint(fmt.Errorf("%s has no text to count in: %s there that could not be read, or hold no word", cmd.Dir, figure.Counted(len(names), "file")),
			"frank stock train reads texts in UTF-8")
	}
	head := fmt.Sprintf("# How often readings of the stock stand in %s of %s words: frank stock train.\n", figure.Counted(len(names)-left, "text"), figure.Group(words))
	if err := os.MkdirAll(home, 0o700); err != nil {
		return fileError(home, err)
	}
	if err := durable.WriteFile(filepath.Join(home, ownUsage), []byte(head+usage.String()), 0o600); err != nil {
		return fileError(ownUsage, err)
	}
	_, unused := stock.In(usage)
	r.say("read %s of %s words", figure.Counted(len(names)-left, "text"), figure.Group(words))
	if left > 0 {
		r.say("left out %s that could not be read as text", figure.Counted(left, "file"))
	}
	if words < enoughWords {
		r.note("that is little: an archive of some %s words or more tells which readings your house never writes", figure.Group(enoughWords))
	}
	if len(unused) == 0 {
		r.say("there is no reading that your texts never have where they have its like often")
		return nil
	}
	r.say("%s your texts never have, though they have others in the same places:", figure.Counted(len(unused), "reading"))
	for _, x := range unused[:min(12, len(unused))] {
		r.say("  %s (you write %s: %s)", x.Reading, x.Instead, figure.Counted(x.Times, "time"))
	}
	if more := len(unused) - 12; more > 0 {
		r.say("  and %s more", figure.Group(more))
	}
	r.say("frank propose leaves them out from now on; delete %s to go back", filepath.Join(home, ownUsage))
	return nil
}

// houseUsage narrows the built-in stock to what the person's texts use, if they
// were ever counted; nil if not.
func (r *run) houseUsage() (*variant.Stock, error) {
	home, err := r.home()
	if err != nil {
		return nil, nil
	}
	name := filepath.Join(home, ownUsage)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fileError(name, err)
	}
	usage, err := variant.ParseUsage(string(data))
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("%s, %w", name, err), "frank stock train DIR makes it anew; delete it to do without")
	}
	stock, _ := variant.BuiltinStock().In(usage)
	return stock, nil
}
