// Package page shows the yearly report on inquiries: as sections of figures, for
// a terminal, and as one self-contained HTML page with no script and nothing from
// elsewhere.
package page

import (
	"fmt"

	"frank"
	"frank/inquiry"
	"frank/trace/figure"
)

// Section is a part of the report.
type Section struct {
	Title string
	Text  string // what to know before reading it; may be empty
	Rows  []Row
}

// Row is a figure and what it is of.
type Row struct {
	What   string
	Figure string
	Part   bool // of the last row that is none
}

// Sections is the report in words, the same for page and terminal.
func Sections(y *inquiry.Year) []Section {
	in, m := &y.Inquiries, &y.Matters
	list := []Section{
		{"Inquiries", "", rows(
			row("opened", in.Opened), part("going on", in.Going), part("past their end, and not closed", in.Overdue), part("closed", in.Closed),
			row("joined to another", in.Joined), row("opened against a rule, and so never begun", in.Refused))},
		{"Paused", "An inquiry into what could be a protected disclosure stands still until an overseer has looked at it.", rows(
			row("when they were opened, as it could be a protected disclosure", y.Disclosure.Paused), came(y.Disclosure),
			row("later, by an officer or an overseer", y.Pauses.Paused), came(y.Pauses))},
		{"What was asked, and voted on", "", rows(
			row("to open copies", m.Copies), row("to open names", m.Names), row("to go on for longer", m.Renewals),
			row("carried, of all these", m.Carried), row("votes for", m.Yes), row("votes against", m.No),
			row("copies opened", m.Opened), part("results of lead and checkers agree", m.Agree), part("they differ, so that nothing may be said", m.Differ), part("void: a codebook was not what was committed to", m.Void))},
		{"Who was affected", "Counted once an inquiry, but for the last figure. Whoever had a copy that was tested is told after the close.", rows(
			row("dispatches opened", y.Affected.Dispatches), row("copies tested", y.Affected.Copies), row("people who had them", y.Affected.People), part("each counted once", y.Affected.Persons))},
		{"Names", "A result names copies, by number. Whose a number is takes a second vote, and an overseer's consent.", rows(
			row("copies named by a result", y.Names.Copies), row("numbers of which names were asked", y.Names.Asked), row("consents given", y.Names.Consents), row("consents refused", y.Names.Refused), row("names opened", y.Names.Opened))},
		outcomes(y),
		{"What holders were told, and said", "", rows(row("given notice", y.Holders.Notices), row("replies", y.Holders.Replies), row("appeals", y.Holders.Appeals), part("decided", y.Holders.Decided), row("corrections", y.Holders.Corrections), row("notes on the harm that was stated at issue", y.Holders.OnHarm))},
		tallies("Refused steps", "What an officer, or an officer's client, would not do.", y.Refusals),
		tallies("Steps that broke a rule", "They count for nothing, and stay in the ledger.", y.Faults),
		{"Material", "", rows(
			row("registered", y.Material.Registered), part("admitted", y.Material.Admitted), part("outside the rule of inclusion", y.Material.Outside), part("waiting for an overseer", y.Material.Waiting),
			row("obtained otherwise than as published", y.Material.NotPublished()), part("sent for comment", y.Material.ForComment), part("under an order", y.Material.UnderOrder), part("in another way", y.Material.Otherwise),
			row("admitted by an overseer", y.Material.ByOverseer), row("inquiries with material that was not published", y.Cases))},
		{"The chance of a wrong name", Bound(y), rows(
			row("looks asked for", y.Level.Looks), part("spent", y.Level.Used),
			figured("inquiries that spent any, each with its level, added up", string(y.Level.Times)), figured("what their looks spent, added up", string(y.Level.Spent)), levels(y))},
	}
	return list
}

// Bound says what the inquiries of the year risked.
func Bound(y *inquiry.Year) string {
	spent := y.Level.Spent
	switch {
	case spent.Cmp("0") == 0:
		return "No share was released, so no copy could be named."
	case spent.Cmp("0.5") > 0:
		return fmt.Sprintf("If no copy tested had played any part, the chance that any was named in these inquiries is bounded by %s, which says little.", spent)
	}
	return fmt.Sprintf("If no copy tested had played any part, the chance that any was named in these inquiries is at most %s, or 1 in %s, provided that no exhibit and no further look was chosen by what an earlier one had shown. That is not the chance that whoever was named had no part in it.",
		spent, figure.OnceIn(spent))
}

func levels(y *inquiry.Year) []Row {
	switch l := &y.Level; {
	case y.Inquiries.Opened == 0:
		return nil
	case l.Strictest == l.Loosest:
		return figured("level of every inquiry", string(l.Loosest))
	default:
		return append(figured("strictest level of an inquiry", string(l.Strictest)), figured("loosest", string(l.Loosest))...)
	}
}

func outcomes(y *inquiry.Year) Section {
	s := Section{Title: "Outcomes"}
	for _, t := range y.Outcomes {
		s.Rows = append(s.Rows, Row{What: Outcome(t.What), Figure: figure.Group(t.Count)})
	}
	if y.Inquiries.Closed > 0 {
		s.Rows = append(s.Rows, Row{What: "time to close: half took at most", Figure: figure.Counted(y.Days.Median, "day")}, Row{What: "the longest", Figure: figure.Counted(y.Days.Longest, "day")})
	}
	return s
}

