package inquiry

import (
	"math/big"
	"slices"
	"strings"

	"frank"
	"frank/keyring"
	"frank/trace"
)

// Stages of an inquiry, as [Summary] tells them.
const (
	StageRefused   = "refused"    // opened against a rule: it never was one
	StagePaused    = "paused"     // until an overseer lifts it
	StageMaterial  = "material"   // nothing was asked yet
	StageVote      = "vote"       // officers vote
	StageOverseer  = "overseer"   // an overseer is to be shown it, or to consent
	StageRelease   = "release"    // shares are to be released
	StageTrace     = "trace"      // lead and checkers are to say what they found
	StageDiffer    = "differ"     // what they found differs
	StageVoid      = "void"       // a codebook is not what was committed to
	StageResult    = "result"     // they agree
	StageNoConsent = "no-consent" // an overseer refused consent to a name
	StageStuck     = "stuck"      // shares can be released no more: the lead is to ask again
	StageNaming    = "naming"     // shares for names are there
	StageNamed     = "named"      // the lead said whose the copies are
	StageClosed    = "closed"
)

// Who is waited for, where it is not one role.
const (
	ByLead     = "lead"
	ByChecker  = "checker"
	ByOfficer  = "officer"
	ByOverseer = "overseer"
)

// What results of lead and checkers come to.
const (
	ResultsPart   = "part" // some have not said
	ResultsAgree  = "agree"
	ResultsDiffer = "differ"
	ResultsVoid   = "void"
)

// Summary is an inquiry as whoever oversees it sees it: what was done, when and
// by whom. Nothing that anybody wrote is in it, and nothing of what a dispatch or
// an exhibit says.
type Summary struct {
	Inquiry  uint64         `json:"inquiry"` // index of the step that opened it: its number
	Opened   string         `json:"opened"`  // by the lead's clock, as all times here are by that of who signed
	Lead     frank.PersonID `json:"lead"`
	Stage    string         `json:"stage"`
	Waits    []Wait         `json:"waits"`
	Scope    []frank.Ref    `json:"scope"`
	Joins    uint64         `json:"joins,omitempty"`
	Level    trace.Decimal  `json:"level"`
	Until    string         `json:"until"` // as renewed
	Overdue  bool           `json:"overdue,omitempty"`
	Pauses   []Pausing      `json:"pauses"`
	Material MaterialCount  `json:"material"`
	Matters  []Progress     `json:"matters"`
	Spent    trace.Decimal  `json:"spent"` // of level, by all looks: rounded up

	Copies  int `json:"copies_tested"`  // each once, however often
	People  int `json:"people"`         // who had them
	Named   int `json:"copies_named"`   // by results that lead and checkers agree on
	Holders int `json:"holders_opened"` // copies of which it was opened whose they are

	Notices        int `json:"notices"` // holders who were given notice
	Replies        int `json:"replies"`
	Appeals        int `json:"appeals"`
	AppealsDecided int `json:"appeals_decided"`
	Corrections    int `json:"corrections"`
	OnHarm         int `json:"notes_on_harm"`
	Comments       int `json:"comments"`

	Refusals []Deed `json:"refusals"` // steps that somebody would not take
	Faults   []Deed `json:"faults"`   // steps that broke a rule, and count for nothing

	Outcome  string `json:"outcome,omitempty"`
	Closed   string `json:"closed,omitempty"`
	ClosedAt uint64 `json:"closed_at,omitempty"` // index
	Days     int    `json:"days"`                // begun, from the opening to the close or to now; at least 1

	spent   *big.Rat
	level   *big.Rat
	people  []frank.PersonID // sorted
	noticed []Number
}

// Wait is something that an inquiry waits for.
type Wait struct {
	Step   string           `json:"step"` // as [Step].Do
	Of     string           `json:"of"`   // whose step: [ByLead] and the others
	Matter frank.Hash       `json:"matter,omitzero"`
	Count  int              `json:"count"` // how many are missing, at least 1
	People []frank.PersonID `json:"people,omitempty"`
}

