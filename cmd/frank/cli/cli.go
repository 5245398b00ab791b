// Package cli is the frank command as a library: arguments, streams and
// environment are fields of [Command], and [Command.Run] returns the exit code.
//
// The voice of the program. A message is one line that begins with "frank: ",
// in lower case, without a full stop: what was expected, what was found. Where
// advice helps, a line "hint: …" follows, and says what to do. Both go to
// standard error, as do notes and progress; standard output is for what was
// asked for. No secret is ever in a message.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"frank"
	"frank/keyring"
	"frank/trace/figure"

	"github.com/alecthomas/kong"
	"golang.org/x/term"
)

// Exit codes.
const (
	Done    = 0
	Trouble = 1
	Usage   = 2
	Named   = 3 // a copy was named
)

// Version is the program's, set when it is built.
var Version = "development"

// Command is one run of the frank command.
type Command struct {
	Args   []string // without the program's name
	Dir    string   // what relative paths are relative to; empty: the working directory
	Getenv func(string) string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	StdoutTerminal, StderrTerminal bool // what may be coloured, and show progress
	Width                          int  // of the terminal in characters; 0: not known
	Height                         int  // of it in lines; 0: not known

	// Passphrase asks for a passphrase without showing it.
	Passphrase func(ctx context.Context, prompt string) (string, error)
}

// System returns the command with the process's own streams and environment.
func System(args []string) *Command {
	c := &Command{
		Args: args, Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		StdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())), StderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Passphrase: askTerminal,
	}
	if c.StdoutTerminal {
		c.Width, c.Height, _ = term.GetSize(int(os.Stdout.Fd()))
	}
	return c
}

type grammar struct {
	Init     initCmd     `cmd:"" help:"Make your keys."`
	Propose  proposeCmd  `cmd:"" help:"Find the places of a text that may be worded otherwise."`
	Stock    stockCmd    `cmd:"" help:"Check entries of your own, and read where they would propose."`
	Gauge    gaugeCmd    `cmd:"" help:"Say how short a quotation would still be traceable."`
	Review   reviewCmd   `cmd:"" help:"Go through the proposals: keep, drop, edit."`
	Mark     markCmd     `cmd:"" help:"Issue every reader a copy of their own."`
	Add      addCmd      `cmd:"" help:"Issue further copies of the same dispatch."`
	Trace    traceCmd    `cmd:"" help:"Say which copy a publication follows, and how sure that is."`
	Digest   digestCmd   `cmd:"" help:"Say what the press says: who had it when, who said what, what they print differently."`
	Verify   verifyCmd   `cmd:"" help:"Check an inquiry's bundle, offline."`
	Serve    serveCmd    `cmd:"" group:"operate" help:"Run the exchange's server."`
	Witness  witnessCmd  `cmd:"" group:"operate" help:"Cosign what ledgers publish."`
	Fsck     fsckCmd     `cmd:"" group:"operate" help:"Hold a server's folder against its ledger."`
	Backup   backupCmd   `cmd:"" group:"operate" help:"Copy a server's folder while it runs."`
	Restore  restoreCmd  `cmd:"" group:"operate" help:"Make a server's folder of a backup."`
	Card     cardCmd     `cmd:"" group:"belong" help:"Print your card, and its fingerprint."`
	Org      orgCmd      `cmd:"" group:"belong" help:"Found an organisation, show it, change its settings."`
	Join     joinCmd     `cmd:"" group:"belong" help:"Take part in an organisation that named you at its founding."`
	Invite   inviteCmd   `cmd:"" group:"belong" help:"Invite somebody."`
	Enrol    enrolCmd    `cmd:"" group:"belong" help:"Take up an invitation."`
	Admit    admitCmd    `cmd:"" group:"belong" help:"Let somebody in, by the fingerprint they read to you."`
	People   peopleCmd   `cmd:"" group:"belong" help:"List the people; let somebody leave."`
	Office   officeCmd   `cmd:"" group:"belong" help:"List, make and change offices, and who reads for them."`
	Handover handoverCmd `cmd:"" group:"belong" help:"Hand an office over, or take it."`
	Role     roleCmd     `cmd:"" group:"belong" help:"Grant and end roles."`
	Changes  changesCmd  `cmd:"" group:"belong" help:"List the changes that wait for others to agree."`
	Consent  consentCmd  `cmd:"" group:"belong" help:"Agree to a change."`
	Withdraw withdrawCmd `cmd:"" group:"belong" help:"Take a consent back."`
	Enact    enactCmd    `cmd:"" group:"belong" help:"Make a change that was agreed and has waited."`
	Device   deviceCmd   `cmd:"" group:"belong" help:"Add a device, list yours, revoke one that is lost."`
	Recovery recoveryCmd `cmd:"" group:"belong" help:"Keep your decryption keys from being lost."`
	Key      keyCmd      `cmd:"" group:"belong" help:"Change your decryption key."`
	Contact  contactCmd  `cmd:"" group:"belong" help:"Say where you are told that something awaits you."`

	Draft    draftCmd    `cmd:"" group:"exchange" help:"Work on a source with others before it is sent: share, clear, sign."`
	Send     sendCmd     `cmd:"" group:"exchange" help:"Issue a dispatch to offices."`
	Inbox    inboxCmd    `cmd:"" group:"exchange" help:"List what was issued to you."`
	Open     openCmd     `cmd:"" group:"exchange" help:"Read your copy of a dispatch."`
	Concern  concernCmd  `cmd:"" group:"exchange" help:"Say whom the law lets you turn to with a concern."`
	Disclose discloseCmd `cmd:"" group:"exchange" help:"Seal your own copy to such a person, and tell nobody."`
	Note     noteCmd     `cmd:"" group:"exchange" help:"Say that you took note of it."`
	Ack      ackCmd      `cmd:"" group:"exchange" help:"Confirm that it came."`
	Reply    replyCmd    `cmd:"" group:"exchange" help:"Begin a dispatch that answers another."`
	Forward  forwardCmd  `cmd:"" group:"exchange" help:"Ask for a copy for somebody else."`
	Requests requestsCmd `cmd:"" group:"exchange" help:"List, grant and refuse what is asked of your office."`
	Recall   recallCmd   `cmd:"" group:"exchange" help:"Stop further fetching of a dispatch."`
	Issued   issuedCmd   `cmd:"" group:"exchange" help:"Say what became of what your office issued."`
	Search   searchCmd   `cmd:"" group:"exchange" help:"Search the copies on this machine."`
	Shares   sharesCmd   `cmd:"" group:"exchange" help:"Check the shares that you were dealt."`
	Log      logCmd      `cmd:"" group:"exchange" help:"Browse, verify and prove the ledger."`

	Watch    watchCmd    `cmd:"" group:"inquiry" help:"Say which dispatches the press quotes, and where."`
	Inquiry  inquiryCmd  `cmd:"" group:"inquiry" help:"Find out together which copy was printed, and whose it was."`
	Bundle   bundleCmd   `cmd:"" group:"inquiry" help:"Write the evidence of an inquiry for strangers."`
	Oversee  overseeCmd  `cmd:"" group:"inquiry" help:"List inquiries without content, as overseer; the yearly report."`
	Examined examinedCmd `cmd:"" group:"inquiry" help:"List the closed inquiries that tested copies of yours."`

	Demo    demoCmd    `cmd:"" help:"Show the whole story on a dispatch that comes with the program."`
	Version versionCmd `cmd:"" help:"Print the version."`
	Help    helpCmd    `cmd:"" help:"Explain a command."`

	ShowVersion bool `name:"version" hidden:"" help:"Print the version."`
}

