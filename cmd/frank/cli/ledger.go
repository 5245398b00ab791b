package cli

import (
	"fmt"
	"strings"

	"frank"
	"frank/client"
	"frank/ledger"
	"frank/trace/figure"
)

type logCmd struct {
	From    int64  `default:"-1" placeholder:"INDEX" help:"The first entry to show; without it, the last ones."`
	Limit   int    `default:"50" placeholder:"N" help:"How many entries to show at most."`
	Verify  bool   `help:"Fetch and check everything anew, from the first entry on."`
	Proof   int64  `default:"-1" placeholder:"INDEX" help:"Write a proof that this entry stands in the ledger."`
	Head    bool   `help:"Write the checkpoint that you were shown, for others to compare theirs with."`
	Compare string `placeholder:"FILE" help:"Hold a checkpoint that somebody else was shown against the ledger that you are shown."`
	Out     string `short:"o" placeholder:"FILE" help:"Write the proof or the checkpoint to this new file."`
	JSON    bool   `name:"json" help:"Print it as JSON."`
}

func (*logCmd) Help() string {
	return `The ledger is everything that was stated, in one order. You see what is for you: all of the directory, and of dispatches what concerns you; of the rest only that there is something. Times are those of the signers' clocks; the order is the number.

Every command checks what is new. --verify begins again from nothing. A proof is a C2SP tlog-proof file: with the ledger's policy anybody can check it, without the server.

That a server shows everybody one ledger the witnesses vouch for. Two members can also see for themselves: one writes the checkpoint with --head, the other holds it against theirs with --compare.

Example: frank log --from 40 --limit 10

Example: frank log --proof 40 -o entry-40.tlog-proof`
}

func (cmd *logCmd) Run(r *run) error {
	if (cmd.Proof >= 0 || cmd.Head) != (cmd.Out != "") || cmd.Proof >= 0 && cmd.Head {
		return frank.WithHint(usagef("a proof, or a checkpoint, goes to a file"), "frank log --proof 40 -o entry-40.tlog-proof")
	}
	var other []byte
	if cmd.Compare != "" {
		var err error
		if other, err = r.readFile(cmd.Compare, ledger.MaxNote); err != nil {
			return err
		}
	}
	if cmd.Limit < 1 {
		return usagef("--limit takes a number from 1, not %d", cmd.Limit)
	}
	return r.member(func(m *member) error {
		switch {
		case cmd.Proof >= 0:
			if err := r.checkNew(cmd.Out); err != nil {
				return err
			}
			data, err := m.Prove(r, uint64(cmd.Proof))
			if err != nil {
				return err
			}
			if err := r.newFile(cmd.Out, data); err != nil {
				return err
			}
			r.note("%s proves that entry %d stands in the ledger of %s entries", cmd.Out, cmd.Proof, figure.Group(int(m.View().Head().Size)))
			return nil
		case cmd.Head:
			cp := m.View().Latest()
			if err := r.newFile(cmd.Out, cp.Note); err != nil {
				return err
			}
			r.note("%s is the head of %s that you were shown", cmd.Out, figure.Counted(int(cp.Size), "entry"))
			return nil
		case other != nil:
			if err := m.Compare(r, other); err != nil {
				return err
			}
			m.say("it is the same ledger")
			return nil
		case cmd.Verify:
			return m.verify(cmd.JSON)
		}
		from := uint64(max(0, cmd.From))
		lines := m.Ledger(from, int(^uint(0)>>1))
		if cmd.From < 0 && len(lines) > cmd.Limit {
			lines = lines[len(lines)-cmd.Limit:]
		}
		lines = lines[:min(len(lines), cmd.Limit)]
		if cmd.JSON {
			return m.json(append([]client.Line{}, lines...))
		}
		var rows [][]string
		for _, l := range lines {
			at := ""
			if l.At != "" {
				at = dtg(l.At)
			}
			rows = append(rows, []string{fmt.Sprint(l.Index), at, firstOf(l.Name, "—"), m.describe(l)})
		}
		m.table(rows)
		return nil
	})
}

func (m *member) verify(asJSON bool) error {
	tell, clear := m.run.steps()
	tell("fetching and checking the ledger")
	news, err := m.Verify(m.run)
	clear()
	if err != nil {
		return err
	}
	for _, b := range news.Broken {
		m.note("ALARM: %s", oneLine(b))
		m.code = Trouble
	}
	m.told = m.Directory().Last().Index
	head := m.View().Head()
	read := len(m.Ledger(0, int(^uint(0)>>1)))
	var witnesses []string
	if cp := m.View().Latest(); cp != nil {
		for _, c := range cp.Cosigned {
			witnesses = append(witnesses, c.Witness)
		}
	}
	if asJSON {
		return m.json(struct {
			Size      uint64   `json:"size"`
			Root      string   `json:"root"`
			Readable  int      `json:"readable"` // entries that the person may read
			Witnessed bool     `json:"witnessed"`
			Witnesses []string `json:"witnesses"`
			Broken    []string `json:"broken"`
		}{head.Size, head.Root.String(), read, news.Witnessed, append([]string{}, witnesses...), append([]string{}, news.Broken...)})
	}
	m.say("%s, of which %s for you to read: all stand where they should", figure.Counted(int(head.Size), "entry"), figure.Group(read))
	m.say("head %d %s", head.Size, head.Root)
	if len(witnesses) > 0 {
		m.say("cosigned by %s", strings.Join(witnesses, ", "))
	}
	return nil
}
