package cli

import (
	"errors"

	"frank/bundle"
	"frank/inquiry"
	"frank/internal/durable"
	"frank/trace/figure"
)

type bundleCmd struct {
	Write bundleWriteCmd `cmd:"" help:"Write the evidence of an inquiry, for a stranger to check."`
}

type bundleWriteCmd struct {
	Inquiry uint64 `arg:"" help:"The inquiry's number."`
	Matter  string `arg:"" optional:"" help:"For which copies were opened; without it the last that lead and checkers agree on."`
	Profile string `name:"profile" enum:"referral,evidence,committee" default:"referral" help:"For whom: referral names nobody, evidence names the holders that were opened, committee says offices and not people."`
	Out     string `name:"out" short:"o" required:"" placeholder:"FILE" help:"Where to write it; a new file."`
	Policy  string `name:"policy" placeholder:"FILE" help:"Write the keys of the ledger and its witnesses beside it, too. Hand them over by another way."`
}

func (*bundleWriteCmd) Help() string {
	return `For the lead and the two who traced as well. The bundle has the exhibits, what was opened of the copies and no more, every step of the inquiry with its place in the ledger, the report as a page and as JSON, the method, and what was not relied on. It is signed by your device, and checked before it is written as frank verify checks it.

Example: frank bundle write 57 --profile evidence -o bundle.zip`
}

func (cmd *bundleWriteCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		a, err := in.matter(cmd.Matter, func(a *inquiry.Asked) bool {
			agreed, err := a.Agreed()
			return a.Matter.Stage == inquiry.Copies && err == nil && agreed != nil
		}, func() error { return errors.New("there is no result yet that lead and checkers agree on") })
		if err != nil {
			return err
		}
		tell, clear := r.steps()
		tell("opening, tracing and checking")
		data, err := in.Bundle(r, in.number(), a.Hash, bundle.Profile(cmd.Profile))
		clear()
		if err != nil {
			return err
		}
		for _, f := range []struct {
			name string
			data []byte
		}{{cmd.Out, data}, {cmd.Policy, []byte(in.Policy)}} {
			if f.name == "" {
				continue
			}
			if err := durable.CreateFile(r.path(f.name), f.data, 0o600); err != nil {
				return fileError(f.name, err)
			}
		}
		r.say("%s: %s bytes, profile %s", cmd.Out, figure.Group(len(data)), cmd.Profile)
		policy := cmd.Policy
		if policy == "" {
			policy = "POLICY"
		}
		r.note("anybody checks it with frank verify %s --policy %s", cmd.Out, policy)
		if cmd.Profile == string(bundle.Evidence) {
			r.note("it names people: hand it to nobody but those who decide about them, and to themselves")
		}
		return nil
	})
}
