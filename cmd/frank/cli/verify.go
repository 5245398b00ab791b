package cli

import (
	"fmt"
	"strings"

	"frank"
	"frank/bundle"
	"frank/internal/canon"
	"frank/ledger"
	"frank/trace"
	"frank/trace/figure"
)

type verifyCmd struct {
	Bundle string `arg:"" help:"The bundle."`
	Policy string `name:"policy" required:"" placeholder:"FILE" help:"The keys of the ledger and its witnesses, from somebody you trust."`
	JSON   bool   `name:"json" help:"Write what was found as JSON (frank.finding/1)."`
}

func (*verifyCmd) Help() string {
	return `Checks what an inquiry put together for strangers, with nothing but the public keys of the ledger and its witnesses: no network, no keys of your own. Every hash, signature and proof is recomputed; the exhibits are read again; what all copies show at the places printed is drawn again; the odds are computed again; and every step of the inquiry is held against the rules. It says in plain words what that shows, and what it does not.

The policy must not come from the bundle: the copy in it is for comparing. The exit code is 0 when everything holds, and 1 when anything does not; then nothing in the bundle is to be relied on.

Example: frank verify bundle.zip --policy policy`
}

func (cmd *verifyCmd) Run(r *run) error {
	policy, err := r.readFile(cmd.Policy, ledger.MaxPolicy)
	if err != nil {
		return err
	}
	data, err := r.readFile(cmd.Bundle, bundle.MaxBytes)
	if err != nil {
		return err
	}
	tell, clear := r.stages()
	f, err := bundle.Verify(r, data, policy, func(text string) { tell(text, 0, 0) })
	clear()
	if err != nil {
		return frank.WithHint(fmt.Errorf("the policy %s cannot be used: %w", cmd.Policy, err), "it is a file with the keys of the ledger and its witnesses, as the organisation publishes it")
	}
	if cmd.JSON {
		fmt.Fprintf(r.out, "%s\n", canon.Marshal(f))
	} else {
		r.printFinding(f)
	}
	if !f.OK {
		return frank.WithHint(fmt.Errorf("%s does not hold: %s", cmd.Bundle, lowerFirst(f.Checks[len(f.Checks)-1].Text)), "nothing in it is to be relied on; ask whoever gave it to you for it again, and tell them what was found")
	}
	return nil
}

// printFinding writes what was found for a person: the answer first.
func (r *run) printFinding(f *bundle.Finding) {
	s := r.style()
	if !f.OK {
		r.say("%s", s.bold(s.red("IT DOES NOT HOLD")))
		r.printChecks(f)
		return
	}
	r.say("%s", s.bold(s.green("EVERYTHING HOLDS")))
	of := f.Log
	if f.Organisation != "" {
		of = clean(f.Organisation) + ", ledger " + f.Log
	}
	r.say("%s; profile %s\nSHA-256 of its manifest %s", of, f.Profile, f.Manifest)
	for _, v := range f.Verdicts {
		r.say("\n%s", s.bold(clean(v.Dispatch.String())))
		switch v.Verdict {
		case trace.Named:
			for _, c := range v.Named {
				whose := ""
				switch {
				case c.Name != "" && c.Office != "":
					whose = fmt.Sprintf(", issued to %s for %s", clean(c.Name), c.Office)
				case c.Name != "":
					whose = ", issued to " + clean(c.Name)
				case c.Office != "":
					whose = fmt.Sprintf(", issued to the office %s", c.Office)
				}
				r.say("  copy %d of %s is named%s", c.Number, figure.Group(v.Copies), whose)
			}
		case trace.Narrowed:
			r.say("  narrowed to %d of %s: %s", len(v.Narrowed), figure.Counted(v.Copies, "copy"), copyList(v.Narrowed))
		default:
			r.say("  cannot tell which copy")
		}
	}
	r.list("shown", f.Shown)
	r.list("not shown", f.NotShown)
	r.printChecks(f)
}

func (r *run) printChecks(f *bundle.Finding) {
	s := r.style()
	r.say("\n  checked")
	for _, c := range f.Checks {
		mark := s.green("✓")
		if !c.OK {
			mark = s.red("✗")
		}
		r.say("%s", strings.Replace(fill(clean(c.Text), "      ", r.width()), "      ", "    "+mark+" ", 1))
	}
}