// groups order the help.
var groups = []kong.Group{
	{Key: "belong", Title: "In an organisation: people, offices, keys"},
	{Key: "exchange", Title: "In an organisation: dispatches"},
	{Key: "inquiry", Title: "In an organisation: leaks"},
	{Key: "operate", Title: "For whoever runs a server"},
}

const description = `Frank issues every reader of a text their own copy, worded slightly differently, and says from what was published which copy it came from.

Start with: frank demo`

// run is a command under way.
type run struct {
	*Command
	context.Context
	out    *output
	parser *kong.Kong
	code   int     // the exit code if there is no error
	asked  *string // the passphrase, once it was given
}

// Run runs the command and returns its exit code.
func (c *Command) Run(ctx context.Context) int {
	r := &run{Command: c, Context: ctx, out: &output{w: c.Stdout}}
	err := r.main()
	if err == nil {
		err = r.out.err
	}
	switch {
	case err == nil, errors.Is(err, io.ErrClosedPipe), slices.ContainsFunc(closedPipe, func(e error) bool { return errors.Is(err, e) }):
		return r.code
	case errors.Is(err, context.Canceled):
		err = errors.New("interrupted")
	}
	fmt.Fprintf(c.Stderr, "frank: %s\n", oneLine(err.Error()))
	if hint := frank.Hint(err); hint != "" {
		fmt.Fprintf(c.Stderr, "hint: %s\n", oneLine(hint))
	}
	if _, ok := errors.AsType[*usage](err); ok {
		return Usage
	}
	return Trouble
}

// exited is how kong's help flag leaves the parser.
type exited struct{}

