package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/directory"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/trace/figure"
)

type inquiryNoticeCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Copy    string `arg:"" optional:"" help:"The copy, as in \"26 SARN 41:7\"; not needed if there is one whose holder was not told yet."`
	Out     string `required:"" placeholder:"FILE" help:"The new file that is to be handed over."`
}

func (*inquiryNoticeCmd) Help() string {
	return `For the lead. It writes, in plain words, what was looked into, what was found about this copy and what that does not mean, and how its holder may look at the evidence, answer and appeal. Hand it over yourself: it does not pass through the server, which is not to learn whom it is about. That it was given, and its hash, is entered.

Example: frank inquiry notice 57 "26 SARN 41:7" --out notice.txt`
}

func (cmd *inquiryNoticeCmd) Run(r *run) error {
	if err := r.checkNew(cmd.Out); err != nil {
		return err
	}
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		n, err := in.toBeTold(cmd.Copy)
		if err != nil {
			return err
		}
		a, err := in.matter("", func(a *inquiry.Asked) bool { return a.Named != nil && slices.Contains(a.Matter.Numbers, n) }, func() error {
			return fmt.Errorf("whose copy %d of %s is was not opened in this inquiry", n.Number, n.Dispatch)
		})
		if err != nil {
			return err
		}
		text, err := in.noticeText(a, n)
		if err != nil {
			return err
		}
		step := &inquiry.Notice{Matter: a.Hash, Number: n, Given: sha256.Sum256([]byte(text))}
		if err := in.may(in.Person, step); err != nil {
			return in.hinted(nil, err)
		}
		if err := in.newFile(cmd.Out, []byte(text)); err != nil {
			return err
		}
		h := &a.Named.Holders[slices.Index(a.Matter.Numbers, n)]
		return in.take(step, "%s is the notice: hand it to %s yourself, by a way you trust", cmd.Out, in.person(h.Person))
	})
}

// toBeTold is the copy that somebody means, or the only one whose holder has no
// notice yet.
func (in *inquest) toBeTold(typed string) (inquiry.Number, error) {
	if typed != "" {
		return parseCopy(typed)
	}
	var left []inquiry.Number
	for _, a := range in.Matters {
		if a.Named != nil {
			left = append(left, a.Matter.Numbers...)
		}
	}
	left = slices.DeleteFunc(left, in.noticed)
	switch len(left) {
	case 0:
		return inquiry.Number{}, in.hinted(nil, errors.New("there is no holder of a named copy who was not told"))
	case 1:
		return left[0], nil
	}
	return inquiry.Number{}, frank.WithHint(errors.New("several holders were not told yet"), "say which copy: %q", copyOf(left[0]))
}

// noticeLine is how a notice names the inquiry, for the reply to it.
const noticeLine = "inquiry "

// noticeText is what the holder of a copy is handed.
func (in *inquest) noticeText(a *inquiry.Asked, n inquiry.Number) (string, error) {
	of := in.Asked(a.Matter.Of)
	h := &a.Named.Holders[slices.Index(a.Matter.Numbers, n)]
	t, err := in.Retrace(in.run, in.number(), of.Hash)
	if err != nil {
		return "", err
	}
	if t.Report == nil {
		return "", errors.New("what was opened is void: there is nothing to give notice of")
	}
	k := rankOf(t.Report, n)
	if k == nil {
		return "", fmt.Errorf("the report does not name copy %d of %s", n.Number, n.Dispatch)
	}
	overseers := either(nameAll(in.member, in.sitting(directory.Overseer)))
	var b strings.Builder
	para := func(format string, args ...any) { b.WriteString(fill(fmt.Sprintf(format, args...), "", 78) + "\n\n") }
	item := func(word, text string) {
		for _, line := range strings.Split(text, "\n") {
			b.WriteString("  " + word + strings.TrimPrefix(fill(printable(line), strings.Repeat(" ", 18), 78), strings.Repeat(" ", 2+len(word))) + "\n")
			word = ""
		}
	}
	fmt.Fprintf(&b, "NOTICE OF WHAT AN INQUIRY FOUND\n\n%s%d %s\n%s\n\n", noticeLine, in.number(), in.Entry.Hash, inline(in.Directory().Name()))
	para("To %s.", in.holder(h))
	para("Words of %s were printed. Officers looked into it together:", n.Dispatch)
	item("for what", in.Open.Purpose)
	item("by what right", in.Open.Basis)
	item("who", fmt.Sprintf("%s led it; %s found the same, each by themselves; %s oversees it", in.person(a.Matter.Lead), strings.Join(nameAll(in.member, in.tracers(of.Matter)[1:]), " and "), overseers))
	var material []string
	for _, e := range of.Exhibits {
		material = append(material, strings.Join([]string{inline(e.Record.Name), firstOf(inline(e.Record.Outlet), "no outlet named"), firstOf(e.Record.Published, "no day named"), "SHA-256 " + e.Record.SHA256.String()}, "; "))
	}
	item("in what", strings.Join(material, "\n"))
	b.WriteString("\n")
	para("What was found. Copy %d of %s is named: of %s where copies differ and print could be read, %d %s worded as in it. By the list that was sealed when %s was issued, that copy was issued to you.", n.Number, n.Dispatch, figure.Counted(k.Of, "place"), k.Agree, these(k.Agree, "is", "are"), n.Dispatch)
	para("What it means, and what it does not. If copy %d had no part in this, a match as good as this one would still turn up somewhere among the %s tested, but in no more than one of every %s such inquiries%s. That is not the chance that copy %d is innocent, and does not say that you did anything. Anybody else who saw it (passed on, left open, stolen), or who held the codebook, could have put the same words in print: the figure does not cover that.",
		n.Number, figure.Counted(t.Report.Family, "copy"), figure.OnceIn(k.FalseMatch), floorNote(k.FalseMatch), n.Number)
	para("What you may do. None of it is asked of you.")
	item("look at it", fmt.Sprintf("Ask %s for the bundle of what was found. You, or an expert of yours, can check all of it without those who inquired, and without the server:\n  frank verify BUNDLE --policy FILE", in.person(a.Matter.Lead)))
	item("answer", "Write what you have to say into a file, and sign it:\n  frank inquiry reply THIS-FILE --text FILE --out answer.json\nHand what comes out to any officer, or to the overseer; it need not be who handed you this. It is entered as it is, and stays with what was found.")
	item("appeal", "The same, with --appeal.")
	item("turn to", "The overseer, "+overseers+", or whoever the law names for it.")
	b.WriteString("\n")
	para("This was handed to you, and did not pass through the server. Its SHA-256 stands in the ledger: what you were told cannot be changed afterwards.")
	return norm.NFC.String(strings.TrimRight(b.String(), "\n") + "\n"), nil
}