// Pausing is one pause.
type Pausing struct {
	Index      uint64         `json:"index"`
	By         frank.PersonID `json:"by"`
	Disclosure bool           `json:"disclosure"` // the opening says that it could be a protected disclosure
	Lifted     uint64         `json:"lifted,omitempty"`
	LiftedBy   frank.PersonID `json:"lifted_by,omitempty"`
}

// MaterialCount is how much material there is.
type MaterialCount struct {
	Registered int `json:"registered"`
	Admitted   int `json:"admitted"`
	Outside    int `json:"outside_the_rule"`
	ForComment int `json:"not_published_for_comment"`
	UnderOrder int `json:"not_published_under_order"`
	Otherwise  int `json:"not_published_otherwise"`
	ByOverseer int `json:"admitted_by_overseer"`
	Waiting    int `json:"waiting"` // for an overseer
}

// NotPublished is how much of it was obtained otherwise than from what was
// published.
func (c MaterialCount) NotPublished() int { return c.ForComment + c.UnderOrder + c.Otherwise }

// Progress is what became of a matter.
type Progress struct {
	Matter   frank.Hash    `json:"matter"`
	Index    uint64        `json:"index"`
	Stage    string        `json:"stage"` // of [Matter]
	Yes      int           `json:"yes"`
	No       int           `json:"no"`
	Need     int           `json:"need"`
	Votes    []Ballot      `json:"votes"`
	Carried  uint64        `json:"carried,omitempty"` // index of the vote that did
	Seen     []Stated      `json:"seen"`
	Consents []Ballot      `json:"consents"`
	Releases []Stated      `json:"releases"`
	Opened   bool          `json:"opened"` // enough shares were released
	Level    trace.Decimal `json:"level"`  // as strict as the inquiry's, or stricter
	Looks    []LookLevel   `json:"looks"`
	Spent    trace.Decimal `json:"spent"` // of level: from the first share on
	Results  string        `json:"results,omitempty"`
	Named    int           `json:"copies_named"`  // by the result agreed on
	Asked    int           `json:"numbers_asked"` // whose they are
	Holders  int           `json:"holders_opened"`
	Waits    string        `json:"waits,omitempty"` // the step that it waits for

	spent *big.Rat
}

// Ballot is a vote or a consent, without its reason.
type Ballot struct {
	Index uint64         `json:"index"`
	By    frank.PersonID `json:"by"`
	Yes   bool           `json:"yes"`
}

// Stated is a step that says nothing but that it was taken.
type Stated struct {
	Index uint64         `json:"index"`
	By    frank.PersonID `json:"by"`
}

// LookLevel is a look on a dispatch and the share of the level that it has.
type LookLevel struct {
	Dispatch frank.Ref     `json:"dispatch"`
	Number   int           `json:"number"`
	Level    trace.Decimal `json:"level"`
}

// Deed is a step that was refused, or broke a rule.
type Deed struct {
	Index uint64         `json:"index"`
	By    frank.PersonID `json:"by"`
	Step  string         `json:"step"`
	Rule  string         `json:"rule,omitempty"` // that it breaks
}

// digits is how many a level is given with; it is rounded up.
const digits = 3

// Overview is all inquiries, in the order of the ledger. Now is a time as
// [frank.ValidTime] wants it, by which inquiries are past their end.
func Overview(s *State, now string) []Summary {
	list := []Summary{}
	for _, q := range s.list {
		list = append(list, s.summary(q, now))
	}
	return list
}

func (s *State) summary(q *Inquiry, now string) Summary {
	first := &q.Steps[0]
	v := Summary{Inquiry: q.Entry.Index, Opened: first.At, Lead: q.Lead, Scope: slices.Clone(q.Open.Scope), Until: q.Until,
		level: rat(q.Open.Level), Waits: []Wait{}, Pauses: []Pausing{}, Matters: []Progress{}, Refusals: []Deed{}, Faults: []Deed{}, spent: new(big.Rat)}
	v.Level = trace.DecimalUp(v.level, digits)
	if q.Open.Joins != nil {
		v.Joins = q.Open.Joins.Index
	}
	if q.Open.Disclosure.Answer != No {
		v.Pauses = append(v.Pauses, Pausing{Index: first.Index, By: first.By, Disclosure: true})
	}
	end := now
	for i := range q.Steps {
		if v.step(&q.Steps[i]); q.Closed != nil && q.Steps[i].Index == q.ClosedAt {
			v.Closed, v.ClosedAt, v.Outcome, end = q.Steps[i].At, q.ClosedAt, q.Closed.Outcome, q.Steps[i].At
		}
	}
	v.Days = days(v.Opened, end)
	v.Overdue = q.Closed == nil && first.Fault == "" && now > q.Until
	v.material(q)
	var tested []Part
	var named []Number
	for _, a := range q.Matters {
		p := s.progress(q, a)
		v.Matters = append(v.Matters, p)
		v.spent.Add(v.spent, p.spent)
		v.Holders += p.Holders
		if a.Matter.Stage != Copies {
			continue
		}
		for _, part := range a.Opened() {
			if !slices.Contains(tested, part) {
				tested = append(tested, part)
				v.affect(s, a.Index, part)
			}
		}
		if r, err := a.Agreed(); err == nil && r != nil {
			for _, n := range r.Named {
				if !slices.Contains(named, n) {
					named = append(named, n)
				}
			}
		}
	}
	v.Named, v.People, v.Notices, v.Spent = len(named), len(v.people), len(v.noticed), trace.DecimalUp(v.spent, digits)
	v.Stage = v.stage(q)
	v.wait(q)
	return v
}

// step counts a step.
func (v *Summary) step(t *Taken) {
	if t.Fault != "" {
		rule, _, _ := strings.Cut(t.Fault, ":") // what follows may quote the step
		v.Faults = append(v.Faults, Deed{t.Index, t.By, t.Do, rule})
		return
	}
	switch w := t.What.(type) {
	case *Pause:
		v.Pauses = append(v.Pauses, Pausing{Index: t.Index, By: t.By})
	case *Lift:
		for i := range v.Pauses {
			if p := &v.Pauses[i]; p.Lifted == 0 {
				p.Lifted, p.LiftedBy = t.Index, t.By
			}
		}
	case *Refuse:
		v.Refusals = append(v.Refusals, Deed{Index: t.Index, By: t.By, Step: w.What})
	case *Notice:
		if !slices.Contains(v.noticed, w.Number) {
			v.noticed = append(v.noticed, w.Number)
		}
	case *Reply:
		if w.Kind == Appeal {
			v.Appeals++
		} else {
			v.Replies++
		}
	case *Note:
		switch w.Kind {
		case "appeal-decided":
			v.AppealsDecided++
		case "correction":
			v.Corrections++
		case "harm":
			v.OnHarm++
		default:
			v.Comments++
		}
	}
}

func (v *Summary) material(q *Inquiry) {
	c := &v.Material
	for _, e := range q.Exhibits {
		c.Registered++
		if e.Admitted {
			c.Admitted++
		}
		if e.Outside != "" {
			c.Outside++
		}
		switch {
		case e.Order != "":
			c.ByOverseer++
		case !e.Admitted && e.Outside == "":
			c.Waiting++
		}
		switch e.Obtained {
		case Published:
		case ForComment:
			c.ForComment++
		case UnderOrder:
			c.UnderOrder++
		default:
			c.Otherwise++
		}
	}
}

// affect counts the copies of a batch that was opened, and those who had them.
func (v *Summary) affect(s *State, index uint64, part Part) {
	for _, b := range s.record.Batches(index, part.Dispatch) {
		if b.Begin.Batch != part.Batch || b.Entry != part.Begin {
			continue
		}
		v.Copies += len(b.Begin.To)
		for _, to := range b.Begin.To {
			if i, known := slices.BinarySearch(v.people, to.Person); !known {
				v.people = slices.Insert(v.people, i, to.Person)
			}
		}
	}
}

