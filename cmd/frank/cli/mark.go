package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frank"
	"frank/issue"
	"frank/trace/figure"
	"frank/variant"
)

// maxReaders is the most bytes a list of readers may have.
const maxReaders = 1 << 30

type markCmd struct {
	Source     string `arg:"" help:"The marked-up source."`
	To         string `required:"" placeholder:"READERS" help:"Who gets a copy: a name a line, or CSV with the columns office and name."`
	Out        string `required:"" placeholder:"DIR" help:"A new folder for the issue."`
	ApproveAll bool   `help:"Approve all proposals that you have not reviewed."`
}

func (*markCmd) Help() string {
	return `DIR gets the copies, a file each; handout.csv, which says whose each is (delete it when they are handed out); and what tracing needs, sealed to your key.

Example: frank mark memo.frank --to readers.csv --out issues/412`
}

func (cmd *markCmd) Run(r *run) error {
	key, err := r.public()
	if err != nil {
		return err
	}
	src, err := r.readSource(cmd.Source)
	if err != nil {
		return err
	}
	readers, err := r.readers(cmd.To)
	if err != nil {
		return err
	}
	if n := src.Proposed(); n > 0 {
		if !cmd.ApproveAll {
			return frank.WithHint(fmt.Errorf("%s %s not reviewed yet in %s", figure.Counted(n, "proposal"), these(n, "is", "are"), cmd.Source),
				"frank review %s goes through them; --approve-all takes them as they are", cmd.Source)
		}
		approveAll(src)
	}
	m, err := master(cmd.Source, src)
	if err != nil {
		return err
	}
	if len(m.Units) == 0 {
		return frank.WithHint(errNoSite, "frank propose %s finds places that may be worded otherwise", cmd.Source)
	}
	dir := r.path(cmd.Out)
	if _, err := os.Lstat(dir); err == nil {
		return dirExists(cmd.Out)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fileError(cmd.Out, err)
	}
	tell, clear := r.progress("copies")
	is, err := issue.Create(r, dir, issue.Order{Source: src, Ref: reference(src, dir), Readers: readers, Key: key, Random: rand.Reader, Tell: tell})
	clear()
	if errors.Is(err, fs.ErrExist) {
		return dirExists(cmd.Out)
	}
	if err != nil {
		return issueError(cmd.Out, err)
	}
	r.note("issued %s of %s in %s", figure.Counted(len(readers), "copy"), is.Public.Ref, cmd.Out)
	r.note("hand them out by %s, then delete it: it says whose each copy is", filepath.Join(cmd.Out, "handout.csv"))
	if g := measure(m, len(readers)); g.Press.Median == 0 {
		r.note("few sites: most quotations in the press would not name a copy; frank gauge %s shows where", cmd.Source)
	}
	return nil
}

// reference is the dispatch's, or the name of its folder.
func reference(src *variant.Source, dir string) string {
	if ref := src.Field("ref"); ref != "" {
		return ref
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}

func approveAll(src *variant.Source) {
	for _, s := range sites(src) {
		s.Proposed = false
	}
}

func (r *run) readers(name string) ([]issue.Reader, error) {
	data, err := r.readFile(name, maxReaders)
	if err != nil {
		return nil, err
	}
	list, err := issue.ParseReaders(data)
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("%s: %w", name, err), "%s", firstOf(frank.Hint(err), "a name a line, or CSV with a first line office,name"))
	}
	return list, nil
}

func dirExists(name string) error {
	return frank.WithHint(fmt.Errorf("%s exists already", name), "give a new folder after --out; frank add issues further copies of a dispatch that was issued")
}

// issueError says in the program's voice why an issue failed.
func issueError(name string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok && frank.Hint(err) == "" {
		return fmt.Errorf("%s: %w, and nothing was issued", name, p.Err)
	}
	return err
}

type addCmd struct {
	Dir string `arg:"" help:"The folder of the issue."`
	To  string `required:"" placeholder:"READERS" help:"Who gets a copy now: a name a line, or CSV with the columns office and name."`
}

func (*addCmd) Help() string {
	return `Numbers run on, and the new copies are drawn from a fresh secret, so that they say nothing about the others. The readers who have a copy already cannot get another.

Example: frank add issues/412 --to later.csv`
}

func (cmd *addCmd) Run(r *run) error {
	is, err := r.openIssue(cmd.Dir)
	if err != nil {
		return err
	}
	readers, err := r.readers(cmd.To)
	if err != nil {
		return err
	}
	key, err := r.key()
	if err != nil {
		return err
	}
	tell, clear := r.progress("copies")
	batch, err := is.Add(r, key, readers, rand.Reader, tell)
	clear()
	if err != nil {
		return issueError(cmd.Dir, err)
	}
	r.note("issued %s of %s in %s, numbers %d to %d", figure.Counted(batch.Count, "copy"), is.Public.Ref, cmd.Dir, batch.First, batch.First+batch.Count-1)
	r.note("hand them out by %s, then delete it: it says whose each copy is", filepath.Join(cmd.Dir, "handout.csv"))
	return nil
}

// openIssue opens the public part of an issue that the person named.
func (r *run) openIssue(name string) (*issue.Issue, error) {
	dir := r.path(name)
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fileError(name, err)
	}
	if !info.IsDir() {
		return nil, frank.WithHint(fmt.Errorf("%s is a file, not the folder of an issue", name), "give the folder that frank mark made")
	}
	is, err := issue.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, frank.WithHint(fmt.Errorf("%s is not the folder of an issue: it has no dispatch.json", strings.TrimSuffix(name, "/")), "give the folder that frank mark made")
	}
	return is, err
}
