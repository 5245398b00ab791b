package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"frank"
	"frank/client"
	"frank/inquiry"
	"frank/internal/durable"
	"frank/trace"
	"frank/trace/figure"
	"frank/trace/page"
)

type inquiryTraceCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Matter  string `arg:"" optional:"" help:"For which; without it the last whose copies can be opened."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
	HTML    string `name:"html" placeholder:"FILE" help:"Write the report as a page, too."`
}

func (*inquiryTraceCmd) Help() string {
	return `For the lead and the two others who were named to trace. The released shares open the codebooks, the exhibits are fetched and checked, and all copies are tested. What you find is entered, as the hash of the report; it counts when all three found the same. The report knows copies by number, and no reader. The exit code is 3 when a copy is named, and 0 when none is.

Example: frank inquiry trace 57 --html report.html`
}

func (cmd *inquiryTraceCmd) Run(r *run) error {
	if err := r.checkPage(cmd.HTML, nil); err != nil {
		return err
	}
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		mine := func(a *inquiry.Asked) bool { return a.Matter.Stage == inquiry.Copies }
		a, err := in.matter(cmd.Matter, func(a *inquiry.Asked) bool { return mine(a) && a.Enough() }, nil)
		if a == nil && cmd.Matter == "" {
			a, err = in.matter("", mine, errNothing("no copies are asked for in this inquiry yet"))
		}
		if err != nil {
			return err
		}
		tell, clear := in.run.steps()
		tell("opening and tracing")
		t, err := in.Trace(in.run, in.number(), a.Hash)
		clear()
		if err != nil {
			return in.ordered(a, err)
		}
		return in.sayTraced(t, a.Hash, cmd)
	})
}

// sayTraced prints what was found, and what the others found.
func (in *inquest) sayTraced(t *client.Traced, matter frank.Hash, cmd *inquiryTraceCmd) error {
	if t.Report == nil {
		in.code = Trouble
		in.list("what was opened is void: no verdict can rest on it", t.Void)
	} else {
		if cmd.HTML != "" {
			var b bytes.Buffer
			err := page.Write(&b, t.Report)
			if err == nil {
				err = durable.WriteFile(in.path(cmd.HTML), b.Bytes(), 0o600)
			}
			if err != nil {
				return fileError(cmd.HTML, err)
			}
		}
		if cmd.JSON {
			data, err := t.Report.Encode()
			if err != nil {
				return err
			}
			in.out.Write(data)
		} else {
			in.printReport(t.Report)
		}
		if in.code == Done && len(client.NamedIn(t.Report)) > 0 {
			in.code = Named
		}
	}
	again, err := in.inquest(in.number())
	if err != nil {
		return err
	}
	a := again.Asked(matter)
	mine := again.found(a, in.Person)
	for _, id := range in.tracers(a.Matter) {
		if id == in.Person {
			continue
		}
		switch f := again.found(a, id); {
		case f == nil:
			in.note("%s has not said yet what they found", in.person(id))
		case mine != nil && f.Report == mine.Report && len(f.Void) == 0:
			in.note("%s found the same", in.person(id))
		default:
			in.note("%s found something else", in.person(id))
		}
	}
	switch res, err := a.Agreed(); {
	case err != nil:
		in.code = Trouble
		in.note("%s: %s", oneLine(err.Error()), oneLine(frank.Hint(err)))
	case res == nil:
		in.note("it counts when all three have found the same")
	default:
		in.note("all three found the same: %s", namedIn(res))
	}
	return in.sayNext(in.number())
}

type inquiryFetchedCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Matter  string `arg:"" optional:"" help:"For which; without it the last that was voted for."`
	JSON    bool   `name:"json" help:"Print it as JSON."`
}

func (*inquiryFetchedCmd) Help() string {
	return `Who fetched a dispatch, and when, the server hands out once as many officers as the threshold says, and an overseer, have asked for the same matter: each of them runs this. It then knows that the dispatch is looked into. Times are the readers' machines'; before and after is by the ledger: whether a copy was fetched before the first material was registered. That somebody fetched in time does not say that they leaked, and it says nothing of which copy they have.

