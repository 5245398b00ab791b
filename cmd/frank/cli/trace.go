package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/internal/durable"
	"frank/issue"
	"frank/keyring"
	"frank/trace"
	"frank/trace/page"
	"frank/variant"
)

// loosest is the level that --alpha may tighten, tightest how far: a look's
// share of it is still counted in units of 2^-127.
const loosest, tightest = "1e-4", "1e-30"

type traceCmd struct {
	Exhibits []string `arg:"" name:"exhibit" help:"What was published: a text or an HTML page; several are taken together."`
	In       []string `required:"" sep:"none" placeholder:"DIR" help:"The folder of an issue, or of many."`
	Alpha    string   `default:"1e-4" placeholder:"P" help:"The chance of naming a copy that played no part, over all looks; at most 1e-4."`
	JSON     bool     `name:"json" help:"Write the report as JSON."`
	HTML     string   `name:"html" placeholder:"FILE" help:"Write the report as a page, too."`
}

func (*traceCmd) Help() string {
	return `Every trace of a dispatch is a look at it, and is counted in its folder: the more looks, the more each must find to name a copy. The exit code is 3 when a copy is named, and 0 when none is.

Example: frank trace article.html --in issues --html report.html`
}

func (cmd *traceCmd) Run(r *run) error {
	alpha := trace.Decimal(strings.TrimSpace(cmd.Alpha))
	if alpha.Cmp(tightest) < 0 || alpha.Cmp("1") > 0 {
		return frank.WithHint(usagef("--alpha takes a chance of at least %s, not %q", tightest, cmd.Alpha), "for example --alpha 1e-5")
	}
	if alpha.Cmp(loosest) > 0 {
		return frank.WithHint(usagef("--alpha %s is above %s: it can only be made stricter", alpha, loosest), "with a looser level copies would be named that played no part")
	}
	if err := r.checkPage(cmd.HTML, cmd.Exhibits); err != nil {
		return err
	}
	var exhibits []*coverage.Exhibit
	for _, name := range cmd.Exhibits {
		data, err := r.readFile(name, coverage.MaxBytes)
		if err != nil {
			return err
		}
		e, err := coverage.Read(name, data)
		if err != nil {
			return err
		}
		exhibits = append(exhibits, e)
	}
	dirs, err := r.findIssues(cmd.In)
	if err != nil {
		return err
	}
	key, err := r.key()
	if err != nil {
		return err
	}
	rep, err := r.trace(key, dirs, exhibits, string(alpha))
	if err != nil {
		return err
	}
	if cmd.HTML != "" {
		var b bytes.Buffer
		err := page.Write(&b, rep)
		if err == nil {
			err = durable.WriteFile(r.path(cmd.HTML), b.Bytes(), 0o600)
		}
		if err != nil {
			return fileError(cmd.HTML, err)
		}
	}
	if cmd.JSON {
		data, err := rep.Encode()
		if err != nil {
			return err
		}
		r.out.Write(data)
	} else {
		r.printReport(rep)
	}
	for _, d := range rep.Dispatches {
		if d.Verdict == trace.Named {
			r.code = Named
		}
	}
	return nil
}

// checkPage finds out before the look is counted whether the page can be
// written.
func (r *run) checkPage(name string, exhibits []string) error {
	if name == "" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(r.path(name))); err != nil || !info.IsDir() {
		return frank.WithHint(fmt.Errorf("%s cannot be written: its folder does not exist", name), "make the folder first")
	}
	there, err := os.Stat(r.path(name))
	if err != nil {
		return nil
	}
	if there.IsDir() {
		return fmt.Errorf("%s is a folder, not a file", name)
	}
	for _, e := range exhibits {
		if info, err := os.Stat(r.path(e)); err == nil && os.SameFile(info, there) {
			return frank.WithHint(fmt.Errorf("%s is an exhibit: it would be overwritten", name), "give another name after --html")
		}
	}
	return nil
}