func tallies(title, text string, list []inquiry.Tally) Section {
	s := Section{Title: title, Text: text}
	total := 0
	for _, t := range list {
		total += t.Count
	}
	s.Rows = row("all", total)
	for _, t := range list {
		s.Rows = append(s.Rows, part(Step(t.What), t.Count)...)
	}
	return s
}

func came(c inquiry.YearPauses) []Row {
	return rows(part("lifted by an overseer", c.Lifted), part("closed as a protected disclosure", c.Protected), part("closed otherwise", c.Closed), part("still waiting", c.Waiting))
}

func rows(list ...[]Row) (out []Row) {
	for _, r := range list {
		out = append(out, r...)
	}
	return out
}

func row(what string, n int) []Row { return []Row{{What: what, Figure: figure.Group(n)}} }

func part(what string, n int) []Row {
	return []Row{{What: what, Figure: figure.Group(n), Part: true}}
}

func figured(what, text string) []Row { return []Row{{What: what, Figure: text}} }

// inWords says a term in words; one that has none as it is.
func inWords(term string, words map[string]string) string {
	if w, ok := words[term]; ok {
		return w
	}
	return term
}

// Outcome is an outcome in words.
func Outcome(o string) string {
	return inWords(o, map[string]string{
		inquiry.OutcomeNamed:     "a copy was named, and whose it was",
		inquiry.OutcomeNarrowed:  "narrowed to some copies",
		inquiry.OutcomeUnknown:   "cannot tell",
		inquiry.OutcomeProtected: "protected disclosure: not looked into",
		inquiry.OutcomeWithdrawn: "withdrawn",
		inquiry.OutcomeReferred:  "referred to an authority",
	})
}

// Stage is a stage of an inquiry in words.
func Stage(s string) string {
	return inWords(s, map[string]string{
		inquiry.StageRefused:   "opened against a rule",
		inquiry.StagePaused:    "paused",
		inquiry.StageMaterial:  "collecting exhibits",
		inquiry.StageVote:      "being voted on",
		inquiry.StageOverseer:  "before the overseer",
		inquiry.StageRelease:   "shares being released",
		inquiry.StageTrace:     "being traced",
		inquiry.StageDiffer:    "results differ",
		inquiry.StageVoid:      "a codebook is void",
		inquiry.StageResult:    "has a result",
		inquiry.StageNoConsent: "consent to a name refused",
		inquiry.StageStuck:     "to be asked again",
		inquiry.StageNaming:    "names being opened",
		inquiry.StageNamed:     "has a name",
		inquiry.StageClosed:    "closed",
	})
}

// Step is a step of an inquiry in words, as what somebody does.
func Step(do string) string {
	return inWords(do, map[string]string{
		inquiry.DoOpen:     "opening an inquiry",
		inquiry.DoRegister: "registering exhibits",
		inquiry.DoAdmit:    "admitting an exhibit",
		inquiry.DoPause:    "pausing",
		inquiry.DoLift:     "lifting a pause",
		inquiry.DoAsk:      "asking for a vote",
		inquiry.DoVote:     "voting",
		inquiry.DoSeen:     "being shown the vote",
		inquiry.DoConsent:  "consenting to a name",
		inquiry.DoRelease:  "releasing shares",
		inquiry.DoRefuse:   "refusing",
		inquiry.DoResult:   "saying what was found",
		inquiry.DoNamed:    "saying whose a copy is",
		inquiry.DoNotice:   "giving notice",
		inquiry.DoReply:    "entering a reply",
		inquiry.DoNote:     "noting",
		inquiry.DoClose:    "closing",
	})
}

// Waits says what an inquiry waits for, and from whom.
func Waits(w inquiry.Wait, who func(frank.PersonID) string) string {
	of := map[string]string{inquiry.ByLead: "the lead", inquiry.ByChecker: "a checker", inquiry.ByOfficer: "officers", inquiry.ByOverseer: "an overseer"}[w.Of]
	for i, p := range w.People {
		if i == 0 {
			of = who(p)
		} else {
			of += ", " + who(p)
		}
	}
	switch w.Step {
	case inquiry.DoVote:
		return figure.Counted(w.Count, "more vote") + " from " + of
	case inquiry.DoRelease:
		return "shares of " + figure.Counted(w.Count, "more officer")
	case inquiry.DoAdmit:
		return of + " to admit, or not, " + figure.Counted(w.Count, "exhibit")
	case inquiry.DoNotice:
		return of + " to give notice to " + figure.Counted(w.Count, "holder")
	case inquiry.DoSeen:
		return of + "'s client to say that it was shown"
	case inquiry.DoConsent:
		return of + " to consent to a name, or refuse"
	case inquiry.DoLift:
		return of + " to lift the pause, or close"
	case inquiry.DoResult:
		return of + " to trace"
	case inquiry.DoNamed:
		return of + " to open the name"
	case inquiry.DoAsk:
		return of + " to ask for a vote"
	case inquiry.DoRegister:
		return of + " to register exhibits"
	case inquiry.DoClose:
		return of + " to go on, or close"
	}
	return of
}

// People counts them.
func People(n int) string {
	if n == 1 {
		return "1 person"
	}
	return figure.Group(n) + " people"
}
