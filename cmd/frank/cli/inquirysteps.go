package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/directory"
	"frank/inquiry"
	"frank/trace/figure"
)

// take takes a step that needs nothing but itself, and says how it stands then.
func (in *inquest) take(what any, format string, args ...any) error {
	if _, err := in.Step(in.run, in.number(), what); err != nil {
		return in.hinted(nil, err)
	}
	in.note(format, args...)
	return in.sayNext(in.number())
}

type inquiryAdmitCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Exhibit string `arg:"" help:"The exhibit, as frank inquiry show numbers it."`
	Order   string `required:"" placeholder:"TEXT" help:"By what order or right it may be used."`
}

func (*inquiryAdmitCmd) Help() string {
	return `For overseers. Material that was not published waits: journalists' material does not become evidence by being at hand. What the rule of inclusion leaves out cannot be admitted at all.

Example: frank inquiry admit 57 2 --order "Production order of 3 March"`
}

func (cmd *inquiryAdmitCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		i, e, err := in.exhibit(cmd.Exhibit)
		if err != nil {
			return err
		}
		in.sayExhibit(i, e)
		return in.take(&inquiry.Admit{Exhibit: e.Record.SHA256, Order: cmd.Order}, "exhibit %d counts", i+1)
	})
}

type inquiryPauseCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Why     string `required:"" placeholder:"TEXT" help:"Why."`
}

func (*inquiryPauseCmd) Help() string {
	return `Any officer or overseer can stop an inquiry, for one because it may be about a protected disclosure. Nothing goes on until an overseer lifts the pause.

Example: frank inquiry pause 57 --why "What was printed may be a protected disclosure."`
}

func (cmd *inquiryPauseCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		return in.take(&inquiry.Pause{Why: cmd.Why}, "inquiry %d is paused", in.number())
	})
}

type inquiryLiftCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Why     string `required:"" placeholder:"TEXT" help:"Why it may go on."`
}

func (*inquiryLiftCmd) Help() string {
	return `For overseers.

Example: frank inquiry lift 57 --why "Legal advice: it discloses no wrongdoing."`
}

func (cmd *inquiryLiftCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		if in.Paused != "" {
			in.row("paused", in.Paused)
		}
		return in.take(&inquiry.Lift{Why: cmd.Why}, "inquiry %d goes on", in.number())
	})
}

type inquiryAskCmd struct {
	Inquiry  uint64   `arg:"" help:"Its number."`
	Dispatch []string `placeholder:"REF" sep:"none" help:"The dispatches whose copies are to be opened; all in scope if not given."`
	Checker  []string `placeholder:"PERSON" sep:"none" help:"One of the two others who trace; the first two who may if not given."`
}

func (*inquiryAskCmd) Help() string {
	return `For the lead. What is asked is bound to the exhibits that count now: after it no other counts. It is a look at each dispatch, and looks are counted over all inquiries: the more there were, the more must be found to name a copy.

Example: frank inquiry ask 57`
}

func (cmd *inquiryAskCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		var list []frank.Ref
		for _, s := range cmd.Dispatch {
			ref, err := parseRef(s)
			if err != nil {
				return err
			}
			list = append(list, ref)
		}
		var checkers []frank.PersonID
		for _, s := range cmd.Checker {
			p, err := in.findPerson(s)
			if err != nil {
				return err
			}
			checkers = append(checkers, p.ID)
		}
		if len(checkers) != 0 && len(checkers) != inquiry.Checkers {
			return usagef("two others trace: name both with --checker, or none")
		}
		if len(in.Admitted()) == 0 {
			return in.hinted(nil, errors.New("no exhibit counts yet: copies are opened for exhibits, not before"))
		}
		hash, err := in.Ask(in.run, in.number(), list, checkers)
		return in.asked(hash, err)
	})
}