// progress is what became of a matter.
func (s *State) progress(q *Inquiry, a *Asked) Progress {
	p := Progress{Matter: a.Hash, Index: a.Index, Stage: a.Matter.Stage, Level: trace.DecimalUp(rat(a.Matter.Level), digits), Need: a.Need, Carried: a.Quorum, Asked: len(a.Matter.Numbers),
		Votes: ballots(a.Votes), Consents: ballots(a.Consents), Seen: []Stated{}, Releases: []Stated{}, Looks: []LookLevel{}, spent: new(big.Rat)}
	p.Yes = len(a.Yes())
	p.No = len(a.Votes) - p.Yes
	for _, w := range a.Seen {
		p.Seen = append(p.Seen, Stated{w.Index, w.By})
	}
	for _, r := range a.Releases {
		p.Releases = append(p.Releases, Stated{r.Index, r.By})
	}
	p.Opened = a.Enough()
	for _, l := range a.Matter.Looks {
		share := SpentBy(a.Matter.Level, l.Number)
		p.Looks = append(p.Looks, LookLevel{l.Dispatch, l.Number, trace.DecimalUp(share, digits)})
		if len(a.Releases) > 0 && share.Cmp(p.spent) > 0 {
			p.spent = share
		}
	}
	p.Spent = trace.DecimalUp(p.spent, digits)
	if a.Named != nil {
		p.Holders = len(a.Named.Holders)
	}
	if a.Matter.Stage == Copies && len(a.Results) > 0 {
		p.Results = results(a)
		if r, err := a.Agreed(); err == nil && r != nil {
			p.Named = len(r.Named)
		}
	}
	p.Waits = s.waits(q, a, &p)
	return p
}

func ballots(list []Cast) []Ballot {
	out := []Ballot{}
	for _, c := range list {
		out = append(out, Ballot{c.Index, c.By, c.Yes})
	}
	return out
}

// SpentBy is what look number k on a dispatch may spend of a level:
// level/(k(k+1)). Summed over all k that is the level. The level is a valid one.
// A trace over several dispatches tests all their copies as one family, so that
// the whole of it spends no more than the highest of its looks' shares.
func SpentBy(level string, k int) *big.Rat {
	of := new(big.Int).Mul(big.NewInt(int64(k)), big.NewInt(int64(k)+1))
	return new(big.Rat).Quo(rat(level), new(big.Rat).SetInt(of))
}

// rat reads a level that was found valid.
func rat(level string) *big.Rat {
	r, ok := new(big.Rat).SetString(level)
	if !ok {
		return new(big.Rat)
	}
	return r
}

func results(a *Asked) string {
	r, err := a.Agreed()
	switch {
	case slices.ContainsFunc(a.Results, func(f Found) bool { return len(f.Void) > 0 }):
		return ResultsVoid
	case err != nil:
		return ResultsDiffer
	case r == nil:
		return ResultsPart
	}
	return ResultsAgree
}

// waits is the step that a matter waits for; "" when it waits for none: it is
// done, or can never be.
func (s *State) waits(q *Inquiry, a *Asked, p *Progress) string {
	if p.Opened {
		switch {
		case p.Stage == Names && a.Named == nil:
			return DoNamed
		case p.Stage == Copies && (p.Results == "" || p.Results == ResultsPart):
			return DoResult
		}
		return ""
	}
	counts := func(by frank.PersonID, key keyring.VerifyKey) bool { return s.oversees(q, s.last, key, by) }
	at, err := s.quorum(q, a, s.last)
	switch {
	case err != nil:
		return DoVote
	case !slices.ContainsFunc(a.Seen, func(w Word) bool { return w.Index > at && counts(w.By, w.Key) }):
		return DoSeen
	case p.Stage == Names && !slices.ContainsFunc(a.Consents, func(c Cast) bool { return counts(c.By, c.Key) }):
		return DoConsent
	}
	if _, err := a.Ready(); err != nil {
		return ""
	}
	return DoRelease
}