func (r *run) main() (err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(exited); !ok {
				panic(p)
			}
			err = nil
		}
	}()
	var g grammar
	r.parser, err = kong.New(&g, kong.Name("frank"), kong.Description(description), kong.Writers(r.out, r.Stderr),
		kong.Exit(func(int) { panic(exited{}) }), kong.ExplicitGroups(groups), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 96, NoExpandSubcommands: true}))
	if err != nil {
		return err
	}
	switch {
	case len(r.Args) == 0:
		r.parser.Parse([]string{"--help"}) // leaves
	case r.Args[0] == "--version":
		return (&versionCmd{}).Run(r)
	}
	k, err := r.parser.Parse(r.Args)
	if err != nil {
		text := err.Error()
		topic := ""
		if p, ok := errors.AsType[*kong.ParseError](err); ok {
			for s := p.Context.Selected(); s != nil && s.Type == kong.CommandNode; s = s.Parent {
				topic = s.Name + " " + topic
			}
		}
		return frank.WithHint(usagef("%s", lowerFirst(text)), "frank %s--help explains", topic)
	}
	return k.Run(r)
}

type versionCmd struct{}

func (*versionCmd) Run(r *run) error {
	fmt.Fprintf(r.out, "frank %s\n", Version)
	return nil
}

type helpCmd struct {
	Command string `arg:"" optional:"" help:"The command to explain."`
}

func (h *helpCmd) Run(r *run) error {
	args := []string{"--help"}
	if h.Command != "" {
		args = []string{h.Command, "--help"}
	}
	_, err := r.parser.Parse(args)
	if err != nil {
		return frank.WithHint(usagef("there is no command %q", h.Command), "frank help lists the commands")
	}
	return nil
}

// usage is an error in how the command was called.
type usage struct{ msg string }

func (u *usage) Error() string { return u.msg }

func usagef(format string, args ...any) error { return &usage{fmt.Sprintf(format, args...)} }

// note tells the person something that is no error.
func (r *run) note(format string, args ...any) {
	fmt.Fprintf(r.Stderr, "frank: "+format+"\n", args...)
}

// output keeps the first error of writing, so that not every print needs a
// check.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(b []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(b)
	o.err = err
	return n, err
}

// path resolves a path that the person gave.
func (r *run) path(p string) string {
	if r.Dir == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(r.Dir, p)
}

// home is the folder of Frank's own files.
func (r *run) home() (string, error) {
	if h := r.Getenv("FRANK_HOME"); h != "" {
		return r.path(h), nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", frank.WithHint(errors.New("there is no folder for your keys: neither a home nor a configuration folder is set"), "set FRANK_HOME to a folder of yours")
	}
	return filepath.Join(config, "frank"), nil
}

const initHint = "frank init makes your key; if you have one, FRANK_HOME says where"

// public loads the public half of the person's key.
func (r *run) public() (*keyring.Public, error) {
	home, err := r.home()
	if err != nil {
		return nil, err
	}
	key, err := keyring.LoadPublic(home)
	if errors.Is(err, keyring.ErrNoKey) {
		return nil, frank.WithHint(fmt.Errorf("%w in %s", err, home), initHint)
	}
	return key, err
}

// key loads the person's key, asking for the passphrase if it has one.
func (r *run) key() (*keyring.Key, error) {
	home, err := r.home()
	if err != nil {
		return nil, err
	}
	key, err := keyring.Load(home, r.askKey)
	switch {
	case errors.Is(err, keyring.ErrNoKey):
		return nil, frank.WithHint(fmt.Errorf("%w in %s", err, home), initHint)
	case errors.Is(err, keyring.ErrPassphrase):
		return nil, frank.WithHint(err, "try again; nobody can recover a passphrase that is lost")
	}
	return key, err
}

// readFile reads a file of at most limit bytes that the person named; "-" is
// standard input.
func (r *run) readFile(name string, limit int) ([]byte, error) {
	in := r.Stdin
	if name != "-" {
		f, err := os.Open(r.path(name))
		if err != nil {
			return nil, fileError(name, err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, fmt.Errorf("%s is a folder, not a file", name)
		}
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, int64(limit)+1))
	if err != nil {
		return nil, fileError(name, err)
	}
	if len(data) > limit {
		return nil, frank.WithHint(fmt.Errorf("%s is too long: a file of this kind has at most %s bytes", name, figure.Group(limit)), "is it the file you mean?")
	}
	return data, nil
}

// fileError says in the program's voice why a file could not be used.
func fileError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return frank.WithHint(fmt.Errorf("%s does not exist", name), "check the name and the folder you are in")
	case errors.Is(err, fs.ErrPermission):
		return frank.WithHint(fmt.Errorf("%s: you may not read or write it", name), "check whose it is, and its folder")
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", name, p.Err)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// oneLine keeps a message on one line and its control and format characters off
// the terminal.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' {
			return ' '
		}
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, s)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
