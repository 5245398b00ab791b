package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"frank"
	"frank/client"
	"frank/keyring"
	"frank/prose"
	"frank/protect"
)

type discloseCmd struct {
	Seal discloseSealCmd `cmd:"" default:"withargs" help:"Seal your own copy to a prescribed person."`
	Show discloseShowCmd `cmd:"" help:"For the prescribed person: show what was sealed to you."`
}

func (*discloseCmd) Help() string {
	return `Example: frank disclose 26-sarn-41 --to ombudsman -o sealed.age`
}

type discloseSealCmd struct {
	Ref       string `arg:"" help:"The dispatch, as in \"26 SARN 41\" or 26-sarn-41; you have opened it before."`
	To        string `required:"" placeholder:"NAME|FILE" help:"A person in the list of frank concern, or a file with their card or public key."`
	Out       string `short:"o" required:"" placeholder:"FILE" help:"Write what is sealed to this new file; - is standard output."`
	Statement string `placeholder:"FILE" help:"Put in what you say yourself; - is standard input."`
	Signed    bool   `help:"Put in your name and your signature. Without it nothing names you."`
	List      string `placeholder:"FILE" help:"The list of prescribed persons, instead of the one in your folder."`
}

func (*discloseSealCmd) Help() string {
	return `Your copy is sealed here, to that person alone. The server is not asked, nothing is entered in the ledger, and nothing in your folder says that it happened; the file is yours to send. The wording is your copy's own, and so marked: it is for reading, and whoever prints it word for word prints the marks. A protected disclosure is not traced; whether yours is protected is for the law to say.

Example: frank disclose 26-sarn-41 --to ombudsman -o sealed.age`
}

// unwritten is a person's folder that nothing can be written to.
type unwritten struct{ client.Folder }

var errUnwritten = errors.New("nothing is written down while a copy is disclosed")

func (unwritten) Write(string, []byte) error  { return errUnwritten }
func (unwritten) Append(string, []byte) error { return errUnwritten }

// Remove says that there is nothing to remove: what an interrupted issue left
// behind is cleared away by the next command that may.
func (unwritten) Remove(string) error { return fs.ErrNotExist }

// unconnected reaches no network.
type unconnected struct{}

func (unconnected) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("nobody is asked while a copy is disclosed")
}

func (cmd *discloseSealCmd) Run(r *run) error {
	ref, err := parseRef(cmd.Ref)
	if err != nil {
		return err
	}
	switch {
	case cmd.Out != "-":
		if err := r.checkNew(cmd.Out); err != nil {
			return err
		}
	case r.StdoutTerminal:
		return frank.WithHint(usagef("what is sealed cannot be read on a terminal"), "name a file after -o")
	}
	to, name, err := r.discloseTo(cmd.To, cmd.List)
	if err != nil {
		return err
	}
	d := &protect.Disclosure{Dispatch: ref}
	if cmd.Statement != "" {
		written, err := r.readFile(cmd.Statement, 4*protect.MaxStatement)
		if err != nil {
			return err
		}
		if d.Statement, err = protect.Statement(written); err != nil {
			return err
		}
	}
	// Not even the lock is taken: it is a file.
	dir, err := r.folder()
	if err != nil {
		return err
	}
	if _, err := dir.Read("membership.json"); err != nil {
		_, err = client.Open(client.Config{Files: dir})
		return err
	}
	key, err := r.key()
	if err != nil {
		return err
	}
	c, err := client.Open(client.Config{Files: unwritten{dir}, Key: key, HTTP: &http.Client{Transport: unconnected{}}, Now: time.Now})
	if err != nil {
		return err
	}
	o, err := c.OpenAtHand(ref)
	if err != nil {
		return err
	}
	for _, w := range o.Warnings {
		r.note("%s", oneLine(w))
	}
	d.Marking, d.Text = o.Head.Marking, o.Text
	if cmd.Signed {
		d.Sign(key, key.Card(c.Membership.Name), to)
	}
	plain, err := d.Marshal()
	if err != nil {
		return err
	}
	sealed, err := to.Seal(plain)
	if err != nil {
		return err
	}
	if cmd.Out == "-" {
		r.out.Write(sealed)
	} else if err := r.newFile(cmd.Out, sealed); err != nil {
		return err
	}
	r.note("your copy of %s is sealed to %s, whose key is %s: compare it with what they give out", ref, name, to.Fingerprint())
	r.note("the wording is your copy's own, and so marked: it is for them to read, and must not be quoted word for word")
	if cmd.Signed {
		r.note("it is signed, and says that you are %s", c.Membership.Name)
	} else {
		r.note("it does not name you")
	}
	r.note("nothing was sent, and nothing was noted down; that the file is here, and what your shell remembers of this command, is yours to see to")
	return nil
}