// parseNotice reads which inquiry a notice is of.
func parseNotice(text string) (number uint64, of frank.Hash, err error) {
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), noticeLine)
		f := strings.Fields(rest)
		if !ok || len(f) != 2 {
			continue
		}
		number, err := strconv.ParseUint(f[0], 10, 64)
		hash, bad := hex.DecodeString(f[1])
		if err == nil && bad == nil && len(hash) == len(of) {
			return number, frank.Hash(hash), nil
		}
	}
	return 0, of, frank.WithHint(errors.New("it is no notice of an inquiry"), `a notice has a line "inquiry N" with a hash behind it`)
}

// replyFormat is the format of the file in which a reply is handed over.
const replyFormat = "frank.reply/1"

// replyFile is a signed answer, on its way to whoever enters it.
type replyFile struct {
	Format  string        `json:"format"`  // frank.reply/1
	Inquiry uint64        `json:"inquiry"` // its number
	Of      frank.Hash    `json:"of"`      // the commitment of its first step, which the signature is over
	Reply   inquiry.Reply `json:"reply"`
}

type inquiryReplyCmd struct {
	Notice string `arg:"" help:"The notice that you were handed."`
	Text   string `required:"" placeholder:"FILE" help:"What you have to say."`
	Appeal bool   `help:"It is an appeal."`
	Out    string `required:"" placeholder:"FILE" help:"The new file that you hand to an officer or an overseer."`
}

func (*inquiryReplyCmd) Help() string {
	return `Your answer is signed with your key and bound to the inquiry: it can be given out as an answer of nobody else's, nor to anything else. Nothing is sent. Any officer or overseer who is not involved can enter it, also after the close.

Example: frank inquiry reply notice.txt --text answer.txt --out answer.json`
}

func (cmd *inquiryReplyCmd) Run(r *run) error {
	notice, err := r.readFile(cmd.Notice, maxForm)
	if err != nil {
		return err
	}
	number, of, err := parseNotice(string(notice))
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.Notice, err)
	}
	text, err := r.readFile(cmd.Text, 5*inquiry.MaxText)
	if err != nil {
		return err
	}
	if err := r.checkNew(cmd.Out); err != nil {
		return err
	}
	kind := inquiry.Answer
	if cmd.Appeal {
		kind = inquiry.Appeal
	}
	return r.member(func(m *member) error {
		said := strings.ReplaceAll(norm.NFC.String(strings.ToValidUTF8(string(text), "\uFFFD")), "\r\n", "\n")
		reply := m.Reply(of, kind, strings.ReplaceAll(said, "\t", " "))
		if _, err := inquiry.Body(directory.Entry{Index: number, Hash: of}, []frank.Hash{of}, reply); err != nil {
			return fmt.Errorf("%s: %w", cmd.Text, err)
		}
		if err := m.newFile(cmd.Out, append(canon.Marshal(replyFile{replyFormat, number, of, *reply}), '\n')); err != nil {
			return err
		}
		m.note("%s is signed: hand it to any officer or overseer, who enters it with frank inquiry enter %d", cmd.Out, number)
		return nil
	})
}

type inquiryEnterCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Reply   string `arg:"" help:"The file that you were handed."`
}

func (*inquiryEnterCmd) Help() string {
	return `For any officer or overseer who is not involved. The signature is checked; what it says is entered as it is, and stays in the ledger. A bundle that leaves it out says that there may be such.

Example: frank inquiry enter 57 answer.json`
}

func (cmd *inquiryEnterCmd) Run(r *run) error {
	data, err := r.readFile(cmd.Reply, 16*inquiry.MaxText)
	if err != nil {
		return err
	}
	var f replyFile
	if err := canon.Unmarshal([]byte(strings.TrimSuffix(string(data), "\n")), &f); err != nil || f.Format != replyFormat {
		return frank.WithHint(fmt.Errorf("%s is no answer to a notice", cmd.Reply), "frank inquiry reply makes one")
	}
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		if f.Of != in.Entry.Hash {
			return fmt.Errorf("%s answers inquiry %d, not this one", cmd.Reply, f.Inquiry)
		}
		if err := in.may(in.Person, &f.Reply); err != nil {
			return err
		}
		in.row(f.Reply.Kind, "of "+in.person(f.Reply.From)+":\n"+f.Reply.Text)
		return in.take(&f.Reply, "it is entered")
	})
}
