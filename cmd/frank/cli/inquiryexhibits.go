package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/client"
	"frank/coverage"
	"frank/directory"
	"frank/inquiry"
	"frank/trace/figure"
)

type inquiryExhibitCmd struct {
	Inquiry   uint64   `arg:"" help:"Its number."`
	Files     []string `arg:"" name:"file" help:"What was printed: a text, an HTML page, a PDF."`
	Obtained  string   `required:"" enum:"published,for-comment,under-order,otherwise" help:"How it was obtained: published, for-comment, under-order or otherwise."`
	How       string   `placeholder:"TEXT" help:"How, in words; needed where it was not published."`
	Outlet    string   `placeholder:"NAME" help:"Who published it, where the file does not say, or says it otherwise than the rule of inclusion."`
	URL       string   `name:"url" placeholder:"LINK" help:"Where it stood."`
	Published string   `placeholder:"DATE" help:"When it was published, where the file does not say: 2026-01-31, or a time."`
	Note      string   `placeholder:"LINE" help:"What else is to be known of it."`
}

func (*inquiryExhibitCmd) Help() string {
	return `The bytes are frozen with their hash and the time, and go to the server sealed to officers and overseers. What was published, within the rule of inclusion, counts at once; what was obtained in any other way waits for an overseer; what is outside the rule never counts. What came by a protected route is taken by nobody's machine.

Example: frank inquiry exhibit 57 article.html --obtained published --outlet "The Courier" --published 2026-01-31`
}

func (cmd *inquiryExhibitCmd) Run(r *run) error {
	if len(cmd.Files) > 1 && (cmd.URL != "" || cmd.Note != "") {
		return usagef("--url and --note are of one file: register the others by themselves")
	}
	if cmd.Obtained != inquiry.Published && strings.TrimSpace(cmd.How) == "" {
		return frank.WithHint(usagef("--how is missing"), "say from whom, and by what right, it came")
	}
	published, err := claimed(cmd.Published)
	if err != nil {
		return err
	}
	var list []client.Material
	for _, name := range cmd.Files {
		data, err := r.readFile(name, coverage.MaxBytes)
		if err != nil {
			return err
		}
		list = append(list, client.Material{Name: filepath.Base(name), Data: data, Outlet: norm.NFC.String(cmd.Outlet), URL: cmd.URL, Published: published,
			Note: norm.NFC.String(cmd.Note), Obtained: cmd.Obtained, How: norm.NFC.String(cmd.How)})
	}
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		if _, err := in.Register(in.run, in.number(), list); err != nil {
			return in.hinted(nil, err)
		}
		before := len(in.Exhibits)
		again, err := in.inquest(in.number())
		if err != nil {
			return err
		}
		for i, e := range again.Exhibits[before:] {
			again.sayExhibit(before+i, e)
		}
		return in.sayNext(in.number())
	})
}

// claimed is a day, or a time, of publication as records have it.
func claimed(s string) (string, error) {
	if s == "" || coverage.ValidClaim(s) {
		return s, nil
	}
	return moment("published", s)
}

type inquiryExhibitsCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Out     string `required:"" placeholder:"DIR" help:"The folder they are written to; made if it is not there."`
}

func (*inquiryExhibitsCmd) Help() string {
	return `Each is checked against what was frozen. What waits for an overseer, or was refused by the rule of inclusion, is written for an overseer only.

Example: frank inquiry exhibits 57 --out originals`
}

func (cmd *inquiryExhibitsCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		overseer := slices.Contains(in.sitting(directory.Overseer), in.Person)
		if err := os.MkdirAll(in.path(cmd.Out), 0o700); err != nil {
			return fileError(cmd.Out, err)
		}
		n, left := 0, 0
		for i, e := range in.Exhibits {
			if !e.Admitted && !overseer {
				left++
				continue
			}
			data, err := in.Exhibit(in.run, e)
			if err != nil {
				return err
			}
			name := filepath.Join(cmd.Out, fileName(fmt.Sprintf("%02d-%s", i+1, e.Record.Name)))
			if err := in.newFile(name, data); err != nil {
				return err
			}
			in.say("%s  %s", e.Record.SHA256, name)
			n++
		}
		switch {
		case n+left == 0:
			return errors.New("no exhibit is registered yet")
		case left > 0:
			in.note("%s not written: an overseer may see %s", figure.Counted(left, "exhibit")+these(left, " does not count and was", " do not count and were"), these(left, "it", "them"))
		}
		return nil
	})
}