// asked says what was asked.
func (in *inquest) asked(hash frank.Hash, err error) error {
	if err != nil {
		return in.hinted(nil, err)
	}
	again, err := in.inquest(in.number())
	if err != nil {
		return err
	}
	a := again.Asked(hash)
	if a == nil {
		return errors.New("what was asked broke a rule, by what was stated meanwhile: frank inquiry show says which")
	}
	again.sayMatter(a)
	return in.sayNext(in.number())
}

type inquiryVoteCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Matter  string `arg:"" optional:"" help:"What is voted on; without it the last that waits for your vote."`
	Yes     bool   `xor:"vote" help:"Vote for it."`
	No      bool   `name:"no" xor:"vote" help:"Vote against it."`
	Reason  string `placeholder:"TEXT" help:"Why."`
	Free    bool   `help:"You have no interest in it besides what the ledger shows; whoever votes for it says so."`
}

func (*inquiryVoteCmd) Help() string {
	return `For officers, and alternates who hold a share, who are not involved. All that you vote on is shown first; what is not given by options is asked for. Until shares are released you may vote again, and the last vote counts.

Example: frank inquiry vote 57`
}

func (cmd *inquiryVoteCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		open := func(a *inquiry.Asked) bool {
			return in.may(in.Person, &inquiry.Vote{Matter: a.Hash, Reason: "x"}) == nil
		}
		waits := func(a *inquiry.Asked) bool { return open(a) && a.Quorum == 0 && !voted(a.Votes, in.Person) }
		fits := open
		if slices.ContainsFunc(in.Matters, waits) {
			fits = waits
		}
		a, err := in.matter(cmd.Matter, fits, func() error {
			if len(in.Matters) == 0 {
				return errors.New("nothing is asked in this inquiry yet")
			}
			return in.may(in.Person, &inquiry.Vote{Matter: in.Matters[len(in.Matters)-1].Hash, Reason: "x"})
		})
		if err != nil {
			return err
		}
		if err := in.may(in.Person, &inquiry.Vote{Matter: a.Hash, Reason: "x"}); err != nil {
			return in.hinted(a, err)
		}
		if err := in.sayBallot(a); err != nil {
			return err
		}
		vote := inquiry.Vote{Matter: a.Hash, Yes: cmd.Yes, Reason: cmd.Reason, Free: cmd.Free}
		if err := in.poll(&vote, cmd.Yes || cmd.No); err != nil {
			return err
		}
		return in.take(&vote, "your vote on matter %d is entered: %s", a.Index, yesNo(vote.Yes))
	})
}

// sayBallot shows all that is voted on.
func (in *inquest) sayBallot(a *inquiry.Asked) error {
	in.sayMatter(a)
	in.row("purpose", in.Open.Purpose)
	in.row("basis", in.Open.Basis)
	in.row("scope", refs(in.Open.Scope))
	in.row("counts", ruleOf(&in.Open.Rule))
	in.row("tried", strings.Join(in.Open.Tried, "\n"))
	in.row("disclosure", in.Open.Disclosure.Answer+": "+in.Open.Disclosure.Why)
	if err := in.sayHarm(in.Open.Scope); err != nil {
		return err
	}
	in.row("ends", dtg(in.Until))
	if a.Matter.Stage == inquiry.Renewal {
		return nil
	}
	in.say("exhibits")
	for i, e := range in.Exhibits {
		if slices.Contains(a.Exhibits, e) {
			in.sayExhibit(i, e)
		}
	}
	return nil
}

