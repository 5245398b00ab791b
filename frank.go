// Package frank holds the nouns every other package shares: a dispatch as one
// text with sites, the units its readings are drawn in, and errors that carry
// a hint. It imports the standard library only.
//
// A dispatch is written once. At some places, the sites, it may be worded in
// more than one way; each way is a reading. A [Master] is the dispatch with
// all its sites, and every copy of it is one choice of readings. Copy 0 is the
// author's own wording: the first reading everywhere.
package frank

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// LawScale is what the integer weights of a drawing unit's law sum to: a
// weight is a chance in units of 2^-32, exactly the law realised by a 32-bit
// draw.
const LawScale = 1 << 32

// Limits that every format keeps, so that a malformed or hostile file cannot
// ask for unbounded work.
const (
	MaxText     = 1 << 20 // bytes of a dispatch's text
	MaxSites    = 1 << 14 // sites in one dispatch
	MaxReadings = 1 << 12 // readings of one site, and joint readings of one unit
	MaxCopies   = 1 << 24 // copies of one dispatch, all batches together
)

// Master is a dispatch as one text with sites.
type Master struct {
	Text  string // copy 0: first readings everywhere; NFC
	Sites []Site // in order of Start; they do not overlap
	Units []Unit // every site is in exactly one unit
}

// Site is a place where the text may be worded in more than one way.
type Site struct {
	Start, End int      // byte span of the first reading in Master.Text; may be empty
	Kind       string   // what kind of variation it is, as named in package variant; "" is the author's own
	Readings   []string // two or more, distinct; Readings[0] == Text[Start:End]; one may be empty
}

// Unit is a drawing unit: sites that are drawn together by one law, because
// they must change together or would clash in some combinations.
type Unit struct {
	Sites []int    // indices into Master.Sites, ascending
	Joint [][]int  // the combinations that hold: per joint reading, a reading index per site
	Law   []uint64 // a weight per joint reading, each at least 1; they sum to LawScale
}

// Uniform returns the law of n readings that are as nearly equally likely as
// integers summing to [LawScale] allow; earlier readings get the remainder.
func Uniform(n int) []uint64 { return Weighted(slices.Repeat([]uint64{1}, n)) }

// Weighted returns the law by which readings are as nearly in proportion to
// weights as integers summing to [LawScale] allow; earlier readings get the
// remainder. Weights are each at least 1 and sum to at most [LawScale].
func Weighted(weights []uint64) []uint64 {
	total := uint64(0)
	for _, w := range weights {
		total += w
	}
	law := make([]uint64, len(weights))
	if total == 0 {
		return law
	}
	left := uint64(LawScale)
	for i, w := range weights {
		hi, lo := bits.Mul64(LawScale, w)
		law[i], _ = bits.Div64(hi, lo, total)
		left -= law[i]
	}
	for i := range left { // fewer than there are readings
		law[i]++
	}
	return law
}

// Validate reports the first thing about m that no format may carry.
func (m *Master) Validate() error {
	if len(m.Text) > MaxText {
		return fmt.Errorf("the text has %d bytes, more than %d", len(m.Text), MaxText)
	}
	if len(m.Sites) > MaxSites {
		return fmt.Errorf("there are %d sites, more than %d", len(m.Sites), MaxSites)
	}
	at := 0
	for i, s := range m.Sites {
		switch {
		case s.Start < at || s.End < s.Start || s.End > len(m.Text):
			return fmt.Errorf("site %d spans %d to %d, which overlaps another or leaves the text", i, s.Start, s.End)
		case len(s.Readings) < 2 || len(s.Readings) > MaxReadings:
			return fmt.Errorf("site %d has %d readings, not 2 to %d", i, len(s.Readings), MaxReadings)
		case s.Readings[0] != m.Text[s.Start:s.End]:
			return fmt.Errorf("site %d: the first reading is not what the text says there", i)
		}
		seen := make(map[string]bool, len(s.Readings))
		for _, r := range s.Readings {
			if seen[r] {
				return fmt.Errorf("site %d has the same reading twice", i)
			}
			seen[r] = true
		}
		at = s.End
	}
	return m.validateUnits()
}

func (m *Master) validateUnits() error {
	in := make([]bool, len(m.Sites))
	for u, unit := range m.Units {
		if len(unit.Sites) == 0 || len(unit.Joint) < 2 || len(unit.Joint) > MaxReadings || len(unit.Law) != len(unit.Joint) {
			return fmt.Errorf("unit %d has %d sites, %d joint readings and %d weights", u, len(unit.Sites), len(unit.Joint), len(unit.Law))
		}
		for k, s := range unit.Sites {
			if s < 0 || s >= len(m.Sites) || in[s] || (k > 0 && s <= unit.Sites[k-1]) {
				return fmt.Errorf("unit %d: site %d is unknown, out of order or in two units", u, s)
			}
			in[s] = true
		}
		for j, combo := range unit.Joint {
			if len(combo) != len(unit.Sites) {
				return fmt.Errorf("unit %d: joint reading %d has %d parts for %d sites", u, j, len(combo), len(unit.Sites))
			}
			for k, r := range combo {
				if r < 0 || r >= len(m.Sites[unit.Sites[k]].Readings) {
					return fmt.Errorf("unit %d: joint reading %d names reading %d of site %d, which has none such", u, j, r, unit.Sites[k])
				}
			}
		}
		var sum uint64
		for _, w := range unit.Law {
			if w == 0 || w > LawScale {
				return fmt.Errorf("unit %d: a weight of %d is not in 1 to 2^32", u, w)
			}
			sum += w
		}
		if sum != LawScale {
			return fmt.Errorf("unit %d: the weights sum to %d, not to 2^32", u, sum)
		}
	}
	for s, ok := range in {
		if !ok {
			return fmt.Errorf("site %d is in no unit", s)
		}
	}
	return nil
}

// Render returns the text that shows reading readings[i] at site i.
func (m *Master) Render(readings []int) string {
	var b strings.Builder
	at := 0
	for i, s := range m.Sites {
		b.WriteString(m.Text[at:s.Start])
		b.WriteString(s.Readings[readings[i]])
		at = s.End
	}
	b.WriteString(m.Text[at:])
	return b.String()
}

// hinted is an error with advice for the person who sees it.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

// WithHint attaches a sentence that says what to do about err.
func WithHint(err error, format string, args ...any) error {
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// Hint returns the advice nearest to the surface of err, or "".
func Hint(err error) string {
	var h *hinted
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}
