package cli

import (
	"errors"
	"fmt"
	"time"

	"frank"
	"frank/internal/canon"
	"frank/operate"
	"frank/store"
	"frank/trace/figure"
)

type fsckCmd struct {
	Folder string `arg:"" name:"dir" help:"The server's folder, or a backup of it."`
	JSON   bool   `name:"json" help:"Write what was found as JSON."`
}

func (*fsckCmd) Help() string {
	return `Holds all that a server keeps against its ledger, while the server does not run: the ledger's files against its last checkpoint; every entry against its leaf, its signature, and the rules; what is kept of dispatches against what their entries say; every sealed thing and its hash. It changes nothing, and can open nothing that is sealed.

Warnings are of what is in order and wants somebody's attention, such as a dispatch that hardly enough officers could still open. The exit code is 0 when nothing is wrong, and 1 when something is.

Example: frank fsck /var/lib/frank`
}

func (cmd *fsckCmd) Run(r *run) error {
	tell, clear := r.stages()
	report, err := operate.Check(r, r.path(cmd.Folder), tell)
	clear()
	if err != nil {
		return folderError(cmd.Folder, err)
	}
	if cmd.JSON {
		fmt.Fprintf(r.out, "%s\n", canon.Marshal(report))
	} else {
		r.printCheck(report)
	}
	if !report.Clean {
		return wrongFound(cmd.Folder, report)
	}
	return nil
}

func wrongFound(name string, report *operate.Report) error {
	return frank.WithHint(fmt.Errorf("%s is not in order: %s wrong", name, figure.Counted(len(report.Wrong), "thing")+isAre(len(report.Wrong))),
		"keep the folder as it is; restore the last backup that is clean into a new one, and tell the registrars")
}

func isAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// printCheck writes a report for a person.
func (r *run) printCheck(report *operate.Report) {
	for _, list := range []struct {
		what string
		of   []string
	}{{"wrong", report.Wrong}, {"warning", report.Warnings}, {"note", report.Notes}} {
		for _, s := range list.of {
			fmt.Fprintf(r.out, "%s: %s\n", list.what, oneLine(s))
		}
	}
	fmt.Fprintf(r.out, "%s, %s entries, root %s\n", report.Origin, figure.Group(int(report.Head.Size)), report.Head.Root)
	fmt.Fprintf(r.out, "%s opened and verified, %s sealed; %s, %s\n", figure.Group(report.Open), figure.Group(report.Sealed),
		dispatches(report.Dispatches), figure.Counted(report.Copies, "sealed copy"))
	if report.Clean {
		fmt.Fprintf(r.out, "clean\n")
	}
}

func dispatches(n int) string {
	if n == 1 {
		return "1 dispatch"
	}
	return figure.Group(n) + " dispatches"
}

// folderError says in the program's voice why a server's folder could not be
// used.
func folderError(name string, err error) error {
	switch {
	case errors.Is(err, operate.ErrNone):
		return frank.WithHint(fmt.Errorf("there is no server in %s", name), "name the folder that frank serve has; frank serve makes one")
	case errors.Is(err, store.ErrBusy):
		return frank.WithHint(fmt.Errorf("a server runs in %s", name), "stop it first; or check a backup of it")
	}
	return err
}

// stages shows the progress of work in stages. Where there is no terminal, it
// writes a line now and then.
func (r *run) stages() (tell operate.Progress, clear func()) {
	start, last, shown := time.Now(), time.Now(), false
	tell = func(stage string, done, of int) {
		now := time.Now()
		text := stage
		if of > 0 {
			text = fmt.Sprintf("%s: %s of %s", stage, figure.Group(done), figure.Group(of))
		}
		switch {
		case r.StderrTerminal && now.Sub(start) >= patience && now.Sub(last) >= beat:
			last, shown = now, true
			fmt.Fprintf(r.Stderr, "\r\x1b[K%s", text)
		case !r.StderrTerminal && now.Sub(last) >= 30*time.Second:
			last = now
			r.note("%s", text)
		}
	}
	return tell, func() {
		if shown {
			fmt.Fprint(r.Stderr, "\r\x1b[K")
		}
	}
}