Example: frank inquiry fetched 57`
}

func (cmd *inquiryFetchedCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		a, err := in.matter(cmd.Matter, func(a *inquiry.Asked) bool { return a.Matter.Stage == inquiry.Copies && a.Quorum > 0 }, errNothing("no matter was voted for yet: who fetched is looked at after the vote"))
		if err != nil {
			return err
		}
		list, waiting, err := in.Windows(in.run, in.number(), a.Hash)
		if err != nil {
			return in.hinted(a, err)
		}
		if waiting > 0 {
			in.note("the server hands nothing out for %s yet: %s and an overseer ask for it, each with frank inquiry fetched %d", figure.Counted(waiting, "dispatch"), figure.Counted(a.Need, "officer"), in.number())
		}
		if cmd.JSON {
			return in.json(append([]client.Window{}, list...))
		}
		var rows [][]string
		first := ""
		for _, w := range list {
			first = firstOf(w.First, first)
			at := "—"
			if w.Fetched != nil {
				at = dtg(w.Fetched.At) + fmt.Sprintf(", entry %d", w.Fetched.Index)
			}
			rows = append(rows, []string{w.Dispatch.String(), w.Name, firstOf(in.officeOf(w.Office), "—"), at, map[string]string{client.Before: "before the material was registered", client.After: "only after the material was registered", client.Never: "not fetched"}[w.Could]})
		}
		if len(rows) > 0 {
			in.say("first in print: %s", firstOf(dayOf(first), "no exhibit says when"))
		}
		in.table(rows)
		return nil
	})
}

func (in *inquest) officeOf(id frank.OfficeID) string {
	if id == "" {
		return ""
	}
	return in.office(id)
}

// dayOf is a time of publication as exhibits claim it: a time, or a day.
func dayOf(s string) string {
	if frank.ValidTime(s) {
		return dtg(s)
	}
	return s
}

type inquiryDamageCmd struct {
	Inquiry uint64 `arg:"" help:"Its number."`
	Person  string `arg:"" optional:"" help:"The holder; not needed if one was named."`
	JSON    bool   `name:"json" help:"Print it as JSON."`
}

func (*inquiryDamageCmd) Help() string {
	return `What may come next, if it was them: the dispatches that the holder of a named copy was issued, those of the same office and fortnight first, with the harm that was stated at issue and until when. Only after a name was opened.

Example: frank inquiry damage 57`
}

func (cmd *inquiryDamageCmd) Run(r *run) error {
	return r.inquiry(cmd.Inquiry, func(in *inquest) error {
		var who []frank.PersonID
		for _, a := range in.Matters {
			if a.Named != nil {
				for _, h := range a.Named.Holders {
					who = append(who, h.Person)
				}
			}
		}
		var person frank.PersonID
		switch {
		case cmd.Person != "":
			p, err := in.findPerson(cmd.Person)
			if err != nil {
				return err
			}
			person = p.ID
		case len(who) == 0:
			return in.hinted(nil, errors.New("nobody was named in this inquiry: what somebody received is looked at only then"))
		default:
			person = who[0]
			for _, id := range who {
				if id != person {
					return frank.WithHint(errors.New("several holders were named"), "say whom you mean: %s", either(nameAll(in.member, who)))
				}
			}
		}
		list, err := in.Damage(in.run, in.number(), person)
		if err != nil {
			return in.hinted(nil, err)
		}
		if cmd.JSON {
			return in.json(append([]client.Exposure{}, list...))
		}
		in.say("%s was issued %s:", in.person(person), figure.Counted(len(list), "dispatch"))
		for _, x := range list {
			what := []string{"by " + in.office(x.Office), dtg(x.At)}
			switch {
			case x.InScope:
				what = append(what, "it is what was looked into")
			case x.Tranche:
				what = append(what, "of the same office and fortnight")
			}
			if x.Recalled {
				what = append(what, "recalled")
			}
			if !x.Sensitive {
				what = append(what, "no longer sensitive, as stated at issue")
			}
			in.say("%s  %s", x.Dispatch, strings.Join(what, ", "))
			switch {
			case x.Harm != "" && x.Until != "":
				in.row("  harm", x.Harm+" (until "+dtg(x.Until)+")")
			case x.Harm != "":
				in.row("  harm", x.Harm)
			default:
				in.row("  harm", "none was stated: taken to be sensitive")
			}
		}
		return nil
	})
}

// rankOf is what a report says of a copy; nil if it lists it nowhere.
func rankOf(rep *trace.Report, n inquiry.Number) *trace.Rank {
	for i := range rep.Dispatches {
		d := &rep.Dispatches[i]
		if d.Ref != n.Dispatch.String() {
			continue
		}
		for j := range d.Ranking {
			if d.Ranking[j].Copy == n.Number {
				return &d.Ranking[j]
			}
		}
	}
	return nil
}