// stage says how far an inquiry is: by its last matter that opens anything.
func (v *Summary) stage(q *Inquiry) string {
	switch {
	case q.Steps[0].Fault != "":
		return StageRefused
	case q.Closed != nil:
		return StageClosed
	case q.Paused != "":
		return StagePaused
	}
	stage := StageMaterial
	for i := range v.Matters {
		p := &v.Matters[i]
		switch {
		case p.Stage == Renewal:
			continue
		case p.Waits == DoVote:
			stage = StageVote
		case p.Waits == DoSeen, p.Waits == DoConsent:
			stage = StageOverseer
		case p.Waits == DoRelease:
			stage = StageRelease
		case p.Waits == DoResult:
			stage = StageTrace
		case p.Waits == DoNamed:
			stage = StageNaming
		case p.Stage == Names && p.Holders > 0:
			stage = StageNamed
		case slices.ContainsFunc(p.Consents, func(b Ballot) bool { return !b.Yes }):
			stage = StageNoConsent
		case !p.Opened:
			stage = StageStuck
		default:
			stage = map[string]string{ResultsAgree: StageResult, ResultsDiffer: StageDiffer, ResultsVoid: StageVoid}[p.Results]
		}
	}
	return stage
}

// wait lists what the inquiry waits for.
func (v *Summary) wait(q *Inquiry) {
	add := func(step, of string, matter frank.Hash, count int, people ...frank.PersonID) {
		v.Waits = append(v.Waits, Wait{step, of, matter, count, people})
	}
	none := frank.Hash{}
	if n := v.Holders - v.Notices; n > 0 { // owed after the close, too
		add(DoNotice, ByLead, none, n, q.Lead)
	}
	switch v.Stage {
	case StageRefused, StageClosed:
		return
	case StagePaused:
		add(DoLift, ByOverseer, none, 1)
		return
	case StageMaterial:
		if v.Material.Admitted > 0 {
			add(DoAsk, ByLead, none, 1, q.Lead)
		} else if v.Material.Waiting == 0 {
			add(DoRegister, ByLead, none, 1, q.Lead)
		}
	}
	if n := v.Material.Waiting; n > 0 {
		add(DoAdmit, ByOverseer, none, n)
	}
	for i, a := range q.Matters {
		switch p := &v.Matters[i]; p.Waits {
		case DoVote:
			add(DoVote, ByOfficer, p.Matter, max(1, p.Need-p.Yes)) // of a vote for it that counts no more there is to be another
		case DoSeen, DoConsent:
			add(p.Waits, ByOverseer, p.Matter, 1)
		case DoRelease:
			missing := 1
			for j, n := range a.shares {
				missing = max(missing, a.enough[j]-n)
			}
			add(DoRelease, ByOfficer, p.Matter, missing)
		case DoResult:
			var missing []frank.PersonID
			for _, c := range a.Matter.Checkers {
				if !slices.ContainsFunc(a.Results, func(f Found) bool { return f.By == c }) {
					missing = append(missing, c)
				}
			}
			if !slices.ContainsFunc(a.Results, func(f Found) bool { return f.By == a.Matter.Lead }) {
				add(DoResult, ByLead, p.Matter, 1, a.Matter.Lead)
			}
			if len(missing) > 0 {
				add(DoResult, ByChecker, p.Matter, len(missing), missing...)
			}
		case DoNamed:
			add(DoNamed, ByLead, p.Matter, 1, a.Matter.Lead)
		}
	}
	if v.Overdue || len(v.Waits) == 0 {
		add(DoClose, ByLead, none, 1, q.Lead)
	}
}

// days is how many days were begun between two times, at least 1.
func days(from, to string) int {
	return int(max(1, (seconds(to)-seconds(from)+86399)/86400))
}

// seconds is a time that is valid, in seconds since the beginning of 2000.
func seconds(at string) int64 {
	if !frank.ValidTime(at) {
		return 0
	}
	two := func(i int) int64 { return int64(at[i]-'0')*10 + int64(at[i+1]-'0') }
	year, month := two(2), two(5)
	day := 365*year + (year+3)/4 + []int64{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}[month-1] + two(8) - 1
	if month > 2 && year%4 == 0 {
		day++
	}
	return day*86400 + two(11)*3600 + two(14)*60 + two(17)
}