// poll asks on the terminal for what a vote lacks.
func (in *inquest) poll(v *inquiry.Vote, decided bool) error {
	missing := frank.WithHint(usagef("expected --yes or --no, --reason, and with --yes also --free"), "in a terminal it asks for them")
	var from *lines
	ask := func(prompt string) (string, error) {
		if from == nil {
			from = readLines(in.Stdin)
		}
		answer, more, err := in.ask(from, prompt)
		if err == nil && !more && answer == "" {
			err = missing
		}
		return answer, err
	}
	yes := func(prompt string) (bool, error) {
		for {
			switch answer, err := ask(prompt); {
			case err != nil:
				return false, err
			case strings.EqualFold(answer, "yes") || strings.EqualFold(answer, "y"):
				return true, nil
			case strings.EqualFold(answer, "no") || strings.EqualFold(answer, "n"):
				return false, nil
			}
		}
	}
	var err error
	if !decided {
		if v.Yes, err = yes("do you vote for it? yes, no "); err != nil {
			return err
		}
	}
	for strings.TrimSpace(v.Reason) == "" {
		if v.Reason, err = ask("why? "); err != nil {
			return err
		}
	}
	if v.Yes && !v.Free {
		interest, err := yes("have you any interest in it, besides what the ledger shows? no, yes ")
		if err != nil {
			return err
		}
		v.Free = !interest
		if !v.Free {
			return frank.WithHint(errors.New("whoever has an interest in it does not vote for it, and no vote was entered"), "frank inquiry refuse %d --what vote says so, if you like", in.number())
		}
	}
	return nil
}

type inquiryReleaseCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Matter  string `arg:"" optional:"" help:"For what; without it the last that waits for your shares."`
}

func (*inquiryReleaseCmd) Help() string {
	return `For those who hold a share and are not involved. Your machine checks everything first: the votes, the overseer, the exhibits' bytes, the scope, under a checkpoint that covers all of it. What speaks against it is entered as your refusal. The shares are sealed to a key made for this matter, and are good for nothing else.

Example: frank inquiry release 57`
}

func (cmd *inquiryReleaseCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		a, err := in.matter(cmd.Matter, func(a *inquiry.Asked) bool { return !a.Enough() && in.may(in.Person, in.release(a)) == nil }, nil)
		if a == nil && cmd.Matter == "" { // it will be refused: say so of the last that asks for shares
			a, err = in.matter("", func(a *inquiry.Asked) bool { return a.Matter.Stage != inquiry.Renewal && !a.Enough() }, errNothing("nothing in this inquiry waits for shares"))
		}
		if err != nil {
			return err
		}
		tell, clear := in.run.steps()
		tell("checking exhibits, votes and shares")
		_, err = in.Release(in.run, in.number(), a.Hash)
		clear()
		if err != nil {
			return in.hinted(a, err)
		}
		in.note("your shares for matter %d are released", a.Index)
		return in.sayNext(in.number())
	})
}

type inquiryNamesCmd struct {
	Inquiry uint64   `arg:"" help:"Its number."`
	Copy    []string `arg:"" optional:"" help:"Copies, as in \"26 SARN 41:7\"; all that were named if not given."`
}

func (*inquiryNamesCmd) Help() string {
	return `For the lead, once all three have found the same. Whose a copy is can be asked only where the copy was named, and takes a second vote and an overseer's consent.

Example: frank inquiry names 57 "26 SARN 41:7"`
}

func (cmd *inquiryNamesCmd) Run(r *run) error {
	var list []inquiry.Number
	for _, s := range cmd.Copy {
		n, err := parseCopy(s)
		if err != nil {
			return err
		}
		list = append(list, n)
	}
	slices.SortFunc(list, inquiry.CompareNumbers)
	list = slices.Compact(list)
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		fits := func(a *inquiry.Asked) bool {
			res, err := a.Agreed()
			return err == nil && res != nil && len(res.Named) > 0 && !slices.ContainsFunc(list, func(n inquiry.Number) bool { return !slices.Contains(res.Named, n) })
		}
		a, err := in.matter("", fits, nil)
		if a == nil { // the rules say why not
			a, err = in.matter("", func(a *inquiry.Asked) bool { return a.Matter.Stage == inquiry.Copies }, errNothing("no copies were opened yet, so none is named"))
		}
		if err != nil {
			return err
		}
		if res, _ := a.Agreed(); res != nil {
			for _, n := range list {
				if !slices.Contains(res.Named, n) {
					return frank.WithHint(fmt.Errorf("copy %d of %s is not named by what was found", n.Number, n.Dispatch), "whose a copy is, is opened only where the copy is named")
				}
			}
		}
		hash, err := in.AskNames(in.run, in.number(), a.Hash, list)
		return in.asked(hash, err)
	})
}

type inquiryConsentCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Matter  string `arg:"" optional:"" help:"To what; without it the last that waits for consent."`
	Yes     bool   `xor:"consent" help:"Consent."`
	No      bool   `name:"no" xor:"consent" help:"Refuse."`
	Comment string `placeholder:"TEXT" help:"What you have to say to it; needed to refuse."`
}

func (*inquiryConsentCmd) Help() string {
	return `For overseers: that it is opened whose the named copies are. All that was voted on is shown first. What copies were named without it stays a matter of numbers.

Example: frank inquiry consent 57 --yes`
}

func (cmd *inquiryConsentCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		fits := func(a *inquiry.Asked) bool {
			return a.Matter.Stage == inquiry.Names && in.may(in.Person, &inquiry.Consent{Matter: a.Hash, Yes: true}) == nil
		}
		a, err := in.matter(cmd.Matter, fits, func() error {
			for _, a := range slices.Backward(in.Matters) {
				if a.Matter.Stage == inquiry.Names {
					return in.may(in.Person, &inquiry.Consent{Matter: a.Hash, Yes: true})
				}
			}
			return errors.New("nobody's name is asked for in this inquiry")
		})
		if err != nil {
			return err
		}
		if err := in.sayBallot(a); err != nil {
			return err
		}
		switch {
		case !cmd.Yes && !cmd.No:
			return usagef("expected --yes or --no")
		case cmd.No && cmd.Comment == "":
			return usagef("whoever refuses says why: --comment")
		}
		return in.take(&inquiry.Consent{Matter: a.Hash, Yes: cmd.Yes, Comment: cmd.Comment}, "your consent to matter %d is entered: %s", a.Index, yesNo(cmd.Yes))
	})
}

type inquiryNameCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Matter  string `arg:"" optional:"" help:"In which; without it the last that asks for names."`
}

func (*inquiryNameCmd) Help() string {
	return `For the lead, once enough shares are released. It opens these copies' entries of the list that was sealed when the dispatch was issued, and no other.

Example: frank inquiry name 57`
}

func (cmd *inquiryNameCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		a, err := in.matter(cmd.Matter, func(a *inquiry.Asked) bool { return a.Matter.Stage == inquiry.Names }, func() error {
			return frank.WithHint(errors.New("nobody's name was asked for: that takes a second vote"), "frank inquiry names %d asks", in.number())
		})
		if err != nil {
			return err
		}
		holders, err := in.NameHolders(in.run, in.number(), a.Hash)
		if err != nil {
			return in.ordered(a, err)
		}
		for i := range holders {
			h := &holders[i]
			in.say("copy %d of %s was issued to %s", h.Number.Number, h.Dispatch, in.holder(h))
		}
		in.say("%s", fill("That a copy was issued to somebody does not say that they did anything: whoever saw it, or held the codebook, could have put the same words in print.", "", in.width()))
		return in.sayNext(in.number())
	})
}

type inquiryRenewCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Until   string `required:"" placeholder:"TIME" help:"The new end."`
}

func (*inquiryRenewCmd) Help() string {
	return `For the lead. An inquiry ends by itself; that it goes on for longer is voted on like anything else.

Example: frank inquiry renew 57 --until 2026-09-30`
}

func (cmd *inquiryRenewCmd) Run(r *run) error {
	until, err := moment("until", cmd.Until)
	if err != nil {
		return err
	}
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		hash, err := in.Renew(in.run, in.number(), until)
		return in.asked(hash, err)
	})
}

type inquiryNoteCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Kind    string `default:"comment" enum:"comment,harm,correction,appeal-decided" help:"comment, harm, correction or appeal-decided."`
	Text    string `required:"" placeholder:"TEXT" help:"What it says."`
}

func (*inquiryNoteCmd) Help() string {
	return `It stays with the inquiry, also after the close. An overseer's word on the harm that was stated is one, as is the correction of what was found.

Example: frank inquiry note 57 --kind correction --text "Exhibit 2 is a reprint of exhibit 1."`
}

func (cmd *inquiryNoteCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		return in.take(&inquiry.Note{Kind: cmd.Kind, Text: cmd.Text}, "it is noted")
	})
}

type inquiryRefuseCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	What    string `required:"" placeholder:"STEP" help:"The step that you will not take: vote, release, result and so on."`
	Why     string `required:"" placeholder:"TEXT" help:"Why."`
	Matter  string `placeholder:"N" help:"In which matter."`
}

func (*inquiryRefuseCmd) Help() string {
	return `An officer owes no share. What was refused is in the ledger like what was done.

Example: frank inquiry refuse 57 --what release --why "The scope is wider than it needs to be."`
}

func (cmd *inquiryRefuseCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		step := &inquiry.Refuse{What: cmd.What, Why: cmd.Why}
		if cmd.Matter != "" {
			a, err := in.matter(cmd.Matter, nil, nil)
			if err != nil {
				return err
			}
			step.Matter = a.Hash
		}
		return in.take(step, "your refusal is entered")
	})
}

type inquiryCloseCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Outcome string `required:"" enum:"named,narrowed,cannot-tell,protected-disclosure,withdrawn,referred" help:"named, narrowed, cannot-tell, protected-disclosure, withdrawn or referred."`
	Text    string `required:"" placeholder:"TEXT" help:"What came of it."`
	Rights  string `placeholder:"TEXT" help:"To whom those whose copies were tested may turn; the overseer if not given."`
}

func (*inquiryCloseCmd) Help() string {
	return `For the lead, or an overseer. Everybody whose copy was tested is told that it was, in a statement sealed to them: for what, by what right, when, and to whom they may turn. An answer or an appeal can be entered after the close, too.

Example: frank inquiry close 57 --outcome cannot-tell --text "What was printed is too short."`
}

func (cmd *inquiryCloseCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		rights := cmd.Rights
		if rights == "" {
			rights = "You may ask what was looked at, answer, and complain: to the overseer, " + either(nameAll(in.member, in.sitting(directory.Overseer))) + ", or to whoever the law names for it."
		}
		told, err := in.CloseInquiry(in.run, in.number(), cmd.Outcome, cmd.Text, rights)
		if err != nil {
			return in.hinted(nil, err)
		}
		if told == 0 {
			in.note("inquiry %d is closed; no copy was opened, so nobody's was tested", in.number())
			return nil
		}
		in.note("inquiry %d is closed; %s whose copies were tested %s told", in.number(), figure.Counted(told, "reader"), these(told, "is", "are"))
		return nil
	})
}

func nameAll(m *member, list []frank.PersonID) (names []string) {
	for _, id := range list {
		names = append(names, m.person(id))
	}
	return names
}

// exhibit is one that somebody means, by its number or the beginning of its
// hash.
func (in *inquest) exhibit(typed string) (int, *inquiry.Registered, error) {
	for i, e := range in.Exhibits {
		if typed == fmt.Sprint(i+1) || len(typed) >= 8 && strings.HasPrefix(e.Record.SHA256.String(), strings.ToLower(typed)) {
			return i, e, nil
		}
	}
	return 0, nil, frank.WithHint(fmt.Errorf("inquiry %d has no exhibit %.20q", in.number(), typed), "frank inquiry show %d numbers them", in.number())
}
