// Package trace goes from exhibits to a report: which dispatches they quote,
// which copies the quotations agree with, and what may be said about it.
package trace

// Format is the version of the report's JSON, as specified in spec/report.md.
const Format = "frank.report/1"

// The three verdicts on a dispatch.
const (
	Named      = "named"       // the bound on a false match is below the level
	Narrowed   = "narrowed"    // a set of copies, none of them named
	CannotTell = "cannot-tell" // neither
)

// How a copy was tested: alone, or beside companions that the other copies
// chose without looking at it.
const (
	Single        = "single"
	OneCompanion  = "with 1 companion"
	TwoCompanions = "with 2 companions"
)

// How the exhibits print a site.
const (
	Read     = "read"     // one or more readings fit what is printed
	Edited   = "edited"   // words are printed there, but no reading fits them
	Conflict = "conflict" // printed two ways, so it counts neither way
)

// The kinds of [Piece].
const (
	Same    = "same"    // the same words in print and dispatch
	Changed = "changed" // other words in print than in the dispatch, at no site
	Added   = "added"   // only in print
	Omitted = "omitted" // only in the dispatch
	AtSite  = "site"    // a place where the dispatch may be worded in more than one way
)

// Report is the outcome of a trace.
type Report struct {
	Format     string     `json:"format"`         // [Format]
	Frozen     bool       `json:"frozen_inquiry"` // whether the exhibits were frozen by an inquiry before the codebook was opened
	Alpha      Decimal    `json:"alpha"`          // chance of naming a copy that played no part, over all looks; above 0, at most 1
	Family     int        `json:"family"`         // copies tested together
	Cap        Decimal    `json:"log10_cap"`      // log10 of the highest likelihood ratio that validation supports; above 0
	Models     []Model    `json:"models"`         // the editing models the ranges run over
	Exhibits   []Exhibit  `json:"exhibits"`
	Dispatches []Dispatch `json:"dispatches"` // those that are quoted, best first
	Warnings   []Warning  `json:"warnings"`   // on the report as a whole
}

// Model is one assumption of how the words were edited on their way to print.
type Model struct {
	Name string `json:"name"`
	Text string `json:"text"` // in plain words
}

// Exhibit is one piece of leaked or published material, as it was read.
type Exhibit struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // of the bytes given, 64 lower-case hexadecimal digits
	Media  string `json:"media"`  // media type, for example text/html
	Title  string `json:"title"`  // may be empty
	Words  int    `json:"words"`  // in its text
}

// Warning is something to know before relying on the answer.
type Warning struct {
	Code string `json:"code"` // stable, for programs
	Text string `json:"text"` // one sentence, for people
}

// Dispatch is what the exhibits say about one dispatch.
type Dispatch struct {
	Ref        string     `json:"ref"`
	Title      string     `json:"title"`        // may be empty
	Verdict    string     `json:"verdict"`      // [Named], [Narrowed] or [CannotTell]
	Named      []int      `json:"named"`        // copy numbers, ascending; empty unless named
	Consistent []int      `json:"consistent"`   // copy numbers of the narrowed set, ascending
	ByChance   Decimal    `json:"by_chance"`    // copies that would be expected to fit as well, enough to be in the narrowed set, by chance
	Copies     int        `json:"copies"`       // copies of this dispatch that were tested
	Words      int        `json:"words"`        // printed words that follow the dispatch, each counted once
	Sites      int        `json:"sites"`        // sites observed, each counted once
	Bits       Decimal    `json:"bits"`         // information the observed sites carry, in bits
	Look       int        `json:"look"`         // which look on this dispatch this is, from 1
	Level      Decimal    `json:"level"`        // what this look may spend of alpha
	Ranking    []Rank     `json:"ranking"`      // best first; not necessarily every copy
	Author     Author     `json:"author"`       // copy 0
	Warnings   []Warning  `json:"warnings"`     //
	Passages   []Passage  `json:"passages"`     // in order of exhibit and place
	Seen       []SiteSeen `json:"seen"`         // the observed sites, in the dispatch's order
	Change     []string   `json:"would_change"` // what would change the answer, a sentence each

	laid []laid // of each passage; nil once a report was written and read
}

// Rank is the evidence about one copy. Likelihood ratios are log10: 0 favours
// neither, above 0 this copy, below 0 the alternative.
type Rank struct {
	Copy       int     `json:"copy"`
	Agree      int     `json:"agree"` // sites at which the printed reading is this copy's
	Of         int     `json:"of"`    // sites read
	Log10LR    Decimal `json:"log10_lr"`
	LRLow      Decimal `json:"log10_lr_low"`  // lowest over the models
	LRHigh     Decimal `json:"log10_lr_high"` // highest over the models
	Log10Usual Decimal `json:"log10_usual"`   // against usual wording
	UsualLow   Decimal `json:"log10_usual_low"`
	UsualHigh  Decimal `json:"log10_usual_high"`
	FalseMatch Decimal `json:"false_match_family"` // bound: how often one of the family would match as well by chance; 1e-9 or more
	How        string  `json:"how"`                // [Single], [OneCompanion] or [TwoCompanions]
	Companions []int   `json:"companions"`         // copy numbers, as many as How says
	Reader     string  `json:"reader,omitempty"`   // only for a named copy
}

// Author is how the printed words agree with the author's own wording, copy 0.
type Author struct {
	Agree   int     `json:"agree"`
	Of      int     `json:"of"`
	Log10LR Decimal `json:"log10_lr"` // against another copy
}

// SiteSeen is a site that the exhibits print.
type SiteSeen struct {
	Site     int      `json:"site"`                     // index in the dispatch, from 0
	Kind     string   `json:"kind"`                     // kind of variation; empty for the author's own
	Readings []string `json:"readings"`                 // two or more; the first is the author's
	Printed  []int    `json:"printed"`                  // indices into Readings that fit what is printed; two or more where several fit, or outlets differ
	State    string   `json:"state"`                    // [Read], [Edited] or [Conflict]
	Share    Decimal  `json:"share"`                    // chance of the printed reading under its law, 0 to 1; 0 where none is read
	Leader   int      `json:"leader"`                   // index into Readings that the top-ranked copy has; -1 where none is ranked
	Named    []int    `json:"named_readings,omitempty"` // indices into Readings that the named copies have, in the order of Dispatch.Named
	Exhibits []int    `json:"exhibits"`                 // indices into Report.Exhibits that print it
}

// Passage is a run of an exhibit that follows the dispatch.
type Passage struct {
	Exhibit int     `json:"exhibit"`        // index into Report.Exhibits
	Printed string  `json:"printed"`        // as printed
	Quoted  bool    `json:"quoted"`         // whether it stands in quotation marks
	Pieces  []Piece `json:"pieces"`         // tile it, in order
	From    int     `json:"from,omitempty"` // where it begins in the exhibit's text, in bytes; of a redacted report
}

// Piece is a stretch of a passage beside what the dispatch has there.
type Piece struct {
	Kind     string `json:"kind"`
	Printed  string `json:"printed"`
	Dispatch string `json:"dispatch"` // in the author's wording
	Seen     int    `json:"seen"`     // index into Dispatch.Seen, or -1

	// Of a redacted report.
	Span      []int `json:"span,omitempty"`      // the bytes of the author's wording that it lies on: from, to
	Elsewhere bool  `json:"elsewhere,omitempty"` // a site that was read, but in a part that fits another place of the dispatch as well
}
