package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frank"
	"frank/coverage"
	press "frank/coverage/story"
	"frank/coverage/story/page"
	"frank/internal/durable"
)

type digestCmd struct {
	Material []string `arg:"" name:"file" help:"What was published: texts, HTML pages, PDFs, saved feeds, or folders of them."`
	Outlet   []string `sep:"none" placeholder:"NAME=FILE" help:"Who published a file or a folder of files; may be repeated."`
	Confirm  string   `placeholder:"FILE" help:"What you say of who said what: lines of an ID and confirmed, struck, or said by NAME."`
	JSON     bool     `name:"json" help:"Write the digest as JSON."`
	HTML     string   `name:"html" placeholder:"FILE" help:"Write the digest as a page, too."`
}

func (*digestCmd) Help() string {
	return `Articles that tell one story are put together, and a text that many print is counted once. Who said what is read by rules: until you confirm it, it is no more than that. Nothing is fetched; a feed is read as you saved it.

Example: frank digest press/ --outlet "The Gazette=press/gazette" --html digest.html`
}

func (cmd *digestCmd) Run(r *run) error {
	in := &intake{run: r}
	for _, o := range cmd.Outlet {
		name, file, ok := strings.Cut(o, "=")
		name = strings.Join(strings.Fields(name), " ")
		if !ok || name == "" || file == "" || len(name) > coverage.MaxOutlet {
			return frank.WithHint(usagef("--outlet takes a name, = and a file or folder, not %q", o), `for example --outlet "The Gazette=press/gazette"`)
		}
		in.outlets = append(in.outlets, outletOf{name, filepath.Clean(r.path(file))})
		cmd.Material = append(cmd.Material, file)
	}
	var confirmed *press.Confirmations
	if cmd.Confirm != "" {
		data, err := r.readFile(cmd.Confirm, press.MaxConfirmations)
		if err != nil {
			return err
		}
		if confirmed, err = press.ParseConfirmations(data); err != nil {
			return err
		}
		in.skip = filepath.Clean(r.path(cmd.Confirm))
	}
	for _, name := range cmd.Material {
		if err := in.take(name); err != nil {
			return err
		}
	}
	if err := r.checkPage(cmd.HTML, in.files); err != nil {
		return err
	}
	if len(in.exhibits) == 0 {
		if len(in.unread) == 1 {
			return in.first
		}
		err := fmt.Errorf("nothing in %s can be read as press material", strings.Join(cmd.Material, ", "))
		if in.first != nil {
			return frank.WithHint(err, "the first of it: %s", in.first)
		}
		return frank.WithHint(err, "give texts, HTML pages, PDFs or saved feeds")
	}
	d, err := press.Make(in.exhibits, confirmed)
	if err != nil {
		return err
	}
	d.Unread = append(d.Unread, in.unread...)
	if cmd.HTML != "" {
		var b bytes.Buffer
		err := page.Write(&b, d)
		if err == nil {
			err = durable.WriteFile(r.path(cmd.HTML), b.Bytes(), 0o600)
		}
		if err != nil {
			return fileError(cmd.HTML, err)
		}
	}
	if cmd.JSON {
		data, err := d.Encode()
		if err != nil {
			return err
		}
		r.out.Write(data)
		return nil
	}
	s := r.style()
	for line := range strings.Lines(clean(d.Text(r.width()))) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != ' ' {
			line = s.bold(line)
		}
		r.say("%s", line)
	}
	return nil
}

// outletOf says who published what is in a file or folder.
type outletOf struct{ name, path string }

// intake reads press material, and says what of it could not be read.
type intake struct {
	*run
	outlets  []outletOf
	skip     string // the file of confirmations
	files    []string
	seen     map[string]bool
	exhibits []*coverage.Exhibit
	unread   []press.Unread
	first    error // why the first of it was not read
}

// maxFiles is how many files one digest reads.
const maxFiles = 5000

// take reads a file, or all in a folder but what is hidden, in the order of
// names.
func (in *intake) take(name string) error {
	if name == "-" {
		return in.file(name)
	}
	info, err := os.Stat(in.path(name))
	if err != nil {
		return fileError(name, err)
	}
	if !info.IsDir() {
		return in.file(name)
	}
	return filepath.WalkDir(in.path(name), func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(in.path(name), path)
		shown := filepath.Join(name, rel)
		switch {
		case in.Err() != nil:
			return in.Err()
		case err != nil:
			return fileError(shown, err)
		case strings.HasPrefix(d.Name(), ".") && rel != ".":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		return in.file(shown)
	})
}

// file reads one file. That it holds nothing to read is no error, but noted.
func (in *intake) file(name string) error {
	path := filepath.Clean(in.path(name))
	if in.seen == nil {
		in.seen = map[string]bool{}
	}
	if in.seen[path] || path == in.skip {
		return nil
	}
	in.seen[path] = true
	if in.files = append(in.files, name); len(in.files) > maxFiles {
		return frank.WithHint(fmt.Errorf("there are more than %d files", maxFiles), "give fewer: a week of them, or a search's results")
	}
	outlet := ""
	for _, o := range in.outlets {
		if path == o.path || strings.HasPrefix(path, o.path+string(filepath.Separator)) {
			outlet = o.name
		}
	}
	data, err := in.readFile(name, coverage.MaxBytes)
	if err != nil {
		if _, ok := errors.AsType[*fs.PathError](err); ok || frank.Hint(err) == "" {
			return err
		}
		in.note1(name, err)
		return nil
	}
	switch {
	case bytes.HasPrefix(data, []byte(press.ConfirmationsFormat)):
		in.note1(name, fmt.Errorf("%s is a file of confirmations: give it after --confirm", name))
		return nil
	case page.Made(data):
		in.note1(name, fmt.Errorf("%s is a digest that Frank made", name))
		return nil
	}
	if !coverage.IsFeed(data) {
		e, err := coverage.Read(name, data)
		if err != nil {
			in.note1(name, err)
			return nil
		}
		in.keep(e, outlet)
		return nil
	}
	items, err := coverage.ReadFeed(name, data)
	if err != nil {
		in.note1(name, err)
		return nil
	}
	links, teasers := 0, 0
	for i := range items {
		e, err := items[i].Exhibit()
		if err != nil {
			links++
			continue
		}
		if items[i].Teaser {
			teasers++
		}
		in.keep(e, outlet)
	}
	if links > 0 {
		in.note1(name, fmt.Errorf("%s: %d of its %d items have no text in them, only a link", name, links, len(items)))
	}
	if teasers > 0 {
		in.note1(name, fmt.Errorf("%s: %d of its %d items have a summary only", name, teasers, len(items)))
	}
	return nil
}

func (in *intake) keep(e *coverage.Exhibit, outlet string) {
	if outlet != "" {
		e.Outlet = outlet
	}
	in.exhibits = append(in.exhibits, e)
}

// note1 notes why something was not read, without its name, which stands before
// it anyway.
func (in *intake) note1(name string, err error) {
	if in.first == nil {
		in.first = err
	}
	in.unread = append(in.unread, press.Unread{Name: name, Why: strings.TrimLeft(strings.TrimPrefix(oneLine(err.Error()), name), ": ")})
}