// findIssues lists the issues in folders the person named, each once.
func (r *run) findIssues(names []string) ([]string, error) {
	var dirs []string
	seen := map[string]bool{}
	for _, name := range names {
		info, err := os.Stat(r.path(name))
		if err != nil {
			return nil, fileError(name, err)
		}
		if !info.IsDir() {
			return nil, frank.WithHint(fmt.Errorf("%s is a file, not a folder", name), "give the folder that frank mark made, or one with many such folders in it")
		}
		found, err := issue.Find(r.path(name))
		if err != nil {
			return nil, fileError(name, err)
		}
		if len(found) == 0 {
			return nil, frank.WithHint(fmt.Errorf("there is no issue in %s", name), "give the folder that frank mark made, or one with many such folders in it")
		}
		for _, dir := range found {
			real, err := filepath.EvalSymlinks(dir)
			if err == nil {
				real, err = filepath.Abs(real)
			}
			if err != nil {
				return nil, fileError(dir, err)
			}
			if !seen[real] {
				seen[real] = true
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs, nil
}

// issuedFolder is an issue whose wording is open, and nothing else yet.
type issuedFolder struct {
	*issue.Issue
	source *variant.Source
	master *frank.Master
	err    error
}

// trace loads the issues in dirs and traces exhibits to them.
func (r *run) trace(key *keyring.Key, dirs []string, exhibits []*coverage.Exhibit, alpha string) (*trace.Report, error) {
	loaded, err := r.load(key, dirs)
	if err != nil {
		return nil, err
	}
	var open []*issuedFolder
	var unread []trace.Warning
	best := fullest(loaded)
	for i, d := range loaded {
		if d.err == nil {
			if k := best[d.Public.Batches[0].Precommit]; k != i {
				unread = append(unread, trace.Warning{Code: "same-issue", Text: fmt.Sprintf("the folder %s was not searched: it is a copy of the issue in %s", dirs[i], dirs[k])})
				continue
			}
			open = append(open, d)
			continue
		}
		unread = append(unread, trace.Warning{Code: "unread-issue", Text: fmt.Sprintf("the issue in %s was not searched: %s", dirs[i], oneLine(d.err.Error()))})
	}
	if len(open) == 0 {
		return nil, loaded[0].err
	}
	for _, w := range unread {
		r.note("%s", oneLine(w.Text))
	}
	hashes := make([]frank.Hash, len(exhibits))
	for i, e := range exhibits {
		hashes[i] = e.SHA256
	}
	in := trace.Input{Exhibits: exhibits, Alpha: alpha}
	for _, d := range open {
		in.Issued = append(in.Issued, d.issued(key, alpha, hashes))
	}
	for {
		rep, err := trace.Run(r, in)
		changed, ok := errors.AsType[*otherMaster](err)
		if !ok {
			if err == nil {
				rep.Warnings = append(rep.Warnings, unread...)
			}
			return rep, err
		}
		for i, d := range open {
			if d == changed.dispatch {
				d.master = changed.master
				in.Issued[i].Master = d.master
			}
		}
	}
}

// fullest returns the index of each issue, by its first commitment: where a
// folder was copied, that of the copy with the most batches, or the first. Its
// copies are not to be tested twice as if they were others'.
func fullest(loaded []*issuedFolder) map[frank.Hash]int {
	best := map[frank.Hash]int{}
	for i, d := range loaded {
		if d.err != nil {
			continue
		}
		first := d.Public.Batches[0].Precommit
		if k, ok := best[first]; !ok || len(d.Public.Batches) > len(loaded[k].Public.Batches) {
			best[first] = i
		}
	}
	return best
}

// otherMaster says that a dispatch was issued by a version of Frank that made
// other drawing units of its source: those of the codebook are the ones that
// count.
type otherMaster struct {
	dispatch *issuedFolder
	master   *frank.Master
}

func (*otherMaster) Error() string { return "the codebook has other drawing units than the source" }

// issued is what tracing asks of a dispatch, the sealed parts only when they
// are needed.
func (d *issuedFolder) issued(key *keyring.Key, alpha string, exhibits []frank.Hash) trace.Issued {
	var readers map[int]issue.Reader
	return trace.Issued{
		Ref: d.Public.Ref, Title: d.source.Field("title"), Master: d.master,
		Book: func() (*codebook.Book, error) {
			book, err := d.Book(key, d.source)
			if err == nil && !reflect.DeepEqual(book.Master, d.master) {
				return nil, &otherMaster{d, book.Master}
			}
			return book, err
		},
		Look: func() (int, error) { return d.Look(alpha, exhibits) },
		Reader: func(number int) (string, error) {
			if readers == nil {
				var err error
				if readers, err = d.Readers(key); err != nil {
					return "", err
				}
			}
			return readers[number].String(), nil
		},
	}
}

// load opens the wording of many issues.
func (r *run) load(key *keyring.Key, dirs []string) ([]*issuedFolder, error) {
	tell, clear := r.progress("opening issues")
	defer clear()
	out := make([]*issuedFolder, len(dirs))
	var next, done atomic.Int64
	var all sync.WaitGroup
	var show sync.Mutex
	for range min(runtime.GOMAXPROCS(0), len(dirs)) {
		all.Go(func() {
			for r.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(dirs) {
					return
				}
				out[i] = load(key, dirs[i])
				show.Lock()
				tell(int(done.Add(1)), len(dirs))
				show.Unlock()
			}
		})
	}
	all.Wait()
	return out, r.Err()
}

func load(key *keyring.Key, dir string) *issuedFolder {
	d := &issuedFolder{}
	if d.Issue, d.err = issue.Open(dir); d.err != nil {
		return d
	}
	if d.source, d.err = d.Source(key); d.err != nil {
		return d
	}
	d.master, d.err = d.source.Master()
	return d
}
