package bundle

import (
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/inquiry"
	"frank/trace/figure"
)

// procedure says in plain words what the steps show, and what they do not.
func (v *verifier) procedure() {
	a := v.asked
	v.shown("The question that the report answers was asked by whoever leads the inquiry; %d officers or alternates voted for it, an overseer's client was shown it, and shares that open every batch were released after that, in %d statements, under checkpoints that cover the votes. None of those who voted or released had a copy of a dispatch in question, or issued one.", len(a.Counted()), len(a.Releases))
	v.shown("The lead and %d checkers each stated that they had traced and found this report, to the bit.", len(a.Results)-1)
	v.notShown("That lead and checkers traced each for themselves: what one states is a hash, which the others can read before they state theirs.")
	v.earlier()
	v.notShown("That no other inquiry looked at these dispatches before: that this is look %s is what the officers voted on.", v.looks())
	v.said()
	if v.record.earlier {
		v.notShown("That the witnesses of the policy given stand for every draw and release: some were made under another policy, which the directory named as in force then, and were held against that one.")
	}
}

// earlier tells of looks spent before, and of questions that came to nothing.
func (v *verifier) earlier() {
	for _, q := range v.state.Inquiries() {
		for _, a := range q.Matters {
			if a == v.asked || a.Matter.Stage != inquiry.Copies {
				continue
			}
			for _, l := range a.Matter.Looks {
				if len(a.Releases) > 0 && a.Releases[0].Index < v.asked.Releases[0].Index && slices.ContainsFunc(v.matter.Looks, func(o inquiry.Look) bool { return o.Dispatch == l.Dispatch }) {
					v.shown("Look %d on %s was spent before this one, by the question of entry %d.", l.Number, l.Dispatch, a.Index)
				}
			}
			if q != v.inquiry {
				continue
			}
			switch result, err := a.Agreed(); {
			case err != nil:
				v.shown("Another question of the inquiry, of entry %d, came to nothing: %s.", a.Index, plain(err.Error()))
			case result != nil:
				v.shown("Another question of the inquiry, of entry %d, had another report as its result, which is not here.", a.Index)
			}
		}
	}
}

// said tells what was said in the inquiry besides, and where what is shown ends.
func (v *verifier) said() {
	last := uint64(0)
	for _, t := range v.inquiry.Steps {
		last = t.Index
		if t.Fault != "" {
			continue
		}
		switch w := t.What.(type) {
		case *inquiry.Reply:
			what := "answer"
			if w.Kind == inquiry.Appeal {
				what = "appeal"
			}
			v.shown("Entry %d has an %s, signed by %s: “%s”", t.Index, what, v.nameOf(w.From), plain(w.Text))
		case *inquiry.Note:
			switch w.Kind {
			case "correction":
				v.shown("Entry %d has a correction, by %s: “%s”", t.Index, v.nameOf(t.By), plain(w.Text))
			case "appeal-decided":
				v.shown("Entry %d says how an appeal was decided, by %s: “%s”", t.Index, v.nameOf(t.By), plain(w.Text))
			}
		case *inquiry.Close:
			v.shown("Entry %d closed the inquiry, by %s; outcome %s: “%s”", t.Index, v.nameOf(t.By), w.Outcome, plain(w.Text))
		}
	}
	if v.inquiry.Closed == nil {
		v.notShown("How the inquiry ended: in what is shown it was not closed.")
	}
	if n := len(v.hidden); n > 0 {
		v.notShown("What is said by %s of the inquiries, from which others here go on: this profile has them by their hashes. They could speak against what is shown: a vote taken back, a result that was stated before.", figure.Counted(n, "step"))
	}
	if v.meta.Profile != Evidence {
		v.notShown("What was said once names were asked for, if they were, and what anybody replied: this profile leaves that out, with corrections and how the inquiry was closed then.")
	}
	v.notShown("What was said in the inquiry after entry %d, the last of it that is here: an answer, an appeal, a correction, how an appeal was decided, or another result. The ledger had %d entries when this bundle was made.", last, v.head.Size)
}

// nameOf is a person's name where the directory is here, and the identifier
// where it is not.
func (v *verifier) nameOf(id frank.PersonID) string {
	if v.dir != nil {
		if p, err := v.dir.At(v.head.Size - 1).Person(id); err == nil {
			return fmt.Sprintf("%s (%s)", plain(p.Name), id)
		}
	}
	return string(id)
}

// plain puts what somebody wrote on one line.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }
