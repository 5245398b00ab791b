package inquiry

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"frank"
	"frank/trace"
)

// OversightFormat is the format of a [Year].
const OversightFormat = "frank.oversight/1"

// Year is the report on the inquiries that were opened in a calendar year, by
// the claims of the leads' clocks; what became of them is told as of now. In the
// published form there is no list, and so no reference and no person.
type Year struct {
	Format       string `json:"format"` // [OversightFormat]
	Organisation string `json:"organisation"`
	Year         int    `json:"year"`
	AsOf         AsOf   `json:"as_of"`
	Published    bool   `json:"published"` // without the list

	Inquiries  YearInquiries `json:"inquiries"`
	Disclosure YearPauses    `json:"possible_disclosures"` // paused when they were opened
	Pauses     YearPauses    `json:"pauses"`               // later ones
	Matters    YearMatters   `json:"matters"`
	Affected   YearAffected  `json:"affected"`
	Names      YearNames     `json:"names"`
	Outcomes   []Tally       `json:"outcomes"` // all that there are, in order
	Days       YearDays      `json:"days"`
	Refusals   []Tally       `json:"refusals"` // by the step refused
	Faults     []Tally       `json:"faults"`   // by the step that broke a rule
	Holders    YearHolders   `json:"holders"`
	Material   MaterialCount `json:"material"`
	Cases      int           `json:"inquiries_with_material_not_published"`
	Level      YearLevel     `json:"level"`

	List []Summary `json:"list,omitempty"`
}

// AsOf is what a report was made from.
type AsOf struct {
	Time   string     `json:"time"`   // by the clock of who made it
	Log    string     `json:"log"`    // the ledger's name,
	Size   uint64     `json:"size"`   // how many entries it had
	Root   frank.Hash `json:"root"`   // and its root
	Unread int        `json:"unread"` // entries of inquiries that are not in the figures: sealed to others than who made it, or no steps
}

// YearInquiries counts inquiries by where they are.
type YearInquiries struct {
	Opened  int `json:"opened"`
	Refused int `json:"refused"` // against a rule: not among those opened
	Joined  int `json:"joined"`  // to another one
	Going   int `json:"going_on"`
	Overdue int `json:"overdue"` // of those: past their end
	Closed  int `json:"closed"`
}

// YearPauses counts pauses by what came of them.
type YearPauses struct {
	Paused    int `json:"paused"`
	Lifted    int `json:"lifted"`
	Protected int `json:"closed_as_protected"` // while they were paused
	Closed    int `json:"closed_otherwise"`
	Waiting   int `json:"waiting"`
}

// YearMatters counts matters.
type YearMatters struct {
	Copies   int `json:"copies"`   // asked, to open copies
	Names    int `json:"names"`    // to open names
	Renewals int `json:"renewals"` // to go on for longer
	Carried  int `json:"carried"`  // of all of them
	Yes      int `json:"votes_for"`
	No       int `json:"votes_against"`
	Opened   int `json:"opened"` // of those for copies: enough shares were released
	Agree    int `json:"results_agree"`
	Differ   int `json:"results_differ"`
	Void     int `json:"results_void"`
}

// YearAffected counts what was examined.
type YearAffected struct {
	Dispatches int `json:"dispatches"` // each once an inquiry
	Copies     int `json:"copies"`     // each once an inquiry
	People     int `json:"people"`     // each once an inquiry
	Persons    int `json:"persons"`    // each once
}

// YearNames counts names.
type YearNames struct {
	Copies   int `json:"copies_named"`
	Asked    int `json:"asked"`    // numbers
	Consents int `json:"consents"` // of overseers
	Refused  int `json:"consents_refused"`
	Opened   int `json:"opened"` // numbers
}

// outcomes are all that there are, in the order in which they are told.
var outcomes = []string{OutcomeNamed, OutcomeNarrowed, OutcomeUnknown, OutcomeReferred, OutcomeProtected, OutcomeWithdrawn}

// Tally is how many there are of something.
type Tally struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}

// YearDays is how long inquiries that were closed took, in days begun.
type YearDays struct {
	Median  int `json:"median"` // half of them took no longer
	Longest int `json:"longest"`
}

// YearHolders counts what holders of named copies were told, and said, and what
// was noted beside it.
type YearHolders struct {
	Notices     int `json:"notices"`
	Replies     int `json:"replies"`
	Appeals     int `json:"appeals"`
	Decided     int `json:"appeals_decided"`
	Corrections int `json:"corrections"`
	OnHarm      int `json:"notes_on_harm"` // on the harm that was stated at issue
}

// YearLevel says what chance the inquiries of the year took of naming a copy that
// played no part. Spent bounds it: doc/method.md, section 7, has the proof.
type YearLevel struct {
	Looks     int           `json:"looks"`             // asked for
	Used      int           `json:"looks_spent"`       // a share was released
	Inquiry   int           `json:"inquiries"`         // that spent any
	Times     trace.Decimal `json:"inquiries_x_level"` // those, each with its own level
	Spent     trace.Decimal `json:"spent"`             // what the looks spent come to: rounded up
	Strictest trace.Decimal `json:"strictest"`         // of all inquiries' levels; 0: there is none
	Loosest   trace.Decimal `json:"loosest"`
}

// Yearly is the report on the inquiries of a list that were opened in a year.
// What is true of all of it is for the caller to set: Organisation and AsOf.
func Yearly(list []Summary, year int) *Year {
	y := &Year{Format: OversightFormat, Year: year, Refusals: []Tally{}, Faults: []Tally{}, List: []Summary{}}
	for _, o := range outcomes {
		y.Outcomes = append(y.Outcomes, Tally{What: o})
	}
	var took []int
	var persons []frank.PersonID
	var low, high *big.Rat
	spent, times := new(big.Rat), new(big.Rat)
	for i := range list {
		v := &list[i]
		if !strings.HasPrefix(v.Opened, fmt.Sprintf("%04d-", year)) {
			continue
		}
		y.List = append(y.List, *v)
		for _, d := range v.Refusals {
			y.Refusals = tally(y.Refusals, d.Step)
		}
		for _, d := range v.Faults {
			y.Faults = tally(y.Faults, d.Step)
		}
		if v.Stage == StageRefused {
			y.Inquiries.Refused++
			continue
		}
		y.count(v)
		if v.Closed != "" {
			took = append(took, v.Days)
			y.Outcomes = tally(y.Outcomes, v.Outcome)
		}
		for _, p := range v.people {
			if at, known := slices.BinarySearch(persons, p); !known {
				persons = slices.Insert(persons, at, p)
			}
		}
		if low == nil || v.level.Cmp(low) < 0 {
			low = v.level
		}
		if high == nil || v.level.Cmp(high) > 0 {
			high = v.level
		}
		spent.Add(spent, v.spent)
		if v.spent.Sign() > 0 {
			y.Level.Inquiry++
			times.Add(times, v.level)
		}
	}
	y.Affected.Persons = len(persons)
	y.Level.Spent, y.Level.Times = trace.DecimalUp(spent, digits), trace.DecimalUp(times, digits)
	y.Level.Strictest, y.Level.Loosest = "0", "0"
	if low != nil {
		y.Level.Strictest, y.Level.Loosest = trace.DecimalUp(low, digits), trace.DecimalUp(high, digits)
	}
	if slices.Sort(took); len(took) > 0 {
		y.Days = YearDays{took[(len(took)-1)/2], took[len(took)-1]}
	}
	byName := func(a, b Tally) int { return strings.Compare(a.What, b.What) }
	slices.SortFunc(y.Refusals, byName)
	slices.SortFunc(y.Faults, byName)
	return y
}

// Public is the report as it may be published: without the list.
func (y *Year) Public() *Year {
	p := *y
	p.Published, p.List = true, nil
	return &p
}

// count adds an inquiry that was opened as it may be.
func (y *Year) count(v *Summary) {
	y.Inquiries.Opened++
	if v.Joins > 0 {
		y.Inquiries.Joined++
	}
	switch {
	case v.Closed != "":
		y.Inquiries.Closed++
	default:
		y.Inquiries.Going++
		if v.Overdue {
			y.Inquiries.Overdue++
		}
	}
	for _, p := range v.Pauses {
		c := &y.Pauses
		if p.Disclosure {
			c = &y.Disclosure
		}
		c.Paused++
		switch {
		case p.Lifted > 0:
			c.Lifted++
		case v.Outcome == OutcomeProtected:
			c.Protected++
		case v.Closed != "":
			c.Closed++
		default:
			c.Waiting++
		}
	}
	var refs []frank.Ref
	for i := range v.Matters {
		p := &v.Matters[i]
		y.matter(p)
		if !p.Opened {
			continue
		}
		for _, l := range p.Looks {
			if !slices.Contains(refs, l.Dispatch) {
				refs = append(refs, l.Dispatch)
			}
		}
	}
	y.Affected.Dispatches += len(refs)
	y.Affected.Copies += v.Copies
	y.Affected.People += v.People
	y.Names.Copies += v.Named
	y.Names.Opened += v.Holders
	y.Holders.Notices += v.Notices
	y.Holders.Replies += v.Replies
	y.Holders.Appeals += v.Appeals
	y.Holders.Decided += v.AppealsDecided
	y.Holders.Corrections += v.Corrections
	y.Holders.OnHarm += v.OnHarm
	m := &v.Material
	y.Material = y.Material.plus(*m)
	if m.NotPublished() > 0 {
		y.Cases++
	}
}

func (y *Year) matter(p *Progress) {
	m := &y.Matters
	switch p.Stage {
	case Copies:
		m.Copies++
		y.Level.Looks += len(p.Looks)
		if len(p.Releases) > 0 {
			y.Level.Used += len(p.Looks)
		}
		if p.Opened {
			m.Opened++
		}
	case Names:
		m.Names++
		y.Names.Asked += p.Asked
	default:
		m.Renewals++
	}
	if p.Carried > 0 {
		m.Carried++
	}
	m.Yes += p.Yes
	m.No += p.No
	switch p.Results {
	case ResultsAgree:
		m.Agree++
	case ResultsDiffer:
		m.Differ++
	case ResultsVoid:
		m.Void++
	}
	for _, c := range p.Consents {
		if c.Yes {
			y.Names.Consents++
		} else {
			y.Names.Refused++
		}
	}
}

func (c MaterialCount) plus(o MaterialCount) MaterialCount {
	return MaterialCount{c.Registered + o.Registered, c.Admitted + o.Admitted, c.Outside + o.Outside, c.ForComment + o.ForComment,
		c.UnderOrder + o.UnderOrder, c.Otherwise + o.Otherwise, c.ByOverseer + o.ByOverseer, c.Waiting + o.Waiting}
}

func tally(list []Tally, what string) []Tally {
	for i := range list {
		if list[i].What == what {
			list[i].Count++
			return list
		}
	}
	return append(list, Tally{what, 1})
}