// discloseTo finds the key of whoever is named: by the list, or by a file that
// the reader had from them.
func (r *run) discloseTo(who, list string) (to *keyring.Public, name string, err error) {
	p, err := r.prescribed(list)
	if err != nil {
		return nil, "", err
	}
	if x, ok := p.Person(who); ok {
		if x.Recipient == "" {
			return nil, "", frank.WithHint(fmt.Errorf("the list has no key of %s", x.Name), "reach them first (%s), and name the file with their card after --to", x.Reach[0])
		}
		to, err = keyring.ParseRecipient(x.Recipient)
		return to, x.Name, err
	}
	if !exists(r.path(who)) {
		return nil, "", frank.WithHint(fmt.Errorf("%.60q is neither a person in the list nor a file", who), "frank concern lists the topics, and who looks into each")
	}
	data, err := r.readFile(who, keyring.MaxCard+1)
	if err != nil {
		return nil, "", err
	}
	if card, err := keyring.ParseCard(bytes.TrimSuffix(data, []byte("\n"))); err == nil {
		to, err = keyring.ParseRecipient(card.Seal)
		return to, card.Name, err
	}
	// A file as age reads it: a public key, and perhaps remarks.
	var found []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			found = append(found, line)
		}
	}
	if len(found) == 1 {
		if to, err := keyring.ParseRecipient(found[0]); err == nil {
			return to, "the holder of " + who, nil
		}
	}
	return nil, "", frank.WithHint(fmt.Errorf("%s is neither a card nor a public key of age's post-quantum kind", who), "frank card makes the one, age-keygen -pq the other")
}

type discloseShowCmd struct {
	File string `arg:"" help:"What was sealed to you."`
}

func (*discloseShowCmd) Help() string {
	return `It is shown on a terminal, page by page, and written nowhere else: what you are shown is a reader's own copy, and its wording is marked. Say what it says in words of your own.

Example: frank disclose show sealed.age`
}

// maxSealed is the size in bytes of the largest sealed disclosure.
const maxSealed = protect.MaxSize + 1<<16

func (cmd *discloseShowCmd) Run(r *run) error {
	if !r.StdoutTerminal {
		return frank.WithHint(errors.New("a protected disclosure is shown on a terminal only, and standard output is none"), "it is never written to a file or handed to another program: run the command by itself")
	}
	sealed, err := r.readFile(cmd.File, maxSealed)
	if err != nil {
		return err
	}
	key, err := r.key()
	if err != nil {
		return err
	}
	plain, err := key.Open(sealed)
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.File, err)
	}
	d, err := protect.Parse(plain)
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.File, err)
	}
	return r.screens(r.disclosed(d, key))
}

// disclosed is what the prescribed person is shown, in lines that fit.
func (r *run) disclosed(d *protect.Disclosure, key *keyring.Key) []string {
	s, width := r.style(), r.width()
	var lines []string
	add := func(text, indent string) {
		for line := range strings.SplitSeq(fill(printable(text), indent, width), "\n") {
			lines = append(lines, chop(line, width)...)
		}
	}
	for _, line := range chop(strings.TrimSuffix(d.Dispatch.String()+" · "+inline(d.Marking), " · "), width) {
		lines = append(lines, s.bold(line))
	}
	add("This is a reader's own copy. It is worded a little differently from everybody else's, so that who had it can be found by its wording: say what it says in words of your own.", "")
	if x := d.Signed; x == nil {
		add("Whoever sealed it does not say who they are.", "")
	} else {
		add("Signed by "+x.Card.Name+", as they call themselves; the fingerprint of their card is "+x.Card.Fingerprint()+".", "")
		if to, err := keyring.ParseRecipient(x.To); err != nil || !key.Holds(to.Fingerprint()) {
			add("They signed it for somebody else, who sealed it on to you.", "")
		}
	}
	if d.Statement != "" {
		lines = append(lines, "", s.bold("What they say"))
		for line := range strings.SplitSeq(d.Statement, "\n") {
			if strings.TrimSpace(line) == "" {
				lines = append(lines, "")
				continue
			}
			add(line, "")
		}
	}
	lines = append(lines, "", s.bold("The copy"))
	for i, p := range prose.Paragraphs(d.Text) {
		lines = append(lines, "")
		first := len(lines)
		for line := range strings.SplitSeq(d.Text[p.Start:p.End], "\n") {
			add(line, "     ")
		}
		if first < len(lines) {
			lines[first] = s.dim(fmt.Sprintf("%3d  ", i+1)) + strings.TrimPrefix(lines[first], "     ")
		}
	}
	return lines
}

// screens shows lines page by page, every page headed by the banner and the last
// footed by it, and waits for the return key in between.
func (r *run) screens(lines []string) error {
	s := r.style()
	banner := chop(protect.Banner, r.width())
	height := r.Height
	if height < 10 || height > 60 {
		height = 24
	}
	room := height - len(banner) - 3 // a blank line above and below, and the prompt
	head := func() {
		for _, line := range banner {
			r.say("%s", s.bold(line))
		}
	}
	in := readLines(r.Stdin)
	paused := true
	for page := 0; len(lines) > 0; page++ {
		if page > 0 && paused {
			fmt.Fprint(r.out, s.dim("return: on; q: end "))
			line, more, err := in.read(r)
			if err != nil {
				return err
			}
			if paused = more; !more {
				r.say("") // nobody types: it all follows
			}
			if strings.EqualFold(strings.TrimSpace(line), "q") {
				break
			}
		}
		head()
		r.say("")
		for _, line := range lines[:min(room, len(lines))] {
			r.say("%s", line)
		}
		lines = lines[min(room, len(lines)):]
		r.say("")
	}
	head()
	return nil
}

// chop cuts a line into parts of at most width characters, by force: a word that
// is longer than a line would else take up more lines than were counted.
func chop(line string, width int) (parts []string) {
	runes := []rune(line)
	for len(runes) > width {
		parts, runes = append(parts, string(runes[:width])), runes[width:]
	}
	return append(parts, string(runes))
}
