package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"frank"
	"frank/gauge"
	"frank/internal/durable"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

type proposeCmd struct {
	In  string `arg:"" name:"in" help:"The text, or a source to propose more for; - is standard input."`
	Out string `short:"o" placeholder:"OUT" help:"Write the source here, to a new file, and not to standard output."`

	Stock          []string `placeholder:"FILE" sep:"none" help:"Entries of your own, used before those that are built in; may be given several times."`
	Model          string   `placeholder:"URL" help:"Also ask the model server at this address, on this machine, for rewordings."`
	ModelName      string   `placeholder:"NAME" help:"Which of the server's models to ask; not needed if it has one."`
	ModelElsewhere bool     `help:"The model server may be on another machine: the text is sent there."`
}

func (*proposeCmd) Help() string {
	return `The marked-up source that comes out is plain text: {do not|don't} is a place with two wordings, {?contraction:do not|don't} one that is proposed and waits for you. {!text} locks a span: nothing is proposed in it. What only British or only American writers say is proposed where the text shows which they are, or a header line says variety: british or american.

--stock FILE and stock.txt in your frank folder hold entries of your own (frank stock --help). --model URL has a language model that runs on this machine suggest rewordings beside (doc/operate.md says how); what it suggests passes the same checks and waits for you as {?model:…}. Without it nothing is sent anywhere.

Example: frank propose memo.txt -o memo.frank`
}

func (cmd *proposeCmd) Run(r *run) error {
	if err := r.checkOut(cmd.In, cmd.Out); err != nil {
		return err
	}
	data, err := r.readFile(cmd.In, maxSource)
	if err != nil {
		return err
	}
	text, err := r.plain(cmd.In, data)
	if err != nil {
		return err
	}
	opt := variant.ProposeOptions{}
	if opt.Stock, err = r.houseUsage(); err != nil {
		return err
	}
	if opt.House, err = r.houseStock(cmd.Stock); err != nil {
		return err
	}
	src, more, err := r.propose(cmd.In, text, opt)
	if err != nil {
		return err
	}
	if cmd.Model != "" {
		if opt.Suggested, err = r.askModel(cmd, src); err != nil {
			return err
		}
		if src, more, err = r.propose(cmd.In, text, opt); err != nil {
			return err
		}
		r.note("the model suggested %s; %s", figure.Counted(len(opt.Suggested), "rewording"), stood(src))
	}
	m, err := master(cmd.In, src)
	if err != nil {
		return err
	}
	if cmd.Out == "" {
		fmt.Fprint(r.out, src.String())
	} else if err := durable.CreateFile(r.path(cmd.Out), []byte(src.String()), 0o600); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return outExists(cmd.Out)
		}
		return fileError(cmd.Out, err)
	}
	g := measure(m, defaultReaders)
	had := ""
	if more > 0 {
		had = fmt.Sprintf(", beside %s it had", figure.Counted(more, "site"))
	}
	r.note("%s proposed%s: %.1f bits over %s, %.2f a word", figure.Counted(src.Proposed(), "site"), had, g.Bits, figure.Counted(g.Words, "word"), g.Bits/float64(max(1, g.Words)))
	if cmd.Out != "" {
		r.note("nothing is issued in a wording you have not approved: frank review %s", cmd.Out)
	}
	return nil
}

// propose is propose that can be interrupted: a text without a full stop takes
// minutes.
func (r *run) propose(name, text string, opt variant.ProposeOptions) (*variant.Source, int, error) {
	type outcome struct {
		src *variant.Source
		had int
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		src, had, err := propose(name, text, opt)
		done <- outcome{src, had, err}
	}()
	select {
	case o := <-done:
		return o.src, o.had, o.err
	case <-r.Context.Done():
		return nil, 0, r.Context.Err()
	}
}

// propose marks up a text, or the open text of a source; had is how many sites
// there were.
func propose(name, text string, opt variant.ProposeOptions) (src *variant.Source, had int, err error) {
	src, err = variant.Parse(text)
	if err == nil && (len(src.Header) > 0 || len(sites(src)) > 0) {
		had = len(sites(src)) - src.Proposed()
		opt.Variety = src.Field("variety")
		return variant.ProposeMore(src, opt), had, nil
	}
	if err != nil && looksMarkedUp(text) {
		return nil, 0, frank.WithHint(fmt.Errorf("%s: %w", name, err), "%s", firstOf(frank.Hint(err), `in a text that is not marked up, write \{ for a brace`))
	}
	if len(text) > frank.MaxText {
		return nil, 0, frank.WithHint(fmt.Errorf("%s is too long: a dispatch has at most %s bytes", name, figure.Group(frank.MaxText)), "issue it in parts")
	}
	return variant.Propose(text, opt), 0, nil
}

// looksMarkedUp reports whether a text that is no valid source was meant as
// one: it has a header, or a brace with a bar behind it in the same paragraph.
func looksMarkedUp(text string) bool {
	if strings.HasPrefix(text, "---\n") {
		return true
	}
	for rest := text; ; {
		i := strings.IndexByte(rest, '{')
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
		if end := strings.IndexAny(rest, "|}\n"); end >= 0 && rest[end] == '|' {
			return true
		}
	}
}

// checkOut refuses to write where something is.
func (r *run) checkOut(in, out string) error {
	if out == "" {
		return nil
	}
	there, err := os.Stat(r.path(out))
	if err != nil {
		return nil
	}
	if source, err := os.Stat(r.path(in)); err == nil && os.SameFile(source, there) {
		return frank.WithHint(fmt.Errorf("%s is the input: it would be overwritten", out), "give another name after -o")
	}
	return outExists(out)
}

func outExists(out string) error {
	return frank.WithHint(fmt.Errorf("%s exists already, perhaps with your decisions in it", out), "give another name after -o, or move it away first")
}

// What gauge and propose assume unless told.
const (
	defaultReaders = 100
	defaultLevel   = 1e-4
)

// measure gauges a text at the default level, for the press.
func measure(m *frank.Master, readers int) *gauge.Gauge {
	return gauge.Measure(m, gaugeOptions(readers))
}

// advised gauges a text and says where readings of the author's own would help.
func advised(m *frank.Master, src *variant.Source, readers int) *gauge.Gauge {
	opt := gaugeOptions(readers)
	if opt.Open = variant.Openings(src); opt.Open == nil {
		opt.Open = []prose.Span{}
	}
	return gauge.Measure(m, opt)
}

func gaugeOptions(readers int) gauge.Options {
	return gauge.Options{Readers: readers, Level: defaultLevel, Keep: func(kind string) uint32 { return variant.Keep(kind, variant.Press) }}
}
